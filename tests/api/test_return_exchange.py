"""P9 as a service manager would tell it: the request, the analysis, the approval, and the goods and the money that follow."""

import uuid

from nonconformities import reported_on
from test_walker import prepare

TESTS = [{"indicator": "开机自检", "found": "无显示", "passed": False}]
PRICE = 500000


def day(company, offset=0):
    """The company's date, so many days from its today."""
    return company.at(24 * offset)[:10]


def sold(company, days_ago=5, kind="individual", skill="computer", **fields):
    """A customer of that kind and the unit that was sold to it."""
    customer = company.commerce_officer.create("customers", name="王小明", kind=kind, phone="13800138000", address="滨海市海港区建设路1号")
    body = dict(serial="SN-" + uuid.uuid4().hex[:10], model="ZN-2000", skill=skill, customer_id=customer["id"], accepted_on=day(company, -days_ago),
                warranty_until=day(company, 365 - days_ago))
    body.update(fields)
    return customer, company.commerce_officer.create("equipment", **{k: v for k, v in body.items() if v is not None})


def apply(company, customer, unit, kind="return", by=None, **fields):
    body = dict(customer_id=customer["id"], kind=kind, return_reason="开机黑屏", contact_name="王小明", contact_phone="13912345678",
                address="滨海市海港区建设路1号", fault_on=day(company), purchase_price=PRICE, payer_name="王小明")
    if unit is not None:
        body["equipment_id"] = unit["id"]
    body.update(fields)
    return (by or company.hotline_clerk).create("return-exchanges", **body)


SUBMIT = {"return": {"proposal": "同意退货", "remedy": "return", "basis": "three_guarantee_7d", "refund_amount": PRICE},
          "exchange": {"proposal": "同意换货", "remedy": "exchange", "basis": "three_guarantee_7d"},
          "none": {"proposal": "不予退换", "remedy": "none"}}
OPINION = {"meets_conditions": True, "materials_opinion": "符合既定要求", "stock_status": "same_model"}
PATH = ["register", "assign", "negotiate", "report", "refer_materials", "give_opinion", "submit", "approve", "inform", "execute"]


def actor(company, event):
    return {"register": company.hotline_clerk, "negotiate": company.technician, "report": company.technician, "give_opinion": company.materials_officer,
            "approve": company.deputy_gm}.get(event, company.dispatcher)


def body_for(company, event, remedy):
    return {"assign": {"assignee_id": company.technician.id},
            "negotiate": {"analysis": "主板故障", "appearance": "外观完好", "test_results": TESTS, "tested": True},
            "report": {"problem_analysis": "主板早期失效", "technician_opinion": "reasonable"},
            "give_opinion": OPINION, "submit": SUBMIT[remedy], "inform": {"informed_via": "phone"},
            "execute": {"executor_id": company.technician.id}}.get(event, {})


def advance(company, case, upto, remedy=None, **bodies):
    """Steps of the ordinary way until the one named; bodies of single steps can be replaced."""
    for event in PATH:
        if event == upto:
            return case
        body = bodies.get(event) or body_for(company, event, remedy or case["kind"])
        case = actor(company, event).fire(case, event, **body)
    return case


def executing(company, kind="return", **sale):
    customer, unit = sold(company, **sale)
    return advance(company, apply(company, customer, unit, kind), "complete")


def received(company, case):
    return company.materials_officer.fire(case, "receive_goods", identity_checked=True, accessories_complete=True, as_analysed=True, goods_back_condition="与分析一致")


def funded(company, case):
    """The money for the refund is approved."""
    return company.deputy_gm.fire(case, "approve_funds", funds_ref="YK-1")


def signature(case):
    return {"name": "王小明", "relation": "self", "content_sha256": case["content_sha256"]}


def links(company, case, state=None):
    return [l["to_machine"] for l in company.dispatcher.read("/v1/links", entity=case["id"], **({"state": state} if state else {}))["data"]]


def test_a_return_within_seven_days_ends_with_the_whole_price_at_the_original_payer(company):
    customer, unit = sold(company)
    case = apply(company, customer, unit, invoice_no="FP-001")
    assert case["number"].startswith("RX-") and set(case["clocks"]) == {"register_due"}

    # Registered at once; the file says what it is and since when. The slip and the request are papers.
    case = company.hotline_clerk.fire(case, "register")
    assert case["sold_on"] == unit["accepted_on"] and case["model"] == "ZN-2000" and case["product_class"] == "computer" and case["repairs_done"] == 0
    assert set(case["clocks"]) == {"analysis_due"}
    case = advance(company, company.dispatcher.fire(case, "assign", assignee_id=company.technician.id), "register")

    # The technician tests strictly and reports; the dispatcher turns to the materials office at once.
    technician = company.technician
    case = technician.fire(case, "negotiate", analysis="主板故障", appearance="外观完好", test_results=TESTS, tested=True, site_visit_needed=True, visited_at=company.at(-1))
    assert case["tester_id"] == technician.id
    case = technician.fire(case, "report", problem_analysis="主板早期失效", technician_opinion="reasonable")
    assert set(case["clocks"]) == {"refer_due", "decision_due"}
    case = company.dispatcher.fire(case, "refer_materials")
    assert case["reserved_at"]
    case = company.materials_officer.fire(case, "give_opinion", supplier="华星科技", supplier_position="同意退货", **OPINION)

    # The proposal carries what the law gives; the deputy sees both opinions and decides.
    case = company.dispatcher.fire(case, "submit", **SUBMIT["return"])
    due = [(r["remedy"], r["basis"], r["ground"]) for r in case["remedies_due"]]
    assert ("return", "three_guarantee_7d", "law") in due and not [r for r in case["remedies_due"] if r["depreciation"]]
    to_approve = company.deputy_gm.read("/v1/return-exchanges", state="pending_approval", refund_amount_from=PRICE)["data"]
    assert case["id"] in [c["id"] for c in to_approve]
    case = company.deputy_gm.fire(case, "approve")
    assert set(case["clocks"]) == {"inform_due", "complete_due", "goods_back"}
    case = company.dispatcher.fire(case, "inform", informed_via="phone")
    case = company.dispatcher.fire(case, "execute", executor_id=technician.id)
    assert case["refund_status"] == "due" and links(company, case) == ["fund_request"]  # opened by the timer, see test_assurance_story

    # No money before the goods and the red invoice, and none to anybody else.
    pay = dict(paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-1")
    refused = company.finance_officer.try_fire(case, "pay_refund", **pay)
    assert {e["code"] for e in refused.json()["errors"]} == {"goods_not_back", "red_invoice_first", "funds_not_approved"}
    case = received(company, case)
    assert case["refund_due"] and "refund_due" in case["clocks"] and "goods_back" not in case["clocks"]
    assert case["id"] in [c["id"] for c in company.finance_officer.read("/v1/return-exchanges", refund_due_to=company.at(24 * 8), refund_status="due", limit=200)["data"]]
    case = company.finance_officer.fire(case, "issue_red_invoice", red_invoice_no="HZ-001")
    # Nor before the money is approved; who approves was told, finance is told then.
    assert "funds_wanted" in [n["code"] for n in company.deputy_gm.read("/v1/notifications", entity=case["id"])["data"]]
    refused = company.finance_officer.try_fire(case, "pay_refund", **pay)
    assert [e["code"] for e in refused.json()["errors"]] == ["funds_not_approved"]
    case = funded(company, case)
    assert "funds_approved" in [n["code"] for n in company.finance_officer.read("/v1/notifications", entity=case["id"])["data"]]
    refused = company.finance_officer.try_fire(case, "pay_refund", **dict(pay, paid_to="李四"))
    assert refused.json()["errors"][0]["code"] == "other_payer"
    case = company.finance_officer.fire(case, "pay_refund", **pay)
    case = company.materials_officer.fire(case, "complete", customer_signature=signature(case))
    assert case["state"] == "completed" and case["clocks"] == {}

    # The unit is out of the customer's hands, the claim on the supplier goes on by itself.
    assert company.dispatcher.read(unit["href"])["state"] == "returned"
    claims = company.materials_officer.read("/v1/supplier-claims", supplier="华星科技", state="open", parent=case["id"])["data"]
    assert len(claims) == 1 and claims[0]["claim_amount"] == PRICE
    forms = [r["form"] for r in company.dispatcher.read(case["href"] + "/records")["data"]]
    assert sorted(forms) == ["problem_analysis", "return_disposal", "return_request", "return_slip"]
    assert sorted(links(company, case)) == ["equipment", "fund_request", "nonconformity", "supplier_claim"]
    assert reported_on(company, case)[0]["source"] == "return_exchange"
    assert company.dispatcher.read("/v1/audit/verify", entity=case["id"])["sound"] is True


def test_a_replacement_accepted_in_a_repair_is_exchanged_and_its_warranty_begins_anew(company):
    prepare(company)
    customer, unit = sold(company, days_ago=100, kind="government")
    technician = company.technician
    repair = company.register(customer=customer, unit=unit)
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=technician.id)
    repair = technician.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
    repair = technician.fire(repair, "arrive", appearance_in_order=True)
    repair = technician.fire(repair, "confirm_problem", fault_confirmed="主板故障")
    repair = technician.fire(repair, "take_back", diagnosis="主板烧毁", devices=[{"item": "主机", "condition": "完好"}], copy_with_customer=True)
    repair = technician.fire(repair, "hand_slip_copy", handed_to=company.dispatcher.id)
    repair = technician.fire(repair, "advise_replacement", replacement_reason="主板停产", replacement_price=PRICE)
    repair = technician.fire(repair, "accept_replacement", customer_choice="同意更换")
    assert repair["state"] == "settling" and repair["outcome"] == "replaced" and links(company, repair) == ["return_exchange"]

    # It begins as a request of its own, with all that the repair knows.
    case = company.dispatcher.read("/v1/return-exchanges", parent=repair["id"])["data"][0]
    assert case["state"] == "applied" and case["kind"] == "exchange" and case["return_reason"] == "主板停产" and case["equipment_id"] == unit["id"]
    settle = dict(customer_opinion="好", customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    assert technician.try_fire(repair, "settle", **settle).json()["errors"][0]["code"] == "device_not_returned"

    # A public body has its contract; here it gives 180 days for an exchange.
    case = company.hotline_clerk.fire(case, "register", contract_exchange_days=180)
    case = advance(company, company.dispatcher.fire(case, "assign", assignee_id=technician.id), "register")
    for event in PATH[2:6]:
        case = actor(company, event).fire(case, event, **body_for(company, event, "exchange"))
    refused = company.dispatcher.try_fire(case, "submit", **SUBMIT["exchange"])
    assert refused.json()["errors"][0]["code"] == "remedy_not_due"  # the seven days are long over
    case = company.dispatcher.fire(case, "submit", proposal="同型号换货", remedy="exchange", basis="contract")
    for event in PATH[7:]:
        case = actor(company, event).fire(case, event, **body_for(company, event, "exchange"))
    assert links(company, case) == ["delivery"]

    # The old unit is at the centre already: received there, and the repair can be settled without giving it back.
    case = received(company, case)
    assert technician.fire(repair, "settle", **settle)["state"] == "settled"
    case = company.dispatcher.fire(case, "send_exchange", replacement_serial="NEW-" + unit["serial"])
    case = company.dispatcher.fire(case, "deliver_exchange", delivered_on=day(company))
    assert case["warranty_restart"] == day(company, 365)
    case = company.materials_officer.fire(case, "complete", signature_refused=True, signature_refused_reason="门卫代收", evidence="照片")
    unit = company.dispatcher.read(unit["href"])
    assert unit["state"] == "in_use" and unit["serial"].startswith("NEW-") and unit["former_serials"] == [case["serial"]]
    assert unit["warranty_until"] == day(company, 365)
    found = company.dispatcher.read("/v1/search", q=case["serial"])["data"]
    assert ("equipment", unit["id"], "former_serial") in [(f["machine"], f["id"], f["found_by"]) for f in found]
    assert case["serial"] != unit["serial"] and company.dispatcher.read("/v1/equipment", former_serials=case["serial"])["data"][0]["id"] == unit["id"]


def test_a_device_that_the_company_lost_on_its_way_into_the_exchange_does_not_hold_the_settlement(company):
    prepare(company)
    customer, unit = sold(company, days_ago=100)
    technician = company.technician
    repair = company.dispatcher.fire(company.register(customer=customer, unit=unit), "dispatch", assignee_id=technician.id)
    for event, body in (("schedule", {"appointment_at": company.at(1), "charge_told": True}), ("arrive", {"appearance_in_order": True}),
                        ("confirm_problem", {"fault_confirmed": "x"}),
                        ("take_back", {"diagnosis": "x", "devices": [{"item": "主机", "condition": "完好"}], "copy_with_customer": True}),
                        ("hand_slip_copy", {"handed_to": company.dispatcher.id}), ("advise_replacement", {"replacement_reason": "x", "replacement_price": 1}),
                        ("accept_replacement", {"customer_choice": "x"})):
        repair = technician.fire(repair, event, **body)
    case = company.dispatcher.read("/v1/return-exchanges", parent=repair["id"])["data"][0]
    case = advance(company, case, "complete", remedy="exchange",
                   submit={"proposal": "x", "remedy": "exchange", "basis": "goodwill", "goodwill_reason": "老客户"})
    settle = dict(customer_opinion="好", customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    assert technician.try_fire(repair, "settle", **settle).json()["errors"][0]["code"] == "device_not_returned"
    company.dispatcher.fire(case, "report_loss", loss={"what": "主机", "holder": "库房", "value": PRICE, "evidence": "盘点"})
    assert technician.fire(repair, "settle", **settle)["state"] == "settled"


def test_out_of_warranty_a_replacement_is_a_sale_and_opens_no_exchange(company):
    prepare(company)
    technician = company.technician
    repair = company.dispatcher.fire(company.register(warranty_days=-1), "dispatch", assignee_id=technician.id)
    repair = technician.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
    repair = technician.fire(repair, "arrive", appearance_in_order=True)
    repair = technician.fire(repair, "confirm_problem", fault_confirmed="x")
    repair = technician.fire(repair, "advise_replacement", replacement_reason="老化", replacement_price=PRICE)
    repair = technician.fire(repair, "accept_replacement", customer_choice="购买新机")
    assert repair["outcome"] == "replaced" and links(company, repair) == []
    told = company.commerce_officer.read("/v1/notifications", entity=repair["id"])["data"]
    assert [n["code"] for n in told] == ["replacement_wanted"]


def test_what_is_not_reasonable_goes_to_the_deputy_when_the_customer_insists_and_is_told_with_reasons(company):
    customer, unit = sold(company, days_ago=40)
    case = advance(company, apply(company, customer, unit), "report")
    refused = company.technician.try_fire(case, "report", problem_analysis="进水", technician_opinion="not_reasonable", user_damage=True)
    assert refused.json()["errors"][0]["code"] == "drop_instead"
    case = company.technician.fire(case, "report", problem_analysis="进水", technician_opinion="not_reasonable", user_damage=True, customer_insists=True)
    case = company.dispatcher.fire(case, "refer_materials")
    case = company.materials_officer.fire(case, "give_opinion", meets_conditions=False, unmet_conditions="人为损坏", materials_opinion="不符合既定要求", stock_status="same_model")
    case = company.dispatcher.fire(case, "submit", **SUBMIT["none"])
    assert case["remedies_due"] == []
    case = company.deputy_gm.fire(case, "refuse", refusal_reason="人为损坏不属三包")
    assert [c["id"] for c in company.dispatcher.read("/v1/return-exchanges", state="refused", id=case["id"])["data"]] == [case["id"]]
    case = company.dispatcher.fire(case, "inform_refusal", informed_via="phone", reasons_told=True, objection_ways_told=True, objects=True, paid_repair_wanted=True)
    assert case["state"] == "refusal_informed" and case.get("reserved_at") is None
    assert sorted(links(company, case)) == ["complaint", "repair"]
    from complaints import opened_from
    objection = opened_from(company, case)
    assert objection["return_exchange_id"] == case["id"] and objection["complaint_text"] == "开机黑屏" and objection["customer_id"] == customer["id"]
    opened = company.dispatcher.read("/v1/repairs", customer=customer["id"])["data"]
    assert len(opened) == 1 and opened[0]["problem"] == "开机黑屏" and opened[0]["state"] == "registered"


def test_a_lawful_right_cannot_be_refused(company):
    customer, unit = sold(company)
    case = advance(company, apply(company, customer, unit), "approve", submit=SUBMIT["none"])
    refused = company.deputy_gm.try_fire(case, "refuse", refusal_reason="不愿退")
    assert refused.json()["errors"][0]["code"] == "remedy_is_due"
    # What is missing is asked for; the proposal follows the law.
    case = company.deputy_gm.fire(case, "ask_again", decision_note="依法应退")
    assert case["state"] == "reported" and "refer_due" in case["clocks"]
    case = company.technician.fire(case, "supplement", problem_analysis="复测仍为主板故障")
    case = company.dispatcher.fire(case, "refer_materials")
    case = company.dispatcher.fire(case, "submit", **SUBMIT["return"])
    assert company.deputy_gm.fire(case, "approve")["state"] == "approved"


def test_the_customer_drops_it_and_the_unit_is_repaired(company):
    customer, unit = sold(company, days_ago=10)
    case = advance(company, apply(company, customer, unit, kind="exchange"), "report")
    case = company.technician.fire(case, "drop", drop_reason="愿意维修", agreed=True, repair_wanted=True, negotiated_outcome="免费维修")
    assert case["state"] == "dropped" and links(company, case) == ["repair"]
    repair = company.dispatcher.read("/v1/repairs", equipment_id=unit["id"])["data"][0]
    assert repair["state"] == "registered" and repair["in_warranty"] is True and repair["problem"] == "开机黑屏"


def test_goods_that_came_back_otherwise_are_decided_on_and_a_refund_shrinks_only_by_agreement(company):
    case = executing(company)
    deputy, materials = company.deputy_gm, company.materials_officer
    case = funded(company, materials.fire(case, "report_difference", difference="外壳破裂", customer_statement="运输所致", goods_back_condition="破裂"))
    assert case["goods_back_at"] and "refund_due" in case["clocks"]
    pay = dict(paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-2")
    assert company.finance_officer.try_fire(case, "pay_refund", **pay).json()["errors"][0]["code"] == "difference_open"
    refused = deputy.try_fire(case, "decide_difference", difference_decision="reduce", refund_amount=PRICE - 1000)
    assert refused.json()["errors"][0]["code"] == "reduction_not_agreed"
    case = deputy.fire(case, "decide_difference", difference_decision="reduce", refund_amount=PRICE - 1000, agreed=True)
    assert company.finance_officer.try_fire(case, "pay_refund", **pay).json()["errors"][0]["code"] == "amount_not_approved"
    case = company.finance_officer.fire(case, "pay_refund", **dict(pay, paid_amount=PRICE - 1000))
    # The bank sends it back: finance asks for an account of the same payer, the case stays open.
    case = company.finance_officer.fire(case, "fail_refund", reason="账户已注销")
    assert case["refund_status"] == "failed" and case.get("refunded_at") is None and "refund_due" in case["clocks"]
    assert materials.try_fire(case, "complete", customer_signature=signature(case)).json()["errors"][0]["code"] == "refund_open"
    case = company.finance_officer.fire(case, "pay_refund", **dict(pay, paid_amount=PRICE - 1000, refund_account="6222****2"))
    assert materials.fire(case, "complete", customer_signature=signature(case))["state"] == "completed"


def test_another_unit_than_the_one_sold_goes_back_to_the_customer(company):
    case = executing(company)
    refused = company.materials_officer.try_fire(case, "receive_goods", identity_checked=True, accessories_complete=True, as_analysed=True,
                                                 goods_back_condition="完好", returned_serial="OTHER-1")
    assert refused.json()["errors"][0]["code"] == "goods_differ"
    case = company.materials_officer.fire(case, "report_difference", difference="序列号不符", customer_statement="拿错", goods_back_condition="完好", returned_serial="OTHER-1")
    case = company.deputy_gm.fire(case, "decide_difference", difference_decision="send_back", objects=True)
    assert case.get("goods_back_at") is None and case.get("refund_due") is None and "goods_back" in case["clocks"] and "refund_due" not in case["clocks"]
    assert "complaint" in links(company, case)
    assert received(company, case)["goods_back_at"]


def test_goods_lost_on_the_way_are_the_companys_loss_unless_the_customer_returned_without_reason(company):
    case = executing(company)
    loss = {"what": "主机", "holder": "顺丰", "value": PRICE, "evidence": "运单"}
    case = company.dispatcher.fire(case, "report_loss", loss=loss)
    assert case["loss_borne_by"] == "company" and "refund_due" in case["clocks"]
    case = company.finance_officer.fire(funded(company, case), "pay_refund", paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-3")
    assert company.materials_officer.fire(case, "complete", customer_signature=signature(case))["state"] == "completed"

    customer, unit = sold(company, days_ago=3)
    case = advance(company, apply(company, customer, unit, distance_sale=True, return_reason="不想要了"), "complete",
                   submit=dict(SUBMIT["return"], basis="distance_7d"))
    case = company.dispatcher.fire(case, "report_loss", loss=loss)
    assert case["loss_borne_by"] == "customer" and "refund_due" not in case["clocks"]


def test_another_model_by_consent_with_the_difference_paid_and_every_line_settled(company):
    customer, unit = sold(company)
    lines = [{"item": "主机", "qty": 1, "serial": unit["serial"]}, {"item": "显示器", "qty": 2}]
    case = advance(company, apply(company, customer, unit, kind="exchange", lines=lines), "give_opinion")
    case = company.materials_officer.fire(case, "give_opinion", meets_conditions=True, materials_opinion="同型号缺货", stock_status="other_model", replacement_model="ZN-3000")
    refused = company.dispatcher.try_fire(case, "submit", **SUBMIT["exchange"])
    assert refused.json()["errors"][0]["code"] == "other_model_not_agreed"
    case = company.dispatcher.fire(case, "submit", other_model_agreed=True, price_difference=30000, **SUBMIT["exchange"])
    for event in PATH[7:]:
        case = actor(company, event).fire(case, event, **body_for(company, event, "exchange"))
    waiting = [l for l in company.dispatcher.read("/v1/links", entity=case["id"])["data"] if l["to_machine"] == "delivery"][0]
    assert [l["item"] for l in waiting["inputs"]["lines"]] == ["主机", "显示器"] and waiting["inputs"]["exchange_of"] == case["id"]
    case = received(company, case)
    case = company.dispatcher.fire(case, "deliver_exchange", delivered_on=day(company), replacement_serial="N-" + unit["serial"])
    refused = company.materials_officer.try_fire(case, "complete", customer_signature=signature(case))
    assert {e["code"] for e in refused.json()["errors"]} == {"difference_unpaid", "line_without_outcome"}
    case = company.finance_officer.fire(case, "settle_difference", difference_ref="SK-1")
    outcomes = [dict(lines[0], outcome="exchanged"), dict(lines[1], qty=1, outcome="exchanged"), dict(lines[1], qty=1, outcome="kept")]  # one of two displays
    for wrong in (outcomes[:2], outcomes + outcomes[2:], [outcomes[0], dict(lines[1], qty=3, outcome="kept")], [dict(lines[0], serial="X", outcome="kept"), *outcomes[1:]]):
        assert company.dispatcher.try_fire(case, "set_outcomes", lines=wrong).json()["errors"][0]["code"] == "other_lines"
    refused = company.dispatcher.try_fire(case, "set_outcomes", lines=outcomes[:1])
    assert refused.json()["errors"][0]["code"] == "other_lines"
    case = company.dispatcher.fire(case, "set_outcomes", lines=outcomes)
    assert company.materials_officer.fire(case, "complete", customer_signature=signature(case))["state"] == "completed"


def test_a_decision_by_mistake_is_taken_back_before_the_customer_is_told_and_made_anew_afterwards(company):
    customer, unit = sold(company)
    case = advance(company, apply(company, customer, unit), "inform")
    case = company.deputy_gm.fire(case, "revert", reason="点错")
    assert case["state"] == "pending_approval" and case.get("decision") is None and "inform_due" not in case["clocks"] and "decision_due" in case["clocks"]
    case = company.dispatcher.fire(company.deputy_gm.fire(case, "approve"), "inform", informed_via="visit")
    assert company.dispatcher.try_fire(case, "revert", reason="x").json()["errors"][0]["code"] == "final_step"
    case = company.deputy_gm.fire(case, "decide_anew", reason="价格有误")
    assert case["state"] == "pending_approval" and case["former_decision"]["decision"] == "approved" and case["former_decision"]["reason"] == "价格有误"
    assert set(case["clocks"]) == {"decision_due"}
    assert company.deputy_gm.fire(case, "approve")["state"] == "approved"


def test_the_customer_applies_alone_and_sees_only_the_own_cases(company):
    customer, unit = sold(company)
    other, other_unit = sold(company)
    buyer = company.hire("customer", name="王小明", department="external", customer_id=customer["id"])
    case = apply(company, customer, unit, by=buyer)
    foreign = apply(company, other, other_unit)
    assert buyer.get(case["href"]).status_code == 200 and buyer.get(foreign["href"]).status_code == 404
    assert [c["id"] for c in buyer.read("/v1/return-exchanges")["data"]] == [case["id"]]
    assert buyer.post("/v1/return-exchanges", {"customer_id": other["id"], "kind": "return", "return_reason": "x", "contact_name": "x", "contact_phone": "139"}).status_code == 422
    assert company.hotline_clerk.fire(case, "register")["state"] == "registered"


def test_the_claim_on_the_supplier_goes_on_to_its_end(company):
    materials = company.materials_officer
    claim = materials.create("supplier-claims", supplier="远大电子", item="显示器", claim_amount=90000)
    assert claim["number"].startswith("SC-")
    claim = materials.fire(claim, "reject", supplier_answer="人为损坏")
    claim = materials.fire(claim, "accept", supplier_answer="复议同意", promised_until=day(company, 30))
    claim = materials.fire(claim, "reject", supplier_answer="再次拒绝")
    claim = materials.fire(claim, "accept", supplier_answer="同意", promised_until=day(company, 30))
    refused = materials.try_fire(claim, "settle")
    assert refused.json()["errors"][0]["code"] == "settlement_missing"
    assert materials.fire(claim, "settle", settled_amount=90000)["state"] == "settled"
    lost = materials.create("supplier-claims", supplier="远大电子", item="键盘")
    assert company.deputy_gm.fire(lost, "give_up", close_reason="金额过小")["state"] == "given_up"
    assert company.dispatcher.post(lost["href"] + "/claim").status_code == 404
