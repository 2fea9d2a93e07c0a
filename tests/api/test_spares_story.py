"""P11 as a service manager knows it: the last power supply, two technicians who want it, and a customer who gets a loan unit."""

import uuid

from answers import told
from spares import asked, codes, exact, forward, held, levels, part, refused, shelf, state, waiting_repair
from return_repairs import supplier
from test_races import at_once, sound, twin


def second_technician(company):
    if "other_technician" not in company.people:
        company.people["other_technician"] = company.hire("technician", name="小王", skills=["computer", "network", "display"])
    return company.people["other_technician"]


def test_the_last_spare_is_fought_over_by_two_technicians(company):
    psu = part(company, 1, old_part_required=True, warranty_months=12)
    keeper, dispatcher = company.warehouse_keeper, company.dispatcher
    first, (one,) = waiting_repair(company, psu)
    other, (two,) = waiting_repair(company, psu)
    dispatcher.fire(dispatcher.read(other["href"]), "reassign", assignee_id=second_technician(company).id, reassign_reason="overload")
    one, two = forward(company, one, "approved"), forward(company, two, "approved")
    answers = at_once(*[lambda r=r, k=twin(keeper): k.try_fire(r, "reserve") for r in (one, two)])
    assert sorted(a.status_code for a in answers) == [200, 422], [a.text for a in answers]
    assert codes(next(a for a in answers if a.status_code == 422)) == ["not_enough_stock"]
    assert levels(company, psu) == (1, 1, 0)
    winner, loser = (one, two) if answers[0].status_code == 200 else (two, one)
    winner_repair, loser_repair = (first, other) if winner is one else (other, first)

    # The winner gets it in his bag; his repair goes on by itself.
    winner = forward(company, dispatcher.read(winner["href"]), "issued")
    assert state(company, winner_repair) == "repairing" and levels(company, psu) == (0, 0, 0)
    assert state(company, loser_repair) == "awaiting_spare"
    owner = company.technician if winner["assignee_id"] == company.technician.id else second_technician(company)
    winner = owner.fire(winner, "install", old_serial="OLD-1", installed_serial="NEW-" + winner["number"])
    assert winner["state"] == "old_part_due" and winner["part_warranty_until"] > company.day(360)
    assert dispatcher.read(winner_repair["href"])["parts_used"][-1]["serial"] == "NEW-" + winner["number"]
    winner = owner.fire(winner, "return_old", old_part_condition="烧毁", returned_serial="OLD-1")
    assert winner["state"] == "closed"

    # The loser's is ordered, comes in, is inspected and goes to him before anybody else; his repair goes on too.
    loser = keeper.fire(loser, "backorder", expected_on=company.day(5), customer_told=True)
    buy = keeper.read("/v1/purchase-requests", parent=loser["id"])["data"][0]
    buy = company.deputy_gm.fire(buy, "approve")
    buy = company.materials_officer.fire(buy, "order", supplier_id=supplier(company)["id"], expected_on=company.day(5))
    refused(company.materials_officer, buy, "receive", "inspection_not_passed", received_quantity=1, inspection_passed=False)
    buy = company.materials_officer.fire(buy, "receive", received_quantity=1, inspection_passed=True)
    assert buy["state"] == "received" and levels(company, psu) == (1, 1, 0)
    loser = dispatcher.read(loser["href"])
    assert loser["state"] == "reserved"
    loser = forward(company, loser, "issued")
    assert state(company, loser_repair) == "repairing"
    exact(company, psu)
    sound(company, winner)
    sound(company, company.warehouse_keeper.read("/v1/stocks", part_id=psu["id"], location="main")["data"][0])


def test_a_repair_waits_for_all_its_parts(company):
    psu, fan = part(company, 1), part(company, 0)
    repair, (one, two) = waiting_repair(company, psu, fan)
    forward(company, one, "issued")
    assert state(company, repair) == "awaiting_spare"
    two = forward(company, two, "approved")
    # The fan lies at an outlet: it is transferred.
    outlet = company.dispatcher.create("outlets", name="城西网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])
    there = shelf(company, fan, 2, location="outlet", outlet_id=outlet["id"])
    two = company.dispatcher.fire(two, "transfer", other_stock_id=there["id"])
    slip = company.warehouse_keeper.read("/v1/stock-transfers", parent=two["id"])["data"][0]
    slip = company.warehouse_keeper.fire(slip, "ship", waybill="SF-1")
    assert levels(company, fan, "outlet") == (1, 0, 1)
    slip = company.warehouse_keeper.fire(slip, "receive", counted_quantity=1, inspection_passed=True)
    assert slip["state"] == "received" and levels(company, fan) == (1, 1, 0)
    forward(company, company.dispatcher.read(two["href"]), "issued")
    assert state(company, repair) == "repairing"
    exact(company, fan)


def test_one_part_that_fails_sends_the_repair_back_to_the_technician(company):
    psu, fan = part(company, 1), part(company, 0)
    repair, (one, two) = waiting_repair(company, psu, fan)
    two = forward(company, two, "checked")
    company.dispatcher.fire(two, "reject", reject_reason="维修价值不高")
    assert state(company, repair) == "seeking_solution"
    # The other request is no longer waited for, and may be cancelled.
    one = forward(company, one, "reserved")
    company.technician.fire(one, "cancel", reason="改为返厂")
    assert levels(company, psu) == (1, 0, 1) and state(company, repair) == "seeking_solution"


def loan_unit(company, **fields):
    return company.warehouse_keeper.create("loan-units", **{"serial": "LU-" + uuid.uuid4().hex[:8], "model": "ZN-1000", "value": 150000, "condition": "八成新", **fields})


def lent(company, repair, unit=None):
    unit = unit or loan_unit(company)
    loan = company.technician.create("loan-agreements", parent_id=repair["id"], loan_unit_id=unit["id"], condition_list="主机一台, 电源线一根")
    loan = company.dispatcher.fire(loan, "approve", expected_repair_on=company.day(10))
    assert loan["due_on"] == company.day(13)
    return company.technician.fire(loan, "lend", customer_signature={"name": "李明", "content_sha256": loan["content_sha256"]}), unit


def settle(company, repair, who=None):
    repair = company.dispatcher.read(repair["href"])
    return (who or company.technician).try_fire(repair, "settle", customer_opinion="好", device_returned=True, customer_copy_taken_in=True,
                                                customer_signature={"name": "李明", "content_sha256": repair["content_sha256"]})


def test_a_lent_unit_keeps_the_repair_open_until_it_is_back(company):
    repair = held(company)
    loan, unit = lent(company, repair)
    assert state(company, unit) == "lent"
    company.technician.fire(company.dispatcher.read(repair["href"]), "solve", solution="更换电源", test_passed=True)
    assert codes(settle(company, repair)) == ["loan_unit_out"]
    loan = company.technician.fire(loan, "take_back", return_condition="完好")
    assert state(company, unit) == "returned"
    assert settle(company, repair).status_code == 200
    refused(company.warehouse_keeper, loan, "inspect", "data_not_wiped", inspection_ok=True, data_wiped=False)
    loan = company.warehouse_keeper.fire(loan, "inspect", inspection_ok=True, data_wiped=True)
    loan = company.warehouse_keeper.fire(loan, "restock")
    assert loan["state"] == "restocked" and state(company, unit) == "available"


def test_the_dispatcher_separates_a_loan_from_its_repair(company):
    repair = held(company)
    loan, unit = lent(company, repair)
    company.technician.fire(company.dispatcher.read(repair["href"]), "solve", solution="更换电源", test_passed=True)
    assert codes(settle(company, repair)) == ["loan_unit_out"]
    assert company.technician.try_fire(loan, "separate", reason="x").status_code == 403
    loan = company.dispatcher.fire(loan, "separate", reason="客户出差,设备先结")
    assert settle(company, repair).status_code == 200
    refused(company.dispatcher, loan, "separate", "separated_already", reason="x")
    # The unit itself is still owed.
    assert loan["state"] == "lent" and state(company, unit) == "lent"
    refused(company.dispatcher, loan, "extend", "repair_over", expected_repair_on=company.day(40), reason="x")


def test_a_dead_part_goes_back_and_the_next_one_comes_first(company):
    psu = part(company, 2)
    repair, (request,) = waiting_repair(company, psu)
    request = forward(company, request, "issued")
    assert state(company, repair) == "repairing"
    request = company.technician.fire(request, "wrong_or_dead", fault_found="dead", test_note="上电无输出")
    assert request["state"] == "reserved" and state(company, repair) == "awaiting_spare"
    assert levels(company, psu) == (1, 1, 0) and levels(company, psu, "inspection") == (1, 0, 1) and levels(company, psu, "bag") == (0, 0, 0)
    request = forward(company, request, "issued")
    assert state(company, repair) == "repairing"
    request = company.technician.fire(request, "wrong_or_dead", fault_found="wrong", test_note="接口不符")
    assert request["state"] == "backordered" and "part_wrong_or_dead" in told(company.materials_officer, request)
    # What comes in is his before anybody's who asks later, but not against a later purchase of his own.
    rival = asked(company, psu, "approved")
    other = shelf(company, psu, 1, location="outlet", outlet_id=company.dispatcher.create("outlets", name="南网点" + uuid.uuid4().hex[:4], kind="internal", skills=["computer"])["id"])
    slip = company.warehouse_keeper.create("stock-transfers", from_stock_id=other["id"], to_stock_id=psu["store"]["id"], quantity=1)
    slip = company.warehouse_keeper.fire(slip, "ship")
    company.warehouse_keeper.fire(slip, "receive", counted_quantity=1, inspection_passed=True)
    refused(company.warehouse_keeper, rival, "reserve", "others_come_first")
    request = company.warehouse_keeper.fire(request, "reserve")
    assert request["state"] == "reserved" and company.warehouse_keeper.read("/v1/purchase-requests", parent=request["id"], open="true")["data"] == []
    exact(company, psu)
