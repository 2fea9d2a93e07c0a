"""What people look at in the morning: the technician's day, the papers he owes, the follow-up clerk's calls."""

import time

from test_races import advance
from test_repair_story import settled
from test_walker import prepare


def own_day(client, **arguments):
    return client.read("/v1/me/day", **arguments)


def test_a_day_is_in_order_of_appointment_and_holds_what_the_work_needs(company):
    prepare(company)
    technician = company.hire("technician", name="新师傅", skills=["computer"])
    company.service_manager.create("price-items", code="D-" + technician.id[-6:], name="检测费", unit="次", price=5000)
    customer, unit = company.customer_with_unit()
    earlier = advance(company, company.register(customer=customer, unit=unit), "archive")

    def dispatched(hours=None):
        repair = company.dispatcher.fire(company.register(customer=customer, unit=unit), "dispatch", assignee_id=technician.id)
        return repair if hours is None else technician.fire(repair, "schedule", appointment_at=company.at(hours), charge_told=True)

    late, early, later_day, open_end = dispatched(0.02), dispatched(0.01), dispatched(72), dispatched()
    day = own_day(technician)
    assert day["date"] == company.day()
    assert [v["id"] for v in day["visits"]] == [early["id"], late["id"], open_end["id"]]
    visit = day["visits"][0]
    assert (visit["address"], visit["contact_phone"], visit["in_warranty"]) == ("滨海市海港区建设路1号", "13912345678", True)
    assert visit["warranty_until"] == unit["warranty_until"] and earlier["number"] in [h["number"] for h in visit["history"]]
    assert "D-" + technician.id[-6:] in [p["code"] for p in day["prices"]]
    assert later_day["id"] in [v["id"] for v in own_day(technician, date=company.day(4))["visits"]]
    assert own_day(company.second)["visits"] == [] or early["id"] not in [v["id"] for v in own_day(company.second)["visits"]]
    waiting = technician.fire(early, "arrive", appearance_in_order=True)
    waiting = technician.fire(waiting, "confirm_problem", fault_confirmed="x")
    waiting = technician.fire(waiting, "take_back", diagnosis="x", devices=[{"item": "主机", "condition": "完好"}], copy_with_customer=True)
    day = own_day(technician)
    assert [w["id"] for w in day["waiting"]] == [waiting["id"]] and waiting["id"] not in [v["id"] for v in day["visits"]]
    assert technician.get("/v1/me/day", date="tomorrow").status_code == 400


def test_papers_of_a_job_are_owed_until_they_are_collected_and_others_never(company):
    prepare(company)
    repair = settled(company)
    holder = company.technician
    mine = {p["number"]: p["form"] for p in holder.read(repair["href"] + "/records")["data"]}
    slip = next(number for number, form in mine.items() if form == "dispatch_slip")

    def owed(client):
        listed = {r["number"] for r in client.read("/v1/records", holder="me", owed="true", entity=repair["id"])["data"]}
        assert listed == {p["number"] for p in own_day(client)["papers_owed"] if p["number"] in mine or p["number"] in listed}
        return listed

    assert slip in owed(holder)
    repair = company.dispatcher.fire(repair, "report_back")
    repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True, receipts_received=True)
    assert owed(holder) == set()
    repair = company.followup_clerk.fire(repair, "follow_up", called_at=company.at(0), reached=True, satisfied=True)
    record = next(r for r in company.dispatcher.read(repair["href"] + "/records")["data"] if r["form"] == "followup_record")
    # It is the clerk's, and goes to the office with the box of its month.
    assert record["holder_id"] == company.followup_clerk.id and owed(holder) == owed(company.followup_clerk) == set()
    assert "phone_record" not in {r["form"] for r in company.dispatcher.read("/v1/records", owed="true", limit=200)["data"]}


def test_calls_to_make_come_oldest_first_with_their_attempts(company):
    prepare(company)
    clerk = company.followup_clerk
    pending = []
    for tries in (1, 0):
        repair = company.dispatcher.fire(settled(company), "report_back")
        repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True, receipts_received=True)
        for _ in range(tries):
            repair = clerk.fire(repair, "follow_up", called_at=company.at(0), reached=False, next_attempt_at=company.at(20))
        pending.append(repair)
    again, first = pending
    listed = [r["id"] for r in clerk.read("/v1/repairs", state="followup_pending", sort="opened_at", limit=200)["data"]]
    assert listed.index(again["id"]) < listed.index(first["id"])

    def ids(**filters):
        return {r["id"] for r in clerk.read("/v1/repairs", state="followup_pending", limit=200, **filters)["data"]} & {again["id"], first["id"]}

    assert ids(followup_tries=0) == {first["id"]} and ids(followup_tries_from=1) == {again["id"]}
    assert ids(next_attempt_at_to=company.at(21)) == {again["id"]} and ids(next_attempt_at_to=company.at(19)) == set()


def test_work_and_breaches_of_mine(company):
    prepare(company)
    mine = company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=company.outlet["id"])
    other = company.register()

    def work(client, **filters):
        found, page = set(), [None]
        while page:  # what other tests have left open is work too
            page = [w["id"] for w in client.read("/v1/worklist", machine="repair", limit=200, offset=len(found), **filters)["data"]]
            found |= set(page)
        return found & {mine["id"], other["id"]}

    assert work(company.outlet_manager_1, outlet="mine") == work(company.dispatcher, outlet=company.outlet["id"]) == {mine["id"]}
    assert work(company.dispatcher, outlet="mine") == set() and work(company.dispatcher) == {mine["id"], other["id"]}
    assert company.dispatcher.get("/v1/worklist", outlet="ours").status_code == 400

    # A breach is owned by the assignee, who finds his own.
    late = company.dispatcher.fire(company.register(priority="urgent"), "dispatch", assignee_id=company.technician.id)
    company.set_clock(company.at(5))  # urgent: on site within four hours
    deadline = time.monotonic() + 15
    while not (found := [b for b in company.technician.read("/v1/breaches", owner="me", limit=200)["data"] if b["entity_id"] == late["id"]]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert {b["owner_id"] for b in found} == {company.technician.id}
    assert late["id"] not in {b["entity_id"] for b in company.second.read("/v1/breaches", owner="me", limit=200)["data"]}
    assert company.technician.get("/v1/breaches", owner="you").status_code == 400
