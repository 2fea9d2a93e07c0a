/* P14: the customer file and the installed equipment. */
#include "procedures/common.h"

static const struct choice customer_kinds[] = {
    { "company", { "Company", "企业" } },
    { "government", { "Public body", "机关事业单位" } },
    { "individual", { "Individual", "个人" } },
    { NULL },
};
static const struct field contact_items[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" }, 0, 1, 60 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, 0, 3, 40 },
    { "position?", FIELD_TEXT, { "Position", "职务" }, 0, 1, 60 },
    { "email?", FIELD_TEXT, { "E-mail", "电子邮箱" }, 0, 3, 200 },
    { NULL },
};
static const struct state customer_states[] = {
    { "prospect", { "Prospect", "潜在" } },
    { "active", { "Active", "在册" } },
    { "key", { "Key account", "重点" } },
    { "dormant", { "Dormant", "休眠" } },
    { "lost", { "Lost", "流失" } },
    { "archived", { "Archived", "已归档" }, STATE_TERMINAL },
    { NULL },
};
static const struct field customer_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_SEARCH | FIELD_FILTER, 1, 120, .example = "\"滨海第一中学\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = customer_kinds },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13900002222\"" },
    { "address", FIELD_TEXT, { "Address", "地址" }, FIELD_PERSONAL, 1, 300, .example = "\"滨海市海港区建设路1号\"" },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60, .example = "\"海港区\"" },
    { "industry", FIELD_TEXT, { "Industry", "行业" }, 0, 1, 60 },
    { "contacts", FIELD_LIST, { "Contacts", "联系人" }, FIELD_PERSONAL, 0, 50, .items = contact_items },
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "no_calls", FIELD_BOOLEAN, { "Does not want calls", "不希望来电" } },
    { "outlet_id", FIELD_REFERENCE, { "Served by outlet", "服务网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_COMPUTED, .machine = "customer" },
    { NULL },
};
static const struct guard no_open_case = {
    "open_case",
    "not exists (select from repair r where r.customer_id = e.id and r.closed_at is null)",
    { "The customer still has open cases", "该客户仍有未结事项" },
    NULL
};
static const struct transition customer_transitions[] = {
    { .event = "create", .label = { "Enter", "建档" }, .clause = "P14 A", .to = "prospect",
      .by = "commerce_officer dispatcher hotline_clerk outlet_manager",
      .takes = "name kind phone? address? region? industry? contacts? outlet_id?",
      .effects = EFFECTS(SET("customer_id", ":id")) },
    { .event = "sign_contract", .label = { "Sign a contract", "签订合同" }, .clause = "P14 A", .from = "prospect dormant",
      .to = "active", .by = "commerce_officer", .takes = "contract_no" },
    { .event = "promote", .label = { "Make a key account", "列为重点" }, .clause = "P14 A", .from = "active", .to = "key",
      .by = "deputy_gm", .takes = "reason" },
    { .event = "demote", .label = { "No longer a key account", "取消重点" }, .clause = "P14 A", .from = "key", .to = "active",
      .by = "deputy_gm", .takes = "reason" },
    { .event = "mark_dormant", .label = { "Mark dormant", "列为休眠" }, .clause = "P14 A", .from = "active", .to = "dormant",
      .by = "system service_manager" },
    { .event = "reactivate", .label = { "Reactivate", "重新激活" }, .clause = "P14 A", .from = "dormant lost", .to = "active",
      .by = "followup_clerk service_manager" },
    { .event = "mark_lost", .label = { "Mark lost", "标记流失" }, .clause = "P14 A", .from = "prospect active dormant",
      .to = "lost", .by = "service_manager", .takes = "reason" },
    { .event = "archive", .label = { "Archive", "归档" }, .clause = "P14 A", .from = "prospect lost", .to = "archived",
      .by = "dispatcher", .guards = GUARDS(&no_open_case), .flags = TRANSITION_FINAL },
    { .event = "update_contact", .label = { "Update contact", "更新联系方式" }, .clause = "P14 A", .from = "*", .to = "same",
      .by = "dispatcher hotline_clerk outlet_manager", .takes = "phone? address? contacts? no_calls? note?",
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct machine customer = {
    .name = "customer", .path = "customers", .prefix = "CU", .title = { "Customer", "客户" }, .fields = customer_fields,
    .states = customer_states, .transitions = customer_transitions, .owner = "dispatcher commerce_officer",
    .amends = "name kind region industry outlet_id", .without = "reassign pause resume", .display = "name",
    .default_outlet = ":scope_outlet",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'possible_duplicate', 'id', d.id, 'number', d.number))"
                " from customer d where d.name = e.name and d.phone is not distinct from e.phone and d.id <> e.id)",
};

static const struct state equipment_states[] = {
    { "in_use", { "In use", "在用" } },
    { "replaced", { "Replaced", "已更换" }, STATE_TERMINAL },
    { "returned", { "Returned", "已退货" }, STATE_TERMINAL },
    { "scrapped", { "Scrapped", "已报废" }, STATE_TERMINAL },
    { "lost", { "Lost", "已遗失" }, STATE_TERMINAL },
    { NULL },
};
static const struct field equipment_fields[] = {
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80, .example = "\"SN20260001\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_SEARCH, 1, 120, .example = "\"ZN-2000\"" },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_FILTER, .choices = skill_choices },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "outlet_id", FIELD_REFERENCE, { "Served by outlet", "服务网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, FIELD_SEARCH, 1, 60 },
    { "accepted_on", FIELD_DATE, { "Accepted on", "验收日期" }, FIELD_FILTER },
    { "warranty_until", FIELD_DATE, { "Warranty until", "保修期至" }, FIELD_FILTER },
    { "days_in_repair", FIELD_INTEGER, { "Days in repair, added to the warranty", "维修占用天数" }, FIELD_COMPUTED, 0, 100000 },
    { "bought_elsewhere", FIELD_BOOLEAN, { "Not sold by us", "非我司售出" } },
    { "former_serials", FIELD_TEXTS, { "Serial numbers before an exchange", "换货前序列号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "repair_days", FIELD_INTEGER, { "Days of this repair", "本次维修天数" }, FIELD_TRANSIENT, 0, 10000 },
    { NULL },
};
static const struct guard no_foreign_warranty = {
    "no_warranty_for_foreign_unit",
    ":bought_elsewhere is not true or :warranty_until is null",
    { "A unit that we did not sell has no warranty of ours", "非我司售出设备无保修" },
    "warranty_until"
};
static const struct guard other_serial = {
    "same_serial", ":serial <> e.serial", { "The unit has this serial number already", "序列号与原设备相同" }, "serial"
};
static const struct transition equipment_transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "P14", .to = "in_use",
      .by = "commerce_officer dispatcher hotline_clerk outlet_manager installer",
      .takes = "serial model customer_id skill? contract_no? accepted_on? warranty_until? bought_elsewhere? outlet_id?",
      .guards = GUARDS(&no_foreign_warranty), .effects = EFFECTS(SET("days_in_repair", "0")) },
    { .event = "count_repair", .label = { "Count days in repair", "计入维修天数" }, .clause = "P4 limits",
      .from = "in_use replaced returned scrapped lost", .to = "same", .by = "system", .takes = "repair_days",
      .effects = EFFECTS(SET("days_in_repair", "coalesce(e.days_in_repair, 0) + :repair_days"),
                         SET("warranty_until", "e.warranty_until + :repair_days")),
      .flags = TRANSITION_FINAL },
    { .event = "transfer", .label = { "Transfer to another owner", "过户" }, .clause = "P14 A", .from = "in_use", .to = "same",
      .by = "dispatcher", .takes = "customer_id reason", .flags = TRANSITION_FINAL },
    { .event = "exchange_serial", .label = { "Exchanged for another unit", "换机" }, .clause = "P9, P5", .from = "in_use", .to = "same",
      .by = "dispatcher materials_officer", .takes = "serial model? warranty_until? reason?", .guards = GUARDS(&other_serial),
      .effects = EFFECTS(SET("former_serials", "array_append(coalesce(e.former_serials, '{}'), e.serial)")), .flags = TRANSITION_FINAL },
    { .event = "replace", .label = { "Replaced", "已更换" }, .clause = "P14", .from = "in_use", .to = "replaced",
      .by = "dispatcher", .takes = "reason" },
    { .event = "take_back", .label = { "Returned", "退货" }, .clause = "P14", .from = "in_use", .to = "returned",
      .by = "dispatcher", .takes = "reason" },
    { .event = "scrap", .label = { "Scrapped", "报废" }, .clause = "P14", .from = "in_use", .to = "scrapped",
      .by = "dispatcher", .takes = "reason" },
    { .event = "report_lost", .label = { "Lost", "遗失" }, .clause = "P14", .from = "in_use", .to = "lost",
      .by = "dispatcher", .takes = "reason" },
    { NULL },
};
static const struct machine equipment = {
    .name = "equipment", .path = "equipment", .prefix = "EQ", .title = { "Installed equipment", "设备档案" },
    .fields = equipment_fields, .states = equipment_states, .transitions = equipment_transitions,
    .owner = "dispatcher commerce_officer", .amends = "serial model skill contract_no accepted_on warranty_until",
    .without = "reassign pause resume", .display = "model",
    .default_outlet = "(select c.outlet_id from customer c where c.id = :customer_id)",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'serial_known', 'id', d.id, 'number', d.number))"
                " from equipment d where d.serial = e.serial and d.id <> e.id)",
};

const struct procedure p14_customers = {
    .number = 14, .code = "P14", .title = { "Customer management", "客户管理" }, .clause = "P14",
    .machines = (const struct machine *const[]){ &customer, &equipment, NULL },
};
