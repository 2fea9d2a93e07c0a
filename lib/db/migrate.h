/* Migrations: the numbered SQL files of schema/, carried in the binary, applied forward only. Layer: db. */
#ifndef AFTERCARE_MIGRATE_H
#define AFTERCARE_MIGRATE_H

#include <libpq-fe.h>
#include <stdbool.h>

struct embedded_sql {
    const char *name; /* "0001_engine.sql" */
    const char *text;
};
/* Written by cmake/embed_sql.cmake; sorted by name; ends with a NULL name. */
extern const struct embedded_sql embedded_sql[];

/* Applies what is missing, each file in a transaction of its own, under an advisory lock. False (logged) when a file
 * fails, has changed since it was applied, or the database knows a newer one. */
bool migrate(PGconn *connection);

#endif
