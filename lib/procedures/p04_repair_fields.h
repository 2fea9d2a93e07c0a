/* What a repair stores (P4 record fields), its choices and its forms. Included by p04_repair.c only. */
#include "procedures/common.h"

static const struct choice channels[] = {
    { "phone_400", { "Hotline", "400电话" } },        { "other_phone", { "Other phone", "其他电话" } },
    { "message", { "Message", "短信留言" } },          { "visit", { "Visit", "来访" } },
    { "carry_in", { "Carry-in", "送修" } },            { "employee_relay", { "Relayed by an employee", "员工转告" } },
    { "outlet", { "Outlet", "服务网点" } },            { NULL },
};
static const struct choice repair_types[] = {
    { "repair", { "Repair", "维修" } },   { "install", { "Installation", "安装" } },
    { "return_exchange", { "Return or exchange", "退换货" } }, { "outlet", { "Outlet", "网点" } },
    { "recall", { "Recall", "召回" } },   { "escort", { "Escort", "陪护" } }, { NULL },
};
static const struct choice transport_modes[] = {
    { "bus", { "Public bus", "公交" } },          { "taxi", { "Taxi", "出租车" } },
    { "company_car", { "Company car", "公司车辆" } }, { "train", { "Train", "火车" } },
    { "own", { "Own vehicle", "自备车辆" } },      { NULL },
};
static const struct choice outcomes[] = {
    { "repaired", { "Repaired", "已修复" } },
    { "no_fault_found", { "No fault found", "未发现故障" } },
    { "solved_by_phone", { "Solved by phone", "电话解决" } },
    { "replaced", { "Replaced", "已更换" } },
    { "returned_unrepaired", { "Returned unrepaired", "未修退回" } },
    { "scrapped", { "Scrapped", "报废" } },
    { "withdrawn", { "Withdrawn", "客户撤回" } },
    { "referred", { "Referred", "转介" } },
    { NULL },
};
static const struct choice unrepaired_outcomes[] = {
    { "returned_unrepaired", { "Returned unrepaired", "未修退回" } }, { "scrapped", { "Scrapped", "报废" } }, { NULL },
};
static const struct choice places[] = {
    { "customer", { "Customer", "客户处" } }, { "company", { "Company", "公司" } },
    { "outlet", { "Outlet", "网点" } },       { "supplier", { "Supplier", "厂家" } }, { NULL },
};
static const struct choice payments[] = {
    { "none", { "Nothing to pay", "无费用" } },   { "paid", { "Paid", "已收费" } },
    { "on_account", { "On account", "挂账" } },  { "waived", { "Waived", "减免" } }, { NULL },
};
static const struct choice invoice_states[] = {
    { "none", { "None", "无" } },             { "requested", { "Requested", "已申请" } },
    { "issued", { "Issued", "已开具" } },     { "red_reversed", { "Reversed", "已红冲" } }, { NULL },
};
static const struct choice free_reasons[] = {
    { "warranty", { "In warranty", "保修期内" } },
    { "repeat", { "Same fault within the time a repair must hold", "维修保证期内同一故障" } },
    { "recall", { "Recall", "召回" } },
    { NULL },
};
static const struct choice charge_reasons[] = {
    { "user_damage", { "Damage by the user", "人为损坏" } },
    { "out_of_scope", { "Outside the warranty", "超出保修范围" } },
    { "extra_service", { "Extra service asked for", "客户另行要求的服务" } },
    { NULL },
};
static const struct choice defer_reasons[] = { { "other_day", { "Another day", "改日" } }, { "other_person", { "Another person", "换人" } }, { NULL } };
static const struct choice cancel_reasons[] = {
    { "customer_request", { "Customer's request", "客户要求" } },
    { "duplicate", { "Duplicate", "重复登记" } },
    { "unreachable", { "Customer out of reach", "联系不上客户" } },
    { NULL },
};
static const struct choice slip_forms[] = {
    { "dispatch_slip", { "Dispatch slip", "维护派工单" } }, { "handling_slip", { "Handling slip", "处理单" } },
    { "device_receipt", { "Device receipt", "设备收条" } }, { "receipt", { "Receipt", "收据" } }, { NULL },
};
static const struct choice uncollected_decisions[] = {
    { "keep", { "Keep in store", "继续保管" } }, { "dispose", { "Dispose of", "处置" } }, { NULL },
};
static const struct choice reassign_reasons_p4[] = {
    { "ill", { "Ill", "生病" } }, { "leave", { "On leave", "请假" } }, { "overload", { "Overload", "任务过多" } },
    { "skill", { "Skill does not fit", "技能不符" } }, { "customer_request", { "Customer's request", "客户要求" } },
    { "conflict", { "Conflict", "冲突" } }, { "barred", { "Barred from post", "离岗" } },
    { "left_company", { "Left the company", "离职" } }, { NULL },
};
static const struct choice notice_channels[] = {
    { "phone", { "Phone", "电话" } }, { "message", { "Text message", "短信" } }, { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { NULL },
};

static const struct field device_items[] = {
    { "item", FIELD_TEXT, { "Item", "物品" }, 0, 1, 120 },
    { "model?", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "accessories?", FIELD_TEXT, { "Accessories", "附件" }, 0, 1, 300 },
    { "condition", FIELD_TEXT, { "Condition", "外观状况" }, 0, 1, 300 },
    { NULL },
};
static const struct field return_items[] = {
    { "item", FIELD_TEXT, { "Item", "物品" }, 0, 1, 120 },
    { "item_category?", FIELD_ENUM, { "Category", "物品类别" }, .choices = item_category_choices },
    { "model?", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { "accessories?", FIELD_TEXT, { "Accessories", "附件" }, 0, 1, 300 },
    { NULL },
};
static const struct field part_items[] = {
    { "name", FIELD_TEXT, { "Part", "配件" }, 0, 1, 120 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" }, 0, 1, 80 },
    { NULL },
};
static const struct field spare_items[] = {
    { "part_no", FIELD_TEXT, { "Part number", "配件号" }, 0, 1, 60, .example = "\"PSU-450W\"" },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 1000 },
    { "old_serial?", FIELD_TEXT, { "Serial number of the old part", "旧件序列号" }, 0, 1, 80 },
    { NULL },
};
static const struct field charge_item_fields[] = {
    { "name", FIELD_TEXT, { "Service or part", "项目" }, 0, 1, 120 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 10000 },
    { "unit_price", FIELD_MONEY, { "Unit price in fen", "单价(分)" }, 0, 0, 1000000000 },
    { "code?", FIELD_TEXT, { "Code of the price list", "价目编码" }, 0, 1, 40 },
    { NULL },
};
static const struct field visit_items[] = {
    { "no", FIELD_INTEGER, { "Visit", "次序" } },
    { "technician_id", FIELD_TEXT, { "Technician", "维修人员" } },
    { "appointment_at", FIELD_TIME, { "Appointment", "预约时间" } },
    { "arrived_at?", FIELD_TIME, { "Arrived", "到场时间" } },
    { "left_at?", FIELD_TIME, { "Left", "离开时间" } },
    { "result?", FIELD_TEXT, { "Result", "结果" } },
    { "transport_mode?", FIELD_TEXT, { "Transport", "交通方式" } },
    { "transport_cost?", FIELD_MONEY, { "Fare in fen", "交通费(分)" } },
    { NULL },
};
static const struct field notice_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "channels", FIELD_TEXTS, { "Channels", "方式" } },
    { NULL },
};
static const struct field receipt_items[] = {
    { "receipt_no", FIELD_TEXT, { "Receipt", "收据号" } },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" } },
    { "voided_at", FIELD_TIME, { "Voided", "作废时间" } },
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

static const struct field repair_fields[] = {
    { "channel", FIELD_ENUM, { "Channel", "来电渠道" }, FIELD_FILTER, .choices = channels },
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    REF("outlet_id", "Outlet", "服务网点", FIELD_COMMON | FIELD_FILTER, "outlet"),
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "priority", FIELD_ENUM, { "Urgency", "紧急程度" }, FIELD_COMMON | FIELD_FILTER, .choices = priority_choices },
    { "type", FIELD_ENUM, { "Kind of job", "任务类型" }, FIELD_FILTER, .choices = repair_types },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60, .example = "\"李明\"" },
    { "contact_phone", FIELD_TEXT, { "Phone", "联系电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13912345678\"" },
    { "address", FIELD_TEXT, { "Address", "地址" }, FIELD_PERSONAL, 1, 300, .example = "\"滨海市海港区建设路1号\"" },
    REF("equipment_id", "Equipment", "设备", FIELD_FILTER, "equipment"),
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80, .example = "\"SN20260001\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, 0, 1, 120 },
    { "problem", FIELD_TEXT, { "Problem", "故障描述" }, 0, 1, 2000, .example = "\"开机无显示\"" },
    { "required_skill", FIELD_ENUM, { "Skill needed", "所需技能" }, FIELD_FILTER, .choices = skill_choices },
    { "warranty_until", FIELD_DATE, { "Warranty until", "保修期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "in_warranty", FIELD_BOOLEAN, { "Free of charge", "免费维修" }, FIELD_COMPUTED | FIELD_FILTER },
    { "free_reason", FIELD_ENUM, { "Free because", "免费原因" }, FIELD_COMPUTED, .choices = free_reasons },
    REF("repeat_of", "Same fault as in", "同一故障前单", FIELD_FILTER, "repair"),
    REF("duplicate_of", "Duplicate of", "重复于", FIELD_FILTER, "repair"),
    REF("follows", "Follows", "后续于", FIELD_FILTER, "repair"),
    { "appointment_at", FIELD_TIME, { "Appointment", "预约时间" }, FIELD_FILTER },
    { "charge_told", FIELD_BOOLEAN, { "Warranty and charges told", "已告知保修与收费" }, FIELD_TRANSIENT },
    { "dispatcher_told", FIELD_BOOLEAN, { "Dispatcher told", "已告知调度员" }, FIELD_TRANSIENT },
    { "dispatched_at", FIELD_TIME, { "Dispatched", "派单时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "arrived_at", FIELD_TIME, { "Arrived", "到场时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "late_arrival", FIELD_BOOLEAN, { "Late", "迟到" }, FIELD_COMPUTED | FIELD_FILTER },
    { "appearance_in_order", FIELD_BOOLEAN, { "Appearance in order, shoe covers on", "仪容整洁并穿鞋套" }, FIELD_TRANSIENT },
    { "transport_mode", FIELD_ENUM, { "Transport", "交通方式" }, 0, .choices = transport_modes },
    { "transport_reason", FIELD_TEXT, { "Why not by bus", "非公交原因" }, 0, 1, 300 },
    { "transport_cost", FIELD_MONEY, { "Fare in fen", "交通费(分)" }, FIELD_TRANSIENT, 0, 10000000 },
    { "visits", FIELD_LIST, { "Visits", "上门记录" }, FIELD_COMPUTED, .items = visit_items },
    { "absences", FIELD_INTEGER, { "Customer absent", "客户缺席次数" }, FIELD_COMPUTED },
    { "waited_minutes", FIELD_INTEGER, { "Minutes waited", "等待分钟" }, FIELD_TRANSIENT, 0, 1000 },
    { "called_customer", FIELD_BOOLEAN, { "Called the customer", "已致电客户" }, FIELD_TRANSIENT },
    { "door_photo_id", FIELD_TEXT, { "Photo of the door", "门口照片" }, FIELD_TRANSIENT, 36, 36 },
    { "empty_run_fee", FIELD_MONEY, { "Empty-run fee in fen", "空跑费(分)" }, 0, 0, 1000000 },
    { "fault_confirmed", FIELD_TEXT, { "Problem as found", "现场确认故障" }, 0, 1, 2000 },
    { "diagnosis", FIELD_TEXT, { "Diagnosis", "故障判断" }, 0, 1, 2000 },
    { "charge_reason", FIELD_ENUM, { "Charged in spite of the warranty because", "保修期内收费原因" }, 0, .choices = charge_reasons },
    { "price_told", FIELD_MONEY, { "Price told in fen", "告知价格(分)" }, 0, 0, 1000000000 },
    { "consent_by", FIELD_TEXT, { "Price agreed by", "价格确认人" }, 0, 1, 60 },
    { "devices", FIELD_LIST, { "Devices taken", "带回物品" }, 0, 1, 50, .items = device_items },
    { "device_kept", FIELD_BOOLEAN, { "The device stays here", "物品留存" }, FIELD_TRANSIENT },
    { "tag_no", FIELD_TEXT, { "Tag", "物品标识号" }, FIELD_SEARCH, 1, 40 },
    { "copy_with_customer", FIELD_BOOLEAN, { "Customer has a copy", "客户已持一联" }, FIELD_TRANSIENT },
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    { "device_at", FIELD_ENUM, { "Device is at", "设备所在" }, FIELD_COMPUTED | FIELD_FILTER, .choices = places },
    { "taken_at", FIELD_TIME, { "Taken", "带回时间" }, FIELD_COMPUTED },
    { "handed_to", FIELD_REFERENCE, { "Handed to", "接收人" }, FIELD_TRANSIENT, .machine = "person" },
    { "defer_reason", FIELD_ENUM, { "Put off to", "择日择人" }, 0, .choices = defer_reasons },
    { "explained", FIELD_BOOLEAN, { "Explained to the customer", "已向客户说明" }, FIELD_TRANSIENT },
    { "replacement_reason", FIELD_TEXT, { "Why replacement is advised", "建议更换原因" }, 0, 1, 500 },
    { "replacement_price", FIELD_MONEY, { "Price of replacement in fen", "更换价格(分)" }, 0, 0, 1000000000 },
    { "customer_choice", FIELD_TEXT, { "Customer's choice", "客户选择" }, 0, 1, 500 },
    { "unrepaired_outcome", FIELD_ENUM, { "Proposed end without repair", "未修处理方式" }, 0, .choices = unrepaired_outcomes },
    { "unrepaired_reason", FIELD_TEXT, { "Why not repaired", "未修原因" }, 0, 1, 1000 },
    { "withdrawal_wish", FIELD_TEXT, { "Customer's wish", "客户撤回意愿" }, 0, 1, 500 },
    { "return_item", FIELD_OBJECT, { "Item sent for return repair", "返修物品" }, FIELD_TRANSIENT, .items = return_items },
    { "solution", FIELD_TEXT, { "Solution", "解决方案" }, 0, 1, 2000 },
    { "test_passed", FIELD_BOOLEAN, { "Test passed", "测试合格" }, FIELD_TRANSIENT },
    { "parts_used", FIELD_LIST, { "Parts used", "使用配件" }, 0, 0, 50, .items = part_items },
    { "spares", FIELD_LIST, { "Spare parts asked for", "申请备件" }, FIELD_TRANSIENT, 1, 20, .items = spare_items },
    { "charge_items", FIELD_LIST, { "Charges", "收费项目" }, 0, 0, 50, .items = charge_item_fields },
    { "charge_total", FIELD_MONEY, { "Total in fen", "费用合计(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "payment_status", FIELD_ENUM, { "Payment", "付款状态" }, FIELD_FILTER, .choices = payments },
    REF("on_account_by", "Put on account by", "挂账批准人", FIELD_COMPUTED, "person"),
    REF("waived_by", "Waived by", "减免批准人", FIELD_COMPUTED, "person"),
    { "receipt_no", FIELD_TEXT, { "Receipt", "收据号" }, FIELD_COMPUTED | FIELD_FILTER | FIELD_SEARCH },
    { "voided_receipts", FIELD_LIST, { "Voided receipts", "作废收据" }, FIELD_COMPUTED, .items = receipt_items },
    { "invoice_status", FIELD_ENUM, { "Invoice", "发票状态" }, FIELD_COMPUTED | FIELD_FILTER, .choices = invoice_states },
    { "invoice_title", FIELD_TEXT, { "Invoice title", "发票抬头" }, 0, 1, 120 },
    { "invoice_tax_no", FIELD_TEXT, { "Tax number", "税号" }, 0, 1, 40 },
    { "invoice_email", FIELD_TEXT, { "E-mail for the invoice", "接收邮箱" }, 0, 3, 200 },
    { "invoice_no", FIELD_TEXT, { "Invoice number", "发票号" }, FIELD_SEARCH, 1, 40 },
    { "customer_opinion", FIELD_TEXT, { "Customer's comment", "客户意见" }, 0, 1, 1000 },
    { "satisfaction", FIELD_INTEGER, { "Satisfaction, 1 to 5", "满意度(1-5)" }, FIELD_FILTER, 1, 5 },
    { "signature_refused", FIELD_BOOLEAN, { "Signature refused", "客户拒绝签字" }, FIELD_FILTER },
    { "signature_refused_reason", FIELD_TEXT, { "Why not signed", "拒签原因" }, 0, 1, 500 },
    { "evidence", FIELD_TEXT, { "Other evidence", "其他证据" }, 0, 1, 500 },
    { "device_returned", FIELD_BOOLEAN, { "Device given back", "设备已交还" }, FIELD_TRANSIENT },
    { "customer_copy_taken_in", FIELD_BOOLEAN, { "Customer's copy taken in", "已收回客户联" }, FIELD_TRANSIENT },
    { "outcome", FIELD_ENUM, { "Outcome", "处理结果" }, FIELD_COMPUTED | FIELD_FILTER, .choices = outcomes },
    { "ready_at", FIELD_TIME, { "Ready for the customer", "可取时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "notices", FIELD_LIST, { "Reminders to collect", "取件提醒" }, FIELD_COMPUTED, .items = notice_items },
    { "notice_channels", FIELD_TEXTS, { "Channels", "提醒方式" }, FIELD_TRANSIENT, 1, 4, .choices = notice_channels },
    { "uncollected_decision", FIELD_ENUM, { "Decision on the uncollected device", "逾期未取处置决定" }, 0, .choices = uncollected_decisions },
    { "legal_advice", FIELD_TEXT, { "Legal advice", "法律意见" }, 0, 1, 1000 },
    { "settled_at", FIELD_TIME, { "Settled", "善后完毕时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reported_back_at", FIELD_TIME, { "Reported back", "反馈时间" }, FIELD_COMPUTED },
    { "slip_received", FIELD_BOOLEAN, { "Dispatch slip received", "派工单已收" }, FIELD_TRANSIENT },
    { "receipts_received", FIELD_BOOLEAN, { "Receipts received", "收条已收" }, FIELD_TRANSIENT },
    REF("followup_clerk_id", "Follow-up clerk", "回访员", FIELD_FILTER, "person"),
    { "called_at", FIELD_TIME, { "Called at", "回访时间" }, FIELD_FILTER },
    { "reached", FIELD_BOOLEAN, { "Reached", "已接通" }, FIELD_FILTER },
    { "followup_tries", FIELD_INTEGER, { "Follow-up attempts", "回访次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "next_attempt_at", FIELD_TIME, { "Call again at", "下次回访时间" }, FIELD_FILTER },
    { "score_attitude", FIELD_INTEGER, { "Attitude", "态度评分" }, 0, 1, 5 },
    { "score_timeliness", FIELD_INTEGER, { "Timeliness", "及时性评分" }, 0, 1, 5 },
    { "score_quality", FIELD_INTEGER, { "Quality", "质量评分" }, 0, 1, 5 },
    { "score_result", FIELD_INTEGER, { "Result", "效果评分" }, 0, 1, 5 },
    { "satisfied", FIELD_BOOLEAN, { "Satisfied", "满意" }, FIELD_FILTER },
    { "is_complaint", FIELD_BOOLEAN, { "Complaint", "投诉" }, FIELD_FILTER },
    { "complaint_text", FIELD_TEXT, { "Complaint in words", "投诉内容" }, 0, 1, 2000 },
    { "not_fixed", FIELD_BOOLEAN, { "The fault is not cured", "故障未解决" }, FIELD_FILTER },
    { "work_confirmed", FIELD_BOOLEAN, { "Customer confirms the work", "客户确认已维修" }, FIELD_FILTER },
    { "followed_up_at", FIELD_TIME, { "Followed up", "回访完成时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("leader_id", "Leader told", "上报领导", FIELD_FILTER, "person"),
    { "reported_to_leader_at", FIELD_TIME, { "Reported to the leader", "上报时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "cancel_reason", FIELD_ENUM, { "Cancelled because", "取消原因" }, FIELD_FILTER, .choices = cancel_reasons },
    { "loss", FIELD_OBJECT, { "Loss or damage", "遗失损坏" }, 0, .items = loss_items },
    { "loss_settled_at", FIELD_TIME, { "Loss made good", "赔偿完毕时间" }, FIELD_COMPUTED },
    { "lost_form", FIELD_ENUM, { "Lost paper", "遗失单据" }, FIELD_TRANSIENT, .choices = slip_forms },
    { "loss_note", FIELD_TEXT, { "Loss note", "遗失说明" }, 0, 1, 1000 },
    { "agreed", FIELD_BOOLEAN, { "Customer agrees", "客户同意" }, FIELD_TRANSIENT },
    { "keeps_appointment", FIELD_BOOLEAN, { "Customer keeps the appointment", "客户保留原预约" }, FIELD_TRANSIENT },
    { "decline_reason", FIELD_TEXT, { "Declined because", "拒单原因" }, 0, 1, 500 },
    { "job_accepted", FIELD_BOOLEAN, { "Accepted by the outlet", "网点已接单" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reassign_reason", FIELD_ENUM, { "Reason of reassignment", "改派原因" }, FIELD_TRANSIENT, .choices = reassign_reasons_p4 },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    TEST_FIELDS,
    MOVED_FROM,
    { "waiting_told", FIELD_BOOLEAN, { "Told about the wait, loan offered", "已说明等待并提供备用机" }, FIELD_COMPUTED },
    { NULL },
};

static const struct form repair_forms[] = {
    { "phone_record", "WWSH-003-P04-R01", { "Phone and dispatch record", "电话派工记录" }, 24, "HI_PHONE_Q",
      "opened_at channel customer_id contact_name contact_phone address serial model problem priority warranty_until in_warranty free_reason", "company" },
    { "dispatch_slip", "WWSH-003-P04-R02", { "Dispatch slip", "维护派工单" }, 36, "HI_SLIP_EVENT HI_SLIP_M",
      "type customer_id contact_name contact_phone address serial? model? problem? contract_no? lines? install_on? is_complete_set? required_skill priority in_warranty? assignee_id dispatched_at?", "company customer settlement" },
    { "handling_slip", "WWSH-003-P04-R03", { "Handling slip", "处理单" }, 36, "HI_HANDSLIP_EVENT",
      "customer_id contact_name contact_phone devices taken_at assignee_id", "company customer" },
    { "device_receipt", "WWSH-003-P04-R04", { "Device receipt", "设备收条" }, 36, "HI_RECEIPT_EVENT HI_RECEIPT_M",
      "customer_id contact_name devices outcome settled_at", "company customer" },
    { "followup_record", "WWSH-003-P04-R05", { "Follow-up record", "回访记录" }, 36, "HI_FOLLOWUP_M",
      "customer_id called_at reached followup_tries score_attitude score_timeliness score_quality score_result satisfied is_complaint complaint_text reported_to_leader_at", "company" },
    { "receipt", "WWSH-003-P04-R07", { "Receipt", "收据" }, 360, "HI_SLIP_EVENT",
      "customer_id contact_name receipt_no charge_items charge_total payment_status settled_at", "company customer settlement" },
    { NULL },
};
