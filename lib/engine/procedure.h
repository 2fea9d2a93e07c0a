/* The vocabulary in which a procedure of the manual is written. Layer: engine; the only header that lib/procedures sees.
 *
 * A procedure is data. Names (states, events, fields, clocks, forms, roles) are plain strings, resolved and validated
 * once at start-up: a name that does not resolve stops the program and fails a unit test. All tables are static, end
 * with an all-zero row, and are never changed.
 *
 * SQL pieces (guards, effects, conditions) are expressions over
 *   e.column   the entity's row as it is before the step, and
 *   :name      an input of the event, or one of :id :now :at :actor :outlet :event_no.
 * They must be total: no cast of input text, no division by what may be zero; NULL counts as not true. */
#ifndef AFTERCARE_PROCEDURE_H
#define AFTERCARE_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/principal.h"

enum field_type {
    FIELD_TEXT = 1,
    FIELD_INTEGER, /* int4 */
    FIELD_MONEY,   /* fen, int8 */
    FIELD_BOOLEAN,
    FIELD_DATE,
    FIELD_TIME, /* timestamptz, RFC 3339 on the wire */
    FIELD_ENUM,
    FIELD_REFERENCE, /* id of an entity of `machine` */
    FIELD_TEXTS,     /* text[]; with `choices`: each of them from the list */
    FIELD_LIST,      /* list of `items`, jsonb: lists without a status of their own are read and written whole */
    FIELD_OBJECT     /* one object of `items`, jsonb */
};

enum field_flags {
    FIELD_COMPUTED = 1 << 0,  /* set by effects, never taken */
    FIELD_TRANSIENT = 1 << 1, /* an input that only the log keeps: no column */
    FIELD_FILTER = 1 << 2,    /* lists filter by it (ranges for times, dates, numbers) */
    FIELD_SEARCH = 1 << 3,    /* text: /v1/search finds it by its beginning, by an index (text_pattern_ops) that the migration makes */
    FIELD_UNIQUE = 1 << 4,    /* no two entities of the machine may share it */
    FIELD_PERSONAL = 1 << 5,  /* masked for outlets and technicians once the job is not theirs or closed (rule 15) */
    FIELD_HARD = 1 << 6,      /* reference that is locked while it is checked: money, stock, qualification */
    FIELD_COMMON = 1 << 7     /* column of machine_base that events may take (region, priority, assignee_id ...) */
};

struct choice {
    const char *name;
    struct text label;
};

struct field {
    const char *name; /* = JSON name = column name */
    enum field_type type;
    struct text label;
    unsigned flags;
    long min, max;                /* text: characters, list: items, numbers: value; 0/0: the type's default limits */
    const struct choice *choices; /* FIELD_ENUM, FIELD_TEXTS */
    const char *machine;          /* FIELD_REFERENCE */
    const struct field *items;    /* FIELD_LIST, FIELD_OBJECT; an item's name with '?' at the end is optional */
    const char *example;          /* JSON text for openapi; NULL: made from the type */
};

enum state_flags { STATE_TERMINAL = 1 << 0 };

struct state {
    const char *name;
    struct text label;
    unsigned flags;
};

struct guard {
    const char *code; /* stable, part of the API */
    const char *sql;  /* what must be true */
    struct text message;
    const char *field; /* the input it is about, for the JSON pointer; NULL: the entity */
};

enum effect_kind {
    EFFECT_SET = 1, /* column `target` becomes `sql` */
    EFFECT_START,   /* clock `target` starts at `sql` (NULL: the step's time) */
    EFFECT_STOP,    /* clock `target` stops; no harm if it does not run */
    EFFECT_RECORD,  /* fills in form `target`; `sql`: who holds the paper (default: the assignee) */
    EFFECT_HAND_IN, /* the open papers of form `target` of this entity are handed in: holder becomes `sql` */
    EFFECT_FIRE,    /* event `event` on the entity that column `target` names; `sql`: inputs "name = expr; name = expr".
                       With `through`: on every open entity of machine `target` whose column `through` is this entity */
    EFFECT_OPEN,    /* opens an entity of machine `target` by `event`; `sql`: inputs as above. With `each`: one for each
                       element of a list */
    EFFECT_NOTIFY,  /* tells role `target` ("@assignee": the assignee, "@opener": who opened it) with code `event` */
    EFFECT_CANCEL,  /* what this entity has asked machine `target` for later, and still waits, is not wanted any more */
    EFFECT_LOOK_UP  /* query `sql` is run once; SETs read its row (of nulls, if there is none) as `target` */
};

enum link_mode {
    LINK_MUST = 1, /* same statement; a target that refuses refuses the whole */
    LINK_LATER     /* recorded in the statement, carried out by the timer, visible until done */
};

struct effect {
    enum effect_kind kind;
    const char *target;
    const char *sql;
    const char *event;
    enum link_mode mode;
    const char *when; /* SQL; NULL: always */
    const char *through, *where; /* EFFECT_FIRE on many: the target's column, SQL over its row `c` (NULL: all that are open) */
    const char *each; /* EFFECT_OPEN of many: SQL giving a jsonb array, or null */
};

#define SET(column, expression) { .kind = EFFECT_SET, .target = column, .sql = expression }
#define LOOK_UP(name, query) { .kind = EFFECT_LOOK_UP, .target = name, .sql = query }
#define START(clock) { .kind = EFFECT_START, .target = clock }
#define START_AT(clock, time) { .kind = EFFECT_START, .target = clock, .sql = time }
#define START_IF(clock, time, condition) { .kind = EFFECT_START, .target = clock, .sql = time, .when = condition }
#define STOP(clock) { .kind = EFFECT_STOP, .target = clock }
#define RECORD(form) { .kind = EFFECT_RECORD, .target = form }
#define RECORD_IF(form, condition) { .kind = EFFECT_RECORD, .target = form, .when = condition }
#define HAND_IN(form, holder) { .kind = EFFECT_HAND_IN, .target = form, .sql = holder }
#define FIRE(column, fired, inputs) \
    { .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST }
#define OPEN(machine, opening, inputs, link, condition) \
    { .kind = EFFECT_OPEN, .target = machine, .event = opening, .sql = inputs, .mode = link, .when = condition }
/* On every open entity of `machine` whose `column` is this entity and for which `condition`, over its row `c`, holds. Its
 * row is locked first, like this one's. Inputs may use `c` too. */
#define FIRE_EACH(machine, column, condition, fired, inputs) \
    { .kind = EFFECT_FIRE, .target = machine, .through = column, .where = condition, .event = fired, .sql = inputs, .mode = LINK_MUST }
/* One for each element of the jsonb array that `list` gives. Inputs may use the element `item` (jsonb) and its `place` (from
 * 1); what refuses one points at it when the list is an input (":lines"). */
#define OPEN_EACH(machine, opening, list, inputs) \
    { .kind = EFFECT_OPEN, .target = machine, .event = opening, .each = list, .sql = inputs, .mode = LINK_MUST }
#define NOTIFY(whom, code) { .kind = EFFECT_NOTIFY, .target = whom, .event = code }
#define CANCEL(machine) { .kind = EFFECT_CANCEL, .target = machine }
#define NOTIFY_IF(whom, code, condition) { .kind = EFFECT_NOTIFY, .target = whom, .event = code, .when = condition }

/* A list in place, for the tables below. */
#define GUARDS(...) ((const struct guard *const[]){ __VA_ARGS__, NULL })
#define EFFECTS(...) ((const struct effect[]){ __VA_ARGS__, { .kind = 0 } })

enum transition_flags {
    TRANSITION_FINAL = 1 << 0,  /* `revert` may not take it back */
    TRANSITION_SIGNED = 1 << 1, /* a person signs, approves or moves money: If-Match required (428) */
    TRANSITION_ALONE = 1 << 2   /* touches rows shared with everybody: a transaction of its own */
};

/* One row of a procedure's table. An event may have several rows; of the rows that match the state, the first whose
 * `when` holds counts. */
struct transition {
    const char *event;
    struct text label;
    const char *clause; /* "P4 4.2(2)" or "designed" */
    const char *from;   /* states, space-separated; "*": any that is not terminal; NULL: the entity begins here */
    const char *to;     /* a state, or "same" */
    const char *when;   /* SQL; NULL: always */
    const char *by;     /* roles, space-separated; "role@assignee": only if the entity is assigned to the caller;
                           "role@opener": only who opened it; "*": everybody who is signed in */
    const char *takes;  /* fields, space-separated; "name?" is optional */
    const struct guard *const *guards;
    const struct effect *effects;
    unsigned flags;
};

struct clock {
    const char *code;
    struct text label;
    const char *rule;        /* time_rule code */
    const char *urgent_rule; /* when e.priority is urgent; NULL: the same */
    bool pauses;             /* stands still while work waits; duties towards the customer never do (rule 12) */
};

struct form {
    const char *code;
    const char *form_no; /* WWSH-003-P04-R01 */
    struct text title;
    int retention_months;   /* -1: permanent, 0: not kept */
    const char *handin;     /* hand-in rules, space-separated */
    const char *fields;     /* what the paper shows, from the row after the step; also "input.name" for transient inputs,
                               "more.name" where a member of `more` has its place, "name?": where the machine has it */
    const char *copies;     /* who gets one: "company customer settlement" */
    const char *more;       /* SQL over the row `m` after the step, giving a jsonb object that the paper shows too */
    const struct field *more_fields; /* what its members are */
    const char *label_size; /* printed as one label of this size ("100mm 150mm"), nothing to sign; NULL: sheets, one a copy */
};

enum scope {
    SCOPE_OUTLET = 0, /* callers bound to an outlet or customer see only theirs */
    SCOPE_EVERYBODY,  /* registers that all may read (price list, departments) */
    SCOPE_STAFF       /* nobody bound to an outlet or customer */
};

/* Narrows an engine-given event (amend, revert, void, reassign, pause, resume, contact_attempt). A transition of the
 * same name in the machine's own table replaces it altogether. */
struct given {
    const char *event;
    const char *by; /* NULL: the default */
    const struct guard *const *guards;   /* beside the engine's own */
    const struct effect *effects;        /* beside the engine's own */
    const char *from;
};

/* An event that the timer fires, as the system, on every open entity for which the condition holds. */
struct timer {
    const char *event;
    const char *when;   /* SQL over e and :now; its truth must end with the event, or it would fire for ever */
    const char *inputs; /* "name = expr; name = expr" over e; NULL: none */
};

struct machine {
    const char *name; /* "repair": also the table's name */
    const char *path; /* "repairs" */
    const char *prefix; /* "RP": number RP-2026-000123 */
    struct text title;
    enum scope scope;
    const struct field *fields;
    const struct state *states;
    const struct transition *transitions;
    const struct clock *clocks;
    const struct timer *timers;
    const char *owner;   /* roles that own the procedure: amend and revert what others did */
    const char *readers; /* roles that may read; NULL: everybody in scope */
    const char *self;    /* column naming the person it is about, who may read it too; NULL: none */
    const char *amends;  /* fields that `amend` may change */
    const char *without; /* engine-given events this machine does not have */
    const struct given *given;
    const char *display; /* column that names the entity for people; NULL: the number */
    const char *warnings; /* SQL giving a jsonb array of {code, id, number}: pointed out when an entity is opened */
    const char *signed_fields; /* what a signature covers: content_sha256 of the representation */
    const char *work; /* SQL over e: which open rows of a register with clocks are somebody's work; NULL: all */
    const char *veil; /* boolean column: where it is true, who opened the entity is shown to `unveil` and the opener alone */
    const char *unveil; /* roles */
    const char *default_outlet; /* SQL for outlet_id at creation; NULL: the caller's outlet */
};

struct procedure {
    int number; /* 4 */
    const char *code; /* "P4" */
    struct text title;
    const char *clause;
    const struct machine *const *machines; /* NULL-terminated */
    const struct form *forms;
};

/* lib/procedures/registry.c; NULL-terminated. */
extern const struct procedure *const procedures[];

#endif
