/* Graphviz as a child process. Layer: server. */
#ifndef AFTERCARE_GRAPHVIZ_H
#define AFTERCARE_GRAPHVIZ_H

#include <stdbool.h>

#include "base/buf.h"

/* SVG of a dot text, appended to `out`. False when dot is missing or fails. Blocks: not for a reactor's thread. */
bool graphviz_svg(const char *dot, struct buf *out);

#endif
