/* P11 part B: loan units, lent to a customer while his own is in repair. A repair is not settled while one is out. */
#include "procedures/p11.h"

#define KEEPERS "warehouse_keeper materials_officer"
#define HANDLERS "technician@assignee outlet_technician@assignee dispatcher outlet_manager"
#define OUT_STATES "lent due_soon overdue"

static const struct state unit_states[] = {
    { "available", { "Available", "可借" } },
    { "reserved", { "Reserved", "已预留" } },
    { "lent", { "Lent", "借出" } },
    { "returned", { "Back, to be inspected", "待检" } },
    { "damaged", { "Damaged", "损坏" } },
    { "lost", { "Lost", "丢失" } },
    { "converted", { "Left with a customer", "转为更换" }, STATE_TERMINAL },
    { "retired", { "Retired", "退役" }, STATE_TERMINAL },
    { NULL },
};
static const struct field unit_fields[] = {
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_UNIQUE | FIELD_SEARCH | FIELD_FILTER, 1, 80 },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_FILTER, .choices = skill_choices },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "value", FIELD_MONEY, { "Value in fen", "价值(分)" }, 0, 0, 10000000000 },
    { "condition", FIELD_TEXT, { "Condition", "状况" }, 0, 1, 500 },
    { "accessories", FIELD_TEXT, { "Accessories", "附件" }, 0, 1, 300 },
    { "loans", FIELD_INTEGER, { "Times lent", "借出次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { NULL },
};
#define UNIT_STEP(event_, en, zh, from_, to_, effects_) \
    { .event = event_, .label = { en, zh }, .clause = "P11 B", .from = from_, .to = to_, .by = "system", .effects = effects_, .flags = TRANSITION_FINAL }
static const struct transition unit_transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "P11 B", .to = "available", .by = KEEPERS " outlet_manager",
      .takes = "serial model value condition skill? accessories? outlet_id?",
      .effects = EFFECTS(SET("loans", "0"), SET("outlet_id", "coalesce(:scope_outlet, :outlet_id)")) },
    UNIT_STEP("reserve", "Reserve", "预留", "available", "reserved", NULL),
    UNIT_STEP("release", "Release", "取消预留", "reserved", "available", NULL),
    UNIT_STEP("lend", "Lend", "借出", "reserved", "lent", EFFECTS(SET("loans", "e.loans + 1"))),
    UNIT_STEP("come_back", "Back", "归还", "lent lost", "returned", NULL),
    UNIT_STEP("restock", "Inspected and wiped", "检验入库", "returned", "available", NULL),
    UNIT_STEP("find_damage", "Damaged", "发现损坏", "returned", "damaged", NULL),
    UNIT_STEP("lose", "Lost", "丢失", "lent", "lost", NULL),
    UNIT_STEP("convert", "Left with the customer", "转为更换", "lent lost", "converted", NULL),
    { .event = "mend", .label = { "Repaired", "修复" }, .clause = "P11 B", .from = "damaged", .to = "available", .by = KEEPERS, .takes = "condition note?",
      .flags = TRANSITION_FINAL },
    { .event = "retire", .label = { "Retire", "退役" }, .clause = "P11 B", .from = "available damaged lost", .to = "retired", .by = "deputy_gm", .takes = "reason",
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
const struct machine p11_loan_unit = {
    .name = "loan_unit", .path = "loan-units", .prefix = "LU", .title = { "Loan unit", "备用机" }, .readers = P11_READERS, .fields = unit_fields,
    .states = unit_states, .transitions = unit_transitions, .owner = KEEPERS, .amends = "model skill condition accessories value",
    .without = "revert reassign pause resume", .display = "model",
};

/* The agreement */

static const struct state states[] = {
    { "offered", { "Offered", "已提出" } },
    { "approved", { "Approved", "已批准" } },
    { "lent", { "Lent", "借出" } },
    { "due_soon", { "Due soon", "即将到期" } },
    { "overdue", { "Overdue", "逾期" } },
    { "returned", { "Returned", "已归还" } },
    { "inspected", { "Inspected", "已检验" } },
    { "damaged", { "Damaged", "损坏" } },
    { "lost", { "Lost", "丢失" } },
    { "restocked", { "Restocked", "已入库" }, STATE_TERMINAL },
    { "compensated", { "Compensation agreed", "已商定赔偿" }, STATE_TERMINAL },
    { "converted_to_replacement", { "Kept as the replacement", "转为更换" }, STATE_TERMINAL },
    { "declined", { "Declined", "客户不借" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("parent_id", "Repair", "报修单", FIELD_COMMON | FIELD_FILTER, "repair"),
    REF("loan_unit_id", "Loan unit", "备用机", FIELD_FILTER, "loan_unit"),
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_COMPUTED | FIELD_FILTER | FIELD_SEARCH },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "price_if_lost", FIELD_MONEY, { "Price if lost, in fen", "丢失赔偿价(分)" }, FIELD_COMPUTED },
    REF("follows_id", "Follows the loan", "前一借用单", FIELD_FILTER, "loan_agreement"),
    { "expected_repair_on", FIELD_DATE, { "Repair expected on", "预计修复日期" }, FIELD_FILTER },
    { "due_on", FIELD_DATE, { "Due back on", "应归还日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "condition_list", FIELD_TEXT, { "Condition and accessories", "状况与附件清单" }, 0, 1, 1000 },
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    { "lent_at", FIELD_TIME, { "Lent", "借出时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reminders", FIELD_INTEGER, { "Reminders", "催还次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "letter_sent_on", FIELD_DATE, { "Letter sent on", "催还函日期" }, FIELD_FILTER },
    { "returned_at", FIELD_TIME, { "Returned", "归还时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_condition", FIELD_TEXT, { "Condition when returned", "归还状况" }, 0, 1, 500 },
    { "data_wiped", FIELD_BOOLEAN, { "Data wiped", "数据已清除" }, 0 },
    { "inspection_ok", FIELD_BOOLEAN, { "In order", "完好" }, FIELD_TRANSIENT },
    { "damage", FIELD_TEXT, { "Damage", "损坏情况" }, 0, 1, 500 },
    REF("other_unit_id", "Another unit", "更换的备用机", FIELD_TRANSIENT, "loan_unit"),
    { "exchange_cause", FIELD_TEXT, { "Why it was exchanged", "更换原因" }, 0, 1, 500 },
    { "compensation_amount", FIELD_MONEY, { "Compensation in fen", "赔偿金额(分)" }, 0, 0, 10000000000 },
    { "compensated_by", FIELD_TEXT, { "Who pays", "赔偿方" }, 0, 1, 60 },
    { "separated_at", FIELD_TIME, { "Separated from the repair", "与报修单分离时间" }, FIELD_COMPUTED },
    REF("separated_by", "Separated by", "分离决定人", FIELD_COMPUTED, "person"),
    { "customer_consent", FIELD_TEXT, { "Customer who agrees", "同意客户" }, 0, 1, 60 },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    MOVED_FROM,
    { NULL },
};
static const struct clock clocks[] = {
    { "loan_due", { "Loan unit back", "备用机归还期限" }, "T_P11_LOAN_BACK", NULL, false },
    { NULL },
};

#define OVER "('settled', 'reported_back', 'followup_pending', 'followed_up', 'archived', 'cancelled', 'voided')"
GUARD(repair_open, "repair_over", "exists (select from repair r where r.id = :parent_id and r.state not in " OVER ")", "parent_id",
      "The repair is over", "该报修单已结束");
GUARD(still_open, "repair_over", "exists (select from repair r where r.id = e.parent_id and r.state not in " OVER ")", NULL,
      "The repair is over: the unit has to come back", "报修单已结束,须归还备用机");
GUARD(one_loan, "loan_exists",
      "not exists (select from loan_agreement a where a.parent_id = :parent_id and a.id is distinct from :follows_id"
      " and a.state in ('offered', 'approved', 'lent', 'due_soon', 'overdue'))",
      "parent_id", "This repair has a loan unit", "该报修单已有备用机");
GUARD(unit_free, "unit_not_available", "exists (select from loan_unit u where u.id = :loan_unit_id and u.state = 'available')", "loan_unit_id",
      "That unit is not available", "该备用机不可借");
#define NOT_STOPPED(unit) "not exists (select from loan_unit u where u.id = " unit " and stop_sale_of(u.model, u.serial) is not null)"
GUARD(unit_not_recalled, "unit_recalled", NOT_STOPPED(":loan_unit_id"), "loan_unit_id", "A recall keeps units of this model back", "该型号因召回停止借出");
GUARD(still_not_recalled, "unit_recalled", "e.state <> 'approved' or " NOT_STOPPED("e.loan_unit_id"), NULL, "A recall keeps units of this model back", "该型号因召回停止借出");
GUARD(other_not_recalled, "unit_recalled", NOT_STOPPED(":other_unit_id"), "other_unit_id", "A recall keeps units of this model back", "该型号因召回停止借出");
GUARD(other_unit_free, "unit_not_available", "exists (select from loan_unit u where u.id = :other_unit_id and u.state = 'available')", "other_unit_id",
      "That unit is not available", "该备用机不可借");
GUARD(repair_date_ahead, "date_in_past", ":expected_repair_on >= company_date(:at)", "expected_repair_on", "The date lies in the past", "日期已过");
GUARD(due_later, "not_later", ":expected_repair_on + time_rule_number('T_P11_LOAN_SLACK') > e.due_on", "expected_repair_on",
      "That is not later than it is due now", "不晚于现归还日期");
GUARD(conditions_listed, "conditions_missing", "e.condition_list is not null", NULL, "List its condition and accessories first", "须先填写状况与附件清单");
GUARD(wiped, "data_not_wiped", ":data_wiped is true", "data_wiped", "The customer's data has to be wiped", "须清除客户数据");
GUARD(damage_told, "damage_not_described", ":inspection_ok is true or :damage is not null", "damage", "Describe the damage", "须说明损坏情况");
GUARD(letter_past, "date_ahead", ":letter_sent_on <= company_date(:at)", "letter_sent_on", "The date lies ahead", "日期在将来");
GUARD(exchange_agreed, "no_exchange", "exists (select from return_exchange x where x.parent_id = e.parent_id and x.state not in ('rejected', 'cancelled', 'voided'))", NULL,
      "There is no return or exchange for this repair", "该报修单无退换货单");
GUARD(not_separated, "separated_already", "e.separated_at is null", NULL, "It is separated already", "已分离");

#define DUE "(:expected_repair_on + time_rule_number('T_P11_LOAN_SLACK'))"
#define DUE_CLOCK(day) START_AT("loan_due", "(" day ")::timestamp at time zone company_zone()")
#define OF_UNIT(column) "(select u." column " from loan_unit u where u.id = :loan_unit_id)"
#define OF_REPAIR(column) "(select r." column " from repair r where r.id = :parent_id)"

static const struct transition transitions[] = {
    { .event = "offer", .label = { "Offer", "提出借用" }, .clause = "P11 B", .to = "offered",
      .by = "dispatcher technician outlet_manager outlet_technician", .takes = "parent_id loan_unit_id condition_list? follows_id?",
      .guards = GUARDS(&repair_open, &unit_free, &unit_not_recalled, &one_loan),
      .effects = EFFECTS(SET("serial", OF_UNIT("serial")), SET("model", OF_UNIT("model")), SET("price_if_lost", OF_UNIT("value")),
                         SET("condition_list", "coalesce(:condition_list, nullif(concat_ws('; ', " OF_UNIT("condition") ", " OF_UNIT("accessories") "), ''))"),
                         SET("assignee_id", "coalesce(" OF_REPAIR("assignee_id") ", :actor)"), SET("outlet_id", OF_REPAIR("outlet_id")), SET("customer_id", OF_REPAIR("customer_id")), SET("reminders", "0"),
                         NOTIFY("dispatcher", "loan_to_approve")) },
    { .event = "decline", .label = { "Customer declines", "客户不借" }, .clause = "P11 B", .from = "offered", .to = "declined", .by = HANDLERS, .takes = "note?" },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P11 B", .from = "offered", .to = "approved", .by = "dispatcher", .takes = "expected_repair_on",
      .guards = GUARDS(&repair_date_ahead, &still_open),
      .effects = EFFECTS(SET("due_on", DUE), FIRE("loan_unit_id", "reserve", NULL), NOTIFY("@assignee", "loan_approved"), NOTIFY("warehouse_keeper", "loan_to_hand_out")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "lend", .label = { "Lend", "借出" }, .clause = "P11 B", .from = "approved", .to = "lent", .by = HANDLERS, .takes = "customer_signature",
      .guards = GUARDS(&conditions_listed, &still_not_recalled, &signature_bound, &still_open),
      .effects = EFFECTS(SET("lent_at", ":at"), FIRE("loan_unit_id", "lend", NULL), DUE_CLOCK("e.due_on"), RECORD("loan_agreement")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "offered approved", .to = "cancelled", .by = "dispatcher system " HANDLERS,
      .takes = "reason", .effects = EFFECTS(FIRE_IF("loan_unit_id", "release", NULL, "e.state = 'approved'")), .flags = TRANSITION_FINAL },
    { .event = "warn", .label = { "Due soon", "即将到期" }, .clause = "P11 B", .from = "lent", .to = "due_soon", .by = "system",
      .effects = EFFECTS(NOTIFY("@assignee", "loan_due_soon")), .flags = TRANSITION_FINAL },
    { .event = "fall_overdue", .label = { "Overdue", "逾期" }, .clause = "P11 B", .from = "lent due_soon", .to = "overdue", .by = "system",
      .effects = EFFECTS(SET("reminders", "e.reminders + 1"), NOTIFY("@assignee", "loan_overdue"), NOTIFY("dispatcher", "loan_overdue")), .flags = TRANSITION_FINAL },
    { .event = "remind", .label = { "Remind", "催还" }, .clause = "P11 B", .from = "overdue", .to = "same", .by = "system",
      .effects = EFFECTS(SET("reminders", "e.reminders + 1"), NOTIFY("@assignee", "loan_overdue"), NOTIFY("dispatcher", "loan_overdue")), .flags = TRANSITION_FINAL },
    { .event = "send_letter", .label = { "Letter sent", "寄出催还函" }, .clause = "designed", .from = "overdue", .to = "same", .by = "dispatcher", .takes = "letter_sent_on note?",
      .guards = GUARDS(&letter_past), .flags = TRANSITION_FINAL },
    { .event = "extend", .label = { "Extend", "延期" }, .clause = "P11 B", .from = OUT_STATES, .to = "lent", .by = "dispatcher", .takes = "expected_repair_on reason",
      .guards = GUARDS(&repair_date_ahead, &still_open, &due_later), .effects = EFFECTS(SET("due_on", DUE), SET("reminders", "0"), DUE_CLOCK(DUE)),
      .flags = TRANSITION_FINAL },
    { .event = "take_back", .label = { "Take back", "归还" }, .clause = "P11 B", .from = OUT_STATES " lost", .to = "returned", .by = "warehouse_keeper " HANDLERS,
      .takes = "return_condition", .effects = EFFECTS(SET("returned_at", ":at"), STOP("loan_due"), FIRE("loan_unit_id", "come_back", NULL),
                                                      HAND_IN("loan_agreement", ":actor"), NOTIFY("warehouse_keeper", "loan_to_inspect")),
      .flags = TRANSITION_FINAL },
    { .event = "exchange", .label = { "Exchange a unit that broke", "更换故障备用机" }, .clause = "designed", .from = OUT_STATES, .to = "returned", .by = HANDLERS,
      .takes = "other_unit_id exchange_cause return_condition", .guards = GUARDS(&other_unit_free, &other_not_recalled, &still_open),
      .effects = EFFECTS(SET("returned_at", ":at"), STOP("loan_due"), FIRE("loan_unit_id", "come_back", NULL),
                         OPEN("loan_agreement", "offer", "parent_id = e.parent_id; loan_unit_id = :other_unit_id; follows_id = e.id", LINK_MUST, NULL),
                         NOTIFY("warehouse_keeper", "loan_to_inspect")),
      .flags = TRANSITION_FINAL },
    { .event = "inspect", .label = { "Inspect", "检验" }, .clause = "P11 B", .from = "returned", .to = "inspected", .when = ":inspection_ok is true",
      .by = KEEPERS " technician", .takes = "inspection_ok data_wiped damage?", .guards = GUARDS(&wiped) },
    { .event = "inspect", .label = { "Inspect", "检验" }, .clause = "P11 B", .from = "returned", .to = "damaged", .by = KEEPERS " technician",
      .takes = "inspection_ok data_wiped damage?", .guards = GUARDS(&wiped, &damage_told),
      .effects = EFFECTS(FIRE("loan_unit_id", "find_damage", NULL), NOTIFY("dispatcher", "loan_damaged")), .flags = TRANSITION_FINAL },
    { .event = "restock", .label = { "Restock", "入库" }, .clause = "P11 B", .from = "inspected", .to = "restocked", .by = KEEPERS " outlet_manager",
      .effects = EFFECTS(FIRE("loan_unit_id", "restock", NULL)), .flags = TRANSITION_FINAL },
    { .event = "agree_compensation", .label = { "Compensation agreed", "商定赔偿" }, .clause = "P10-C", .from = "damaged lost", .to = "compensated",
      .by = "dispatcher deputy_gm", .takes = "compensation_amount compensated_by reason",
      .effects = EFFECTS(OPEN("compensation", "submit", "loan_agreement_id = m.id; claimed_amount = m.compensation_amount; loss_text = coalesce(m.damage, '备用机丢失 loan unit lost')",
                              LINK_LATER, ":compensation_amount > 0"),
                         NOTIFY("finance_officer", "compensation_agreed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "mark_lost", .label = { "Lost", "视为丢失" }, .clause = "designed", .from = "overdue", .to = "lost", .by = "system",
      .effects = EFFECTS(STOP("loan_due"), FIRE("loan_unit_id", "lose", NULL), NOTIFY("dispatcher", "loan_lost"), NOTIFY("deputy_gm", "loan_lost")),
      .flags = TRANSITION_FINAL },
    { .event = "separate", .label = { "Separate from the repair", "与报修单分离" }, .clause = "designed", .from = OUT_STATES " lost", .to = "same", .by = "dispatcher",
      .takes = "reason", .guards = GUARDS(&not_separated), .effects = EFFECTS(SET("separated_at", ":at"), SET("separated_by", ":actor")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "convert", .label = { "Customer keeps it as the replacement", "转为更换" }, .clause = "P9", .from = OUT_STATES, .to = "converted_to_replacement",
      .by = "dispatcher", .takes = "customer_consent", .guards = GUARDS(&exchange_agreed),
      .effects = EFFECTS(FIRE("loan_unit_id", "convert", NULL), NOTIFY("commerce_officer", "loan_kept"), NOTIFY("finance_officer", "loan_kept")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    CHANGE_CUSTOMER,
    { NULL },
};
static const struct timer timers[] = {
    { "cancel", "e.state in ('offered', 'approved') and exists (select from repair r where r.id = e.parent_id and r.state in " OVER ")", "reason = 'job_ended'" },
    { "warn", "e.state = 'lent' and company_date(:now) >= e.due_on - time_rule_number('T_P11_LOAN_SOON') and company_date(:now) <= e.due_on" },
    { "fall_overdue", "e.state in ('lent', 'due_soon') and company_date(:now) > e.due_on" },
    { "mark_lost", "e.state = 'overdue' and company_date(:now) > e.due_on + time_rule_number('T_P11_LOAN_LOST')" },
    { "remind", "e.state = 'overdue' and company_date(:now) <= e.due_on + time_rule_number('T_P11_LOAN_LOST')"
                " and company_date(:now) > e.due_on + e.reminders * time_rule_number('T_P11_LOAN_REMIND')" },
    { NULL },
};
static const struct given given[] = {
    { .event = "contact_attempt", .by = HANDLERS, .from = OUT_STATES " lost" },
    { NULL },
};
const struct machine p11_loan_agreement = {
    .name = "loan_agreement", .path = "loan-agreements", .prefix = "LA", .title = { "Loan of a unit", "备用机借用" }, .readers = P11_READERS,
    .fields = fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher",
    .amends = "condition_list", .without = "revert void pause resume", .signed_fields = "serial model price_if_lost due_on condition_list",
};
