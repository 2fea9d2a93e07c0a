"""P8 as a service manager would tell it: a complete set that trips at hour 70, goods delivered alone, an exchange."""

import datetime
import re

import pytest

from aftercare import Company, Server
from deliveries import LINES, DELIVERY, alone, buyer, codes, complete_set, driver, go, installer, packing_of, serial, signature, window
from answers import eventually


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Time only moves forward here, as in life; overrides the shared fixture."""


def hours_after(moment, hours, seconds=0):
    return (datetime.datetime.fromisoformat(moment) + datetime.timedelta(hours=hours, seconds=seconds)).isoformat()


def test_a_complete_set_trips_at_hour_70_runs_again_is_escorted_and_accepted(company):
    company.set_clock("2027-03-01T08:30:00+08:00")
    fitter, customer = installer(company), buyer(company)
    number = serial()
    d = complete_set(company, customer_id=customer["id"], promised_on="2027-03-03", contract_amount=9800000, required_skill="computer", warranty_months=24,
                     customer_supplies=["power", "water"])
    assert d["number"].startswith("DL-") and d["state"] == "contract_received" and d["trial_hours"] == 72 and d["escort_hours"] == 48
    assert d["clocks"]["delivery_due"]["due_at"].startswith("2027-03-04T00:00") and d["address"] == "滨海市城东区和平街2号"
    assert d["id"] in [x["id"] for x in company.materials_officer.read("/v1/deliveries", state="contract_received", promised_on_to="2027-03-03")["data"]]

    # Counted against the packing list; two people sign the handover inside.
    d = company.materials_officer.fire(d, "pack", packing=packing_of(LINES, number), packing_by="company_standard", transport_safe=True)
    d = company.materials_officer.fire(d, "hand_over")
    assert d["state"] == "packed" and d["given_by"] == company.materials_officer.id
    d = company.dispatcher.fire(d, "hand_over")
    assert d["state"] == "handed_over" and d["taken_by"] == company.dispatcher.id

    # Vehicle and person, the call, the run, both signatures.
    who = driver(company)
    d = company.dispatcher.fire(d, "schedule", **window(company, d, who, vehicle="冀C-A1234"))
    assert [x["id"] for x in company.dispatcher.read("/v1/deliveries", vehicle="冀C-A1234", customer_called="false")["data"]] == [d["id"]]
    assert [x["id"] for x in who.read("/v1/deliveries", assignee="me")["data"]] == [d["id"]]
    d = company.dispatcher.fire(d, "notify_customer", called_customer_at=company.at(0), reached=True)
    d = company.dispatcher.fire(d, "depart")
    d = who.fire(d, "sign_delivery", unpacking_needed=True, unpacking_findings="外观完好,数量相符", customer_signature=signature(d))
    assert d["state"] == "received_on_site" and d["delivered_at"] and d["clocks"] == {}

    # The day is agreed, the plan approved and told, the customer asked for power and water.
    d = go(company, d, ["fix_date", "write_plan", "approve_plan", "prepare", "install", "commission"])
    assert d["assignee_id"] == fitter.id and d["trial_due"] is True
    d = fitter.fire(d, "start_trial", load_percent=100, commissioning_result="参数正常")
    first = d["trial_from"]
    assert d["clock"] == "trial" and d["trial_until"] == hours_after(first, 72)
    company.set_clock(hours_after(first, 70))
    d = fitter.fire(d, "trial_interrupted", interruption="machine_fault", reading="过热保护")
    assert d["state"] == "commissioning" and d.get("trial_until") is None and d["trial_runs"][0]["result"] == "machine_fault"
    assert d.get("clock") is None

    # The clock begins anew: two hours more are not enough, 71:59 neither.
    d = fitter.fire(d, "start_trial", load_percent=100, commissioning_result="更换风扇后正常")
    again = d["trial_from"]
    company.set_clock(hours_after(first, 73))
    assert codes(fitter.try_fire(d, "hand_to_customer")) == ["trial_not_over"]
    d = fitter.fire(d, "log_reading", load_percent=100, reading="温升 35K")
    company.set_clock(hours_after(again, 72, -60))
    assert codes(fitter.try_fire(d, "hand_to_customer")) == ["trial_not_over"]
    company.set_clock(hours_after(again, 72))
    d = fitter.fire(d, "hand_to_customer", reading="满负荷72小时无异常")
    assert d["state"] == "handed_to_customer" and [r["result"] for r in d["trial_runs"]] == ["machine_fault", "passed"]

    # 48 hours of escort, longer while the operator is not able.
    d = fitter.fire(d, "start_escort")
    assert d["operator_able"] is False and d["clock"] == "escort" and d["escort_until"] == hours_after(d["escort_from"], 48)
    assert [x["id"] for x in company.trainer.read("/v1/deliveries", state="escorting", operator_able="false")["data"]] == [d["id"]]
    d = fitter.fire(d, "answer_question", question="如何停机", answer="按急停后断电")
    d = company.trainer.fire(d, "train_customer", operators=[{"name": "张伟", "passed": True}, {"name": "王芳", "passed": False}], training_content="操作", customer_signature=signature(d))
    company.set_clock(hours_after(d["escort_from"], 48, -60))
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_over", "operators_not_able"]
    company.set_clock(hours_after(d["escort_from"], 48))
    assert codes(fitter.try_fire(d, "finish_escort")) == ["operators_not_able"]
    d = fitter.fire(d, "extend_escort", extend_until=hours_after(d["escort_from"], 60), reason="操作人员未完全掌握")
    d = company.trainer.fire(d, "train_customer", operators=[{"name": "王芳", "passed": True}], training_content="再培训", customer_signature=signature(d))
    assert d["operator_able"] is True
    company.set_clock(hours_after(d["escort_from"], 60, -60))
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_over"]
    company.set_clock(hours_after(d["escort_from"], 60))
    d = fitter.fire(d, "finish_escort")

    # Accepted: installed free of charge, the unit is in the file with its warranty, the visits are planned.
    assert codes(fitter.try_fire(d, "set_charges", charge_items=[{"name": "安装费", "kind": "installation", "quantity": 1, "unit_price": 1}])) == ["installation_is_free"]
    d = fitter.fire(d, "set_charges", charge_items=[{"name": "加长线缆", "kind": "material", "quantity": 2, "unit_price": 3000}])
    day = company.day()
    d = fitter.fire(d, "accept_settle", customer_signature=signature(d), payment_status="paid")
    assert d["state"] == "settled" and d["accepted_on"] == day and d["receipt_no"] and d["warranty_until"] == "2029" + day[4:]
    units = company.commerce_officer.read("/v1/equipment", delivery_id=d["id"])["data"]
    assert [(u["serial"], u["accepted_on"], u["warranty_until"], u["model"]) for u in units] == [(number, day, d["warranty_until"], "ZN-9000")]
    assert eventually(lambda: len(company.followup_clerk.read("/v1/visits", customer=customer["id"])["data"]) == 3)
    visits = company.followup_clerk.read("/v1/visits", customer=customer["id"])["data"]
    assert sorted(v["kind"] for v in visits) == ["escort_end", "month_1", "month_6"] and {v["delivery_id"] for v in visits} == {d["id"]}
    assert visits[0]["equipment_id"] == units[0]["id"]

    # The comment column closes it; the slip goes to the dispatcher.
    d = company.dispatcher.fire(d, "comment", customer_opinion="服务周到", satisfaction=5)
    assert d["state"] == "closed" and len(company.followup_clerk.read("/v1/visits", customer=customer["id"])["data"]) == 3
    d = company.dispatcher.fire(d, "collect_slip")
    d = company.finance_officer.fire(d, "record_payment", paid_now=9000000, payment_ref="SK-1")
    assert d["rest_due"] == 800000 and d["id"] in [x["id"] for x in company.commerce_officer.read("/v1/deliveries", rest_due_from=1, contract_no=d["contract_no"])["data"]]
    papers = company.dispatcher.read(d["href"] + "/records")["data"]
    assert sorted(r["form"] for r in papers) == ["acceptance_record", "customer_training", "customer_training", "delivery_note", "delivery_packing_list", "dispatch_slip", "escort_log",
                                                 "handover_record", "installation_plan", "receipt", "trial_run_log", "trial_run_log"]
    slip = [r for r in papers if r["form"] == "dispatch_slip"][0]
    content = company.dispatcher.read(slip["href"])["content"]
    assert content["contract_no"] == d["contract_no"] and content["lines"] == d["lines"] and "serial" not in content
    note = company.dispatcher.get([r for r in papers if r["form"] == "delivery_note"][0]["href"], headers={"Accept": "text/html"}).text
    for paper in papers:
        page = company.dispatcher.get(paper["href"], headers={"Accept": "text/html"})
        # Printed for each that keeps a copy, with its code to scan; people by name.
        assert page.status_code == 200 and "<svg" in page.text and not re.search(r">[0-9a-f]{8}-[0-9a-f]{4}-", page.text), paper["form"]
    assert "送货单" in note and "客户联" in note and number in note and "WWSH-003-P08-R03" in note
    assert company.dispatcher.read("/v1/audit/verify", entity=d["id"])["sound"] is True


def test_goods_delivered_alone_begin_their_warranty_with_the_delivery(company):
    customer, number = buyer(company), serial()
    d = alone(company, customer_id=customer["id"], required_skill="computer")
    assert d["trial_hours"] == 0 and d["escort_hours"] == 0
    d = go(company, d, DELIVERY, pack={"packing": packing_of(LINES, number), "packing_by": "customer_agreed", "transport_safe": True})
    assert codes(company.dispatcher.try_fire(d, "fix_date", install_on=company.day(1), agreed=True, assignee_id=installer(company).id)) == ["no_installation"]
    d = company.dispatcher.fire(d, "close_delivery")
    assert d["state"] == "delivered_only" and d["accepted_on"] == company.day() and d["warranty_until"][:4] == str(int(company.day()[:4]) + 1)
    unit = company.commerce_officer.read("/v1/equipment", serial=number)["data"][0]
    assert unit["delivery_id"] == d["id"] and unit["delivered_on"] == company.day() and unit["skill"] == "computer" and unit["warranty_until"] == d["warranty_until"]
    assert eventually(lambda: len(company.followup_clerk.read("/v1/visits", customer=customer["id"])["data"]) == 3)


def exchange(company, unit=None):
    """An exchange that P9 carries out, and the delivery that it opened."""
    from test_return_exchange import executing
    case = executing(company, kind="exchange")
    assert eventually(lambda: company.dispatcher.read("/v1/deliveries", exchange_of=case["id"])["data"])
    return case, company.dispatcher.read("/v1/deliveries", exchange_of=case["id"])["data"][0]


def test_an_exchange_is_delivered_by_p8_and_goes_on_when_it_has_arrived(company):
    from test_return_exchange import received
    company.technician
    case, d = exchange(company)
    assert d["state"] == "contract_received" and d["customer_id"] == case["customer_id"] and "serial" not in d["lines"][0]
    link = [l for l in company.dispatcher.read("/v1/links", entity=case["id"])["data"] if l["to_machine"] == "delivery"][0]
    assert link["state"] == "done" and link["to_id"] == d["id"]
    number = serial()
    d = go(company, d, ["pack"], pack={"packing": packing_of(d["lines"], number), "packing_by": "company_standard", "transport_safe": True})
    assert codes(company.commerce_officer.try_fire(d, "cancel", cancel_reason="x", goods_back=True)) == ["exchange_running"]
    d = go(company, d, ["give", "take", "schedule", "notify_customer", "depart"])
    assert company.dispatcher.read(case["href"])["exchange_sent_at"] and company.dispatcher.read(case["href"])["replacement_serial"] == number
    d = go(company, d, ["sign_delivery"])
    assert company.dispatcher.read(case["href"]).get("delivered_on") is None
    d = company.dispatcher.fire(d, "close_delivery")
    case = company.dispatcher.read(case["href"])
    assert case["delivered_on"] == company.day() and case["replacement_serial"] == number
    # The unit in the file stays one: P9 gives it its new number.
    assert company.commerce_officer.read("/v1/equipment", serial=number)["data"] == []
    case = received(company, case)
    case = company.materials_officer.fire(case, "complete", customer_signature={"name": "王小明", "content_sha256": case["content_sha256"]})
    assert case["state"] == "completed"
    assert len(company.commerce_officer.read("/v1/equipment", serial=number)["data"]) == 1


def test_an_exchange_withdrawn_before_it_has_left_calls_its_delivery_off(company):
    case, d = exchange(company)
    company.dispatcher.fire(case, "withdraw", withdraw_reason="customer_wish", withdrawal_wish="不换了")
    d = company.dispatcher.read(d["href"])
    assert d["state"] == "cancelled" and d["cancel_reason"] == case["number"]


def test_a_replacement_refused_at_the_door_comes_back_and_is_sent_again(company):
    case, d = exchange(company)
    d = go(company, d, ["pack", "give", "take", "schedule", "notify_customer", "depart"])
    d = company.dispatcher.fire(d, "report_discrepancy", all_refused=True, found=[{"kind": "damaged", "line_no": 1, "qty": 1}])
    d = company.dispatcher.fire(d, "resolve_discrepancy", resolutions=[{"no": 1, "outcome": "given_up"}], goods_back=True, customer_signature=signature(d))
    assert d["state"] == "returned"
    case = company.dispatcher.read(case["href"])
    assert case.get("exchange_sent_at") is None and case["state"] == "executing"
