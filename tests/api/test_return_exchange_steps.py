"""Every row of P9's tables happens at least once, and every guard refuses with its own code; checks at the end name what was left out."""

import pytest
from assurance import not_paid_for
from hypothesis import HealthCheck, given, settings, strategies as st

from test_http import value_for
from test_facilities_story import instrument
from test_return_exchange import (OPINION, PATH, PRICE, SUBMIT, actor, advance, apply, body_for, day, executing, funded, received, signature, 
                                  sold)

# By the timer: shown in test_return_exchange_clocks; by files that merge: in test_customers; by P8 when the replacement comes
# back: in test_delivery_steps. No step of P9 that may be taken back opens anything.
ELSEWHERE = {"mark_to_reassign", "change_customer", "exchange_back"}
ELSEWHERE_REFUSED = {"opened_moved_on"}
DONE, REFUSED = set(), set()
PAY = dict(paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-1")
LOSS = {"what": "主机", "holder": "顺丰", "value": PRICE, "evidence": "运单"}


def step(who, case, event, to=None, **body):
    before = case["state"]
    after = who.fire(case, event, **body)
    assert to is None or after["state"] == to, (event, after["state"])
    DONE.add((event, before, after["state"]))
    return after


def refused(who, case, event, *codes, **body):
    answer = who.try_fire(case, event, **body)
    assert answer.status_code == 422, (event, answer.status_code, answer.text)
    found = {e["code"] for e in answer.json()["errors"]}
    assert set(codes) <= found, (event, answer.text)
    REFUSED.update(found)
    assert answer.json()["version"] == case["version"]


def apply_refused(company, code, customer, unit=None, **fields):
    body = dict(customer_id=customer["id"], kind="return", return_reason="x", contact_name="x", contact_phone="139")
    if unit:
        body["equipment_id"] = unit["id"]
    answer = company.hotline_clerk.post("/v1/return-exchanges", dict(body, **fields))
    assert answer.status_code == 422 and code in [e["code"] for e in answer.json()["errors"]], answer.text
    REFUSED.add(code)


def opened(company, kind="return", upto="register", sale=None, remedy=None, **fields):
    customer, unit = sold(company, **(sale or {}))
    case = apply(company, customer, unit, kind=kind, **fields)
    DONE.add(("apply", None, "applied"))
    return advance(company, case, upto, remedy)


def test_from_the_request_to_the_refund(company):
    case = opened(company, invoice_no="F1")
    for event in PATH:
        case = step(actor(company, event), case, event, **body_for(company, event, "return"))
    finance, materials = company.finance_officer, company.materials_officer
    case = step(company.dispatcher, case, "remind_goods", "executing", reminder_channel="message")
    case = step(materials, case, "receive_goods", "executing", identity_checked=True, accessories_complete=True, as_analysed=True, goods_back_condition="x")
    case = step(finance, case, "issue_red_invoice", "executing", red_invoice_no="H1")
    refused(finance, case, "pay_refund", "funds_not_approved", **PAY)
    assert finance.try_fire(case, "approve_funds").status_code == company.dispatcher.try_fire(case, "approve_funds").status_code == 403
    case = step(company.deputy_gm, case, "approve_funds", "executing", funds_ref="YK-9")
    refused(company.deputy_gm, case, "approve_funds", "funds_approved_already")
    case = step(finance, case, "pay_refund", "executing", **PAY)
    case = step(finance, case, "fail_refund", "executing", reason="x")
    case = step(finance, case, "pay_refund", "executing", payer_proof="授权书", **dict(PAY, paid_to="李四"))
    assert case["paid_to"] == "李四" and case["payer_name"] == "王小明"
    step(materials, case, "complete", "completed", customer_signature=signature(case))


def test_from_the_request_to_the_other_unit(company):
    lines = [{"item": "主机", "qty": 1}]
    case = opened(company, "exchange", "submit", lines=lines)
    case = step(company.dispatcher, case, "submit", "pending_approval", other_model_agreed=True, replacement_model="ZN-3000", price_difference=100, **SUBMIT["exchange"])
    case = step(company.deputy_gm, case, "ask_again", "reported", decision_note="x")
    case = step(company.technician, case, "supplement", "reported", problem_analysis="y")
    case = advance(company, step(company.dispatcher, case, "refer_materials"), "register")
    case = step(company.technician, case, "supplement", "consulting_materials", problem_analysis="z")
    case = company.dispatcher.fire(case, "submit", other_model_agreed=True, replacement_model="ZN-3000", price_difference=100, **SUBMIT["exchange"])
    case = company.dispatcher.fire(company.deputy_gm.fire(case, "approve"), "inform", informed_via="email")
    case = step(company.deputy_gm, case, "decide_anew", "pending_approval", reason="x")
    case = company.dispatcher.fire(company.deputy_gm.fire(case, "approve"), "inform", informed_via="email")
    case = step(company.finance_officer, case, "settle_difference", "customer_informed", difference_ref="S1")
    case = company.dispatcher.fire(case, "execute", executor_id=company.technician.id)
    case = step(company.materials_officer, case, "report_difference", "executing", difference="x", customer_statement="y", goods_back_condition="z")
    case = step(company.deputy_gm, case, "decide_difference", "executing", difference_decision="send_back")
    case = company.materials_officer.fire(case, "report_difference", difference="x", customer_statement="y", goods_back_condition="z")
    case = step(company.deputy_gm, case, "decide_difference", "executing", difference_decision="accept")
    case = step(company.warehouse_keeper, case, "send_exchange", "executing", replacement_serial="N1-" + case["serial"])
    case = step(company.installer, case, "deliver_exchange", "executing", delivered_on=day(company))
    case = step(company.dispatcher, case, "set_outcomes", "executing", lines=[dict(lines[0], outcome="exchanged")])
    case = step(company.materials_officer, case, "complete", "completed", customer_signature=signature(case))
    unit = company.dispatcher.read("/v1/equipment/" + case["equipment_id"])
    assert (unit["model"], unit["serial"], unit["former_serials"]) == ("ZN-3000", case["replacement_serial"], [case["serial"]])


def test_ends_without_a_remedy(company):
    step(company.materials_officer, executing(company), "report_loss", "executing", loss=LOSS)
    step(company.technician, opened(company, upto="report"), "drop", "dropped", drop_reason="x", agreed=True, repair_wanted=False)
    case = opened(company, upto="approve", sale={"days_ago": 100}, remedy="none")
    case = step(company.deputy_gm, case, "refuse", "refused", refusal_reason="x")
    case = step(company.deputy_gm, case, "revert", "pending_approval", reason="x")
    case = company.deputy_gm.fire(case, "refuse", refusal_reason="x")
    step(company.dispatcher, case, "inform_refusal", "refusal_informed", informed_via="letter", reasons_told=True, objection_ways_told=True)
    step(company.dispatcher, opened(company), "void", "voided", reason="误登")


def test_the_customer_withdraws_in_every_state_before_goods_or_money_moved(company):
    wish = dict(withdraw_reason="customer_wish", withdrawal_wish="不退了")
    for upto in PATH[1:5] + PATH[6:] + ["complete"]:
        case = step(company.dispatcher, opened(company, upto=upto), "withdraw", "withdrawn", **wish)
        assert case["reserved_at"] is None if "reserved_at" in case else True
    # Neither unit nor money is sent after him any more.
    assert not_paid_for(company, case)
    assert {s for e, s, _ in DONE if e == "withdraw"} == {"registered", "assigned", "negotiating", "reported", "consulting_materials", "pending_approval", "approved",
                                                          "customer_informed", "executing"}
    case = received(company, executing(company, "exchange"))
    refused(company.dispatcher, case, "withdraw", "goods_not_given_back", **wish)
    refused(company.dispatcher, case, "withdraw", "signed_other_content", goods_returned=True, customer_signature={"name": "a", "content_sha256": "0" * 64}, **wish)
    case = step(company.dispatcher, case, "withdraw", "withdrawn", goods_returned=True, customer_signature=signature(case), **wish)


def test_what_every_case_can_be_told(company):
    case = opened(company, upto="negotiate")
    refused(company.hotline_clerk, case, "revert", "revert_too_late", reason="x")  # not the clerk's step
    other = company.hire("technician", name="第二人", skills=["computer"])
    case = step(company.dispatcher, case, "reassign", "assigned", assignee_id=other.id, reassign_reason="customer_request")
    case = step(company.dispatcher, case, "amend", "assigned", reason="x", contact_name="李四")
    case = step(company.dispatcher, case, "contact_attempt", "assigned", channel_used="phone", contact_result="no_answer")
    case = step(company.dispatcher, case, "pause", "assigned", pause_reason="customer")
    assert "left_seconds" in case["clocks"]["analysis_due"]
    refused(company.dispatcher, case, "pause", "already_paused", pause_reason="customer")
    case = step(company.dispatcher, case, "resume", "assigned")
    refused(company.dispatcher, case, "resume", "not_paused")
    refused(company.dispatcher, case, "amend", "nothing_to_amend", reason="x")
    refused(company.dispatcher, case, "amend", "dates_do_not_fit", reason="x", sold_on=day(company, 1))
    answer = company.technician.try_fire(case, "negotiate", **body_for(company, "negotiate", "return"))
    assert answer.status_code == 403  # it is the other one's now
    assert other.read("/v1/return-exchanges", assignee="me")["data"][0]["id"] == case["id"]


def test_what_the_decision_rests_on_is_fixed_once_it_is_submitted_the_contact_is_not(company):
    case = opened(company, upto="approve")
    for name, value in (("return_reason", "y"), ("sold_on", day(company, -1)), ("sold_on", None), ("purchase_price", 1), ("required_skill", None), ("region", "x")):
        refused(company.dispatcher, case, "amend", "facts_fixed", reason="x", **{name: value})
    case = company.dispatcher.fire(case, "amend", reason="x", contact_name="李四", contact_phone="13700000000", address="新地址")
    assert (case["contact_name"], case["contact_phone"], case["address"]) == ("李四", "13700000000", "新地址")
    early = opened(company, upto="submit")
    assert company.dispatcher.fire(early, "amend", reason="x", sold_on=day(company, -1))["sold_on"] == day(company, -1)


def test_goods_that_the_company_lost_are_paid_for_before_the_case_can_end(company):
    case = company.dispatcher.fire(executing(company), "report_loss", loss=LOSS)
    refused(company.dispatcher, case, "withdraw", "goods_not_given_back", withdraw_reason="customer_wish", withdrawal_wish="x", goods_returned=True,
            customer_signature=signature(case))


def test_requests_that_are_refused(company):
    customer, unit = sold(company)
    stranger, foreign = sold(company, bought_elsewhere=True, warranty_until=None)
    apply_refused(company, "equipment_of_another", customer, foreign)
    apply_refused(company, "no_contract", stranger)
    apply_refused(company, "no_contract", stranger, foreign)
    assert apply(company, stranger, None, contract_no="HT-1")["contract_no"] == "HT-1"
    case = apply(company, customer, unit)
    apply_refused(company, "case_open", customer, unit)
    apply_refused(company, "case_open", customer, None, serial=unit["serial"])
    apply_refused(company, "follows_another", customer, follows=case["id"], contract_no="x")  # not closed yet
    for dates in ({"fault_on": day(company, 1)}, {"sold_on": day(company, 1)}, {"received_on": day(company, 1)}, {"sold_on": day(company, -1), "fault_on": day(company, -2)}):
        apply_refused(company, "dates_do_not_fit", customer, contract_no="x", **dates)
    nameless = apply(company, customer, None, contract_no="HT-2")
    refused(company.hotline_clerk, nameless, "register", "sale_date_missing")
    refused(company.hotline_clerk, nameless, "register", "dates_do_not_fit", sold_on=day(company, 2))
    registered = company.hotline_clerk.fire(nameless, "register", sold_on=day(company, -3))
    assert registered["contract_no"] == "HT-2" and registered["product_class"] == "listed"
    closed = company.dispatcher.fire(case, "void", reason="x")
    assert apply(company, customer, unit, follows=closed["id"])["follows"] == closed["id"]


def test_a_replacement_is_not_opened_twice(company):
    customer, unit = sold(company)
    repair = company.dispatcher.fire(company.register(customer=customer, unit=unit), "dispatch", assignee_id=company.technician.id)
    for event, body in (("schedule", {"appointment_at": company.at(1), "charge_told": True}), ("arrive", {"appearance_in_order": True}),
                        ("confirm_problem", {"fault_confirmed": "x"}), ("advise_replacement", {"replacement_reason": "x", "replacement_price": 1})):
        repair = company.technician.fire(repair, event, **body)
    case = apply(company, customer, unit)
    answer = company.technician.try_fire(repair, "accept_replacement", customer_choice="x")
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "case_open"
    assert company.dispatcher.read(repair["href"])["state"] == "replacement_advised"
    company.dispatcher.fire(case, "void", reason="x")
    assert company.technician.fire(repair, "accept_replacement", customer_choice="x")["outcome"] == "replaced"


def test_assigning_and_analysing(company):
    dispatcher, technician = company.dispatcher, company.technician
    case = opened(company, upto="assign")
    refused(dispatcher, case, "assign", "technician_not_active", assignee_id=company.finance_officer.id)
    refused(dispatcher, case, "assign", "technician_not_qualified", assignee_id=company.hire("technician", name="未评价").id)
    refused(dispatcher, case, "assign", "technician_skill_missing", assignee_id=technician.id, required_skill="power")
    unit = company.dispatcher.read("/v1/equipment/" + case["equipment_id"])
    repairer = company.hire("technician", name="修过的人", skills=["computer"])
    repair = dispatcher.fire(company.register(customer={"id": case["customer_id"]}, unit=unit), "dispatch", assignee_id=repairer.id)
    for event, body in (("schedule", {"appointment_at": company.at(1), "charge_told": True}), ("arrive", {"appearance_in_order": True}),
                        ("confirm_problem", {"fault_confirmed": "x"}), ("start_repair", {"diagnosis": "x"}), ("solve", {"solution": "x", "test_passed": True})):
        repair = repairer.fire(repair, event, **body)
    refused(dispatcher, case, "assign", "repaired_it_before", assignee_id=repairer.id)
    case = dispatcher.fire(case, "assign", assignee_id=technician.id)
    refused(dispatcher, case, "reassign", "repaired_it_before", assignee_id=repairer.id, reassign_reason="ill")
    analysis = body_for(company, "negotiate", "return")
    refused(technician, case, "negotiate", "not_tested", **dict(analysis, tested=False))
    refused(technician, case, "negotiate", "visit_missing", site_visit_needed=True, **analysis)
    refused(technician, case, "negotiate", "visit_in_future", visited_at=company.at(2), **analysis)
    assert technician.try_fire(case, "negotiate", **dict(analysis, test_results=[])).status_code == 422
    meter = instrument(company, "TH-001")
    refused(technician, case, "negotiate", "test_day_ahead", instruments=[{"facility_code": "TH-001"}], tested_on=day(company, 1), **analysis)
    refused(technician, case, "negotiate", "instrument_not_usable", instruments=[{"facility_code": "TH-404"}], **analysis)
    case = technician.fire(case, "negotiate", instruments=[{"facility_code": "TH-001", "value": "0.1"}], **analysis)
    assert case["tested_with"] == ["TH-001"]
    case = technician.fire(technician.fire(case, "revert", reason="x"), "negotiate", instruments=[{"facility_code": "TH-001"}], **analysis)
    # The instrument turns out to be wrong: the analysis is on the list.
    company.facility_keeper.fire(meter, "fail", fault="超差")
    impact = company.facility_keeper.read("/v1/impact-assessments", facility_id=meter["id"])["data"][0]
    assert [(u["job_number"], u["job_machine"]) for u in impact["uses"]] == [(case["number"], "return_exchange")]
    refused(technician, case, "drop", "customer_must_agree", drop_reason="x", agreed=False, repair_wanted=False)
    refused(technician, case, "report", "drop_instead", problem_analysis="x", technician_opinion="not_reasonable", customer_insists=False)
    refused(technician, case, "report", "dates_do_not_fit", problem_analysis="x", technician_opinion="reasonable", fault_on=day(company, 1))


def test_opinion_and_proposal(company):
    dispatcher, materials = company.dispatcher, company.materials_officer
    case = opened(company, upto="give_opinion")
    refused(dispatcher, case, "submit", "opinion_missing", **SUBMIT["return"])
    refused(materials, case, "give_opinion", "unmet_conditions_missing", **dict(OPINION, meets_conditions=False))
    refused(materials, case, "give_opinion", "available_on_missing", **dict(OPINION, stock_status="to_order"))
    case = materials.fire(case, "give_opinion", **OPINION)
    refused(dispatcher, case, "submit", "basis_missing", proposal="x", remedy="return", refund_amount=1)
    refused(dispatcher, case, "submit", "remedy_not_due", **dict(SUBMIT["return"], basis="two_repairs"))
    refused(dispatcher, case, "submit", "goodwill_not_explained", **dict(SUBMIT["return"], basis="goodwill"))
    refused(dispatcher, case, "submit", "recall_not_named", **dict(SUBMIT["return"], basis="recall"))
    refused(dispatcher, case, "submit", "refund_incomplete", proposal="x", remedy="return", basis="three_guarantee_7d")
    refused(dispatcher, case, "submit", "refund_not_lawful", **dict(SUBMIT["return"], refund_amount=PRICE + 1))
    refused(dispatcher, case, "submit", "refund_not_lawful", **dict(SUBMIT["return"], refund_amount=PRICE - 1))
    refused(dispatcher, case, "submit", "other_model_not_agreed", replacement_model="ZN-9", **SUBMIT["exchange"])
    refused(dispatcher, case, "submit", "other_model_not_agreed", replacement_model="ZN-9", other_model_agreed=True, **SUBMIT["exchange"])
    case = materials.fire(case, "give_opinion", **dict(OPINION, stock_status="not_available"))
    refused(dispatcher, case, "submit", "replacement_not_available", **SUBMIT["exchange"])
    for wait, codes in ((15, []), (16, ["wait_too_long"])):  # no longer than 15 days from the request
        case = materials.fire(case, "give_opinion", available_on=day(company, wait), **dict(OPINION, stock_status="to_order"))
        answer = dispatcher.post(case["href"] + "/submit", SUBMIT["exchange"], dry_run="true", headers={"If-Match": "*"})
        assert [e["code"] for e in answer.json().get("errors", [])] == codes
        REFUSED.update(codes)
    recall = dispatcher.post(case["href"] + "/submit", dict(SUBMIT["return"], basis="recall", recall_no="ZH-1"), dry_run="true", headers={"If-Match": "*"})
    assert recall.status_code == 200


def test_the_decision(company):
    both = company.hire("dispatcher", "deputy_gm", name="兼任")
    case = both.fire(opened(company, upto="submit"), "submit", **SUBMIT["return"])
    refused(both, case, "approve", "own_proposal")
    refused(both, case, "refuse", "own_proposal", refusal_reason="x")
    refused(company.deputy_gm, case, "refuse", "remedy_is_due", refusal_reason="x")
    refused(company.deputy_gm, opened(company, upto="approve", remedy="none"), "approve", "nothing_to_approve")
    assert company.deputy_gm.post(case["href"] + "/approve").status_code == 428  # a signature needs the version that was seen
    assert company.admin.put("/v1/time-rules/N_P9_RETURN_DAYS", {"value": 1}).status_code == 204
    try:
        refused(company.deputy_gm, case, "approve", "remedy_not_due")  # the same function, asked again
    finally:
        assert company.admin.put("/v1/time-rules/N_P9_RETURN_DAYS", {"value": 7}).status_code == 204
    case = company.deputy_gm.fire(case, "approve")
    case = company.dispatcher.fire(case, "inform", informed_via="phone")
    refused(company.dispatcher, case, "revert", "final_step", reason="x")
    gone = company.hire("technician", name="离职者")
    company.admin.fire(gone.person, "leave", reason="x")
    refused(company.dispatcher, case, "execute", "executor_not_active", executor_id=gone.id)
    policy = opened(company, upto="approve", sale={"kind": "company"}, remedy="return")
    assert company.deputy_gm.fire(policy, "refuse", refusal_reason="合同无此约定")["state"] == "refused"  # only law and contract bind
    refused(company.dispatcher, company.dispatcher.read(policy["href"]), "inform_refusal", "refusal_not_explained", informed_via="phone", reasons_told=True, objection_ways_told=False)


def test_goods_and_money(company):
    dispatcher, materials, finance, deputy = company.dispatcher, company.materials_officer, company.finance_officer, company.deputy_gm
    case = executing(company)
    refused(finance, case, "issue_red_invoice", "no_invoice", red_invoice_no="x")
    refused(finance, case, "pay_refund", "goods_not_back", **PAY)
    refused(finance, case, "fail_refund", "no_refund_paid", reason="x")
    refused(finance, case, "settle_difference", "no_price_difference", difference_ref="x")
    refused(dispatcher, case, "send_exchange", "no_exchange", replacement_serial="x")
    refused(dispatcher, case, "deliver_exchange", "no_exchange", delivered_on=day(company), replacement_serial="x")
    refused(dispatcher, case, "set_outcomes", "no_lines", lines=[{"item": "x", "qty": 1}])
    refused(deputy, case, "decide_difference", "no_difference", difference_decision="accept")
    ticks = dict(identity_checked=True, accessories_complete=True, as_analysed=True)
    for tick in ticks:
        refused(materials, case, "receive_goods", "goods_differ", goods_back_condition="x", **dict(ticks, **{tick: False}))
    case = materials.fire(case, "report_difference", difference="x", customer_statement="y", goods_back_condition="z")
    refused(finance, case, "pay_refund", "difference_open", **PAY)
    refused(deputy, case, "decide_difference", "reduction_not_agreed", difference_decision="reduce", agreed=True, refund_amount=PRICE)
    refused(deputy, case, "decide_difference", "reduction_not_agreed", difference_decision="reduce", agreed=False, refund_amount=1)
    refused(deputy, case, "decide_difference", "amount_fixed", difference_decision="accept", refund_amount=1)
    case = deputy.fire(case, "decide_difference", difference_decision="accept")
    for event, body in (("receive_goods", dict(ticks, goods_back_condition="x")), ("report_loss", {"loss": LOSS}), ("remind_goods", {"reminder_channel": "phone"}),
                        ("report_difference", {"difference": "x", "customer_statement": "x", "goods_back_condition": "x"})):
        refused(dispatcher if event == "remind_goods" else materials, case, event, "goods_back_already", **body)
    refused(finance, case, "pay_refund", "amount_not_approved", **dict(PAY, paid_amount=PRICE - 1))
    refused(finance, case, "pay_refund", "other_payer", **dict(PAY, paid_to="李四"))
    refused(materials, case, "complete", "refund_open", "signature_missing")
    both = company.hire("deputy_gm", "finance_officer", name="兼任")
    case = both.fire(case, "approve_funds")
    refused(both, case, "pay_refund", "own_approval", **PAY)
    case = finance.fire(case, "pay_refund", **PAY)
    refused(finance, case, "pay_refund", "no_refund_due", **PAY)
    refused(dispatcher, case, "withdraw", "already_moved", withdraw_reason="customer_wish", withdrawal_wish="x")
    refused(materials, case, "complete", "signed_other_content", customer_signature={"name": "a", "content_sha256": "0" * 64})
    invoiced = received(company, advance(company, opened(company, invoice_no="F2"), "complete"))
    refused(finance, invoiced, "pay_refund", "red_invoice_first", **PAY)


def test_the_exchange(company):
    dispatcher, materials = company.dispatcher, company.materials_officer
    case = received(company, advance(company, opened(company, "exchange", lines=[{"item": "主机", "qty": 1}]), "complete"))
    refused(company.finance_officer, case, "pay_refund", "no_refund_due", **PAY)
    refused(materials, case, "complete", "exchange_open", "line_without_outcome", customer_signature=signature(case))
    refused(dispatcher, case, "send_exchange", "same_serial", replacement_serial=case["serial"])
    refused(dispatcher, case, "deliver_exchange", "replacement_unknown", delivered_on=day(company))
    refused(dispatcher, case, "withdraw", "wish_missing", withdraw_reason="customer_wish")
    refused(dispatcher, case, "withdraw", "not_reminded_enough", withdraw_reason="goods_not_sent")
    refused(dispatcher, case, "withdraw", "not_tried_enough", withdraw_reason="unreachable")
    case = dispatcher.fire(case, "send_exchange", replacement_serial="N2-" + case["serial"])
    refused(dispatcher, case, "send_exchange", "already_sent", replacement_serial="x")
    refused(dispatcher, case, "withdraw", "already_moved", withdraw_reason="customer_wish", withdrawal_wish="x")
    refused(dispatcher, case, "deliver_exchange", "delivery_date_wrong", delivered_on=day(company, 1))
    refused(dispatcher, case, "deliver_exchange", "delivery_date_wrong", delivered_on=day(company, -1))
    case = dispatcher.fire(case, "deliver_exchange", delivered_on=day(company))
    refused(dispatcher, case, "deliver_exchange", "already_delivered", delivered_on=day(company))
    refused(dispatcher, case, "set_outcomes", "other_lines", lines=[{"item": "其他", "qty": 1, "outcome": "kept"}])
    refused(dispatcher, case, "set_outcomes", "outcome_does_not_fit", lines=[{"item": "主机", "qty": 1, "outcome": "refunded"}])
    refused(company.deputy_gm, case, "approve_funds", "no_refund_due")
    kept = dispatcher.fire(case, "set_outcomes", lines=[{"item": "主机", "qty": 1, "outcome": "kept"}])
    refused(materials, kept, "complete", "all_kept", customer_signature=signature(kept))
    case = dispatcher.fire(case, "set_outcomes", lines=[{"item": "主机", "qty": 1, "outcome": "exchanged"}])
    # Another step of the customer's file may have ended the unit: then the exchange says why it cannot be completed.
    unit = dispatcher.read("/v1/equipment/" + case["equipment_id"])
    dispatcher.fire(unit, "scrap", reason="误")
    answer = materials.try_fire(case, "complete", customer_signature=signature(case))
    assert answer.status_code in (409, 422) and dispatcher.read(case["href"])["state"] == "executing"


def test_a_price_difference_in_the_customers_favour_is_refunded_too(company):
    case = opened(company, "exchange", "submit")
    case = company.dispatcher.fire(case, "submit", replacement_model="ZN-1", other_model_agreed=True, price_difference=-20000, **SUBMIT["exchange"])
    for event in PATH[7:]:
        case = actor(company, event).fire(case, event, **body_for(company, event, "exchange"))
    assert case["refund_status"] == "due"
    case = received(company, case)
    refused(company.finance_officer, case, "pay_refund", "amount_not_approved", **PAY)
    case = company.finance_officer.fire(funded(company, case), "pay_refund", **dict(PAY, paid_amount=20000))
    case = company.dispatcher.fire(case, "deliver_exchange", delivered_on=day(company), replacement_serial="N3-" + case["serial"])
    assert company.materials_officer.fire(case, "complete", customer_signature=signature(case))["state"] == "completed"
    owing = opened(company, "exchange", "submit")
    owing = company.dispatcher.fire(owing, "submit", replacement_model="ZN-5", other_model_agreed=True, price_difference=20000, **SUBMIT["exchange"])
    for event in PATH[7:]:
        owing = actor(company, event).fire(owing, event, **body_for(company, event, "exchange"))
    refused(company.materials_officer, received(company, owing), "complete", "difference_unpaid", customer_signature=signature(owing))


def test_the_screens_find_their_cases(company):
    case = executing(company, "exchange")
    everything = dict(state="executing", kind="exchange", assignee=company.technician.id, limit=200)
    assert case["id"] in [c["id"] for c in company.dispatcher.read("/v1/return-exchanges", **everything)["data"]]
    expected = company.materials_officer.read("/v1/return-exchanges", goods_expected_until_to=day(company, 15), id=case["id"])["data"]
    assert len(expected) == 1 and expected[0]["goods_expected_until"] == day(company, 15)
    assert company.materials_officer.read("/v1/return-exchanges", goods_expected_until_to=day(company, 14), id=case["id"])["data"] == []
    case = received(company, case)
    assert company.materials_officer.read("/v1/return-exchanges", goods_back_at_from=day(company), id=case["id"])["data"]
    assert company.materials_officer.read("/v1/return-exchanges", goods_back_at_to=day(company), id=case["id"])["data"] == []
    waiting = opened(company, upto="approve")
    for found, filters in ((1, {"refund_amount_from": PRICE}), (0, {"refund_amount_from": PRICE + 1}), (1, {"state": "pending_approval", "basis": "three_guarantee_7d"}),
                           (0, {"overdue": "true"}), (1, {"remedy": "return", "technician_opinion": "reasonable", "meets_conditions": "true"}), (0, {"supplier": "无"})):
        assert len(company.deputy_gm.read("/v1/return-exchanges", id=waiting["id"], **filters)["data"]) == found, filters
    counts = company.dispatcher.read("/v1/worklist/counts", machine="return_exchange")["data"]
    assert {"executing", "pending_approval"} <= {c["state"] for c in counts}


def test_outlets_see_the_masked_number_and_only_their_own(company):
    outlet = company.dispatcher.create("outlets", name="城北网点", kind="external", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    customer = manager.create("customers", name="城北小学", kind="government")
    unit = manager.create("equipment", serial="SN-N-" + outlet["number"], model="ZN-1", skill="computer", customer_id=customer["id"], accepted_on=day(company, -2))
    case = apply(company, customer, unit, by=manager)
    assert case["outlet_id"] == outlet["id"]
    other, foreign = sold(company)
    hidden = apply(company, other, foreign)
    assert manager.get(hidden["href"]).status_code == 404 and [c["id"] for c in manager.read("/v1/return-exchanges")["data"]] == [case["id"]]
    assert manager.get("/v1/supplier-claims").status_code == 403


@pytest.fixture(scope="module")
def targets(company):
    """A case in every state, everything a case can be told, and somebody who may tell it."""
    everybody = company.hire("dispatcher", "hotline_clerk", "technician", "deputy_gm", "finance_officer", "materials_officer", name="全能", skills=["computer"])
    events = sorted({t["event"] for t in company.admin.read("/v1/procedures/return_exchange")["transitions"] if t["by"] != "system"})
    shapes = {event: everybody.read(f"/v1/schemas/return_exchange.{event}").get("properties", {}) for event in events}
    own = {"assign": {"assignee_id": everybody.id}, "execute": {"executor_id": everybody.id}}
    cases = []
    for kind in ("return", "exchange"):
        for upto in PATH + ["complete"]:
            customer, unit = sold(company)
            case = apply(company, customer, unit, kind, lines=[{"item": "x", "qty": 1}])
            for event in PATH[:(PATH + ["complete"]).index(upto)]:
                case = (everybody if event in ("assign", "negotiate", "report") else actor(company, event)).fire(case, event, **own.get(event, body_for(company, event, kind)))
            cases.append(case)
    return everybody, shapes, cases


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_body_makes_the_server_fail(targets, data):
    client, shapes, cases = targets
    event = data.draw(st.sampled_from(sorted(shapes)))
    body = data.draw(st.one_of(st.fixed_dictionaries({}, optional={n: value_for(s) for n, s in shapes[event].items()}),
                               st.fixed_dictionaries({n: value_for(s) for n, s in shapes[event].items()})))
    path = "/v1/return-exchanges" if event == "apply" else f"{data.draw(st.sampled_from(cases))['href']}/{event}"
    answer = client.post(path, body, headers={"If-Match": "*"}, dry_run="true")
    assert answer.status_code in (200, 201, 400, 403, 409, 422), (event, body, answer.text)
    assert answer.status_code != 422 or answer.json()["errors"], answer.text


def test_no_row_and_no_guard_of_the_table_was_left_out(company):
    table = company.dispatcher.read("/v1/procedures/return_exchange")["transitions"]
    missing = []
    for row in table:
        happened = [(f, t) for e, f, t in DONE if e == row["event"] and (row["to"] in ("same", "previous") or t == row["to"])]
        if row["to"] == "same":
            happened = [(f, t) for f, t in happened if f == t]
        if not happened and row["event"] not in ELSEWHERE:
            missing.append((row["event"], row["to"]))
    assert missing == []
    codes = {g["code"] for row in table for g in row["guards"]}
    assert codes - REFUSED - ELSEWHERE_REFUSED == set()
