/* The private PostgreSQL: a cluster in the data folder, a child of the server, reached by unix socket only. Layer: db. */
#ifndef AFTERCARE_POSTGRES_H
#define AFTERCARE_POSTGRES_H

#include <stdbool.h>

struct postgres;

/* Makes the cluster on first start, starts it and waits until it answers; role and database `aftercare` exist then. NULL
 * (logged) when the programs are missing, the folder is in use, or it does not start. */
struct postgres *postgres_start(const char *data_dir);
/* Conninfo of the cluster that a running server keeps in that folder; NULL when none runs. New: the caller frees it. */
char *postgres_running_conninfo(const char *data_dir);
/* Borrowed; valid until postgres_stop. */
const char *postgres_conninfo(const struct postgres *postgres);
bool postgres_is_alive(struct postgres *postgres);
/* Starts it again after it died. */
bool postgres_restart(struct postgres *postgres);
/* Fast shutdown, then frees; after 20 s it is killed (its log recovers it at the next start). */
void postgres_stop(struct postgres *postgres);

#endif
