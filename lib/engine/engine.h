/* The engine: compiles the procedures' tables into statements, binds requests to them, renders what they return.
 * Layer: engine. An engine is immutable after engine_new and engine_learn_tables, and shared by all threads. Statements of
 * events are made when they are first asked for, behind a lock. */
#ifndef AFTERCARE_ENGINE_H
#define AFTERCARE_ENGINE_H

#include <jansson.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/lane.h"
#include "engine/faults.h"
#include "engine/principal.h"
#include "engine/procedure.h"

struct engine;
struct machine_plan;
struct event_plan;
struct param;

/* Never NULL; ask engine_errors before using it. `procedures` is borrowed for good (static tables). */
struct engine *engine_new(const struct procedure *const *procedures);
/* All statements at once, as `aftercare check` and the tests have it: engine_errors then says what is wrong in them, too. */
void engine_compile(struct engine *engine);
void engine_free(struct engine *engine);
/* One line an error, "" when the tables are sound. Borrowed. */
const char *engine_errors(const struct engine *engine);
/* Rows come packed, in the order of their table's columns: to be learned once after migrations, before anything is rendered. */
bool engine_learn_tables(const struct engine *engine, PGconn *connection);
/* Compares the tables with the database's columns; appends one line an error. False when something is wrong. */
bool engine_check_schema(const struct engine *engine, PGconn *connection, struct buf *errors);
/* Writes form_template rows from the form book of the tables. */
bool engine_sync_forms(const struct engine *engine, PGconn *connection);

size_t engine_machine_count(const struct engine *engine);
const struct machine_plan *engine_machine_at(const struct engine *engine, size_t index);
const struct machine_plan *engine_machine_by_path(const struct engine *engine, const char *path);
const struct machine_plan *engine_machine_by_name(const struct engine *engine, const char *name);
const struct machine *machine_table(const struct machine_plan *machine);
const struct event_plan *machine_event(const struct machine_plan *machine, const char *event);
/* The event that POST on the collection fires, by default the only creating one; NULL: none. */
const struct event_plan *machine_creation(const struct machine_plan *machine);
size_t machine_event_count(const struct machine_plan *machine);
const struct event_plan *machine_event_at(const struct machine_plan *machine, size_t index);
const char *event_name(const struct event_plan *event);
bool event_creates(const struct event_plan *event);
bool event_needs_if_match(const struct event_plan *event);
bool machine_may_read(const struct machine_plan *machine, const struct principal *principal);
/* Of those that the principal may not read, he may read what is about himself. */
bool machine_may_read_own(const struct machine_plan *machine, const struct principal *principal);
/* The first name in the comma-separated list that is no field of the representation; NULL: all are. */
const char *machine_unknown_field(const struct machine_plan *machine, const char *fields);
/* Whether the comma-separated list (NULL: everything) names the field. */
bool fields_name(const char *fields, const char *name);
/* False: no row of the event is for the caller's roles (403). */
bool event_may_fire(const struct event_plan *event, const struct principal *principal);

/* One request to fire an event. All text is borrowed. */
struct call {
    const struct principal *principal;
    const char *id;            /* the entity; for a creation the new id (uuid7) */
    const char *idempotency_key, *fingerprint;
    const char *request_id;
    int64_t if_match;          /* -1: none */
    int64_t now_us;
    bool dry_run;
    json_t *body;              /* an object */
    const char *expand;        /* of a read: text[] literal */
};

struct bound {
    const struct statement *statement;
    const struct param *params; /* of the statement: what each value is */
    const char *const *values;
    const struct job_lock *locks;
    size_t n_locks;
    const struct job_proof *proof; /* of a step: the salt is its own, so the log tells whether it was stored */
    const char *sort_key;
};

/* Validates the body by the event's inputs and binds the statement. False: `faults` has what is wrong. All in `arena`. */
bool engine_bind(const struct event_plan *event, const struct call *call, struct arena *arena, struct bound *ret_bound,
                 struct faults *faults);
/* The statement that reads one entity, for this caller. */
void engine_bind_get(const struct machine_plan *machine, const struct principal *principal, const char *id, int64_t now_us,
                     struct arena *arena, struct bound *ret_bound);

/* Which columns of a result hold entities that the caller wants put in. */
struct expanded {
    int n;
    struct {
        const char *name;
        int column;
    } items[8];
};
/* Reads one entity with what the comma-separated list names. False: it names what the machine has not, or one twice. */
bool engine_bind_get_expanded(const struct machine_plan *machine, const struct principal *principal, const char *id, const char *expand,
                              int64_t now_us, struct arena *arena, struct bound *ret_bound, struct expanded *ret_expanded);
/* Completes the representation at the end of `out` by its member "expanded". */
void engine_render_expanded(const struct expanded *expanded, const PGresult *result, int row, struct buf *out);

enum verdict {
    VERDICT_FOUND,
    VERDICT_MOVED,
    VERDICT_WOULD_MOVE, /* dry run */
    VERDICT_REPEAT,     /* same Idempotency-Key: the first outcome stands */
    VERDICT_MISMATCH,   /* same key, other request */
    VERDICT_WRONG_STATE,
    VERDICT_REFUSED,
    VERDICT_RACED,      /* run it again */
    VERDICT_NOT_FOUND   /* no row: absent or out of scope */
};
enum verdict engine_verdict(const PGresult *result);
/* Refused guards as faults with messages; also tells the strongest reason. */
enum refusal { REFUSAL_GUARD, REFUSAL_ROLE, REFUSAL_STALE, REFUSAL_DUPLICATE };
enum refusal engine_refusals(const struct event_plan *event, const PGresult *result, struct arena *arena,
                             struct faults *faults);

struct render_options {
    const struct principal *principal;
    enum language language;
    const char *fields;   /* comma-separated; NULL: all */
    bool explain_actions; /* blocked ones too, with reasons */
    bool without_actions;
    int first_column;     /* of the entity's block in the result: 0 */
};
/* Writes the representation of row `row` as a JSON object. */
void engine_render(const struct machine_plan *machine, const PGresult *result, int row,
                   const struct render_options *options, struct buf *out);
/* Only the array of actions. */
void engine_render_actions(const struct machine_plan *machine, const PGresult *result, int row,
                           const struct render_options *options, struct buf *out);
int engine_result_version(const PGresult *result, int row);
const char *engine_result_id(const PGresult *result, int row);
/* Of any verdict but VERDICT_NOT_FOUND: which entity it is about; the columns are there only when it moved or was found. */
const char *engine_result_subject(const PGresult *result);
const char *engine_result_state(const PGresult *result, int row);

/* A list request, compiled for just the filters it has. */
struct list_request {
    const struct principal *principal;
    int64_t now_us;
    const struct list_filter {
        const char *name, *value;
    } *filters; /* query arguments that are not the framework's own (limit, cursor, fields, expand, sort, count) */
    size_t n_filters;
    const char *sort;   /* "opened_at", "-opened_at", "due_at", "number" ...; NULL: newest first */
    const char *cursor; /* opaque, from a former answer; NULL: first page */
    const char *expand; /* "customer,equipment,assignee,outlet" */
    int limit;          /* 1..200 */
    bool exact_count;
};
struct list_query {
    const char *sql;
    const char *const *values;
    int n_values;
    struct expanded expanded; /* jsonb columns behind the entity's block */
    int sort_column;         /* column with the sort value, for the cursor */
};
/* False: `faults` names the bad parameter. */
bool engine_list(const struct machine_plan *machine, const struct list_request *request, struct arena *arena,
                 struct list_query *ret_query, struct faults *faults);
const char *engine_cursor(const struct list_query *query, const PGresult *result, int row, struct arena *arena);

/* The worklist over all machines: one UNION ALL of the open rows. Columns: machine, id, number, state, assignee_id, ... */
const char *engine_open_rows_sql(const struct engine *engine);

#endif
