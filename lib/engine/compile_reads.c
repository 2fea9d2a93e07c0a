#include "engine/compile.h"

#include <stdio.h>
#include <string.h>

void compile_scope(struct sql *sql, const struct machine_plan *machine)
{
    if (machine->machine->scope == SCOPE_OUTLET)
        sql_put(sql, "\n   and (:scope_outlet is null or e.outlet_id = :scope_outlet)"
                     "\n   and (:scope_customer is null or e.customer_id = :scope_customer)");
    if (machine->machine->scope == SCOPE_STAFF)
        sql_put(sql, "\n   and :scope_outlet is null\n   and :scope_customer is null");
}

/* Who is no reader sees what is about himself. */
static void put_readers(struct sql *sql, const struct machine_plan *machine)
{
    const char *self = machine->machine->self;
    if (self == NULL)
        return;
    if (plan_column(machine, self) == SIZE_MAX)
        plan_error(sql->engine, "%s: no column \"%s\" for whom it is about", machine->machine->name, self);
    sql_putf(sql, "\n   and ((:caller_roles & %lld) <> 0 or e.%s = :actor)", (long long)machine->readers, self);
}

void compile_head(struct sql *sql, const struct machine_plan *machine)
{
    sql->at = ":now";
    sql_put(sql, "select 'found' as verdict,\n       null as refused,\n       ");
    compile_put_probes(sql, machine, ~UINT64_C(0));
    sql_put(sql, " as probes,\n       null::jsonb as extra,\n       ");
    compile_put_content_hash(sql, machine, ~UINT64_C(0));
    sql_put(sql, " as content_sha256,\n       e.id as result_id,\n       e::text as packed,\n       e.version,\n       e.state");
}

static void compile_timer(struct engine *engine, struct machine_plan *machine, const struct timer *timer, struct timer_plan *plan)
{
    struct sql sql = { .engine = engine, .machine = machine, .at = ":now" };
    if (plan_event(machine, timer->event) == NULL)
        plan_error(engine, "%s: timer fires \"%s\", which is no event", machine->machine->name, timer->event);
    sql_put(&sql, "select e.id, jsonb_build_object(");
    const char *list = timer->inputs, *name, *expression, *comma = "";
    for (; compile_next_mapping(&engine->scratch, &list, &name, &expression); comma = ", ")
        sql_putf(&sql, "%s'%s', %s", comma, name, expression);
    sql_putf(&sql, ")\n  from %s e\n where e.closed_at is null\n   and (%s)\n order by e.id\n limit 200", machine->machine->name, timer->when);
    if (sql.n_params > 1 || (sql.n_params == 1 && sql.params[0].source != SOURCE_NOW))
        plan_error(engine, "%s: the timer of \"%s\" knows nothing but :now", machine->machine->name, timer->event);
    *plan = (struct timer_plan){ timer->event, arena_strdup(&engine->arena, sql.text.data), (int)sql.n_params };
    buf_done(&sql.text);
}

static void compile_timers(struct engine *engine, struct machine_plan *machine)
{
    size_t n = 0;
    for (const struct timer *t = machine->machine->timers; t != NULL && t->event != NULL; t++)
        n++;
    struct timer_plan *plans = ARENA_ARRAY(&engine->arena, struct timer_plan, n + 1);
    for (size_t i = 0; i < n; i++)
        compile_timer(engine, machine, &machine->machine->timers[i], &plans[i]);
    machine->timers = plans;
    machine->n_timers = n;
}

const struct statement *compile_many(struct engine *engine, const struct statement *one, const char *text)
{
    struct statement *many = ARENA_NEW(&engine->arena, struct statement);
    *many = (struct statement){ .name = arena_printf(&engine->arena, "%s:many", one->name), .text = text, .n_params = one->n_params };
    return many;
}

/* What is not asked for is not looked up. */
static void put_expansions(struct sql *sql, struct machine_plan *machine)
{
    const char *name, *text;
    for (size_t i = 0; (name = plan_expansion(machine, i, &text)) != NULL; i++) {
        const char *now = strstr(text, "%s");
        machine->expansions[i] = name;
        sql_putf(sql, ",\n       case when '%s' = any(:expand) then %.*s", name, now == NULL ? (int)strlen(text) : (int)(now - text), text);
        if (now != NULL)
            sql_putf(sql, ":now%s", now + 2);
        sql_putf(sql, " end as x_%s", name);
    }
}

static const char *compile_get(struct sql *sql, struct machine_plan *machine, bool expanded)
{
    compile_head(sql, machine);
    if (expanded)
        put_expansions(sql, machine);
    sql_putf(sql, "%s\n  from %s e%s\n where e.id = :id", sql->many ? ",\n       asked.place" : "", machine->machine->name, sql_asked(sql, "e.id"));
    compile_scope(sql, machine);
    put_readers(sql, machine);
    if (sql->many)
        sql_put_asked(sql);
    const char *text = arena_strdup(&sql->engine->arena, sql->text.data);
    buf_done(&sql->text);
    sql->text = (struct buf){ 0 };
    arena_done(&sql->engine->scratch);
    return text;
}

static const struct param *copy_params(const struct sql *sql)
{
    struct param *params = ARENA_ARRAY(&sql->engine->arena, struct param, sql->n_params + 1);
    memcpy(params, sql->params, sql->n_params * sizeof *params);
    return params;
}

void compile_reads(struct engine *engine, struct machine_plan *machine)
{
    compile_probes(engine, machine);
    compile_timers(engine, machine);
    struct sql sql = { .engine = engine, .machine = machine };
    const char *text = compile_get(&sql, machine, false);
    machine->get_params = copy_params(&sql);
    machine->get = (struct statement){
        .name = arena_printf(&engine->arena, "%s:get", machine->machine->name),
        .text = text,
        .n_params = (int)sql.n_params,
    };
    sql.many = true;
    sql.asked = "asked";
    machine->get.many = compile_many(engine, &machine->get, compile_get(&sql, machine, false));
    struct sql expanded = { .engine = engine, .machine = machine };
    machine->get_expanded = (struct statement){
        .name = arena_printf(&engine->arena, "%s:get_expanded", machine->machine->name),
        .text = compile_get(&expanded, machine, true),
    };
    machine->get_expanded.n_params = (int)expanded.n_params;
    machine->get_expanded_params = copy_params(&expanded);
    machine->lock = (struct statement){
        .name = arena_printf(&engine->arena, "lock_%s", machine->machine->name),
        .text = arena_printf(&engine->arena, "select e.id\n  from %s e\n where e.id = any($1::uuid[])\n order by e.id\n   for no key update",
                             machine->machine->name),
        .n_params = 1,
        .lock_rank = (int)machine->index * 2,
    };
}
