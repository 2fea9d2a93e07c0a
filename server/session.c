/* Sign-in by password, sign-out, API keys. Hashing runs in the worker thread. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/roles.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

#define SESSION_TIME_US (INT64_C(12) * 3600 * 1000000)
#define FAILURES_FREE "5"
#define PASSWORD_MIN 8
#define PASSWORD_MAX 200

struct sign_in {
    char *login, *password;
    char person_id[UUID_TEXT_SIZE];
    char hash[crypto_pwhash_STRBYTES];
    char new_hash[crypto_pwhash_STRBYTES];
    bool known, good;
    char token[64], token_hash[65];
    char now[CLOCK_RFC3339_SIZE], expires[CLOCK_RFC3339_SIZE];
};

const char *request_now(struct request *request)
{
    char *text = arena_alloc(&request->arena, CLOCK_RFC3339_SIZE);
    clock_format_rfc3339(clock_now_us(), text);
    return text;
}

static void new_token(const char *prefix, char *token, size_t size, char hash[65])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    size_t n = (size_t)snprintf(token, size, "%s", prefix);
    (void)sodium_bin2base64(token + n, size - n, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    auth_hash_token(token, hash);
}

static const char **values_of(struct request *request, size_t n)
{
    return ARENA_ARRAY(&request->arena, const char *, n);
}

static bool take_strings(struct request *request, const char *const *names, char **ret, size_t n)
{
    json_t *body = request_json(request);
    if (body == NULL)
        return false;
    struct faults faults = { .arena = &request->arena };
    if (!json_is_object(body)) {
        problem_respond(request, PROBLEM_malformed_json, "object expected");
        return false;
    }
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= strcmp(names[i], key) == 0;
        if (!known)
            faults_add(&faults, faults_member(&request->arena, "", key), "unknown_field", (struct text){ "There is no such field here", "此处没有该字段" });
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_object_get(body, names[i]));
        if (text == NULL || text[0] == '\0' || strlen(text) > PASSWORD_MAX || strlen(text) != json_string_length(json_object_get(body, names[i])))
            faults_add(&faults, arena_printf(&request->arena, "/%s", names[i]), "required", (struct text){ "This field is required", "此字段必填" });
        ret[i] = arena_strdup(&request->arena, text);
    }
    if (faults.count > 0)
        problem_respond_faults(request, PROBLEM_invalid_fields, &faults);
    return faults.count == 0;
}

static enum job_verdict on_session_made(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    (void)result;
    const struct sign_in *in = request->context;
    struct buf out = { 0 };
    buf_putc(&out, '{');
    buf_json_member(&out, "token", in->token);
    buf_json_member(&out, "expires_at", in->expires);
    buf_json_member(&out, "person_id", in->person_id);
    buf_putc(&out, '}');
    request_respond(request, 201, "application/json", &out);
    return JOB_FINISHED;
}

/* Counted before the password is looked at, and forgiven by a success: guesses that come together are no more than those that
 * come one after the other. No row: there were too many within the last minute; the door opens again by itself. */
static const struct statement count_attempt = {
    .name = "count_sign_in_attempt",
    .text = "insert into sign_in_failure as f (login, failures, last_at)\nvalues ($1::text, 1, $2::timestamptz)\n"
            "    on conflict (login) do update\n   set failures = case when f.last_at < excluded.last_at - interval '15 minutes' then 1 else f.failures + 1 end,\n"
            "       last_at = excluded.last_at\n where f.failures < $3::integer\n    or f.last_at <= excluded.last_at - interval '1 minute'\nreturning failures",
    .n_params = 3,
    .repeatable = true,
};
static const struct statement make_session = {
    .name = "make_session",
    .text = "with forgiven as (delete from sign_in_failure where login = $5::text),\n"
            "     swept as (delete from session where person_id = $2::uuid and expires_at < $3::timestamptz)\n"
            "insert into session (token_hash, person_id, made_at, expires_at)\nvalues ($1::text, $2::uuid, $3::timestamptz, $4::timestamptz)\n    on conflict (token_hash) do nothing",
    .n_params = 5,
    .repeatable = true,
};

static void on_verified(struct request *request)
{
    struct sign_in *in = request->context;
    sodium_memzero(in->password, strlen(in->password));
    if (!in->good || !in->known) {
        problem_respond(request, PROBLEM_wrong_password, NULL);
        return;
    }
    new_token("acs_", in->token, sizeof in->token, in->token_hash);
    clock_format_rfc3339(clock_now_us() + SESSION_TIME_US, in->expires);
    const char **values = values_of(request, 5);
    values[0] = in->token_hash;
    values[1] = in->person_id;
    values[2] = in->now;
    values[3] = in->expires;
    values[4] = in->login;
    request_submit(request, true, &make_session, values, NULL, 0, NULL, on_session_made);
}

/* Runs in the worker. An unknown name costs as much time as a known one. */
static void verify(void *argument)
{
    struct sign_in *in = argument;
    if (in->known)
        in->good = crypto_pwhash_str_verify(in->hash, in->password, strlen(in->password)) == 0;
    else
        in->good = crypto_pwhash_str(in->new_hash, in->password, strlen(in->password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

static enum job_verdict on_credential(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    struct sign_in *in = request->context;
    in->known = PQntuples(result) == 1 && !PQgetisnull(result, 0, 0) && strlen(PQgetvalue(result, 0, 1)) < sizeof in->hash;
    if (in->known) {
        (void)snprintf(in->person_id, sizeof in->person_id, "%s", PQgetvalue(result, 0, 0));
        (void)snprintf(in->hash, sizeof in->hash, "%s", PQgetvalue(result, 0, 1));
    }
    request_offload(request, verify, in, on_verified);
    return JOB_FINISHED;
}

static enum job_verdict on_attempt_counted(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    struct sign_in *in = request->context;
    if (PQntuples(result) == 0) {
        request_add_header(request, "Retry-After", "60");
        problem_respond(request, PROBLEM_too_many_requests, NULL);
        return JOB_FINISHED;
    }
    const char **values = values_of(request, 1);
    values[0] = in->login;
    request_query(request,
                  "select p.id, c.password_hash\n  from person p\n  join person_credential c on c.person_id = p.id\n"
                  " where p.login = $1::text\n   and p.state <> 'left'",
                  1, values, on_credential);
    return JOB_FINISHED;
}

void handle_sign_in(struct request *request)
{
    static const char *const names[] = { "login", "password" };
    char *texts[2];
    if (!request_accepts(request, "") || !take_strings(request, names, texts, 2))
        return;
    struct sign_in *in = ARENA_NEW(&request->arena, struct sign_in);
    in->login = texts[0];
    in->password = texts[1];
    clock_format_rfc3339(clock_now_us(), in->now);
    request->context = in;
    const char **values = values_of(request, 3);
    values[0] = in->login;
    values[1] = in->now;
    values[2] = FAILURES_FREE;
    request_submit(request, true, &count_attempt, values, NULL, 0, NULL, on_attempt_counted);
}

static enum job_verdict on_gone(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    auth_drop_caches(request->reactor->server);
    if (PQcmdTuples((PGresult *)(uintptr_t)result)[0] == '0')
        problem_respond(request, PROBLEM_not_found, NULL);
    else
        request_respond_empty(request, 204);
    return JOB_FINISHED;
}

void handle_sign_out(struct request *request)
{
    static const struct statement sign_out = { .name = "sign_out", .text = "delete from session where token_hash = $1::text", .n_params = 1 };
    if (!request_accepts(request, ""))
        return;
    const char **values = values_of(request, 1);
    values[0] = request->principal->token_hash;
    request_submit(request, true, &sign_out, values, NULL, 0, NULL, on_gone);
}

void handle_me(struct request *request)
{
    const struct principal *p = request->principal;
    struct buf out = { 0 };
    if (!request_accepts(request, ""))
        return;
    buf_putc(&out, '{');
    buf_json_member(&out, "id", p->id);
    buf_json_member(&out, "name", p->name);
    buf_json_member(&out, "department", p->department[0] == '\0' ? NULL : p->department);
    buf_json_member(&out, "outlet_id", p->outlet_id[0] == '\0' ? NULL : p->outlet_id);
    buf_json_member(&out, "customer_id", p->customer_id[0] == '\0' ? NULL : p->customer_id);
    buf_json_key(&out, "roles");
    buf_putc(&out, '[');
    for (int role = 0; role < ROLE_MAX; role++)
        if ((p->roles & role_bit((enum role)role)) != 0) {
            buf_json_comma(&out);
            buf_json_string(&out, role_names[role]);
        }
    buf_putc(&out, ']');
    buf_json_key(&out, "delegated_roles");
    buf_putc(&out, '[');
    for (int role = 0; role < ROLE_MAX; role++)
        if ((p->delegated_roles & role_bit((enum role)role)) != 0) {
            buf_json_comma(&out);
            buf_json_string(&out, role_names[role]);
        }
    buf_puts(&out, "]}");
    request_respond(request, 200, "application/json", &out);
}

static void hash_new(void *argument)
{
    struct sign_in *in = argument;
    in->good = crypto_pwhash_str(in->new_hash, in->password, strlen(in->password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

static enum job_verdict on_password_set(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    auth_drop_caches(request->reactor->server);
    if (PQntuples(result) == 0)
        problem_respond(request, PROBLEM_not_found, NULL);
    else
        request_respond_empty(request, 204);
    return JOB_FINISHED;
}

/* A new password ends all sessions of the person but the one that set it. */
static void on_hashed(struct request *request)
{
    static const struct statement set_password = {
        .name = "set_password",
        .text = "with who as (select p.id from person p where p.id = $1::uuid and p.state <> 'left'),\n"
                "     ended as (delete from session s using who where s.person_id = who.id and s.token_hash <> $4::text)\n"
                "insert into person_credential (person_id, password_hash, changed_at)\nselect who.id, $2::text, $3::timestamptz from who\n"
                "    on conflict (person_id) do update\n   set password_hash = excluded.password_hash,\n       changed_at = excluded.changed_at\nreturning person_id",
        .n_params = 4,
        .repeatable = true,
    };
    struct sign_in *in = request->context;
    if (!in->good) {
        problem_respond(request, PROBLEM_internal, NULL);
        return;
    }
    const char **values = values_of(request, 4);
    values[0] = in->person_id;
    values[1] = in->new_hash;
    values[2] = request_now(request);
    values[3] = request->principal->token_hash;
    request_submit(request, true, &set_password, values, NULL, 0, NULL, on_password_set);
}

static bool is_good_password(struct request *request, const char *password)
{
    if (strlen(password) >= PASSWORD_MIN)
        return true;
    struct faults faults = { .arena = &request->arena };
    faults_add(&faults, "/password", "too_short", (struct text){ "At least 8 characters", "至少8个字符" });
    problem_respond_faults(request, PROBLEM_invalid_fields, &faults);
    return false;
}

static void on_old_verified(struct request *request)
{
    struct sign_in *in = request->context;
    if (!in->good) {
        problem_respond(request, PROBLEM_wrong_password, NULL);
        return;
    }
    in->password = in->login; /* the new one */
    request_offload(request, hash_new, in, on_hashed);
}

static enum job_verdict on_own_credential(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    struct sign_in *in = request->context;
    in->known = PQntuples(result) == 1;
    if (in->known)
        (void)snprintf(in->hash, sizeof in->hash, "%s", PQgetvalue(result, 0, 0));
    request_offload(request, verify, in, on_old_verified);
    return JOB_FINISHED;
}

void handle_change_password(struct request *request)
{
    static const char *const names[] = { "password", "old_password" };
    char *texts[2];
    if (!request_accepts(request, "") || !take_strings(request, names, texts, 2) || !is_good_password(request, texts[0]))
        return;
    struct sign_in *in = ARENA_NEW(&request->arena, struct sign_in);
    in->login = texts[0];
    in->password = texts[1];
    memcpy(in->person_id, request->principal->id, sizeof in->person_id);
    request->context = in;
    const char **values = values_of(request, 1);
    values[0] = request->principal->id;
    request_query(request, "select password_hash from person_credential where person_id = $1::uuid", 1, values, on_own_credential);
}

void handle_person_password(struct request *request)
{
    static const char *const names[] = { "password" };
    char *texts[1];
    const char *id = request_entity_id(request);
    if (id == NULL || !request_accepts(request, ""))
        return;
    if ((request->principal->roles & role_bit(ROLE_hr_officer)) == 0) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    if (!take_strings(request, names, texts, 1) || !is_good_password(request, texts[0]))
        return;
    struct sign_in *in = ARENA_NEW(&request->arena, struct sign_in);
    in->password = texts[0];
    (void)snprintf(in->person_id, sizeof in->person_id, "%s", id);
    request->context = in;
    request_offload(request, hash_new, in, on_hashed);
}

static enum job_verdict on_rows(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    respond_json_rows(request, result, 0, -1);
    return JOB_FINISHED;
}

void handle_keys(struct request *request)
{
    if (!request_accepts(request, ""))
        return;
    const char **values = values_of(request, 2);
    values[0] = request->principal->id;
    values[1] = (request->principal->roles & role_bit(ROLE_hr_officer)) != 0 ? "true" : "false";
    request_query(request,
                  "select jsonb_build_object('id', k.token_hash, 'name', k.name, 'person_id', k.person_id, 'made_at', k.made_at, 'expires_at', k.expires_at, 'revoked_at', k.revoked_at)\n"
                  "  from api_key k\n where k.person_id = $1::uuid or $2::boolean\n order by k.made_at desc\n limit 200",
                  2, values, on_rows);
}

static enum job_verdict on_key_made(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    const struct sign_in *in = request->context;
    if (PQntuples(result) == 0) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    struct buf out = { 0 };
    buf_putc(&out, '{');
    buf_json_member(&out, "id", in->token_hash);
    buf_json_member(&out, "key", in->token);
    buf_json_member(&out, "person_id", in->person_id);
    buf_putc(&out, '}');
    request_respond(request, 201, "application/json", &out);
    return JOB_FINISHED;
}

/* For oneself, or by HR for anybody; the key itself is shown this once. */
void handle_key_create(struct request *request)
{
    static const char *const names[] = { "name", "person_id" };
    static const struct statement make_key = {
        .name = "make_key",
        .text = "insert into api_key (token_hash, person_id, name, made_at, made_by)\n"
                "select $1::text, p.id, $3::text, $4::timestamptz, $5::uuid\n  from person p\n where p.id = $2::uuid\n   and p.state <> 'left'\n    on conflict (token_hash) do update\n   set name = excluded.name\nreturning token_hash",
        .n_params = 5,
        .repeatable = true,
    };
    char *texts[2];
    if (!request_accepts(request, "") || !take_strings(request, names, texts, 2))
        return;
    bool own = strcmp(texts[1], request->principal->id) == 0;
    if (!uuid_is_valid(texts[1])) {
        problem_respond(request, PROBLEM_not_found, NULL);
        return;
    }
    if (!own && (request->principal->roles & role_bit(ROLE_hr_officer)) == 0) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    struct sign_in *in = ARENA_NEW(&request->arena, struct sign_in);
    new_token("ack_", in->token, sizeof in->token, in->token_hash);
    (void)snprintf(in->person_id, sizeof in->person_id, "%s", texts[1]);
    request->context = in;
    const char **values = values_of(request, 5);
    values[0] = in->token_hash;
    values[1] = texts[1];
    values[2] = texts[0];
    values[3] = request_now(request);
    values[4] = request->principal->id;
    request_submit(request, true, &make_key, values, NULL, 0, NULL, on_key_made);
}

void handle_key_revoke(struct request *request)
{
    static const struct statement revoke = {
        .name = "revoke_key",
        .text = "update api_key\n   set revoked_at = $2::timestamptz\n where token_hash = $1::text\n   and revoked_at is null\n   and (person_id = $3::uuid or $4::boolean)",
        .n_params = 4,
    };
    if (!request_accepts(request, ""))
        return;
    const char **values = values_of(request, 4);
    values[0] = request->segments[2];
    values[1] = request_now(request);
    values[2] = request->principal->id;
    values[3] = (request->principal->roles & role_bit(ROLE_hr_officer)) != 0 ? "true" : "false";
    request_submit(request, true, &revoke, values, NULL, 0, NULL, on_gone);
}
