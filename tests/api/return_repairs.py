"""What the tests of the return repair share: items on their way, as far as a test needs them."""

import uuid

from test_facilities_story import instrument
from test_races import advance
from test_walker import prepare

METERS = [{"facility_code": "MM-001"}]
DEVICES = [{"item": "主机", "condition": "完好"}]
TEST = dict(test_result="电容鼓包,主板不加电", cause="product", fault_kind="no_power", instruments=METERS, data_handling="no_data")
PACKING = {"hard_disk": ["antistatic_bag", "disk_shock_box"], "cpu_memory": ["foam_wrap"], "board": ["board_bag", "board_box"],
           "drive_keyboard": ["proper_box"], "display_glass": ["dedicated_box", "foam_lining"],
           "other_shell": ["standard_pack", "foam_six_sides"]}
CHECKED = PACKING["board"] + ["packing_list", "repair_card"]
BACK = dict(back_outcome="repaired", returned_condition="完好")
PASSED = dict(identity_checked=True, test_result="合格", instruments=METERS, part_test_passed=True, whole_test_passed=True)
ORDER = ["received", "tagged", "tested", "handed_over", "registered", "supplier_agreed", "packed", "shipped", "at_supplier", "back_received",
         "verified", "to_technician"]


def serial(prefix="MB"):
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def supplier(company, **fields):
    body = dict(name="厂家" + uuid.uuid4().hex[:6], kind="maker", contact_name="赵工", phone="02155550000", address="上海市张江路1号", brands=["华硕"])
    return company.return_repair_clerk.create("supplier-contacts", **{**body, **fields})


def bench(company):
    """The instruments of the test bench, entered once."""
    if not company.facility_keeper.read("/v1/facilities", code="MM-001")["data"]:
        for code in ("MM-001", "DC-002"):
            instrument(company, code, cal_interval_months=60)


def held(company, **fields):
    """A repair whose device is at the centre, for which a solution is sought."""
    prepare(company)
    bench(company)
    repair = advance(company, company.register(**fields), "start_repair")
    repair = company.technician.fire(repair, "take_back", diagnosis="主板故障", devices=DEVICES, copy_with_customer=True, price_told=100000, consent_by="李明")
    return company.technician.fire(repair, "hand_slip_copy", handed_to=company.dispatcher.id)


def item_of(company, repair):
    return company.dispatcher.read("/v1/return-repairs", parent=repair["id"], open="true")["data"][0]


def sent_by_repair(company, repair=None, **item):
    """The repair that waits, and the case that it has opened."""
    repair = repair or held(company)
    body = {"item": "主板", "item_category": "board", "model": "B760-" + uuid.uuid4().hex[:6], "serial": serial(), **item}
    repair = company.technician.fire(repair, "start_return_repair", diagnosis="主板不加电", return_item=body)
    return repair, company.dispatcher.read(item_of(company, repair)["href"])


def walk_in(company, by=None, **fields):
    """An item that a customer has brought without a repair."""
    bench(company)
    customer = company.customer_with_unit()[0]
    body = dict(customer_id=customer["id"], item="主板", item_category="board", model="B760-" + uuid.uuid4().hex[:6], serial=serial(), fault="不加电",
                contact_name="李明", contact_phone="13912345678", copy_with_customer=True)
    return (by or company.technician).create("return-repairs", **{**body, **fields})


def next_step(company, state, extra):
    technician, clerk = company.technician, company.return_repair_clerk
    return {
        "received": (technician, "tag", lambda: dict(tag_no="T-" + uuid.uuid4().hex[:6])),
        "tagged": (technician, "test", lambda: TEST),
        "tested": (technician, "hand_over", lambda: dict(clerk_id=clerk.id, both_signed=True, expected_return_at=company.day(10))),
        "handed_over": (clerk, "register", lambda: dict(repair_class="exchange", leftover_parts=[],
                                                        **({} if "supplier_id" in extra else {"supplier_id": supplier(company)["id"]}))),
        "registered": (clerk, "agree_supplier", lambda: dict(supplier_contact_name="赵工")),
        "supplier_agreed": (clerk, "pack", lambda: dict(packing_checked=CHECKED)),
        "packed": (company.shipping_clerk, "ship", lambda: dict(carrier="顺丰", waybill=serial("SF"), insured_value=80000, carrier_due_on=company.day(3))),
        "shipped": (clerk, "confirm_arrival", lambda: dict(arrived_safely=True)),
        "at_supplier": (company.shipping_clerk, "receive_back", lambda: BACK),
        "back_received": (clerk, "verify", lambda: PASSED),
        "verified": (clerk, "deliver_internal", lambda: dict(receipt_to=company.dispatcher.id, technician_id=technician.id)),
    }[state]


def forward(company, case, upto, **steps):
    """Takes the straight way to a state; `steps` overrides what is filled in, by event."""
    bench(company)
    while case["state"] != upto:
        extra = next((steps[e] for e in steps if e == next_step(company, case["state"], {"supplier_id": 1})[1]), {})
        who, event, body = next_step(company, case["state"], extra)
        case = who.fire(case, event, **{**body(), **extra})
    return case


def come_home(company, repair, outcome):
    """What the repair has sent comes home from the maker; the repair goes on by itself."""
    case = forward(company, item_of(company, repair), "verified", tag={"tag_no": "F-1", "item_category": "board"}, receive_back={"back_outcome": outcome})
    company.return_repair_clerk.fire(case, "deliver_internal", receipt_to=company.dispatcher.id)
    return company.dispatcher.read(repair["href"])


def codes(answer):
    assert answer.status_code == 422, answer.text
    return [e["code"] for e in answer.json()["errors"]]


def forms(company, entity):
    return [r["form"] for r in company.dispatcher.read(entity["href"] + "/records")["data"]]


def settle(company, repair):
    """The waiting repair goes on to its end with the customer."""
    technician = company.technician
    repair = technician.fire(repair, "solve", solution="更换主板", test_passed=True)
    return technician.fire(repair, "settle", customer_opinion="好", device_returned=True, customer_copy_taken_in=True,
                           customer_signature={"name": "李明", "content_sha256": repair["content_sha256"]})
