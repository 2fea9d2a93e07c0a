"""P12's limits, proved by setting the clock: each just before and just after."""

import datetime

import pytest

from aftercare import Company, Server
from answers import breached, eventually, settle_down
from test_facilities_story import at_the_test, instrument, tool


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


def codes(who, entity):
    return [n["code"] for n in who.read("/v1/notifications", entity=entity["id"], limit=200)["data"]]


def solve(company, repair, code, **fields):
    return company.technician.try_fire(repair, "solve", solution="x", test_passed=True, instruments=[{"facility_code": code}], **fields)


def test_a_calibration_is_warned_of_30_days_before_and_stops_use_on_its_day(company):
    company.set_clock("2027-01-11T09:00:00+08:00")
    keeper, t = company.facility_keeper, company.technician
    item = keeper.create("facilities/enter", name="万用表", category="instrument", measures="直流电压", code="QZ-01", **{"class": "B"})
    item = keeper.fire(item, "accept", papers_complete=True, certificate_no="Q1", calibrated_on="2027-01-11", traceable_to="x", cal_interval_months=3)
    assert item["next_cal"] == "2027-04-11" and item["usable_until"] == "2027-04-10"
    loaned = tool(company, "QZ-02")
    repair, second, third = at_the_test(company), at_the_test(company), at_the_test(company)

    company.set_clock("2027-03-11T23:59:50+08:00")
    settle_down()
    assert keeper.read(item["href"]).get("due_soon") is not True
    company.set_clock("2027-03-12T00:00:10+08:00")
    assert eventually(lambda: keeper.read(item["href"])["due_soon"])
    # Told, and still usable.
    assert "calibration_due_soon" in codes(keeper, item)
    warned = keeper.read(item["href"])
    assert warned["state"] == "in_service" and warned["label"] == "green"
    assert item["id"] in [f["id"] for f in keeper.read("/v1/facilities", due_soon="true", assignee="me")["data"]]
    company.set_clock("2027-04-10T23:59:00+08:00")
    settle_down()
    assert keeper.read(item["href"])["state"] == "in_service"
    assert [f["code"] for f in t.read("/v1/facilities", category="instrument", measures="直流电压", usable_until_from="2027-04-11")["data"]] == []
    assert [f["code"] for f in t.read("/v1/facilities", category="instrument", measures="直流电压", usable_until_from="2027-04-10")["data"]] == ["QZ-01"]
    assert [f["code"] for f in keeper.read("/v1/facilities", next_cal_to="2027-04-11", state="in_service")["data"]] == ["QZ-01"]
    answer = solve(company, repair, "QZ-01")
    assert answer.status_code == 200, answer.text

    company.set_clock("2027-04-11T00:00:30+08:00")
    assert eventually(lambda: keeper.read(item["href"])["state"] == "due")
    due = keeper.read(item["href"])
    assert due["label"] == "red" and due.get("usable_until") is None and "calibration_due" in codes(keeper, item)
    assert eventually(lambda: breached(company, item)) == ["calibration"]
    assert solve(company, second, "QZ-01").json()["errors"][0]["code"] == "instrument_not_usable"
    # A test made the day before and entered today stands: the day of the test counts.
    assert solve(company, second, "QZ-01", tested_on="2027-04-10").status_code == 200
    # And the other way round: calibrated again, it clears no test of the days on which it was due.
    company.set_clock("2027-04-14T09:00:00+08:00")
    due = keeper.fire(due, "send", calibration_kind="external")
    assert keeper.try_fire(due, "pass", certificate_no="Q2", calibrated_on="2027-04-13", traceable_to="x").json()["errors"][0]["code"] == "calibrated_before_sent"
    due = keeper.fire(due, "pass", certificate_no="Q2", calibrated_on="2027-04-14", traceable_to="x", cal_interval_months=12)
    assert due["next_cal"] == "2028-04-14" and due["due_soon"] is False and due["clocks"]["calibration"]["due_at"].startswith("2028-04-14T00:00")
    for wrong in ("2027-04-12", "2027-04-13", "2027-01-10"):
        assert solve(company, third, "QZ-01", tested_on=wrong).json()["errors"][0]["code"] == "instrument_not_usable", wrong
    assert solve(company, third, "QZ-01", tested_on="2027-04-14").status_code == 200
    # What needs no calibration does not fall due.
    assert keeper.read(loaned["href"])["state"] == "in_service" and loaned["usable_until"] == "9999-12-31"


def test_a_test_of_yesterday_counts_by_the_status_of_yesterday(company):
    company.set_clock("2027-04-20T09:00:00+08:00")
    keeper = company.facility_keeper
    item, sent = instrument(company, "QZ-03"), instrument(company, "QZ-04")
    first, second = at_the_test(company), at_the_test(company)
    company.set_clock("2027-04-21T09:00:00+08:00")
    item = keeper.fire(item, "fail", fault="超差")
    sent = keeper.fire(sent, "send", calibration_kind="external", expected_back="2027-04-23")
    assert solve(company, first, "QZ-03").status_code == 422
    assert solve(company, first, "QZ-03", tested_on="2027-04-20").status_code == 200
    # Entered after the failure, it is missing in the list until that is made again.
    impact = keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]
    assert impact["uses"] == []
    assert keeper.try_fire(impact, "judge", judgements=[]).json()["errors"][0]["code"] == "uses_not_listed"
    assert [u["job_number"] for u in keeper.fire(impact, "list_again")["uses"]] == [first["number"]]
    company.set_clock("2027-04-22T09:00:00+08:00")
    assert solve(company, second, "QZ-04").status_code == 422  # at the laboratory all day
    assert solve(company, second, "QZ-04", tested_on="2027-04-21").status_code == 200  # it left that day

    # The laboratory is late.
    company.set_clock("2027-04-23T23:59:30+08:00")
    settle_down()
    assert "lab_back" not in breached(company, sent)
    company.set_clock("2027-04-24T00:00:30+08:00")
    assert eventually(lambda: breached(company, sent)) == ["lab_back"]
    assert keeper.read(sent["href"])["state"] == "calibrating"
    # Five working days to judge what the failed one did: the 21st is a Wednesday.
    impact = keeper.read(impact["href"])
    assert impact["clocks"]["impact_due"]["due_at"].startswith("2027-04-29T00:00")
    company.set_clock("2027-04-28T23:59:30+08:00")
    settle_down()
    assert breached(company, impact) == []
    company.set_clock("2027-04-29T00:00:30+08:00")
    assert eventually(lambda: breached(company, impact)) == ["impact_due"]
    impact = company.service_manager.fire(impact, "judge", judgements=[{"use_id": impact["uses"][0]["use_id"], "verdict": "retest"}])
    retest = keeper.read("/v1/retests", parent=impact["id"])["data"][0]
    assert retest["clocks"]["retest_due"]["due_at"].startswith("2027-05-1")


def test_a_tool_not_given_back_is_asked_for_three_times(company):
    company.set_clock("2027-05-10T09:00:00+08:00")
    keeper, t = company.facility_keeper, company.technician
    gun = t.fire(tool(company, "QZ-05"), "lend", due_on="2027-05-17")
    loan = keeper.read("/v1/tool-loans", facility_id=gun["id"])["data"][0]

    def reminders():
        return keeper.read(loan["href"])["reminders"]

    company.set_clock("2027-05-16T23:59:30+08:00")
    settle_down()
    assert reminders() == 0
    for after, count in (("2027-05-17T00:00:30+08:00", 1), ("2027-05-20T00:00:30+08:00", 2), ("2027-05-24T00:00:30+08:00", 3)):
        before = (datetime.datetime.fromisoformat(after) - datetime.timedelta(minutes=1)).isoformat()
        company.set_clock(before)
        settle_down()
        assert reminders() == count - 1
        if count == 2:
            assert breached(company, loan) == ["return_due"]  # the day is over
        company.set_clock(after)
        assert eventually(lambda: reminders() == count), count
        assert (("tool_not_back" in codes(company.dept_head, loan)) == (count == 3))
    assert codes(t, loan).count("tool_due_back") == 3
    settle_down()
    assert reminders() == 3
    t.fire(gun, "give_back")
    assert keeper.read(loan["href"])["state"] == "returned"
    assert eventually(lambda: breached(company, loan) == [] or [b for b in company.dispatcher.read("/v1/breaches", open="true", limit=200)["data"] if b["entity_id"] == loan["id"]] == [])


def records(company, plan, **filters):
    found = company.facility_keeper.read("/v1/maintenance-records", parent=plan["id"], limit=200, sort="period_from", **filters)["data"]
    return [(r["period_from"], r["due_on"], r["state"]) for r in found]


def test_a_daily_check_that_was_missed_stays_a_gap(company):
    company.set_clock("2027-06-04T09:00:00+08:00")  # a Friday
    keeper, t = company.facility_keeper, company.technician
    strap = tool(company, "QZ-06", name="防静电腕带", category="esd")
    plan = keeper.create("maintenance-plans", facility_id=strap["id"], task="腕带测试", frequency="daily", assignee_id=t.id)
    assert eventually(lambda: records(company, plan)) == [("2027-06-04", "2027-06-04", "due")]
    today = keeper.read("/v1/maintenance-records", parent=plan["id"], due_on="2027-06-04", state="due")["data"][0]
    assert today["assignee_id"] == t.id
    refused = t.try_fire(today, "record", result="defect")
    assert refused.json()["errors"][0]["code"] == "defect_not_described"
    other = company.hire("technician", name="替检")
    today = keeper.fire(today, "reassign", assignee_id=other.id, reassign_reason="leave")
    today = other.fire(today, "record", result="defect", reading="12.5", reading_unit="MΩ", findings="电阻偏高")
    assert today["state"] == "done" and "maintenance_defect" in codes(keeper, today)
    assert [r["form"] for r in keeper.read(today["href"] + "/records")["data"]] == ["maintenance_record"]

    # Monday's check is forgotten; Tuesday shows it, and nobody can fill it in.
    company.set_clock("2027-06-07T23:59:30+08:00")
    assert eventually(lambda: len(records(company, plan)) == 2)
    assert records(company, plan)[1] == ("2027-06-07", "2027-06-07", "due")
    forgotten = keeper.read("/v1/maintenance-records", parent=plan["id"], state="due")["data"][0]
    company.set_clock("2027-06-08T00:00:30+08:00")
    assert eventually(lambda: records(company, plan, state="missed")) == [("2027-06-07", "2027-06-07", "missed")]
    assert keeper.try_fire(forgotten, "record", result="ok").status_code == 409
    assert "maintenance_missed" in codes(keeper, forgotten)

    # A laboratory week needs no checks; neither do days without a server make the gap vanish.
    company.set_clock("2027-06-10T08:00:00+08:00")
    assert eventually(lambda: [r[2] for r in records(company, plan)] == ["done", "missed", "missed", "missed", "due"])
    strap = keeper.fire(strap, "break_down", fault="断线")
    company.set_clock("2027-06-15T08:00:00+08:00")
    settle_down()
    settle_down()
    assert records(company, plan)[4:] == [("2027-06-10", "2027-06-10", "not_needed")]
    strap = keeper.fire(strap, "recheck", repair_report="换线", checked_ok=True)
    company.set_clock("2027-06-16T08:00:00+08:00")
    assert eventually(lambda: records(company, plan)[5:]) == [("2027-06-16", "2027-06-16", "due")]


def test_nobody_fills_in_a_check_of_yesterday_before_the_timer_comes_round(company):
    """The guard does not wait for the timer: tried in the first second of the next day."""
    company.set_clock("2027-06-21T23:59:40+08:00")
    keeper = company.facility_keeper
    mat = tool(company, "QZ-07", category="esd")
    plan = keeper.create("maintenance-plans", facility_id=mat["id"], task="台垫", frequency="daily")
    check = eventually(lambda: keeper.read("/v1/maintenance-records", parent=plan["id"])["data"])[0]
    company.set_clock("2027-06-22T00:00:00+08:00")
    answer = keeper.try_fire(check, "record", result="ok")
    assert answer.status_code == 409 or answer.json()["errors"][0]["code"] == "period_over", answer.text


def test_months_half_years_years_and_kilometres(company):
    company.set_clock("2027-07-14T09:00:00+08:00")
    keeper = company.facility_keeper
    car = keeper.fire(tool(company, "QZ-08", name="服务车", category="vehicle"), "read_odometer", odometer=20000)
    monthly = keeper.create("maintenance-plans", facility_id=car["id"], task="胎压", frequency="monthly")
    service = keeper.create("maintenance-plans", facility_id=car["id"], task="保养", frequency="half_yearly")
    yearly = keeper.create("maintenance-plans", facility_id=car["id"], task="年审", frequency="yearly")
    assert eventually(lambda: records(company, monthly)) == [("2027-07-14", "2027-07-31", "due")]
    assert eventually(lambda: records(company, service)) == [("2027-07-14", "2027-12-31", "due")]
    assert eventually(lambda: records(company, yearly)) == [("2027-07-14", "2027-12-31", "due")]
    keeper.fire(car, "read_odometer", odometer=24999)
    settle_down()
    assert len(records(company, service)) == 1
    keeper.fire(car, "read_odometer", odometer=25000)
    assert eventually(lambda: len(records(company, service)) == 2)
    assert ("2027-07-14", "2027-08-13", "due") in records(company, service)
    assert keeper.read(service["href"])["last_km"] == 25000
    company.set_clock("2027-08-01T09:00:00+08:00")
    assert eventually(lambda: len(records(company, monthly)) == 2)
    assert eventually(lambda: records(company, monthly, state="missed")) == [("2027-07-14", "2027-07-31", "missed")]
    company.set_clock("2028-01-01T09:00:00+08:00")
    assert eventually(lambda: ("2028-01-01", "2028-06-30", "due") in records(company, service))
    assert eventually(lambda: ("2028-01-01", "2028-12-31", "due") in records(company, yearly))


def test_what_lies_idle_is_sealed_and_calibrated_before_it_is_used_again(company):
    company.set_clock("2028-02-01T09:00:00+08:00")
    keeper = company.facility_keeper
    meter, gun = instrument(company, "QZ-09"), tool(company, "QZ-10")
    company.set_clock("2028-08-01T09:00:00+08:00")
    assert keeper.try_fire(meter, "seal", reason="闲置").json()["errors"][0]["code"] == "not_idle"
    company.set_clock("2028-08-02T09:00:00+08:00")
    meter, gun = keeper.fire(meter, "seal", reason="闲置"), keeper.fire(gun, "seal", reason="闲置")
    assert meter["state"] == "sealed" and meter["label"] == "red" and "calibration" not in meter["clocks"]
    assert [r["form"] for r in keeper.read(meter["href"] + "/records")["data"]][-1] == "facility_disposal"
    company.people.pop("technician", None)  # the qualification has run out
    company.people.pop("second", None)
    repair = at_the_test(company)
    company.set_clock("2028-08-03T09:00:00+08:00")
    assert solve(company, repair, "QZ-09").status_code == 422
    assert keeper.try_fire(meter, "unseal").json()["errors"][0]["code"] == "not_calibrated"
    meter = keeper.fire(meter, "unseal", certificate_no="Q9", calibrated_on="2028-08-03", traceable_to="x", calibration_kind="external")
    assert meter["state"] == "in_service" and meter["next_cal"] == "2029-08-03" and meter["clocks"]["calibration"]
    assert solve(company, repair, "QZ-09").status_code == 200
    assert keeper.try_fire(gun, "unseal").json()["errors"][0]["code"] == "not_checked"
    assert keeper.fire(gun, "unseal", checked_ok=True)["state"] == "in_service"
