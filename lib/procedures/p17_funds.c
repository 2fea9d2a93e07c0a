/* P17: the special funds and the ledger of the money that moved. */
#include "procedures/p17.h"

const struct choice p17_fund_kinds[] = {
    { "compensation_reserve", { "Compensation reserve", "赔偿准备金" } },
    { "recall", { "Recall", "召回专项" } },
    { "emergency", { "Emergency", "应急专项" } },
    { "outlet", { "Outlets", "网点专项" } },
    { "training", { "Training", "培训专项" } },
    { NULL },
};
const struct choice p17_movement_kinds[] = {
    { "opening", { "Opening balance", "期初" } },
    { "top_up", { "Topped up", "拨入" } },
    { "reduction", { "Taken back", "划出" } },
    { "payment", { "Payment", "付款" } },
    { "return", { "Payment returned", "付款退回" } },
    { "recovery", { "Recovered", "收回" } },
    { NULL },
};

static const struct state fund_states[] = {
    { "active", { "Active", "正常" } },
    { "low", { "Below its floor", "低于预警线" } },
    { "closed", { "Closed", "已撤销" }, STATE_TERMINAL },
    { NULL },
};
#define FUND_SUM(name_, en, zh)                                                                                        \
    {                                                                                                                  \
        name_, FIELD_MONEY, { en " in fen", zh "(分)" }, FIELD_COMPUTED                                                \
    }
static const struct field fund_fields[] = {
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = p17_fund_kinds },
    { "name", FIELD_TEXT, { "Name", "名称" }, 0, 1, 120, .example = "\"赔偿准备金\"" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_COMPUTED | FIELD_FILTER },
    { "opening", FIELD_MONEY, { "Opening balance in fen", "期初余额(分)" }, 0, 0, 1000000000000 },
    FUND_SUM("money_in", "In", "本年拨入"),
    FUND_SUM("money_out", "Out", "本年支出"),
    { "balance", FIELD_MONEY, { "Balance in fen", "余额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "held", FIELD_MONEY, { "Held for approved requests in fen", "已批未付(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "available", FIELD_MONEY, { "Available in fen", "可用余额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "floor", FIELD_MONEY, { "Floor in fen", "预警线(分)" }, 0, 0, 1000000000000 },
    { "statement_no", FIELD_INTEGER, { "Ledger page", "台账页次" }, FIELD_COMPUTED },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" }, FIELD_TRANSIENT, 1, 1000000000000 },
    { "held_amount", FIELD_MONEY, { "Held in fen", "占用(分)" }, FIELD_TRANSIENT, 0, 1000000000000 },
    { "reference", FIELD_TEXT, { "Voucher", "凭证号" }, FIELD_TRANSIENT, 1, 60 },
    { NULL },
};

static const struct clock fund_clocks[] = {
    { "top_up_due", { "Topped up", "补足期限" }, "T_P17_TOP_UP", NULL, false },
    { NULL },
};

GUARD(one_of_a_kind, "fund_exists",
      ":kind = 'outlet' or not exists (select from special_fund f where f.kind = :kind and f.closed_at is null)",
      "kind", "There is a fund of this kind", "该类专项经费已设立");
GUARD(money_there, "not_enough_money", "e.balance - e.held >= :amount", NULL,
      "The special fund has not so much available", "专项经费可用余额不足");
GUARD(money_for_draw, "not_enough_money", "e.balance - e.held + coalesce(:held_amount, 0) >= :amount", NULL,
      "The special fund has not so much available", "专项经费可用余额不足");
GUARD(held_there, "not_held", "e.held >= :amount", NULL, "Less than that is held", "占用金额不足");
GUARD(fund_is_empty, "money_left", "e.balance = 0", NULL, "There is still money in it: take it back first",
      "尚有余额,须先划出");
GUARD(nothing_asked, "requests_open",
      "not exists (select from fund_request r where r.fund_id = e.id and r.closed_at is null)", NULL,
      "Requests still name it", "尚有用款申请使用此经费");
GUARD(year_began, "year_not_over", "company_year(:at)::integer > e.year", NULL, "The year is not over",
      "本年度尚未结束");

#define FLOOR_OF(amount) "(" amount " * time_rule_number('N_P17_FLOOR_PERCENT') + 99) / 100"
#define BALANCE(balance_, held_)                                                                                       \
    SET("balance", balance_), SET("held", held_), SET("available", "(" balance_ ") - (" held_ ")")
#define LESS(amount)                                                                                                   \
    BALANCE("e.balance - " amount, "e.held - coalesce(:held_amount, 0)"), SET("money_out", "e.money_out + " amount)
#define ALERT                                                                                                          \
    START("top_up_due"), NOTIFY("deputy_gm", "fund_below_floor"), NOTIFY("finance_officer", "fund_below_floor")
/* A step that lessens the balance; at the floor the deputy is told once. */
#define LESSENS(event_, en, zh, roles, takes_, guards_, flags_, ...)                                                   \
    { .event = event_,                                                                                                 \
      .label = { en, zh },                                                                                             \
      .clause = "P17 numeric",                                                                                         \
      .from = "active",                                                                                                \
      .to = "low",                                                                                                     \
      .when = "e.balance - :amount < e.floor",                                                                         \
      .by = roles,                                                                                                     \
      .takes = takes_,                                                                                                 \
      .guards = guards_,                                                                                               \
      .effects = EFFECTS(__VA_ARGS__, ALERT),                                                                          \
      .flags = flags_ },                                                                                               \
    {                                                                                                                  \
        .event = event_, .label = { en, zh }, .clause = "P17 numeric", .from = "active low", .to = "same",             \
        .by = roles, .takes = takes_, .guards = guards_, .effects = EFFECTS(__VA_ARGS__), .flags = flags_              \
    }
#define ADDS(event_, en, zh, roles, takes_, flags_, ...)                                                               \
    { .event = event_,                                                                                                 \
      .label = { en, zh },                                                                                             \
      .clause = "P17 numeric",                                                                                         \
      .from = "low",                                                                                                   \
      .to = "active",                                                                                                  \
      .when = "e.balance + :amount >= e.floor",                                                                        \
      .by = roles,                                                                                                     \
      .takes = takes_,                                                                                                 \
      .effects = EFFECTS(__VA_ARGS__, STOP("top_up_due")),                                                             \
      .flags = flags_ },                                                                                               \
    {                                                                                                                  \
        .event = event_, .label = { en, zh }, .clause = "P17 numeric", .from = "active low", .to = "same",             \
        .by = roles, .takes = takes_, .effects = EFFECTS(__VA_ARGS__), .flags = flags_                                 \
    }
#define MOVES TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE

static const struct transition fund_transitions[] = {
    { .event = "open",
      .label = { "Open", "设立" },
      .clause = "P17 records",
      .to = "active",
      .by = "finance_officer",
      .takes = "kind opening name? floor? outlet_id?",
      .guards = GUARDS(&one_of_a_kind),
      .effects = EFFECTS(SET("year", "company_year(:at)::integer"), SET("money_in", "0"), SET("money_out", "0"),
                         SET("balance", ":opening"), SET("held", "0"), SET("available", ":opening"),
                         SET("floor", "coalesce(:floor, " FLOOR_OF(":opening") ")"), SET("statement_no", "0"),
                         OPEN("fund_movement", "book", "kind = 'opening'; amount = :opening; fund = e.id::text",
                              LINK_MUST, ":opening > 0"),
                         NOTIFY("deputy_gm", "fund_opened")),
      .flags = TRANSITION_FINAL },
    ADDS("top_up", "Top up", "拨入", "finance_officer", "amount reference reason?", MOVES,
         BALANCE("e.balance + :amount", "e.held"), SET("money_in", "e.money_in + :amount"),
         BOOK("top_up", ":amount", "e.id", "null", "; movement_reason = concat_ws(' ', :reference, :reason)", NULL)),
    LESSENS("reduce", "Take money back", "划出", "general_manager", "amount reason", GUARDS(&money_there), MOVES,
            BALANCE("e.balance - :amount", "e.held"), SET("money_out", "e.money_out + :amount"),
            BOOK("reduction", "- :amount", "e.id", "null", "; movement_reason = :reason", NULL)),
    { .event = "set_floor",
      .label = { "Set the floor", "设定预警线" },
      .clause = "P17 numeric",
      .from = "active low",
      .to = "low",
      .when = "e.balance < :floor",
      .by = "deputy_gm",
      .takes = "floor reason",
      .effects = EFFECTS(START("top_up_due"), NOTIFY("finance_officer", "fund_below_floor")),
      .flags = TRANSITION_FINAL },
    { .event = "set_floor",
      .label = { "Set the floor", "设定预警线" },
      .clause = "P17 numeric",
      .from = "active low",
      .to = "active",
      .by = "deputy_gm",
      .takes = "floor reason",
      .effects = EFFECTS(STOP("top_up_due")),
      .flags = TRANSITION_FINAL },
    { .event = "hold",
      .label = { "Hold for a request", "占用" },
      .clause = "P17 B",
      .from = "active low",
      .to = "same",
      .by = "system",
      .takes = "amount",
      .guards = GUARDS(&money_there),
      .effects = EFFECTS(BALANCE("e.balance", "e.held + :amount")),
      .flags = TRANSITION_FINAL },
    { .event = "release",
      .label = { "Release", "释放占用" },
      .clause = "P17 B",
      .from = "active low",
      .to = "same",
      .by = "system",
      .takes = "amount",
      .guards = GUARDS(&held_there),
      .effects = EFFECTS(BALANCE("e.balance", "e.held - :amount")),
      .flags = TRANSITION_FINAL },
    LESSENS("draw", "Pay from it", "支出", "system", "amount held_amount?", GUARDS(&money_for_draw), TRANSITION_FINAL,
            LESS(":amount")),
    ADDS("put_back", "Money came back", "退回", "system", "amount held_amount?", TRANSITION_FINAL,
         BALANCE("e.balance + :amount", "e.held + coalesce(:held_amount, 0)"),
         SET("money_out", "e.money_out - :amount")),
    { .event = "issue_ledger",
      .label = { "Print the ledger", "打印台账" },
      .clause = "P17 records",
      .from = "active low",
      .to = "same",
      .by = "finance_officer",
      .takes = "note?",
      .effects = EFFECTS(SET("statement_no", "e.statement_no + 1"), RECORD("special_fund")),
      .flags = TRANSITION_FINAL },
    { .event = "open_year",
      .label = { "Begin the new year", "结转新年度" },
      .clause = "P17 records",
      .from = "active low",
      .to = "same",
      .by = "finance_officer",
      .guards = GUARDS(&year_began),
      .effects = EFFECTS(SET("year", "company_year(:at)::integer"), SET("opening", "e.balance"), SET("money_in", "0"),
                         SET("money_out", "0"), SET("statement_no", "e.statement_no + 1"), RECORD("special_fund")),
      .flags = TRANSITION_FINAL | TRANSITION_ALONE },
    { .event = "close",
      .label = { "Close", "撤销" },
      .clause = "designed",
      .from = "active low",
      .to = "closed",
      .by = "finance_officer",
      .takes = "reason",
      .guards = GUARDS(&fund_is_empty, &nothing_asked),
      .effects = EFFECTS(SET("statement_no", "e.statement_no + 1"), RECORD("special_fund")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p17_special_fund = {
    .name = "special_fund",
    .path = "special-funds",
    .prefix = "SF",
    .title = { "Special fund", "专项经费" },
    .scope = SCOPE_STAFF,
    .readers = P17_READERS,
    .fields = fund_fields,
    .states = fund_states,
    .transitions = fund_transitions,
    .clocks = fund_clocks,
    .owner = "finance_officer",
    .amends = "name",
    .without = "revert void reassign pause resume",
    .work = "e.state = 'low'",
    .display = "name",
};

/* The ledger */

static const struct state movement_states[] = { { "booked", { "Booked", "已记账" }, STATE_TERMINAL }, { NULL } };
static const struct field movement_fields[] = {
    { "kind", FIELD_ENUM, { "Kind", "类型" }, FIELD_FILTER, .choices = p17_movement_kinds },
    { "amount",
      FIELD_MONEY,
      { "Amount in fen, in or out", "金额(分,支出为负)" },
      FIELD_FILTER,
      -1000000000000,
      1000000000000 },
    REF("fund_id", "Special fund", "专项经费", FIELD_COMPUTED | FIELD_FILTER, "special_fund"),
    REF("line_id", "Line of the plan", "预算明细", FIELD_COMPUTED | FIELD_FILTER, "plan_line"),
    { "account_event_no", FIELD_INTEGER, { "Step of the account", "账户步骤号" }, FIELD_COMPUTED },
    { "balance_after", FIELD_MONEY, { "Left after it in fen", "结余(分)" }, FIELD_COMPUTED },
    { "document", FIELD_TEXT, { "By the document", "凭据编号" }, FIELD_FILTER, 1, 40 },
    { "payee", FIELD_TEXT, { "Paid to", "收款人" }, 0, 1, 120 },
    { "movement_reason", FIELD_TEXT, { "Reason", "事由" }, 0, 1, 2000 },
    { "booked_on", FIELD_DATE, { "Day", "日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "fund", FIELD_TEXT, { "Special fund", "专项经费" }, FIELD_TRANSIENT, 36, 36 },
    { "line", FIELD_TEXT, { "Line of the plan", "预算明细" }, FIELD_TRANSIENT, 36, 36 },
    { NULL },
};
#define OF_FUND(expression) "(select " expression " from special_fund f where f.id = (:fund)::uuid)"
#define OF_LINE(expression) "(select " expression " from plan_line l where l.id = (:line)::uuid)"
static const struct transition movement_transitions[] = {
    /* A fund that is being opened is not there yet. */
    { .event = "book",
      .label = { "Book", "记账" },
      .clause = "P17 records",
      .to = "booked",
      .by = "system",
      .takes = "kind amount fund? line? document? payee? movement_reason?",
      .effects = EFFECTS(
          SET("fund_id", "(:fund)::uuid"), SET("line_id", "(:line)::uuid"),
          SET("account_event_no", "coalesce(" OF_FUND("f.event_no + 1") ", " OF_LINE("l.event_no + 1") ", 1)"),
          SET("balance_after",
              "coalesce(" OF_FUND("f.balance + :amount") ", " OF_LINE("l.amount - l.spent + :amount") ", :amount)"),
          SET("document", "coalesce(:document, '-')"), SET("booked_on", "company_date(:at)"),
          SET("parent_id", "(select x.id from entity x where x.number = :document)")) },
    { NULL },
};
const struct machine p17_fund_movement = {
    .name = "fund_movement",
    .path = "fund-movements",
    .prefix = "FM",
    .title = { "Movement of money", "经费流水" },
    .scope = SCOPE_STAFF,
    .readers = P17_READERS,
    .fields = movement_fields,
    .states = movement_states,
    .transitions = movement_transitions,
    .owner = "finance_officer",
    .without = "amend revert void reassign pause resume",
};
