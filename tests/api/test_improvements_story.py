"""P15 as the service manager lives it: from an employee's idea to a rule, and what the senders of other procedures ask for."""

import pytest

from improvements import ACTIONS, forward, links, measured, months_later, proposed_from, proposal
from answers import codes, eventually, told


def test_an_idea_becomes_the_rule(company):
    employee, manager, rep, owner = company.employee, company.service_manager, company.management_rep, company.technician
    item = proposal(company, problem="上门前不知道要带什么备件,常跑两趟", benefit="少跑一趟")
    assert item["state"] == "proposed" and item["source"] == "employee" and item["title"] == "上门前不知道要带什么备件,常跑两趟" and item["opened_by"] == employee.id
    assert list(item["clocks"]) == ["answer_due"]
    assert "improvement_proposed" in told(manager, item)
    item = employee.fire(item, "amend", reason="补充", baseline_metric="二次上门率22%")
    item = manager.fire(item, "screen")
    item = manager.fire(item, "evaluate", answer="很好,派单时附诊断要点", cost=150000, evaluation="只改派单页", type="service", goal="二次上门率10%")
    assert item["state"] == "evaluated" and item["screened_by"] == manager.id and "answer_due" not in item["clocks"] and "approval_due" in item["clocks"]
    assert "improvement_answered" in told(employee, item) and "improvement_to_approve" in told(company.deputy_gm, item)
    item = company.deputy_gm.fire(item, "approve", assignee_id=owner.id, target_metric="二次上门率不超过10%", due_on=company.day(30))
    assert item["pdca_phase"] == "plan" and item["period_months"] == 3 and "improvement_assigned" in told(owner, item)
    item = owner.fire(item, "implement", plan_actions=[{"what": "派单页加诊断要点", "who": "王芳", "until": company.day(20)}], resources="开发两天")
    item = owner.fire(item, "report_done", evidence="派单页截图")
    assert item["pdca_phase"] == "check" and item["done_on"] == company.day() and item["measurable_on"] == months_later(company, company.day())
    assert codes(manager.try_fire(item, "measure", measured_from=company.day(), measured_to=company.day(), actual="9%", goal_reached=True)) == \
        ["period_runs", "period_too_short"]
    company.set_clock(item["measurable_on"] + "T08:00:00+08:00")
    assert eventually(lambda: "improvement_to_measure" in told(rep, item))
    item = manager.fire(item, "measure", measured_from=item["done_on"], measured_to=item["measurable_on"], actual="二次上门率9%", goal_reached=True)
    assert item["state"] == "verifying" and item["measured_by"] == manager.id
    item = rep.fire(item, "verify")
    assert item["state"] == "standardising" and item["pdca_phase"] == "act" and "standard_due" in item["clocks"]
    item = company.document_controller.fire(item, "standardise", rule_changed=True, rule_change="派单规定第3条增加诊断要点")
    assert item["state"] == "standardising"
    item = company.hr_officer.fire(item, "train", training_needed=True, training_course="新派单页使用", reward_reason="减少二次上门")
    assert item["state"] == "closed" and item["clocks"] == {} and "improvement_closed" in told(employee, item)
    sent = company.dispatcher.read("/v1/links", entity=item["id"])["data"]
    assert sorted((l["to_machine"], l["to_event"]) for l in sent) == [("document_change", "request"), ("reward_penalty", "propose"), ("training_event", "plan")]
    course = company.hr_officer.read("/v1/training-events/" + next(l["to_id"] for l in sent if l["to_machine"] == "training_event"))
    assert (course["course"], course["kind"], course["contents"]) == ("新派单页使用", "basic", "二次上门率10%")
    reward = next(l for l in sent if l["to_machine"] == "reward_penalty")
    assert reward["inputs"]["person_id"] == employee.id and reward["state"] == "waiting"
    assert [r["form"] for r in company.dispatcher.read(item["href"] + "/records")["data"]] == \
        ["improvement_proposal", "improvement_proposal", "improvement_plan", "improvement_plan", "improvement_verification"]
    assert company.dispatcher.read("/v1/audit/verify", entity=item["id"])["sound"] is True


def test_an_anonymous_proposal_names_nobody_below_the_service_manager(company):
    shy, other, manager = company.hire("outlet_technician", name="匿名者", outlet_id=outlet(company)["id"], department="outlet"), company.dispatcher, company.service_manager
    item = proposal(company, by=shy, anonymous=True)
    assert item["opened_by"] == shy.id and item["outlet_id"] is None
    # The proposer's colleagues and the office read it without a name, everywhere it could stand.
    seen = other.read(item["href"])
    assert seen["opened_by"] is None and seen["anonymous"] is True
    assert next(i for i in other.read("/v1/improvements", anonymous="true")["data"] if i["id"] == item["id"])["opened_by"] is None
    assert other.read(item["href"], fields="opened_by")["opened_by"] is None
    step = other.read(item["href"] + "/events")["data"][0]
    assert step.get("actor_id") is None and step.get("actor") is None and step["event"] == "propose" and step["inputs"]["anonymous"] is True
    assert other.read(item["href"] + "/records")["data"] == []
    text = other.get(item["href"]).text + other.get(item["href"] + "/events").text + feed(other, item)
    assert item["id"] in text and shy.id not in text and "匿名者" not in text
    # The service manager and those above know.
    for who in (manager, company.management_rep, company.deputy_gm, company.general_manager):
        assert who.read(item["href"])["opened_by"] == shy.id
        assert who.read(item["href"] + "/events")["data"][0]["actor"] == "匿名者"
    assert shy.id in feed(manager, item)
    # The answer reaches the proposer; later steps of others keep their names.
    item = manager.fire(item, "screen")
    item = manager.fire(item, "reject", answer="已有同类措施")
    assert "improvement_answered" in told(shy, item)
    assert [e.get("actor") for e in other.read(item["href"] + "/events")["data"]] == [None, "service_manager", "service_manager"]
    assert [r["made_by"] for r in other.read(item["href"] + "/records")["data"]] == [manager.id]
    open_one = proposal(company, by=company.employee)
    assert other.read(open_one["href"])["opened_by"] == company.employee.id
    assert other.read(open_one["href"] + "/events")["data"][0]["actor_id"] == company.employee.id


def feed(person, item):
    """What the feed says of improvements, once it says something of this one."""
    shown = []

    def look():
        shown[:] = [person.get("/v1/events", machine="improvement", limit=500).text]
        return item["id"] in shown[0]

    assert eventually(look), shown
    return shown[0]


def outlet(company):
    return company.dispatcher.create("outlets", name="城南网点", kind="internal", skills=["computer"])


def test_an_anonymous_proposer_is_not_rewarded_and_may_withdraw(company):
    item = proposal(company, anonymous=True)
    employee = company.employee
    stored = employee.http.post(company.server.url + item["href"] + "/attachments", data=b"\x89PNG\r\n\x1a\n15", headers={"Content-Type": "image/png"}, timeout=40)
    assert stored.status_code == 201
    assert [a["made_by"] for a in company.dispatcher.read(item["href"] + "/attachments")["data"]] == [None]
    for who in (employee, company.service_manager):
        assert [a["made_by"] for a in who.read(item["href"] + "/attachments")["data"]] == [employee.id]
    assert codes(company.employee.post("/v1/improvements", dict(problem="x", anonymous=True, proposer="李四"))) == ["anonymous_named"]
    assert codes(company.service_manager.try_fire(item, "amend", reason="x", proposer="李四")) == ["anonymous_named"]
    item = company.employee.fire(item, "withdraw", reason="想错了")
    assert item["state"] == "withdrawn" and item["opened_by"] == company.employee.id
    assert [e.get("actor") for e in company.dispatcher.read(item["href"] + "/events")["data"]] == [None, None]
    standing = forward(company, proposal(company, anonymous=True), "standardising")
    assert codes(company.hr_officer.try_fire(standing, "train", training_needed=False, reward_reason="好")) == ["proposer_unknown"]


def test_a_customer_that_is_lost_makes_a_proposal_once(company):
    from test_customers import active
    customer, manager = active(company), company.service_manager
    customer = manager.fire(customer, "mark_lost", lost_reason="到场太慢")
    item = proposed_from(company, customer)
    assert (item["state"], item["source"], item["problem"], item["customer_id"], item["source_number"]) == \
        ("proposed", "opinion", "到场太慢", customer["id"], customer["number"])
    assert item["opened_by"] is None and links(company, customer) == [("improvement", "propose", "done")]
    # Lost once more while that one is open: joined, whatever the reason says; the customer may be archived.
    customer = manager.fire(company.followup_clerk.fire(customer, "reactivate"), "mark_lost", lost_reason="价格太高")
    assert eventually(lambda: manager.read(item["href"])["times_joined"] == 1)
    joined = manager.read("/v1/improvements", source_number=customer["number"], state="joined")["data"]
    assert [(j["joined_to_id"], j["problem"], j["clocks"]) for j in joined] == [(item["id"], "价格太高", {})] and joined[0]["closed_at"]
    assert "improvement_proposed_again" in told(manager, item)
    assert company.dispatcher.fire(customer, "archive")["state"] == "archived"
    # Once that one is closed, the same reason is a new case.
    manager.fire(manager.fire(item, "screen"), "reject", answer="已处理")
    other = manager.fire(active(company), "mark_lost", lost_reason="到场太慢")
    assert proposed_from(company, other)["state"] == "proposed"


def test_the_same_problem_from_the_same_kind_of_source_is_one_improvement(company):
    first = proposal(company, problem="工具箱太重,女员工搬不动")
    again = proposal(company, by=company.technician, problem="工具箱太重, 女员工搬不动。")
    assert again["state"] == "joined" and again["joined_to_id"] == first["id"] and "improvement_joined" in told(company.technician, again)
    assert proposal(company, problem="工具箱太重,女员工搬不动", source="competitor")["state"] == "proposed"
    assert eventually(lambda: company.service_manager.read(first["href"])["times_joined"] == 1)
    company.service_manager.fire(company.service_manager.fire(first, "screen"), "reject", answer="否")
    assert proposal(company, problem="工具箱太重,女员工搬不动")["state"] == "proposed"


def test_a_visit_hands_a_wish_on(company):
    from test_customers import active
    clerk, customer = company.followup_clerk, active(company)
    visit = clerk.create("visits", customer_id=customer["id"], kind="month_1", due_on=company.day())
    assert eventually(lambda: clerk.read(visit["href"])["state"] == "due")
    visit = clerk.fire(visit, "start_call")
    body = dict(called_at=company.at(0), satisfied=True)
    assert codes(clerk.try_fire(visit, "complete", wishes_improvement=True, **body)) == ["opinion_missing"]
    visit = clerk.fire(visit, "complete", opinion="希望有遥控器备件", wishes_improvement=True, **body)
    item = proposed_from(company, visit)
    assert (item["problem"], item["source"], item["customer_id"], item["source_number"]) == ("希望有遥控器备件", "opinion", customer["id"], visit["number"])
    other = clerk.create("visits", customer_id=customer["id"], kind="month_6", due_on=company.day())
    assert eventually(lambda: clerk.read(other["href"])["state"] in ("due", "cancelled"))
    if clerk.read(other["href"])["state"] == "due":
        other = clerk.fire(clerk.fire(other, "start_call"), "complete", opinion="很好", **body)
        assert links(company, other) == []


def test_product_improvements_tell_the_maker_or_the_technical_department(company):
    from return_repairs import supplier
    maker = supplier(company)
    item = forward(company, proposal(company), "approved", type="product")
    owner = company.technician
    assert codes(owner.try_fire(item, "implement")) == ["notice_missing"]
    assert codes(owner.try_fire(item, "implement", notice_to="maker")) == ["maker_missing"]
    item = owner.fire(item, "implement", notice_to="maker", supplier_id=maker["id"])
    assert item["state"] == "implementing" and "product_improvement" in told(company.materials_officer, item)
    other = owner.fire(forward(company, proposal(company), "approved", type="product"), "implement", notice_to="tech_dept")
    assert "product_improvement" in told(company.dept_head, other) and "product_improvement" not in told(company.materials_officer, other)


def test_the_second_failure_is_a_nonconformity(company):
    owner, rep = company.technician, company.management_rep
    item = forward(company, proposal(company), "verifying")
    item = rep.fire(measured(company, item, reached=False), "verify")
    assert item["state"] == "ineffective" and item["failures"] == 1 and links(company, item) == []
    assert codes(owner.try_fire(item, "replan", plan_actions=ACTIONS, due_on=company.day())) == ["date_in_past"]
    item = owner.fire(item, "replan", plan_actions=[{"what": "增设值班点"}], due_on=company.day(10))
    assert item["state"] == "approved" and item.get("goal_reached") is None and item.get("measured_by") is None and "done_due" in item["clocks"]
    item = rep.fire(measured(company, forward(company, item, "verifying"), reached=False), "verify")
    assert item["failures"] == 2 and eventually(lambda: links(company, item) == [("nonconformity", "report", "done")])
    found = company.service_manager.read("/v1/nonconformities", source="improvement", source_number=item["number"])["data"]
    assert [(n["fact"], n["grade"], n["dept"]) for n in found] == [(item["problem"], "major", owner.person["department"])]
    # A third failure adds nothing to the one that is open; the leaders may end it.
    item = owner.fire(item, "replan", plan_actions=ACTIONS, due_on=company.day(10))
    item = rep.fire(measured(company, forward(company, item, "verifying"), reached=False), "verify")
    assert item["failures"] == 3 and len(links(company, item)) == 1
    item = company.deputy_gm.fire(item, "stop", stop_reason="投入过大")
    assert item["state"] == "stopped" and item["clocks"] == {}


def test_who_proposed_for_somebody_else_names_him_on_paper(company):
    item = proposal(company, by=company.hotline_clerk, proposer="网点老李", source="opinion", source_number=company.register()["number"])
    paper = company.dispatcher.read(item["href"] + "/records")["data"][0]
    page = company.dispatcher.get(paper["href"], headers={"Accept": "text/html"}).text
    assert "改进建议表" in page and "网点老李" in page and item["source_number"] in page


@pytest.mark.parametrize("query,found", [({"type": "product"}, True), ({"type": "management"}, False), ({"state": "evaluated"}, True), ({"source": "law"}, True),
                                         ({"cost_from": 5001}, False), ({"cost_to": 5000}, True), ({"title": "新国标实施"}, True), ({"title": "旧国标"}, False),
                                         ({"times_joined_from": 1}, False), ({"anonymous": "false"}, True)])
def test_lists_find_by_what_an_office_asks(company, query, found):
    if "listed" not in company.people:
        company.people["listed"] = forward(company, proposal(company, source="law", title="新国标实施"), "evaluated", cost=5000, type="product")
    item = company.people["listed"]
    assert (item["id"] in [i["id"] for i in company.dispatcher.read("/v1/improvements", limit=200, **query)["data"]]) is found


def test_what_waits_for_whom_stands_in_the_worklist(company):
    item = forward(company, proposal(company), "implementing")
    mine = company.technician.read("/v1/worklist", machine="improvement", assignee="me", limit=200)["data"]
    row = next(w for w in mine if w["id"] == item["id"])
    assert row["state"] == "implementing" and row["due_at"] == item["clocks"]["done_due"]["due_at"]
    open_ones = company.service_manager.read("/v1/worklist", machine="improvement", state="proposed", limit=200)["data"]
    assert proposal(company)["id"] not in [w["id"] for w in open_ones]
    assert all(w["state"] == "proposed" for w in open_ones)


def test_a_customers_name_goes_with_the_file(company):
    from test_customers import active
    customer = active(company)
    item = proposal(company, source="opinion", customer_id=customer["id"], proposer="客户老李", problem="希望周末也接单")
    cursor = company.server.database().cursor()
    cursor.execute("select erase_customer(%s)", (customer["id"],))
    kept = company.service_manager.read(item["href"])
    assert kept.get("proposer") is None and kept["problem"] == "希望周末也接单"
    paper = company.service_manager.read(company.service_manager.read(item["href"] + "/records")["data"][0]["href"])
    assert "proposer" not in paper["content"] and paper["content"]["problem"] == "希望周末也接单"
    assert company.dispatcher.read("/v1/audit/verify", entity=item["id"])["sound"] is True


def test_the_months_figures_count_what_happened(company):
    cursor = company.server.database().cursor()

    def figures():
        cursor.execute("select service_figures(company_date(now()) - 1, company_date(now()) + 2)")
        return cursor.fetchone()[0]

    before = figures()
    company.register()
    company.register()
    proposal(company, problem="统计用问题")
    proposal(company, by=company.technician, problem="统计用问题")
    after = figures()
    assert after["repairs"]["registered"] - before["repairs"]["registered"] == 2
    assert after["improvements"]["proposed"] - before["improvements"]["proposed"] == 1  # the other is the same
