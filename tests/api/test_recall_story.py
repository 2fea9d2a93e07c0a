"""A recall as a service manager would tell it: from smoke in a power supply to the last unit put right."""

import uuid

from answers import eventually, told
from assurance import go as pay_way, request_of
from compensations import forward as claim_forward
from complaints import at as complaint_at
from recalls import (DEFECT, FROZEN, NONE, PLAN, at, begin, case_of, cause_gone, codes, forms, forward, job_of, links, new_model, notify, outsider, prober, read,
                     refused, remedied, reported_on, signal, sold, units)
from return_repairs import forward as item_forward, walk_in
from test_races import advance, at_once, twin
from test_walker import prepare


def test_from_the_first_signal_to_the_close(company):
    model = new_model()
    mine, theirs = sold(company, model, 2)
    # Two people see it; the second signal joins the case of the first.
    first = signal(company, model=model, batch="2026-03", serials=[mine["serial"]])
    assert first["state"] == "joined" and first["number"].startswith("RG-") and forms(company, first) == ["defect_signal"]
    r = case_of(company, first)
    assert (r["state"], r["model"], r["batch"], r["signals"], r["stop_sale"], r["reportable"]) == ("signal_logged", model, "2026-03", 1, False, False)
    assert set(r["clocks"]) == {"open_due"} and "recall_signal" in told(company.service_manager, r)
    again = signal(company, company.technician, model=model.lower(), injury="minor")
    assert again["recall_id"] == r["id"]
    r = eventually(lambda: next((x for x in [read(company, r)] if x["signals"] == 2), None))
    assert (r["injury"], r["priority"], set(r["clocks"])) == ("minor", "urgent", {"open_injury_due"})

    # Investigated by who knows the product, decided by who answers for the company.
    r = company.service_manager.fire(r, "open_investigation", stop_ship=True)
    assert r["assignee_id"] == company.service_manager.id and r["stop_sale"] is True and set(r["clocks"]) == {"findings_due"}
    assert "stop_sale" in told(company.warehouse_keeper, r)
    refused(company.deputy_gm, r, "confirm_defect", "no_defect_found")
    r = prober(company).fire(r, "report_findings", **DEFECT)
    assert r["models"] == [model] and set(r["clocks"]) == {"decide_due"} and forms(company, r) == ["defect_investigation"]
    r = company.deputy_gm.fire(r, "confirm_defect")
    assert set(r["clocks"]) == {"contain_due", "plan_due", "notify_due_2"}
    assert links(company, r) == [("nonconformity", "report"), ("service_factor", "report")]
    (n,) = reported_on(company, r)
    assert (n["source"], n["grade"], n["dept"], n["customer_affected"]) == ("recall", "major", "tech_dept", True)
    r = company.materials_officer.fire(r, "contain", **FROZEN)
    assert r["stop_sale"] is True and "quarantine_record" in forms(company, r) and "stop_sale" in told(company.dispatcher, r)

    # The list comes from the equipment register.
    r = company.service_manager.fire(r, "draft_plan")
    rows = units(company, r)
    assert {(u["serial"], u["customer_id"], u["found_in"], u["level"], u["state"]) for u in rows} == {
        (u["serial"], u["customer_id"], "equipment", "II", "listed") for u in (mine, theirs)}
    # Customers are told without waiting for the plan.
    rows = [notify(company, u) for u in rows]
    assert all(set(u["clocks"]) == {"remedy_due_2"} for u in rows)
    assert eventually(lambda: "notify_due_2" not in read(company, r)["clocks"])

    # The money is reserved, the plan reviewed, approved and filed.
    r = company.service_manager.fire(r, "submit_plan", **dict(PLAN, budget=300000, planned_from=company.day(), planned_to=company.day(90)))
    assert (r["plan_round"], r["target_percent"]) == (1, 98) and set(r["clocks"]) == {"plan_due", "approve_due"}
    money = request_of(company, r)
    assert (money["purpose"], money["amount"], money["source_machine"]) == ("recall", 300000, "recall")
    refused(company.general_manager, r, "approve_plan", "plan_not_reviewed")
    r = company.deputy_gm.fire(r, "review_plan")
    refused(company.general_manager, r, "approve_plan", "budget_not_reserved")
    pay_way(company, money, "approved")
    r = company.general_manager.fire(r, "approve_plan")
    r = company.dispatcher.fire(r, "file_plan", filing_no="ZH-2026-07", filed_on=company.day())
    assert r["state"] == "filed" and set(r["clocks"]) == {"announce_due"}
    r = forward(company, r, "announced")
    assert r["clocks"] == {} and "recall_notice" in forms(company, r) and "recall_announced" in told(company.hotline_clerk, r)
    r = company.dispatcher.fire(r, "start")
    assert set(r["clocks"]) == {"weekly_due", "stage_due"}

    # One job a unit, by itself; the unit follows the end of its job.
    prepare(company)
    u = rows[0]
    job = job_of(company, u, "repair")
    assert (job["type"], job["customer_id"], job["serial"], job["contact_name"]) == ("recall", u["customer_id"], u["serial"], "李明")
    assert r["number"] in job["problem"] and (job["in_warranty"], job["free_reason"]) == (True, "recall")
    assert read(company, u)["state"] == "scheduled"
    advance(company, job, "report_back")
    done = eventually(lambda: next((x for x in [read(company, u)] if x["state"] == "remedied"), None))
    assert done["done_on"] == company.day() and forms(company, done) == ["recall_unit"]
    r = company.service_manager.fire(r, "progress_summary", summary_kind="stage", summary_text="已完成一半")
    assert (r["units_listed"], r["units_notified"], r["units_done"], r["contact_rate"], r["completion_rate"]) == (2, 2, 1, 100, 50)
    refused(outsider(company), r, "review_effect", "target_not_reached", evaluation="x")

    # The other customer claims his loss from the recall.
    claim = company.dispatcher.create("compensations", recall_unit_id=rows[1]["id"], loss_text="烧毁桌面", claimed_amount=50000, basis="product_defect")
    assert (claim["source"], claim["source_number"], claim["customer_id"], claim["serial"]) == ("recall_unit", rows[1]["number"], rows[1]["customer_id"], rows[1]["serial"])
    remedied(company, read(company, rows[1]))
    r = outsider(company).fire(r, "review_effect", evaluation="全部更换")
    assert set(r["clocks"]) == {"final_due"} and r["completion_rate"] == 100
    r = company.service_manager.fire(r, "summarise", final_summary="召回2台全部完成", summary_no="ZJ-01")
    refused(company.general_manager, r, "close", "claims_open", archive_ref="A-1")
    claim_forward(company, claim, "closed")
    refused(company.general_manager, r, "close", "nonconformity_open", archive_ref="A-1")
    cause_gone(company, r)
    r = company.general_manager.fire(r, "close", archive_ref="A-1")
    assert r["state"] == "closed" and r["clocks"] == {} and r["stop_sale"] is True
    r = company.deputy_gm.fire(r, "lift_stop_sale", lift_reason="库存已全部改装")
    assert r["state"] == "closed" and r["stop_sale"] is False
    assert company.dispatcher.read("/v1/audit/verify", entity=r["id"])["sound"] is True


def test_signals_come_from_the_bench_and_from_complaints(company):
    model = new_model()
    item_forward(company, walk_in(company, model=model), "tested")
    item_forward(company, walk_in(company, model=model), "tested")
    third = item_forward(company, walk_in(company, model=model), "tested")
    found = eventually(lambda: company.service_manager.read("/v1/recall-signals", source_number=third["number"])["data"])
    assert [(s["source"], s["model"], s["symptom"], s["serials"]) for s in found] == [("return_repair", model, "no_power", [third["serial"]])]
    r = case_of(company, found[0])
    c = complaint_at(company, "acknowledged", model=model, injury=True, serial="SN-77")
    c = company.service_manager.fire(c, "assess", level=c["suggested_level"], safety=True)
    found = eventually(lambda: company.service_manager.read("/v1/recall-signals", source_number=c["number"])["data"])
    assert [(s["source"], s["injury"], s["recall_id"], s["serials"]) for s in found] == [("complaint", "minor", r["id"], ["SN-77"])]
    assert eventually(lambda: read(company, r)["priority"] == "urgent")
    # A complaint without a model waits for somebody who finds out.
    c = complaint_at(company, "acknowledged")
    c = company.service_manager.fire(c, "assess", level="general", safety=True)
    found = eventually(lambda: company.service_manager.read("/v1/recall-signals", source_number=c["number"])["data"])
    assert [(s["state"], s["symptom"]) for s in found] == [("logged", c["complaint_text"])]


def test_signals_of_one_moment_open_one_case(company):
    for _ in range(3):
        model = new_model()
        calls = [lambda who=twin(company.employee): who.post("/v1/recall-signals", {"symptom": "冒烟", "model": model}) for _ in range(5)]
        answers = at_once(*calls)
        assert [a.status_code for a in answers] == [201] * 5 and len({a.json()["recall_id"] for a in answers}) == 1, [a.text for a in answers]


def test_what_is_no_defect_becomes_an_idea(company):
    r = forward(company, begin(company), "found", open_investigation=dict(stop_ship=True), report_findings=NONE)
    assert r["stop_sale"] is True
    r = company.deputy_gm.fire(r, "dismiss")
    assert (r["state"], r["stop_sale"]) == ("no_defect", False) and links(company, r) == [("improvement", "propose")]
    idea = eventually(lambda: company.service_manager.read("/v1/improvements", source_number=r["number"])["data"])
    assert [(i["source"], i["type"]) for i in idea] == [("recall", "product")]
    # Who was on the list is off it again.
    late = at(company, "plan_approval", submit_plan=dict(budget=1000))
    money = request_of(company, late)
    late = company.deputy_gm.fire(late, "return_plan", return_reason="样本有误")
    late = prober(company).fire(company.deputy_gm.fire(late, "investigate_again", reason="样本有误"), "report_findings", **NONE)
    late = company.deputy_gm.fire(late, "dismiss")
    assert [u["state"] for u in units(company, late)] == ["excluded"] and late["stop_sale"] is False
    assert eventually(lambda: company.finance_officer.read(money["href"])["state"] == "withdrawn")
    # The next signal of that model is looked into anew.
    assert signal(company, model=r["model"])["recall_id"] != r["id"]


def test_level_one_calls_those_who_command(company):
    commander = company.emergency_commander
    r = forward(company, begin(company), "defect_confirmed", report_findings=dict(level="I"))
    assert links(company, r) == [("incident", "report"), ("nonconformity", "report"), ("service_factor", "report")]
    assert "recall_confirmed" in told(commander, r) and "recall_to_report" in told(company.general_manager, r)
    (n,) = reported_on(company, r)
    assert n["grade"] == "critical" and {"contain_due", "notify_due_1", "authority_due"} <= set(r["clocks"])


def test_the_range_is_by_model_serial_number_and_day_of_delivery(company):
    model, other = new_model(), new_model()
    inside, outside, named = (sold(company, model, serial=s)[0] for s in ("K" + model[3:] + "0150", "K" + model[3:] + "0300", "Q-" + model))
    variant = sold(company, other, serial="K" + model[3:] + "0151")[0]
    late = sold(company, model, serial="K" + model[3:] + "0152", accepted_on=company.day(-1))[0]
    sold(company, new_model())
    r = forward(company, begin(company, model=model), "planning", report_findings=dict(
        models=[model, other], serial_from="K" + model[3:] + "0100", serial_to="K" + model[3:] + "0200", range_serials=[named["serial"]], delivered_to=company.day(-30)))
    assert {u["serial"] for u in units(company, r)} == {inside["serial"], named["serial"], variant["serial"]}
    # A narrower range takes off the list who has not been told.
    r = company.deputy_gm.fire(r, "investigate_again", reason="仅一个型号")
    r = forward(company, r, "planning", report_findings=dict(serial_from="K" + model[3:] + "0100", serial_to="K" + model[3:] + "0200", delivered_to=company.day(-30)))
    assert {u["serial"]: u["state"] for u in units(company, r)} == {inside["serial"]: "listed", named["serial"]: "excluded", variant["serial"]: "excluded"}
    # What the change of the plan adds is found by listing again.
    r = forward(company, r, "executing")
    r = company.service_manager.fire(r, "amend_plan", change_reason="范围扩大", delivered_to=company.day())
    r = company.service_manager.fire(forward(company, r, "executing"), "list_units")
    assert late["serial"] in {u["serial"] for u in units(company, r)} and outside["serial"] not in {u["serial"] for u in units(company, r)}


def test_no_unit_of_a_stopped_model_leaves_the_company(company):
    from deliveries import DELIVERY, contract, go, packing_of, serial
    model = new_model()
    lines = [{"item": "服务器", "model": model, "qty": 1}]
    gone = go(company, contract(company, lines=lines), DELIVERY)  # with a customer already, not in the register yet
    packed, waiting = go(company, contract(company, lines=lines), DELIVERY[:5]), contract(company, lines=lines)
    repair = company.register()
    lent = company.warehouse_keeper.create("loan-units", serial="LU-" + uuid.uuid4().hex[:6], model=model, value=150000, condition="完好", accessories="电源线")
    loan = company.dispatcher.create("loan-agreements", parent_id=repair["id"], loan_unit_id=lent["id"])
    loan = company.dispatcher.fire(loan, "approve", expected_repair_on=company.day(5))
    r = forward(company, begin(company, model=model), "contained")
    pack = dict(packing=packing_of(lines), packing_by="company_standard", transport_safe=True)
    refused(company.materials_officer, waiting, "pack", "sale_stopped", **pack)
    refused(company.dispatcher, packed, "depart", "sale_stopped")
    refused(company.dispatcher, loan, "lend", "unit_recalled", customer_signature={"name": "李明", "content_sha256": loan["content_sha256"]})
    answer = company.dispatcher.post("/v1/loan-agreements", {"parent_id": company.register()["id"], "loan_unit_id": lent["id"]})
    assert "unit_recalled" in codes(answer)
    free = company.warehouse_keeper.create("loan-units", serial="LU-" + uuid.uuid4().hex[:6], model=new_model(), value=150000, condition="完好", accessories="电源线")
    twice = company.register()
    other = company.dispatcher.create("loan-agreements", parent_id=twice["id"], loan_unit_id=free["id"])
    other = company.dispatcher.fire(other, "approve", expected_repair_on=company.day(5))
    other = company.dispatcher.fire(other, "lend", customer_signature={"name": "李明", "content_sha256": other["content_sha256"]})
    refused(company.dispatcher, other, "exchange", "unit_recalled", other_unit_id=lent["id"], exchange_cause="x", return_condition="x")
    # The one on the delivery note is listed; a serial number outside the range would go.
    r = company.service_manager.fire(r, "draft_plan")
    assert [(u["serial"], u["found_in"], u["customer_id"]) for u in units(company, r)] == [(gone["packing"][0]["serial"], "delivery", gone["customer_id"])]
    r = company.deputy_gm.fire(r, "investigate_again", reason="仅一批")
    r = prober(company).fire(r, "report_findings", **dict(DEFECT, range_serials=[gone["packing"][0]["serial"]]))
    assert company.materials_officer.fire(waiting, "pack", **dict(pack, packing=packing_of(lines, serial())))["state"] == "packed"
    r = company.deputy_gm.fire(r, "confirm_defect")
    assert company.dispatcher.fire(packed, "depart")["state"] == "in_transit"


def test_a_recalled_part_is_blocked_and_cleared_by_two(company):
    from spares import part
    item = part(company, 3)
    r = forward(company, begin(company, model=item["part_no"]), "contained", report_findings=dict(part_id=item["id"]))
    item = company.materials_officer.read(item["href"])
    assert (item["state"], item["block_reason"]) == ("blocked", r["number"])
    r = company.deputy_gm.fire(r, "investigate_again", reason="x")
    r = company.deputy_gm.fire(r, "lift_stop_sale", lift_reason="供应商复检合格")
    assert company.materials_officer.read(item["href"])["state"] == "in_use" and r["stop_sale"] is False


def test_a_unit_is_exchanged_and_a_job_that_comes_to_nothing_is_asked_for_again(company):
    r = at(company, "executing", n=2, submit_plan=dict(measure="replace", measures="更换整机"))
    one, two = (notify(company, u) for u in units(company, r))
    # The hotline sees it when somebody calls about such a unit.
    call = company.register(customer={"id": one["customer_id"]}, serial=one["serial"])
    assert [(w["code"], w["number"]) for w in call["warnings"]] == [("unit_recalled", one["number"])] and call["in_warranty"] is False
    swap = job_of(company, one, "return_exchange")
    assert (swap["kind"], swap["customer_id"], swap["serial"]) == ("exchange", one["customer_id"], one["serial"]) and r["number"] in swap["return_reason"]
    company.dispatcher.fire(swap, "void", reason="客户改为维修")
    one = eventually(lambda: next((u for u in [read(company, one)] if u["state"] == "notified"), None))
    assert one["jobs"] == 1 and "recall_job_failed" in told(company.dispatcher, one)
    one = company.dispatcher.fire(one, "schedule", measure="repair")
    job = job_of(company, one, "repair")
    assert (job["type"], job["free_reason"]) == ("recall", "recall")
    # Free also after the serial number was corrected; off the list it is not.
    assert company.dispatcher.fire(job, "amend", reason="x", serial="SN-0")["in_warranty"] is False
    job = company.dispatcher.fire(job, "amend", reason="x", serial=one["serial"])
    assert job["in_warranty"] is True
    company.dispatcher.fire(job, "cancel", cancel_reason="customer_request")
    one = eventually(lambda: next((u for u in [read(company, one)] if u["state"] == "notified"), None))
    assert one["state"] == "notified"


def test_a_unit_is_taken_back_and_refunded_by_way_of_a_return(company):
    from test_return_exchange import PRICE, SUBMIT, advance as swap_way, funded, received, signature
    r = at(company, "executing", submit_plan=dict(measure="refund", measures="退货退款"))
    unit = notify(company, units(company, r)[0], told_to="王小明")
    swap = job_of(company, unit, "return_exchange")
    assert (swap["kind"], swap["contact_name"], swap["recall_no"]) == ("return", "王小明", r["number"])
    swap = swap_way(company, swap, "complete", submit=dict(SUBMIT["return"], basis="recall", purchase_price=PRICE, payer_name="王小明"))
    swap = company.finance_officer.fire(funded(company, received(company, swap)), "pay_refund", paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-1")
    swap = company.materials_officer.fire(swap, "complete", customer_signature=signature(swap))
    assert swap["state"] == "completed"
    unit = eventually(lambda: next((u for u in [read(company, unit)] if u["state"] == "refunded"), None))
    assert unit["done_on"] == company.day() and unit["clocks"] == {}
