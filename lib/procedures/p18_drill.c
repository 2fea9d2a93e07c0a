/* P18 B: a drill of a plan: what it shows is put right in the plan, in the nonconformities, or on the spot. */
#include "procedures/p18.h"

static const struct choice kinds[] = {
    { "tabletop", { "Table-top", "桌面推演" } }, { "on_site", { "On-site part", "现场处置" } }, { "full", { "Whole plan", "综合演练" } }, { NULL },
};
static const struct choice results[] = {
    { "effective", { "Effective", "有效" } },
    { "to_improve", { "Effective, to be improved", "基本有效,需改进" } },
    { "serious_flaw", { "Serious flaw in the plan", "预案存在重大问题" } },
    { NULL },
};
static const struct field improvement_items[] = {
    { "what", FIELD_TEXT, { "What", "改进事项" }, 0, 1, 500 },
    { "owner", FIELD_TEXT, { "Who", "责任人" }, 0, 1, 60 },
    { "due_on", FIELD_DATE, { "Until", "完成期限" } },
    { NULL },
};
static const struct state states[] = {
    { "planned", { "Planned", "已计划" } },
    { "prepared", { "Prepared", "已准备" } },
    { "held", { "Held", "已演练" } },
    { "evaluated", { "Evaluated", "已评估" } },
    { "improvements", { "Being improved", "改进中" } },
    { "closed", { "Closed", "已结束" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("plan_id", "Plan", "应急预案", FIELD_FILTER, "emergency_plan"),
    { "kind", FIELD_ENUM, { "Kind", "演练形式" }, FIELD_FILTER, .choices = kinds },
    DATED("planned_on", "Planned on", "计划日期"),
    { "place", FIELD_TEXT, { "Place", "地点" }, FIELD_FILTER, 1, 200 },
    WORDS("scene", "What is assumed to happen", "演练情景", 2000),
    { "assignee_id", FIELD_REFERENCE, { "Led by", "演练总指挥" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "participants", FIELD_TEXTS, { "Participants", "参演人员" }, 0, 1, 200 },
    WORDS("materials", "Materials", "物资准备", 2000),
    WORDS("safety_measures", "Safety of the drill", "演练安全措施", 1000),
    DATED("held_on", "Held on", "演练日期"),
    COUNT("attended", "Attended", "参演人数"),
    COUNT("minutes_used", "Minutes used", "用时(分钟)"),
    WORDS("course", "Course of the drill", "演练过程记录", 4000),
    { "drill_result", FIELD_ENUM, { "Result", "评估结论" }, FIELD_FILTER, .choices = results },
    WORDS("evaluation", "Evaluation", "评估意见", 4000),
    PERSON("evaluated_by", "Evaluated by", "评估人"),
    WHEN("evaluated_at", "Evaluated", "评估时间"),
    { "improvements", FIELD_LIST, { "Improvements", "改进事项" }, 0, 1, 50, .items = improvement_items },
    WORDS("improvements_done", "What was improved", "改进完成情况", 2000),
    WORDS("change_reason", "Moved because", "改期原因", 500),
    WORDS("cancel_reason", "Cancelled because", "取消原因", 500),
    { NULL },
};
static const struct clock clocks[] = {
    { "hold_due", { "Held on its day", "按期演练期限" }, "T_P18_HOLD", NULL, false },
    { "evaluate_due", { "Evaluated", "评估期限" }, "T_P18_EVALUATE", NULL, false },
    { "improve_due", { "Improved", "改进期限" }, "T_P18_IMPROVE", NULL, false },
    { NULL },
};

GUARD(plan_ready, "plan_not_ready", "exists (select from emergency_plan p where p.id = :plan_id and p.state in ('trained', 'drilled', 'in_force', 'revising'))", "plan_id",
      "A plan is drilled once it was taught", "预案须先完成培训");
GUARD(day_ahead, "date_in_past", ":planned_on >= company_date(:at)", "planned_on", "The date lies in the past", "日期已过");
GUARD(held_past, "date_ahead", ":held_on <= company_date(:at)", "held_on", "The date lies ahead", "日期在将来");
GUARD(leader_active, "person_not_active", ":assignee_id is null or exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)",
      "assignee_id", "This person is not active", "该人员不在岗");
GUARD(not_leader, "own_drill", "e.assignee_id is distinct from :actor", NULL, "Who led it does not evaluate it", "演练总指挥不得评估");
GUARD(nothing_to_improve, "improvements_missing", "e.drill_result = 'effective'", NULL, "Say first what is to be improved", "须先列出改进事项");
GUARD(done_told, "improvements_not_done", ":improvements_done is not null", "improvements_done", "Say what was improved", "须说明改进完成情况");

#define ORGANISERS "service_manager dept_head dispatcher " COMMANDER
#define OF_PLAN(states_) "exists (select from emergency_plan p where p.id = e.plan_id and p.state in (" states_ "))"
/* A first drill that failed leaves the plan where it is. */
#define COUNTS "(" OF_PLAN("'drilled', 'in_force', 'revising'") " or (:drill_result <> 'serious_flaw' and " OF_PLAN("'trained'") "))"

static const struct transition transitions[] = {
    { .event = "plan", .label = { "Plan a drill", "制定演练计划" }, .clause = "P18 B", .to = "planned", .by = ORGANISERS " system",
      .takes = "plan_id kind planned_on scene? place? assignee_id?", .guards = GUARDS(&plan_ready, &day_ahead, &leader_active),
      .effects = EFFECTS(SET("assignee_id", "coalesce(:assignee_id, :actor)"), START_AT("hold_due", DAY(":planned_on")), NOTIFY("@assignee", "drill_to_prepare")) },
    { .event = "move", .label = { "Move it", "改期" }, .clause = "designed", .from = "planned prepared", .to = "same", .by = ORGANISERS, .takes = "planned_on change_reason",
      .guards = GUARDS(&day_ahead), .effects = EFFECTS(START_AT("hold_due", DAY(":planned_on")), NOTIFY("@assignee", "drill_moved")), .flags = TRANSITION_FINAL },
    { .event = "prepare", .label = { "Prepared", "准备就绪" }, .clause = "P18 B", .from = "planned", .to = "prepared", .by = "*@assignee " ORGANISERS,
      .takes = "participants materials safety_measures place? scene?" },
    { .event = "hold", .label = { "Held", "实施演练" }, .clause = "P18 B", .from = "prepared", .to = "held", .by = "*@assignee " ORGANISERS,
      .takes = "held_on attended course minutes_used?", .guards = GUARDS(&held_past),
      .effects = EFFECTS(STOP("hold_due"), START("evaluate_due"), NOTIFY("service_manager", "drill_to_evaluate"), NOTIFY("evaluator_lead", "drill_to_evaluate")) },
    { .event = "evaluate", .label = { "Evaluate", "评估" }, .clause = "P18 B", .from = "held", .to = "evaluated", .by = "service_manager management_rep evaluator_lead evaluator",
      .takes = "drill_result evaluation", .guards = GUARDS(&not_leader),
      .effects = EFFECTS(SET("evaluated_by", ":actor"), SET("evaluated_at", ":at"), STOP("evaluate_due"), START("improve_due"), RECORD("drill"),
                         FIRE_IF("plan_id", "take_drill", "drilled_on = e.held_on; drill_kind = e.kind", COUNTS),
                         NONCONFORMITY_OF("emergency", "'after_sales_center'", "major", "m.evaluation", "; kind = 'potential'", ":drill_result = 'serious_flaw'"),
                         NOTIFY("@assignee", "drill_evaluated"), NOTIFY(COMMANDER, "drill_evaluated")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "set_improvements", .label = { "Say what is to be improved", "下达改进事项" }, .clause = "P18 B", .from = "evaluated", .to = "improvements", .when = "e.drill_result = 'serious_flaw' and " OF_PLAN("'in_force', 'revising'"),
      .by = ORGANISERS, .takes = "improvements",
      .effects = EFFECTS(FIRE("plan_id", "require_revision", "revision_reason = 'drill_flaw'; revision_note = left(concat_ws(' ', e.number, e.evaluation), 2000)"),
                         NOTIFY("@assignee", "drill_to_improve"), NOTIFY("dept_head", "drill_to_improve")),
      .flags = TRANSITION_FINAL },
    { .event = "set_improvements", .label = { "Say what is to be improved", "下达改进事项" }, .clause = "P18 B", .from = "evaluated", .to = "improvements", .by = ORGANISERS,
      .takes = "improvements", .effects = EFFECTS(NOTIFY("@assignee", "drill_to_improve"), NOTIFY("dept_head", "drill_to_improve")) },
    { .event = "close", .label = { "Close", "结束" }, .clause = "P18 B", .from = "evaluated", .to = "closed", .by = COMMANDER " service_manager",
      .takes = "improvements_done? note?", .guards = GUARDS(&nothing_to_improve), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "结束" }, .clause = "P18 B", .from = "improvements", .to = "closed", .by = COMMANDER " service_manager",
      .takes = "improvements_done? note?", .guards = GUARDS(&done_told), .effects = EFFECTS(RECORD("drill")), .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "planned prepared", .to = "cancelled", .by = COMMANDER " service_manager deputy_gm",
      .takes = "cancel_reason", .effects = EFFECTS(NOTIFY("@assignee", "drill_cancelled")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("planned prepared held", "dispatcher"),
    { NULL },
};
static const struct timer timers[] = { TO_REASSIGN("e.state in ('planned', 'prepared', 'held')"), { NULL } };
static const struct given given[] = {
    { .event = "amend", .from = "planned prepared held" },
    { .event = "void", .from = "planned" },
    { .event = "reassign", .by = "dispatcher service_manager " COMMANDER, .guards = GUARDS(&leader_active) },
    { NULL },
};
const struct machine p18_drill = {
    .name = "drill", .path = "drills", .prefix = "ED", .title = { "Emergency drill", "应急演练" }, .scope = SCOPE_EVERYBODY, .fields = fields, .states = states, .transitions = transitions,
    .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager " COMMANDER, .readers = STAFF,
    .amends = "place scene participants materials safety_measures attended minutes_used course", .without = "pause resume contact_attempt",
};
