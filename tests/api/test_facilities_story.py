"""P12 as a facility keeper would tell it: from the request to the scrap, and what a wrong instrument leaves behind."""

from assurance import request_of
from nonconformities import reported_on, summary
from test_races import advance
from test_walker import prepare

def day(company, offset=0):
    """The company's day, not this machine's."""
    return company.at(24 * offset)[:10]


DEVICE = dict(name="数字万用表", category="instrument", measures="直流电压", measuring_range="0-1000 V")


def instrument(company, code, **fields):
    """A calibrated instrument in service."""
    keeper = company.facility_keeper
    item = keeper.create("facilities/enter", **{**DEVICE, "class": "B", "code": code, **fields})
    return keeper.fire(item, "accept", papers_complete=True, certificate_no="ZS-" + code, calibrated_on=day(company, -10), traceable_to="省计量院",
                       calibration_kind="legal_verification", lab="市计量所")


def tool(company, code, **fields):
    keeper = company.facility_keeper
    item = keeper.create("facilities/enter", **{"name": "热风枪", "category": "tool", "code": code, **fields})
    return keeper.fire(item, "accept", papers_complete=True)


def at_the_test(company):
    prepare(company)
    return advance(company, company.register(), "solve")


def repaired_with(company, code, value="12.05", **fields):
    """A repair of which the last test was made with the instrument."""
    repair = at_the_test(company)
    return company.technician.fire(repair, "solve", solution="更换电源", test_passed=True, instruments=[{"facility_code": code, "value": value, "unit": "V"}],
                                   **fields)


def test_an_instrument_is_asked_for_approved_bought_calibrated_and_used(company):
    head = company.people.setdefault("tech_head", company.hire("dept_head", department="tech_dept"))
    wanted = company.technician.create("facilities", **DEVICE, need="检修电源", amount=120000, code="YQ-0001")
    assert wanted["state"] == "requested" and wanted["needs_calibration"] is True and wanted["number"].startswith("FC-")
    wanted = head.fire(wanted, "approve")
    request = request_of(company, wanted)
    assert (request["amount"], request["need"], request["requested_by"]) == (120000, "检修电源", company.technician.id)
    wanted = company.materials_officer.fire(wanted, "deliver", serial="F15B-889", supplier="仪器公司")
    keeper = company.facility_keeper

    # Not before its first calibration.
    refused = keeper.try_fire(wanted, "accept", papers_complete=True, **{"class": "B"})
    assert refused.json()["errors"][0]["code"] == "not_calibrated"
    item = keeper.fire(wanted, "accept", papers_complete=True, certificate_no="JZ-1", calibrated_on=day(company, -3), traceable_to="省计量院", **{"class": "B"})
    assert item["state"] == "in_service" and item["label"] == "green" and item["assignee_id"] == keeper.id
    assert item["next_cal"][:4] == str(int(item["last_cal"][:4]) + 1) and item["certificates"][0]["no"] == "JZ-1"
    assert [r["form"] for r in keeper.read(item["href"] + "/records")["data"]] == ["facility", "facility_acceptance", "calibration_certificate"]

    # The label is a paper with a QR code.
    assert item["id"] in [f["id"] for f in keeper.read("/v1/facilities", label_printed="false", limit=200)["data"]]
    item = keeper.fire(item, "print_label")
    label = [r for r in keeper.read(item["href"] + "/records")["data"] if r["form"] == "facility_label"][0]
    page = keeper.get("/v1/records/" + label["id"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and 'class="qr"' in page.text and "YQ-0001" in page.text

    repair = repaired_with(company, "YQ-0001")
    uses = keeper.read("/v1/instrument-uses", facility_id=item["id"])["data"]
    assert [(u["job_number"], u["job_machine"], u["parent_id"], u["value"], u["tested_on"]) for u in uses] == [
        (repair["number"], "repair", repair["id"], "12.05", day(company))]
    assert company.dispatcher.read("/v1/audit/verify", entity=item["id"])["sound"] is True


def test_a_failed_instrument_names_every_job_since_its_last_good_calibration(company):
    keeper = company.facility_keeper
    item = instrument(company, "YQ-0002")
    _ = instrument(company, "YQ-0003")
    first, second = repaired_with(company, "YQ-0002"), repaired_with(company, "YQ-0002", "3.3")
    repaired_with(company, "YQ-0003")
    item = keeper.fire(item, "send", calibration_kind="external", lab="市计量所", expected_back=day(company, 7))
    assert "lab_back" in item["clocks"]
    item = keeper.fire(item, "fail", fault="超差 3%", certificate_no="JZ-9")
    assert item["state"] == "failed" and item["label"] == "red"
    assert summary(reported_on(company, item)[0]) == ("calibration", "tech_dept", "major", "YQ-0002: 超差 3%")

    impact = keeper.read("/v1/impact-assessments", facility_id=item["id"], state="open")["data"][0]
    assert impact["since"] == item["last_cal"] == day(company, -10) and impact["cause"] == "超差 3%"
    assert [(u["job_number"], u["job_id"]) for u in impact["uses"]] == [(first["number"], first["id"]), (second["number"], second["id"])]

    # A test made while it still was in service, entered only now, belongs to the list, too.
    late = at_the_test(company)
    refused = company.technician.try_fire(late, "solve", solution="x", test_passed=True, instruments=[{"facility_code": "YQ-0002"}])
    assert refused.json()["errors"][0]["code"] == "instrument_not_usable"

    manager = company.service_manager
    uses = [u["use_id"] for u in impact["uses"]]
    refused = manager.try_fire(impact, "judge", judgements=[{"use_id": uses[0], "verdict": "retest"}])
    assert refused.json()["errors"][0]["code"] == "use_not_judged"
    impact = manager.fire(impact, "judge", judgements=[{"use_id": uses[0], "verdict": "retest"}, {"use_id": uses[1], "verdict": "no_effect", "note": "仅通断"}])
    retests = manager.read("/v1/retests", parent=impact["id"], state="to_do")["data"]
    assert [(r["job_number"], r["use_id"]) for r in retests] == [(first["number"], uses[0])]
    assert manager.try_fire(impact, "conclude", conclusion="x").json()["errors"][0]["code"] == "retests_open"
    again = company.technician.fire(retests[0], "pass", findings="合格", instruments=[{"facility_code": "YQ-0003", "value": "12.1", "unit": "V"}])
    assert again["state"] == "passed"
    impact = manager.fire(impact, "conclude", conclusion="一项复测合格")
    assert impact["state"] == "concluded"
    assert [u["job_machine"] for u in manager.read("/v1/instrument-uses", facility_code="YQ-0003")["data"]] == ["retest", "repair"]

    # Repaired, calibrated anew with a smaller range, in use again with a yellow label.
    item = keeper.fire(item, "repair", repairer="仪器公司")
    item = keeper.fire(item, "recheck", repair_report="更换分压电阻", calibration_kind="external", lab="市计量所")
    item = keeper.fire(item, "limit", usable_from="0", usable_to="36", range_unit="V", certificate_no="JZ-10", calibrated_on=day(company), traceable_to="省计量院")
    assert item["state"] == "limited" and item["label"] == "yellow" and item["usable_to"] == "36"
    repair = at_the_test(company)
    body = dict(solution="x", test_passed=True)
    for wrong in ("36.5", "-1", "abc", None):
        used = {"facility_code": "YQ-0002"} if wrong is None else {"facility_code": "YQ-0002", "value": wrong}
        assert company.technician.try_fire(repair, "solve", instruments=[used], **body).json()["errors"][0]["code"] == "instrument_not_usable"
    other_unit = company.technician.try_fire(repair, "solve", instruments=[{"facility_code": "YQ-0002", "value": "20", "unit": "mV"}], **body)
    assert other_unit.json()["errors"][0]["code"] == "instrument_not_usable"
    assert company.technician.fire(repair, "solve", instruments=[{"facility_code": "YQ-0002", "value": "36", "unit": "V"}], **body)["state"] == "settling"


def test_a_test_taken_back_used_no_instrument(company):
    item = instrument(company, "YQ-0004")
    repair = repaired_with(company, "YQ-0004")
    assert [u["state"] for u in company.facility_keeper.read("/v1/instrument-uses", facility_id=item["id"])["data"]] == ["recorded"]
    repair = company.technician.fire(repair, "revert", reason="写错仪器")
    assert repair["state"] == "repairing"
    assert [u["state"] for u in company.facility_keeper.read("/v1/instrument-uses", facility_id=item["id"])["data"]] == ["withdrawn"]
    item = company.facility_keeper.fire(item, "fail", fault="摔坏")
    assert company.facility_keeper.read("/v1/impact-assessments", facility_id=item["id"])["data"][0]["uses"] == []


def test_everybody_finds_on_the_list_what_they_look_for(company):
    keeper, deputy = company.facility_keeper, company.deputy_gm
    shelf = instrument(company, "YQ-0010", location="三号柜", cal_interval_months=1)
    far = instrument(company, "YQ-0011", location="三号柜")
    at_lab = keeper.fire(instrument(company, "YQ-0012", location="三号柜"), "send", calibration_kind="external", lab="市计量所", expected_back=day(company, 3))
    wanted = [company.technician.create("facilities", **DEVICE, need="x", amount=amount, location="三号柜")["id"] for amount in (90000, 700000)]

    def found(who, **filters):
        return {f["id"] for f in who.read("/v1/facilities", location="三号柜", limit=200, **filters)["data"]}

    assert found(keeper) == {shelf["id"], far["id"], at_lab["id"], *wanted}
    assert found(keeper, next_cal_to=day(company, 30), state="in_service") == {shelf["id"]} and found(keeper, next_cal_to=day(company, 7), state="in_service") == set()
    assert found(keeper, state="calibrating", lab="市计量所", expected_back_to=day(company, 3)) == {at_lab["id"]}
    assert found(keeper, category="tool") == set() and found(keeper, label_printed="false") == {shelf["id"], far["id"], at_lab["id"]}
    assert found(company.technician, measures="直流电压", usable_until_from=day(company)) == {shelf["id"], far["id"]}
    assert found(company.technician, measures="直流电压", usable_until_from=day(company, 60)) == {far["id"]}
    assert found(keeper, assignee="me") == {shelf["id"], far["id"], at_lab["id"]} and found(company.technician, holder_id="me") == set()
    assert found(deputy, state="requested", amount_from=500001) == {wanted[1]}
    assert {w["id"] for w in keeper.read("/v1/worklist", assignee="me", due_before=day(company, 31), limit=200)["data"]} >= {shelf["id"], at_lab["id"]}
    item = keeper.fire(far, "fail", fault="x")
    assert len(company.service_manager.read("/v1/impact-assessments", facility_id=item["id"], state="open,judged")["data"]) == 1
    assert company.service_manager.read("/v1/retests", state="to_do", facility_code="YQ-0011")["data"] == []
