"""P5 as the return-repair clerk would tell it: a main board goes to the maker and comes home exchanged."""

from return_repairs import CHECKED, METERS, codes, forms, forward, held, item_of, sent_by_repair, serial, settle, supplier, walk_in


def test_a_main_board_goes_to_the_maker_comes_back_unrepaired_and_is_exchanged(company):
    technician, clerk, dispatcher = company.technician, company.return_repair_clerk, company.dispatcher
    maker = supplier(company, name="华硕售后服务中心")
    number = serial()

    # The technician cannot solve it here; the repair waits, the board has a case of its own.
    repair = technician.fire(held(company), "start_return_repair", diagnosis="主板不加电",
                             return_item={"item": "主板", "item_category": "board", "model": "B760", "serial": number, "accessories": "挡板"})
    assert repair["state"] == "in_return_repair"
    board = dispatcher.read(item_of(company, repair)["href"])
    assert board["number"].startswith("RR-") and board["state"] == "received" and board["source"] == "slip"
    assert (board["item"], board["serial"], board["customer_id"], board["parent_id"]) == ("主板", number, repair["customer_id"], repair["id"])
    assert [(l["to_machine"], l["state"]) for l in dispatcher.read("/v1/links", entity=repair["id"])["data"]] == [("return_repair", "done")]

    # Marked, tested with a named instrument, handed over against both signatures.
    board = technician.fire(board, "tag", tag_no="FX-0001")
    board = technician.fire(board, "test", test_result="供电短路", cause="product", fault_kind="no_power", data_handling="no_data",
                            instruments=[{"facility_code": "MM-001", "value": "0.2", "unit": "V"}, {"facility_code": "DC-002"}])
    board = technician.fire(board, "hand_over", clerk_id=clerk.id, both_signed=True, expected_return_at=company.day(20))
    assert board["assignee_id"] == clerk.id and board["held_by"] == "clerk" and board["to_tell"] == ["long_return"]

    # Registered with the parts that stay here, the maker's service reached within the set time.
    leftovers = [{"name": "内存", "quantity": 2, "tag_no": "SY-1", "place": "A-3"}, {"name": "CPU", "quantity": 1, "tag_no": "SY-2", "place": "A-3"}]
    board = clerk.fire(board, "register", repair_class="exchange", supplier_id=maker["id"], leftover_parts=leftovers)
    assert set(board["clocks"]) == {"supplier_due"}
    board = clerk.fire(board, "agree_supplier", supplier_contact_name="钱工", supplier_claim_no="ASUS-77")
    assert board["clocks"] == {}
    assert clerk.read(maker["href"])["contact_name"] == "钱工" and clerk.read(maker["href"])["reached_at"]

    # Packed by the rule for boards; shipped only when the customer knows that it takes longer than 14 days.
    assert codes(clerk.try_fire(board, "pack", packing_checked=["board_bag", "packing_list", "repair_card"])) == ["packing_incomplete"]
    board = clerk.fire(board, "pack", packing_checked=CHECKED)
    shipment = dict(carrier="顺丰", waybill=serial("SF"), insured_value=80000, carrier_due_on=company.day(3))
    assert codes(company.shipping_clerk.try_fire(board, "ship", **shipment)) == ["customer_not_told"]
    board = clerk.fire(board, "notify_customer", told_about=["long_return"], told_by="phone", rights_explained=True)
    assert board["to_tell"] == [] and board["must_tell"] is False and board["customer_told_until"] == company.day(20)
    board = company.shipping_clerk.fire(board, "ship", **shipment)
    board = clerk.fire(board, "advise_supplier")
    board = clerk.fire(board, "confirm_arrival", arrived_safely=True)
    assert board["held_by"] == "supplier" and set(board["clocks"]) == {"chase_exchange"}

    # Chased; the maker needs longer: the customer is told again.
    board = clerk.fire(board, "chase", answered=True, answer="缺料", expected_return_at=company.day(30))
    assert board["to_tell"] == ["long_return"] and set(board["clocks"]) == {"chase_exchange", "tell_long"}
    board = clerk.fire(board, "notify_customer", told_about=["long_return"], told_by="message", rights_explained=True)
    assert set(board["clocks"]) == {"chase_exchange"}

    # It comes back unrepaired, fails its test and goes out once more.
    board = company.shipping_clerk.fire(board, "receive_back", back_outcome="returned_unrepaired", returned_condition="未动", returned_serial=number)
    assert board["clocks"] == {} and board["outcome"] == "returned_unrepaired"
    board = clerk.fire(board, "resend", test_result="仍不加电", instruments=METERS, part_test_passed=False, packing_checked=CHECKED,
                       expected_return_at=company.day(40))
    assert board["state"] == "packed" and board["failed_tests"] == 1 and board.get("waybill") is None and board["to_tell"] == ["long_return"]
    board = clerk.fire(board, "notify_customer", told_about=["long_return"], told_by="phone", rights_explained=True)
    board = forward(company, board, "at_supplier")

    # This time the maker exchanges it.
    new = serial()
    board = company.shipping_clerk.fire(board, "receive_back", back_outcome="exchanged", returned_serial=new, returned_condition="全新")
    tested = dict(identity_checked=True, test_result="合格", instruments=METERS, part_test_passed=True, whole_test_passed=True)
    assert codes(clerk.try_fire(board, "verify", **tested)) == ["not_reassembled"]
    board = clerk.fire(board, "verify", reassembled=True, **tested)
    assert clerk.read(repair["href"])["state"] == "in_return_repair"
    board = clerk.fire(board, "deliver_internal", receipt_to=dispatcher.id)
    assert board["assignee_id"] == technician.id and board["outcome"] == "exchanged"

    # The repair goes on by itself; what the customer gets back ends the case.
    repair = technician.read(repair["href"])
    assert repair["state"] == "repairing"
    repair = settle(company, repair)
    board = dispatcher.read(board["href"])
    assert board["state"] == "returned_to_customer" and board["held_by"] == "customer" and board["closed_at"]
    assert sorted(set(forms(company, board))) == ["chase_log", "leftover_part_register", "packing_list", "repair_card", "repair_register", "repair_tag",
                                                  "repair_test_record", "shipping_label"]
    told = [e for e in dispatcher.read(board["href"] + "/events", limit=200)["data"] if e["event"] == "notify_customer"]
    assert len(told) == 3
    assert dispatcher.read("/v1/audit/verify", entity=board["id"])["sound"] is True


def test_scrap_is_told_first_decided_by_the_customer_and_disposed_of_with_approval(company):
    technician, clerk = company.technician, company.return_repair_clerk
    repair, case = sent_by_repair(company)
    case = forward(company, case, "at_supplier")
    assert codes(clerk.try_fire(case, "declare_scrap", scrap_reason="芯片烧毁")) == ["maker_word_missing"]
    case = clerk.fire(case, "declare_scrap", scrap_reason="芯片烧毁", maker_word="无法修复")
    assert case["to_tell"] == ["scrap"] and set(case["clocks"]) == {"tell_scrap"}
    choice = dict(scrap_choice="company_disposal", decided_by="李明")
    assert codes(clerk.try_fire(case, "decide_scrap", **choice)) == ["customer_not_told"]
    case = clerk.fire(case, "notify_customer", told_about=["scrap"], told_by="phone", remedy_offered="loan")
    case = clerk.fire(case, "decide_scrap", **choice)
    assert case["recall_asked_at"] and codes(clerk.try_fire(case, "store_scrap", scrap_place="F-1")) == ["item_not_here"]
    case = company.shipping_clerk.fire(case, "receive_scrap", returned_condition="烧毁")
    case = clerk.fire(case, "store_scrap", scrap_place="F-1")
    assert "bad_part_register" in forms(company, case)
    repair = technician.read(repair["href"])
    assert (repair["state"], repair["outcome"]) == ("settling", "scrapped")
    assert codes(company.materials_officer.try_fire(case, "dispose_scrap")) == ["disposal_not_approved"]
    case = company.deputy_gm.fire(case, "approve_disposal", disposal_batch="2026-Q4")
    case = company.materials_officer.fire(case, "dispose_scrap")
    assert (case["state"], case["outcome"]) == ("scrap_disposed", "scrap_disposed")


def test_a_customer_brings_an_item_and_takes_it_home_against_his_receipt(company):
    case = walk_in(company)
    assert case["source"] == "customer" and forms(company, case) == ["return_receipt"]
    case = forward(company, case, "to_technician")
    signature = {"name": "李明", "content_sha256": case["content_sha256"]}
    body = dict(customer_signature=signature, item_returned=True, customer_copy_taken_in=True, receipt_to=company.dispatcher.id)
    case = company.technician.fire(case, "return_to_customer", **body)
    assert case["state"] == "returned_to_customer" and case["returned_customer_at"]
    receipt = [r for r in company.dispatcher.read(case["href"] + "/records")["data"] if r["form"] == "return_receipt"][0]
    assert receipt["handed_in_at"] and receipt["holder_id"] == company.dispatcher.id
