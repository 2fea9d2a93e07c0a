"""P1 as the dispatcher would tell it: from the teams of the year to the last measure verified, and what sends factors or takes
them on; then every row of the tables, every guard with its code, and nobody without the role."""

import uuid

import pytest

from aftercare import Company, Server
from answers import codes, eventually, told
from complaints import at as complaint_at, forms
from factors import (BASIS, CLASSIFIED, CONTENTS, DEPARTMENTS, GOALS, GUIDELINE, carried_out, evaluated, extra, factor, factors_of, forward, member, members, occasion,
                     plan, read, reviewed, significant, yearly)
from improvements import proposed_from
from nonconformities import Bureau, reported_on, summary
from outlets import operating
from recalls import begin as recall_begin, forward as recall_forward

MACHINES = {"round-occasions": "round_occasion", "identification-rounds": "identification_round", "service-factors": "service_factor",
            "reduction-measures": "reduction_measure"}
ELSEWHERE = {"nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "already_paused", "not_paused"}
TRIED, REFUSED, TABLES, COMPANY = set(), set(), {}, []


@pytest.fixture(scope="module")
def company():
    """A server of its own: a yearly round looks at every factor that lives, whoever sent it."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def tables(company):
    COMPANY[:] = [company]
    for name in MACHINES.values():
        TABLES[name] = company.admin.read("/v1/procedures/" + name)["transitions"]


def machine(entity):
    return MACHINES[entity["href"].split("/")[2]]


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert answer.status_code == 422 and code in codes(answer), (event, answer.text)
    REFUSED.update((machine(entity), c) for c in codes(answer))


def not_created(who, path, code, **body):
    answer = who.post("/v1/" + path, body)
    assert answer.status_code == 422 and code in codes(answer), answer.text
    REFUSED.update((MACHINES[path], c) for c in codes(answer))


def outsiders(entity, event):
    company = COMPANY[0]
    words = [word for row in TABLES[machine(entity)] if row["event"] == event and (row["from"] in (None, "*") or entity["state"] in row["from"].split()) for word in row["by"].split()]
    roles, mine = {w.split("@")[0] for w in words}, {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.dispatcher, company.dept_head, company.deputy_gm, company.general_manager, company.service_manager,
              company.management_rep, company.evaluator, company.hr_officer, company.employee, company.outlet_manager]
    return [] if "*" in words else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if (machine(entity), event) not in TRIED:
        TRIED.add((machine(entity), event))
        for person in outsiders(entity, event):
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code in (403, 404), (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert entity["state"] == to, (event, entity["state"])
    return entity


def links(company, entity):
    return sorted((l["to_machine"], l["state"]) for l in company.dispatcher.read("/v1/links", entity=entity["id"], limit=100)["data"]
                  if l["from_id"] == entity["id"] and l["mode"] == "later")


def sent(company, path, entity):
    return eventually(lambda: company.dispatcher.read("/v1/" + path, source_number=entity["number"])["data"])[0]


def test_the_yearly_round(company):
    d, manager, auditor, head = company.dispatcher, company.service_manager, company.evaluator, company.dept_head
    year = int(company.day()[:4])
    r = d.create("identification-rounds", year=year)
    assert (r["state"], r["trigger"], r["year"], set(r["clocks"]), r["assignee_id"]) == ("planned", "annual", year, {"team_due", "year_due"}, d.id)
    # The next year waits by itself.
    (coming,) = d.read("/v1/round-occasions", kind="annual")["data"]
    assert (coming["year"], coming["state"], coming["begins_on"], coming["clocks"]["annual_due"]["due_at"][:10]) == (year + 1, "called", f"{year + 1}-10-01", f"{year + 2}-01-01")
    not_created(d, "identification-rounds", "round_exists", year=year)
    not_created(d, "identification-rounds", "year_past", year=year - 1)
    everybody = members(company)
    refused(d, r, "appoint_team", "member_not_qualified", members=everybody + [member(company.technician, "both", field_experience=False)], departments=DEPARTMENTS)
    r = step(d, r, "appoint_team", "identifying", members=everybody, departments=["after_sales_center", "tech_dept"])
    assert set(r["clocks"]) == {"report_due", "year_due"} and "factors_to_report" in told(head, r)

    # Departments report; what is not wholly classified is no factor yet.
    not_created(head, "service-factors", "classification_missing", factor_text="x", dept="after_sales_center", activity="x")
    first, small, broken = factor(company, r), factor(company, factor_text="回访漏打"), factor(company, r, by=company.employee, service_type="repair", condition="emergency")
    assert (small["round_id"], small["source"], small["influence"], first.get("score")) == (r["id"], "department", "own", None)
    refused(d, r, "consolidate", "department_missing", materials="调查表")
    refused(head, r, "report_none", "factors_reported", dept="after_sales_center")
    tech = company.hire("dept_head", name="技术部负责人", department="tech_dept")
    r = step(tech, r, "report_none", "identifying", dept="tech_dept")
    assert r["none_departments"] == ["tech_dept"]
    r = step(d, r, "consolidate", "consolidating", materials="调查表12份、现场观察3份")
    assert {f["state"] for f in factors_of(company, r)} == {"listed"} and set(r["clocks"]) == {"evaluation_due", "year_due"} and forms(company, r) == ["identification_material"]

    # Evaluated by the team, from the market's and the centre's figures; the score is computed.
    r = step(auditor, r, "evaluate", "evaluating", market_feedback="三季度回访显示送货破损上升")
    assert {"repairs", "complaints", "nonconformities", "frequent_faults"} <= set(r["centre_data"])
    refused(auditor, r, "plan_measures", "factor_not_evaluated")
    small = evaluated(company, read(company, small), 2, 4)
    assert (small["state"], small["score"], small["significant"]) == ("insignificant", 8, False)
    first = evaluated(company, read(company, first), 3, 4)
    assert (first["state"], first["score"], first["significant"]) == ("significant", 12, True) and "factor_significant" in told(head, first)
    broken = evaluated(company, read(company, broken), 1, 5)
    assert (broken["state"], broken["score"]) == ("significant", 5)
    refused(auditor, r, "plan_measures", "measure_missing")
    one = plan(company, first, needs=["training", "funds", "document", "emergency"], amount=2000000, contingency="现场拍照、隔离")
    two = head.create("reduction-measures", factor_id=broken["id"], level="department", assignee_id=company.technician.id, due_on=company.day(5), contingency="停机断电", **CONTENTS)
    r = step(auditor, r, "plan_measures", "measures_planned")
    assert set(r["clocks"]) == {"guideline_due", "year_due"} and "guideline_to_draft" in told(manager, r)
    paper = next(x for x in d.read(r["href"] + "/records")["data"] if x["form"] == "factor_list")
    assert [(x["number"], x["score"], x["measures"]) for x in d.read(paper["href"])["content"]["factors"]] == [(first["number"], 12, 1), (broken["number"], 5, 1), (small["number"], 8, 0)]
    page = d.get(paper["href"], headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    assert "售后服务识别清单" in page and first["factor_text"] in page and "现场观察" in page

    # Goals and guideline: drafted, reviewed and approved by three people.
    refused(manager, r, "submit_guideline", "guideline_missing", guideline_basis=BASIS, goals=GOALS)
    refused(manager, r, "submit_guideline", "basis_incomplete", **{**GUIDELINE, "guideline_basis": ["law", "commitments"]})
    r = step(manager, r, "submit_guideline", "guideline_review", **GUIDELINE)
    r = step(company.deputy_gm, r, "return_guideline", "measures_planned", return_reason="目标须量化")
    assert "guideline_returned" in told(manager, r)
    r = manager.fire(r, "submit_guideline", **GUIDELINE)
    r = step(company.deputy_gm, r, "review_guideline", "guideline_approval")
    r = step(company.general_manager, r, "return_guideline", "measures_planned", return_reason="补充技术规程")
    r = company.deputy_gm.fire(manager.fire(r, "submit_guideline", **GUIDELINE), "review_guideline")
    assert company.general_manager.post(r["href"] + "/approve_guideline", {}).status_code == 428
    r = step(company.general_manager, r, "approve_guideline", "in_control")
    assert r["clocks"] == {} and "guideline_in_force" in told(company.management_rep, r)
    assert sent(company, "document-changes", r)["source"] == "service_factor"
    assert [name for name, _ in links(company, r)] == ["commitment_objective_set", "document_change"]

    # Measures: reviewed by somebody else, carried out, verified by somebody else.
    refused(auditor, one, "review", "own_measure")
    one = step(manager, one, "review", "reviewed")
    assert one["clocks"]["measure_due"]["due_at"][:10] == company.day(21) and forms(company, one) == ["reduction_measure"]
    money = sent(company, "fund-requests", one)
    assert (money["purpose"], money["amount"], money["requested_by"]) == ("measure", 2000000, company.technician.id)
    assert sent(company, "document-changes", one)["change_reason"] == one["means"]
    request = eventually(lambda: [x for x in d.read("/v1/training-requests", limit=200)["data"] if x.get("urgent_reason") == one["number"]])[0]
    assert request["needs"][0]["topic"] == "搬运安全培训"
    (asked,) = [l for l in d.read("/v1/links", entity=one["id"], limit=100)["data"] if l["to_machine"] == "emergency_plan"]
    assert asked["inputs"] == {"title": first["factor_text"], "scenario": "major_equipment_damage", "source_number": one["number"], "dept": "after_sales_center",
                               "steps": "现场拍照、隔离"}
    one = step(company.technician, one, "report_done", "done", evidence="尾板车到位")
    assert (one["done_by"], one["done_on"], set(one["clocks"])) == (company.technician.id, company.day(), {"verify_due"})
    refused(d, r, "close_round", "measure_open")
    refused(d, first, "record_residual", "measure_open", residual_likelihood=1, residual_severity=4)
    one = step(d, one, "verify_measure", "verified", is_effective=True, verification="抽查5车无磕碰")
    assert one["clocks"] == {} and forms(company, one) == ["reduction_measure", "reduction_measure"]
    two = d.fire(carried_out(company, reviewed(company, two)), "verify_measure", is_effective=True, verification="演练")
    refused(d, r, "close_round", "residual_missing")
    first = step(d, first, "record_residual", "controlled", residual_likelihood=1, residual_severity=4)
    assert first["residual_score"] == 4 and first["controlled_at"]
    # What stays grave goes on as an improvement.
    broken = step(d, broken, "record_residual", "significant", residual_likelihood=1, residual_severity=5)
    assert proposed_from(company, broken)["source"] == "service_factor" and "factor_still_significant" in told(company.deputy_gm, broken)
    r = step(d, r, "close_round", "closed", close_note="全部措施完成")
    assert sorted(forms(company, r)) == ["factor_list", "factor_list", "identification_material", "service_guideline"]
    assert d.read("/v1/audit/verify", entity=r["id"])["sound"] is True

    # The year after, all that lives is evaluated again, and the new guideline takes the place of the old.
    coming = step(d, coming, "begin", "begun")
    n = d.read("/v1/identification-rounds/" + coming["round_id"])
    assert (n["trigger"], n["year"], n["occasion_id"]) == ("annual", year + 1, coming["id"])
    n = forward(company, n, "evaluating")
    for f in factors_of(company, n):
        evaluated(company, f, 1, 1)
    refused(company.evaluator, n, "plan_measures", "factor_not_evaluated")
    again = evaluated(company, read(company, first), 1, 4)
    assert (again["state"], again["round_id"], again.get("residual_score"), again.get("controlled_at")) == ("insignificant", n["id"], None, None)
    evaluated(company, read(company, small), 2, 2)
    broken = evaluated(company, read(company, broken), 1, 5)
    broken = evaluated(company, broken, 1, 3)
    # A department may do something about what is not significant too.
    more = head.create("reduction-measures", factor_id=small["id"], level="department", assignee_id=company.technician.id, due_on=company.day(5), **CONTENTS)
    d.fire(more, "cancel", decision_reason="改由培训解决")
    n = forward(company, n, "measures_planned")
    n = company.service_manager.fire(n, "submit_guideline", guideline_basis=BASIS, goals=GOALS)
    assert n["guideline_text"] == r["guideline_text"] and n["replaces_id"] == r["id"]
    n = forward(company, n, "in_control")
    r = read(company, r)
    assert (r["state"], r["guideline_until"]) == ("closed", company.day()) and sorted(forms(company, r)).count("service_guideline") == 2
    step(d, again, "retire", "retired", retire_reason="已改用专业物流")


def test_occasions(company):
    d = company.dispatcher
    not_created(d, "round-occasions", "what_missing", kind="change")
    not_created(d, "round-occasions", "unknown_source", kind="accident", source_number="XX-1")
    not_created(d, "round-occasions", "round_exists", kind="annual")
    not_created(d, "round-occasions", "year_past", kind="annual", year=2020)
    assert company.technician.post("/v1/round-occasions", dict(kind="change", what="x")).status_code == 403
    assert company.hr_officer.post("/v1/identification-rounds", {}).status_code == 403
    far = occasion(company, kind="annual", year=2090)
    not_created(d, "round-occasions", "occasion_exists", kind="annual", year=2090)
    refused(company.deputy_gm, far, "dismiss", "yearly_round_needed", decision_reason="x")
    r = yearly(company, 2090)
    far = eventually(lambda: next((x for x in [read(company, far)] if x["state"] == "covered"), None))
    assert far["round_id"] == r["id"]
    # The timer would have settled it; asked for at the same moment it is refused.
    company.server.database().cursor().execute("update round_occasion set state = 'called', closed_at = null, year = 2090 where id = %s", (far["id"],))
    answer = d.try_fire(far, "begin")
    assert answer.status_code == 409 or "round_exists" in codes(answer)
    REFUSED.add(("round_occasion", "round_exists"))
    one = occasion(company, kind="accident")
    assert set(one["clocks"]) == {"extra_due"} and "extra_round_due" in told(d, one)
    refused(d, one, "cover", "round_past_identification", round_id=extra(company, "consolidating")["id"])
    running = extra(company)
    step(d, one, "cover", "covered", round_id=running["id"])
    step(company.deputy_gm, occasion(company), "dismiss", "dismissed", decision_reason="已有因素覆盖")
    step(d, occasion(company, by=company.dept_head), "amend", "called", reason="补充", what="新增机房搬迁服务")
    step(d, occasion(company), "void", "voided", reason="重复登记")
    step(d, running, "void", "voided", reason="不再需要")


def test_a_major_complaint_is_an_occasion(company):
    c = complaint_at(company, "acknowledged")
    c = company.service_manager.fire(c, "assess", level="general")
    c = company.service_manager.fire(c, "reassess", level="major")
    asked = sent(company, "round-occasions", c)
    assert (asked["kind"], asked["state"], asked.get("what")) == ("major_complaint", "called", None)
    asked = company.dispatcher.fire(asked, "begin")
    r = company.dispatcher.read("/v1/identification-rounds/" + asked["round_id"])
    assert (r["trigger"], r["source_number"], set(r["clocks"]), r["assignee_id"]) == ("major_complaint", c["number"], {"team_due"}, company.dispatcher.id)


def test_teams_and_departments(company):
    d = company.dispatcher
    r = extra(company)
    good = members(company)
    refused(d, r, "appoint_team", "team_empty", members=[member(d, "identification")], departments=DEPARTMENTS)
    refused(d, r, "appoint_team", "unknown_person", members=good + [dict(good[0], person_id=str(uuid.uuid4()))], departments=DEPARTMENTS)
    r = d.fire(r, "appoint_team", members=good, departments=["after_sales_center", "outlet"])
    refused(d, r, "change_team", "member_not_qualified", members=[dict(good[2], risk_awareness=False)], reason="x")
    r = step(d, r, "change_team", "identifying", members=good[1:], reason="调离")
    refused(company.dept_head, r, "report_none", "department_not_asked", dept="hr_office")
    refused(company.dept_head, r, "report_none", "other_department", dept="outlet")
    r = d.fire(d.fire(r, "report_none", dept="outlet"), "reassign", assignee_id=d.id, reassign_reason="leave")
    r = company.dept_head.fire(r, "report_none", dept="after_sales_center")
    r = step(company.dept_head, r, "revert", "identifying", reason="尚有因素")
    assert r["none_departments"] == ["outlet"]
    # What was reported while no round took it waits for the next one.
    r = company.dispatcher.fire(company.dept_head.fire(r, "report_none", dept="after_sales_center"), "consolidate", materials="无")
    assert r["none_departments"] == ["after_sales_center", "outlet"]
    early = factor(company)
    assert early.get("round_id") is None
    refused(company.dept_head, r, "evaluate", "not_in_evaluation_team", market_feedback="x")
    database = company.server.database()
    database.autocommit = False
    cursor = database.cursor()
    cursor.execute("select id from service_factor where id = %s for update", (early["id"],))
    r = step(d, r, "identify_further", "identifying", reason="漏报")
    refused(d, r, "consolidate", "factor_waiting", materials="x")
    database.rollback()
    early = eventually(lambda: next((f for f in [read(company, early)] if f.get("round_id") == r["id"]), None))
    not_taken = factor(company, r)
    step(d, not_taken, "void", "voided", reason="重复")
    r = d.fire(r, "consolidate", materials="补充调查表")
    assert r["none_departments"] == ["outlet"]
    not_created(company.dept_head, "service-factors", "round_past_identification", **CLASSIFIED, factor_text="x", dept="after_sales_center", round_id=r["id"])
    r = step(d, r, "amend", "consolidating", reason="x", materials="补充调查表2份")
    r = company.evaluator.fire(r, "evaluate", market_feedback="回访")
    refused(company.dept_head, r, "plan_measures", "not_in_evaluation_team")
    evaluated(company, read(company, early), 1, 2)
    r = company.evaluator.fire(r, "plan_measures")
    r = step(d, r, "evaluate_again", "evaluating", reason="数据有误")
    assert set(r["clocks"]) == {"evaluation_due"}


def test_factors(company):
    d, head = company.dispatcher, company.dept_head
    r = extra(company, "identifying")
    not_created(head, "service-factors", "unknown_source", **CLASSIFIED, factor_text="x", dept="after_sales_center", source_number="XX-1")
    not_created(head, "service-factors", "other_department", **CLASSIFIED, factor_text="x", dept="hr_office")
    one, other, third = factor(company, r), factor(company, r), factor(company, r)
    refused(company.hire("employee", department="hr_office"), one, "classify", "other_department", **CLASSIFIED)
    refused(head, one, "classify", "consideration_missing", **{**CLASSIFIED, "considerations": []})
    one = step(head, one, "classify", "reported", **{**CLASSIFIED, "tense": "future"})
    one = step(head, one, "amend", "reported", reason="x", activity="装车")
    refused(d, other, "join", "joins_itself", joined_to_id=other["id"])
    gone = step(d, factor(company, r), "dismiss", "dismissed", dismiss_reason="非售后范围")
    refused(d, other, "join", "other_closed", joined_to_id=gone["id"])
    step(d, other, "join", "joined", joined_to_id=one["id"])
    refused(company.evaluator, forward(company, r, "consolidating") and read(company, one), "evaluate", "no_evaluation", likelihood=1, severity=1)
    r = forward(company, read(company, r), "evaluating")
    one, third = read(company, one), read(company, third)
    refused(head, one, "evaluate", "not_in_evaluation_team", likelihood=1, severity=1)
    refused(company.evaluator, one, "evaluate", "law_unnamed", likelihood=1, severity=1, law_breached=True)
    r = d.fire(r, "change_team", members=members(company) + [member(head, "both")], reason="补充")
    refused(head, one, "evaluate", "own_factor", likelihood=1, severity=1)
    assert codes(company.evaluator.try_fire(one, "evaluate", likelihood=6, severity=1)) != []
    for likelihood, severity, state in ((3, 4, "significant"), (2, 4, "insignificant"), (1, 5, "significant"), (4, 2, "insignificant"), (4, 3, "significant"), (5, 2, "insignificant")):
        third = evaluated(company, third, likelihood, severity)
        assert (third["state"], third["score"]) == (state, likelihood * severity)
    # A broken law is significant whatever the score, and a nonconformity.
    one = step(company.evaluator, one, "evaluate", "significant", likelihood=1, severity=1, law_breached=True, law_text="特种设备安全法")
    refused(d, one, "record_residual", "nothing_done", residual_likelihood=1, residual_severity=1, law_still_breached=False)
    m = d.fire(carried_out(company, reviewed(company, plan(company, one))), "verify_measure", is_effective=True, verification="已取证")
    assert m["state"] == "verified"
    refused(d, one, "record_residual", "law_unclear", residual_likelihood=1, residual_severity=1)
    assert d.fire(one, "record_residual", residual_likelihood=1, residual_severity=1, law_still_breached=True)["state"] == "significant"
    assert d.fire(one, "record_residual", residual_likelihood=1, residual_severity=1, law_still_breached=False)["state"] == "controlled"
    third = evaluated(company, third, 1, 5)
    third = step(company.evaluator, third, "revert", "insignificant", reason="看错")
    assert third["score"] == 10
    plan(company, evaluated(company, third))
    third = evaluated(company, read(company, third), 1, 1)
    refused(d, third, "retire", "measure_open", retire_reason="x")
    assert d.fire(third, "reassign", assignee_id=company.technician.id, reassign_reason="overload")["assignee_id"] == company.technician.id
    # An extra round looks again at what it is about.
    q = extra(company, "consolidating")
    refused(d, third, "bring_in", "round_past_consolidation", round_id=r["id"], reason="x")
    third = step(d, third, "bring_in", "listed", round_id=q["id"], reason="投诉显示更易发生")
    q = forward(company, q, "evaluating")
    third = evaluated(company, third, 4, 4)
    assert (third["state"], third["score"], third["round_id"]) == ("significant", 16, q["id"])
    # A product with a hidden defect that has left the house is a matter of P10.
    bad, _ = significant(company, considerations=["released_nonconforming_product"], model="ZN-" + uuid.uuid4().hex[:6])
    assert summary(reported_on(company, one)[0]) == ("service_factor", "after_sales_center", "major", "特种设备安全法: " + one["factor_text"])
    signal = sent(company, "recall-signals", bad)
    assert (signal["source"], signal["model"], signal["symptom"]) == ("service_factor", bad["model"], bad["factor_text"])


def test_what_other_procedures_send(company):
    r = recall_forward(company, recall_begin(company), "defect_confirmed")
    bureau = Bureau(company)
    n = bureau.to("verifying")
    company.server.database().cursor().execute("update nonconformity set watch_until = current_date - 2 where id = %s", (n["id"],))
    n = bureau.auditor.fire(n, "verify", is_effective=True, verification="抽查10份均已评审")
    f, g = sent(company, "service-factors", r), sent(company, "service-factors", n)
    assert (f["state"], f["source"], f["dept"], f["model"], set(f["clocks"])) == ("reported", "recall", "after_sales_center", r["model"], {"classify_due"})
    assert f["factor_text"] == r["cause"]
    assert (g["source"], g["dept"], g["factor_text"], g["assignee_id"]) == ("nonconformity", "commerce_dept", n["root_cause"], bureau.head.id)
    # The round that takes it waits until it is classified.
    q = extra(company, "identifying")
    assert eventually(lambda: read(company, f).get("round_id") == q["id"] and read(company, g).get("round_id") == q["id"])
    refused(company.dispatcher, q, "consolidate", "factor_not_classified", materials="x")
    f = company.dept_head.fire(f, "classify", **CLASSIFIED)
    assert f["clocks"] == {} and f["model"] == r["model"]
    bureau.head.fire(g, "classify", **CLASSIFIED)
    assert forward(company, read(company, q), "consolidating")["state"] == "consolidating"
    # Sent again, it joins the one that is open.
    company.server.database().cursor().execute(
        "insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
        " values (gen_random_uuid(), 'test', %s, 1, 'service_factor', 'report', 'later', 'waiting',"
        " jsonb_build_object('source', 'recall', 'source_number', %s::text, 'dept', 'after_sales_center', 'factor_text', '再次'), now())", (r["id"], r["number"]))
    twin = eventually(lambda: company.dispatcher.read("/v1/service-factors", source_number=r["number"], state="joined")["data"])
    assert twin[0]["joined_to_id"] == f["id"]


def test_an_outlet_reports_its_own(company):
    outlet, elsewhere = operating(company)[0], operating(company)[0]
    manager = company.hire("outlet_manager", department="outlet", outlet_id=outlet["id"])
    stranger = company.hire("outlet_manager", department="outlet", outlet_id=elsewhere["id"])
    f = manager.create("service-factors", factor_text="上门工具老化", dept="outlet", **CLASSIFIED)
    assert (f["outlet_id"], f["influence"]) == (outlet["id"], "influenced")
    assert stranger.get(f["href"]).status_code == 404 and manager.get("/v1/identification-rounds").status_code == 403
    assert codes(manager.post("/v1/service-factors", dict(CLASSIFIED, factor_text="x", dept="tech_dept"))) == ["other_department"]
    company.dispatcher.fire(f, "dismiss", dismiss_reason="已更换")


def test_measures(company):
    d, auditor, manager, head, worker = company.dispatcher, company.evaluator, company.service_manager, company.dept_head, company.technician
    f, _ = significant(company)
    body = dict(factor_id=f["id"], level="company", assignee_id=worker.id, due_on=company.day(10), **CONTENTS)
    assert codes(auditor.post("/v1/reduction-measures", {k: v for k, v in body.items() if k != "training"})) != []
    not_created(head, "reduction-measures", "not_yours_to_plan", **body)
    not_created(company.hire("dept_head", department="hr_office"), "reduction-measures", "not_yours_to_plan", **{**body, "level": "department"})
    not_created(auditor, "reduction-measures", "date_in_past", **{**body, "due_on": company.day(-1)})
    not_created(auditor, "reduction-measures", "amount_missing", **body, needs=["funds"])
    not_created(auditor, "reduction-measures", "contingency_missing", **body, needs=["emergency"])
    left = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + left.id), "leave", reason="离职")
    not_created(auditor, "reduction-measures", "person_not_active", **{**body, "assignee_id": left.id})
    loose = factor(company)
    not_created(auditor, "reduction-measures", "factor_not_significant", **{**body, "factor_id": loose["id"]})
    d.fire(loose, "dismiss", dismiss_reason="重复")
    one = auditor.create("reduction-measures", **body)
    assert set(one["clocks"]) == {"review_due"} and "measure_to_review" in told(d, one)
    refused(head, one, "review", "not_yours_to_review")
    refused(head, one, "send_back", "not_yours_to_review", return_reason="x")
    one = step(manager, one, "send_back", "planned", return_reason="写明数量")
    one = step(auditor, one, "amend", "planned", reason="x", due_on=company.day(-1))
    refused(manager, one, "review", "date_in_past")
    refused(d, one, "cancel", "only_measure", decision_reason="x")
    refused(d, one, "reassign", "person_not_active", assignee_id=left.id, reassign_reason="leave")
    one = reviewed(company, auditor.fire(one, "amend", reason="x", due_on=company.day(10)))
    refused(d, one, "extend", "not_later", due_on=company.day(9), reason="x")
    one = step(d, one, "extend", "reviewed", due_on=company.day(15), reason="供货推迟")
    assert one["clocks"]["measure_due"]["due_at"][:10] == company.day(16)
    two = plan(company, f)
    step(d, two, "cancel", "cancelled", decision_reason="重复")
    one = carried_out(company, d.fire(one, "reassign", assignee_id=worker.id, reassign_reason="skill"))
    one = step(worker, one, "revert", "reviewed", reason="未完")
    assert set(one["clocks"]) == {"measure_due"}
    own = d.fire(plan(company, f, assignee_id=d.id), "amend", reason="x", means="调度复核")
    own = d.fire(reviewed(company, own), "report_done", evidence="已复核")
    refused(d, own, "verify_measure", "own_work", is_effective=True, verification="x")
    step(d, own, "hand_over", "handed_over", hand_over_to="nonconformity", decision_reason="转纠正措施")
    bad = d.fire(carried_out(company, one), "verify_measure", is_effective=False, verification="仍有磕碰")
    assert bad["state"] == "ineffective"
    more = d.fire(reviewed(company, plan(company, f)), "hand_over", hand_over_to="improvement", decision_reason="长期改进")
    about = f["factor_text"]
    # Who is absent or has left is seen.
    away = company.hire("technician", name="请假人员")
    f, r = significant(company)
    leaving = company.hire("dispatcher", name="将离职调度员")
    refused(d, r, "reassign", "person_not_active", assignee_id=left.id, reassign_reason="leave")
    refused(d, f, "reassign", "person_not_active", assignee_id=left.id, reassign_reason="leave")
    r, f = (d.fire(x, "reassign", assignee_id=leaving.id, reassign_reason="leave") for x in (r, f))
    company.admin.fire(company.admin.read("/v1/persons/" + leaving.id), "leave", reason="离职")
    kept, other = reviewed(company, plan(company, f, assignee_id=away.id)), plan(company, f, assignee_id=company.hire("technician", name="将离职").id)
    company.hr_officer.create("absences", person_id=away.id, kind="leave", from_at=company.at(-1), to_at=company.at(48))
    company.admin.fire(company.admin.read("/v1/persons/" + other["assignee_id"]), "leave", reason="离职")
    assert eventually(lambda: read(company, kept).get("to_reassign") == "absence" and all(read(company, x).get("to_reassign") == "barred_or_left" for x in (other, r, f)))
    assert reported_on(company, own)[0]["kind"] == "potential"
    assert summary(reported_on(company, bad)[0])[:3] == ("service_factor", "after_sales_center", "minor")
    assert proposed_from(company, more)["problem"] == f"{about}: {CONTENTS['means']}"
    assert d.fire(kept, "reassign", assignee_id=worker.id, reassign_reason="leave").get("to_reassign") is None


def test_two_guidelines_at_once(company):
    gm, deputy, manager = company.general_manager, company.deputy_gm, company.service_manager
    first, second = extra(company, "guideline_review"), extra(company, "guideline_review")
    both = company.hire("deputy_gm", "general_manager", name="副总兼代总")
    author = company.hire("service_manager", "deputy_gm", "general_manager", name="兼职")
    first, second = both.fire(first, "review_guideline"), deputy.fire(second, "review_guideline")
    refused(both, first, "approve_guideline", "own_review")
    first = gm.fire(first, "approve_guideline")
    refused(gm, second, "approve_guideline", "guideline_moved_on")
    second = gm.fire(second, "return_guideline", return_reason="按新准则重写")
    second = author.fire(second, "submit_guideline", **GUIDELINE)
    refused(author, second, "review_guideline", "own_guideline")
    second = deputy.fire(second, "review_guideline")
    refused(author, second, "approve_guideline", "own_guideline")
    second = gm.fire(second, "approve_guideline")
    assert read(company, first)["guideline_until"] == company.day() and second["replaces_id"] == first["id"]
    assert manager.try_fire(second, "submit_guideline", **GUIDELINE).status_code == 409
    assert company.employee.get(second["href"]).status_code == 200
    # The end is written to the one that was replaced, in control or closed.
    assert gm.try_fire(second, "revert", reason="x").status_code == 422


def test_no_row_of_the_tables_was_left_out(company):
    cursor = company.server.database().cursor()
    cursor.execute("select distinct machine, event, from_state, to_state from entity_event where machine = any(%s)", (list(MACHINES.values()),))
    happened = cursor.fetchall()

    def fits(name, row, m, event, before, after):
        if m != name or event != row["event"] or (row["from"] is not None and "*" not in row["from"].split() and before not in row["from"].split()):
            return False
        return after == before if row["to"] == "same" else row["to"] in (after, "previous")

    missing = [(name, r["event"], r["from"], r["to"]) for name, table in TABLES.items() for r in table if not any(fits(name, r, *h) for h in happened)]
    assert missing == [], "\n".join(map(str, missing))


def test_no_guard_of_the_tables_was_left_out(company):
    assert {(name, g["code"]) for name, table in TABLES.items() for t in table for g in t["guards"] if g["code"] not in ELSEWHERE} - REFUSED == set()
