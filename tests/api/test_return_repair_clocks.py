"""The limits of P5, proved by setting the clock: each just before and just after. Time only moves forward here."""

import datetime
import time

import pytest

from aftercare import Company, Server
from return_repairs import CHECKED, PASSED, codes, come_home, forward, serial, supplier, walk_in
from answers import breached, due, eventually


@pytest.fixture(scope="module")
def company():
    """A server of its own: its time is moved by months."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time():
    """Overrides the shared fixture, which would set the clock back."""


def settle_down():
    """A turn of the timers: what was to happen has happened."""
    time.sleep(2)


def tell(company, case, *subjects, **fields):
    return company.return_repair_clerk.fire(case, "notify_customer", told_about=list(subjects), told_by="phone", rights_explained=True,
                                            remedy_offered="loan", **fields)


def now_is(company, case):
    return company.return_repair_clerk.read(case["href"])


def test_the_maker_is_contacted_within_two_working_days_of_registering(company):
    company.set_clock("2027-01-08T15:00:00+08:00")  # a Friday
    case = forward(company, walk_in(company), "registered")
    assert due(case, "supplier_due").isoformat() == "2027-01-13T00:00:00+08:00"
    waiting = company.return_repair_clerk.fire(forward(company, walk_in(company), "registered"), "pause", pause_reason="supplier")
    company.set_clock("2027-01-12T23:59:30+08:00")
    settle_down()
    assert breached(company, case) == []
    company.set_clock("2027-01-13T00:00:30+08:00")
    assert eventually(lambda: breached(company, case)) == ["supplier_due"]
    assert breached(company, waiting) == []
    case = company.return_repair_clerk.fire(case, "agree_supplier", supplier_contact_name="赵工")
    assert case["clocks"] == {} and case["overdue"] is False


def test_the_maker_is_told_within_a_working_day_when_the_item_arrives(company):
    company.set_clock("2027-01-14T15:00:00+08:00")
    told, arrived, forgotten = (forward(company, walk_in(company), "shipped") for _ in range(3))
    assert due(told, "advise_due").isoformat() == "2027-01-16T00:00:00+08:00"
    assert company.return_repair_clerk.fire(told, "advise_supplier")["clocks"] == {}
    assert set(company.return_repair_clerk.fire(arrived, "confirm_arrival", arrived_safely=True)["clocks"]) == {"chase_exchange"}
    company.set_clock("2027-01-15T23:59:30+08:00")
    settle_down()
    assert "advise_due" not in breached(company, forgotten)
    company.set_clock("2027-01-16T00:00:30+08:00")
    assert eventually(lambda: "advise_due" in breached(company, forgotten)) and "advise_due" not in breached(company, told) + breached(company, arrived)


def test_each_class_is_chased_in_its_own_rhythm_that_begins_anew_at_each_chase(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-01-18T09:00:00+08:00")
    exchange = forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2027-01-31"})
    urgent = forward(company, walk_in(company, priority="urgent"), "at_supplier", hand_over={"expected_return_at": "2027-01-31"})
    warranty = forward(company, walk_in(company), "at_supplier", register={"repair_class": "warranty"}, hand_over={"expected_return_at": "2027-01-31"})
    paid = forward(company, walk_in(company), "supplier_agreed", register={"repair_class": "chargeable"}, hand_over={"expected_return_at": "2027-01-31"})
    paid = tell(company, clerk.fire(paid, "quote", quote_amount=9000), "quote")
    paid = forward(company, clerk.fire(paid, "accept_quote", decided_by="李明"), "at_supplier")
    # `far` days from the start of the rhythm, a minute before and after
    start = {name: due(case, f"chase_{rule}") for name, case, rule in
             (("exchange", exchange, "exchange"), ("urgent", urgent, "exchange"), ("warranty", warranty, "warranty"), ("paid", paid, "chargeable"))}
    assert [round((start[n] - datetime.datetime.fromisoformat("2027-01-18T09:00:00+08:00")).total_seconds() / 86400) for n in
            ("exchange", "urgent", "warranty", "paid")] == [2, 1, 7, 7]
    assert due(exchange, "chase_exchange") == datetime.datetime.fromisoformat(exchange["next_chase_at"])

    company.set_clock("2027-01-19T08:59:30+08:00")
    settle_down()
    assert breached(company, urgent) == []
    company.set_clock("2027-01-19T09:01:00+08:00")
    assert eventually(lambda: breached(company, urgent)) == ["chase_exchange"]
    company.set_clock("2027-01-20T08:59:30+08:00")
    settle_down()
    assert breached(company, exchange) == []
    chased = clerk.fire(exchange, "chase", answered=True, answer="检测中")
    assert chased["chases"] == 1 and due(chased, "chase_exchange").isoformat().startswith("2027-01-22T08:59:3")
    company.set_clock("2027-01-20T09:01:00+08:00")
    settle_down()
    assert breached(company, exchange) == []
    company.set_clock("2027-01-22T09:01:00+08:00")
    assert eventually(lambda: breached(company, exchange)) == ["chase_exchange"]
    company.set_clock("2027-01-25T08:59:30+08:00")
    settle_down()
    assert breached(company, warranty) == breached(company, paid) == []
    company.set_clock("2027-01-25T09:01:00+08:00")
    assert eventually(lambda: breached(company, warranty)) == ["chase_warranty"]
    assert eventually(lambda: breached(company, paid)) == ["chase_chargeable"]
    # The same day's chase list, by the screen's filters.
    listed = clerk.read("/v1/return-repairs", next_chase_at_to="2027-01-26", state="at_supplier", repair_class="warranty,chargeable", limit=200)["data"]
    assert {warranty["id"], paid["id"]} <= {c["id"] for c in listed} and exchange["id"] not in {c["id"] for c in listed}


def test_urgency_given_later_quickens_the_chase_and_waiting_does_not_stop_it(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-02-01T09:00:00+08:00")
    case = forward(company, walk_in(company), "at_supplier", register={"repair_class": "warranty"}, hand_over={"expected_return_at": "2027-02-14"})
    case = clerk.fire(case, "pause", pause_reason="supplier")
    assert due(case, "chase_warranty").isoformat().startswith("2027-02-08T09:00")
    case = clerk.fire(clerk.fire(case, "resume"), "amend", reason="医院停机", priority="urgent")
    assert due(case, "chase_warranty").isoformat().startswith("2027-02-02T09:00")
    assert datetime.datetime.fromisoformat(case["next_chase_at"]) == due(case, "chase_warranty")


def test_a_return_later_than_fourteen_days_is_told_and_again_at_every_further_move(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-02-10T09:00:00+08:00")
    case = forward(company, walk_in(company), "handed_over", hand_over={"expected_return_at": "2027-02-24"})
    assert case["to_tell"] == [] and case["must_tell"] is False  # the 14th day
    case = forward(company, case, "at_supplier")
    case = clerk.fire(case, "move_return_date", expected_return_at="2027-02-25", reason="厂家缺料")
    assert case["to_tell"] == ["long_return"] and case["must_tell"] is True
    assert due(case, "tell_long").isoformat().startswith("2027-02-11T09:00")
    company.set_clock("2027-02-10T12:00:00+08:00")
    again = clerk.fire(case, "move_return_date", expected_return_at="2027-02-26", reason="厂家缺料")
    assert due(again, "tell_long") == due(case, "tell_long")  # moving it once more wins no time
    company.set_clock("2027-02-11T08:59:30+08:00")
    settle_down()
    assert "tell_long" not in breached(company, case)
    company.set_clock("2027-02-11T09:00:30+08:00")
    assert eventually(lambda: "tell_long" in breached(company, case))
    case = tell(company, case, "long_return")
    assert "tell_long" not in case["clocks"] and case["customer_told_until"] == "2027-02-26"
    case = clerk.fire(case, "chase", answered=True, answer="提前", expected_return_at="2027-02-25")
    assert case["to_tell"] == []  # earlier than he knows
    case = clerk.fire(case, "chase", answered=True, answer="又延期", expected_return_at="2027-02-27")
    assert case["to_tell"] == ["long_return"] and "tell_long" in case["clocks"]
    case = clerk.fire(case, "move_return_date", expected_return_at="2027-02-24", reason="厂家加急")
    assert case["to_tell"] == [] and case["must_tell"] is False and "tell_long" not in case["clocks"]


def test_the_fourteenth_day_itself_makes_the_duty_when_nobody_moved_the_date(company):
    company.set_clock("2027-03-01T09:00:00+08:00")
    case = forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2027-03-10"})
    company.set_clock("2027-03-15T23:59:30+08:00")
    settle_down()
    assert now_is(company, case)["to_tell"] == []
    company.set_clock("2027-03-16T00:00:30+08:00")
    case = eventually(lambda: (lambda c: c if c["to_tell"] else None)(now_is(company, case)))
    assert case["to_tell"] == ["long_return"] and "tell_long" in case["clocks"] and case["last_event"] == "pass_return_date"
    refused = company.return_repair_clerk.try_fire(case, "notify_customer", told_about=["long_return"], told_by="phone", rights_explained=True)
    assert codes(refused) == ["date_in_past"]
    case = tell(company, case, "long_return", expected_return_at="2027-03-20")
    company.set_clock("2027-03-20T23:59:00+08:00")
    settle_down()
    assert now_is(company, case)["to_tell"] == []
    company.set_clock("2027-03-21T00:00:30+08:00")
    assert eventually(lambda: now_is(company, case)["to_tell"]) == ["long_return"]


def test_scrap_and_loss_are_told_within_four_elapsed_hours(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-03-27T20:00:00+08:00")  # Saturday night
    scrap = forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2027-04-05"})
    lost = forward(company, walk_in(company), "shipped", hand_over={"expected_return_at": "2027-04-05"})
    company.set_clock("2027-03-27T22:00:00+08:00")
    scrap = clerk.fire(scrap, "declare_scrap", scrap_reason="烧毁", maker_word="不可修")
    lost = clerk.fire(lost, "report_loss", loss={"what": "主板", "holder": "顺丰", "value": 1, "evidence": "x"})
    company.set_clock("2027-03-28T01:59:30+08:00")
    settle_down()
    assert breached(company, scrap) == breached(company, lost) == []
    company.set_clock("2027-03-28T02:00:30+08:00")
    assert eventually(lambda: breached(company, scrap)) == ["tell_scrap"]
    assert eventually(lambda: breached(company, lost)) == ["tell_loss"]
    assert tell(company, scrap, "scrap")["clocks"] == {}
    lost = tell(company, lost, "loss")
    assert set(lost["clocks"]) == {"carrier_claim"}
    company.set_clock("2027-04-03T21:59:30+08:00")
    settle_down()
    assert breached(company, lost) == ["tell_loss"]
    company.set_clock("2027-04-03T22:00:30+08:00")
    assert eventually(lambda: "carrier_claim" in breached(company, lost))
    assert clerk.fire(lost, "claim_carrier", carrier_claim_no="LP-2")["clocks"] == {}


def test_three_days_past_the_carriers_date_an_item_counts_as_lost_on_either_leg(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-04-12T09:00:00+08:00")
    out = forward(company, walk_in(company), "shipped", ship={"carrier_due_on": "2027-04-14"}, hand_over={"expected_return_at": "2027-04-25"})
    back = forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2027-04-25"})
    back = clerk.fire(back, "announce_back", back_carrier="京东", back_waybill="JD-77", back_due_on="2027-04-14")
    home = forward(company, walk_in(company), "shipped", ship={"carrier_due_on": "2027-04-14"}, hand_over={"expected_return_at": "2027-04-25"})
    home = clerk.fire(home, "confirm_arrival", arrived_safely=True)
    company.set_clock("2027-04-17T23:59:30+08:00")
    settle_down()
    assert [now_is(company, c)["state"] for c in (out, back)] == ["shipped", "at_supplier"]
    company.set_clock("2027-04-18T00:00:30+08:00")
    assert eventually(lambda: now_is(company, out)["state"] == "lost" and now_is(company, back)["state"] == "lost")
    assert now_is(company, home)["state"] == "at_supplier"
    seen = now_is(company, back)
    assert seen["loss"] == {"what": "主板", "holder": "京东", "value": 80000, "evidence": "JD-77"} and seen["to_tell"] == ["loss"]
    assert set(seen["clocks"]) == {"tell_loss", "carrier_claim"}
    told = company.deputy_gm.read("/v1/notifications", entity=back["id"])["data"]
    assert "loss_reported" in [n["code"] for n in told]


def test_a_maker_that_is_silent_three_times_may_be_left(company):
    clerk = company.return_repair_clerk
    company.set_clock("2027-05-10T09:00:00+08:00")
    case = forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2027-05-20"})
    change = dict(supplier_id=supplier(company)["id"], supplier_contact_name="孙工", item_is_back=True)

    def silent():
        return [n for n in company.materials_officer.read("/v1/notifications", entity=case["id"])["data"] if n["code"] == "supplier_silent"]

    for day, unanswered in ((12, 1), (14, 2)):
        company.set_clock(f"2027-05-{day}T08:00:00+08:00")
        case = clerk.fire(case, "chase", answered=False)
        assert case["unanswered"] == unanswered
    assert silent() == [] and codes(clerk.try_fire(case, "change_supplier", **change)) == ["no_reason_to_change"]
    case = clerk.fire(case, "chase", answered=True, answer="稍候")
    for unanswered in (1, 2, 3):
        case = clerk.fire(case, "chase", answered=False)
        assert case["unanswered"] == unanswered
    assert len(silent()) == 1
    assert clerk.fire(case, "change_supplier", **change)["state"] == "supplier_agreed"


def signals(company, case):
    return [l for l in company.dispatcher.read("/v1/links", entity=case["id"])["data"] if l["to_machine"] == "recall_signal"]


def checked(company, model, number=None, **fields):
    case = walk_in(company, model=model, serial=number or serial())
    return forward(company, case, "tested", test=fields)


def test_three_serials_of_a_model_with_one_fault_within_90_days_make_a_signal(company):
    company.set_clock("2027-06-01T09:00:00+08:00")
    first = checked(company, "X-90")
    again = checked(company, "X-90", number=first["serial"])  # the same unit twice is one serial
    others = [checked(company, "X-90", fault_kind="no_display"), checked(company, "X-90", cause="human"), checked(company, "Y-1")]
    late = [checked(company, "Z-90"), checked(company, "Z-90")]
    company.set_clock("2027-08-30T08:59:00+08:00")
    second = checked(company, "X-90")
    assert not any(signals(company, c) for c in [first, again, second] + others)
    third = checked(company, "X-90")
    assert [(s["to_event"], s["mode"]) for s in signals(company, third)] == [("log", "later")]
    fourth = checked(company, "X-90")
    assert signals(company, fourth) == []  # one signal is enough
    company.set_clock("2027-08-30T09:00:30+08:00")  # the 90 days of the first two are over
    assert signals(company, checked(company, "Z-90")) == [] and late


def test_what_is_never_collected_ends_with_its_repair(company):
    company.set_clock("2027-08-31T09:00:00+08:00")
    company.people.pop("technician", None)
    technician = company.technician
    repair = technician.fire(company.register(channel="carry_in"), "accept_carry_in", tag_no="T-7", device_kept=True, copy_with_customer=True,
                             devices=[{"item": "主机", "condition": "完好"}])
    repair = technician.fire(technician.fire(repair, "start_repair", diagnosis="主板"), "rediagnose", diagnosis="主板")
    repair = technician.fire(repair, "start_return_repair", diagnosis="需返厂")
    repair = come_home(company, repair, "repaired")
    repair = technician.fire(repair, "solve", solution="装回", test_passed=True)
    case = company.dispatcher.read("/v1/return-repairs", parent=repair["id"])["data"][0]
    for day in ("2027-09-08", "2027-10-01", "2027-11-01"):
        company.set_clock(day + "T10:00:00+08:00")
        repair = company.dispatcher.fire(repair, "remind_collection", notice_channels=["phone", "message"])
    company.set_clock("2027-12-01T09:00:00+08:00")
    company.deputy_gm.fire(repair, "decide_uncollected", uncollected_decision="dispose", legal_advice="按民法典")
    seen = now_is(company, case)
    assert (seen["state"], seen["outcome"]) == ("scrap_disposed", "scrap_disposed")


def test_a_case_without_a_step_for_a_week_is_found(company):
    company.set_clock("2028-01-03T09:00:00+08:00")
    forgotten = forward(company, walk_in(company), "tested")
    company.set_clock("2028-01-10T09:01:00+08:00")
    fresh = forward(company, walk_in(company), "tested")
    listed = company.return_repair_clerk.read("/v1/return-repairs", open="true", state="tested", changed_to="2028-01-03T09:01:00+08:00", limit=200)["data"]
    assert forgotten["id"] in [c["id"] for c in listed] and fresh["id"] not in [c["id"] for c in listed]


def test_the_items_of_a_clerk_who_is_absent_or_left_are_to_be_reassigned(company):
    company.set_clock("2028-01-11T09:00:00+08:00")
    company.people.pop("technician", None)
    case = forward(company, walk_in(company), "handed_over")
    leaving = company.hire("return_repair_clerk", name="离职返修员")
    theirs = company.dispatcher.fire(forward(company, walk_in(company), "at_supplier"), "reassign", assignee_id=leaving.id, reassign_reason="overload")
    company.admin.fire(leaving.person, "leave", reason="离职")
    company.dispatcher.create("absences", person_id=company.return_repair_clerk.id, kind="ill", from_at=company.at(1), to_at=company.at(50))
    assert eventually(lambda: company.dispatcher.read(theirs["href"]).get("to_reassign")) == "barred_or_left"
    assert company.dispatcher.read(case["href"]).get("to_reassign") is None
    company.set_clock("2028-01-11T10:00:30+08:00")
    assert eventually(lambda: company.dispatcher.read(case["href"]).get("to_reassign")) == "absence"
    listed = company.dispatcher.read("/v1/worklist", machine="return_repair", to_reassign="true", limit=200)["data"]
    assert {case["id"], theirs["id"]} <= {w["id"] for w in listed}
    other = company.hire("return_repair_clerk", name="替班返修员")
    theirs = company.dispatcher.fire(theirs, "reassign", assignee_id=other.id, reassign_reason="left_company")
    assert theirs.get("to_reassign") is None and theirs["assignee_id"] == other.id and "chase_exchange" in theirs["clocks"]


def test_the_figures_of_the_makers_count_each_shipment_by_itself(company):
    company.set_clock("2028-03-01T09:00:00+08:00")
    company.people.pop("technician", None)
    clerk, shipping, officer = company.return_repair_clerk, company.shipping_clerk, company.materials_officer
    good, bad = supplier(company, name="好厂家"), supplier(company, name="差厂家")
    far = {"expected_return_at": "2028-03-12"}
    one, two, three, lost, found = (forward(company, walk_in(company), "at_supplier", hand_over=far, register={"supplier_id": s["id"]}) for s in (good, bad, bad, bad, good))
    late = forward(company, walk_in(company), "packed", hand_over=far, register={"supplier_id": good["id"]})
    company.set_clock("2028-03-03T09:00:00+08:00")
    clerk.fire(forward(company, one, "back_received"), "verify", **PASSED)  # two days
    two = clerk.fire(two, "refuse_supplier", refusal="opened", maker_word="拆封")
    two = clerk.fire(two, "change_supplier", supplier_id=good["id"], supplier_contact_name="孙工", item_is_back=True)
    for case in (lost, found):
        case = clerk.fire(case, "report_loss", loss={"what": "主板", "holder": "厂家", "value": 1, "evidence": "x"})
    clerk.fire(case, "found", found_place="supplier", returned_condition="x")
    two = forward(company, two, "at_supplier")
    company.set_clock("2028-03-05T09:00:00+08:00")
    for _ in range(2):  # comes back twice as it went: after four days, then at once
        three = clerk.fire(forward(company, three, "back_received"), "resend", test_result="x", instruments=[{"facility_code": "MM-001"}], part_test_passed=False,
                           packing_checked=CHECKED)
    company.set_clock("2028-03-07T09:00:00+08:00")
    forward(company, two, "back_received", receive_back={"back_outcome": "returned_unrepaired"})  # four days at the second one

    def figures(first, last):
        rows = officer.read("/v1/reports/suppliers", **{"from": first, "to": last})["data"]
        return {r["supplier"]: {k: v for k, v in r.items() if v and k not in ("supplier", "supplier_id")} for r in rows}

    assert figures("2028-03-01", "2028-03-31") == {
        "差厂家": {"shipments": 4, "items": 3, "back": 2, "mean_days": 2.0, "repaired": 2, "refused": 1, "lost": 1, "failed": 2, "twice_failed": 1},
        "好厂家": {"shipments": 3, "items": 3, "back": 2, "mean_days": 3.0, "repaired": 1, "returned_unrepaired": 1}}
    assert figures("2028-03-03", "2028-03-04") == {"好厂家": {"shipments": 1, "items": 1, "back": 1, "mean_days": 4.0, "returned_unrepaired": 1}}
    shipping.fire(late, "ship", carrier="顺丰", waybill="1", insured_value=1, carrier_due_on="2028-03-09")
    assert figures("2028-03-01", "2028-03-06")["好厂家"]["shipments"] == 3 and figures("2028-03-01", "2028-03-07")["好厂家"]["shipments"] == 4
    for wrong in ({"from": "2028-03-01"}, {"from": "2028-03-01", "to": "2028-02-30"}, {"from": "2028-03-01", "to": "2028-03-31", "x": "1"}):
        assert officer.get("/v1/reports/suppliers", **wrong).status_code == 400
    outlet = company.dispatcher.create("outlets", name="城南网点", kind="external", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    assert manager.get("/v1/reports/suppliers", **{"from": "2028-03-01", "to": "2028-03-31"}).status_code == 403


def test_what_a_walk_in_never_collects_is_decided_on_after_ninety_days_and_three_attempts(company):
    company.set_clock("2028-04-03T09:00:00+08:00")
    company.people.pop("technician", None)
    deputy, technician = company.deputy_gm, company.technician
    case = forward(company, walk_in(company), "to_technician", hand_over={"expected_return_at": "2028-04-10"},
                   register={"leftover_parts": [{"name": "CPU", "quantity": 1, "tag_no": "S1", "place": "A"}]}, receive_back={"back_outcome": "returned_unrepaired"})
    by_repair = forward(company, walk_in(company), "to_technician", hand_over={"expected_return_at": "2028-04-10"})
    away = company.return_repair_clerk.fire(forward(company, walk_in(company), "at_supplier", hand_over={"expected_return_at": "2028-04-10"}), "declare_scrap",
                                            scrap_reason="x", maker_word="y")
    company.set_clock("2028-07-02T08:59:00+08:00")
    advice = dict(legal_advice="按民法典提存")

    def codes_of(entity):
        return sorted(codes(deputy.try_fire(entity, "close_uncollected", **advice)))

    assert codes_of(case) == ["leftovers_in_store", "not_kept_long_enough", "not_tried_enough"]
    for channel, day in (("phone", 2), ("letter", 2), ("phone", 3)):
        company.set_clock(f"2028-07-0{day}T09:0{1 if channel == 'phone' else 2}:00+08:00")
        for entity in (case, away):
            company.dispatcher.fire(entity, "contact_attempt", channel_used=channel, contact_result="no_answer")
    assert codes_of(case) == ["leftovers_in_store"] and codes_of(away) == ["item_not_here"]
    assert codes_of(by_repair) == ["not_tried_enough"]
    technician.fire(case, "take_leftovers", leftovers_taken=[{"tag_no": "S1", "quantity": 1}])
    assert technician.try_fire(case, "close_uncollected", **advice).status_code == 403
    done = deputy.fire(case, "close_uncollected", **advice)
    assert (done["state"], done["outcome"]) == ("scrap_disposed", "scrap_disposed")
