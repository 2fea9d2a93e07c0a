/* A settlement slip from a partner's own table: read by the outlet's column mapping, shown first if wished, then filed like
 * any other. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/table_in.h"
#include "engine/engine.h"
#include "engine/faults.h"
#include "engine/roles.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

#define MAX_LINES 1000
#define MAX_COLUMNS 60

static const struct text message_column = { "The table has no such column", "表中无此列" };
static const struct text message_amount = { "Not an amount", "金额格式不正确" };
static const struct text message_number = { "Not a whole number", "不是整数" };
static const struct text message_date = { "Not a date", "日期格式不正确" };
static const struct text message_empty = { "This cell is empty", "单元格为空" };

struct import {
    bool preview;
    const char *outlet_id;
};

enum cell_kind { CELL_TEXT, CELL_MONEY, CELL_NUMBER, CELL_DATE };
static const struct {
    const char *field;
    enum cell_kind kind;
    bool required;
} cells[] = {
    { "slip", CELL_TEXT, true },          { "service_kind", CELL_TEXT, true }, { "claimed", CELL_MONEY, true },
    { "line_ref", CELL_TEXT, false },     { "km", CELL_NUMBER, false },        { "extra_fee", CELL_MONEY, false },
    { "extra_approval", CELL_TEXT, false }, { "collected", CELL_MONEY, false }, { "receipt_no", CELL_TEXT, false },
    { "done_on", CELL_DATE, false },
};

struct mapped {
    size_t column; /* of the table */
    size_t cell;   /* index into `cells` */
    const json_t *words;
};

struct read_state {
    struct request *request;
    struct faults *faults;
    bool in_yuan;
    struct mapped mapped[sizeof cells / sizeof *cells];
    size_t n_mapped;
};

static const char *translated(const json_t *words, const char *text)
{
    size_t i;
    const json_t *word;
    json_array_foreach(words, i, word)
        if (strcmp(json_string_value(json_object_get(word, "says")), text) == 0)
            return json_string_value(json_object_get(word, "means"));
    return text;
}

static json_t *read_cell(struct read_state *state, const struct mapped *m, const char *text, const char *pointer)
{
    int64_t number;
    char date[11];
    text = translated(m->words, text);
    switch (cells[m->cell].kind) {
    case CELL_TEXT:
        return json_string(text);
    case CELL_MONEY:
        if (table_in_amount(text, state->in_yuan, &number))
            return json_integer(number);
        faults_add(state->faults, pointer, "wrong_amount", message_amount);
        return NULL;
    case CELL_NUMBER:
        if (table_in_integer(text, &number))
            return json_integer(number);
        faults_add(state->faults, pointer, "wrong_number", message_number);
        return NULL;
    case CELL_DATE:
        if (table_in_date(text, date))
            return json_string(date);
        faults_add(state->faults, pointer, "wrong_date", message_date);
        return NULL;
    }
    return NULL;
}

static json_t *read_line(struct read_state *state, const char *const *row, size_t index)
{
    json_t *line = json_object();
    for (size_t i = 0; i < state->n_mapped; i++) {
        const struct mapped *m = &state->mapped[i];
        const char *pointer = arena_printf(&state->request->arena, "/lines/%zu/%s", index, cells[m->cell].field);
        if (row[m->column][0] == '\0' && cells[m->cell].required)
            faults_add(state->faults, pointer, "empty_cell", message_empty);
        if (row[m->column][0] == '\0')
            continue;
        json_t *value = read_cell(state, m, row[m->column], pointer);
        if (value != NULL)
            (void)json_object_set_new(line, cells[m->cell].field, value);
    }
    if (json_object_get(line, "service_kind") == NULL)
        (void)json_object_set_new(line, "service_kind", json_string("minor_repair"));
    return line;
}

/* Which column of the table each mapped field is in. */
static void find_columns(struct read_state *state, const json_t *columns, const struct table *table)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(columns, i, entry)
    {
        const char *field = json_string_value(json_object_get(entry, "field"));
        const char *heading = json_string_value(json_object_get(entry, "column"));
        size_t column = 0, cell = 0;
        while (column < table->n_columns && strcmp(table->rows[0][column], heading) != 0)
            column++;
        while (cell < sizeof cells / sizeof *cells && strcmp(cells[cell].field, field) != 0)
            cell++;
        if (column == table->n_columns)
            faults_add(state->faults, arena_printf(&state->request->arena, "/columns/%s", field), "column_missing", message_column);
        else if (cell < sizeof cells / sizeof *cells && state->n_mapped < sizeof cells / sizeof *cells)
            state->mapped[state->n_mapped++] = (struct mapped){ column, cell, json_object_get(entry, "words") };
    }
}

static void respond_preview(struct request *request, const struct table *table, const json_t *body, const struct faults *faults)
{
    struct buf out = { 0 };
    buf_putc(&out, '{');
    buf_json_key(&out, "headings");
    buf_putc(&out, '[');
    for (size_t i = 0; i < table->n_columns; i++) {
        buf_puts(&out, i == 0 ? "" : ",");
        buf_json_string(&out, table->rows[0][i]);
    }
    buf_putc(&out, ']');
    buf_json_key(&out, "lines");
    char *lines = json_dumps(json_object_get(body, "lines"), JSON_COMPACT);
    buf_puts(&out, lines);
    free(lines);
    buf_json_key(&out, "errors");
    problem_write_faults(faults, request->language, &out);
    buf_putc(&out, '}');
    request_respond(request, 200, "application/json", &out);
}

static json_t *slip_body(struct request *request, const char *outlet_id, json_t *lines)
{
    static const char *const names[] = { "period", "kind", "outlet_ref" };
    json_t *body = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = request_argument(request, names[i]);
        if (value != NULL)
            (void)json_object_set_new(body, names[i], json_string(value));
    }
    (void)json_object_set_new(body, "outlet_id", json_string(outlet_id));
    (void)json_object_set_new(body, "lines", lines);
    return body;
}

static enum job_verdict on_mapping(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    static const enum problem_code problems[] = {
        [TABLE_BAD_ENCODING] = PROBLEM_table_encoding, [TABLE_BAD_QUOTES] = PROBLEM_table_malformed,
        [TABLE_TOO_LARGE] = PROBLEM_table_too_large, [TABLE_EMPTY] = PROBLEM_table_empty,
    };
    (void)outcome;
    const struct import *import = request->context;
    if (PQntuples(result) == 0) {
        problem_respond(request, PROBLEM_not_found, "mapping");
        return JOB_FINISHED;
    }
    struct table table;
    enum table_status status = table_in_parse(request->body, request->body_length, PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1)[0],
                                              (struct table_limits){ MAX_LINES + 1, MAX_COLUMNS }, &request->arena, &table);
    if (status != TABLE_OK) {
        problem_respond(request, problems[status], NULL);
        return JOB_FINISHED;
    }
    struct faults *faults = ARENA_NEW(&request->arena, struct faults);
    faults->arena = &request->arena;
    struct read_state state = { .request = request, .faults = faults, .in_yuan = strcmp(PQgetvalue(result, 0, 2), "yuan") == 0 };
    json_t *columns = json_loads(PQgetvalue(result, 0, 3), 0, NULL), *lines = json_array();
    find_columns(&state, columns, &table);
    for (size_t i = 1; i < table.n_rows && faults->count < FAULTS_MAX; i++)
        (void)json_array_append_new(lines, read_line(&state, table.rows[i], i - 1));
    json_decref(columns);
    request->json = slip_body(request, PQgetvalue(result, 0, 4), lines);
    const struct machine_plan *machine = engine_machine_by_name(request->reactor->server->engine, "settlement");
    if (import->preview)
        respond_preview(request, &table, request->json, faults);
    else if (faults->count > 0)
        problem_respond_faults(request, PROBLEM_invalid_fields, faults);
    else
        entity_open(request, machine, machine_creation(machine), request->json);
    return JOB_FINISHED;
}

void handle_settlement_import(struct request *request)
{
    const struct principal *p = request->principal;
    const char *mapping = request_argument(request, "mapping"), *preview = request_argument(request, "preview");
    struct import *import = ARENA_NEW(&request->arena, struct import);
    if (!request_accepts(request, "mapping period kind outlet_ref preview dry_run explain fields actions"))
        return;
    if ((p->roles & (role_bit(ROLE_outlet_manager) | role_bit(ROLE_dispatcher))) == 0 || p->customer_id[0] != '\0') {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    if (mapping == NULL || !uuid_is_valid(mapping) || (preview != NULL && strcmp(preview, "true") != 0)) {
        problem_respond(request, PROBLEM_unknown_parameter, mapping == NULL || !uuid_is_valid(mapping) ? "mapping" : "preview");
        return;
    }
    import->preview = preview != NULL;
    request->context = import;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 2);
    values[0] = mapping;
    values[1] = p->outlet_id[0] == '\0' ? NULL : p->outlet_id;
    request_query(request,
                  "select m.encoding, m.delimiter, m.money_unit, m.columns, m.outlet_id\n  from settlement_mapping m\n"
                  " where m.id = $1::uuid\n   and m.state = 'in_use'\n   and ($2::uuid is null or m.outlet_id = $2::uuid)",
                  2, values, on_mapping);
}
