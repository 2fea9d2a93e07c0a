/* Creating entities, reading them, firing their events. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_in.h"
#include "engine/schema.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

#define KEY_MAX 200
#define BATCH_MAX 1000


/* What a refused step waits with while the entity is read. */
struct unmoved {
    enum problem_code code;
    struct faults *faults; /* NULL: none */
};

struct step {
    const struct machine_plan *machine;
    const struct event_plan *event;
    const char *id;
    bool dry_run, repeated;
    struct unmoved unmoved;
};

static const char *fingerprint_of(struct request *request)
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, (const unsigned char *)request->path, strlen(request->path) + 1);
    (void)crypto_hash_sha256_update(&state, (const unsigned char *)request->body, request->body_length);
    (void)crypto_hash_sha256_final(&state, hash);
    char *hex = arena_alloc(&request->arena, 65);
    return sodium_bin2hex(hex, 65, hash, sizeof hash);
}

static bool read_key(struct request *request, const char **ret_key)
{
    const char *key = request->idempotency_key;
    *ret_key = key;
    if (key == NULL)
        return true;
    size_t n = strlen(key);
    bool sound = n >= 1 && n <= KEY_MAX;
    for (size_t i = 0; i < n; i++)
        sound &= key[i] > ' ' && key[i] < 0x7f;
    if (!sound)
        problem_respond(request, PROBLEM_malformed_request, "Idempotency-Key");
    return sound;
}

/* -1: none; -2: malformed (answered). */
static int64_t read_if_match(struct request *request)
{
    const char *text = request->if_match;
    if (text == NULL || strcmp(text, "*") == 0)
        return -1;
    if (strncmp(text, "W/", 2) == 0)
        text += 2;
    bool quoted = text[0] == '"';
    text += quoted;
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 9 || strcmp(text + n, quoted ? "\"" : "") != 0) {
        problem_respond(request, PROBLEM_malformed_request, "If-Match");
        return -2;
    }
    return strtoll(text, NULL, 10);
}

static bool read_flag(struct request *request, const char *name, bool *ret_flag)
{
    const char *text = request_argument(request, name);
    *ret_flag = text != NULL && strcmp(text, "true") == 0;
    if (text == NULL || *ret_flag || strcmp(text, "false") == 0)
        return true;
    problem_respond(request, PROBLEM_unknown_parameter, name);
    return false;
}

/* Called before a step is fired, too: what is stored must not be answered with a refusal. */
static bool read_options(struct request *request, const struct machine_plan *machine, struct render_options *options)
{
    const char *explain = request_argument(request, "explain");
    *options = (struct render_options){
        .principal = request->principal,
        .language = request->language,
        .fields = request_argument(request, "fields"),
        .explain_actions = explain != NULL,
    };
    const char *actions = request_argument(request, "actions");
    options->without_actions = actions != NULL && strcmp(actions, "none") == 0;
    if ((explain != NULL && strcmp(explain, "actions") != 0) || (actions != NULL && strcmp(actions, "none") != 0)) {
        problem_respond(request, PROBLEM_unknown_parameter, explain != NULL ? "explain" : "actions");
        return false;
    }
    if (machine_unknown_field(machine, options->fields) != NULL) {
        problem_respond(request, PROBLEM_unknown_parameter, "fields");
        return false;
    }
    return true;
}

static void respond_entity(struct request *request, const struct machine_plan *machine, const PGresult *result, unsigned status,
                           const struct expanded *expanded)
{
    struct render_options options;
    struct buf out = { 0 };
    if (!read_options(request, machine, &options))
        return;
    engine_render(machine, result, 0, &options, &out);
    if (expanded != NULL)
        engine_render_expanded(expanded, result, 0, &out);
    char etag[32];
    (void)snprintf(etag, sizeof etag, "\"%d\"", engine_result_version(result, 0));
    request_add_header(request, "ETag", etag);
    if (status == 201)
        request_add_header(request, "Location",
                           arena_printf(&request->arena, "/v1/%s/%s", machine_table(machine)->path, engine_result_id(result, 0)));
    request_respond(request, status, "application/json", &out);
}

static void respond_refusal(struct request *request, const struct step *step, const struct unmoved *unmoved, const PGresult *now)
{
    struct buf members = { 0 };
    if (unmoved->faults != NULL) {
        buf_json_key(&members, "errors");
        problem_write_faults(unmoved->faults, request->language, &members);
    }
    if (now != NULL && PQntuples(now) == 1) {
        struct render_options options = { .principal = request->principal, .language = request->language };
        buf_json_member(&members, "state", engine_result_state(now, 0));
        buf_json_int(&members, "version", engine_result_version(now, 0));
        buf_json_key(&members, "actions");
        engine_render_actions(step->machine, now, 0, &options, &members);
    }
    problem_respond_with(request, unmoved->code, NULL, members.data == NULL ? "" : members.data);
    buf_done(&members);
}

static enum job_verdict on_refused_read(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct step *step = request->context;
    respond_refusal(request, step, &step->unmoved, result);
    return JOB_FINISHED;
}

/* What was stored, or stored before. */
static enum job_verdict on_stored_read(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct step *step = request->context;
    if (PQntuples(result) == 0) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    if (step->repeated)
        request_add_header(request, "Idempotency-Replayed", "true");
    respond_entity(request, step->machine, result, event_creates(step->event) ? 201 : 200, NULL);
    return JOB_FINISHED;
}

/* A step that did not move returns no columns: the entity is read as it is now. */
static void read_then(struct request *request, const struct step *step, const char *id, request_done_fn *done)
{
    struct bound bound;
    engine_bind_get(step->machine, request->principal, arena_strdup(&request->arena, id), clock_now_us(), &request->arena, &bound);
    request_submit(request, false, bound.statement, bound.values, NULL, 0, NULL, done);
}

static void refuse(struct request *request, struct step *step, const PGresult *result, enum verdict verdict)
{
    static const enum problem_code codes[] = {
        [REFUSAL_GUARD] = PROBLEM_refused,
        [REFUSAL_ROLE] = PROBLEM_forbidden_role,
        [REFUSAL_STALE] = PROBLEM_stale_version,
        [REFUSAL_DUPLICATE] = PROBLEM_duplicate_value,
    };
    step->unmoved = (struct unmoved){ .code = PROBLEM_wrong_state };
    if (verdict == VERDICT_REFUSED) {
        struct faults *faults = ARENA_NEW(&request->arena, struct faults);
        faults->arena = &request->arena;
        step->unmoved = (struct unmoved){ codes[engine_refusals(step->event, result, &request->arena, faults)], faults };
    }
    if (event_creates(step->event))
        respond_refusal(request, step, &step->unmoved, NULL);
    else
        read_then(request, step, engine_result_subject(result), on_refused_read);
}

/* The news of it reaches the other nodes by NOTIFY; this one forgets before it answers, so that access ends at once. */
static void forget_access(struct request *request, const struct machine_plan *machine)
{
    const char *name = machine_table(machine)->name;
    if (strcmp(name, "person") == 0 || strcmp(name, "delegation") == 0)
        auth_drop_caches(request->reactor->server);
}

static enum job_verdict on_step_done(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    struct step *step = request->context;
    if (outcome == JOB_STORED) {
        forget_access(request, step->machine);
        read_then(request, step, step->id, on_stored_read);
        return JOB_FINISHED;
    }
    enum verdict verdict = engine_verdict(result);
    switch (verdict) {
    case VERDICT_MOVED:
        forget_access(request, step->machine);
        respond_entity(request, step->machine, result, event_creates(step->event) ? 201 : 200, NULL);
        break;
    case VERDICT_REPEAT:
        step->repeated = true;
        read_then(request, step, engine_result_subject(result), on_stored_read);
        break;
    case VERDICT_WOULD_MOVE: {
        struct buf out = { 0 };
        buf_puts(&out, "{\"dry_run\":true,\"outcome\":\"would_move\"}");
        request_respond(request, 200, "application/json", &out);
        break;
    }
    case VERDICT_MISMATCH:
        problem_respond(request, PROBLEM_idempotency_mismatch, NULL);
        break;
    case VERDICT_WRONG_STATE:
    case VERDICT_REFUSED:
        refuse(request, step, result, verdict);
        break;
    case VERDICT_RACED:
        return JOB_RETRY;
    case VERDICT_NOT_FOUND:
    case VERDICT_FOUND:
    default:
        problem_respond(request, PROBLEM_not_found, NULL);
    }
    return JOB_FINISHED;
}

static void fire(struct request *request, const struct machine_plan *machine, const struct event_plan *event, const char *id,
                 int64_t if_match, json_t *body)
{
    struct step *step = ARENA_NEW(&request->arena, struct step);
    struct faults *faults = ARENA_NEW(&request->arena, struct faults);
    struct call call = { .principal = request->principal, .id = id, .if_match = if_match, .request_id = request->id, .body = body };
    *step = (struct step){ .machine = machine, .event = event, .id = id };
    request->context = step;
    faults->arena = &request->arena;
    if (!read_key(request, &call.idempotency_key) || !read_flag(request, "dry_run", &step->dry_run))
        return;
    if (event_needs_if_match(event) && request->if_match == NULL && !step->dry_run) {
        problem_respond(request, PROBLEM_precondition_required, NULL);
        return;
    }
    call.dry_run = step->dry_run;
    call.now_us = clock_now_us();
    if (call.idempotency_key != NULL)
        call.fingerprint = fingerprint_of(request);
    struct bound bound;
    if (!engine_bind(event, &call, &request->arena, &bound, faults)) {
        problem_respond_faults(request, PROBLEM_invalid_fields, faults);
        return;
    }
    request_submit_step(request, &bound, on_step_done);
}

void handle_entity_event(struct request *request)
{
    const struct machine_plan *machine = request_machine(request);
    const struct event_plan *event = machine == NULL ? NULL : machine_event(machine, request->segments[3]);
    if (machine == NULL)
        return;
    if (event == NULL || event_creates(event)) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    const char *id = request_entity_id(request);
    struct render_options options;
    if (id == NULL || !request_accepts(request, "dry_run explain fields actions") || !read_options(request, machine, &options))
        return;
    if (!event_may_fire(event, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    int64_t if_match = read_if_match(request);
    json_t *body = if_match == -2 ? NULL : request_json(request);
    if (body == NULL)
        return;
    if (!json_is_object(body)) {
        problem_respond(request, PROBLEM_malformed_json, "object expected");
        return;
    }
    fire(request, machine, event, id, if_match, body);
}

/* Many creations in one request, each with its own outcome. */
struct many {
    const struct machine_plan *machine;
    const struct event_plan *event;
    struct buf *results; /* by index */
    size_t n, pending;
};
struct one {
    struct job job;
    const char *id;
    struct request *request;
    size_t index;
};

static void finish_many(struct request *request, struct many *many)
{
    struct buf out = { 0 };
    buf_puts(&out, "{\"results\":[");
    for (size_t i = 0; i < many->n; i++) {
        if (i > 0)
            buf_putc(&out, ',');
        buf_puts(&out, many->results[i].data);
        buf_done(&many->results[i]);
    }
    buf_puts(&out, "]}");
    request_respond(request, 200, "application/json", &out);
}

static void put_one_problem(struct buf *out, enum problem_code code, const struct faults *faults, enum language language)
{
    const struct problem_info *info = problem_info(code);
    buf_putc(out, '{');
    buf_json_int(out, "status", info->status);
    buf_json_member(out, "code", info->code);
    buf_json_member(out, "title", language == LANGUAGE_ZH ? info->title_zh : info->title_en);
    if (faults != NULL) {
        buf_json_key(out, "errors");
        problem_write_faults(faults, language, out);
    }
    buf_putc(out, '}');
}

static void put_where(const struct machine_plan *machine, const char *id, struct buf *out)
{
    buf_json_member(out, "id", id);
    buf_printf(out, ",\"href\":\"/v1/%s/%s\"}", machine_table(machine)->path, id);
}

static void put_one(struct request *request, struct many *many, const PGresult *result, struct buf *out)
{
    enum verdict verdict = engine_verdict(result);
    if (verdict == VERDICT_MOVED || verdict == VERDICT_REPEAT || verdict == VERDICT_WOULD_MOVE) {
        struct render_options options = { .principal = request->principal, .language = request->language, .without_actions = true };
        buf_puts(out, verdict == VERDICT_WOULD_MOVE ? "{\"status\":200" : "{\"status\":201");
        if (verdict == VERDICT_WOULD_MOVE) {
            buf_puts(out, ",\"outcome\":\"would_move\"}");
            return;
        }
        if (verdict == VERDICT_REPEAT) {
            buf_json_bool(out, "replayed", true);
            put_where(many->machine, engine_result_subject(result), out);
            return;
        }
        forget_access(request, many->machine);
        buf_json_key(out, "entity");
        engine_render(many->machine, result, 0, &options, out);
        buf_putc(out, '}');
        return;
    }
    struct faults *faults = ARENA_NEW(&request->arena, struct faults);
    faults->arena = &request->arena;
    if (verdict == VERDICT_MISMATCH) {
        put_one_problem(out, PROBLEM_idempotency_mismatch, NULL, request->language);
    } else {
        enum refusal refusal = engine_refusals(many->event, result, &request->arena, faults);
        put_one_problem(out, refusal == REFUSAL_ROLE ? PROBLEM_forbidden_role : refusal == REFUSAL_DUPLICATE ? PROBLEM_duplicate_value : PROBLEM_refused,
                        faults, request->language);
    }
}

static enum job_verdict on_one_done(struct job *job, enum job_outcome outcome, const PGresult *result)
{
    struct one *one = job->owner;
    struct many *many = one->request->context;
    struct buf *out = &many->results[one->index];
    if (outcome == JOB_DONE && engine_verdict(result) == VERDICT_RACED)
        return JOB_RETRY;
    if (outcome == JOB_DONE) {
        put_one(one->request, many, result, out);
    } else if (outcome == JOB_STORED) {
        forget_access(one->request, many->machine);
        buf_puts(out, "{\"status\":201");
        put_where(many->machine, one->id, out);
    } else {
        put_one_problem(out, outcome == JOB_FAILED        ? PROBLEM_internal
                             : outcome == JOB_BUSY        ? PROBLEM_busy
                             : outcome == JOB_UNAVAILABLE ? PROBLEM_database_unavailable
                                                          : PROBLEM_outcome_unknown,
                        NULL, one->request->language);
    }
    if (--many->pending == 0)
        finish_many(one->request, many);
    return JOB_FINISHED;
}

static void submit_one(struct request *request, struct many *many, size_t index, json_t *body, const struct call *common)
{
    struct one *one = ARENA_NEW(&request->arena, struct one);
    struct faults *faults = ARENA_NEW(&request->arena, struct faults);
    struct call call = *common;
    struct bound bound;
    char *id = arena_alloc(&request->arena, UUID_TEXT_SIZE);
    uuid7_new(call.now_us, id);
    call.id = id;
    call.body = body;
    if (common->idempotency_key != NULL)
        call.idempotency_key = arena_printf(&request->arena, "%s#%zu", common->idempotency_key, index);
    faults->arena = &request->arena;
    if (!json_is_object(body)) {
        put_one_problem(&many->results[index], PROBLEM_malformed_json, NULL, request->language);
        return;
    }
    if (!engine_bind(many->event, &call, &request->arena, &bound, faults)) {
        put_one_problem(&many->results[index], PROBLEM_invalid_fields, faults, request->language);
        return;
    }
    *one = (struct one){
        .job = { .statement = bound.statement, .values = bound.values, .locks = bound.locks, .n_locks = bound.n_locks,
                 .proof = bound.proof, .sort_key = bound.sort_key, .deadline_us = request->deadline_us, .done = on_one_done, .owner = one },
        .id = id,
        .request = request,
        .index = index,
    };
    many->pending++;
    lane_submit(request->reactor->write_lane, &one->job);
}

static void create_many(struct request *request, const struct machine_plan *machine, const struct event_plan *event, json_t *list)
{
    struct call call = { .principal = request->principal, .if_match = -1, .request_id = request->id, .now_us = clock_now_us() };
    struct many *many = ARENA_NEW(&request->arena, struct many);
    size_t n = json_array_size(list);
    if (n == 0 || n > BATCH_MAX) {
        problem_respond(request, PROBLEM_invalid_fields, "1 to 1000 items");
        return;
    }
    if (!read_key(request, &call.idempotency_key) || !read_flag(request, "dry_run", &call.dry_run))
        return;
    if (call.idempotency_key != NULL)
        call.fingerprint = fingerprint_of(request);
    *many = (struct many){ machine, event, ARENA_ARRAY(&request->arena, struct buf, n), n, 0 };
    request->context = many;
    for (size_t i = 0; i < n; i++)
        submit_one(request, many, i, json_array_get(list, i), &call);
    if (many->pending == 0)
        finish_many(request, many);
}

/* One JSON object a line, as a JSON array. */
static json_t *read_ndjson(struct request *request)
{
    json_t *list = json_array();
    char error[256];
    for (const char *p = request->body, *end = p + request->body_length; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t n = newline == NULL ? (size_t)(end - p) : (size_t)(newline - p);
        json_t *value = NULL;
        bool blank = strspn(p, " \t\r") >= n;
        if (!blank && json_in_parse(p, n, &value, error, sizeof error) != JSON_IN_OK) {
            json_decref(list);
            problem_respond(request, PROBLEM_malformed_json, error);
            return NULL;
        }
        if (value != NULL)
            (void)json_array_append_new(list, value);
        p += n + (newline != NULL);
    }
    request->json = list;
    return list;
}

void entity_open(struct request *request, const struct machine_plan *machine, const struct event_plan *event, json_t *body)
{
    char *id = arena_alloc(&request->arena, UUID_TEXT_SIZE);
    uuid7_new(clock_now_us(), id);
    fire(request, machine, event, id, -1, body);
}

/* POST /v1/outlets opens by the machine's first way, POST /v1/outlets/apply by the one called so. */
void handle_entity_create(struct request *request)
{
    const struct machine_plan *machine = request_machine(request);
    struct render_options options;
    if (machine == NULL)
        return;
    const struct event_plan *event = request->n_segments == 2 ? machine_creation(machine) : machine_event(machine, request->segments[2]);
    if (!request_accepts(request, "dry_run explain fields actions") || !read_options(request, machine, &options))
        return;
    if (event == NULL || !event_may_fire(event, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    bool lines = request->content_type != NULL && strcmp(request->content_type, "application/x-ndjson") == 0;
    json_t *body = lines ? read_ndjson(request) : request_json(request);
    if (body == NULL)
        return;
    if (json_is_array(body)) {
        create_many(request, machine, event, body);
    } else if (!json_is_object(body)) {
        problem_respond(request, PROBLEM_malformed_json, "object or array expected");
    } else {
        entity_open(request, machine, event, body);
    }
}

struct reading {
    const struct machine_plan *machine;
    struct expanded expanded;
};

static enum job_verdict on_got(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct reading *reading = request->context;
    if (PQntuples(result) == 0) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    const char *known = request->if_none_match;
    char etag[32];
    (void)snprintf(etag, sizeof etag, "\"%d\"", engine_result_version(result, 0));
    if (known != NULL && (strcmp(known, "*") == 0 || strstr(known, etag) != NULL)) {
        request_add_header(request, "ETag", etag);
        request_respond_empty(request, 304);
        return JOB_FINISHED;
    }
    respond_entity(request, reading->machine, result, 200, &reading->expanded);
    return JOB_FINISHED;
}

void handle_entity_get(struct request *request)
{
    const struct machine_plan *machine = request_machine(request);
    const char *id = machine == NULL ? NULL : request_entity_id(request);
    struct render_options options;
    if (id == NULL || !request_accepts(request, "explain fields actions expand") || !read_options(request, machine, &options))
        return;
    if (!machine_may_read(machine, request->principal) && !machine_may_read_own(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    struct bound bound;
    struct reading *reading = ARENA_NEW(&request->arena, struct reading);
    const char *expand = request_argument(request, "expand");
    reading->machine = machine;
    if (expand == NULL) {
        engine_bind_get(machine, request->principal, id, clock_now_us(), &request->arena, &bound);
    } else if (!engine_bind_get_expanded(machine, request->principal, id, expand, clock_now_us(), &request->arena, &bound, &reading->expanded)) {
        problem_respond(request, PROBLEM_unknown_parameter, "expand");
        return;
    }
    request->context = reading;
    request_submit(request, false, bound.statement, bound.values, NULL, 0, NULL, on_got);
}
