/* Signatures and pictures: size, type and hash are checked; the same bytes are stored once an entity. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"
#include "server/query.h"

static const struct {
    const char *type;
    const char *magic;
    size_t length;
} types[] = {
    { "image/png", "\x89PNG\r\n\x1a\n", 8 },
    { "image/jpeg", "\xff\xd8\xff", 3 },
    { "application/pdf", "%PDF-", 5 },
};

static bool is_sound_type(const struct request *request)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (request->content_type != NULL && strcmp(request->content_type, types[i].type) == 0)
            return request->body_length >= types[i].length && memcmp(request->body, types[i].magic, types[i].length) == 0;
    return false;
}

static enum job_verdict on_stored(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    if (PQntuples(result) == 0)
        return respond_json_cell(request, outcome, result);
    struct buf out = { 0 };
    buf_puts(&out, PQgetvalue(result, 0, 0));
    request_respond(request, 201, "application/json", &out);
    return JOB_FINISHED;
}

void handle_entity_attach(struct request *request)
{
    const struct machine_plan *machine = request_machine(request);
    const char *id = machine == NULL ? NULL : request_entity_id(request);
    if (id == NULL || !request_accepts(request, "kind sha256"))
        return;
    if (!machine_may_read(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    if (!is_sound_type(request)) {
        problem_respond(request, PROBLEM_unsupported_media_type, "image/png, image/jpeg, application/pdf");
        return;
    }
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    (void)crypto_hash_sha256(hash, (const unsigned char *)request->body, request->body_length);
    (void)sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    const char *wanted = request_argument(request, "sha256"), *kind = request_argument(request, "kind");
    if (wanted != NULL && strcasecmp(wanted, hex) != 0) {
        problem_respond(request, PROBLEM_invalid_fields, "sha256");
        return;
    }
    if (kind != NULL && (strlen(kind) > 40 || kind[0] == '\0')) {
        problem_respond(request, PROBLEM_unknown_parameter, "kind");
        return;
    }
    const char *sql = arena_printf(&request->arena,
        "with seen as (select e.id from %s e where e.id = $2::uuid%s),\n"
        "     known as (select a.* from attachment a join seen on seen.id = a.entity_id where a.sha256 = $6::bytea),\n"
        "     made as (insert into attachment (id, entity_id, kind, media_type, size, sha256, data, made_at, made_by)\n"
        "              select $1::uuid, seen.id, $3::text, $4::text, $5::integer, $6::bytea, $7::bytea, $8::timestamptz, $9::uuid from seen\n"
        "               where not exists (select from known) returning *)\n"
        "select jsonb_build_object('id', a.id, 'entity_id', a.entity_id, 'kind', a.kind, 'media_type', a.media_type, 'size', a.size,\n"
        "       'sha256', encode(a.sha256, 'hex'), 'made_at', a.made_at, 'href', '/v1/attachments/' || a.id)\n"
        "  from (select * from known union all select * from made) a limit 1",
        machine_table(machine)->name,
        machine_table(machine)->scope == SCOPE_OUTLET ? " and ($10::uuid is null or e.outlet_id = $10::uuid) and ($11::uuid is null or e.customer_id = $11::uuid)"
                                                      : " and ($10::uuid is null or true) and ($11::uuid is null or true)");
    char *attachment_id = arena_alloc(&request->arena, UUID_TEXT_SIZE);
    uuid7_new(clock_now_us(), attachment_id);
    char *data = arena_alloc(&request->arena, 3 + 2 * request->body_length);
    data[0] = '\\';
    data[1] = 'x';
    (void)sodium_bin2hex(data + 2, 2 * request->body_length + 1, (const unsigned char *)request->body, request->body_length);
    const char **values = ARENA_ARRAY(&request->arena, const char *, 11);
    values[0] = attachment_id;
    values[1] = id;
    values[2] = kind == NULL ? "picture" : kind;
    values[3] = request->content_type;
    values[4] = arena_printf(&request->arena, "%zu", request->body_length);
    values[5] = arena_printf(&request->arena, "\\x%s", hex);
    values[6] = data;
    values[7] = request_now(request);
    values[8] = request->principal->id;
    values[9] = request->principal->outlet_id[0] == '\0' ? NULL : request->principal->outlet_id;
    values[10] = request->principal->customer_id[0] == '\0' ? NULL : request->principal->customer_id;
    request->internal->query = (struct statement){ .text = sql, .n_params = 11, .repeatable = true };
    request_submit(request, true, &request->internal->query, values, NULL, 0, id, on_stored);
}

static void bind_scope(struct request *request, const char **values, const char *id)
{
    values[0] = id;
    values[1] = request->principal->outlet_id[0] == '\0' ? NULL : request->principal->outlet_id;
    values[2] = request->principal->customer_id[0] == '\0' ? NULL : request->principal->customer_id;
}

static enum job_verdict on_fetched(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    if (PQntuples(result) == 0) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    size_t length = 0;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(result, 0, 1), &length);
    struct buf out = { 0 };
    buf_add(&out, (const char *)bytes, length);
    PQfreemem(bytes);
    const char *type = "application/octet-stream";
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, PQgetvalue(result, 0, 0)) == 0)
            type = types[i].type;
    request_add_header(request, "Content-Disposition", "inline");
    request_add_header(request, "Content-Security-Policy", "default-src 'none'; sandbox");
    request_respond(request, 200, type, &out);
    return JOB_FINISHED;
}

/* Who is bound to an outlet or a customer sees what is theirs, and what belongs to registers that they may read. */
static const char *attachment_scope(struct request *request)
{
    const struct engine *engine = request->reactor->server->engine;
    const char *scope = entity_scope(request, "a.entity_id", "$2", "$3");
    for (size_t i = 0; principal_is_bound(request->principal) && i < engine->n_machines; i++)
        if (engine->machines[i].machine->scope == SCOPE_EVERYBODY && machine_may_read(&engine->machines[i], request->principal))
            scope = arena_printf(&request->arena, "%s\n    or exists (select from %s e where e.id = a.entity_id)", scope, engine->machines[i].machine->name);
    return arena_printf(&request->arena, "(%s)", scope);
}

void handle_attachment(struct request *request)
{
    const char *id = request_entity_id(request);
    if (id == NULL || !request_accepts(request, ""))
        return;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 3);
    bind_scope(request, values, id);
    request_query(request,
                  arena_printf(&request->arena, "select a.media_type, a.data\n  from attachment a\n where a.id = $1::uuid\n   and %s",
                               attachment_scope(request)),
                  3, values, on_fetched);
}
