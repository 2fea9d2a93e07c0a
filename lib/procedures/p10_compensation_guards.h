/* What has to hold at the steps of a claim. Included by p10_compensation.c only. */

/* Who may approve: 1 service manager, 2 deputy, 3 general manager. */
#define MY_RANK                                                                                                        \
    "case when :has_general_manager then 3 when :has_deputy_gm then 2 when :has_service_manager then 1 else 0 end"
/* The case that a claim comes from: (source, source_number, customer_id, outlet_id, contact_name, contact_phone,
 * serial, model). */
#define ORIGIN                                                                                                         \
    "compensation_source(:repair_id, :return_repair_id, :delivery_id, :return_exchange_id, :loan_agreement_id, "       \
    ":complaint_id, :recall_unit_id)"
#define OF_ORIGIN(column) "(select s." column " from " ORIGIN " s)"

GUARD(one_source, "source_missing",
      "num_nonnulls(:repair_id, :return_repair_id, :delivery_id, :return_exchange_id, :loan_agreement_id, "
      ":complaint_id, :recall_unit_id) = 1",
      NULL, "Name the one case that the claim comes from", "须指明唯一来源单");
GUARD(none_open, "claim_open", "not compensation_is_open(" OF_ORIGIN("source_number") ", null)", NULL,
      "A claim from this case is open already", "该来源已有未结赔偿申请");
GUARD(customer_known, "customer_missing", "coalesce(" OF_ORIGIN("customer_id") ", :customer_id) is not null",
      "customer_id", "Say which customer", "须填写客户");
GUARD(source_fits, "source_of_another",
      ":has_system or :customer_id is null or coalesce(" OF_ORIGIN("customer_id") ", :customer_id) = :customer_id",
      "customer_id", "That case is another customer's", "该来源单不属于此客户");
GUARD(loss_told, "loss_missing", ":has_system or :loss_text is not null", "loss_text", "Say what was lost",
      "须填写损失情况");
GUARD(handler_fits, "handler_not_fit",
      ":assignee_id is null or exists (select from person p where p.id = :assignee_id and p.state = 'active' and "
      "'service_manager' = any(p.roles))",
      "assignee_id", "A service manager handles a claim", "须由在岗售后服务管理师经办");
GUARD(appeal_is_told, "appeal_not_told", ":appeal_told is true", "appeal_told", "Tell the customer how to object",
      "须告知客户异议途径");
GUARD(not_appealed, "appealed_already", "e.appealed_at is null", NULL, "The customer has objected already",
      "客户已提出异议");
GUARD(in_time_to_appeal, "appeal_too_late",
      "company_date(:at) <= company_date(e.closed_at) + time_rule_number('N_P10_APPEAL_DAYS')", NULL,
      "The time to object is over", "已超过异议期限");
GUARD(basis_told, "basis_missing", "coalesce(:basis, e.basis) is not null", "basis", "Name the basis of the claim",
      "须填写赔偿依据");
/* Consumer Rights Protection Law art. 55: three times the price, at least 500 yuan; what the company owes, never what
 * it is owed. */
GUARD(fraud_by_law, "fraud_line_wrong",
      "not exists (select from jsonb_array_elements(coalesce(:lines, '[]')) l where l ->> 'kind' = 'fraud' and "
      "(e.payer <> 'company' or l ->> 'legal_basis' is null"
      " or (l ->> 'amount')::bigint is distinct from compensation_for_fraud((l ->> 'price')::bigint)))",
      "lines", "Fraud is three times the price, at least 500 yuan; name the price and the basis",
      "欺诈赔偿为价款三倍且不低于500元,须填写价款和依据");
GUARD(unconfirmed, "confirmed_already", "e.confirmed_by is null", NULL, "The assessment is confirmed already",
      "核定已确认");
GUARD(other_confirms, "own_assessment", "e.assessed_by is distinct from :actor and e.opened_by is distinct from :actor",
      NULL, "Who claimed or assessed does not confirm", "申请人和核定人不得确认");
GUARD(is_confirmed, "assessment_not_confirmed", "e.confirmed_by is not null", NULL,
      "Finance has not confirmed the assessment", "核定尚未经财务确认");
GUARD(offer_in_ceiling, "offer_above_assessment", ":offer_amount <= e.assessed_amount", "offer_amount",
      "More than was assessed", "超过核定金额");
GUARD(renewal_in_ceiling, "offer_above_assessment", "coalesce(:offer_amount, e.offer_amount) <= e.assessed_amount",
      "offer_amount", "More than was assessed", "超过核定金额");
GUARD(offer_stands, "offer_run_out", "company_date(:at) <= e.offer_valid_until", NULL,
      "The offer has run out: renew it first", "方案已过有效期,须先续期");
GUARD(agreement_proven, "agreement_not_proven",
      ":has_customer or :customer_signature is not null or (:agreed_by is not null and :agreed_via is not null and "
      ":recording_ref is not null)",
      "customer_signature", "The customer signs, or it is recorded who agreed and how",
      "须客户签字,或登记同意人、方式及录音信函编号");
GUARD(mediation_shown, "mediation_not_shown",
      ":offer_amount is not null and :agreed_by is not null and :mediation_no is not null", "mediation_no",
      "Name the amount, who agreed and the number of the mediation", "须填写金额、同意人和调解编号");
GUARD(not_own_claim, "own_claim",
      "e.opened_by is distinct from :actor and e.assessed_by is distinct from :actor and e.confirmed_by is distinct "
      "from :actor",
      NULL, "Who claimed, assessed or confirmed does not approve", "申请人、核定人和确认人不得批准");
GUARD(rank_suffices, "amount_needs_higher", "(" MY_RANK ") >= compensation_rank(e.offer_amount)", NULL,
      "Up to 2,000 yuan the service manager, up to 20,000 the deputy, above that the general manager",
      "2000元以下管理师、20000元以下副总、以上由总经理批准");
GUARD(payee_known, "payee_missing",
      "e.payer = 'customer' or (e.payee_name is not null and (e.pay_method = 'cash' or e.payee_account is not null))",
      NULL, "Name the payee, and the account unless it is cash", "须填写收款人,非现金须填写账号");
GUARD(account_told, "payee_missing", ":payee_account is not null or coalesce(:pay_method, e.pay_method) = 'cash'",
      "payee_account", "Name the account, unless it is cash", "非现金须填写账号");
GUARD(other_pays, "own_approval",
      "e.approved_by is distinct from :actor and e.payee_changed_by is distinct from :actor", NULL,
      "Who approved or changed the payee does not pay", "批准人和更正收款人的人员不得付款");
GUARD(paid_between, "date_does_not_fit", ":paid_on <= company_date(:at) and :paid_on >= company_date(e.approved_at)",
      "paid_on", "Before the approval or in the future", "支付日期早于批准或在未来");
GUARD(was_paid, "not_paid", "e.state = 'paid' or e.closed_as = 'paid'", NULL, "Nothing was paid", "并未支付");
GUARD(withdrawal_proven, "withdrawal_not_proven",
      ":customer_signature is not null or :recording_ref is not null or :has_customer", "customer_signature",
      "A withdrawal is signed or recorded", "撤回须签字或有录音、信函");
GUARD(not_itself, "merged_into_itself", ":merged_into_id <> e.id", "merged_into_id", "It cannot be merged into itself",
      "不得并入自身");
GUARD(same_customer, "other_customer",
      "exists (select from compensation k where k.id = :merged_into_id and k.closed_at is null and k.customer_id = "
      "e.customer_id and k.payer = e.payer)",
      "merged_into_id", "Only into an open claim of the same customer", "只能并入同一客户的未结申请");
GUARD(facts_open, "facts_fixed", "e.state in ('submitted', 'accepted_for_review')", NULL, "What was assessed is fixed",
      "核定后不得更改事实");
GUARD(source_free, "claim_open", "not compensation_is_open(e.source_number, e.id)", NULL,
      "Another claim from this case is open", "该来源已有其他未结申请");
