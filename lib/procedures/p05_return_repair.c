/* P5: items sent to the maker or an upstream dealer for repair. One case an item. */
#include "procedures/p05_parts.h"
#include "procedures/p05_return_repair_fields.h"

#define TESTER "technician@assignee outlet_technician@assignee"
#define CLERK "return_repair_clerk"

static const struct state states[] = {
    { "received", { "Received", "已接收" } },
    { "tagged", { "Tagged", "已标识" } },
    { "tested", { "Tested", "已检测" } },
    { "handed_over", { "Handed over", "已交接" } },
    { "registered", { "Registered", "已登记备案" } },
    { "supplier_agreed", { "Maker contacted", "已联系厂家" } },
    { "packed", { "Packed", "已封装" } },
    { "shipped", { "Shipped", "已发运" } },
    { "at_supplier", { "At the maker", "厂家维修中" } },
    { "back_received", { "Back", "已返回" } },
    { "verified", { "Tested on return", "测试登记" } },
    { "to_technician", { "With the technician", "交维修人员" } },
    { "irreparable", { "Scrap", "废件" } },
    { "scrap_decided", { "Scrap decided on", "废件已决定" } },
    { "scrap_stored", { "Scrap in store", "废件存仓" } },
    { "lost", { "Lost", "丢失" } },
    { "returned_to_customer", { "Returned to the customer", "返回客户" }, STATE_TERMINAL },
    { "returned_to_stock", { "Back in stock", "返修入库" }, STATE_TERMINAL },
    { "scrap_returned", { "Scrap returned", "废件已退回" }, STATE_TERMINAL },
    { "scrap_disposed", { "Scrap disposed of", "废件已处置" }, STATE_TERMINAL },
    { "compensated", { "Made good", "已赔付" }, STATE_TERMINAL },
    { "not_product_fault_closed", { "User's fault, closed", "人为因素结案" }, STATE_TERMINAL },
    { NULL },
};
#define BEFORE_PACKED "received tagged tested handed_over registered supplier_agreed"
#define BEFORE_SHIPPED BEFORE_PACKED " packed"
#define WITH_CLERK "handed_over registered supplier_agreed packed shipped at_supplier back_received verified"
#define OPEN_WORK BEFORE_SHIPPED " shipped at_supplier back_received verified to_technician irreparable scrap_decided lost"

static const struct clock clocks[] = {
    { "supplier_due", { "Contact the maker", "联系厂家期限" }, "T_P5_SUPPLIER", NULL, true },
    { "advise_due", { "Tell the maker the arrival", "告知厂家到货期限" }, "T_P5_ADVISE", NULL, false },
    { "chase_exchange", { "Chase the maker, exchange", "催促期限(包换)" }, "T_P5_CHASE_EXCHANGE", "T_P5_CHASE_URGENT", false },
    { "chase_warranty", { "Chase the maker, warranty", "催促期限(保修)" }, "T_P5_CHASE_WARRANTY", "T_P5_CHASE_URGENT", false },
    { "chase_chargeable", { "Chase the maker, chargeable", "催促期限(收费)" }, "T_P5_CHASE_CHARGEABLE", "T_P5_CHASE_URGENT", false },
    { "tell_long", { "Explain the long return", "返修超期告知期限" }, "T_P5_TELL_LONG", NULL, false },
    { "tell_scrap", { "Tell the customer of the scrap", "废件告知期限" }, "T_P5_SCRAP_NOTICE", NULL, false },
    { "tell_loss", { "Tell the customer of the loss", "丢失告知期限" }, "T_P5_LOSS_NOTICE", NULL, false },
    { "carrier_claim", { "Claim on the carrier", "承运人索赔期限" }, "T_P5_CARRIER_CLAIM", NULL, false },
    { NULL },
};

#include "procedures/p05_return_repair_guards.h"

/* Effects that several steps share. */
#define SET_IF(column, expression, condition) { .kind = EFFECT_SET, .target = column, .sql = expression, .when = condition }
#define STOP_IF(clock, condition) { .kind = EFFECT_STOP, .target = clock, .when = condition }
#define FIRE_IF(column, fired, inputs, condition) \
    { .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST, .when = condition }
#define HELD(holder) SET("held_by", "'" holder "'"), SET("held_since", ":at")

/* The customer's unanswered questions: adds or takes out one subject. */
#define TOLD(subject, due) "tell_list(e.to_tell, '" subject "', " due ")"
#define TELL(subject, due) SET("to_tell", TOLD(subject, due)), SET("must_tell", "cardinality(" TOLD(subject, due) ") > 0")

/* Longer than the limit and later than what the customer knows. */
#define IS_LONG "(e.source <> 'stock' and :expected_return_at > company_date(e.opened_at) + time_rule_number('T_P5_LONG_RETURN')" \
    " and :expected_return_at > coalesce(e.customer_told_until, '-infinity'))"
#define DATE_LIST "(case when :expected_return_at is null then coalesce(e.to_tell, '{}') else " TOLD("long_return", IS_LONG) " end)"
#define DATE_MOVES SET("to_tell", DATE_LIST), SET("must_tell", "cardinality(" DATE_LIST ") > 0")
#define DATE_MOVES_LATER DATE_MOVES, START_IF("tell_long", NULL, IS_LONG " and not e.clocks ? 'tell_long'"), \
    STOP_IF("tell_long", ":expected_return_at is not null and not " IS_LONG)

/* Each class is chased in its own rhythm, which begins anew at each chase. */
#define CHASE_RULE(priority) "case when " priority " = 'urgent' then 'T_P5_CHASE_URGENT' when e.repair_class = 'exchange' then 'T_P5_CHASE_EXCHANGE'" \
    " when e.repair_class = 'warranty' then 'T_P5_CHASE_WARRANTY' else 'T_P5_CHASE_CHARGEABLE' end"
#define CHASE_IF(condition) START_IF("chase_exchange", NULL, "(" condition ") and e.repair_class = 'exchange'"), \
    START_IF("chase_warranty", NULL, "(" condition ") and e.repair_class = 'warranty'"), \
    START_IF("chase_chargeable", NULL, "(" condition ") and e.repair_class = 'chargeable'"), SET_IF("last_chased_at", ":at", condition), \
    SET_IF("next_chase_at", "time_rule_due(" CHASE_RULE("e.priority") ", :at)", condition)
#define STOP_CHASE STOP("chase_exchange"), STOP("chase_warranty"), STOP("chase_chargeable"), SET("next_chase_at", "null")

/* The repair goes on when the last of its items has come home. An item that ended badly beside one that did not leaves the
 * choice to the technician. */
#define REPAIR_WAITS "exists (select from repair r where r.id = e.parent_id and r.state = 'in_return_repair')" \
    " and not exists (select from return_repair o where o.parent_id = e.parent_id and o.id <> e.id and o.closed_at is null" \
    " and o.state not in ('to_technician', 'scrap_stored'))"
#define ANOTHER_IS_WELL "exists (select from return_repair o where o.parent_id = e.parent_id and o.id <> e.id" \
    " and o.state = 'to_technician' and o.outcome in ('repaired', 'exchanged'))"
#define REPAIR_ENDS(outcome_) \
    FIRE_IF("parent_id", "return_repair_ended", "unrepaired_outcome = '" outcome_ "'", REPAIR_WAITS " and not " ANOTHER_IS_WELL), \
    FIRE_IF("parent_id", "return_repair_unrepaired", NULL, REPAIR_WAITS " and " ANOTHER_IS_WELL)

/* A signal for the third serial number, not for every further one. */
#define SAME_FAULT ":cause = 'product' and same_fault_often(e.id, e.model, :fault_kind, e.serial, :at)"

#define RECEIVE_TAKES "item fault parent_id? customer_id? item_category? equipment_id? model? serial? accessories? contact_name?" \
    " contact_phone? priority? copy_with_customer?"
#define OF_REPAIR(column) "(select r." column " from repair r where r.id = :parent_id)"
#define MAIN_PART "(e.item_category in ('board', 'cpu_memory', 'hard_disk'))"
#define OF_CUSTOMER(column) "(select o." column " from customer o where o.id = e.customer_id)"
#define OF_UNIT(column) "(select q." column " from equipment q where q.id = e.equipment_id)"
#define RECEIVED SET("source", "case when :parent_id is null then 'customer' else 'slip' end"), \
    SET("customer_id", "coalesce(" OF_REPAIR("customer_id") ", :customer_id)"), \
    SET("contact_name", "coalesce(:contact_name, " OF_REPAIR("contact_name") ")"), \
    SET("contact_phone", "coalesce(:contact_phone, " OF_REPAIR("contact_phone") ")"), \
    SET("assignee_id", "case when :has_technician or :has_outlet_technician then :actor end"), SET("to_tell", "'{}'"), \
    SET("must_tell", "false"), SET("chases", "0"), SET("unanswered", "0"), SET("failed_tests", "0"), HELD("technician")
#define WITHDRAWN SET("withdrawn_at", ":at")
#define WITHDRAWN_HERE WITHDRAWN, SET("outcome", "'returned_unrepaired'"), \
    SET("assignee_id", "coalesce(e.tester_id, e.assignee_id)"), HELD("technician"), STOP("supplier_due"), STOP("tell_long"), \
    SET("to_tell", "'{}'"), SET("must_tell", "false")
#define WITHDRAWN_AWAY WITHDRAWN, SET_IF("recall_asked_at", ":at", "e.state in ('shipped', 'at_supplier')"), NOTIFY(CLERK, "recall_to_ask")
#define STILL_AWAY "shipped at_supplier back_received verified"
#define PACKED SET("packing_checked", ":packing_checked"), RECORD("shipping_label"), RECORD("packing_list"), \
    RECORD_IF("repair_card", "e.repair_class in ('exchange', 'warranty')")
#define NEXT_SHIPMENT SET("carrier", "null"), SET("waybill", "null"), SET("insured_value", "null"), SET("carrier_due_on", "null"), \
    SET("supplier_told_at", "null"), SET("back_carrier", "null"), SET("back_waybill", "null"), SET("back_due_on", "null"), \
    SET("recall_asked_at", "null"), HELD("clerk")
#define RECEIVE_BACK_TAKES "back_outcome returned_condition returned_serial? discrepancy? credit_amount? back_waybill?"
#define TESTED_WITH SET("tested_with", "array(select item ->> 'facility_code' from jsonb_array_elements(:instruments) item)")
#define RECEIVE_BACK_GUARDS GUARDS(&new_serial, &same_serial, &credit_given, &work_was_agreed)
#define RETURN_TAKES "customer_signature? item_returned? customer_copy_taken_in? loss_note? receipt_to?"
#define RETURN_GUARDS GUARDS(&is_signed, &signature_bound, &given_back, &receipt_handed_in, &leftovers_out)
#define TO_CUSTOMER SET("held_by", "case when e.outcome = 'credited' then e.held_by else 'customer' end"), SET("held_since", ":at"), \
    SET("returned_customer_at", ":at")
#define CLAIM_ENDS(how, why) \
    FIRE_EACH("compensation", "return_repair_id", "c.closed_at is null and c.state not in ('approved', 'paid')", how, "outcome = " why)
#define REPLACED \
    FIRE_EACH("compensation", "return_repair_id", "c.closed_at is null and c.state not in ('approved', 'paid') and :made_good_by = 'replacement'", "replaced", \
              "outcome = :reason"), \
    { .kind = EFFECT_CANCEL, .target = "compensation", .when = ":made_good_by = 'replacement'" }
#define LOST SET("outcome", "'lost'"), SET("outcome_before_loss", "e.outcome"), SET("lost_at", ":at"), TELL("loss", "true"), START("tell_loss"), \
    NOTIFY(CLERK, "loss_reported"), NOTIFY("dispatcher", "loss_reported"), NOTIFY("deputy_gm", "loss_reported"), \
    NONCONFORMITY_OF("return_repair", "case when " WAS_AWAY " then 'materials_office' when m.outlet_id is not null then 'outlet' else 'tech_dept' end", "major", \
                     "m.loss ->> 'what'", "; customer_id = m.customer_id; serial = m.serial; evidence = nullif(m.loss ->> 'evidence', ''); customer_affected = m.customer_id is not null", NULL), \
    OPEN("compensation", "submit", "return_repair_id = m.id; basis = 'lost_in_custody'; loss_text = m.loss ->> 'what'; claimed_amount = (m.loss ->> 'value')::bigint;" \
         " evidence = nullif(m.loss ->> 'evidence', '')", LINK_LATER, "e.customer_id is not null")
#define FOUND SET("outcome_before_loss", "null"), SET("lost_at", "null"), TELL("loss", "false"), STOP("tell_loss"), STOP("carrier_claim"), \
    CANCEL("compensation"), CLAIM_ENDS("loss_undone", "'找回 found'")
#define WAS_AWAY "e.held_by in ('carrier', 'supplier')"

static const struct transition transitions[] = {
    { .event = "receive", .label = { "Receive", "接收物品" }, .clause = "P5 4.2(1)", .to = "received",
      .when = "exists (select from repair r where r.id = :parent_id and r.state = 'seeking_solution')", .by = "system",
      .takes = RECEIVE_TAKES, .effects = EFFECTS(RECEIVED) },
    { .event = "receive", .label = { "Receive", "接收物品" }, .clause = "P5 4.2(1)", .to = "received",
      .by = "technician outlet_technician dispatcher " CLERK, .takes = RECEIVE_TAKES,
      .guards = GUARDS(&customer_known, &repair_waits, &equipment_fits, &receipt_given),
      .effects = EFFECTS(RECEIVED, RECORD_IF("return_receipt", ":parent_id is null")) },
    { .event = "receive_own", .label = { "Receive an old part of ours", "接收公司旧件" }, .clause = "P11 A", .to = "received", .by = "return_repair_clerk system",
      .takes = "item fault item_category? model? serial? accessories?",
      .effects = EFFECTS(SET("source", "'stock'"), SET("outlet_id", "null"), SET("assignee_id", "case when :has_technician or :has_outlet_technician then :actor end"), SET("to_tell", "'{}'"),
                         SET("must_tell", "false"), SET("chases", "0"), SET("unanswered", "0"), SET("failed_tests", "0"), HELD("technician"),
                         NOTIFY(CLERK, "old_part_received")) },
    { .event = "tag", .label = { "Tag", "标识" }, .clause = "P5 4.2(1)", .from = "received", .to = "tagged",
      .by = "technician outlet_technician", .takes = "tag_no item_category?", .guards = GUARDS(&category_known),
      .effects = EFFECTS(SET("assignee_id", "coalesce(e.assignee_id, :actor)"), RECORD("repair_tag")) },
    { .event = "test", .label = { "Test", "检测" }, .clause = "P5 4.2(2)", .from = "tagged", .to = "tested", .by = TESTER,
      .takes = "test_result cause fault_kind instruments tested_on? data_handling decided_by? note?",
      .guards = GUARDS(&consent_named, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("tester_id", ":actor"), SET("tested_at", ":at"), TESTED_WITH, RECORD("repair_test_record"), INSTRUMENTS_USED,
                         OPEN("recall_signal", "log", "source = 'return_repair'; source_number = m.number; model = m.model; symptom = m.fault_kind; serials = array_remove(array[m.serial], null)", LINK_LATER, SAME_FAULT),
                         OPEN("improvement", "propose", "source = 'repair_stats'; source_number = m.number; type = 'product'; problem = m.model || ': ' || m.fault_kind", LINK_LATER,
                              SAME_FAULT)) },
    { .event = "close_user_fault", .label = { "Close: user's fault", "人为因素结案" }, .clause = "designed", .from = "tested",
      .to = "not_product_fault_closed", .by = TESTER, .takes = "item_returned? customer_copy_taken_in? loss_note?",
      .guards = GUARDS(&is_user_fault, &paid_repair_declined, &given_back),
      .effects = EFFECTS(SET("outcome", "'returned_unrepaired'"), SET("returned_customer_at", "case when e.parent_id is null then :at end"),
                         SET("held_by", "case when e.parent_id is null then 'customer' else e.held_by end"), SET("held_since", ":at"),
                         HAND_IN("return_receipt", ":actor"), REPAIR_ENDS("returned_unrepaired")),
      .flags = TRANSITION_FINAL },
    { .event = "quote", .label = { "Quote", "报价" }, .clause = "designed", .from = "tested handed_over registered supplier_agreed packed shipped at_supplier",
      .to = "same", .by = CLERK, .takes = "quote_amount note?", .guards = GUARDS(&no_open_quote),
      .effects = EFFECTS(SET("quote_decision", "'asked'"), SET("decided_by", "null"), TELL("quote", "true"), STOP_CHASE) },
    { .event = "accept_quote", .label = { "Customer accepts the quote", "客户接受报价" }, .clause = "designed",
      .from = "tested handed_over registered supplier_agreed packed shipped at_supplier", .to = "same", .by = CLERK " dispatcher customer", .takes = "decided_by note?",
      .guards = GUARDS(&quote_waits, &quote_told),
      .effects = EFFECTS(SET("quote_decision", "'accepted'"), SET("repair_class", "'chargeable'"),
                         START_IF("chase_chargeable", NULL, "e.state = 'at_supplier'"), SET_IF("last_chased_at", ":at", "e.state = 'at_supplier'"),
                         SET_IF("next_chase_at", "time_rule_due(case when e.priority = 'urgent' then 'T_P5_CHASE_URGENT' else 'T_P5_CHASE_CHARGEABLE' end, :at)",
                                "e.state = 'at_supplier'")),
      .flags = TRANSITION_FINAL },
    { .event = "decline_quote", .label = { "Customer declines the quote", "客户拒绝报价" }, .clause = "designed",
      .from = "tested handed_over registered supplier_agreed packed shipped at_supplier", .to = "same", .by = CLERK " dispatcher customer", .takes = "decided_by note?",
      .guards = GUARDS(&quote_waits, &quote_told),
      .effects = EFFECTS(SET("quote_decision", "'declined'"), SET_IF("recall_asked_at", ":at", "e.state in ('shipped', 'at_supplier')"),
                         CHASE_IF("e.state = 'at_supplier'")),
      .flags = TRANSITION_FINAL },
    { .event = "hand_over", .label = { "Hand over to the clerk", "交接返修人员" }, .clause = "P5 4.2(2)(3)", .from = "tested",
      .to = "handed_over", .by = TESTER, .takes = "clerk_id both_signed expected_return_at note?",
      .guards = GUARDS(&is_clerk, &signed_by_both, &date_ahead),
      .effects = EFFECTS(SET("assignee_id", ":clerk_id"), SET("handed_over_at", ":at"), HELD("clerk"), DATE_MOVES, NOTIFY("@assignee", "handed_over")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "register", .label = { "Register", "登记备案" }, .clause = "P5 4.2(3)(4)", .from = "handed_over", .to = "registered", .by = CLERK,
      .takes = "repair_class supplier_id leftover_parts priority? note?", .guards = GUARDS(&user_fault_is_charged, &supplier_listed, &leftovers_kept),
      .effects = EFFECTS(START("supplier_due"), SET("leftovers_in_store", ":leftover_parts"), RECORD("repair_register"),
                         RECORD_IF("leftover_part_register", "jsonb_array_length(:leftover_parts) > 0")) },
    { .event = "notify_customer", .label = { "Tell the customer", "告知客户" }, .clause = "P5 4.2(2)(7)", .from = OPEN_WORK, .to = "same",
      .by = CLERK " dispatcher technician@assignee", .takes = "told_about told_by expected_return_at? rights_explained? remedy_offered? note?",
      .guards = GUARDS(&told_is_due, &date_is_told, &told_date_ahead, &rights_told, &remedy_is_offered),
      .effects = EFFECTS(SET("to_tell", "array(select unnest(e.to_tell) except select unnest(:told_about))"),
                         SET("must_tell", "not e.to_tell <@ :told_about"), SET("customer_told_at", ":at"),
                         SET("customer_told_until", "case when 'long_return' = any(:told_about) then coalesce(:expected_return_at, e.expected_return_at)"
                                                    " else e.customer_told_until end"),
                         SET_IF("rights_told", "return_repair_rights(e.customer_id, e.equipment_id, " MAIN_PART ", e.cause, company_date(e.opened_at), company_date(:at),"
                                               " coalesce(:expected_return_at, e.expected_return_at))", ":told_about && '{long_return,exchange_option}'"),
                         STOP_IF("tell_long", "'long_return' = any(:told_about)"), STOP_IF("tell_scrap", "'scrap' = any(:told_about)"),
                         STOP_IF("tell_loss", "'loss' = any(:told_about)")),
      .flags = TRANSITION_FINAL },
    { .event = "move_return_date", .label = { "Move the expected return", "变更预计返回日期" }, .clause = "P5 4.2(2)",
      .from = WITH_CLERK, .to = "same", .by = CLERK, .takes = "expected_return_at reason", .guards = GUARDS(&date_ahead),
      .effects = EFFECTS(DATE_MOVES_LATER) },
    { .event = "pass_return_date", .label = { "The date known to the customer has passed", "已超过告知客户的日期" }, .clause = "P5 4.2(2)",
      .from = WITH_CLERK, .to = "same", .by = "system",
      .effects = EFFECTS(TELL("long_return", "true"), START("tell_long"), NOTIFY(CLERK, "customer_to_tell")), .flags = TRANSITION_FINAL },
    { .event = "agree_supplier", .label = { "Maker's service reached", "联系厂家" }, .clause = "P5 4.2(4)", .from = "registered",
      .to = "supplier_agreed", .by = CLERK, .takes = "supplier_contact_name supplier_contact_phone? supplier_claim_no? expected_return_at? note?",
      .guards = GUARDS(&date_ahead),
      .effects = EFFECTS(STOP("supplier_due"), DATE_MOVES_LATER,
                         FIRE("supplier_id", "confirm", "contact_name = :supplier_contact_name; phone = :supplier_contact_phone")),
      .flags = TRANSITION_FINAL },
    { .event = "pack", .label = { "Pack", "封装" }, .clause = "P5 4.2(8)", .from = "supplier_agreed", .to = "packed", .by = CLERK,
      .takes = "packing_checked note?", .guards = GUARDS(&packing_complete, &paid_work_agreed), .effects = EFFECTS(PACKED) },
    { .event = "ship", .label = { "Ship", "发运" }, .clause = "P5 4.2(4)", .from = "packed", .to = "shipped", .by = "shipping_clerk",
      .takes = "carrier waybill insured_value carrier_due_on note?", .guards = GUARDS(&long_return_told, &carrier_date_ahead, &paid_work_agreed),
      .effects = EFFECTS(SET("shipped_at", ":at"), HELD("carrier"), START("advise_due"), NOTIFY(CLERK, "shipped")), .flags = TRANSITION_FINAL },
    { .event = "advise_supplier", .label = { "Tell the maker the arrival", "告知厂家到货时间" }, .clause = "P5 4.2(4)", .from = "shipped",
      .to = "same", .by = CLERK, .takes = "carrier_due_on? note?", .guards = GUARDS(&carrier_date_ahead),
      .effects = EFFECTS(SET("supplier_told_at", ":at"), STOP("advise_due")), .flags = TRANSITION_FINAL },
    { .event = "confirm_arrival", .label = { "Confirm the arrival", "确认到达" }, .clause = "P5 4.2(4)", .from = "shipped",
      .to = "at_supplier", .by = CLERK, .takes = "arrived_safely damage? note?", .guards = GUARDS(&damage_described),
      .effects = EFFECTS(SET("arrived_supplier_at", ":at"), HELD("supplier"), STOP("advise_due"), SET("unanswered", "0"), CHASE_IF("e.quote_decision is distinct from 'asked'"),
                         START_IF("carrier_claim", NULL, ":arrived_safely is not true"),
                         NONCONFORMITY_OF("return_repair", "'materials_office'", "major", "m.damage", "; customer_id = m.customer_id; serial = m.serial", ":arrived_safely is not true")) },
    { .event = "chase", .label = { "Chase the maker", "催促厂家" }, .clause = "P5 4.2(5)", .from = "at_supplier", .to = "same", .by = CLERK,
      .takes = "answered answer? expected_return_at? supplier_claim_no? note?", .guards = GUARDS(&answer_given, &date_ahead),
      .effects = EFFECTS(SET("chases", "e.chases + 1"), SET("unanswered", "case when :answered then 0 else e.unanswered + 1 end"),
                         SET("last_answer", "coalesce(:answer, e.last_answer)"), CHASE_IF("e.quote_decision is distinct from 'asked'"), DATE_MOVES_LATER,
                         RECORD("chase_log"),
                         NOTIFY_IF("materials_officer", "supplier_silent",
                                   ":answered is not true and e.unanswered + 1 = time_rule_number('N_P5_UNANSWERED')")),
      .flags = TRANSITION_FINAL },
    { .event = "refuse_supplier", .label = { "The maker refuses", "厂家拒修" }, .clause = "designed", .from = "at_supplier", .to = "same",
      .by = CLERK, .takes = "refusal maker_word", .effects = EFFECTS(NOTIFY("materials_officer", "supplier_refused")) },
    { .event = "change_supplier", .label = { "Go to another dealer", "更换厂家" }, .clause = "designed", .from = "at_supplier",
      .to = "supplier_agreed", .by = CLERK, .takes = "supplier_id supplier_contact_name item_is_back repair_class? supplier_claim_no? expected_return_at? note?",
      .guards = GUARDS(&reason_to_change, &item_back, &other_supplier, &supplier_listed, &date_ahead),
      .effects = EFFECTS(STOP_CHASE, SET("refusal", "null"), SET("unanswered", "0"), SET("supplier_claim_no", ":supplier_claim_no"), NEXT_SHIPMENT,
                         DATE_MOVES_LATER),
      .flags = TRANSITION_FINAL },
    { .event = "announce_back", .label = { "The maker has sent it back", "厂家已寄回" }, .clause = "P5 4.2(6)", .from = "at_supplier",
      .to = "same", .by = CLERK " shipping_clerk", .takes = "back_carrier back_waybill back_due_on", .guards = GUARDS(&back_date_ahead),
      .effects = EFFECTS(HELD("carrier")) },
    { .event = "receive_back", .label = { "Receive it back", "接收返回物品" }, .clause = "P5 4.2(6)", .from = "at_supplier", .to = "same",
      .when = ":discrepancy is not null", .by = "shipping_clerk", .takes = RECEIVE_BACK_TAKES,
      .effects = EFFECTS(SET("returned_serial", "e.returned_serial"), SET("credit_amount", "e.credit_amount"), NOTIFY(CLERK, "discrepancy")) },
    { .event = "receive_back", .label = { "Receive it back", "接收返回物品" }, .clause = "P5 4.2(6)", .from = "at_supplier",
      .to = "back_received", .by = "shipping_clerk", .takes = RECEIVE_BACK_TAKES, .guards = RECEIVE_BACK_GUARDS,
      .effects = EFFECTS(SET("returned_at", ":at"), SET("outcome", ":back_outcome"),
                         SET("held_by", "case when :back_outcome = 'credited' then 'supplier' else 'clerk' end"), SET("held_since", ":at"), STOP_CHASE, NOTIFY(CLERK, "back_received")) },
    { .event = "verify", .label = { "Test on return", "返回测试登记" }, .clause = "P5 4.2(6)", .from = "back_received", .to = "verified", .by = CLERK,
      .takes = "identity_checked test_result instruments? tested_on? reassembled? part_test_passed? whole_test_passed? maker_warranty_until? note?",
      .guards = GUARDS(&identity_is_checked, &whole_again, &tests_passed, &instruments_named, &instruments_usable, &test_day_past),
      .effects = EFFECTS(TESTED_WITH, SET_IF("leftovers_in_store", "'[]'", "e.outcome in ('repaired', 'exchanged')"), RECORD("repair_test_record"), INSTRUMENTS_USED,
                         FIRE_IF("equipment_id", "exchange_serial",
                                 "serial = e.returned_serial; reason = e.number;"
                                 " warranty_until = (select greatest(:maker_warranty_until, q.warranty_until) from equipment q where q.id = e.equipment_id)",
                                 "e.outcome in ('repaired', 'exchanged') and e.returned_serial <> e.serial and exists (select from equipment q"
                                 " where q.id = e.equipment_id and q.serial = e.serial and q.state = 'in_use')")) },
    { .event = "resend", .label = { "Send it again", "再次返修" }, .clause = "designed", .from = "back_received", .to = "packed", .by = CLERK,
      .takes = "test_result instruments tested_on? packing_checked part_test_passed? whole_test_passed? expected_return_at? note?",
      .guards = GUARDS(&not_credited, &test_failed, &packing_complete, &date_ahead, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("failed_tests", "e.failed_tests + 1"), SET("outcome", "null"), SET("returned_at", "null"), TESTED_WITH, RECORD("repair_test_record"), INSTRUMENTS_USED,
                         SET("to_tell", "tell_list(" DATE_LIST ", 'exchange_option', e.failed_tests + 1 >= time_rule_number('N_P5_FAILED_TESTS'))"),
                         SET("must_tell", "cardinality(tell_list(" DATE_LIST ", 'exchange_option', e.failed_tests + 1 >= time_rule_number('N_P5_FAILED_TESTS'))) > 0"),
                         START_IF("tell_long", NULL, IS_LONG " and not e.clocks ? 'tell_long'"), NEXT_SHIPMENT, PACKED),
      .flags = TRANSITION_FINAL },
    { .event = "deliver_internal", .label = { "Give it to the technician", "交维修人员" }, .clause = "P5 4.2(6)", .from = "verified",
      .to = "to_technician", .by = CLERK, .takes = "receipt_to technician_id? note?", .guards = GUARDS(&receiver_is_dispatcher, &is_technician),
      .effects = EFFECTS(SET("assignee_id", "coalesce(:technician_id, (select r.assignee_id from repair r where r.id = e.parent_id))"),
                         SET("held_by", "case when e.outcome = 'credited' then e.held_by else 'technician' end"), SET("held_since", ":at"), STOP("tell_long"), TELL("long_return", "false"), HAND_IN("return_receipt", ":receipt_to"),
                         FIRE_IF("parent_id", "return_repair_done", NULL, REPAIR_WAITS " and e.outcome in ('repaired', 'exchanged')"),
                         FIRE_IF("parent_id", "return_repair_unrepaired", NULL, REPAIR_WAITS " and e.outcome not in ('repaired', 'exchanged')"),
                         NOTIFY("@assignee", "return_repair_back")),
      .flags = TRANSITION_FINAL },
    { .event = "return_to_stock", .label = { "Back into stock", "返修入库" }, .clause = "P11 A", .from = "verified", .to = "returned_to_stock", .by = CLERK,
      .takes = "note?", .guards = GUARDS(&is_own), .effects = EFFECTS(HELD("store"), STOP("tell_long"), NOTIFY("warehouse_keeper", "old_part_repaired")),
      .flags = TRANSITION_FINAL },
    { .event = "store_own_scrap", .label = { "Our own part is scrap", "公司旧件判废存仓" }, .clause = "P11 A", .from = "tested handed_over registered back_received",
      .to = "scrap_stored", .by = CLERK, .takes = "scrap_place scrap_reason", .guards = GUARDS(&is_own),
      .effects = EFFECTS(HELD("store"), RECORD("bad_part_register")), .flags = TRANSITION_FINAL },
    { .event = "return_to_customer", .label = { "Return to the customer", "返回客户" }, .clause = "P5 4.1", .from = "to_technician",
      .to = "returned_to_customer", .when = "e.parent_id is not null", .by = "system", .takes = RETURN_TAKES,
      .guards = GUARDS(&leftovers_out), .effects = EFFECTS(TO_CUSTOMER), .flags = TRANSITION_FINAL },
    { .event = "return_to_customer", .label = { "Return to the customer", "返回客户" }, .clause = "P5 4.1", .from = "to_technician",
      .to = "returned_to_customer", .by = TESTER, .takes = RETURN_TAKES, .guards = RETURN_GUARDS,
      .effects = EFFECTS(TO_CUSTOMER, HAND_IN("return_receipt", ":receipt_to")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "close_uncollected", .label = { "Never collected", "逾期未取处置" }, .clause = "designed", .from = "to_technician",
      .to = "scrap_disposed", .when = "e.parent_id is not null", .by = "system", .takes = "legal_advice",
      .effects = EFFECTS(SET("outcome", "'scrap_disposed'"), RECORD("bad_part_register")),
      .flags = TRANSITION_FINAL },
    { .event = "close_uncollected", .label = { "Never collected, or out of reach", "逾期未取或联系不上处置" }, .clause = "00-common 13",
      .from = "to_technician irreparable scrap_decided", .to = "scrap_disposed", .when = "e.parent_id is null", .by = "deputy_gm", .takes = "legal_advice",
      .guards = GUARDS(&tried_to_reach, &kept_long, &is_here, &leftovers_out),
      .effects = EFFECTS(SET("outcome", "'scrap_disposed'"), RECORD("bad_part_register")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_loss", .label = { "Report the loss", "登记丢失" }, .clause = "designed", .from = "shipped at_supplier", .to = "lost",
      .by = CLERK " system", .takes = "loss", .effects = EFFECTS(LOST, STOP_CHASE, STOP("advise_due"), START("carrier_claim")), .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Report the loss", "登记丢失" }, .clause = "00-common 14",
      .from = BEFORE_SHIPPED " back_received verified to_technician irreparable scrap_decided", .to = "lost", .by = CLERK " " TESTER " dispatcher",
      .takes = "loss", .effects = EFFECTS(LOST, STOP("supplier_due"), START_IF("carrier_claim", NULL, "e.held_by = 'carrier'")), .flags = TRANSITION_FINAL },
    { .event = "found", .label = { "Found", "找回" }, .clause = "designed", .from = "lost", .to = "at_supplier", .when = ":found_place = 'supplier'",
      .by = CLERK, .takes = "found_place returned_condition note?", .guards = GUARDS(&was_sent),
      .effects = EFFECTS(FOUND, SET("outcome", "null"), SET("arrived_supplier_at", "coalesce(e.arrived_supplier_at, :at)"), SET("back_due_on", "null"),
                         HELD("supplier"), CHASE_IF("true")),
      .flags = TRANSITION_FINAL },
    /* Marked and tested anew: nobody knows where it was. */
    { .event = "found", .label = { "Found here", "在公司找回" }, .clause = "designed", .from = "lost", .to = "received",
      .when = "e.returned_at is null and not " WAS_AWAY, .by = CLERK, .takes = "found_place returned_condition note?",
      .effects = EFFECTS(FOUND, SET("outcome", "null"), SET("assignee_id", "e.tester_id"), HELD("technician")), .flags = TRANSITION_FINAL },
    { .event = "found", .label = { "Found", "找回" }, .clause = "designed", .from = "lost", .to = "back_received", .by = CLERK,
      .takes = "found_place returned_condition note?",
      .effects = EFFECTS(FOUND, SET("outcome", "case when " WAS_AWAY " then 'returned_unrepaired' else coalesce(e.outcome_before_loss, 'returned_unrepaired') end"),
                         SET("returned_at", ":at"), HELD("clerk")),
      .flags = TRANSITION_FINAL },
    { .event = "take_leftovers", .label = { "Take parts out of the store", "取出剩余配件" }, .clause = "P5 4.2(4)(6)",
      .from = "registered supplier_agreed packed shipped at_supplier back_received verified to_technician irreparable scrap_decided lost", .to = "same",
      .by = CLERK " " TESTER " warehouse_keeper", .takes = "leftovers_taken note?", .guards = GUARDS(&leftovers_there),
      .effects = EFFECTS(SET("leftovers_in_store", "leftovers_less(e.leftovers_in_store, :leftovers_taken)"), RECORD("leftover_part_register")),
      .flags = TRANSITION_FINAL },
    { .event = "ask_exchange", .label = { "The customer takes an exchange", "客户同意换货" }, .clause = "P5 4.2(7), 93-links",
      .from = "packed at_supplier back_received verified to_technician irreparable scrap_decided scrap_stored lost", .to = "same", .by = CLERK " dispatcher",
      .takes = "decided_by note?", .guards = GUARDS(&exchange_offered, &told_of_all, &asked_once),
      .effects = EFFECTS(SET("exchange_asked_at", ":at"),
                         OPEN("return_exchange", "apply",
                              "customer_id = e.customer_id; kind = 'exchange'; return_reason = concat_ws(' ', e.number, e.item, coalesce(e.scrap_reason, e.loss ->> 'what', e.fault));"
                              " contact_name = coalesce(e.contact_name, " OF_CUSTOMER("name") "); contact_phone = coalesce(e.contact_phone, " OF_CUSTOMER("phone") ", '-');"
                              " address = coalesce((select r.address from repair r where r.id = e.parent_id), " OF_CUSTOMER("address") ");"
                              " equipment_id = (select q.id from equipment q where q.id = e.equipment_id and q.serial = e.serial and q.customer_id = e.customer_id);"
                              " serial = e.serial; model = e.model; contract_no = " OF_UNIT("contract_no") "; sold_on = " OF_UNIT("accepted_on") ";"
                              " required_skill = " OF_UNIT("skill") "; main_part = " MAIN_PART "; parent_id = e.parent_id", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "claim_carrier", .label = { "Claim on the carrier", "向承运人索赔" }, .clause = "designed", .from = "at_supplier lost", .to = "same",
      .by = CLERK " shipping_clerk", .takes = "carrier_claim_no note?", .guards = GUARDS(&claim_is_due),
      .effects = EFFECTS(STOP("carrier_claim"),
                         OPEN("supplier_claim", "claim",
                              "supplier = coalesce(case when e.back_due_on is not null then e.back_carrier end, e.carrier); item = e.item; serial = e.serial;"
                              " claim_amount = e.insured_value", LINK_MUST, "e.carrier is not null")),
      .flags = TRANSITION_FINAL },
    { .event = "compensate", .label = { "Loss made good", "赔付完毕" }, .clause = "designed", .from = "lost", .to = "compensated", .by = "dispatcher",
      .takes = "made_good_by reason", .guards = GUARDS(&loss_told, &made_good, &claim_over, &leftovers_out), .effects = EFFECTS(REPAIR_ENDS("scrapped"), REPLACED),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "declare_scrap", .label = { "Cannot be repaired", "判定废件" }, .clause = "P5 4.2(7)", .from = "tested at_supplier back_received",
      .to = "irreparable", .by = CLERK " " TESTER, .takes = "scrap_reason maker_word?", .guards = GUARDS(&maker_has_spoken),
      .effects = EFFECTS(TELL("scrap", "true"), START("tell_scrap"), STOP_CHASE, NOTIFY(CLERK, "customer_to_tell"), NOTIFY("dispatcher", "customer_to_tell")) },
    { .event = "decide_scrap", .label = { "Customer decides on the scrap", "客户决定废件处理" }, .clause = "P5 4.2(7)", .from = "irreparable",
      .to = "scrap_decided", .by = "customer dispatcher " CLERK, .takes = "scrap_choice decided_by note?", .guards = GUARDS(&scrap_told, &may_stay),
      .effects = EFFECTS(SET_IF("recall_asked_at", ":at", "e.held_by = 'supplier' and :scrap_choice <> 'leave_at_supplier'")),
      .flags = TRANSITION_FINAL },
    { .event = "receive_scrap", .label = { "Scrap received back", "接收退回废件" }, .clause = "P5 4.2(7)", .from = "irreparable scrap_decided", .to = "same",
      .by = "shipping_clerk", .takes = "returned_condition back_waybill?", .guards = GUARDS(&is_at_maker),
      .effects = EFFECTS(SET("returned_at", ":at"), HELD("clerk"), NOTIFY(CLERK, "back_received")) },
    { .event = "return_scrap", .label = { "Give the scrap back", "退回废件" }, .clause = "P5 4.2(7)", .from = "scrap_decided", .to = "scrap_returned",
      .by = CLERK, .takes = RETURN_TAKES, .guards = GUARDS(&wants_it_back, &is_here, &is_signed, &signature_bound, &given_back, &receipt_handed_in, &leftovers_out),
      .effects = EFFECTS(SET("outcome", "'scrap_returned'"), SET("returned_customer_at", "case when e.parent_id is null then :at end"),
                         SET("held_by", "case when e.parent_id is null then 'customer' else 'technician' end"), SET("held_since", ":at"),
                         HAND_IN("return_receipt", ":receipt_to"), REPAIR_ENDS("scrapped")),
      .flags = TRANSITION_FINAL },
    { .event = "store_scrap", .label = { "Store the scrap", "废件存仓" }, .clause = "P5 4.2(7)", .from = "scrap_decided", .to = "scrap_stored", .by = CLERK,
      .takes = "scrap_place note?", .guards = GUARDS(&leaves_it_to_us, &is_here, &leftovers_out),
      .effects = EFFECTS(HELD("store"), RECORD("bad_part_register"), REPAIR_ENDS("scrapped")), .flags = TRANSITION_FINAL },
    { .event = "leave_scrap", .label = { "Leave the scrap at the maker", "废件留在厂家" }, .clause = "designed", .from = "scrap_decided",
      .to = "scrap_disposed", .by = CLERK, .takes = "maker_word", .guards = GUARDS(&leaves_it_there, &leftovers_out),
      .effects = EFFECTS(SET("outcome", "'scrap_disposed'"), RECORD("bad_part_register"), REPAIR_ENDS("scrapped")), .flags = TRANSITION_FINAL },
    { .event = "approve_disposal", .label = { "Approve the disposal", "批准处置" }, .clause = "designed", .from = "scrap_stored", .to = "same", .by = "deputy_gm",
      .takes = "disposal_batch", .effects = EFFECTS(SET("disposal_approved_by", ":actor"), NOTIFY("materials_officer", "disposal_approved")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "dispose_scrap", .label = { "Dispose of the scrap", "处置废件" }, .clause = "P5 4.2(7)", .from = "scrap_stored", .to = "scrap_disposed",
      .by = "materials_officer", .takes = "note?", .guards = GUARDS(&disposal_approved, &approver_is_other),
      .effects = EFFECTS(SET("outcome", "'scrap_disposed'")), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "00-common 13", .from = BEFORE_SHIPPED, .to = "to_technician",
      .when = "e.parent_id is not null", .by = "system", .takes = "withdrawal_wish", .effects = EFFECTS(WITHDRAWN_HERE), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "00-common 13", .from = BEFORE_SHIPPED, .to = "to_technician",
      .by = "dispatcher " CLERK " " TESTER, .takes = "withdrawal_wish", .effects = EFFECTS(WITHDRAWN_HERE), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "00-common 13", .from = STILL_AWAY, .to = "same",
      .when = "e.parent_id is not null", .by = "system", .takes = "withdrawal_wish", .effects = EFFECTS(WITHDRAWN_AWAY), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "00-common 13", .from = STILL_AWAY, .to = "same",
      .by = "dispatcher " CLERK, .takes = "withdrawal_wish", .effects = EFFECTS(WITHDRAWN_AWAY), .flags = TRANSITION_FINAL },
    { .event = "report_swap", .label = { "Report swapped items", "登记物品互换" }, .clause = "designed",
      .from = "packed shipped at_supplier back_received verified to_technician", .to = "same", .by = CLERK " system", .takes = "swapped_with",
      .guards = GUARDS(&not_itself),
      .effects = EFFECTS(SET("paused", "coalesce(e.paused, jsonb_build_object('reason', 'supplier', 'since', :at))"),
                         SET_IF("clocks", "clocks_pause(e.clocks, :at)", "e.paused is null"), NOTIFY(CLERK, "items_swapped"),
                         /* Two cases are one mistake. */
                         NONCONFORMITY_OF("return_repair", "'tech_dept'", "major",
                                          "(select '物品互换 swapped: ' || m.number || ', ' || o.number from return_repair o where o.id = m.swapped_with)",
                                          "; customer_id = m.customer_id; serial = m.serial",
                                          "not exists (select from return_repair o where o.swapped_with = e.id)")),
      .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN(OPEN_WORK, "dispatcher"),
    CHANGE_CUSTOMER,
    { NULL },
};

#define LOSS_BY_CARRIER(carrier, number) \
    "loss = jsonb_build_object('what', e.item, 'holder', coalesce(e." carrier ", ''), 'value', coalesce(e.insured_value, 0), 'evidence', coalesce(e." number ", ''))"
static const struct timer timers[] = {
    { "report_loss", "e.state = 'shipped' and e.carrier_due_on + time_rule_number('T_P5_CARRIER_LATE') < company_date(:now)",
      LOSS_BY_CARRIER("carrier", "waybill") },
    { "report_loss", "e.state = 'at_supplier' and e.back_due_on + time_rule_number('T_P5_CARRIER_LATE') < company_date(:now)",
      LOSS_BY_CARRIER("back_carrier", "back_waybill") },
    { "pass_return_date",
      "e.state in ('handed_over', 'registered', 'supplier_agreed', 'packed', 'shipped', 'at_supplier', 'back_received', 'verified')"
      " and company_date(:now) > greatest(company_date(e.opened_at) + time_rule_number('T_P5_LONG_RETURN'), e.customer_told_until)"
      " and not coalesce('long_return' = any(e.to_tell), false) and e.source <> 'stock'" },
    TO_REASSIGN("e.state <> 'scrap_stored'"),
    /* What was swapped with a case is a case that was swapped. */
    { "report_swap",
      "e.state in ('packed', 'shipped', 'at_supplier', 'back_received', 'verified', 'to_technician') and e.swapped_with is null"
      " and exists (select from return_repair o where o.swapped_with = e.id)",
      "swapped_with = (select o.id from return_repair o where o.swapped_with = e.id order by o.id limit 1)" },
    { NULL },
};

static const struct given given[] = {
    { .event = "revert", .effects = EFFECTS(INSTRUMENTS_NOT_USED) },
    { .event = "void", .effects = EFFECTS(FIRE_IF("parent_id", "return_repair_unrepaired", NULL, REPAIR_WAITS)) },
    { .event = "amend", .from = OPEN_WORK, .guards = GUARDS(&item_open, &amended_equipment_fits),
      .effects = EFFECTS(SET("next_chase_at", "case when e.next_chase_at is null or :priority is null then e.next_chase_at"
                                              " else time_rule_due(" CHASE_RULE(":priority") ", e.last_chased_at) end")) },
    { .event = "reassign", .guards = GUARDS(&technician_is_active, &role_fits) },
    { .event = "contact_attempt", .by = "dispatcher " CLERK " " TESTER },
    { .event = "pause", .from = OPEN_WORK },
    { NULL },
};

static const struct machine return_repair = {
    .name = "return_repair", .path = "return-repairs", .prefix = "RR", .title = { "Return repair", "返修单" }, .fields = return_repair_fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given,
    .owner = "return_repair_clerk dispatcher",
    .amends = "item item_category equipment_id model serial accessories fault tag_no fault_kind cause repair_class contact_name contact_phone priority",
    .signed_fields = "item serial returned_serial outcome",
    .default_outlet = "coalesce(:scope_outlet, " OF_REPAIR("outlet_id") ")",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'open_return_repair', 'id', d.id, 'number', d.number, 'state', d.state))"
                " from return_repair d where d.serial = e.serial and d.id <> e.id and d.closed_at is null)",
};

const struct procedure p05_return_repair = {
    .number = 5, .code = "P5", .title = { "Return repair", "物品返修" }, .clause = "P5",
    .machines = (const struct machine *const[]){ &return_repair, &p05_supplier_contact, NULL },
    .forms = return_repair_forms,
};
