"""The limits of P20, proved by setting the clock: each just before and just after."""

import pytest

from aftercare import Company, Server
from documents import COPIES, accepted, approver, at, change, copies, due, eventually, external, forward, in_force, read, superseded, told
from test_clocks import breached


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


def looked_for_late_ones(company):
    """The timer has looked since: it has found one that was made late behind its back."""
    item = change(company)
    company.server.database().cursor().execute(
        "update document_change set due_at = opened_at - interval '1 hour',"
        " clocks = jsonb_set(clocks, '{screen_due,due_at}', to_jsonb(opened_at - interval '1 hour')) where id = %s", (item["id"],))
    assert eventually(lambda: breached(company, item))


def shown(entity, code):
    return due(entity, code).isoformat()[:16]


def missed(company, before, after, *pairs):
    """None of the (entity, clock) is late just before, all are just after."""
    clock(company, before)
    looked_for_late_ones(company)
    assert [p[1] for p in pairs if p[1] in breached(company, p[0])] == []
    clock(company, after)
    assert eventually(lambda: all(code in breached(company, entity) for entity, code in pairs)), [(code, breached(company, entity)) for entity, code in pairs]


def test_signing_distributing_and_screening(company):
    clock(company, "2027-03-05T10:00:00")  # a Friday
    # Three working days from the approval, for the issue and for each signature; five for a review and for an approval.
    waiting, reviewed = at(company, "in_review"), at(company, "pending_approval")
    approved, asked, named = at(company, "approved"), change(company), accepted(company, change(company), kind="new", title="新编", dept="tech_dept", **{"class": "L3"})
    assert shown(approved, "issue_due") == shown(asked, "screen_due") == "2027-03-11T00:00"
    assert shown(waiting, "sign_due") == shown(reviewed, "sign_due") == shown(named, "approval_due") == "2027-03-13T00:00"
    clock(company, "2027-03-09T10:00:00")
    issued = company.document_controller.fire(at(company, "approved"), "issue", copies=COPIES, training_needed=False)
    late = company.document_controller.fire(forward(company, read(company, approved), "approved"), "issue", copies=COPIES, training_needed=False)
    copy = copies(company, late)[0]
    assert shown(copy, "sign_due") == "2027-03-11T00:00" and shown(copies(company, issued)[0], "sign_due") == "2027-03-13T00:00"
    other = at(company, "approved")
    more = company.document_controller.create("distribution-copies", document_id=late["id"], holder_dept="tech_dept")
    assert shown(more, "sign_due") == shown(other, "issue_due") == "2027-03-13T00:00"
    missed(company, "2027-03-10T23:59:30", "2027-03-11T00:00:30", (copy, "sign_due"), (asked, "screen_due"))
    missed(company, "2027-03-12T23:59:30", "2027-03-13T00:00:30", (waiting, "sign_due"), (reviewed, "sign_due"), (named, "approval_due"), (more, "sign_due"), (other, "issue_due"))
    assert read(company, waiting)["overdue"] is True and read(company, waiting)["state"] == "in_review"


def test_it_comes_into_force_on_its_day_and_when_it_was_taught(company):
    clock(company, "2027-03-15T09:00:00")
    planned = forward(company, at(company, "pending_approval"), "approved", effective_on="2027-03-17")
    planned = company.document_controller.fire(planned, "issue", copies=COPIES, training_needed=False)
    taught = forward(company, at(company, "pending_approval"), "approved", effective_on="2027-03-17")
    taught = company.document_controller.fire(taught, "issue", copies=COPIES, training_needed=True)
    assert shown(planned, "effective_due") == "2027-03-18T00:00"
    canary = forward(company, at(company, "pending_approval"), "approved", effective_on="2027-03-16")
    canary = company.document_controller.fire(canary, "issue", copies=COPIES, training_needed=False)
    clock(company, "2027-03-16T23:59:30")
    assert eventually(lambda: read(company, canary)["state"] == "effective")
    assert read(company, planned)["state"] == "issued"
    clock(company, "2027-03-17T00:00:30")
    assert eventually(lambda: read(company, planned)["state"] == "effective")
    assert read(company, taught)["state"] == "issued"
    missed(company, "2027-03-17T23:59:30", "2027-03-18T00:00:30", (taught, "effective_due"))
    company.hr_officer.fire(taught, "confirm_training", trained_on="2027-03-18", training_note="宣贯")
    assert eventually(lambda: read(company, taught)["state"] == "effective")


def test_recalling_and_lending(company):
    clock(company, "2027-03-19T10:00:00")  # a Friday
    doc = in_force(company, 4)
    lent = in_force(company)
    loan = company.document_controller.create("document-loans", document_id=lent["id"], assignee_id=company.employee.id, purpose="投标", marked_uncontrolled=True)
    assert (loan["due_on"], shown(loan, "loan_due")) == ("2027-03-26", "2027-03-27T00:00")
    old, _, item = superseded(company, doc)
    other = company.deputy_gm.fire(in_force(company), "abolish", obsolete_reason="不再适用")
    assert shown(other, "call_due") == "2027-03-23T00:00"
    old = company.document_controller.fire(old, "recall")
    copy = copies(company, old)[0]
    assert shown(old, "recall_due") == shown(copy, "return_due") == "2027-03-27T00:00" and "call_due" not in old["clocks"]
    wip = approver(company, lent).fire(accepted(company, change(company, lent)), "approve")
    assert shown(wip, "change_due") == "2027-05-18T10:00"
    missed(company, "2027-03-22T23:59:30", "2027-03-23T00:00:30", (other, "call_due"))
    missed(company, "2027-03-26T23:59:30", "2027-03-27T00:00:30", (old, "recall_due"), (copy, "return_due"), (loan, "loan_due"))
    missed(company, "2027-05-18T09:59:30", "2027-05-18T10:00:30", (wip, "change_due"))


def test_a_year_for_our_own_half_a_year_for_others(company):
    clock(company, "2027-06-01T10:00:00")
    own, law = at(company, "effective", title="年度评审"), external(company)
    assert (own["next_review_on"], shown(own, "review_due")) == ("2028-06-01", "2028-06-02T00:00")
    assert (law["next_review_on"], shown(law, "review_due")) == ("2027-12-01", "2027-12-02T00:00")
    clock(company, "2027-10-31T23:59:30")
    looked_for_late_ones(company)
    assert read(company, law)["review_called"] is False
    clock(company, "2027-11-01T00:00:30")
    assert eventually(lambda: read(company, law)["review_called"]) and "document_to_look_at" in told(company.document_controller, law)
    missed(company, "2027-12-01T23:59:30", "2027-12-02T00:00:30", (law, "review_due"))
    law = company.document_controller.fire(law, "check_external", check_result="current", check_source="国标网")
    assert law["next_review_on"] == "2028-06-02" and law["review_called"] is False and law["overdue"] is False
    clock(company, "2028-05-03T09:00:00")
    assert eventually(lambda: read(company, own)["review_called"]) and "document_to_look_at" in told(company.dept_head, own)
    missed(company, "2028-06-01T23:59:30", "2028-06-02T00:00:30", (own, "review_due"))
    own = company.dept_head.fire(own, "periodic_review", review_result="suitable")
    assert own["next_review_on"] == "2029-06-02" and own["clocks"]["review_due"]["due_at"][:10] == "2029-06-03"
