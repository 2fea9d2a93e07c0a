/* The background thread: listens for revocations on every node; on the one node that holds the advisory lock it also runs
 * the sequencer of the feed, deadlines, timers, later links and the hand-in calendar, through the engine as `system`. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/fire.h"
#include "engine/plan.h"
#include "server/internal.h"

#define TICK_MS 100
#define MAX_PREPARED 1000
#define LEADER_LOCK "select pg_try_advisory_lock(4003, 1)"

struct background {
    struct server *server;
    pthread_t thread;
    PGconn *connection;
    bool leader;
    int64_t next_breach_us, next_timer_us, next_slow_us;
    char now[CLOCK_RFC3339_SIZE];
    struct arena arena; /* statements */
    const char **breach_sql;
    const char *prepared[MAX_PREPARED]; /* on this connection, by their text's address */
    size_t n_prepared;
};

static bool failed(const struct background *b, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return false;
    if (PQstatus(b->connection) == CONNECTION_OK)
        log_error("background", "%s", PQresultErrorMessage(result));
    return true;
}

/* `sql` lives as long as the thread. Planning some hundred statements each second would keep an idle machine busy: they are
 * prepared when they are first needed. */
static PGresult *query(struct background *b, const char *sql, int n, const char *const *values)
{
    size_t i = 0;
    while (i < b->n_prepared && b->prepared[i] != sql)
        i++;
    if (i == MAX_PREPARED) {
        PGresult *result = PQexecParams(b->connection, sql, n, NULL, values, NULL, NULL, 0);
        (void)failed(b, result);
        return result;
    }
    char name[32];
    (void)snprintf(name, sizeof name, "b%zu", i);
    if (i == b->n_prepared) {
        PGresult *result = PQprepare(b->connection, name, sql, n, NULL);
        if (failed(b, result))
            return result;
        PQclear(result);
        b->prepared[b->n_prepared++] = sql;
    }
    PGresult *result = PQexecPrepared(b->connection, name, n, values, NULL, NULL, 0);
    (void)failed(b, result);
    return result;
}

/* Feed order: what the present snapshot sees and the previous one did not (one-statement F4). */
static const char sequencer_sql[] =
    "with s as (select prev, pos from feed_state for update),\n"
    "     fresh as (select v.entity_id, v.event_no, row_number() over (order by v.seq) as place\n"
    "                 from entity_event v, s\n"
    "                where v.xid >= pg_snapshot_xmin(s.prev)\n"
    "                  and not pg_visible_in_snapshot(v.xid, s.prev)),\n"
    "     put as (insert into feed (pos, entity_id, event_no) select s.pos + f.place, f.entity_id, f.event_no from fresh f, s returning pos)\n"
    "update feed_state t\n   set prev = pg_current_snapshot(),\n       pos = t.pos + (select count(*) from put)";

/* A breach is an event of the log that moves neither state nor version; it marks the clock and tells the owner. */
static const char breach_template[] =
    "with due as materialized (\n"
    "    select e.id, e.number, e.state, e.version, e.event_no, e.chain, e.clocks, e.assignee_id, e.outlet_id, e.customer_id,\n"
    "           greatest($1::timestamptz, e.changed_at) as at\n"
    "      from %s e\n     where e.closed_at is null\n       and e.due_at <= $1::timestamptz\n     order by e.due_at\n     limit 200\n"
    "       for no key update skip locked),\n"
    "next as materialized (\n"
    "    select d.*, n.clocks as new_clocks, n.hits, c.changes, uuid_send(s.salt) as salt,\n"
    "           event_content_hash(uuid_send(s.salt), d.id, d.event_no + 1, 'deadline_breach', d.state, d.state, d.version, null, %lld, d.at, null, null, c.changes) as content_hash\n"
    "      from due d\n"
    "     cross join lateral (select gen_random_uuid() as salt where d.id is not null) s\n"
    "     cross join lateral (select jsonb_object_agg(k.key, case when (k.value ->> 'due_at')::timestamptz <= $1::timestamptz and not k.value ? 'breached_at'\n"
    "                                                             then k.value || jsonb_build_object('breached_at', d.at) else k.value end) as clocks,\n"
    "                                coalesce(jsonb_agg(jsonb_build_object('clock', k.key, 'rule', k.value -> 'rule', 'due_at', k.value -> 'due_at'))\n"
    "                                    filter (where (k.value ->> 'due_at')::timestamptz <= $1::timestamptz and not k.value ? 'breached_at'), '[]') as hits\n"
    "                           from jsonb_each(d.clocks) k) n\n"
    "     cross join lateral (select json_build_object('clocks', n.clocks, 'breached', n.hits) as changes) c),\n"
    "moved as (\n"
    "    update %s e\n       set clocks = n.new_clocks,\n           overdue = true,\n           due_at = clocks_due(n.new_clocks),\n           event_no = e.event_no + 1,\n"
    "           chain = sha256(e.chain || n.content_hash)\n      from next n\n     where e.id = n.id\n       and e.event_no = n.event_no\n returning e.id, e.chain),\n"
    "logged as (\n"
    "    insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_roles, at, outlet_id, customer_id, changes, salt, content_hash, hash)\n"
    "    select n.id, n.event_no + 1, '%s', 'deadline_breach', n.state, n.state, n.version, %lld, n.at, n.outlet_id, n.customer_id, n.changes, n.salt, n.content_hash, m.chain\n"
    "      from next n\n      join moved m on m.id = n.id),\n"
    "breaches as (\n"
    "    insert into breach (entity_id, machine, clock, rule_code, due_at, breached_at, owner_id, outlet_id)\n"
    "    select n.id, '%s', h ->> 'clock', h ->> 'rule', (h ->> 'due_at')::timestamptz, n.at, n.assignee_id, n.outlet_id\n"
    "      from next n\n      join moved m on m.id = n.id\n     cross join lateral jsonb_array_elements(n.hits) h\n        on conflict do nothing),\n"
    "told as (\n"
    "    insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)\n"
    "    select n.assignee_id, case when n.assignee_id is null then 'dispatcher' end, n.outlet_id, 'deadline_breach', n.id,\n"
    "           jsonb_build_object('machine', '%s', 'number', n.number, 'breached', n.hits), n.at\n      from next n\n      join moved m on m.id = n.id)\n"
    "select count(*) from moved";

static const char stop_template[] =
    "update breach b\n   set stopped_at = $1::timestamptz\n  from %s e\n where b.stopped_at is null\n   and b.machine = '%s'\n   and e.id = b.entity_id\n"
    "   and not coalesce(e.clocks -> b.clock ? 'breached_at', false)";

/* Owner at once, dispatcher after a day, deputy general manager after three (00-common rule 5). */
static const char escalate_sql[] =
    "with late as (\n"
    "    select b.id, b.entity_id, b.outlet_id, b.clock, b.machine, s.step\n"
    "      from breach b\n"
    "     cross join lateral (select case when b.breached_at + make_interval(secs => (select seconds from time_rule where code = 'T_ESCALATE_2')) <= $1::timestamptz then 2\n"
    "                                     when b.breached_at + make_interval(secs => (select seconds from time_rule where code = 'T_ESCALATE_1')) <= $1::timestamptz then 1\n"
    "                                     else 0 end as step) s\n"
    "     where b.stopped_at is null\n       and s.step > b.escalation),\n"
    "raised as (update breach b set escalation = l.step from late l where b.id = l.id)\n"
    "insert into notification (role, outlet_id, code, entity_id, body, made_at)\n"
    "select case l.step when 2 then 'deputy_gm' else 'dispatcher' end, null, 'deadline_escalated', l.entity_id,\n"
    "       jsonb_build_object('machine', l.machine, 'clock', l.clock, 'step', l.step), $1::timestamptz\n  from late l";

/* True when a deadline had passed. */
static bool run_breaches(struct background *b)
{
    bool found_some = false;
    const struct engine *engine = b->server->engine;
    const char *values[1] = { b->now };
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine *machine = engine->machines[i].machine;
        if (machine->clocks == NULL)
            continue;
        PGresult *moved = query(b, b->breach_sql[2 * i], 1, values);
        found_some |= PQntuples(moved) == 1 && strcmp(PQgetvalue(moved, 0, 0), "0") != 0;
        PQclear(moved);
        PQclear(query(b, b->breach_sql[2 * i + 1], 1, values));
    }
    PQclear(query(b, escalate_sql, 1, values));
    return found_some;
}

/* True when something was due. */
static bool run_timers(struct background *b)
{
    bool found_some = false;
    const struct engine *engine = b->server->engine;
    const char *values[1] = { b->now };
    for (size_t i = 0; i < engine->n_machines; i++)
        for (size_t t = 0; t < engine->machines[i].n_timers; t++) {
            const struct timer_plan *timer = &engine->machines[i].timers[t];
            PGresult *due = query(b, timer->sql, timer->n_params, values);
            found_some |= PQntuples(due) > 0;
            for (int row = 0; row < PQntuples(due); row++) {
                json_t *body = json_loads(PQgetvalue(due, row, 1), 0, NULL);
                (void)engine_fire(b->connection, &engine->machines[i], timer->event, PQgetvalue(due, row, 0), body, &system_principal,
                                  clock_now_us(), NULL, NULL);
                json_decref(body);
            }
            PQclear(due);
        }
    return found_some;
}

/* Links that wait for their procedure stay visible with the reason why. */
static void run_links(struct background *b)
{
    PGresult *waiting = query(b,
                              "select l.id, l.to_machine, l.to_event, l.inputs\n  from link l\n where l.state = 'waiting'\n"
                              "   and (l.tried_at is null or l.tried_at < $1::timestamptz - least(interval '1 hour', interval '10 seconds' * power(2, least(l.tries, 10))))\n"
                              " order by l.made_at\n limit 50",
                              1, (const char *const[]){ b->now });
    for (int row = 0; row < PQntuples(waiting); row++) {
        const struct machine_plan *machine = engine_machine_by_name(b->server->engine, PQgetvalue(waiting, row, 1));
        struct buf error = { 0 };
        bool done = false;
        if (machine == NULL) {
            buf_puts(&error, "procedure_not_available");
        } else {
            json_t *body = json_loads(PQgetvalue(waiting, row, 3), 0, NULL);
            done = engine_fire_link(b->connection, machine, PQgetvalue(waiting, row, 2), body, clock_now_us(), PQgetvalue(waiting, row, 0), &error) == VERDICT_MOVED;
            json_decref(body);
        }
        const char *values[3] = { PQgetvalue(waiting, row, 0), error.data, b->now };
        if (!done)
            PQclear(query(b, "update link\n   set last_error = $2::text,\n       tried_at = $3::timestamptz,\n       tries = tries + 1\n where id = $1::uuid\n   and state = 'waiting'", 3, values));
        buf_done(&error);
    }
    PQclear(waiting);
}

/* The boxes of the periods that ended last, also those missed while no node ran. */
static void run_handins(struct background *b)
{
    const struct machine_plan *machine = engine_machine_by_name(b->server->engine, "handin");
    PGresult *boxes = query(b,
                            "select distinct on (x.rule_code, x.period) to_jsonb(x)\n"
                            "  from generate_series(0, 31, 7) back\n cross join lateral handin_boxes(company_date($1::timestamptz) - back) x\n"
                            " where not exists (select from handin h where h.rule_code = x.rule_code and h.period = x.period)\n"
                            "   and exists (select from record r where r.made_at < (x.period_to::timestamp at time zone company_zone()))",
                            1, (const char *const[]){ b->now });
    for (int row = 0; row < PQntuples(boxes); row++) {
        json_t *body = json_loads(PQgetvalue(boxes, row, 0), 0, NULL);
        struct buf error = { 0 };
        if (engine_fire(b->connection, machine, "open", NULL, body, &system_principal, clock_now_us(), NULL, &error) != VERDICT_MOVED)
            log_error("background", "hand-in box: %s", error.data == NULL ? "" : error.data);
        buf_done(&error);
        json_decref(body);
    }
    PQclear(boxes);
}

static void run_housekeeping(struct background *b)
{
    const char *values[1] = { b->now };
    PQclear(query(b, "delete from idempotency where at < $1::timestamptz - interval '30 days'", 1, values));
    PQclear(query(b, "delete from session where expires_at < $1::timestamptz - interval '1 day'", 1, values));
    PQclear(query(b,
                  "insert into audit_checkpoint (day, heads, hash, made_at)\n"
                  "select company_date($1::timestamptz), count(*), sha256(string_agg(h.hash, ''::bytea order by h.entity_id)), $1::timestamptz\n"
                  "  from (select distinct on (v.entity_id) v.entity_id, v.hash from entity_event v\n"
                  "         where v.at >= company_date($1::timestamptz)::timestamp at time zone company_zone() - interval '1 day'\n"
                  "         order by v.entity_id, v.event_no desc) h\nhaving count(*) > 0\n    on conflict do nothing",
                  1, values));
}

static bool keep_connected(struct background *b)
{
    if (b->connection != NULL && PQstatus(b->connection) == CONNECTION_OK)
        return true;
    PQfinish(b->connection);
    b->leader = false;
    atomic_store(&b->server->auth_cache_allowed, false);
    b->n_prepared = 0;
    /* The planner cannot know how few events are fresh. Plans depend on the moment asked for (few deadlines have passed):
     * where that matters PostgreSQL makes a new one each time, as plan_cache_mode=auto. */
    const char *const keywords[] = { "dbname", "application_name", "options", "connect_timeout", NULL };
    const char *const values[] = { b->server->options.conninfo, "aftercare-background", "-c timezone=Asia/Shanghai -c statement_timeout=30000 -c lock_timeout=2000 -c jit=off"
        " -c enable_seqscan=off", "5", NULL };
    b->connection = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(b->connection) != CONNECTION_OK)
        return false;
    PGresult *result = PQexec(b->connection, "listen aftercare_auth");
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    /* Whatever was missed while the connection was down: forget all. */
    auth_drop_caches(b->server);
    atomic_store(&b->server->auth_cache_allowed, good);
    return good;
}

static bool take_lead(struct background *b)
{
    if (b->leader)
        return true;
    PGresult *result = query(b, LEADER_LOCK, 0, NULL);
    b->leader = PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return b->leader;
}

/* Every second; with very many open entities and nothing due, looking at them may take a tenth of the time. */
static int64_t next_round(int64_t started, bool found_some)
{
    int64_t end = clock_monotonic_us(), pause = found_some ? 0 : 9 * (end - started);
    return end + (pause < 1000000 ? 1000000 : pause > 10000000 ? 10000000 : pause);
}

static void lead(struct background *b)
{
    int64_t now = clock_monotonic_us();
    clock_format_rfc3339(clock_now_us(), b->now);
    PQclear(query(b, sequencer_sql, 0, NULL));
    if (now >= b->next_breach_us) {
        b->next_breach_us = next_round(now, run_breaches(b));
    }
    now = clock_monotonic_us();
    if (now >= b->next_timer_us) {
        bool found_some = run_timers(b);
        run_links(b);
        run_handins(b);
        b->next_timer_us = next_round(now, found_some);
    }
    if (now >= b->next_slow_us) {
        run_housekeeping(b);
        b->next_slow_us = now + INT64_C(600000000);
    }
    atomic_fetch_add(&b->server->turns, 1);
}

/* Sleeps, but wakes at once when somebody's access ends. */
static void wait_for_news(struct background *b)
{
    struct pollfd fd = { .fd = b->connection == NULL ? -1 : PQsocket(b->connection), .events = POLLIN };
    (void)poll(&fd, 1, TICK_MS);
    if (b->connection == NULL || PQstatus(b->connection) != CONNECTION_OK)
        return;
    (void)PQconsumeInput(b->connection);
    PGnotify *notify;
    while ((notify = PQnotifies(b->connection)) != NULL) {
        auth_drop_caches(b->server);
        PQfreemem(notify);
    }
}

static void write_statements(struct background *b)
{
    const struct engine *engine = b->server->engine;
    const long long role = (long long)system_principal.roles;
    b->breach_sql = ARENA_ARRAY(&b->arena, const char *, 2 * engine->n_machines);
    for (size_t i = 0; i < engine->n_machines; i++) {
        const char *name = engine->machines[i].machine->name;
        b->breach_sql[2 * i] = arena_printf(&b->arena, breach_template, name, role, name, name, role, name, name);
        b->breach_sql[2 * i + 1] = arena_printf(&b->arena, stop_template, name, name);
    }
}

static void *run(void *argument)
{
    struct background *b = argument;
    write_statements(b);
    while (!atomic_load(&b->server->stopping)) {
        if (keep_connected(b) && take_lead(b))
            lead(b);
        wait_for_news(b);
    }
    PQfinish(b->connection);
    arena_done(&b->arena);
    return NULL;
}

struct background *background_start(struct server *server)
{
    struct background *b = calloc(1, sizeof *b);
    if (b == NULL)
        log_fatal("background", "out of memory");
    b->server = server;
    if (pthread_create(&b->thread, NULL, run, b) != 0)
        log_fatal("background", "cannot start a thread");
    return b;
}

void background_stop(struct background *b)
{
    (void)pthread_join(b->thread, NULL);
    free(b);
}
