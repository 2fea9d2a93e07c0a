/* P15 routine: the monthly analysis of service quality with its meeting, and the year that they belong to. */
#include "procedures/p15.h"

#define ANALYSTS "service_manager"

static const struct field decision_items[] = {
    { "decision", FIELD_TEXT, { "Decision", "决议" }, 0, 1, 1000 },
    { "responsible?", FIELD_TEXT, { "By", "责任人" }, 0, 1, 60 },
    { "until?", FIELD_DATE, { "Until", "期限" } },
    { "propose?", FIELD_BOOLEAN, { "As an improvement", "提出改进" } },
    { "type?", FIELD_ENUM, { "Kind of improvement", "改进类型" }, .choices = p15_types },
    { NULL },
};
static const struct state analysis_states[] = {
    { "due", { "Due", "待分析" } },
    { "analysed", { "Analysed", "已分析" } },
    { "closed", { "Meeting held", "已开会" }, STATE_TERMINAL },
    { NULL },
};
static const struct field analysis_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Year", "年度" }, FIELD_COMMON | FIELD_FILTER, .machine = "improvement_year" },
    { "month", FIELD_TEXT, { "Month", "月份" }, FIELD_FILTER, 7, 7, .example = "\"2026-10\"" },
    { "period_from", FIELD_DATE, { "From", "自" }, FIELD_FILTER },
    { "period_to", FIELD_DATE, { "To, not included", "至(不含)" }, FIELD_FILTER },
    { "figures", FIELD_OBJECT, { "Figures", "统计数据" }, FIELD_COMPUTED },
    { "findings", FIELD_TEXT, { "Findings", "分析结果" }, 0, 1, 4000 },
    { "causes", FIELD_TEXT, { "Causes", "原因分析" }, 0, 1, 4000 },
    { "conclusions", FIELD_TEXT, { "Conclusions", "结论与建议" }, 0, 1, 4000 },
    { "held_on", FIELD_DATE, { "Meeting on", "会议日期" }, FIELD_FILTER },
    { "participants", FIELD_TEXTS, { "Participants", "参会人员" }, 0, 1, 100 },
    { "minutes", FIELD_TEXT, { "Minutes", "会议纪要" }, 0, 1, 4000 },
    { "decisions", FIELD_LIST, { "Decisions", "决议事项" }, 0, 0, 50, .items = decision_items },
    { NULL },
};
static const struct clock analysis_clocks[] = {
    { "analysis_due", { "Analysis", "分析期限" }, "T_P15_ANALYSIS", NULL, false },
    { "meeting_due", { "Meeting", "分析会期限" }, "T_P15_MEETING", NULL, false },
    { NULL },
};
GUARD(held_in_time, "meeting_day_wrong", ":held_on >= e.period_to and :held_on <= company_date(:at)", "held_on",
      "The meeting is held after the month, and not in the future", "会议须在当月结束后,且不得为将来日期");
static const struct transition analysis_transitions[] = {
    { .event = "open", .label = { "Due", "到期" }, .clause = "P15 routine", .to = "due", .by = "system", .takes = "parent_id month period_from period_to",
      .effects = EFFECTS(START_AT("analysis_due", DAY(":period_to")), NOTIFY("service_manager", "analysis_due")) },
    { .event = "count", .label = { "Count", "统计" }, .clause = "P15 routine", .from = "due analysed", .to = "same", .by = ANALYSTS " management_rep",
      .effects = EFFECTS(SET("figures", "service_figures(e.period_from, e.period_to)")), .flags = TRANSITION_FINAL },
    { .event = "analyse", .label = { "Analyse", "分析" }, .clause = "P15 routine", .from = "due", .to = "analysed", .by = ANALYSTS,
      .takes = "findings causes? conclusions",
      .effects = EFFECTS(SET("figures", "service_figures(e.period_from, e.period_to)"), STOP("analysis_due"), START("meeting_due"),
                         RECORD("service_data_analysis"), NOTIFY("deputy_gm", "analysis_made"), NOTIFY("management_rep", "analysis_made")) },
    { .event = "hold_meeting", .label = { "Meeting held", "召开分析会" }, .clause = "P15 routine", .from = "analysed", .to = "closed", .by = ANALYSTS,
      .takes = "held_on participants minutes decisions?", .guards = GUARDS(&held_in_time),
      .effects = EFFECTS(STOP("meeting_due"), RECORD("analysis_meeting"),
                         OPEN_EACH("improvement", "propose",
                                   "(select jsonb_agg(d) from jsonb_array_elements(coalesce(:decisions, '[]')) d where d ->> 'propose' = 'true')",
                                   "source = 'analysis'; source_number = e.number; problem = item ->> 'decision'; type = item ->> 'type'")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p15_service_analysis = {
    .name = "service_analysis", .path = "service-analyses", .prefix = "QA", .title = { "Monthly service-quality analysis", "月度服务质量分析" },
    .scope = SCOPE_STAFF, .fields = analysis_fields, .states = analysis_states, .transitions = analysis_transitions, .clocks = analysis_clocks,
    .owner = "service_manager", .readers = STAFF, .amends = "findings causes conclusions", .without = "void reassign pause resume", .display = "month",
    .given = (const struct given[]){ { .event = "amend", .from = "analysed", .effects = EFFECTS(RECORD("service_data_analysis")) }, { NULL } },
};

/* ---- the year: opens each month's analysis, looks whether all three kinds were improved (SB/T A.8), reports ---- */

static const struct state year_states[] = {
    { "running", { "Running", "进行中" } },
    { "reporting", { "To be reported", "待报告" } },
    { "closed", { "Reported", "已报告" }, STATE_TERMINAL },
    { NULL },
};
static const struct field year_fields[] = {
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2020, 2100, .example = "2027" },
    { "next_month", FIELD_DATE, { "Month analysed next", "下一分析月份" }, FIELD_COMPUTED },
    { "checked_on", FIELD_DATE, { "Looked at on", "检查日期" }, FIELD_COMPUTED },
    { "missing_types", FIELD_TEXTS, { "Kinds without a closed improvement", "缺少的改进类型" }, FIELD_COMPUTED | FIELD_FILTER, 0, 3, .choices = p15_types },
    { "figures", FIELD_OBJECT, { "Figures", "年度数据" }, FIELD_COMPUTED },
    { "report_text", FIELD_TEXT, { "Report", "年度改进报告" }, 0, 1, 4000 },
    { "shortfall_reason", FIELD_TEXT, { "Why a kind is missing, and what is done", "缺项原因及措施" }, 0, 1, 2000 },
    { NULL },
};
static const struct clock year_clocks[] = { { "report_due", { "Yearly report", "年度报告期限" }, "T_P15_REPORT", NULL, false }, { NULL } };
#define MISSING "improvement_missing_types(make_date(e.year, 1, 1), make_date(e.year + 1, 1, 1))"
#define COUNTED \
    SET("missing_types", MISSING), SET("figures", "improvement_report(make_date(e.year, 1, 1), make_date(e.year + 1, 1, 1))")
GUARD(year_once, "year_exists", "not exists (select from improvement_year y where y.year = :year and y.state <> 'voided')", "year", "That year exists", "该年度已建立");
GUARD(year_now, "year_not_now", ":year = company_year(:at)::integer", "year", "A year begins when it runs", "只能建立当年度");
GUARD(months_done, "analysis_missing", "not exists (select from service_analysis a where a.parent_id = e.id and a.closed_at is null)", NULL,
      "A month's analysis or meeting is missing", "尚有月份未完成分析");
GUARD(shortfall_explained, "shortfall_unexplained", "cardinality(" MISSING ") = 0 or :shortfall_reason is not null", "shortfall_reason",
      "At least one product, one service and one management improvement a year: say why not", "每年产品、服务、管理改进各不少于一项,缺项须说明");
static const struct transition year_transitions[] = {
    { .event = "begin", .label = { "Begin the year", "建立年度" }, .clause = "P15 routine", .to = "running", .by = "service_manager management_rep system",
      .takes = "year", .guards = GUARDS(&year_once, &year_now),
      .effects = EFFECTS(SET("missing_types", "'{product,service,management}'"),
                         SET("next_month", "greatest(make_date(:year, 1, 1), date_trunc('month', company_date(:at)::timestamp)::date)")) },
    { .event = "open_month", .label = { "A month is over", "月度到期" }, .clause = "P15 routine", .from = "running reporting", .to = "same", .by = "system",
      .effects = EFFECTS(SET("next_month", "(e.next_month + interval '1 month')::date"),
                         OPEN("service_analysis", "open",
                              "parent_id = e.id; month = to_char(e.next_month, 'YYYY-MM'); period_from = e.next_month;"
                              " period_to = (e.next_month + interval '1 month')::date",
                              LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "check", .label = { "Look at the three kinds", "检查三类改进" }, .clause = "P15 routine", .from = "running", .to = "same",
      .by = "system service_manager management_rep",
      .effects = EFFECTS(SET("checked_on", "company_date(:at)"), COUNTED, NOTIFY_IF("service_manager", "improvement_types_missing", "cardinality(" MISSING ") > 0"),
                         NOTIFY_IF("management_rep", "improvement_types_missing", "cardinality(" MISSING ") > 0")),
      .flags = TRANSITION_FINAL },
    { .event = "turn", .label = { "The year is over", "年度结束" }, .clause = "P15 routine", .from = "running", .to = "reporting", .by = "system",
      .effects = EFFECTS(COUNTED, START_AT("report_due", DAY("make_date(e.year + 1, 1, 1)")), NOTIFY("service_manager", "improvement_report_due"),
                         OPEN("improvement_year", "begin", "year = company_year(:at)::integer", LINK_MUST,
                              "not exists (select from improvement_year y where y.year = company_year(:at)::integer and y.state <> 'voided')")),
      .flags = TRANSITION_FINAL },
    { .event = "report", .label = { "Report", "年度报告" }, .clause = "P15 routine", .from = "reporting", .to = "closed", .by = "service_manager management_rep",
      .takes = "report_text shortfall_reason?", .guards = GUARDS(&months_done, &shortfall_explained),
      .effects = EFFECTS(COUNTED, STOP("report_due"), RECORD("improvement_report"), NOTIFY("deputy_gm", "improvement_report"),
                         NOTIFY("general_manager", "improvement_report")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer year_timers[] = {
    { "open_month", "e.next_month < make_date(e.year + 1, 1, 1) and (e.next_month + interval '1 month')::date <= company_date(:now)" },
    { "check", "e.state = 'running' and e.checked_on is null and company_date(:now) >= make_date(e.year, time_rule_number('N_P15_CHECK_MONTH'), 1)" },
    { "turn", "e.state = 'running' and company_date(:now) >= make_date(e.year + 1, 1, 1)" },
    { NULL },
};
const struct machine p15_improvement_year = {
    .name = "improvement_year", .path = "improvement-years", .prefix = "IY", .title = { "Year of improvement", "改进年度" }, .scope = SCOPE_STAFF,
    .fields = year_fields, .states = year_states, .transitions = year_transitions, .clocks = year_clocks, .timers = year_timers,
    .owner = "service_manager management_rep", .readers = STAFF, .without = "reassign pause resume amend",
};
