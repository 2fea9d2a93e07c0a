/* The demo company: loaded into an empty database by driving the engine as its people would. Layer: server. */
#ifndef AFTERCARE_DEMO_H
#define AFTERCARE_DEMO_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "engine/engine.h"

/* The database has no person yet. */
bool demo_is_wanted(PGconn *connection);
/* Loads the company and prints sign-in names and passwords, once, to standard output. False (logged) when a step of it
 * is refused; what was loaded until then stays. */
bool demo_load(const struct engine *engine, PGconn *connection);

#endif
