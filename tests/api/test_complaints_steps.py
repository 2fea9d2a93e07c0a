"""Every row of P13's table happens at least once, and nobody without the role may take the step; a check at the end names the
rows that did not happen."""

import pytest

from answers import eventually, told
from complaints import SAID, at, complain, customer, followed_up, forward, next_step, opened_from, read, refused

# change_customer: files are merged in test_customers; matter_grows: test_complaints_guards.
ELSEWHERE = {"change_customer", "matter_grows"}
DONE, TRIED, TABLE = set(), set(), []


@pytest.fixture(autouse=True)
def table(company):
    TABLE[:] = company.admin.read("/v1/procedures/complaint")["transitions"]


def outsiders(company, entity, event):
    rows = [t for t in TABLE if t["event"] == event]
    roles = {word.split("@")[0] for row in rows for word in row["by"].split()}
    mine = {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.hotline_clerk, company.dispatcher, company.followup_clerk, company.service_manager, company.deputy_gm, company.dept_head,
              company.supervising_leader]
    return [] if "*" in roles else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(company, who, entity, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if event not in TRIED:
        TRIED.add(event)
        for person in outsiders(company, entity, event):
            if person.get(entity["href"]).status_code != 200:
                assert person.post(f"{entity['href']}/{event}", body, headers={"If-Match": f'"{entity["version"]}"'}).status_code in (403, 404)
                continue
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    before = entity["state"]
    entity = who.fire(entity, event, **body)
    assert to is None or entity["state"] == to, (event, entity["state"])
    DONE.add((event, before, entity["state"]))
    return entity


def straight(company, c, upto):
    while c["state"] != upto:
        who, event, body = next_step(company, c)
        c = step(company, who, c, event, **body)
    return c


def test_from_receipt_to_the_end(company):
    c = complain(company, by=company.hire("employee", name="员工甲", department="commerce_dept"))
    DONE.add(("receive", None, "received"))
    c = step(company, company.followup_clerk, c, "report_leader", "received", leader_id=company.supervising_leader.id)
    c = straight(company, c, "assessed")
    c = step(company, company.service_manager, c, "interim_reply", "assessed", interim_text="正在调查", reply_via="phone")
    c = step(company, company.deputy_gm, c, "reassess", "assessed", level="serious")
    c = step(company, company.deputy_gm, c, "extend_reply", "assessed", extension_reason="等待厂家检测", customer_told=True)
    c = straight(company, c, "proposal_made")
    c = step(company, company.deputy_gm, c, "send_back", "investigating", reason="补充证据")
    c = straight(company, c, "verifying")
    c = step(company, company.followup_clerk, c, "verify", "reopened", satisfied=False)
    c = straight(company, c, "closed")
    c = step(company, company.service_manager, c, "reopen", "investigating", new_facts="新照片")
    c = step(company, company.deputy_gm, c, "judge_unfounded", "unfounded", unfounded_reason="x", evidence="x", reply_via="phone", explained=True, appeal_told=True)
    c = step(company, company.hotline_clerk, c, "escalate", "escalated", **SAID)
    c = step(company, company.general_manager, c, "investigate_again", "reopened", reason="x")
    c = straight(company, c, "replied")
    c = step(company, company.hotline_clerk, c, "refuse", "escalated", **SAID)
    c = step(company, company.general_manager, c, "redecide", "approved", decision="赔偿", remedies=["apology"])
    c = step(company, company.hotline_clerk, straight(company, c, "replied"), "refuse", "escalated", **SAID)
    step(company, company.general_manager, c, "close_disputed", "closed", reason="x", appeal_told=True)


def test_mediation(company):
    for result, to in (("agreed", "implementing"), ("not_agreed", "closed")):
        c = company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID)
        c = step(company, company.deputy_gm, c, "start_mediation", "mediation", mediator="other", mediation_filed_on=company.day(-4))
        c = step(company, company.deputy_gm, c, "mediator_declines", "escalated", reason="x")
        c = step(company, company.deputy_gm, c, "start_mediation", "mediation", mediator="other", mediation_filed_on=company.day(-4))
        c = step(company, company.deputy_gm, c, "mediator_accepts", "mediation", mediation_accepted_on=company.day(-2))
        c = step(company, company.deputy_gm, c, "conclude_mediation", "mediation", mediation_result=result, mediation_ended_on=company.day(-1))
        step(company, company.deputy_gm, c, "end_mediation", to, parties_told_on=company.day())


def test_an_anonymous_complaint_is_handled_and_filed(company):
    c = complain(company, anonymous=True)
    assert c.get("complainant") is None and c.get("contact_phone") is None and c.get("customer_id") is None
    refused(company.hotline_clerk, company.hotline_clerk.fire(at(company, "received"), "register", category="other"), "acknowledge", "not_acknowledged", acknowledged_via="filed")
    c = forward(company, c, "approved")
    c = step(company, company.service_manager, c, "reply", "implementing", reply_text="已整改")
    assert c["reply_via"] == "filed"
    c = forward(company, c, "verifying")
    c = step(company, company.service_manager, c, "verify", "closed")
    assert c["closed_as"] == "anonymous" and c.get("satisfied") is None


def test_withdrawn_merged_and_out_of_reach(company):
    c = at(company, "assigned")
    refused(company.hotline_clerk, c, "withdraw", "withdrawal_not_proven", withdrawal_wish="不投诉了")
    refused(company.hotline_clerk, c, "withdraw", "signed_other_content", withdrawal_wish="x", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    c = step(company, company.service_manager, c, "withdraw", "withdrawn", withdrawal_wish="不投诉了", customer_signature={"name": "李明", "content_sha256": c["content_sha256"]})
    assert c["clocks"] == {} and "complaint_ended" in told(company.dept_head, c)

    buyer = customer(company)
    first, again, other = [at(company, "registered", customer_id=buyer["id"]) for _ in range(2)] + [at(company, "registered")]
    assert again["level_reasons"] == ["repeat"] and {w["code"] for w in again.get("warnings", [])} <= {"open_complaint"}
    refused(company.hotline_clerk, again, "merge", "merged_into_itself", merged_into_id=again["id"], reason="x")
    refused(company.hotline_clerk, again, "merge", "other_customer", merged_into_id=other["id"], reason="x")
    differs = company.hotline_clerk.fire(complain(company, customer_id=buyer["id"]), "register", category="charge")
    refused(company.hotline_clerk, differs, "merge", "other_matter", merged_into_id=first["id"], reason="x")
    again = step(company, company.hotline_clerk, again, "merge", "merged", merged_into_id=first["id"], reason="同一事项")
    assert again["closed_at"] and again["clocks"] == {}
    # What was merged repeats nothing any more.
    assert company.hotline_clerk.fire(first, "amend", reason="x", region="海港区")["level_reasons"] == []

    c = at(company, "approved")
    refused(company.service_manager, c, "close_unreachable", "not_tried_enough")
    for channel, result in (("phone", "no_answer"), ("phone", "no_answer"), ("message", "sent")):
        c = company.hotline_clerk.fire(c, "contact_attempt", channel_used=channel, contact_result=result)
    refused(company.service_manager, c, "close_unreachable", "not_tried_enough")
    company.set_clock(company.at(24))
    c = company.hotline_clerk.fire(c, "contact_attempt", channel_used="phone", contact_result="no_answer")
    c = step(company, company.service_manager, c, "close_unreachable", "closed")
    assert c["closed_as"] == "unreachable"


def test_an_unknown_caller_gets_his_file_later(company):
    nobody, (his, _) = at(company, "assigned", anonymous=True), company.customer_with_unit()
    c = step(company, company.hotline_clerk, nobody, "name_customer", "assigned", customer_id=his["id"])
    assert c["customer_id"] == his["id"] and c["anonymous"] is False


def test_who_is_absent_is_replaced(company):
    head = company.hire("dept_head", name="技术部负责人", department="tech_dept")
    c = company.service_manager.fire(at(company, "assessed"), "assign", assignee_id=head.id, responsible_dept="tech_dept")
    company.hr_officer.create("absences", person_id=head.id, from_at=company.at(-1), to_at=company.at(48), kind="leave")
    assert eventually(lambda: read(company, c).get("to_reassign")) == "absence"
    DONE.add(("mark_to_reassign", "assigned", "assigned"))
    assert "to_reassign" in told(company.service_manager, c)
    c = step(company, company.service_manager, c, "reassign", "assigned", assignee_id=company.dept_head.id, reassign_reason="leave")
    assert c.get("to_reassign") is None and "assigned" in told(company.dept_head, c)
    refused(company.service_manager, c, "reassign", "investigator_not_fit", assignee_id=company.hotline_clerk.id, reassign_reason="leave")


def test_waiting_stops_the_work_not_what_the_customer_is_owed(company):
    c = at(company, "assessed")
    c = step(company, company.service_manager, c, "pause", "assessed", pause_reason="customer")
    assert "left_seconds" in c["clocks"]["assign_due"] and "due_at" in c["clocks"]["reply_general"] and "due_at" in c["clocks"]["leader_report"]
    c = step(company, company.service_manager, c, "resume", "assessed")
    assert "due_at" in c["clocks"]["assign_due"]


def test_mistakes_are_put_right(company):
    c = complain(company)
    c = step(company, company.hotline_clerk, c, "amend", "received", reason="听错", channel="media", category="charge")
    assert (c["channel"], c["category"], c["suggested_level"], c["level_reasons"]) == ("media", "charge", "major", ["public_channel"])
    c = step(company, company.hotline_clerk, c, "void", "voided", reason="非投诉,为咨询")
    c = company.hotline_clerk.fire(at(company, "received"), "register", category="other")
    c = step(company, company.hotline_clerk, c, "revert", "received", reason="登记有误")
    assert c.get("category") is None and c.get("registered_at") is None
    done = at(company, "replied")
    refused(company.service_manager, done, "amend", "facts_fixed", reason="x", loss_amount=100)
    assert company.service_manager.fire(done, "amend", reason="x", contact_phone="13800000000")["contact_phone"] == "13800000000"


def test_both_duties_of_telling_the_leader_end_together(company):
    repair = followed_up(company)
    c = opened_from(company, repair)
    company.followup_clerk.fire(repair, "report_to_leader", leader_id=company.supervising_leader.id)
    c = read(company, c)
    assert c["reported_leader_at"] and "leader_report" not in c["clocks"] and c["leader_id"] == company.supervising_leader.id
    DONE.add(("leader_told", "received", "received"))
    # Found in a visit, told by the complaint: the visit is done.
    clerk = company.followup_clerk
    visit = clerk.create("visits", customer_id=customer(company)["id"], kind="other", due_on=company.day())
    assert eventually(lambda: clerk.read(visit["href"])["state"] == "due")
    visit = clerk.fire(clerk.fire(visit, "start_call"), "complete", called_at=company.at(0), satisfied=False, complaint_text="噪音大")
    c = company.followup_clerk.fire(opened_from(company, visit), "report_leader", leader_id=company.supervising_leader.id)
    visit = company.followup_clerk.read(visit["href"])
    assert visit["state"] == "done" and visit["reported_to_leader_at"] == c["reported_leader_at"]


def test_no_row_of_the_table_was_left_out(company):
    missing = []
    for row in TABLE:
        happened = [(f, t) for e, f, t in DONE if e == row["event"] and (row["to"] in ("same", "previous") or t == row["to"])]
        if row["to"] == "same":
            happened = [(f, t) for f, t in happened if f == t]
        if not happened and row["event"] not in ELSEWHERE | {"contact_attempt"}:
            missing.append((row["event"], row["to"]))
    assert missing == []
