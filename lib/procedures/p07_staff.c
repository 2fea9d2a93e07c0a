/* Persons with the scope that the dispatch gate asks for (P7 4.1.4.2), departments, absences and delegations (00-common 1,
 * rule 11). */
#include "procedures/p07.h"

static const struct state register_states[] = {
    { "active", { "Active", "有效" } },
    { "closed", { "Closed", "停用" }, STATE_TERMINAL },
    { NULL },
};

static const struct field department_fields[] = {
    { "code", FIELD_ENUM, { "Code", "代码" }, FIELD_UNIQUE | FIELD_FILTER, .choices = department_choices },
    { "name", FIELD_TEXT, { "Name", "名称" }, 0, 1, 100, .example = "\"技术部\"" },
    { "head_id", FIELD_REFERENCE, { "Head", "负责人" }, .machine = "person" },
    { NULL },
};
static const struct transition department_transitions[] = {
    { .event = "create", .label = { "Create", "建立" }, .clause = "designed", .to = "active", .by = "hr_officer general_manager",
      .takes = "code name head_id?" },
    { .event = "close", .label = { "Close", "停用" }, .clause = "designed", .from = "active", .to = "closed",
      .by = "hr_officer general_manager", .takes = "reason" },
    { NULL },
};
static const struct machine department = {
    .name = "department", .path = "departments", .prefix = "DP", .title = { "Department", "部门" },
    .scope = SCOPE_EVERYBODY, .fields = department_fields, .states = register_states,
    .transitions = department_transitions, .owner = "hr_officer", .amends = "name head_id",
    .without = "reassign pause resume void", .display = "name",
};

static const struct state person_states[] = {
    { "active", { "Active", "在岗" } },
    { "barred", { "Barred from post", "离岗" } },
    { "left", { "Left", "离职" }, STATE_TERMINAL },
    { NULL },
};
static const struct field person_fields[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" }, FIELD_SEARCH, 1, 60, .example = "\"王芳\"" },
    { "login", FIELD_TEXT, { "Sign-in name", "登录名" }, FIELD_UNIQUE | FIELD_FILTER, 2, 60, .example = "\"wangfang\"" },
    { "roles", FIELD_TEXTS, { "Roles", "角色" }, FIELD_FILTER, 0, 12, .choices = role_choices },
    { "department", FIELD_ENUM, { "Department", "部门" }, FIELD_FILTER, .choices = department_choices },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH, 3, 40, .example = "\"13800001111\"" },
    { "email", FIELD_TEXT, { "E-mail", "电子邮箱" }, 0, 3, 200 },
    { "qualified_scope", FIELD_TEXTS, { "Qualified for", "上岗资格范围" }, FIELD_FILTER, 0, 12, .choices = skill_choices },
    { "qualified_until", FIELD_DATE, { "Qualified until", "资格有效期至" }, FIELD_FILTER },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "bar_reason", FIELD_TEXT, { "Barred because", "离岗原因" }, 0, 1, 500 },
    { "left_on", FIELD_DATE, { "Left on", "离职日期" }, FIELD_TRANSIENT },
    { "rule_code", FIELD_TEXT, { "Time rule", "时限" }, FIELD_TRANSIENT, 1, 60 },
    { "missed", FIELD_TEXT, { "How often, and with what", "逾期次数与事项" }, FIELD_TRANSIENT, 1, 500 },
    { "ended_scope", FIELD_TEXTS, { "No longer qualified for", "失效的资格范围" }, FIELD_TRANSIENT, 0, 12, .choices = skill_choices },
    { NULL },
};
static const struct guard qualified_in_future = {
    "qualification_ends_in_past",
    ":qualified_until >= company_date(:at)",
    { "The qualification would already have run out", "资格有效期不得早于今天" },
    "qualified_until"
};
GUARD(never_evaluated, "evaluation_decides",
      "not exists (select from competence_evaluation c where c.person_id = e.id and c.judged_at is not null and c.state <> 'voided')", NULL,
      "This person has been evaluated: the verdict decides", "该人员已参加能力评价,以评价结论为准");
GUARD(not_oneself, "own_departure", "e.id <> :actor", NULL, "Nobody reports the own departure", "不得报告本人离职");
GUARD(not_yet_ahead, "departure_ahead", ":left_on <= company_date(:at)", "left_on", "The day lies ahead", "离职日期在将来");
static const struct guard no_self_promotion = {
    "own_roles",
    "e.id <> :actor",
    { "Nobody changes the own roles", "不得变更本人角色" },
    NULL
};
static const struct transition person_transitions[] = {
    { .event = "create", .label = { "Enter", "登记" }, .clause = "designed", .to = "active", .by = "hr_officer",
      .takes = "name roles department login? phone? email? outlet_id? customer_id?" },
    { .event = "change_roles", .label = { "Change roles", "变更角色" }, .clause = "designed", .from = "active barred",
      .to = "same", .by = "hr_officer", .takes = "reason department? roles outlet_id?", .guards = GUARDS(&no_self_promotion),
      .flags = TRANSITION_FINAL },
    /* A qualification from before the books; afterwards the verdict of an evaluation decides. */
    { .event = "qualify", .label = { "Take over a qualification", "登记既有上岗资格" }, .clause = "P7 4.1.4.2", .from = "active barred",
      .to = "active", .by = "hr_officer", .takes = "qualified_scope qualified_until",
      .guards = GUARDS(&qualified_in_future, &never_evaluated), .effects = EFFECTS(SET("bar_reason", "null")) },
    { .event = "admit", .label = { "Admitted to the post", "批准上岗" }, .clause = "P7 4.1.4.2", .from = "active barred", .to = "active",
      .by = "system", .takes = "qualified_scope qualified_until", .guards = GUARDS(&qualified_in_future), .effects = EFFECTS(SET("bar_reason", "null")),
      .flags = TRANSITION_FINAL },
    { .event = "bar", .label = { "Bar from post", "离岗" }, .clause = "P7 4.1.4.2", .from = "active", .to = "barred",
      .by = "hr_officer", .takes = "bar_reason" },
    { .event = "extend_qualification", .label = { "Verdict holds longer", "资格顺延" }, .clause = "P7 postpone", .from = "active",
      .to = "same", .by = "system", .takes = "qualified_until", .flags = TRANSITION_FINAL },
    { .event = "end_scope", .label = { "Part of the qualification ends", "部分资格失效" }, .clause = "P7 4.1.2", .from = "active barred",
      .to = "same", .by = "system", .takes = "ended_scope",
      .effects = EFFECTS(SET("qualified_scope", "array(select s from unnest(e.qualified_scope) s where s <> all(:ended_scope))")),
      .flags = TRANSITION_FINAL },
    /* One limit missed again and again has a cause (00-common 5): P22 looks for it, once at a time. */
    { .event = "miss_limits", .label = { "One limit missed again and again", "同一时限反复逾期" }, .clause = "00-common 5", .from = "active barred", .to = "same",
      .by = "system", .takes = "rule_code missed",
      .effects = EFFECTS(OPEN("nonconformity", "report",
                              "kind = 'potential'; source = 'deadline_breach'; source_number = e.number; grade = 'minor'; fact = :missed; rule_code = :rule_code;"
                              " person_id = e.id; outlet_id = e.outlet_id; dept = case when e.outlet_id is not null then 'outlet' else e.department end", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "leave", .label = { "Leave the company", "离职" }, .clause = "designed", .from = "active barred", .to = "left",
      .by = "hr_officer", .takes = "reason", .flags = TRANSITION_FINAL },
    { .event = "report_departure", .label = { "Has left the outlet", "报告网点人员离职" }, .clause = "P7 outlet staff", .from = "active barred", .to = "left",
      .by = "outlet_manager", .takes = "left_on reason", .guards = GUARDS(&not_oneself, &not_yet_ahead),
      .effects = EFFECTS(NOTIFY("hr_officer", "outlet_person_left"), NOTIFY("dispatcher", "outlet_person_left"),
                         NOTIFY_IF("service_manager", "departure_reported_late", "time_rule_due('T_P7_DEPARTURE', :left_on::timestamp at time zone company_zone()) <= :at")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer person_timers[] = {
    { "miss_limits", "e.state in ('active', 'barred') and e.id in (select b.person_id from breach_trends(:now) b)",
      "rule_code = (select b.rule_code from breach_trends(:now) b where b.person_id = e.id);"
      " missed = (select left(e.name || ': ' || r.title_zh || ' ' || r.title_en || ' ×' || b.times || ' (' || b.machines || ')', 500)"
      " from breach_trends(:now) b join time_rule r on r.code = b.rule_code where b.person_id = e.id)" },
    { NULL },
};
static const struct machine person = {
    .name = "person", .path = "persons", .prefix = "PS", .title = { "Person", "人员" }, .fields = person_fields,
    .states = person_states, .transitions = person_transitions, .timers = person_timers, .owner = "hr_officer", .amends = "name login phone email",
    .without = "reassign pause resume", .display = "name",
    .default_outlet = ":scope_outlet",
};

static const struct choice absence_kinds[] = {
    { "ill", { "Ill", "病假" } },          { "leave", { "Leave", "休假" } }, { "training", { "Training", "培训" } },
    { "business", { "Business trip", "出差" } }, { NULL },
};
static const struct state absence_states[] = {
    { "planned", { "Planned", "计划中" } },
    { "running", { "Running", "进行中" } },
    { "ended", { "Ended", "已结束" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field absence_fields[] = {
    { "person_id", FIELD_REFERENCE, { "Person", "人员" }, FIELD_FILTER, .machine = "person" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = absence_kinds },
    { "from_at", FIELD_TIME, { "From", "自" }, FIELD_FILTER },
    { "to_at", FIELD_TIME, { "To", "至" }, FIELD_FILTER },
    { "stand_in_id", FIELD_REFERENCE, { "Stand-in", "代理人" }, .machine = "person" },
    { NULL },
};
static const struct guard absence_span = { "ends_before_it_begins", ":to_at > :from_at",
                                           { "The end lies before the beginning", "结束时间早于开始时间" }, "to_at" };
static const struct guard own_absence = {
    "absence_of_another",
    ":person_id = :actor or exists (select from person a where a.id = :actor and a.roles && '{hr_officer,dispatcher,dept_head,outlet_manager}')",
    { "Absences of others are entered by their head, the dispatcher or HR", "他人缺勤由负责人、调度员或人力资源登记" },
    "person_id"
};
static const struct guard absence_begun = { "not_yet_begun", "e.from_at <= :at", { "It has not begun", "尚未开始" }, NULL };
static const struct guard absence_over = { "not_yet_over", "e.to_at <= :at", { "It is not over", "尚未结束" }, NULL };
static const struct transition absence_transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "00-common 11", .to = "planned", .by = "*",
      .takes = "person_id kind from_at to_at stand_in_id?", .guards = GUARDS(&absence_span, &own_absence) },
    { .event = "start", .label = { "Begin", "开始" }, .clause = "00-common 11", .from = "planned", .to = "running",
      .by = "system", .guards = GUARDS(&absence_begun), .flags = TRANSITION_FINAL },
    { .event = "end", .label = { "End", "结束" }, .clause = "00-common 11", .from = "running", .to = "ended", .by = "system",
      .guards = GUARDS(&absence_over), .flags = TRANSITION_FINAL },
    { .event = "return_early", .label = { "Back early", "提前返岗" }, .clause = "designed", .from = "running", .to = "ended",
      .by = "hr_officer dispatcher dept_head outlet_manager *@opener", .takes = "reason?",
      .effects = EFFECTS(SET("to_at", "greatest(:at, e.from_at)")) },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "planned", .to = "cancelled",
      .by = "hr_officer dispatcher dept_head outlet_manager *@opener", .takes = "reason?" },
    { NULL },
};
static const struct timer absence_timers[] = {
    { "start", "e.state = 'planned' and e.from_at <= :now" },
    { "end", "e.state = 'running' and e.to_at <= :now" },
    { NULL },
};
static const struct machine absence = {
    .name = "absence", .path = "absences", .prefix = "AB", .title = { "Absence", "缺勤" }, .scope = SCOPE_STAFF,
    .fields = absence_fields, .states = absence_states, .transitions = absence_transitions, .timers = absence_timers,
    .owner = "hr_officer dispatcher", .amends = "to_at stand_in_id kind", .without = "reassign pause resume void",
};

static const struct state delegation_states[] = {
    { "active", { "Active", "生效" } },
    { "ended", { "Ended", "已结束" }, STATE_TERMINAL },
    { NULL },
};
static const struct field delegation_fields[] = {
    { "role", FIELD_ENUM, { "Role", "角色" }, FIELD_FILTER, .choices = role_choices },
    { "holder_id", FIELD_REFERENCE, { "Holder", "委托人" }, FIELD_FILTER, .machine = "person" },
    { "stand_in_id", FIELD_REFERENCE, { "Stand-in", "代理人" }, FIELD_FILTER, .machine = "person" },
    { "from_at", FIELD_TIME, { "From", "自" }, FIELD_FILTER },
    { "to_at", FIELD_TIME, { "To", "至" }, FIELD_FILTER },
    { "limits", FIELD_TEXT, { "Limits", "限制" }, 0, 1, 500 },
    { NULL },
};
static const struct guard holder_has_role = {
    "holder_lacks_role",
    "exists (select from person h where h.id = :holder_id and h.state = 'active' and :role = any(h.roles))",
    { "The holder does not have that role", "委托人不具备该角色" },
    "role"
};
static const struct guard own_delegation = {
    "delegation_of_another",
    ":holder_id = :actor or exists (select from person a where a.id = :actor and a.roles && '{hr_officer,general_manager}')",
    { "Only the holder, HR or the general manager delegates a role", "仅委托人本人、人力资源或总经理可委托" },
    "holder_id"
};
static const struct guard not_to_self = { "delegated_to_self", ":stand_in_id <> :holder_id",
                                          { "Holder and stand-in are the same person", "委托人与代理人相同" }, "stand_in_id" };
static const struct guard delegation_over = { "not_yet_over", "e.to_at <= :at", { "It is not over", "尚未结束" }, NULL };
static const struct transition delegation_transitions[] = {
    { .event = "delegate", .label = { "Delegate", "委托" }, .clause = "00-common 11", .to = "active", .by = "*",
      .takes = "role holder_id stand_in_id from_at to_at limits?",
      .guards = GUARDS(&absence_span, &holder_has_role, &own_delegation, &not_to_self) },
    { .event = "end", .label = { "End", "到期" }, .clause = "00-common 11", .from = "active", .to = "ended", .by = "system",
      .guards = GUARDS(&delegation_over), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Withdraw", "收回委托" }, .clause = "00-common 11", .from = "active", .to = "ended",
      .by = "hr_officer general_manager *@opener", .takes = "reason?", .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer delegation_timers[] = { { "end", "e.state = 'active' and e.to_at <= :now" }, { NULL } };
static const struct machine delegation = {
    .name = "delegation", .path = "delegations", .prefix = "DG", .title = { "Delegation", "授权委托" }, .scope = SCOPE_STAFF,
    .fields = delegation_fields, .states = delegation_states, .transitions = delegation_transitions,
    .timers = delegation_timers, .owner = "hr_officer", .without = "reassign pause resume void revert",
};

const struct procedure p07_staff = {
    .number = 7, .code = "P7", .title = { "Staff and competence", "人员能力与培训" }, .clause = "P7",
    .machines = (const struct machine *const[]){ &department, &person, &absence, &delegation, &p07_evaluation_round,
                                                    &p07_competence_evaluation, &p07_certificate, &p07_training_plan,
                                                    &p07_training_request, &p07_training_event, &p07_outside_training,
                                                    &p07_safety_education, NULL },
    .forms = p07_forms,
};
