"""Who may do and see what: read from the procedures' own tables, then tried by people."""

import csv
import io
import json
import time
import uuid

import pytest

from aftercare import Client

PHONE, MASKED = "13912345678", "139****5678"


@pytest.fixture(scope="module")
def tables(company):
    """Every machine's table by name, with the path of its collection."""
    machines = company.admin.read("/v1/procedures")["data"]
    return {m["machine"]: company.admin.read("/v1/procedures/" + m["machine"]) for m in machines}


@pytest.fixture(scope="module")
def roles(company):
    """One person for each role there is, with that role only."""
    names = company.admin.read("/v1/schemas/person.create")["properties"]["roles"]["items"]["enum"]
    assert len(names) >= 29
    return {name: company.hire(name, name=name) for name in names}


def may(by, role, is_assignee=False, is_opener=False):
    """What the table's `by` says about somebody with just that role; nobody is the system."""
    for word in by.split():
        who, _, condition = word.partition("@")
        if (who == "*" or (who == role and role != "system")) and (not condition or (condition == "assignee" and is_assignee) or (condition == "opener" and is_opener)):
            return True
    return False


def test_every_event_is_refused_to_exactly_the_roles_that_the_table_leaves_out(tables, roles):
    tried = 0
    for table in tables.values():
        first = next(t["event"] for t in table["transitions"] if t["from"] is None)
        for event in {t["event"] for t in table["transitions"]}:
            rows = [t for t in table["transitions"] if t["event"] == event]
            creates = rows[0]["from"] is None
            if creates and rows[0]["by"] == "system":
                continue  # no such collection for people, see below
            path = table["href"] if event == first else f"{table['href']}/{event}" if creates else f"{table['href']}/{uuid.uuid4()}/{event}"
            for role, client in roles.items():
                # Whether the entity is assigned to the caller shows only once there is one.
                allowed = any(may(row["by"], role, True, True) for row in rows)
                answer = client.post(path)
                assert (answer.status_code != 403) == allowed, (table["machine"], event, role, answer.status_code)
                assert answer.status_code in (403, 404, 422, 428), (table["machine"], event, role, answer.text)
                assert answer.status_code != 403 or answer.json()["code"] == "forbidden_role"
                tried += 1
    assert tried > 2000


def test_what_the_timer_creates_nobody_else_may(tables, roles):
    for table in tables.values():
        if all(t["by"] == "system" for t in table["transitions"] if t["from"] is None):
            assert {client.post(table["href"]).status_code for client in roles.values()} == {403}


@pytest.mark.parametrize("state", ["registered", "dispatched", "settling", "followup_pending"])
def test_each_role_is_offered_exactly_what_the_table_gives_it(company, tables, roles, state):
    repair = repair_in(company, state)
    states = {s["state"] for s in tables["repair"]["states"] if not s["terminal"]}
    for role, client in roles.items():
        for action in client.read(repair["href"], explain="actions")["actions"]:
            rows = [t for t in tables["repair"]["transitions"] if t["event"] == action["event"]]
            rows = [t for t in rows if state in (states if t["from"] == "*" else t["from"].split())]
            reasons = {r["code"] for r in action["blocked_by"]} if not action["allowed"] else set()
            assert ("wrong_state" in reasons) == (rows == []), (role, action)
            if rows:
                assert ("forbidden_role" in reasons) == (not any(may(t["by"], role) for t in rows)), (role, action)


def test_a_job_belongs_to_its_assignee(company):
    assigned, other = company.hire("technician", skills=["computer"]), company.hire("technician", skills=["computer"])
    repair = company.dispatcher.fire(company.register(), "dispatch", assignee_id=assigned.id)
    body = {"appointment_at": company.at(1), "charge_told": True}
    refused = other.try_fire(repair, "schedule", **body)
    assert refused.status_code == 403 and refused.json()["code"] == "forbidden_role"
    assert "schedule" not in [a["event"] for a in other.read(repair["href"])["actions"]]
    assert "schedule" in [a["event"] for a in assigned.read(repair["href"])["actions"]]
    repair = assigned.fire(repair, "schedule", **body)
    company.dispatcher.fire(repair, "reassign", assignee_id=other.id, reassign_reason="ill", keeps_appointment=True)
    assert assigned.try_fire(repair, "arrive", appearance_in_order=True).status_code == 403
    assert other.try_fire(repair, "arrive", appearance_in_order=True).status_code == 200


def repair_in(company, state):
    repair = company.register()
    if state == "registered":
        return repair
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=company.technician.id)
    if state == "settling":
        for event, body in (("schedule", {"appointment_at": company.at(1), "charge_told": True}), ("arrive", {"appearance_in_order": True}), ("confirm_problem", {"fault_confirmed": "x"}),
                            ("start_repair", {"diagnosis": "x"}), ("solve", {"solution": "x", "test_passed": True})):
            repair = company.technician.fire(repair, event, **body)
    elif state == "followup_pending":
        repair = company.technician.fire(repair, "resolve_by_phone", solution="x", agreed=True)
        repair = company.dispatcher.fire(repair, "report_back")
        repair = company.dispatcher.fire(repair, "collect_slip", slip_received=True)
    assert repair["state"] == state
    return repair


# Outlets and customers see only what is theirs

class Side:
    """An outlet or a customer with its people and one repair of its own, which has papers, a phone number and a serial."""

    def __init__(self, company, kind):
        self.customer, self.unit = company.customer_with_unit()
        self.repair = company.register(customer=self.customer, unit=self.unit)
        if kind == "outlet":
            self.outlet = company.dispatcher.create("outlets", name="网点" + uuid.uuid4().hex[:6], kind="external", skills=["computer"])
            self.people = [company.hire(role, outlet_id=self.outlet["id"], skills=["computer"]) for role in ("outlet_manager", "outlet_technician")]
            self.repair = company.dispatcher.fire(self.repair, "assign_outlet", outlet_id=self.outlet["id"])
            self.repair = self.people[0].fire(self.repair, "accept_job")
            self.repair = self.people[0].fire(self.repair, "dispatch", assignee_id=self.people[1].id)
        else:
            self.people = [company.hire("customer", customer_id=self.customer["id"])]
            self.repair = company.dispatcher.fire(self.repair, "dispatch", assignee_id=company.technician.id)
        self.repair = company.dispatcher.fire(self.repair, "contact_attempt", channel_used="phone", contact_result="reached")


@pytest.fixture(scope="module", params=["outlet", "customer"])
def sides(request, company):
    return Side(company, request.param), Side(company, request.param)


def feed_with(client, entity):
    """The feed once it holds the entity: it is put in order a moment after the steps."""
    for _ in range(50):
        events = all_pages(client, "/v1/events", limit=500)
        if entity["id"] in {e["entity_id"] for e in events}:
            break
        time.sleep(0.1)
    return events


def all_pages(client, path, **arguments):
    rows = []
    while True:
        page = client.read(path, **arguments)
        rows += page["data"]
        if page["next"] is None:
            return rows
        arguments["after" if "/events" in path or "/records" in path else "cursor"] = page["next"]


def test_the_own_repair_is_visible_everywhere(sides):
    side, _ = sides
    for client in side.people:
        assert client.read(side.repair["href"])["id"] == side.repair["id"]
        assert [r["id"] for r in all_pages(client, "/v1/repairs")] == [side.repair["id"]]
        assert client.read("/v1/search", q=side.repair["number"])["data"][0]["id"] == side.repair["id"]
        assert len(client.read(side.repair["href"] + "/events")["data"]) == side.repair["version"]
        assert client.read(side.repair["href"] + "/records")["data"] and client.read(side.repair["href"] + "/clocks")["data"]
        assert [r["id"] for r in client.read("/v1/worklist")["data"]] == [side.repair["id"]]
        assert sum(c["count"] for c in client.read("/v1/worklist/counts")["data"]) == 1
        assert {e["entity_id"] for e in feed_with(client, side.repair) if e["machine"] == "repair"} == {side.repair["id"]}


def test_a_foreign_repair_does_not_exist(sides, tables):
    side, foreign = sides
    events = {t["event"] for t in tables["repair"]["transitions"] if t["from"] is not None}
    bodies = {"accept_job": {}, "report_back": {}, "contact_attempt": {"channel_used": "phone", "contact_result": "sent"}, "revert": {"reason": "x"},
              "void": {"reason": "x"}, "amend": {"reason": "x", "problem": "y"}, "dispatch": {"assignee_id": side.people[-1].id}, "resume": {}}
    assert set(bodies) <= events
    for client in side.people:
        assert client.get(foreign.repair["href"]).status_code == 404
        for event, body in bodies.items():
            answer = client.post(f"{foreign.repair['href']}/{event}", body, headers={"If-Match": "*"})
            assert answer.status_code in (403, 404), (event, answer.text)
        for event in events:
            assert client.post(f"{foreign.repair['href']}/{event}", headers={"If-Match": "*"}).status_code in (403, 404, 422)
        for below in ("events", "records", "clocks", "attachments"):
            assert client.get(f"{foreign.repair['href']}/{below}").status_code == 404
        picture = client.http.post(client.server.url + foreign.repair["href"] + "/attachments", data=b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}, timeout=40)
        assert picture.status_code == 404


def test_lists_searches_and_feeds_hold_nothing_foreign(company, sides):
    side, foreign = sides
    feed_with(company.dispatcher, foreign.repair)
    secrets = [foreign.repair["id"], foreign.customer["id"], foreign.unit["id"], foreign.unit["serial"]]
    for client in side.people:
        for path in ("/v1/repairs", "/v1/customers", "/v1/equipment", "/v1/persons", "/v1/outlets", "/v1/events", "/v1/records", "/v1/worklist", "/v1/worklist/counts",
                     "/v1/breaches", "/v1/links", "/v1/notifications", "/v1/me/day"):
            text = client.get(path, limit=200).text if "counts" not in path and "day" not in path else client.get(path).text
            assert not [s for s in secrets if s in text], path
        for q in (foreign.repair["number"], foreign.unit["serial"], foreign.unit["number"], foreign.customer["number"], foreign.repair["contact_phone"], "滨海第一中学"):
            found = {r["id"] for r in client.read("/v1/search", q=q)["data"]}
            assert not found & set(secrets), q
        for wanted in ({"id": foreign.repair["id"]}, {"number": foreign.repair["number"]}, {"customer": foreign.customer["id"]}, {"contact_phone": PHONE + "0"}):
            assert client.read("/v1/repairs", **wanted, count="exact") == {"data": [], "next": None, "count": 0}
        assert client.read("/v1/repairs", count="exact")["count"] == 1
        for thing in (foreign.customer, foreign.unit):
            assert client.get(thing["href"]).status_code == 404
        assert client.read("/v1/worklist", outlet=str(uuid.uuid4()))["data"] == []


def test_records_and_attachments_of_others_stay_closed(company, sides):
    side, foreign = sides
    sheet = company.dispatcher.read(foreign.repair["href"] + "/records")["data"][0]
    stored = company.dispatcher.http.post(company.server.url + foreign.repair["href"] + "/attachments", data=b"\x89PNG\r\n\x1a\n1", headers={"Content-Type": "image/png"}, timeout=40)
    assert stored.status_code == 201 and company.dispatcher.get(stored.json()["href"]).status_code == 200
    for client in side.people:
        assert client.get(sheet["href"]).status_code == 404
        assert client.get(stored.json()["href"]).status_code == 404
    for client in foreign.people:
        assert client.get(stored.json()["href"]).content == b"\x89PNG\r\n\x1a\n1"
        assert [a["id"] for a in client.read(foreign.repair["href"] + "/attachments")["data"]] == [stored.json()["id"]]


def test_registers_of_the_staff_are_closed_to_outlets_and_customers(company, sides):
    for client in sides[0].people:
        for path in ("/v1/handins", "/v1/absences", "/v1/delegations", "/v1/audit/verify"):
            assert client.get(path).status_code == 403, path
        assert client.get("/v1/reports/followup-statistics", **{"from": company.day(-7), "to": company.day()}).status_code == 403
        assert client.get("/v1/price-items").status_code == 200
        assert {e["machine"] for e in all_pages(client, "/v1/events")}.isdisjoint({"handin", "absence", "delegation"})


def test_a_foreign_thing_cannot_be_referred_to(company, sides):
    side, foreign = sides
    body = dict(channel="carry_in", contact_name="李", contact_phone=PHONE, problem="坏")
    for client in side.people:
        for wrong in ({"customer_id": foreign.customer["id"]}, {"customer_id": foreign.customer["id"], "equipment_id": foreign.unit["id"]}):
            answer = client.post("/v1/repairs", {**body, **wrong})
            assert answer.status_code == 422, answer.text
            assert {"code": "unknown_reference", "pointer": "/customer_id"}.items() <= answer.json()["errors"][0].items()


def test_a_customer_reports_a_fault_of_the_own_equipment(company):
    side = Side(company, "customer")
    body = dict(channel="carry_in", customer_id=side.customer["id"], equipment_id=side.unit["id"], contact_name="李", contact_phone=PHONE, problem="坏")
    repair = side.people[0].create("repairs", **body)
    assert repair["customer_id"] == side.customer["id"] and side.people[0].read(repair["href"])["contact_phone"] == PHONE


def test_an_outlet_loses_sight_of_a_job_it_declines(company):
    side = Side(company, "outlet")
    repair = company.dispatcher.fire(company.register(), "assign_outlet", outlet_id=side.outlet["id"])
    manager = side.people[0]
    answer = manager.try_fire(repair, "decline_job", decline_reason="人手不足")
    assert answer.status_code == 200
    assert manager.get(repair["href"]).status_code == 404 and repair["id"] not in manager.get("/v1/repairs").text


# Phone and address: while the job is theirs and open (00-common rule 15)

def seen_by(client, repair):
    """(phone, address) as each kind of representation shows them; all must agree."""
    one = client.read(repair["href"])
    shown = {(one["contact_phone"], one["address"])}
    row = client.read("/v1/repairs", id=repair["id"])["data"][0]
    shown.add((row["contact_phone"], row["address"]))
    line = json.loads(client.get("/v1/repairs", id=repair["id"], headers={"Accept": "application/x-ndjson"}).text)
    shown.add((line["contact_phone"], line["address"]))
    table = list(csv.reader(io.StringIO(client.get("/v1/repairs", id=repair["id"], fields="contact_phone,address", headers={"Accept": "text/csv"}).content.decode("utf-8-sig"))))
    shown.add(tuple(table[1]))
    assert len(shown) == 1, shown
    return shown.pop()


def test_technicians_see_phone_and_address_while_the_job_is_theirs_and_open(company):
    mine, other = company.hire("technician", skills=["computer"]), company.hire("technician", "employee", skills=["computer"])
    repair = company.register(contact_phone=PHONE, address="建设路1号")
    for client in (mine, other):
        assert seen_by(client, repair) == (MASKED, "****")
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=mine.id)
    assert seen_by(mine, repair) == (PHONE, "建设路1号") and seen_by(other, repair) == (MASKED, "****")
    answer = mine.try_fire(repair, "resolve_by_phone", solution="重启", agreed=True)
    assert answer.json()["contact_phone"] == MASKED
    for client in (mine, other):
        assert seen_by(client, repair) == (MASKED, "****")
    assert seen_by(company.dispatcher, repair) == seen_by(company.followup_clerk, repair) == (PHONE, "建设路1号")


def test_nothing_else_tells_technicians_the_phone_of_a_foreign_job(company):
    other, phone, address = company.hire("technician", skills=["computer"]), "139" + uuid.uuid4().int.__str__()[:8], "秘密路" + uuid.uuid4().hex[:6]
    repair = company.register(contact_phone=phone, address=address)
    repair = company.dispatcher.fire(repair, "amend", reason="x", contact_phone=phone[:-1] + "0", address=address + "甲")
    repair = company.dispatcher.fire(repair, "dispatch", assignee_id=company.technician.id)
    for path in (repair["href"], repair["href"] + "/events", repair["href"] + "/records", "/v1/records", "/v1/worklist", "/v1/me/day", "/v1/notifications", "/v1/search?q=" + repair["number"]):
        text = other.get(path).text
        assert phone[:10] not in text and address not in text, path
    feed = json.dumps(feed_with(other, repair), ensure_ascii=False)
    assert repair["id"] in feed and phone[:10] not in feed and address not in feed
    refused = other.post(repair["href"] + "/schedule", {"appointment_at": company.at(1), "charge_told": True})
    assert refused.status_code == 403 and phone[:10] not in refused.text


def test_an_outlet_manager_sees_the_phone_while_the_job_is_open(company):
    side = Side(company, "outlet")
    manager, technician = side.people
    assert seen_by(manager, side.repair)[0] == seen_by(technician, side.repair)[0] == side.repair["contact_phone"]
    colleague = company.hire("outlet_technician", outlet_id=side.outlet["id"], skills=["computer"])
    assert seen_by(colleague, side.repair)[0] != side.repair["contact_phone"]
    technician.fire(side.repair, "resolve_by_phone", solution="重启", agreed=True)
    assert seen_by(manager, side.repair)[0] == seen_by(technician, side.repair)[0] == MASKED


def test_a_token_of_nobody_in_particular_sees_nothing(company):
    """Somebody without any role may sign in, look, and do nothing."""
    nobody = company.hire()
    repair = company.register()
    assert nobody.try_fire(repair, "dispatch", assignee_id=company.technician.id).status_code == 403
    assert nobody.post("/v1/repairs").status_code == 403
    assert seen_by(nobody, repair) == (MASKED, "****")
    assert Client(company.server, "acs_nobody-at-all-at-all").get("/v1/repairs").status_code == 401


def test_technicians_read_customers_without_phone_and_address(company):
    customer, _ = company.customer_with_unit()
    seen = company.technician.read(customer["href"])
    assert seen["phone"] != customer["phone"] and "****" in seen["phone"] and seen["address"] == "****"
    assert company.dispatcher.read(customer["href"])["phone"] == customer["phone"]
