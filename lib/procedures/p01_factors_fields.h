/* P1: choices, fields and guards of a service factor. Layer: procedures; for p01_factors.c alone. */
#ifndef AFTERCARE_PROCEDURES_P01_FACTORS_FIELDS_H
#define AFTERCARE_PROCEDURES_P01_FACTORS_FIELDS_H

#include "procedures/p01.h"

/* The ten types of manual P1 4.2.3c. */
const struct choice p01_service_types[] = {
    { "delivery", { "Delivery", "送货" } },
    { "installation", { "Installation", "安装" } },
    { "commissioning", { "Commissioning", "调试" } },
    { "repair", { "Repair", "维修" } },
    { "return_repair", { "Return repair", "返修" } },
    { "follow_up", { "Follow-up", "回访" } },
    { "spare_supply", { "Supply of spares", "备品备件供应" } },
    { "recall", { "Recall", "产品召回" } },
    { "complaint", { "Complaints", "投诉处理" } },
    { "customer_relation", { "Customer relations", "客户关系" } },
    { NULL },
};
const struct choice p01_tenses[] = { { "past", { "Past", "过去" } }, { "present", { "Present", "现在" } }, { "future", { "Future", "将来" } }, { NULL } };
const struct choice p01_conditions[] = {
    { "normal", { "Normal", "正常" } }, { "abnormal", { "Abnormal", "异常" } }, { "emergency", { "Emergency", "紧急" } }, { NULL },
};
const struct choice p01_methods[] = {
    { "questionnaire", { "Questionnaire", "调查表法" } },
    { "site_observation", { "Observation on site", "现场观察" } },
    { "process_analysis", { "Analysis of the process", "过程分析" } },
    { "interview", { "Talks", "交谈" } },
    { "document_review", { "Documents and records", "查阅文件和记录" } },
    { NULL },
};
/* What manual P1 4.2.4 asks to think of. */
const struct choice p01_considerations[] = {
    { "loading_unloading", { "Loading and unloading", "送货装卸货物" } },
    { "out_of_scope_repair", { "Repair beyond its scope", "维修超范围" } },
    { "overtime_trial_escort", { "Trial run or escort beyond its time", "超时试运行护航" } },
    { "other_service_condition", { "Other condition of service", "其他售后服务条件" } },
    { "packaging_defect", { "Defect of the packing", "包装缺陷" } },
    { "major_damage_in_commissioning", { "Major damage in commissioning", "安装调试中设备重大损坏" } },
    { "safety_accident_in_operation", { "Accident in operation", "设备运行中的安全事故" } },
    { "sabotage_or_misoperation", { "Sabotage or misoperation", "恶意破坏或违反操作规程" } },
    { "released_nonconforming_product", { "Nonconforming product that has left the company", "已离开本公司的不合格产品" } },
    { "human_factor", { "Human factor", "人为因素" } },
    { "spare_disposal", { "Disposal of spares", "备品备件的丢弃拆卸处理" } },
    { "past_activity", { "Effects of the past", "以往活动的影响" } },
    { NULL },
};
const struct choice p01_influences[] = {
    { "own", { "Controlled by the company", "可控制" } }, { "influenced", { "Influenced, such as an outlet", "可施加影响(如外委网点)" } }, { NULL },
};
static const struct choice sources[] = {
    { "department", { "Department", "部门识别" } },
    { "recall", { "Recall", "召回" } },
    { "nonconformity", { "Nonconformity", "不符合纠正" } },
    { "complaint", { "Complaint", "客户投诉" } },
    { "customer_visit", { "Visit or survey of customers", "客户走访调查" } },
    { "analysis", { "Service-quality analysis", "服务质量分析" } },
    { "evaluation", { "Internal evaluation", "内部评价" } },
    { "incident", { "Accident or emergency", "突发事件" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct state states[] = {
    { "reported", { "Reported", "已上报" } },
    { "listed", { "Listed", "已列入清单" } },
    { "insignificant", { "Not significant", "一般因素" } },
    { "significant", { "Significant", "重大因素" } },
    { "controlled", { "Under control", "已受控" } },
    { "retired", { "No longer there", "已消除" }, STATE_TERMINAL },
    { "joined", { "Joined to another", "已并入" }, STATE_TERMINAL },
    { "dismissed", { "No factor", "不成立" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("round_id", "Round", "识别轮次", FIELD_FILTER, "identification_round"),
    { "dept", FIELD_ENUM, { "Department", "部门" }, FIELD_FILTER, .choices = department_choices },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "factor_text", FIELD_TEXT, { "Factor", "服务因素" }, 0, 1, 2000, .example = "\"设备卸车无专用工具,易磕碰\"" },
    { "activity", FIELD_TEXT, { "Activity", "活动" }, FIELD_FILTER, 1, 120, .example = "\"送货卸车\"" },
    { "service_type", FIELD_ENUM, { "Type", "类型" }, FIELD_FILTER, .choices = p01_service_types },
    { "tense", FIELD_ENUM, { "Tense", "时态" }, FIELD_FILTER, .choices = p01_tenses },
    { "condition", FIELD_ENUM, { "Condition", "状态" }, FIELD_FILTER, .choices = p01_conditions },
    { "routine", FIELD_BOOLEAN, { "Routine activity", "常规活动" }, FIELD_FILTER },
    { "method", FIELD_ENUM, { "Found by", "识别方法" }, FIELD_FILTER, .choices = p01_methods },
    { "considerations", FIELD_TEXTS, { "Considered", "综合考虑因素" }, FIELD_FILTER, 0, 12, .choices = p01_considerations },
    { "influence", FIELD_ENUM, { "Controlled or influenced", "控制或影响" }, FIELD_FILTER, .choices = p01_influences },
    { "consequence", FIELD_TEXT, { "What may follow", "可能后果" }, 0, 1, 1000, .example = "\"设备外壳损坏,客户拒收\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    { "source", FIELD_ENUM, { "Source", "来源" }, FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40, .example = "\"NC-2026-000012\"" },
    { "likelihood", FIELD_INTEGER, { "Likelihood", "可能性" }, FIELD_FILTER, 1, 5 },
    { "severity", FIELD_INTEGER, { "Severity", "严重性" }, FIELD_FILTER, 1, 5 },
    { "score", FIELD_INTEGER, { "Score", "风险分值" }, FIELD_COMPUTED | FIELD_FILTER },
    { "law_breached", FIELD_BOOLEAN, { "Breaks a law", "违反法规" }, FIELD_FILTER },
    { "law_text", FIELD_TEXT, { "Which law", "所违反法规" }, 0, 1, 500 },
    { "significant", FIELD_BOOLEAN, { "Significant", "重大" }, FIELD_COMPUTED | FIELD_FILTER },
    { "evaluation_note", FIELD_TEXT, { "Reasons", "评价说明" }, 0, 1, 2000 },
    REF("evaluated_by", "Evaluated by", "评价人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "evaluated_at", FIELD_TIME, { "Evaluated at", "评价时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "residual_likelihood", FIELD_INTEGER, { "Likelihood after the measures", "措施后可能性" }, 0, 1, 5 },
    { "residual_severity", FIELD_INTEGER, { "Severity after the measures", "措施后严重性" }, 0, 1, 5 },
    { "residual_score", FIELD_INTEGER, { "Residual score", "剩余风险分值" }, FIELD_COMPUTED | FIELD_FILTER },
    { "law_still_breached", FIELD_BOOLEAN, { "Still breaks the law", "仍违反法规" }, 0 },
    { "controlled_at", FIELD_TIME, { "Under control since", "受控时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("joined_to_id", "Joined to", "并入", FIELD_FILTER, "service_factor"),
    { "dismiss_reason", FIELD_TEXT, { "Why it is no factor", "不成立理由" }, 0, 1, 1000 },
    { "retire_reason", FIELD_TEXT, { "Why it is no longer there", "消除理由" }, 0, 1, 1000 },
    { "assignee_id", FIELD_REFERENCE, { "Responsible", "责任人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { NULL },
};
static const struct clock clocks[] = { { "classify_due", { "Classified", "分类期限" }, "T_P1_CLASSIFY", NULL, false }, { NULL } };

/* All four of manual P1 4.2.3, where it is and what may follow; what another procedure has sent is classified here. */
GUARD(classified, "classification_missing",
      ":has_system or (:activity is not null and :service_type is not null and :tense is not null and :condition is not null and :routine is not null"
      " and :method is not null and :consequence is not null and cardinality(:considerations) > 0)",
      "service_type", "Say the activity, tense, condition, type, routine or not, how it was found, what was considered and what may follow",
      "须填写活动、三种时态、三种状态、类型、是否常规、识别方法、考虑因素和可能后果");
GUARD(considered, "consideration_missing", "cardinality(:considerations) > 0", "considerations", "Say what was considered", "须注明综合考虑因素");
GUARD(source_known, "unknown_source", ":source_number is null or exists (select from entity n where n.number = :source_number)", "source_number",
      "There is no such source record", "来源记录不存在");
GUARD(own_department, "other_department",
      ":has_system or :has_dispatcher or acts_for_department(:actor, :dept, :at) or (:dept = 'outlet' and :scope_outlet is not null)", "dept",
      "A department reports its own factors", "各部门识别本部门因素");
GUARD(for_department, "other_department",
      ":has_dispatcher or acts_for_department(:actor, e.dept, :at) or (e.dept = 'outlet' and e.outlet_id = :scope_outlet)", NULL,
      "Another department is responsible", "非责任部门");
GUARD(round_takes, "round_past_identification",
      ":round_id is null or exists (select from identification_round r where r.id = :round_id and r.state = 'identifying')", "round_id",
      "That round takes no factors now", "该轮不在识别阶段");
GUARD(round_not_evaluating, "round_past_consolidation",
      "exists (select from identification_round r where r.id = :round_id and r.state in ('identifying', 'consolidating'))", "round_id",
      "That round evaluates already, or is over", "该轮已开始评价或已结束");
GUARD(not_itself, "joins_itself", ":joined_to_id <> e.id", "joined_to_id", "It cannot be joined to itself", "不得并入自身");
GUARD(other_open, "other_closed", "exists (select from service_factor f where f.id = :joined_to_id and f.closed_at is null)", "joined_to_id",
      "That one is closed", "所并入的因素已关闭");
GUARD(round_evaluates, "no_evaluation", "factor_round(e.round_id) is not null", NULL, "No round evaluates this factor now", "当前没有评价该因素的轮次");
GUARD(in_team, "not_in_evaluation_team", P01_EVALUATES("factor_round(e.round_id)"), NULL, "This is for the evaluation team", "仅限评价小组成员");
GUARD(not_own, "own_factor", "e.opened_by is distinct from :actor", NULL, "Who reported it does not evaluate it", "上报人不得评价本人上报的因素");
GUARD(law_named, "law_unnamed", ":law_breached is not true or :law_text is not null", "law_text", "Name the law", "须注明所违反法规");
GUARD(measures_ended, "measure_open", "not exists (select from reduction_measure m where m.factor_id = e.id and m.state in " P01_MEASURE_OPEN ")", NULL,
      "A measure is not verified", "尚有措施未验证");
GUARD(some_tried, "nothing_done", "exists (select from reduction_measure m where m.factor_id = e.id and m.state in ('verified', 'ineffective', 'handed_over')"
      " and m.round_id is not distinct from e.round_id)", NULL, "No measure was carried out", "尚无已实施的措施");
GUARD(person_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)", "assignee_id",
      "This person is not active", "该人员不在岗");
GUARD(law_told, "law_unclear", "e.law_breached is not true or :law_still_breached is not null", "law_still_breached", "Say whether the law is still broken",
      "须说明是否仍违反法规");

#endif
