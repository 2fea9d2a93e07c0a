/* JSON Schemas (2020-12) made from the tables: what an event takes, what a representation looks like. Layer: engine.
 * Front ends draw their forms from them, so labels come along: `title`, and `x-labels` beside each enum. */
#ifndef AFTERCARE_SCHEMA_H
#define AFTERCARE_SCHEMA_H

#include "engine/engine.h"

/* The schema of an event's body; it accepts exactly what engine_bind accepts, guards aside. */
void schema_event_takes(const struct event_plan *event, enum language language, struct buf *out);
/* The schema of a representation as engine_render writes it, labels in both languages. */
void schema_entity(const struct machine_plan *machine, struct buf *out);
/* What /v1/schemas/{name} answers: "repair.dispatch", "repair", or a shared schema ("Action", "Clock").
 * False: there is no schema of that name. */
bool schema_by_name(const struct engine *engine, const char *name, enum language language, struct buf *out);

/* How a schema is written: the same shapes serve /v1/schemas and the OpenAPI document. */
struct schema_style {
    enum language language;
    bool both_languages; /* "Reason · 原因" */
    const char *refs;    /* what the name of another schema is appended to in a $ref */
};
void schema_put_takes(const struct event_plan *event, const struct schema_style *style, struct buf *out);
void schema_put_entity(const struct machine_plan *machine, const struct schema_style *style, struct buf *out);
/* A label as a JSON string. */
void schema_put_label(struct text label, const struct schema_style *style, struct buf *out);

/* Short notation for schemas that come from no table: words "name:type"; "name?" may be absent or null.
 * Types: text int number bool date time uuid sha256 object any, a choice "one|two", "@name" for another schema;
 * "[]" behind it makes a list. */
void schema_put_shape(const char *shape, const struct schema_style *style, struct buf *out);
void schema_put_type(const char *type, bool nullable, const struct schema_style *style, struct buf *out);
/* Takes one word of a shape apart; `name` and `type` point into `word`, which is changed. True: optional. */
bool schema_split_word(char *word, const char **ret_name, const char **ret_type);
/* Schemas that several answers share, by name, as shapes; NULL name at the end. */
struct shared_schema {
    const char *name, *shape;
};
extern const struct shared_schema shared_schemas[];

/* A body that the schema accepts: required inputs and those for which the table has an example. */
void schema_put_example(const struct event_plan *event, struct buf *out);

#endif
