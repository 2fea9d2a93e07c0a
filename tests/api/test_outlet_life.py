"""P6: an outlet at work: its summaries and surveys, its suspension, what becomes of its jobs, and its end."""

import pytest
from aftercare import Client
from improvements import proposed_from
from outlets import contract, operating, tag
from settlement import Outlet, codes
from test_competence import wait_for
from test_facilities_story import instrument
from test_outlet_setup import quarter_end


def jobs_of(company, outlet, manager, technician):
    """One offered, one accepted, one dispatched, one scheduled, one with the device at the outlet."""
    offered = company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"])
    rest = [manager.fire(company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"]), "accept_job") for _ in range(4)]
    accepted, dispatched, scheduled, held = rest[0], *[manager.fire(j, "dispatch", assignee_id=technician.id) for j in rest[1:]]
    when = dict(appointment_at=company.at(1), charge_told=True)
    scheduled = technician.fire(scheduled, "schedule", **when)
    held = technician.fire(technician.fire(held, "schedule", **when), "arrive", appearance_in_order=True)
    held = technician.fire(technician.fire(held, "confirm_problem", fault_confirmed="x"), "take_back", diagnosis="须带回",
                           devices=[{"item": "主机", "condition": "完好"}], copy_with_customer=True)
    return offered, accepted, dispatched, scheduled, held


def read(company, entities):
    return [company.dispatcher.read(e["href"]) for e in entities]


def test_jobs_go_back_to_the_centre_when_their_outlet_is_suspended(company):
    outlet, manager, technician = operating(company)
    jobs = jobs_of(company, outlet, manager, technician)
    kept = dict(stop_reason="conduct", reason="与顾客争执")
    suspended = company.dispatcher.fire(outlet, "suspend", open_jobs="finish", **kept)
    assert suspended["state"] == "suspended" and suspended["published"] is False
    assert [j["state"] for j in read(company, jobs)] == ["registered", "registered", "dispatched", "scheduled", "taken_back"]
    # No new job, whoever brings it.
    assert ("outlet_cannot_take_it", "/outlet_id") in codes(company.dispatcher.try_fire(company.register(), "assign_outlet", outlet_id=outlet["id"]))
    customer = manager.create("customers", name="散客" + tag(), kind="individual", phone="13911112222")
    walk_in = dict(channel="outlet", customer_id=customer["id"], contact_name="x", contact_phone="13911112222", address="x", problem="x", required_skill="computer")
    assert codes(manager.post("/v1/repairs", walk_in)) == [("outlet_not_operating", "/outlet_id")]
    company.dispatcher.fire(suspended, "resume", reason="已整改")
    assert manager.post("/v1/repairs", walk_in).status_code == 201

    company.dispatcher.fire(outlet, "suspend", open_jobs="take_back", **kept)
    seen = read(company, jobs)
    assert [j["state"] for j in seen] == ["registered"] * 4 + ["taken_back"]
    assert all(j.get("outlet_id") is None and j.get("assignee_id") is None for j in seen[:4])
    assert {j["to_reassign"] for j in seen} == {"outlet_suspended"}
    assert {manager.get(j["href"]).status_code for j in jobs[:4]} == {404}
    again = company.dispatcher.fire(seen[2], "dispatch", assignee_id=company.technician.id)
    assert again["to_reassign"] is None
    # What is in work stays with the outlet until somebody of the company takes it over.
    other = operating(company)[2]
    assert ("technician_of_other_outlet", "/assignee_id") in codes(company.dispatcher.try_fire(seen[4], "take_over", assignee_id=other.id, reason="停业"))
    taken = company.dispatcher.fire(seen[4], "take_over", assignee_id=company.technician.id, reason="停业")
    assert taken["state"] == "taken_back" and taken.get("outlet_id") is None and taken["to_reassign"] is None
    assert codes(company.dispatcher.try_fire(taken, "take_over", assignee_id=company.technician.id, reason="x")) == [("not_with_outlet", "")]


def test_a_job_at_the_wrong_outlet_is_taken_back(company):
    outlet, manager, technician = operating(company)
    job = manager.fire(company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"]), "accept_job")
    job = company.dispatcher.fire(manager.fire(job, "dispatch", assignee_id=technician.id), "return_to_centre", reason="派错网点")
    assert job["state"] == "registered" and "contact_due" not in job["clocks"] and "dispatch_due" in job["clocks"]
    assert codes(company.dispatcher.try_fire(job, "return_to_centre", reason="x")) == [("not_with_outlet", "")]


def test_an_outlet_without_a_qualified_person_loses_its_jobs_and_is_to_be_suspended(company):
    outlet, manager, technician = operating(company)
    job = manager.fire(company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"]), "accept_job")
    job = manager.fire(job, "dispatch", assignee_id=technician.id)
    person = company.admin.read("/v1/persons/" + technician.id)
    company.admin.fire(person, "bar", bar_reason="考核不合格")
    wait_for(lambda: company.dispatcher.read(outlet["href"]).get("suspension_proposed") is True)
    job = company.dispatcher.read(job["href"])
    assert job["state"] == "registered" and job["to_reassign"] == "no_qualified_repairer"
    assert outlet["id"] in [o["id"] for o in company.dispatcher.read("/v1/outlets", suspension_proposed="true", limit=200)["data"]]
    assert codes(company.dispatcher.try_fire(company.dispatcher.fire(outlet, "suspend", stop_reason="no_repairer", open_jobs="finish", reason="x"),
                                             "resume", reason="x")) == [("no_qualified_repairer", "")]
    company.admin.fire(person, "qualify", qualified_scope=["computer"], qualified_until=company.day(100))
    assert company.dispatcher.fire(outlet, "resume", reason="已复岗")["state"] == "operating"
    company.admin.fire(person, "bar", bar_reason="再次")
    wait_for(lambda: company.dispatcher.read(outlet["href"]).get("suspension_proposed") is True)
    company.admin.fire(person, "qualify", qualified_scope=["computer"], qualified_until=company.day(100))
    wait_for(lambda: company.dispatcher.read(outlet["href"]).get("suspension_proposed") is None)


def test_three_refusals_in_a_month_bring_a_survey(company):
    outlet, manager, _ = operating(company)
    for n in (1, 2, 3, 4):
        job = company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"])
        assert manager.try_fire(job, "decline_job", decline_reason="人手不足").status_code == 200
        surveys = company.service_manager.read("/v1/outlet-surveys", outlet=outlet["id"])["data"]
        assert [s["occasion"] for s in surveys] == (["refusals"] if n >= 3 else []), n


def test_the_summary_is_written_by_who_repairs_and_handed_in_by_the_manager(company):
    outlet, manager, technician = operating(company)
    over = quarter_end(company)
    company.set_clock(company.day() + "T00:10:00+08:00")
    assert manager.read("/v1/outlet-summaries")["data"] == []
    company.set_clock(over + "T00:00:05+08:00")
    wait_for(lambda: manager.read("/v1/outlet-summaries")["data"])
    summary = manager.read("/v1/outlet-summaries", overdue="false")["data"][0]
    assert summary["clocks"]["summary_due"]["due_at"][:10] == over[:8] + "10" and summary["quarter"][5] == "Q"
    refused = manager.try_fire(summary, "write", problems="x")
    assert refused.status_code == 403
    assert codes(manager.try_fire(summary, "submit")) == [("parts_missing", "")]
    technician.fire(summary, "write", service_content="维修六台", receivables="无", problems="备件慢")
    assert codes(manager.try_fire(summary, "submit")) == [("parts_missing", "")]
    written = technician.fire(summary, "write", suggestions="就近设库")
    assert written["written_by"] == technician.id
    summary = manager.fire(summary, "submit")
    assert summary["jobs_settled"] == 0 and "review_due" in summary["clocks"] and "summary_due" not in summary["clocks"]
    summary = company.service_manager.fire(summary, "return", review_note="请补充数据")
    summary = company.dispatcher.fire(manager.fire(summary, "submit"), "review", review_note="收到")
    assert [r["form"] for r in company.dispatcher.read(summary["href"] + "/records")["data"]] == ["outlet_summary"]
    proposal = proposed_from(company, summary)
    assert (proposal["state"], proposal["source"], proposal["problem"], proposal["outlet_id"]) == ("proposed", "outlet_summary", "就近设库", outlet["id"])
    assert manager.read(proposal["href"])["source_number"] == summary["number"]
    other = operating(company)[1]
    assert other.get(summary["href"]).status_code == 404 and company.technician.get(summary["href"]).status_code == 403


def test_a_summary_without_suggestions_proposes_nothing(company):
    _, manager, technician = operating(company)
    company.set_clock(quarter_end(company) + "T00:00:05+08:00")
    wait_for(lambda: manager.read("/v1/outlet-summaries")["data"])
    summary = manager.read("/v1/outlet-summaries")["data"][0]
    technician.fire(summary, "write", service_content="维修两台", receivables="无", problems="无", suggestions="无。")
    summary = company.dispatcher.fire(manager.fire(summary, "submit"), "review")
    assert summary["state"] == "reviewed" and company.dispatcher.read("/v1/links", entity=summary["id"])["data"] == []


def test_two_overdue_summaries_suspend(company):
    outlet, manager, _ = operating(company)
    stop = dict(stop_reason="summaries", open_jobs="finish", reason="两季未报")
    for quarter in (1, 2):
        company.set_clock(quarter_end(company) + "T08:00:00+08:00")
        wait_for(lambda: len(manager.read("/v1/outlet-summaries")["data"]) == quarter)
        company.set_clock(company.day(12) + "T08:00:00+08:00")
        wait_for(lambda: len(manager.read("/v1/outlet-summaries", overdue="true")["data"]) == quarter)
        if quarter == 1:
            assert codes(company.dispatcher.try_fire(outlet, "suspend", **stop)) == [("summaries_not_late", "/stop_reason")]
    assert company.dispatcher.fire(outlet, "suspend", **stop)["state"] == "suspended"


def test_every_outlet_is_surveyed_every_year(company):
    outlet, manager, _ = operating(company)
    surveyor = company.service_manager
    year = int(company.day()[:4]) + 1
    company.set_clock(f"{year}-01-02T09:00:00+08:00")
    wait_for(lambda: surveyor.read("/v1/outlet-surveys", outlet=outlet["id"])["data"])
    survey = surveyor.read("/v1/outlet-surveys", outlet=outlet["id"])["data"][0]
    assert survey["occasion"] == "yearly" and survey["clocks"]["survey_due"]["due_at"][:10] == f"{year + 1}-01-01"
    visited = dict(survey_score=55, findings="台账不全", problems=[{"problem": "台账不全"}, {"problem": "工具未检定"}])
    assert codes(surveyor.try_fire(survey, "survey", surveyed_on=company.day(1), **visited)) == [("survey_ahead", "/surveyed_on")]
    assert codes(company.dispatcher.try_fire(outlet, "suspend", stop_reason="survey", open_jobs="finish", reason="x")) == [("survey_not_failed", "/stop_reason")]
    survey = surveyor.fire(survey, "survey", surveyed_on=company.day(), **visited)
    assert codes(surveyor.try_fire(survey, "close", result="x")) == [("problems_unanswered", "")]
    one = [{"problem": "台账不全", "measure": "补录"}]
    assert codes(surveyor.try_fire(survey, "propose_improvement", improvements=one, improve_until=company.day(30))) == [("problems_unanswered", "/improvements")]
    survey = surveyor.fire(survey, "propose_improvement", improvements=one + [{"problem": "工具未检定", "measure": "送检"}], improve_until=company.day(30))
    assert "improve_due" in survey["clocks"]
    assert company.dispatcher.fire(outlet, "suspend", stop_reason="survey", open_jobs="finish", reason="不合格")["state"] == "suspended"
    assert surveyor.fire(survey, "close", result="已整改")["state"] == "closed"
    extra = surveyor.create("outlet-surveys", outlet_id=outlet["id"], year=year, occasion="other")
    extra = surveyor.fire(extra, "survey", surveyed_on=company.day(), survey_score=90, findings="良好")
    assert codes(surveyor.try_fire(extra, "propose_improvement", improvements=one, improve_until=company.day(9))) == [("no_problem", "")]
    assert surveyor.fire(extra, "close", result="无问题")["state"] == "closed"
    assert company.dispatcher.post("/v1/outlet-surveys", dict(outlet_id=outlet["id"], year=year, occasion="other")).status_code == 403


def test_an_outlet_is_wound_up_with_unsettled_slips_and_ends(company):
    outlet = Outlet(company, name="清算网点" + tag(), deposit=200000, retention_pct=10)
    center, general, deputy = company.dispatcher, company.general_manager, company.deputy_gm
    paid = outlet.approved([outlet.line(outlet.job())])
    paid = company.finance_officer.fire(company.finance_officer.fire(paid, "register_invoice", **outlet.invoice(paid)), "pay", **outlet.payment(paid))
    left, open_job = outlet.job(), outlet.open_job()
    entity = center.read("/v1/outlets/" + outlet.id)
    end = dict(wind_up_reason="contract_end", reason="合同到期不续")
    assert codes(deputy.try_fire(entity, "wind_up", **end)) == [("general_manager_decides", "/in_danger")]
    entity = general.fire(entity, "wind_up", **end)
    assert center.read(open_job["href"])["state"] == "registered" and center.read(open_job["href"]).get("outlet_id") is None
    assert entity["published"] is False and outlet.manager.get("/v1/me").status_code == 200
    refused = codes(company.service_manager.post("/v1/outlet-surveys", dict(outlet_id=outlet.id, year=2027, occasion="other")))
    assert refused == [("outlet_not_operating", "/outlet_id")]

    refused = codes(general.try_fire(entity, "terminate"))
    assert refused == [("stock_not_returned", "/stock_returned"), ("jobs_not_settled", "/liquidator"), ("deposit_open", "/deposit_settled")]
    # The centre may draft the final slip in the outlet's name: the rest of the jobs, the retention and the deposit.
    final = center.post("/v1/settlements/propose", dict(period=outlet.month(), kind="final", outlet_id=outlet.id))
    assert final.status_code == 201, final.text
    final = center.fire(final.json(), "submit")
    assert ("settlement_open", "/liquidator") in codes(general.try_fire(entity, "terminate"))
    final = center.fire(final, "check")
    assert [l["slip"] for l in outlet.lines(final)] == [left["number"]]
    center.fire(outlet.lines(final)[0], "decide", decision="accept")
    final = center.fire(final, "issue_statement")
    assert (final["accepted_total"], final["retention"], final["deposit_back"]) == (10000, -1000, 200000) and final["payable"] == 211000
    final = deputy.fire(outlet.manager.fire(final, "agree"), "approve")
    final = company.finance_officer.fire(final, "register_invoice", **outlet.invoice(final))
    company.finance_officer.fire(final, "pay", **outlet.payment(final))
    entity = general.fire(entity, "terminate", stock_returned=True, deposit_settled=True)
    assert entity["state"] == "terminated" and center.read(outlet.contract["href"])["state"] == "ended"
    wait_for(lambda: outlet.manager.get("/v1/me").status_code == 401)


def test_customers_choose_from_the_public_list_without_signing_in(company):
    outlet, manager, technician = operating(company)
    company.dispatcher.fire(outlet, "amend", reason="补充", region="公示区" + outlet["name"], phone="0599-6109999", hours="周一至周五 9:00-17:00")
    anybody = Client(company.server)
    shown = anybody.read("/v1/public/outlets", region="公示区" + outlet["name"], skill="computer")["data"]
    assert [(o["name"], o["phone"], o["hours"], o["skills"]) for o in shown] == [(outlet["name"], "0599-6109999", "周一至周五 9:00-17:00", ["computer"])]
    assert set(shown[0]) == {"number", "name", "region", "address", "phone", "hours", "skills"}
    assert anybody.read("/v1/public/outlets", region="公示区" + outlet["name"], skill="power")["data"] == []
    assert anybody.get("/v1/public/outlets", colour="red").status_code == 400 and anybody.get("/v1/outlets").status_code == 401
    company.dispatcher.fire(outlet, "suspend", stop_reason="other", open_jobs="finish", reason="x")
    assert outlet["name"] not in [o["name"] for o in anybody.read("/v1/public/outlets")["data"]]


def test_equipment_of_the_company_is_fetched_before_the_end(company):
    outlet, _, _ = operating(company)
    item = company.facility_keeper.fire(instrument(company, "QD-" + tag()), "transfer", outlet_id=outlet["id"], location="工位")
    entity = company.general_manager.fire(outlet, "wind_up", wind_up_reason="closed", reason="撤点")
    assert codes(company.general_manager.try_fire(entity, "terminate", stock_returned=True)) == [("equipment_to_fetch", "")]
    company.facility_keeper.fire(item, "transfer", to_centre=True, location="库")
    assert company.general_manager.fire(entity, "terminate", stock_returned=True)["state"] == "terminated"


def test_a_bankrupt_outlet_is_cut_off_at_once_and_its_devices_are_taken_over(company):
    outlet, manager, technician = operating(company)
    contract(company, outlet)
    jobs = jobs_of(company, outlet, manager, technician)
    entity = company.deputy_gm.fire(outlet, "wind_up", wind_up_reason="bankruptcy", reason="法院裁定", in_danger=True)
    wait_for(lambda: manager.get("/v1/me").status_code == technician.get("/v1/me").status_code == 401)
    held = company.dispatcher.read(jobs[4]["href"])
    assert held["to_reassign"] == "outlet_wound_up" and held["outlet_id"] == outlet["id"]
    assert {("jobs_open", ""), ("device_there", "")} <= set(codes(company.general_manager.try_fire(entity, "terminate", stock_returned=True, deposit_settled=True)))
    company.dispatcher.fire(held, "take_over", assignee_id=company.technician.id, reason="网点破产")
    assert company.general_manager.fire(entity, "terminate", stock_returned=True)["state"] == "terminated"


@pytest.mark.parametrize("event,by,body", [
    ("suspend", "technician", dict(stop_reason="other", open_jobs="finish", reason="x")), ("suspend", "outlet_manager", dict(stop_reason="other", open_jobs="finish", reason="x")),
    ("wind_up", "dispatcher", dict(wind_up_reason="closed", reason="x")), ("propose_suspension", "dispatcher", {}), ("call_for_summary", "service_manager", {}),
    ("call_for_survey", "service_manager", {}), ("drop_proposal", "dispatcher", {})])
def test_roles_that_must_be_refused(company, event, by, body):
    outlet, manager, _ = operating(company)
    client = manager if by == "outlet_manager" else getattr(company, by)
    answer = client.try_fire(outlet, event, **body)
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden_role"
