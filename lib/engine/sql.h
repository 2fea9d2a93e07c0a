/* Writer of a statement's text: turns :names into numbered, typed parameters. Layer: engine, internal. */
#ifndef AFTERCARE_SQL_H
#define AFTERCARE_SQL_H

#include "engine/plan.h"

struct sql {
    struct engine *engine;
    const struct machine_plan *machine;
    const struct event_plan *event; /* NULL: a read, no inputs */
    struct buf text;
    struct param params[PLAN_MAX_PARAMS];
    size_t n_params;
    bool many;               /* for many requests at once: a parameter is a column of the relation `asked`, one row a request */
    const char *asked;       /* many: whose row has the parameters in this part of the statement */
    const char *types[PLAN_MAX_PARAMS]; /* many: of the columns */
    const char *at;          /* what :at stands for in this part of the statement */
    const char *input_alias; /* nested steps take their inputs from columns of this relation; NULL: parameters */
    const char *id;          /* what :id stands for; NULL: the parameter */
};

/* Appends text with every :name replaced. Unknown names are errors of the table. */
void sql_put(struct sql *sql, const char *text);
void sql_putf(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Names that the engine fills in: no field may be called so. */
bool sql_is_system_name(const char *name);
/* True when the piece refers to an input of the event, so that it cannot be judged without a body. */
bool sql_needs_input(const char *text);
/* Many: a further "join asked" that gives each row with the id its own parameters; "" otherwise. */
const char *sql_asked(const struct sql *sql, const char *id);
/* Many: puts `asked` in front of the finished text. Parameter i is an array with an element a request. They all happen at
 * one moment, the latest of theirs. */
void sql_put_asked(struct sql *sql);
/* The same piece as text of the engine's arena, without side effects on `sql` but new parameters. */
const char *sql_piece(struct sql *sql, const char *text);

#endif
