/* P6: the contract with a partner outlet; settlement pays by it. */
#include "procedures/p06.h"

static const struct choice taxpayer_kinds[] = {
    { "general", { "General taxpayer", "一般纳税人" } }, { "small", { "Small-scale taxpayer", "小规模纳税人" } }, { NULL },
};
static const struct choice collection_rules[] = {
    { "outlet_keeps", { "The outlet keeps what customers pay", "网点留存" } },
    { "company_share_pct", { "The company gets a share", "公司按比例分成" } },
    { "remit_all", { "All is remitted, the company pays the work", "全额上缴" } },
    { NULL },
};
static const struct choice settlement_modes[] = {
    { "invoice_and_pay", { "Invoice and payment", "开票付款" } }, { "credit_account", { "Credit account", "记账抵扣" } }, { NULL },
};
static const struct choice silence_rules[] = {
    { "agrees", { "Silence agrees", "逾期视为确认" } }, { "disputes", { "Silence does not agree", "逾期不视为确认" } }, { NULL },
};

static const struct state states[] = {
    { "draft", { "Draft", "草拟" } },
    { "in_force", { "In force", "生效" } },
    { "ended", { "Ended", "终止" }, STATE_TERMINAL },
    { "abandoned", { "Not signed", "未签订" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "legal_name", FIELD_TEXT, { "Legal name", "单位名称" }, FIELD_SEARCH, 1, 120, .example = "\"滨海诚信电器维修有限公司\"" },
    { "tax_no", FIELD_TEXT, { "Tax number", "纳税人识别号" }, FIELD_FILTER, 15, 20, .example = "\"91130900MA07ABCD1X\"" },
    { "taxpayer_kind", FIELD_ENUM, { "Taxpayer", "纳税人类别" }, FIELD_FILTER, .choices = taxpayer_kinds },
    { "bank_account", FIELD_TEXT, { "Bank account", "银行账号" }, 0, 8, 60, .example = "\"6222020200112233445\"" },
    { "bank_verified_at", FIELD_TIME, { "Account confirmed by call-back", "账号回拨确认时间" }, FIELD_COMPUTED },
    { "contact_name", FIELD_TEXT, { "Contact for statements", "对账联系人" }, 0, 1, 60 },
    { "contact_phone", FIELD_TEXT, { "Phone", "联系电话" }, 0, 3, 40 },
    { "valid_from", FIELD_DATE, { "From", "合同起" }, FIELD_FILTER },
    { "valid_to", FIELD_DATE, { "To", "合同止" }, FIELD_FILTER },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "skills", FIELD_TEXTS, { "Kinds of equipment", "产品类别" }, FIELD_FILTER, 0, 12, .choices = skill_choices },
    { "upkeep_fee", FIELD_MONEY, { "Upkeep fee a month in fen", "月维护费(分)" }, 0, 0, 100000000 },
    { "deposit", FIELD_MONEY, { "Deposit in fen", "保证金(分)" }, 0, 0, 10000000000 },
    { "retention_pct", FIELD_INTEGER, { "Retention in percent", "质保金比例(%)" }, 0, 0, 50 },
    { "collection_rule", FIELD_ENUM, { "What happens to customers' money", "代收款规则" }, 0, .choices = collection_rules },
    { "company_share_pct", FIELD_INTEGER, { "Share of the company in percent", "公司分成比例(%)" }, 0, 0, 100 },
    { "settlement_mode", FIELD_ENUM, { "Way of settlement", "结算方式" }, FIELD_FILTER, .choices = settlement_modes },
    { "silence_rule", FIELD_ENUM, { "Silence on a statement", "逾期未对账规则" }, 0, .choices = silence_rules },
    { "called_back", FIELD_TEXT, { "Whom the call-back reached", "回拨确认人" }, FIELD_TRANSIENT, 1, 60 },
    { "proposed_month", FIELD_TEXT, { "Slip drafted for", "已起草月份" }, FIELD_COMPUTED },
    { NULL },
};

GUARD(span, "ends_before_it_begins", ":valid_to > :valid_from", "valid_to", "The end lies before the beginning", "终止日期早于起始日期");
GUARD(outlet_goes_on, "outlet_ended",
      "exists (select from outlet o where o.id = :outlet_id and o.closed_at is null and o.state <> 'winding_up')", "outlet_id",
      "The outlet has ended or is being wound up", "该网点已终止或正在清算");
GUARD(share_given, "share_missing", ":collection_rule <> 'company_share_pct' or :company_share_pct is not null", "company_share_pct",
      "The share of the company is missing", "缺少公司分成比例");
GUARD(no_other, "contract_in_force",
      "not exists (select from outlet_contract o where o.outlet_id = e.outlet_id and o.id <> e.id and o.state = 'in_force'"
      " and o.valid_to >= e.valid_from and o.valid_from <= e.valid_to)",
      NULL, "Another contract of the outlet covers these days", "该网点在此期间已有生效合同");
GUARD(not_the_changer, "changed_by_the_same", "e.last_actor_id <> :actor or e.last_event <> 'change_bank_account'", NULL,
      "A second person calls back", "须由另一人回拨确认");
GUARD(over, "not_yet_over", "e.valid_to < company_date(:at)", NULL, "The contract still runs", "合同尚未到期");

static const struct transition transitions[] = {
    { .event = "draft", .label = { "Draft", "起草" }, .clause = "designed", .to = "draft", .by = "dispatcher deputy_gm",
      .takes = "outlet_id legal_name tax_no taxpayer_kind bank_account contact_name contact_phone valid_from valid_to region? skills?"
               " upkeep_fee? deposit? retention_pct? collection_rule company_share_pct? settlement_mode silence_rule",
      .guards = GUARDS(&outlet_goes_on, &span, &share_given) },
    { .event = "sign", .label = { "Sign", "签订" }, .clause = "designed", .from = "draft", .to = "in_force", .by = "deputy_gm",
      .guards = GUARDS(&no_other), .effects = EFFECTS(SET("bank_verified_at", ":at"), RECORD("outlet_contract")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "abandon", .label = { "Give up", "放弃" }, .clause = "designed", .from = "draft", .to = "abandoned",
      .by = "dispatcher deputy_gm", .takes = "reason" },
    { .event = "change_bank_account", .label = { "Change the bank account", "变更银行账号" }, .clause = "designed", .from = "in_force",
      .to = "same", .by = "finance_officer deputy_gm", .takes = "bank_account reason",
      .effects = EFFECTS(SET("bank_verified_at", "null"), NOTIFY("finance_officer", "bank_account_changed")), .flags = TRANSITION_FINAL },
    { .event = "confirm_bank_account", .label = { "Confirm the account by call-back", "回拨确认账号" }, .clause = "designed",
      .from = "in_force", .to = "same", .by = "finance_officer deputy_gm", .takes = "called_back", .guards = GUARDS(&not_the_changer),
      .effects = EFFECTS(SET("bank_verified_at", ":at")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "end", .label = { "End", "到期终止" }, .clause = "designed", .from = "in_force", .to = "ended", .by = "system",
      .guards = GUARDS(&over), .flags = TRANSITION_FINAL },
    { .event = "propose_settlement", .label = { "Draft last month's slip", "起草上月结算单" }, .clause = "designed", .from = "in_force",
      .to = "same", .by = "system",
      .effects = EFFECTS(SET("proposed_month", LAST_MONTH(":at")), DRAFT_LAST_MONTH("outlet_id")),
      .flags = TRANSITION_FINAL },
    { .event = "terminate", .label = { "Terminate", "提前终止" }, .clause = "designed", .from = "in_force", .to = "ended",
      .by = "deputy_gm general_manager", .takes = "reason", .effects = EFFECTS(SET("valid_to", "least(e.valid_to, company_date(:at))")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "terminate", .label = { "Given up with the outlet", "随网点放弃" }, .clause = "designed", .from = "draft", .to = "abandoned",
      .by = "system", .takes = "reason", .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer timers[] = {
    { "propose_settlement", "e.state = 'in_force' and e.proposed_month is distinct from " LAST_MONTH(":now") },
    { "end", "e.state = 'in_force' and e.valid_to < company_date(:now)" },
    { NULL },
};

const struct machine outlet_contract = {
    .name = "outlet_contract", .path = "outlet-contracts", .prefix = "OC", .title = { "Outlet contract", "网点合同" },
    .fields = fields, .states = states, .transitions = transitions, .timers = timers, .owner = "dispatcher deputy_gm",
    .readers = "dispatcher deputy_gm general_manager finance_officer service_manager outlet_manager",
    .amends = "contact_name contact_phone", .without = "reassign pause resume", .display = "legal_name",
};
