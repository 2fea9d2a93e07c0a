/* Nonconformities of the demo company, one for each way that one may stand. */
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

/* One letter a step, see `take`; a day lies between two. */
static const struct {
    const char *reporter, *source, *grade, *dept, *clause, *fact, *evidence;
    const char *steps;
    int days_ago; /* of the last step */
} found[] = {
    { "zhaomin", "complaint", "minor", "tech_dept", "P4 4.2(7)", "回访时客户反映上门人员未出示维修收费标准", "回访录音",
      "", 0 },
    { "wangfang", "delivery", "minor", "materials_office", "P8 4.2", "送货清单漏列电源线两根", "客户签收单注明", "C",
      0 },
    { "huangzhiyuan", "return_repair", "major", "materials_office", "P5 4.2(4)", "返修硬盘未加防震包装,到厂时外壳开裂",
      "厂家收货照片", "Csk", 1 },
    { "liuyang", "rule_inspection", "major", "tech_dept", "P4 4.2(5)", "抽查12份处理单,3份无客户联", "处理单复印件",
      "CsknA", 1 },
    { "gaoyue", "internal_evaluation", "minor", "tech_dept", "P12 4.3", "两台万用表超期未送检仍在使用",
      "设备台账与现场照片", "CsknAp", 1 },
    { "liuyang", "outlet", "major", "outlet", "P6 4.2.6", "结算单中五笔无客户意见", "结算单", "CsknApyb", 2 },
    { "xujing", "stock", "minor", "tech_dept", "P11 4.1", "旧件超过15日未返还四件", "备件台账", "CsknApybi", 6 },
    { "lina", "other", "minor", "after_sales_center", "P4 4.2(1)", "电话记录漏登来电时间", "电话记录表", "CskoX", 9 },
    { "hulan", "customer_survey", "minor", "after_sales_center", NULL, "客户认为回访次数过多", "调查表", "D", 12 },
};

struct report {
    char id[UUID_TEXT_SIZE];
    const char *dept;
    int64_t at_us;
};

static const struct principal *head_of(struct demo *demo, const char *dept)
{
    return strcmp(dept, "outlet") == 0             ? demo_of_outlet(demo, 0, "outlet_manager")
           : strcmp(dept, "materials_office") == 0 ? demo_person(demo, "xujing")
           : strcmp(dept, "tech_dept") == 0        ? demo_person(demo, "zhangwei")
                                                   : demo_person(demo, "liuyang");
}

static json_t *actions(const struct principal *owner, int64_t at_us)
{
    json_t *until = demo_time_json(at_us + 7 * DAY_US);
    json_t *list = json_pack("{s:[{s:s,s:s,s:s,s:o}],s:s}", "measures", "action",
                             "修订作业要求并逐人讲解,班组长每周抽查", "kind", "corrective", "owner_id", owner->id,
                             "due_on", json_stringn(json_string_value(until), 10), "metric", "三个月内抽查无同类问题");
    json_decref(until);
    return list;
}

static bool take(struct demo *demo, const struct report *report, char letter)
{
    const struct principal *manager = demo_holder(demo, "service_manager"), *head = head_of(demo, report->dept),
                           *who = head;
    const char *event = NULL;
    json_t *body = NULL;
    switch (letter) {
    case 'C':
        event = "confirm", who = manager;
        break;
    case 'D':
        event = "dismiss", who = manager,
        body = json_pack("{s:s}", "decision_reason", "回访次数符合制度,客户已加入免打扰");
        break;
    case 's':
        event = "sign";
        break;
    case 'k':
        event = "contain", body = json_pack("{s:s,s:b}", "correction", "已逐项改正", "customers_told", 1);
        break;
    case 'n':
        event = "decide_need", who = manager, body = json_pack("{s:b}", "needs_cause", 1);
        break;
    case 'o':
        event = "decide_need", who = manager,
        body = json_pack("{s:b,s:s}", "needs_cause", 0, "decision_reason", "个别疏忽");
        break;
    case 'A':
        event = "analyse",
        body = json_pack("{s:[s],s:s,s:[{s:s},{s:s}],s:s,s:s}", "team", head->name, "cause", "rule_not_kept", "whys",
                         "why", "未按要求操作", "why", "新人未讲解要求", "root_cause", "岗前交底未覆盖该要求",
                         "similar_cases", "查近三个月记录,另有两起");
        break;
    case 'p':
        event = "propose", body = actions(head, report->at_us);
        break;
    case 'y':
        event = "confirm_action", who = manager;
        break;
    case 'b':
        event = "begin";
        break;
    case 'i':
        event = "implement",
        body = json_pack("{s:s,s:s}", "implementation", "要求已修订,全员签到学习", "implementation_evidence", "签到表");
        break;
    default:
        event = "close", who = manager, body = json_pack("{s:s}", "closing_note", "已纠正,无须进一步措施");
    }
    return demo_fire(demo, "nonconformity", event, report->id, body == NULL ? json_object() : body, who, report->at_us,
                     NULL);
}

static bool add_report(struct demo *demo, int i)
{
    struct report report = { .dept = found[i].dept };
    int steps = (int)strlen(found[i].steps);
    report.at_us = demo->now_us - found[i].days_ago * DAY_US - steps * DAY_US - HOUR_US;
    bool of_outlet = strcmp(found[i].dept, "outlet") == 0;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s*,s:s,s:s*}", "source", found[i].source, "grade", found[i].grade,
                             "dept", found[i].dept, "fact", found[i].fact, "clause", found[i].clause, "evidence",
                             found[i].evidence, "outlet_id", of_outlet ? demo->outlets[0] : NULL);
    if (!demo_fire(demo, "nonconformity", "report", NULL, body, demo_person(demo, found[i].reporter), report.at_us,
                   report.id))
        return false;
    for (int step = 0; step < steps; step++) {
        report.at_us += DAY_US;
        if (!take(demo, &report, found[i].steps[step]))
            return false;
    }
    /* What was damaged on the way is repaired and tested again. */
    if (strcmp(found[i].source, "return_repair") != 0)
        return true;
    body = json_pack("{s:s,s:s,s:i,s:s,s:s}", "parent_id", report.id, "item", "固态硬盘512G", "quantity", 1,
                     "disposition", "repair", "disposition_reason", "外壳可更换");
    return demo_fire(demo, "disposition", "propose", NULL, body, demo_holder(demo, "return_repair_clerk"), report.at_us,
                     NULL);
}

bool demo_load_nonconformities(struct demo *demo)
{
    for (int i = 0; i < COUNT(found); i++)
        if (!add_report(demo, i))
            return false;
    return true;
}
