/* P10 A: a recall, from the first signal of a defect to the last unit put right. */
#include "procedures/p10_recall_fields.h"
#include "procedures/p10_recall_guards.h"

#define MANAGER "service_manager"
#define LEADERS "deputy_gm general_manager"
#define EARLY "signal_logged investigating defect_confirmed"
#define UNITS_LISTED "planning plan_approval filed announced executing effect_review monitoring summarised"

#define IS_LEVEL(level_, value) value " = '" level_ "'"
/* What each unit of the list is made of; who was on it by a wider range before, and has not been told, is taken off. */
#define LIST_UNITS \
    FIRE_EACH("recall_unit", "parent_id", "c.state = 'listed' and c.found_in <> 'entered' and not recall_covers(e.id, c.model, c.serial)", "exclude", \
              "exclude_reason = 'out_of_range ' || e.number"), \
    OPEN_EACH("recall_unit", "list", "recall_units_found(e.id)", \
              "parent_id = e.id; serial = item ->> 'serial'; model = item ->> 'model'; customer_id = (item ->> 'customer_id')::uuid;" \
              " equipment_id = (item ->> 'equipment_id')::uuid; delivery_id = (item ->> 'delivery_id')::uuid; outlet_id = (item ->> 'outlet_id')::uuid;" \
              " found_in = item ->> 'found_in'")
#define NOTIFY_CLOCKS(level_) \
    START_IF("notify_due_1", NULL, IS_LEVEL("I", level_)), START_IF("notify_due_2", NULL, IS_LEVEL("II", level_)), \
        START_IF("notify_due_3", NULL, IS_LEVEL("III", level_))
#define NO_NOTIFY_CLOCKS STOP("notify_due_1"), STOP("notify_due_2"), STOP("notify_due_3")
#define NO_FINDING SET("finding", "null"), SET("investigated_by", "null"), SET("investigated_at", "null")
/* The range is what the latest findings say, not what is left of those before. */
#define WHOLE_RANGE \
    SET("range_serials", ":range_serials"), SET("serial_from", ":serial_from"), SET("serial_to", ":serial_to"), SET("delivered_from", ":delivered_from"), \
        SET("delivered_to", ":delivered_to")
#define FINDING_TAKES \
    "finding conclusion evidence cause? hazard? affected_range? level? models? range_serials? serial_from? serial_to? delivered_from? delivered_to? part_id?" \
    " batch? bought_in? maker?"
#define PLAN_TAKES \
    "product_scope? hazard? emergency_handling? measures? measure? responsible_contact? planned_from? planned_to? budget? target_percent? target_reason?"
#define TO_APPROVAL(round) \
    SET("planned_by", ":actor"), SET("plan_round", round), SET("plan_reviewed_by", "null"), SET("plan_approved_by", "null"), SET("plan_approved_at", "null"), \
        SET("filing_no", "null"), SET("filed_on", "null"), SET("return_reason", "null"), \
        SET("target_percent", "coalesce(:target_percent, e.target_percent, recall_target(e.level))"), \
        SET("budget_asked", "greatest(coalesce(e.budget_asked, 0), " PLANNED("budget") ")"), START("approve_due"), RECORD("recall_plan"), \
        OPEN("fund_request", "request", \
             "purpose = 'recall'; amount = m.budget_asked - coalesce(e.budget_asked, 0); need = concat_ws(': ', m.number, m.product_scope); source_number = m.number;" \
             " requested_by = m.planned_by; emergency = m.level = 'I'", \
             LINK_LATER, PLANNED("budget") " > coalesce(e.budget_asked, 0)"), \
        NOTIFY("deputy_gm", "recall_plan_to_review")
#define RETURN_PLAN \
    SET("plan_reviewed_by", "null"), SET("plan_approved_by", "null"), SET("plan_approved_at", "null"), STOP("approve_due"), \
        NOTIFY("@assignee", "recall_plan_returned")
#define COUNTED \
    SET("units_listed", "(select c.listed from recall_counts(e.id) c)"), SET("units_notified", "(select c.notified from recall_counts(e.id) c)"), \
        SET("units_done", "(select c.done from recall_counts(e.id) c)"), SET("contact_rate", "(select c.contact_rate from recall_counts(e.id) c)"), \
        SET("completion_rate", "(select c.completion_rate from recall_counts(e.id) c)")
#define NEXT_STAGE \
    START_AT("stage_due", DAY("(company_date(:at) + make_interval(months => time_rule_number('N_P10_STAGE_MONTHS')))::date + 1"))
#define NOT_ACTIVE STOP("weekly_due"), STOP("stage_due")
#define TO_REPORT(condition) \
    START_IF("authority_due", NULL, condition), NOTIFY_IF("deputy_gm", "recall_to_report", condition), NOTIFY_IF("general_manager", "recall_to_report", condition)
#define REPORTABLE(condition) { .kind = EFFECT_SET, .target = "reportable", .sql = "true", .when = condition }, TO_REPORT(condition)
#define END_UNITS FIRE_EACH("recall_unit", "parent_id", "true", "exclude", "exclude_reason = 'no_defect ' || e.number")
/* The spare part is freed with the sale, unless somebody has freed it before. */
#define FREE_PART \
    { .kind = EFFECT_FIRE, .target = "part_id", .event = "unblock", .sql = "reason = e.number", .mode = LINK_MUST, \
      .when = "e.stop_sale and exists (select from part p where p.id = e.part_id and p.state = 'blocked' and p.block_reason = e.number)" }

static const struct transition transitions[] = {
    { .event = "log_signal", .label = { "Log a signal", "线索立案" }, .clause = "P10 A", .to = "signal_logged", .by = "system",
      .takes = "model symptom source? source_number? batch? serials? injury? property_loss? recalled_abroad? own_case?",
      .effects = EFFECTS(SET("signals", "1"), SET("own_case", "coalesce(:own_case, false)"), SET("stop_sale", "false"), SET("reportable", P10_GRAVE), SET("plan_round", "0"),
                         SET("priority", "case when " P10_INJURED " then 'urgent' else 'normal' end"), START_IF("open_due", NULL, "not " P10_INJURED),
                         START_IF("open_injury_due", NULL, P10_INJURED), TO_REPORT(P10_GRAVE), NOTIFY("service_manager", "recall_signal")) },
    { .event = "take_signals", .label = { "Another signal", "新增线索" }, .clause = "P10 A", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(SET("signals", "recall_signals(e.id)"), SET("injury", "recall_worst_injury(e.id)"),
                         SET("priority", "case when recall_worst_injury(e.id) <> 'none' then 'urgent' else e.priority end"),
                         START_IF("open_injury_due", NULL, "e.clocks ? 'open_due' and recall_worst_injury(e.id) <> 'none'"),
                         { .kind = EFFECT_STOP, .target = "open_due", .when = "recall_worst_injury(e.id) <> 'none'" },
                         REPORTABLE("e.reportable is not true and recall_is_grave(e.id)"), NOTIFY("@assignee", "recall_signal_again")),
      .flags = TRANSITION_FINAL },
    { .event = "open_investigation", .label = { "Open the investigation", "启动调查" }, .clause = "P10 A", .from = "signal_logged", .to = "investigating", .by = MANAGER,
      .takes = "assignee_id? stop_ship? note?", .guards = GUARDS(&lead_fits),
      .effects = EFFECTS(SET("assignee_id", "coalesce(:assignee_id, :actor)"), SET("stop_sale", "coalesce(:stop_ship, false)"), STOP("open_due"), STOP("open_injury_due"),
                         START("findings_due"), NOTIFY("dept_head", "recall_to_investigate"), NOTIFY("@assignee", "recall_to_lead"),
                         NOTIFY_IF("warehouse_keeper", "stop_sale", ":stop_ship is true"), NOTIFY_IF("outlet_manager", "stop_sale", ":stop_ship is true")) },
    /* Order 19: whoever finds it out reports; the days run from then. */
    { .event = "find_reportable", .label = { "To be reported", "须向监管部门报告" }, .clause = "SAMR Order 19", .from = "*", .to = "same", .by = "service_manager " LEADERS,
      .takes = "report_ground note?", .guards = GUARDS(&not_reportable_yet), .effects = EFFECTS(REPORTABLE("true")), .flags = TRANSITION_FINAL },
    { .event = "not_reportable", .label = { "Not to be reported after all", "撤销须报告" }, .clause = "designed", .from = "*", .to = "same", .by = LEADERS, .takes = "reason",
      .guards = GUARDS(&is_reportable, &not_reported),
      .effects = EFFECTS(SET("reportable", "false"), SET("report_ground", "null"), STOP("authority_due"), NOTIFY("@assignee", "recall_not_to_report")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_authority", .label = { "Report to the regulator", "向监管部门报告" }, .clause = "SAMR Order 19", .from = "*", .to = "same", .by = "deputy_gm",
      .takes = "authority reported_on report_ground? report_no?", .guards = GUARDS(&is_reportable, &report_past, &report_behind_signal),
      .effects = EFFECTS(SET("reported_by", ":actor"), STOP("authority_due"), RECORD("authority_report"), NOTIFY("@assignee", "recall_reported")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_findings", .label = { "Report the findings", "提交调查报告" }, .clause = "P10 A", .from = "investigating", .to = "same", .by = "technician dept_head",
      .takes = FINDING_TAKES, .guards = GUARDS(&of_tech_dept, &level_set, &serials_in_order, &days_in_order, &maker_named),
      .effects = EFFECTS(SET("models", "coalesce(:models, array[e.model])"), WHOLE_RANGE, SET("investigated_by", ":actor"), SET("investigated_at", ":at"), SET("return_reason", "null"),
                         STOP("findings_due"), START("decide_due"), RECORD("defect_investigation"),
                         REPORTABLE(":finding = 'defect' and :level = 'I' and e.reportable is not true"), NOTIFY("deputy_gm", "recall_to_decide")),
      .flags = TRANSITION_SIGNED },
    { .event = "return_findings", .label = { "Investigate further", "退回调查" }, .clause = "designed", .from = "investigating", .to = "same", .by = "deputy_gm",
      .takes = "return_reason", .guards = GUARDS(&is_investigated),
      .effects = EFFECTS(NO_FINDING, STOP("decide_due"), START("findings_due"), NOTIFY("dept_head", "recall_to_investigate"), NOTIFY("@assignee", "recall_findings_returned")),
      .flags = TRANSITION_FINAL },
    { .event = "dismiss", .label = { "No defect", "排除缺陷" }, .clause = "P10 A", .from = "investigating", .to = "no_defect", .by = "deputy_gm", .takes = "note?",
      .guards = GUARDS(&none_found, &other_decides, &authority_told),
      .effects = EFFECTS(SET("decided_by", ":actor"), SET("stop_sale", "false"), END_UNITS, FREE_PART, RECORD("defect_investigation"),
                         OPEN("improvement", "propose", "source = 'recall'; source_number = m.number; type = 'product'; problem = left(m.symptom, 2000)", LINK_LATER, NULL),
                         NOTIFY("@assignee", "recall_dismissed"), NOTIFY_IF("outlet_manager", "sale_free", "e.stop_sale"),
                         NOTIFY_IF("warehouse_keeper", "sale_free", "e.stop_sale")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "confirm_defect", .label = { "Confirm the defect", "确认缺陷" }, .clause = "P10 A", .from = "investigating", .to = "defect_confirmed", .by = "deputy_gm",
      .takes = "note?", .guards = GUARDS(&defect_found, &other_decides),
      .effects = EFFECTS(SET("decided_by", ":actor"), SET("confirmed_at", ":at"), STOP("decide_due"), START("contain_due"), START("plan_due"), NOTIFY_CLOCKS("e.level"),
                         OPEN("nonconformity", "report",
                              "source = 'recall'; source_number = m.number; dept = 'tech_dept'; grade = case m.level when 'I' then 'critical' when 'II' then 'major' else 'minor' end;"
                              " fact = nonconformity_fact(concat_ws(': ', m.model, coalesce(m.cause, m.symptom)), m.number); evidence = m.evidence; customer_affected = true;"
                              " found_at = m.confirmed_at",
                              LINK_LATER, "not exists (select from nonconformity n where n.source_number = e.number and n.state not in ('dismissed', 'withdrawn', 'voided'))"),
                         OPEN("service_factor", "report", "source = 'recall'; source_number = m.number; dept = 'after_sales_center'; factor_text = nonconformity_fact(m.cause, m.number); model = m.model", LINK_LATER, NULL),
                         OPEN("incident", "report", "source = 'recall'; source_number = m.number; scenario = 'product_safety'; kind = 'hidden_danger'; what = coalesce(m.hazard, m.symptom)", LINK_LATER, "e.level = 'I'"),
                         NOTIFY("materials_officer", "recall_to_contain"), NOTIFY("commerce_officer", "recall_confirmed"), NOTIFY("@assignee", "recall_confirmed"),
                         NOTIFY_IF("general_manager", "recall_confirmed", "e.level = 'I'"), NOTIFY_IF("emergency_commander", "recall_confirmed", "e.level = 'I'")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "contain", .label = { "Stop the sale", "停售隔离" }, .clause = "P10 A", .from = "defect_confirmed", .to = "contained", .by = "materials_officer",
      .takes = "stock_frozen transit_frozen outlets_told quarantined? note?", .guards = GUARDS(&all_frozen),
      .effects = EFFECTS(SET("stop_sale", "true"), SET("contained_by", ":actor"), SET("contained_at", ":at"), STOP("contain_due"), RECORD("quarantine_record"),
                         { .kind = EFFECT_FIRE, .target = "part_id", .event = "block", .sql = "block_reason = e.number", .mode = LINK_MUST,
                           .when = "exists (select from part p where p.id = e.part_id and p.state in ('in_use', 'obsolete'))" },
                         NOTIFY("outlet_manager", "stop_sale"), NOTIFY("commerce_officer", "stop_sale"), NOTIFY("warehouse_keeper", "stop_sale"),
                         NOTIFY("dispatcher", "stop_sale"), NOTIFY("@assignee", "recall_contained")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "update_quarantine", .label = { "Bring the quarantine list up to date", "更新隔离清单" }, .clause = "designed", .from = "contained " UNITS_LISTED " closed handed_to_producer",
      .to = "same", .by = "materials_officer", .takes = "quarantined", .effects = EFFECTS(RECORD("quarantine_record")), .flags = TRANSITION_FINAL },
    { .event = "lift_stop_sale", .label = { "Free the sale", "解除停售" }, .clause = "designed", .from = "* closed handed_to_producer", .to = "same", .by = "deputy_gm",
      .takes = "lift_reason quarantined?", .guards = GUARDS(&sale_is_stopped, &not_before_the_end, &other_lifts),
      .effects = EFFECTS(SET("stop_sale", "false"), SET("lifted_by", ":actor"), FREE_PART, RECORD("quarantine_record"), NOTIFY("outlet_manager", "sale_free"),
                         NOTIFY("warehouse_keeper", "sale_free"), NOTIFY("commerce_officer", "sale_free")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "investigate_again", .label = { "Investigate again", "重新调查" }, .clause = "designed", .from = "defect_confirmed contained planning", .to = "investigating",
      .by = "deputy_gm", .takes = "reason",
      .effects = EFFECTS(NO_FINDING, SET("confirmed_at", "null"), SET("decided_by", "null"), STOP("contain_due"), STOP("plan_due"), NO_NOTIFY_CLOCKS, START("findings_due"),
                         CANCEL("nonconformity"), CANCEL("service_factor"), CANCEL("incident"),
                         NOTIFY("dept_head", "recall_to_investigate"), NOTIFY("@assignee", "recall_findings_returned")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "hand_to_producer", .label = { "The maker runs it", "移交生产者实施" }, .clause = "P10 A", .from = "contained", .to = "handed_to_producer", .by = "deputy_gm",
      .takes = "maker_letter maker? note?", .guards = GUARDS(&is_bought_in, &authority_told),
      .effects = EFFECTS(LIST_UNITS, NOTIFY("dispatcher", "customers_to_notify"), NOTIFY("@assignee", "recall_handed_over")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "draft_plan", .label = { "List the units, begin the plan", "建立台账、编制计划" }, .clause = "P10 A", .from = "contained", .to = "planning", .by = P10_CENTRE,
      .takes = "note?", .effects = EFFECTS(LIST_UNITS, NOTIFY("dispatcher", "customers_to_notify"), NOTIFY("hotline_clerk", "customers_to_notify")), .flags = TRANSITION_FINAL },
    { .event = "list_units", .label = { "List further units", "补充台账" }, .clause = "designed", .from = UNITS_LISTED, .to = "same", .by = P10_CENTRE,
      .effects = EFFECTS(LIST_UNITS, NOTIFY("dispatcher", "customers_to_notify")), .flags = TRANSITION_FINAL },
    { .event = "all_notified", .label = { "All customers are told", "客户全部通知" }, .clause = "P10 levels", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(NO_NOTIFY_CLOCKS, NOTIFY("@assignee", "recall_all_notified")), .flags = TRANSITION_FINAL },
    { .event = "submit_plan", .label = { "Submit the plan", "提交计划" }, .clause = "P10 A", .from = "planning", .to = "plan_approval", .by = P10_CENTRE, .takes = PLAN_TAKES,
      .guards = GUARDS(&plan_whole, &plan_days_fit, &target_explained, &units_found), .effects = EFFECTS(TO_APPROVAL("greatest(e.plan_round, 1)")) },
    { .event = "amend_plan", .label = { "Change the plan", "变更计划" }, .clause = "P10 A", .from = "executing", .to = "plan_approval", .by = MANAGER,
      .takes = "change_reason models? range_serials? serial_from? serial_to? delivered_from? delivered_to? " PLAN_TAKES,
      .guards = GUARDS(&plan_whole, &plan_days_fit, &target_explained, &serials_in_order, &days_in_order),
      .effects = EFFECTS(TO_APPROVAL("e.plan_round + 1"), START("plan_due")), .flags = TRANSITION_FINAL },
    { .event = "review_plan", .label = { "Review the plan", "审核计划" }, .clause = "P10 A", .from = "plan_approval", .to = "same", .by = "deputy_gm", .takes = "note?",
      .guards = GUARDS(&not_reviewed, &not_own_plan), .effects = EFFECTS(SET("plan_reviewed_by", ":actor"), NOTIFY("general_manager", "recall_plan_to_approve")),
      .flags = TRANSITION_SIGNED },
    { .event = "approve_plan", .label = { "Approve the plan", "批准计划" }, .clause = "P10 A", .from = "plan_approval", .to = "same", .by = "general_manager", .takes = "note?",
      .guards = GUARDS(&plan_is_reviewed, &not_approved, &not_own_plan, &other_approves, &budget_reserved),
      .effects = EFFECTS(SET("plan_approved_by", ":actor"), SET("plan_approved_at", ":at"), STOP("approve_due"), RECORD("recall_plan"), NOTIFY("@assignee", "recall_plan_approved"),
                         NOTIFY("dispatcher", "recall_plan_to_file")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "return_plan", .label = { "Return the plan", "退回计划" }, .clause = "P10 A", .from = "plan_approval", .to = "executing", .when = "e.started_at is not null", .by = LEADERS,
      .takes = "return_reason", .effects = EFFECTS(RETURN_PLAN, STOP("plan_due")), .flags = TRANSITION_FINAL },
    { .event = "return_plan", .label = { "Return the plan", "退回计划" }, .clause = "P10 A", .from = "plan_approval", .to = "planning", .by = LEADERS, .takes = "return_reason",
      .effects = EFFECTS(RETURN_PLAN), .flags = TRANSITION_FINAL },
    { .event = "file_plan", .label = { "File the plan", "报备计划" }, .clause = "SAMR Order 19", .from = "plan_approval", .to = "filed", .by = P10_CENTRE,
      .takes = "filing_no filed_on", .guards = GUARDS(&plan_is_approved, &filed_past, &filed_behind_approval),
      .effects = EFFECTS(STOP("plan_due"), START_AT("announce_due", DAY(":filed_on")), NOTIFY("@assignee", "recall_to_announce")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "announce", .label = { "Announce", "发布公告" }, .clause = "SAMR Order 19", .from = "filed", .to = "announced", .by = P10_CENTRE,
      .takes = "notice_channels notice_text published_on hotline_script?", .guards = GUARDS(&published_past, &published_behind_filing),
      .effects = EFFECTS(STOP("announce_due"), RECORD("recall_notice"), NOTIFY("hotline_clerk", "recall_announced"), NOTIFY("outlet_manager", "recall_announced"),
                         NOTIFY("dispatcher", "recall_to_start")),
      .flags = TRANSITION_FINAL },
    { .event = "start", .label = { "Begin to carry it out", "开始实施" }, .clause = "P10 A", .from = "announced", .to = "executing", .by = "dispatcher", .takes = "note?",
      .effects = EFFECTS(SET("started_at", "coalesce(e.started_at, :at)"), START("weekly_due"), NEXT_STAGE, NOTIFY("@assignee", "recall_started")), .flags = TRANSITION_FINAL },
    { .event = "progress_summary", .label = { "Stage summary", "阶段性总结" }, .clause = "SAMR Order 19", .from = "executing", .to = "same", .when = ":summary_kind = 'stage'",
      .by = MANAGER, .takes = "summary_kind summary_text", .effects = EFFECTS(COUNTED, START("weekly_due"), NEXT_STAGE, RECORD("recall_summary"), NOTIFY("deputy_gm", "recall_summary")),
      .flags = TRANSITION_FINAL },
    { .event = "progress_summary", .label = { "Weekly progress", "每周进展" }, .clause = "P10 A", .from = "executing", .to = "same", .by = MANAGER,
      .takes = "summary_kind summary_text", .effects = EFFECTS(COUNTED, START("weekly_due"), RECORD("recall_summary")), .flags = TRANSITION_FINAL },
    { .event = "review_effect", .label = { "Review the effect", "效果评估" }, .clause = "P10 A", .from = "executing", .to = "effect_review",
      .by = "evaluator evaluator_lead management_rep", .takes = "evaluation", .guards = GUARDS(&target_reached, &outside_the_case),
      .effects = EFFECTS(COUNTED, SET("evaluated_by", ":actor"), NOT_ACTIVE, START("final_due"), NOTIFY("general_manager", "recall_effect_reviewed"),
                         NOTIFY("@assignee", "recall_effect_reviewed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "stop_active", .label = { "End the active recall", "停止积极召回" }, .clause = "P10 A", .from = "effect_review", .to = "monitoring", .by = "general_manager",
      .takes = "reason", .guards = GUARDS(&some_outstanding), .effects = EFFECTS(START("final_due"), NOTIFY("@assignee", "recall_not_active")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "resume_active", .label = { "Carry on actively", "恢复积极召回" }, .clause = "designed", .from = "effect_review monitoring", .to = "executing", .by = LEADERS,
      .takes = "reason", .effects = EFFECTS(SET("evaluated_by", "null"), STOP("final_due"), START("weekly_due"), NEXT_STAGE, NOTIFY("@assignee", "recall_started")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "summarise", .label = { "Summarise", "总结" }, .clause = "SAMR Order 19", .from = "effect_review monitoring", .to = "summarised", .by = MANAGER,
      .takes = "final_summary summary_no?", .guards = GUARDS(&none_outstanding),
      .effects = EFFECTS(COUNTED, STOP("final_due"), RECORD("recall_summary"), NOTIFY("general_manager", "recall_to_close")), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "结案" }, .clause = "P10 A", .from = "summarised", .to = "closed", .by = "general_manager", .takes = "archive_ref note?",
      .guards = GUARDS(&claims_closed, &nonconformity_effective, &authority_told), .effects = EFFECTS(COUNTED, NOTIFY("@assignee", "recall_closed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "merge", .label = { "Merge into another", "并案" }, .clause = "designed", .from = EARLY, .to = "merged", .by = MANAGER, .takes = "merged_into_id reason",
      .guards = GUARDS(&not_itself, &other_open), .effects = EFFECTS(SET("stop_sale", "false"), NOTIFY("@assignee", "recall_merged")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("*", "deputy_gm"),
    { NULL },
};

static const struct timer timers[] = {
    { "take_signals", "e.signals <> recall_signals(e.id)", NULL },
    { "all_notified",
      "e.clocks ?| '{notify_due_1,notify_due_2,notify_due_3}' and e.state not in ('defect_confirmed', 'contained') and recall_all_notified(e.id)", NULL },
    TO_REASSIGN("true"),
    { NULL },
};
static const struct given given[] = {
    { .event = "amend", .by = MANAGER, .guards = GUARDS(&facts_open) },
    { .event = "void", .by = MANAGER },
    { .event = "reassign", .by = "service_manager deputy_gm", .guards = GUARDS(&new_lead_fits) },
    { NULL },
};

const struct machine p10_recall = {
    .name = "recall", .path = "recalls", .prefix = "RC", .title = { "Recall", "产品召回" }, .scope = SCOPE_EVERYBODY, .fields = fields, .states = states, .transitions = transitions,
    .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager", .readers = P10_STAFF, .amends = "symptom batch serials",
    .without = "pause resume", .default_outlet = "null::uuid",
};
