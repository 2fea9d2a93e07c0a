/* The procedures' tables: the real ones are sound, and broken ones are refused with the line that says why. */
#include "check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/plan.h"
#include "engine/roles.h"
#include "engine/sql.h"

#define FOR_EACH_MACHINE(machine)                                                                                      \
    for (size_t i_ = 0; i_ < engine_machine_count(engine); i_++)                                                       \
        for (const struct machine_plan *machine = engine_machine_at(engine, i_); machine != NULL; machine = NULL)
#define FOR_EACH_EVENT(machine, event)                                                                                 \
    for (const struct event_plan *event = (machine)->events; event < (machine)->events + (machine)->n_events; event++)
#define FOR_EVERY_EVENT(machine, event) FOR_EACH_MACHINE(machine) FOR_EACH_EVENT(machine, event)
#define FOR_EACH_FIELD(fields_, field)                                                                                 \
    for (const struct field *field = (fields_); field != NULL && field->name != NULL; field++)

static struct engine *engine;

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
    engine_free(engine);
    return 0;
}

static void procedures_are_sound(void **state)
{
    (void)state;
    assert_string_equal(engine_errors(engine), "");
    assert_true(engine_machine_count(engine) > 0);
}

static bool is_snake_case(const char *text)
{
    if (!islower((unsigned char)text[0]))
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && (*p != '_' || p[1] == '_' || p[1] == '\0'))
            return false;
    return true;
}

static bool has_chinese(const char *text)
{
    return text != NULL && strpbrk(text, "\xe4\xe5\xe6\xe7\xe8\xe9") != NULL;
}

static void check_text(const char *where, const char *name, struct text text)
{
    if (text.en == NULL || text.en[0] == '\0' || has_chinese(text.en))
        fail_msg("%s: \"%s\" has no English label", where, name);
    if (!has_chinese(text.zh))
        fail_msg("%s: \"%s\" has no Chinese label", where, name);
}

static void check_fields(const char *where, const struct field *fields)
{
    FOR_EACH_FIELD(fields, field)
    {
        check_text(where, field->name, field->label);
        for (const struct choice *c = field->choices; c != NULL && c->name != NULL; c++)
            check_text(where, c->name, c->label);
        for (const struct field *other = fields; other < field; other++)
            if (strcmp(other->name, field->name) == 0)
                fail_msg("%s: two fields are called \"%s\"", where, field->name);
        check_fields(where, field->items);
    }
}

static void every_label_is_in_both_languages(void **state)
{
    (void)state;
    for (const struct procedure *const *p = procedures; *p != NULL; p++) {
        check_text("procedure", (*p)->code, (*p)->title);
        for (const struct form *f = (*p)->forms; f != NULL && f->code != NULL; f++)
        {
            check_text("form", f->code, f->title);
            check_fields(f->code, f->more_fields);
        }
    }
    FOR_EACH_MACHINE(m)
    {
        const struct machine *machine = machine_table(m);
        check_text("machine", machine->name, machine->title);
        check_fields(machine->name, machine->fields);
        for (size_t i = 0; i < m->n_states; i++)
            check_text(machine->name, m->states[i].name, m->states[i].label);
        for (const struct clock *c = machine->clocks; c != NULL && c->code != NULL; c++)
            check_text(machine->name, c->code, c->label);
    }
}

static void check_input(const struct machine_plan *m, const struct event_plan *event, size_t number)
{
    const struct input *input = &event->inputs[number];
    const struct field *field = input->field;
    const char *machine = machine_table(m)->name;
    check_fields(machine, (const struct field[]){ *field, { .name = NULL } });
    if ((field->flags & FIELD_COMPUTED) != 0)
        fail_msg("%s.%s takes \"%s\", which is computed", machine, event->name, field->name);
    if ((field->type == FIELD_ENUM) && field->choices == NULL)
        fail_msg("%s.%s: \"%s\" has no choices", machine, event->name, field->name);
    if ((field->type == FIELD_LIST || field->type == FIELD_OBJECT) && field->items == NULL)
        fail_msg("%s.%s: \"%s\" has no items", machine, event->name, field->name);
    for (size_t i = 0; i < number; i++)
        if (strcmp(event->inputs[i].field->name, field->name) == 0)
            fail_msg("%s.%s takes \"%s\" twice", machine, event->name, field->name);
}

static void every_input_can_be_checked(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        for (size_t i = 0; i < event->n_inputs; i++)
            check_input(m, event, i);
    }
}

static void every_event_has_label_and_clause(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        assert_true(is_snake_case(event->name));
        for (size_t r = 0; r < event->n_rows; r++) {
            const struct transition *t = event->rows[r].transition;
            check_text(machine_table(m)->name, t->event, t->label);
            if (t->clause == NULL || t->clause[0] == '\0')
                fail_msg("%s.%s has no clause", machine_table(m)->name, t->event);
        }
    }
}

static void names_are_snake_case_and_unique(void **state)
{
    (void)state;
    FOR_EACH_MACHINE(m)
    {
        assert_true(is_snake_case(machine_table(m)->name));
        assert_ptr_equal(engine_machine_by_path(engine, machine_table(m)->path), m);
        assert_ptr_equal(engine_machine_by_name(engine, machine_table(m)->name), m);
        for (size_t i = 0; i < m->n_columns; i++) {
            assert_true(is_snake_case(m->columns[i].name));
            if (plan_column(m, m->columns[i].name) != i)
                fail_msg("%s: column \"%s\" comes twice", machine_table(m)->name, m->columns[i].name);
        }
        for (size_t i = 0; i < m->n_states; i++)
            if (!is_snake_case(m->states[i].name) || plan_state(m, m->states[i].name) != (int)i)
                fail_msg("%s: state \"%s\"", machine_table(m)->name, m->states[i].name);
    }
}

static void every_refusal_has_a_code_and_messages(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        for (size_t r = 0; r < event->n_rows; r++)
            for (const struct guard *const *g = event->rows[r].all_guards; *g != NULL; g++) {
                if (!is_snake_case((*g)->code))
                    fail_msg("guard code \"%s\"", (*g)->code);
                check_text(event->name, (*g)->code, (*g)->message);
            }
    }
}

/* A refusal points at an input of the event, or the caller looks for a field that is not there. */
static void every_refusal_points_at_an_input(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        for (size_t r = 0; r < event->n_rows; r++)
            for (const struct guard *const *g = event->rows[r].all_guards; *g != NULL; g++) {
                bool found = (*g)->field == NULL;
                for (size_t i = 0; i < event->n_inputs; i++)
                    found |= (*g)->field != NULL && strcmp(event->inputs[i].field->name, (*g)->field) == 0;
                if (!found)
                    fail_msg("%s.%s: guard %s points at \"%s\"", machine_table(m)->name, event->name, (*g)->code,
                             (*g)->field);
            }
    }
}

static bool effect_resolves(const struct machine_plan *m, const struct effect *f)
{
    switch (f->kind) {
    case EFFECT_SET:
        return plan_column(m, f->target) != SIZE_MAX;
    case EFFECT_FIRE: {
        const struct machine_plan *target = f->through == NULL ? m : plan_machine(engine, f->target);
        return target != NULL && plan_column(target, f->through == NULL ? f->target : f->through) != SIZE_MAX;
    }
    case EFFECT_START:
    case EFFECT_STOP:
        return plan_clock(machine_table(m), f->target) != NULL;
    case EFFECT_RECORD:
    case EFFECT_HAND_IN:
        return plan_form(engine, f->target) != NULL;
    case EFFECT_NOTIFY:
        return strcmp(f->target, "@assignee") == 0 || strcmp(f->target, "@opener") == 0 || role_find(f->target) != ROLE_MAX;
    case EFFECT_LOOK_UP:
        return strncmp(f->sql, "select ", 7) == 0 && plan_column(m, f->target) == SIZE_MAX;
    case EFFECT_OPEN:
    case EFFECT_CANCEL:
        return true;
    }
    return false;
}

static void every_effect_names_what_exists(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        for (size_t r = 0; r < event->n_rows; r++)
            for (const struct effect *f = event->rows[r].transition->effects; f != NULL && f->kind != 0; f++)
                if (!effect_resolves(m, f))
                    fail_msg("%s.%s: \"%s\"", machine_table(m)->name, event->name, f->target);
    }
}

static void every_timer_fires_an_event_of_the_system(void **state)
{
    (void)state;
    FOR_EACH_MACHINE(m)
    {
        for (const struct timer *t = machine_table(m)->timers; t != NULL && t->event != NULL; t++) {
            const struct event_plan *event = machine_event(m, t->event);
            if (event == NULL || (event->any_roles & role_bit(ROLE_system)) == 0)
                fail_msg("%s: timer \"%s\"", machine_table(m)->name, t->event);
        }
        /* Each input has become a member of the body: what parts them does not get into the SQL. */
        for (size_t i = 0; i < m->n_timers; i++)
            if (strchr(m->timers[i].sql, ';') != NULL)
                fail_msg("%s: inputs of timer \"%s\"", machine_table(m)->name, m->timers[i].event);
    }
}

static bool word_in(const char *list, const char *wanted)
{
    char word[64];
    while (plan_next_word(&list, word, sizeof word))
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

static void given_events_are_there_unless_without(void **state)
{
    (void)state;
    static const char *const given[] = { "amend", "revert", "void", "reassign", "pause", "resume", "contact_attempt" };
    FOR_EACH_MACHINE(m)
    {
        for (size_t i = 0; i < COUNT(given); i++) {
            const struct machine *machine = machine_table(m);
            bool own = false;
            for (const struct transition *t = machine->transitions; t->event != NULL; t++)
                own |= strcmp(t->event, given[i]) == 0;
            bool wanted = own || !word_in(machine->without, given[i]);
            if (strcmp(given[i], "amend") == 0)
                wanted &= own || machine->amends != NULL;
            if (strcmp(given[i], "contact_attempt") == 0)
                wanted &= own || plan_column(m, "contact_attempts") != SIZE_MAX;
            const struct event_plan *event = machine_event(m, given[i]);
            if ((event != NULL) != wanted)
                fail_msg("%s.%s", machine->name, given[i]);
            if (event != NULL)
                assert_int_equal(event->given, !own);
        }
    }
}

static void actions_are_json(void **state)
{
    (void)state;
    FOR_EVERY_EVENT(m, event)
    {
        for (int language = LANGUAGE_EN; language <= LANGUAGE_ZH; language++) {
            struct buf buf = { 0 };
            buf_printf(&buf, "%sID%s}", event->action[language], event->action_tail);
            json_t *action = json_loads(buf.data, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(action);
            assert_string_equal(json_string_value(json_object_get(action, "event")), event->name);
            assert_string_equal(json_string_value(json_object_get(action, "label")),
                                text_in(event->label, (enum language)language));
            json_decref(action);
            buf_done(&buf);
        }
    }
}

/* Small procedures: a ticket that is opened, worked on and closed, and what may be wrong with it. */
#define LABEL                                                                                                          \
    {                                                                                                                  \
        "Label", "标签"                                                                                              \
    }
static const struct field ticket_fields[] = {
    { "title", FIELD_TEXT, LABEL, 0, 1, 20 },
    { "other_id", FIELD_REFERENCE, LABEL, .machine = "ticket" },
    { "lost_id", FIELD_REFERENCE, LABEL, FIELD_COMPUTED, .machine = "nowhere" },
    { NULL },
};
static const struct state ticket_states[] = {
    { "open", LABEL },
    { "working", LABEL },
    { "done", LABEL, STATE_TERMINAL },
    { NULL },
};
#define CREATE                                                                                                         \
    {                                                                                                                  \
        .event = "create", .label = LABEL, .clause = "1", .to = "open", .by = "*", .takes = "title"                    \
    }
#define WORK                                                                                                           \
    {                                                                                                                  \
        .event = "work", .label = LABEL, .clause = "2", .from = "open", .to = "working", .by = "*"                     \
    }
#define FINISH                                                                                                         \
    {                                                                                                                  \
        .event = "finish", .label = LABEL, .clause = "3", .from = "working", .to = "done", .by = "*"                   \
    }
#define ROWS(...) ((const struct transition[]){ __VA_ARGS__, { .event = NULL } })

static struct machine ticket(const struct transition *transitions)
{
    return (struct machine){ .name = "ticket",
                             .path = "tickets",
                             .prefix = "TK",
                             .title = LABEL,
                             .fields = ticket_fields,
                             .states = ticket_states,
                             .transitions = transitions,
                             .without = "revert void reassign pause resume" };
}

static const struct form *ticket_forms;

static void expect_procedure(struct procedure procedure, const char *error)
{
    const struct procedure *const list[] = { &procedure, NULL };
    struct engine *broken = engine_new(list);
    engine_compile(broken);
    char errors[2000];
    (void)snprintf(errors, sizeof errors, "%s", engine_errors(broken));
    engine_free(broken);
    if (error == NULL && errors[0] != '\0')
        fail_msg("unexpected: %s", errors);
    if (error != NULL && strstr(errors, error) == NULL)
        fail_msg("wanted \"%s\", got \"%s\"", error, errors);
}

static void expect_all(const struct machine *const *machines, const char *error)
{
    expect_procedure((struct procedure){ .number = 1, .code = "P1", .title = LABEL, .clause = "P1", .machines = machines, .forms = ticket_forms }, error);
}

/* A ticket whose last step fills in a paper that shows `fields`. */
static void expect_paper(const char *fields, const char *error)
{
    static const struct field more[] = { { "phone", FIELD_TEXT, LABEL }, { NULL } };
    const struct form forms[] = { { .code = "slip", .form_no = "X-P01-R01", .title = LABEL, .handin = "", .fields = fields, .copies = "company",
                                    .more = "jsonb_build_object('phone', m.number)", .more_fields = more },
                                  { NULL } };
    struct machine machine = ticket(ROWS(CREATE, WORK, FINISH, { .event = "x", .label = LABEL, .clause = "4", .from = "open", .to = "same", .by = "*",
                                                                 .effects = EFFECTS(RECORD("slip")) }));
    expect_procedure((struct procedure){ .number = 1, .code = "P1", .title = LABEL, .clause = "P1", .forms = forms,
                                         .machines = (const struct machine *const[]){ &machine, NULL } }, error);
}

static void expect(const struct machine *machine, const char *error)
{
    expect_all((const struct machine *const[]){ machine, NULL }, error);
}

static void expect_rows(const struct transition *rows, const char *error)
{
    struct machine machine = ticket(rows);
    expect(&machine, error);
}

/* A sound ticket and one row more. */
static void expect_row(struct transition row, const char *error)
{
    expect_rows(ROWS(CREATE, WORK, FINISH, row), error);
}

#define AT_OPEN .event = "x", .from = "open", .to = "same", .by = "*"

static void small_procedure_is_sound(void **state)
{
    (void)state;
    expect_rows(ROWS(CREATE, WORK, FINISH), NULL);
}

static void wrong_names_are_errors(void **state)
{
    (void)state;
    expect_row((struct transition){ .event = "x", .from = "opened", .to = "done", .by = "*" },
               "ticket.x: no state \"opened\"\n");
    expect_row((struct transition){ .event = "x", .from = "open", .to = "nowhere", .by = "*" },
               "ticket.x: no state \"nowhere\"\n");
    expect_row((struct transition){ .event = "x", .from = "open", .to = "done", .by = "boss" },
               "ticket.x: no role \"boss\"\n");
    expect_row((struct transition){ .event = "x", .from = "open", .to = "done", .by = "dispatcher@friend" },
               "ticket.x: no condition \"@friend\"\n");
    expect_row((struct transition){ .event = "x", .from = "open", .to = "done" }, "ticket.x: nobody may do it\n");
    expect_row((struct transition){ .event = "x", .from = "open", .to = "done", .by = "*", .takes = "colour?" },
               "ticket.x: takes \"colour\", which is no field\n");
}

static void states_out_of_reach_are_errors(void **state)
{
    (void)state;
    expect_rows(ROWS(CREATE, { .event = "finish", .from = "open working", .to = "done", .by = "*" }),
                "ticket: state \"working\" cannot be reached\n");
    expect_rows(ROWS(CREATE, WORK, { .event = "finish", .from = "open", .to = "done", .by = "*" }),
                "ticket: no way from state \"working\" to a terminal one\n");
}

/* The order of a table's rows must not matter. */
static void reach_does_not_depend_on_the_order_of_rows(void **state)
{
    (void)state;
    expect_rows(ROWS(FINISH, WORK, CREATE), NULL);
    const struct state backwards[] = {
        { "working", LABEL }, { "open", LABEL }, { "done", LABEL, STATE_TERMINAL }, { NULL }
    };
    struct machine machine = ticket(ROWS(WORK, FINISH, CREATE));
    machine.states = backwards;
    expect(&machine, NULL);
}

static void papers_show_what_there_is(void **state)
{
    (void)state;
    expect_paper("title more.phone", NULL);
    expect_paper("title more.fax", "form slip shows \"more.fax\", which is no member of its `more`\n");
    expect_paper("colour", "form slip shows \"colour\", which is no field of ticket\n");
}

static void wrong_effects_are_errors(void **state)
{
    (void)state;
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(START("late")) }, "ticket.x: no clock \"late\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(RECORD("slip")) }, "ticket.x: no form \"slip\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(HAND_IN("slip", NULL)) },
               "ticket.x: no form \"slip\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(CANCEL("gone")) }, "ticket.x: no later link to \"gone\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(OPEN("gone", "ask", NULL, LINK_LATER, NULL), CANCEL("gone")) }, NULL);
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE("lost_id", "work", NULL)) },
               "ticket.x: cannot fire or open \"lost_id\" by \"work\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE("title", "work", NULL)) },
               "ticket.x: cannot fire or open \"title\" by \"work\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE("other_id", "create", NULL)) },
               "ticket.x: cannot fire or open \"other_id\" by \"create\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(OPEN("ticket", "create", NULL, LINK_MUST, NULL)) },
               "ticket.x: \"create\" needs input \"title\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(OPEN_EACH("ticket", "create", "'[]'::jsonb", NULL)) },
               "ticket.x: \"create\" needs input \"title\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(OPEN_EACH("ticket", "work", "'[]'::jsonb", NULL)) },
               "ticket.x: cannot fire or open \"ticket\" by \"work\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE_EACH("tickets", "other_id", NULL, "work", NULL)) },
               "ticket.x: cannot fire or open \"tickets\" by \"work\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE_EACH("ticket", "colour", NULL, "work", NULL)) },
               "ticket.x: \"ticket\" has no column \"colour\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(FIRE_EACH("ticket", "other_id", NULL, "work", NULL)) }, NULL);
}

/* A column that does not exist would otherwise be left out without a word. */
static void stop_and_set_of_unknown_names_are_errors(void **state)
{
    (void)state;
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(STOP("late")) }, "ticket.x: no clock \"late\"\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(SET("colour", "'red'")) }, "ticket.x:");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(NOTIFY("boss", "x")) }, "ticket.x: no role \"boss\"\n");
}

static void sql_naming_an_unknown_input_is_an_error(void **state)
{
    (void)state;
    static const struct guard guard = { "bad", ":colour = 'red'", LABEL, NULL };
    expect_row((struct transition){ AT_OPEN, .guards = GUARDS(&guard) },
               "ticket.x: SQL names \":colour\", which is no input\n");
    expect_row((struct transition){ AT_OPEN, .when = ":colour is null" },
               "ticket.x: SQL names \":colour\", which is no input\n");
    expect_row((struct transition){ AT_OPEN, .effects = EFFECTS(SET("title", ":colour")) },
               "ticket.x: SQL names \":colour\", which is no input\n");
}

static void fields_named_like_the_engines_own_are_errors(void **state)
{
    (void)state;
    static const char *const names[] = { "key", "now", "actor", "at", "is_owner", "dry_run", "given", "inputs", "actions", "href", "machine" };
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct field fields[] = { { "title", FIELD_TEXT, LABEL }, { names[i], FIELD_TEXT, LABEL }, { NULL } };
        struct machine machine = ticket(ROWS(CREATE, WORK, FINISH));
        machine.fields = fields;
        expect(&machine, "ticket: a field may not be called");
    }
}

/* Columns that every machine has, unless the field says that it means them (FIELD_COMMON); names that SQL pieces give a
 * meaning of their own. */
static void fields_named_like_common_columns_are_errors(void **state)
{
    (void)state;
    static const char *const names[] = { "state",     "number",         "version", "customer_id",
                                         "opened_at", "content_sha256", "new1",    "has_dispatcher" };
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct field fields[] = { { "title", FIELD_TEXT, LABEL }, { names[i], FIELD_TEXT, LABEL }, { NULL } };
        struct machine machine = ticket(ROWS(CREATE, WORK, FINISH));
        machine.fields = fields;
        expect(&machine, "ticket: a field may not be called");
    }
}

static void what_hides_an_opener_is_a_column(void **state)
{
    (void)state;
    struct machine machine = ticket(ROWS(CREATE, WORK, FINISH));
    machine.veil = "secret";
    machine.unveil = "dispatcher";
    expect(&machine, "ticket: no column \"secret\" that hides who opened it");
}

static void rows_of_an_event_must_agree(void **state)
{
    (void)state;
    expect_row((struct transition){ .event = "work", .from = "working", .to = "same", .by = "*", .takes = "title" },
               "ticket.work: its rows must agree on creating and on what they take\n");
}

static void references_to_no_machine_are_errors(void **state)
{
    (void)state;
    expect_row((struct transition){ AT_OPEN, .takes = "lost_id" },
               "ticket: field \"lost_id\" refers to no machine \"nowhere\"\n");
}

static void machines_must_differ(void **state)
{
    (void)state;
    struct machine one = ticket(ROWS(CREATE, WORK, FINISH)), other = one;
    const struct machine *const both[] = { &one, &other, NULL };
    other.name = "card", other.path = "cards";
    expect_all(both, "card: prefix \"TK\" is that of ticket\n");
    other.prefix = "CD";
    expect_all(both, NULL);
    other.path = one.path;
    expect_all(both, "card: path \"tickets\" is that of ticket\n");
    other.path = "cards", other.name = one.name;
    expect_all(both, "ticket: two machines have this name\n");
}

static void sql_pieces_that_need_a_body(void **state)
{
    (void)state;
    assert_true(sql_needs_input(":title is null"));
    assert_true(sql_needs_input("e.x = 1 and (:given & 1) <> 0"));
    assert_true(sql_needs_input(":content_sha256 = 'x'"));
    assert_false(sql_needs_input("e.state = 'a' and e.at::date < :now::date"));
    assert_false(sql_needs_input(":at > e.changed_at and :actor <> e.assignee_id and :is_owner or :has_dispatcher"));
    assert_false(sql_needs_input("e.note <> 'is it ten :title or eleven'"));
}

/* Several machines may fill in one form. */
static void a_form_may_show_what_only_some_machines_have(void **state)
{
    (void)state;
    const struct form shared[] = { { "slip", "X-P01-R01", LABEL, 36, "", "title colour?", "company" }, { NULL } };
    const struct form strict[] = { { "slip", "X-P01-R01", LABEL, 36, "", "title colour", "company" }, { NULL } };
    const struct transition row = { AT_OPEN, .effects = EFFECTS(RECORD("slip")) };
    ticket_forms = shared;
    expect_row(row, NULL);
    ticket_forms = strict;
    expect_row(row, "form slip shows \"colour\", which is no field of ticket\n");
    ticket_forms = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(procedures_are_sound),
        cmocka_unit_test(every_label_is_in_both_languages),
        cmocka_unit_test(every_input_can_be_checked),
        cmocka_unit_test(every_event_has_label_and_clause),
        cmocka_unit_test(names_are_snake_case_and_unique),
        cmocka_unit_test(every_refusal_has_a_code_and_messages),
        cmocka_unit_test(every_refusal_points_at_an_input),
        cmocka_unit_test(every_effect_names_what_exists),
        cmocka_unit_test(every_timer_fires_an_event_of_the_system),
        cmocka_unit_test(given_events_are_there_unless_without),
        cmocka_unit_test(actions_are_json),
        cmocka_unit_test(small_procedure_is_sound),
        cmocka_unit_test(wrong_names_are_errors),
        cmocka_unit_test(states_out_of_reach_are_errors),
        cmocka_unit_test(reach_does_not_depend_on_the_order_of_rows),
        cmocka_unit_test(papers_show_what_there_is),
        cmocka_unit_test(wrong_effects_are_errors),
        cmocka_unit_test(stop_and_set_of_unknown_names_are_errors),
        cmocka_unit_test(sql_naming_an_unknown_input_is_an_error),
        cmocka_unit_test(fields_named_like_the_engines_own_are_errors),
        cmocka_unit_test(fields_named_like_common_columns_are_errors),
        cmocka_unit_test(rows_of_an_event_must_agree),
        cmocka_unit_test(what_hides_an_opener_is_a_column),
        cmocka_unit_test(references_to_no_machine_are_errors),
        cmocka_unit_test(machines_must_differ),
        cmocka_unit_test(sql_pieces_that_need_a_body),
        cmocka_unit_test(a_form_may_show_what_only_some_machines_have),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
