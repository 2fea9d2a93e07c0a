"""Two callers at the same moment: whatever the interleaving, one legal history, nothing lost, nothing twice."""

import threading
import time
import uuid

import pytest

from aftercare import Client
from test_walker import bodies, prepare
import random


def at_once(*calls):
    """Runs the calls in threads that start together; their answers in order."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i):
        barrier.wait()
        answers[i] = calls[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def twin(client):
    """The same person on a connection of its own."""
    other = Client(client.server, client.token, client.person)
    return other


PATH = ["dispatch", "schedule", "arrive", "confirm_problem", "start_repair", "solve", "settle", "report_back", "collect_slip", "follow_up", "archive"]


def actor(company, event):
    return {"dispatch": company.dispatcher, "report_back": company.dispatcher, "collect_slip": company.dispatcher, "archive": company.dispatcher,
            "follow_up": company.followup_clerk}.get(event, company.technician)


def body_for(company, repair, event):
    body = bodies(company, repair, random.Random(1))[event]
    if event == "dispatch":
        return {"assignee_id": company.technician.id}
    if event == "follow_up":
        return {"called_at": company.at(0), "reached": True, "satisfied": True, "work_confirmed": True}
    return body


def advance(company, repair, upto):
    for event in PATH:
        if event == upto:
            return repair
        repair = actor(company, event).fire(repair, event, **body_for(company, repair, event))
    return repair


def sound(company, repair):
    events = company.dispatcher.read(repair["href"] + "/events", limit=500)["data"]
    assert [e["event_no"] for e in events] == list(range(1, len(events) + 1))
    assert company.dispatcher.read("/v1/audit/verify", entity=repair["id"])["sound"] is True
    return [e["event"] for e in events]


def offered_steps(company):
    """Every (state's step on the path, event that somebody is offered there): a race is generated for each."""
    return [(upto, event) for upto in PATH for event in
            {"dispatch": ["dispatch", "resolve_by_phone", "cancel", "void", "amend", "pause", "assign_outlet", "contact_attempt"],
             "schedule": ["schedule", "revert", "reassign", "cancel", "amend"],
             "arrive": ["arrive", "reschedule", "customer_absent", "reassign", "revert"],
             "confirm_problem": ["confirm_problem", "withdraw", "customer_absent"],
             "start_repair": ["start_repair", "find_no_fault", "take_back", "defer", "advise_replacement", "propose_unrepaired", "withdraw"],
             "solve": ["solve", "rediagnose", "advise_replacement", "report_loss", "report_slip_loss"],
             "settle": ["settle", "set_charges", "report_loss"],
             "report_back": ["report_back"], "collect_slip": ["collect_slip"], "follow_up": ["follow_up", "report_to_leader"],
             "archive": ["archive"]}[upto]]


@pytest.mark.parametrize("upto,event", offered_steps(None))
def test_a_step_raced_with_itself_happens_as_often_as_it_was_acknowledged(company, upto, event):
    prepare(company)
    repair = advance(company, company.register(), upto)
    everybody = [company.dispatcher, company.technician, company.followup_clerk, company.hotline_clerk, company.deputy_gm]
    who = next(p for p in everybody if event in [a["event"] for a in p.read(repair["href"])["actions"]])
    body = body_for(company, repair, event)
    before = sound(company, repair)

    def fire(client):
        return lambda: client.post(f"{repair['href']}/{event}", body, headers={"If-Match": f'"{repair["version"]}"'})

    answers = at_once(*[fire(twin(who)) for _ in range(4)])
    statuses = sorted(a.status_code for a in answers)
    assert statuses[0] == 200 and statuses[1:] == [s for s in statuses[1:] if s in (409, 412)], [a.text for a in answers]
    assert sound(company, repair) == before + [event]


@pytest.mark.parametrize("upto", PATH[:-1])
def test_two_different_steps_leave_one_legal_history(company, upto):
    prepare(company)
    repair = advance(company, company.register(), upto)
    who = actor(company, upto)
    body = body_for(company, repair, upto)
    seen = company.dispatcher.read(repair["href"])["version"]
    one, two = at_once(lambda: twin(who).post(f"{repair['href']}/{upto}", body, headers={"If-Match": "*"}),
                       lambda: twin(company.dispatcher).post(f"{repair['href']}/report_slip_loss", {"lost_form": "receipt", "loss_note": "x"}))
    assert (one.status_code, two.status_code) in ((200, 200), (200, 409)), one.text + two.text
    after = sound(company, repair)
    assert company.dispatcher.read(repair["href"])["version"] == seen + (one.status_code == 200) + (two.status_code == 200) == len(after)


def test_a_repeat_racing_with_its_original_is_one_event(company):
    repair = company.register()
    key = uuid.uuid4().hex
    calls = [lambda c=twin(company.dispatcher): c.post(repair["href"] + "/dispatch", {"assignee_id": company.technician.id}, headers={"Idempotency-Key": key})
             for _ in range(6)]
    answers = at_once(*calls)
    assert [a.status_code for a in answers] == [200] * 6, [a.text for a in answers]
    assert sum("Idempotency-Replayed" in a.headers for a in answers) == 5
    assert sound(company, repair) == ["register", "dispatch"]


def test_a_name_that_must_be_unique_is_given_once(company):
    login = "racer-" + uuid.uuid4().hex[:8]
    answers = at_once(*[lambda c=twin(company.admin): c.post("/v1/persons", {"name": "赛", "login": login, "roles": ["employee"], "department": "executive"})
                        for _ in range(6)])
    assert sorted(a.status_code for a in answers) == [201] + [409] * 5, [a.text for a in answers]


def test_receipts_are_numbered_without_a_gap_by_many_at_once(company):
    prepare(company)
    ready = []
    for _ in range(6):
        repair = advance(company, company.register(warranty_days=-1), "start_repair")
        repair = company.technician.fire(repair, "start_repair", diagnosis="x", price_told=5000, consent_by="李明")
        ready.append(company.technician.fire(repair, "solve", solution="x", test_passed=True, charge_items=[{"name": "费", "quantity": 1, "unit_price": 5000}]))

    def settle(repair):
        body = {"customer_opinion": "好", "payment_status": "paid", "customer_signature": {"name": "李", "content_sha256": repair["content_sha256"]}}
        return twin(company.technician).post(repair["href"] + "/settle", body, headers={"If-Match": f'"{repair["version"]}"'})

    answers = at_once(*[lambda r=r: settle(r) for r in ready])
    assert [a.status_code for a in answers] == [200] * 6
    numbers = sorted(int(a.json()["receipt_no"].rsplit("-", 1)[1]) for a in answers)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_a_cursor_of_another_feed_is_not_believed(company):
    company.register()
    cursor = eventually_last_cursor(company)
    company.dispatcher.read("/v1/events", after=cursor, limit=1)  # is believed; the timer may have written since
    elsewhere = str(uuid.uuid4()) + cursor[36:]
    for after in (elsewhere, elsewhere[:37] + "0"):
        answer = company.dispatcher.get("/v1/events", after=after)
        assert answer.status_code == 410 and answer.json()["code"] == "cursor_expired"


def eventually_last_cursor(company):
    cursor, quiet = None, 0
    while quiet < 5:  # the sequencer runs ten times a second
        page = company.dispatcher.read("/v1/events", limit=500, **({"after": cursor} if cursor else {}))["data"]
        quiet = 0 if page else quiet + 1
        cursor = page[-1]["cursor"] if page else cursor
        time.sleep(0.1)
    return cursor


def test_the_feed_has_every_event_once_and_in_order_while_many_write(company):
    start = None
    page = company.dispatcher.read("/v1/events", limit=500)
    while page["data"]:
        start = page["data"][-1]["cursor"]
        page = company.dispatcher.read("/v1/events", limit=500, after=start)
    customer, unit = company.customer_with_unit()
    repairs = []

    def write():
        client = twin(company.hotline_clerk)
        for _ in range(10):
            repair = company.register(by=client, customer=customer, unit=unit)
            twin(company.dispatcher).post(repair["href"] + "/amend", {"reason": "x", "problem": "y"})
            repairs.append(repair["id"])

    at_once(write, write, write, write)
    import time
    wanted = {(r, n) for r in repairs for n in (1, 2)}
    got, deadline = [], time.monotonic() + 20
    while time.monotonic() < deadline and not wanted <= set(got):
        page = company.dispatcher.read("/v1/events", limit=500, **({"after": start} if start else {}))["data"]
        got += [(e["entity_id"], e["event_no"]) for e in page]
        start = page[-1]["cursor"] if page else start
    assert len(got) == len(set(got)) and wanted <= set(got)
    for repair in repairs:
        assert got.index((repair, 1)) < got.index((repair, 2))
