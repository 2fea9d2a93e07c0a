"""Labels and papers of field work as they leave the printer: what stands on them comes from the record's snapshot."""

import re

from return_repairs import CHECKED, PASSED, forward, held, sent_by_repair, serial, supplier, walk_in
from test_facilities_story import instrument


def paper(who, entity, form, **headers):
    record = [r for r in who.read(entity["href"] + "/records")["data"] if r["form"] == form][-1]
    page = who.get(record["href"], headers={"Accept": "text/html", **headers})
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    return page.text


def shown(page):
    """What the tables of a page show, by label."""
    rows = re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", page, re.S)
    return {label: re.sub(r"<[^>]+>", " ", value).strip() for label, value in rows}


def no_ids(page):
    return re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.sub(r"<style>.*?</style>", "", page)) == []


def test_the_tag_sticks_to_the_item_and_names_it(company):
    repair, case = sent_by_repair(company)
    case = company.technician.fire(case, "tag", tag_no="FX-0007")
    page = paper(company.technician, case, "repair_tag")
    tag = shown(page)
    assert (tag["物品标识号"], tag["维修单"], tag["客户"], tag["序列号"]) == ("FX-0007", repair["number"], "滨海第一中学", case["serial"])
    assert 'class="qr"' in page and "@page{size:90mm 70mm" in page and "客户签字" not in page and page.count("<section>") == 1 and no_ids(page)
    english = paper(company.technician, case, "repair_tag", **{"Accept-Language": "en"})
    assert "Tag of a return-repair item" in english and "Customer:" not in english


def test_the_shipping_label_bears_the_address_of_the_maker_as_it_was_when_it_was_packed(company):
    clerk = company.return_repair_clerk
    maker = supplier(company, name="华硕售后<上海>", contact_name="钱工", phone="02166668888", address="上海市浦东新区张江路9号")
    case = forward(company, walk_in(company), "packed", register={"supplier_id": maker["id"]},
                   agree_supplier={"supplier_contact_name": "钱工", "supplier_claim_no": "AS-77"})
    clerk.fire(maker, "update", address="北京市海淀区1号", phone="01000000000")
    page = paper(company.shipping_clerk, case, "shipping_label")
    label = shown(page)
    assert (label["厂家或经销商"], label["收件人"], label["收件电话"], label["收件地址"]) == ("华硕售后&lt;上海&gt;", "钱工", "02166668888", "上海市浦东新区张江路9号")
    assert (label["寄件单位"], label["寄件电话"], label["厂家受理号"], label["物品类别"]) == ("智能科技有限公司", "4008873580", "AS-77", "主板、显卡等板卡")
    assert list(label)[:5] == ["单号", "厂家或经销商", "收件人", "收件电话", "收件地址"] and label["单号"] == case["number"]
    assert 'class="qr"' in page and "@page{size:100mm 100mm" in page and "客户签字" not in page and no_ids(page)


def test_the_packing_list_is_printed_for_the_box_and_for_the_file(company):
    case = forward(company, walk_in(company, accessories="挡板、螺丝4颗"), "packed")
    page = paper(company.return_repair_clerk, case, "packing_list")
    assert page.count("<section>") == 2 and "公司联" in page and "厂家联" in page and no_ids(page)
    listed = shown(page)
    assert (listed["物品"], listed["附件"], listed["序列号"], listed["故障描述"]) == ("主板", "挡板、螺丝4颗", case["serial"], "不加电")
    assert listed["包装核对"] == "板卡包装袋, 板卡包装盒, 箱内清单, 箱内物品维修卡" and listed["物品标识号"] == case["tag_no"]
    assert shown(paper(company.return_repair_clerk, case, "repair_card"))["返修类别"] == "包换"


def test_the_customer_takes_a_copy_of_the_handling_slip_and_gives_it_back_for_the_device(company):
    repair = held(company)
    page = paper(company.technician, repair, "handling_slip")
    assert page.count("<section>") == 2 and "公司联" in page and "客户联" in page and "客户签字" in page and 'class="qr"' in page and no_ids(page)
    assert "主机" in shown(page)["带回物品"] and shown(page)["客户"] == "滨海第一中学"
    repair = company.technician.fire(repair, "propose_unrepaired", unrepaired_outcome="returned_unrepaired", unrepaired_reason="无修理价值", explained=True)
    repair = company.dispatcher.fire(repair, "return_unrepaired")
    repair = company.technician.fire(repair, "settle", customer_opinion="好", device_returned=True, customer_copy_taken_in=True,
                                     customer_signature={"name": "李明", "content_sha256": repair["content_sha256"]})
    page = paper(company.dispatcher, repair, "device_receipt")
    assert "主机" in page and "设备收条" in page and no_ids(page)


def test_a_walk_in_gets_a_receipt_for_his_item(company):
    case = walk_in(company)
    page = paper(company.technician, case, "return_receipt")
    assert page.count("<section>") == 2 and shown(page)["序列号"] == case["serial"] and shown(page)["联系人"] == "李明" and no_ids(page)


def test_the_technician_reads_what_the_clerk_tested_once_the_item_is_his_again(company):
    case = forward(company, walk_in(company), "verified", verify=dict(PASSED, test_result="整机测试合格"))
    other = company.hire("technician", name="旁人", skills=["computer"])
    record = [r for r in company.dispatcher.read(case["href"] + "/records")["data"] if r["form"] == "repair_test_record"][-1]
    assert company.technician.get(record["href"]).status_code == 404
    company.return_repair_clerk.fire(case, "deliver_internal", receipt_to=company.dispatcher.id, technician_id=company.technician.id)
    assert company.technician.read(record["href"])["content"]["test_result"] == "整机测试合格"
    assert other.get(record["href"]).status_code == 404


def test_the_status_label_of_an_instrument_is_a_label(company):
    keeper = company.facility_keeper
    item = keeper.fire(instrument(company, serial("BQ")), "print_label")
    page = paper(keeper, item, "facility_label")
    assert "@page{size:70mm 50mm" in page and shown(page)["状态标识"] == "绿色(合格)" and shown(page)["编号"] == item["code"]


def test_a_voided_label_says_so(company):
    case = forward(company, walk_in(company), "supplier_agreed")
    case = company.return_repair_clerk.fire(case, "pack", packing_checked=CHECKED)
    company.return_repair_clerk.fire(case, "revert", reason="装错箱")
    assert '<div class="void">作废</div>' in paper(company.return_repair_clerk, case, "shipping_label")
