"""Requests that arrive together are carried out in one execution: each still gets its own outcome."""

import re
import uuid

from aftercare import Client
from test_races import at_once


def joined(company):
    return int(re.search(r"aftercare_lane_joined_total (\d+)", company.dispatcher.get("/metrics").text)[1])


def twins(client, n):
    return [Client(client.server, client.token, client.person) for _ in range(n)]


def rounds(company, run):
    """Repeats until requests were really joined; a round in which they arrived one by one proves nothing."""
    before = joined(company)
    for _ in range(20):
        run()
        if joined(company) > before:
            return
    raise AssertionError("never joined")


def test_creations_with_different_outcomes(company):
    customer, unit = company.customer_with_unit()
    quote = 'a "b" \\ {c},NULL,null 中文\n\t'

    def body(i):
        made = dict(channel="phone_400", customer_id=customer["id"], contact_name=f"联系人{i}", contact_phone="13912345678",
                    address=quote, problem=f"故障 {i}", required_skill="computer")
        if i % 3 == 1:
            made["equipment_id"] = unit["id"]
        if i % 7 == 3:
            del made["address"]  # a guard refuses it
        if i % 7 == 5:
            made["customer_id"] = str(uuid.uuid4())
        return made

    def run():
        answer = company.hotline_clerk.post("/v1/repairs", [body(i) for i in range(40)])
        results = answer.json()["results"]
        for i, result in enumerate(results):
            if i % 7 == 3:
                assert result["status"] == 422 and [e["code"] for e in result["errors"]] == ["address_missing"], (i, result)
            elif i % 7 == 5:
                assert ("unknown_reference", "/customer_id") in [(e["code"], e["pointer"]) for e in result["errors"]], (i, result)
            else:
                entity = result["entity"]
                assert entity["contact_name"] == f"联系人{i}" and entity["problem"] == f"故障 {i}" and entity["address"] == quote
                assert (entity.get("equipment_id") == unit["id"]) is (i % 3 == 1) and entity["in_warranty"] is (i % 3 == 1)
                assert company.dispatcher.read(entity["href"])["contact_name"] == f"联系人{i}"
        made = [r["entity"] for r in results if r["status"] == 201]
        assert len({e["number"] for e in made}) == len(made)
        assert company.dispatcher.read("/v1/audit/verify", entity=made[-1]["id"])["sound"] is True

    rounds(company, run)


def test_steps_with_different_outcomes(company):
    unqualified = company.hire("technician", name="未评价")
    customer, unit = company.customer_with_unit()

    def run():
        repairs = [company.register(customer=customer, unit=unit, contact_name=f"第{i}号") for i in range(24)]
        clients = twins(company.dispatcher, 24)
        key = str(uuid.uuid4())

        def call(i):
            body = {"assignee_id": (unqualified if i % 4 == 1 else company.technician).id}
            headers = {"If-Match": '"7"'} if i % 4 == 2 else {"Idempotency-Key": f"{key}-{i}"} if i % 4 == 3 else {}
            return lambda: clients[i].post(repairs[i]["href"] + "/dispatch", body, headers=headers)

        for i, answer in enumerate(at_once(*[call(i) for i in range(24)])):
            if i % 4 == 1:
                codes = {e["code"] for e in answer.json()["errors"]}
                assert answer.status_code == 422 and codes == {"technician_not_qualified", "technician_skill_missing"}, answer.text
                assert company.dispatcher.read(repairs[i]["href"])["state"] == "registered"
            elif i % 4 == 2:
                assert answer.status_code == 412, answer.text
            else:
                assert answer.status_code == 200 and answer.json()["contact_name"] == f"第{i}号", answer.text
                assert answer.json()["id"] == repairs[i]["id"] and answer.json()["state"] == "dispatched"
                assert [r["form"] for r in company.dispatcher.read(repairs[i]["href"] + "/records")["data"]] == ["phone_record", "dispatch_slip"]
            if i % 4 == 3:
                again = company.dispatcher.post(repairs[i]["href"] + "/dispatch", {"assignee_id": company.technician.id}, headers={"Idempotency-Key": f"{key}-{i}"})
                assert again.status_code == 200 and again.headers["Idempotency-Replayed"] == "true"
            assert company.dispatcher.read("/v1/audit/verify", entity=repairs[i]["id"])["sound"] is True

    rounds(company, run)


def test_one_entity_and_one_key_many_times(company):
    def run():
        repair, clients = company.register(), twins(company.dispatcher, 16)
        answers = at_once(*[lambda c=c: c.post(repair["href"] + "/dispatch", {"assignee_id": company.technician.id}) for c in clients])
        assert sorted(a.status_code for a in answers) == [200] + [409] * 15
        body = dict(channel="carry_in", customer_id=repair["customer_id"], contact_name="李明", contact_phone="13912345678", problem="x")
        key, clerks = str(uuid.uuid4()), twins(company.hotline_clerk, 16)
        answers = at_once(*[lambda c=c: c.post("/v1/repairs", body, headers={"Idempotency-Key": key}) for c in clerks])
        assert {a.status_code for a in answers} == {201} and len({a.json()["id"] for a in answers}) == 1

    rounds(company, run)


def test_reads_of_what_is_there_what_is_not_and_what_is_out_of_scope(company):
    outlet = company.hire("outlet_manager", name="别家", department="outlet",
                          outlet_id=company.dispatcher.create("outlets", name="远方网点" + uuid.uuid4().hex[:6], kind="external", skills=["computer"])["id"])
    repairs = [company.register() for _ in range(8)]

    def run():
        calls = []
        for client, repair in zip(twins(company.dispatcher, 8), repairs):
            calls.append(lambda client=client, repair=repair: client.get(repair["href"]))
        for client, repair in zip(twins(outlet, 8), repairs):
            calls.append(lambda client=client, repair=repair: client.get(repair["href"]))
        for client in twins(company.dispatcher, 8):
            calls.append(lambda client=client: client.get(f"/v1/repairs/{uuid.uuid4()}"))
        answers = at_once(*calls)
        assert [a.json()["id"] for a in answers[:8]] == [r["id"] for r in repairs]
        assert [a.status_code for a in answers[8:]] == [404] * 16

    rounds(company, run)
