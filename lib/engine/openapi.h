/* The OpenAPI 3.1 document, made from the procedures' tables and the list of fixed routes. Layer: engine. */
#ifndef AFTERCARE_OPENAPI_H
#define AFTERCARE_OPENAPI_H

#include "engine/engine.h"

/* What /openapi.json answers. */
void openapi_write_json(const struct engine *engine, struct buf *out);
/* The same as YAML: openapi.yaml in the tree, so that a change of the API shows in its diff. */
void openapi_write_yaml(const struct engine *engine, struct buf *out);
/* Any JSON text as YAML, order of members kept. Ends the process when `json` is no JSON or names a member twice. */
void openapi_json_to_yaml(const char *json, size_t length, struct buf *out);

#endif
