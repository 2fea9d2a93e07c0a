/* The demo company's complaints: those that its follow-ups have found, and some that came by other ways, in several states. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/fire.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

struct step {
    const char *event, *role;
    int after;        /* working minutes since it was found */
    const char *body; /* JSON with ' for " */
};

static const struct step straight[] = {
    { "register", "hotline_clerk", 20, "{'category':'timeliness','remedy_sought':'道歉,以后提前告知'}" },
    { "acknowledge", "hotline_clerk", 25, "{'acknowledged_via':'phone'}" },
    { "assess", "service_manager", 110, "{'level':'general'}" },
    { "assign", "service_manager", 200, NULL },
    { "investigate", "dept_head", 290, "{}" },
    { "report_findings", "dept_head", 620,
      "{'findings':'派工时未核对路程,技师前一单延误后未告知客户','cause':'delay','justified':true,'proposal':'致歉,预约冲突时由调度员先行告知客户','remedies':['"
      "apology'],"
      "'statements':'技师承认未打电话'}" },
    { "approve", "service_manager", 700, "{}" },
    { "reply", "service_manager", 730, "{'reply_text':'经查属实,向您致歉;今后如有延误将提前电话告知。','reply_via':'phone','appeal_told':true}" },
    { "accept", "followup_clerk", 900, "{'verdict_by':'客户联系人','verdict_via':'phone'}" },
    { "implement_done", "service_manager", 1300, "{'outcome':'已上门致歉,调度提醒已上线','evidence':'通话录音'}" },
    { "verify", "followup_clerk", 1800, "{'satisfied':true,'satisfaction':4}" },
};

/* What came otherwise: who heard it, what was said, how far it got. */
static const struct {
    int customer, days; /* working days before the loading */
    const char *receive, *upto;
    const struct step last;
} others[] = {
    { 21,
      4,
      "{'channel':'media','complaint_text':'网络媒体称门禁断电后多人被困,要求说明','category':'product_quality','model':'门禁控制器','safety':true,'remedy_sought':'"
      "公开说明并整改'}",
      "assess",
      { "interim_reply", "deputy_gm", 1200, "{'interim_text':'已派人现场排查同批次设备','reply_via':'phone'}" } },
    { 33,
      9,
      "{'channel':'phone','complaint_text':'搬运损坏办公家具,要求赔偿','category':'delivery','loss_amount':260000,'remedy_sought':'赔偿2600元'}",
      "reply",
      { "refuse", "hotline_clerk", 1000, "{'verdict_by':'客户联系人','verdict_via':'phone','verdict_words':'仅致歉不能接受'}" } },
    { 45,
      14,
      "{'channel':'letter','complaint_text':'认为上门检测不应收费','category':'charge','remedy_sought':'退还检测费'}",
      "investigate",
      { "judge_unfounded", "service_manager", 700,
        "{'unfounded_reason':'设备已过保,收费符合价目表并经客户事先确认','evidence':'客户签字的派工单','reply_via':'letter','explained':true,'appeal_told':"
        "true}" } },
    { 57,
      3,
      "{'channel':'web','complaint_text':'预约后两天无人联系','category':'timeliness','remedy_sought':'尽快上门'}",
      "acknowledge",
      { "withdraw", "hotline_clerk", 60, "{'withdrawal_wish':'技师已上门处理,不再投诉','recording_ref':'LY-0457'}" } },
    { 69, 0, "{'channel':'phone','complaint_text':'电话中接线人员态度生硬','category':'service_attitude'}", NULL, { NULL } },
};

static json_t *body_of(const char *text)
{
    char json[1024];
    (void)snprintf(json, sizeof json, "%s", text);
    for (char *p = json; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    return json_loads(json, 0, NULL);
}

/* The level by the facts decides who assesses, assigns and decides. */
static const char *rank_of(const char *level)
{
    return strcmp(level, "major") == 0 ? "general_manager" : strcmp(level, "serious") == 0 ? "deputy_gm" : "service_manager";
}

/* `category`: what it is about, when it was not found in a follow-up. */
static bool take(struct demo *demo, const char *id, const struct step *step, const char *level, const char *category, int minute)
{
    const struct principal *head = demo_person(demo, "zhangwei"), *who = demo_holder(demo, step->role);
    json_t *body = step->body == NULL ? json_pack("{s:s,s:s}", "assignee_id", head->id, "responsible_dept", "tech_dept") : body_of(step->body);
    if (strcmp(step->event, "assess") == 0)
        (void)json_object_set_new(body, "level", json_string(level));
    if (strcmp(step->event, "register") == 0 && category != NULL) {
        (void)json_object_set_new(body, "category", json_string(category));
        (void)json_object_del(body, "remedy_sought");
    }
    if (strcmp(step->role, "dept_head") == 0)
        who = head;
    else if (strcmp(step->event, "approve") == 0)
        who = demo_holder(demo, rank_of(level));
    else if (strcmp(step->event, "assign") == 0 && strcmp(level, "major") == 0)
        who = demo_holder(demo, "deputy_gm");
    return demo_fire(demo, "complaint", step->event, id, body, who, demo_time(demo, minute), NULL);
}

/* Up to and with step `upto` (NULL: none, "*": all), as far as the time goes. */
static bool go_on(struct demo *demo, const char *id, const char *level, const char *category, int found, const char *upto)
{
    for (int i = 0; upto != NULL && i < COUNT(straight) && found + straight[i].after <= demo->now; i++) {
        if (!take(demo, id, &straight[i], level, category, found + straight[i].after))
            return false;
        if (strcmp(straight[i].event, upto) == 0)
            break;
    }
    return true;
}

static int working_minute(const struct demo *demo, int64_t at_us)
{
    int low = 0, high = demo->now;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (demo_time(demo, middle) < at_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `repair` waits for the end of its complaint with its papers. */
static bool archive(struct demo *demo, const char *complaint, const char *repair)
{
    PGresult *ready = PQexecParams(demo->connection,
                                   "select 1\n  from complaint c\n  join repair r on r.id = c.repair_id\n where c.id = $1::uuid\n   and c.state = 'closed'\n"
                                   "   and r.state = 'followed_up'\n   and r.reported_to_leader_at is not null",
                                   1, NULL, &complaint, NULL, NULL, 0);
    bool wanted = PQntuples(ready) == 1;
    PQclear(ready);
    return !wanted || demo_fire(demo, "repair", "archive", repair, json_object(), demo_holder(demo, "office_archivist"), demo->now_us, NULL);
}

static bool open_found(struct demo *demo, const PGresult *links, int row)
{
    struct buf error = { 0 };
    const char *link = PQgetvalue(links, row, 0);
    int64_t at_us = 1000 * strtoll(PQgetvalue(links, row, 3), NULL, 10);
    json_t *body = json_loads(PQgetvalue(links, row, 1), 0, NULL);
    enum verdict verdict = engine_fire_link(demo->connection, engine_machine_by_name(demo->engine, "complaint"), "receive", body, at_us, link, &error);
    json_decref(body);
    buf_done(&error);
    if (verdict != VERDICT_MOVED)
        return false;
    PGresult *made = PQexecParams(demo->connection, "select c.id, c.suggested_level\n  from link l\n  join complaint c on c.id = l.to_id\n where l.id = $1::uuid", 1,
                                  NULL, &link, NULL, NULL, 0);
    bool good = PQntuples(made) == 1 && go_on(demo, PQgetvalue(made, 0, 0), PQgetvalue(made, 0, 1), NULL, working_minute(demo, at_us), "*") &&
                archive(demo, PQgetvalue(made, 0, 0), PQgetvalue(links, row, 2));
    PQclear(made);
    return good;
}

static bool add_other(struct demo *demo, int i)
{
    char id[UUID_TEXT_SIZE];
    int found = others[i].days == 0 ? demo->now - 15 : demo->now - others[i].days * DEMO_DAY;
    json_t *body = body_of(others[i].receive);
    (void)json_object_set_new(body, "customer_id", json_string(demo->customers[others[i].customer].id));
    if (!demo_fire(demo, "complaint", "receive", NULL, body, demo_holder(demo, "hotline_clerk"), demo_time(demo, found), id))
        return false;
    if (others[i].upto == NULL)
        return true;
    const char *values[1] = { id };
    PGresult *made = PQexecParams(demo->connection, "select c.suggested_level, c.category from complaint c where c.id = $1::uuid", 1, NULL, values, NULL, NULL, 0);
    char level[16], category[32];
    (void)snprintf(level, sizeof level, "%s", PQntuples(made) == 1 ? PQgetvalue(made, 0, 0) : "general");
    (void)snprintf(category, sizeof category, "%s", PQntuples(made) == 1 ? PQgetvalue(made, 0, 1) : "other");
    PQclear(made);
    return demo_fire(demo, "complaint", "report_leader", id, json_pack("{s:s}", "leader_id", demo_holder(demo, "supervising_leader")->id),
                     demo_holder(demo, "followup_clerk"), demo_time(demo, found + 10), NULL) &&
           go_on(demo, id, level, category, found, others[i].upto) && take(demo, id, &others[i].last, level, category, found + others[i].last.after);
}

bool demo_load_complaints(struct demo *demo)
{
    PGresult *links = PQexec(demo->connection,
                             "select l.id, l.inputs, l.from_id, (extract(epoch from l.made_at) * 1000)::bigint\n  from link l\n where l.to_machine = 'complaint'\n"
                             "   and l.state = 'waiting'\n order by l.made_at");
    bool good = PQresultStatus(links) == PGRES_TUPLES_OK;
    for (int row = 0; row < PQntuples(links) && good; row++)
        good = open_found(demo, links, row);
    PQclear(links);
    for (int i = 0; i < COUNT(others) && good; i++)
        good = add_other(demo, i);
    return good;
}
