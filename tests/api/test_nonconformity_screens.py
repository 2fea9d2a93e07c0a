"""What those who work with P22 look at: the ledger with its filters, the printed 8D, the worklist, an outlet's own; and how a
report follows its customer's file."""

import uuid

import pytest

from aftercare import ROOT
from nonconformities import Bureau, reported_on, summary
from outlets import tag
from return_repairs import forward, walk_in
from settlement import Outlet
from answers import codes, eventually
from test_facilities_story import instrument
from test_nonconformity_steps import disposition


@pytest.fixture
def bureau(company):
    return Bureau(company)


def ids(who, **filters):
    return [n["id"] for n in who.read("/v1/nonconformities", limit=200, **filters)["data"]]


def test_the_ledger_is_filtered_by_department_grade_source_state_and_what_is_late(company, bureau):
    m = bureau.manager
    clause = "L-" + tag()
    plain = bureau.report(clause=clause)
    grave = bureau.to("confirmed", clause=clause, grade="major", source="complaint")
    other = Bureau(company, "finance_office").to("cause_analysis", clause=clause)
    assert set(ids(m, clause=clause)) == {plain["id"], grave["id"], other["id"]}
    assert ids(m, clause=clause, dept="finance_office") == [other["id"]] and ids(m, clause=clause, grade="major") == [grave["id"]]
    assert ids(m, clause=clause, source="complaint") == [grave["id"]] and ids(m, clause=clause, state="reported") == [plain["id"]]
    assert set(ids(m, clause=clause, state="reported,confirmed")) == {plain["id"], grave["id"]}
    assert ids(m, clause=clause, overdue="true") == []
    company.set_clock(company.at(25))
    assert eventually(lambda: ids(m, clause=clause, overdue="true")) == [grave["id"]]
    table = m.get("/v1/nonconformities", headers={"Accept": "text/csv"}, clause=clause).text
    assert grave["number"] in table and plain["number"] in table
    assert m.read("/v1/search", q=grave["number"])["data"][0]["id"] == grave["id"]
    # The head sees what he has to do, most pressing first; the manager's part waits for his role.
    mine = [w["id"] for w in bureau.head.read("/v1/worklist", machine="nonconformity", assignee="me", limit=200)["data"]]
    assert grave["id"] in mine and plain["id"] not in mine
    offered = {a["event"] for a in bureau.head.read(grave["href"])["actions"]}
    assert offered == {"sign", "object", "contain", "pause"}, offered


def test_the_8d_report_is_printed_in_both_languages(company, bureau):
    one = bureau.to("verifying", evidence="<b>合同</b>")
    paper = [r for r in bureau.manager.read(one["href"] + "/records")["data"] if r["form"] == "capa"][-1]
    closed = bureau.to("closed")
    final = [r for r in bureau.manager.read(closed["href"] + "/records")["data"] if r["form"] == "capa"][-1]
    page = bureau.manager.get(paper["href"], headers={"Accept": "text/html"})
    assert page.status_code == 200 and "纠正/预防措施处理单(8D)" in page.text and one["number"] in page.text
    for text in ("根本原因(D4)", "合同评审制度缺失", "无复核环节", "签订前由法务复核", "部门负责人", "&lt;b&gt;合同"):
        assert text in page.text, text
    english = bureau.manager.get(final["href"], headers={"Accept": "text/html", "Accept-Language": "en"}).text
    for text in ("Corrective and preventive action (8D)", "Root cause (D4)", "Closing and recognition (D8)", "Effective", "Implementation (D6)"):
        assert text in english, text
    report = [r for r in bureau.manager.read(one["href"] + "/records")["data"] if r["form"] == "nonconformity"][0]
    assert "opened_by" not in page.text and "客户签字" not in page.text and "提出人" in page.text
    both = bureau.manager.get(report["href"], headers={"Accept": "text/html"}).text
    assert both.count("<section>") == 2 and "公司联" in both and "部门联" in both
    assert "不合格(不符合)报告" in bureau.manager.get(report["href"], headers={"Accept": "text/html"}).text


def test_an_outlet_answers_for_its_own_and_sees_no_other(company, bureau):
    m = bureau.manager
    outlet, other = Outlet(company, name="答复网点" + tag()), Outlet(company, name="他网点" + tag())
    one = m.fire(bureau.report(dept="outlet", outlet_id=outlet.id), "confirm")
    assert one["responsible_id"] == outlet.manager.id and outlet.manager.read(one["href"])["number"] == one["number"]
    assert other.manager.get(one["href"]).status_code == 404 and other.technician.get(one["href"]).status_code == 404
    assert outlet.technician.try_fire(one, "sign").status_code == 403
    one = outlet.manager.fire(one, "sign")
    one = outlet.manager.fire(one, "contain", correction="已改正")
    inside = m.fire(bureau.report(), "confirm")
    assert outlet.manager.get(inside["href"]).status_code == 404
    # What the outlet reports is its own, whoever has to answer.
    reported = outlet.technician.create("nonconformities", source="stock", fact="来件破损", evidence="照片", dept="materials_office")
    assert reported["outlet_id"] == outlet.id and outlet.manager.read(reported["href"])["id"] == reported["id"]
    assert codes(outlet.manager.try_fire(m.fire(reported, "confirm"), "sign")) == ["other_department"]
    part = disposition(company, one)
    assert part["outlet_id"] == outlet.id and outlet.manager.read(part["href"])["id"] == part["id"] and other.manager.get(part["href"]).status_code == 404
    assert outlet.manager.get("/v1/reports/nonconformities", **{"from": company.day(-7), "to": company.day()}).status_code == 403


def test_a_customer_neither_reports_nor_reads(company, bureau):
    customer, _ = company.customer_with_unit()
    portal = company.hire("customer", customer_id=customer["id"], department="external")
    one = bureau.report(customer_id=customer["id"])
    assert portal.get(one["href"]).status_code in (403, 404) and portal.get("/v1/nonconformities").status_code in (200, 403)
    assert one["id"] not in portal.get("/v1/nonconformities").text


def test_a_report_moves_with_the_customers_file_and_keeps_it_open_until_it_is_put_right(company, bureau):
    d = company.dispatcher
    (kept, _), (twice, _) = company.customer_with_unit(), company.customer_with_unit()
    one = bureau.manager.fire(bureau.report(customer_id=twice["id"], customer_affected=True), "confirm")
    assert "open_case" in codes(d.try_fire(twice, "archive"))
    d.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="同一单位")
    twice = company.hire("dispatcher").fire(twice, "merge")
    moved = d.read(one["href"])
    assert moved["customer_id"] == kept["id"] and moved["moved_from_id"] == twice["id"]
    d.fire(twice, "split", reason="x")
    assert d.read(one["href"])["customer_id"] == twice["id"]
    one = bureau.head.fire(d.read(one["href"]), "contain", correction="已补发", customers_told=True)
    assert d.fire(d.read(twice["href"]), "archive")["state"] == "archived" and one["state"] == "contained"


def test_erasure_takes_the_customers_words_out_of_reports_and_concessions(company, bureau):
    customer, _ = company.customer_with_unit()
    one = bureau.to("confirmed", customer_id=customer["id"], evidence="李明手机截图")
    part = disposition(company, one, disposition="concession", customer_consent="李明", consent_evidence="李明签字")
    cursor = company.server.database().cursor()
    cursor.execute("select erase_customer(%s)", (customer["id"],))
    cursor.execute("select evidence from nonconformity where id = %s", (one["id"],))
    assert cursor.fetchone() == (None,)
    cursor.execute("select customer_consent, consent_evidence from disposition where id = %s", (part["id"],))
    assert cursor.fetchone() == (None, None)
    cursor.execute("select count(*) from entity_event where entity_id = any(%s::uuid[]) and (changes::text like '%%李明%%' or inputs::text like '%%李明%%')", ([one["id"], part["id"]],))
    assert cursor.fetchone() == (0,)
    for entity in (one, part):
        assert company.dispatcher.read("/v1/audit/verify", entity=entity["id"])["sound"] is True


def test_what_other_procedures_find_says_where_and_who_answers(company):
    # P5: the carton was crushed on its way to the maker.
    clerk = company.return_repair_clerk
    case = forward(company, walk_in(company), "shipped")
    case = clerk.fire(case, "confirm_arrival", arrived_safely=False, damage="外箱压坏")
    found = reported_on(company, case)[0]
    assert summary(found) == ("return_repair", "materials_office", "major", "外箱压坏") and found["serial"] == case["serial"]
    assert found["source_machine"] == "return_repair" and found.get("opened_by") is None and found["state"] == "reported"
    # P12: an instrument is gone.
    keeper = company.facility_keeper
    code = "NX-" + uuid.uuid4().hex[:5]
    meter = keeper.fire(instrument(company, code), "report_loss", evidence="工地遗失")
    assert summary(reported_on(company, meter)[0]) == ("facility", "tech_dept", "minor", code + ": 工地遗失")
    # The manager settles what the sender cannot know, and it is on its way.
    m = company.service_manager
    one = m.fire(m.fire(found, "correct_grade", grade="critical", decision_reason="批量"), "confirm", clause="P5 4.2(8)")
    assert one["state"] == "confirmed" and one["priority"] == "urgent" and one["clause"] == "P5 4.2(8)"
    # Nothing waits that could have been done.
    waiting = [l for l in m.read("/v1/links", state="waiting", limit=200)["data"] if l["to_machine"] == "nonconformity"]
    assert waiting == [], waiting


def test_what_waited_before_the_procedure_was_there_is_carried_over(company):
    """The migration renames the inputs of links that older versions left waiting."""
    text = next((ROOT / "schema").glob("*_nonconformity.sql")).read_text()
    update = text[text.index("update link l"):]
    update = update[:update.index(";")]
    case = walk_in(company)
    cursor = company.server.database().cursor()
    cursor.execute("insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
                   " values (gen_random_uuid(), 'return_repair.report_swap', %s, 1, 'nonconformity', 'report', 'later', 'waiting',"
                   " jsonb_build_object('source_id', %s::text, 'text', 'swapped', 'other_id', null, 'customer_id', %s::text), now()) returning id",
                   (case["id"], case["id"], case["customer_id"]))
    link = cursor.fetchone()[0]

    def refused():
        cursor.execute("select last_error from link where id = %s and state = 'waiting'", (link,))
        return cursor.fetchone()[0]

    assert "unknown_field" in eventually(refused)
    cursor.execute(update)
    found = reported_on(company, case)[0]
    assert summary(found) == ("return_repair", None, "minor", "swapped") and found["customer_id"] == case["customer_id"]
