"""What P11's people look at every day, and what follows from the ledger."""

import uuid

from deliveries import DELIVERY, SETUP, alone, complete_set, go, installer
from return_repairs import codes, forward as forward_case, supplier, walk_in
from spares import asked, forward, held, levels, part, shelf, stock, waiting_repair
from answers import eventually
from test_spares_steps import outlet_with_people
from test_spares_story import lent, second_technician


def ids(who, path, **filters):
    return [r["id"] for r in who.read("/v1/" + path, limit=200, **filters)["data"]]


def test_the_keeper_sees_what_to_issue_what_comes_and_what_runs_out(company):
    k, m = company.warehouse_keeper, company.materials_officer
    item = part(company, 5)
    normal, urgent = asked(company, item, "reserved"), asked(company, item, "reserved", priority="urgent")
    assert set(ids(k, "spare-requests", state="reserved", part_id=item["id"])) == {normal["id"], urgent["id"]}
    assert ids(k, "spare-requests", state="reserved", part_id=item["id"], priority="urgent") == [urgent["id"]]
    assert ids(k, "stocks", below_min="true", part_id=item["id"], location="main") == []
    k.fire(item["store"], "set_levels", min_stock=6)
    assert ids(k, "stocks", below_min="true", part_id=item["id"], location="main") == [item["store"]["id"]]
    buy = company.deputy_gm.fire(k.create("purchase-requests", part_id=item["id"], stock_id=item["store"]["id"], quantity=9), "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(4))
    assert ids(k, "purchase-requests", state="ordered", expected_on=company.day(4), part_id=item["id"]) == [buy["id"]]
    m.fire(m.read("/v1/parts/" + item["id"]), "block", block_reason="x")
    assert item["id"] in ids(k, "parts", state="blocked")


def test_the_technician_sees_his_requests_his_bag_and_the_old_parts_he_owes(company):
    t = second_technician(company)
    item = part(company, 3, old_part_required=True)
    repair = held(company)
    company.dispatcher.fire(repair, "reassign", assignee_id=t.id, reassign_reason="overload")
    t.fire(company.dispatcher.read(repair["href"]), "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 1}] * 2)
    one, two = t.read("/v1/spare-requests", assignee="me", part_id=item["id"])["data"]
    one = forward(company, one, "issued")
    forward(company, two, "old_part_due", technician=t)
    assert ids(t, "stocks", holder_id="me", on_hand_from=1, part_id=item["id"]) == [one["bag_stock_id"]]
    assert ids(t, "spare-requests", assignee="me", part_id=item["id"], old_part_due_to=company.day(7)) == [two["id"]]
    assert ids(t, "spare-requests", assignee="me", part_id=item["id"], old_part_due_to=company.day(6)) == []
    assert t.read("/v1/worklist", machine="spare_request", assignee="me", limit=200)["data"]


def test_the_dispatcher_sees_what_waits_and_which_promises_moved(company):
    k, m, d = company.warehouse_keeper, company.materials_officer, company.dispatcher
    item = part(company, 0)
    request = k.fire(asked(company, item, "approved"), "backorder", expected_on=company.day(3), customer_told=True)
    buy = company.deputy_gm.fire(k.read("/v1/purchase-requests", parent=request["id"])["data"][0], "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(3))
    assert ids(d, "spare-requests", state="backordered", part_id=item["id"], promises_moved_from=1) == []
    m.fire(buy, "move_date", expected_on=company.day(9), supplier_word="缺料")
    assert ids(d, "spare-requests", state="backordered", part_id=item["id"], promises_moved_from=1) == [request["id"]]
    assert ids(d, "spare-requests", state="backordered", part_id=item["id"], expected_on_to=company.day(8)) == []
    assert ids(d, "spare-requests", state="backordered", part_id=item["id"], waiting_since_to=company.day(1)) == [request["id"]]
    assert ids(m, "purchase-requests", missed_dates_from=1, part_id=item["id"]) == [buy["id"]]


def test_the_outlet_sees_its_own(company):
    k = company.warehouse_keeper
    outlet, manager, _ = outlet_with_people(company)
    item = part(company, 5)
    there = shelf(company, item, 1, location="outlet", outlet_id=outlet["id"])
    slip = k.create("stock-transfers", to_stock_id=there["id"], quantity=2)
    assert ids(manager, "stocks", outlet="mine", part_id=item["id"]) == [there["id"]]
    assert ids(manager, "stock-transfers", outlet="mine", part_id=item["id"], state="requested,shipped") == [slip["id"]]
    assert manager.get("/v1/stocks/" + item["store"]["id"]).status_code == 404
    assert manager.read("/v1/loan-agreements", outlet="mine", state="lent")["data"] == []
    assert company.hire("customer", name="客户", department="external").get("/v1/parts").status_code in (403, 404)


def test_availability_use_and_slow_movers_follow_from_the_ledger(company):
    k, m = company.warehouse_keeper, company.materials_officer
    item = part(company, 9, lead_days=20)
    outlet = company.dispatcher.create("outlets", name="用量网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    there = shelf(company, item, 0, location="outlet", outlet_id=outlet["id"])
    k.fire(k.create("stock-transfers", to_stock_id=there["id"], quantity=6), "ship")
    # 6 in 90 days, 20 days on the way, half as much again: 2.
    assert k.fire(item["store"], "set_levels", min_stock=1)["safety_stock"] == 2
    assert k.fire(item["store"], "set_levels", min_stock=1, safety_stock=5)["safety_stock"] == 5
    assert stock(company, item)["turns"] == 200  # 6 a year with 3 there
    assert item["store"]["id"] not in ids(m, "stocks", part_id=item["id"], turns_to=100)
    assert ids(m, "stocks", part_id=item["id"], turns_to=100) == [there["id"]]
    at_once_served = asked(company, item, "reserved")
    assert at_once_served["from_stock"] is True
    late = k.fire(asked(company, part(company, 0), "approved"), "backorder")
    buy = company.deputy_gm.fire(k.read("/v1/purchase-requests", parent=late["id"])["data"][0], "approve")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(2))
    m.fire(buy, "receive", received_quantity=1, inspection_passed=True)
    assert company.dispatcher.read(late["href"])["from_stock"] is False
    assert late["id"] in ids(m, "spare-requests", from_stock="false") and at_once_served["id"] in ids(m, "spare-requests", from_stock="true")


def test_a_return_repair_asks_for_a_part_too(company):
    t = company.technician
    case = forward_case(company, walk_in(company), "tested")
    item = part(company, 1)
    request = t.create("spare-requests", return_repair_id=case["id"], part_no=item["part_no"], quantity=1, fault="电容鼓包")
    assert request["assignee_id"] == t.id and request.get("parent_id") is None
    request = forward(company, request, "installed")
    assert request["in_warranty"] is True and levels(company, item) == (0, 0, 0)
    # Once the case is over, what was asked for is not wanted any more.
    other = t.create("spare-requests", return_repair_id=case["id"], part_no=part(company, 0)["part_no"], quantity=1, fault="x")
    clerk = company.return_repair_clerk
    case = clerk.fire(clerk.read(case["href"]), "declare_scrap", scrap_reason="烧毁")
    case = clerk.fire(case, "notify_customer", told_about=["scrap"], told_by="phone", remedy_offered="loan")
    case = clerk.fire(case, "decide_scrap", scrap_choice="company_disposal", decided_by="李明")
    case = clerk.fire(case, "store_scrap", scrap_place="F")
    case = company.deputy_gm.fire(case, "approve_disposal", disposal_batch="B1")
    company.materials_officer.fire(case, "dispose_scrap")
    assert eventually(lambda: company.dispatcher.read(other["href"])["state"] == "cancelled")


def test_an_installation_asks_for_a_part_too(company):
    fitter, item = installer(company), part(company, 1)
    delivery = go(company, complete_set(company), SETUP)
    request = fitter.create("spare-requests", delivery_id=delivery["id"], part_no=item["part_no"], quantity=1, fault="运输损坏")
    assert request["assignee_id"] == fitter.id and request.get("outlet_id") is None
    assert ids(fitter, "spare-requests", delivery_id=delivery["id"]) == [request["id"]]
    request = forward(company, request, "installed", technician=fitter)
    assert request["in_warranty"] is True and levels(company, item) == (0, 0, 0)

    # When the delivery is over, what was asked for is not wanted any more, and nothing new can be.
    delivery = go(company, alone(company), DELIVERY)
    wanted = dict(delivery_id=delivery["id"], part_no=part(company, 0)["part_no"], quantity=1, fault="x")
    other = fitter.create("spare-requests", **wanted)
    company.dispatcher.fire(delivery, "close_delivery")
    assert eventually(lambda: company.dispatcher.read(other["href"])["state"] == "cancelled")
    assert codes(fitter.post("/v1/spare-requests", wanted)) == ["job_not_open"]


def test_everything_about_a_part_hangs_on_sealed_chains(company):
    item = part(company, 2, old_part_required=True)
    _, (request,) = waiting_repair(company, item)
    request = forward(company, request, "old_part_due")
    loan, unit = lent(company, held(company))
    rows = company.warehouse_keeper.read("/v1/stock-movements", part_id=item["id"])["data"]
    assert sorted(r["kind"] for r in rows) == ["install", "issue", "opening"]
    for entity in [request, loan, unit, stock(company, item), *rows]:
        assert company.dispatcher.read("/v1/audit/verify", entity=entity["id"])["sound"] is True
    assert {r["form"] for r in company.dispatcher.read(request["href"] + "/records")["data"]} == {"spare_request", "issue_slip"}
