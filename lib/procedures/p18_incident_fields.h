/* P18 C: choices, states, fields and clocks of an incident. Layer: procedures; for p18_incident.c alone. */
#ifndef AFTERCARE_PROCEDURES_P18_INCIDENT_FIELDS_H
#define AFTERCARE_PROCEDURES_P18_INCIDENT_FIELDS_H

#include "procedures/p18.h"

static const struct choice sources[] = {
    { "phone", { "Call to the 24 h line", "24小时电话" } }, { "on_site", { "Seen on site", "现场发现" } },
    { "repair", { "Repair", "维修" } },                     { "delivery", { "Delivery or installation", "送货安装" } },
    { "complaint", { "Complaint", "客户投诉" } },           { "recall", { "Recall", "产品召回" } },
    { "service_factor", { "Service factor", "服务因素" } }, { "authority", { "Authority", "政府部门" } },
    { "media", { "Media", "媒体" } },                       { NULL },
};
/* Manual P1 4.2.4. */
static const struct choice kinds[] = {
    { "packing_defect", { "Defect of the packing", "包装缺陷" } },
    { "commissioning_damage", { "Major damage in commissioning", "安装调试重大损坏" } },
    { "operation_accident", { "Safety accident in operation", "运行中安全事故" } },
    { "sabotage_misoperation", { "Sabotage or wrong operation", "人为破坏或误操作" } },
    { "hidden_danger", { "Hidden danger in a product that was released", "已放行产品存在安全隐患" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice levels[] = {
    { "I", { "I, red", "一级(红)" } }, { "II", { "II, orange", "二级(橙)" } }, { "III", { "III, yellow", "三级(黄)" } }, { "IV", { "IV, blue", "四级(蓝)" } }, { NULL },
};
static const struct choice national_levels[] = {
    { "particularly_major", { "Particularly major", "特别重大" } }, { "major", { "Major", "重大" } }, { "larger", { "Larger", "较大" } }, { "general", { "General", "一般" } }, { NULL },
};
/* What has to be done on the spot (statute of 2019, art. 17). */
static const struct choice measures[] = {
    { "control_hazard", { "Control the hazard, rescue people", "控制危险源、抢救人员" } },
    { "evacuate", { "Evacuate", "疏散撤离" } },
    { "warn", { "Warn those who are affected", "通知受影响人员" } },
    { "prevent_spread", { "Prevent that it spreads", "防止事态扩大" } },
    { "keep_scene", { "Keep the scene and the evidence", "保护现场和证据" } },
    { NULL },
};
static const struct choice informed_kinds[] = {
    { "customer", { "Customer", "客户" } }, { "leader", { "Leader", "公司领导" } },       { "family", { "Family", "家属" } }, { "department", { "Department", "部门" } },
    { "outlet", { "Outlet", "网点" } },     { "rescue", { "Rescue service", "救援机构" } }, { "media", { "Media", "媒体" } },   { "other", { "Other", "其他" } }, { NULL },
};
static const struct choice remedy_kinds[] = {
    { "repair", { "Repair", "维修" } }, { "exchange", { "Exchange", "换货" } }, { "return", { "Return", "退货" } }, { "compensation", { "Compensation", "补救赔偿" } }, { NULL },
};
static const struct choice causes[] = {
    { "product", { "Product", "产品质量" } },       { "installation", { "Installation or commissioning", "安装调试" } }, { "maintenance", { "Repair or maintenance", "维修维护" } },
    { "packing", { "Packing or transport", "包装运输" } }, { "operation", { "Operation by the user", "使用操作" } },         { "rule_missing", { "No rule", "制度缺失" } },
    { "third_party", { "Somebody else", "第三方" } },  { "nature", { "Nature", "自然因素" } },                            { "other", { "Other", "其他" } }, { NULL },
};
static const struct choice line_kinds[] = {
    { "verified", { "Verified", "核实" } },       { "graded", { "Graded", "定级" } },           { "escalate", { "Level raised", "提级" } },
    { "deescalate", { "Level lowered", "降级" } }, { "facts", { "Figures", "伤亡损失" } },        { "authority", { "Authority", "上报" } },
    { "activated", { "Plan activated", "启动" } }, { "response", { "Response", "开展处置" } },    { "line", { "Response", "处置" } },
    { "funds", { "Money", "经费" } },             { "controlled", { "Under control", "受控" } }, { "flare_up", { "Out of control again", "再次失控" } },
    { "terminated", { "Ended", "解除" } },        { NULL },
};
static const struct field team_items[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" }, 0, 1, 60 },
    { "duty", FIELD_TEXT, { "Duty", "职责" }, 0, 1, 120 },
    { NULL },
};
static const struct field log_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "entered_at", FIELD_TIME, { "Entered at", "登记时间" } },
    { "by", FIELD_TEXT, { "By", "记录人" } },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = line_kinds },
    { "text?", FIELD_TEXT, { "Text", "内容" } },
    { NULL },
};
static const struct field informed_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = informed_kinds },
    { "whom", FIELD_TEXT, { "Whom", "对象" } },
    { "by", FIELD_TEXT, { "By", "通知人" } },
    { "text?", FIELD_TEXT, { "What was said", "内容" } },
    { NULL },
};
static const struct state states[] = {
    { "reported", { "Reported", "接报" } },
    { "verified", { "Verified", "核实" } },
    { "graded", { "Graded", "分级" } },
    { "activated", { "Plan activated", "启动预案" } },
    { "responding", { "Being responded to", "处置" } },
    { "controlled", { "Under control", "受控" } },
    { "terminated", { "Emergency ended", "解除" } },
    { "recovering", { "Recovery", "恢复善后" } },
    { "investigating", { "Being investigated", "调查" } },
    { "summarised", { "Summarised", "总结" } },
    { "closed", { "Closed", "已关闭" }, STATE_TERMINAL },
    { "false_alarm", { "False alarm", "误报" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "source", FIELD_ENUM, { "Comes from", "来源" }, FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源单号" }, FIELD_FILTER, 1, 40, .example = "\"RP-2026-000012\"" },
    { "scenario", FIELD_ENUM, { "Scenario", "事件情景" }, FIELD_FILTER, .choices = p18_scenarios },
    { "kind", FIELD_ENUM, { "Type", "事件类型" }, FIELD_FILTER, .choices = kinds },
    { "what", FIELD_TEXT, { "What happened", "事件经过" }, 0, 1, 2000, .example = "\"配电柜调试时冒烟,一人手部灼伤\"" },
    { "place", FIELD_TEXT, { "Place", "地点" }, FIELD_FILTER, 1, 200 },
    { "occurred_at", FIELD_TIME, { "Happened at", "发生时间" }, FIELD_FILTER },
    { "reporter_name", FIELD_TEXT, { "Reported by", "报告人" }, FIELD_PERSONAL, 1, 60 },
    { "reporter_phone", FIELD_TEXT, { "Phone of who reported", "报告人电话" }, FIELD_PERSONAL, 3, 40 },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    MOVED_FROM,
    COUNT("dead", "Dead", "死亡人数"),
    COUNT("seriously_injured", "Seriously injured", "重伤人数"),
    COUNT("slightly_injured", "Slightly injured", "轻伤人数"),
    { "loss_amount", FIELD_MONEY, { "Loss in fen", "直接经济损失(分)" }, FIELD_FILTER, 0, 100000000000000 },
    COUNT("customers_down", "Customers without service", "受影响客户数"),
    { "national_media", FIELD_BOOLEAN, { "In national media", "全国性媒体报道" }, FIELD_FILTER },
    { "suggested_level", FIELD_ENUM, { "Level by the figures", "建议级别" }, FIELD_COMPUTED | FIELD_FILTER, .choices = levels },
    { "national_level", FIELD_ENUM, { "Accident scale of the state", "国家事故等级" }, FIELD_COMPUTED | FIELD_FILTER, .choices = national_levels },
    { "level", FIELD_ENUM, { "Level", "响应级别" }, FIELD_FILTER, .choices = levels },
    WORDS("level_note", "Why this level", "定级说明", 1000),
    { "assignee_id", FIELD_REFERENCE, { "Commanded by", "现场总指挥" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    PERSON("verified_by", "Verified by", "核实人"),
    WHEN("verified_at", "Verified", "核实时间"),
    WHEN("graded_at", "Graded", "定级时间"),
    { "false_alarm_reason", FIELD_TEXT, { "Why it is none", "误报原因" }, 0, 1, 500 },
    /* authorities */
    { "reportable", FIELD_BOOLEAN, { "To be reported to the authority", "须上报政府部门" }, FIELD_COMPUTED | FIELD_FILTER },
    WORDS("report_ground", "Why, or why not", "上报(不上报)依据", 500),
    { "authority", FIELD_TEXT, { "Authority", "政府部门" }, FIELD_FILTER, 1, 120 },
    { "authority_told_at", FIELD_TIME, { "Reported to the authority", "上报时间" }, FIELD_FILTER },
    WORDS("authority_report_no", "Number of the report", "上报编号", 80),
    PERSON("authority_told_by", "Reported by", "上报人"),
    WORDS("authority_supplement", "What was reported later", "补报内容", 2000),
    WHEN("supplemented_at", "Reported later", "补报时间"),
    /* response */
    REF("plan_id", "Plan", "应急预案", FIELD_FILTER, "emergency_plan"),
    WORDS("no_plan_reason", "Why no plan is in force", "无生效预案说明", 500),
    PERSON("activated_by", "Activated by", "启动人"),
    WHEN("activated_at", "Activated", "启动时间"),
    { "funds_asked", FIELD_MONEY, { "Money asked for in fen", "申请应急经费(分)" }, 0, 1, 100000000000 },
    { "fund_payee", FIELD_TEXT, { "Payee", "收款人" }, 0, 1, 120 },
    { "team", FIELD_LIST, { "Response team", "应急队伍" }, 0, 1, 50, .items = team_items },
    { "measures", FIELD_TEXTS, { "Done on the spot", "现场处置措施" }, FIELD_FILTER, 1, 5, .choices = measures },
    PERSON("response_led_by", "Response led by", "处置负责人"),
    WHEN("responded_at", "Response began", "处置开始时间"),
    { "line_text", FIELD_TEXT, { "Line of the log", "处置记录" }, FIELD_TRANSIENT, 1, 2000 },
    { "line_at", FIELD_TIME, { "When it was", "记录时间" }, FIELD_TRANSIENT },
    { "log_lines", FIELD_LIST, { "Log of the response", "应急处置记录" }, FIELD_COMPUTED, .items = log_items },
    WHEN("last_line_at", "Last line", "最近记录时间"),
    { "informed_kind", FIELD_ENUM, { "Kind", "通知类别" }, FIELD_TRANSIENT, .choices = informed_kinds },
    { "informed_whom", FIELD_TEXT, { "Whom", "通知对象" }, FIELD_TRANSIENT, 1, 120 },
    { "informed_text", FIELD_TEXT, { "What was said", "通知内容" }, FIELD_TRANSIENT, 1, 500 },
    { "informed", FIELD_LIST, { "Who was told, when", "通知记录" }, FIELD_COMPUTED, .items = informed_items },
    WORDS("control_note", "How it came under control", "受控情况", 2000),
    WHEN("controlled_at", "Under control", "受控时间"),
    { "hazard_removed", FIELD_BOOLEAN, { "The hazard is removed", "危险已消除" }, FIELD_TRANSIENT },
    { "no_secondary_risk", FIELD_BOOLEAN, { "Nothing else can come of it", "无次生风险" }, FIELD_TRANSIENT },
    PERSON("terminated_by", "Ended by", "解除人"),
    WHEN("terminated_at", "Ended", "解除时间"),
    /* afterwards */
    { "remedies", FIELD_TEXTS, { "Jobs that follow", "善后任务" }, FIELD_FILTER, 1, 4, .choices = remedy_kinds },
    WORDS("recovery_note", "How things are restored", "恢复措施", 2000),
    WORDS("comfort_note", "How the customer was comforted", "客户安抚情况", 1000),
    WHEN("comforted_at", "Customer spoken to", "客户安抚时间"),
    { "cause_kind", FIELD_ENUM, { "Kind of cause", "原因类别" }, FIELD_FILTER, .choices = causes },
    WORDS("cause", "Cause", "事件原因", 4000),
    { "responsible_dept", FIELD_ENUM, { "Department responsible", "责任部门" }, FIELD_FILTER, .choices = department_choices },
    WORDS("evidence", "Evidence", "证据", 1000),
    PERSON("investigated_by", "Investigated by", "调查人"),
    WHEN("investigated_at", "Cause reported", "调查完成时间"),
    WORDS("summary", "Summary", "总结报告", 4000),
    WORDS("lessons", "Lessons", "经验教训", 4000),
    { "plan_adequate", FIELD_BOOLEAN, { "The plan was good enough", "预案适用" }, FIELD_FILTER },
    WORDS("plan_flaw", "What was wrong with the plan", "预案问题", 2000),
    PERSON("summarised_by", "Summarised by", "总结人"),
    WHEN("summarised_at", "Summarised", "总结时间"),
    WORDS("return_reason", "Sent back because", "退回原因", 1000),
    { NULL },
};
static const struct clock clocks[] = {
    { "verify_due", { "Verified", "核实期限" }, "T_P18_VERIFY", NULL, false },
    { "activate_due", { "Plan activated", "启动预案期限" }, "T_P18_ACTIVATE", NULL, false },
    { "authority_due", { "Reported to the authority", "上报政府部门期限" }, "T_P18_GOV", NULL, false },
    { "supplement_due", { "Change reported to the authority", "补报期限" }, "T_P18_GOV_MORE", NULL, false },
    { "log_due_fast", { "Next line of the log, level I and II", "处置记录期限(一、二级)" }, "T_P18_LOG_FAST", NULL, false },
    { "log_due", { "Next line of the log, level III and IV", "处置记录期限(三、四级)" }, "T_P18_LOG", NULL, false },
    { "cause_due_major", { "Cause found, level I and II", "调查期限(一、二级)" }, "T_P18_CAUSE_MAJOR", NULL, false },
    { "cause_due", { "Cause found, level III and IV", "调查期限(三、四级)" }, "T_P18_CAUSE", NULL, false },
    { "summary_due", { "Summarised", "总结期限" }, "T_P18_SUMMARY", NULL, false },
    { NULL },
};

#endif
