#include "engine/compile.h"

#include <string.h>

bool step_has_effect(const struct event_plan *event, enum effect_kind kind, const char *target)
{
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct effect *f = event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
            if (f->kind == kind && (target == NULL || strcmp(f->target, target) == 0))
                return true;
    return false;
}

const char *step_effect_condition(struct step *step, size_t row, const struct effect *effect)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *on_row = step->event->n_rows > 1 ? arena_printf(arena, "e.step_row = %zu", row) : NULL;
    if (on_row != NULL && effect->when != NULL)
        return arena_printf(arena, "%s and (%s)", on_row, effect->when);
    return on_row != NULL ? on_row : effect->when != NULL ? effect->when : "true";
}

/* What the column is without any SET: the input, else what it was. */
static const char *default_value(struct step *step, const struct column *column)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *old = step->event->creates ? arena_printf(arena, "null::%s", column->sql_type)
                                           : arena_printf(arena, "e.%s", column->name);
    for (size_t i = 0; i < step->event->n_inputs; i++) {
        const struct input *input = &step->event->inputs[i];
        if (input->column == SIZE_MAX || strcmp(input->field->name, column->name) != 0)
            continue;
        if (step->event->amends)
            return arena_printf(arena, "case when :given & %lld <> 0 then :%s else %s end", 1LL << i, column->name, old);
        return step->event->creates ? arena_printf(arena, ":%s", column->name)
                                    : arena_printf(arena, "coalesce(:%s, %s)", column->name, old);
    }
    return old;
}

/* Value of a column after the step: each row of the event may set it in its own way. */
static const char *set_value(struct step *step, const struct column *column)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *fallback = default_value(step, column);
    const char *value = fallback;
    bool by_case = false;
    for (size_t r = 0; r < step->event->n_rows; r++)
        for (const struct effect *f = step->event->rows[r].transition->effects; f != NULL && f->kind != 0; f++) {
            if (f->kind != EFFECT_SET || strcmp(f->target, column->name) != 0)
                continue;
            const char *condition = step_effect_condition(step, r + 1, f);
            if (strcmp(condition, "true") == 0)
                return arena_printf(arena, "(%s)::%s", f->sql, column->sql_type);
            value = by_case ? arena_printf(arena, "%s when %s then (%s)::%s", value, condition, f->sql, column->sql_type)
                            : arena_printf(arena, "case when %s then (%s)::%s", condition, f->sql, column->sql_type);
            by_case = true;
        }
    return by_case ? arena_printf(arena, "%s else %s end", value, fallback) : value;
}

static const char *asked_now(struct sql *sql)
{
    const char *row = sql->asked;
    sql->asked = "asked";
    const char *now = sql_piece(sql, ":now");
    sql->asked = row;
    return now;
}

/* Of many that happen at one moment, those whose clock starts then share its arithmetic: an uncorrelated query runs once. */
static const char *started(struct step *step, const struct clock *clock, const char *rule, const char *at)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *pauses = clock->pauses ? "true" : "false";
    const char *start = arena_printf(arena, "clock_start('%s', %s, %s)", rule, at == NULL ? ":at" : at, pauses);
    if (!step->sql->many || at != NULL)
        return start;
    return arena_printf(arena, "case when :at = :now then (select clock_start('%s', a.now, %s) from (select %s from asked limit 1) a (now)) else %s end",
                        rule, pauses, asked_now(step->sql), start);
}

/* The clock's name and value, as two arguments of jsonb_build_object. */
static const char *clock_pair(struct step *step, const struct effect *f)
{
    struct arena *arena = &step->sql->engine->scratch;
    const struct clock *clock = plan_clock(step->machine->machine, f->target);
    if (clock == NULL) {
        plan_error(step->sql->engine, "%s.%s: no clock \"%s\"", step->machine->machine->name, step->event->name, f->target);
        return "";
    }
    const char *priority = step->event->creates ? ":priority" : "e.priority";
    const char *value = started(step, clock, clock->rule, f->sql);
    if (clock->urgent_rule != NULL)
        value = arena_printf(arena, "case when %s = 'urgent' then %s else %s end", priority, started(step, clock, clock->urgent_rule, f->sql), value);
    return arena_printf(arena, "'%s', %s", clock->code, value);
}

/* An amended priority moves the clocks that depend on it; the time already counted stays counted. */
static const char *rerule_clocks(struct step *step)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *cases = "";
    for (const struct clock *c = step->machine->machine->clocks; c != NULL && c->code != NULL; c++)
        if (c->urgent_rule != NULL)
            cases = arena_printf(arena, "%s when '%s' then clock_rerule(c.value, case when :priority = 'urgent' then '%s' else '%s' end)",
                                 cases, c->code, c->urgent_rule, c->rule);
    if (cases[0] == '\0')
        return NULL;
    return arena_printf(arena,
                        "case when :priority is null or :priority = e.priority then e.clocks else coalesce((select"
                        " jsonb_object_agg(c.key, case c.key%s else c.value end) from jsonb_each(e.clocks) c), '{}') end",
                        cases);
}

static bool takes(const struct event_plan *event, const char *name)
{
    for (size_t i = 0; i < event->n_inputs; i++)
        if (strcmp(event->inputs[i].field->name, name) == 0)
            return true;
    return false;
}

static const char *with_pairs(struct arena *arena, const char *clocks, const char *pairs)
{
    if (pairs == NULL)
        return clocks;
    return clocks == NULL ? arena_printf(arena, "jsonb_build_object(%s)", pairs) : arena_printf(arena, "(%s || jsonb_build_object(%s))", clocks, pairs);
}

/* The clocks after the row's effects, over those before it (`clocks`; NULL: none run). Those that surely start go into one object. */
static const char *row_clocks(struct step *step, size_t number, const struct row_plan *row, const char *clocks, bool *changed)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *pairs = NULL;
    for (const struct effect *f = row->transition->effects; f != NULL && f->kind != 0; f++) {
        if (f->kind != EFFECT_STOP && f->kind != EFFECT_START)
            continue;
        *changed = true;
        const char *condition = step_effect_condition(step, number, f);
        bool always = strcmp(condition, "true") == 0;
        if (f->kind == EFFECT_START && always) {
            const char *pair = clock_pair(step, f);
            pairs = pairs == NULL ? pair : arena_printf(arena, "%s, %s", pairs, pair);
            continue;
        }
        clocks = with_pairs(arena, clocks, pairs);
        pairs = NULL;
        if (clocks == NULL)
            clocks = "'{}'::jsonb";
        clocks = f->kind == EFFECT_START ? arena_printf(arena, "(%s || case when %s then jsonb_build_object(%s) else '{}' end)", clocks, condition, clock_pair(step, f))
                 : always                ? arena_printf(arena, "(%s - '%s')", clocks, f->target)
                                         : arena_printf(arena, "(%s - case when %s then '%s' else '' end)", clocks, condition, f->target);
    }
    return with_pairs(arena, clocks, pairs);
}

/* NULL: the step leaves the clocks alone. */
static const char *clocks_value(struct step *step)
{
    const char *clocks = step->event->creates ? NULL : "e.clocks";
    bool changed = step->event->creates;
    if (step->event->amends && takes(step->event, "priority"))
        return rerule_clocks(step);
    for (size_t r = 0; r < step->event->n_rows; r++) {
        const struct row_plan *row = &step->event->rows[r];
        if (row->to < 0 || (step->machine->terminal >> row->to & 1) == 0) {
            clocks = row_clocks(step, r + 1, row, clocks, &changed);
            continue;
        }
        changed = true;
        if (step->event->n_rows == 1)
            return "'{}'::jsonb";
        clocks = arena_printf(&step->sql->engine->scratch, "case when e.step_row = %zu then '{}' else %s end", r + 1, clocks == NULL ? "'{}'::jsonb" : clocks);
    }
    return !changed ? NULL : clocks == NULL ? "'{}'::jsonb" : clocks;
}

static const char *state_value(struct step *step)
{
    struct arena *arena = &step->sql->engine->scratch;
    const struct event_plan *event = step->event;
    if (event->n_rows == 1)
        return event->rows[0].to < 0 ? "e.state" : arena_printf(arena, "'%s'::text", step->machine->states[event->rows[0].to].name);
    const char *value = "case e.step_row";
    for (size_t r = 0; r < event->n_rows; r++)
        value = event->rows[r].to < 0
                    ? arena_printf(arena, "%s when %zu then e.state", value, r + 1)
                    : arena_printf(arena, "%s when %zu then '%s'", value, r + 1, step->machine->states[event->rows[r].to].name);
    return arena_printf(arena, "%s end", value);
}

static bool is_set(const struct step *step, const struct column *column)
{
    if (step_has_effect(step->event, EFFECT_SET, column->name))
        return true;
    for (size_t i = 0; i < step->event->n_inputs; i++)
        if (step->event->inputs[i].column != SIZE_MAX && strcmp(step->event->inputs[i].field->name, column->name) == 0)
            return true;
    return false;
}

/* Columns that the step may change, beside those every step changes. Fills `ret_set`. */
static void find_set_columns(const struct step *step, bool *ret_set)
{
    for (size_t c = 0; c < step->machine->n_columns; c++) {
        const struct column *column = &step->machine->columns[c];
        bool engine_own = c == COLUMN_ID || c == COLUMN_NUMBER || c == COLUMN_STATE || c == COLUMN_VERSION ||
                          c == COLUMN_EVENT_NO || c == COLUMN_DUE || c == COLUMN_OVERDUE || c == COLUMN_CLOCKS ||
                          (c >= COLUMN_OPENED && c < N_COMMON_COLUMNS);
        ret_set[c] = step->event->reverts ? !engine_own || c == COLUMN_CLOCKS : !engine_own && is_set(step, column);
    }
}

static const char *created_common(const struct step *step, size_t column)
{
    bool given = is_set(step, &step->machine->columns[column]);
    const char *outlet = step->machine->machine->default_outlet;
    switch (column) {
    case COLUMN_OUTLET:
        if (step_has_effect(step->event, EFFECT_SET, "outlet_id"))
            return NULL;
        outlet = outlet == NULL ? ":scope_outlet" : outlet;
        return given ? arena_printf(&step->sql->engine->scratch, "coalesce(:outlet_id, %s)", outlet) : outlet;
    case COLUMN_PRIORITY:
        if (step_has_effect(step->event, EFFECT_SET, "priority"))
            return NULL;
        return given ? "coalesce(:priority, 'normal')" : "'normal'";
    default:
        return NULL;
    }
}

static bool all_rows_final(const struct event_plan *event)
{
    for (size_t r = 0; r < event->n_rows; r++)
        if ((event->rows[r].transition->flags & TRANSITION_FINAL) == 0)
            return false;
    return true;
}

static const char *new_clocks(struct step *step)
{
    return step_has_effect(step->event, EFFECT_SET, "clocks") ? set_value(step, &step->machine->columns[COLUMN_CLOCKS])
                                                              : clocks_value(step);
}

void compile_prepare(struct step *step)
{
    step->set = ARENA_ARRAY(&step->sql->engine->scratch, bool, step->machine->n_columns);
    find_set_columns(step, step->set);
    step->set[COLUMN_CLOCKS] = step->event->reverts || new_clocks(step) != NULL;
    for (size_t c = 0; step->event->creates && c < step->machine->n_columns; c++)
        step->set[c] |= created_common(step, c) != NULL;
}

static void put_look_ups(struct step *step)
{
    for (size_t r = 0; r < step->event->n_rows; r++)
        for (const struct effect *f = step->event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
            if (f->kind == EFFECT_LOOK_UP)
                sql_putf(step->sql, "  left join lateral (%s\n          limit 1) %s on true\n", f->sql, f->target);
}

static void put_new_values(struct step *step)
{
    struct sql *sql = step->sql;
    const struct machine_plan *machine = step->machine;
    const bool *set = step->set;
    sql_put(sql, "  cross join lateral (select ");
    if (step->event->reverts)
        sql_put(sql, "coalesce(u.undo ->> 'state', e.state) as state");
    else
        sql_putf(sql, "%s as state", state_value(step));
    for (size_t c = 0; c < machine->n_columns; c++) {
        if (!set[c])
            continue;
        const char *common = step->event->creates ? created_common(step, c) : NULL;
        const struct column *column = &machine->columns[c];
        sql_put(sql, ",\n          ");
        if (step->event->reverts)
            sql_putf(sql, "case when u.undo ? '%s' then o.%s else e.%s end", column->name, column->name, column->name);
        else if (c == COLUMN_CLOCKS)
            sql_put(sql, new_clocks(step));
        else
            sql_put(sql, common != NULL ? common : set_value(step, column));
        sql_putf(sql, " as %s", column->name);
    }
    /* OFFSET 0 keeps the planner from copying each expression to every place that names it. */
    sql_put(sql, "\n          offset 0) n\n");
}

/* As text (json): it is written and hashed with each step and read seldom. */
static void put_changes(struct step *step)
{
    struct sql *sql = step->sql;
    bool keeps_undo = !step->event->creates && !all_rows_final(step->event);
    if (keeps_undo) {
        sql_put(sql, "  cross join lateral (select e.state");
        for (size_t c = 0; c < step->machine->n_columns; c++)
            if (step->set[c])
                sql_putf(sql, ", e.%s", step->machine->columns[c].name);
        sql_put(sql, "\n          offset 0) before\n");
    }
    sql_putf(sql, "  cross join lateral (select %s as changes,\n          %s as undo\n          offset 0) c\n",
             step->event->reverts ? "u.undo::json" : "row_to_json(n)", keeps_undo ? "row_to_json(before)" : "null::json");
    bool creates = step->event->creates;
    sql_putf(sql,
             "  cross join lateral (select event_content_hash(:salt, e.id, %s, '%s', %s, n.state, %s, :actor, :caller_roles, e.logged_at,\n"
             "          %s, %s, c.changes) as content_hash) h\n",
             creates ? "1" : "e.event_no + 1", step->event->name, creates ? "null" : "e.state", creates ? "1" : "e.version + 1",
             step->prefix[0] == '\0' ? ":occurred" : "null::timestamptz",
             step->prefix[0] == '\0' ? ":inputs" : "e.step_inputs");
}

void compile_next(struct step *step)
{
    struct sql *sql = step->sql;
    sql->at = "e.step_at";
    sql_putf(sql, ",\n%snext as materialized (\nselect e.id, e.step_at, e.logged_at, e.step_row%s, n.*, c.changes, c.undo, h.content_hash%s\n  from %sgate e\n",
             step->prefix, step->event->creates ? "" : ", e.event_no as gate_event_no, e.state as gate_state", sql->many ? NEXT_CARRIES : "", step->prefix);
    if (step->event->reverts)
        sql_putf(sql,
                 "  cross join lateral (select v.undo::jsonb as undo from entity_event v where v.entity_id = e.id and v.event_no = e.last_event_no offset 0) u\n"
                 "  cross join lateral jsonb_populate_record(null::%s, u.undo) o\n",
                 step->machine->machine->name);
    if (step->target != NULL)
        sql_putf(sql, "  join %sin i on i.%s = e.id\n", step->prefix, step->target);
    else if (step->prefix[0] != '\0')
        sql_putf(sql, "  cross join %sin i\n", step->prefix);
    put_look_ups(step);
    put_new_values(step);
    put_changes(step);
    sql_putf(sql, " where %s)", step->ok);
}

static const char *moved_columns(const struct step *step)
{
    return step->prefix[0] == '\0' ? MOVED_COLUMNS : arena_printf(&step->sql->engine->scratch, "%s, e.chain", step->machine->column_list);
}

/* Written out: a call of clocks_due costs more than its query. */
#define DUE_AT "(select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at')"

/* Only the timer finds a breach; a step can but take the clock away, or put back what it was. */
static bool may_become_overdue(const struct step *step)
{
    return step->event->reverts || step_has_effect(step->event, EFFECT_SET, "clocks");
}

static const char *when_ended(const struct step *step, uint64_t ends, const char *at)
{
    struct arena *arena = &step->sql->engine->scratch;
    const char *names = "";
    for (size_t i = 0; i < step->machine->n_states; i++)
        if ((ends >> i & 1) != 0)
            names = arena_printf(arena, "%s%s'%s'", names, names[0] == '\0' ? "" : ", ", step->machine->states[i].name);
    return arena_printf(arena, "case when n.state in (%s) then %s end", names, at);
}

static void put_update(struct step *step)
{
    const bool *set = step->set;
    struct sql *sql = step->sql;
    const struct machine_plan *machine = step->machine;
    sql_putf(sql, ",\n%smoved as (\nupdate %s e\n   set state = n.state", step->prefix, machine->machine->name);
    for (size_t c = 0; c < machine->n_columns; c++)
        if (set[c])
            sql_putf(sql, ",\n       %s = n.%s", machine->columns[c].name, machine->columns[c].name);
    sql_put(sql, ",\n       version = e.version + 1"
                 ",\n       event_no = e.event_no + 1"
                 ",\n       chain = sha256(e.chain || n.content_hash)"
                 ",\n       changed_at = n.step_at");
    if (set[COLUMN_CLOCKS])
        sql_putf(sql, ",\n       due_at = %s,\n       overdue = %sn.clocks @? '$.*.breached_at'", DUE_AT, may_become_overdue(step) ? "" : "e.overdue and ");
    uint64_t ends = 0;
    bool reopens = false, takes_back_end = false;
    for (size_t r = 0; r < step->event->n_rows; r++) {
        const struct row_plan *row = &step->event->rows[r];
        if (row->to >= 0 && (machine->terminal >> row->to & 1) != 0)
            ends |= UINT64_C(1) << row->to;
        else if (row->to >= 0 && (row->from & machine->terminal) != 0)
            reopens = true;
        takes_back_end |= step->event->reverts && (row->from & machine->terminal) != 0;
    }
    if (ends == 0 && reopens)
        sql_put(sql, ",\n       closed_at = null");
    if (ends != 0)
        sql_putf(sql, ",\n       closed_at = %s", when_ended(step, ends, "n.step_at"));
    if (takes_back_end)
        sql_putf(sql, ",\n       closed_at = %s", when_ended(step, machine->terminal, "e.closed_at"));
    const char *final = all_rows_final(step->event) ? "true" : "false";
    if (step->event->n_rows > 1)
        for (size_t r = 0; r < step->event->n_rows; r++)
            final = arena_printf(&sql->engine->scratch, "%s%s when %zu then %s%s", r == 0 ? "case n.step_row" : final, "", r + 1,
                                 (step->event->rows[r].transition->flags & TRANSITION_FINAL) != 0 ? "true" : "false",
                                 r + 1 == step->event->n_rows ? " end" : "");
    sql_putf(sql,
             ",\n       last_event = '%s'"
             ",\n       last_event_no = e.event_no + 1"
             ",\n       last_actor_id = :actor"
             ",\n       last_final = %s"
             "\n  from %snext n\n where e.id = n.id\n   and e.event_no = n.gate_event_no\nreturning %s%s)",
             step->event->name, strcmp(final, "true") == 0 || step->prefix[0] != '\0' ? final : arena_printf(&sql->engine->scratch, "%s%s", final, compile_nested_links(step)),
             step->prefix, moved_columns(step), sql->many ? MOVED_CARRIES : "");
}

static const char *first_due(struct step *step)
{
    if (step_has_effect(step->event, EFFECT_SET, "clocks"))
        return DUE_AT;
    const char *due = NULL;
    for (size_t r = 0; r < step->event->n_rows; r++)
        for (const struct effect *f = step->event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
            if (f->kind == EFFECT_START)
                due = arena_printf(&step->sql->engine->scratch, "%s%s(n.clocks #>> '{%s,due_at}')::timestamptz", due == NULL ? "" : due, due == NULL ? "" : ", ",
                                   f->target);
    return due == NULL ? "null" : arena_printf(&step->sql->engine->scratch, "least(%s)", due);
}

/* What begins in an end is closed from its beginning. */
static const char *closed_at_once(struct step *step)
{
    uint64_t ends = 0;
    for (size_t r = 0; r < step->event->n_rows; r++)
        ends |= (UINT64_C(1) << step->event->rows[r].to) & step->machine->terminal;
    return ends == 0 ? "null" : when_ended(step, ends, "n.step_at");
}

static void put_insert(struct step *step)
{
    const bool *set = step->set;
    struct sql *sql = step->sql;
    const struct machine_plan *machine = step->machine;
    sql_putf(sql, ",\n%smoved as (\ninsert into %s as e (id, number, state, chain, opened_at, opened_by, changed_at, due_at, closed_at, last_event, last_actor_id, last_final",
             step->prefix, machine->machine->name);
    for (size_t c = 0; c < machine->n_columns; c++)
        if (set[c])
            sql_putf(sql, ", %s", machine->columns[c].name);
    sql_putf(sql,
             ")\nselect n.id, '%s-' || company_year(n.step_at) || '-' || to_char(nextval('%s'), 'FM999999000000'), n.state,\n"
             "       sha256(n.content_hash), n.step_at, :actor, n.step_at, %s, %s, '%s', :actor, true",
             machine->machine->prefix, machine->sequence, first_due(step), closed_at_once(step), step->event->name);
    for (size_t c = 0; c < machine->n_columns; c++)
        if (set[c])
            sql_putf(sql, ", n.%s", machine->columns[c].name);
    sql_putf(sql, "\n  from %snext n\n on conflict do nothing\nreturning %s)", step->prefix, moved_columns(step));
    sql_putf(sql,
             ",\n%sregistry as (\ninsert into entity (id, machine, number, outlet_id, customer_id)\n"
             "select m.id, '%s', m.number, m.outlet_id, m.customer_id from %smoved m)",
             step->prefix, machine->machine->name, step->prefix);
}

/* The rows of the log say where the step came from; of many, each moved row knows that itself. */
static void put_logged(struct step *step)
{
    struct sql *sql = step->sql;
    bool main_step = step->prefix[0] == '\0', many = sql->many;
    sql_putf(sql,
             ",\n%slogged as (\ninsert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,\n"
             "       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)\n"
             "select m.id, m.event_no, '%s', '%s', %s, m.state, m.version, :actor,\n",
             step->prefix, step->machine->machine->name, step->event->name,
             step->event->creates ? "null" : many ? "m.n_gate_state" : "n.gate_state");
    sql_putf(sql,
             many ? "       :caller_roles, m.n_logged_at, %s, :request, m.outlet_id, m.customer_id, %s, m.n_changes, m.n_undo, :salt, m.n_content_hash, m.chain\n"
                  : "       :caller_roles, n.logged_at, %s, :request, m.outlet_id, m.customer_id, %s, n.changes, n.undo, :salt, n.content_hash, m.chain\n",
             main_step ? ":occurred" : "null::timestamptz", main_step ? ":inputs" : "e.step_inputs");
    if (many)
        sql_put(sql, MOVED_ROWS);
    else
        sql_putf(sql, "  from %smoved m\n  join %snext n on n.id = m.id", step->prefix, step->prefix);
    if (!main_step)
        sql_putf(sql, "\n  join %sgate e on e.id = m.id", step->prefix);
    sql_put(sql, ")");
}

void compile_moved(struct step *step)
{
    struct sql *sql = step->sql;
    if (sql->many)
        sql->asked = "n";
    if (step->event->creates)
        put_insert(step);
    else
        put_update(step);
    if (sql->many)
        sql->asked = "m";
    /* RETURNING of an INSERT sees nothing but the row. */
    if (sql->many && step->event->creates)
        sql_put(sql, ",\ndone as materialized (\nselect m.*" MOVED_CARRIES "\n  from moved m\n  join next n on n.id = m.id)");
    put_logged(step);
}
