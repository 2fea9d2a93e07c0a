#include "engine/compile.h"

#include <string.h>

#include "engine/roles.h"

void compile_put_state_test(struct sql *sql, const struct machine_plan *machine, uint64_t states)
{
    sql_put(sql, "e.state in (");
    const char *comma = "";
    for (size_t i = 0; i < machine->n_states; i++)
        if ((states >> i & 1) != 0) {
            sql_putf(sql, "%s'%s'", comma, machine->states[i].name);
            comma = ", ";
        }
    sql_put(sql, ")");
}

static void put_chosen_row(struct step *step)
{
    struct sql *sql = step->sql;
    sql_put(sql, "  cross join lateral (select case");
    for (size_t r = 0; r < step->event->n_rows; r++) {
        const struct row_plan *row = &step->event->rows[r];
        sql_put(sql, "\n              when ");
        if (step->event->creates)
            sql_put(sql, "true");
        else
            compile_put_state_test(sql, step->machine, row->from);
        if (row->transition->when != NULL) {
            sql_put(sql, " and (");
            sql_put(sql, row->transition->when);
            sql_put(sql, ")");
        }
        sql_putf(sql, " then %zu", r + 1);
    }
    sql_putf(sql, "\n          end as step_row%s) s\n", step->event->n_rows > 1 ? "\n          offset 0" : "");
}

/* A refusal is a code, for an input "code/field"; `holds` is what must be true. */
static void put_refusal(struct step *step, size_t row, const char *holds, const char *code, const char *field)
{
    struct sql *sql = step->sql;
    sql_put(sql, ",\n              case when ");
    if (row > 0 && step->event->n_rows > 1)
        sql_putf(sql, "s.step_row = %zu and ", row);
    sql_put(sql, "(");
    sql_put(sql, holds);
    sql_putf(sql, ") is not true then '%s%s%s' end", code, field == NULL ? "" : "/", field == NULL ? "" : field);
}

/* Everybody: people without any role too. */
static const char *role_test(struct arena *arena, uint64_t roles)
{
    return roles == ~UINT64_C(0) ? "true" : arena_printf(arena, "(:caller_roles & %lld) <> 0", (long long)roles);
}

static void put_role_test(struct step *step, size_t row)
{
    const struct row_plan *r = &step->event->rows[row - 1];
    struct arena *arena = &step->sql->engine->scratch;
    if (r->roles == ~UINT64_C(0) || step->prefix[0] != '\0')
        return;
    const char *test = role_test(arena, r->roles);
    if (r->assignee_roles != 0)
        test = arena_printf(arena, "%s or (%s and e.assignee_id = :actor)", test, role_test(arena, r->assignee_roles));
    if (r->opener_roles != 0)
        test = arena_printf(arena, "%s or (%s and e.opened_by = :actor)", test, role_test(arena, r->opener_roles));
    put_refusal(step, row, test, "forbidden_role", NULL);
}

static void put_reference_test(struct step *step, const struct input *input)
{
    struct engine *engine = step->sql->engine;
    const struct field *field = input->field;
    const char *name = field->machine == NULL ? step->machine->machine->name : field->machine;
    const struct machine_plan *target = plan_machine(engine, name);
    if (target == NULL) {
        plan_error(engine, "%s: field \"%s\" refers to no machine \"%s\"", step->machine->machine->name, field->name, name);
        return;
    }
    const char *scope = target->machine->scope == SCOPE_EVERYBODY
                            ? ""
                            : " and (:scope_outlet is null or r.outlet_id = :scope_outlet)"
                              " and (:scope_customer is null or r.customer_id = :scope_customer)";
    put_refusal(step, 0,
                arena_printf(&engine->scratch, ":%s is null or exists (select from %s r where r.id = :%s%s)", field->name,
                             name, field->name, scope),
                "unknown_reference", field->name);
}

static void put_input_tests(struct step *step)
{
    struct engine *engine = step->sql->engine;
    for (size_t i = 0; i < step->event->n_inputs; i++) {
        const struct input *input = &step->event->inputs[i];
        const char *name = input->field->name;
        /* What a step opens may hang on what the same step is only about to write. */
        bool of_parent = step->prefix[0] != '\0' && strcmp(name, "parent_id") == 0;
        if (input->field->type == FIELD_REFERENCE && !of_parent)
            put_reference_test(step, input);
        if ((input->field->flags & FIELD_UNIQUE) != 0)
            put_refusal(step, 0,
                        arena_printf(&engine->scratch, ":%s is null or not exists (select from %s u where u.%s = :%s and u.id <> :id)",
                                     name, step->machine->machine->name, name, name),
                        "duplicate_value", name);
    }
}

static void put_refusals(struct step *step)
{
    struct sql *sql = step->sql;
    sql_put(sql, "  cross join lateral (select array_remove(array[null::text");
    if (!step->event->creates && step->prefix[0] == '\0')
        put_refusal(step, 0, ":if_match is null or e.version = :if_match", "stale_version", NULL);
    put_input_tests(step);
    for (size_t r = 0; r < step->event->n_rows; r++) {
        put_role_test(step, r + 1);
        for (const struct guard *const *g = step->event->rows[r].all_guards; *g != NULL; g++)
            put_refusal(step, r + 1, (*g)->sql, (*g)->code, (*g)->field);
    }
    sql_put(sql, "\n          ], null) as refused) v\n");
}

void compile_gate(struct step *step)
{
    struct sql *sql = step->sql;
    bool main_step = step->prefix[0] == '\0';
    sql->at = main_step ? ":now" : "i.step_at";
    sql_putf(sql, "%s%sgate as materialized (\nselect ", main_step && !sql->many ? "with " : ",\n", step->prefix);
    if (step->event->creates)
        sql_put(sql, ":id as id");
    else
        sql_putf(sql, "%s, e.chain", step->machine->column_list);
    sql_put(sql, sql->many ? ", t.step_at, t.logged_at, s.step_row, v.refused" GATE_CARRIES : ", t.step_at, t.logged_at, s.step_row, v.refused");
    if (step->keyed)
        sql_put(sql, ", p.fingerprint as prior_fingerprint, p.entity_id as prior_id");
    else if (!main_step)
        sql_putf(sql, ", i.step_inputs%s", step->pointer != NULL && step->event->creates ? ", i.place" : "");
    const char *table = step->event->creates ? "(select 1) one" : step->machine->machine->name;
    if (main_step)
        sql_putf(sql, "\n  from %s%s\n%s", sql->many ? "asked" : table,
                 step->event->creates ? "" : sql->many ? arena_printf(&sql->engine->scratch, "\n  join %s e on e.id = :id", table) : " e",
                 step->keyed ? "  left join idempotency p on p.principal = :actor and p.key = :key\n" : "");
    else if (step->event->creates)
        sql_putf(sql, "\n  from %sin i\n", step->prefix);
    else
        sql_putf(sql, "\n  from %sin i\n  join %s e on e.id = i.link_id\n", step->prefix, table);

    const char *floor = step->event->creates ? "'-infinity'::timestamptz" : "e.changed_at";
    if (main_step)
        sql_putf(sql,
                 "  cross join lateral (select greatest(:now, %s) as logged_at,\n"
                 "          greatest(case when :occurred < :now and :occurred >= :now - (select make_interval(secs => seconds)"
                 " from time_rule where code = 'T_OCCURRED') then :occurred else :now end, %s) as step_at) t\n",
                 floor, floor);
    else
        sql_putf(sql, "  cross join lateral (select greatest(:now, %s) as logged_at, greatest(i.step_at, %s) as step_at) t\n",
                 floor, floor);
    sql->at = "t.step_at";
    put_chosen_row(step);
    put_refusals(step);
    if (main_step && !step->event->creates) {
        sql_put(sql, " where e.id = :id");
        compile_scope(sql, step->machine);
    }
    sql_put(sql, ")");
}
