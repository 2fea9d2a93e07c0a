"""What the tests of P11 share: parts on shelves, and requests as far on their way as a test needs them."""

import uuid

from return_repairs import codes, held
from test_races import advance
from test_walker import prepare


def part(company, stock=0, by=None, **fields):
    """A part with so much of it in the main store."""
    body = {"part_no": "PN-" + uuid.uuid4().hex[:8], "name": "电源 450W", "class": "B", "unit_cost": 20000, "unit_price": 32000, **fields}
    item = company.materials_officer.create("parts", **body)
    item["store"] = shelf(company, item, stock) if stock is not None else None
    return item


def shelf(company, item, quantity=0, **fields):
    """A stock of the part, in the main store unless told otherwise."""
    place = company.warehouse_keeper.create("stocks", part_id=item["id"], **{"location": "main", "keeper_id": company.warehouse_keeper.id, **fields})
    return company.warehouse_keeper.fire(place, "book_in", quantity=quantity, reason="期初") if quantity else place


def part_comes(company, repair, upto):
    """The part that the repair waits for is issued, or is not to be had; the repair goes on by itself."""
    request = company.dispatcher.read("/v1/spare-requests", parent=repair["id"], state="requested")["data"][0]
    if upto == "rejected":
        return company.dispatcher.fire(forward(company, request, "checked"), "reject", reject_reason="不值得维修")
    request = forward(company, request, "checked")
    if request["charge"] > 0:
        request = company.dispatcher.fire(request, "agree_price", price_told=request["charge"], consent_by="李明")
    return forward(company, request, "issued")


def stock(company, item, location="main", **filters):
    return company.warehouse_keeper.read("/v1/stocks", part_id=item["id"], location=location, **filters)["data"][0]


def levels(company, item, location="main", **filters):
    place = stock(company, item, location, **filters)
    return place["on_hand"], place["reserved"], place["available"]


def waiting_repair(company, *items, technician=None, quantity=1, **fields):
    """A repair at the centre that waits for these parts, and its requests."""
    repair = held(company, **fields)
    repair = (technician or company.technician).fire(repair, "request_spare", diagnosis="电源损坏",
                                                     spares=[{"part_no": i["part_no"], "quantity": quantity} for i in items])
    found = company.dispatcher.read("/v1/spare-requests", parent=repair["id"], sort="opened_at")["data"]
    return repair, [next(r for r in found if r["part_no"] == i["part_no"]) for i in items]


def next_step(company, state, technician):
    return {
        "requested": (company.dispatcher, "check", dict(fits=True)),
        "checked": (company.deputy_gm, "approve", {}),
        "approved": (company.warehouse_keeper, "reserve", {}),
        "reserved": (company.warehouse_keeper, "issue", dict(technician_signed=True)),
        "issued": (technician or company.technician, "install", {}),
    }[state]


def forward(company, request, upto, technician=None, **extra):
    """Takes the straight way to a state; `extra` is given to the last step."""
    while request["state"] not in upto.split():
        who, event, body = next_step(company, request["state"], technician)
        last = {"checked": "check", "approved": "approve", "reserved": "reserve", "issued": "issue"}.get(upto, "install") == event
        request = who.fire(request, event, **{**body, **(extra if last else {})})
    return request


def asked(company, item, upto="requested", **fields):
    """One request of a repair of its own."""
    quantity = fields.pop("quantity", 1)
    _, (request,) = waiting_repair(company, item, quantity=quantity, **fields)
    return forward(company, company.dispatcher.read(request["href"]), upto)


def refused(who, entity, event, code, **body):
    answer = who.try_fire(entity, event, **body)
    assert code in codes(answer), answer.text


def state(company, entity):
    return company.dispatcher.read(entity["href"])["state"]


def ledger(company, item):
    """What the movements of the part say lies at each place."""
    sums = {}
    url, page = "/v1/stock-movements", {"part_id": item["id"], "limit": 200}
    moves = company.warehouse_keeper.read(url, **page)
    rows = list(moves["data"])
    while moves.get("next"):
        moves = company.warehouse_keeper.read(url, **page, cursor=moves["next"])
        rows += moves["data"]
    for move in rows:
        for side, sign in (("from_stock_id", -1), ("to_stock_id", 1)):
            if move.get(side):
                sums[move[side]] = sums.get(move[side], 0) + sign * move["quantity"]
    return sums


def exact(company, item):
    """Every stock of the part is what its ledger and its requests say; nothing is negative."""
    sums = ledger(company, item)
    places = company.warehouse_keeper.read("/v1/stocks", part_id=item["id"], limit=200)["data"]
    held_by = {}
    for request in company.dispatcher.read("/v1/spare-requests", part_id=item["id"], state="reserved", limit=200)["data"]:
        held_by[request["stock_id"]] = held_by.get(request["stock_id"], 0) + request["quantity"]
    for place in places:
        assert place["on_hand"] == sums.get(place["id"], 0), place
        assert place["reserved"] == held_by.get(place["id"], 0), place
        assert 0 <= place["reserved"] <= place["on_hand"] and place["available"] == place["on_hand"] - place["reserved"], place


__all__ = ["advance", "codes", "prepare", "held"]
