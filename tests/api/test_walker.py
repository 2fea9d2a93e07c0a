"""A walker that follows the offered actions at random from the call to an end, and checks after every step that the log,
the version, the hash chain and the offers tell the truth."""

import random

from hypothesis import HealthCheck, given, settings, strategies as st

SIGN = {"name": "李明", "relation": "employee"}


def bodies(company, repair, rng):
    """What a sensible person would fill in, by event; values that guards depend on follow the repair."""
    technician = company.technician if rng.random() < 0.7 else company.second
    price = rng.choice([0, 5000, 12000])
    charges = [{"name": "检测费", "quantity": 1, "unit_price": 1000}] if not repair["in_warranty"] and repair.get("price_told", 0) >= 1000 else []
    settle = {"customer_opinion": "可以", "satisfaction": rng.randint(1, 5), "customer_signature": dict(SIGN, content_sha256=repair.get("content_sha256"))}
    if rng.random() < 0.2:
        settle = {"signature_refused": True, "signature_refused_reason": "不愿签字", "evidence": "现场照片"}
    if repair["charge_total"] > 0:
        settle["payment_status"] = "paid"
    if repair["device_at"] != "customer":
        settle.update(device_returned=True, customer_copy_taken_in=True)
    consent = {"price_told": max(price, 1000), "consent_by": "李明"}
    devices = [{"item": "主机", "condition": "完好"}]
    return {
        "resolve_by_phone": {"solution": "重启", "agreed": True},
        "assign_outlet": {"outlet_id": company.outlet["id"]},
        "accept_job": {}, "decline_job": {"decline_reason": "人手不足"}, "return_to_centre": {"reason": "派错网点"},
        "take_over": {"assignee_id": technician.id, "reason": "停业"},
        "accept_carry_in": {"tag_no": "T1", "device_kept": True, "devices": devices, "copy_with_customer": True},
        "dispatch": {"assignee_id": technician.id},
        "schedule": {"appointment_at": company.at(rng.randint(1, 48)), "charge_told": True},
        "reschedule": {"appointment_at": company.at(rng.randint(1, 48)), "dispatcher_told": True},
        "arrive": {"appearance_in_order": True, "transport_mode": "bus"},
        "confirm_problem": {"fault_confirmed": "确认"},
        "start_repair": {"diagnosis": "判断", **consent},
        "find_no_fault": {"diagnosis": "正常", "explained": True},
        "take_back": {"diagnosis": "需带回", "devices": devices, "copy_with_customer": True, **consent},
        "defer": {"defer_reason": rng.choice(["other_day", "other_person"]), "explained": True},
        "hand_slip_copy": {"handed_to": company.dispatcher.id},
        "advise_replacement": {"replacement_reason": "老化", "replacement_price": 100000},
        "accept_replacement": {"customer_choice": "同意更换", "charge_items": charges},
        "decline_replacement": {"customer_choice": "继续维修"},
        "propose_unrepaired": {"unrepaired_outcome": "returned_unrepaired", "unrepaired_reason": "无备件", "explained": True},
        "return_unrepaired": {}, "rediagnose": {"diagnosis": "另有故障"},
        "solve": {"solution": "修复", "test_passed": True, "charge_items": charges},
        "set_charges": {"charge_items": charges},
        "allow_on_account": {"reason": "合同客户"}, "waive_fee": {"reason": "补偿"},
        "remind_collection": {"notice_channels": ["phone", "message"]},
        "settle": settle,
        "correct_receipt": {"charge_items": [{"name": "检测费", "quantity": 1, "unit_price": 900}], "reason": "金额有误"},
        "request_invoice": {"invoice_title": "滨海第一中学"}, "issue_invoice": {"invoice_no": "F1"}, "reverse_invoice": {"reason": "抬头有误"},
        "tell_price": {"price_told": 2000, "consent_by": "李"}, "collect_papers": {},
        "report_back": {}, "collect_slip": {"slip_received": True, "receipts_received": True},
        "follow_up": {"called_at": company.at(0), "reached": rng.random() < 0.7, "satisfied": rng.random() < 0.7, "work_confirmed": True},
        "report_to_leader": {"leader_id": company.supervising_leader.id, "complaint_text": "不满"},
        "archive": {}, "withdraw": {"withdrawal_wish": "不修了"},
        "cancel": {"cancel_reason": "customer_request"},
        "customer_absent": {"waited_minutes": 20, "called_customer": True, "note": "无法拍照"},
        "reassign": {"assignee_id": technician.id, "reassign_reason": "overload", "keeps_appointment": rng.random() < 0.5},
        "report_loss": {"loss": {"what": "主机", "holder": "技术部", "value": 100000, "evidence": "照片"}},
        "make_loss_good": {"reason": "已赔付"},
        "report_slip_loss": {"lost_form": rng.choice(["dispatch_slip", "handling_slip"]), "loss_note": "遗失"},
        "request_spare": {"diagnosis": "电源损坏", "spares": [{"part_no": company.psu["part_no"], "quantity": 1}]},
        "tell_waiting": {"explained": True}, "start_return_repair": {"diagnosis": "需返厂"},
        "amend": {"reason": "更正", "problem": rng.choice(["黑屏", "死机", "异响"])},
        "revert": {"reason": "记错"}, "void": {"reason": "误登"},
        "pause": {"pause_reason": "customer"}, "resume": {},
        "contact_attempt": {"channel_used": "phone", "contact_result": "no_answer"},
    }


# What the walker passes by: too final, too common, or a matter of 90 days.
RARE = {"void": 0.05, "cancel": 0.05, "amend": 0.15, "contact_attempt": 0.1, "pause": 0.1, "report_slip_loss": 0.05, "reassign": 0.15,
        "remind_collection": 0.1, "report_loss": 0.05, "correct_receipt": 0.1, "revert": 0.2, "resolve_by_phone": 0.1, "set_charges": 0.1,
        "withdraw": 0.15, "rediagnose": 0.3, "reschedule": 0.2, "propose_unrepaired": 0.2, "tell_price": 0.2, "request_invoice": 0.2, "reverse_invoice": 0.1,
        "report_to_leader": 0.5, "assign_outlet": 0.1, "return_to_centre": 0.1, "take_over": 0.1, "decide_uncollected": 0}


def check(company, repair, reader):
    events = reader.read(repair["href"] + "/events", limit=500)["data"]
    assert [e["event_no"] for e in events] == list(range(1, len(events) + 1))
    business = [e for e in events if e["event"] != "deadline_breach"]
    assert repair["version"] == len(business)
    folded = {}
    for event in events:
        folded.update(event["changes"])
    assert folded["state"] == repair["state"] == events[-1]["to"]
    for name, value in folded.items():
        if name in ("breached", "clocks") or value is None:
            continue
        if isinstance(value, str) and "T" in value and ":" in value:
            continue  # a time: the same moment, perhaps written otherwise
        assert repair.get(name) == value, name
    verdict = company.dispatcher.read("/v1/audit/verify", entity=repair["id"])
    assert verdict["sound"] is True and verdict["events"] == len(events)


def walk(company, seed):
    rng = random.Random(seed)
    people = [company.dispatcher, company.technician, company.second, company.hotline_clerk, company.followup_clerk, company.deputy_gm,
              company.finance_officer, company.office_archivist, company.outlet_manager_1]
    repair = company.register(channel=rng.choice(["phone_400", "carry_in"]), warranty_days=rng.choice([100, -100]),
                              priority=rng.choice(["normal", "urgent"]))
    for step in range(70):
        offers = []
        for person in people:
            seen = person.get(repair["href"])
            if seen.status_code == 404:
                continue  # not (or no longer) this outlet's
            seen = seen.json()
            offers += [(person, action["event"]) for action in seen["actions"]]
        if not offers:
            state = company.dispatcher.read(repair["href"])["state"]
            assert state in ("archived", "cancelled", "voided"), state
            return
        weights = [RARE.get(event, 1.0) * (0.2 if step > 40 and event in RARE else 1) for _, event in offers]
        if sum(weights) == 0:
            return
        person, event = rng.choices(offers, weights)[0]
        current = person.read(repair["href"])
        body = bodies(company, current, rng)[event]
        answer = person.post(f"{repair['href']}/{event}", body, headers={"If-Match": f'"{current["version"]}"'})
        assert answer.status_code == 200, (seed, step, event, current["state"], answer.text)
        after = answer.json()
        assert after["version"] == current["version"] + 1
        reader = company.dispatcher
        seen = person.get(repair["href"])
        if seen.status_code == 200:  # who declines a job sees it no more
            assert {k: v for k, v in seen.json().items() if k != "warnings"} == {k: v for k, v in after.items() if k != "warnings"}
        check(company, reader.read(repair["href"]), reader)
        if event == "start_return_repair" and rng.random() < 0.7:
            from return_repairs import come_home
            come_home(company, repair, rng.choice(["repaired", "returned_unrepaired"]))
            check(company, reader.read(repair["href"]), reader)
        if event == "follow_up" and after.get("satisfied") is False and after["state"] == "followed_up":
            from complaints import end, opened_from
            end(company, opened_from(company, repair))
        if event == "request_spare" and rng.random() < 0.8:
            from spares import part_comes
            part_comes(company, repair, rng.choice(["issued", "rejected"]))
            check(company, reader.read(repair["href"]), reader)


def prepare(company):
    if "second" in company.people:
        return
    company.people["second"] = company.hire("technician", name="second", skills=["computer", "network"])
    from spares import part
    company.psu = part(company, 1000)
    company.outlet = company.dispatcher.create("outlets", name="城东网点", kind="internal", skills=["computer"])
    company.people["outlet_manager_1"] = company.hire("outlet_manager", outlet_id=company.outlet["id"], department="outlet")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 2**32))
def test_every_walk_through_the_offered_actions_is_true_to_the_log(company, seed):
    prepare(company)
    walk(company, seed)
