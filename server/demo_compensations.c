/* The demo company's claims for compensation, on jobs that it has done, in several states. */
#include <stdio.h>
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define STEP_MINUTES 220

/* `steps`: one letter a step, about two a day; see take(). */
static const struct {
    int days; /* working days before the loading */
    const char *basis, *loss, *what_for, *supplier;
    int claimed, assessed; /* fen */
    const char *steps;
} claims[] = {
    { 40, "lost_in_custody", "带回维修的硬盘遗失", "同型号硬盘市价", NULL, 68000, 65000, "ascogpyx" },
    { 30, "product_defect", "电源缺陷烧毁主板", "同型号主板市价", "华星科技", 260000, 240000, "ascogpyx" },
    { 22, "service_fault", "搬运时划伤机柜", "喷漆修复费", NULL, 120000, 60000, "ascoD" },
    { 18, "delay", "维修逾期三天影响开标", NULL, NULL, 500000, 0, "d" },
    { 5, "injury", "设备漏电致操作员手部灼伤", "医疗费及误工费", NULL, 350000, 310000, "ascogp" },
    { 4, "service_fault", "误删办公电脑数据", "数据恢复费", NULL, 200000, 180000, "ascog" },
    { 4, "warranty_terms", "两次维修未修好,要求退还运费", "往返运费", NULL, 30000, 18000, "asco" },
    { 1, "contract", "未按合同提供备用机", "合同约定违约金", NULL, 150000, 100000, "as" },
    { 0, "lost_in_custody", "送修配件缺少电源适配器", NULL, NULL, 15000, 0, "" },
};

static bool take(struct demo *demo, const char *id, int i, char letter, int64_t at_us)
{
    const struct principal *manager = demo_holder(demo, "service_manager"), *who = manager;
    const char *event = NULL;
    json_t *body = NULL;
    switch (letter) {
    case 'a':
        event = "accept";
        break;
    case 'd':
        event = "decline", body = json_pack("{s:s,s:b}", "decline_reason", "延误由客户推迟上门造成", "appeal_told", 1);
        break;
    case 's':
        event = "assess";
        body = json_pack("{s:[{s:s,s:i,s:s}],s:s*}", "lines", "kind", "direct_loss", "amount", claims[i].assessed,
                         "what_for", claims[i].what_for, "supplier", claims[i].supplier);
        break;
    case 'c':
        event = "confirm", who = demo_holder(demo, "finance_officer");
        break;
    case 'o':
        event = "offer", body = json_pack("{s:i,s:s}", "offer_amount", claims[i].assessed, "offer_terms", "一次性赔付");
        break;
    case 'D':
        event = "dispute", who = demo_holder(demo, "hotline_clerk"),
        body = json_pack("{s:s}", "dispute_text", "要求整柜更换");
        break;
    case 'g':
        event = "agree", who = demo_holder(demo, "hotline_clerk");
        body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "agreed_by", "客户联系人", "agreed_via", "phone", "recording_ref",
                         "LY-0612", "payee_name", "客户联系人", "pay_method", "cash");
        break;
    case 'p':
        event = "approve", who = demo_holder(demo, "deputy_gm");
        break;
    case 'y': {
        event = "pay", who = demo_holder(demo, "finance_officer"), body = json_pack("{s:s}", "payment_ref", "FK-0087");
        json_t *time = demo_time_json(at_us);
        (void)json_object_set_new(body, "paid_on", json_stringn(json_string_value(time), strlen("2026-01-01")));
        json_decref(time);
        break;
    }
    default:
        event = "close", who = demo_holder(demo, "dispatcher");
    }
    return demo_fire(demo, "compensation", event, id, body == NULL ? json_object() : body, who, at_us, NULL);
}

static bool add_claim(struct demo *demo, int i, const char *repair)
{
    char id[UUID_TEXT_SIZE];
    int minute = claims[i].days == 0 ? demo->now - 20 : demo->now - claims[i].days * DEMO_DAY;
    json_t *body = json_pack("{s:s,s:s,s:s,s:i}", "repair_id", repair, "basis", claims[i].basis, "loss_text",
                             claims[i].loss, "claimed_amount", claims[i].claimed);
    if (!demo_fire(demo, "compensation", "submit", NULL, body, demo_holder(demo, "dispatcher"), demo_time(demo, minute),
                   id))
        return false;
    for (const char *letter = claims[i].steps; *letter != '\0'; letter++) {
        minute += STEP_MINUTES;
        if (!take(demo, id, i, *letter, demo_time(demo, minute < demo->now ? minute : demo->now)))
            return false;
    }
    return true;
}

bool demo_load_compensations(struct demo *demo)
{
    /* The last that were settled before; of different customers. */
    char sql[400];
    (void)snprintf(sql, sizeof sql,
                   "select r.id\n  from (select distinct on (r.customer_id) r.id, r.settled_at\n          from repair "
                   "r\n         where r.settled_at is not null\n"
                   "         order by r.customer_id, r.settled_at) r\n order by r.settled_at, r.id\n limit %d",
                   COUNT(claims));
    PGresult *repairs = PQexec(demo->connection, sql);
    bool good = PQresultStatus(repairs) == PGRES_TUPLES_OK && PQntuples(repairs) == COUNT(claims);
    for (int i = 0; i < COUNT(claims) && good; i++)
        good = add_claim(demo, i, PQgetvalue(repairs, i, 0));
    PQclear(repairs);
    return good;
}
