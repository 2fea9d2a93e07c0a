"""The limits of P20, proved by setting the clock: each just before and just after."""

import pytest

from answers import breached, due, eventually, told
from aftercare import Company, Server
from documents import COPIES, accepted, approver, at, change, copies, external, in_force, read, superseded


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


def issue(company, doc, **fields):
    return company.document_controller.fire(doc, "issue", **{"copies": COPIES, "training_needed": False, **fields})


def test_days_of_signing_issuing_recalling_and_lending(company):
    """Everything that is due on one of two nights; the 5th of March 2027 is a Friday."""
    controller = company.document_controller
    clock(company, "2027-03-05T10:00:00")
    in_review, reviewed, approved, asked = at(company, "in_review"), at(company, "pending_approval"), at(company, "approved"), change(company)
    named = accepted(company, change(company), kind="new", title="新编", dept="tech_dept", **{"class": "L3"})
    changed, abolished, lent, old = (in_force(company, 5) for _ in range(4))
    old, _, _ = superseded(company, old)
    assert shown(old, "call_due") == "2027-03-09T00:00"
    old = controller.fire(old, "recall")
    called = copies(company, old)[0]
    copy = copies(company, issue(company, at(company, "approved")))[0]
    # Three working days from the approval to the copies and to each signature; five for a review, an approval, a decision, a recall.
    assert shown(approved, "issue_due") == shown(copy, "sign_due") == shown(asked, "screen_due") == "2027-03-11T00:00"
    for entity, code in ((in_review, "sign_due"), (reviewed, "sign_due"), (named, "approval_due"), (old, "recall_due"), (called, "return_due")):
        assert shown(entity, code) == "2027-03-13T00:00"
    assert "call_due" not in old["clocks"]
    clock(company, "2027-03-09T10:00:00")
    assert shown(copies(company, issue(company, approved))[0], "sign_due") == "2027-03-11T00:00"
    another = controller.create("distribution-copies", document_id=lent["id"], holder_dept="tech_dept")
    missed(company, "2027-03-10T23:59:30", "2027-03-11T00:00:30", (copy, "sign_due"), (asked, "screen_due"))
    clock(company, "2027-03-11T10:00:00")
    abolished = company.deputy_gm.fire(abolished, "abolish", obsolete_reason="不再适用")
    loan = controller.create("document-loans", document_id=lent["id"], assignee_id=company.employee.id, purpose="投标", marked_uncontrolled=True, due_on="2027-03-12")
    assert controller.create("document-loans", document_id=lent["id"], assignee_id=company.employee.id, purpose="投标", marked_uncontrolled=True)["due_on"] == "2027-03-18"
    # It comes into force on its day, and not before it was taught.
    planned = issue(company, at(company, "approved", last=dict(effective_on="2027-03-12")))
    taught = issue(company, at(company, "approved", last=dict(effective_on="2027-03-12")), training_needed=True)
    for entity, code in ((abolished, "call_due"), (loan, "loan_due"), (another, "sign_due"), (planned, "effective_due")):
        assert shown(entity, code) == "2027-03-13T00:00"
    canary = at(company, "issued")
    clock(company, "2027-03-11T23:59:30")
    assert eventually(lambda: read(company, canary)["state"] == "effective")
    assert read(company, planned)["state"] == "issued"
    clock(company, "2027-03-12T00:00:30")
    assert eventually(lambda: read(company, planned)["state"] == "effective")
    assert read(company, taught)["state"] == "issued"
    missed(company, "2027-03-12T23:59:30", "2027-03-13T00:00:30", (in_review, "sign_due"), (reviewed, "sign_due"), (named, "approval_due"), (old, "recall_due"),
           (called, "return_due"), (abolished, "call_due"), (loan, "loan_due"), (another, "sign_due"), (taught, "effective_due"))
    assert read(company, in_review)["overdue"] is True and read(company, in_review)["state"] == "in_review"
    company.hr_officer.fire(taught, "confirm_training", trained_on="2027-03-13", training_note="宣贯")
    assert eventually(lambda: read(company, taught)["state"] == "effective")
    late = at(company, "approved")
    missed(company, "2027-03-17T23:59:30", "2027-03-18T00:00:30", (late, "issue_due"))
    assert changed["next_review_on"] == "2028-03-05"


def test_a_year_for_our_own_half_a_year_for_others(company):
    clock(company, "2027-04-06T10:00:00")
    own, changed = at(company, "effective", title="年度评审"), in_force(company, 1)
    assert (own["next_review_on"], shown(own, "review_due")) == ("2028-04-06", "2028-04-07T00:00")
    clock(company, "2027-10-06T10:00:00")
    law = external(company)
    assert (law["next_review_on"], shown(law, "review_due")) == ("2028-04-06", "2028-04-07T00:00")
    # Sixty days for a change, to the minute.
    clock(company, "2028-02-07T00:00:00")
    item = approver(company, changed).fire(accepted(company, change(company, changed)), "approve")
    assert shown(item, "change_due") == "2028-04-07T00:00"
    clock(company, "2028-03-06T23:59:30")
    looked_for_late_ones(company)
    assert read(company, law)["review_called"] is False and read(company, own)["review_called"] is False
    clock(company, "2028-03-07T00:00:30")
    assert eventually(lambda: read(company, law)["review_called"] and read(company, own)["review_called"])
    assert "document_to_look_at" in told(company.document_controller, law) and "document_to_look_at" in told(company.dept_head, own)
    missed(company, "2028-04-06T23:59:30", "2028-04-07T00:00:30", (law, "review_due"), (own, "review_due"), (item, "change_due"))
    law = company.document_controller.fire(law, "check_external", check_result="current", check_source="国标网")
    assert (law["next_review_on"], law["review_called"], law["overdue"]) == ("2028-10-07", False, False)
    own = company.dept_head.fire(own, "periodic_review", review_result="suitable")
    assert own["next_review_on"] == "2029-04-07" and own["clocks"]["review_due"]["due_at"][:10] == "2029-04-08"
