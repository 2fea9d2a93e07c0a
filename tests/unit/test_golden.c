/* The compiled statements: some word for word (UPDATE_GOLDEN=1 rewrites the expected ones), all by their form. */
#include "check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan.h"

static struct engine *engine;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    engine = engine_new(procedures);
    engine_compile(engine);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    engine_free(engine);
    return 0;
}

static const char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return "";
    struct buf content = { 0 };
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        buf_add(&content, part, n);
    (void)fclose(file);
    const char *text = content.data == NULL ? "" : arena_strdup(&arena, content.data);
    buf_done(&content);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("cannot write %s", path);
}

static void fail_at_difference(const char *name, const char *wanted, const char *got)
{
    size_t at = 0, line_start = 0;
    int line = 1;
    for (; wanted[at] != '\0' && wanted[at] == got[at]; at++)
        if (wanted[at] == '\n') {
            line++;
            line_start = at + 1;
        }
    fail_msg("%s, line %d:\nwanted: %.*s\ngot:    %.*s", name, line, (int)strcspn(wanted + line_start, "\n"),
             wanted + line_start, (int)strcspn(got + line_start, "\n"), got + line_start);
}

static void check_golden(const char *name, const struct statement *statement)
{
    const char *path = arena_printf(&arena, GOLDEN_DIRECTORY "/%s.sql", name);
    const char *got = arena_printf(&arena, "%s\n", statement->text);
    if (getenv("UPDATE_GOLDEN") != NULL)
        write_file(path, got);
    const char *wanted = read_file(path);
    if (strcmp(wanted, got) != 0)
        fail_at_difference(name, wanted, got);
}

static void statements_are_as_reviewed(void **state)
{
    (void)state;
    static const char *const events[] = { "register", "dispatch", "revert", "follow_up", "settle", "amend" };
    const struct machine_plan *repair = engine_machine_by_name(engine, "repair");
    for (size_t i = 0; i < COUNT(events); i++)
        check_golden(arena_printf(&arena, "repair.%s", events[i]), &machine_event(repair, events[i])->unkeyed);
    check_golden("repair.dispatch.keyed", &machine_event(repair, "dispatch")->statement);
    check_golden("repair.register.many", machine_event(repair, "register")->unkeyed.many);
    check_golden("repair.dispatch.many", machine_event(repair, "dispatch")->unkeyed.many);
    check_golden("repair.dispatch.keyed.many", machine_event(repair, "dispatch")->statement.many);
    check_golden("repair.get", &repair->get);
    check_golden("repair.get.many", repair->get.many);
    check_golden("repair.lock", &repair->lock);
    const struct statement *const *locks = machine_event(repair, "settle")->locks;
    assert_non_null(locks[1]);
    check_golden("repair.settle.lock", locks[1]);
    assert_non_null(locks[2]);
    check_golden("repair.settle.lock_items", locks[2]);
    assert_null(locks[3]);
}

/* The statement with quoted literals emptied, in lower case: what is left is code. */
static char *code_of(const char *text)
{
    char *code = arena_strdup(&arena, text), *out = code;
    bool quoted = false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            quoted = !quoted;
        if (!quoted || *p == '\'')
            *out++ = (char)tolower((unsigned char)*p);
    }
    *out = '\0';
    assert_false(quoted);
    return code;
}

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, part)) != NULL; p += strlen(part))
        n++;
    return n;
}

typedef void (*check_function)(const struct statement *statement, const struct param *params,
                               const struct event_plan *event);

static void for_every_statement(check_function check)
{
    for (size_t i = 0; i < engine_machine_count(engine); i++) {
        const struct machine_plan *machine = engine_machine_at(engine, i);
        check(&machine->get, machine->get_params, NULL);
        check(&machine->lock, NULL, NULL);
        for (const struct event_plan *event = machine->events; event < machine->events + machine->n_events; event++) {
            check(&event->statement, event->params, event);
            check(&event->unkeyed, event->unkeyed_params, event);
            for (const struct statement *const *lock = event->locks; *lock != NULL; lock++)
                check(*lock, NULL, NULL);
        }
    }
    arena_done(&arena);
}

static void check_parts(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params;
    if (event == NULL)
        return;
    static const char *const parts[] = { "with gate as materialized (\n", ",\nclaim as (\n",
                                         ",\nnext as materialized (\n", ",\nmoved as (\n", ",\nlogged as (\n" };
    const char *at = statement->text;
    for (size_t i = 0; i < COUNT(parts); i++) {
        bool claims = statement == &event->statement;
        if (strstr(parts[i], "claim") != NULL && !claims)
            continue;
        at = strstr(at, parts[i]);
        if (at == NULL)
            fail_msg("%s lacks \"%s\", or has it too early", statement->name, parts[i]);
    }
    assert_int_equal(count_of(statement->text, "left join moved e on true"), 1);
}

static void every_step_has_its_parts_in_order(void **state)
{
    (void)state;
    for_every_statement(check_parts);
}

static void check_version(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params;
    if (event == NULL)
        return;
    const struct machine *machine = machine_table(event->machine);
    if (event->creates)
        assert_int_equal(count_of(statement->text, arena_printf(&arena, "insert into %s as e (", machine->name)) > 0,
                         true);
    size_t updates = count_of(statement->text, " e\n   set state = n.state");
    assert_int_equal(count_of(statement->text, "and e.event_no = n.gate_event_no\n"), updates);
    assert_true(event->creates || updates > 0);
    assert_int_equal(count_of(statement->text, ",\n       chain = sha256(e.chain || n.content_hash)"), updates);
}

static void every_update_demands_the_gates_event_no(void **state)
{
    (void)state;
    for_every_statement(check_version);
}

/* For many requests at once: every parameter an array, met once (the time twice: they share the latest). Its elements go from
 * part to part with their entity, so that nothing joins the requests again; the place in the reply. */
static void check_many(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    if (params == NULL)
        return;
    bool alone = event != NULL && (statement->alone || event->nested[0] != NULL);
    assert_int_equal(statement->many == NULL, alone);
    if (alone)
        return;
    const char *text = statement->many->text;
    assert_int_equal(statement->many->n_params, statement->n_params);
    assert_int_equal(strncmp(text, "with asked as materialized (\n", 29), 0);
    for (int p = 1; p <= statement->n_params; p++)
        assert_int_equal(count_of(text, arena_printf(&arena, "$%d::", p)), params[p - 1].source == SOURCE_NOW ? 2 : 1);
    assert_null(strstr(text, "$0"));
    assert_int_equal(count_of(text, "asked.place"), 1);
    if (event != NULL) {
        assert_int_equal(count_of(text, "left join moved e on e.id = g.id"), 1);
        assert_int_equal(count_of(text, ",\n       g.asked_place\n"), 1);
        assert_int_equal(count_of(text, "join asked"), 0);
    }
}

static void statements_for_many_ask_each_by_its_place(void **state)
{
    (void)state;
    for_every_statement(check_many);
}

/* A lane prepares by name: two statements of one name would collide on a connection. */
static void locks_of_one_name_are_one_statement(void **state)
{
    (void)state;
    const struct statement *known[256];
    size_t n = 0;
    for (size_t i = 0; i < engine_machine_count(engine); i++) {
        const struct machine_plan *machine = engine_machine_at(engine, i);
        for (const struct event_plan *event = machine->events; event < machine->events + machine->n_events; event++)
            for (const struct statement *const *lock = event->locks; *lock != NULL; lock++) {
                for (const struct statement *const *other = event->locks; other < lock; other++)
                    if (*other == *lock)
                        fail_msg("%s.%s takes \"%s\" twice", machine_table(machine)->name, event->name, (*lock)->name);
                size_t k = 0;
                while (k < n && strcmp(known[k]->name, (*lock)->name) != 0)
                    k++;
                assert_in_range(k, 0, COUNT(known) - 1);
                if (k < n && known[k] != *lock)
                    fail_msg("two statements are called \"%s\"", (*lock)->name);
                known[k] = *lock;
                n += k == n;
            }
    }
    assert_true(n > 0);
}

static void check_time(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params, (void)event;
    static const char *const clocks[] = {
        "now()",           "current_timestamp",   "current_date",          "current_time", "localtime",
        "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"
    };
    const char *code = code_of(statement->text);
    for (size_t i = 0; i < COUNT(clocks); i++)
        if (strstr(code, clocks[i]) != NULL || strstr(statement->text, "'now'") != NULL)
            fail_msg("%s reads the database's clock: %s", statement->name, clocks[i]);
}

static void no_statement_reads_the_databases_clock(void **state)
{
    (void)state;
    for_every_statement(check_time);
}

static void check_names(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params, (void)event;
    const char *code = code_of(statement->text);
    for (const char *p = code; *p != '\0'; p++)
        if (*p == ':' && p[1] != ':' && (p == code || p[-1] != ':') && islower((unsigned char)p[1]))
            fail_msg("%s: a name is left: %.20s", statement->name, p);
    int depth = 0;
    for (const char *p = code; *p != '\0'; p++) {
        depth += (*p == '(') - (*p == ')');
        assert_true(depth >= 0);
    }
    assert_int_equal(depth, 0);
}

static void no_name_is_left_and_parentheses_close(void **state)
{
    (void)state;
    for_every_statement(check_names);
}

static void check_params(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    bool used[PLAN_MAX_PARAMS + 1] = { false };
    assert_true(statement->n_params <= PLAN_MAX_PARAMS);
    for (const char *p = statement->text; (p = strchr(p, '$')) != NULL; p++) {
        if (!isdigit((unsigned char)p[1]))
            continue;
        char *end;
        long n = strtol(p + 1, &end, 10);
        if (n < 1 || n > statement->n_params || strncmp(end, "::", 2) != 0)
            fail_msg("%s: %.20s", statement->name, p);
        used[n] = true;
    }
    for (int i = 1; i <= statement->n_params; i++)
        if (!used[i])
            fail_msg("%s: $%d is not used", statement->name, i);
    for (int i = 0; params != NULL && i < statement->n_params; i++)
        assert_true(params[i].source != SOURCE_INPUT || (event != NULL && params[i].input < event->n_inputs));
}

static void every_parameter_is_typed_and_used(void **state)
{
    (void)state;
    for_every_statement(check_params);
}

static void check_guards(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params;
    for (size_t r = 0; event != NULL && r < event->n_rows; r++)
        for (const struct guard *const *g = event->rows[r].all_guards; *g != NULL; g++) {
            const char *end = arena_printf(&arena, ") is not true then '%s%s%s' end", (*g)->code,
                                           (*g)->field == NULL ? "" : "/", (*g)->field == NULL ? "" : (*g)->field);
            if (strstr(statement->text, end) == NULL)
                fail_msg("%s: guard %s is not wrapped", statement->name, (*g)->code);
        }
    /* Nothing in a list of refusals is decided in another way. */
    for (const char *list = statement->text; (list = strstr(list, "array_remove(array[null::text")) != NULL; list++) {
        const char *end = strstr(list, "], null) as refused");
        assert_non_null(end);
        const char *refusals = arena_strndup(&arena, list, (size_t)(end - list));
        assert_int_equal(count_of(refusals, ",\n              case when "), count_of(refusals, ") is not true then '"));
    }
}

static void every_guard_treats_null_as_not_true(void **state)
{
    (void)state;
    for_every_statement(check_guards);
}

/* << and | have one precedence in PostgreSQL: a << 0 | b << 1 means ((a << 0) | b) << 1. */
static void check_shifts(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params, (void)event;
    for (const char *p = statement->text; (p = strstr(p, ")::integer::bigint << ")) != NULL; p++) {
        const char *digits = p + strlen(")::integer::bigint << ");
        if (digits[strspn(digits, "0123456789")] != ')')
            fail_msg("%s: a probe's shift has no parentheses: %.40s", statement->name, p);
    }
}

static void probes_are_shifted_before_they_are_joined(void **state)
{
    (void)state;
    for_every_statement(check_shifts);
}

/* "*@opener" means everybody who opened it, people without any role too. */
static void check_everybody(const struct statement *statement, const struct param *params,
                            const struct event_plan *event)
{
    (void)params, (void)event;
    if (strstr(statement->text, " & -1)") != NULL)
        fail_msg("%s asks for any role where nobody needs one", statement->name);
}

static void everybody_includes_people_without_roles(void **state)
{
    (void)state;
    for_every_statement(check_everybody);
}

static bool is_cte(const char *line, size_t length)
{
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return name > 0 && ((length == name + 5 && strncmp(line + name, " as (", 5) == 0) ||
                        (length == name + 18 && strncmp(line + name, " as materialized (", 18) == 0));
}

static void check_ctes(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params, (void)event;
    const char *names[1000];
    size_t n = 0;
    for (const char *line = statement->text; line != NULL;
         line = strchr(line, '\n') == NULL ? NULL : strchr(line, '\n') + 1) {
        const char *start = strncmp(line, "with ", 5) == 0 ? line + 5 : line;
        if (!is_cte(start, strcspn(start, "\n")))
            continue;
        assert_true(n < COUNT(names));
        names[n] = arena_strndup(&arena, start, strcspn(start, " "));
        for (size_t i = 0; i < n; i++)
            if (strcmp(names[i], names[n]) == 0)
                fail_msg("%s: two parts are called %s", statement->name, names[n]);
        n++;
    }
    assert_true(event == NULL || n >= (statement == &event->statement ? 5 : 4));
}

static void parts_have_names_of_their_own(void **state)
{
    (void)state;
    for_every_statement(check_ctes);
}

static const struct machine_plan *nested_target(const struct event_plan *event, const struct effect *f)
{
    if ((f->kind == EFFECT_OPEN && f->mode == LINK_MUST) || f->through != NULL)
        return plan_machine(engine, f->target);
    if (f->kind != EFFECT_FIRE)
        return NULL;
    const struct field *field = event->machine->columns[plan_column(event->machine, f->target)].field;
    return plan_machine(engine, field->machine);
}

static size_t nested_steps(const struct event_plan *event, const struct machine_plan *target, enum effect_kind kind)
{
    size_t n = 0;
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct effect *f = event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
            n += f->kind == kind && nested_target(event, f) == target;
    return n;
}

/* No table is written by more than the step's own write and one for each entity that it fires or opens. */
static void check_writes(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params;
    for (size_t i = 0; event != NULL && i < engine_machine_count(engine); i++) {
        const struct machine_plan *target = engine_machine_at(engine, i);
        const char *table = machine_table(target)->name;
        size_t own = target == event->machine;
        assert_int_equal(count_of(statement->text, arena_printf(&arena, "update %s e\n", table)),
                         (own && !event->creates) + nested_steps(event, target, EFFECT_FIRE));
        assert_int_equal(count_of(statement->text, arena_printf(&arena, "update %s ", table)),
                         count_of(statement->text, arena_printf(&arena, "update %s e\n", table)));
        assert_int_equal(count_of(statement->text, arena_printf(&arena, "insert into %s ", table)),
                         (own && event->creates) + nested_steps(event, target, EFFECT_OPEN));
    }
}

static void check_row_writes(const struct event_plan *event, const struct row_plan *row)
{
    for (const struct effect *f = row->transition->effects; f != NULL && f->kind != 0; f++) {
        if (f->kind == EFFECT_FIRE && f->through == NULL && nested_target(event, f) == event->machine &&
            strstr(event->statement.text, "x.link_id is not null and x.link_id <> e.id") == NULL)
            fail_msg("%s.%s may fire at itself", machine_table(event->machine)->name, event->name);
        for (const struct effect *g = row->transition->effects; g < f; g++) {
            bool same_row = g->kind == f->kind && strcmp(g->target, f->target) == 0 &&
                            (f->kind == EFFECT_SET || f->kind == EFFECT_FIRE || f->kind == EFFECT_HAND_IN);
            same_row |=
                f->kind == EFFECT_FIRE && g->kind == EFFECT_FIRE && nested_target(event, f) == nested_target(event, g);
            if (same_row && (f->when == NULL || g->when == NULL))
                fail_msg("%s.%s: two effects may meet at \"%s\"", machine_table(event->machine)->name, event->name,
                         f->target);
        }
    }
}

static void check_one_writer(const struct statement *statement, const struct param *params,
                             const struct event_plan *event)
{
    check_writes(statement, params, event);
    for (size_t r = 0; event != NULL && r < event->n_rows; r++)
        check_row_writes(event, &event->rows[r]);
}

static void every_row_has_one_writer(void **state)
{
    (void)state;
    for_every_statement(check_one_writer);
}

/* A lock prepared twice in one batch fails there; taken twice it is work for nothing. */
static void no_lock_is_taken_twice(void **state)
{
    (void)state;
    for (size_t m = 0; m < engine->n_machines; m++)
        for (size_t e = 0; e < engine->machines[m].n_events; e++) {
            const struct event_plan *event = &engine->machines[m].events[e];
            for (const struct statement *const *a = event->locks; *a != NULL; a++)
                for (const struct statement *const *b = event->locks; b != a; b++)
                    assert_string_not_equal((*a)->name, (*b)->name);
        }
}

/* Rows of one machine that columns name are locked by one sorted statement; two might lock them the other way round. */
static void named_rows_of_a_machine_are_locked_together(void **state)
{
    (void)state;
    size_t joined = 0;
    for (size_t m = 0; m < engine->n_machines; m++)
        for (size_t e = 0; e < engine->machines[m].n_events; e++)
            for (const struct statement *const *a = engine->machines[m].events[e].locks; *a != NULL; a++) {
                joined += strstr((*a)->text, "union all") != NULL;
                for (const struct statement *const *b = engine->machines[m].events[e].locks; b != a; b++)
                    if (strstr((*a)->name, "_of_") != NULL && strstr((*b)->name, "_of_") != NULL)
                        assert_int_not_equal((*a)->lock_rank, (*b)->lock_rank);
            }
    assert_true(joined > 0);
}

static void leaving_an_end_opens_the_entity_again(void **state)
{
    (void)state;
    for (size_t m = 0; m < engine->n_machines; m++)
        for (size_t e = 0; e < engine->machines[m].n_events; e++) {
            const struct machine_plan *machine = &engine->machines[m];
            const struct event_plan *event = &machine->events[e];
            bool leaves = false, ends = false;
            for (size_t r = 0; r < event->n_rows; r++) {
                bool to_end = event->rows[r].to >= 0 && (machine->terminal >> event->rows[r].to & 1) != 0;
                ends |= to_end;
                leaves |= event->rows[r].to >= 0 && !to_end && (event->rows[r].from & machine->terminal) != 0;
            }
            assert_int_equal(strstr(event->statement.text, "closed_at = null") != NULL, leaves && !ends);
        }
}

static void check_limits(const struct statement *statement, const struct param *params, const struct event_plan *event)
{
    (void)params, (void)event;
    for (const char *p = statement->text; (p = strstr(p, "jsonb_build_object(")) != NULL; p++) {
        int depth = 0;
        size_t arguments = 1;
        bool quoted = false;
        for (const char *q = p + strlen("jsonb_build_object"); *q != '\0'; q++) {
            quoted ^= *q == '\'';
            depth += quoted ? 0 : (*q == '(') - (*q == ')');
            arguments += !quoted && depth == 1 && *q == ',';
            if (depth == 0)
                break;
        }
        if (arguments > 100)
            fail_msg("%s: jsonb_build_object of %zu arguments", statement->name, arguments);
    }
    assert_true(strlen(statement->name) < 64);
}

static void functions_get_at_most_100_arguments(void **state)
{
    (void)state;
    for_every_statement(check_limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_as_reviewed),
        cmocka_unit_test(every_step_has_its_parts_in_order),
        cmocka_unit_test(every_update_demands_the_gates_event_no),
        cmocka_unit_test(statements_for_many_ask_each_by_its_place),
        cmocka_unit_test(locks_of_one_name_are_one_statement),
        cmocka_unit_test(no_statement_reads_the_databases_clock),
        cmocka_unit_test(no_name_is_left_and_parentheses_close),
        cmocka_unit_test(every_parameter_is_typed_and_used),
        cmocka_unit_test(every_guard_treats_null_as_not_true),
        cmocka_unit_test(probes_are_shifted_before_they_are_joined),
        cmocka_unit_test(everybody_includes_people_without_roles),
        cmocka_unit_test(parts_have_names_of_their_own),
        cmocka_unit_test(every_row_has_one_writer),
        cmocka_unit_test(no_lock_is_taken_twice),
        cmocka_unit_test(named_rows_of_a_machine_are_locked_together),
        cmocka_unit_test(leaving_an_end_opens_the_entity_again),
        cmocka_unit_test(functions_get_at_most_100_arguments),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
