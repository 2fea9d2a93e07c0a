"""Every row of the tables of P12 happens at least once; a check at the end names the rows that did not."""

import pytest

from assurance import not_paid_for
from nonconformities import reported_on, summary
from test_facilities_story import day, instrument, repaired_with, tool

# By the timer, as days pass: test_facilities_clocks.
TIMER = {("facility", "warn"), ("facility", "fall_due"), ("tool_loan", "remind"), ("maintenance_plan", "open_period"), ("maintenance_record", "open"),
         ("maintenance_record", "record"), ("maintenance_record", "miss"), ("maintenance_record", "reassign")}
# Six months idle, or after fall_due: there, too.
LATER = {("facility", "seal"), ("facility", "unseal")}
MACHINES = ("facility", "instrument_use", "impact_assessment", "retest", "tool_loan", "maintenance_plan", "maintenance_record")
DONE = set()


def step(who, entity, event, to, **body):
    before = entity["state"]
    after = who.fire(entity, event, **body)
    assert after["state"] == to, (event, after["state"])
    DONE.add((entity["href"].split("/")[2], event, before, to))
    return after


def did(path, event, before, to):
    DONE.add((path, event, before, to))


def wanted(company, amount=100000, **fields):
    did("facilities", "request", None, "requested")
    return company.technician.create("facilities", **{"name": "钳形表", "category": "instrument", "class": "B", "need": "检修", "amount": amount, **fields})


@pytest.fixture(scope="module")
def head(company):
    return company.hire("dept_head", department="tech_dept")


def failed_use(company, code):
    """An instrument that failed, the one other to test again with, and the impact of the first."""
    keeper = company.facility_keeper
    item = instrument(company, code)
    repaired_with(company, code)
    item = step(keeper, item, "fail", "failed", fault="超差")
    return item, keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]


def test_buying(company, head):
    keeper, buyer, deputy = company.facility_keeper, company.materials_officer, company.deputy_gm
    item = step(head, wanted(company), "approve", "purchasing", note="同意")
    item = step(buyer, item, "deliver", "accepting", serial="A0")
    item = step(buyer, item, "revert", "purchasing", reason="送错部门")
    item = step(buyer, item, "deliver", "accepting", serial="A1")
    item = step(keeper, item, "reject", "purchasing", refusal_reason="型号不符", claim="换货", redeliver=True)
    assert item["claim"] == "换货"
    item = step(buyer, item, "deliver", "accepting", serial="A2")
    step(keeper, item, "accept", "in_service", papers_complete=True, certificate_no="S-1", calibrated_on=day(company), traceable_to="省计量院")
    dear = step(deputy, wanted(company, 500001), "approve", "purchasing")
    dear = step(buyer, dear, "deliver", "accepting")
    step(keeper, dear, "reject", "rejected", refusal_reason="损坏", claim="退款")
    step(head, wanted(company), "refuse", "rejected", refusal_reason="已有同类")
    step(buyer, wanted(company), "cancel_purchase", "rejected", refusal_reason="停产")
    gone = step(company.technician, step(head, wanted(company), "approve", "purchasing"), "cancel_purchase", "rejected", refusal_reason="不再需要")
    assert not_paid_for(company, gone)
    step(company.technician, wanted(company), "void", "voided", reason="重复")


def test_calibrating(company):
    keeper = company.facility_keeper
    item = instrument(company, "BZ-01")
    did("facilities", "enter", None, "accepting")
    item = step(keeper, item, "amend", "in_service", reason="写错", certificate_no="ZS-1", calibrated_on=day(company, -20))
    assert item["last_cal"] == day(company, -20) and item["certificates"][0]["no"] == "ZS-1" and item["certificates"][0]["on"] == day(company, -20)
    item = step(keeper, item, "print_label", "in_service")
    item = step(keeper, item, "correct_certificate", "in_service", certificate_no="ZS-2", calibrated_on=day(company, -15), reason="证书更正")
    assert [c.get("follows") for c in item["certificates"]] == [None, "ZS-1"] and item["label_printed"] is False and item["last_cal"] == day(company, -15)
    item = step(keeper, item, "plan_calibration", "in_service", planned_on=day(company, 5), calibration_kind="external", lab="市计量所")
    item = step(keeper, item, "send", "calibrating", calibration_kind="external", lab="市计量所")
    item = step(keeper, item, "limit", "limited", usable_to="10", range_unit="V", certificate_no="ZS-3", calibrated_on=day(company), traceable_to="省计量院")
    next_cal = item["next_cal"]
    item = step(keeper, item, "correct_certificate", "limited", certificate_no="ZS-3a", calibrated_on=day(company), reason="编号有误")
    assert item["certificates"][-1]["result"] == "limited" and item["certificates"][-1]["follows"] == "ZS-3"
    item = step(keeper, item, "adjust_interval", "limited", cal_interval_months=6, reason="漂移")
    assert item["next_cal"] < next_cal and item["usable_until"] < item["next_cal"] and item["clocks"]["calibration"]["due_at"][:10] == item["next_cal"]
    shorter = item["next_cal"]
    item = step(keeper, item, "adjust_interval", "limited", cal_interval_months=24, reason="稳定")
    assert item["next_cal"] == shorter  # a longer interval counts from the next calibration on
    item = step(keeper, item, "send", "calibrating", calibration_kind="in_house")
    reference = instrument(company, "BZ-02", **{"class": "A"})
    item = step(keeper, item, "pass", "in_service", certificate_no="N-1", calibrated_on=day(company), traceable_to="BZ-02", reference_code="BZ-02")
    assert item.get("usable_to") is None and item["label"] == "green"
    assert [(u["job_number"], u["job_machine"]) for u in keeper.read("/v1/instrument-uses", facility_id=reference["id"])["data"]] == [(item["number"], "facility")]
    item = step(keeper, item, "transfer", "in_service", location="二楼检修室")
    item = step(keeper, item, "send", "calibrating", calibration_kind="external")
    item = step(keeper, item, "fail", "failed", fault="不合格", certificate_no="ZS-4")
    item = step(keeper, item, "propose_scrap", "failed", disposal_reason="无法修复", value_left=0)
    assert item["id"] in [f["id"] for f in company.deputy_gm.read("/v1/facilities", scrap_proposed="true")["data"]]
    step(company.deputy_gm, item, "scrap", "scrapped", data_wiped=True, asset_removed=True)


def test_a_pass_entered_for_a_failed_item_goes_back_to_the_last_true_good_one(company):
    keeper = company.facility_keeper
    item = instrument(company, "BZ-03")
    early = repaired_with(company, "BZ-03")
    item = step(keeper, item, "send", "calibrating", calibration_kind="external")
    item = step(keeper, item, "pass", "in_service", certificate_no="X-1", calibrated_on=day(company), traceable_to="省计量院")
    item = step(keeper, item, "fail", "failed", fault="证书实为不合格", pass_was_wrong=True)
    assert item["last_cal"] == day(company, -10)
    impact = keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]
    assert impact["since"] == day(company, -10) and [u["job_number"] for u in impact["uses"]] == [early["number"]]


def test_breaking_and_mending(company):
    keeper = company.facility_keeper
    item = step(keeper, instrument(company, "BZ-04"), "break_down", "failed", fault="表笔断", measuring_touched=True)
    assert keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]["cause"] == "表笔断"
    item = step(keeper, item, "repair", "under_repair", repairer="仪器公司", expected_back=day(company, 9))
    assert "lab_back" in item["clocks"]
    item = step(keeper, item, "recheck", "calibrating", repair_report="换表笔", calibration_kind="external")
    assert item["clocks"] == {}
    item = step(keeper, item, "pass", "in_service", certificate_no="X-2", calibrated_on=day(company), traceable_to="省计量院")
    item = step(keeper, item, "break_down", "under_repair", fault="外壳裂", measuring_touched=False)
    gun = step(keeper, tool(company, "GJ-01"), "break_down", "under_repair", fault="不加热")
    assert keeper.read("/v1/impact-assessments", facility_id=gun["id"])["data"] == []
    gun = step(keeper, gun, "recheck", "in_service", repair_report="换发热芯", checked_ok=True)
    step(keeper, gun, "break_down", "under_repair", fault="烧毁")


def test_judging_and_testing_again(company):
    keeper, manager, t = company.facility_keeper, company.service_manager, company.technician
    good = instrument(company, "BZ-05")
    for code, event, to in (("BZ-06", "pass", "passed"), ("BZ-07", "fail", "failed"), ("BZ-08", "waive", "waived")):
        item, impact = failed_use(company, code)
        did("impact-assessments", "open", None, "open")
        impact = step(keeper, impact, "list_again", "open")
        impact = step(manager, impact, "reassign", "open", assignee_id=manager.id, reassign_reason="overload")
        impact = step(manager, impact, "pause", "open", pause_reason="site")
        impact = step(manager, impact, "resume", "open")
        impact = step(manager, impact, "judge", "judged", judgements=[{"use_id": impact["uses"][0]["use_id"], "verdict": "retest"}])
        retest = manager.read("/v1/retests", parent=impact["id"])["data"][0]
        retest = step(manager, retest, "reassign", "to_do", assignee_id=t.id, reassign_reason="skill")
        retest = step(t, retest, "pause", "to_do", pause_reason="customer")
        retest = step(t, retest, "resume", "to_do")
        did("retests", "open", None, "to_do")
        body = {"reason": "客户已换新"} if event == "waive" else {"findings": "x", "instruments": [{"facility_code": good["code"]}]}
        step(manager if event == "waive" else t, retest, event, to, **body)
        if event == "pass":
            impact = step(manager, impact, "list_again", "open")
            impact = step(manager, impact, "judge", "judged", judgements=[{"use_id": impact["uses"][0]["use_id"], "verdict": "retest"}])
            assert len(manager.read("/v1/retests", parent=impact["id"])["data"]) == 1  # not a second time
        if event == "fail":
            found = reported_on(company, retest)[0]
            assert summary(found)[:3] == ("calibration", "tech_dept", "major") and retest["job_number"] in found["fact"] and found["customer_affected"] is True
        step(manager, impact, "conclude", "concluded", conclusion="完成")
        papers = manager.read(impact["href"] + "/records")["data"]
        assert [p["form"] for p in papers] == ["impact_assessment"]
    repair = repaired_with(company, "BZ-05")
    did("instrument-uses", "record", None, "recorded")
    t.fire(repair, "revert", reason="x")
    use = keeper.read("/v1/instrument-uses", job_number=repair["number"])["data"][0]
    assert use["state"] == "withdrawn"
    did("instrument-uses", "withdraw", "recorded", "withdrawn")


def test_lending_losing_and_finding(company):
    keeper, t = company.facility_keeper, company.technician
    job = company.register()
    gun = step(t, tool(company, "GJ-02"), "lend", "in_service", due_on=day(company, 7), repair_id=job["id"])
    did("tool-loans", "open", None, "lent")
    assert gun["holder_id"] == t.id and gun["id"] in [f["id"] for f in t.read("/v1/facilities", holder_id="me")["data"]]
    loan = keeper.read("/v1/tool-loans", facility_id=gun["id"])["data"][0]
    assert loan["assignee_id"] == t.id and [r["form"] for r in t.read(loan["href"] + "/records")["data"]] == ["tool_loan"]
    other = company.hire("technician", name="接手")
    loan = keeper.read(loan["href"])
    loan = step(keeper, loan, "reassign", "lent", assignee_id=other.id, reassign_reason="ill",
                receiver_signature={"name": "接手", "content_sha256": loan["content_sha256"]})
    assert keeper.read(gun["href"])["holder_id"] == other.id
    did("facilities", "change_holder", "in_service", "in_service")
    gun = step(other, gun, "give_back", "in_service", return_condition="完好")
    loan = keeper.read(loan["href"])
    assert loan["state"] == "returned" and loan["return_condition"] == "完好" and loan["returned_on"] == day(company) and gun.get("holder_id") is None
    did("tool-loans", "close", "lent", "returned")
    gun = step(keeper, gun, "lend", "in_service", due_on=day(company, 3), borrower_id=t.id, repair_id=job["id"])
    gun = step(t, gun, "report_loss", "lost", evidence="车上被盗", value_left=30000)
    assert gun["planned_jobs"] == [{"repair_id": job["id"], "number": job["number"]}] and gun.get("holder_id") is None
    assert keeper.read("/v1/tool-loans", facility_id=gun["id"], state="lost")["data"][0]["assignee_id"] == t.id
    did("tool-loans", "mark_lost", "lent", "lost")
    gun = step(keeper, gun, "found", "in_service", checked_ok=True)
    gun = step(keeper, gun, "report_loss", "lost", evidence="x")
    gun = step(keeper, gun, "propose_scrap", "lost", disposal_reason="丢失核销")
    step(company.deputy_gm, gun, "scrap", "scrapped", asset_removed=True)
    meter = step(keeper, instrument(company, "BZ-09"), "report_loss", "lost", evidence="运输途中遗失")
    meter = step(keeper, meter, "found", "due")
    meter = step(keeper, meter, "send", "calibrating", calibration_kind="external")
    step(keeper, meter, "report_loss", "lost", evidence="检定机构遗失")
    item = instrument(company, "BZ-10")
    step(keeper, item, "reassign", "in_service", assignee_id=other.id, reassign_reason="leave")


def test_upkeep(company):
    keeper = company.facility_keeper
    car = tool(company, "CL-01", name="服务车", category="vehicle")
    car = step(keeper, car, "read_odometer", "in_service", odometer=1200)
    plan = keeper.create("maintenance-plans", facility_id=car["id"], task="常规保养", frequency="half_yearly", starts_on=day(company, 40))
    did("maintenance-plans", "plan", None, "active")
    assert plan["every_km"] == 5000 and plan["last_km"] == 1200 and plan["next_from"] == day(company, 40)
    plan = step(keeper, plan, "amend", "active", reason="x", task="机油与制动")
    plan = step(keeper, plan, "reassign", "active", assignee_id=company.technician.id, reassign_reason="overload")
    step(keeper, plan, "end", "ended", reason="换车")
    second = keeper.create("maintenance-plans", facility_id=car["id"], task="年检", frequency="yearly", starts_on=day(company, 40))
    car = keeper.fire(car, "break_down", fault="报废事故")
    company.deputy_gm.fire(car, "scrap", data_wiped=True, asset_removed=True)
    assert keeper.read(second["href"])["state"] == "ended"  # a plan ends with its facility
    third = keeper.create("maintenance-plans", facility_id=instrument(company, "BZ-11")["id"], task="x", frequency="monthly", starts_on=day(company, 40))
    step(keeper, third, "void", "voided", reason="误登")
    fourth = keeper.create("maintenance-plans", facility_id=instrument(company, "BZ-12")["id"], task="x", frequency="daily", starts_on=day(company, 40))
    fourth = keeper.fire(fourth, "amend", reason="x", task="y")
    step(keeper, fourth, "revert", "active", reason="写错")


def test_no_row_of_the_tables_was_left_out(company):
    missing = []
    for machine in MACHINES:
        table = company.dispatcher.read("/v1/procedures/" + machine)
        path = table["href"].rsplit("/", 1)[1]
        for row in table["transitions"]:
            happened = [(f, t) for p, e, f, t in DONE if (p, e) == (path, row["event"]) and (row["to"] in ("same", "previous") or t == row["to"])]
            if row["to"] == "same":
                happened = [(f, t) for f, t in happened if f == t]
            if not happened and (machine, row["event"]) not in TIMER | LATER:
                missing.append((machine, row["event"], row["to"]))
    assert missing == []
