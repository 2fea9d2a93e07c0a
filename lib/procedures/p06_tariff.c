/* P6 part C: what the company pays an outlet (never what a customer pays: that is the service price list), and how a
 * partner's own table is read. */
#include "procedures/p06.h"

static const struct field part_price_items[] = {
    { "part_no", FIELD_TEXT, { "Part number", "配件号" }, 0, 1, 60 },
    { "price", FIELD_MONEY, { "Price in fen", "价格(分)" }, 0, 0, 1000000000 },
    { "name?", FIELD_TEXT, { "Part", "配件" }, 0, 1, 120 },
    { NULL },
};

static const struct state tariff_states[] = {
    { "draft", { "Draft", "草拟" } },
    { "in_force", { "In force", "生效" } },
    { "withdrawn", { "Withdrawn", "停用" }, STATE_TERMINAL },
    { NULL },
};
#define FEE(name, en, zh) { name, FIELD_MONEY, { en " in fen", zh "(分)" }, 0, 0, 100000000 }
static const struct field tariff_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, 0, 1, 100, .example = "\"2026年城东网点结算标准\"" },
    { "outlet_id", FIELD_REFERENCE, { "Only for the outlet", "适用网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "region", FIELD_TEXT, { "Only in the region", "适用区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "skill", FIELD_ENUM, { "Only for the kind of equipment", "适用类别" }, FIELD_FILTER, .choices = skill_choices },
    { "valid_from", FIELD_DATE, { "Valid from", "生效日期" }, FIELD_FILTER },
    FEE("check_fee", "Check", "检测费"),
    FEE("minor_repair_fee", "Minor repair", "小修费"),
    FEE("part_change_fee", "Change of a part", "换件费"),
    FEE("upkeep_visit_fee", "Upkeep", "保养费"),
    FEE("install_fee", "Installation", "安装费"),
    FEE("empty_run_fee", "Empty run", "空跑费"),
    FEE("visit_fee", "Visit", "上门费"),
    { "free_km", FIELD_INTEGER, { "Kilometres without a fee", "免费公里数" }, 0, 0, 1000 },
    { "max_km", FIELD_INTEGER, { "Kilometres pointed out to the checker", "提示公里数" }, 0, 0, 5000 },
    FEE("km_rate", "Kilometre", "每公里费用"),
    FEE("stock_handling_fee", "Handling of a company part", "公司配件手续费"),
    { "part_prices", FIELD_LIST, { "Prices of the outlet's own parts", "网点自备配件价格" }, 0, 0, 1000, .items = part_price_items },
    { "pictures_required", FIELD_BOOLEAN, { "Pictures are required", "须附照片" } },
    { "put_in_force_at", FIELD_TIME, { "Put in force", "批准时间" }, FIELD_COMPUTED },
    { NULL },
};
GUARD(one_version, "version_exists",
      "not exists (select from settlement_tariff t where t.id <> e.id and t.state = 'in_force' and t.valid_from = e.valid_from"
      " and t.outlet_id is not distinct from e.outlet_id and t.region is not distinct from e.region and t.skill is not distinct from e.skill)",
      NULL, "A tariff of that day is in force already", "同一生效日期已有标准");
GUARD(nothing_settled_yet, "jobs_settled_already",
      "not exists (select from settlement_line l where l.closed_at is null and (l.computed_items ->> 'tariff_id') = e.id::text)",
      NULL, "Open slips were computed by it", "已有结算单按此标准计算");
#define TARIFF_TAKES                                                                                                     \
    "name valid_from outlet_id? region? skill? check_fee? minor_repair_fee? part_change_fee? upkeep_visit_fee? install_fee?" \
    " empty_run_fee? visit_fee? free_km? max_km? km_rate? stock_handling_fee? part_prices? pictures_required?"
static const struct transition tariff_transitions[] = {
    { .event = "draft", .label = { "Draft", "起草" }, .clause = "designed", .to = "draft", .by = "dispatcher service_manager deputy_gm",
      .takes = TARIFF_TAKES },
    { .event = "put_in_force", .label = { "Put in force", "批准生效" }, .clause = "designed", .from = "draft", .to = "in_force",
      .by = "deputy_gm", .guards = GUARDS(&one_version), .effects = EFFECTS(SET("put_in_force_at", ":at"), RECORD("settlement_tariff")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "withdraw", .label = { "Withdraw", "停用" }, .clause = "designed", .from = "draft in_force", .to = "withdrawn",
      .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&nothing_settled_yet), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct given tariff_given[] = { { .event = "amend", .from = "draft" }, { NULL } };
const struct machine settlement_tariff = {
    .name = "settlement_tariff", .path = "settlement-tariffs", .prefix = "TF", .title = { "Settlement tariff", "网点结算标准" },
    .fields = tariff_fields, .states = tariff_states, .transitions = tariff_transitions, .owner = "dispatcher service_manager",
    .readers = "dispatcher service_manager deputy_gm general_manager finance_officer outlet_manager",
    .amends = "name valid_from check_fee minor_repair_fee part_change_fee upkeep_visit_fee install_fee empty_run_fee visit_fee free_km"
              " max_km km_rate stock_handling_fee part_prices pictures_required",
    .given = tariff_given, .without = "reassign pause resume", .display = "name",
};

static const struct choice encodings[] = { { "utf-8", { "UTF-8", "UTF-8编码" } }, { "gb18030", { "GB18030", "国标编码" } }, { NULL } };
static const struct choice money_units[] = { { "yuan", { "Yuan", "元" } }, { "fen", { "Fen", "分" } }, { NULL } };
static const struct choice mapped_fields[] = {
    { "slip", { "Number of the dispatch slip", "派工单号" } },
    { "line_ref", { "The partner's own reference", "网点行号" } },
    { "service_kind", { "Kind of service", "服务类别" } },
    { "claimed", { "Amount claimed", "申报金额" } },
    { "km", { "Kilometres", "公里数" } },
    { "extra_fee", { "Extra fee", "附加费" } },
    { "extra_approval", { "Approval of the extra fee", "附加费批准" } },
    { "collected", { "Collected from the customer", "代收金额" } },
    { "receipt_no", { "Receipt", "收据号" } },
    { "done_on", { "Day of the job, checked against the log", "完工日期(核对)" } },
    { NULL },
};
static const struct field word_items[] = {
    { "says", FIELD_TEXT, { "The partner writes", "原文" }, 0, 1, 60 },
    { "means", FIELD_TEXT, { "Means", "含义" }, 0, 1, 60 },
    { NULL },
};
static const struct field column_items[] = {
    { "field", FIELD_ENUM, { "Field", "字段" }, .choices = mapped_fields },
    { "column", FIELD_TEXT, { "Heading of the column", "列标题" }, 0, 1, 60 },
    { "words?", FIELD_LIST, { "Words and what they mean", "词语对照" }, 0, 0, 50, .items = word_items },
    { NULL },
};
static const struct state mapping_states[] = {
    { "in_use", { "In use", "在用" } },
    { "replaced", { "Replaced", "已替换" }, STATE_TERMINAL },
    { NULL },
};
static const struct field mapping_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_FILTER, 1, 60, .example = "\"月结表\"" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "revision", FIELD_INTEGER, { "Version of the mapping", "版本号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "encoding", FIELD_ENUM, { "Encoding", "编码" }, .choices = encodings },
    { "delimiter", FIELD_TEXT, { "Delimiter", "分隔符" }, 0, 1, 1, .example = "\",\"" },
    { "money_unit", FIELD_ENUM, { "Amounts are in", "金额单位" }, .choices = money_units },
    { "columns", FIELD_LIST, { "Columns", "列对照" }, 0, 2, 20, .items = column_items,
      .example = "[{\"field\":\"slip\",\"column\":\"派工单号\"},{\"field\":\"claimed\",\"column\":\"金额\"}]" },
    { NULL },
};
GUARD(has_needed, "needed_column_missing",
      "jsonb_path_exists(:columns, '$[*] ? (@.field == \"slip\")') and jsonb_path_exists(:columns, '$[*] ? (@.field == \"claimed\")')",
      "columns", "Slip and amount must be among the columns", "须包含派工单号与申报金额列");
GUARD(has_each_once, "field_twice",
      "(select count(*) = count(distinct c ->> 'field') from jsonb_array_elements(:columns) c)", "columns", "A field is mapped twice",
      "字段重复对照");
GUARD(of_an_outlet, "outlet_missing", "coalesce(:scope_outlet, :outlet_id) is not null", "outlet_id", "Which outlet?", "缺少网点");
static const struct transition mapping_transitions[] = {
    { .event = "create", .label = { "Enter", "登记" }, .clause = "designed", .to = "in_use", .by = "outlet_manager dispatcher",
      .takes = "name encoding delimiter? money_unit columns outlet_id?", .guards = GUARDS(&has_needed, &has_each_once, &of_an_outlet),
      .effects = EFFECTS(SET("delimiter", "coalesce(:delimiter, ',')"),
                         SET("revision", "1 + coalesce((select max(m.revision) from settlement_mapping m"
                                         " where m.outlet_id = coalesce(:scope_outlet, :outlet_id) and m.name = :name), 0)")) },
    { .event = "replace", .label = { "Replaced by a newer one", "停用" }, .clause = "designed", .from = "in_use", .to = "replaced",
      .by = "outlet_manager dispatcher", .takes = "reason?" },
    { NULL },
};
const struct machine settlement_mapping = {
    .name = "settlement_mapping", .path = "settlement-mappings", .prefix = "SM", .title = { "Column mapping", "结算表列对照" },
    .fields = mapping_fields, .states = mapping_states, .transitions = mapping_transitions, .owner = "dispatcher outlet_manager",
    .readers = "dispatcher outlet_manager", .without = "amend reassign pause resume void", .display = "name",
};
