"""Emergencies as a service manager lives them: the plan, the drill, the night of the incident and what is learnt of it."""

from answers import eventually, told
from complaints import customer
from emergencies import CONTENT, at, draft, drill, forms, forward, in_force, links, plan_at, plan_forward, read, refused, report, supply
from nonconformities import reported_on


def jobs(company, entity, machine):
    found = []

    def done():
        found[:] = [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=entity["id"])["data"] if l["to_machine"] == machine and l["state"] == "done"]
        return found
    assert eventually(done), company.dispatcher.read("/v1/links", entity=entity["id"])
    return found


def test_a_plan_is_written_signed_taught_drilled_and_in_force(company):
    head = company.dept_head
    plan = head.create("emergency-plans", title="机房数据丢失应急预案", scenario="data_loss")
    assert (plan["state"], plan["edition"], plan["dept"], plan["high_risk"]) == ("drafting", 1, "after_sales_center", False)
    refused(head, plan, "submit", "plan_incomplete")
    plan = head.fire(plan, "write", code="YA-SJ-01", **CONTENT)
    plan = head.fire(plan, "submit")
    assert "plan_to_review" in told(company.service_manager, plan)
    plan = company.service_manager.fire(plan, "review")
    plan = company.general_manager.fire(plan, "approve")
    assert forms(company, plan) == ["emergency_plan"] and list(plan["clocks"]) == ["publish_due"]
    plan = company.document_controller.fire(plan, "publish", published_to=["tech_dept"])
    assert ("training_event", "plan") in links(company, plan) and list(plan["clocks"]) == ["train_due"]
    # The course is held: P7 says so, the plan goes on by itself.
    course = jobs(company, plan, "training_event")[0]
    company.server.database().cursor().execute("update training_event set held_on = current_date where id = %s", (course,))
    assert eventually(lambda: read(company, plan)["state"] == "trained")
    held = drill(company, plan, "evaluated", kind="on_site")
    plan = read(company, plan)
    assert (plan["state"], plan["last_drill_on"], plan["last_onsite_on"]) == ("drilled", company.day(), company.day())
    assert forms(company, held) == ["drill"] and "plan_to_put_in_force" in told(company.general_manager, plan)
    held = company.emergency_commander.fire(held, "close")
    plan = company.general_manager.fire(plan, "put_in_force")
    assert set(plan["clocks"]) == {"drill_due", "onsite_due", "check_due", "review_due"} and plan["in_force_at"]
    plan = company.dispatcher.fire(plan, "update_contacts", contacts=[{"name": "李强", "duty": "现场", "phone": "13900000000"}])
    assert plan["contacts"][0]["name"] == "李强" and plan["state"] == "in_force"


def test_a_drill_that_fails_leads_to_the_next_version(company):
    plan = plan_at(company, "in_force", scenario="customer_conflict")
    d = drill(company, plan, "evaluated", kind="tabletop", result="serious_flaw")
    assert ("nonconformity", "report") in links(company, d)
    n = eventually(lambda: reported_on(company, d))[0]
    assert (n["source"], n["kind"], n["grade"]) == ("emergency", "potential", "major")
    refused(company.emergency_commander, d, "close", "improvements_missing")
    d = company.emergency_commander.fire(d, "set_improvements", improvements=[{"what": "补充安保联系方式", "owner": "王芳", "due_on": company.day(20)}])
    plan = read(company, plan)
    assert (plan["state"], plan["revision_reason"]) == ("revising", "drill_flaw") and "revise_due" in plan["clocks"]
    # Until the next version is in force this one is.
    drafted = company.dispatcher.read("/v1/emergency-plans/" + jobs(company, plan, "emergency_plan")[0])
    assert (drafted["edition"], drafted["code"], drafted["steps"], drafted["assignee_id"]) == (2, plan["code"], plan["steps"], company.dept_head.id)
    i = at(company, "activated", report_fields=dict(scenario="customer_conflict"))
    assert i["plan_id"] == plan["id"]
    drafted = plan_forward(company, drafted, "in_force")
    assert read(company, plan)["state"] == "superseded"
    refused(company.emergency_commander, d, "close", "improvements_not_done")
    d = company.emergency_commander.fire(d, "close", improvements_done="第2版已发布")
    assert d["state"] == "closed" and forms(company, d) == ["drill", "drill"]
    assert read(company, i)["plan_id"] == plan["id"] and at(company, "activated", report_fields=dict(scenario="customer_conflict"))["plan_id"] == drafted["id"]


def test_an_incident_from_the_call_to_the_summary(company):
    owner = customer(company)
    job = company.register(customer=owner, unit=None, problem="配电柜冒烟")
    plan = in_force(company, "fire_electric")
    i = report(company, source="repair", source_number=job["number"], customer_id=owner["id"], reporter_name="李明", reporter_phone="13912345678", slightly_injured=1, loss_amount=2500000)
    assert (i["suggested_level"], i["national_level"], i["reportable"], i["priority"]) == ("III", "general", True, "urgent")
    assert set(i["clocks"]) == {"verify_due", "authority_due"} and forms(company, i) == ["incident_report"]
    for who, code in [(company.dispatcher, "incident_reported"), (company.emergency_commander, "incident_reported"), (company.general_manager, "incident_to_report")]:
        assert code in told(who, i)
    i = company.general_manager.fire(i, "notify_authority", authority="海港区应急管理局", authority_told_at=company.at(0), authority_report_no="A-1")
    assert set(i["clocks"]) == {"verify_due"} and i["authority_told_by"] == company.general_manager.id
    i = company.dispatcher.fire(i, "verify", note="现场确认")
    i = company.emergency_commander.fire(i, "grade", level="III")
    i = company.deputy_gm.fire(i, "activate", funds_asked=300000, fund_payee="安捷设备租赁")
    assert (i["plan_id"], i["activated_by"]) == (plan["id"], company.deputy_gm.id) and set(i["clocks"]) == {"log_due"}
    request = company.finance_officer.read("/v1/fund-requests/" + jobs(company, i, "fund_request")[0])
    assert (request["purpose"], request["emergency"], request["amount"], request["requested_by"], request["payee"]) == ("emergency", True, 300000, company.deputy_gm.id, "安捷设备租赁")
    i = company.technician.fire(i, "respond", measures=["control_hazard", "keep_scene"], line_text="断电", team=[{"name": "李强", "duty": "断电"}])
    i = company.technician.fire(i, "log_line", line_text="消防到场")
    i = company.hotline_clerk.fire(i, "inform", informed_kind="customer", informed_whom="滨海一中王主任", informed_text="已断电,正在处置")
    # It gets worse: a higher level, a faster log, and the authority hears of the change.
    i = company.dispatcher.fire(i, "update_facts", seriously_injured=1, note="一人送医为重伤")
    assert i["suggested_level"] == "II" and set(i["clocks"]) == {"log_due", "supplement_due"} and "incident_level_to_check" in told(company.emergency_commander, i)
    i = company.emergency_commander.fire(i, "escalate", level="II", level_note="有重伤")
    assert set(i["clocks"]) == {"log_due_fast", "supplement_due"} and "incident_level_changed" in told(company.general_manager, i)
    i = company.general_manager.fire(i, "supplement_report", authority_supplement="新增重伤1人")
    i = company.emergency_commander.fire(i, "control", control_note="明火已灭")
    assert company.deputy_gm.try_fire(i, "terminate", hazard_removed=True, no_secondary_risk=True).status_code == 403
    i = company.general_manager.fire(i, "terminate", hazard_removed=True, no_secondary_risk=True)
    assert set(i["clocks"]) == {"cause_due_major"} and "response_log" in forms(company, i)
    assert [l["kind"] for l in i["log_lines"]] == ["authority", "verified", "graded", "activated", "response", "line", "facts", "escalate", "authority", "controlled", "terminated"]
    assert [(n["kind"], n["whom"]) for n in i["informed"]] == [("customer", "滨海一中王主任")]
    i = company.dispatcher.fire(i, "recover", recovery_note="更换柜体", remedies=["repair", "exchange", "compensation"], comfort_note="经理已登门慰问")
    repair = company.dispatcher.read("/v1/repairs/" + jobs(company, i, "repair")[0])
    assert (repair["customer_id"], repair["contact_name"], repair["priority"]) == (owner["id"], "李明", "urgent") and i["number"] in repair["problem"]
    claim = company.dispatcher.read("/v1/compensations/" + jobs(company, i, "compensation")[0])
    assert (claim["repair_id"], claim["basis"], claim["claimed_amount"]) == (job["id"], "injury", 2500000)
    exchange = company.dispatcher.read("/v1/return-exchanges/" + jobs(company, i, "return_exchange")[0])
    assert (exchange["kind"], exchange["customer_id"], exchange["parent_id"]) == ("exchange", owner["id"], job["id"])
    i = company.service_manager.fire(i, "investigate")
    i = company.service_manager.fire(i, "report_cause", cause_kind="maintenance", cause="端子未紧固", responsible_dept="tech_dept")
    n = eventually(lambda: reported_on(company, i))[0]
    assert (n["source"], n["grade"], n["dept"]) == ("emergency", "major", "tech_dept")
    assert set(i["clocks"]) == {"summary_due"}
    i = company.management_rep.fire(i, "summarise", summary="处置得当", lessons="上电前复紧", plan_adequate=True)
    i = company.general_manager.fire(i, "close")
    assert i["state"] == "closed" and i["clocks"] == {}

    def learned():
        sent = company.dispatcher.read("/v1/links", entity=i["id"])["data"]
        return {l["to_machine"] for l in sent if l["from_id"] == i["id"] and l["state"] == "done" and l["to_machine"] in ("service_factor", "round_occasion")}

    assert eventually(lambda: learned() == {"service_factor", "round_occasion"}), company.dispatcher.read("/v1/links", entity=i["id"])
    assert forms(company, i).count("incident_summary") == 2 and read(company, plan)["state"] == "in_force"


def test_without_a_plan_the_response_goes_on_and_the_lack_is_reported(company):
    i = at(company, "graded", level="I", report_fields=dict(scenario="public_opinion", national_media=True))
    assert i["suggested_level"] == "I"
    refused(company.general_manager, i, "activate", "no_plan_in_force")
    i = company.general_manager.fire(i, "activate", no_plan_reason="舆情预案尚在编制")
    assert i.get("plan_id") is None and set(i["clocks"]) == {"log_due_fast"}
    n = eventually(lambda: reported_on(company, i))[0]
    assert (n["source"], n["grade"], n["dept"]) == ("emergency", "major", "after_sales_center") and "舆情预案" in n["fact"]


def test_a_plan_that_failed_in_the_response_is_revised(company):
    plan = plan_at(company, "in_force", scenario="natural_disaster")
    i = at(company, "cause_reported", report_fields=dict(scenario="natural_disaster"), report_cause=dict(cause_kind="nature"))
    assert not [l for l in links(company, i) if l[0] == "nonconformity"]
    refused(company.management_rep, i, "summarise", "plan_flaw_missing", summary="x", lessons="x", plan_adequate=False)
    i = company.management_rep.fire(i, "summarise", summary="暴雨积水", lessons="备泵", plan_adequate=False, plan_flaw="未规定备用水泵")
    plan = read(company, plan)
    assert (plan["state"], plan["revision_reason"]) == ("revising", "response_flaw") and i["number"] in plan["revision_note"]
    i = company.general_manager.fire(i, "send_back", return_reason="补充损失数据")
    assert i["state"] == "investigating" and "summary_due" in i["clocks"]
    forward(company, i, "closed")


def test_supplies_are_counted_taken_and_replenished(company):
    keeper = company.warehouse_keeper
    s = supply(company)
    assert (s["state"], s["assignee_id"], list(s["clocks"])) == ("available", keeper.id, ["check_due"]) and forms(company, s) == ["emergency_supply"]
    i = report(company)
    s = company.technician.fire(s, "take_out", taken=3, purpose="现场灭火", incident_id=i["id"])
    assert (s["state"], s["quantity"]) == ("short", 7) and "restock_due" in s["clocks"] and "supply_short" in told(company.dispatcher, s)
    s = keeper.fire(s, "replenish", added=3)
    assert (s["state"], s["quantity"]) == ("available", 10) and "restock_due" not in s["clocks"]
    s = company.service_manager.fire(s, "check", counted=10, condition="faulty", check_note="压力不足")
    assert s["state"] == "short"
    s = company.service_manager.fire(s, "check", counted=9, condition="usable")
    assert (s["state"], s["quantity"], s["last_check_by"]) == ("available", 9, company.service_manager.id)
    assert draft(company)["state"] == "drafting"
