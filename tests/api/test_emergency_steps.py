"""Every row of P18's tables happens, every guard refuses with its code, and nobody without the role may take a step; checks at
the end name what was left out."""

import uuid

import pytest

from answers import eventually, told
from complaints import customer
from emergencies import CAUSE, CONTENT, SUMMARY, at, codes, draft, drill, drill_forward, forms, forward, in_force, plan_at, plan_forward, read, report, supply

MACHINES = {"emergency-plans": "emergency_plan", "drills": "drill", "incidents": "incident", "emergency-supplies": "emergency_supply"}
ELSEWHERE = {"nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "already_paused", "not_paused"}
# Shown in test_emergency_story and test_emergency_clocks; files of a customer move in test_customers' way below.
BY_SYSTEM = {"redraft", "training_held", "take_drill", "end_revision", "supersede", "expire", "mark_to_reassign", "change_customer"}
GIVEN = {"amend", "revert", "void", "reassign"}
TRIED, REFUSED, TABLES, COMPANY = set(), set(), {}, []


@pytest.fixture(autouse=True)
def tables(company):
    COMPANY[:] = [company]
    for name in MACHINES.values():
        TABLES[name] = company.admin.read("/v1/procedures/" + name)["transitions"]


def machine(entity):
    return MACHINES[entity["href"].split("/")[2]]


def refused(who, entity, event, code_, **body):
    answer = who.try_fire(entity, event, **body)
    assert answer.status_code == 422 and code_ in codes(answer), (event, answer.text)
    REFUSED.update((machine(entity), c) for c in codes(answer))


def not_created(who, path, code_, **body):
    answer = who.post("/v1/" + path, body)
    assert answer.status_code == 422 and code_ in codes(answer), answer.text
    REFUSED.update((MACHINES[path], c) for c in codes(answer))


def outsiders(entity, event):
    company = COMPANY[0]
    words = [word for row in TABLES[machine(entity)] if row["event"] == event and (row["from"] in (None, "*") or entity["state"] in row["from"].split()) for word in row["by"].split()]
    roles, mine = {w.split("@")[0] for w in words}, {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.dispatcher, company.dept_head, company.deputy_gm, company.general_manager, company.service_manager, company.management_rep,
              company.document_controller, company.hr_officer, company.technician, company.employee, company.outlet_manager, company.emergency_commander, company.warehouse_keeper]
    return [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if event not in GIVEN and (machine(entity), event) not in TRIED:
        TRIED.add((machine(entity), event))
        for person in outsiders(entity, event):
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code in (403, 404), (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert entity["state"] == to, (event, entity["state"])
    return entity


def gone(company):
    if "gone" not in company.people:
        company.people["gone"] = company.hire("emergency_commander", name="已离职")
        company.admin.fire(company.admin.read("/v1/persons/" + company.people["gone"].id), "leave", reason="离职")
    return company.people["gone"]


def test_three_people_sign_a_plan(company):
    head, manager, commander, gm, controller, hr = (company.dept_head, company.service_manager, company.emergency_commander, company.general_manager, company.document_controller,
                                                    company.hr_officer)
    used = draft(company)["code"]
    not_created(head, "emergency-plans", "code_taken", title="x", scenario="data_loss", code=used)
    assert company.employee.post("/v1/emergency-plans", dict(title="x", scenario="data_loss")).status_code == 403
    assert head.post("/v1/emergency-plans/redraft", dict(supersedes_id=str(uuid.uuid4()), revision_reason="law")).status_code == 403
    plan = head.create("emergency-plans", title="大面积故障应急预案", scenario="mass_failure", high_risk=True)
    refused(head, plan, "write", "code_taken", code=used)
    refused(head, plan, "submit", "plan_incomplete")
    plan = step(head, plan, "write", "drafting", code="YA-" + uuid.uuid4().hex[:8], **CONTENT)
    plan = step(commander, plan, "amend", "drafting", reason="改名", title="大面积停机应急预案")
    plan = step(head, plan, "submit", "in_review")
    plan = step(head, plan, "revert", "drafting", reason="漏项")
    plan = head.fire(plan, "submit")
    assert manager.post(plan["href"] + "/review", {}).status_code == 428
    plan = step(manager, plan, "send_back", "drafting", return_reason="缺少预警")
    assert plan["assignee_id"] == head.id and plan["clocks"] == {} and "plan_sent_back" in told(head, plan)
    plan = head.fire(plan, "submit")
    plan = step(manager, plan, "review", "reviewed")
    plan = step(gm, plan, "send_back", "drafting", return_reason="资源不足")
    assert plan.get("reviewed_by") is None
    plan = plan_forward(company, plan, "reviewed")
    plan = step(gm, plan, "approve", "approved")
    plan = step(gm, plan, "rework", "drafting", return_reason="电话有误")
    assert plan["clocks"] == {} and plan.get("approved_by") is None
    plan = plan_forward(company, plan, "approved")
    plan = step(controller, plan, "publish", "published", published_to=["tech_dept"])
    refused(hr, plan, "confirm_training", "date_ahead", trained_on=company.day(1), training_note="x")
    plan = step(hr, plan, "confirm_training", "trained", trained_on=company.day(), training_note="宣贯会")
    drill(company, plan, "evaluated", result="serious_flaw")
    assert read(company, plan)["state"] == "trained"
    plan = plan_forward(company, plan, "drilled", kind="tabletop")
    drill(company, plan, "evaluated")
    plan = read(company, plan)
    assert plan["state"] == "drilled" and plan["last_onsite_on"] == company.day()
    plan = step(gm, plan, "put_in_force", "in_force")
    # Whoever wrote it neither reviews nor approves; whoever reviewed it does not approve.
    own = commander.fire(draft(company, by=commander), "submit")
    refused(commander, own, "review", "own_plan")
    both = company.hire("deputy_gm", "general_manager", "dept_head", name="双职")
    own = both.fire(draft(company, by=both), "submit")
    own = manager.fire(own, "review")
    refused(both, own, "approve", "own_plan")
    own = both.fire(company.dept_head.fire(draft(company), "submit"), "review")
    refused(both, own, "approve", "own_review")
    step(commander, draft(company), "void", "voided", reason="重复")
    other = draft(company)
    refused(company.dispatcher, other, "reassign", "person_not_active", assignee_id=gone(company).id, reassign_reason="leave")
    step(company.dispatcher, other, "reassign", "drafting", assignee_id=manager.id, reassign_reason="leave")


def test_a_plan_in_force_is_checked_revised_and_abolished(company):
    manager, gm, commander = company.service_manager, company.general_manager, company.emergency_commander
    plan = plan_at(company, "in_force", scenario="traffic_in_delivery")
    refused(manager, plan, "check", "note_missing", check_kind="yearly", check_result="to_revise")
    plan = step(manager, plan, "check", "in_force", check_kind="three_yearly", check_result="suitable")
    assert plan["last_check_by"] == manager.id and forms(company, plan).count("emergency_plan") == 3
    plan = step(company.dispatcher, plan, "update_contacts", "in_force", contacts=[{"name": "李强", "duty": "现场", "phone": "13900000000"}])
    plan = step(manager, plan, "check", "revising", check_kind="yearly", check_result="to_revise", check_note="指挥机构已调整")

    def next_draft(number):
        rows = company.dispatcher.read("/v1/emergency-plans", supersedes_id=plan["id"], state="drafting")["data"]
        return [r for r in rows if r["number"] > number]
    new = eventually(lambda: next_draft(""))[0]
    plan = step(commander, plan, "require_revision", "revising", revision_reason="law", revision_note="新国标发布")
    assert commander.fire(new, "void", reason="暂不修订")["state"] == "voided"
    plan = read(company, plan)
    assert plan["state"] == "in_force" and "revise_due" not in plan["clocks"]
    plan = step(commander, plan, "require_revision", "revising", revision_reason="resources", revision_note="备用车辆更换")
    new = eventually(lambda: next_draft(new["number"]))[0]
    new = plan_forward(company, new, "published")
    step(gm, new, "abolish", "superseded", abolish_reason="不再需要修订")
    plan = read(company, plan)
    assert plan["state"] == "in_force"
    plan = step(gm, plan, "abolish", "superseded", abolish_reason="不再自行送货")
    assert "plan_abolished" in told(commander, plan)


def test_drills(company):
    commander, manager = company.emergency_commander, company.service_manager
    plan = in_force(company, "fire_electric")
    body = dict(plan_id=plan["id"], kind="on_site", planned_on=company.day(3))
    not_created(commander, "drills", "plan_not_ready", **{**body, "plan_id": draft(company)["id"]})
    not_created(commander, "drills", "date_in_past", **{**body, "planned_on": company.day(-1)})
    not_created(commander, "drills", "person_not_active", **body, assignee_id=gone(company).id)
    assert company.employee.post("/v1/drills", body).status_code == 403
    d = commander.create("drills", **body, assignee_id=manager.id)
    assert "drill_to_prepare" in told(manager, d)
    refused(commander, d, "move", "date_in_past", planned_on=company.day(-1), change_reason="x")
    d = step(commander, d, "move", "planned", planned_on=company.day(5), change_reason="下雨")
    refused(company.dispatcher, d, "reassign", "person_not_active", assignee_id=gone(company).id, reassign_reason="leave")
    d = step(company.dispatcher, d, "reassign", "planned", assignee_id=company.installer.id, reassign_reason="leave")
    d = company.dispatcher.fire(d, "reassign", assignee_id=manager.id, reassign_reason="skill")
    d = step(manager, d, "prepare", "prepared", participants=["李强"], materials="急救箱", safety_measures="监护")
    d = step(manager, d, "revert", "planned", reason="未备齐")
    d = manager.fire(d, "prepare", participants=["李强"], materials="急救箱", safety_measures="监护")
    refused(manager, d, "hold", "date_ahead", held_on=company.day(1), attended=3, course="x")
    d = step(manager, d, "hold", "held", held_on=company.day(), attended=3, course="按计划")
    d = step(commander, d, "amend", "held", reason="漏计", attended=4)
    refused(manager, d, "evaluate", "own_drill", drill_result="effective", evaluation="x")
    d = step(company.evaluator, d, "evaluate", "evaluated", drill_result="to_improve", evaluation="撤离路线不清")
    refused(commander, d, "close", "improvements_missing")
    d = step(commander, d, "set_improvements", "improvements", improvements=[{"what": "补贴指示牌", "owner": "王芳", "due_on": company.day(9)}])
    refused(commander, d, "close", "improvements_not_done")
    d = step(commander, d, "close", "closed", improvements_done="已贴")
    assert read(company, plan)["state"] == "in_force"
    step(commander, commander.create("drills", **body), "cancel", "cancelled", cancel_reason="与检查冲突")
    step(commander, commander.create("drills", **body), "void", "voided", reason="重复")
    # Of a plan that is in force no more nothing moves.
    old = plan_at(company, "in_force", scenario="personal_injury")
    late = drill_forward(company, commander.create("drills", **{**body, "plan_id": old["id"], "planned_on": company.day()}), "held")
    company.general_manager.fire(old, "abolish", abolish_reason="x")
    late = drill_forward(company, late, "evaluated", result="serious_flaw")
    assert commander.fire(late, "set_improvements", improvements=[{"what": "x", "owner": "y", "due_on": company.day()}])["state"] == "improvements"


def test_the_first_minutes_of_an_incident(company):
    dispatcher, commander, gm = company.dispatcher, company.emergency_commander, company.general_manager
    body = dict(what="冒烟", scenario="fire_electric")
    not_created(dispatcher, "incidents", "occurred_ahead", **body, occurred_at=company.at(1))
    not_created(dispatcher, "incidents", "unknown_source", **body, source_number="RP-1999-000001")
    i = company.technician.create("incidents", **body)
    assert (i["source"], i["suggested_level"], i["reportable"], i.get("national_level")) == ("phone", "IV", False, None)
    i = step(commander, i, "amend", "reported", reason="补充", place="一楼配电室")
    refused(gm, i, "not_reportable", "not_reportable", report_ground="x")
    i = step(dispatcher, i, "find_reportable", "reported", report_ground="可能有人受伤")
    assert "authority_due" in i["clocks"]
    refused(dispatcher, i, "find_reportable", "reportable_already", report_ground="x")
    i = step(gm, i, "not_reportable", "reported", report_ground="无人受伤")
    assert "authority_due" not in i["clocks"] and i["reportable"] is False
    i = step(dispatcher, i, "verify", "verified", note="属实")
    i = step(dispatcher, i, "revert", "reported", reason="误点")
    i = dispatcher.fire(i, "verify")
    i = step(dispatcher, i, "update_facts", "verified", loss_amount=60000000)
    assert i["suggested_level"] == "I" and i["reportable"] is False
    refused(commander, i, "grade", "level_too_low", level="II")
    i = step(commander, i, "grade", "graded", level="II", level_note="损失待核实")
    assert i["assignee_id"] == commander.id
    refused(commander, i, "escalate", "level_not_higher", level="II", level_note="x")
    refused(commander, i, "deescalate", "level_not_lower", level="II", level_note="x")
    i = step(commander, i, "escalate", "graded", level="I", level_note="损失属实")
    i = step(commander, i, "deescalate", "graded", level="III", level_note="设备可修复")
    assert "log_due" not in i["clocks"]
    refused(dispatcher, i, "reassign", "commander_not_fit", assignee_id=company.technician.id, reassign_reason="leave")
    i = step(dispatcher, i, "reassign", "graded", assignee_id=company.deputy_gm.id, reassign_reason="leave")
    step(dispatcher, i, "dismiss", "false_alarm", false_alarm_reason="烟雾为水汽")
    step(commander, report(company), "void", "voided", reason="重复")


def test_the_authority_is_told(company):
    gm, dispatcher = company.general_manager, company.dispatcher
    told_now = dict(authority="应急管理局", authority_told_at=company.at(0))
    i = report(company, dead=1)
    assert (i["suggested_level"], i["national_level"]) == ("I", "general")
    refused(gm, i, "supplement_report", "authority_not_told", authority_supplement="x")
    refused(gm, i, "notify_authority", "date_ahead", **{**told_now, "authority_told_at": company.at(2)})
    refused(gm, i, "notify_authority", "told_before_event", **{**told_now, "authority_told_at": company.at(-2)})
    i = step(gm, i, "notify_authority", "reported", **told_now)
    refused(gm, i, "notify_authority", "reported_already", **told_now)
    refused(gm, i, "not_reportable", "reported_already", report_ground="x")
    i = dispatcher.fire(i, "update_facts", loss_amount=100)
    assert "supplement_due" not in i["clocks"]
    i = dispatcher.fire(i, "update_facts", dead=2)
    assert "supplement_due" in i["clocks"] and "incident_to_supplement" in told(gm, i)
    i = step(gm, i, "supplement_report", "reported", authority_supplement="死亡2人")
    assert "supplement_due" not in i["clocks"]
    i = step(company.hotline_clerk, i, "inform", "reported", informed_kind="family", informed_whom="家属张某")
    assert i["informed"][0]["kind"] == "family"
    scale = {3: "larger", 10: "major", 30: "particularly_major"}
    assert {n: dispatcher.fire(i, "update_facts", dead=n)["national_level"] for n in scale} == scale
    # The company's own scale, each figure at its limit and just below.
    for fields, level in [(dict(seriously_injured=3), "I"), (dict(seriously_injured=2), "II"), (dict(loss_amount=49999999), "II"), (dict(loss_amount=10000000), "II"),
                          (dict(loss_amount=9999999), "III"), (dict(customers_down=20), "II"), (dict(customers_down=19), "III"), (dict(customers_down=5), "III"),
                          (dict(slightly_injured=1), "III"), (dict(loss_amount=1999999), "IV"), (dict(customers_down=4), "IV"), (dict(national_media=True), "I")]:
        assert report(company, **fields)["suggested_level"] == level, fields


@pytest.mark.parametrize("level, may, may_not", [("IV", "dispatcher", "service_manager"), ("III", "deputy_gm", "dispatcher"), ("II", "general_manager", "deputy_gm"),
                                                 ("I", "general_manager", "deputy_gm")])
def test_who_answers_for_the_level_starts_and_ends(company, level, may, may_not):
    in_force(company, "fire_electric")
    who, other = getattr(company, may), getattr(company, may_not)
    i = at(company, "graded", level)
    assert other.try_fire(i, "activate").status_code == 403
    i = step(who, i, "activate", "activated")
    assert list(i["clocks"]) == ["log_due_fast" if level in ("I", "II") else "log_due"]
    i = forward(company, i, "controlled", level)
    done = dict(hazard_removed=True, no_secondary_risk=True)
    assert other.try_fire(i, "terminate", **done).status_code == 403
    refused(who, i, "terminate", "hazard_remains", **{**done, "no_secondary_risk": False})
    i = step(who, i, "terminate", "terminated", **done)
    assert list(i["clocks"]) == ["cause_due_major" if level in ("I", "II") else "cause_due"]


def test_response_and_what_follows(company):
    dispatcher, commander, gm, manager, rep, technician = (company.dispatcher, company.emergency_commander, company.general_manager, company.service_manager, company.management_rep,
                                                           company.technician)
    in_force(company, "fire_electric")
    i = at(company, "graded", report_fields=dict(slightly_injured=1))
    refused(dispatcher, i, "activate", "plan_not_in_force", plan_id=draft(company)["id"])
    nobody = at(company, "graded", report_fields=dict(scenario="product_safety"))
    refused(dispatcher, nobody, "activate", "no_plan_in_force")
    i = dispatcher.fire(i, "activate", plan_id=in_force(company, "fire_electric")["id"])
    i = step(technician, i, "respond", "responding", measures=["warn"], line_text="已通知用户")
    i = step(technician, i, "revert", "activated", reason="误点")
    i = technician.fire(i, "respond", measures=["warn"], line_text="已通知用户")
    refused(technician, i, "log_line", "line_ahead", line_text="x", line_at=company.at(1))
    i = step(technician, i, "log_line", "responding", line_text="排烟", line_at=company.at(0))
    i = step(dispatcher, i, "ask_funds", "responding", funds_asked=50000)
    assert eventually(lambda: company.finance_officer.read("/v1/fund-requests", source_number=i["number"])["data"])
    i = step(commander, i, "control", "controlled", control_note="明火已灭")
    i = step(commander, i, "flare_up", "responding", line_text="复燃")
    i = forward(company, i, "terminated")
    refused(dispatcher, i, "recover", "customer_missing", recovery_note="x", remedies=["repair"])
    refused(dispatcher, i, "recover", "job_missing", recovery_note="x", remedies=["compensation"])
    i = step(dispatcher, i, "recover", "recovering", recovery_note="更换断路器")
    i = step(manager, i, "investigate", "investigating")
    refused(rep, i, "summarise", "cause_missing", **SUMMARY)
    refused(manager, i, "report_cause", "outlet_missing", **{**CAUSE, "responsible_dept": "outlet"})
    own = at(company, "activated")
    own = forward(company, manager.fire(own, "respond", measures=["warn"], line_text="x"), "investigating")
    refused(manager, own, "report_cause", "own_response", **CAUSE)
    i = step(manager, i, "report_cause", "investigating", **CAUSE)
    refused(rep, i, "summarise", "plan_flaw_missing", **{**SUMMARY, "plan_adequate": False})
    i = step(rep, i, "summarise", "summarised", **SUMMARY)
    refused(gm, i, "close", "report_missing")
    i = step(gm, i, "send_back", "investigating", return_reason="补充")
    both = company.hire("management_rep", "general_manager", name="代表兼")
    i = both.fire(i, "summarise", **SUMMARY)
    refused(both, i, "close", "own_summary")
    i = gm.fire(i, "notify_authority", authority="应急管理局", authority_told_at=company.at(0))
    i = step(gm, i, "close", "closed")
    assert i["clocks"] == {}


def test_an_incident_moves_with_its_customer(company):
    kept, double = customer(company), customer(company)
    i = report(company, customer_id=double["id"], reporter_name="李明", reporter_phone="13912345678")
    second = company.hire("dispatcher", name="调度乙")
    company.dispatcher.fire(kept, "propose_merge", duplicate_id=double["id"], reason="同一单位")
    second.fire(double, "merge")
    assert eventually(lambda: read(company, i)["customer_id"] == kept["id"]) and read(company, i)["moved_from_id"] == double["id"]


def test_supplies(company):
    keeper, dispatcher, manager = company.warehouse_keeper, company.dispatcher, company.service_manager
    body = dict(title="急救箱", category="first_aid", unit_name="个", quantity=1, minimum=2, place="技术部")
    not_created(keeper, "emergency-supplies", "out_of_date", **body, valid_until=company.day(-1))
    assert company.employee.post("/v1/emergency-supplies", body).status_code == 403
    s = keeper.create("emergency-supplies", **body)
    assert s["state"] == "short" and set(s["clocks"]) == {"check_due", "restock_due"}
    s = step(dispatcher, s, "amend", "short", reason="改位", place="值班室")
    refused(keeper, s, "replenish", "out_of_date", added=1, valid_until=company.day(-1))
    s = step(keeper, s, "replenish", "available", added=2, valid_until=company.day(400))
    s = step(keeper, s, "revert", "short", reason="误点")
    s = keeper.fire(s, "replenish", added=2)
    refused(keeper, s, "take_out", "not_enough", taken=4, purpose="x")
    s = step(company.technician, s, "take_out", "available", taken=1, purpose="现场")
    s = company.technician.fire(s, "take_out", taken=1, purpose="现场")
    assert s["state"] == "short"
    refused(keeper, s, "check", "own_supply", counted=2, condition="usable")
    s = step(manager, s, "check", "available", counted=2, condition="usable")
    s = manager.fire(s, "check", counted=2, condition="faulty")
    assert s["state"] == "short" and manager.try_fire(s, "retire", retire_reason="x").status_code == 403
    step(dispatcher, s, "retire", "retired", retire_reason="停用")
    s = step(dispatcher, supply(company), "reassign", "available", assignee_id=company.facility_keeper.id, reassign_reason="leave")
    step(dispatcher, s, "void", "voided", reason="重复")


def test_all_rows_and_guards_were_seen(company):
    for name, rows in TABLES.items():
        firsts = {r["event"] for r in rows if r["from"] is None}
        events = {r["event"] for r in rows if r["by"] != "system"} - firsts - BY_SYSTEM - GIVEN
        assert not events - {e for m, e in TRIED if m == name}, (name, events - {e for m, e in TRIED if m == name})
        guards = {g["code"] for r in rows if r["by"] != "system" for g in r["guards"]} - ELSEWHERE
        assert not guards - {c for m, c in REFUSED if m == name}, (name, guards - {c for m, c in REFUSED if m == name})
