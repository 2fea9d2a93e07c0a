/* P15: from a proposal to an improvement whose effect was verified and made a standard. */
#include "procedures/p15_improvement_fields.h"

#define LEADERS "deputy_gm general_manager"
#define OPEN_WORK "approved implementing verifying ineffective standardising"
#define RUNS_ALL STOP("answer_due"), STOP("approval_due"), STOP("done_due"), STOP("verify_due"), STOP("standard_due")
/* What was asked again while one is open belongs to that one: the same problem from the same kind of source, or what the same
 * record sends (93-links). */
#define TWIN "improvement_twin(coalesce(:source, 'employee'), case when :has_system then :source_number end, :problem)"
#define PROPOSE_TAKES \
    "problem source? source_number? type? title? baseline_metric? goal? benefit? proposer? anonymous? customer_id? outlet_id?"
/* An outlet has few people: its name would give an anonymous one away. */
#define PROPOSED \
    SET("source", "coalesce(:source, 'employee')"), SET("title", "coalesce(:title, left(:problem, 60))"), SET("anonymous", "coalesce(:anonymous, false)"), \
        SET("times_joined", "0"), SET("failures", "0"), \
        SET("outlet_id", "case when :anonymous is not true then coalesce(:outlet_id, :scope_outlet) end")
#define ANSWERED SET("answered_at", ":at"), SET("screened_by", ":actor"), STOP("answer_due"), RECORD("improvement_proposal"), NOTIFY("@opener", "improvement_answered")
#define DONE_BY(day) START_AT("done_due", DAY(day))

/* Who decides depends on what it costs; who may decide on more may decide on less. */
#define APPROVE(when_, roles) \
    { .event = "approve", .label = { "Approve", "批准立项" }, .clause = "P15 approve", .from = "evaluated", .to = "approved", .when = when_, .by = roles, \
      .takes = "assignee_id target_metric due_on period_months? plan_actions? resources? note?", .guards = GUARDS(&not_own_proposal, &owner_active, &due_ahead), \
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("pdca_phase", "'plan'"), SET("to_reassign", "null"), \
                         SET("period_months", "coalesce(:period_months, time_rule_number('N_P15_PERIOD_MONTHS'))"), STOP("approval_due"), \
                         DONE_BY(":due_on"), RECORD("improvement_plan"), NOTIFY("@assignee", "improvement_assigned"), NOTIFY("@opener", "improvement_approved")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define DECLINE(when_, roles) \
    { .event = "decline", .label = { "Decline", "不予立项" }, .clause = "designed", .from = "evaluated", .to = "rejected", .when = when_, .by = roles, \
      .takes = "answer", .guards = GUARDS(&not_own_proposal), \
      .effects = EFFECTS(STOP("approval_due"), RECORD("improvement_proposal"), NOTIFY("@opener", "improvement_rejected"), NOTIFY("service_manager", "improvement_rejected")), \
      .flags = TRANSITION_FINAL }
#define FREE "e.cost = 0"
#define SMALL "e.cost <= time_rule_number('N_P15_DEPUTY')"

#define STANDARDISE_TAKES "rule_changed rule_change? note?"
#define STANDARDISED \
    SET("standardised_by", ":actor"), \
        OPEN("document_change", "request", "source = 'improvement'; source_number = m.number; dept = 'after_sales_center'; change_reason = m.rule_change", LINK_LATER, \
             ":rule_changed is true")
#define TRAIN_TAKES "training_needed training_course? reward_reason? note?"
#define TRAINED \
    SET("trained_by", ":actor"), \
        OPEN("training_event", "plan", "course = :training_course; kind = 'basic'; with_exam = false; contents = left(coalesce(e.goal, e.title), 2000)", LINK_MUST, \
             ":training_needed is true"), \
        OPEN("reward_penalty", "propose", "source = 'improvement'; source_number = m.number; person_id = m.opened_by; reason = m.reward_reason", LINK_LATER, \
             ":reward_reason is not null")
#define ALL_DONE STOP("standard_due"), NOTIFY("@opener", "improvement_closed"), NOTIFY("@assignee", "improvement_closed")

static const struct transition transitions[] = {
    { .event = "propose", .label = { "Propose", "提出建议" }, .clause = "P15 propose", .to = "joined", .when = TWIN " is not null", .by = STAFF " system",
      .takes = PROPOSE_TAKES, .guards = GUARDS(&source_known, &no_name),
      .effects = EFFECTS(PROPOSED, SET("joined_to_id", TWIN), NOTIFY("@opener", "improvement_joined")) },
    { .event = "propose", .label = { "Propose", "提出建议" }, .clause = "P15 propose", .to = "proposed", .by = STAFF " system",
      .takes = PROPOSE_TAKES, .guards = GUARDS(&source_known, &no_name),
      .effects = EFFECTS(PROPOSED, START("answer_due"), RECORD_IF("improvement_proposal", ":anonymous is not true"), NOTIFY("service_manager", "improvement_proposed")) },
    { .event = "withdraw", .label = { "Withdraw", "撤回建议" }, .clause = "designed", .from = "proposed", .to = "withdrawn", .by = "*@opener",
      .takes = "reason?", .effects = EFFECTS(STOP("answer_due")), .flags = TRANSITION_FINAL },
    { .event = "take_in", .label = { "Proposed again", "重复提出" }, .clause = "93-links", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(SET("times_joined", "improvement_joined(e.id)"), NOTIFY("service_manager", "improvement_proposed_again")), .flags = TRANSITION_FINAL },
    { .event = "screen", .label = { "Screen", "开始筛选" }, .clause = "P15 screen", .from = "proposed", .to = "screening", .by = "service_manager",
      .effects = EFFECTS(SET("screened_by", ":actor")) },
    { .event = "evaluate", .label = { "Worth it: evaluated", "评估通过" }, .clause = "P15 screen", .from = "screening", .to = "evaluated", .by = "service_manager",
      .takes = "answer cost evaluation type? baseline_metric? goal? benefit?", .guards = GUARDS(&type_known, &goal_known),
      .effects = EFFECTS(ANSWERED, START("approval_due"), NOTIFY_IF("dept_head", "improvement_to_approve", ":cost = 0"),
                         NOTIFY_IF("deputy_gm", "improvement_to_approve", ":cost > 0 and :cost <= time_rule_number('N_P15_DEPUTY')"),
                         NOTIFY_IF("general_manager", "improvement_to_approve", ":cost > time_rule_number('N_P15_DEPUTY')")) },
    { .event = "reject", .label = { "Reject", "不采纳" }, .clause = "P15 screen", .from = "screening", .to = "rejected", .by = "service_manager",
      .takes = "answer", .effects = EFFECTS(ANSWERED), .flags = TRANSITION_FINAL },
    { .event = "defer", .label = { "Defer", "暂缓" }, .clause = "P15 screen", .from = "screening", .to = "deferred", .by = "service_manager",
      .takes = "answer deferred_until", .guards = GUARDS(&deferred_ahead), .effects = EFFECTS(ANSWERED) },
    { .event = "come_back", .label = { "Comes back", "暂缓到期" }, .clause = "P15 screen", .from = "deferred", .to = "screening",
      .by = "system service_manager", .effects = EFFECTS(SET("deferred_until", "null"), START("answer_due"), NOTIFY("service_manager", "improvement_back")),
      .flags = TRANSITION_FINAL },
    { .event = "reopen", .label = { "Reopen", "重新筛选" }, .clause = "designed", .from = "rejected", .to = "screening", .by = "service_manager",
      .takes = "reason", .effects = EFFECTS(START("answer_due"), NOTIFY("@opener", "improvement_reopened")), .flags = TRANSITION_FINAL },
    { .event = "join", .label = { "Join to another", "并入重复建议" }, .clause = "designed", .from = "proposed screening deferred evaluated", .to = "joined",
      .by = "service_manager", .takes = "joined_to_id reason?", .guards = GUARDS(&not_itself, &other_open),
      .effects = EFFECTS(STOP("answer_due"), STOP("approval_due"), NOTIFY("@opener", "improvement_joined")), .flags = TRANSITION_FINAL },
    { .event = "correct_type", .label = { "Correct the kind", "更正改进类型" }, .clause = "designed", .from = "*", .to = "same", .by = "service_manager",
      .takes = "type reason", .guards = GUARDS(&other_type), .effects = EFFECTS(NOTIFY("@assignee", "improvement_type_corrected")) },
    APPROVE(FREE, "dept_head " LEADERS),
    APPROVE(SMALL, LEADERS),
    APPROVE(NULL, "general_manager"),
    DECLINE(FREE, "dept_head " LEADERS),
    DECLINE(SMALL, LEADERS),
    DECLINE(NULL, "general_manager"),
    { .event = "send_back", .label = { "Send back to screening", "退回筛选" }, .clause = "designed", .from = "evaluated", .to = "screening",
      .by = "dept_head " LEADERS, .takes = "reason",
      .effects = EFFECTS(STOP("approval_due"), START("answer_due"), NOTIFY("service_manager", "improvement_sent_back")) },
    { .event = "implement", .label = { "Begin", "开始实施" }, .clause = "P15 implement", .from = "approved", .to = "implementing", .by = "*@assignee",
      .takes = "plan_actions? resources? notice_to? supplier_id? note?", .guards = GUARDS(&actions_named, &notice_named, &maker_named),
      .effects = EFFECTS(SET("pdca_phase", "'do'"), RECORD("improvement_plan"), NOTIFY_IF("materials_officer", "product_improvement", ":notice_to = 'maker'"),
                         NOTIFY_IF("dept_head", "product_improvement", ":notice_to = 'tech_dept'")) },
    { .event = "revise_plan", .label = { "Revise the plan", "调整计划" }, .clause = "designed", .from = "implementing", .to = "same", .by = "*@assignee",
      .takes = "plan_actions resources? reason", .effects = EFFECTS(RECORD("improvement_plan")), .flags = TRANSITION_FINAL },
    { .event = "extend", .label = { "Extend", "延期" }, .clause = "designed", .from = "approved implementing", .to = "same", .by = "service_manager " LEADERS,
      .takes = "due_on reason", .guards = GUARDS(&not_extended, &later_than_due),
      .effects = EFFECTS(SET("extended_from", "e.due_on"), DONE_BY(":due_on"), NOTIFY("@assignee", "improvement_extended")), .flags = TRANSITION_FINAL },
    { .event = "report_done", .label = { "Done", "报告完成" }, .clause = "P15 report_done", .from = "implementing", .to = "verifying", .by = "*@assignee",
      .takes = "evidence note?",
      .effects = EFFECTS(SET("done_on", "company_date(:at)"), SET("measurable_on", "improvement_period_end(company_date(:at), e.period_months)"),
                         SET("pdca_phase", "'check'"), SET("measurement_called", "false"), STOP("done_due"),
                         START_AT("verify_due", DAY("improvement_period_end(company_date(:at), e.period_months)")),
                         NOTIFY("service_manager", "improvement_done")) },
    { .event = "call_for_measurement", .label = { "A full period is over", "验证周期届满" }, .clause = "P15 verify", .from = "verifying", .to = "same", .by = "system",
      .effects = EFFECTS(SET("measurement_called", "true"), NOTIFY("service_manager", "improvement_to_measure"), NOTIFY("management_rep", "improvement_to_measure")),
      .flags = TRANSITION_FINAL },
    { .event = "measure", .label = { "Measure the effect", "统计效果" }, .clause = "P15 verify", .from = "verifying", .to = "same", .by = "service_manager",
      .takes = "measured_from measured_to actual goal_reached note?",
      .guards = GUARDS(&period_over, &after_done, &full_period, &not_ahead, &not_own_work),
      .effects = EFFECTS(SET("measured_by", ":actor"), NOTIFY("management_rep", "improvement_measured")) },
    { .event = "object", .label = { "Does not agree", "不同意统计结果" }, .clause = "designed", .from = "verifying", .to = "same", .by = "management_rep",
      .takes = "reason", .guards = GUARDS(&is_measured),
      .effects = EFFECTS(SET("goal_reached", "null"), SET("actual", "null"), SET("measured_by", "null"), NOTIFY("service_manager", "improvement_objected")),
      .flags = TRANSITION_FINAL },
    { .event = "verify", .label = { "Confirm: effective", "确认有效" }, .clause = "P15 verify", .from = "verifying", .to = "standardising",
      .when = "e.goal_reached", .by = "management_rep", .takes = "note?", .guards = GUARDS(&is_measured, &second_person, &not_own_work),
      .effects = EFFECTS(SET("verified_by", ":actor"), SET("verified_at", ":at"), SET("pdca_phase", "'act'"), STOP("verify_due"), START("standard_due"),
                         RECORD("improvement_verification"), NOTIFY("document_controller", "improvement_to_standardise"),
                         NOTIFY("hr_officer", "improvement_to_standardise")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "verify", .label = { "Confirm: ineffective", "确认无效" }, .clause = "P15 verify", .from = "verifying", .to = "ineffective",
      .by = "management_rep", .takes = "note?", .guards = GUARDS(&is_measured, &second_person, &not_own_work),
      .effects = EFFECTS(SET("verified_by", ":actor"), SET("verified_at", ":at"), SET("failures", "e.failures + 1"), STOP("verify_due"),
                         RECORD("improvement_verification"), NOTIFY("@assignee", "improvement_ineffective"),
                         NONCONFORMITY_OF("improvement", "coalesce((select p.department from person p where p.id = m.assignee_id), 'after_sales_center')", "major",
                                          "m.problem", "; customer_id = m.customer_id", "e.failures = 1")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "replan", .label = { "Plan again", "重新计划" }, .clause = "P15 replan", .from = "ineffective", .to = "approved", .by = "*@assignee",
      .takes = "plan_actions due_on target_metric? resources?", .guards = GUARDS(&actions_named, &due_ahead),
      .effects = EFFECTS(SET("pdca_phase", "'plan'"), SET("goal_reached", "null"), SET("actual", "null"), SET("measured_by", "null"), SET("verified_by", "null"),
                         SET("verified_at", "null"), SET("measured_from", "null"), SET("measured_to", "null"), SET("extended_from", "null"), SET("evidence", "null"),
                         SET("done_on", "null"), SET("measurable_on", "null"), DONE_BY(":due_on"), RECORD("improvement_plan")) },
    { .event = "standardise", .label = { "Sign off the documents", "文件签署" }, .clause = "P15 standardise", .from = "standardising", .to = "closed",
      .when = "e.trained_by is not null", .by = "document_controller", .takes = STANDARDISE_TAKES, .guards = GUARDS(&documents_unsigned, &change_described),
      .effects = EFFECTS(STANDARDISED, ALL_DONE), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "standardise", .label = { "Sign off the documents", "文件签署" }, .clause = "P15 standardise", .from = "standardising", .to = "same",
      .by = "document_controller", .takes = STANDARDISE_TAKES, .guards = GUARDS(&documents_unsigned, &change_described), .effects = EFFECTS(STANDARDISED),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "train", .label = { "Sign off the training", "培训签署" }, .clause = "P15 standardise", .from = "standardising", .to = "closed",
      .when = "e.standardised_by is not null", .by = "hr_officer", .takes = TRAIN_TAKES, .guards = GUARDS(&training_unsigned, &course_named, &rewarded_known),
      .effects = EFFECTS(TRAINED, ALL_DONE), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "train", .label = { "Sign off the training", "培训签署" }, .clause = "P15 standardise", .from = "standardising", .to = "same", .by = "hr_officer",
      .takes = TRAIN_TAKES, .guards = GUARDS(&training_unsigned, &course_named, &rewarded_known), .effects = EFFECTS(TRAINED),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "stop", .label = { "Stop", "终止" }, .clause = "designed", .from = "approved implementing verifying ineffective", .to = "stopped", .by = LEADERS,
      .takes = "stop_reason", .effects = EFFECTS(RUNS_ALL, RECORD("improvement_plan"), NOTIFY("@assignee", "improvement_stopped"), NOTIFY("@opener", "improvement_stopped")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    MARK_TO_REASSIGN(OPEN_WORK, "service_manager"),
    CHANGE_CUSTOMER,
    { NULL },
};
static const struct timer timers[] = {
    { "come_back", "e.state = 'deferred' and e.deferred_until <= company_date(:now)" },
    { "take_in", "e.times_joined <> improvement_joined(e.id)" },
    { "call_for_measurement", "e.state = 'verifying' and not e.measurement_called and e.measurable_on <= company_date(:now)" },
    TO_REASSIGN("e.state in ('approved', 'implementing', 'ineffective')"),
    { NULL },
};
static const struct given given[] = {
    { .event = "amend", .from = "proposed screening", .guards = GUARDS(&no_name_added) },
    { .event = "reassign", .from = OPEN_WORK, .guards = GUARDS(&owner_active) },
    { .event = "pause", .from = "approved implementing" },
    { .event = "resume", .from = "approved implementing" },
    { NULL },
};

static const struct machine improvement = {
    .name = "improvement", .path = "improvements", .prefix = "IM", .title = { "Improvement", "服务改进" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager", .readers = STAFF,
    .amends = "title problem baseline_metric goal benefit proposer", .without = "void", .display = "title", .veil = "anonymous",
    .unveil = "service_manager supervising_leader management_rep deputy_gm general_manager",
};

static const struct form forms[] = {
    { "improvement_proposal", "WWSH-003-P15-R01", { "Improvement proposal", "改进建议表" }, 36, "",
      "state source source_number type title problem baseline_metric goal benefit proposer anonymous customer_id outlet_id answer answered_at evaluation cost"
      " deferred_until", "company" },
    { "improvement_plan", "WWSH-003-P15-R02", { "Improvement plan", "改进计划" }, 36, "",
      "state type title problem baseline_metric goal cost approved_by assignee_id target_metric due_on extended_from period_months plan_actions resources pdca_phase"
      " notice_to supplier_id failures actual stop_reason", "company" },
    { "improvement_verification", "WWSH-003-P15-R03", { "Verification of an improvement", "改进效果验证记录" }, 36, "",
      "state type title baseline_metric target_metric evidence done_on measured_from measured_to actual goal_reached measured_by verified_by"
      " verified_at failures", "company" },
    { "service_data_analysis", "WWSH-003-P15-R04", { "Analysis of service data", "服务数据分析报告" }, 36, "",
      "month period_from period_to figures findings causes conclusions", "company" },
    { "analysis_meeting", "WWSH-003-P15-R05", { "Minutes of the service-quality meeting", "服务质量分析会纪要" }, 36, "",
      "month held_on participants minutes decisions", "company" },
    { "improvement_report", "WWSH-003-P15-R06", { "Yearly improvement report", "年度改进报告" }, 36, "",
      "year figures missing_types shortfall_reason report_text", "company" },
    { NULL },
};

const struct procedure p15_improvement = {
    .number = 15, .code = "P15", .title = { "Service improvement", "服务改进" }, .clause = "P15",
    .machines = (const struct machine *const[]){ &improvement, &p15_service_analysis, &p15_improvement_year, NULL },
    .forms = forms,
};
