/* P11: stock by place and its ledger. Nobody edits what is on hand: other machines fire the stock and book the movement in one
 * statement, and a constraint of the table refuses one without the other. */
#include "procedures/p11.h"

const struct choice p11_locations[] = {
    { "main", { "Main store", "总库" } }, { "outlet", { "Outlet", "网点" } }, { "bag", { "A technician's bag", "维修人员随身" } },
    { "inspection", { "To be inspected", "待检区" } }, { NULL },
};
static const struct choice movement_kinds[] = {
    { "opening", { "Opening balance", "期初" } },          { "purchase", { "Received from the supplier", "采购入库" } },
    { "transfer_out", { "Transfer, out", "调拨出库" } },   { "transfer_in", { "Transfer, in", "调拨入库" } },
    { "issue", { "Issued", "领用" } },                     { "install", { "Built in", "换上" } },
    { "handover", { "Handed over", "移交" } },             { "return_unused", { "Unused, back", "未用退库" } },
    { "defective", { "Wrong or dead", "错件或坏件" } },    { "loss", { "Lost", "丢失" } },
    { "scrap", { "Scrapped", "报废" } },                   { "count", { "Count difference", "盘点差异" } },
    { "reversal", { "Reversal", "冲销" } },                { NULL },
};

static const struct state states[] = {
    { "normal", { "Normal", "正常" } },
    { "low", { "Low", "低于下限" } },
    { "reorder_open", { "Being reordered", "补货中" } },
    { "closed", { "Closed", "已撤销" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("part_id", "Part", "备件", FIELD_FILTER, "part"),
    { "part_no", FIELD_TEXT, { "Part number", "配件号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "class", FIELD_ENUM, { "Class", "类别" }, FIELD_COMPUTED | FIELD_FILTER, .choices = p11_classes },
    { "location", FIELD_ENUM, { "Place", "库位" }, FIELD_FILTER, .choices = p11_locations },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    REF("holder_id", "Carried by", "持有人", FIELD_FILTER, "person"),
    REF("keeper_id", "Kept by", "保管人", FIELD_FILTER, "person"),
    { "on_hand", FIELD_INTEGER, { "On hand", "库存" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reserved", FIELD_INTEGER, { "Reserved", "已占用" }, FIELD_COMPUTED | FIELD_FILTER },
    { "available", FIELD_INTEGER, { "Available", "可用" }, FIELD_COMPUTED | FIELD_FILTER },
    { "min_stock", FIELD_INTEGER, { "Minimum", "最低库存" }, FIELD_FILTER, 0, 1000000 },
    { "safety_stock", FIELD_INTEGER, { "Safety stock", "安全库存" }, FIELD_FILTER, 0, 1000000 },
    { "max_stock", FIELD_INTEGER, { "Maximum", "最高库存" }, 0, 0, 1000000 },
    { "below_min", FIELD_BOOLEAN, { "Below the minimum", "低于最低库存" }, FIELD_COMPUTED | FIELD_FILTER },
    { "reorder_held", FIELD_BOOLEAN, { "Reordering is left to a person", "暂停自动补货" }, FIELD_COMPUTED | FIELD_FILTER },
    { "shelf_life_until", FIELD_DATE, { "Shelf life until", "保质期至" }, FIELD_FILTER },
    { "last_moved_on", FIELD_DATE, { "Last moved on", "最近出入库日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "turns", FIELD_INTEGER, { "Turns a year in percent", "年周转率(%)" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("count_id", "Being counted in", "盘点单", FIELD_FILTER, "stock_count"),
    { "counted", FIELD_INTEGER, { "Counted", "实盘数" }, 0, 0, 1000000 },
    { "count_difference", FIELD_INTEGER, { "Difference", "盘点差异" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("counted_by", "Counted by", "盘点人", FIELD_COMPUTED, "person"),
    { "last_counted_on", FIELD_DATE, { "Last counted on", "最近盘点日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, FIELD_TRANSIENT, 1, 1000000 },
    { "reserve_quantity", FIELD_INTEGER, { "Reserved at once", "到货即占用数量" }, FIELD_TRANSIENT, 0, 1000000 },
    { NULL },
};
static const struct clock clocks[] = {
    { "count_due", { "Count", "盘点期限" }, "T_P11_COUNT", NULL, false },
    { "count_due_a", { "Count, class A", "A类盘点期限" }, "T_P11_COUNT_A", NULL, false },
    { NULL },
};

GUARD(place_is_whole, "place_incomplete",
      "case :location when 'outlet' then coalesce(:scope_outlet, :outlet_id) is not null and :holder_id is null"
      " when 'bag' then :holder_id is not null else :scope_outlet is null and :outlet_id is null and :holder_id is null end",
      "location", "An outlet's stock names the outlet, a bag its technician, the store neither", "网点库须填网点,随身库须填人员,总库均不填");
GUARD(place_is_new, "stock_exists",
      "not exists (select from stock s where s.part_id = :part_id and s.location = :location and s.closed_at is null"
      " and s.holder_id is not distinct from :holder_id and (:location <> 'outlet' or s.outlet_id = coalesce(:scope_outlet, :outlet_id)))",
      "location", "This part has a stock at this place", "该备件在此库位已有库存记录");
GUARD(part_is_alive, "part_ended", "exists (select from part p where p.id = :part_id and p.state <> 'scrapped')", "part_id",
      "This part is scrapped", "该备件已报废");
GUARD(levels_fit, "levels_do_not_fit", "coalesce(:max_stock, e.max_stock) is null or coalesce(:min_stock, e.min_stock, 0) <= coalesce(:max_stock, e.max_stock)",
      "max_stock", "The maximum lies below the minimum", "最高库存低于最低库存");
GUARD(levels_fit_at_first, "levels_do_not_fit", ":max_stock is null or coalesce(:min_stock, 0) <= :max_stock", "max_stock",
      "The maximum lies below the minimum", "最高库存低于最低库存");
GUARD(enough, "not_enough_stock", "e.on_hand - e.reserved >= :quantity", NULL, "Not enough is available there", "该库位可用数量不足");
GUARD(enough_reserved, "not_enough_reserved", "e.reserved >= :quantity", NULL, "Less than that is reserved", "已占用数量不足");
GUARD(part_usable, "part_blocked", "exists (select from part p where p.id = e.part_id and p.state in ('in_use', 'obsolete'))", NULL,
      "The part is blocked", "该备件已停用");
GUARD(not_expired, "shelf_life_over", "e.shelf_life_until is null or e.shelf_life_until >= company_date(:at)", NULL,
      "Its shelf life is over", "已过保质期");
GUARD(is_first_entry, "opening_done", "not exists (select from stock_movement m where m.from_stock_id = e.id or m.to_stock_id = e.id)", NULL,
      "This stock has moved already: only a count corrects it", "该库存已有出入库,只能通过盘点更正");
GUARD(own_place, "not_your_store", ":has_warehouse_keeper or :has_materials_officer or e.outlet_id = :scope_outlet", NULL,
      "Only the store's keeper", "仅限本库保管人");
GUARD(unusable, "still_in_use", "e.location = 'inspection' or e.shelf_life_until < company_date(:at)"
      " or exists (select from part p where p.id = e.part_id and p.state in ('blocked', 'obsolete'))", NULL,
      "Only what is blocked, obsolete, expired or failed its inspection", "仅限停用、淘汰、过期或待检备件");
GUARD(orderable, "part_not_orderable", "exists (select from part p where p.id = e.part_id and p.state = 'in_use' and p.discontinued_on is null)", NULL,
      "The part is blocked or no longer made", "该备件已停用或停产");
GUARD(orders_for_store, "no_store", "e.location in ('main', 'outlet')", NULL, "Only the store and the outlets order", "仅总库与网点补货");
GUARD(own_place_or_timer, "not_your_store", ":has_warehouse_keeper or :has_materials_officer or :has_system or e.outlet_id = :scope_outlet", NULL,
      "Only the store's keeper", "仅限本库保管人");
GUARD(nothing_coming, "requests_open",
      "not exists (select from spare_request r where r.stock_id = e.id and r.state in ('checked', 'approved', 'reserved', 'backordered', 'transferring', 'issued', 'unused_return'))"
      " and not exists (select from purchase_request q where q.stock_id = e.id and q.closed_at is null)"
      " and not exists (select from stock_transfer t where e.id in (t.from_stock_id, t.to_stock_id) and t.closed_at is null)",
      NULL, "Requests, purchases or transfers still name it", "尚有申请、采购或调拨使用此库位");
GUARD(is_empty, "stock_left", "e.on_hand = 0", NULL, "There is still something in it", "尚有库存");
GUARD(count_is_open, "not_of_this_count",
      "exists (select from stock_count k where k.id = :count_id and k.state = 'open' and count_covers(e, k.location, k.outlet_id, k.holder_id, k.count_scope))",
      "count_id", "That count is over or covers another place", "该盘点已结束或不含此库位");
GUARD(in_no_other_count, "in_another_count", "e.count_id is null or e.count_id = :count_id", "count_id", "Another count is not settled yet", "另一盘点尚未结案");
GUARD(counter_is_other, "counts_own_stock",
      ":actor is distinct from e.keeper_id and :actor is distinct from e.holder_id and not exists (select from stock_movement m"
      " where (m.from_stock_id = e.id or m.to_stock_id = e.id) and m.opened_by = :actor and m.kind <> 'count'"
      " and m.moved_on >= coalesce(e.last_counted_on, '-infinity'))",
      NULL, "Who keeps the stock or moved it does not count it", "保管人与经手人不得盘点");
GUARD(covers_reserved, "reserved_more_than_counted", "e.on_hand + e.count_difference >= e.reserved", NULL,
      "More is reserved than was counted: free reservations first", "占用数量多于实盘数,须先释放占用");

/* Effects and rows */

#define LEVEL(on_hand_, reserved_, min) \
    SET("on_hand", on_hand_), SET("reserved", reserved_), SET("available", "(" on_hand_ ") - (" reserved_ ")"), \
        SET("below_min", "(" on_hand_ ") < coalesce(" min ", 0)")
#define MOVED(on_hand_, reserved_) LEVEL(on_hand_, reserved_, "e.min_stock"), SET("last_moved_on", "company_date(:at)")
#define COUNT_CLOCKS START_IF("count_due", NULL, "e.class <> 'A'"), START_IF("count_due_a", NULL, "e.class = 'A'")
#define BELOW(on_hand_) "(" on_hand_ ") < coalesce(e.min_stock, 0)"

/* A step that moves what is on hand: the state follows the minimum. `after`: what is on hand then. */
#define MOVES(event_, en, zh, roles, takes_, after, guards_, effects_, flags_) \
    { .event = event_, .label = { en, zh }, .clause = "P11 C", .from = "normal low", .to = "low", .when = BELOW(after), .by = roles, .takes = takes_, \
      .guards = guards_, .effects = effects_, .flags = flags_ }, \
    { .event = event_, .label = { en, zh }, .clause = "P11 C", .from = "normal low", .to = "normal", .by = roles, .takes = takes_, \
      .guards = guards_, .effects = effects_, .flags = flags_ }, \
    { .event = event_, .label = { en, zh }, .clause = "P11 C", .from = "reorder_open", .to = "same", .by = roles, .takes = takes_, \
      .guards = guards_, .effects = effects_, .flags = flags_ }
#define COMES(event_, en, zh, roles, takes_, after, guards_, effects_, flags_) \
    { .event = event_, .label = { en, zh }, .clause = "P11 C", .from = "reorder_open", .to = "normal", .when = "not (" BELOW(after) ")", .by = roles, \
      .takes = takes_, .guards = guards_, .effects = effects_, .flags = flags_ }, \
    MOVES(event_, en, zh, roles, takes_, after, guards_, effects_, flags_)
#define OUT EFFECTS(MOVED("e.on_hand - :quantity", "e.reserved"), SET("turns", "stock_turns(e.id, :quantity, e.on_hand - :quantity, :at)"), \
                    SET("reorder_held", "false"))

#define COUNTERS \
    "materials_officer finance_officer dispatcher service_manager warehouse_keeper deputy_gm management_rep dept_head outlet_manager technician outlet_technician"
#define REORDER_QUANTITY "coalesce(:quantity, greatest(coalesce(e.max_stock, e.min_stock) - e.on_hand, 1))"

static const struct transition transitions[] = {
    { .event = "open", .label = { "Open", "建立库存记录" }, .clause = "P11 records", .to = "normal",
      .by = "warehouse_keeper materials_officer outlet_manager",
      .takes = "part_id location outlet_id? holder_id? keeper_id? min_stock? safety_stock? max_stock? shelf_life_until?",
      .guards = GUARDS(&place_is_whole, &place_is_new, &part_is_alive, &levels_fit_at_first),
      .effects = EFFECTS(SET("part_no", PART_OF(":part_id", "part_no")), SET("class", PART_OF(":part_id", "class")),
                         SET("outlet_id", "case :location when 'outlet' then coalesce(:scope_outlet, :outlet_id)"
                                          " when 'bag' then (select h.outlet_id from person h where h.id = :holder_id) end"),
                         SET("on_hand", "0"), SET("reserved", "0"), SET("available", "0"), SET("below_min", "0 < coalesce(:min_stock, 0)"),
                         SET("reorder_held", "false"), SET("turns", "0"),
                         START_IF("count_due", NULL, PART_OF(":part_id", "class") " <> 'A' and :location <> 'inspection'"),
                         START_IF("count_due_a", NULL, PART_OF(":part_id", "class") " = 'A' and :location <> 'inspection'")) },
    { .event = "set_levels", .label = { "Set the levels", "设定库存上下限" }, .clause = "P11 numeric", .from = "normal low", .to = "low",
      .when = "e.on_hand < coalesce(:min_stock, e.min_stock, 0)", .by = "warehouse_keeper materials_officer outlet_manager",
      .takes = "min_stock? safety_stock? max_stock? keeper_id? shelf_life_until?", .guards = GUARDS(&levels_fit, &own_place),
      .effects = EFFECTS(SET("safety_stock", "coalesce(:safety_stock, safety_stock_of(e.id, e.part_id, :at))"), SET("below_min", "true"), SET("reorder_held", "false")) },
    { .event = "set_levels", .label = { "Set the levels", "设定库存上下限" }, .clause = "P11 numeric", .from = "normal low", .to = "normal",
      .by = "warehouse_keeper materials_officer outlet_manager", .takes = "min_stock? safety_stock? max_stock? keeper_id? shelf_life_until?",
      .guards = GUARDS(&levels_fit, &own_place),
      .effects = EFFECTS(SET("safety_stock", "coalesce(:safety_stock, safety_stock_of(e.id, e.part_id, :at))"), SET("below_min", "false")) },
    { .event = "set_levels", .label = { "Set the levels", "设定库存上下限" }, .clause = "P11 numeric", .from = "reorder_open", .to = "same",
      .by = "warehouse_keeper materials_officer outlet_manager", .takes = "min_stock? safety_stock? max_stock? keeper_id? shelf_life_until?",
      .guards = GUARDS(&levels_fit, &own_place),
      .effects = EFFECTS(SET("safety_stock", "coalesce(:safety_stock, safety_stock_of(e.id, e.part_id, :at))"),
                         SET("below_min", "e.on_hand < coalesce(:min_stock, e.min_stock, 0)")) },
    COMES("book_in", "Opening balance", "期初入库", "warehouse_keeper materials_officer outlet_manager", "quantity reason", "e.on_hand + :quantity",
          GUARDS(&is_first_entry, &own_place),
          EFFECTS(MOVED("e.on_hand + :quantity", "e.reserved"), BOOK("opening", ":quantity", "null", "e.id", "; movement_reason = :reason")), TRANSITION_FINAL),
    MOVES("dispose", "Dispose of", "处置报废", "deputy_gm", "quantity reason", "e.on_hand - :quantity", GUARDS(&enough, &unusable),
          EFFECTS(MOVED("e.on_hand - :quantity", "e.reserved"), BOOK("scrap", ":quantity", "e.id", "null", "; movement_reason = :reason")),
          TRANSITION_FINAL | TRANSITION_SIGNED),
    { .event = "reserve", .label = { "Reserve", "占用" }, .clause = "P11 A", .from = "normal low reorder_open", .to = "same", .by = "system", .takes = "quantity",
      .guards = GUARDS(&enough, &part_usable, &not_expired), .effects = EFFECTS(SET("reserved", "e.reserved + :quantity"), SET("available", "e.available - :quantity")),
      .flags = TRANSITION_FINAL },
    { .event = "release", .label = { "Release", "释放占用" }, .clause = "P11 A", .from = "normal low reorder_open", .to = "same", .by = "system", .takes = "quantity",
      .guards = GUARDS(&enough_reserved), .effects = EFFECTS(SET("reserved", "e.reserved - :quantity"), SET("available", "e.available + :quantity")),
      .flags = TRANSITION_FINAL },
    MOVES("issue", "Issue", "领用出库", "system", "quantity", "e.on_hand - :quantity", GUARDS(&enough_reserved, &part_usable, &not_expired),
          EFFECTS(MOVED("e.on_hand - :quantity", "e.reserved - :quantity"), SET("turns", "stock_turns(e.id, :quantity, e.on_hand - :quantity, :at)"),
                  SET("reorder_held", "false")), TRANSITION_FINAL),
    MOVES("take_out", "Take out", "出库", "system", "quantity", "e.on_hand - :quantity", GUARDS(&enough), OUT, TRANSITION_FINAL),
    COMES("put_in", "Put in", "入库", "system", "quantity reserve_quantity?", "e.on_hand + :quantity", NULL,
          EFFECTS(MOVED("e.on_hand + :quantity", "e.reserved + coalesce(:reserve_quantity, 0)")), TRANSITION_FINAL),
    { .event = "reorder", .label = { "Reorder", "补货" }, .clause = "P11 numeric", .from = "low", .to = "reorder_open", .by = "warehouse_keeper materials_officer outlet_manager system",
      .takes = "quantity?", .guards = GUARDS(&orderable, &orders_for_store, &own_place_or_timer),
      .effects = EFFECTS(OPEN("purchase_request", "request", "part_id = e.part_id; stock_id = e.id; quantity = " REORDER_QUANTITY
                                                             "; purchase_reason = 'below_minimum'", LINK_MUST, "e.location = 'main'"),
                         OPEN("stock_transfer", "request", "to_stock_id = e.id; quantity = " REORDER_QUANTITY, LINK_MUST, "e.location = 'outlet'"),
                         NOTIFY_IF("materials_officer", "part_below_minimum", "e.location = 'main'"),
                         NOTIFY_IF("warehouse_keeper", "outlet_below_minimum", "e.location = 'outlet'")),
      .flags = TRANSITION_FINAL },
    { .event = "reorder_ended", .label = { "Reordering ended", "补货终止" }, .clause = "designed", .from = "reorder_open", .to = "low",
      .when = BELOW("e.on_hand"), .by = "system", .effects = EFFECTS(SET("reorder_held", "true")), .flags = TRANSITION_FINAL },
    { .event = "reorder_ended", .label = { "Reordering ended", "补货终止" }, .clause = "designed", .from = "reorder_open", .to = "normal", .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "reorder_ended", .label = { "Reordering ended", "补货终止" }, .clause = "designed", .from = "normal low", .to = "same", .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "count", .label = { "Count", "盘点" }, .clause = "P11 numeric", .from = "normal low reorder_open", .to = "same", .by = COUNTERS,
      .takes = "count_id counted", .guards = GUARDS(&count_is_open, &in_no_other_count, &counter_is_other),
      .effects = EFFECTS(SET("count_difference", ":counted - e.on_hand"), SET("counted_by", ":actor")), .flags = TRANSITION_FINAL },
    COMES("adjust", "Settle the count", "盘点结案", "system", NULL, "e.on_hand + e.count_difference", GUARDS(&covers_reserved),
          EFFECTS(MOVED("e.on_hand + e.count_difference", "e.reserved"), SET("count_id", "null"), SET("counted", "null"), SET("count_difference", "null"),
                  SET("last_counted_on", "company_date(:at)"), SET("turns", "stock_turns(e.id, 0, e.on_hand + e.count_difference, :at)"), COUNT_CLOCKS),
          TRANSITION_FINAL),
    { .event = "uncount", .label = { "The count is dropped", "盘点作废" }, .clause = "designed", .from = "normal low reorder_open", .to = "same", .by = "system",
      .effects = EFFECTS(SET("count_id", "null"), SET("counted", "null"), SET("count_difference", "null")), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "撤销库存记录" }, .clause = "designed", .from = "normal low", .to = "closed",
      .by = "warehouse_keeper materials_officer", .takes = "reason", .guards = GUARDS(&is_empty, &nothing_coming), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer timers[] = {
    { "reorder", "e.state = 'low' and e.reorder_held is not true and e.location in ('main', 'outlet')"
                 " and exists (select from part p where p.id = e.part_id and p.state = 'in_use' and p.discontinued_on is null)"
                 " and (e.location = 'main' or exists (select from stock s where s.part_id = e.part_id and s.location = 'main' and s.closed_at is null))" },
    { NULL },
};
const struct machine p11_stock = {
    .name = "stock", .path = "stocks", .prefix = "SK", .title = { "Stock", "备件库存" }, .readers = P11_READERS, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .owner = "warehouse_keeper materials_officer",
    .without = "amend revert void reassign pause resume", .work = "e.state = 'low' or e.overdue", .display = "part_no",
};

/* The ledger */

static const struct state movement_states[] = {
    { "booked", { "Booked", "已记账" } },
    { "reversed", { "Reversed", "已冲销" }, STATE_TERMINAL },
    { NULL },
};
static const struct field movement_fields[] = {
    { "kind", FIELD_ENUM, { "Kind", "类型" }, FIELD_FILTER, .choices = movement_kinds },
    REF("part_id", "Part", "备件", FIELD_FILTER, "part"),
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, FIELD_FILTER, 1, 1000000 },
    REF("from_stock_id", "Out of", "出库库位", FIELD_COMPUTED | FIELD_FILTER, "stock"),
    REF("to_stock_id", "Into", "入库库位", FIELD_COMPUTED | FIELD_FILTER, "stock"),
    { "from_event_no", FIELD_INTEGER, { "Step of the stock it left", "出库步骤号" }, FIELD_COMPUTED },
    { "to_event_no", FIELD_INTEGER, { "Step of the stock it entered", "入库步骤号" }, FIELD_COMPUTED },
    { "unit_cost", FIELD_MONEY, { "Cost in fen", "成本(分)" }, FIELD_COMPUTED },
    { "amount", FIELD_MONEY, { "Value in fen", "金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "document", FIELD_TEXT, { "By the document", "凭证号" }, FIELD_FILTER, 1, 40 },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_FILTER | FIELD_SEARCH, 1, 80 },
    { "movement_reason", FIELD_TEXT, { "Reason", "原因" }, 0, 1, 1000 },
    { "moved_on", FIELD_DATE, { "Day", "日期" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("reverses_id", "Reverses", "冲销记录", FIELD_FILTER, "stock_movement"),
    { "source", FIELD_TEXT, { "Out of", "出库库位" }, FIELD_TRANSIENT, 36, 36 },
    { "target", FIELD_TEXT, { "Into", "入库库位" }, FIELD_TRANSIENT, 36, 36 },
    { NULL },
};
GUARD(second_person, "own_booking", "e.opened_by is distinct from :actor", NULL, "Somebody else reverses what one has booked", "须由他人冲销");
GUARD(reversible, "not_reversible", "e.kind in ('opening', 'purchase', 'count', 'scrap')", NULL,
      "This kind of movement is undone by its own document", "该类出入库须通过原单据处理");
#define OF_SOURCE(column) "(select s." column " from stock s where s.id = (:source)::uuid)"
#define OF_TARGET(column) "(select s." column " from stock s where s.id = (:target)::uuid)"
static const struct transition movement_transitions[] = {
    { .event = "book", .label = { "Book", "记账" }, .clause = "P11 records", .to = "booked", .by = "system",
      .takes = "kind part_id quantity source? target? document serial? movement_reason? reverses_id?",
      .effects = EFFECTS(SET("from_stock_id", "(:source)::uuid"), SET("to_stock_id", "(:target)::uuid"), SET("from_event_no", OF_SOURCE("event_no + 1")),
                         SET("to_event_no", OF_TARGET("event_no + 1")), SET("unit_cost", PART_OF(":part_id", "unit_cost")),
                         SET("amount", ":quantity * " PART_OF(":part_id", "unit_cost")), SET("moved_on", "company_date(:at)"),
                         SET("outlet_id", "coalesce(" OF_TARGET("outlet_id") ", " OF_SOURCE("outlet_id") ")"),
                         SET("parent_id", "(select x.id from entity x where x.number = :document)")) },
    { .event = "reverse", .label = { "Reverse", "冲销" }, .clause = "designed", .from = "booked", .to = "reversed",
      .by = "warehouse_keeper materials_officer", .takes = "reason", .guards = GUARDS(&second_person, &reversible),
      .effects = EFFECTS(FIRE_IF("to_stock_id", "take_out", "quantity = e.quantity", "e.to_stock_id is distinct from e.from_stock_id"),
                         FIRE_IF("from_stock_id", "put_in", "quantity = e.quantity", "e.to_stock_id is distinct from e.from_stock_id"),
                         BOOK("reversal", "e.quantity", "e.to_stock_id", "e.from_stock_id", "; serial = e.serial; movement_reason = :reason; reverses_id = e.id")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { NULL },
};
const struct machine p11_stock_movement = {
    .name = "stock_movement", .path = "stock-movements", .prefix = "MV", .title = { "Movement of stock", "出入库记录" }, .readers = P11_READERS,
    .fields = movement_fields, .states = movement_states, .transitions = movement_transitions, .owner = "warehouse_keeper",
    .without = "amend revert void reassign pause resume",
};
