"""P4 as a service manager would tell it: from the call to the archive."""


def test_a_repair_on_site_from_call_to_archive(company):
    customer, unit = company.customer_with_unit()

    # The school calls; the hotline registers. Warranty is looked up by the unit.
    repair = company.register(customer=customer, unit=unit)
    assert repair["state"] == "registered"
    assert repair["number"].startswith("RP-")
    assert repair["in_warranty"] is True and repair["free_reason"] == "warranty"
    assert set(repair["clocks"]) == {"dispatch_due", "arrive_due"}

    # The dispatcher picks a technician who is qualified for computers.
    technician = company.technician
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=technician.id)
    assert repair["state"] == "dispatched" and "dispatch_due" not in repair["clocks"]

    # The technician calls the customer, comes by bus, looks, repairs.
    repair = technician.fire(repair, "schedule", appointment_at=company.at(2), charge_told=True)
    repair = technician.fire(repair, "arrive", appearance_in_order=True, transport_cost=400)
    assert repair["late_arrival"] is False and repair["transport_mode"] == "bus"
    repair = technician.fire(repair, "confirm_problem", fault_confirmed="显卡松动")
    repair = technician.fire(repair, "start_repair", diagnosis="显卡接触不良")
    repair = technician.fire(repair, "solve", solution="清洁并重新安装显卡", test_passed=True)
    assert repair["outcome"] == "repaired" and repair["charge_total"] == 0

    # The customer comments and signs what is stored, nothing else.
    repair = technician.fire(repair, "settle", customer_opinion="满意", satisfaction=5,
                             customer_signature={"name": "李明", "relation": "employee", "content_sha256": repair["content_sha256"]})
    assert repair["state"] == "settled" and repair["payment_status"] == "none"

    # Back at the centre: report, hand the slip in, call the customer.
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True, followup_clerk_id=company.followup_clerk.id)
    assert "followup_due" in repair["clocks"]
    repair = company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=True, satisfied=True,
                                         score_attitude=5, score_timeliness=5, score_quality=5, score_result=5)
    repair = company.dispatcher.fire(repair, "archive")
    assert repair["state"] == "archived" and repair["clocks"] == {} and repair["closed_at"]

    # The papers of the job, each with a number, and the log that proves every step.
    forms = [r["form"] for r in company.dispatcher.read(repair["href"] + "/records")["data"]]
    assert forms == ["phone_record", "dispatch_slip", "followup_record"]
    events = company.dispatcher.read(repair["href"] + "/events")["data"]
    assert [e["event"] for e in events] == ["register", "dispatch", "schedule", "arrive", "confirm_problem", "start_repair", "solve",
                                            "settle", "report_back", "collect_slip", "follow_up", "archive"]
    assert [e["event_no"] for e in events] == list(range(1, 13)) and repair["version"] == 12
    assert company.dispatcher.read("/v1/audit/verify", entity=repair["id"]) == {"entities": 1, "events": 12, "sound": True, "faults": []}


def test_out_of_warranty_the_price_is_agreed_paid_and_receipted(company):
    repair = company.register(warranty_days=-10)
    technician = company.technician
    assert repair["in_warranty"] is False
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=technician.id)
    repair = technician.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
    repair = technician.fire(repair, "arrive", appearance_in_order=True)
    repair = technician.fire(repair, "confirm_problem", fault_confirmed="电源坏")

    refused = technician.try_fire(repair, "start_repair", diagnosis="电源损坏")
    assert refused.status_code == 422 and refused.json()["errors"][0]["code"] == "price_not_agreed"

    repair = technician.fire(repair, "start_repair", diagnosis="电源损坏", price_told=30000, consent_by="李明")
    items = [{"name": "上门检测费", "quantity": 1, "unit_price": 5000}, {"name": "电源", "quantity": 1, "unit_price": 25001}]
    refused = technician.try_fire(repair, "solve", solution="换电源", test_passed=True, charge_items=items)
    assert refused.json()["errors"][0]["code"] == "charge_above_price_told"

    items[1]["unit_price"] = 25000
    repair = technician.fire(repair, "solve", solution="换电源", test_passed=True, charge_items=items)
    assert repair["charge_total"] == 30000 and repair["currency"] == "CNY"
    repair = technician.fire(repair, "settle", customer_opinion="可以", payment_status="paid",
                             customer_signature={"name": "李明", "content_sha256": repair["content_sha256"]})
    assert repair["receipt_no"].startswith("SJ-")
    assert "receipt" in [r["form"] for r in company.dispatcher.read(repair["href"] + "/records")["data"]]


def test_a_device_taken_away_comes_back_against_the_customers_copy(company):
    repair = company.register()
    technician = company.technician
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=technician.id)
    repair = technician.fire(repair, "schedule", appointment_at=company.at(1), charge_told=True)
    repair = technician.fire(repair, "arrive", appearance_in_order=True)
    repair = technician.fire(repair, "confirm_problem", fault_confirmed="主板故障")
    devices = [{"item": "主机", "model": "ZN-2000", "condition": "外观完好"}]

    refused = technician.try_fire(repair, "take_back", diagnosis="主板故障", devices=devices, copy_with_customer=False)
    assert refused.json()["errors"][0]["code"] == "copy_not_given"
    repair = technician.fire(repair, "take_back", diagnosis="主板故障", devices=devices, copy_with_customer=True)
    assert repair["device_at"] == "company"
    repair = technician.fire(repair, "hand_slip_copy", handed_to=company.dispatcher.id)
    assert repair["state"] == "seeking_solution"

    repair = technician.fire(repair, "solve", solution="主板补焊", test_passed=True)
    signature = {"name": "李明", "content_sha256": repair["content_sha256"]}
    refused = technician.try_fire(repair, "settle", customer_opinion="好", customer_signature=signature)
    assert refused.json()["errors"][0]["code"] == "device_not_returned"
    repair = technician.fire(repair, "settle", customer_opinion="好", customer_signature=signature, device_returned=True,
                             customer_copy_taken_in=True)
    assert repair["device_at"] == "customer"
    forms = [r["form"] for r in company.dispatcher.read(repair["href"] + "/records")["data"]]
    assert forms == ["phone_record", "dispatch_slip", "handling_slip", "device_receipt"]


def test_a_complaint_found_in_follow_up_reaches_the_leader_within_four_hours(company):
    repair = settled(company)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    called = company.at(0)
    repair = company.followup_clerk.fire(repair, "follow_up", called_at=called, reached=True, satisfied=False, is_complaint=True,
                                         complaint_text="态度差")
    assert repair["state"] == "followed_up" and "complaint_report" in repair["clocks"]

    from complaints import end, opened_from
    complaint = opened_from(company, repair)
    assert complaint["state"] == "received" and complaint["channel"] == "followup" and complaint["complaint_text"] == "态度差"
    assert complaint["customer_id"] == repair["customer_id"] and complaint["contact_phone"] == repair["contact_phone"]
    refused = company.dispatcher.try_fire(repair, "archive")
    assert {e["code"] for e in refused.json()["errors"]} == {"complaint_not_reported", "complaint_open"}
    repair = company.followup_clerk.fire(repair, "report_to_leader", leader_id=company.supervising_leader.id)
    assert "complaint_report" not in repair["clocks"]
    # Told once: the complaint knows it. The papers wait for its end.
    assert company.service_manager.read(complaint["href"])["reported_leader_at"] and "leader_report" not in company.service_manager.read(complaint["href"])["clocks"]
    assert company.dispatcher.try_fire(repair, "archive").json()["errors"][0]["code"] == "complaint_open"
    end(company, complaint)
    assert company.dispatcher.fire(repair, "archive")["state"] == "archived"


def test_not_fixed_opens_a_new_free_repair_of_the_same_fault(company):
    repair = settled(company, warranty_days=-5)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=True, satisfied=True, not_fixed=True)
    again = company.dispatcher.read("/v1/repairs", repeat_of=repair["id"])["data"]
    assert len(again) == 1
    assert again[0]["state"] == "registered" and again[0]["in_warranty"] is True and again[0]["free_reason"] == "repeat"


def settled(company, **fields):
    technician = company.technician
    repair = company.register(**fields)
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=technician.id)
    repair = technician.fire(repair, "resolve_by_phone", solution="重启路由器", agreed=True)
    assert repair["outcome"] == "solved_by_phone"
    return repair


def test_what_an_outlet_enters_stays_in_its_sight(company):
    outlet = company.dispatcher.create("outlets", name="城西网点", kind="external", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    customer = manager.create("customers", name="城西小学", kind="government")
    assert customer["outlet_id"] == outlet["id"]
    unit = manager.create("equipment", serial="SN-OUTLET-1", model="ZN-1", customer_id=customer["id"])
    assert unit["outlet_id"] == outlet["id"]
    assert company.register(by=manager, customer=customer, unit=unit)["outlet_id"] == outlet["id"]
