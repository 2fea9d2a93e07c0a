/* The parts of the OpenAPI document. Layer: engine, internal. */
#ifndef AFTERCARE_OPENAPI_PARTS_H
#define AFTERCARE_OPENAPI_PARTS_H

#include "engine/openapi.h"
#include "engine/plan.h"
#include "engine/schema.h"

extern const struct schema_style openapi_style;

/* Members of "paths". */
void openapi_put_machine_paths(const struct machine_plan *machine, struct buf *out);
void openapi_put_fixed_paths(struct buf *out);
/* Members of "tags". */
void openapi_put_fixed_tags(struct buf *out);
/* The value of "components". */
void openapi_put_components(const struct engine *engine, struct buf *out);

/* "operationId":..,"tags":[..],"summary":.. of an operation that was begun. */
void openapi_put_heading(struct buf *out, const char *id, const char *tag, const char *summary);
/* Element of "parameters": the shared one of that name. */
void openapi_put_parameter(struct buf *out, const char *shared);
/* Element of "parameters": a query parameter with a type of schema_put_type. */
void openapi_put_query(struct buf *out, const char *name, bool required, const char *type, struct text label);
/* Elements of "parameters" for every {name} of a path: {id} is a uuid, any other a name. */
void openapi_put_path_parameters(struct buf *out, const char *path);
/* Members of "responses": one a status, space-separated. */
void openapi_put_problems(struct buf *out, const char *statuses);

/* The event can only be fired by the system: it is no part of the API. */
bool openapi_is_internal(const struct event_plan *event);

#endif
