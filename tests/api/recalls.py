"""What the tests of P10 A and B share: signals, recalls and their units as far on their way as a test needs them."""

import uuid

from answers import eventually
from complaints import codes, customer, forms, links, read, refused
from nonconformities import reported_on

ORDER = ["signal_logged", "investigating", "found", "defect_confirmed", "contained", "planning", "plan_approval", "reviewed", "approved", "filed", "announced", "executing",
         "effect_review", "summarised", "closed"]
DEFECT = dict(finding="defect", conclusion="电源模块批次性缺陷", evidence="拆解报告3份", cause="电容耐压不足", hazard="过热冒烟,可能起火", affected_range="本型号全部", level="II")
NONE = dict(finding="no_defect", conclusion="单台安装不当", evidence="复测记录")
FROZEN = dict(stock_frozen=True, transit_frozen=True, outlets_told=True, quarantined=[{"place": "warehouse", "where": "总库B区", "quantity": 12}])
PLAN = dict(product_scope="2026年上半年交付的全部设备", emergency_handling="立即断电停用", measures="上门免费更换电源模块", measure="repair",
            responsible_contact="售后服务中心 4008873580", budget=0)
NOTICE = dict(notice_channels=["website", "letter"], notice_text="请立即停用并联系我们", hotline_script="先询问序列号,告知断电")


def new_model():
    return "ZH-" + uuid.uuid4().hex[:8]


def signal(company, by=None, **fields):
    """A signal; the case it is in, unless its model is not known, is found by case_of."""
    body = {"symptom": "电源模块冒烟", "model": new_model(), **fields}
    return (by or company.employee).create("recall-signals", **{k: v for k, v in body.items() if v is not None})


def case_of(company, one):
    return company.service_manager.read("/v1/recalls/" + one["recall_id"])


def begin(company, **fields):
    return case_of(company, signal(company, **fields))


def sold(company, model, n=1, **fields):
    """Units of this model, each in the hands of a customer of its own."""
    units = []
    for _ in range(n):
        buyer = customer(company)
        units.append(company.commerce_officer.create("equipment", **{"serial": "SN-" + uuid.uuid4().hex[:10], "model": model, "skill": "computer", "customer_id": buyer["id"],
                                                                     "accepted_on": company.day(-60), "warranty_until": company.day(-1), **fields}))
    return units


def prober(company):
    """Who finds out, in the technical department."""
    if "prober" not in company.people:
        company.people["prober"] = company.hire("technician", name="调查员", department="tech_dept")
    return company.people["prober"]


def outsider(company):
    if "recall_auditor" not in company.people:
        company.people["recall_auditor"] = company.hire("evaluator", name="案外评价员", department="executive")
    return company.people["recall_auditor"]


def place(r):
    if r["state"] == "investigating" and r.get("finding"):
        return "found"
    if r["state"] == "plan_approval":
        return "approved" if r.get("plan_approved_by") else "reviewed" if r.get("plan_reviewed_by") else "plan_approval"
    return r["state"]


def next_step(company, r):
    """Who takes the straight way on, by which event, with what."""
    manager = company.service_manager
    return {
        "signal_logged": (manager, "open_investigation", {}),
        "investigating": (prober(company), "report_findings", DEFECT),
        "found": (company.deputy_gm, "confirm_defect", {}),
        "defect_confirmed": (company.materials_officer, "contain", FROZEN),
        "contained": (manager, "draft_plan", {}),
        "planning": (manager, "submit_plan", dict(PLAN, planned_from=company.day(), planned_to=company.day(90))),
        "plan_approval": (company.deputy_gm, "review_plan", {}),
        "reviewed": (company.general_manager, "approve_plan", {}),
        "approved": (company.dispatcher, "file_plan", dict(filing_no="ZH-2026-01", filed_on=company.day())),
        "filed": (company.dispatcher, "announce", dict(NOTICE, published_on=company.day())),
        "announced": (company.dispatcher, "start", {}),
        "executing": (outsider(company), "review_effect", dict(evaluation="抽查10台均已更换")),
        "effect_review": (manager, "summarise", dict(final_summary="召回完成")),
        "summarised": (company.general_manager, "close", dict(archive_ref="A-12")),
    }[place(r)]


def forward(company, r, upto, **steps):
    """Takes the straight way; `steps` replace what an event is given, by its name."""
    while place(r) != upto:
        who, event, body = next_step(company, r)
        r = who.fire(r, event, **{**body, **steps.get(event, {})})
    return r


def at(company, upto, n=1, model=None, **steps):
    """A recall of a model of which so many units are sold."""
    model = model or new_model()
    sold(company, model, n)
    return forward(company, begin(company, model=model, **steps.pop("signal", {})), upto, **steps)


def units(company, r, **filters):
    return company.dispatcher.read("/v1/recall-units", parent=r["id"], limit=200, **filters)["data"]


def notify(company, unit, **fields):
    return company.hotline_clerk.fire(unit, "notify", **{"told_via": "phone", "told_to": "李明", **fields})


def remedied(company, unit):
    return company.dispatcher.fire(unit, "remedy", done_evidence="派工单")


def cause_gone(company, r):
    """The nonconformity that the recall has opened turns out to be known."""
    for n in reported_on(company, r):
        if n["state"] == "reported":
            company.service_manager.fire(n, "dismiss", decision_reason="已由召回处理")


def job_of(company, unit, machine):
    def found():
        return [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=unit["id"])["data"] if l["to_machine"] == machine and l["state"] == "done"]
    assert eventually(found), company.dispatcher.read("/v1/links", entity=unit["id"])
    return company.dispatcher.read({"repair": "/v1/repairs/", "return_exchange": "/v1/return-exchanges/"}[machine] + found()[-1])


__all__ = ["codes", "customer", "forms", "links", "read", "refused", "reported_on"]
