#include "engine/fire.h"

#include <string.h>

#include "base/log.h"
#include "engine/roles.h"

const struct principal system_principal = { .name = "system", .roles = UINT64_C(1) << ROLE_system };

static void run_locks(PGconn *connection, const struct bound *bound)
{
    for (size_t i = 0; i < bound->n_locks; i++) {
        char ids[UUID_TEXT_SIZE + 2];
        (void)snprintf(ids, sizeof ids, "{%s}", bound->locks[i].id);
        const char *values[1] = { ids };
        PQclear(PQexecParams(connection, bound->locks[i].statement->text, 1, NULL, values, NULL, NULL, 0));
    }
}

/* Reading and planning a statement costs ten times its running: a connection does it once. */
static bool prepare(PGconn *connection, const struct statement *statement)
{
    PGresult *known = PQdescribePrepared(connection, statement->name);
    bool good = PQresultStatus(known) == PGRES_COMMAND_OK;
    PQclear(known);
    if (good)
        return true;
    PGresult *made = PQprepare(connection, statement->name, statement->text, statement->n_params, NULL);
    good = PQresultStatus(made) == PGRES_COMMAND_OK;
    PQclear(made);
    return good;
}

/* False: called off meanwhile. */
static bool finish_link(PGconn *connection, const char *link_id, const char *opened_id)
{
    const char *values[2] = { link_id, opened_id };
    PGresult *done = PQexecParams(connection, "update link\n   set state = 'done',\n       to_id = $2::uuid,\n       last_error = null\n"
                                              " where id = $1::uuid\n   and state = 'waiting'", 2, NULL, values, NULL, NULL, 0);
    bool good = strcmp(PQcmdTuples(done), "1") == 0;
    PQclear(done);
    return good;
}

static enum verdict run(PGconn *connection, const struct event_plan *event, const struct bound *bound, const char *link_id, const char *id,
                        struct buf *reterr)
{
    bool prepared = prepare(connection, bound->statement);
    PQclear(PQexec(connection, "begin"));
    run_locks(connection, bound);
    PGresult *result = prepared ? PQexecPrepared(connection, bound->statement->name, bound->statement->n_params, bound->values, NULL, NULL, 0)
                                : PQexecParams(connection, bound->statement->text, bound->statement->n_params, NULL, bound->values, NULL, NULL, 0);
    enum verdict verdict = VERDICT_RACED;
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        verdict = engine_verdict(result);
        if (reterr != NULL && (verdict == VERDICT_REFUSED || verdict == VERDICT_WRONG_STATE))
            buf_printf(reterr, "%s: %s", event_name(event), verdict == VERDICT_REFUSED ? PQgetvalue(result, 0, 1) : "wrong_state");
    } else if (reterr != NULL) {
        buf_puts(reterr, PQresultErrorMessage(result));
    } else {
        log_error("fire", "%s: %s", event_name(event), PQresultErrorMessage(result));
    }
    PQclear(result);
    if (verdict == VERDICT_MOVED && link_id != NULL && !finish_link(connection, link_id, id)) {
        verdict = VERDICT_NOT_FOUND;
        if (reterr != NULL)
            buf_puts(reterr, "link_not_waiting");
    }
    PQclear(PQexec(connection, verdict == VERDICT_MOVED ? "commit" : "rollback"));
    return verdict;
}

static enum verdict fire(PGconn *connection, const struct machine_plan *machine, const char *event_name_, const char *id, json_t *body,
                         const struct principal *principal, int64_t now_us, const char *link_id, char id_out[UUID_TEXT_SIZE], struct buf *reterr)
{
    const struct event_plan *event = machine_event(machine, event_name_);
    struct arena arena = { 0 };
    struct faults *faults = ARENA_NEW(&arena, struct faults);
    char new_id[UUID_TEXT_SIZE];
    enum verdict verdict = VERDICT_REFUSED;
    faults->arena = &arena;
    if (event == NULL) {
        if (reterr != NULL)
            buf_printf(reterr, "no event %s", event_name_);
        arena_done(&arena);
        return VERDICT_NOT_FOUND;
    }
    if (event_creates(event)) {
        uuid7_new(now_us, new_id);
        id = new_id;
    }
    struct call call = { .principal = principal, .id = id, .if_match = -1, .now_us = now_us, .body = body };
    json_t *empty = body == NULL ? json_object() : NULL;
    call.body = body == NULL ? empty : body;
    struct bound bound;
    if (engine_bind(event, &call, &arena, &bound, faults)) {
        verdict = VERDICT_RACED;
        for (int tries = 0; tries < 3 && verdict == VERDICT_RACED; tries++) {
            if (reterr != NULL)
                buf_done(reterr);
            verdict = run(connection, event, &bound, link_id, id, reterr);
        }
    } else if (reterr != NULL) {
        buf_printf(reterr, "%s: %s %s", event_name_, faults->list[0].pointer, faults->list[0].code);
    }
    if (id_out != NULL)
        memcpy(id_out, id, UUID_TEXT_SIZE);
    json_decref(empty);
    arena_done(&arena);
    return verdict;
}

enum verdict engine_fire(PGconn *connection, const struct machine_plan *machine, const char *event, const char *id, json_t *body,
                         const struct principal *principal, int64_t now_us, char id_out[UUID_TEXT_SIZE], struct buf *reterr)
{
    return fire(connection, machine, event, id, body, principal, now_us, NULL, id_out, reterr);
}

enum verdict engine_fire_link(PGconn *connection, const struct machine_plan *machine, const char *event, json_t *body, int64_t now_us,
                              const char *link_id, struct buf *reterr)
{
    return fire(connection, machine, event, NULL, body, &system_principal, now_us, link_id, NULL, reterr);
}
