/* P8: delivery, installation and commissioning, from the contract to the customer's comment. */
#include "procedures/p08_delivery_guards.h"
#include "procedures/p08_parts.h"

#define INSTALLER "installer@assignee"
#define DELIVERER "*@assignee"
#define INSIDE "contract_received packed handed_over scheduled customer_notified"
#define SITE "install_dated preparing installing commissioning"
#define AT_CUSTOMER SITE " trial_run handed_to_customer escorting final_acceptance"

static const struct state states[] = {
    { "contract_received", { "Contract received", "接合同" } },
    { "packed", { "Packed", "已装箱" } },
    { "handed_over", { "Handed over inside", "内部交接" } },
    { "scheduled", { "Scheduled", "已排车" } },
    { "customer_notified", { "Customer notified", "已电话联系" } },
    { "in_transit", { "In transit", "配送中" } },
    { "received_on_site", { "Received on site", "现场交接" } },
    { "discrepancy", { "Discrepancy", "异议" } },
    { "install_dated", { "Installation dated", "安装日期确认" } },
    { "preparing", { "Preparing", "准备" } },
    { "installing", { "Installing", "安装" } },
    { "commissioning", { "Commissioning", "调试" } },
    { "trial_run", { "Trial run", "试运转" } },
    { "handed_to_customer", { "Handed to the customer", "交付" } },
    { "escorting", { "Escort", "护航" } },
    { "final_acceptance", { "Final acceptance", "交接确认" } },
    { "settled", { "Settled", "结算" } },
    { "closed", { "Closed", "已结" }, STATE_TERMINAL },
    { "delivered_only", { "Delivered, nothing to install", "仅配送完成" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { "returned", { "Returned whole", "整单退回" }, STATE_TERMINAL },
    { NULL },
};

static const struct clock clocks[] = {
    { "delivery_due", { "Deliver as promised", "承诺送达期限" }, "T_P8_PROMISE", NULL, false },
    { "window_due", { "Deliver within the time told", "约定时段截止" }, "T_P8_WINDOW", NULL, false },
    { "hand_over_due", { "Hand over after the trial run", "试运转后交付期限" }, "T_P8_HAND_OVER", NULL, false },
    { "escort_end_due", { "End the escort", "护航结束期限" }, "T_P8_ESCORT_END", NULL, false },
    { "defects_due", { "Cure the defects", "缺陷整改期限" }, "T_P8_DEFECT", NULL, false },
    { "site_decide", { "Decide on the site", "现场条件决定期限" }, "T_P8_SITE_DECIDE", NULL, false },
    { NULL },
};

#define DAY_START(day) "(" day ")::timestamp at time zone company_zone()"
#define SIGNS "customer_signature? signature_refused? signature_refused_reason? evidence?"
#define NO_SIGNATURE SET("customer_signature", ":customer_signature"), SET("signature_refused", ":signature_refused"), \
    SET("signature_refused_reason", ":signature_refused_reason")
#define PACKING_TAKES "packing packing_by transport_safe note?"
#define PACKING_GUARDS GUARDS(&counted_whole, &papers_counted, &serials_single, &units_new, &exchange_serial_known, &packed_free, &packed_safe)
#define WINDOW_TAKES "assignee_id window_from window_to in_area later_agreed? vehicle? carrier? "
#define WINDOW_GUARDS &window_ahead, &window_in_promise, &area_kept, &transport_named, &deliverer_active, &vehicle_usable, &run_free
#define WINDOW_SET SET("deliverer_id", ":assignee_id"), SET("vehicle", ":vehicle"), SET("carrier", ":carrier"), SET("to_reassign", "null"), \
    START_AT("window_due", ":window_to"), NOTIFY("@assignee", "delivery_scheduled")
#define HANDOVER_TAKES "note?"
#define FOUND_TAKES "found all_refused? evidence? note?"
#define RESOLVE_TAKES "resolutions goods_back? deliverer_name? " SIGNS " note?"
#define NONCONFORMITY(dept, grade, text_) \
    NONCONFORMITY_OF("delivery", "'" dept "'", grade, text_, "; customer_id = m.customer_id; customer_affected = true", NULL)
#define OWN_EXCHANGE "(select x.exchange_sent_at is null from return_exchange x where x.id = e.exchange_of)"
#define EXCHANGE(event_, inputs, when_) \
    { .kind = EFFECT_FIRE, .target = "exchange_of", .event = event_, .sql = inputs, .mode = LINK_MUST, .when = when_ }
#define EXCHANGE_BACK(when_) EXCHANGE("exchange_back", NULL, when_)
#define EXCHANGE_DELIVERED \
    EXCHANGE("deliver_exchange", "delivered_on = company_date(e.delivered_at); replacement_serial = first_packed_serial(e.packing)", \
             "e.exchange_of is not null and exists (select from return_exchange x where x.id = e.exchange_of and x.delivered_on is null)")
/* What takes the place of what was replaced: another shipment of the same contract. */
#define SECOND_DELIVERY \
    OPEN("delivery", "register_contract", \
         "customer_id = e.customer_id; contract_no = e.contract_no; contact_name = e.contact_name; contact_phone = e.contact_phone; address = e.address;" \
         " region = e.region; required_skill = e.required_skill; warranty_months = e.warranty_months;" \
         " lines = replaced_lines(e.lines, e.discrepancies, :resolutions); exchange_of = e.exchange_of; follows = e.id;" \
         " parent_id = case when e.install_due and not (e.all_refused is true) then e.id else e.parent_id end;" \
         " needed_for_install = (e.install_due and not (e.all_refused is true)) or e.needed_for_install; install_due = e.install_due and e.all_refused is true;" \
         " is_complete_set = e.is_complete_set and e.all_refused is true; trial_hours = e.trial_hours; escort_hours = e.escort_hours;" \
         " customer_supplies = e.customer_supplies; silence_days = e.silence_days", LINK_MUST, "settles_by(:resolutions, '{replaced}')")
#define RESOLVED SET("discrepancies", "settle_discrepancies(e.discrepancies, :resolutions)"), \
    SET("loss_settled_at", "case when e.loss is not null then coalesce(e.loss_settled_at, :at) end"), NO_SIGNATURE, STOP("delivery_due"), STOP("window_due")
#define WARRANTY "(company_date(:at) + make_interval(months => coalesce(e.warranty_months, time_rule_number('N_P9_WARRANTY_MONTHS'))))::date"
#define UNITS_INTO_FILE(units, condition) \
    OPEN_EACH("equipment", "enter_delivered", "case when " condition " then " units " end", \
              "serial = item ->> 'serial'; model = item ->> 'model'; skill = e.required_skill; customer_id = e.customer_id; contract_no = e.contract_no;" \
              " accepted_on = company_date(:at); warranty_until = " WARRANTY "; delivery_id = e.id; delivered_on = company_date(e.delivered_at); outlet_id = e.outlet_id")
#define RUN_ENDS(result, counted) \
    SET("trial_runs", "close_last(e.trial_runs, jsonb_build_object('to', " result "))"), \
    SET("trial_counted_seconds", counted), SET("trial_until", "null"), SET("trial_from", "null"), SET("clock", "null"), STOP("hand_over_due")
#define STOPPED_AT "coalesce(:interrupted_at, :at)"
#define INTERRUPTED_TAKES "interruption interrupted_at? reading? count_consent? note?"
#define SITE_WAIT "jsonb_build_object('reason', :pause_reason, 'since', :at, 'resume_at', :resume_at)"
#define PAUSE_TAKES "pause_reason resume_at? site_note? risk_borne_by? " SIGNS " note?"
#define DECIDE_TAKES "site_decision goods_back? note?"
#define LOSS_TAKES "loss found?"
#define LOST(claim) SET("loss_settled_at", "null"), NONCONFORMITY("materials_office", "major", "m.loss ->> 'what'"), NOTIFY("dispatcher", "loss_reported"), \
    NOTIFY("deputy_gm", "loss_reported"), NOTIFY("commerce_officer", "loss_reported"), \
    OPEN("carrier_claim", "claim", "parent_id = e.id; against = coalesce(e.carrier, :loss ->> 'holder'); what = :loss ->> 'what';" \
         " claim_amount = (:loss ->> 'value')::bigint; evidence = :loss ->> 'evidence'", LINK_MUST, claim)
#define REASSIGN_TAKES "assignee_id reassign_reason handover_note note?"

static const struct transition transitions[] = {
    { .event = "register_contract", .label = { "Register the contract", "接供货合同" }, .clause = "P8 3.1", .to = "contract_received", .by = "commerce_officer system",
      .takes = "customer_id contract_no lines contact_name? contact_phone? address? region? promised_on? install_due? is_complete_set? trial_hours? escort_hours?"
               " required_skill? warranty_months? customer_supplies? silence_days? contract_amount? parent_id? part_no? part_count? needed_for_install? follows?"
               " exchange_of? outlet_id?",
      .guards = GUARDS(&customer_open, &exchange_fits, &part_fits, &parts_numbered, &need_named, &set_is_installed, &part_not_installed, &trial_long_enough,
                       &escort_long_enough, &promise_ahead),
      .effects = EFFECTS(SET("lines", "case when :exchange_of is null then :lines else (select jsonb_agg(l - 'serial' order by n) from jsonb_array_elements(:lines)"
                                      " with ordinality a (l, n)) end"),
                         SET("region", "coalesce(:region, (select c.region from customer c where c.id = :customer_id))"),
                         SET("address", "coalesce(:address, (select c.address from customer c where c.id = :customer_id))"),
                         SET("contact_phone", "coalesce(:contact_phone, (select c.phone from customer c where c.id = :customer_id))"),
                         SET("trial_hours", "coalesce(:trial_hours, case when :is_complete_set then time_rule_hours('T_P8_TRIAL') else 0 end)"),
                         SET("escort_hours", "coalesce(:escort_hours, case when :install_due then time_rule_hours('T_P8_ESCORT') else 0 end)"),
                         SET("install_due", "coalesce(:install_due, false)"), SET("is_complete_set", "coalesce(:is_complete_set, false)"),
                         SET("needed_for_install", "coalesce(:needed_for_install, false)"), SET("type", "'delivery'"), SET("paid_amount", "0"),
                         SET("rest_due", ":contract_amount"), SET("delivery_attempts", "0"), SET("attempt_costs", "0"), SET("windows_missed", "0"),
                         SET("charge_total", "0"), SET("payment_status", "'none'"), SET("shortage", "false"), SET("customer_called", "false"),
                         SET("site_reminders", "0"), START_IF("delivery_due", DAY_START(":promised_on"), ":promised_on is not null"),
                         NOTIFY("materials_officer", "goods_to_pack")) },
    { .event = "report_shortage", .label = { "Goods are short", "登记缺货" }, .clause = "designed", .from = "contract_received", .to = "same",
      .by = "materials_officer", .takes = "shortage_text",
      .effects = EFFECTS(SET("shortage", "true"), NOTIFY("commerce_officer", "goods_short"), NOTIFY("dispatcher", "goods_short")) },
    { .event = "pack", .label = { "Pack", "装箱" }, .clause = "P8 4.1, 4.2", .from = "contract_received", .to = "packed", .by = "materials_officer",
      .takes = PACKING_TAKES, .guards = PACKING_GUARDS,
      .effects = EFFECTS(SET("packed_by", ":actor"), SET("shortage", "false"), SET("recount_due", "false"), RECORD("delivery_packing_list")) },
    { .event = "recount", .label = { "Count again", "重新清点" }, .clause = "designed", .from = "packed", .to = "same", .by = "materials_officer",
      .takes = PACKING_TAKES, .guards = PACKING_GUARDS,
      .effects = EFFECTS(SET("packed_by", ":actor"), SET("recount_due", "false"), SET("discrepancies", "null"), SET("given_by", "null"), SET("given_at", "null"),
                         RECORD("delivery_packing_list")) },
    /* Who gives signs first, who takes second; only then is it handed over. */
    { .event = "hand_over", .label = { "Hand over inside", "内部交接" }, .clause = "P8 4.3", .from = "packed", .to = "same", .when = "e.given_by is null",
      .by = "materials_officer", .takes = HANDOVER_TAKES, .guards = GUARDS(&recounted),
      .effects = EFFECTS(SET("given_by", ":actor"), SET("given_at", ":at"), NOTIFY("dispatcher", "goods_to_take_over")), .flags = TRANSITION_SIGNED },
    { .event = "hand_over", .label = { "Hand over inside", "内部交接" }, .clause = "P8 4.3", .from = "packed", .to = "handed_over", .by = "dispatcher",
      .takes = HANDOVER_TAKES, .guards = GUARDS(&other_person),
      .effects = EFFECTS(SET("taken_by", ":actor"), SET("taken_at", ":at"), RECORD("handover_record")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "schedule", .label = { "Schedule", "排车" }, .clause = "P8 4.4, 4.5", .from = "handed_over", .to = "scheduled", .by = "dispatcher",
      .takes = WINDOW_TAKES "note?", .guards = GUARDS(WINDOW_GUARDS), .effects = EFFECTS(WINDOW_SET) },
    { .event = "reschedule", .label = { "Schedule anew", "改期" }, .clause = "designed", .from = "scheduled customer_notified", .to = "scheduled", .by = "dispatcher",
      .takes = WINDOW_TAKES "called_customer_at reason", .guards = GUARDS(WINDOW_GUARDS, &not_called_ahead),
      .effects = EFFECTS(SET("windows_missed", "e.windows_missed + case when e.window_from > :called_customer_at then 0 else 1 end"),
                         SET("customer_called", "false"), WINDOW_SET, NOTIFY_IF("deputy_gm", "promise_broken", "e.window_from <= :called_customer_at")),
      .flags = TRANSITION_FINAL },
    { .event = "notify_customer", .label = { "Call the customer", "电话联系客户" }, .clause = "P8 4.5", .from = "scheduled", .to = "customer_notified", .by = "dispatcher followup_clerk",
      .takes = "called_customer_at reached note?", .guards = GUARDS(&not_called_ahead, &customer_reached, &window_not_over),
      .effects = EFFECTS(SET("customer_called", "true")), .flags = TRANSITION_FINAL },
    { .event = "depart", .label = { "Depart", "发车" }, .clause = "designed", .from = "customer_notified", .to = "in_transit", .by = "dispatcher",
      .guards = GUARDS(&goods_free), .effects = EFFECTS(SET("departed_at", ":at"),
                         EXCHANGE("send_exchange", "replacement_serial = first_packed_serial(e.packing)", OWN_EXCHANGE)), .flags = TRANSITION_FINAL },
    { .event = "fail_delivery", .label = { "Not delivered", "未送达" }, .clause = "designed", .from = "in_transit", .to = "scheduled", .by = "dispatcher " DELIVERER,
      .takes = "fail_reason evidence attempt_fee? note?", .guards = GUARDS(&fee_by_contract),
      .effects = EFFECTS(SET("delivery_attempts", "e.delivery_attempts + 1"), SET("attempt_costs", "e.attempt_costs + coalesce(:attempt_fee, 0)"),
                         SET("failed_attempts", "coalesce(e.failed_attempts, '[]') || jsonb_build_object('at', :at, 'reason', :fail_reason, 'evidence', :evidence, 'fee', :attempt_fee)"),
                         SET("customer_called", "false"), STOP("window_due"), NOTIFY("dispatcher", "not_delivered"), NOTIFY_IF("commerce_officer", "not_delivered", "e.delivery_attempts >= 1")),
      .flags = TRANSITION_FINAL },
    { .event = "sign_delivery", .label = { "Sign the delivery note", "签送货单" }, .clause = "P8 4.6", .from = "in_transit", .to = "received_on_site", .by = "dispatcher " DELIVERER,
      .takes = "unpacking_needed? unpacking_findings? reserve? deliverer_name? " SIGNS,
      .guards = GUARDS(&unpacked, &signed_or_refused, &signature_bound, &both_sign),
      .effects = EFFECTS(SET("delivered_at", ":at"), NO_SIGNATURE, STOP("delivery_due"), STOP("window_due"), RECORD("delivery_note")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_discrepancy", .label = { "Report a discrepancy", "登记异议" }, .clause = "designed", .from = "handed_over", .to = "packed", .by = "dispatcher",
      .takes = FOUND_TAKES, .guards = GUARDS(&found_fits),
      .effects = EFFECTS(SET("discrepancies", ":found"), SET("recount_due", "true"), SET("given_by", "null"), SET("given_at", "null"), SET("taken_by", "null"),
                         SET("taken_at", "null"), NOTIFY("materials_officer", "goods_to_recount")), .flags = TRANSITION_FINAL },
    { .event = "report_discrepancy", .label = { "Report a discrepancy", "登记异议" }, .clause = "designed", .from = "in_transit received_on_site", .to = "discrepancy",
      .by = "dispatcher customer " DELIVERER, .takes = FOUND_TAKES, .guards = GUARDS(&found_fits, &all_named),
      .effects = EFFECTS(SET("discrepancies", "coalesce(e.discrepancies, '[]') || :found"), SET("all_refused", "coalesce(:all_refused, false)"), STOP("window_due"),
                         NONCONFORMITY("materials_office", "minor", "coalesce(m.discrepancies -> -1 ->> 'text', m.discrepancies -> -1 ->> 'kind')"), NOTIFY("dispatcher", "discrepancy"),
                         NOTIFY("commerce_officer", "discrepancy"),
                         OPEN("carrier_claim", "claim", "parent_id = e.id; against = e.carrier; what = e.number; evidence = :evidence", LINK_MUST,
                              "e.carrier is not null and e.state = 'in_transit'")),
      .flags = TRANSITION_FINAL },
    { .event = "resolve_discrepancy", .label = { "Settle the discrepancy", "处理异议" }, .clause = "designed", .from = "discrepancy", .to = "returned",
      .when = "e.all_refused is true and not settles_by(:resolutions, '{delivered}')", .by = "dispatcher", .takes = RESOLVE_TAKES,
      .guards = GUARDS(&all_settled, &goods_are_back, &signed_or_refused, &signature_bound),
      .effects = EFFECTS(RESOLVED, SECOND_DELIVERY, EXCHANGE_BACK("e.exchange_of is not null and not settles_by(:resolutions, '{replaced}')"), NOTIFY("commerce_officer", "delivery_returned")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "resolve_discrepancy", .label = { "Settle the discrepancy", "处理异议" }, .clause = "designed", .from = "discrepancy", .to = "received_on_site", .by = "dispatcher",
      .takes = RESOLVE_TAKES, .guards = GUARDS(&all_settled, &signed_or_refused, &signature_bound),
      .effects = EFFECTS(RESOLVED, SET("delivered_at", "coalesce(e.delivered_at, :at)"), SECOND_DELIVERY, RECORD("delivery_note")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "close_delivery", .label = { "Delivered, nothing to install", "配送完成" }, .clause = "designed", .from = "received_on_site", .to = "delivered_only", .by = "dispatcher",
      .takes = "note?", .guards = GUARDS(&nothing_to_install, &parts_are_closed, &loss_made_good),
      .effects = EFFECTS(SET("accepted_on", "case when e.needed_for_install is not true then company_date(:at) end"),
                         SET("warranty_until", "case when e.needed_for_install is not true and e.exchange_of is null then " WARRANTY " end"),
                         HAND_IN("delivery_note", ":actor"), UNITS_INTO_FILE("units_left(e.packing, e.discrepancies)", "e.needed_for_install is not true and e.exchange_of is null"), EXCHANGE_DELIVERED),
      .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = INSIDE, .to = "cancelled", .by = "commerce_officer",
      .takes = "cancel_reason goods_back? refund_amount? note?", .guards = GUARDS(&restocked, &parts_are_closed, &not_needed),
      .effects = EFFECTS(OPEN("fund_request", "request", "purpose = 'refund'; need = m.cancel_reason; amount = :refund_amount; customer_id = m.customer_id; source_number = m.number;"
                              " payee = (select k.name from customer k where k.id = m.customer_id); requested_by = :actor", LINK_LATER, ":refund_amount is not null"),
                         NOTIFY("dispatcher", "delivery_cancelled"), NOTIFY("materials_officer", "delivery_cancelled")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "call_off", .label = { "Exchange withdrawn", "换货已撤回" }, .clause = "P9", .from = INSIDE, .to = "cancelled", .by = "system", .takes = "cancel_reason",
      .effects = EFFECTS(NOTIFY("materials_officer", "delivery_cancelled")), .flags = TRANSITION_FINAL },

    { .event = "fix_date", .label = { "Fix the day", "确认安装日期" }, .clause = "P8 4.7", .from = "received_on_site", .to = "install_dated", .by = "dispatcher",
      .takes = "install_on agreed assignee_id note?", .guards = GUARDS(&to_install, &customer_agrees, &install_ahead, &parts_are_there, &installer_qualified),
      .effects = EFFECTS(SET("to_reassign", "null"), HAND_IN("delivery_note", ":actor"), RECORD("dispatch_slip"), NOTIFY("@assignee", "dispatched")) },
    { .event = "move_date", .label = { "Move the day", "改安装日期" }, .clause = "P8 4.7", .from = "install_dated preparing", .to = "same", .by = "dispatcher " INSTALLER,
      .takes = "install_on agreed reason", .guards = GUARDS(&customer_agrees, &install_ahead), .flags = TRANSITION_FINAL },
    { .event = "write_plan", .label = { "Write the installation plan", "编制安装方案" }, .clause = "P8 4.8", .from = "received_on_site install_dated preparing", .to = "same",
      .by = "technician trainer " INSTALLER, .takes = "installation_plan",
      .effects = EFFECTS(SET("plan_by", ":actor"), SET("plan_approved_by", "null"), NOTIFY("dept_head", "plan_to_approve")) },
    { .event = "approve_plan", .label = { "Approve the plan", "批准安装方案" }, .clause = "designed", .from = "received_on_site install_dated preparing", .to = "same",
      .by = "dept_head deputy_gm", .takes = "note?", .guards = GUARDS(&plan_written, &not_own_plan),
      .effects = EFFECTS(SET("plan_approved_by", ":actor"), RECORD("installation_plan")), .flags = TRANSITION_SIGNED },
    { .event = "prepare", .label = { "Prepare", "安装准备" }, .clause = "P8 4.7, 4.8, 4.9", .from = "install_dated", .to = "preparing", .by = INSTALLER,
      .takes = "tools_on_site plan_told supplies_asked? note?", .guards = GUARDS(&work_goes_on, &plan_written, &tools_there, &customer_knows_plan, &supplies_are_asked) },
    { .event = "install", .label = { "Install", "安装" }, .clause = "P8 4.8", .from = "preparing", .to = "installing", .by = INSTALLER, .takes = "supplies_ready? note?",
      .guards = GUARDS(&work_goes_on, &plan_approved, &supplies_are_there, &self_qualified) },
    { .event = "commission", .label = { "Commission", "调试" }, .clause = "P8 4.10", .from = "installing", .to = "commissioning", .by = INSTALLER, .takes = "plan_followed note?",
      .guards = GUARDS(&work_goes_on, &followed_plan), .effects = EFFECTS(SET("trial_due", "e.trial_hours > 0"), SET("escort_due_hours", "e.escort_hours")) },
    { .event = "start_trial", .label = { "Start the trial run", "开始试运转" }, .clause = "P8 4.10", .from = "commissioning", .to = "trial_run", .by = INSTALLER,
      .takes = "load_percent commissioning_result instruments? tested_on? note?",
      .guards = GUARDS(&work_goes_on, &has_trial, &full_load, &self_qualified, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("trial_from", ":at"), SET("trial_until", ":at + make_interval(hours => e.trial_hours) - make_interval(secs => coalesce(e.trial_counted_seconds, 0))"),
                         SET("trial_runs", "coalesce(e.trial_runs, '[]') || jsonb_build_object('from', :at, 'load', :load_percent)"), SET("clock", "'trial'"),
                         START_AT("hand_over_due", ":at + make_interval(hours => e.trial_hours) - make_interval(secs => coalesce(e.trial_counted_seconds, 0))"), INSTRUMENTS_USED) },
    { .event = "skip_trial", .label = { "No trial run due", "无须试运转" }, .clause = "designed", .from = "commissioning", .to = "handed_to_customer", .by = INSTALLER,
      .takes = "commissioning_result instruments? tested_on? note?", .guards = GUARDS(&work_goes_on, &has_no_trial, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("handed_at", ":at"), INSTRUMENTS_USED), .flags = TRANSITION_FINAL },
    { .event = "log_reading", .label = { "Log a reading", "登记读数" }, .clause = "P8 4.10", .from = "trial_run", .to = "same", .by = INSTALLER,
      .takes = "load_percent reading instruments? tested_on?", .guards = GUARDS(&full_load, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("readings", "coalesce(e.readings, '[]') || jsonb_build_object('at', :at, 'by', :actor, 'load', :load_percent, 'reading', :reading)"), INSTRUMENTS_USED),
      .flags = TRANSITION_FINAL },
    { .event = "trial_interrupted", .label = { "Trial run interrupted", "试运转中断" }, .clause = "designed", .from = "trial_run", .to = "commissioning", .by = INSTALLER,
      .takes = INTERRUPTED_TAKES, .guards = GUARDS(&stopped_within, &only_outside_counts, &consent_bound),
      .effects = EFFECTS(RUN_ENDS(STOPPED_AT ", 'result', :interruption, 'counted_seconds', case when :count_consent is null then 0 else extract(epoch from " STOPPED_AT " - e.trial_from)::integer end",
                                  "case when :count_consent is null then 0 else coalesce(e.trial_counted_seconds, 0) + extract(epoch from " STOPPED_AT " - e.trial_from)::integer end"),
                         RECORD("trial_run_log"), NOTIFY("dispatcher", "trial_interrupted")), .flags = TRANSITION_FINAL },
    { .event = "void_log", .label = { "Void the log and run again", "记录作废重新运转" }, .clause = "designed", .from = "trial_run", .to = "commissioning", .by = "dispatcher " INSTALLER,
      .takes = "reason", .effects = EFFECTS(RUN_ENDS(":at, 'result', 'voided'", "0"), SET("readings", "null")), .flags = TRANSITION_FINAL },
    { .event = "void_log", .label = { "Void the log and run again", "记录作废重新运转" }, .clause = "designed", .from = "escorting", .to = "handed_to_customer", .by = "dispatcher " INSTALLER,
      .takes = "reason", .effects = EFFECTS(SET("escort_from", "null"), SET("escort_until", "null"), SET("uncovered_since", "null"), SET("clock", "null"), STOP("escort_end_due")),
      .flags = TRANSITION_FINAL },
    { .event = "hand_to_customer", .label = { "Hand to the customer", "交付客户" }, .clause = "P8 4.10", .from = "trial_run", .to = "handed_to_customer", .by = INSTALLER,
      .takes = "reading? instruments? tested_on? note?", .guards = GUARDS(&ran_long_enough, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("handed_at", ":at"), SET("clock", "null"), SET("trial_due", "false"), STOP("hand_over_due"),
                         SET("trial_runs", "close_last(e.trial_runs, jsonb_build_object('to', :at, 'result', 'passed'))"), RECORD("trial_run_log"), INSTRUMENTS_USED),
      .flags = TRANSITION_FINAL },
    { .event = "start_escort", .label = { "Start the escort", "开始护航" }, .clause = "P8 4.11", .from = "handed_to_customer", .to = "escorting", .by = INSTALLER, .takes = "note?",
      .effects = EFFECTS(SET("escort_from", ":at"), SET("escort_until", ":at + make_interval(hours => e.escort_due_hours)"), SET("clock", "'escort'"),
                         SET("operator_able", "operators_able(e.trainings)"), START_AT("escort_end_due", ":at + make_interval(hours => e.escort_due_hours)")) },
    { .event = "train_customer", .label = { "Train the customer's operators", "培训客户操作人员" }, .clause = "P3 4.1, P8 4.11",
      .from = "commissioning trial_run handed_to_customer escorting", .to = "same", .by = "trainer " INSTALLER, .takes = "operators training_content customer_signature",
      .guards = GUARDS(&signature_bound),
      .effects = EFFECTS(SET("trainings", "coalesce(e.trainings, '[]') || jsonb_build_object('at', :at, 'by', :actor, 'content', :training_content, 'operators', :operators,"
                                          " 'signed_by', :customer_signature ->> 'name')"),
                         SET("operator_able", "operators_able(coalesce(e.trainings, '[]') || jsonb_build_object('operators', :operators))"), RECORD("customer_training")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "answer_question", .label = { "Answer a question", "解答疑难" }, .clause = "P8 4.11", .from = "escorting", .to = "same", .by = "trainer " INSTALLER,
      .takes = "question answer", .effects = EFFECTS(SET("questions", "coalesce(e.questions, '[]') || jsonb_build_object('at', :at, 'by', :actor, 'question', :question, 'answer', :answer)")) },
    { .event = "extend_escort", .label = { "Extend the escort", "延长护航" }, .clause = "P8 4.11", .from = "escorting", .to = "same", .by = "dispatcher " INSTALLER,
      .takes = "extend_until reason", .guards = GUARDS(&longer), .effects = EFFECTS(SET("escort_until", ":extend_until"), START_AT("escort_end_due", ":extend_until")), .flags = TRANSITION_FINAL },
    { .event = "interrupt_escort", .label = { "Nobody reachable", "护航无人值守" }, .clause = "designed", .from = "escorting", .to = "same", .by = "dispatcher " INSTALLER, .takes = "reason",
      .guards = GUARDS(&escort_covered), .effects = EFFECTS(SET("uncovered_since", ":at"), NOTIFY("dispatcher", "escort_not_covered")), .flags = TRANSITION_FINAL },
    { .event = "resume_escort", .label = { "Reachable again", "护航恢复值守" }, .clause = "designed", .from = "escorting", .to = "same", .by = "dispatcher " INSTALLER, .takes = "note?",
      .guards = GUARDS(&escort_uncovered),
      .effects = EFFECTS(SET("escort_until", "e.escort_until + (:at - e.uncovered_since)"), SET("uncovered_since", "null"), START_AT("escort_end_due", "e.escort_until + (:at - e.uncovered_since)")),
      .flags = TRANSITION_FINAL },
    { .event = "finish_escort", .label = { "Finish the escort", "结束护航" }, .clause = "P8 4.11", .from = "escorting", .to = "final_acceptance", .by = INSTALLER, .takes = "note?",
      .guards = GUARDS(&escorted_long_enough, &escort_covered, &operators_are_able), .effects = EFFECTS(SET("clock", "null"), STOP("escort_end_due"), RECORD("escort_log")),
      .flags = TRANSITION_FINAL },
    { .event = "reject_acceptance", .label = { "Acceptance refused", "客户拒绝验收" }, .clause = "designed", .from = "final_acceptance", .to = "commissioning", .by = "dispatcher customer " INSTALLER,
      .takes = "defect_list customer_signature trial_again? escort_again? note?", .guards = GUARDS(&defects_dated, &signature_bound),
      .effects = EFFECTS(SET("defects", "add_defects(e.defects, :defect_list)"), SET("trial_due", ":trial_again is true and e.trial_hours > 0"), SET("trial_counted_seconds", "0"),
                         SET("escort_due_hours", "case when :escort_again is true then e.escort_hours else 0 end"),
                         START_AT("defects_due", "next_defect_due(add_defects(e.defects, :defect_list))"), RECORD("defect_list"),
                         NONCONFORMITY("tech_dept", "major", "m.defects -> -1 ->> 'text'"), NOTIFY("dispatcher", "acceptance_refused"), NOTIFY("commerce_officer", "acceptance_refused")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "fix_defect", .label = { "Defect cured", "缺陷已整改" }, .clause = "designed", .from = "commissioning trial_run handed_to_customer escorting final_acceptance", .to = "same",
      .by = INSTALLER, .takes = "defect_no note?", .guards = GUARDS(&defect_is_open),
      .effects = EFFECTS(SET("defects", "fix_defect(e.defects, :defect_no, :at)"), STOP("defects_due"),
                         START_IF("defects_due", "next_defect_due(fix_defect(e.defects, :defect_no, :at))", "defects_open(fix_defect(e.defects, :defect_no, :at))")), .flags = TRANSITION_FINAL },
    { .event = "send_notice", .label = { "Written notice of acceptance", "书面通知验收" }, .clause = "designed", .from = "final_acceptance", .to = "same", .by = "dispatcher commerce_officer",
      .takes = "evidence", .effects = EFFECTS(SET("notice_sent_at", ":at")), .flags = TRANSITION_FINAL },
    { .event = "report_production", .label = { "Used in production", "登记客户投产" }, .clause = "designed", .from = "handed_to_customer escorting final_acceptance", .to = "same",
      .by = "dispatcher commerce_officer " INSTALLER, .takes = "production_since", .guards = GUARDS(&production_past) },
    { .event = "flag_production", .label = { "Used in production, not accepted", "投产未验收提示" }, .clause = "designed", .from = "handed_to_customer escorting final_acceptance", .to = "same",
      .by = "system", .effects = EFFECTS(SET("production_flagged", "true"), NOTIFY("commerce_officer", "production_without_acceptance")), .flags = TRANSITION_FINAL },
    { .event = "set_charges", .label = { "Set the charges", "登记费用" }, .clause = "P8 4.12", .from = "escorting final_acceptance", .to = "same", .by = "dispatcher " INSTALLER,
      .takes = "charge_items", .guards = GUARDS(&sets_install_free), .effects = EFFECTS(SET("charge_total", "charge_sum(:charge_items)"), SET("waived_by", "null")) },
    { .event = "waive_fee", .label = { "Waive the charges", "减免费用" }, .clause = "00-common 8", .from = "final_acceptance", .to = "same", .by = "deputy_gm", .takes = "reason",
      .guards = GUARDS(&has_charge), .effects = EFFECTS(SET("waived_by", ":actor")), .flags = TRANSITION_SIGNED },
    { .event = "accept_settle", .label = { "Accept and settle", "验收结算" }, .clause = "P8 4.12", .from = "final_acceptance", .to = "settled", .by = "dispatcher " INSTALLER,
      .takes = SIGNS " silent? payment_status? note?",
      .guards = GUARDS(&accepted_somehow, &silence_by_contract, &signature_bound, &defects_are_cured, &parts_are_closed, &loss_made_good, &payment_fits),
      .effects = EFFECTS(SET("settled_at", ":at"), NO_SIGNATURE, SET("accepted_on", "company_date(:at)"), SET("payment_status", "coalesce(:payment_status, 'none')"),
                         SET("warranty_until", "case when e.exchange_of is null then " WARRANTY " end"),
                         SET("receipt_no", "case when :payment_status = 'paid' then next_receipt(:at) end"), STOP("defects_due"),
                         UNITS_INTO_FILE("units_accepted(e.id)", "e.exchange_of is null"), EXCHANGE_DELIVERED, RECORD("acceptance_record"),
                         RECORD_IF("receipt", ":payment_status = 'paid'"), NOTIFY("commerce_officer", "delivery_accepted")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "comment", .label = { "Comment of the customer", "客户填写意见栏" }, .clause = "P8 4.12", .from = "settled", .to = "closed", .by = "dispatcher customer " INSTALLER,
      .takes = "customer_opinion satisfaction? note?",
      .effects = EFFECTS(OPEN("visit", "plan", "customer_id = e.customer_id; kind = 'escort_end'; due_on = e.accepted_on + time_rule_number('T_P14_VISIT_ESCORT_END'); delivery_id = e.id",
                              LINK_MUST, "visit_wanted(e.customer_id, 'escort_end', e.accepted_on + time_rule_number('T_P14_VISIT_ESCORT_END'), :at)"),
                         OPEN("complaint", "receive", "customer_id = m.customer_id; delivery_id = m.id; category = 'delivery'; complaint_text = m.customer_opinion; found_at = m.changed_at", LINK_LATER,
                              ":satisfaction < time_rule_number('N_P14_SCORE_LOW')"), NOTIFY("followup_clerk", "delivery_closed")), .flags = TRANSITION_FINAL },
    { .event = "collect_slip", .label = { "Collect the slip", "收单" }, .clause = "P4 4.2(9)", .from = "settled closed", .to = "same", .by = "dispatcher", .takes = "note?",
      .guards = GUARDS(&slip_is_out), .effects = EFFECTS(HAND_IN("dispatch_slip", ":actor"), HAND_IN("trial_run_log", ":actor"), HAND_IN("escort_log", ":actor"), HAND_IN("customer_training", ":actor"),
                         HAND_IN("acceptance_record", ":actor"), HAND_IN("defect_list", ":actor"), HAND_IN("site_note", ":actor"), HAND_IN("receipt", ":actor")), .flags = TRANSITION_FINAL },
    { .event = "record_payment", .label = { "Payment of the contract", "登记合同付款" }, .clause = "designed", .from = "* closed delivered_only", .to = "same", .by = "finance_officer",
      .takes = "paid_now payment_ref", .guards = GUARDS(&payment_known, &not_overpaid),
      .effects = EFFECTS(SET("paid_amount", "e.paid_amount + :paid_now"), SET("rest_due", "e.rest_due - :paid_now")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },

    { .event = "pause", .label = { "Pause", "等待" }, .clause = "00-common 12", .from = SITE, .to = "same", .when = ":pause_reason = 'site'", .by = "dispatcher " INSTALLER,
      .takes = PAUSE_TAKES, .guards = GUARDS(&is_working, &site_noted, &signed_or_refused, &signature_bound),
      .effects = EFFECTS(SET("paused", SITE_WAIT), SET("clocks", "clocks_pause(e.clocks, :at) || jsonb_build_object('site_decide', clock_start('T_P8_SITE_DECIDE', :at, false))"),
                         SET("site_reminded_at", ":at"), RECORD("site_note"), NOTIFY("dispatcher", "site_not_ready")), .flags = TRANSITION_FINAL },
    { .event = "pause", .label = { "Pause", "等待" }, .clause = "00-common 12", .from = "*", .to = "same", .when = ":pause_reason <> 'site'", .by = "dispatcher " INSTALLER,
      .takes = PAUSE_TAKES, .guards = GUARDS(&is_working), .effects = EFFECTS(SET("paused", SITE_WAIT), SET("clocks", "clocks_pause(e.clocks, :at)")) },
    { .event = "resume", .label = { "Resume", "恢复" }, .clause = "00-common 12", .from = "*", .to = "same", .by = "dispatcher " INSTALLER, .takes = "note?",
      .guards = GUARDS(&is_waiting), .effects = EFFECTS(SET("paused", "null"), SET("clocks", "clocks_resume(e.clocks, :at) - 'site_decide'")) },
    { .event = "remind_site", .label = { "Remind the customer of the site", "催办现场条件" }, .clause = "designed", .from = SITE, .to = "same", .by = "system",
      .effects = EFFECTS(SET("site_reminders", "e.site_reminders + 1"), SET("site_reminded_at", ":at"), NOTIFY("dispatcher", "site_to_remind"), NOTIFY("@assignee", "site_to_remind")),
      .flags = TRANSITION_FINAL },
    { .event = "decide_site", .label = { "Decide on the site", "决定现场条件问题" }, .clause = "designed", .from = SITE, .to = "returned", .when = ":site_decision = 'take_back'",
      .by = "commerce_officer", .takes = DECIDE_TAKES, .guards = GUARDS(&site_long, &taken_back_whole, &parts_are_closed),
      .effects = EFFECTS(EXCHANGE_BACK("e.exchange_of is not null"), NOTIFY("dispatcher", "delivery_returned")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "decide_site", .label = { "Decide on the site", "决定现场条件问题" }, .clause = "designed", .from = SITE, .to = "same", .by = "commerce_officer", .takes = DECIDE_TAKES,
      .guards = GUARDS(&site_long), .effects = EFFECTS(START("site_decide")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_loss", .label = { "Report loss or damage", "登记遗失损坏" }, .clause = "00-common 14", .from = "packed handed_over scheduled customer_notified", .to = "contract_received",
      .by = "dispatcher materials_officer", .takes = LOSS_TAKES, .guards = GUARDS(&no_loss_yet),
      .effects = EFFECTS(SET("loss_settled_at", ":at"), SET("given_by", "null"), SET("taken_by", "null"), SET("customer_called", "false"), STOP("window_due"),
                         NONCONFORMITY("materials_office", "major", "m.loss ->> 'what'"), NOTIFY("materials_officer", "loss_reported"), NOTIFY("commerce_officer", "loss_reported")), .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Report loss or damage", "登记遗失损坏" }, .clause = "00-common 14", .from = "in_transit", .to = "discrepancy", .by = "dispatcher " DELIVERER,
      .takes = LOSS_TAKES, .guards = GUARDS(&no_loss_yet, &loss_found, &found_fits),
      .effects = EFFECTS(SET("discrepancies", "coalesce(e.discrepancies, '[]') || :found"), SET("all_refused", "everything_found(e.lines, :found)"), STOP("window_due"), LOST("true")),
      .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Report loss or damage", "登记遗失损坏" }, .clause = "00-common 14", .from = "received_on_site " AT_CUSTOMER, .to = "same", .by = "dispatcher " DELIVERER,
      .takes = LOSS_TAKES, .guards = GUARDS(&no_loss_yet), .effects = EFFECTS(LOST("false")), .flags = TRANSITION_FINAL },
    { .event = "make_loss_good", .label = { "Loss made good", "赔偿完毕" }, .clause = "00-common 14", .from = "discrepancy received_on_site " AT_CUSTOMER, .to = "same", .by = "deputy_gm",
      .takes = "reason", .guards = GUARDS(&loss_is_open), .effects = EFFECTS(SET("loss_settled_at", ":at")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "scheduled customer_notified in_transit", .to = "same", .by = "dispatcher",
      .takes = REASSIGN_TAKES, .guards = GUARDS(&new_deliverer_active),
      .effects = EFFECTS(SET("deliverer_id", ":assignee_id"), SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = AT_CUSTOMER, .to = "same", .by = "dispatcher", .takes = REASSIGN_TAKES,
      .guards = GUARDS(&installer_qualified), .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("scheduled customer_notified " AT_CUSTOMER, "dispatcher",
                     { .kind = EFFECT_SET, .target = "uncovered_since", .sql = ":at", .when = "e.state = 'escorting' and e.uncovered_since is null" }),
    CHANGE_CUSTOMER,
    { NULL },
};

#define CAN_BE_REASSIGNED "('scheduled', 'customer_notified', 'install_dated', 'preparing', 'installing', 'commissioning', 'trial_run', 'handed_to_customer', 'escorting', 'final_acceptance')"
static const struct timer timers[] = {
    TO_REASSIGN("e.state in " CAN_BE_REASSIGNED),
    { "remind_site",
      "e.paused ->> 'reason' = 'site' and e.state in ('install_dated', 'preparing', 'installing', 'commissioning') and time_rule_due('T_P8_SITE_REMIND', e.site_reminded_at) <= :now", NULL },
    { "flag_production",
      "e.production_flagged is not true and e.state in ('handed_to_customer', 'escorting', 'final_acceptance') and not defects_open(e.defects)"
      " and company_date(:now) >= e.production_since + time_rule_number('T_P8_PRODUCTION')", NULL },
    { NULL },
};

static const struct given given[] = {
    { .event = "amend", .guards = GUARDS(&contract_open),
      .effects = EFFECTS(START_IF("delivery_due", DAY_START(":promised_on"), ":promised_on is not null")) },
    { .event = "revert", .effects = EFFECTS(INSTRUMENTS_NOT_USED) },
    { .event = "contact_attempt", .by = "dispatcher hotline_clerk followup_clerk " DELIVERER },
    { NULL },
};

static const struct machine delivery = {
    .name = "delivery", .path = "deliveries", .prefix = "DL", .title = { "Delivery and installation", "配送安装单" }, .fields = delivery_fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher commerce_officer",
    .amends = "contact_name contact_phone address region contract_no lines promised_on",
    .signed_fields = "contract_no lines packing discrepancies reserve commissioning_result trial_runs trainings defects charge_items charge_total site_note",
    .default_outlet = ":scope_outlet",
};

const struct procedure p08_delivery = {
    .number = 8, .code = "P8", .title = { "Delivery, installation and commissioning", "配送与安装调试" }, .clause = "P8",
    .machines = (const struct machine *const[]){ &delivery, &p08_carrier_claim, NULL },
    .forms = delivery_forms,
};
