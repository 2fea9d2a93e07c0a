"""P6 part C: both price lists are the server's, whatever a partner's figures say; and what a slip is drafted from."""

from nonconformities import reported_on
from outlets import operating, tag, tariff
from settlement import Outlet, codes
from test_competence import wait_for


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


def test_contracts_are_complete_and_do_not_overlap(company):
    outlet = Outlet(company, name="合同网点" + tag())
    body = {k: outlet.contract[k] for k in ("legal_name", "tax_no", "taxpayer_kind", "bank_account", "contact_name", "contact_phone", "settlement_mode", "silence_rule")}
    body.update(outlet_id=outlet.id, collection_rule="outlet_keeps", valid_from=company.day(400), valid_to=company.day(500))
    center = company.dispatcher
    assert codes(center.post("/v1/outlet-contracts", dict(body, valid_to=company.day(400)))) == [("ends_before_it_begins", "/valid_to")]
    assert codes(center.post("/v1/outlet-contracts", dict(body, collection_rule="company_share_pct"))) == [("share_missing", "/company_share_pct")]
    meeting = center.create("outlet-contracts", **body)  # its first day is the last of the other
    assert codes(company.deputy_gm.try_fire(meeting, "sign")) == [("contract_in_force", "")]
    later = center.create("outlet-contracts", **dict(body, valid_from=company.day(401)))
    assert company.deputy_gm.fire(later, "sign")["state"] == "in_force"
    assert center.fire(meeting, "abandon", reason="重复")["state"] == "abandoned"
    assert company.general_manager.fire(later, "terminate", reason="解约")["state"] == "ended"
    company.general_manager.fire(outlet.entity, "wind_up", wind_up_reason="breach", reason="违约")
    assert ("outlet_ended", "/outlet_id") in codes(center.post("/v1/outlet-contracts", body))


def test_somebody_of_the_centre_says_which_outlet(company):
    center = company.dispatcher
    assert ("outlet_missing", "/outlet_id") in codes(center.post("/v1/settlements/propose", dict(period=company.day()[:7])))
    mapping = dict(name="x", encoding="utf-8", money_unit="fen", columns=[{"field": "slip", "column": "a"}, {"field": "claimed", "column": "b"}])
    assert codes(center.post("/v1/settlement-mappings", mapping)) == [("outlet_missing", "/outlet_id")]


def test_a_credit_account_needs_no_invoice_and_what_is_owed_is_not_carried_over(company):
    outlet = Outlet(company, name="记账网点" + tag(), settlement_mode="credit_account")
    slip = outlet.approved([outlet.line(outlet.job())])
    assert slip["invoice_due"] is False and "pay_due" in slip["clocks"]
    finance = company.finance_officer
    assert codes(finance.try_fire(slip, "register_invoice", **outlet.invoice(slip))) == [("no_invoice_due", "")]
    assert codes(finance.try_fire(slip, "carry_over")) == [("something_to_pay", "")]
    assert finance.fire(slip, "pay", **outlet.payment(slip))["state"] == "paid"


def test_the_same_picture_for_two_jobs_is_looked_into(company):
    outlet = Outlet(company, name="照片重复" + tag())
    jobs = [outlet.open_job(), outlet.job(), outlet.job()]
    picture = b"\x89PNG\r\n\x1a\n" + tag().encode()
    for job in jobs[:2]:
        sent = outlet.technician.http.post(company.server.url + job["href"] + "/attachments", data=picture, headers={"Content-Type": "image/png"}, timeout=40)
        assert sent.status_code == 201, sent.text
    slip = company.dispatcher.fire(outlet.file([outlet.line(j) for j in jobs[1:]]), "check")
    doubtful, plain = outlet.lines(slip)
    assert "picture_twice" in doubtful["warnings"] and "picture_twice" not in plain["warnings"]
    wait_for(lambda: company.dispatcher.read(doubtful["href"]).get("doubt_reported") is True)
    links = [company.dispatcher.read("/v1/links", entity=l["id"])["data"] for l in (doubtful, plain)]
    assert [[l["to_machine"] for l in of_line] for of_line in links] == [["nonconformity"], []]
    found = reported_on(company, doubtful)[0]
    assert (found["source"], found["dept"], found["outlet_id"]) == ("outlet", "outlet", outlet.id) and doubtful["slip"] in found["fact"]
    # A warning refuses nothing: the dispatcher decides.
    assert company.dispatcher.fire(doubtful, "decide", decision="accept")["state"] == "accepted"


def test_a_tariff_that_nobody_uses_is_withdrawn(company):
    outlet = Outlet(company, name="停用标准" + tag())
    assert company.deputy_gm.fire(outlet.tariff, "withdraw", reason="重新核定")["state"] == "withdrawn"
    assert ("no_tariff", "/lines/0/slip") in codes(outlet.try_file([outlet.line(outlet.job())]))


def test_the_system_drafts_last_months_slip_on_the_first_day_and_ends_contracts_that_are_over(company):
    outlet = Outlet(company, name="代起草" + tag(), valid_to=company.day(45))
    job = outlet.job()
    month = outlet.month()
    following = f"{int(month[:4]) + int(month[5:]) // 12}-{int(month[5:]) % 12 + 1:02d}"
    company.set_clock(f"{following}-01T00:00:10+08:00")
    wait_for(lambda: outlet.manager.read("/v1/settlements", period=month)["data"])
    draft = outlet.manager.read("/v1/settlements", period=month)["data"][0]
    assert (draft["state"], draft["kind"], draft["contract_id"]) == ("draft", "regular", outlet.contract["id"])
    assert [l["slip"] for l in outlet.lines(draft)] == [job["number"]] and draft["clocks"]["submit_due"]["due_at"][:10] == f"{following}-10"
    outlet.manager.fire(draft, "submit")
    last = outlet.contract["valid_to"]
    company.set_clock(last + "T23:59:00+08:00")
    assert company.dispatcher.read(outlet.contract["href"])["state"] == "in_force"
    company.set_clock(company.day(1) + "T00:00:10+08:00")
    wait_for(lambda: company.dispatcher.read(outlet.contract["href"])["state"] == "ended")
    assert len(outlet.manager.read("/v1/settlements", period=month)["data"]) == 1


def test_an_own_outlet_is_settled_without_contract_invoice_or_bank(company):
    entity, manager, technician = operating(company, kind="internal")
    outlet = Outlet.of(company, entity, manager, technician, None, tariff(company, entity))
    outlet.job()
    month = outlet.month()
    company.set_clock(f"{int(month[:4]) + int(month[5:]) // 12}-{int(month[5:]) % 12 + 1:02d}-01T00:00:10+08:00")
    wait_for(lambda: manager.read("/v1/settlements", period=month)["data"])
    slip = manager.fire(manager.read("/v1/settlements", period=month)["data"][0], "submit")
    slip = company.dispatcher.fire(slip, "check")
    company.dispatcher.fire(outlet.lines(slip)[0], "decide", decision="accept")
    slip = company.deputy_gm.fire(manager.fire(company.dispatcher.fire(slip, "issue_statement"), "agree"), "approve")
    assert slip["payable"] == 10000 and slip["invoice_due"] is False and "contract_id" not in slip
    assert company.finance_officer.fire(slip, "pay", paid_amount=10000, voucher_no="NB-1")["state"] == "paid"
