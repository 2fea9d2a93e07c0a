"""Every row of P10 C's table happens at least once, and nobody without the role may take the step; each guard refuses with its
code. Checks at the end name what did not happen."""

import uuid

import pytest

from answers import told
from compensations import LINES, PAYEE, RECORDED, at, claim, codes, customer, forms, forward, next_step, read, refused as refuse
from test_races import at_once, twin

# Done by files that merge (test_customers), by the case it comes from (test_compensation_story) and by the timer (test_compensation_clocks).
ELSEWHERE = {"change_customer", "loss_undone", "replaced", "lapse", "renew_offer", "close_lapsed", "mark_to_reassign"}
# Refused in test_compensation_story, where the case is made anyway, and in test_compensation_clocks.
REFUSED_ELSEWHERE = {"final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "already_paused", "not_paused", "appealed_already", "appeal_too_late",
                     "basis_missing", "fraud_line_wrong", "assessment_not_confirmed", "offer_above_assessment", "offer_run_out", "agreement_not_proven", "own_claim",
                     "amount_needs_higher", "signed_other_content"}
DONE, TRIED, TABLE, REFUSED = set(), set(), [], set()


@pytest.fixture(autouse=True)
def table(company):
    TABLE[:] = company.admin.read("/v1/procedures/compensation")["transitions"]


def refused(who, entity, event, code, **body):
    REFUSED.add(code)
    refuse(who, entity, event, code, **body)


def not_created(who, code, **body):
    REFUSED.add(code)
    answer = who.post("/v1/compensations", body)
    assert answer.status_code == 422 and code in codes(answer), answer.text


def outsiders(company, entity, event):
    rows = [t for t in TABLE if t["event"] == event]
    roles = {word.split("@")[0] for row in rows for word in row["by"].split()}
    mine = {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.hotline_clerk, company.dispatcher, company.followup_clerk, company.service_manager, company.deputy_gm,
              company.general_manager, company.materials_officer, company.technician]
    return [] if "*" in roles else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(company, who, entity, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if event not in TRIED:
        TRIED.add(event)
        for person in outsiders(company, entity, event):
            if person.get(entity["href"]).status_code != 200:
                assert person.post(f"{entity['href']}/{event}", body, headers={"If-Match": f'"{entity["version"]}"'}).status_code in (403, 404)
                continue
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    before = entity["state"]
    entity = who.fire(entity, event, **body)
    assert to is None or entity["state"] == to, (event, entity["state"])
    DONE.add((event, before, entity["state"]))
    return entity


def straight(company, c, upto):
    while c["state"] != upto:
        who, event, body = next_step(company, c)
        c = step(company, who, c, event, **body)
    return c


def test_who_may_claim_and_for_what(company):
    job, other = company.register(), company.register()
    for person in (company.finance_officer, company.technician, company.followup_clerk):
        assert person.post("/v1/compensations", {"repair_id": job["id"], "loss_text": "x"}).status_code == 403
    d = company.dispatcher
    not_created(d, "source_missing", loss_text="x", customer_id=job["customer_id"])
    c = company.hotline_clerk.create("complaints", complaint_text="x", channel="phone", complainant="李明", contact_phone="139")
    not_created(d, "source_missing", loss_text="x", complaint_id=c["id"], repair_id=job["id"])
    not_created(d, "customer_missing", loss_text="x", complaint_id=c["id"])
    not_created(d, "source_of_another", loss_text="x", repair_id=job["id"], customer_id=other["customer_id"])
    not_created(d, "loss_missing", repair_id=job["id"])
    claim(company, repair_id=job["id"])
    not_created(d, "claim_open", loss_text="x", repair_id=job["id"])
    # Somebody without a file complains; the claim names the customer.
    mine = customer(company)
    made = claim(company, complaint_id=c["id"], customer_id=mine["id"])
    assert (made["customer_id"], made["source"], made["contact_name"]) == (mine["id"], "complaint", "李明")
    delivery = company.commerce_officer.read("/v1/deliveries", limit=1)["data"]
    assert delivery == [] or claim(company, delivery_id=delivery[0]["id"])["source"] == "delivery"


def test_two_who_claim_at_once_open_one(company):
    for _ in range(5):
        job = company.register()
        calls = [lambda who=twin(company.dispatcher): who.post("/v1/compensations", {"repair_id": job["id"], "loss_text": "x"}) for _ in range(6)]
        answers = at_once(*calls)
        assert sorted(a.status_code for a in answers) == [201] + [422] * 5, [a.text for a in answers]
        assert {c for a in answers if a.status_code == 422 for c in codes(a)} == {"claim_open"}


def test_the_straight_way_and_what_comes_between(company):
    c = claim(company)
    DONE.add(("submit", None, "submitted"))
    refused(company.service_manager, c, "accept", "handler_not_fit", assignee_id=company.dispatcher.id)
    c = step(company, company.service_manager, c, "accept", "accepted_for_review")
    c = step(company, company.service_manager, c, "assess", "assessed", lines=LINES)
    c = step(company, company.finance_officer, c, "return_assessment", "accepted_for_review", return_reason="运费无凭证")
    assert "compensation_returned" in told(company.service_manager, c) and set(c["clocks"]) == {"assess_due"}
    c = straight(company, c, "assessed")
    assert c.get("return_reason") is None
    c = step(company, company.finance_officer, c, "confirm", "assessed")
    refused(company.finance_officer, c, "confirm", "confirmed_already")
    refused(company.finance_officer, c, "return_assessment", "confirmed_already", return_reason="x")
    c = straight(company, c, "offered")
    c = step(company, company.hotline_clerk, c, "dispute", "disputed", dispute_text="要求赔偿2000元")
    assert "compensation_disputed" in told(company.deputy_gm, c) and set(c["clocks"]) == {"dispute_due"}
    c = step(company, company.service_manager, c, "offer", "offered", offer_amount=85000)
    assert c["offers"] == 2 and c["clocks"] == {}
    c = straight(company, c, "agreed")
    c = step(company, company.deputy_gm, c, "send_back", "accepted_for_review", return_reason="金额依据不足")
    assert all(c.get(f) is None for f in ("agreed_at", "agreed_by", "agreed_sha256", "confirmed_by", "offer_amount", "recording_ref"))
    c = straight(company, c, "paid")
    c = step(company, company.finance_officer, c, "payment_returned", "approved", bank_reason="账号户名不符")
    assert (c["payments_returned"], c.get("paid_on"), set(c["clocks"])) == (1, None, {"pay_due"})
    assert "compensation_payment_returned" in told(company.dispatcher, c)
    c = step(company, company.dispatcher, c, "change_payee", "approved", payee_name="李明", payee_account="6222020000007654321", payee_bank="建设银行", reason="账号有误")
    c = straight(company, c, "closed")
    # The bank is slow: closed already.
    c = company.finance_officer.fire(c, "payment_returned", bank_reason="账户已注销")
    assert c["state"] == "approved" and c["payments_returned"] == 2 and c.get("closed_as") is None and c.get("closed_at") is None
    assert company.dispatcher.read("/v1/audit/verify", entity=c["id"])["sound"] is True
    assert len([l for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["to_machine"] == "fund_request"]) == 1


def test_lines_corrected_before_the_approval_begin_anew(company):
    for state in ("assessed", "offered", "agreed"):
        c = at(company, "accepted_for_review")
        c = forward(company, company.service_manager.fire(c, "assess", lines=LINES, supplier="华星科技"), state)
        c = step(company, company.service_manager, c, "correct_lines", "assessed", lines=LINES[:1], reason="运费由厂家承担")
        assert c["assessed_amount"] == 80000 and c.get("supplier") is None and set(c["clocks"]) == {"confirm_due"}
        assert all(c.get(f) is None for f in ("confirmed_by", "offer_amount", "agreed_at", "agreed_sha256", "customer_signature"))
        refuse(company.service_manager, c, "offer", "assessment_not_confirmed", offer_amount=80000)
    c = at(company, "approved")
    assert company.service_manager.try_fire(c, "correct_lines", lines=LINES, reason="x").status_code == 409


def test_mediation_and_no_agreement(company):
    def disputed():
        return company.hotline_clerk.fire(at(company, "offered"), "dispute", dispute_text="太少")
    c = step(company, company.service_manager, disputed(), "start_mediation", "mediation", mediator="regulator_12315", mediation_no="TJ-1")
    refused(company.service_manager, c, "end_mediation", "mediation_not_shown", mediation_result="agreed", offer_amount=120000, agreed_by="李明")
    c = step(company, company.service_manager, c, "end_mediation", "agreed", mediation_result="agreed", offer_amount=120000, agreed_by="李明", mediation_no="TJ-1", **PAYEE)
    assert (c["offer_amount"], c["agreed_via"], set(c["clocks"])) == (120000, "mediation", {"approve_due"})
    assert forward(company, c, "closed")["closed_as"] == "paid"
    c = company.deputy_gm.fire(disputed(), "start_mediation", mediator="consumer_association")
    c = step(company, company.deputy_gm, c, "end_mediation", "closed", mediation_result="not_agreed")
    assert c["closed_as"] == "no_agreement"
    c = disputed()
    refused(company.deputy_gm, c, "close_without_agreement", "appeal_not_told", outcome="x", appeal_told=False)
    c = step(company, company.deputy_gm, c, "close_without_agreement", "closed", outcome="已告知可诉讼", appeal_told=True)
    assert c["closed_as"] == "no_agreement"
    refused(company.finance_officer, c, "payment_returned", "not_paid", bank_reason="x")


def test_declined_withdrawn_made_good_and_merged(company):
    manager = company.service_manager
    c = claim(company)
    refused(manager, c, "decline", "appeal_not_told", decline_reason="x", appeal_told=False)
    c = step(company, manager, c, "decline", "declined", decline_reason="与服务无关", appeal_told=True)
    c = step(company, company.hotline_clerk, c, "appeal", "declined", appeal_text="不认可")
    again = claim(company, repair_id=c["repair_id"])
    refused(company.deputy_gm, c, "take_up_again", "claim_open", reason="x")
    manager.fire(again, "void", reason="重复")
    c = step(company, company.deputy_gm, c, "take_up_again", "accepted_for_review", reason="复核")

    refused(company.hotline_clerk, c, "withdraw", "withdrawal_not_proven", withdrawal_wish="不要了")
    refuse(company.hotline_clerk, c, "withdraw", "signed_other_content", withdrawal_wish="x", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    c = step(company, company.hotline_clerk, c, "withdraw", "withdrawn", withdrawal_wish="不要了", customer_signature={"name": "李明", "content_sha256": c["content_sha256"]})
    assert c["clocks"] == {} and "compensation_withdrawn" in told(manager, c)

    c = step(company, manager, at(company, "accepted_for_review"), "make_good", "closed", outcome="已免费更换主板", outcome_evidence="派工单")
    assert c["closed_as"] == "in_kind" and c["evidence"] == "照片2张" and forms(company, c) == ["compensation_claim"] * 2

    buyer, unit = company.customer_with_unit()
    jobs = [company.register(customer=buyer, unit=unit) for _ in range(2)]
    first, twice, other = claim(company, repair_id=jobs[0]["id"]), claim(company, repair_id=jobs[1]["id"]), claim(company)
    assert [w["code"] for w in twice["warnings"]] == ["claimed_before"]
    refused(manager, twice, "merge", "merged_into_itself", merged_into_id=twice["id"], reason="x")
    refused(manager, twice, "merge", "other_customer", merged_into_id=other["id"], reason="x")
    twice = step(company, manager, twice, "merge", "merged", merged_into_id=first["id"], reason="同一损失")
    assert twice["clocks"] == {} and twice["merged_into_id"] == first["id"]


def test_payment_takes_two_and_a_payee(company):
    c = company.dispatcher.fire(at(company, "offered"), "agree", **RECORDED)
    refused(company.deputy_gm, c, "approve", "payee_missing")
    refused(company.dispatcher, c, "change_payee", "payee_missing", payee_name="李明", reason="x")
    c = company.dispatcher.fire(c, "change_payee", payee_name="李明", pay_method="cash", reason="客户要现金")
    c = company.deputy_gm.fire(c, "approve")
    refused(company.finance_officer, c, "pay", "date_does_not_fit", paid_on=company.day(1), payment_ref="x")
    refused(company.finance_officer, c, "pay", "date_does_not_fit", paid_on=company.day(-1), payment_ref="x")
    # Who changes where the money goes does not send it there.
    c = company.finance_officer.fire(c, "change_payee", payee_name="李四", payee_account="6222", reason="客户委托")
    refused(company.finance_officer, c, "pay", "own_approval", paid_on=company.day(), payment_ref="x")
    second = company.hire("finance_officer", name="出纳" + uuid.uuid4().hex[:4], department="finance_office")
    assert second.fire(c, "pay", paid_on=company.day(), payment_ref="FK-2")["state"] == "paid"
    both = company.hire("service_manager", "finance_officer", name="兼任" + uuid.uuid4().hex[:4])
    c = both.fire(both.fire(claim(company), "accept"), "assess", lines=LINES)
    refused(both, c, "confirm", "own_assessment")


def test_mistakes_are_put_right(company):
    manager = company.service_manager
    c = claim(company)
    c = step(company, manager, c, "amend", "submitted", reason="听错", claimed_amount=90000, basis="delay", contact_phone="13800000000")
    assert (c["claimed_amount"], c["basis"], c["contact_phone"]) == (90000, "delay", "13800000000")
    assert step(company, manager, c, "void", "voided", reason="误登")["clocks"] == {}
    c = manager.fire(manager.fire(claim(company), "accept"), "assess", lines=LINES)
    refused(manager, c, "amend", "facts_fixed", reason="x", claimed_amount=1)
    c = step(company, manager, c, "revert", "accepted_for_review", reason="记错")
    assert c.get("lines") is None and c.get("assessed_amount") is None and set(c["clocks"]) == {"assess_due"}
    second = company.hire("service_manager", name="管理师丙" + uuid.uuid4().hex[:4])
    refused(manager, c, "reassign", "handler_not_fit", assignee_id=company.technician.id, reassign_reason="leave")
    c = step(company, manager, c, "reassign", assignee_id=second.id, reassign_reason="leave")
    assert c["assignee_id"] == second.id
    c = step(company, manager, step(company, manager, c, "pause", pause_reason="supplier"), "resume")
    c = step(company, company.hotline_clerk, c, "contact_attempt", channel_used="phone", contact_result="no_answer")
    assert read(company, c)["contact_attempts"][0]["result"] == "no_answer"


def test_no_row_of_the_table_was_left_out(company):
    missing = []
    for row in TABLE:
        happened = [(f, t) for e, f, t in DONE if e == row["event"] and (row["to"] in ("same", "previous") or t == row["to"])]
        if not happened and row["event"] not in ELSEWHERE:
            missing.append((row["event"], row["to"]))
    assert missing == []


def test_every_guard_has_refused(company):
    codes_ = {g["code"] for t in TABLE for g in t["guards"]}
    assert codes_ - REFUSED - REFUSED_ELSEWHERE == set()
    assert REFUSED_ELSEWHERE <= codes_
