/* The demo company's improvements in all their states, and a month's analysis of service quality. */
#include <stdio.h>

#include "engine/fire.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define DAY_US (INT64_C(24) * 3600 * 1000000)

enum stage { PROPOSED, SCREENING, REJECTED, DEFERRED, EVALUATED, APPROVED, IMPLEMENTING, VERIFYING, STANDARDISING, CLOSED };

/* Implemented this many days after it was proposed; measured a month later. */
enum { SCREENED_AFTER = 3, APPROVED_AFTER = 6, BEGUN_AFTER = 8, DONE_AFTER = 20, MEASURED_AFTER = DONE_AFTER + 32, SIGNED_AFTER = MEASURED_AFTER + 4 };

static const struct {
    const char *problem, *type, *source, *by, *owner, *baseline, *goal, *action;
    int cost, age; /* yuan; days since it was proposed */
    enum stage stage;
    bool anonymous;
} improvements[] = {
    { "上门前不清楚故障部位,常为取备件跑两趟", "service", "employee", "zhangwei", "wangfang", "二次上门率22%", "二次上门率10%", "派单页增加诊断要点", 1500, 80, CLOSED, false },
    { "投影灯泡平均寿命不足半年", "product", "repair_stats", "liuyang", "zhangwei", "平均寿命5个月", "平均寿命9个月", "更换灯泡型号并清洁滤网", 12000, 75, STANDARDISING, false },
    { "网点旧件返还登记靠纸面,月底对不上", "management", "outlet_summary", "wangfang", "liuyang", "对账差异每月6件", "对账差异不超过1件", "旧件返还改为系统登记", 0, 45, VERIFYING, false },
    { "客户反映电话等候过久", "service", "opinion", "lina", "wangfang", "平均等候95秒", "平均等候40秒", "上午增设一个坐席", 8000, 16, IMPLEMENTING, false },
    { "交换机电源模块同型号多次损坏", "product", "repair_stats", "zhangwei", "zhangwei", "半年损坏7块", "半年不超过2块", "与厂家改换散热结构", 18000, 9, APPROVED, false },
    { "夜间急修值班补助未及时发放", "management", "employee", "zhangwei", "liuyang", "平均迟发20天", "次月10日前发放", "补助随结算单审批", 0, 8, EVALUATED, true },
    { "外委网点缺少统一工服", "management", "employee", "lina", NULL, NULL, NULL, NULL, 0, 30, REJECTED, false },
    { "建议为学校客户开通寒暑假集中保养", "service", "opinion", "wangfang", NULL, NULL, NULL, NULL, 0, 25, DEFERRED, false },
    { "备件箱标签脱落,取件易错", NULL, "employee", "zhangwei", NULL, NULL, NULL, NULL, 0, 4, SCREENING, false },
    { "同行已提供微信报修进度查询", NULL, "competitor", "lina", NULL, NULL, NULL, NULL, 0, 1, PROPOSED, false },
};

struct walk {
    struct demo *demo;
    int row;
    char id[UUID_TEXT_SIZE];
};

static bool fire(struct walk *walk, const char *event, json_t *body, const struct principal *who, int after)
{
    int64_t at_us = walk->demo->now_us - (improvements[walk->row].age - after) * DAY_US;
    bool creates = walk->id[0] == '\0';
    return demo_fire(walk->demo, "improvement", event, creates ? NULL : walk->id, body, who, at_us, creates ? walk->id : NULL);
}

static json_t *day(const struct walk *walk, int after)
{
    return demo_date_json(walk->demo, after - improvements[walk->row].age);
}

static bool propose(struct walk *walk)
{
    int i = walk->row;
    json_t *body = json_pack("{s:s,s:s,s:s*,s:s*,s:s*}", "problem", improvements[i].problem, "source", improvements[i].source, "type", improvements[i].type,
                             "baseline_metric", improvements[i].baseline, "goal", improvements[i].goal);
    if (improvements[i].anonymous)
        (void)json_object_set_new(body, "anonymous", json_true());
    return fire(walk, "propose", body, demo_person(walk->demo, improvements[i].by), 0);
}

static bool screen(struct walk *walk)
{
    const struct principal *manager = demo_holder(walk->demo, "service_manager");
    enum stage stage = improvements[walk->row].stage;
    if (stage < SCREENING)
        return true;
    if (!fire(walk, "screen", json_object(), manager, SCREENED_AFTER))
        return false;
    if (stage == REJECTED)
        return fire(walk, "reject", json_pack("{s:s}", "answer", "外委单位自行着装,合同未作要求"), manager, SCREENED_AFTER);
    if (stage == DEFERRED)
        return fire(walk, "defer", json_pack("{s:s,s:o}", "answer", "待下一学期前再议", "deferred_until", demo_date_json(walk->demo, 40)), manager, SCREENED_AFTER);
    return stage < EVALUATED ||
           fire(walk, "evaluate",
                json_pack("{s:s,s:s,s:I}", "answer", "采纳,感谢建议", "evaluation", "可行,见效快", "cost", (json_int_t)improvements[walk->row].cost * 100), manager,
                SCREENED_AFTER);
}

static bool carry_out(struct walk *walk)
{
    int i = walk->row;
    const struct principal *owner = improvements[i].owner == NULL ? NULL : demo_person(walk->demo, improvements[i].owner);
    bool product = improvements[i].type != NULL && improvements[i].type[0] == 'p';
    if (improvements[i].stage < APPROVED)
        return true;
    json_t *plan = json_pack("{s:s,s:s,s:o,s:i,s:[{s:s,s:s}]}", "assignee_id", owner->id, "target_metric", improvements[i].goal, "due_on", day(walk, DONE_AFTER + 5),
                             "period_months", 1, "plan_actions", "what", improvements[i].action, "who", owner->name);
    return fire(walk, "approve", plan, demo_holder(walk->demo, "general_manager"), APPROVED_AFTER) &&
           (improvements[i].stage < IMPLEMENTING ||
            fire(walk, "implement", product ? json_pack("{s:s}", "notice_to", "tech_dept") : json_object(), owner, BEGUN_AFTER)) &&
           (improvements[i].stage < VERIFYING || fire(walk, "report_done", json_pack("{s:s}", "evidence", "实施记录及照片已归档"), owner, DONE_AFTER));
}

static bool keep(struct walk *walk)
{
    struct demo *demo = walk->demo;
    int i = walk->row;
    if (improvements[i].stage < STANDARDISING)
        return true;
    json_t *figures = json_pack("{s:o,s:o,s:s,s:b}", "measured_from", day(walk, DONE_AFTER), "measured_to", day(walk, MEASURED_AFTER - 1), "actual", improvements[i].goal,
                                "goal_reached", 1);
    return fire(walk, "measure", figures, demo_holder(demo, "service_manager"), MEASURED_AFTER) &&
           fire(walk, "verify", json_object(), demo_holder(demo, "management_rep"), MEASURED_AFTER + 1) &&
           (improvements[i].stage < CLOSED ||
            (fire(walk, "standardise", json_pack("{s:b}", "rule_changed", 0), demo_holder(demo, "document_controller"), SIGNED_AFTER) &&
             fire(walk, "train", json_pack("{s:b}", "training_needed", 0), demo_holder(demo, "hr_officer"), SIGNED_AFTER)));
}

/* The month in which the year was begun is over: analysed, its meeting not yet held. */
static bool analyse_month(struct demo *demo)
{
    char year[UUID_TEXT_SIZE], analysis[UUID_TEXT_SIZE] = "";
    int64_t begun = demo->now_us - 40 * DAY_US;
    json_t *first = demo_date_json(demo, -40);
    int number = 0;
    (void)sscanf(json_string_value(first), "%4d", &number);
    json_decref(first);
    if (!demo_fire(demo, "improvement_year", "begin", NULL, json_pack("{s:i}", "year", number), demo_holder(demo, "management_rep"), begun, year) ||
        !demo_fire(demo, "improvement_year", "open_month", year, json_object(), &system_principal, demo->now_us, NULL))
        return false;
    PGresult *found = PQexec(demo->connection, "select a.id from service_analysis a");
    if (PQntuples(found) == 1)
        (void)snprintf(analysis, sizeof analysis, "%s", PQgetvalue(found, 0, 0));
    PQclear(found);
    return demo_fire(demo, "service_analysis", "analyse", analysis,
                     json_pack("{s:s,s:s,s:s}", "findings", "到场及时率上升,学校客户备件等待偏长", "causes", "A类备件安全库存偏低", "conclusions", "提高两类备件安全库存"),
                     demo_holder(demo, "service_manager"), demo->now_us, NULL);
}

bool demo_load_improvements(struct demo *demo)
{
    for (int i = 0; i < COUNT(improvements); i++) {
        struct walk walk = { .demo = demo, .row = i };
        if (!propose(&walk) || !screen(&walk) || !carry_out(&walk) || !keep(&walk))
            return false;
    }
    return analyse_month(demo);
}
