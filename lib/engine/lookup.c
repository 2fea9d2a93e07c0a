/* Finding machines and events; the engine's check against a database. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "engine/plan.h"
#include "engine/roles.h"

size_t engine_machine_count(const struct engine *engine)
{
    return engine->n_machines;
}

const struct machine_plan *engine_machine_at(const struct engine *engine, size_t index)
{
    return &engine->machines[index];
}

const struct machine_plan *engine_machine_by_path(const struct engine *engine, const char *path)
{
    for (size_t i = 0; i < engine->n_machines; i++)
        if (strcmp(engine->machines[i].machine->path, path) == 0)
            return &engine->machines[i];
    return NULL;
}

const struct machine_plan *engine_machine_by_name(const struct engine *engine, const char *name)
{
    return plan_machine(engine, name);
}

const struct machine *machine_table(const struct machine_plan *machine)
{
    return machine->machine;
}

const struct event_plan *machine_event(const struct machine_plan *machine, const char *event)
{
    return plan_event(machine, event);
}

const struct event_plan *machine_creation(const struct machine_plan *machine)
{
    for (size_t i = 0; i < machine->n_events; i++)
        if (machine->events[i].creates)
            return &machine->events[i];
    return NULL;
}

size_t machine_event_count(const struct machine_plan *machine)
{
    return machine->n_events;
}

const struct event_plan *machine_event_at(const struct machine_plan *machine, size_t index)
{
    return &machine->events[index];
}

const char *event_name(const struct event_plan *event)
{
    return event->name;
}

bool event_creates(const struct event_plan *event)
{
    return event->creates;
}

bool event_needs_if_match(const struct event_plan *event)
{
    return (event->flags & TRANSITION_SIGNED) != 0;
}

bool machine_may_read_own(const struct machine_plan *machine, const struct principal *principal)
{
    return machine->machine->self != NULL && principal->customer_id[0] == '\0';
}

bool machine_may_read(const struct machine_plan *machine, const struct principal *principal)
{
    bool bound = principal->outlet_id[0] != '\0' || principal->customer_id[0] != '\0';
    if (machine->machine->scope == SCOPE_STAFF && bound)
        return false;
    return machine->readers == ~UINT64_C(0) || (machine->readers & principal->roles) != 0;
}

const char *machine_unknown_field(const struct machine_plan *machine, const char *fields)
{
    for (const char *p = fields; p != NULL; p = strchr(p, ',') == NULL ? NULL : strchr(p, ',') + 1) {
        size_t n = strcspn(p, ","), c = 0;
        while (c < machine->n_columns && (machine->columns[c].hidden || strlen(machine->columns[c].name) != n ||
                                          strncmp(machine->columns[c].name, p, n) != 0))
            c++;
        if (c == machine->n_columns)
            return p;
    }
    return NULL;
}

bool event_may_fire(const struct event_plan *event, const struct principal *principal)
{
    bool bound = principal->outlet_id[0] != '\0' || principal->customer_id[0] != '\0';
    if (event->machine->machine->scope == SCOPE_STAFF && bound)
        return false;
    return event->any_roles == ~UINT64_C(0) || (event->any_roles & principal->roles) != 0;
}

static void check_table(const struct machine_plan *machine, PGconn *connection, struct buf *errors, bool *good)
{
    const char *values[1] = { machine->machine->name };
    PGresult *result = PQexecParams(connection,
                                    "select a.attname, format_type(a.atttypid, null)\n  from pg_attribute a\n"
                                    " where a.attrelid = to_regclass($1)\n   and a.attnum > 0\n   and not a.attisdropped",
                                    1, NULL, values, NULL, NULL, 0);
    for (size_t c = 0; c < machine->n_columns; c++) {
        const struct column *column = &machine->columns[c];
        const char *found = NULL;
        for (int row = 0; row < PQntuples(result) && found == NULL; row++)
            if (strcmp(PQgetvalue(result, row, 0), column->name) == 0)
                found = PQgetvalue(result, row, 1);
        const char *wanted = strcmp(column->sql_type, "timestamptz") == 0 ? "timestamp with time zone" : column->sql_type;
        if (found != NULL && strcmp(found, wanted) == 0)
            continue;
        buf_printf(errors, "table %s: column %s is %s, not %s\n", machine->machine->name, column->name,
                   found == NULL ? "missing" : found, wanted);
        *good = false;
    }
    PQclear(result);
}

static void check_statement(const struct statement *statement, PGconn *connection, struct buf *errors, bool *good)
{
    PGresult *result = PQprepare(connection, "", statement->text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        buf_printf(errors, "%s: %s", statement->name, PQresultErrorMessage(result));
        *good = false;
    }
    PQclear(result);
    if (statement->many != NULL)
        check_statement(statement->many, connection, errors, good);
}

/* The timer looks for passed deadlines each second: without an index it would read every open row. */
static void check_due_index(const struct machine_plan *machine, PGconn *connection, struct buf *errors, bool *good)
{
    const char *values[1] = { machine->machine->name };
    PGresult *result = PQexecParams(connection,
                                    "select\n  from pg_index i\n  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]\n"
                                    " where i.indrelid = to_regclass($1)\n   and a.attname = 'due_at'",
                                    1, NULL, values, NULL, NULL, 0);
    if (PQntuples(result) == 0) {
        buf_printf(errors, "table %s: no index on due_at, and it has clocks\n", values[0]);
        *good = false;
    }
    PQclear(result);
}

/* A search goes through all registers: each of its fields is found by its beginning in an index. */
static void check_searched(const struct machine_plan *machine, PGconn *connection, struct buf *errors, bool *good)
{
    for (const struct field *f = machine->machine->fields; f != NULL && f->name != NULL; f++) {
        if ((f->flags & FIELD_SEARCH) == 0)
            continue;
        const char *values[2] = { machine->machine->name, f->name };
        PGresult *result = PQexecParams(connection,
                                        "select\n  from pg_index i\n  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]\n"
                                        "  join pg_opclass o on o.oid = i.indclass[0]\n where i.indrelid = to_regclass($1)\n   and a.attname = $2\n"
                                        "   and o.opcname = 'text_pattern_ops'",
                                        2, NULL, values, NULL, NULL, 0);
        if (PQntuples(result) == 0) {
            buf_printf(errors, "table %s: no index (%s text_pattern_ops), and it is searched\n", values[0], values[1]);
            *good = false;
        }
        PQclear(result);
    }
}

bool engine_check_schema(const struct engine *engine, PGconn *connection, struct buf *errors)
{
    bool good = true;
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *machine = &engine->machines[i];
        check_table(machine, connection, errors, &good);
        check_searched(machine, connection, errors, &good);
        if (machine->machine->clocks != NULL)
            check_due_index(machine, connection, errors, &good);
        check_statement(&machine->get, connection, errors, &good);
        for (size_t e = 0; e < machine->n_events; e++) {
            check_statement(&machine->events[e].statement, connection, errors, &good);
            check_statement(&machine->events[e].unkeyed, connection, errors, &good);
        }
        for (size_t t = 0; t < machine->n_timers; t++)
            check_statement(&(struct statement){ .name = machine->timers[t].event, .text = machine->timers[t].sql }, connection, errors, &good);
        for (const struct clock *c = machine->machine->clocks; c != NULL && c->code != NULL; c++) {
            const char *values[2] = { c->rule, c->urgent_rule == NULL ? c->rule : c->urgent_rule };
            PGresult *result = PQexecParams(connection, "select count(*) from time_rule where code in ($1, $2)", 2, NULL, values,
                                            NULL, NULL, 0);
            if (PQntuples(result) != 1 || atoi(PQgetvalue(result, 0, 0)) != (strcmp(values[0], values[1]) == 0 ? 1 : 2)) {
                buf_printf(errors, "%s: clock %s has no time rule\n", machine->machine->name, c->code);
                good = false;
            }
            PQclear(result);
        }
    }
    return good;
}

static bool learn_table(const struct machine_plan *machine, PGconn *connection)
{
    const char *values[1] = { machine->machine->name };
    PGresult *result = PQexecParams(connection,
                                    "select a.attname\n  from pg_attribute a\n where a.attrelid = to_regclass($1)\n   and a.attnum > 0\n"
                                    "   and not a.attisdropped\n order by a.attnum",
                                    1, NULL, values, NULL, NULL, 0);
    int n = PQntuples(result);
    bool good = true;
    for (size_t c = 0; c < machine->n_columns; c++) {
        int row = 0;
        while (row < n && strcmp(PQgetvalue(result, row, 0), machine->columns[c].name) != 0)
            row++;
        if (row < n && row < PLAN_MAX_COLUMNS) {
            machine->stored[c] = (size_t)row;
            continue;
        }
        log_error("engine", "table %s has no column %s", machine->machine->name, machine->columns[c].name);
        good = false;
    }
    PQclear(result);
    return good;
}

bool engine_learn_tables(const struct engine *engine, PGconn *connection)
{
    bool good = true;
    for (size_t i = 0; i < engine->n_machines; i++)
        good &= learn_table(&engine->machines[i], connection);
    return good;
}

static const char *array_literal(struct arena *arena, const char *words)
{
    const char *literal = "{";
    char word[64];
    while (plan_next_word(&words, word, sizeof word))
        literal = arena_printf(arena, "%s%s%s", literal, literal[1] == '\0' ? "" : ",", word);
    return arena_printf(arena, "%s}", literal);
}

bool engine_sync_forms(const struct engine *engine, PGconn *connection)
{
    bool good = true;
    struct arena arena = { 0 };
    for (size_t i = 0; i < engine->n_forms && good; i++) {
        const struct form *form = engine->forms[i];
        const char *values[7] = {
            form->code, form->form_no, arena_printf(&arena, "%d", engine->form_procedures[i]), form->title.en, form->title.zh,
            form->retention_months < 0 ? NULL : arena_printf(&arena, "%d", form->retention_months),
            array_literal(&arena, form->handin),
        };
        PGresult *result = PQexecParams(
            connection,
            "insert into form_template (code, form_no, procedure, title_en, title_zh, retention_months, handin_rules)\n"
            "values ($1, $2, $3::integer, $4, $5, $6::integer, $7::text[])\n"
            "    on conflict (code) do update\n   set form_no = excluded.form_no,\n       procedure = excluded.procedure,\n"
            "       title_en = excluded.title_en,\n       title_zh = excluded.title_zh,\n       handin_rules = excluded.handin_rules",
            7, NULL, values, NULL, NULL, 0);
        good = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    arena_done(&arena);
    return good;
}
