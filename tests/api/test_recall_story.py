"""A recall as a service manager would tell it: from smoke in a power supply to the last unit put right."""

import uuid

from assurance import go as pay_way, request_of
from compensations import forward as claim_forward
from complaints import at as complaint_at
from recalls import (DEFECT, FROZEN, NONE, PLAN, at, begin, case_of, cause_gone, codes, eventually, forms, forward, job_of, links, new_model, next_step, notify, outsider, prober,
                     read, refused, remedied, reported_on, signal, sold, told, units)
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
