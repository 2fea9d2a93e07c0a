/* When P8 refuses a step. Layer: procedures; included by p08_delivery.c alone. */
#ifndef AFTERCARE_PROCEDURES_P08_DELIVERY_GUARDS_H
#define AFTERCARE_PROCEDURES_P08_DELIVERY_GUARDS_H

#include "procedures/p08_delivery_fields.h"

/* The contract */
GUARD(customer_open, "customer_closed", "exists (select from customer o where o.id = :customer_id and o.closed_at is null and o.state <> 'erasing')",
      "customer_id", "The customer's file is closed", "客户档案已关闭");
GUARD(exchange_fits, "exchange_not_running",
      ":exchange_of is null or exists (select from return_exchange x where x.id = :exchange_of and x.customer_id = :customer_id and x.state = 'executing' and x.remedy = 'exchange')",
      "exchange_of", "No exchange of this customer is being carried out there", "该单不是此客户实施中的换货");
GUARD(part_fits, "part_of_another",
      ":parent_id is null or exists (select from delivery d where d.id = :parent_id and d.customer_id = :customer_id and d.closed_at is null)",
      "parent_id", "It can only be a part of an open delivery to the same customer", "只能属于同一客户未结的配送单");
GUARD(parts_numbered, "part_number_wrong", ":part_no is null or coalesce(:part_no <= :part_count, false)", "part_no",
      "The shipment's number is higher than there are shipments", "分批序号有误");
GUARD(need_named, "need_without_installation",
      ":needed_for_install is not true or exists (select from delivery d where d.id = :parent_id and d.install_due and d.closed_at is null and d.state <> 'settled')",
      "needed_for_install", "There is no installation ahead that could need it", "无待进行的安装需要此批");
GUARD(set_is_installed, "set_without_installation", ":is_complete_set is not true or :install_due is true", "install_due",
      "A complete set is installed", "成套产品须安装");
GUARD(part_not_installed, "part_with_installation", ":needed_for_install is not true or :install_due is not true", "install_due",
      "A part is installed with its main delivery", "分批货物随主单安装");
GUARD(trial_long_enough, "trial_too_short",
      ":is_complete_set is not true or coalesce(:trial_hours >= time_rule_hours('T_P8_TRIAL'), true)", "trial_hours",
      "Complete sets run 72 hours at full load at least", "成套产品须72小时满负荷试运转");
GUARD(escort_long_enough, "escort_too_short",
      ":install_due is not true or coalesce(:escort_hours >= time_rule_hours('T_P8_ESCORT'), true)", "escort_hours",
      "The escort lasts 48 hours at least", "护航不得少于48小时");
GUARD(promise_ahead, "promise_in_past", ":promised_on is null or :promised_on >= company_date(:at)", "promised_on", "The promised day is over", "承诺日期已过");
GUARD(contract_open, "contract_fixed", "(:lines is null and :promised_on is null) or e.state = 'contract_received'", NULL,
      "Goods and promise are fixed once it is packed", "装箱后不得更改货物与承诺日期");

/* Packing and handover */
GUARD(counted_whole, "packing_incomplete", "packed_whole(e.lines, :packing)", "packing",
      "Something is missing against the packing list or the contract", "与装箱单或合同不符,有遗漏");
GUARD(papers_counted, "papers_missing",
      "2 = (select count(distinct p ->> 'kind') from jsonb_array_elements(:packing) p where p ->> 'kind' in ('certificate', 'manual'))",
      "packing", "Certificates and manuals are counted too", "须清点合格证与说明书");
GUARD(serials_single, "serial_twice", "serials_fit(:packing)", "packing", "A serial number stands for one piece", "一个序列号仅对应一件");
GUARD(units_new, "unit_in_file", "e.exchange_of is not null or not packed_serial_in_file(:packing)", "packing",
      "A unit with this serial number is in the file already", "该序列号设备已在档");
GUARD(exchange_serial_known, "replacement_unknown", "e.exchange_of is null or first_packed_serial(:packing) is not null", "packing",
      "The replacement has a serial number", "换货须填写序列号");
/* P10: nothing of a model whose sale is stopped leaves the company. */
GUARD(packed_free, "sale_stopped", "not packed_is_stopped(e.lines, :packing)", "packing", "A recall has stopped the sale of this model", "该型号因召回已停止销售");
GUARD(goods_free, "sale_stopped", "e.state <> 'customer_notified' or e.packing is null or not packed_is_stopped(e.lines, e.packing)", NULL, "A recall has stopped the sale of this model", "该型号因召回已停止销售");
GUARD(packed_safe, "not_transport_safe", ":transport_safe is true", "transport_safe", "The packing has to be safe for the transport", "包装须保证运输安全");
GUARD(recounted, "not_counted_again", "e.recount_due is not true", NULL, "It has to be counted again first", "须先重新清点");
GUARD(other_person, "own_handover", ":actor is distinct from e.given_by", NULL, "Two people sign the handover", "交接须双方签字");

/* Scheduling and the run */
GUARD(window_ahead, "window_wrong", ":window_from < :window_to and :window_from >= date_trunc('minute', :at)", "window_from",
      "The time lies in the past or ends before it begins", "时段已过或起止有误");
GUARD(window_in_promise, "outside_promise",
      "e.promised_on is null or company_date(:window_to) <= e.promised_on or :later_agreed is true", "window_to",
      "Later than promised: only when the customer agrees", "晚于承诺日期,须客户同意");
GUARD(area_kept, "outside_area", ":in_area is true", "in_area", "Outside the area in which delivery is promised", "超出承诺送货范围");
GUARD(transport_named, "transport_missing", "(:vehicle is not null or :carrier is not null) and :assignee_id is not null", "vehicle",
      "Name the person and the vehicle or the carrier", "须安排人员和车辆");
GUARD(deliverer_active, "deliverer_not_active",
      "exists (select from person p where p.id = :assignee_id and p.state = 'active')"
      " and not exists (select from absence a where a.person_id = :assignee_id and a.closed_at is null and a.from_at < :window_to and a.to_at > :window_from)",
      "assignee_id", "This person is not there at that time", "该人员届时不在岗");
GUARD(new_deliverer_active, "deliverer_not_active",
      "exists (select from person p where p.id = :assignee_id and p.state = 'active')"
      " and not exists (select from absence a where a.person_id = :assignee_id and a.closed_at is null and a.from_at < e.window_to and a.to_at > e.window_from)",
      "assignee_id", "This person is not there at that time", "该人员届时不在岗");
GUARD(vehicle_usable, "vehicle_not_usable",
      ":vehicle is null or not exists (select from facility f where f.code = :vehicle and (f.category <> 'vehicle' or f.state not in ('in_service', 'limited')))",
      "vehicle", "This facility is no vehicle in service", "该设施不是在用车辆");
GUARD(run_free, "run_taken", "not run_taken(e.id, :vehicle, :assignee_id, :window_from, :window_to)", "vehicle",
      "Vehicle or person are on another run at that time", "车辆或人员同时段已有任务");
GUARD(not_called_ahead, "call_in_future", ":called_customer_at <= :at + interval '5 minutes'", "called_customer_at", "The call lies in the future", "通话时间在将来");
GUARD(customer_reached, "customer_not_reached", ":reached is true", "reached", "The customer has to be reached by phone", "须电话联系上客户");
GUARD(window_not_over, "window_over", ":at < e.window_to", NULL, "The promised time is over: schedule anew", "约定时段已过,须重新安排");
GUARD(fee_by_contract, "first_run_free", "coalesce(:attempt_fee, 0) = 0 or e.delivery_attempts >= 1", "attempt_fee",
      "The first failed run costs nothing", "首次未送达不收费");
GUARD(unpacked, "unpacking_missing", ":unpacking_needed is not true or :unpacking_findings is not null", "unpacking_findings",
      "The unpacking check that was needed has no result", "须填写开箱验货结果");
GUARD(both_sign, "our_signature_missing", ":actor = e.assignee_id or :deliverer_name is not null", "deliverer_name",
      "Who delivered signs too", "送货人须签字");
GUARD(found_fits, "discrepancy_does_not_fit", "discrepancies_fit(e.lines, :found)", "found", "No such line, or more pieces than it has", "行号或数量有误");
GUARD(all_named, "not_all_refused", ":all_refused is not true or everything_found(e.lines, :found)", "found",
      "Who refuses all names every line", "整单拒收须列出全部明细");
GUARD(all_settled, "discrepancy_open", "discrepancies_settled(settle_discrepancies(e.discrepancies, :resolutions))", "resolutions",
      "Every discrepancy needs an outcome", "每项异议均须有处理结果");
GUARD(goods_are_back, "goods_not_back",
      ":goods_back is true or not exists (select from jsonb_array_elements(e.discrepancies) d where d ->> 'kind' <> 'lost')", "goods_back", "The goods have to be back in stock", "货物须退库");
GUARD(nothing_to_install, "installation_due", "e.install_due is not true", NULL, "It is to be installed", "尚须安装");
GUARD(parts_are_closed, "parts_open", "not parts_open(e.id)", NULL, "Part shipments are still open", "尚有未结分批配送");
GUARD(not_needed, "exchange_running",
      "not exists (select from return_exchange x where x.id = e.exchange_of and x.closed_at is null)", NULL,
      "The exchange that it belongs to is still running: withdraw that", "所属换货仍在实施,请先撤回换货");
GUARD(restocked, "goods_not_back", "e.state = 'contract_received' or :goods_back is true", "goods_back", "The goods have to be back in stock", "货物须退库");

/* Installation */
GUARD(to_install, "no_installation", "e.install_due is true", NULL, "No installation is due", "无须安装");
GUARD(customer_agrees, "customer_must_agree", ":agreed is true", "agreed", "Both sides confirm the day", "安装日期须双方确认");
GUARD(install_ahead, "install_date_in_past", ":install_on >= company_date(:at)", "install_on", "The day is over", "安装日期已过");
GUARD(parts_are_there, "parts_missing", "not parts_missing(e.id)", NULL, "Shipments that the installation needs are not signed for yet", "安装所需分批货物尚未签收");
#define QUALIFIED(person) \
    "exists (select from person p where p.id = " person " and p.state = 'active' and 'installer' = any(p.roles) and p.qualified_until >= company_date(:at)" \
    " and 'installation' = any(p.qualified_scope) and (e.required_skill is null or e.required_skill = any(p.qualified_scope)))"
GUARD(installer_qualified, "installer_not_qualified", QUALIFIED(":assignee_id"), "assignee_id",
      "This person is no active installer qualified for it", "该人员不具备安装上岗资格");
GUARD(self_qualified, "installer_not_qualified", QUALIFIED(":actor"), NULL, "Your qualification does not cover this installation", "您的上岗资格不适用于此安装");
GUARD(plan_written, "plan_missing", "e.installation_plan is not null", NULL, "There is no installation plan", "尚无安装方案");
GUARD(not_own_plan, "own_plan", "e.plan_by is distinct from :actor", NULL, "Nobody approves the own plan", "不得批准本人编制的方案");
GUARD(plan_approved, "plan_not_approved", "e.plan_approved_by is not null", NULL, "The installation plan is not approved", "安装方案尚未批准");
GUARD(tools_there, "tools_missing", ":tools_on_site is true", "tools_on_site", "Tools and equipment have to be on site", "设备器具须到场");
GUARD(customer_knows_plan, "plan_not_told", ":plan_told is true", "plan_told", "The plan has to be told to the customer", "须将方案告知客户");
GUARD(supplies_are_asked, "supplies_not_asked", "coalesce(e.customer_supplies, '{}') <@ coalesce(:supplies_asked, '{}')", "supplies_asked",
      "Ask the customer early for all that the contract has him supply", "须提前请顾客备齐合同约定的风水电汽油");
GUARD(supplies_are_there, "supplies_missing", "cardinality(coalesce(e.customer_supplies, '{}')) = 0 or :supplies_ready is true", "supplies_ready",
      "What the customer supplies is not there: wait for the site", "顾客提供条件未备齐");
GUARD(followed_plan, "plan_not_followed", ":plan_followed is true", "plan_followed", "The plan has to be followed strictly", "须严格按安装方案执行");
GUARD(work_goes_on, "work_waits", "e.paused is null", NULL, "Work is waiting", "工作处于等待状态");
GUARD(has_trial, "no_trial_due", "e.trial_due", NULL, "No trial run is due", "无须试运转");
GUARD(has_no_trial, "trial_due", "e.trial_due is not true", NULL, "A trial run is due", "须先试运转");
GUARD(full_load, "not_full_load", ":load_percent >= time_rule_number('N_P8_FULL_LOAD')", "load_percent",
      "The trial runs at full load; less is an interruption", "须满负荷运转,低于满负荷按中断处理");
GUARD(stopped_within, "interruption_time_wrong", ":interrupted_at is null or (:interrupted_at <= :at and :interrupted_at >= e.trial_from)", "interrupted_at",
      "It stopped before it began, or in the future", "中断时间有误");
GUARD(only_outside_counts, "time_not_countable", ":count_consent is null or :interruption = 'outside_outage'", "count_consent",
      "Only the time before an outage from outside can be counted", "仅外部原因中断可计入此前时间");
GUARD(consent_bound, "signed_other_content", ":count_consent is null or :count_consent ->> 'content_sha256' = :content_sha256", "count_consent",
      "What was signed is not what is stored now", "签署内容与现存内容不一致");
GUARD(ran_long_enough, "trial_not_over", ":at >= e.trial_until", NULL, "The full-load trial run has not lasted its 72 hours", "满负荷试运转未满72小时");

/* Escort, training, acceptance */
GUARD(escorted_long_enough, "escort_not_over", ":at >= e.escort_until", NULL, "The escort has not lasted its 48 hours", "护航未满48小时");
GUARD(escort_covered, "escort_not_covered", "e.uncovered_since is null", NULL, "Nobody qualified is reachable: the escort stands still", "无合格人员值守,护航暂停");
GUARD(escort_uncovered, "escort_covered", "e.uncovered_since is not null", NULL, "The escort is covered", "护航正常值守");
GUARD(operators_are_able, "operators_not_able", "e.operator_able is true", NULL,
      "The customer's operators are not trained or not able yet: train again and extend", "客户操作人员未培训或未能正确操作,须再培训并延长护航");
GUARD(longer, "extension_wrong", ":extend_until > greatest(e.escort_until, :at)", "extend_until", "An extension ends later", "延长时间须晚于现定时间");
GUARD(defects_dated, "defect_date_wrong",
      "not exists (select from jsonb_array_elements(:defect_list) d where (d ->> 'due_on')::date < company_date(:at))", "defect_list",
      "A defect is to be cured by a day ahead", "整改期限不得早于今天");
GUARD(defect_is_open, "no_such_defect",
      "exists (select from jsonb_array_elements(e.defects) d where (d ->> 'no')::integer = :defect_no and d ->> 'fixed_at' is null)", "defect_no",
      "There is no such open defect", "无此未整改缺陷");
GUARD(defects_are_cured, "defects_open", "not defects_open(e.defects)", NULL, "Defects of the list are not cured yet", "缺陷清单尚未整改完");
GUARD(accepted_somehow, "signature_missing",
      ":customer_signature is not null or (:signature_refused is true and :signature_refused_reason is not null and :evidence is not null) or :silent is true",
      "customer_signature", "The customer signs, or the refusal is stored with a reason and other evidence",
      "须客户签字,拒签须注明原因并另附证据");
GUARD(silence_by_contract, "silence_does_not_accept",
      ":silent is not true or coalesce(:at >= e.notice_sent_at + make_interval(days => e.silence_days), false)", "silent",
      "Silence accepts only by contract, so many days after a written notice", "默示验收须合同有约定且书面通知期满");
GUARD(sets_install_free, "installation_is_free",
      "e.is_complete_set is not true or not exists (select from jsonb_array_elements(:charge_items) c where c ->> 'kind' = 'installation')",
      "charge_items", "Complete sets are installed free of charge", "成套产品免费安装");
GUARD(payment_fits, "payment_does_not_fit",
      "case coalesce(:payment_status, 'none') when 'none' then e.charge_total = 0 when 'waived' then e.charge_total > 0 and e.waived_by is not null"
      " when 'on_account' then e.charge_total > 0 and e.contract_no is not null else e.charge_total > 0 end",
      "payment_status", "Payment does not fit the charge, or its approval is missing", "付款方式与费用不符或缺少批准");
GUARD(payment_known, "no_contract_amount", "e.contract_amount is not null", NULL, "The contract price is not known", "未登记合同金额");
GUARD(not_overpaid, "more_than_due", ":paid_now <= e.rest_due", "paid_now", "That is more than the rest", "超过未付余额");
GUARD(production_past, "production_in_future", ":production_since <= company_date(:at) and :production_since >= company_date(e.delivered_at)", "production_since",
      "In production before it was delivered, or in the future", "投产日期有误");
GUARD(slip_is_out, "no_slip", "exists (select from record r where r.entity_id = e.id and r.form = 'dispatch_slip' and r.handed_in_at is null and r.voided_at is null)",
      NULL, "There is no slip to hand in", "无待交派工单");

/* Waiting for the site, loss */
GUARD(is_working, "already_paused", "e.paused is null", NULL, "Work is already waiting", "工作已处于等待状态");
GUARD(is_waiting, "not_paused", "e.paused is not null", NULL, "Work is not waiting", "工作未处于等待状态");
GUARD(site_noted, "site_note_missing", ":site_note is not null and :risk_borne_by is not null", "site_note",
      "Write down what is not ready and at whose risk the goods are stored", "须注明现场条件及货物存放风险承担");
GUARD(site_long, "site_not_due", "(e.clocks #>> '{site_decide,due_at}')::timestamptz <= :at", NULL, "The 60 days are not over", "未满60天");
GUARD(taken_back_whole, "goods_not_back", ":site_decision <> 'take_back' or :goods_back is true", "goods_back", "The goods have to be back in stock", "货物须退库");
GUARD(loss_found, "found_missing", ":found is not null", "found", "Name the lines that are lost", "须列明遗失明细");
GUARD(loss_made_good, "loss_open", "e.loss is null or e.loss_settled_at is not null", NULL, "The loss is not made good yet", "损失尚未赔偿");

#endif
