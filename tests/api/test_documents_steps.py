"""Every row of P20's tables happens, every guard refuses with its code, and nobody without the role may take a step; checks at
the end name what was left out."""

import uuid

import pytest

from answers import eventually, told
from complaints import codes, forms, links
from documents import COPIES, accepted, approver, at, attach, change, code, copies, draft, drafted, external, forward, in_force, read, superseded

MACHINES = {"documents": "document", "document-changes": "document_change", "distribution-copies": "distribution_copy", "document-loans": "document_loan",
            "document-lists": "document_list"}
ELSEWHERE = {"nothing_to_amend", "final_step", "revert_too_late", "opened_moved_on", "already_paused", "not_paused"}
# Months pass in test_documents_clocks; lists are drawn up in test_documents_story.
BY_TIMER = {"call_for_review", "mark_to_reassign"}
TRIED, REFUSED, TABLES, COMPANY = set(), set(), {}, []


@pytest.fixture(autouse=True)
def tables(company):
    COMPANY[:] = [company]
    for name in MACHINES.values():
        TABLES[name] = company.admin.read("/v1/procedures/" + name)["transitions"]


def machine(entity):
    return MACHINES[entity["href"].split("/")[2]]


def refused(who, entity, event, code_, **body):
    answer = who.try_fire(entity, event, **body)
    assert answer.status_code == 422 and code_ in codes(answer), (event, answer.text)
    REFUSED.update((machine(entity), c) for c in codes(answer))


def not_created(who, path, code_, **body):
    answer = who.post("/v1/" + path, body)
    assert answer.status_code == 422 and code_ in codes(answer), answer.text
    REFUSED.update((MACHINES[path.split("/")[0]], c) for c in codes(answer))


def outsiders(entity, event):
    company = COMPANY[0]
    words = [word for row in TABLES[machine(entity)] if row["event"] == event and (row["from"] in (None, "*") or entity["state"] in row["from"].split()) for word in row["by"].split()]
    roles, mine = {w.split("@")[0] for w in words}, {entity.get("opened_by"), entity.get("assignee_id")}
    people = [company.finance_officer, company.dispatcher, company.dept_head, company.deputy_gm, company.general_manager, company.service_manager,
              company.management_rep, company.document_controller, company.hr_officer, company.technician, company.employee, company.outlet_manager]
    return [] if "*" in words else [p for p in people if not roles & set(p.person["roles"]) and p.id not in mine]


def step(who, entity, event, to, **body):
    """Fires it; before its first time everybody without the role is refused."""
    if (machine(entity), event) not in TRIED:
        TRIED.add((machine(entity), event))
        for person in outsiders(entity, event):
            answer = person.try_fire(entity, event, **body)
            assert answer.status_code in (403, 404), (event, person.person["roles"], answer.text)
    entity = who.fire(entity, event, **body)
    assert entity["state"] == to, (event, entity["state"])
    return entity


def test_numbers_are_the_controllers(company):
    controller, author = company.document_controller, company.technician
    body = {"title": "礼仪规范", "class": "L3", "dept": "after_sales_center"}
    used = at(company, "draft")["code"]
    not_created(author, "documents", "code_not_yours", **body, code=code())
    not_created(controller, "documents", "code_malformed", **body, code="手册-1")
    not_created(controller, "documents", "code_taken", **body, code=used)
    not_created(author, "documents", "external_registered_apart", **{**body, "class": "EX"})
    assert author.post("/v1/documents", {"title": "x"}).status_code == 422
    doc = author.create("documents", **body)
    refused(author, doc, "submit", "code_missing", file_id=attach(author, doc)["id"])
    refused(controller, doc, "assign_code", "code_malformed", code="wwsh 1")
    refused(controller, doc, "assign_code", "code_taken", code=used)
    doc = step(controller, doc, "assign_code", "draft", code=code())
    doc = step(author, doc, "amend", "draft", reason="改名", title="员工礼仪规范", dept="tech_dept")
    assert (doc["title"], doc["dept"]) == ("员工礼仪规范", "tech_dept")
    gone = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    refused(controller, doc, "reassign", "person_not_active", assignee_id=gone.id, reassign_reason="leave")
    doc = step(controller, doc, "reassign", "draft", assignee_id=company.installer.id, reassign_reason="leave")
    assert doc["author_id"] == company.installer.id and author.try_fire(doc, "submit", file_id=doc["id"]).status_code == 403
    doc = step(company.installer, doc, "submit", "in_review", file_id=attach(company.installer, doc)["id"])
    assert controller.try_fire(doc, "void", reason="x").status_code == 409
    step(controller, draft(company), "void", "voided", reason="重复")
    assert company.document_controller.create("documents", **body, code=used[:-1] + "9" if used[-1] != "9" else used[:-1] + "8")["state"] == "draft"


def test_three_people_sign_the_same_file(company):
    manager, deputy, gm, author = company.service_manager, company.deputy_gm, company.general_manager, company.technician
    doc = draft(company)
    refused(author, doc, "submit", "unknown_file", file_id=str(uuid.uuid4()))
    refused(author, doc, "submit", "unknown_file", file_id=attach(author, draft(company))["id"])
    doc = step(author, doc, "submit", "in_review", file_id=attach(author, doc)["id"])
    doc = step(author, doc, "revert", "draft", reason="漏页")
    assert doc["clocks"] == {} and doc.get("file_sha256") is None
    doc = author.fire(doc, "submit", file_id=attach(author, doc)["id"])
    assert author.try_fire(doc, "amend", reason="x", title="y").status_code == 409
    refused(manager, doc, "review", "signed_other_content", read_sha256="0" * 64)
    other_head = company.hire("dept_head", name="财务负责人", department="finance_office")
    refused(other_head, doc, "review", "other_department", read_sha256=doc["file_sha256"])
    refused(other_head, doc, "send_back", "other_department", return_reason="x")
    assert manager.post(doc["href"] + "/review", dict(read_sha256=doc["file_sha256"])).status_code == 428
    doc = step(manager, doc, "send_back", "draft", return_reason="流程图缺失")
    assert doc["return_reason"] == "流程图缺失" and "document_sent_back" in told(author, doc)
    doc = author.fire(doc, "submit", file_id=attach(author, doc)["id"])
    doc = step(manager, doc, "review", "pending_approval", read_sha256=doc["file_sha256"].upper())
    refused(deputy, doc, "approve", "signed_other_content", read_sha256="f" * 64, effective_on=company.day())
    refused(deputy, doc, "approve", "date_in_past", read_sha256=doc["file_sha256"], effective_on=company.day(-1))
    doc = step(deputy, doc, "send_back", "draft", return_reason="与合同冲突")
    assert doc.get("reviewed_by") is None and doc["clocks"] == {}
    doc = forward(company, doc, "pending_approval")
    doc = step(deputy, doc, "approve", "approved", read_sha256=doc["file_sha256"], effective_on=company.day(3))
    # Whoever wrote it neither reviews nor approves; whoever reviewed it does not approve.
    own = draft(company, by=deputy)
    own = deputy.fire(own, "submit", file_id=attach(deputy, own)["id"])
    refused(deputy, own, "review", "own_document", read_sha256=own["file_sha256"])
    own = manager.fire(own, "review", read_sha256=own["file_sha256"])
    refused(deputy, own, "approve", "own_document", read_sha256=own["file_sha256"], effective_on=company.day())
    refused(deputy, own, "reject", "own_document", decision_reason="x")
    own = gm.fire(own, "approve", read_sha256=own["file_sha256"], effective_on=company.day())
    assert own["approved_by"] == gm.id
    twice = at(company, "in_review")
    twice = deputy.fire(twice, "review", read_sha256=twice["file_sha256"])
    refused(deputy, twice, "approve", "own_review", read_sha256=twice["file_sha256"], effective_on=company.day())
    twice = step(gm, twice, "reject", "rejected", decision_reason="不需要")
    assert twice["clocks"] == {} and "document_rejected" in told(author, twice)


@pytest.mark.parametrize("klass,reviews,approves", [
    ("L1", "dept_head service_manager deputy_gm", "general_manager"), ("L2", "deputy_gm", "general_manager"),
    ("L3", "dept_head service_manager deputy_gm", "deputy_gm general_manager"), ("L4", "dept_head service_manager deputy_gm", "service_manager deputy_gm")])
def test_the_class_says_who_signs(company, klass, reviews, approves):
    doc = at(company, "in_review", **{"class": klass})
    people = ["dept_head", "service_manager", "deputy_gm", "general_manager", "document_controller", "employee", "management_rep"]
    for role in people:
        if role not in reviews.split():
            assert getattr(company, role).try_fire(doc, "review", read_sha256=doc["file_sha256"]).status_code == 403, role
            assert role in approves.split() or getattr(company, role).try_fire(doc, "reject", decision_reason="x").status_code == 403, role
    first = getattr(company, reviews.split()[0])
    doc = first.fire(doc, "send_back", return_reason="x")
    doc = forward(company, doc, "in_review")
    doc = first.fire(doc, "review", read_sha256=doc["file_sha256"])
    body = dict(read_sha256=doc["file_sha256"], effective_on=company.day(2))
    for role in people:
        if role not in approves.split():
            who = getattr(company, role)
            assert who.try_fire(doc, "approve", **body).status_code == 403 and who.try_fire(doc, "send_back", return_reason="x").status_code == 403, role
    who = getattr(company, approves.split()[0])
    if first.id == who.id:
        who = getattr(company, approves.split()[1])
    doc = who.fire(doc, "send_back", return_reason="补充附录")
    doc = forward(company, doc, "in_review")
    doc = first.fire(doc, "review", read_sha256=doc["file_sha256"])
    body["read_sha256"] = doc["file_sha256"]
    other = at(company, "pending_approval", **{"class": klass})
    assert approver(company, other).fire(other, "reject", decision_reason="重复")["state"] == "rejected"
    doc = who.fire(doc, "approve", **body)
    for role in people:
        if role not in approves.split():
            assert getattr(company, role).try_fire(doc, "stop_release", decision_reason="x").status_code == 403, role
    doc = who.fire(doc, "stop_release", decision_reason="附表有误")
    assert doc["state"] == "rejected"
    # In force, suspended, resumed, abolished by the same roles.
    doc = in_force(company) if klass == "L3" else at(company, "effective", **{"class": klass})
    for event, after, extra in (("suspend", "suspended", dict(suspend_reason="急错")), ("resume", "effective", {}), ("abolish", "superseded", dict(obsolete_reason="不再适用"))):
        for role in people:
            if role not in approves.split():
                assert getattr(company, role).try_fire(doc, event, **extra).status_code == 403, (event, role)
        doc = step(getattr(company, approves.split()[0]), doc, event, after, **extra)
    assert doc["obsolete_reason"] == "不再适用" and list(doc["clocks"]) == ["call_due"]


def test_issuing_and_teaching(company):
    controller, hr = company.document_controller, company.hr_officer
    doc = at(company, "approved")
    gone = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    refused(controller, doc, "issue", "unknown_holder", copies=[{"dept": "tech_dept", "holder_id": gone.id}], training_needed=False)
    refused(controller, doc, "issue", "unknown_outlet", copies=[{"dept": "outlet"}], training_needed=False)
    assert codes(controller.try_fire(doc, "issue", copies=[{"dept": "external"}], training_needed=False)) == ["holder_missing"]
    assert controller.try_fire(doc, "issue", copies=[], training_needed=False).status_code == 422
    doc = step(controller, doc, "issue", "issued", copies=COPIES, training_needed=False)
    refused(hr, doc, "confirm_training", "no_training_needed", trained_on=company.day(), training_note="x")
    doc = at(company, "issued", last=dict(copies=COPIES, training_needed=True))
    refused(hr, doc, "confirm_training", "date_ahead", trained_on=company.day(1), training_note="x")
    # Held in the classroom counts too.
    event = hr.read("/v1/training-events/" + next(l["to_id"] for l in company.dispatcher.read("/v1/links", entity=doc["id"])["data"] if l["to_machine"] == "training_event"))
    company.server.database().cursor().execute("update training_event set held_on = current_date where id = %s", (event["id"],))
    assert eventually(lambda: read(company, doc)["state"] == "effective")
    doc = at(company, "issued", last=dict(copies=COPIES, training_needed=True))
    step(hr, doc, "confirm_training", "issued", trained_on=company.day(), training_note="宣贯会")
    assert eventually(lambda: read(company, doc)["state"] == "effective")
    stopped = at(company, "issued", last=dict(copies=COPIES, training_needed=True))
    stopped = step(company.deputy_gm, stopped, "stop_release", "rejected", decision_reason="有错")
    assert [c["state"] for c in copies(company, stopped)] == ["recalling"] and "document_stopped" in told(controller, stopped)


def test_the_periodic_review(company):
    head, m = company.dept_head, company.service_manager
    doc = at(company, "effective")
    other_head = company.hire("dept_head", name="财务负责人", department="finance_office")
    refused(other_head, doc, "periodic_review", "other_department", review_result="suitable")
    refused(head, doc, "periodic_review", "note_missing", review_result="change_needed")
    refused(head, external(company), "periodic_review", "external_document", review_result="suitable")
    doc = step(head, doc, "periodic_review", "effective", review_result="suitable", review_note="继续适用")
    assert doc["last_review_by"] == head.id and forms(company, doc).count("document_review") == 1
    doc = step(m, doc, "periodic_review", "under_change", review_result="change_needed", review_note="流程已变")
    item = company.document_controller.read("/v1/document-changes", document_id=doc["id"])["data"][0]
    assert (item["source"], item["change_reason"], item["state"]) == ("review", "流程已变", "requested")
    # Refused, the version stays as it is.
    item = step(company.document_controller, item, "reject", "rejected", decision_reason="不影响使用")
    assert read(company, doc)["state"] == "effective"


def test_external_documents(company):
    controller = company.document_controller
    not_created(controller, "documents/register_external", "code_taken", code=external(company)["code"], title="x", issuer="x", dept="tech_dept")
    for who in (company.employee, company.service_manager):
        assert who.post("/v1/documents/register_external", {"code": "GB 1", "title": "x", "issuer": "x", "dept": "tech_dept"}).status_code == 403
    assert controller.post("/v1/documents/register_edition", {"code": "GB 1", "title": "x", "issuer": "x", "dept": "tech_dept", "supersedes_id": external(company)["id"]}).status_code == 403
    assert controller.post("/v1/documents/revise", {"change_id": str(uuid.uuid4())}).status_code == 403
    law = external(company)
    assert (law["state"], law["class"], list(law["clocks"])) == ("effective", "EX", ["review_due"]) and law["next_review_on"] > company.day(150)
    refused(controller, at(company, "effective"), "check_external", "not_external", check_result="current", check_source="x")
    refused(controller, law, "check_external", "edition_unnamed", check_result="new_edition", check_source="国标网")
    refused(controller, law, "check_external", "code_taken", check_result="new_edition", check_source="国标网", new_code=external(company)["code"])
    law = step(controller, law, "check_external", "effective", check_result="current", check_source="国标网")
    assert law["last_review_on"] == company.day() and forms(company, law) == ["document_review"]
    copy = controller.create("distribution-copies", document_id=law["id"], holder_dept="tech_dept")
    refused(controller, law, "void", "issued_already", reason="x")
    controller.fire(copy, "take_back")
    refused(company.deputy_gm, law, "abolish", "external_document", obsolete_reason="x")
    newer = "GB/T " + uuid.uuid4().hex[:8]
    law = step(controller, law, "check_external", "superseded", check_result="new_edition", check_source="国标网", new_code=newer, new_effective_on=company.day(30))
    found = controller.read("/v1/documents", supersedes_id=law["id"])["data"]
    assert [(d["code"], d["state"], d["effective_on"], d["title"], d["issuer"]) for d in found] == [(newer, "effective", company.day(30), law["title"], law["issuer"])]
    gone = step(controller, external(company), "check_external", "superseded", check_result="withdrawn", check_source="国标网")
    assert gone["obsolete_reason"] == "废止" and "external_withdrawn" in told(company.dept_head, gone)
    step(controller, external(company), "void", "voided", reason="登记错误")


def test_a_change_is_approved_by_who_approved_the_document(company):
    controller, deputy, gm = company.document_controller, company.deputy_gm, company.general_manager
    doc = at(company, "effective")
    not_created(company.employee, "document-changes", "unknown_source", change_reason="x", source_number="IM-1999-000001")
    not_created(company.employee, "document-changes", "document_not_in_force", change_reason="x", document_id=draft(company)["id"])
    not_created(company.employee, "document-changes", "document_not_in_force", change_reason="x", document_id=external(company)["id"])
    customer, _ = company.customer_with_unit()
    outside = company.hire("customer", department="external", customer_id=customer["id"])
    assert outside.post("/v1/document-changes", dict(change_reason="x")).status_code == 403
    item = change(company, doc)
    item = step(company.employee, item, "amend", "requested", reason="补充", change_text="第5条")
    refused(controller, change(company), "accept", "document_missing", author_id=company.technician.id)
    refused(controller, change(company), "accept", "document_not_in_force", author_id=company.technician.id, document_id=draft(company)["id"])
    refused(controller, change(company), "accept", "new_document_unnamed", author_id=company.technician.id, kind="new")
    gone = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    refused(controller, item, "accept", "person_not_active", author_id=gone.id)
    item = step(controller, item, "accept", "pending_approval", author_id=company.technician.id)
    item = step(controller, item, "revert", "requested", reason="人选有误")
    item = accepted(company, item)
    assert item.get("assignee_id") is None and item["author_id"] == company.technician.id
    refused(gm, item, "approve", "not_the_approver")
    refused(gm, item, "reject", "not_the_approver", decision_reason="x")
    refused(gm, item, "send_back", "not_the_approver", decision_reason="x")
    item = step(deputy, item, "send_back", "requested", decision_reason="哪一条?")
    item = accepted(company, item)
    item = step(deputy, item, "approve", "approved")
    refused(controller, item, "reassign", "person_not_active", assignee_id=gone.id, reassign_reason="leave")
    item = step(controller, item, "reassign", "approved", assignee_id=company.installer.id, reassign_reason="overload")
    assert item["author_id"] == company.installer.id
    item = controller.fire(item, "reassign", assignee_id=company.technician.id, reassign_reason="skill")
    assert read(company, doc)["state"] == "under_change" and forms(company, item) == ["change_request"]
    # A second request about the same document goes on beside it; given up, the first still holds the document.
    second = deputy.fire(accepted(company, change(company, doc)), "approve")
    second = step(deputy, second, "give_up", "abandoned", decision_reason="已含在前一申请")
    assert read(company, doc)["state"] == "under_change"
    item = step(company.technician, item, "carry_out", "drafting")
    third = deputy.fire(accepted(company, change(company, doc)), "approve")
    answer = company.technician.try_fire(third, "carry_out")
    assert answer.status_code == 422 and "successor_under_way" in answer.text
    REFUSED.add(("document", "successor_under_way"))
    refused(deputy, doc, "abolish", "successor_under_way", obsolete_reason="x")
    # The draft is void: the change may be carried out again, or given up.
    new = drafted(company, item)
    refused(controller, new, "assign_code", "code_inherited", code=code())
    same = company.technician.http.get(company.server.url + "/v1/attachments/" + doc["file_id"], timeout=40).content
    again = company.technician.http.post(company.server.url + new["href"] + "/attachments", data=same, headers={"Content-Type": "application/pdf"}, timeout=40).json()
    refused(company.technician, new, "submit", "same_content", file_id=again["id"])
    company.server.database().cursor().execute("update document set change_summary = null where id = %s", (new["id"],))
    refused(company.technician, new, "submit", "summary_missing", file_id=attach(company.technician, new)["id"])
    step(controller, new, "void", "voided", reason="重写")
    item = read(company, item)
    assert item["state"] == "approved" and read(company, doc)["state"] == "under_change"
    item = company.technician.fire(item, "carry_out")
    new = forward(company, drafted(company, item), "pending_approval")
    deputy.fire(new, "reject", decision_reason="维持原文件")
    item = read(company, item)
    step(deputy, item, "give_up", "abandoned", decision_reason="维持原文件")
    third = read(company, third)
    assert read(company, doc)["state"] == "under_change"
    step(controller, third, "give_up", "abandoned", decision_reason="维持原文件")
    assert read(company, doc)["state"] == "effective"


def test_own_requests_and_absent_approvers(company):
    gm, controller = company.general_manager, company.document_controller
    both = company.hire("deputy_gm", name="副总乙")
    doc = at(company, "pending_approval")
    doc = both.fire(doc, "approve", read_sha256=doc["file_sha256"], effective_on=company.day())
    doc = forward(company, doc, "effective")
    own = accepted(company, change(company, doc, by=both))
    refused(both, own, "approve", "own_request")
    refused(company.deputy_gm, own, "approve", "not_the_approver")
    company.admin.fire(company.admin.read("/v1/persons/" + both.id), "leave", reason="离职")
    assert step(company.deputy_gm, own, "approve", "approved")["approved_by"] == company.deputy_gm.id
    away = at(company, "effective")
    item = accepted(company, change(company, away))
    refused(gm, item, "approve", "not_the_approver")
    absence = company.hr_officer.create("absences", person_id=company.deputy_gm.id, kind="leave", from_at=company.at(-1), to_at=company.at(24))
    assert gm.fire(item, "approve")["state"] == "approved"
    company.server.database().cursor().execute("update absence set to_at = now() - interval '1 minute' where id = %s", (absence["id"],))
    # A new document has no first approver: its class says who decides.
    for klass, who in (("L2", company.general_manager), ("L3", company.deputy_gm), ("L4", company.service_manager)):
        new = accepted(company, change(company), kind="new", title="新编", dept="tech_dept", **{"class": klass})
        assert company.dept_head.try_fire(new, "approve").status_code == 403
        assert who.fire(new, "reject", decision_reason="暂不编")["state"] == "rejected"
        new = who.fire(accepted(company, change(company), kind="new", title="新编", dept="tech_dept", **{"class": klass}), "approve")
        assert who.fire(new, "give_up", decision_reason="不编了")["state"] == "abandoned"
    assert controller.read(doc["href"])["state"] in ("under_change", "effective")


def test_requests_meet_withdraw_and_follow(company):
    controller, deputy = company.document_controller, company.deputy_gm
    doc, other = at(company, "effective"), at(company, "effective")
    item, twin = accepted(company, change(company, doc)), change(company, doc)
    refused(controller, twin, "join", "joins_itself", joined_to_id=twin["id"])
    refused(controller, twin, "join", "other_document", joined_to_id=accepted(company, change(company, other))["id"])
    twin = step(controller, twin, "join", "joined", joined_to_id=item["id"], reason="重复")
    assert "change_joined" in told(company.employee, twin)
    step(company.employee, change(company, doc), "withdraw", "withdrawn", reason="看错")
    step(company.employee, accepted(company, change(company, doc)), "withdraw", "withdrawn", reason="看错")
    # Three requests stand at three places when the next version comes into force: all begin anew with it.
    asked, pending = change(company, doc), accepted(company, change(company, doc))
    approved = deputy.fire(accepted(company, change(company, doc)), "approve")
    item = deputy.fire(item, "approve")
    item = company.technician.fire(item, "carry_out")
    new = forward(company, drafted(company, item), "effective")
    for late in (asked, pending, approved):
        assert eventually(lambda: read(company, late)["document_id"] == new["id"])
        late = read(company, late)
        assert late["state"] == "requested" and list(late["clocks"]) == ["screen_due"] and late.get("approved_by") is None
    # What is about a document that is abolished ends with it.
    deputy.fire(new, "abolish", obsolete_reason="合并入手册")
    assert {read(company, c)["state"] for c in (asked, pending, approved)} == {"abandoned"}


def test_suspended_while_being_changed(company):
    deputy = company.deputy_gm
    for klass in ("L2", "L3", "L4"):
        doc = in_force(company) if klass == "L3" else at(company, "effective", **{"class": klass})
        who = approver(company, doc)
        item = who.fire(accepted(company, change(company, doc)), "approve")
        doc = who.fire(doc, "suspend", suspend_reason="急错")
        doc = who.fire(doc, "resume")
        assert doc["state"] == "under_change" and doc.get("suspend_reason") is None
        doc = who.fire(doc, "suspend", suspend_reason="急错")
        more = who.fire(accepted(company, change(company, doc)), "approve")
        assert read(company, doc)["state"] == "suspended"
        who.fire(more, "give_up", decision_reason="x")
        assert read(company, doc)["state"] == "suspended"
        if klass == "L4":
            item = company.technician.fire(item, "carry_out")
            forward(company, drafted(company, item), "effective")
            assert read(company, doc)["state"] == "superseded"
    assert deputy.try_fire(doc, "resume").status_code in (403, 409)


def test_numbered_copies(company):
    controller, holder = company.document_controller, company.hire("technician", name="持有人", department="tech_dept")
    doc = at(company, "effective")
    body = dict(document_id=doc["id"], holder_dept="tech_dept")
    assert company.service_manager.post("/v1/distribution-copies", body).status_code == 403
    not_created(controller, "distribution-copies", "document_not_released", **{**body, "document_id": draft(company)["id"]})
    not_created(controller, "distribution-copies", "holder_missing", **{**body, "holder_dept": "outlet"})
    not_created(controller, "distribution-copies", "holder_missing", **{**body, "holder_dept": "external"})
    gone = company.hire("technician", name="将离职")
    kept = controller.create("distribution-copies", **body, assignee_id=gone.id)
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    not_created(controller, "distribution-copies", "person_not_active", **body, assignee_id=gone.id)
    assert eventually(lambda: controller.read(kept["href"])["to_reassign"] == "left_company")
    refused(controller, kept, "reassign", "person_not_active", assignee_id=gone.id, reassign_reason="left_company")
    kept = step(controller, kept, "reassign", "issued", assignee_id=holder.id, reassign_reason="left_company")
    assert kept.get("to_reassign") is None and kept["holder_dept"] == "tech_dept"
    refused(controller, kept, "sign", "signer_missing")
    kept = step(holder, kept, "sign", "held")
    assert forms(company, kept) == ["distribution_record"] and kept["distribution_no"] == 2
    kept = step(controller, kept, "amend", "held", reason="搬家", kept_at="三楼资料柜")
    kept = step(controller, kept, "reassign", "issued", assignee_id=company.installer.id, reassign_reason="leave")
    assert kept.get("signed_by") is None and list(kept["clocks"]) == ["sign_due"]
    kept = company.installer.fire(kept, "sign")
    refused(controller, kept, "replace", "loss_text_missing", replace_reason="lost")
    worn = step(controller, kept, "replace", "replaced", replace_reason="worn")
    third = [c for c in copies(company, doc) if c.get("replaces_id") == worn["id"]][0]
    assert (third["distribution_no"], third["assignee_id"], third["state"]) == (3, company.installer.id, "issued")
    lost = step(controller, third, "replace", "lost", replace_reason="lost", loss_text="出差途中遗失")
    assert "copy_lost" in told(company.dispatcher, lost)
    fourth = [c for c in copies(company, doc) if c.get("replaces_id") == lost["id"]][0]
    assert fourth["distribution_no"] == 4
    step(controller, lost, "find_again", "returned", return_condition="完好")
    fourth = step(company.installer, fourth, "report_lost", "lost", loss_text="丢失")
    extra = controller.create("distribution-copies", **body)
    extra = step(controller, extra, "take_back", "returned", return_condition="完好")
    extra = step(controller, extra, "revert", "issued", reason="点错")
    # Holders hear of a suspension and of its end.
    fifth = holder.fire(controller.fire(extra, "reassign", assignee_id=holder.id, reassign_reason="skill"), "sign")
    company.deputy_gm.fire(doc, "suspend", suspend_reason="急错")
    company.deputy_gm.fire(doc, "resume")
    assert [c for c in told(holder, fifth) if c.startswith("document_")][::-1] in (["document_suspended", "document_resumed"], ["document_resumed", "document_suspended"])
    old, _, _ = superseded(company, doc)
    refused(controller, fifth, "replace", "document_not_released", replace_reason="worn")
    old = step(controller, old, "recall", "obsolete_recalling")
    fifth = controller.read(fifth["href"])
    assert fifth["state"] == "recalling" and list(fifth["clocks"]) == ["return_due"]
    refused(controller, old, "retain", "copies_out", retain_reason="x")
    for copy in copies(company, old):
        if copy["state"] == "recalling":
            controller.fire(copy, "take_back")
    refused(company.office_archivist, old, "witness_destruction", "destruction_not_signed")
    old = step(controller, old, "destroy", "obsolete_recalling", destruction_method="粉碎")
    refused(controller, old, "destroy", "destruction_signed", destruction_method="粉碎")
    refused(controller, old, "retain", "destruction_signed", retain_reason="x")
    refused(controller, old, "witness_destruction", "same_person")
    old = step(controller, old, "revert", "obsolete_recalling", reason="改为留存")
    step(controller, old, "retain", "retained", retain_reason="司法留存")


def test_lending(company):
    controller, borrower = company.document_controller, company.employee
    doc = at(company, "effective")
    body = dict(document_id=doc["id"], assignee_id=borrower.id, purpose="投标", marked_uncontrolled=True)
    assert borrower.post("/v1/document-loans", body).status_code == 403
    not_created(controller, "document-loans", "copy_not_marked", **{**body, "marked_uncontrolled": False})
    not_created(controller, "document-loans", "loan_too_long", **body, due_on=company.day(8))
    not_created(controller, "document-loans", "loan_too_long", **body, due_on=company.day(-1))
    not_created(controller, "document-loans", "document_not_in_force", **{**body, "document_id": draft(company)["id"]})
    gone = company.hire("technician", name="已离职")
    company.admin.fire(company.admin.read("/v1/persons/" + gone.id), "leave", reason="离职")
    not_created(controller, "document-loans", "person_not_active", **{**body, "assignee_id": gone.id})
    loan = controller.create("document-loans", **body)
    assert loan["due_on"] == company.day(7) and list(loan["clocks"]) == ["loan_due"] and "document_lent" in told(borrower, loan)
    loan = step(controller, loan, "amend", "lent", reason="x", purpose="投标资料")
    loan = step(controller, loan, "give_back", "returned", return_condition="完好")
    loan = step(controller, loan, "revert", "lent", reason="点错")
    assert list(loan["clocks"]) == ["loan_due"] and loan["closed_at"] is None
    controller.fire(loan, "give_back")
    step(controller, controller.create("document-loans", **body), "void", "voided", reason="登记错")
    loan = controller.create("document-loans", **body, due_on=company.day(1))
    loan = step(controller, loan, "call_back", "lent")
    old, _, _ = superseded(company, doc)
    old = controller.fire(old, "recall")
    assert "loan_to_return" in told(borrower, loan)
    for copy in copies(company, old):
        controller.fire(copy, "take_back")
    refused(controller, old, "destroy", "loan_out", destruction_method="粉碎")
    refused(controller, old, "retain", "loan_out", retain_reason="x")
    loan = step(borrower, loan, "report_lost", "lost", loss_text="遗失")
    assert loan["clocks"] == {} and forms(company, loan) == ["document_loan", "document_loan"]
    old = controller.fire(old, "destroy", destruction_method="粉碎")
    step(company.employee, old, "witness_destruction", "destroyed")
    assert ("document", "supersede") not in links(company, old)


def test_no_row_of_the_tables_was_left_out(company):
    cursor = company.server.database().cursor()
    cursor.execute("select distinct machine, event, from_state, to_state from entity_event where machine = any(%s)", (list(MACHINES.values()),))
    happened = cursor.fetchall()

    def fits(name, row, m, event, before, after):
        if m != name or event != row["event"] or (row["from"] is not None and "*" not in row["from"].split() and before not in row["from"].split()):
            return False
        return after == before if row["to"] == "same" else row["to"] in (after, "previous")

    missing = [(name, r["event"], r["from"], r["to"]) for name, table in TABLES.items() for r in table
               if r["event"] not in BY_TIMER | {"draw_up"} and not any(fits(name, r, *h) for h in happened)]
    assert missing == [], "\n".join(map(str, missing))


def test_no_guard_of_the_tables_was_left_out(company):
    assert {(name, g["code"]) for name, table in TABLES.items() for t in table for g in t["guards"] if g["code"] not in ELSEWHERE} - REFUSED == set()
