"""P13's limits, proved by setting the clock: each just before and just after."""

import datetime

import pytest

from aftercare import Company, Server
from complaints import SAID, at, complain, followed_up, forward, opened_from, read, refused
from improvements import proposed_from
from answers import breached, due, eventually, settle_down
from test_repair_story import settled


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved by months."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def clock(company, when):
    company.set_clock(when + "+08:00")


def late(company, c):
    return sorted(breached(company, c))


def test_a_complaint_found_on_a_friday_night_reaches_the_leader_within_four_elapsed_hours(company):
    clock(company, "2027-01-08T16:00:00")
    repair = company.dispatcher.fire(company.dispatcher.fire(settled(company), "report_back"), "collect_slip", slip_received=True)
    at(company, "received")  # everybody is hired by then
    clock(company, "2027-01-08T22:30:00")
    c = opened_from(company, followed_up(company, called="2027-01-08T22:30:00+08:00", repair=repair))
    letter = complain(company, channel="letter", found_at="2027-01-08T22:00:00+08:00")
    # From when it was found, not from when it was entered; nights and week-ends count.
    assert due(c, "leader_report").isoformat() == "2027-01-09T02:30:00+08:00" and due(letter, "leader_report").isoformat() == "2027-01-09T02:00:00+08:00"
    # What is ours is served on Monday.
    assert due(c, "acknowledge_due").isoformat()[:16] == "2027-01-11T10:30"
    clock(company, "2027-01-09T01:59:30")
    settle_down()
    assert late(company, letter) == []
    clock(company, "2027-01-09T02:00:30")
    assert eventually(lambda: late(company, letter)) == ["leader_report"]
    clock(company, "2027-01-09T02:29:30")
    settle_down()
    assert late(company, c) == []
    clock(company, "2027-01-09T02:30:30")
    assert eventually(lambda: late(company, c)) == ["leader_report"]
    c = company.followup_clerk.fire(c, "report_leader", leader_id=company.supervising_leader.id)
    assert "leader_report" not in c["clocks"]
    company.followup_clerk.fire(letter, "report_leader", leader_id=company.supervising_leader.id)


def test_each_limit_just_before_and_just_after(company):
    clock(company, "2027-01-11T08:50:00")  # a Monday
    escalated = company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID)
    clock(company, "2027-01-11T09:00:00")
    told = dict(leader_id=company.supervising_leader.id)
    fresh = {
        "received": complain(company), "acknowledged": at(company, "acknowledged"), "general": at(company, "assessed"),
        "serious": at(company, "assigned", conduct_breach=True), "major": at(company, "assigned", injury=True),
        "redecide": company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID), "callback": at(company, "verifying"),
        "filed": company.deputy_gm.fire(escalated, "start_mediation", mediator="other", mediation_filed_on="2027-01-11")}
    cases = {name: company.followup_clerk.fire(c, "report_leader", **told) for name, c in fresh.items()}
    clocks = {name: {code: due(c, code).isoformat()[:16] for code in c["clocks"]} for name, c in cases.items()}
    assert clocks == {
        "received": {"acknowledge_due": "2027-01-11T11:00"},  # two hours of service
        "acknowledged": {"assess_due": "2027-01-11T14:30"},  # four, with a break at noon
        # Eight working hours; the ends of the 3rd and the 15th working day.
        "general": {"assign_due": "2027-01-12T09:30", "reply_general": "2027-01-15T00:00", "close_general": "2027-02-02T00:00"},
        "serious": {"reply_serious": "2027-01-19T00:00", "close_serious": "2027-02-09T00:00"},
        "major": {"reply_major": "2027-01-26T00:00", "interim_due": "2027-01-15T00:00", "close_major": "2027-02-23T00:00"},
        "redecide": {"redecide_due": "2027-01-15T00:00", "close_general": "2027-02-02T00:00"},
        "callback": {"callback_due": "2027-01-14T09:00", "close_general": "2027-02-02T00:00"},
        "filed": {"mediator_accepts": "2027-01-21T00:00", "close_general": "2027-02-02T00:00"}}
    expected = {name: set() for name in cases}
    moments = {}
    for name, c in cases.items():
        for code in c["clocks"]:
            moments.setdefault(due(c, code).isoformat()[:16], []).append((name, code))
    for moment in sorted(moments):
        first, last = min(due(cases[n], c) for n, c in moments[moment]), max(due(cases[n], c) for n, c in moments[moment])
        company.set_clock((first - datetime.timedelta(seconds=20)).isoformat())
        settle_down()
        assert {n: set(late(company, c)) for n, c in cases.items()} == expected, moment
        company.set_clock((last + datetime.timedelta(seconds=1)).isoformat())
        for name, code in moments[moment]:
            expected[name].add(code)
        assert eventually(lambda: {n: set(late(company, c)) for n, c in cases.items()} == expected), moment


def test_a_major_complaint_hears_from_us_every_three_working_days(company):
    clock(company, "2027-03-01T09:00:00")  # a Monday
    c = at(company, "assigned", injury=True)
    assert due(c, "interim_due").isoformat() == "2027-03-05T00:00:00+08:00"
    clock(company, "2027-03-04T09:00:00")
    c = company.service_manager.fire(c, "interim_reply", interim_text="已派人现场调查", reply_via="phone")
    assert due(c, "interim_due").isoformat() == "2027-03-10T00:00:00+08:00" and c["interim_replies"] == 1
    assert "interim_due" not in forward(company, c, "replied")["clocks"]


def test_one_extension_counts_from_the_old_limit(company):
    clock(company, "2027-03-15T09:00:00")
    c = at(company, "approved")
    assert c["due_reply_at"][:10] == "2027-03-19"
    clock(company, "2027-03-18T23:59:00")
    c = company.service_manager.fire(c, "extend_reply", extension_reason="等待厂家检测", customer_told=True)
    assert due(c, "reply_extended").isoformat() == "2027-03-26T00:00:00+08:00"
    clock(company, "2027-03-26T00:01:00")
    assert eventually(lambda: "reply_extended" in late(company, c))
    c = forward(company, c, "replied")
    assert c["reply_late"] is True


def test_the_limit_of_a_reply_ends_the_offer_to_extend_it(company):
    clock(company, "2027-04-12T09:00:00")
    c = at(company, "approved")
    clock(company, "2027-04-16T00:00:01")
    refused(company.service_manager, c, "extend_reply", "reply_overdue", extension_reason="x", customer_told=True)


def test_a_mediation_runs_by_the_regulators_calendar(company):
    clock(company, "2027-05-10T09:00:00")  # a Monday
    deputy = company.deputy_gm
    c = company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID)
    c = deputy.fire(c, "start_mediation", mediator="regulator_12315", mediation_filed_on="2027-05-10")
    assert due(c, "mediator_accepts").isoformat() == "2027-05-20T00:00:00+08:00"  # the end of the 7th working day
    clock(company, "2027-05-12T09:00:00")
    c = deputy.fire(c, "mediator_accepts", mediation_accepted_on="2027-05-12")
    assert "mediator_accepts" not in c["clocks"] and due(c, "mediation_due").isoformat() == "2027-07-15T00:00:00+08:00"  # the 45th
    clock(company, "2027-07-14T23:59:30")
    settle_down()
    assert "mediation_due" not in late(company, c)
    clock(company, "2027-07-15T00:00:30")
    assert eventually(lambda: "mediation_due" in late(company, c))
    c = deputy.fire(c, "conclude_mediation", mediation_result="not_agreed", mediation_ended_on="2027-07-14")
    assert due(c, "mediator_tells").isoformat() == "2027-07-24T00:00:00+08:00"
    clock(company, "2027-07-24T00:00:30")
    assert eventually(lambda: "mediator_tells" in late(company, c))
    assert deputy.fire(c, "end_mediation", parties_told_on="2027-07-23")["state"] == "closed"


def test_what_is_taken_up_again_has_its_limits_from_then(company):
    clock(company, "2027-07-26T09:00:00")
    c = at(company, "closed")
    unanswered = at(company, "assessed")
    clock(company, "2027-07-30T09:00:00")
    # A reply that nobody gave counts as missed; one that is not due yet does not.
    assert eventually(lambda: "reply_general" in late(company, unanswered))
    at(company, "assessed")
    figures = company.service_manager.read("/v1/reports/complaints", **{"from": "2027-07-26", "to": "2027-07-31"})
    assert (figures["received"], figures["replies_due"], figures["replies_on_time"], figures["on_time_percent"]) == (3, 2, 1, 50)
    c = company.service_manager.fire(c, "reopen", new_facts="新照片")
    assert due(c, "reply_general").isoformat() == "2027-08-05T00:00:00+08:00"
    c = company.deputy_gm.fire(c, "reassess", level="serious")
    assert due(c, "reply_serious").isoformat() == "2027-08-07T00:00:00+08:00" and due(c, "close_serious").isoformat() == "2027-08-28T00:00:00+08:00"
    assert c["reply_late"] is False


def test_ninety_days_to_come_back(company):
    clock(company, "2027-08-02T09:00:00")
    closed, late_one = at(company, "closed"), at(company, "closed")
    body = dict(unfounded_reason="x", evidence="x", reply_via="phone", explained=True, appeal_told=True)
    unfounded, missed = [company.service_manager.fire(at(company, "investigating"), "judge_unfounded", **body) for _ in range(2)]
    repeated = closed["customer_id"]
    clock(company, "2027-10-31T08:59:00")
    assert company.service_manager.fire(closed, "reopen", new_facts="x")["state"] == "investigating"
    assert company.hotline_clerk.fire(unfounded, "escalate", **SAID)["state"] == "escalated"
    assert complain(company, customer_id=repeated, category="repair_quality")["level_reasons"] == ["repeat"]
    clock(company, "2027-10-31T09:05:00")
    refused(company.service_manager, late_one, "reopen", "reopened_too_late", new_facts="x")
    refused(company.hotline_clerk, missed, "escalate", "reopened_too_late", **SAID)
    assert complain(company, customer_id=missed["customer_id"], category="repair_quality")["level_reasons"] == []
    again = complain(company, customer_id=late_one["customer_id"], category="repair_quality")
    assert again["level_reasons"] == [] and read(company, again)["suggested_level"] == "general"


def test_the_analysis_of_a_month_is_handed_in_by_day_five(company):
    clock(company, "2027-11-08T09:00:00")
    manager = company.service_manager
    done = at(company, "closed")
    forward(company, complain(company), "registered")
    clock(company, "2027-12-01T09:00:00")

    def box():
        found = company.service_manager.read("/v1/handins", rule_code="HI_COMPLAINT_M", period="2027-11")["data"]
        return found[0] if found else None
    case = eventually(box)
    assert case and (case["due_on"], case["from_role"], case["to_role"], case["sheets"]) == ("2027-12-05", "service_manager", "deputy_gm", 2)
    refused(company.dispatcher, case, "hand_in", "not_your_box")
    refused(manager, case, "hand_in", "analysis_missing")
    case = manager.fire(case, "count")
    figures = case["statistics"]
    assert (figures["received"], figures["ended"], figures["justified"], figures["handling_percent"]) == (2, 1, 1, 50)
    assert (figures["replies_due"], figures["replies_on_time"], figures["on_time_percent"], figures["satisfied_percent"]) == (1, 1, 100, 100)
    assert {r["category"]: r["received"] for r in figures["by_category"]} == {"repair_quality": 2}
    # The 5th is a Sunday: Monday is not late.
    assert case["late_after"] == "2027-12-06"
    case = manager.fire(case, "hand_in", analysis="首次维修质量是主因", improvement_text="更换电容纳入标准作业")
    assert case["state"] == "handed_in" and case["late"] is False
    forms = company.deputy_gm.read(case["href"] + "/records")["data"]
    assert [r["form"] for r in forms] == ["complaint_analysis"]
    page = company.deputy_gm.get("/v1/records/" + forms[0]["id"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and "投诉月度分析" in page.text and "首次维修质量是主因" in page.text
    proposal = proposed_from(company, case)
    assert (proposal["state"], proposal["source"], proposal["problem"]) == ("proposed", "complaint", "更换电容纳入标准作业")
    refused(company.office_archivist, case, "receive", "not_your_box")
    case = company.deputy_gm.fire(case, "send_back", defects="按网点分析")
    assert company.deputy_gm.fire(manager.fire(case, "hand_in", analysis="已按网点补充"), "receive")["state"] == "received"
    assert done["state"] == "closed"
