"""P11's limits, proved by setting the clock: each just before and just after."""

import datetime

import pytest

from aftercare import Company, Server
from compensations import opened_from as claimed_from
from return_repairs import supplier
from settlement import Outlet
from spares import asked, codes, exact, forward, held, levels, part, shelf, state, stock, waiting_repair
from answers import breached, due, eventually, settle_down, told
from test_spares_story import lent, second_technician, settle


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


def told_times(who, entity, code):
    return told(who, entity).count(code)


def test_a_request_is_checked_within_two_hours_urgent_within_thirty_minutes(company):
    at(company, "2027-01-11")  # a Monday
    item = part(company, 5)
    normal, urgent = asked(company, item), asked(company, item, priority="urgent")
    assert due(normal, "check_due").isoformat().startswith("2027-01-11T11:00:0")
    assert due(urgent, "check_due").isoformat().startswith("2027-01-11T09:30:0")
    at(company, "2027-01-11", "09:29:30")
    settle_down()
    assert breached(company, urgent) == []
    at(company, "2027-01-11", "09:30:30")
    assert eventually(lambda: breached(company, urgent)) == ["check_due"]
    at(company, "2027-01-11", "10:59:30")
    settle_down()
    assert breached(company, normal) == []
    at(company, "2027-01-11", "11:00:30")
    assert eventually(lambda: breached(company, normal)) == ["check_due"]
    assert "check_due" not in forward(company, normal, "checked")["clocks"]


def test_a_reservation_ends_after_seven_days(company):
    at(company, "2027-01-12")
    item = part(company, 1)
    request = asked(company, item, "reserved")
    end = due(request, "reservation")
    assert end.date().isoformat() == "2027-01-19"
    company.set_clock((end - datetime.timedelta(seconds=30)).isoformat())
    settle_down()
    assert state(company, request) == "reserved" and levels(company, item) == (1, 1, 0)
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: state(company, request) == "approved")
    assert levels(company, item) == (1, 0, 1)
    assert "reservation_ended" in told(company.technician, request) and "reservation_ended" in told(company.warehouse_keeper, request)
    forward(company, company.dispatcher.read(request["href"]), "issued")
    exact(company, item)


def test_old_parts_come_back_within_seven_days_and_are_charged_in_the_end(company):
    at(company, "2027-01-20")
    item = part(company, 2, old_part_required=True)
    back, kept = [forward(company, asked(company, item), "old_part_due") for _ in range(2)]
    assert kept["old_part_due"] == "2027-01-27"
    end = due(kept, "old_part")
    at(company, "2027-01-26", "23:59:30")
    settle_down()
    assert told_times(company.technician, kept, "old_part_due") == 0
    at(company, "2027-01-27", "00:00:30")
    assert eventually(lambda: told_times(company.technician, kept, "old_part_due")) == 1
    company.set_clock((end - datetime.timedelta(seconds=20)).isoformat())
    settle_down()
    assert "old_part" not in breached(company, kept)
    company.technician.fire(back, "return_old", old_part_condition="坏")
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: breached(company, kept)) == ["old_part"]
    assert breached(company, back) == []
    # What is due on or before a day is found by it.
    found = company.technician.read("/v1/spare-requests", assignee="me", state="old_part_due", old_part_due_to="2027-01-27")["data"]
    assert [r["id"] for r in found] == [kept["id"]]
    for day, times in (("2027-01-29", 1), ("2027-01-30", 2), ("2027-02-02", 2), ("2027-02-03", 3)):
        at(company, day, "12:00:00")
        settle_down()
        assert told_times(company.technician, kept, "old_part_due") == times, day
    answer = company.deputy_gm.try_fire(kept, "decide_charge", charge_decision="written_off", reason="x")
    assert codes(answer) == ["no_charge_proposed"]
    at(company, "2027-02-05", "23:59:30")
    settle_down()
    assert company.dispatcher.read(kept["href"]).get("charge_proposed") is None
    at(company, "2027-02-06", "00:00:30")
    assert eventually(lambda: company.dispatcher.read(kept["href"]).get("charge_proposed")) == 20000
    kept = company.deputy_gm.fire(kept, "decide_charge", charge_decision="charged", charge_amount=15000, reason="保管不善")
    assert kept["state"] == "closed" and kept["clocks"] == {}


def test_an_outlet_has_fifteen_days_and_its_debt_is_deducted_once(company):
    at(company, "2027-02-08")
    outlet = Outlet(company, "备件网点")
    item = part(company, 3, old_part_required=True)
    job = outlet.open_job()
    job = outlet.technician.fire(job, "schedule", appointment_at=company.at(1), charge_told=True)
    job = outlet.technician.fire(job, "arrive", appearance_in_order=True)
    job = outlet.technician.fire(job, "confirm_problem", fault_confirmed="x")
    job = outlet.technician.fire(job, "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 2}])
    request = company.dispatcher.read("/v1/spare-requests", parent=job["id"])["data"][0]
    request = forward(company, request, "old_part_due", technician=outlet.technician)
    assert request["old_part_due"] == "2027-02-23" and request["outlet_id"] == outlet.id
    end = due(request, "old_part_outlet")
    company.set_clock((end - datetime.timedelta(seconds=20)).isoformat())
    settle_down()
    assert breached(company, request) == []
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: breached(company, request)) == ["old_part_outlet"]
    for day in ("2027-02-26", "2027-03-02", "2027-03-05"):
        at(company, day, "12:00:00")
        settle_down()
    assert eventually(lambda: company.dispatcher.read(request["href"]).get("charge_proposed")) == 40000
    assert told_times(outlet.manager, request, "old_part_due") == 3
    # Not before it is decided, and then once.
    done = [outlet.job() for _ in range(3)]
    slips = [outlet.file([outlet.line(j)]) for j in done[:1]]
    slip = company.dispatcher.fire(slips[0], "check")
    assert slip.get("deductions") is None
    request = company.deputy_gm.fire(request, "decide_charge", charge_decision="charged", charge_amount=30000, reason="逾期未返")
    slip = company.dispatcher.fire(outlet.file([outlet.line(done[1])]), "check")
    assert slip["deductions"] == [{"basis": "old_part", "reference": request["number"], "amount": 30000, "reason": item["part_no"]}]
    other = company.dispatcher.fire(outlet.file([outlet.line(done[2])]), "check")
    assert other.get("deductions") is None
    company.dispatcher.fire(outlet.lines(slip)[0], "decide", decision="accept")
    slip = company.dispatcher.fire(slip, "issue_statement")
    assert slip["deduction_total"] == 30000 and slip["payable"] == 10000 - 30000


def test_unused_parts_come_back_within_three_days_of_the_job(company):
    at(company, "2027-03-08")
    item = part(company, 2)
    request = asked(company, item, "issued")
    settle_down()
    assert company.dispatcher.read(request["href"])["clocks"] == {}
    company.technician.fire(company.dispatcher.read("/v1/repairs/" + request["parent_id"]), "solve", solution="无需更换", test_passed=True)
    assert eventually(lambda: "unused_due" in company.dispatcher.read(request["href"])["clocks"])
    assert "part_to_return" in told(company.technician, request)
    end = due(company.dispatcher.read(request["href"]), "unused_due")
    assert end.date().isoformat() == "2027-03-11"
    company.set_clock((end - datetime.timedelta(seconds=20)).isoformat())
    settle_down()
    assert breached(company, request) == []
    request = company.technician.fire(request, "return_unused", unused_condition="unopened")
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: breached(company, request)) == ["unused_due"]  # the store has not got it yet
    company.warehouse_keeper.fire(request, "store_unused")
    exact(company, item)


def test_transfers_take_a_day_and_suppliers_keep_their_dates(company):
    at(company, "2027-03-15")
    item = part(company, 2)
    outlet = company.dispatcher.create("outlets", name="远郊网点", kind="internal", skills=["computer"])
    there = shelf(company, item, 0, location="outlet", outlet_id=outlet["id"])
    slip = company.warehouse_keeper.create("stock-transfers", to_stock_id=there["id"], quantity=1)
    end = due(slip, "transfer_due")
    assert end.isoformat().startswith("2027-03-16T09:00:0")
    company.set_clock((end - datetime.timedelta(seconds=20)).isoformat())
    slip = company.warehouse_keeper.fire(slip, "ship")
    settle_down()
    assert breached(company, slip) == []
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: breached(company, slip)) == ["transfer_due"]

    buy = company.warehouse_keeper.create("purchase-requests", part_id=item["id"], stock_id=item["store"]["id"], quantity=1)
    buy = company.materials_officer.fire(buy, "approve")
    buy = company.materials_officer.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on="2027-03-18")
    at(company, "2027-03-18", "23:59:30")
    settle_down()
    assert breached(company, buy) == []
    at(company, "2027-03-19", "00:00:30")
    assert eventually(lambda: breached(company, buy)) == ["delivery_due"]
    late = company.materials_officer.read("/v1/purchase-requests", state="ordered", supplier_id=buy["supplier_id"], expected_on_to="2027-03-18")["data"]
    assert [b["id"] for b in late] == [buy["id"]]


def test_waiting_longer_than_fourteen_days_is_explained_and_a_loan_offered(company):
    at(company, "2027-03-22")
    item = part(company, 0)
    repair, (request,) = waiting_repair(company, item)
    request = company.warehouse_keeper.fire(forward(company, request, "approved"), "backorder")
    end = due(repair, "part_wait")
    assert end.date().isoformat() == "2027-04-05"
    company.set_clock((end - datetime.timedelta(seconds=20)).isoformat())
    settle_down()
    assert "part_wait" not in breached(company, repair)
    company.set_clock((end + datetime.timedelta(seconds=5)).isoformat())
    assert eventually(lambda: "part_wait" in breached(company, repair))
    # The dispatcher finds what waits long.
    found = company.dispatcher.read("/v1/spare-requests", state="backordered", waiting_since_to="2027-03-23")["data"]
    assert [r["id"] for r in found] == [request["id"]]
    repair = company.dispatcher.fire(company.dispatcher.read(repair["href"]), "tell_waiting", explained=True)
    assert repair["waiting_told"] is True and "part_wait" not in repair["clocks"]
    loan, _ = lent(company, repair)
    assert loan["state"] == "lent"


def test_a_loan_unit_that_does_not_come_back_is_lost_after_thirty_days(company):
    at(company, "2027-04-07")
    repair = held(company)
    loan, unit = lent(company, repair)
    other_repair = held(company)
    other, _ = lent(company, other_repair)
    assert loan["due_on"] == "2027-04-20"
    at(company, "2027-04-18", "23:59:30")
    settle_down()
    assert state(company, loan) == "lent"
    at(company, "2027-04-19", "00:00:30")
    assert eventually(lambda: state(company, loan) == "due_soon")
    at(company, "2027-04-20", "23:59:30")
    settle_down()
    assert state(company, loan) == "due_soon" and breached(company, loan) == []
    at(company, "2027-04-21", "00:00:30")
    assert eventually(lambda: state(company, loan) == "overdue")
    assert eventually(lambda: breached(company, loan)) == ["loan_due"]
    assert told_times(company.dispatcher, loan, "loan_overdue") == 1
    for day, times in (("2027-04-23", 1), ("2027-04-24", 2), ("2027-04-26", 2), ("2027-04-27", 3)):
        at(company, day, "12:00:00")
        settle_down()
        assert told_times(company.dispatcher, loan, "loan_overdue") == times, day
    # Extended in time, nobody is reminded any more.
    other = company.dispatcher.fire(other, "extend", expected_repair_on="2027-05-30", reason="待件")
    assert other["state"] == "lent" and other["due_on"] == "2027-06-02"
    assert codes(company.dispatcher.try_fire(loan, "send_letter", letter_sent_on="2027-04-28")) == ["date_ahead"]
    loan = company.dispatcher.fire(loan, "send_letter", letter_sent_on="2027-04-27")
    at(company, "2027-05-20", "23:59:30")
    settle_down()
    assert state(company, loan) == "overdue"
    at(company, "2027-05-21", "00:00:30")
    assert eventually(lambda: state(company, loan) == "lost")
    assert state(company, unit) == "lost" and state(company, other) == "lent"
    # The repair stays open until the price is agreed.
    company.technician.fire(company.dispatcher.read(repair["href"]), "solve", solution="x", test_passed=True)
    assert codes(settle(company, repair)) == ["loan_unit_out"]
    loan = company.dispatcher.fire(loan, "agree_compensation", compensation_amount=loan["price_if_lost"], compensated_by="李明", reason="丢失")
    assert loan["state"] == "compensated" and settle(company, repair).status_code == 200
    claim = claimed_from(company, loan)
    assert (claim["payer"], claim["claimed_amount"], claim["source_number"]) == ("customer", loan["price_if_lost"], loan["number"])


def test_a_lost_unit_that_turns_up_comes_back(company):
    at(company, "2027-05-24")
    loan, unit = lent(company, held(company))
    at(company, "2027-06-07", "10:00:00")  # the dispatcher separates and waits
    assert eventually(lambda: state(company, loan) == "overdue")
    at(company, "2027-07-08", "10:00:00")
    assert eventually(lambda: state(company, loan) == "lost")
    company.technician.fire(loan, "take_back", return_condition="旧")
    assert state(company, unit) == "returned"


def test_stock_is_counted_every_quarter_class_a_every_month(company):
    at(company, "2027-07-12")
    a, b = part(company, 1, **{"class": "A"}), part(company, 1)
    at(company, "2027-08-12", "08:50:00")
    settle_down()
    assert breached(company, a["store"]) == []
    at(company, "2027-08-12", "09:10:00")
    assert eventually(lambda: breached(company, a["store"])) == ["count_due_a"]
    outlet = company.dispatcher.create("outlets", name="盘点网点", kind="internal", skills=["computer"])
    shelf(company, a, 2, location="outlet", outlet_id=outlet["id"])
    slip = company.materials_officer.create("stock-counts", location="outlet", outlet_id=outlet["id"], count_scope="class_a")
    company.finance_officer.fire(stock(company, a, "outlet"), "count", count_id=slip["id"], counted=2)
    company.deputy_gm.fire(company.materials_officer.fire(slip, "finish"), "approve")
    assert stock(company, a, "outlet")["clocks"]["count_due_a"]["due_at"].startswith("2027-09-12")
    at(company, "2027-10-12", "08:50:00")
    settle_down()
    assert breached(company, b["store"]) == []
    at(company, "2027-10-12", "09:10:00")
    assert eventually(lambda: breached(company, b["store"])) == ["count_due"]
    # The quarter's counts are handed in by the keeper, to the materials office, by the tenth.
    k = company.warehouse_keeper
    box = eventually(lambda: k.read("/v1/handins", rule_code="HI_STOCK_Q", period="2027-Q3")["data"])[0]
    assert box["due_on"] == "2027-10-10" and box["sheets"] == 1
    assert codes(company.dispatcher.try_fire(box, "hand_in")) == ["not_your_box"]
    box = k.fire(box, "hand_in")
    assert codes(company.office_archivist.try_fire(box, "receive")) == ["not_your_box"]
    assert company.materials_officer.fire(box, "receive")["state"] == "received"
    phone = company.dispatcher.read("/v1/handins", rule_code="HI_PHONE_Q", period="2027-Q3")["data"][0]
    assert "not_your_box" in codes(k.try_fire(phone, "hand_in", nil_return=True))


def test_requests_follow_the_repair_and_absent_people_are_seen(company):
    at(company, "2027-10-13")
    d, t = company.dispatcher, company.technician
    for person in (t, second_technician(company)):
        company.admin.fire(person.person, "qualify", qualified_scope=["computer", "network", "display"], qualified_until="2028-10-01")
    other = second_technician(company)
    item = part(company, 3)
    repair, (request,) = waiting_repair(company, item)
    request = forward(company, request, "reserved")
    d.fire(d.read(repair["href"]), "reassign", assignee_id=other.id, reassign_reason="overload")
    assert eventually(lambda: d.read(request["href"])["assignee_id"] == other.id)
    forward(company, d.read(request["href"]), "issued")
    assert levels(company, item, "bag", holder_id=other.id) == (1, 0, 1)
    mine = asked(company, item, "issued")
    company.hr_officer.create("absences", person_id=t.id, kind="ill", from_at=company.at(-1), to_at=company.at(48))
    assert eventually(lambda: d.read(mine["href"]).get("to_reassign")) == "absence"
    mine = d.fire(mine, "reassign", assignee_id=other.id, reassign_reason="ill")
    assert mine.get("to_reassign") is None
    other.fire(mine, "take_over", counted_quantity=1)
    exact(company, item)
