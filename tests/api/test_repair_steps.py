"""Every row of the repair table happens at least once; a check at the end names the rows that did not."""

from nonconformities import reported_on, summary
from return_repairs import come_home, forward, item_of
from test_races import advance
from test_walker import prepare

# Fired by P11 (test_spares_*), by P13 (test_complaints), by P14,
# or by the timer, or after 90 days (test_clocks).
ELSEWHERE = {"return_to_centre", "take_over", "request_spare", "spare_ready", "spare_failed", "wait_for_spare", "part_installed", "tell_waiting", "leader_told", "mark_to_reassign", "change_customer", "decide_uncollected"}
DONE = set()
DEVICES = [{"item": "主机", "condition": "完好"}]


def step(who, repair, event, to=None, **body):
    before = repair["state"]
    after = who.fire(repair, event, **body)
    assert to is None or after["state"] == to, (event, after["state"])
    DONE.add((event, before, after["state"]))
    return after


def at(company, upto, **fields):
    return advance(company, company.register(**fields), upto)


def held(company):
    """A device at the centre, for which a solution is sought."""
    repair = step(company.technician, at(company, "start_repair"), "take_back", "taken_back", diagnosis="x", devices=DEVICES, copy_with_customer=True)
    return step(company.technician, repair, "hand_slip_copy", "seeking_solution", handed_to=company.dispatcher.id)


def test_from_the_call_to_the_archive(company):
    prepare(company)
    t, d = company.technician, company.dispatcher
    repair = company.register()
    DONE.add(("register", None, "registered"))
    repair = step(d, repair, "dispatch", "dispatched", assignee_id=t.id)
    repair = step(t, repair, "schedule", "scheduled", appointment_at=company.at(2), charge_told=True)
    repair = step(t, repair, "reschedule", "scheduled", appointment_at=company.at(3), dispatcher_told=True)
    repair = step(t, repair, "arrive", "on_site", appearance_in_order=True)
    repair = step(t, repair, "confirm_problem", "diagnosing", fault_confirmed="x")
    repair = step(t, repair, "start_repair", "repairing", diagnosis="x")
    repair = step(t, repair, "rediagnose", "diagnosing", diagnosis="y")
    repair = step(t, repair, "start_repair", "repairing", diagnosis="y", charge_reason="user_damage", price_told=500, consent_by="李")
    repair = step(t, repair, "solve", "settling", solution="x", test_passed=True, charge_items=[{"name": "a", "quantity": 1, "unit_price": 400}])
    repair = step(t, repair, "set_charges", "settling", charge_items=[{"name": "a", "quantity": 1, "unit_price": 300}])
    assert repair["charge_total"] == 300
    repair = step(d, repair, "allow_on_account", "settling", reason="合同")
    repair = step(company.deputy_gm, repair, "waive_fee", "settling", reason="补偿")
    repair = step(t, repair, "settle", "settled", customer_opinion="x", payment_status="on_account",
                  customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    repair = step(d, repair, "request_invoice", "settled", invoice_title="滨海第一中学")
    repair = step(company.finance_officer, repair, "issue_invoice", "settled", invoice_no="1")
    repair = step(company.finance_officer, repair, "reverse_invoice", "settled", reason="抬头")
    repair = step(d, repair, "report_back", "reported_back")
    repair = step(d, repair, "collect_slip", "followup_pending", slip_received=True, receipts_received=True)
    repair = step(d, repair, "report_slip_loss", "followup_pending", lost_form="receipt", loss_note="遗失")
    repair = step(d, repair, "collect_papers", "followup_pending")
    clerk = company.followup_clerk
    repair = step(clerk, repair, "follow_up", "followup_pending", called_at=company.at(0), reached=False)
    repair = step(clerk, repair, "follow_up", "followed_up", called_at=company.at(0), reached=True, satisfied=False, is_complaint=True, complaint_text="x")
    repair = step(clerk, repair, "report_to_leader", "followed_up", leader_id=company.supervising_leader.id)
    from complaints import end, opened_from
    end(company, opened_from(company, repair))
    step(d, repair, "archive", "archived")


def test_by_phone_cancelled_void_and_by_the_outlet(company):
    prepare(company)
    d = company.dispatcher
    step(company.hotline_clerk, company.register(), "resolve_by_phone", "settled", solution="x", agreed=True)
    step(d, company.register(), "cancel", "cancelled", cancel_reason="customer_request")
    step(d, company.register(), "void", "voided", reason="误登")
    repair = step(d, company.register(), "assign_outlet", "registered", outlet_id=company.outlet["id"])
    declined = company.outlet_manager_1.post(repair["href"] + "/decline_job", {"decline_reason": "人手不足"})
    assert declined.status_code == 200 and declined.json()["outlet_id"] is None
    DONE.add(("decline_job", "registered", "registered"))
    repair = step(d, repair, "assign_outlet", "registered", outlet_id=company.outlet["id"])
    step(company.outlet_manager_1, repair, "accept_job", "registered")


def test_visits_that_come_to_nothing(company):
    prepare(company)
    t, d = company.technician, company.dispatcher
    repair = step(t, at(company, "arrive"), "customer_absent", "revisit_pending", waited_minutes=15, called_customer=True, note="无法拍照")
    repair = step(d, repair, "contact_attempt", "revisit_pending", channel_used="phone", contact_result="no_answer")
    repair = step(d, repair, "dispatch", "dispatched", assignee_id=company.second.id)
    repair = step(company.second, repair, "schedule", "scheduled", appointment_at=company.at(2), charge_told=True)
    repair = step(d, repair, "reassign", "scheduled", assignee_id=t.id, reassign_reason="ill", keeps_appointment=True)
    repair = step(d, repair, "reassign", "dispatched", assignee_id=company.second.id, reassign_reason="ill")
    repair = step(d, repair, "pause", "dispatched", pause_reason="site")
    step(d, repair, "resume", "dispatched")
    step(t, at(company, "start_repair"), "defer", "revisit_pending", defer_reason="other_person", explained=True)
    step(t, at(company, "start_repair"), "find_no_fault", "settling", diagnosis="x", explained=True)
    step(d, at(company, "start_repair"), "withdraw", "settling", withdrawal_wish="不修了")
    step(d, at(company, "schedule"), "amend", "dispatched", reason="x", problem="y")
    step(d, at(company, "schedule"), "revert", "registered", reason="x")


def test_devices_at_the_centre(company):
    prepare(company)
    t, d = company.technician, company.dispatcher
    repair = step(t, held(company), "advise_replacement", "replacement_advised", replacement_reason="x", replacement_price=1)
    repair = step(t, repair, "decline_replacement", "seeking_solution", customer_choice="继续维修")
    repair = step(t, repair, "report_loss", "seeking_solution", loss={"what": "x", "holder": "y", "value": 1, "evidence": "z"})
    assert summary(reported_on(company, repair)[0]) == ("repair", "tech_dept", "major", "x")
    repair = step(company.deputy_gm, repair, "make_loss_good", "seeking_solution", reason="赔付")
    repair = step(t, repair, "report_slip_loss", "seeking_solution", lost_form="handling_slip", loss_note="遗失")
    repair = step(t, repair, "propose_unrepaired", "seeking_solution", unrepaired_outcome="returned_unrepaired", unrepaired_reason="x", explained=True)
    repair = step(d, repair, "return_unrepaired", "settling")
    repair = step(d, repair, "remind_collection", "settling", notice_channels=["phone", "letter"])
    repair = step(t, repair, "settle", "settled", customer_opinion="x", device_returned=True, customer_copy_taken_in=True,
                  customer_signature={"name": "李", "content_sha256": repair["content_sha256"]})
    assert repair["outcome"] == "returned_unrepaired"
    repair = step(t, at(company, "start_repair"), "advise_replacement", "replacement_advised", replacement_reason="x", replacement_price=1)
    step(t, repair, "decline_replacement", "diagnosing", customer_choice="继续维修")
    repair = step(t, at(company, "start_repair"), "advise_replacement", "replacement_advised", replacement_reason="x", replacement_price=1)
    step(t, repair, "accept_replacement", "settling", customer_choice="更换")
    carried = step(t, company.register(channel="carry_in", warranty_days=-1), "accept_carry_in", "diagnosing", tag_no="1", device_kept=True, devices=DEVICES,
                   copy_with_customer=True)
    carried = step(t, carried, "start_repair", "repairing", diagnosis="x", price_told=100, consent_by="李")
    carried = step(t, carried, "rediagnose", "seeking_solution", diagnosis="y")
    carried = step(d, carried, "tell_price", "seeking_solution", price_told=150, consent_by="李")
    carried = step(t, carried, "solve", "settling", solution="x", test_passed=True, charge_items=[{"name": "a", "quantity": 1, "unit_price": 100}])
    carried = step(t, carried, "settle", "settled", customer_opinion="x", payment_status="paid", device_returned=True, customer_copy_taken_in=True,
                   customer_signature={"name": "李", "content_sha256": carried["content_sha256"]})
    step(d, carried, "correct_receipt", "settled", charge_items=[], reason="x")


def test_items_at_the_maker(company):
    prepare(company)
    t = company.technician
    repair = step(t, held(company), "start_return_repair", "in_return_repair", diagnosis="x")
    repair = come_home(company, repair, "returned_unrepaired")
    assert repair["state"] == "seeking_solution"
    DONE.add(("return_repair_unrepaired", "in_return_repair", repair["state"]))
    repair = step(t, repair, "start_return_repair", "in_return_repair", diagnosis="y")
    repair = come_home(company, repair, "repaired")
    assert repair["state"] == "repairing"
    DONE.add(("return_repair_done", "in_return_repair", repair["state"]))
    repair = step(t, held(company), "start_return_repair", "in_return_repair", diagnosis="x")
    case = forward(company, item_of(company, repair), "tested", tag={"tag_no": "F-2", "item_category": "board"})
    case = t.fire(case, "declare_scrap", scrap_reason="x")
    case = company.dispatcher.fire(case, "notify_customer", told_about=["scrap"], told_by="phone", remedy_offered="exchange")
    case = company.dispatcher.fire(case, "decide_scrap", scrap_choice="company_disposal", decided_by="李")
    company.return_repair_clerk.fire(case, "store_scrap", scrap_place="F")
    repair = t.read(repair["href"])
    assert (repair["state"], repair["outcome"]) == ("settling", "scrapped")
    DONE.add(("return_repair_ended", "in_return_repair", repair["state"]))


def test_follow_ups_that_find_nobody_or_nothing(company):
    prepare(company)
    clerk = company.followup_clerk
    repair = at(company, "follow_up")
    for _ in range(3):
        repair = step(clerk, repair, "follow_up", called_at=company.at(0), reached=False)
    assert repair["state"] == "followed_up"
    step(clerk, at(company, "follow_up"), "follow_up", "followed_up", called_at=company.at(0), reached=True, satisfied=True,
         work_confirmed=True)


def test_numbers_go_on_past_a_million(company):
    with company.server.database().cursor() as cursor:
        cursor.execute("alter sequence repair_number restart with 999999")
        cursor.execute("alter sequence record_number restart with 999999")
        year = company.register()["number"].split("-")[1]
        repairs = [company.register() for _ in range(2)]
        assert [r["number"] for r in repairs] == [f"RP-{year}-1000000", f"RP-{year}-1000001"]
        papers = company.hotline_clerk.read(f"/v1/repairs/{repairs[1]['id']}/records")["data"]
        assert [p["number"] for p in papers] == [f"P04-R01-{year}-1000001"]
        cursor.execute("insert into counter values ('receipt', 2031, 999999)")
        cursor.execute("select next_receipt('2031-06-01')")
        assert cursor.fetchone()[0] == "SJ-2031-1000000"


def test_no_row_of_the_table_was_left_out(company):
    table = company.dispatcher.read("/v1/procedures/repair")["transitions"]
    missing = []
    for row in table:
        happened = [(f, t) for e, f, t in DONE if e == row["event"] and (row["to"] in ("same", "previous") or t == row["to"])]
        if row["to"] == "same":
            happened = [(f, t) for f, t in happened if f == t]
        if not happened and row["event"] not in ELSEWHERE:
            missing.append((row["event"], row["to"]))
    assert missing == []
    assert ELSEWHERE <= {row["event"] for row in table} and not ELSEWHERE & {e for e, _, _ in DONE}
