"""P17's limits for money, proved by setting the clock: each just before and just after. The plan's are in test_assurance_plan."""

import pytest

from aftercare import Company, Server
from assurance import ask, fund, go, now
from answers import breached, due, eventually, settle_down


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


def at(company, day, hour="09:00:00"):
    company.set_clock(f"{day}T{hour}+08:00")


def late_at(company, entity, clock, before, after):
    """Not late at `before`, late at `after`; both (day, hour)."""
    at(company, *before)
    settle_down()
    assert clock not in breached(company, entity)
    at(company, *after)
    assert eventually(lambda: clock in breached(company, entity))


END, NEXT = "23:59:30", "00:00:30"


def test_checked_in_one_working_day_approved_in_two_paid_in_three(company):
    at(company, "2027-01-14")  # a Thursday
    request = ask(company)
    assert due(request, "check_due").isoformat().startswith("2027-01-16T00:00:00")
    late_at(company, request, "check_due", ("2027-01-15", END), ("2027-01-16", NEXT))
    request = go(company, request, "checked")
    assert set(request["clocks"]) == {"approve_due"}
    at(company, "2027-01-18")
    other = go(company, ask(company), "checked")
    assert due(other, "approve_due").isoformat().startswith("2027-01-21T00:00:00")
    late_at(company, other, "approve_due", ("2027-01-20", END), ("2027-01-21", NEXT))
    at(company, "2027-01-21")
    other = go(company, other, "approved")
    # Thursday and three working days: Friday, Monday, Tuesday.
    assert set(other["clocks"]) == {"pay_due"} and due(other, "pay_due").isoformat().startswith("2027-01-27T00:00:00")
    late_at(company, other, "pay_due", ("2027-01-26", END), ("2027-01-27", NEXT))
    assert go(company, other, "paid")["clocks"].keys() == {"settle_due"}


def test_vouchers_come_in_ten_working_days(company):
    at(company, "2027-03-01")
    request = go(company, ask(company), "paid")
    assert due(request, "settle_due").isoformat().startswith("2027-03-16T00:00:00")
    late_at(company, request, "settle_due", ("2027-03-15", END), ("2027-03-16", NEXT))
    assert go(company, request, "settled")["clocks"] == {}


def test_an_emergency_is_paid_within_24_hours_and_approved_within_two_working_days(company):
    at(company, "2027-04-09", "20:00:00")  # a Friday night
    request, other = ask(company, emergency=True), ask(company, emergency=True)
    assert due(request, "emergency_due").isoformat().startswith("2027-04-10T20:00:0")
    paid = company.finance_officer.fire(other, "pay_emergency", paid_amount=100, voucher_no="x", leader_id=company.deputy_gm.id)
    assert due(paid, "approve_after").isoformat().startswith("2027-04-14T00:00:00")
    late_at(company, request, "emergency_due", ("2027-04-10", "19:59:30"), ("2027-04-10", "20:00:30"))
    # Approved meanwhile, it still has to be paid within the 24 hours, not within three working days.
    request = go(company, request, "approved")
    assert "pay_due" not in request["clocks"] and "emergency_due" in request["clocks"]
    assert "emergency_due" not in go(company, request, "paid")["clocks"]
    late_at(company, paid, "approve_after", ("2027-04-13", END), ("2027-04-14", NEXT))


def test_what_was_not_approved_is_recovered_in_fifteen_working_days(company):
    at(company, "2027-06-14")
    request = company.finance_officer.fire(ask(company, emergency=True), "pay_emergency", paid_amount=100, voucher_no="x", leader_id=company.deputy_gm.id)
    request = company.service_manager.fire(request, "disapprove", reject_reason="x")
    day = due(request, "recover_due")
    assert day.isoformat().startswith("2027-07-06T00:00:00")
    late_at(company, request, "recover_due", ("2027-07-05", END), ("2027-07-06", NEXT))


def test_a_fund_below_its_floor_is_topped_up_in_ten_working_days(company):
    at(company, "2027-08-02")
    reserve = fund(company, 100000)
    go(company, ask(company, amount=90000, fund_id=reserve["id"]), "paid")
    reserve = now(company, reserve)
    assert due(reserve, "top_up_due").isoformat().startswith("2027-08-17T00:00:00")
    late_at(company, reserve, "top_up_due", ("2027-08-16", END), ("2027-08-17", NEXT))
    assert company.finance_officer.fire(reserve, "top_up", amount=90000, reference="x")["clocks"] == {}


def test_an_adjustment_is_decided_in_three_working_days(company):
    from assurance import in_force
    at(company, "2027-10-11")
    _, lines = in_force(company, 2027, it=1000)
    line = company.dispatcher.fire(lines["it"], "propose_adjustment", proposed_amount=1001, adjust_reason="x")
    assert due(line, "adjust_due").isoformat().startswith("2027-10-15T00:00:00")
    late_at(company, line, "adjust_due", ("2027-10-14", END), ("2027-10-15", NEXT))


def test_a_plan_is_reviewed_in_five_working_days(company):
    from assurance import plan_with_lines
    at(company, "2027-11-01")
    plan, _ = plan_with_lines(company, 2028)
    plan = company.service_manager.fire(plan, "draft", last_year_sales=1)
    assert due(plan, "review_due").isoformat().startswith("2027-11-09T00:00:00")
    late_at(company, plan, "review_due", ("2027-11-08", END), ("2027-11-09", NEXT))
