/* When P4 refuses a step. Layer: procedures; included by p04_repair.c alone. */
#ifndef AFTERCARE_PROCEDURES_P04_REPAIR_GUARDS_H
#define AFTERCARE_PROCEDURES_P04_REPAIR_GUARDS_H

#include "procedures/p04_repair_fields.h"

GUARD(address_known, "address_missing", ":channel = 'carry_in' or :address is not null", "address",
      "A visit needs an address", "上门服务须填写地址");
GUARD(equipment_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id and q.customer_id = :customer_id)",
      "equipment_id", "This equipment belongs to another customer", "该设备不属于此客户");
GUARD(repeat_in_time, "repeat_too_late",
      ":repeat_of is null or exists (select from repair r where r.id = :repeat_of and r.customer_id = :customer_id"
      " and r.settled_at >= :at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')))",
      "repeat_of", "That repair is not one of this customer's of the last 30 days", "该单不是此客户30天内完成的维修");
GUARD(customer_agrees, "customer_must_agree", ":agreed is true", "agreed", "The customer has to agree", "须客户同意");
GUARD(nothing_held, "device_held", "e.device_at = 'customer'", NULL, "The company holds the device", "设备仍在公司");
GUARD(outlet_serves, "outlet_cannot_take_it",
      "exists (select from outlet o where o.id = :outlet_id and o.state = 'operating'"
      " and (e.required_skill is null or e.required_skill = any(o.skills)))",
      "outlet_id", "The outlet is not operating or does not serve this kind of equipment", "该网点未运营或不在其服务范围");
GUARD(own_outlet_runs, "outlet_not_operating",
      "coalesce(:scope_outlet, :outlet_id) is null"
      " or exists (select from outlet o where o.id = coalesce(:scope_outlet, :outlet_id) and o.state = 'operating')",
      "outlet_id", "The outlet does not operate: it takes no new jobs", "网点未运营,不得承接新任务");
GUARD(is_with_outlet, "not_with_outlet", "e.outlet_id is not null", NULL, "No outlet has the job", "该单不在网点");
GUARD(technician_of_company, "technician_of_other_outlet",
      "exists (select from person p where p.id = :assignee_id and p.outlet_id is null)", "assignee_id",
      "Somebody of the company takes over", "须由公司人员接管");
GUARD(offered_to_outlet, "not_offered_to_outlet", "e.outlet_id is not null and e.job_accepted is not true", NULL,
      "The job is not waiting for an outlet's answer", "该单未待网点接单");
GUARD(outlet_has_accepted, "outlet_has_not_accepted", "e.outlet_id is null or e.job_accepted is true", NULL,
      "The outlet has not accepted the job yet", "网点尚未接单");
GUARD(is_technician_self, "technician_not_qualified",
      "exists (select from person p where p.id = :actor and p.state = 'active' and p.qualified_until >= company_date(:at)"
      " and (e.required_skill is null or e.required_skill = any(p.qualified_scope)))",
      NULL, "Your qualification does not cover this job", "您的上岗资格不适用于此单");
GUARD(devices_listed, "devices_missing", ":device_kept is not true or :devices is not null", "devices",
      "What stays here has to be listed", "留存物品须登记");
GUARD(customer_has_copy, "copy_not_given", ":copy_with_customer is true", "copy_with_customer",
      "One copy of the handling slip stays with the customer", "处理单一联须交客户");
GUARD(customer_has_copy_if_kept, "copy_not_given", ":device_kept is not true or :copy_with_customer is true",
      "copy_with_customer", "One copy of the handling slip stays with the customer", "处理单一联须交客户");
GUARD(appointment_ahead, "appointment_in_past", ":appointment_at >= date_trunc('minute', :at)", "appointment_at",
      "The appointment lies in the past", "预约时间已过");
GUARD(charges_told, "charges_not_told", ":charge_told is true", "charge_told",
      "Warranty and charges have to be told first", "须先告知保修与收费情况");
GUARD(dispatcher_dates, "dispatcher_dates_visit", "e.absences < 2 or :has_dispatcher", NULL,
      "After two absences the dispatcher dates the visit", "客户两次缺席后由调度员预约");
GUARD(dispatcher_knows, "dispatcher_not_told", ":dispatcher_told is true", "dispatcher_told",
      "The dispatcher has to be told", "须告知调度员");
GUARD(appearance, "appearance_not_in_order", ":appearance_in_order is true", "appearance_in_order",
      "Appearance in order and shoe covers on", "须仪容整洁并穿鞋套");
GUARD(transport_explained, "transport_not_explained",
      "coalesce(:transport_mode, 'bus') = 'bus' or e.priority = 'urgent' or :transport_reason is not null",
      "transport_reason", "Anything but the bus needs a reason", "非公交出行须说明原因");
GUARD(price_agreed, "price_not_agreed", "e.in_warranty and :charge_reason is null or (:price_told is not null and :consent_by is not null)",
      "price_told", "Out of warranty the customer has to agree to the price first", "保修期外须先经客户确认价格");
GUARD(explained_to_customer, "not_explained", ":explained is true", "explained", "Explain it to the customer first", "须先向客户说明");
GUARD(same_person_again, "other_person_needed", "e.state <> 'revisit_pending' or e.defer_reason is distinct from 'other_person'", NULL,
      "It was put off to another person: dispatch it first", "已约定换人,须先重新派单");
GUARD(door_photographed, "door_photo_missing", ":door_photo_id is not null or :note is not null", "door_photo_id",
      "Attach a photo of the door, or say why there is none", "须附门口照片或说明原因");
GUARD(photo_is_here, "door_photo_unknown",
      ":door_photo_id is null or exists (select from attachment a where a.entity_id = e.id and a.id::text = lower(:door_photo_id))",
      "door_photo_id", "This picture is not attached to the repair", "该照片未附于本单");
GUARD(waited_long_enough, "waited_too_short", ":waited_minutes >= time_rule_number('N_P4_ABSENT_MINUTES') and :called_customer is true",
      "waited_minutes", "Wait 15 minutes and call the customer first", "须等待15分钟并致电客户");
GUARD(receiver_is_dispatcher, "not_a_dispatcher",
      "exists (select from person p where p.id = :handed_to and p.state = 'active' and p.roles && '{dispatcher,outlet_manager}')",
      "handed_to", "The second copy goes to the dispatcher", "处理单第二联须交调度员");
GUARD(test_ok, "test_not_passed", ":test_passed is true", "test_passed", "The test has to be passed", "须测试合格");
GUARD(charges_allowed, "free_in_warranty",
      "charge_sum(coalesce(:charge_items, e.charge_items)) <= coalesce(e.empty_run_fee, 0) or e.in_warranty is not true or e.charge_reason is not null",
      "charge_items", "This repair is free of charge", "此单为免费维修");
GUARD(charges_agreed, "charge_above_price_told",
      "charge_sum(coalesce(:charge_items, e.charge_items)) <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0)",
      "charge_items", "More than the price the customer agreed to", "超出客户确认的价格");
GUARD(charges_kept, "charge_above_price_told", "e.charge_total <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0)", NULL,
      "More than the price the customer agreed to", "超出客户确认的价格");
GUARD(end_proposed, "end_not_proposed", "e.unrepaired_outcome is not null", NULL,
      "The technician has to propose it first", "须先由维修人员提出");
GUARD(opinion_given, "opinion_missing", ":customer_opinion is not null or :signature_refused is true", "customer_opinion",
      "The customer fills in the comment column", "须客户填写意见");
GUARD(payment_fits, "payment_does_not_fit",
      "case coalesce(:payment_status, 'none') when 'none' then e.charge_total = 0"
      " when 'paid' then e.charge_total > 0"
      " when 'on_account' then e.charge_total > 0 and e.on_account_by is not null"
      " else e.charge_total > 0 and e.waived_by is not null end",
      "payment_status", "Payment does not fit the charge, or its approval is missing", "付款方式与费用不符或缺少批准");
GUARD(device_back, "device_not_returned",
      "e.device_at = 'customer' or e.outcome = 'scrapped'"
      " or (e.outcome = 'replaced' and exists (select from return_exchange x where x.parent_id = e.id and (x.goods_back_at is not null or x.loss_borne_by = 'company')))"
      " or (:device_returned is true and (:customer_copy_taken_in is true or :loss_note is not null))",
      "device_returned", "Give the device back and take the customer's copy in", "须交还设备并收回客户联");
GUARD(loss_made_good, "loss_open", "e.loss is null or e.loss_settled_at is not null", NULL,
      "The customer's loss is not made good yet", "客户损失尚未赔偿");
GUARD(nothing_away, "item_still_away",
      "not exists (select from return_repair x where x.parent_id = e.id and x.closed_at is null and x.state not in ('to_technician', 'scrap_stored'))",
      NULL, "An item of this repair is still in return repair", "本单尚有物品返修中");
GUARD(no_loan_out, "loan_unit_out",
      "not exists (select from loan_agreement a where a.parent_id = e.id and a.separated_at is null and a.state in ('lent', 'due_soon', 'overdue', 'lost'))",
      NULL, "The customer still has a loan unit", "客户尚未归还备用机");
GUARD(has_receipt, "no_receipt", "e.receipt_no is not null", NULL, "There is no receipt", "尚无收据");
GUARD(invoice_open, "invoice_not_requested", "e.invoice_status = 'requested'", NULL, "No invoice is asked for", "未申请发票");
GUARD(invoice_none, "invoice_exists", "e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed')", NULL,
      "There is nothing to invoice, or it is under way", "无可开票金额或发票已在办理");
GUARD(invoice_done, "invoice_not_issued", "e.invoice_status = 'issued'", NULL, "No invoice is issued", "发票尚未开具");
GUARD(reminded_enough, "not_reminded_enough",
      "jsonb_array_length(coalesce(e.notices, '[]')) >= 3 and e.ready_at <= :at - make_interval(days => time_rule_number('T_P4_UNCOLLECTED_4'))",
      NULL, "Three reminders and 90 days come first", "须先提醒三次并满90天");
GUARD(two_channels, "two_channels_needed", "cardinality(:notice_channels) >= 2", "notice_channels",
      "A reminder goes by two channels", "提醒须通过两种方式");
GUARD(is_ready_here, "nothing_to_collect", "e.ready_at is not null and e.device_at <> 'customer'", NULL,
      "Nothing waits for the customer here", "无待取设备");
GUARD(slip_in, "slip_not_received", ":slip_received is true or not exists (select from record p where p.entity_id = e.id and p.form = 'dispatch_slip')",
      "slip_received", "The dispatch slip has to be handed in", "须收回派工单");
GUARD(receipts_in, "receipts_not_received",
      ":receipts_received is true or not exists (select from record p where p.entity_id = e.id and p.form in ('device_receipt', 'receipt'))",
      "receipts_received", "The receipts have to be handed in", "须收回收条");
GUARD(not_own_job, "own_job", ":actor is distinct from e.assignee_id"
      " and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', :actor)), false)",
      NULL, "Who did the job may not make its follow-up call", "维修人员不得回访本人单据");
GUARD(call_in_time, "call_time_wrong", ":called_at <= :at + interval '5 minutes' and :called_at >= date_trunc('minute', e.settled_at)", "called_at",
      "The call lies in the future or before the job was settled", "回访时间有误");
GUARD(answers_given, "answers_missing", ":reached is not true or :satisfied is not null", "satisfied",
      "Ask whether the customer is satisfied", "须记录是否满意");
GUARD(complaint_described, "complaint_text_missing", ":is_complaint is not true or :complaint_text is not null",
      "complaint_text", "Describe the complaint", "须记录投诉内容");
GUARD(work_is_confirmed, "work_not_confirmed", "e.signature_refused is not true or :reached is not true or :work_confirmed is not null",
      "work_confirmed", "Unsigned work has to be confirmed in the call", "未签字的工作须在回访中确认");
GUARD(complaint_found, "no_complaint", "e.is_complaint is true or e.satisfied is false or :complaint_text is not null",
      "complaint_text", "There is no complaint to report", "无投诉可上报");
GUARD(complaint_is_reported, "complaint_not_reported", "not e.clocks ? 'complaint_report'", NULL,
      "The complaint has to be reported to the leader first", "须先将投诉上报领导");
GUARD(no_complaint_open, "complaint_open", "e.state <> 'followed_up' or not job_under_complaint(e.id)", NULL, "A complaint about this job is open", "本单有未结投诉");
/* All papers of the job come in with the slip (collect_slip); what is made anew after that keeps the clock running. */
GUARD(papers_owed, "no_papers_owed", "e.clocks ? 'papers_due'", NULL, "All papers of this job are handed in", "本单表单均已收齐");
GUARD(papers_present, "papers_missing", "not e.clocks ? 'papers_due'", NULL, "Papers of this job are not handed in", "本单表单尚未收齐");
GUARD(cancel_explained, "duplicate_not_named", ":cancel_reason <> 'duplicate' or :duplicate_of is not null", "duplicate_of",
      "Name the repair that this one duplicates", "须填写重复的单据");
GUARD(not_of_itself, "duplicate_of_itself", ":duplicate_of is null or :duplicate_of <> e.id", "duplicate_of",
      "It cannot duplicate itself", "不得重复于自身");
static const struct guard unreachable_proven = {
    "not_tried_enough",
    ":cancel_reason <> 'unreachable' or (select count(*) >= time_rule_number('N_CONTACT_TRIES')"
    " and count(distinct company_date((c ->> 'at')::timestamptz)) >= 2"
    " and bool_or(c ->> 'channel' in ('message', 'email', 'letter'))"
    " from jsonb_array_elements(coalesce(e.contact_attempts, '[]')) c where c ->> 'result' <> 'reached')",
    { "Three attempts on at least two days, one of them in writing, come first", "须先在至少两天内联系三次,其中一次为书面" },
    "cancel_reason"
};
GUARD(is_assigned, "not_assigned", "e.assignee_id is not null", NULL, "Nobody has the job yet", "尚未派给人员");
GUARD(identity_open, "unit_fixed", "(:customer_id is null and :equipment_id is null and :serial is null) or e.state = 'registered'",
      NULL, "Customer and unit are fixed once the slip is dispatched: void it and register anew", "派单后不得更改客户与设备,请作废后重新登记");
GUARD(amended_equipment_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id"
      " and q.customer_id = coalesce(:customer_id, e.customer_id))",
      "equipment_id", "This equipment belongs to another customer", "该设备不属于此客户");

#endif
