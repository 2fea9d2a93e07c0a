/* Firing an event over a blocking connection: for timers, the command line and the demo company. Layer: engine. */
#ifndef AFTERCARE_FIRE_H
#define AFTERCARE_FIRE_H

#include "engine/engine.h"

/* Binds, locks, runs and commits; tries again up to three times when it raced. `body` is borrowed; NULL: {}. Creations get
 * their new id in `id_out` (may be NULL). `reterr` (may be NULL) says in words why it did not move. */
enum verdict engine_fire(PGconn *connection, const struct machine_plan *machine, const char *event, const char *id, json_t *body,
                         const struct principal *principal, int64_t now_us, char id_out[UUID_TEXT_SIZE], struct buf *reterr);

/* Carries out a later link: its opening and the link's being done are one transaction, so that neither a crash in between nor
 * a step that calls it off meanwhile leaves something opened twice or in vain. */
enum verdict engine_fire_link(PGconn *connection, const struct machine_plan *machine, const char *event, json_t *body, int64_t now_us,
                              const char *link_id, struct buf *reterr);

/* Acts for nobody in particular, with role `system`. */
extern const struct principal system_principal;

#endif
