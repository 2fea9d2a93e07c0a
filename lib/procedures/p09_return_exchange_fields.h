/* What a return or exchange stores, its choices and its forms. Included by p09_return_exchange.c only. */
#include "procedures/p09_parts.h"

static const struct choice kinds[] = {
    { "return", { "Return", "退货" } }, { "exchange", { "Exchange", "换货" } }, { NULL },
};
static const struct choice remedies[] = {
    { "return", { "Return the money", "退货" } },
    { "exchange", { "Exchange the unit", "换货" } },
    { "none", { "Neither", "不予退换" } },
    { NULL },
};
/* The same words as in the SQL function remedies(), and what is no right: goodwill, recall. */
static const struct choice bases[] = {
    { "three_guarantee_7d", { "Fault within 7 days of the sale", "三包七日" } },
    { "three_guarantee_15d", { "Fault within 15 days of the sale", "三包十五日" } },
    { "two_repairs", { "Repaired twice, still faulty", "修理两次仍不能正常使用" } },
    { "repair_delay", { "Repair takes too long by our fault", "修理者原因超期" } },
    { "parts_delay", { "Repair takes too long for want of parts", "缺零配件超期" } },
    { "no_rule_7d", { "No rule or agreement, within 7 days of receipt", "无规定无约定收货七日内" } },
    { "distance_7d", { "Distance sale, without reason", "远程购物七日无理由" } },
    { "contract", { "Contract", "合同约定" } },
    { "goodwill", { "Goodwill", "公司善意" } },
    { "recall", { "Recall", "召回" } },
    { NULL },
};
static const struct choice product_classes[] = {
    { "computer", { "Computer", "微型计算机" } },
    { "listed", { "Under the three guarantees", "三包目录商品" } },
    { "unlisted", { "No rule for it", "无三包规定" } },
    { NULL },
};
static const struct choice delay_causes[] = {
    { "repairer", { "The repairer", "修理者原因" } }, { "parts", { "No parts from the maker", "生产者未供应零配件" } }, { NULL },
};
static const struct choice opinions[] = {
    { "reasonable", { "Reasonable", "合理" } }, { "not_reasonable", { "Not reasonable", "不合理" } }, { NULL },
};
static const struct choice stock_states[] = {
    { "same_model", { "Same model in stock", "同型号有货" } },
    { "other_model", { "Another model in stock", "其他型号有货" } },
    { "to_order", { "To be ordered", "需订货" } },
    { "not_available", { "Not to be had", "无法取得" } },
    { NULL },
};
static const struct choice decisions[] = {
    { "approved", { "Approved", "同意" } }, { "refused", { "Refused", "不同意" } }, { NULL },
};
static const struct choice told_by[] = {
    { "phone", { "Phone", "电话" } },  { "message", { "Text message", "短信" } }, { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { "visit", { "In person", "当面" } },       { NULL },
};
static const struct choice difference_decisions[] = {
    { "accept", { "Accept as it is", "接受" } },
    { "reduce", { "Refund less, as agreed", "协商减额" } },
    { "send_back", { "Send it back to the customer", "退还客户" } },
    { NULL },
};
static const struct choice bearers[] = { { "company", { "Company", "公司" } }, { "customer", { "Customer", "客户" } }, { NULL } };
static const struct choice refund_states[] = {
    { "none", { "Nothing to refund", "无退款" } }, { "due", { "Due", "待退款" } },
    { "paid", { "Paid", "已退款" } },             { "failed", { "Failed", "退款失败" } }, { NULL },
};
static const struct choice withdraw_reasons[] = {
    { "customer_wish", { "The customer's wish", "客户要求" } },
    { "goods_not_sent", { "Goods not sent back", "客户未退回货物" } },
    { "unreachable", { "Customer out of reach", "联系不上客户" } },
    { NULL },
};
static const struct choice line_outcomes[] = {
    { "refunded", { "Refunded", "已退款" } }, { "exchanged", { "Exchanged", "已换货" } },
    { "kept", { "Customer keeps it", "客户保留" } }, { NULL },
};

static const struct field line_items[] = {
    { "item", FIELD_TEXT, { "Item", "品名" }, 0, 1, 120 },
    { "model?", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "qty", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { "outcome?", FIELD_ENUM, { "Outcome", "处理结果" }, .choices = line_outcomes },
    { NULL },
};
static const struct field test_items[] = {
    { "indicator", FIELD_TEXT, { "Indicator", "技术指标" }, 0, 1, 120 },
    { "found", FIELD_TEXT, { "Found", "测试结果" }, 0, 1, 200 },
    { "passed", FIELD_BOOLEAN, { "Passed", "合格" } },
    { NULL },
};
static const struct field remedy_items[] = {
    { "remedy", FIELD_TEXT, { "Remedy", "处理方式" } },
    { "basis", FIELD_TEXT, { "Basis", "依据" } },
    { "ground", FIELD_TEXT, { "Law, policy or contract", "法律、公司规定或合同" } },
    { "source", FIELD_TEXT, { "Source", "出处" } },
    { "last_day?", FIELD_DATE, { "Last day", "最后日期" } },
    { "depreciation", FIELD_BOOLEAN, { "Depreciation may be taken off", "可扣折旧费" } },
    { "transport", FIELD_TEXT, { "Transport paid by", "运费承担" } },
    { NULL },
};
static const struct field former_decision_items[] = {
    { "decision", FIELD_TEXT, { "Decision", "决定" } },
    { "remedy", FIELD_TEXT, { "Remedy", "处理方式" } },
    { "decided_at", FIELD_TIME, { "Decided", "决定时间" } },
    { "decided_by", FIELD_TEXT, { "By", "决定人" } },
    { "return_reason", FIELD_TEXT, { "Why it was taken back", "重新决定原因" } },
    { NULL },
};
static const struct field lost_items[] = {
    { "what", FIELD_TEXT, { "What is lost", "遗失物品" }, 0, 1, 300 },
    { "holder", FIELD_TEXT, { "Who held it", "保管或承运人" }, 0, 1, 120 },
    { "value", FIELD_MONEY, { "Value in fen", "价值(分)" }, 0, 0, 100000000000 },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 500 },
    { NULL },
};

#define SAID(n, en_, zh_, max_) { n, FIELD_TEXT, { en_, zh_ }, 0, 1, max_ }
#define TICKED(n, en_, zh_) { n, FIELD_BOOLEAN, { en_, zh_ }, FIELD_TRANSIENT }
static const struct field return_exchange_fields[] = {
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    REF("outlet_id", "Outlet", "服务网点", FIELD_COMMON | FIELD_FILTER, "outlet"),
    REF("parent_id", "Repair it comes from", "来源报修单", FIELD_COMMON | FIELD_FILTER, "repair"),
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "kind", FIELD_ENUM, { "Asked for", "申请类别" }, FIELD_FILTER, .choices = kinds },
    { "return_reason", FIELD_TEXT, { "Reason", "退换货理由" }, 0, 1, 2000, .example = "\"开机黑屏\"" },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60, .example = "\"李明\"" },
    { "contact_phone", FIELD_TEXT, { "Phone", "联系电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13912345678\"" },
    { "address", FIELD_TEXT, { "Address", "地址" }, FIELD_PERSONAL, 1, 300 },
    REF("equipment_id", "Equipment", "设备", FIELD_FILTER, "equipment"),
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80, .example = "\"SN20260001\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    { "required_skill", FIELD_ENUM, { "Skill needed", "所需技能" }, FIELD_FILTER, .choices = skill_choices },
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "contract_return_days", FIELD_INTEGER, { "Days for a return by contract", "合同约定退货天数" }, 0, 0, 3650 },
    { "contract_exchange_days", FIELD_INTEGER, { "Days for an exchange by contract", "合同约定换货天数" }, 0, 0, 3650 },
    { "product_class", FIELD_ENUM, { "Rules for the product", "三包类别" }, 0, .choices = product_classes },
    { "main_part", FIELD_BOOLEAN, { "A main part of a computer", "微型计算机主要部件" } },
    { "distance_sale", FIELD_BOOLEAN, { "Sold at a distance", "远程销售" } },
    { "sold_on", FIELD_DATE, { "Sold on", "售出日期" }, FIELD_FILTER },
    { "received_on", FIELD_DATE, { "Received on", "收货日期" } },
    { "fault_on", FIELD_DATE, { "Fault appeared on", "故障日期" }, FIELD_FILTER },
    { "warranty_until", FIELD_DATE, { "Warranty until", "三包有效期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "repairs_done", FIELD_INTEGER, { "Repairs under warranty so far", "三包期内已修理次数" }, 0, 0, 1000 },
    { "days_in_repair", FIELD_INTEGER, { "Days in repair so far", "维修占用天数" }, FIELD_COMPUTED, 0, 100000 },
    { "repair_days", FIELD_INTEGER, { "Days that this repair takes", "本次修理天数" }, 0, 0, 10000 },
    { "delay_cause", FIELD_ENUM, { "Why the repair takes long", "超期原因" }, 0, .choices = delay_causes },
    { "user_damage", FIELD_BOOLEAN, { "Damage by the user", "人为损坏" }, FIELD_FILTER },
    { "purchase_price", FIELD_MONEY, { "Invoice price in fen", "发票价格(分)" }, 0, 1, 100000000000 },
    { "invoice_no", FIELD_TEXT, { "Original invoice", "原发票号" }, FIELD_SEARCH, 1, 40 },
    { "payer_name", FIELD_TEXT, { "Original payer", "原付款人" }, 0, 1, 120 },
    { "lines", FIELD_LIST, { "Goods", "退换货明细" }, 0, 1, 100, .items = line_items },
    REF("follows", "Follows", "后续于", FIELD_FILTER, "return_exchange"),
    REF("duplicate_of", "Duplicate of", "重复于", FIELD_FILTER, "return_exchange"),
    { "registered_at", FIELD_TIME, { "Registered", "受理时间" }, FIELD_COMPUTED | FIELD_FILTER },
    SAID("analysis", "Analysis of the request", "要求分析", 2000),
    SAID("appearance", "Appearance", "外观", 1000),
    { "test_results", FIELD_LIST, { "Tests", "技术指标测试" }, 0, 1, 50, .items = test_items },
    TICKED("tested", "Strictly tested", "已严格测试"),
    TEST_FIELDS,
    { "tested_with", FIELD_TEXTS, { "Tested with", "所用仪器编号" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("tester_id", "Tested by", "测试人", FIELD_COMPUTED, "person"),
    TICKED("site_visit_needed", "A visit is needed", "须现场处理"),
    { "visited_at", FIELD_TIME, { "Visited", "现场协商时间" } },
    SAID("problem_analysis", "Report on the problem", "问题分析报告", 4000),
    { "technician_opinion", FIELD_ENUM, { "Technician's opinion", "维修人员意见" }, FIELD_FILTER, .choices = opinions },
    TICKED("customer_insists", "The customer insists", "客户坚持"),
    SAID("negotiated_outcome", "What was agreed on site", "现场协商结果", 1000),
    SAID("drop_reason", "Why it was dropped", "不再退换原因", 1000),
    TICKED("agreed", "Customer agrees", "客户同意"),
    TICKED("repair_wanted", "To be repaired instead", "改为维修"),
    { "reported_at", FIELD_TIME, { "Reported", "上报时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reserved_at", FIELD_TIME, { "Goods reserved", "预留时间" }, FIELD_COMPUTED },
    { "meets_conditions", FIELD_BOOLEAN, { "Meets the set conditions", "符合既定要求" }, FIELD_FILTER },
    SAID("unmet_conditions", "Conditions that are not met", "不符合项", 1000),
    SAID("materials_opinion", "Opinion of the materials office", "物资处意见", 2000),
    REF("materials_officer_id", "Opinion by", "物资处意见人", FIELD_COMPUTED, "person"),
    { "stock_status", FIELD_ENUM, { "Replacement", "换货货源" }, FIELD_FILTER, .choices = stock_states },
    { "available_on", FIELD_DATE, { "Replacement available on", "到货日期" }, FIELD_FILTER },
    { "supplier", FIELD_TEXT, { "Supplier", "供应商" }, FIELD_FILTER, 1, 120 },
    SAID("supplier_position", "The supplier's word", "供应商意见", 1000),
    SAID("proposal", "Proposal", "处理意见", 2000),
    { "remedy", FIELD_ENUM, { "Remedy", "处理方式" }, FIELD_FILTER, .choices = remedies },
    { "basis", FIELD_ENUM, { "Basis", "依据" }, FIELD_FILTER, .choices = bases },
    { "remedies_due", FIELD_LIST, { "Remedies by law or contract", "依法依约可选处理方式" }, FIELD_COMPUTED, .items = remedy_items },
    SAID("goodwill_reason", "Why out of goodwill", "善意处理原因", 1000),
    SAID("recall_no", "Recall", "召回编号", 60),
    { "refund_amount", FIELD_MONEY, { "Refund in fen", "退款金额(分)" }, FIELD_FILTER, 1, 100000000000 },
    { "replacement_model", FIELD_TEXT, { "Model of the replacement", "换货型号" }, 0, 1, 120 },
    { "other_model_agreed", FIELD_BOOLEAN, { "Customer agrees to another model", "客户同意更换其他型号" } },
    { "price_difference", FIELD_MONEY, { "Price difference in fen, below zero: to the customer", "差价(分,负数为退客户)" }, 0, -100000000000, 100000000000 },
    REF("submitted_by", "Submitted by", "上报人", FIELD_COMPUTED, "person"),
    { "decision", FIELD_ENUM, { "Decision", "审批结果" }, FIELD_COMPUTED | FIELD_FILTER, .choices = decisions },
    SAID("decision_note", "Note to the decision", "审批意见", 1000),
    SAID("refusal_reason", "Why it is refused", "不同意原因", 1000),
    { "decided_at", FIELD_TIME, { "Decided", "审批时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("decided_by", "Decided by", "审批人", FIELD_COMPUTED, "person"),
    { "former_decision", FIELD_OBJECT, { "Decision that was taken back", "被撤回的决定" }, FIELD_COMPUTED, .items = former_decision_items },
    { "informed_at", FIELD_TIME, { "Customer told", "通知客户时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "informed_via", FIELD_ENUM, { "Told by", "通知方式" }, 0, .choices = told_by },
    TICKED("reasons_told", "Reasons told", "已说明原因"),
    TICKED("objection_ways_told", "Ways to object told", "已告知异议途径"),
    TICKED("objects", "The customer objects", "客户有异议"),
    TICKED("paid_repair_wanted", "Wants a paid repair", "要求付费维修"),
    REF("executor_id", "Carried out by", "实施人员", FIELD_FILTER, "person"),
    { "goods_expected_until", FIELD_DATE, { "Goods expected back until", "货物应退回日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "goods_reminders", FIELD_INTEGER, { "Reminders to send the goods", "催退次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "goods_back_at", FIELD_TIME, { "Goods back", "货物退回时间" }, FIELD_COMPUTED | FIELD_FILTER },
    TICKED("identity_checked", "Same unit as in the analysis", "与分析报告为同一物品"),
    TICKED("accessories_complete", "Accessories complete", "附件齐全"),
    TICKED("as_analysed", "Condition as in the analysis", "状况与分析报告一致"),
    SAID("goods_back_condition", "Condition on return", "退回状况", 1000),
    { "returned_serial", FIELD_TEXT, { "Serial number that came back", "退回序列号" }, 0, 1, 80 },
    SAID("difference", "Difference from the analysis", "与分析不符", 1000),
    SAID("customer_statement", "What the customer says to it", "客户说明", 1000),
    { "difference_decision", FIELD_ENUM, { "Decision on the difference", "差异处理决定" }, FIELD_FILTER, .choices = difference_decisions },
    { "loss", FIELD_OBJECT, { "Loss on the way back", "退回途中遗失" }, 0, .items = lost_items },
    { "loss_borne_by", FIELD_ENUM, { "Loss borne by", "损失承担" }, FIELD_COMPUTED, .choices = bearers },
    { "replacement_serial", FIELD_TEXT, { "Serial number of the replacement", "换货序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80 },
    { "exchange_sent_at", FIELD_TIME, { "Replacement sent", "换货发出时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "delivered_on", FIELD_DATE, { "Replacement delivered", "换货交付日期" }, FIELD_FILTER },
    { "warranty_restart", FIELD_DATE, { "Warranty of the replacement until", "换货后三包有效期至" }, FIELD_COMPUTED },
    { "refund_status", FIELD_ENUM, { "Refund", "退款状态" }, FIELD_COMPUTED | FIELD_FILTER, .choices = refund_states },
    { "funds_ref", FIELD_TEXT, { "Request for the money", "用款申请号" }, 0, 1, 60 },
    { "funds_approved_at", FIELD_TIME, { "Money approved", "用款批准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("funds_approved_by", "Money approved by", "用款批准人", FIELD_COMPUTED, "person"),
    { "refund_due", FIELD_TIME, { "Refund due", "退款期限" }, FIELD_COMPUTED | FIELD_FILTER },
    { "red_invoice_no", FIELD_TEXT, { "Red invoice", "红字发票号" }, 0, 1, 40 },
    { "paid_to", FIELD_TEXT, { "Refunded to", "退款收款人" }, 0, 1, 120 },
    SAID("payer_proof", "Proof why to another person", "非原付款人证明", 500),
    { "refund_account", FIELD_TEXT, { "Account", "退款账户" }, FIELD_PERSONAL, 1, 80 },
    { "refund_ref", FIELD_TEXT, { "Payment reference", "付款凭证号" }, 0, 1, 80 },
    { "paid_amount", FIELD_MONEY, { "Paid in fen", "付款金额(分)" }, FIELD_TRANSIENT, 1, 100000000000 },
    { "refunded_at", FIELD_TIME, { "Refunded", "退款时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "difference_ref", FIELD_TEXT, { "Receipt of the price difference", "差价收款凭证" }, 0, 1, 80 },
    { "difference_settled_at", FIELD_TIME, { "Price difference paid", "差价收讫时间" }, FIELD_COMPUTED },
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    { "signature_refused", FIELD_BOOLEAN, { "Signature refused", "客户拒绝签字" }, FIELD_FILTER },
    SAID("signature_refused_reason", "Why not signed", "拒签原因", 500),
    SAID("evidence", "Other evidence", "其他证据", 500),
    { "withdraw_reason", FIELD_ENUM, { "Withdrawn because", "撤回原因" }, FIELD_FILTER, .choices = withdraw_reasons },
    SAID("withdrawal_wish", "What the customer said", "客户意愿", 500),
    TICKED("goods_returned", "Goods given back to the customer", "货物已退还客户"),
    { "reminder_channel", FIELD_ENUM, { "Reminded by", "催退方式" }, FIELD_TRANSIENT, .choices = told_by },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    MOVED_FROM,
    { NULL },
};

static const struct form return_exchange_forms[] = {
    { "return_slip", "WWSH-003-P09-R01", { "Dispatch slip, return or exchange", "维护派工单(退换货)" }, 36, "",
      "kind customer_id contact_name contact_phone address equipment_id serial model contract_no sold_on return_reason required_skill registered_at", "company customer settlement" },
    { "return_request", "WWSH-003-P09-R02", { "Request for return or exchange", "退换货申请登记表" }, 36, "",
      "kind customer_id contact_name contact_phone address contract_no serial model sold_on received_on fault_on warranty_until repairs_done lines purchase_price invoice_no payer_name return_reason registered_at",
      "company" },
    { "problem_analysis", "WWSH-003-P09-R03", { "Problem analysis", "问题分析报告" }, 36, "",
      "customer_id serial model appearance test_results tested_with tester_id visited_at analysis problem_analysis user_damage negotiated_outcome technician_opinion reported_at", "company" },
    { "return_disposal", "WWSH-003-P09-R04", { "Disposal of a return or exchange", "退换货处理单" }, 36, "",
      "kind customer_id serial model lines remedy basis refund_amount price_difference decided_at decided_by goods_back_at goods_back_condition difference difference_decision"
      " replacement_model replacement_serial delivered_on warranty_restart invoice_no red_invoice_no paid_to refund_ref refunded_at supplier", "company customer" },
    { NULL },
};
