/* P18: the ledger of supplies for emergencies: what there must be, what is there, and when somebody last looked. */
#include "procedures/p18.h"

static const struct choice categories[] = {
    { "first_aid", { "First aid", "急救药品" } },          { "fire", { "Fire fighting", "消防器材" } },
    { "protection", { "Protection", "防护用品" } },        { "tool", { "Tool or equipment", "抢修工具设备" } },
    { "lighting", { "Light and power", "照明电源" } },     { "communication", { "Communication", "通信器材" } },
    { "spare", { "Spare unit", "备机备件" } },             { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice conditions[] = { { "usable", { "Usable", "完好" } }, { "faulty", { "Faulty", "失效损坏" } }, { NULL } };
static const struct state states[] = {
    { "available", { "Complete and usable", "齐备" } },
    { "short", { "Short, faulty or out of date", "不足或失效" } },
    { "retired", { "Retired", "已撤销" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "title", FIELD_TEXT, { "Supply", "物资名称" }, FIELD_FILTER | FIELD_SEARCH, 1, 120, .example = "\"干粉灭火器\"" },
    { "category", FIELD_ENUM, { "Category", "类别" }, FIELD_FILTER, .choices = categories },
    { "unit_name", FIELD_TEXT, { "Unit", "计量单位" }, 0, 1, 20 },
    COUNT("quantity", "Quantity", "数量"),
    COUNT("minimum", "There must be", "应备数量"),
    { "place", FIELD_TEXT, { "Place", "存放地点" }, FIELD_FILTER, 1, 200 },
    { "assignee_id", FIELD_REFERENCE, { "Kept by", "保管人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    REF("plan_id", "For the plan", "对应预案", FIELD_FILTER, "emergency_plan"),
    DATED("valid_until", "Valid until", "有效期至"),
    { "condition", FIELD_ENUM, { "Condition", "状况" }, FIELD_FILTER, .choices = conditions },
    WORDS("check_note", "What was found", "检查情况", 1000),
    DAY_SET("last_check_on", "Last checked on", "上次检查日期"),
    PERSON("last_check_by", "Last checked by", "检查人"),
    { "counted", FIELD_INTEGER, { "Counted", "清点数量" }, FIELD_TRANSIENT, 0, 1000000 },
    { "taken", FIELD_INTEGER, { "Taken out", "领用数量" }, FIELD_TRANSIENT, 1, 1000000 },
    { "added", FIELD_INTEGER, { "Added", "补充数量" }, FIELD_TRANSIENT, 1, 1000000 },
    { "purpose", FIELD_TEXT, { "What for", "用途" }, FIELD_TRANSIENT, 1, 500 },
    REF("incident_id", "Incident", "突发事件", FIELD_TRANSIENT, "incident"),
    WORDS("retire_reason", "Retired because", "撤销原因", 500),
    { NULL },
};
static const struct clock clocks[] = {
    { "check_due", { "Checked", "检查期限" }, "T_P18_SUPPLY", NULL, false },
    { "restock_due", { "Complete again", "补充期限" }, "T_P18_RESTOCK", NULL, false },
    { NULL },
};
GUARD(enough, "not_enough", "coalesce(:taken <= e.quantity, false)", "taken", "There is not that much", "库存不足");
GUARD(not_keeper, "own_supply", "e.assignee_id is distinct from :actor", NULL, "Who keeps it does not count it", "保管人不得自行清点");
GUARD(still_valid, "out_of_date", ":valid_until is null or :valid_until >= company_date(:at)", "valid_until", "That is out of date", "已过有效期");

#define KEEPERS "warehouse_keeper facility_keeper materials_officer dispatcher"
#define FINE(quantity_, minimum_, condition_, until) \
    quantity_ " >= " minimum_ " and " condition_ " = 'usable' and coalesce(" until " >= company_date(:at), true)"
#define NEXT_CHECK START_AT("check_due", DAY(MONTHS_ON("company_date(:at)", "'N_P18_SUPPLY_MONTHS'"))), RECORD("emergency_supply")
#define LACKING START_IF("restock_due", NULL, "not (e.clocks ? 'restock_due')"), NOTIFY("dispatcher", "supply_short"), NOTIFY("materials_officer", "supply_short")
/* Each way to change what is there ends complete, or short. */
#define BOTH(row, fine) row(fine, "available", STOP("restock_due")), row(NULL, "short", LACKING)
#define REGISTER(when_, to_, ...) \
    { .event = "register", .label = { "Register", "登记" }, .clause = "P18", .to = to_, .when = when_, .by = KEEPERS " dept_head", \
      .takes = "title category unit_name quantity minimum place assignee_id? plan_id? valid_until?", .guards = GUARDS(&still_valid), \
      .effects = EFFECTS(SET("condition", "'usable'"), SET("assignee_id", "coalesce(:assignee_id, :actor)"), NEXT_CHECK, __VA_ARGS__) }
#define COUNTED(when_, to_, ...) \
    { .event = "check", .label = { "Check", "检查清点" }, .clause = "P18", .from = "available short", .to = to_, .when = when_, .by = KEEPERS " service_manager dept_head", \
      .takes = "counted condition check_note? valid_until?", .guards = GUARDS(&not_keeper), \
      .effects = EFFECTS(SET("quantity", ":counted"), SET("last_check_on", "company_date(:at)"), SET("last_check_by", ":actor"), NEXT_CHECK, __VA_ARGS__), \
      .flags = TRANSITION_FINAL }
#define TAKEN(when_, to_, ...) \
    { .event = "take_out", .label = { "Take out", "领用" }, .clause = "P18", .from = "available short", .to = to_, .when = when_, .by = KEEPERS " technician installer " COMMANDER, \
      .takes = "taken purpose incident_id?", .guards = GUARDS(&enough), .effects = EFFECTS(SET("quantity", "e.quantity - :taken"), __VA_ARGS__) }
#define ADDED(when_, to_, ...) \
    { .event = "replenish", .label = { "Replenish", "补充" }, .clause = "P18", .from = "available short", .to = to_, .when = when_, .by = KEEPERS, \
      .takes = "added valid_until?", .guards = GUARDS(&still_valid), .effects = EFFECTS(SET("quantity", "e.quantity + :added"), __VA_ARGS__) }

static const struct transition transitions[] = {
    REGISTER(":quantity >= :minimum", "available", SET("last_check_on", "company_date(:at)")),
    REGISTER(NULL, "short", START("restock_due"), NOTIFY("dispatcher", "supply_short"), NOTIFY("materials_officer", "supply_short")),
    BOTH(COUNTED, FINE(":counted", "e.minimum", ":condition", "coalesce(:valid_until, e.valid_until)")),
    BOTH(TAKEN, FINE("e.quantity - :taken", "e.minimum", "e.condition", "e.valid_until")),
    BOTH(ADDED, FINE("e.quantity + :added", "e.minimum", "e.condition", "coalesce(:valid_until, e.valid_until)")),
    { .event = "expire", .label = { "Out of date", "过期" }, .clause = "P18", .from = "available", .to = "short", .by = "system", .effects = EFFECTS(LACKING, NOTIFY("@assignee", "supply_short")),
      .flags = TRANSITION_FINAL },
    { .event = "retire", .label = { "Retire", "撤销" }, .clause = "designed", .from = "available short", .to = "retired", .by = "materials_officer dispatcher",
      .takes = "retire_reason", .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
static const struct timer timers[] = { { "expire", "e.state = 'available' and e.valid_until < company_date(:now)" }, { NULL } };
const struct machine p18_emergency_supply = {
    .name = "emergency_supply", .path = "emergency-supplies", .prefix = "EM", .title = { "Emergency supply", "应急物资" }, .scope = SCOPE_EVERYBODY, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .owner = "dispatcher materials_officer", .readers = STAFF, .amends = "title category unit_name minimum place plan_id",
    .without = "pause resume contact_attempt", .display = "title", .work = "e.state = 'short' or e.overdue",
};
