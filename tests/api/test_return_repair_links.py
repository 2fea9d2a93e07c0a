"""What the return repair does to others and they to it: the repair that waits, the unit whose serial number changes, the
customer who decides; and the lists that its screens read."""

from return_repairs import PASSED, codes, forward, held, item_of, sent_by_repair, serial, settle, supplier, walk_in

LOSS = {"what": "主板", "holder": "顺丰", "value": 80000, "evidence": "查询单"}


def tell(company, case, *subjects):
    return company.return_repair_clerk.fire(case, "notify_customer", told_about=list(subjects), told_by="phone", rights_explained=True, remedy_offered="loan")


def deliver(company, case):
    return company.return_repair_clerk.fire(case, "deliver_internal", receipt_to=company.dispatcher.id)


def state_of(company, entity):
    seen = company.dispatcher.read(entity["href"])
    return seen["state"], seen.get("outcome")


def test_what_the_repair_hands_on(company):
    repair, case = sent_by_repair(company, held(company, priority="urgent", contact_name="王老师"))
    assert (case["priority"], case["contact_name"], case["customer_id"], case["fault"]) == ("urgent", "王老师", repair["customer_id"], "主板不加电")
    case = forward(company, case, "at_supplier")
    assert case["clocks"]["chase_exchange"]["rule"] == "T_P5_CHASE_URGENT"
    # What has been opened is not taken back over the clerk's head.
    refused = company.technician.try_fire(repair, "revert", reason="记错")
    assert "final_step" in codes(refused)


def test_without_an_item_of_its_own_the_whole_device_is_sent(company):
    repair = held(company)
    repair = company.technician.fire(repair, "start_return_repair", diagnosis="整机返厂")
    case = item_of(company, repair)
    assert (case["item"], case["serial"], case["model"], case["equipment_id"]) == ("主机", repair["serial"], "ZN-2000", repair["equipment_id"])


def test_unrepaired_the_technician_seeks_another_solution(company):
    for outcome, extra in (("returned_unrepaired", {}), ("credited", {"credit_amount": 50000})):
        repair, case = sent_by_repair(company)
        case = forward(company, case, "verified", receive_back={"back_outcome": outcome, **extra})
        deliver(company, case)
        assert state_of(company, repair)[0] == "seeking_solution"


def test_the_users_fault_a_loss_and_scrap_end_the_return_repair(company):
    clerk = company.return_repair_clerk
    repair, case = sent_by_repair(company)
    case = clerk.fire(forward(company, case, "tested", test={"cause": "human"}), "quote", quote_amount=100)
    case = clerk.fire(tell(company, case, "quote"), "decline_quote", decided_by="李明")
    company.technician.fire(case, "close_user_fault")
    assert state_of(company, repair) == ("settling", "returned_unrepaired")

    repair, case = sent_by_repair(company)
    case = clerk.fire(forward(company, case, "shipped"), "report_loss", loss=LOSS)
    company.dispatcher.fire(tell(company, case, "loss"), "compensate", made_good_by="replacement", reason="换新")
    assert state_of(company, repair) == ("settling", "scrapped")

    for choice in ("return_to_customer", "leave_at_supplier"):
        repair, case = sent_by_repair(company)
        case = clerk.fire(forward(company, case, "at_supplier"), "declare_scrap", scrap_reason="烧毁", maker_word="不可修")
        case = clerk.fire(tell(company, case, "scrap"), "decide_scrap", scrap_choice=choice, decided_by="李明")
        if choice == "return_to_customer":
            case = company.shipping_clerk.fire(case, "receive_scrap", returned_condition="烧毁")
            case = clerk.fire(case, "return_scrap")
            assert case["held_by"] == "technician"  # the customer gets it when the repair is settled
        else:
            case = clerk.fire(case, "leave_scrap", maker_word="已销毁")
        assert case["closed_at"] and state_of(company, repair) == ("settling", "scrapped")


def test_a_repair_with_two_items_waits_for_both(company):
    clerk, technician = company.return_repair_clerk, company.technician

    def second_of(repair):
        return technician.create("return-repairs", item="显卡", item_category="board", serial=serial("GPU"), fault="花屏", parent_id=repair["id"])

    repair, one = sent_by_repair(company)
    two = second_of(repair)
    assert two["source"] == "slip" and two["customer_id"] == repair["customer_id"]
    deliver(company, forward(company, one, "verified"))
    assert state_of(company, repair)[0] == "in_return_repair"
    deliver(company, forward(company, two, "verified"))
    assert state_of(company, repair)[0] == "repairing"
    settle(company, technician.read(repair["href"]))
    assert state_of(company, one)[0] == state_of(company, two)[0] == "returned_to_customer"

    # One is well, the other scrap: the technician decides how to go on.
    repair, one = sent_by_repair(company)
    two = second_of(repair)
    deliver(company, forward(company, one, "verified"))
    two = technician.fire(forward(company, two, "tested"), "declare_scrap", scrap_reason="断裂")
    two = clerk.fire(tell(company, two, "scrap"), "decide_scrap", scrap_choice="company_disposal", decided_by="李明")
    clerk.fire(two, "store_scrap", scrap_place="F")
    assert state_of(company, repair)[0] == "seeking_solution"


def test_a_withdrawn_item_comes_home_before_the_repair_is_settled(company):
    clerk, technician = company.return_repair_clerk, company.technician
    repair, case = sent_by_repair(company)
    case = forward(company, case, "at_supplier")
    repair = technician.fire(repair, "withdraw", withdrawal_wish="客户急用")
    case = clerk.read(case["href"])
    assert case["recall_asked_at"] and case["withdrawal_wish"] == "客户急用" and case["state"] == "at_supplier"
    body = dict(customer_opinion="x", device_returned=True, customer_copy_taken_in=True,
                customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    assert codes(technician.try_fire(repair, "settle", **body)) == ["item_still_away"]
    case = forward(company, case, "verified", receive_back={"back_outcome": "returned_unrepaired"})
    deliver(company, case)
    assert state_of(company, repair) == ("settling", "withdrawn")  # coming home moves it no more
    technician.fire(repair, "settle", **body)
    assert state_of(company, case)[0] == "returned_to_customer"


def exchanged_unit(company, warranty_days, maker_days):
    customer, unit = company.customer_with_unit(warranty_days)
    repair = held(company, customer=customer, unit=unit)
    repair = company.technician.fire(repair, "start_return_repair", diagnosis="整机返厂")
    case = company.dispatcher.read(item_of(company, repair)["href"])
    new = serial("SN")
    case = forward(company, case, "back_received", tag={"tag_no": "Z-1", "item_category": "other_shell"},
                   pack={"packing_checked": ["standard_pack", "foam_six_sides", "packing_list", "repair_card"]},
                   receive_back={"back_outcome": "exchanged", "returned_serial": new})
    assert case["serial"] == unit["serial"]
    company.return_repair_clerk.fire(case, "verify", maker_warranty_until=company.day(maker_days), **PASSED)
    return unit, company.dispatcher.read(unit["href"]), new


def test_an_exchanged_unit_keeps_its_file_and_never_less_than_the_rest_of_its_warranty(company):
    before, after, new = exchanged_unit(company, 300, 90)
    assert after["serial"] == new and after["former_serials"] == [before["serial"]] and after["warranty_until"] == before["warranty_until"]
    found = company.dispatcher.read("/v1/equipment", former_serials=before["serial"])["data"]
    assert [u["id"] for u in found] == [after["id"]]
    before, after, new = exchanged_unit(company, 30, 365)
    assert after["warranty_until"] == company.day(365)


def test_a_part_exchanged_inside_leaves_the_units_serial_alone(company):
    repair, case = sent_by_repair(company)
    before = company.dispatcher.read(f"/v1/equipment/{repair['equipment_id']}")
    case = forward(company, case, "verified", receive_back={"back_outcome": "exchanged", "returned_serial": serial()})
    after = company.dispatcher.read(before["href"])
    assert after["serial"] == before["serial"] and after["version"] == before["version"]


def test_the_customer_decides_on_his_own_items_only(company):
    case = walk_in(company)
    mine = company.hire("customer", name="李明", department="external", customer_id=case["customer_id"])
    other = company.hire("customer", name="王强", department="external", customer_id=company.customer_with_unit()[0]["id"])
    case = company.return_repair_clerk.fire(forward(company, case, "supplier_agreed", register={"repair_class": "chargeable"}), "quote", quote_amount=100)
    case = tell(company, case, "quote")
    assert other.get(case["href"]).status_code == 404
    assert other.post(case["href"] + "/accept_quote", {"decided_by": "王强"}).status_code == 404
    case = mine.fire(case, "accept_quote", decided_by="李明")
    assert case["quote_decision"] == "accepted"
    assert mine.get("/v1/supplier-contacts").status_code in (403, 404)
    case = forward(company, case, "at_supplier")
    case = company.return_repair_clerk.fire(case, "declare_scrap", scrap_reason="烧毁", maker_word="不可修")
    case = mine.fire(tell(company, case, "scrap"), "decide_scrap", scrap_choice="company_disposal", decided_by="李明")
    assert case["state"] == "scrap_decided"


def test_the_lists_of_the_screens(company):
    clerk = company.return_repair_clerk

    def ids(**filters):
        return {c["id"] for c in clerk.read("/v1/return-repairs", limit=200, **filters)["data"]}

    maker = supplier(company)
    repair, away = sent_by_repair(company)
    away = forward(company, away, "at_supplier", register={"supplier_id": maker["id"], "repair_class": "warranty"}, ship={"waybill": "SF-LIST-1"})
    told = forward(company, walk_in(company, serial="MB-LIST-7"), "handed_over", hand_over={"expected_return_at": company.day(30)})
    filters = [(dict(next_chase_at_to=company.at(24 * 8)), away), (dict(repair_class="warranty"), away), (dict(supplier_id=maker["id"]), away),
               (dict(state="at_supplier"), away), (dict(shipped_at_to=company.at(1)), away), (dict(waybill="SF-LIST-1"), away),
               (dict(parent=repair["id"]), away), (dict(customer=repair["customer_id"]), away), (dict(serial="MB-LIST-7"), told),
               (dict(must_tell="true"), told), (dict(to_tell="long_return,scrap"), told), (dict(expected_return_at_from=company.day(20)), told),
               (dict(held_by="supplier"), away), (dict(assignee=clerk.id, state="handed_over"), told)]
    for chosen, wanted in filters:
        found = ids(**chosen)
        assert {away["id"], told["id"]} & found == {wanted["id"]}, chosen
    assert away["id"] not in ids(next_chase_at_to=company.at(24 * 6)) and away["id"] not in ids(shipped_at_to=company.at(-24))
    back = forward(company, away, "back_received", receive_back={"back_outcome": "returned_unrepaired"})
    assert back["id"] in ids(supplier_id=maker["id"], outcome="returned_unrepaired", returned_at_from=company.at(-1), returned_at_to=company.at(1))


def test_an_open_case_of_the_same_item_is_pointed_out(company):
    first = walk_in(company)
    second = company.technician.create("return-repairs", item="主板", fault="x", copy_with_customer=True, customer_id=first["customer_id"], serial=first["serial"])
    assert [(w["code"], w["id"]) for w in second["warnings"]] == [("open_return_repair", first["id"])]


def test_what_technicians_read_of_a_walk_in_is_masked_once_it_is_not_theirs(company):
    case = walk_in(company)
    other = company.hire("technician", name="旁人", skills=["computer"])
    assert company.technician.read(case["href"])["contact_phone"] == "13912345678"
    assert other.read(case["href"])["contact_phone"] != "13912345678"


def test_an_instrument_that_fails_names_the_items_tested_with_it(company):
    case = forward(company, walk_in(company), "tested")
    record = [r for r in company.dispatcher.read(case["href"] + "/records")["data"] if r["form"] == "repair_test_record"][0]
    page = company.dispatcher.get(record["href"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and "MM-001" in page.text
    uses = company.facility_keeper.read("/v1/instrument-uses", facility_code="MM-001", state="recorded")["data"]
    assert case["number"] in [u["job_number"] for u in uses]
    case = company.technician.fire(case, "revert", reason="x")
    uses = company.facility_keeper.read("/v1/instrument-uses", state="withdrawn")["data"]
    assert case["number"] in [u["job_number"] for u in uses]
