#include "server/query.h"

#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "server/handlers.h"

void respond_json_rows(struct request *request, const PGresult *result, int limit, int cursor_column)
{
    struct buf out = { 0 };
    int rows = PQntuples(result);
    const char *next = NULL;
    if (limit > 0 && rows > limit) {
        rows = limit;
        next = cursor_column < 0 ? NULL : PQgetvalue(result, rows - 1, cursor_column);
    }
    buf_puts(&out, "{\"data\":[");
    for (int row = 0; row < rows; row++) {
        if (row > 0)
            buf_putc(&out, ',');
        buf_puts(&out, PQgetvalue(result, row, 0));
    }
    buf_putc(&out, ']');
    buf_json_member(&out, "next", next);
    buf_putc(&out, '}');
    request_respond(request, 200, "application/json", &out);
}

enum job_verdict respond_json_cell(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    if (PQntuples(result) == 0 || PQgetisnull(result, 0, 0)) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    struct buf out = { 0 };
    buf_puts(&out, PQgetvalue(result, 0, 0));
    request_respond(request, 200, "application/json", &out);
    return JOB_FINISHED;
}

struct page {
    int limit, cursor_column;
    /* Below an entity: tells an empty list from an entity that is not there for the caller. NULL: no question. */
    const char *exists_sql;
    int n_exists;
    enum problem_code missing;
    const char *const *values;
};

static enum job_verdict on_exists(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    struct buf out = { 0 };
    const struct page *page = request->context;
    if (PQntuples(result) == 0) {
        problem_respond(request, page->missing, NULL);
        return JOB_FINISHED;
    }
    buf_puts(&out, "{\"data\":[],\"next\":null}");
    request_respond(request, 200, "application/json", &out);
    return JOB_FINISHED;
}

static enum job_verdict on_page(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct page *page = request->context;
    if (PQntuples(result) == 0 && page->exists_sql != NULL)
        request_query(request, page->exists_sql, page->n_exists, page->values, on_exists);
    else
        respond_json_rows(request, result, page->limit, page->cursor_column);
    return JOB_FINISHED;
}

const char *query_value(struct query *query, const char *text)
{
    query->values[query->n++] = text;
    return arena_printf(&query->request->arena, "$%d", query->n);
}

void query_run(struct query *query, int limit, int cursor_column)
{
    const char **values = ARENA_ARRAY(&query->request->arena, const char *, query->n + 1);
    memcpy(values, query->values, (size_t)query->n * sizeof *values);
    const char *sql = arena_strdup(&query->request->arena, query->sql.data);
    buf_done(&query->sql);
    struct page *page = ARENA_NEW(&query->request->arena, struct page);
    *page = (struct page){ limit, cursor_column, query->exists_sql, query->n_exists, query->missing == 0 ? PROBLEM_not_found : query->missing, values };
    query->request->context = page;
    request_query(query->request, sql, query->n, values, on_page);
}

bool query_drop(struct query *query, const char *parameter)
{
    buf_done(&query->sql);
    problem_respond(query->request, PROBLEM_unknown_parameter, parameter);
    return false;
}

bool principal_is_bound(const struct principal *p)
{
    return p->outlet_id[0] != '\0' || p->customer_id[0] != '\0';
}

void query_put_scope(struct query *query, const char *alias, bool has_customer)
{
    const struct principal *p = query->request->principal;
    if (p->outlet_id[0] != '\0')
        buf_printf(&query->sql, "\n   and %s.outlet_id = %s::uuid", alias, query_value(query, p->outlet_id));
    if (p->customer_id[0] != '\0' && has_customer)
        buf_printf(&query->sql, "\n   and %s.customer_id = %s::uuid", alias, query_value(query, p->customer_id));
    else if (p->customer_id[0] != '\0')
        buf_puts(&query->sql, "\n   and false");
}

const char *readable_machines(struct request *request, const char *column)
{
    const struct engine *engine = request->reactor->server->engine;
    const char *list = NULL;
    for (size_t i = 0; i < engine->n_machines; i++)
        if (!machine_may_read(&engine->machines[i], request->principal))
            list = arena_printf(&request->arena, "%s%s'%s'", list == NULL ? "" : list, list == NULL ? "" : ", ", engine->machines[i].machine->name);
    return list == NULL ? "" : arena_printf(&request->arena, "\n   and %s not in (%s)", column, list);
}

const char *entity_scope(struct request *request, const char *id, const char *outlet, const char *customer)
{
    const struct engine *engine = request->reactor->server->engine;
    struct buf sql = { 0 };
    buf_printf(&sql, "((%s::uuid is null and %s::uuid is null)", outlet, customer);
    for (size_t i = 0; principal_is_bound(request->principal) && i < engine->n_machines; i++)
        if (engine->machines[i].machine->scope == SCOPE_OUTLET)
            buf_printf(&sql, "\n    or exists (select from %s e where e.id = %s and (%s::uuid is null or e.outlet_id = %s::uuid) and (%s::uuid is null or e.customer_id = %s::uuid))",
                       engine->machines[i].machine->name, id, outlet, outlet, customer, customer);
    buf_putc(&sql, ')');
    const char *text = arena_strdup(&request->arena, sql.data);
    buf_done(&sql);
    return text;
}

bool query_put_uuid(struct query *query, const char *name, const char *column)
{
    const char *text = request_argument(query->request, name);
    if (text == NULL)
        return true;
    if (!uuid_is_valid(text))
        return query_drop(query, name);
    buf_printf(&query->sql, "\n   and %s = %s::uuid", column, query_value(query, text));
    return true;
}

void query_put_words(struct query *query, const char *name, const char *column)
{
    const char *text = request_argument(query->request, name);
    if (text != NULL)
        buf_printf(&query->sql, "\n   and %s = any(string_to_array(%s::text, ','))", column, query_value(query, text));
}

bool query_put_time(struct query *query, const char *name, const char *column, const char *comparison)
{
    const char *text = request_argument(query->request, name);
    int64_t us;
    if (text == NULL)
        return true;
    if (clock_is_date(text))
        buf_printf(&query->sql, "\n   and %s %s %s::date::timestamp at time zone company_zone()", column, comparison, query_value(query, text));
    else if (clock_parse_rfc3339(text, &us))
        buf_printf(&query->sql, "\n   and %s %s %s::timestamptz", column, comparison, query_value(query, text));
    else
        return query_drop(query, name);
    return true;
}

bool query_put_flag(struct query *query, const char *name, const char *when_true, const char *when_false)
{
    const char *text = request_argument(query->request, name);
    if (text == NULL)
        return true;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return query_drop(query, name);
    buf_printf(&query->sql, "\n   and %s", strcmp(text, "true") == 0 ? when_true : when_false);
    return true;
}
