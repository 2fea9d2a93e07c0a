#include "engine/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/roles.h"
#include "engine/sql.h"

#define COMMON(column, sql_name, kind, type_name, is_hidden)                                                           \
    [column] = { .name = sql_name, .type = kind, .sql_type = type_name, .key = "\"" sql_name "\":", .hidden = is_hidden }

const struct column common_columns[N_COMMON_COLUMNS] = {
    COMMON(COLUMN_ID, "id", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_NUMBER, "number", FIELD_TEXT, "text", false),
    COMMON(COLUMN_STATE, "state", FIELD_ENUM, "text", false),
    COMMON(COLUMN_VERSION, "version", FIELD_INTEGER, "integer", false),
    COMMON(COLUMN_EVENT_NO, "event_no", FIELD_INTEGER, "integer", true),
    COMMON(COLUMN_OUTLET, "outlet_id", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_CUSTOMER, "customer_id", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_PARENT, "parent_id", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_ASSIGNEE, "assignee_id", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_REGION, "region", FIELD_TEXT, "text", false),
    COMMON(COLUMN_PRIORITY, "priority", FIELD_ENUM, "text", false),
    COMMON(COLUMN_PAUSED, "paused", FIELD_OBJECT, "jsonb", false),
    COMMON(COLUMN_CLOCKS, "clocks", FIELD_OBJECT, "jsonb", false),
    COMMON(COLUMN_DUE, "due_at", FIELD_TIME, "timestamptz", false),
    COMMON(COLUMN_OVERDUE, "overdue", FIELD_BOOLEAN, "boolean", false),
    COMMON(COLUMN_TO_REASSIGN, "to_reassign", FIELD_TEXT, "text", false),
    COMMON(COLUMN_OPENED, "opened_at", FIELD_TIME, "timestamptz", false),
    COMMON(COLUMN_OPENED_BY, "opened_by", FIELD_REFERENCE, "uuid", false),
    COMMON(COLUMN_CHANGED, "changed_at", FIELD_TIME, "timestamptz", false),
    COMMON(COLUMN_CLOSED, "closed_at", FIELD_TIME, "timestamptz", false),
    COMMON(COLUMN_LAST_EVENT, "last_event", FIELD_TEXT, "text", false),
    COMMON(COLUMN_LAST_EVENT_NO, "last_event_no", FIELD_INTEGER, "integer", true),
    COMMON(COLUMN_LAST_ACTOR, "last_actor_id", FIELD_REFERENCE, "uuid", true),
    COMMON(COLUMN_LAST_FINAL, "last_final", FIELD_BOOLEAN, "boolean", true),
};

void plan_error(struct engine *engine, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    buf_puts(&engine->errors, line);
    buf_putc(&engine->errors, '\n');
    engine->n_errors++;
}

bool plan_next_word(const char **list, char *word, size_t size)
{
    const char *p = *list;
    if (p == NULL)
        return false;
    while (*p == ' ' || *p == '\n')
        p++;
    size_t n = strcspn(p, " \n");
    *list = p + n;
    if (n == 0 || n >= size)
        return false;
    memcpy(word, p, n);
    word[n] = '\0';
    return true;
}

const struct machine_plan *plan_machine(const struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->n_machines; i++)
        if (strcmp(engine->machines[i].machine->name, name) == 0)
            return &engine->machines[i];
    return NULL;
}

int plan_state(const struct machine_plan *machine, const char *name)
{
    for (size_t i = 0; i < machine->n_states; i++)
        if (strcmp(machine->states[i].name, name) == 0)
            return (int)i;
    return -1;
}

size_t plan_column(const struct machine_plan *machine, const char *name)
{
    for (size_t i = 0; i < machine->n_columns; i++)
        if (strcmp(machine->columns[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

const struct event_plan *plan_event(const struct machine_plan *machine, const char *name)
{
    for (size_t i = 0; i < machine->n_events; i++)
        if (strcmp(machine->events[i].name, name) == 0)
            return &machine->events[i];
    return NULL;
}

const struct field *plan_field(const struct machine *machine, const char *name)
{
    for (const struct field *f = machine->fields; f != NULL && f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return given_field(name);
}

const struct clock *plan_clock(const struct machine *machine, const char *code)
{
    for (const struct clock *c = machine->clocks; c != NULL && c->code != NULL; c++)
        if (strcmp(c->code, code) == 0)
            return c;
    return NULL;
}

const struct form *plan_form(const struct engine *engine, const char *code)
{
    for (size_t i = 0; i < engine->n_forms; i++)
        if (strcmp(engine->forms[i]->code, code) == 0)
            return engine->forms[i];
    return NULL;
}

const char *plan_sql_type(const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_ENUM:
        return "text";
    case FIELD_INTEGER:
        return "integer";
    case FIELD_MONEY:
        return "bigint";
    case FIELD_BOOLEAN:
        return "boolean";
    case FIELD_DATE:
        return "date";
    case FIELD_TIME:
        return "timestamptz";
    case FIELD_REFERENCE:
        return "uuid";
    case FIELD_TEXTS:
        return "text[]";
    case FIELD_LIST:
    case FIELD_OBJECT:
        return "jsonb";
    }
    return "text";
}

static uint64_t roles_of(struct engine *engine, const char *where, const char *list, struct row_plan *row)
{
    char word[64];
    uint64_t roles = 0;
    while (plan_next_word(&list, word, sizeof word)) {
        char *condition = strchr(word, '@');
        if (condition != NULL)
            *condition++ = '\0';
        enum role role = role_find(word);
        bool everybody = strcmp(word, "*") == 0;
        if (role == ROLE_MAX && !everybody) {
            plan_error(engine, "%s: no role \"%s\"", where, word);
            continue;
        }
        uint64_t bits = everybody ? ~UINT64_C(0) : role_bit(role);
        if (condition == NULL)
            roles |= bits;
        else if (row != NULL && strcmp(condition, "assignee") == 0)
            row->assignee_roles |= bits;
        else if (row != NULL && strcmp(condition, "opener") == 0)
            row->opener_roles |= bits;
        else
            plan_error(engine, "%s: no condition \"@%s\"", where, condition);
    }
    return roles;
}

static bool is_common_column(const char *name)
{
    for (size_t i = 0; i < N_COMMON_COLUMNS; i++)
        if (strcmp(common_columns[i].name, name) == 0)
            return true;
    return false;
}

/* What the engine says of every entity beside its fields. */
static bool is_of_representation(const struct machine *machine, const char *name)
{
    static const char *const names[] = { "machine", "content_sha256", "currency", "href", "actions" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return machine->warnings != NULL && strcmp(name, "warnings") == 0;
}

static void resolve_columns(struct engine *engine, struct machine_plan *plan)
{
    const struct machine *machine = plan->machine;
    size_t n = N_COMMON_COLUMNS;
    for (const struct field *f = machine->fields; f != NULL && f->name != NULL; f++)
        if ((f->flags & (FIELD_TRANSIENT | FIELD_COMMON)) == 0)
            n++;
    struct column *columns = ARENA_ARRAY(&engine->arena, struct column, n);
    memcpy(columns, common_columns, sizeof common_columns);
    n = N_COMMON_COLUMNS;
    for (const struct field *f = machine->fields; f != NULL && f->name != NULL; f++) {
        if (sql_is_system_name(f->name) || is_of_representation(machine, f->name) || ((f->flags & FIELD_COMMON) != 0) != is_common_column(f->name))
            plan_error(engine, "%s: a field may not be called \"%s\"", machine->name, f->name);
        if ((f->flags & FIELD_TRANSIENT) != 0)
            continue;
        if ((f->flags & FIELD_COMMON) != 0) {
            for (size_t i = 0; i < N_COMMON_COLUMNS; i++)
                if (strcmp(columns[i].name, f->name) == 0)
                    columns[i].field = f;
            continue;
        }
        columns[n++] = (struct column){
            .name = f->name,
            .field = f,
            .type = f->type,
            .sql_type = plan_sql_type(f),
            .key = arena_printf(&engine->arena, "\"%s\":", f->name),
            .personal = (f->flags & FIELD_PERSONAL) != 0,
        };
        plan->has_money |= f->type == FIELD_MONEY;
    }
    plan->columns = columns;
    plan->n_columns = n;
    plan->stored = ARENA_ARRAY(&engine->arena, size_t, n);
    for (size_t i = 0; i < n; i++)
        plan->stored[i] = i;
    if (n > PLAN_MAX_COLUMNS)
        plan_error(engine, "%s: more than %d columns", machine->name, PLAN_MAX_COLUMNS);
    struct buf list = { 0 };
    for (size_t i = 0; i < n; i++)
        buf_printf(&list, "%se.%s", i == 0 ? "" : ", ", columns[i].name);
    plan->column_list = arena_strdup(&engine->arena, list.data);
    buf_done(&list);
}

static void resolve_states(struct engine *engine, struct machine_plan *plan, bool has_void)
{
    size_t n = 0;
    while (plan->machine->states[n].name != NULL)
        n++;
    struct state *states = ARENA_ARRAY(&engine->arena, struct state, n + 2);
    memcpy(states, plan->machine->states, n * sizeof *states);
    if (has_void)
        states[n++] = (struct state){ "voided", { "Void", "作废" }, STATE_TERMINAL };
    plan->states = states;
    plan->n_states = n;
    for (size_t i = 0; i < n && i < PLAN_MAX_STATES; i++)
        if ((states[i].flags & STATE_TERMINAL) != 0)
            plan->terminal |= UINT64_C(1) << i;
    if (n > PLAN_MAX_STATES)
        plan_error(engine, "%s: more than %d states", plan->machine->name, PLAN_MAX_STATES);
}

static uint64_t states_of(struct engine *engine, const struct machine_plan *plan, const char *event, const char *list)
{
    char word[64];
    uint64_t states = 0;
    while (plan_next_word(&list, word, sizeof word)) {
        if (strcmp(word, "*") == 0) {
            states |= ((UINT64_C(1) << plan->n_states) - 1) & ~plan->terminal;
            continue;
        }
        int state = plan_state(plan, word);
        if (state < 0)
            plan_error(engine, "%s.%s: no state \"%s\"", plan->machine->name, event, word);
        else
            states |= UINT64_C(1) << state;
    }
    return states;
}

static void resolve_row(struct engine *engine, const struct machine_plan *plan, const struct transition *t,
                        struct row_plan *row)
{
    char where[160];
    (void)snprintf(where, sizeof where, "%s.%s", plan->machine->name, t->event);
    row->transition = t;
    row->from = t->from == NULL ? 0 : states_of(engine, plan, t->event, t->from);
    row->to = strcmp(t->to, "same") == 0 ? -1 : plan_state(plan, t->to);
    if (row->to < 0 && strcmp(t->to, "same") != 0 && strcmp(t->to, "previous") != 0)
        plan_error(engine, "%s: no state \"%s\"", where, t->to);
    row->roles = roles_of(engine, where, t->by, row);
    if (row->roles == 0 && row->assignee_roles == 0 && row->opener_roles == 0)
        plan_error(engine, "%s: nobody may do it", where);
}

static const struct input *resolve_inputs(struct engine *engine, const struct machine_plan *plan,
                                          const struct transition *t, size_t *ret_count)
{
    size_t n = 0;
    char word[96];
    for (const char *list = t->takes; plan_next_word(&list, word, sizeof word);)
        n++;
    struct input *inputs = ARENA_ARRAY(&engine->arena, struct input, n + 1);
    n = 0;
    for (const char *list = t->takes; plan_next_word(&list, word, sizeof word);) {
        size_t length = strlen(word);
        bool optional = word[length - 1] == '?';
        if (optional)
            word[length - 1] = '\0';
        const struct field *field = plan_field(plan->machine, word);
        if (field == NULL) {
            plan_error(engine, "%s.%s: takes \"%s\", which is no field", plan->machine->name, t->event, word);
            continue;
        }
        bool stored = (field->flags & FIELD_TRANSIENT) == 0;
        inputs[n++] = (struct input){ field, !optional, stored ? plan_column(plan, word) : SIZE_MAX };
    }
    *ret_count = n;
    return inputs;
}

static void resolve_event(struct engine *engine, struct machine_plan *plan, const struct transition *first,
                          const struct transition *all, bool given, struct event_plan *event)
{
    size_t n = 0;
    for (const struct transition *t = all; t->event != NULL; t++)
        n += strcmp(t->event, first->event) == 0;
    struct row_plan *rows = ARENA_ARRAY(&engine->arena, struct row_plan, n);
    n = 0;
    *event = (struct event_plan){ .machine = plan, .name = first->event, .label = first->label, .given = given };
    for (const struct transition *t = all; t->event != NULL; t++) {
        if (strcmp(t->event, first->event) != 0)
            continue;
        resolve_row(engine, plan, t, &rows[n]);
        event->any_roles |= rows[n].roles | rows[n].assignee_roles | rows[n].opener_roles;
        event->flags |= t->flags;
        if ((t->from == NULL) != (first->from == NULL) || strcmp(t->takes ? t->takes : "", first->takes ? first->takes : ""))
            plan_error(engine, "%s.%s: its rows must agree on creating and on what they take", plan->machine->name, t->event);
        n++;
    }
    event->rows = rows;
    event->n_rows = n;
    event->creates = first->from == NULL;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): nobody resolves the row that ends a table */
    event->amends = given && strcmp(first->event, "amend") == 0;
    event->reverts = given && strcmp(first->event, "revert") == 0;
    event->inputs = resolve_inputs(engine, plan, first, &event->n_inputs);
    if (event->n_inputs > 63)
        plan_error(engine, "%s.%s: more than 63 inputs", plan->machine->name, first->event);
}

static bool is_first_of_event(const struct transition *all, const struct transition *t)
{
    for (const struct transition *u = all; u != t; u++)
        if (strcmp(u->event, t->event) == 0)
            return false;
    return true;
}

static void resolve_machine(struct engine *engine, struct machine_plan *plan)
{
    const struct transition *given = given_transitions(engine, plan->machine);
    bool has_void = false;
    size_t n_own = 0, n_given = 0;
    for (const struct transition *t = given; t->event != NULL; t++, n_given++)
        has_void |= strcmp(t->to, "voided") == 0;
    while (plan->machine->transitions[n_own].event != NULL)
        n_own++;
    resolve_states(engine, plan, has_void);
    resolve_columns(engine, plan);
    plan->readers = plan->machine->readers == NULL ? ~UINT64_C(0) : roles_of(engine, plan->machine->name, plan->machine->readers, NULL);
    plan->owners = plan->machine->owner == NULL ? 0 : roles_of(engine, plan->machine->name, plan->machine->owner, NULL);
    if (plan->machine->veil != NULL) {
        plan->veil = plan_column(plan, plan->machine->veil);
        plan->unveil = roles_of(engine, plan->machine->name, plan->machine->unveil, NULL);
        if (plan->veil == SIZE_MAX)
            plan_error(engine, "%s: no column \"%s\" that hides who opened it", plan->machine->name, plan->machine->veil);
    }
    plan->sequence = arena_printf(&engine->arena, "%s_number", plan->machine->name);

    struct transition *all = ARENA_ARRAY(&engine->arena, struct transition, n_own + n_given + 1);
    memcpy(all, plan->machine->transitions, n_own * sizeof *all);
    memcpy(all + n_own, given, n_given * sizeof *all);
    struct event_plan *events = ARENA_ARRAY(&engine->arena, struct event_plan, n_own + n_given);
    plan->events = events;
    for (size_t i = 0; i < n_own + n_given; i++)
        if (is_first_of_event(all, &all[i]))
            resolve_event(engine, plan, &all[i], all, i >= n_own, &events[plan->n_events++]);
}

static bool asks_later(const struct machine_plan *plan, const char *target)
{
    for (size_t e = 0; e < plan->n_events; e++)
        for (size_t r = 0; r < plan->events[e].n_rows; r++)
            for (const struct effect *f = plan->events[e].rows[r].transition->effects; f != NULL && f->kind != 0; f++)
                if (f->kind == EFFECT_OPEN && f->mode == LINK_LATER && strcmp(f->target, target) == 0)
                    return true;
    return false;
}

/* Names in effects that nothing else would miss: START, RECORD, FIRE and OPEN are resolved when they are compiled. */
static void check_effects(struct engine *engine, const struct machine_plan *plan)
{
    for (size_t e = 0; e < plan->n_events; e++)
        for (size_t r = 0; r < plan->events[e].n_rows; r++)
            for (const struct effect *f = plan->events[e].rows[r].transition->effects; f != NULL && f->kind != 0; f++) {
                const char *kind = f->kind == EFFECT_SET && plan_column(plan, f->target) == SIZE_MAX             ? "column"
                                   : f->kind == EFFECT_STOP && plan_clock(plan->machine, f->target) == NULL      ? "clock"
                                   : f->kind == EFFECT_NOTIFY && f->target[0] != '@' && role_find(f->target) == ROLE_MAX ? "role"
                                   : f->kind == EFFECT_CANCEL && !asks_later(plan, f->target)                    ? "later link to"
                                                                                                                 : NULL;
                if (kind != NULL)
                    plan_error(engine, "%s.%s: no %s \"%s\"", plan->machine->name, plan->events[e].name, kind, f->target);
            }
}

/* The constant parts of an action as representations offer it: everything but the entity's id. */
static void write_action(struct engine *engine, struct event_plan *event)
{
    const struct machine *machine = event->machine->machine;
    bool final = true;
    for (size_t r = 0; r < event->n_rows; r++)
        final &= (event->rows[r].transition->flags & TRANSITION_FINAL) != 0;
    for (int language = LANGUAGE_EN; language <= LANGUAGE_ZH; language++)
        event->action[language] =
            arena_printf(&engine->arena, "{\"event\":\"%s\",\"label\":\"%s\",\"method\":\"POST\",\"href\":\"/v1/%s/", event->name,
                         text_in(event->label, (enum language)language), machine->path);
    event->action_tail = arena_printf(
        &engine->arena, "/%s\",\"takes\":{\"$ref\":\"/v1/schemas/%s.%s\"},\"final\":%s,\"needs_signature\":%s", event->name,
        machine->name, event->name, final ? "true" : "false", (event->flags & TRANSITION_SIGNED) != 0 ? "true" : "false");
}

/* Every state can be reached from a beginning, and a terminal one from it. */
static void check_reach(struct engine *engine, const struct machine_plan *plan)
{
    uint64_t reached = 0, ends = plan->terminal, reached_before, ends_before;
    do {
        reached_before = reached;
        ends_before = ends;
        for (size_t e = 0; e < plan->n_events; e++)
            for (size_t r = 0; r < plan->events[e].n_rows; r++) {
                const struct row_plan *row = &plan->events[e].rows[r];
                if (row->to < 0)
                    continue;
                uint64_t to = UINT64_C(1) << row->to;
                if (plan->events[e].creates || (row->from & reached) != 0)
                    reached |= to;
                if ((ends & to) != 0)
                    ends |= row->from;
            }
    } while (reached != reached_before || ends != ends_before);
    for (size_t i = 0; i < plan->n_states; i++) {
        if ((reached >> i & 1) == 0)
            plan_error(engine, "%s: state \"%s\" cannot be reached", plan->machine->name, plan->states[i].name);
        if ((ends >> i & 1) == 0 && plan->terminal != 0)
            plan_error(engine, "%s: no way from state \"%s\" to a terminal one", plan->machine->name, plan->states[i].name);
    }
}

static void collect_forms(struct engine *engine)
{
    size_t n = 0;
    for (const struct procedure *const *p = engine->procedures; *p != NULL; p++)
        for (const struct form *f = (*p)->forms; f != NULL && f->code != NULL; f++)
            n++;
    const struct form **forms = ARENA_ARRAY(&engine->arena, const struct form *, n + 1);
    int *numbers = ARENA_ARRAY(&engine->arena, int, n + 1);
    n = 0;
    for (const struct procedure *const *p = engine->procedures; *p != NULL; p++)
        for (const struct form *f = (*p)->forms; f != NULL && f->code != NULL; f++) {
            numbers[n] = (*p)->number;
            forms[n++] = f;
        }
    engine->forms = forms;
    engine->form_procedures = numbers;
    engine->n_forms = n;
}

/* Numbers of two machines with one prefix would be the same. */
static void check_unique(struct engine *engine, const struct machine *machine)
{
    for (size_t i = 0; engine->machines[i].machine != machine; i++) {
        const struct machine *other = engine->machines[i].machine;
        if (strcmp(other->name, machine->name) == 0)
            plan_error(engine, "%s: two machines have this name", machine->name);
        if (strcmp(other->path, machine->path) == 0)
            plan_error(engine, "%s: path \"%s\" is that of %s", machine->name, machine->path, other->name);
        if (strcmp(other->prefix, machine->prefix) == 0)
            plan_error(engine, "%s: prefix \"%s\" is that of %s", machine->name, machine->prefix, other->name);
    }
}

struct engine *engine_new(const struct procedure *const *procedure_list)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        abort();
    engine->procedures = procedure_list;
    if (pthread_mutex_init(&engine->compiling, NULL) != 0)
        abort();
    size_t n = 0;
    for (const struct procedure *const *p = procedure_list; *p != NULL; p++)
        for (const struct machine *const *m = (*p)->machines; *m != NULL; m++)
            n++;
    struct machine_plan *plans = ARENA_ARRAY(&engine->arena, struct machine_plan, n + 1);
    engine->machines = plans;
    collect_forms(engine);
    for (const struct procedure *const *p = procedure_list; *p != NULL; p++)
        for (const struct machine *const *m = (*p)->machines; *m != NULL; m++) {
            plans[engine->n_machines].machine = *m;
            plans[engine->n_machines].engine = engine;
            plans[engine->n_machines].procedure = *p;
            plans[engine->n_machines].index = engine->n_machines;
            engine->n_machines++;
        }
    for (size_t i = 0; i < n; i++)
        resolve_machine(engine, &plans[i]);
    compile_open_rows(engine);
    for (size_t i = 0; i < n; i++) {
        check_unique(engine, plans[i].machine);
        check_reach(engine, &plans[i]);
        check_effects(engine, &plans[i]);
        compile_reads(engine, &plans[i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t e = 0; e < plans[i].n_events; e++)
            write_action(engine, (struct event_plan *)(uintptr_t)&plans[i].events[e]);
    return engine;
}

void plan_need_event(const struct event_plan *event)
{
    struct event_plan *own = (struct event_plan *)(uintptr_t)event;
    if (atomic_load_explicit(&own->compiled, memory_order_acquire))
        return;
    struct engine *engine = event->machine->engine;
    (void)pthread_mutex_lock(&engine->compiling);
    if (!atomic_load_explicit(&own->compiled, memory_order_relaxed)) {
        compile_event(engine, (struct machine_plan *)(uintptr_t)event->machine, own);
        atomic_store_explicit(&own->compiled, true, memory_order_release);
    }
    (void)pthread_mutex_unlock(&engine->compiling);
}

void engine_compile(struct engine *engine)
{
    for (size_t i = 0; i < engine->n_machines; i++)
        for (size_t e = 0; e < engine->machines[i].n_events; e++)
            plan_need_event(&engine->machines[i].events[e]);
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    (void)pthread_mutex_destroy(&engine->compiling);
    buf_done(&engine->errors);
    arena_done(&engine->scratch);
    arena_done(&engine->arena);
    free(engine);
}

const char *engine_errors(const struct engine *engine)
{
    return engine->errors.data == NULL ? "" : engine->errors.data;
}
