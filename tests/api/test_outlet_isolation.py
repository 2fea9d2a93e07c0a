"""An outlet's key sees only that outlet (P6): every route of openapi.json is tried by its people with the ids of another outlet.
What is foreign answers exactly like what does not exist, and no list, count, feed, paper or message holds a word of it."""

import re
import uuid

import pytest
from outlets import tag
from settlement import Outlet, codes
from test_competence import wait_for
from test_facilities_story import instrument
from test_outlet_setup import quarter_end

COLUMNS = [{"field": "slip", "column": "派工单号"}, {"field": "claimed", "column": "金额"}]


class Foreign:
    """An outlet that has one of everything an outlet can have; `ids` by collection, `secrets` that nobody else may read."""

    def __init__(self, company):
        center = company.dispatcher
        self.outlet = outlet = Outlet(company, name="外人网点" + tag())
        item = company.facility_keeper.fire(instrument(company, "GL-" + tag()), "transfer", outlet_id=outlet.id, location="网点工位")
        self.slip = outlet.file([outlet.line(outlet.job())])
        open_job = outlet.open_job()
        waiting = outlet.job()
        mapping = outlet.manager.create("settlement-mappings", name="绝密表" + tag(), encoding="utf-8", money_unit="fen", columns=COLUMNS)
        survey = company.service_manager.create("outlet-surveys", outlet_id=outlet.id, year=2027, occasion="other")
        education = company.hr_officer.create("safety-educations", person_id=outlet.technician.id, occasion="temporary", department="outlet", post="x")
        certificate = company.hr_officer.create("certificates", person_id=outlet.technician.id, certificate_type="electrician",
                                                certificate_no="MM-" + tag(), valid_until=company.day(400))
        evaluation = company.hr_officer.create("competence-evaluations", person_id=outlet.technician.id, category="external_repairer", occasion="scope", year=2026,
                                               planned_on=company.day(1), scope=["computer"])
        report = company.service_manager.create("nonconformities", source="outlet", fact="秘密" + tag(), evidence="照片", dept="outlet", outlet_id=outlet.id)
        goods = company.service_manager.create("dispositions", parent_id=report["id"], item="x", quantity=1, disposition="scrap", disposition_reason="x")
        line = outlet.lines(self.slip)[0]
        units = outlet.manager.read("/v1/equipment")["data"]
        company.set_clock(quarter_end(company) + "T09:00:00+08:00")
        wait_for(lambda: outlet.manager.read("/v1/outlet-summaries")["data"])
        summary = outlet.manager.read("/v1/outlet-summaries")["data"][0]
        company.reset_clock()
        made = [outlet.entity, outlet.contract, outlet.tariff, outlet.customer, outlet.manager.person, outlet.technician.person, self.slip, line, open_job, waiting,
                mapping, survey, education, certificate, evaluation, summary, item, report, goods] + units
        self.ids = {}
        for entity in made:
            self.ids.setdefault(entity["href"].split("/")[2], []).append(entity["id"])
        self.ids["records"] = [r["id"] for e in (self.slip, open_job) for r in center.read(e["href"] + "/records")["data"]]
        picture = outlet.manager.http.post(company.server.url + open_job["href"] + "/attachments", data=b"\x89PNG\r\n\x1a\n" + tag().encode(),
                                           headers={"Content-Type": "image/png"}, timeout=40)
        assert picture.status_code == 201
        self.ids["attachments"] = [picture.json()["href"].split("/")[-1]]
        self.secrets = {e["id"] for e in made} | {e["number"] for e in made} | {outlet.entity["name"], outlet.customer["name"], item["code"], mapping["name"], report["fact"]}
        self.secrets |= {u["serial"] for u in units} | {center.read(j["href"])["contact_phone"] for j in (open_job, waiting)}


@pytest.fixture(scope="module")
def foreign(company):
    return Foreign(company)


@pytest.fixture(scope="module")
def callers(company):
    own = Outlet(company, name="自家网点" + tag())
    own.job()
    own.job()
    return own.manager, own.technician


@pytest.fixture(scope="module")
def routes(company):
    paths = company.admin.read("/openapi.json")["paths"]
    return [(method, path, operation) for path, item in paths.items() for method, operation in item.items() if method in ("get", "post", "put", "delete")]


def call(client, method, path, arguments=None):
    body = {} if method in ("post", "put") else None
    answer = client.http.request(method, client.server.url + path, params=arguments, json=body, headers={"If-Match": "*"}, timeout=40)
    return answer.status_code, re.sub(r'"(request_id|instance)":"[^"]*",?', "", answer.text)


def test_what_is_foreign_answers_like_what_does_not_exist(foreign, callers, routes):
    tried = 0
    for method, path, _ in routes:
        collection = path.split("/")[2] if path.startswith("/v1/") and path.count("/") > 2 else None
        if "{id}" not in path or collection not in foreign.ids:
            continue
        for client in callers:
            nothing = str(uuid.uuid4())
            expected = call(client, method, path.replace("{id}", nothing))
            assert expected[0] in (401, 403, 404, 405, 415, 422, 428), (method, path, expected)
            for foreign_id in foreign.ids[collection]:
                status, text = call(client, method, path.replace("{id}", foreign_id))
                assert (status, text.replace(foreign_id, nothing)) == expected, (method, path)
                tried += 1
    assert tried > 500


def test_no_list_count_or_feed_holds_a_word_of_it(foreign, callers, routes):
    tried = 0
    for method, path, operation in routes:
        if method != "get" or "{" in path or path == "/v1/public/outlets":
            continue
        names = {p["name"] for p in operation.get("parameters", []) if p.get("in") == "query"}
        asked = [{}] + [{"outlet": i} for i in foreign.ids["outlets"] if "outlet" in names]
        asked += [{"customer": i} for i in foreign.ids["customers"] if "customer" in names] + [{"parent": foreign.slip["id"]} for _ in "x" if "parent" in names]
        asked += [{"entity": i} for i in (foreign.slip["id"], foreign.ids["repairs"][0]) if "entity" in names]
        asked += [{"q": s} for s in sorted(foreign.secrets) if "q" in names]
        asked += [{"expand": "outlet"} for _ in "x" if "expand" in names]
        for client in callers:
            for arguments in asked:
                _, text = call(client, method, path, arguments)
                said = set(arguments.values())
                assert not [s for s in foreign.secrets - said if s in text], (path, arguments)
                tried += 1
    assert tried > 100


def test_nothing_foreign_can_be_named_in_a_new_thing(foreign, callers):
    manager, _ = callers
    other = foreign.outlet
    walk_in = dict(channel="outlet", contact_name="x", contact_phone="13911112222", address="x", problem="x")
    for path, body in (("settlements", dict(period=other.month(), outlet_id=other.id, lines=[other.line({"number": foreign_job(foreign)})])),
                       ("settlements/propose", dict(period=other.month(), outlet_id=other.id)),
                       ("settlement-mappings", dict(name="x", encoding="utf-8", money_unit="fen", columns=COLUMNS, outlet_id=other.id)),
                       ("repairs", dict(walk_in, customer_id=other.customer["id"])), ("repairs", dict(walk_in, customer_id=foreign.ids["customers"][0], outlet_id=other.id))):
        answer = manager.post("/v1/" + path, body)
        # Neither whether that job is settled, nor whether there are contract, slip or jobs.
        assert answer.status_code == 422 and {c for c, _ in codes(answer)} <= {"unknown_reference", "unknown_slip"}, (path, answer.text)
        assert other.entity["name"] not in answer.text
    # The number of a foreign slip is as good as a wrong one.
    job = manager.read("/v1/repairs")["data"][0]
    for number in (foreign.slip["number"], foreign_job(foreign)):
        line = dict(slip=number, service_kind="minor_repair", claimed=1)
        refused = manager.post("/v1/settlements", dict(period=other.month(), kind="supplementary", lines=[line]))
        assert codes(refused) == [("unknown_slip", "/lines/0/slip")]
    assert manager.post(job["href"] + "/dispatch", {"assignee_id": other.technician.id}, headers={"If-Match": "*"}).status_code in (409, 422)
    imported = manager.http.post(manager.server.url + "/v1/settlement-imports", data="派工单号,金额\nx,1\n".encode(), headers={"Content-Type": "text/csv"},
                                 params=dict(mapping=foreign.ids["settlement-mappings"][0], period=other.month()), timeout=40)
    assert imported.status_code == 404


def foreign_job(foreign):
    return foreign.outlet.lines(foreign.slip)[0]["slip"]
