/* The demo company's emergencies: plans in force and on their way, drills, supplies, and incidents from the call to the summary. */
#include <stdio.h>
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define MINUTE_US (INT64_C(60) * 1000000)
#define DAY_US (INT64_C(24) * 60 * MINUTE_US)

enum stage { DRAFTING, IN_REVIEW, APPROVED, TRAINED, IN_FORCE };

static const struct plan_row {
    const char *code, *title, *scenario, *author, *dept;
    int age; /* days since it was begun */
    enum stage stage;
} plans[] = {
    { "YA-01", "安装调试现场触电、火灾应急预案", "fire_electric", "zhangwei", "tech_dept", 120, IN_FORCE },
    { "YA-02", "大面积设备故障应急预案", "mass_failure", "liuyang", "after_sales_center", 110, IN_FORCE },
    { "YA-03", "产品安全隐患应急预案", "product_safety", "liuyang", "after_sales_center", 100, IN_FORCE },
    { "YA-04", "送货途中交通事故应急预案", "traffic_in_delivery", "xujing", "materials_office", 20, TRAINED },
    { "YA-05", "客户数据丢失应急预案", "data_loss", "zhangwei", "tech_dept", 6, APPROVED },
    { "YA-06", "暴雨洪水应急预案", "natural_disaster", "liuyang", "after_sales_center", 3, IN_REVIEW },
    { "YA-07", "舆情应对应急预案", "public_opinion", "liuyang", "after_sales_center", 1, DRAFTING },
};
static const struct {
    const char *title, *category, *unit, *place, *condition;
    int quantity, minimum, counted; /* counted -1: not yet */
} supplies[] = {
    { "干粉灭火器 4kg", "fire", "具", "总库A区", "usable", 12, 10, 12 },
    { "急救箱", "first_aid", "个", "值班室", "usable", 6, 5, 4 },
    { "绝缘手套", "protection", "副", "技术部工具间", "faulty", 8, 6, 8 },
    { "应急照明灯", "lighting", "台", "值班室", "usable", 5, 4, -1 },
    { "备用电源模块", "spare", "块", "总库B区", "usable", 2, 4, -1 },
};

struct walk {
    struct demo *demo;
    const char *machine;
    char id[UUID_TEXT_SIZE];
    int64_t at_us;
};

static bool fire(struct walk *walk, const char *event, json_t *body, const struct principal *who, int64_t after_us)
{
    walk->at_us += after_us;
    return demo_fire(walk->demo, walk->machine, event, walk->id, body, who, walk->at_us, NULL);
}

/* A drill of the plan as it is at `age` days before now; the head of the technical department leads it. */
static bool hold_drill(struct demo *demo, const char *plan, int age, const char *kind, const char *result, bool evaluated)
{
    const struct principal *leader = demo_person(demo, "zhangwei"), *manager = demo_holder(demo, "service_manager");
    struct walk drill = { .demo = demo, .machine = "drill", .at_us = demo->now_us - age * DAY_US };
    return demo_fire(demo, "drill", "plan", NULL,
                     json_pack("{s:s,s:s,s:o,s:s,s:s}", "plan_id", plan, "kind", kind, "planned_on", demo_date_json(demo, 1 - age), "place", "培训基地", "scene", "配电柜冒烟、一人触电"),
                     leader, drill.at_us, drill.id) &&
           fire(&drill, "prepare", json_pack("{s:[s,s,s],s:s,s:s}", "participants", "李强", "陈刚", "杨磊", "materials", "灭火器、急救箱、绝缘手套", "safety_measures", "断电演练、专人监护"),
                leader, 60 * MINUTE_US) &&
           fire(&drill, "hold", json_pack("{s:o,s:i,s:s,s:i}", "held_on", demo_date_json(demo, 1 - age), "attended", 14, "course", "报警、断电、施救、疏散按预案完成", "minutes_used", 18),
                leader, DAY_US) &&
           (!evaluated || (fire(&drill, "evaluate", json_pack("{s:s,s:s}", "drill_result", result, "evaluation", "响应迅速,个别人员职责不清"), manager, 120 * MINUTE_US) &&
                           (strcmp(result, "effective") != 0 || fire(&drill, "close", json_object(), manager, 60 * MINUTE_US))));
}

static bool write_plan(struct demo *demo, const struct plan_row *row, char id[UUID_TEXT_SIZE])
{
    const struct principal *author = demo_person(demo, row->author), *gm = demo_holder(demo, "general_manager");
    struct walk plan = { .demo = demo, .machine = "emergency_plan", .at_us = demo->now_us - row->age * DAY_US };
    bool good = demo_fire(demo, "emergency_plan", "create", NULL, json_pack("{s:s,s:s,s:s,s:s}", "title", row->title, "scenario", row->scenario, "code", row->code, "dept", row->dept), author,
                          plan.at_us, plan.id) &&
                (row->stage < IN_REVIEW ||
                 (fire(&plan, "write",
                       json_pack("{s:s,s:s,s:s,s:s,s:s,s:[{s:s,s:s,s:s},{s:s,s:s,s:s}],s:s}", "organisation", "总指挥:总经理;现场组、保障组、联络组", "duties",
                                 "总指挥统一指挥;现场组控制危险源、抢救人员;联络组通知受影响人员和政府部门", "warning", "接报、巡检异常或监测报警即预警", "steps",
                                 "接报核实、定级、启动、处置、受控、解除、善后", "resources", "应急物资台账所列物资、抢修车1辆", "contacts", "name", "王芳", "duty", "24小时值班", "phone", "4008873580",
                                 "name", "张伟", "duty", "现场组长", "phone", "0599-6100100", "recovery", "恢复服务、安抚客户、调查总结"),
                       author, 60 * MINUTE_US) &&
                  fire(&plan, "submit", json_object(), author, 60 * MINUTE_US))) &&
                (row->stage < APPROVED || (fire(&plan, "review", json_object(), demo_holder(demo, "deputy_gm"), DAY_US) && fire(&plan, "approve", json_object(), gm, DAY_US))) &&
                (row->stage < TRAINED ||
                 (fire(&plan, "publish", json_pack("{s:[s,s]}", "published_to", "tech_dept", "after_sales_center"), demo_holder(demo, "document_controller"), DAY_US) &&
                  fire(&plan, "confirm_training", json_pack("{s:o,s:s}", "trained_on", demo_date_json(demo, 4 - row->age), "training_note", "集中培训,全员签到"),
                       demo_holder(demo, "hr_officer"), 2 * DAY_US))) &&
                (row->stage < IN_FORCE || (hold_drill(demo, plan.id, row->age - 6, "full", "effective", true) && fire(&plan, "put_in_force", json_object(), gm, 4 * DAY_US)));
    (void)snprintf(id, UUID_TEXT_SIZE, "%s", plan.id);
    return good;
}

static bool keep_supplies(struct demo *demo)
{
    for (int i = 0; i < COUNT(supplies); i++) {
        struct walk supply = { .demo = demo, .machine = "emergency_supply", .at_us = demo->now_us - 70 * DAY_US };
        if (!demo_fire(demo, "emergency_supply", "register", NULL,
                       json_pack("{s:s,s:s,s:s,s:i,s:i,s:s}", "title", supplies[i].title, "category", supplies[i].category, "unit_name", supplies[i].unit, "quantity",
                                 supplies[i].quantity, "minimum", supplies[i].minimum, "place", supplies[i].place),
                       demo_holder(demo, "warehouse_keeper"), supply.at_us, supply.id))
            return false;
        if (supplies[i].counted >= 0 && !fire(&supply, "check", json_pack("{s:i,s:s}", "counted", supplies[i].counted, "condition", supplies[i].condition),
                                              demo_holder(demo, "service_manager"), 62 * DAY_US))
            return false;
    }
    return true;
}

static bool report(struct walk *walk, const char *what, const char *scenario, const char *kind, const char *place, int customers, const char *by)
{
    return demo_fire(walk->demo, "incident", "report", NULL,
                     json_pack("{s:s,s:s,s:s,s:s,s:i}", "what", what, "scenario", scenario, "kind", kind, "place", place, "customers_down", customers), demo_person(walk->demo, by),
                     walk->at_us, walk->id);
}

static bool respond(struct walk *walk, const char *level)
{
    struct demo *demo = walk->demo;
    const struct principal *dispatcher = demo_holder(demo, "dispatcher"), *technician = demo_person(demo, "liqiang");
    return fire(walk, "verify", json_pack("{s:s}", "note", "电话回拨属实"), dispatcher, 8 * MINUTE_US) &&
           fire(walk, "grade", json_pack("{s:s}", "level", level), demo_holder(demo, "emergency_commander"), 5 * MINUTE_US) &&
           fire(walk, "activate", json_object(), strcmp(level, "IV") == 0 ? dispatcher : demo_holder(demo, "deputy_gm"), 6 * MINUTE_US) &&
           fire(walk, "respond", json_pack("{s:[s,s],s:s,s:[{s:s,s:s}]}", "measures", "control_hazard", "warn", "line_text", "已到现场,断电隔离", "team", "name", "李强", "duty", "现场处置"),
                technician, 15 * MINUTE_US) &&
           fire(walk, "log_line", json_pack("{s:s}", "line_text", "故障点已确认,更换中"), technician, 16 * MINUTE_US);
}

/* What happened twenty days ago is over; what happened an hour ago is being worked on. */
static bool live_through(struct demo *demo)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher"), *manager = demo_holder(demo, "service_manager"), *commander = demo_holder(demo, "emergency_commander");
    struct walk over = { .demo = demo, .machine = "incident", .at_us = demo->now_us - 20 * DAY_US }, alarm = over, runs = over, fresh = over;
    alarm.at_us = demo->now_us - 12 * DAY_US;
    runs.at_us = demo->now_us - 70 * MINUTE_US;
    fresh.at_us = demo->now_us - 3 * MINUTE_US;
    return report(&over, "配电柜上电调试时冒烟", "fire_electric", "commissioning_damage", "滨海一中配电室", 1, "yanglei") && respond(&over, "IV") &&
           fire(&over, "control", json_pack("{s:s}", "control_note", "断电后无明火"), commander, 20 * MINUTE_US) &&
           fire(&over, "terminate", json_pack("{s:b,s:b}", "hazard_removed", 1, "no_secondary_risk", 1), dispatcher, 40 * MINUTE_US) &&
           fire(&over, "recover", json_pack("{s:s,s:s}", "recovery_note", "更换断路器并复测绝缘", "comfort_note", "已向客户说明原因并致歉"), dispatcher, DAY_US) &&
           fire(&over, "investigate", json_object(), manager, DAY_US) &&
           fire(&over, "report_cause", json_pack("{s:s,s:s,s:s}", "cause_kind", "installation", "cause", "接线端子未紧固,接触电阻过大发热", "responsible_dept", "tech_dept"), manager, 4 * DAY_US) &&
           fire(&over, "summarise", json_pack("{s:s,s:s,s:b}", "summary", "接报28分钟内启动,未造成人员伤害", "lessons", "上电前逐点复紧并拍照留存", "plan_adequate", 1),
                demo_holder(demo, "management_rep"), 3 * DAY_US) &&
           fire(&over, "close", json_object(), demo_holder(demo, "general_manager"), DAY_US) &&
           report(&alarm, "机房闻到焦味", "fire_electric", "operation_accident", "海港区政务中心", 0, "lina") &&
           fire(&alarm, "dismiss", json_pack("{s:s}", "false_alarm_reason", "现场核实为装修气味"), dispatcher, 12 * MINUTE_US) &&
           report(&runs, "核心交换机故障,园区多家客户断网", "mass_failure", "operation_accident", "科技园3号机房", 8, "lina") && respond(&runs, "III") &&
           report(&fresh, "客户称显示屏支架脱落擦伤一人", "personal_injury", "hidden_danger", "南湖区图书馆", 0, "lina");
}

bool demo_load_emergencies(struct demo *demo)
{
    char ids[COUNT(plans)][UUID_TEXT_SIZE];
    for (int i = 0; i < COUNT(plans); i++)
        if (!write_plan(demo, &plans[i], ids[i]))
            return false;
    return hold_drill(demo, ids[1], 15, "tabletop", "to_improve", true) && hold_drill(demo, ids[0], 2, "on_site", NULL, false) &&
           demo_fire(demo, "drill", "plan", NULL,
                     json_pack("{s:s,s:s,s:o,s:s}", "plan_id", ids[3], "kind", "tabletop", "planned_on", demo_date_json(demo, 10), "scene", "送货车辆追尾、货物散落"),
                     demo_person(demo, "xujing"), demo->now_us - DAY_US, NULL) &&
           keep_supplies(demo) && live_through(demo);
}
