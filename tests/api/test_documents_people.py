"""P20: people who leave, many hands at once, and what the database itself refuses."""

import psycopg2
import pytest

from documents import accepted, approver, at, change, code, copies, draft, eventually, forward, in_force, next_version, read, told
from test_races import at_once, twin


def test_whose_turn_it_is(company):
    """A delay is held against whoever has to act."""
    head, controller = company.dept_head, company.document_controller
    doc = at(company, "draft")
    assert doc["assignee_id"] == company.technician.id
    doc = forward(company, doc, "in_review")
    assert doc.get("assignee_id") is None
    back = company.service_manager.fire(doc, "send_back", return_reason="x")
    assert back["assignee_id"] == company.technician.id
    doc = forward(company, back, "approved")
    assert doc["assignee_id"] == controller.id
    doc = forward(company, doc, "effective")
    assert doc["assignee_id"] == head.id and "document_effective" in told(company.technician, doc)
    item = change(company, doc)
    assert item["assignee_id"] == controller.id and accepted(company, item).get("assignee_id") is None
    assert approver(company, doc).fire(item, "approve")["assignee_id"] == company.technician.id
    new = company.deputy_gm.fire(in_force(company), "abolish", obsolete_reason="x")
    assert new["assignee_id"] == controller.id
    _, drafted = next_version(company, in_force(company))
    assert drafted["assignee_id"] == company.technician.id


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
