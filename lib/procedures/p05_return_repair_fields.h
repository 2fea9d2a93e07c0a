/* What a return repair and a supplier contact store (P5 record fields), their choices and forms. Included by
 * p05_return_repair.c only. */
#include "procedures/p05_parts.h"

static const struct choice sources[] = {
    { "slip", { "From a repair", "维修单转入" } }, { "customer", { "Brought by the customer", "客户送来" } },
    { "stock", { "An old part of ours", "公司旧件" } }, { NULL },
};
static const struct choice fault_kinds[] = {
    { "no_power", { "No power", "不通电" } },           { "no_display", { "No display", "无显示" } },
    { "no_start", { "Does not start", "无法启动" } },   { "unstable", { "Crashes, restarts", "死机重启" } },
    { "data_errors", { "Errors in data", "数据错误" } }, { "no_connection", { "No connection", "无法连接" } },
    { "noise_heat", { "Noise or heat", "异响过热" } },   { "mechanical", { "Mechanical damage", "机械损坏" } },
    { NULL },
};
static const struct choice causes[] = {
    { "product", { "The product", "产品问题" } }, { "human", { "The user", "人为因素" } }, { NULL },
};
static const struct choice data_handlings[] = {
    { "no_data", { "No data on it", "无数据" } },
    { "wiped", { "Wiped", "已清除" } },
    { "sent_with_consent", { "Sent with data, customer agrees", "客户同意带数据送修" } },
    { NULL },
};
static const struct choice repair_classes[] = {
    { "exchange", { "Exchange", "包换" } },
    { "warranty", { "Warranty", "保修" } },
    { "chargeable", { "Chargeable", "收费" } },
    { NULL },
};
static const struct choice outcomes[] = {
    { "repaired", { "Repaired", "已修复" } },
    { "exchanged", { "Exchanged", "已换新" } },
    { "credited", { "Credited", "已退款" } },
    { "returned_unrepaired", { "Returned unrepaired", "未修退回" } },
    { "scrap_returned", { "Scrap, returned", "废件退回" } },
    { "scrap_disposed", { "Scrap, disposed of", "废件处置" } },
    { "lost", { "Lost", "丢失" } },
    { NULL },
};
static const struct choice back_outcomes[] = {
    { "repaired", { "Repaired", "已修复" } },
    { "exchanged", { "Exchanged", "已换新" } },
    { "credited", { "Credited", "已退款" } },
    { "returned_unrepaired", { "Returned unrepaired", "未修退回" } },
    { NULL },
};
static const struct choice holders[] = {
    { "customer", { "Customer", "客户" } }, { "technician", { "Technician", "维修人员" } },
    { "clerk", { "Return-repair clerk", "返修人员" } }, { "store", { "Store", "仓库" } },
    { "carrier", { "Carrier", "承运人" } }, { "supplier", { "Maker or dealer", "厂家或经销商" } }, { NULL },
};
static const struct choice quote_decisions[] = {
    { "asked", { "Customer decides", "待客户决定" } }, { "accepted", { "Accepted", "已接受" } },
    { "declined", { "Declined", "已拒绝" } }, { NULL },
};
static const struct choice subjects[] = {
    { "long_return", { "Return later than 14 days", "返修超过14天" } },
    { "quote", { "Quote", "报价" } },
    { "scrap", { "Scrap", "废件" } },
    { "loss", { "Loss", "丢失" } },
    { "exchange_option", { "May ask for an exchange", "可申请退换" } },
    { NULL },
};
static const struct choice told_channels[] = {
    { "phone", { "Phone", "电话" } },   { "message", { "Text message", "短信" } }, { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { "in_person", { "In person", "当面" } },  { NULL },
};
static const struct choice remedies[] = {
    { "exchange", { "Return or exchange", "退换货" } },
    { "loan", { "Loan unit", "备用机" } },
    { "compensation", { "Compensation", "补救赔偿" } },
    { NULL },
};
/* The steps of the packing rules; which of them a category needs is in table packing_rule. */
static const struct choice packing_steps[] = {
    { "antistatic_bag", { "Anti-static bag", "防静电袋" } },
    { "disk_shock_box", { "Standard disk shock box", "标准硬盘防震包装箱" } },
    { "foam_wrap", { "Wrapped in foam or soft paper", "泡棉或软纸包裹" } },
    { "board_bag", { "Board bag", "板卡包装袋" } },
    { "board_box", { "Board box", "板卡包装盒" } },
    { "proper_box", { "Proper box", "正规包装盒" } },
    { "dedicated_box", { "Dedicated box", "专用箱子" } },
    { "foam_lining", { "Foam lining", "箱内泡棉垫" } },
    { "standard_pack", { "Standard packing", "标准包装" } },
    { "foam_six_sides", { "Foam on all six sides", "六面泡沫" } },
    { "packing_list", { "Packing list inside", "箱内清单" } },
    { "repair_card", { "Repair card inside", "箱内物品维修卡" } },
    { NULL },
};
static const struct choice refusals[] = {
    { "out_of_warranty", { "Out of the maker's warranty", "超出厂家保修" } },
    { "opened", { "Opened", "曾被拆开" } },
    { "liquid", { "Liquid", "进液" } },
    { "fake_serial", { "Serial not the maker's", "序列号不符" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice scrap_choices[] = {
    { "return_to_customer", { "Give it back", "返回客户" } },
    { "company_disposal", { "The company disposes of it", "公司自行处理" } },
    { "leave_at_supplier", { "Leave it at the maker", "留在厂家" } },
    { NULL },
};
static const struct choice found_places[] = {
    { "supplier", { "At the maker", "厂家" } }, { "company", { "Here", "公司" } }, { NULL },
};
static const struct choice amends_made[] = {
    { "replacement", { "Replacement", "更换" } }, { "paid", { "Compensation paid", "已赔付" } }, { NULL },
};

static const struct field leftover_items[] = {
    { "name", FIELD_TEXT, { "Part", "配件" }, 0, 1, 120 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 1000 },
    { "tag_no", FIELD_TEXT, { "Tag", "标识号" }, 0, 1, 40 },
    { "place", FIELD_TEXT, { "Place in the store", "库位" }, 0, 1, 80 },
    { NULL },
};
static const struct field taken_items[] = {
    { "tag_no", FIELD_TEXT, { "Tag", "标识号" }, 0, 1, 40 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 1000 },
    { NULL },
};
static const struct field right_items[] = {
    { "remedy", FIELD_TEXT, { "Remedy", "处理方式" } },
    { "basis", FIELD_TEXT, { "Basis", "依据" } },
    { "last_day?", FIELD_DATE, { "Last day", "最后日期" } },
    { NULL },
};
static const struct field loss_items[] = {
    { "what", FIELD_TEXT, { "What is lost or damaged", "遗失或损坏物品" }, 0, 1, 300 },
    { "holder", FIELD_TEXT, { "Who held it", "保管人" }, 0, 1, 120 },
    { "value", FIELD_MONEY, { "Value in fen", "价值(分)" }, 0, 0, 100000000000 },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 500 },
    { "data_on_it?", FIELD_TEXT, { "Data that was on it", "存储数据说明" }, 0, 1, 300 },
    { NULL },
};

static const struct field return_repair_fields[] = {
    REF("parent_id", "Repair", "维修单", FIELD_COMMON | FIELD_FILTER, "repair"),
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    { "priority", FIELD_ENUM, { "Urgency", "紧急程度" }, FIELD_COMMON | FIELD_FILTER, .choices = priority_choices },
    { "source", FIELD_ENUM, { "Source", "来源" }, FIELD_COMPUTED | FIELD_FILTER, .choices = sources },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60, .example = "\"李明\"" },
    { "contact_phone", FIELD_TEXT, { "Phone", "联系电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13912345678\"" },
    { "item", FIELD_TEXT, { "Item", "物品" }, 0, 1, 120, .example = "\"主板\"" },
    { "item_category", FIELD_ENUM, { "Category", "物品类别" }, FIELD_FILTER, .choices = item_category_choices },
    REF("equipment_id", "Equipment", "设备", FIELD_FILTER, "equipment"),
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80, .example = "\"MB20260001\"" },
    { "accessories", FIELD_TEXT, { "Accessories", "附件" }, 0, 1, 300 },
    { "fault", FIELD_TEXT, { "Fault as told", "故障描述" }, 0, 1, 2000, .example = "\"开机无显示\"" },
    { "tag_no", FIELD_TEXT, { "Tag", "物品标识号" }, FIELD_SEARCH | FIELD_FILTER, 1, 40 },
    { "fault_kind", FIELD_ENUM, { "Fault found", "故障类别" }, FIELD_FILTER, .choices = fault_kinds },
    { "cause", FIELD_ENUM, { "Cause", "故障原因" }, FIELD_FILTER, .choices = causes },
    { "test_result", FIELD_TEXT, { "Test result", "测试结果" }, 0, 1, 2000 },
    TEST_FIELDS,
    { "tested_with", FIELD_TEXTS, { "Tested with", "所用仪器编号" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("tester_id", "Tested by", "测试人员", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "tested_at", FIELD_TIME, { "Tested", "测试时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "data_handling", FIELD_ENUM, { "Data on it", "数据处理" }, 0, .choices = data_handlings },
    { "repair_class", FIELD_ENUM, { "Class", "返修类别" }, FIELD_FILTER, .choices = repair_classes },
    REF("supplier_id", "Maker or dealer", "厂家或经销商", FIELD_FILTER, "supplier_contact"),
    { "expected_return_at", FIELD_DATE, { "Expected back", "预计返回日期" }, FIELD_FILTER },
    { "to_tell", FIELD_TEXTS, { "Still to be told to the customer", "待告知客户事项" }, FIELD_COMPUTED | FIELD_FILTER, .choices = subjects },
    { "must_tell", FIELD_BOOLEAN, { "Customer still to be told", "待告知客户" }, FIELD_COMPUTED | FIELD_FILTER },
    { "customer_told_at", FIELD_TIME, { "Customer told", "告知客户时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "customer_told_until", FIELD_DATE, { "Date the customer knows", "已告知的返回日期" }, FIELD_COMPUTED },
    { "rights_told", FIELD_LIST, { "What the law gives by that date", "届时法定权利" }, FIELD_COMPUTED, .items = right_items },
    { "told_by", FIELD_ENUM, { "How told", "告知方式" }, 0, .choices = told_channels },
    { "remedy_offered", FIELD_ENUM, { "Remedy offered", "提供的补救" }, FIELD_FILTER, .choices = remedies },
    { "quote_amount", FIELD_MONEY, { "Quote in fen", "报价(分)" }, FIELD_FILTER, 1, 1000000000 },
    { "quote_decision", FIELD_ENUM, { "Decision on the quote", "报价决定" }, FIELD_COMPUTED | FIELD_FILTER, .choices = quote_decisions },
    { "decided_by", FIELD_TEXT, { "Customer's side decided by", "客户决定人" }, 0, 1, 60 },
    { "leftover_parts", FIELD_LIST, { "Parts left here", "剩余配件" }, 0, 0, 50, .items = leftover_items },
    { "leftovers_in_store", FIELD_LIST, { "Parts still in the store", "在库剩余配件" }, FIELD_COMPUTED, .items = leftover_items },
    { "leftovers_taken", FIELD_LIST, { "Parts taken out", "取出剩余配件" }, FIELD_TRANSIENT, 1, 50, .items = taken_items },
    { "handed_over_at", FIELD_TIME, { "Handed over", "交接时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "packing_checked", FIELD_TEXTS, { "Packing rules ticked", "包装核对" }, 0, 1, 12, .choices = packing_steps },
    { "carrier", FIELD_TEXT, { "Carrier", "承运人" }, FIELD_FILTER, 1, 80 },
    { "waybill", FIELD_TEXT, { "Waybill", "运单号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "insured_value", FIELD_MONEY, { "Insured value in fen", "保价金额(分)" }, 0, 0, 100000000000 },
    { "carrier_due_on", FIELD_DATE, { "Carrier's date", "承运人预计送达" }, FIELD_FILTER },
    { "shipped_at", FIELD_TIME, { "Shipped", "发运时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "supplier_told_at", FIELD_TIME, { "Arrival told to the maker", "告知厂家到货时间" }, FIELD_COMPUTED },
    { "arrived_supplier_at", FIELD_TIME, { "Arrived at the maker", "到达厂家时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "damage", FIELD_TEXT, { "Damage on the way", "运输损坏" }, 0, 1, 500 },
    { "chases", FIELD_INTEGER, { "Times chased", "催促次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "unanswered", FIELD_INTEGER, { "Chases without answer", "连续未答复次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "last_answer", FIELD_TEXT, { "Last answer", "最近答复" }, FIELD_COMPUTED },
    { "last_chased_at", FIELD_TIME, { "Chased since", "上次催促时间" }, FIELD_COMPUTED },
    { "next_chase_at", FIELD_TIME, { "Next chase", "下次催促时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "supplier_claim_no", FIELD_TEXT, { "Maker's case number", "厂家受理号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "refusal", FIELD_ENUM, { "Maker refuses because", "厂家拒修原因" }, FIELD_FILTER, .choices = refusals },
    { "recall_asked_at", FIELD_TIME, { "Called back from the maker", "要求厂家退回时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "back_carrier", FIELD_TEXT, { "Carrier back", "返程承运人" }, 0, 1, 80 },
    { "back_waybill", FIELD_TEXT, { "Waybill back", "返程运单号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "back_due_on", FIELD_DATE, { "Carrier's date back", "返程预计送达" }, FIELD_FILTER },
    { "returned_at", FIELD_TIME, { "Back from the maker", "返回时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "returned_serial", FIELD_TEXT, { "Serial number that came back", "返回序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80 },
    { "returned_condition", FIELD_TEXT, { "Condition on return", "返回状况" }, 0, 1, 500 },
    { "discrepancy", FIELD_TEXT, { "Not what was sent", "与发出不符" }, 0, 1, 500 },
    { "credit_amount", FIELD_MONEY, { "Credited in fen", "退款金额(分)" }, 0, 1, 1000000000 },
    { "failed_tests", FIELD_INTEGER, { "Tests failed on return", "返回测试不合格次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "maker_warranty_until", FIELD_DATE, { "Warranty by the maker's paper", "厂家保修至" }, 0 },
    { "outcome", FIELD_ENUM, { "Outcome", "返修结果" }, FIELD_COMPUTED | FIELD_FILTER, .choices = outcomes },
    { "held_by", FIELD_ENUM, { "Held by", "物品所在" }, FIELD_COMPUTED | FIELD_FILTER, .choices = holders },
    { "held_since", FIELD_TIME, { "Held since", "保管起始时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "scrap_reason", FIELD_TEXT, { "Why it is scrap", "废件原因" }, 0, 1, 1000 },
    { "maker_word", FIELD_TEXT, { "Maker's word", "厂家意见" }, 0, 1, 1000 },
    { "scrap_choice", FIELD_ENUM, { "Customer's choice for the scrap", "客户对废件的选择" }, FIELD_FILTER, .choices = scrap_choices },
    { "scrap_place", FIELD_TEXT, { "Place in the scrap store", "废件库位" }, FIELD_FILTER, 1, 80 },
    { "disposal_batch", FIELD_TEXT, { "Disposal batch", "处置批次" }, FIELD_FILTER, 1, 60 },
    REF("disposal_approved_by", "Disposal approved by", "处置批准人", FIELD_COMPUTED, "person"),
    { "loss", FIELD_OBJECT, { "Loss", "丢失登记" }, 0, .items = loss_items },
    { "lost_at", FIELD_TIME, { "Lost", "丢失登记时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "outcome_before_loss", FIELD_ENUM, { "Outcome before the loss", "丢失前返修结果" }, FIELD_COMPUTED, .choices = outcomes },
    { "carrier_claim_no", FIELD_TEXT, { "Claim on the carrier", "承运人理赔号" }, FIELD_FILTER, 1, 60 },
    { "made_good_by", FIELD_ENUM, { "Made good by", "赔偿方式" }, FIELD_FILTER, .choices = amends_made },
    { "exchange_asked_at", FIELD_TIME, { "Exchange asked for", "申请换货时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "withdrawn_at", FIELD_TIME, { "Customer withdrew", "客户撤回时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "withdrawal_wish", FIELD_TEXT, { "Customer's wish", "客户撤回意愿" }, 0, 1, 500 },
    REF("swapped_with", "Swapped with", "互换物品", FIELD_FILTER, "return_repair"),
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    { "legal_advice", FIELD_TEXT, { "Legal advice", "法律意见" }, FIELD_TRANSIENT, 1, 1000 },
    { "loss_note", FIELD_TEXT, { "Why the receipt is missing", "收条遗失说明" }, 0, 1, 1000 },
    { "returned_customer_at", FIELD_TIME, { "Returned to the customer", "返回客户时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    REF("clerk_id", "Handed over to", "交接返修人员", FIELD_TRANSIENT, "person"),
    REF("receipt_to", "Receipt handed to", "收条交予", FIELD_TRANSIENT, "person"),
    REF("technician_id", "Given to", "交予维修人员", FIELD_TRANSIENT, "person"),
    { "both_signed", FIELD_BOOLEAN, { "Both have signed", "双方已签字" }, FIELD_TRANSIENT },
    { "copy_with_customer", FIELD_BOOLEAN, { "Customer has a receipt", "客户已持收条" }, FIELD_TRANSIENT },
    { "customer_copy_taken_in", FIELD_BOOLEAN, { "Customer's receipt taken in", "已收回客户收条" }, FIELD_TRANSIENT },
    { "item_returned", FIELD_BOOLEAN, { "Item given back", "物品已交还" }, FIELD_TRANSIENT },
    { "item_is_back", FIELD_BOOLEAN, { "The item is back here", "物品已返回公司" }, FIELD_TRANSIENT },
    { "told_about", FIELD_TEXTS, { "Told about", "告知事项" }, FIELD_TRANSIENT, 1, 5, .choices = subjects },
    { "rights_explained", FIELD_BOOLEAN, { "Rights by law explained", "已说明法定权利" }, FIELD_TRANSIENT },
    { "supplier_contact_name", FIELD_TEXT, { "Spoke with", "厂家联系人" }, FIELD_TRANSIENT, 1, 60 },
    { "supplier_contact_phone", FIELD_TEXT, { "Their phone", "厂家联系电话" }, FIELD_TRANSIENT, 3, 40 },
    { "arrived_safely", FIELD_BOOLEAN, { "Arrived safely", "安全到达" }, FIELD_TRANSIENT },
    { "answered", FIELD_BOOLEAN, { "The maker answered", "厂家已答复" }, FIELD_TRANSIENT },
    { "answer", FIELD_TEXT, { "Answer", "答复内容" }, FIELD_TRANSIENT, 1, 500 },
    { "back_outcome", FIELD_ENUM, { "Came back", "返回结果" }, FIELD_TRANSIENT, .choices = back_outcomes },
    { "identity_checked", FIELD_BOOLEAN, { "Identity and condition checked", "已核对身份与状况" }, FIELD_TRANSIENT },
    { "reassembled", FIELD_BOOLEAN, { "Reassembled with the parts left here", "已与剩余配件组装" }, FIELD_TRANSIENT },
    { "part_test_passed", FIELD_BOOLEAN, { "Part test passed", "部件测试合格" }, FIELD_TRANSIENT },
    { "whole_test_passed", FIELD_BOOLEAN, { "Whole test passed", "整体测试合格" }, FIELD_TRANSIENT },
    { "found_place", FIELD_ENUM, { "Found", "找回地点" }, FIELD_TRANSIENT, .choices = found_places },
    MOVED_FROM,
    { NULL },
};

#define ITEM_SHOWN "item model serial accessories"
/* Where the maker is and who sends: kept with the paper as it was when the item was packed. */
static const struct field shipping_fields[] = {
    { "contact", FIELD_TEXT, { "Attention", "收件人" } },
    { "contact_phone", FIELD_TEXT, { "Phone", "收件电话" } },
    { "address", FIELD_TEXT, { "Address", "收件地址" } },
    { "sender", FIELD_TEXT, { "Sender", "寄件单位" } },
    { "sender_phone", FIELD_TEXT, { "Sender's phone", "寄件电话" } },
    { NULL },
};
#define SHIPPING_MORE \
    "(select jsonb_build_object('contact', s.contact_name, 'contact_phone', s.phone, 'address', s.address, 'sender', c.name, 'sender_phone', c.hotline)" \
    " from supplier_contact s cross join company c where s.id = m.supplier_id)"
#define SHIPPING_SHOWN "supplier_id more.contact more.contact_phone more.address"
static const struct form return_repair_forms[] = {
    { "repair_tag", "WWSH-003-P05-R01", { "Tag of a return-repair item", "返修物品标识" }, 0, "", "tag_no parent_id customer_id " ITEM_SHOWN " fault",
      "company", .label_size = "90mm 70mm" },
    { "repair_register", "WWSH-003-P05-R02", { "Register of return-repair items", "返修物品信息登记表" }, 12, "",
      "source parent_id customer_id item_category " ITEM_SHOWN " fault fault_kind cause repair_class priority supplier_id expected_return_at leftover_parts tag_no", "company" },
    { "supplier_contact", "WWSH-003-P05-R03", { "Makers' and dealers' service contacts", "相关厂家或上级经销商通讯录" }, 60, "",
      "name kind brands contact_name phone email address reached_at", "company" },
    { "leftover_part_register", "WWSH-003-P05-R04", { "Register of parts left here", "返修物品的剩余配件登记表" }, 12, "",
      "item serial leftover_parts leftovers_in_store", "company" },
    { "repair_test_record", "WWSH-003-P05-R05", { "Test record of a return-repair item", "物品返修测试记录" }, 12, "",
      ITEM_SHOWN " returned_serial fault_kind cause test_result tested_with outcome", "company" },
    { "bad_part_register", "WWSH-003-P05-R06", { "Register of bad parts", "坏件登记表" }, 12, "",
      ITEM_SHOWN " scrap_reason maker_word scrap_choice decided_by scrap_place", "company" },
    { "shipping_label", "WWSH-003-P05-R07", { "Shipping label", "运输标签" }, 12, "",
      SHIPPING_SHOWN " supplier_claim_no item item_category more.sender more.sender_phone", "company", .more = SHIPPING_MORE,
      .more_fields = shipping_fields, .label_size = "100mm 100mm" },
    { "packing_list", "WWSH-003-P05-R08", { "Packing list", "随货清单" }, 12, "",
      SHIPPING_SHOWN " supplier_claim_no tag_no " ITEM_SHOWN " fault test_result repair_class packing_checked more.sender more.sender_phone",
      "company supplier", .more = SHIPPING_MORE, .more_fields = shipping_fields },
    { "repair_card", "WWSH-003-P05-R09", { "Repair card", "物品维修卡" }, 12, "",
      ITEM_SHOWN " fault fault_kind test_result repair_class maker_warranty_until tag_no", "company supplier" },
    { "chase_log", "WWSH-003-P05-R10", { "Chase log", "催促记录" }, 12, "",
      "supplier_id supplier_claim_no chases last_answer last_chased_at next_chase_at expected_return_at", "company" },
    { "return_receipt", "WWSH-003-P05-R11", { "Receipt of a return-repair item", "返修收条" }, 36, "HI_RECEIPT_EVENT",
      "customer_id contact_name " ITEM_SHOWN " outcome returned_customer_at", "company customer" },
    { NULL },
};
