"""Each guard of P13 refuses with its code; a check at the end names those that did not."""

import uuid

from answers import eventually, told
from complaints import SAID, at, codes, complain, customer, findings, forward, opened_from, refused as refuse

# Refused in test_complaints_story and test_complaints_steps, where the case is made anyway.
ELSEWHERE = {"final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "already_paused", "not_paused",
             "customer_missing", "answer_missing", "remedy_not_done", "verdict_source_missing", "last_level_decided", "level_left", "needs_next_level", "not_explained",
             "facts_fixed", "investigator_not_fit", "not_acknowledged", "not_tried_enough", "merged_into_itself", "other_customer", "other_matter", "reported_already",
             "withdrawal_not_proven", "signed_other_content", "mediation_not_accepted", "reopened_too_late"}
REFUSED = set()


def refused(who, entity, event, code, **body):
    REFUSED.add(code)
    refuse(who, entity, event, code, **body)


def not_created(company, code, **body):
    REFUSED.add(code)
    answer = company.hotline_clerk.post("/v1/complaints", {"complaint_text": "x", **body})
    assert answer.status_code == 422 and code in codes(answer), answer.text


def test_receiving(company):
    mine, other = customer(company), company.register()
    not_created(company, "found_in_future", found_at=company.at(1))
    not_created(company, "job_of_another", customer_id=mine["id"], repair_id=other["id"])
    not_created(company, "equipment_of_another", customer_id=mine["id"], equipment_id=other["equipment_id"])


def sent_by_a_survey(company):
    """What a step of another procedure leaves for the timer, without words."""
    source = str(uuid.uuid4())
    company.server.database().cursor().execute(
        "insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
        " values (gen_random_uuid(), 'test', %s, 1, 'complaint', 'receive', 'later', 'waiting', '{}', now())", (source,))
    return opened_from(company, {"id": source})


def test_registering(company):
    clerk = company.hotline_clerk
    # A survey may be dissatisfied without a word; the clerk asks.
    silent = sent_by_a_survey(company)
    refused(clerk, silent, "register", "complaint_text_missing", category="other", anonymous=True)
    assert clerk.fire(silent, "register", category="other", complaint_text="太慢", anonymous=True)["state"] == "registered"
    assert codes(clerk.post("/v1/complaints")) == ["complaint_text_missing"]
    bare = clerk.create("complaints", complaint_text="x")
    refused(clerk, bare, "register", "complainant_missing", category="other", remedy_sought="x")
    refused(clerk, bare, "register", "complainant_missing", category="other", complaint_text="x", remedy_sought="x", complainant="李")
    refused(clerk, bare, "register", "remedy_sought_missing", category="other", complaint_text="x", complainant="李", contact_phone="139")
    assert clerk.fire(bare, "register", category="other", complaint_text="x", anonymous=True)["anonymous"] is True
    known, other = complain(company), complain(company)
    refused(clerk, known, "register", "customer_is_known", category="other", anonymous=True)
    refused(clerk, known, "register", "repeat_of_another", category="other", repeat_of=other["id"])
    refused(clerk, known, "register", "repeat_of_another", category="other", repeat_of=known["id"])
    first = complain(company, customer_id=known["customer_id"])
    assert clerk.fire(known, "register", category="other", repeat_of=first["id"])["level_reasons"] == ["repeat"]


def test_the_level_follows_from_the_facts(company):
    """Each fact by itself, just below and at its limit."""
    s = company.service_manager
    key = customer(company)
    key = company.commerce_officer.fire(key, "sign_contract", contract_no="HT-" + uuid.uuid4().hex[:6])
    key = company.deputy_gm.fire(s.fire(key, "propose_promotion", reason="x", strategic=True), "promote")
    for facts, reasons, level in ((dict(), [], "general"), (dict(injury=True), ["injury"], "major"), (dict(loss_amount=199999), [], "general"),
                                  (dict(loss_amount=200000), ["loss"], "serious"), (dict(loss_amount=999999), ["loss"], "serious"),
                                  (dict(loss_amount=1000000), ["large_loss"], "major"), (dict(conduct_breach=True), ["conduct"], "serious"),
                                  (dict(channel="media"), ["public_channel"], "major"), (dict(channel="regulator_12315"), ["public_channel"], "major"),
                                  (dict(channel="consumer_association"), ["public_channel"], "major"), (dict(customer_id=key["id"]), ["key_customer"], "serious"),
                                  (dict(safety=True), [], "general")):
        c = at(company, "acknowledged", **facts)
        assert (c["level_reasons"], c["suggested_level"]) == (reasons, level), facts
        if level != "general":
            refused(s, c, "assess", "level_too_low", level="general", level_note="x")
        refused(company.deputy_gm, c, "assess", "level_too_low", level="general") if level != "general" else None
    lowered = company.deputy_gm.fire(c if level != "general" else at(company, "acknowledged", injury=True), "assess", level="general", level_note="仅擦伤,已和解")
    assert (lowered["level"], lowered["suggested_level"], lowered["level_note"]) == ("general", "major", "仅擦伤,已和解")
    # Facts told only now count at once; a level above the facts needs no reason.
    c = at(company, "acknowledged")
    refused(s, c, "assess", "level_too_low", level="serious", injury=True)
    c = s.fire(c, "assess", level="serious")
    refused(s, c, "reassess", "same_level", level="serious")
    refused(s, c, "reassess", "level_too_low", level="general", loss_amount=200000)
    assert s.fire(c, "reassess", level="general")["due_reply_at"] < c["due_reply_at"]


def test_three_customers_in_the_same_matter_are_major(company):
    matter = "批次" + uuid.uuid4().hex[:6]
    found = [complain(company, matter=matter) for _ in range(3)]
    assert [c["suggested_level"] for c in found] == ["general", "general", "major"] and found[2]["level_reasons"] == ["several_customers"]
    # Those who complained before are raised by the third; nobody decides on the old level.
    first = at(company, "proposal_made", matter=(matter := "批次" + uuid.uuid4().hex[:6]))
    assert first["level"] == "general"
    for _ in range(2):
        complain(company, matter=matter)
    s = company.service_manager
    assert eventually(lambda: s.read(first["href"])["level_reasons"] == ["several_customers"])
    assert s.read(first["href"])["suggested_level"] == "major" and "complaint_matter_grows" in told(company.deputy_gm, first)
    refused(s, first, "approve", "level_behind_facts")
    first = s.fire(first, "reassess", level="major")
    assert "reply_major" in first["clocks"] and company.general_manager.fire(first, "approve")["state"] == "approved"
    # The same customer twice is no second customer.
    buyer, matter = customer(company), "批次" + uuid.uuid4().hex[:6]
    found = [complain(company, customer_id=buyer["id"], matter=matter) for _ in range(3)]
    assert {c["suggested_level"] for c in found} == {"general"}
    # The quality of one model, without anybody having named a matter.
    model = "M-" + uuid.uuid4().hex[:6]
    found = [complain(company, model=model, category="product_quality") for _ in range(3)]
    assert found[2]["level_reasons"] == ["several_customers"]
    assert complain(company, model=model, category="charge")["level_reasons"] == []


def test_who_handles_whose_complaint(company):
    s, deputy, general = company.service_manager, company.deputy_gm, company.general_manager
    fields = dict(responsible_dept="after_sales_center")
    # About the service manager: the deputy, not another service manager.
    second = company.hire("service_manager", name="管理师乙")
    c = at(company, "acknowledged", accused_id=s.id)
    assert "complaint_to_assess" in [n["code"] for n in deputy.read("/v1/notifications", entity=c["id"])["data"]]
    refused(s, c, "assess", "complaint_about_yourself", level="general")
    refused(second, c, "assess", "goes_to_next_level", level="general")
    c = deputy.fire(c, "assess", level="general")
    refused(second, c, "assign", "goes_to_next_level", assignee_id=company.dept_head.id, **fields)
    refused(deputy, c, "assign", "accused_investigates", assignee_id=s.id, **fields)
    c = deputy.fire(c, "assign", assignee_id=company.dept_head.id, **fields)
    c = forward(company, c, "proposal_made")
    refused(second, c, "approve", "goes_to_next_level")
    c = deputy.fire(c, "approve")
    refused(second, c, "reply", "goes_to_next_level", reply_text="x", reply_via="phone", appeal_told=True)
    assert deputy.fire(c, "reply", reply_text="x", reply_via="phone", appeal_told=True)["state"] == "replied"
    # About the deputy: the general manager.
    c = at(company, "acknowledged", accused_id=deputy.id)
    refused(s, c, "assess", "goes_to_next_level", level="general")
    refused(deputy, c, "assess", "complaint_about_yourself", level="general")
    assert general.fire(c, "assess", level="general")["state"] == "assessed"
    # About a department head: neither the head nor the head's own department.
    head, peer = company.hire("dept_head", name="负责人甲", department="tech_dept"), company.hire("dept_head", name="负责人乙", department="tech_dept")
    c = at(company, "assessed", accused_id=head.id)
    for person in (head, peer):
        refused(s, c, "assign", "accused_investigates", assignee_id=person.id, responsible_dept="tech_dept")
    refused(s, c, "assign", "head_of_other_department", assignee_id=company.dept_head.id, responsible_dept="tech_dept")
    refused(s, c, "assign", "investigator_not_fit", assignee_id=company.technician.id, responsible_dept="tech_dept")
    assert s.fire(c, "assign", assignee_id=deputy.id, responsible_dept="tech_dept")["assignee_id"] == deputy.id
    c = at(company, "assessed", injury=True, last=dict(level="major"))
    refused(s, c, "assign", "major_needs_deputy", assignee_id=company.dept_head.id, **fields)
    assert "complaint_major" in [n["code"] for n in general.read("/v1/notifications", entity=c["id"])["data"]]


def test_investigating_and_deciding(company):
    s, deputy, head = company.service_manager, company.deputy_gm, company.dept_head
    nobody = at(company, "assigned", anonymous=True)
    refused(head, nobody, "investigate", "nobody_to_visit", site_check=True)
    nobody = head.fire(nobody, "investigate")
    refused(head, nobody, "report_findings", "customer_unknown", **findings(remedies=["repair"]))
    nobody = head.fire(nobody, "report_findings", **findings())
    refused(s, nobody, "approve", "customer_unknown", remedies=["exchange"])
    # He gives his name: what needs a file can be decided then, and goes with the file when that is erased.
    his, unit = company.customer_with_unit()
    refused(s, nobody, "name_customer", "equipment_of_another", customer_id=his["id"], equipment_id=company.customer_with_unit()[1]["id"])
    named = s.fire(nobody, "name_customer", customer_id=his["id"], equipment_id=unit["id"])
    assert (named["customer_id"], named["anonymous"], named["complainant"], named["contact_phone"]) == (his["id"], False, his["name"], his["phone"])
    refused(s, named, "name_customer", "customer_is_known", customer_id=his["id"])
    assert s.fire(named, "approve", remedies=["exchange"])["state"] == "approved"
    with company.server.database().cursor() as cursor:
        cursor.execute("select count(*) from entities_of_customer(%s) e (id) where e.id = %s", (his["id"], named["id"]))
        assert cursor.fetchone() == (1,)
    c = at(company, "investigating")
    refused(head, c, "report_findings", "evidence_missing", **findings(justified=False))
    refused(head, c, "report_findings", "compensation_missing", **findings(remedies=["compensation"]))
    refused(head, c, "report_findings", "compensation_missing", **findings(compensation_amount=100))
    c = head.fire(c, "report_findings", **findings())
    refused(s, c, "approve", "compensation_missing", remedies=["compensation"])
    refused(s, c, "approve", "compensation_missing", compensation_amount=100)
    c = s.fire(c, "approve", remedies=["compensation"], compensation_amount=100, decision="赔偿1元")
    assert (c["decision"], c["compensation_amount"]) == ("赔偿1元", 100)
    # Serious: the deputy; major: the general manager; and never who investigated.
    c = at(company, "proposal_made", loss_amount=250000)
    refused(s, c, "approve", "level_needs_higher")
    refused(s, c, "send_back", "level_needs_higher", reason="x")
    c = at(company, "proposal_made", injury=True)
    refused(deputy, c, "approve", "level_needs_higher")
    assert company.general_manager.fire(c, "approve")["decided_rank"] == 3
    c = s.fire(at(company, "assessed"), "assign", assignee_id=s.id, responsible_dept="after_sales_center")
    c = s.fire(s.fire(c, "investigate"), "report_findings", **findings())
    refused(s, c, "approve", "own_findings")
    assert deputy.fire(c, "approve")["decided_rank"] == 2


def test_replying(company):
    s = company.service_manager
    c = at(company, "approved")
    refused(s, c, "reply", "appeal_not_told", reply_text="x", reply_via="phone", appeal_told=False)
    refused(s, c, "reply", "not_replied", reply_text="x", reply_via="filed", appeal_told=True)
    refused(s, c, "extend_reply", "customer_not_told", extension_reason="x")
    longer = s.fire(c, "extend_reply", extension_reason="等厂家", customer_told=True)
    assert longer["due_reply_at"] > c["due_reply_at"] and longer["due_reply_at"] == longer["clocks"]["reply_extended"]["due_at"] and "reply_general" not in longer["clocks"]
    refused(s, longer, "extend_reply", "extended_already", extension_reason="x", customer_told=True)
    refused(s, longer, "interim_reply", "not_replied", interim_text="x", reply_via="filed")
    c = forward(company, longer, "verifying")
    same = company.hire("dept_head", "followup_clerk", name="兼职", department="after_sales_center")
    own = s.fire(at(company, "assessed"), "assign", assignee_id=same.id, responsible_dept="after_sales_center")
    own = same.fire(same.fire(own, "investigate"), "report_findings", **findings())
    own = same.fire(forward(company, own, "implementing"), "implement_done", outcome="x", evidence="x")
    refused(same, own, "verify", "own_work", satisfied=True)
    assert forward(company, own, "closed")["state"] == forward(company, c, "closed")["state"] == "closed"


def test_mediation_keeps_its_dates(company):
    deputy = company.deputy_gm
    c = company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID)
    refused(deputy, c, "start_mediation", "date_in_future", mediator="other", mediation_filed_on=company.day(1))
    c = deputy.fire(c, "start_mediation", mediator="other", mediation_filed_on=company.day(-3))
    refused(deputy, c, "mediator_accepts", "dates_do_not_fit", mediation_accepted_on=company.day(-4))
    refused(deputy, c, "end_mediation", "mediation_runs", parties_told_on=company.day())
    c = deputy.fire(c, "mediator_accepts", mediation_accepted_on=company.day(-2))
    refused(deputy, c, "mediator_accepts", "mediation_accepted_already", mediation_accepted_on=company.day(-2))
    refused(deputy, c, "mediator_declines", "mediation_accepted_already", reason="x")
    over = dict(mediation_result="agreed", mediation_ended_on=company.day(-1))
    refused(deputy, c, "conclude_mediation", "dates_do_not_fit", mediation_result="agreed", mediation_ended_on=company.day(-3))
    refused(deputy, c, "conclude_mediation", "compensation_missing", compensation_amount=5, **over)
    c = deputy.fire(c, "conclude_mediation", **over)
    refused(deputy, c, "conclude_mediation", "mediation_over_already", **over)
    refused(deputy, c, "end_mediation", "dates_do_not_fit", parties_told_on=company.day(-2))
    refused(company.followup_clerk, at(company, "received"), "report_leader", "not_a_leader", leader_id=company.followup_clerk.id)


def test_what_is_late_is_not_extended(company):
    c = at(company, "approved")
    company.set_clock(c["due_reply_at"])
    refused(company.service_manager, c, "extend_reply", "reply_overdue", extension_reason="x", customer_told=True)
    assert company.service_manager.fire(c, "reply", reply_text="x", reply_via="phone", appeal_told=True)["reply_late"] is True


def test_every_guard_has_refused(company):
    table = company.admin.read("/v1/procedures/complaint")["transitions"]
    codes_ = {g["code"] for t in table for g in t["guards"]}
    assert codes_ - REFUSED - ELSEWHERE == set()
    assert ELSEWHERE <= codes_
