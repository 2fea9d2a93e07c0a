"""Every row of the return repair's table happens at least once, and nobody without the role may take the step; a check at
the end names the rows that did not happen."""

from answers import eventually
from compensations import opened_from as claimed_from, pay_for
from nonconformities import reported_on, summary
from return_repairs import BACK, CHECKED, METERS, PASSED, TEST, forward, sent_by_repair, serial, settle, supplier, walk_in

CASES, TRIED = set(), set()
# Fired by the timer or after 90 days: test_return_repair_clocks moves the time; by files that merge: test_customers.
BY_TIMER = {"mark_to_reassign", "pass_return_date", "close_uncollected", "change_customer"}


def roles_of(company, event):
    rows = [t for t in company.dispatcher.read("/v1/procedures/return_repair")["transitions"] if t["event"] == event]
    return {word.split("@")[0] for row in rows for word in row["by"].split()}


def outsiders(company, case, event):
    people = [company.finance_officer, company.hotline_clerk, company.shipping_clerk, company.return_repair_clerk, company.dispatcher,
              company.materials_officer, company.deputy_gm, company.technician, company.warehouse_keeper]
    mine = {case.get("opened_by"), case["assignee_id"]}  # "*@opener" and the like
    return [p for p in people if not roles_of(company, event) & set(p.person["roles"]) and p.id not in mine]


def step(who, case, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    CASES.add(case["id"])
    if event not in TRIED and event != "revert":  # its own guard says who
        TRIED.add(event)
        strangers = outsiders(COMPANY[0], case, event)
        assert strangers, event
        for person in strangers:
            answer = person.try_fire(case, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    case = who.fire(case, event, **body)
    assert to is None or case["state"] == to, (event, case["state"])
    return case


COMPANY = []


def staff(company):
    COMPANY[:] = [company]
    return company.technician, company.return_repair_clerk, company.shipping_clerk, company.dispatcher


def tell(company, case, *subjects, **fields):
    return step(company.return_repair_clerk, case, "notify_customer", told_about=list(subjects), told_by="phone", rights_explained=True,
                remedy_offered="loan", **fields)


def test_the_straight_way_of_a_walk_in(company):
    technician, clerk, shipping, dispatcher = staff(company)
    for person in (company.finance_officer, company.shipping_clerk, company.deputy_gm):
        refused = person.post("/v1/return-repairs", {"item": "主板", "fault": "x", "customer_id": company.customer_with_unit()[0]["id"]})
        assert refused.status_code == 403, refused.text
    case = step(technician, walk_in(company, serial=serial()), "tag", "tagged", tag_no="T-1")
    case = step(technician, case, "test", "tested", **TEST)
    case = step(clerk, case, "amend", "tested", reason="类别有误", item_category="board")
    case = step(technician, case, "hand_over", "handed_over", clerk_id=clerk.id, both_signed=True, expected_return_at=company.day(9))
    case = step(clerk, case, "register", "registered", repair_class="warranty", supplier_id=supplier(company)["id"], leftover_parts=[])
    case = step(clerk, case, "revert", "handed_over", reason="厂家选错")
    assert case["clocks"] == {}
    case = step(clerk, case, "register", "registered", repair_class="warranty", supplier_id=supplier(company)["id"], leftover_parts=[])
    case = step(clerk, case, "contact_attempt", "registered", channel_used="phone", contact_result="no_answer")
    case = step(clerk, case, "pause", "registered", pause_reason="supplier")
    case = step(clerk, case, "resume", "registered")
    other = company.hire("return_repair_clerk", name="替班返修员")
    case = step(dispatcher, case, "reassign", "registered", assignee_id=other.id, reassign_reason="ill")
    case = step(clerk, case, "agree_supplier", "supplier_agreed", supplier_contact_name="赵工")
    case = step(clerk, case, "pack", "packed", packing_checked=CHECKED)
    case = step(clerk, case, "move_return_date", "packed", expected_return_at=company.day(20), reason="厂家缺料")
    case = tell(company, case, "long_return")
    case = step(shipping, case, "ship", "shipped", carrier="顺丰", waybill="SF-STEP-1", insured_value=1000, carrier_due_on=company.day(2))
    case = step(clerk, case, "advise_supplier", "shipped")
    case = step(clerk, case, "confirm_arrival", "at_supplier", arrived_safely=False, damage="外箱破损")
    case = step(clerk, case, "claim_carrier", "at_supplier", carrier_claim_no="LP-1")
    case = step(clerk, case, "chase", "at_supplier", answered=False)
    case = step(shipping, case, "receive_back", "at_supplier", **{**BACK, "discrepancy": "少一个风扇"})
    case = step(clerk, case, "announce_back", "at_supplier", back_carrier="顺丰", back_waybill="SF-STEP-2", back_due_on=company.day(2))
    case = step(shipping, case, "receive_back", "back_received", **BACK)
    case = step(clerk, case, "resend", "packed", test_result="不合格", instruments=METERS, part_test_passed=False, packing_checked=CHECKED)
    case = step(clerk, forward(company, case, "back_received"), "verify", "verified", **PASSED)
    case = step(clerk, case, "deliver_internal", "to_technician", receipt_to=dispatcher.id, technician_id=technician.id)
    case = step(technician, case, "return_to_customer", "returned_to_customer", customer_signature={"name": "李明", "content_sha256": case["content_sha256"]},
                item_returned=True, customer_copy_taken_in=True, receipt_to=dispatcher.id)
    assert case["closed_at"] and [a for a in case["actions"]] == []


def test_the_straight_way_of_a_repair(company):
    staff(company)
    repair, case = sent_by_repair(company)
    CASES.add(case["id"])
    forward(company, case, "to_technician")
    settle(company, company.technician.read(repair["href"]))
    assert company.dispatcher.read(case["href"])["state"] == "returned_to_customer"


def test_quotes_and_the_users_fault(company):
    technician, clerk, shipping, dispatcher = staff(company)
    case = forward(company, walk_in(company), "tested", test={"cause": "human"})
    case = step(clerk, case, "quote", "tested", quote_amount=30000)
    case = tell(company, case, "quote")
    case = step(clerk, case, "decline_quote", "tested", decided_by="李明")
    case = step(technician, case, "close_user_fault", "not_product_fault_closed", item_returned=True, customer_copy_taken_in=True)
    assert case["outcome"] == "returned_unrepaired" and case["held_by"] == "customer"
    case = forward(company, walk_in(company), "at_supplier")
    case = step(clerk, case, "refuse_supplier", "at_supplier", refusal="liquid", maker_word="进液不保")
    case = step(clerk, case, "quote", "at_supplier", quote_amount=50000)
    assert case["clocks"] == {} and case.get("next_chase_at") is None
    case = tell(company, case, "quote")
    case = step(dispatcher, case, "accept_quote", "at_supplier", decided_by="李明")
    assert case["repair_class"] == "chargeable" and set(case["clocks"]) == {"chase_chargeable"}
    case = step(clerk, case, "change_supplier", "supplier_agreed", supplier_id=supplier(company)["id"], supplier_contact_name="孙工", item_is_back=True)
    assert case["clocks"] == {} and case.get("refusal") is None and case.get("waybill") is None and case["held_by"] == "clerk"


def test_what_cannot_be_repaired(company):
    technician, clerk, shipping, dispatcher = staff(company)
    case = forward(company, walk_in(company), "tested")
    case = step(technician, case, "declare_scrap", "irreparable", scrap_reason="断裂")
    case = tell(company, case, "scrap")
    case = step(dispatcher, case, "decide_scrap", "scrap_decided", scrap_choice="return_to_customer", decided_by="李明")
    body = dict(customer_signature={"name": "李明", "content_sha256": case["content_sha256"]}, item_returned=True, customer_copy_taken_in=True,
                receipt_to=dispatcher.id)
    case = step(clerk, case, "return_scrap", "scrap_returned", **body)
    assert case["outcome"] == "scrap_returned" and case["held_by"] == "customer"

    case = forward(company, walk_in(company), "back_received")
    case = step(clerk, case, "declare_scrap", "irreparable", scrap_reason="烧毁", maker_word="不可修")
    case = tell(company, case, "scrap")
    case = step(clerk, case, "decide_scrap", "scrap_decided", scrap_choice="company_disposal", decided_by="李明")
    case = step(clerk, case, "store_scrap", "scrap_stored", scrap_place="F-2")
    case = step(company.deputy_gm, case, "approve_disposal", "scrap_stored", disposal_batch="B1")
    step(company.materials_officer, case, "dispose_scrap", "scrap_disposed")

    case = forward(company, walk_in(company), "at_supplier")
    case = step(clerk, case, "declare_scrap", "irreparable", scrap_reason="烧毁", maker_word="不可修")
    case = step(shipping, case, "receive_scrap", "irreparable", returned_condition="烧毁")
    assert case["held_by"] == "clerk"

    case = forward(company, walk_in(company), "at_supplier")
    case = step(clerk, case, "declare_scrap", "irreparable", scrap_reason="烧毁", maker_word="不可修")
    case = step(clerk, tell(company, case, "scrap"), "decide_scrap", "scrap_decided", scrap_choice="leave_at_supplier", decided_by="李明")
    case = step(clerk, case, "leave_scrap", "scrap_disposed", maker_word="已销毁")
    assert case["outcome"] == "scrap_disposed"


LOSS = {"what": "主板", "holder": "顺丰", "value": 80000, "evidence": "查询单"}


def test_what_is_lost_and_found(company):
    technician, clerk, shipping, dispatcher = staff(company)
    case = step(clerk, forward(company, walk_in(company), "shipped"), "report_loss", "lost", loss=LOSS)
    assert set(case["clocks"]) == {"tell_loss", "carrier_claim"} and case["to_tell"] == ["loss"] and case["outcome"] == "lost"
    found = reported_on(company, case)[0]
    assert summary(found) == ("return_repair", "materials_office", "major", "主板") and found["evidence"] == "查询单" and found["customer_id"] == case["customer_id"]
    links = dispatcher.read("/v1/links", entity=case["id"])["data"]
    assert {l["to_machine"] for l in links if l["mode"] == "later"} == {"nonconformity", "compensation"}
    claim = claimed_from(company, case)
    assert (claim["claimed_amount"], claim["loss_text"]) == (80000, "主板")
    case = step(clerk, case, "found", "at_supplier", found_place="supplier", returned_condition="完好")
    assert case["to_tell"] == [] and set(case["clocks"]) == {"chase_exchange"} and case.get("outcome") is None
    claim = dispatcher.read(claim["href"])  # nobody is compensated for what was found
    assert (claim["state"], claim["closed_as"]) == ("closed", "not_needed")
    case = step(clerk, case, "report_loss", "lost", loss=LOSS)
    case = step(clerk, case, "found", "back_received", found_place="company", returned_condition="完好")
    assert case["clocks"] == {} and case["held_by"] == "clerk"
    case = step(clerk, forward(company, walk_in(company), "at_supplier"), "report_loss", "lost", loss=LOSS)
    pay_for(company, case)
    case = step(dispatcher, tell(company, case, "loss"), "compensate", "compensated", made_good_by="paid", reason="已赔付800元")
    assert case["outcome"] == "lost" and case["clocks"] == {}


def test_what_is_lost_here_and_the_parts_that_stay(company):
    technician, clerk, shipping, dispatcher = staff(company)
    left = [{"name": "CPU", "quantity": 2, "tag_no": "S1", "place": "A1"}]
    case = step(technician, forward(company, walk_in(company), "tested"), "report_loss", "lost", loss=LOSS)
    assert set(case["clocks"]) == {"tell_loss"}  # nobody to claim on
    case = step(clerk, case, "found", "received", found_place="company", returned_condition="仓库角落")
    assert case.get("outcome") is None
    case = forward(company, case, "registered", register={"leftover_parts": left})
    assert case["tester_id"] == technician.id and case["leftovers_in_store"] == left
    case = step(clerk, case, "take_leftovers", "registered", leftovers_taken=[{"tag_no": "S1", "quantity": 1}])
    assert [p["quantity"] for p in case["leftovers_in_store"]] == [1] and case["leftover_parts"] == left
    case = forward(company, case, "verified", verify={"reassembled": True})
    assert case["leftovers_in_store"] == []  # built in again
    case = step(dispatcher, case, "report_loss", "lost", loss=LOSS)
    case = step(clerk, case, "found", "back_received", found_place="company", returned_condition="完好")
    assert case["outcome"] == "repaired" and case.get("outcome_before_loss") is None
    case = forward(company, case, "to_technician")
    case = step(technician, case, "report_loss", "lost", loss=LOSS)
    pay_for(company, case)
    step(dispatcher, tell(company, case, "loss"), "compensate", "compensated", made_good_by="paid", reason="已赔付")


def test_the_customer_takes_an_exchange(company):
    technician, clerk, shipping, dispatcher = staff(company)
    customer, unit = company.customer_with_unit()
    case = walk_in(company, customer_id=customer["id"], equipment_id=unit["id"], serial=unit["serial"])
    case = forward(company, case, "back_received", receive_back={"back_outcome": "credited", "credit_amount": 60000})
    assert case["held_by"] == "supplier"
    case = clerk.fire(case, "verify", identity_checked=True, test_result="退款单已核")
    case = step(dispatcher, case, "ask_exchange", "verified", decided_by="王小明")
    case = forward(company, case, "to_technician")
    assert case["held_by"] == "supplier" and case["exchange_asked_at"]
    case = step(technician, case, "return_to_customer", "returned_to_customer", customer_signature={"name": "王小明", "content_sha256": case["content_sha256"]},
                customer_copy_taken_in=True, receipt_to=dispatcher.id)
    assert case["outcome"] == "credited" and case["held_by"] == "supplier"


def test_who_withdraws(company):
    technician, clerk, shipping, dispatcher = staff(company)
    case = step(dispatcher, forward(company, walk_in(company), "registered"), "withdraw", "to_technician", withdrawal_wish="不修了")
    assert case["outcome"] == "returned_unrepaired" and case["held_by"] == "technician" and case["clocks"] == {}
    case = step(clerk, forward(company, walk_in(company), "at_supplier"), "withdraw", "at_supplier", withdrawal_wish="不修了")
    assert case["recall_asked_at"] and case["withdrawn_at"]
    for state, after in (("packed", "to_technician"), ("shipped", "shipped")):
        repair, case = sent_by_repair(company)
        CASES.add(case["id"])
        case = forward(company, case, state)
        refused = clerk.try_fire(case, "withdraw", withdrawal_wish="x")
        assert refused.status_code == 403  # the repair it belongs to decides
        technician.fire(repair, "withdraw", withdrawal_wish="不修了")
        assert dispatcher.read(case["href"])["state"] == after
    step(technician, walk_in(company), "void", "voided", reason="误登")


def test_items_that_were_swapped_wait_both(company):
    technician, clerk, shipping, dispatcher = staff(company)
    one, two = (forward(company, walk_in(company), "packed") for _ in range(2))
    one = step(clerk, one, "report_swap", "packed", swapped_with=two["id"])
    assert one["paused"]["reason"] == "supplier"

    two = eventually(lambda: (lambda c: c if c["paused"] else None)(clerk.read(two["href"])))
    assert two["swapped_with"] == one["id"]
    # One mistake, one report.
    found = reported_on(company, one)[0]
    assert found["grade"] == "major" and one["number"] in found["fact"] and two["number"] in found["fact"]
    assert [l["to_machine"] for l in clerk.read("/v1/links", entity=two["id"])["data"] if l["to_machine"] == "nonconformity"] == []
    CASES.add(two["id"])


def test_the_list_of_makers(company):
    clerk = company.return_repair_clerk
    maker = supplier(company)
    for person in (company.technician, company.dispatcher, company.shipping_clerk):
        assert person.post("/v1/supplier-contacts", {"name": "x", "kind": "maker", "contact_name": "a", "phone": "12345"}).status_code == 403
        assert person.try_fire(maker, "update", phone="02111112222").status_code == 403
        assert person.try_fire(maker, "close", reason="x").status_code == 403
    maker = clerk.fire(maker, "update", phone="02111112222")
    maker = clerk.fire(maker, "confirm", contact_name="李工")
    maker = company.materials_officer.fire(maker, "amend", reason="改名", kind="dealer")
    case = forward(company, walk_in(company), "registered", register={"supplier_id": maker["id"]})
    refused = company.materials_officer.try_fire(maker, "close", reason="停业")
    assert [e["code"] for e in refused.json()["errors"]] == ["items_out"]
    clerk.fire(case, "withdraw", withdrawal_wish="x")
    technician = company.technician
    case = technician.read(case["href"])
    technician.fire(case, "return_to_customer", customer_signature={"name": "李", "content_sha256": case["content_sha256"]}, item_returned=True,
                    customer_copy_taken_in=True, receipt_to=company.dispatcher.id)
    maker = company.materials_officer.fire(maker, "close", reason="停业")
    assert maker["state"] == "closed"
    papers = [r for r in clerk.read(maker["href"] + "/records")["data"]]
    assert len(papers) == 3 and {p["form"] for p in papers} == {"supplier_contact"}


def test_a_technician_tests_only_what_is_his(company):
    technician = company.technician
    case = technician.fire(walk_in(company), "tag", tag_no="T-9")
    other = company.hire("technician", name="另一维修员", skills=["computer"])
    assert other.try_fire(case, "test", **TEST).status_code == 403
    assert technician.fire(case, "test", **TEST)["tester_id"] == technician.id


def test_an_old_part_of_ours_ends_in_stock_or_as_scrap(company):
    clerk, technician = company.return_repair_clerk, company.technician
    for good in (True, False):
        case = clerk.create("return-repairs/receive_own", item="电源", item_category="board", model="PSU", serial=serial(), fault="不加电")
        assert case["source"] == "stock" and case["must_tell"] is False and case["customer_id"] is None
        CASES.add(case["id"])
        case = company.dispatcher.fire(case, "reassign", assignee_id=technician.id, reassign_reason="skill")
        if good:
            # Nobody outside is told when it takes long.
            case = forward(company, case, "verified", hand_over={"expected_return_at": company.day(40)})
            assert case["must_tell"] is False
            step(clerk, case, "return_to_stock", "returned_to_stock")
        else:
            case = forward(company, case, "tested")
            case = step(clerk, case, "store_own_scrap", "scrap_stored", scrap_place="B-3", scrap_reason="烧毁")
    case = walk_in(company)
    answer = clerk.try_fire(forward(company, case, "tested"), "store_own_scrap", scrap_place="B-3", scrap_reason="x")
    assert [e["code"] for e in answer.json()["errors"]] == ["not_own_part"]


def test_no_row_of_the_table_was_left_out(company):
    table = company.dispatcher.read("/v1/procedures/return_repair")["transitions"]
    happened = set()
    for case in CASES:
        source = company.dispatcher.read(f"/v1/return-repairs/{case}")["source"]
        for e in company.dispatcher.read(f"/v1/return-repairs/{case}/events", limit=500)["data"]:
            happened.add((e["event"], e["from"], e["to"], source))
    missing = []
    for row in table:
        one_source = row["event"] in ("receive", "withdraw", "return_to_customer")
        source = "slip" if row["by"] == "system" else "customer"

        def fits(event, before, after, of):
            if event != row["event"] or (one_source and of != source):
                return False
            if row["from"] is not None and row["from"] != "*" and before not in row["from"].split():
                return False
            return after == before if row["to"] == "same" else row["to"] in (after, "previous")

        if row["event"] not in BY_TIMER and not any(fits(*h) for h in happened):
            missing.append((row["event"], row["from"], row["to"], row["by"]))
    assert missing == []
    assert BY_TIMER <= {row["event"] for row in table}
