/* P1: a service factor from the report to its control. The score is computed; the limits above which it is significant are in
 * time_rule (91-scoring). */
#include "procedures/p01_factors_fields.h"

#define CLASSIFICATION "activity service_type tense condition routine method considerations consequence influence? model?"
#define REPORT_TAKES \
    "factor_text dept activity? service_type? tense? condition? routine? method? considerations? consequence? influence? model? source? source_number?" \
    " round_id? outlet_id?"
#define REPORT_GUARDS GUARDS(&classified, &source_known, &own_department, &round_takes)
#define REPORTED \
    SET("source", "coalesce(:source, 'department')"), SET("influence", "coalesce(:influence, case :dept when 'outlet' then 'influenced' else 'own' end)"), \
        SET("outlet_id", "coalesce(:scope_outlet, :outlet_id)")
/* The same record sends its factor once. */
#define TWIN "factor_of_source(case when :has_system then :source_number end)"
#define IS_SIGNIFICANT "factor_is_significant(:likelihood, :severity, :law_breached)"
#define STILL_SIGNIFICANT "factor_is_significant(:residual_likelihood, :residual_severity, coalesce(:law_still_breached, false))"
#define EVALUATE(to_, when_, ...) \
    { .event = "evaluate", .label = { "Evaluate", "评价" }, .clause = "P1 4.3.1", .from = "listed insignificant significant controlled", .to = to_, .when = when_, .by = STAFF, \
      .takes = "likelihood severity law_breached? law_text? consequence? evaluation_note?", .guards = GUARDS(&round_evaluates, &in_team, &not_own, &law_named), \
      .effects = EFFECTS(SET("round_id", "factor_round(e.round_id)"), SET("score", ":likelihood * :severity"), SET("significant", IS_SIGNIFICANT), \
                         SET("law_breached", "coalesce(:law_breached, false)"), SET("evaluated_by", ":actor"), SET("evaluated_at", ":at"), \
                         SET("residual_likelihood", "null"), SET("residual_severity", "null"), SET("residual_score", "null"), SET("law_still_breached", "null"), \
                         STOP("classify_due"), __VA_ARGS__) }
#define NEVER_SENT(machine_) "not exists (select from link l where l.from_id = e.id and l.to_machine = '" machine_ "')"
#define RESIDUAL(to_, when_, ...) \
    { .event = "record_residual", .label = { "Record what is left of the risk", "记录剩余风险" }, .clause = "P1 verify_measure", .from = "significant", .to = to_, .when = when_, \
      .by = "dispatcher", .takes = "residual_likelihood residual_severity law_still_breached? note?", .guards = GUARDS(&measures_ended, &some_tried, &law_told), \
      .effects = EFFECTS(SET("residual_score", ":residual_likelihood * :residual_severity"), __VA_ARGS__), .flags = TRANSITION_FINAL | TRANSITION_SIGNED }

static const struct transition transitions[] = {
    { .event = "report", .label = { "Report a factor", "上报服务因素" }, .clause = "P1 4.2.2", .to = "joined", .when = TWIN " is not null", .by = STAFF " system",
      .takes = REPORT_TAKES, .guards = REPORT_GUARDS, .effects = EFFECTS(REPORTED, SET("joined_to_id", TWIN)) },
    { .event = "report", .label = { "Report a factor", "上报服务因素" }, .clause = "P1 4.2.2", .to = "reported", .by = STAFF " system", .takes = REPORT_TAKES,
      .guards = REPORT_GUARDS,
      .effects = EFFECTS(REPORTED, SET("round_id", "coalesce(:round_id, factor_round_open())"),
                         SET("assignee_id", "nonconformity_head(:dept, coalesce(:scope_outlet, :outlet_id))"),
                         START_IF("classify_due", NULL, ":service_type is null"), NOTIFY("dispatcher", "factor_reported"),
                         NOTIFY_IF("@assignee", "factor_to_classify", ":service_type is null")) },
    { .event = "classify", .label = { "Classify", "分类" }, .clause = "P1 4.2.3", .from = "reported listed", .to = "same", .by = STAFF, .takes = CLASSIFICATION,
      .guards = GUARDS(&for_department, &considered),
      .effects = EFFECTS(SET("influence", "coalesce(:influence, e.influence)"), SET("model", "coalesce(:model, e.model)"), STOP("classify_due")) },
    { .event = "take_up", .label = { "A round takes it up", "纳入识别" }, .clause = "P1 4.2.2", .from = "reported", .to = "same", .by = "system",
      .effects = EFFECTS(SET("round_id", "factor_round_open()")), .flags = TRANSITION_FINAL },
    { .event = "list", .label = { "Listed", "列入清单" }, .clause = "P1 4.2.2c", .from = "reported", .to = "listed", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "join", .label = { "Join to another", "并入另一因素" }, .clause = "designed", .from = "reported listed", .to = "joined", .by = "dispatcher",
      .takes = "joined_to_id reason?", .guards = GUARDS(&not_itself, &other_open), .effects = EFFECTS(NOTIFY("@opener", "factor_joined")), .flags = TRANSITION_FINAL },
    /* What a complaint or an accident has shown anew. */
    { .event = "bring_in", .label = { "Evaluate again in a round", "纳入本轮重新评价" }, .clause = "designed", .from = "insignificant significant controlled", .to = "listed",
      .by = "dispatcher", .takes = "round_id reason", .guards = GUARDS(&round_not_evaluating), .effects = EFFECTS(NOTIFY("@assignee", "factor_to_evaluate_again")),
      .flags = TRANSITION_FINAL },
    { .event = "dismiss", .label = { "No factor", "不成立" }, .clause = "designed", .from = "reported listed", .to = "dismissed", .by = "dispatcher", .takes = "dismiss_reason",
      .effects = EFFECTS(NOTIFY("@opener", "factor_dismissed")), .flags = TRANSITION_FINAL },
    EVALUATE("significant", IS_SIGNIFICANT, SET("controlled_at", "null"), NOTIFY("@assignee", "factor_significant"), NOTIFY("dept_head", "factor_significant"),
             OPEN("recall_signal", "log", "source = 'service_factor'; source_number = m.number; model = m.model; symptom = m.factor_text", LINK_LATER,
                  "'released_nonconforming_product' = any(e.considerations) and " NEVER_SENT("recall_signal")),
             NONCONFORMITY_OF("service_factor", "m.dept", "major", "concat_ws(': ', m.law_text, m.factor_text)", "",
                              ":law_breached is true and " NEVER_SENT("nonconformity"))),
    EVALUATE("insignificant", NULL, SET("controlled_at", "null")),
    RESIDUAL("same", STILL_SIGNIFICANT, NOTIFY("deputy_gm", "factor_still_significant"), NOTIFY("@assignee", "factor_still_significant"),
             OPEN("improvement", "propose", "source = 'service_factor'; source_number = m.number; type = 'service'; problem = m.factor_text", LINK_LATER, NULL)),
    RESIDUAL("controlled", NULL, SET("controlled_at", ":at"), NOTIFY("@assignee", "factor_controlled")),
    { .event = "retire", .label = { "No longer there", "消除" }, .clause = "designed", .from = "listed insignificant significant controlled", .to = "retired",
      .by = "dispatcher", .takes = "retire_reason", .guards = GUARDS(&measures_ended), .effects = EFFECTS(NOTIFY("@opener", "factor_retired")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    MARK_TO_REASSIGN("reported listed significant", "dispatcher"),
    { NULL },
};
static const struct timer timers[] = {
    TO_REASSIGN("e.state in ('reported', 'listed', 'significant')"),
    { "take_up", "e.state = 'reported' and e.round_id is null and factor_round_open() is not null" },
    { NULL },
};
static const struct given given[] = { { .event = "amend", .from = "reported listed" }, { .event = "void", .from = "reported" },
                                      { .event = "reassign", .guards = GUARDS(&person_active) }, { NULL } };

const struct machine p01_service_factor = {
    .name = "service_factor", .path = "service-factors", .prefix = "FA", .title = { "Service factor", "服务因素" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher", .readers = STAFF,
    .amends = "factor_text activity consequence model", .without = "pause resume", .display = "factor_text", .work = "e.state in ('reported', 'significant')",
};
