/* P1: what is done about a significant factor: by the evaluation team for the company, by a department for itself (manual P1
 * 4.4.1); contents a to d of 4.4.2. */
#include "procedures/p01.h"

const struct choice p01_levels[] = { { "company", { "Company", "公司级" } }, { "department", { "Department", "部门级" } }, { NULL } };
static const struct choice needs[] = {
    { "training", { "Training", "培训" } },
    { "funds", { "Money", "资金" } },
    { "emergency", { "Emergency plan", "应急预案" } },
    { "document", { "Change of a document", "文件更改" } },
    { NULL },
};
static const struct choice successors[] = { { "improvement", { "Improvement (P15)", "服务改进" } }, { "nonconformity", { "Nonconformity (P22)", "不符合纠正" } }, { NULL } };
static const struct state states[] = {
    { "planned", { "Planned", "已拟定" } },
    { "reviewed", { "Reviewed, being carried out", "已评审实施中" } },
    { "done", { "Carried out", "已实施" } },
    { "verified", { "Effective", "验证有效" }, STATE_TERMINAL },
    { "ineffective", { "Not effective", "验证无效" }, STATE_TERMINAL },
    { "handed_over", { "Handed over", "已移交" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("factor_id", "Factor", "服务因素", FIELD_FILTER, "service_factor"),
    REF("round_id", "Round", "识别轮次", FIELD_COMPUTED | FIELD_FILTER, "identification_round"),
    { "level", FIELD_ENUM, { "Level", "级别" }, FIELD_FILTER, .choices = p01_levels },
    { "dept", FIELD_ENUM, { "Department", "部门" }, FIELD_COMPUTED | FIELD_FILTER, .choices = department_choices },
    { "means", FIELD_TEXT, { "a. How complaints are prevented, controlled, made fewer", "a.预防、控制、降低投诉手段" }, 0, 1, 2000, .example = "\"卸车前双人确认吊装方案\"" },
    { "equipment_people", FIELD_TEXT, { "b. Equipment, facilities and people", "b.设备、设施、人员配备" }, 0, 1, 2000, .example = "\"液压尾板车一辆\"" },
    { "training", FIELD_TEXT, { "c. Training", "c.人员培训" }, 0, 1, 2000, .example = "\"搬运安全培训\"" },
    { "resources", FIELD_TEXT, { "d. Resources", "d.资源投入" }, 0, 1, 2000, .example = "\"年度费用2万元\"" },
    { "contingency", FIELD_TEXT, { "What is done when it happens", "应急措施" }, 0, 1, 2000 },
    { "needs", FIELD_TEXTS, { "Needs", "需要" }, FIELD_FILTER, 0, 4, .choices = needs },
    { "amount", FIELD_MONEY, { "Money needed in fen", "所需资金(分)" }, FIELD_FILTER, 1, 100000000000 },
    { "due_on", FIELD_DATE, { "Due on", "完成期限" }, FIELD_FILTER },
    { "assignee_id", FIELD_REFERENCE, { "Owner", "责任人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    REF("planned_by", "Planned by", "制定人", FIELD_COMPUTED, "person"),
    { "return_reason", FIELD_TEXT, { "Returned because", "退回原因" }, 0, 1, 1000 },
    REF("reviewed_by", "Reviewed by", "评审人", FIELD_COMPUTED, "person"),
    { "reviewed_at", FIELD_TIME, { "Reviewed at", "评审时间" }, FIELD_COMPUTED },
    { "evidence", FIELD_TEXT, { "What was done", "实施情况" }, 0, 1, 2000 },
    REF("done_by", "Carried out by", "实施人", FIELD_COMPUTED, "person"),
    { "done_on", FIELD_DATE, { "Done on", "完成日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "is_effective", FIELD_BOOLEAN, { "Effective", "有效" }, FIELD_FILTER },
    { "verification", FIELD_TEXT, { "How it was verified", "验证情况" }, 0, 1, 2000 },
    REF("verified_by", "Verified by", "验证人", FIELD_COMPUTED, "person"),
    { "hand_over_to", FIELD_ENUM, { "Handed over to", "移交至" }, FIELD_FILTER, .choices = successors },
    { "decision_reason", FIELD_TEXT, { "Reason", "理由" }, 0, 1, 1000 },
    { NULL },
};
static const struct clock clocks[] = {
    { "review_due", { "Reviewed", "评审期限" }, "T_P1_REVIEW", NULL, false },
    { "measure_due", { "Carried out", "措施完成期限" }, "T_P1_MEASURE", NULL, false },
    { "verify_due", { "Verified", "措施验证期限" }, "T_P1_VERIFY", NULL, false },
    { NULL },
};

GUARD(is_significant, "factor_not_significant",
      "exists (select from service_factor f where f.id = :factor_id and (f.state = 'significant' or (:level = 'department' and f.state in ('insignificant', 'controlled'))))",
      "factor_id", "The company's measures are for significant factors, a department's for those that are evaluated", "公司级措施仅针对重大因素,部门级措施仅针对已评价的因素");
GUARD(may_plan, "not_yours_to_plan",
      "exists (select from service_factor f where f.id = :factor_id and case :level when 'company' then " P01_EVALUATES("f.round_id")
      " else acts_for_department(:actor, f.dept, :at) or (f.dept = 'outlet' and :has_dispatcher) end)",
      "level", "The evaluation team plans for the company, a department for itself", "公司级措施由评价小组制定,部门级由本部门制定");
GUARD(owner_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)", "assignee_id",
      "This person is not active", "该人员不在岗");
GUARD(due_ahead, "date_in_past", ":due_on >= company_date(:at)", "due_on", "The date lies in the past", "日期已过");
GUARD(money_named, "amount_missing", "not coalesce('funds' = any(:needs), false) or :amount is not null", "amount", "Say how much money is needed", "须填写所需金额");
GUARD(emergency_thought_of, "contingency_missing",
      "(not coalesce('emergency' = any(:needs), false) and not exists (select from service_factor f where f.id = :factor_id and f.condition = 'emergency'))"
      " or :contingency is not null",
      "contingency", "For an emergency say what is done when it happens", "紧急状态的因素须制定应急措施");
GUARD(not_planner, "own_measure", "e.planned_by is distinct from :actor", NULL, "Who planned it does not review it", "制定人不得评审");
GUARD(may_review, "not_yours_to_review",
      P01_EVALUATES("e.round_id") " or (e.level = 'department' and acts_for_department(:actor, e.dept, :at))", NULL,
      "The evaluation team reviews, or for a department measure the department", "公司级措施由评价小组评审,部门级可由本部门评审");
GUARD(due_still_ahead, "date_in_past", "e.due_on >= company_date(:at)", NULL, "The date lies in the past: amend it", "完成期限已过,须更正");
GUARD(later, "not_later", ":due_on > e.due_on", "due_on", "An extension ends later", "延期须晚于原期限");
GUARD(other_verifies, "own_work", "e.done_by is distinct from :actor and e.assignee_id is distinct from :actor", NULL, "Who carried it out does not verify it",
      "实施人不得验证");
GUARD(another_left, "only_measure",
      "not exists (select from service_factor f where f.id = e.factor_id and f.state = 'significant') or exists (select from reduction_measure o"
      " where o.factor_id = e.factor_id and o.id <> e.id and o.state in " P01_MEASURE_OPEN ")",
      NULL, "A significant factor keeps a measure", "重大因素须保留削减措施");

#define FACTOR_TEXT "(select f.factor_text from service_factor f where f.id = m.factor_id)"
#define PROBLEM "concat_ws(': ', " FACTOR_TEXT ", m.means)"
#define NOT_EFFECTIVE(dept_, condition) \
    NONCONFORMITY_OF("service_factor", dept_, "minor", PROBLEM, "; kind = 'potential'", condition)

static const struct transition transitions[] = {
    { .event = "plan", .label = { "Plan a measure", "制定削减措施" }, .clause = "P1 4.4", .to = "planned", .by = STAFF,
      .takes = "factor_id level means equipment_people training resources assignee_id due_on contingency? needs? amount?",
      .guards = GUARDS(&is_significant, &may_plan, &owner_active, &due_ahead, &money_named, &emergency_thought_of),
      .effects = EFFECTS(LOOK_UP("about", "select f.* from service_factor f where f.id = :factor_id"), SET("round_id", "about.round_id"), SET("dept", "about.dept"),
                         SET("planned_by", ":actor"), START("review_due"), NOTIFY("dispatcher", "measure_to_review")) },
    { .event = "send_back", .label = { "Send back", "退回" }, .clause = "P1 4.4.1", .from = "planned", .to = "same", .by = STAFF, .takes = "return_reason",
      .guards = GUARDS(&may_review), .effects = EFFECTS(NOTIFY("@opener", "measure_returned")), .flags = TRANSITION_FINAL },
    { .event = "review", .label = { "Review", "评审" }, .clause = "P1 4.4.1", .from = "planned", .to = "reviewed", .by = STAFF, .takes = "note?",
      .guards = GUARDS(&not_planner, &may_review, &due_still_ahead),
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), SET("return_reason", "null"), STOP("review_due"), START_AT("measure_due", DAY("e.due_on")),
                         RECORD("reduction_measure"),
                         OPEN("training_request", "create",
                              "department = m.dept; needs = jsonb_build_array(jsonb_build_object('topic', left(m.training, 200), 'people', 1, 'reason', m.number));"
                              " urgent_reason = m.number", LINK_LATER, "'training' = any(e.needs)"),
                         OPEN("fund_request", "request", "purpose = 'measure'; need = m.resources; amount = m.amount; source_number = m.number; requested_by = m.assignee_id",
                              LINK_LATER, "'funds' = any(e.needs)"),
                         OPEN("document_change", "request", "source = 'service_factor'; source_number = m.number; dept = m.dept; change_reason = m.means", LINK_LATER,
                              "'document' = any(e.needs)"),
                         OPEN("emergency_plan", "create",
                              "title = left(" FACTOR_TEXT ", 120); scenario = factor_scenario(m.factor_id); source_number = m.number; dept = m.dept;"
                              " steps = m.contingency", LINK_LATER,
                              "'emergency' = any(e.needs)"),
                         NOTIFY("@assignee", "measure_to_carry_out")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "extend", .label = { "Extend", "延期" }, .clause = "designed", .from = "reviewed", .to = "same", .by = "dispatcher", .takes = "due_on reason",
      .guards = GUARDS(&later), .effects = EFFECTS(START_AT("measure_due", DAY(":due_on")), NOTIFY("@assignee", "measure_extended")), .flags = TRANSITION_FINAL },
    { .event = "report_done", .label = { "Carried out", "报告完成" }, .clause = "P1 3.2", .from = "reviewed", .to = "done", .by = "*@assignee dept_head", .takes = "evidence",
      .effects = EFFECTS(SET("done_by", ":actor"), SET("done_on", "company_date(:at)"), STOP("measure_due"), START("verify_due"), NOTIFY("dispatcher", "measure_to_verify")) },
    { .event = "verify_measure", .label = { "Verify: effective", "验证有效" }, .clause = "P1 verify_measure", .from = "done", .to = "verified", .when = ":is_effective is true",
      .by = "dispatcher", .takes = "is_effective verification", .guards = GUARDS(&other_verifies),
      .effects = EFFECTS(SET("verified_by", ":actor"), RECORD("reduction_measure"), NOTIFY("@assignee", "measure_effective")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "verify_measure", .label = { "Verify: not effective", "验证无效" }, .clause = "P1 verify_measure", .from = "done", .to = "ineffective", .by = "dispatcher",
      .takes = "is_effective verification", .guards = GUARDS(&other_verifies),
      .effects = EFFECTS(SET("verified_by", ":actor"), RECORD("reduction_measure"), NOTIFY("@assignee", "measure_ineffective"), NOT_EFFECTIVE("m.dept", NULL)),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "hand_over", .label = { "Hand over", "移交" }, .clause = "P1 close_round", .from = "reviewed done", .to = "handed_over", .by = "dispatcher",
      .takes = "hand_over_to decision_reason",
      .effects = EFFECTS(RECORD("reduction_measure"), NOT_EFFECTIVE("m.dept", ":hand_over_to = 'nonconformity'"),
                         OPEN("improvement", "propose", "source = 'service_factor'; source_number = m.number; type = 'service'; problem = left(" PROBLEM ", 2000)", LINK_LATER,
                              ":hand_over_to = 'improvement'"),
                         NOTIFY("@assignee", "measure_handed_over")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "planned reviewed", .to = "cancelled", .by = "dispatcher", .takes = "decision_reason",
      .guards = GUARDS(&another_left), .effects = EFFECTS(CANCEL("training_request"), CANCEL("fund_request"), CANCEL("document_change"), CANCEL("emergency_plan"),
      NOTIFY("@assignee", "measure_cancelled")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("planned reviewed", "dispatcher"),
    { NULL },
};
static const struct timer timers[] = { TO_REASSIGN("e.state in ('planned', 'reviewed')"), { NULL } };
static const struct given given[] = {
    { .event = "amend", .from = "planned" },
    { .event = "reassign", .from = "planned reviewed", .guards = GUARDS(&owner_active) },
    { NULL },
};
const struct machine p01_reduction_measure = {
    .name = "reduction_measure", .path = "reduction-measures", .prefix = "RK", .title = { "Risk reduction measure", "风险削减措施" }, .scope = SCOPE_STAFF,
    .fields = fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher", .readers = STAFF,
    .amends = "means equipment_people training resources contingency due_on", .without = "void pause resume",
};
