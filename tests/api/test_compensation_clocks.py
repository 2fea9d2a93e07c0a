"""The limits of P10 C, proved by setting the clock: each just before and just after."""

import pytest

from aftercare import Company, Server
from compensations import RECORDED, at, claim, forward, read, refused
from answers import breached, due, eventually, settle_down, told


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


def late_at(company, c, when_before, when_after, code):
    clock(company, when_before)
    settle_down()
    assert code not in breached(company, c)
    clock(company, when_after)
    assert eventually(lambda: code in breached(company, c)), breached(company, c)


def test_each_step_has_its_time(company):
    clock(company, "2027-01-08T16:00:00")  # a Friday
    at(company, "closed")  # everybody is hired by then
    c = claim(company)
    # Two working days: the end of Tuesday.
    assert due(c, "review_due").isoformat()[:16] == "2027-01-13T00:00"
    late_at(company, c, "2027-01-12T23:59:30", "2027-01-13T00:00:30", "review_due")
    c = forward(company, c, "accepted_for_review")
    assert due(c, "assess_due").isoformat()[:16] == "2027-01-21T00:00"
    late_at(company, c, "2027-01-20T23:59:30", "2027-01-21T00:00:30", "assess_due")
    c = forward(company, c, "assessed")
    assert due(c, "confirm_due").isoformat()[:16] == "2027-01-26T00:00"
    late_at(company, c, "2027-01-25T23:59:30", "2027-01-26T00:00:30", "confirm_due")
    clock(company, "2027-01-26T09:00:00")  # a Tuesday
    other = company.hotline_clerk.fire(at(company, "offered"), "dispute", dispute_text="太少")
    assert due(other, "dispute_due").isoformat()[:16] == "2027-02-03T00:00"
    c = forward(company, c, "agreed")
    assert due(c, "approve_due").isoformat()[:16] == "2027-01-29T00:00"
    late_at(company, c, "2027-01-28T23:59:30", "2027-01-29T00:00:30", "approve_due")
    clock(company, "2027-01-29T10:00:00")
    c = forward(company, c, "approved")
    assert due(c, "pay_due").isoformat()[:16] == "2027-02-05T10:00"
    late_at(company, other, "2027-02-02T23:59:30", "2027-02-03T00:00:30", "dispute_due")
    other = company.deputy_gm.fire(other, "start_mediation", mediator="other")
    assert other["clocks"] == {}
    late_at(company, c, "2027-02-05T09:59:30", "2027-02-05T10:00:30", "pay_due")
    # Paid, it closes by itself when nothing comes back for 15 days.
    c = forward(company, c, "paid")
    clock(company, "2027-02-20T23:59:30")
    settle_down()
    assert read(company, c)["state"] == "paid"
    clock(company, "2027-02-21T00:00:30")
    assert eventually(lambda: read(company, c)["state"] == "closed") and read(company, c)["closed_as"] == "paid"


def test_an_offer_stands_for_fifteen_days_and_may_be_renewed(company):
    clock(company, "2027-03-01T10:00:00")
    taken, renewed, dropped = (at(company, "offered") for _ in range(3))
    assert taken["offer_valid_until"] == "2027-03-16"
    clock(company, "2027-03-16T23:59:00")
    settle_down()
    assert read(company, taken)["state"] == "offered"
    taken = forward(company, taken, "agreed")
    clock(company, "2027-03-17T00:00:30")
    assert eventually(lambda: read(company, renewed)["state"] == read(company, dropped)["state"] == "offer_lapsed")
    assert read(company, taken)["state"] == "agreed" and "compensation_offer_lapsed" in told(company.service_manager, renewed)
    for person in (company.dispatcher, company.finance_officer):
        assert person.try_fire(renewed, "renew_offer").status_code == person.try_fire(dropped, "close_lapsed", outcome="x").status_code == 403
    refused(company.service_manager, renewed, "renew_offer", "offer_above_assessment", offer_amount=85001)
    renewed = company.service_manager.fire(renewed, "renew_offer", offer_amount=80000)
    assert (renewed["state"], renewed["offer_amount"], renewed["offer_valid_until"], renewed["offers"]) == ("offered", 80000, "2027-04-01", 2)
    assert company.hotline_clerk.fire(renewed, "agree", **RECORDED)["state"] == "agreed"
    dropped = company.service_manager.fire(dropped, "close_lapsed", outcome="客户未答复")
    assert (dropped["state"], dropped["closed_as"]) == ("closed", "lapsed")


def test_what_has_run_out_is_not_agreed_to_before_the_timer_has_come_round(company):
    clock(company, "2027-03-20T10:00:00")
    first, late = at(company, "offered"), at(company, "offered")
    # The timer waits at the first of them.
    database = company.server.database()
    database.autocommit = False
    cursor = database.cursor()
    cursor.execute("select state from compensation where id = %s for update", (first["id"],))
    clock(company, "2027-04-05T00:00:30")
    settle_down()
    refused(company.hotline_clerk, late, "agree", "offer_run_out", **RECORDED)
    database.rollback()
    assert eventually(lambda: read(company, first)["state"] == read(company, late)["state"] == "offer_lapsed")


def test_a_declined_claim_is_objected_to_within_thirty_days(company):
    clock(company, "2027-05-03T10:00:00")
    first, second = (company.service_manager.fire(claim(company), "decline", decline_reason="x", appeal_told=True) for _ in range(2))
    clock(company, "2027-06-02T23:58:00")
    assert company.hotline_clerk.fire(first, "appeal", appeal_text="不认可")["appealed_at"]
    clock(company, "2027-06-03T00:00:30")
    refused(company.hotline_clerk, second, "appeal", "appeal_too_late", appeal_text="x")


def test_who_is_absent_is_seen(company):
    clock(company, "2027-06-07T10:00:00")
    c = forward(company, claim(company), "accepted_for_review")
    second = company.hire("service_manager", name="管理师丁")
    mine = company.service_manager.fire(claim(company), "accept", assignee_id=second.id)
    company.admin.create("absences", person_id=second.id, from_at="2027-06-07T00:00:00+08:00", to_at="2027-06-20T00:00:00+08:00", kind="ill")
    assert eventually(lambda: read(company, mine).get("to_reassign") == "absence"), read(company, mine)
    assert read(company, c).get("to_reassign") is None
    mine = company.service_manager.fire(mine, "reassign", assignee_id=company.service_manager.id, reassign_reason="ill")
    assert mine.get("to_reassign") is None
