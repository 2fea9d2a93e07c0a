/* P14: installed equipment, its warranty and the visits that its acceptance plans. */
#include "procedures/p14_customers.h"

static const struct state states[] = {
    { "in_use", { "In use", "在用" } },
    { "replaced", { "Replaced", "已更换" }, STATE_TERMINAL },
    { "returned", { "Returned", "已退货" }, STATE_TERMINAL },
    { "scrapped", { "Scrapped", "已报废" }, STATE_TERMINAL },
    { "lost", { "Lost", "已遗失" }, STATE_TERMINAL },
    { NULL },
};
static const struct field transfer_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "from_customer_id", FIELD_TEXT, { "From", "原客户" } },
    { "proof", FIELD_TEXT, { "Proof", "证明" } },
    { NULL },
};
static const struct field fields[] = {
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_SEARCH | FIELD_FILTER, 1, 80, .example = "\"SN20260001\"" },
    { "former_serials", FIELD_TEXTS, { "Former serial numbers", "原序列号" }, FIELD_COMPUTED | FIELD_FILTER, 0, 50 },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120, .example = "\"ZN-2000\"" },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_FILTER, .choices = skill_choices },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "outlet_id", FIELD_REFERENCE, { "Served by outlet", "服务网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    REF("delivery_id", "Delivery", "配送单", FIELD_FILTER, "delivery"),
    { "delivered_on", FIELD_DATE, { "Delivered on", "送达日期" }, FIELD_FILTER },
    { "accepted_on", FIELD_DATE, { "Accepted on", "验收日期" }, FIELD_FILTER },
    { "warranty_until", FIELD_DATE, { "Warranty until", "保修期至" }, FIELD_FILTER },
    { "warranty_months", FIELD_INTEGER, { "Months of warranty from the acceptance", "保修月数(自验收起)" }, 0, 0, 240, .example = "24" },
    { "warranty_warned_for", FIELD_DATE, { "Warned of the warranty's end on", "已提醒的保修到期日" }, FIELD_COMPUTED },
    { "days_in_repair", FIELD_INTEGER, { "Days in repair, added to the warranty", "维修占用天数" }, FIELD_COMPUTED, 0, 100000 },
    { "bought_elsewhere", FIELD_BOOLEAN, { "Not sold by us", "非我司售出" }, FIELD_FILTER },
    { "repair_days", FIELD_INTEGER, { "Days of this repair", "本次维修天数" }, FIELD_TRANSIENT, 0, 10000 },
    REF("replaced_by_id", "Replaced by", "更换为", FIELD_FILTER, "equipment"),
    { "proof", FIELD_TEXT, { "Proof of ownership", "归属证明" }, 0, 1, 500, .example = "\"转让协议 2026-11\"" },
    { "warranty_ends", FIELD_BOOLEAN, { "The contract ends the warranty with the transfer", "合同约定过户后保修终止" }, FIELD_TRANSIENT },
    { "transfers", FIELD_LIST, { "Transfers", "过户记录" }, FIELD_COMPUTED, .items = transfer_items },
    { "plan_visits_from", FIELD_DATE, { "Visits to be planned from", "待安排回访起算日" }, FIELD_COMPUTED },
    { "next_yearly_on", FIELD_DATE, { "Next yearly visit", "下次年度回访" }, FIELD_COMPUTED | FIELD_FILTER },
    MOVED_FROM,
    { NULL },
};

GUARD(no_foreign_warranty, "no_warranty_for_foreign_unit", ":bought_elsewhere is not true or :warranty_until is null", "warranty_until",
      "A unit that we did not sell has no warranty of ours", "非我司售出设备无保修");
GUARD(no_warranty_later, "no_warranty_for_foreign_unit", "e.bought_elsewhere is not true or :warranty_until is null", "warranty_until",
      "A unit that we did not sell has no warranty of ours", "非我司售出设备无保修");
GUARD(no_foreign_months, "no_warranty_for_foreign_unit", ":bought_elsewhere is not true or :warranty_months is null", "warranty_months",
      "A unit that we did not sell has no warranty of ours", "非我司售出设备无保修");
GUARD(no_months_later, "no_warranty_for_foreign_unit", "e.bought_elsewhere is not true or :warranty_months is null", "warranty_months",
      "A unit that we did not sell has no warranty of ours", "非我司售出设备无保修");
GUARD(accepted_before, "acceptance_in_future", ":accepted_on <= company_date(:at)", "accepted_on", "The acceptance lies in the future", "验收日期不得晚于今天");
GUARD(warranty_behind_acceptance, "warranty_before_acceptance", ":warranty_until is null or :warranty_until >= :accepted_on", "warranty_until",
      "The warranty would end before the acceptance", "保修期不得早于验收日期");
GUARD(other_serial, "same_serial", ":serial <> e.serial", "serial", "That is the serial number it has", "与现序列号相同");
GUARD(other_owner, "same_owner", ":customer_id <> e.customer_id", "customer_id", "The unit belongs to this customer already", "设备已属于该客户");
GUARD(new_owner_open, "customer_closed",
      "exists (select from customer o where o.id = :customer_id and o.closed_at is null and o.state <> 'erasing')", "customer_id",
      "The new owner's file is closed", "新客户档案已关闭");
GUARD(replaced_by_other, "replaced_by_itself", ":replaced_by_id is null or :replaced_by_id <> e.id", "replaced_by_id", "A unit does not replace itself",
      "设备不得更换为自身");
GUARD(owner_proven, "proof_missing", ":customer_id is null or :proof is not null", "proof", "Another owner needs a proof", "变更归属须提供证明");

#define YEARLY_AFTER(day) "(" day " + make_interval(months => time_rule_number('N_P14_VISIT_YEARLY_MONTHS')))::date"
#define PLAN(kind_, day) \
    OPEN("visit", "plan", "customer_id = e.customer_id; equipment_id = e.id; delivery_id = e.delivery_id; kind = '" kind_ "'; due_on = " day, LINK_MUST, \
         "visit_wanted(e.customer_id, '" kind_ "', " day ", :at)")
#define ESCORT_END "(e.plan_visits_from + time_rule_number('T_P14_VISIT_ESCORT_END'))"
#define AFTER_MONTHS(rule) "(e.plan_visits_from + make_interval(months => time_rule_number('" rule "')))::date"
#define OWNER_IS_OPEN "exists (select from customer o where o.id = e.customer_id and o.closed_at is null and o.state <> 'erasing')"

static const struct transition transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "P14", .to = "in_use",
      .by = "commerce_officer dispatcher hotline_clerk outlet_manager installer",
      .takes = "serial model customer_id skill? contract_no? accepted_on? warranty_until? warranty_months? bought_elsewhere? outlet_id?",
      .guards = GUARDS(&no_foreign_warranty, &no_foreign_months),
      .effects = EFFECTS(SET("days_in_repair", "0"), SET("next_yearly_on", "case when :bought_elsewhere is not true then next_anniversary(:accepted_on, company_date(:at)) end")) },
    { .event = "enter_delivered", .label = { "Delivered and accepted", "配送验收登记" }, .clause = "P8 4.12", .to = "in_use", .by = "system",
      .takes = "serial model customer_id accepted_on delivery_id delivered_on skill? contract_no? warranty_until? outlet_id?",
      .effects = EFFECTS(SET("days_in_repair", "0"), SET("plan_visits_from", ":accepted_on"), SET("next_yearly_on", YEARLY_AFTER(":accepted_on"))) },
    { .event = "accept", .label = { "Accepted by the customer", "客户验收" }, .clause = "P8 4.12", .from = "in_use", .to = "same",
      .by = "commerce_officer dispatcher installer", .takes = "accepted_on warranty_until? warranty_months?",
      .guards = GUARDS(&accepted_before, &no_warranty_later, &no_months_later, &warranty_behind_acceptance),
      .effects = EFFECTS(SET("warranty_until", "coalesce(:warranty_until, (:accepted_on + make_interval(months => coalesce(:warranty_months, e.warranty_months)))::date,"
                                               " e.warranty_until)"),
                         SET("plan_visits_from", "case when e.bought_elsewhere is not true then :accepted_on end"),
                         SET("next_yearly_on", "case when e.bought_elsewhere is not true then " YEARLY_AFTER(":accepted_on") " end")),
      .flags = TRANSITION_FINAL },
    { .event = "plan_visits", .label = { "Plan the visits after acceptance", "安排验收后回访" }, .clause = "P14 numeric", .from = "in_use", .to = "same",
      .by = "system",
      .effects = EFFECTS(SET("plan_visits_from", "null"), PLAN("escort_end", ESCORT_END), PLAN("month_1", AFTER_MONTHS("N_P14_VISIT_FIRST_MONTHS")),
                         PLAN("month_6", AFTER_MONTHS("N_P14_VISIT_SECOND_MONTHS"))),
      .flags = TRANSITION_FINAL },
    { .event = "plan_yearly", .label = { "Plan the yearly visit", "安排年度回访" }, .clause = "P14 numeric", .from = "in_use", .to = "same", .by = "system",
      .effects = EFFECTS(SET("next_yearly_on", YEARLY_AFTER("e.next_yearly_on")), PLAN("yearly", "e.next_yearly_on")), .flags = TRANSITION_FINAL },
    { .event = "warn_warranty", .label = { "Warn of the warranty's end", "保修到期提醒" }, .clause = "P14 numeric", .from = "in_use", .to = "same",
      .by = "system", .effects = EFFECTS(SET("warranty_warned_for", "e.warranty_until"), NOTIFY("commerce_officer", "warranty_ending")),
      .flags = TRANSITION_FINAL },
    { .event = "count_repair", .label = { "Count days in repair", "计入维修天数" }, .clause = "P4 limits",
      .from = "in_use replaced returned scrapped lost", .to = "same", .by = "system", .takes = "repair_days",
      .effects = EFFECTS(SET("days_in_repair", "coalesce(e.days_in_repair, 0) + :repair_days"),
                         SET("warranty_until", "e.warranty_until + :repair_days")),
      .flags = TRANSITION_FINAL },
    { .event = "exchange_serial", .label = { "Serial number exchanged", "更换序列号" }, .clause = "P5 4.2(6), P9", .from = "in_use", .to = "same",
      .by = "dispatcher materials_officer", .takes = "serial model? warranty_until? reason?", .guards = GUARDS(&other_serial, &no_warranty_later),
      .effects = EFFECTS(SET("former_serials", "array_append(coalesce(e.former_serials, '{}'), e.serial)")), .flags = TRANSITION_FINAL },
    { .event = "transfer", .label = { "Transfer to another owner", "过户" }, .clause = "P14 A", .from = "in_use", .to = "same",
      .by = "dispatcher", .takes = "customer_id reason proof warranty_ends?", .guards = GUARDS(&other_owner, &new_owner_open),
      .effects = EFFECTS(SET("transfers", "coalesce(e.transfers, '[]') || jsonb_build_object('at', :at, 'from_customer_id', e.customer_id, 'proof', :proof)"),
                         SET("outlet_id", "(select o.outlet_id from customer o where o.id = :customer_id)"),
                         SET("warranty_until", "case when :warranty_ends is true then least(e.warranty_until, company_date(:at) - 1) else e.warranty_until end"),
                         FIRE_EACH("visit", "equipment_id", "c.state in ('planned', 'due')", "drop", "cancel_reason = 'unit_gone'")),
      .flags = TRANSITION_FINAL },
    { .event = "replace", .label = { "Replaced", "已更换" }, .clause = "P14", .from = "in_use", .to = "replaced",
      .by = "dispatcher", .takes = "reason replaced_by_id?", .guards = GUARDS(&replaced_by_other) },
    { .event = "take_back", .label = { "Returned", "退货" }, .clause = "P14", .from = "in_use", .to = "returned",
      .by = "dispatcher", .takes = "reason" },
    { .event = "scrap", .label = { "Scrapped", "报废" }, .clause = "P14", .from = "in_use", .to = "scrapped",
      .by = "dispatcher", .takes = "reason" },
    { .event = "report_lost", .label = { "Lost", "遗失" }, .clause = "P14", .from = "in_use", .to = "lost",
      .by = "dispatcher", .takes = "reason" },
    CHANGE_CUSTOMER,
    { NULL },
};
static const struct timer timers[] = {
    { "plan_visits", "e.plan_visits_from is not null and e.state = 'in_use' and " OWNER_IS_OPEN },
    { "plan_yearly",
      "e.state = 'in_use' and e.next_yearly_on <= company_date(:now) + time_rule_number('N_P14_PLAN_AHEAD') and " OWNER_IS_OPEN },
    { "warn_warranty",
      "e.state = 'in_use' and e.warranty_until >= company_date(:now) and e.warranty_until <= company_date(:now) + time_rule_number('N_P14_WARRANTY_WARN')"
      " and e.warranty_warned_for is distinct from e.warranty_until" },
    { NULL },
};
static const struct given given[] = { { .event = "amend", .guards = GUARDS(&owner_proven) }, { NULL } };

const struct machine p14_equipment = {
    .name = "equipment", .path = "equipment", .prefix = "EQ", .title = { "Installed equipment", "设备档案" },
    .fields = fields, .states = states, .transitions = transitions, .timers = timers, .given = given,
    .owner = "dispatcher commerce_officer", .amends = "serial model skill contract_no accepted_on warranty_until customer_id proof",
    .without = "reassign pause resume", .display = "model",
    .default_outlet = "(select c.outlet_id from customer c where c.id = :customer_id)",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'serial_known', 'id', d.id, 'number', d.number))"
                " from equipment d where d.serial = e.serial and d.id <> e.id)",
};
