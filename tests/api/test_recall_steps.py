"""Every row of the tables of P10 A and B happens at least once, and nobody without the role may take the step; each guard refuses
with its code. Checks at the end name what did not happen."""

import uuid

import pytest

from answers import eventually, told
from recalls import (DEFECT, FROZEN, NONE, NOTICE, PLAN, at, begin, case_of, cause_gone, codes, forms, forward, new_model, notify, outsider, prober, read,
                     refused as refuse, remedied, signal, sold, units)

MACHINES = ("recall_signal", "recall", "recall_unit")
# Done by the timer or by files that merge: in test_recall_story, test_recall_clocks and test_customers.
ELSEWHERE = {("recall", "log_signal"), ("recall", "take_signals"), ("recall", "all_notified"), ("recall", "mark_to_reassign"), ("recall_unit", "change_customer"), ("recall_unit", "job_ended")}
REFUSED_ELSEWHERE = {"final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "budget_not_reserved", "claims_open", "nonconformity_open"}
DONE, TRIED, TABLES, REFUSED = set(), set(), {}, set()


@pytest.fixture(autouse=True)
def tables(company):
    if not TABLES:
        TABLES.update({m: company.admin.read("/v1/procedures/" + m)["transitions"] for m in MACHINES})


def refused(who, entity, event, code, **body):
    REFUSED.add((entity["machine"], code))
    refuse(who, entity, event, code, **body)


def not_created(who, path, machine, code, **body):
    REFUSED.add((machine, code))
    answer = who.post("/v1/" + path, body)
    assert answer.status_code == 422 and code in codes(answer), answer.text


def created(who, path, machine, event, to, **body):
    one = who.create(path, **body)
    assert one["state"] == to
    DONE.add((machine, event, None, to))
    return one


def outsiders(company, entity, event):
    rows = [t for t in TABLES[entity["machine"]] if t["event"] == event]
    roles = {word.split("@")[0] for row in rows for word in row["by"].split()}
    mine = {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.hotline_clerk, company.dispatcher, company.service_manager, company.deputy_gm, company.general_manager, company.materials_officer,
              prober(company), outsider(company)]
    return [] if "*" in roles else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(company, who, entity, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    machine = entity["machine"]
    if (machine, event) not in TRIED:
        TRIED.add((machine, event))
        for person in outsiders(company, entity, event):
            answer = person.post(f"{entity['href']}/{event}", body, headers={"If-Match": "*"})
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    before = entity["state"]
    entity = who.fire(entity, event, **body)
    assert to is None or entity["state"] == to, (event, entity["state"])
    DONE.add((machine, event, before, entity["state"]))
    return entity


def test_signals_and_the_case_they_open(company):
    manager = company.service_manager
    who = company.technician
    not_created(who, "recall-signals", "recall_signal", "received_ahead", symptom="x", received_at=company.at(1))
    not_created(who, "recall-signals", "recall_signal", "unknown_source", symptom="x", source_number="CP-1999-000001")
    model = new_model()
    # Nobody knows the model yet.
    blind = created(who, "recall-signals", "recall_signal", "log", "logged", symptom="插座冒烟", injury="minor")
    assert set(blind["clocks"]) == {"identify_injury_due"} and "recall_signal_to_identify" in told(manager, blind)
    calm = signal(company, model=None)
    assert set(calm["clocks"]) == {"identify_due"} and (calm["source"], calm["injury"]) == ("employee", "none")
    calm = step(company, manager, calm, "amend", "logged", reason="补充", batch="2026-05")
    step(company, manager, calm, "dismiss", "dismissed", reason="与产品无关")
    one = step(company, manager, blind, "identify", "joined", model=model)
    r = case_of(company, one)
    assert (r["injury"], r["priority"], r["model"], set(r["clocks"])) == ("minor", "urgent", model, {"open_injury_due"}) and one["clocks"] == {}
    again = step(company, prober(company), signal(company, model=None), "identify", "joined", model=model)
    assert again["recall_id"] == r["id"]
    third = created(who, "recall-signals", "recall_signal", "log", "joined", symptom="异响", model=model)
    assert third["recall_id"] == r["id"] and eventually(lambda: read(company, r)["signals"] == 3)
    # A model may have two defects.
    alone = signal(company)
    refused(manager, alone, "set_apart", "only_signal", apart_reason="x")
    third = step(company, manager, third, "set_apart", "joined", apart_reason="另一缺陷:风扇异响")
    own = case_of(company, third)
    assert own["id"] != r["id"] and (own["own_case"], own["model"], own["symptom"]) == (True, model, "异响")
    assert eventually(lambda: read(company, r)["signals"] == 2)
    refused(manager, third, "move", "same_case", recall_id=own["id"], reason="x")
    void = step(company, manager, begin(company), "void", "voided", reason="误登")
    refused(manager, third, "move", "case_closed", recall_id=void["id"], reason="x")
    third = step(company, manager, third, "move", "joined", recall_id=r["id"], reason="同一缺陷")
    blind = signal(company, model=None)
    assert step(company, manager, blind, "move", "joined", recall_id=r["id"], reason="同一缺陷")["clocks"] == {}
    step(company, manager, signal(company), "void", "voided", reason="误登")
    # Cases that are one are merged; their signals count together.
    refused(manager, own, "merge", "merged_into_itself", merged_into_id=own["id"], reason="x")
    refused(manager, own, "merge", "other_closed", merged_into_id=void["id"], reason="x")
    other = begin(company)
    other = step(company, manager, other, "merge", "merged", merged_into_id=r["id"], reason="同一电源")
    assert other["clocks"] == {} and eventually(lambda: read(company, r)["signals"] == 5)


def test_investigated_by_those_who_know_and_decided_by_those_who_answer(company):
    manager, deputy, tech = company.service_manager, company.deputy_gm, prober(company)
    r = begin(company)
    refused(manager, r, "open_investigation", "lead_not_fit", assignee_id=company.technician.id)
    r = step(company, manager, r, "amend", "signal_logged", reason="x", symptom="电源异味")
    r = step(company, manager, r, "open_investigation", "investigating")
    r = step(company, manager, step(company, manager, r, "revert", "signal_logged", reason="点错"), "open_investigation", stop_ship=True)
    second = company.hire("service_manager", name="召回二" + uuid.uuid4().hex[:4])
    refused(manager, r, "reassign", "lead_not_fit", assignee_id=company.technician.id, reassign_reason="leave")
    r = step(company, deputy, r, "reassign", assignee_id=second.id, reassign_reason="leave")
    refused(deputy, r, "return_findings", "not_investigated", return_reason="x")
    refused(deputy, r, "dismiss", "defect_found")
    refused(deputy, r, "confirm_defect", "no_defect_found")
    for code, wrong in (("level_missing", dict(level=None)), ("serials_wrong", dict(serial_from="A100", serial_to="A99")), ("serials_wrong", dict(serial_from="A1")),
                        ("dates_do_not_fit", dict(delivered_from="2026-05-02", delivered_to="2026-05-01")), ("maker_missing", dict(bought_in=True))):
        refused(tech, r, "report_findings", code, **{k: v for k, v in {**DEFECT, **wrong}.items() if v is not None})
    refused(company.technician, r, "report_findings", "not_of_tech_dept", **DEFECT)
    r = step(company, tech, r, "report_findings", "investigating", **DEFECT)
    r = step(company, deputy, r, "return_findings", "investigating", return_reason="样本太少")
    assert r.get("finding") is None and r.get("investigated_by") is None and set(r["clocks"]) == {"findings_due"}
    both = company.hire("deputy_gm", "technician", name="副总兼技术" + uuid.uuid4().hex[:4], department="tech_dept")
    mine = both.fire(r, "report_findings", **NONE)
    refused(both, mine, "dismiss", "own_finding")
    r = step(company, deputy, mine, "dismiss", "no_defect")
    assert (r["stop_sale"], r["clocks"]) == (False, {}) and "sale_free" in told(company.warehouse_keeper, r)
    r = forward(company, begin(company), "found")
    r = step(company, deputy, r, "confirm_defect", "defect_confirmed")
    refused(manager, r, "amend", "facts_fixed", reason="x", symptom="x")
    r = step(company, deputy, r, "investigate_again", "investigating", reason="新证据")
    assert r.get("confirmed_at") is None and set(r["clocks"]) == {"findings_due"} and r.get("finding") is None


def test_what_the_law_wants_reported_is_reported(company):
    manager, deputy = company.service_manager, company.deputy_gm
    r = begin(company)
    refused(deputy, r, "report_authority", "not_reportable", authority="省市场监管局", reported_on=company.day())
    refused(deputy, r, "not_reportable", "not_reportable", reason="x")
    r = step(company, manager, r, "find_reportable", report_ground="major_loss")
    refused(manager, r, "find_reportable", "reportable_already", report_ground="death")
    assert r["reportable"] is True and "authority_due" in r["clocks"] and "recall_to_report" in told(deputy, r)
    r = step(company, deputy, r, "not_reportable", reason="损失轻微")
    assert r["reportable"] is False and "authority_due" not in r["clocks"] and r.get("report_ground") is None
    for grave in (dict(injury="serious"), dict(injury="death"), dict(property_loss=5000000), dict(recalled_abroad=True)):
        r = begin(company, **grave)
        assert r["reportable"] is True and "authority_due" in r["clocks"], grave
    assert begin(company, property_loss=4999999)["reportable"] is False
    refused(deputy, r, "report_authority", "date_ahead", authority="x", reported_on=company.day(1))
    refused(deputy, r, "report_authority", "date_before_signal", authority="x", reported_on=company.day(-1))
    r = forward(company, r, "found", report_findings=NONE)
    refused(deputy, r, "dismiss", "report_missing")
    r = step(company, deputy, r, "report_authority", authority="省市场监管局", report_no="BG-1", reported_on=company.day(), report_ground="recall_abroad")
    assert "authority_due" not in r["clocks"] and forms(company, r)[-1] == "authority_report"
    refused(deputy, r, "not_reportable", "reported_already", reason="x")
    # What is said of a signal that joins later counts as well; so does level I.
    model = new_model()
    r = begin(company, model=model)
    signal(company, model=model, injury="death")
    assert eventually(lambda: read(company, r)["reportable"] is True)
    assert forward(company, begin(company), "found", report_findings=dict(level="I"))["reportable"] is True


def test_the_sale_is_stopped_and_freed_by_two(company):
    officer, deputy = company.materials_officer, company.deputy_gm
    r = forward(company, begin(company), "defect_confirmed")
    refused(officer, r, "contain", "not_all_frozen", **dict(FROZEN, transit_frozen=False))
    r = step(company, officer, r, "contain", "contained", **FROZEN)
    r = step(company, officer, r, "update_quarantine", "contained", quarantined=[{"place": "outlet", "where": "城东网点", "quantity": 2}])
    refused(deputy, r, "lift_stop_sale", "recall_runs", lift_reason="x")
    refused(deputy, r, "hand_to_producer", "own_product", maker_letter="x")
    both = company.hire("deputy_gm", "materials_officer", name="副总兼物资" + uuid.uuid4().hex[:4], department="materials_office")
    r = company.deputy_gm.fire(r, "investigate_again", reason="x")
    r = step(company, deputy, r, "lift_stop_sale", "investigating", lift_reason="暂放行")
    refused(deputy, r, "lift_stop_sale", "sale_not_stopped", lift_reason="x")
    # A bought-in product: the maker runs the recall, the company keeps the stop and tells its customers.
    model = new_model()
    sold(company, model, 2)
    r = forward(company, begin(company, model=model), "found", report_findings=dict(bought_in=True, maker="华星科技"))
    r = both.fire(deputy.fire(r, "confirm_defect"), "contain", **FROZEN)
    r = step(company, deputy, r, "hand_to_producer", "handed_to_producer", maker_letter="华星函[2026]7号")
    assert (r["stop_sale"], r["clocks"], len(units(company, r))) == (True, {}, 2)
    u = notify(company, units(company, r)[0])
    refused(company.dispatcher, u, "schedule", "recall_not_started", measure="repair")
    refused(both, r, "lift_stop_sale", "own_quarantine", lift_reason="x")
    r = step(company, officer, r, "update_quarantine", "handed_to_producer", quarantined=[])
    assert step(company, deputy, r, "lift_stop_sale", "handed_to_producer", lift_reason="库存退厂")["stop_sale"] is False


def test_the_plan_needs_four_people_and_the_regulator(company):
    manager, deputy, chief = company.service_manager, company.deputy_gm, company.general_manager
    model = new_model()
    empty = step(company, manager, forward(company, begin(company, model=model), "contained"), "draft_plan", "planning")
    whole = dict(PLAN, planned_from=company.day(), planned_to=company.day(60))
    refused(manager, empty, "submit_plan", "unit_list_empty", **whole)
    assert units(company, step(company, company.dispatcher, empty, "list_units", "planning")) == []
    sold(company, model)
    r = company.dispatcher.fire(empty, "list_units")
    assert len(units(company, r)) == 1
    refused(manager, r, "submit_plan", "plan_incomplete", **{k: v for k, v in whole.items() if k != "emergency_handling"})
    refused(manager, r, "submit_plan", "dates_do_not_fit", **dict(whole, planned_to=company.day(-1)))
    refused(manager, r, "submit_plan", "target_too_low", **dict(whole, target_percent=97))
    r = step(company, manager, r, "submit_plan", "plan_approval", **dict(whole, target_percent=90, target_reason="部分设备已转售"))
    assert r["target_percent"] == 90
    refused(company.dispatcher, r, "file_plan", "plan_not_approved", filing_no="x", filed_on=company.day())
    both = company.hire("deputy_gm", "general_manager", "service_manager", name="三职" + uuid.uuid4().hex[:4])
    r = step(company, deputy, r, "return_plan", "planning", return_reason="措施不具体")
    r = both.fire(r, "submit_plan")
    refused(both, r, "review_plan", "own_plan")
    r = deputy.fire(r, "return_plan", return_reason="x")
    r = manager.fire(r, "submit_plan")
    refused(chief, r, "approve_plan", "plan_not_reviewed")
    r = both.fire(r, "review_plan")
    refused(deputy, r, "review_plan", "reviewed_already")
    refused(both, r, "approve_plan", "own_review")
    r = step(company, both, r, "revert", "plan_approval", reason="未看完")
    r = step(company, deputy, r, "review_plan", "plan_approval")
    r = step(company, chief, r, "approve_plan", "plan_approval")
    assert "approve_due" not in r["clocks"] and "plan_due" in r["clocks"]
    refused(chief, r, "approve_plan", "approved_already")
    refused(company.dispatcher, r, "file_plan", "date_ahead", filing_no="x", filed_on=company.day(1))
    refused(company.dispatcher, r, "file_plan", "date_before_approval", filing_no="x", filed_on=company.day(-1))
    r = step(company, manager, r, "file_plan", "filed", filing_no="BA-1", filed_on=company.day())
    refused(manager, r, "announce", "date_ahead", **dict(NOTICE, published_on=company.day(1)))
    refused(manager, r, "announce", "date_before_filing", **dict(NOTICE, published_on=company.day(-1)))
    r = step(company, manager, r, "announce", "announced", **NOTICE, published_on=company.day())
    r = step(company, company.dispatcher, r, "start", "executing")
    r = step(company, manager, r, "progress_summary", "executing", summary_kind="weekly", summary_text="已通知")
    r = step(company, manager, r, "progress_summary", "executing", summary_kind="stage", summary_text="第一阶段")
    assert (r["units_listed"], r["completion_rate"]) == (1, 0) and forms(company, r)[-2:] == ["recall_summary"] * 2
    # A changed plan is approved and filed anew; when it is not, the old one goes on.
    r = step(company, manager, r, "amend_plan", "plan_approval", change_reason="改为更换", measure="replace", measures="更换整机")
    assert (r["plan_round"], r["measure"], r.get("filing_no"), r.get("plan_approved_by")) == (2, "replace", None, None) and "plan_due" in r["clocks"]
    r = step(company, chief, r, "return_plan", "executing", return_reason="费用过高")
    assert "plan_due" not in r["clocks"] and "weekly_due" in r["clocks"]
    r = forward(company, manager.fire(r, "amend_plan", change_reason="扩大范围", models=[model, new_model()]), "executing")
    assert r["plan_round"] == 3 and len(r["models"]) == 2


def test_the_end_of_a_recall(company):
    manager, chief, auditor = company.service_manager, company.general_manager, outsider(company)
    r = at(company, "executing", n=2, report_findings=dict(level="III"), submit_plan=dict(target_percent=50, target_reason="老旧设备"))
    one, two = units(company, r)
    insider = company.hire("evaluator", "service_manager", name="案内评价" + uuid.uuid4().hex[:4])
    r = company.deputy_gm.fire(r, "reassign", assignee_id=insider.id, reassign_reason="leave")
    refused(auditor, r, "review_effect", "target_not_reached", evaluation="x")
    remedied(company, one)
    refused(insider, r, "review_effect", "evaluator_in_case", evaluation="x")
    r = step(company, auditor, r, "review_effect", "effect_review", evaluation="抽查合格")
    r = step(company, company.deputy_gm, r, "resume_active", "executing", reason="仍有一台")
    assert {"weekly_due", "stage_due"} <= set(r["clocks"]) and "final_due" not in r["clocks"]
    r = auditor.fire(r, "review_effect", evaluation="抽查合格")
    refused(manager, r, "summarise", "units_outstanding", final_summary="x")
    r = step(company, chief, r, "stop_active", "monitoring", reason="客户失联")
    r = step(company, manager, r, "summarise", "summarised", final_summary="召回结束,余1台")
    cause_gone(company, r)
    # Whoever turns up later is still helped.
    r = step(company, company.deputy_gm, r, "find_reportable", report_ground="serious_injury")
    refused(chief, r, "close", "report_missing", archive_ref="x")
    r = company.deputy_gm.fire(r, "report_authority", authority="省局", reported_on=company.day())
    r = step(company, chief, r, "close", "closed", archive_ref="A-7")
    two = remedied(company, notify(company, two))
    assert two["state"] == "remedied" and r["completion_rate"] == 50
    r = at(company, "executing")
    remedied(company, units(company, r)[0])
    r = auditor.fire(r, "review_effect", evaluation="全部完成")
    refused(chief, r, "stop_active", "none_outstanding", reason="x")
    assert "final_due" not in step(company, manager, r, "summarise", "summarised", final_summary="完成")["clocks"]


def test_units_one_by_one(company):
    manager, clerk, desk = company.service_manager, company.hotline_clerk, company.dispatcher
    r = at(company, "planning", n=3)
    early = forward(company, begin(company), "defect_confirmed")
    not_created(desk, "recall-units", "recall_unit", "recall_not_listing", parent_id=early["id"], serial="x")
    buyer, unit = company.customer_with_unit()
    rows = units(company, r)
    not_created(desk, "recall-units", "recall_unit", "listed_already", parent_id=r["id"], serial=rows[0]["serial"])
    not_created(desk, "recall-units", "recall_unit", "equipment_of_another", parent_id=r["id"], serial="x", equipment_id=unit["id"])
    extra = created(desk, "recall-units", "recall_unit", "list", "listed", parent_id=r["id"], serial="EX-" + uuid.uuid4().hex[:8])
    assert (extra["found_in"], extra["model"], extra["level"], extra.get("customer_id")) == ("entered", r["model"], "II", None)
    refused(clerk, extra, "notify", "customer_missing", told_via="phone")
    extra = step(company, clerk, extra, "assign_customer", "listed", customer_id=buyer["id"])
    extra = step(company, clerk, extra, "notify", "notified", told_via="phone", told_to="李明")
    assert extra["contact_attempts"][0]["result"] == "reached" and set(extra["clocks"]) == {"remedy_due_2"}
    refused(desk, extra, "schedule", "recall_not_started")
    refused(desk, extra, "remedy", "date_ahead", done_evidence="x", done_on=company.day(1))
    extra = step(company, desk, extra, "remedy", "remedied", done_evidence="照片")
    assert extra["clocks"] == {} and extra["done_on"] == company.day()
    step(company, desk, created(desk, "recall-units", "recall_unit", "list", "listed", parent_id=r["id"], serial="EX-" + uuid.uuid4().hex[:8]), "void", "voided", reason="误登")
    step(company, manager, desk.create("recall-units", parent_id=r["id"], serial="EX-" + uuid.uuid4().hex[:8]), "exclude", "excluded", exclude_reason="早已报废")

    # Out of reach after three attempts by two channels; the duty stays.
    u = rows[0]
    for _ in range(3):
        u = step(company, clerk, u, "contact_attempt", "listed", channel_used="phone", contact_result="no_answer")
    refused(clerk, u, "mark_unreachable", "not_tried_enough")
    u = clerk.fire(u, "contact_attempt", channel_used="letter", contact_result="sent")
    u = step(company, clerk, u, "mark_unreachable", "unreachable")
    u = step(company, clerk, u, "come_forward", "notified", told_via="phone")
    assert u["notified_at"] and set(u["clocks"]) == {"remedy_due_2"} and u.get("closed_at") is None

    refused(clerk, u, "refuse", "signature_missing", refusal_words="不想停机")
    refused(clerk, u, "refuse", "signed_other_content", refusal_words="x", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    u = step(company, clerk, u, "refuse", "refused", refusal_words="不想停机", customer_signature={"name": "李明", "content_sha256": u["content_sha256"]})
    u = step(company, clerk, u, "come_forward", "notified", told_via="visit")
    r = forward(company, r, "executing", submit_plan=dict(measure="warn"))
    refused(desk, u, "schedule", "measure_without_job")
    u = step(company, desk, u, "schedule", "scheduled", measure="repair")
    assert (u["measure"], u["jobs"]) == ("repair", 1)
    u = step(company, desk, u, "job_failed", "notified", reason="客户改期")
    assert step(company, desk, u, "destroy", "destroyed", done_evidence="销毁照片")["state"] == "destroyed"
    assert step(company, desk, rows[1], "replace", "replaced", done_evidence="换货单")["notified_at"]
    assert step(company, desk, rows[2], "refund", "refunded", done_evidence="退款单")["clocks"] == {}
    r = company.service_manager.fire(r, "progress_summary", summary_kind="weekly", summary_text="x")
    assert (r["units_listed"], r["units_done"], r["completion_rate"]) == (4, 4, 100)


def test_no_row_of_the_tables_was_left_out(company):
    missing = []
    for machine in MACHINES:
        for row in TABLES[machine]:
            happened = [(f, t) for m, e, f, t in DONE if m == machine and e == row["event"] and (row["to"] in ("same", "previous") or t == row["to"])]
            if not happened and (machine, row["event"]) not in ELSEWHERE:
                missing.append((machine, row["event"], row["to"]))
    assert missing == []


def test_every_guard_has_refused(company):
    for machine in MACHINES:
        found = {g["code"] for t in TABLES[machine] for g in t["guards"]}
        assert found - {code for m, code in REFUSED if m == machine} - REFUSED_ELSEWHERE == set(), machine
