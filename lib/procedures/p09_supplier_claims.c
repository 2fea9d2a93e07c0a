/* P9: what a supplier or a carrier owes the company goes on by itself, whatever becomes of the customer's case. */
#include "procedures/p09_parts.h"

static const struct state claim_states[] = {
    { "open", { "Open", "索赔中" } },
    { "accepted", { "Accepted by the supplier", "供应商已同意" } },
    { "rejected", { "Rejected by the supplier", "供应商不同意" } },
    { "settled", { "Settled", "已结清" }, STATE_TERMINAL },
    { "given_up", { "Given up", "已放弃" }, STATE_TERMINAL },
    { NULL },
};
static const struct field claim_fields[] = {
    REF("parent_id", "Return or exchange", "退换货单", FIELD_COMMON | FIELD_FILTER, "return_exchange"),
    { "supplier", FIELD_TEXT, { "Supplier", "供应商" }, FIELD_FILTER, 1, 120, .example = "\"华星科技\"" },
    { "item", FIELD_TEXT, { "Item", "品名" }, 0, 1, 120, .example = "\"ZN-2000\"" },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80 },
    { "claim_amount", FIELD_MONEY, { "Claim in fen", "索赔金额(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "supplier_answer", FIELD_TEXT, { "The supplier's answer", "供应商答复" }, 0, 1, 1000 },
    { "promised_until", FIELD_DATE, { "Promised until", "承诺日期" }, FIELD_FILTER },
    { "settled_amount", FIELD_MONEY, { "Credited in fen", "实际入账(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "settled_serial", FIELD_TEXT, { "Unit received instead", "换回设备序列号" }, 0, 1, 80 },
    { "close_reason", FIELD_TEXT, { "Why it was given up", "放弃原因" }, 0, 1, 1000 },
    { NULL },
};
GUARD(settled_by_something, "settlement_missing", ":settled_amount is not null or :settled_serial is not null", "settled_amount",
      "Name the money or the unit that came", "须填写入账金额或换回设备");
static const struct transition claim_transitions[] = {
    { .event = "claim", .label = { "Claim", "提出索赔" }, .clause = "P9 4.6", .to = "open", .by = "materials_officer system",
      .takes = "supplier item serial? claim_amount? parent_id?" },
    { .event = "accept", .label = { "The supplier accepts", "供应商同意" }, .clause = "P9 4.6", .from = "open rejected", .to = "accepted",
      .by = "materials_officer", .takes = "supplier_answer promised_until" },
    { .event = "reject", .label = { "The supplier rejects", "供应商不同意" }, .clause = "P9 4.6", .from = "open accepted", .to = "rejected",
      .by = "materials_officer", .takes = "supplier_answer" },
    { .event = "settle", .label = { "Settled", "结清" }, .clause = "P9 4.6", .from = "accepted", .to = "settled", .by = "materials_officer finance_officer",
      .takes = "settled_amount? settled_serial?", .guards = GUARDS(&settled_by_something), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "give_up", .label = { "Give up", "放弃" }, .clause = "designed", .from = "open rejected", .to = "given_up", .by = "deputy_gm",
      .takes = "close_reason", .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
const struct machine p09_supplier_claim = {
    .name = "supplier_claim", .path = "supplier-claims", .prefix = "SC", .title = { "Claim on a supplier", "供应商索赔" }, .scope = SCOPE_STAFF,
    .fields = claim_fields, .states = claim_states, .transitions = claim_transitions, .owner = "materials_officer",
    .amends = "supplier item serial claim_amount promised_until", .without = "reassign pause resume",
};
