"""P7: the guards that the stories pass by, each refused with its code."""

import pytest
from settlement import codes
from test_competence import Staff, person, wait_for


@pytest.fixture(scope="module")
def staff(company):
    return Staff(company)


@pytest.fixture(scope="module")
def gone(company):
    left = company.hire("technician")
    company.admin.fire(company.admin.read("/v1/persons/" + left.id), "leave", reason="辞职")
    return left.id


def refused(answer, code, pointer=""):
    assert answer.status_code == 422 and (code, pointer) in codes(answer), answer.text


def test_who_has_left_is_neither_evaluated_nor_trained(company, staff, gone):
    refused(staff.hr.post("/v1/competence-evaluations", dict(person_id=gone, category="operator", occasion="scope", year=2026, planned_on=company.day(1))),
            "not_on_staff", "/person_id")
    refused(staff.hr.post("/v1/certificates", dict(person_id=gone, certificate_type="driver", certificate_no="1", valid_until=company.day(9))), "not_on_staff", "/person_id")
    refused(staff.hr.post("/v1/safety-educations", dict(person_id=gone, occasion="temporary", department="tech_dept")), "not_on_staff", "/person_id")
    refused(company.deputy_gm.post("/v1/outside-trainings", dict(person_id=gone, course="x", organiser="x", from_at=company.at(1), to_at=company.at(2))),
            "not_on_staff", "/person_id")


def test_the_yearly_evaluation_has_its_window(company, staff):
    year = int(company.day()[:4])
    technician = staff.technician()
    body = dict(person_id=technician.id, category="operator", occasion="year_end", year=year)
    for day in (f"{year}-11-30", f"{year + 1}-01-01"):
        refused(staff.hr.post("/v1/competence-evaluations", dict(body, planned_on=day)), "outside_window", "/planned_on")
    evaluation = staff.hr.create("competence-evaluations", **dict(body, planned_on=f"{year}-12-31"))
    refused(staff.hr.try_fire(evaluation, "amend", reason="改期", planned_on=f"{year}-11-30"), "outside_window", "/planned_on")
    assert staff.hr.fire(evaluation, "amend", reason="改期", planned_on=f"{year}-12-01")["planned_on"] == f"{year}-12-01"


def test_a_verdict_says_what_it_covers(company, staff):
    evaluation = staff.collected(staff.technician(), scope=[], works=[])
    refused(staff.hr.try_fire(evaluation, "judge", verdict="competent"), "scope_missing", "/scope")


def test_only_the_own_head_bars_and_nobody_is_settled_while_an_appeal_is_open(company, staff):
    technician = staff.technician()
    evaluation = staff.judged(technician, score=50)
    other = company.hire("dept_head", department="commerce_dept")
    refused(other.try_fire(evaluation, "bar"), "other_department")
    good = staff.judged(staff.technician())
    owner = company.key_for(company.admin.read("/v1/persons/" + good["person_id"]))
    owner.fire(good, "appeal", appeal="范围过窄")
    refused(staff.hr.try_fire(good, "admit"), "appeal_open")


def test_certificates_end_after_they_begin_and_are_renewed_for_longer(company, staff):
    body = dict(person_id=staff.technician().id, certificate_type="driver", certificate_no="JZ-" + company.at(0), valid_until=company.day(50))
    refused(staff.hr.post("/v1/certificates", dict(body, issued_on=company.day(60))), "ends_before_it_begins", "/valid_until")
    certificate = staff.hr.create("certificates", **body)
    refused(staff.hr.try_fire(certificate, "renew", valid_until=company.day(50)), "not_later", "/valid_until")
    assert staff.hr.fire(certificate, "renew", valid_until=company.day(51))["valid_until"] == company.day(51)


def test_a_plan_takes_needs_only_while_it_asks(company, staff):
    year = int(company.day()[:4]) + 5
    plan = staff.hr.create("training-plans", year=year, departments=["commerce_dept"])
    body = dict(department="tech_dept", needs=[{"topic": "x", "people": 1}], plan_id=plan["id"])
    refused(staff.head.post("/v1/training-requests", body), "plan_closed_for_needs", "/plan_id")
    refused(staff.hr.post("/v1/training-events", dict(course="x", kind="skill", with_exam=False, plan_id=plan["id"])), "plan_not_issued", "/plan_id")


def test_a_course_needs_people_and_gives_marks_only_with_an_examination(company, staff):
    trainer = company.hire("trainer", department="tech_dept")
    event = staff.hr.create("training-events", course="无考核", kind="skill", with_exam=False, trainer_id=trainer.id)
    begins = company.at(1)
    event = staff.hr.fire(event, "arrange_course", lessons=[{"starts_at": begins, "topic": "x", "hours": 1}], starts_at=begins)
    company.set_clock(company.at(2))
    refused(staff.hr.try_fire(event, "hold"), "nobody_enrolled")
    event = staff.hr.fire(event, "enrol", person_ids=[trainer.id])
    event = staff.hr.fire(event, "hold")
    refused(staff.hr.try_fire(event, "examine", marks=[{"person_id": trainer.id, "score": 90}]), "no_exam")
    company.reset_clock()
    exam = held(company, staff, trainer)
    refused(trainer.try_fire(exam, "examine", marks=[{"person_id": trainer.id, "score": 100}]), "own_mark", "/marks")


def held(company, staff, trainer):
    event = staff.hr.create("training-events", course="有考核", kind="skill", with_exam=True, trainer_id=trainer.id)
    event = staff.hr.fire(event, "enrol", person_ids=[trainer.id])
    begins = company.at(1)
    event = staff.hr.fire(event, "arrange_course", lessons=[{"starts_at": begins, "topic": "x", "hours": 1}], starts_at=begins)
    company.set_clock(company.at(2))
    return staff.hr.fire(event, "hold")


def test_nobody_approves_the_own_outside_training(company, staff):
    leader = company.hire("supervising_leader", department="executive")
    training = company.deputy_gm.create("outside-trainings", person_id=leader.id, course="x", organiser="x", from_at=company.at(1), to_at=company.at(9))
    training = staff.hr.fire(training, "do_formalities", notice_shown=True)
    refused(leader.try_fire(training, "approve"), "own_training")
    assert company.supervising_leader.fire(training, "refuse", close_reason="无预算")["state"] == "refused"


def test_new_technique_is_named_and_asks_only_for_the_post(company, staff):
    body = dict(person_id=staff.technician().id, occasion="new_technology", department="tech_dept", post="维修")
    refused(staff.hr.post("/v1/safety-educations", body), "technology_missing", "/new_technology")
    education = staff.hr.create("safety-educations", **dict(body, new_technology="热像仪"))
    level = dict(exam_score=59, level_hours=4, teacher="厂家")
    refused(staff.hr.try_fire(education, "pass_company", **level), "level_missing")
    assert staff.head.fire(education, "pass_post", **level)["state"] == "registered"
    assert staff.head.fire(education, "pass_post", **dict(level, exam_score=60))["state"] == "cleared"
    other = staff.hr.create("safety-educations", **dict(body, occasion="temporary"))
    assert staff.hr.fire(other, "cancel", reason="未入职")["state"] == "cancelled"


def test_registers_of_persons_refuse(company, staff):
    clerk = company.hotline_clerk
    boss = person(company, company.admin)
    refused(company.admin.try_fire(boss, "change_roles", roles=["general_manager"], reason="x"), "own_roles")
    absence = dict(person_id=company.technician.id, kind="ill", from_at=company.at(0), to_at=company.at(5))
    refused(clerk.post("/v1/absences", absence), "absence_of_another", "/person_id")
    refused(clerk.post("/v1/absences", dict(absence, person_id=clerk.id, to_at=company.at(-1))), "ends_before_it_begins", "/to_at")
    body = dict(role="hotline_clerk", holder_id=clerk.id, stand_in_id=company.dispatcher.id, from_at=company.at(0), to_at=company.at(5))
    refused(clerk.post("/v1/delegations", dict(body, stand_in_id=clerk.id)), "delegated_to_self", "/stand_in_id")
    refused(company.technician.post("/v1/delegations", body), "delegation_of_another", "/holder_id")
    refused(clerk.post("/v1/delegations", dict(body, to_at=company.at(-2))), "ends_before_it_begins", "/to_at")
    refused(clerk.post("/v1/delegations", dict(body, role="deputy_gm")), "holder_lacks_role", "/role")


def test_what_else_happens_to_certificates_plans_and_requests(company, staff):
    hr, head, deputy = staff.hr, staff.head, company.deputy_gm
    lost = hr.create("certificates", person_id=staff.technician().id, certificate_type="driver", certificate_no="YS-" + company.at(0), valid_until=company.day(90))
    lost = hr.fire(lost, "report_loss", loss_note="遗失", issuer_confirmed=True)
    refused(hr.try_fire(lost, "reissue", certificate_no="BB-1", valid_until=company.day(-1)), "certificate_expired", "/valid_until")
    lost = hr.fire(lost, "reissue", certificate_no="BB-" + company.at(0), valid_until=company.day(900))
    assert lost["state"] == "valid" and "reissue_due" not in lost["clocks"] and lost.get("lost_at") is None

    year = int(company.day()[:4])
    plan = hr.create("training-plans", year=year, departments=["tech_dept", "commerce_dept"])
    need = dict(department="tech_dept", needs=[{"topic": "x", "people": 1}])
    first = head.create("training-requests", plan_id=plan["id"], **need)
    assert head.fire(first, "withdraw")["state"] == "withdrawn"
    first = head.fire(head.create("training-requests", plan_id=plan["id"], **need), "submit")
    assert hr.fire(first, "take_up")["state"] == "taken_up"
    urgent = head.fire(head.create("training-requests", urgent_reason="新机型上市", **need), "submit")
    assert hr.fire(urgent, "decline", decline_reason="列入下年度")["state"] == "declined"
    plan = hr.fire(plan, "close_needs", reason="商务部未报")
    courses = [{"course": "体系知识", "kind": "basic", "month": 3, "hours": 8, "departments": ["tech_dept"]},
               {"course": "技能", "kind": "skill", "month": 4, "hours": 8, "departments": ["tech_dept"]}]
    plan = hr.fire(deputy.fire(hr.fire(plan, "draft", courses=courses), "approve"), "issue", issued_to=["tech_dept"])
    refused(deputy.try_fire(plan, "change_courses", courses=courses[:1], reason="缩减"), "basic_training_missing", "/courses")
    plan = deputy.fire(plan, "change_courses", courses=courses + [dict(courses[1], month=9)], reason="增加一期")
    if plan["state"] == "issued":  # its year runs: the timer may have been first
        answer = hr.try_fire(plan, "start")
        assert answer.status_code in (200, 409)
    assert hr.read(plan["href"])["state"] == "executing" and len(hr.read(plan["href"])["courses"]) == 3


def test_absences_are_cancelled_or_end_early(company, staff):
    clerk = company.hire("hotline_clerk")
    planned = clerk.create("absences", person_id=clerk.id, kind="leave", from_at=company.at(24), to_at=company.at(48))
    assert clerk.fire(planned, "cancel", reason="不休了")["state"] == "cancelled"
    running = clerk.create("absences", person_id=clerk.id, kind="ill", from_at=company.at(0), to_at=company.at(48))

    wait_for(lambda: company.hr_officer.read(running["href"])["state"] == "running")
    assert company.hr_officer.fire(running, "return_early")["state"] == "ended"


def test_departments_open_and_close(company, staff):
    made = staff.hr.create("departments", code="external", name="外部单位")
    assert staff.hr.fire(made, "close", reason="不再使用")["state"] == "closed"
