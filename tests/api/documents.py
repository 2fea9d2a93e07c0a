"""What the tests of P20 share: documents, change requests and copies as far on their way as a test needs them."""

import hashlib
import itertools
import uuid

from answers import eventually

NUMBERS = itertools.count(100)
COPIES = [{"dept": "tech_dept", "holder_name": "技术部资料柜", "medium": "paper", "kept_at": "技术部"}]
WAY = ["draft", "in_review", "pending_approval", "approved", "issued", "effective"]


def read(company, entity):
    return company.dispatcher.read(entity["href"])


def code():
    """A number that no other document of the run has."""
    n = next(NUMBERS)
    return f"WWSH-{n // 100 + 100:03d}-P{n % 100:02d}-R{uuid.uuid4().int % 1000:03d}"


def attach(who, doc, text=None):
    """Stores a file with the document; its id and hash."""
    data = b"%PDF-1.4 " + (text or uuid.uuid4().hex).encode()
    answer = who.http.post(who.server.url + doc["href"] + "/attachments", data=data, headers={"Content-Type": "application/pdf"}, timeout=40)
    assert answer.status_code == 201, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(data).hexdigest()
    return answer.json()


def draft(company, by=None, coded=True, **fields):
    author = by or company.technician
    doc = author.create("documents", **{"title": "派单作业指导书", "class": "L3", "dept": "after_sales_center", **fields})
    return company.document_controller.fire(doc, "assign_code", code=code()) if coded and not doc.get("code") else doc


def reviewer(company, doc):
    return company.deputy_gm if doc["class"] == "L2" else company.service_manager if doc["class"] != "L4" else company.dept_head


def approver(company, doc):
    return {"L1": company.general_manager, "L2": company.general_manager, "L3": company.deputy_gm, "L4": company.service_manager}[doc["class"]]


def author(company, doc):
    return next(p for p in [company.technician, *company.people.values()] if p.id == doc["assignee_id"])


def forward(company, doc, to, **last):
    """The straight way to a state; `last` is given to the last step."""
    while doc["state"] != to:
        here = doc["state"]
        extra = last if WAY.index(here) + 1 == WAY.index(to) else {}
        if here == "draft":
            who = author(company, doc)
            doc = who.fire(doc, "submit", file_id=attach(who, doc)["id"], **extra)
        elif here == "in_review":
            doc = reviewer(company, doc).fire(doc, "review", read_sha256=doc["file_sha256"], **extra)
        elif here == "pending_approval":
            doc = approver(company, doc).fire(doc, "approve", **{"read_sha256": doc["file_sha256"], "effective_on": company.day(), **extra})
        elif here == "approved":
            doc = company.document_controller.fire(doc, "issue", **{"copies": COPIES, "training_needed": False, **extra})
        else:
            assert eventually(lambda: read(company, doc)["state"] == "effective"), read(company, doc)
            doc = read(company, doc)
    return doc


def at(company, to, last=None, by=None, **fields):
    if to == "effective" and not last and not by and not fields:
        return in_force(company)
    return forward(company, draft(company, by=by, **fields), to, **(last or {}))


def in_force(company, some=6):
    """A rule in force. The timer brings several into force at once, so that tests wait for it less often."""
    pool = company.__dict__.setdefault("rules_in_force", [])
    if not pool:
        issued = [at(company, "issued") for _ in range(some)]
        pool += [forward(company, doc, "effective") for doc in issued]
    return pool.pop()


def external(company, **fields):
    return company.document_controller.post("/v1/documents/register_external", {
        "code": "GB/T " + uuid.uuid4().hex[:8], "title": "商品售后服务评价体系", "issuer": "国家标准化管理委员会", "dept": "after_sales_center", **fields}).json()


def copies(company, doc):
    return company.document_controller.read("/v1/distribution-copies", document_id=doc["id"], sort="number", limit=100)["data"]


def sign_all(company, doc):
    for copy in copies(company, doc):
        if copy["state"] == "issued":
            company.document_controller.fire(copy, "sign", signed_name="资料员")
    return copies(company, doc)


def change(company, doc=None, by=None, **fields):
    return (by or company.employee).create("document-changes", **{"change_reason": "第3条与实际不符", **({"document_id": doc["id"]} if doc else {}), **fields})


def accepted(company, item, **fields):
    return company.document_controller.fire(item, "accept", **{"author_id": company.technician.id, **fields})


def next_version(company, doc, **fields):
    """The draft of the next version, by an approved change."""
    item = approver(company, doc).fire(accepted(company, change(company, doc)), "approve")
    item = company.technician.fire(item, "carry_out", **fields)
    return item, drafted(company, item)


def drafted(company, item):
    return company.document_controller.read("/v1/documents", change_id=item["id"], sort="-number", limit=1)["data"][0]


def superseded(company, doc):
    """Brings the next version into force."""
    item, new = next_version(company, doc)
    new = forward(company, new, "effective")
    return read(company, doc), new, read(company, item)
