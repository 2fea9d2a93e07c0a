/* P10 A: choices, states, fields and clocks of a recall. Layer: procedures; for p10_recall.c alone. */
#ifndef AFTERCARE_PROCEDURES_P10_RECALL_FIELDS_H
#define AFTERCARE_PROCEDURES_P10_RECALL_FIELDS_H

#include "procedures/p10.h"

const struct choice p10_levels[] = {
    { "I", { "I: death or serious injury likely", "一级:可能致死或重伤" } },
    { "II", { "II: temporary harm or loss of property", "二级:可能致暂时伤害或财产损失" } },
    { "III", { "III: no harm, but not as it should be", "三级:无伤害但不合格" } },
    { NULL },
};
const struct choice p10_measures[] = {
    { "repair", { "Repair", "修理" } },   { "replace", { "Replace", "更换" } },
    { "refund", { "Take back and refund", "退货退款" } }, { "destroy", { "Destroy", "销毁" } },
    { "warn", { "Add or correct a warning", "补充或修正警示" } }, { NULL },
};
static const struct choice findings[] = { { "defect", { "There is a defect", "存在缺陷" } }, { "no_defect", { "There is none", "不存在缺陷" } }, { NULL } };
static const struct choice grounds[] = {
    { "death", { "Death, caused or likely", "致死或可能致死" } },
    { "serious_injury", { "Serious injury, caused or likely", "重伤或可能重伤" } },
    { "major_loss", { "Major loss of property, caused or likely", "重大财产损失或可能" } },
    { "recall_abroad", { "Recalled abroad", "境外召回" } },
    { NULL },
};
static const struct choice channels[] = {
    { "website", { "Website", "官网" } }, { "newspaper", { "Newspaper", "报刊" } },     { "store", { "Where it is sold", "销售场所" } },
    { "letter", { "Letter", "信函" } },   { "message", { "Text message", "短信" } },    { "regulator_site", { "Site of the regulator", "监管部门平台" } },
    { NULL },
};
static const struct choice summary_kinds[] = {
    { "weekly", { "Weekly, inside", "内部周报" } }, { "stage", { "Stage, for the regulator", "阶段性总结" } }, { NULL },
};
static const struct choice quarantine_places[] = {
    { "warehouse", { "Warehouse", "总库" } }, { "in_transit", { "In transit", "在途" } }, { "outlet", { "Outlet", "网点" } },
    { "shop", { "Where it is sold", "销售场所" } }, { NULL },
};
static const struct field quarantine_items[] = {
    { "place", FIELD_ENUM, { "Place", "地点类别" }, .choices = quarantine_places },
    { "where", FIELD_TEXT, { "Where it lies", "具体位置" }, 0, 1, 120, .example = "\"总库B区\"" },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 0, 1000000 },
    { "disposition?", FIELD_TEXT, { "What becomes of it", "处置" }, 0, 1, 300 },
    { NULL },
};
static const struct state states[] = {
    { "signal_logged", { "Signal logged", "线索登记" } },
    { "investigating", { "Being investigated", "调查分析" } },
    { "defect_confirmed", { "Defect confirmed", "确认缺陷" } },
    { "contained", { "Sale stopped, stock in quarantine", "停售隔离" } },
    { "planning", { "Being planned", "制定计划" } },
    { "plan_approval", { "Plan to be approved", "待批准" } },
    { "filed", { "Filed with the regulator", "已报备" } },
    { "announced", { "Announced", "已公告" } },
    { "executing", { "Being carried out", "实施" } },
    { "effect_review", { "Effect reviewed", "效果评估" } },
    { "monitoring", { "Not active, units still open", "停止积极召回" } },
    { "summarised", { "Summarised", "已总结" } },
    { "closed", { "Closed", "已结案" }, STATE_TERMINAL },
    { "no_defect", { "No defect", "不存在缺陷" }, STATE_TERMINAL },
    { "handed_to_producer", { "Run by the maker", "由生产者实施" }, STATE_TERMINAL },
    { "merged", { "Merged into another", "已并案" }, STATE_TERMINAL },
    { NULL },
};

#define WORDS(n, en_, zh_, max_) { n, FIELD_TEXT, { en_, zh_ }, 0, 1, max_ }
#define WHEN(n, en_, zh_) { n, FIELD_TIME, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
#define COUNT(n, en_, zh_) { n, FIELD_INTEGER, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
#define PERSON(n, en_, zh_) REF(n, en_, zh_, FIELD_COMPUTED, "person")
#define TICKED(n, en_, zh_) { n, FIELD_BOOLEAN, { en_, zh_ }, FIELD_TRANSIENT }
static const struct field fields[] = {
    /* the signals */
    { "source", FIELD_ENUM, { "First signal from", "首条线索来源" }, FIELD_FILTER, .choices = p10_signal_sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40 },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER | FIELD_SEARCH, 1, 120, .example = "\"ZN-2000\"" },
    { "batch", FIELD_TEXT, { "Batch", "批次" }, FIELD_FILTER, 1, 80 },
    { "serials", FIELD_TEXTS, { "Serial numbers on which it was seen", "发现缺陷的序列号" }, FIELD_FILTER, 0, 200 },
    { "symptom", FIELD_TEXT, { "What was seen", "缺陷现象" }, 0, 1, 2000 },
    { "injury", FIELD_ENUM, { "Injury", "人身伤害" }, FIELD_FILTER, .choices = p10_injuries },
    { "property_loss", FIELD_MONEY, { "Loss of property in fen", "财产损失(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "recalled_abroad", FIELD_BOOLEAN, { "Recalled abroad", "境外已召回" }, FIELD_FILTER },
    { "own_case", FIELD_BOOLEAN, { "A case of its own", "另案" }, FIELD_FILTER },
    COUNT("signals", "Signals", "线索数"),
    { "assignee_id", FIELD_REFERENCE, { "Case lead", "召回负责人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    /* the report that the law asks for */
    { "reportable", FIELD_BOOLEAN, { "To be reported to the regulator", "须向监管部门报告" }, FIELD_COMPUTED | FIELD_FILTER },
    { "report_ground", FIELD_ENUM, { "Ground of the report", "报告事由" }, FIELD_FILTER, .choices = grounds },
    WORDS("authority", "Reported to", "受理报告机关", 120),
    WORDS("report_no", "Number of the report", "报告编号", 80),
    { "reported_on", FIELD_DATE, { "Reported on", "报告日期" }, FIELD_FILTER },
    PERSON("reported_by", "Reported by", "报告人"),
    /* investigation */
    { "stop_ship", FIELD_BOOLEAN, { "Nothing is shipped meanwhile", "调查期间暂停发货" }, FIELD_TRANSIENT },
    { "finding", FIELD_ENUM, { "Finding", "调查结论" }, FIELD_FILTER, .choices = findings },
    WORDS("cause", "Cause", "缺陷原因", 2000),
    WORDS("hazard", "Hazard", "可能的危害", 1000),
    WORDS("affected_range", "What is concerned", "涉及范围", 1000),
    { "models", FIELD_TEXTS, { "Models concerned", "涉及型号" }, FIELD_FILTER, 0, 50, .example = "[\"ZN-2000\"]" },
    { "range_serials", FIELD_TEXTS, { "Serial numbers concerned, beside the range", "涉及序列号(区间以外)" }, FIELD_FILTER, 0, 2000 },
    WORDS("serial_from", "Serial numbers from", "序列号起", 80),
    WORDS("serial_to", "Serial numbers to", "序列号止", 80),
    { "delivered_from", FIELD_DATE, { "Delivered from", "交付日期起" } },
    { "delivered_to", FIELD_DATE, { "Delivered until", "交付日期止" } },
    REF("part_id", "Spare part concerned", "涉及备件", FIELD_FILTER, "part"),
    { "level", FIELD_ENUM, { "Level", "召回级别" }, FIELD_FILTER, .choices = p10_levels },
    WORDS("conclusion", "Conclusion", "调查结论说明", 2000),
    WORDS("evidence", "Evidence", "证据", 1000),
    { "bought_in", FIELD_BOOLEAN, { "Made by somebody else", "外购产品" }, FIELD_FILTER },
    { "maker", FIELD_TEXT, { "Maker", "生产者" }, FIELD_FILTER, 1, 120, .example = "\"华星科技\"" },
    PERSON("investigated_by", "Investigated by", "调查人"),
    WHEN("investigated_at", "Investigated", "调查完成时间"),
    PERSON("decided_by", "Decided by", "结论批准人"),
    WHEN("confirmed_at", "Defect confirmed", "缺陷确认时间"),
    WORDS("return_reason", "Returned because", "退回原因", 1000),
    /* containment */
    { "stop_sale", FIELD_BOOLEAN, { "Sale is stopped", "已停止销售" }, FIELD_COMPUTED | FIELD_FILTER },
    TICKED("stock_frozen", "Stock is frozen", "库存已冻结"),
    TICKED("transit_frozen", "Goods on their way are stopped", "在途已拦截"),
    TICKED("outlets_told", "Outlets and sellers are told", "网点及销售方已通知"),
    { "quarantined", FIELD_LIST, { "In quarantine", "隔离清单" }, 0, 0, 200, .items = quarantine_items },
    PERSON("contained_by", "Contained by", "隔离执行人"),
    WHEN("contained_at", "Contained", "隔离时间"),
    WORDS("maker_letter", "Letter in which the maker takes the recall over", "生产者书面确认函", 300),
    WORDS("lift_reason", "Why it may be sold again", "解除停售理由", 1000),
    PERSON("lifted_by", "Sale freed by", "解除停售人"),
    /* plan */
    WORDS("product_scope", "Products recalled", "召回产品范围", 1000),
    WORDS("emergency_handling", "What users do until then", "避免伤害的应急处置", 1000),
    WORDS("measures", "Measures", "召回措施", 2000),
    { "measure", FIELD_ENUM, { "Done to each unit", "单台处理方式" }, FIELD_FILTER, .choices = p10_measures },
    WORDS("responsible_contact", "Responsible contact", "责任机构及联系方式", 300),
    { "planned_from", FIELD_DATE, { "Planned from", "计划开始日期" }, FIELD_FILTER },
    { "planned_to", FIELD_DATE, { "Planned until", "计划结束日期" }, FIELD_FILTER },
    { "budget", FIELD_MONEY, { "Budget in fen", "召回预算(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "budget_asked", FIELD_MONEY, { "Money asked for in fen", "已申请经费(分)" }, FIELD_COMPUTED },
    { "target_percent", FIELD_INTEGER, { "Target rate in percent", "完成率目标(%)" }, FIELD_FILTER, 1, 100 },
    WORDS("target_reason", "Why the target is lower", "目标低于规定的理由", 1000),
    COUNT("plan_round", "Edition of the plan", "计划版次"),
    PERSON("planned_by", "Planned by", "计划编制人"),
    WORDS("change_reason", "Why the plan was changed", "计划变更理由", 1000),
    PERSON("plan_reviewed_by", "Plan reviewed by", "计划审核人"),
    PERSON("plan_approved_by", "Plan approved by", "计划批准人"),
    WHEN("plan_approved_at", "Plan approved", "计划批准时间"),
    WORDS("filing_no", "Number of the filing", "备案编号", 80),
    { "filed_on", FIELD_DATE, { "Filed on", "报备日期" }, FIELD_FILTER },
    /* announcement and execution */
    { "notice_channels", FIELD_TEXTS, { "Announced by", "公告渠道" }, 0, 1, 6, .choices = channels },
    WORDS("notice_text", "Text of the notice", "公告内容", 4000),
    WORDS("hotline_script", "What the hotline says", "热线话术", 2000),
    { "published_on", FIELD_DATE, { "Published on", "公告日期" }, FIELD_FILTER },
    WHEN("started_at", "Carrying out began", "开始实施时间"),
    { "summary_kind", FIELD_ENUM, { "Kind of summary", "总结类别" }, FIELD_TRANSIENT, .choices = summary_kinds },
    WORDS("summary_text", "Progress", "进展情况", 2000),
    COUNT("units_listed", "Units listed, at the last summary", "召回台数(截至上次总结)"),
    COUNT("units_notified", "Customers told, at the last summary", "已通知台数"),
    COUNT("units_done", "Units put right, at the last summary", "已处理台数"),
    COUNT("contact_rate", "Told, in percent", "通知率(%)"),
    COUNT("completion_rate", "Put right, in percent", "完成率(%)"),
    WORDS("evaluation", "Evaluation of the effect", "效果评估", 2000),
    PERSON("evaluated_by", "Evaluated by", "评估人"),
    WORDS("final_summary", "Final summary", "总结报告", 4000),
    WORDS("summary_no", "Number under which it was handed in", "总结报备编号", 80),
    WORDS("archive_ref", "Where the records are kept", "档案存放编号", 120),
    REF("merged_into_id", "Merged into", "已并入", FIELD_FILTER, "recall"),
    { NULL },
};

static const struct clock clocks[] = {
    { "open_due", { "Investigation opened", "启动调查期限" }, "T_P10_OPEN", NULL, false },
    { "open_injury_due", { "Investigation opened, somebody was hurt", "启动调查期限(涉及伤害)" }, "T_P10_OPEN_INJURY", NULL, false },
    { "authority_due", { "Reported to the regulator", "向监管部门报告期限" }, "T_P10_AUTH_REPORT", NULL, false },
    { "findings_due", { "Investigated", "调查期限" }, "T_P10_FINDINGS", NULL, false },
    { "decide_due", { "Finding decided", "结论批准期限" }, "T_P10_DECIDE", NULL, false },
    { "contain_due", { "Sale stopped at once", "停售隔离期限" }, "T_P10_CONTAIN", NULL, false },
    { "notify_due_1", { "Customers told, level I", "通知客户期限(一级)" }, "T_P10_NOTIFY_1", NULL, false },
    { "notify_due_2", { "Customers told, level II", "通知客户期限(二级)" }, "T_P10_NOTIFY_2", NULL, false },
    { "notify_due_3", { "Customers told, level III", "通知客户期限(三级)" }, "T_P10_NOTIFY_3", NULL, false },
    { "plan_due", { "Plan filed", "召回计划报备期限" }, "T_P10_PLAN", NULL, false },
    { "approve_due", { "Plan approved", "召回计划批准期限" }, "T_P10_APPROVE_PLAN", NULL, false },
    { "announce_due", { "Announced", "召回公告期限" }, "T_P10_ANNOUNCE", NULL, false },
    { "weekly_due", { "Weekly progress", "内部周报期限" }, "T_P10_WEEKLY", NULL, false },
    { "stage_due", { "Stage summary", "阶段性总结期限" }, "T_P10_STAGE", NULL, false },
    { "final_due", { "Final summary", "总结报告期限" }, "T_P10_FINAL", NULL, false },
    { NULL },
};

#endif
