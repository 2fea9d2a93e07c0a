"""The limits of P18, proved by setting the clock: each just before and just after."""

import pytest

from answers import breached, due, eventually, settle_down, told
from aftercare import Company, Server
from emergencies import at, draft, drill, forward, plan_at, plan_forward, read, report, supply


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved by years."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def clock(company, when):
    company.set_clock(when + "+08:00")


def late_at(company, when_before, when_after, limits):
    """Each clock of the entity beside it is in time before and late after."""
    clock(company, when_before)
    settle_down()
    assert [code for code, entity in limits if code in breached(company, entity)] == []
    clock(company, when_after)

    def missing():
        return [code for code, entity in limits if code not in breached(company, entity)]
    assert eventually(lambda: not missing()), missing()


def test_each_step_has_its_time(company):
    """Begun so that all limits end with Friday, 14 January 2028."""
    told_now = dict(authority="应急管理局")
    clock(company, "2027-01-14T10:00:00")
    yearly = plan_at(company, "in_force")
    limits = [("drill_due", yearly), ("check_due", yearly)]
    assert due(yearly, "onsite_due").isoformat()[:16] == "2027-07-15T00:00"
    clock(company, "2027-07-14T10:00:00")
    risky = plan_at(company, "in_force", scenario="mass_failure", high_risk=True)
    limits += [("drill_due", risky), ("onsite_due", risky)]
    clock(company, "2027-10-14T10:00:00")
    limits += [("check_due", supply(company))]
    clock(company, "2027-11-16T00:00:00")
    plan = plan_at(company, "in_force", scenario="data_loss")
    plan = company.emergency_commander.fire(plan, "require_revision", revision_reason="law", revision_note="新法施行")
    limits += [("revise_due", plan), ("first_drill_due", plan_at(company, "trained"))]
    clock(company, "2027-12-16T00:00:00")
    limits += [("train_due", plan_at(company, "published")), ("improve_due", drill(company, plan, "evaluated", result="to_improve")), ("cause_due_major", at(company, "terminated", "II"))]
    clock(company, "2027-12-31T00:00:00")
    old = supply(company, valid_until="2028-01-10")
    limits += [("cause_due", at(company, "terminated", "III")), ("restock_due", supply(company, quantity=1))]
    fire, hurt = (company.general_manager.fire(report(company, scenario=s, dead=1), "notify_authority", **told_now, authority_told_at=company.at(0)) for s in ("fire_electric", "personal_injury"))
    clock(company, "2028-01-07T10:00:00")
    limits += [("sign_due", plan_forward(company, draft(company), "in_review")), ("publish_due", plan_at(company, "approved")), ("evaluate_due", drill(company, plan, "held")),
               ("hold_due", drill(company, plan, "planned", planned_on="2028-01-14"))]
    clock(company, "2028-01-08T00:00:00")
    limits += [("summary_due", at(company, "cause_reported"))]
    # Eight days later nobody has to hear of changes after a fire any more.
    assert "supplement_due" not in company.dispatcher.fire(fire, "update_facts", dead=2)["clocks"]
    clock(company, "2028-01-14T00:00:00")
    limits += [("supplement_due", company.dispatcher.fire(hurt, "update_facts", dead=2))]
    clock(company, "2028-01-14T22:00:00")
    slow = at(company, "responding")
    limits += [("log_due", slow)]
    clock(company, "2028-01-14T23:00:00")
    limits += [("authority_due", report(company, dead=1))]
    clock(company, "2028-01-14T23:30:00")
    fast = at(company, "responding", "II")
    limits += [("log_due_fast", fast), ("activate_due", at(company, "verified"))]
    clock(company, "2028-01-14T23:45:00")
    limits += [("verify_due", report(company))]
    assert {(code, due(entity, code).isoformat()[:16]) for code, entity in limits} == {(code, "2028-01-15T00:00") for code, _ in limits}
    late_at(company, "2028-01-14T23:59:00", "2028-01-15T00:02:00", limits)
    assert len(limits) == 23
    # What is written restarts the log; what is out of date is short.
    assert due(company.technician.fire(slow, "log_line", line_text="余热监测"), "log_due").isoformat()[:15] == "2028-01-15T02:0"
    assert due(company.technician.fire(fast, "log_line", line_text="人员清点"), "log_due_fast").isoformat()[:15] == "2028-01-15T00:3"
    old = read(company, old)
    assert old["state"] == "short" and "supply_short" in told(company.dispatcher, old)
    # A drill moves the limits of the plan; on a table only that of the whole.
    drill(company, risky, "evaluated", kind="tabletop")
    risky = read(company, risky)
    assert (risky["next_drill_on"], due(risky, "drill_due").isoformat()[:10]) == ("2028-07-15", "2028-07-16") and due(risky, "onsite_due").isoformat()[:10] == "2028-01-15"
    drill(company, risky, "evaluated", kind="on_site")
    assert due(read(company, risky), "onsite_due").isoformat()[:10] == "2028-07-16"
    assert due(company.service_manager.fire(yearly, "check", check_kind="yearly", check_result="suitable"), "check_due").isoformat()[:10] == "2029-01-16"
    # Three years after it came into force.
    late_at(company, "2030-01-14T23:59:00", "2030-01-15T00:02:00", [("review_due", read(company, yearly))])
    assert due(company.service_manager.fire(yearly, "check", check_kind="three_yearly", check_result="suitable"), "review_due").isoformat()[:10] == "2033-01-16"


def test_who_commands_and_is_absent_is_seen(company):
    clock(company, "2030-03-04T10:00:00")
    second = company.hire("emergency_commander", name="总指挥乙")
    i = second.fire(at(company, "verified"), "grade", level="IV")
    plan, d = draft(company, by=second), drill(company, plan_at(company, "trained"), "planned", assignee_id=second.id)
    company.admin.create("absences", person_id=second.id, from_at="2030-03-04T00:00:00+08:00", to_at="2030-03-20T00:00:00+08:00", kind="ill")
    assert eventually(lambda: read(company, i).get("to_reassign") == "absence") and "to_reassign" in told(company.deputy_gm, i)
    assert eventually(lambda: read(company, plan).get("to_reassign") == read(company, d).get("to_reassign") == "absence") and "to_reassign" in told(company.dispatcher, d)
    i = company.dispatcher.fire(i, "reassign", assignee_id=company.emergency_commander.id, reassign_reason="ill")
    assert i.get("to_reassign") is None and forward(company, i, "activated")["state"] == "activated"
