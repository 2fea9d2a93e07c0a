/* P10 part C: a claim for remedy and compensation, from whoever suffered a loss to the money in his hands. For a loan unit it
 * runs the other way: the customer pays the company. */
#include "procedures/p10_compensation_fields.h"

#include "procedures/p10_compensation_guards.h"

#define MANAGER "service_manager"
#define LEADERS "service_manager deputy_gm general_manager"
#define DESK "hotline_clerk dispatcher service_manager"
#define UNPAID "submitted accepted_for_review assessed offered offer_lapsed agreed disputed mediation"

static const struct state states[] = {
    { "submitted", { "Submitted", "已申请" } },
    { "accepted_for_review", { "Accepted for review", "已受理" } },
    { "assessed", { "Assessed", "已核定" } },
    { "offered", { "Offered", "已提出方案" } },
    { "offer_lapsed", { "Offer run out", "方案已过期" } },
    { "agreed", { "Agreed", "客户已同意" } },
    { "disputed", { "Disputed", "客户有异议" } },
    { "mediation", { "In mediation", "调解中" } },
    { "approved", { "Approved", "已批准" } },
    { "paid", { "Paid", "已支付" } },
    { "closed", { "Closed", "已结案" }, STATE_TERMINAL },
    { "declined", { "Declined", "不予受理" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { "merged", { "Merged into another", "已并案" }, STATE_TERMINAL },
    { NULL },
};

/* Nobody is compensated twice on an old agreement: what is assessed anew is confirmed, offered and agreed to anew. */
#define NOT_AGREED \
    SET("agreed_by", "null"), SET("agreed_via", "null"), SET("agreed_at", "null"), SET("agreed_sha256", "null"), SET("customer_signature", "null"), \
        SET("recording_ref", "null")
#define ASSESSED \
    SET("assessed_amount", "compensation_total(:lines)"), SET("assessed_by", ":actor"), SET("assessed_at", ":at"), SET("confirmed_by", "null"), \
        SET("confirmed_at", "null"), SET("return_reason", "null"), STOP("assess_due"), STOP("approve_due"), START("confirm_due"), \
        NOTIFY("finance_officer", "compensation_to_confirm")
#define OFFERED \
    SET("offered_at", ":at"), SET("offers", "coalesce(e.offers, 0) + 1"), SET("offer_valid_until", "company_date(:at) + time_rule_number('T_P10_OFFER')"), \
        RECORD("compensation_claim"), NOTIFY("dispatcher", "compensation_offered")
#define APPROVERS_TOLD(amount) \
    NOTIFY_IF("service_manager", "compensation_to_approve", "compensation_rank(" amount ") = 1"), \
        NOTIFY_IF("deputy_gm", "compensation_to_approve", "compensation_rank(" amount ") <= 2"), \
        NOTIFY_IF("general_manager", "compensation_to_approve", "compensation_rank(" amount ") = 3")
#define PAYEE_TAKES "payee_name? payee_account? payee_bank? pay_method?"
#define ENDED(how) SET("closed_as", "'" how "'"), RECORD("compensation_claim")
/* What the case it comes from has done leaves nothing to be paid. */
#define BY_CASE(event_, en, zh, how) \
    { .event = event_, .label = { en, zh }, .clause = "P5", .from = UNPAID, .to = "closed", .by = "system", .takes = "outcome", \
      .effects = EFFECTS(ENDED(how), NOTIFY("@assignee", "compensation_not_needed"), NOTIFY("dispatcher", "compensation_not_needed")), .flags = TRANSITION_FINAL }

static const struct transition transitions[] = {
    { .event = "submit", .label = { "Submit", "提出申请" }, .clause = "P4 3.2, P10 C", .to = "submitted", .by = "customer system " DESK,
      .takes = "repair_id? return_repair_id? delivery_id? return_exchange_id? loan_agreement_id? complaint_id? customer_id? basis? claimed_amount? loss_text? evidence?"
               " contact_name? contact_phone? serial? model?",
      .guards = GUARDS(&one_source, &none_open, &customer_known, &source_fits, &loss_told),
      .effects = EFFECTS(LOOK_UP("origin", "select s.* from " ORIGIN " s"), SET("source", "origin.source"), SET("source_number", "origin.source_number"),
                         SET("customer_id", "coalesce(origin.customer_id, :customer_id)"), SET("outlet_id", "origin.outlet_id"),
                         SET("contact_name", "coalesce(:contact_name, origin.contact_name)"), SET("contact_phone", "coalesce(:contact_phone, origin.contact_phone)"),
                         SET("serial", "coalesce(:serial, origin.serial)"), SET("model", "coalesce(:model, origin.model)"),
                         SET("payer", "case when :loan_agreement_id is not null then 'customer' else 'company' end"),
                         SET("basis", "coalesce(:basis, case when :loan_agreement_id is not null then 'loan_unit' end)"), SET("offers", "0"),
                         SET("payments_returned", "0"), START("review_due"), RECORD("compensation_claim"), NOTIFY("service_manager", "compensation_to_review")) },
    { .event = "accept", .label = { "Accept for review", "受理" }, .clause = "P10 C", .from = "submitted", .to = "accepted_for_review", .by = MANAGER,
      .takes = "assignee_id? note?", .guards = GUARDS(&handler_fits),
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), SET("assignee_id", "coalesce(:assignee_id, :actor)"), STOP("review_due"),
                         START("assess_due"), NOTIFY("@assignee", "compensation_to_assess")) },
    { .event = "decline", .label = { "Decline", "不予受理" }, .clause = "P10 C", .from = "submitted accepted_for_review", .to = "declined", .by = MANAGER,
      .takes = "decline_reason appeal_told", .guards = GUARDS(&appeal_is_told),
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), SET("assignee_id", "coalesce(e.assignee_id, :actor)"), RECORD("compensation_claim"),
                         NOTIFY("dispatcher", "compensation_declined")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "appeal", .label = { "Customer objects", "客户异议" }, .clause = "P10 C", .from = "declined", .to = "same", .by = "customer " DESK, .takes = "appeal_text",
      .guards = GUARDS(&not_appealed, &in_time_to_appeal),
      .effects = EFFECTS(SET("appealed_at", ":at"),
                         OPEN("complaint", "receive",
                              "channel = 'phone'; customer_id = m.customer_id; repair_id = m.repair_id; delivery_id = m.delivery_id; return_exchange_id = m.return_exchange_id;"
                              " complaint_text = left(concat(m.number, ': ', m.appeal_text), 2000); complainant = m.contact_name; contact_phone = m.contact_phone;"
                              " serial = m.serial; model = m.model; loss_amount = m.claimed_amount; found_at = m.appealed_at",
                              LINK_LATER, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "take_up_again", .label = { "Take up again", "重新受理" }, .clause = "designed", .from = "declined withdrawn", .to = "accepted_for_review",
      .by = "deputy_gm general_manager", .takes = "reason assignee_id?", .guards = GUARDS(&source_free, &handler_fits),
      .effects = EFFECTS(SET("assignee_id", "coalesce(:assignee_id, e.assignee_id)"), START("assess_due"), NOTIFY("service_manager", "compensation_to_assess")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "assess", .label = { "Assess", "核定" }, .clause = "P10 C", .from = "accepted_for_review", .to = "assessed", .by = MANAGER,
      .takes = "lines basis? supplier? note?", .guards = GUARDS(&basis_told, &fraud_by_law), .effects = EFFECTS(ASSESSED) },
    { .event = "correct_lines", .label = { "Correct the assessment", "更正核定" }, .clause = "designed", .from = "assessed offered offer_lapsed disputed agreed",
      .to = "assessed", .by = MANAGER, .takes = "lines basis? supplier? reason", .guards = GUARDS(&basis_told, &fraud_by_law),
      .effects = EFFECTS(ASSESSED, NOT_AGREED, SET("offer_amount", "null"), SET("offer_valid_until", "null")), .flags = TRANSITION_FINAL },
    { .event = "confirm", .label = { "Confirm the assessment", "财务确认" }, .clause = "P10 C", .from = "assessed", .to = "same", .by = "finance_officer",
      .takes = "note?", .guards = GUARDS(&unconfirmed, &other_confirms),
      .effects = EFFECTS(SET("confirmed_by", ":actor"), SET("confirmed_at", ":at"), STOP("confirm_due"), NOTIFY("@assignee", "compensation_to_offer")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "return_assessment", .label = { "Return the assessment", "退回核定" }, .clause = "designed", .from = "assessed", .to = "accepted_for_review",
      .by = "finance_officer", .takes = "return_reason", .guards = GUARDS(&unconfirmed),
      .effects = EFFECTS(STOP("confirm_due"), START("assess_due"), NOTIFY("@assignee", "compensation_returned")), .flags = TRANSITION_FINAL },
    { .event = "offer", .label = { "Offer", "提出赔偿方案" }, .clause = "P10 C", .from = "assessed disputed", .to = "offered", .by = MANAGER,
      .takes = "offer_amount offer_terms?", .guards = GUARDS(&is_confirmed, &offer_in_ceiling), .effects = EFFECTS(OFFERED), .flags = TRANSITION_FINAL },
    { .event = "lapse", .label = { "Offer runs out", "方案过期" }, .clause = "P10 C", .from = "offered", .to = "offer_lapsed", .by = "system",
      .effects = EFFECTS(NOTIFY("@assignee", "compensation_offer_lapsed")), .flags = TRANSITION_FINAL },
    { .event = "renew_offer", .label = { "Renew the offer", "方案续期" }, .clause = "P10 C", .from = "offer_lapsed", .to = "offered", .by = MANAGER,
      .takes = "offer_amount? offer_terms?", .guards = GUARDS(&renewal_in_ceiling), .effects = EFFECTS(OFFERED), .flags = TRANSITION_FINAL },
    { .event = "agree", .label = { "Customer agrees", "客户同意" }, .clause = "P10 C", .from = "offered", .to = "agreed", .by = "customer " DESK,
      .takes = "customer_signature? agreed_by? agreed_via? recording_ref? " PAYEE_TAKES, .guards = GUARDS(&offer_stands, &agreement_proven, &signature_bound),
      .effects = EFFECTS(SET("agreed_by", "coalesce(:agreed_by, :customer_signature ->> 'name', (select p.name from person p where p.id = :actor))"),
                         SET("agreed_via", "coalesce(:agreed_via, case when :customer_signature is null then 'web' else 'visit' end)"),
                         SET("agreed_sha256", ":content_sha256"), SET("agreed_at", ":at"), START("approve_due"), APPROVERS_TOLD("e.offer_amount")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "dispute", .label = { "Customer disputes", "客户异议" }, .clause = "P10 C", .from = "offered", .to = "disputed", .by = "customer " DESK,
      .takes = "dispute_text", .effects = EFFECTS(NOTIFY("service_manager", "compensation_disputed"), NOTIFY("deputy_gm", "compensation_disputed")),
      .flags = TRANSITION_FINAL },
    { .event = "start_mediation", .label = { "Mediation begins", "提交调解" }, .clause = "P10 C", .from = "disputed", .to = "mediation", .by = "deputy_gm service_manager",
      .takes = "mediator mediation_no? note?", .flags = TRANSITION_FINAL },
    /* What the parties agree to before a mediator is not bound to the assessment; who approves it is. */
    { .event = "end_mediation", .label = { "Mediation over", "调解结束" }, .clause = "P10 C", .from = "mediation", .to = "agreed",
      .when = ":mediation_result = 'agreed'", .by = "deputy_gm service_manager",
      .takes = "mediation_result mediation_no? offer_amount? agreed_by? note? " PAYEE_TAKES, .guards = GUARDS(&mediation_shown),
      .effects = EFFECTS(SET("agreed_via", "'mediation'"), SET("agreed_at", ":at"), START("approve_due"), APPROVERS_TOLD(":offer_amount")), .flags = TRANSITION_FINAL },
    { .event = "end_mediation", .label = { "Mediation over", "调解结束" }, .clause = "P10 C", .from = "mediation", .to = "closed", .by = "deputy_gm service_manager",
      .takes = "mediation_result mediation_no? offer_amount? agreed_by? note? " PAYEE_TAKES, .effects = EFFECTS(ENDED("no_agreement")), .flags = TRANSITION_FINAL },
    { .event = "close_without_agreement", .label = { "Close without agreement", "未达成一致,结案" }, .clause = "designed", .from = "disputed", .to = "closed",
      .by = "deputy_gm general_manager", .takes = "outcome appeal_told", .guards = GUARDS(&appeal_is_told), .effects = EFFECTS(ENDED("no_agreement")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "close_lapsed", .label = { "Close: offer not taken up", "客户未接受,结案" }, .clause = "designed", .from = "offer_lapsed", .to = "closed", .by = MANAGER,
      .takes = "outcome", .effects = EFFECTS(ENDED("lapsed")), .flags = TRANSITION_FINAL },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P10 C", .from = "agreed", .to = "approved", .by = LEADERS, .takes = "note?",
      .guards = GUARDS(&not_own_claim, &rank_suffices, &payee_known),
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), STOP("approve_due"), START("pay_due"),
                         OPEN("fund_request", "request", "customer_id = m.customer_id; amount = m.offer_amount; payee = m.payee_name; purpose = 'compensation'; source_id = m.id",
                              LINK_LATER, "e.payer = 'company'"),
                         OPEN("supplier_claim", "claim",
                              "supplier = m.supplier; item = left(coalesce(m.model, m.serial, m.number), 120); serial = m.serial; claim_amount = m.offer_amount", LINK_LATER,
                              "e.payer = 'company' and e.supplier is not null"),
                         NOTIFY("finance_officer", "compensation_to_pay")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "send_back", .label = { "Send back", "退回重新核定" }, .clause = "designed", .from = "agreed", .to = "accepted_for_review", .by = LEADERS,
      .takes = "return_reason", .guards = GUARDS(&not_own_claim, &rank_suffices),
      .effects = EFFECTS(NOT_AGREED, SET("confirmed_by", "null"), SET("confirmed_at", "null"), SET("offer_amount", "null"), SET("offer_valid_until", "null"),
                         STOP("approve_due"), START("assess_due"), NOTIFY("@assignee", "compensation_returned")),
      .flags = TRANSITION_FINAL },
    { .event = "change_payee", .label = { "Correct the payee", "更正收款人" }, .clause = "designed", .from = "agreed approved", .to = "same", .by = "finance_officer " DESK,
      .takes = "payee_name payee_account? payee_bank? pay_method? reason", .guards = GUARDS(&account_told),
      .effects = EFFECTS(SET("payee_account", ":payee_account"), SET("payee_bank", ":payee_bank"), SET("payee_changed_by", ":actor"),
                         NOTIFY("finance_officer", "compensation_payee_changed")),
      .flags = TRANSITION_FINAL },
    { .event = "pay", .label = { "Paid", "支付" }, .clause = "P10 C", .from = "approved", .to = "paid", .by = "finance_officer",
      .takes = "paid_on payment_ref pay_method?", .guards = GUARDS(&payee_known, &other_pays, &paid_between),
      .effects = EFFECTS(SET("paid_by", ":actor"), SET("paid_at", ":at"), STOP("pay_due"), RECORD("compensation_claim"), NOTIFY("@assignee", "compensation_paid"),
                         NOTIFY("dispatcher", "compensation_paid")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "payment_returned", .label = { "Returned by the bank", "银行退汇" }, .clause = "designed", .from = "paid closed", .to = "approved", .by = "finance_officer",
      .takes = "bank_reason", .guards = GUARDS(&was_paid, &source_free),
      .effects = EFFECTS(SET("payments_returned", "coalesce(e.payments_returned, 0) + 1"), SET("paid_on", "null"), SET("payment_ref", "null"), SET("paid_by", "null"),
                         SET("paid_at", "null"), SET("closed_as", "null"), START("pay_due"), NOTIFY("@assignee", "compensation_payment_returned"),
                         NOTIFY("dispatcher", "compensation_payment_returned")),
      .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "结案" }, .clause = "P10 C", .from = "paid", .to = "closed", .by = "system finance_officer dispatcher service_manager",
      .takes = "note?", .effects = EFFECTS(SET("closed_as", "'paid'")), .flags = TRANSITION_FINAL },
    { .event = "make_good", .label = { "Made good without money", "已以实物或服务补救" }, .clause = "P10 C", .from = UNPAID, .to = "closed", .by = MANAGER,
      .takes = "outcome evidence", .effects = EFFECTS(ENDED("in_kind")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    BY_CASE("loss_undone", "No loss any more", "损失已消除", "not_needed"),
    BY_CASE("replaced", "Replaced by the case it comes from", "来源单已更换", "in_kind"),
    { .event = "withdraw", .label = { "Customer withdraws", "客户撤回" }, .clause = "P10 C", .from = UNPAID, .to = "withdrawn", .by = "customer " DESK,
      .takes = "withdrawal_wish customer_signature? recording_ref?", .guards = GUARDS(&withdrawal_proven, &signature_bound),
      .effects = EFFECTS(NOTIFY("service_manager", "compensation_withdrawn")), .flags = TRANSITION_FINAL },
    { .event = "merge", .label = { "Merge into another", "并案" }, .clause = "designed", .from = "submitted accepted_for_review assessed", .to = "merged",
      .by = MANAGER, .takes = "merged_into_id reason", .guards = GUARDS(&not_itself, &same_customer), .flags = TRANSITION_FINAL },
    { .event = "mark_to_reassign", .label = { "Person is absent", "人员缺勤待改派" }, .clause = "00-common 11", .from = "*", .to = "same", .by = "system",
      .takes = "reason", .effects = EFFECTS(SET("to_reassign", ":reason"), NOTIFY("service_manager", "to_reassign")), .flags = TRANSITION_FINAL },
    CHANGE_CUSTOMER,
    { NULL },
};

static const struct timer timers[] = {
    { "lapse", "e.state = 'offered' and company_date(:now) > e.offer_valid_until", NULL },
    { "close", "e.state = 'paid' and company_date(:now) > e.paid_on + time_rule_number('N_P10_CLOSE_DAYS')", NULL },
    { "mark_to_reassign",
      "e.to_reassign is null and e.state not in ('paid') and (e.assignee_id in (select a.person_id from absence a where a.closed_at is null and a.from_at <= :now"
      " and a.to_at > :now) or e.assignee_id in (select p.id from person p where p.state <> 'active'))",
      "reason = 'absence'" },
    { NULL },
};

static const struct given given[] = {
    { .event = "amend", .guards = GUARDS(&facts_open) },
    { .event = "reassign", .by = "service_manager deputy_gm", .guards = GUARDS(&handler_fits) },
    { .event = "contact_attempt", .by = DESK },
    { NULL },
};

static const struct machine compensation = {
    .name = "compensation",
    .path = "compensations",
    .prefix = "CL",
    .title = { "Claim for compensation", "补救赔偿申请" },
    .fields = fields,
    .states = states,
    .transitions = transitions,
    .clocks = clocks,
    .timers = timers,
    .given = given,
    .owner = "service_manager",
    .readers = "customer hotline_clerk followup_clerk dispatcher finance_officer materials_officer management_rep supervising_leader office_archivist " LEADERS,
    .amends = "basis claimed_amount loss_text evidence contact_name contact_phone serial model",
    .signed_fields = "customer_id payer lines offer_amount offer_terms",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', 'claimed_before', 'id', d.id, 'number', d.number, 'state', d.state)) from (select d.* from compensation d"
                " where d.customer_id = e.customer_id and d.id <> e.id and d.state not in ('merged', 'voided')"
                " and d.opened_at >= :now - make_interval(days => time_rule_number('N_P10_BEFORE_DAYS')) order by d.id desc limit 5) d)",
};

const struct procedure p10_compensation = {
    .number = 10,
    .code = "P10",
    .title = { "Remedy and compensation", "召回及补救赔偿" },
    .clause = "P10",
    .machines = (const struct machine *const[]){ &compensation, NULL },
    .forms = forms,
};
