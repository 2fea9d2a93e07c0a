/* P6 part A: an outlet from the application or the tender to its end, and the service price list. */
#include "procedures/p06.h"

static const struct choice outlet_kinds[] = { { "internal", { "Own outlet", "自建" } }, { "external", { "Partner", "外委" } }, { NULL } };
static const struct choice stop_reasons[] = {
    { "complaint", { "Complaint", "投诉" } },        { "survey", { "Survey failed", "调研不合格" } },
    { "summaries", { "Summaries overdue", "总结逾期" } }, { "conduct", { "Breach of conduct", "违反行为规范" } },
    { "no_repairer", { "No qualified repairer", "无合格维修人员" } }, { "other", { "Other", "其他" } }, { NULL },
};
static const struct choice end_reasons[] = {
    { "contract_end", { "Contract ends", "合同到期" } }, { "breach", { "Breach of the contract", "违约" } },
    { "bankruptcy", { "Bankruptcy", "破产" } },        { "vanished", { "Vanished", "失联" } },
    { "closed", { "Closed", "撤点" } },                { NULL },
};
static const struct choice fates_of_jobs[] = {
    { "finish", { "The outlet finishes them", "由网点完成" } }, { "take_back", { "Back to the centre", "收回中心" } }, { NULL },
};
static const struct state outlet_states[] = {
    { "proposed", { "Applied for", "已申请" } },
    { "gm_approved", { "Approved by the general manager", "总经理已批准" } },
    { "staffing", { "People provided", "人员配备" } },
    { "staff_confirmed", { "People confirmed", "人员已确认" } },
    { "listed", { "Chosen", "入选名单" } },
    { "contracted", { "Under contract", "已签约" } },
    { "trained", { "Trained", "已培训" } },
    { "operating", { "Operating", "运营中" } },
    { "suspended", { "Suspended", "暂停" } },
    { "winding_up", { "Being wound up", "清算中" } },
    { "terminated", { "Terminated", "已撤销" }, STATE_TERMINAL },
    { "refused", { "Refused", "未批准" }, STATE_TERMINAL },
    { "abandoned", { "Given up", "已放弃" }, STATE_TERMINAL },
    { NULL },
};
#define OUTLET_MONEY(name, en, zh) { name, FIELD_MONEY, { en " in fen", zh "(分)" }, 0, 0, 10000000000 }
static const struct field outlet_fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_SEARCH, 1, 100, .example = "\"城东服务网点\"" },
    { "kind", FIELD_ENUM, { "Kind", "类型" }, FIELD_FILTER, .choices = outlet_kinds },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "address", FIELD_TEXT, { "Address", "地址" }, 0, 1, 300 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH, 3, 40 },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60 },
    { "hours", FIELD_TEXT, { "Opening hours", "营业时间" }, 0, 1, 120, .example = "\"周一至周六 8:30-17:30\"" },
    { "skills", FIELD_TEXTS, { "Serves", "服务范围" }, FIELD_FILTER, 1, 12, .choices = skill_choices },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { "staff_needed", FIELD_INTEGER, { "People needed", "所需人员" }, 0, 1, 1000 },
    OUTLET_MONEY("funds_needed", "Funds needed", "所需资金"),
    { "need", FIELD_TEXT, { "Why there", "设点理由" }, 0, 1, 2000 },
    OUTLET_MONEY("budget_amount", "Budget", "经费预算"),
    { "budget_report", FIELD_TEXT, { "Report on the funds", "设点经费报告" }, 0, 1, 2000 },
    OUTLET_MONEY("funded_amount", "Funds provided", "拨付资金"),
    { "funded_at", FIELD_TIME, { "Funds provided at", "拨付时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "trained_at", FIELD_TIME, { "People trained", "培训完成时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("tender_id", "Tender", "招标", FIELD_FILTER, "outlet_tender"),
    REF("candidate_id", "Candidate", "候选单位", FIELD_FILTER, "outlet_candidate"),
    { "deposit_received", FIELD_BOOLEAN, { "Deposit received", "已收保证金" } },
    { "equipment_codes", FIELD_TEXTS, { "Special equipment handed over", "已配专用设备" }, 0, 0, 50 },
    { "published", FIELD_BOOLEAN, { "In adverts and on the public list", "已公示" }, FIELD_FILTER },
    { "opened_on", FIELD_DATE, { "Operating since", "开业日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "stop_reason", FIELD_ENUM, { "Suspended because", "暂停原因" }, FIELD_FILTER, .choices = stop_reasons },
    { "open_jobs", FIELD_ENUM, { "What becomes of open jobs", "在办任务处理" }, FIELD_TRANSIENT, .choices = fates_of_jobs },
    { "suspension_proposed", FIELD_BOOLEAN, { "Nobody there may repair: suspend", "无合格人员,建议暂停" }, FIELD_COMPUTED | FIELD_FILTER },
    { "wind_up_reason", FIELD_ENUM, { "Wound up because", "撤销原因" }, FIELD_FILTER, .choices = end_reasons },
    { "in_danger", FIELD_BOOLEAN, { "Danger ahead: at once", "情况紧急" }, FIELD_TRANSIENT },
    { "funds_returned", FIELD_BOOLEAN, { "Funds are back", "资金已退回" }, FIELD_TRANSIENT },
    { "stock_returned", FIELD_BOOLEAN, { "Stock is counted and back", "库存已盘点收回" }, FIELD_TRANSIENT },
    { "deposit_settled", FIELD_BOOLEAN, { "Deposit is settled", "保证金已结清" }, FIELD_TRANSIENT },
    { "liquidator", FIELD_TEXT, { "Handed to the liquidator", "移交清算人" }, FIELD_TRANSIENT, 1, 200 },
    { "proposed_month", FIELD_TEXT, { "Slip drafted for", "已起草月份" }, FIELD_COMPUTED },
    { "summary_quarter", FIELD_TEXT, { "Summary called for", "已要求总结季度" }, FIELD_COMPUTED },
    { "survey_year", FIELD_INTEGER, { "Survey called for", "已安排调研年度" }, FIELD_COMPUTED },
    { NULL },
};

GUARD(not_applicant, "own_application", "e.opened_by is distinct from :actor", NULL, "Who applied does not approve", "申请人不得批准");
GUARD(staffed, "staff_missing", "outlet_staffed(e.id)", NULL, "The outlet has no manager or nobody who repairs", "网点尚无负责人或维修人员");
GUARD(all_qualified, "staff_not_qualified", "outlet_all_qualified(e.id, company_date(:at))", NULL,
      "Not all who repair there have passed the evaluation", "维修人员尚未全部评价合格");
GUARD(all_trained, "staff_not_trained", "outlet_all_trained(e.id)", NULL, "Not all who repair there have been trained", "维修人员尚未全部完成培训");
GUARD(is_internal, "not_an_own_outlet", "e.kind = 'internal'", NULL, "A partner pays for itself", "外委网点不拨付资金");
GUARD(budget_reported, "budget_missing", "e.budget_report is not null", NULL, "The report on the funds is missing", "缺少设点经费报告");
GUARD(within_budget, "over_budget", "e.budget_amount is null or :funded_amount <= e.budget_amount", "funded_amount", "More than the report asks for", "超出经费报告金额");
GUARD(funded_once, "funded_already", "e.funded_at is null", NULL, "The funds were provided", "资金已拨付");
GUARD(contract_runs, "contract_missing", "e.kind = 'internal' or outlet_contract_runs(e.id, company_date(:at))", NULL,
      "No contract of the outlet is in force", "网点无生效合同");
GUARD(tariff_there, "no_tariff", "outlet_has_tariff(e.id, e.region, e.skills, company_date(:at))", NULL,
      "No settlement tariff covers what the outlet serves", "无适用的结算标准");
GUARD(deposit_there, "deposit_missing",
      ":deposit_received is true or not exists (select from outlet_contract c where c.outlet_id = e.id and c.state = 'in_force' and c.deposit > 0)",
      "deposit_received", "The deposit is not paid", "保证金未缴");
GUARD(funds_there, "not_funded", "e.kind = 'external' or e.funded_at is not null", NULL, "The funds are not provided", "资金未拨付");
GUARD(can_repair, "no_qualified_repairer", "outlet_can_repair(e.id, company_date(:at))", NULL, "Nobody there is qualified to repair", "网点无合格维修人员");
GUARD(equipment_there, "equipment_not_handed_over", "outlet_has_equipment(e.id, :equipment_codes)", "equipment_codes",
      "Special equipment is not with the outlet by the register of facilities", "专用设备未按台账交付网点");
GUARD(is_published, "not_published", ":published is true", "published", "It has to stand in the adverts and on the public list", "须纳入对外广告名单并公示");
GUARD(funds_back, "funds_not_returned", "e.funded_at is null or :funds_returned is true", "funds_returned", "The funds are not back", "资金未退回");
GUARD(summaries_late, "summaries_not_late",
      ":stop_reason <> 'summaries' or (select count(*) >= time_rule_number('N_P6_SUMMARIES_LATE') from outlet_summary s"
      " where s.outlet_id = e.id and s.overdue)",
      "stop_reason", "Fewer than two summaries are overdue", "逾期总结不足两份");
GUARD(survey_failed, "survey_not_failed",
      ":stop_reason <> 'survey' or (select s.survey_score < time_rule_number('N_P6_SURVEY_PASS') from outlet_survey s"
      " where s.outlet_id = e.id and s.survey_score is not null order by s.surveyed_on desc, s.id desc limit 1)",
      "stop_reason", "The last survey was passed", "最近一次调研合格");
GUARD(gm_decides, "general_manager_decides", ":has_general_manager or :in_danger is true", "in_danger",
      "The general manager decides, unless there is danger", "须总经理决定,紧急情况除外");
GUARD(no_jobs, "jobs_open", "not exists (select from repair r where r.outlet_id = e.id and r.closed_at is null and r.settled_at is null)", NULL,
      "Jobs of the outlet are open", "网点尚有未完任务");
GUARD(no_devices, "device_there",
      "not exists (select from repair r where r.outlet_id = e.id and r.closed_at is null and r.device_at <> 'customer' and r.outcome is distinct from 'scrapped')",
      NULL, "A customer's device is there", "网点尚有客户设备");
GUARD(stock_back, "stock_not_returned", ":stock_returned is true", "stock_returned", "The stock is not counted and back", "库存未盘点收回");
GUARD(slips_closed, "settlement_open",
      ":liquidator is not null or not exists (select from settlement s where s.outlet_id = e.id and s.closed_at is null)", "liquidator",
      "A settlement slip is neither closed nor handed to the liquidator", "结算单未结清也未移交清算人");
GUARD(jobs_paid, "jobs_not_settled", ":liquidator is not null or not exists (select from jobs_to_settle(e.id, null))", "liquidator",
      "Finished jobs wait for the final slip", "尚有已完任务未结算");
GUARD(deposit_done, "deposit_open",
      ":deposit_settled is true or not exists (select from outlet_contract c where c.outlet_id = e.id and c.deposit > 0)", "deposit_settled",
      "The deposit is not settled", "保证金未结清");

#define SUMMARY_DUE(now) "e.opened_on < quarter_begin(company_date(" now ")) and e.summary_quarter is distinct from quarter_before(company_date(" now "))"
#define SURVEY_DUE(now) "coalesce(e.survey_year, extract(year from e.opened_on)::integer) < company_year(" now ")::integer"
GUARD(summary_is_due, "not_yet_due", SUMMARY_DUE(":at"), NULL, "The quarter is not over", "本季度尚未结束");
GUARD(survey_is_due, "not_yet_due", SURVEY_DUE(":at"), NULL, "This year's survey is called for", "本年度调研已安排");

#define CENTRE "dispatcher service_manager"
#define NOT_YET_OPEN "proposed gm_approved staffing staff_confirmed listed contracted trained"
#define OPEN_JOBS "c.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back'," \
    " 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling')"
#define JOBS_BACK(condition, why) FIRE_EACH("repair", "outlet_id", OPEN_JOBS " and " condition, "return_to_centre", "reason = " why)
#define IDENTITY "name region? address? phone? contact_name? hours? skills"

static const struct transition outlet_transitions[] = {
    /* An outlet that operated before the company kept its books here. */
    { .event = "create", .label = { "Take over an outlet that operates", "登记既有网点" }, .clause = "P6 4.2.1", .to = "operating",
      .by = "dispatcher deputy_gm", .takes = "kind " IDENTITY,
      .effects = EFFECTS(SET("outlet_id", ":id"), SET("opened_on", "company_date(:at)"), SET("published", "true")) },
    { .event = "apply", .label = { "Apply for an outlet", "提出设点申请" }, .clause = "P6 4.1.1a, d", .to = "proposed", .by = "deputy_gm",
      .takes = IDENTITY " need staff_needed funds_needed",
      .effects = EFFECTS(SET("outlet_id", ":id"), SET("kind", "'internal'"), RECORD("outlet_application"), NOTIFY("general_manager", "outlet_applied_for")) },
    { .event = "approve", .label = { "Approve", "批准设点" }, .clause = "P6 4.1.1a", .from = "proposed", .to = "gm_approved", .by = "general_manager",
      .guards = GUARDS(&not_applicant), .effects = EFFECTS(NOTIFY("hr_officer", "outlet_approved"), NOTIFY("finance_officer", "outlet_approved")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "refuse", .label = { "Refuse", "不批准" }, .clause = "P6 4.1.1a", .from = "proposed", .to = "refused", .by = "general_manager",
      .takes = "reason", .effects = EFFECTS(NOTIFY("deputy_gm", "outlet_refused")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_budget", .label = { "Report on the funds", "提出设点经费报告" }, .clause = "P6 4.1.1c",
      .from = "gm_approved staffing staff_confirmed trained", .to = "same", .by = "deputy_gm", .takes = "budget_amount budget_report",
      .guards = GUARDS(&is_internal, &funded_once),
      .effects = EFFECTS(RECORD("outlet_application"),
                         CANCEL("fund_request"),
                         OPEN("fund_request", "request", "purpose = 'outlet_setup'; need = m.budget_report; amount = m.budget_amount; outlet_id = m.id;"
                              " source_number = m.number; payee = m.name; requested_by = :actor", LINK_LATER, NULL),
                         NOTIFY("finance_officer", "outlet_budget")) },
    { .event = "fund", .label = { "Provide the funds", "拨付资金" }, .clause = "P6 4.1.1c", .from = "gm_approved staffing staff_confirmed trained",
      .to = "same", .by = "finance_officer", .takes = "funded_amount", .guards = GUARDS(&is_internal, &budget_reported, &within_budget, &funded_once),
      .effects = EFFECTS(SET("funded_at", ":at"), NOTIFY("deputy_gm", "outlet_funded")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "staff", .label = { "Provide the people", "配备人员" }, .clause = "P6 4.1.1b", .from = "gm_approved", .to = "staffing", .by = "hr_officer",
      .takes = "note?", .guards = GUARDS(&staffed), .effects = EFFECTS(NOTIFY("deputy_gm", "outlet_staffed")) },
    { .event = "confirm_staff", .label = { "Confirm the people", "确认人员" }, .clause = "P6 4.1.1b", .from = "staffing", .to = "staff_confirmed",
      .by = "deputy_gm", .guards = GUARDS(&staffed), .effects = EFFECTS(NOTIFY("hr_officer", "outlet_staff_confirmed")) },
    { .event = "return_staff", .label = { "Other people, please", "退回人员方案" }, .clause = "designed", .from = "staffing", .to = "gm_approved",
      .by = "deputy_gm", .takes = "reason", .effects = EFFECTS(NOTIFY("hr_officer", "outlet_staff_returned")) },
    { .event = "list", .label = { "Chosen by the tender", "列入网点名单" }, .clause = "P6 4.1.2d", .to = "listed", .by = "system",
      .takes = "name region? address? phone? contact_name? skills tender_id candidate_id",
      .effects = EFFECTS(SET("outlet_id", ":id"), SET("kind", "'external'"), NOTIFY("deputy_gm", "outlet_listed")) },
    { .event = "sign_contract", .label = { "Contract signed", "签订合同" }, .clause = "designed", .from = "listed", .to = "contracted", .by = "deputy_gm",
      .takes = "deposit_received?", .guards = GUARDS(&contract_runs, &tariff_there, &deposit_there), .effects = EFFECTS(NOTIFY("hr_officer", "outlet_to_train")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "train", .label = { "People are trained", "完成培训" }, .clause = "P6 4.1.1b, P7 4.1.4.3", .from = "staff_confirmed contracted", .to = "trained",
      .by = "hr_officer", .takes = "note?", .guards = GUARDS(&staffed, &all_trained, &all_qualified), .effects = EFFECTS(SET("trained_at", ":at")) },
    { .event = "open", .label = { "Open", "开业" }, .clause = "P6 4.2.1, 4.2.2, 4.3.1", .from = "trained", .to = "operating", .by = CENTRE,
      .takes = "published equipment_codes hours? phone?",
      .guards = GUARDS(&funds_there, &contract_runs, &can_repair, &equipment_there, &is_published),
      .effects = EFFECTS(SET("opened_on", "company_date(:at)"), RECORD("outlet_profile")), .flags = TRANSITION_FINAL },
    { .event = "abandon", .label = { "Give up", "放弃设点" }, .clause = "designed", .from = NOT_YET_OPEN, .to = "abandoned", .by = CENTRE,
      .takes = "reason funds_returned?", .guards = GUARDS(&funds_back),
      .effects = EFFECTS(FIRE_EACH("outlet_contract", "outlet_id", NULL, "terminate", "reason = :reason"),
                         FIRE_EACH("person", "outlet_id", "e.kind = 'external'", "leave", "reason = :reason")),
      .flags = TRANSITION_FINAL },
    { .event = "suspend", .label = { "Suspend", "暂停" }, .clause = "designed", .from = "operating", .to = "suspended", .by = CENTRE " deputy_gm",
      .takes = "stop_reason open_jobs reason", .guards = GUARDS(&summaries_late, &survey_failed),
      .effects = EFFECTS(SET("published", "false"), SET("suspension_proposed", "null"), JOBS_BACK(":open_jobs = 'take_back'", "'outlet_suspended'"),
                         NOTIFY("outlet_manager", "outlet_suspended")),
      .flags = TRANSITION_FINAL },
    { .event = "resume", .label = { "Resume", "恢复" }, .clause = "designed", .from = "suspended", .to = "operating", .by = CENTRE " deputy_gm",
      .takes = "reason", .guards = GUARDS(&can_repair),
      .effects = EFFECTS(SET("published", "true"), SET("stop_reason", "null"), NOTIFY("outlet_manager", "outlet_resumed")) },
    { .event = "propose_suspension", .label = { "Nobody there may repair", "建议暂停" }, .clause = "designed", .from = "operating", .to = "same", .by = "system",
      .effects = EFFECTS(SET("suspension_proposed", "true"), JOBS_BACK("true", "'no_qualified_repairer'"), NOTIFY("dispatcher", "outlet_without_repairer")),
      .flags = TRANSITION_FINAL },
    { .event = "drop_proposal", .label = { "Somebody may repair again", "撤销暂停建议" }, .clause = "designed", .from = "operating", .to = "same", .by = "system",
      .effects = EFFECTS(SET("suspension_proposed", "null")), .flags = TRANSITION_FINAL },
    { .event = "call_for_summary", .label = { "Ask for the quarterly summary", "要求季度总结" }, .clause = "P6 4.3.3", .from = "operating suspended",
      .to = "same", .by = "system", .guards = GUARDS(&summary_is_due),
      .effects = EFFECTS(SET("summary_quarter", "quarter_before(company_date(:at))"),
                         OPEN("outlet_summary", "call_for", "outlet_id = e.id; quarter = quarter_before(company_date(:at))", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "call_for_survey", .label = { "Yearly survey due", "安排年度调研" }, .clause = "P6 3.4", .from = "operating suspended", .to = "same",
      .by = "system", .guards = GUARDS(&survey_is_due),
      .effects = EFFECTS(SET("survey_year", "company_year(:at)::integer"),
                         OPEN("outlet_survey", "plan", "outlet_id = e.id; year = company_year(:at)::integer; occasion = 'yearly'", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "propose_settlement", .label = { "Draft last month's slip", "起草上月结算单" }, .clause = "designed", .from = "operating suspended winding_up",
      .to = "same", .by = "system", .effects = EFFECTS(SET("proposed_month", LAST_MONTH(":at")), DRAFT_LAST_MONTH("id")), .flags = TRANSITION_FINAL },
    { .event = "wind_up", .label = { "Wind up", "启动撤销清算" }, .clause = "designed", .from = "operating suspended", .to = "winding_up",
      .by = "general_manager deputy_gm", .takes = "wind_up_reason reason in_danger?", .guards = GUARDS(&gm_decides),
      .effects = EFFECTS(SET("published", "false"), JOBS_BACK("true", "'outlet_wound_up'"),
                         /* Whose firm is bankrupt or gone signs in no more; the others may still settle. */
                         FIRE_EACH("person", "outlet_id", "e.kind = 'external' and :wind_up_reason in ('bankruptcy', 'vanished')", "leave", "reason = :reason"),
                         NOTIFY("dispatcher", "outlet_wound_up"), NOTIFY("finance_officer", "outlet_wound_up"), NOTIFY("outlet_manager", "outlet_wound_up")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "terminate", .label = { "Terminate", "撤销" }, .clause = "designed", .from = "winding_up", .to = "terminated", .by = "general_manager",
      .takes = "stock_returned? deposit_settled? liquidator?",
      .guards = GUARDS(&no_jobs, &no_devices, &stock_back, &outlet_equipment_fetched, &slips_closed, &jobs_paid, &deposit_done),
      .effects = EFFECTS(FIRE_EACH("outlet_contract", "outlet_id", NULL, "terminate", "reason = '网点撤销'"),
                         FIRE_EACH("person", "outlet_id", "e.kind = 'external'", "leave", "reason = '网点撤销'"), RECORD("outlet_profile")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
static const struct timer outlet_timers[] = {
    { "propose_suspension", "e.state = 'operating' and e.suspension_proposed is not true and outlet_lost_its_repairers(e.id, company_date(:now))" },
    { "drop_proposal", "e.state = 'operating' and e.suspension_proposed is true and not outlet_lost_its_repairers(e.id, company_date(:now))" },
    { "propose_settlement", "e.kind = 'internal' and e.state in ('operating', 'suspended', 'winding_up')"
                            " and e.proposed_month is distinct from " LAST_MONTH(":now") },
    { "call_for_summary", "e.state in ('operating', 'suspended') and " SUMMARY_DUE(":now") },
    { "call_for_survey", "e.state in ('operating', 'suspended') and " SURVEY_DUE(":now") },
    { NULL },
};
static const struct machine outlet = {
    .name = "outlet", .path = "outlets", .prefix = "OL", .title = { "Service outlet", "服务网点" }, .scope = SCOPE_OUTLET,
    .fields = outlet_fields, .states = outlet_states, .transitions = outlet_transitions, .timers = outlet_timers, .owner = "dispatcher",
    .amends = "name address phone contact_name hours skills region", .without = "reassign pause void", .display = "name",
};

static const struct state price_states[] = {
    { "active", { "Active", "有效" } },
    { "withdrawn", { "Withdrawn", "停用" }, STATE_TERMINAL },
    { NULL },
};
static const struct field price_fields[] = {
    { "code", FIELD_TEXT, { "Code", "编码" }, FIELD_UNIQUE | FIELD_FILTER | FIELD_SEARCH, 1, 40, .example = "\"WX-001\"" },
    { "name", FIELD_TEXT, { "Service", "服务项目" }, 0, 1, 120, .example = "\"上门检测费\"" },
    { "unit", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20, .example = "\"次\"" },
    { "price", FIELD_MONEY, { "Price in fen", "价格(分)" }, FIELD_FILTER, 0, 1000000000 },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_FILTER, .choices = skill_choices },
    { NULL },
};
static const struct transition price_transitions[] = {
    { .event = "create", .label = { "Enter", "登记" }, .clause = "P4 5", .to = "active", .by = "service_manager finance_officer",
      .takes = "code name unit price skill?" },
    { .event = "withdraw", .label = { "Withdraw", "停用" }, .clause = "designed", .from = "active", .to = "withdrawn",
      .by = "service_manager finance_officer", .takes = "reason?" },
    { NULL },
};
static const struct machine price_item = {
    .name = "price_item", .path = "price-items", .prefix = "SP", .title = { "Service price", "服务价目" },
    .scope = SCOPE_EVERYBODY, .fields = price_fields, .states = price_states, .transitions = price_transitions,
    .owner = "service_manager", .amends = "name unit price skill", .without = "reassign pause resume void", .display = "name",
};

const struct procedure p06_outlets = {
    .number = 6, .code = "P6", .title = { "Service outlets", "服务网点" }, .clause = "P6",
    .machines = (const struct machine *const[]){ &outlet, &price_item, &outlet_tender, &outlet_candidate, &outlet_summary, &outlet_survey, &outlet_contract,
                                                 &settlement_tariff, &settlement_mapping, &settlement, &settlement_line, NULL },
    .forms = settlement_forms,
};
