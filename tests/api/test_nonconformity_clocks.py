"""P22's limits, proved by setting the clock: each just before and just after. And what the timer does: trends, absences, the ledger."""

import datetime

import pytest

from aftercare import Company, Server
from nonconformities import Bureau
from answers import breached, codes, due, eventually, settle_down, told
from test_nonconformity_steps import disposition


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved by months."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def at(company, day, hour="09:00:00"):
    company.set_clock(f"{day}T{hour}+08:00")


def runs_out(company, entity, code, expected):
    """The limit is where the table of limits says, and is missed a minute later, not a minute before."""
    moment = due(entity, code)
    assert moment.isoformat().startswith(expected), (code, moment)
    company.set_clock((moment - datetime.timedelta(minutes=1)).isoformat())
    settle_down()
    assert code not in breached(company, entity)
    company.set_clock((moment + datetime.timedelta(minutes=1)).isoformat())
    assert eventually(lambda: code in breached(company, entity)), code


def test_the_report_is_confirmed_within_a_working_day(company):
    at(company, "2027-03-05")  # a Friday
    runs_out(company, Bureau(company).report(), "confirm_due", "2027-03-09T00:00")


def test_the_department_signs_within_two_working_days_and_contains_within_24_hours(company):
    at(company, "2027-03-15")  # a Monday
    bureau = Bureau(company)
    one = bureau.manager.fire(bureau.report(), "confirm")
    runs_out(company, one, "contain_due", "2027-03-16T09:00")
    runs_out(company, one, "sign_due", "2027-03-18T00:00")
    assert codes(bureau.head.try_fire(one, "object", objection="x")) == ["objection_too_late"]
    # Silence does not hold up the work; signing late is possible.
    one = bureau.head.fire(one, "contain", correction="x")
    assert bureau.manager.fire(one, "decide_need", needs_cause=True)["state"] == "cause_analysis"
    assert bureau.head.fire(one, "sign")["signed_at"]


def test_a_critical_one_is_contained_within_four_hours(company):
    at(company, "2027-03-22")
    bureau = Bureau(company)
    runs_out(company, bureau.manager.fire(bureau.report(grade="critical"), "confirm"), "contain_due", "2027-03-22T13:00")


def test_an_objection_is_decided_and_the_need_of_a_cause_too_within_two_working_days(company):
    at(company, "2027-03-29")
    bureau = Bureau(company)
    one = bureau.head.fire(bureau.manager.fire(bureau.report(), "confirm"), "object", objection="x")
    two = bureau.to("contained")
    runs_out(company, two, "need_due", "2027-04-01T00:00")
    assert eventually(lambda: "objection_due" in breached(company, one)) and due(one, "objection_due").isoformat().startswith("2027-04-01T00:00")


def test_causes_in_seven_days_actions_confirmed_in_two_working_days(company):
    at(company, "2027-04-05")
    bureau = Bureau(company)
    one = bureau.to("cause_analysis")
    runs_out(company, one, "analysis_due", "2027-04-12T09:00")
    one = bureau.head.fire(bureau.head.fire(one, "analyse", **bureau.analysis), "propose", measures=bureau.actions(), metric="x")
    runs_out(company, one, "action_due", "2027-04-15T00:00")


def test_actions_are_implemented_by_grade(company):
    at(company, "2027-04-19")
    bureau = Bureau(company)
    minor, major, critical = (bureau.to("action_confirmed", grade=grade) for grade in ("minor", "major", "critical"))
    asked = bureau.head.fire(critical, "ask_extension", extension_until="2027-06-30", reason="x")
    runs_out(company, asked, "extension_due", "2027-04-22T00:00")
    runs_out(company, minor, "implement_due", "2027-05-05T00:00")
    runs_out(company, major, "implement_due", "2027-05-20T00:00")
    longer = bureau.deputy.fire(asked, "grant_extension")
    runs_out(company, longer, "implement_due", "2027-07-01T00:00")


def test_the_effect_is_watched_for_ninety_days_and_verified_then(company):
    at(company, "2027-07-05")
    bureau = Bureau(company)
    one = bureau.to("verifying")
    assert one["watch_until"] == "2027-10-03" and due(one, "verify_due").isoformat().startswith("2027-10-19T00:00")  # ten working days later
    at(company, "2027-10-03", "23:59:00")
    answer = bureau.auditor.try_fire(one, "verify", is_effective=True, verification="x")
    assert codes(answer) == ["watch_period_runs"]
    at(company, "2027-10-04", "00:01:00")
    moment = due(one, "verify_due")
    company.set_clock((moment - datetime.timedelta(minutes=1)).isoformat())
    settle_down()
    assert breached(company, one) == []
    company.set_clock((moment + datetime.timedelta(minutes=1)).isoformat())
    assert eventually(lambda: breached(company, one)) == ["verify_due"]
    # Whose turn it was: nobody's in the department.
    cursor = company.server.database().cursor()
    cursor.execute("select owner_id from breach where entity_id = %s", (one["id"],))
    assert cursor.fetchall() == [(None,)]
    one = bureau.auditor.fire(one, "verify", is_effective=True, verification="x")
    company.set_clock((due(one, "close_due") - datetime.timedelta(minutes=1)).isoformat())
    settle_down()
    assert "close_due" not in breached(company, one)
    company.set_clock((due(one, "close_due") + datetime.timedelta(minutes=1)).isoformat())
    assert eventually(lambda: "close_due" in breached(company, one))


def test_it_is_reopened_within_half_a_year(company):
    at(company, "2027-11-08")
    bureau = Bureau(company)
    one, two = (bureau.manager.fire(bureau.manager.fire(bureau.to("contained"), "decide_need", needs_cause=False), "close", closing_note="x") for _ in range(2))
    at(company, "2028-05-06", "08:55:00")  # 180 days: 6 May, 9:00
    assert bureau.manager.fire(one, "reopen", recurrence="x")["state"] == "cause_analysis"
    at(company, "2028-05-06", "09:10:00")
    assert codes(bureau.manager.try_fire(two, "reopen", recurrence="x")) == ["reopen_too_late"]


def test_a_disposition_is_decided_in_two_working_days_and_done_in_fifteen(company):
    at(company, "2028-05-08")
    bureau = Bureau(company)
    one = disposition(company, bureau.to("confirmed"))
    runs_out(company, one, "decide_due", "2028-05-11T00:00")
    runs_out(company, bureau.manager.fire(one, "approve"), "work_due", "2028-05-26T00:0")


def analysed(bureau, cause):
    return bureau.head.fire(bureau.to("cause_analysis"), "analyse", **dict(bureau.analysis, cause=cause))


def trends(company, **filters):
    return company.service_manager.read("/v1/nonconformities", kind="potential", limit=200, sort="opened_at", **filters)["data"]


def test_one_cause_three_times_in_ninety_days_is_looked_into_once(company):
    at(company, "2028-06-05")
    bureau = Bureau(company, "hr_office")
    analysed(bureau, "workload")
    at(company, "2028-09-04")  # 91 days: the first does not count any more
    analysed(bureau, "workload"), analysed(bureau, "workload"), analysed(bureau, "supervision")
    other = Bureau(company, "materials_office")
    analysed(other, "workload")
    settle_down()
    assert trends(company, source="trend") == []
    third = analysed(bureau, "workload")
    found = eventually(lambda: trends(company, source="trend"))
    assert len(found) == 1 and (found[0]["cause"], found[0]["dept"], found[0]["source_number"].startswith("NC-")) == ("workload", "hr_office", True)
    # One at a time: a fourth changes nothing; counted anew from there.
    analysed(bureau, "workload")
    settle_down()
    assert len(trends(company, source="trend")) == 1
    bureau.manager.fire(found[0], "dismiss", decision_reason="已在处理")
    settle_down()
    assert len(trends(company, source="trend")) == 1
    analysed(bureau, "workload"), analysed(bureau, "workload")
    assert eventually(lambda: len(trends(company, source="trend")) == 2)
    assert third["state"] == "cause_analysis"
    # Each outlet for itself.
    from settlement import Outlet
    for outlet in [Outlet(company, name="同因甲"), Outlet(company, name="同因乙")]:
        for _ in range(2):
            one = bureau.manager.fire(bureau.report(dept="outlet", outlet_id=outlet.id, kind="actual"), "confirm")
            one = bureau.manager.fire(outlet.manager.fire(outlet.manager.fire(one, "sign"), "contain", correction="x"), "decide_need", needs_cause=True)
            outlet.manager.fire(one, "analyse", **dict(bureau.analysis, cause="workload"))
    settle_down()
    assert len(trends(company, source="trend")) == 2
    # "Other" is no cause.
    for _ in range(3):
        analysed(other, "other")
    settle_down()
    assert len(trends(company, source="trend")) == 2


def test_one_limit_missed_three_times_by_one_person_is_looked_into_once(company):
    at(company, "2028-10-09")  # a Monday
    bureau = Bureau(company, "company_office")
    def late(n):
        some = [bureau.manager.fire(bureau.report(), "confirm") for _ in range(n)]
        for one in some:
            bureau.head.fire(one, "sign")
        return some
    def missed(some):
        return all(breached(company, one) == ["contain_due"] for one in some)
    some = late(2)
    at(company, "2028-10-10", "09:05:00")
    assert eventually(lambda: missed(some))
    settle_down()
    assert trends(company, person_id=bureau.head.id) == []
    third = late(1)
    at(company, "2028-10-11", "09:10:00")
    found = eventually(lambda: trends(company, person_id=bureau.head.id))
    assert missed(third) and len(found) == 1
    assert (found[0]["source"], found[0]["rule_code"], found[0]["dept"], found[0]["grade"]) == ("deadline_breach", "T_P22_CONTAIN", "company_office", "minor")
    assert "nonconformity" in found[0]["fact"] and found[0]["source_number"] == bureau.head.person["number"]
    events = company.admin.read("/v1/persons/" + bureau.head.id + "/events")["data"]
    assert [e["event"] for e in events if e["event"] == "miss_limits"] == ["miss_limits"]
    # One at a time, whatever else is late.
    more = late(3)
    at(company, "2028-10-12", "09:15:00")
    assert eventually(lambda: missed(more))
    settle_down()
    assert len(trends(company, person_id=bureau.head.id)) == 1
    bureau.manager.fire(found[0], "dismiss", decision_reason="x")
    assert eventually(lambda: len(trends(company, person_id=bureau.head.id)) == 2)  # those three count


def test_who_is_absent_or_gone_is_seen(company):
    at(company, "2028-11-06")
    bureau = Bureau(company, "tech_dept")
    one = bureau.manager.fire(bureau.report(), "confirm")
    absence = company.admin.create("absences", person_id=bureau.head.id, kind="ill", from_at=company.at(0), to_at=company.at(20))
    assert eventually(lambda: company.admin.read(one["href"]).get("to_reassign")) == "absence"
    assert "to_reassign" in told(bureau.manager, one)
    stand_in = company.hire("dept_head", name="代理科长", department="tech_dept")
    one = bureau.manager.fire(one, "reassign", assignee_id=stand_in.id, reassign_reason="ill")
    assert one.get("to_reassign") is None and absence["person_id"] == bureau.head.id
    company.admin.fire(company.admin.read("/v1/persons/" + stand_in.id), "leave", reason="辞职")
    assert eventually(lambda: company.admin.read(one["href"]).get("to_reassign")) == "barred_or_left"
    # Who stands in by delegation answers, too.
    deputy = company.hire("dept_head", name="受托人", department="finance_office")
    assert codes(deputy.try_fire(one, "sign")) == ["other_department"]
    company.admin.create("delegations", role="dept_head", holder_id=bureau.head.id, stand_in_id=deputy.id, from_at=company.at(-1), to_at=company.at(200))
    assert deputy.fire(one, "sign")["signed_by"] == deputy.id


def test_the_ledger_of_the_quarter_is_handed_in_by_the_tenth(company):
    at(company, "2028-12-04")
    bureau = Bureau(company)
    bureau.to("action_confirmed", grade="major", customer_affected=True)
    at(company, "2029-01-05")
    m, rep = bureau.manager, company.management_rep
    box = eventually(lambda: m.read("/v1/handins", rule_code="HI_CAPA_Q", period="2028-Q4")["data"])[0]
    assert box["due_on"] == "2029-01-10" and box["sheets"] > 0 and (box["from_role"], box["to_role"]) == ("service_manager", "management_rep")
    assert codes(company.dispatcher.try_fire(box, "hand_in")) == ["not_your_box"]
    settle_down()  # a month has passed at once: its limits are counted first
    box = m.fire(box, "hand_in")
    figures = box["statistics"]
    # As the report says that anybody of the company may ask for.
    report = m.read("/v1/reports/nonconformities", **{"from": "2028-10-01", "to": "2029-01-01"})
    assert report == figures and figures["by_grade"]["major"] == 1 and figures["confirmed"] <= figures["reported"] == len(figures["reports"])
    assert sum(figures["by_dept"].values()) == sum(figures["by_source"].values()) == sum(figures["by_grade"].values())
    potential = [n for n in trends(company) if "2028-10-01" <= n["opened_at"][:10] < "2029-01-01"]
    assert figures["potential"] == len(potential) >= 2 and figures["dismissed"] == 1 and figures["by_dept"]["company_office"] == 8 and figures["limits_missed"] >= 6
    assert m.read("/v1/reports/nonconformities", **{"from": "2026-01-01", "to": "2026-02-01"})["reports"] == []
    assert "capa_ledger" in [r["form"] for r in m.read(box["href"] + "/records")["data"]]
    assert codes(company.office_archivist.try_fire(box, "receive")) == ["not_your_box"]
    assert rep.fire(box, "receive")["state"] == "received"
    slips = eventually(lambda: company.dispatcher.read("/v1/handins", rule_code="HI_SLIP_M", period="2028-12")["data"])[0]
    assert "not_your_box" in codes(m.try_fire(slips, "hand_in", nil_return=True))
