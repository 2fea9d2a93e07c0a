/* The demo company's recalls, from a signal of today to one that is summarised, with their units. */
#include <stdio.h>
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define DAY_US (INT64_C(24) * 3600 * 1000000)

enum stage { SIGNALLED, INVESTIGATING, NO_DEFECT, PLANNING, HANDED, EXECUTING, SUMMARISED };

/* `rare`: place of the model among those that are installed, the rarest first; -1: one that nobody has in the register. */
static const struct {
    const char *symptom, *source, *injury, *cause, *hazard, *level, *measure;
    int rare, age; /* days since the first signal */
    enum stage stage;
} recalls[] = {
    { "适配器插头过热变色", "complaint", "none", "插头材料耐温不足", "可能烫伤", "III", "repair", -1, 80, SUMMARISED },
    { "电源模块冒烟", "return_repair", "none", "电容耐压不足", "过热冒烟,可能起火", "II", "repair", 3, 40, EXECUTING },
    { "电池鼓包", "supplier", "none", "电芯批次不良", "可能起火", "II", "replace", 0, 20, HANDED },
    { "门禁锁体夹手", "complaint", "minor", "回弹力过大", "可能夹伤手指", "II", "repair", 1, 9, PLANNING },
    { "投影机异响", "repair", "none", NULL, NULL, NULL, NULL, 2, 30, NO_DEFECT },
    { "显示器支架断裂", "employee", "none", NULL, NULL, NULL, NULL, 4, 3, INVESTIGATING },
    { "机柜漏电致操作员麻手", "complaint", "minor", NULL, NULL, NULL, NULL, 5, 0, SIGNALLED },
};

struct walk {
    struct demo *demo;
    int row;
    int64_t at_us;
    char id[UUID_TEXT_SIZE];
};

static bool fire(struct walk *walk, const char *event, json_t *body, const char *role, int days)
{
    walk->at_us += days * DAY_US;
    const struct principal *who = demo_holder(walk->demo, role);
    return demo_fire(walk->demo, "recall", event, walk->id, body, who, walk->at_us, NULL);
}

static json_t *today(const struct walk *walk)
{
    json_t *time = demo_time_json(walk->at_us), *day = json_stringn(json_string_value(time), strlen("2026-01-01"));
    json_decref(time);
    return day;
}

static bool find(struct walk *walk, const char *sql, const char *argument, char out[120])
{
    PGresult *result = PQexecParams(walk->demo->connection, sql, 1, NULL, &argument, NULL, NULL, 0);
    bool found = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (found)
        (void)snprintf(out, 120, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return found;
}

static bool log_signal(struct walk *walk)
{
    struct demo *demo = walk->demo;
    int i = walk->row;
    char place[12], model[120] = "AD-65W", signal[UUID_TEXT_SIZE], recall[120];
    (void)snprintf(place, sizeof place, "%d", recalls[i].rare);
    if (recalls[i].rare >= 0 && !find(walk, "select q.model from equipment q group by 1 order by count(*), 1 offset $1::text::integer limit 1", place, model))
        return false;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s}", "symptom", recalls[i].symptom, "source", recalls[i].source, "injury", recalls[i].injury, "model", model);
    if (!demo_fire(demo, "recall_signal", "log", NULL, body, demo_holder(demo, "hotline_clerk"), walk->at_us, signal) ||
        !find(walk, "select s.recall_id from recall_signal s where s.id = $1::text::uuid", signal, recall))
        return false;
    (void)snprintf(walk->id, sizeof walk->id, "%.36s", recall);
    return true;
}

static bool investigate(struct walk *walk)
{
    int i = walk->row;
    enum stage stage = recalls[i].stage;
    if (stage == SIGNALLED)
        return true;
    if (!fire(walk, "open_investigation", json_pack("{s:b}", "stop_ship", stage == INVESTIGATING), "service_manager", 0))
        return false;
    if (stage == INVESTIGATING)
        return true;
    if (stage == NO_DEFECT) {
        json_t *none = json_pack("{s:s,s:s,s:s}", "finding", "no_defect", "conclusion", "风扇积尘,清洁后正常", "evidence", "三台复测记录");
        return fire(walk, "report_findings", none, "technician", 4) && fire(walk, "dismiss", json_object(), "deputy_gm", 1);
    }
    json_t *found = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "finding", "defect", "conclusion", "批次性缺陷", "evidence", "拆解报告及照片", "cause",
                              recalls[i].cause, "hazard", recalls[i].hazard, "affected_range", "本型号全部在用设备", "level", recalls[i].level);
    if (stage == HANDED)
        (void)json_object_update_new(found, json_pack("{s:b,s:s}", "bought_in", 1, "maker", "华星科技"));
    json_t *frozen = json_pack("{s:b,s:b,s:b,s:[{s:s,s:s,s:i}]}", "stock_frozen", 1, "transit_frozen", 1, "outlets_told", 1, "quarantined", "place", "warehouse",
                               "where", "总库待处理区", "quantity", 6);
    if (!fire(walk, "report_findings", found, "technician", 2) || !fire(walk, "confirm_defect", json_object(), "deputy_gm", 1) ||
        !fire(walk, "contain", frozen, "materials_officer", 0))
        return false;
    if (stage == HANDED)
        return fire(walk, "hand_to_producer", json_pack("{s:s}", "maker_letter", "华星科技召回确认函第7号"), "deputy_gm", 1);
    return fire(walk, "draft_plan", json_object(), "service_manager", 0);
}

/* The first of the list are told, and those before put right. */
static bool work_on_units(struct walk *walk)
{
    struct demo *demo = walk->demo;
    bool all = recalls[walk->row].stage == SUMMARISED, good = true;
    const char *id = walk->id;
    PGresult *units = PQexecParams(demo->connection, "select u.id from recall_unit u where u.parent_id = $1::text::uuid order by u.id", 1, NULL, &id, NULL, NULL, 0);
    int n = PQntuples(units);
    for (int i = 0; i < n && good; i++) {
        if (i > n * 2 / 3 && !all)
            break;
        good = demo_fire(demo, "recall_unit", "notify", PQgetvalue(units, i, 0), json_pack("{s:s}", "told_via", "phone"), demo_holder(demo, "hotline_clerk"),
                         walk->at_us, NULL);
        if (good && (all || i < n / 2))
            good = demo_fire(demo, "recall_unit", "remedy", PQgetvalue(units, i, 0), json_pack("{s:s}", "done_evidence", "召回派工单"), demo_holder(demo, "dispatcher"),
                             walk->at_us + DAY_US, NULL);
    }
    PQclear(units);
    return good;
}

static bool list_by_hand(struct walk *walk)
{
    struct demo *demo = walk->demo;
    for (int i = 0; i < 3; i++) {
        char serial[24];
        (void)snprintf(serial, sizeof serial, "AD65-2025-%03d", 118 + i);
        json_t *unit = json_pack("{s:s,s:s,s:s}", "parent_id", walk->id, "serial", serial, "customer_id", demo->customers[7 + 5 * i].id);
        if (!demo_fire(demo, "recall_unit", "list", NULL, unit, demo_holder(demo, "dispatcher"), walk->at_us, NULL))
            return false;
    }
    return true;
}

static bool plan_and_carry_out(struct walk *walk)
{
    int i = walk->row;
    if (recalls[i].stage < PLANNING || recalls[i].stage == HANDED || (recalls[i].rare < 0 && !list_by_hand(walk)))
        return recalls[i].stage < PLANNING || recalls[i].stage == HANDED;
    if (recalls[i].stage == PLANNING)
        return true;
    json_t *plan = json_pack("{s:s,s:s,s:s,s:s,s:s,s:i}", "product_scope", "本型号全部在用设备", "emergency_handling", "立即断电停用并联系热线", "measures",
                             "上门免费检修更换", "measure", recalls[i].measure, "responsible_contact", "售后服务中心 4008873580", "budget", 0);
    (void)json_object_update_new(plan, json_pack("{s:o,s:o}", "planned_from", today(walk), "planned_to", demo_date_json(walk->demo, 60)));
    if (!fire(walk, "submit_plan", plan, "service_manager", 1) || !fire(walk, "review_plan", json_object(), "deputy_gm", 1) ||
        !fire(walk, "approve_plan", json_object(), "general_manager", 1))
        return false;
    walk->at_us += DAY_US;
    if (!fire(walk, "file_plan", json_pack("{s:s,s:o}", "filing_no", "SJ-ZH-0418", "filed_on", today(walk)), "dispatcher", 0))
        return false;
    walk->at_us += DAY_US;
    json_t *notice = json_pack("{s:[s,s],s:s,s:s,s:o}", "notice_channels", "website", "letter", "notice_text", "请停用该型号并联系我们,免费检修", "hotline_script",
                               "先请客户断电,再核对序列号", "published_on", today(walk));
    if (!fire(walk, "announce", notice, "dispatcher", 0) || !fire(walk, "start", json_object(), "dispatcher", 1) || !work_on_units(walk) ||
        !fire(walk, "progress_summary", json_pack("{s:s,s:s}", "summary_kind", "weekly", "summary_text", "按台账逐户联系"), "service_manager", 5))
        return false;
    return recalls[i].stage < SUMMARISED ||
           (fire(walk, "review_effect", json_pack("{s:s}", "evaluation", "抽查全部合格"), "management_rep", 30) &&
            fire(walk, "summarise", json_pack("{s:s,s:s}", "final_summary", "召回3台全部完成", "summary_no", "ZJ-0418"), "service_manager", 5));
}

bool demo_load_recalls(struct demo *demo)
{
    for (int i = 0; i < COUNT(recalls); i++) {
        struct walk walk = { .demo = demo, .row = i, .at_us = demo->now_us - recalls[i].age * DAY_US - 1800 * INT64_C(1000000) };
        if (!log_signal(&walk) || !investigate(&walk) || !plan_and_carry_out(&walk))
            return false;
    }
    /* Nobody knows yet which model it was. */
    return demo_fire(demo, "recall_signal", "log", NULL, json_pack("{s:s,s:s}", "symptom", "客户来电称插座边冒火花,未说型号", "source", "complaint"),
                     demo_holder(demo, "hotline_clerk"), demo->now_us - 600 * INT64_C(1000000), NULL);
}
