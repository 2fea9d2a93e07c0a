/* Prints a compiled statement as pgbench would run it: {"sql", "variables"}. The entity's id is made from :n, so that every
 * transaction takes another one, that of the first bench customer becomes any one's by :c, and the lines of a slip come from
 * table bench_slip; all other parameters become variables with the values a real request would bind.
 * usage: bench_statement MACHINE EVENT BODY ACTOR ROLES   (EVENT "get": the read) */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"

#define ID_TEXT "00000000-0000-7000-8000-000000000001"
#define CUSTOMER_TEXT "00000000-0000-7000-9000-000000000001"
#define CUSTOMER_SQL "('00000000-0000-7000-9000-' || lpad(:c::text, 12, '0'))"
#define ID_SQL "('00000000-0000-7000-8000-' || lpad(:n::text, 12, '0'))"

static bool is_lines(const struct event_plan *event, const struct param *param)
{
    return event != NULL && param->source == SOURCE_INPUT && strcmp(event->inputs[param->input].field->name, "lines") == 0;
}

static void put_sql(const char *text, const struct event_plan *event, const struct param *params, const char *const *values, struct buf *sql)
{
    for (const char *p = text; *p != '\0';) {
        if (*p != '$' || p[1] < '0' || p[1] > '9') {
            buf_putc(sql, *p++);
            continue;
        }
        char *end;
        long i = strtol(p + 1, &end, 10) - 1;
        if (params[i].source == SOURCE_ID)
            buf_puts(sql, ID_SQL);
        else if (is_lines(event, &params[i]))
            buf_puts(sql, "(select b.lines from bench_slip b where b.n = :n)");
        else if (values[i] == NULL)
            buf_puts(sql, "null");
        else if (strcmp(values[i], CUSTOMER_TEXT) == 0)
            buf_puts(sql, CUSTOMER_SQL);
        else
            buf_printf(sql, ":p%ld", i + 1);
        p = end;
    }
}

int main(int argc, char **argv)
{
    if (argc != 6 || sodium_init() < 0)
        return 2;
    struct engine *engine = engine_new(procedures);
    const struct machine_plan *machine = engine_machine_by_name(engine, argv[1]);
    struct principal who = { .roles = strtoull(argv[5], NULL, 10) };
    (void)snprintf(who.id, sizeof who.id, "%s", argv[4]);
    struct arena arena = { 0 };
    struct bound bound;
    struct faults *faults = ARENA_NEW(&arena, struct faults);
    faults->arena = &arena;
    json_t *body = json_loads(argv[3], 0, NULL);
    const struct event_plan *event = machine == NULL ? NULL : machine_event(machine, argv[2]);
    if (machine != NULL && strcmp(argv[2], "get") == 0) {
        engine_bind_get(machine, &who, ID_TEXT, clock_now_us(), &arena, &bound);
    } else {
        struct call call = { .principal = &who, .id = ID_TEXT, .if_match = -1, .now_us = clock_now_us(), .request_id = "bench", .body = body };
        if (event == NULL || !engine_bind(event, &call, &arena, &bound, faults))
            return 1;
    }
    struct buf sql = { 0 };
    put_sql(bound.statement->text, event, bound.params, bound.values, &sql);
    json_t *variables = json_object();
    for (int i = 0; i < bound.statement->n_params; i++)
        if (bound.params[i].source != SOURCE_ID && !is_lines(event, &bound.params[i]) && bound.values[i] != NULL)
            (void)json_object_set_new(variables, arena_printf(&arena, "p%d", i + 1), json_string(bound.values[i]));
    json_t *out = json_pack("{s:s,s:o}", "sql", sql.data, "variables", variables);
    (void)json_dumpf(out, stdout, JSON_COMPACT);
    json_decref(out);
    json_decref(body);
    buf_done(&sql);
    arena_done(&arena);
    engine_free(engine);
    return 0;
}
