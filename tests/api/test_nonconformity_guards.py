"""Every guard of P22's tables refuses with its own code; a check at the end names those that were not tried."""

import pytest

from answers import codes
from nonconformities import Bureau
from outlets import tag
from test_nonconformity_steps import disposition

REFUSED = set()
# Of the engine; objection_too_late, reopen_too_late: test_nonconformity_clocks.
ELSEWHERE = {"final_step", "opened_moved_on", "revert_too_late", "nothing_to_amend", "already_paused", "not_paused", "objection_too_late", "reopen_too_late"}


@pytest.fixture
def bureau(company):
    return Bureau(company)


def refused(who, entity, event, *expected, **body):
    answer = who.try_fire(entity, event, **body)
    assert answer.status_code == 422 and codes(answer) == list(expected), (event, answer.text)
    REFUSED.update(expected)


def not_created(who, path, code, pointer=None, **body):
    answer = who.post("/v1/" + path, body)
    assert code in codes(answer), answer.text
    assert pointer is None or pointer in [e["pointer"] for e in answer.json()["errors"]], answer.text
    REFUSED.update(codes(answer))


def test_what_may_be_reported(company, bureau):
    e = company.employee
    body = dict(source="other", fact="x", evidence="y")
    not_created(e, "nonconformities", "found_ahead", "/found_at", found_at=company.at(1), **body)
    not_created(e, "nonconformities", "unknown_source", "/source_number", source_number="RP-1999-000001", **body)
    not_created(e, "nonconformities", "outlet_missing", "/outlet_id", dept="outlet", **body)
    not_created(e, "nonconformities", "repeats_nothing", "/repeat_of_id", repeat_of_id=bureau.report()["id"], **body)
    trend = dict(kind="potential", cause="competence", dept="hr_office", **body)
    first = e.create("nonconformities", **trend)
    not_created(e, "nonconformities", "trend_open", **trend)
    bureau.manager.fire(first, "dismiss", decision_reason="x")
    e.create("nonconformities", **trend)
    customer, _ = company.customer_with_unit()
    portal = company.hire("customer", customer_id=customer["id"], department="external")
    assert portal.post("/v1/nonconformities", body).status_code == 403
    # What another report is about is pointed out, not refused.
    job = company.register()
    e.create("nonconformities", source_number=job["number"], **body)
    again = e.create("nonconformities", source_number=job["number"], **body)
    assert [w["code"] for w in again["warnings"]] == ["reported_before"] and again["source_machine"] == "repair"


def test_confirming_and_answering(company, bureau):
    m, head, gm = bureau.manager, bureau.head, bureau.deputy
    refused(m, bureau.report(dept=None), "confirm", "department_missing")
    refused(m, bureau.report(dept=None), "confirm", "outlet_missing", dept="outlet")
    refused(m, bureau.report(evidence=None), "confirm", "evidence_missing")
    one = m.fire(bureau.report(), "confirm")
    stranger = company.hire("dept_head", name="别部门", department="materials_office")
    for event, body in (("sign", {}), ("object", dict(objection="x")), ("contain", dict(correction="x"))):
        refused(stranger, one, event, "other_department", **body)
    refused(gm, one, "decide_objection", "no_objection", objection_upheld=True, decision_reason="x")
    refused(m, one, "change_department", "same_department", dept="commerce_dept", decision_reason="x")
    refused(m, one, "change_department", "outlet_missing", dept="outlet", decision_reason="x")
    refused(m, one, "correct_grade", "same_grade", grade="minor", decision_reason="x")
    refused(m, one, "reassign", "assignee_of_other_department", assignee_id=stranger.id, reassign_reason="ill")
    refused(m, one, "merge", "merge_with_itself", merged_into_id=one["id"], decision_reason="x")
    closed = m.fire(bureau.report(), "dismiss", decision_reason="x")
    refused(m, one, "merge", "merge_target_closed", merged_into_id=closed["id"], decision_reason="x")
    signed = head.fire(one, "sign")
    refused(head, signed, "sign", "answered_already")
    refused(head, signed, "object", "answered_already", "objection_too_late", objection="x")
    objected = head.fire(m.fire(bureau.report(), "confirm"), "object", objection="x")
    refused(head, objected, "sign", "answered_already")
    contained = head.fire(objected, "contain", correction="先纠正")  # what is wrong is put right meanwhile
    refused(m, contained, "decide_need", "objection_open", "department_not_heard", needs_cause=True)
    unheard = head.fire(m.fire(bureau.report(), "confirm"), "contain", correction="x")
    refused(m, unheard, "decide_need", "department_not_heard", needs_cause=True)


def test_correcting_and_the_need_of_a_cause(company, bureau):
    m, head = bureau.manager, bureau.head
    affected = bureau.to("confirmed", customer_affected=True)
    refused(head, affected, "contain", "customers_not_told", correction="x")
    refused(head, affected, "contain", "customers_not_told", correction="x", customers_told=False)
    affected = head.fire(head.fire(affected, "contain", correction="x", customers_told=True), "sign")
    refused(m, affected, "decide_need", "cause_needed", needs_cause=False)
    refused(m, bureau.to("contained", grade="major"), "decide_need", "cause_needed", needs_cause=False)
    minor = bureau.to("contained", clause="重复条款")
    refused(m, minor, "decide_need", "cause_needed", needs_cause=False, systemic=True)
    again = bureau.to("contained", clause="重复条款")
    refused(m, again, "decide_need", "cause_needed", needs_cause=False)
    named = bureau.to("contained", repeat_of_id=minor["id"])
    refused(m, named, "decide_need", "cause_needed", needs_cause=False)
    enough = m.fire(bureau.to("contained"), "decide_need", needs_cause=False)
    disposition(company, enough)
    refused(m, enough, "close", "disposition_open", closing_note="x")


def test_causes_and_actions(company, bureau):
    m, head = bureau.manager, bureau.head
    one = bureau.to("cause_analysis")
    stranger = company.hire("dept_head", name="别部门", department="materials_office")
    refused(stranger, one, "analyse", "other_department", **bureau.analysis)
    refused(head, one, "propose", "not_analysed", measures=bureau.actions(), metric="x")
    one = head.fire(one, "analyse", **bureau.analysis)
    refused(stranger, one, "propose", "other_department", measures=bureau.actions(), metric="x")
    for code, actions in (("corrective_action_missing", bureau.actions(kind="preventive")), ("owner_not_active", bureau.actions(owner_id="0" * 36)),
                          ("due_in_past", bureau.actions(-1)), ("due_beyond_limit", bureau.actions(16))):
        refused(head, one, "propose", code, measures=actions, metric="x")
    refused(head, one, "propose", "amount_missing", measures=bureau.actions(15), metric="x", follow_ups=["funds"])
    # A head who is service manager too does not confirm what he proposed.
    both = company.hire("dept_head", "service_manager", name="双职", department="commerce_dept")
    one = both.fire(one, "propose", measures=bureau.actions(15), metric="x")
    refused(both, one, "confirm_action", "own_proposal")
    one = m.fire(one, "confirm_action")
    for event, body in (("begin", {}), ("ask_extension", dict(extension_until=company.day(20), reason="x"))):
        refused(stranger, one, event, "other_department", **body)
    refused(m, one, "grant_extension", "no_extension_asked")
    refused(m, one, "refuse_extension", "no_extension_asked", decision_reason="x")
    refused(head, one, "ask_extension", "not_later", extension_until=company.day(15), reason="x")
    company.set_clock(company.at(24 * 20))
    refused(head, one, "ask_extension", "not_later", extension_until=company.day(-1), reason="x")
    company.reset_clock()
    refused(head, one, "ask_extension", "extension_too_long", extension_until=company.day(31), reason="x")
    one = head.fire(one, "ask_extension", extension_until=company.day(30), reason="x")
    refused(head, one, "ask_extension", "extended_already", extension_until=company.day(30), reason="x")
    one = m.fire(one, "grant_extension")
    refused(head, one, "ask_extension", "extended_already", extension_until=company.day(40), reason="x")
    one = head.fire(one, "begin")
    refused(stranger, one, "implement", "other_department", implementation="x", implementation_evidence="x")
    objected = head.fire(m.fire(bureau.report(kind="potential"), "confirm"), "object", objection="x")
    refused(head, objected, "analyse", "objection_open", **bureau.analysis)


def test_verifying_and_the_end(company, bureau):
    m, head, auditor = bureau.manager, bureau.head, bureau.auditor
    both = company.hire("dept_head", "evaluator", name="双职评价员", department="commerce_dept")
    inside = company.hire("evaluator", name="商务评价员", department="commerce_dept")
    owner = company.hire("evaluator_lead", name="措施人", department="executive")
    one = head.fire(bureau.to("cause_analysis"), "analyse", **dict(bureau.analysis, cause="information"))
    one = head.fire(one, "propose", measures=bureau.actions() + [dict(bureau.actions()[0], owner_id=owner.id)], metric="x")
    one = both.fire(head.fire(m.fire(one, "confirm_action"), "begin"), "implement", implementation="x", implementation_evidence="y")
    refused(both, one, "verify", "own_implementation", "own_department", is_effective=False, verification="x")
    refused(inside, one, "verify", "own_department", is_effective=False, verification="x")
    refused(owner, one, "verify", "own_implementation", is_effective=False, verification="x")
    refused(auditor, one, "verify", "watch_period_runs", is_effective=True, verification="x")
    # The same kind of cause in the same department: it came back.
    again = head.fire(bureau.to("cause_analysis"), "analyse", **dict(bureau.analysis, cause="information"))
    company.set_clock(company.at(24 * 91))
    refused(auditor, one, "verify", "recurred", is_effective=True, verification="x")
    m.fire(head.fire(m.fire(m.fire(auditor.fire(one, "verify", is_effective=False, verification="再现"), "analyse_again"), "reassign", assignee_id=both.id, reassign_reason="ill"),
                     "analyse", **bureau.analysis), "pause", pause_reason="site")
    assert again["state"] == "cause_analysis"
    good = bureau.to("effective")
    refused(m, good, "close", "rules_not_updated", closing_note="x")
    item = disposition(company, good)
    refused(m, good, "close", "disposition_open", closing_note="x", rules_updated="无须更新")
    company.technician.fire(item, "cancel", reason="x")
    good = m.fire(good, "close", closing_note="x", rules_updated="无须更新")
    not_created(company.technician, "dispositions", "nonconformity_closed", "/parent_id", parent_id=good["id"], item="x", quantity=1, disposition="scrap", disposition_reason="x")


def test_what_becomes_of_a_part(company, bureau):
    m, t = bureau.manager, company.technician
    parent = bureau.to("confirmed")
    not_created(t, "dispositions", "supplier_missing", "/supplier", parent_id=parent["id"], item="x", quantity=1, disposition="return_to_supplier", disposition_reason="x")
    refused(bureau.deputy, disposition(company, parent, disposition="concession"), "approve", "consent_missing")
    refused(bureau.deputy, disposition(company, parent, disposition="concession"), "approve", "consent_missing", customer_consent="李明")
    refused(m, disposition(company, parent, by=m), "approve", "own_proposal")
    refused(m, bureau.to("confirmed"), "merge", "merge_target_closed", merged_into_id=m.fire(bureau.report(), "dismiss", decision_reason="x")["id"], decision_reason="x")
    refused(m, parent, "merge", "disposition_open", merged_into_id=bureau.report()["id"], decision_reason="x")
    refused(t, disposition(company, parent), "change", "supplier_missing", disposition="return_to_supplier", disposition_reason="x")
    one = t.fire(m.fire(disposition(company, parent), "approve"), "carry_out", work_done="x")
    refused(t, one, "pass_retest", "own_work", retest_result="x")
    k = company.warehouse_keeper
    refused(k, one, "pass_retest", "instrument_not_usable", retest_result="x", instruments=[{"facility_code": "NO-" + tag()}])
    refused(k, one, "fail_retest", "test_day_ahead", retest_result="x", tested_on=company.day(1))


def test_no_guard_of_the_tables_was_left_out(company):
    for name in ("nonconformity", "disposition"):
        wanted = {g["code"] for t in company.dispatcher.read("/v1/procedures/" + name)["transitions"] for g in t["guards"]}
        assert wanted - REFUSED - ELSEWHERE == set(), name
