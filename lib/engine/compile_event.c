#include "engine/compile.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct guard not_available = { "procedure_not_available",
                                            "false",
                                            { "The procedure that would take over is not available yet", "后续程序尚未启用" },
                                            NULL };

/* The row's own guards, and the engine's for links whose target does not exist. */
static void join_guards(struct engine *engine, struct row_plan *row)
{
    size_t n = 0;
    while (row->transition->guards != NULL && row->transition->guards[n] != NULL)
        n++;
    const struct guard **all = ARENA_ARRAY(&engine->arena, const struct guard *, n + 2);
    for (size_t i = 0; i < n; i++)
        all[i] = row->transition->guards[i];
    for (const struct effect *f = row->transition->effects; f != NULL && f->kind != 0; f++)
        if (f->kind == EFFECT_OPEN && f->mode == LINK_MUST && plan_machine(engine, f->target) == NULL) {
            struct guard *guard = ARENA_NEW(&engine->arena, struct guard);
            *guard = not_available;
            if (f->when != NULL)
                guard->sql = arena_printf(&engine->arena, "not coalesce((%s), false)", f->when);
            all[n++] = guard;
            break;
        }
    row->all_guards = all;
}

static uint64_t probe_of(struct engine *engine, struct machine_plan *machine, uint64_t states, const char *sql, const struct guard *guard)
{
    if (sql == NULL || sql_needs_input(sql))
        return 0;
    struct probe *probes = (struct probe *)(uintptr_t)machine->probes;
    for (size_t i = 0; i < machine->n_probes; i++)
        if (strcmp(probes[i].sql, sql) == 0) {
            probes[i].states |= states;
            return UINT64_C(1) << i;
        }
    if (machine->n_probes == PLAN_MAX_PROBES) {
        plan_error(engine, "%s: more than %d conditions that need no input", machine->machine->name, PLAN_MAX_PROBES);
        return 0;
    }
    probes[machine->n_probes] = (struct probe){ sql, states, guard == NULL ? NULL : guard->code, guard };
    return UINT64_C(1) << machine->n_probes++;
}

void compile_probes(struct engine *engine, struct machine_plan *machine)
{
    machine->probes = ARENA_ARRAY(&engine->arena, struct probe, PLAN_MAX_PROBES);
    for (size_t e = 0; e < machine->n_events; e++)
        for (size_t r = 0; r < machine->events[e].n_rows; r++) {
            struct row_plan *row = (struct row_plan *)(uintptr_t)&machine->events[e].rows[r];
            join_guards(engine, row);
            if (machine->events[e].creates)
                continue;
            row->when = probe_of(engine, machine, row->from, row->transition->when, NULL);
            row->when_needs_input = row->transition->when != NULL && row->when == 0;
            for (const struct guard *const *g = row->all_guards; *g != NULL; g++) {
                row->guards |= probe_of(engine, machine, row->from, (*g)->sql, *g);
                machine->signing |= strstr((*g)->sql, ":content_sha256") != NULL ? row->from : 0;
            }
        }
}

/* Conditions that look elsewhere are worked out only in the states in which they decide something. */
static bool is_dear(const char *sql)
{
    return strstr(sql, "select") != NULL || strstr(sql, "time_rule") != NULL || strstr(sql, "company_") != NULL;
}

void compile_put_probes(struct sql *sql, const struct machine_plan *machine, uint64_t states)
{
    sql_put(sql, "0::bigint");
    for (size_t i = 0; i < machine->n_probes; i++) {
        const struct probe *probe = &machine->probes[i];
        if ((probe->states & states) == 0)
            continue;
        sql_put(sql, "\n       | ((((");
        if (is_dear(probe->sql) && (states & ~probe->states) != 0) {
            compile_put_state_test(sql, machine, probe->states & states);
            sql_put(sql, ") and (");
        }
        sql_put(sql, probe->sql);
        sql_putf(sql, ")) is true)::integer::bigint << %zu)", i);
    }
}

void compile_put_content_hash(struct sql *sql, const struct machine_plan *machine, uint64_t states)
{
    char word[96];
    bool always = (states & ~machine->signing) == 0;
    if (machine->machine->signed_fields == NULL || (states & machine->signing) == 0) {
        sql_put(sql, "null::text");
        return;
    }
    if (!always) {
        sql_put(sql, "case when ");
        compile_put_state_test(sql, machine, states & machine->signing);
        sql_put(sql, " then ");
    }
    sql_put(sql, "encode(sha256(convert_to(jsonb_build_object('number', e.number");
    for (const char *list = machine->machine->signed_fields; plan_next_word(&list, word, sizeof word);) {
        if (plan_column(machine, word) == SIZE_MAX)
            plan_error(sql->engine, "%s: signs \"%s\", which is no field", machine->machine->name, word);
        sql_putf(sql, ", '%s', e.%s", word, word);
    }
    sql_put(sql, always ? ")::text, 'UTF8')), 'hex')" : ")::text, 'UTF8')), 'hex') end");
}

/* States that the entity may be in after the event. */
uint64_t compile_states_after(const struct event_plan *event)
{
    uint64_t states = event->reverts ? ~UINT64_C(0) : 0;
    for (size_t r = 0; r < event->n_rows; r++)
        states |= event->rows[r].to < 0 ? event->rows[r].from : UINT64_C(1) << event->rows[r].to;
    return states;
}

static void put_claim(struct step *step)
{
    sql_putf(step->sql,
             ",\nclaim as (\ninsert into idempotency (principal, key, fingerprint, entity_id, version, status, at)\n"
             "select :actor, :key, :fingerprint, e.id, %s, %d, :now\n  from gate e\n where %s\n"
             "    on conflict do nothing\nreturning entity_id)",
             step->event->creates ? "1" : "e.version + 1", step->event->creates ? 201 : 200, step->ok);
}

/* RETURNING of an INSERT does not see the parameters of many requests: there the reply judges the moved row. */
static void put_reply_columns(struct step *step)
{
    struct sql *sql = step->sql;
    if (!sql->many) {
        sql_put(sql, "e.probes,\n       ");
        return;
    }
    sql->at = ":now";
    sql_put(sql, "case when e.id is not null then ");
    compile_put_probes(sql, step->machine, compile_states_after(step->event));
    sql_put(sql, " end as probes,\n       ");
}

static const char *warnings_of(struct step *step)
{
    const char *warnings = step->event->creates ? step->machine->machine->warnings : NULL;
    if (!step->sql->many)
        return "e.warnings";
    return warnings == NULL ? "null::jsonb" : sql_piece(step->sql, warnings);
}

static void put_reply(struct step *step)
{
    struct sql *sql = step->sql;
    const char *refused = arena_printf(&sql->engine->scratch, "(g.refused%s)", compile_nested_refusals(step));
    const char *races = compile_nested_races(step);
    sql_putf(sql,
             REPLY "%s"
             "         when g.step_row is null then 'wrong_state'\n"
             "         when %s <> '{}' then 'refused'\n"
             "         when :dry_run then 'would_move'\n"
             "         when e.id is null then 'raced'\n%s"
             "         else 'moved'\n       end as verdict,\n       array_to_string(%s, ' ') as refused,\n       ",
             step->keyed ? "         when g.prior_fingerprint is not null then case when g.prior_fingerprint = :fingerprint then 'repeat' else 'mismatch' end\n" : "",
             refused, races == NULL ? "" : arena_printf(&sql->engine->scratch, "         when %s then raise_raced()\n", races), refused);
    put_reply_columns(step);
    sql_putf(sql,
             "nullif(coalesce(%s, '[]') || case when :occurred is not null and g.step_at is distinct from :occurred\n"
             "           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,\n"
             "       ",
             warnings_of(step));
    if (sql->many)
        compile_put_content_hash(sql, step->machine, compile_states_after(step->event));
    else
        sql_put(sql, "e.content_sha256");
    sql_putf(sql, ",\n       %s as result_id,\n       e.packed,\n       e.version,\n       e.state%s\n  from gate g\n  left join moved e on %s",
             step->keyed && step->event->creates ? "coalesce(g.prior_id, g.id)" : "g.id", sql->many ? ",\n       g.asked_place" : "", sql->many ? "e.id = g.id" : "true");
}

static size_t count_new_ids(const struct event_plan *event)
{
    size_t n = 0;
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct effect *f = event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
            n += (f->kind == EFFECT_OPEN || f->kind == EFFECT_FIRE) && f->mode == LINK_MUST;
    return n;
}

/* Events that lock the same rows share the statement. */
static const struct statement *lock_statement(struct engine *engine, const struct machine_plan *target, const char *name, const char *rows)
{
    for (struct known_lock *k = engine->known_locks; k != NULL; k = k->next)
        if (strcmp(k->statement.name, name) == 0)
            return &k->statement;
    struct known_lock *lock = ARENA_NEW(&engine->arena, struct known_lock);
    *lock = (struct known_lock){
        .next = engine->known_locks,
        .statement = {
            .name = name,
            .text = arena_printf(&engine->arena, "select t.id\n  from %s t\n where %s\n order by t.id\n   for no key update", target->machine->name, rows),
            .n_params = 1,
            .lock_rank = (int)target->index * 2 + 1,
        },
    };
    engine->known_locks = lock;
    return &lock->statement;
}

static const struct machine_plan *named_machine(const struct engine *engine, const struct machine_plan *machine, const struct effect *f)
{
    size_t c = f->kind != EFFECT_FIRE || f->through != NULL ? SIZE_MAX : plan_column(machine, f->target);
    const struct field *field = c == SIZE_MAX ? NULL : machine->columns[c].field;
    return field == NULL || field->machine == NULL ? NULL : plan_machine(engine, field->machine);
}

/* Rows of one machine that several columns name are locked by one statement, in the order of their ids: two statements of
 * the same rank might meet the same rows the other way round. */
static const struct statement *lock_named(struct engine *engine, const struct machine_plan *machine, const struct event_plan *event, const struct effect *f)
{
    const struct machine_plan *target = named_machine(engine, machine, f);
    if (target == NULL)
        return NULL;
    struct arena *arena = &engine->arena;
    const char *rows = "", *only = f->target;
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct effect *g = event->rows[r].transition->effects; g != NULL && g->kind != 0; g++) {
            const char *one = arena_printf(arena, "select e.%s from %s e where e.id = any($1::uuid[])", g->target, machine->machine->name);
            if (named_machine(engine, machine, g) != target || strstr(rows, one) != NULL)
                continue;
            only = rows[0] == '\0' ? g->target : NULL;
            rows = rows[0] == '\0' ? one : arena_printf(arena, "%s union all %s", rows, one);
        }
    const char *name = arena_printf(arena, "lock_%s_of_%s_%s", target->machine->name, machine->machine->name, only != NULL ? only : event->name);
    return lock_statement(engine, target, name, arena_printf(arena, "t.id in (%s)", rows));
}

static const struct statement *lock_through(struct engine *engine, const struct effect *f)
{
    const struct machine_plan *target = plan_machine(engine, f->target);
    if (target == NULL)
        return NULL;
    return lock_statement(engine, target, arena_printf(&engine->arena, "lock_%s_by_%s", f->target, f->through),
                          arena_printf(&engine->arena, "t.%s = any($1::uuid[])\n   and t.closed_at is null", f->through));
}

/* Locks a batch takes first: the entity's row, and rows of the machines that it fires. */
static void plan_locks(struct engine *engine, const struct machine_plan *machine, struct event_plan *event)
{
    const struct statement **locks = ARENA_ARRAY(&engine->arena, const struct statement *, 10);
    size_t n = 0;
    if (!event->creates)
        locks[n++] = &machine->lock;
    for (size_t r = 0; r < event->n_rows && n < 9; r++)
        for (const struct effect *f = event->rows[r].transition->effects; f != NULL && f->kind != 0 && n < 9; f++) {
            if (f->kind != EFFECT_FIRE || event->creates)
                continue;
            const struct statement *lock = f->through != NULL ? lock_through(engine, f) : lock_named(engine, machine, event, f);
            bool known = lock == NULL;
            for (size_t i = 0; i < n; i++)
                known |= locks[i] == lock;
            if (!known)
                locks[n++] = lock;
        }
    event->locks = locks;
}

/* Appends the statement to `sql`, which also tells whether it is for many. */
static const char *compile_text(struct sql *sql, struct machine_plan *machine, struct event_plan *event, bool keyed)
{
    struct engine *engine = sql->engine;
    struct step step = {
        .sql = sql,
        .machine = machine,
        .event = event,
        .prefix = "",
        .keyed = keyed,
        .ok = keyed ? "e.prior_fingerprint is null\n   and e.step_row is not null\n   and e.refused = '{}'\n   and not :dry_run"
                    : "e.step_row is not null\n   and e.refused = '{}'\n   and not :dry_run",
    };
    sql->asked = "asked";
    compile_gate(&step);
    buf_puts(&sql->text, GATE_END);
    sql->asked = "e";
    compile_nested_gates(&step);
    if (keyed) {
        put_claim(&step);
        step.ok = arena_printf(&engine->scratch, "%s\n   and exists (select from claim%s)", step.ok, sql->many ? " k where k.entity_id = e.id" : "");
    }
    compile_prepare(&step);
    compile_next(&step);
    compile_moved(&step);
    compile_effects(&step);
    sql->asked = "g";
    put_reply(&step);
    event->nested = compile_nested_events(&step);
    compile_columns(&step);
    if (sql->many)
        sql_put_asked(sql);
    const char *text = arena_strdup(&engine->arena, sql->text.data);
    buf_done(&sql->text);
    sql->text = (struct buf){ 0 };
    arena_done(&engine->scratch);
    return text;
}

/* The statement and, where steps do not meet in a third row, its form for many requests. */
static struct statement compile_whole(struct engine *engine, struct machine_plan *machine, struct event_plan *event, bool keyed,
                                      const struct param **ret_params)
{
    struct sql sql = { .engine = engine, .machine = machine, .event = event };
    struct statement one = {
        .name = arena_printf(&engine->arena, "%s.%s%s", machine->machine->name, event->name, keyed ? ":keyed" : ""),
        .text = compile_text(&sql, machine, event, keyed),
        .alone = (event->flags & TRANSITION_ALONE) != 0,
    };
    one.n_params = (int)sql.n_params;
    struct param *params = ARENA_ARRAY(&engine->arena, struct param, sql.n_params + 1);
    memcpy(params, sql.params, sql.n_params * sizeof *params);
    *ret_params = params;
    if (one.alone || event->nested[0] != NULL || engine->n_errors > 0)
        return one;
    sql.many = true;
    one.many = compile_many(engine, &one, compile_text(&sql, machine, event, keyed));
    return one;
}

void compile_event(struct engine *engine, struct machine_plan *machine, struct event_plan *event)
{
    event->n_new_ids = count_new_ids(event);
    event->statement = compile_whole(engine, machine, event, true, &event->params);
    /* What is wrong with the table has been said once. */
    if (engine->n_errors == 0)
        event->unkeyed = compile_whole(engine, machine, event, false, &event->unkeyed_params);
    plan_locks(engine, machine, event);
}
