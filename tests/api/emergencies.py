"""What the tests of P18 share: plans, drills, incidents and supplies as far on their way as a test needs them."""

import uuid

from answers import eventually
from complaints import codes, forms, links, read, refused

CONTENT = dict(organisation="总指挥:副总经理;现场组:安装班", duties="总指挥统一指挥,现场组先断电救人", warning="绝缘检测报警即预警", steps="断电、救人、报警、保护现场",
               resources="急救箱2个、绝缘杆1根", contacts=[{"name": "王芳", "duty": "24小时值班", "phone": "4008873580"}], recovery="恢复供电前复测绝缘")
PLAN_WAY = ["drafting", "in_review", "reviewed", "approved", "published", "trained", "drilled", "in_force"]
DRILL_WAY = ["planned", "prepared", "held", "evaluated"]
WAY = ["reported", "verified", "graded", "activated", "responding", "controlled", "terminated", "recovering", "investigating", "cause_reported", "summarised", "closed"]
CAUSE = dict(cause_kind="maintenance", cause="接线端子未紧固", responsible_dept="tech_dept", evidence="照片3张")
SUMMARY = dict(summary="处置及时,无人员伤亡扩大", lessons="上电前须复紧", plan_adequate=True)


def draft(company, by=None, **fields):
    return (by or company.dept_head).create("emergency-plans", **{"title": "安装现场触电应急预案", "scenario": "fire_electric", "code": "YA-" + uuid.uuid4().hex[:8], **CONTENT, **fields})


def person(company, id_):
    return next(p for p in company.people.values() if p.id == id_)


def plan_forward(company, plan, to, kind="full"):
    while plan["state"] != to:
        here = plan["state"]
        if here == "drafting":
            plan = person(company, plan["assignee_id"]).fire(plan, "submit")
        elif here == "in_review":
            plan = company.service_manager.fire(plan, "review")
        elif here == "reviewed":
            plan = company.general_manager.fire(plan, "approve")
        elif here == "approved":
            plan = company.document_controller.fire(plan, "publish", published_to=["tech_dept", "after_sales_center"])
        elif here == "published":
            plan = company.hr_officer.fire(plan, "confirm_training", trained_on=company.day(), training_note="宣贯会")
        elif here == "trained":
            drill(company, plan, "evaluated", kind=kind)
            plan = read(company, plan)
        else:
            plan = company.general_manager.fire(plan, "put_in_force")
    return plan


def plan_at(company, to, by=None, kind="full", **fields):
    return plan_forward(company, draft(company, by, **fields), to, kind)


def in_force(company, scenario):
    """The plan of a scenario, made once; tests that change a plan make one of their own for a scenario of their own."""
    found = company.dispatcher.read("/v1/emergency-plans", scenario=scenario, state="in_force,revising", sort="-number", limit=1)["data"]
    return found[0] if found else plan_at(company, "in_force", scenario=scenario)


def drill(company, plan, to, kind="full", result="effective", **fields):
    d = company.emergency_commander.create("drills", **{"plan_id": plan["id"], "kind": kind, "planned_on": company.day(), "place": "培训基地", "scene": "配电柜触电", **fields})
    return drill_forward(company, d, to, result)


def drill_forward(company, d, to, result="effective"):
    while d["state"] != to:
        if d["state"] == "planned":
            d = company.emergency_commander.fire(d, "prepare", participants=["李强", "杨磊"], materials="急救箱", safety_measures="专人监护")
        elif d["state"] == "prepared":
            d = company.emergency_commander.fire(d, "hold", held_on=company.day(), attended=12, course="按预案完成", minutes_used=18)
        else:
            d = company.service_manager.fire(d, "evaluate", drill_result=result, evaluation="响应迅速,断电到位")
    return d


def report(company, by=None, **fields):
    return (by or company.hotline_clerk).create("incidents", **{"what": "配电柜调试时冒烟", "scenario": "fire_electric", "kind": "commissioning_damage", "place": "滨海一中配电室", **fields})


def place(i):
    return "cause_reported" if i["state"] == "investigating" and i.get("investigated_at") else i["state"]


def authority_of(company, level):
    return {"IV": company.dispatcher, "III": company.deputy_gm}.get(level, company.general_manager)


def next_step(company, i, level):
    commander = company.emergency_commander
    return {
        "reported": (company.dispatcher, "verify", dict(note="电话核实属实")),
        "verified": (commander, "grade", dict(level=level, level_note="现场判断")),
        "graded": (authority_of(company, i.get("level")), "activate", {}),
        "activated": (company.technician, "respond", dict(measures=["control_hazard", "evacuate"], line_text="已断电,人员撤离", team=[{"name": "李强", "duty": "断电"}])),
        "responding": (commander, "control", dict(control_note="明火已灭")),
        "controlled": (authority_of(company, i.get("level")), "terminate", dict(hazard_removed=True, no_secondary_risk=True)),
        "terminated": (company.dispatcher, "recover", dict(recovery_note="更换断路器")),
        "recovering": (company.service_manager, "investigate", {}),
        "investigating": (company.service_manager, "report_cause", CAUSE),
        "cause_reported": (company.management_rep, "summarise", SUMMARY),
        "summarised": (company.general_manager, "close", {}),
    }[place(i)]


def forward(company, i, to, level="IV", **steps):
    """Takes the straight way; `steps` replace what an event is given, by its name."""
    while place(i) != to:
        who, event, body = next_step(company, i, level)
        if event == "activate":
            in_force(company, i["scenario"])
        i = who.fire(i, event, **{**body, **steps.get(event, {})})
    return i


def at(company, to, level="IV", report_fields=None, **steps):
    return forward(company, report(company, **(report_fields or {})), to, level, **steps)


def supply(company, by=None, **fields):
    return (by or company.warehouse_keeper).create("emergency-supplies", **{"title": "干粉灭火器", "category": "fire", "unit_name": "具", "quantity": 10, "minimum": 8, "place": "总库A区", **fields})


__all__ = ["codes", "eventually", "forms", "links", "read", "refused"]
