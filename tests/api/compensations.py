"""What the tests of P10 C share: claims for compensation as far on their way as a test needs them."""

from complaints import codes, customer, forms, links, read, refused
from answers import eventually

ORDER = ["submitted", "accepted_for_review", "assessed", "confirmed", "offered", "agreed", "approved", "paid", "closed"]
LINES = [{"kind": "direct_loss", "amount": 80000, "what_for": "同型号主板市价"}, {"kind": "transport", "amount": 5000, "what_for": "往返运费"}]
RECORDED = dict(agreed_by="李明", agreed_via="phone", recording_ref="LY-0101")
PAYEE = dict(payee_name="李明", payee_account="6222020000001234567", payee_bank="工商银行滨海支行", pay_method="transfer")


def claim(company, by=None, **fields):
    """A claim from a job of its own, unless it names another case."""
    body = dict(basis="service_fault", claimed_amount=100000, loss_text="维修时损坏主板", evidence="照片2张")
    if not any(name in fields for name in ("repair_id", "return_repair_id", "delivery_id", "return_exchange_id", "loan_agreement_id", "complaint_id")):
        body["repair_id"] = company.register()["id"]
    return (by or company.dispatcher).create("compensations", **{**body, **fields})


def next_step(company, c):
    """Who takes the straight way on from a state, by which event, with what."""
    amount = c.get("offer_amount") or 0
    approver = company.deputy_gm if amount <= 2000000 else company.general_manager
    state = "confirmed" if c["state"] == "assessed" and c.get("confirmed_by") else c["state"]
    return {
        "submitted": (company.service_manager, "accept", {}),
        "accepted_for_review": (company.service_manager, "assess", dict(lines=LINES)),
        "assessed": (company.finance_officer, "confirm", {}),
        "confirmed": (company.service_manager, "offer", dict(offer_amount=c.get("assessed_amount"), offer_terms="一次性赔付")),
        "offered": (company.hotline_clerk, "agree", {**RECORDED, **PAYEE}),
        "offer_lapsed": (company.service_manager, "renew_offer", {}),
        "agreed": (approver, "approve", {}),
        "approved": (company.finance_officer, "pay", dict(paid_on=company.day(), payment_ref="FK-001")),
        "paid": (company.dispatcher, "close", {}),
    }[state]


def reached(c, upto):
    return c["state"] == upto or (upto == "confirmed" and c["state"] == "assessed" and c.get("confirmed_by"))


def forward(company, c, upto, **extra):
    """Takes the straight way to a state ("confirmed": assessed, and so by finance); `extra` is given to the last step."""
    while not reached(c, upto):
        who, event, body = next_step(company, c)
        here = "confirmed" if c["state"] == "assessed" and c.get("confirmed_by") else c["state"]
        last = here in ORDER and ORDER.index(here) + 1 == ORDER.index(upto)
        c = who.fire(c, event, **{**body, **(extra if last else {})})
    return c


def at(company, upto, last=None, **fields):
    return forward(company, claim(company, **fields), upto, **(last or {}))


def opened_from(company, entity):
    """The claim that the timer opens from what a case has sent."""
    def found():
        return [l["to_id"] for l in company.dispatcher.read("/v1/links", entity=entity["id"])["data"] if l["to_machine"] == "compensation" and l["state"] == "done"]
    assert eventually(found), company.dispatcher.read("/v1/links", entity=entity["id"])
    return company.service_manager.read("/v1/compensations/" + found()[-1])


def pay_for(company, case):
    """The claim for what was lost of a return repair is paid."""
    rows = eventually(lambda: company.dispatcher.read("/v1/compensations", return_repair_id=case["id"], open="true")["data"])
    return forward(company, rows[0], "paid")


__all__ = ["codes", "customer", "forms", "links", "read", "refused"]
