/* P9: return and exchange, from the application to the goods back and the money or the other unit with the customer; the
 * claim on the supplier goes on by itself. Which remedies are due is decided by one SQL function, remedies(). */
#include "procedures/p09_return_exchange_fields.h"

#define TECHNICIAN "technician@assignee outlet_technician@assignee"

static const struct state states[] = {
    { "applied", { "Applied", "申请" } },
    { "registered", { "Registered", "受理登记" } },
    { "assigned", { "Assigned", "已派" } },
    { "negotiating", { "Negotiating on site", "现场协商" } },
    { "dropped", { "No return wanted any more", "不再退换" }, STATE_TERMINAL },
    { "reported", { "Reported", "报告上交" } },
    { "consulting_materials", { "With the materials office", "与物资处商定" } },
    { "pending_approval", { "Waiting for approval", "待副总审批" } },
    { "approved", { "Approved", "已批准" } },
    { "refused", { "Refused", "不同意" } },
    { "customer_informed", { "Customer told", "已通知客户" } },
    { "refusal_informed", { "Refusal told", "已通知不同意" }, STATE_TERMINAL },
    { "executing", { "Being carried out", "实施中" } },
    { "completed", { "Completed", "完成" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "客户撤回" }, STATE_TERMINAL },
    { NULL },
};

static const struct clock clocks[] = {
    { "register_due", { "Register at once", "立即登记" }, "T_P9_NOTIFY", NULL, false },
    { "analysis_due", { "Analyse the request", "问题分析期限" }, "T_P9_ANALYSIS", NULL, true },
    { "refer_due", { "Refer to the materials office at once", "立即与物资处协调" }, "T_P9_NOTIFY", NULL, false },
    { "decision_due", { "Decide", "审批期限" }, "T_P9_DECISION", NULL, true },
    { "inform_due", { "Tell the customer at once", "立即通知客户" }, "T_P9_NOTIFY", NULL, false },
    { "complete_due", { "Complete", "完成期限" }, "T_P9_COMPLETE", NULL, true },
    { "goods_back", { "Goods back", "货物退回期限" }, "T_P9_GOODS_BACK", NULL, false },
    { "refund_due", { "Refund", "退款期限" }, "T_P9_REFUND", NULL, false },
    { NULL },
};

#define UNIT "coalesce(:equipment_id, (select q.id from equipment q where q.serial = :serial and q.customer_id = :customer_id" \
    " order by q.id desc limit 1))"
#define OF_UNIT(column) "(select q." column " from equipment q where q.id = e.equipment_id)"
/* What is due, by the facts as they stand. */
#define DUE "remedies((select c.kind from customer c where c.id = e.customer_id), e.product_class, e.sold_on, e.received_on, e.fault_on," \
    " company_date(e.opened_at), e.warranty_until, e.repairs_done, e.days_in_repair, e.repair_days, e.delay_cause, e.user_damage," \
    " e.distance_sale, e.contract_return_days, e.contract_exchange_days)"
#define CLASS "coalesce(:product_class, e.product_class, case when " OF_UNIT("skill") " = 'computer' then 'computer' else 'listed' end)"
#define NO_RIGHT "in ('goodwill', 'recall')"
#define SOLD "coalesce(:sold_on, e.sold_on)"
#define GOODS_IN "(e.goods_back_at is not null or e.loss_borne_by is not distinct from 'company')"
#define WAIT_ENDS "company_date(time_rule_due('T_P9_EXCHANGE_WAIT', e.opened_at))"
#define AMOUNT_DUE "case when e.remedy = 'return' then e.refund_amount else - e.price_difference end"
/* Which model the customer gets, when it is another one. */
#define OTHER_MODEL(model) "(:remedy = 'exchange' and " model " is distinct from e.model and " model " is not null)"


GUARD(equipment_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id and q.customer_id = :customer_id)",
      "equipment_id", "This equipment belongs to another customer", "该设备不属于此客户");
GUARD(contract_customer, "no_contract",
      ":contract_no is not null or :parent_id is not null"
      " or exists (select from customer c where c.id = :customer_id and c.contract_no is not null)"
      " or exists (select from equipment q where q.id = " UNIT " and q.bought_elsewhere is not true)",
      "contract_no", "The customer has no contract with us", "该客户与我公司无合同");
GUARD(no_open_case, "case_open",
      "not exists (select from return_exchange x where x.equipment_id = " UNIT " and x.closed_at is null)",
      "equipment_id", "A return or exchange of this unit is open already", "该设备已有未结退换货");
GUARD(follows_own, "follows_another",
      ":follows is null or exists (select from return_exchange x where x.id = :follows and x.customer_id = :customer_id and x.closed_at is not null)",
      "follows", "It can only follow a closed request of the same customer", "只能后续于此客户已结的退换货");
GUARD(dates_told_fit, "dates_do_not_fit",
      "coalesce(:fault_on <= company_date(:at), true) and coalesce(:sold_on <= company_date(:at), true)"
      " and coalesce(:received_on <= company_date(:at), true) and coalesce(:sold_on <= :fault_on, true)",
      "fault_on", "A date lies in the future, or the fault before the sale", "日期在未来,或故障早于售出");
GUARD(dates_fit, "dates_do_not_fit",
      "coalesce(coalesce(:fault_on, e.fault_on) <= company_date(:at), true) and coalesce(" SOLD " <= company_date(:at), true)"
      " and coalesce(:received_on <= company_date(:at), true) and coalesce(" SOLD " <= coalesce(:fault_on, e.fault_on), true)",
      "fault_on", "A date lies in the future, or the fault before the sale", "日期在未来,或故障早于售出");
GUARD(sale_known, "sale_date_missing", "coalesce(" SOLD ", " OF_UNIT("accepted_on") ") is not null", "sold_on",
      "The day of the sale belongs to the basic data", "基本信息须含售出日期");
GUARD(not_own_repair, "repaired_it_before",
      "not exists (select from repair r where r.outcome = 'repaired' and r.assignee_id = :assignee_id"
      " and (r.equipment_id = e.equipment_id or r.serial = e.serial and r.customer_id = e.customer_id))",
      "assignee_id", "Who repaired the unit does not analyse it: send somebody else", "修理过该设备的人员不得分析,请另派人员");
GUARD(strictly_tested, "not_tested", ":tested is true", "tested", "Appearance and indicators have to be tested strictly", "须严格测试外观与技术指标");
GUARD(visited_if_needed, "visit_missing", ":site_visit_needed is not true or :visited_at is not null", "visited_at",
      "The visit that was needed has no time", "须填写现场处理时间");
GUARD(visit_over, "visit_in_future", ":visited_at is null or :visited_at <= :at", "visited_at", "The visit lies in the future", "现场时间在未来");
GUARD(customer_agrees, "customer_must_agree", ":agreed is true", "agreed", "The customer has to agree", "须客户同意");
GUARD(reasonable_or_insists, "drop_instead", ":technician_opinion = 'reasonable' or :customer_insists is true", "technician_opinion",
      "What is not reasonable is reported only when the customer insists", "不合理要求仅在客户坚持时上报");
GUARD(unmet_named, "unmet_conditions_missing", ":meets_conditions is true or :unmet_conditions is not null", "unmet_conditions",
      "Say which conditions are not met", "须说明不符合项");
GUARD(order_dated, "available_on_missing", ":stock_status <> 'to_order' or :available_on is not null", "available_on",
      "Say when it will be there", "须填写到货日期");
GUARD(opinion_given, "opinion_missing", "e.materials_opinion is not null", NULL, "The materials office has to give its opinion first", "须先由物资处提出意见");
GUARD(basis_named, "basis_missing", ":remedy = 'none' or :basis is not null", "basis", "Name the basis in law or contract", "须填写法律或合同依据");
GUARD(remedy_due, "remedy_not_due",
      ":remedy = 'none' or :basis is null or :basis " NO_RIGHT " or remedy_is_among(" DUE ", :remedy, :basis, null)", "basis",
      "That basis does not give this remedy", "该依据不支持此处理方式");
GUARD(goodwill_explained, "goodwill_not_explained", ":basis is distinct from 'goodwill' or :goodwill_reason is not null", "goodwill_reason",
      "Goodwill needs a reason", "善意处理须说明原因");
GUARD(recall_named, "recall_not_named", ":basis is distinct from 'recall' or coalesce(:recall_no, e.recall_no) is not null", "recall_no",
      "Name the recall", "须填写召回编号");
GUARD(refund_named, "refund_incomplete",
      ":remedy <> 'return' or (:refund_amount is not null and coalesce(:purchase_price, e.purchase_price) is not null"
      " and coalesce(:payer_name, e.payer_name) is not null)",
      "refund_amount", "A return needs the refund, the invoice price and the original payer", "退货须填写退款金额、发票价格和原付款人");
GUARD(refund_lawful, "refund_not_lawful",
      ":remedy <> 'return' or :refund_amount is null or coalesce(:refund_amount <= coalesce(:purchase_price, e.purchase_price)"
      " and (:basis " NO_RIGHT " or :basis = 'contract' or :refund_amount >= least_refund(coalesce(:purchase_price, e.purchase_price), :basis,"
      " e.product_class, e.sold_on, company_date(:at), e.days_in_repair, e.stock_status = 'same_model')), true)",
      "refund_amount", "More than the invoice price, or less than law leaves", "退款高于发票价格或低于法定金额");
GUARD(other_model_by_consent, "other_model_not_agreed",
      "not " OTHER_MODEL("coalesce(:replacement_model, e.replacement_model)") " or (:other_model_agreed is true and :price_difference is not null)",
      "other_model_agreed", "Another model needs the customer's consent and the price difference", "更换其他型号须客户同意并填写差价");
GUARD(replacement_to_be_had, "replacement_not_available", ":remedy <> 'exchange' or e.stock_status is distinct from 'not_available'", "remedy",
      "The replacement is not to be had: refund", "无法取得换货,应退货退款");
GUARD(wait_lawful, "wait_too_long", ":remedy <> 'exchange' or coalesce(e.available_on <= " WAIT_ENDS ", true)", "remedy",
      "The customer would wait longer than the law allows: another model or a refund", "等待超过法定期限,应更换其他型号或退款");
GUARD(something_proposed, "nothing_to_approve", "e.remedy in ('return', 'exchange')", NULL, "Neither return nor exchange is proposed", "未提出退货或换货");
GUARD(proposal_due, "remedy_not_due", "e.basis " NO_RIGHT " or remedy_is_among(" DUE ", e.remedy, e.basis, null)", NULL,
      "That basis does not give this remedy", "该依据不支持此处理方式");
GUARD(proposal_in_time, "wait_too_long",
      "e.remedy is distinct from 'exchange' or greatest(coalesce(e.available_on, company_date(:at)), company_date(:at)) <= " WAIT_ENDS, NULL,
      "The customer would wait longer than the law allows", "等待超过法定期限");
GUARD(not_own_proposal, "own_proposal", ":actor is distinct from e.submitted_by and :actor is distinct from e.tester_id", NULL,
      "Nobody decides on the own proposal", "不得审批本人提出的意见");
GUARD(no_right_refused, "remedy_is_due", "not remedy_is_among(" DUE ", e.kind, null, '{law,contract}')", NULL,
      "Law or contract give the customer what is asked for", "客户依法或依约有权要求退换");
GUARD(refusal_explained, "refusal_not_explained", ":reasons_told is true and :objection_ways_told is true", "reasons_told",
      "Tell the reasons and how to object", "须说明原因并告知异议途径");
GUARD(nothing_left, "already_moved",
      "e.exchange_sent_at is null and e.delivered_on is null and coalesce(e.refund_status, 'none') <> 'paid'", NULL,
      "The replacement or the money has left already", "换货已发出或已退款");
GUARD(executor_active, "executor_not_active", "exists (select from person p where p.id = :executor_id and p.state = 'active')", "executor_id",
      "This person is not active", "该人员不在岗");
GUARD(goods_not_in, "goods_back_already", "not " GOODS_IN, NULL, "The goods are back already", "货物已退回");
GUARD(goods_as_analysed, "goods_differ",
      ":identity_checked is true and :accessories_complete is true and :as_analysed is true and coalesce(:returned_serial = e.serial, true)",
      "as_analysed", "What differs from the analysis is reported as a difference", "与分析不符须登记差异");
GUARD(difference_found, "no_difference", "e.difference is not null and e.difference_decision is null", NULL, "There is no open difference", "无待处理差异");
GUARD(reduction_agreed, "reduction_not_agreed",
      ":difference_decision <> 'reduce' or (:agreed is true and e.remedy = 'return' and coalesce(:refund_amount < e.refund_amount, false))",
      "refund_amount", "A refund is reduced only by agreement", "减少退款须经客户同意");
GUARD(amount_kept, "amount_fixed", ":difference_decision = 'reduce' or :refund_amount is null", "refund_amount",
      "Only a reduction changes the refund", "仅协商减额可变更退款金额");
GUARD(is_exchange, "no_exchange", "e.remedy = 'exchange'", NULL, "No exchange was approved", "未批准换货");
GUARD(not_sent, "already_sent", "e.exchange_sent_at is null", NULL, "The replacement has left already", "换货已发出");
GUARD(not_delivered, "already_delivered", "e.delivered_on is null", NULL, "The replacement is delivered already", "换货已交付");
GUARD(replacement_known, "replacement_unknown", "coalesce(:replacement_serial, e.replacement_serial) is not null", "replacement_serial",
      "Enter the serial number of the replacement", "须填写换货序列号");
GUARD(other_serial, "same_serial", "coalesce(:replacement_serial <> e.serial, true)", "replacement_serial",
      "The replacement has the serial number of the old unit", "换货序列号与原设备相同");
GUARD(delivery_in_time, "delivery_date_wrong",
      ":delivered_on <= company_date(:at) and :delivered_on >= company_date(coalesce(e.exchange_sent_at, e.decided_at))", "delivered_on",
      "Delivered before it was sent, or in the future", "交付日期早于发出日期或在未来");
GUARD(refund_open, "no_refund_due", "e.refund_status in ('due', 'failed')", NULL, "There is no refund to pay", "无待付退款");
GUARD(refund_paid, "no_refund_paid", "e.refund_status = 'paid'", NULL, "No refund was paid", "尚未退款");
GUARD(goods_in, "goods_not_back", GOODS_IN, NULL, "The goods are not back yet", "货物尚未退回");
GUARD(difference_decided, "difference_open", "e.difference is null or e.difference_decision is not null", NULL,
      "The difference is not decided on yet", "差异尚未处理");
GUARD(amount_approved, "amount_not_approved", "coalesce(:paid_amount = " AMOUNT_DUE ", false)", "paid_amount",
      "That is not the amount that was approved", "与批准金额不符");
GUARD(original_payer, "other_payer", ":paid_to = e.payer_name or :payer_proof is not null", "paid_to",
      "The money goes back to the original payer, to nobody else without proof", "应退给原付款人,退给他人须有证明");
GUARD(red_invoice_first, "red_invoice_first", "e.invoice_no is null or e.red_invoice_no is not null", NULL,
      "The invoice is reversed before the refund", "须先开具红字发票再退款");
GUARD(has_invoice, "no_invoice", "e.invoice_no is not null and e.red_invoice_no is null", NULL, "There is no invoice to reverse", "无可红冲发票");
GUARD(difference_to_pay, "no_price_difference", "e.price_difference > 0 and e.difference_settled_at is null", NULL,
      "The customer owes no price difference", "客户无应付差价");
GUARD(reminded, "not_reminded_enough",
      ":withdraw_reason <> 'goods_not_sent' or (not " GOODS_IN " and coalesce(e.goods_reminders, 0) >= time_rule_number('N_P9_REMINDERS')"
      " and :at >= time_rule_due('T_P9_GOODS_BACK', e.decided_at))",
      "withdraw_reason", "Reminders and 15 days after the approval come first", "须先催退并满15天");
static const struct guard unreachable_proven = {
    "not_tried_enough",
    ":withdraw_reason <> 'unreachable' or (select count(*) >= time_rule_number('N_CONTACT_TRIES')"
    " and count(distinct company_date((c ->> 'at')::timestamptz)) >= 2"
    " and bool_or(c ->> 'channel' in ('message', 'email', 'letter'))"
    " from jsonb_array_elements(coalesce(e.contact_attempts, '[]')) c where c ->> 'result' <> 'reached')",
    { "Three attempts on at least two days, one of them in writing, come first", "须先在至少两天内联系三次,其中一次为书面" },
    "withdraw_reason"
};
GUARD(wish_told, "wish_missing", ":withdraw_reason <> 'customer_wish' or :withdrawal_wish is not null", "withdrawal_wish",
      "Store what the customer said", "须记录客户意愿");
GUARD(goods_given_back, "goods_not_given_back",
      "case when e.goods_back_at is null then e.loss_borne_by is distinct from 'company' else :goods_returned is true and :customer_signature is not null end",
      "goods_returned", "Give the goods back against signature first; for what was lost the customer is paid", "须先将货物退还客户并签字;遗失的须先赔付");
GUARD(has_lines, "no_lines", "e.lines is not null", NULL, "The goods were not listed", "未登记明细");
GUARD(lines_the_same, "other_lines", "same_goods(:lines, e.lines)", "lines",
      "Goods and quantities stay as they are: only outcomes are added, lines split", "物品与数量不得变更,仅可填写处理结果或拆分行");
GUARD(outcomes_fit, "outcome_does_not_fit",
      "not exists (select from jsonb_array_elements(:lines) l where l ->> 'outcome' = case e.remedy when 'return' then 'exchanged' else 'refunded' end)",
      "lines", "That is not what was approved", "处理结果与批准的处理方式不符");
GUARD(funds_approved, "funds_not_approved", "e.funds_approved_at is not null", NULL, "The money is not approved yet", "用款尚未批准");
GUARD(funds_wanted, "no_refund_due", "e.refund_status in ('due', 'failed')", NULL, "There is no refund to pay", "无待付退款");
GUARD(funds_asked_once, "funds_approved_already", "e.funds_approved_at is null", NULL, "The money is approved already", "用款已批准");
GUARD(payer_is_other, "own_approval", "e.funds_approved_by is distinct from :actor", NULL, "Who approved the money does not pay it", "批准用款者不得付款");
GUARD(lines_settled, "line_without_outcome",
      "e.lines is null or not exists (select from jsonb_array_elements(e.lines) l where l ->> 'outcome' is null)", NULL,
      "Every line needs an outcome", "每行均须有处理结果");
GUARD(something_done, "all_kept",
      "e.lines is null or exists (select from jsonb_array_elements(e.lines) l where l ->> 'outcome' is distinct from 'kept')", NULL,
      "The customer keeps everything: that is a withdrawal", "客户全部保留,应办理撤回");
GUARD(refund_done, "refund_open", "e.refund_status in ('none', 'paid')", NULL, "The refund is not paid yet", "尚未退款");
GUARD(exchange_done, "exchange_open", "e.remedy <> 'exchange' or e.delivered_on is not null", NULL, "The replacement is not delivered yet", "换货尚未交付");
GUARD(difference_paid, "difference_unpaid", "coalesce(e.price_difference, 0) <= 0 or e.difference_settled_at is not null", NULL,
      "The price difference is not paid yet", "差价尚未收讫");

#define FACTS \
    " serial? model? contract_no? contract_return_days? contract_exchange_days? product_class? main_part? distance_sale? sold_on? received_on? fault_on?" \
    " purchase_price? invoice_no? payer_name? lines?"
#define FINDINGS " fault_on? sold_on? received_on? repairs_done? repair_days? delay_cause? user_damage? product_class? negotiated_outcome?"
#define ASSIGN_GUARDS &technician_is_active, &technician_is_qualified, &technician_skill_fits, &not_own_repair
#define DECIDED(what) SET("decision", "'" what "'"), SET("decided_at", ":at"), SET("decided_by", ":actor"), STOP("decision_due"), START("inform_due")
#define REPAIR_INSTEAD(problem, condition) \
    OPEN("repair", "register", \
         "channel = case when e.address is null then 'carry_in' else 'other_phone' end; customer_id = e.customer_id;" \
         " contact_name = e.contact_name; contact_phone = e.contact_phone; address = e.address; problem = " problem ";" \
         " equipment_id = e.equipment_id; serial = e.serial; model = e.model; required_skill = e.required_skill; region = e.region;" \
         " follows = e.parent_id", LINK_MUST, condition)
/* Goods that came back, or were lost and are the company's loss: from here the money is due. */
#define GOODS_ARE_IN(condition) \
    { .kind = EFFECT_STOP, .target = "goods_back", .when = condition }, \
    START_IF("refund_due", NULL, "(" condition ") and e.refund_status = 'due'")
#define REFUND_DUE "case when e.refund_status = 'due' then time_rule_due('T_P9_REFUND', :at) end"
#define QUARANTINE(what) \
    NONCONFORMITY_OF("return_exchange", "'materials_office'", "minor", what, "; customer_id = m.customer_id; serial = m.serial", NULL)
#define COMPLAINT_IF(what, condition) \
    OPEN("complaint", "receive", "customer_id = m.customer_id; return_exchange_id = m.id; complaint_text = " what "; found_at = m.changed_at", LINK_LATER, condition)
#define COMPLETE_GUARDS \
    GUARDS(&goods_in, &difference_decided, &refund_done, &exchange_done, &difference_paid, &lines_settled, &something_done, &signed_or_refused, &signature_bound)
#define COMPLETE_TAKES "customer_signature? signature_refused? signature_refused_reason? evidence? note?"
#define SUPPLIER_CLAIM \
    OPEN("supplier_claim", "claim", "parent_id = e.id; supplier = e.supplier; item = coalesce(e.model, e.serial, e.number); serial = e.serial;" \
         " claim_amount = e.purchase_price", LINK_MUST, "e.supplier is not null")
#define UNDECIDED "registered assigned negotiating reported consulting_materials pending_approval"

static const struct transition transitions[] = {
    { .event = "apply", .label = { "Apply", "申请退换货" }, .clause = "P9 4.2", .to = "applied",
      .by = "customer hotline_clerk dispatcher employee outlet_manager outlet_technician technician system",
      .takes = "customer_id kind return_reason contact_name contact_phone address? equipment_id? required_skill? region? parent_id? follows? recall_no?"
               FACTS,
      .guards = GUARDS(&equipment_fits, &contract_customer, &no_open_case, &follows_own, &dates_told_fit),
      .effects = EFFECTS(SET("equipment_id", UNIT),
                         SET("serial", "coalesce(:serial, (select q.serial from equipment q where q.id = :equipment_id))"),
                         SET("region", "coalesce(:region, (select c.region from customer c where c.id = :customer_id))"),
                         SET("fault_on", "coalesce(:fault_on, company_date(:at))"), SET("refund_status", "'none'"), SET("goods_reminders", "0"),
                         START("register_due"), NOTIFY("hotline_clerk", "return_exchange_applied")) },
    { .event = "register", .label = { "Register", "受理登记" }, .clause = "P9 4.2", .from = "applied", .to = "registered",
      .by = "hotline_clerk dispatcher", .takes = "return_reason? required_skill?" FACTS, .guards = GUARDS(&sale_known, &dates_fit),
      .effects = EFFECTS(SET("registered_at", ":at"), SET("sold_on", "coalesce(" SOLD ", " OF_UNIT("accepted_on") ")"),
                         SET("warranty_until", "coalesce(main_part_until(coalesce(:main_part, e.main_part), " CLASS ", coalesce(" SOLD ", " OF_UNIT("accepted_on") "), "
                                               OF_UNIT("warranty_until") ", " OF_UNIT("days_in_repair") "), " OF_UNIT("warranty_until") ")"), SET("days_in_repair", "coalesce(" OF_UNIT("days_in_repair") ", 0)"),
                         SET("model", "coalesce(:model, e.model, " OF_UNIT("model") ")"),
                         SET("contract_no", "coalesce(:contract_no, e.contract_no, " OF_UNIT("contract_no") ", (select c.contract_no from customer c where c.id = e.customer_id))"),
                         SET("required_skill", "coalesce(:required_skill, e.required_skill, " OF_UNIT("skill") ")"),
                         SET("product_class", CLASS),
                         SET("repairs_done", "repairs_in_warranty(e.equipment_id, coalesce(:serial, e.serial), e.customer_id, company_date(:at))"),
                         SET("repair_days", "(select company_date(:at) - company_date(coalesce(r.taken_at, r.opened_at)) from repair r where r.id = e.parent_id)"),
                         STOP("register_due"), START("analysis_due"), RECORD("return_slip"), RECORD("return_request"),
                         NOTIFY("dispatcher", "return_exchange_registered")) },
    { .event = "assign", .label = { "Assign", "派单" }, .clause = "P9 4.3", .from = "registered", .to = "assigned", .by = "dispatcher",
      .takes = "assignee_id required_skill? note?", .guards = GUARDS(ASSIGN_GUARDS),
      .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "dispatched")) },
    { .event = "negotiate", .label = { "Analyse and negotiate", "分析并现场协商" }, .clause = "P9 3.2, 4.4", .from = "assigned", .to = "negotiating",
      .by = TECHNICIAN, .takes = "analysis appearance test_results tested instruments? tested_on? site_visit_needed? visited_at? note?",
      .guards = GUARDS(&strictly_tested, &visited_if_needed, &visit_over, &instruments_usable, &test_day_past),
      .effects = EFFECTS(SET("tester_id", ":actor"), SET("tested_with", "array(select item ->> 'facility_code' from jsonb_array_elements(:instruments) item)"),
                         INSTRUMENTS_USED) },
    { .event = "drop", .label = { "No return wanted any more", "不再退换" }, .clause = "P9 4.2", .from = "negotiating", .to = "dropped", .by = TECHNICIAN,
      .takes = "drop_reason agreed repair_wanted negotiated_outcome?", .guards = GUARDS(&customer_agrees),
      .effects = EFFECTS(HAND_IN("return_slip", ":actor"), NOTIFY("dispatcher", "return_exchange_dropped"),
                         REPAIR_INSTEAD("e.return_reason", ":repair_wanted is true")), .flags = TRANSITION_FINAL },
    { .event = "report", .label = { "Hand in the report", "上交问题分析报告" }, .clause = "P9 4.5", .from = "negotiating", .to = "reported", .by = TECHNICIAN,
      .takes = "problem_analysis technician_opinion customer_insists?" FINDINGS, .guards = GUARDS(&reasonable_or_insists, &dates_fit),
      .effects = EFFECTS(SET("reported_at", ":at"), STOP("analysis_due"), START("refer_due"), START("decision_due"), RECORD("problem_analysis"),
                         HAND_IN("return_slip", ":actor"), NOTIFY("dispatcher", "return_exchange_reported")) },
    { .event = "supplement", .label = { "Add to the report", "补充报告" }, .clause = "designed", .from = "reported consulting_materials", .to = "same",
      .by = TECHNICIAN, .takes = "problem_analysis technician_opinion?" FINDINGS, .guards = GUARDS(&dates_fit), .effects = EFFECTS(RECORD("problem_analysis")) },
    { .event = "refer_materials", .label = { "Refer to the materials office", "与物资处协调" }, .clause = "P9 4.6", .from = "reported",
      .to = "consulting_materials", .by = "dispatcher", .takes = "note?",
      .effects = EFFECTS(SET("reserved_at", ":at"), STOP("refer_due"), NOTIFY("materials_officer", "opinion_wanted")) },
    { .event = "give_opinion", .label = { "Opinion of the materials office", "物资处意见" }, .clause = "P9 4.6", .from = "consulting_materials", .to = "same",
      .by = "materials_officer", .takes = "meets_conditions materials_opinion stock_status unmet_conditions? available_on? replacement_model? supplier? supplier_position?",
      .guards = GUARDS(&unmet_named, &order_dated),
      .effects = EFFECTS(SET("materials_officer_id", ":actor"), SET("available_on", ":available_on"), NOTIFY("dispatcher", "opinion_given")) },
    { .event = "submit", .label = { "Submit for approval", "上报审批" }, .clause = "P9 4.7", .from = "consulting_materials", .to = "pending_approval",
      .by = "dispatcher", .takes = "proposal remedy basis? goodwill_reason? recall_no? refund_amount? purchase_price? payer_name? invoice_no?"
                                   " replacement_model? other_model_agreed? price_difference?",
      .guards = GUARDS(&opinion_given, &basis_named, &remedy_due, &goodwill_explained, &recall_named, &refund_named, &refund_lawful,
                       &other_model_by_consent, &replacement_to_be_had, &wait_lawful),
      .effects = EFFECTS(SET("submitted_by", ":actor"), SET("remedies_due", DUE), SET("basis", ":basis"), SET("refund_amount", ":refund_amount"),
                         SET("price_difference", ":price_difference"), NOTIFY("deputy_gm", "approval_wanted")) },
    { .event = "ask_again", .label = { "Ask for more", "要求补充" }, .clause = "designed", .from = "pending_approval", .to = "reported", .by = "deputy_gm",
      .takes = "decision_note", .effects = EFFECTS(START("refer_due"), NOTIFY("dispatcher", "return_exchange_asked_again"), NOTIFY("@assignee", "return_exchange_asked_again")) },
    { .event = "approve", .label = { "Approve", "同意" }, .clause = "P9 4.7", .from = "pending_approval", .to = "approved", .by = "deputy_gm",
      .takes = "decision_note?", .guards = GUARDS(&not_own_proposal, &something_proposed, &proposal_due, &proposal_in_time),
      .effects = EFFECTS(DECIDED("approved"), SET("goods_expected_until", "company_date(time_rule_due('T_P9_GOODS_BACK', :at))"),
                         START("complete_due"), START("goods_back"), NOTIFY("dispatcher", "return_exchange_approved")),
      .flags = TRANSITION_SIGNED },
    { .event = "refuse", .label = { "Refuse", "不同意" }, .clause = "P9 4.7", .from = "pending_approval", .to = "refused", .by = "deputy_gm",
      .takes = "refusal_reason", .guards = GUARDS(&not_own_proposal, &no_right_refused),
      .effects = EFFECTS(DECIDED("refused"), NOTIFY("dispatcher", "return_exchange_refused")), .flags = TRANSITION_SIGNED },
    { .event = "inform", .label = { "Tell the customer", "通知客户" }, .clause = "P9 4.7", .from = "approved", .to = "customer_informed", .by = "dispatcher",
      .takes = "informed_via note?", .effects = EFFECTS(SET("informed_at", ":at"), STOP("inform_due")), .flags = TRANSITION_FINAL },
    { .event = "inform_refusal", .label = { "Tell the customer of the refusal", "通知客户不同意" }, .clause = "P9 4.7", .from = "refused",
      .to = "refusal_informed", .by = "dispatcher", .takes = "informed_via reasons_told objection_ways_told objects? paid_repair_wanted? note?",
      .guards = GUARDS(&refusal_explained),
      .effects = EFFECTS(SET("informed_at", ":at"), SET("reserved_at", "null"), COMPLAINT_IF("m.return_reason", ":objects is true"),
                         REPAIR_INSTEAD("e.return_reason", ":paid_repair_wanted is true")), .flags = TRANSITION_FINAL },
    { .event = "decide_anew", .label = { "Take the decision back", "重新审批" }, .clause = "designed", .from = "customer_informed", .to = "pending_approval",
      .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&nothing_left, &goods_not_in),
      .effects = EFFECTS(SET("former_decision", "jsonb_build_object('decision', e.decision, 'remedy', e.remedy, 'decided_at', e.decided_at, 'decided_by', e.decided_by, 'reason', :reason)"),
                         SET("decision", "null"), STOP("complete_due"), STOP("goods_back"), START("decision_due"), NOTIFY("dispatcher", "return_exchange_decided_anew")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "execute", .label = { "Carry out", "安排实施" }, .clause = "P9 3.3, 4.7", .from = "customer_informed", .to = "executing", .by = "dispatcher",
      .takes = "executor_id note?", .guards = GUARDS(&executor_active),
      .effects = EFFECTS(SET("refund_status", "case when e.remedy = 'return' or e.price_difference < 0 then 'due' else 'none' end"),
                         OPEN("delivery", "register_contract",
                              "customer_id = m.customer_id; contract_no = coalesce(m.contract_no, m.number); address = m.address; required_skill = m.required_skill;"
                              " lines = coalesce((select jsonb_agg(l - 'outcome') from jsonb_array_elements(m.lines) l), jsonb_build_array(jsonb_build_object("
                              "'item', coalesce(m.replacement_model, m.model, m.serial, m.number), 'model', coalesce(m.replacement_model, m.model, m.number), 'qty', 1)));"
                              " exchange_of = m.id", LINK_LATER, "e.remedy = 'exchange'"),
                         OPEN("fund_request", "request", "purpose = 'refund'; amount = case when m.remedy = 'return' then m.refund_amount else - m.price_difference end; customer_id = m.customer_id;"
                              " payee = m.payer_name; source_number = m.number; requested_by = :actor", LINK_LATER, "e.remedy = 'return' or e.price_difference < 0"),
                         NOTIFY("materials_officer", "goods_expected"),
                         NOTIFY_IF("finance_officer", "refund_coming", "e.remedy = 'return' or e.price_difference < 0"),
                         NOTIFY_IF("deputy_gm", "funds_wanted", "e.remedy = 'return' or e.price_difference < 0")),
      .flags = TRANSITION_FINAL },
    { .event = "remind_goods", .label = { "Remind the customer to send the goods", "催退货物" }, .clause = "designed", .from = "customer_informed executing",
      .to = "same", .by = "dispatcher hotline_clerk", .takes = "reminder_channel note?", .guards = GUARDS(&goods_not_in),
      .effects = EFFECTS(SET("goods_reminders", "coalesce(e.goods_reminders, 0) + 1")), .flags = TRANSITION_FINAL },
    { .event = "receive_goods", .label = { "Receive the goods", "接收退回货物" }, .clause = "P9 3.1", .from = "executing", .to = "same", .by = "materials_officer",
      .takes = "identity_checked accessories_complete as_analysed goods_back_condition returned_serial?", .guards = GUARDS(&goods_not_in, &goods_as_analysed),
      .effects = EFFECTS(SET("goods_back_at", ":at"), SET("refund_due", REFUND_DUE), GOODS_ARE_IN("true"), QUARANTINE("concat_ws(': ', '退回货物待处置 goods returned, to be disposed of', m.goods_back_condition)"),
                         NOTIFY_IF("finance_officer", "refund_due", "e.refund_status = 'due'")), .flags = TRANSITION_FINAL },
    { .event = "report_difference", .label = { "Goods differ from the analysis", "登记差异" }, .clause = "designed", .from = "executing", .to = "same",
      .by = "materials_officer", .takes = "difference customer_statement goods_back_condition returned_serial?", .guards = GUARDS(&goods_not_in),
      .effects = EFFECTS(SET("goods_back_at", ":at"), SET("difference_decision", "null"), SET("refund_due", REFUND_DUE), GOODS_ARE_IN("true"),
                         QUARANTINE("m.difference"), NOTIFY("deputy_gm", "difference_found"), NOTIFY("dispatcher", "difference_found")),
      .flags = TRANSITION_FINAL },
    { .event = "decide_difference", .label = { "Decide on the difference", "处理差异" }, .clause = "designed", .from = "executing", .to = "same",
      .when = ":difference_decision = 'send_back'", .by = "deputy_gm", .takes = "difference_decision refund_amount? agreed? objects? note?",
      .guards = GUARDS(&difference_found, &nothing_left, &amount_kept),
      .effects = EFFECTS(SET("goods_back_at", "null"), SET("refund_due", "null"), SET("goods_expected_until", "company_date(time_rule_due('T_P9_GOODS_BACK', :at))"),
                         STOP("refund_due"), START("goods_back"), COMPLAINT_IF("m.difference", ":objects is true"), NOTIFY("dispatcher", "goods_sent_back")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "decide_difference", .label = { "Decide on the difference", "处理差异" }, .clause = "designed", .from = "executing", .to = "same",
      .by = "deputy_gm", .takes = "difference_decision refund_amount? agreed? objects? note?",
      .guards = GUARDS(&difference_found, &reduction_agreed, &amount_kept), .effects = EFFECTS(COMPLAINT_IF("m.difference", ":objects is true")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_loss", .label = { "Goods lost on the way back", "登记退回货物遗失" }, .clause = "00-common 14", .from = "executing", .to = "same",
      .by = "dispatcher materials_officer", .takes = "loss", .guards = GUARDS(&goods_not_in),
      .effects = EFFECTS(SET("loss_borne_by", "case when e.basis = 'distance_7d' then 'customer' else 'company' end"),
                         SET("refund_due", "case when e.basis <> 'distance_7d' then " REFUND_DUE " end"), GOODS_ARE_IN("e.basis <> 'distance_7d'"),
                         QUARANTINE("m.loss ->> 'what'"), NOTIFY("deputy_gm", "loss_reported"), NOTIFY("dispatcher", "loss_reported")),
      .flags = TRANSITION_FINAL },
    { .event = "send_exchange", .label = { "Replacement sent", "换货发出" }, .clause = "P9 3.3", .from = "executing", .to = "same",
      .by = "dispatcher warehouse_keeper materials_officer system", .takes = "replacement_serial replacement_model?",
      .guards = GUARDS(&is_exchange, &not_sent, &other_serial), .effects = EFFECTS(SET("exchange_sent_at", ":at")), .flags = TRANSITION_FINAL },
    { .event = "deliver_exchange", .label = { "Replacement delivered", "换货交付" }, .clause = "P9 3.3", .from = "executing", .to = "same",
      .by = "dispatcher installer system", .takes = "delivered_on replacement_serial?",
      .guards = GUARDS(&is_exchange, &not_delivered, &replacement_known, &other_serial, &delivery_in_time),
      .effects = EFFECTS(SET("exchange_sent_at", "coalesce(e.exchange_sent_at, :at)"),
                         SET("warranty_restart", "restarted_warranty(:delivered_on, e.sold_on, e.warranty_until, e.days_in_repair)")),
      .flags = TRANSITION_FINAL },
    { .event = "exchange_back", .label = { "Replacement came back", "换货退回" }, .clause = "P8", .from = "executing", .to = "same", .by = "system",
      .effects = EFFECTS(SET("exchange_sent_at", "null"), SET("replacement_serial", "null"), NOTIFY("dispatcher", "exchange_came_back")), .flags = TRANSITION_FINAL },
    { .event = "settle_difference", .label = { "Price difference paid", "收讫差价" }, .clause = "designed", .from = "customer_informed executing", .to = "same",
      .by = "finance_officer", .takes = "difference_ref", .guards = GUARDS(&difference_to_pay), .effects = EFFECTS(SET("difference_settled_at", ":at")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "issue_red_invoice", .label = { "Reverse the invoice", "开具红字发票" }, .clause = "designed", .from = "customer_informed executing", .to = "same",
      .by = "finance_officer", .takes = "red_invoice_no", .guards = GUARDS(&has_invoice), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "approve_funds", .label = { "Money approved", "批准用款" }, .clause = "P17 B", .from = "executing", .to = "same",
      .by = "deputy_gm general_manager system", .takes = "funds_ref? note?", .guards = GUARDS(&funds_wanted, &funds_asked_once),
      .effects = EFFECTS(SET("funds_approved_at", ":at"), SET("funds_approved_by", ":actor"), NOTIFY("finance_officer", "funds_approved")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "pay_refund", .label = { "Refund", "退款" }, .clause = "designed", .from = "executing", .to = "same", .by = "finance_officer",
      .takes = "paid_amount paid_to refund_account refund_ref payer_proof?",
      .guards = GUARDS(&refund_open, &funds_approved, &payer_is_other, &goods_in, &difference_decided, &amount_approved, &original_payer, &red_invoice_first),
      .effects = EFFECTS(SET("refund_status", "'paid'"), SET("refunded_at", ":at"), STOP("refund_due"), NOTIFY("dispatcher", "refunded")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "fail_refund", .label = { "Refund failed", "退款失败" }, .clause = "designed", .from = "executing", .to = "same", .by = "finance_officer",
      .takes = "reason", .guards = GUARDS(&refund_paid),
      .effects = EFFECTS(SET("refund_status", "'failed'"), SET("refunded_at", "null"), START_AT("refund_due", "coalesce(e.goods_back_at, e.refunded_at)"),
                         NOTIFY("dispatcher", "refund_failed")), .flags = TRANSITION_FINAL },
    { .event = "set_outcomes", .label = { "Outcome of each line", "登记各行结果" }, .clause = "designed", .from = "executing", .to = "same",
      .by = "dispatcher materials_officer", .takes = "lines", .guards = GUARDS(&has_lines, &lines_the_same, &outcomes_fit) },
    { .event = "complete", .label = { "Complete", "完成" }, .clause = "designed", .from = "executing", .to = "completed", .when = "e.remedy = 'exchange'",
      .by = "materials_officer", .takes = COMPLETE_TAKES, .guards = COMPLETE_GUARDS,
      .effects = EFFECTS(FIRE("equipment_id", "exchange_serial", "serial = e.replacement_serial; model = e.replacement_model; warranty_until = e.warranty_restart; reason = e.number"),
                         SUPPLIER_CLAIM, RECORD("return_disposal")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "complete", .label = { "Complete", "完成" }, .clause = "designed", .from = "executing", .to = "completed", .by = "materials_officer",
      .takes = COMPLETE_TAKES, .guards = COMPLETE_GUARDS,
      .effects = EFFECTS(FIRE("equipment_id", "take_back", "reason = e.number"), SUPPLIER_CLAIM, RECORD("return_disposal")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "designed", .from = UNDECIDED " approved customer_informed executing",
      .to = "withdrawn", .by = "dispatcher", .takes = "withdraw_reason withdrawal_wish? goods_returned? customer_signature? note?",
      .guards = GUARDS(&nothing_left, &wish_told, &reminded, &unreachable_proven, &goods_given_back, &signature_bound),
      .effects = EFFECTS(SET("reserved_at", "null"), CANCEL("delivery"), CANCEL("fund_request"), NOTIFY("materials_officer", "reservation_released"),
                         NOTIFY("@assignee", "withdrawn"), FIRE_EACH("delivery", "exchange_of", "c.departed_at is null", "call_off", "cancel_reason = e.number")),
      .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Reassign", "改派" }, .clause = "00-common 11", .from = "assigned negotiating reported consulting_materials pending_approval",
      .to = "same", .by = "dispatcher", .takes = "assignee_id reassign_reason required_skill? note?", .guards = GUARDS(ASSIGN_GUARDS),
      .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")), .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("assigned negotiating", "dispatcher"),
    CHANGE_CUSTOMER,
    { NULL },
};

static const struct timer timers[] = {
    TO_REASSIGN("e.state in ('assigned', 'negotiating')"),
    { NULL },
};

GUARD(amended_sale_fits, "dates_do_not_fit",
      "coalesce(coalesce(:fault_on, e.fault_on) <= company_date(:now), true) and coalesce(coalesce(:sold_on, e.sold_on) <= coalesce(:fault_on, e.fault_on), true)",
      "fault_on", "A date lies in the future, or the fault before the sale", "日期在未来,或故障早于售出");
/* The first inputs of `amend` are the reason and the three of the contact: they alone may change once it is submitted. */
GUARD(facts_open, "facts_fixed",
      "(:given & ~15::bigint) = 0 or e.state in ('applied', 'registered', 'assigned', 'negotiating', 'reported', 'consulting_materials')", NULL,
      "What the decision rests on is fixed once it is submitted", "上报审批后不得更改事实");
static const struct given given[] = {
    { .event = "amend", .guards = GUARDS(&amended_sale_fits, &facts_open) },
    { .event = "revert", .effects = EFFECTS(INSTRUMENTS_NOT_USED) },
    { .event = "contact_attempt", .by = "dispatcher hotline_clerk " TECHNICIAN },
    { NULL },
};

static const struct machine return_exchange = {
    .name = "return_exchange", .path = "return-exchanges", .prefix = "RX", .title = { "Return or exchange", "退换货" },
    .fields = return_exchange_fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given,
    .owner = "dispatcher",
    .amends = "contact_name contact_phone address return_reason sold_on received_on fault_on contract_no contract_return_days contract_exchange_days"
              " product_class main_part distance_sale purchase_price invoice_no payer_name required_skill region",
    .signed_fields = "kind remedy refund_amount price_difference replacement_model replacement_serial goods_back_condition difference_decision lines",
    .default_outlet = ":scope_outlet",
};

const struct procedure p09_return_exchange = {
    .number = 9, .code = "P9", .title = { "Return and exchange", "产品退换货" }, .clause = "P9",
    .machines = (const struct machine *const[]){ &return_exchange, &p09_supplier_claim, NULL },
    .forms = return_exchange_forms,
};
