/* The demo company's service factors: the yearly round in control with its measures at all stages, an extra round for a new
 * service that identifies, and an occasion that waits. */
#include <stdio.h>

#include "engine/fire.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define DAY_US (INT64_C(24) * 3600 * 1000000)

/* Days before now. */
enum { OPENED = 70, APPOINTED = 69, REPORTED = 66, CONSOLIDATED = 60, EVALUATED = 57, PLANNED = 55, DRAFTED = 52, APPROVED = 48, REVIEWED = 47, DONE = 28, VERIFIED = 20 };

enum stage { NONE, IN_WORK, CARRIED_OUT, CONTROLLED };

static const struct {
    const char *text, *dept, *by, *activity, *type, *condition, *consideration, *consequence;
    int likelihood, severity;
    enum stage stage; /* of its measure; NONE: not significant */
    const char *owner, *means, *equipment_people, *training, *resources;
    int due; /* days from now */
} factors[] = {
    { "大件设备卸车靠人力,易磕碰", "materials_office", "xujing", "送货卸车", "delivery", "abnormal", "loading_unloading", "外壳损坏,客户拒收", 3, 4, CONTROLLED, "xujing",
      "卸车前双人确认吊装方案", "尾板车一辆、软质绑带", "搬运与绑扎培训", "租车费用列入运输预算", -30 },
    { "安装调试时客户配电不合格,通电损坏设备", "tech_dept", "zhangwei", "通电调试", "commissioning", "emergency", "major_damage_in_commissioning", "主板烧毁,工期延误", 3, 5, CARRIED_OUT,
      "wutao", "通电前测量电压接地并由客户签字", "万用表、接地电阻仪每组一套", "通电检查规程培训", "仪器购置费", -25 },
    { "外委网点夜间急修到场慢", "after_sales_center", "liuyang", "上门维修", "repair", "normal", "human_factor", "客户投诉升级", 4, 3, IN_WORK, "wangfang", "夜间急修由两家网点轮值", "值班表与备用网点",
      "派单时限培训", "夜间补助", 12 },
    { "旧件拆卸后随意存放,数据介质可能外流", "tech_dept", "zhangwei", "返修拆件", "return_repair", "abnormal", "spare_disposal", "客户数据泄露", 2, 4, NONE, NULL, NULL, NULL, NULL, NULL, 0 },
    { "回访漏打或晚打", "after_sales_center", "liuyang", "回访", "follow_up", "normal", "human_factor", "不满未被发现", 3, 2, NONE, NULL, NULL, NULL, NULL, NULL, 0 },
};

static bool fire(struct demo *demo, const char *machine, const char *event, const char *id, json_t *body, const struct principal *who, int days_ago, char id_out[UUID_TEXT_SIZE])
{
    return demo_fire(demo, machine, event, id, body, who, demo->now_us - days_ago * DAY_US, id_out);
}

static json_t *member(const struct demo *demo, const char *login, const char *team)
{
    return json_pack("{s:s,s:s,s:b,s:b,s:b,s:b}", "person_id", demo_person(demo, login)->id, "team", team, "knows_service_norms", 1, "risk_awareness", 1,
                     "organising_judgement_responsibility", 1, "field_experience", 1);
}

static bool appoint(struct demo *demo, const char *round, int days_ago)
{
    json_t *members = json_pack("[o,o,o,o]", member(demo, "wangfang", "identification"), member(demo, "zhangwei", "both"), member(demo, "sunhuimin", "evaluation"),
                                member(demo, "liuyang", "evaluation"));
    return fire(demo, "identification_round", "appoint_team", round,
                json_pack("{s:o,s:[s,s,s,s]}", "members", members, "departments", "after_sales_center", "tech_dept", "materials_office", "commerce_dept"),
                demo_holder(demo, "dispatcher"), days_ago, NULL);
}

static bool report(struct demo *demo, int i, const char *round, char id_out[UUID_TEXT_SIZE])
{
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:s,s:[s],s:s}", "round_id", round, "factor_text", factors[i].text, "dept", factors[i].dept, "activity",
                             factors[i].activity, "service_type", factors[i].type, "tense", "present", "condition", factors[i].condition, "routine", 1, "method", "process_analysis",
                             "considerations", factors[i].consideration, "consequence", factors[i].consequence);
    return fire(demo, "service_factor", "report", NULL, body, demo_person(demo, factors[i].by), REPORTED, id_out);
}

/* Scored by the evaluation team; a significant one gets its measure. */
static bool evaluate(struct demo *demo, int i, const char *factor, char measure[UUID_TEXT_SIZE])
{
    const struct principal *evaluator = demo_person(demo, "sunhuimin");
    if (!fire(demo, "service_factor", "evaluate", factor, json_pack("{s:i,s:i}", "likelihood", factors[i].likelihood, "severity", factors[i].severity), evaluator, EVALUATED, NULL))
        return false;
    if (factors[i].stage == NONE)
        return true;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s}", "factor_id", factor, "level", "company", "means", factors[i].means, "equipment_people",
                             factors[i].equipment_people, "training", factors[i].training, "resources", factors[i].resources, "assignee_id",
                             demo_person(demo, factors[i].owner)->id, "due_on", demo_date_json(demo, factors[i].due), "contingency", "立即停止作业,保护现场并报调度员");
    return fire(demo, "reduction_measure", "plan", NULL, body, evaluator, PLANNED, measure);
}

static bool carry_out(struct demo *demo, int i, const char *factor, const char *measure)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher");
    if (factors[i].stage == NONE)
        return true;
    if (!fire(demo, "reduction_measure", "review", measure, json_object(), demo_person(demo, "liuyang"), REVIEWED, NULL))
        return false;
    if (factors[i].stage >= CARRIED_OUT && !fire(demo, "reduction_measure", "report_done", measure, json_pack("{s:s}", "evidence", "照片与培训签到已归档"),
                                                 demo_person(demo, factors[i].owner), DONE, NULL))
        return false;
    return factors[i].stage < CONTROLLED ||
           (fire(demo, "reduction_measure", "verify_measure", measure, json_pack("{s:b,s:s}", "is_effective", 1, "verification", "抽查6车,无磕碰"), dispatcher, VERIFIED, NULL) &&
            fire(demo, "service_factor", "record_residual", factor, json_pack("{s:i,s:i}", "residual_likelihood", 1, "residual_severity", 4), dispatcher, VERIFIED, NULL));
}

static bool approve_guideline(struct demo *demo, const char *round)
{
    json_t *body = json_pack("{s:[s,s,s],s:[{s:s,s:s,s:s},{s:s,s:s,s:s}],s:s}", "guideline_basis", "law", "commitments", "technical_rules", "goals", "goal", "减少送货安装损坏", "metric",
                             "每百单损坏件数", "target", "不超过0.5", "goal", "重大投诉为零", "metric", "重大投诉件数", "target", "0", "guideline_text",
                             "一、卸车和通电前双人检查并记录;二、急修按承诺时限到场,不能到场先告知客户;三、旧件当日登记入库。");
    return fire(demo, "identification_round", "submit_guideline", round, body, demo_person(demo, "liuyang"), DRAFTED, NULL) &&
           fire(demo, "identification_round", "review_guideline", round, json_object(), demo_holder(demo, "deputy_gm"), APPROVED + 2, NULL) &&
           fire(demo, "identification_round", "approve_guideline", round, json_object(), demo_holder(demo, "general_manager"), APPROVED, NULL);
}

static bool run_year(struct demo *demo)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher");
    char round[UUID_TEXT_SIZE] = "", ids[COUNT(factors)][UUID_TEXT_SIZE], measures[COUNT(factors)][UUID_TEXT_SIZE];
    json_t *first = demo_date_json(demo, -OPENED);
    int year = 0;
    (void)sscanf(json_string_value(first), "%4d", &year);
    json_decref(first);
    if (!fire(demo, "identification_round", "open_round", NULL, json_pack("{s:i}", "year", year), dispatcher, OPENED, round) || !appoint(demo, round, APPOINTED))
        return false;
    for (int i = 0; i < COUNT(factors); i++)
        if (!report(demo, i, round, ids[i]))
            return false;
    if (!fire(demo, "identification_round", "report_none", round, json_pack("{s:s}", "dept", "commerce_dept"), demo_person(demo, "hulan"), REPORTED, NULL) ||
        !fire(demo, "identification_round", "consolidate", round, json_pack("{s:s}", "materials", "各部门调查表9份、现场观察记录4份"), dispatcher, CONSOLIDATED, NULL) ||
        !fire(demo, "identification_round", "evaluate", round, json_pack("{s:s}", "market_feedback", "回访与走访显示送货损坏、夜间到场慢较集中"), demo_person(demo, "sunhuimin"),
              EVALUATED + 1, NULL))
        return false;
    for (int i = 0; i < COUNT(factors); i++)
        if (!evaluate(demo, i, ids[i], measures[i]))
            return false;
    if (!fire(demo, "identification_round", "plan_measures", round, json_object(), demo_person(demo, "sunhuimin"), PLANNED - 1, NULL) || !approve_guideline(demo, round))
        return false;
    for (int i = 0; i < COUNT(factors); i++)
        if (!carry_out(demo, i, ids[i], measures[i]))
            return false;
    return true;
}

bool demo_load_factors(struct demo *demo)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher");
    char occasion[UUID_TEXT_SIZE] = "", round[UUID_TEXT_SIZE] = "";
    if (!run_year(demo) ||
        !fire(demo, "round_occasion", "call", NULL, json_pack("{s:s,s:s}", "kind", "new_service", "what", "新增机房整体搬迁服务"), demo_person(demo, "liuyang"), 9, occasion) ||
        !fire(demo, "round_occasion", "begin", occasion, json_object(), dispatcher, 8, NULL))
        return false;
    PGresult *found = PQexec(demo->connection, "select r.id from identification_round r where r.state = 'planned'");
    if (PQntuples(found) == 1)
        (void)snprintf(round, sizeof round, "%s", PQgetvalue(found, 0, 0));
    PQclear(found);
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:s,s:[s],s:s}", "round_id", round, "factor_text", "搬迁途中存储设备受震", "dept", "tech_dept", "activity", "机房搬迁",
                             "service_type", "delivery", "tense", "future", "condition", "abnormal", "routine", 0, "method", "interview", "considerations", "packaging_defect",
                             "consequence", "客户数据丢失");
    return appoint(demo, round, 7) && fire(demo, "service_factor", "report", NULL, body, demo_person(demo, "zhangwei"), 4, NULL) &&
           fire(demo, "round_occasion", "call", NULL, json_pack("{s:s,s:s}", "kind", "change", "what", "三包规定修订,退换条件变化"), demo_holder(demo, "management_rep"), 3, NULL);
}
