"""The remedy calculator at each boundary day (7, 15, two repairs, 30, 60, 90 days ...), and the guard of `submit` that asks the same function."""

import pytest

from test_return_exchange import PRICE, SUBMIT, advance, apply, body_for, day, sold

SOLD = "2026-03-02"


def report(company, client=None, **facts):
    return (client or company.technician).read("/v1/remedies", **{k: str(v).lower() if isinstance(v, bool) else v for k, v in facts.items()})


def due(company, **facts):
    """{basis: remedies} for a consumer's unit sold on 2 March 2026, unless said otherwise."""
    found = {}
    for remedy in report(company, **dict({"sold_on": SOLD, "customer_kind": "individual"}, **facts))["remedies"]:
        found.setdefault(remedy["basis"], set()).add(remedy["remedy"])
    return found


ALL, SWAP, FREE, AFTER = {"return", "exchange", "repair"}, {"exchange", "repair"}, {"repair"}, {"exchange", "return"}


@pytest.mark.parametrize("fault_on,seven,fifteen", [("2026-03-02", True, True), ("2026-03-09", True, True), ("2026-03-10", False, True),
                                                    ("2026-03-17", False, True), ("2026-03-18", False, False)])
def test_seven_days_for_a_return_and_fifteen_for_an_exchange_begin_on_the_day_after_the_sale(company, fault_on, seven, fifteen):
    found = due(company, fault_on=fault_on)
    assert found.get("three_guarantee_7d") == (ALL if seven else None)
    assert found.get("three_guarantee_15d") == (SWAP if fifteen else None)
    assert found["warranty"] == FREE


@pytest.mark.parametrize("repairs,fault_on,expected", [(1, "2026-06-01", None), (2, "2026-06-01", AFTER), (3, "2027-03-02", AFTER), (2, "2027-03-03", None)])
def test_two_failed_repairs_within_the_warranty_give_an_exchange_or_the_money(company, repairs, fault_on, expected):
    assert due(company, fault_on=fault_on, repairs_done=repairs).get("two_repairs") == expected


@pytest.mark.parametrize("days,cause,product,expected", [
    (30, "repairer", "listed", None), (31, "repairer", "listed", "repair_delay"), (31, "repairer", "computer", "repair_delay"), (31, "parts", "listed", None),
    (90, "parts", "listed", None), (91, "parts", "listed", "parts_delay"), (60, "parts", "computer", None), (61, "parts", "computer", "parts_delay"),
    (61, "parts", "listed", None), (91, "repairer", "listed", "repair_delay"), (200, None, "listed", None)])
def test_a_repair_that_takes_too_long(company, days, cause, product, expected):
    facts = dict(fault_on="2026-06-01", repair_days=days, product_class=product)
    if cause:
        facts["delay_cause"] = cause
    found = due(company, **facts)
    assert {b for b in found if b in ("repair_delay", "parts_delay")} == ({expected} if expected else set())
    assert expected is None or found[expected] == AFTER


@pytest.mark.parametrize("fault_on,facts,expected", [
    ("2027-03-02", {}, True), ("2027-03-03", {}, False),  # a year, when the file says nothing
    ("2027-03-12", {"days_in_repair": 10}, True), ("2027-03-13", {"days_in_repair": 10}, False),  # days in repair do not count
    ("2029-03-02", {"warranty_until": "2029-03-02"}, True), ("2029-03-03", {"warranty_until": "2029-03-02"}, False)])
def test_the_last_day_of_the_warranty(company, fault_on, facts, expected):
    assert ("warranty" in due(company, fault_on=fault_on, **facts)) == expected


@pytest.mark.parametrize("fault_on,facts,expected", [
    ("2028-03-02", {"product_class": "computer"}, True), ("2028-03-03", {"product_class": "computer"}, False),
    ("2028-03-12", {"product_class": "computer", "days_in_repair": 10}, True), ("2028-03-13", {"product_class": "computer", "days_in_repair": 10}, False),
    ("2027-03-02", {"product_class": "listed"}, True), ("2027-03-03", {"product_class": "listed"}, False),  # the rule is one for computers
    ("2027-06-01", {"product_class": "computer", "warranty_until": "2027-05-31"}, False)])  # what is told goes before
def test_the_main_parts_of_a_computer_are_covered_two_years(company, fault_on, facts, expected):
    found = due(company, fault_on=fault_on, main_part=True, repairs_done=2, **facts)
    assert ("warranty" in found) == ("two_repairs" in found) == expected
    if facts["product_class"] == "computer" and "warranty_until" not in facts:
        assert "warranty" not in due(company, fault_on=fault_on, **facts)


def test_the_guard_knows_the_main_parts_too(company):
    old = dict(sold_days=400, finding={"repairs_done": 2})
    assert judged(company, "exchange", "two_repairs", main_part=True, **old) == []
    assert judged(company, "exchange", "two_repairs", **old) == ["remedy_not_due"]
    customer, unit = sold(company, days_ago=400)
    assert report(company, equipment_id=unit["id"], main_part=True)["warranty_until"] > report(company, equipment_id=unit["id"])["warranty_until"] == unit["warranty_until"]


@pytest.mark.parametrize("asked_on,expected", [("2026-03-05", True), ("2026-03-12", True), ("2026-03-13", False)])
def test_without_rule_or_agreement_seven_days_from_the_receipt(company, asked_on, expected):
    found = due(company, product_class="unlisted", received_on="2026-03-05", fault_on="2026-03-05", asked_on=asked_on)
    assert found.get("no_rule_7d") == (ALL if expected else None)
    assert "three_guarantee_7d" not in found and "two_repairs" not in due(company, product_class="unlisted", fault_on="2026-03-05", repairs_done=5)


@pytest.mark.parametrize("asked_on,expected", [("2026-03-05", True), ("2026-03-12", True), ("2026-03-13", False)])
def test_a_distance_sale_is_returned_without_reason_within_seven_days_at_the_consumers_freight(company, asked_on, expected):
    facts = dict(sold_on=SOLD, received_on="2026-03-05", fault_on="2026-03-05", asked_on=asked_on)
    found = [r for r in report(company, distance_sale=True, customer_kind="individual", **facts)["remedies"] if r["basis"] == "distance_7d"]
    assert [(r["remedy"], r["transport"], r["last_day"]) for r in found] == ([("return", "customer", "2026-03-12")] if expected else [])
    assert "distance_7d" not in due(company, distance_sale=True, customer_kind="company", **facts)
    assert "distance_7d" not in due(company, distance_sale=False, **facts)


@pytest.mark.parametrize("fault_on,expected", [("2026-04-01", ALL), ("2026-04-02", SWAP), ("2026-05-01", SWAP), ("2026-05-02", None)])
def test_the_contract_comes_first_and_the_law_is_the_companys_floor(company, fault_on, expected):
    facts = dict(customer_kind="company", fault_on=fault_on, contract_return_days=30, contract_exchange_days=60)
    assert due(company, **facts).get("contract") == expected
    for kind, ground in (("individual", "law"), ("company", "policy"), ("government", "policy")):
        answer = report(company, sold_on=SOLD, fault_on="2026-03-09", customer_kind=kind, contract_return_days=30)
        grounds = {r["basis"]: r["ground"] for r in answer["remedies"]}
        assert grounds == {"three_guarantee_7d": ground, "three_guarantee_15d": ground, "warranty": ground, "contract": "contract"}


def test_damage_by_the_user_gives_nothing(company):
    assert due(company, fault_on=SOLD, user_damage=True, distance_sale=True, repairs_done=3, contract_return_days=30) == {}


@pytest.mark.parametrize("fault_on,kind,expected", [("2026-09-02", "individual", True), ("2026-09-03", "individual", False), ("2026-03-03", "company", False)])
def test_the_seller_has_to_prove_for_six_months(company, fault_on, kind, expected):
    assert report(company, sold_on=SOLD, fault_on=fault_on, customer_kind=kind)["seller_proves"] is expected


def refunds(company, **facts):
    return {r["basis"]: r["refund"] for r in report(company, **dict({"sold_on": SOLD, "customer_kind": "individual"}, **facts))["remedies"] if "refund" in r}


def test_the_price_is_refunded_in_one_sum_and_depreciation_only_where_the_same_model_was_to_be_had(company):
    today = company.now().date().isoformat()
    assert refunds(company, fault_on=SOLD, price=10001) == {"three_guarantee_7d": 10001}
    import datetime
    used = (datetime.date.fromisoformat(today) - datetime.date.fromisoformat(SOLD)).days
    facts = dict(fault_on="2026-06-01", repairs_done=2, price=1000000)
    assert refunds(company, **facts) == {"two_repairs": 1000000 - 500 * used}  # 0.05 % a day
    assert refunds(company, product_class="computer", **facts) == {"two_repairs": 1000000 - 2500 * used}
    assert refunds(company, days_in_repair=10, **facts) == {"two_repairs": 1000000 - 500 * (used - 10)}
    assert refunds(company, same_model=False, **facts) == {"two_repairs": 1000000}
    assert refunds(company, product_class="computer", **dict(facts, sold_on="2020-01-01", fault_on="2020-06-01")) == {"two_repairs": 0}  # never below zero
    share = refunds(company, **dict(facts, price=1001))["two_repairs"]
    assert share == 1001 - int(1001 * 5 * used / 10000 + 0.5)  # half up to the fen


def test_the_limits_are_rules_that_the_company_keeps(company):
    facts = dict(sold_on=SOLD, customer_kind="individual", fault_on="2026-03-11")
    assert "three_guarantee_7d" not in due(company, **facts)
    rule = [r for r in company.admin.read("/v1/time-rules")["data"] if r["code"] == "N_P9_RETURN_DAYS"][0]
    assert rule["number"] == 7
    assert company.admin.put("/v1/time-rules/N_P9_RETURN_DAYS", {"value": 9}).status_code == 204
    try:
        assert "three_guarantee_7d" in due(company, **facts)
    finally:
        assert company.admin.put("/v1/time-rules/N_P9_RETURN_DAYS", {"value": 7}).status_code == 204


def test_what_is_not_given_comes_from_the_file_of_the_unit(company):
    customer, unit = sold(company, days_ago=6, kind="company")
    answer = report(company, equipment_id=unit["id"])
    assert answer["customer_kind"] == "company" and answer["product_class"] == "computer" and answer["sold_on"] == unit["accepted_on"]
    assert answer["warranty_until"] == unit["warranty_until"] and answer["repairs_done"] == 0 and answer["fault_on"] == day(company)
    assert {r["basis"] for r in answer["remedies"]} == {"three_guarantee_7d", "three_guarantee_15d", "warranty"}
    for _ in range(2):  # two repairs under warranty, done and signed
        repair = company.dispatcher.fire(company.register(customer=customer, unit=unit), "dispatch", assignee_id=company.technician.id)
        repair = company.technician.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
        repair = company.technician.fire(repair, "arrive", appearance_in_order=True)
        repair = company.technician.fire(repair, "confirm_problem", fault_confirmed="x")
        repair = company.technician.fire(repair, "start_repair", diagnosis="x")
        repair = company.technician.fire(repair, "solve", solution="x", test_passed=True)
        company.technician.fire(repair, "settle", signature_refused=True, signature_refused_reason="x", evidence="x")
    answer = report(company, equipment_id=unit["id"])
    assert answer["repairs_done"] == 2 and "two_repairs" in {r["basis"] for r in answer["remedies"]}
    assert report(company, equipment_id=unit["id"], customer_kind="individual")["customer_kind"] == "individual"


def test_a_unit_of_somebody_else_is_not_found(company):
    customer, unit = sold(company)
    other, foreign = sold(company)
    buyer = company.hire("customer", name="王小明", department="external", customer_id=customer["id"])
    assert buyer.get("/v1/remedies", equipment_id=unit["id"]).status_code == 200
    assert buyer.get("/v1/remedies", equipment_id=foreign["id"]).status_code == 404
    assert company.technician.get("/v1/remedies", equipment_id="00000000-0000-7000-8000-000000000000").status_code == 404
    assert buyer.get("/v1/remedies", sold_on=SOLD).status_code == 200


@pytest.mark.parametrize("query,about", [
    ({}, "sold_on"), ({"fault_on": SOLD}, "sold_on"), ({"sold_on": "2026-02-30"}, "sold_on"), ({"sold_on": "gestern"}, "sold_on"), ({"sold_on": "0001-01-01"}, "sold_on"),
    ({"sold_on": SOLD, "fault_on": "2026-03-01"}, "fault_on"), ({"sold_on": SOLD, "repairs_done": "-1"}, "repairs_done"), ({"sold_on": SOLD, "repairs_done": "1001"}, "repairs_done"),
    ({"sold_on": SOLD, "repair_days": "1e3"}, "repair_days"), ({"sold_on": SOLD, "price": "100000000001"}, "price"), ({"sold_on": SOLD, "price": "9" * 30}, "price"),
    ({"sold_on": SOLD, "customer_kind": "person"}, "customer_kind"), ({"sold_on": SOLD, "customer_kind": ""}, "customer_kind"),
    ({"sold_on": SOLD, "product_class": "listed unlisted"}, "product_class"), ({"sold_on": SOLD, "delay_cause": "part"}, "delay_cause"),
    ({"sold_on": SOLD, "user_damage": "yes"}, "user_damage"), ({"equipment_id": "x"}, "equipment_id"), ({"sold_on": SOLD, "colour": "red"}, "colour")])
def test_malformed_questions_are_refused_with_the_parameters_name(company, query, about):
    answer = company.technician.get("/v1/remedies", **query)
    assert answer.status_code == 400 and answer.json()["code"] == "unknown_parameter" and about in answer.text, answer.text


def test_the_largest_numbers_are_answered(company):
    answer = report(company, sold_on="1900-01-01", fault_on="2200-12-31", warranty_until="2200-12-31", repairs_done=1000, days_in_repair=100000, repair_days=10000,
                    delay_cause="parts", contract_return_days=3650, contract_exchange_days=3650, price=100000000000)
    assert {r["basis"] for r in answer["remedies"]} == {"two_repairs", "parts_delay", "warranty"}
    assert requests_without_token(company) == 401


def requests_without_token(company):
    import requests
    return requests.get(company.server.url + "/v1/remedies", params={"sold_on": SOLD}, timeout=40).status_code


def judged(company, remedy, basis, sold_days, kind="individual", finding=None, **facts):
    """Codes with which `submit` refuses the remedy on that basis; nothing is stored."""
    customer, unit = sold(company, days_ago=sold_days, kind=kind)
    case = advance(company, apply(company, customer, unit, kind=remedy, **facts), "submit", report=dict(body_for(company, "report", remedy), **(finding or {})))
    body = dict(SUBMIT[remedy], basis=basis)
    answer = company.dispatcher.post(case["href"] + "/submit", body, dry_run="true", headers={"If-Match": f'"{case["version"]}"'})
    return [e["code"] for e in answer.json().get("errors", [])]


@pytest.mark.parametrize("remedy,basis,sold_days,facts,finding,allowed", [
    ("return", "three_guarantee_7d", 7, {}, {}, True), ("return", "three_guarantee_7d", 8, {}, {}, False), ("return", "three_guarantee_15d", 1, {}, {}, False),
    ("exchange", "three_guarantee_15d", 15, {}, {}, True), ("exchange", "three_guarantee_15d", 16, {}, {}, False),
    ("exchange", "two_repairs", 100, {}, {"repairs_done": 2}, True), ("exchange", "two_repairs", 100, {}, {"repairs_done": 1}, False),
    ("exchange", "two_repairs", 365, {}, {"repairs_done": 2}, True), ("exchange", "two_repairs", 366, {}, {"repairs_done": 2}, False),
    ("exchange", "repair_delay", 100, {}, {"repair_days": 31, "delay_cause": "repairer"}, True), ("exchange", "repair_delay", 100, {}, {"repair_days": 30, "delay_cause": "repairer"}, False),
    ("exchange", "parts_delay", 100, {}, {"repair_days": 61, "delay_cause": "parts"}, True), ("exchange", "parts_delay", 100, {}, {"repair_days": 60, "delay_cause": "parts"}, False),
    ("exchange", "parts_delay", 200, {"product_class": "listed"}, {"repair_days": 90, "delay_cause": "parts"}, False),
    ("exchange", "parts_delay", 200, {"product_class": "listed"}, {"repair_days": 91, "delay_cause": "parts"}, True),
    ("return", "no_rule_7d", 7, {"product_class": "unlisted"}, {}, True), ("return", "no_rule_7d", 8, {"product_class": "unlisted"}, {}, False),
    ("return", "distance_7d", 7, {"distance_sale": True}, {}, True), ("return", "distance_7d", 8, {"distance_sale": True}, {}, False),
    ("return", "contract", 30, {"contract_return_days": 30}, {}, True), ("return", "contract", 31, {"contract_return_days": 30}, {}, False),
    ("exchange", "contract", 31, {"contract_return_days": 30, "contract_exchange_days": 31}, {}, True),
    ("return", "three_guarantee_7d", 1, {}, {"user_damage": True}, False)])
def test_the_guard_of_the_proposal_draws_the_same_line(company, remedy, basis, sold_days, facts, finding, allowed):
    assert judged(company, remedy, basis, sold_days, finding=finding, **facts) == ([] if allowed else ["remedy_not_due"])


def test_a_refund_is_neither_above_the_price_nor_below_what_the_law_leaves(company):
    customer, unit = sold(company, days_ago=101)
    case = advance(company, apply(company, customer, unit), "submit", report=dict(body_for(company, "report", "return"), repairs_done=2, fault_on=day(company)))
    least = PRICE - round(PRICE * 25 * 101 / 10000)

    def submit(amount, basis="two_repairs", **more):
        answer = company.dispatcher.post(case["href"] + "/submit", dict(SUBMIT["return"], basis=basis, refund_amount=amount, **more), dry_run="true", headers={"If-Match": "*"})
        return [e["code"] for e in answer.json().get("errors", [])]

    assert submit(least) == [] and submit(PRICE) == []
    assert submit(least - 1) == ["refund_not_lawful"] and submit(PRICE + 1) == ["refund_not_lawful"]
    assert submit(1, basis="goodwill", goodwill_reason="长期客户") == [] and submit(PRICE + 1, basis="goodwill", goodwill_reason="x") == ["refund_not_lawful"]
