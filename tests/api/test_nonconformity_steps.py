"""Every row of P22's tables happens at least once, and nobody without the role may take the step; a check at the end names the
rows that did not happen."""

import uuid

import pytest

from assurance import request_of
from improvements import proposed_from
from nonconformities import Bureau
from answers import codes, eventually, told

MACHINES = {"nonconformities": "nonconformity", "dispositions": "disposition"}
# find_trend, miss_limits and mark_to_reassign: test_nonconformity_clocks. change_customer: files are merged in test_nonconformity_links.
BY_TIMER = {"find_trend", "mark_to_reassign", "change_customer"}
TRIED, TABLES, COMPANY = set(), {}, []


@pytest.fixture(autouse=True)
def tables(company):
    COMPANY[:] = [company]
    for name in MACHINES.values():
        TABLES[name] = company.admin.read("/v1/procedures/" + name)["transitions"]


@pytest.fixture
def bureau(company):
    return Bureau(company)


def outsiders(company, entity, event):
    machine = MACHINES[entity["href"].split("/")[2]]
    words = {word for row in TABLES[machine] if row["event"] == event for word in row["by"].split()}
    if "*" in words:
        return []
    roles = {word.split("@")[0] for word in words}
    mine = {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.technician, company.hotline_clerk, company.service_manager, company.deputy_gm, company.dept_head, company.evaluator, company.finance_officer]
    return [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to=None, **body):
    """Fires it; before its first time everybody without the role is refused."""
    key = (entity["href"].split("/")[2], event)
    if key not in TRIED:
        TRIED.add(key)
        others = outsiders(COMPANY[0], entity, event)
        assert others or event in ("withdraw", "revert"), event
        for person in others:
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code == 403, (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert to is None or entity["state"] == to, (event, entity["state"])
    return entity


def forms(who, entity):
    return [r["form"] for r in who.read(entity["href"] + "/records")["data"]]


def test_from_the_report_to_the_proof(company, bureau):
    """The story: a contract was signed unreviewed; corrected, its cause removed, watched for 90 days, closed."""
    m, head, auditor = bureau.manager, bureau.head, bureau.auditor
    one = bureau.report(grade="major", customer_affected=True)
    assert one["state"] == "reported" and one["kind"] == "actual" and set(one["clocks"]) == {"confirm_due"} and one["number"].startswith("NC-")
    assert "nonconformity_reported" in told(m, one)
    one = step(company.employee, one, "amend", "reported", reason="补充", evidence="合同原件及台账")
    one = step(m, one, "confirm", "confirmed", note="属实")
    assert one["assignee_id"] == head.id == one["responsible_id"] and set(one["clocks"]) == {"sign_due", "contain_due"}
    assert "nonconformity_to_answer" in told(head, one) and forms(m, one) == ["nonconformity"]
    one = step(head, one, "sign", "confirmed")
    assert one["signed_by"] == head.id and set(one["clocks"]) == {"contain_due"}
    one = step(head, one, "contain", "contained", correction="补评审", containment="暂停签章", customers_told=True)
    assert one.get("assignee_id") is None and set(one["clocks"]) == {"need_due"}
    one = step(m, one, "decide_need", "cause_analysis", needs_cause=True, systemic=True)
    assert one["assignee_id"] == head.id and set(one["clocks"]) == {"analysis_due"}
    one = step(head, one, "analyse", "cause_analysis", **bureau.analysis)
    assert one["whys"] == bureau.analysis["whys"] and one["problem"]["how_much"] == "1份"
    one = step(head, one, "propose", "action_proposed", measures=bureau.actions(20), metric="三个月无同类", follow_ups=["training", "document", "funds"], amount=500000)
    assert set(one["clocks"]) == {"action_due"} and "actions_to_confirm" in told(m, one)
    one = step(m, one, "return_action", "cause_analysis", return_reason="措施不具体")
    assert one["return_reason"] == "措施不具体" and set(one["clocks"]) == {"analysis_due"}
    one = step(head, one, "propose", "action_proposed", measures=bureau.actions(25), metric="三个月无同类", follow_ups=["training", "document", "funds"], amount=500000)
    one = step(m, one, "confirm_action", "action_confirmed")
    assert one["implement_until"] == company.day(30) and set(one["clocks"]) == {"implement_due"} and one.get("return_reason") is None
    # Training is asked for by the department.
    request = eventually(lambda: [r for r in company.hr_officer.read("/v1/training-requests", department="commerce_dept", limit=200)["data"] if r.get("urgent_reason") == one["number"]])[0]
    assert request["state"] == "drafted" and request["needs"][0]["topic"] == "合同评审制度缺失"
    assert head.fire(request, "submit")["state"] == "submitted"
    money = request_of(company, one)
    assert (money["purpose"], money["amount"], money["need"], money["requested_by"]) == ("measure", 500000, "合同评审制度缺失", one["assignee_id"])
    asked = eventually(lambda: m.read("/v1/document-changes", source_number=one["number"])["data"])[0]
    assert (asked["source"], asked["dept"], asked["change_reason"], asked["state"]) == ("nonconformity", "commerce_dept", "合同评审制度缺失", "requested")
    waiting = {l["to_machine"]: l["state"] for l in m.read("/v1/links", entity=one["id"])["data"]}
    assert waiting == {"training_request": "done", "document_change": "done", "fund_request": "done"}
    one = step(head, one, "begin", "implementing")
    one = step(head, one, "ask_extension", "implementing", extension_until=company.day(45), reason="法务人员到岗推迟")
    assert one["extension_asked"] is True and "extension_due" in one["clocks"]
    one = step(m, one, "grant_extension", "implementing")
    assert one["implement_until"] == company.day(45) and one["extended"] is True and set(one["clocks"]) == {"implement_due"}
    one = step(head, one, "implement", "verifying", implementation="评审制度发布", implementation_evidence="WWSH-003-2")
    assert one["watch_until"] == company.day(90) and set(one["clocks"]) == {"verify_due"} and one["implemented_by"] == head.id
    company.set_clock(company.at(24 * 91))
    one = step(auditor, one, "verify", "effective", is_effective=True, verification="抽查10份均已评审")
    assert one["verified_by"] == auditor.id and set(one["clocks"]) == {"close_due"}
    one = step(m, one, "close", "closed", rules_updated="合同评审制度V2", standardise=True, closing_note="推广至采购合同")
    assert one["clocks"] == {} and sorted(forms(m, one)) == ["capa", "capa", "capa_verification", "nonconformity"]
    links = {l["to_machine"] for l in m.read("/v1/links", entity=one["id"])["data"]}
    assert {"service_factor", "improvement"} <= links
    assert proposed_from(company, one)["problem"] == "推广至采购合同"
    assert company.dispatcher.read("/v1/audit/verify", entity=one["id"])["sound"] is True


def test_a_small_one_needs_only_its_correction(company, bureau):
    one = bureau.to("contained")
    one = step(bureau.manager, one, "decide_need", "correction_only", needs_cause=False, decision_reason="个别疏忽")
    assert set(one["clocks"]) == {"close_due"}
    one = step(bureau.manager, one, "close", "closed", closing_note="已纠正")
    assert sorted(forms(bureau.manager, one)) == ["capa", "nonconformity"]


def test_a_potential_one_has_nothing_to_contain(company, bureau):
    one = step(bureau.manager, bureau.report(kind="potential"), "confirm", "cause_analysis")
    assert set(one["clocks"]) == {"sign_due", "analysis_due"} and one["needs_cause"] is True
    one = step(bureau.head, one, "analyse", "cause_analysis", **bureau.analysis)
    one = step(bureau.head, one, "propose", "action_proposed", measures=bureau.actions(kind="preventive"), metric="不发生")
    assert set(one["clocks"]) == {"action_due"}


def test_a_critical_one_is_the_leaders_matter(company, bureau):
    m, gm, head = bureau.manager, bureau.deputy, bureau.head
    one = step(m, bureau.report(grade="critical", customer_affected=True), "confirm", "confirmed")
    assert one["priority"] == "urgent" and "objectives_to_review" in told(company.management_rep, one) and "nonconformity_critical" in told(gm, one)
    one = bureau.to("action_proposed", grade="critical")
    assert "actions_to_confirm" in told(gm, one) and "actions_to_confirm" not in told(m, one)
    assert m.try_fire(one, "confirm_action").status_code == 403 and m.try_fire(one, "return_action", return_reason="x").status_code == 403
    one = step(gm, one, "return_action", "cause_analysis", return_reason="治标")
    one = head.fire(one, "propose", measures=bureau.actions(50), metric="x")
    one = step(gm, one, "confirm_action", "action_confirmed")
    assert one["implement_until"] == company.day(60)
    one = step(head, one, "ask_extension", "action_confirmed", extension_until=company.day(70), reason="x")
    assert "extension_asked" in told(gm, one) and m.try_fire(one, "grant_extension").status_code == 403
    one = step(gm, one, "refuse_extension", "action_confirmed", decision_reason="不得拖延")
    assert one["implement_until"] == company.day(60) and one["extension_asked"] is False and m.try_fire(one, "refuse_extension", decision_reason="x").status_code == 403
    one = step(head, one, "ask_extension", "action_confirmed", extension_until=company.day(65), reason="设备到货")
    one = step(gm, one, "grant_extension", "action_confirmed")
    assert one["implement_until"] == company.day(65)


def test_what_is_refused_or_taken_back_at_the_start(company, bureau):
    m, reporter = bureau.manager, company.employee
    one = step(m, bureau.report(), "dismiss", "dismissed", decision_reason="符合要求")
    assert one["clocks"] == {}
    mine = bureau.report()
    assert m.try_fire(mine, "withdraw", decision_reason="x").status_code == 403
    step(reporter, mine, "withdraw", "withdrawn", decision_reason="看错")
    one, two = bureau.report(), bureau.to("contained")
    one = step(m, one, "merge", "merged", merged_into_id=two["id"], decision_reason="同一事件")
    assert [n["id"] for n in m.read("/v1/nonconformities", merged_into_id=two["id"])["data"]] == [one["id"]]
    step(m, bureau.to("confirmed"), "merge", "merged", merged_into_id=two["id"], decision_reason="同一事件")
    one = step(m, bureau.report(), "confirm", "confirmed")
    one = step(m, one, "revert", "reported", reason="点错")
    assert set(one["clocks"]) == {"confirm_due"} and one.get("assignee_id") is None


def test_the_department_objects(company, bureau):
    m, gm, head = bureau.manager, bureau.deputy, bureau.head
    one = step(head, m.fire(bureau.report(), "confirm"), "object", "confirmed", objection="合同已口头评审")
    assert one["objection_open"] is True and set(one["clocks"]) == {"objection_due", "contain_due"} and "objection_to_decide" in told(gm, one)
    one = step(gm, one, "decide_objection", "confirmed", objection_upheld=False, decision_reason="制度要求书面评审")
    assert one["signed_at"] and set(one["clocks"]) == {"contain_due"} and one["objection_open"] is False
    one = head.fire(m.fire(bureau.report(), "confirm"), "object", objection="不属本部门")
    step(gm, one, "decide_objection", "dismissed", objection_upheld=True, decision_reason="异议成立")


def test_another_department_and_another_grade(company, bureau):
    m, other = bureau.manager, Bureau(company, "finance_office")
    one = bureau.head.fire(m.fire(bureau.report(), "confirm"), "sign")
    one = step(m, one, "change_department", "confirmed", dept="finance_office", decision_reason="收款环节所致")
    assert one["assignee_id"] == other.head.id and one.get("signed_at") is None and set(one["clocks"]) == {"sign_due", "contain_due"}
    assert codes(bureau.head.try_fire(one, "sign")) == ["other_department"]
    one = step(other.head, one, "sign", "confirmed")
    before = one["clocks"]["contain_due"]
    one = step(m, one, "correct_grade", "confirmed", grade="critical", decision_reason="涉及多份合同")
    assert one["priority"] == "urgent" and one["clocks"]["contain_due"]["due_at"] < before["due_at"] and one["clocks"]["contain_due"]["rule"] == "T_P22_CONTAIN_CRITICAL"
    one = step(m, one, "correct_grade", "confirmed", grade="minor", decision_reason="仅一份")
    assert one["clocks"]["contain_due"]["due_at"] == before["due_at"] and one["priority"] == "normal"


def test_another_person_answers_and_work_waits(company, bureau):
    m = bureau.manager
    deputy_head = company.hire("dept_head", name="副科长", department="commerce_dept")
    one = m.fire(bureau.report(), "confirm")
    one = step(m, one, "reassign", "confirmed", assignee_id=deputy_head.id, reassign_reason="leave")
    assert one["responsible_id"] == deputy_head.id and deputy_head.fire(one, "sign")["signed_by"] == deputy_head.id
    one = bureau.to("cause_analysis")
    one = step(bureau.head, one, "pause", "cause_analysis", pause_reason="supplier")
    assert "left_seconds" in one["clocks"]["analysis_due"]
    step(bureau.head, one, "resume", "cause_analysis")


def test_the_head_whom_the_register_names_answers_whatever_his_roles(company, bureau):
    leader = company.hire("supervising_leader", name="行政主管", department="executive")
    found = company.admin.read("/v1/departments", code="executive")["data"]
    if found:
        company.admin.fire(found[0], "amend", reason="x", head_id=leader.id)
    else:
        company.admin.create("departments", code="executive", name="公司领导", head_id=leader.id)
    one = bureau.manager.fire(bureau.report(dept="executive"), "confirm")
    assert one["assignee_id"] == leader.id
    colleague = company.hire("supervising_leader", name="同事", department="executive")
    assert colleague.try_fire(one, "sign").status_code == 403
    assert leader.fire(leader.fire(one, "sign"), "contain", correction="x")["state"] == "contained"
    # Nobody heads it: the dispatcher hears of that.
    company.admin.fire(company.admin.read("/v1/persons/" + leader.id), "leave", reason="x")
    one = bureau.manager.fire(bureau.report(dept="executive"), "confirm")
    assert one.get("assignee_id") is None and "nobody_answers" in told(company.dispatcher, one)
    assert bureau.manager.fire(one, "reassign", assignee_id=colleague.id, reassign_reason="left_company")["responsible_id"] == colleague.id
    assert colleague.fire(one, "sign")["signed_by"] == colleague.id


def test_what_did_not_work_is_analysed_again(company, bureau):
    m, head, auditor = bureau.manager, bureau.head, bureau.auditor
    one = bureau.to("verifying")
    one = step(auditor, one, "verify", "ineffective", is_effective=False, verification="再次出现未评审合同")
    assert one["assignee_id"] == head.id and set(one["clocks"]) == {"analysis_due"} and "action_ineffective" in told(m, one) and "action_ineffective" not in told(bureau.deputy, one)
    one = step(m, one, "analyse_again", "cause_analysis")
    assert one["rounds"] == 1 and set(one["clocks"]) == {"analysis_due"} and one.get("implemented_by") is None and one.get("watch_until") is None
    one = head.fire(head.fire(one, "analyse", **bureau.analysis), "propose", measures=bureau.actions(), metric="x")
    one = head.fire(head.fire(m.fire(one, "confirm_action"), "begin"), "implement", implementation="x", implementation_evidence="y")
    one = auditor.fire(one, "verify", is_effective=False, verification="仍出现")
    assert "action_ineffective" in told(bureau.deputy, one)


def test_what_comes_back_is_reopened_one_grade_higher(company, bureau):
    m = bureau.manager
    one = m.fire(m.fire(bureau.to("contained"), "decide_need", needs_cause=False), "close", closing_note="x")
    one = step(m, one, "reopen", "cause_analysis", recurrence="同一经办人再犯")
    assert one["grade"] == "major" and one["reopened"] == 1 and one.get("closed_at") is None and one["assignee_id"] == bureau.head.id
    one = bureau.to("closed", grade="major")
    one = m.fire(one, "reopen", recurrence="再次")
    assert one["grade"] == "critical" and one["priority"] == "urgent" and one.get("implemented_at") is None and "nonconformity_critical" in told(bureau.deputy, one)


def disposition(company, parent, by=None, **fields):
    body = dict(parent_id=parent["id"], item="固态硬盘", serial="S" + uuid.uuid4().hex[:6], quantity=1, disposition="rework", disposition_reason="接口松动")
    return (by or company.technician).create("dispositions", **{**body, **fields})


def test_what_becomes_of_a_nonconforming_part(company, bureau):
    from test_facilities_story import instrument
    m, gm, t = bureau.manager, bureau.deputy, company.technician
    parent = bureau.to("confirmed", source="stock")
    meter = "NC-" + uuid.uuid4().hex[:5]
    instrument(company, meter)
    one = disposition(company, parent)
    assert set(one["clocks"]) == {"decide_due"} and "disposition_to_decide" in told(m, one)
    one = step(m, one, "return", "proposed", return_reason="先查保修")
    one = step(t, one, "change", "proposed", disposition="repair", disposition_reason="过保")
    assert one.get("return_reason") is None
    one = step(m, one, "amend", "proposed", reason="x", item="固态硬盘512G")
    one = step(m, one, "reassign", "proposed", assignee_id=t.id, reassign_reason="skill")
    one = step(t, one, "pause", "proposed", pause_reason="part")
    one = step(t, one, "resume", "proposed")
    one = step(m, one, "approve", "approved")
    one = step(t, one, "carry_out", "to_retest", work_done="重焊接口")
    one = t.fire(step(t, one, "revert", "approved", reason="未完工"), "carry_out", work_done="重焊接口")
    one = step(company.warehouse_keeper, one, "fail_retest", "proposed", retest_result="读写出错", instruments=[{"facility_code": meter}])
    assert one["rounds"] == 1 and one["outcome"] == "failed" and set(one["clocks"]) == {"decide_due"}
    one = m.fire(one, "approve")
    one = t.fire(one, "carry_out", work_done="更换主控")
    one = step(company.warehouse_keeper, one, "pass_retest", "done", retest_result="通过", instruments=[{"facility_code": meter, "value": "5.01", "unit": "V"}])
    assert one["clocks"] == {} and forms(m, one).count("disposition") == 3
    assert len(company.facility_keeper.read("/v1/instrument-uses", job_number=one["number"])["data"]) == 2
    # Scrapped at once; sent to the supplier, who is claimed from.
    scrap = step(t, m.fire(disposition(company, parent, disposition="scrap"), "approve", assignee_id=t.id), "carry_out", "done", work_done="已销毁")
    assert scrap["worked_by"] == t.id
    back = m.fire(disposition(company, parent, disposition="return_to_supplier", supplier="华星科技"), "approve")
    claim = eventually(lambda: company.materials_officer.read("/v1/supplier-claims", serial=back["serial"])["data"])[0]
    assert claim["supplier"] == "华星科技" and claim["state"] == "open"
    # Used as it is: the customer agrees, the leader decides.
    kept = disposition(company, parent, disposition="concession")
    assert "concession_to_decide" in told(gm, kept) and m.try_fire(kept, "approve").status_code == 403
    kept = step(gm, kept, "return", "proposed", return_reason="先征得客户同意")
    kept = step(gm, kept, "approve", "approved", customer_consent="李明", consent_evidence="确认函")
    assert kept["customer_consent"] == "李明" and kept["approved_by"] == gm.id
    step(t, kept, "carry_out", "done", work_done="按让步使用")
    step(t, disposition(company, parent), "cancel", "cancelled", reason="误登")


def test_no_row_of_the_tables_was_left_out(company):
    cursor = company.server.database().cursor()
    missing = []
    for name in MACHINES.values():
        cursor.execute("select distinct event, from_state, to_state from entity_event where machine = %s", (name,))
        happened = cursor.fetchall()
        for row in TABLES[name]:
            def fits(event, before, after):
                if event != row["event"] or (row["from"] is not None and row["from"] != "*" and before not in row["from"].split()):
                    return False
                return after == before if row["to"] == "same" else row["to"] in (after, "previous")
            if row["event"] not in BY_TIMER and not any(fits(*h) for h in happened):
                missing.append((name, row["event"], row["from"], row["to"]))
    assert missing == [], "\n".join(map(str, missing))
    assert BY_TIMER <= {row["event"] for name in TABLES for row in TABLES[name]}
