/* The demo company's evaluations, certificates and training. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/fire.h"
#include "server/demo_internal.h"

#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

static const struct principal *hr(const struct demo *demo)
{
    return demo_holder(demo, "hr_officer");
}

/* Nine in the morning, so many working days before the loading. */
static int64_t morning(const struct demo *demo, int days_ago)
{
    return demo_time(demo, (demo->now / DEMO_DAY - days_ago) * DEMO_DAY + 30);
}

static int year_of(int64_t at_us)
{
    json_t *text = demo_time_json(at_us);
    int year = (int)strtol(json_string_value(text), NULL, 10);
    json_decref(text);
    return year;
}

static json_t *date_of(int64_t at_us)
{
    json_t *text = demo_time_json(at_us), *date = json_stringn(json_string_value(text), 10);
    json_decref(text);
    return date;
}

static json_t *scores(int score)
{
    return json_pack("[{s:s,s:i},{s:s,s:i},{s:s,s:i},{s:s,s:i},{s:s,s:i}]", "item", "personal_quality", "score",
                     score + 3, "item", "knowledge", "score", score, "item", "skill", "score", score - 2, "item",
                     "emergency_ability", "score", score, "item", "service_awareness", "score", score + 5);
}

static bool schedule(struct demo *demo, const char *login, const char *category, int days_ago, char id[UUID_TEXT_SIZE])
{
    int64_t at_us = morning(demo, days_ago);
    json_t *body = json_pack("{s:s,s:s,s:s,s:i,s:o,s:[s]}", "person_id", demo_person(demo, login)->id, "category",
                             category, "occasion", "scope", "year", year_of(at_us), "planned_on",
                             date_of(at_us + 2 * DAY_US), "works", "repair");
    return demo_fire(demo, "competence_evaluation", "schedule", NULL, body, hr(demo), at_us, id);
}

static bool collect(struct demo *demo, const char *id, int score, int days_ago)
{
    json_t *body = json_pack("{s:s,s:s,s:b,s:o,s:i,s:s}", "evaluator_id", demo_person(demo, "sunhuimin")->id,
                             "second_evaluator_id", demo_person(demo, "gaoyue")->id, "no_conflict", 1, "item_scores",
                             scores(score), "exam_score", score, "exam_paper", "人力资源处档案柜3");
    return demo_fire(demo, "competence_evaluation", "collect", id, body, hr(demo), morning(demo, days_ago), NULL);
}

static bool judge(struct demo *demo, const char *id, bool competent, int days_ago)
{
    json_t *body = competent ? json_pack("{s:s}", "verdict", "competent")
                             : json_pack("{s:s,s:s}", "verdict", "not_competent", "verdict_reason", "技能考试不合格");
    return demo_fire(demo, "competence_evaluation", "judge", id, body, hr(demo), morning(demo, days_ago) + HOUR_US,
                     NULL);
}

/* Everybody who repairs; the last few are still on the way. */
static bool add_evaluations(struct demo *demo)
{
    char id[UUID_TEXT_SIZE];
    int n = 0;
    bool good = true;
    for (int i = 0; i < DEMO_PERSONS && good; i++) {
        const struct demo_person *person = &demo_persons[i];
        if (person->skills == NULL)
            continue;
        good = schedule(demo, person->login, person->outlet == 0 ? "operator" : "external_repairer", 10, id);
        if (good && n < 14)
            good = collect(demo, id, 72 + n * 7 % 23, 8);
        if (good && n < 12)
            good = judge(demo, id, true, 7);
        if (good && n < 10)
            good =
                demo_fire(demo, "competence_evaluation", "admit", id, json_object(), hr(demo), morning(demo, 6), NULL);
        n++;
    }
    /* A verdict that is appealed. */
    return good && schedule(demo, "xujing", "operator", 5, id) && collect(demo, id, 56, 4) &&
           judge(demo, id, false, 3) &&
           demo_fire(demo, "competence_evaluation", "appeal", id, json_pack("{s:s}", "appeal", "实操部分漏计一题"),
                     demo_person(demo, "xujing"), morning(demo, 2), NULL);
}

/* Planned, held and filed unless it lies ahead. */
static bool add_course(struct demo *demo, const char *course, const char *kind, json_t *people, int days_ago,
                       char id[UUID_TEXT_SIZE])
{
    int64_t starts_us = morning(demo, days_ago), before_us = starts_us - (days_ago > 0 ? 7 : 30) * DAY_US;
    const char *trainer = demo_person(demo, "zhangwei")->id;
    json_t *marks = json_array(), *person;
    size_t i;
    json_array_foreach(people, i, person)(void)
        json_array_append_new(marks, json_pack("{s:O,s:i}", "person_id", person, "score", 70 + (int)(i * 7 % 25)));
    bool good =
        demo_fire(demo, "training_event", "plan", NULL,
                  json_pack("{s:s,s:s,s:b,s:s,s:i}", "course", course, "kind", kind, "with_exam", 1, "trainer_id",
                            trainer, "places", 30),
                  hr(demo), before_us, id) &&
        demo_fire(demo, "training_event", "enrol", id, json_pack("{s:O}", "person_ids", people), hr(demo),
                  before_us + HOUR_US, NULL) &&
        demo_fire(demo, "training_event", "arrange_course", id,
                  json_pack("{s:[{s:o,s:s,s:i}],s:o,s:s}", "lessons", "starts_at", demo_time_json(starts_us), "topic",
                            course, "hours", 8, "starts_at", demo_time_json(starts_us), "place", "公司培训室"),
                  hr(demo), before_us + 2 * HOUR_US, NULL);
    if (good && days_ago > 0)
        good =
            demo_fire(demo, "training_event", "hold", id, json_object(), hr(demo), starts_us + 8 * HOUR_US, NULL) &&
            demo_fire(demo, "training_event", "examine", id, json_pack("{s:O}", "marks", marks), hr(demo),
                      starts_us + 9 * HOUR_US, NULL) &&
            demo_fire(demo, "training_event", "summarise", id, json_pack("{s:s}", "summary", "全员参加,效果良好"),
                      hr(demo), starts_us + DAY_US, NULL) &&
            demo_fire(demo, "training_event", "file", id, json_object(), hr(demo), starts_us + DAY_US + HOUR_US, NULL);
    json_decref(marks);
    json_decref(people);
    return good;
}

static json_t *everybody_with(const struct demo *demo, bool outlets)
{
    json_t *people = json_array();
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].skills != NULL && (demo_persons[i].outlet != 0) == outlets &&
            strcmp(demo_persons[i].login, "zhangwei") != 0)
            (void)json_array_append_new(people, json_string(demo->principals[i].id));
    return people;
}

/* The installer failed, was barred, was trained again and came back. */
static bool add_return(struct demo *demo)
{
    char id[UUID_TEXT_SIZE], course[UUID_TEXT_SIZE];
    const struct principal *head = demo_person(demo, "zhangwei");
    return schedule(demo, "wutao", "operator", 60, id) &&
           demo_fire(demo, "competence_evaluation", "amend", id,
                     json_pack("{s:s,s:[s]}", "reason", "补充范围", "scope", "installation"), hr(demo),
                     morning(demo, 60) + HOUR_US, NULL) &&
           collect(demo, id, 52, 58) && judge(demo, id, false, 57) &&
           demo_fire(demo, "competence_evaluation", "bar", id, json_object(), head, morning(demo, 56), NULL) &&
           demo_fire(demo, "competence_evaluation", "retrain", id,
                     json_pack("{s:s}", "retraining_plan", "两周安装调试实操培训"), head, morning(demo, 55), NULL) &&
           add_course(demo, "安装调试实操", "retraining", json_pack("[s]", demo_person(demo, "wutao")->id), 45,
                      course) &&
           demo_fire(demo, "competence_evaluation", "re_examine", id,
                     json_pack("{s:i,s:s,s:s}", "re_exam_score", 78, "exam_paper", "人力资源处档案柜3",
                               "training_event_id", course),
                     hr(demo), morning(demo, 40), NULL) &&
           demo_fire(demo, "competence_evaluation", "rehire", id, json_object(), hr(demo), morning(demo, 39), NULL);
}

static bool add_plan(struct demo *demo)
{
    static const struct {
        const char *login, *department, *topic;
    } needs[] = { { "zhangwei", "tech_dept", "新机型检测与维修" },
                  { "liuyang", "after_sales_center", "客户沟通与投诉处理" } };
    char plan[UUID_TEXT_SIZE], request[UUID_TEXT_SIZE];
    if (!demo_fire(demo, "training_plan", "open_needs", NULL,
                   json_pack("{s:i,s:[s,s]}", "year", year_of(demo->now_us) + 1, "departments", "tech_dept",
                             "after_sales_center"),
                   hr(demo), morning(demo, 12), plan))
        return false;
    for (int i = 0; i < 2; i++)
        if (!demo_fire(demo, "training_request", "create", NULL,
                       json_pack("{s:s,s:[{s:s,s:i}],s:s}", "department", needs[i].department, "needs", "topic",
                                 needs[i].topic, "people", 6, "plan_id", plan),
                       demo_person(demo, needs[i].login), morning(demo, 9 - i), request) ||
            !demo_fire(demo, "training_request", "submit", request, json_object(), demo_person(demo, needs[i].login),
                       morning(demo, 9 - i) + HOUR_US, NULL))
            return false;
    json_t *courses =
        json_pack("[{s:s,s:s,s:i,s:i,s:[s,s]},{s:s,s:s,s:i,s:i,s:[s]}]", "course", "售后服务管理体系知识", "kind",
                  "basic", "month", 3, "hours", 8, "departments", "tech_dept", "after_sales_center", "course",
                  "新机型检测与维修", "kind", "skill", "month", 4, "hours", 16, "departments", "tech_dept");
    return demo_fire(demo, "training_plan", "draft", plan, json_pack("{s:o}", "courses", courses), hr(demo),
                     morning(demo, 3), NULL);
}

static bool add_certificate(struct demo *demo, const char *login, const char *type, const char *no, int days,
                            const char *scope)
{
    json_t *body = json_pack("{s:s,s:s,s:s,s:o,s:[s],s:s}", "person_id", demo_person(demo, login)->id,
                             "certificate_type", type, "certificate_no", no, "valid_until", demo_date_json(demo, days),
                             "scope", scope, "issuer", "省应急管理厅");
    return demo_fire(demo, "certificate", "enter", NULL, body, hr(demo), morning(demo, 70), NULL);
}

static bool add_safety(struct demo *demo)
{
    const struct principal *head = demo_person(demo, "zhangwei");
    char id[UUID_TEXT_SIZE];
#define LEVEL(score) json_pack("{s:i,s:i,s:s}", "exam_score", score, "level_hours", 8, "teacher", "安全员周工")
    return demo_fire(demo, "safety_education", "register", NULL,
                     json_pack("{s:s,s:s,s:s,s:s}", "person_id", demo_person(demo, "yanglei")->id, "occasion",
                               "new_worker", "department", "tech_dept", "post", "维修人员"),
                     hr(demo), morning(demo, 80), id) &&
           demo_fire(demo, "safety_education", "pass_company", id, LEVEL(88), hr(demo), morning(demo, 79), NULL) &&
           demo_fire(demo, "safety_education", "pass_department", id, LEVEL(81), head, morning(demo, 78), NULL) &&
           demo_fire(demo, "safety_education", "pass_post", id, LEVEL(90), head, morning(demo, 77), NULL);
#undef LEVEL
}

bool demo_load_competence(struct demo *demo)
{
    char course[UUID_TEXT_SIZE];
    return add_return(demo) && add_safety(demo) &&
           add_certificate(demo, "chengang", "electrician", "T3501004411", 45, "power") &&
           add_certificate(demo, "yanglei", "security_installer", "AF20260117", 400, "security") &&
           add_course(demo, "外委网点服务规范与维修", "outlet", everybody_with(demo, true), 30, course) &&
           add_course(demo, "显示设备维修技能", "skill", everybody_with(demo, false), 20, course) &&
           add_course(demo, "网络设备维修技能", "skill", everybody_with(demo, false), -6, course) &&
           add_evaluations(demo) && add_plan(demo);
}
