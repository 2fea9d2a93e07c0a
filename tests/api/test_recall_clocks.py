"""The limits of P10 A and B, proved by setting the clock: each just before and just after."""

import pytest

from aftercare import Company, Server
from recalls import at, begin, due, eventually, forward, new_model, notify, outsider, prober, read, remedied, signal, sold, told, units
from test_clocks import breached, settle_down


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


def late_at(company, when_before, when_after, *limits):
    """Each (entity, clock) is in time before and late after."""
    clock(company, when_before)
    settle_down()
    for entity, code in limits:
        assert code not in breached(company, entity), code
    clock(company, when_after)
    for entity, code in limits:
        assert eventually(lambda: code in breached(company, entity)), (code, breached(company, entity))


def ends(entity, code):
    return due(entity, code).isoformat()[:16]


def test_from_the_signal_to_the_decision(company):
    clock(company, "2027-01-08T10:00:00")  # a Friday
    prober(company), outsider(company), company.employee, company.materials_officer, company.general_manager
    calm, hurt, blind = begin(company), begin(company, injury="minor"), signal(company, model=None)
    grave = begin(company, injury="death")
    assert ends(calm, "open_due") == ends(blind, "identify_due") == "2027-01-09T10:00" and ends(hurt, "open_injury_due") == "2027-01-08T14:00"
    assert ends(grave, "authority_due") == "2027-01-13T00:00"  # two working days: the end of Tuesday
    probe = forward(company, begin(company), "investigating")
    assert ends(probe, "findings_due") == "2027-01-23T00:00"
    found = forward(company, begin(company), "found")
    assert ends(found, "decide_due") == "2027-01-13T00:00"
    late_at(company, "2027-01-08T13:59:30", "2027-01-08T14:00:30", (hurt, "open_injury_due"))
    late_at(company, "2027-01-09T09:59:30", "2027-01-09T10:00:30", (calm, "open_due"), (blind, "identify_due"))
    late_at(company, "2027-01-12T23:59:30", "2027-01-13T00:00:30", (grave, "authority_due"), (found, "decide_due"))
    late_at(company, "2027-01-22T23:59:30", "2027-01-23T00:00:30", (probe, "findings_due"))


def test_from_the_decision_to_the_announcement(company):
    clock(company, "2027-02-01T10:00:00")  # a Monday
    cases = {level: at(company, "defect_confirmed", report_findings=dict(level=level)) for level in ("I", "II", "III")}
    one, two, three = cases["I"], cases["II"], cases["III"]
    assert (ends(one, "notify_due_1"), ends(two, "notify_due_2"), ends(three, "notify_due_3")) == ("2027-02-02T10:00", "2027-02-03T10:00", "2027-02-04T10:00")
    assert ends(one, "contain_due") == "2027-02-01T14:00" and ends(one, "plan_due") == "2027-02-16T00:00"  # ten working days
    late_at(company, "2027-02-01T13:59:30", "2027-02-01T14:00:30", (one, "contain_due"))
    late_at(company, "2027-02-02T09:59:30", "2027-02-02T10:00:30", (one, "notify_due_1"))
    late_at(company, "2027-02-03T09:59:30", "2027-02-03T10:00:30", (two, "notify_due_2"))
    late_at(company, "2027-02-04T09:59:30", "2027-02-04T10:00:30", (three, "notify_due_3"))
    two = forward(company, two, "plan_approval")
    assert ends(two, "approve_due") == "2027-02-09T00:00"  # two working days from Thursday
    late_at(company, "2027-02-08T23:59:30", "2027-02-09T00:00:30", (two, "approve_due"))
    late_at(company, "2027-02-15T23:59:30", "2027-02-16T00:00:30", (one, "plan_due"))
    clock(company, "2027-02-16T09:00:00")
    two = forward(company, two, "filed")
    assert ends(two, "announce_due") == "2027-02-20T00:00"
    late_at(company, "2027-02-19T23:59:30", "2027-02-20T00:00:30", (two, "announce_due"))


def test_from_the_start_to_the_summary(company):
    clock(company, "2027-03-01T10:00:00")  # a Monday
    cases = {level: at(company, "executing", report_findings=dict(level=level)) for level in ("I", "II", "III")}
    told_ = {level: notify(company, units(company, r)[0]) for level, r in cases.items()}
    assert [ends(told_[level], f"remedy_due_{n}") for n, level in ((1, "I"), (2, "II"), (3, "III"))] == ["2027-03-31T10:00", "2027-04-30T10:00", "2027-05-30T10:00"]
    r = cases["II"]
    assert ends(r, "weekly_due") == "2027-03-08T10:00" and ends(r, "stage_due") == "2027-06-02T00:00"  # the end of 1 June
    late_at(company, "2027-03-08T09:59:30", "2027-03-08T10:00:30", (r, "weekly_due"))
    r = company.service_manager.fire(r, "progress_summary", summary_kind="weekly", summary_text="x")
    assert ends(r, "weekly_due") == "2027-03-15T10:00" and ends(r, "stage_due") == "2027-06-02T00:00"
    late_at(company, "2027-03-31T09:59:30", "2027-03-31T10:00:30", (told_["I"], "remedy_due_1"))
    late_at(company, "2027-04-30T09:59:30", "2027-04-30T10:00:30", (told_["II"], "remedy_due_2"))
    late_at(company, "2027-05-30T09:59:30", "2027-05-30T10:00:30", (told_["III"], "remedy_due_3"))
    late_at(company, "2027-06-01T23:59:30", "2027-06-02T00:00:30", (r, "stage_due"))
    clock(company, "2027-06-02T10:00:00")  # a Wednesday
    r = company.service_manager.fire(r, "progress_summary", summary_kind="stage", summary_text="x")
    assert ends(r, "stage_due") == "2027-09-03T00:00"
    remedied(company, read(company, told_["II"]))
    r = forward(company, r, "effect_review")
    assert ends(r, "final_due") == "2027-06-24T00:00"  # fifteen working days
    late_at(company, "2027-06-23T23:59:30", "2027-06-24T00:00:30", (r, "final_due"))
    assert forward(company, r, "summarised")["clocks"] == {}


def test_who_leads_and_is_absent_is_seen(company):
    clock(company, "2027-07-05T10:00:00")
    second = company.hire("service_manager", name="召回乙")
    r = company.service_manager.fire(begin(company), "open_investigation", assignee_id=second.id)
    company.admin.create("absences", person_id=second.id, from_at="2027-07-05T00:00:00+08:00", to_at="2027-07-20T00:00:00+08:00", kind="ill")
    assert eventually(lambda: read(company, r).get("to_reassign") == "absence") and "to_reassign" in told(company.deputy_gm, r)
    r = company.deputy_gm.fire(r, "reassign", assignee_id=company.service_manager.id, reassign_reason="ill")
    assert r.get("to_reassign") is None
