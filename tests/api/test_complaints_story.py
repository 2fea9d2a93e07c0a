"""A complaint as a service manager would tell it: from a follow-up, from an angry customer, from the press."""

import uuid

from answers import eventually, told
from compensations import forward as claim_forward, opened_from as claimed_from
from complaints import SAID, at, codes, complain, customer, end, findings, followed_up, forms, forward, links, opened_from, read, refused
from nonconformities import reported_on, summary
from settlement import Outlet
from test_repair_story import settled


def compensated(company, c):
    """The claim that the timer opens from it is paid."""
    assert claim_forward(company, claimed_from(company, c), "paid")["complaint_id"] == c["id"]


def test_from_the_follow_up_to_a_satisfied_customer(company):
    repair = followed_up(company)
    c = opened_from(company, repair)
    assert (c["state"], c["channel"], c["complaint_text"], c["repair_id"]) == ("received", "followup", "上门迟到两小时", repair["id"])
    assert c["number"].startswith("CP-") and c["complainant"] == repair["contact_name"] and c["equipment_id"] == repair["equipment_id"]
    assert {"leader_report", "acknowledge_due"} == set(c["clocks"])
    assert "complaint_received" in told(company.hotline_clerk, c) and "complaint_received" in told(company.service_manager, c)

    # The leader is told once, here; the repair's own clock stands still by that.
    c = company.followup_clerk.fire(c, "report_leader", leader_id=company.supervising_leader.id)
    assert c["reported_leader_at"] and "leader_report" not in c["clocks"]
    repair = company.dispatcher.read(repair["href"])
    assert "complaint_report" not in repair["clocks"] and repair["reported_to_leader_at"]

    c = company.hotline_clerk.fire(c, "register", category="timeliness", remedy_sought="道歉,以后提前告知")
    assert c["suggested_level"] == "general" and c["level_reasons"] == [] and forms(company, c) == ["complaint"]
    c = company.hotline_clerk.fire(c, "acknowledge", acknowledged_via="phone")
    c = company.service_manager.fire(c, "assess", level="general")
    assert {"assign_due", "reply_general", "close_general"} == set(c["clocks"])
    assert c["due_reply_at"] == c["clocks"]["reply_general"]["due_at"] and c["due_close_at"] == c["clocks"]["close_general"]["due_at"]
    c = company.service_manager.fire(c, "assign", assignee_id=company.dept_head.id, responsible_dept="after_sales_center")
    assert "complaint_assigned" in told(company.dept_head, c)
    c = company.dept_head.fire(c, "investigate")
    c = company.dept_head.fire(c, "report_findings", **findings(cause="delay"))
    c = company.service_manager.fire(c, "approve")
    assert c["decision"] == c["proposal"] and c["decided_rank"] == 1
    c = company.service_manager.fire(c, "reply", reply_text="已批评教育,今后提前告知", reply_via="phone", appeal_told=True)
    assert c["reply_late"] is False and "reply_general" not in c["clocks"]
    refused(company.followup_clerk, c, "accept", "verdict_source_missing")
    c = company.followup_clerk.fire(c, "accept", **SAID)
    assert (c["customer_verdict"], c["verdict_by"], c["verdict_via"]) == ("accepted", "李明", "phone")
    c = company.dept_head.fire(c, "implement_done", outcome="已道歉", evidence="通话录音")
    assert "callback_due" in c["clocks"] and links(company, c) == [("repair", "leader_told")]
    refused(company.dispatcher, repair, "archive", "complaint_open")
    c = company.followup_clerk.fire(c, "verify", satisfied=True, satisfaction=5)
    assert (c["state"], c["closed_as"], c["clocks"]) == ("closed", "resolved", {})
    assert company.dispatcher.fire(repair, "archive")["state"] == "archived"
    assert forms(company, c) == ["complaint", "complaint_disposal", "complaint_investigation", "complaint_reply", "complaint_disposal"]
    reply = [r for r in company.dispatcher.read(c["href"] + "/records")["data"] if r["form"] == "complaint_reply"][0]
    page = company.dispatcher.get("/v1/records/" + reply["id"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and "投诉回复" in page.text and "已批评教育,今后提前告知" in page.text
    assert company.dispatcher.read("/v1/audit/verify", entity=c["id"])["sound"] is True


def test_a_leader_told_before_the_complaint_is_opened_is_not_told_again(company):
    repair = company.dispatcher.fire(company.dispatcher.fire(settled(company), "report_back"), "collect_slip", slip_received=True)
    repair = company.followup_clerk.fire(repair, "report_to_leader", leader_id=company.supervising_leader.id, complaint_text="客户在电话中大骂")
    c = opened_from(company, followed_up(company, repair=repair))
    assert c["reported_leader_at"] == repair["reported_to_leader_at"] and c["leader_id"] == company.supervising_leader.id and "leader_report" not in c["clocks"]
    refused(company.followup_clerk, c, "report_leader", "reported_already", leader_id=company.supervising_leader.id)


def test_a_refused_reply_climbs_to_the_general_manager_and_to_the_regulator(company):
    c = at(company, "replied")
    c = company.followup_clerk.fire(c, "refuse", verdict_words="道歉不够,要求赔偿", **SAID)
    assert c["state"] == "escalated" and c["escalations"] == 1 and "redecide_due" in c["clocks"]
    # The service manager has decided already: the next one has to.
    c = company.deputy_gm.fire(c, "redecide", decision="免收维修费", remedies=["fee_refund"])
    assert c["decided_rank"] == 2 and "redecide_due" in c["clocks"]
    c = company.service_manager.fire(c, "reply", reply_text="免收维修费", reply_via="phone", appeal_told=True)
    assert "redecide_due" not in c["clocks"]
    c = company.hotline_clerk.fire(c, "refuse", **SAID)
    refused(company.deputy_gm, c, "redecide", "needs_next_level", decision="x", remedies=["apology"])
    refused(company.deputy_gm, c, "close_disputed", "level_left", reason="x", appeal_told=True)
    c = company.general_manager.fire(c, "redecide", decision="赔偿500元", remedies=["compensation"], compensation_amount=50000)
    c = forward(company, c, "replied")
    c = company.hotline_clerk.fire(c, "refuse", **SAID)
    refused(company.general_manager, c, "redecide", "last_level_decided", decision="x", remedies=["apology"])

    deputy = company.deputy_gm
    c = deputy.fire(c, "start_mediation", mediator="regulator_12315", mediation_filed_on=company.day(-10), mediation_no="TS-1")
    c = deputy.fire(c, "mediator_declines", reason="材料不全")
    assert c["state"] == "escalated" and "redecide_due" in c["clocks"]
    c = deputy.fire(c, "start_mediation", mediator="regulator_12315", mediation_filed_on=company.day(-9), mediation_no="TS-2")
    assert "mediator_accepts" in c["clocks"]
    refused(deputy, c, "conclude_mediation", "mediation_not_accepted", mediation_result="agreed", mediation_ended_on=company.day())
    c = company.service_manager.fire(c, "mediator_accepts", mediation_accepted_on=company.day(-7))
    c = deputy.fire(c, "conclude_mediation", mediation_result="agreed", mediation_ended_on=company.day(-1), decision="赔偿800元", remedies=["compensation"], compensation_amount=80000)
    c = deputy.fire(c, "end_mediation", parties_told_on=company.day())
    assert c["state"] == "implementing" and c["compensation_amount"] == 80000
    money = [l for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["to_machine"] == "compensation"]
    assert [(l["to_event"], l["inputs"]["claimed_amount"], l["inputs"]["complaint_id"]) for l in money] == [("submit", 80000, c["id"])]
    compensated(company, c)
    c = forward(company, c, "closed")
    assert c["closed_as"] == "resolved"


def test_a_mediation_without_agreement_ends_it(company):
    c = company.hotline_clerk.fire(at(company, "replied"), "refuse", **SAID)
    c = company.deputy_gm.fire(c, "start_mediation", mediator="consumer_association", mediation_filed_on=company.day(-3))
    c = company.deputy_gm.fire(c, "mediator_accepts", mediation_accepted_on=company.day(-2))
    c = company.deputy_gm.fire(c, "conclude_mediation", mediation_result="not_agreed", mediation_ended_on=company.day(-1))
    refused(company.deputy_gm, c, "end_mediation", "dates_do_not_fit", parties_told_on=company.day(-2))
    c = company.deputy_gm.fire(c, "end_mediation", parties_told_on=company.day())
    assert (c["state"], c["closed_as"]) == ("closed", "mediation_failed")


def test_what_is_unfounded_is_explained_and_the_customer_may_object(company):
    c = at(company, "investigating")
    body = dict(unfounded_reason="记录显示按时到场", evidence="门禁记录", reply_via="phone", explained=True, appeal_told=True)
    refused(company.service_manager, c, "judge_unfounded", "not_explained", **{**body, "explained": False})
    refused(company.service_manager, c, "judge_unfounded", "not_explained", **{**body, "appeal_told": False})
    c = company.service_manager.fire(c, "judge_unfounded", **body)
    assert (c["state"], c["justified"], c["clocks"]) == ("unfounded", False, {}) and forms(company, c)[-1] == "complaint_reply"
    c = company.followup_clerk.fire(c, "escalate", verdict_words="不认可", **SAID)
    assert c["state"] == "escalated" and c["closed_at"] is None and {"redecide_due", "close_general"} == set(c["clocks"])
    refused(company.deputy_gm, c, "close_disputed", "level_left", reason="x", appeal_told=True)
    c = company.deputy_gm.fire(c, "investigate_again", reason="补充调取监控")
    assert c["state"] == "reopened"
    c = forward(company, c, "replied")
    c = company.hotline_clerk.fire(c, "refuse", **SAID)
    c = company.general_manager.fire(c, "redecide", decision="维持", remedies=["explanation"])
    c = company.hotline_clerk.fire(forward(company, c, "replied"), "refuse", **SAID)
    c = company.general_manager.fire(c, "close_disputed", reason="终局答复", appeal_told=True)
    assert (c["state"], c["closed_as"]) == ("closed", "disputed")


def test_a_dissatisfied_call_back_and_new_facts_open_it_again(company):
    c = at(company, "verifying")
    refused(company.followup_clerk, c, "verify", "answer_missing")
    c = company.followup_clerk.fire(c, "verify", satisfied=False, satisfaction=2)
    assert c["state"] == "reopened" and "reply_general" in c["clocks"] and "complaint_reopened" in told(company.dept_head, c)
    c = forward(company, c, "closed")
    assert c["satisfied"] is True
    c = company.service_manager.fire(c, "reopen", new_facts="客户提供了新照片")
    assert c["state"] == "investigating" and c["closed_at"] is None and {"reply_general", "close_general"} <= set(c["clocks"])
    assert forward(company, c, "closed")["state"] == "closed"


def test_a_serious_justified_complaint_has_its_cause_removed_once(company):
    c = at(company, "implementing", loss_amount=250000)
    assert c["level"] == "serious" and c["level_reasons"] == ["loss"] and c["decided_rank"] == 2
    c = company.dept_head.fire(c, "implement_done", outcome="已赔", evidence="收条")
    assert links(company, c) == [("nonconformity", "report")]
    report = reported_on(company, c)[0]
    assert summary(report)[:3] == ("complaint", c["responsible_dept"], "major") and report["fact"].startswith(c["findings"])
    assert report["customer_id"] == c["customer_id"] and report["customer_affected"] is True
    c = company.followup_clerk.fire(c, "verify", satisfied=False)
    c = forward(company, c, "closed")
    assert links(company, c) == [("nonconformity", "report")]


def test_the_third_of_the_same_cause_has_it_removed(company):
    done = []
    for _ in range(3):
        c = at(company, "proposal_made", last=findings(cause="wrong_charge"))
        done.append(company.dept_head.fire(forward(company, c, "implementing"), "implement_done", outcome="已退", evidence="收据"))
    assert [links(company, c) for c in done] == [[], [], [("nonconformity", "report")]]
    unfounded = at(company, "proposal_made", last=findings(cause="wrong_charge", justified=False, evidence="价目表", remedies=["explanation"]))
    c = company.dept_head.fire(forward(company, unfounded, "implementing"), "implement_done", outcome="已解释", evidence="x")
    assert links(company, c) == []


def test_danger_goes_to_the_recall_signal_and_whoever_commands_in_an_emergency(company):
    commander = company.emergency_commander
    c = at(company, "acknowledged", model="ZN-2000-" + uuid.uuid4().hex[:4])
    c = company.service_manager.fire(c, "assess", level="general", safety=True)
    assert links(company, c) == [("recall_signal", "log")] and "safety_complaint" in told(commander, c)
    c = company.deputy_gm.fire(c, "reassess", level="serious")
    assert links(company, c) == [("recall_signal", "log")] and c["level"] == "serious" and "reply_serious" in c["clocks"] and "reply_general" not in c["clocks"]


def test_what_the_customer_accepted_is_done_where_such_things_are_done(company):
    buyer, unit = company.customer_with_unit()
    c = at(company, "proposal_made", customer_id=buyer["id"], equipment_id=unit["id"], serial=unit["serial"], model=unit["model"],
           last=findings(remedies=["exchange", "repair", "compensation"], compensation_amount=30000, cause="product_defect"))
    c = forward(company, c, "implementing")
    assert links(company, c) == [("compensation", "submit"), ("repair", "register"), ("return_exchange", "apply")]

    def opened():
        rows = {l["to_machine"]: l for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"] if l["from_id"] == c["id"]}
        return rows if rows["repair"]["state"] == rows["return_exchange"]["state"] == "done" else None
    rows = eventually(opened)
    assert rows, [l.get("last_error") for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"]]
    case = company.dispatcher.read("/v1/return-exchanges/" + rows["return_exchange"]["to_id"])
    assert (case["kind"], case["equipment_id"], case["customer_id"]) == ("exchange", unit["id"], buyer["id"])
    repair = company.dispatcher.read("/v1/repairs/" + rows["repair"]["to_id"])
    assert (repair["priority"], repair["problem"], repair["equipment_id"]) == ("urgent", c["complaint_text"], unit["id"])
    refused(company.dept_head, c, "implement_done", "remedy_not_done", outcome="x", evidence="x")
    company.dispatcher.fire(repair, "cancel", cancel_reason="customer_request")
    refused(company.dept_head, c, "implement_done", "remedy_not_done", outcome="x", evidence="x")
    company.dispatcher.fire(case, "void", reason="改为维修")
    refused(company.dept_head, c, "implement_done", "remedy_not_done", outcome="x", evidence="x")
    compensated(company, c)
    assert company.dept_head.fire(c, "implement_done", outcome="x", evidence="x")["state"] == "verifying"


def test_a_check_on_site_is_a_repair_of_its_own(company):
    c = at(company, "investigating", last=dict(site_check=True))
    def opened():
        return company.dispatcher.read("/v1/repairs", customer=c["customer_id"])["data"]
    assert eventually(opened), [l.get("last_error") for l in company.dispatcher.read("/v1/links", entity=c["id"])["data"]]
    assert opened()[0]["priority"] == "urgent" and opened()[0]["state"] == "registered"


def test_an_open_complaint_holds_the_line_of_the_outlet_until_it_ends(company):
    outlet = Outlet(company, "投诉网点" + uuid.uuid4().hex[:4])
    under, clean = outlet.job(), outlet.job()
    c = complain(company, customer_id=under["customer_id"], repair_id=under["id"])
    assert c["outlet_id"] == outlet.id
    slip = company.dispatcher.fire(outlet.file([outlet.line(under), outlet.line(clean)]), "check")
    def line(n):
        return outlet.lines(slip)[n]
    assert eventually(lambda: line(0)["state"] == "held") and line(0)["held_by_complaint"] is True and line(1)["state"] == "open"
    assert codes(company.dispatcher.try_fire(line(0), "decide", decision="accept")) == ["complaint_open"]
    assert codes(company.dispatcher.try_fire(line(0), "decide", decision="adjust", accepted_amount=5000, decision_reason="x")) == ["complaint_open"]
    company.dispatcher.fire(line(1), "decide", decision="accept")
    company.hotline_clerk.fire(c, "withdraw", withdrawal_wish="已解决", recording_ref="REC-1")
    assert eventually(lambda: line(0)["state"] == "open") and line(0)["held_by_complaint"] is False
    company.dispatcher.fire(line(0), "decide", decision="accept")

    # One that comes after the line was accepted: no statement goes out with it.
    c = complain(company, customer_id=clean["customer_id"], repair_id=clean["id"])
    answer = company.dispatcher.try_fire(slip, "issue_statement")
    assert answer.status_code == 200 or codes(answer) == ["complaint_open"]
    assert eventually(lambda: line(1)["state"] in ("held", "carried"))
    if answer.status_code != 200:
        assert company.dispatcher.fire(slip, "issue_statement")["accepted_total"] == 10000
    assert line(1)["state"] == "carried"


def test_the_outlet_complained_about_does_not_read_who_complained(company):
    outlet = Outlet(company, "涉诉网点" + uuid.uuid4().hex[:4])
    job = outlet.job()
    c = complain(company, customer_id=job["customer_id"], repair_id=job["id"])
    assert outlet.manager.get(c["href"]).status_code in (403, 404) and outlet.technician.get(c["href"]).status_code in (403, 404)
    own = complain(company, by=outlet.manager, customer_id=job["customer_id"], repair_id=job["id"], channel="outlet")
    assert outlet.manager.read(own["href"])["complaint_text"] == own["complaint_text"] and own["outlet_id"] == outlet.id
    assert company.technician.get(c["href"]).status_code in (403, 404)
    # Who passed it on sees the phone while it is open.
    assert outlet.manager.read(own["href"])["contact_phone"] == "13912345678"
    end(company, own)
    assert outlet.manager.read(own["href"])["contact_phone"] == "139****5678" and read(company, own)["contact_phone"] == "13912345678"


def test_a_customer_complains_and_answers_for_himself(company):
    buyer = customer(company)
    person = company.hire("customer", name="客户本人", customer_id=buyer["id"], department="external")
    other = company.hire("customer", name="他人", customer_id=customer(company)["id"], department="external")
    c = person.create("complaints", complaint_text="收费不明", customer_id=buyer["id"], remedy_sought="说明收费", channel="web")
    assert person.read(c["href"])["state"] == "received" and other.get(c["href"]).status_code == 404
    assert codes(person.post("/v1/complaints", {"complaint_text": "x"})) == ["customer_missing"]
    assert codes(other.post("/v1/complaints", {"complaint_text": "x", "customer_id": buyer["id"]})) == ["unknown_reference"]
    c = forward(company, c, "replied")
    assert other.post(c["href"] + "/accept").status_code == 404
    c = person.fire(c, "accept")
    assert (c["verdict_by"], c["verdict_via"]) == ("客户本人", "web")
    assert read(company, c)["state"] == "implementing"


def test_what_a_follow_up_found_is_not_lost_when_the_file_has_moved_in_between(company):
    repair, gone = settled(company), customer(company)
    cursor = company.server.database().cursor()
    cursor.execute("insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
                   " values (gen_random_uuid(), 'repair.follow_up', %s, 1, 'complaint', 'receive', 'later', 'waiting',"
                   " jsonb_build_object('repair_id', %s::text, 'customer_id', %s::text, 'complaint_text', '迟到'), now())", (repair["id"], repair["id"], gone["id"]))
    c = opened_from(company, repair)
    assert (c["customer_id"], c["complaint_text"]) == (repair["customer_id"], "迟到")
    # By hand nobody puts a job of one customer into the complaint of another.
    assert codes(company.hotline_clerk.post("/v1/complaints", {"customer_id": gone["id"], "repair_id": repair["id"], "complaint_text": "x"})) == ["job_of_another"]
