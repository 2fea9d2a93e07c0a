/* P11: what is bought, and what moves between places. */
#include "procedures/p11.h"

#define BUYER "materials_officer"
static const struct choice purchase_reasons[] = {
    { "backorder", { "A request waits", "缺料申请" } }, { "below_minimum", { "Below the minimum", "低于最低库存" } },
    { "planned", { "Planned", "计划采购" } }, { NULL },
};
static const struct state purchase_states[] = {
    { "requested", { "Requested", "申请" } },
    { "approved", { "Approved", "已批准" } },
    { "ordered", { "Ordered", "已下单" } },
    { "received", { "Received", "已到货" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { "unobtainable", { "Unobtainable", "无法供货" }, STATE_TERMINAL },
    { NULL },
};
static const struct field purchase_fields[] = {
    REF("parent_id", "Request that waits", "待件申请", FIELD_COMMON | FIELD_FILTER, "spare_request"),
    REF("part_id", "Part", "备件", FIELD_FILTER, "part"),
    REF("stock_id", "For the stock", "入库库位", FIELD_FILTER, "stock"),
    { "priority", FIELD_ENUM, { "Urgency", "紧急程度" }, FIELD_COMMON | FIELD_FILTER, .choices = priority_choices },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, FIELD_FILTER, 1, 1000000 },
    { "received_total", FIELD_INTEGER, { "Received", "已到货数量" }, FIELD_COMPUTED | FIELD_FILTER },
    { "unit_cost", FIELD_MONEY, { "Cost in fen", "单价(分)" }, 0, 0, 1000000000 },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "purchase_reason", FIELD_ENUM, { "Why", "采购原因" }, FIELD_FILTER, .choices = purchase_reasons },
    REF("supplier_id", "Supplier", "供应商", FIELD_FILTER, "supplier_contact"),
    { "expected_on", FIELD_DATE, { "Expected on", "预计到货" }, FIELD_FILTER },
    { "missed_dates", FIELD_INTEGER, { "Missed dates", "失约次数" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "approved_amount", FIELD_MONEY, { "Approved in fen", "批准金额(分)" }, FIELD_COMPUTED },
    { "received_quantity", FIELD_INTEGER, { "Received now", "本次到货数量" }, FIELD_TRANSIENT, 1, 1000000 },
    { "inspection_passed", FIELD_BOOLEAN, { "Incoming inspection passed", "入库检验合格" }, FIELD_TRANSIENT },
    { "inspection_note", FIELD_TEXT, { "Incoming inspection", "入库检验" }, 0, 1, 500 },
    { "refused_quantity", FIELD_INTEGER, { "Refused now", "本次拒收数量" }, FIELD_TRANSIENT, 1, 1000000 },
    { "refused_total", FIELD_INTEGER, { "Refused", "拒收数量" }, FIELD_COMPUTED | FIELD_FILTER },
    { "supplier_word", FIELD_TEXT, { "The supplier's word", "供应商答复" }, 0, 1, 1000 },
    { NULL },
};
static const struct clock purchase_clocks[] = {
    { "delivery_due", { "Delivery", "供货期限" }, "T_P11_DELIVERY", NULL, false },
    { NULL },
};
GUARD(stock_of_part, "stock_of_another_part",
      "exists (select from stock s where s.id = :stock_id and s.part_id = :part_id and s.closed_at is null and s.location in ('main', 'outlet'))", "stock_id",
      "That is no store of this part", "该库位不是此备件的库位");
GUARD(buyable, "part_not_orderable", "exists (select from part p where p.id = :part_id and p.state = 'in_use' and p.discontinued_on is null)", "part_id",
      "The part is blocked or no longer made", "该备件已停用或停产");
GUARD(approver_is_other, "own_request", "e.opened_by is distinct from :actor", NULL, "Who asked does not approve", "申请人不得批准");
GUARD(date_ahead, "date_in_past", ":expected_on >= company_date(:at)", "expected_on", "The date lies in the past", "日期已过");
GUARD(date_moves, "same_date", ":expected_on <> e.expected_on", "expected_on", "That is the date it has", "与现日期相同");
GUARD(within_approval, "price_above_approval", "e.quantity * coalesce(:unit_cost, e.unit_cost) <= e.approved_amount", "unit_cost",
      "Dearer than what was approved", "超出批准金额");
GUARD(inspected, "inspection_not_passed", ":inspection_passed is true", "inspection_passed", "The incoming inspection has to be passed", "须经入库检验合格");
GUARD(not_more, "more_than_ordered", "e.received_total + :received_quantity <= e.quantity", "received_quantity", "More than was ordered", "超出订购数量");
GUARD(nobody_waits, "request_waits", "not exists (select from spare_request r where r.id = e.parent_id and r.state = 'backordered')", NULL,
      "A request waits for it: substitute it or give it up there", "尚有申请等待,须替代或终止该申请");
/* The request is served by this delivery; otherwise the part goes to stock. */
#define SERVED(quantity) "exists (select from spare_request r join part p on p.id = r.part_id where r.id = e.parent_id and r.state = 'backordered'" \
    " and r.stock_id = e.stock_id and p.state = 'in_use' and r.quantity <= " quantity ")"
#define REQUEST_WAITS "exists (select from spare_request r where r.id = e.parent_id and r.state = 'backordered')"
#define RECEIVE_TAKES "received_quantity inspection_passed inspection_note?"
#define RECEIVED \
    SET("received_total", "e.received_total + :received_quantity"), \
        FIRE("stock_id", "put_in", "quantity = :received_quantity; reserve_quantity = case when " SERVED(":received_quantity") \
             " then (select r.quantity from spare_request r where r.id = e.parent_id) end"), \
        BOOK("purchase", ":received_quantity", "null", "e.stock_id", ""), FIRE_IF("parent_id", "receive", NULL, SERVED(":received_quantity")), \
        NOTIFY("warehouse_keeper", "part_has_come")
#define BUY_APPROVE(roles, when_) \
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P11 actors", .from = "requested", .to = "approved", .when = when_, .by = roles, \
      .takes = "note?", .guards = GUARDS(&approver_is_other), \
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_amount", "e.amount"), RECORD("purchase_request"), NOTIFY(BUYER, "part_to_order")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }

static const struct transition purchase_transitions[] = {
    { .event = "request", .label = { "Request", "申请采购" }, .clause = "P11 A", .to = "requested", .by = "warehouse_keeper outlet_manager " BUYER,
      .takes = "part_id stock_id quantity parent_id? purchase_reason? priority?", .guards = GUARDS(&stock_of_part, &buyable),
      .effects = EFFECTS(SET("purchase_reason", "coalesce(:purchase_reason, 'planned')"), SET("unit_cost", PART_OF(":part_id", "unit_cost")),
                         SET("amount", ":quantity * " PART_OF(":part_id", "unit_cost")), SET("supplier_id", PART_OF(":part_id", "supplier_id")),
                         SET("received_total", "0"), SET("refused_total", "0"), SET("missed_dates", "0"), SET("outlet_id", STOCK_OF(":stock_id", "outlet_id")),
                         NOTIFY(BUYER, "part_to_buy")) },
    BUY_APPROVE(BUYER " supervising_leader deputy_gm", "e.amount <= time_rule_number('N_P11_APPROVE_DISPATCHER')"),
    BUY_APPROVE("supervising_leader deputy_gm", "e.amount <= time_rule_number('N_P11_APPROVE_LEADER')"),
    BUY_APPROVE("deputy_gm", NULL),
    { .event = "order", .label = { "Order", "下单" }, .clause = "P11 A", .from = "approved", .to = "ordered", .by = BUYER,
      .takes = "supplier_id expected_on unit_cost?", .guards = GUARDS(&date_ahead, &within_approval),
      .effects = EFFECTS(SET("amount", "e.quantity * coalesce(:unit_cost, e.unit_cost)"), START_AT("delivery_due", "(:expected_on)::timestamp at time zone company_zone()"),
                         FIRE_IF("parent_id", "promise", "expected_on = :expected_on", REQUEST_WAITS)),
      .flags = TRANSITION_FINAL },
    { .event = "move_date", .label = { "The supplier names another date", "供应商变更交期" }, .clause = "P11 A", .from = "ordered", .to = "same", .by = BUYER,
      .takes = "expected_on supplier_word?", .guards = GUARDS(&date_ahead, &date_moves),
      .effects = EFFECTS(SET("missed_dates", "e.missed_dates + case when :expected_on > e.expected_on then 1 else 0 end"),
                         START_AT("delivery_due", "(:expected_on)::timestamp at time zone company_zone()"),
                         FIRE_IF("parent_id", "promise", "expected_on = :expected_on", REQUEST_WAITS)),
      .flags = TRANSITION_FINAL },
    { .event = "receive", .label = { "Receive", "到货入库" }, .clause = "P11 A", .from = "ordered", .to = "received",
      .when = "e.received_total + :received_quantity >= e.quantity", .by = "warehouse_keeper " BUYER, .takes = RECEIVE_TAKES, .guards = GUARDS(&inspected, &not_more),
      .effects = EFFECTS(RECEIVED), .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "receive", .label = { "Receive", "到货入库" }, .clause = "P11 A", .from = "ordered", .to = "same", .by = "warehouse_keeper " BUYER,
      .takes = RECEIVE_TAKES, .guards = GUARDS(&inspected), .effects = EFFECTS(RECEIVED), .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "refuse", .label = { "Refuse the delivery", "拒收" }, .clause = "P11 A", .from = "ordered", .to = "same", .by = "warehouse_keeper " BUYER,
      .takes = "refused_quantity inspection_note",
      .effects = EFFECTS(SET("refused_total", "e.refused_total + :refused_quantity"), NOTIFY(BUYER, "delivery_refused"),
                         NONCONFORMITY_OF("supplier", "'materials_office'", "minor", "m.inspection_note", "", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消采购" }, .clause = "designed", .from = "requested approved", .to = "cancelled", .by = BUYER " deputy_gm",
      .takes = "reason", .guards = GUARDS(&nobody_waits), .effects = EFFECTS(FIRE_IF("stock_id", "reorder_ended", NULL, "e.purchase_reason = 'below_minimum'")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "give_up", .label = { "Unobtainable", "无法供货" }, .clause = "P11 A", .from = "requested approved ordered", .to = "unobtainable", .by = "system",
      .takes = "supplier_word?", .flags = TRANSITION_FINAL },
    { .event = "fall_through", .label = { "The supplier does not deliver", "供应商不供货" }, .clause = "P11 A", .from = "ordered", .to = "unobtainable", .by = BUYER,
      .takes = "supplier_word", .guards = GUARDS(&nobody_waits), .effects = EFFECTS(FIRE_IF("stock_id", "reorder_ended", NULL, "e.purchase_reason = 'below_minimum'")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "stop", .label = { "No longer needed", "不再需要" }, .clause = "P11 A", .from = "requested approved", .to = "cancelled", .by = "system",
      .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p11_purchase_request = {
    .name = "purchase_request", .path = "purchase-requests", .prefix = "PQ", .title = { "Purchase request", "采购申请" }, .readers = P11_READERS,
    .fields = purchase_fields, .states = purchase_states, .transitions = purchase_transitions, .clocks = purchase_clocks, .owner = BUYER,
    .without = "amend revert void pause resume",
};

/* Transfers */

static const struct state transfer_states[] = {
    { "requested", { "Requested", "申请" } },
    { "shipped", { "On its way", "在途" } },
    { "lost", { "Lost, to be decided", "丢失待定" } },
    { "received", { "Received", "已到货" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { "settled", { "Loss settled", "丢失已处理" }, STATE_TERMINAL },
    { NULL },
};
static const struct field transfer_fields[] = {
    REF("parent_id", "Request that waits", "待件申请", FIELD_COMMON | FIELD_FILTER, "spare_request"),
    REF("part_id", "Part", "备件", FIELD_COMPUTED | FIELD_FILTER, "part"),
    REF("from_stock_id", "Out of", "调出库位", FIELD_FILTER, "stock"),
    REF("to_stock_id", "Into", "调入库位", FIELD_FILTER, "stock"),
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, FIELD_FILTER, 1, 1000000 },
    { "waybill", FIELD_TEXT, { "Waybill", "运单号" }, FIELD_SEARCH, 1, 60 },
    { "shipped_at", FIELD_TIME, { "Shipped", "发出时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("shipped_by", "Shipped by", "发出人", FIELD_COMPUTED, "person"),
    { "received_at", FIELD_TIME, { "Received", "到货时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "counted_quantity", FIELD_INTEGER, { "Counted", "清点数" }, FIELD_TRANSIENT, 0, 1000000 },
    { "inspection_passed", FIELD_BOOLEAN, { "Inspection passed", "检验合格" }, FIELD_TRANSIENT },
    { "loss_note", FIELD_TEXT, { "How it was lost", "丢失说明" }, 0, 1, 1000 },
    { "charge_decision", FIELD_ENUM, { "Decision", "赔付决定" }, FIELD_FILTER, .choices = p11_charge_decisions },
    { "charge_amount", FIELD_MONEY, { "Charged in fen", "赔付金额(分)" }, FIELD_FILTER, 0, 1000000000 },
    { NULL },
};
static const struct clock transfer_clocks[] = {
    { "transfer_due", { "Transfer", "调拨期限" }, "T_P11_TRANSFER", NULL, false },
    { NULL },
};
#define FROM "coalesce(:from_stock_id, (select m.id from stock m join stock t on t.part_id = m.part_id where t.id = :to_stock_id and m.location = 'main'" \
    " and m.closed_at is null))"
GUARD(places_fit, "places_do_not_fit",
      "exists (select from stock f join stock t on t.part_id = f.part_id and t.id <> f.id where f.id = " FROM " and t.id = :to_stock_id"
      " and f.closed_at is null and t.closed_at is null and f.location <> 'bag' and t.location <> 'bag')",
      "to_stock_id", "Two stocks of one part, none of them a bag", "须为同一备件的两个库位,且非随身库");
GUARD(ships_own, "not_your_store", "not :has_outlet_manager or :has_warehouse_keeper or " STOCK_OF("e.from_stock_id", "outlet_id") " = :scope_outlet", NULL,
      "Only the store's keeper", "仅限本库保管人");
GUARD(receives_own, "not_your_store", "not :has_outlet_manager or :has_warehouse_keeper or " STOCK_OF("e.to_stock_id", "outlet_id") " = :scope_outlet", NULL,
      "Only the store's keeper", "仅限本库保管人");
GUARD(all_there, "quantity_differs", ":counted_quantity = e.quantity", "counted_quantity", "What is missing is reported as lost", "数量不符,须登记丢失");
GUARD(charge_given, "charge_missing", ":charge_decision <> 'charged' or :charge_amount > 0", "charge_amount", "How much", "须填写金额");
#define REQUEST_IN_TRANSFER "exists (select from spare_request r where r.id = e.parent_id and r.state = 'transferring')"
#define REQUEST_SERVED "exists (select from spare_request r join part p on p.id = r.part_id where r.id = e.parent_id and r.state = 'transferring'" \
    " and p.state = 'in_use')"
#define FAILED FIRE_IF("parent_id", "transfer_failed", NULL, REQUEST_IN_TRANSFER), \
    FIRE_IF("to_stock_id", "reorder_ended", NULL, "e.parent_id is null")
static const struct transition transfer_transitions[] = {
    { .event = "request", .label = { "Request", "申请调拨" }, .clause = "P6 4.3.1", .to = "requested",
      .by = "warehouse_keeper dispatcher outlet_manager materials_officer", .takes = "to_stock_id quantity from_stock_id? parent_id?", .guards = GUARDS(&places_fit),
      .effects = EFFECTS(SET("from_stock_id", FROM), SET("part_id", STOCK_OF(":to_stock_id", "part_id")),
                         SET("outlet_id", "coalesce(" STOCK_OF(":to_stock_id", "outlet_id") ", " STOCK_OF(FROM, "outlet_id") ")"), START("transfer_due"),
                         NOTIFY("warehouse_keeper", "transfer_to_ship")) },
    { .event = "ship", .label = { "Send off", "发出" }, .clause = "P11 A", .from = "requested", .to = "shipped", .by = "warehouse_keeper outlet_manager",
      .takes = "waybill?", .guards = GUARDS(&ships_own),
      .effects = EFFECTS(SET("shipped_at", ":at"), SET("shipped_by", ":actor"), FIRE("from_stock_id", "take_out", "quantity = e.quantity"),
                         BOOK("transfer_out", "e.quantity", "e.from_stock_id", "null", ""), RECORD("transfer_slip"), NOTIFY_IF("outlet_manager", "transfer_coming", "e.outlet_id is not null")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "receive", .label = { "Receive", "到货" }, .clause = "P11 A", .from = "shipped", .to = "received",
      .by = "materials_officer warehouse_keeper outlet_manager", .takes = "counted_quantity inspection_passed", .guards = GUARDS(&receives_own, &inspected, &all_there),
      .effects = EFFECTS(SET("received_at", ":at"),
                         FIRE("to_stock_id", "put_in", "quantity = e.quantity; reserve_quantity = case when " REQUEST_SERVED
                                                       " then (select r.quantity from spare_request r where r.id = e.parent_id) end"),
                         BOOK("transfer_in", "e.quantity", "null", "e.to_stock_id", ""), FIRE_IF("parent_id", "receive", NULL, REQUEST_SERVED),
                         HAND_IN("transfer_slip", ":actor")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "cancel", .label = { "Cancel", "取消调拨" }, .clause = "designed", .from = "requested", .to = "cancelled", .by = "warehouse_keeper dispatcher *@opener",
      .takes = "reason", .effects = EFFECTS(FAILED), .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "stop", .label = { "No longer needed", "不再需要" }, .clause = "P11 A", .from = "requested", .to = "cancelled", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Report a loss", "登记丢失" }, .clause = "00-common 14", .from = "shipped", .to = "lost",
      .by = "warehouse_keeper outlet_manager dispatcher materials_officer", .takes = "loss_note",
      .effects = EFFECTS(FAILED, STOP("transfer_due"), NOTIFY("deputy_gm", "part_lost"), NOTIFY("dispatcher", "part_lost"),
                         NONCONFORMITY_OF("stock", "'materials_office'", "major", "m.loss_note", "", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "decide_loss", .label = { "Charge or write off", "赔付或核销决定" }, .clause = "P3-C", .from = "lost", .to = "settled", .by = "deputy_gm",
      .takes = "charge_decision charge_amount? reason", .guards = GUARDS(&charge_given), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
const struct machine p11_stock_transfer = {
    .name = "stock_transfer", .path = "stock-transfers", .prefix = "TS", .title = { "Transfer of stock", "备件调拨" }, .readers = P11_READERS,
    .fields = transfer_fields, .states = transfer_states, .transitions = transfer_transitions, .clocks = transfer_clocks, .owner = "warehouse_keeper dispatcher",
    .without = "amend revert void reassign pause resume",
};
