"""The limits of P1, proved by setting the clock: each just before and just after; and the round that begins by itself."""

import pytest

from answers import breached, codes, due, eventually, told
from aftercare import Company, Server
from factors import GUIDELINE, carried_out, extra, occasion, plan, read, reviewed, significant, yearly


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


def shown(entity, code):
    return due(entity, code).isoformat()[:16]


def looked_for_late_ones(company):
    """The timer has looked since: it has found one that was made late behind its back."""
    late = occasion(company)
    company.server.database().cursor().execute(
        "update round_occasion set due_at = opened_at - interval '1 hour',"
        " clocks = jsonb_set(clocks, '{extra_due,due_at}', to_jsonb(opened_at - interval '1 hour')) where id = %s", (late["id"],))
    assert eventually(lambda: breached(company, late))


def missed(company, before, after, *pairs):
    """None of the (entity, clock) is late just before, all are just after."""
    clock(company, before)
    looked_for_late_ones(company)
    assert [p[1] for p in pairs if p[1] in breached(company, p[0])] == []
    clock(company, after)
    assert eventually(lambda: all(code in breached(company, entity) for entity, code in pairs)), [(code, breached(company, entity)) for entity, code in pairs]


def sent_in(company):
    """A factor from another procedure: not classified."""
    known = occasion(company)["number"]
    company.server.database().cursor().execute(
        "insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
        " select gen_random_uuid(), 'test', n.id, 1, 'service_factor', 'report', 'later', 'waiting',"
        " jsonb_build_object('source', 'incident', 'source_number', n.number, 'dept', 'tech_dept', 'factor_text', '停电'), now() from entity n where n.number = %s", (known,))
    return eventually(lambda: company.dispatcher.read("/v1/service-factors", source_number=known)["data"])[0]


def test_working_days_and_days(company):
    """All on the nights before the 13th and the 20th of March and the 4th of April 2027; the 5th of March is a Friday."""
    d = company.dispatcher
    clock(company, "2027-03-05T10:00:00")
    planned, asked = extra(company), occasion(company)
    in_review, in_approval, to_draft = extra(company, "guideline_review"), extra(company, "guideline_approval"), extra(company, "measures_planned")
    f, _ = significant(company)
    measure = plan(company, f, due_on="2027-03-12")
    other = reviewed(company, plan(company, f, due_on="2027-03-12"))
    done = carried_out(company, reviewed(company, plan(company, f)))
    for entity, code in ((planned, "team_due"), (in_review, "sign_due"), (in_approval, "sign_due"), (measure, "review_due"), (other, "measure_due")):
        assert shown(entity, code) == "2027-03-13T00:00"
    loose = sent_in(company)
    for entity, code in ((to_draft, "guideline_due"), (done, "verify_due"), (loose, "classify_due")):
        assert shown(entity, code) == "2027-03-20T00:00"
    assert shown(asked, "extra_due") == "2027-04-04T10:00"
    missed(company, "2027-03-12T23:59:30", "2027-03-13T00:00:30", (planned, "team_due"), (in_review, "sign_due"), (in_approval, "sign_due"), (measure, "review_due"),
           (other, "measure_due"))
    assert read(company, in_review)["overdue"] is True and read(company, in_review)["state"] == "guideline_review"
    # Too late for the day that was planned.
    assert codes(company.service_manager.try_fire(measure, "review")) == ["date_in_past"]
    missed(company, "2027-03-19T23:59:30", "2027-03-20T00:00:30", (to_draft, "guideline_due"), (done, "verify_due"), (loose, "classify_due"))
    d.fire(loose, "dismiss", dismiss_reason="另行处理")
    company.service_manager.fire(to_draft, "submit_guideline", **GUIDELINE)
    clock(company, "2027-03-20T10:00:00")
    reporting, evaluating = extra(company, "identifying"), extra(company, "evaluating")
    assert shown(reporting, "report_due") == shown(evaluating, "evaluation_due") == "2027-04-04T10:00"
    missed(company, "2027-04-04T09:59:30", "2027-04-04T10:00:30", (reporting, "report_due"), (evaluating, "evaluation_due"), (asked, "extra_due"))
    d.fire(asked, "begin")
    assert "extra_due" not in read(company, asked)["clocks"]


def test_the_year_begins_by_itself_and_ends(company):
    d = company.dispatcher
    r = yearly(company, 2027)
    assert shown(r, "year_due") == "2028-01-01T00:00"
    (coming,) = d.read("/v1/round-occasions", kind="annual", year=2028)["data"]
    assert (coming["begins_on"], shown(coming, "annual_due")) == ("2028-10-01", "2029-01-01T00:00")
    # An occasion of that year that never led to a round: the round is moved out of its way.
    cursor = company.server.database().cursor()
    cursor.execute("update identification_round set year = 2099 where id = %s", (r["id"],))
    kept = occasion(company, kind="annual", year=2027)
    cursor.execute("update round_occasion set begins_on = '2040-01-01' where id = %s", (kept["id"],))
    missed(company, "2027-12-31T23:59:30", "2028-01-01T00:00:30", (r, "year_due"), (kept, "annual_due"))
    clock(company, "2028-09-30T23:59:30")
    looked_for_late_ones(company)
    assert read(company, coming)["state"] == "called"
    clock(company, "2028-10-01T00:00:30")
    assert eventually(lambda: read(company, coming)["state"] == "begun")
    new = d.read("/v1/identification-rounds/" + read(company, coming)["round_id"])
    assert (new["trigger"], new["year"], new["state"], new.get("assignee_id")) == ("annual", 2028, "planned", None) and "team_to_appoint" in told(d, new)
    assert len(d.read("/v1/round-occasions", kind="annual", year=2029)["data"]) == 1
