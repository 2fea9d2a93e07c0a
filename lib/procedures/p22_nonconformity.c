/* P22: a nonconformity from the report to the proof that it does not come back (manual P3 4.6; ISO 9001 10.2; 8D). */
#include "procedures/p22_fields.h"
#include "procedures/p22_guards.h"

static const struct state states[] = {
    { "reported", { "Reported", "已提出" } },
    { "confirmed", { "Confirmed", "已确认" } },
    { "contained", { "Corrected and contained", "已纠正遏制" } },
    { "cause_analysis", { "Cause analysis", "原因分析" } },
    { "action_proposed", { "Actions proposed", "已拟定措施" } },
    { "action_confirmed", { "Actions confirmed", "措施已确认" } },
    { "implementing", { "Being implemented", "实施中" } },
    { "verifying", { "Being watched and verified", "验证中" } },
    { "effective", { "Effective", "有效" } },
    { "ineffective", { "Not effective", "无效" } },
    { "correction_only", { "Correction is enough", "仅纠正" } },
    { "closed", { "Closed", "已关闭" }, STATE_TERMINAL },
    { "dismissed", { "Dismissed", "不成立" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { "merged", { "Reported twice", "已并入" }, STATE_TERMINAL },
    { NULL },
};

#define UNDER_WAY "confirmed contained cause_analysis"
/* Who has the work now: the department, or the service manager whose role it waits for. */
#define WITH_DEPARTMENT SET("assignee_id", "e.responsible_id"), SET("to_reassign", "null")
#define WITH_MANAGER SET("assignee_id", "null"), SET("to_reassign", "null")
#define HEAD_OF(dept, outlet) "nonconformity_head(" dept ", " outlet ")"
#define GRADE_SET(value) \
    SET("grade", value), SET("priority", "case when " value " = 'critical' then 'urgent' else 'normal' end")
/* A critical one may change what the company promises (P2 4.6C). */
#define CRITICAL_TOLD(condition) \
    NOTIFY_IF("deputy_gm", "nonconformity_critical", condition), NOTIFY_IF("general_manager", "objectives_to_review", condition), \
        NOTIFY_IF("management_rep", "objectives_to_review", condition)
#define GIVEN_TO_DEPARTMENT \
    SET("responsible_id", HEAD_OF("coalesce(:dept, e.dept)", "coalesce(:outlet_id, e.outlet_id)")), \
        SET("assignee_id", HEAD_OF("coalesce(:dept, e.dept)", "coalesce(:outlet_id, e.outlet_id)")), SET("dept", "coalesce(:dept, e.dept)"), \
        SET("outlet_id", "coalesce(:outlet_id, e.outlet_id)"), SET("signed_by", "null"), SET("signed_at", "null"), SET("to_reassign", "null"), START("sign_due"), \
        RECORD("nonconformity"), NOTIFY("@assignee", "nonconformity_to_answer"), NOTIFY_IF("dispatcher", "nobody_answers", "m.assignee_id is null")
#define ANALYSE_AGAIN \
    WITH_DEPARTMENT, SET("analysed_at", "null"), SET("implemented_by", "null"), SET("implemented_at", "null"), SET("watch_until", "null"), \
        SET("implement_until", "null"), SET("extended", "false"), SET("extension_asked", "false"), SET("is_effective", "null"), START("analysis_due"), \
        NOTIFY("@assignee", "cause_to_analyse")
#define CONFIRM_ACTION(roles, when_) \
    { .event = "confirm_action", .label = { "Confirm the actions", "确认措施" }, .clause = "P3 4.6", .from = "action_proposed", .to = "action_confirmed", \
      .when = when_, .by = roles, .takes = "note?", .guards = GUARDS(&not_own_proposal), \
      .effects = EFFECTS(WITH_DEPARTMENT, SET("actions_confirmed_by", ":actor"), SET("return_reason", "null"), STOP("action_due"), \
                         SET("implement_until", "company_date(:at) + nonconformity_days(e.grade)"), \
                         START_AT("implement_due", "(company_date(:at) + nonconformity_days(e.grade))::timestamp at time zone company_zone()"), RECORD("capa"), \
                         OPEN("training_request", "create", \
                              "department = m.dept; needs = jsonb_build_array(jsonb_build_object('topic', left(m.root_cause, 200), 'people', 1, 'reason', m.number));" \
                              " urgent_reason = m.number", LINK_LATER, "'training' = any(m.follow_ups)"), \
                         OPEN("document_change", "request", "source = 'nonconformity'; source_number = m.number; dept = m.dept; change_reason = m.root_cause", \
                              LINK_LATER, "'document' = any(m.follow_ups)"), \
                         OPEN("fund_request", "request", "purpose = 'measure'; need = m.root_cause; amount = m.amount; source_number = m.number; requested_by = m.assignee_id", \
                              LINK_LATER, "'funds' = any(m.follow_ups) and m.amount > 0"), \
                         NOTIFY("@assignee", "actions_confirmed")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define RETURN_ACTION(roles, when_) \
    { .event = "return_action", .label = { "Return the actions", "退回措施" }, .clause = "P3 4.6", .from = "action_proposed", .to = "cause_analysis", \
      .when = when_, .by = roles, .takes = "return_reason", \
      .effects = EFFECTS(WITH_DEPARTMENT, STOP("action_due"), START("analysis_due"), NOTIFY("@assignee", "actions_returned")) }
#define GRANT_EXTENSION(roles, when_) \
    { .event = "grant_extension", .label = { "Grant the extension", "批准延期" }, .clause = "P22 limits", .from = "action_confirmed implementing", .to = "same", \
      .when = when_, .by = roles, .takes = "note?", .guards = GUARDS(&extension_stands), \
      .effects = EFFECTS(SET("extended", "true"), SET("extension_asked", "false"), SET("implement_until", "e.extension_until"), STOP("extension_due"), \
                         START_AT("implement_due", "(e.extension_until)::timestamp at time zone company_zone()"), NOTIFY("@assignee", "extension_granted")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define REFUSE_EXTENSION(roles, when_) \
    { .event = "refuse_extension", .label = { "Refuse the extension", "不予延期" }, .clause = "P22 limits", .from = "action_confirmed implementing", .to = "same", \
      .when = when_, .by = roles, .takes = "decision_reason", .guards = GUARDS(&extension_stands), \
      .effects = EFFECTS(SET("extension_asked", "false"), STOP("extension_due"), NOTIFY("@assignee", "extension_refused")), .flags = TRANSITION_FINAL }
#define CRITICAL "e.grade = 'critical'"

static const struct transition transitions[] = {
    { .event = "report", .label = { "Report", "提出不符合" }, .clause = "P3 4.6", .to = "reported", .by = P22_STAFF,
      .takes = "source fact evidence? kind? grade? dept? outlet_id? customer_id? source_number? serial? clause? found_at? customer_affected? repeat_of_id?"
               " rule_code? person_id? cause?",
      .guards = GUARDS(&found_before, &source_known, &outlet_named, &repeat_is_real, &one_trend),
      .effects = EFFECTS(SET("kind", "coalesce(:kind, 'actual')"), GRADE_SET("coalesce(:grade, 'minor')"), SET("found_at", "coalesce(:found_at, :at)"),
                         SET("outlet_id", "coalesce(:outlet_id, :scope_outlet)"),
                         SET("source_machine", "(select n.machine from entity n where n.number = :source_number)"), SET("found_by", ":actor"), SET("rounds", "0"), SET("reopened", "0"),
                         START("confirm_due"), NOTIFY("service_manager", "nonconformity_reported")) },
    { .event = "confirm", .label = { "Confirm", "确认" }, .clause = "P3 4.6", .from = "reported", .to = "cause_analysis", .when = "e.kind = 'potential'",
      .by = "service_manager", .takes = "dept? outlet_id? clause? note?", .guards = GUARDS(&fact_shown, &dept_known, &dept_outlet_known),
      .effects = EFFECTS(GIVEN_TO_DEPARTMENT, SET("needs_cause", "true"), STOP("confirm_due"), START("analysis_due"), CRITICAL_TOLD(CRITICAL)),
      .flags = TRANSITION_SIGNED },
    { .event = "confirm", .label = { "Confirm", "确认" }, .clause = "P3 4.6", .from = "reported", .to = "confirmed", .by = "service_manager",
      .takes = "dept? outlet_id? clause? note?", .guards = GUARDS(&fact_shown, &dept_known, &dept_outlet_known),
      .effects = EFFECTS(GIVEN_TO_DEPARTMENT, STOP("confirm_due"), START("contain_due"), CRITICAL_TOLD(CRITICAL)), .flags = TRANSITION_SIGNED },
    { .event = "dismiss", .label = { "Dismiss", "不成立" }, .clause = "designed", .from = "reported", .to = "dismissed", .by = "service_manager",
      .takes = "decision_reason", .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "withdraw", .label = { "Withdraw the report", "撤回报告" }, .clause = "designed", .from = "reported", .to = "withdrawn", .by = "*@opener",
      .takes = "decision_reason", .flags = TRANSITION_FINAL },
    { .event = "merge", .label = { "Reported twice", "并入另一报告" }, .clause = "designed", .from = "reported confirmed contained", .to = "merged",
      .by = "service_manager", .takes = "merged_into_id decision_reason", .guards = GUARDS(&other_report, &other_goes_on, &disposed), .flags = TRANSITION_FINAL },
    { .event = "sign", .label = { "Sign for the department", "部门签收" }, .clause = "P3 4.6", .from = UNDER_WAY, .to = "same", .by = P22_DEPARTMENT,
      .takes = "note?", .guards = GUARDS(&for_department, &unanswered),
      .effects = EFFECTS(SET("signed_by", ":actor"), SET("signed_at", ":at"), STOP("sign_due")), .flags = TRANSITION_SIGNED },
    { .event = "object", .label = { "Object", "提出异议" }, .clause = "designed", .from = UNDER_WAY, .to = "same", .by = P22_DEPARTMENT, .takes = "objection",
      .guards = GUARDS(&for_department, &unanswered, &in_time_to_object),
      .effects = EFFECTS(SET("objection_open", "true"), SET("objection_upheld", "null"), STOP("sign_due"), START("objection_due"),
                         NOTIFY("deputy_gm", "objection_to_decide"), NOTIFY("service_manager", "department_objects")),
      .flags = TRANSITION_SIGNED },
    { .event = "decide_objection", .label = { "Decide the objection", "裁决异议" }, .clause = "designed", .from = UNDER_WAY, .to = "dismissed",
      .when = ":objection_upheld is true", .by = "deputy_gm", .takes = "objection_upheld decision_reason", .guards = GUARDS(&objection_stands, &disposed),
      .effects = EFFECTS(SET("objection_open", "false"), NOTIFY("service_manager", "objection_upheld")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "decide_objection", .label = { "Decide the objection", "裁决异议" }, .clause = "designed", .from = UNDER_WAY, .to = "same", .by = "deputy_gm",
      .takes = "objection_upheld decision_reason", .guards = GUARDS(&objection_stands),
      .effects = EFFECTS(SET("objection_open", "false"), SET("signed_at", ":at"), STOP("objection_due"), NOTIFY("@assignee", "objection_refused")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "change_department", .label = { "Another department is responsible", "变更责任部门" }, .clause = "designed", .from = UNDER_WAY, .to = "same",
      .by = "service_manager", .takes = "dept outlet_id? decision_reason", .guards = GUARDS(&dept_differs, &dept_outlet_known),
      .effects = EFFECTS(GIVEN_TO_DEPARTMENT, SET("objection_open", "false"), STOP("objection_due")), .flags = TRANSITION_FINAL },
    { .event = "correct_grade", .label = { "Correct the grade", "更正等级" }, .clause = "designed", .from = "reported " UNDER_WAY " action_proposed", .to = "same",
      .by = "service_manager", .takes = "grade decision_reason", .guards = GUARDS(&grade_differs),
      .effects = EFFECTS(GRADE_SET(":grade"), SET("clocks", "nonconformity_clocks(e.clocks, :grade)"), CRITICAL_TOLD(":grade = 'critical' and e.state <> 'reported'")),
      .flags = TRANSITION_FINAL },
    { .event = "contain", .label = { "Correct and contain", "纠正遏制" }, .clause = "P22", .from = "confirmed", .to = "contained", .by = P22_DEPARTMENT,
      .takes = "correction containment? customers_told?", .guards = GUARDS(&for_department, &customers_were_told),
      .effects = EFFECTS(WITH_MANAGER, SET("contained_at", ":at"), STOP("contain_due"), START("need_due"), NOTIFY("service_manager", "nonconformity_contained")) },
    { .event = "decide_need", .label = { "Decide whether causes are removed", "判定是否须分析原因" }, .clause = "ISO 9001 10.2.1b", .from = "contained",
      .to = "cause_analysis", .when = ":needs_cause is true", .by = "service_manager", .takes = "needs_cause systemic? decision_reason?",
      .guards = GUARDS(&no_objection_open, &dept_heard),
      .effects = EFFECTS(WITH_DEPARTMENT, STOP("need_due"), STOP("sign_due"), START("analysis_due"), NOTIFY("@assignee", "cause_to_analyse")) },
    { .event = "decide_need", .label = { "Decide whether causes are removed", "判定是否须分析原因" }, .clause = "ISO 9001 10.2.1b", .from = "contained",
      .to = "correction_only", .by = "service_manager", .takes = "needs_cause systemic? decision_reason?",
      .guards = GUARDS(&no_objection_open, &dept_heard, &cause_not_needed), .effects = EFFECTS(STOP("need_due"), STOP("sign_due"), START("close_due")) },
    { .event = "analyse", .label = { "Find the cause", "原因分析" }, .clause = "P3 4.6", .from = "cause_analysis", .to = "same", .by = P22_DEPARTMENT,
      .takes = "team problem? cause whys root_cause escape_point? similar_cases", .guards = GUARDS(&for_department, &no_objection_open),
      .effects = EFFECTS(SET("analysed_at", ":at")) },
    { .event = "propose", .label = { "Propose actions", "拟定措施" }, .clause = "P3 4.6", .from = "cause_analysis", .to = "action_proposed", .by = P22_DEPARTMENT,
      .takes = "measures metric follow_ups? amount?",
      .guards = GUARDS(&for_department, &no_objection_open, &analysed, &corrective_among, &owners_known, &actions_ahead, &actions_in_time, &money_named),
      .effects = EFFECTS(WITH_MANAGER, STOP("analysis_due"), STOP("sign_due"), START("action_due"),
                         NOTIFY_IF("service_manager", "actions_to_confirm", "not " CRITICAL), NOTIFY_IF("deputy_gm", "actions_to_confirm", CRITICAL)) },
    CONFIRM_ACTION("deputy_gm", CRITICAL),
    CONFIRM_ACTION("service_manager", NULL),
    RETURN_ACTION("deputy_gm", CRITICAL),
    RETURN_ACTION("service_manager", NULL),
    { .event = "begin", .label = { "Begin", "开始实施" }, .clause = "P3 4.6", .from = "action_confirmed", .to = "implementing", .by = P22_DEPARTMENT,
      .takes = "note?", .guards = GUARDS(&for_department) },
    { .event = "ask_extension", .label = { "Ask for an extension", "申请延期" }, .clause = "P22 limits", .from = "action_confirmed implementing", .to = "same",
      .by = P22_DEPARTMENT, .takes = "extension_until reason", .guards = GUARDS(&for_department, &extension_free, &extension_later, &extension_bounded),
      .effects = EFFECTS(SET("extension_asked", "true"), START("extension_due"), NOTIFY_IF("service_manager", "extension_asked", "not " CRITICAL),
                         NOTIFY_IF("deputy_gm", "extension_asked", CRITICAL)) },
    GRANT_EXTENSION("deputy_gm", CRITICAL),
    GRANT_EXTENSION("service_manager", NULL),
    REFUSE_EXTENSION("deputy_gm", CRITICAL),
    REFUSE_EXTENSION("service_manager", NULL),
    { .event = "implement", .label = { "Implemented", "实施完成" }, .clause = "P3 4.6", .from = "implementing", .to = "verifying", .by = P22_DEPARTMENT,
      .takes = "implementation implementation_evidence", .guards = GUARDS(&for_department),
      .effects = EFFECTS(WITH_MANAGER, SET("implemented_by", ":actor"), SET("implemented_at", ":at"), SET("extension_asked", "false"), STOP("implement_due"), STOP("extension_due"),
                         SET("watch_until", "company_date(:at) + time_rule_number('T_P22_WATCH')"),
                         START_AT("verify_due", "(company_date(:at) + time_rule_number('T_P22_WATCH') + 1)::timestamp at time zone company_zone()"),
                         NOTIFY("evaluator", "nonconformity_to_verify"), NOTIFY("service_manager", "actions_implemented")) },
    { .event = "verify", .label = { "Verify the effect", "验证有效性" }, .clause = "ISO 9001 10.2.1d", .from = "verifying", .to = "effective",
      .when = ":is_effective is true", .by = "evaluator evaluator_lead", .takes = "is_effective verification",
      .guards = GUARDS(&verifier_is_other, &verifier_from_elsewhere, &watch_over, &not_recurred),
      .effects = EFFECTS(WITH_MANAGER, SET("verified_by", ":actor"), SET("verified_at", ":at"), STOP("verify_due"), START("close_due"),
                         RECORD("capa_verification"), NOTIFY("service_manager", "action_effective"),
                         OPEN("service_factor", "report", "source = 'nonconformity'; source_number = m.number; dept = m.dept; outlet_id = m.outlet_id; factor_text = nonconformity_fact(m.root_cause, m.number)", LINK_LATER, NULL)),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* That it happened again shows before the watch period ends. */
    { .event = "verify", .label = { "Verify the effect", "验证有效性" }, .clause = "ISO 9001 10.2.1d", .from = "verifying", .to = "ineffective",
      .by = "evaluator evaluator_lead", .takes = "is_effective verification", .guards = GUARDS(&verifier_is_other, &verifier_from_elsewhere),
      .effects = EFFECTS(WITH_DEPARTMENT, SET("verified_by", ":actor"), SET("verified_at", ":at"), STOP("verify_due"), START("analysis_due"),
                         RECORD("capa_verification"), NOTIFY("service_manager", "action_ineffective"), NOTIFY_IF("deputy_gm", "action_ineffective", "e.rounds >= 1")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "analyse_again", .label = { "Analyse again", "重新分析" }, .clause = "P22", .from = "ineffective", .to = "cause_analysis",
      .by = "service_manager " P22_DEPARTMENT, .takes = "note?", .effects = EFFECTS(SET("rounds", "e.rounds + 1"), ANALYSE_AGAIN) },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P22", .from = "correction_only", .to = "closed", .by = "service_manager",
      .takes = "rules_updated? standardise? closing_note", .guards = GUARDS(&disposed), .effects = EFFECTS(RECORD("capa")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P22", .from = "effective", .to = "closed", .by = "service_manager",
      .takes = "rules_updated? standardise? closing_note", .guards = GUARDS(&disposed, &rules_follow),
      .effects = EFFECTS(RECORD("capa"), OPEN("improvement", "propose", "source = 'nonconformity'; source_number = m.number; problem = m.closing_note",
                                              LINK_LATER, ":standardise is true"),
                         NOTIFY("@assignee", "nonconformity_closed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "reopen", .label = { "Reopen: it happened again", "重开(再次发生)" }, .clause = "P22", .from = "closed", .to = "cause_analysis",
      .by = "service_manager", .takes = "recurrence", .guards = GUARDS(&reopen_in_time),
      .effects = EFFECTS(GRADE_SET("case e.grade when 'minor' then 'major' else 'critical' end"), SET("reopened", "e.reopened + 1"), SET("needs_cause", "true"),
                         ANALYSE_AGAIN, CRITICAL_TOLD("e.grade <> 'minor'")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* The same kind of cause in one department again and again is looked into beyond the single case. */
    { .event = "find_trend", .label = { "The same cause again and again", "同因重复" }, .clause = "P22 preventive", .from = "cause_analysis action_proposed",
      .to = "same", .by = "system",
      .effects = EFFECTS(OPEN("nonconformity", "report",
                              "kind = 'potential'; source = 'trend'; source_number = e.number; grade = 'major'; dept = e.dept; cause = e.cause;"
                              " outlet_id = case when e.dept = 'outlet' then e.outlet_id end;"
                              " fact = coalesce(nullif(e.root_cause, ''), e.number)", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("*", "service_manager"),
    CHANGE_CUSTOMER,
    { NULL },
};

static const struct timer timers[] = {
    { "find_trend", "e.state in ('cause_analysis', 'action_proposed') and e.analysed_at is not null and e.kind = 'actual' and e.cause <> 'other'"
                    " and nonconformity_trend(e.cause, e.dept, e.outlet_id, :now)" },
    TO_REASSIGN("true"),
    { NULL },
};

static const struct given given[] = {
    { .event = "amend", .from = "reported" },
    { .event = "reassign", .guards = GUARDS(&takes_over),
      .effects = EFFECTS(SET("responsible_id", "case when e.state in ('confirmed', 'cause_analysis', 'action_confirmed', 'implementing', 'ineffective')"
                                               " then :assignee_id else e.responsible_id end")) },
    { NULL },
};

static const struct machine nonconformity = {
    .name = "nonconformity", .path = "nonconformities", .prefix = "NC", .title = { "Nonconformity", "不符合报告" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager", .readers = P22_STAFF,
    .amends = "fact evidence clause serial customer_affected", .without = "void",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'reported_before', 'id', d.id, 'number', d.number, 'state', d.state))"
                " from (select d.* from nonconformity d where d.source_number = e.source_number and d.id <> e.id and d.closed_at is null"
                " order by d.id limit 5) d)",
};

#define REPORT_SHOWS \
    "source source_number grade kind dept outlet_id customer_id clause fact evidence serial found_by found_at opened_at"
static const struct form forms[] = {
    { "nonconformity", "WWSH-003-P22-R01", { "Nonconformity report", "不合格(不符合)报告" }, 36, "", REPORT_SHOWS " responsible_id customer_affected", "company department" },
    { "capa", "WWSH-003-P22-R02", { "Corrective and preventive action (8D)", "纠正/预防措施处理单(8D)" }, 36, "",
      REPORT_SHOWS " team problem correction containment contained_at customers_told signed_by signed_at objection cause whys root_cause escape_point similar_cases"
                   " measures metric follow_ups actions_confirmed_by implement_until implementation implementation_evidence implemented_by implemented_at"
                   " watch_until is_effective verification verified_by rules_updated closing_note reopened",
      "company" },
    { "capa_verification", "WWSH-003-P22-R03", { "Verification of the effect", "措施有效性验证记录" }, 36, "",
      "grade dept fact root_cause measures metric implementation implemented_by implemented_at watch_until is_effective verification verified_by verified_at",
      "company" },
    { "disposition", "WWSH-003-P22-R05", { "Disposition or concession", "让步/处置单" }, 36, "",
      "parent_id item serial quantity disposition disposition_reason proposed_by approved_by customer_consent consent_evidence work_done retest_result outcome",
      "company" },
    { NULL },
};

const struct procedure p22_nonconformity = {
    .number = 22, .code = "P22", .title = { "Nonconformity, corrective and preventive action", "不符合、纠正与预防措施" }, .clause = "P22",
    .machines = (const struct machine *const[]){ &nonconformity, &p22_disposition, NULL },
    .forms = forms,
};
