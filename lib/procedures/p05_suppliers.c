/* P5: the service contacts of makers and upstream dealers (P5 4.2(4)). */
#include "procedures/p05_parts.h"

static const struct choice supplier_kinds[] = {
    { "maker", { "Maker", "厂家" } }, { "dealer", { "Upstream dealer", "上级经销商" } }, { NULL },
};
static const struct field supplier_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_SEARCH | FIELD_FILTER | FIELD_UNIQUE, 1, 120, .example = "\"华硕售后服务中心\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = supplier_kinds },
    { "brands", FIELD_TEXTS, { "Brands", "品牌" }, FIELD_FILTER, 0, 30 },
    { "contact_name", FIELD_TEXT, { "Service contact", "售后服务负责人" }, 0, 1, 60, .example = "\"赵工\"" },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH | FIELD_FILTER, 3, 40, .example = "\"02155550000\"" },
    { "email", FIELD_TEXT, { "E-mail", "电子邮箱" }, 0, 3, 200 },
    { "address", FIELD_TEXT, { "Address for items", "收件地址" }, 0, 1, 300, .example = "\"上海市浦东新区张江路1号\"" },
    { "reached_at", FIELD_TIME, { "Last reached", "最近联系时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { NULL },
};

static const struct state supplier_states[] = {
    { "active", { "Active", "有效" } }, { "closed", { "Closed", "停用" }, STATE_TERMINAL }, { NULL },
};
GUARD(nothing_out, "items_out", "not exists (select from return_repair o where o.supplier_id = e.id and o.closed_at is null)", NULL,
      "Items are still with this maker", "仍有物品在该厂家");
#define SUPPLIER_TAKES "contact_name phone email? address brands?"
static const struct transition supplier_transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "P5 4.2(4)", .to = "active", .by = "return_repair_clerk materials_officer",
      .takes = "name kind " SUPPLIER_TAKES, .effects = EFFECTS(RECORD("supplier_contact")) },
    { .event = "update", .label = { "Update", "更新" }, .clause = "P5 4.2(4)", .from = "active", .to = "same", .by = "return_repair_clerk materials_officer",
      .takes = "contact_name? phone? email? address? brands?", .effects = EFFECTS(RECORD("supplier_contact")) },
    { .event = "confirm", .label = { "Reached", "已联系" }, .clause = "P5 4.2(4)", .from = "active", .to = "same", .by = "return_repair_clerk",
      .takes = "contact_name? phone?", .effects = EFFECTS(SET("reached_at", ":at"), RECORD("supplier_contact")), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "停用" }, .clause = "designed", .from = "active", .to = "closed", .by = "materials_officer",
      .takes = "reason", .guards = GUARDS(&nothing_out) },
    { NULL },
};
const struct machine p05_supplier_contact = {
    .name = "supplier_contact", .path = "supplier-contacts", .prefix = "SU", .title = { "Maker or dealer", "厂家或经销商" }, .scope = SCOPE_STAFF,
    .fields = supplier_fields, .states = supplier_states, .transitions = supplier_transitions, .owner = "return_repair_clerk materials_officer",
    .amends = "name kind", .without = "reassign pause resume", .display = "name",
};
