"""P17 A: the yearly plan, from the needs of everybody to what became of the money. A server of its own: its years pass."""

import pytest

from assurance import CATEGORIES, ask, fund, go, in_force, now, plan_with_lines, refused
from aftercare import Company, Server
from answers import breached, due, eventually, settle_down, told

CHECK = dict(premises_ok=True, hotline_ok=True)


@pytest.fixture(scope="module")
def company():
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def at(company, day, hour="09:00:00"):
    company.set_clock(f"{day}T{hour}+08:00")


def papers(company, entity, form):
    return [r for r in company.finance_officer.read(entity["href"] + "/records")["data"] if r["form"] == form]


PLANS = {}


def test_the_plan_collects_all_nine_kinds_and_comes_into_force_with_its_special_fund(company):
    manager, finance, general = company.service_manager, company.finance_officer, company.general_manager
    at(company, "2027-11-02")
    plan = manager.create("assurance-plans", year=2028, basis="P1措施、P6网点、P7培训计划")
    assert plan["state"] == "collecting" and plan["number"].startswith("AP-") and due(plan, "approve_due").isoformat().startswith("2028-01-01T00:00:00")
    assert "needs_wanted" in told(company.materials_officer, plan)
    taken = manager.post("/v1/assurance-plans", dict(year=2028))
    assert [e["code"] for e in taken.json()["errors"]] == ["plan_exists"]
    assert [e["code"] for e in manager.post("/v1/assurance-plans", dict(year=2029)).json()["errors"]] == ["year_far"]

    lines = {}
    for category in CATEGORIES[:-1]:
        lines[category] = company.materials_officer.create("plan-lines", parent_id=plan["id"], category=category, need="需求", amount=1000000)
    refused(manager, plan, "draft", "category_missing", last_year_sales=600000000)
    lines["insurance"] = company.dispatcher.create("plan-lines", parent_id=plan["id"], category="insurance", need="本年不投保", amount=0)
    more = company.hr_officer.create("plan-lines", parent_id=plan["id"], category="people", need="重复", amount=1)
    more = company.hr_officer.fire(more, "change", amount=2, need="重复项")
    assert (more["amount"], more["available"]) == (2, 2)
    refused(company.hr_officer, more, "change", "nothing_changed")
    assert company.hr_officer.fire(more, "drop", reason="重复")["state"] == "dropped"
    plan = manager.fire(plan, "amend", basis="P1、P6、P7、P11、P12、P18", reason="补充")
    plan = manager.fire(plan, "draft", last_year_sales=600000000)
    assert plan["state"] == "drafted" and plan["planned_total"] == 8000000 and plan["special_fund_total"] == 1000000
    refused(company.hr_officer, lines["people"], "change", "plan_not_collecting", amount=5)
    refused(company.hr_officer, lines["people"], "drop", "plan_not_collecting", reason="x")
    late = manager.post("/v1/plan-lines", dict(parent_id=plan["id"], category="it", need="x", amount=1))
    assert [e["code"] for e in late.json()["errors"]] == ["plan_not_collecting"]

    both = company.hire("service_manager", "finance_officer", "general_manager", name="一人多岗")
    plan = finance.fire(plan, "return", return_reason="补充依据")
    assert plan["state"] == "collecting" and "plan_returned" in told(manager, plan)
    plan = both.fire(plan, "draft", last_year_sales=600000000)
    refused(both, plan, "review", "own_plan", review_opinion="可行")
    plan = finance.fire(plan, "return", return_reason="由管理师编制")
    plan = manager.fire(plan, "draft", last_year_sales=600000000)
    plan = both.fire(plan, "review", review_opinion="可行")
    refused(both, plan, "approve", "own_review")
    plan = general.fire(plan, "return", return_reason="财务另行审核")
    plan = manager.fire(plan, "draft", last_year_sales=600000000)
    plan = finance.fire(plan, "review", review_opinion="资金可落实")

    # 1 % of last year's sales are 60,000 yuan, 50,000 are enough in any case: there are 10,000.
    refused(general, plan, "approve", "special_fund_too_small")
    reserve = fund(company, 3999999, kind="compensation_reserve", name="赔偿准备金")
    refused(general, plan, "approve", "special_fund_too_small")
    finance.fire(reserve, "top_up", amount=1, reference="JZ-1", reason="补足")
    refused(company.deputy_gm, plan, "approve", "forbidden_role")
    plan = general.fire(plan, "approve")
    assert plan["state"] == "in_force" and plan["special_fund_total"] == 5000000 and "approve_due" not in plan["clocks"]
    assert due(plan, "check_due").isoformat().startswith("2028-04-02T00:00:00") and due(plan, "close_due").isoformat().startswith("2029-02-01T00:00:00")
    line = now(company, lines["facility"])
    assert (line["state"], line["approved_amount"], line["year"]) == ("in_force", 1000000, 2028)

    page = finance.get("/v1/records/" + papers(company, plan, "assurance_plan")[0]["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 200 and "年度保障计划" in page.text and line["number"] in page.text and "资金可落实" in page.text
    page = finance.get("/v1/records/" + papers(company, plan, "resource_inventory")[0]["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 200 and "资源配置清单" in page.text
    PLANS[2028] = plan, {c: now(company, l) for c, l in lines.items()}


def test_one_percent_of_small_sales_is_enough(company):
    plan, _ = plan_with_lines(company, 2027, fund=100000)
    plan = company.service_manager.fire(plan, "draft", last_year_sales=410000001)
    plan = company.finance_officer.fire(plan, "review", review_opinion="x")
    # Beside it are the 40,000 yuan of the reserve.
    refused(company.general_manager, plan, "approve", "special_fund_too_small")
    plan = company.general_manager.fire(plan, "return", return_reason="销售额有误")
    plan = company.service_manager.fire(plan, "draft", last_year_sales=410000000)
    plan = company.finance_officer.fire(plan, "review", review_opinion="x")
    plan = company.general_manager.fire(plan, "approve")
    refused(company.finance_officer, plan, "close", "year_not_over", closing_note="x")
    PLANS[2027] = plan


def test_a_plan_not_in_force_by_the_end_of_december_is_late(company):
    at(company, "2028-11-01", "00:00:05")
    plan, lines = PLANS[2028]
    # In November the next one is called for.
    assert eventually(lambda: "plan_to_collect" in told(company.service_manager, plan))
    assert now(company, plan)["next_called"] is True
    settle_down()
    assert told(company.service_manager, plan).count("plan_to_collect") == 1
    wrong, dropped = plan_with_lines(company, 2029)
    wrong = company.service_manager.fire(wrong, "void", reason="误建")
    assert wrong["state"] == "voided" and {now(company, l)["state"] for l in dropped.values()} == {"dropped"}
    late, _ = plan_with_lines(company, 2029, fund=100)
    at(company, "2028-12-31", "23:59:30")
    settle_down()
    assert breached(company, late) == []
    at(company, "2029-01-01", "00:00:30")
    assert eventually(lambda: breached(company, late)) == ["approve_due"]
    late = company.service_manager.fire(late, "draft", last_year_sales=1)
    late = company.finance_officer.fire(late, "review", review_opinion="x")
    PLANS[2029] = company.general_manager.fire(late, "approve")
    assert PLANS[2029]["state"] == "in_force"


def test_the_quarterly_check_counts_certified_managers_and_funds(company):
    manager, plan = company.service_manager, PLANS[2029]
    at(company, "2029-01-02")
    # Of three service people one tenth is one: nobody holds the certificate yet.
    refused(manager, plan, "check", "measures_missing", **CHECK)
    certificate = company.hr_officer.create("certificates", person_id=manager.id, certificate_type="service_manager", certificate_no="GLS-1", valid_until="2029-01-02")
    plan = manager.fire(plan, "check", **CHECK)
    facts = plan["check_facts"]
    assert facts["certified_managers"] == 1 and facts["managers_needed"] == 1 and facts["short"] is False and plan["checked_on"] == "2029-01-02"
    assert "assurance_falls_short" not in told(company.deputy_gm, plan)
    for _ in range(11 - facts["service_staff"]):
        company.hire("hotline_clerk")
    refused(manager, plan, "check", "measures_missing", **CHECK)  # ceil(1.1) are two
    plan = manager.fire(plan, "check", measures="另送两人取证", findings="人员不足", **CHECK)
    assert plan["check_facts"]["managers_needed"] == 2 and "assurance_falls_short" in told(company.deputy_gm, plan)
    company.hire("service_manager", name="第二管理师")
    refused(manager, plan, "check", "measures_missing", premises_ok=False, hotline_ok=True)
    at(company, "2029-01-03")
    refused(manager, plan, "check", "measures_missing", **CHECK)  # the certificate has run out
    page = company.finance_officer.get("/v1/records/" + papers(company, plan, "assurance_check")[-1]["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status_code == 200 and "保障检查记录" in page.text and "另送两人取证" in page.text
    assert certificate["id"]


def test_the_check_is_due_ninety_two_days_after_the_last_and_the_year_is_closed_by_the_end_of_january(company):
    plan = company.service_manager.fire(PLANS[2029], "check", measures="x", **CHECK)
    assert due(plan, "check_due").isoformat().startswith("2029-04-05T09:0")
    last, _ = PLANS[2028]
    at(company, "2029-01-31", "23:59:30")
    settle_down()
    assert "close_due" not in breached(company, last)
    at(company, "2029-02-01", "00:00:30")
    assert eventually(lambda: "close_due" in breached(company, last))
    at(company, "2029-04-05", "08:59:30")
    settle_down()
    assert "check_due" not in breached(company, plan)
    at(company, "2029-04-05", "09:05:00")
    assert eventually(lambda: "check_due" in breached(company, plan))


def test_a_line_is_adjusted_by_the_deputy_up_to_ten_percent_of_what_was_approved(company):
    deputy, general, manager = company.deputy_gm, company.general_manager, company.service_manager
    _, lines = PLANS[2028]
    line = now(company, lines["facility"])
    refused(manager, line, "propose_adjustment", "same_amount", proposed_amount=1000000, adjust_reason="x")
    line = manager.fire(line, "propose_adjustment", proposed_amount=1100000, adjust_reason="涨价")
    assert line["state"] == "adjusting" and set(line["clocks"]) == {"adjust_due"} and "adjustment_proposed" in told(deputy, line)
    assert "adjustment_proposed" not in told(general, line)
    assert line["id"] in [w["id"] for w in deputy.read("/v1/worklist", machine="plan_line", limit=200)["data"]]
    line = deputy.fire(line, "approve_adjustment")
    assert (line["state"], line["amount"], line["available"], line["approved_amount"]) == ("in_force", 1100000, 1100000, 1000000)
    # Ten percent of what was approved, not of what it has become.
    line = manager.fire(line, "propose_adjustment", proposed_amount=1100001, adjust_reason="再涨")
    assert "adjustment_proposed" in told(general, line)
    refused(deputy, line, "approve_adjustment", "forbidden_role")
    line = general.fire(line, "approve_adjustment")
    assert line["amount"] == 1100001
    line = manager.fire(line, "propose_adjustment", proposed_amount=900000, adjust_reason="节约")
    refused(company.dispatcher, line, "withdraw_adjustment", "not_your_proposal")
    line = manager.fire(line, "withdraw_adjustment")
    assert (line["state"], line["amount"]) == ("in_force", 1100001) and line.get("proposed_amount") is None
    line = manager.fire(line, "propose_adjustment", proposed_amount=900000, adjust_reason="节约")
    line = deputy.fire(line, "refuse_adjustment", reason="仍需要")
    assert (line["state"], line["amount"]) == ("in_force", 1100001)
    both = company.hire("hr_officer", "deputy_gm", name="兼任")
    line = both.fire(line, "propose_adjustment", proposed_amount=1000000, adjust_reason="节约")
    refused(both, line, "approve_adjustment", "own_proposal")
    refused(both, line, "refuse_adjustment", "own_proposal", reason="x")
    assert deputy.fire(line, "approve_adjustment")["amount"] == 1000000


def test_a_line_never_pays_more_than_it_has(company):
    _, lines = PLANS[2028]
    line = now(company, lines["spares"])
    first = go(company, ask(company, amount=600000, purpose="spares", line_id=line["id"]), "approved")
    second = go(company, ask(company, amount=400001, purpose="spares"), "checked", line_id=line["id"])
    refused(company.deputy_gm, second, "approve", "not_enough_money")
    second = company.finance_officer.fire(second, "correct_amount", amount=400000, reason="按余额")
    second = go(company, second, "approved")
    assert [now(company, line)[k] for k in ("spent", "held", "available")] == [0, 1000000, 0]
    refused(company.service_manager, line, "propose_adjustment", "below_use", proposed_amount=999999, adjust_reason="x")
    line = company.service_manager.fire(line, "propose_adjustment", proposed_amount=1050000, adjust_reason="x")
    go(company, first, "paid")
    company.dispatcher.fire(second, "withdraw", reason="不需要了")
    assert [now(company, line)[k] for k in ("spent", "held", "available", "state")] == [600000, 0, 400000, "adjusting"]
    line = company.deputy_gm.fire(line, "approve_adjustment")
    assert [line[k] for k in ("amount", "spent", "available")] == [1050000, 600000, 450000]
    # A proposal that the money has overtaken.
    line = company.service_manager.fire(line, "propose_adjustment", proposed_amount=700000, adjust_reason="x")
    go(company, ask(company, amount=200000, line_id=line["id"]), "approved")
    refused(company.general_manager, line, "approve_adjustment", "below_use")


def test_the_year_is_closed_with_plan_against_actual(company):
    finance = company.finance_officer
    plan, lines = PLANS[2028]
    refused(finance, plan, "close", "money_held", closing_note="x")
    held = finance.read("/v1/fund-requests", line_id=lines["spares"]["id"], state="approved")["data"]
    for request in held:
        company.dispatcher.fire(request, "withdraw", reason="年终")
    refused(finance, plan, "close", "money_held", closing_note="x")  # what is paid may still come back
    for request in finance.read("/v1/fund-requests", line_id=lines["spares"]["id"], state="paid")["data"]:
        go(company, request, "settled")
    report = finance.read("/v1/reports/assurance-plans", **{"from": "2028-01-01", "to": "2029-01-01"})["data"]
    assert [p["year"] for p in report] == [2028] and report[0]["spent"] == 600000
    spares = next(l for l in report[0]["lines"] if l["category"] == "spares")
    assert (spares["planned"], spares["amount"], spares["spent"], spares["held"], spares["left"]) == (1000000, 1050000, 600000, 0, 450000)
    assert len(report[0]["lines"]) == 9
    both = finance.read("/v1/reports/assurance-plans", **{"from": "2028-12-31", "to": "2029-01-02"})["data"]
    assert [p["year"] for p in both] == [2028, 2029]

    plan = finance.fire(plan, "close", closing_note="备件略有结余")
    assert plan["state"] == "closed" and plan["actual_total"] == 600000 and plan["clocks"] == {} and "plan_closed" in told(company.management_rep, plan)
    assert {now(company, l)["state"] for l in lines.values()} == {"closed"}
    page = finance.get("/v1/records/" + papers(company, plan, "assurance_plan")[-1]["id"], headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert "备件略有结余" in page.text
    answer = company.dispatcher.post("/v1/fund-requests", dict(purpose="spares", amount=1, line_id=lines["spares"]["id"]))
    assert [e["code"] for e in answer.json()["errors"]] == ["line_not_in_force"]


def test_a_plan_left_open_is_late_by_the_end_of_january(company):
    plan = PLANS[2027]
    assert "close_due" in breached(company, plan)
    plan = company.finance_officer.fire(plan, "close", closing_note="补办")
    assert plan["state"] == "closed"


def test_a_fund_goes_into_the_new_year_with_its_balance(company):
    finance = company.finance_officer
    reserve = finance.read("/v1/special-funds", kind="compensation_reserve")["data"][0]
    assert (reserve["year"], reserve["opening"], reserve["money_in"]) == (2027, 3999999, 1)
    reserve = finance.fire(reserve, "open_year")
    assert (reserve["year"], reserve["opening"], reserve["money_in"], reserve["money_out"], reserve["balance"]) == (2029, 4000000, 0, 0, 4000000)
    refused(finance, reserve, "open_year", "year_not_over")
    assert len(papers(company, reserve, "special_fund")) == 1


def test_a_plan_may_be_made_for_the_year_that_runs(company):
    at(company, "2030-02-01")
    plan, lines = in_force(company, 2030)
    plan = company.service_manager.fire(plan, "take_inventory")
    assert len(papers(company, plan, "resource_inventory")) == 2
    ahead, _ = in_force(company, 2031)
    refused(company.service_manager, ahead, "check", "year_not_begun", measures="x", **CHECK)
