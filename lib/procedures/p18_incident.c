/* P18 C: an incident, from the call to the summary. The person on the spot calls; who answers for the level starts the plan; the
 * log of the response never stands still for longer than its level allows. */
#include "procedures/p18_incident_fields.h"
#include "procedures/p18_incident_guards.h"

#define FACTS "dead? seriously_injured? slightly_injured? loss_amount? customers_down? national_media?"
#define KEPT(column) "coalesce(:" column ", e." column ")"
#define LEVEL_OF(f) "incident_level(" f("dead") ", " f("seriously_injured") ", " f("slightly_injured") ", " f("loss_amount") ", " f("customers_down") ", " f("national_media") ")"
#define NATIONAL_OF(f) "incident_national_level(" f("dead") ", " f("seriously_injured") ", " f("slightly_injured") ", " f("loss_amount") ")"
#define GIVEN(column) ":" column
#define HURT(f) "coalesce(" f("dead") ", 0) + coalesce(" f("seriously_injured") ", 0) + coalesce(" f("slightly_injured") ", 0) > 0"
#define HURT_NOW HURT(GIVEN)
#define CASUALTIES_CHANGED \
    "(" KEPT("dead") ", " KEPT("seriously_injured") ", " KEPT("slightly_injured") ") is distinct from (e.dead, e.seriously_injured, e.slightly_injured)"
/* Changes within 30 days, after a fire or on the road within 7, are reported too (statute 493, art. 13). */
#define STILL_TOLD \
    ":at <= coalesce(e.occurred_at, e.opened_at) + make_interval(days => time_rule_number(case when e.scenario in ('fire_electric', 'traffic_in_delivery')" \
    " then 'N_P18_GOV_DAYS_FIRE' else 'N_P18_GOV_DAYS' end))"
#define SUPPLEMENT "e.authority_told_at is not null and " CASUALTIES_CHANGED " and " STILL_TOLD
#define TELL_AUTHORITY(condition, start) START_IF("authority_due", start, condition), NOTIFY_IF("general_manager", "incident_to_report", condition)
#define REPORTABLE(condition) \
    { .kind = EFFECT_SET, .target = "reportable", .sql = "true", .when = condition }, TELL_AUTHORITY(condition, NULL)

/* The log says who it was as it was then. */
#define WHO "(select p.name from person p where p.id = :actor)"
#define LINE_AT(when_, kind_, text_) \
    SET("last_line_at", when_), \
    SET("log_lines", "coalesce(e.log_lines, '[]') || jsonb_strip_nulls(jsonb_build_object('at', " when_ ", 'entered_at', :at, 'by', " WHO ", 'kind', '" kind_ "', 'text', " text_ "))")
#define LINE(kind_, text_) LINE_AT(":at", kind_, text_)
#define FAST(level) level " in ('I', 'II')"
#define NO_LOG_CLOCKS STOP("log_due_fast"), STOP("log_due")
/* The next line is due from the last one on. */
#define NEXT_LINE(level) NO_LOG_CLOCKS, START_IF("log_due_fast", NULL, FAST(level)), START_IF("log_due", NULL, "not " FAST(level))
#define TELL_LEVEL(level, code) \
    NOTIFY_IF("general_manager", code, FAST(level)), NOTIFY_IF("deputy_gm", code, level " <> 'IV'"), NOTIFY("dispatcher", code)
#define IS_LEVEL(level) "e.level = '" level "'"
/* Who answers for the level; who answers for a graver one may do it too. */
#define BY_LEVEL(ROW) \
    ROW(IS_LEVEL("IV"), "dispatcher deputy_gm general_manager"), ROW(IS_LEVEL("III"), "deputy_gm general_manager"), ROW(NULL, "general_manager")
#define ASK_MONEY(who) \
    OPEN("fund_request", "request", \
         "purpose = 'emergency'; amount = m.funds_asked; need = left(concat_ws(': ', m.number, m.what), 2000); source_number = m.number; requested_by = " who \
         "; emergency = true; payee = m.fund_payee; outlet_id = m.outlet_id", \
         LINK_LATER, ":funds_asked > 0")
#define NO_PLAN "coalesce(:plan_id, emergency_plan_for(e.scenario)) is null"
#define ACTIVATE(when_, roles) \
    { .event = "activate", .label = { "Activate the plan", "启动预案" }, .clause = "P18 C", .from = "graded", .to = "activated", .when = when_, .by = roles, \
      .takes = "plan_id? no_plan_reason? funds_asked? fund_payee? note?", .guards = GUARDS(&plan_usable, &plan_there), \
      .effects = EFFECTS(SET("plan_id", "coalesce(:plan_id, emergency_plan_for(e.scenario))"), SET("no_plan_reason", "case when " NO_PLAN " then :no_plan_reason end"), \
                         SET("activated_by", ":actor"), SET("activated_at", ":at"), STOP("activate_due"), NEXT_LINE("e.level"), \
                         LINE("activated", "coalesce((select p.title from emergency_plan p where p.id = coalesce(:plan_id, emergency_plan_for(e.scenario))), :no_plan_reason)"), \
                         ASK_MONEY("m.activated_by"), \
                         NONCONFORMITY_OF("emergency", "'after_sales_center'", "major", "m.no_plan_reason", "", NO_PLAN), \
                         NOTIFY(COMMANDER, "plan_activated"), NOTIFY("dept_head", "plan_activated"), NOTIFY("service_manager", "plan_activated"), \
                         NOTIFY("dispatcher", "plan_activated")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define TERMINATE(when_, roles) \
    { .event = "terminate", .label = { "End the emergency", "解除应急" }, .clause = "P18 C", .from = "controlled", .to = "terminated", .when = when_, .by = roles, \
      .takes = "hazard_removed no_secondary_risk note?", .guards = GUARDS(&hazard_gone), \
      .effects = EFFECTS(SET("terminated_by", ":actor"), SET("terminated_at", ":at"), NO_LOG_CLOCKS, LINE("terminated", ":note"), START_IF("cause_due_major", NULL, FAST("e.level")), \
                         START_IF("cause_due", NULL, "not " FAST("e.level")), RECORD("response_log"), NOTIFY("dispatcher", "incident_to_recover"), \
                         NOTIFY("service_manager", "incident_to_investigate")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define CHANGE_LEVEL(event_, en_, zh_, guard_, told) \
    { .event = event_, .label = { en_, zh_ }, .clause = "P18 C", .from = "graded activated responding", .to = "same", .by = COMMANDER, .takes = "level level_note", \
      .guards = GUARDS(guard_), \
      .effects = EFFECTS(LINE(event_, "concat_ws(': ', :level, :level_note)"), NO_LOG_CLOCKS, START_IF("log_due_fast", NULL, FAST(":level") " and e.state <> 'graded'"), \
                         START_IF("log_due", NULL, "not " FAST(":level") " and e.state <> 'graded'"), TELL_LEVEL(told, "incident_level_changed")), \
      .flags = TRANSITION_FINAL }
/* What P4, P9 and P10-C have to know. */
#define OF_CUSTOMER(column) "(select c." column " from customer c where c.id = m.customer_id)"
#define SOURCE_IS(machine_) "(select n.id from entity n where n.number = m.source_number and n.machine = '" machine_ "')"
#define CONTACT "customer_id = m.customer_id; contact_name = coalesce(m.reporter_name, " OF_CUSTOMER("name") "); contact_phone = coalesce(m.reporter_phone, " OF_CUSTOMER("phone") ")"
#define WANTED(remedy) "'" remedy "' = any(:remedies)"
#define TEAM \
    "technician installer dept_head dispatcher service_manager warehouse_keeper materials_officer shipping_clerk office_archivist outlet_manager outlet_technician" \
    " facility_keeper " COMMANDER

static const struct transition transitions[] = {
    { .event = "report", .label = { "Report", "接报" }, .clause = "P18 C", .to = "reported", .by = STAFF " system",
      .takes = "what scenario kind? source? source_number? place? occurred_at? reporter_name? reporter_phone? customer_id? outlet_id? " FACTS,
      .guards = GUARDS(&occurred_past, &source_known),
      .effects = EFFECTS(SET("source", "coalesce(:source, 'phone')"), SET("priority", "'urgent'"), SET("occurred_at", "coalesce(:occurred_at, :at)"),
                         SET("outlet_id", "coalesce(:outlet_id, :scope_outlet)"), SET("suggested_level", LEVEL_OF(GIVEN)), SET("national_level", NATIONAL_OF(GIVEN)),
                         SET("reportable", HURT_NOW), START("verify_due"), TELL_AUTHORITY(HURT_NOW, NULL), RECORD("incident_report"), NOTIFY("dispatcher", "incident_reported"),
                         NOTIFY(COMMANDER, "incident_reported"), NOTIFY("service_manager", "incident_reported"),
                         NOTIFY_IF("general_manager", "incident_reported", FAST(LEVEL_OF(GIVEN)))) },
    { .event = "verify", .label = { "Verify", "核实" }, .clause = "P18 C", .from = "reported", .to = "verified", .by = "dispatcher",
      .takes = "note? kind? scenario? place? customer_id? outlet_id?",
      .effects = EFFECTS(SET("verified_by", ":actor"), SET("verified_at", ":at"), STOP("verify_due"), START("activate_due"), LINE("verified", ":note"),
                         NOTIFY(COMMANDER, "incident_to_grade")) },
    { .event = "dismiss", .label = { "False alarm", "误报" }, .clause = "P18 C", .from = "reported verified graded", .to = "false_alarm", .by = "dispatcher " COMMANDER,
      .takes = "false_alarm_reason", .effects = EFFECTS(NOTIFY("@opener", "incident_false_alarm"), NOTIFY(COMMANDER, "incident_false_alarm")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "update_facts", .label = { "Bring the figures up to date", "更新伤亡损失" }, .clause = "P18 C", .from = "*", .to = "same",
      .by = "dispatcher service_manager general_manager deputy_gm " COMMANDER, .takes = FACTS " note?",
      .effects = EFFECTS(SET("suggested_level", LEVEL_OF(KEPT)), SET("national_level", NATIONAL_OF(KEPT)), LINE("facts", ":note"),
                         REPORTABLE("e.reportable is not true and " HURT(KEPT)), START_IF("supplement_due", NULL, SUPPLEMENT),
                         NOTIFY_IF("general_manager", "incident_to_supplement", SUPPLEMENT),
                         NOTIFY_IF(COMMANDER, "incident_level_to_check", "coalesce(" RANK(LEVEL_OF(KEPT)) " < " RANK("e.level") ", false)")),
      .flags = TRANSITION_FINAL },
    /* Statute 493, art. 9: who answers for the company reports within the hour. */
    { .event = "find_reportable", .label = { "To be reported to the authority", "须上报政府部门" }, .clause = "State Council Order 493 art. 9", .from = "*", .to = "same",
      .by = "dispatcher deputy_gm general_manager " COMMANDER, .takes = "report_ground", .guards = GUARDS(&reportable_not_yet), .effects = EFFECTS(REPORTABLE("true")),
      .flags = TRANSITION_FINAL },
    { .event = "not_reportable", .label = { "Not to be reported", "不须上报" }, .clause = "designed", .from = "*", .to = "same", .by = "general_manager", .takes = "report_ground",
      .guards = GUARDS(&is_reportable, &not_told), .effects = EFFECTS(SET("reportable", "false"), STOP("authority_due")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "notify_authority", .label = { "Reported to the authority", "上报政府部门" }, .clause = "State Council Order 493 art. 9", .from = "*", .to = "same",
      .by = "general_manager", .takes = "authority authority_told_at authority_report_no? note?", .guards = GUARDS(&not_told, &told_past, &told_behind),
      .effects = EFFECTS(SET("authority_told_by", ":actor"), STOP("authority_due"), LINE_AT(":authority_told_at", "authority", "concat_ws(' ', :authority, :authority_report_no)"),
                         RECORD("incident_report"), NOTIFY(COMMANDER, "authority_told")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "supplement_report", .label = { "Reported later changes", "补报" }, .clause = "State Council Order 493 art. 13", .from = "*", .to = "same", .by = "general_manager",
      .takes = "authority_supplement", .guards = GUARDS(&is_told),
      .effects = EFFECTS(SET("supplemented_at", ":at"), STOP("supplement_due"), LINE("authority", ":authority_supplement"), RECORD("incident_report")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "inform", .label = { "Somebody was told", "登记通知" }, .clause = "P18", .from = "*", .to = "same", .by = "hotline_clerk general_manager deputy_gm " TEAM,
      .takes = "informed_kind informed_whom informed_text?",
      .effects = EFFECTS(SET("informed", "coalesce(e.informed, '[]') || jsonb_strip_nulls(jsonb_build_object('at', :at, 'kind', :informed_kind, 'whom', :informed_whom, 'by', " WHO ","
                                         " 'text', :informed_text))")) },
    { .event = "grade", .label = { "Grade", "分级" }, .clause = "P18 C", .from = "verified", .to = "graded", .by = COMMANDER, .takes = "level level_note?",
      .guards = GUARDS(&level_explained),
      .effects = EFFECTS(SET("graded_at", ":at"), SET("assignee_id", ":actor"), LINE("graded", "concat_ws(': ', :level, :level_note)"), TELL_LEVEL(":level", "plan_to_activate")) },
    CHANGE_LEVEL("escalate", "Raise the level", "提级", &level_higher, ":level"),
    CHANGE_LEVEL("deescalate", "Lower the level", "降级", &level_lower, "e.level"),
    BY_LEVEL(ACTIVATE),
    { .event = "respond", .label = { "The team is at work", "开展处置" }, .clause = "P18 C", .from = "activated", .to = "responding", .by = TEAM,
      .takes = "measures line_text team?",
      .effects = EFFECTS(SET("response_led_by", ":actor"), SET("responded_at", ":at"), LINE("response", ":line_text"), NEXT_LINE("e.level"), NOTIFY("@assignee", "response_begun")) },
    { .event = "log_line", .label = { "Line of the log", "处置记录" }, .clause = "P18 C", .from = "activated responding controlled", .to = "same", .by = TEAM " deputy_gm general_manager",
      .takes = "line_text line_at? measures?", .guards = GUARDS(&line_past), .effects = EFFECTS(LINE_AT("coalesce(:line_at, :at)", "line", ":line_text"), NEXT_LINE("e.level")),
      .flags = TRANSITION_FINAL },
    { .event = "ask_funds", .label = { "Ask for money", "申请应急经费" }, .clause = "P17 B", .from = "activated responding controlled terminated recovering", .to = "same",
      .by = "dispatcher deputy_gm general_manager " COMMANDER, .takes = "funds_asked fund_payee? note?",
      .effects = EFFECTS(ASK_MONEY("m.last_actor_id"), LINE("funds", ":note")), .flags = TRANSITION_FINAL },
    { .event = "control", .label = { "Under control", "受控" }, .clause = "P18 C", .from = "responding", .to = "controlled", .by = COMMANDER, .takes = "control_note",
      .effects = EFFECTS(SET("controlled_at", ":at"), LINE("controlled", ":control_note"), NEXT_LINE("e.level"), TELL_LEVEL("e.level", "incident_controlled")) },
    { .event = "flare_up", .label = { "Out of control again", "再次失控" }, .clause = "designed", .from = "controlled", .to = "responding", .by = COMMANDER " dispatcher",
      .takes = "line_text", .effects = EFFECTS(SET("controlled_at", "null"), LINE("flare_up", ":line_text"), NEXT_LINE("e.level"), TELL_LEVEL("e.level", "incident_flared_up")),
      .flags = TRANSITION_FINAL },
    BY_LEVEL(TERMINATE),
    { .event = "recover", .label = { "Restore", "恢复善后" }, .clause = "P18 C", .from = "terminated", .to = "recovering", .by = "dispatcher",
      .takes = "recovery_note remedies? comfort_note? customer_id?", .guards = GUARDS(&customer_named, &claim_has_source),
      .effects = EFFECTS(SET("comforted_at", "case when :comfort_note is not null then :at end"),
                         OPEN("repair", "register", CONTACT "; channel = case when " OF_CUSTOMER("address") " is null then 'carry_in' else 'other_phone' end; address = "
                              OF_CUSTOMER("address") "; problem = left(concat_ws(': ', m.number, m.what), 2000); priority = 'urgent'; outlet_id = m.outlet_id",
                              LINK_LATER, WANTED("repair")),
                         OPEN("return_exchange", "apply", CONTACT "; kind = case when 'return' = any(m.remedies) then 'return' else 'exchange' end; parent_id = " SOURCE_IS("repair")
                              "; return_reason = left(concat_ws(': ', m.number, m.what), 1000)",
                              LINK_LATER, WANTED("return") " or " WANTED("exchange")),
                         OPEN("compensation", "submit", "repair_id = " SOURCE_IS("repair") "; delivery_id = " SOURCE_IS("delivery") "; return_exchange_id = "
                              SOURCE_IS("return_exchange") "; complaint_id = " SOURCE_IS("complaint") "; loss_text = left(concat_ws(': ', m.number, m.what), 1000);"
                              " claimed_amount = m.loss_amount; basis = case when coalesce(m.dead, 0) + coalesce(m.seriously_injured, 0) + coalesce(m.slightly_injured, 0) > 0 then 'injury'"
                              " else 'service_fault' end",
                              LINK_LATER, WANTED("compensation")),
                         NOTIFY("service_manager", "incident_to_investigate")),
      .flags = TRANSITION_FINAL },
    { .event = "investigate", .label = { "Begin the investigation", "开展调查" }, .clause = "P18 C", .from = "recovering", .to = "investigating", .by = "service_manager", .takes = "note?" },
    { .event = "report_cause", .label = { "Report the cause", "提交调查结论" }, .clause = "P18 C", .from = "investigating", .to = "same", .by = "service_manager dept_head",
      .takes = "cause_kind cause responsible_dept evidence?", .guards = GUARDS(&not_responder, &outlet_named),
      .effects = EFFECTS(SET("investigated_by", ":actor"), SET("investigated_at", ":at"), STOP("cause_due"), STOP("cause_due_major"), START("summary_due"),
                         OPEN("nonconformity", "report",
                              "source = 'emergency'; source_number = m.number; dept = m.responsible_dept; outlet_id = m.outlet_id; customer_id = m.customer_id;"
                              " grade = case m.level when 'I' then 'critical' when 'II' then 'major' else 'minor' end; fact = nonconformity_fact(concat_ws(': ', m.what, m.cause), m.number);"
                              " evidence = m.evidence; customer_affected = m.customer_id is not null; found_at = m.changed_at",
                              LINK_LATER, ":cause_kind not in ('third_party', 'nature') and e.investigated_at is null"),
                         NOTIFY("management_rep", "incident_to_summarise")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "summarise", .label = { "Summarise", "总结" }, .clause = "P18 C", .from = "investigating", .to = "summarised", .by = "management_rep",
      .takes = "summary lessons plan_adequate plan_flaw?", .guards = GUARDS(&cause_found, &flaw_told),
      .effects = EFFECTS(SET("summarised_by", ":actor"), SET("summarised_at", ":at"), STOP("summary_due"), SET("return_reason", "null"), RECORD("incident_summary"),
                         FIRE_IF("plan_id", "require_revision", "revision_reason = 'response_flaw'; revision_note = left(concat_ws(' ', e.number, :plan_flaw), 2000)",
                                 ":plan_adequate is not true and exists (select from emergency_plan p where p.id = e.plan_id and p.state in " P18_IN_FORCE ")"),
                         NOTIFY("general_manager", "incident_to_close")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "send_back", .label = { "Send back", "退回" }, .clause = "designed", .from = "summarised", .to = "investigating", .by = "general_manager", .takes = "return_reason",
      .effects = EFFECTS(START("summary_due"), NOTIFY("management_rep", "incident_sent_back"), NOTIFY("service_manager", "incident_sent_back")), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P18 C", .from = "summarised", .to = "closed", .by = "general_manager", .takes = "note?",
      .guards = GUARDS(&not_summariser, &authority_done),
      .effects = EFFECTS(RECORD("incident_summary"),
                         /* 93-links: a round of P1 follows. */
                         OPEN("service_factor", "report", "source = 'incident'; source_number = m.number; dept = 'after_sales_center';"
                              " factor_text = nonconformity_fact(m.cause, m.number)", LINK_LATER, NULL),
                         OPEN("round_occasion", "call", "kind = 'accident'; source_number = m.number", LINK_LATER, "e.level <> 'IV'"),
                         NOTIFY(COMMANDER, "incident_closed"), NOTIFY("@opener", "incident_closed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    MARK_TO_REASSIGN("graded activated responding controlled", "dispatcher", NOTIFY("deputy_gm", "to_reassign")),
    CHANGE_CUSTOMER,
    { NULL },
};
static const struct timer timers[] = { TO_REASSIGN("e.state in ('graded', 'activated', 'responding', 'controlled')"), { NULL } };
GUARD(commander_fits, "commander_not_fit",
      "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.roles && '{emergency_commander,deputy_gm,general_manager}')", "assignee_id",
      "An emergency commander or a leader commands", "须由应急总指挥或公司领导担任");
static const struct given given[] = {
    { .event = "reassign", .by = "dispatcher deputy_gm general_manager " COMMANDER, .guards = GUARDS(&commander_fits), .from = "graded activated responding controlled" },
    { .event = "void", .from = "reported verified" },
    { NULL },
};
const struct machine p18_incident = {
    .name = "incident", .path = "incidents", .prefix = "EI", .title = { "Incident", "突发事件" }, .fields = fields, .states = states, .transitions = transitions, .clocks = clocks,
    .timers = timers, .given = given, .owner = COMMANDER " service_manager", .readers = STAFF, .amends = "what place kind occurred_at reporter_name reporter_phone source_number",
    .without = "pause resume contact_attempt",
};
