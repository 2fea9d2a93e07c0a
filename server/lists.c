/* Lists of entities: JSON, CSV for spreadsheets, NDJSON for integrators. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

enum list_format { LIST_JSON, LIST_CSV, LIST_NDJSON };

struct listing {
    const struct machine_plan *machine;
    struct list_request request;
    struct list_query query;
    enum list_format format;
    const char *fields;
};

static bool is_own_argument(const char *name)
{
    static const char *const own[] = { "limit", "cursor", "sort", "fields", "expand", "count" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return false;
}

static void put_row(struct request *request, const struct listing *listing, const PGresult *result, int row, struct buf *out)
{
    struct render_options options = { .principal = request->principal, .language = request->language, .fields = listing->fields, .without_actions = true };
    engine_render(listing->machine, result, row, &options, out);
    engine_render_expanded(&listing->query.expanded, result, row, out);
}

static void put_link(struct request *request, const char *cursor)
{
    struct buf link = { 0 };
    buf_printf(&link, "<%s?", request->path);
    for (size_t i = 0; i < request->n_arguments; i++) {
        if (strcmp(request->arguments[i].name, "cursor") == 0)
            continue;
        buf_printf(&link, "%s=", request->arguments[i].name);
        for (const char *p = request->arguments[i].value; *p != '\0'; p++) {
            if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-_.,", *p) != NULL)
                buf_putc(&link, *p);
            else
                buf_printf(&link, "%%%02X", (unsigned char)*p);
        }
        buf_putc(&link, '&');
    }
    buf_printf(&link, "cursor=%s>; rel=\"next\"", cursor);
    request_add_header(request, "Link", link.data);
    buf_done(&link);
}

static void put_csv_cell(struct buf *out, const char *value)
{
    /* With one of these in front spreadsheets would run it as a formula; tab and return they skip. */
    bool formula = value[0] != '\0' && strchr("=+-@\t\r", value[0]) != NULL;
    if (!formula && strpbrk(value, ",\"\r\n") == NULL) {
        buf_puts(out, value);
        return;
    }
    buf_putc(out, '"');
    if (formula)
        buf_putc(out, '\'');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"')
            buf_putc(out, '"');
        buf_putc(out, *p);
    }
    buf_putc(out, '"');
}

/* Cells hold one value: lists and objects are for JSON. */
static bool is_csv_column(const struct listing *listing, const struct column *column)
{
    return !column->hidden && column->type != FIELD_OBJECT && column->type != FIELD_LIST && fields_name(listing->fields, column->name);
}

static void put_csv(struct request *request, const struct listing *listing, const PGresult *result, int rows, struct buf *out)
{
    const struct machine_plan *machine = listing->machine;
    const char *comma = "";
    buf_puts(out, "\xef\xbb\xbf");
    for (size_t c = 0; c < machine->n_columns; c++) {
        const struct column *column = &machine->columns[c];
        if (!is_csv_column(listing, column))
            continue;
        buf_puts(out, comma);
        comma = ",";
        put_csv_cell(out, column->field != NULL ? text_in(column->field->label, request->language) : column->name);
    }
    buf_puts(out, "\r\n");
    for (int row = 0; row < rows; row++) {
        /* Through the representation, so that masks and time offsets are the same as in JSON. */
        struct buf json = { 0 };
        put_row(request, listing, result, row, &json);
        json_t *object = json_loadb(json.data, json.length, 0, NULL);
        comma = "";
        for (size_t c = 0; c < machine->n_columns; c++) {
            const struct column *column = &machine->columns[c];
            if (!is_csv_column(listing, column))
                continue;
            buf_puts(out, comma);
            comma = ",";
            json_t *value = json_object_get(object, column->name);
            if (json_is_string(value)) {
                put_csv_cell(out, json_string_value(value));
            } else if (value != NULL && !json_is_null(value)) {
                char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
                put_csv_cell(out, text);
                free(text);
            }
        }
        buf_puts(out, "\r\n");
        json_decref(object);
        buf_done(&json);
    }
}

static void put_json(struct request *request, const struct listing *listing, const PGresult *result, int rows, const char *next, struct buf *out)
{
    buf_puts(out, "{\"data\":[");
    for (int row = 0; row < rows; row++) {
        buf_json_comma(out);
        put_row(request, listing, result, row, out);
    }
    buf_puts(out, "]");
    buf_json_member(out, "next", next);
    if (listing->request.exact_count && PQntuples(result) > 0) {
        buf_json_key(out, "count");
        buf_puts(out, PQgetvalue(result, 0, listing->query.sort_column + 1));
    } else if (listing->request.exact_count) {
        buf_json_int(out, "count", 0);
    }
    buf_putc(out, '}');
}

static enum job_verdict on_listed(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct listing *listing = request->context;
    struct buf out = { 0 };
    int rows = PQntuples(result);
    const char *next = NULL;
    if (rows > listing->request.limit) {
        rows = listing->request.limit;
        next = engine_cursor(&listing->query, result, rows - 1, &request->arena);
        put_link(request, next);
    }
    if (listing->format == LIST_CSV) {
        put_csv(request, listing, result, rows, &out);
        request_respond(request, 200, "text/csv; charset=utf-8", &out);
    } else if (listing->format == LIST_NDJSON) {
        for (int row = 0; row < rows; row++) {
            put_row(request, listing, result, row, &out);
            buf_putc(&out, '\n');
        }
        request_respond(request, 200, "application/x-ndjson", &out);
    } else {
        put_json(request, listing, result, rows, next, &out);
        request_respond(request, 200, "application/json", &out);
    }
    return JOB_FINISHED;
}

void handle_entity_list(struct request *request)
{
    const struct machine_plan *machine = request_machine(request);
    if (machine == NULL)
        return;
    if (!machine_may_read(machine, request->principal) && !machine_may_read_own(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    struct listing *listing = ARENA_NEW(&request->arena, struct listing);
    struct faults *faults = ARENA_NEW(&request->arena, struct faults);
    struct list_filter *filters = ARENA_ARRAY(&request->arena, struct list_filter, request->n_arguments + 1);
    faults->arena = &request->arena;
    size_t n = 0;
    for (size_t i = 0; i < request->n_arguments; i++)
        if (!is_own_argument(request->arguments[i].name))
            filters[n++] = (struct list_filter){ request->arguments[i].name, request->arguments[i].value };
    const char *count = request_argument(request, "count");
    int limit = request_limit(request, 50, 200);
    if (limit < 0)
        return;
    if (count != NULL && strcmp(count, "exact") != 0) {
        problem_respond(request, PROBLEM_unknown_parameter, "count");
        return;
    }
    listing->machine = machine;
    listing->fields = request_argument(request, "fields");
    if (machine_unknown_field(machine, listing->fields) != NULL) {
        problem_respond(request, PROBLEM_unknown_parameter, "fields");
        return;
    }
    listing->format = request->accept != NULL && strstr(request->accept, "text/csv") != NULL               ? LIST_CSV
                      : request->accept != NULL && strstr(request->accept, "application/x-ndjson") != NULL ? LIST_NDJSON
                                                                                                           : LIST_JSON;
    listing->request = (struct list_request){
        .principal = request->principal, .now_us = clock_now_us(), .filters = filters, .n_filters = n,
        .sort = request_argument(request, "sort"), .cursor = request_argument(request, "cursor"),
        .expand = request_argument(request, "expand"), .limit = limit, .exact_count = count != NULL,
    };
    if (!engine_list(machine, &listing->request, &request->arena, &listing->query, faults)) {
        problem_respond_faults(request, PROBLEM_unknown_parameter, faults);
        return;
    }
    request->context = listing;
    request_query(request, listing->query.sql, listing->query.n_values, listing->query.values, on_listed);
}
