/* Health, calendar, limits, the tables themselves, audit, the test clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/diagram.h"
#include "engine/openapi.h"
#include "engine/plan.h"
#include "engine/roles.h"
#include "engine/schema.h"
#include "server/graphviz.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

void handle_health(struct request *request)
{
    static const char body[] = "{\"status\":\"ok\"}";
    request_respond_static(request, 200, "application/json", body, sizeof body - 1);
}

void handle_ready(struct request *request)
{
    struct server *server = request->reactor->server;
    static const char ready[] = "{\"status\":\"ready\"}", not_ready[] = "{\"status\":\"not ready\"}";
    bool good = atomic_load(&server->ready) && !atomic_load(&server->stopping);
    if (good)
        request_respond_static(request, 200, "application/json", ready, sizeof ready - 1);
    else
        request_respond_static(request, 503, "application/json", not_ready, sizeof not_ready - 1);
}

void handle_metrics(struct request *request)
{
    struct buf out = { 0 };
    metrics_write(request->reactor->server, &out);
    request_respond(request, 200, "text/plain; version=0.0.4", &out);
}

void handle_openapi(struct request *request)
{
    struct buf out = { 0 };
    openapi_write_json(request->reactor->server->engine, &out);
    request_respond(request, 200, "application/json", &out);
}

static enum job_verdict on_rows(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    respond_json_rows(request, result, 0, -1);
    return JOB_FINISHED;
}

void handle_calendar(struct request *request)
{
    const char *from = request_argument(request, "from"), *to = request_argument(request, "to");
    if (!request_accepts(request, "from to"))
        return;
    if ((from != NULL && !clock_is_date(from)) || (to != NULL && !clock_is_date(to))) {
        problem_respond(request, PROBLEM_unknown_parameter, "from, to");
        return;
    }
    const char **values = ARENA_ARRAY(&request->arena, const char *, 3);
    values[0] = from;
    values[1] = to;
    values[2] = request_now(request);
    request_query(request,
                  "select jsonb_build_object('day', w.day, 'is_workday', w.is_workday, 'minutes', w.minutes, 'note', w.note,\n"
                  "       'spans', (select coalesce(jsonb_agg(jsonb_build_array(to_char(make_interval(mins => lower(s)), 'HH24:MI'), to_char(make_interval(mins => upper(s)), 'HH24:MI')) order by s), '[]') from unnest(w.spans) s))\n"
                  "  from work_calendar w\n where w.day >= coalesce($1::date, company_date($3::timestamptz))\n"
                  "   and w.day < coalesce($2::date, coalesce($1::date, company_date($3::timestamptz)) + 31)\n order by w.day\n limit 400",
                  3, values, on_rows);
}

static bool may_keep_rules(struct request *request)
{
    const uint64_t roles = role_bit(ROLE_hr_officer) | role_bit(ROLE_deputy_gm) | role_bit(ROLE_general_manager) | role_bit(ROLE_service_manager);
    if ((request->principal->roles & roles) != 0)
        return true;
    problem_respond(request, PROBLEM_forbidden_role, NULL);
    return false;
}

/* "HH:MM" as minutes; 24:00 is the end of the day. -1: malformed. */
static int minutes_of(const char *text)
{
    if (text == NULL || strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789:") != 5)
        return -1;
    int minutes = atoi(text) * 60 + atoi(text + 3);
    return atoi(text + 3) < 60 && minutes <= 1440 ? minutes : -1;
}

static const char *spans_of(struct request *request, json_t *spans)
{
    struct buf text = { 0 };
    bool good = json_is_array(spans) && json_array_size(spans) <= 8;
    buf_putc(&text, '{');
    for (size_t i = 0; good && i < json_array_size(spans); i++) {
        json_t *span = json_array_get(spans, i);
        int from = minutes_of(json_string_value(json_array_get(span, 0))), to = minutes_of(json_string_value(json_array_get(span, 1)));
        good = json_array_size(span) == 2 && from >= 0 && to > from;
        buf_printf(&text, "%s[%d,%d)", i == 0 ? "" : ",", from, to);
    }
    buf_putc(&text, '}');
    const char *result = good ? arena_strdup(&request->arena, text.data) : NULL;
    buf_done(&text);
    return result;
}

static enum job_verdict on_changed(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    if (PQntuples(result) == 0)
        problem_respond(request, PROBLEM_not_found, NULL);
    else
        request_respond_empty(request, 204);
    return JOB_FINISHED;
}

/* {"days":[{"day":"2026-10-10","is_workday":true,"spans":[["08:30","12:00"]],"note":"调休"}]}: swapped days and holidays. */
void handle_calendar_put(struct request *request)
{
    static const struct statement put_days = {
        .name = "put_days",
        .text = "with d as (select * from jsonb_to_recordset($1::jsonb) as d (day date, is_workday boolean, spans text, note text)),\n"
                "     put as (update work_calendar w set is_workday = d.is_workday, spans = d.spans::int4multirange, note = d.note from d where w.day = d.day returning w.day)\n"
                "select count(*) from put having count(*) > 0",
        .n_params = 1,
        .alone = true,
        .repeatable = true,
    };
    if (!request_accepts(request, "") || !may_keep_rules(request))
        return;
    json_t *body = request_json(request), *days = json_object_get(body, "days");
    if (body == NULL)
        return;
    json_t *rows = json_array();
    bool good = json_is_array(days) && json_array_size(days) > 0 && json_array_size(days) <= 400 && json_object_size(body) == 1;
    for (size_t i = 0; good && i < json_array_size(days); i++) {
        json_t *day = json_array_get(days, i);
        const char *date = json_string_value(json_object_get(day, "day")), *note = json_string_value(json_object_get(day, "note"));
        json_t *workday = json_object_get(day, "is_workday"), *spans = json_object_get(day, "spans");
        const char *text = spans == NULL ? (json_is_true(workday) ? "{[510,720),[810,1050)}" : "{}") : spans_of(request, spans);
        good = date != NULL && clock_is_date(date) && json_is_boolean(workday) && text != NULL && (note == NULL || strlen(note) < 200);
        if (good)
            (void)json_array_append_new(rows, json_pack("{s:s,s:b,s:s,s:s?}", "day", date, "is_workday", json_is_true(workday), "spans", text, "note", note));
    }
    if (!good) {
        json_decref(rows);
        problem_respond(request, PROBLEM_invalid_fields, "days");
        return;
    }
    char *text = json_dumps(rows, JSON_COMPACT);
    json_decref(rows);
    const char **values = ARENA_ARRAY(&request->arena, const char *, 1);
    values[0] = arena_strdup(&request->arena, text);
    free(text);
    request_submit(request, true, &put_days, values, NULL, 0, NULL, on_changed);
}

void handle_time_rules(struct request *request)
{
    if (!request_accepts(request, ""))
        return;
    request_query(request, "select to_jsonb(t) from time_rule t order by t.code", 0, NULL, on_rows);
}

/* {"seconds":7200} or {"days":3} or {"number":3}: limits of the manual and of law stay as they are. */
void handle_time_rule_put(struct request *request)
{
    static const struct statement put_rule = {
        .name = "put_rule",
        .text = "update time_rule t\n   set seconds = case when t.seconds is not null then $2::bigint end,\n       days = case when t.days is not null then $2::integer end,\n"
                "       number = case when t.number is not null then $2::integer end,\n       changed_at = $3::timestamptz,\n       changed_by = $4::uuid\n"
                " where t.code = $1::text\n   and t.mark not like 'manual%'\nreturning t.code",
        .n_params = 4,
        .repeatable = true,
    };
    if (!request_accepts(request, "") || !may_keep_rules(request))
        return;
    json_t *body = request_json(request);
    if (body == NULL)
        return;
    json_t *number = json_object_get(body, "value");
    if (json_object_size(body) != 1 || !json_is_integer(number) || json_integer_value(number) < 0 || json_integer_value(number) > 100000000) {
        problem_respond(request, PROBLEM_invalid_fields, "value");
        return;
    }
    const char **values = ARENA_ARRAY(&request->arena, const char *, 4);
    values[0] = request->segments[2];
    values[1] = arena_printf(&request->arena, "%lld", (long long)json_integer_value(number));
    values[2] = request_now(request);
    values[3] = request->principal->id;
    request_submit(request, true, &put_rule, values, NULL, 0, NULL, on_changed);
}

static void put_text(struct buf *out, const char *name, struct text text)
{
    buf_json_key(out, name);
    buf_putc(out, '{');
    buf_json_member(out, "en", text.en);
    buf_json_member(out, "zh", text.zh);
    buf_putc(out, '}');
}

static void put_event(const struct event_plan *event, struct buf *out)
{
    for (size_t r = 0; r < event->n_rows; r++) {
        const struct transition *t = event->rows[r].transition;
        buf_json_comma(out);
        buf_putc(out, '{');
        buf_json_member(out, "event", t->event);
        put_text(out, "label", t->label);
        buf_json_member(out, "clause", t->clause);
        buf_json_member(out, "from", t->from);
        buf_json_member(out, "to", t->to);
        buf_json_member(out, "by", t->by);
        buf_json_member(out, "takes", t->takes);
        buf_json_key(out, "guards");
        buf_putc(out, '[');
        for (const struct guard *const *g = event->rows[r].all_guards; *g != NULL; g++) {
            buf_json_comma(out);
            buf_putc(out, '{');
            buf_json_member(out, "code", (*g)->code);
            put_text(out, "message", (*g)->message);
            buf_putc(out, '}');
        }
        buf_puts(out, "]");
        buf_json_bool(out, "final", (t->flags & TRANSITION_FINAL) != 0);
        buf_json_bool(out, "needs_signature", (t->flags & TRANSITION_SIGNED) != 0);
        buf_putc(out, '}');
    }
}

static void put_machine(const struct machine_plan *machine, bool whole, struct buf *out)
{
    const struct machine *m = machine->machine;
    buf_json_comma(out);
    buf_putc(out, '{');
    buf_json_member(out, "machine", m->name);
    buf_json_member(out, "procedure", machine->procedure->code);
    put_text(out, "title", m->title);
    buf_json_key(out, "href");
    buf_printf(out, "\"/v1/%s\"", m->path);
    buf_json_key(out, "diagram");
    buf_printf(out, "\"/v1/procedures/%s/diagram\"", m->name);
    if (whole) {
        buf_json_key(out, "states");
        buf_putc(out, '[');
        for (size_t i = 0; i < machine->n_states; i++) {
            buf_json_comma(out);
            buf_putc(out, '{');
            buf_json_member(out, "state", machine->states[i].name);
            put_text(out, "label", machine->states[i].label);
            buf_json_bool(out, "terminal", (machine->terminal >> i & 1) != 0);
            buf_putc(out, '}');
        }
        buf_puts(out, "]");
        buf_json_key(out, "transitions");
        buf_putc(out, '[');
        for (size_t e = 0; e < machine->n_events; e++)
            put_event(&machine->events[e], out);
        buf_putc(out, ']');
    }
    buf_putc(out, '}');
}

void handle_procedures(struct request *request)
{
    const struct engine *engine = request->reactor->server->engine;
    struct buf out = { 0 };
    if (!request_accepts(request, ""))
        return;
    buf_puts(&out, "{\"data\":[");
    for (size_t i = 0; i < engine->n_machines; i++)
        put_machine(&engine->machines[i], false, &out);
    buf_puts(&out, "]}");
    request_respond(request, 200, "application/json", &out);
}

void handle_machine(struct request *request)
{
    const struct machine_plan *machine = engine_machine_by_name(request->reactor->server->engine, request->segments[2]);
    struct buf out = { 0 };
    if (machine == NULL) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    if (!request_accepts(request, ""))
        return;
    put_machine(machine, true, &out);
    request_respond(request, 200, "application/json", &out);
}

struct drawing {
    const char *dot;
    struct buf svg;
    bool good;
};

static void draw(void *argument)
{
    struct drawing *drawing = argument;
    drawing->good = graphviz_svg(drawing->dot, &drawing->svg);
}

static void on_drawn(struct request *request)
{
    struct drawing *drawing = request->context;
    if (drawing->good) {
        request_respond(request, 200, "image/svg+xml", &drawing->svg);
        return;
    }
    buf_done(&drawing->svg);
    problem_respond(request, PROBLEM_busy, "Graphviz (dot) did not run");
}

void handle_diagram(struct request *request)
{
    const struct machine_plan *machine = engine_machine_by_name(request->reactor->server->engine, request->segments[2]);
    if (machine == NULL) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    if (!request_accepts(request, ""))
        return;
    struct buf dot = { 0 };
    diagram_write_dot(machine, request->language, &dot);
    struct drawing *drawing = ARENA_NEW(&request->arena, struct drawing);
    drawing->dot = arena_strdup(&request->arena, dot.data);
    buf_done(&dot);
    request->context = drawing;
    request_offload(request, draw, drawing, on_drawn);
}

/* /v1/schemas/repair.dispatch: what the event takes. */
void handle_schema(struct request *request)
{
    char name[160];
    (void)snprintf(name, sizeof name, "%s", request->segments[2]);
    char *dot = strchr(name, '.');
    if (dot != NULL)
        *dot = '\0';
    const struct machine_plan *machine = engine_machine_by_name(request->reactor->server->engine, name);
    const struct event_plan *event = machine == NULL || dot == NULL ? NULL : machine_event(machine, dot + 1);
    if (event == NULL) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    if (!request_accepts(request, ""))
        return;
    struct buf out = { 0 };
    schema_event_takes(event, request->language, &out);
    request_respond(request, 200, "application/schema+json", &out);
}

/* Recomputes the hash chain of one entity, or of all that changed lately. */
void handle_audit(struct request *request)
{
    const uint64_t roles = role_bit(ROLE_general_manager) | role_bit(ROLE_deputy_gm) | role_bit(ROLE_management_rep) | role_bit(ROLE_document_controller) |
                           role_bit(ROLE_evaluator) | role_bit(ROLE_evaluator_lead) | role_bit(ROLE_dispatcher) | role_bit(ROLE_service_manager);
    const char *entity = request_argument(request, "entity");
    if (!request_accepts(request, "entity"))
        return;
    if ((request->principal->roles & roles) == 0) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    if (entity != NULL && !uuid_is_valid(entity)) {
        problem_respond(request, PROBLEM_unknown_parameter, "entity");
        return;
    }
    const char **values = ARENA_ARRAY(&request->arena, const char *, 1);
    values[0] = entity;
    request_query(request, "select audit_verify($1::uuid)", 1, values, respond_json_cell);
}

void handle_test_clock(struct request *request)
{
    if (!request->reactor->server->options.test_clock) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    json_t *body = request_accepts(request, "") ? request_json(request) : NULL;
    if (body == NULL)
        return;
    const char *at = json_string_value(json_object_get(body, "now"));
    json_t *offset = json_object_get(body, "offset_seconds");
    int64_t us;
    if (at != NULL && clock_parse_rfc3339(at, &us)) {
        clock_set_offset_us(clock_offset_us() + us - clock_now_us());
    } else if (json_is_integer(offset)) {
        clock_set_offset_us(json_integer_value(offset) * 1000000);
    } else {
        problem_respond(request, PROBLEM_invalid_fields, "now or offset_seconds");
        return;
    }
    auth_drop_caches(request->reactor->server);
    struct buf out = { 0 };
    buf_printf(&out, "{\"now\":\"%s\"}", request_now(request));
    request_respond(request, 200, "application/json", &out);
}
