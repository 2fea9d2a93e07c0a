"""Improvements on their way, for the tests of P15."""

import uuid

from test_clocks import eventually

EVALUATED = dict(answer="采纳,已评估", cost=0, evaluation="可行", type="service", baseline_metric="平均4小时到场", goal="平均3小时到场")
ACTIONS = [{"what": "调整排班", "who": "张伟"}]
SIGNED_OFF = dict(standardise=dict(rule_changed=False), train=dict(training_needed=False))
WAY = ["proposed", "screening", "evaluated", "approved", "implementing", "verifying", "standardising", "closed"]


def proposal(company, by=None, **fields):
    return (by or company.employee).create("improvements", **{"problem": "到场慢 " + uuid.uuid4().hex[:8], **fields})


def state(company, entity):
    return company.service_manager.read(entity["href"])["state"]


def months_later(company, day, months=3):
    """The day on which that many months after `day` are over."""
    year, month = int(day[:4]), int(day[5:7]) + months
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    last = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return f"{year:04d}-{month:02d}-{min(int(day[8:]), last):02d}"


def measured(company, entity, reached=True):
    """The clock stands at the end of the period; the service manager measures."""
    entity = company.service_manager.read(entity["href"])
    if company.day() < entity["measurable_on"]:
        company.set_clock(entity["measurable_on"] + "T10:00:00+08:00")
    return company.service_manager.fire(entity, "measure", measured_from=entity["done_on"], measured_to=entity["measurable_on"], actual="2.8小时",
                                        goal_reached=reached)


def forward(company, entity, to, cost=0, type="service", owner=None, **bodies):
    """From wherever it stands to that state, by whoever may."""
    owner = owner or company.technician
    for at in WAY[WAY.index(entity["state"]):WAY.index(to)]:
        if at == "proposed":
            entity = company.service_manager.fire(entity, "screen")
        elif at == "screening":
            entity = company.service_manager.fire(entity, "evaluate", **{**EVALUATED, "cost": cost, "type": type})
        elif at == "evaluated":
            body = dict(assignee_id=owner.id, target_metric="平均3小时", due_on=company.day(20), plan_actions=ACTIONS)
            entity = company.general_manager.fire(entity, "approve", **{**body, **bodies.get("approve", {})})
        elif at == "approved":
            entity = owner.fire(entity, "implement", **({"notice_to": "tech_dept"} if type == "product" else {}))
        elif at == "implementing":
            entity = owner.fire(entity, "report_done", evidence="新排班表")
        elif at == "verifying":
            entity = company.management_rep.fire(measured(company, entity), "verify")
        else:
            company.document_controller.fire(entity, "standardise", rule_changed=False)
            entity = company.hr_officer.fire(entity, "train", training_needed=False)
    return entity


def links(company, entity):
    return [(l["to_machine"], l["to_event"], l["state"]) for l in company.dispatcher.read("/v1/links", entity=entity["id"])["data"]]


def proposed_from(company, entity):
    """The improvement that the timer opens for what that entity sent."""
    found = []

    def look():
        found[:] = company.service_manager.read("/v1/improvements", source_number=entity["number"])["data"]
        return found

    assert eventually(look), entity["href"]
    return found[0]


class told:
    """`entity_id in told(company, person, code)`: asked for by entity, since a person of many cases has more notices than one page."""

    def __init__(self, company, person, code):
        self.person, self.code = person, code

    def __contains__(self, entity_id):
        return self.code in [n["code"] for n in self.person.read("/v1/notifications", entity=entity_id, limit=200)["data"]]
