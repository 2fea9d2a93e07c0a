"""Where a return repair leads on: the exchange that the customer takes, the claim on the carrier, the repair that waits."""

from deliveries import DELIVERY, go, packing_of
from compensations import pay_for
from return_repairs import codes, forward, held, item_of, sent_by_repair, serial, supplier, walk_in
from answers import eventually
from test_return_exchange import PATH, actor, body_for, received, signature

LOSS = {"what": "主板", "holder": "顺丰", "value": 80000, "evidence": "查询单"}
LEFT = [{"name": "内存", "quantity": 2, "tag_no": "S2", "place": "A1"}]


def tell(company, case, *subjects, remedy="exchange", **fields):
    return company.return_repair_clerk.fire(case, "notify_customer", told_about=list(subjects), told_by="phone", rights_explained=True,
                                            remedy_offered=remedy, **fields)


def exchange_of(company, case):
    link = [l for l in company.dispatcher.read("/v1/links", entity=case["id"])["data"] if l["to_machine"] == "return_exchange" and l["from_id"] == case["id"]]
    return company.dispatcher.read("/v1/return-exchanges/" + link[-1]["to_id"])


def decided(company, case, repairs_done=2):
    """From the application to the dispatcher's arrangements, as an exchange after two failed repairs."""
    for event in PATH:
        body = body_for(company, event, "exchange")
        if event == "assign":
            body = {"assignee_id": company.people.setdefault("analyst", company.hire("technician", name="分析员", skills=["computer"])).id, "required_skill": "computer"}
        if event == "report":
            body = dict(body, repairs_done=repairs_done)
        if event == "submit":
            body = dict(body, basis="two_repairs")
        who = company.people["analyst"] if event in ("negotiate", "report") else actor(company, event)
        case = who.fire(case, event, **body)
    return case


def told(company, case):
    return [e["inputs"]["told_about"] for e in company.dispatcher.read(case["href"] + "/events", limit=200)["data"] if e["event"] == "notify_customer"]


def test_a_main_board_comes_back_unrepaired_and_is_exchanged_and_the_customer_is_told_at_each_duty(company):
    technician, clerk, dispatcher = company.technician, company.return_repair_clerk, company.dispatcher
    repair = held(company)
    repair = technician.fire(repair, "start_return_repair", diagnosis="主板不加电",
                             return_item={"item": "主板", "item_category": "board", "model": "B760-" + serial(), "serial": serial()})
    board = dispatcher.read(item_of(company, repair)["href"])
    board = forward(company, board, "packed", hand_over={"expected_return_at": company.day(20)}, register={"repair_class": "warranty", "leftover_parts": LEFT})

    # First duty: longer than 14 days, told before it leaves.
    shipment = dict(carrier="顺丰", waybill=serial("SF"), insured_value=80000, carrier_due_on=company.day(3))
    assert codes(company.shipping_clerk.try_fire(board, "ship", **shipment)) == ["customer_not_told"]
    board = forward(company, tell(company, board, "long_return"), "at_supplier")
    assert set(board["clocks"]) == {"chase_warranty"}

    # Second duty: the date moves.
    board = clerk.fire(board, "chase", answered=True, answer="等料", expected_return_at=company.day(35))
    assert board["must_tell"] is True and "tell_long" in board["clocks"]
    board = tell(company, board, "long_return")
    board = clerk.fire(board, "refuse_supplier", refusal="out_of_warranty", maker_word="停产,无法维修")
    board = company.shipping_clerk.fire(board, "receive_back", back_outcome="returned_unrepaired", returned_condition="未修")

    # Third duty: it is scrap; an exchange is offered first thing.
    board = clerk.fire(board, "declare_scrap", scrap_reason="无法维修", maker_word="停产")
    assert set(board["clocks"]) == {"tell_scrap"} and board["to_tell"] == ["scrap"]
    assert codes(clerk.try_fire(board, "decide_scrap", scrap_choice="company_disposal", decided_by="李明")) == ["customer_not_told"]
    board = tell(company, board, "scrap")
    board = clerk.fire(board, "decide_scrap", scrap_choice="company_disposal", decided_by="李明")
    board = clerk.fire(board, "ask_exchange", decided_by="李明")
    exchange = exchange_of(company, board)
    assert (exchange["state"], exchange["kind"], exchange["serial"], exchange["parent_id"]) == ("applied", "exchange", board["serial"], repair["id"])
    assert exchange["customer_id"] == repair["customer_id"] and board["number"] in exchange["return_reason"] and exchange.get("equipment_id") is None and exchange["main_part"] is True

    # The parts that stayed here go along, the board into the scrap store; the repair waits no longer.
    board = clerk.fire(board, "take_leftovers", leftovers_taken=[{"tag_no": "S2", "quantity": 2}])
    board = clerk.fire(board, "store_scrap", scrap_place="F-3")
    repair = technician.read(repair["href"])
    assert (repair["state"], repair["outcome"]) == ("settling", "scrapped")

    # P9 decides; fourth duty: the customer is told the decision at once. P8 takes the new board to him.
    exchange = decided(company, exchange)
    assert exchange["state"] == "executing" and exchange["informed_at"]
    delivery = eventually(lambda: next(iter(dispatcher.read("/v1/deliveries", exchange_of=exchange["id"])["data"]), None))
    new = serial()
    delivery = go(company, delivery, DELIVERY, pack={"packing": packing_of(delivery["lines"], new), "packing_by": "company_standard", "transport_safe": True})
    assert dispatcher.fire(delivery, "close_delivery")["state"] == "delivered_only"
    exchange = received(company, dispatcher.read(exchange["href"]))
    assert (exchange["replacement_serial"], exchange["delivered_on"]) == (new, company.day())
    exchange = company.materials_officer.fire(exchange, "complete", customer_signature=signature(exchange))
    assert exchange["state"] == "completed" and exchange["warranty_restart"] > company.day()
    repair = technician.fire(repair, "settle", customer_opinion="好", customer_signature={"name": "李明", "content_sha256": repair["content_sha256"]})
    assert repair["state"] == "settled"
    board = company.materials_officer.fire(company.deputy_gm.fire(board, "approve_disposal", disposal_batch="B-7"), "dispose_scrap")
    assert told(company, board) == [["long_return"], ["long_return"], ["scrap"]] and board["must_tell"] is False
    for entity in (board, exchange, repair):
        assert dispatcher.read("/v1/audit/verify", entity=entity["id"])["sound"] is True


def test_parts_that_stayed_here_hold_the_settlement_of_the_repair(company):
    technician = company.technician
    repair, case = sent_by_repair(company)
    case = forward(company, case, "verified", register={"leftover_parts": LEFT}, receive_back={"back_outcome": "returned_unrepaired"})
    case = company.return_repair_clerk.fire(case, "deliver_internal", receipt_to=company.dispatcher.id)
    repair = technician.read(repair["href"])
    repair = technician.fire(repair, "propose_unrepaired", unrepaired_outcome="returned_unrepaired", unrepaired_reason="x", explained=True)
    repair = company.dispatcher.fire(repair, "return_unrepaired")
    body = dict(customer_opinion="x", device_returned=True, customer_copy_taken_in=True, customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    refused = technician.try_fire(repair, "settle", **body).json()["errors"]
    assert [e["code"] for e in refused] == ["leftovers_in_store"] and case["number"] in refused[0]["pointer"]
    case = technician.fire(case, "take_leftovers", leftovers_taken=[{"tag_no": "S2", "quantity": 2}])
    technician.fire(repair, "settle", **body)
    assert technician.read(case["href"])["state"] == "returned_to_customer"


def test_an_item_lost_after_it_came_home_keeps_the_repair_open_until_the_customer_is_made_good(company):
    technician = company.technician
    repair, case = sent_by_repair(company)
    case = forward(company, case, "to_technician")
    repair = technician.fire(technician.read(repair["href"]), "solve", solution="x", test_passed=True)
    case = technician.fire(case, "report_loss", loss=LOSS)
    body = dict(customer_opinion="x", device_returned=True, customer_copy_taken_in=True, customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    assert codes(technician.try_fire(repair, "settle", **body)) == ["item_still_away"]
    pay_for(company, case)
    company.dispatcher.fire(tell(company, case, "loss", remedy="compensation"), "compensate", made_good_by="paid", reason="x")
    assert technician.fire(repair, "settle", **body)["state"] == "settled"


def test_the_claim_on_the_carrier_goes_on_to_its_end(company):
    clerk = company.return_repair_clerk
    out = clerk.fire(forward(company, walk_in(company), "shipped"), "report_loss", loss=LOSS)
    out = clerk.fire(out, "claim_carrier", carrier_claim_no="LP-8")
    back = clerk.fire(forward(company, walk_in(company), "at_supplier"), "announce_back", back_carrier="京东", back_waybill="JD1", back_due_on=company.day(2))
    back = clerk.fire(clerk.fire(back, "report_loss", loss=LOSS), "claim_carrier", carrier_claim_no="LP-9")
    for case, carrier in ((out, "顺丰"), (back, "京东")):
        made = [l for l in company.dispatcher.read("/v1/links", entity=case["id"])["data"] if l["to_machine"] == "supplier_claim"]
        claim = company.materials_officer.read("/v1/supplier-claims/" + made[0]["to_id"])
        assert (claim["state"], claim["supplier"], claim["serial"], claim["claim_amount"]) == ("open", carrier, case["serial"], 80000)
    claim = company.materials_officer.fire(claim, "accept", supplier_answer="同意赔付", promised_until=company.day(10))
    assert company.materials_officer.fire(claim, "settle", settled_amount=80000)["state"] == "settled"


def test_a_case_opened_by_mistake_is_voided_and_the_repair_goes_on(company):
    repair, case = sent_by_repair(company)
    company.return_repair_clerk.fire(case, "void", reason="误送")
    assert company.technician.read(repair["href"])["state"] == "seeking_solution"
    # With another item still away it waits on.
    repair, case = sent_by_repair(company)
    company.technician.create("return-repairs", item="显卡", item_category="board", serial=serial(), fault="花屏", parent_id=repair["id"])
    company.return_repair_clerk.fire(case, "void", reason="误送")
    assert company.technician.read(repair["href"])["state"] == "in_return_repair"


def test_the_chase_list_names_whom_to_call(company):
    maker = supplier(company, contact_name="钱工", phone="02166668888")
    case = forward(company, walk_in(company), "at_supplier", register={"supplier_id": maker["id"]}, agree_supplier={"supplier_contact_name": "钱工"})
    row = company.return_repair_clerk.read("/v1/return-repairs", state="at_supplier", supplier_id=maker["id"], expand="supplier")["data"][0]
    assert row["id"] == case["id"] and (row["expanded"]["supplier"]["name"], row["expanded"]["supplier"]["phone"]) == (maker["name"], "02166668888")
    assert company.return_repair_clerk.get("/v1/repairs", expand="supplier").status_code == 400
    owner = company.hire("customer", name="李明", department="external", customer_id=case["customer_id"])
    assert [c["id"] for c in owner.read("/v1/return-repairs")["data"]] == [case["id"]] and owner.get("/v1/return-repairs", expand="supplier").status_code == 400


def test_two_tests_in_one_moment_do_not_lose_the_signal(company):
    """The third and the fourth serial number are found together; one of them makes the signal, or the fifth does."""
    import concurrent.futures

    from return_repairs import TEST
    model = "R-" + serial()
    forward(company, walk_in(company, model=model), "tested")
    cases = [forward(company, walk_in(company, model=model), "tagged") for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda c: company.technician.post(c["href"] + "/test", TEST, headers={"If-Match": "*"}).raise_for_status(), cases))
    last = forward(company, walk_in(company, model=model), "tested")
    signals = [l for c in cases + [last] for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["to_machine"] == "recall_signal"]
    assert signals
    source = [l["to_machine"] for l in company.dispatcher.read("/v1/links", entity=signals[0]["from_id"])["data"]]
    assert sorted(source) == ["improvement", "recall_signal"]


def test_two_items_that_come_home_in_one_moment_wake_the_repair(company):
    import concurrent.futures

    clerk, technician = company.return_repair_clerk, company.technician
    for _ in range(6):
        repair, one = sent_by_repair(company)
        two = technician.create("return-repairs", item="显卡", item_category="board", serial=serial("GPU"), fault="花屏", parent_id=repair["id"])
        cases = [forward(company, c, "verified") for c in (one, two)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda c: clerk.post(c["href"] + "/deliver_internal", {"receipt_to": company.dispatcher.id}, headers={"If-Match": "*"}).raise_for_status(), cases))
        assert technician.read(repair["href"])["state"] == "repairing"


def test_items_that_travel_together_are_found_by_their_waybill(company):
    waybill = serial("SF")
    sent = {forward(company, walk_in(company), "shipped", ship={"waybill": waybill})["id"] for _ in range(3)}
    assert {c["id"] for c in company.shipping_clerk.read("/v1/return-repairs", waybill=waybill)["data"]} == sent


def test_a_scan_finds_the_case(company):
    """Tag, waybill of either leg, serial number that went or came: one box."""
    case = forward(company, walk_in(company, serial=serial("SCAN")), "at_supplier", tag={"tag_no": serial("FX")}, ship={"waybill": serial("SF")})
    case = company.return_repair_clerk.fire(case, "announce_back", back_carrier="顺丰", back_waybill=serial("SF"), back_due_on=company.day(2))
    case = forward(company, case, "back_received", receive_back={"back_outcome": "exchanged", "returned_serial": serial("NEW")})
    for q, by in ((case["number"], "number"), (case["serial"], "serial"), (case["serial"][:9], "serial"), (case["tag_no"], "tag_no"), (case["waybill"], "waybill"),
                  (case["waybill"][:8], "waybill"), (case["back_waybill"], "back_waybill"), (case["returned_serial"], "returned_serial")):
        found = company.shipping_clerk.read("/v1/search", q=q)["data"]
        assert [(f["id"], f["found_by"], f["state"]) for f in found if f["machine"] == "return_repair"] == [(case["id"], by, "back_received")], q
    other = company.hire("customer", name="王强", department="external", customer_id=company.customer_with_unit()[0]["id"])
    assert other.read("/v1/search", q=case["tag_no"])["data"] == []
    meter = company.facility_keeper.read("/v1/search", q="MM-001")["data"]
    assert [(f["machine"], f["found_by"]) for f in meter] == [("facility", "code")]


def test_the_code_on_a_label_begins_with_the_number_of_its_case(company):
    """What the scanner reads is drawn by the same library, so that the two pictures can be compared."""
    import ctypes
    import ctypes.util
    import re

    class Code(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_ubyte))]

    qr = ctypes.CDLL(ctypes.util.find_library("qrencode"))
    qr.QRcode_encodeString8bit.restype = ctypes.POINTER(Code)
    case = forward(company, walk_in(company), "packed")
    label = [r for r in company.return_repair_clerk.read(case["href"] + "/records")["data"] if r["form"] == "shipping_label"][0]
    record = company.return_repair_clerk.read(label["href"])
    page = company.return_repair_clerk.get(label["href"], headers={"Accept": "text/html"}).text
    code = qr.QRcode_encodeString8bit(f"{case['number']} {record['number']} {record['content_sha256'][:16]}".encode(), 0, 1).contents
    dark = {(x, y) for y in range(code.width) for x in range(code.width) if code.data[y * code.width + x] & 1}
    assert {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1", page)} == dark


def test_what_the_customer_is_told_says_what_the_law_gives_him_by_then(company):
    def told_rights(days, **fields):
        customer, unit = company.customer_with_unit()
        case = walk_in(company, customer_id=customer["id"], equipment_id=unit["id"], serial=unit["serial"], item_category="other_shell")
        case = forward(company, case, "handed_over", hand_over={"expected_return_at": company.day(days)}, **fields)
        return [(r["remedy"], r["basis"]) for r in tell(company, case, "long_return")["rights_told"]]

    assert told_rights(30) == []
    assert told_rights(31) == [("exchange", "repair_delay"), ("return", "repair_delay")]
    assert told_rights(31, test={"cause": "human"}) == []
    case = forward(company, walk_in(company), "handed_over", hand_over={"expected_return_at": company.day(31)})
    assert tell(company, case, "long_return").get("rights_told") is None  # nobody knows when it was sold
