"""Every guard of the tables of P12 refuses with its code; a check at the end names those that were not tried. And who may not."""

import pytest

from test_facilities_steps import MACHINES, failed_use, wanted
from test_facilities_story import at_the_test, day, instrument, repaired_with, tool
from test_races import advance

REFUSED = set()
# After months, shown in test_facilities_clocks; the engine's own, shown in the tests of the repair.
ELSEWHERE = {"not_idle", "final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "already_paused", "not_paused", "period_over",
             "defect_not_described", "calibrated_before_sent"}


def refused(client, entity, event, expected, **body):
    answer = client.try_fire(entity, event, **body)
    codes = [e["code"] for e in answer.json().get("errors", [])]
    assert answer.status_code == 422 and expected in codes, (event, answer.status_code, answer.text)
    REFUSED.update(codes)


def create_refused(client, path, code, **body):
    answer = client.post("/v1/" + path, body)
    codes = [e["code"] for e in answer.json().get("errors", [])]
    assert answer.status_code == 422 and code in codes, answer.text
    REFUSED.update(codes)


def forbidden(client, entity, event, **body):
    assert client.try_fire(entity, event, **body).status_code == 403


def test_buying(company):
    head, outsider = company.hire("dept_head", department="tech_dept"), company.hire("dept_head", department="commerce_dept")
    keeper, deputy = company.facility_keeper, company.deputy_gm
    create_refused(keeper, "facilities/enter", "instrument_needs_calibration", name="表", category="instrument", needs_calibration=False)
    create_refused(company.technician, "facilities", "instrument_needs_calibration", name="表", category="instrument", needs_calibration=False, need="x", amount=1)
    cheap, dear = wanted(company, 500000), wanted(company, 500001)
    refused(outsider, cheap, "approve", "other_department")
    forbidden(head, dear, "approve")
    forbidden(company.technician, cheap, "approve")
    both = company.hire("technician", "dept_head", "deputy_gm", department="tech_dept")
    own = both.create("facilities", name="表", category="instrument", need="x", amount=1)
    refused(both, own, "approve", "own_request")
    refused(both, own, "refuse", "own_request", refusal_reason="x")
    forbidden(company.hire("technician"), cheap, "cancel_purchase", refusal_reason="x")  # who asked may, others may not
    # A head who is away has a stand-in, who is asked as the head would be.
    now, later = company.at(-1), company.at(5)
    stand_in = company.hire("employee", department="commerce_dept")
    head.create("delegations", role="dept_head", holder_id=head.id, stand_in_id=stand_in.id, from_at=now, to_at=later)
    assert stand_in.fire(cheap, "approve")["state"] == "purchasing"
    assert deputy.fire(dear, "approve")["state"] == "purchasing"
    refused(company.materials_officer, dear, "deliver", "price_above_approved", amount=500002)
    assert company.materials_officer.fire(dear, "deliver", amount=490000)["state"] == "accepting"


def test_accepting(company):
    keeper = company.facility_keeper
    item = keeper.create("facilities/enter", name="表", category="instrument")
    good = dict(papers_complete=True, certificate_no="S", calibrated_on=day(company), traceable_to="x", **{"class": "B"})
    refused(keeper, item, "accept", "papers_incomplete", **{**good, "papers_complete": False})
    for missing in ("certificate_no", "calibrated_on", "traceable_to"):
        refused(keeper, item, "accept", "not_calibrated", **{k: v for k, v in good.items() if k != missing})
    refused(keeper, item, "accept", "class_missing", **{k: v for k, v in good.items() if k != "class"})
    refused(keeper, item, "accept", "legal_body_needed", **{**good, "class": "A", "calibration_kind": "external"})
    refused(keeper, item, "accept", "legal_body_needed", **{**good, "class": "A"})
    refused(keeper, item, "accept", "calibration_date_wrong", **{**good, "calibrated_on": day(company, 1)})
    refused(keeper, item, "accept", "calibration_date_wrong", **{**good, "calibrated_on": day(company, -366)})
    instrument(company, "SG-01")
    taken = keeper.try_fire(item, "accept", **{**good, "code": "SG-01"})
    assert taken.status_code == 409 and taken.json()["code"] == "duplicate_value"
    assert keeper.fire(item, "accept", **good)["code"] == item["number"]  # who names none has the number


def test_calibrating(company):
    keeper = company.facility_keeper
    gun, item = tool(company, "SG-02"), instrument(company, "SG-03")
    refused(keeper, gun, "send", "measures_nothing", calibration_kind="external")
    refused(keeper, gun, "fail", "measures_nothing", fault="x")
    refused(keeper, gun, "adjust_interval", "measures_nothing", cal_interval_months=3, reason="x")
    refused(keeper, gun, "correct_certificate", "no_certificate", certificate_no="Z", calibrated_on=day(company), reason="x")
    refused(keeper, item, "plan_calibration", "plan_in_past", planned_on=day(company, -1), calibration_kind="external")
    refused(keeper, item, "send", "expected_back_in_past", calibration_kind="external", expected_back=day(company, -1))
    mandatory = instrument(company, "SG-04", **{"class": "A"})
    refused(keeper, mandatory, "send", "legal_body_needed", calibration_kind="in_house")
    refused(keeper, item, "correct_certificate", "certificate_known", certificate_no="ZS-SG-03", calibrated_on=day(company), reason="x")
    refused(keeper, item, "correct_certificate", "calibration_date_wrong", certificate_no="Z", calibrated_on=day(company, 1), reason="x")
    refused(keeper, item, "amend", "calibration_date_wrong", reason="x", calibrated_on=day(company, 1))
    item = keeper.fire(item, "print_label")
    refused(keeper, item, "print_label", "label_not_wanted")
    refused(keeper, item, "amend", "label_is_printed", reason="x", certificate_no="Z")
    assert keeper.fire(item, "amend", reason="x", location="三楼")["location"] == "三楼"
    item = keeper.fire(item, "send", calibration_kind="in_house")
    result = dict(certificate_no="N", calibrated_on=day(company), traceable_to="x")
    refused(keeper, item, "pass", "reference_not_usable", **result)
    refused(keeper, item, "pass", "reference_not_usable", reference_code="SG-02", **result)  # no standard
    refused(keeper, item, "pass", "calibrated_before_sent", **{**result, "calibrated_on": day(company, -1), "reference_code": "SG-04"})
    refused(keeper, item, "pass", "certificate_known", **{**result, "certificate_no": "ZS-SG-03", "reference_code": "SG-04"})
    limits = dict(result, reference_code="SG-04", range_unit="V")
    for wrong in ({}, {"usable_from": "x"}, {"usable_to": "1,5"}, {"usable_from": "2", "usable_to": "1"}):
        refused(keeper, item, "limit", "range_missing", **limits, **wrong)
    refused(keeper, item, "fail", "no_pass_to_void", fault="x", pass_was_wrong=True)
    assert keeper.fire(item, "limit", usable_from="-5", **limits)["state"] == "limited"


def test_repairing_and_ending(company):
    keeper, deputy = company.facility_keeper, company.deputy_gm
    gun = keeper.fire(tool(company, "SG-05"), "break_down", fault="x")
    refused(keeper, gun, "recheck", "not_checked", repair_report="x")
    refused(deputy, gun, "scrap", "data_not_wiped", asset_removed=True)
    refused(deputy, gun, "scrap", "asset_not_removed", data_wiped=True, asset_removed=False)
    forbidden(keeper, gun, "scrap", data_wiped=True, asset_removed=True)
    item = keeper.fire(instrument(company, "SG-06"), "break_down", fault="x", measuring_touched=False)
    refused(keeper, item, "recheck", "calibration_not_named", repair_report="x")
    lost = keeper.fire(tool(company, "SG-07"), "report_loss", evidence="x")
    refused(keeper, lost, "found", "not_checked")
    fresh = tool(company, "SG-08")
    refused(keeper, fresh, "seal", "not_idle", reason="闲置")
    refused(keeper, fresh, "transfer", "no_place_given")
    refused(keeper, fresh, "read_odometer", "no_vehicle", odometer=1)
    refused(company.technician, fresh, "report_loss", "not_keeper_or_holder", evidence="x")
    car = keeper.fire(tool(company, "SG-09", category="vehicle"), "read_odometer", odometer=100)
    refused(keeper, car, "read_odometer", "odometer_back", odometer=99)
    create_refused(keeper, "maintenance-plans", "facility_not_at_work", facility_id=gun["id"], task="x", frequency="daily")
    create_refused(keeper, "maintenance-plans", "plan_in_past", facility_id=fresh["id"], task="x", frequency="daily", starts_on=day(company, -1))
    create_refused(keeper, "maintenance-plans", "no_vehicle", facility_id=fresh["id"], task="x", frequency="half_yearly", every_km=5000)


def test_lending(company):
    keeper, t = company.facility_keeper, company.technician
    gun = tool(company, "SG-10")
    refused(t, gun, "lend", "loan_too_long", due_on=day(company, 8))
    refused(t, gun, "lend", "loan_too_long", due_on=day(company, -1))
    refused(t, gun, "lend", "lent_to_another", due_on=day(company, 7), borrower_id=keeper.id)
    gone = company.hire("technician", name="离职")
    company.admin.fire(gone.person, "leave", reason="x")
    refused(keeper, gun, "lend", "person_not_active", due_on=day(company, 7), borrower_id=gone.id)
    refused(t, gun, "give_back", "not_lent")
    gun = t.fire(gun, "lend", due_on=day(company, 7))
    refused(t, gun, "lend", "is_lent", due_on=day(company, 7))
    refused(keeper, gun, "seal", "is_lent", reason="x")
    refused(company.hire("technician"), gun, "give_back", "not_holder")
    loan = keeper.read("/v1/tool-loans", facility_id=gun["id"])["data"][0]
    refused(keeper, loan, "reassign", "signed_other_content", assignee_id=keeper.id, reassign_reason="ill",
            receiver_signature={"name": "x", "content_sha256": "0" * 64})
    refused(keeper, loan, "reassign", "person_not_active", assignee_id=gone.id, reassign_reason="ill",
            receiver_signature={"name": "x", "content_sha256": "0" * 64})
    forbidden(company.finance_officer, gun, "give_back")


def test_judging(company):
    _, manager, t = company.facility_keeper, company.service_manager, company.technician
    item, impact = failed_use(company, "SG-11")
    use = impact["uses"][0]["use_id"]
    refused(manager, impact, "judge", "use_not_judged", judgements=[])
    refused(manager, impact, "judge", "use_unknown", judgements=[{"use_id": use, "verdict": "retest"}, {"use_id": "0" * 36, "verdict": "retest"}])
    refused(manager, impact, "judge", "use_judged_twice", judgements=[{"use_id": use, "verdict": "retest"}, {"use_id": use, "verdict": "no_effect"}])
    impact = manager.fire(impact, "judge", judgements=[{"use_id": use, "verdict": "retest"}])
    refused(manager, impact, "conclude", "retests_open", conclusion="x")
    retest = manager.read("/v1/retests", parent=impact["id"])["data"][0]
    refused(t, retest, "pass", "instruments_missing", findings="x")
    refused(t, retest, "pass", "instrument_not_usable", findings="x", instruments=[{"facility_code": "SG-11"}])
    refused(t, retest, "pass", "instrument_in_doubt", findings="x", instruments=[{"facility_code": "SG-11"}])
    refused(t, retest, "fail", "instrument_not_usable", findings="x", instruments=[{"facility_code": "no such"}])
    refused(t, retest, "fail", "test_day_ahead", findings="x", instruments=[{"facility_code": "SG-11"}], tested_on=day(company, 1))
    forbidden(t, retest, "waive", reason="x")
    forbidden(t, impact, "conclude", conclusion="x")


def test_an_assessment_that_missed_a_test_is_not_judged(company):
    keeper, manager = company.facility_keeper, company.service_manager
    item = instrument(company, "SG-12")
    repair = repaired_with(company, "SG-12")
    item = keeper.fire(item, "fail", fault="x")
    impact = keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]
    company.technician.fire(repair, "revert", reason="x")
    refused(manager, impact, "judge", "uses_not_listed", judgements=[{"use_id": impact["uses"][0]["use_id"], "verdict": "no_effect"}])
    impact = manager.fire(impact, "list_again")
    assert impact["uses"] == []
    impact = manager.fire(impact, "judge", judgements=[])
    assert manager.fire(impact, "conclude", conclusion="未使用")["state"] == "concluded"


def test_tests_of_the_repair(company):
    t = company.technician
    repair = at_the_test(company)
    body = dict(solution="x", test_passed=True)
    answer = t.try_fire(repair, "solve", instruments=[{"facility_code": "no such"}], **body)
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [("instrument_not_usable", "/instruments")]
    requested = wanted(company, code="SG-13")
    assert requested["state"] == "requested"
    refused(t, repair, "solve", "instrument_not_usable", instruments=[{"facility_code": "SG-13"}], **body)
    refused(t, repair, "solve", "test_day_ahead", tested_on=day(company, 1), **body)
    instrument(company, "SG-14")
    refused(t, repair, "solve", "instrument_not_usable", instruments=[{"facility_code": "SG-14"}, {"facility_code": "SG-13"}], **body)
    assert t.fire(repair, "solve", instruments=[{"facility_code": "SG-14"}], **body)["state"] == "settling"
    assert len(t.read("/v1/instrument-uses", job_number=repair["number"])["data"]) == 1
    # That nothing is wrong is a measurement, too.
    repair = advance(company, company.register(), "start_repair")
    body = dict(diagnosis="正常", explained=True)
    refused(t, repair, "find_no_fault", "instrument_not_usable", instruments=[{"facility_code": "SG-13"}], **body)
    refused(t, repair, "find_no_fault", "test_day_ahead", tested_on=day(company, 1), **body)
    t.fire(repair, "find_no_fault", instruments=[{"facility_code": "SG-14", "value": "220"}], **body)
    assert t.read("/v1/instrument-uses", job_number=repair["number"])["data"][0]["value"] == "220"


@pytest.mark.parametrize("state,event,body,usable_today", [
    ("calibrating", "send", {"calibration_kind": "external"}, True), ("failed", "fail", {"fault": "x"}, False),
    ("under_repair", "break_down", {"fault": "x", "measuring_touched": False}, False), ("lost", "report_loss", {"evidence": "x"}, False)])
def test_the_last_verdict_of_the_day_counts(company, state, event, body, usable_today):
    """Sent away today it may have measured this morning; what failed today has measured nothing that stands."""
    item = company.facility_keeper.fire(instrument(company, "SG-2-" + state), event, **body)
    assert item["state"] == state and item.get("usable_until") is None
    used = dict(solution="x", test_passed=True, instruments=[{"facility_code": item["code"]}])
    repair = at_the_test(company)
    before = company.technician.try_fire(repair, "solve", tested_on=day(company, -1), **used)
    assert before.json()["errors"][0]["code"] == "instrument_not_usable"  # it came only today
    assert company.technician.try_fire(repair, "solve", **used).status_code == (200 if usable_today else 422)


def test_an_outlet_sees_and_returns_its_own(company):
    keeper = company.facility_keeper
    outlet = company.dispatcher.create("outlets", name="设施网点", kind="internal", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    item, ours = instrument(company, "SG-30"), instrument(company, "SG-31")
    assert manager.get(item["href"]).status_code == 404
    item = keeper.fire(item, "transfer", outlet_id=outlet["id"], location="网点工位")
    assert manager.read(item["href"])["next_cal"] == item["next_cal"]
    assert [f["id"] for f in manager.read("/v1/facilities", outlet="mine")["data"]] == [item["id"]]
    assert manager.get(ours["href"]).status_code == 404
    asked = manager.create("facilities", name="烙铁", category="tool", need="x", amount=100)
    assert asked["outlet_id"] == outlet["id"]
    outlet = company.general_manager.fire(outlet, "wind_up", wind_up_reason="closed", reason="撤点")
    refused(company.general_manager, outlet, "terminate", "equipment_to_fetch", stock_returned=True)
    company.deputy_gm.fire(asked, "refuse", refusal_reason="撤点")
    item = keeper.fire(item, "transfer", to_centre=True, location="工具库")
    assert item.get("outlet_id") is None
    assert company.general_manager.fire(outlet, "terminate", stock_returned=True)["state"] == "terminated"


def test_no_guard_of_the_tables_was_left_out(company):
    tables = [company.dispatcher.read("/v1/procedures/" + machine) for machine in MACHINES]
    codes = {g["code"] for table in tables for t in table["transitions"] for g in t["guards"]}
    assert codes - REFUSED - ELSEWHERE == set()
