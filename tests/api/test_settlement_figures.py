"""P6 part C: both price lists are the server's, whatever a partner's figures say; and what a slip is drafted from."""

from outlets import tag
from settlement import Outlet, codes


def decided(company, outlet, lines, **more):
    slip = company.dispatcher.fire(outlet.file(lines, **more), "check")
    for line in outlet.lines(slip):
        company.dispatcher.fire(line, "decide", decision="accept")
    return company.dispatcher.fire(slip, "issue_statement")


def test_money_that_a_partner_does_not_report_is_shared_all_the_same(company):
    outlet = Outlet(company, name="漏报网点" + tag(), collection_rule="company_share_pct", company_share_pct=50)
    slip = company.dispatcher.fire(outlet.file([outlet.line(outlet.job(warranty_days=None, paid=30000), claimed=0, collected=0)]), "check")
    line = outlet.lines(slip)[0]
    assert "collected_differs" in line["warnings"]
    company.dispatcher.fire(line, "decide", decision="accept")
    slip = company.dispatcher.fire(slip, "issue_statement")
    assert (slip["collected_total"], slip["company_share"], slip["payable"]) == (30000, 15000, -15000)


def test_all_is_remitted_and_the_company_pays_the_work(company):
    outlet = Outlet(company, name="全缴网点" + tag(), collection_rule="remit_all")
    slip = decided(company, outlet, [outlet.line(outlet.job(warranty_days=None, paid=30000), claimed=10000)])
    assert (slip["accepted_total"], slip["company_share"], slip["payable"]) == (10000, 30000, -20000)


def test_the_outlet_keeps_what_customers_pay(company):
    outlet = Outlet(company, name="留存网点" + tag())
    slip = decided(company, outlet, [outlet.line(outlet.job(warranty_days=None, paid=30000), claimed=0)])
    assert (slip["accepted_total"], slip["company_share"], slip["payable"]) == (0, 0, 0)
    slip = company.deputy_gm.fire(outlet.manager.fire(slip, "agree"), "approve")
    assert company.finance_officer.fire(slip, "carry_over")["state"] == "carried_over"


def test_a_job_with_parts_is_drafted_as_a_minor_repair_until_the_old_part_is_named(company):
    outlet = Outlet(company, name="换件网点" + tag())
    job = outlet.job(parts_used=[{"name": "电源", "quantity": 1}])
    waiting = outlet.manager.read("/v1/unsettled-jobs")["data"]
    assert [(u["slip"], u["missing"], u["computed"]) for u in waiting] == [(job["number"], ["old_part"], 12000)]
    draft = outlet.manager.post("/v1/settlements/propose", {"period": outlet.month()})
    assert draft.status_code == 201, draft.text
    line = outlet.lines(draft.json())[0]
    assert (line["service_kind"], line["claimed"], line["difference"]) == ("minor_repair", 10000, 0)
    part = dict(part_no="PSU-300", quantity=1, source="outlet_stock", old_part_no="J-1", old_serial="O-1", new_serial="N-1")
    outlet.manager.fire(line, "correct", service_kind="part_change", parts=[part], claimed=30000)
    outlet.manager.fire(draft.json(), "submit")
    assert [(l["computed"], l["difference"]) for l in outlet.lines(draft.json())] == [(30000, 0)]


def test_a_contract_that_has_run_out_covers_no_regular_slip(company):
    outlet = Outlet(company, name="到期网点" + tag(), valid_to=company.day(1))
    job = outlet.job()
    company.set_clock(company.day(70) + "T10:00:00+08:00")
    assert ("contract_missing", "/period") in codes(outlet.try_file([outlet.line(job)], kind="regular"))
    # What was done while it ran is settled late.
    assert outlet.file([outlet.line(job)])["contract_id"] == outlet.contract["id"]
