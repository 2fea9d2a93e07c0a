"""Lists, search, figures, papers and privacy of claims for compensation."""

import uuid

from compensations import PAYEE, at, claim, forward, refused
from settlement import Outlet
from test_papers import no_ids, paper, shown


def ids(who, **filters):
    return {row["id"] for row in who.read("/v1/compensations", limit=200, **filters)["data"]}


def test_the_lists_that_are_needed(company):
    buyer, unit = company.customer_with_unit()
    phone = "1370000" + str(uuid.uuid4().int)[:4]
    jobs = [company.register(customer=buyer, unit=unit) for _ in range(3)]
    new = claim(company, repair_id=jobs[0]["id"], basis="delay", contact_phone=phone)
    mine = forward(company, claim(company, repair_id=jobs[1]["id"], claimed_amount=500000), "accepted_for_review")
    paid = forward(company, claim(company, repair_id=jobs[2]["id"]), "paid")
    s = company.service_manager
    assert ids(s, customer=buyer["id"]) == {new["id"], mine["id"], paid["id"]}
    assert ids(s, customer=buyer["id"], basis="delay") == {new["id"]} == ids(s, customer=buyer["id"], state="submitted")
    assert ids(s, customer=buyer["id"], assignee="me", state="accepted_for_review") == {mine["id"]} == ids(s, customer=buyer["id"], claimed_amount_from=400000)
    assert ids(s, repair_id=jobs[2]["id"]) == {paid["id"]} == ids(s, customer=buyer["id"], paid_on_from=company.day())
    assert ids(s, source_number=jobs[0]["number"]) == {new["id"]} and ids(s, customer=buyer["id"], payer="customer") == set()
    assert [r["id"] for r in s.read("/v1/search", q=phone)["data"] if r["machine"] == "compensation"] == [new["id"]]
    found = s.read("/v1/search", q=new["number"])["data"]
    assert [(r["id"], r["state"]) for r in found] == [(new["id"], "submitted")]
    work = {r["id"] for r in s.read("/v1/worklist", limit=200, assignee="me")["data"]}
    assert mine["id"] in work


def test_the_figures_of_a_period(company):
    period = {"from": company.day(), "to": company.day(1)}
    before = company.service_manager.read("/v1/reports/compensations", **period)
    outlet = Outlet(company, "赔偿网点" + uuid.uuid4().hex[:4])
    job = outlet.job()
    c = forward(company, claim(company, repair_id=job["id"], basis="injury", claimed_amount=100000), "closed")
    assert c["outlet_id"] == outlet.id
    company.service_manager.fire(claim(company, basis="injury", claimed_amount=7000), "decline", decline_reason="x", appeal_told=True)
    company.service_manager.fire(claim(company, basis="injury"), "void", reason="误登")
    company.service_manager.fire(claim(company, basis="delay", claimed_amount=3000), "make_good", outcome="上门道歉", outcome_evidence="x")
    after = company.service_manager.read("/v1/reports/compensations", **period)
    grown = {n: after[n] - before[n] for n in ("claims", "open", "declined", "in_kind", "paid", "claimed_amount", "paid_amount", "received_amount")}
    assert grown == {"claims": 3, "open": 0, "declined": 1, "in_kind": 1, "paid": 1, "claimed_amount": 110000, "paid_amount": 85000, "received_amount": 0}

    def of(report, basis):
        return next((r for r in report.get("by_basis", []) if r["basis"] == basis and r["payer"] == "company"), {"claims": 0, "paid": 0, "paid_amount": 0, "declined": 0})
    assert {n: of(after, "injury")[n] - of(before, "injury")[n] for n in ("claims", "paid", "paid_amount", "declined")} == {"claims": 2, "paid": 1, "paid_amount": 85000, "declined": 1}
    assert [r["paid_amount"] for r in after["by_outlet"] if r["outlet"] == outlet.id] == [85000]
    assert outlet.manager.get("/v1/reports/compensations", **period).status_code == 403
    empty = company.service_manager.read("/v1/reports/compensations", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert (empty["claims"], empty["paid_amount"]) == (0, 0)
    # The outlet does not see who claims what.
    assert outlet.manager.get(c["href"]).status_code in (403, 404) and outlet.manager.get("/v1/compensations").status_code in (403, 404)


def test_the_paper_leaves_the_printer_in_words(company):
    c = at(company, "paid")
    page = paper(company.service_manager, c, "compensation_claim")
    says = shown(page)
    assert no_ids(page) and (says["单号"], says["客户"], says["来源单号"]) == (c["number"], "滨海第一中学", c["source_number"])
    assert says["赔偿依据"] == "服务过错" and "850" in says["核定金额"] and says["同意人"] == "李明" and says["收款人"] == "李明"
    assert "同型号主板市价" in page and "直接损失" in page and "客户联" in page and "公司联" in page
    assert "Claim for remedy and compensation" in paper(company.service_manager, c, "compensation_claim", **{"Accept-Language": "en"})
    assert PAYEE["payee_account"] not in page


def test_erasure_takes_the_claim_along(company):
    """What names the customer is blanked; the money that was paid stays."""
    c = at(company, "agreed")
    buyer = company.dispatcher.read("/v1/customers/" + c["customer_id"])
    refused(company.dispatcher, buyer, "archive", "open_case")
    c = forward(company, c, "closed")
    database = company.server.database()
    cursor = database.cursor()
    cursor.execute("select customer_last_contact(%s) >= %s::timestamptz", (buyer["id"], c["agreed_at"]))
    assert cursor.fetchone()[0] is True
    cursor.execute("begin")
    cursor.execute("select erase_customer(%s)", (buyer["id"],))
    cursor.execute("select contact_name, contact_phone, loss_text, evidence, agreed_by, payee_name, payee_account, payee_bank, recording_ref, offer_amount"
                   " from compensation where id = %s", (c["id"],))
    assert list(cursor.fetchone()) == [None] * 9 + [85000]
    cursor.execute("rollback")


def test_what_waits_from_before_is_translated(company):
    """The links of older versions become the inputs of today: the statement of the migration, on such links."""
    import pathlib
    import re
    text = (pathlib.Path(__file__).resolve().parents[2] / "schema" / "0026_compensation.sql").read_text()
    updates = re.findall(r"^update link l\n.*?;", text, re.M | re.S)
    assert len(updates) == 2
    from complaints import complain
    from return_repairs import walk_in
    item, complaint = walk_in(company), complain(company)
    cursor = company.server.database().cursor()
    cursor.execute("begin")
    for source, inputs in ((item, '{"source_id": "x", "customer_id": "y", "loss": {"what": "主板", "value": 80000, "evidence": "", "holder": "顺丰"}}'),
                           (complaint, '{"source": "complaint", "source_id": "x", "amount": 30000}')):
        cursor.execute("insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at)"
                       " values (gen_random_uuid(), 'test', %s, 1, 'compensation', 'submit', 'later', 'waiting', %s, now())", (source["id"], inputs))
    for update in updates:
        cursor.execute(update)
    cursor.execute("select inputs from link where from_id in (%s, %s) and to_machine = 'compensation' order by inputs ? 'complaint_id'", (item["id"], complaint["id"]))
    old_item, old_complaint = (row[0] for row in cursor.fetchall())
    cursor.execute("rollback")
    assert old_item == {"return_repair_id": item["id"], "basis": "lost_in_custody", "loss_text": "主板", "claimed_amount": 80000}
    assert old_complaint == {"complaint_id": complaint["id"], "claimed_amount": 30000, "loss_text": complaint["complaint_text"]}
