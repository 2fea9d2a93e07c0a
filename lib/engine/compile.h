/* Parts of the statement of one step; see ARCHITECTURE.md for its form. Layer: engine, internal. */
#ifndef AFTERCARE_COMPILE_H
#define AFTERCARE_COMPILE_H

#include "engine/sql.h"

/* A step inside a statement: the event asked for (prefix ""), or one that it fires ("f1_") or opens ("o1_"). */
struct step {
    struct sql *sql;
    const struct machine_plan *machine;
    const struct event_plan *event;
    const char *prefix;
    const char *target; /* of its inputs' row: the id of the entity it is about; NULL: there is but one row */
    const char *pointer; /* of many: JSON pointer that its place or number completes; NULL: none */
    const char *ok; /* condition on this step's gate row `e`: nothing refuses the whole statement */
    bool *set; /* by column: written by this step */
    bool keyed; /* the main step comes with an Idempotency-Key */
};

/* Which columns the step writes; first of all. */
void compile_prepare(struct step *step);
/* <prefix>gate: the row, its chosen table row, the refused guards. */
void compile_gate(struct step *step);
/* <prefix>next: the new values, the log's content and its hash. */
void compile_next(struct step *step);
/* <prefix>moved (the entity after the step) and <prefix>logged. */
void compile_moved(struct step *step);
/* Marks: what stands there is known when the whole statement shows what is read where. */
#define GATE_END "@gate_end@"
#define MOVED_COLUMNS "@moved_columns@"
/* Many only: what a part hands on beside its own columns, and the rows that effects are made from. */
#define GATE_CARRIES "@gate_carries@"
#define NEXT_CARRIES "@next_carries@"
#define MOVED_CARRIES "@moved_carries@"
#define MOVED_ROWS "@moved_rows@"
#define REPLY "\nselect case\n"
/* Puts what the marks stand for. */
void compile_columns(struct step *step);
/* States that the entity may be in after the event. */
uint64_t compile_states_after(const struct event_plan *event);
/* Records, notices, links; nested steps too. */
void compile_effects(struct step *step);
/* Gates of the steps that this one fires or opens, to be judged before anything is written. */
void compile_nested_gates(struct step *step);
/* " || codes" of all nested gates, and the events behind them. */
const char *compile_nested_refusals(struct step *step);
/* A nested step that did not move what its gate let through: the row has changed since the locks were taken. */
const char *compile_nested_races(struct step *step);
const struct event_plan *const *compile_nested_events(struct step *step);
/* " or exists (...)" for each nested step elsewhere: once it has happened, the step that began it is not taken back. */
const char *compile_nested_links(struct step *step);

/* The form of `one` for many requests: the same parameters, each an array, and the request's place behind the columns. */
const struct statement *compile_many(struct engine *engine, const struct statement *one, const char *text);

/* Conditions without inputs become probes: bits that say which events may be offered. */
void compile_probes(struct engine *engine, struct machine_plan *machine);
void compile_put_state_test(struct sql *sql, const struct machine_plan *machine, uint64_t states);
/* Only those that matter in one of the states; the others are 0. */
void compile_put_probes(struct sql *sql, const struct machine_plan *machine, uint64_t states);
/* What a signature is bound to, null where none is taken. */
void compile_put_content_hash(struct sql *sql, const struct machine_plan *machine, uint64_t states);
/* "select verdict, ... columns" of a read, and the caller's scope as further conditions. */
void compile_head(struct sql *sql, const struct machine_plan *machine);
void compile_scope(struct sql *sql, const struct machine_plan *machine);

/* Reads the next "name = expression" of a list split by ';' into arena strings; false at the end. */
bool compile_next_mapping(struct arena *arena, const char **list, const char **ret_name, const char **ret_expression);

bool step_has_effect(const struct event_plan *event, enum effect_kind kind, const char *target);
/* "e.step_row = 2 and (when)", or "true". */
const char *step_effect_condition(struct step *step, size_t row, const struct effect *effect);

#endif
