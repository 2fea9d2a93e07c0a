"""P17 as a finance officer would tell it: money asked for, checked, approved by its amount, paid, settled; what draws on a
special fund or on the plan is exact to the fen; and each procedure that asks for money learns what became of it."""

import pytest

from answers import eventually, told
from aftercare import ROOT
from assurance import ask, exact, fund, go, money, now, plan_in_force, refused, request_of
from deliveries import alone
from outlets import APPLICATION, people, tag
from settlement import Outlet
from test_facilities_story import DEVICE
from test_return_exchange import PRICE, executing, received
from test_walker import prepare


@pytest.fixture(scope="module")
def plan(company):
    """The plan of next year; the money of its lines may be used from its approval."""
    return plan_in_force(company)


def papers(company, entity, form):
    return [r for r in company.finance_officer.read(entity["href"] + "/records")["data"] if r["form"] == form]


def test_money_is_asked_for_checked_approved_paid_from_a_special_fund_and_settled(company):
    finance = company.finance_officer
    reserve = fund(company, 1000000)
    assert money(company, reserve) == (1000000, 0, 1000000) and now(company, reserve)["floor"] == 200000
    request = ask(company, amount=150000)
    assert request["number"].startswith("FR-") and request["amount_in_words"] == "壹仟伍佰元整" and set(request["clocks"]) == {"check_due"}
    assert request["requested_by"] == company.dispatcher.id and "money_requested" in told(finance, request)
    request = finance.fire(request, "check", fund_id=reserve["id"], check_note="凭据齐全")
    assert request["state"] == "checked" and "money_to_approve" in told(company.service_manager, request)
    request = company.service_manager.fire(request, "approve")
    # What is approved is held: nobody else can be promised the same money.
    assert request["held"] == 150000 and money(company, reserve) == (1000000, 150000, 850000) and set(request["clocks"]) == {"pay_due"}
    request = finance.fire(request, "pay", paid_amount=150000, voucher_no="YH-0001")
    assert request["state"] == "paid" and request["paid_total"] == 150000 and money(company, reserve) == (850000, 0, 850000)
    request = finance.fire(request, "settle", vouchers="收据1张")
    assert request["state"] == "settled" and request["clocks"] == {}
    moves = finance.read("/v1/fund-movements", fund_id=reserve["id"], sort="opened_at")["data"]
    assert [(m["kind"], m["amount"], m["balance_after"]) for m in moves] == [("opening", 1000000, 1000000), ("payment", -150000, 850000)]
    assert moves[1]["document"] == request["number"] and moves[1]["payee"] == "王小明"
    exact(company, reserve)

    # The request prints before it is decided and as it ended; the ledger prints with every movement.
    asked, ended = papers(company, request, "fund_request")
    page = finance.get("/v1/records/" + ended["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 200 and "用款申请单" in page.text and "壹仟伍佰元整" in page.text and "YH-0001" in page.text and request["number"] in page.text
    assert reserve["number"] in page.text and "付款" in page.text and "payment" not in page.text
    assert "YH-0001" not in finance.get("/v1/records/" + asked["id"], headers={"Accept": "text/html"}).text
    reserve = finance.fire(reserve, "issue_ledger")
    page = finance.get("/v1/records/" + papers(company, reserve, "special_fund")[0]["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 200 and "专项经费台账" in page.text and moves[1]["number"] in page.text
    assert company.dispatcher.read("/v1/audit/verify", entity=request["id"])["sound"] is True

    report = finance.read("/v1/reports/fund-ledger", **{"from": company.day(), "to": company.day(1)})["data"]
    mine = next(f for f in report if f["id"] == reserve["id"])
    assert (mine["opening"], mine["in"], mine["out"], mine["closing"]) == (0, 1000000, 150000, 850000) and len(mine["movements"]) == 2
    later = finance.read("/v1/reports/fund-ledger", **{"from": company.day(1), "to": company.day(2)})["data"]
    mine = next(f for f in later if f["id"] == reserve["id"])
    assert (mine["opening"], mine["in"], mine["out"], mine["closing"], mine["movements"]) == (850000, 0, 0, 850000, [])
    assert company.technician.get("/v1/reports/fund-ledger", **{"from": company.day(), "to": company.day(1)}).status_code == 403


@pytest.mark.parametrize("amount,allowed", [(200000, "service_manager"), (200001, "deputy_gm"), (2000000, "deputy_gm"), (2000001, "general_manager")])
def test_who_approves_follows_from_the_amount(company, amount, allowed):
    request = go(company, ask(company, amount=amount), "checked")
    order = ["service_manager", "deputy_gm", "general_manager"]
    for role in order[:order.index(allowed)]:
        refused(getattr(company, role), request, "approve", "forbidden_role")
    assert getattr(company, allowed).fire(request, "approve")["state"] == "approved"


def test_an_emergency_is_paid_first_and_approved_after(company):
    reserve = fund(company, 500000)
    request = ask(company, purpose="emergency", amount=300000, emergency=True, fund_id=reserve["id"])
    assert set(request["clocks"]) == {"check_due", "emergency_due"} and "money_for_emergency" in told(company.deputy_gm, request)
    request = company.finance_officer.fire(request, "pay_emergency", paid_amount=280000, voucher_no="YH-2", leader_id=company.deputy_gm.id)
    assert request["state"] == "paid_unapproved" and set(request["clocks"]) == {"approve_after"} and money(company, reserve) == (220000, 0, 220000)
    request = company.deputy_gm.fire(request, "approve")
    assert request["state"] == "paid" and set(request["clocks"]) == {"settle_due"}
    assert go(company, request, "settled")["approved_by"] == company.deputy_gm.id

    # Another one is not approved: the money has to come back.
    request = ask(company, purpose="emergency", amount=100000, emergency=True, fund_id=reserve["id"])
    request = company.finance_officer.fire(request, "pay_emergency", paid_amount=100000, voucher_no="YH-3", leader_id=company.supervising_leader.id)
    request = company.service_manager.fire(request, "disapprove", reject_reason="非应急事项")
    assert request["state"] == "to_recover" and set(request["clocks"]) == {"recover_due"} and money(company, reserve)[0] == 120000
    request = company.finance_officer.fire(request, "recover", returned_amount=100000, voucher_no="SK-1")
    assert request["state"] == "recovered" and request["paid_total"] == 0 and money(company, reserve)[0] == 220000
    exact(company, reserve)


def test_a_fund_below_its_floor_is_told_to_the_deputy_and_topped_up(company):
    reserve = fund(company, 1000000)
    go(company, ask(company, amount=190000, fund_id=reserve["id"]), "paid")
    assert now(company, reserve)["state"] == "active" and "fund_below_floor" not in told(company.deputy_gm, reserve)
    go(company, ask(company, amount=610001, fund_id=reserve["id"]), "paid")
    reserve = now(company, reserve)
    assert (reserve["state"], reserve["balance"], reserve["floor"]) == ("low", 199999, 200000) and "fund_below_floor" in told(company.deputy_gm, reserve)
    assert reserve["id"] in [w["id"] for w in company.finance_officer.read("/v1/worklist", machine="special_fund", limit=200)["data"]]
    reserve = company.finance_officer.fire(reserve, "top_up", amount=1, reference="JZ-1")
    assert (reserve["state"], reserve["balance"], reserve["money_in"]) == ("active", 200000, 1)
    exact(company, reserve)


def test_the_bank_returns_a_payment_and_it_is_paid_again_in_parts(company):
    reserve = fund(company, 500000)
    request = go(company, ask(company, amount=200000, fund_id=reserve["id"]), "paid")
    request = company.finance_officer.fire(request, "return_payment", returned_amount=200000, return_reason="账号有误", voucher_no="TH-1")
    assert request["state"] == "approved" and request["paid_total"] == 0 and money(company, reserve) == (500000, 200000, 300000)
    assert "payment_returned" in told(company.dispatcher, request)
    request = company.finance_officer.fire(request, "pay", paid_amount=120000, voucher_no="YH-5", part_payment=True, payee_account="6222020200112233445")
    assert request["state"] == "approved" and (request["paid_total"], request["held"]) == (120000, 80000) and money(company, reserve) == (380000, 80000, 300000)
    request = company.finance_officer.fire(request, "pay", paid_amount=70000, voucher_no="YH-6")
    # Cheaper than approved: the rest is free again.
    assert request["state"] == "paid" and request["paid_total"] == 190000 and money(company, reserve) == (310000, 0, 310000)
    assert [(p["kind"], p["amount"]) for p in request["payments"]] == [("payment", 200000), ("return", -200000), ("payment", 120000), ("payment", 70000)]
    exact(company, reserve)


def test_an_own_outlets_funds_are_asked_for_by_the_timer_and_provided_by_the_payment(company):
    deputy, general = company.deputy_gm, company.general_manager
    outlet = deputy.post("/v1/outlets/apply", dict(APPLICATION, name="自建网点" + tag())).json()
    outlet = general.fire(outlet, "approve")
    outlet = deputy.fire(outlet, "report_budget", budget_amount=7000000, budget_report="房租、设备")
    first = request_of(company, outlet)
    assert (first["purpose"], first["amount"], first["outlet_id"], first["source_machine"], first["parent_id"]) == ("outlet_setup", 7000000, outlet["id"], "outlet", outlet["id"])
    # Reported anew: what was asked for before is not wanted any more.
    outlet = deputy.fire(outlet, "report_budget", budget_amount=6500000, budget_report="房租、设备,压减")
    second = eventually(lambda: ([r for r in company.finance_officer.read("/v1/fund-requests", source_number=outlet["number"])["data"] if r["amount"] == 6500000] or [None])[0])
    assert eventually(lambda: now(company, first)["state"] == "withdrawn") and now(company, second)["state"] == "requested"
    request = go(company, second, "paid")
    outlet = deputy.read(outlet["href"])
    assert outlet["funded_amount"] == 6500000 and outlet["funded_at"] and "outlet_funded" in told(deputy, outlet)
    go(company, request, "settled")

    # Where finance has entered it by hand, the request follows.
    outlet = general.fire(deputy.post("/v1/outlets/apply", dict(APPLICATION, name="自建网点" + tag())).json(), "approve")
    outlet = deputy.fire(outlet, "report_budget", budget_amount=100000, budget_report="房租")
    request = go(company, request_of(company, outlet), "approved")
    company.finance_officer.fire(outlet, "fund", funded_amount=90000)
    request = eventually(lambda: now(company, request)["state"] == "paid" and now(company, request))
    assert request["paid_total"] == 90000
    people(company, outlet)


def test_an_outlet_given_up_takes_its_request_and_what_was_held_along(company):
    reserve = fund(company, 9000000)
    outlet = company.deputy_gm.post("/v1/outlets/apply", dict(APPLICATION, name="自建网点" + tag())).json()
    outlet = company.general_manager.fire(outlet, "approve")
    outlet = company.deputy_gm.fire(outlet, "report_budget", budget_amount=7000000, budget_report="房租")
    request = go(company, request_of(company, outlet), "approved", fund_id=reserve["id"])
    assert money(company, reserve) == (9000000, 7000000, 2000000)
    company.dispatcher.fire(outlet, "abandon", reason="改址")
    assert eventually(lambda: now(company, request)["state"] == "withdrawn")
    assert money(company, reserve) == (9000000, 0, 9000000) and "money_withdrawn" in told(company.finance_officer, request)


def test_a_settlement_is_asked_for_and_paid_with_its_slip(company):
    prepare(company)
    outlet = Outlet(company, "城南网点" + tag())
    slip = outlet.approved([outlet.line(outlet.job())])
    request = request_of(company, slip)
    assert (request["purpose"], request["amount"], request["outlet_id"]) == ("outlet_settlement", slip["payable"], outlet.id)
    assert request["requested_by"] == slip["checker_id"] == company.dispatcher.id
    # Who approved the slip approves its money too: it was the dispatcher who asked.
    request = go(company, request, "approved")
    refused(company.finance_officer, request, "pay", "paid_with_source", paid_amount=slip["payable"], voucher_no="x")
    slip = company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip))
    paid = outlet.payment(slip)
    company.finance_officer.fire(slip, "pay", **paid)
    request = eventually(lambda: now(company, request)["state"] == "paid" and now(company, request))
    assert request["paid_total"] == slip["payable"] and request["voucher_no"] == paid["voucher_no"]


def test_a_slip_paid_before_its_money_was_approved_waits_for_the_approval(company):
    outlet = Outlet(company, "城北网点" + tag())
    slip = outlet.approved([outlet.line(outlet.job())])
    slip = company.finance_officer.fire(slip, "register_invoice", **outlet.invoice(slip))
    company.finance_officer.fire(slip, "pay", **outlet.payment(slip))
    request = request_of(company, slip, state="paid_unapproved")
    assert request["state"] == "paid_unapproved" and set(request["clocks"]) == {"approve_after"}
    # Finance paid it with the slip; the timer only wrote it down.
    assert company.service_manager.fire(request, "approve")["state"] == "paid"


def test_a_refund_learns_that_its_money_is_approved_and_the_request_that_it_is_paid(company):
    prepare(company)
    case = received(company, executing(company))
    request = request_of(company, case)
    assert (request["purpose"], request["amount"], request["payee"], request["customer_id"]) == ("refund", PRICE, "王小明", case["customer_id"])
    request = go(company, request, "checked")
    request = company.deputy_gm.fire(request, "approve")
    case = company.dispatcher.read(case["href"])
    assert case["funds_approved_at"] and case["funds_ref"] == request["number"] and case["funds_approved_by"] == company.deputy_gm.id
    refused(company.finance_officer, request, "pay", "paid_with_source", paid_amount=PRICE, voucher_no="x")
    pay = dict(paid_amount=PRICE, paid_to="王小明", refund_account="6222****1", refund_ref="ZF-1")
    case = company.finance_officer.fire(case, "pay_refund", **pay)
    request = eventually(lambda: now(company, request)["state"] == "paid" and now(company, request))
    assert request["paid_total"] == PRICE and request["voucher_no"] == "ZF-1"
    # The refund fails and is paid again: the request goes along.
    case = company.finance_officer.fire(case, "fail_refund", reason="账户已注销")
    request = eventually(lambda: now(company, request)["state"] == "approved" and now(company, request))
    assert request["paid_total"] == 0
    company.finance_officer.fire(case, "pay_refund", **dict(pay, refund_ref="ZF-2"))
    request = eventually(lambda: now(company, request)["state"] == "paid" and now(company, request))
    assert request["voucher_no"] == "ZF-2"
    # Money on its way to a customer is an open case.
    cursor = company.server.database().cursor()
    cursor.execute("select customer_has_open_case(%s)", (case["customer_id"],))
    assert cursor.fetchone() == (True,)


def test_a_refund_approved_in_its_own_case_does_not_stop_the_request(company):
    case = received(company, executing(company))
    request = go(company, request_of(company, case), "checked")
    case = company.general_manager.fire(case, "approve_funds", funds_ref="手工")
    assert company.deputy_gm.fire(request, "approve")["state"] == "approved"
    assert company.dispatcher.read(case["href"])["funds_ref"] == "手工"


def test_a_refund_withdrawn_by_the_customer_drops_its_request(company):
    case = executing(company)
    request = request_of(company, case)
    company.dispatcher.fire(case, "withdraw", withdraw_reason="customer_wish", withdrawal_wish="不退了")
    assert eventually(lambda: now(company, request)["state"] == "withdrawn")


def test_a_cancelled_delivery_is_refunded_by_finance(company):
    delivery = company.commerce_officer.fire(alone(company), "cancel", cancel_reason="客户取消订货", refund_amount=100000)
    request = request_of(company, delivery)
    assert (request["purpose"], request["amount"], request["need"], request["source_machine"]) == ("refund", 100000, "客户取消订货", "delivery")
    request = go(company, request, "paid")
    assert request["payee"] and told(company.commerce_officer, request).count("money_paid") >= 1


def test_a_facility_is_paid_from_the_line_of_the_plan_that_it_names(company, plan):
    prepare(company)
    _, lines = plan
    line = now(company, lines["facility"])
    head = company.people.setdefault("tech_head", company.hire("dept_head", department="tech_dept"))
    wanted = company.technician.create("facilities", **DEVICE, need="检修电源", amount=120000, budget_ref=line["number"])
    company.materials_officer  # is told
    wanted = head.fire(wanted, "approve")
    request = request_of(company, wanted)
    assert (request["purpose"], request["line_id"], request["need"], request["requested_by"]) == ("facility", line["id"], "检修电源", company.technician.id)
    request = go(company, request, "approved", payee="仪器公司")
    after = now(company, line)
    assert (after["spent"], after["held"], after["available"]) == (line["spent"], line["held"] + 120000, line["available"] - 120000)
    assert "money_approved" in told(company.materials_officer, request) and "money_approved" in told(company.technician, request)
    request = company.finance_officer.fire(request, "pay", paid_amount=118000, voucher_no="YH-9")
    after = now(company, line)
    assert (after["spent"], after["held"], after["available"]) == (line["spent"] + 118000, line["held"], line["available"] - 118000)
    assert [m["amount"] for m in company.finance_officer.read("/v1/fund-movements", line_id=line["id"])["data"]] == [-118000]

    # Bought by nobody any more: the request goes too.
    wanted = company.technician.create("facilities", **DEVICE, need="备用", amount=50000)
    wanted = head.fire(wanted, "approve")
    request = request_of(company, wanted)
    company.materials_officer.fire(wanted, "cancel_purchase", refusal_reason="不再需要")
    assert eventually(lambda: now(company, request)["state"] == "withdrawn")


def test_money_is_found_by_what_people_look_for(company):
    finance, manager = company.finance_officer, company.service_manager
    mine = ask(company, by=company.commerce_officer, amount=123456, need="查询用")
    urgent = ask(company, amount=123457, emergency=True, purpose="recall")
    checked = go(company, ask(company, amount=123458), "checked")

    def found(who, **filters):
        return {r["id"] for r in who.read("/v1/fund-requests", amount_from=123456, amount_to=123458, limit=200, **filters)["data"]}

    assert found(finance) == {mine["id"], urgent["id"], checked["id"]}
    assert found(finance, state="requested") == {mine["id"], urgent["id"]} and found(manager, state="checked") == {checked["id"]}
    assert found(finance, emergency="true") == {urgent["id"]} and found(finance, purpose="recall") == {urgent["id"]}
    assert found(company.commerce_officer, requested_by="me") == {mine["id"]} and found(finance, checked_by="me") == {checked["id"]}
    assert mine["id"] in [r["id"] for r in finance.read("/v1/search", q=mine["number"])["data"]]
    # A technician sees what was asked for in his name, partners nothing of the company's money.
    assert found(company.technician) == set() and company.technician.get("/v1/special-funds").status_code == 403
    assert company.hire("outlet_manager", outlet_id=company.dispatcher.create("outlets", name=tag(), kind="internal", skills=["computer"])["id"],
                        department="outlet").get("/v1/special-funds").status_code == 403


def test_what_waited_under_the_old_inputs_is_carried_over(company):
    """A company that ran before P17 has requests waiting as they were written then; its migration names their inputs."""
    text = next((ROOT / "schema").glob("*_assurance.sql")).read_text()
    carry_over = text[text.index("update link l\n"):text.index("insert into time_rule")]
    head = company.people.setdefault("tech_head", company.hire("dept_head", department="tech_dept"))
    wanted = head.fire(company.technician.create("facilities", **DEVICE, need="旧单", amount=70000, budget_ref="2026-3"), "approve")
    first = request_of(company, wanted)
    with company.server.database() as database, database.cursor() as cursor:
        cursor.execute("update fund_request set source_number = 'x' where id = %s", (first["id"],))
        # It waits, tried at the turn of the hour, until the company is on the new schema.
        cursor.execute("update link set state = 'waiting', to_id = null, tries = 10, tried_at = now() + interval '1 hour',"
                       " inputs = jsonb_build_object('facility_id', from_id, 'amount', 70000, 'budget_ref', '2026-3', 'purpose', '旧单')"
                       " where from_id = %s and to_machine = 'fund_request'", (wanted["id"],))
        cursor.execute(carry_over)
    request = request_of(company, wanted)
    assert (request["purpose"], request["need"], request["amount"], request["budget_ref"], request["requested_by"]) == (
        "facility", "旧单", 70000, "2026-3", company.technician.id)
