"""P6 part A: how an outlet comes to be. A partner is found by a tender, an own outlet is applied for; nobody opens before
contract or funds, training, qualified people and equipment are there."""

import pytest
from assurance import request_of
from outlets import APPLICATION, CONCEPT, bid, chosen, contract, evaluated, people, reviewed, tag, tariff, tender, trained
from settlement import Outlet, codes
from test_competence import wait_for
from test_facilities_story import instrument


def test_the_first_quarter_of_a_partner_from_the_tender_to_the_paid_settlement(company):
    center, manager = company.dispatcher, company.service_manager
    of = tender(company, to="conceived")
    assert of["number"].startswith("TN-") and of["state"] == "conceived"
    of = manager.fire(of, "tender", source="tender", media="滨海日报、公司网站", bids_until=company.day(10))
    good, weak, unfit, leaving = [bid(company, of, name) for name in ("诚信电器" + tag(), "便民维修" + tag(), "无证维修" + tag(), "远方家电" + tag())]
    center.fire(good, "shortlist", rank=1)
    center.fire(weak, "shortlist", rank=2)
    center.fire(leaving, "shortlist", rank=3)
    unfit = center.fire(unfit, "decline", told_reason="无维修资质")
    of = manager.fire(of, "shortlist")
    reviewed(company, good)
    assert manager.read(of["href"])["state"] == "reviewing"
    reviewed(company, weak, docs=59)
    assert center.fire(leaving, "drop_out", told_reason="单位搬迁")["state"] == "not_listed"
    general = company.general_manager
    assert codes(general.try_fire(of, "confirm_list", chosen_ids=[good["id"], weak["id"]])) == [("review_not_passed", "/chosen_ids")]
    of = general.fire(of, "confirm_list", chosen_ids=[good["id"]])
    assert of["state"] == "decided"
    assert [center.read(c["href"])["state"] for c in (good, weak, unfit)] == ["listed", "not_listed", "not_listed"]
    assert center.read(weak["href"])["told_reason"]
    paper = [r for r in center.read(good["href"] + "/records")["data"] if r["form"] == "outlet_preselection"]
    assert len(paper) == 2 and center.read(paper[-1]["href"])["content"]["customer_count"] == 300

    outlet = center.read("/v1/outlets", candidate_id=good["id"])["data"][0]
    assert outlet["state"] == "listed" and outlet["kind"] == "external" and outlet["name"] == good["name"] and outlet["outlet_id"] == outlet["id"]
    signed = contract(company, outlet, deposit=100000)
    rates = tariff(company, outlet)
    assert codes(company.deputy_gm.try_fire(outlet, "sign_contract")) == [("deposit_missing", "/deposit_received")]
    outlet = company.deputy_gm.fire(outlet, "sign_contract", deposit_received=True)
    boss, technician = people(company, outlet)
    assert codes(company.hr_officer.try_fire(outlet, "train")) == [("staff_not_trained", ""), ("staff_not_qualified", "")]
    trained(company, technician)
    assert codes(company.hr_officer.try_fire(outlet, "train")) == [("staff_not_qualified", "")]
    evaluated(company, technician)
    outlet = company.hr_officer.fire(outlet, "train")
    refused = company.deputy_gm.try_fire(outlet, "report_budget", budget_amount=1, budget_report="x")
    assert codes(refused) == [("not_an_own_outlet", "")]
    tester = instrument(company, "WD-" + tag())
    opening = dict(published=True, equipment_codes=[tester["code"]], hours="周一至周六 8:30-17:30")
    assert codes(center.try_fire(outlet, "open", **opening)) == [("equipment_not_handed_over", "/equipment_codes")]
    company.facility_keeper.fire(tester, "transfer", outlet_id=outlet["id"], location="网点工位")
    outlet = center.fire(outlet, "open", **opening)
    assert outlet["state"] == "operating" and outlet["opened_on"] == company.day()
    profile = [r for r in center.read(outlet["href"] + "/records")["data"] if r["form"] == "outlet_profile"][0]
    content = center.read(profile["href"])["content"]
    assert content["contract"]["number"] == signed["number"] and {s["name"] for s in content["staff"]} == {boss.person["name"], technician.person["name"]}

    # It works: a walk-in customer of its own and a slip from the centre, then the month's settlement.
    partner = Outlet.of(company, outlet, boss, technician, signed, rates)
    jobs = [partner.job(), partner.job()]
    offered = company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=outlet["id"])
    assert boss.fire(offered, "accept_job")["job_accepted"] is True
    slip = boss.post("/v1/settlements/propose", {"period": partner.month()})
    assert slip.status_code == 201, slip.text
    slip = boss.fire(slip.json(), "submit", outlet_ref="CX-01")
    slip = center.fire(slip, "check")
    center.fire(slip, "accept_clean")
    for line in partner.lines(slip, state="open"):
        center.fire(line, "decide", decision="accept")
    slip = center.fire(slip, "issue_statement")
    assert slip["accepted_total"] == 10000 * len(jobs) and slip["payable"] == 10000 * len(jobs) + 45000
    slip = company.deputy_gm.fire(boss.fire(slip, "agree"), "approve")
    slip = company.finance_officer.fire(slip, "register_invoice", **partner.invoice(slip))
    slip = company.finance_officer.fire(slip, "pay", **partner.payment(slip))
    assert slip["state"] == "paid" and boss.read("/v1/unsettled-jobs")["data"] == []

    # The quarter ends: its written summary is asked for, and answered.
    company.set_clock(quarter_end(company) + "T09:00:00+08:00")
    wait_for(lambda: boss.read("/v1/outlet-summaries")["data"])
    summary = boss.read("/v1/outlet-summaries")["data"][0]
    assert summary["state"] == "due" and summary["clocks"]["summary_due"]["due_at"][8:10] == "10"
    technician.fire(summary, "write", service_content="维修两台", receivables="无", problems="路途远", suggestions="增配备件")
    summary = center.fire(boss.fire(summary, "submit"), "review")
    assert summary["state"] == "reviewed" and summary["jobs_settled"] == len(jobs)
    for entity in (of, good, outlet, slip, summary):
        assert center.read("/v1/audit/verify", entity=entity["id"])["sound"] is True


def quarter_end(company):
    """The first day after the quarter that runs."""
    year, month = int(company.day()[:4]), (int(company.day()[5:7]) - 1) // 3 * 3 + 4
    return f"{year + month // 13}-{(month - 1) % 12 + 1:02d}-01"


def test_an_own_outlet_is_applied_for_approved_staffed_funded_trained_and_opened(company):
    general, deputy, hr, finance = company.general_manager, company.deputy_gm, company.hr_officer, company.finance_officer
    answer = deputy.post("/v1/outlets/apply", dict(APPLICATION, name="城东自建网点" + tag()))
    assert answer.status_code == 201, answer.text
    outlet = answer.json()
    assert outlet["state"] == "proposed" and outlet["kind"] == "internal"
    both = company.hire("general_manager", "deputy_gm", department="executive")
    own = both.post("/v1/outlets/apply", dict(APPLICATION, name="自批网点" + tag())).json()
    assert codes(both.try_fire(own, "approve")) == [("own_application", "")]
    assert general.fire(own, "refuse", reason="工作量不足")["state"] == "refused"
    outlet = general.fire(outlet, "approve")
    assert codes(finance.try_fire(outlet, "fund", funded_amount=1)) == [("budget_missing", "")]
    assert codes(hr.try_fire(outlet, "staff")) == [("staff_missing", "")]
    _, technician = people(company, outlet)
    outlet = hr.fire(outlet, "staff")
    outlet = deputy.fire(outlet, "return_staff", reason="缺弱电人员")
    outlet = deputy.fire(hr.fire(outlet, "staff"), "confirm_staff")
    outlet = deputy.fire(outlet, "report_budget", budget_amount=7000000, budget_report="房租、设备、周转金")
    request = request_of(company, outlet)
    assert (request["amount"], request["requested_by"]) == (7000000, deputy.id)
    trained(company, technician)
    evaluated(company, technician)
    outlet = hr.fire(outlet, "train")
    opening = dict(published=True, equipment_codes=[])
    assert codes(company.dispatcher.try_fire(outlet, "open", **opening)) == [("not_funded", "")]
    assert codes(finance.try_fire(outlet, "fund", funded_amount=7000001)) == [("over_budget", "/funded_amount")]
    outlet = finance.fire(outlet, "fund", funded_amount=7000000)
    assert codes(finance.try_fire(outlet, "fund", funded_amount=7000000)) == [("funded_already", "")]
    assert codes(company.dispatcher.try_fire(outlet, "open", **dict(opening, published=False))) == [("not_published", "/published")]
    company.admin.fire(company.admin.read("/v1/persons/" + technician.id), "bar", bar_reason="违规")
    assert codes(company.dispatcher.try_fire(outlet, "open", **opening)) == [("no_qualified_repairer", "")]
    company.admin.fire(company.admin.read("/v1/persons/" + technician.id), "revert", reason="误登")
    assert company.dispatcher.fire(outlet, "open", **opening)["state"] == "operating"
    papers = [r["form"] for r in deputy.read(outlet["href"] + "/records")["data"]]
    assert papers == ["outlet_application", "outlet_application", "outlet_profile"]


def test_a_tender_in_which_nobody_fits_fails_and_is_repeated(company):
    manager, center = company.service_manager, company.dispatcher
    of = tender(company, to="conceived")
    assert codes(manager.try_fire(of, "tender", source="invited", media="网站", bids_until=company.day(-1))) == [("deadline_past", "/bids_until")]
    early = dict(parent_id=of["id"], name="早到", contact_name="x", phone="123", qualification="x", staff_ability="x", management_level="x", upkeep_fee=0)
    assert codes(center.post("/v1/outlet-candidates", early)) == [("tender_not_open", "/parent_id")]
    of = manager.fire(of, "tender", source="invited", media="网站", bids_until=company.day(2))
    only = bid(company, of, "独家" + tag())
    assert codes(center.post("/v1/outlet-candidates", dict(early, name=only["name"]))) == [("bid_known", "/name")]
    assert codes(manager.try_fire(of, "shortlist")) == [("candidates_undecided", ""), ("nobody_shortlisted", "")]
    only = center.fire(only, "shortlist", rank=1)
    assert ("short_list_open", "") in codes(manager.try_fire(only, "review_site", site_score=80, site_findings="x"))
    assert codes(manager.post("/v1/outlet-tenders", dict(CONCEPT, follows=of["id"]))) == [("tender_not_failed", "/follows")]
    company.set_clock(company.day(2) + "T23:59:00+08:00")
    last = bid(company, of, "末位" + tag())
    company.set_clock(company.day(1) + "T00:00:05+08:00")
    assert codes(center.post("/v1/outlet-candidates", dict(early, name="迟到"))) == [("bid_too_late", "/parent_id")]
    center.fire(last, "shortlist", rank=2)
    of = manager.fire(of, "shortlist")
    refused = codes(company.general_manager.try_fire(reviewing(company, of, only), "confirm_list", chosen_ids=[only["id"], only["id"]]))
    assert {("chosen_twice", "/chosen_ids"), ("candidate_not_reviewed", "/chosen_ids")} <= set(refused)
    of = manager.fire(of, "fail", end_reason="无合格单位")
    assert of["state"] == "failed" and {center.read(c["href"])["told_reason"] for c in (only, last)} == {"无合格单位"}
    again = manager.create("outlet-tenders", **dict(CONCEPT, follows=of["id"]))
    assert company.deputy_gm.fire(again, "cancel", end_reason="预算取消")["state"] == "cancelled"


def reviewing(company, of, candidate):
    both = company.hire("service_manager", "commerce_officer")
    both.fire(candidate, "review_site", site_score=80, site_findings="x")
    assert codes(both.try_fire(candidate, "review_docs", doc_score=80, doc_findings="x")) == [("reviewed_by_the_same", "")]
    return company.service_manager.read(of["href"])


def test_the_short_list_is_closed_once(company):
    of = tender(company)
    first, late = bid(company, of), bid(company, of)
    company.dispatcher.fire(first, "shortlist", rank=1)
    company.dispatcher.fire(late, "decline", told_reason="资料不全")
    company.service_manager.fire(of, "shortlist")
    other = tender(company)
    waiting = bid(company, other)
    company.service_manager.fire(other, "fail", end_reason="x")
    assert company.dispatcher.read(waiting["href"])["state"] == "not_listed"
    assert company.dispatcher.try_fire(first, "shortlist", rank=1).status_code == 409


def test_a_contract_needs_its_tariff_and_giving_up_ends_both(company):
    outlet = chosen(company)
    assert codes(company.deputy_gm.try_fire(outlet, "sign_contract")) == [("contract_missing", ""), ("no_tariff", "")]
    signed = contract(company, outlet)
    assert codes(company.deputy_gm.try_fire(outlet, "sign_contract")) == [("no_tariff", "")]
    tariff(company, outlet)
    outlet = company.deputy_gm.fire(outlet, "sign_contract")
    boss, _ = people(company, outlet)
    assert company.dispatcher.fire(outlet, "abandon", reason="对方放弃")["state"] == "abandoned"
    assert company.dispatcher.read(signed["href"])["state"] == "ended"
    wait_for(lambda: boss.get("/v1/me").status_code == 401)


def test_money_comes_back_from_an_outlet_that_is_given_up(company):
    outlet = company.general_manager.fire(company.deputy_gm.post("/v1/outlets/apply", dict(APPLICATION, name="弃点" + tag())).json(), "approve")
    outlet = company.deputy_gm.fire(outlet, "report_budget", budget_amount=100, budget_report="x")
    outlet = company.finance_officer.fire(outlet, "fund", funded_amount=100)
    assert codes(company.dispatcher.try_fire(outlet, "abandon", reason="改址")) == [("funds_not_returned", "/funds_returned")]
    assert company.dispatcher.fire(outlet, "abandon", reason="改址", funds_returned=True)["state"] == "abandoned"


@pytest.mark.parametrize("by,path,body", [
    ("dispatcher", "outlets/apply", dict(APPLICATION, name="x")), ("technician", "outlet-tenders", CONCEPT), ("outlet_manager", "outlet-tenders", CONCEPT)])
def test_who_may_not_begin(company, by, path, body):
    client = company.hire("outlet_manager", outlet_id=Outlet(company, tariff=False, contract=False).id) if by == "outlet_manager" else getattr(company, by)
    answer = client.post("/v1/" + path, body)
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden_role"


def test_an_outlet_knows_nothing_of_tenders(company):
    of = tender(company)
    candidate = bid(company, of)
    manager = Outlet(company, name="好奇网点", tariff=False, contract=False).manager
    for path in (of["href"], candidate["href"], "/v1/outlet-tenders", "/v1/outlet-candidates"):
        assert manager.get(path).status_code in (403, 404), path
    assert manager.read("/v1/search", q=candidate["name"])["data"] == []
