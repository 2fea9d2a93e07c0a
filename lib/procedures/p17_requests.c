/* P17 B: a request for money, from whoever needs it to the vouchers. */
#include "procedures/p17_requests_fields.h"

#define CENTRE "dispatcher service_manager"
#define REQUESTERS                                                                                                     \
    CENTRE " dept_head commerce_officer materials_officer hr_officer finance_officer deputy_gm emergency_commander"
#define MANAGER_LIMIT "e.amount <= time_rule_number('N_P17_APPROVE_MANAGER')"
#define DEPUTY_LIMIT "e.amount <= time_rule_number('N_P17_APPROVE_DEPUTY')"

GUARD(source_known, "unknown_source",
      ":source_number is null or exists (select from entity x where x.number = :source_number)", "source_number",
      "There is no such document", "来源单号不存在");
GUARD(speaks_for_oneself, "for_another", ":requested_by is null or :has_system", "requested_by",
      "One asks in one's own name", "须以本人名义申请");
GUARD(one_account, "two_accounts", "num_nonnulls(:fund_id, :line_id) <= 1", "line_id",
      "A special fund or a line of the plan, not both", "专项经费与预算明细只能选一项");
#define ACCOUNT_OPEN(table, input, states_)                                                                            \
    ":" input " is null or exists (select from " table " a where a.id = :" input " and a.state in (" states_ "))"
GUARD(fund_open, "fund_closed", ACCOUNT_OPEN("special_fund", "fund_id", "'active', 'low'"), "fund_id",
      "This fund is closed", "该专项经费已撤销");
GUARD(line_open, "line_not_in_force", ACCOUNT_OPEN("plan_line", "line_id", "'in_force', 'adjusting'"), "line_id",
      "This line is not in force", "该预算明细未生效");
GUARD(checker_is_other, "own_request", "e.requested_by is distinct from :actor", NULL,
      "Nobody checks or pays an own request", "不得审核或支付本人的申请");
GUARD(approver_is_other, "own_request", "e.requested_by is distinct from :actor", NULL, "Who asked does not approve",
      "申请人不得批准");
GUARD(not_the_checker, "own_check", "e.checked_by is distinct from :actor", NULL, "Who checked does not approve",
      "审核人不得批准");
GUARD(not_the_payer, "own_payment", "e.paid_by is distinct from :actor", NULL, "Who paid does not approve",
      "付款人不得批准");
GUARD(not_the_approver, "own_approval", "e.approved_by is distinct from :actor", NULL, "Who approved does not pay",
      "批准人不得付款");
GUARD(asked_or_finance, "not_your_request", "e.requested_by = :actor or :has_finance_officer", NULL,
      "Who asked or finance corrects it", "由申请人或财务更正");
GUARD(asked_by_caller, "not_your_request", "e.requested_by = :actor", NULL, "Only who asked withdraws it",
      "仅申请人可撤回");
GUARD(amount_differs, "same_amount", ":amount <> e.amount", "amount", "That is the amount it has", "与现金额相同");
GUARD(nothing_paid, "paid_already", "e.paid_total = 0", NULL, "Something is paid already", "已有付款");
GUARD(paid_here, "paid_with_source",
      "e.source_machine is null or e.source_machine not in ('settlement', 'return_exchange', 'compensation')", NULL,
      "This is paid in the document that asked for it", "请在来源单据中付款");
GUARD(not_more, "more_than_approved", "e.paid_total + :paid_amount <= e.amount", "paid_amount",
      "More than was approved", "超出批准金额");
GUARD(not_more_asked, "more_than_asked", ":paid_amount <= e.amount", "paid_amount", "More than was asked for",
      "超出申请金额");
GUARD(some_left, "nothing_left", ":part_payment is not true or e.paid_total + :paid_amount < e.amount", "part_payment",
      "That pays all of it", "本次已付清");
GUARD(payee_known, "payee_missing", "coalesce(:payee, e.payee) is not null", "payee", "Who is paid?", "缺少收款人");
GUARD(is_emergency, "no_emergency", "e.emergency is true", NULL,
      "Only in an emergency is money paid before it is approved", "仅紧急用款可先付后批");
GUARD(something_paid, "nothing_paid", "e.paid_total > 0", NULL, "Nothing is paid yet", "尚未付款");
GUARD(was_paid, "more_than_paid", ":returned_amount <= e.paid_total", "returned_amount", "So much was not paid",
      "超出已付金额");
GUARD(all_back, "not_all_back", ":returned_amount = e.paid_total", "returned_amount", "All of it has to come back",
      "须全额收回");

/* Effects */

#define FIND_SOURCE LOOK_UP("source", "select x.id, x.machine from entity x where x.number = :source_number")
#define PAYMENT(kind_, amount_)                                                                                        \
    SET("payments", "coalesce(e.payments, '[]') || jsonb_build_object('at', :at, 'amount', " amount_                   \
                    ", 'kind', '" kind_ "', 'voucher_no', :voucher_no, 'by', :actor)")
#define ON_ACCOUNT(event_, inputs) FIRE("fund_id", event_, inputs), FIRE("line_id", event_, inputs)
#define BOOKED(kind_, amount_)                                                                                         \
    BOOK(kind_, amount_, "e.fund_id", "null", "; payee = e.payee; movement_reason = e.need", "e.fund_id is not null"), \
        BOOK(kind_, amount_, "null", "e.line_id", "; payee = e.payee; movement_reason = e.need",                       \
             "e.line_id is not null")
/* What was held is free again by the last payment, whatever it came to. */
#define DRAWN(released)                                                                                                \
    ON_ACCOUNT("draw", "amount = :paid_amount; held_amount = " released), BOOKED("payment", "- :paid_amount")
#define PAID_NOW                                                                                                       \
    PAYMENT("payment", ":paid_amount"), SET("paid_total", "e.paid_total + :paid_amount"), SET("paid_at", ":at"),       \
        SET("paid_by", ":actor")
#define ALL_PAID STOP("pay_due"), START("settle_due")
#define AFTERWARDS STOP("check_due"), STOP("approve_due"), STOP("emergency_due"), START("approve_after")
#define TELL_REQUESTER(code) NOTIFY("@assignee", code)
#define TELL_SOURCE(code)                                                                                              \
    NOTIFY_IF("materials_officer", code, "e.source_machine = 'facility'"),                                             \
        NOTIFY_IF("commerce_officer", code, "e.source_machine = 'delivery'")
#define TELL_APPROVER(code)                                                                                            \
    NOTIFY_IF("service_manager", code, MANAGER_LIMIT),                                                                 \
        NOTIFY_IF("deputy_gm", code, DEPUTY_LIMIT " and not (" MANAGER_LIMIT ")"),                                     \
        NOTIFY_IF("general_manager", code, "not (" DEPUTY_LIMIT ")")
/* An own outlet learns its funds, a refund that its money is approved; where somebody has entered that by hand, it
 * stands. */
#define OUTLET_LEARNS                                                                                                  \
    FIRE_IF("outlet_id", "fund", "funded_amount = e.paid_total + :paid_amount",                                        \
            "e.purpose = 'outlet_setup' and e.source_machine = 'outlet' and exists (select from outlet o where o.id "  \
            "= e.outlet_id and o.kind = 'internal'"                                                                    \
            " and o.funded_at is null and o.budget_amount >= e.paid_total + :paid_amount and o.state in "              \
            "('gm_approved', 'staffing', 'staff_confirmed', 'trained'))")
#define REFUND_LEARNS                                                                                                  \
    FIRE_IF("return_exchange_id", "approve_funds", "funds_ref = e.number",                                             \
            "exists (select from return_exchange x where x.id = e.return_exchange_id and x.state = 'executing' and "   \
            "x.funds_approved_at is null"                                                                              \
            " and x.refund_status in ('due', 'failed'))")
#define MOVES TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE

/* By what it comes to. The first of the rows whose condition holds counts. */
#define APPROVE(roles, when_)                                                                                          \
    {                                                                                                                  \
        .event = "approve", .label = { "Approve", "批准" }, .clause = "P17 B, P10-C", .from = "checked",               \
        .to = "approved", .when = when_, .by = roles, .takes = "approval_note?",                                       \
        .guards = GUARDS(&approver_is_other, &not_the_checker),                                                        \
        .effects =                                                                                                     \
            EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"),                                           \
                    SET("held", "case when num_nonnulls(e.fund_id, e.line_id) > 0 then e.amount else 0 end"),          \
                    ON_ACCOUNT("hold", "amount = e.amount"), REFUND_LEARNS, STOP("approve_due"),                       \
                    START_IF("pay_due", NULL, "e.emergency is not true"), NOTIFY("finance_officer", "money_to_pay"),   \
                    TELL_REQUESTER("money_approved"), TELL_SOURCE("money_approved")),                                  \
        .flags = MOVES                                                                                                 \
    }
#define APPROVE_AFTER(roles, when_)                                                                                    \
    {                                                                                                                  \
        .event = "approve", .label = { "Approve", "批准" }, .clause = "P17 B, P10-C", .from = "paid_unapproved",       \
        .to = "paid", .when = when_, .by = roles, .takes = "approval_note?",                                           \
        .guards = GUARDS(&approver_is_other, &not_the_checker, &not_the_payer),                                        \
        .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), STOP("approve_after"),             \
                           START("settle_due"), TELL_REQUESTER("money_approved")),                                     \
        .flags = TRANSITION_FINAL | TRANSITION_SIGNED                                                                  \
    }
#define DISAPPROVE(roles, when_)                                                                                       \
    {                                                                                                                  \
        .event = "disapprove", .label = { "Not approved afterwards", "不予补批" }, .clause = "designed",               \
        .from = "paid_unapproved", .to = "to_recover", .when = when_, .by = roles, .takes = "reject_reason",           \
        .guards = GUARDS(&approver_is_other, &not_the_payer),                                                          \
        .effects = EFFECTS(STOP("approve_after"), START("recover_due"), NOTIFY("finance_officer", "money_to_recover"), \
                           TELL_REQUESTER("money_to_recover")),                                                        \
        .flags = TRANSITION_FINAL | TRANSITION_SIGNED                                                                  \
    }
#define MANAGERS "service_manager deputy_gm general_manager"
#define DEPUTIES "deputy_gm general_manager"

static const struct transition transitions[] = {
    { .event = "request",
      .label = { "Request", "申请用款" },
      .clause = "P17 B",
      .to = "requested",
      .by = REQUESTERS " system",
      .takes = "purpose amount need? source_number? outlet_id? customer_id? payee? payee_account? fund_id? line_id? "
               "budget_ref? emergency? requested_by?",
      .guards = GUARDS(&source_known, &speaks_for_oneself, &one_account, &fund_open, &line_open),
      .effects = EFFECTS(FIND_SOURCE, SET("parent_id", "source.id"), SET("source_machine", "source.machine"),
                         SET("return_exchange_id", "case when source.machine = 'return_exchange' then source.id end"),
                         SET("requested_by", "coalesce(:requested_by, :actor)"),
                         SET("assignee_id", "coalesce(:requested_by, :actor)"),
                         SET("line_id", "coalesce(:line_id, (select l.id from plan_line l where l.number = :budget_ref "
                                        "and :fund_id is null and l.state in ('in_force', 'adjusting')))"),
                         SET("amount_in_words", "amount_in_words(:amount)"), SET("held", "0"), SET("paid_total", "0"),
                         START("check_due"), START_IF("emergency_due", NULL, ":emergency is true"),
                         RECORD("fund_request"), NOTIFY("finance_officer", "money_requested"),
                         NOTIFY_IF("deputy_gm", "money_for_emergency", ":emergency is true")),
      .flags = TRANSITION_FINAL },
    { .event = "check",
      .label = { "Check", "财务审核" },
      .clause = "P17 B",
      .from = "requested checked",
      .to = "checked",
      .by = "finance_officer",
      .takes = "fund_id? line_id? payee? payee_account? check_note?",
      .guards = GUARDS(&checker_is_other, &one_account, &fund_open, &line_open),
      .effects = EFFECTS(SET("checked_by", ":actor"),
                         SET("fund_id", "case when :line_id is null then coalesce(:fund_id, e.fund_id) end"),
                         SET("line_id", "case when :fund_id is null then coalesce(:line_id, e.line_id) end"),
                         STOP("check_due"), START_IF("approve_due", NULL, "e.state = 'requested'"),
                         TELL_APPROVER("money_to_approve")) },
    { .event = "correct_amount",
      .label = { "Correct the amount", "更正金额" },
      .clause = "designed",
      .from = "requested checked",
      .to = "requested",
      .by = REQUESTERS,
      .takes = "amount reason",
      .guards = GUARDS(&asked_or_finance, &amount_differs),
      .effects =
          EFFECTS(SET("amount_in_words", "amount_in_words(:amount)"), SET("checked_by", "null"), STOP("approve_due"),
                  START("check_due"), RECORD("fund_request"), NOTIFY("finance_officer", "money_requested")),
      .flags = TRANSITION_FINAL },
    { .event = "reject",
      .label = { "Reject", "否决" },
      .clause = "P17 B",
      .from = "requested checked",
      .to = "rejected",
      .by = "finance_officer " MANAGERS,
      .takes = "reject_reason",
      .effects = EFFECTS(TELL_REQUESTER("money_rejected"), TELL_SOURCE("money_rejected")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    APPROVE(MANAGERS, MANAGER_LIMIT),
    APPROVE(DEPUTIES, DEPUTY_LIMIT),
    APPROVE("general_manager", NULL),
    APPROVE_AFTER(MANAGERS, MANAGER_LIMIT),
    APPROVE_AFTER(DEPUTIES, DEPUTY_LIMIT),
    APPROVE_AFTER("general_manager", NULL),
    DISAPPROVE(MANAGERS, MANAGER_LIMIT),
    DISAPPROVE(DEPUTIES, DEPUTY_LIMIT),
    DISAPPROVE("general_manager", NULL),
    { .event = "pay",
      .label = { "Pay", "付款" },
      .clause = "P17 B",
      .from = "approved",
      .to = "same",
      .when = ":part_payment is true",
      .by = "finance_officer",
      .takes = "paid_amount voucher_no payee? payee_account? part_payment?",
      .guards = GUARDS(&paid_here, &checker_is_other, &not_the_approver, &payee_known, &not_more, &some_left),
      .effects = EFFECTS(PAID_NOW, SET("held", "greatest(e.held - :paid_amount, 0)"),
                         DRAWN("least(:paid_amount, e.held)"), TELL_REQUESTER("money_paid")),
      .flags = MOVES },
    { .event = "pay",
      .label = { "Pay", "付款" },
      .clause = "P17 B",
      .from = "approved",
      .to = "paid",
      .by = "finance_officer",
      .takes = "paid_amount voucher_no payee? payee_account? part_payment?",
      .guards = GUARDS(&paid_here, &checker_is_other, &not_the_approver, &payee_known, &not_more),
      .effects = EFFECTS(PAID_NOW, SET("held", "0"), DRAWN("e.held"), OUTLET_LEARNS, ALL_PAID, STOP("emergency_due"),
                         TELL_REQUESTER("money_paid"), TELL_SOURCE("money_paid")),
      .flags = MOVES },
    { .event = "pay_emergency",
      .label = { "Pay before the approval", "紧急先行付款" },
      .clause = "P17 B",
      .from = "requested checked",
      .to = "paid_unapproved",
      .by = "finance_officer",
      .takes = "paid_amount voucher_no leader_id payee? payee_account?",
      .guards = GUARDS(&is_emergency, &is_leader, &paid_here, &checker_is_other, &payee_known, &not_more_asked),
      .effects =
          EFFECTS(PAID_NOW, DRAWN("0"), AFTERWARDS, TELL_APPROVER("money_to_approve"), TELL_REQUESTER("money_paid")),
      .flags = MOVES },
    { .event = "take_over_payment",
      .label = { "Paid with its source", "来源单据已付款" },
      .clause = "designed",
      .from = "requested checked",
      .to = "paid_unapproved",
      .by = "system",
      .takes = "paid_amount voucher_no?",
      .effects = EFFECTS(PAID_NOW, DRAWN("0"), AFTERWARDS, TELL_APPROVER("money_to_approve")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "take_over_payment",
      .label = { "Paid with its source", "来源单据已付款" },
      .clause = "designed",
      .from = "approved",
      .to = "paid",
      .by = "system",
      .takes = "paid_amount voucher_no?",
      .effects = EFFECTS(PAID_NOW, SET("held", "0"), DRAWN("e.held"), ALL_PAID),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "return_payment",
      .label = { "The bank has returned it", "银行退回" },
      .clause = "designed",
      .from = "paid approved",
      .to = "approved",
      .by = "finance_officer system",
      .takes = "returned_amount return_reason voucher_no?",
      .guards = GUARDS(&something_paid, &was_paid),
      .effects = EFFECTS(
          PAYMENT("return", "- :returned_amount"), SET("paid_total", "e.paid_total - :returned_amount"),
          SET("held", "case when num_nonnulls(e.fund_id, e.line_id) > 0 then e.held + :returned_amount else 0 end"),
          ON_ACCOUNT("put_back", "amount = :returned_amount; held_amount = :returned_amount"),
          BOOKED("return", ":returned_amount"), STOP("settle_due"), START_IF("pay_due", NULL, "e.state = 'paid'"),
          TELL_REQUESTER("payment_returned")),
      .flags = MOVES },
    { .event = "return_payment",
      .label = { "The bank has returned it", "银行退回" },
      .clause = "designed",
      .from = "paid_unapproved",
      .to = "requested",
      .by = "finance_officer system",
      .takes = "returned_amount return_reason voucher_no?",
      .guards = GUARDS(&all_back),
      .effects = EFFECTS(PAYMENT("return", "- :returned_amount"), SET("paid_total", "0"),
                         ON_ACCOUNT("put_back", "amount = :returned_amount"), BOOKED("return", ":returned_amount"),
                         STOP("approve_after"), START("check_due"),
                         START_IF("emergency_due", NULL, "e.emergency is true"), TELL_REQUESTER("payment_returned")),
      .flags = MOVES },
    { .event = "recover",
      .label = { "Recovered", "款项收回" },
      .clause = "designed",
      .from = "to_recover",
      .to = "recovered",
      .by = "finance_officer",
      .takes = "returned_amount voucher_no",
      .guards = GUARDS(&all_back),
      .effects = EFFECTS(PAYMENT("recovery", "- :returned_amount"), SET("paid_total", "0"),
                         ON_ACCOUNT("put_back", "amount = :returned_amount"), BOOKED("recovery", ":returned_amount"),
                         TELL_REQUESTER("money_recovered")),
      .flags = MOVES },
    { .event = "write_off",
      .label = { "Write off", "核销损失" },
      .clause = "designed",
      .from = "to_recover",
      .to = "settled",
      .by = "general_manager",
      .takes = "reason",
      .guards = GUARDS(&approver_is_other),
      .effects = EFFECTS(RECORD("fund_request"), NOTIFY("finance_officer", "money_written_off")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "settle",
      .label = { "Settle against vouchers", "凭证核销" },
      .clause = "P17 B",
      .from = "paid",
      .to = "settled",
      .by = "finance_officer",
      .takes = "vouchers",
      .effects = EFFECTS(RECORD("fund_request"), TELL_REQUESTER("money_settled")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "withdraw",
      .label = { "Withdraw", "撤回申请" },
      .clause = "designed",
      .from = "requested checked",
      .to = "withdrawn",
      .by = REQUESTERS,
      .takes = "reason",
      .guards = GUARDS(&asked_by_caller),
      .flags = TRANSITION_FINAL },
    { .event = "withdraw",
      .label = { "Withdraw", "撤回申请" },
      .clause = "designed",
      .from = "approved",
      .to = "withdrawn",
      .by = REQUESTERS,
      .takes = "reason",
      .guards = GUARDS(&asked_by_caller, &nothing_paid),
      .effects = EFFECTS(SET("held", "0"), ON_ACCOUNT("release", "amount = e.held"),
                         NOTIFY("finance_officer", "money_withdrawn")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "drop",
      .label = { "Not wanted any more", "来源已终止" },
      .clause = "designed",
      .from = "requested checked",
      .to = "withdrawn",
      .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "drop",
      .label = { "Not wanted any more", "来源已终止" },
      .clause = "designed",
      .from = "approved",
      .to = "withdrawn",
      .by = "system",
      .effects = EFFECTS(SET("held", "0"), ON_ACCOUNT("release", "amount = e.held"),
                         NOTIFY("finance_officer", "money_withdrawn")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    CHANGE_CUSTOMER,
    { NULL },
};

#define AT_SOURCE(member) "(payment_at_source(e.source_machine, e.parent_id) ->> '" member "')"
static const struct timer timers[] = {
    { "take_over_payment",
      "e.state in ('requested', 'checked', 'approved') and e.source_machine in ('settlement', 'return_exchange', "
      "'compensation', 'outlet')"
      " and (e.source_machine <> 'outlet' or e.purpose = 'outlet_setup') and not fund_source_over(e.source_machine, "
      "e.parent_id, e.id)"
      " and payment_at_source(e.source_machine, e.parent_id) is not null"
      " and fund_covers(e.fund_id, e.line_id, " AT_SOURCE(
          "amount") "::bigint, case when e.state = 'approved' then e.held else 0 end)",
      "paid_amount = " AT_SOURCE("amount") "::bigint; voucher_no = " AT_SOURCE("voucher") },
    { "return_payment",
      "e.state in ('paid', 'paid_unapproved') and e.paid_total > 0"
      " and (exists (select from return_exchange x where x.id = e.return_exchange_id and x.refund_status = 'failed')"
      " or exists (select from compensation k where k.id = e.parent_id and k.state = 'approved'))",
      "returned_amount = e.paid_total; return_reason = '退款失败'" },
    { "drop", "e.state in ('requested', 'checked', 'approved') and e.paid_total = 0 and "
              "fund_source_over(e.source_machine, e.parent_id, e.id)" },
    { NULL },
};
static const struct given given[] = { { .event = "amend", .from = "requested" },
                                      { .event = "pause", .from = "requested checked" },
                                      { NULL } };
const struct machine p17_fund_request = {
    .name = "fund_request",
    .path = "fund-requests",
    .prefix = "FR",
    .title = { "Request for money", "用款申请" },
    .scope = SCOPE_STAFF,
    .readers = P17_READERS,
    .fields = fields,
    .states = states,
    .transitions = transitions,
    .clocks = clocks,
    .timers = timers,
    .given = given,
    .owner = "finance_officer",
    .self = "requested_by",
    .amends = "need payee payee_account",
    .without = "void revert",
};
