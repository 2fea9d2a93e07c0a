#include "engine/compile.h"

#include <stdio.h>
#include <string.h>

bool compile_next_mapping(struct arena *arena, const char **list, const char **ret_name, const char **ret_expression)
{
    const char *p = *list;
    while (p != NULL && (*p == ' ' || *p == ';' || *p == '\n'))
        p++;
    if (p == NULL || *p == '\0')
        return false;
    const char *equals = strstr(p, " = ");
    const char *end = strchr(p, ';');
    if (end == NULL)
        end = p + strlen(p);
    if (equals == NULL || equals > end)
        return false;
    *ret_name = arena_strndup(arena, p, (size_t)(equals - p));
    *ret_expression = arena_strndup(arena, equals + 3, (size_t)(end - equals) - 3);
    *list = end;
    return true;
}

static const char *mapped(struct arena *arena, const char *list, const char *name)
{
    const char *key, *expression;
    while (compile_next_mapping(arena, &list, &key, &expression))
        if (strcmp(key, name) == 0)
            return expression;
    return NULL;
}

static bool is_nested(const struct step *step, const struct effect *f)
{
    return (f->kind == EFFECT_FIRE || f->kind == EFFECT_OPEN) && f->mode == LINK_MUST &&
           (f->kind == EFFECT_FIRE || plan_machine(step->sql->engine, f->target) != NULL);
}

static const struct machine_plan *nested_machine(const struct step *step, const struct effect *f)
{
    if (f->kind == EFFECT_OPEN || f->through != NULL)
        return plan_machine(step->sql->engine, f->target);
    size_t c = plan_column(step->machine, f->target);
    const struct field *field = c == SIZE_MAX ? NULL : step->machine->columns[c].field;
    const char *name = field == NULL ? NULL : field->machine;
    return name == NULL ? NULL : plan_machine(step->sql->engine, name);
}

/* The step that an effect fires or opens; false (and an error) when the names do not resolve. */
static bool nested_step(struct step *step, const struct effect *f, size_t number, struct step *ret_nested)
{
    struct engine *engine = step->sql->engine;
    const struct machine_plan *machine = nested_machine(step, f);
    const struct event_plan *event = machine == NULL ? NULL : plan_event(machine, f->event);
    if (event == NULL || event->creates != (f->kind == EFFECT_OPEN)) {
        plan_error(engine, "%s.%s: cannot fire or open \"%s\" by \"%s\"", step->machine->machine->name, step->event->name,
                   f->target, f->event);
        return false;
    }
    if (f->through != NULL && plan_column(machine, f->through) == SIZE_MAX) {
        plan_error(engine, "%s.%s: \"%s\" has no column \"%s\"", step->machine->machine->name, step->event->name, f->target, f->through);
        return false;
    }
    bool of_input = f->each != NULL && f->each[0] == ':' && strpbrk(f->each, " ,()>-") == NULL;
    *ret_nested = (struct step){ .sql = step->sql,
                                 .machine = machine,
                                 .event = event,
                                 .prefix = arena_printf(&engine->scratch, "%s%zu_", f->kind == EFFECT_OPEN ? "o" : "f", number),
                                 .target = f->each != NULL ? "new_id" : f->through != NULL ? "link_id" : NULL,
                                 .pointer = of_input             ? arena_printf(&engine->scratch, "/%s/", f->each + 1)
                                            : f->through != NULL ? arena_printf(&engine->scratch, "/%s/", machine->machine->path)
                                                                 : NULL,
                                 .ok = "exists (select from moved)" };
    return true;
}

/* The next step that the event fires or opens; `*effect` and `*row` go on from where they stand (NULL, 0 at first). */
static bool next_nested(struct step *step, size_t *row, const struct effect **effect, size_t *number, struct step *ret_nested)
{
    for (; *row < step->event->n_rows; ++*row, *effect = NULL) {
        const struct effect *f = *effect == NULL ? step->event->rows[*row].transition->effects : *effect + 1;
        for (; f != NULL && f->kind != 0; f++)
            if (is_nested(step, f) && nested_step(step, f, ++*number, ret_nested)) {
                *effect = f;
                return true;
            }
    }
    return false;
}
#define FOR_EACH_NESTED(step, nested, row, f_)                                                                         \
    size_t row = 0, row##_number = 0;                                                                                  \
    const struct effect *f_ = NULL;                                                                                    \
    for (struct step nested; next_nested(step, &row, &f_, &row##_number, &nested);)

static void enter(struct step *nested)
{
    nested->sql->machine = nested->machine;
    nested->sql->event = nested->event;
    nested->sql->input_alias = "i";
    struct arena *arena = &nested->sql->engine->scratch;
    if (nested->event->creates)
        nested->sql->id = nested->target != NULL ? "i.new_id"
                                                 : arena_printf(arena, ":new%.*s", (int)strlen(nested->prefix) - 2, nested->prefix + 1);
}

static void leave(struct step *step)
{
    step->sql->machine = step->machine;
    step->sql->event = step->event;
    step->sql->input_alias = NULL;
    step->sql->id = NULL;
}

static void put_nested_inputs(struct step *step, struct step *nested, size_t row, const struct effect *f)
{
    struct sql *sql = step->sql;
    struct arena *arena = &sql->engine->scratch;
    sql->at = "e.step_at";
    sql_putf(sql, ",\n%sin as materialized (\nselect x.*, row_to_json(x) as step_inputs\n  from gate e\n", nested->prefix);
    if (f->through != NULL)
        sql_putf(sql, "  join %s c on c.%s = e.id and c.closed_at is null%s and (%s)\n", f->target, f->through,
                 nested->machine == step->machine ? " and c.id <> e.id" : "", f->where == NULL ? "true" : f->where);
    if (f->each != NULL)
        sql_putf(sql, "  cross join lateral jsonb_array_elements(%s) with ordinality l (item, place)\n", f->each);
    sql_put(sql, "  cross join lateral (select e.step_at");
    if (f->each != NULL)
        sql_put(sql, ",\n          uuid7(e.step_at) as new_id,\n          place");
    else if (f->through != NULL)
        sql_put(sql, ",\n          c.id as link_id");
    else if (f->kind == EFFECT_FIRE)
        sql_putf(sql, ",\n          e.%s as link_id", f->target);
    for (size_t i = 0; i < nested->event->n_inputs; i++) {
        const struct field *field = nested->event->inputs[i].field;
        const char *expression = mapped(arena, f->sql, field->name);
        if (expression == NULL && nested->event->inputs[i].required)
            plan_error(sql->engine, "%s.%s: \"%s\" needs input \"%s\"", step->machine->machine->name, step->event->name,
                       f->event, field->name);
        sql_putf(sql, ",\n          (%s)::%s as %s", expression == NULL ? "null" : expression, plan_sql_type(field), field->name);
    }
    sql_put(sql, ") x\n where e.step_row is not null and ");
    sql_putf(sql, "(%s)", step_effect_condition(step, row, f));
    if (f->kind == EFFECT_FIRE)
        sql_put(sql, " and x.link_id is not null");
    /* No row is written twice in one step. */
    if (f->kind == EFFECT_FIRE && f->through == NULL && nested->machine == step->machine)
        sql_put(sql, " and x.link_id <> e.id");
    sql_put(sql, ")");
}

void compile_nested_gates(struct step *step)
{
    FOR_EACH_NESTED(step, nested, row, f)
    {
        put_nested_inputs(step, &nested, row + 1, f);
        enter(&nested);
        compile_gate(&nested);
        leave(step);
        step->ok = arena_printf(&step->sql->engine->scratch,
                                "%s\n   and not exists (select from %sgate x where x.step_row is null or x.refused <> '{}')",
                                step->ok, nested.prefix);
    }
}

const char *compile_nested_refusals(struct step *step)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *list = "";
    FOR_EACH_NESTED(step, nested, row, f)
    {
        const char *code = nested.pointer == NULL
                               ? "w.code"
                               : arena_printf(arena, "split_part(w.code, '/', 1) || '%s' || %s || substr(w.code, strpos(w.code || '/', '/'))",
                                              nested.pointer, f->each != NULL ? "(x.place - 1)" : "x.number");
        const char *codes = "case when x.step_row is null then array['link_refused'] else x.refused end";
        list = nested.target == NULL
                   ? arena_printf(arena, "%s || coalesce((select %s from %sgate x), '{}')", list, codes, nested.prefix)
                   : arena_printf(arena, "%s || coalesce((select array_agg(%s) from %sgate x cross join lateral unnest(%s) w (code)), '{}')", list,
                                  code, nested.prefix, codes);
    }
    return list;
}

const char *compile_nested_races(struct step *step)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *races = NULL;
    FOR_EACH_NESTED(step, nested, row, f)
        races = arena_printf(arena, "%s%s(select count(*) from %snext) <> (select count(*) from %smoved)", races == NULL ? "" : races,
                             races == NULL ? "" : " or ", nested.prefix, nested.prefix);
    return races;
}

/* What an entity consists of is found by its parent_id and needs no link. */
static bool makes_link(const struct effect *f)
{
    return f->each == NULL && (f->through == NULL || strcmp(f->through, "parent_id") != 0);
}

const char *compile_nested_links(struct step *step)
{
    const char *links = "";
    FOR_EACH_NESTED(step, nested, row, f)
        if (makes_link(f))
            links = arena_printf(&step->sql->engine->scratch, "%s or exists (select from %sin)", links, nested.prefix);
    return links;
}

const struct event_plan *const *compile_nested_events(struct step *step)
{
    size_t n = 0;
    {
        FOR_EACH_NESTED(step, nested, row, f)
            n++;
    }
    const struct event_plan **events = ARENA_ARRAY(&step->sql->engine->arena, const struct event_plan *, n + 1);
    size_t i = 0;
    FOR_EACH_NESTED(step, nested, row, f)
        events[i++] = nested.event;
    return events;
}

static const char *source_rows(const struct step *step)
{
    struct arena *arena = &step->sql->engine->scratch;
    if (step->sql->many)
        return MOVED_ROWS;
    const char *inputs = step->prefix[0] == '\0' ? ""
                         : step->target == NULL  ? arena_printf(arena, "\n  cross join %sin i", step->prefix)
                                                 : arena_printf(arena, "\n  join %sin i on i.%s = m.id", step->prefix, step->target);
    return arena_printf(arena, "  from %smoved m\n  join %sgate e on e.id = m.id%s", step->prefix, step->prefix, inputs);
}

static bool is_more(const struct form *form, const char *name)
{
    for (const struct field *f = form->more_fields; f != NULL && f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return true;
    return false;
}

static void put_content(struct step *step, const struct form *form)
{
    struct sql *sql = step->sql;
    char word[96];
    sql_putf(sql, "%s as content\n          from (select m.number",
             form->more == NULL ? "row_to_json(x)" : arena_printf(&sql->engine->scratch, "(to_jsonb(x) || coalesce((%s), '{}'))::json", form->more));
    for (const char *list = form->fields; plan_next_word(&list, word, sizeof word);) {
        if (strncmp(word, "more.", 5) == 0) {
            if (!is_more(form, word + 5))
                plan_error(sql->engine, "form %s shows \"%s\", which is no member of its `more`", form->code, word);
            continue;
        }
        /* A form that several machines fill in shows of each what it has. */
        size_t length = strlen(word);
        if (word[length - 1] == '?') {
            word[length - 1] = '\0';
            if (plan_column(step->machine, word) == SIZE_MAX)
                continue;
        }
        if (strncmp(word, "input.", 6) == 0) {
            sql_putf(sql, ", :%s as %s", word + 6, word + 6);
            continue;
        }
        if (plan_column(step->machine, word) == SIZE_MAX)
            plan_error(sql->engine, "form %s shows \"%s\", which is no field of %s", form->code, word, step->machine->machine->name);
        sql_putf(sql, ", m.%s", word);
    }
    sql_put(sql, ") x");
}

static void put_record(struct step *step, size_t row, const struct effect *f, size_t number)
{
    struct sql *sql = step->sql;
    const struct form *form = plan_form(sql->engine, f->target);
    if (form == NULL) {
        plan_error(sql->engine, "%s.%s: no form \"%s\"", step->machine->machine->name, step->event->name, f->target);
        return;
    }
    sql_putf(sql,
             ",\n%srecord%zu as (\ninsert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)\n"
             "select '%s', '%s-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),\n"
             "       m.id, m.event_no, '%s', e.step_at, :actor, %s, c.content,\n"
             "       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id\n%s\n  cross join lateral (select ",
             step->prefix, number, form->code, strstr(form->form_no, "-P") + 1, step->machine->machine->name,
             f->sql == NULL ? "coalesce(m.assignee_id, :actor)" : f->sql, source_rows(step));
    put_content(step, form);
    sql_putf(sql, ") c\n where %s)", step_effect_condition(step, row, f));
}

static void put_hand_in(struct step *step, size_t row, const struct effect *f, size_t number)
{
    if (plan_form(step->sql->engine, f->target) == NULL)
        plan_error(step->sql->engine, "%s.%s: no form \"%s\"", step->machine->machine->name, step->event->name, f->target);
    sql_putf(step->sql,
             ",\n%shanded%zu as (\nupdate record r\n   set handed_in_at = e.step_at,\n       handed_in_event = m.event_no,\n       holder_id = %s\n%s\n"
             " where r.entity_id = m.id\n   and r.form = '%s'\n   and r.handed_in_at is null\n   and r.voided_at is null\n   and %s)",
             step->prefix, number, f->sql == NULL ? ":actor" : f->sql, source_rows(step), f->target,
             step_effect_condition(step, row, f));
}

/* Who works at an outlet reads what is addressed to it: a notice from an entity of no outlet goes to each that is open. */
#define EACH_OUTLET \
    "\n  cross join lateral (select m.outlet_id where m.outlet_id is not null\n" \
    "    union all select o.id from outlet o where m.outlet_id is null and o.closed_at is null) w (outlet_id)"

static void put_notice(struct step *step, size_t row, const struct effect *f, size_t number)
{
    bool outlets = strncmp(f->target, "outlet_", strlen("outlet_")) == 0;
    const char *person = strcmp(f->target, "@assignee") == 0 ? "m.assignee_id" : strcmp(f->target, "@opener") == 0 ? "m.opened_by" : NULL;
    sql_putf(step->sql,
             ",\n%snotice%zu as (\ninsert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)\n"
             "select %s, %s%s%s, %s.outlet_id, '%s', m.id, jsonb_build_object('machine', '%s', 'number', m.number, 'state', m.state), e.step_at\n%s%s\n where %s%s%s%s)",
             step->prefix, number, person != NULL ? person : "null", person != NULL ? "" : "'", person != NULL ? "null" : f->target,
             person != NULL ? "" : "'", outlets ? "w" : "m", f->event, step->machine->machine->name, source_rows(step), outlets ? EACH_OUTLET : "",
             step_effect_condition(step, row, f),
             person != NULL ? " and " : "", person != NULL ? person : "", person != NULL ? " is not null" : "");
}

static void put_cancel(struct step *step, size_t row, const struct effect *f, size_t number)
{
    sql_putf(step->sql,
             ",\n%scancelled%zu as (\nupdate link l\n   set state = 'cancelled'\n%s\n where l.from_id = m.id\n   and l.to_machine = '%s'\n"
             "   and l.state = 'waiting'\n   and %s)",
             step->prefix, number, source_rows(step), f->target, step_effect_condition(step, row, f));
}

static void put_later_link(struct step *step, size_t row, const struct effect *f, size_t number)
{
    struct sql *sql = step->sql;
    struct arena *arena = &sql->engine->scratch;
    sql_putf(sql,
             ",\n%slink%zu as (\ninsert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at, outlet_id)\n"
             "select gen_random_uuid(), '%s.%s', m.id, m.event_no, '%s', '%s', 'later', 'waiting', jsonb_build_object(",
             step->prefix, number, step->machine->machine->name, step->event->name, f->target, f->event);
    const char *list = f->sql, *name, *expression, *comma = "";
    while (compile_next_mapping(arena, &list, &name, &expression)) {
        sql_putf(sql, "%s'%s', %s", comma, name, expression);
        comma = ", ";
    }
    sql_putf(sql, "), e.step_at, m.outlet_id\n%s\n where %s)", source_rows(step), step_effect_condition(step, row, f));
}

static void put_nested_writes(struct step *step, struct step *nested, const struct effect *f)
{
    enter(nested);
    compile_prepare(nested);
    compile_next(nested);
    compile_moved(nested);
    compile_effects(nested);
    leave(step);
    if (!makes_link(f))
        return;
    sql_putf(step->sql,
             ",\n%slink as (\ninsert into link (id, kind, from_id, from_event_no, to_id, to_machine, to_event, mode, state, made_at, outlet_id)\n"
             "select gen_random_uuid(), '%s.%s', m.id, m.event_no, x.id, '%s', '%s', 'must', 'done', m.changed_at, m.outlet_id\n"
             "  from moved m\n  cross join %smoved x)",
             nested->prefix, step->machine->machine->name, step->event->name, nested->machine->machine->name,
             nested->event->name, nested->prefix);
}

/* What `revert` does beside putting the columns back. */
static void put_revert_effects(struct step *step)
{
    const char *rows = source_rows(step);
    sql_putf(step->sql,
             ",\nvoided_papers as (\nupdate record r\n   set voided_at = e.step_at\n%s\n"
             " where r.entity_id = m.id\n   and r.event_no = e.last_event_no\n   and r.voided_at is null)"
             ",\ntaken_back as (\nupdate record r\n   set handed_in_at = null, handed_in_event = null, holder_id = e.last_actor_id\n%s\n"
             " where r.entity_id = m.id\n   and r.handed_in_event = e.last_event_no\n   and r.event_no <> e.last_event_no)"
             ",\ncancelled_links as (\nupdate link l\n   set state = 'cancelled'\n%s\n"
             " where l.from_id = m.id\n   and l.from_event_no = e.last_event_no\n   and l.state = 'waiting')",
             rows, rows, rows);
}

void compile_effects(struct step *step)
{
    bool main_step = step->prefix[0] == '\0';
    size_t number = 0, nested_number = 0;
    step->sql->at = "e.step_at";
    for (size_t r = 0; r < step->event->n_rows; r++)
        for (const struct effect *f = step->event->rows[r].transition->effects; f != NULL && f->kind != 0; f++) {
            struct step nested;
            number++;
            if (f->kind == EFFECT_RECORD)
                put_record(step, r + 1, f, number);
            else if (f->kind == EFFECT_HAND_IN)
                put_hand_in(step, r + 1, f, number);
            else if (f->kind == EFFECT_NOTIFY)
                put_notice(step, r + 1, f, number);
            else if (f->kind == EFFECT_CANCEL)
                put_cancel(step, r + 1, f, number);
            else if (f->kind == EFFECT_OPEN && f->mode == LINK_LATER)
                put_later_link(step, r + 1, f, number);
            else if (is_nested(step, f) && !main_step)
                plan_error(step->sql->engine, "%s.%s: a step inside a step may not fire or open further ones",
                           step->machine->machine->name, step->event->name);
            else if (is_nested(step, f) && nested_step(step, f, ++nested_number, &nested))
                put_nested_writes(step, &nested, f);
            step->sql->at = "e.step_at";
        }
    if (step->event->reverts)
        put_revert_effects(step);
}
