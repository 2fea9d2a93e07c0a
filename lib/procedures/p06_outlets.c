/* P6, as far as a repair needs it: the outlet and the service price list. */
#include "procedures/p06.h"

static const struct choice outlet_kinds[] = { { "internal", { "Own outlet", "自建" } }, { "external", { "Partner", "外委" } }, { NULL } };
static const struct state outlet_states[] = {
    { "operating", { "Operating", "运营中" } },
    { "suspended", { "Suspended", "暂停" } },
    { "closed", { "Closed", "已撤销" }, STATE_TERMINAL },
    { NULL },
};
static const struct field outlet_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_SEARCH, 1, 100, .example = "\"城东服务网点\"" },
    { "kind", FIELD_ENUM, { "Kind", "类型" }, FIELD_FILTER, .choices = outlet_kinds },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "address", FIELD_TEXT, { "Address", "地址" }, 0, 1, 300 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH, 3, 40 },
    { "skills", FIELD_TEXTS, { "Serves", "服务范围" }, FIELD_FILTER, 1, 12, .choices = skill_choices },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { NULL },
};
static const struct transition outlet_transitions[] = {
    { .event = "create", .label = { "Open an outlet", "设立网点" }, .clause = "P6 4.1", .to = "operating",
      .by = "dispatcher deputy_gm", .takes = "name kind skills region? address? phone?",
      .effects = EFFECTS(SET("outlet_id", ":id")) },
    { .event = "suspend", .label = { "Suspend", "暂停" }, .clause = "designed", .from = "operating", .to = "suspended",
      .by = "dispatcher deputy_gm", .takes = "reason" },
    { .event = "reopen", .label = { "Reopen", "恢复" }, .clause = "designed", .from = "suspended", .to = "operating",
      .by = "dispatcher deputy_gm", .takes = "reason" },
    { .event = "close", .label = { "Close", "撤销" }, .clause = "designed", .from = "operating suspended", .to = "closed",
      .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&outlet_equipment_fetched), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct machine outlet = {
    .name = "outlet", .path = "outlets", .prefix = "OL", .title = { "Service outlet", "服务网点" }, .scope = SCOPE_OUTLET,
    .fields = outlet_fields, .states = outlet_states, .transitions = outlet_transitions, .owner = "dispatcher",
    .amends = "name address phone skills region", .without = "reassign pause resume void", .display = "name",
};

static const struct state price_states[] = {
    { "active", { "Active", "有效" } },
    { "withdrawn", { "Withdrawn", "停用" }, STATE_TERMINAL },
    { NULL },
};
static const struct field price_fields[] = {
    { "code", FIELD_TEXT, { "Code", "编码" }, FIELD_UNIQUE | FIELD_FILTER | FIELD_SEARCH, 1, 40, .example = "\"WX-001\"" },
    { "name", FIELD_TEXT, { "Service", "服务项目" }, FIELD_SEARCH, 1, 120, .example = "\"上门检测费\"" },
    { "unit", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20, .example = "\"次\"" },
    { "price", FIELD_MONEY, { "Price in fen", "价格(分)" }, FIELD_FILTER, 0, 1000000000 },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_FILTER, .choices = skill_choices },
    { NULL },
};
static const struct transition price_transitions[] = {
    { .event = "create", .label = { "Enter", "登记" }, .clause = "P4 5", .to = "active", .by = "service_manager finance_officer",
      .takes = "code name unit price skill?" },
    { .event = "withdraw", .label = { "Withdraw", "停用" }, .clause = "designed", .from = "active", .to = "withdrawn",
      .by = "service_manager finance_officer", .takes = "reason?" },
    { NULL },
};
static const struct machine price_item = {
    .name = "price_item", .path = "price-items", .prefix = "SP", .title = { "Service price", "服务价目" },
    .scope = SCOPE_EVERYBODY, .fields = price_fields, .states = price_states, .transitions = price_transitions,
    .owner = "service_manager", .amends = "name unit price skill", .without = "reassign pause resume void", .display = "name",
};

const struct procedure p06_outlets = {
    .number = 6, .code = "P6", .title = { "Service outlets", "服务网点" }, .clause = "P6",
    .machines = (const struct machine *const[]){ &outlet, &price_item, &outlet_contract, &settlement_tariff, &settlement_mapping, &settlement,
                                                    &settlement_line, NULL },
    .forms = settlement_forms,
};
