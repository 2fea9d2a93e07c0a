"""P8's limits, proved by setting the clock: each just before and just after. The timers run about once a second."""

import datetime

import pytest

from aftercare import Company, Server
from deliveries import alone, at_step, codes, complete_set, contract, driver, go, installer, signature, window
from answers import breached, eventually, settle_down, told
from test_delivery_story import hours_after


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


def requalify(company):
    """Qualifications last a year; the tests go on for longer."""
    fitter = installer(company)
    company.admin.fire(company.admin.read(fitter.person["href"]), "qualify", qualified_scope=["installation", "computer"], qualified_until=company.day(365))
    return fitter


def test_promise_and_window(company):
    company.set_clock("2027-04-05T08:30:00+08:00")
    d = alone(company, promised_on="2027-04-06")
    late = alone(company, promised_on="2027-04-06")
    d = go(company, d, ["pack", "give", "take", "schedule"], schedule=window(company, d, window_from="2027-04-06T09:00:00+08:00", window_to="2027-04-06T11:00:00+08:00"))
    assert company.dispatcher.read("/v1/deliveries", state="scheduled", window_from_from="2027-04-06T00:00:00+08:00", window_from_to="2027-04-06T23:59:59+08:00")["data"][0]["id"] == d["id"]
    company.set_clock("2027-04-06T10:59:40+08:00")
    settle_down()
    assert breached(company, d) == []
    # The promised time is over: no call makes it good, it is scheduled anew and counts as not kept.
    company.set_clock("2027-04-06T11:00:20+08:00")
    assert eventually(lambda: breached(company, d)) == ["window_due"]
    assert codes(company.dispatcher.try_fire(d, "notify_customer", called_customer_at=company.at(0), reached=True)) == ["window_over"]
    d = company.dispatcher.fire(d, "reschedule", called_customer_at=company.at(0), reason="车辆故障", **window(company, d))
    assert d["windows_missed"] == 1 and "promise_broken" in told(company.deputy_gm, d)
    assert [x["id"] for x in company.dispatcher.read("/v1/deliveries", windows_missed_from=1)["data"]] == [d["id"]]
    d = go(company, d, ["notify_customer", "depart", "sign_delivery"])
    assert d["clocks"] == {}
    company.set_clock("2027-04-06T23:59:40+08:00")
    settle_down()
    assert breached(company, late) == []
    company.set_clock("2027-04-07T00:00:20+08:00")
    assert eventually(lambda: breached(company, late)) == ["delivery_due"]
    assert breached(company, d) == ["window_due"]


def test_time_before_an_outage_from_outside_counts_by_written_consent(company):
    company.set_clock("2027-04-12T08:00:00+08:00")
    fitter = requalify(company)
    d = go(company, at_step(company, complete_set(company), "start_trial"), ["start_trial"])
    began = d["trial_from"]
    stopped = hours_after(began, 40)
    company.set_clock(hours_after(began, 41))
    # It stopped an hour before anybody entered it.
    d = fitter.fire(d, "trial_interrupted", interruption="outside_outage", interrupted_at=stopped, reading="市电中断",
                    count_consent={"name": "李明", "content_sha256": d["content_sha256"]})
    assert d["trial_counted_seconds"] == 40 * 3600
    d = go(company, d, ["start_trial"])
    assert d["trial_until"] == hours_after(d["trial_from"], 32)
    company.set_clock(hours_after(d["trial_from"], 32, -30))
    assert codes(fitter.try_fire(d, "hand_to_customer")) == ["trial_not_over"]
    # Once the time has come, the set waits a day to be handed over, not longer unseen.
    company.set_clock(hours_after(d["trial_from"], 56, -20))
    settle_down()
    assert breached(company, d) == []
    company.set_clock(hours_after(d["trial_from"], 56, 20))
    assert eventually(lambda: breached(company, d)) == ["hand_over_due"]
    d = fitter.fire(d, "hand_to_customer")
    assert d["state"] == "handed_to_customer" and d["clocks"] == {}


def test_without_consent_the_time_before_an_outage_is_lost(company):
    company.set_clock("2027-04-20T08:00:00+08:00")
    fitter = requalify(company)
    d = go(company, at_step(company, complete_set(company), "start_trial"), ["start_trial"])
    company.set_clock(hours_after(d["trial_from"], 71))
    d = fitter.fire(d, "trial_interrupted", interruption="outside_outage")
    d = go(company, d, ["start_trial"])
    assert d["trial_until"] == hours_after(d["trial_from"], 72)


def test_a_barred_installer_leaves_open_jobs_and_an_escort_that_stands_still(company):
    company.set_clock("2027-05-10T08:00:00+08:00")
    gone = company.hire("installer", name="三号", skills=["installation"])
    going = {"install_on": company.day(0), "agreed": True, "assignee_id": gone.id}
    waiting = at_step(company, contract(company, install_due=True), "fix_date")
    waiting = company.dispatcher.fire(waiting, "fix_date", **going)
    d = at_step(company, contract(company, install_due=True), "fix_date")
    d = company.dispatcher.fire(d, "fix_date", **going)
    for event, body in (("write_plan", {"installation_plan": "x"}), ("approve_plan", {}), ("prepare", {"tools_on_site": True, "plan_told": True}), ("install", {}),
                        ("commission", {"plan_followed": True}), ("skip_trial", {"commissioning_result": "x"}), ("start_escort", {})):
        d = (company.deputy_gm if event == "approve_plan" else gone).fire(d, event, **body)
    d = company.trainer.fire(d, "train_customer", operators=[{"name": "张伟", "passed": True}], training_content="x", customer_signature=signature(d))
    began = d["escort_from"]
    company.set_clock(hours_after(began, 10))
    company.admin.fire(company.admin.read(gone.person["href"]), "bar", bar_reason="违章")
    assert eventually(lambda: company.dispatcher.read(d["href"]).get("to_reassign") == "barred_or_left")
    assert eventually(lambda: company.dispatcher.read(waiting["href"]).get("to_reassign") == "barred_or_left")
    d = company.dispatcher.read(d["href"])
    assert d["uncovered_since"] and "to_reassign" in told(company.dispatcher, d)
    # Six hours without anybody qualified do not count.
    company.set_clock(hours_after(d["uncovered_since"], 6))
    fitter = requalify(company)
    d = company.dispatcher.fire(d, "reassign", assignee_id=fitter.id, reassign_reason="barred", handover_note="护航记录已交")
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_covered", "escort_not_over"]
    before = d["escort_until"]
    d = fitter.fire(d, "resume_escort")
    moved = datetime.datetime.fromisoformat(d["escort_until"]) - datetime.datetime.fromisoformat(before)
    assert datetime.timedelta(hours=6) <= moved < datetime.timedelta(hours=6, minutes=1) and d.get("to_reassign") is None
    company.set_clock(hours_after(d["escort_until"], 0, -30))
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_over"]
    company.set_clock(hours_after(d["escort_until"], 24, -20))
    settle_down()
    assert breached(company, d) == []
    company.set_clock(hours_after(d["escort_until"], 24, 20))
    assert eventually(lambda: breached(company, d)) == ["escort_end_due"]
    assert fitter.fire(d, "finish_escort")["state"] == "final_acceptance"


def test_a_driver_who_is_absent_is_to_be_replaced(company):
    company.set_clock("2027-05-20T08:00:00+08:00")
    who = driver(company)
    d = go(company, alone(company), ["pack", "give", "take", "schedule"], schedule=window(company, None, who))
    company.dispatcher.create("absences", person_id=who.id, kind="ill", from_at=company.at(0), to_at=company.at(30))
    assert eventually(lambda: company.dispatcher.read(d["href"]).get("to_reassign") == "absence")
    assert d["id"] in [t["id"] for t in company.dispatcher.read("/v1/worklist", machine="delivery", to_reassign="true")["data"]]


def test_a_site_that_is_not_ready_is_asked_for_weekly_and_decided_on_after_60_days(company):
    company.set_clock("2027-06-01T09:00:00+08:00")
    fitter = requalify(company)
    d = at_step(company, contract(company, install_due=True), "prepare")
    d = fitter.fire(d, "pause", pause_reason="site", site_note="地面未硬化", risk_borne_by="customer", customer_signature=signature(d))

    def reminders():
        return company.dispatcher.read(d["href"])["site_reminders"]

    company.set_clock(hours_after(d["paused"]["since"], 7 * 24, -30))
    settle_down()
    assert reminders() == 0
    company.set_clock(hours_after(d["paused"]["since"], 7 * 24, 30))
    assert eventually(lambda: reminders() == 1) and "site_to_remind" in told(company.dispatcher, d)
    company.set_clock(hours_after(d["paused"]["since"], 15 * 24))
    assert eventually(lambda: reminders() == 2)
    settle_down()
    assert reminders() == 2
    company.set_clock(hours_after(d["paused"]["since"], 60 * 24, -30))
    assert codes(company.commerce_officer.try_fire(d, "decide_site", site_decision="take_back", goods_back=True)) == ["site_not_due"]
    company.set_clock(hours_after(d["paused"]["since"], 60 * 24, 30))
    assert eventually(lambda: breached(company, d)) == ["site_decide"]
    waits = company.commerce_officer.fire(d, "decide_site", site_decision="wait")
    assert waits["state"] == "install_dated" and waits["paused"]["reason"] == "site"
    assert codes(company.commerce_officer.try_fire(d, "decide_site", site_decision="wait")) == ["site_not_due"]
    company.set_clock(hours_after(d["paused"]["since"], 121 * 24))
    assert codes(company.commerce_officer.try_fire(d, "decide_site", site_decision="take_back")) == ["goods_not_back"]
    d = company.commerce_officer.fire(d, "decide_site", site_decision="take_back", goods_back=True)
    assert d["state"] == "returned"


def finished(company, **fields):
    """At the final acceptance, after its 48 hours."""
    d = go(company, at_step(company, contract(company, install_due=True, **fields), "start_escort"), ["start_escort", "train_customer"])
    company.set_clock(hours_after(d["escort_from"], 48))
    return go(company, d, ["finish_escort"])


def test_thirty_days_of_production_without_acceptance_or_defect_list_are_flagged(company):
    company.set_clock("2027-11-01T09:00:00+08:00")
    fitter = requalify(company)
    d, listed = finished(company), finished(company)
    since = company.day()
    d = company.dispatcher.fire(d, "report_production", production_since=since)
    listed = fitter.fire(listed, "report_production", production_since=since)
    listed = fitter.fire(listed, "reject_acceptance", defect_list=[{"text": "噪声大", "due_on": company.day(60)}], customer_signature=signature(listed))
    listed = go(company, listed, ["skip_trial", "start_escort", "finish_escort"])
    flag_day = (datetime.date.fromisoformat(since) + datetime.timedelta(days=30)).isoformat()
    company.set_clock((datetime.datetime.fromisoformat(flag_day + "T00:00:00+08:00") - datetime.timedelta(seconds=30)).isoformat())
    settle_down()
    assert company.dispatcher.read(d["href"]).get("production_flagged") is not True
    company.set_clock(flag_day + "T00:00:30+08:00")
    assert eventually(lambda: company.dispatcher.read(d["href"]).get("production_flagged") is True)
    assert told(company.commerce_officer, d).count("production_without_acceptance") == 1
    assert [x["id"] for x in company.commerce_officer.read("/v1/deliveries", production_flagged="true")["data"]] == [d["id"]]
    assert company.dispatcher.read(listed["href"]).get("production_flagged") is not True


def test_silence_accepts_only_by_contract_and_after_its_days(company):
    company.set_clock("2028-01-10T09:00:00+08:00")
    fitter = requalify(company)
    d, other = finished(company, silence_days=15), finished(company)
    d = company.dispatcher.fire(d, "send_notice", evidence="EMS 1")
    other = company.dispatcher.fire(other, "send_notice", evidence="EMS 2")
    company.set_clock(hours_after(d["notice_sent_at"], 15 * 24, -30))
    assert codes(fitter.try_fire(d, "accept_settle", silent=True)) == ["silence_does_not_accept"]
    company.set_clock(hours_after(d["notice_sent_at"], 15 * 24))
    assert fitter.fire(d, "accept_settle", silent=True)["state"] == "settled"
    company.set_clock(hours_after(d["notice_sent_at"], 300 * 24))
    requalify(company)
    assert codes(fitter.try_fire(other, "accept_settle", silent=True)) == ["silence_does_not_accept"]


def test_defects_not_cured_by_their_day(company):
    company.set_clock("2029-01-08T09:00:00+08:00")
    fitter = requalify(company)
    d = finished(company)
    d = fitter.fire(d, "reject_acceptance", defect_list=[{"text": "漏油", "due_on": company.day(3)}], customer_signature=signature(d), trial_again=True, escort_again=True)
    due = d["clocks"]["defects_due"]["due_at"]
    assert due[:10] == company.day(4) and d["trial_due"] is False and d["escort_due_hours"] == 48  # no trial run was due before either
    company.set_clock(hours_after(due, 0, -20))
    settle_down()
    assert breached(company, d) == []
    company.set_clock(hours_after(due, 0, 20))
    assert eventually(lambda: breached(company, d)) == ["defects_due"]
    # Escort again, as agreed: 48 hours once more.
    d = go(company, d, ["skip_trial", "start_escort"])
    company.set_clock(hours_after(d["escort_from"], 48, -30))
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_over"]
    company.set_clock(hours_after(d["escort_from"], 48))
    assert fitter.fire(d, "finish_escort")["state"] == "final_acceptance"
