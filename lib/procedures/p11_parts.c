/* P11: the catalogue of parts. */
#include "procedures/p11.h"

const struct choice p11_classes[] = {
    { "A", { "A, critical", "A类(关键)" } }, { "B", { "B", "B类" } }, { "C", { "C", "C类" } }, { NULL },
};
static const struct field unit_items[] = {
    { "request_id", FIELD_TEXT, { "Request", "启用申请" } },
    { "number", FIELD_TEXT, { "Number of the request", "申请单号" } },
    { "serial?", FIELD_TEXT, { "Serial number", "序列号" } },
    { "repair_id?", FIELD_TEXT, { "Repair", "报修单" } },
    { "equipment_id?", FIELD_TEXT, { "Equipment", "设备" } },
    { "installed_on", FIELD_DATE, { "Built in on", "装机日期" } },
    { NULL },
};
static const struct state states[] = {
    { "in_use", { "In use", "在用" } },
    { "blocked", { "Blocked", "停用" } },
    { "obsolete", { "Obsolete", "淘汰" } },
    { "scrapped", { "Scrapped", "已报废" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "part_no", FIELD_TEXT, { "Part number", "配件号" }, FIELD_UNIQUE | FIELD_SEARCH | FIELD_FILTER, 1, 60, .example = "\"PSU-450W\"" },
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_SEARCH, 1, 120, .example = "\"电源 450W\"" },
    { "model_fit", FIELD_TEXTS, { "Fits the models", "适用型号" }, FIELD_FILTER, 1, 50 },
    { "class", FIELD_ENUM, { "Class", "类别" }, FIELD_FILTER, .choices = p11_classes },
    { "unit", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20, .example = "\"个\"" },
    { "unit_cost", FIELD_MONEY, { "Cost in fen", "成本(分)" }, FIELD_FILTER, 0, 1000000000 },
    { "unit_price", FIELD_MONEY, { "Price in fen", "售价(分)" }, FIELD_FILTER, 0, 1000000000 },
    { "item_category", FIELD_ENUM, { "Packed as", "包装类别" }, FIELD_FILTER, .choices = item_category_choices },
    { "serial_tracked", FIELD_BOOLEAN, { "Serial numbers are kept", "序列号管理" }, FIELD_FILTER },
    { "old_part_required", FIELD_BOOLEAN, { "The old part comes back", "须返还旧件" }, FIELD_FILTER },
    { "repairable", FIELD_BOOLEAN, { "The old part is repaired or exchanged", "旧件可修或可换" }, FIELD_FILTER },
    { "warranty_months", FIELD_INTEGER, { "Months of its own warranty", "配件保修月数" }, 0, 0, 120 },
    { "lead_days", FIELD_INTEGER, { "Days until delivered", "供货天数" }, FIELD_FILTER, 0, 1000 },
    REF("supplier_id", "Supplier", "供应商", FIELD_FILTER, "supplier_contact"),
    { "discontinued_on", FIELD_DATE, { "No longer made since", "停产日期" }, FIELD_FILTER },
    { "supply_until", FIELD_DATE, { "To be supplied until", "应供应至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "block_reason", FIELD_TEXT, { "Why it is blocked", "停用原因" }, 0, 1, 500 },
    REF("blocked_by", "Blocked by", "停用人", FIELD_COMPUTED, "person"),
    { "installed_units", FIELD_LIST, { "Built in, when it was blocked", "停用时已装机清单" }, FIELD_COMPUTED, .items = unit_items },
    { NULL },
};

GUARD(not_in_future, "date_ahead", ":discontinued_on <= company_date(:at)", "discontinued_on", "The date lies ahead", "日期在将来");
GUARD(other_than_blocker, "own_block", "e.blocked_by is distinct from :actor", NULL, "Somebody else clears what one has blocked", "停用人不得自行解除");
GUARD(supply_duty_over, "supply_duty_runs", "e.state = 'blocked' or e.supply_until < company_date(:at)", NULL,
      "Parts are supplied for years after they are discontinued", "停产后供应期未满");
GUARD(nobody_waits, "requests_open",
      "not exists (select from spare_request r where r.part_id = e.id and r.state in ('requested', 'checked', 'approved', 'reserved', 'backordered', 'transferring'))",
      NULL, "Requests for this part are open", "尚有未结启用申请");
GUARD(nothing_left, "stock_left", "not exists (select from stock s where s.part_id = e.id and s.on_hand > 0)", NULL,
      "Parts are still in stock: dispose of them first", "尚有库存,须先处置");

#define TERMS "model_fit? unit? item_category? serial_tracked? old_part_required? repairable? warranty_months? lead_days? supplier_id?"
static const struct transition transitions[] = {
    { .event = "register", .label = { "Register", "登记" }, .clause = "P11 C", .to = "in_use", .by = "materials_officer warehouse_keeper",
      .takes = "part_no name class unit_cost unit_price " TERMS,
      .effects = EFFECTS(SET("serial_tracked", "coalesce(:serial_tracked, false)"), SET("old_part_required", "coalesce(:old_part_required, false)"),
                         SET("repairable", "coalesce(:repairable, false)"), SET("warranty_months", "coalesce(:warranty_months, 0)"),
                         SET("lead_days", "coalesce(:lead_days, 0)")) },
    { .event = "block", .label = { "Block", "停用" }, .clause = "P11 C", .from = "in_use obsolete", .to = "blocked",
      .by = "service_manager materials_officer deputy_gm", .takes = "block_reason",
      .effects = EFFECTS(SET("blocked_by", ":actor"), SET("installed_units", "installed_parts(e.id)"), NOTIFY("warehouse_keeper", "part_blocked"),
                         NOTIFY("dispatcher", "part_blocked"), NOTIFY("outlet_manager", "part_blocked"),
                         NONCONFORMITY_OF("stock", "'materials_office'", "major", "m.part_no || ': ' || m.block_reason", "", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "list_installed", .label = { "List those built in", "更新装机清单" }, .clause = "P11 C", .from = "blocked", .to = "same",
      .by = "service_manager materials_officer dispatcher", .effects = EFFECTS(SET("installed_units", "installed_parts(e.id)")), .flags = TRANSITION_FINAL },
    { .event = "unblock", .label = { "Clear", "解除停用" }, .clause = "P11 C", .from = "blocked", .to = "in_use", .by = "service_manager deputy_gm",
      .takes = "reason", .guards = GUARDS(&other_than_blocker),
      .effects = EFFECTS(SET("block_reason", "null"), SET("blocked_by", "null"), NOTIFY("warehouse_keeper", "part_cleared")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "discontinue", .label = { "No longer made", "停产" }, .clause = "P11 numeric", .from = "in_use blocked", .to = "same",
      .by = "materials_officer", .takes = "discontinued_on note?", .guards = GUARDS(&not_in_future),
      .effects = EFFECTS(SET("supply_until", "(:discontinued_on + make_interval(years => time_rule_number('N_P11_SUPPLY_YEARS')))::date"),
                         NOTIFY("dispatcher", "part_discontinued")) },
    { .event = "make_obsolete", .label = { "Obsolete", "淘汰" }, .clause = "P11 C", .from = "in_use blocked", .to = "obsolete", .by = "materials_officer",
      .takes = "reason", .guards = GUARDS(&supply_duty_over, &nobody_waits), .flags = TRANSITION_FINAL },
    { .event = "scrap", .label = { "Scrap", "报废" }, .clause = "P11 C", .from = "obsolete", .to = "scrapped", .by = "deputy_gm", .takes = "reason",
      .guards = GUARDS(&nothing_left), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};

const struct machine p11_part = {
    .name = "part", .path = "parts", .prefix = "PN", .title = { "Spare part", "备件" }, .scope = SCOPE_EVERYBODY, .readers = P11_READERS,
    .fields = fields, .states = states, .transitions = transitions, .owner = "materials_officer",
    .amends = "name class unit_cost unit_price " "model_fit unit item_category old_part_required repairable warranty_months lead_days supplier_id",
    .without = "reassign pause resume", .display = "name",
};
