"""P6 part C: an outlet is paid for each job once, by the tariff of the day on which the job was settled."""

import concurrent.futures

import pytest
from nonconformities import reported_on, summary
from settlement import Outlet, codes


@pytest.fixture(scope="module")
def outlet(company):
    return Outlet(company)


def test_from_the_slip_to_the_banks_confirmation(company, outlet):
    jobs = [outlet.job(), outlet.job(warranty_days=None, paid=30000)]
    unsettled = outlet.manager.read("/v1/unsettled-jobs")["data"]
    assert {j["number"] for j in jobs} <= {u["slip"] for u in unsettled}
    assert [u["computed"] for u in unsettled if u["slip"] == jobs[0]["number"]] == [10000]

    lines = [outlet.line(jobs[0], line_ref="A-1"), outlet.line(jobs[1], claimed=0, line_ref="A-2")]
    tried = outlet.try_file(lines)
    dry = outlet.manager.post("/v1/settlements", dict(period=outlet.month(), lines=lines, kind="regular"), dry_run="true")
    assert tried.status_code == 201 and dry.json() == {"dry_run": True, "outcome": "would_move"} or dry.status_code == 422
    slip = tried.json()
    assert slip["state"] == "submitted" and slip["line_count"] == 2 and slip["claimed_total"] == 10000
    assert slip["number"].startswith("ST-") and "check_due" in slip["clocks"]
    stored = outlet.lines(slip)
    assert [(l["line_no"], l["line_ref"], l["computed"], l["difference"], l["free"], l["collected"]) for l in stored] == \
        [(1, "A-1", 10000, 0, True, 0), (2, "A-2", 0, 0, False, 30000)]
    assert stored[0]["computed_items"]["labour"] == 8000 and stored[0]["computed_items"]["visit"] == 2000

    slip = company.dispatcher.fire(slip, "check")
    assert {w for l in outlet.lines(slip) for w in l["warnings"]} == {"not_followed_up", "short_on_site"}
    for line in outlet.lines(slip):
        company.dispatcher.fire(line, "decide", decision="accept")
    slip = company.dispatcher.fire(slip, "issue_statement")
    assert slip["payable"] == 10000 and slip["payable_in_words"] == "壹佰元整"
    statement = [r for r in outlet.manager.read(slip["href"] + "/records")["data"] if r["form"] == "outlet_settlement"]
    page = outlet.manager.get("/v1/records/" + statement[0]["id"], headers={"Accept": "text/html"}).text
    assert "壹佰元整" in page and jobs[0]["number"] in page and "¥100.00" in page

    slip = outlet.manager.fire(slip, "agree")
    company.deputy_gm.fire(slip, "approve")
    slip = company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip))
    slip = company.finance_officer.fire(slip, "pay", **outlet.payment(slip))
    assert slip["state"] == "paid" and slip["closed_at"]
    assert {l["state"] for l in outlet.lines(slip)} == {"settled"}
    assert jobs[0]["number"] not in [u["slip"] for u in outlet.manager.read("/v1/unsettled-jobs")["data"]]
    assert company.dispatcher.read("/v1/audit/verify", entity=slip["id"])["sound"] is True


def test_errors_come_line_by_line_and_nothing_is_taken(company, outlet):
    good, unsigned, unfinished = outlet.job(), outlet.job(signed=False), outlet.open_job()
    foreign = Outlet(company, name="城北网点", tariff=False, contract=False).open_job()
    lines = [outlet.line(good), outlet.line(unsigned), outlet.line(unfinished), outlet.line(foreign), outlet.line(good, slip="RP-1999-000001"),
             outlet.line(outlet.job(), service_kind="part_change"), outlet.line(outlet.job(), extra_fee=100)]
    refused = outlet.try_file(lines)
    assert refused.status_code == 422
    assert sorted(codes(refused)) == sorted([
        ("confirmation_missing", "/lines/1/slip"), ("job_not_finished", "/lines/2/slip"), ("opinion_missing", "/lines/2/slip"),
        ("confirmation_missing", "/lines/2/slip"), ("unknown_slip", "/lines/3/slip"), ("unknown_slip", "/lines/4/slip"),
        ("part_evidence_missing", "/lines/5/parts"), ("extra_not_approved", "/lines/6/extra_approval"), ("outside_period", "/lines/2/slip")])
    assert all(e["message"] != e["code"] for e in refused.json()["errors"])
    assert good["number"] in [u["slip"] for u in outlet.manager.read("/v1/unsettled-jobs")["data"]]
    assert outlet.file([lines[0]])["line_count"] == 1


def test_a_refused_signature_counts_once_the_follow_up_has_confirmed_the_work(company, outlet):
    job = outlet.job(signed=False)
    assert codes(outlet.try_file([outlet.line(job)])) == [("confirmation_missing", "/lines/0/slip")]
    job = outlet.manager.fire(job, "report_back")
    job = company.dispatcher.fire(job, "collect_slip", slip_received=True)
    company.followup_clerk.fire(job, "follow_up", called_at=company.at(0), reached=True, satisfied=True, work_confirmed=True)
    assert outlet.file([outlet.line(job)])["state"] == "submitted"


def test_a_job_is_payable_once_ever(company, outlet):
    job = outlet.job()
    first = outlet.file([outlet.line(job)])
    assert codes(outlet.try_file([outlet.line(job)])) == [("settled_already", "/lines/0/slip")]
    twice = outlet.job()
    assert ("slip_twice", "/lines") in codes(outlet.try_file([outlet.line(twice), outlet.line(twice)]))
    # A withdrawn slip frees its jobs.
    first = outlet.manager.fire(first, "recall")
    outlet.manager.fire(first, "withdraw")
    assert {l["state"] for l in outlet.lines(first)} == {"withdrawn"}
    assert outlet.file([outlet.line(job)])["state"] == "submitted"


def test_two_slips_race_for_the_same_job_and_one_wins(company, outlet):
    jobs = [outlet.job() for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: outlet.try_file([outlet.line(j) for j in jobs]), range(8)))
    assert sorted(a.status_code for a in answers) == [201] + [422] * 7
    assert {c for a in answers if a.status_code == 422 for c, _ in codes(a)} == {"settled_already"}


def test_the_tariff_of_the_settling_day_counts_also_from_midnight(company):
    outlet = Outlet(company, name="零点网点", tariff=False)
    tomorrow = company.day(1)
    outlet.put_tariff_in_force(valid_from=company.day(-30))
    outlet.put_tariff_in_force(valid_from=tomorrow, minor_repair_fee=9000, name="新标准")
    company.set_clock(company.day() + "T23:50:00+08:00")
    before = outlet.job()
    assert before["settled_at"][:10] < tomorrow
    company.set_clock(tomorrow + "T00:00:05+08:00")
    after = outlet.job()
    slip = outlet.file([outlet.line(before), outlet.line(after, claimed=11000)], period=tomorrow[:7])
    assert [l["computed"] for l in outlet.lines(slip)] == [10000, 11000]


def test_a_version_of_the_tariff_is_unique_and_stays_while_slips_use_it(company, outlet):
    tariff = company.dispatcher.create("settlement-tariffs", name="重复", outlet_id=outlet.id, valid_from=outlet.tariff["valid_from"])
    assert codes(company.deputy_gm.try_fire(tariff, "put_in_force")) == [("version_exists", "")]
    outlet.file([outlet.line(outlet.job())])
    assert codes(company.deputy_gm.try_fire(outlet.tariff, "withdraw", reason="停用")) == [("jobs_settled_already", "")]


def test_a_regular_slip_comes_once_a_month_and_takes_its_own_month(company):
    outlet = Outlet(company, name="月度网点")
    job = outlet.job()
    later = company.set_clock(company.day(40) + "T10:00:00+08:00")
    assert later.isoformat()[:7] > job["settled_at"][:7]
    assert codes(outlet.try_file([outlet.line(job)], kind="regular")) == [("outside_period", "/lines/0/slip")]
    assert outlet.file([outlet.line(job)], kind="supplementary")["kind"] == "supplementary"
    other = outlet.job()
    assert outlet.file([outlet.line(other)], kind="regular")["kind"] == "regular"
    assert ("regular_slip_exists", "/period") in codes(outlet.try_file([outlet.line(outlet.job())], kind="regular"))
    assert ("not_a_month", "/period") in codes(outlet.try_file([outlet.line(other)], period="2026-13"))
    assert ("not_a_month", "/period") in codes(outlet.try_file([outlet.line(other)], period=company.day(40)[:7]))
    assert ("outlet_not_ending", "/kind") in codes(outlet.try_file([outlet.line(other)], kind="final"))


def test_a_line_later_than_three_months_needs_the_deputy(company):
    outlet = Outlet(company, name="迟报网点")
    job = outlet.job()
    company.set_clock(company.day(130) + "T10:00:00+08:00")
    slip = company.dispatcher.fire(outlet.file([outlet.line(job)]), "check")
    line = outlet.lines(slip)[0]
    assert line["late"] is True and "late" in line["warnings"]
    assert codes(company.dispatcher.try_fire(line, "decide", decision="accept")) == [("late_line", "/decision")]
    assert company.deputy_gm.fire(line, "decide", decision="accept")["state"] == "accepted"


def test_without_contract_or_tariff_nothing_can_be_settled(company):
    outlet = Outlet(company, name="无约网点", tariff=False, contract=False)
    job = outlet.job()
    assert sorted(codes(outlet.try_file([outlet.line(job)]))) == [("contract_missing", "/period"), ("no_tariff", "/lines/0/slip")]
    outlet.sign()
    outlet.put_tariff_in_force()
    assert outlet.file([outlet.line(job)])["contract_id"]


def test_evidence_by_kind_of_line(company, outlet):
    paid = outlet.job(warranty_days=None, paid=10000)
    assert codes(outlet.try_file([outlet.line(paid, claimed=0, receipt_no="SJ-1")])) == [("receipt_differs", "/lines/0/receipt_no")]
    job = outlet.job()
    assert codes(outlet.try_file([outlet.line(job, service_kind="empty_run")])) == [("absence_not_logged", "/lines/0/service_kind")]
    part = dict(part_no="PSU-300", quantity=1, source="outlet_stock", old_serial="O1", new_serial="N1", old_part_no="J1")
    slip = outlet.file([outlet.line(job, claimed=31800, service_kind="part_change", km=22, parts=[part])])
    line = outlet.lines(slip)[0]
    # 100 for the change, 20 for the visit, 12 km beyond the free ones at 1.50, 180 for the part.
    assert line["computed_items"] == {**line["computed_items"], "labour": 10000, "visit": 2000, "remote": 1800, "parts": 18000, "total": 31800}
    own = outlet.file([outlet.line(outlet.job(), claimed=12500, service_kind="part_change", parts=[dict(part, source="company_stock")])])
    assert outlet.lines(own)[0]["computed"] == 12500
    pictured = Outlet(company, name="照片网点", tariff=False)
    pictured.put_tariff_in_force(pictures_required=True)
    assert codes(pictured.try_file([pictured.line(pictured.job())])) == [("pictures_missing", "/lines/0/slip")]


def test_every_line_is_decided_by_itself(company, outlet):
    jobs = [outlet.job() for _ in range(6)]
    slip = outlet.file([outlet.line(jobs[0]), outlet.line(jobs[1], claimed=15000), outlet.line(jobs[2]), outlet.line(jobs[3]), outlet.line(jobs[4]),
                        outlet.line(jobs[5])])
    first = outlet.lines(slip)[0]
    assert codes(company.dispatcher.try_fire(first, "decide", decision="accept")) == [("slip_not_in_checking", "")]
    slip = company.dispatcher.fire(slip, "check")
    a, b, c, d, e, f = outlet.lines(slip)
    assert "differs_from_tariff" in b["warnings"]
    company.dispatcher.fire(a, "decide", decision="accept")
    assert codes(company.dispatcher.try_fire(b, "decide", decision="accept")) == [("over_tariff", "/decision")]
    assert codes(company.dispatcher.try_fire(b, "decide", decision="adjust", decision_reason="按标准")) == [("amount_missing", "/accepted_amount")]
    assert codes(company.dispatcher.try_fire(b, "decide", decision="reject")) == [("reason_missing", "/decision_reason")]
    assert company.dispatcher.fire(b, "decide", decision="adjust", accepted_amount=10000, decision_reason="按标准")["accepted"] == 10000
    assert company.dispatcher.fire(c, "decide", decision="reject", decision_reason="非本网点完成")["state"] == "rejected"
    assert company.dispatcher.fire(d, "decide", decision="hold", decision_reason="投诉未结")["state"] == "held"
    queried = company.dispatcher.fire(e, "decide", decision="query", decision_reason="缺照片")
    assert "answer_due" in queried["clocks"]
    company.dispatcher.fire(f, "decide", decision="query", decision_reason="里程?")
    assert codes(company.dispatcher.try_fire(slip, "issue_statement")) == [("lines_undecided", "")]
    assert outlet.manager.fire(queried, "answer", answer="照片已补")["state"] == "open"
    company.dispatcher.fire(queried, "decide", decision="accept")

    # Silence for five working days: the query stands as a rejection.
    due = outlet.lines(slip)[5]["clocks"]["answer_due"]["due_at"]
    company.set_clock(due[:10] + "T00:00:01+08:00" if due[11:19] == "00:00:00" else due)
    wait_for(lambda: outlet.lines(slip)[5]["state"] == "rejected")

    slip = company.dispatcher.fire(slip, "issue_statement")
    assert slip["accepted_total"] == 30000 and slip["payable"] == 30000
    assert [l["state"] for l in outlet.lines(slip)] == ["accepted", "adjusted", "rejected", "carried", "accepted", "rejected"]
    # The held line returns in a later slip, and is marked so.
    again = outlet.file([outlet.line(jobs[3])])
    assert outlet.lines(again)[0]["carried_from"] == d["id"]


def wait_for(condition, seconds=15):
    import time
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_statement_is_disputed_line_by_line_and_twice_only_before_the_manager(company, outlet):
    slip = outlet.checked([outlet.line(outlet.job()), outlet.line(outlet.job())])
    assert codes(outlet.manager.try_fire(slip, "dispute")) == [("dispute_empty", "/disputed_lines")]
    assert codes(outlet.manager.try_fire(slip, "dispute", disputed_lines=[{"line_no": 9, "reason": "漏"}])) == [("no_such_line", "/disputed_lines")]
    for round_ in (1, 2):
        slip = outlet.manager.fire(slip, "dispute", disputed_lines=[{"line_no": 2, "reason": "夜间加价未计"}])
        line = outlet.lines(slip)[1]
        assert slip["state"] == "checking" and line["state"] == "disputed" and line["disputes"] == round_ and line["answer"] == "夜间加价未计"
        if round_ == 1:
            company.dispatcher.fire(line, "decide", decision="adjust", accepted_amount=9000, decision_reason="无夜间记录")
            slip = company.dispatcher.fire(slip, "issue_statement")
            assert slip["payable"] == 19000 and slip["statement_no"] == 2
    assert codes(company.dispatcher.try_fire(line, "decide", decision="reject", decision_reason="重复")) == [("second_dispute", "/decision")]
    company.service_manager.fire(line, "decide", decision="adjust", accepted_amount=9500, decision_reason="裁定")
    assert company.dispatcher.fire(slip, "issue_statement")["payable"] == 19500


def test_a_disputed_line_may_leave_while_the_rest_is_paid(company, outlet):
    jobs = [outlet.job(), outlet.job()]
    slip = outlet.checked([outlet.line(j) for j in jobs])
    slip = outlet.manager.fire(slip, "dispute", disputed_lines=[{"line_no": 1, "reason": "金额"}])
    slip = company.dispatcher.fire(slip, "issue_statement")
    assert slip["payable"] == 10000 and outlet.lines(slip)[0]["state"] == "carried"
    again = outlet.file([outlet.line(jobs[0])])
    assert outlet.lines(again)[0]["disputes"] == 1


def test_silence_agrees_when_the_contract_says_so(company):
    for rule, end in (("agrees", "agreed"), ("disputes", "checked")):
        outlet = Outlet(company, name="静默" + rule, silence_rule=rule)
        slip = outlet.checked([outlet.line(outlet.job())])
        due = slip["clocks"]["agree_due"]["due_at"]
        company.set_clock(due)
        if end == "agreed":
            wait_for(lambda: outlet.manager.read(slip["href"])["state"] == "agreed")
            assert outlet.manager.read(slip["href"])["agreed_by_silence"] is True
        else:
            wait_for(lambda: outlet.manager.read(slip["href"])["overdue"])
            assert outlet.manager.read(slip["href"])["state"] == "checked"
        company.reset_clock()


def test_money_of_the_slip(company):
    outlet = Outlet(company, name="结算网点", upkeep_fee=50000, retention_pct=5, collection_rule="company_share_pct", company_share_pct=20, deposit=100000)
    jobs = [outlet.job(), outlet.job(warranty_days=None, paid=10001)]
    slip = company.dispatcher.fire(outlet.file([outlet.line(jobs[0]), outlet.line(jobs[1], claimed=0)], kind="regular"), "check")
    slip = company.dispatcher.fire(slip, "add_bonus", bonus={"amount": 3000, "reason": "季度优秀"})
    slip = company.dispatcher.fire(slip, "deduct", deduction={"basis": "old_part", "reference": "SQ-1", "amount": 700, "reason": "旧件逾期"})
    slip = company.dispatcher.fire(slip, "deduct", deduction={"basis": "complaint", "reference": "CP-1", "amount": 999, "reason": "投诉属实"})
    assert codes(company.dispatcher.try_fire(slip, "waive_deduction", place=3, return_reason="无")) == [("no_such_place", "/place")]
    slip = company.dispatcher.fire(slip, "waive_deduction", place=2, return_reason="申诉成立")
    company.dispatcher.fire(slip, "accept_clean")
    for line in outlet.lines(slip, state="open"):
        company.dispatcher.fire(line, "decide", decision="accept")
    slip = company.dispatcher.fire(slip, "issue_statement")
    # 100.00 work, 500.00 upkeep, 30.00 bonus, 7.00 deduction, 20 % of 100.01 for the company, 5 % of the work retained.
    assert (slip["accepted_total"], slip["upkeep_fee"], slip["bonus_total"], slip["deduction_total"], slip["company_share"], slip["retention"]) == \
        (10000, 50000, 3000, 700, 2000, 500)
    assert slip["payable"] == 10000 + 50000 + 3000 - 700 - 2000 - 500

    slip = outlet.manager.fire(slip, "agree")
    slip = company.deputy_gm.fire(slip, "approve")
    slip = company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip))
    slip = company.finance_officer.fire(slip, "pay", **outlet.payment(slip))

    # An error found later is an adjustment in the next slip that names the old line; never a reopening.
    paid = outlet.lines(slip)[0]
    later = company.dispatcher.fire(outlet.file([outlet.line(outlet.job())]), "check")
    assert codes(company.dispatcher.try_fire(later, "adjust_earlier", adjustment={"line": "SL-1", "amount": 1, "reason": "错"})) == [("line_not_settled", "/adjustment")]
    assert codes(company.dispatcher.try_fire(later, "adjust_earlier", adjustment={"line": paid["number"], "amount": 0, "reason": "错"})) == [("amount_missing", "/adjustment")]
    later = company.dispatcher.fire(later, "adjust_earlier", adjustment={"line": paid["number"], "amount": -12000, "reason": "多付"})
    for line in outlet.lines(later):
        company.dispatcher.fire(line, "decide", decision="accept")
    later = company.dispatcher.fire(later, "issue_statement")
    assert later["payable"] == 10000 - 12000 - 500 and later["payable_in_words"] == "负贰拾伍元整"
    later = company.deputy_gm.fire(outlet.manager.fire(later, "agree"), "approve")
    assert codes(company.finance_officer.try_fire(later, "pay", **outlet.payment(later, paid_amount=0))) == [("amount_differs", "/paid_amount")]
    assert company.finance_officer.fire(later, "carry_over")["state"] == "carried_over"
    third = outlet.checked([outlet.line(outlet.job())])
    assert third["carried_in"] == -2500 and third["payable"] == 10000 - 500 - 2500 and third["balance_from"] == later["id"]
    fourth = outlet.checked([outlet.line(outlet.job())])
    assert fourth["carried_in"] == 0


def test_invoice_and_payment_are_checked_to_the_fen(company, outlet):
    slip = outlet.approved([outlet.line(outlet.job())])
    finance = company.finance_officer
    assert slip["invoice_due"] is True and "invoice_due" in slip["clocks"]
    assert codes(finance.try_fire(slip, "pay", **outlet.payment(slip))) == [("invoice_missing", "")]
    good = outlet.invoice(slip, rate=6)
    # 100.00 with 6 %: 94.34 + 5.66.
    assert good["tax_lines"] == [{"rate": 6, "gross": 10000, "net": 9434, "tax": 566}]
    assert codes(finance.try_fire(slip, "register_invoice", **dict(good, seller_tax_no="91130900MA07ABCD1Y"))) == [("seller_differs", "/seller_name")]
    assert ("invoice_total_differs", "/invoice_gross") in codes(finance.try_fire(slip, "register_invoice", **dict(good, invoice_gross=9999)))
    one_fen = [{"rate": 6, "gross": 10000, "net": 9433, "tax": 567}]
    assert codes(finance.try_fire(slip, "register_invoice", **dict(good, tax_lines=one_fen))) == [("tax_differs", "/tax_lines")]
    slip = finance.fire(slip, "register_invoice", **good)
    slip = finance.fire(slip, "return_invoice", return_reason="抬头有误")
    assert "invoice_no" not in slip and slip["state"] == "approved"
    slip = finance.fire(slip, "register_invoice", **good)
    assert codes(finance.try_fire(slip, "pay", **outlet.payment(slip, paid_amount=9999))) == [("amount_differs", "/paid_amount")]
    assert codes(finance.try_fire(slip, "pay", **outlet.payment(slip, payee_account="6222000000000000"))) == [("account_differs", "/payee_account")]
    assert finance.fire(slip, "pay", **outlet.payment(slip))["state"] == "paid"


def test_one_fen_of_tax(company):
    outlet = Outlet(company, name="一分网点", tariff=False)
    outlet.put_tariff_in_force(minor_repair_fee=50, visit_fee=0)
    slip = outlet.approved([outlet.line(outlet.job(), claimed=50)])
    right = [{"rate": 1, "gross": 50, "net": 50, "tax": 0}]
    wrong = [{"rate": 1, "gross": 50, "net": 49, "tax": 1}]
    assert codes(company.finance_officer.try_fire(slip, "register_invoice", **outlet.invoice(slip, tax_lines=wrong))) == [("tax_differs", "/tax_lines")]
    assert company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip, tax_lines=right))["state"] == "invoiced"


def test_a_changed_bank_account_stops_payment_until_it_is_called_back(company):
    outlet = Outlet(company, name="换号网点")
    slip = outlet.approved([outlet.line(outlet.job())])
    slip = company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip))
    contract = company.deputy_gm.fire(outlet.contract, "change_bank_account", bank_account="6222999988887777", reason="换银行")
    assert ("account_not_confirmed", "") in codes(company.finance_officer.try_fire(slip, "pay", **outlet.payment(slip, payee_account="6222999988887777")))
    assert codes(company.deputy_gm.try_fire(contract, "confirm_bank_account", called_back="赵会计")) == [("changed_by_the_same", "")]
    company.finance_officer.fire(contract, "confirm_bank_account", called_back="赵会计")
    assert codes(company.finance_officer.try_fire(slip, "pay", **outlet.payment(slip))) == [("account_differs", "/payee_account")]
    assert company.finance_officer.fire(slip, "pay", **outlet.payment(slip, payee_account="6222999988887777"))["state"] == "paid"


def test_who_checks_does_not_approve_and_a_false_slip_frees_honest_jobs(company):
    outlet = Outlet(company, name="双人网点")
    job = outlet.job()
    both = company.hire("dispatcher", "deputy_gm", name="双职")
    slip = both.fire(outlet.file([outlet.line(job)]), "check")
    both.fire(outlet.lines(slip)[0], "decide", decision="accept")
    slip = outlet.manager.fire(both.fire(slip, "issue_statement"), "agree")
    assert codes(both.try_fire(slip, "approve")) == [("checked_by_the_same", "")]
    false = company.dispatcher.fire(outlet.file([outlet.line(outlet.job())]), "check")
    line = outlet.lines(false)[0]
    false = company.deputy_gm.fire(false, "reject", return_reason="虚报")
    assert outlet.lines(false)[0]["state"] == "refused"
    links = company.dispatcher.read("/v1/links", entity=false["id"])["data"]
    assert [l["to_machine"] for l in links] == ["nonconformity"]
    found = reported_on(company, false)[0]
    assert summary(found) == ("outlet", "outlet", "major", "虚报") and found["outlet_id"] == outlet.id
    assert outlet.file([outlet.line({"number": line["slip"]})])["state"] == "submitted"


def test_a_returned_slip_is_corrected_and_submitted_again(company, outlet):
    jobs = [outlet.job(), outlet.job()]
    slip = company.dispatcher.fire(outlet.file([outlet.line(j, claimed=12000) for j in jobs]), "check")
    slip = company.dispatcher.fire(slip, "return", return_reason="金额普遍有误")
    first, second = outlet.lines(slip)
    assert outlet.manager.fire(first, "correct", claimed=10000)["difference"] == 0
    assert outlet.manager.fire(second, "drop")["state"] == "withdrawn"
    slip = outlet.manager.fire(slip, "submit")
    assert slip["claimed_total"] == 10000 and slip["line_count"] == 1
    assert codes(outlet.manager.try_fire(first, "correct", claimed=1)) == [("slip_not_open_to_changes", "")]
    empty = outlet.manager.fire(outlet.file([outlet.line(jobs[1])]), "recall")
    outlet.manager.fire(outlet.lines(empty)[0], "drop")
    assert codes(outlet.manager.try_fire(empty, "submit")) == [("no_lines", "")]


def test_a_slip_is_drafted_from_the_finished_jobs(company):
    outlet = Outlet(company, name="起草网点")
    nothing = outlet.manager.post("/v1/settlements/propose", {"period": outlet.month()})
    assert codes(nothing) == [("nothing_to_settle", "/period")]
    jobs = [outlet.job() for _ in range(3)]
    answer = outlet.manager.post("/v1/settlements/propose", {"period": outlet.month()})
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    assert draft["state"] == "draft" and draft["kind"] == "regular"
    assert [l["slip"] for l in outlet.lines(draft)] == [j["number"] for j in jobs]
    draft = outlet.manager.fire(draft, "submit", outlet_ref="CD-11")
    assert draft["claimed_total"] == 30000


def test_check_and_agreement_may_be_taken_back(company, outlet):
    slip = company.dispatcher.fire(outlet.file([outlet.line(outlet.job())]), "check")
    slip = company.dispatcher.fire(slip, "revert", reason="误操作")
    assert slip["state"] == "submitted"
    slip = outlet.checked([outlet.line(outlet.job())])
    slip = company.dispatcher.fire(slip, "reopen", return_reason="漏扣")
    slip = company.dispatcher.fire(slip, "issue_statement")
    slip = outlet.manager.fire(slip, "agree")
    assert outlet.manager.fire(slip, "revert", reason="误点")["state"] == "checked"


def test_an_idempotency_key_files_a_slip_once(company, outlet):
    body = dict(period=outlet.month(), kind="supplementary", lines=[outlet.line(outlet.job())])
    first = outlet.manager.post("/v1/settlements", body, headers={"Idempotency-Key": "slip-1"})
    second = outlet.manager.post("/v1/settlements", body, headers={"Idempotency-Key": "slip-1"})
    assert first.status_code == second.status_code == 201 and first.json()["id"] == second.json()["id"]
    assert second.headers["Idempotency-Replayed"] == "true" and len(outlet.lines(first.json())) == 1


def test_an_outlet_sees_only_its_own(company, outlet):
    other = Outlet(company, name="对手网点")
    slip = outlet.file([outlet.line(outlet.job())])
    line = outlet.lines(slip)[0]
    for path in (slip["href"], line["href"], outlet.contract["href"], outlet.tariff["href"], slip["href"] + "/events", slip["href"] + "/records"):
        assert other.manager.get(path).status_code == 404, path
    for path in ("settlements", "settlement-lines", "outlet-contracts", "settlement-tariffs"):
        seen = other.manager.read("/v1/" + path, count="exact", limit=200)
        assert all(row["outlet_id"] == other.id for row in seen["data"]) and seen["count"] == len(seen["data"]), path
        assert other.manager.read("/v1/" + path, outlet=outlet.id)["data"] == []
    assert other.manager.post(slip["href"] + "/recall").status_code == 404
    assert other.manager.post("/v1/settlements", dict(period=outlet.month(), outlet_id=outlet.id, lines=[outlet.line(outlet.job())])).status_code == 422
    assert all(u["slip"] != line["slip"] for u in other.manager.read("/v1/unsettled-jobs", outlet=outlet.id)["data"])


def test_who_may_not_read_settlements_finds_them_nowhere(company, outlet):
    slip = outlet.checked([outlet.line(outlet.job())])
    technician = outlet.technician
    for path in ("/v1/settlements", slip["href"], slip["href"] + "/events", "/v1/settlement-lines", "/v1/outlet-contracts"):
        assert technician.get(path).status_code == 403, path
    assert technician.read("/v1/search", q=slip["number"])["data"] == []
    assert outlet.manager.read("/v1/search", q=slip["number"])["data"]
    assert "settlement" not in {w["machine"] for w in technician.read("/v1/worklist", limit=200)["data"]}
    assert "settlement" in {w["machine"] for w in outlet.manager.read("/v1/worklist", limit=200)["data"]}
    paper = [r for r in outlet.manager.read(slip["href"] + "/records")["data"] if r["form"] == "outlet_settlement"][0]
    assert technician.get(paper["href"]).status_code == 404 and company.technician.get(paper["href"]).status_code == 404
    cursor = None
    while True:
        page = company.technician.read("/v1/events", limit=500, **({"after": cursor} if cursor else {}))
        assert not {e["machine"] for e in page["data"]} & {"settlement", "settlement_line", "outlet_contract", "settlement_tariff"}
        if not page["data"]:
            break
        cursor = page["data"][-1]["cursor"]


@pytest.mark.parametrize("event,by,body", [
    ("check", "outlet_manager", {}), ("check", "finance_officer", {}), ("recall", "dispatcher", {}), ("agree", "dispatcher", {}), ("approve", "dispatcher", {}),
    ("pay", "deputy_gm", {"paid_amount": 1, "voucher_no": "V"}), ("issue_statement", "deputy_gm", {}), ("reject", "dispatcher", {"return_reason": "x"}),
    ("register_invoice", "deputy_gm", {"invoice_no": "1", "invoice_date": "2026-01-01", "invoice_kind": "special", "seller_name": "x", "seller_tax_no": "9" * 18,
                                       "invoice_gross": 1, "tax_lines": [{"rate": 1, "gross": 1, "net": 1, "tax": 0}]}),
    ("carry_over", "deputy_gm", {}), ("agree_by_silence", "dispatcher", {})])
def test_roles_that_must_be_refused(company, outlet, event, by, body):
    slip = outlet.file([outlet.line(outlet.job())])
    client = outlet.manager if by == "outlet_manager" else getattr(company, by)
    answer = client.try_fire(slip, event, **body)
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden_role"


def test_a_thousand_lines_with_one_bad_and_then_good(company):
    outlet = Outlet(company, name="千行网点")
    numbers = copies(company, outlet.job(), 1000)
    lines = [outlet.line({"number": n}, line_ref=str(i)) for i, n in enumerate(numbers)]
    refused = outlet.try_file(lines[:500] + [outlet.line({"number": "RP-1999-000009"})] + lines[501:])
    assert refused.status_code == 422 and codes(refused) == [("unknown_slip", "/lines/500/slip")]
    slip = outlet.file(lines)
    assert slip["line_count"] == 1000 and slip["claimed_total"] == 10000000
    slip = company.dispatcher.fire(slip, "check")
    assert slip["computed_total"] == 10000000
    assert company.dispatcher.read("/v1/settlement-lines", parent=slip["id"], count="exact", limit=1)["count"] == 1000
    assert company.dispatcher.read("/v1/audit/verify", entity=outlet.lines(slip)[7]["id"])["sound"] is True


def copies(company, job, n):
    """The job n times over, straight into the tables: what is tested is the slip."""
    with company.server.database() as database, database.cursor() as cursor:
        cursor.execute("select attname from pg_attribute where attrelid = 'repair'::regclass and attnum > 0 and not attisdropped")
        columns = [c for (c,) in cursor.fetchall() if c not in ("id", "number")]
        cursor.execute(f"""
            with made as (
                insert into repair (id, number, {', '.join(columns)})
                select gen_random_uuid(), 'RP-2026-' || to_char(800000 + g, 'FM000000'), {', '.join('r.' + c for c in columns)}
                  from repair r, generate_series(1, %s) g
                 where r.id = %s
             returning id, number, outlet_id, customer_id)
            insert into entity (id, machine, number, outlet_id, customer_id)
            select id, 'repair', number, outlet_id, customer_id from made
         returning number""", (n, job["id"]))
        return sorted(number for (number,) in cursor.fetchall())
