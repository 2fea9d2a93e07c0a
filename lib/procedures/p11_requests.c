/* P11: the request for a spare part, from the fault that needs it to the old part that comes back. */
#include "procedures/p11_requests_fields.h"

#define TECHNICIAN "technician@assignee outlet_technician@assignee installer@assignee"
#define WAITING "requested checked approved reserved backordered transferring"
#define IS_WAITING(alias) alias ".state in ('requested', 'checked', 'approved', 'reserved', 'backordered', 'transferring')"

static const struct state states[] = {
    { "requested", { "Requested", "申请" } },
    { "checked", { "Checked", "已核查" } },
    { "approved", { "Approved", "已批准" } },
    { "reserved", { "Reserved", "已占用" } },
    { "backordered", { "Backordered", "缺料采购" } },
    { "transferring", { "Transferring", "调拨中" } },
    { "issued", { "Issued", "已领用" } },
    { "installed", { "Built in", "已换上" } },
    { "old_part_due", { "Old part due", "待返旧件" } },
    { "unused_return", { "Unused, coming back", "未用退库" } },
    { "lost", { "Lost, to be decided", "丢失待定" } },
    { "closed", { "Closed", "已关闭" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "已驳回" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { "unobtainable", { "Unobtainable", "无法供货" }, STATE_TERMINAL },
    { NULL },
};
static const struct clock clocks[] = {
    { "check_due", { "Check the request", "核查期限" }, "T_P11_CHECK", "T_P11_CHECK_URGENT", true },
    { "reservation", { "Reservation ends", "占用期限" }, "T_P11_RESERVED", NULL, false },
    { "unused_due", { "Unused part back", "未用备件退库期限" }, "T_P11_UNUSED", NULL, false },
    { "old_part", { "Old part back", "旧件返还期限" }, "T_P11_OLD_PART", NULL, false },
    { "old_part_outlet", { "Old part back from the outlet", "网点旧件返还期限" }, "T_P11_OLD_PART_OUTLET", NULL, false },
    { NULL },
};

/* Guards */

#define NEW_PART "(select p.id from part p where p.part_no = :part_no)"
#define NEW_PLACE "spare_stock_for(" NEW_PART ", e.outlet_id, e.quantity)"
#define OPEN_JOB "('diagnosing', 'repairing', 'seeking_solution', 'awaiting_spare', 'revisit_pending', 'taken_back')"
GUARD(job_open, "job_not_open",
      "exists (select from repair r where r.id = :parent_id and r.state in " OPEN_JOB ")"
      " or (:parent_id is null and exists (select from return_repair x where x.id = :return_repair_id and x.closed_at is null))"
      " or (:parent_id is null and :return_repair_id is null and exists (select from delivery d where d.id = :delivery_id and d.closed_at is null))",
      "parent_id", "Name an open repair, return repair or delivery", "须填写进行中的报修单、返修单或配送安装单");
GUARD(own_job, "not_your_job",
      ":parent_id is null or exists (select from repair r where r.id = :parent_id and r.assignee_id = :actor)", "parent_id",
      "That is somebody else's repair", "该报修单不由您负责");
GUARD(part_known, "unknown_part", "exists (select from part p where p.part_no = :part_no and p.state <> 'scrapped')", "part_no",
      "There is no such part", "无此配件号");
GUARD(part_not_blocked, "part_blocked", "not exists (select from part p where p.part_no = :part_no and p.state = 'blocked')", "part_no",
      "The part is blocked", "该备件已停用");
GUARD(one_serial_each, "one_serial_each",
      ":quantity = 1 or not exists (select from part p where p.part_no = :part_no and p.serial_tracked)", "quantity",
      "A part with serial numbers is asked for one by one", "序列号管理的备件须逐件申请");
GUARD(fit_confirmed, "fit_not_confirmed", ":fits is true", "fits", "It has to fit the unit", "须确认适配");
#define PLACE "coalesce(:stock_id, e.stock_id, spare_stock_for(e.part_id, e.outlet_id, e.quantity))"
GUARD(place_known, "no_stock_place", PLACE " is not null", "stock_id", "The part is kept nowhere: open a stock for it", "该备件尚无库存记录");
GUARD(place_fits, "stock_of_another_part",
      ":stock_id is null or exists (select from stock s where s.id = :stock_id and s.part_id = e.part_id and s.closed_at is null"
      " and s.location in ('main', 'outlet'))",
      "stock_id", "That is no store of this part", "该库位不是此备件的库位");
GUARD(approver_is_other, "own_request", "e.opened_by is distinct from :actor", NULL, "Who asked does not approve", "申请人不得批准");
GUARD(price_agreed, "price_not_agreed",
      "e.charge = 0 or (coalesce(:price_told, e.price_told) >= e.charge and coalesce(:consent_by, e.consent_by) is not null)", "consent_by",
      "Out of warranty the customer has to agree to the price first", "保修期外须先经客户确认价格");
GUARD(store_keeper, "not_your_store",
      "not :has_outlet_manager or :has_warehouse_keeper or exists (select from stock s where s.id = e.stock_id and s.outlet_id = :scope_outlet)", NULL,
      "Only the store's keeper", "仅限本库保管人");
GUARD(others_first, "others_come_first",
      STOCK_OF("e.stock_id", "available") " - spares_ahead(e.id, e.stock_id) >= e.quantity or "
      STOCK_OF("e.stock_id", "available") " < e.quantity", NULL,
      "What is left is for requests that come first", "现有库存须先供应优先申请");
GUARD(none_there, "in_stock", STOCK_OF("e.stock_id", "available") " < e.quantity", NULL, "It is in stock", "该备件有库存");
GUARD(still_made, "part_discontinued",
      "exists (select from part p where p.id = e.part_id and p.discontinued_on is null and p.state = 'in_use')", NULL,
      "The part is blocked or no longer made: substitute it or give it up", "该备件已停用或停产,须替代或终止");
GUARD(date_ahead, "date_in_past", ":expected_on is null or :expected_on >= company_date(:at)", "expected_on", "The date lies in the past", "日期已过");
GUARD(customer_is_told, "customer_not_told", ":expected_on is null or :customer_told is true", "customer_told",
      "Tell the customer the date", "须告知客户日期");
GUARD(other_has_it, "not_there_either",
      "exists (select from stock s where s.id = :other_stock_id and s.part_id = e.part_id and s.id <> e.stock_id and s.closed_at is null"
      " and s.location in ('main', 'outlet') and s.available >= e.quantity)",
      "other_stock_id", "That place does not have it", "该库位无此备件");
GUARD(other_part, "same_part", ":part_no <> e.part_no", "part_no", "That is the part it is", "与现备件相同");
GUARD(confirmer_is_technician, "not_a_technician",
      "exists (select from person p where p.id = :fit_confirmed_by and p.state = 'active' and p.roles && '{technician,outlet_technician}')",
      "fit_confirmed_by", "A technician confirms the fit", "须由维修人员确认适配");
GUARD(serial_fits_quantity, "one_serial_each",
      "e.quantity = 1 or not exists (select from part p where p.part_no = :part_no and p.serial_tracked)", "part_no",
      "A part with serial numbers is asked for one by one", "序列号管理的备件须逐件申请");
GUARD(substitute_place, "no_stock_place", NEW_PLACE " is not null", "part_no", "The part is kept nowhere: open a stock for it", "该备件尚无库存记录");
GUARD(proven_unobtainable, "not_proven_unobtainable",
      ":supplier_word is not null or exists (select from part p where p.id = e.part_id and p.discontinued_on is not null)"
      " or exists (select from purchase_request q where q.parent_id = e.id and q.missed_dates >= time_rule_number('N_P11_MISSED_DATES'))",
      "supplier_word", "It takes the supplier's word, three missed dates or the end of production", "须有供应商答复、三次失约或已停产");
GUARD(signed_or_sent, "not_signed", ":technician_signed is true or :waybill is not null", "technician_signed",
      "The technician signs, or it is sent with a waybill", "须领用人签字或凭运单寄送");
GUARD(serial_issued, "serial_missing", ":issued_serial is not null or not " PART_OF("e.part_id", "serial_tracked"), "issued_serial",
      "Record the serial number", "须登记序列号");
GUARD(serial_is_new, "serial_known",
      ":issued_serial is null or not exists (select from spare_request o where o.part_id = e.part_id and o.id <> e.id"
      " and :issued_serial in (o.issued_serial, o.installed_serial) and o.state in ('issued', 'installed', 'old_part_due', 'lost'))",
      "issued_serial", "That serial number is issued already", "该序列号已领用");
GUARD(was_sent, "nothing_sent", "e.waybill is not null and e.received_at is null", NULL, "Nothing is on its way", "无在途备件");
GUARD(came_in, "not_received", "e.waybill is null or e.received_at is not null", NULL, "Confirm its receipt first", "须先确认收件");
GUARD(serial_as_issued, "other_serial", "e.issued_serial is null or :installed_serial = e.issued_serial", "installed_serial",
      "Not the serial number that was issued", "与领用序列号不符");
GUARD(old_serial_known, "old_serial_missing",
      "coalesce(:old_serial, e.old_serial) is not null or not (" PART_OF("e.part_id", "serial_tracked") " and " PART_OF("e.part_id", "old_part_required") ")", "old_serial",
      "Record the serial number of the old part", "须登记旧件序列号");
GUARD(serial_of_old_part, "serial_missing", "e.old_serial is null or :returned_serial is not null", "returned_serial",
      "Record the serial number that came back", "须登记返还序列号");
GUARD(is_receiver, "not_the_receiver", "e.new_assignee_id = :actor", NULL, "It is not handed over to you", "该备件未移交给您");
GUARD(count_fits, "count_differs", ":counted_quantity = e.quantity", "counted_quantity", "What is missing is reported as lost", "数量不符,须登记丢失");
GUARD(charge_is_proposed, "no_charge_proposed", "e.charge_proposed is not null", NULL, "Nothing is proposed to be charged", "尚无赔付提议");
GUARD(charge_given, "charge_missing", ":charge_decision <> 'charged' or :charge_amount > 0", "charge_amount", "How much", "须填写金额");
GUARD(yields_to_urgent, "not_urgent",
      "exists (select from spare_request o where o.id = :yielded_to_id and o.id <> e.id and o.stock_id = e.stock_id"
      " and o.state in ('approved', 'backordered') and o.priority = 'urgent' and o.quantity <= e.quantity)",
      "yielded_to_id", "Only an urgent request that waits for this stock takes it over", "仅限等待同一库存的紧急申请");
GUARD(somebody_else, "same_person", ":assignee_id <> e.assignee_id", "assignee_id", "He has it already", "该备件已由其持有");
GUARD(not_handed_yet, "handover_open", "e.new_assignee_id is null", NULL, "It is being handed over", "移交中");

/* Effects that several steps share */

#define JOB(column) "coalesce((select r." column " from repair r where r.id = :parent_id)," \
    " (select x." column " from return_repair x where x.id = :return_repair_id), (select d." column " from delivery d where d.id = :delivery_id))"
#define JOB_UNIT "coalesce((select r.equipment_id from repair r where r.id = :parent_id), (select x.equipment_id from return_repair x where x.id = :return_repair_id))"
#define COST(part) "e.quantity * " PART_OF(part, "unit_cost")
#define FREE "spare_is_free(e.parent_id, e.return_repair_id, e.delivery_id, coalesce(e.old_serial, ''), :at)"

/* The bag and the inspection shelf of a part are opened when somebody first needs them. `bag` and `shelf` are the ids that
 * the engine gives to what the event's nested effects open, `:new1` for the first of all its rows. */
#define PLACES(part, person, bag, shelf) \
    OPEN("stock", "open", "part_id = " part "; location = 'bag'; holder_id = " person, LINK_MUST, "bag_of(" part ", " person ") is null"), \
        OPEN("stock", "open", "part_id = " part "; location = 'inspection'", LINK_MUST, "inspection_of(" part ") is null"), \
        SET("bag_stock_id", "coalesce(bag_of(" part ", " person "), " bag ")"), SET("inspection_stock_id", "coalesce(inspection_of(" part "), " shelf ")")

#define BAG_FOR(person) \
    OPEN("stock", "open", "part_id = e.part_id; location = 'bag'; holder_id = " person, LINK_MUST, "bag_of(e.part_id, " person ") is null")

/* The repair that waits goes on by itself when its last request is issued or has ended; when one fails, at once. */
#define REPAIR_WAITS "exists (select from repair r where r.id = e.parent_id and r.state = 'awaiting_spare')"
#define LAST_ONE "not exists (select from spare_request o where o.parent_id = e.parent_id and o.id <> e.id and " IS_WAITING("o") ")"
#define SOME_ISSUED "exists (select from spare_request o where o.parent_id = e.parent_id and o.state in ('issued', 'installed', 'old_part_due'))"
#define REPAIR_GOES_ON FIRE_IF("parent_id", "spare_ready", NULL, REPAIR_WAITS " and " LAST_ONE)
#define REPAIR_FAILS FIRE_IF("parent_id", "spare_failed", NULL, REPAIR_WAITS)
#define REPAIR_LOSES_ONE \
    FIRE_IF("parent_id", "spare_ready", NULL, REPAIR_WAITS " and " LAST_ONE " and " SOME_ISSUED), \
        FIRE_IF("parent_id", "spare_failed", NULL, REPAIR_WAITS " and " LAST_ONE " and not " SOME_ISSUED)
#define STOP_SUPPLY \
    FIRE_EACH("purchase_request", "parent_id", "c.state in ('requested', 'approved')", "stop", NULL), \
        FIRE_EACH("stock_transfer", "parent_id", "c.state = 'requested'", "stop", NULL)
#define BUY(condition) \
    OPEN("purchase_request", "request", "parent_id = e.id; part_id = e.part_id; stock_id = e.stock_id; quantity = e.quantity;" \
         " purchase_reason = 'backorder'; priority = e.priority", LINK_MUST, condition)
#define RESERVED SET("reserved_at", ":at"), SET("from_stock", "coalesce(e.from_stock, e.waiting_since is null)"), SET("waiting_since", "null"), SET("queue_first", "false"), START("reservation")
/* A step that moves two stocks moves two rows: a store is neither a bag nor the inspection shelf. */
#define OTHER_PLACE(column) "e." column " <> e.stock_id"
#define OUT_OF_BAG(condition) FIRE_IF("bag_stock_id", "take_out", "quantity = e.quantity", condition)
#define WAITS SET("waiting_since", "coalesce(e.waiting_since, :at)")
#define NONCONFORMITY(dept, grade, text_, serial_, condition) \
    NONCONFORMITY_OF("stock", dept, grade, text_, "; serial = " serial_, condition)
#define OF_WHO_HAS_IT "case when m.outlet_id is not null then 'outlet' else 'tech_dept' end"

#define APPROVE(roles, when_) \
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P11 A", .from = "checked", .to = "approved", .when = when_, .by = roles, \
      .takes = "price_told? consent_by? note?", .guards = GUARDS(&approver_is_other, &price_agreed), \
      .effects = EFFECTS(SET("approved_by", ":actor"), RECORD("spare_request"), NOTIFY("warehouse_keeper", "spare_to_reserve")), .flags = TRANSITION_SIGNED }
#define OLD_PART_BACK "(" PART_OF("e.part_id", "old_part_required") " and (e.in_warranty or :old_part_given_up is true))"
#define INSTALL_TAKES "installed_serial? old_serial? old_part_given_up? test_note?"
#define INSTALL_GUARDS GUARDS(&not_handed_yet, &came_in, &serial_as_issued, &old_serial_known)
#define INSTALLED \
    SET("installed_at", ":at"), \
        SET("part_warranty_until", "(company_date(:at) + make_interval(months => coalesce(" PART_OF("e.part_id", "warranty_months") ", 0)))::date"), \
        STOP("unused_due"), FIRE("bag_stock_id", "take_out", "quantity = e.quantity"), \
        BOOK("install", "e.quantity", "e.bag_stock_id", "null", "; serial = :installed_serial"), \
        FIRE_IF("parent_id", "part_installed", \
                "parts_used = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('name', " PART_OF("e.part_id", "name") ", 'quantity', e.quantity," \
                " 'serial', :installed_serial)))", \
                "exists (select from repair r where r.id = e.parent_id and r.closed_at is null)")
#define OLD_PART_RULE "case when e.outlet_id is null then 'T_P11_OLD_PART' else 'T_P11_OLD_PART_OUTLET' end"
#define BAD_TAKES "fault_found test_note"
#define BAD \
    SET("queue_first", "true"), STOP("unused_due"), STOP("old_part"), STOP("old_part_outlet"), SET("issued_serial", "null"), SET("installed_serial", "null"), \
        SET("installed_at", "null"), SET("part_warranty_until", "null"), SET("waybill", "null"), SET("received_at", "null"), SET("old_part_due", "null"), \
        OUT_OF_BAG("e.state = 'issued'"), FIRE_IF("inspection_stock_id", "put_in", "quantity = e.quantity", OTHER_PLACE("inspection_stock_id")), \
        BOOK("defective", "e.quantity", "case when e.state = 'issued' then e.bag_stock_id end", "e.inspection_stock_id", \
             "; serial = coalesce(e.installed_serial, e.issued_serial); movement_reason = :test_note"), \
        FIRE_IF("parent_id", "wait_for_spare", NULL, \
                "exists (select from repair r where r.id = e.parent_id and r.state in ('diagnosing', 'repairing', 'seeking_solution', 'revisit_pending'))"), \
        NONCONFORMITY("'materials_office'", "minor", "m.part_no || ': ' || m.test_note", "coalesce(e.installed_serial, e.issued_serial)", NULL), NOTIFY("materials_officer", "part_wrong_or_dead")
#define SUBSTITUTE_TAKES "part_no fits fit_confirmed_by reason?"
#define SUBSTITUTE_GUARDS \
    GUARDS(&other_part, &part_known, &part_not_blocked, &serial_fits_quantity, &fit_confirmed, &confirmer_is_technician, &substitute_place)
#define SUBSTITUTED(bag, shelf) \
    PLACES(NEW_PART, "e.assignee_id", bag, shelf), SET("substituted_for", "e.part_no"), SET("part_id", NEW_PART), SET("stock_id", NEW_PLACE), \
        SET("amount", COST(NEW_PART)), SET("charge", NEW_CHARGE), STOP_SUPPLY, NOTIFY("@assignee", "part_substituted")
#define NEW_CHARGE "(case when " FREE " then 0 else e.quantity * " PART_OF(NEW_PART, "unit_price") " end)"

static const struct transition transitions[] = {
    { .event = "request", .label = { "Request", "申请" }, .clause = "P4 4.2(6)", .to = "requested", .by = "technician outlet_technician installer",
      .takes = "part_no quantity fault parent_id? return_repair_id? delivery_id? priority? old_serial?",
      .guards = GUARDS(&job_open, &own_job, &part_known, &part_not_blocked, &one_serial_each),
      .effects = EFFECTS(SET("part_id", NEW_PART), SET("assignee_id", "coalesce(" JOB("assignee_id") ", :actor)"), SET("outlet_id", JOB("outlet_id")),
                         SET("equipment_id", JOB_UNIT), SET("priority", "coalesce(:priority, " JOB("priority") ", 'normal')"),
                         SET("promises_moved", "0"), SET("reminders", "0"), SET("queue_first", "false"), START("check_due"),
                         NOTIFY("dispatcher", "spare_requested")) },
    { .event = "check", .label = { "Check", "核查" }, .clause = "P11 A", .from = "requested", .to = "checked", .by = "dispatcher", .takes = "fits stock_id? note?",
      .guards = GUARDS(&fit_confirmed, &place_fits, &place_known),
      .effects = EFFECTS(PLACES("e.part_id", "e.assignee_id", ":new1", ":new2"), SET("stock_id", PLACE), SET("checked_by", ":actor"), SET("in_warranty", FREE),
                         SET("amount", COST("e.part_id")), SET("charge", "case when " FREE " then 0 else e.quantity * " PART_OF("e.part_id", "unit_price") " end"),
                         STOP("check_due")),
      .flags = TRANSITION_FINAL },
    { .event = "agree_price", .label = { "Customer agrees to the price", "客户确认价格" }, .clause = "P4 4.2(5)", .from = "checked", .to = "same",
      .by = "dispatcher " TECHNICIAN, .takes = "price_told consent_by" },
    APPROVE("dispatcher supervising_leader deputy_gm", "e.amount <= time_rule_number('N_P11_APPROVE_DISPATCHER')"),
    APPROVE("supervising_leader deputy_gm", "e.amount <= time_rule_number('N_P11_APPROVE_LEADER')"),
    APPROVE("deputy_gm", NULL),
    { .event = "reject", .label = { "Reject", "驳回" }, .clause = "P11 A", .from = "checked", .to = "rejected", .by = "dispatcher supervising_leader deputy_gm",
      .takes = "reject_reason", .effects = EFFECTS(REPAIR_FAILS, NOTIFY("@assignee", "spare_rejected")), .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "P11 A", .from = WAITING, .to = "cancelled", .by = "dispatcher system " TECHNICIAN,
      .takes = "reason",
      .effects = EFFECTS(FIRE_IF("stock_id", "release", "quantity = e.quantity", "e.state = 'reserved'"), STOP_SUPPLY, REPAIR_LOSES_ONE,
                         NOTIFY_IF("materials_officer", "spare_no_longer_needed", "e.state in ('backordered', 'transferring')")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "substitute", .label = { "Substitute", "替代" }, .clause = "P11 A", .from = "checked approved backordered", .to = "checked",
      .when = COST(NEW_PART) " > e.amount or " NEW_CHARGE " > e.charge", .by = "materials_officer", .takes = SUBSTITUTE_TAKES, .guards = SUBSTITUTE_GUARDS,
      .effects = EFFECTS(SUBSTITUTED(":new1", ":new2"), SET("approved_by", "null"), SET_IF("consent_by", "null", NEW_CHARGE " > e.charge"),
                         SET_IF("price_told", "null", NEW_CHARGE " > e.charge"), NOTIFY("dispatcher", "substitute_is_dearer")),
      .flags = TRANSITION_FINAL },
    { .event = "substitute", .label = { "Substitute", "替代" }, .clause = "P11 A", .from = "backordered", .to = "approved", .by = "materials_officer",
      .takes = SUBSTITUTE_TAKES, .guards = SUBSTITUTE_GUARDS, .effects = EFFECTS(SUBSTITUTED(":new5", ":new6")), .flags = TRANSITION_FINAL },
    { .event = "substitute", .label = { "Substitute", "替代" }, .clause = "P11 A", .from = "checked approved", .to = "same", .by = "materials_officer",
      .takes = SUBSTITUTE_TAKES, .guards = SUBSTITUTE_GUARDS, .effects = EFFECTS(SUBSTITUTED(":new9", ":new10")), .flags = TRANSITION_FINAL },
    { .event = "give_up", .label = { "Unobtainable", "无法供货" }, .clause = "P11 A", .from = "backordered", .to = "unobtainable", .by = "materials_officer",
      .takes = "supplier_word?", .guards = GUARDS(&proven_unobtainable),
      .effects = EFFECTS(FIRE_EACH("purchase_request", "parent_id", "c.state in ('requested', 'approved', 'ordered')", "give_up", "supplier_word = :supplier_word"),
                         REPAIR_FAILS, NOTIFY("@assignee", "spare_unobtainable"), NOTIFY("dispatcher", "spare_unobtainable")),
      .flags = TRANSITION_FINAL },
    { .event = "reserve", .label = { "Reserve", "占用" }, .clause = "P11 A", .from = "approved backordered", .to = "reserved", .by = "warehouse_keeper outlet_manager",
      .guards = GUARDS(&store_keeper, &others_first), .effects = EFFECTS(FIRE("stock_id", "reserve", "quantity = e.quantity"), RESERVED, STOP_SUPPLY),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "backorder", .label = { "Out of stock, order it", "缺料采购" }, .clause = "P11 A", .from = "approved", .to = "backordered",
      .by = "warehouse_keeper outlet_manager", .takes = "expected_on? customer_told?",
      .guards = GUARDS(&store_keeper, &none_there, &still_made, &date_ahead, &customer_is_told),
      .effects = EFFECTS(BUY(NULL), WAITS, NOTIFY("materials_officer", "part_to_buy"), NOTIFY("@assignee", "spare_backordered")), .flags = TRANSITION_FINAL },
    { .event = "await_supply", .label = { "No longer made, wait for a substitute", "停产待替代" }, .clause = "designed", .from = "approved", .to = "backordered",
      .by = "warehouse_keeper", .guards = GUARDS(&none_there),
      .effects = EFFECTS(WAITS, NOTIFY("materials_officer", "part_to_substitute")), .flags = TRANSITION_FINAL },
    { .event = "transfer", .label = { "Transfer from elsewhere", "调拨" }, .clause = "P11 A", .from = "approved", .to = "transferring", .by = "dispatcher",
      .takes = "other_stock_id", .guards = GUARDS(&other_has_it),
      .effects = EFFECTS(OPEN("stock_transfer", "request", "parent_id = e.id; from_stock_id = :other_stock_id; to_stock_id = e.stock_id; quantity = e.quantity", LINK_MUST, NULL),
                         WAITS, NOTIFY("@assignee", "spare_in_transfer")),
      .flags = TRANSITION_FINAL },
    { .event = "receive", .label = { "Has come in", "到货" }, .clause = "P11 A", .from = "backordered transferring", .to = "reserved", .by = "system",
      .effects = EFFECTS(RESERVED, NOTIFY("@assignee", "spare_has_come"), NOTIFY("warehouse_keeper", "spare_to_issue")), .flags = TRANSITION_FINAL },
    { .event = "transfer_failed", .label = { "The transfer has failed", "调拨未成" }, .clause = "designed", .from = "transferring", .to = "approved", .by = "system",
      .effects = EFFECTS(NOTIFY("dispatcher", "transfer_failed"), NOTIFY("warehouse_keeper", "spare_to_reserve")), .flags = TRANSITION_FINAL },
    { .event = "promise", .label = { "Another date", "交期变更" }, .clause = "designed", .from = "backordered", .to = "same", .by = "system", .takes = "expected_on",
      .effects = EFFECTS(SET("promises_moved", "e.promises_moved + case when :expected_on > e.expected_on then 1 else 0 end"),
                         NOTIFY_IF("dispatcher", "promise_moved", ":expected_on > e.expected_on")),
      .flags = TRANSITION_FINAL },
    { .event = "yield", .label = { "Give way to an urgent request", "让与紧急申请" }, .clause = "designed", .from = "reserved", .to = "backordered", .by = "dispatcher",
      .takes = "yielded_to_id reason", .guards = GUARDS(&yields_to_urgent),
      .effects = EFFECTS(FIRE("stock_id", "release", "quantity = e.quantity"), STOP("reservation"), SET("reserved_at", "null"), WAITS,
                         BUY("exists (select from part p where p.id = e.part_id and p.state = 'in_use' and p.discontinued_on is null)"),
                         NOTIFY("@assignee", "reservation_taken_over"), NOTIFY("warehouse_keeper", "spare_to_reserve")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "end_reservation", .label = { "Reserved too long", "占用到期" }, .clause = "designed", .from = "reserved", .to = "approved", .by = "system",
      .effects = EFFECTS(FIRE("stock_id", "release", "quantity = e.quantity"), STOP("reservation"), SET("reserved_at", "null"), NOTIFY("@assignee", "reservation_ended"),
                         NOTIFY("warehouse_keeper", "reservation_ended")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "issue", .label = { "Issue", "领用" }, .clause = "P11 A", .from = "reserved", .to = "issued", .by = "warehouse_keeper outlet_manager",
      .takes = "technician_signed? waybill? issued_serial?", .guards = GUARDS(&store_keeper, &signed_or_sent, &serial_issued, &serial_is_new),
      .effects = EFFECTS(FIRE_IF("stock_id", "issue", "quantity = e.quantity", OTHER_PLACE("bag_stock_id")), FIRE_IF("bag_stock_id", "put_in", "quantity = e.quantity", OTHER_PLACE("bag_stock_id")),
                         BOOK("issue", "e.quantity", "e.stock_id", "e.bag_stock_id", "; serial = :issued_serial"), SET("issued_at", ":at"), STOP("reservation"),
                         RECORD("issue_slip"), REPAIR_GOES_ON, NOTIFY("@assignee", "spare_issued")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "confirm_receipt", .label = { "It has arrived", "确认收件" }, .clause = "P11 A", .from = "issued", .to = "same", .by = TECHNICIAN " outlet_manager",
      .guards = GUARDS(&was_sent), .effects = EFFECTS(SET("received_at", ":at")), .flags = TRANSITION_FINAL },
    { .event = "install", .label = { "Build in", "换上" }, .clause = "P11 A", .from = "issued", .to = "old_part_due", .when = OLD_PART_BACK, .by = TECHNICIAN,
      .takes = INSTALL_TAKES, .guards = INSTALL_GUARDS,
      .effects = EFFECTS(INSTALLED, START_IF("old_part", NULL, "e.outlet_id is null"), START_IF("old_part_outlet", NULL, "e.outlet_id is not null"),
                         SET("old_part_due", "company_date(time_rule_due(" OLD_PART_RULE ", :at))")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "install", .label = { "Build in", "换上" }, .clause = "P11 A", .from = "issued", .to = "installed", .by = TECHNICIAN, .takes = INSTALL_TAKES,
      .guards = INSTALL_GUARDS, .effects = EFFECTS(INSTALLED), .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "wrong_or_dead", .label = { "Wrong or dead on arrival", "错件或到货即坏" }, .clause = "P11 A", .from = "issued installed old_part_due", .to = "reserved",
      .when = STOCK_OF("e.stock_id", "available") " >= e.quantity", .by = TECHNICIAN, .takes = BAD_TAKES, .guards = GUARDS(&not_handed_yet),
      .effects = EFFECTS(BAD, FIRE_IF("stock_id", "reserve", "quantity = e.quantity", OTHER_PLACE("inspection_stock_id")), SET("reserved_at", ":at"), START("reservation"),
                         NOTIFY("warehouse_keeper", "spare_to_issue")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "wrong_or_dead", .label = { "Wrong or dead on arrival", "错件或到货即坏" }, .clause = "P11 A", .from = "issued installed old_part_due", .to = "backordered",
      .by = TECHNICIAN, .takes = BAD_TAKES, .guards = GUARDS(&not_handed_yet),
      .effects = EFFECTS(BAD, WAITS, BUY("exists (select from part p where p.id = e.part_id and p.state = 'in_use' and p.discontinued_on is null)")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "mark_unused", .label = { "The job is over", "任务结束未用" }, .clause = "P11 A", .from = "issued", .to = "same", .by = "system",
      .effects = EFFECTS(START("unused_due"), NOTIFY("@assignee", "part_to_return")), .flags = TRANSITION_FINAL },
    { .event = "return_unused", .label = { "Give back unused", "未用退库" }, .clause = "P11 A", .from = "issued", .to = "unused_return", .by = TECHNICIAN,
      .takes = "unused_condition note?", .guards = GUARDS(&not_handed_yet),
      .effects = EFFECTS(START_IF("unused_due", NULL, "not e.clocks ? 'unused_due'"), NOTIFY("warehouse_keeper", "part_coming_back")), .flags = TRANSITION_FINAL },
    { .event = "store_unused", .label = { "Put back into the store", "退库入库" }, .clause = "P11 A", .from = "unused_return", .to = "closed",
      .by = "warehouse_keeper outlet_manager", .takes = "note?", .guards = GUARDS(&store_keeper),
      .effects = EFFECTS(OUT_OF_BAG(OTHER_PLACE("bag_stock_id")),
                         FIRE_IF("stock_id", "put_in", "quantity = e.quantity", "e.unused_condition = 'unopened'"),
                         FIRE_IF("inspection_stock_id", "put_in", "quantity = e.quantity", "e.unused_condition = 'opened'"),
                         BOOK("return_unused", "e.quantity", "e.bag_stock_id",
                              "case e.unused_condition when 'unopened' then e.stock_id else e.inspection_stock_id end", "; serial = e.issued_serial")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "return_old", .label = { "Old part back", "返还旧件" }, .clause = "P11 A", .from = "old_part_due", .to = "closed",
      .by = TECHNICIAN " warehouse_keeper", .takes = "old_part_condition returned_serial?", .guards = GUARDS(&serial_of_old_part),
      .effects = EFFECTS(RECORD("old_part_return"), RECORD_IF("bad_spare_register", "not " PART_OF("e.part_id", "repairable")),
                         OPEN("return_repair", "receive_own",
                              "item = " PART_OF("e.part_id", "name") "; item_category = " PART_OF("e.part_id", "item_category") "; model = e.part_no;"
                              " serial = coalesce(:returned_serial, e.old_serial); fault = e.fault", LINK_MUST, PART_OF("e.part_id", "repairable")),
                         NONCONFORMITY(OF_WHO_HAS_IT, "major", "'旧件不符 old part swapped: ' || concat_ws(' / ', m.part_no, e.old_serial, m.returned_serial)", "m.returned_serial",
                                       ":returned_serial is distinct from e.old_serial"),
                         NOTIFY_IF("service_manager", "old_part_swapped", ":returned_serial is distinct from e.old_serial")),
      .flags = TRANSITION_FINAL },
    { .event = "keep_old", .label = { "Customer keeps the old part", "客户留存旧件" }, .clause = "designed", .from = "old_part_due", .to = "closed",
      .by = "dispatcher " TECHNICIAN, .takes = "kept_by note?", .effects = EFFECTS(RECORD("old_part_return")), .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P11 A", .from = "installed", .to = "closed", .by = "dispatcher", .flags = TRANSITION_FINAL },
    { .event = "remind_old_part", .label = { "Remind of the old part", "催还旧件" }, .clause = "designed", .from = "old_part_due", .to = "same", .by = "system",
      .effects = EFFECTS(SET("reminders", "e.reminders + 1"), NOTIFY("@assignee", "old_part_due"), NOTIFY_IF("outlet_manager", "old_part_due", "e.outlet_id is not null")),
      .flags = TRANSITION_FINAL },
    { .event = "propose_charge", .label = { "Propose to charge the old part", "旧件未还拟赔付" }, .clause = "designed", .from = "old_part_due", .to = "same", .by = "system",
      .effects = EFFECTS(SET("charge_proposed", "e.amount"), NOTIFY("deputy_gm", "old_part_to_charge"), NOTIFY("@assignee", "old_part_to_charge")), .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Report a loss", "登记丢失" }, .clause = "00-common 14", .from = "issued unused_return", .to = "lost",
      .by = "dispatcher warehouse_keeper outlet_manager " TECHNICIAN, .takes = "loss_note",
      .effects = EFFECTS(FIRE("bag_stock_id", "take_out", "quantity = e.quantity"),
                         BOOK("loss", "e.quantity", "e.bag_stock_id", "null", "; serial = e.issued_serial; movement_reason = :loss_note"),
                         SET("charge_proposed", "e.amount"), STOP("unused_due"), NONCONFORMITY(OF_WHO_HAS_IT, "major", "m.part_no || ': ' || m.loss_note", "e.issued_serial", NULL), NOTIFY("deputy_gm", "part_lost"),
                         NOTIFY("dispatcher", "part_lost")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "decide_charge", .label = { "Charge or write off", "赔付或核销决定" }, .clause = "P3-C", .from = "lost old_part_due", .to = "closed", .by = "deputy_gm",
      .takes = "charge_decision charge_amount? reason", .guards = GUARDS(&charge_is_proposed, &charge_given),
      .effects = EFFECTS(NOTIFY("@assignee", "charge_decided"), NOTIFY_IF("outlet_manager", "charge_decided", "e.outlet_id is not null")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "issued", .to = "same", .by = "dispatcher outlet_manager",
      .takes = "assignee_id reassign_reason note?", .guards = GUARDS(&technician_is_active, &not_handed_yet, &somebody_else),
      .effects = EFFECTS(BAG_FOR(":assignee_id"), SET("assignee_id", "e.assignee_id"), SET("new_assignee_id", ":assignee_id"),
                         SET("new_bag_stock_id", "coalesce(bag_of(e.part_id, :assignee_id), :new1)"), SET("to_reassign", "null"), NOTIFY("@assignee", "part_to_hand_over")),
      .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "requested unused_return lost installed old_part_due", .to = "same",
      .by = "dispatcher outlet_manager", .takes = "assignee_id reassign_reason note?", .guards = GUARDS(&technician_is_active),
      .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "checked approved reserved backordered transferring", .to = "same",
      .by = "dispatcher outlet_manager", .takes = "assignee_id reassign_reason note?", .guards = GUARDS(&technician_is_active),
      .effects = EFFECTS(BAG_FOR(":assignee_id"), SET("bag_stock_id", "coalesce(bag_of(e.part_id, :assignee_id), :new2)"), SET("to_reassign", "null"),
                         NOTIFY("@assignee", "assigned")),
      .flags = TRANSITION_FINAL },
    { .event = "follow_job", .label = { "Follows the repair", "随报修单改派" }, .clause = "00-common 11", .from = WAITING, .to = "same", .by = "system",
      .takes = "assignee_id",
      .effects = EFFECTS(OPEN("stock", "open", "part_id = e.part_id; location = 'bag'; holder_id = :assignee_id", LINK_MUST,
                              "e.state <> 'requested' and bag_of(e.part_id, :assignee_id) is null"),
                         SET("bag_stock_id", "case when e.state <> 'requested' then coalesce(bag_of(e.part_id, :assignee_id), :new1) end"),
                         SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")),
      .flags = TRANSITION_FINAL },
    { .event = "take_over", .label = { "Take over against count", "清点接收" }, .clause = "00-common 11", .from = "issued", .to = "same",
      .by = "technician outlet_technician", .takes = "counted_quantity note?", .guards = GUARDS(&is_receiver, &count_fits),
      .effects = EFFECTS(OUT_OF_BAG("e.bag_stock_id <> e.new_bag_stock_id"),
                         FIRE_IF("new_bag_stock_id", "put_in", "quantity = e.quantity", "e.bag_stock_id <> e.new_bag_stock_id"),
                         BOOK("handover", "e.quantity", "e.bag_stock_id", "e.new_bag_stock_id", "; serial = e.issued_serial"), SET("assignee_id", "e.new_assignee_id"),
                         SET("bag_stock_id", "e.new_bag_stock_id"), SET("new_assignee_id", "null"), SET("new_bag_stock_id", "null")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    MARK_TO_REASSIGN(WAITING " issued old_part_due", "dispatcher"),
    { NULL },
};

static const struct timer timers[] = {
    { "cancel", IS_WAITING("e") " and spare_job_over(e.parent_id, e.return_repair_id, e.delivery_id)", "reason = 'job_ended'" },
    { "mark_unused", "e.state = 'issued' and not e.clocks ? 'unused_due' and spare_job_over(e.parent_id, e.return_repair_id, e.delivery_id)" },
    { "end_reservation", "e.state = 'reserved' and (e.clocks #>> '{reservation,due_at}')::timestamptz <= :now" },
    { "remind_old_part",
      "e.state = 'old_part_due' and company_date(:now) >= e.old_part_due + case e.reminders when 0 then 0"
      " when 1 then time_rule_number('T_P11_REMIND_2') when 2 then time_rule_number('T_P11_REMIND_3') end" },
    { "propose_charge", "e.state = 'old_part_due' and e.charge_proposed is null and e.reminders >= 3"
                        " and company_date(:now) >= e.old_part_due + time_rule_number('T_P11_CHARGE')" },
    { "follow_job", IS_WAITING("e") " and exists (select from repair r where r.id = e.parent_id and r.assignee_id <> e.assignee_id and r.closed_at is null)",
      "assignee_id = (select r.assignee_id from repair r where r.id = e.parent_id)" },
    TO_REASSIGN("e.new_assignee_id is null and (" IS_WAITING("e") " or e.state in ('issued', 'old_part_due'))"),
    { NULL },
};
/* Behind the check it says what is free of charge and which old part has to come back. */
static const struct given given[] = { { .event = "amend", .from = "requested" }, { NULL } };
static const struct machine spare_request = {
    .name = "spare_request", .path = "spare-requests", .prefix = "SQ", .title = { "Request for a spare part", "备件启用申请" }, .readers = P11_READERS,
    .fields = fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher",
    .amends = "fault old_serial", .without = "revert void pause resume",
};

const struct procedure p11_spares = {
    .number = 11, .code = "P11", .title = { "Spare parts and loan units", "备品备件启用" }, .clause = "P11",
    .machines = (const struct machine *const[]){ &p11_part, &p11_stock, &p11_stock_movement, &spare_request, &p11_purchase_request, &p11_stock_transfer,
                                                 &p11_stock_count, &p11_loan_unit, &p11_loan_agreement, NULL },
    .forms = forms,
};
