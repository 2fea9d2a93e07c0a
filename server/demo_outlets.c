/* What the demo company agrees with its outlets: contracts, tariffs, three months of settlement, summaries, surveys, a
 * tender. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "engine/fire.h"
#include "engine/roles.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)
#define MONTHS 3
#define UPKEEP 30000

/* How far the slip of the last full month has come, by outlet; earlier ones are paid. */
enum progress { PROPOSED, SUBMITTED, CHECKING, CHECKED, AGREED, APPROVED, INVOICED, PAID };
static const enum progress last_month[DEMO_OUTLETS] = { PAID,      INVOICED, APPROVED, AGREED, CHECKED, CHECKING,
                                                        SUBMITTED, PROPOSED, PAID,     PAID,   AGREED,  APPROVED };

static PGresult *query(const struct demo *demo, const char *text, const char *first, const char *second)
{
    const char *values[] = { first, second };
    PGresult *result = PQexecParams(demo->connection, text,
                                    second != NULL  ? 2
                                    : first != NULL ? 1
                                                    : 0,
                                    NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        log_error("demo", "%s", PQerrorMessage(demo->connection));
    return result;
}

static int64_t number_of(const struct demo *demo, const char *text, const char *first, const char *second)
{
    PGresult *result = query(demo, text, first, second);
    int64_t number = PQntuples(result) == 1 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return number;
}

static void text_of(const struct demo *demo, const char *text, const char *first, char *out, size_t size)
{
    PGresult *result = query(demo, text, first, NULL);
    (void)snprintf(out, size, "%s", PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
}

const struct principal *demo_of_outlet(const struct demo *demo, int outlet, const char *role)
{
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].outlet == outlet + 1 && (demo->principals[i].roles & role_bit(role_find(role))) != 0)
            return &demo->principals[i];
    log_fatal("demo", "nobody of outlet %d is %s", outlet + 1, role);
}

static bool add_contract(struct demo *demo, int outlet)
{
    static const char *const names[] = { "诚信", "便民", "迅达", "永固", "安捷", "恒通", "立信", "同心" };
    char legal_name[80], tax_no[32], account[40], id[UUID_TEXT_SIZE];
    (void)snprintf(legal_name, sizeof legal_name, "滨海%s电器维修有限公司", names[outlet % COUNT(names)]);
    (void)snprintf(tax_no, sizeof tax_no, "91350100MA3%07d", 1000000 + outlet * 137);
    (void)snprintf(account, sizeof account, "62220202001122%05d", 33000 + outlet);
    json_t *body =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:i,s:i,s:i,s:s,s:s,s:s}", "outlet_id", demo->outlets[outlet],
                  "legal_name", legal_name, "tax_no", tax_no, "taxpayer_kind", outlet % 3 == 0 ? "general" : "small",
                  "bank_account", account, "contact_name", "赵会计", "contact_phone", "13700001111", "valid_from",
                  demo_date_json(demo, -200), "valid_to", demo_date_json(demo, outlet % 5 == 4 ? 40 : 165),
                  "upkeep_fee", UPKEEP, "deposit", 500000, "retention_pct", 5, "collection_rule", "outlet_keeps",
                  "settlement_mode", "invoice_and_pay", "silence_rule", "agrees");
    int64_t at_us = demo_time(demo, 400 + outlet);
    return demo_fire(demo, "outlet_contract", "draft", NULL, body, demo_holder(demo, "dispatcher"), at_us, id) &&
           demo_fire(demo, "outlet_contract", "sign", id, json_object(), demo_holder(demo, "deputy_gm"),
                     at_us + HOUR_US, NULL);
}

static bool add_tariff(struct demo *demo, const char *name, const char *region, int visit)
{
    char id[UUID_TEXT_SIZE];
    json_t *body =
        json_pack("{s:s,s:s*,s:o,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i}", "name", name, "region", region,
                  "valid_from", demo_date_json(demo, -200), "check_fee", 3000, "minor_repair_fee", 8000,
                  "part_change_fee", 10000, "upkeep_visit_fee", 5000, "install_fee", 12000, "empty_run_fee", 2000,
                  "visit_fee", visit, "free_km", 10, "max_km", 60, "km_rate", 150, "stock_handling_fee", 500);
    int64_t at_us = demo_time(demo, 380);
    return demo_fire(demo, "settlement_tariff", "draft", NULL, body, demo_holder(demo, "dispatcher"), at_us, id) &&
           demo_fire(demo, "settlement_tariff", "put_in_force", id, json_object(), demo_holder(demo, "deputy_gm"),
                     at_us + HOUR_US, NULL);
}

static bool decide_lines(struct demo *demo, const char *slip, int64_t at_us)
{
    PGresult *lines =
        query(demo, "select id from settlement_line where parent_id = $1::uuid and state = 'open' order by line_no",
              slip, NULL);
    bool good = true;
    for (int i = 0; i < PQntuples(lines) && good; i++) {
        json_t *body = i % 9 == 8 ? json_pack("{s:s,s:s}", "decision", "hold", "decision_reason", "回访未完成")
                                  : json_pack("{s:s}", "decision", "accept");
        good = demo_fire(demo, "settlement_line", "decide", PQgetvalue(lines, i, 0), body,
                         demo_holder(demo, "dispatcher"), at_us, NULL);
    }
    PQclear(lines);
    return good;
}

static json_t *invoice(const struct demo *demo, const char *slip, int64_t gross, int64_t at_us)
{
    char no[24], seller[120], tax_no[24];
    text_of(
        demo,
        "select c.legal_name from settlement s join outlet_contract c on c.id = s.contract_id where s.id = $1::uuid",
        slip, seller, sizeof seller);
    text_of(demo,
            "select c.tax_no from settlement s join outlet_contract c on c.id = s.contract_id where s.id = $1::uuid",
            slip, tax_no, sizeof tax_no);
    (void)snprintf(no, sizeof no, "2435%08lld", (long long)(at_us / DAY_US * 100 + gross % 100));
    json_t *day = demo_time_json(at_us), *date = json_stringn(json_string_value(day), 10);
    json_decref(day);
    int64_t net = (gross * 200 + 101) / 202;
    return json_pack("{s:s,s:o,s:s,s:s,s:s,s:I,s:[{s:i,s:I,s:I,s:I}]}", "invoice_no", no, "invoice_date", date,
                     "invoice_kind", "ordinary", "seller_name", seller, "seller_tax_no", tax_no, "invoice_gross",
                     (json_int_t)gross, "tax_lines", "rate", 1, "gross", (json_int_t)gross, "net", (json_int_t)net,
                     "tax", (json_int_t)(gross - net));
}

static bool take_slip_step(struct demo *demo, int outlet, const char *slip, enum progress step, int64_t at_us)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher"), *deputy = demo_holder(demo, "deputy_gm");
    const struct principal *manager = demo_of_outlet(demo, outlet, "outlet_manager"),
                           *finance = demo_holder(demo, "finance_officer");
    int64_t payable = number_of(demo, "select payable from settlement where id = $1::uuid", slip, NULL);
    bool cash = number_of(demo, "select invoice_due::integer from settlement where id = $1::uuid", slip, NULL) != 0;
    char account[40], voucher[24];
    switch (step) {
    case PROPOSED:
        return true;
    case SUBMITTED:
        return demo_fire(demo, "settlement", "submit", slip, json_object(), manager, at_us, NULL);
    case CHECKING:
        return demo_fire(demo, "settlement", "check", slip, json_object(), dispatcher, at_us, NULL);
    case CHECKED:
        if (outlet % 4 == 1 && !demo_fire(demo, "settlement", "deduct", slip,
                                          json_pack("{s:{s:s,s:s,s:i,s:s}}", "deduction", "basis", "old_part",
                                                    "reference", "JH-0012", "amount", 2000, "reason", "旧件逾期未返还"),
                                          dispatcher, at_us, NULL))
            return false;
        return demo_fire(demo, "settlement", "accept_clean", slip, json_object(), dispatcher, at_us, NULL) &&
               decide_lines(demo, slip, at_us + HOUR_US) &&
               demo_fire(demo, "settlement", "issue_statement", slip, json_object(), dispatcher, at_us + 2 * HOUR_US,
                         NULL);
    case AGREED:
        return demo_fire(demo, "settlement", "agree", slip, json_object(), manager, at_us, NULL);
    case APPROVED:
        return demo_fire(demo, "settlement", "approve", slip, json_object(), deputy, at_us, NULL);
    case INVOICED:
        return !cash || demo_fire(demo, "settlement", "register_invoice", slip, invoice(demo, slip, payable, at_us),
                                  finance, at_us, NULL);
    case PAID:
        if (payable <= 0)
            return demo_fire(demo, "settlement", "carry_over", slip, json_object(), finance, at_us, NULL);
        text_of(demo,
                "select c.bank_account from settlement s join outlet_contract c on c.id = s.contract_id where s.id = "
                "$1::uuid",
                slip, account, sizeof account);
        (void)snprintf(voucher, sizeof voucher, "YH%010lld", (long long)(at_us / HOUR_US * 100 + outlet));
        return demo_fire(demo, "settlement", "pay", slip,
                         json_pack("{s:I,s:s*,s:s}", "paid_amount", (json_int_t)payable, "payee_account",
                                   account[0] == '\0' ? NULL : account, "voucher_no", voucher),
                         finance, at_us, NULL);
    }
    return false;
}

static bool settle_month(struct demo *demo, int outlet, int months_ago)
{
    /* Days after the month's end. */
    static const int days[] = { 1, 3, 5, 6, 8, 9, 12, 16 };
    char ago[12], period[12], slip[UUID_TEXT_SIZE];
    (void)snprintf(ago, sizeof ago, "%d", months_ago);
    text_of(demo, "select months_before(month_of(now()), $1::integer)", ago, period, sizeof period);
    if (number_of(demo, "select count(*) from jobs_to_settle($1::uuid, $2)", demo->outlets[outlet], period) == 0)
        return true;
    int64_t end_us =
        number_of(demo,
                  "select (extract(epoch from (to_date($1, 'YYYY-MM') + interval '1 month' + interval '10 hours')"
                  " at time zone company_zone()) * 1000000)::bigint",
                  period, NULL);
    enum progress until = months_ago > 1 ? PAID : last_month[outlet];
    if (end_us + days[PROPOSED] * DAY_US > demo->now_us)
        return true;
    bool good = demo_fire(demo, "settlement", "propose", NULL, json_pack("{s:s}", "period", period),
                          demo_of_outlet(demo, outlet, "outlet_manager"), end_us + days[PROPOSED] * DAY_US, slip);
    for (enum progress step = SUBMITTED;
         good && step <= until && end_us + days[step] * DAY_US + 3 * HOUR_US < demo->now_us; step++)
        good = take_slip_step(demo, outlet, slip, step, end_us + days[step] * DAY_US);
    return good;
}

/* The last quarter's summary: most are reviewed, one waits to be, one came back, one is late. */
static bool add_summary(struct demo *demo, int outlet)
{
    int64_t begin_us = number_of(
        demo,
        "select (extract(epoch from quarter_begin(company_date(now()))::timestamp at time zone company_zone())"
        " * 1000000)::bigint",
        NULL, NULL);
    char id[UUID_TEXT_SIZE];
    if (begin_us + 10 * DAY_US > demo->now_us)
        return true;
    if (!demo_fire(demo, "outlet", "call_for_summary", demo->outlets[outlet], json_object(), &system_principal,
                   begin_us + HOUR_US, NULL))
        return false;
    text_of(demo, "select id from outlet_summary where outlet_id = $1::uuid", demo->outlets[outlet], id, sizeof id);
    const struct principal *dispatcher = demo_holder(demo, "dispatcher");
    json_t *body =
        json_pack("{s:s,s:s,s:s,s:s}", "service_content", "本季度以计算机、网络设备小修和保养为主", "receivables",
                  "无应收账款", "problems", outlet % 2 == 0 ? "常用配件等待时间较长" : "节假日人手紧张", "suggestions",
                  outlet % 2 == 0 ? "建议在网点配备常用配件" : "建议节假日由中心统一调度");
    if (outlet == 11) {
        json_decref(body);
        return true;
    }
    return demo_fire(demo, "outlet_summary", "write", id, body, demo_of_outlet(demo, outlet, "outlet_technician"),
                     begin_us + 3 * DAY_US + 9 * HOUR_US, NULL) &&
           demo_fire(demo, "outlet_summary", "submit", id, json_object(),
                     demo_of_outlet(demo, outlet, "outlet_manager"), begin_us + 6 * DAY_US + 9 * HOUR_US, NULL) &&
           (outlet == 10 ||
            demo_fire(demo, "outlet_summary", outlet == 9 ? "return" : "review", id,
                      outlet == 9 ? json_pack("{s:s}", "review_note", "请补充应收账款明细") : json_object(), dispatcher,
                      begin_us + 8 * DAY_US + 9 * HOUR_US, NULL));
}

static bool add_survey(struct demo *demo, int outlet, int score)
{
    const struct principal *surveyor = demo_holder(demo, "service_manager");
    char id[UUID_TEXT_SIZE];
    int64_t at_us = demo_time(demo, demo->now - 20 * DEMO_DAY);
    json_t *year = demo_date_json(demo, 0);
    int64_t this_year = strtol(json_string_value(year), NULL, 10);
    json_decref(year);
    if (!demo_fire(demo, "outlet_survey", "plan", NULL,
                   json_pack("{s:s,s:I,s:s}", "outlet_id", demo->outlets[outlet], "year", (json_int_t)this_year,
                             "occasion", "other"),
                   surveyor, at_us, id))
        return false;
    if (score == 0)
        return true;
    json_t *body = json_pack("{s:o,s:i,s:s}", "surveyed_on", demo_date_json(demo, -30), "survey_score", score,
                             "findings", score < 70 ? "台账登记不全,工具未按期检定" : "现场整洁,记录齐全");
    if (score < 70)
        (void)json_object_set_new(body, "problems", json_pack("[{s:s}]", "problem", "台账登记不全"));
    if (!demo_fire(demo, "outlet_survey", "survey", id, body, surveyor, at_us + DAY_US, NULL))
        return false;
    return score >= 70
               ? demo_fire(demo, "outlet_survey", "close", id, json_pack("{s:s}", "result", "无须整改"), surveyor,
                           at_us + 2 * DAY_US, NULL)
               : demo_fire(demo, "outlet_survey", "propose_improvement", id,
                           json_pack("{s:[{s:s,s:s}],s:o}", "improvements", "problem", "台账登记不全", "measure",
                                     "一周内补录并由负责人复核", "improve_until", demo_date_json(demo, 14)),
                           surveyor, at_us + 2 * DAY_US, NULL);
}

static bool add_tender(struct demo *demo)
{
    static const char *const bidders[] = { "滨海顺达家电维修部", "滨海新锐电子服务有限公司", "滨海老李电器行" };
    const struct principal *manager = demo_holder(demo, "service_manager"),
                           *dispatcher = demo_holder(demo, "dispatcher");
    char id[UUID_TEXT_SIZE], bids[COUNT(bidders)][UUID_TEXT_SIZE];
    int64_t at_us = demo_time(demo, demo->now - 30 * DEMO_DAY);
    json_t *concept =
        json_pack("{s:s,s:[s,s],s:i,s:i,s:s,s:s,s:s,s:i}", "region", "南湖区", "skills", "computer", "display",
                  "customer_count", 180, "workload", 45, "qualification", "具备电器维修资质", "staff_ability",
                  "持证人员不少于两人", "management_level", "有服务管理制度", "upkeep_fee", UPKEEP);
    bool good = demo_fire(demo, "outlet_tender", "conceive", NULL, concept, manager, at_us, id) &&
                demo_fire(demo, "outlet_tender", "tender", id,
                          json_pack("{s:s,s:s,s:o}", "source", "tender", "media", "滨海日报、公司网站", "bids_until",
                                    demo_date_json(demo, -10)),
                          manager, at_us + DAY_US, NULL);
    for (int i = 0; good && i < COUNT(bidders); i++)
        good = demo_fire(demo, "outlet_candidate", "bid", NULL,
                         json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i}", "parent_id", id, "name", bidders[i],
                                   "contact_name", "钱经理", "phone", "13700002222", "qualification",
                                   "营业执照、维修资质", "staff_ability", "两人持证", "management_level", "一般",
                                   "upkeep_fee", 26000 + 2000 * i),
                         dispatcher, at_us + (4 + i) * DAY_US, bids[i]);
    return good &&
           demo_fire(demo, "outlet_candidate", "shortlist", bids[0], json_pack("{s:i}", "rank", 2), manager,
                     at_us + 8 * DAY_US, NULL) &&
           demo_fire(demo, "outlet_candidate", "shortlist", bids[1], json_pack("{s:i}", "rank", 1), manager,
                     at_us + 8 * DAY_US, NULL) &&
           demo_fire(demo, "outlet_candidate", "decline", bids[2], json_pack("{s:s}", "told_reason", "人员未持证"),
                     manager, at_us + 8 * DAY_US, NULL) &&
           demo_fire(demo, "outlet_tender", "shortlist", id, json_object(), manager, at_us + 9 * DAY_US, NULL) &&
           demo_fire(demo, "outlet_candidate", "review_site", bids[1],
                     json_pack("{s:i,s:s}", "site_score", 82, "site_findings", "场地与设备符合要求"), manager,
                     at_us + 14 * DAY_US, NULL);
}

bool demo_load_terms(struct demo *demo)
{
    bool good = add_tariff(demo, "网点结算标准", NULL, 2000) && add_tariff(demo, "北山区网点结算标准", "北山区", 3000);
    for (int i = 0; good && i < DEMO_OUTLETS; i++)
        if (demo_outlet_is_partner(i))
            good = add_contract(demo, i);
    return good;
}

bool demo_load_outlets(struct demo *demo)
{
    bool good = true;
    for (int months_ago = MONTHS; good && months_ago > 0; months_ago--)
        for (int i = 0; good && i < DEMO_OUTLETS; i++)
            good = settle_month(demo, i, months_ago);
    for (int i = 0; good && i < DEMO_OUTLETS; i++)
        good = add_summary(demo, i);
    return good && add_survey(demo, 1, 88) && add_survey(demo, 4, 62) && add_survey(demo, 7, 0) && add_tender(demo);
}
