"""P15 as time passes: the limits just before and just after, what comes back by itself, the months of a year and its report."""

import pytest

from aftercare import Company, Server
from improvements import EVALUATED, forward, proposal
from answers import codes, eventually, told


@pytest.fixture(scope="module")
def company():
    """A server of its own: a year is begun once, and its figures count everything."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


def late(company, entity):
    return company.service_manager.read(entity["href"])["overdue"]


def breached(company, entity, clock):
    """Not a second before, and then."""
    due = company.service_manager.read(entity["href"])["clocks"][clock]["due_at"]
    import datetime
    moment = datetime.datetime.fromisoformat(due)
    company.set_clock((moment - datetime.timedelta(seconds=4)).isoformat())
    assert late(company, entity) is False
    company.set_clock(moment.isoformat())
    assert eventually(lambda: late(company, entity))
    assert "breached_at" in company.service_manager.read(entity["href"])["clocks"][clock]
    return due


def working_days(company, cursor, day, days):
    cursor.execute("select (working_day_end(%s::date::timestamp at time zone company_zone() + interval '10 hours', %s) at time zone company_zone())::text", (day, days))
    return cursor.fetchone()[0][:10]


def test_ten_working_days_to_answer(company):
    cursor = company.server.database().cursor()
    item, start = proposal(company), company.day()
    assert breached(company, item, "answer_due")[:10] == working_days(company, cursor, start, 10)
    m = company.service_manager
    item = m.fire(m.fire(item, "screen"), "evaluate", **EVALUATED)
    assert item["overdue"] is False and list(item["clocks"]) == ["approval_due"]
    start = company.day()
    assert breached(company, item, "approval_due")[:10] == working_days(company, cursor, start, 5)


def test_due_dates_of_the_work(company):
    item = forward(company, proposal(company), "implementing")
    assert breached(company, item, "done_due")[:10] == company.day()
    item = company.technician.fire(item, "report_done", evidence="x")
    cursor = company.server.database().cursor()
    assert breached(company, item, "verify_due")[:10] == working_days(company, cursor, item["measurable_on"], 10)
    company.reset_clock()
    item = forward(company, proposal(company), "standardising")
    start = company.day()
    due = breached(company, item, "standard_due")
    cursor.execute("select (%s::date + 30)::text", (start,))
    assert due[:10] == cursor.fetchone()[0]


def test_what_was_deferred_comes_back_on_its_day(company):
    m = company.service_manager
    item = m.fire(proposal(company), "screen")
    back = company.day(5)
    item = m.fire(item, "defer", answer="等预算", deferred_until=back)
    company.set_clock(company.day(4) + "T23:59:50+08:00")
    assert m.read(item["href"])["state"] == "deferred"
    company.set_clock(back + "T00:00:01+08:00")
    assert eventually(lambda: m.read(item["href"])["state"] == "screening")
    assert "answer_due" in m.read(item["href"])["clocks"] and "improvement_back" in told(m, item)


def test_the_figures_are_called_for_when_a_full_period_is_over(company):
    m = company.service_manager
    item = forward(company, proposal(company), "verifying", approve={"period_months": 1})
    import datetime
    eve = (datetime.date.fromisoformat(item["measurable_on"]) - datetime.timedelta(days=1)).isoformat()
    company.set_clock(eve + "T23:59:50+08:00")
    assert m.read(item["href"])["measurement_called"] is False
    company.set_clock(item["measurable_on"] + "T00:00:01+08:00")
    assert eventually(lambda: m.read(item["href"])["measurement_called"])
    for who in (m, company.management_rep):
        assert "improvement_to_measure" in told(who, item)


def months(company, year):
    return sorted(company.service_manager.read("/v1/service-analyses", parent=year["id"], limit=200)["data"], key=lambda a: a["month"])


def analyse(company, analysis, **meeting):
    m = company.service_manager
    analysis = m.fire(analysis, "analyse", findings="到场略慢", causes="路程", conclusions="增设值班点")
    body = dict(held_on=company.day(), participants=["王经理", "张伟"], minutes="讨论到场时间")
    return m.fire(analysis, "hold_meeting", **{**body, **meeting})


def test_a_year_of_improvement(company):
    m, rep, year_now = company.service_manager, company.management_rep, int(company.day()[:4])
    assert codes(m.post("/v1/improvement-years", dict(year=year_now + 1))) == ["year_not_now"]
    assert company.dispatcher.post("/v1/improvement-years", dict(year=year_now)).status_code == 403
    year = m.create("improvement-years", year=year_now)
    assert codes(rep.post("/v1/improvement-years", dict(year=year_now))) == ["year_exists"]
    assert year["next_month"] == company.day()[:8] + "01" and months(company, year) == []

    # On the first of the next year the last month is opened, the year is to be reported, and the next year runs.
    company.set_clock(f"{year_now}-12-31T23:59:50+08:00")
    assert m.read(year["href"])["state"] == "running"
    if int(year["next_month"][5:7]) <= 10 or company.day()[5:7] >= "10":
        assert eventually(lambda: m.read(year["href"]).get("checked_on"))
        assert "improvement_types_missing" in told(rep, year)
    assert m.read(year["href"])["missing_types"] == ["product", "service", "management"]
    company.set_clock(f"{year_now + 1}-01-01T00:00:02+08:00")
    assert eventually(lambda: m.read(year["href"])["state"] == "reporting")
    assert eventually(lambda: months(company, year) and months(company, year)[-1]["month"] == f"{year_now}-12")
    opened = months(company, year)
    assert [a["month"] for a in opened] == [f"{year_now}-{n:02d}" for n in range(int(year["next_month"][5:7]), 13)]
    following = m.read("/v1/improvement-years", year_from=year_now + 1)["data"]
    assert [(y["year"], y["state"]) for y in following] == [(year_now + 1, "running")]

    # December's analysis is late after the tenth, the report after January.
    last = opened[-1]
    assert breached(company, last, "analysis_due") == f"{year_now + 1}-01-11T00:00:00+08:00"
    assert codes(m.try_fire(year, "report", report_text="x")) == ["analysis_missing", "shortfall_unexplained"]
    for who in (company.dispatcher, company.deputy_gm):
        assert who.try_fire(last, "analyse", findings="x", conclusions="y").status_code == 403
        assert who.try_fire(year, "report", report_text="x").status_code == 403
    counted = rep.fire(last, "count")
    assert counted["state"] == "due" and counted["figures"]["improvements"]["closed"] == 0
    last = m.fire(last, "analyse", findings="到场略慢", conclusions="增设值班点")
    assert "meeting_due" in last["clocks"] and last["overdue"] is False and "analysis_made" in told(company.deputy_gm, last)
    last = m.fire(last, "amend", reason="补充", causes="路程远")
    wrong = dict(participants=["王经理"], minutes="x")
    assert codes(m.try_fire(last, "hold_meeting", held_on=f"{year_now}-12-31", **wrong)) == ["meeting_day_wrong"]
    assert codes(m.try_fire(last, "hold_meeting", held_on=company.day(1), **wrong)) == ["meeting_day_wrong"]
    assert company.dispatcher.try_fire(last, "hold_meeting", held_on=company.day(), **wrong).status_code == 403
    breached(company, last, "meeting_due")
    decisions = [{"decision": "增设城西值班点", "responsible": "王经理", "propose": True, "type": "service"}, {"decision": "表扬张伟"}]
    last = m.fire(last, "hold_meeting", held_on=company.day(), participants=["王经理", "张伟"], minutes="讨论到场时间", decisions=decisions)
    assert last["state"] == "closed" and last["clocks"] == {}
    raised = m.read("/v1/improvements", source="analysis")["data"]
    assert [(i["problem"], i["type"], i["source_number"], i["state"]) for i in raised] == [("增设城西值班点", "service", last["number"], "proposed")]
    assert [r["form"] for r in m.read(last["href"] + "/records")["data"]] == ["service_data_analysis", "service_data_analysis", "analysis_meeting"]
    paper = m.read(last["href"] + "/records")["data"][2]
    page = m.get(paper["href"], headers={"Accept": "text/html"}).text
    assert "服务质量分析会纪要" in page and "讨论到场时间" in page and "增设城西值班点" in page
    for analysis in opened[:-1]:
        analyse(company, analysis)
    assert codes(m.try_fire(year, "report", report_text="x")) == ["shortfall_unexplained"]
    assert breached(company, year, "report_due") == f"{year_now + 1}-02-01T00:00:00+08:00"
    year = rep.fire(year, "report", report_text="本年刚起步", shortfall_reason="制度刚建立,次年补足")
    assert year["state"] == "closed" and year["clocks"] == {} and "improvement_report" in told(company.general_manager, year)
    assert [r["form"] for r in m.read(year["href"] + "/records")["data"]] == ["improvement_report"]


def test_one_closed_improvement_of_each_kind_is_enough(company):
    """In a year of its own, far ahead."""
    m, rep = company.service_manager, company.management_rep
    year = next(y for y in m.read("/v1/improvement-years")["data"] if y["state"] == "running")
    first, after = f"{year['year']}-01-01", f"{year['year'] + 1}-01-01"
    span = {"from": first, "to": after}
    company.set_clock(f"{year['year']}-02-01T09:00:00+08:00")
    for n, kind in enumerate(("product", "service", "management")):
        assert m.read("/v1/reports/improvements", **span)["missing_types"] == ["product", "service", "management"][n:]
        forward(company, proposal(company), "closed", type=kind)
        assert company.day() < f"{year['year']}-12-01"
    figures = m.read("/v1/reports/improvements", **span)
    assert figures["closed"] == 3 and figures["missing_types"] == [] and [(t["type"], t["closed"]) for t in figures["by_type"]] == \
        [("product", 1), ("service", 1), ("management", 1)]
    assert m.read("/v1/reports/improvements", **{"from": after, "to": after})["missing_types"] == ["product", "service", "management"]
    assert m.get("/v1/reports/improvements", **{"from": first}).status_code == 400
    own = company.dispatcher.create("outlets", name="城北网点", kind="internal", skills=["computer"])
    bound = company.hire("outlet_manager", outlet_id=own["id"], department="outlet")
    assert bound.get("/v1/reports/improvements", **span).status_code == 403 and bound.get("/v1/service-analyses").status_code == 403
    year = rep.fire(year, "check")
    assert year["missing_types"] == [] and year["figures"]["closed"] == 3
    company.set_clock(after + "T00:00:02+08:00")
    assert eventually(lambda: m.read(year["href"])["state"] == "reporting")
    assert eventually(lambda: len(months(company, year)) == 12, 40)
    for analysis in months(company, year):
        analyse(company, analysis)
    year = m.fire(year, "report", report_text="三类改进均已完成")
    assert year["state"] == "closed" and year["missing_types"] == [] and year.get("shortfall_reason") is None


def test_a_year_begun_by_mistake_is_void(company):
    m = company.service_manager
    year = next(y for y in m.read("/v1/improvement-years")["data"] if y["state"] == "running")
    company.set_clock(f"{year['year']}-02-01T09:00:00+08:00")
    # Begun by the turn of the year before.
    assert year["opened_by"] is None
    void = m.fire(year, "void", reason="重建")
    assert void["state"] == "voided"
    assert m.create("improvement-years", year=year["year"])["state"] == "running"
