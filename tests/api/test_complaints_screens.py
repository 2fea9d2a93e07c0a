"""Lists, search, figures and papers of complaints."""

import uuid

from complaints import at, complain, customer, findings, forward, refused
from settlement import Outlet
from test_papers import no_ids, paper, shown


def ids(who, **filters):
    return {row["id"] for row in who.read("/v1/complaints", limit=200, **filters)["data"]}


def test_the_lists_that_a_service_manager_needs(company):
    region = "区" + uuid.uuid4().hex[:6]
    s = company.service_manager
    buyer = customer(company, region=region)
    new, media = complain(company, customer_id=buyer["id"]), complain(company, region=region, channel="media", contact_phone="1390000" + str(uuid.uuid4().int)[:4])
    mine = at(company, "assigned", region=region)
    assert new["region"] == region and ids(s, region=region) == {new["id"], media["id"], mine["id"]}
    assert ids(s, region=region, channel="media") == {media["id"]} == ids(s, region=region, suggested_level="major")
    assert ids(s, region=region, customer=buyer["id"]) == {new["id"]} and ids(s, region=region, level="general") == {mine["id"]}
    assert ids(company.dept_head, region=region, assignee="me", state="assigned") == {mine["id"]} == ids(s, region=region, responsible_dept="after_sales_center")
    assert ids(s, region=region, due_reply_at_to=company.at(24 * 30)) == {mine["id"]} and ids(s, region=region, state="received") == {new["id"], media["id"]}
    assert [r["id"] for r in s.read("/v1/search", q=media["contact_phone"])["data"] if r["machine"] == "complaint"] == [media["id"]]
    assert [r["id"] for r in s.read("/v1/search", q=media["number"])["data"]] == [media["id"]]
    work = {r["id"] for r in company.dispatcher.read("/v1/worklist", region=region, limit=200)["data"]}
    assert {new["id"], media["id"], mine["id"]} <= work
    # A second one of the same customer is pointed out at once.
    again = complain(company, customer_id=buyer["id"])
    assert [(w["code"], w["id"]) for w in again["warnings"]] == [("open_complaint", new["id"])]
    row = s.read("/v1/complaints", id=mine["id"], expand="customer")["data"][0]
    assert row["expanded"]["customer"]["region"] == "海港区"


def test_the_figures_of_a_period(company):
    before = company.service_manager.read("/v1/reports/complaints", **{"from": company.day(), "to": company.day(1)})
    outlet = Outlet(company, "统计网点" + uuid.uuid4().hex[:4])
    job = outlet.job()
    c = at(company, "verifying", customer_id=job["customer_id"], repair_id=job["id"])
    company.followup_clerk.fire(c, "verify", satisfied=True, satisfaction=5)
    body = dict(unfounded_reason="x", evidence="x", reply_via="phone", explained=True, appeal_told=True)
    company.service_manager.fire(at(company, "investigating"), "judge_unfounded", **body)
    unhappy = company.followup_clerk.fire(at(company, "verifying"), "verify", satisfied=False)
    company.hotline_clerk.fire(complain(company), "void", reason="咨询")
    after = company.service_manager.read("/v1/reports/complaints", **{"from": company.day(), "to": company.day(1)})

    def grown(name):
        return (after[name] or 0) - (before[name] or 0)
    assert {n: grown(n) for n in ("received", "ended", "justified", "unfounded", "asked", "satisfied", "replies_on_time", "finished_jobs")} == \
        {"received": 3, "ended": 2, "justified": 2, "unfounded": 1, "asked": 2, "satisfied": 1, "replies_on_time": 3, "finished_jobs": 1}
    assert after["complaint_percent"] == round(100 * after["justified"] / after["finished_jobs"], 2)
    assert [r["received"] for r in after["by_outlet"] if r["outlet"] == outlet.id] == [1]
    assert {r["department"] for r in after["by_department"]} >= {"after_sales_center"} and unhappy["state"] == "reopened"
    assert outlet.manager.get("/v1/reports/complaints", **{"from": company.day(), "to": company.day(1)}).status_code == 403
    empty = company.service_manager.read("/v1/reports/complaints", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert (empty["received"], empty["complaint_percent"], empty["handling_percent"]) == (0, None, None)


def test_the_papers_leave_the_printer_in_words(company):
    buyer, unit = company.customer_with_unit()
    c = at(company, "proposal_made", customer_id=buyer["id"], equipment_id=unit["id"], serial=unit["serial"], accused_id=company.technician.id, loss_amount=250000,
           last=findings(remedies=["apology", "compensation"], compensation_amount=30000))
    c = forward(company, c, "replied")
    form = paper(company.service_manager, c, "complaint")
    assert no_ids(form) and shown(form)["客户"] == "滨海第一中学" and shown(form)["投诉类别"] == "维修质量" and shown(form)["单号"] == c["number"]
    report = paper(company.service_manager, c, "complaint_investigation")
    assert no_ids(report) and shown(report)["原因"] == "技能不足" and "首次维修未更换电容" in report
    slip = paper(company.service_manager, c, "complaint_disposal")
    assert no_ids(slip) and shown(slip)["投诉级别"] == "严重" and shown(slip)["责任部门"] == "售后服务中心"
    reply = paper(company.service_manager, c, "complaint_reply")
    assert no_ids(reply) and "客户联" in reply and "公司联" in reply and shown(reply)["答复内容"] == c["reply_text"] and "300" in shown(reply)["赔偿金额"]
    assert "Reply to a complaint" in paper(company.service_manager, c, "complaint_reply", **{"Accept-Language": "en"})


def test_erasure_takes_the_complaint_along(company):
    """What names the customer is blanked; what was complained about in figures stays."""
    import psycopg2.extras
    buyer = customer(company)
    c = complain(company, customer_id=buyer["id"])
    d = company.dispatcher
    refused(d, buyer, "archive", "open_case")
    company.hotline_clerk.fire(c, "withdraw", withdrawal_wish="已解决", recording_ref="REC-9")
    with company.server.database() as database, database.cursor(cursor_factory=psycopg2.extras.DictCursor) as cursor:
        cursor.execute("select customer_last_contact(%s) >= %s::timestamptz", (buyer["id"], c["received_at"]))
        assert cursor.fetchone()[0] is True
        cursor.execute("begin")
        cursor.execute("select erase_customer(%s)", (buyer["id"],))
        cursor.execute("select complainant, contact_phone, complaint_text, remedy_sought, withdrawal_wish, channel from complaint where id = %s", (c["id"],))
        assert list(cursor.fetchone()) == [None, None, None, None, None, "phone"]
        cursor.execute("rollback")
