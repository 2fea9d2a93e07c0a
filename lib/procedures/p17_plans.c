/* P17 A: the yearly plan, from what everybody needs to what became of the money, and its lines. */
#include "procedures/p17.h"

const struct choice p17_categories[] = {
    { "fund", { "Special fund", "专项经费" } },      { "people", { "People", "人员" } },
    { "training", { "Training", "培训" } },          { "premises", { "Premises", "场所" } },
    { "facility", { "Facilities", "设施" } },        { "spares", { "Spare parts", "备品备件" } },
    { "it", { "Information systems", "信息系统" } }, { "vehicle", { "Vehicles", "车辆" } },
    { "insurance", { "Insurance", "保险" } },        { NULL },
};
const struct field p17_line_items[] = {
    { "line", FIELD_TEXT, { "Line", "明细编号" } },
    { "category", FIELD_ENUM, { "Category", "类别" }, .choices = p17_categories },
    { "need", FIELD_TEXT, { "Need", "需求" } },
    { "planned", FIELD_MONEY, { "Planned in fen", "计划(分)" } },
    { "amount", FIELD_MONEY, { "After adjustment in fen", "调整后(分)" } },
    { "spent", FIELD_MONEY, { "Spent in fen", "已支出(分)" } },
    { "held", FIELD_MONEY, { "Held in fen", "已批未付(分)" } },
    { "left", FIELD_MONEY, { "Left in fen", "结余(分)" } },
    { NULL },
};

#define CENTRE "dispatcher service_manager"
#define PLANNERS CENTRE " dept_head hr_officer materials_officer commerce_officer finance_officer"

/* ---- lines ---- */

static const struct state line_states[] = {
    { "planned", { "Planned", "计划中" } },
    { "in_force", { "In force", "已生效" } },
    { "adjusting", { "Being adjusted", "调整中" } },
    { "closed", { "Closed", "已决算" }, STATE_TERMINAL },
    { "dropped", { "Dropped", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field line_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Plan", "保障计划" }, FIELD_COMMON, .machine = "assurance_plan" },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_COMPUTED | FIELD_FILTER },
    { "category", FIELD_ENUM, { "Category", "类别" }, FIELD_FILTER, .choices = p17_categories },
    { "need", FIELD_TEXT, { "Need", "需求" }, 0, 1, 1000, .example = "\"更换检测仪2台\"" },
    { "amount",
      FIELD_MONEY,
      { "Amount in fen, 0: considered and not needed", "金额(分),0为经评估不需要" },
      FIELD_FILTER,
      0,
      1000000000000 },
    { "approved_amount", FIELD_MONEY, { "As approved in fen", "批准金额(分)" }, FIELD_COMPUTED },
    { "proposed_amount", FIELD_MONEY, { "Adjusted to in fen", "拟调整为(分)" }, 0, 0, 1000000000000 },
    REF("proposed_by", "Adjustment proposed by", "调整申请人", FIELD_COMPUTED, "person"),
    { "adjust_reason", FIELD_TEXT, { "Why it is adjusted", "调整理由" }, 0, 1, 1000 },
    { "spent", FIELD_MONEY, { "Spent in fen", "已支出(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "held", FIELD_MONEY, { "Held for approved requests in fen", "已批未付(分)" }, FIELD_COMPUTED },
    { "available", FIELD_MONEY, { "Available in fen", "可用(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "due_on", FIELD_DATE, { "Needed by", "完成期限" }, FIELD_FILTER },
    { "assignee_id", FIELD_REFERENCE, { "Responsible", "责任人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "held_amount", FIELD_MONEY, { "Held in fen", "占用(分)" }, FIELD_TRANSIENT, 0, 1000000000000 },
    { NULL },
};
static const struct clock line_clocks[] = {
    { "adjust_due", { "Adjustment decided", "调整审批期限" }, "T_P17_ADJUST", NULL, true },
    { NULL },
};
GUARD(plan_collects, "plan_not_collecting",
      "exists (select from assurance_plan p where p.id = :parent_id and p.state = 'collecting')", "parent_id",
      "The plan takes no more lines", "该计划已不在收集阶段");
GUARD(plan_of_line_collects, "plan_not_collecting",
      "exists (select from assurance_plan p where p.id = e.parent_id and p.state = 'collecting')", NULL,
      "The plan is drafted", "计划已编制");
GUARD(something_changed, "nothing_changed", "num_nonnulls(:need, :amount, :due_on) > 0", NULL, "Name what changes",
      "请给出变更内容");
GUARD(other_amount, "same_amount", ":proposed_amount <> e.amount", "proposed_amount", "That is the amount it has",
      "与现金额相同");
GUARD(covers_use, "below_use", ":proposed_amount >= e.spent + e.held", "proposed_amount",
      "More than that is spent or held", "低于已支出与占用金额");
GUARD(still_covers_use, "below_use", "e.proposed_amount >= e.spent + e.held", NULL,
      "More than that is spent or held meanwhile", "低于已支出与占用金额");
GUARD(not_proposer, "own_proposal", "e.proposed_by is distinct from :actor", NULL, "Who proposed it does not decide",
      "申请人不得审批");
GUARD(is_proposer, "not_your_proposal", "e.proposed_by = :actor", NULL, "Only who proposed it", "仅限申请人");
GUARD(line_has_it, "not_enough_money", "e.amount - e.spent - e.held >= :amount", NULL, "The line has not so much left",
      "该预算明细可用额度不足");
GUARD(line_covers_draw, "not_enough_money", "e.amount - e.spent - e.held + coalesce(:held_amount, 0) >= :amount", NULL,
      "The line has not so much left", "该预算明细可用额度不足");
GUARD(line_holds, "not_held", "e.held >= :amount", NULL, "Less than that is held", "占用金额不足");

#define LINE_SUMS(spent_, held_)                                                                                       \
    SET("spent", spent_), SET("held", held_), SET("available", "e.amount - (" spent_ ") - (" held_ ")"),               \
        SET("amount", "e.amount")
#define SYSTEM_STEP(event_, en, zh, takes_, guards_, ...)                                                              \
    {                                                                                                                  \
        .event = event_, .label = { en, zh }, .clause = "P17 B", .from = "in_force adjusting", .to = "same",           \
        .by = "system", .takes = takes_, .guards = guards_, .effects = EFFECTS(__VA_ARGS__), .flags = TRANSITION_FINAL \
    }
#define WITHIN_DEPUTY                                                                                                  \
    "abs(e.proposed_amount - e.approved_amount) * 100 <= e.approved_amount * time_rule_number('N_P17_ADJUST_PERCENT')"
#define NO_PROPOSAL SET("proposed_amount", "null"), SET("proposed_by", "null"), STOP("adjust_due")
#define APPROVE_ADJUSTMENT(roles, when_)                                                                               \
    {                                                                                                                  \
        .event = "approve_adjustment", .label = { "Approve the adjustment", "批准调整" }, .clause = "P17 A",           \
        .from = "adjusting", .to = "in_force", .when = when_, .by = roles, .takes = "note?",                           \
        .guards = GUARDS(&not_proposer, &still_covers_use),                                                            \
        .effects =                                                                                                     \
            EFFECTS(SET("amount", "e.proposed_amount"), SET("available", "e.proposed_amount - e.spent - e.held"),      \
                    NO_PROPOSAL, NOTIFY("finance_officer", "line_adjusted"), NOTIFY("@assignee", "line_adjusted")),    \
        .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE                                               \
    }

static const struct transition line_transitions[] = {
    { .event = "add",
      .label = { "Add a need", "登记需求" },
      .clause = "P17 A",
      .to = "planned",
      .by = PLANNERS,
      .takes = "parent_id category need amount due_on? assignee_id?",
      .guards = GUARDS(&plan_collects),
      .effects = EFFECTS(SET("year", "(select p.year from assurance_plan p where p.id = :parent_id)"),
                         SET("spent", "0"), SET("held", "0"), SET("available", ":amount"),
                         SET("assignee_id", "coalesce(:assignee_id, :actor)")) },
    { .event = "change",
      .label = { "Change", "修改" },
      .clause = "P17 A",
      .from = "planned",
      .to = "same",
      .by = PLANNERS,
      .takes = "need? amount? due_on?",
      .guards = GUARDS(&plan_of_line_collects, &something_changed),
      .effects = EFFECTS(SET("available", "coalesce(:amount, e.amount)")) },
    { .event = "drop",
      .label = { "Drop", "取消" },
      .clause = "designed",
      .from = "planned",
      .to = "dropped",
      .by = PLANNERS,
      .takes = "reason",
      .guards = GUARDS(&plan_of_line_collects),
      .flags = TRANSITION_FINAL },
    { .event = "put_in_force",
      .label = { "In force", "生效" },
      .clause = "P17 A",
      .from = "planned",
      .to = "in_force",
      .by = "system",
      .effects = EFFECTS(SET("approved_amount", "e.amount"), NOTIFY("@assignee", "line_in_force")),
      .flags = TRANSITION_FINAL },
    { .event = "propose_adjustment",
      .label = { "Propose an adjustment", "申请调整" },
      .clause = "P17 A",
      .from = "in_force",
      .to = "adjusting",
      .by = PLANNERS,
      .takes = "proposed_amount adjust_reason",
      .guards = GUARDS(&other_amount, &covers_use),
      .effects = EFFECTS(SET("proposed_by", ":actor"), START("adjust_due"), NOTIFY("deputy_gm", "adjustment_proposed"),
                         NOTIFY_IF("general_manager", "adjustment_proposed",
                                   "abs(:proposed_amount - e.approved_amount) * 100 > e.approved_amount * "
                                   "time_rule_number('N_P17_ADJUST_PERCENT')")),
      .flags = TRANSITION_FINAL },
    APPROVE_ADJUSTMENT("deputy_gm general_manager", WITHIN_DEPUTY),
    APPROVE_ADJUSTMENT("general_manager", NULL),
    { .event = "refuse_adjustment",
      .label = { "Refuse the adjustment", "不同意调整" },
      .clause = "designed",
      .from = "adjusting",
      .to = "in_force",
      .by = "deputy_gm general_manager",
      .takes = "reason",
      .guards = GUARDS(&not_proposer),
      .effects = EFFECTS(NO_PROPOSAL, NOTIFY("@assignee", "adjustment_refused")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "withdraw_adjustment",
      .label = { "Withdraw the proposal", "撤回调整申请" },
      .clause = "designed",
      .from = "adjusting",
      .to = "in_force",
      .by = PLANNERS,
      .guards = GUARDS(&is_proposer),
      .effects = EFFECTS(NO_PROPOSAL),
      .flags = TRANSITION_FINAL },
    SYSTEM_STEP("hold", "Hold for a request", "占用", "amount", GUARDS(&line_has_it),
                LINE_SUMS("e.spent", "e.held + :amount")),
    SYSTEM_STEP("release", "Release", "释放占用", "amount", GUARDS(&line_holds),
                LINE_SUMS("e.spent", "e.held - :amount")),
    SYSTEM_STEP("draw", "Pay from it", "支出", "amount held_amount?", GUARDS(&line_covers_draw),
                LINE_SUMS("e.spent + :amount", "e.held - coalesce(:held_amount, 0)")),
    SYSTEM_STEP("put_back", "Money came back", "退回", "amount held_amount?", NULL,
                LINE_SUMS("e.spent - :amount", "e.held + coalesce(:held_amount, 0)")),
    { .event = "close",
      .label = { "Close", "决算" },
      .clause = "P17 A",
      .from = "in_force adjusting",
      .to = "closed",
      .by = "system",
      .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p17_plan_line = {
    .name = "plan_line",
    .path = "plan-lines",
    .prefix = "PL",
    .title = { "Line of the assurance plan", "保障计划明细" },
    .scope = SCOPE_STAFF,
    .readers = P17_READERS,
    .fields = line_fields,
    .states = line_states,
    .transitions = line_transitions,
    .clocks = line_clocks,
    .owner = "finance_officer service_manager",
    .without = "amend revert void pause resume",
    .work = "e.state = 'adjusting'",
    .display = "need",
};

/* ---- the plan ---- */

static const struct state plan_states[] = {
    { "collecting", { "Collecting needs", "收集需求" } },          { "drafted", { "Drafted", "已编制" } },
    { "finance_review", { "Reviewed by finance", "财务已审核" } }, { "in_force", { "In force", "已生效" } },
    { "closed", { "Closed", "已决算" }, STATE_TERMINAL },          { NULL },
};
static const struct field facts_items[] = {
    { "service_staff", FIELD_INTEGER, { "Service staff", "服务管理人员" } },
    { "certified_managers", FIELD_INTEGER, { "Certified service managers", "持证售后服务管理师" } },
    { "managers_needed", FIELD_INTEGER, { "Needed by the standard", "标准要求人数" } },
    { "hotline_clerks", FIELD_INTEGER, { "On the hotline", "热线人员" } },
    { "outlets_operating", FIELD_INTEGER, { "Outlets operating", "运营网点" } },
    { "outlets_without_repairer", FIELD_INTEGER, { "Of them without a repairer", "无合格维修人员网点" } },
    { "funds_below_floor", FIELD_TEXTS, { "Funds below their floor", "低于预警线的经费" } },
    { "short", FIELD_BOOLEAN, { "Falls short", "未达要求" } },
    { NULL },
};
static const struct field plan_fields[] = {
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2020, 2100 },
    { "basis", FIELD_TEXT, { "Basis", "编制依据" }, 0, 1, 2000 },
    { "last_year_sales", FIELD_MONEY, { "Sales of the year before in fen", "上年销售额(分)" }, 0, 0, 1000000000000000 },
    { "planned_total", FIELD_MONEY, { "Planned in fen", "计划合计(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "special_fund_total", FIELD_MONEY, { "Special funds in fen", "专项经费合计(分)" }, FIELD_COMPUTED },
    { "review_opinion", FIELD_TEXT, { "Opinion of finance", "财务意见" }, 0, 1, 2000 },
    { "return_reason", FIELD_TEXT, { "Why it goes back", "退回理由" }, 0, 1, 1000 },
    REF("drafted_by", "Drafted by", "编制人", FIELD_COMPUTED, "person"),
    REF("reviewed_by", "Reviewed by", "审核人", FIELD_COMPUTED, "person"),
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "approved_at", FIELD_TIME, { "Approved", "批准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "checked_on", FIELD_DATE, { "Last checked on", "最近检查日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "check_facts", FIELD_OBJECT, { "What the check found", "检查数据" }, FIELD_COMPUTED, .items = facts_items },
    { "premises_ok", FIELD_BOOLEAN, { "Premises in order", "场所符合要求" } },
    { "hotline_ok", FIELD_BOOLEAN, { "Hotline covered in hours and on call", "热线值班到位" } },
    { "findings", FIELD_TEXT, { "Findings", "检查情况" }, 0, 1, 2000 },
    { "measures", FIELD_TEXT, { "Measures", "整改措施" }, 0, 1, 2000 },
    { "actual_total", FIELD_MONEY, { "Spent in fen", "实际支出合计(分)" }, FIELD_COMPUTED },
    { "closing_note", FIELD_TEXT, { "Plan and outcome", "决算说明" }, 0, 1, 2000 },
    { "next_called", FIELD_BOOLEAN, { "The next year's plan is called for", "已通知编制下年度计划" }, FIELD_COMPUTED },
    { NULL },
};
static const struct clock plan_clocks[] = {
    { "approve_due", { "In force before the year begins", "批准期限" }, "T_P17_PLAN", NULL, false },
    { "review_due", { "Reviewed by finance", "财务审核期限" }, "T_P17_REVIEW", NULL, true },
    { "check_due", { "Quarterly check", "季度检查期限" }, "T_P17_QUARTER", NULL, false },
    { "close_due", { "Closed after the year", "决算期限" }, "T_P17_CLOSE", NULL, false },
    { NULL },
};

GUARD(year_free, "plan_exists",
      "not exists (select from assurance_plan p where p.year = :year and p.state <> 'voided')", "year",
      "There is a plan of this year", "该年度计划已存在");
GUARD(year_near, "year_far", ":year between company_year(:at)::integer and company_year(:at)::integer + 1", "year",
      "A plan is of this year or the next", "仅可编制本年或下年度计划");
GUARD(all_considered, "category_missing",
      "(select count(distinct l.category) = 9 from plan_line l where l.parent_id = e.id and l.state = 'planned')", NULL,
      "All nine kinds of resources are considered, if only to say that nothing is needed",
      "九类保障资源均须评估,不需要的也须登记");
GUARD(not_the_author, "own_plan", "e.drafted_by is distinct from :actor", NULL,
      "Who drafted it does not review or approve it", "编制人不得审核或批准");
GUARD(not_the_reviewer, "own_review", "e.reviewed_by is distinct from :actor", NULL,
      "Who reviewed it does not approve it", "审核人不得批准");
GUARD(fund_enough, "special_fund_too_small",
      "special_fund_planned(e.id) >= time_rule_number('N_P17_FUND_LEAST')"
      " or special_fund_planned(e.id) * 1000 >= e.last_year_sales * time_rule_number('N_P17_FUND_PERMILLE')",
      NULL, "The special funds come to neither one percent of last year's sales nor 50,000 yuan",
      "专项经费未达上年销售额的1%,也不足5万元");
GUARD(measures_given, "measures_missing",
      ":measures is not null or (:premises_ok is true and :hotline_ok is true and assurance_facts(company_date(:at)) "
      "->> 'short' = 'false')",
      "measures", "Something falls short: say what is done about it", "存在不足,须填写整改措施");
GUARD(year_begun, "year_not_begun", "company_year(:at)::integer >= e.year", NULL, "The year has not begun",
      "计划年度尚未开始");
GUARD(year_over, "year_not_over", "company_year(:at)::integer > e.year", NULL, "The year is not over",
      "计划年度尚未结束");
/* What the bank returns goes back to its line: a line is open as long as that may happen. */
GUARD(nothing_held, "money_held",
      "not exists (select from plan_line l join fund_request r on r.line_id = l.id where l.parent_id = e.id"
      " and r.state in ('approved', 'paid', 'paid_unapproved', 'to_recover'))",
      NULL, "Approved or paid money is not settled yet", "尚有已批或已付款项未核销");

#define YEAR_BEGIN(year) "make_date(" year ", 1, 1)::timestamp at time zone company_zone()"
static const struct transition plan_transitions[] = {
    { .event = "collect",
      .label = { "Collect the needs", "收集需求" },
      .clause = "P17 A",
      .to = "collecting",
      .by = CENTRE,
      .takes = "year basis?",
      .guards = GUARDS(&year_near, &year_free),
      .effects = EFFECTS(START_AT("approve_due", "(make_date(:year, 1, 1) - 1)::timestamp at time zone company_zone()"),
                         NOTIFY("dept_head", "needs_wanted"), NOTIFY("hr_officer", "needs_wanted"),
                         NOTIFY("materials_officer", "needs_wanted")) },
    { .event = "draft",
      .label = { "Draft", "编制" },
      .clause = "P17 A",
      .from = "collecting",
      .to = "drafted",
      .by = CENTRE,
      .takes = "last_year_sales basis?",
      .guards = GUARDS(&all_considered),
      .effects = EFFECTS(SET("drafted_by", ":actor"), SET("planned_total", "plan_sum(e.id, 'amount')"),
                         SET("special_fund_total", "special_fund_planned(e.id)"), START("review_due"),
                         NOTIFY("finance_officer", "plan_to_review")) },
    { .event = "review",
      .label = { "Review", "财务审核" },
      .clause = "P17 A",
      .from = "drafted",
      .to = "finance_review",
      .by = "finance_officer",
      .takes = "review_opinion",
      .guards = GUARDS(&not_the_author),
      .effects =
          EFFECTS(SET("reviewed_by", ":actor"), STOP("review_due"), NOTIFY("general_manager", "plan_to_approve")) },
    { .event = "return",
      .label = { "Return", "退回" },
      .clause = "designed",
      .from = "drafted finance_review",
      .to = "collecting",
      .by = "finance_officer deputy_gm general_manager",
      .takes = "return_reason",
      .effects = EFFECTS(STOP("review_due"), NOTIFY("service_manager", "plan_returned"),
                         NOTIFY("dispatcher", "plan_returned")) },
    { .event = "approve",
      .label = { "Approve", "批准" },
      .clause = "P17 A",
      .from = "finance_review",
      .to = "in_force",
      .by = "general_manager",
      .guards = GUARDS(&not_the_author, &not_the_reviewer, &fund_enough),
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"),
                         SET("special_fund_total", "special_fund_planned(e.id)"),
                         FIRE_EACH("plan_line", "parent_id", NULL, "put_in_force", NULL), STOP("approve_due"),
                         START_AT("check_due", "greatest(:at, " YEAR_BEGIN("e.year") ")"),
                         START_AT("close_due", YEAR_BEGIN("e.year + 1")), RECORD("assurance_plan"),
                         RECORD("resource_inventory"), NOTIFY("finance_officer", "plan_in_force"),
                         NOTIFY("service_manager", "plan_in_force")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "take_inventory",
      .label = { "List the resources", "编制资源配置清单" },
      .clause = "P17 records",
      .from = "collecting drafted finance_review in_force",
      .to = "same",
      .by = CENTRE " materials_officer hr_officer",
      .effects = EFFECTS(RECORD("resource_inventory")),
      .flags = TRANSITION_FINAL },
    { .event = "check",
      .label = { "Quarterly check", "季度检查" },
      .clause = "P17 A",
      .from = "in_force",
      .to = "same",
      .by = "service_manager",
      .takes = "premises_ok hotline_ok findings? measures?",
      .guards = GUARDS(&year_begun, &measures_given),
      .effects =
          EFFECTS(SET("checked_on", "company_date(:at)"), SET("check_facts", "assurance_facts(company_date(:at))"),
                  SET("findings", ":findings"), SET("measures", ":measures"), START("check_due"),
                  RECORD("assurance_check"), NOTIFY_IF("deputy_gm", "assurance_falls_short", ":measures is not null")),
      .flags = TRANSITION_FINAL },
    { .event = "call_for_next",
      .label = { "Next year's plan is due", "通知编制下年度计划" },
      .clause = "P17 A",
      .from = "in_force",
      .to = "same",
      .by = "system",
      .effects = EFFECTS(SET("next_called", "true"), NOTIFY("service_manager", "plan_to_collect"),
                         NOTIFY("dispatcher", "plan_to_collect")),
      .flags = TRANSITION_FINAL },
    { .event = "close",
      .label = { "Close", "决算" },
      .clause = "P17 A",
      .from = "in_force",
      .to = "closed",
      .by = "finance_officer",
      .takes = "closing_note",
      .guards = GUARDS(&year_over, &nothing_held),
      .effects = EFFECTS(SET("actual_total", "plan_sum(e.id, 'spent')"),
                         FIRE_EACH("plan_line", "parent_id", NULL, "close", NULL), RECORD("assurance_plan"),
                         NOTIFY("general_manager", "plan_closed"), NOTIFY("management_rep", "plan_closed")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
static const struct timer plan_timers[] = {
    { "call_for_next",
      "e.state = 'in_force' and e.next_called is not true and company_date(:now) >= make_date(e.year, 11, 1)"
      " and not exists (select from assurance_plan p where p.year = e.year + 1 and p.state <> 'voided')" },
    { NULL },
};
static const struct given plan_given[] = {
    { .event = "void", .effects = EFFECTS(FIRE_EACH("plan_line", "parent_id", NULL, "drop", "reason = :reason")) },
    { .event = "amend", .from = "collecting drafted finance_review" },
    { NULL },
};
const struct machine p17_assurance_plan = {
    .name = "assurance_plan",
    .path = "assurance-plans",
    .prefix = "AP",
    .title = { "Yearly assurance plan", "年度保障计划" },
    .scope = SCOPE_STAFF,
    .readers = P17_READERS,
    .fields = plan_fields,
    .states = plan_states,
    .transitions = plan_transitions,
    .clocks = plan_clocks,
    .timers = plan_timers,
    .given = plan_given,
    .owner = "service_manager",
    .amends = "basis",
    .without = "revert reassign pause resume",
};
