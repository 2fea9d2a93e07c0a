/* P22: what becomes of a nonconforming product or part (ISO 9001 8.7). */
#include "procedures/p22.h"

#define PROPOSERS "technician return_repair_clerk installer warehouse_keeper materials_officer service_manager dept_head outlet_manager"
#define WORKERS "technician return_repair_clerk installer warehouse_keeper materials_officer shipping_clerk outlet_technician outlet_manager"

static const struct choice dispositions[] = {
    { "rework", { "Rework", "返工" } },
    { "repair", { "Repair", "返修" } },
    { "exchange", { "Exchange", "换货" } },
    { "return_to_supplier", { "Return to the supplier", "退供应商" } },
    { "concession", { "Use as it is, by concession", "让步接收" } },
    { "scrap", { "Scrap", "报废" } },
    { NULL },
};
static const struct choice outcomes[] = { { "passed", { "Test passed", "复测合格" } }, { "failed", { "Test failed", "复测不合格" } }, { NULL } };
static const struct state states[] = {
    { "proposed", { "Proposed", "已提出" } },
    { "approved", { "Approved", "已批准" } },
    { "to_retest", { "To be tested again", "待复测" } },
    { "done", { "Done", "已处置" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("parent_id", "Nonconformity", "不符合报告", FIELD_COMMON | FIELD_FILTER, "nonconformity"),
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { "assignee_id", FIELD_REFERENCE, { "Done by", "处置人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "item", FIELD_TEXT, { "Product or part", "产品或备件" }, 0, 1, 200, .example = "\"固态硬盘512G\"" },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_FILTER | FIELD_SEARCH, 1, 80 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 100000, .example = "1" },
    { "disposition", FIELD_ENUM, { "Disposition", "处置方式" }, FIELD_FILTER, .choices = dispositions },
    { "disposition_reason", FIELD_TEXT, { "Why so", "处置理由" }, 0, 1, 1000 },
    REF("proposed_by", "Proposed by", "提出人", FIELD_COMPUTED, "person"),
    { "customer_consent", FIELD_TEXT, { "Customer who agrees", "同意让步的客户" }, 0, 1, 60 },
    { "consent_evidence", FIELD_TEXT, { "Evidence of the consent", "同意凭据" }, 0, 1, 500 },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "supplier", FIELD_TEXT, { "Supplier", "供应商" }, FIELD_FILTER, 1, 120 },
    { "return_reason", FIELD_TEXT, { "Returned because", "退回原因" }, 0, 1, 500 },
    { "work_done", FIELD_TEXT, { "What was done", "处置情况" }, 0, 1, 1000 },
    REF("worked_by", "Worked on by", "返工人", FIELD_COMPUTED, "person"),
    { "outcome", FIELD_ENUM, { "Result of the new test", "复测结论" }, FIELD_FILTER, .choices = outcomes },
    { "retest_result", FIELD_TEXT, { "New test", "复测情况" }, 0, 1, 1000 },
    { "rounds", FIELD_INTEGER, { "Tests failed", "复测不合格次数" }, FIELD_COMPUTED | FIELD_FILTER },
    TEST_FIELDS,
    { NULL },
};
static const struct clock clocks[] = {
    { "decide_due", { "Disposition decided", "处置批准期限" }, "T_P22_DISPOSE", NULL, true },
    { "work_due", { "Disposition carried out", "处置完成期限" }, "T_P22_CARRY_OUT", NULL, true },
    { NULL },
};

GUARD(parent_runs, "nonconformity_closed", "exists (select from nonconformity n where n.id = :parent_id and n.closed_at is null)", "parent_id",
      "The nonconformity is closed", "该不符合已关闭");
GUARD(consent_given, "consent_missing",
      "e.disposition <> 'concession' or (coalesce(:customer_consent, e.customer_consent) is not null and coalesce(:consent_evidence, e.consent_evidence) is not null)",
      "customer_consent", "A concession needs the customer's consent and its evidence", "让步须有客户同意及凭据");
GUARD(decided_by_another, "own_proposal", "e.proposed_by is distinct from :actor", NULL, "Nobody approves the own proposal", "不得批准本人的提议");
GUARD(supplier_named, "supplier_missing", ":disposition is distinct from 'return_to_supplier' or :supplier is not null", "supplier", "Name the supplier",
      "须填写供应商");
GUARD(tested_by_another, "own_work", "e.worked_by is distinct from :actor", NULL, "Who worked on it does not test it", "返工人不得复测");

#define APPROVE(roles, when_) \
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "ISO 9001 8.7", .from = "proposed", .to = "approved", .when = when_, .by = roles, \
      .takes = "customer_consent? consent_evidence? assignee_id? note?", .guards = GUARDS(&decided_by_another, &consent_given), \
      .effects = EFFECTS(SET("approved_by", ":actor"), STOP("decide_due"), START("work_due"), RECORD("disposition"), \
                         OPEN("supplier_claim", "claim", "supplier = m.supplier; item = left(m.item, 120); serial = m.serial", LINK_LATER, \
                              "m.disposition = 'return_to_supplier'"), \
                         NOTIFY("@assignee", "disposition_approved")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define RETURN(roles, when_) \
    { .event = "return", .label = { "Propose something else", "退回重拟" }, .clause = "designed", .from = "proposed", .to = "same", .when = when_, .by = roles, \
      .takes = "return_reason", .effects = EFFECTS(NOTIFY("@assignee", "disposition_returned")) }
#define RETEST_TAKES "retest_result instruments? tested_on?"
#define RETEST_GUARDS GUARDS(&tested_by_another, &instruments_usable, &test_day_past)
static const struct transition transitions[] = {
    { .event = "propose", .label = { "Propose", "提出处置" }, .clause = "ISO 9001 8.7", .to = "proposed", .by = PROPOSERS,
      .takes = "parent_id item serial? quantity disposition disposition_reason supplier? customer_consent? consent_evidence?",
      .guards = GUARDS(&parent_runs, &supplier_named),
      .effects = EFFECTS(SET("proposed_by", ":actor"), SET("assignee_id", ":actor"), SET("rounds", "0"), START("decide_due"),
                         NOTIFY_IF("deputy_gm", "concession_to_decide", ":disposition = 'concession'"),
                         NOTIFY_IF("service_manager", "disposition_to_decide", ":disposition <> 'concession'")) },
    { .event = "change", .label = { "Propose something else", "改拟处置" }, .clause = "designed", .from = "proposed", .to = "same", .by = PROPOSERS,
      .takes = "disposition disposition_reason supplier? customer_consent? consent_evidence?", .guards = GUARDS(&supplier_named),
      .effects = EFFECTS(SET("proposed_by", ":actor"), SET("return_reason", "null"), START("decide_due")) },
    APPROVE("deputy_gm", "e.disposition = 'concession'"),
    APPROVE("service_manager", NULL),
    RETURN("deputy_gm", "e.disposition = 'concession'"),
    RETURN("service_manager", NULL),
    { .event = "carry_out", .label = { "Carry out", "实施处置" }, .clause = "ISO 9001 8.7", .from = "approved", .to = "to_retest",
      .when = "e.disposition in ('rework', 'repair')", .by = WORKERS, .takes = "work_done", .effects = EFFECTS(SET("worked_by", ":actor")) },
    { .event = "carry_out", .label = { "Carry out", "实施处置" }, .clause = "ISO 9001 8.7", .from = "approved", .to = "done", .by = WORKERS,
      .takes = "work_done", .effects = EFFECTS(SET("worked_by", ":actor"), RECORD("disposition")), .flags = TRANSITION_FINAL },
    { .event = "pass_retest", .label = { "Test passed", "复测合格" }, .clause = "ISO 9001 8.7", .from = "to_retest", .to = "done", .by = PROPOSERS,
      .takes = RETEST_TAKES, .guards = RETEST_GUARDS, .effects = EFFECTS(SET("outcome", "'passed'"), INSTRUMENTS_USED, RECORD("disposition")),
      .flags = TRANSITION_FINAL },
    { .event = "fail_retest", .label = { "Test failed", "复测不合格" }, .clause = "ISO 9001 8.7", .from = "to_retest", .to = "proposed", .by = PROPOSERS,
      .takes = RETEST_TAKES, .guards = RETEST_GUARDS,
      .effects = EFFECTS(SET("outcome", "'failed'"), SET("rounds", "e.rounds + 1"), SET("approved_by", "null"), INSTRUMENTS_USED, STOP("work_due"), START("decide_due"),
                         NOTIFY("service_manager", "retest_failed")),
      .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "proposed approved", .to = "cancelled", .by = "service_manager *@opener",
      .takes = "reason", .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p22_disposition = {
    .name = "disposition", .path = "dispositions", .prefix = "DC", .title = { "Disposition", "不合格品处置" }, .readers = P22_STAFF, .fields = fields,
    .states = states, .transitions = transitions, .clocks = clocks, .owner = "service_manager", .amends = "item serial quantity", .without = "void",
    .default_outlet = "(select n.outlet_id from nonconformity n where n.id = :parent_id)",
};
