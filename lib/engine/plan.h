/* What start-up makes of the procedures' tables: names resolved, statements compiled. Layer: engine, internal (the
 * tests look in too). Plans live in the engine's arena and never change after engine_new, but for the statements of an event:
 * plan_need_event. */
#ifndef AFTERCARE_PLAN_H
#define AFTERCARE_PLAN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/lane.h"
#include "engine/engine.h"
#include "engine/procedure.h"

#define PLAN_MAX_STATES 63
#define PLAN_MAX_PROBES 63
#define PLAN_MAX_PARAMS 128
#define PLAN_MAX_COLUMNS 320
#define PLAN_MAX_EXPANSIONS 8

/* Where a statement's parameter gets its value from. */
enum source {
    SOURCE_ID,
    SOURCE_NOW,
    SOURCE_ACTOR,
    SOURCE_ROLES,
    SOURCE_SCOPE_OUTLET,
    SOURCE_SCOPE_CUSTOMER,
    SOURCE_IF_MATCH,
    SOURCE_KEY,
    SOURCE_FINGERPRINT,
    SOURCE_REQUEST,
    SOURCE_DRY_RUN,
    SOURCE_INPUTS,   /* the whole body as jsonb */
    SOURCE_OCCURRED,
    SOURCE_SALT,
    SOURCE_GIVEN,    /* bit i: input i is in the body (null counts) */
    SOURCE_NEW_ID,   /* `input` numbers the ids of entities opened along */
    SOURCE_EXPAND,   /* of a read: text[], which references to put in */
    SOURCE_INPUT     /* inputs[input] of the event */
};

struct param {
    enum source source;
    size_t input;
};

struct input {
    const struct field *field;
    bool required;
    size_t column; /* index into machine_plan.columns, or SIZE_MAX when transient */
};

struct row_plan {
    const struct transition *transition;
    uint64_t from;      /* bit i: states[i]; 0 for a creation */
    int to;             /* index of the state; -1: same */
    uint64_t roles;     /* without further condition */
    uint64_t assignee_roles, opener_roles;
    uint64_t when;       /* probe of `when`; 0: none, or it needs an input */
    uint64_t guards;     /* probes that must hold for the event to be offered */
    bool when_needs_input;
    const struct guard *const *all_guards; /* own and the engine's */
};

struct event_plan {
    const struct machine_plan *machine;
    const char *name;
    struct text label;
    const struct row_plan *rows;
    size_t n_rows;
    const struct input *inputs;
    size_t n_inputs;
    bool creates, given, amends, reverts;
    unsigned flags;        /* of transition_flags, joined */
    uint64_t any_roles;    /* roles of any row, conditional ones included; all ones for anybody */
    atomic_bool compiled;       /* what follows, up to `nested`, is there: plan_need_event */
    struct statement statement; /* with an Idempotency-Key */
    const struct param *params;
    struct statement unkeyed; /* the same without looking for one */
    const struct param *unkeyed_params;
    size_t n_new_ids;
    const struct statement *const *locks; /* NULL-terminated; each takes the entity's id */
    const struct event_plan *const *nested; /* NULL-terminated: what it fires or opens in the same statement */
    const char *action[2];  /* by language: {"event":..,"label":..,...,"href":" up to the id */
    const char *action_tail;
};

struct column {
    const char *name;
    const struct field *field; /* NULL: common column without a field */
    enum field_type type;
    const char *sql_type;
    const char *key;       /* "name": as JSON, ready to append */
    bool hidden;           /* not part of the representation */
    bool personal;
};

struct probe {
    const char *sql;  /* over e */
    uint64_t states;  /* in which it matters */
    const char *code; /* guard's code, or NULL for a `when` */
    const struct guard *guard;
};

/* Entities for which a timer is due: id, inputs. Its only parameter, if any, is the time. */
struct timer_plan {
    const char *event, *sql;
    int n_params;
};

struct machine_plan {
    const struct machine *machine;
    struct engine *engine;
    const struct procedure *procedure;
    size_t index;
    const struct state *states; /* the machine's and `voided` */
    size_t n_states;
    uint64_t terminal;
    uint64_t signing; /* states in which an event takes a signature bound to the content */
    const struct column *columns;
    size_t n_columns;
    size_t *stored; /* by column: its place in the table's rows; engine_learn_tables fills it in */
    const char *column_list; /* e.id, e.number, ... */
    const struct event_plan *events;
    size_t n_events;
    const struct probe *probes;
    size_t n_probes;
    uint64_t readers;  /* roles that may read; all ones: everybody in scope */
    uint64_t owners;
    size_t veil; /* column; 0: none */
    uint64_t unveil;
    struct statement get;
    const struct param *get_params;
    struct statement get_expanded; /* the same with what :expand names of `expansions`, a jsonb column each */
    const struct param *get_expanded_params;
    const char *expansions[PLAN_MAX_EXPANSIONS]; /* that the machine has, in order; NULL: no more */
    struct statement lock; /* own rows, uuid[] */
    const char *lock_linked; /* unused when NULL */
    const char *sequence;
    bool has_money;
    const struct timer_plan *timers;
    size_t n_timers;
};

struct known_lock {
    struct known_lock *next;
    struct statement statement;
};

struct engine {
    struct arena arena;
    struct arena scratch; /* pieces of the statement that is being compiled */
    const struct procedure *const *procedures;
    const struct machine_plan *machines;
    size_t n_machines;
    const struct form *const *forms; /* of all procedures */
    const int *form_procedures;
    size_t n_forms;
    pthread_mutex_t compiling;
    struct buf errors; /* one line an error of validation */
    size_t n_errors;
    const char *open_rows; /* the worklist's UNION ALL */
    struct known_lock *known_locks; /* statements of the prelude: each is prepared under its name, so there is but one */
};

/* Order of the columns that every representation begins with. */
enum common_column {
    COLUMN_ID,
    COLUMN_NUMBER,
    COLUMN_STATE,
    COLUMN_VERSION,
    COLUMN_EVENT_NO,
    COLUMN_OUTLET,
    COLUMN_CUSTOMER,
    COLUMN_PARENT,
    COLUMN_ASSIGNEE,
    COLUMN_REGION,
    COLUMN_PRIORITY,
    COLUMN_PAUSED,
    COLUMN_CLOCKS,
    COLUMN_DUE,
    COLUMN_OVERDUE,
    COLUMN_TO_REASSIGN,
    COLUMN_OPENED,
    COLUMN_OPENED_BY,
    COLUMN_CHANGED,
    COLUMN_CLOSED,
    COLUMN_LAST_EVENT,
    COLUMN_LAST_EVENT_NO,
    COLUMN_LAST_ACTOR,
    COLUMN_LAST_FINAL,
    N_COMMON_COLUMNS
};

/* Result layout of every statement that returns an entity: the head, then in lists the columns, elsewhere the table's row
 * packed into one text: each column of each node of a plan costs, whether it is null or not. A step that did not move
 * returns no row: RESULT_ID names the entity to read (the first one's for a repeated creation). */
enum result_column {
    RESULT_VERDICT,
    RESULT_REFUSED,
    RESULT_PROBES,
    RESULT_EXTRA,
    RESULT_CONTENT_HASH,
    RESULT_ID,
    RESULT_FIRST_COLUMN,
    RESULT_PACKED = RESULT_FIRST_COLUMN,
    RESULT_VERSION,
    RESULT_STATE,
    N_PACKED_RESULT
};

extern const struct column common_columns[N_COMMON_COLUMNS];

/* Makes the event's statements when they are first asked for: there are thousands, of which a node uses a few. Any thread. */
void plan_need_event(const struct event_plan *event);
void plan_error(struct engine *engine, const char *format, ...) __attribute__((format(printf, 2, 3)));
const struct machine_plan *plan_machine(const struct engine *engine, const char *name);
int plan_state(const struct machine_plan *machine, const char *name);
size_t plan_column(const struct machine_plan *machine, const char *name); /* SIZE_MAX: none */
const struct event_plan *plan_event(const struct machine_plan *machine, const char *name);
const struct field *plan_field(const struct machine *machine, const char *name);
const struct clock *plan_clock(const struct machine *machine, const char *code);
const struct form *plan_form(const struct engine *engine, const char *code);
const char *plan_sql_type(const struct field *field);

/* Next word of a space-separated list into `word` (of `size`), advancing `*list`; false at the end. */
bool plan_next_word(const char **list, char *word, size_t size);

/* given.c: transitions of the engine-given events for a machine, NULL event at the end; own rows come first. */
const struct transition *given_transitions(struct engine *engine, const struct machine *machine);
const struct field *given_field(const char *name);

/* compile_*.c */
void compile_event(struct engine *engine, struct machine_plan *machine, struct event_plan *event);
void compile_open_rows(struct engine *engine);
/* list.c: the i-th expansion that the machine can have, NULL: there are no more. `ret_sql`: over e, "%s" stands for the time. */
const char *plan_expansion(const struct machine_plan *machine, size_t i, const char **ret_sql);
/* Whether the caller may see what `name` expands to. */
bool expansion_is_for(const char *name, const struct principal *principal);
void compile_reads(struct engine *engine, struct machine_plan *machine);

/* SQL over the row `e` for the representation's probes and hash. */
const char *compile_probe_sum(struct engine *engine, const struct machine_plan *machine);

#endif
