/* The picture of a machine, for Graphviz. Layer: engine. */
#ifndef AFTERCARE_DIAGRAM_H
#define AFTERCARE_DIAGRAM_H

#include "engine/engine.h"

/* Writes a digraph: states and the steps between them, roles as tooltips. Engine-given events are left out but `void`,
 * for they would tie every state to itself. */
void diagram_write_dot(const struct machine_plan *machine, enum language language, struct buf *out);

#endif
