"""Deliveries for the tests of P8: the ordinary way, step by step, each with the person who takes it."""

import uuid

LINES = [{"item": "ZN-9000", "model": "ZN-9000", "qty": 1}, {"item": "线缆", "qty": 3}]


def serial():
    return "DS-" + uuid.uuid4().hex[:10]


def packing_of(lines, number=None):
    """A packing list that is complete: each line counted, the first with a serial number, and the papers."""
    goods = []
    for i, line in enumerate(lines):
        entry = {"kind": "goods", "item": line["item"], "line_no": i + 1, "expected": line["qty"], "counted": line["qty"]}
        if i == 0 and line["qty"] == 1:
            entry["serial"] = number or serial()
        goods.append(entry)
    return goods + [{"kind": kind, "item": kind, "expected": 1, "counted": 1} for kind in ("certificate", "manual", "drawing")]


def installer(company):
    if "fitter" not in company.people:
        company.people["fitter"] = company.hire("installer", name="fitter", skills=["installation", "computer"])
    return company.people["fitter"]


def driver(company):
    """A new person each time: nobody drives two runs at once."""
    return company.hire("employee", name="司机")


def buyer(company, **fields):
    return company.commerce_officer.create("customers", name="滨海第二中学", kind="government", phone="0318-5550102", address="滨海市城东区和平街2号", region="城东区", **fields)


def contract(company, by=None, **fields):
    body = dict(contract_no="HT-" + uuid.uuid4().hex[:8], lines=LINES, contact_name="李明", contact_phone="13912345678")
    body.update(fields)
    if "customer_id" not in body:
        body["customer_id"] = buyer(company)["id"]
    return (by or company.commerce_officer).create("deliveries", **body)


def complete_set(company, **fields):
    return contract(company, **{"install_due": True, "is_complete_set": True, **fields})


def alone(company, **fields):
    return contract(company, **fields)


def signature(entity, name="李明"):
    return {"name": name, "relation": "employee", "content_sha256": entity["content_sha256"]}


def window(company, d, who=None, **fields):
    return {"assignee_id": (who or driver(company)).id, "window_from": company.at(2), "window_to": company.at(4), "in_area": True,
            "vehicle": "冀C-" + uuid.uuid4().hex[:5], **fields}


# The ordinary way: event, who, body.
def bodies(company, d):
    fitter = installer(company)
    return {
        "pack": (company.materials_officer, lambda: {"packing": packing_of(d["lines"]), "packing_by": "company_standard", "transport_safe": True}),
        "give": (company.materials_officer, dict),
        "take": (company.dispatcher, dict),
        "schedule": (company.dispatcher, lambda: window(company, d)),
        "notify_customer": (company.dispatcher, lambda: {"called_customer_at": company.at(0), "reached": True}),
        "depart": (company.dispatcher, dict),
        "sign_delivery": (company.dispatcher, lambda: {"customer_signature": signature(d), "deliverer_name": "司机"}),
        "fix_date": (company.dispatcher, lambda: {"install_on": company.day(1), "agreed": True, "assignee_id": fitter.id}),
        "write_plan": (fitter, lambda: {"installation_plan": "先固定机柜,再接线"}),
        "approve_plan": (company.deputy_gm, dict),
        "prepare": (fitter, lambda: {"tools_on_site": True, "plan_told": True, "supplies_asked": d.get("customer_supplies", [])}),
        "install": (fitter, lambda: {"supplies_ready": True}),
        "commission": (fitter, lambda: {"plan_followed": True}),
        "start_trial": (fitter, lambda: {"load_percent": 100, "commissioning_result": "参数正常"}),
        "skip_trial": (fitter, lambda: {"commissioning_result": "参数正常"}),
        "hand_to_customer": (fitter, dict),
        "start_escort": (fitter, dict),
        "train_customer": (company.trainer, lambda: {"operators": [{"name": "张伟", "passed": True}], "training_content": "操作与日常维护", "customer_signature": signature(d)}),
        "finish_escort": (fitter, dict),
        "accept_settle": (fitter, lambda: {"customer_signature": signature(d)}),
        "comment": (company.dispatcher, lambda: {"customer_opinion": "安装规范", "satisfaction": 5}),
    }


DELIVERY = ["pack", "give", "take", "schedule", "notify_customer", "depart", "sign_delivery"]
SETUP = DELIVERY + ["fix_date", "write_plan", "approve_plan", "prepare", "install", "commission"]
TRIAL = SETUP + ["start_trial"]
WITHOUT_TRIAL = SETUP + ["skip_trial", "start_escort"]


def go(company, d, path, **fields):
    """Takes the steps of `path`; `fields` replace the body of a step by its name."""
    for name in path:
        who, body = bodies(company, d)[name]
        event = "hand_over" if name in ("give", "take") else name
        d = who.fire(d, event, **fields.get(name, None) or body())
    return d


def at_step(company, d, event, path=None, **fields):
    """As far as the step before `event`."""
    path = path or (TRIAL if d["trial_hours"] else WITHOUT_TRIAL)
    return go(company, d, path[:path.index(event)] if event in path else path, **fields)


def codes(answer):
    return sorted({e["code"] for e in answer.json().get("errors", [])})
