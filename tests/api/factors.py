"""What the tests of P1 share: rounds, factors and measures as far on their way as a test needs them."""

import itertools
import uuid

YEARS = itertools.count(2040)
GOALS = [{"goal": "重大投诉为零", "metric": "重大投诉件数", "target": "0"}]
BASIS = ["law", "commitments", "technical_rules"]
GUIDELINE = dict(guideline_basis=BASIS, goals=GOALS, guideline_text="一、卸车前须双人确认方案")
DEPARTMENTS = ["after_sales_center"]
CLASSIFIED = dict(activity="送货卸车", service_type="delivery", tense="present", condition="abnormal", routine=True, method="site_observation",
                  considerations=["loading_unloading"], consequence="设备磕碰,客户拒收")
CONTENTS = dict(means="卸车前双人确认吊装方案", equipment_people="液压尾板车一辆", training="搬运安全培训", resources="年度费用2万元")
WAY = ["planned", "identifying", "consolidating", "evaluating", "measures_planned", "guideline_review", "guideline_approval", "in_control", "closed"]


def read(company, entity):
    return company.dispatcher.read(entity["href"])


def member(person, team, **fields):
    return {"person_id": person.id, "team": team, "knows_service_norms": True, "risk_awareness": True, "organising_judgement_responsibility": True,
            "field_experience": True, **fields}


def members(company):
    return [member(company.dispatcher, "identification"), member(company.service_manager, "evaluation"), member(company.evaluator, "both")]


def yearly(company, year=None):
    return company.dispatcher.create("identification-rounds", year=year or next(YEARS))


def occasion(company, by=None, **fields):
    return (by or company.dispatcher).create("round-occasions", **{"kind": "new_service", "what": "新增服务 " + uuid.uuid4().hex[:6], **fields})


def extra(company, to="planned", **fields):
    """A round for an occasion of its own."""
    called = company.dispatcher.fire(occasion(company, **fields), "begin")
    return forward(company, company.dispatcher.read("/v1/identification-rounds/" + called["round_id"]), to)


def factor(company, r=None, by=None, **fields):
    body = {"factor_text": "卸车无专用工具 " + uuid.uuid4().hex[:6], "dept": "after_sales_center", **CLASSIFIED, **fields}
    return (by or company.dept_head).create("service-factors", **body, **({"round_id": r["id"]} if r else {}))


def evaluated(company, f, likelihood=3, severity=4, by=None, **fields):
    return (by or company.evaluator).fire(f, "evaluate", likelihood=likelihood, severity=severity, **fields)


def plan(company, f, by=None, **fields):
    return (by or company.evaluator).create("reduction-measures", **{"factor_id": f["id"], "level": "company", "assignee_id": company.technician.id,
                                                                     "due_on": company.day(20), **CONTENTS, **fields})


def reviewed(company, m):
    return company.service_manager.fire(m, "review")


def carried_out(company, m):
    return company.technician.fire(m, "report_done", evidence="已购尾板车并完成培训")


def factors_of(company, r):
    return company.dispatcher.read("/v1/service-factors", round_id=r["id"], sort="number", limit=100)["data"]


def forward(company, r, to):
    """The straight way; a round without a factor gets one, and a measure for each that is significant."""
    d = company.dispatcher
    while r["state"] != to:
        here = r["state"]
        if here == "planned":
            r = d.fire(r, "appoint_team", members=members(company), departments=DEPARTMENTS)
        elif here == "identifying":
            if not factors_of(company, r):
                factor(company, r)
            r = d.fire(r, "consolidate", materials="调查表3份")
        elif here == "consolidating":
            r = company.evaluator.fire(r, "evaluate", market_feedback="回访反映安装延误")
        elif here == "evaluating":
            for f in factors_of(company, r):
                if f["state"] == "listed":
                    plan(company, evaluated(company, f))
            r = company.evaluator.fire(r, "plan_measures")
        elif here == "measures_planned":
            r = company.service_manager.fire(r, "submit_guideline", **GUIDELINE)
        elif here == "guideline_review":
            r = company.deputy_gm.fire(r, "review_guideline")
        elif here == "guideline_approval":
            r = company.general_manager.fire(r, "approve_guideline")
        else:
            for m in d.read("/v1/reduction-measures", round_id=r["id"], limit=100)["data"]:
                if m["state"] == "planned":
                    d.fire(carried_out(company, reviewed(company, m)), "verify_measure", is_effective=True, verification="抽查3单无磕碰")
            for f in factors_of(company, r):
                if f["state"] == "significant":
                    d.fire(f, "record_residual", residual_likelihood=1, residual_severity=4)
            r = d.fire(r, "close_round")
    return r


def significant(company, **fields):
    """A significant factor of a round that evaluates, and that round."""
    r = extra(company, "identifying")
    f = factor(company, r, **fields)
    r = forward(company, r, "evaluating")
    return evaluated(company, read(company, f), severity=5), r
