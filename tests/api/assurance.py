"""What the tests of P17 share: requests as far on their way as a test needs them, funds, plans."""

import uuid

from settlement import codes
from answers import eventually

CATEGORIES = ["fund", "people", "training", "premises", "facility", "spares", "it", "vehicle", "insurance"]


def ask(company, by=None, **fields):
    body = {"purpose": "compensation", "amount": 150000, "need": "客户损失赔偿", "payee": "王小明", **fields}
    return (by or company.dispatcher).create("fund-requests", **body)


def approver(company, amount):
    return company.service_manager if amount <= 200000 else company.deputy_gm if amount <= 2000000 else company.general_manager


def go(company, request, upto, **check):
    """Takes the straight way to a state."""
    while request["state"] != upto:
        if request["state"] == "requested":
            request = company.finance_officer.fire(request, "check", **check)
        elif request["state"] == "checked":
            request = approver(company, request["amount"]).fire(request, "approve")
        elif request["state"] == "approved":
            request = company.finance_officer.fire(request, "pay", paid_amount=request["amount"] - request["paid_total"], voucher_no="YH-1")
        else:
            request = company.finance_officer.fire(request, "settle", vouchers="发票1张")
    return request


def fund(company, opening=1000000, **fields):
    """Of outlets there may be many; the other kinds are there once."""
    return company.finance_officer.create("special-funds", **{"kind": "outlet", "name": "专项" + uuid.uuid4().hex[:6], "opening": opening, **fields})


def now(company, entity):
    return company.finance_officer.read(entity["href"])


def money(company, account):
    """balance, held, available of a fund."""
    f = now(company, account)
    return f["balance"], f["held"], f["available"]


def exact(company, account):
    """The balance is the sum of the ledger, what is held is what the requests hold; nothing is negative."""
    f = now(company, account)
    moves = company.finance_officer.read("/v1/fund-movements", fund_id=f["id"], limit=200)["data"]
    assert f["balance"] == sum(m["amount"] for m in moves), f
    held = company.finance_officer.read("/v1/fund-requests", fund_id=f["id"], state="approved", limit=200)["data"]
    assert f["held"] == sum(r["held"] for r in held), f
    assert 0 <= f["held"] <= f["balance"] and f["available"] == f["balance"] - f["held"], f


def plan_with_lines(company, year, **amounts):
    """A plan with all nine categories; `amounts` by category, 0 for the rest."""
    plan = company.service_manager.create("assurance-plans", year=year)
    lines = {c: company.service_manager.create("plan-lines", parent_id=plan["id"], category=c, need="需求" + c, amount=amounts.get(c, 0)) for c in CATEGORIES}
    return plan, lines


def in_force(company, year, **amounts):
    plan, lines = plan_with_lines(company, year, **{"fund": 6000000, **amounts})
    plan = company.service_manager.fire(plan, "draft", last_year_sales=900000000)
    plan = company.finance_officer.fire(plan, "review", review_opinion="可行")
    plan = company.general_manager.fire(plan, "approve")
    return plan, {c: now(company, line) for c, line in lines.items()}


def plan_in_force(company):
    """The plan of next year on the server that the files share: whoever needs it first makes it."""
    year = int(company.day()[:4]) + 1
    plans = company.finance_officer.read("/v1/assurance-plans", year=year, state="in_force")["data"]
    if not plans:
        return in_force(company, year, facility=1000000, it=10000)
    return plans[0], {l["category"]: l for l in company.finance_officer.read("/v1/plan-lines", parent=plans[0]["id"], limit=50)["data"]}


def request_of(company, source, **filters):
    """The request that the timer opens for a document."""
    return eventually(lambda: (company.finance_officer.read("/v1/fund-requests", source_number=source["number"], **filters)["data"] or [None])[0])


def not_paid_for(company, source):
    """Money was asked for; either the timer had not come to it yet and it is called off, or its request is withdrawn."""
    def links():
        return [l["state"] for l in company.dispatcher.read("/v1/links", entity=source["id"])["data"] if l["to_machine"] == "fund_request"]

    assert links()
    return eventually(lambda: set(links()) <= {"cancelled", "done"} and {
        r["state"] for r in company.finance_officer.read("/v1/fund-requests", source_number=source["number"])["data"]} <= {"withdrawn"})


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert code in [answer.json()["code"]] + [e["code"] for e in answer.json().get("errors", [])], (event, answer.status_code, answer.text)
    return answer


__all__ = ["codes"]
