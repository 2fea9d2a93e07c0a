"""Every row of the tables of P8 happens at least once, with its corrections and exceptions; a check at the end names the rows that did not."""


from assurance import request_of
from deliveries import (LINES, alone, at_step, buyer, codes, complete_set, contract, driver, go, installer, packing_of, serial, signature, window)
from nonconformities import reported_on, summary
from test_facilities_story import instrument

MACHINES = ("delivery", "carrier_claim")
# By the timer, or after hours and days: test_delivery_clocks. An exchange withdrawn: test_delivery_story.
ELSEWHERE = {("delivery", "remind_site"), ("delivery", "flag_production"), ("delivery", "mark_to_reassign"), ("delivery", "decide_site"),
             ("delivery", "call_off"), ("delivery", "hand_to_customer"), ("delivery", "finish_escort")}
DONE = set()


def step(who, entity, event, to, **body):
    before = entity["state"]
    after = who.fire(entity, event, **body)
    assert after["state"] == to, (event, after["state"])
    DONE.add((entity["href"].split("/")[2], event, before, to))
    return after


def did(path, event, before, to):
    DONE.add((path, event, before, to))


def ordinary(company, d, path):
    for name in path:
        before = d["state"]
        d = go(company, d, [name])
        did("deliveries", "hand_over" if name in ("give", "take") else name, before, d["state"])
    return d


def served(company, **fields):
    """Installed without a trial run or hours of escort left to wait for: as far as the final acceptance."""
    d = at_step(company, contract(company, install_due=True, **fields), "start_escort")
    return d


def accepted_soon(company, **fields):
    """At the final acceptance; the hours of escort are put behind it by moving its beginning."""
    d = ordinary(company, served(company, **fields), ["start_escort", "train_customer"])
    database = company.server.database()
    database.cursor().execute("update delivery set escort_until = now() - interval '1 hour' where id = %s", (d["id"],))
    database.close()
    return step(installer(company), d, "finish_escort", "final_acceptance")


def test_the_ordinary_way_of_goods_alone(company):
    d = alone(company, promised_on=company.day(2))
    did("deliveries", "register_contract", None, "contract_received")
    d = step(company.materials_officer, d, "report_shortage", "contract_received", shortage_text="线缆缺一")
    assert d["shortage"] is True and d["id"] in [x["id"] for x in company.materials_officer.read("/v1/deliveries", shortage="true", limit=200)["data"]]
    d = step(company.commerce_officer, d, "amend", "contract_received", reason="改期", promised_on=company.day(5))
    assert d["clocks"]["delivery_due"]["due_at"][:10] == company.day(6)
    d = ordinary(company, d, ["pack", "give", "take", "schedule", "notify_customer", "depart", "sign_delivery"])
    assert d["shortage"] is False
    step(company.dispatcher, d, "close_delivery", "delivered_only")


def test_counted_wrong_at_packing(company):
    d = alone(company)
    materials, dispatcher = company.materials_officer, company.dispatcher
    d = step(materials, go(company, d, ["pack"]), "revert", "contract_received", reason="数错")
    d = go(company, d, ["pack", "give"])
    d = step(materials, d, "revert", "packed", reason="再看一遍")  # until the second signature
    assert d.get("given_by") is None
    d = go(company, d, ["give", "take"])
    assert codes(dispatcher.try_fire(d, "revert", reason="x")) == ["final_step"]
    d = step(dispatcher, d, "report_discrepancy", "packed", found=[{"kind": "missing", "line_no": 2, "qty": 1, "text": "少一根线缆"}])
    assert codes(materials.try_fire(d, "hand_over")) == ["not_counted_again"]
    d = step(materials, d, "recount", "packed", packing=packing_of(LINES), packing_by="company_standard", transport_safe=True)
    assert d.get("discrepancies") is None
    assert go(company, d, ["give", "take"])["state"] == "handed_over"


def test_a_promise_that_cannot_be_kept(company):
    d = go(company, alone(company, promised_on=company.day(1)), ["pack", "give", "take", "schedule"])
    dispatcher = company.dispatcher
    new = driver(company)
    d = step(dispatcher, d, "reassign", "scheduled", assignee_id=new.id, reassign_reason="ill", handover_note="车钥匙与单据已交")
    assert d["deliverer_id"] == new.id and d["assignee_id"] == new.id
    # Called before the promised time: moved, nothing broken.
    late = window(company, d, window_from=company.at(60), window_to=company.at(62))
    assert codes(dispatcher.try_fire(d, "reschedule", called_customer_at=company.at(0), reason="车辆故障", **late)) == ["outside_promise"]
    d = step(dispatcher, d, "reschedule", "scheduled", called_customer_at=company.at(0), reason="车辆故障", later_agreed=True, **late)
    assert d["windows_missed"] == 0 and d["customer_called"] is False
    d = go(company, d, ["notify_customer"])
    d = step(dispatcher, d, "reschedule", "scheduled", called_customer_at=company.at(0), reason="大雪", later_agreed=True,
             **window(company, d, window_from=company.at(70), window_to=company.at(72)))
    assert d["windows_missed"] == 0


def test_a_run_that_failed(company):
    dispatcher = company.dispatcher
    who = driver(company)
    d = go(company, alone(company), ["pack", "give", "take", "schedule", "notify_customer", "depart"], schedule=window(company, None, who))
    assert codes(who.try_fire(d, "fail_delivery", fail_reason="customer_absent", evidence="门口照片", attempt_fee=8000)) == ["first_run_free"]
    d = step(who, d, "fail_delivery", "scheduled", fail_reason="customer_absent", evidence="门口照片")
    assert d["delivery_attempts"] == 1 and "window_due" not in d["clocks"] and d["customer_called"] is False
    assert d["id"] in [x["id"] for x in dispatcher.read("/v1/deliveries", delivery_attempts_from=1, state="scheduled", limit=200)["data"]]
    d = dispatcher.fire(d, "reschedule", called_customer_at=company.at(0), reason="客户不在", **window(company, d))
    d = go(company, d, ["notify_customer", "depart"])
    d = dispatcher.fire(d, "fail_delivery", fail_reason="site_closed", evidence="照片", attempt_fee=8000)
    assert d["attempt_costs"] == 8000 and [a["reason"] for a in d["failed_attempts"]] == ["customer_absent", "site_closed"]


def on_the_way(company, **fields):
    return go(company, alone(company, **fields), ["pack", "give", "take", "schedule", "notify_customer", "depart"])


def test_signed_under_reserve_or_not_at_all(company):
    d = on_the_way(company)
    who = company.dispatcher
    assert codes(who.try_fire(d, "sign_delivery", deliverer_name="司机")) == ["signature_missing"]
    d = who.fire(d, "sign_delivery", signature_refused=True, signature_refused_reason="负责人不在", evidence="现场录像", reserve="外箱有压痕", deliverer_name="司机")
    assert d["reserve"] == "外箱有压痕" and d["signature_refused"] is True
    assert d["id"] in [x["id"] for x in who.read("/v1/deliveries", signature_refused="true", limit=200)["data"]]


def test_a_discrepancy_partly_accepted_with_a_second_delivery(company):
    customer = buyer(company)
    portal = company.hire("customer", customer_id=customer["id"], department="external")
    d = go(company, on_the_way(company, customer_id=customer["id"]), ["sign_delivery"])
    d = step(portal, d, "report_discrepancy", "discrepancy", found=[{"kind": "damaged", "line_no": 1, "qty": 1, "text": "面板裂"}, {"kind": "missing", "line_no": 2, "qty": 1}])
    found = reported_on(company, d)[0]
    assert summary(found)[:3] == ("delivery", "materials_office", "minor") and found["customer_id"] == customer["id"]
    assert codes(company.dispatcher.try_fire(d, "resolve_discrepancy", resolutions=[{"no": 1, "outcome": "replaced"}], customer_signature=signature(d))) == ["discrepancy_open"]
    d = step(company.dispatcher, d, "resolve_discrepancy", "received_on_site", resolutions=[{"no": 1, "outcome": "replaced"}, {"no": 2, "outcome": "credited"}], customer_signature=signature(d))
    assert [x["outcome"] for x in d["discrepancies"]] == ["replaced", "credited"]
    second = company.dispatcher.read("/v1/deliveries", follows=d["id"])["data"][0]
    assert second["lines"] == [{"item": "ZN-9000", "model": "ZN-9000", "qty": 1}] and second["contract_no"] == d["contract_no"] and second["state"] == "contract_received"
    step(company.dispatcher, d, "close_delivery", "delivered_only")
    assert company.commerce_officer.read("/v1/equipment", delivery_id=d["id"])["data"] == []  # the damaged unit did not stay


def test_all_refused_and_taken_back(company):
    d = on_the_way(company)
    everything = [{"kind": "refused", "line_no": 1, "qty": 1}, {"kind": "refused", "line_no": 2, "qty": 3}]
    assert codes(company.dispatcher.try_fire(d, "report_discrepancy", found=everything[:1], all_refused=True)) == ["not_all_refused"]
    d = company.dispatcher.fire(d, "report_discrepancy", found=everything, all_refused=True)
    settle = dict(resolutions=[{"no": 1, "outcome": "credited"}, {"no": 2, "outcome": "given_up"}], customer_signature=signature(d))
    assert codes(company.dispatcher.try_fire(d, "resolve_discrepancy", **settle)) == ["goods_not_back"]
    step(company.dispatcher, d, "resolve_discrepancy", "returned", goods_back=True, **settle)


def test_losses(company):
    lost = {"what": "一箱线缆", "holder": "仓库", "value": 30000, "evidence": "盘点表"}
    d = go(company, alone(company), ["pack", "give", "take"])
    d = step(company.dispatcher, d, "report_loss", "contract_received", loss=lost)
    assert d.get("taken_by") is None  # packed again from the beginning
    go(company, d, ["pack"])
    d = go(company, alone(company), ["pack", "give", "take", "schedule", "notify_customer", "depart"],
           schedule=dict(window(company, None), vehicle=None, carrier="顺达物流"))
    d = step(company.dispatcher, d, "report_loss", "discrepancy", loss=dict(lost, holder="顺达物流"), found=[{"kind": "lost", "line_no": 1, "qty": 1}, {"kind": "lost", "line_no": 2, "qty": 3}])
    claim = company.commerce_officer.read("/v1/carrier-claims", parent=d["id"])["data"][0]
    did("carrier-claims", "claim", None, "open")
    assert claim["against"] == "顺达物流" and claim["claim_amount"] == 30000
    claim = step(company.commerce_officer, claim, "reject", "rejected", claim_answer="包装不当")
    claim = step(company.commerce_officer, claim, "accept", "accepted", claim_answer="同意赔付")
    step(company.finance_officer, claim, "settle", "settled", settled_amount=28000)
    # Lost goods cannot come back, everything is replaced by another shipment of the contract.
    d = step(company.dispatcher, d, "resolve_discrepancy", "returned", resolutions=[{"no": 1, "outcome": "replaced"}, {"no": 2, "outcome": "replaced"}], customer_signature=signature(d))
    assert len(company.dispatcher.read("/v1/deliveries", follows=d["id"])["data"][0]["lines"]) == 2
    d = at_step(company, contract(company, install_due=True), "fix_date")
    d = step(company.dispatcher, d, "report_loss", "received_on_site", loss=lost)
    assert codes(company.dispatcher.try_fire(d, "report_loss", loss=lost)) == ["loss_reported"]
    d = step(company.deputy_gm, d, "make_loss_good", "received_on_site", reason="已赔付")
    assert d["loss_settled_at"]
    given_up = company.commerce_officer.create("carrier-claims", against="保险公司", what="外箱")
    given_up = step(company.commerce_officer, given_up, "amend", "open", reason="x", what="外箱两只")
    given_up = step(company.commerce_officer, company.commerce_officer.fire(given_up, "reject", claim_answer="免赔"), "revert", "open", reason="写错")
    step(company.deputy_gm, given_up, "give_up", "given_up", close_reason="低于免赔额")
    step(company.commerce_officer, company.commerce_officer.create("carrier-claims", against="x", what="y"), "void", "voided", reason="误登")


def test_a_contract_cancelled_or_entered_by_mistake(company):
    d = step(company.commerce_officer, alone(company), "cancel", "cancelled", cancel_reason="客户取消订货", refund_amount=100000)
    assert request_of(company, d)["amount"] == 100000
    step(company.commerce_officer, alone(company), "void", "voided", reason="误登")
    d = go(company, alone(company, contract_amount=500000), ["pack"])
    assert codes(company.commerce_officer.try_fire(d, "cancel", cancel_reason="x")) == ["goods_not_back"]
    d = step(company.finance_officer, d, "record_payment", "packed", paid_now=200000, payment_ref="SK-1")
    assert d["rest_due"] == 300000
    d = step(company.dispatcher, d, "contact_attempt", "packed", channel_used="phone", contact_result="reached")
    d = step(company.dispatcher, d, "pause", "packed", pause_reason="customer", note="等待付款")
    d = step(company.dispatcher, d, "resume", "packed")
    step(company.commerce_officer, d, "cancel", "cancelled", cancel_reason="客户取消订货", goods_back=True)


def test_part_shipments_the_installation_waits_for(company):
    main = contract(company, install_due=True, part_no=1, part_count=2)
    part_number = serial()
    part = contract(company, customer_id=main["customer_id"], contract_no=main["contract_no"], parent_id=main["id"], part_no=2, part_count=2, needed_for_install=True,
                    lines=[{"item": "控制柜", "qty": 1}])
    main = at_step(company, main, "fix_date")
    when = {"install_on": company.day(1), "agreed": True, "assignee_id": installer(company).id}
    assert codes(company.dispatcher.try_fire(main, "fix_date", **when)) == ["parts_missing"]
    part = go(company, part, ["pack", "give", "take", "schedule", "notify_customer", "depart", "sign_delivery"],
              pack={"packing": packing_of(part["lines"], part_number), "packing_by": "company_standard", "transport_safe": True})
    main = go(company, main, ["fix_date", "write_plan", "approve_plan", "prepare", "install", "commission", "skip_trial", "start_escort", "train_customer"])
    part = company.dispatcher.fire(part, "close_delivery")
    assert part.get("accepted_on") is None and company.commerce_officer.read("/v1/equipment", serial=part_number)["data"] == []
    database = company.server.database()
    database.cursor().execute("update delivery set escort_until = now() where id = %s", (main["id"],))
    database.close()
    main = go(company, main, ["finish_escort", "accept_settle"])
    # The acceptance of the installation takes over what both shipments brought.
    units = company.commerce_officer.read("/v1/equipment", delivery_id=main["id"])["data"]
    assert len(units) == 2 and part_number in [u["serial"] for u in units] and {u["accepted_on"] for u in units} == {company.day()}
    assert sorted(d["id"] for d in company.commerce_officer.read("/v1/deliveries", contract_no=main["contract_no"])["data"]) == sorted([main["id"], part["id"]])


def test_a_main_delivery_that_came_back_leaves_its_parts_to_the_next(company):
    main = contract(company, install_due=True)
    number = serial()
    part = contract(company, customer_id=main["customer_id"], parent_id=main["id"], needed_for_install=True, lines=[{"item": "控制柜", "qty": 1}])
    path = ["pack", "give", "take", "schedule", "notify_customer", "depart"]
    part = go(company, part, path + ["sign_delivery"], pack={"packing": packing_of(part["lines"], number), "packing_by": "company_standard", "transport_safe": True})
    main = go(company, main, path)
    everything = [{"kind": "damaged", "line_no": 1, "qty": 1}, {"kind": "refused", "line_no": 2, "qty": 3}]
    main = company.dispatcher.fire(main, "report_discrepancy", found=everything, all_refused=True)
    main = company.dispatcher.fire(main, "resolve_discrepancy", resolutions=[{"no": 1, "outcome": "replaced"}, {"no": 2, "outcome": "replaced"}], goods_back=True,
                                   customer_signature=signature(main))
    assert main["state"] == "returned"
    again = company.dispatcher.read("/v1/deliveries", follows=main["id"])["data"][0]
    assert again["install_due"] is True and again["escort_hours"] == 48 and again.get("parent_id") is None
    again = at_step(company, again, "start_escort")
    # The part, in the meantime found damaged, is replaced although the installation is under way.
    part = company.dispatcher.fire(part, "report_discrepancy", found=[{"kind": "damaged", "line_no": 1, "qty": 1}])
    part = company.dispatcher.fire(part, "resolve_discrepancy", resolutions=[{"no": 1, "outcome": "delivered"}], customer_signature=signature(part))
    again = go(company, again, ["start_escort", "train_customer"])
    database = company.server.database()
    database.cursor().execute("update delivery set escort_until = now() where id = %s", (again["id"],))
    again = go(company, again, ["finish_escort"])
    assert codes(installer(company).try_fire(again, "accept_settle", customer_signature=signature(again))) == ["parts_open"]
    company.dispatcher.fire(part, "close_delivery")
    again = go(company, again, ["accept_settle"])
    assert number in [u["serial"] for u in company.commerce_officer.read("/v1/equipment", delivery_id=again["id"])["data"]]
    # What names the customer's people goes with the customer's file.
    database.autocommit = False
    with database.cursor() as c:
        c.execute("select erase_customer(%s)", (again["customer_id"],))
        c.execute("select trainings, contact_name, lines is null from delivery where id = %s", (again["id"],))
        assert c.fetchone() == (None, None, False)
    database.rollback()
    database.close()


def test_a_part_damaged_during_the_installation_is_replaced(company):
    main = contract(company, install_due=True)
    part = contract(company, customer_id=main["customer_id"], parent_id=main["id"], needed_for_install=True, lines=[{"item": "控制柜", "qty": 1}])
    part = go(company, part, ["pack", "give", "take", "schedule", "notify_customer", "depart", "sign_delivery"])
    main = at_step(company, main, "skip_trial")
    part = company.dispatcher.fire(part, "report_discrepancy", found=[{"kind": "damaged", "line_no": 1, "qty": 1}])
    part = company.dispatcher.fire(part, "resolve_discrepancy", resolutions=[{"no": 1, "outcome": "replaced"}], customer_signature=signature(part))
    second = company.dispatcher.read("/v1/deliveries", follows=part["id"])["data"][0]
    assert second["parent_id"] == main["id"] and second["needed_for_install"] is True


def test_the_ordinary_way_of_an_installation_without_trial(company):
    d = ordinary(company, at_step(company, contract(company, install_due=True), "fix_date"), ["fix_date"])
    dispatcher, fitter = company.dispatcher, installer(company)
    d = step(dispatcher, d, "move_date", "install_dated", install_on=company.day(3), agreed=True, reason="客户停产检修")
    assert [x["id"] for x in fitter.read("/v1/deliveries", assignee="me", install_on=company.day(3), state="install_dated")["data"]] == [d["id"]]
    other = company.hire("installer", name="二号", skills=["installation"])
    d = step(dispatcher, d, "reassign", "install_dated", assignee_id=other.id, reassign_reason="overload", handover_note="图纸已交")
    d = step(dispatcher, d, "reassign", "install_dated", assignee_id=fitter.id, reassign_reason="skill", handover_note="图纸已交")
    d = ordinary(company, d, ["write_plan", "approve_plan", "prepare"])
    # The site is not ready: signed, with the risk of the goods written down.
    d = step(fitter, d, "pause", "preparing", pause_reason="site", site_note="配电柜未到", risk_borne_by="customer", customer_signature=signature(d))
    assert d["paused"]["reason"] == "site" and "site_decide" in d["clocks"]
    assert codes(fitter.try_fire(d, "install", supplies_ready=True)) == ["work_waits"]
    assert codes(company.commerce_officer.try_fire(d, "decide_site", site_decision="wait")) == ["site_not_due"]
    d = step(dispatcher, d, "resume", "preparing", note="配电柜已装")
    assert "site_decide" not in d["clocks"]
    d = ordinary(company, d, ["install", "commission", "skip_trial", "start_escort"])
    d = step(fitter, d, "answer_question", "escorting", question="报警含义", answer="缺相")
    d = step(fitter, d, "extend_escort", "escorting", extend_until=company.at(60), reason="再培训")
    until = d["escort_until"]
    d = step(fitter, d, "interrupt_escort", "escorting", reason="临时调离")
    assert codes(fitter.try_fire(d, "finish_escort")) == ["escort_not_covered", "escort_not_over", "operators_not_able"]
    d = step(dispatcher, d, "resume_escort", "escorting")
    assert d["escort_until"] >= until and d.get("uncovered_since") is None
    d = step(dispatcher, d, "void_log", "handed_to_customer", reason="开始时间有误")
    assert d.get("escort_until") is None and "escort_end_due" not in d["clocks"]
    d = step(fitter, d, "start_escort", "escorting")
    d = step(company.commerce_officer, d, "report_production", "escorting", production_since=company.day())


def test_trial_runs_that_stop(company):
    fitter = installer(company)
    meter = instrument(company, "PS-01")
    d = at_step(company, complete_set(company), "start_trial")
    d = step(fitter, d, "start_trial", "trial_run", load_percent=100, commissioning_result="正常", instruments=[{"facility_code": "PS-01", "value": "380", "unit": "V"}])
    d = step(fitter, d, "revert", "commissioning", reason="误点")
    d = ordinary(company, d, ["start_trial"])
    d = step(fitter, d, "log_reading", "trial_run", load_percent=101, reading="380 V", instruments=[{"facility_code": "PS-01", "value": "380", "unit": "V"}])
    uses = company.facility_keeper.read("/v1/instrument-uses", facility_id=meter["id"], state="recorded")["data"]
    assert [u["job_number"] for u in uses] == [d["number"]]
    # My sites with their running clocks, and how long they still have to run.
    mine = fitter.read("/v1/deliveries", assignee="me", clock="trial", region="城东区", customer=d["customer_id"], trial_until_to=company.at(73))["data"]
    assert [(x["id"], x["trial_until"]) for x in mine] == [(d["id"], d["trial_until"])]
    assert fitter.read("/v1/deliveries", assignee="me", clock="escort", customer=d["customer_id"])["data"] == []
    d = step(fitter, d, "trial_interrupted", "commissioning", interruption="customer_outage")
    assert d["trial_counted_seconds"] == 0
    d = go(company, d, ["start_trial"])
    # Outage from outside: counted only with the customer's written consent.
    consent = {"name": "李明", "content_sha256": d["content_sha256"]}
    assert codes(fitter.try_fire(d, "trial_interrupted", interruption="machine_fault", count_consent=consent)) == ["time_not_countable"]
    d = fitter.fire(d, "trial_interrupted", interruption="outside_outage", count_consent=consent)
    d = go(company, d, ["start_trial"])
    d = step(company.dispatcher, d, "void_log", "commissioning", reason="负荷表未校准")
    assert [r["result"] for r in d["trial_runs"]] == ["customer_outage", "outside_outage", "voided"] and d.get("readings") is None
    d = go(company, d, ["start_trial", "train_customer"])
    assert d["state"] == "trial_run" and d["operator_able"] is True


def test_acceptance_refused_and_given(company):
    fitter, dispatcher = installer(company), company.dispatcher
    d = accepted_soon(company)
    d = step(fitter, d, "reject_acceptance", "commissioning", defect_list=[{"text": "门锁松动", "due_on": company.day(2)}, {"text": "漆面划伤", "due_on": company.day(1)}],
             customer_signature=signature(d))
    assert [x["no"] for x in d["defects"]] == [1, 2] and d["clocks"]["defects_due"]["due_at"][:10] == company.day(2) and d["trial_due"] is False
    d = step(fitter, d, "fix_defect", "commissioning", defect_no=2)
    assert d["clocks"]["defects_due"]["due_at"][:10] == company.day(3)
    # No trial and no hours of escort again, as agreed.
    d = go(company, d, ["skip_trial", "start_escort", "finish_escort"])
    d = step(fitter, d, "set_charges", "final_acceptance", charge_items=[{"name": "安装费", "kind": "installation", "quantity": 1, "unit_price": 14000}])
    assert codes(fitter.try_fire(d, "accept_settle", customer_signature=signature(d), payment_status="on_account")) == ["defects_open"]
    d = fitter.fire(d, "fix_defect", defect_no=1)
    assert d["clocks"] == {}
    d = step(dispatcher, d, "send_notice", "final_acceptance", evidence="EMS 1234")
    assert codes(fitter.try_fire(d, "accept_settle", customer_signature=signature(d), payment_status="waived")) == ["payment_does_not_fit"]
    d = step(company.deputy_gm, d, "waive_fee", "final_acceptance", reason="首台优惠")
    d = step(fitter, d, "accept_settle", "settled", customer_signature=signature(d), payment_status="waived")
    d = step(dispatcher, d, "comment", "closed", customer_opinion="一般", satisfaction=2)
    assert [summary(n)[:3] for n in reported_on(company, d)] == [("delivery", "tech_dept", "major")]
    from complaints import opened_from
    case = opened_from(company, d)
    assert case["delivery_id"] == d["id"] and case["category"] == "delivery" and case["complaint_text"] == "一般"
    step(dispatcher, d, "collect_slip", "closed")


def test_a_delivery_moves_with_the_customers_file_and_keeps_it_open(company):
    kept, twice = buyer(company), buyer(company)
    d = contract(company, customer_id=twice["id"])
    assert codes(company.dispatcher.try_fire(twice, "archive")) == ["open_case"]
    company.dispatcher.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="同一单位")
    second = company.hire("dispatcher")
    twice = second.fire(twice, "merge")
    moved = company.dispatcher.read(d["href"])
    assert moved["customer_id"] == kept["id"] and moved["moved_from_id"] == twice["id"]
    did("deliveries", "change_customer", "contract_received", "contract_received")
    company.dispatcher.fire(twice, "split", reason="x")
    assert company.dispatcher.read(d["href"])["customer_id"] == twice["id"]


def test_no_row_of_the_tables_was_left_out(company):
    missing = []
    for machine in MACHINES:
        table = company.dispatcher.read("/v1/procedures/" + machine)
        path = table["href"].rsplit("/", 1)[1]
        for row in table["transitions"]:
            happened = [(f, t) for p, e, f, t in DONE if (p, e) == (path, row["event"]) and (row["to"] in ("same", "previous") or t == row["to"])]
            if row["to"] == "same":
                happened = [(f, t) for f, t in happened if f == t]
            if not happened and (machine, row["event"]) not in ELSEWHERE:
                missing.append((machine, row["event"], row["to"]))
    assert missing == []
