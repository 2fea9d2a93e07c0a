/* P1: the occasion for a round (a year, a major complaint, a new service, an accident), and the round of identification and
 * evaluation from its teams to the guideline that follows from it (manual P1 4.1 to 4.4). */
#include "procedures/p01_rounds_fields.h"

#define ROUND_OF_YEAR(year_) "exists (select from identification_round r where r.trigger = 'annual' and r.state <> 'voided' and r.year = " year_ ")"
#define NEXT_YEAR_UNKNOWN(year_) \
    "not exists (select from round_occasion o where o.kind = 'annual' and o.year = " year_ " + 1 and o.state <> 'voided')"

/* ---- the occasion ---- */

static const struct state occasion_states[] = {
    { "called", { "Round is due", "待识别" } },
    { "begun", { "Round begun", "已启动" }, STATE_TERMINAL },
    { "covered", { "Covered by a round that ran already", "并入进行中的识别" }, STATE_TERMINAL },
    { "dismissed", { "No round needed", "不需识别" }, STATE_TERMINAL },
    { NULL },
};
static const struct field occasion_fields[] = {
    { "kind", FIELD_ENUM, { "Occasion", "识别时机" }, FIELD_FILTER, .choices = triggers },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2020, 2100, .example = "2027" },
    { "what", FIELD_TEXT, { "What happened", "事由" }, 0, 1, 2000, .example = "\"新增机房整体搬迁服务\"" },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40, .example = "\"CP-2026-000012\"" },
    { "begins_on", FIELD_DATE, { "Round begins on", "启动日期" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("round_id", "Round", "识别轮次", FIELD_FILTER, "identification_round"),
    { "decision_reason", FIELD_TEXT, { "Why no round is needed", "不识别理由" }, 0, 1, 1000 },
    { NULL },
};
static const struct clock occasion_clocks[] = {
    { "extra_due", { "Extra round begun", "专项识别启动期限" }, "T_P1_EXTRA", NULL, false },
    { "annual_due", { "Yearly round begun", "年度识别启动期限" }, "T_P1_YEAR", NULL, false },
    { NULL },
};
GUARD(what_told, "what_missing", ":kind = 'annual' or :what is not null or :source_number is not null", "what", "Say what happened", "须说明事由");
GUARD(source_known, "unknown_source", ":source_number is null or exists (select from entity n where n.number = :source_number)", "source_number",
      "There is no such source record", "来源记录不存在");
GUARD(called_once, "occasion_exists",
      "not exists (select from round_occasion o where o.closed_at is null and o.kind = :kind and case :kind when 'annual' then o.year = coalesce(:year, company_year(:at)::integer)"
      " else o.source_number = :source_number end)",
      NULL, "This occasion waits already", "该识别时机已登记");
GUARD(year_free, "round_exists", ":kind <> 'annual' or not " ROUND_OF_YEAR("coalesce(:year, company_year(:at)::integer)"), "year", "That year has its round", "该年度已开展识别");
GUARD(year_begins, "round_exists", "e.kind <> 'annual' or not " ROUND_OF_YEAR("e.year"), NULL, "That year has its round", "该年度已开展识别");
GUARD(round_takes, "round_past_identification",
      "exists (select from identification_round r where r.id = :round_id and r.state in ('planned', 'identifying'))", "round_id",
      "That round takes no new factors", "该轮识别已结束");
GUARD(not_annual, "yearly_round_needed", "e.kind <> 'annual'", NULL, "The yearly round is a duty", "年度识别不得取消");

static const struct transition occasion_transitions[] = {
    { .event = "call", .label = { "A round is due", "登记识别时机" }, .clause = "P1 4.1.1", .to = "called",
      .by = P01_CENTRE " dept_head management_rep deputy_gm general_manager system", .takes = "kind what? year? source_number?",
      .guards = GUARDS(&what_told, &source_known, &called_once, &year_free, &year_now),
      .effects = EFFECTS(SET("year", "coalesce(:year, company_year(:at)::integer)"),
                         SET("begins_on", "case :kind when 'annual' then make_date(coalesce(:year, company_year(:at)::integer), time_rule_number('N_P1_ROUND_MONTH'), 1) end"),
                         START_IF("annual_due", DAY("make_date(coalesce(:year, company_year(:at)::integer), 12, 31)"), ":kind = 'annual'"),
                         START_IF("extra_due", NULL, ":kind <> 'annual'"), NOTIFY_IF("dispatcher", "extra_round_due", ":kind <> 'annual'")) },
    { .event = "begin", .label = { "Begin the round", "启动识别" }, .clause = "P1 4.1.1", .from = "called", .to = "begun", .by = "dispatcher system", .takes = "note?",
      .guards = GUARDS(&year_begins),
      .effects = EFFECTS(SET("round_id", ":new1"),
                         OPEN("identification_round", "begin_by_occasion",
                              "trigger = e.kind; year = e.year; occasion_id = e.id; what = e.what; source_number = e.source_number", LINK_MUST, NULL),
                         OPEN("round_occasion", "call", "kind = 'annual'; year = e.year + 1", LINK_MUST, "e.kind = 'annual' and " NEXT_YEAR_UNKNOWN("e.year"))),
      .flags = TRANSITION_FINAL },
    { .event = "cover", .label = { "A running round covers it", "并入进行中的识别" }, .clause = "designed", .from = "called", .to = "covered", .by = "dispatcher",
      .takes = "round_id note?", .guards = GUARDS(&round_takes), .flags = TRANSITION_FINAL },
    { .event = "settle", .label = { "The round runs already", "已另行启动" }, .clause = "designed", .from = "called", .to = "covered", .by = "system",
      .effects = EFFECTS(SET("round_id", "(select r.id from identification_round r where r.trigger = 'annual' and r.state <> 'voided' and r.year = e.year limit 1)")),
      .flags = TRANSITION_FINAL },
    { .event = "dismiss", .label = { "No round needed", "不需识别" }, .clause = "designed", .from = "called", .to = "dismissed", .by = "deputy_gm general_manager",
      .takes = "decision_reason", .guards = GUARDS(&not_annual), .effects = EFFECTS(NOTIFY("@opener", "round_dismissed")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
static const struct timer occasion_timers[] = {
    { "settle", "e.kind = 'annual' and " ROUND_OF_YEAR("e.year") },
    { "begin", "e.kind = 'annual' and e.begins_on <= company_date(:now) and not " ROUND_OF_YEAR("e.year") },
    { NULL },
};
const struct machine p01_round_occasion = {
    .name = "round_occasion", .path = "round-occasions", .prefix = "RO", .title = { "Occasion for a round", "识别时机" }, .scope = SCOPE_STAFF,
    .fields = occasion_fields, .states = occasion_states, .transitions = occasion_transitions, .clocks = occasion_clocks, .timers = occasion_timers,
    .owner = "dispatcher", .readers = STAFF, .amends = "what source_number", .without = "revert reassign pause resume", .display = "what",
    .work = "e.kind <> 'annual' or e.overdue",
};

/* ---- the round ---- */

#define TEAM_GUARDS GUARDS(&members_known, &qualified, &teams_filled)
#define RETURN_GUIDELINE(from_, roles) \
    { .event = "return_guideline", .label = { "Return the guideline", "退回准则" }, .clause = "P1 4.3.2", .from = from_, .to = "measures_planned", .by = roles, \
      .takes = "return_reason", \
      .effects = EFFECTS(SET("reviewed_by", "null"), SET("reviewed_at", "null"), STOP("sign_due"), START("guideline_due"), \
                         NOTIFY("service_manager", "guideline_returned"), NOTIFY("@assignee", "guideline_returned")), \
      .flags = TRANSITION_FINAL }

static const struct transition round_transitions[] = {
    { .event = "open_round", .label = { "Open the yearly round", "启动年度识别" }, .clause = "P1 4.1.1", .to = "planned", .by = "dispatcher", .takes = "year note?",
      .guards = GUARDS(&round_once, &year_now),
      .effects = EFFECTS(SET("trigger", "'annual'"), SET("assignee_id", ":actor"), START("team_due"),
                         START_AT("year_due", DAY("make_date(:year, 12, 31)")),
                         OPEN("round_occasion", "call", "kind = 'annual'; year = :year + 1", LINK_MUST, NEXT_YEAR_UNKNOWN(":year"))) },
    { .event = "begin_by_occasion", .label = { "Begin the round", "按时机启动识别" }, .clause = "P1 4.1.1", .to = "planned", .by = "system",
      .takes = "trigger year occasion_id what? source_number?",
      .effects = EFFECTS(SET("assignee_id", "case when :has_dispatcher then :actor end"), START("team_due"),
                         START_IF("year_due", DAY("make_date(:year, 12, 31)"), ":trigger = 'annual'"), NOTIFY("dispatcher", "team_to_appoint")) },
    { .event = "appoint_team", .label = { "Appoint the teams", "组建小组" }, .clause = "P1 4.1.2", .from = "planned", .to = "identifying", .by = "dispatcher",
      .takes = "members departments", .guards = TEAM_GUARDS,
      .effects = EFFECTS(STOP("team_due"), START("report_due"), NOTIFY("dept_head", "factors_to_report"),
                         NOTIFY_IF("outlet_manager", "factors_to_report", "'outlet' = any(m.departments)")) },
    { .event = "change_team", .label = { "Change the teams", "调整小组" }, .clause = "designed",
      .from = "identifying consolidating evaluating measures_planned guideline_review guideline_approval in_control", .to = "same", .by = "dispatcher",
      .takes = "members reason", .guards = TEAM_GUARDS, .flags = TRANSITION_FINAL },
    { .event = "report_none", .label = { "No new factor", "声明无新增" }, .clause = "P1 4.2.2", .from = "identifying", .to = "same", .by = "dept_head dispatcher",
      .takes = "dept note?", .guards = GUARDS(&dept_asked, &of_department, &nothing_reported),
      .effects = EFFECTS(SET("none_departments", "array(select distinct d from unnest(array_append(coalesce(e.none_departments, '{}'), :dept)) d order by d)")) },
    { .event = "consolidate", .label = { "Consolidate", "汇总存档" }, .clause = "P1 4.2.2c", .from = "identifying", .to = "consolidating", .by = "dispatcher",
      .takes = "materials", .guards = GUARDS(&all_answered, &all_classified, &none_waiting),
      .effects = EFFECTS(SET("consolidated_at", ":at"), SET("none_departments", "round_none_departments(e.id)"), STOP("report_due"), START("evaluation_due"),
                         FIRE_EACH("service_factor", "round_id", "c.state = 'reported'", "list", NULL),
                         RECORD("identification_material"), NOTIFY("service_manager", "factors_to_evaluate"), NOTIFY("management_rep", "factors_to_evaluate")),
      .flags = TRANSITION_FINAL },
    { .event = "identify_further", .label = { "Identify further", "补充识别" }, .clause = "designed", .from = "consolidating", .to = "identifying", .by = "dispatcher",
      .takes = "reason", .effects = EFFECTS(STOP("evaluation_due"), START("report_due"), NOTIFY("dept_head", "factors_to_report")), .flags = TRANSITION_FINAL },
    { .event = "evaluate", .label = { "Begin the evaluation", "开始评价" }, .clause = "P1 4.3.1", .from = "consolidating", .to = "evaluating", .by = STAFF,
      .takes = "market_feedback", .guards = GUARDS(&in_team),
      .effects = EFFECTS(SET("centre_data", "factor_centre_data(:at)"), SET("evaluation_began_at", ":at")) },
    { .event = "plan_measures", .label = { "Evaluated, measures planned", "评价完成、措施已制定" }, .clause = "P1 4.4", .from = "evaluating", .to = "measures_planned", .by = STAFF,
      .takes = "note?", .guards = GUARDS(&in_team, &all_evaluated, &all_measured),
      .effects = EFFECTS(STOP("evaluation_due"), START("guideline_due"), RECORD("factor_list"), NOTIFY("service_manager", "guideline_to_draft"),
                         NOTIFY("@assignee", "guideline_to_draft")) },
    { .event = "evaluate_again", .label = { "Evaluate again", "重新评价" }, .clause = "designed", .from = "measures_planned", .to = "evaluating", .by = "dispatcher",
      .takes = "reason", .effects = EFFECTS(STOP("guideline_due"), START("evaluation_due")), .flags = TRANSITION_FINAL },
    { .event = "submit_guideline", .label = { "Submit goals and guideline", "提交目标和准则" }, .clause = "P1 4.3.2", .from = "measures_planned", .to = "guideline_review",
      .by = P01_CENTRE, .takes = "guideline_basis goals guideline_text?", .guards = GUARDS(&basis_whole, &text_given),
      .effects = EFFECTS(LOOK_UP("old", "select r.guideline_text from identification_round r where r.id = guideline_in_force(e.id)"),
                         SET("guideline_text", "coalesce(:guideline_text, old.guideline_text)"), SET("drafted_by", ":actor"), SET("return_reason", "null"),
                         SET("replaces_id", "guideline_in_force(e.id)"), STOP("guideline_due"), START("sign_due"), NOTIFY("deputy_gm", "guideline_to_review")) },
    { .event = "review_guideline", .label = { "Review the guideline", "审核准则" }, .clause = "P1 4.3.2", .from = "guideline_review", .to = "guideline_approval",
      .by = "deputy_gm", .takes = "note?", .guards = GUARDS(&not_drafter),
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), SET("replaces_id", "guideline_in_force(e.id)"), START("sign_due"),
                         NOTIFY("general_manager", "guideline_to_approve")),
      .flags = TRANSITION_SIGNED },
    RETURN_GUIDELINE("guideline_review", "deputy_gm"),
    RETURN_GUIDELINE("guideline_approval", "general_manager"),
    { .event = "approve_guideline", .label = { "Approve the guideline", "批准准则" }, .clause = "P1 4.3.2", .from = "guideline_approval", .to = "in_control",
      .by = "general_manager", .takes = "note?", .guards = GUARDS(&not_drafter, &not_reviewer, &is_latest),
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), STOP("sign_due"), STOP("year_due"), RECORD("service_guideline"),
                         FIRE("replaces_id", "end_guideline", NULL),
                         OPEN("commitment_objective_set", "draft", "source = 'service_guideline'; source_number = m.number; goals = m.goals", LINK_LATER, NULL),
                         OPEN("document_change", "request",
                              "source = 'service_factor'; source_number = m.number; dept = 'after_sales_center'; title = '服务目标和表现准则';"
                              " change_reason = left(m.guideline_text, 2000)",
                              LINK_LATER, NULL),
                         NOTIFY("dept_head", "guideline_in_force"), NOTIFY("management_rep", "guideline_in_force"), NOTIFY("@assignee", "guideline_in_force")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* The paper is kept from the day on which the guideline ends. */
    { .event = "end_guideline", .label = { "Another guideline is in force", "准则被替代" }, .clause = "P1 4.3.2", .from = "in_control closed", .to = "same", .by = "system",
      .effects = EFFECTS(SET("guideline_until", "company_date(:at)"), RECORD("service_guideline")), .flags = TRANSITION_FINAL },
    { .event = "close_round", .label = { "Close the round", "关闭" }, .clause = "P1 verify_measure", .from = "in_control", .to = "closed", .by = "dispatcher",
      .takes = "close_note?", .guards = GUARDS(&measures_ended, &residuals_known),
      .effects = EFFECTS(RECORD("factor_list"), NOTIFY("deputy_gm", "round_closed"), NOTIFY("management_rep", "round_closed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    MARK_TO_REASSIGN("*", "dispatcher"),
    { NULL },
};
static const struct timer round_timers[] = { TO_REASSIGN("e.closed_at is null"), { NULL } };
static const struct given round_given[] = {
    { .event = "amend", .from = "consolidating evaluating measures_planned" },
    { .event = "reassign", .guards = GUARDS(&in_charge_active) },
    { .event = "void", .from = "planned" },
    { NULL },
};
const struct machine p01_identification_round = {
    .name = "identification_round", .path = "identification-rounds", .prefix = "IR", .title = { "Round of identification and evaluation", "识别与评价轮次" },
    .scope = SCOPE_STAFF, .fields = round_fields, .states = round_states, .transitions = round_transitions, .clocks = round_clocks, .timers = round_timers, .given = round_given,
    .owner = "dispatcher", .readers = STAFF, .amends = "materials market_feedback", .without = "pause resume",
};
