/* P1: what is printed and kept. */
#include "procedures/p01.h"

static const struct field factor_items[] = {
    { "number", FIELD_TEXT, { "Number", "编号" } },
    { "dept", FIELD_ENUM, { "Department", "部门" }, .choices = department_choices },
    { "activity", FIELD_TEXT, { "Activity", "活动" } },
    { "factor_text", FIELD_TEXT, { "Factor", "服务因素" } },
    { "service_type", FIELD_ENUM, { "Type", "类型" }, .choices = p01_service_types },
    { "tense", FIELD_ENUM, { "Tense", "时态" }, .choices = p01_tenses },
    { "condition", FIELD_ENUM, { "Condition", "状态" }, .choices = p01_conditions },
    { "routine", FIELD_BOOLEAN, { "Routine", "常规" } },
    { "method", FIELD_ENUM, { "Found by", "识别方法" }, .choices = p01_methods },
    { "considerations", FIELD_TEXTS, { "Considered", "考虑因素" }, .choices = p01_considerations },
    { "influence", FIELD_ENUM, { "Controlled or influenced", "控制或影响" }, .choices = p01_influences },
    { "consequence", FIELD_TEXT, { "What may follow", "可能后果" } },
    { "likelihood", FIELD_INTEGER, { "Likelihood", "可能性" } },
    { "severity", FIELD_INTEGER, { "Severity", "严重性" } },
    { "score", FIELD_INTEGER, { "Score", "分值" } },
    { "law_breached", FIELD_BOOLEAN, { "Breaks a law", "违反法规" } },
    { "significant", FIELD_BOOLEAN, { "Significant", "重大" } },
    { "residual_score", FIELD_INTEGER, { "Residual score", "剩余分值" } },
    { "measures", FIELD_INTEGER, { "Measures", "措施数" } },
    { NULL },
};
static const struct field list_fields[] = { { "factors", FIELD_LIST, { "Factors", "服务因素" }, .items = factor_items }, { NULL } };
static const struct field of_factor[] = {
    { "factor", FIELD_TEXT, { "Factor", "服务因素" } },
    { "factor_number", FIELD_TEXT, { "Number of the factor", "因素编号" } },
    { "factor_score", FIELD_INTEGER, { "Score", "风险分值" } },
    { NULL },
};

static const struct form forms[] = {
    { "factor_list", "WWSH-003-P01-R01", { "List of service factors", "售后服务识别清单" }, 36, "",
      "year trigger what source_number market_feedback evaluation_began_at more.factors", "company",
      "select jsonb_build_object('factors', factors_of_round(m.id, m.trigger = 'annual'))", list_fields },
    { "identification_material", "WWSH-003-P01-R02", { "Identification material", "识别材料/调查表" }, 36, "",
      "year trigger what source_number departments none_departments materials members more.factors", "company",
      "select jsonb_build_object('factors', factors_of_round(m.id, false))", list_fields },
    { "service_guideline", "WWSH-003-P01-R03", { "Service goals and guideline", "服务目标和表现准则" }, 36, "",
      "year trigger guideline_basis goals guideline_text drafted_by reviewed_by reviewed_at approved_by approved_at replaces_id guideline_until", "company" },
    { "reduction_measure", "WWSH-003-P01-R04", { "Risk reduction measure", "风险削减措施表" }, 36, "",
      "more.factor_number more.factor more.factor_score state level dept means equipment_people training resources contingency needs amount assignee_id due_on planned_by"
      " reviewed_by reviewed_at evidence done_by done_on is_effective verification verified_by hand_over_to decision_reason",
      "company department",
      "select jsonb_build_object('factor', f.factor_text, 'factor_number', f.number, 'factor_score', f.score) from service_factor f where f.id = m.factor_id", of_factor },
    { NULL },
};

const struct procedure p01_service_factors = {
    .number = 1, .code = "P1", .title = { "Identification and evaluation of service factors", "售后服务识别与评价" }, .clause = "P1",
    .machines = (const struct machine *const[]){ &p01_round_occasion, &p01_identification_round, &p01_service_factor, &p01_reduction_measure, NULL },
    .forms = forms,
};
