"""Every row of P17's tables happens at least once from each of its states, every guard refuses with its code; checks at the end
name what was left out."""

import pytest

from answers import told
from assurance import ask, exact, fund, go, in_force, money, now, plan_with_lines, refused as refused_
from aftercare import Company, Server

MACHINES = ["fund_request", "special_fund", "fund_movement", "assurance_plan", "plan_line"]
# What the timer does when the source of a request has moved: test_assurance_story.
BY_TIMER = {("fund_request", "take_over_payment"), ("fund_request", "drop"), ("fund_request", "change_customer"), ("assurance_plan", "call_for_next")}
# test_assurance_plan, where years pass.
YEARS = {("assurance_plan", "close"), ("assurance_plan", "check"), ("plan_line", "close"), ("special_fund", "open_year")}
# Of the engine, shown in the tests of the repair; or of the plan's years; or never met from outside: requests free no more than they hold.
ELSEWHERE = {"nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "already_paused", "not_paused", "not_held",
             "plan_exists", "year_far", "category_missing", "own_plan", "own_review", "special_fund_too_small", "measures_missing", "year_not_begun",
             "year_not_over", "money_held", "plan_not_collecting", "nothing_changed", "same_amount", "below_use", "own_proposal", "not_your_proposal",
             "paid_with_source"}
REFUSED = set()


@pytest.fixture(scope="module")
def company():
    """A server of its own: its log is read at the end."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """No clock is set here."""


def refused(who, entity, event, code, **body):
    answer = refused_(who, entity, event, code, **body)
    REFUSED.add(code)
    return answer


def not_created(who, path, code, pointer, **body):
    answer = who.post("/v1/" + path, body)
    assert (code, pointer) in [(e["code"], e.get("pointer", "")) for e in answer.json().get("errors", [])], answer.text
    REFUSED.add(code)


def several(company, *roles):
    return company.hire(*roles, name="+".join(roles))


def test_what_may_be_asked_for(company):
    clerk, body = company.commerce_officer, dict(purpose="other", amount=1000)
    reserve, closed = fund(company, 1000), company.finance_officer.fire(fund(company, 0), "close", reason="误设")
    plan, lines = plan_with_lines(company, int(company.day()[:4]))
    not_created(clerk, "fund-requests", "unknown_source", "/source_number", **body, source_number="ST-1999-000001")
    not_created(clerk, "fund-requests", "for_another", "/requested_by", **body, requested_by=company.deputy_gm.id)
    not_created(clerk, "fund-requests", "fund_closed", "/fund_id", **body, fund_id=closed["id"])
    not_created(clerk, "fund-requests", "line_not_in_force", "/line_id", **body, line_id=lines["it"]["id"])
    not_created(clerk, "fund-requests", "two_accounts", "/line_id", **body, fund_id=reserve["id"], line_id=lines["it"]["id"])
    assert clerk.post("/v1/fund-requests", dict(body, amount=0)).status_code == 422
    assert clerk.post("/v1/fund-requests", dict(body, purpose="holiday")).status_code == 422
    assert company.technician.post("/v1/fund-requests", body).status_code == 403
    # A document is named by its number; who asked is who is signed in.
    request = clerk.create("fund-requests", **body, source_number=plan["number"])
    assert (request["parent_id"], request["source_machine"], request["requested_by"]) == (plan["id"], "assurance_plan", clerk.id)
    assert request["id"] in [r["id"] for r in clerk.read("/v1/fund-requests", parent=plan["id"])["data"]]
    company.service_manager.fire(plan, "void", reason="测试")
    assert {now(company, l)["state"] for l in lines.values()} == {"dropped"}


def test_corrections_before_the_approval(company):
    clerk, finance = company.commerce_officer, company.finance_officer
    request = ask(company, by=clerk, amount=1000)
    refused(company.dispatcher, request, "correct_amount", "not_your_request", amount=900, reason="x")
    refused(clerk, request, "correct_amount", "same_amount", amount=1000, reason="x")
    request = clerk.fire(request, "amend", payee="李四", need="改付李四", reason="写错")
    request = clerk.fire(request, "correct_amount", amount=900, reason="写错")
    assert (request["state"], request["amount"], request["amount_in_words"]) == ("requested", 900, "玖元整")
    request = finance.fire(request, "pause", pause_reason="supplier")
    request = finance.fire(request, "resume")
    request = finance.fire(request, "check")
    # What finance has checked is not amended; another amount is checked again.
    assert clerk.try_fire(request, "amend", payee="王五", reason="x").status_code == 409
    request = finance.fire(request, "correct_amount", amount=800, reason="核减")
    assert (request["state"], request.get("checked_by"), set(request["clocks"])) == ("requested", None, {"check_due"})
    request = finance.fire(request, "reassign", assignee_id=company.dispatcher.id, reassign_reason="leave")
    # Who stands in for him is told; who asked is still he.
    assert request["assignee_id"] == company.dispatcher.id and request["requested_by"] == clerk.id
    request = go(company, request, "approved")
    assert "money_approved" in told(company.dispatcher, request)
    assert clerk.try_fire(request, "correct_amount", amount=1, reason="x").status_code == 409


def test_withdrawn_and_rejected_from_each_state(company):
    clerk, reserve = company.commerce_officer, fund(company, 10000)
    for upto in ("requested", "checked", "approved"):
        request = go(company, ask(company, by=clerk, amount=1000, fund_id=reserve["id"]), upto)
        refused(company.dispatcher, request, "withdraw", "not_your_request", reason="x")
        assert clerk.fire(request, "withdraw", reason="不需要")["state"] == "withdrawn"
        assert money(company, reserve) == (10000, 0, 10000)
    for upto, who in (("requested", company.finance_officer), ("checked", company.service_manager)):
        request = go(company, ask(company, by=clerk, amount=1000), upto)
        assert who.fire(request, "reject", reject_reason="无依据")["state"] == "rejected"
        assert "money_rejected" in told(clerk, request)
    request = go(company, ask(company, by=clerk, amount=1000, fund_id=reserve["id"]), "approved")
    request = company.finance_officer.fire(request, "pay", paid_amount=1, voucher_no="x", part_payment=True)
    refused(clerk, request, "withdraw", "paid_already", reason="x")
    # A part of it comes back: the rest and that are held.
    request = company.finance_officer.fire(request, "return_payment", returned_amount=1, return_reason="x")
    assert (request["state"], request["held"], request["paid_total"]) == ("approved", 1000, 0) and set(request["clocks"]) == {"pay_due"}
    request = go(company, request, "settled")
    assert money(company, reserve) == (9000, 0, 9000)
    exact(company, reserve)


def test_nobody_checks_approves_or_pays_alone(company):
    two = several(company, "finance_officer", "service_manager")
    own = ask(company, by=two)
    refused(two, own, "check", "own_request")
    own = go(company, own, "checked")
    refused(two, own, "approve", "own_request")
    own = company.service_manager.fire(own, "approve")
    refused(two, own, "pay", "own_request", paid_amount=1, voucher_no="x")
    other = two.fire(ask(company), "check")
    refused(two, other, "approve", "own_check")
    other = go(company, ask(company), "checked")
    other = two.fire(other, "approve")
    refused(two, other, "pay", "own_approval", paid_amount=1, voucher_no="x")
    urgent = two.fire(ask(company, emergency=True), "pay_emergency", paid_amount=1, voucher_no="x", leader_id=company.deputy_gm.id)
    refused(two, urgent, "approve", "own_payment")
    refused(two, urgent, "disapprove", "own_payment", reject_reason="x")
    assert company.service_manager.fire(urgent, "approve")["state"] == "paid"


def test_what_may_be_paid(company):
    finance, reserve = company.finance_officer, fund(company, 100000)
    request = go(company, company.dispatcher.create("fund-requests", purpose="other", amount=1000), "approved")
    refused(finance, request, "pay", "payee_missing", paid_amount=1000, voucher_no="x")
    refused(finance, request, "pay", "more_than_approved", paid_amount=1001, voucher_no="x", payee="张三")
    refused(finance, request, "pay", "nothing_left", paid_amount=1000, voucher_no="x", payee="张三", part_payment=True)
    assert finance.post(request["href"] + "/pay", dict(paid_amount=1000, voucher_no="x", payee="张三")).status_code == 428
    request = finance.fire(request, "pay", paid_amount=1000, voucher_no="x", payee="张三")
    refused(finance, request, "return_payment", "more_than_paid", returned_amount=1001, return_reason="x")
    refused(finance, go(company, ask(company), "approved"), "return_payment", "nothing_paid", returned_amount=1, return_reason="x")
    refused(finance, ask(company), "pay_emergency", "no_emergency", paid_amount=1, voucher_no="x", leader_id=company.deputy_gm.id)
    urgent = company.dispatcher.create("fund-requests", purpose="emergency", amount=1000, emergency=True)
    body = dict(paid_amount=1000, voucher_no="x", leader_id=company.deputy_gm.id, payee="张三")
    refused(finance, urgent, "pay_emergency", "payee_missing", **{k: v for k, v in body.items() if k != "payee"})
    refused(finance, urgent, "pay_emergency", "not_a_leader", **{**body, "leader_id": company.dispatcher.id})
    refused(finance, urgent, "pay_emergency", "more_than_asked", **{**body, "paid_amount": 1001})
    # Checked first, paid before its approval, returned by the bank: it begins anew.
    urgent = finance.fire(urgent, "check", fund_id=reserve["id"])
    urgent = finance.fire(urgent, "pay_emergency", **body)
    refused(finance, urgent, "return_payment", "not_all_back", returned_amount=999, return_reason="x")
    urgent = finance.fire(urgent, "return_payment", returned_amount=1000, return_reason="户名不符")
    assert urgent["state"] == "requested" and set(urgent["clocks"]) == {"check_due", "emergency_due"} and money(company, reserve) == (100000, 0, 100000)
    # Approved by the deputy within the manager's limit, by the general manager within the deputy's.
    assert company.deputy_gm.fire(go(company, urgent, "checked"), "approve")["state"] == "approved"
    assert company.general_manager.fire(go(company, ask(company, amount=200001), "checked"), "approve")["state"] == "approved"


@pytest.mark.parametrize("amount", [1000, 200001, 2000001])
def test_not_approved_afterwards_by_the_amount(company, amount):
    who = {1000: company.service_manager, 200001: company.deputy_gm, 2000001: company.general_manager}[amount]
    finance = company.finance_officer

    def urgent():
        return finance.fire(ask(company, amount=amount, emergency=True), "pay_emergency", paid_amount=amount, voucher_no="x", leader_id=company.deputy_gm.id)

    lost = who.fire(urgent(), "disapprove", reject_reason="不属紧急")
    refused(finance, lost, "recover", "not_all_back", returned_amount=amount - 1, voucher_no="x")
    if amount < 200001:
        refused(company.deputy_gm, lost, "write_off", "forbidden_role", reason="x")
        assert company.general_manager.fire(lost, "write_off", reason="无法收回")["state"] == "settled"
    else:
        assert finance.fire(lost, "recover", returned_amount=amount, voucher_no="SK")["state"] == "recovered"
    assert who.fire(urgent(), "approve")["state"] == "paid"
    if amount > 1000:
        below = company.service_manager if amount == 200001 else company.deputy_gm
        refused(below, urgent(), "approve", "forbidden_role")
        refused(below, urgent(), "disapprove", "forbidden_role", reject_reason="x")


def test_a_special_fund_from_its_opening_to_its_end(company):
    finance, general, deputy = company.finance_officer, company.general_manager, company.deputy_gm
    first = fund(company, 1000, kind="recall", name="召回专项", floor=900)
    not_created(finance, "special-funds", "fund_exists", "/kind", kind="recall", opening=1)
    assert fund(company, 1001)["floor"] == 201  # 20 %, rounded up
    first = finance.fire(finance.fire(first, "amend", name="召回专项经费", reason="改名"), "issue_ledger")
    first = general.fire(first, "reduce", amount=100, reason="调出")
    assert (first["state"], first["balance"], first["money_out"]) == ("active", 900, 100)
    first = general.fire(first, "reduce", amount=1, reason="调出")
    assert first["state"] == "low" and set(first["clocks"]) == {"top_up_due"} and "fund_below_floor" in told(deputy, first)
    first = general.fire(first, "reduce", amount=1, reason="调出")
    assert first["state"] == "low" and told(deputy, first).count("fund_below_floor") == 1
    first = finance.fire(first, "top_up", amount=1, reference="x")
    assert first["state"] == "low"
    company.dispatcher.fire(go(company, ask(company, amount=1, fund_id=first["id"]), "approved"), "withdraw", reason="x")
    first = deputy.fire(first, "set_floor", floor=898, reason="下调")
    assert first["state"] == "active" and first["clocks"] == {}
    first = deputy.fire(first, "set_floor", floor=900, reason="上调")
    assert first["state"] == "low"
    first = deputy.fire(first, "set_floor", floor=950, reason="上调")
    assert first["state"] == "low"
    first = finance.fire(first, "top_up", amount=49, reference="x")
    assert first["state"] == "low"
    first = finance.fire(first, "top_up", amount=2, reference="x")
    assert first["state"] == "active" and first["balance"] == 950
    first = finance.fire(first, "top_up", amount=50, reference="x")
    first = deputy.fire(first, "set_floor", floor=900, reason="恢复")
    # A request below the floor and one at it, a payment that comes back, above the floor again.
    request = go(company, ask(company, amount=300, fund_id=first["id"]), "paid")
    assert now(company, first)["state"] == "low"
    low = go(company, ask(company, amount=10, fund_id=first["id"]), "paid")
    finance.fire(low, "return_payment", returned_amount=10, return_reason="x")
    finance.fire(request, "return_payment", returned_amount=300, return_reason="x")
    first = now(company, first)
    assert (first["state"], first["balance"], first["held"]) == ("active", 1000, 310)
    refused(general, first, "reduce", "not_enough_money", amount=691, reason="x")
    refused(finance, first, "close", "money_left", reason="x")
    refused(finance, first, "close", "requests_open", reason="x")
    for r in (low, request):
        company.dispatcher.fire(r, "withdraw", reason="x")
    first = general.fire(now(company, first), "reduce", amount=1000, reason="撤销")
    assert first["state"] == "low"
    first = finance.fire(first, "issue_ledger")
    assert finance.fire(first, "close", reason="并入应急专项")["state"] == "closed"
    exact(company, first)
    assert fund(company, 5, kind="recall")["state"] == "active"  # another of the kind may follow


def test_no_more_is_promised_than_is_there(company):
    reserve = fund(company, 1000, floor=0)
    first, second = (go(company, ask(company, amount=600), "checked", fund_id=reserve["id"]) for _ in range(2))
    first = company.service_manager.fire(first, "approve")
    refused(company.service_manager, second, "approve", "not_enough_money")
    # Not even in an emergency is promised money paid to another.
    urgent = ask(company, amount=500, emergency=True, fund_id=reserve["id"])
    refused(company.finance_officer, urgent, "pay_emergency", "not_enough_money", paid_amount=401, voucher_no="x", leader_id=company.deputy_gm.id)
    urgent = company.finance_officer.fire(urgent, "pay_emergency", paid_amount=400, voucher_no="x", leader_id=company.deputy_gm.id)
    assert money(company, reserve) == (600, 600, 0)
    go(company, first, "paid")
    assert money(company, reserve) == (0, 0, 0)
    exact(company, reserve)
    # Finance may find another purse before it is approved.
    other = fund(company, 1000)
    second = company.finance_officer.fire(second, "check", fund_id=other["id"])
    assert second["state"] == "checked" and set(second["clocks"]) == {"approve_due"}
    assert go(company, second, "paid")["fund_id"] == other["id"] and money(company, other)[0] == 400


def test_lines_move_in_force_and_while_they_are_adjusted(company):
    manager, finance = company.service_manager, company.finance_officer
    plan, lines = in_force(company, int(company.day()[:4]) + 1, facility=1000, it=1000)
    plan = manager.fire(plan, "take_inventory")
    line = lines["facility"]

    def rounds(line):
        request = go(company, ask(company, amount=100, line_id=line["id"]), "approved")
        company.dispatcher.fire(request, "withdraw", reason="x")
        request = go(company, ask(company, amount=100, line_id=line["id"]), "paid")
        return finance.fire(request, "return_payment", returned_amount=100, return_reason="x")

    left = rounds(line)
    line = manager.fire(now(company, line), "propose_adjustment", proposed_amount=1100, adjust_reason="x")
    rounds(line)
    assert [now(company, line)[k] for k in ("spent", "held", "available")] == [0, 200, 800]
    company.dispatcher.fire(left, "withdraw", reason="x")
    line = company.deputy_gm.fire(now(company, line), "approve_adjustment")
    line = manager.fire(line, "reassign", assignee_id=company.hr_officer.id, reassign_reason="leave")
    line = manager.fire(line, "propose_adjustment", proposed_amount=5000, adjust_reason="x")
    line = company.general_manager.fire(line, "approve_adjustment")
    line = manager.fire(line, "propose_adjustment", proposed_amount=1000, adjust_reason="x")
    line = manager.fire(line, "withdraw_adjustment")
    line = manager.fire(line, "propose_adjustment", proposed_amount=1000, adjust_reason="x")
    line = company.general_manager.fire(line, "refuse_adjustment", reason="x")
    # Named by its number, as a facility does; a number that is no line is only a remark.
    request = company.dispatcher.create("fund-requests", purpose="facility", amount=1, budget_ref=lines["it"]["number"])
    assert request["line_id"] == lines["it"]["id"]
    assert company.dispatcher.create("fund-requests", purpose="facility", amount=1, budget_ref="2026-设备-3").get("line_id") is None
    # From a line to a fund and back while it is checked.
    reserve = fund(company, 100)
    request = finance.fire(request, "check", fund_id=reserve["id"])
    assert (request["fund_id"], request.get("line_id")) == (reserve["id"], None)
    refused(finance, ask(company), "check", "two_accounts", fund_id=reserve["id"], line_id=line["id"])


def test_what_a_draft_goes_through_before_it_is_in_force(company):
    year = int(company.day()[:4])
    plan, lines = plan_with_lines(company, year, fund=6000000)
    company.materials_officer.fire(lines["spares"], "change", amount=1)
    plan = company.service_manager.fire(plan, "amend", basis="x", reason="x")
    plan = company.service_manager.fire(plan, "take_inventory")
    for way in ("drafted", "finance_review"):
        plan = company.service_manager.fire(plan, "draft", last_year_sales=1)
        if way == "finance_review":
            plan = company.service_manager.fire(company.service_manager.fire(plan, "amend", basis="y", reason="x"), "take_inventory")
            plan = company.finance_officer.fire(plan, "review", review_opinion="x")
            plan = company.service_manager.fire(company.service_manager.fire(plan, "amend", basis="z", reason="x"), "take_inventory")
        assert plan["state"] == way
        plan = company.deputy_gm.fire(plan, "return", return_reason="x")
    # Voided while it collects, and the year is free again.
    assert company.service_manager.fire(plan, "void", reason="x")["state"] == "voided"
    assert company.service_manager.create("assurance-plans", year=year)["state"] == "collecting"


def test_money_never_moves_beside_its_ledger(company):
    """The database itself refuses what no step would do."""
    import psycopg2
    reserve = fund(company, 1000)
    request = go(company, ask(company, amount=100, fund_id=reserve["id"]), "approved")
    cursor = company.server.database().cursor()
    for wrong in ("update special_fund set balance = balance - 1, money_out = money_out + 1 where id = %s", "update special_fund set held = 0 where id = %s",
                  "update special_fund set balance = -1 where id = %s", "update special_fund set held = balance + 1 where id = %s",
                  "update fund_movement set amount = 5 where fund_id = %s", "delete from fund_movement where fund_id = %s"):
        with pytest.raises(psycopg2.Error):
            cursor.execute(wrong, (reserve["id"],))
    assert money(company, reserve) == (1000, 100, 900) and request["held"] == 100
    exact(company, reserve)


def test_every_row_has_happened_from_each_of_its_states(company):
    cursor = company.server.database().cursor()
    cursor.execute("select distinct machine, event, from_state from entity_event where machine = any(%s)", (MACHINES,))
    done = set(cursor.fetchall())
    missing = []
    for name in MACHINES:
        table = company.admin.read("/v1/procedures/" + name)
        for row in table["transitions"]:
            if (name, row["event"]) in BY_TIMER | YEARS or row["event"] in ("contact_attempt",):
                continue
            states = [None] if row["from"] is None else row["from"] if isinstance(row["from"], list) else row["from"].split()
            if row["from"] == "*" or row["event"] in ("reassign", "resume", "pause", "amend"):
                assert any((m, e) == (name, row["event"]) for m, e, _ in done), (name, row["event"])
                continue
            missing += [(name, row["event"], s) for s in states if (name, row["event"], s) not in done]
    assert missing == []
    assert BY_TIMER | YEARS <= {(name, t["event"]) for name in MACHINES for t in company.admin.read("/v1/procedures/" + name)["transitions"]}


def test_every_guard_has_refused(company):
    codes = {g["code"] for name in MACHINES for t in company.admin.read("/v1/procedures/" + name)["transitions"] for g in t["guards"]}
    assert codes - REFUSED - ELSEWHERE == set()
