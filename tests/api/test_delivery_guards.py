"""Every guard of the tables of P8 refuses with its code; a check at the end names those that were not tried. And who may not."""


from answers import eventually
from deliveries import (LINES, alone, at_step, buyer, codes, complete_set, contract, driver, go, installer, packing_of, signature, window)
from test_facilities_story import tool
from test_delivery_steps import accepted_soon, on_the_way

MACHINES = ("delivery", "carrier_claim")
REFUSED = set()
# After hours and days in test_delivery_clocks, with part shipments in test_delivery_steps; the engine's own, shown in the tests of the repair.
ELSEWHERE = {"final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "trial_not_over", "window_over", "parts_missing", "sale_stopped"}


def refused(client, entity, event, expected, **body):
    answer = client.try_fire(entity, event, **body)
    found = [e["code"] for e in answer.json().get("errors", [])]
    assert answer.status_code == 422 and expected in found, (event, answer.status_code, answer.text)
    REFUSED.update(found)


def create_refused(client, expected, **body):
    answer = client.post("/v1/deliveries", body)
    assert answer.status_code == 422 and expected in codes(answer), answer.text
    REFUSED.update(codes(answer))


def forbidden(client, entity, event, **body):
    assert client.try_fire(entity, event, **body).status_code == 403


def test_the_contract(company):
    commerce = company.commerce_officer
    customer, stranger = buyer(company), buyer(company)
    base = dict(customer_id=customer["id"], contract_no="HT-1", lines=LINES)
    create_refused(commerce, "set_without_installation", is_complete_set=True, **base)
    create_refused(commerce, "trial_too_short", is_complete_set=True, install_due=True, trial_hours=71, **base)
    create_refused(commerce, "escort_too_short", install_due=True, escort_hours=47, **base)
    create_refused(commerce, "promise_in_past", promised_on=company.day(-1), **base)
    create_refused(commerce, "part_number_wrong", part_no=3, part_count=2, **base)
    create_refused(commerce, "part_number_wrong", part_no=1, **base)
    main = contract(company, customer_id=stranger["id"], install_due=True)
    create_refused(commerce, "part_of_another", parent_id=main["id"], **base)
    plain = contract(company, customer_id=customer["id"])
    create_refused(commerce, "need_without_installation", parent_id=plain["id"], needed_for_install=True, **base)
    create_refused(commerce, "part_with_installation", **{**base, "customer_id": stranger["id"]}, parent_id=main["id"], needed_for_install=True, install_due=True)
    # The manual's hours are the least; a contract may promise more.
    more = contract(company, install_due=True, is_complete_set=True, trial_hours=100, escort_hours=72)
    assert more["trial_hours"] == 100 and more["escort_hours"] == 72
    packed = go(company, plain, ["pack"])
    refused(commerce, packed, "amend", "contract_fixed", reason="x", promised_on=company.day(3))
    assert commerce.fire(packed, "amend", reason="x", contact_name="王")["contact_name"] == "王"
    gone = company.commerce_officer.create("customers", name="无", kind="government", phone="0318-1", address="x")
    company.dispatcher.fire(gone, "archive")
    create_refused(commerce, "customer_closed", **{**base, "customer_id": gone["id"]})
    for role in (company.dispatcher, company.materials_officer, company.employee):
        assert role.post("/v1/deliveries", base).status_code == 403


def test_an_exchange_has_its_own_delivery(company):
    from test_return_exchange import apply, sold
    customer, unit = sold(company)
    case = apply(company, customer, unit, kind="exchange")
    create_refused(company.commerce_officer, "exchange_not_running", customer_id=customer["id"], contract_no="x", lines=LINES, exchange_of=case["id"])


def test_packing(company):
    materials = company.materials_officer
    d = alone(company)
    good = dict(packing=packing_of(LINES), packing_by="company_standard", transport_safe=True)
    refused(materials, d, "pack", "packing_incomplete", **{**good, "packing": packing_of(LINES[:1])})
    missing = packing_of(LINES)
    missing[-1]["counted"] = 0
    refused(materials, d, "pack", "packing_incomplete", **{**good, "packing": missing})
    foreign = packing_of(LINES) + [{"kind": "goods", "item": "x", "line_no": 3, "expected": 1, "counted": 1}]
    refused(materials, d, "pack", "packing_incomplete", **{**good, "packing": foreign})
    refused(materials, d, "pack", "papers_missing", **{**good, "packing": [p for p in packing_of(LINES) if p["kind"] != "manual"]})
    double = packing_of([{"item": "a", "qty": 1}, {"item": "b", "qty": 1}], "S-1")
    double[1]["serial"] = "S-1"
    two = alone(company, lines=[{"item": "a", "qty": 1}, {"item": "b", "qty": 1}])
    refused(materials, two, "pack", "serial_twice", **{**good, "packing": double})
    _, unit = company.customer_with_unit()
    refused(materials, d, "pack", "unit_in_file", **{**good, "packing": packing_of(LINES, unit["serial"])})
    refused(materials, d, "pack", "not_transport_safe", **{**good, "transport_safe": False})
    forbidden(company.dispatcher, d, "pack", **good)
    d = materials.fire(d, "pack", **good)
    forbidden(company.dispatcher, d, "hand_over")  # who gives signs first
    both = company.hire("materials_officer", "dispatcher")
    d = both.fire(d, "hand_over")
    forbidden(materials, d, "hand_over")
    refused(both, d, "hand_over", "own_handover")
    d = company.dispatcher.fire(d, "hand_over")
    d = company.dispatcher.fire(d, "report_discrepancy", found=[{"kind": "missing", "line_no": 1, "qty": 1}])
    refused(materials, d, "hand_over", "not_counted_again")


def test_an_exchange_names_its_serial(company):
    from test_return_exchange import executing
    case = executing(company, kind="exchange")
    assert eventually(lambda: company.dispatcher.read("/v1/deliveries", exchange_of=case["id"])["data"])
    d = company.dispatcher.read("/v1/deliveries", exchange_of=case["id"])["data"][0]
    packing = packing_of(d["lines"])
    packing[0].pop("serial")
    refused(company.materials_officer, d, "pack", "replacement_unknown", packing=packing, packing_by="company_standard", transport_safe=True)
    refused(company.commerce_officer, d, "cancel", "exchange_running", cancel_reason="x")


def test_scheduling(company):
    dispatcher = company.dispatcher
    d = go(company, alone(company, promised_on=company.day(2)), ["pack", "give", "take"])
    good = window(company, d)
    refused(dispatcher, d, "schedule", "window_wrong", **{**good, "window_from": company.at(-1)})
    refused(dispatcher, d, "schedule", "window_wrong", **{**good, "window_to": company.at(1)})
    refused(dispatcher, d, "schedule", "outside_promise", **{**good, "window_from": company.at(80), "window_to": company.at(82)})
    refused(dispatcher, d, "schedule", "outside_area", **{**good, "in_area": False})
    refused(dispatcher, d, "schedule", "transport_missing", **{**good, "vehicle": None})
    away = driver(company)
    dispatcher.create("absences", person_id=away.id, kind="leave", from_at=company.at(1), to_at=company.at(3))
    refused(dispatcher, d, "schedule", "deliverer_not_active", **{**good, "assignee_id": away.id})
    screwdriver = tool(company, "PG-01")
    refused(dispatcher, d, "schedule", "vehicle_not_usable", **{**good, "vehicle": screwdriver["code"]})
    car = tool(company, "PG-CAR", name="货车", category="vehicle")
    d = dispatcher.fire(d, "schedule", **{**good, "vehicle": car["code"]})
    refused(dispatcher, d, "reassign", "deliverer_not_active", assignee_id=away.id, reassign_reason="ill", handover_note="x")
    # Neither the car nor its driver is on two runs at once.
    other = go(company, alone(company), ["pack", "give", "take"])
    refused(dispatcher, other, "schedule", "run_taken", **window(company, d, vehicle=car["code"]))
    refused(dispatcher, other, "schedule", "run_taken", **{**window(company, d), "assignee_id": good["assignee_id"]})
    assert dispatcher.fire(other, "schedule", **window(company, d, vehicle=car["code"], window_from=company.at(5), window_to=company.at(6)))["state"] == "scheduled"
    refused(dispatcher, d, "notify_customer", "customer_not_reached", called_customer_at=company.at(0), reached=False)
    refused(dispatcher, d, "notify_customer", "call_in_future", called_customer_at=company.at(1), reached=True)
    refused(dispatcher, d, "reschedule", "call_in_future", called_customer_at=company.at(1), reason="x", **window(company, d))
    forbidden(company.hotline_clerk, d, "notify_customer", called_customer_at=company.at(0), reached=True)


def test_at_the_customers_door(company):
    d = on_the_way(company)
    dispatcher = company.dispatcher
    refused(dispatcher, d, "sign_delivery", "our_signature_missing", customer_signature=signature(d))
    refused(dispatcher, d, "sign_delivery", "signature_missing", deliverer_name="司机")
    refused(dispatcher, d, "sign_delivery", "signed_other_content", deliverer_name="司机", customer_signature={"name": "李明", "content_sha256": "0" * 64})
    refused(dispatcher, d, "sign_delivery", "unpacking_missing", deliverer_name="司机", customer_signature=signature(d), unpacking_needed=True)
    forbidden(driver(company), d, "sign_delivery", customer_signature=signature(d))  # somebody else's run
    refused(dispatcher, d, "report_discrepancy", "discrepancy_does_not_fit", found=[{"kind": "missing", "line_no": 2, "qty": 4}])
    refused(dispatcher, d, "report_discrepancy", "discrepancy_does_not_fit", found=[{"kind": "missing", "line_no": 3, "qty": 1}])
    refused(dispatcher, d, "report_discrepancy", "not_all_refused", all_refused=True, found=[{"kind": "refused", "line_no": 2, "qty": 3}])
    refused(dispatcher, d, "fail_delivery", "first_run_free", fail_reason="refused", evidence="x", attempt_fee=1)
    loss = {"what": "x", "holder": "y", "value": 1, "evidence": "z"}
    refused(dispatcher, d, "report_loss", "found_missing", loss=loss)
    d = dispatcher.fire(d, "report_discrepancy", all_refused=True, found=[{"kind": "refused", "line_no": 1, "qty": 1}, {"kind": "refused", "line_no": 2, "qty": 3}])
    outcomes = [{"no": 1, "outcome": "credited"}, {"no": 2, "outcome": "credited"}]
    refused(dispatcher, d, "resolve_discrepancy", "discrepancy_open", resolutions=outcomes[:1], customer_signature=signature(d))
    refused(dispatcher, d, "resolve_discrepancy", "goods_not_back", resolutions=outcomes, customer_signature=signature(d))
    refused(dispatcher, d, "resolve_discrepancy", "signature_missing", resolutions=outcomes, goods_back=True)
    done = go(company, on_the_way(company), ["sign_delivery"])
    refused(company.deputy_gm, done, "make_loss_good", "no_loss", reason="x")
    done = dispatcher.fire(done, "report_loss", loss=loss)
    refused(dispatcher, done, "report_loss", "loss_reported", loss=loss)
    refused(dispatcher, done, "close_delivery", "loss_open")
    due = at_step(company, contract(company, install_due=True), "fix_date")
    refused(dispatcher, due, "close_delivery", "installation_due")
    contract(company, customer_id=due["customer_id"], parent_id=due["id"])
    accepted = dict(install_on=company.day(1), agreed=True, assignee_id=installer(company).id)
    assert dispatcher.fire(due, "fix_date", **accepted)["state"] == "install_dated"  # a part that the installation does not need
    alone_with_part = contract(company)
    contract(company, customer_id=alone_with_part["customer_id"], parent_id=alone_with_part["id"])
    refused(company.commerce_officer, alone_with_part, "cancel", "parts_open", cancel_reason="x")


def test_the_installer_is_qualified(company):
    dispatcher, d = company.dispatcher, at_step(company, contract(company, install_due=True, required_skill="computer"), "fix_date")
    good = dict(install_on=company.day(1), agreed=True, assignee_id=installer(company).id)
    refused(dispatcher, d, "fix_date", "customer_must_agree", **{**good, "agreed": False})
    refused(dispatcher, d, "fix_date", "install_date_in_past", **{**good, "install_on": company.day(-1)})
    unqualified = company.hire("installer")
    wrong_skill = company.hire("installer", skills=["computer"])
    not_for_this = company.hire("installer", skills=["installation"])
    barred = company.hire("installer", skills=["installation", "computer"])
    company.admin.fire(barred.person, "bar", bar_reason="违章")
    for person in (unqualified, wrong_skill, not_for_this, barred, company.technician):
        refused(dispatcher, d, "fix_date", "installer_not_qualified", **{**good, "assignee_id": person.id})
    d = dispatcher.fire(d, "fix_date", **good)
    refused(dispatcher, d, "reassign", "installer_not_qualified", assignee_id=wrong_skill.id, reassign_reason="ill", handover_note="x")
    plain = go(company, on_the_way(company), ["sign_delivery"])
    refused(dispatcher, plain, "fix_date", "no_installation", **good)
    # Qualified when the day was fixed, not any more on the day.
    expiring = company.hire("installer", skills=["installation", "computer"])
    d = dispatcher.fire(d, "reassign", assignee_id=expiring.id, reassign_reason="ill", handover_note="x")
    d = expiring.fire(d, "write_plan", installation_plan="x")
    d = company.deputy_gm.fire(d, "approve_plan")
    d = expiring.fire(d, "prepare", tools_on_site=True, plan_told=True)
    company.admin.fire(company.admin.read(expiring.person["href"]), "qualify", qualified_scope=["computer"], qualified_until=company.day(100))
    refused(expiring, d, "install", "installer_not_qualified")
    forbidden(installer(company), d, "install")  # somebody else's site


def test_the_site(company):
    fitter, dispatcher = installer(company), company.dispatcher
    d = at_step(company, contract(company, install_due=True, customer_supplies=["power", "water"]), "write_plan")
    good = dict(tools_on_site=True, plan_told=True, supplies_asked=["power", "water", "air"])
    refused(fitter, d, "prepare", "plan_missing", **good)
    refused(company.deputy_gm, d, "approve_plan", "plan_missing")
    head = company.hire("installer", "dept_head", "technician", department="tech_dept")
    d = head.fire(d, "write_plan", installation_plan="x")
    refused(head, d, "approve_plan", "own_plan")
    refused(fitter, d, "prepare", "tools_missing", **{**good, "tools_on_site": False})
    refused(fitter, d, "prepare", "plan_not_told", **{**good, "plan_told": False})
    refused(fitter, d, "prepare", "supplies_not_asked", **{**good, "supplies_asked": ["power"]})
    refused(fitter, d, "prepare", "supplies_not_asked", tools_on_site=True, plan_told=True)
    d = fitter.fire(d, "prepare", **good)
    refused(fitter, d, "install", "plan_not_approved", supplies_ready=True)
    d = company.deputy_gm.fire(d, "approve_plan")
    refused(fitter, d, "install", "supplies_missing")
    refused(fitter, d, "pause", "site_note_missing", pause_reason="site", customer_signature=signature(d))
    refused(fitter, d, "pause", "signature_missing", pause_reason="site", site_note="无电", risk_borne_by="customer")
    d = fitter.fire(d, "pause", pause_reason="site", site_note="无电", risk_borne_by="customer", customer_signature=signature(d))
    refused(fitter, d, "pause", "already_paused", pause_reason="site", site_note="无电", risk_borne_by="customer", customer_signature=signature(d))
    refused(fitter, d, "install", "work_waits", supplies_ready=True)
    refused(company.commerce_officer, d, "decide_site", "site_not_due", site_decision="take_back")
    refused(company.commerce_officer, d, "decide_site", "goods_not_back", site_decision="take_back")
    forbidden(dispatcher, d, "decide_site", site_decision="wait")
    d = fitter.fire(d, "resume")
    refused(fitter, d, "resume", "not_paused")
    d = fitter.fire(d, "install", supplies_ready=True)
    refused(fitter, d, "commission", "plan_not_followed", plan_followed=False)
    early = contract(company)
    assert dispatcher.try_fire(early, "pause", pause_reason="site", site_note="x", risk_borne_by="company").status_code == 409


def test_the_trial(company):
    fitter = installer(company)
    without = at_step(company, contract(company, install_due=True), "skip_trial")
    refused(fitter, without, "start_trial", "no_trial_due", load_percent=100, commissioning_result="x")
    d = at_step(company, complete_set(company), "start_trial")
    refused(fitter, d, "skip_trial", "trial_due", commissioning_result="x")
    refused(fitter, d, "start_trial", "not_full_load", load_percent=99, commissioning_result="x")
    refused(fitter, d, "start_trial", "instrument_not_usable", load_percent=100, commissioning_result="x", instruments=[{"facility_code": "NONE-1"}])
    refused(fitter, d, "start_trial", "test_day_ahead", load_percent=100, commissioning_result="x", tested_on=company.day(1))
    d = go(company, d, ["start_trial"])
    refused(fitter, d, "log_reading", "not_full_load", load_percent=80, reading="x")
    refused(fitter, d, "hand_to_customer", "trial_not_over")
    refused(fitter, d, "trial_interrupted", "interruption_time_wrong", interruption="machine_fault", interrupted_at=company.at(1))
    refused(fitter, d, "trial_interrupted", "interruption_time_wrong", interruption="machine_fault", interrupted_at=company.at(-2))
    bad = {"name": "李明", "content_sha256": "0" * 64}
    refused(fitter, d, "trial_interrupted", "signed_other_content", interruption="outside_outage", count_consent=bad)
    refused(fitter, d, "trial_interrupted", "time_not_countable", interruption="customer_outage", count_consent=dict(bad, content_sha256=d["content_sha256"]))
    refused(fitter, d, "train_customer", "signed_other_content", operators=[{"name": "x", "passed": True}], training_content="x", customer_signature=bad)
    forbidden(company.dispatcher, d, "hand_to_customer")


def test_escort_and_acceptance(company):
    fitter, dispatcher = installer(company), company.dispatcher
    d = at_step(company, contract(company, install_due=True), "train_customer")
    d = go(company, d, ["start_escort"]) if d["state"] == "handed_to_customer" else d
    refused(fitter, d, "finish_escort", "operators_not_able")
    refused(fitter, d, "finish_escort", "escort_not_over")
    refused(fitter, d, "extend_escort", "extension_wrong", extend_until=company.at(1), reason="x")
    refused(dispatcher, d, "resume_escort", "escort_covered")
    d = fitter.fire(d, "interrupt_escort", reason="x")
    refused(fitter, d, "interrupt_escort", "escort_not_covered", reason="x")
    refused(fitter, d, "finish_escort", "escort_not_covered")
    answer = fitter.post(d["href"] + "/train_customer", {"operators": [{"name": "x", "passed": True}], "training_content": "x"}, headers={"If-Match": f'"{d["version"]}"'})
    assert answer.status_code == 422
    refused(dispatcher, d, "report_production", "production_in_future", production_since=company.day(1))
    refused(dispatcher, d, "report_production", "production_in_future", production_since=company.day(-1))

    d = accepted_soon(company, silence_days=10)
    refused(fitter, d, "reject_acceptance", "defect_date_wrong", defect_list=[{"text": "x", "due_on": company.day(-1)}], customer_signature=signature(d))
    refused(fitter, d, "fix_defect", "no_such_defect", defect_no=1)
    refused(fitter, d, "accept_settle", "signature_missing")
    refused(fitter, d, "accept_settle", "signed_other_content", customer_signature={"name": "x", "content_sha256": "0" * 64})
    refused(fitter, d, "accept_settle", "silence_does_not_accept", silent=True)
    refused(fitter, d, "accept_settle", "payment_does_not_fit", customer_signature=signature(d), payment_status="paid")
    refused(company.deputy_gm, d, "waive_fee", "nothing_to_pay", reason="x")
    part = contract(company, customer_id=d["customer_id"], parent_id=d["id"])
    refused(fitter, d, "accept_settle", "parts_open", customer_signature=signature(d))
    company.commerce_officer.fire(part, "cancel", cancel_reason="x")
    d = fitter.fire(d, "report_loss", loss={"what": "x", "holder": "y", "value": 1, "evidence": "z"})
    refused(fitter, d, "accept_settle", "loss_open", customer_signature=signature(d))
    company.deputy_gm.fire(d, "make_loss_good", reason="x")
    refused(company.finance_officer, d, "record_payment", "no_contract_amount", paid_now=1, payment_ref="x")
    rich = contract(company, contract_amount=100)
    refused(company.finance_officer, rich, "record_payment", "more_than_due", paid_now=101, payment_ref="x")
    set_ = at_step(company, complete_set(company), "commission")
    forbidden(fitter, set_, "waive_fee", reason="x")
    d = fitter.fire(d, "accept_settle", customer_signature=signature(d))
    d = dispatcher.fire(d, "collect_slip")
    refused(dispatcher, d, "collect_slip", "no_slip")


def test_a_complete_set_is_installed_free_of_charge(company):
    d = at_step(company, complete_set(company), "start_trial")
    database = company.server.database()
    d = go(company, d, ["start_trial"])
    database.cursor().execute("update delivery set trial_until = now() where id = %s", (d["id"],))
    database.close()
    d = go(company, d, ["hand_to_customer", "start_escort"])
    refused(installer(company), d, "set_charges", "installation_is_free", charge_items=[{"name": "安装", "kind": "installation", "quantity": 1, "unit_price": 100}])
    d = go(company, d, ["train_customer"])
    # Refused with a new trial run agreed: its 72 hours once more, the escort not again.
    database = company.server.database()
    database.cursor().execute("update delivery set escort_until = now() where id = %s", (d["id"],))
    database.close()
    d = go(company, d, ["finish_escort"])
    d = installer(company).fire(d, "reject_acceptance", defect_list=[{"text": "过热", "due_on": company.day()}], customer_signature=signature(d), trial_again=True)
    refused(installer(company), d, "skip_trial", "trial_due", commissioning_result="x")
    d = go(company, d, ["start_trial"])
    refused(installer(company), d, "hand_to_customer", "trial_not_over")
    assert d["escort_due_hours"] == 0
    # With what is not cured there is no acceptance: shown on a list that the customer signed.
    d2 = accepted_soon(company)
    d2 = installer(company).fire(d2, "reject_acceptance", defect_list=[{"text": "x", "due_on": company.day()}], customer_signature=signature(d2))
    d2 = go(company, d2, ["skip_trial", "start_escort", "finish_escort"])
    refused(installer(company), d2, "accept_settle", "defects_open", customer_signature=signature(d2))


def test_customers_see_only_their_own(company):
    mine, other = alone(company), alone(company)
    portal = company.hire("customer", customer_id=mine["customer_id"], department="external")
    assert portal.get(mine["href"]).status_code == 200 and portal.get(other["href"]).status_code == 404
    assert [d["id"] for d in portal.read("/v1/deliveries")["data"]] == [mine["id"]]
    forbidden(portal, mine, "cancel", cancel_reason="x")


def test_no_guard_of_the_tables_was_left_out(company):
    tables = [company.dispatcher.read("/v1/procedures/" + machine) for machine in MACHINES]
    wanted = {g["code"] for table in tables for t in table["transitions"] for g in t["guards"]}
    assert wanted - REFUSED - ELSEWHERE == set()
