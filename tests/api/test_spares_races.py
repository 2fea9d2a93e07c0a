"""Many hands on one shelf: exactly as many parts leave it as lie there, and the ledger says so to the last row."""

import random

import pytest

from spares import asked, codes, exact, forward, held, levels, part, shelf
from test_races import at_once, sound, twin


def requests_of(company, item, n, upto="approved"):
    """So many requests of one each, of repairs with sixteen each."""
    found = []
    while len(found) < n:
        repair = held(company)
        repair = company.technician.fire(repair, "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 1}] * 16)
        found += company.dispatcher.read("/v1/spare-requests", parent=repair["id"], limit=50)["data"]
    return [forward(company, r, upto) for r in found[:n]]


def post(client, entity, event, **body):
    mine = twin(client)
    return lambda: mine.post(f"{entity['href']}/{event}", body)


def test_64_clients_draw_the_last_parts_at_once(company):
    item = part(company, 23)
    waiting = requests_of(company, item, 64)
    answers = at_once(*[post(company.warehouse_keeper, r, "reserve") for r in waiting])
    assert sorted(a.status_code for a in answers) == [200] * 23 + [422] * 41, [a.text for a in answers if a.status_code not in (200, 422)]
    assert all(codes(a) == ["not_enough_stock"] for a in answers if a.status_code == 422)
    assert levels(company, item) == (23, 23, 0)
    exact(company, item)

    # Issued all at once, some of them twice: each leaves the shelf once.
    winners = [r for r, a in zip(waiting, answers) if a.status_code == 200]
    twice = winners + winners[:9]
    answers = at_once(*[post(company.warehouse_keeper, r, "issue", technician_signed=True) for r in twice])
    assert sorted(a.status_code for a in answers) == [200] * 23 + [409] * 9, [a.text for a in answers if a.status_code not in (200, 409)]
    assert levels(company, item) == (0, 0, 0) and levels(company, item, "bag")[0] == 23
    exact(company, item)
    place = company.warehouse_keeper.read("/v1/stocks", part_id=item["id"], location="main")["data"][0]
    assert sound(company, place).count("issue") == 23


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_the_ledger_stays_exact(company, seed):
    rng = random.Random(seed)
    item = part(company, 14)
    outlet = company.dispatcher.create("outlets", name=f"东网点{rng.random()}", kind="internal", skills=["computer"])
    there = shelf(company, item, 5, location="outlet", outlet_id=outlet["id"])
    reserved, approved, issued = requests_of(company, item, 6, "reserved"), requests_of(company, item, 10), requests_of(company, item, 4, "issued")
    slips = [company.warehouse_keeper.create("stock-transfers", from_stock_id=there["id"], to_stock_id=item["store"]["id"], quantity=1) for _ in range(4)]
    calls = [post(company.warehouse_keeper, r, "reserve") for r in approved]
    calls += [post(company.warehouse_keeper, r, "issue", technician_signed=True) for r in reserved[:4]]
    calls += [post(company.technician, r, "cancel", reason="x") for r in reserved[2:]]
    calls += [post(company.technician, r, "wrong_or_dead", fault_found="dead", test_note="x") for r in issued[:2]]
    calls += [post(company.technician, r, "install") for r in issued]
    calls += [post(company.warehouse_keeper, s, "ship") for s in slips]
    # Parts that go back meet parts that go out: the same two shelves the other way round.
    unused = [company.technician.fire(r, "return_unused", unused_condition=rng.choice(["unopened", "opened"])) for r in requests_of(company, item, 2, "issued")]
    calls += [post(company.warehouse_keeper, r, "store_unused") for r in unused]
    rng.shuffle(calls)
    answers = at_once(*calls)
    assert {a.status_code for a in answers} <= {200, 409, 422}, [a.text for a in answers if a.status_code not in (200, 409, 422)]
    exact(company, item)
    assert levels(company, item, "outlet") == (1, 0, 1)
    sound(company, company.warehouse_keeper.read("/v1/stocks", part_id=item["id"], location="main")["data"][0])


def test_two_parts_of_one_repair_issued_at_once_carry_it_on(company):
    item = part(company, 40)
    for _ in range(6):
        repair = held(company)
        repair = company.technician.fire(repair, "request_spare", diagnosis="x", spares=[{"part_no": item["part_no"], "quantity": 1}] * 2)
        pair = [forward(company, r, "reserved") for r in company.dispatcher.read("/v1/spare-requests", parent=repair["id"])["data"]]
        answers = at_once(*[post(company.warehouse_keeper, r, "issue", technician_signed=True) for r in pair])
        assert [a.status_code for a in answers] == [200, 200], [a.text for a in answers]
        assert company.dispatcher.read(repair["href"])["state"] == "repairing"


def test_the_first_bag_of_a_part_is_opened_once(company):
    item = part(company, 4)
    pair = [asked(company, item) for _ in range(4)]
    answers = at_once(*[post(company.dispatcher, r, "check", fits=True) for r in pair])
    assert [a.status_code for a in answers] == [200] * 4, [a.text for a in answers]
    for place in ("bag", "inspection"):
        assert len(company.warehouse_keeper.read("/v1/stocks", part_id=item["id"], location=place)["data"]) == 1
    assert len({a.json()["bag_stock_id"] for a in answers}) == 1


def test_a_loan_unit_is_promised_once(company):
    unit = company.warehouse_keeper.create("loan-units", serial=f"LU-{random.random()}", model="ZN-1000", value=1, condition="好")
    loans = [company.technician.create("loan-agreements", parent_id=held(company)["id"], loan_unit_id=unit["id"]) for _ in range(4)]
    calls = []
    for loan in loans:
        mine = twin(company.dispatcher)
        calls.append(lambda mine=mine, loan=loan: mine.post(loan["href"] + "/approve", {"expected_repair_on": company.day(5)}, headers={"If-Match": '"1"'}))
    answers = at_once(*calls)
    assert sorted(a.status_code for a in answers) == [200, 422, 422, 422], [a.text for a in answers]
    assert all(codes(a) == ["link_refused"] for a in answers if a.status_code == 422)


def test_neither_stock_nor_ledger_can_be_changed_behind_its_back(company):
    import psycopg2
    item = part(company, 3)
    database = company.server.database()
    cursor = database.cursor()
    for wrong in ("update stock set on_hand = on_hand + 1 where id = %s", "update stock set reserved = 1 where id = %s",
                  "update stock set on_hand = -1 where id = %s", "update stock set reserved = 4 where id = %s",
                  "update stock_movement set quantity = 9 where to_stock_id = %s", "delete from stock_movement where to_stock_id = %s"):
        with pytest.raises(psycopg2.Error):
            cursor.execute(wrong, (item["store"]["id"],))
    database.close()
    exact(company, item)
