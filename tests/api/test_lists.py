"""Lists: filters, order, pages, shapes; the worklist; search; who may be sent."""

import base64
import csv
import io
import json
import re
import time
import uuid

import pytest
from hypothesis import given, settings, strategies as st

from aftercare import Company


@pytest.fixture(scope="module")
def prices(company):
    """Twenty prices of this test alone, told apart by their code; every fifth is withdrawn."""
    tag = uuid.uuid4().hex[:6]
    items = [dict(code=f"{tag}-{n:02}", name=f"项目{n}", unit="次", price=n * 100, **({"skill": ["computer", "network"][n % 2]} if n % 3 else {})) for n in range(20)]
    made = [r["entity"] for r in company.finance_officer.post("/v1/price-items", items).json()["results"]]
    for entity in made[::5]:
        company.finance_officer.fire(entity, "withdraw")
    return [company.finance_officer.read(e["href"]) for e in made]


@pytest.fixture(scope="module")
def board(company):
    """A customer with four repairs that differ in state, urgency, assignee and dates."""
    customer, unit = company.customer_with_unit()
    other, late_unit = company.customer_with_unit(warranty_days=-10)
    technician = company.hire("technician", name="王师傅", skills=["computer", "network"])
    region = "测试区" + uuid.uuid4().hex[:6]
    make = lambda c, u, **fields: company.register(customer=c, unit=u, region=region, **fields)
    plain, urgent, sent, paid = make(customer, unit), make(customer, unit, priority="urgent", required_skill="network"), make(customer, unit), make(other, late_unit)
    sent = company.dispatcher.fire(sent, "dispatch", assignee_id=technician.id)
    sent = technician.fire(sent, "schedule", appointment_at=company.at(5), charge_told=True)
    paid = company.dispatcher.fire(paid, "dispatch", assignee_id=technician.id)
    for event, body in (("schedule", {"appointment_at": company.at(2), "charge_told": True}), ("arrive", {"appearance_in_order": True}), ("confirm_problem", {"fault_confirmed": "x"}),
                        ("start_repair", {"diagnosis": "x", "price_told": 30000, "consent_by": "李"}),
                        ("solve", {"solution": "x", "test_passed": True, "charge_items": [{"name": "费", "quantity": 1, "unit_price": 25000}]})):
        paid = technician.fire(paid, event, **body)
    paused = company.dispatcher.fire(plain, "pause", pause_reason="customer")
    return dict(customer=customer, unit=unit, other=other, technician=technician, region=region, plain=paused, urgent=urgent, sent=sent, paid=paid)


def names_of(board, client, **filters):
    """Which of the board's repairs a filtered list holds."""
    found = {r["id"] for r in client.read("/v1/repairs", region=board["region"], limit=200, **filters)["data"]}
    return {name for name in ("plain", "urgent", "sent", "paid") if board[name]["id"] in found}


def test_filters_of_every_kind(company, board):
    everything, tomorrow = {"plain", "urgent", "sent", "paid"}, company.day(1)
    technician, dispatcher = board["technician"], company.dispatcher
    for filters, expected in (
            ({}, everything), ({"state": "registered"}, {"plain", "urgent"}), ({"state": "scheduled,settling"}, {"sent", "paid"}), ({"state": "archived"}, set()),
            ({"priority": "urgent"}, {"urgent"}), ({"required_skill": "network,display"}, {"urgent"}), ({"assignee": technician.id}, {"sent", "paid"}),
            ({"assignee": "none"}, {"plain", "urgent"}), ({"customer": board["customer"]["id"]}, {"plain", "urgent", "sent"}), ({"customer_id": board["other"]["id"]}, {"paid"}),
            ({"customer": board["customer"]["id"] + "," + board["other"]["id"]}, everything), ({"equipment_id": board["unit"]["id"]}, {"plain", "urgent", "sent"}),
            ({"number": board["plain"]["number"]}, {"plain"}), ({"id": board["sent"]["id"].upper() + "," + board["paid"]["id"]}, {"sent", "paid"}),
            ({"in_warranty": "true"}, {"plain", "urgent", "sent"}), ({"in_warranty": "false"}, {"paid"}), ({"paused": "true"}, {"plain"}), ({"paused": "false"}, everything - {"plain"}),
            ({"open": "true"}, everything), ({"open": "false"}, set()), ({"overdue": "true"}, set()), ({"to_reassign": "false"}, everything),
            ({"charge_total": "25000"}, {"paid"}), ({"charge_total": "0,25000"}, everything), ({"charge_total_from": "1"}, {"paid"}), ({"charge_total_from": "25000", "charge_total_to": "25000"}, {"paid"}),
            ({"charge_total_to": "24999"}, everything - {"paid"}), ({"warranty_until_to": company.day(-1)}, {"paid"}), ({"warranty_until_from": company.day()}, everything - {"paid"}),
            ({"appointment_at_from": company.at(4)}, {"sent"}), ({"appointment_at_to": company.at(4)}, {"paid"}), ({"appointment_at_from": company.at(1), "appointment_at_to": company.at(6)}, {"sent", "paid"}),
            ({"appointment_at_from": board["sent"]["appointment_at"]}, {"sent"}), ({"appointment_at_to": board["sent"]["appointment_at"]}, {"paid"}), ({"appointment_at": board["paid"]["appointment_at"]}, {"paid"}),
            ({"opened_from": company.day()}, everything), ({"opened_to": company.day()}, set()), ({"opened_from": tomorrow}, set()), ({"changed_to": tomorrow}, everything),
            ({"due_before": company.day(60)}, everything - {"paid"} - {"plain"}), ({"parent": str(uuid.uuid4())}, set()), ({"serial": board["unit"]["serial"], "state": "registered"}, {"plain", "urgent"})):
        assert names_of(board, dispatcher, **filters) == expected, filters
    assert names_of(board, technician, assignee="me") == {"sent", "paid"}


def test_me_and_mine(company):
    outlet = company.dispatcher.create("outlets", name="我的网点", kind="internal", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    customer = manager.create("customers", name="网点客户", kind="company")
    assert [c["id"] for c in manager.read("/v1/customers", outlet="mine")["data"]] == [customer["id"]]
    assert company.dispatcher.read("/v1/customers", outlet="mine")["data"] == []
    away = company.technician.create("absences", person_id=company.technician.id, kind="leave", from_at=company.at(900), to_at=company.at(901))
    assert [a["id"] for a in company.technician.read("/v1/absences", person_id="me")["data"]] == [away["id"]]
    assert company.dispatcher.read("/v1/absences", person_id="me")["data"] == []
    assert company.dispatcher.get("/v1/repairs", equipment_id="me").status_code == 400


def test_lists_of_words_match_any(company):
    tag = "p" + uuid.uuid4().hex[:8]
    one, two = company.hire("dispatcher", "employee", login=tag + "1"), company.hire("employee", login=tag + "2")
    both = f"{tag}1,{tag}2"
    for filters, expected in (({"roles": "dispatcher"}, {one.id}), ({"roles": "employee"}, {one.id, two.id}), ({"roles": "dispatcher,employee"}, {one.id, two.id}), ({"roles": "trainer"}, set())):
        assert {p["id"] for p in company.admin.read("/v1/persons", login=both, **filters)["data"]} == expected


@pytest.mark.parametrize("query", [
    "nonsense=1", "problem=x", "assignee=you", "assignee=x,y", "customer=1", "id=", "id=x", "paused=yes", "overdue=1", "open=", "in_warranty=maybe", "charge_total=cheap", "charge_total_from=1.5",
    "charge_total_from=99999999999", "charge_total_to=-", "satisfaction=five", "appointment_at_from=today", "appointment_at_from=2026-02-30", "appointment_at_from=2026-01-01T25:00:00Z",
    "appointment_at_from=2026-01-01T00:00:00", "appointment_at_from=0000-01-01", "opened_from=9999-12-31", "due_before=soon", "warranty_until_from=2026-13-01", "channel_from=a", "in_warranty_from=true",
    "state=%22", "state=a%5C", "state=%7Bx%7D", "number=" + "x" * 300, "sort=problem", "sort=", "sort=-", "sort=paused", "sort=nothing", "sort=number,state", "limit=0", "limit=201", "limit=-1", "limit=ten",
    "limit=", "limit=1e2", "limit=99999999999", "cursor=x", "cursor=", "cursor=" + "A" * 800, "count=all", "count=", "fields=", "fields=number,", "fields=nothing", "fields=event_no", "expand=nobody",
    "expand=customer,customer", "expand=customer,nobody", "expand=load", "region_from=a"])
def test_bad_parameters_are_400_and_named(company, query):
    answer = company.dispatcher.get("/v1/repairs?" + query)
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["code"] == "unknown_parameter" and query.partition("=")[0] in json.dumps([body.get("errors"), body.get("detail")])


def test_all_bad_parameters_are_told_at_once(company):
    errors = company.dispatcher.get("/v1/repairs", nonsense=1, paused="perhaps", sort="nothing").json()["errors"]
    assert {(e["pointer"], e["code"]) for e in errors} == {("?nonsense", "unknown_parameter"), ("?paused", "bad_value"), ("?sort", "bad_value")}


@pytest.mark.parametrize("field", ["code", "price", "number", "state", "changed_at", "opened_at", "skill", "-price", "-code", "-opened_at", "-changed_at"])
def test_sorting_by_each_kind_of_field_and_paging_through_it(company, prices, field):
    name, down = field.lstrip("-"), field.startswith("-")
    codes = ",".join(p["code"] for p in prices)
    rows, cursor = [], {}
    while True:
        page = company.hotline_clerk.read("/v1/price-items", code=codes, sort=field, limit=3, **cursor)
        assert len(page["data"]) == 3 or page["next"] is None
        rows += page["data"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(r["id"] for r in rows) == sorted(p["id"] for p in prices)
    values = [r.get(name, "") for r in rows]
    assert values == sorted(values, reverse=down)


def test_each_row_is_visited_once_while_rows_are_added(company):
    clerk, tag, price = company.finance_officer, uuid.uuid4().hex[:6], 777777

    def add():
        return clerk.create("price-items", code=f"{tag}-{uuid.uuid4().hex}"[:40], name="费" + tag, unit="次", price=price)["id"]

    for sort in ("-opened_at", "opened_at", "price", "-price", "state", "number"):
        there = [add() for _ in range(12)]
        seen, cursor = [], {}
        while True:
            page = clerk.read("/v1/price-items", price=price, sort=sort, limit=5, **cursor)
            seen += [r["id"] for r in page["data"]]
            add()
            if page["next"] is None or len(seen) > 500:
                break
            cursor = {"cursor": page["next"]}
        assert len(seen) == len(set(seen)), sort
        assert set(there) <= set(seen), sort


def test_limits(company, prices):
    codes = ",".join(p["code"] for p in prices)
    assert len(company.dispatcher.read("/v1/price-items", code=codes, limit=1)["data"]) == 1
    assert company.dispatcher.read("/v1/price-items", code=codes, limit=20)["next"] is None
    assert company.dispatcher.read("/v1/price-items", code=codes, limit=19)["next"] is not None
    assert len(company.dispatcher.read("/v1/price-items", code=codes, limit=200)["data"]) == 20


def test_the_link_header_leads_through_all_pages(company, prices):
    path, seen = "/v1/price-items?sort=-price&limit=6&code=" + ",".join(p["code"] for p in prices), []
    while path:
        answer = company.dispatcher.get(path)
        seen += [r["price"] for r in answer.json()["data"]]
        found = re.fullmatch(r'<(/v1/price-items\?[^>]*)>; rel="next"', answer.headers.get("Link", ""))
        assert (found is not None) == (answer.json()["next"] is not None)
        path = found and found[1]
    assert seen == sorted([p["price"] for p in prices], reverse=True)


def test_the_link_header_keeps_filters_of_any_characters(company):
    name = f"客户 & Söhne+{uuid.uuid4().hex[:6]}=?#%"
    for _ in range(3):
        company.commerce_officer.create("customers", name=name, kind="company")
    first = company.dispatcher.get("/v1/customers", name=name, limit=2)
    path = re.match("<([^>]*)>", first.headers["Link"])[1]
    rest = company.dispatcher.read(path)
    assert len(first.json()["data"]) == 2 and [c["name"] for c in rest["data"]] == [name] and rest["next"] is None


def test_exact_counts_disregard_the_page(company, prices):
    codes = ",".join(p["code"] for p in prices)
    first = company.dispatcher.read("/v1/price-items", code=codes, count="exact", limit=7)
    second = company.dispatcher.read("/v1/price-items", code=codes, count="exact", limit=7, cursor=first["next"])
    assert first["count"] == second["count"] == 20 and len(second["data"]) == 7
    assert company.dispatcher.read("/v1/price-items", code=codes, count="exact", state="withdrawn")["count"] == 4
    assert company.dispatcher.read("/v1/price-items", code="none", count="exact") == {"data": [], "next": None, "count": 0}
    assert "count" not in company.dispatcher.read("/v1/price-items", code=codes)


def test_fields_narrow_the_rows_but_never_id_and_version(company, board):
    row = company.dispatcher.read("/v1/repairs", id=board["paid"]["id"], fields="number,charge_total")["data"][0]
    assert row == {"machine": "repair", "id": board["paid"]["id"], "version": board["paid"]["version"], "number": board["paid"]["number"], "charge_total": 25000}
    one = company.dispatcher.read(board["paid"]["href"], fields="state", actions="none")
    assert one == {"machine": "repair", "id": board["paid"]["id"], "version": board["paid"]["version"], "state": "settling"}


def test_a_board_is_one_request(company, board):
    row = company.dispatcher.read("/v1/repairs", id=board["sent"]["id"], expand="customer,equipment,assignee,outlet")["data"][0]
    expanded = row["expanded"]
    assert expanded["customer"]["name"] == board["customer"]["name"] and expanded["equipment"]["serial"] == board["unit"]["serial"]
    assert expanded["assignee"]["name"] == "王师傅" and expanded["outlet"] is None
    narrow = company.dispatcher.read("/v1/repairs", id=board["sent"]["id"], expand="assignee", fields="state", sort="number", count="exact")
    assert narrow["data"][0]["expanded"] == {"assignee": expanded["assignee"]} and narrow["count"] == 1
    assert company.dispatcher.get("/v1/price-items", expand="equipment").status_code == 400


def test_one_entity_takes_the_same_expansions_as_a_list(company, board):
    href, everything = board["sent"]["href"], "customer,equipment,assignee,outlet"
    row = company.dispatcher.read("/v1/repairs", id=board["sent"]["id"], expand=everything)["data"][0]
    plain, full = company.dispatcher.get(href), company.dispatcher.get(href, expand=everything)
    assert full.json()["expanded"] == row["expanded"] and full.json()["expanded"]["customer"]["name"] == board["customer"]["name"]
    assert "expanded" not in plain.json() and full.headers["ETag"] == plain.headers["ETag"]
    assert {k: v for k, v in full.json().items() if k != "expanded"} == plain.json()
    assert company.dispatcher.get(href, expand=everything, headers={"If-None-Match": full.headers["ETag"]}).status_code == 304
    narrow = company.dispatcher.read(href, expand="assignee", fields="state", actions="none")
    assert narrow["expanded"] == {"assignee": row["expanded"]["assignee"]} and "customer_id" not in narrow
    person = company.dispatcher.read("/v1/persons/" + company.technician.person["id"], expand="load")
    assert person["expanded"]["load"] == company.dispatcher.read("/v1/persons", id=person["id"], expand="load")["data"][0]["expanded"]["load"]
    for bad in ("nobody", "customer,customer", "customer,nobody", "load", "customer,,assignee", ","):
        answer = company.dispatcher.get(href, expand=bad)
        assert answer.status_code == 400 and answer.json()["code"] == "unknown_parameter"
    assert company.dispatcher.get(board["customer"]["href"], expand="equipment").status_code == 400


def table_of(answer):
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.content.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_csv_is_safe_to_open_in_a_spreadsheet(company):
    nasty = ['=1+1', "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1", "\r=1", 'quote " comma , end', "two\nlines", "普通", " =1"]
    tag = uuid.uuid4().hex[:8]
    for n, name in enumerate(nasty):
        company.finance_officer.create("price-items", code=f"{tag}-{n:02}", name=name, unit="次", price=n)
    answer = company.dispatcher.get("/v1/price-items", code=",".join(f"{tag}-{n:02}" for n in range(len(nasty))), sort="code", headers={"Accept": "text/csv"})
    header, *rows = table_of(answer)
    names = [row[header.index("Service")] for row in rows]
    assert [name.removeprefix("'") for name in names] == nasty
    for name in names:
        assert name[0] not in "=+-@\t\r", name
    assert names[-4:] == nasty[-4:]  # what is harmless stays as it is
    assert [row[header.index("Price in fen")] for row in rows] == [str(n) for n in range(len(nasty))]
    assert {len(row) for row in rows} == {len(header)}


def test_csv_honours_fields_filters_language_and_pages(company, prices):
    codes = ",".join(p["code"] for p in prices)
    answer = company.dispatcher.get("/v1/price-items", code=codes, sort="code", fields="price,code", limit=5, headers={"Accept": "text/csv", "Accept-Language": "zh"})
    assert table_of(answer) == [["编码", "价格(分)"]] + [[p["code"], str(p["price"])] for p in prices[:5]]
    again = company.dispatcher.get(re.match("<([^>]*)>", answer.headers["Link"])[1], headers={"Accept": "text/csv"})
    assert [row[0] for row in table_of(again)[1:]] == [p["code"] for p in prices[5:10]]


def test_ndjson_has_one_row_a_line(company, prices):
    codes = ",".join(p["code"] for p in prices)
    answer = company.dispatcher.get("/v1/price-items", code=codes, sort="code", limit=9, headers={"Accept": "application/x-ndjson"})
    assert answer.headers["Content-Type"] == "application/x-ndjson" and "Link" in answer.headers
    assert [json.loads(line)["code"] for line in answer.text.splitlines()] == [p["code"] for p in prices[:9]]
    json_rows = company.dispatcher.read("/v1/price-items", code=codes, sort="code", limit=9)["data"]
    assert [json.loads(line) for line in answer.text.splitlines()] == json_rows


def test_rows_are_what_reading_one_gives(company, board):
    row = company.dispatcher.read("/v1/repairs", id=board["paid"]["id"])["data"][0]
    one = company.dispatcher.read(board["paid"]["href"], actions="none")
    assert {name: one[name] for name in row if name in one and name != "content_sha256"} == {name: row[name] for name in row if name != "content_sha256"}


# Worklist and search

def test_the_worklist_has_the_most_overdue_first(company, board):
    region = board["region"]
    rows = company.dispatcher.read("/v1/worklist", region=region)["data"]
    assert {r["id"] for r in rows} == {board[n]["id"] for n in ("plain", "urgent", "sent", "paid")}
    dues = [r["due_at"] for r in rows]
    assert dues == sorted([d for d in dues if d]) + [d for d in dues if d is None]
    assert {r["id"]: (r["customer"], r["href"]) for r in rows}[board["sent"]["id"]] == ("滨海第一中学", board["sent"]["href"])
    for filters, expected in (({"assignee": "none"}, {"plain", "urgent"}), ({"assignee": board["technician"].id}, {"sent", "paid"}), ({"state": "registered,settling"}, {"plain", "urgent", "paid"}),
                              ({"paused": "true"}, {"plain"}), ({"machine": "handin"}, set()), ({"kind": "task"}, {"plain", "urgent", "sent", "paid"}), ({"kind": "handin"}, set()), ({"kind": "breach"}, set()),
                              ({"kind": "link"}, set()), ({"overdue": "false", "limit": 200}, {"plain", "urgent", "sent", "paid"}), ({"due_before": company.day(60)}, {"urgent", "sent"}), ({"to_reassign": "true"}, set())):
        found = {r["id"] for r in company.dispatcher.read("/v1/worklist", region=region, **filters)["data"]}
        assert found == {board[name]["id"] for name in expected}, filters
    mine = board["technician"].read("/v1/worklist", assignee="me")["data"]
    assert {r["id"] for r in mine} == {board["sent"]["id"], board["paid"]["id"]}
    pages = [company.dispatcher.read("/v1/worklist", region=region, limit=2, offset=n)["data"] for n in (0, 2, 4)]
    assert pages[0] + pages[1] == rows and pages[2] == []


def test_overdue_work_comes_before_the_rest(fresh):
    company = Company(fresh("--no-access-log"))
    region, dispatcher = "海港区", company.dispatcher
    normal, urgent = company.register(region=region), company.register(region=region, priority="urgent")
    promised = {r["id"]: min(c["due_at"] for c in r["clocks"].values()) for r in (normal, urgent, company.register(region=region, priority="urgent"))}
    assert promised[urgent["id"]] < promised[normal["id"]]
    company.set_clock(company.at(24 * 3))
    late = company.register(region=region)

    def overdue():
        return {r["id"]: r["overdue"] for r in dispatcher.read("/v1/worklist", region=region)["data"]}

    for _ in range(60):
        if list(overdue().values()).count(True) == 3:
            break
        time.sleep(0.1)
    rows = dispatcher.read("/v1/worklist", region=region)["data"]
    assert [r["overdue"] for r in rows] == [True, True, True, False] and rows[-1]["id"] == late["id"]
    assert [r["id"] for r in rows[:3]] == sorted(promised, key=lambda id: (promised[id], id))
    assert normal["id"] in [r["id"] for r in dispatcher.read("/v1/worklist", region=region, kind="breach")["data"]]
    assert dispatcher.read("/v1/worklist/counts", region=region, group_by="machine")["data"][0]["overdue"] == 3


def test_counts_add_up_to_the_worklist(company, board):
    region = board["region"]
    counted = company.dispatcher.read("/v1/worklist/counts", region=region)["data"]
    assert {(c["machine"], c["state"]): c["count"] for c in counted} == {("repair", "registered"): 2, ("repair", "scheduled"): 1, ("repair", "settling"): 1}
    by = {group: {c[key]: c["count"] for c in company.dispatcher.read("/v1/worklist/counts", region=region, group_by=group)["data"]}
          for group, key in (("assignee", "assignee_id"), ("region", "region"), ("outlet", "outlet_id"), ("machine", "machine"), ("state", "state"))}
    assert by["assignee"] == {None: 2, board["technician"].id: 2} and by["region"] == {region: 4} and by["outlet"] == {None: 4} and by["machine"] == {"repair": 4}
    assert company.dispatcher.read("/v1/worklist/counts", region=region, assignee="none", group_by="machine")["data"][0]["count"] == 2


@pytest.mark.parametrize("path", ["worklist?kind=x", "worklist?assignee=x", "worklist?overdue=x", "worklist?due_before=x", "worklist?outlet=x", "worklist?offset=-1", "worklist?offset=x", "worklist?limit=0",
                                  "worklist?cursor=x", "worklist/counts?group_by=priority", "worklist/counts?limit=1", "search", "search?q=", "search?q=x", "search?q=" + "x" * 101, "search?q=xy&limit=3"])
def test_bad_parameters_of_worklist_and_search_are_400(company, path):
    assert company.dispatcher.get("/v1/" + path).status_code == 400


def test_search_finds_by_number_name_phone_and_serial(company):
    tag = uuid.uuid4().hex[:8]
    customer = company.commerce_officer.create("customers", name=f"临海{tag}中学", kind="government", phone="0577" + tag[:6], contacts=[{"name": "张", "phone": "139" + tag}])
    unit = company.commerce_officer.create("equipment", serial="SER_" + tag, model="Z", customer_id=customer["id"], warranty_until=company.day(100))
    repair = company.register(customer=customer, unit=unit, contact_phone="0318-" + tag)
    person = company.hire("technician", name="赵" + tag)

    def found(q):
        return {r["id"]: r["found_by"] for r in company.hotline_clerk.read("/v1/search", q=q)["data"]}

    # Who calls brings what he has and what is open: the hotline sees warranty and duplicates at once.
    his = {unit["id"]: "customer", repair["id"]: "customer"}
    assert found(repair["number"]) == {repair["id"]: "number"} == found(repair["number"].lower())
    assert found(customer["number"]) == {customer["id"]: "number"} | his and found(unit["number"]) == {unit["id"]: "number"}
    assert found(tag + "中") == {customer["id"]: "name"} | his and found(f"临海{tag}中学") == {customer["id"]: "name"} | his
    assert found("0577" + tag[:6]) == {customer["id"]: "phone"} | his and found("139" + tag) == {customer["id"]: "contact"} | his and found("0318-" + tag) == {repair["id"]: "contact_phone"}
    assert found("SER_" + tag) == {unit["id"]: "serial", repair["id"]: "serial"} and found("赵" + tag) == {person.id: "name"}
    row = next(r for r in company.hotline_clerk.read("/v1/search", q="SER_" + tag)["data"] if r["machine"] == "repair")
    assert (row["name"], row["state"], row["number"]) == (customer["name"], "registered", repair["number"])
    assert (row["serial"], row["problem"], row["settled_at"]) == ("SER_" + tag, "开机无显示", None)
    assert next(r for r in company.hotline_clerk.read("/v1/search", q="139" + tag)["data"] if r["machine"] == "equipment")["warranty_until"] == company.day(100)
    for nothing in ("%%", "__", "\\\\", "%" + tag, "SER%" + tag, "SERx" + tag, "' or '1'='1", "nobody-" + tag):
        assert found(nothing) == {}, nothing


def test_search_looks_in_every_register_that_the_caller_may_read(company):
    mark = uuid.uuid4().hex[:10].upper()
    supplier = company.return_repair_clerk.create("supplier-contacts", name="海信" + mark, kind="maker", contact_name="周", phone="0532-" + mark, address="青岛市")
    outlet = company.dispatcher.create("outlets", name="城北" + mark, kind="internal", skills=["computer"], phone="0571-" + mark)
    customer = company.commerce_officer.create("customers", name="学校" + mark, kind="government", phone="0577" + mark)
    unit = company.commerce_officer.create("equipment", serial="SN-" + mark, model="Z", customer_id=customer["id"], contract_no="HT-" + mark)

    def found(who, q):
        return [(r["machine"], r["id"], r["found_by"], r["name"], r["state"]) for r in who.read("/v1/search", q=q)["data"]]

    assert found(company.dispatcher, "海信" + mark) == [("supplier_contact", supplier["id"], "name", supplier["name"], supplier["state"])]
    assert found(company.dispatcher, "城北" + mark[:8]) == [("outlet", outlet["id"], "name", outlet["name"], outlet["state"])]
    assert found(company.dispatcher, "0571-" + mark) == [("outlet", outlet["id"], "phone", outlet["name"], outlet["state"])]
    assert found(company.dispatcher, "HT-" + mark) == [("equipment", unit["id"], "contract_no", "Z", unit["state"])]
    # Partners and customers find what is theirs, and nothing of the registers kept from them.
    partner = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    assert found(partner, "HT-" + mark) == [] and found(partner, "学校" + mark) == []
    himself = company.hire("customer", department="external", customer_id=customer["id"])
    assert [r[:2] for r in found(himself, "HT-" + mark)] == [("equipment", unit["id"])] and found(himself, "海信" + mark) == []


@pytest.fixture(scope="module")
def dispatcher(company):
    return company.dispatcher


@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from(["q", "state", "number", "sort", "cursor", "fields", "expand", "charge_total", "charge_total_from", "appointment_at_from", "assignee", "serial", "warranty_until_to", "id"]),
       value=st.one_of(st.text(max_size=120), st.text("0123456789-:TZ+.,{}\"\\|", max_size=30), st.datetimes().map(lambda t: t.isoformat() + "Z"), st.integers(-10**20, 10**20).map(str)))
def test_no_parameter_makes_the_server_fail(dispatcher, name, value):
    path = "/v1/search" if name == "q" else "/v1/repairs"
    assert dispatcher.get(path, **{name: value}).status_code in (200, 400)


@settings(max_examples=80, deadline=None)
@given(sort=st.sampled_from(["opened_at", "number", "due_at", "charge_total", "warranty_until"]), junk=st.binary(max_size=60), keep=st.booleans())
def test_no_forged_cursor_makes_the_server_fail(dispatcher, sort, junk, keep):
    start = (str(uuid.uuid4()) + "|").encode() if keep else b""
    cursor = base64.urlsafe_b64encode(start + junk).decode().rstrip("=")
    assert dispatcher.get("/v1/repairs", sort=sort, cursor=cursor).status_code in (200, 400)


def test_who_may_be_sent(company):
    tag = "w" + uuid.uuid4().hex[:8]
    hire = lambda n, **fields: company.hire("technician", name=f"{tag}{n}", login=f"{tag}{n}", **fields)
    ready, network, _, away = hire(1, skills=["computer", "network"]), hire(2, skills=["network"]), hire(3), hire(4, skills=["computer"])
    day, everybody = company.day(3), ",".join(f"{tag}{n}" for n in range(1, 5))
    company.dispatcher.create("absences", person_id=away.id, kind="ill", from_at=company.at(60), to_at=company.at(84))
    company.dispatcher.fire(company.register(), "dispatch", assignee_id=ready.id)

    def found(**filters):
        return {p["name"][-1] for p in company.dispatcher.read("/v1/persons", login=everybody, **filters)["data"]}

    assert found() == {"1", "2", "3", "4"}
    assert found(skill="computer") == {"1", "4"} and found(skill="network") == {"1", "2"} and found(skill="computer,network") == {"1", "2", "4"}
    assert found(qualified_on=company.day()) == found(qualified_on=company.day(365)) == {"1", "2", "4"} and found(qualified_on=company.day(366)) == set()
    assert found(available_on=day) == {"1", "2", "3"} and found(available_on=company.day(1)) == found(available_on=company.day(6)) == {"1", "2", "3", "4"}
    assert found(skill="computer", qualified_on=day, available_on=day) == {"1"}
    company.admin.fire(company.admin.read("/v1/persons/" + network.id), "bar", bar_reason="证书过期")
    assert found(available_on=day) == {"1", "3"}
    loads = {p["name"][-1]: p["expanded"]["load"]["open"] for p in company.dispatcher.read("/v1/persons", login=everybody, expand="load")["data"]}
    assert loads == {"1": 1, "2": 0, "3": 0, "4": 0}
    for bad in ({"available_on": "tomorrow"}, {"qualified_on": "x"}):
        assert company.dispatcher.get("/v1/persons", **bad).status_code == 400
    assert company.dispatcher.get("/v1/repairs", skill="computer").status_code == 400


def test_what_lies_below_an_unknown_entity_is_not_found(company):
    repair = company.register()
    for below in ("events", "records", "clocks", "attachments"):
        assert company.dispatcher.get(repair["href"] + "/" + below).status_code == 200
        assert company.dispatcher.get(f"/v1/repairs/00000000-0000-7000-8000-000000000000/{below}").status_code == 404


def test_a_device_time_out_of_tolerance_is_answered_with_a_warning(company):
    repair = company.register()
    time.sleep(1.1)
    repair = company.dispatcher.fire(repair, "amend", reason="typo", problem="开机黑屏", occurred_at=company.at(0))
    assert "warnings" not in repair
    repair = company.dispatcher.fire(repair, "amend", reason="typo", problem="开机蓝屏", occurred_at=company.at(-48))
    assert repair["warnings"][0]["code"] == "occurred_at_not_believed"
