"""A partner's own table becomes a slip: columns by the outlet's mapping, Chinese encodings, dates and amounts."""

import pytest
from settlement import Outlet, codes

COLUMNS = [{"field": "slip", "column": "派工单号"}, {"field": "claimed", "column": "金额"}, {"field": "line_ref", "column": "序号"},
           {"field": "done_on", "column": "完工日期"},
           {"field": "service_kind", "column": "类别", "words": [{"says": "小修", "means": "minor_repair"}, {"says": "换件", "means": "part_change"}]}]


@pytest.fixture(scope="module")
def outlet(company):
    return Outlet(company, name="导入网点")


@pytest.fixture(scope="module")
def mapping(outlet):
    return outlet.manager.create("settlement-mappings", name="月结表", encoding="gb18030", money_unit="yuan", columns=COLUMNS)


def send(client, mapping, text, encoding="gb18030", headers=None, **arguments):
    arguments = dict(dict(mapping=mapping["id"], period=arguments.pop("period"), kind="supplementary"), **arguments)
    return client.http.post(client.server.url + "/v1/settlement-imports", data=text.encode(encoding), params=arguments,
                            headers=dict({"Content-Type": "text/csv"}, **(headers or {})), timeout=40)


def table(outlet, jobs, amounts, days=None):
    days = days or [j["settled_at"][:10].replace("-", "/").replace("/0", "/") for j in jobs]
    rows = [f'{i + 1},{j["number"]},小修,"{a}",{d},备注' for i, (j, a, d) in enumerate(zip(jobs, amounts, days))]
    return "\r\n".join(["序号,派工单号,类别,金额,完工日期,说明"] + rows)


def test_a_table_is_previewed_tried_and_filed(company, outlet, mapping):
    jobs = [outlet.job(), outlet.job()]
    text = table(outlet, jobs, ["¥100.00", "1,00.00元"])
    preview = send(outlet.manager, mapping, text, period=outlet.month(), preview="true")
    assert preview.status_code == 200, preview.text
    assert preview.json()["headings"] == ["序号", "派工单号", "类别", "金额", "完工日期", "说明"] and preview.json()["errors"] == []
    assert preview.json()["lines"][1] == {"slip": jobs[1]["number"], "claimed": 10000, "line_ref": "2", "service_kind": "minor_repair",
                                          "done_on": jobs[1]["settled_at"][:10]}
    dry = send(outlet.manager, mapping, text, period=outlet.month(), dry_run="true")
    assert dry.json() == {"dry_run": True, "outcome": "would_move"}
    filed = send(outlet.manager, mapping, text, period=outlet.month(), headers={"Idempotency-Key": "table-1"}, outlet_ref="YJ-11")
    assert filed.status_code == 201, filed.text
    slip = filed.json()
    assert slip["line_count"] == 2 and slip["claimed_total"] == 20000 and slip["outlet_ref"] == "YJ-11"
    assert [l["line_ref"] for l in outlet.lines(slip)] == ["1", "2"]
    again = send(outlet.manager, mapping, text, period=outlet.month(), headers={"Idempotency-Key": "table-1"}, outlet_ref="YJ-11")
    assert again.status_code == 201 and again.json()["id"] == slip["id"]


def test_every_bad_cell_is_named(company, outlet, mapping):
    job = outlet.job()
    text = table(outlet, [job, job, {"number": "", "settled_at": job["settled_at"]}], ["十元", "100", "100"], days=["2026/2/30", "2026年1月5日", "2026/1/5"])
    refused = send(outlet.manager, mapping, text, period=outlet.month())
    assert refused.status_code == 422 and refused.json()["code"] == "invalid_fields"
    assert sorted(codes(refused)) == [("empty_cell", "/lines/2/slip"), ("wrong_amount", "/lines/0/claimed"), ("wrong_date", "/lines/0/done_on")]
    other_day = send(outlet.manager, mapping, table(outlet, [job], ["100"], days=["2026年1月5日"]), period=outlet.month())
    assert codes(other_day) == [("day_differs", "/lines/0/done_on")]


def test_a_table_that_cannot_be_read_says_why(company, outlet, mapping):
    job = outlet.job()
    text = table(outlet, [job], ["100"])
    plain = outlet.manager.create("settlement-mappings", name="通用", encoding="utf-8", money_unit="yuan", columns=COLUMNS)
    answer = send(outlet.manager, plain, text, "gb18030", period=outlet.month())
    assert (answer.status_code, answer.json()["code"]) == (422, "table_encoding")
    for body, encoding, code in ((text.replace("备注", '"备注'), "gb18030", "table_malformed"),
                                 ("派工单号,金额\r\n", "gb18030", "table_empty"), ("a\r\n" * 1002, "gb18030", "table_too_large")):
        answer = send(outlet.manager, mapping, body, encoding, period=outlet.month())
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    missing = send(outlet.manager, mapping, text.replace("派工单号", "单号"), period=outlet.month())
    assert ("column_missing", "/columns/slip") in codes(missing)


def test_mappings_have_versions_and_belong_to_their_outlet(company, outlet, mapping):
    newer = outlet.manager.create("settlement-mappings", name="月结表", encoding="utf-8", money_unit="fen", columns=COLUMNS[:2], delimiter=";")
    assert (mapping["revision"], newer["revision"]) == (1, 2)
    job = outlet.job()
    filed = send(outlet.manager, newer, f"派工单号;金额\n{job['number']};10000\n", "utf-8", period=outlet.month())
    assert filed.status_code == 201, filed.text
    outlet.manager.fire(newer, "replace")
    assert send(outlet.manager, newer, "派工单号;金额\nx;1\n", "utf-8", period=outlet.month()).status_code == 404
    other = Outlet(company, name="别家网点", tariff=False, contract=False)
    assert send(other.manager, mapping, "派工单号,金额\nx,1\n", period=outlet.month()).status_code == 404
    assert send(outlet.technician, mapping, "派工单号,金额\nx,1\n", period=outlet.month()).status_code == 403
    twice = outlet.manager.post("/v1/settlement-mappings", dict(name="x", encoding="utf-8", money_unit="fen", columns=[COLUMNS[0], COLUMNS[0]]))
    assert sorted(codes(twice)) == [("field_twice", "/columns"), ("needed_column_missing", "/columns")]
