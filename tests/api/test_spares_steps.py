"""Every row of P11's tables happens at least once, and nobody without the role may take the step; a check at the end names
the rows that did not happen."""

import uuid

import pytest

from answers import eventually, told
from nonconformities import reported_on, summary
from return_repairs import held, supplier
from spares import asked, exact, forward, levels, part, shelf, state, stock, waiting_repair
from test_spares_story import loan_unit, lent, second_technician, settle

MACHINES = ["part", "stock", "stock_movement", "spare_request", "purchase_request", "stock_transfer", "stock_count", "loan_unit", "loan_agreement"]
# Fired by the timer: test_spares_clocks moves the time.
# change_customer: files are merged in test_customers.
BY_TIMER = {"change_customer", "end_reservation", "remind_old_part", "propose_charge", "mark_unused", "follow_job", "mark_to_reassign", "warn", "fall_overdue", "remind", "mark_lost",
            "lose", "decide_charge", "send_letter"}
TRIED, TABLES = set(), {}


@pytest.fixture(autouse=True)
def tables(company):
    for name in MACHINES:
        TABLES[name] = company.admin.read("/v1/procedures/" + name)["transitions"]


def machine_of(entity):
    path = entity["href"].split("/")[2]
    return {"parts": "part", "stocks": "stock", "stock-movements": "stock_movement", "spare-requests": "spare_request", "purchase-requests": "purchase_request",
            "stock-transfers": "stock_transfer", "stock-counts": "stock_count", "loan-units": "loan_unit", "loan-agreements": "loan_agreement"}[path]


def outsiders(company, entity, event):
    rows = [t for t in TABLES[machine_of(entity)] if t["event"] == event]
    roles = {word.split("@")[0] for row in rows for word in row["by"].split()}
    mine = {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.hotline_clerk, company.dispatcher, company.materials_officer, company.warehouse_keeper, company.deputy_gm,
              company.technician, company.service_manager]
    return [] if "*" in {r.split("@")[0] for row in rows for r in row["by"].split() if "@" not in r} else \
        [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    key = (machine_of(entity), event)
    if key not in TRIED:
        TRIED.add(key)
        for person in outsiders(COMPANY[0], entity, event):
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert to is None or entity["state"] == to, (event, entity["state"])
    return entity


COMPANY = []


@pytest.fixture(autouse=True)
def remember(company):
    COMPANY[:] = [company]


def outlet_with_people(company):
    if "spares_outlet" not in company.people:
        outlet = company.dispatcher.create("outlets", name="备件网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
        company.people["spares_outlet"] = outlet
        company.people["spares_manager"] = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
        company.people["spares_fitter"] = company.hire("outlet_technician", outlet_id=outlet["id"], department="outlet", skills=["computer"])
    return company.people["spares_outlet"], company.people["spares_manager"], company.people["spares_fitter"]


def outlet_repair(company, item):
    """A repair of an outlet's technician that waits for the part."""
    outlet, manager, fitter = outlet_with_people(company)
    d = company.dispatcher
    repair = d.fire(company.register(), "assign_outlet", outlet_id=outlet["id"])
    assert manager.post(repair["href"] + "/accept_job").status_code == 200
    repair = manager.fire(repair, "dispatch", assignee_id=fitter.id)
    repair = fitter.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
    repair = fitter.fire(repair, "arrive", appearance_in_order=True)
    repair = fitter.fire(repair, "confirm_problem", fault_confirmed="x")
    repair = fitter.fire(repair, "request_spare", diagnosis="电源损坏", spares=[{"part_no": item["part_no"], "quantity": 1}])
    return repair, d.read("/v1/spare-requests", parent=repair["id"])["data"][0]


def test_the_life_of_a_part(company):
    m, gm, sm = company.materials_officer, company.deputy_gm, company.service_manager
    item = part(company, 2, warranty_months=6)
    repair, (request,) = waiting_repair(company, item)
    request = forward(company, request, "installed", installed_serial="S-9")
    item = step(sm, item, "block", "blocked", block_reason="批次电容不良")
    assert [u["serial"] for u in item["installed_units"]] == ["S-9"] and item["installed_units"][0]["repair_id"] == repair["id"]
    assert summary(reported_on(company, item)[0]) == ("stock", "materials_office", "major", item["part_no"] + ": 批次电容不良")
    item = step(m, item, "list_installed", "blocked")
    item = step(m, item, "discontinue", "blocked", discontinued_on=company.day(-10))
    assert item["supply_until"] > company.day(1800)
    item = step(m, item, "revert", "blocked", reason="日期有误")
    item = m.fire(item, "discontinue", discontinued_on=company.day(-20))
    item = step(gm, item, "unblock", "in_use", reason="复检合格")
    item = step(m, item, "block", "blocked", block_reason="再次不良")
    item = step(m, item, "make_obsolete", "obsolete", reason="淘汰")
    place = step(gm, stock(company, item), "dispose", quantity=1, reason="报废")
    assert place["on_hand"] == 0
    step(gm, item, "scrap", "scrapped", reason="报废")
    item = part(company, None)
    assert step(m, item, "amend", "in_use", unit_cost=1, reason="降价")["unit_cost"] == 1
    step(m, item, "void", "voided", reason="误登")


def test_stock_follows_its_minimum(company):
    k, m, gm = company.warehouse_keeper, company.materials_officer, company.deputy_gm
    item = part(company, None)
    place = company.warehouse_keeper.create("stocks", part_id=item["id"], location="main")
    place = step(k, place, "set_levels", "normal", min_stock=0, max_stock=0)
    place = step(k, place, "book_in", "normal", quantity=5, reason="期初")
    # Below the minimum it is reordered by itself, up to the maximum.
    place = step(k, place, "set_levels", "low", min_stock=6, max_stock=9)
    place = until(k, place, "reorder_open")
    buy = k.read("/v1/purchase-requests", stock_id=place["id"])["data"][0]
    assert buy["quantity"] == 4 and buy["purchase_reason"] == "below_minimum"
    place = step(k, place, "set_levels", "reorder_open", max_stock=9)
    # Called off, it is left to a person until something moves.
    buy = step(gm, buy, "approve", "approved")
    step(m, buy, "cancel", "cancelled", reason="太贵")
    place = k.read(place["href"])
    assert place["state"] == "low" and place["reorder_held"] is True
    place = step(k, place, "reorder", "reorder_open", quantity=3)
    buy = k.read("/v1/purchase-requests", stock_id=place["id"], open="true")["data"][0]
    buy = step(gm, buy, "approve", "approved")
    buy = step(m, buy, "order", "ordered", supplier_id=supplier(company)["id"], expected_on=company.day(3))
    buy = step(k, buy, "refuse", "ordered", refused_quantity=1, inspection_note="外壳破损")
    assert summary(reported_on(company, buy)[0]) == ("supplier", "materials_office", "minor", "外壳破损")
    buy = step(k, buy, "receive", "ordered", received_quantity=1, inspection_passed=True)
    assert k.read(place["href"])["state"] == "normal" and buy["received_total"] == 1
    buy = step(m, buy, "receive", "received", received_quantity=2, inspection_passed=True)
    assert levels(company, item) == (8, 0, 8)
    exact(company, item)
    # Moves in each of its states.
    place = k.fire(place, "set_levels", min_stock=1)
    other = shelf(company, item, 0, location="outlet", outlet_id=outlet_with_people(company)[0]["id"])
    for _ in range(2):
        slip = k.create("stock-transfers", to_stock_id=other["id"], quantity=1)
        k.fire(k.fire(slip, "ship"), "receive", counted_quantity=1, inspection_passed=True)
    assert k.read(place["href"])["turns"] > 0
    k.fire(place, "set_levels", min_stock=100, max_stock=100)
    place = until(k, place, "reorder_open")
    slip = k.create("stock-transfers", to_stock_id=other["id"], quantity=1)
    k.fire(slip, "ship")
    assert state(company, place) == "reorder_open"
    buy = k.read("/v1/purchase-requests", stock_id=place["id"], open="true")["data"][0]
    m.fire(m.fire(gm.fire(buy, "approve"), "order", supplier_id=supplier(company)["id"], expected_on=company.day(3)), "receive", received_quantity=1, inspection_passed=True)
    assert state(company, place) == "reorder_open"
    k.fire(place, "set_levels", min_stock=0)
    m.fire(m.read("/v1/purchase-requests", stock_id=place["id"], open="true")["data"][0], "fall_through", supplier_word="停止供货")
    assert state(company, place) == "normal"
    exact(company, item)
    empty = shelf(company, part(company, None))
    step(k, empty, "close", "closed", reason="不再存放")


def until(who, entity, wanted):
    assert eventually(lambda: who.read(entity["href"])["state"] == wanted), who.read(entity["href"])
    return who.read(entity["href"])


def test_stock_that_expires_or_is_obsolete_moves_too(company):
    k, gm, m = company.warehouse_keeper, company.deputy_gm, company.materials_officer
    item = part(company, 6)
    place = k.fire(item["store"], "set_levels", shelf_life_until=company.day(-1), min_stock=4)
    place = step(gm, place, "dispose", "normal", quantity=2, reason="过期")
    place = step(gm, place, "dispose", "low", quantity=1, reason="过期")
    place = until(k, place, "reorder_open")
    place = step(gm, place, "dispose", "reorder_open", quantity=1, reason="过期")
    assert place["on_hand"] == 2
    # The opening balance of a stock that has a minimum.
    low = k.create("stocks", part_id=part(company, None)["id"], location="main", min_stock=4)
    assert low["below_min"] is True
    step(k, low, "book_in", "low", quantity=3, reason="期初")
    item = part(company, None)
    low = k.create("stocks", part_id=item["id"], location="main", min_stock=0)
    k.fire(low, "set_levels", min_stock=4, max_stock=8)
    low = until(k, low, "reorder_open")
    step(k, low, "book_in", "reorder_open", quantity=1, reason="期初")
    item = part(company, None)
    low = k.create("stocks", part_id=item["id"], location="main")
    k.fire(low, "set_levels", min_stock=4, max_stock=8)
    low = until(k, low, "reorder_open")
    step(k, low, "book_in", "normal", quantity=5, reason="期初")
    # A transfer called off and a purchase that never was needed leave the stock as it is.
    buy = k.read("/v1/purchase-requests", stock_id=low["id"])["data"][0]
    step(m, buy, "cancel", "cancelled", reason="已补")
    assert state(company, low) == "normal"


def test_issues_in_every_state_of_the_stock(company):
    k = company.warehouse_keeper
    item = part(company, 4)
    requests = [asked(company, item, "reserved") for _ in range(3)]
    place = k.fire(item["store"], "set_levels", min_stock=3)
    forward(company, requests[0], "issued")
    assert state(company, place) == "normal"
    forward(company, requests[1], "issued")
    place = until(k, place, "reorder_open")
    forward(company, requests[2], "issued")
    assert state(company, place) == "reorder_open"
    # Outlets are supplied by transfer from the store.
    outlet = outlet_with_people(company)[0]
    there = k.create("stocks", part_id=item["id"], location="outlet", outlet_id=outlet["id"])
    there = k.fire(there, "set_levels", min_stock=1, max_stock=2)
    there = until(k, there, "reorder_open")
    slip = k.read("/v1/stock-transfers", to_stock_id=there["id"])["data"][0]
    assert slip["quantity"] == 2 and slip["from_stock_id"] == place["id"]
    step(k, slip, "cancel", "cancelled", reason="总库不足")
    assert state(company, there) == "low"
    exact(company, item)


def test_requests_of_every_kind(company):
    t, d, k, _, gm = company.technician, company.dispatcher, company.warehouse_keeper, company.materials_officer, company.deputy_gm
    item = part(company, 3, old_part_required=True, repairable=True)
    # Out of warranty: the customer agrees to the price.
    request = asked(company, item, "checked", warranty_days=-1)
    assert request["charge"] == 32000 and request["in_warranty"] is False
    request = step(t, request, "agree_price", "checked", price_told=32000, consent_by="李明")
    request = step(d, request, "approve", "approved")
    request = step(k, request, "reserve", "reserved")
    request = step(k, request, "issue", "issued", waybill="SF-77")
    request = step(t, request, "confirm_receipt", "issued")
    # The old part is the customer's.
    request = step(t, request, "install", "installed", installed_serial="N1")
    step(d, request, "close", "closed")
    # In warranty the old part comes back, and a repairable one goes to the maker.
    request = asked(company, item, "issued")
    request = step(t, request, "install", "old_part_due", old_serial="O1", installed_serial="N2")
    request = step(t, request, "return_old", "closed", old_part_condition="烧毁", returned_serial="O1")
    case = company.return_repair_clerk.read("/v1/return-repairs", serial="O1")["data"][0]
    assert case["source"] == "stock" and case["state"] == "received"
    # Another serial came back: swapped.
    request = forward(company, asked(company, item, "issued"), "old_part_due", old_serial="O2", installed_serial="N3")
    request = k.fire(request, "return_old", old_part_condition="烧毁", returned_serial="O9")
    assert "old_part_swapped" in told(company.service_manager, request)
    found = reported_on(company, request)[0]
    assert (found["dept"], found["grade"], found["serial"]) == ("tech_dept", "major", "O9") and "O2 / O9" in found["fact"]
    # The customer keeps it.
    other = part(company, 4, old_part_required=True)
    request = forward(company, asked(company, other, "issued"), "old_part_due")
    step(d, request, "keep_old", "closed", kept_by="李明")
    # Unused, unopened: back on the shelf. Opened: to inspection.
    request = asked(company, other, "issued")
    request = step(t, request, "return_unused", "unused_return", unused_condition="unopened")
    step(k, request, "store_unused", "closed")
    assert levels(company, other) == (3, 0, 3)
    request = forward(company, asked(company, other, "issued"), "issued")
    request = t.fire(request, "return_unused", unused_condition="opened")
    k.fire(request, "store_unused")
    assert levels(company, other) == (2, 0, 2) and levels(company, other, "inspection") == (1, 0, 1)
    # Lost, and decided.
    request = step(t, asked(company, other, "issued"), "report_loss", "lost", loss_note="公交车上遗失")
    assert summary(reported_on(company, request)[0]) == ("stock", "tech_dept", "major", request["part_no"] + ": 公交车上遗失")
    request = step(gm, request, "decide_charge", "closed", charge_decision="written_off", reason="首次")
    exact(company, other)
    exact(company, item)
    # Wrong or dead, before and after it is built in.
    spare = part(company, 2, old_part_required=True)
    request = step(t, asked(company, spare, "issued"), "wrong_or_dead", "reserved", fault_found="wrong", test_note="型号不符")
    request = forward(company, request, "old_part_due")
    request = step(t, request, "wrong_or_dead", "backordered", fault_found="dead", test_note="上电无输出")
    assert [summary(n)[1:] for n in reported_on(company, request, 2)] == [("materials_office", "minor", request["part_no"] + ": " + note) for note in ("上电无输出", "型号不符")]
    assert request["queue_first"] is True and request.get("old_part_due") is None and request["clocks"] == {}
    assert levels(company, spare, "inspection") == (2, 0, 2)
    exact(company, spare)
    # Rejected and cancelled.
    request = asked(company, item, "checked")
    step(company.supervising_leader, request, "reject", "rejected", reject_reason="无价值")
    request = asked(company, item)
    repair = d.read("/v1/repairs/" + request["parent_id"])
    step(t, request, "cancel", "cancelled", reason="误判")
    assert d.read(repair["href"])["state"] == "seeking_solution"
    step(d, asked(company, other), "amend", "requested", fault="更正", reason="x")


def test_waiting_substituting_giving_up(company):
    t, d, k, m = company.technician, company.dispatcher, company.warehouse_keeper, company.materials_officer
    empty, cheap, dear = part(company, 0), part(company, 1, unit_cost=10000, unit_price=20000), part(company, 1, unit_cost=90000, unit_price=99000)
    body = dict(fits=True, fit_confirmed_by=t.id)
    request = step(k, asked(company, empty, "approved"), "backorder", "backordered")
    assert request["waiting_since"]
    buy = k.read("/v1/purchase-requests", parent=request["id"])["data"][0]
    buy = step(m, company.deputy_gm.fire(buy, "approve"), "order", "ordered", supplier_id=supplier(company)["id"], expected_on=company.day(5))
    assert d.read(request["href"])["expected_on"] == company.day(5)
    buy = step(m, buy, "move_date", "ordered", expected_on=company.day(9))
    assert buy["missed_dates"] == 1 and d.read(request["href"])["promises_moved"] == 1 and "promise_moved" in told(d, request)
    # A cheaper substitute needs no further approval; what is ordered comes in for the stock.
    request = step(m, d.read(request["href"]), "substitute", "approved", part_no=cheap["part_no"], **body)
    assert request["substituted_for"] == empty["part_no"] and request["amount"] == 10000
    request = step(m, request, "substitute", "checked", part_no=dear["part_no"], **body)
    assert request["amount"] == 90000 and request.get("approved_by") is None
    request = step(m, request, "substitute", "checked", part_no=cheap["part_no"], **body)
    request = forward(company, request, "issued")
    assert request["stock_id"] == cheap["store"]["id"]
    m.fire(buy, "receive", received_quantity=1, inspection_passed=True)
    assert levels(company, empty) == (1, 0, 1)
    # Three missed dates, and it is given up; the repair goes on without.
    gone = part(company, 0)
    repair, (request,) = waiting_repair(company, gone)
    request = k.fire(forward(company, request, "approved"), "backorder")
    buy = company.deputy_gm.fire(k.read("/v1/purchase-requests", parent=request["id"])["data"][0], "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(1))
    for day in (2, 3, 4):
        buy = m.fire(buy, "move_date", expected_on=company.day(day))
    step(m, d.read(request["href"]), "give_up", "unobtainable")
    assert state(company, buy) == "unobtainable" and state(company, repair) == "seeking_solution"
    # Discontinued: there is nothing to order.
    m.fire(part_now(company, gone), "discontinue", discontinued_on=company.day(-1))
    request = step(k, asked(company, gone, "approved"), "await_supply", "backordered")
    m.fire(request, "give_up")
    # A backordered request that is cancelled stops what is not ordered yet.
    scarce = part(company, 0)
    request = k.fire(asked(company, scarce, "approved"), "backorder")
    buy = k.read("/v1/purchase-requests", parent=request["id"])["data"][0]
    t.fire(request, "cancel", reason="x")
    assert state(company, buy) == "cancelled"


def part_now(company, item):
    return company.materials_officer.read("/v1/parts/" + item["id"])


def test_transfers_that_fail(company):
    t, d, k, gm = company.technician, company.dispatcher, company.warehouse_keeper, company.deputy_gm
    outlet, manager, _ = outlet_with_people(company)
    item = part(company, 0)
    there = shelf(company, item, 3, location="outlet", outlet_id=outlet["id"])
    request = step(d, asked(company, item, "approved"), "transfer", "transferring", other_stock_id=there["id"])
    slip = k.read("/v1/stock-transfers", parent=request["id"])["data"][0]
    slip = step(manager, slip, "ship", "shipped", waybill="Y-1")
    slip = step(k, slip, "report_loss", "lost", loss_note="运输途中丢失")
    assert summary(reported_on(company, slip)[0]) == ("stock", "materials_office", "major", "运输途中丢失")
    assert state(company, request) == "approved" and levels(company, item, "outlet") == (2, 0, 2)
    step(gm, slip, "decide_loss", "settled", charge_decision="charged", charge_amount=20000, reason="承运人赔付")
    request = d.fire(d.read(request["href"]), "transfer", other_stock_id=there["id"])
    slip = k.read("/v1/stock-transfers", parent=request["id"], open="true")["data"][0]
    d.fire(slip, "cancel", reason="网点自用")
    assert state(company, request) == "approved"
    request = d.fire(d.read(request["href"]), "transfer", other_stock_id=there["id"])
    slip = k.read("/v1/stock-transfers", parent=request["id"], open="true")["data"][0]
    t.fire(request, "cancel", reason="客户撤回")
    assert state(company, slip) == "cancelled"
    # The part that is already on its way goes to stock.
    request = d.fire(asked(company, item, "approved"), "transfer", other_stock_id=there["id"])
    slip = k.fire(k.read("/v1/stock-transfers", parent=request["id"], open="true")["data"][0], "ship")
    t.fire(request, "cancel", reason="客户撤回")
    slip = step(k, slip, "receive", "received", counted_quantity=1, inspection_passed=True)
    assert levels(company, item) == (1, 0, 1)
    exact(company, item)


def test_an_outlet_serves_itself_and_owes_old_parts_longer(company):
    outlet, manager, fitter = outlet_with_people(company)
    item = part(company, 1, old_part_required=True)
    mine = manager.create("stocks", part_id=item["id"], location="outlet")
    assert mine["outlet_id"] == outlet["id"]
    mine = manager.fire(mine, "book_in", quantity=2, reason="期初")
    repair, request = outlet_repair(company, item)
    request = forward(company, request, "approved")
    assert request["stock_id"] == mine["id"]
    request = manager.fire(request, "reserve")
    request = manager.fire(request, "issue", technician_signed=True)
    # The repair is where the customer is: it waits for another visit.
    assert company.dispatcher.read(repair["href"])["state"] == "revisit_pending"
    request = fitter.fire(request, "install", old_serial="O-5", installed_serial="N-5")
    assert request["old_part_due"] == company.day(15) and "old_part_outlet" in request["clocks"] and "old_part" not in request["clocks"]
    # Theirs and nobody else's.
    assert [s["id"] for s in manager.read("/v1/stocks", outlet="mine", part_id=item["id"], location="outlet")["data"]] == [mine["id"]]
    assert manager.get(item["store"]["href"]).status_code == 404
    fitter.fire(request, "return_old", old_part_condition="坏", returned_serial="O-5")
    exact(company, item)


def test_parts_in_a_bag_change_hands_by_count(company):
    d, t, other = company.dispatcher, company.technician, second_technician(company)
    item = part(company, 5)
    request = asked(company, item, "issued")
    request = step(d, request, "reassign", "issued", assignee_id=other.id, reassign_reason="ill")
    assert request["assignee_id"] == t.id and request["new_assignee_id"] == other.id
    request = step(other, request, "take_over", "issued", counted_quantity=1)
    assert request["assignee_id"] == other.id and request.get("new_assignee_id") is None
    assert levels(company, item, "bag", holder_id=other.id) == (1, 0, 1) and levels(company, item, "bag", holder_id=t.id) == (0, 0, 0)
    other.fire(request, "install")
    # What is not issued yet just goes to the other's bag when it is.
    request = d.fire(asked(company, item, "reserved"), "reassign", assignee_id=other.id, reassign_reason="overload")
    request = forward(company, request, "issued")
    assert levels(company, item, "bag", holder_id=other.id) == (1, 0, 1)
    request = d.fire(asked(company, item), "reassign", assignee_id=other.id, reassign_reason="overload")
    assert request["assignee_id"] == other.id
    exact(company, item)


def test_an_urgent_request_takes_a_reservation_over(company):
    d, k = company.dispatcher, company.warehouse_keeper
    item = part(company, 1)
    normal = asked(company, item, "reserved")
    urgent = asked(company, item, "approved", priority="urgent")
    assert urgent["priority"] == "urgent"
    normal = step(d, normal, "yield", "backordered", yielded_to_id=urgent["id"], reason="紧急客户")
    assert "reservation_taken_over" in told(company.technician, normal)
    assert k.read("/v1/purchase-requests", parent=normal["id"])["data"][0]["state"] == "requested"
    third = asked(company, item, "approved", priority="urgent")
    answer = k.try_fire(third, "reserve")
    assert [e["code"] for e in answer.json()["errors"]] == ["others_come_first"]
    assert k.fire(urgent, "reserve")["state"] == "reserved"
    exact(company, item)


def test_wrong_bookings_are_reversed_by_somebody_else(company):
    k, m = company.warehouse_keeper, company.materials_officer
    item = part(company, 7)
    row = k.read("/v1/stock-movements", part_id=item["id"])["data"][0]
    assert row["kind"] == "opening" and row["quantity"] == 7 and row["amount"] == 140000
    row = step(m, row, "reverse", "reversed", reason="数错")
    assert levels(company, item) == (0, 0, 0)
    back = k.read("/v1/stock-movements", part_id=item["id"], kind="reversal")["data"][0]
    assert back["reverses_id"] == row["id"] and back["from_stock_id"] == item["store"]["id"]
    exact(company, item)
    # What was scrapped by mistake comes back the same way.
    item = part(company, 2)
    k.fire(item["store"], "set_levels", shelf_life_until=company.day(-1))
    company.deputy_gm.fire(item["store"], "dispose", quantity=2, reason="过期")
    row = k.read("/v1/stock-movements", part_id=item["id"], kind="scrap")["data"][0]
    m.fire(row, "reverse", reason="误报废")
    assert levels(company, item) == (2, 0, 2)
    exact(company, item)


def test_counts_with_differences(company):
    m, k, gm, finance, leader = company.materials_officer, company.warehouse_keeper, company.deputy_gm, company.finance_officer, company.supervising_leader
    outlet = company.dispatcher.create("outlets", name="盘点网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    where = dict(location="outlet", outlet_id=outlet["id"])
    a, b, c = part(company, None, unit_cost=1000), part(company, None, unit_cost=40000, **{"class": "A"}), part(company, None, unit_cost=90000)
    for item, n in ((a, 100), (b, 10), (c, 10)):
        shelf(company, item, n, **where)
    low = shelf(company, part(company, None), **where)
    k.fire(low, "close", reason="x")

    def count(item, n, slip):
        return step(finance, stock(company, item, "outlet"), "count", count_id=slip["id"], counted=n)

    def begin(scope):
        return m.create("stock-counts", count_scope=scope, **where)

    # Class A alone; nothing differs.
    slip = begin("class_a")
    count(b, 10, slip)
    slip = step(m, slip, "finish", "counted")
    assert (slip["lines"], slip["differences"], slip["difference_value"], slip["difference_permille"]) == (1, 0, 0, 0)
    step(m, slip, "approve", "closed")
    # Small differences.
    slip = begin("all")
    count(a, 97, slip), count(b, 10, slip), count(c, 10, slip)
    slip = step(m, slip, "finish", "counted")
    assert slip["difference_value"] == 3000 and slip["book_value"] == 1400000 and slip["difference_permille"] == 3
    slip = step(m, slip, "approve", "closed")
    place = stock(company, a, "outlet")
    assert place["on_hand"] == 97 and place.get("count_id") is None and place["last_counted_on"] == company.day()
    assert "count_differs" not in told(company.service_manager, slip)
    # Bigger ones are counted again, then approved by the leader; more than 2 % of the value is a nonconformity.
    slip = begin("all")
    count(a, 99, slip), count(b, 8, slip), count(c, 10, slip)
    slip = m.fire(slip, "finish")
    slip = step(m, slip, "recount", "open", reason="复核")
    assert stock(company, b, "outlet").get("count_id") is None and stock(company, c, "outlet")["count_id"] == slip["id"]
    count(a, 99, slip), count(b, 8, slip)
    slip = m.fire(slip, "finish")
    slip = step(leader, slip, "approve", "closed")
    assert slip["difference_value"] == 82000 and slip["net_value"] == -78000 and "count_differs" in told(company.service_manager, slip)
    found = reported_on(company, slip)[0]
    assert (found["dept"], found["outlet_id"]) == ("outlet", slip["outlet_id"]) and "‰, 2/3" in found["fact"]
    # Above the leader's limit, at the end of the year.
    slip = begin("full")
    count(a, 99, slip), count(b, 8, slip), count(c, 4, slip)
    slip = m.fire(slip, "finish")
    slip = step(gm, slip, "approve", "closed")
    assert [r["form"] for r in m.read(slip["href"] + "/records")["data"]] == ["stock_count", "spare_stock"]
    for item in (a, b, c):
        exact(company, item)
    # A count that is dropped changes nothing.
    slip = begin("all")
    count(a, 1, slip)
    step(m, slip, "cancel", "cancelled", reason="误开")
    assert stock(company, a, "outlet")["on_hand"] == 99 and stock(company, a, "outlet").get("counted") is None
    # A difference stands against what was there when it was counted.
    slip = begin("class_a")
    count(b, 7, slip)
    move = k.create("stock-transfers", from_stock_id=stock(company, b, "outlet")["id"], to_stock_id=shelf(company, b)["id"], quantity=2)
    k.fire(move, "ship")
    m.fire(m.fire(slip, "finish"), "approve")
    assert stock(company, b, "outlet")["on_hand"] == 5
    exact(company, b)


def test_counts_watch_the_minimum(company):
    m, k, gm, finance = company.materials_officer, company.warehouse_keeper, company.deputy_gm, company.finance_officer
    holder = second_technician(company)
    # A bag is counted like a store; nobody reorders for it.
    items = [part(company, 5) for _ in range(2)]
    for item in items:
        k.create("stocks", part_id=item["id"], location="bag", holder_id=holder.id)
        k.fire(stock(company, item, "bag", holder_id=holder.id), "book_in", quantity=5, reason="期初")
        k.fire(stock(company, item, "bag", holder_id=holder.id), "set_levels", min_stock=5)

    def counted(place, *numbers, wanted):
        slip = m.create("stock-counts", count_scope="all", **place)
        for item, n in zip(items, numbers):
            where = {"holder_id": place["holder_id"]} if "holder_id" in place else {"outlet": place["outlet_id"]}
            finance.fire(stock(company, item, place["location"], **where), "count", count_id=slip["id"], counted=n)
        slip = company.deputy_gm.fire(m.fire(slip, "finish"), "approve")
        assert [stock(company, i, place["location"], **where)["state"] for i in items] == wanted
        return slip

    bag = dict(location="bag", holder_id=holder.id)
    # What else the holder carries is counted as well.
    others = [s for s in k.read("/v1/stocks", location="bag", holder_id=holder.id, limit=200)["data"] if s["part_id"] not in [i["id"] for i in items]]
    slip = m.create("stock-counts", count_scope="all", **bag)
    for place in others:
        finance.fire(place, "count", count_id=slip["id"], counted=place["on_hand"])
    for item in items:
        finance.fire(stock(company, item, "bag", holder_id=holder.id), "count", count_id=slip["id"], counted=3)
    gm.fire(m.fire(slip, "finish"), "approve")
    assert [stock(company, i, "bag", holder_id=holder.id)["state"] for i in items] == ["low", "low"]
    # Put into and taken out of a low one, it stays low.
    request = asked(company, items[0], "issued")
    company.dispatcher.fire(request, "reassign", assignee_id=holder.id, reassign_reason="ill")
    request = holder.fire(request, "take_over", counted_quantity=1)
    assert stock(company, items[0], "bag", holder_id=holder.id)["state"] == "low"
    holder.fire(request, "install")
    outlet = company.dispatcher.create("outlets", name="限额网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    place = dict(location="outlet", outlet_id=outlet["id"])
    for item in items:
        shelf(company, item, 3, **place)
        k.fire(stock(company, item, "outlet", outlet=outlet["id"]), "set_levels", min_stock=4, max_stock=9)
    for item in items:
        until(k, stock(company, item, "outlet", outlet=outlet["id"]), "reorder_open")
    counted(place, 2, 3, wanted=["reorder_open", "reorder_open"])
    counted(place, 6, 3, wanted=["normal", "reorder_open"])
    for item in items:
        exact(company, item)


def test_loan_units(company):
    d, t, k, gm = company.dispatcher, company.technician, company.warehouse_keeper, company.deputy_gm
    unit = loan_unit(company)
    assert step(k, unit, "amend", "available", condition="九成新", reason="x")["condition"] == "九成新"
    repair = held(company)
    body = dict(parent_id=repair["id"], loan_unit_id=unit["id"], condition_list="主机")
    loan = t.create("loan-agreements", **body)
    assert loan["price_if_lost"] == 150000 and loan["serial"] == unit["serial"]
    loan = step(d, loan, "amend", "offered", condition_list="主机, 电源线", reason="x")
    step(t, loan, "decline", "declined")
    loan = step(d, t.create("loan-agreements", **body), "approve", "approved", expected_repair_on=company.day(3))
    assert state(company, unit) == "reserved"
    step(t, loan, "cancel", "cancelled", reason="客户改变主意")
    assert state(company, unit) == "available"
    loan = d.fire(t.create("loan-agreements", **body), "approve", expected_repair_on=company.day(3))
    loan = step(t, loan, "lend", "lent", customer_signature={"name": "李明", "content_sha256": loan["content_sha256"]})
    assert k.read(unit["href"])["loans"] == 1
    loan = step(t, loan, "contact_attempt", "lent", channel_used="phone", contact_result="reached")
    loan = step(d, loan, "reassign", "lent", assignee_id=t.id, reassign_reason="overload")
    loan = step(d, loan, "extend", "lent", expected_repair_on=company.day(9), reason="待件")
    assert loan["due_on"] == company.day(12)
    # The unit breaks at the customer's: another one takes its place, on an agreement of its own.
    second = loan_unit(company)
    loan = step(t, loan, "exchange", "returned", other_unit_id=second["id"], exchange_cause="无法开机", return_condition="不开机")
    follows = k.read("/v1/loan-agreements", follows_id=loan["id"])["data"][0]
    assert follows["state"] == "offered" and follows["loan_unit_id"] == second["id"] and state(company, unit) == "returned"
    loan = step(k, loan, "inspect", "damaged", inspection_ok=False, data_wiped=True, damage="主板烧毁")
    assert state(company, unit) == "damaged"
    loan = step(d, loan, "agree_compensation", "compensated", compensation_amount=0, compensated_by="公司", reason="自然损坏")
    assert not [l for l in d.read("/v1/links", entity=loan["id"])["data"] if l["to_machine"] == "compensation"]  # nothing to claim
    step(k, unit, "mend", "available", condition="已修")
    step(gm, unit, "retire", "retired", reason="老旧")
    follows = d.fire(follows, "approve", expected_repair_on=company.day(5))
    follows = t.fire(follows, "lend", customer_signature={"name": "李明", "content_sha256": follows["content_sha256"]})
    follows = step(t, follows, "take_back", "returned", return_condition="完好")
    follows = step(t, follows, "inspect", "inspected", inspection_ok=True, data_wiped=True)
    follows = step(k, follows, "restock", "restocked")
    # Separated, and kept as the replacement.
    repair = held(company)
    loan, unit = lent(company, repair)
    loan = step(d, loan, "separate", "lent", reason="x")
    repair = t.fire(d.read(repair["href"]), "advise_replacement", replacement_reason="老化", replacement_price=100000)
    t.fire(repair, "accept_replacement", customer_choice="同意更换")
    step(d, loan, "convert", "converted_to_replacement", customer_consent="李明")
    assert state(company, unit) == "converted"
    assert settle(company, repair).status_code in (200, 422)
    unit = loan_unit(company)
    step(k, unit, "void", "voided", reason="误登")


def test_what_comes_in_goes_to_the_request_that_waits(company):
    k, m, gm, _ = company.warehouse_keeper, company.materials_officer, company.deputy_gm, company.dispatcher
    item = part(company, 0)
    request = k.fire(asked(company, item, "approved"), "backorder")
    buy = gm.fire(k.read("/v1/purchase-requests", parent=request["id"])["data"][0], "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(3))
    m.fire(buy, "receive", received_quantity=1, inspection_passed=True)
    assert state(company, request) == "reserved" and levels(company, item) == (1, 1, 0)
    # Not of a part that is blocked meanwhile: it waits on the shelf.
    item = part(company, 0)
    request = k.fire(asked(company, item, "approved"), "backorder")
    buy = gm.fire(k.read("/v1/purchase-requests", parent=request["id"])["data"][0], "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(3))
    m.fire(part_now(company, item), "block", block_reason="批次不良")
    m.fire(buy, "receive", received_quantity=1, inspection_passed=True)
    assert state(company, request) == "backordered" and levels(company, item) == (1, 0, 1)
    answer = k.try_fire(request, "reserve")
    assert [e["code"] for e in answer.json()["errors"]] == ["part_blocked"]
    exact(company, item)
    # Taken out below the minimum.
    item = part(company, 3)
    k.fire(item["store"], "set_levels", min_stock=3)
    other = shelf(company, item, 0, location="outlet", outlet_id=outlet_with_people(company)[0]["id"])
    slip = k.create("stock-transfers", to_stock_id=other["id"], quantity=1)
    k.fire(slip, "ship")
    assert stock(company, item)["below_min"] is True


def test_purchases_and_lists(company):
    k, m, _, leader = company.warehouse_keeper, company.materials_officer, company.deputy_gm, company.supervising_leader
    item = part(company, 0, unit_cost=50001)
    buy = k.create("purchase-requests", part_id=item["id"], stock_id=item["store"]["id"], quantity=1)
    buy = step(leader, buy, "approve", "approved")
    step(m, buy, "reassign", "approved", assignee_id=m.id, reassign_reason="overload")
    count = m.create("stock-counts", location="main", count_scope="full")
    step(m, count, "reassign", "open", assignee_id=company.finance_officer.id, reassign_reason="overload")
    m.fire(count, "cancel", reason="x")


def test_no_row_of_the_tables_was_left_out(company):
    cursor = company.server.database().cursor()
    missing = []
    for name in MACHINES:
        cursor.execute("select distinct event, from_state, to_state from entity_event where machine = %s", (name,))
        happened = cursor.fetchall()
        for row in TABLES[name]:
            def fits(event, before, after):
                if event != row["event"] or (row["from"] is not None and row["from"] != "*" and before not in row["from"].split()):
                    return False
                return after == before if row["to"] == "same" else row["to"] in (after, "previous")
            if row["event"] not in BY_TIMER and not any(fits(*h) for h in happened):
                missing.append((name, row["event"], row["from"], row["to"]))
    assert missing == [], "\n".join(map(str, missing))
    assert BY_TIMER <= {row["event"] for name in MACHINES for row in TABLES[name]}
