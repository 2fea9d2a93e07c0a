/* The demo company's special funds, its plan of the year, and the money that was asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "engine/fire.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define HOUR_US INT64_C(3600000000)
#define YUAN 100

static const struct {
    const char *kind, *name;
    int yuan;
} funds[] = {
    { "compensation_reserve", "赔偿准备金", 60000 },
    { "recall", "召回专项经费", 40000 },
    { "emergency", "应急专项经费", 20000 },
    { "outlet", "网点建设专项", 80000 },
    { "training", "培训专项", 30000 },
};

static const struct {
    const char *category, *need;
    int yuan;
} needs[] = {
    { "fund", "补充赔偿准备金", 30000 },           { "people", "热线节假日值班补贴", 24000 },
    { "training", "售后服务管理师取证2人", 9600 }, { "premises", "服务大厅租金", 96000 },
    { "facility", "检测仪器检定与更新", 42000 },   { "spares", "常用备件储备", 150000 },
    { "it", "客户信息系统维护", 36000 },           { "vehicle", "服务车辆油费与保养", 28000 },
    { "insurance", "公众责任险", 12000 },
};

/* Steps by letter: c checked, a approved, p paid, s settled, x rejected, w withdrawn, e paid in an emergency. */
static const struct {
    const char *purpose, *need, *payee, *steps;
    int fund; /* place in `funds`, -1: none */
    int yuan, days_ago;
} requests[] = {
    { "compensation", "维修延误赔偿", "滨海第三小学", "caps", 0, 860, 40 },
    { "compensation", "搬运损坏桌面赔偿", "王建军", "cap", 0, 1500, 6 },
    { "compensation", "停机损失补偿", "海港物流有限公司", "ca", 0, 6800, 2 },
    { "compensation", "误工补偿", "李秀英", "c", -1, 450, 1 },
    { "recall", "电源批次召回运费", "顺达物流", "cap", 1, 12600, 18 },
    { "training", "厂家技术培训费", "华星科技培训中心", "caps", 4, 4800, 30 },
    { "emergency", "暴雨抢修租用水泵", "安捷设备租赁", "e", 2, 17500, 1 },
    { "other", "宣传礼品", "便民商店", "x", -1, 3000, 12 },
    { "other", "重复申请", "便民商店", "w", -1, 3000, 9 },
    { "spares", "年度备件补充", "华星科技", "", -1, 23000, 0 },
};

/* Nine in the morning, so many working days before the loading. */
static int64_t morning(const struct demo *demo, int days_ago)
{
    return demo_time(demo, (demo->now / DEMO_DAY - days_ago) * DEMO_DAY + 30);
}

static int64_t not_ahead(const struct demo *demo, int64_t at_us)
{
    return at_us < demo->now_us ? at_us : demo->now_us;
}

static int date_part(int64_t at_us, size_t from)
{
    json_t *text = demo_time_json(at_us);
    int value = (int)strtol(json_string_value(text) + from, NULL, 10);
    json_decref(text);
    return value;
}

static const struct principal *approver(const struct demo *demo, long long fen)
{
    return demo_holder(demo, fen <= 200000 ? "service_manager" : fen <= 2000000 ? "deputy_gm" : "general_manager");
}

static bool step(struct demo *demo, const char *id, char letter, int fund, const char (*ids)[UUID_TEXT_SIZE],
                 long long fen, int64_t at_us)
{
    const struct principal *finance = demo_holder(demo, "finance_officer");
    switch (letter) {
    case 'c':
        return demo_fire(demo, "fund_request", "check", id,
                         json_pack("{s:s*,s:s}", "fund_id", fund < 0 ? NULL : ids[fund], "check_note", "凭据齐全"),
                         finance, at_us, NULL);
    case 'a':
        return demo_fire(demo, "fund_request", "approve", id, json_object(), approver(demo, fen), at_us, NULL);
    case 'p':
        return demo_fire(demo, "fund_request", "pay", id,
                         json_pack("{s:I,s:s}", "paid_amount", (json_int_t)fen, "voucher_no", "网银回单"), finance,
                         at_us, NULL);
    case 's':
        return demo_fire(demo, "fund_request", "settle", id, json_pack("{s:s}", "vouchers", "发票1张"), finance, at_us,
                         NULL);
    case 'e':
        return demo_fire(demo, "fund_request", "check", id, json_pack("{s:s}", "fund_id", ids[fund]), finance, at_us,
                         NULL) &&
               demo_fire(demo, "fund_request", "pay_emergency", id,
                         json_pack("{s:I,s:s,s:s}", "paid_amount", (json_int_t)fen, "voucher_no", "网银回单",
                                   "leader_id", demo_holder(demo, "deputy_gm")->id),
                         finance, at_us, NULL);
    case 'x':
        return demo_fire(demo, "fund_request", "reject", id, json_pack("{s:s}", "reject_reason", "不在保障范围"),
                         finance, at_us, NULL);
    default:
        return demo_fire(demo, "fund_request", "withdraw", id, json_pack("{s:s}", "reason", "重复"),
                         demo_holder(demo, "dispatcher"), at_us, NULL);
    }
}

static bool add_requests(struct demo *demo, const char (*ids)[UUID_TEXT_SIZE])
{
    for (int i = 0; i < COUNT(requests); i++) {
        int64_t at_us = morning(demo, requests[i].days_ago);
        long long fen = (long long)requests[i].yuan * YUAN;
        char id[UUID_TEXT_SIZE];
        json_t *body =
            json_pack("{s:s,s:s,s:s,s:I,s:b}", "purpose", requests[i].purpose, "need", requests[i].need, "payee",
                      requests[i].payee, "amount", (json_int_t)fen, "emergency", strcmp(requests[i].steps, "e") == 0);
        if (!demo_fire(demo, "fund_request", "request", NULL, body, demo_holder(demo, "dispatcher"),
                       not_ahead(demo, at_us), id))
            return false;
        for (const char *s = requests[i].steps; *s != '\0'; s++) {
            at_us += 3 * HOUR_US;
            if (!step(demo, id, *s, requests[i].fund, ids, fen, not_ahead(demo, at_us)))
                return false;
        }
    }
    return true;
}

/* What settlements and others have asked for: checked and approved while it waited, paid when its slip was. */
static bool follow_link(struct demo *demo, PGresult *links, int row)
{
    const struct machine_plan *machine = engine_machine_by_name(demo->engine, "fund_request");
    json_t *body = json_loads(PQgetvalue(links, row, 1), 0, NULL);
    int64_t at_us = strtoll(PQgetvalue(links, row, 2), NULL, 10);
    long long fen = json_integer_value(json_object_get(body, "amount"));
    struct buf error = { 0 };
    bool good = engine_fire_link(demo->connection, machine, PQgetvalue(links, row, 3), body, at_us,
                                 PQgetvalue(links, row, 0), &error) == VERDICT_MOVED;
    json_decref(body);
    if (!good)
        log_error("demo", "request for money: %s", error.data == NULL ? "" : error.data);
    buf_done(&error);
    if (!good || PQgetisnull(links, row, 4))
        return good;
    int64_t paid_us = strtoll(PQgetvalue(links, row, 4), NULL, 10);
    const char *values[1] = { PQgetvalue(links, row, 0) };
    PGresult *opened =
        PQexecParams(demo->connection, "select to_id from link where id = $1::uuid", 1, NULL, values, NULL, NULL, 0);
    char id[UUID_TEXT_SIZE] = "";
    if (PQntuples(opened) == 1)
        (void)snprintf(id, sizeof id, "%s", PQgetvalue(opened, 0, 0));
    PQclear(opened);
    return step(demo, id, 'c', -1, NULL, fen, at_us + HOUR_US) &&
           step(demo, id, 'a', -1, NULL, fen, at_us + 2 * HOUR_US) &&
           demo_fire(demo, "fund_request", "take_over_payment", id,
                     json_pack("{s:I,s:s}", "paid_amount", (json_int_t)fen, "voucher_no", PQgetvalue(links, row, 5)),
                     &system_principal, paid_us, NULL) &&
           (paid_us + 48 * HOUR_US > demo->now_us || step(demo, id, 's', -1, NULL, fen, paid_us + 48 * HOUR_US));
}

static bool follow_links(struct demo *demo)
{
    PGresult *links =
        PQexec(demo->connection,
               "select l.id, l.inputs, floor(extract(epoch from l.made_at) * 1000000)::bigint, l.to_event,\n"
               "       floor(extract(epoch from s.paid_at) * 1000000)::bigint, coalesce(s.voucher_no, '网银回单')\n"
               "  from link l\n  left join settlement s on s.id = l.from_id and s.state = 'paid'\n"
               " where l.to_machine = 'fund_request'\n   and l.state = 'waiting'\n order by l.made_at, l.id");
    bool good = PQresultStatus(links) == PGRES_TUPLES_OK;
    for (int row = 0; row < PQntuples(links) && good; row++)
        good = follow_link(demo, links, row);
    PQclear(links);
    return good;
}

static bool add_plan(struct demo *demo, int year, int64_t at_us, int lines, char id[UUID_TEXT_SIZE])
{
    const struct principal *manager = demo_holder(demo, "service_manager");
    if (!demo_fire(demo, "assurance_plan", "collect", NULL,
                   json_pack("{s:i,s:s}", "year", year, "basis", "上年评价与各部门需求"), manager, at_us, id))
        return false;
    for (int i = 0; i < lines; i++)
        if (!demo_fire(demo, "plan_line", "add", NULL,
                       json_pack("{s:s,s:s,s:s,s:I}", "parent_id", id, "category", needs[i].category, "need",
                                 needs[i].need, "amount", (json_int_t)needs[i].yuan * YUAN),
                       manager, at_us, NULL))
            return false;
    return true;
}

static bool add_plans(struct demo *demo)
{
    int64_t start_us = demo_time(demo, 60), check_us = morning(demo, 20);
    char id[UUID_TEXT_SIZE], next[UUID_TEXT_SIZE];
    json_t *check = json_pack("{s:b,s:b,s:s,s:s}", "premises_ok", 1, "hotline_ok", 1, "findings", "场所与热线正常",
                              "measures", "持证管理师不足,已报名取证");
    bool good =
        add_plan(demo, date_part(start_us, 0), start_us, COUNT(needs), id) &&
        demo_fire(demo, "assurance_plan", "draft", id, json_pack("{s:I}", "last_year_sales", (json_int_t)1860000000),
                  demo_holder(demo, "service_manager"), start_us, NULL) &&
        demo_fire(demo, "assurance_plan", "review", id, json_pack("{s:s}", "review_opinion", "资金可落实"),
                  demo_holder(demo, "finance_officer"), start_us + HOUR_US, NULL) &&
        demo_fire(demo, "assurance_plan", "approve", id, json_object(), demo_holder(demo, "general_manager"),
                  start_us + 2 * HOUR_US, NULL) &&
        demo_fire(demo, "assurance_plan", "check", id, json_incref(check), demo_holder(demo, "service_manager"),
                  check_us, NULL);
    json_decref(check);
    /* The plan of the next year is collected in November. */
    if (!good || date_part(demo->now_us, 5) < 11)
        return good;
    return add_plan(demo, date_part(demo->now_us, 0) + 1, not_ahead(demo, morning(demo, 3)), 5, next);
}

bool demo_load_assurance(struct demo *demo)
{
    char ids[COUNT(funds)][UUID_TEXT_SIZE];
    for (int i = 0; i < COUNT(funds); i++)
        if (!demo_fire(demo, "special_fund", "open", NULL,
                       json_pack("{s:s,s:s,s:I}", "kind", funds[i].kind, "name", funds[i].name, "opening",
                                 (json_int_t)funds[i].yuan * YUAN),
                       demo_holder(demo, "finance_officer"), demo_time(demo, 40), ids[i]))
            return false;
    return add_plans(demo) && follow_links(demo) && add_requests(demo, (const char(*)[UUID_TEXT_SIZE])ids);
}
