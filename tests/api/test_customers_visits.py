"""P14 over time: visits from the acceptance on, key accounts, dormancy, warranties, merges and erasures. The clock only moves forward."""

import datetime
import time

import pytest

from aftercare import Company, Server
from answers import breached, due, eventually
from test_customers import active, file, forbidden, key, refused, second_dispatcher, unit_of

NOW = {}


@pytest.fixture(scope="module")
def company():
    server = Server("--no-access-log")
    try:
        company = Company(server)
        clock(company, "2027-03-01T09:00:00")
        yield company
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Overrides the shared fixture: time goes on from test to test."""


def clock(company, when):
    NOW["at"] = datetime.datetime.fromisoformat(when + "+08:00")
    company.set_clock(when + "+08:00")


def settle_down():
    """A turn of the timer: what was to happen has happened."""
    time.sleep(1.4)


def later(company, **span):
    clock(company, (NOW["at"] + datetime.timedelta(**span)).isoformat()[:19])


def today(offset=0):
    return (NOW["at"].date() + datetime.timedelta(days=offset)).isoformat()


def now():
    return NOW["at"].isoformat()


def visits(company, customer, **filters):
    return company.followup_clerk.read("/v1/visits", customer=customer["id"], limit=200, **filters)["data"]


def plan(company, customer, offset=0, **fields):
    body = dict(customer_id=customer["id"], kind="other", due_on=today(offset))
    body.update(fields)
    return company.followup_clerk.create("visits", **body)


def read(company, entity):
    return company.dispatcher.read(entity["href"])


def becomes(company, entity, state):
    assert eventually(lambda: read(company, entity)["state"] == state), read(company, entity)["state"]
    return read(company, entity)


def due_visit(company, customer=None, **fields):
    return becomes(company, plan(company, customer or active(company), **fields), "due")


def calling(company, visit=None, **fields):
    return company.followup_clerk.fire(visit or due_visit(company, **fields), "start_call")


def forms(company, entity):
    return [r["form"] for r in company.dispatcher.read(entity["href"] + "/records")["data"]]


def followed_up(company, customer, unit):
    """A repair by phone, its slip in, its follow-up call made."""
    repair = company.register(customer=customer, unit=unit)
    repair = company.hotline_clerk.fire(repair, "resolve_by_phone", solution="重启", agreed=True)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    return company.followup_clerk.fire(repair, "follow_up", called_at=now(), reached=True, satisfied=True)


def test_an_acceptance_plans_the_visits_of_the_customer(company):
    customer = active(company)
    unit, second, foreign = unit_of(company, customer), unit_of(company, customer), unit_of(company, customer, bought_elsewhere=True)
    for one in (unit, second):
        company.installer.fire(one, "accept", accepted_on=today(), warranty_until=today(730))
    company.installer.fire(foreign, "accept", accepted_on=today())
    assert eventually(lambda: read(company, second).get("plan_visits_from") is None)
    settle_down()
    found = {v["kind"]: v for v in visits(company, customer)}
    assert {k: v["due_on"] for k, v in found.items()} == {"escort_end": "2027-03-02", "month_1": "2027-04-01", "month_6": "2027-09-01"}
    assert len(visits(company, customer)) == 3 and read(company, unit)["next_yearly_on"] == "2028-03-01"
    assert forms(company, found["month_1"]) == ["visit_plan"] and read(company, foreign).get("next_yearly_on") is None

    # The day before it is planned, on the day it is due, for three days.
    first = found["escort_end"]
    clock(company, "2027-03-01T23:59:30")
    settle_down()
    assert read(company, first)["state"] == "planned"
    clock(company, "2027-03-02T00:00:05")
    first = becomes(company, first, "due")
    assert due(first, "visit_due").isoformat() == "2027-03-05T00:00:00+08:00"
    clock(company, "2027-03-02T09:00:00")
    clerk = company.followup_clerk
    first = clerk.fire(first, "start_call")
    assert first["state"] == "calling" and first["assignee_id"] == clerk.id
    refused(clerk, first, "call_later", "agreed_time_in_past", next_attempt_at="2027-03-02T08:59:00+08:00")
    first = clerk.fire(first, "call_later", next_attempt_at="2027-03-03T15:00:00+08:00")
    assert first["state"] == "due" and first["next_attempt_at"].startswith("2027-03-03T15:00") and first["followup_tries"] == 0
    first = clerk.fire(first, "start_call")
    first = clerk.fire(first, "complete", called_at=now(), satisfied=True, score_attitude=5, score_result=4, opinion="操作手册再详细些")
    assert first["state"] == "done" and first["outcome"] == "answered" and first["mode"] == "call" and first["clocks"] == {}
    assert forms(company, first) == ["visit_plan", "followup_record", "opinion"]

    # A year later the yearly visit, planned 30 days ahead, one for both units.
    clock(company, "2028-01-30T09:00:00")
    settle_down()
    assert visits(company, customer, kind="yearly") == []
    clock(company, "2028-01-31T09:00:00")
    assert eventually(lambda: visits(company, customer, kind="yearly")) and visits(company, customer, kind="yearly")[0]["due_on"] == "2028-03-01"
    assert eventually(lambda: read(company, second)["next_yearly_on"] == "2029-03-01")
    assert len(visits(company, customer, kind="yearly")) == 1 and read(company, unit)["next_yearly_on"] == "2029-03-01"


def test_what_was_accepted_long_ago_gets_yearly_visits_only(company):
    customer = active(company)
    unit = unit_of(company, customer, accepted_on=today(-400))
    assert unit["next_yearly_on"] > today() and (NOW["at"].date() + datetime.timedelta(days=366)).isoformat() >= unit["next_yearly_on"]
    old = company.installer.fire(unit_of(company, customer), "accept", accepted_on=today(-400))
    assert eventually(lambda: read(company, old).get("plan_visits_from") is None)
    settle_down()
    assert [v for v in visits(company, customer) if v["kind"] in ("escort_end", "month_1", "month_6")] == []


def test_three_tries_on_two_days_one_of_them_in_writing(company):
    clerk = company.followup_clerk
    stubborn, visit = calling(company), calling(company)
    for one in (stubborn, visit):
        one = clerk.fire(one, "not_reached", tried_by="phone", next_attempt_at=(NOW["at"] + datetime.timedelta(hours=3)).isoformat())
        assert one["state"] == "due" and one["followup_tries"] == 1 and one["next_attempt_at"]
        one = clerk.fire(clerk.fire(one, "start_call"), "not_reached", tried_by="phone")
    # The third on the same day, though in writing, does not do; nor on another day by phone only.
    visit = clerk.fire(clerk.fire(visit, "start_call"), "not_reached", tried_by="message")
    assert visit["state"] == "due" and visit["followup_tries"] == 3
    later(company, days=1)
    stubborn = clerk.fire(clerk.fire(stubborn, "start_call"), "not_reached", tried_by="phone")
    assert stubborn["state"] == "due" and stubborn["followup_tries"] == 3
    stubborn = clerk.fire(clerk.fire(stubborn, "start_call"), "not_reached", tried_by="letter")
    visit = clerk.fire(clerk.fire(visit, "start_call"), "not_reached", tried_by="phone")
    for one in (stubborn, visit):
        assert one["state"] == "unreached" and one["outcome"] == "unreached" and one["reached"] is False and one["followup_tries"] == 4
        assert forms(company, one) == ["visit_plan", "followup_record"]
        assert [a["result"] for a in one["contact_attempts"]].count("sent") == 1


def test_a_dissatisfied_customer_reaches_the_leader_within_four_hours(company):
    clerk = company.followup_clerk
    visit = calling(company)
    refused(clerk, visit, "complete", "call_time_wrong", called_at=(NOW["at"] + datetime.timedelta(minutes=10)).isoformat(), satisfied=True)
    refused(clerk, visit, "complete", "call_time_wrong", called_at=(NOW["at"] - datetime.timedelta(days=1)).isoformat(), satisfied=True)
    refused(clerk, visit, "complete", "complaint_text_missing", called_at=now(), satisfied=True, is_complaint=True)
    called = NOW["at"]
    visit = clerk.fire(visit, "complete", called_at=now(), satisfied=False, complaint_text="噪音大", mode="on_site", usage_note="每天使用")
    assert visit["state"] == "to_report" and visit["closed_at"] is None
    assert forms(company, visit) == ["visit_plan", "followup_record", "opinion", "customer_visit"]
    assert due(visit, "complaint_report") == called + datetime.timedelta(hours=4)
    from complaints import opened_from
    case = opened_from(company, visit)
    assert case["state"] == "received" and case["channel"] == "followup" and case["complaint_text"] == "噪音大" and case["customer_id"] == visit["customer_id"]
    # Its own duty to tell the leader counts from the call, too.
    assert due(case, "leader_report") == called + datetime.timedelta(hours=4)
    later(company, hours=3, minutes=59, seconds=30)
    settle_down()
    assert breached(company, visit) == []
    later(company, minutes=1)
    assert eventually(lambda: breached(company, visit)) == ["complaint_report"]
    refused(clerk, visit, "report_to_leader", "not_a_leader", leader_id=company.dispatcher.id)
    forbidden(visit, "report_to_leader", company.dispatcher, company.technician, leader_id=company.supervising_leader.id)
    refused(company.dispatcher, company.service_manager.fire(read(company, {"href": "/v1/customers/" + visit["customer_id"]}), "mark_lost", lost_reason="x"),
            "archive", "open_case")
    visit = clerk.fire(visit, "report_to_leader", leader_id=company.supervising_leader.id)
    assert visit["state"] == "done" and visit["clocks"] == {} and visit["reported_to_leader_at"]
    case = company.service_manager.read(case["href"])
    assert case["reported_leader_at"] == visit["reported_to_leader_at"] and "leader_report" not in case["clocks"]
    complaint = clerk.fire(calling(company), "complete", called_at=now(), satisfied=True, is_complaint=True, complaint_text="态度")
    assert complaint["state"] == "to_report"


def test_who_wants_no_calls_gets_one_message(company):
    clerk = company.followup_clerk
    customer = company.hotline_clerk.fire(active(company), "set_consent", no_calls=True)
    visit = due_visit(company, customer)
    refused(clerk, visit, "start_call", "customer_wants_no_calls")
    forbidden(visit, "send_message", company.dispatcher, company.technician, message_text="x")
    visit = clerk.fire(visit, "send_message", message_text="设备使用可好?有事请回电。")
    assert visit["state"] == "done" and visit["outcome"] == "by_choice" and visit["mode"] == "message" and visit.get("satisfied") is None
    refused(clerk, due_visit(company), "send_message", "customer_takes_calls", message_text="x")
    # A key account is visited all the same.
    important = company.hotline_clerk.fire(key(company), "set_consent", no_calls=True)
    assert calling(company, customer=important, kind="key_quarterly")["state"] == "calling"


def test_the_weekly_figures_count_visits_and_leave_out_who_wants_no_calls(company):
    later(company, days=(7 - NOW["at"].weekday()))
    clerk = company.followup_clerk
    for answer in ({"satisfied": True}, {"satisfied": True}, {"satisfied": False, "complaint_text": "x"}):
        clerk.fire(calling(company), "complete", called_at=now(), **answer)
    silent = company.hotline_clerk.fire(active(company), "set_consent", no_calls=True)
    clerk.fire(due_visit(company, silent), "send_message", message_text="x")
    with company.server.database().cursor() as cursor:
        cursor.execute("select followup_statistics(%s::date, %s::date + 7)", (today(-NOW["at"].weekday()), today(-NOW["at"].weekday())))
        figures = cursor.fetchone()[0]
    assert (figures["made"], figures["reached"], figures["by_choice"], figures["satisfied"], figures["complaints"]) == (4, 4, 1, 2, 1)
    assert figures["satisfied_percent"] == 66.7


def test_visits_are_cancelled_for_a_reason_that_holds(company):
    clerk = company.followup_clerk
    customer = active(company)
    unit = unit_of(company, customer)
    visit = plan(company, customer, 20, equipment_id=unit["id"])
    refused(clerk, visit, "cancel", "unit_still_there", asked_reason="unit_gone")
    refused(clerk, visit, "cancel", "no_recent_followup", asked_reason="duplicate_followup")
    forbidden(visit, "cancel", company.technician, company.hotline_clerk, asked_reason="no_calls")
    forbidden(visit, "drop", clerk, company.dispatcher, cancel_reason="unit_gone")
    visit = clerk.fire(visit, "cancel", asked_reason="no_calls")
    assert visit["state"] == "cancelled" and visit["cancel_reason"] == "no_calls" and read(company, customer)["no_calls"] is True
    other = active(company)
    unit = unit_of(company, other)
    visit = plan(company, other, 20, equipment_id=unit["id"])
    followed_up(company, other, unit)
    assert clerk.fire(visit, "cancel", asked_reason="duplicate_followup")["cancel_reason"] == "duplicate_followup"
    visit = plan(company, other, 20, equipment_id=unit["id"])
    company.dispatcher.fire(unit, "scrap", reason="x")
    assert clerk.fire(visit, "cancel", asked_reason="unit_gone")["cancel_reason"] == "unit_gone"


def test_what_has_become_needless_does_not_fall_due(company):
    customer = active(company)
    unit, scrapped = unit_of(company, customer), unit_of(company, customer)
    repeated, gone = plan(company, customer, 6, equipment_id=unit["id"]), plan(company, customer, 6, equipment_id=scrapped["id"])
    still, quarterly = plan(company, customer, 8, equipment_id=unit["id"]), plan(company, customer, 6, kind="key_quarterly")
    followed_up(company, customer, unit)
    company.dispatcher.fire(scrapped, "scrap", reason="x")
    clock(company, today(6) + "T00:00:05")
    assert becomes(company, repeated, "cancelled")["cancel_reason"] == "duplicate_followup"
    assert becomes(company, gone, "cancelled")["cancel_reason"] == "unit_gone"
    assert becomes(company, quarterly, "cancelled")["cancel_reason"] == "no_longer_key"
    later(company, days=2)
    assert becomes(company, still, "due")["state"] == "due"
    prospect = file(company)
    dropped = plan(company, prospect, 3)
    company.dispatcher.fire(prospect, "archive")
    assert read(company, dropped)["cancel_reason"] == "customer_closed"
    refused_plan = company.followup_clerk.post("/v1/visits", dict(customer_id=prospect["id"], kind="other", due_on=today()))
    assert refused_plan.status_code == 422 and refused_plan.json()["errors"][0]["code"] == "customer_closed"


def test_planning_looks_whose_unit_and_repair_it_is(company):
    customer, other = active(company), active(company)
    repair = company.register(customer=other, unit=unit_of(company, other))
    for fields, code in (({"equipment_id": unit_of(company, other)["id"]}, "equipment_of_another"), ({"repair_id": repair["id"]}, "repair_of_another")):
        answer = company.followup_clerk.post("/v1/visits", dict(customer_id=customer["id"], kind="other", due_on=today(), **fields))
        assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == code
    assert company.technician.post("/v1/visits", dict(customer_id=customer["id"], kind="other", due_on=today())).status_code == 403
    # Who did the repair does not ask how it was.
    clerk = company.hire("technician", "followup_clerk", name="兼职回访", skills=["computer"])
    job = company.register(customer=customer, unit=unit_of(company, customer))
    company.dispatcher.fire(job, "dispatch", assignee_id=clerk.id)
    visit = due_visit(company, customer, kind="after_repair", repair_id=job["id"])
    refused(clerk, visit, "start_call", "own_job")
    forbidden(visit, "start_call", company.technician, company.hotline_clerk)
    assert company.followup_clerk.fire(visit, "start_call")["state"] == "calling"


def test_an_overdue_call_and_an_absent_clerk_are_seen(company):
    customer, clerk = active(company), company.hire("followup_clerk", name="回访二")
    clock(company, today() + "T10:00:00")
    visit = becomes(company, plan(company, customer, assignee_id=clerk.id), "due")
    clock(company, today(2) + "T23:59:30")
    settle_down()
    assert breached(company, visit) == []
    later(company, minutes=1)
    assert eventually(lambda: breached(company, visit)) == ["visit_due"]
    company.hr_officer.create("absences", person_id=clerk.id, kind="ill", from_at=now(), to_at=(NOW["at"] + datetime.timedelta(days=2)).isoformat())
    assert eventually(lambda: read(company, visit)["to_reassign"] == "absence")
    visit = company.dispatcher.fire(visit, "reassign", assignee_id=company.followup_clerk.id, reassign_reason="ill")
    assert visit["to_reassign"] is None and visit["assignee_id"] == company.followup_clerk.id
    visit = company.followup_clerk.fire(visit, "contact_attempt", channel_used="message", contact_result="sent")
    assert len(visit["contact_attempts"]) == 1
    moved = company.followup_clerk.fire(plan(company, customer, 5), "amend", reason="客户要求", due_on=today(9))
    assert moved["due_on"] == today(9)


def test_a_key_account_is_visited_every_quarter_and_reviewed_every_half_year(company):
    clock(company, today(1) + "T09:00:00")
    customer = key(company)
    next_visit = datetime.date.fromisoformat(customer["next_visit_on"])
    assert 89 <= (next_visit - NOW["at"].date()).days <= 92
    review = due(customer, "key_review")
    assert (review.date() - NOW["at"].date()).days == 182
    clock(company, (next_visit - datetime.timedelta(days=31)).isoformat() + "T09:00:00")
    settle_down()
    assert visits(company, customer) == []
    clock(company, (next_visit - datetime.timedelta(days=30)).isoformat() + "T09:00:00")
    assert eventually(lambda: visits(company, customer))
    visit = visits(company, customer)[0]
    assert (visit["kind"], visit["due_on"]) == ("key_quarterly", next_visit.isoformat())
    assert 89 <= (datetime.date.fromisoformat(read(company, customer)["next_visit_on"]) - next_visit).days <= 92
    clock(company, next_visit.isoformat() + "T09:00:00")
    visit = company.commerce_officer.fire(becomes(company, visit, "due"), "start_call")
    visit = company.commerce_officer.fire(visit, "complete", called_at=now(), satisfied=True, usage_note="扩建中")
    assert visit["mode"] == "on_site" and "customer_visit" in forms(company, visit)

    clock(company, (review - datetime.timedelta(seconds=30)).isoformat()[:19])
    settle_down()
    assert breached(company, customer) == []
    later(company, minutes=1)
    assert eventually(lambda: breached(company, customer)) == ["key_review"]
    customer = company.service_manager.fire(customer, "review_key", note="继续", yearly_revenue=20000000)
    assert customer["overdue"] is False and due(customer, "key_review") > review
    planned = [v for v in visits(company, customer) if v["state"] in ("planned", "due")]
    assert planned
    company.service_manager.fire(customer, "propose_demotion", reason="x")
    company.deputy_gm.fire(customer, "demote")
    assert read(company, planned[0])["cancel_reason"] == "no_longer_key"


def test_thirty_days_before_a_warranty_ends_commerce_is_told_once(company):
    unit = unit_of(company, active(company), warranty_until=today(31))

    def told():
        return [n for n in company.commerce_officer.read("/v1/notifications", entity=unit["id"])["data"] if n["code"] == "warranty_ending"]

    settle_down()
    assert told() == []
    later(company, days=1)
    assert eventually(lambda: len(told()) == 1)
    settle_down()
    assert len(told()) == 1 and read(company, unit)["warranty_warned_for"] == unit["warranty_until"]


def test_twelve_months_without_contact_make_a_customer_dormant(company):
    clock(company, today(1) + "T10:00:00")
    quiet, served = active(company), active(company)
    unit = unit_of(company, served)
    year = datetime.date(NOW["at"].year + 1, NOW["at"].month, NOW["at"].day)
    assert quiet["contact_check_on"] == year.isoformat()
    later(company, days=200)
    repair = company.register(customer=served, unit=unit)
    clock(company, (year - datetime.timedelta(days=1)).isoformat() + "T23:59:00")
    settle_down()
    assert read(company, quiet)["state"] == "active"
    clock(company, year.isoformat() + "T00:00:10")
    quiet = becomes(company, quiet, "dormant")
    assert company.dispatcher.read(quiet["href"] + "/events")["data"][-1]["event"] == "review_contact"
    assert eventually(lambda: read(company, served)["contact_check_on"] > year.isoformat())
    assert read(company, served)["state"] == "active" and repair["customer_id"] == served["id"]
    assert company.followup_clerk.fire(quiet, "reactivate", note="来电咨询")["state"] == "active"


def test_a_merge_is_undone_within_thirty_days(company):
    pairs = []
    clock(company, today(1) + "T10:00:00")
    for _ in range(2):
        kept, twice = file(company), file(company)
        company.dispatcher.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="x")
        pairs.append(second_dispatcher(company).fire(twice, "merge"))
    later(company, days=30, seconds=-30)
    assert company.dispatcher.fire(pairs[0], "split", reason="x")["state"] == "prospect"
    later(company, minutes=1)
    refused(company.dispatcher, pairs[1], "split", "split_too_late", reason="x")


def ordered(company, customer, requested=0):
    customer = company.dispatcher.fire(customer, "order_erasure", erase_requested_on=today(requested), reason="本人要求")
    return company.document_controller.fire(company.document_controller.fire(customer, "confirm_erasure"), "answer_erasure", note="已答复")


def test_erasure_waits_seven_days_and_is_answered_in_fifteen_working_days(company):
    clock(company, today(1) + "T10:00:00")
    silent = company.dispatcher.fire(file(company), "order_erasure", erase_requested_on=today(), reason="x")
    answer_due = due(silent, "erasure_answer")
    days = [NOW["at"].date() + datetime.timedelta(days=n) for n in range(1, 60)]
    assert answer_due.date() - datetime.timedelta(days=1) >= [d for d in days if d.weekday() < 5][14]

    person = file(company, name="张三", kind="individual", phone="13900001111", address="某路1号", contacts=[{"name": "李四", "phone": "13900002222"}])
    twin = file(company, name="张三(重复)", kind="individual", phone="13900003333")
    company.dispatcher.fire(person, "propose_merge", duplicate_id=twin["id"], reason="x")
    twin = second_dispatcher(company).fire(twin, "merge")
    firm = ordered(company, file(company, name="某公司", phone="0318-6666666"))
    person = ordered(company, read(company, person))
    busy = active(company, kind="individual", phone="13900004444")
    job = company.register(customer=busy)
    busy = ordered(company, read(company, busy))
    later(company, days=7, seconds=-30)
    settle_down()
    assert read(company, person)["state"] == "erasing" == read(company, firm)["state"]
    refused(company.document_controller, person, "erase", "erasure_too_early")
    later(company, minutes=1)
    person = becomes(company, person, "erased")
    assert person["name"] == "(已删除)" and person["closed_at"] and not any(person.get(k) for k in ("phone", "phones", "address", "contacts"))
    twin = read(company, twin)
    assert twin["name"] == "(已删除)" and not twin.get("phone")
    firm = becomes(company, firm, "erased")
    assert firm["name"] == "某公司" and not firm.get("phone")
    for gone in (person, twin):
        log = company.dispatcher.get(gone["href"] + "/events").text
        assert "张三" not in log and "1390000" not in log
        assert company.dispatcher.read("/v1/audit/verify", entity=gone["id"])["sound"] is True
    assert company.dispatcher.read("/v1/search", q="13900001111")["data"] == []
    assert company.dispatcher.try_fire(person, "withdraw_erasure", reason="x").status_code == 409

    # A duty that runs and papers that the law keeps hold it back.
    settle_down()
    assert read(company, busy)["state"] == "erasing"
    refused(company.document_controller, busy, "erase", "open_case")
    job = company.hotline_clerk.fire(job, "resolve_by_phone", solution="x", agreed=True)
    job = company.dispatcher.fire(company.dispatcher.fire(job, "report_back"), "collect_slip", slip_received=True)
    job = company.followup_clerk.fire(job, "follow_up", called_at=now(), reached=True, satisfied=True)
    company.dispatcher.fire(job, "archive")
    refused(company.document_controller, busy, "erase", "retention_runs")

    clock(company, (answer_due - datetime.timedelta(seconds=30)).isoformat()[:19])
    settle_down()
    assert breached(company, silent) == []
    later(company, minutes=1)
    assert eventually(lambda: breached(company, silent)) == ["erasure_answer"]
    assert company.document_controller.fire(silent, "answer_erasure", note="x")["clocks"] == {}

    # Three years after the last paper the timer does what was ordered.
    last = max(r["made_at"] for r in company.dispatcher.read(job["href"] + "/records")["data"])
    end = datetime.date.fromisoformat(last[:10]).replace(year=int(last[:4]) + 3)
    clock(company, end.isoformat() + "T23:59:00")
    settle_down()
    assert read(company, busy)["state"] == "erasing"
    clock(company, (end + datetime.timedelta(days=1)).isoformat() + "T00:00:10")
    becomes(company, busy, "erased")
    job = read(company, job)
    assert not job.get("contact_name") and not job.get("contact_phone") and not job.get("address")
    assert "13912345678" not in company.dispatcher.get(job["href"] + "/records").text + company.dispatcher.get(job["href"] + "/events").text
    assert company.dispatcher.read("/v1/audit/verify", entity=job["id"])["sound"] is True
