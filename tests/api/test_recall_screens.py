"""Lists, search, figures, papers, outlets and customers of recalls; what waits from before; merging and erasing of files."""

import pathlib
import re
import uuid

from recalls import at, begin, forward, new_model, notify, refused, remedied, signal, sold, units
from settlement import Outlet
from test_papers import no_ids, paper, shown


def ids(who, path, **filters):
    return {row["id"] for row in who.read("/v1/" + path, limit=200, **filters)["data"]}


def test_the_lists_that_are_needed(company):
    r = at(company, "executing", n=2)
    early = begin(company, injury="minor")
    s = company.service_manager
    assert ids(s, "recalls", model=r["model"]) == {r["id"]} == ids(s, "recalls", model=r["model"], level="II", stop_sale="true", state="executing")
    assert ids(s, "recalls", model=early["model"], injury="minor", assignee="me") == set()
    one, two = units(company, r)
    notify(company, one)
    assert ids(s, "recall-units", parent=r["id"], state="listed") == {two["id"]} and ids(s, "recall-units", customer=one["customer_id"]) == {one["id"]}
    found = s.read("/v1/search", q=one["serial"])["data"]
    assert {f["machine"] for f in found} >= {"equipment", "recall_unit"}
    assert [f["state"] for f in s.read("/v1/search", q=r["number"])["data"]] == ["executing"]
    assert r["id"] in {w["id"] for w in s.read("/v1/worklist", limit=200, assignee="me")["data"]}


def test_the_figures_of_a_period(company):
    period = {"from": company.day(), "to": company.day(1)}
    before = company.deputy_gm.read("/v1/reports/recalls", **period)
    r = at(company, "executing", n=3, report_findings=dict(level="III"))
    rows = units(company, r)
    company.service_manager.fire(rows[2], "exclude", exclude_reason="早已报废")
    remedied(company, rows[0])
    signal(company, source="media")
    after = company.deputy_gm.read("/v1/reports/recalls", **period)
    assert {n: after[n] - before[n] for n in ("signals", "recalls", "open", "confirmed", "no_defect")} == {"signals": 2, "recalls": 2, "open": 2, "confirmed": 1, "no_defect": 0}
    case = next(c for c in after["cases"] if c["id"] == r["id"])
    assert (case["listed"], case["notified"], case["done"], case["outstanding"], case["contact_rate"], case["completion_rate"], case["target_percent"]) == (2, 1, 1, 1, 50, 50, 95)
    assert {g["source"] for g in after["signals_by_source"]} >= {"media", "employee"}
    outlet = Outlet(company, "召回网点" + uuid.uuid4().hex[:4])
    assert outlet.manager.get("/v1/reports/recalls", **period).status_code == 403
    empty = company.deputy_gm.read("/v1/reports/recalls", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert (empty["recalls"], empty["cases"]) == (0, [])


def test_an_outlet_and_a_customer_see_their_own_units(company):
    outlet = Outlet(company, "召回网点" + uuid.uuid4().hex[:4])
    model = new_model()
    (unit,), other = sold(company, model, outlet_id=outlet.id), sold(company, model)
    r = forward(company, begin(company, model=model), "planning")
    mine = next(u for u in units(company, r) if u["serial"] == unit["serial"])
    assert ids(outlet.manager, "recall-units") == {mine["id"]} and mine["outlet_id"] == outlet.id
    assert outlet.manager.fire(mine, "notify", told_via="visit")["state"] == "notified"
    # The outlet that sees a danger says so; the case is the company's, and every outlet stops the sale.
    other_outlet = Outlet(company, "另一网点" + uuid.uuid4().hex[:4])
    case = company.service_manager.read("/v1/recalls/" + signal(company, by=outlet.manager)["recall_id"])
    assert case.get("outlet_id") is None
    case = forward(company, case, "contained")
    for manager in (outlet.manager, other_outlet.manager):
        assert "stop_sale" in [n["code"] for n in manager.read("/v1/notifications", entity=case["id"])["data"]] and manager.read(case["href"])["stop_sale"] is True
    buyer = company.hire("customer", name="客户", customer_id=unit["customer_id"], department="external")
    assert ids(buyer, "recall-units") == {mine["id"]} and buyer.get("/v1/recalls").status_code in (403, 404)
    assert buyer.get(f"/v1/recall-units/{units(company, r, state='listed')[0]['id']}").status_code in (403, 404) and other


def test_the_papers_leave_the_printer_in_words(company):
    r = at(company, "executing", report_findings=dict(level="I"), report_authority={})
    r = company.deputy_gm.fire(r, "report_authority", authority="省市场监督管理局", report_no="BG-7", reported_on=company.day(), report_ground="serious_injury")
    who = company.service_manager
    plan = paper(who, r, "recall_plan")
    says = shown(plan)
    assert no_ids(plan) and (says["单号"], says["型号"], says["召回级别"], says["单台处理方式"]) == (r["number"], r["model"], "一级:可能致死或重伤", "修理") and "监管部门联" in plan
    for form, wanted in (("defect_investigation", "电容耐压不足"), ("quarantine_record", "总库B区"), ("recall_notice", "请立即停用"), ("authority_report", "省市场监督管理局")):
        page = paper(who, r, form)
        assert no_ids(page) and wanted in page, form
    unit = remedied(company, units(company, r)[0])
    page = paper(who, unit, "recall_unit")
    assert no_ids(page) and (shown(page)["召回案"], shown(page)["序列号"]) == (r["number"], unit["serial"])
    assert "Report to the regulator" in paper(who, r, "authority_report", **{"Accept-Language": "en"})


def test_a_unit_holds_the_customers_file_open_and_is_blanked_with_it(company):
    r = at(company, "planning")
    unit = notify(company, units(company, r)[0], told_to="王小明")
    buyer = company.dispatcher.read("/v1/customers/" + unit["customer_id"])
    refused(company.dispatcher, buyer, "archive", "open_case")
    remedied(company, unit)
    assert company.dispatcher.fire(buyer, "archive")["state"] == "archived"
    cursor = company.server.database().cursor()
    cursor.execute("select customer_last_contact(%s) >= %s::timestamptz", (buyer["id"], unit["notified_at"]))
    assert cursor.fetchone()[0] is True
    cursor.execute("begin")
    cursor.execute("select erase_customer(%s)", (buyer["id"],))
    cursor.execute("select told_to, contact_attempts, serial from recall_unit where id = %s", (unit["id"],))
    assert cursor.fetchone() == (None, None, unit["serial"])
    cursor.execute("rollback")


def test_what_waits_from_before_is_translated(company):
    """The links of older versions become the inputs of today: the statement of the migration, on such links."""
    from complaints import complain
    from return_repairs import walk_in
    text = (pathlib.Path(__file__).resolve().parents[2] / "schema" / "0029_recall.sql").read_text()
    (update,) = re.findall(r"^update link l\n.*?;", text, re.M | re.S)
    item, complaint = walk_in(company), complain(company)
    cursor = company.server.database().cursor()
    cursor.execute("begin")
    for source, inputs in ((item, '{"source": "p5", "source_id": "x", "model": "ZN-1", "symptom": "no_power"}'), (complaint, '{"source": "p13", "source_id": "x", "model": null, "symptom": "冒烟"}')):
        cursor.execute("insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
                       " values (gen_random_uuid(), 'test', %s, 1, 'recall_signal', 'log', 'later', 'waiting', %s, now())", (source["id"], inputs))
    cursor.execute(update)
    cursor.execute("select inputs from link where from_id in (%s, %s) and to_machine = 'recall_signal' order by inputs ->> 'source' desc", (item["id"], complaint["id"]))
    assert [row[0] for row in cursor.fetchall()] == [{"source": "return_repair", "source_number": item["number"], "model": "ZN-1", "symptom": "no_power"},
                                                     {"source": "complaint", "source_number": complaint["number"], "symptom": "冒烟"}]
    cursor.execute("rollback")
