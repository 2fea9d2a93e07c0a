"""P9's limits, proved by setting the clock: each just before and just after."""

import datetime

import pytest

from aftercare import Company, Server
from answers import breached, due, eventually, settle_down
from test_return_exchange import SUBMIT, advance, apply, body_for, executing, received, sold


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved by weeks."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def opened(company, upto, kind="return", **fields):
    customer, unit = sold(company)
    return advance(company, apply(company, customer, unit, kind, **fields), upto)


def test_each_limit_just_before_and_just_after(company):
    company.set_clock("2027-01-11T08:55:00+08:00")  # a Monday
    opened(company, "inform")  # everybody is hired by then
    company.set_clock("2027-01-11T09:00:00+08:00")
    cases = {"applied": opened(company, "register"), "registered": opened(company, "assign"), "reported": opened(company, "refer_materials"),
             "approved": opened(company, "inform"), "received": received(company, executing(company))}
    clocks = {name: {code: due(case, code).isoformat()[:16] for code in case["clocks"]} for name, case in cases.items()}
    assert clocks == {
        "applied": {"register_due": "2027-01-11T11:00"},  # two hours of service
        "registered": {"analysis_due": "2027-01-14T00:00"},  # the end of the second working day
        "reported": {"refer_due": "2027-01-11T11:00", "decision_due": "2027-01-15T00:00"},
        "approved": {"inform_due": "2027-01-11T11:00", "complete_due": "2027-01-18T09:00", "goods_back": "2027-01-26T09:00"},
        "received": {"complete_due": "2027-01-18T09:00", "refund_due": "2027-01-18T09:00"}}
    expected = {name: set() for name in cases}
    moments = {}
    for name, case in cases.items():
        for code in case["clocks"]:
            moments.setdefault(due(case, code).isoformat()[:16], []).append((name, code))
    for moment in sorted(moments):
        first = min(due(cases[n], c) for n, c in moments[moment])
        last = max(due(cases[n], c) for n, c in moments[moment])
        company.set_clock((first - datetime.timedelta(seconds=20)).isoformat())
        settle_down()
        assert {n: set(breached(company, c)) for n, c in cases.items()} == expected, moment
        company.set_clock((last + datetime.timedelta(seconds=1)).isoformat())
        for name, code in moments[moment]:
            expected[name].add(code)
        assert eventually(lambda: {n: set(breached(company, c)) for n, c in cases.items()} == expected), moment
    seen = company.dispatcher.read(cases["received"]["href"])
    assert seen["overdue"] is True and seen["state"] == "executing"
    assert cases["received"]["id"] in [c["id"] for c in company.dispatcher.read("/v1/return-exchanges", overdue="true", limit=200)["data"]]


def test_waiting_holds_the_work_but_not_the_duties_towards_the_customer(company):
    company.set_clock("2027-02-01T09:00:00+08:00")
    case = company.dispatcher.fire(opened(company, "inform"), "pause", pause_reason="customer")
    assert "left_seconds" in case["clocks"]["complete_due"]
    assert "due_at" in case["clocks"]["inform_due"] and "due_at" in case["clocks"]["goods_back"]


def test_goods_that_never_come_end_the_case_after_two_reminders_and_fifteen_days(company):
    company.set_clock("2027-02-02T09:00:00+08:00")
    case, forgotten = executing(company), executing(company)
    dispatcher = company.dispatcher
    for _ in range(2):
        case = dispatcher.fire(case, "remind_goods", reminder_channel="message")
    forgotten = dispatcher.fire(forgotten, "remind_goods", reminder_channel="phone")
    approved = datetime.datetime.fromisoformat(case["decided_at"])

    def withdraw(which):
        return dispatcher.post(which["href"] + "/withdraw", {"withdraw_reason": "goods_not_sent"}, headers={"If-Match": "*"})

    company.set_clock((approved + datetime.timedelta(days=15, seconds=-20)).isoformat())
    assert withdraw(case).json()["errors"][0]["code"] == "not_reminded_enough"
    company.set_clock((approved + datetime.timedelta(days=15, seconds=10)).isoformat())
    assert withdraw(forgotten).json()["errors"][0]["code"] == "not_reminded_enough"  # reminded but once
    assert withdraw(case).json()["state"] == "withdrawn"


def test_a_customer_out_of_reach_is_given_up_after_three_attempts_on_two_days_one_in_writing(company):
    company.set_clock("2027-03-01T09:00:00+08:00")
    case = opened(company, "negotiate")

    def withdraw():
        return company.dispatcher.post(case["href"] + "/withdraw", {"withdraw_reason": "unreachable"}, headers={"If-Match": "*"})

    for channel in ("phone", "message", "phone"):
        company.dispatcher.fire(case, "contact_attempt", channel_used=channel, contact_result="no_answer")
    assert withdraw().json()["errors"][0]["code"] == "not_tried_enough"  # all on one day
    company.set_clock("2027-03-02T09:00:00+08:00")
    company.dispatcher.fire(case, "contact_attempt", channel_used="phone", contact_result="no_answer")
    assert withdraw().json()["state"] == "withdrawn"


def test_an_exchange_is_not_approved_when_the_customer_has_waited_longer_than_the_law_allows(company):
    company.set_clock("2027-03-08T09:00:00+08:00")
    case = opened(company, "approve", kind="exchange")

    def approve():
        return company.deputy_gm.post(case["href"] + "/approve", {}, dry_run="true", headers={"If-Match": "*"})

    company.set_clock("2027-03-23T23:59:00+08:00")
    assert approve().status_code == 200
    company.set_clock("2027-03-24T00:01:00+08:00")
    assert approve().json()["errors"][0]["code"] == "wait_too_long"
    # The way out: asked again, the money instead.
    case = company.deputy_gm.fire(case, "ask_again", decision_note="改为退货")
    case = company.dispatcher.fire(company.dispatcher.fire(case, "refer_materials"), "submit", **SUBMIT["return"])
    assert company.deputy_gm.fire(case, "approve")["state"] == "approved"


def test_the_warranty_of_the_replacement_is_as_long_as_the_old_one_was(company):
    company.set_clock("2027-04-05T09:00:00+08:00")
    customer, unit = sold(company, accepted_on="2027-04-01", warranty_until="2030-04-01")  # three years: 1096 days
    case = advance(company, apply(company, customer, unit, "exchange"), "complete")
    case = received(company, case)
    company.set_clock("2027-04-08T09:00:00+08:00")
    case = company.dispatcher.fire(case, "deliver_exchange", delivered_on="2027-04-07", replacement_serial="W-" + unit["serial"])
    assert case["warranty_restart"] == "2030-04-07"
    company.materials_officer.fire(case, "complete", signature_refused=True, signature_refused_reason="x", evidence="x")
    assert company.dispatcher.read(unit["href"])["warranty_until"] == "2030-04-07"


def test_the_jobs_of_who_is_absent_or_left_are_to_be_reassigned(company):
    company.set_clock("2027-05-10T08:40:00+08:00")
    case = opened(company, "negotiate")
    gone = company.hire("technician", name="离职者", skills=["computer"])
    theirs = company.dispatcher.fire(opened(company, "assign"), "assign", assignee_id=gone.id)
    company.admin.fire(gone.person, "leave", reason="离职")
    company.dispatcher.create("absences", person_id=company.technician.id, kind="ill", from_at=company.at(1), to_at=company.at(50))
    assert eventually(lambda: company.dispatcher.read(theirs["href"]).get("to_reassign")) == "barred_or_left"
    assert company.dispatcher.read(case["href"]).get("to_reassign") is None
    company.set_clock("2027-05-10T09:50:00+08:00")
    assert eventually(lambda: company.dispatcher.read(case["href"]).get("to_reassign")) == "absence"
    other = company.hire("technician", name="替班", skills=["computer"])
    case = company.dispatcher.fire(case, "reassign", assignee_id=other.id, reassign_reason="ill")
    assert case["to_reassign"] is None and case["state"] == "assigned"
    assert other.fire(case, "negotiate", **body_for(company, "negotiate", "return"))["tester_id"] == other.id
