/* P6 parts D and E: the outlet's quarterly summary and the yearly survey of the outlet. */
#include "procedures/p06.h"

/* ---- D: the quarterly summary, written by who repairs, handed in by the manager ---- */

static const struct state summary_states[] = {
    { "due", { "Due", "待提交" } },
    { "submitted", { "Handed in", "已提交" } },
    { "returned", { "Returned", "已退回" } },
    { "reviewed", { "Reviewed", "已审阅" }, STATE_TERMINAL },
    { NULL },
};
static const struct field summary_fields[] = {
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "quarter", FIELD_TEXT, { "Quarter", "季度" }, FIELD_FILTER, 7, 7, .example = "\"2026-Q3\"" },
    { "jobs_settled", FIELD_INTEGER, { "Jobs settled", "完成任务数" }, FIELD_COMPUTED },
    { "service_content", FIELD_TEXT, { "Services done", "售后服务内容" }, 0, 1, 4000 },
    { "receivables", FIELD_TEXT, { "Receivables", "应收账款" }, 0, 1, 2000 },
    { "receivable_total", FIELD_MONEY, { "On account by the log in fen", "系统应收合计(分)" }, FIELD_COMPUTED },
    { "problems", FIELD_TEXT, { "Problems", "存在的问题" }, 0, 1, 4000 },
    { "suggestions", FIELD_TEXT, { "Suggestions", "工作建议" }, 0, 1, 4000 },
    REF("written_by", "Written by", "撰写人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "submitted_at", FIELD_TIME, { "Handed in", "提交时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "review_note", FIELD_TEXT, { "Answer", "审阅意见" }, 0, 1, 2000 },
    { NULL },
};
static const struct clock summary_clocks[] = {
    { "summary_due", { "Summary handed in", "季度总结期限" }, "T_P6_SUMMARY", NULL, false },
    { "review_due", { "Summary reviewed", "审阅期限" }, "T_P6_SUMMARY_REVIEW", NULL, true },
    { NULL },
};
GUARD(four_parts, "parts_missing", "num_nulls(e.service_content, e.receivables, e.problems, e.suggestions) = 0", NULL,
      "Services, receivables, problems and suggestions all belong into it", "服务内容、应收账款、问题和建议四项均须填写");
static const struct transition summary_transitions[] = {
    { .event = "call_for", .label = { "Called for", "要求提交" }, .clause = "P6 4.3.3", .to = "due", .by = "system", .takes = "outlet_id quarter",
      .effects = EFFECTS(START_AT("summary_due", "quarter_end(:quarter)"), NOTIFY("outlet_manager", "summary_due")) },
    { .event = "write", .label = { "Write", "撰写" }, .clause = "P6 4.3.3", .from = "due returned", .to = "same", .by = "outlet_technician",
      .takes = "service_content? receivables? problems? suggestions?", .effects = EFFECTS(SET("written_by", ":actor")) },
    { .event = "submit", .label = { "Hand in", "提交" }, .clause = "P6 4.3.3", .from = "due returned", .to = "submitted", .by = "outlet_manager",
      .guards = GUARDS(&four_parts),
      .effects = EFFECTS(SET("submitted_at", ":at"), SET("jobs_settled", "outlet_jobs_in(e.outlet_id, e.quarter)"),
                         SET("receivable_total", "outlet_receivables(e.outlet_id)"), STOP("summary_due"), START("review_due"),
                         NOTIFY("dispatcher", "summary_submitted")) },
    { .event = "return", .label = { "Return", "退回" }, .clause = "designed", .from = "submitted", .to = "returned", .by = "dispatcher service_manager",
      .takes = "review_note", .effects = EFFECTS(STOP("review_due"), START("summary_due"), NOTIFY("outlet_manager", "summary_returned")) },
    { .event = "review", .label = { "Review", "审阅" }, .clause = "P6 4.3.1", .from = "submitted", .to = "reviewed", .by = "dispatcher service_manager",
      .takes = "review_note?",
      .effects = EFFECTS(STOP("review_due"), RECORD("outlet_summary"),
                         OPEN("improvement", "propose", "source = 'outlet_summary'; source_number = m.number; outlet_id = m.outlet_id; problem = m.suggestions", LINK_LATER,
                              "e.suggestions !~* '^[[:space:]]*(无|没有|暂无|无建议|none|no)[[:space:]。.]*$'")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine outlet_summary = {
    .name = "outlet_summary", .path = "outlet-summaries", .prefix = "OS", .title = { "Quarterly summary of an outlet", "网点季度工作总结" },
    .fields = summary_fields, .states = summary_states, .transitions = summary_transitions, .clocks = summary_clocks, .owner = "dispatcher",
    .readers = "dispatcher service_manager deputy_gm general_manager management_rep outlet_manager outlet_technician",
    .without = "amend reassign pause resume",
};

/* ---- E: the yearly survey ---- */

static const struct choice occasions[] = {
    { "yearly", { "Yearly", "年度" } }, { "refusals", { "Jobs refused", "多次拒单" } }, { "complaint", { "Complaint", "投诉" } },
    { "other", { "Other", "其他" } },   { NULL },
};
static const struct field problem_items[] = { { "problem", FIELD_TEXT, { "Problem", "问题" }, 0, 1, 500 }, { NULL } };
static const struct field improvement_items[] = {
    { "problem", FIELD_TEXT, { "Problem", "问题" }, 0, 1, 500 },
    { "measure", FIELD_TEXT, { "Improvement", "整改意见" }, 0, 1, 500 },
    { "until?", FIELD_DATE, { "Until", "完成期限" } },
    { NULL },
};
static const struct state survey_states[] = {
    { "planned", { "Planned", "已计划" } },
    { "surveyed", { "Surveyed", "已调研" } },
    { "improvement_proposed", { "Improvement proposed", "已提整改意见" } },
    { "closed", { "Closed", "已结束" }, STATE_TERMINAL },
    { NULL },
};
static const struct field survey_fields[] = {
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2000, 2100, .example = "2026" },
    { "occasion", FIELD_ENUM, { "Occasion", "调研原因" }, FIELD_FILTER, .choices = occasions },
    { "surveyed_on", FIELD_DATE, { "Day of the survey", "调研日期" }, FIELD_FILTER },
    { "survey_score", FIELD_INTEGER, { "Score", "调研得分" }, FIELD_FILTER, 0, 100, .example = "80" },
    { "findings", FIELD_TEXT, { "Findings", "调研情况" }, 0, 1, 4000 },
    { "problems", FIELD_LIST, { "Problems", "发现的问题" }, 0, 0, 50, .items = problem_items },
    { "improvements", FIELD_LIST, { "Improvements", "整改意见" }, 0, 1, 50, .items = improvement_items },
    { "improve_until", FIELD_DATE, { "Improved until", "整改期限" }, FIELD_FILTER },
    { "result", FIELD_TEXT, { "What became of it", "整改结果" }, 0, 1, 2000 },
    { NULL },
};
static const struct clock survey_clocks[] = {
    { "survey_due", { "Survey held", "调研期限" }, "T_P6_SURVEY", NULL, false },
    { "improve_due", { "Improved", "整改期限" }, "T_P6_SURVEY", NULL, true },
    { NULL },
};
GUARD(day_not_ahead, "survey_ahead", ":surveyed_on <= company_date(:at)", "surveyed_on", "The day of the survey lies ahead", "调研日期在将来");
GUARD(no_problem, "problems_unanswered", "e.state <> 'surveyed' or jsonb_array_length(coalesce(e.problems, '[]')) = 0", NULL,
      "Problems were found: propose the improvement", "发现问题须提出整改意见");
GUARD(problem_found, "no_problem", "jsonb_array_length(coalesce(e.problems, '[]')) > 0", NULL, "No problem was found", "未发现问题");
GUARD(each_answered, "problems_unanswered",
      "not exists (select from jsonb_array_elements(e.problems) p where not exists (select from jsonb_array_elements(:improvements) i"
      " where i ->> 'problem' = p ->> 'problem'))",
      "improvements", "A problem has no improvement", "有问题未提出整改意见");
GUARD(outlet_runs, "outlet_not_operating", "exists (select from outlet o where o.id = :outlet_id and o.state in ('operating', 'suspended'))", "outlet_id",
      "The outlet does not operate", "该网点未运营");
static const struct transition survey_transitions[] = {
    { .event = "plan", .label = { "Plan", "计划调研" }, .clause = "P6 3.4", .to = "planned", .by = "service_manager", .takes = "outlet_id year occasion",
      .guards = GUARDS(&outlet_runs),
      .effects = EFFECTS(START_AT("survey_due", "competence_year_end(:year)"), NOTIFY("service_manager", "outlet_survey_due")) },
    { .event = "survey", .label = { "Survey", "调研" }, .clause = "P6 3.4", .from = "planned", .to = "surveyed", .by = "service_manager",
      .takes = "surveyed_on survey_score findings problems?", .guards = GUARDS(&day_not_ahead),
      .effects = EFFECTS(STOP("survey_due"), RECORD("outlet_survey"),
                         NOTIFY_IF("dispatcher", "outlet_survey_failed", ":survey_score < time_rule_number('N_P6_SURVEY_PASS')")) },
    { .event = "propose_improvement", .label = { "Propose the improvement", "提出整改意见" }, .clause = "P6 3.4", .from = "surveyed",
      .to = "improvement_proposed", .by = "service_manager", .takes = "improvements improve_until", .guards = GUARDS(&problem_found, &each_answered),
      .effects = EFFECTS(START_AT("improve_due", "(:improve_until + 1)::timestamp at time zone company_zone()"), RECORD("outlet_survey"),
                         NOTIFY("outlet_manager", "improvement_proposed")) },
    { .event = "close", .label = { "Close", "结束" }, .clause = "designed", .from = "surveyed improvement_proposed", .to = "closed", .by = "service_manager",
      .takes = "result", .guards = GUARDS(&no_problem), .effects = EFFECTS(STOP("improve_due"), RECORD("outlet_survey")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine outlet_survey = {
    .name = "outlet_survey", .path = "outlet-surveys", .prefix = "OY", .title = { "Survey of an outlet", "网点调研" }, .fields = survey_fields,
    .states = survey_states, .transitions = survey_transitions, .clocks = survey_clocks, .owner = "service_manager",
    .readers = "dispatcher service_manager deputy_gm general_manager management_rep outlet_manager", .amends = "findings", .without = "pause resume",
};
