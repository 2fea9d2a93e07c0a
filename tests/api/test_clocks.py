"""P4's limits, proved by setting the clock: each just before and just after. The timers run about once a second."""


import pytest

from answers import breached, due, eventually, settle_down
from aftercare import Company, Server
from test_repair_story import settled


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


def test_dispatch_runs_in_service_hours_and_urgent_jobs_run_on(company):
    company.set_clock("2027-01-08T17:20:00+08:00")  # a Friday
    normal, urgent = company.register(), company.register(priority="urgent")
    assert due(normal, "dispatch_due").isoformat().startswith("2027-01-11T08:50:0")  # 10 minutes on Friday, 20 on Monday
    assert due(urgent, "dispatch_due").isoformat().startswith("2027-01-08T17:35:0")
    company.set_clock("2027-01-08T17:34:30+08:00")
    settle_down()
    assert breached(company, urgent) == []
    company.set_clock("2027-01-08T17:35:30+08:00")
    assert eventually(lambda: breached(company, urgent)) == ["dispatch_due"]
    seen = company.dispatcher.read(urgent["href"])
    assert seen["overdue"] is True and seen["state"] == "registered" and seen["version"] == urgent["version"]
    events = company.dispatcher.read(urgent["href"] + "/events")["data"]
    assert [e["event"] for e in events] == ["register", "deadline_breach"] and events[1]["version"] == 1
    assert breached(company, normal) == []
    told = company.dispatcher.read("/v1/notifications", entity=urgent["id"])["data"]
    assert "deadline_breach" in [n["code"] for n in told]
    assert company.dispatcher.read("/v1/audit/verify", entity=urgent["id"])["sound"] is True


def test_a_breach_climbs_to_the_dispatcher_and_to_the_deputy(company):
    company.set_clock("2027-01-12T09:00:00+08:00")
    repair = company.register(priority="urgent")
    company.set_clock("2027-01-12T09:16:00+08:00")
    assert eventually(lambda: breached(company, repair)) == ["dispatch_due"]

    def escalations(who):
        return [n for n in who.read("/v1/notifications", entity=repair["id"])["data"] if n["code"] == "deadline_escalated"]

    company.set_clock("2027-01-13T09:15:00+08:00")
    settle_down()
    assert escalations(company.dispatcher) == []
    company.set_clock("2027-01-13T09:17:00+08:00")
    assert eventually(lambda: escalations(company.dispatcher)) and not escalations(company.deputy_gm)
    company.set_clock("2027-01-15T09:17:00+08:00")
    assert eventually(lambda: escalations(company.deputy_gm))
    assert company.dispatcher.fire(repair, "dispatch", assignee_id=company.technician.id)["overdue"] in (True, False)
    assert eventually(lambda: [b for b in company.dispatcher.read("/v1/breaches", open="false", limit=200)["data"] if b["entity_id"] == repair["id"] and b["clock"] == "dispatch_due"])


def test_a_complaint_found_on_a_saturday_night_is_reported_within_four_elapsed_hours(company):
    company.set_clock("2027-02-26T10:00:00+08:00")
    repair = settled(company)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    company.set_clock("2027-02-27T22:30:00+08:00")  # Saturday night
    repair = company.followup_clerk.fire(repair, "follow_up", called_at="2027-02-27T22:30:00+08:00", reached=True, satisfied=False,
                                         is_complaint=True, complaint_text="仍有故障")
    assert due(repair, "complaint_report").isoformat() == "2027-02-28T02:30:00+08:00"
    company.set_clock("2027-02-28T02:29:30+08:00")
    settle_down()
    assert "complaint_report" not in breached(company, repair)
    company.set_clock("2027-02-28T02:30:30+08:00")
    assert eventually(lambda: "complaint_report" in breached(company, repair))
    repair = company.followup_clerk.fire(repair, "report_to_leader", leader_id=company.supervising_leader.id)
    assert "complaint_report" not in repair["clocks"]


def test_waiting_stops_the_work_clocks_and_explains_itself(company):
    company.set_clock("2027-03-01T09:00:00+08:00")
    repair = company.register()
    company.set_clock("2027-03-01T09:10:00+08:00")
    repair = company.dispatcher.fire(repair, "pause", pause_reason="customer")
    assert "due_at" not in repair["clocks"]["dispatch_due"] and repair["paused"]["reason"] == "customer"
    company.set_clock("2027-03-02T10:00:00+08:00")
    settle_down()
    assert breached(company, repair) == []
    repair = company.dispatcher.fire(repair, "resume")
    assert due(repair, "dispatch_due").isoformat().startswith("2027-03-02T10:2")  # 20 of 30 minutes were left
    clock = [c for c in company.dispatcher.read(repair["href"] + "/clocks")["data"] if c["code"] == "dispatch_due"][0]
    assert [s["counts"] for s in clock["segments"]] == [True, False, True]


def test_urgency_given_later_keeps_the_time_already_counted(company):
    company.set_clock("2027-03-03T09:00:00+08:00")
    repair = company.register()
    before = due(repair, "dispatch_due")
    company.set_clock("2027-03-03T09:05:00+08:00")
    repair = company.dispatcher.fire(repair, "amend", reason="医院停机", priority="urgent")
    assert abs((before - due(repair, "dispatch_due")).total_seconds() - 15 * 60) < 1


def test_follow_up_is_tried_three_times_then_unreached(company):
    company.set_clock("2027-03-04T09:00:00+08:00")
    repair = settled(company)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    for tries in (1, 2):
        repair = company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=False)
        assert repair["state"] == "followup_pending" and repair["followup_tries"] == tries
    repair = company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=False)
    assert repair["state"] == "followed_up" and repair["followup_tries"] == 3 and repair["reached"] is False


def test_a_customer_out_of_reach_is_given_up_after_three_attempts_on_two_days_one_in_writing(company):
    company.set_clock("2027-03-08T09:00:00+08:00")
    repair = company.register()

    def cancel():
        return company.dispatcher.try_fire(repair, "cancel", cancel_reason="unreachable")

    for _ in range(3):
        company.dispatcher.fire(repair, "contact_attempt", channel_used="phone", contact_result="no_answer")
    assert cancel().json()["errors"][0]["code"] == "not_tried_enough"  # one day, nothing written
    company.set_clock("2027-03-09T09:00:00+08:00")
    company.dispatcher.fire(repair, "contact_attempt", channel_used="phone", contact_result="no_answer")
    assert cancel().status_code == 422  # nothing written yet
    company.dispatcher.fire(repair, "contact_attempt", channel_used="message", contact_result="sent")
    assert cancel().json()["state"] == "cancelled"


def test_steps_are_taken_back_within_their_time_and_papers_become_void(company):
    company.set_clock("2027-03-10T09:00:00+08:00")
    repair = company.register()
    dispatched = company.dispatcher.fire(repair, "dispatch", assignee_id=company.technician.id)
    assert "dispatch_due" not in dispatched["clocks"]
    back = company.dispatcher.fire(dispatched, "revert", reason="派错人")
    assert back["state"] == "registered" and back["assignee_id"] is None and "dispatch_due" in back["clocks"]
    papers = company.dispatcher.read(repair["href"] + "/records")["data"]
    assert [p["form"] for p in papers if p["voided_at"]] == ["dispatch_slip"]
    scheduled = company.dispatcher.fire(back, "dispatch", assignee_id=company.technician.id)
    scheduled = company.technician.fire(scheduled, "schedule", appointment_at=company.at(2), charge_told=True)
    company.set_clock("2027-03-10T09:40:00+08:00")
    late = company.technician.try_fire(scheduled, "revert", reason="记错")
    assert "revert_too_late" in [e["code"] for e in late.json()["errors"]]  # not the actor's any more
    company.set_clock("2027-03-12T23:59:00+08:00")
    assert company.dispatcher.post(scheduled["href"] + "/revert", {"reason": "x"}, dry_run="true").status_code == 200
    company.set_clock("2027-03-13T00:01:00+08:00")  # two working days are over
    assert company.dispatcher.post(scheduled["href"] + "/revert", {"reason": "x"}, dry_run="true").status_code == 422


def test_an_uncollected_device_is_reminded_of_three_times_then_decided_on(company):
    company.set_clock("2027-04-01T09:00:00+08:00")
    technician = company.technician
    repair = company.register(channel="carry_in")
    repair = technician.fire(repair, "accept_carry_in", tag_no="T-1", device_kept=True, copy_with_customer=True,
                             devices=[{"item": "主机", "condition": "完好"}])
    repair = technician.fire(repair, "start_repair", diagnosis="电源")
    repair = technician.fire(repair, "solve", solution="更换", test_passed=True)
    assert {"collect_1", "collect_2", "collect_3", "collect_decide"} <= set(repair["clocks"])
    early = company.deputy_gm.try_fire(repair, "decide_uncollected", uncollected_decision="dispose", legal_advice="按民法典")
    assert early.json()["errors"][0]["code"] == "not_reminded_enough"
    one = company.dispatcher.try_fire(repair, "remind_collection", notice_channels=["phone"])
    assert one.json()["errors"][0]["code"] == "two_channels_needed"
    for day in ("2027-04-08", "2027-05-01", "2027-05-31"):
        company.set_clock(day + "T10:00:00+08:00")
        repair = company.dispatcher.fire(repair, "remind_collection", notice_channels=["phone", "message"])
    assert "collect_3" not in repair["clocks"] and "collect_decide" in repair["clocks"]
    company.set_clock("2027-06-30T08:59:00+08:00")
    assert company.deputy_gm.try_fire(repair, "decide_uncollected", uncollected_decision="dispose", legal_advice="按民法典").status_code == 422
    company.set_clock("2027-06-30T09:01:00+08:00")
    repair = company.deputy_gm.fire(repair, "decide_uncollected", uncollected_decision="dispose", legal_advice="按民法典")
    assert repair["state"] == "settled" and repair["outcome"] == "scrapped"


def test_an_absent_persons_jobs_are_to_be_reassigned(company):
    company.set_clock("2027-07-05T08:40:00+08:00")
    repair = company.register()
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=company.technician.id)
    company.dispatcher.create("absences", person_id=company.technician.id, kind="ill", from_at=company.at(1), to_at=company.at(50))
    company.set_clock("2027-07-05T09:50:00+08:00")
    assert eventually(lambda: company.dispatcher.read(repair["href"])["to_reassign"]) == "absence"
    assert repair["id"] in [r["id"] for r in company.dispatcher.read("/v1/worklist", to_reassign="true", limit=200)["data"]]
    other = company.hire("technician", name="替班", skills=["computer"])
    repair = company.dispatcher.fire(repair, "reassign", assignee_id=other.id, reassign_reason="ill")
    assert repair["to_reassign"] is None and repair["assignee_id"] == other.id and repair["state"] == "dispatched"


def test_papers_of_the_quarter_due_on_the_second_of_october_are_late_only_after_the_holidays(company):
    company.set_clock("2027-09-20T09:00:00+08:00")
    company.register()
    holidays = [{"day": f"2027-10-{d:02d}", "is_workday": False, "note": "国庆节"} for d in range(1, 8)]
    assert company.admin.put("/v1/calendar", {"days": holidays}).status_code == 204
    company.set_clock("2027-10-01T09:00:00+08:00")

    def box():
        found = company.dispatcher.read("/v1/handins", rule_code="HI_PHONE_Q", period="2027-Q3")["data"]
        return found and found[0]

    quarter = eventually(box)
    assert quarter["due_on"] == "2027-10-02" and quarter["late_after"] == "2027-10-08"
    company.set_clock("2027-10-08T23:59:00+08:00")
    settle_down()
    assert breached(company, quarter) == []
    company.set_clock("2027-10-09T00:01:00+08:00")
    assert eventually(lambda: breached(company, quarter)) == ["handin_due"]
    done = company.dispatcher.fire(quarter, "hand_in")
    assert done["state"] == "handed_in" and done["late"] is True and done["sheets"] >= 1
    back = company.office_archivist.fire(done, "send_back", defects="缺一张")
    assert back["state"] == "returned"
    again = company.dispatcher.fire(back, "hand_in")
    assert company.office_archivist.fire(again, "receive")["state"] == "received"


def test_weekly_figures_are_due_on_tuesday_and_monthly_papers_on_the_second(company):
    company.set_clock("2027-11-02T09:00:00+08:00")  # a Tuesday
    company.people.pop("technician", None)  # last year's qualification has run out
    repair = settled(company)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=True, satisfied=True)
    company.set_clock("2027-11-08T09:00:00+08:00")

    def week():
        found = company.dispatcher.read("/v1/handins", rule_code="HI_FOLLOWUP_STAT_W", period="2027-W44")["data"]
        return found and found[0]

    box = eventually(week)
    assert box["due_on"] == "2027-11-09"  # Tuesday of the next week
    box = company.followup_clerk.fire(box, "hand_in")
    assert box["statistics"]["made"] == 1 and box["statistics"]["satisfied"] == 1 and box["late"] is False
    assert "followup_statistics" in [r["form"] for r in company.dispatcher.read(box["href"] + "/records")["data"]]
    months = eventually(lambda: [h for h in company.dispatcher.read("/v1/handins", period="2027-10", limit=200)["data"]])
    days = {"outlet_settlement": "2027-11-10", "complaint_analysis": "2027-11-05"}
    assert set(days) < {h["form"] for h in months} and all(h["due_on"] == days.get(h["form"], "2027-11-02") for h in months)
    empty = [h for h in months if h["sheets"] == 0 and h["form"] not in days][0]
    refused = company.dispatcher.try_fire(empty, "hand_in")
    assert refused.json()["errors"][0]["code"] == "nil_return_needed"
    assert company.dispatcher.fire(empty, "hand_in", nil_return=True)["nil_return"] is True
