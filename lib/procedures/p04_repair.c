/* P4: repair request, carry-in and on-site repair. */
#include "procedures/p04_repair_guards.h"

#define TECHNICIAN "technician@assignee outlet_technician@assignee"
#define OFFICE "dispatcher outlet_manager"

static const struct state states[] = {
    { "registered", { "Registered", "已登记" } },
    { "dispatched", { "Dispatched", "已派单" } },
    { "scheduled", { "Scheduled", "已预约" } },
    { "on_site", { "On site", "已到场" } },
    { "diagnosing", { "Diagnosing", "判断故障" } },
    { "repairing", { "Repairing", "排除故障" } },
    { "revisit_pending", { "Revisit pending", "待择日/择人" } },
    { "taken_back", { "Taken back", "带回" } },
    { "seeking_solution", { "Seeking a solution", "寻求解决" } },
    { "in_return_repair", { "In return repair", "返修中" } },
    { "awaiting_spare", { "Awaiting a spare part", "待备件" } },
    { "replacement_advised", { "Replacement advised", "建议更换" } },
    { "settling", { "Settling with the customer", "客户善后" } },
    { "settled", { "Settled", "善后完毕" } },
    { "reported_back", { "Reported back", "已反馈" } },
    { "followup_pending", { "Follow-up pending", "待回访" } },
    { "followed_up", { "Followed up", "已回访" } },
    { "archived", { "Archived", "已存档" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};

static const struct clock clocks[] = {
    { "dispatch_due", { "Dispatch", "派单期限" }, "T_P4_DISPATCH", "T_P4_DISPATCH_URGENT", true },
    { "outlet_accept", { "Outlet accepts", "网点接单期限" }, "T_P6_ACCEPT_JOB", "T_P6_ACCEPT_JOB_URGENT", true },
    { "contact_due", { "Contact the customer", "联系客户期限" }, "T_P4_CONTACT", "T_P4_CONTACT_URGENT", true },
    { "arrive_due", { "Arrive", "到场期限" }, "T_P4_ARRIVE", "T_P4_ARRIVE_URGENT", true },
    { "part_wait", { "Explain the wait for a part", "待件说明期限" }, "T_P11_WAIT", NULL, false },
    { "collect_1", { "First reminder to collect", "第一次取件提醒" }, "T_P4_UNCOLLECTED_1", NULL, false },
    { "collect_2", { "Second reminder to collect", "第二次取件提醒" }, "T_P4_UNCOLLECTED_2", NULL, false },
    { "collect_3", { "Third reminder to collect", "第三次取件提醒" }, "T_P4_UNCOLLECTED_3", NULL, false },
    { "collect_decide", { "Decide on the uncollected device", "逾期未取决定期限" }, "T_P4_UNCOLLECTED_4", NULL, false },
    { "followup_due", { "Follow-up call", "回访期限" }, "T_P4_FOLLOWUP", NULL, true },
    { "papers_due", { "Papers made anew", "补开单据移交期限" }, "T_HANDIN", NULL, false },
    { "complaint_report", { "Report the complaint to the leader", "投诉上报期限" }, "T_P4_COMPLAINT_REPORT", NULL, false },
    { NULL },
};

/* The unit as named, or by its serial number in the customer's file. */
#define UNIT \
    LOOK_UP("unit", "select q.id, q.serial, q.warranty_until" \
                    "  from equipment q" \
                    " where q.id = coalesce(:equipment_id, (select s.id from equipment s where s.serial = :serial" \
                    " and s.customer_id = :customer_id order by s.id desc limit 1))")
#define VISIT(values) "case when jsonb_array_length(coalesce(e.visits, '[]')) = 0 then e.visits else jsonb_set(e.visits, '{-1}', (e.visits -> -1) || jsonb_build_object(" values ")) end"
#define NEW_VISIT \
    "coalesce(e.visits, '[]') || jsonb_build_object('no', jsonb_array_length(coalesce(e.visits, '[]')) + 1," \
    " 'technician_id', e.assignee_id, 'appointment_at', :appointment_at)"
#define HERE "case when :scope_outlet is null then 'company' else 'outlet' end"
#define LEAVE(result) SET("visits", VISIT("'left_at', :at, 'result', '" result "'"))
#define COLLECT_CLOCKS \
    START_IF("collect_1", NULL, "e.device_at <> 'customer'"), START_IF("collect_2", NULL, "e.device_at <> 'customer'"), \
    START_IF("collect_3", NULL, "e.device_at <> 'customer'"), START_IF("collect_decide", NULL, "e.device_at <> 'customer'")
#define STOP_COLLECT STOP("collect_1"), STOP("collect_2"), STOP("collect_3"), STOP("collect_decide")
#define ENDS(outcome_) SET("outcome", outcome_), SET("ready_at", ":at"), STOP("part_wait"), STOP("contact_due"), \
    STOP("arrive_due"), SET("charge_items", "coalesce(:charge_items, e.charge_items)"), \
    SET("charge_total", "charge_sum(coalesce(:charge_items, e.charge_items))"), COLLECT_CLOCKS
#define REPAIR_DAYS { .kind = EFFECT_FIRE, .target = "equipment_id", .event = "count_repair", .mode = LINK_MUST, \
    .sql = "repair_days = company_date(:at) - company_date(e.opened_at)", \
    .when = "e.warranty_until is not null and company_date(:at) > company_date(e.opened_at)" }
#define FOLLOW_UP_TAKES \
    "called_at reached satisfied? is_complaint? complaint_text? not_fixed? work_confirmed? score_attitude? score_timeliness?" \
    " score_quality? score_result? next_attempt_at? note?"
#define FOLLOW_UP_GUARDS \
    GUARDS(&not_own_job, &call_in_time, &answers_given, &complaint_described, &work_is_confirmed)
#define FOLLOWED_UP SET("followed_up_at", ":at"), SET("followup_tries", "e.followup_tries + 1"), STOP("followup_due"), \
    { .kind = EFFECT_RECORD, .target = "followup_record", .sql = ":actor" }
#define REOPENED { .kind = EFFECT_OPEN, .target = "repair", .event = "register", .mode = LINK_MUST, .when = ":not_fixed is true", \
    .sql = "channel = case when e.address is null then 'carry_in' else 'other_phone' end; customer_id = e.customer_id;" \
           " contact_name = e.contact_name; contact_phone = e.contact_phone; address = e.address; problem = coalesce(:complaint_text, e.problem);" \
           " equipment_id = e.equipment_id; serial = e.serial; model = e.model; required_skill = e.required_skill; region = e.region;" \
           " follows = e.id; repeat_of = case when e.settled_at >= :at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')) then e.id end" }
#define PAPERS_DUE START_IF("papers_due", NULL, "e.state in ('followup_pending', 'followed_up')")
#define REASSIGN_TAKES "assignee_id reassign_reason keeps_appointment? required_skill? note?"
#define REASSIGN_GUARDS GUARDS(&is_assigned, &technician_is_active, &technician_is_qualified, &technician_skill_fits, &technician_of_outlet)
#define IN_WORK "on_site diagnosing repairing revisit_pending taken_back seeking_solution in_return_repair awaiting_spare" \
    " replacement_advised settling"
#define OPEN_STATES "registered dispatched scheduled " IN_WORK

static const struct transition transitions[] = {
    { .event = "register", .label = { "Register", "登记报修" }, .clause = "P4 4.2(1)", .to = "registered",
      .by = "hotline_clerk dispatcher employee outlet_manager outlet_technician technician customer system",
      .takes = "channel customer_id contact_name contact_phone problem address? equipment_id? serial? model? required_skill?"
               " priority? type? region? repeat_of? follows? outlet_id?",
      .guards = GUARDS(&address_known, &equipment_fits, &repeat_in_time, &own_outlet_runs),
      .effects = EFFECTS(UNIT, SET("equipment_id", "unit.id"), SET("serial", "coalesce(:serial, unit.serial)"),
                         SET("warranty_until", "unit.warranty_until"),
                         SET("free_reason", "case when :repeat_of is not null then 'repeat' when unit.warranty_until >= company_date(:at) then 'warranty'"
                                            " when :type = 'recall' and unit_is_recalled(coalesce(:serial, unit.serial)) then 'recall' end"),
                         SET("in_warranty", ":repeat_of is not null or coalesce(unit.warranty_until >= company_date(:at), false)"
                                            " or coalesce(:type = 'recall' and unit_is_recalled(coalesce(:serial, unit.serial)), false)"),
                         SET("region", "coalesce(:region, (select c.region from customer c where c.id = :customer_id))"),
                         SET("type", "coalesce(:type, 'repair')"), SET("device_at", "'customer'"), SET("visits", "'[]'"),
                         SET("absences", "0"), SET("followup_tries", "0"), SET("charge_total", "0"),
                         SET("payment_status", "'none'"), SET("invoice_status", "'none'"),
                         SET("outlet_id", "coalesce(:scope_outlet, :outlet_id)"),
                         SET("job_accepted", "case when :scope_outlet is not null then true end"),
                         START("dispatch_due"), START("arrive_due"), RECORD("phone_record"), NOTIFY("dispatcher", "registered")) },
    { .event = "resolve_by_phone", .label = { "Solve by phone", "电话解决" }, .clause = "P4 3.1",
      .from = "registered dispatched scheduled", .to = "settled", .by = "hotline_clerk dispatcher " TECHNICIAN,
      .takes = "solution agreed", .guards = GUARDS(&customer_agrees),
      .effects = EFFECTS(SET("outcome", "'solved_by_phone'"), SET("settled_at", ":at"), STOP("dispatch_due"),
                         STOP("contact_due"), STOP("arrive_due"), STOP("outlet_accept")) },
    { .event = "assign_outlet", .label = { "Assign to an outlet", "派给网点" }, .clause = "P6 4.2.2", .from = "registered",
      .to = "same", .by = "dispatcher", .takes = "outlet_id note?", .guards = GUARDS(&outlet_serves),
      .effects = EFFECTS(SET("job_accepted", "false"), SET("decline_reason", "null"), START("outlet_accept"),
                         NOTIFY("outlet_manager", "job_offered")) },
    { .event = "accept_job", .label = { "Accept the job", "接单" }, .clause = "P6 4.3.1", .from = "registered", .to = "same",
      .by = "outlet_manager", .guards = GUARDS(&offered_to_outlet),
      .effects = EFFECTS(SET("job_accepted", "true"), STOP("outlet_accept")) },
    { .event = "decline_job", .label = { "Decline the job", "拒单" }, .clause = "P6 4.3.1", .from = "registered", .to = "same",
      .by = "outlet_manager", .takes = "decline_reason", .guards = GUARDS(&offered_to_outlet),
      .effects = EFFECTS(SET("outlet_id", "null"), SET("job_accepted", "null"), STOP("outlet_accept"),
                         NOTIFY("dispatcher", "job_declined"),
                         OPEN("outlet_survey", "plan", "outlet_id = e.outlet_id; year = company_year(:at)::integer; occasion = 'refusals'", LINK_MUST,
                              "outlet_refusals(e.outlet_id, :at) + 1 = time_rule_number('N_P6_REFUSALS')")),
      .flags = TRANSITION_FINAL },
    { .event = "return_to_centre", .label = { "Take back from the outlet", "收回中心" }, .clause = "P6 4.3.1", .from = "registered dispatched scheduled",
      .to = "registered", .by = "dispatcher", .takes = "reason", .guards = GUARDS(&is_with_outlet),
      .effects = EFFECTS(SET("outlet_id", "null"), SET("job_accepted", "null"), SET("assignee_id", "null"), SET("appointment_at", "null"),
                         SET("to_reassign", ":reason"), STOP("outlet_accept"), STOP("contact_due"), START("dispatch_due"),
                         NOTIFY("dispatcher", "job_back_from_outlet")),
      .flags = TRANSITION_FINAL },
    /* What is in work waits there until somebody of the company takes it over. */
    { .event = "return_to_centre", .label = { "To be taken over", "待接管" }, .clause = "P6 4.3.1", .from = IN_WORK, .to = "same", .by = "system",
      .takes = "reason", .guards = GUARDS(&is_with_outlet), .effects = EFFECTS(SET("to_reassign", ":reason"), NOTIFY("dispatcher", "job_to_take_over")),
      .flags = TRANSITION_FINAL },
    { .event = "take_over", .label = { "Take over from the outlet", "接管网点任务" }, .clause = "P6 4.3.1", .from = IN_WORK, .to = "same",
      .by = "dispatcher", .takes = "assignee_id required_skill? reason",
      .guards = GUARDS(&is_with_outlet, &technician_is_active, &technician_is_qualified, &technician_skill_fits, &technician_of_company),
      .effects = EFFECTS(SET("outlet_id", "null"), SET("job_accepted", "null"), SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")),
      .flags = TRANSITION_FINAL },
    { .event = "accept_carry_in", .label = { "Accept a carry-in", "接收送修" }, .clause = "P4 title, P5 4.2(1)",
      .from = "registered", .to = "diagnosing", .by = "technician outlet_technician",
      .takes = "tag_no device_kept devices? copy_with_customer?",
      .guards = GUARDS(&is_technician_self, &devices_listed, &customer_has_copy_if_kept),
      .effects = EFFECTS(SET("assignee_id", ":actor"), SET("arrived_at", ":at"), SET("dispatched_at", ":at"),
                         SET("device_at", "case when :device_kept is not true then 'customer' else " HERE " end"),
                         SET("taken_at", "case when :device_kept then :at end"), STOP("dispatch_due"), STOP("contact_due"),
                         STOP("arrive_due"), RECORD("dispatch_slip"), RECORD_IF("handling_slip", ":device_kept")),
      .flags = TRANSITION_FINAL },
    /* OFFSET 0 keeps the look-up one for each job: made a join it would be planned while there are no slips, and kept. */
    { .event = "dispatch", .label = { "Dispatch", "派单" }, .clause = "P4 4.2(2)", .from = "registered revisit_pending",
      .to = "dispatched", .by = OFFICE, .takes = "assignee_id required_skill? note?",
      .guards = GUARDS(&outlet_has_accepted, &technician_is_active, &technician_is_qualified, &technician_skill_fits,
                       &technician_of_outlet),
      .effects = EFFECTS(SET("dispatched_at", ":at"), SET("appointment_at", "null"), SET("to_reassign", "null"), SET("defer_reason", "null"),
                         STOP("dispatch_due"), START("contact_due"),
                         RECORD_IF("dispatch_slip", "not exists (select from record p where p.entity_id = e.id"
                                                    " and p.form = 'dispatch_slip' and p.voided_at is null offset 0)"),
                         NOTIFY("@assignee", "dispatched")) },
    { .event = "schedule", .label = { "Make an appointment", "预约" }, .clause = "P4 4.2(3)",
      .from = "dispatched revisit_pending", .to = "scheduled", .by = TECHNICIAN " dispatcher",
      .takes = "appointment_at charge_told note?", .guards = GUARDS(&appointment_ahead, &charges_told, &dispatcher_dates, &is_assigned, &same_person_again),
      .effects = EFFECTS(SET("visits", NEW_VISIT), STOP("contact_due")) },
    { .event = "reschedule", .label = { "Move the appointment", "改约" }, .clause = "P4 4.2(3)", .from = "scheduled",
      .to = "scheduled", .by = TECHNICIAN " dispatcher", .takes = "appointment_at dispatcher_told reason?",
      .guards = GUARDS(&appointment_ahead, &dispatcher_knows),
      .effects = EFFECTS(SET("visits", VISIT("'appointment_at', :appointment_at"))) },
    { .event = "arrive", .label = { "Arrive", "到场" }, .clause = "P4 4.2(3)(4)", .from = "scheduled", .to = "on_site",
      .by = TECHNICIAN, .takes = "appearance_in_order transport_mode? transport_reason? transport_cost?",
      .guards = GUARDS(&appearance, &transport_explained),
      .effects = EFFECTS(SET("arrived_at", ":at"), SET("late_arrival", ":at > e.appointment_at"),
                         SET("transport_mode", "coalesce(:transport_mode, 'bus')"),
                         SET("visits", VISIT("'arrived_at', :at, 'transport_mode', coalesce(:transport_mode, 'bus'), 'transport_cost', :transport_cost")),
                         STOP("arrive_due")) },
    { .event = "confirm_problem", .label = { "Confirm the problem", "确认故障" }, .clause = "P4 4.2(4)", .from = "on_site",
      .to = "diagnosing", .by = TECHNICIAN, .takes = "fault_confirmed" },
    { .event = "start_repair", .label = { "Start the repair", "开始维修" }, .clause = "P4 4.2(5)", .from = "diagnosing",
      .to = "repairing", .by = TECHNICIAN, .takes = "diagnosis charge_reason? price_told? consent_by?",
      .guards = GUARDS(&price_agreed) },
    { .event = "find_no_fault", .label = { "No fault found", "未发现故障" }, .clause = "designed", .from = "diagnosing",
      .to = "settling", .by = TECHNICIAN, .takes = "diagnosis explained charge_items? instruments? tested_on? note?",
      .guards = GUARDS(&explained_to_customer, &charges_allowed, &charges_agreed, &instruments_usable, &test_day_past),
      .effects = EFFECTS(ENDS("'no_fault_found'"), LEAVE("no_fault_found"), INSTRUMENTS_USED) },
    { .event = "take_back", .label = { "Take the device back", "带回" }, .clause = "P4 4.2(5)", .from = "diagnosing",
      .to = "taken_back", .by = TECHNICIAN, .takes = "diagnosis devices copy_with_customer charge_reason? price_told? consent_by?",
      .guards = GUARDS(&customer_has_copy),
      .effects = EFFECTS(SET("device_at", HERE), SET("taken_at", ":at"), LEAVE("taken_back"), RECORD("handling_slip")),
      .flags = TRANSITION_FINAL },
    { .event = "defer", .label = { "Put off", "择日/择人" }, .clause = "P4 4.2(5)", .from = "diagnosing",
      .to = "revisit_pending", .by = TECHNICIAN, .takes = "defer_reason explained diagnosis?",
      .guards = GUARDS(&explained_to_customer, &nothing_held),
      .effects = EFFECTS(LEAVE("deferred"), START("contact_due")) },
    { .event = "hand_slip_copy", .label = { "Hand the second copy in", "交处理单第二联" }, .clause = "P4 4.2(6)",
      .from = "taken_back", .to = "seeking_solution", .by = TECHNICIAN, .takes = "handed_to",
      .guards = GUARDS(&receiver_is_dispatcher), .effects = EFFECTS(HAND_IN("handling_slip", ":handed_to")) },
    { .event = "start_return_repair", .label = { "Send for return repair", "转返修" }, .clause = "P4 4.2(6)",
      .from = "seeking_solution", .to = "in_return_repair", .by = TECHNICIAN, .takes = "diagnosis return_item?",
      .effects = EFFECTS(OPEN("return_repair", "receive",
                              "parent_id = e.id; equipment_id = e.equipment_id; priority = e.priority; fault = :diagnosis;"
                              " item = coalesce(:return_item ->> 'item', e.devices #>> '{0,item}', e.model, e.problem);"
                              " item_category = :return_item ->> 'item_category';"
                              " model = case when :return_item is null then coalesce(e.model, (select q.model from equipment q where q.id = e.equipment_id)) else :return_item ->> 'model' end;"
                              " serial = case when :return_item is null then e.serial else :return_item ->> 'serial' end;"
                              " accessories = :return_item ->> 'accessories'", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "return_repair_done", .label = { "Return repair done", "返修完成" }, .clause = "P5 4.2(6)",
      .from = "in_return_repair", .to = "repairing", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "return_repair_unrepaired", .label = { "Came back unrepaired", "返修未修复" }, .clause = "P5 4.2(6)",
      .from = "in_return_repair", .to = "seeking_solution", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "return_repair_ended", .label = { "Return repair ended", "返修终止" }, .clause = "designed",
      .from = "in_return_repair", .to = "settling", .by = "system", .takes = "unrepaired_outcome",
      .effects = EFFECTS(SET("outcome", ":unrepaired_outcome"), SET("ready_at", ":at"), COLLECT_CLOCKS), .flags = TRANSITION_FINAL },
    { .event = "request_spare", .label = { "Request a spare part", "申请备件" }, .clause = "P4 4.2(6)",
      .from = "diagnosing repairing seeking_solution", .to = "awaiting_spare", .by = TECHNICIAN, .takes = "diagnosis spares",
      .effects = EFFECTS(SET("waiting_told", "null"), START("part_wait"),
                         OPEN_EACH("spare_request", "request", ":spares",
                                   "parent_id = e.id; priority = e.priority; fault = :diagnosis; part_no = item ->> 'part_no';"
                                   " quantity = (item ->> 'quantity')::integer; old_serial = item ->> 'old_serial'")),
      .flags = TRANSITION_FINAL },
    { .event = "wait_for_spare", .label = { "The part was no good", "备件不良重新待件" }, .clause = "designed",
      .from = "diagnosing repairing seeking_solution revisit_pending", .to = "awaiting_spare", .by = "system",
      .effects = EFFECTS(SET("waiting_told", "null"), STOP("contact_due"), START("part_wait")), .flags = TRANSITION_FINAL },
    { .event = "part_installed", .label = { "Part built in", "已换备件" }, .clause = "P4 4.2(6)", .from = "*", .to = "same", .by = "system", .takes = "parts_used",
      .effects = EFFECTS(SET("parts_used", "coalesce(e.parts_used, '[]') || :parts_used")), .flags = TRANSITION_FINAL },
    { .event = "spare_ready", .label = { "Spare part ready", "备件到位" }, .clause = "designed", .from = "awaiting_spare",
      .to = "repairing", .when = "e.device_at <> 'customer'", .by = "system", .effects = EFFECTS(STOP("part_wait")), .flags = TRANSITION_FINAL },
    { .event = "spare_ready", .label = { "Spare part ready", "备件到位" }, .clause = "designed", .from = "awaiting_spare",
      .to = "revisit_pending", .by = "system", .effects = EFFECTS(STOP("part_wait"), START("contact_due")), .flags = TRANSITION_FINAL },
    { .event = "spare_failed", .label = { "Spare part not to be had", "备件无法取得" }, .clause = "designed",
      .from = "awaiting_spare", .to = "seeking_solution", .when = "e.device_at <> 'customer'", .by = "system",
      .effects = EFFECTS(STOP("part_wait")), .flags = TRANSITION_FINAL },
    { .event = "spare_failed", .label = { "Spare part not to be had", "备件无法取得" }, .clause = "designed",
      .from = "awaiting_spare", .to = "diagnosing", .by = "system", .effects = EFFECTS(STOP("part_wait")), .flags = TRANSITION_FINAL },
    { .event = "tell_waiting", .label = { "Explain the wait, offer a loan", "说明等待并提供备用机" }, .clause = "designed",
      .from = "awaiting_spare", .to = "same", .by = TECHNICIAN " dispatcher", .takes = "explained note?",
      .guards = GUARDS(&explained_to_customer), .effects = EFFECTS(SET("waiting_told", "true"), STOP("part_wait")) },
    { .event = "advise_replacement", .label = { "Advise replacement", "建议更换" }, .clause = "P4 4.2(6)",
      .from = "diagnosing repairing seeking_solution", .to = "replacement_advised", .by = TECHNICIAN,
      .takes = "replacement_reason replacement_price diagnosis?" },
    { .event = "accept_replacement", .label = { "Customer accepts replacement", "客户同意更换" }, .clause = "designed",
      .from = "replacement_advised", .to = "settling", .by = TECHNICIAN, .takes = "customer_choice charge_items?",
      .effects = EFFECTS(ENDS("'replaced'"), NOTIFY_IF("commerce_officer", "replacement_wanted", "e.in_warranty is not true or e.charge_reason is not null"),
                         OPEN("return_exchange", "apply",
                              "customer_id = e.customer_id; kind = 'exchange'; return_reason = e.replacement_reason; contact_name = e.contact_name;"
                              " contact_phone = e.contact_phone; address = e.address; equipment_id = e.equipment_id; serial = e.serial; model = e.model;"
                              " required_skill = e.required_skill; region = e.region; fault_on = company_date(e.opened_at); parent_id = e.id",
                              LINK_MUST, "e.in_warranty is true and e.charge_reason is null")), .flags = TRANSITION_FINAL },
    { .event = "decline_replacement", .label = { "Customer declines replacement", "客户不同意更换" }, .clause = "designed",
      .from = "replacement_advised", .to = "seeking_solution", .when = "e.device_at <> 'customer'", .by = TECHNICIAN,
      .takes = "customer_choice" },
    { .event = "decline_replacement", .label = { "Customer declines replacement", "客户不同意更换" }, .clause = "designed",
      .from = "replacement_advised", .to = "diagnosing", .by = TECHNICIAN, .takes = "customer_choice" },
    { .event = "propose_unrepaired", .label = { "Propose to end without repair", "提出未修处理" }, .clause = "designed",
      .from = "seeking_solution replacement_advised diagnosing", .to = "same", .by = TECHNICIAN,
      .takes = "unrepaired_outcome unrepaired_reason explained", .guards = GUARDS(&explained_to_customer),
      .effects = EFFECTS(NOTIFY("dispatcher", "unrepaired_proposed")) },
    { .event = "return_unrepaired", .label = { "Return unrepaired", "未修退回" }, .clause = "designed",
      .from = "seeking_solution replacement_advised diagnosing", .to = "settling", .by = OFFICE, .takes = "charge_items? note?",
      .guards = GUARDS(&end_proposed, &charges_allowed, &charges_agreed), .effects = EFFECTS(ENDS("e.unrepaired_outcome")) },
    { .event = "rediagnose", .label = { "Diagnose again", "重新判断" }, .clause = "designed", .from = "repairing",
      .to = "diagnosing", .when = "e.device_at = 'customer'", .by = TECHNICIAN, .takes = "diagnosis" },
    { .event = "rediagnose", .label = { "Diagnose again", "重新判断" }, .clause = "designed", .from = "repairing",
      .to = "seeking_solution", .by = TECHNICIAN, .takes = "diagnosis" },
    { .event = "solve", .label = { "Solved", "排除完毕" }, .clause = "P4 4.2(6)", .from = "repairing seeking_solution",
      .to = "settling", .by = TECHNICIAN, .takes = "solution test_passed parts_used? charge_items? instruments? tested_on?",
      .guards = GUARDS(&test_ok, &charges_allowed, &charges_agreed, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("parts_used", "case when :parts_used is null then e.parts_used else coalesce(e.parts_used, '[]') || :parts_used end"),
                         ENDS("'repaired'"), LEAVE("repaired"), INSTRUMENTS_USED) },
    { .event = "tell_price", .label = { "Tell another price", "重新告知价格" }, .clause = "P4 4.2(5)",
      .from = "diagnosing repairing seeking_solution awaiting_spare in_return_repair replacement_advised", .to = "same",
      .by = "dispatcher " TECHNICIAN, .takes = "price_told consent_by charge_reason? note?" },
    { .event = "set_charges", .label = { "Correct the charges", "更正费用" }, .clause = "designed", .from = "settling",
      .to = "same", .by = TECHNICIAN " dispatcher outlet_manager", .takes = "charge_items solution?",
      .guards = GUARDS(&charges_allowed, &charges_agreed), .effects = EFFECTS(SET("charge_total", "charge_sum(:charge_items)")) },
    { .event = "allow_on_account", .label = { "Allow payment on account", "同意挂账" }, .clause = "00-common 8",
      .from = "settling", .to = "same", .by = "dispatcher", .takes = "reason", .guards = GUARDS(&has_charge),
      .effects = EFFECTS(SET("on_account_by", ":actor")), .flags = TRANSITION_SIGNED },
    { .event = "waive_fee", .label = { "Waive the fee", "减免费用" }, .clause = "00-common 8", .from = "settling", .to = "same",
      .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&has_charge), .effects = EFFECTS(SET("waived_by", ":actor")),
      .flags = TRANSITION_SIGNED },
    { .event = "remind_collection", .label = { "Remind the customer to collect", "提醒取件" }, .clause = "designed",
      .from = "settling", .to = "same", .by = "dispatcher outlet_manager followup_clerk", .takes = "notice_channels note?",
      .guards = GUARDS(&is_ready_here, &two_channels),
      .effects = EFFECTS(SET("notices", "coalesce(e.notices, '[]') || jsonb_build_object('at', :at, 'channels', :notice_channels)"),
                         { .kind = EFFECT_STOP, .target = "collect_1", .when = "jsonb_array_length(coalesce(e.notices, '[]')) >= 0" },
                         { .kind = EFFECT_STOP, .target = "collect_2", .when = "jsonb_array_length(coalesce(e.notices, '[]')) >= 1" },
                         { .kind = EFFECT_STOP, .target = "collect_3", .when = "jsonb_array_length(coalesce(e.notices, '[]')) >= 2" }),
      .flags = TRANSITION_FINAL },
    { .event = "decide_uncollected", .label = { "Decide on the uncollected device", "逾期未取处置" }, .clause = "designed",
      .from = "settling", .to = "settled", .when = ":uncollected_decision = 'dispose'", .by = "deputy_gm",
      .takes = "uncollected_decision legal_advice", .guards = GUARDS(&is_ready_here, &reminded_enough, &no_loan_out),
      .effects = EFFECTS(SET("outcome", "'scrapped'"), SET("settled_at", ":at"), STOP_COLLECT,
                         FIRE_EACH("return_repair", "parent_id", "c.state = 'to_technician'", "close_uncollected", "legal_advice = :legal_advice")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "decide_uncollected", .label = { "Decide on the uncollected device", "逾期未取处置" }, .clause = "designed",
      .from = "settling", .to = "same", .by = "deputy_gm", .takes = "uncollected_decision legal_advice",
      .guards = GUARDS(&is_ready_here, &reminded_enough), .effects = EFFECTS(STOP("collect_decide")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "settle", .label = { "Settle with the customer", "善后完毕" }, .clause = "P4 4.2(7)", .from = "settling",
      .to = "settled", .by = TECHNICIAN " dispatcher outlet_manager",
      .takes = "customer_signature? customer_opinion? satisfaction? payment_status? signature_refused? signature_refused_reason?"
               " evidence? device_returned? customer_copy_taken_in? loss_note?",
      .guards = GUARDS(&signed_or_refused, &signature_bound, &opinion_given, &charges_kept, &payment_fits, &device_back, &loss_made_good, &nothing_away, &no_loan_out),
      .effects = EFFECTS(SET("settled_at", ":at"), SET("payment_status", "coalesce(:payment_status, 'none')"),
                         SET("receipt_no", "case when :payment_status = 'paid' then next_receipt(:at) end"),
                         SET("device_at", "case when :device_returned then 'customer' else e.device_at end"),
                         STOP_COLLECT, RECORD_IF("device_receipt", "e.device_at <> 'customer' and :device_returned"),
                         RECORD_IF("receipt", ":payment_status = 'paid'"), REPAIR_DAYS,
                         FIRE_EACH("return_repair", "parent_id", "c.state = 'to_technician'", "return_to_customer", NULL)),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "correct_receipt", .label = { "Void the receipt, issue a new one", "作废重开收据" }, .clause = "designed",
      .from = "settled reported_back followup_pending followed_up", .to = "same", .by = "dispatcher finance_officer outlet_manager",
      .takes = "charge_items reason", .guards = GUARDS(&has_receipt, &charges_allowed, &charges_agreed),
      .effects = EFFECTS(SET("voided_receipts", "coalesce(e.voided_receipts, '[]') || jsonb_build_object('receipt_no', e.receipt_no,"
                                                " 'amount', e.charge_total, 'voided_at', :at)"),
                         SET("receipt_no", "next_receipt(:at)"), SET("charge_total", "charge_sum(:charge_items)"), RECORD("receipt"), PAPERS_DUE),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "request_invoice", .label = { "Ask for an invoice", "申请发票" }, .clause = "00-common 8",
      .from = "settled reported_back followup_pending followed_up", .to = "same",
      .by = "dispatcher hotline_clerk finance_officer customer " TECHNICIAN, .takes = "invoice_title invoice_tax_no? invoice_email?",
      .guards = GUARDS(&invoice_none), .effects = EFFECTS(SET("invoice_status", "'requested'"), NOTIFY("finance_officer", "invoice_requested")) },
    { .event = "issue_invoice", .label = { "Issue the invoice", "开具发票" }, .clause = "00-common 8",
      .from = "settled reported_back followup_pending followed_up", .to = "same", .by = "finance_officer", .takes = "invoice_no",
      .guards = GUARDS(&invoice_open), .effects = EFFECTS(SET("invoice_status", "'issued'")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "reverse_invoice", .label = { "Reverse the invoice", "红冲发票" }, .clause = "00-common 8",
      .from = "settled reported_back followup_pending followed_up", .to = "same", .by = "finance_officer", .takes = "reason",
      .guards = GUARDS(&invoice_done), .effects = EFFECTS(SET("invoice_status", "'red_reversed'")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_back", .label = { "Report back", "反馈" }, .clause = "P4 4.2(8)", .from = "settled", .to = "reported_back",
      .by = OFFICE, .takes = "note?", .effects = EFFECTS(SET("reported_back_at", ":at")) },
    { .event = "collect_slip", .label = { "Collect the slip", "收单" }, .clause = "P4 4.2(9)", .from = "reported_back",
      .to = "followup_pending", .by = "dispatcher", .takes = "slip_received receipts_received? followup_clerk_id?",
      .guards = GUARDS(&slip_in, &receipts_in),
      .effects = EFFECTS(HAND_IN("dispatch_slip", "coalesce(:followup_clerk_id, :actor)"), HAND_IN("handling_slip", ":actor"),
                         HAND_IN("device_receipt", ":actor"), HAND_IN("receipt", ":actor"), START("followup_due"),
                         NOTIFY("followup_clerk", "followup_pending")) },
    { .event = "collect_papers", .label = { "Collect papers that came later", "补收单据" }, .clause = "P4 4.2(9)",
      .from = "followup_pending followed_up", .to = "same", .by = "dispatcher", .takes = "note?", .guards = GUARDS(&papers_owed),
      .effects = EFFECTS(HAND_IN("dispatch_slip", "coalesce(e.followup_clerk_id, :actor)"), HAND_IN("handling_slip", ":actor"),
                         HAND_IN("device_receipt", ":actor"), HAND_IN("receipt", ":actor"), STOP("papers_due")) },
    { .event = "follow_up", .label = { "Follow-up call", "回访" }, .clause = "P4 4.2(9)", .from = "followup_pending", .to = "same",
      .when = ":reached is not true and e.followup_tries + 1 < time_rule_number('N_P4_FOLLOWUP_TRIES')", .by = "followup_clerk",
      .takes = FOLLOW_UP_TAKES, .guards = FOLLOW_UP_GUARDS, .effects = EFFECTS(SET("followup_tries", "e.followup_tries + 1")),
      .flags = TRANSITION_FINAL },
    { .event = "follow_up", .label = { "Follow-up call", "回访" }, .clause = "P4 4.2(9)", .from = "followup_pending",
      .to = "followed_up", .when = ":reached is not true", .by = "followup_clerk", .takes = FOLLOW_UP_TAKES,
      .guards = FOLLOW_UP_GUARDS, .effects = EFFECTS(FOLLOWED_UP) },
    { .event = "follow_up", .label = { "Follow-up call", "回访" }, .clause = "P4 4.2(9)", .from = "followup_pending",
      .to = "followed_up", .when = ":is_complaint is true or :satisfied is false", .by = "followup_clerk",
      .takes = FOLLOW_UP_TAKES, .guards = FOLLOW_UP_GUARDS,
      .effects = EFFECTS(FOLLOWED_UP, START_AT("complaint_report", ":called_at"), NOTIFY("supervising_leader", "complaint_found"),
                         OPEN("complaint", "receive", "repair_id = m.id; customer_id = m.customer_id; complaint_text = m.complaint_text; found_at = m.called_at", LINK_LATER, NULL),
                         REOPENED),
      .flags = TRANSITION_FINAL },
    { .event = "follow_up", .label = { "Follow-up call", "回访" }, .clause = "P4 4.2(9)", .from = "followup_pending",
      .to = "followed_up", .by = "followup_clerk", .takes = FOLLOW_UP_TAKES, .guards = FOLLOW_UP_GUARDS,
      .effects = EFFECTS(FOLLOWED_UP, REOPENED) },
    { .event = "report_to_leader", .label = { "Report to the leader", "上报领导" }, .clause = "P4 4.2(9)",
      .from = "followup_pending followed_up", .to = "same", .by = "followup_clerk", .takes = "leader_id complaint_text?",
      .guards = GUARDS(&complaint_found, &is_leader),
      .effects = EFFECTS(SET("reported_to_leader_at", ":at"), STOP("complaint_report"),
                         FIRE_EACH("complaint", "repair_id", "c.reported_leader_at is null", "leader_told", "leader_id = :leader_id")), .flags = TRANSITION_FINAL },
    { .event = "leader_told", .label = { "Leader told by the complaint", "投诉已上报领导" }, .clause = "P4 4.2(9)", .from = "followup_pending followed_up",
      .to = "same", .by = "system", .takes = "leader_id", .effects = EFFECTS(SET("reported_to_leader_at", ":at"), STOP("complaint_report")),
      .flags = TRANSITION_FINAL },
    { .event = "archive", .label = { "Archive", "存档" }, .clause = "P4 4.2(10)", .from = "followed_up", .to = "archived",
      .by = "dispatcher office_archivist", .guards = GUARDS(&papers_present, &complaint_is_reported, &no_complaint_open), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "00-common 13",
      .from = "on_site diagnosing revisit_pending taken_back seeking_solution awaiting_spare in_return_repair replacement_advised",
      .to = "settling", .by = "dispatcher " TECHNICIAN, .takes = "withdrawal_wish charge_items?",
      .guards = GUARDS(&charges_allowed, &charges_agreed), .effects = EFFECTS(ENDS("'withdrawn'"), LEAVE("withdrawn"),
                         FIRE_EACH("return_repair", "parent_id",
                                   "c.state in ('received', 'tagged', 'tested', 'handed_over', 'registered', 'supplier_agreed', 'packed',"
                                   " 'shipped', 'at_supplier', 'back_received', 'verified')",
                                   "withdraw", "withdrawal_wish = :withdrawal_wish")) },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "registered dispatched scheduled",
      .to = "cancelled", .by = "dispatcher", .takes = "cancel_reason duplicate_of? note?",
      .guards = GUARDS(&cancel_explained, &not_of_itself, &nothing_held, &unreachable_proven),
      .effects = EFFECTS(NOTIFY("@assignee", "cancelled")), .flags = TRANSITION_FINAL },
    { .event = "customer_absent", .label = { "Customer absent", "客户缺席" }, .clause = "designed", .from = "scheduled on_site",
      .to = "revisit_pending", .by = TECHNICIAN, .takes = "waited_minutes called_customer door_photo_id? empty_run_fee? note?",
      .guards = GUARDS(&waited_long_enough, &door_photographed, &photo_is_here),
      .effects = EFFECTS(SET("absences", "e.absences + 1"), LEAVE("customer_absent"), START("contact_due")) },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "scheduled", .to = "dispatched",
      .when = ":keeps_appointment is not true", .by = OFFICE, .takes = REASSIGN_TAKES, .guards = REASSIGN_GUARDS,
      .effects = EFFECTS(SET("to_reassign", "null"), SET("appointment_at", "null"), LEAVE("reassigned"), START("contact_due"),
                         NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "*", .to = "same", .by = OFFICE,
      .takes = REASSIGN_TAKES, .guards = REASSIGN_GUARDS,
      .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN(OPEN_STATES, "dispatcher"),
    CHANGE_CUSTOMER,
    { .event = "report_loss", .label = { "Report loss or damage", "登记遗失损坏" }, .clause = "00-common 14",
      .from = "taken_back seeking_solution in_return_repair awaiting_spare replacement_advised repairing settling diagnosing",
      .to = "same", .by = "dispatcher " TECHNICIAN, .takes = "loss", .guards = GUARDS(&no_loss_yet),
      .effects = EFFECTS(SET("loss_settled_at", "null"),
                         NONCONFORMITY_OF("repair", "case when m.outlet_id is not null then 'outlet' else 'tech_dept' end", "major", "m.loss ->> 'what'",
                                          "; customer_id = m.customer_id; customer_affected = true; evidence = nullif(m.loss ->> 'evidence', '')", NULL),
                         OPEN("compensation", "submit", "repair_id = m.id; basis = 'lost_in_custody'; loss_text = m.loss ->> 'what'; claimed_amount = (m.loss ->> 'value')::bigint;"
                              " evidence = nullif(m.loss ->> 'evidence', '')", LINK_LATER, NULL),
                         NOTIFY("dispatcher", "loss_reported"), NOTIFY("deputy_gm", "loss_reported")),
      .flags = TRANSITION_FINAL },
    { .event = "make_loss_good", .label = { "Loss made good", "赔偿完毕" }, .clause = "00-common 14",
      .from = "taken_back seeking_solution in_return_repair awaiting_spare replacement_advised repairing settling diagnosing",
      .to = "same", .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&loss_is_open),
      .effects = EFFECTS(SET("loss_settled_at", ":at"), CANCEL("compensation"),
                         FIRE_EACH("compensation", "repair_id", "c.closed_at is null and c.basis = 'lost_in_custody' and c.state not in ('approved', 'paid')", "replaced",
                                   "outcome = :reason")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_slip_loss", .label = { "Report a lost paper", "登记单据遗失" }, .clause = "designed", .from = "*",
      .to = "same", .by = "dispatcher outlet_manager " TECHNICIAN, .takes = "lost_form loss_note",
      .effects = EFFECTS(RECORD_IF("dispatch_slip", ":lost_form = 'dispatch_slip'"), RECORD_IF("handling_slip", ":lost_form = 'handling_slip'"),
                         RECORD_IF("device_receipt", ":lost_form = 'device_receipt'"), RECORD_IF("receipt", ":lost_form = 'receipt'"), PAPERS_DUE),
      .flags = TRANSITION_FINAL },
    { NULL },
};

#define SKILL_NAME(name, en, zh) "'" #name "', "
static const struct timer timers[] = {
    { "mark_to_reassign",
      "e.to_reassign is null and e.assignee_id is not null and e.state not in ('settled', 'reported_back', 'followup_pending', 'followed_up')"
      " and " IS_ABSENT("e.assignee_id"),
      "reason = 'absence'" },
    { "mark_to_reassign",
      "e.to_reassign is null and e.state in ('registered', 'dispatched', 'scheduled', 'revisit_pending')"
      " and e.assignee_id in (select p.id from person p where p.state <> 'active')",
      "reason = 'barred_or_left'" },
    /* A verdict or a certificate has run out (P7): who has the job could not be given it today. Asked once for all jobs, not
     * for each. */
    { "mark_to_reassign",
      "e.to_reassign is null and e.state in ('dispatched', 'scheduled', 'revisit_pending')"
      " and e.assignee_id in (select p.id from person p where p.state = 'active' and p.qualified_until < company_date(:now))",
      "reason = 'not_qualified'" },
    { "mark_to_reassign",
      "e.to_reassign is null and e.state in ('dispatched', 'scheduled', 'revisit_pending')"
      " and (e.assignee_id, e.required_skill) in (select p.id, s.skill from person p"
      " cross join unnest(array[" SKILLS(SKILL_NAME) "null]) s (skill)"
      " where p.state = 'active' and not coalesce(s.skill = any(p.qualified_scope), false))",
      "reason = 'not_qualified'" },
    { NULL },
};

#define FREE_NOW \
    "coalesce(repair_free_reason(coalesce(:equipment_id, e.equipment_id), coalesce(:serial, e.serial), coalesce(:customer_id, e.customer_id), e.repeat_of, :at)," \
    " case when e.type = 'recall' and unit_is_recalled(coalesce(:serial, e.serial)) then 'recall' end)"
static const struct given given[] = {
    { .event = "amend", .from = OPEN_STATES, .guards = GUARDS(&identity_open, &amended_equipment_fits),
      .effects = EFFECTS(SET("warranty_until", "case when e.state = 'registered' then repair_warranty(coalesce(:equipment_id, e.equipment_id),"
                                               " coalesce(:serial, e.serial), coalesce(:customer_id, e.customer_id)) else e.warranty_until end"),
                         SET("free_reason", "case when e.state = 'registered' then " FREE_NOW " else e.free_reason end"),
                         SET("in_warranty", "case when e.state = 'registered' then " FREE_NOW " is not null else e.in_warranty end")) },
    { .event = "revert", .effects = EFFECTS(INSTRUMENTS_NOT_USED) },
    { .event = "contact_attempt", .by = "dispatcher hotline_clerk followup_clerk outlet_manager " TECHNICIAN,
      .from = "registered dispatched scheduled revisit_pending awaiting_spare settling followup_pending" },
    { .event = "pause", .by = OFFICE " " TECHNICIAN, .from = OPEN_STATES },
    { .event = "resume", .by = OFFICE " " TECHNICIAN },
    { NULL },
};

static const struct machine repair = {
    .name = "repair", .path = "repairs", .prefix = "RP", .title = { "Repair", "报修单" }, .fields = repair_fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given,
    .owner = "dispatcher",
    .amends = "contact_name contact_phone address serial model problem required_skill priority region customer_id equipment_id",
    .signed_fields = "solution outcome parts_used charge_items charge_total in_warranty",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', w.code, 'id', w.id, 'number', w.number, 'state', w.state))"
                " from ((select case when d.settled_at is null then 'possible_duplicate' else 'repaired_recently' end as code, d.id, d.number, d.state"
                " from repair d where d.serial = e.serial and d.id <> e.id"
                " and (d.closed_at is null or d.settled_at >= :now - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS'))) limit 5)"
                " union all select 'unit_recalled', u.id, u.number, u.state from recall_unit u where u.serial = e.serial"
                " and u.state in ('listed', 'notified', 'scheduled', 'unreachable')) w)",
};

const struct procedure p04_repair = {
    .number = 4, .code = "P4", .title = { "Repair requests, carry-in and on-site repair", "报修、送修和上门维修" }, .clause = "P4",
    .machines = (const struct machine *const[]){ &repair, NULL },
    .forms = repair_forms,
};
