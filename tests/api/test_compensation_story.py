"""A claim for compensation as a service manager would tell it: from a loss to the money in the customer's hands."""

import uuid

from answers import eventually, told
from assurance import request_of
from compensations import LINES, PAYEE, RECORDED, at, claim, codes, forms, forward, links, opened_from, read, refused
from complaints import at as complaint_at, findings
from complaints import forward as complaint_forward
from return_repairs import forward as item_forward, walk_in
from spares import held
from test_spares_story import lent

LOSS = {"what": "主板", "holder": "顺丰", "value": 80000, "evidence": "查询单"}


def test_from_the_claim_to_the_money(company):
    job = company.register()
    c = claim(company, repair_id=job["id"])
    assert c["state"] == "submitted" and c["number"].startswith("CL-") and c["payer"] == "company"
    assert (c["source"], c["source_number"], c["customer_id"]) == ("repair", job["number"], job["customer_id"])
    assert (c["contact_name"], c["contact_phone"], c["serial"]) == (job["contact_name"], job["contact_phone"], job.get("serial"))
    assert set(c["clocks"]) == {"review_due"} and forms(company, c) == ["compensation_claim"]
    assert "compensation_to_review" in told(company.service_manager, c)
    # One open claim a case.
    answer = company.dispatcher.post("/v1/compensations", {"repair_id": job["id"], "loss_text": "x"})
    assert codes(answer) == ["claim_open"]

    c = company.service_manager.fire(c, "accept")
    assert c["assignee_id"] == company.service_manager.id and set(c["clocks"]) == {"assess_due"}
    c = company.service_manager.fire(c, "assess", lines=LINES)
    assert c["assessed_amount"] == 85000 and set(c["clocks"]) == {"confirm_due"} and "compensation_to_confirm" in told(company.finance_officer, c)
    refused(company.service_manager, c, "offer", "assessment_not_confirmed", offer_amount=85000)
    c = company.finance_officer.fire(c, "confirm")
    assert c["confirmed_by"] == company.finance_officer.id and c["clocks"] == {}
    refused(company.service_manager, c, "offer", "offer_above_assessment", offer_amount=85001)
    c = company.service_manager.fire(c, "offer", offer_amount=85000, offer_terms="一次性赔付,主板不再退还")
    assert c["offer_valid_until"] == company.day(15) and forms(company, c) == ["compensation_claim"] * 2

    # Signed is what is stored.
    refused(company.hotline_clerk, c, "agree", "agreement_not_proven")
    refused(company.hotline_clerk, c, "agree", "signed_other_content", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    bound = c["content_sha256"]
    c = company.hotline_clerk.fire(c, "agree", customer_signature={"name": "李明", "content_sha256": bound}, **PAYEE)
    assert (c["agreed_by"], c["agreed_via"], c["agreed_sha256"]) == ("李明", "visit", bound) and set(c["clocks"]) == {"approve_due"}
    assert "compensation_to_approve" in told(company.deputy_gm, c)
    refused(company.service_manager, c, "approve", "own_claim")
    c = company.deputy_gm.fire(c, "approve")
    assert set(c["clocks"]) == {"pay_due"} and links(company, c) == [("fund_request", "request")]
    fund = request_of(company, c)
    assert (fund["purpose"], fund["amount"], fund["payee"], fund["source_machine"]) == ("compensation", 85000, "李明", "compensation")
    assert (fund["customer_id"], fund["requested_by"]) == (c["customer_id"], company.service_manager.id)
    c = company.finance_officer.fire(c, "pay", paid_on=company.day(), payment_ref="FK-001")
    assert c["state"] == "paid" and c["clocks"] == {} and "compensation_paid" in told(company.service_manager, c)
    # P17 follows what is paid here, and what the bank sends back.
    assert eventually(lambda: company.finance_officer.read(fund["href"]).get("paid_total") == 85000)
    c = company.dispatcher.fire(c, "close")
    assert (c["state"], c["closed_as"]) == ("closed", "paid")
    c = company.finance_officer.fire(c, "payment_returned", bank_reason="账号有误")
    assert eventually(lambda: company.finance_officer.read(fund["href"]).get("paid_total") == 0)
    c = company.finance_officer.fire(c, "pay", paid_on=company.day(), payment_ref="FK-002")
    assert eventually(lambda: company.finance_officer.read(fund["href"]).get("paid_total") == 85000)
    c = company.dispatcher.fire(c, "close")
    assert (c["state"], c["closed_as"]) == ("closed", "paid")
    assert company.dispatcher.read("/v1/audit/verify", entity=c["id"])["sound"] is True
    # The case may be claimed from again.
    assert claim(company, repair_id=job["id"])["warnings"][0]["code"] == "claimed_before"


def test_an_item_lost_on_the_way_is_claimed_for_by_the_timer(company):
    case = company.return_repair_clerk.fire(item_forward(company, walk_in(company), "shipped"), "report_loss", loss=LOSS)
    c = opened_from(company, case)
    assert (c["source"], c["source_number"], c["customer_id"]) == ("return_repair", case["number"], case["customer_id"])
    assert (c["basis"], c["claimed_amount"], c["loss_text"], c["evidence"]) == ("lost_in_custody", LOSS["value"], LOSS["what"], LOSS["evidence"])
    # Found again: nothing is owed any more.
    company.return_repair_clerk.fire(case, "found", found_place="supplier", returned_condition="完好")
    c = read(company, c)
    assert (c["state"], c["closed_as"]) == ("closed", "not_needed") and c["clocks"] == {}


def test_a_customers_device_lost_at_the_centre_is_claimed_for(company):
    repair = held(company)
    repair = company.dispatcher.fire(repair, "report_loss", loss=LOSS)
    c = opened_from(company, repair)
    assert (c["source"], c["repair_id"], c["basis"], c["claimed_amount"], c["loss_text"]) == ("repair", repair["id"], "lost_in_custody", LOSS["value"], LOSS["what"])
    company.deputy_gm.fire(repair, "make_loss_good", reason="已换同型号新机")
    c = read(company, c)
    assert (c["state"], c["closed_as"], c["outcome"]) == ("closed", "in_kind", "已换同型号新机")


def test_what_was_lost_is_replaced_instead(company):
    case = company.return_repair_clerk.fire(item_forward(company, walk_in(company), "at_supplier"), "report_loss", loss=LOSS)
    c = forward(company, opened_from(company, case), "offered")
    case = company.return_repair_clerk.fire(case, "notify_customer", told_about=["loss"], told_by="phone", rights_explained=True, remedy_offered="exchange")
    company.dispatcher.fire(case, "compensate", made_good_by="replacement", reason="已换新主板")
    c = read(company, c)
    assert (c["state"], c["closed_as"], c["outcome"]) == ("closed", "in_kind", "已换新主板")


def test_a_complaint_decided_for_money_is_paid_before_it_is_carried_out(company):
    complaint = complaint_at(company, "proposal_made", last=findings(remedies=["compensation"], compensation_amount=30000))
    complaint = complaint_forward(company, complaint, "implementing")
    c = opened_from(company, complaint)
    assert (c["source"], c["complaint_id"], c["claimed_amount"], c["contact_name"]) == ("complaint", complaint["id"], 30000, complaint["complainant"])
    refused(company.dept_head, complaint, "implement_done", "remedy_not_done", outcome="x", evidence="x")
    c = forward(company, c, "confirmed")
    c = company.service_manager.fire(c, "offer", offer_amount=30000)
    c = forward(company, c, "paid")
    assert company.dept_head.fire(complaint, "implement_done", outcome="已赔付", evidence="FK-001")["state"] == "verifying"


def test_a_supplier_at_fault_is_claimed_on(company):
    c = claim(company)
    c = company.service_manager.fire(company.service_manager.fire(c, "accept"), "assess", lines=LINES, supplier="华星科技", basis="product_defect")
    c = forward(company, c, "approved")

    def found():
        return [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["to_machine"] == "supplier_claim" and l["state"] == "done"]
    assert eventually(found), company.dispatcher.read("/v1/links", entity=c["id"])
    owed = company.materials_officer.read("/v1/supplier-claims/" + found()[0])
    assert (owed["state"], owed["supplier"], owed["claim_amount"], owed.get("serial")) == ("open", "华星科技", 85000, c.get("serial"))


def test_a_declined_claim_becomes_a_complaint(company):
    c = company.service_manager.fire(claim(company), "decline", decline_reason="超出保修,与维修无关", appeal_told=True)
    assert c["state"] == "declined" and c["clocks"] == {}
    c = company.hotline_clerk.fire(c, "appeal", appeal_text="维修前没有这个问题")
    refused(company.hotline_clerk, c, "appeal", "appealed_already", appeal_text="x")

    def found():
        return [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["to_machine"] == "complaint" and l["state"] == "done"]
    assert eventually(found), company.dispatcher.read("/v1/links", entity=c["id"])
    complaint = company.service_manager.read("/v1/complaints/" + found()[0])
    assert complaint["complaint_text"] == c["number"] + ": 维修前没有这个问题"
    assert (complaint["customer_id"], complaint["repair_id"], complaint["loss_amount"]) == (c["customer_id"], c["repair_id"], c["claimed_amount"])
    c = company.deputy_gm.fire(c, "take_up_again", reason="复核后成立")
    assert c["state"] == "accepted_for_review" and set(c["clocks"]) == {"assess_due"}


def test_a_customer_claims_and_agrees_for_himself(company):
    job = company.register()
    person = company.hire("customer", name="客户本人", customer_id=job["customer_id"], department="external")
    other_job = company.register()
    other = company.hire("customer", name="他人", customer_id=other_job["customer_id"], department="external")
    assert codes(other.post("/v1/compensations", {"repair_id": job["id"], "loss_text": "x"})) == ["unknown_reference"]
    c = person.create("compensations", repair_id=job["id"], loss_text="主板损坏", claimed_amount=60000)
    assert other.get(c["href"]).status_code == 404
    c = company.service_manager.fire(c, "accept")
    refused(company.service_manager, c, "assess", "basis_missing", lines=LINES)
    c = company.service_manager.fire(c, "assess", lines=LINES, basis="service_fault")
    c = forward(company, c, "offered")
    c = person.fire(c, "agree", payee_name="客户本人", pay_method="cash")
    assert (c["agreed_by"], c["agreed_via"], c["agreed_sha256"]) == ("客户本人", "web", c["content_sha256"])
    assert forward(company, c, "closed")["closed_as"] == "paid"


def test_the_broken_loan_unit_is_paid_by_the_customer(company):
    loan, unit = lent(company, held(company))
    loan = company.technician.fire(loan, "take_back", return_condition="屏幕碎裂")
    loan = company.warehouse_keeper.fire(loan, "inspect", inspection_ok=False, data_wiped=True, damage="客户摔坏屏幕")
    loan = company.dispatcher.fire(loan, "agree_compensation", compensation_amount=loan["price_if_lost"], compensated_by="李明", reason="人为损坏")
    c = opened_from(company, loan)
    assert (c["source"], c["payer"], c["basis"], c["claimed_amount"], c["customer_id"]) == ("loan_agreement", "customer", "loan_unit", loan["price_if_lost"], loan["customer_id"])
    assert c["loss_text"] == "客户摔坏屏幕"
    c = company.service_manager.fire(c, "accept")
    fraud = [{"kind": "fraud", "amount": 50000, "what_for": "x", "legal_basis": "x", "price": 100}]
    refused(company.service_manager, c, "assess", "fraud_line_wrong", lines=fraud)
    c = forward(company, c, "offered")
    c = company.dispatcher.fire(c, "agree", **RECORDED)
    c = forward(company, c, "approved")
    assert links(company, c) == []
    assert forward(company, c, "closed")["closed_as"] == "paid"


def test_fraud_is_three_times_the_price_and_at_least_500(company):
    c = company.service_manager.fire(claim(company, basis="fraud"), "accept")
    line = {"kind": "fraud", "what_for": "以旧充新", "legal_basis": "消费者权益保护法第55条"}
    for wrong in ({**line, "amount": 50000}, {**line, "amount": 90000, "price": 20000}, {"kind": "fraud", "what_for": "x", "amount": 60000, "price": 20000},
                  {**line, "amount": 30000, "price": 10000}):
        refused(company.service_manager, c, "assess", "fraud_line_wrong", lines=[wrong])
    c = company.service_manager.fire(c, "assess", lines=[{**line, "amount": 60000, "price": 20000}, {"kind": "refund", "amount": 20000, "what_for": "退还价款"}])
    assert c["assessed_amount"] == 80000
    c = company.service_manager.fire(c, "correct_lines", lines=[{**line, "amount": 50000, "price": 10000}], reason="价款为100元")
    assert c["assessed_amount"] == 50000


def test_the_three_ranks_of_approval(company):
    other = company.hire("service_manager", name="管理师乙" + uuid.uuid4().hex[:4])
    big = [{"kind": "direct_loss", "amount": 5000000, "what_for": "停产损失"}]
    for amount, enough, too_low in ((200000, other, None), (200001, company.deputy_gm, other), (2000000, company.deputy_gm, other),
                                    (2000001, company.general_manager, company.deputy_gm)):
        c = at(company, "accepted_for_review")
        c = forward(company, company.service_manager.fire(c, "assess", lines=big), "confirmed")
        c = forward(company, company.service_manager.fire(c, "offer", offer_amount=amount), "agreed")
        if too_low:
            refused(too_low, c, "approve", "amount_needs_higher")
        assert enough.fire(c, "approve")["approved_by"] == enough.id
