"""Every row of P15's tables happens, every guard refuses with its code, and nobody without the role may take a step; checks at
the end name what was left out."""

import uuid

import pytest

from improvements import ACTIONS, EVALUATED, forward, links, proposal
from answers import codes, eventually, told

PATHS = {"improvements": "improvement", "service-analyses": "service_analysis", "improvement-years": "improvement_year"}
# Years and months pass in test_improvements_year; files are merged in test_customers.
BY_TIMER = {"change_customer", "come_back", "take_in", "call_for_measurement", "mark_to_reassign"}
ELSEWHERE = {"nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "already_paused", "not_paused"}
TRIED, REFUSED, TABLE, COMPANY = set(), set(), [], []


@pytest.fixture(autouse=True)
def table(company):
    TABLE[:] = company.admin.read("/v1/procedures/improvement")["transitions"]
    COMPANY[:] = [company]


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert code in codes(answer), (event, answer.text)
    REFUSED.update(codes(answer))


def not_created(who, code, **body):
    answer = who.post("/v1/improvements", {"problem": "x " + uuid.uuid4().hex[:6], **body})
    assert codes(answer) == [code], answer.text
    REFUSED.add(code)


def outsiders(entity, event):
    company = COMPANY[0]
    words = [word for row in TABLE if row["event"] == event for word in row["by"].split()]
    roles, mine = {w.split("@")[0] for w in words}, {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.dispatcher, company.dept_head, company.deputy_gm, company.general_manager, company.service_manager,
              company.management_rep, company.document_controller, company.hr_officer, company.technician, company.employee]
    return [] if "*" in words else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if event not in TRIED:
        TRIED.add(event)
        for person in outsiders(entity, event):
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert entity["state"] == to, (event, entity["state"])
    return entity


def approving(company, **fields):
    return dict(assignee_id=company.technician.id, target_metric="三小时", due_on=company.day(5), **fields)


def test_proposing(company):
    repair = company.register()
    item = proposal(company, source="followup_stats", source_number=repair["number"], title="题目", type="management", goal="目标", benefit="效益", baseline_metric="现状")
    assert (item["source_number"], item["title"], item["type"]) == (repair["number"], "题目", "management")
    not_created(company.employee, "unknown_source", source_number="RP-1999-000001")
    not_created(company.employee, "unknown_source", source_number="无此单号")
    not_created(company.employee, "anonymous_named", anonymous=True, proposer="李四")
    own = company.dispatcher.create("outlets", name="东站网点", kind="internal", skills=["computer"])
    far = company.hire("outlet_manager", outlet_id=own["id"], department="outlet")
    not_created(far, "unknown_source", source_number=repair["number"])
    mine = far.create("improvements", problem="备件柜太小 " + uuid.uuid4().hex[:6])
    assert mine["outlet_id"] == own["id"] and mine["id"] in [i["id"] for i in far.read("/v1/improvements")["data"]]
    assert far.get(item["href"]).status_code == 404
    customer, _ = company.customer_with_unit()
    person = company.hire("customer", department="external", customer_id=customer["id"])
    assert person.post("/v1/improvements", dict(problem="x")).status_code == 403 and person.get(item["href"]).status_code == 403
    assert proposal(company, customer_id=customer["id"])["customer_id"] == customer["id"]
    item = step(company.employee, item, "amend", "proposed", reason="x", problem="另述 " + uuid.uuid4().hex[:6])
    refused(company.service_manager, proposal(company, anonymous=True), "amend", "anonymous_named", reason="x", proposer="李四")
    assert company.dispatcher.try_fire(item, "amend", reason="x", title="y").status_code == 403
    assert proposal(company, by=company.dispatcher, problem=item["problem"])["state"] == "proposed"  # another kind of source
    assert proposal(company, by=company.dispatcher, problem=item["problem"], source="followup_stats")["state"] == "joined"
    step(company.employee, item, "withdraw", "withdrawn", reason="x")
    screened = step(company.service_manager, proposal(company), "screen", "screening")
    assert company.employee.try_fire(screened, "withdraw").status_code == 409  # not once it is looked at


def test_screening(company):
    m = company.service_manager
    item = step(m, proposal(company), "screen", "screening")
    item = step(m, item, "revert", "proposed", reason="误点")
    item = step(m, item, "screen", "screening")
    bare = {k: v for k, v in EVALUATED.items() if k not in ("type", "goal", "baseline_metric")}
    refused(m, item, "evaluate", "type_missing", **bare)
    refused(m, item, "evaluate", "goal_missing", **bare, type="service", goal="x")
    assert m.try_fire(item, "evaluate", **{**EVALUATED, "answer": ""}).status_code == 422
    refused(m, item, "defer", "date_in_past", answer="等预算", deferred_until=company.day())
    item = step(m, item, "defer", "deferred", answer="等预算", deferred_until=company.day(40))
    assert item["clocks"] == {} and "improvement_answered" in told(company.employee, item)
    item = step(m, item, "come_back", "screening")
    assert item.get("deferred_until") is None and list(item["clocks"]) == ["answer_due"]
    item = step(m, item, "reject", "rejected", answer="不划算")
    assert item["answer"] == "不划算" and item["clocks"] == {} and item["closed_at"]
    item = step(m, item, "reopen", "screening", reason="条件变化")
    assert item["closed_at"] is None and "improvement_reopened" in told(company.employee, item)
    item = step(m, item, "evaluate", "evaluated", **EVALUATED)
    assert "improvement_to_approve" in told(company.dept_head, item)
    item = step(company.deputy_gm, item, "send_back", "screening", reason="目标不清")
    item = step(m, item, "evaluate", "evaluated", **EVALUATED)
    refused(m, item, "join", "joins_itself", joined_to_id=item["id"])
    gone = m.fire(m.fire(proposal(company), "screen"), "reject", answer="x")
    refused(m, item, "join", "other_closed", joined_to_id=gone["id"])
    other = proposal(company)
    item = step(m, item, "join", "joined", joined_to_id=other["id"], reason="重复")
    assert item["clocks"] == {} and eventually(lambda: m.read(other["href"])["times_joined"] == 1)
    twice = m.fire(proposal(company), "join", joined_to_id=other["id"])
    assert twice["state"] == "joined" and eventually(lambda: m.read(other["href"])["times_joined"] == 2)


@pytest.mark.parametrize("cost,may", [(0, "dept_head deputy_gm general_manager"), (1, "deputy_gm general_manager"), (2000000, "deputy_gm general_manager"),
                                      (2000001, "general_manager")])
def test_what_it_costs_says_who_decides(company, cost, may):
    item = forward(company, proposal(company), "evaluated", cost=cost)
    refusing = forward(company, proposal(company), "evaluated", cost=cost)
    people = ["dept_head", "deputy_gm", "general_manager", "service_manager", "management_rep", "employee"]
    for role in people:
        who = getattr(company, role)
        if role not in may.split():
            assert who.try_fire(item, "approve", **approving(company)).status_code == 403, role
            assert who.try_fire(item, "decline", answer="x").status_code == 403, role
    first = getattr(company, may.split()[0])
    assert first.post(item["href"] + "/approve", approving(company)).status_code == 428
    assert first.fire(item, "approve", **approving(company))["approved_by"] == first.id
    refusing = first.fire(refusing, "decline", answer="预算不足")
    assert refusing["state"] == "rejected" and refusing["answer"] == "预算不足" and "improvement_rejected" in told(company.employee, refusing)


def test_approving(company):
    both, m = company.hire("deputy_gm", name="兼任"), company.service_manager
    own = forward(company, proposal(company, by=both), "evaluated")
    refused(both, own, "approve", "own_proposal", **approving(company))
    refused(both, own, "decline", "own_proposal", answer="x")
    item = forward(company, proposal(company), "evaluated")
    gone = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    gm = company.deputy_gm
    refused(gm, item, "approve", "person_not_active", **{**approving(company), "assignee_id": gone.id})
    refused(gm, item, "approve", "date_in_past", **{**approving(company), "due_on": company.day()})
    item = step(gm, item, "approve", "approved", **approving(company, period_months=6, resources="两人"))
    assert item["period_months"] == 6 and list(item["clocks"]) == ["done_due"] and item["assignee_id"] == company.technician.id
    other = company.hire("installer", name="接手人")
    refused(m, item, "reassign", "person_not_active", assignee_id=gone.id, reassign_reason="leave")
    item = step(m, item, "reassign", "approved", assignee_id=other.id, reassign_reason="leave")
    assert company.technician.try_fire(item, "implement", plan_actions=ACTIONS).status_code == 403
    refused(other, item, "implement", "actions_missing")
    refused(m, item, "extend", "not_later", due_on=item["due_on"], reason="x")
    item = step(m, item, "extend", "approved", due_on=company.day(15), reason="等开发排期")
    assert item["extended_from"] == company.day(5) and item["clocks"]["done_due"]["due_at"][:10] == company.day(16)
    refused(m, item, "extend", "extended_already", due_on=company.day(30), reason="x")
    refused(m, item, "correct_type", "same_type", type="service", reason="x")
    item = step(m, item, "correct_type", "approved", type="product", reason="实为产品问题")
    refused(other, item, "implement", "notice_missing", plan_actions=ACTIONS)
    refused(other, item, "implement", "maker_missing", plan_actions=ACTIONS, notice_to="maker")
    item = step(other, item, "implement", "implementing", plan_actions=ACTIONS, notice_to="tech_dept")
    more = ACTIONS + [{"what": "补充培训", "who": "李娜", "until": company.day(9)}]
    item = step(other, item, "revise_plan", "implementing", plan_actions=more, reason="补一项")
    assert item["plan_actions"] == more and [r["form"] for r in m.read(item["href"] + "/records")["data"]].count("improvement_plan") == 3
    item = step(other, item, "pause", "implementing", pause_reason="part")
    item = step(other, item, "resume", "implementing")
    item = step(other, item, "report_done", "verifying", evidence="照片")
    assert "done_due" not in item["clocks"] and item["measurement_called"] is False
    item = step(other, item, "revert", "implementing", reason="还差一项")
    assert item.get("done_on") is None and "done_due" in item["clocks"]
    step(company.deputy_gm, item, "stop", "stopped", stop_reason="产品停产")


def test_verifying(company):
    m, rep = company.service_manager, company.management_rep
    both = company.hire("service_manager", "management_rep", name="兼任")
    item = forward(company, proposal(company), "verifying")
    refused(rep, item, "verify", "not_measured")
    refused(rep, item, "object", "not_measured", reason="x")
    done, end = item["done_on"], item["measurable_on"]
    good = dict(measured_from=done, measured_to=end, actual="2.9", goal_reached=True)
    refused(m, item, "measure", "period_runs", **good)
    company.set_clock(end + "T00:00:30+08:00")
    refused(m, item, "measure", "measured_before_done", **{**good, "measured_from": company.day(-120)})
    refused(m, item, "measure", "period_too_short", **{**good, "measured_to": company.day(-2)})
    refused(m, item, "measure", "measured_ahead", **{**good, "measured_to": company.day(1)})
    item = step(m, item, "measure", "verifying", **{**good, "measured_to": company.day(-1)})  # its last day is the day before
    item = step(rep, item, "object", "verifying", reason="样本太少")
    assert item.get("goal_reached") is None and item.get("measured_by") is None
    item = step(both, item, "measure", "verifying", **good)
    refused(both, item, "verify", "same_person")
    item = step(rep, item, "verify", "standardising")
    assert item["verified_by"] == rep.id and item["measured_by"] == both.id
    assert rep.post(item["href"] + "/verify", {}).status_code in (409, 428)
    # Who carried it out measures and confirms nothing.
    own = forward(company, proposal(company), "verifying", owner=both)
    assert company.day() < own["measurable_on"]
    company.set_clock(own["measurable_on"] + "T00:00:30+08:00")
    body = dict(measured_from=own["done_on"], measured_to=own["measurable_on"], actual="2.9", goal_reached=False)
    refused(both, own, "measure", "own_improvement", **body)
    own = m.fire(own, "measure", **body)
    refused(both, own, "verify", "own_improvement")
    own = step(rep, own, "verify", "ineffective")
    own = step(both, own, "replan", "approved", plan_actions=ACTIONS, due_on=company.day(9), target_metric="2.5")
    assert own["target_metric"] == "2.5" and own["plan_actions"] == ACTIONS


def test_standardising(company):
    d, h = company.document_controller, company.hr_officer
    item = forward(company, proposal(company), "standardising")
    refused(d, item, "standardise", "rule_change_missing", rule_changed=True)
    refused(h, item, "train", "course_missing", training_needed=True)
    assert d.post(item["href"] + "/standardise", dict(rule_changed=False)).status_code == 428
    item = step(h, item, "train", "standardising", training_needed=False)
    refused(h, item, "train", "signed_already", training_needed=False)
    item = step(d, item, "standardise", "closed", rule_changed=False)
    assert links(company, item) == [] and item["standardised_by"] == d.id and item["trained_by"] == h.id
    company.reset_clock()
    item = forward(company, proposal(company), "standardising")
    item = step(d, item, "standardise", "standardising", rule_changed=True, rule_change="第5条")
    refused(d, item, "standardise", "signed_already", rule_changed=False)
    assert eventually(lambda: links(company, item) == [("document_change", "request", "done")])
    step(h, item, "train", "closed", training_needed=False)
    company.reset_clock()
    item = forward(company, proposal(company, anonymous=True), "standardising")
    refused(h, item, "train", "proposer_unknown", training_needed=False, reward_reason="好")


def test_an_absent_owner_shows_and_another_takes_over(company):
    owner, m = company.hire("technician", name="出差人"), company.service_manager
    item = forward(company, proposal(company), "implementing", owner=owner)
    company.admin.fire(company.admin.read("/v1/persons/" + owner.id), "leave", reason="离职")
    assert eventually(lambda: m.read(item["href"])["to_reassign"] == "barred_or_left")
    assert "to_reassign" in told(m, item)
    item = m.fire(item, "reassign", assignee_id=company.technician.id, reassign_reason="left_company")
    assert item["to_reassign"] is None and "assigned" in told(company.technician, item)


def test_a_merged_customer_takes_the_open_proposals_along(company):
    from test_customers import active
    keep, double = active(company), active(company)
    item, done = (proposal(company, customer_id=double["id"]) for _ in range(2))
    company.service_manager.fire(company.service_manager.fire(done, "screen"), "reject", answer="x")
    company.dispatcher.fire(keep, "propose_merge", duplicate_id=double["id"], reason="重复")
    company.commerce_officer.fire(double, "merge")
    m = company.service_manager
    assert m.read(item["href"])["customer_id"] == keep["id"] and m.read(done["href"])["customer_id"] == double["id"]
    company.dispatcher.fire(company.dispatcher.read(double["href"]), "split", reason="非重复")
    assert m.read(item["href"])["customer_id"] == double["id"]


def test_papers_of_a_plan_and_a_verification(company):
    item = forward(company, proposal(company), "standardising", cost=123400)
    papers = {r["form"]: r for r in company.dispatcher.read(item["href"] + "/records")["data"]}
    page = company.dispatcher.get(papers["improvement_plan"]["href"], headers={"Accept": "text/html"}).text
    assert "改进计划" in page and "¥1234.00" in page and "调整排班" in page and "technician" in page
    page = company.dispatcher.get(papers["improvement_verification"]["href"], headers={"Accept": "text/html"}).text
    assert "改进效果验证记录" in page and "2.8小时" in page and "management_rep" in page and "service_manager" in page


def test_no_row_of_the_table_was_left_out(company):
    cursor = company.server.database().cursor()
    cursor.execute("select distinct event, from_state, to_state from entity_event where machine = 'improvement'")
    happened = cursor.fetchall()

    def fits(row, event, before, after):
        if event != row["event"] or (row["from"] is not None and row["from"] != "*" and before not in row["from"].split()):
            return False
        return after == before if row["to"] == "same" else row["to"] in (after, "previous")

    missing = [(r["event"], r["from"], r["to"]) for r in TABLE if r["event"] not in BY_TIMER and not any(fits(r, *h) for h in happened)]
    assert missing == [], "\n".join(map(str, missing))
    assert BY_TIMER <= {r["event"] for r in TABLE}


def test_no_guard_of_the_table_was_left_out(company):
    assert {g["code"] for t in TABLE for g in t["guards"]} - REFUSED - ELSEWHERE == set()
