"""Lists, search, figures, papers and outlets of emergencies; what waits from before; the file of a customer."""

import pathlib
import re
import uuid

from answers import eventually
from complaints import customer
from emergencies import at, draft, drill, forward, in_force, read, refused, report, supply
from recalls import at as recall_at
from settlement import Outlet
from test_papers import no_ids, paper, shown


def ids(who, path, **filters):
    return {row["id"] for row in who.read("/v1/" + path, limit=200, sort="-number", **filters)["data"]}


def test_the_lists_that_are_needed(company):
    who = company.emergency_commander
    plan, s, i = draft(company), supply(company, quantity=1), at(company, "graded", "II")
    assert plan["id"] in ids(who, "emergency-plans", state="drafting", scenario="fire_electric") and s["id"] in ids(who, "emergency-supplies", state="short", category="fire")
    assert i["id"] in ids(who, "incidents", level="II", state="graded") and i["id"] not in ids(who, "incidents", level="I")
    assert [f["id"] for f in who.read("/v1/search", q=plan["code"])["data"]] == [plan["id"]]
    assert i["id"] in {w["id"] for w in who.read("/v1/worklist", limit=200, assignee="me")["data"]}


def test_the_figures_of_a_period(company):
    in_force(company, "fire_electric")
    period = {"from": company.day(), "to": company.day(1)}
    before = company.deputy_gm.read("/v1/reports/emergencies", **period)
    at(company, "activated", report_fields=dict(slightly_injured=2, loss_amount=500))
    company.dispatcher.fire(report(company), "dismiss", false_alarm_reason="水汽")
    drill(company, in_force(company, "fire_electric"), "held")
    supply(company, quantity=0)
    after = company.deputy_gm.read("/v1/reports/emergencies", **period)
    assert {n: after[n] - before[n] for n in ("incidents", "false_alarms", "open", "slightly_injured", "loss_amount", "drills_held", "supplies", "supplies_short")} == {
        "incidents": 1, "false_alarms": 1, "open": 1, "slightly_injured": 2, "loss_amount": 500, "drills_held": 1, "supplies": 1, "supplies_short": 1}
    assert after["plans_in_force"] >= 1 and after["by_level"]["IV"] >= 1 and after["minutes_to_activate"] == 0
    empty = company.deputy_gm.read("/v1/reports/emergencies", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert (empty["incidents"], empty["by_scenario"], empty["minutes_to_activate"]) == (0, {}, None)


def test_an_outlet_reports_and_sees_its_own(company):
    mine, other = Outlet(company, "应急网点" + uuid.uuid4().hex[:4]), Outlet(company, "另一网点" + uuid.uuid4().hex[:4])
    i = report(company, by=mine.manager)
    assert i["outlet_id"] == mine.id and ids(mine.manager, "incidents") == {i["id"]} and i["id"] not in ids(other.manager, "incidents")
    assert other.manager.get(i["href"]).status_code == 404
    i = forward(company, i, "activated")
    assert mine.manager.fire(i, "respond", measures=["evacuate"], line_text="网点人员已撤离")["state"] == "responding"
    assert in_force(company, "fire_electric")["id"] in ids(mine.manager, "emergency-plans")
    assert mine.manager.get("/v1/reports/emergencies", **{"from": company.day(), "to": company.day(1)}).status_code == 403


def test_the_papers_leave_the_printer_in_words(company):
    who = company.service_manager
    i = at(company, "closed", report_fields=dict(reporter_name="李明"))
    page = paper(who, i, "incident_report")
    assert no_ids(page) and (shown(page)["单号"], shown(page)["事件情景"], shown(page)["报告人"]) == (i["number"], "火灾触电", "李明")
    log = paper(who, i, "response_log")
    assert no_ids(log), log
    assert "已断电,人员撤离" in log and "安装现场触电应急预案" in log and company.technician.person["name"] in log and "开展处置" in log
    summary = paper(who, i, "incident_summary")
    assert no_ids(summary) and "接线端子未紧固" in summary and shown(summary)["响应级别"] == "四级(蓝)"
    plan = in_force(company, "fire_electric")
    page = paper(who, plan, "emergency_plan")
    assert no_ids(page) and shown(page)["预案编号"] == plan["code"] and "4008873580" in page
    d = drill(company, plan, "evaluated")
    page = paper(who, d, "drill")
    assert no_ids(page) and shown(page)["应急预案"].startswith(plan["number"]) and shown(page)["评估结论"] == "有效"
    page = paper(who, supply(company), "emergency_supply")
    assert no_ids(page) and shown(page)["物资名称"] == "干粉灭火器"
    assert "Log of a response" in paper(who, i, "response_log", **{"Accept-Language": "en"})


def test_a_recall_of_the_first_level_is_an_incident(company):
    r = recall_at(company, "defect_confirmed", report_findings=dict(level="I"))

    def found():
        return company.emergency_commander.read("/v1/incidents", source_number=r["number"])["data"]
    assert eventually(found)
    (i,) = found()
    assert (i["source"], i["scenario"], i["kind"], i["what"], i["state"]) == ("recall", "product_safety", "hidden_danger", r["hazard"], "reported")


def test_a_plan_that_another_procedure_asks_for_is_the_departments_to_write(company):
    source = report(company)
    company.server.database().cursor().execute(
        "insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
        " values (gen_random_uuid(), 'test', %s, 1, 'emergency_plan', 'create', 'later', 'waiting', jsonb_build_object("
        "'title', '包装缺陷应急预案', 'scenario', 'product_safety', 'dept', 'after_sales_center', 'source_number', %s::text), now())", (source["id"], source["number"]))

    def found():
        return company.dispatcher.read("/v1/emergency-plans", source_number=source["number"])["data"]
    assert eventually(found)
    (plan,) = found()
    assert (plan["state"], plan.get("opened_by")) == ("drafting", None) and company.dispatcher.read("/v1/persons/" + plan["assignee_id"])["department"] == "after_sales_center"


def test_an_incident_holds_the_customers_file_open_and_is_blanked_with_it(company):
    owner = customer(company)
    in_force(company, "fire_electric")
    i = at(company, "terminated", report_fields=dict(customer_id=owner["id"], reporter_name="王小明", reporter_phone="13912340000"))
    refused(company.dispatcher, company.dispatcher.read(owner["href"]), "archive", "open_case")
    i = forward(company, i, "closed", recover=dict(comfort_note="已登门致歉"))
    cursor = company.server.database().cursor()
    cursor.execute("select customer_has_open_case(%s), customer_last_contact(%s) >= %s::timestamptz", (owner["id"], owner["id"], i["comforted_at"]))
    assert cursor.fetchone() == (False, True)
    cursor.execute("begin")
    cursor.execute("select erase_customer(%s)", (owner["id"],))
    cursor.execute("select reporter_name, reporter_phone, what from incident where id = %s", (i["id"],))
    assert cursor.fetchone() == (None, None, i["what"])
    cursor.execute("rollback")
    assert read(company, i)["reporter_name"] == "王小明"


def test_what_waits_from_before_is_translated(company):
    text = (pathlib.Path(__file__).resolve().parents[2] / "schema" / "0032_emergency.sql").read_text()
    (update,) = re.findall(r"^update link l\n.*?;", text, re.M | re.S)
    source = report(company)
    cursor = company.server.database().cursor()
    cursor.execute("begin")
    cursor.execute("insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
                   " values (gen_random_uuid(), 'test', %s, 1, 'incident', 'report', 'later', 'waiting', %s, now())",
                   (source["id"], '{"source": "recall", "source_number": "x", "kind": "product_safety", "what": "过热冒烟", "level": "I"}'))
    cursor.execute(update)
    cursor.execute("select inputs from link where from_id = %s and to_machine = 'incident'", (source["id"],))
    assert cursor.fetchone()[0] == {"source": "recall", "source_number": source["number"], "scenario": "product_safety", "kind": "hidden_danger", "what": "过热冒烟"}
    cursor.execute("rollback")
