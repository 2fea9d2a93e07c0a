/* Which handler answers which path. */
#include "server/handlers.h"

#include <stdlib.h>
#include <string.h>

#include "server/internal.h"
#include "server/problem.h"

struct route {
    enum method method;
    const char *pattern; /* "*": any segment; "+": a way to open one of the machine's; "-": any but that */
    handler_fn *handler;
    bool is_public;
};

static const struct route routes[] = {
    { METHOD_GET, "healthz", handle_health, true },
    { METHOD_GET, "readyz", handle_ready, true },
    { METHOD_GET, "metrics", handle_metrics, true },
    { METHOD_GET, "openapi.json", handle_openapi, true },
    { METHOD_GET, "docs", handle_docs, true },
    { METHOD_GET, "docs/*", handle_docs_file, true },
    { METHOD_POST, "v1/session", handle_sign_in, true },
    { METHOD_DELETE, "v1/session", handle_sign_out, false },
    { METHOD_GET, "v1/me", handle_me, false },
    { METHOD_GET, "v1/me/day", handle_my_day, false },
    { METHOD_POST, "v1/me/password", handle_change_password, false },
    { METHOD_GET, "v1/api-keys", handle_keys, false },
    { METHOD_POST, "v1/api-keys", handle_key_create, false },
    { METHOD_DELETE, "v1/api-keys/*", handle_key_revoke, false },
    { METHOD_GET, "v1/worklist", handle_worklist, false },
    { METHOD_GET, "v1/worklist/counts", handle_worklist_counts, false },
    { METHOD_GET, "v1/search", handle_search, false },
    { METHOD_GET, "v1/remedies", handle_remedies, false },
    { METHOD_GET, "v1/events", handle_feed, false },
    { METHOD_GET, "v1/records", handle_records, false },
    { METHOD_GET, "v1/records/*", handle_record, false },
    { METHOD_GET, "v1/breaches", handle_breaches, false },
    { METHOD_GET, "v1/notifications", handle_notifications, false },
    { METHOD_POST, "v1/notifications/*/read", handle_notification_read, false },
    { METHOD_GET, "v1/links", handle_links, false },
    { METHOD_GET, "v1/calendar", handle_calendar, false },
    { METHOD_PUT, "v1/calendar", handle_calendar_put, false },
    { METHOD_GET, "v1/time-rules", handle_time_rules, false },
    { METHOD_PUT, "v1/time-rules/*", handle_time_rule_put, false },
    { METHOD_GET, "v1/procedures", handle_procedures, false },
    { METHOD_GET, "v1/procedures/*", handle_machine, false },
    { METHOD_GET, "v1/procedures/*/diagram", handle_diagram, false },
    { METHOD_GET, "v1/schemas/*", handle_schema, false },
    { METHOD_GET, "v1/attachments/*", handle_attachment, false },
    { METHOD_GET, "v1/audit/verify", handle_audit, false },
    { METHOD_GET, "v1/unsettled-jobs", handle_unsettled_jobs, false },
    { METHOD_GET, "v1/public/outlets", handle_public_outlets, true },
    { METHOD_POST, "v1/settlement-imports", handle_settlement_import, false },
    { METHOD_GET, "v1/reports/followup-statistics", handle_report_followup, false },
    { METHOD_GET, "v1/reports/improvements", handle_report_improvements, false },
    { METHOD_GET, "v1/reports/complaints", handle_report_complaints, false },
    { METHOD_GET, "v1/reports/compensations", handle_report_compensations, false },
    { METHOD_GET, "v1/reports/recalls", handle_report_recalls, false },
    { METHOD_GET, "v1/reports/emergencies", handle_report_emergencies, false },
    { METHOD_GET, "v1/reports/suppliers", handle_report_suppliers, false },
    { METHOD_GET, "v1/reports/fund-ledger", handle_report_funds, false },
    { METHOD_GET, "v1/reports/assurance-plans", handle_report_plans, false },
    { METHOD_GET, "v1/reports/controlled-documents", handle_report_documents, false },
    { METHOD_GET, "v1/reports/nonconformities", handle_report_nonconformities, false },
    { METHOD_POST, "v1/test/clock", handle_test_clock, false },
};

/* Below /v1/{machine}; tried when the second segment is a machine's path. */
static const struct route entity_routes[] = {
    { METHOD_GET, "v1/*", handle_entity_list, false },
    { METHOD_POST, "v1/*", handle_entity_create, false },
    { METHOD_GET, "v1/*/-", handle_entity_get, false },
    { METHOD_POST, "v1/*/+", handle_entity_create, false },
    { METHOD_GET, "v1/*/*/events", handle_entity_events, false },
    { METHOD_GET, "v1/*/*/records", handle_entity_records, false },
    { METHOD_GET, "v1/*/*/clocks", handle_entity_clocks, false },
    { METHOD_GET, "v1/*/*/attachments", handle_entity_attachments, false },
    { METHOD_POST, "v1/*/*/attachments", handle_entity_attach, false },
    { METHOD_POST, "v1/persons/*/password", handle_person_password, false },
    { METHOD_POST, "v1/*/*/*", handle_entity_event, false },
};

/* Whether the third segment is an event by which the machine begins. */
static bool opens(const struct request *request)
{
    const struct machine_plan *machine = engine_machine_by_path(request->reactor->server->engine, request->segments[1]);
    const struct event_plan *event = machine == NULL ? NULL : machine_event(machine, request->segments[2]);
    return event != NULL && event_creates(event);
}

static bool matches(const struct request *request, const char *pattern)
{
    size_t i = 0;
    for (const char *p = pattern; *p != '\0'; i++) {
        size_t n = strcspn(p, "/");
        if (i == request->n_segments)
            return false;
        bool any = n == 1 && (p[0] == '*' || (p[0] == '+' && opens(request)) || (p[0] == '-' && !opens(request)));
        if (!any && (strlen(request->segments[i]) != n || strncmp(request->segments[i], p, n) != 0))
            return false;
        p += n;
        p += *p == '/';
    }
    return i == request->n_segments;
}

/* Longer, fixed patterns come before those with wildcards in entity_routes, except for events: an event named like a
 * collection would be unreachable, and none is. */
static const struct route *find(const struct request *request, const struct route *table, size_t n, unsigned *methods)
{
    enum method method = request->method == METHOD_HEAD ? METHOD_GET : request->method;
    const struct route *found = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!matches(request, table[i].pattern))
            continue;
        *methods |= 1u << table[i].method;
        if (table[i].method == method && found == NULL)
            found = &table[i];
    }
    return found;
}

static void allow(struct request *request, unsigned methods)
{
    static const struct {
        enum method method;
        const char *name;
    } names[] = { { METHOD_GET, "GET, HEAD" }, { METHOD_POST, "POST" }, { METHOD_PUT, "PUT" }, { METHOD_DELETE, "DELETE" } };
    const char *list = "OPTIONS";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((methods >> names[i].method & 1) != 0)
            list = arena_printf(&request->arena, "%s, %s", list, names[i].name);
    request_add_header(request, "Allow", list);
}

void router_cors(struct request *request)
{
    const char *origins = request->reactor->server->options.cors_origins;
    const char *origin = request_header(request, "Origin");
    if (origins == NULL || origin == NULL)
        return;
    size_t n = strlen(origin);
    for (const char *p = origins; *p != '\0'; p += strspn(p, " ")) {
        size_t m = strcspn(p, " ");
        if (n == m && strncmp(p, origin, n) == 0) {
            request_add_header(request, "Access-Control-Allow-Origin", origin);
            request_add_header(request, "Vary", "Origin");
            request_add_header(request, "Access-Control-Expose-Headers", "ETag, Location, Link, Retry-After, X-Request-Id, Idempotency-Replayed");
            return;
        }
        p += m;
    }
}

static void preflight(struct request *request, unsigned methods)
{
    allow(request, methods);
    request_add_header(request, "Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
    request_add_header(request, "Access-Control-Allow-Headers",
                       "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Accept-Language, X-Request-Id");
    request_add_header(request, "Access-Control-Max-Age", "600");
    request_respond_empty(request, 204);
}

static bool takes_any_body(const struct request *request)
{
    return (request->n_segments == 4 && strcmp(request->segments[3], "attachments") == 0) ||
           (request->n_segments == 2 && strcmp(request->segments[1], "settlement-imports") == 0);
}

static bool has_sound_body(struct request *request)
{
    if (request->method != METHOD_POST && request->method != METHOD_PUT)
        return true;
    if (request->body_length == 0 || takes_any_body(request))
        return true;
    if (request->content_type != NULL && (strcmp(request->content_type, "application/json") == 0 ||
                                          strcmp(request->content_type, "application/x-ndjson") == 0))
        return true;
    problem_respond(request, PROBLEM_unsupported_media_type, "application/json");
    return false;
}

void router_dispatch(struct request *request)
{
    unsigned methods = 0;
    const struct engine *engine = request->reactor->server->engine;
    const struct route *route = find(request, routes, sizeof routes / sizeof *routes, &methods);
    if (methods == 0 && request->n_segments >= 2 && strcmp(request->segments[0], "v1") == 0 &&
        engine_machine_by_path(engine, request->segments[1]) != NULL)
        route = find(request, entity_routes, sizeof entity_routes / sizeof *entity_routes, &methods);
    router_cors(request);
    if (methods == 0) {
        problem_respond(request, PROBLEM_not_found, NULL);
    } else if (request->method == METHOD_OPTIONS) {
        preflight(request, methods);
    } else if (route == NULL) {
        allow(request, methods);
        problem_respond(request, PROBLEM_method_not_allowed, NULL);
    } else if (!has_sound_body(request)) {
        return;
    } else if (route->is_public) {
        route->handler(request);
    } else {
        auth_run(request, route->handler);
    }
}

const struct machine_plan *request_machine(struct request *request)
{
    const struct machine_plan *machine = engine_machine_by_path(request->reactor->server->engine, request->segments[1]);
    if (machine == NULL)
        problem_respond(request, PROBLEM_not_found, NULL);
    return machine;
}

const char *request_entity_id(struct request *request)
{
    if (!uuid_is_valid(request->segments[2])) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return NULL;
    }
    char *id = arena_strdup(&request->arena, request->segments[2]);
    for (char *p = id; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'F')
            *p = (char)(*p + 32);
    return id;
}

static bool is_word_of(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; *p != '\0'; p += strspn(p, " ")) {
        size_t m = strcspn(p, " ");
        if (n == m && strncmp(p, word, n) == 0)
            return true;
        p += m;
    }
    return false;
}

bool request_accepts(struct request *request, const char *names)
{
    for (size_t i = 0; i < request->n_arguments; i++)
        if (!is_word_of(names, request->arguments[i].name)) {
            problem_respond(request, PROBLEM_unknown_parameter, request->arguments[i].name);
            return false;
        }
    return true;
}

int request_limit(struct request *request, int preset, int max)
{
    const char *text = request_argument(request, "limit");
    if (text == NULL)
        return preset;
    int limit = strspn(text, "0123456789") == strlen(text) && strlen(text) < 6 ? atoi(text) : 0;
    if (limit >= 1 && limit <= max)
        return limit;
    problem_respond(request, PROBLEM_unknown_parameter, "limit");
    return -1;
}
