/* P11: stock counts. Each stock is counted by a step of its own (`count`); the difference stands against what was on hand at
 * that moment, so that the store works on, and is booked when somebody else has approved it by its value. */
#include "procedures/p11.h"

static const struct choice scopes[] = {
    { "class_a", { "Class A", "A类" } }, { "all", { "All", "全部" } }, { "full", { "Full, at the end of the year", "年终全盘" } }, { NULL },
};
static const struct field list_items[] = {
    { "stock", FIELD_TEXT, { "Stock", "库存号" } },
    { "part_no", FIELD_TEXT, { "Part number", "配件号" } },
    { "counted", FIELD_INTEGER, { "Counted", "实盘数" } },
    { "difference", FIELD_INTEGER, { "Difference", "差异" } },
    { "counted_by", FIELD_TEXT, { "Counted by", "盘点人" } },
    { NULL },
};
static const struct state states[] = {
    { "open", { "Being counted", "盘点中" } },
    { "counted", { "Counted", "已盘完" } },
    { "closed", { "Settled", "已结案" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "location", FIELD_ENUM, { "Place", "库位" }, FIELD_FILTER, .choices = p11_locations },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    REF("holder_id", "Carried by", "持有人", FIELD_FILTER, "person"),
    { "count_scope", FIELD_ENUM, { "What is counted", "盘点范围" }, FIELD_FILTER, .choices = scopes },
    { "lines", FIELD_INTEGER, { "Lines", "品项数" }, FIELD_COMPUTED },
    { "differences", FIELD_INTEGER, { "Lines that differ", "差异品项数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "book_value", FIELD_MONEY, { "Book value in fen", "账面金额(分)" }, FIELD_COMPUTED },
    { "difference_value", FIELD_MONEY, { "Differences in fen", "差异金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "net_value", FIELD_MONEY, { "Net difference in fen", "净差异(分)" }, FIELD_COMPUTED },
    { "difference_permille", FIELD_INTEGER, { "Differences in permille", "差异千分比" }, FIELD_COMPUTED | FIELD_FILTER },
    { "list", FIELD_LIST, { "Counted", "盘点明细" }, FIELD_COMPUTED, .items = list_items },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { NULL },
};
GUARD(place_is_whole, "place_incomplete",
      "case :location when 'outlet' then coalesce(:scope_outlet, :outlet_id) is not null and :holder_id is null when 'bag' then :holder_id is not null"
      " else :scope_outlet is null and :outlet_id is null and :holder_id is null end",
      "location", "An outlet's stock names the outlet, a bag its technician, the store neither", "网点库须填网点,随身库须填人员,总库均不填");
GUARD(all_counted, "not_all_counted",
      "not exists (select from stock s where count_covers(s, e.location, e.outlet_id, e.holder_id, e.count_scope) and s.count_id is distinct from e.id)", NULL,
      "Not everything is counted", "尚有未盘品项");
GUARD(something_counted, "nothing_counted", "exists (select from stock s where s.count_id = e.id)", NULL, "Nothing is counted", "无盘点记录");
GUARD(approver_is_other, "own_count",
      "not exists (select from stock s where s.count_id = e.id and :actor in (s.counted_by, s.keeper_id, s.holder_id))", NULL,
      "Who counted or keeps the stock does not approve the differences", "盘点人与保管人不得批准差异");
#define SUM_OF(name) "(count_sum(e.id) ->> '" name "')"
#define SETTLE(roles, when_) \
    { .event = "approve", .label = { "Approve the differences", "批准差异" }, .clause = "designed", .from = "counted", .to = "closed", .when = when_, .by = roles, \
      .takes = "note?", .guards = GUARDS(&approver_is_other), \
      .effects = EFFECTS(SET("approved_by", ":actor"), FIRE_EACH("stock", "count_id", NULL, "adjust", NULL), \
                         OPEN_EACH("stock_movement", "book", "count_movements(e.id)", \
                                   "kind = 'count'; part_id = (item ->> 'part_id')::uuid; quantity = (item ->> 'quantity')::integer; source = item ->> 'source';" \
                                   " target = item ->> 'target'; document = e.number; movement_reason = :note"), \
                         RECORD("stock_count"), RECORD_IF("spare_stock", "e.count_scope = 'full'"), \
                         NONCONFORMITY_OF("stock", "case when m.outlet_id is not null then 'outlet' else 'materials_office' end", "major", \
                                          "'盘点差异 count difference: ' || m.difference_permille || '‰, ' || m.differences || '/' || m.lines", "", TOO_MUCH), \
                         NOTIFY_IF("service_manager", "count_differs", TOO_MUCH)), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE }
#define TOO_MUCH "e.difference_permille > time_rule_number('N_P11_COUNT_PERMILLE')"
static const struct transition transitions[] = {
    { .event = "plan", .label = { "Begin a count", "开始盘点" }, .clause = "P11 numeric", .to = "open",
      .by = "materials_officer warehouse_keeper dispatcher finance_officer outlet_manager", .takes = "location count_scope outlet_id? holder_id? assignee_id?",
      .guards = GUARDS(&place_is_whole), .effects = EFFECTS(NOTIFY("@assignee", "stock_to_count")) },
    { .event = "finish", .label = { "All counted", "盘点完毕" }, .clause = "P11 numeric", .from = "open", .to = "counted",
      .by = "materials_officer warehouse_keeper dispatcher finance_officer outlet_manager", .takes = "note?", .guards = GUARDS(&all_counted, &something_counted),
      .effects = EFFECTS(SET("lines", SUM_OF("lines") "::integer"), SET("differences", SUM_OF("differences") "::integer"), SET("book_value", SUM_OF("book") "::bigint"),
                         SET("difference_value", SUM_OF("gross") "::bigint"), SET("net_value", SUM_OF("net") "::bigint"), SET("list", "count_sum(e.id) -> 'list'"),
                         SET("difference_permille", "case when " SUM_OF("book") "::bigint = 0 then case when " SUM_OF("gross") "::bigint = 0 then 0 else 1000 end"
                                                    " else ceil(" SUM_OF("gross") "::numeric * 1000 / " SUM_OF("book") "::numeric)::integer end"),
                         NOTIFY("materials_officer", "count_to_approve")),
      .flags = TRANSITION_FINAL },
    { .event = "recount", .label = { "Count again", "复盘" }, .clause = "designed", .from = "counted", .to = "open", .by = "materials_officer supervising_leader deputy_gm",
      .takes = "reason", .effects = EFFECTS(FIRE_EACH("stock", "count_id", "c.count_difference <> 0", "uncount", NULL)), .flags = TRANSITION_FINAL },
    SETTLE("materials_officer supervising_leader deputy_gm", "e.difference_value <= time_rule_number('N_P11_APPROVE_DISPATCHER')"),
    SETTLE("supervising_leader deputy_gm", "e.difference_value <= time_rule_number('N_P11_APPROVE_LEADER')"),
    SETTLE("deputy_gm", NULL),
    { .event = "cancel", .label = { "Cancel", "取消盘点" }, .clause = "designed", .from = "open counted", .to = "cancelled", .by = "materials_officer deputy_gm",
      .takes = "reason", .effects = EFFECTS(FIRE_EACH("stock", "count_id", NULL, "uncount", NULL)), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p11_stock_count = {
    .name = "stock_count", .path = "stock-counts", .prefix = "CN", .title = { "Stock count", "备件盘点" }, .readers = P11_READERS, .fields = fields,
    .states = states, .transitions = transitions, .owner = "materials_officer", .without = "amend revert void pause resume",
};
