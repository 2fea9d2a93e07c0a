"""The limits of P10 A and B, proved by setting the clock: each just before and just after."""

import pytest

from answers import breached, due, eventually, settle_down, told
from aftercare import Company, Server
from recalls import at, begin, forward, notify, outsider, prober, read, remedied, signal, units


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


def clock(company, when):
    company.set_clock(when + "+08:00")


def late_at(company, when_before, when_after, limits):
    """Each clock, of the entity beside it, is in time before and late after."""
    clock(company, when_before)
    settle_down()
    early = {code for code, entity in limits.items() if code in breached(company, entity)}
    assert early == set()
    clock(company, when_after)

    def missing():
        late = {b["entity_id"] + b["clock"] for b in company.dispatcher.read("/v1/breaches", limit=200)["data"]}
        return {code for code, entity in limits.items() if entity["id"] + code not in late}
    assert eventually(lambda: not missing()), missing()


def ends(entity, code):
    return due(entity, code).isoformat()[:16]


def test_each_step_has_its_time(company):
    """Begun so that all limits in hours and days end at ten on Monday, 12 April, those in working days with Friday the 16th."""
    limits, days = {}, {}
    clock(company, "2027-01-12T10:00:00")
    prober(company), outsider(company)
    long = {"III": at(company, "executing", report_findings=dict(level="III"))}
    limits["remedy_due_3"] = notify(company, units(company, long["III"])[0])
    clock(company, "2027-01-16T10:00:00")
    days["stage_due"] = staged = at(company, "executing")
    clock(company, "2027-02-11T10:00:00")
    long["II"] = at(company, "executing")
    limits["remedy_due_2"] = notify(company, units(company, long["II"])[0])
    clock(company, "2027-03-13T10:00:00")
    long["I"] = at(company, "executing", report_findings=dict(level="I"))
    limits["remedy_due_1"] = notify(company, units(company, long["I"])[0])
    clock(company, "2027-03-26T10:00:00")
    over = at(company, "executing")
    remedied(company, units(company, over)[0])
    days["final_due"] = forward(company, over, "effect_review")
    clock(company, "2027-04-02T10:00:00")
    days["findings_due"] = forward(company, begin(company), "investigating")
    days["plan_due"] = forward(company, begin(company), "defect_confirmed")
    clock(company, "2027-04-05T10:00:00")
    limits["weekly_due"] = weekly = at(company, "executing")
    clock(company, "2027-04-09T10:00:00")
    limits["notify_due_3"] = forward(company, begin(company), "defect_confirmed", report_findings=dict(level="III"))
    clock(company, "2027-04-10T10:00:00")
    limits["notify_due_2"] = forward(company, begin(company), "defect_confirmed")
    clock(company, "2027-04-11T10:00:00")
    limits["notify_due_1"] = forward(company, begin(company), "defect_confirmed", report_findings=dict(level="I"))
    limits["open_due"], limits["identify_due"] = begin(company), signal(company, model=None)
    clock(company, "2027-04-12T06:00:00")
    limits["open_injury_due"], limits["identify_injury_due"] = begin(company, injury="minor"), signal(company, model=None, injury="minor")
    limits["contain_due"] = forward(company, begin(company), "defect_confirmed")
    assert {code: ends(entity, code) for code, entity in limits.items()} == dict.fromkeys(limits, "2027-04-12T10:00")
    late_at(company, "2027-04-12T09:59:00", "2027-04-12T10:01:30", limits)
    weekly = company.service_manager.fire(weekly, "progress_summary", summary_kind="weekly", summary_text="x")
    assert ends(weekly, "weekly_due").startswith("2027-04-19") and ends(weekly, "stage_due") == "2027-07-06T00:00"

    clock(company, "2027-04-13T10:00:00")
    days["announce_due"] = at(company, "filed")
    clock(company, "2027-04-14T10:00:00")
    days["authority_due"] = begin(company, injury="death")
    days["decide_due"] = forward(company, begin(company), "found")
    days["approve_due"] = at(company, "plan_approval")
    assert {code: ends(entity, code) for code, entity in days.items()} == dict.fromkeys(days, "2027-04-17T00:00")
    late_at(company, "2027-04-16T23:59:00", "2027-04-17T00:01:30", days)
    staged = company.service_manager.fire(staged, "progress_summary", summary_kind="stage", summary_text="x")
    assert ends(staged, "stage_due") == "2027-07-18T00:00"
    assert forward(company, read(company, days["final_due"]), "summarised")["clocks"] == {}
    assert len(limits) + len(days) == 20


def test_who_leads_and_is_absent_is_seen(company):
    clock(company, "2027-07-05T10:00:00")
    second = company.hire("service_manager", name="召回乙")
    r = company.service_manager.fire(begin(company), "open_investigation", assignee_id=second.id)
    company.admin.create("absences", person_id=second.id, from_at="2027-07-05T00:00:00+08:00", to_at="2027-07-20T00:00:00+08:00", kind="ill")
    assert eventually(lambda: read(company, r).get("to_reassign") == "absence") and "to_reassign" in told(company.deputy_gm, r)
    r = company.deputy_gm.fire(r, "reassign", assignee_id=company.service_manager.id, reassign_reason="ill")
    assert r.get("to_reassign") is None
