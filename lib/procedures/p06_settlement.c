/* P6 part C: the monthly settlement slip of an outlet, from its lines to the bank's confirmation. */
#include "procedures/p06.h"

static const struct choice kinds[] = {
    { "regular", { "Regular", "当期" } }, { "supplementary", { "Supplementary", "补报" } }, { "final", { "Final", "终期" } }, { NULL },
};
static const struct choice invoice_kinds[] = {
    { "special", { "Special VAT invoice", "增值税专用发票" } }, { "ordinary", { "Ordinary invoice", "增值税普通发票" } }, { NULL },
};
static const struct choice deduction_bases[] = {
    { "decision", { "Decision on rewards and penalties", "奖惩决定" } }, { "old_part", { "Old part overdue or lost", "旧件逾期或遗失" } },
    { "complaint", { "Justified complaint", "有效投诉" } },             { "breach", { "Breach of the contract", "违约" } },
    { NULL },
};
#define AMOUNT { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" }, 0, 1, 10000000000 }
#define WHY { "reason", FIELD_TEXT, { "Reason", "理由" }, 0, 1, 500 }
static const struct field bonus_items[] = { AMOUNT, WHY, { NULL } };
static const struct field deduction_items[] = {
    { "basis", FIELD_ENUM, { "Basis", "依据" }, .choices = deduction_bases },
    { "reference", FIELD_TEXT, { "Number of the decision or case", "依据编号" }, 0, 1, 80 },
    AMOUNT, WHY, { NULL },
};
static const struct field adjustment_items[] = {
    { "line", FIELD_TEXT, { "Number of the old line", "原明细号" }, 0, 1, 40 },
    { "amount", FIELD_MONEY, { "Amount in fen, plus or minus", "调整金额(分,可负)" }, 0, -10000000000, 10000000000 },
    WHY, { NULL },
};
static const struct field dispute_items[] = {
    { "line_no", FIELD_INTEGER, { "Line", "行号" }, 0, 1, 1000 }, WHY, { NULL },
};
static const struct field tax_items[] = {
    { "rate", FIELD_INTEGER, { "Rate in percent", "税率(%)" }, 0, 0, 30 },
    { "gross", FIELD_MONEY, { "Gross in fen", "价税合计(分)" }, 0, 0, 1000000000000 },
    { "net", FIELD_MONEY, { "Net in fen", "不含税金额(分)" }, 0, 0, 1000000000000 },
    { "tax", FIELD_MONEY, { "Tax in fen", "税额(分)" }, 0, 0, 1000000000000 },
    { NULL },
};

static const struct state states[] = {
    { "draft", { "Draft", "草稿" } },
    { "submitted", { "Submitted", "已提交" } },
    { "checking", { "Being checked", "核对中" } },
    { "checked", { "Statement issued", "已出对账单" } },
    { "agreed", { "Agreed", "网点已确认" } },
    { "approved", { "Approved", "已批准" } },
    { "invoiced", { "Invoice received", "已收票" } },
    { "returned", { "Returned", "已退回" } },
    { "paid", { "Paid", "已付款" }, STATE_TERMINAL },
    { "carried_over", { "Balance carried over", "余额结转" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "已否决" }, STATE_TERMINAL },
    { NULL },
};

#define SUM(name, en, zh) { name, FIELD_MONEY, { en " in fen", zh "(分)" }, FIELD_COMPUTED }
static const struct field fields[] = {
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "contract_id", FIELD_REFERENCE, { "Contract", "合同" }, FIELD_COMPUTED | FIELD_FILTER, .machine = "outlet_contract" },
    { "period", FIELD_TEXT, { "Month", "结算期间" }, FIELD_FILTER, 7, 7, .example = "\"2026-10\"" },
    { "kind", FIELD_ENUM, { "Kind of slip", "结算单类别" }, FIELD_FILTER, .choices = kinds },
    { "outlet_ref", FIELD_TEXT, { "The outlet's own number", "网点单号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60 },
    { "lines", FIELD_LIST, { "Lines", "明细" }, FIELD_TRANSIENT, 1, 1000, .items = settlement_line_items },
    { "line_count", FIELD_INTEGER, { "Lines", "行数" }, FIELD_COMPUTED },
    SUM("claimed_total", "Claimed", "申报合计"),
    SUM("computed_total", "Computed", "核算合计"),
    SUM("accepted_total", "Accepted", "认可合计"),
    SUM("collected_total", "Collected from customers", "代收合计"),
    SUM("company_share", "Share of the company", "公司分成"),
    SUM("upkeep_fee", "Upkeep fee", "维护费"),
    SUM("bonus_total", "Bonuses", "奖励合计"),
    SUM("deduction_total", "Deductions", "扣款合计"),
    SUM("adjustment_total", "Adjustments of earlier slips", "前期调整"),
    SUM("retention", "Retention", "质保金"),
    SUM("deposit_back", "Deposit paid back", "退还保证金"),
    SUM("carried_in", "Carried over from earlier", "前期结转"),
    { "balance_from", FIELD_REFERENCE, { "Takes over the balance of", "承接余额" }, FIELD_COMPUTED, .machine = "settlement" },
    { "payable", FIELD_MONEY, { "Payable in fen", "应付金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "payable_in_words", FIELD_TEXT, { "Payable in words", "应付金额(大写)" }, FIELD_COMPUTED },
    { "bonuses", FIELD_LIST, { "Bonuses", "奖励" }, FIELD_COMPUTED, .items = bonus_items },
    { "deductions", FIELD_LIST, { "Deductions", "扣款" }, FIELD_COMPUTED, .items = deduction_items },
    { "adjustments", FIELD_LIST, { "Adjustments", "调整" }, FIELD_COMPUTED, .items = adjustment_items },
    { "bonus", FIELD_OBJECT, { "Bonus", "奖励" }, FIELD_TRANSIENT, .items = bonus_items },
    { "deduction", FIELD_OBJECT, { "Deduction", "扣款" }, FIELD_TRANSIENT, .items = deduction_items },
    { "adjustment", FIELD_OBJECT, { "Adjustment", "调整" }, FIELD_TRANSIENT, .items = adjustment_items },
    { "place", FIELD_INTEGER, { "Place in the list, from 1", "序号" }, FIELD_TRANSIENT, 1, 1000 },
    { "statement_no", FIELD_INTEGER, { "Issue of the statement", "对账单版次" }, FIELD_COMPUTED },
    { "disputed_lines", FIELD_LIST, { "Disputed lines", "异议明细" }, FIELD_TRANSIENT, 0, 1000, .items = dispute_items },
    { "dispute_note", FIELD_TEXT, { "What is disputed besides lines", "其他异议" }, 0, 1, 1000 },
    { "checker_id", FIELD_REFERENCE, { "Checked by", "核对人" }, FIELD_COMPUTED | FIELD_FILTER, .machine = "person" },
    { "approver_id", FIELD_REFERENCE, { "Approved by", "批准人" }, FIELD_COMPUTED, .machine = "person" },
    { "agreed_at", FIELD_TIME, { "Agreed", "确认时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "agreed_by_silence", FIELD_BOOLEAN, { "Agreed by silence", "逾期视为确认" }, FIELD_COMPUTED },
    { "invoice_due", FIELD_BOOLEAN, { "An invoice is due", "须开票" }, FIELD_COMPUTED | FIELD_FILTER },
    { "invoice_no", FIELD_TEXT, { "Invoice number", "发票号" }, FIELD_FILTER | FIELD_SEARCH, 1, 40 },
    { "invoice_date", FIELD_DATE, { "Invoice date", "开票日期" }, FIELD_FILTER },
    { "invoice_kind", FIELD_ENUM, { "Kind of invoice", "发票种类" }, FIELD_FILTER, .choices = invoice_kinds },
    { "seller_name", FIELD_TEXT, { "Seller", "销售方名称" }, 0, 1, 120 },
    { "seller_tax_no", FIELD_TEXT, { "Seller's tax number", "销售方税号" }, 0, 15, 20 },
    { "invoice_gross", FIELD_MONEY, { "Invoice total in fen", "发票价税合计(分)" }, 0, 0, 1000000000000 },
    { "tax_lines", FIELD_LIST, { "Tax by rate", "分税率明细" }, 0, 1, 10, .items = tax_items },
    { "payee_account", FIELD_TEXT, { "Account paid to", "收款账号" }, 0, 8, 60 },
    { "paid_amount", FIELD_MONEY, { "Paid in fen", "付款金额(分)" }, 0, 0, 1000000000000 },
    { "voucher_no", FIELD_TEXT, { "Bank voucher", "付款凭证号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60 },
    { "paid_at", FIELD_TIME, { "Paid", "付款时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_reason", FIELD_TEXT, { "Why", "理由" }, FIELD_TRANSIENT, 1, 1000 },
    { NULL },
};

#define CONTRACT_DAY "least(company_date(:at), (to_date(:period || '-01', 'YYYY-MM-DD') + interval '1 month' - interval '1 day')::date)"
#define CONTRACT                                                                                                         \
    "case when is_month(:period) then (select c.id from outlet_contract c where c.outlet_id = coalesce(:scope_outlet, :outlet_id)" \
    " and c.state in ('in_force', 'ended') and c.valid_from <= " CONTRACT_DAY                                                     \
    " and (coalesce(:kind, 'regular') <> 'regular' or c.valid_to >= to_date(:period || '-01', 'YYYY-MM-DD')) order by c.valid_from desc limit 1) end"

GUARD(month_given, "not_a_month", "is_month(:period) and :period <= month_of(:at)", "period", "A month like 2026-10, not in the future", "期间应为 2026-10 格式且不晚于本月");
GUARD(outlet_known, "outlet_missing", "coalesce(:scope_outlet, :outlet_id) is not null", "outlet_id", "Which outlet?", "缺少网点");
GUARD(first_regular, "regular_slip_exists",
      ":kind is distinct from 'regular' or not exists (select from settlement s where s.outlet_id = coalesce(:scope_outlet, :outlet_id)"
      " and s.period = :period and s.kind = 'regular' and s.state not in ('withdrawn', 'rejected', 'voided'))",
      "period", "There is a regular slip of this month; use a supplementary one", "本月已有当期结算单,请用补报");
GUARD(final_at_the_end, "outlet_not_ending",
      ":kind is distinct from 'final' or exists (select from outlet o where o.id = coalesce(:scope_outlet, :outlet_id) and o.state = 'winding_up')",
      "kind", "A final slip comes when the outlet is wound up", "终期结算须在网点撤销清算时");
GUARD(each_job_once, "slip_twice", "(select count(*) = count(distinct l ->> 'slip') from jsonb_array_elements(:lines) l)", "lines",
      "A dispatch slip stands in two lines", "派工单重复");
GUARD(has_contract, "contract_missing",
      CONTRACT " is not null or exists (select from outlet o where o.id = coalesce(:scope_outlet, :outlet_id) and o.kind = 'internal')", "period",
      "No contract of the outlet covers this month", "本期无有效合同");
GUARD(has_lines, "no_lines", "exists (select from settlement_line l where l.parent_id = e.id and l.closed_at is null)", NULL,
      "The slip has no lines", "结算单无明细");
GUARD(all_decided, "lines_undecided",
      "not exists (select from settlement_line l where l.parent_id = e.id and l.state in ('open', 'queried'))", NULL,
      "Some lines are open or queried", "尚有未核对或置疑的明细");
GUARD(none_under_complaint, "complaint_open",
      "e.state <> 'checking' or not exists (select from settlement_line l where l.parent_id = e.id and l.state in ('accepted', 'adjusted')"
      " and l.repair_id in (select c.repair_id from complaint c where c.closed_at is null))",
      NULL,
      "A complaint about one of the jobs is open: its line waits", "有任务存在未结投诉,须先暂缓其明细");
GUARD(old_line_paid, "line_not_settled",
      "exists (select from settlement_line l where l.number = :adjustment ->> 'line' and l.outlet_id = e.outlet_id and l.state in ('settled', 'refused'))",
      "adjustment", "Only a settled line of this outlet is adjusted", "只能调整本网点已结算的明细");
GUARD(some_amount, "amount_missing", "(:adjustment ->> 'amount')::bigint <> 0", "adjustment", "Plus or minus how much?", "调整金额不能为零");
GUARD(in_list, "no_such_place", ":place <= jsonb_array_length(coalesce(e.deductions, '[]'))", "place", "There is no such deduction", "无此扣款");
GUARD(says_what, "dispute_empty", "jsonb_array_length(coalesce(:disputed_lines, '[]')) > 0 or :dispute_note is not null", "disputed_lines",
      "Say which lines or what else", "须说明异议内容");
GUARD(lines_exist, "no_such_line",
      "not exists (select from jsonb_array_elements(coalesce(:disputed_lines, '[]')) d where not exists (select from settlement_line l"
      " where l.parent_id = e.id and l.state in ('accepted', 'adjusted', 'rejected') and l.line_no::text = d ->> 'line_no'))",
      "disputed_lines", "Such a line is not in the statement", "对账单中无此明细");
GUARD(other_than_checker, "checked_by_the_same", "e.checker_id <> :actor", NULL, "Who checked does not approve", "核对人不得批准");
GUARD(silence_agrees, "silence_does_not_agree",
      "(e.clocks #>> '{agree_due,due_at}')::timestamptz <= :at"
      " and exists (select from outlet_contract c where c.id = e.contract_id and c.silence_rule = 'agrees')",
      NULL, "Silence does not agree, or there is still time", "期限未到或合同未约定逾期视为确认");
GUARD(wants_invoice, "no_invoice_due", "e.invoice_due is true", NULL, "No invoice is due", "无须开票");
GUARD(right_seller, "seller_differs",
      "exists (select from outlet_contract c where c.id = e.contract_id and c.legal_name = :seller_name and c.tax_no = :seller_tax_no)",
      "seller_name", "Seller and tax number are not the contract's", "销售方与合同不符");
GUARD(right_total, "invoice_total_differs", ":invoice_gross = e.payable", "invoice_gross", "The invoice is not over the payable amount", "发票金额与应付金额不符");
GUARD(right_tax, "tax_differs",
      "(select bool_and(tax_is_right((t ->> 'gross')::bigint, (t ->> 'rate')::integer, (t ->> 'net')::bigint, (t ->> 'tax')::bigint))"
      " and sum((t ->> 'gross')::bigint) = :invoice_gross from jsonb_array_elements(:tax_lines) t)",
      "tax_lines", "The tax is not right to the fen", "税额计算不符(精确到分)");
GUARD(right_amount, "amount_differs", ":paid_amount = e.payable and e.payable > 0", "paid_amount", "Not the approved amount", "付款金额与批准金额不符");
GUARD(right_account, "account_differs",
      "e.contract_id is null or exists (select from outlet_contract c where c.id = e.contract_id and c.bank_account = :payee_account)",
      "payee_account", "Not the account of the contract", "收款账号与合同不符");
GUARD(account_confirmed, "account_not_confirmed",
      "e.contract_id is null or exists (select from outlet_contract c where c.id = e.contract_id and c.bank_verified_at is not null)",
      NULL, "The account was changed and not confirmed by call-back: payments wait", "账号变更未回拨确认,暂停付款");
GUARD(invoice_there, "invoice_missing", "e.invoice_due is not true", NULL, "The invoice is missing", "缺少发票");
GUARD(nothing_to_pay, "something_to_pay", "e.payable <= 0", NULL, "There is something to pay", "尚有应付金额");
GUARD(jobs_there, "nothing_to_settle",
      "is_month(:period) and exists (select from jobs_to_settle(coalesce(:scope_outlet, :outlet_id), case when :kind = 'final' then null else :period end))",
      "period", "No finished job waits for settlement", "无待结算任务");

#define LINE_OF(slip_fields, outlet)                                                                                     \
    "parent_id = e.id; outlet_id = " outlet "; line_no = place; slip = item ->> 'slip'; service_kind = item ->> 'service_kind';" \
    " claimed = (item ->> 'claimed')::bigint; line_ref = item ->> 'line_ref'; km = (item ->> 'km')::integer;"           \
    " extra_fee = (item ->> 'extra_fee')::bigint; extra_approval = item ->> 'extra_approval'; parts = item -> 'parts';"  \
    " collected = (item ->> 'collected')::bigint; receipt_no = item ->> 'receipt_no'; done_on = (item ->> 'done_on')::date;"                                   \
    " slip_period = " slip_fields "; facts = settlement_facts(item, " outlet ")"
#define OUTLET "coalesce(:scope_outlet, :outlet_id)"
#define NEW_LINES(list) OPEN_EACH("settlement_line", "enter", list, LINE_OF(":period; slip_kind = coalesce(:kind, 'regular')", OUTLET))
#define ALL_LINES(fired) FIRE_EACH("settlement_line", "parent_id", NULL, fired, NULL)
#define LINES_IN(states_, fired) FIRE_EACH("settlement_line", "parent_id", "c.state in (" states_ ")", fired, NULL)

#define FIGURES_OF "settlement_figures(e.id, settlement_balance(e.outlet_id))"
#define FIGURE(column, name) SET(column, "(" FIGURES_OF " ->> '" name "')::bigint")
#define FIGURES                                                                                                          \
    SET("balance_from", "settlement_balance(e.outlet_id)"), FIGURE("claimed_total", "claimed"), FIGURE("computed_total", "computed"), \
        FIGURE("accepted_total", "accepted"), FIGURE("collected_total", "collected"), FIGURE("company_share", "share"),  \
        FIGURE("upkeep_fee", "upkeep"), FIGURE("bonus_total", "bonus"), FIGURE("deduction_total", "deduction"),          \
        FIGURE("adjustment_total", "adjustment"), FIGURE("retention", "retention"), FIGURE("deposit_back", "deposit_back"), \
        FIGURE("carried_in", "carried_in"), FIGURE("payable", "payable"),                                                \
        SET("payable_in_words", "amount_in_words((" FIGURES_OF " ->> 'payable')::bigint)"),                              \
        SET("line_count", "(select count(*)::integer from settlement_line l where l.parent_id = e.id and l.state in ('accepted', 'adjusted', 'rejected'))")
#define APPEND(list, input) SET(list, "coalesce(e." list ", '[]') || jsonb_build_array(:" input ")")
#define PAYS_CASH "exists (select from outlet_contract c where c.id = e.contract_id and c.settlement_mode = 'invoice_and_pay')"

static const struct transition transitions[] = {
    { .event = "file", .label = { "Submit a slip", "提交结算单" }, .clause = "P6 4.2.5", .to = "submitted", .by = "outlet_manager dispatcher",
      .takes = "period kind? outlet_id? outlet_ref? lines",
      .guards = GUARDS(&month_given, &outlet_known, &first_regular, &final_at_the_end, &each_job_once, &has_contract),
      .effects = EFFECTS(SET("kind", "coalesce(:kind, 'regular')"), SET("contract_id", CONTRACT), SET("line_count", "jsonb_array_length(:lines)"),
                         SET("claimed_total", "(select sum((l ->> 'claimed')::bigint)::bigint from jsonb_array_elements(:lines) l)"),
                         NEW_LINES(":lines"), START("check_due"), NOTIFY("dispatcher", "settlement_submitted")),
      .flags = TRANSITION_ALONE },
    { .event = "propose", .label = { "Draft from the finished jobs", "按已完任务起草" }, .clause = "designed", .to = "draft",
      .by = "outlet_manager dispatcher system", .takes = "period kind? outlet_id?",
      .guards = GUARDS(&month_given, &outlet_known, &first_regular, &final_at_the_end, &has_contract, &jobs_there),
      .effects = EFFECTS(SET("kind", "coalesce(:kind, 'regular')"), SET("contract_id", CONTRACT),
                         NEW_LINES("(select jsonb_agg(jsonb_build_object('slip', u.slip, 'service_kind', 'minor_repair', 'claimed', u.claimed,"
                                   " 'collected', u.collected, 'receipt_no', (select r.receipt_no from repair r where r.id = u.repair_id)))"
                                   " from (select * from jobs_to_settle(" OUTLET ", case when :kind = 'final' then null else :period end) limit 1000) u)"),
                         START("submit_due"), NOTIFY("outlet_manager", "settlement_proposed")),
      .flags = TRANSITION_ALONE },
    { .event = "submit", .label = { "Submit", "提交" }, .clause = "P6 4.2.5", .from = "draft returned", .to = "submitted", .by = "outlet_manager dispatcher",
      .takes = "outlet_ref?", .guards = GUARDS(&has_lines),
      .effects = EFFECTS(SET("claimed_total", "(select sum(l.claimed)::bigint from settlement_line l where l.parent_id = e.id and l.closed_at is null)"),
                         SET("line_count", "(select count(*)::integer from settlement_line l where l.parent_id = e.id and l.closed_at is null)"),
                         FIRE_EACH("settlement_line", "parent_id", NULL, "recheck",
                                   "slip = c.slip; service_kind = c.service_kind; km = c.km; extra_fee = c.extra_fee; extra_approval = c.extra_approval; parts = c.parts;"
                                   " receipt_no = c.receipt_no; slip_period = e.period; slip_kind = e.kind; facts = settlement_facts(to_jsonb(c), c.outlet_id)"),
                         STOP("submit_due"), START("check_due"), NOTIFY("dispatcher", "settlement_submitted")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "recall", .label = { "Call back", "收回" }, .clause = "designed", .from = "submitted", .to = "draft", .by = "outlet_manager",
      .effects = EFFECTS(STOP("check_due")), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Withdraw", "撤回" }, .clause = "designed", .from = "draft returned", .to = "withdrawn", .by = "outlet_manager dispatcher",
      .takes = "reason?", .effects = EFFECTS(ALL_LINES("withdraw")), .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "check", .label = { "Check", "核对" }, .clause = "designed", .from = "submitted", .to = "checking", .by = "dispatcher",
      .effects = EFFECTS(SET("checker_id", ":actor"), SET("deductions", "nullif(coalesce(e.deductions, '[]') || spare_deductions(e.outlet_id), '[]')"),
                         SET("computed_total", "(select sum(l.computed)::bigint from settlement_line l where l.parent_id = e.id and l.closed_at is null)"),
                         ALL_LINES("weigh")),
      .flags = TRANSITION_ALONE },
    { .event = "return", .label = { "Return", "退回" }, .clause = "designed", .from = "checking", .to = "returned", .by = "dispatcher", .takes = "return_reason",
      .effects = EFFECTS(STOP("check_due"), NOTIFY("outlet_manager", "settlement_returned")), .flags = TRANSITION_FINAL },
    { .event = "accept_clean", .label = { "Accept all lines without a remark", "认可无提示明细" }, .clause = "designed", .from = "checking", .to = "same", .by = "dispatcher",
      .effects = EFFECTS(FIRE_EACH("settlement_line", "parent_id", "c.state = 'open' and c.warnings = '{}' and c.claimed <= c.computed and not job_under_complaint(c.repair_id)", "decide",
                                   "decision = 'accept'")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "add_bonus", .label = { "Add a bonus", "增加奖励" }, .clause = "designed", .from = "checking", .to = "same", .by = "dispatcher", .takes = "bonus",
      .effects = EFFECTS(APPEND("bonuses", "bonus")), .flags = TRANSITION_FINAL },
    { .event = "deduct", .label = { "Deduct", "扣款" }, .clause = "designed", .from = "checking", .to = "same", .by = "dispatcher", .takes = "deduction",
      .effects = EFFECTS(APPEND("deductions", "deduction")), .flags = TRANSITION_FINAL },
    { .event = "waive_deduction", .label = { "Waive a deduction", "撤销扣款" }, .clause = "designed", .from = "checking", .to = "same", .by = "dispatcher",
      .takes = "place return_reason", .guards = GUARDS(&in_list), .effects = EFFECTS(SET("deductions", "e.deductions - (:place - 1)")), .flags = TRANSITION_FINAL },
    { .event = "adjust_earlier", .label = { "Adjust a settled line", "调整前期明细" }, .clause = "designed", .from = "checking", .to = "same", .by = "dispatcher",
      .takes = "adjustment", .guards = GUARDS(&old_line_paid, &some_amount), .effects = EFFECTS(APPEND("adjustments", "adjustment")), .flags = TRANSITION_FINAL },
    { .event = "issue_statement", .label = { "Issue the statement", "出具对账单" }, .clause = "designed", .from = "checking", .to = "checked", .by = "dispatcher",
      .guards = GUARDS(&all_decided, &none_under_complaint),
      .effects = EFFECTS(FIGURES, SET("statement_no", "coalesce(e.statement_no, 0) + 1"), LINES_IN("'held', 'disputed'", "carry"), STOP("check_due"),
                         START("agree_due"), RECORD("outlet_settlement"), NOTIFY("outlet_manager", "statement_issued")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "reopen", .label = { "Take the statement back", "撤回对账单" }, .clause = "designed", .from = "checked", .to = "checking", .by = "dispatcher",
      .takes = "return_reason", .effects = EFFECTS(STOP("agree_due"), START("check_due")), .flags = TRANSITION_FINAL },
    { .event = "agree", .label = { "Agree", "确认对账单" }, .clause = "designed", .from = "checked", .to = "agreed", .by = "outlet_manager",
      .effects = EFFECTS(SET("agreed_at", ":at"), STOP("agree_due"), NOTIFY("deputy_gm", "settlement_agreed")), .flags = TRANSITION_SIGNED },
    { .event = "agree_by_silence", .label = { "Agreed by silence", "逾期视为确认" }, .clause = "designed", .from = "checked", .to = "agreed", .by = "system",
      .guards = GUARDS(&silence_agrees),
      .effects = EFFECTS(SET("agreed_at", ":at"), SET("agreed_by_silence", "true"), STOP("agree_due"), NOTIFY("outlet_manager", "agreed_by_silence"),
                         NOTIFY("deputy_gm", "settlement_agreed")),
      .flags = TRANSITION_FINAL },
    { .event = "dispute", .label = { "Dispute", "提出异议" }, .clause = "designed", .from = "checked", .to = "checking", .by = "outlet_manager",
      .takes = "disputed_lines? dispute_note?", .guards = GUARDS(&says_what, &lines_exist),
      .effects = EFFECTS(FIRE_EACH("settlement_line", "parent_id",
                                   "exists (select from jsonb_array_elements(coalesce(:disputed_lines, '[]')) d where d ->> 'line_no' = c.line_no::text)", "dispute",
                                   "answer = (select d ->> 'reason' from jsonb_array_elements(:disputed_lines) d where d ->> 'line_no' = c.line_no::text limit 1)"),
                         STOP("agree_due"), START("check_due"), NOTIFY("dispatcher", "settlement_disputed")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "designed", .from = "agreed", .to = "approved", .by = "deputy_gm",
      .guards = GUARDS(&other_than_checker),
      .effects = EFFECTS(SET("approver_id", ":actor"), SET("invoice_due", "e.payable > 0 and " PAYS_CASH), LINES_IN("'rejected'", "refuse"),
                         START_IF("invoice_due", NULL, "e.payable > 0 and " PAYS_CASH), START_IF("pay_due", NULL, "e.payable > 0 and not " PAYS_CASH),
                         OPEN("fund_request", "request", "purpose = 'outlet_settlement'; amount = e.payable; outlet_id = m.outlet_id; source_number = m.number;"
                              " payee = (select o.name from outlet o where o.id = m.outlet_id); requested_by = m.checker_id", LINK_LATER,
                              "e.payable > 0"),
                         NOTIFY("finance_officer", "settlement_approved"), NOTIFY("outlet_manager", "settlement_approved")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "reject", .label = { "Reject as false", "否决" }, .clause = "designed", .from = "checking", .to = "rejected", .by = "deputy_gm", .takes = "return_reason",
      .effects = EFFECTS(ALL_LINES("refuse"), NONCONFORMITY_OF("outlet", "'outlet'", "major", ":return_reason", "", NULL),
                         NOTIFY("outlet_manager", "settlement_rejected")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "register_invoice", .label = { "Register the invoice", "登记发票" }, .clause = "designed", .from = "approved", .to = "invoiced", .by = "finance_officer",
      .takes = "invoice_no invoice_date invoice_kind seller_name seller_tax_no invoice_gross tax_lines",
      .guards = GUARDS(&wants_invoice, &right_seller, &right_total, &right_tax), .effects = EFFECTS(STOP("invoice_due"), START("pay_due")),
      .flags = TRANSITION_FINAL },
    { .event = "return_invoice", .label = { "Return the invoice", "退回发票" }, .clause = "designed", .from = "invoiced", .to = "approved", .by = "finance_officer",
      .takes = "return_reason",
      .effects = EFFECTS(SET("invoice_no", "null"), SET("invoice_date", "null"), SET("tax_lines", "null"), SET("invoice_gross", "null"), STOP("pay_due"),
                         START("invoice_due"), NOTIFY("outlet_manager", "invoice_returned")),
      .flags = TRANSITION_FINAL },
    { .event = "pay", .label = { "Paid", "付款" }, .clause = "P6 3.2", .from = "invoiced", .to = "paid", .by = "finance_officer", .takes = "paid_amount payee_account? voucher_no",
      .guards = GUARDS(&right_amount, &account_confirmed, &right_account),
      .effects = EFFECTS(SET("paid_at", ":at"), LINES_IN("'accepted', 'adjusted'", "pay"), RECORD("payment_note"), NOTIFY("outlet_manager", "settlement_paid")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "pay", .label = { "Paid", "付款" }, .clause = "P6 3.2", .from = "approved", .to = "paid", .by = "finance_officer", .takes = "paid_amount payee_account? voucher_no",
      .guards = GUARDS(&invoice_there, &right_amount, &account_confirmed, &right_account),
      .effects = EFFECTS(SET("paid_at", ":at"), LINES_IN("'accepted', 'adjusted'", "pay"), RECORD("payment_note"), NOTIFY("outlet_manager", "settlement_paid")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { .event = "carry_over", .label = { "Carry the balance over", "结转余额" }, .clause = "designed", .from = "approved", .to = "carried_over", .by = "finance_officer",
      .guards = GUARDS(&nothing_to_pay), .effects = EFFECTS(LINES_IN("'accepted', 'adjusted'", "pay"), NOTIFY("outlet_manager", "balance_carried_over")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { NULL },
};

static const struct clock clocks[] = {
    { "submit_due", { "Slip due", "提交期限" }, "T_P6_SETTLE_SUBMIT", NULL, false },
    { "check_due", { "Checked", "核对期限" }, "T_P6_CHECK", NULL, true },
    { "agree_due", { "Statement agreed", "对账确认期限" }, "T_P6_AGREE", NULL, false },
    { "invoice_due", { "Invoice", "开票期限" }, "T_P6_INVOICE", NULL, false },
    { "pay_due", { "Payment", "付款期限" }, "T_P6_PAY", NULL, false },
    { NULL },
};
static const struct timer timers[] = {
    { "agree_by_silence",
      "e.state = 'checked' and (e.clocks #>> '{agree_due,due_at}')::timestamptz <= :now"
      " and e.contract_id in (select c.id from outlet_contract c where c.silence_rule = 'agrees')" },
    { NULL },
};
static const struct given given[] = { { .event = "revert", .from = "checking agreed" }, { NULL } };

const struct machine settlement = {
    .name = "settlement", .path = "settlements", .prefix = "ST", .title = { "Outlet settlement", "网点结算单" }, .fields = fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "dispatcher",
    .readers = "dispatcher service_manager deputy_gm general_manager finance_officer outlet_manager",
    .amends = "outlet_ref", .without = "reassign void", .signed_fields = "period kind accepted_total payable statement_no",
};

static const struct field statement_items[] = {
    { "line_no", FIELD_INTEGER, { "Line", "行号" } },
    { "slip", FIELD_TEXT, { "Dispatch slip", "派工单号" } },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" } },
    { "service_kind", FIELD_ENUM, { "Service", "服务类别" }, .choices = settlement_service_kinds },
    { "collected", FIELD_MONEY, { "Collected in fen", "代收(分)" } },
    { "claimed", FIELD_MONEY, { "Claimed in fen", "申报(分)" } },
    { "computed", FIELD_MONEY, { "Computed in fen", "核算(分)" } },
    { "accepted", FIELD_MONEY, { "Accepted in fen", "认可(分)" } },
    { "decision_reason", FIELD_TEXT, { "Reason", "理由" } },
    { NULL },
};
static const struct field statement_fields[] = {
    { "statement_lines", FIELD_LIST, { "Lines", "明细" }, .items = statement_items },
    { NULL },
};

static const struct field preselection_fields[] = {
    { "region", FIELD_TEXT, { "Region", "区域" } },
    { "customer_count", FIELD_INTEGER, { "Customers there", "顾客数量" } },
    { "workload", FIELD_INTEGER, { "Jobs a month", "月工作量" } },
    { "source", FIELD_TEXT, { "Open or invited", "招标方式" } },
    { NULL },
};
static const struct field staff_items[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" } },
    { "roles", FIELD_TEXTS, { "Roles", "角色" }, .choices = role_choices },
    { "skills", FIELD_TEXTS, { "Qualified for", "上岗资格范围" }, .choices = skill_choices },
    { NULL },
};
static const struct field contract_items[] = {
    { "number", FIELD_TEXT, { "Contract", "合同号" } },
    { "valid_from", FIELD_DATE, { "From", "合同起" } },
    { "valid_to", FIELD_DATE, { "To", "合同止" } },
    { NULL },
};
static const struct field profile_fields[] = {
    { "staff", FIELD_LIST, { "Staff", "人员" }, .items = staff_items },
    { "contract", FIELD_OBJECT, { "Contract", "合同" }, .items = contract_items },
    { NULL },
};

const struct form settlement_forms[] = {
    { "outlet_preselection", "WWSH-003-P06-R01", { "Preselection of an outlet", "服务网点预选表" }, 12, "",
      "parent_id name qualification staff_ability management_level upkeep_fee rank site_score site_findings doc_score doc_findings state told_reason", "company",
      "select jsonb_build_object('region', t.region, 'customer_count', t.customer_count, 'workload', t.workload, 'source', t.source)"
      " from outlet_tender t where t.id = m.parent_id",
      preselection_fields },
    { "outlet_profile", "WWSH-003-P06-R02", { "Description of an outlet", "服务网点情况介绍表" }, 36, "",
      "name kind region address phone contact_name hours skills equipment_codes opened_on published state", "company settlement",
      "select jsonb_build_object('staff', (select jsonb_agg(jsonb_build_object('name', p.name, 'roles', p.roles, 'skills', p.qualified_scope) order by p.number)"
      " from person p where p.outlet_id = m.id and p.state <> 'left'), 'contract', (select jsonb_build_object('number', c.number, 'valid_from', c.valid_from,"
      " 'valid_to', c.valid_to) from outlet_contract c where c.outlet_id = m.id and c.state = 'in_force' order by c.valid_from desc limit 1))",
      profile_fields },
    { "outlet_summary", "WWSH-003-P06-R03", { "Quarterly summary of an outlet", "服务网点工作情况总结" }, 36, "HI_OUTLET_SUM_Q",
      "outlet_id quarter jobs_settled service_content receivables receivable_total problems suggestions written_by review_note", "company" },
    { "outlet_application", "WWSH-003-P06-R08", { "Application for an outlet", "设点申请和经费报告" }, 36, "",
      "name region address skills need staff_needed funds_needed budget_amount budget_report", "company" },
    { "outlet_survey", "WWSH-003-P06-R09", { "Survey of an outlet", "网点调研表" }, 36, "",
      "outlet_id year occasion surveyed_on survey_score findings problems improvements improve_until result", "company" },
    { "outlet_settlement", "WWSH-003-P06-R04", { "Outlet settlement slip", "服务网点结算单" }, 36, "HI_SETTLE_M",
      "outlet_id contract_id period kind statement_no line_count accepted_total upkeep_fee bonus_total deduction_total company_share adjustment_total"
      " retention deposit_back carried_in payable payable_in_words deductions bonuses adjustments checker_id", "company settlement",
      "select jsonb_build_object('statement_lines', jsonb_agg(jsonb_build_object('line_no', l.line_no, 'slip', l.slip, 'serial', l.serial,"
      " 'service_kind', l.service_kind, 'collected', l.collected, 'claimed', l.claimed, 'computed', l.computed, 'accepted', l.accepted,"
      " 'decision_reason', l.decision_reason) order by l.line_no))"
      " from settlement_line l where l.parent_id = m.id and l.state in ('accepted', 'adjusted', 'rejected')",
      statement_fields },
    { "payment_note", "WWSH-003-P06-R05", { "Payment note", "付款通知单" }, 360, "",
      "outlet_id period kind payable payable_in_words invoice_no invoice_date payee_account paid_amount voucher_no paid_at approver_id", "company settlement" },
    { "settlement_tariff", "WWSH-003-P06-R06", { "Settlement tariff", "网点结算标准" }, 36, "",
      "name outlet_id region skill valid_from check_fee minor_repair_fee part_change_fee upkeep_visit_fee install_fee empty_run_fee visit_fee"
      " free_km km_rate stock_handling_fee part_prices put_in_force_at", "company" },
    { "outlet_contract", "WWSH-003-P06-R07", { "Outlet contract", "网点合同" }, 36, "",
      "outlet_id legal_name tax_no taxpayer_kind bank_account valid_from valid_to region skills upkeep_fee deposit retention_pct collection_rule"
      " company_share_pct settlement_mode silence_rule", "company settlement" },
    { NULL },
};
