/* P1: choices, fields, clocks and guards of a round. Layer: procedures; for p01_rounds.c alone. */
#ifndef AFTERCARE_PROCEDURES_P01_ROUNDS_FIELDS_H
#define AFTERCARE_PROCEDURES_P01_ROUNDS_FIELDS_H

#include "procedures/p01.h"

static const struct choice triggers[] = {
    { "annual", { "Yearly", "年度识别" } },
    { "change", { "Change of the organisation, the law or the technology", "机构、法规或技术变化" } },
    { "major_complaint", { "Major complaint", "重大投诉" } },
    { "new_service", { "New kind of service", "新增服务类型" } },
    { "accident", { "Accident or emergency", "事故或突发事件" } },
    { NULL },
};
static const struct choice teams[] = {
    { "identification", { "Identification", "识别小组" } },
    { "evaluation", { "Evaluation", "评价小组" } },
    { "both", { "Both", "识别与评价" } },
    { NULL },
};
static const struct choice bases[] = {
    { "law", { "Laws, regulations and policies", "法律法规政策" } },
    { "commitments", { "Service commitments and objectives", "服务承诺和目标" } },
    { "technical_rules", { "Technical and safety rules", "安全技术规程" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
/* The four conditions of manual P1 4.1.2. */
static const struct field member_items[] = {
    { "person_id", FIELD_TEXT, { "Person", "人员" }, 0, 36, 36 },
    { "team", FIELD_ENUM, { "Team", "小组" }, .choices = teams },
    { "knows_service_norms", FIELD_BOOLEAN, { "Knows the norms and technology of the department", "熟悉本部门服务规范和技术" } },
    { "risk_awareness", FIELD_BOOLEAN, { "Sees risks, can manage service", "具有风险意识和管理能力" } },
    { "organising_judgement_responsibility", FIELD_BOOLEAN, { "Organises, judges, is responsible", "具备组织能力、判断能力及责任感" } },
    { "field_experience", FIELD_BOOLEAN, { "Has worked at the base and on site", "具有基层工作和现场经验" } },
    { NULL },
};
static const struct field goal_items[] = {
    { "goal", FIELD_TEXT, { "Goal", "目标" }, 0, 1, 500, .example = "\"重大投诉为零\"" },
    { "metric?", FIELD_TEXT, { "Measured by", "衡量指标" }, 0, 1, 200 },
    { "target?", FIELD_TEXT, { "Target", "目标值" }, 0, 1, 60 },
    { NULL },
};
static const struct state round_states[] = {
    { "planned", { "Planned", "已策划" } },
    { "identifying", { "Identifying", "识别中" } },
    { "consolidating", { "Consolidated", "汇总" } },
    { "evaluating", { "Evaluating", "评价" } },
    { "measures_planned", { "Measures planned", "措施制定" } },
    { "guideline_review", { "Guideline under review", "准则审核" } },
    { "guideline_approval", { "Guideline to be approved", "待批准" } },
    { "in_control", { "Being controlled", "实施控制" } },
    { "closed", { "Closed", "关闭" }, STATE_TERMINAL },
    { NULL },
};
static const struct field round_fields[] = {
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2020, 2100, .example = "2027" },
    { "trigger", FIELD_ENUM, { "Why", "触发原因" }, FIELD_FILTER, .choices = triggers },
    REF("occasion_id", "Occasion", "识别时机", FIELD_FILTER, "round_occasion"),
    { "what", FIELD_TEXT, { "What happened", "事由" }, 0, 1, 2000 },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40 },
    { "members", FIELD_LIST, { "Teams", "识别与评价小组" }, 0, 1, 40, .items = member_items },
    { "departments", FIELD_TEXTS, { "Departments asked", "参与部门" }, FIELD_FILTER, 1, 10, .choices = department_choices },
    { "none_departments", FIELD_TEXTS, { "Departments without a new factor", "声明无新增因素的部门" }, FIELD_COMPUTED, 0, 10, .choices = department_choices },
    { "dept", FIELD_ENUM, { "Department", "部门" }, FIELD_TRANSIENT, .choices = department_choices },
    { "materials", FIELD_TEXT, { "Material collected", "识别材料" }, 0, 1, 4000, .example = "\"各部门调查表12份、现场观察记录3份\"" },
    { "consolidated_at", FIELD_TIME, { "Consolidated at", "汇总时间" }, FIELD_COMPUTED },
    { "market_feedback", FIELD_TEXT, { "Feedback from the market", "市场反馈信息" }, 0, 1, 4000, .example = "\"季度回访显示安装延误较多\"" },
    { "centre_data", FIELD_OBJECT, { "Data of the service centre", "售后服务中心数据" }, FIELD_COMPUTED },
    { "evaluation_began_at", FIELD_TIME, { "Evaluation begun at", "评价开始时间" }, FIELD_COMPUTED },
    { "guideline_basis", FIELD_TEXTS, { "Based on", "制定依据" }, 0, 1, 4, .choices = bases },
    { "goals", FIELD_LIST, { "Goals", "服务目标" }, 0, 1, 50, .items = goal_items },
    { "guideline_text", FIELD_TEXT, { "Guideline", "表现准则" }, 0, 1, 8000, .example = "\"一、接报后2小时内联系客户……\"" },
    REF("drafted_by", "Drafted by", "编制人", FIELD_COMPUTED, "person"),
    REF("reviewed_by", "Reviewed by", "审核人", FIELD_COMPUTED, "person"),
    { "reviewed_at", FIELD_TIME, { "Reviewed at", "审核时间" }, FIELD_COMPUTED },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "approved_at", FIELD_TIME, { "Approved at", "批准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("replaces_id", "Replaces the guideline of", "替代的准则", FIELD_COMPUTED | FIELD_FILTER, "identification_round"),
    { "guideline_until", FIELD_DATE, { "Guideline in force until", "准则有效至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_reason", FIELD_TEXT, { "Returned because", "退回原因" }, 0, 1, 1000 },
    { "close_note", FIELD_TEXT, { "Conclusion", "关闭说明" }, 0, 1, 2000 },
    { "assignee_id", FIELD_REFERENCE, { "Dispatcher in charge", "负责调度员" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { NULL },
};
static const struct clock round_clocks[] = {
    { "team_due", { "Teams appointed", "组建小组期限" }, "T_P1_TEAM", NULL, false },
    { "report_due", { "Departments have reported", "部门上报期限" }, "T_P1_REPORT", NULL, false },
    { "evaluation_due", { "Evaluated, measures planned", "评价与措施制定期限" }, "T_P1_EVALUATE", NULL, false },
    { "guideline_due", { "Guideline drafted", "准则编制期限" }, "T_P1_GUIDELINE", NULL, false },
    { "sign_due", { "Guideline reviewed or approved", "准则审批期限" }, "T_P1_SIGN", NULL, false },
    { "year_due", { "Yearly round: guideline approved", "年度识别完成期限" }, "T_P1_YEAR", NULL, false },
    { NULL },
};

GUARD(round_once, "round_exists", "not exists (select from identification_round r where r.trigger = 'annual' and r.state <> 'voided'"
      " and r.year = :year)", "year", "That year has its round", "该年度已开展识别");
GUARD(year_now, "year_past", "coalesce(:year, company_year(:at)::integer) >= company_year(:at)::integer", "year", "That year is over", "该年度已结束");
GUARD(qualified, "member_not_qualified",
      "not exists (select from jsonb_array_elements(:members) m where not ((m ->> 'knows_service_norms')::boolean and (m ->> 'risk_awareness')::boolean"
      " and (m ->> 'organising_judgement_responsibility')::boolean and (m ->> 'field_experience')::boolean))",
      "members", "Every member meets all four conditions of 4.1.2", "小组成员须同时具备4.1.2规定的四项条件");
GUARD(members_known, "unknown_person",
      "not exists (select from jsonb_array_elements(:members) m where not exists (select from person p where p.id::text = lower(m ->> 'person_id')"
      " and p.state = 'active' and p.customer_id is null))",
      "members", "A member is no active person", "成员不在岗");
GUARD(teams_filled, "team_empty",
      "exists (select from jsonb_array_elements(:members) m where m ->> 'team' in ('identification', 'both'))"
      " and exists (select from jsonb_array_elements(:members) m where m ->> 'team' in ('evaluation', 'both'))",
      "members", "Both teams have members", "识别小组和评价小组均须有成员");
GUARD(dept_asked, "department_not_asked", ":dept = any(e.departments)", "dept", "This department was not asked", "该部门未列入本次识别");
GUARD(of_department, "other_department", "acts_for_department(:actor, :dept, :at) or (:dept = 'outlet' and :has_dispatcher)", "dept",
      "A department speaks for itself", "须由本部门声明");
GUARD(nothing_reported, "factors_reported",
      "not exists (select from service_factor f where f.round_id = e.id and f.dept = :dept and f.state not in ('voided', 'dismissed', 'joined'))", "dept",
      "This department has reported factors", "该部门已上报因素");
GUARD(all_answered, "department_missing",
      "not exists (select from unnest(e.departments) d where not d = any(coalesce(e.none_departments, '{}'))"
      " and not exists (select from service_factor f where f.round_id = e.id and f.dept = d and f.state <> 'voided'))",
      NULL, "A department has neither reported a factor nor stated that there is none", "尚有部门未上报或声明无新增");
GUARD(all_classified, "factor_not_classified",
      "not exists (select from service_factor f where f.round_id = e.id and f.closed_at is null and f.service_type is null)", NULL,
      "A factor is not classified", "尚有因素未分类");
GUARD(none_waiting, "factor_waiting", "not exists (select from service_factor f where f.round_id is null and f.state = 'reported')", NULL,
      "A factor is not yet taken up", "尚有待纳入的因素");
GUARD(in_team, "not_in_evaluation_team", P01_EVALUATES("e.id"), NULL, "This is for the evaluation team", "仅限评价小组成员");
/* A yearly round looks at everything that lives, another one at what it found. */
GUARD(all_evaluated, "factor_not_evaluated", "not exists (select from service_factor f where f.closed_at is null and f.state <> 'reported'"
      " and (f.round_id = e.id or e.trigger = 'annual') and (f.evaluated_at is null or f.evaluated_at < e.evaluation_began_at))", NULL,
      "A factor is not evaluated in this round", "尚有因素未在本次评价");
GUARD(all_measured, "measure_missing", "not exists (select from service_factor f where f.round_id = e.id and f.state = 'significant'"
      " and not exists (select from reduction_measure m where m.factor_id = f.id and m.state in " P01_MEASURE_OPEN "))", NULL,
      "A significant factor has no measure", "重大因素尚无削减措施");
GUARD(basis_whole, "basis_incomplete", "'{law,commitments,technical_rules}'::text[] <@ :guideline_basis", "guideline_basis",
      "It is based on law, commitments and technical rules", "须以法律法规、承诺目标和技术规程为依据");
GUARD(text_given, "guideline_missing", ":guideline_text is not null or guideline_in_force(e.id) is not null", "guideline_text", "There is no guideline yet: write it",
      "尚无现行准则,须编写");
GUARD(not_drafter, "own_guideline", "e.drafted_by is distinct from :actor", NULL, "Who drafted it neither reviews nor approves", "编制人不得审核或批准");
GUARD(not_reviewer, "own_review", "e.reviewed_by is distinct from :actor", NULL, "Who reviewed it does not approve", "审核人不得批准");
GUARD(is_latest, "guideline_moved_on", "e.replaces_id is not distinct from guideline_in_force(e.id)", NULL,
      "Another guideline came into force meanwhile: return this one", "期间已有新准则生效,须退回重新审核");
GUARD(measures_ended, "measure_open", "not exists (select from reduction_measure m where m.round_id = e.id and m.state in " P01_MEASURE_OPEN ")", NULL,
      "A measure is not verified: verify it or hand it over", "尚有措施未验证或移交");
GUARD(in_charge_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)", "assignee_id",
      "This person is not active", "该人员不在岗");
GUARD(residuals_known, "residual_missing",
      "not exists (select from service_factor f where f.round_id = e.id and f.state = 'significant' and f.residual_score is null)", NULL,
      "A significant factor has no residual score", "重大因素尚未记录剩余风险");

#endif
