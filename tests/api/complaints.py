"""What the tests of P13 share: complaints as far on their way as a test needs them."""

import uuid

from return_repairs import codes
from settlement import codes as pointed
from answers import eventually
from test_repair_story import settled

ORDER = ["received", "registered", "acknowledged", "assessed", "assigned", "investigating", "proposal_made", "approved", "replied", "implementing", "verifying", "closed"]
SAID = dict(verdict_by="李明", verdict_via="phone")


def customer(company, **fields):
    return company.commerce_officer.create("customers", **{"name": "投诉客户" + uuid.uuid4().hex[:6], "kind": "company", "phone": "0318-6" + uuid.uuid4().hex[:6],
                                                           "address": "滨海市海港区建设路9号", "region": "海港区", **fields})


def complain(company, by=None, **fields):
    body = {"channel": "phone", "complaint_text": "维修两次仍未修好,服务人员态度生硬", "complainant": "李明", "contact_phone": "13912345678", "remedy_sought": "尽快修好并道歉"}
    if "customer_id" not in fields and not fields.get("anonymous"):
        body["customer_id"] = customer(company)["id"]
    if fields.get("anonymous"):
        body = {k: v for k, v in body.items() if k not in ("complainant", "contact_phone")}
    return (by or company.hotline_clerk).create("complaints", **{**body, **fields})


def findings(**more):
    return dict(dict(findings="现场核实,首次维修未更换电容", cause="skill", justified=True, proposal="重新维修并道歉", remedies=["apology"], statements="本人承认态度不好"), **more)


def decider(company, level):
    return {"general": company.service_manager, "serious": company.deputy_gm, "major": company.general_manager}[level]


def next_step(company, c):
    """Who takes the straight way on from a state, by which event, with what."""
    level = c.get("level") or c["suggested_level"]
    handler = company.deputy_gm if level == "major" else company.service_manager
    return {
        "received": (company.hotline_clerk, "register", dict(category="repair_quality")),
        "registered": (company.hotline_clerk, "acknowledge", dict(acknowledged_via="filed" if c.get("anonymous") else "phone")),
        "acknowledged": (company.service_manager, "assess", dict(level=level)),
        "assessed": (handler, "assign", dict(assignee_id=company.dept_head.id, responsible_dept="after_sales_center")),
        "assigned": (company.dept_head, "investigate", {}),
        "reopened": (company.dept_head, "investigate", {}),
        "investigating": (company.dept_head, "report_findings", findings()),
        "proposal_made": (decider(company, level), "approve", {}),
        "approved": (company.service_manager, "reply", dict(reply_text="已安排重新维修,并向您道歉", reply_via="phone", appeal_told=True)),
        "replied": (company.followup_clerk, "accept", SAID),
        "implementing": (company.dept_head, "implement_done", dict(outcome="已重修,复测正常", evidence="照片3张")),
        "verifying": (company.followup_clerk, "verify", dict(satisfied=True, satisfaction=4)),
    }[c["state"]]


def forward(company, c, upto, **extra):
    """Takes the straight way to a state; `extra` is given to the last step."""
    while c["state"] != upto:
        who, event, body = next_step(company, c)
        last = ORDER.index(c["state"]) + 1 == ORDER.index(upto) if c["state"] in ORDER else False
        c = who.fire(c, event, **{**body, **(extra if last else {})})
    return c


def at(company, upto, by=None, last=None, **fields):
    """A complaint of its own as far as a state."""
    return forward(company, complain(company, by, **fields), upto, **(last or {}))


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert answer.status_code == 422 and code in codes(answer), answer.text


def read(company, entity):
    return company.service_manager.read(entity["href"])


def links(company, entity):
    return sorted((l["to_machine"], l["to_event"]) for l in company.dispatcher.read("/v1/links", entity=entity["id"])["data"] if l["from_id"] == entity["id"])


def forms(company, entity):
    return [r["form"] for r in company.dispatcher.read(entity["href"] + "/records")["data"]]


def opened_from(company, entity):
    """The complaint that the timer opens from what a job has sent."""
    def found():
        return [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=entity["id"])["data"] if l["to_machine"] == "complaint" and l["state"] == "done"]
    assert eventually(found), company.dispatcher.read("/v1/links", entity=entity["id"])
    return company.service_manager.read("/v1/complaints/" + found()[0])


def end(company, c):
    """The customer withdraws it, on record."""
    return company.hotline_clerk.fire(c, "withdraw", withdrawal_wish="已与客户沟通,不再投诉", recording_ref="REC-" + uuid.uuid4().hex[:6])


def followed_up(company, called=None, repair=None, **fields):
    """A repair whose follow-up has found a complaint."""
    repair = repair or company.dispatcher.fire(company.dispatcher.fire(settled(company), "report_back"), "collect_slip", slip_received=True)
    return company.followup_clerk.fire(repair, "follow_up", called_at=called or company.at(0), reached=True, satisfied=False, is_complaint=True, complaint_text="上门迟到两小时", **fields)


__all__ = ["codes", "pointed"]
