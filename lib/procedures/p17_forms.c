/* P17: what is printed and kept. */
#include "procedures/p12_parts.h"
#include "procedures/p17.h"

static const struct field ledger_items[] = {
    { "number", FIELD_TEXT, { "Number", "编号" } },
    { "booked_on", FIELD_DATE, { "Day", "日期" } },
    { "kind", FIELD_ENUM, { "Kind", "类型" }, .choices = p17_movement_kinds },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" } },
    { "balance_after", FIELD_MONEY, { "Left in fen", "结余(分)" } },
    { "document", FIELD_TEXT, { "By the document", "凭据编号" } },
    { "payee", FIELD_TEXT, { "Paid to", "收款人" } },
    { NULL },
};
static const struct field ledger_fields[] = {
    { "movements", FIELD_LIST, { "Movements of the year", "本年流水" }, .items = ledger_items }, { NULL }
};
static const struct field plan_fields[] = {
    { "plan_lines", FIELD_LIST, { "Lines", "预算明细" }, .items = p17_line_items }, { NULL }
};
static const struct field people_items[] = {
    { "department", FIELD_ENUM, { "Department", "部门" }, .choices = department_choices },
    { "people", FIELD_INTEGER, { "People", "人数" } },
    { "qualified", FIELD_INTEGER, { "Qualified", "持有效上岗资格" } },
    { NULL },
};
static const struct field place_items[] = {
    { "name", FIELD_TEXT, { "Outlet", "网点" } },
    { "region", FIELD_TEXT, { "Region", "区域" } },
    { NULL },
};
static const struct field facility_items[] = {
    { "category", FIELD_ENUM, { "Category", "类别" }, .choices = p12_facility_categories },
    { "count", FIELD_INTEGER, { "Number", "数量" } },
    { "usable", FIELD_INTEGER, { "Usable", "可用" } },
    { NULL },
};
static const struct field fund_items[] = {
    { "number", FIELD_TEXT, { "Fund", "经费编号" } },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = p17_fund_kinds },
    { "balance", FIELD_MONEY, { "Balance in fen", "余额(分)" } },
    { NULL },
};
static const struct field inventory_fields[] = {
    { "people", FIELD_LIST, { "People", "人员" }, .items = people_items },
    { "places", FIELD_LIST, { "Places", "服务场所" }, .items = place_items },
    { "facilities", FIELD_LIST, { "Facilities", "设施" }, .items = facility_items },
    { "spares_value", FIELD_MONEY, { "Spare parts in fen", "备件金额(分)" } },
    { "funds", FIELD_LIST, { "Special funds", "专项经费" }, .items = fund_items },
    { NULL },
};

static const struct field request_fields[] = {
    { "account", FIELD_TEXT, { "Paid from", "列支" } },
    { NULL },
};

static const struct form forms[] = {
    { "assurance_plan",
      "WWSH-003-P17-R01",
      { "Yearly assurance plan and budget", "年度保障计划/预算" },
      36,
      "",
      "year basis planned_total last_year_sales special_fund_total review_opinion drafted_by reviewed_by approved_by "
      "approved_at actual_total closing_note",
      "company",
      "select jsonb_build_object('plan_lines', plan_figures(m.id))",
      plan_fields },
    { "special_fund",
      "WWSH-003-P17-R02",
      { "Ledger of a special fund", "专项经费台账" },
      120,
      "",
      "name kind year opening money_in money_out balance held floor statement_no",
      "company",
      "select jsonb_build_object('movements', fund_ledger_of(m.id, date_trunc('year', "
      "company_date(m.changed_at))::date, company_date(m.changed_at) + 1) -> 'movements')",
      ledger_fields },
    { "fund_request",
      "WWSH-003-P17-R03",
      { "Request for money", "用款申请单" },
      120,
      "",
      "purpose need amount amount_in_words source_number payee payee_account more.account budget_ref emergency "
      "requested_by checked_by check_note approved_by"
      " approved_at approval_note paid_total payments voucher_no vouchers",
      "company",
      "select jsonb_build_object('account', coalesce((select concat_ws(' ', f.number, f.name) from special_fund f "
      "where f.id = m.fund_id),"
      " (select concat_ws(' ', l.number, l.need) from plan_line l where l.id = m.line_id)))",
      request_fields },
    { "resource_inventory",
      "WWSH-003-P17-R04",
      { "Inventory of resources", "资源配置清单" },
      36,
      "",
      "year",
      "company",
      "select resource_inventory(company_date(m.changed_at))",
      inventory_fields },
    { "assurance_check",
      "WWSH-003-P17-R05",
      { "Check of the assurance", "保障检查记录" },
      36,
      "",
      "year checked_on check_facts premises_ok hotline_ok findings measures",
      "company" },
    { NULL },
};

const struct procedure p17_assurance = {
    .number = 17,
    .code = "P17",
    .title = { "Service assurance", "售后服务保障" },
    .clause = "P17",
    .machines = (const struct machine *const[]){ &p17_fund_request, &p17_special_fund, &p17_fund_movement,
                                                 &p17_assurance_plan, &p17_plan_line, NULL },
    .forms = forms,
};
