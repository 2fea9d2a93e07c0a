"""Every guard of P11's tables refuses with its own code; a check at the end names those that were not tried."""

import uuid

from answers import eventually
from return_repairs import held, supplier
from spares import asked, codes, forward, levels, part, shelf, stock, waiting_repair
from test_races import advance
from test_spares_steps import MACHINES, outlet_repair, outlet_with_people, part_now
from test_spares_story import loan_unit, lent, second_technician, settle

REFUSED = set()
# Of the engine, or never met from outside: requests free no more than they hold.
ELSEWHERE = {"not_enough_reserved", "nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "unit_recalled"}


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert code in codes(answer), (event, answer.text)
    REFUSED.update(codes(answer))
    return answer


def not_created(who, path, code, pointer=None, **body):
    answer = who.post("/v1/" + path, body)
    assert code in codes(answer), answer.text
    if pointer:
        assert pointer in [e["pointer"] for e in answer.json()["errors"]], answer.text
    REFUSED.update(codes(answer))


def test_what_may_be_asked_for(company):
    t, d = company.technician, company.dispatcher
    item, tracked, blocked = part(company, 5), part(company, 5, serial_tracked=True), part(company, 1)
    company.materials_officer.fire(part_now(company, blocked), "block", block_reason="x")
    repair = held(company)
    body = dict(diagnosis="x")
    answer = refused(t, repair, "request_spare", "unknown_part", spares=[{"part_no": item["part_no"], "quantity": 1}, {"part_no": "NO", "quantity": 1}], **body)
    assert answer.json()["errors"][0]["pointer"] == "/spares/1/part_no"
    refused(t, repair, "request_spare", "part_blocked", spares=[{"part_no": blocked["part_no"], "quantity": 1}], **body)
    refused(t, repair, "request_spare", "one_serial_each", spares=[{"part_no": tracked["part_no"], "quantity": 2}], **body)
    assert t.try_fire(repair, "request_spare", spares=[], **body).status_code == 422
    assert t.try_fire(repair, "request_spare", spares=[{"part_no": item["part_no"], "quantity": 0}], **body).status_code == 422
    # Nothing was opened, and the repair stands where it stood.
    assert d.read(repair["href"])["state"] == "seeking_solution" and d.read("/v1/spare-requests", parent=repair["id"])["data"] == []
    # A further part while the repair waits is asked for directly, by whose repair it is.
    repair = t.fire(repair, "request_spare", spares=[{"part_no": item["part_no"], "quantity": 1}], **body)
    more = dict(parent_id=repair["id"], part_no=item["part_no"], quantity=1, fault="y")
    not_created(second_technician(company), "spare-requests", "not_your_job", **more)
    not_created(t, "spare-requests", "job_not_open", part_no=item["part_no"], quantity=1, fault="y")
    not_created(t, "spare-requests", "job_not_open", **{**more, "parent_id": company.register()["id"]})
    not_created(t, "spare-requests", "unknown_part", "/part_no", **{**more, "part_no": "NO"})
    assert d.post("/v1/spare-requests", more).status_code == 403
    second = t.create("spare-requests", **more)
    first = next(r for r in d.read("/v1/spare-requests", parent=repair["id"])["data"] if r["id"] != second["id"])
    forward(company, first, "issued")
    assert d.read(repair["href"])["state"] == "awaiting_spare"
    t.fire(second, "cancel", reason="x")
    # One was issued, the other is no longer wanted: the repair goes on.
    assert d.read(repair["href"])["state"] == "repairing"


def test_checking_and_approving(company):
    d, _, gm, leader = company.dispatcher, company.technician, company.deputy_gm, company.supervising_leader
    item, homeless = part(company, 5), part(company, None)
    request = asked(company, item)
    refused(d, request, "check", "fit_not_confirmed", fits=False)
    refused(d, request, "check", "stock_of_another_part", fits=True, stock_id=part(company, 1)["store"]["id"])
    refused(d, asked(company, homeless), "check", "no_stock_place", fits=True)
    both = company.hire("technician", "dispatcher", name="兼职", skills=["computer", "network", "display"])
    repair = held(company)
    d.fire(repair, "reassign", assignee_id=both.id, reassign_reason="overload")
    both.fire(d.read(repair["href"]), "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 1}])
    own = d.fire(d.read("/v1/spare-requests", parent=repair["id"])["data"][0], "check", fits=True)
    refused(both, own, "approve", "own_request")
    # The limits, exactly at and one fen above: 500 yuan the dispatcher, 5,000 the leader.
    for cost, may in ((50000, (d, leader, gm)), (50001, (leader, gm)), (500000, (leader, gm)), (500001, (gm,))):
        request = asked(company, part(company, 1, unit_cost=cost), "checked")
        assert request["amount"] == cost
        for who in (d, leader, gm):
            if who not in may:
                assert who.try_fire(request, "approve").status_code == 403, (cost, who.person["roles"])
        assert d.post(request["href"] + "/approve").status_code == 428
        assert may[0].fire(request, "approve")["state"] == "approved"
    # The quantity counts, too.
    request = asked(company, part(company, 9, unit_cost=20000), "checked", quantity=3)
    assert request["amount"] == 60000 and d.try_fire(request, "approve").status_code == 403
    # Out of warranty the customer's word comes first, and for all of the price.
    request = asked(company, item, "checked", warranty_days=-1)
    refused(d, request, "approve", "price_not_agreed")
    refused(d, request, "approve", "price_not_agreed", price_told=31999, consent_by="李明")
    assert d.fire(request, "approve", price_told=32000, consent_by="李明")["approved_by"] == d.id


def test_a_part_has_a_warranty_of_its_own(company):
    d, t = company.dispatcher, company.technician
    item = part(company, 5, warranty_months=12)
    serial = "W-" + uuid.uuid4().hex[:6]
    customer, unit = company.customer_with_unit(-1)

    def second_repair(old):
        repair = held(company, customer=customer, unit=unit)
        repair = t.fire(repair, "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 1, "old_serial": old}])
        return forward(company, d.read("/v1/spare-requests", parent=repair["id"])["data"][0], "checked")

    first = second_repair("OTHER")
    assert first["in_warranty"] is False and first["charge"] == 32000
    first = d.fire(first, "agree_price", price_told=32000, consent_by="李明")
    first = forward(company, first, "installed", installed_serial=serial)
    assert first["part_warranty_until"] > company.day(360)
    # The unit is out of warranty, the part that fails is not.
    again = second_repair(serial)
    assert again["in_warranty"] is True and again["charge"] == 0
    forward(company, again, "approved")


def test_reserving_and_issuing(company):
    d, k, t = company.dispatcher, company.warehouse_keeper, company.technician
    outlet, manager, fitter = outlet_with_people(company)
    item = part(company, 1)
    request = asked(company, item, "approved")
    refused(k, request, "backorder", "in_stock")
    other = asked(company, item, "approved")
    k.fire(request, "reserve")
    refused(k, other, "reserve", "not_enough_stock")
    refused(k, other, "backorder", "customer_not_told", expected_on=company.day(3))
    refused(k, other, "backorder", "date_in_past", expected_on=company.day(-1), customer_told=True)
    refused(d, other, "transfer", "not_there_either", other_stock_id=item["store"]["id"])
    refused(d, d.read(request["href"]), "yield", "not_urgent", yielded_to_id=other["id"], reason="x")
    refused(k, d.read(request["href"]), "issue", "not_signed")
    # The urgent one comes first.
    scarce = part(company, 1)
    normal, urgent = asked(company, scarce, "approved"), asked(company, scarce, "approved", priority="urgent")
    refused(k, normal, "reserve", "others_come_first")
    k.fire(urgent, "reserve")
    # A blocked part is neither reserved nor issued from that moment on.
    company.materials_officer.fire(part_now(company, item), "block", block_reason="批次不良")
    refused(k, d.read(request["href"]), "issue", "part_blocked", technician_signed=True)
    refused(k, other, "backorder", "part_discontinued")
    assert levels(company, item) == (1, 1, 0)
    # Nor is one whose shelf life is over.
    item = part(company, 2)
    request = asked(company, item, "reserved")
    k.fire(item["store"], "set_levels", shelf_life_until=company.day(-1))
    refused(k, request, "issue", "shelf_life_over", technician_signed=True)
    k.fire(item["store"], "set_levels", shelf_life_until=company.day(0))
    forward(company, request, "issued")
    # An outlet's manager hands out his own stock alone.
    item = part(company, 3)
    _, request = outlet_repair(company, item)
    request = forward(company, request, "approved")
    refused(manager, request, "reserve", "not_your_store")
    # Serial numbers.
    item = part(company, 3, serial_tracked=True, old_part_required=True)
    one, two = asked(company, item, "reserved"), asked(company, item, "reserved")
    refused(k, one, "issue", "serial_missing", technician_signed=True)
    serial = "S-" + uuid.uuid4().hex[:8]
    one = k.fire(one, "issue", waybill="SF-1", issued_serial=serial)
    refused(k, two, "issue", "serial_known", technician_signed=True, issued_serial=serial)
    refused(t, one, "install", "not_received", installed_serial=serial, old_serial="x")
    one = t.fire(one, "confirm_receipt")
    refused(t, one, "confirm_receipt", "nothing_sent")
    refused(t, one, "install", "other_serial", installed_serial="ANOTHER", old_serial="x")
    refused(t, one, "install", "old_serial_missing", installed_serial=serial)
    one = t.fire(one, "install", installed_serial=serial, old_serial="x")
    refused(t, one, "return_old", "serial_missing", old_part_condition="坏")
    refused(company.deputy_gm, one, "decide_charge", "no_charge_proposed", charge_decision="written_off", reason="x")
    lost = t.fire(k.fire(two, "issue", technician_signed=True, issued_serial=serial + "b"), "report_loss", loss_note="x")
    refused(company.deputy_gm, lost, "decide_charge", "charge_missing", charge_decision="charged", reason="x")


def test_substituting_and_giving_up(company):
    k, m, t = company.warehouse_keeper, company.materials_officer, company.technician
    item, other, tracked, homeless = part(company, 0), part(company, 1), part(company, 1, serial_tracked=True), part(company, None)
    request = k.fire(asked(company, item, "approved", quantity=2), "backorder")
    body = dict(fits=True, fit_confirmed_by=t.id)
    refused(m, request, "substitute", "same_part", part_no=item["part_no"], **body)
    refused(m, request, "substitute", "unknown_part", part_no="NO", **body)
    refused(m, request, "substitute", "one_serial_each", part_no=tracked["part_no"], **body)
    refused(m, request, "substitute", "no_stock_place", part_no=homeless["part_no"], **body)
    refused(m, request, "substitute", "fit_not_confirmed", part_no=other["part_no"], **{**body, "fits": False})
    refused(m, request, "substitute", "not_a_technician", part_no=other["part_no"], **{**body, "fit_confirmed_by": k.id})
    refused(m, request, "give_up", "not_proven_unobtainable")
    buy = company.deputy_gm.fire(k.read("/v1/purchase-requests", parent=request["id"])["data"][0], "approve")
    refused(m, buy, "cancel", "request_waits", reason="x")
    buy = m.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(1))
    for day in (2, 3):
        buy = m.fire(buy, "move_date", expected_on=company.day(day))
    refused(m, request, "give_up", "not_proven_unobtainable")
    m.fire(buy, "move_date", expected_on=company.day(4))
    m.fire(request, "give_up")
    # The supplier's word is enough.
    request = k.fire(asked(company, item, "approved"), "backorder")
    m.fire(request, "give_up", supplier_word="已停产")


def test_purchases(company):
    k, m, gm = company.warehouse_keeper, company.materials_officer, company.deputy_gm
    item, other = part(company, 0), part(company, 0)
    body = dict(part_id=item["id"], stock_id=item["store"]["id"], quantity=2)
    not_created(k, "purchase-requests", "stock_of_another_part", **{**body, "stock_id": other["store"]["id"]})
    m.fire(part_now(company, other), "discontinue", discontinued_on=company.day(-1))
    not_created(k, "purchase-requests", "part_not_orderable", part_id=other["id"], stock_id=other["store"]["id"], quantity=1)
    k.fire(other["store"], "set_levels", min_stock=1)
    refused(k, other["store"], "reorder", "part_not_orderable")
    refused(m, m.create("purchase-requests", **body), "approve", "own_request")
    for cost, officer, leader in ((25000, 200, 200), (25001, 403, 200), (250000, 403, 200), (250001, 403, 403)):
        dear = part(company, 0, unit_cost=cost)
        for who, status in ((m, officer), (company.supervising_leader, leader)):
            buy = k.create("purchase-requests", part_id=dear["id"], stock_id=dear["store"]["id"], quantity=2)
            assert who.try_fire(buy, "approve").status_code == status, (cost, who.person["roles"])
    buy = gm.fire(k.create("purchase-requests", **body), "approve")
    order = dict(supplier_id=supplier(company)["id"], expected_on=company.day(2))
    refused(m, buy, "order", "date_in_past", **{**order, "expected_on": company.day(-1)})
    refused(m, buy, "order", "price_above_approval", unit_cost=20001, **order)
    buy = m.fire(buy, "order", unit_cost=20000, **order)
    refused(m, buy, "move_date", "same_date", expected_on=company.day(2))
    refused(k, buy, "receive", "inspection_not_passed", received_quantity=1, inspection_passed=False)
    refused(k, buy, "receive", "more_than_ordered", received_quantity=3, inspection_passed=True)
    assert levels(company, item) == (0, 0, 0)


def test_transfers(company):
    k, _ = company.warehouse_keeper, company.dispatcher
    outlet, manager, _ = outlet_with_people(company)
    item, other = part(company, 2), part(company, 2)
    there = shelf(company, item, 0, location="outlet", outlet_id=outlet["id"])
    not_created(k, "stock-transfers", "places_do_not_fit", to_stock_id=there["id"], from_stock_id=other["store"]["id"], quantity=1)
    not_created(k, "stock-transfers", "places_do_not_fit", to_stock_id=item["store"]["id"], quantity=1)
    slip = manager.create("stock-transfers", to_stock_id=there["id"], quantity=3)
    refused(manager, slip, "ship", "not_your_store")
    refused(k, slip, "ship", "not_enough_stock")
    slip = k.fire(manager.create("stock-transfers", to_stock_id=there["id"], quantity=2), "ship")
    refused(manager, slip, "receive", "quantity_differs", counted_quantity=1, inspection_passed=True)
    refused(manager, slip, "receive", "inspection_not_passed", counted_quantity=2, inspection_passed=False)
    manager.fire(slip, "receive", counted_quantity=2, inspection_passed=True)
    # Back to the store: the outlet ships, the store receives.
    slip = manager.fire(k.create("stock-transfers", to_stock_id=item["store"]["id"], from_stock_id=there["id"], quantity=1), "ship")
    refused(manager, slip, "receive", "not_your_store", counted_quantity=1, inspection_passed=True)
    slip = k.fire(slip, "report_loss", loss_note="x")
    refused(company.deputy_gm, slip, "decide_loss", "charge_missing", charge_decision="charged", reason="x")


def test_stock_and_parts(company):
    k, m, gm = company.warehouse_keeper, company.materials_officer, company.deputy_gm
    outlet, manager, _ = outlet_with_people(company)
    item = part(company, 3)
    assert m.post("/v1/parts", dict(part_no=item["part_no"], name="x", unit_cost=1, unit_price=1, **{"class": "A"})).json()["code"] == "duplicate_value"
    body = dict(part_id=item["id"])
    not_created(k, "stocks", "stock_exists", location="main", **body)
    not_created(k, "stocks", "place_incomplete", location="outlet", **body)
    not_created(k, "stocks", "place_incomplete", location="bag", **body)
    not_created(manager, "stocks", "place_incomplete", location="main", **body)
    not_created(k, "stocks", "levels_do_not_fit", location="outlet", outlet_id=outlet["id"], min_stock=3, max_stock=2, **body)
    place = stock(company, item)
    refused(k, place, "set_levels", "levels_do_not_fit", min_stock=3, max_stock=2)
    refused(k, place, "book_in", "opening_done", quantity=1, reason="x")
    refused(gm, place, "dispose", "still_in_use", quantity=1, reason="x")
    refused(k, place, "close", "stock_left", reason="x")
    empty = part(company, 0)
    forward(company, asked(company, empty), "checked")
    refused(k, empty["store"], "close", "requests_open", reason="x")
    assert company.hotline_clerk.try_fire(place, "count", count_id=place["id"], counted=1).status_code == 403
    mine = manager.create("stocks", location="outlet", **body)
    theirs = company.dispatcher.create("outlets", name="别的网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    both = company.hire("outlet_manager", name="无网点负责人", department="outlet")
    refused(both, mine, "set_levels", "not_your_store", min_stock=1)
    refused(both, mine, "book_in", "not_your_store", quantity=1, reason="x")
    other = k.create("stocks", location="outlet", outlet_id=theirs["id"], min_stock=1, **body)
    assert manager.get(other["href"]).status_code == 404
    bag = k.create("stocks", location="bag", holder_id=second_technician(company).id, **body)
    k.fire(bag, "set_levels", min_stock=1)
    refused(k, bag, "reorder", "no_store")
    # Nobody fires the stock's own steps from outside.
    for event in ("reserve", "release", "issue", "take_out", "put_in"):
        assert k.try_fire(place, event, quantity=1).status_code == 403
    assert k.post("/v1/stock-movements", dict(kind="opening", part_id=item["id"], quantity=1, document="x")).status_code == 403
    # The ledger.
    row = k.read("/v1/stock-movements", part_id=item["id"])["data"][0]
    refused(k, row, "reverse", "own_booking", reason="x")
    request = asked(company, item, "issued")
    row = k.read("/v1/stock-movements", part_id=item["id"], kind="issue")["data"][0]
    assert row["document"] == request["number"] and row["from_stock_id"] == place["id"]
    refused(m, row, "reverse", "not_reversible", reason="x")
    row = k.read("/v1/stock-movements", part_id=item["id"], kind="opening")["data"][0]
    refused(m, row, "reverse", "not_enough_stock", reason="x")
    # Parts.
    refused(m, item, "make_obsolete", "supply_duty_runs", reason="x")
    refused(m, item, "discontinue", "date_ahead", discontinued_on=company.day(1))
    m_and_gm = company.hire("materials_officer", "service_manager", name="兼职物资")
    asked_for = part(company, 1)
    asked(company, asked_for)
    blocked = m.fire(part_now(company, asked_for), "block", block_reason="x")
    refused(m, blocked, "make_obsolete", "requests_open", reason="x")
    mine = part(company, 1)
    mine = m_and_gm.fire(part_now(company, mine), "block", block_reason="x")
    refused(m_and_gm, mine, "unblock", "own_block", reason="x")
    mine = m.fire(mine, "make_obsolete", reason="x")
    refused(gm, mine, "scrap", "stock_left", reason="x")
    place = stock(company, mine)
    gm.fire(place, "dispose", quantity=1, reason="x")
    refused(gm, place, "dispose", "not_enough_stock", quantity=1, reason="x")
    gm.fire(mine, "scrap", reason="x")
    not_created(k, "stocks", "part_ended", location="outlet", outlet_id=outlet["id"], part_id=mine["id"])


def test_what_is_amended_is_what_was_asked_and_an_outlet_ends_without_parts(company):
    d, k = company.dispatcher, company.warehouse_keeper
    item = part(company, 2)
    request = asked(company, item)
    request = d.fire(request, "amend", old_serial="O-1", reason="补填")
    assert d.try_fire(forward(company, request, "checked"), "amend", old_serial="O-2", reason="x").status_code == 409
    outlet = d.create("outlets", name="撤销网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    there = shelf(company, item, 1, location="outlet", outlet_id=outlet["id"])
    outlet = company.general_manager.fire(outlet, "wind_up", wind_up_reason="closed", reason="x")
    assert codes(company.general_manager.try_fire(outlet, "terminate", stock_returned=True)) == ["equipment_to_fetch"]
    slip = k.fire(k.create("stock-transfers", from_stock_id=there["id"], to_stock_id=item["store"]["id"], quantity=1), "ship")
    k.fire(slip, "receive", counted_quantity=1, inspection_passed=True)
    assert company.general_manager.fire(outlet, "terminate", stock_returned=True)["state"] == "terminated"


def test_what_passes_inspection_goes_back_to_the_shelf(company):
    k, t = company.warehouse_keeper, company.technician
    item = part(company, 1)
    request = t.fire(asked(company, item, "issued"), "return_unused", unused_condition="opened")
    k.fire(request, "store_unused")
    assert levels(company, item) == (0, 0, 0)
    shelf_of = stock(company, item, "inspection")
    slip = k.fire(k.create("stock-transfers", from_stock_id=shelf_of["id"], to_stock_id=item["store"]["id"], quantity=1), "ship")
    refused(k, slip, "receive", "inspection_not_passed", counted_quantity=1, inspection_passed=False)
    k.fire(slip, "receive", counted_quantity=1, inspection_passed=True)
    assert levels(company, item) == (1, 0, 1)
    # What fails is disposed of there.
    request = t.fire(asked(company, item, "issued"), "return_unused", unused_condition="opened")
    k.fire(request, "store_unused")
    company.deputy_gm.fire(stock(company, item, "inspection"), "dispose", quantity=1, reason="检验不合格")


def test_counts(company):
    k, m, finance, gm = company.warehouse_keeper, company.materials_officer, company.finance_officer, company.deputy_gm
    outlet = company.dispatcher.create("outlets", name="盘点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    where = dict(location="outlet", outlet_id=outlet["id"])
    one, two = part(company, None, unit_cost=50000), part(company, None, unit_cost=50000)
    for item in (one, two):
        shelf(company, item, 2, **where)
    not_created(m, "stock-counts", "place_incomplete", location="bag", count_scope="all")
    slip = m.create("stock-counts", count_scope="all", **where)
    refused(m, slip, "finish", "not_all_counted")
    empty = m.create("stock-counts", count_scope="class_a", **where)
    refused(m, empty, "finish", "nothing_counted")
    place, other = stock(company, one, "outlet"), stock(company, two, "outlet")
    refused(k, place, "count", "counts_own_stock", count_id=slip["id"], counted=2)
    refused(finance, part(company, 1)["store"], "count", "not_of_this_count", count_id=slip["id"], counted=1)
    finance.fire(place, "count", count_id=slip["id"], counted=1)
    rival = m.create("stock-counts", count_scope="all", **where)
    refused(finance, place, "count", "in_another_count", count_id=rival["id"], counted=1)
    refused(m, slip, "finish", "not_all_counted")
    m.fire(other, "count", count_id=slip["id"], counted=2)
    slip = m.fire(slip, "finish")
    assert slip["difference_value"] == 50000
    refused(m, slip, "approve", "own_count")
    # Exactly at the limit a materials officer approves, above it not.
    officer = company.hire("materials_officer", name="物资二")
    assert officer.fire(slip, "approve")["state"] == "closed"
    company.materials_officer.fire(part_now(company, one), "amend", unit_cost=50001, reason="x")
    slip = m.create("stock-counts", count_scope="all", **where)
    finance.fire(place, "count", count_id=slip["id"], counted=0), finance.fire(other, "count", count_id=slip["id"], counted=2)
    slip = finance.fire(slip, "finish")
    assert slip["difference_value"] == 50001 and officer.try_fire(slip, "approve").status_code == 403
    company.supervising_leader.fire(slip, "approve")
    # What is promised cannot be counted away.
    _, manager, _ = outlet_with_people(company)
    item = part(company, 0)
    there = shelf(company, item, 2, **where)
    request = company.dispatcher.fire(asked(company, item), "check", fits=True, stock_id=there["id"])
    request = forward(company, request, "reserved")
    slip = m.create("stock-counts", count_scope="all", **where)
    finance.fire(there, "count", count_id=slip["id"], counted=0)
    for p in (place, other):
        finance.fire(p, "count", count_id=slip["id"], counted=finance.read(p["href"])["on_hand"])
    slip = m.fire(slip, "finish")
    refused(gm, slip, "approve", "reserved_more_than_counted")
    assert levels(company, item, "outlet") == (2, 1, 1)


def test_handing_over(company):
    d, t, other = company.dispatcher, company.technician, second_technician(company)
    item = part(company, 3)
    request = asked(company, item, "issued")
    refused(d, request, "reassign", "technician_not_active", assignee_id=company.finance_officer.id, reassign_reason="ill")
    refused(d, request, "reassign", "same_person", assignee_id=t.id, reassign_reason="ill")
    request = d.fire(request, "reassign", assignee_id=other.id, reassign_reason="ill")
    refused(t, request, "install", "handover_open")
    third = company.hire("technician", name="第三人", skills=["computer"])
    refused(third, request, "take_over", "not_the_receiver", counted_quantity=1)
    refused(other, request, "take_over", "count_differs", counted_quantity=0)
    other.fire(request, "take_over", counted_quantity=1)


def test_loans(company):
    d, t, k = company.dispatcher, company.technician, company.warehouse_keeper
    repair, unit, spare = held(company), loan_unit(company), loan_unit(company)
    body = dict(parent_id=repair["id"], loan_unit_id=unit["id"])
    done = advance(company, company.register(), "report_back")
    not_created(t, "loan-agreements", "repair_over", **{**body, "parent_id": done["id"]})
    loan = t.create("loan-agreements", **body)
    assert loan["condition_list"] == "八成新"
    not_created(t, "loan-agreements", "loan_exists", parent_id=repair["id"], loan_unit_id=spare["id"])
    refused(d, loan, "approve", "date_in_past", expected_repair_on=company.day(-1))
    loan = d.fire(loan, "approve", expected_repair_on=company.day(4))
    not_created(t, "loan-agreements", "unit_not_available", **{**body, "parent_id": held(company)["id"]})
    refused(t, loan, "lend", "signed_other_content", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    assert t.try_fire(loan, "lend").status_code == 422
    loan = t.fire(loan, "lend", customer_signature={"name": "李明", "content_sha256": loan["content_sha256"]})
    refused(d, loan, "extend", "not_later", expected_repair_on=company.day(4), reason="x")
    refused(d, loan, "convert", "no_exchange", customer_consent="李明")
    refused(t, loan, "exchange", "unit_not_available", other_unit_id=unit["id"], exchange_cause="x", return_condition="x")
    loan = t.fire(loan, "take_back", return_condition="划伤")
    refused(k, loan, "inspect", "data_not_wiped", inspection_ok=True, data_wiped=False)
    refused(k, loan, "inspect", "damage_not_described", inspection_ok=False, data_wiped=True)
    bare = k.create("loan-units", serial="LU-" + uuid.uuid4().hex[:8], model="x", value=1, condition="x")
    assert k.post("/v1/loan-units", dict(serial=bare["serial"], model="x", value=1, condition="x")).json()["code"] == "duplicate_value"
    other = held(company)
    loan = d.fire(t.create("loan-agreements", parent_id=other["id"], loan_unit_id=bare["id"]), "approve", expected_repair_on=company.day(4))
    loan = d.fire(loan, "amend", condition_list=None, reason="重列")
    refused(t, loan, "lend", "conditions_missing", customer_signature={"name": "李明", "content_sha256": loan["content_sha256"]})
    loan, unit = lent(company, held(company))
    repair = d.read("/v1/repairs/" + loan["parent_id"])
    t.fire(repair, "solve", solution="x", test_passed=True)
    answer = settle(company, repair)
    assert codes(answer) == ["loan_unit_out"]
    d.fire(loan, "separate", reason="x")
    refused(d, loan, "separate", "separated_already", reason="x")
    assert settle(company, repair).status_code == 200


def test_a_waiting_repair_that_is_withdrawn_frees_everything(company):
    d, t, k = company.dispatcher, company.technician, company.warehouse_keeper
    item, empty = part(company, 2), part(company, 0)
    repair, (one, two) = waiting_repair(company, item, empty)
    one, two = forward(company, one, "reserved"), k.fire(forward(company, two, "approved"), "backorder")
    loan = t.create("loan-agreements", parent_id=repair["id"], loan_unit_id=loan_unit(company)["id"])
    out = asked(company, item, "issued")
    d.fire(d.read(repair["href"]), "withdraw", withdrawal_wish="不修了")
    for request in (one, two):
        assert eventually(lambda: d.read(request["href"])["state"] == "cancelled")
    assert levels(company, item) == (1, 0, 1)
    assert k.read("/v1/purchase-requests", parent=two["id"])["data"][0]["state"] == "cancelled"
    assert d.read(loan["href"])["state"] == "offered"
    settle(company, repair)
    assert eventually(lambda: d.read(loan["href"])["state"] == "cancelled")
    # What is in the bag is owed back within three days of the end of the job.
    job = d.read("/v1/repairs/" + out["parent_id"])
    t.fire(job, "solve", solution="无需更换", test_passed=True)
    assert eventually(lambda: "unused_due" in d.read(out["href"])["clocks"])


def test_no_guard_of_the_tables_was_left_out(company):
    missing = {}
    for name in MACHINES:
        codes_ = {g["code"] for t in company.dispatcher.read("/v1/procedures/" + name)["transitions"] for g in t["guards"]}
        if codes_ - REFUSED - ELSEWHERE:
            missing[name] = codes_ - REFUSED - ELSEWHERE
    assert missing == {}, missing
