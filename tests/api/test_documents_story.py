"""P20 as the document controller lives it: a procedure is written, signed by three people, handed out, taught, comes into force,
is changed, and the old version is fetched back and destroyed."""

import psycopg2
import pytest

from answers import eventually, told
from complaints import codes, forms, links
from documents import COPIES, accepted, approver, at, attach, change, code, copies, draft, drafted, external, forward, in_force, next_version, read, sign_all, superseded
from improvements import months_later
from test_races import at_once, twin


def test_a_procedure_from_the_draft_to_the_shredder(company):
    author, deputy, gm, controller = company.technician, company.deputy_gm, company.general_manager, company.document_controller
    doc = author.create("documents", **{"title": "返修服务控制程序", "class": "L2", "dept": "tech_dept"})
    assert (doc["state"], doc["edition"], doc["revision_no"], doc["controlled"], doc["author_id"]) == ("draft", 1, 0, True, author.id)
    assert "code_wanted" in told(controller, doc)
    file = attach(author, doc)
    assert codes(author.try_fire(doc, "submit", file_id=file["id"])) == ["code_missing"]
    doc = controller.fire(doc, "assign_code", code=code())
    doc = author.fire(doc, "submit", file_id=file["id"])
    assert (doc["state"], doc["file_sha256"], doc["file_type"], list(doc["clocks"])) == ("in_review", file["sha256"], "application/pdf", ["sign_due"])
    assert "document_to_review" in told(deputy, doc)
    doc = deputy.fire(doc, "review", read_sha256=file["sha256"])
    assert doc["reviewed_by"] == deputy.id and "document_to_approve" in told(gm, doc)
    doc = gm.fire(doc, "approve", read_sha256=file["sha256"], effective_on=company.day())
    assert (doc["approved_by"], doc["approved_sha256"], list(doc["clocks"])) == (gm.id, file["sha256"], ["issue_due"])
    assert forms(company, doc) == ["document_approval"] and "document_to_issue" in told(controller, doc)
    holder = company.hire("installer", name="持有人", department="tech_dept")
    doc = controller.fire(doc, "issue", training_needed=True, copies=COPIES + [{"dept": "tech_dept", "holder_id": holder.id}])
    assert (doc["state"], doc["issued_by"]) == ("issued", controller.id)
    first, second = copies(company, doc)
    assert [(c["distribution_no"], c["state"], c["medium"]) for c in (first, second)] == [(1, "issued", "paper"), (2, "issued", "paper")]
    assert second["assignee_id"] == holder.id and "copy_to_sign" in told(holder, second)
    first = controller.fire(first, "sign", signed_name="李娜")
    second = holder.fire(second, "sign")
    assert (first["signed_name"], second["signed_name"], second["signed_by"]) == ("李娜", "持有人", holder.id)
    # It comes into force when it was taught.
    course = company.hr_officer.read("/v1/training-events/" + next(l["to_id"] for l in company.dispatcher.read("/v1/links", entity=doc["id"])["data"] if l["to_machine"] == "training_event"))
    assert doc["code"] in course["course"] and course["department"] == "tech_dept" and "document_to_teach" in told(company.hr_officer, doc)
    assert read(company, doc)["state"] == "issued"
    doc = company.hr_officer.fire(doc, "confirm_training", trained_on=company.day(), training_note="班组会宣贯")
    assert eventually(lambda: read(company, doc)["state"] == "effective")
    doc = read(company, doc)
    assert list(doc["clocks"]) == ["review_due"] and doc["next_review_on"] == months_later(company, company.day(), 12)
    # Somebody at an outlet finds an error; who approved the document approves its change.
    item = change(company, doc, by=holder, change_text="第4.2条增加拍照要求")
    assert (item["state"], item["title"], item["class"], list(item["clocks"])) == ("requested", doc["title"], "L2", ["screen_due"])
    item = accepted(company, item)
    assert "change_to_approve" in told(gm, item)
    item = gm.fire(item, "approve")
    assert read(company, doc)["state"] == "under_change" and list(item["clocks"]) == ["change_due"]
    item = author.fire(item, "carry_out")
    new = drafted(company, item)
    assert (new["code"], new["edition"], new["revision_no"], new["supersedes_id"], new["change_id"]) == (doc["code"], 1, 1, doc["id"], item["id"])
    assert (new["change_summary"], new["author_id"]) == ("第4.2条增加拍照要求", author.id)
    new = forward(company, new, "effective")
    doc, item = read(company, doc), read(company, item)
    assert (doc["state"], doc["obsolete_on"], list(doc["clocks"]), item["state"], item["clocks"]) == ("superseded", company.day(), ["call_due"], "closed", {})
    assert "document_to_recall" in told(controller, doc) and "change_in_force" in told(holder, item)
    # The old copies come back, but for one.
    doc = controller.fire(doc, "recall")
    first, second = copies(company, doc)
    assert (first["state"], list(second["clocks"])) == ("recalling", ["return_due"]) and "copy_to_return" in told(holder, second)
    assert codes(controller.try_fire(doc, "destroy", destruction_method="粉碎")) == ["copies_out"]
    register = controller.read("/v1/reports/controlled-documents")
    missing = next(d for d in register["obsolete"] if d["id"] == doc["id"])
    assert (missing["copies_issued"], missing["copies_back"], [m["holder"] for m in missing["copies_missing"]]) == (2, 0, ["技术部资料柜", "持有人"])
    controller.fire(first, "take_back", return_condition="完好")
    holder.fire(second, "report_lost", loss_text="搬家时遗失")
    doc = controller.fire(doc, "destroy", destruction_method="粉碎")
    assert codes(controller.try_fire(doc, "witness_destruction")) == ["same_person"]
    doc = company.office_archivist.fire(doc, "witness_destruction")
    assert (doc["state"], doc["destroyed_by"], doc["witness_id"], doc["clocks"]) == ("destroyed", controller.id, company.office_archivist.id, {})
    paper = [r for r in company.dispatcher.read(doc["href"] + "/records")["data"] if r["form"] == "obsolete_disposal"][0]
    content = company.dispatcher.read(paper["href"])["content"]
    assert (content["copies_issued"], content["copies_back"]) == (2, 1) and content["copies_missing"][0]["loss_text"] == "搬家时遗失"
    assert company.dispatcher.read("/v1/audit/verify", entity=doc["id"])["sound"] is True


def test_the_controlled_list_is_current_and_is_drawn_up(company):
    doc, law = at(company, "effective"), external(company)
    sign_all(company, doc)
    register = company.employee.read("/v1/reports/controlled-documents")
    row = next(d for d in register["controlled"] if d["id"] == doc["id"])
    assert (row["code"], row["edition"], row["revision_no"], row["prepared"], row["reviewed"], row["approved"], row["copies"]) == \
        (doc["code"], 1, 0, "technician", "service_manager", "deputy_gm", 1)
    assert law["id"] in [d["id"] for d in register["external"]] and law["id"] not in [d["id"] for d in register["controlled"]]
    coming = draft(company)
    assert coming["id"] in [d["id"] for d in company.employee.read("/v1/reports/controlled-documents")["coming"]]
    assert company.employee.get("/v1/reports/controlled-documents", x="1").status_code == 400
    customer, _ = company.customer_with_unit()
    outside = company.hire("customer", department="external", customer_id=customer["id"])
    assert outside.get("/v1/reports/controlled-documents").status_code == 403 and outside.get(doc["href"]).status_code == 403
    drawn = company.document_controller.create("document-lists", kind="controlled")
    assert drawn["as_of"] == company.day() and drawn["documents"] == len(company.document_controller.read("/v1/reports/controlled-documents")["controlled"])
    assert company.employee.post("/v1/document-lists", dict(kind="external")).status_code == 403
    paper = company.dispatcher.read(drawn["href"] + "/records")["data"][0]
    assert paper["form"] == "controlled_document_list"
    page = company.dispatcher.get(paper["href"], headers={"Accept": "text/html"}).text
    assert "受控文件清单" in page and doc["code"] in page and "deputy_gm" in page
    drawn = company.document_controller.create("document-lists", kind="external")
    paper = company.dispatcher.read(drawn["href"] + "/records")["data"][0]
    assert paper["form"] == "external_document_list" and law["code"] in company.dispatcher.get(paper["href"], headers={"Accept": "text/html"}).text


def test_papers_carry_their_stamps(company):
    doc = at(company, "effective")
    copy = sign_all(company, doc)[0]

    def page(entity, form):
        paper = [r for r in company.dispatcher.read(entity["href"] + "/records")["data"] if r["form"] == form][-1]
        return company.dispatcher.get(paper["href"], headers={"Accept": "text/html"}).text

    text = page(copy, "distribution_record")
    assert '<div class="stamp">受控</div>' in text and doc["code"] in text and "service_manager" in text and "文件发放回收登记表" in text
    loan = company.document_controller.create("document-loans", document_id=doc["id"], assignee_id=company.employee.id, purpose="投标", marked_uncontrolled=True)
    assert '<div class="stamp">非受控</div>' in page(loan, "document_loan")
    company.document_controller.fire(loan, "give_back")
    copy = company.document_controller.fire(copy, "take_back")
    assert 'class="stamp"' not in page(copy, "distribution_record")
    old, _, item = superseded(company, doc)
    assert old["code"] in page(item, "change_request")
    old = company.document_controller.fire(company.document_controller.fire(old, "recall"), "retain", retain_reason="法律要求")
    assert '<div class="stamp">作废留存</div>' in page(old, "obsolete_disposal") and old["state"] == "retained"


def test_five_revisions_or_a_large_change_make_a_new_edition(company):
    doc = at(company, "effective")
    seen = []
    for large in (False, True):
        item, new = next_version(company, doc, large_change=large)
        seen.append((new["edition"], new["revision_no"]))
        doc = forward(company, new, "effective")
    assert seen == [(1, 1), (2, 0)]
    company.server.database().cursor().execute("update document set revision_no = 5 where id = %s", (doc["id"],))
    _, new = next_version(company, doc)
    assert (new["edition"], new["revision_no"]) == (3, 0)


def test_what_improvements_and_nonconformities_ask_for_arrives(company):
    import improvements
    idea = improvements.forward(company, improvements.proposal(company), "standardising")
    company.document_controller.fire(idea, "standardise", rule_changed=True, rule_change="派单规定第3条增加诊断要点")
    assert eventually(lambda: company.document_controller.read("/v1/document-changes", source_number=idea["number"])["data"])
    item = company.document_controller.read("/v1/document-changes", source_number=idea["number"])["data"][0]
    assert (item["source"], item["dept"], item["change_reason"], item["state"]) == ("improvement", "after_sales_center", "派单规定第3条增加诊断要点", "requested")
    # It names no document: the controller does, or lets one be written.
    assert codes(company.document_controller.try_fire(item, "accept", author_id=company.technician.id)) == ["document_missing"]
    item = accepted(company, item, kind="new", title="派单诊断要点", **{"class": "L3"})
    assert (item["kind"], item["title"], item["class"]) == ("new", "派单诊断要点", "L3")
    item = company.deputy_gm.fire(item, "approve")
    item = company.technician.fire(item, "carry_out")
    new = drafted(company, item)
    assert (new["title"], new["class"], new["dept"], new.get("code"), new["edition"], new["revision_no"]) == ("派单诊断要点", "L3", "after_sales_center", None, 1, 0)
    new = forward(company, company.document_controller.fire(new, "assign_code", code=code()), "effective")
    assert read(company, item)["state"] == "closed" and new.get("supersedes_id") is None


def test_a_form_in_force_is_told_to_the_form_book(company):
    doc = at(company, "effective", **{"class": "L4"}, form_no="WWSH-003-P04-R02", title="派工单")
    sent = [l for l in company.dispatcher.read("/v1/links", entity=doc["id"])["data"] if l["to_machine"] == "form_template"]
    assert [(l["to_event"], l["state"], l["inputs"]["form_no"], l["inputs"]["edition"]) for l in sent] == [("revise", "waiting", "WWSH-003-P04-R02", 1)]
    assert ("form_template", "revise") in links(company, doc) and approver(company, doc).id == doc["approved_by"]


def test_outlets_read_what_is_in_force_and_its_file(company):
    outlet = company.dispatcher.create("outlets", name="西站网点", kind="internal", skills=["computer"])
    manager = company.hire("outlet_manager", name="西站站长", outlet_id=outlet["id"], department="outlet")
    doc = at(company, "issued", last=dict(copies=[{"dept": "outlet", "outlet_id": outlet["id"]}] + COPIES))
    assert [a["id"] for a in manager.read(doc["href"] + "/attachments")["data"]] == [doc["file_id"]]
    assert manager.get("/v1/attachments/" + doc["file_id"]).content.startswith(b"%PDF-")
    mine = manager.read("/v1/distribution-copies", document_id=doc["id"])["data"]
    assert [c["distribution_no"] for c in mine] == [1]
    assert manager.fire(mine[0], "sign", signed_name="王站长")["state"] == "held"
    repair = company.register()
    other = company.dispatcher.http.post(company.server.url + repair["href"] + "/attachments", data=b"\x89PNG\r\n\x1a\n20", headers={"Content-Type": "image/png"}, timeout=40).json()
    assert manager.get("/v1/attachments/" + other["id"]).status_code == 404
    customer, _ = company.customer_with_unit()
    outside = company.hire("customer", department="external", customer_id=customer["id"])
    assert outside.get("/v1/attachments/" + doc["file_id"]).status_code == 404
    assert change(company, forward(company, doc, "effective"), by=manager)["outlet_id"] == outlet["id"]


def test_whose_turn_it_is(company):
    """A delay is held against whoever has to act."""
    def is_with(role, entity):  # other tests may have hired a second one
        return role in company.admin.read("/v1/persons/" + entity["assignee_id"])["roles"]

    doc = at(company, "draft")
    assert doc["assignee_id"] == company.technician.id
    doc = forward(company, doc, "in_review")
    assert doc.get("assignee_id") is None
    back = company.service_manager.fire(doc, "send_back", return_reason="x")
    assert back["assignee_id"] == company.technician.id
    doc = forward(company, back, "approved")
    assert is_with("document_controller", doc)
    doc = forward(company, doc, "effective")
    assert is_with("dept_head", doc) and "document_effective" in told(company.technician, doc)
    item = change(company, doc)
    assert is_with("document_controller", item) and accepted(company, item).get("assignee_id") is None
    assert approver(company, doc).fire(item, "approve")["assignee_id"] == company.technician.id
    new = company.deputy_gm.fire(in_force(company), "abolish", obsolete_reason="x")
    assert is_with("document_controller", new)
    _, version = next_version(company, in_force(company))
    assert version["assignee_id"] == company.technician.id


def test_who_leaves_is_followed_by_another_author(company):
    controller, writer = company.document_controller, company.hire("technician", name="要离职的编制人")
    doc, item = draft(company, by=writer), accepted(company, change(company, in_force(company)), author_id=writer.id)
    item = company.deputy_gm.fire(item, "approve")
    company.admin.fire(company.admin.read("/v1/persons/" + writer.id), "leave", reason="离职")
    for entity in (doc, item):
        assert eventually(lambda: read(company, entity)["to_reassign"] == "left_company")
        entity = controller.fire(entity, "reassign", assignee_id=company.installer.id, reassign_reason="left_company")
        assert entity["assignee_id"] == company.installer.id and entity["to_reassign"] is None


def test_many_at_once(company):
    controller, deputy = company.document_controller, company.deputy_gm
    doc, body = in_force(company), {"title": "并发", "class": "L3", "dept": "tech_dept"}

    def post(path, **fields):
        mine = twin(controller)
        return lambda: mine.post(path, fields, headers={"If-Match": "*"} if path.count("/") > 2 else {})

    answers = at_once(*[post("/v1/distribution-copies", document_id=doc["id"], holder_dept="tech_dept") for _ in range(12)])
    assert [a.status_code for a in answers] == [201] * 12, [a.text for a in answers]
    assert sorted(c["distribution_no"] for c in copies(company, doc)) == list(range(1, 14))
    same = code()
    answers = at_once(*[post("/v1/documents", **body, code=same) for _ in range(6)])
    assert sorted(a.status_code for a in answers) == [201] + [422] * 5, [a.text for a in answers]
    both = [deputy.fire(accepted(company, change(company, doc)), "approve") for _ in range(4)]
    answers = at_once(*[post(item["href"] + "/carry_out") for item in both])
    assert sorted(a.status_code for a in answers) == [200] + [422] * 3, [a.text for a in answers]
    assert len(controller.read("/v1/documents", supersedes_id=doc["id"])["data"]) == 1


def test_the_database_itself_knows_of_the_signatures(company):
    doc = at(company, "approved")
    with pytest.raises(psycopg2.errors.CheckViolation):
        company.server.database().cursor().execute("update document set approved_by = reviewed_by where id = %s", (doc["id"],))
    with pytest.raises(psycopg2.errors.CheckViolation):
        company.server.database().cursor().execute("update document set file_sha256 = repeat('0', 64) where id = %s", (doc["id"],))
