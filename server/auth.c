/* From a bearer token to a principal: a cache a reactor, emptied when anything about sign-in changes. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/roles.h"
#include "server/internal.h"
#include "server/problem.h"

#define CACHE_TIME_US INT64_C(5000000)
#define TOKEN_MAX 200

void auth_hash_token(const char *token, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
    (void)sodium_bin2hex(out, 65, hash, sizeof hash);
}

void auth_drop_caches(struct server *server)
{
    atomic_fetch_add(&server->auth_generation, 1);
}

static const struct statement find_principal = {
    .name = "find_principal",
    .text = "select p.id, p.name, p.roles, p.outlet_id, p.customer_id, p.department, k.is_key,\n"
            "       coalesce((extract(epoch from k.expires_at) * 1000000)::bigint, 0) as expires_us,\n"
            "       (select array_agg(d.role)\n"
            "          from delegation d\n"
            "          join person h on h.id = d.holder_id\n"
            "         where d.stand_in_id = p.id\n"
            "           and d.state = 'active'\n"
            "           and d.from_at <= $2::timestamptz\n"
            "           and d.to_at > $2::timestamptz\n"
            "           and h.state = 'active'\n"
            "           and d.role = any(h.roles)) as delegated\n"
            "  from (select s.person_id, s.expires_at, false as is_key\n"
            "          from session s\n"
            "         where s.token_hash = $1::text\n"
            "           and s.expires_at > $2::timestamptz\n"
            "        union all\n"
            "        select a.person_id, a.expires_at, true\n"
            "          from api_key a\n"
            "         where a.token_hash = $1::text\n"
            "           and a.revoked_at is null\n"
            "           and (a.expires_at is null or a.expires_at > $2::timestamptz)) k\n"
            "  join person p on p.id = k.person_id\n"
            " where p.state in ('active', 'barred')",
    .n_params = 2,
};

static struct auth_entry *slot_of(struct reactor *reactor, const char *hash)
{
    unsigned n = 0;
    for (int i = 0; i < 6; i++)
        n = n * 31 + (unsigned char)hash[i];
    return &reactor->auth_cache[n % AUTH_CACHE_SIZE];
}

static uint64_t roles_in(const char *array)
{
    uint64_t roles = 0;
    char word[64];
    for (const char *p = array; p != NULL && *p != '\0';) {
        p += strspn(p, "{},\"");
        size_t n = strcspn(p, "{},\"");
        if (n == 0 || n >= sizeof word)
            break;
        memcpy(word, p, n);
        word[n] = '\0';
        enum role role = role_find(word);
        if (role != ROLE_MAX)
            roles |= role_bit(role);
        p += n;
    }
    return roles;
}

static void copy_cell(char *out, size_t size, const PGresult *result, int column)
{
    size_t n = strlen(PQgetvalue(result, 0, column));
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)PQgetvalue(result, 0, column)[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, PQgetvalue(result, 0, column), n);
    out[n] = '\0';
}

static void read_principal(const PGresult *result, struct principal *principal)
{
    copy_cell(principal->id, sizeof principal->id, result, 0);
    copy_cell(principal->name, sizeof principal->name, result, 1);
    copy_cell(principal->outlet_id, sizeof principal->outlet_id, result, 3);
    copy_cell(principal->customer_id, sizeof principal->customer_id, result, 4);
    copy_cell(principal->department, sizeof principal->department, result, 5);
    uint64_t own = roles_in(PQgetvalue(result, 0, 2)) & ~role_bit(ROLE_system);
    principal->delegated_roles = roles_in(PQgetvalue(result, 0, 8)) & ~own & ~role_bit(ROLE_system);
    principal->roles = own | principal->delegated_roles;
    principal->is_api_key = PQgetvalue(result, 0, 6)[0] == 't';
    principal->expires_us = strtoll(PQgetvalue(result, 0, 7), NULL, 10);
}

/* What the request waits with while its token is looked up. */
struct waiting {
    char hash[65];
    uint64_t generation;
    handler_fn *next;
};

static enum job_verdict on_found(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    struct waiting *waiting = request->auth_waiting;
    if (PQntuples(result) != 1) {
        problem_respond(request, PROBLEM_unauthenticated, NULL);
        return JOB_FINISHED;
    }
    struct auth_entry *entry = slot_of(request->reactor, waiting->hash);
    struct principal *principal = ARENA_NEW(&request->arena, struct principal);
    read_principal(result, principal);
    memcpy(principal->token_hash, waiting->hash, sizeof principal->token_hash);
    memcpy(entry->token_hash, waiting->hash, sizeof entry->token_hash);
    entry->principal = *principal;
    entry->generation = waiting->generation;
    entry->until_us = clock_monotonic_us() + CACHE_TIME_US;
    request->principal = principal;
    waiting->next(request);
    return JOB_FINISHED;
}

static bool take_cached(struct request *request, const char *hash)
{
    struct server *server = request->reactor->server;
    const struct auth_entry *entry = slot_of(request->reactor, hash);
    if (strcmp(entry->token_hash, hash) != 0 || entry->until_us < clock_monotonic_us() ||
        entry->generation != atomic_load(&server->auth_generation) || !atomic_load(&server->auth_cache_allowed) ||
        (entry->principal.expires_us != 0 && entry->principal.expires_us <= clock_now_us()))
        return false;
    request->principal = ARENA_NEW(&request->arena, struct principal);
    *request->principal = entry->principal;
    return true;
}

void auth_run(struct request *request, handler_fn *next)
{
    const char *header = request_header(request, "Authorization");
    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0 || strlen(header) > TOKEN_MAX || strlen(header) < 20) {
        problem_respond(request, PROBLEM_unauthenticated, NULL);
        return;
    }
    struct waiting *waiting = ARENA_NEW(&request->arena, struct waiting);
    auth_hash_token(header + 7, waiting->hash);
    waiting->generation = atomic_load(&request->reactor->server->auth_generation);
    waiting->next = next;
    if (take_cached(request, waiting->hash)) {
        next(request);
        return;
    }
    request->auth_waiting = waiting;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 2);
    char *now = arena_alloc(&request->arena, CLOCK_RFC3339_SIZE);
    clock_format_rfc3339(clock_now_us(), now);
    values[0] = waiting->hash;
    values[1] = now;
    request_submit(request, false, &find_principal, values, NULL, 0, NULL, on_found);
}
