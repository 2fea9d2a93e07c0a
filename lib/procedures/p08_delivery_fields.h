/* What P8 stores of a delivery, and its papers. Layer: procedures; included by p08_delivery.c alone. */
#ifndef AFTERCARE_PROCEDURES_P08_DELIVERY_FIELDS_H
#define AFTERCARE_PROCEDURES_P08_DELIVERY_FIELDS_H

#include "procedures/common.h"

static const struct choice job_types[] = { { "delivery", { "Delivery and installation", "配送安装" } }, { NULL } };
static const struct choice packed_kinds[] = {
    { "goods", { "Goods", "货物" } },           { "accessory", { "Accessory", "附件" } },
    { "certificate", { "Certificate", "合格证" } }, { "manual", { "Manual", "说明书" } },
    { "drawing", { "Drawing", "图纸" } },       { "paper", { "Other paper", "其他文件" } },
    { NULL },
};
static const struct choice packing_bys[] = {
    { "company_standard", { "Company standard", "公司常规包装" } }, { "customer_agreed", { "Agreed with the customer", "与顾客商定" } }, { NULL },
};
static const struct choice fail_reasons[] = {
    { "customer_absent", { "Customer absent", "客户不在" } },
    { "wrong_address", { "Wrong address", "地址有误" } },
    { "site_closed", { "Site closed", "现场关闭" } },
    { "refused", { "Refused without reason", "无故拒收" } },
    { NULL },
};
static const struct choice discrepancy_kinds[] = {
    { "missing", { "Missing", "缺少" } }, { "damaged", { "Damaged", "损坏" } },
    { "wrong", { "Wrong goods", "货物不符" } }, { "lost", { "Lost on the way", "途中遗失" } },
    { "refused", { "Refused", "拒收" } },  { NULL },
};
static const struct choice line_outcomes[] = {
    { "delivered", { "Delivered after all", "已补交" } }, { "replaced", { "Replaced by another delivery", "另行补发" } },
    { "credited", { "Credited", "已抵扣" } },             { "given_up", { "Given up by the customer", "客户放弃" } }, { NULL },
};
static const struct choice supplies[] = {
    { "air", { "Compressed air", "风" } }, { "water", { "Water", "水" } }, { "power", { "Power", "电" } },
    { "steam", { "Steam", "汽" } },        { "oil", { "Oil", "油" } },     { NULL },
};
static const struct choice interruptions[] = {
    { "machine_fault", { "Fault of the machine", "设备故障" } },
    { "customer_outage", { "Outage by the customer's fault", "客户原因中断" } },
    { "outside_outage", { "Outage from outside", "外部停电等原因" } },
    { NULL },
};
static const struct choice running_clocks[] = { { "trial", { "Trial run", "试运转" } }, { "escort", { "Escort", "护航" } }, { NULL } };
static const struct choice bearers[] = { { "company", { "Company", "公司" } }, { "customer", { "Customer", "客户" } }, { NULL } };
static const struct choice site_decisions[] = {
    { "wait", { "Go on waiting", "继续等待" } }, { "take_back", { "Take the goods back", "货物取回" } }, { NULL },
};
static const struct choice charge_kinds[] = {
    { "installation", { "Installation", "安装费" } }, { "redelivery", { "Another delivery run", "再次配送费" } },
    { "material", { "Material", "材料费" } },         { "extra", { "Extra work", "额外工作" } }, { NULL },
};
static const struct choice payments[] = {
    { "none", { "Nothing to pay", "无费用" } }, { "paid", { "Paid", "已付" } },
    { "on_account", { "On account", "挂账" } },  { "waived", { "Waived", "减免" } }, { NULL },
};

static const struct field line_items[] = {
    { "item", FIELD_TEXT, { "Item", "品名" }, 0, 1, 120, .example = "\"ZN-2000\"" },
    { "model?", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "qty", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { NULL },
};
static const struct field packing_items[] = {
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = packed_kinds },
    { "item", FIELD_TEXT, { "Item", "名称" }, 0, 1, 120, .example = "\"ZN-2000\"" },
    { "line_no?", FIELD_INTEGER, { "Line of the contract", "合同行号" }, 0, 1, 200 },
    { "model?", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "expected", FIELD_INTEGER, { "On the packing list", "应有数量" }, 0, 0, 10000 },
    { "counted", FIELD_INTEGER, { "Counted", "实点数量" }, 0, 0, 10000 },
    { "box?", FIELD_TEXT, { "Box", "箱号" }, 0, 1, 40 },
    { NULL },
};
static const struct field attempt_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "reason", FIELD_TEXT, { "Reason", "原因" } },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" } },
    { "fee?", FIELD_MONEY, { "Costs in fen", "费用(分)" } },
    { NULL },
};
static const struct field found_items[] = {
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = discrepancy_kinds },
    { "line_no", FIELD_INTEGER, { "Line of the contract", "合同行号" }, 0, 1, 200 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "qty", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { "text?", FIELD_TEXT, { "Description", "说明" }, 0, 1, 500 },
    { "picture_id?", FIELD_TEXT, { "Picture", "照片" }, 0, 36, 36 },
    { NULL },
};
static const struct field discrepancy_items[] = {
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = discrepancy_kinds },
    { "line_no", FIELD_INTEGER, { "Line of the contract", "合同行号" } },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" } },
    { "qty", FIELD_INTEGER, { "Quantity", "数量" } },
    { "text?", FIELD_TEXT, { "Description", "说明" } },
    { "picture_id?", FIELD_TEXT, { "Picture", "照片" } },
    { "outcome?", FIELD_ENUM, { "Outcome", "处理结果" }, .choices = line_outcomes },
    { NULL },
};
static const struct field resolution_items[] = {
    { "no", FIELD_INTEGER, { "Place in the list of discrepancies", "异议序号" }, 0, 1, 200 },
    { "outcome", FIELD_ENUM, { "Outcome", "处理结果" }, .choices = line_outcomes },
    { NULL },
};
static const struct field run_items[] = {
    { "from", FIELD_TIME, { "From", "开始" } },
    { "to?", FIELD_TIME, { "To", "结束" } },
    { "load", FIELD_INTEGER, { "Load in percent", "负荷(%)" } },
    { "result?", FIELD_TEXT, { "Result", "结果" } },
    { "counted_seconds?", FIELD_INTEGER, { "Seconds that count", "计入秒数" } },
    { NULL },
};
static const struct field reading_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "by", FIELD_TEXT, { "By", "人员" } },
    { "load", FIELD_INTEGER, { "Load in percent", "负荷(%)" } },
    { "reading", FIELD_TEXT, { "Reading", "读数" } },
    { NULL },
};
static const struct field operator_items[] = {
    { "name", FIELD_TEXT, { "Operator", "操作人员" }, 0, 1, 60, .example = "\"张伟\"" },
    { "passed", FIELD_BOOLEAN, { "Fully able", "能完全正确操作" } },
    { NULL },
};
static const struct field training_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "by", FIELD_TEXT, { "Trainer", "培训人" } },
    { "content", FIELD_TEXT, { "Content", "内容" } },
    { "operators", FIELD_LIST, { "Operators", "操作人员" }, .items = operator_items },
    { "signed_by", FIELD_TEXT, { "Signed by", "签字人" } },
    { NULL },
};
static const struct field question_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "by", FIELD_TEXT, { "By", "人员" } },
    { "question", FIELD_TEXT, { "Question", "问题" } },
    { "answer", FIELD_TEXT, { "Answer", "解答" } },
    { NULL },
};
static const struct field new_defect_items[] = {
    { "text", FIELD_TEXT, { "Defect", "缺陷" }, 0, 1, 500, .example = "\"门锁松动\"" },
    { "due_on", FIELD_DATE, { "To be cured by", "整改期限" } },
    { NULL },
};
static const struct field defect_items[] = {
    { "no", FIELD_INTEGER, { "Number", "序号" } },
    { "text", FIELD_TEXT, { "Defect", "缺陷" } },
    { "due_on", FIELD_DATE, { "To be cured by", "整改期限" } },
    { "fixed_at?", FIELD_TIME, { "Cured", "整改完成时间" } },
    { NULL },
};
static const struct field charge_item_fields[] = {
    { "name", FIELD_TEXT, { "Service or material", "项目" }, 0, 1, 120 },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = charge_kinds },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { "unit_price", FIELD_MONEY, { "Unit price in fen", "单价(分)" }, 0, 0, 1000000000 },
    { NULL },
};
static const struct field loss_items[] = {
    { "what", FIELD_TEXT, { "What is lost or damaged", "遗失或损坏物品" }, 0, 1, 300 },
    { "holder", FIELD_TEXT, { "Who held it", "保管或承运人" }, 0, 1, 120 },
    { "value", FIELD_MONEY, { "Value in fen", "价值(分)" }, 0, 0, 100000000000 },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 500 },
    { NULL },
};

#define SAID(n, en_, zh_, max_) { n, FIELD_TEXT, { en_, zh_ }, 0, 1, max_ }
#define SAYS(n, en_, zh_, max_) { n, FIELD_TEXT, { en_, zh_ }, FIELD_TRANSIENT, 1, max_ }
#define TICKED(n, en_, zh_) { n, FIELD_BOOLEAN, { en_, zh_ }, FIELD_TRANSIENT }
#define FLAG(n, en_, zh_) { n, FIELD_BOOLEAN, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
#define MOMENT(n, en_, zh_) { n, FIELD_TIME, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
static const struct field delivery_fields[] = {
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    REF("outlet_id", "Outlet", "服务网点", FIELD_COMMON | FIELD_FILTER, "outlet"),
    REF("parent_id", "Part shipment of", "所属配送单", FIELD_COMMON | FIELD_FILTER, "delivery"),
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "type", FIELD_ENUM, { "Kind of job", "任务类型" }, FIELD_COMPUTED, .choices = job_types },
    { "contract_no", FIELD_TEXT, { "Contract", "合同号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60, .example = "\"HT-2026-018\"" },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60, .example = "\"李明\"" },
    { "contact_phone", FIELD_TEXT, { "Phone", "联系电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13912345678\"" },
    { "address", FIELD_TEXT, { "Address", "地址" }, FIELD_PERSONAL, 1, 300 },
    REF("exchange_of", "Exchange for", "换货单", FIELD_FILTER, "return_exchange"),
    REF("follows", "Follows", "后续于", FIELD_FILTER, "delivery"),
    { "part_no", FIELD_INTEGER, { "Part shipment", "分批序号" }, 0, 1, 100 },
    { "part_count", FIELD_INTEGER, { "Of so many", "分批总数" }, 0, 1, 100 },
    { "needed_for_install", FIELD_BOOLEAN, { "The installation needs it", "安装所需" }, FIELD_FILTER },
    { "lines", FIELD_LIST, { "Goods", "供货明细" }, 0, 1, 200, .items = line_items },
    { "install_due", FIELD_BOOLEAN, { "To be installed", "须安装" }, FIELD_FILTER },
    { "is_complete_set", FIELD_BOOLEAN, { "Complete set", "成套产品" }, FIELD_FILTER },
    { "trial_hours", FIELD_INTEGER, { "Hours of trial run", "试运转小时" }, 0, 0, 2000 },
    { "escort_hours", FIELD_INTEGER, { "Hours of escort", "护航小时" }, 0, 0, 2000 },
    { "required_skill", FIELD_ENUM, { "Skill needed", "所需技能" }, FIELD_FILTER, .choices = skill_choices },
    { "warranty_months", FIELD_INTEGER, { "Months of warranty", "保修月数" }, 0, 1, 240 },
    { "customer_supplies", FIELD_TEXTS, { "Supplied by the customer", "顾客提供" }, 0, 0, 5, .choices = supplies },
    { "silence_days", FIELD_INTEGER, { "By contract silence of so many days accepts", "合同约定默示验收天数" }, 0, 1, 365 },
    { "contract_amount", FIELD_MONEY, { "Contract price in fen", "合同金额(分)" }, 0, 0, 100000000000 },
    { "paid_amount", FIELD_MONEY, { "Paid so far in fen", "已付金额(分)" }, FIELD_COMPUTED },
    { "rest_due", FIELD_MONEY, { "Unpaid rest in fen", "未付余额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "paid_now", FIELD_MONEY, { "Payment in fen", "本次付款(分)" }, FIELD_TRANSIENT, 1, 100000000000 },
    SAYS("payment_ref", "Payment reference", "付款凭证号", 80),
    { "promised_on", FIELD_DATE, { "Promised for", "承诺送达日期" }, FIELD_FILTER },
    FLAG("shortage", "Goods are short", "缺货"),
    SAID("shortage_text", "What is short", "缺货说明", 500),
    { "packing", FIELD_LIST, { "Packing list", "装箱单" }, 0, 1, 500, .items = packing_items },
    { "packing_by", FIELD_ENUM, { "Packed by", "包装方式" }, 0, .choices = packing_bys },
    TICKED("transport_safe", "Safe for the transport", "保证运输安全"),
    REF("packed_by", "Packed by", "装箱人", FIELD_COMPUTED, "person"),
    FLAG("recount_due", "To be counted again", "须重新清点"),
    REF("given_by", "Handed over by", "移交人", FIELD_COMPUTED, "person"),
    MOMENT("given_at", "Handed over", "移交时间"),
    REF("taken_by", "Taken over by", "接收人", FIELD_COMPUTED, "person"),
    MOMENT("taken_at", "Taken over", "接收时间"),
    { "vehicle", FIELD_TEXT, { "Vehicle", "车辆" }, FIELD_FILTER, 1, 40, .example = "\"冀C·A1234\"" },
    { "carrier", FIELD_TEXT, { "Carrier", "承运人" }, FIELD_FILTER, 1, 120 },
    REF("deliverer_id", "Delivered by", "送货人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "window_from", FIELD_TIME, { "Promised from", "送达时段起" }, FIELD_FILTER },
    { "window_to", FIELD_TIME, { "Promised until", "送达时段止" }, FIELD_FILTER },
    TICKED("in_area", "Inside the promised area", "在承诺送货范围内"),
    TICKED("later_agreed", "Customer agrees to a later day", "客户同意延后"),
    { "windows_missed", FIELD_INTEGER, { "Promised times not kept", "未兑现时段次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "called_customer_at", FIELD_TIME, { "Customer called", "电话联系时间" }, FIELD_FILTER },
    FLAG("customer_called", "Call made", "已电话联系"),
    TICKED("reached", "Reached", "已接通"),
    MOMENT("departed_at", "Departed", "发车时间"),
    { "fail_reason", FIELD_ENUM, { "Why not delivered", "未送达原因" }, FIELD_TRANSIENT, .choices = fail_reasons },
    { "attempt_fee", FIELD_MONEY, { "Costs of the run in fen", "空跑费用(分)" }, FIELD_TRANSIENT, 0, 100000000 },
    { "attempt_costs", FIELD_MONEY, { "Costs of failed runs in fen", "未送达费用合计(分)" }, FIELD_COMPUTED },
    { "delivery_attempts", FIELD_INTEGER, { "Failed runs", "未送达次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "failed_attempts", FIELD_LIST, { "Failed runs", "未送达记录" }, FIELD_COMPUTED, .items = attempt_items },
    TICKED("unpacking_needed", "Unpacking check needed", "须开箱验货"),
    SAID("unpacking_findings", "Unpacking check", "开箱验货结果", 1000),
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    SAID("deliverer_name", "Signed for us", "我方签字人", 60),
    SAID("reserve", "Reserve of the customer", "客户保留意见", 1000),
    { "signature_refused", FIELD_BOOLEAN, { "Signature refused", "客户拒绝签字" }, FIELD_FILTER },
    SAID("signature_refused_reason", "Why not signed", "拒签原因", 500),
    SAID("evidence", "Evidence", "证据", 500),
    MOMENT("delivered_at", "Delivered", "送达时间"),
    { "found", FIELD_LIST, { "What was found", "异议内容" }, FIELD_TRANSIENT, 1, 200, .items = found_items },
    { "discrepancies", FIELD_LIST, { "Discrepancies", "异议" }, FIELD_COMPUTED, .items = discrepancy_items },
    { "all_refused", FIELD_BOOLEAN, { "All refused", "整单拒收" }, FIELD_FILTER },
    { "resolutions", FIELD_LIST, { "How each is settled", "逐项处理" }, FIELD_TRANSIENT, 1, 200, .items = resolution_items },
    TICKED("goods_back", "Goods are back in stock", "货物已退库"),
    SAID("cancel_reason", "Why it was called off", "取消原因", 500),
    { "refund_amount", FIELD_MONEY, { "To be refunded in fen", "应退金额(分)" }, FIELD_TRANSIENT, 1, 100000000000 },
    { "install_on", FIELD_DATE, { "Installation on", "安装日期" }, FIELD_FILTER },
    TICKED("agreed", "Customer agrees", "客户同意"),
    SAID("installation_plan", "Installation plan", "安装方案", 4000),
    REF("plan_by", "Plan by", "方案编制人", FIELD_COMPUTED, "person"),
    REF("plan_approved_by", "Plan approved by", "方案批准人", FIELD_COMPUTED, "person"),
    TICKED("tools_on_site", "Tools are on site", "设备器具已到场"),
    TICKED("plan_told", "Plan told to the customer", "方案已告知客户"),
    { "supplies_asked", FIELD_TEXTS, { "Asked for from the customer", "已请顾客备齐" }, 0, 0, 5, .choices = supplies },
    TICKED("supplies_ready", "All supplies are there", "风水电汽油已备齐"),
    TICKED("plan_followed", "Plan followed strictly", "严格按方案执行"),
    SAID("commissioning_result", "Commissioning", "调试结果", 2000),
    FLAG("trial_due", "Trial run due", "须试运转"),
    { "load_percent", FIELD_INTEGER, { "Load in percent", "负荷(%)" }, FIELD_TRANSIENT, 0, 200, .example = "100" },
    MOMENT("trial_from", "Trial run since", "试运转开始"),
    MOMENT("trial_until", "Trial run at least until", "试运转至少到"),
    { "trial_counted_seconds", FIELD_INTEGER, { "Seconds counted before an outage", "停电前计入秒数" }, FIELD_COMPUTED },
    { "trial_runs", FIELD_LIST, { "Trial runs", "试运转" }, FIELD_COMPUTED, .items = run_items },
    { "readings", FIELD_LIST, { "Readings of the run", "试运转读数" }, FIELD_COMPUTED, .items = reading_items },
    SAYS("reading", "Reading", "读数", 500),
    { "interruption", FIELD_ENUM, { "Why it stopped", "中断原因" }, FIELD_TRANSIENT, .choices = interruptions },
    { "interrupted_at", FIELD_TIME, { "Stopped at", "中断时间" }, FIELD_TRANSIENT },
    { "count_consent", FIELD_OBJECT, { "Customer's written consent to count the time before", "客户书面同意计入停电前时间" }, FIELD_TRANSIENT, .items = signature_items },
    { "clock", FIELD_ENUM, { "Running clock", "运行中的时限" }, FIELD_COMPUTED | FIELD_FILTER, .choices = running_clocks },
    MOMENT("handed_at", "Handed to the customer", "交付时间"),
    { "escort_due_hours", FIELD_INTEGER, { "Hours of escort due", "应护航小时" }, FIELD_COMPUTED },
    MOMENT("escort_from", "Escort since", "护航开始"),
    MOMENT("escort_until", "Escort at least until", "护航至少到"),
    { "extend_until", FIELD_TIME, { "Extended until", "延长至" }, FIELD_TRANSIENT },
    MOMENT("uncovered_since", "Nobody qualified reachable since", "无合格人员值守起"),
    { "questions", FIELD_LIST, { "Questions answered", "解答记录" }, FIELD_COMPUTED, .items = question_items },
    SAYS("question", "Question", "问题", 1000),
    SAYS("answer", "Answer", "解答", 2000),
    { "operators", FIELD_LIST, { "Operators trained", "参训操作人员" }, FIELD_TRANSIENT, 1, 50, .items = operator_items },
    SAYS("training_content", "Content of the training", "培训内容", 2000),
    { "trainings", FIELD_LIST, { "Trainings of the customer", "客户培训" }, FIELD_COMPUTED, .items = training_items },
    FLAG("operator_able", "The customer's operators are able", "客户操作人员合格"),
    { "defect_list", FIELD_LIST, { "Defect list", "缺陷清单" }, FIELD_TRANSIENT, 1, 100, .items = new_defect_items },
    { "defects", FIELD_LIST, { "Defects", "缺陷" }, FIELD_COMPUTED, .items = defect_items },
    { "defect_no", FIELD_INTEGER, { "Defect", "缺陷序号" }, FIELD_TRANSIENT, 1, 1000 },
    TICKED("trial_again", "Trial run again, as agreed", "约定重新试运转"),
    TICKED("escort_again", "Escort again, as agreed", "约定重新护航"),
    MOMENT("notice_sent_at", "Written notice of acceptance", "书面验收通知时间"),
    TICKED("silent", "The customer is silent", "客户未答复"),
    { "production_since", FIELD_DATE, { "In production since", "客户投产日期" }, FIELD_FILTER },
    FLAG("production_flagged", "Used in production, not accepted", "已投产未验收"),
    { "charge_items", FIELD_LIST, { "Charges", "收费项目" }, 0, 0, 50, .items = charge_item_fields },
    { "charge_total", FIELD_MONEY, { "Total in fen", "费用合计(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "payment_status", FIELD_ENUM, { "Payment", "付款状态" }, FIELD_FILTER, .choices = payments },
    REF("waived_by", "Waived by", "减免批准人", FIELD_COMPUTED, "person"),
    { "receipt_no", FIELD_TEXT, { "Receipt", "收据号" }, FIELD_COMPUTED | FIELD_FILTER | FIELD_SEARCH },
    MOMENT("settled_at", "Settled", "结算时间"),
    { "accepted_on", FIELD_DATE, { "Accepted on", "验收日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "warranty_until", FIELD_DATE, { "Warranty until", "保修期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "customer_opinion", FIELD_TEXT, { "Customer's comment", "客户意见" }, 0, 1, 1000 },
    { "satisfaction", FIELD_INTEGER, { "Satisfaction, 1 to 5", "满意度(1-5)" }, FIELD_FILTER, 1, 5 },
    SAID("site_note", "Note on the site", "现场条件说明", 1000),
    { "risk_borne_by", FIELD_ENUM, { "Risk of the stored goods", "存放风险承担" }, 0, .choices = bearers },
    { "site_reminders", FIELD_INTEGER, { "Reminders about the site", "现场催办次数" }, FIELD_COMPUTED | FIELD_FILTER },
    MOMENT("site_reminded_at", "Last reminded", "最近催办时间"),
    { "site_decision", FIELD_ENUM, { "Decision on the site", "现场条件处理决定" }, FIELD_FILTER, .choices = site_decisions },
    { "loss", FIELD_OBJECT, { "Loss or damage", "遗失损坏" }, 0, .items = loss_items },
    { "loss_settled_at", FIELD_TIME, { "Loss made good", "赔偿完毕时间" }, FIELD_COMPUTED },
    SAYS("handover_note", "Handed over to the new person", "交接说明", 1000),
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    TEST_FIELDS,
    MOVED_FROM,
    { NULL },
};

#define WHOSE "customer_id contact_name contact_phone address contract_no"
static const struct form delivery_forms[] = {
    { "delivery_packing_list", "WWSH-003-P08-R01", { "Packing list", "装箱单" }, 36, "", "customer_id contract_no part_no part_count lines packing packing_by packed_by", "company customer" },
    { "handover_record", "WWSH-003-P08-R02", { "Internal handover", "内部交接记录" }, 36, "", "contract_no lines packing given_by given_at taken_by taken_at", "company" },
    { "delivery_note", "WWSH-003-P08-R03", { "Delivery note", "送货单" }, 36, "",
      WHOSE " part_no part_count lines packing packed_by vehicle carrier deliverer_id window_from window_to called_customer_at delivered_at unpacking_findings discrepancies"
      " reserve customer_signature deliverer_name signature_refused signature_refused_reason", "company customer" },
    { "installation_plan", "WWSH-003-P08-R04", { "Installation plan", "安装方案" }, 36, "",
      "customer_id contract_no lines install_on installation_plan customer_supplies assignee_id plan_by plan_approved_by", "company customer" },
    { "trial_run_log", "WWSH-003-P08-R05", { "Trial run", "试运转记录" }, 36, "",
      "customer_id contract_no lines commissioning_result trial_hours trial_counted_seconds trial_runs readings assignee_id", "company customer" },
    { "escort_log", "WWSH-003-P08-R06", { "Escort", "护航记录" }, 36, "",
      "customer_id contract_no escort_hours escort_from escort_until questions trainings operator_able assignee_id", "company customer" },
    { "customer_training", "WWSH-003-P08-R07", { "Training of the customer", "客户培训签到表" }, 36, "", "customer_id contract_no lines trainings operator_able customer_signature", "company customer" },
    { "acceptance_record", "WWSH-003-P08-R08", { "Acceptance", "验收单" }, 36, "",
      WHOSE " lines packing delivered_at trial_runs escort_from escort_until trainings defects charge_items charge_total payment_status receipt_no customer_signature signature_refused"
      " signature_refused_reason accepted_on warranty_until", "company customer" },
    { "defect_list", "WWSH-003-P08-R09", { "Defect list", "验收缺陷清单" }, 36, "", WHOSE " defects customer_signature assignee_id", "company customer" },
    { "site_note", "WWSH-003-P08-R10", { "Site not ready", "现场条件不具备确认单" }, 36, "", WHOSE " site_note risk_borne_by customer_signature signature_refused_reason", "company customer" },
    { NULL },
};

#endif
