"""P7: who may do which work. Evaluations, certificates, training, and the gate that they open and close for P4."""

import time

import pytest
from settlement import codes

OPERATOR = ("personal_quality", "knowledge", "skill", "emergency_ability", "service_awareness")
OFFICE = ("personal_quality", "professional_ability", "dedication", "innovation", "results", "service_awareness")


def scores(items, score=80):
    return [{"item": i, "score": score} for i in items]


class Staff:
    """The people of an evaluation: HR, the head of the technical department, two evaluators."""

    def __init__(self, company):
        self.company = company
        self.hr = company.hr_officer
        self.head = company.hire("dept_head", department="tech_dept", name="技术部负责人")
        self.first = company.hire("employee", name="评价人甲", department="hr_office")
        self.second = company.hire("employee", name="评价人乙", department="hr_office")

    def technician(self, *roles, skills=None, **fields):
        return self.company.hire(*(roles or ("technician",)), department=fields.pop("department", "tech_dept"), skills=skills, **fields)

    def schedule(self, person, category="operator", occasion="scope", **fields):
        body = dict(person_id=person.id, category=category, occasion=occasion, year=int(self.company.day()[:4]), planned_on=self.company.day(1),
                    scope=["computer"], works=["repair"])
        return self.hr.create("competence-evaluations", **dict(body, **fields))

    def collected(self, person, score=75, **fields):
        evaluation = self.schedule(person, **fields)
        return self.hr.fire(evaluation, "collect", evaluator_id=self.first.id, second_evaluator_id=self.second.id, no_conflict=True,
                            item_scores=scores(OPERATOR), exam_score=score, exam_paper="档案柜3")

    def judged(self, person, score=75, **fields):
        evaluation = self.collected(person, score, **fields)
        if score >= 60:
            return self.hr.fire(evaluation, "judge", verdict="competent")
        return self.hr.fire(evaluation, "judge", verdict="not_competent", verdict_reason="技能考试不合格")

    def course(self, people, kind="retraining", days=1, marks=None):
        """A course held and marked; the clock is moved past its beginning."""
        event = self.hr.create("training-events", course="显示设备维修技能", kind=kind, with_exam=True, trainer_id=self.first.id)
        event = self.hr.fire(event, "enrol", person_ids=[p.id for p in people])
        begins = self.company.at(24 * days)
        event = self.hr.fire(event, "arrange_course", lessons=[{"starts_at": begins, "topic": "维修", "hours": 8}], starts_at=begins)
        self.company.set_clock(begins)
        event = self.hr.fire(event, "hold")
        return self.hr.fire(event, "examine", marks=[{"person_id": p.id, "score": marks or 80} for p in people])


@pytest.fixture(scope="module")
def staff(company):
    return Staff(company)


def wait_for(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def person(company, client):
    return company.admin.read("/v1/persons/" + client.id)


def test_a_technician_fails_is_barred_retrains_and_returns(company, staff):
    technician = staff.technician(skills=["computer"])
    job = company.dispatcher.fire(company.register(), "dispatch", assignee_id=technician.id)
    evaluation = staff.judged(technician, score=55)
    assert evaluation["state"] == "judged_not_competent" and evaluation["score"] == 55 and "bar_due" in evaluation["clocks"]

    evaluation = staff.head.fire(evaluation, "bar")
    assert person(company, technician)["state"] == "barred" and person(company, technician)["bar_reason"] == "技能考试不合格"
    # His open jobs look for somebody else, and nobody gives him another.
    wait_for(lambda: company.dispatcher.read(job["href"]).get("to_reassign") == "barred_or_left")
    refused = company.dispatcher.try_fire(company.register(), "dispatch", assignee_id=technician.id)
    assert ("technician_not_active", "/assignee_id") in codes(refused)

    evaluation = staff.head.fire(evaluation, "retrain", retraining_plan="两周技能培训")
    assert codes(staff.hr.try_fire(evaluation, "re_examine", re_exam_score=70, exam_paper="档案柜3")) == [("not_retrained", "/training_event_id")]
    course = staff.course([technician])
    evaluation = staff.hr.fire(evaluation, "re_examine", re_exam_score=58, exam_paper="档案柜3", training_event_id=course["id"])
    assert evaluation["re_exam_passed"] is False and evaluation["re_exams"] == 1
    assert codes(staff.hr.try_fire(evaluation, "rehire")) == [("re_exam_not_passed", "")]
    assert codes(staff.hr.try_fire(evaluation, "reassign", new_post="仓库")) == [("not_failed_twice", "")]
    evaluation = staff.hr.fire(evaluation, "retry", retraining_plan="再培训")
    assert ("training_repeated", "/training_event_id") in codes(
        staff.hr.try_fire(evaluation, "re_examine", re_exam_score=80, exam_paper="柜3", training_event_id=course["id"]))
    again = staff.course([technician], days=3)
    evaluation = staff.hr.fire(evaluation, "re_examine", re_exam_score=80, exam_paper="档案柜3", training_event_id=again["id"])
    evaluation = staff.hr.fire(evaluation, "rehire")
    assert evaluation["state"] == "re_hired" and person(company, technician)["state"] == "active"
    job = company.dispatcher.fire(company.register(), "dispatch", assignee_id=technician.id)
    assert job["state"] == "dispatched"


def test_two_failures_end_in_another_post(company, staff):
    technician = staff.technician()
    evaluation = staff.head.fire(staff.judged(technician, score=40), "bar")
    evaluation = staff.head.fire(evaluation, "retrain", retraining_plan="培训")
    for days in (1, 2):
        course = staff.course([technician], days=days)
        evaluation = staff.hr.fire(evaluation, "re_examine", re_exam_score=40, exam_paper="柜3", training_event_id=course["id"])
        if days == 1:
            evaluation = staff.hr.fire(evaluation, "retry")
    assert codes(staff.hr.try_fire(evaluation, "retry")) == [("not_failed_once", "")]
    assert staff.hr.fire(evaluation, "reassign", new_post="仓库保管")["state"] == "reassigned"
    assert person(company, technician)["state"] == "barred"


def test_a_new_technician_works_only_after_safety_education_and_a_verdict(company, staff):
    technician = staff.technician()
    refused = company.dispatcher.try_fire(company.register(), "dispatch", assignee_id=technician.id)
    assert ("technician_not_qualified", "/assignee_id") in codes(refused)
    evaluation = staff.judged(technician, occasion="new_post")
    assert codes(staff.hr.try_fire(evaluation, "admit")) == [("safety_education_missing", "")]
    education = staff.hr.create("safety-educations", person_id=technician.id, occasion="new_worker", department="tech_dept", post="维修", key_post=True)
    level = dict(exam_score=80, level_hours=8, teacher="安全员")
    assert codes(staff.head.try_fire(education, "pass_post", **level)) == [("level_missing", ""), ("accident_prevention_missing", "/accident_prevention")]
    failed = staff.hr.fire(education, "pass_company", **dict(level, exam_score=59))
    assert failed["state"] == "registered" and failed["safety_l1"] is False
    education = staff.hr.fire(education, "pass_company", **level)
    assert codes(company.hire("dept_head", department="commerce_dept").try_fire(education, "pass_department", **level)) == [("other_department", "")]
    education = staff.head.fire(education, "pass_department", **level)
    education = staff.head.fire(education, "pass_post", **dict(level, accident_prevention=True))
    assert education["state"] == "cleared" and [l["level"] for l in education["levels"]] == ["company", "company", "department", "post"]
    staff.hr.fire(evaluation, "admit")
    year = int(company.day()[:4])
    assert person(company, technician)["qualified_scope"] == ["computer"] and person(company, technician)["qualified_until"] == f"{year + 1}-01-31"
    assert company.dispatcher.fire(company.register(), "dispatch", assignee_id=technician.id)["state"] == "dispatched"


def test_the_verdict_holds_to_the_end_of_january_and_not_a_day_longer(company, staff):
    year = int(company.day()[:4])
    technician = staff.technician()
    company.set_clock(f"{year}-12-10T09:00:00+08:00")
    evaluation = staff.hr.fire(staff.judged(technician, occasion="year_end", planned_on=f"{year}-12-20"), "admit")
    assert evaluation["valid_until"] == f"{year + 2}-01-31"
    company.set_clock(f"{year + 2}-01-31T10:00:00+08:00")
    assert company.dispatcher.fire(company.register(), "dispatch", assignee_id=technician.id)["state"] == "dispatched"
    company.set_clock(f"{year + 2}-02-01T00:00:05+08:00")
    refused = company.dispatcher.try_fire(company.register(), "dispatch", assignee_id=technician.id)
    assert ("technician_not_qualified", "/assignee_id") in codes(refused)


def test_the_year_end_evaluation_of_everybody(company, staff):
    year = int(company.day()[:4])
    company.set_clock(f"{year}-12-05T09:00:00+08:00")
    assert codes(staff.hr.post("/v1/evaluation-rounds", {"year": year, "planned_on": f"{year + 1}-01-05"})) == [("outside_window", "/planned_on")]
    technician, clerk, leader, repairer = staff.technician(), company.hire("hotline_clerk"), company.hire("deputy_gm"), outlet_technician(company)
    round_ = staff.hr.create("evaluation-rounds", year=year, planned_on=f"{year}-12-20")
    assert codes(staff.hr.post("/v1/evaluation-rounds", {"year": year, "planned_on": f"{year}-12-21"})) == [("round_exists", "/year")]
    assert codes(staff.hr.try_fire(round_, "close", report="无")) == [("persons_not_called", "")]
    round_ = staff.hr.fire(round_, "call_everybody")
    called = {e["person_id"]: e for e in everything(staff.hr, "/v1/competence-evaluations", round_id=round_["id"])}
    assert [called[p.id]["category"] for p in (technician, clerk, leader, repairer)] == ["operator", "manager_specialist", "leader", "external_repairer"]
    assert codes(staff.hr.try_fire(round_, "call_everybody")) == [("everybody_called", "")]
    assert ("evaluations_open", "") in codes(staff.hr.try_fire(round_, "close", report="无"))
    assert codes(staff.hr.post("/v1/competence-evaluations", dict(person_id=clerk.id, category="manager_specialist", occasion="year_end", year=year,
                                                                  planned_on=f"{year}-12-20"))) == [("evaluation_open", "/person_id"), ("evaluated_this_year", "/year")]
    methods = {"leader": dict(duty_report="述职", staff_appraisal=90, organisation_appraisal=85),
               "manager_specialist": dict(personal_summary="总结", staff_appraisal=80, leader_appraisal=71),
               "operator": dict(exam_score=66, exam_paper="柜1"), "external_repairer": dict(exam_score=70, exam_paper="柜2")}
    evaluators = [company.hire("employee", name="外聘评价人" + n, department="external") for n in "甲乙"]
    for evaluation in called.values():
        items = OPERATOR if evaluation["category"] in ("operator", "external_repairer") else OFFICE
        evaluation = staff.hr.fire(evaluation, "collect", evaluator_id=evaluators[0].id, second_evaluator_id=evaluators[1].id, no_conflict=True,
                                   item_scores=scores(items), **methods[evaluation["category"]])
        if evaluation["person_id"] == staff.hr.id:
            assert codes(staff.hr.try_fire(evaluation, "judge", verdict="competent", works=["management"])) == [("own_evaluation", "")]
            judge = company.admin
        else:
            judge = staff.hr
        judge.fire(judge.fire(evaluation, "judge", verdict="competent", works=["management"]), "admit")
    round_ = staff.hr.fire(round_, "close", report="全部胜任")
    assert round_["called"] == len(called) and round_["not_competent"] == 0
    assert person(company, repairer)["qualified_until"] == f"{year + 1}-12-05"


def outlet_technician(company):
    outlet = company.dispatcher.create("outlets", name="评价网点", kind="external", skills=["computer"])
    return company.hire("outlet_technician", outlet_id=outlet["id"], department="outlet")


def everything(client, path, **filters):
    rows, cursor = [], None
    while True:
        page = client.read(path, limit=200, **(dict(filters, cursor=cursor) if cursor else filters))
        rows += page["data"]
        cursor = page.get("next")
        if not cursor:
            return rows


def test_the_method_follows_the_category(company, staff):
    technician = staff.technician()
    evaluation = staff.schedule(technician)
    assert codes(staff.hr.post("/v1/competence-evaluations", dict(person_id=staff.technician().id, category="leader", occasion="scope", year=2026,
                                                                  planned_on=company.day(1)))) == [("category_does_not_fit", "/category")]
    base = dict(evaluator_id=staff.first.id, no_conflict=True)
    assert ("evaluator_missing", "/evaluator_id") in codes(staff.hr.try_fire(evaluation, "collect", exam_score=70))
    assert codes(staff.hr.try_fire(evaluation, "collect", **dict(base, evaluator_id=technician.id))) == [("evaluator_not_independent", "/evaluator_id")]
    assert codes(staff.hr.try_fire(evaluation, "collect", **dict(base, no_conflict=False))) == [("relation_not_declared", "/no_conflict")]
    assert codes(staff.hr.try_fire(evaluation, "collect", **dict(base, duty_report="述职"))) == [("method_of_other_category", "")]
    assert codes(staff.hr.try_fire(evaluation, "collect", **dict(base, exam_score=70))) == [("exam_paper_missing", "/exam_paper")]
    evaluation = staff.hr.fire(evaluation, "collect", **base)
    assert codes(staff.hr.try_fire(evaluation, "judge", verdict="competent")) == [("method_incomplete", ""), ("items_missing", ""), ("score_below_pass", "")]
    evaluation = staff.hr.fire(evaluation, "collect", exam_score=59, exam_paper="柜", item_scores=scores(OPERATOR[:4]))
    assert codes(staff.hr.try_fire(evaluation, "judge", verdict="competent")) == [("items_missing", ""), ("score_below_pass", "")]
    evaluation = staff.hr.fire(evaluation, "collect", item_scores=scores(OPERATOR))
    assert codes(staff.hr.try_fire(evaluation, "judge", verdict="not_competent")) == [("second_name_missing", ""), ("verdict_reason_missing", "/verdict_reason")]
    evaluation = staff.hr.fire(evaluation, "collect", exam_score=60)
    assert staff.hr.fire(evaluation, "judge", verdict="competent")["state"] == "judged_competent"


def test_an_appeal_within_five_working_days_is_decided_by_somebody_else(company, staff):
    technician = staff.technician(skills=["computer"])
    company.set_clock("2027-03-01T09:00:00+08:00")
    evaluation = staff.judged(technician, score=50)
    other = staff.technician()
    assert other.get(evaluation["href"]).status_code == 404
    assert technician.read(evaluation["href"])["score"] == 50
    assert codes(staff.first.post(evaluation["href"] + "/appeal", {"appeal": "不服"})) == [("not_your_evaluation", "")]
    assert codes(company.deputy_gm.try_fire(evaluation, "decide_appeal", appeal_decision="upheld", appeal_answer="维持")) == [("no_open_appeal", "")]
    company.set_clock("2027-03-09T00:00:01+08:00")
    assert codes(technician.try_fire(evaluation, "appeal", appeal="不服")) == [("appeal_too_late", "")]
    company.set_clock("2027-03-08T23:59:00+08:00")
    evaluation = technician.fire(evaluation, "appeal", appeal="评分有误")
    assert "appeal_due" in evaluation["clocks"]
    assert codes(technician.try_fire(evaluation, "appeal", appeal="再申诉")) == [("appealed_already", "")]
    evaluation = staff.head.fire(evaluation, "bar")
    assert person(company, technician)["state"] == "barred"
    evaluation = company.deputy_gm.fire(evaluation, "decide_appeal", appeal_decision="overturned", appeal_answer="漏计实操分")
    assert evaluation["state"] == "judged_competent" and evaluation["verdict"] == "competent"
    staff.hr.fire(evaluation, "admit")
    assert person(company, technician)["state"] == "active"


def test_who_evaluated_does_not_decide_the_appeal(company, staff):
    technician, both = staff.technician(), company.hire("deputy_gm", "employee", department="executive")
    evaluation = staff.schedule(technician)
    evaluation = staff.hr.fire(evaluation, "collect", evaluator_id=both.id, second_evaluator_id=staff.second.id, no_conflict=True, exam_score=40,
                               exam_paper="柜", item_scores=scores(OPERATOR))
    evaluation = staff.hr.fire(evaluation, "judge", verdict="not_competent", verdict_reason="不合格")
    evaluation = technician.fire(evaluation, "appeal", appeal="不服")
    assert codes(both.try_fire(evaluation, "decide_appeal", appeal_decision="upheld", appeal_answer="维持")) == [("decided_by_evaluator", "")]
    evaluation = company.deputy_gm.fire(evaluation, "decide_appeal", appeal_decision="upheld", appeal_answer="维持")
    assert evaluation["state"] == "judged_not_competent"


def test_the_ill_are_put_off_and_their_verdict_holds_sixty_days_after_the_return(company, staff):
    technician = staff.technician(skills=["computer"])
    staff.company.admin.fire(person(company, technician), "qualify", qualified_scope=["computer"], qualified_until=company.day(20))
    evaluation = staff.schedule(technician)
    back = company.day(30)
    assert codes(staff.hr.try_fire(evaluation, "postpone", postpone_reason="ill", returns_on=back, planned_on=company.day(10))) == [("not_later", "/planned_on")]
    assert codes(staff.hr.try_fire(evaluation, "postpone", postpone_reason="ill", returns_on=back, planned_on=company.day(91))) == [("postponed_too_far", "/planned_on")]
    evaluation = staff.hr.fire(evaluation, "postpone", postpone_reason="ill", returns_on=back, planned_on=company.day(90))
    assert person(company, technician)["qualified_until"] == company.day(90)


def test_a_certificate_ends_its_scope_on_the_day_it_runs_out(company, staff):
    technician = staff.technician(skills=["computer", "security"])
    body = dict(person_id=technician.id, certificate_type="security_installer", certificate_no="AF-1", valid_until=company.day(70), scope=["security"])
    certificate = staff.hr.create("certificates", **body)
    assert codes(staff.hr.post("/v1/certificates", body)) == [("certificate_known", "/certificate_no")]
    assert codes(staff.hr.post("/v1/certificates", dict(body, certificate_no="AF-2", valid_until=company.day(-1)))) == [("certificate_expired", "/valid_until")]
    last = certificate["valid_until"]
    company.set_clock(company.day(11) + "T09:00:00+08:00")
    wait_for(lambda: staff.hr.read(certificate["href"]).get("warned_for") == last)
    company.set_clock(last + "T23:00:00+08:00")
    time.sleep(1.5)
    assert staff.hr.read(certificate["href"])["state"] == "valid" and "security" in person(company, technician)["qualified_scope"]
    company.set_clock(company.day(1) + "T00:00:10+08:00")
    wait_for(lambda: staff.hr.read(certificate["href"])["state"] == "expired")
    assert person(company, technician)["qualified_scope"] == ["computer"]


def test_a_missing_certificate_keeps_from_the_post_and_a_loss_holds_thirty_days(company, staff):
    technician = staff.technician()
    evaluation = staff.collected(technician, required_certificates=["electrician"])
    assert codes(staff.hr.try_fire(evaluation, "judge", verdict="competent")) == [("certificate_missing", "")]
    certificate = staff.hr.create("certificates", person_id=technician.id, certificate_type="electrician", certificate_no="DG-" + technician.id[:8],
                                  valid_until=company.day(400), scope=["power"])
    evaluation = staff.hr.fire(evaluation, "judge", verdict="competent", scope=["power"])
    staff.hr.fire(evaluation, "admit")
    assert codes(staff.hr.try_fire(certificate, "report_loss", loss_note="丢失", issuer_confirmed=False)) == [("issuer_not_confirmed", "/issuer_confirmed")]
    certificate = staff.hr.fire(certificate, "report_loss", loss_note="丢失", issuer_confirmed=True)
    due = certificate["clocks"]["reissue_due"]["due_at"]
    company.set_clock(due[:11] + "00:00:00+08:00")
    time.sleep(1.5)
    assert staff.hr.read(certificate["href"])["state"] == "lost"
    company.set_clock(due)
    wait_for(lambda: staff.hr.read(certificate["href"])["state"] == "expired")
    assert person(company, technician)["qualified_scope"] == []


def test_open_jobs_look_for_somebody_else_when_the_qualification_ends(company, staff):
    """By a certificate that is withdrawn, and by a verdict that has run out."""
    technician = staff.technician(skills=["computer", "security"])
    certificate = staff.hr.create("certificates", person_id=technician.id, certificate_type="security_installer", certificate_no="AF-" + technician.id[:8],
                                  valid_until=company.day(400), scope=["security"])
    kept = company.dispatcher.fire(company.register(), "dispatch", assignee_id=technician.id)
    lost = company.dispatcher.fire(company.register(required_skill="security"), "dispatch", assignee_id=technician.id)
    staff.hr.fire(certificate, "withdraw", reason="吊销")
    wait_for(lambda: company.dispatcher.read(lost["href"]).get("to_reassign") == "not_qualified")
    assert company.dispatcher.read(kept["href"])["to_reassign"] is None
    assert lost["id"] in [w["id"] for w in company.dispatcher.read("/v1/worklist", to_reassign="true", limit=200)["data"]]
    company.set_clock(company.day(366) + "T09:00:00+08:00")
    wait_for(lambda: company.dispatcher.read(kept["href"]).get("to_reassign") == "not_qualified")


def test_nobody_is_qualified_past_a_verdict(company, staff):
    technician = staff.technician()
    wanted = dict(qualified_scope=["computer"], qualified_until=company.day(100))
    assert codes(staff.hr.try_fire(person(company, technician), "qualify", **dict(wanted, qualified_until=company.day(-1)))) == \
        [("qualification_ends_in_past", "/qualified_until")]
    staff.hr.fire(person(company, technician), "qualify", **wanted)
    staff.judged(technician, score=50)
    assert codes(staff.hr.try_fire(person(company, technician), "qualify", **wanted)) == [("evaluation_decides", "")]
    assert staff.hr.try_fire(person(company, technician), "admit", **wanted).status_code == 403


def test_an_outlet_reports_who_has_left(company, staff):
    outlet = company.dispatcher.create("outlets", name="离职网点", kind="external", skills=["computer"])
    manager, technician = [company.hire(role, outlet_id=outlet["id"], department="outlet") for role in ("outlet_manager", "outlet_technician")]
    seen = manager.read("/v1/persons/" + technician.id)
    assert codes(manager.try_fire(seen, "report_departure", left_on=company.day(1), reason="辞职")) == [("departure_ahead", "/left_on")]
    own = manager.read("/v1/persons/" + manager.id)
    assert codes(manager.try_fire(own, "report_departure", left_on=company.day(), reason="辞职")) == [("own_departure", "")]
    assert manager.post(f"/v1/persons/{company.technician.id}/report_departure", dict(left_on=company.day(), reason="x")).status_code == 404
    assert manager.fire(seen, "report_departure", left_on=company.day(), reason="辞职")["state"] == "left"
    wait_for(lambda: technician.get("/v1/me").status_code == 401)
    told = [n["code"] for n in company.hr_officer.read("/v1/notifications", entity=technician.id)["data"]]
    assert "outlet_person_left" in told


def test_somebody_who_leaves_ends_his_evaluation_and_his_access(company, staff):
    technician = staff.technician()
    evaluation = staff.schedule(technician)
    assert codes(staff.hr.try_fire(evaluation, "leave", reason="辞职")) == [("tools_not_returned", "/tools_returned")]
    staff.hr.fire(evaluation, "leave", tools_returned=True, reason="辞职")
    assert person(company, technician)["state"] == "left"
    assert technician.get("/v1/me").status_code == 401
    other = staff.technician()
    waiting = staff.schedule(other)
    company.admin.fire(person(company, other), "leave", reason="辞职")
    wait_for(lambda: staff.hr.read(waiting["href"])["state"] == "left")


def test_the_plan_of_the_next_year(company, staff):
    year = int(company.day()[:4]) + 1
    commerce = company.hire("dept_head", department="commerce_dept")
    plan = staff.hr.create("training-plans", year=year, departments=["tech_dept", "commerce_dept"])
    assert codes(staff.hr.post("/v1/training-plans", {"year": year, "departments": ["tech_dept"]})) == [("plan_exists", "/year")]
    assert codes(staff.hr.try_fire(plan, "close_needs", reason="截止")) == [("no_needs", "")]
    need = [{"topic": "新机型维修", "people": 5}]
    assert codes(commerce.post("/v1/training-requests", dict(department="tech_dept", needs=need, plan_id=plan["id"]))) == [("other_department", "/department")]
    assert codes(commerce.post("/v1/training-requests", dict(department="commerce_dept", needs=need))) == [("reason_missing", "/urgent_reason")]
    for head, department in ((staff.head, "tech_dept"), (commerce, "commerce_dept")):
        request = head.create("training-requests", department=department, needs=need, plan_id=plan["id"])
        assert codes(head.post("/v1/training-requests", dict(department=department, needs=need, plan_id=plan["id"]))) == [("request_exists", "/plan_id")]
        head.fire(request, "submit")
    plan = staff.hr.read(plan["href"])
    assert plan["state"] == "needs_submitted" and [r["department"] for r in plan["received"]] == ["tech_dept", "commerce_dept"]
    assert "needs_due" not in plan["clocks"] and plan["clocks"]["plan_due"]["due_at"][:10] == f"{year}-01-01"
    courses = [{"course": "体系知识", "kind": "basic", "month": 3, "hours": 8, "departments": ["tech_dept"]}]
    assert codes(staff.hr.try_fire(plan, "draft", courses=courses)) == [("basic_training_missing", "/courses")]
    courses.append({"course": "新机型", "kind": "skill", "month": 4, "hours": 16, "departments": ["commerce_dept"]})
    plan = staff.hr.fire(plan, "draft", courses=courses)
    both = company.hire("hr_officer", "deputy_gm", department="hr_office")
    plan = company.deputy_gm.fire(plan, "return_plan", reason="缺预算")
    plan = both.fire(plan, "draft", courses=courses)
    assert codes(both.try_fire(plan, "approve")) == [("own_draft", "")]
    plan = company.deputy_gm.fire(plan, "approve")
    assert codes(staff.hr.try_fire(plan, "issue", issued_to=["tech_dept"])) == [("department_left_out", "/issued_to")]
    plan = staff.hr.fire(plan, "issue", issued_to=["tech_dept", "commerce_dept"])
    assert codes(staff.hr.try_fire(plan, "start")) == [("year_not_begun", "")]
    company.set_clock(f"{year}-01-01T00:00:10+08:00")
    wait_for(lambda: staff.hr.read(plan["href"])["state"] == "executing")
    event = staff.hr.create("training-events", course="体系知识", kind="basic", with_exam=False, plan_id=plan["id"])
    assert codes(staff.hr.try_fire(plan, "summarise", summary="完成")) == [("courses_open", "")]
    staff.hr.fire(event, "cancel", reason="讲师缺席")
    plan = staff.hr.fire(plan, "summarise", summary="完成一项")
    assert plan["figures"] == {"planned": 2, "held": 0, "cancelled": 1, "attended": 0, "absent": 0}
    assert staff.hr.fire(plan, "close")["state"] == "closed"


def test_a_course_from_the_list_to_the_file(company, staff):
    people = [staff.technician(name=f"学员{n}") for n in range(4)]
    trainer = company.hire("trainer", department="tech_dept")
    assert codes(staff.hr.post("/v1/training-events", dict(course="x", kind="retraining", with_exam=False))) == [("exam_required", "/with_exam")]
    assert codes(staff.hr.post("/v1/training-events", dict(course="x", kind="safety", with_exam=True))) == [("kind_has_its_own_form", "/kind")]
    event = trainer.create("training-events", course="显示维修", kind="skill", with_exam=True, places=2, trainer_id=trainer.id)
    event = trainer.fire(event, "enrol", person_ids=[p.id for p in people[:3]])
    assert [p["attendance"] for p in event["participants"]] == ["enrolled", "enrolled", "waiting"]
    assert codes(trainer.try_fire(event, "enrol", person_ids=[people[0].id])) == [("enrolled_already", "/person_ids")]
    assert codes(trainer.try_fire(event, "enrol", person_ids=["00000000-0000-7000-8000-000000000000"])) == [("unknown_person", "/person_ids")]
    assert codes(trainer.try_fire(event, "drop", person_id=people[3].id)) == [("not_enrolled", "/person_id")]
    event = trainer.fire(event, "drop", person_id=people[0].id)
    assert [p["person_id"] for p in event["participants"] if p["attendance"] == "enrolled"] == [people[1].id, people[2].id]
    begins = company.at(5)
    lessons = [{"starts_at": begins, "topic": "拆装", "hours": 6}, {"starts_at": begins, "topic": "检测", "hours": 2}]
    assert codes(trainer.try_fire(event, "arrange_course", lessons=lessons, starts_at=company.at(-1))) == [("starts_in_past", "/starts_at")]
    event = trainer.fire(event, "arrange_course", lessons=lessons, starts_at=begins)
    assert event["hours"] == 8
    assert codes(trainer.try_fire(event, "hold")) == [("not_yet_begun", "")]
    company.set_clock(begins)
    assert codes(trainer.try_fire(event, "hold", absent_ids=[people[0].id])) == [("not_enrolled", "/absent_ids")]
    event = trainer.fire(event, "hold", absent_ids=[people[2].id])
    assert codes(trainer.try_fire(event, "summarise", summary="好")) == [("exam_missing", "")]
    assert codes(trainer.try_fire(event, "examine", marks=[{"person_id": people[2].id, "score": 80}])) == [("marks_incomplete", "/marks")]
    event = trainer.fire(event, "examine", marks=[{"person_id": people[1].id, "score": 60}])
    assert [p.get("passed") for p in event["participants"]] == [True, None]
    event = trainer.fire(event, "summarise", summary="效果良好")
    event = staff.hr.fire(event, "file")
    assert [r["form"] for r in staff.hr.read(event["href"] + "/records")["data"]] == ["course_arrangement", "training_summary", "training_record"]
    empty = staff.hr.create("training-events", course="空", kind="skill", with_exam=False)
    assert codes(staff.hr.try_fire(empty, "arrange_course", lessons=lessons, starts_at=company.at(1))) == [("trainer_missing", "/trainer_id")]


def test_outside_training_needs_notice_formalities_and_approval(company, staff):
    technician = staff.technician()
    notice = dict(person_id=technician.id, course="厂家高级维修", organiser="厂家", from_at=company.at(24), to_at=company.at(72))
    assert codes(company.deputy_gm.post("/v1/outside-trainings", dict(notice, to_at=company.at(1)))) == [("ends_before_it_begins", "/to_at")]
    training = company.deputy_gm.create("outside-trainings", **notice)
    assert codes(staff.hr.try_fire(training, "do_formalities", notice_shown=False)) == [("notice_not_shown", "/notice_shown")]
    training = staff.hr.fire(training, "do_formalities", notice_shown=True, advance=100000)
    assert codes(company.supervising_leader.try_fire(training, "refuse", close_reason="预算不足")) == [("advance_open", "/advance_settled")]
    training = company.supervising_leader.fire(training, "approve")
    training = staff.hr.fire(training, "attend")
    assert [a["kind"] for a in staff.hr.read("/v1/absences", person_id=technician.id)["data"]] == ["training"]
    done = dict(report="已掌握", hours=16, passed=True)
    assert codes(staff.hr.try_fire(training, "file", **done)) == [("not_yet_over", ""), ("advance_open", "/advance_settled")]
    company.set_clock(company.at(73))
    assert staff.hr.fire(training, "file", advance_settled=True, **done)["state"] == "filed"
    late = company.deputy_gm.create("outside-trainings", **dict(notice, from_at=company.at(1), to_at=company.at(2)))
    late = company.supervising_leader.fire(staff.hr.fire(late, "do_formalities", notice_shown=True), "approve")
    company.set_clock(company.at(3))
    assert ("already_over", "") in codes(staff.hr.try_fire(late, "attend"))
    assert staff.hr.fire(late, "break_off", close_reason="错过")["state"] == "broken_off"


def test_screens(company, staff):
    technician = staff.technician(skills=["network"])
    # Far enough ahead that no round of the timer, begun before the clock was set back, finds it overdue.
    evaluation = staff.schedule(technician, planned_on=company.day(60))
    assert [e["id"] for e in technician.read("/v1/competence-evaluations")["data"]] == [evaluation["id"]]
    for filters in (dict(category="operator"), dict(department="tech_dept"), dict(person_id=technician.id), dict(due_before=company.at(24 * 90))):
        assert evaluation["id"] in [e["id"] for e in everything(staff.hr, "/v1/competence-evaluations", **filters)], filters
    assert technician.get("/v1/certificates").status_code == 200
    assert technician.get("/v1/training-plans").status_code == 200
    found = company.dispatcher.read("/v1/persons", skill="network", qualified_on=company.day(), available_on=company.day(), limit=200)["data"]
    assert technician.id in [p["id"] for p in found]
    customer = company.hire("customer", customer_id=company.customer_with_unit()[0]["id"])
    assert customer.get("/v1/competence-evaluations").status_code == 403


@pytest.mark.parametrize("event,by,body", [
    ("collect", "dispatcher", {}), ("judge", "dept_head", {"verdict": "competent"}), ("admit", "deputy_gm", {}), ("bar", "hr_officer", {}),
    ("postpone", "dept_head", {"postpone_reason": "ill", "returns_on": "2027-01-01", "planned_on": "2027-01-01"}), ("leave", "dispatcher", {}),
    ("decide_appeal", "hr_officer", {"appeal_decision": "upheld", "appeal_answer": "x"}), ("rehire", "dept_head", {}), ("reassign", "dept_head", {"new_post": "x"}),
    ("retry", "dept_head", {}), ("retrain", "hr_officer", {"retraining_plan": "x"}), ("re_examine", "dept_head", {"re_exam_score": 1, "exam_paper": "x"})])
def test_roles_that_must_be_refused(company, staff, event, by, body):
    evaluation = staff.schedule(staff.technician())
    client = staff.head if by == "dept_head" else getattr(company, by)
    answer = client.try_fire(evaluation, event, **body)
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden_role"
