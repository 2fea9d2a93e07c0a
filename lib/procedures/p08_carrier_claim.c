/* P8: the claim on a carrier, an insurer or whoever held goods that were lost or damaged; followed to its end. */
#include "procedures/p08_parts.h"

static const struct state states[] = {
    { "open", { "Open", "索赔中" } },
    { "accepted", { "Accepted", "对方已同意" } },
    { "rejected", { "Rejected", "对方不同意" } },
    { "settled", { "Settled", "已结清" }, STATE_TERMINAL },
    { "given_up", { "Given up", "已放弃" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("parent_id", "Delivery", "配送单", FIELD_COMMON | FIELD_FILTER, "delivery"),
    { "against", FIELD_TEXT, { "Claim on", "索赔对象" }, FIELD_FILTER, 1, 120, .example = "\"顺达物流\"" },
    { "what", FIELD_TEXT, { "What is lost or damaged", "遗失或损坏物品" }, 0, 1, 300, .example = "\"机柜门变形\"" },
    { "claim_amount", FIELD_MONEY, { "Claim in fen", "索赔金额(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 500 },
    { "claim_answer", FIELD_TEXT, { "Answer", "对方答复" }, 0, 1, 1000 },
    { "settled_amount", FIELD_MONEY, { "Paid in fen", "实际赔付(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "close_reason", FIELD_TEXT, { "Why it was given up", "放弃原因" }, 0, 1, 1000 },
    { NULL },
};
static const struct transition transitions[] = {
    { .event = "claim", .label = { "Claim", "提出索赔" }, .clause = "00-common 14", .to = "open", .by = "commerce_officer dispatcher",
      .takes = "against what claim_amount? evidence? parent_id?" },
    { .event = "accept", .label = { "Accepted", "对方同意" }, .clause = "00-common 14", .from = "open rejected", .to = "accepted", .by = "commerce_officer dispatcher",
      .takes = "claim_answer" },
    { .event = "reject", .label = { "Rejected", "对方不同意" }, .clause = "00-common 14", .from = "open accepted", .to = "rejected", .by = "commerce_officer dispatcher",
      .takes = "claim_answer" },
    { .event = "settle", .label = { "Settled", "结清" }, .clause = "00-common 14", .from = "accepted", .to = "settled", .by = "finance_officer", .takes = "settled_amount",
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "give_up", .label = { "Give up", "放弃" }, .clause = "designed", .from = "open rejected", .to = "given_up", .by = "deputy_gm", .takes = "close_reason",
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};

const struct machine p08_carrier_claim = {
    .name = "carrier_claim", .path = "carrier-claims", .prefix = "CC", .title = { "Claim on a carrier", "承运索赔" }, .scope = SCOPE_STAFF, .fields = fields, .states = states,
    .transitions = transitions, .owner = "commerce_officer", .amends = "against what claim_amount evidence", .without = "reassign pause resume",
};
