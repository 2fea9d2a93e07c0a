/* P22: choices, fields and clocks of the nonconformity. Layer: procedures; for p22_nonconformity.c alone. */
#ifndef AFTERCARE_PROCEDURES_P22_FIELDS_H
#define AFTERCARE_PROCEDURES_P22_FIELDS_H

#include "procedures/p22.h"

static const struct choice sources[] = {
    { "rule_inspection", { "Inspection of the rules", "制度检查" } },
    { "internal_evaluation", { "Internal evaluation", "内部评价" } },
    { "complaint", { "Complaint", "客户投诉" } },
    { "repair", { "Repair", "维修" } },
    { "return_repair", { "Return repair", "返修" } },
    { "delivery", { "Delivery or installation", "送货安装" } },
    { "return_exchange", { "Return or exchange", "退换货" } },
    { "calibration", { "Calibration", "检定校准" } },
    { "facility", { "Facility or tool", "设施工具" } },
    { "recall", { "Recall", "召回" } },
    { "emergency", { "Emergency", "突发事件" } },
    { "outlet", { "Outlet", "服务网点" } },
    { "supplier", { "Supplier", "供应商" } },
    { "stock", { "Parts and stock", "备件库存" } },
    { "customer_survey", { "Customer survey", "满意度调查" } },
    { "deadline_breach", { "Time limits missed", "时限逾期" } },
    { "improvement", { "Improvement without effect", "改进无效" } },
    { "trend", { "The same cause again and again", "同因重复" } },
    { "external_audit", { "External audit", "外部审核" } },
    { "service_factor", { "Service factor", "服务因素" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice kinds[] = { { "actual", { "Actual", "实际不符合" } }, { "potential", { "Potential", "潜在不符合" } }, { NULL } };
static const struct choice grades[] = {
    { "minor", { "Minor", "轻微" } }, { "major", { "Major", "严重" } }, { "critical", { "Critical", "重大" } }, { NULL },
};
static const struct choice causes[] = {
    { "competence", { "Knowledge or skill", "知识技能不足" } },
    { "rule_missing", { "No rule, or not a clear one", "制度缺失或不清" } },
    { "rule_not_kept", { "Rule not kept", "未按制度执行" } },
    { "workload", { "Too few people or too little time", "人员或时间不足" } },
    { "information", { "Wrong or late information", "信息传递不当" } },
    { "part_quality", { "Quality of a part or product", "备件或产品质量" } },
    { "supplier", { "Supplier", "供应商" } },
    { "transport", { "Packing or transport", "包装运输" } },
    { "facility", { "Tool, instrument or facility", "工具仪器设施" } },
    { "system", { "Computer system", "信息系统" } },
    { "supervision", { "Supervision", "监督不到位" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice follow_ups[] = {
    { "training", { "Training (P7)", "培训(P7)" } },
    { "document", { "Change of a rule or document (P20)", "文件更改(P20)" } },
    { "funds", { "Money (P17)", "经费(P17)" } },
    { NULL },
};
static const struct choice action_kinds[] = { { "corrective", { "Corrective", "纠正措施" } }, { "preventive", { "Preventive", "预防措施" } }, { NULL } };

static const struct field problem_items[] = {
    { "what?", FIELD_TEXT, { "What", "何事" }, 0, 1, 500 },      { "when?", FIELD_TEXT, { "When", "何时" }, 0, 1, 200 },
    { "where?", FIELD_TEXT, { "Where", "何地" }, 0, 1, 200 },    { "who?", FIELD_TEXT, { "Who", "何人" }, 0, 1, 200 },
    { "why?", FIELD_TEXT, { "Why it matters", "为何" }, 0, 1, 500 }, { "how?", FIELD_TEXT, { "How it happened", "如何" }, 0, 1, 500 },
    { "how_much?", FIELD_TEXT, { "How much", "多少" }, 0, 1, 200 }, { NULL },
};
static const struct field why_items[] = { { "why", FIELD_TEXT, { "Because", "原因" }, 0, 1, 500, .example = "\"包装未加防震材料\"" }, { NULL } };
static const struct field action_items[] = {
    { "action", FIELD_TEXT, { "Action", "措施" }, 0, 1, 500, .example = "\"硬盘一律双层防震包装\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = action_kinds },
    { "owner_id", FIELD_TEXT, { "Owner", "责任人" }, 0, 36, 36 },
    { "due_on", FIELD_DATE, { "Due on", "完成期限" } },
    { NULL },
};

static const struct field fields[] = {
    /* the report */
    { "source", FIELD_ENUM, { "Found by", "来源" }, FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Found on", "来源单号" }, FIELD_FILTER, 1, 40, .example = "\"RR-2026-000001\"" },
    { "source_machine", FIELD_TEXT, { "Kind of what it was found on", "来源单类型" }, FIELD_COMPUTED | FIELD_FILTER },
    { "kind", FIELD_ENUM, { "Kind", "性质" }, FIELD_FILTER, .choices = kinds },
    { "grade", FIELD_ENUM, { "Grade", "等级" }, FIELD_FILTER, .choices = grades },
    { "dept", FIELD_ENUM, { "Responsible department", "责任部门" }, FIELD_FILTER, .choices = department_choices },
    REF("outlet_id", "Outlet", "网点", FIELD_COMMON | FIELD_FILTER, "outlet"),
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    MOVED_FROM,
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_FILTER | FIELD_SEARCH, 1, 80 },
    { "clause", FIELD_TEXT, { "Rule or clause not kept", "不符合条款" }, FIELD_FILTER, 1, 120, .example = "\"P5 4.2(4)\"" },
    { "fact", FIELD_TEXT, { "Fact", "不符合事实" }, 0, 1, 2000, .example = "\"发运硬盘未加防震包装,到货损坏\"" },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 2000 },
    { "customer_affected", FIELD_BOOLEAN, { "A customer is affected", "影响客户" }, FIELD_FILTER },
    REF("found_by", "Reported by", "提出人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "found_at", FIELD_TIME, { "Found", "发现时间" }, FIELD_FILTER },
    { "rule_code", FIELD_TEXT, { "Time rule missed again and again", "反复逾期的时限" }, FIELD_FILTER, 1, 60 },
    REF("person_id", "Whose limits were missed", "逾期责任人", FIELD_FILTER, "person"),
    REF("repeat_of_id", "Repeats", "重复于", FIELD_FILTER, "nonconformity"),
    REF("merged_into_id", "Reported twice: goes on as", "并入", FIELD_FILTER, "nonconformity"),
    { "decision_reason", FIELD_TEXT, { "Reason of the decision", "决定理由" }, 0, 1, 1000 },
    /* the department's answer */
    REF("responsible_id", "Answers for the department", "部门责任人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    REF("signed_by", "Signed by", "签收人", FIELD_COMPUTED, "person"),
    { "signed_at", FIELD_TIME, { "Signed", "签收时间" }, FIELD_COMPUTED },
    { "objection", FIELD_TEXT, { "Objection of the department", "部门异议" }, 0, 1, 1000 },
    { "objection_open", FIELD_BOOLEAN, { "Objection to be decided", "异议待裁决" }, FIELD_COMPUTED | FIELD_FILTER },
    { "objection_upheld", FIELD_BOOLEAN, { "Objection upheld", "异议成立" }, 0 },
    /* correction and need */
    { "correction", FIELD_TEXT, { "Correction (D3)", "纠正(D3)" }, 0, 1, 2000 },
    { "containment", FIELD_TEXT, { "Interim containment (D3)", "临时遏制措施(D3)" }, 0, 1, 2000 },
    { "contained_at", FIELD_TIME, { "Contained", "遏制时间" }, FIELD_COMPUTED },
    { "customers_told", FIELD_BOOLEAN, { "Customers who are affected were told", "已告知受影响客户" }, 0 },
    { "needs_cause", FIELD_BOOLEAN, { "Causes are to be removed", "须消除原因" }, FIELD_FILTER },
    { "systemic", FIELD_BOOLEAN, { "May happen elsewhere too", "系统性" }, FIELD_FILTER },
    /* 8D */
    { "team", FIELD_TEXTS, { "Team (D1)", "小组成员(D1)" }, 0, 1, 20, .example = "[\"王芳\"]" },
    { "problem", FIELD_OBJECT, { "Problem, 5W2H (D2)", "问题描述5W2H(D2)" }, 0, .items = problem_items },
    { "cause", FIELD_ENUM, { "Kind of cause", "原因类别" }, FIELD_FILTER, .choices = causes },
    { "whys", FIELD_LIST, { "Five whys (D4)", "五问原因(D4)" }, 0, 1, 10, .items = why_items },
    { "root_cause", FIELD_TEXT, { "Root cause (D4)", "根本原因(D4)" }, 0, 1, 2000 },
    { "escape_point", FIELD_TEXT, { "Why it was not noticed (D4)", "流出原因(D4)" }, 0, 1, 1000 },
    { "similar_cases", FIELD_TEXT, { "Similar cases looked for (D7)", "类似情况排查(D7)" }, 0, 1, 1000 },
    { "analysed_at", FIELD_TIME, { "Analysed", "分析完成时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "measures", FIELD_LIST, { "Actions (D5)", "措施(D5)" }, 0, 1, 30, .items = action_items },
    { "metric", FIELD_TEXT, { "How the effect is measured", "有效性指标" }, 0, 1, 500 },
    { "follow_ups", FIELD_TEXTS, { "What other procedures have to do", "需其他程序配合" }, 0, 0, 3, .choices = follow_ups },
    { "amount", FIELD_MONEY, { "Money needed in fen", "所需经费(分)" }, 0, 0, 100000000000 },
    { "return_reason", FIELD_TEXT, { "Returned because", "退回原因" }, 0, 1, 1000 },
    REF("actions_confirmed_by", "Actions confirmed by", "措施确认人", FIELD_COMPUTED, "person"),
    { "implement_until", FIELD_DATE, { "Implemented until", "实施期限" }, FIELD_COMPUTED | FIELD_FILTER },
    { "extension_until", FIELD_DATE, { "Extension asked for until", "申请延期至" } },
    { "extension_asked", FIELD_BOOLEAN, { "Extension to be decided", "延期待批" }, FIELD_COMPUTED | FIELD_FILTER },
    { "extended", FIELD_BOOLEAN, { "Extended once", "已延期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "implementation", FIELD_TEXT, { "Implementation (D6)", "实施情况(D6)" }, 0, 1, 2000 },
    { "implementation_evidence", FIELD_TEXT, { "Evidence of the implementation", "实施证据" }, 0, 1, 1000 },
    REF("implemented_by", "Implemented by", "实施人", FIELD_COMPUTED, "person"),
    { "implemented_at", FIELD_TIME, { "Implemented", "实施完成时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "watch_until", FIELD_DATE, { "Watched until", "观察期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "is_effective", FIELD_BOOLEAN, { "Effective", "有效" }, FIELD_FILTER },
    { "verification", FIELD_TEXT, { "Verification", "验证情况" }, 0, 1, 2000 },
    REF("verified_by", "Verified by", "验证人", FIELD_COMPUTED, "person"),
    { "verified_at", FIELD_TIME, { "Verified", "验证时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "rounds", FIELD_INTEGER, { "Analyses that had to be repeated", "重新分析次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "rules_updated", FIELD_TEXT, { "Rules and service factors brought up to date (D7)", "制度与服务因素更新(D7)" }, 0, 1, 1000 },
    { "standardise", FIELD_BOOLEAN, { "Worth making a rule elsewhere", "值得推广" }, 0 },
    { "closing_note", FIELD_TEXT, { "Closing and recognition (D8)", "关闭与表彰(D8)" }, 0, 1, 1000 },
    { "recurrence", FIELD_TEXT, { "How it happened again", "再次发生情况" }, 0, 1, 1000 },
    { "reopened", FIELD_INTEGER, { "Times reopened", "重开次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { NULL },
};

static const struct clock clocks[] = {
    { "confirm_due", { "Report confirmed or dismissed", "报告确认期限" }, "T_P22_CONFIRM", NULL, true },
    { "sign_due", { "Signed or objected to by the department", "部门签收期限" }, "T_P22_SIGN", NULL, true },
    { "objection_due", { "Objection decided", "异议裁决期限" }, "T_P22_OBJECTION", NULL, true },
    { "contain_due", { "Corrected and contained", "纠正遏制期限" }, "T_P22_CONTAIN", "T_P22_CONTAIN_CRITICAL", false },
    { "need_due", { "Decided whether causes are to be removed", "原因分析需求判定期限" }, "T_P22_NEED", NULL, true },
    { "analysis_due", { "Causes found and actions proposed", "原因分析期限" }, "T_P22_ANALYSE", NULL, true },
    { "action_due", { "Actions confirmed or returned", "措施确认期限" }, "T_P22_CONFIRM_ACTION", NULL, true },
    { "implement_due", { "Implemented", "实施期限" }, "T_P22_IMPLEMENT", NULL, true },
    { "extension_due", { "Extension decided", "延期审批期限" }, "T_P22_EXTENSION", NULL, true },
    { "verify_due", { "Verified after the watch period", "验证期限" }, "T_P22_VERIFY", NULL, true },
    { "close_due", { "Closed", "关闭期限" }, "T_P22_CLOSE", NULL, true },
    { NULL },
};

#endif
