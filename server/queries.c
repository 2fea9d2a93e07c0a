/* Reading across machines: worklist, records, breaches, notifications, feed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "engine/roles.h"
#include "server/handlers.h"
#include "server/query.h"

/* "mine" as in lists: who belongs to no outlet has none. */
static bool put_outlet(struct query *query)
{
    const char *text = request_argument(query->request, "outlet"), *own = query->request->principal->outlet_id;
    if (text == NULL || strcmp(text, "mine") != 0)
        return query_put_uuid(query, "outlet", "w.outlet_id");
    buf_printf(&query->sql, "\n   and w.outlet_id = %s::uuid", query_value(query, own[0] == '\0' ? NULL : own));
    return true;
}

static bool put_assignee(struct query *query)
{
    const char *text = request_argument(query->request, "assignee");
    if (text == NULL)
        return true;
    if (strcmp(text, "none") == 0) {
        buf_puts(&query->sql, "\n   and w.assignee_id is null");
        return true;
    }
    const char *id = strcmp(text, "me") == 0 ? query->request->principal->id : text;
    if (!uuid_is_valid(id))
        return query_drop(query, "assignee");
    buf_printf(&query->sql, "\n   and w.assignee_id = %s::uuid", query_value(query, id));
    return true;
}

#define WORK_FILTERS "machine state assignee outlet region due_before overdue to_reassign paused kind"

static bool put_work_filters(struct query *query)
{
    const char *kind = request_argument(query->request, "kind");
    buf_puts(&query->sql, readable_machines(query->request, "w.machine"));
    query_put_scope(query, "w", true);
    query_put_words(query, "machine", "w.machine");
    query_put_words(query, "state", "w.state");
    query_put_words(query, "region", "w.region");
    if (kind != NULL && strcmp(kind, "task") == 0)
        buf_puts(&query->sql, "\n   and w.machine <> 'handin'");
    else if (kind != NULL && strcmp(kind, "handin") == 0)
        buf_puts(&query->sql, "\n   and w.machine = 'handin'");
    else if (kind != NULL && strcmp(kind, "breach") == 0)
        buf_puts(&query->sql, "\n   and w.overdue");
    else if (kind != NULL && strcmp(kind, "link") == 0)
        buf_puts(&query->sql, "\n   and exists (select from link l where l.from_id = w.id and l.state = 'waiting')");
    else if (kind != NULL)
        return query_drop(query, "kind");
    return put_assignee(query) && put_outlet(query) && query_put_time(query, "due_before", "w.due_at", "<") &&
           query_put_flag(query, "overdue", "w.overdue", "not w.overdue") && query_put_flag(query, "to_reassign", "w.to_reassign is not null", "w.to_reassign is null") &&
           query_put_flag(query, "paused", "w.paused is not null", "w.paused is null");
}

void handle_worklist(struct request *request)
{
    struct query query = { .request = request };
    int limit = request_limit(request, 50, 200);
    if (limit < 0 || !request_accepts(request, WORK_FILTERS " limit offset"))
        return;
    const char *offset = request_argument(request, "offset");
    if (offset != NULL && (strspn(offset, "0123456789") != strlen(offset) || strlen(offset) > 6)) {
        problem_respond(request, PROBLEM_unknown_parameter, "offset");
        return;
    }
    buf_printf(&query.sql,
               "select jsonb_build_object('machine', w.machine, 'id', w.id, 'number', w.number, 'state', w.state, 'version', w.version,\n"
               "       'assignee_id', w.assignee_id, 'assignee', (select p.name from person p where p.id = w.assignee_id), 'outlet_id', w.outlet_id,\n"
               "       'customer_id', w.customer_id, 'customer', (select c.name from customer c where c.id = w.customer_id), 'region', w.region,\n"
               "       'priority', w.priority, 'paused', w.paused, 'due_at', w.due_at, 'overdue', w.overdue, 'to_reassign', w.to_reassign,\n"
               "       'opened_at', w.opened_at, 'href', '/v1/' || w.path || '/' || w.id)\n  from (%s) w\n where true",
               engine_open_rows_sql(request->reactor->server->engine));
    if (!put_work_filters(&query))
        return;
    buf_printf(&query.sql, "\n order by w.overdue desc, w.late_since, w.due_at nulls last, w.id\n limit %d offset %s", limit + 1, offset == NULL || offset[0] == '\0' ? "0" : offset);
    query_run(&query, limit, -1);
}

void handle_worklist_counts(struct request *request)
{
    struct query query = { .request = request };
    const char *by = request_argument(request, "group_by");
    if (!request_accepts(request, WORK_FILTERS " group_by"))
        return;
    by = by == NULL ? "machine,state" : by;
    const char *columns = strcmp(by, "machine,state") == 0 ? "w.machine, w.state"
                          : strcmp(by, "machine") == 0     ? "w.machine"
                          : strcmp(by, "state") == 0       ? "w.state"
                          : strcmp(by, "assignee") == 0    ? "w.assignee_id"
                          : strcmp(by, "outlet") == 0      ? "w.outlet_id"
                          : strcmp(by, "region") == 0      ? "w.region"
                                                           : NULL;
    if (columns == NULL) {
        problem_respond(request, PROBLEM_unknown_parameter, "group_by");
        return;
    }
    buf_printf(&query.sql,
               "select to_jsonb(g)\n  from (select %s, count(*) as count, count(*) filter (where w.overdue) as overdue, min(w.due_at) as next_due_at\n"
               "          from (%s) w\n where true", columns, engine_open_rows_sql(request->reactor->server->engine));
    if (!put_work_filters(&query))
        return;
    buf_printf(&query.sql, "\n         group by %s\n         order by %s) g", columns, columns);
    query_run(&query, 0, -1);
}

/* A relation with the caller's id; takes the parameter that holds it. */
#define CALLER "\n cross join (select %s::uuid as id) caller"

/* Guards everything below an entity: the caller must see the entity itself. Gives the query the relation `caller`. */
static bool begin_below(struct query *query, const char *select, const char *alias)
{
    struct request *request = query->request;
    const struct machine_plan *machine = request_machine(request);
    const char *id = machine == NULL ? NULL : request_entity_id(request);
    if (id == NULL)
        return false;
    bool own = !machine_may_read(machine, request->principal);
    if (own && !machine_may_read_own(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return false;
    }
    const char *caller = arena_printf(&request->arena, CALLER, query_value(query, request->principal->id));
    buf_printf(&query->sql, "%s\n  join %s e on e.id = %s%s", select, machine_table(machine)->name, alias, caller);
    size_t where = query->sql.length;
    buf_printf(&query->sql, "\n where e.id = %s::uuid", query_value(query, id));
    if (machine_table(machine)->scope == SCOPE_OUTLET)
        query_put_scope(query, "e", true);
    if (own)
        buf_printf(&query->sql, "\n   and e.%s = caller.id", machine_table(machine)->self);
    query->exists_sql = arena_printf(&request->arena, "select 1\n  from %s e%s%s", machine_table(machine)->name, caller, query->sql.data + where);
    query->n_exists = query->n;
    return true;
}

/* SQL: who did it, or null when the caller may not know (struct machine: veil). Needs CALLER in the query. */
static const char *shown_actor(struct request *request, const char *actor, const char *entity)
{
    const struct engine *engine = request->reactor->server->engine;
    const char *hidden = NULL;
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *m = &engine->machines[i];
        if (m->machine->veil == NULL || (m->unveil & request->principal->roles) != 0)
            continue;
        hidden = arena_printf(&request->arena, "%s%sexists (select from %s h where h.id = %s and h.%s and h.opened_by = %s and h.opened_by <> caller.id)",
                              hidden == NULL ? "" : hidden, hidden == NULL ? "" : " or ", m->machine->name, entity, m->machine->veil, actor);
    }
    return hidden == NULL ? actor : arena_printf(&request->arena, "case when not (%s) then %s end", hidden, actor);
}

static const char event_json[] =
    "jsonb_build_object('entity_id', v.entity_id, 'event_no', v.event_no, 'machine', v.machine, 'event', v.event,\n"
    "       'from', v.from_state, 'to', v.to_state, 'version', v.version, 'actor_id', a.id,\n"
    "       'actor', (select p.name from person p where p.id = a.id), 'at', v.at, 'occurred_at', v.occurred_at,\n"
    "       'request_id', v.request_id, 'inputs', v.inputs, 'changes', v.changes, 'hash', encode(v.hash, 'hex'))";

static bool needs_masking(const struct principal *p)
{
    return (p->roles & ~(role_bit(ROLE_technician) | role_bit(ROLE_outlet_technician) | role_bit(ROLE_outlet_manager) | role_bit(ROLE_installer) |
                         role_bit(ROLE_employee) | role_bit(ROLE_customer))) == 0;
}

/* Personal fields stay out of what field workers read of the log (00-common rule 15). */
static const char *event_json_for(struct request *request)
{
    const char *json = event_json;
    if (needs_masking(request->principal))
        json = arena_printf(&request->arena, "%s - 'inputs' || jsonb_build_object('changes', v.changes::jsonb - '{contact_phone,address,phone,contacts}'::text[])", event_json);
    return arena_printf(&request->arena, "(select %s from (select %s as id) a)", json, shown_actor(request, "v.actor_id", "v.entity_id"));
}

void handle_entity_events(struct request *request)
{
    struct query query = { .request = request };
    const char *after = request_argument(request, "after");
    int limit = request_limit(request, 100, 500);
    if (limit < 0 || !request_accepts(request, "after limit"))
        return;
    if (after != NULL && (strspn(after, "0123456789") != strlen(after) || strlen(after) > 8 || after[0] == '\0')) {
        problem_respond(request, PROBLEM_unknown_parameter, "after");
        return;
    }
    if (!begin_below(&query, arena_printf(&request->arena, "select %s, v.event_no::text\n  from entity_event v", event_json_for(request)), "v.entity_id"))
        return;
    buf_printf(&query.sql, "\n   and v.event_no > %s\n order by v.event_no\n limit %d", after == NULL ? "0" : after, limit + 1);
    query_run(&query, limit, 1);
}

static const char record_json[] =
    "jsonb_build_object('id', r.id, 'form', r.form, 'title_en', f.title_en, 'title_zh', f.title_zh, 'form_no', f.form_no, 'number', r.number, 'entity_id', r.entity_id,\n"
    "       'machine', r.machine, 'made_at', r.made_at, 'made_by', r.made_by, 'holder_id', r.holder_id, 'handed_in_at', r.handed_in_at,\n"
    "       'voided_at', r.voided_at, 'note', r.note, 'content_sha256', encode(r.content_hash, 'hex'), 'href', '/v1/records/' || r.id)";

void handle_entity_records(struct request *request)
{
    struct query query = { .request = request };
    if (!request_accepts(request, "") ||
        !begin_below(&query, arena_printf(&request->arena, "select %s\n  from record r\n  join form_template f on f.code = r.form", record_json), "r.entity_id"))
        return;
    buf_puts(&query.sql, "\n order by r.made_at, r.number");
    query_run(&query, 0, -1);
}

void handle_entity_attachments(struct request *request)
{
    struct query query = { .request = request };
    if (!request_accepts(request, "") ||
        !begin_below(&query,
                     arena_printf(&request->arena,
                                  "select jsonb_build_object('id', a.id, 'kind', a.kind, 'media_type', a.media_type, 'size', a.size,\n"
                                  "       'sha256', encode(a.sha256, 'hex'), 'made_at', a.made_at, 'made_by', %s, 'href', '/v1/attachments/' || a.id)\n"
                                  "  from attachment a",
                                  shown_actor(request, "a.made_by", "a.entity_id")),
                     "a.entity_id"))
        return;
    buf_puts(&query.sql, "\n order by a.id");
    query_run(&query, 0, -1);
}

/* Each running clock with its rule and how the due time came about. */
void handle_entity_clocks(struct request *request)
{
    struct query query = { .request = request };
    const struct machine_plan *machine = request_machine(request);
    const char *id = machine == NULL ? NULL : request_entity_id(request);
    if (id == NULL || !request_accepts(request, ""))
        return;
    if (!machine_may_read(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    buf_printf(&query.sql, "\n where e.id = %s::uuid", query_value(&query, id));
    if (machine_table(machine)->scope == SCOPE_OUTLET)
        query_put_scope(&query, "e", true);
    const char *which = arena_strdup(&request->arena, query.sql.data);
    query.exists_sql = arena_printf(&request->arena, "select 1\n  from %s e%s", machine_table(machine)->name, which);
    query.n_exists = query.n;
    query.sql.length = 0;
    buf_printf(&query.sql,
               "select jsonb_build_object('code', c.key, 'rule', t.code, 'title_en', t.title_en, 'title_zh', t.title_zh, 'mode', t.mode, 'seconds', t.seconds, 'days', t.days,\n"
               "       'mark', t.mark, 'started_at', c.value -> 'started_at', 'due_at', c.value -> 'due_at', 'held', c.value ? 'left_seconds',\n"
               "       'left_seconds', c.value -> 'left_seconds', 'breached_at', c.value -> 'breached_at', 'pauses', c.value -> 'pauses',\n"
               "       'segments', clock_segments(e.id, (c.value ->> 'started_at')::timestamptz, (c.value ->> 'pauses')::boolean, %s::timestamptz))\n"
               "  from %s e\n cross join lateral jsonb_each(e.clocks) c\n  join time_rule t on t.code = c.value ->> 'rule'%s",
               query_value(&query, request_now(request)), machine_table(machine)->name, which);
    buf_puts(&query.sql, "\n order by c.value ->> 'due_at', c.key");
    query_run(&query, 0, -1);
}

/* Papers that go by the calendar are owed by the box of their period (hand-ins), not sheet by sheet. */
#define HANDED_IN_BY_JOB "exists (select from unnest(f.handin_rules) x where x like '%\\_EVENT')"

void handle_records(struct request *request)
{
    struct query query = { .request = request };
    const char *owed = request_argument(request, "owed");
    int limit = request_limit(request, 50, 200);
    if (limit < 0 || !request_accepts(request, "form entity holder owed made_from made_to limit after"))
        return;
    buf_printf(&query.sql, "select %s, r.id::text\n  from record r\n  join form_template f on f.code = r.form\n where true", record_json);
    query_put_words(&query, "form", "r.form");
    buf_puts(&query.sql, readable_machines(request, "r.machine"));
    query_put_scope(&query, "r", false);
    if (needs_masking(request->principal))
        buf_printf(&query.sql, "\n   and (r.holder_id = %s::uuid or r.made_by = %s::uuid)", query_value(&query, request->principal->id), query_value(&query, request->principal->id));
    const char *holder = request_argument(request, "holder");
    if (holder != NULL && strcmp(holder, "me") == 0)
        buf_printf(&query.sql, "\n   and r.holder_id = %s::uuid", query_value(&query, request->principal->id));
    else if (!query_put_uuid(&query, "holder", "r.holder_id"))
        return;
    if (owed != NULL && strcmp(owed, "true") == 0)
        buf_puts(&query.sql, "\n   and r.handed_in_at is null\n   and r.voided_at is null\n   and " HANDED_IN_BY_JOB);
    else if (owed != NULL) {
        (void)query_drop(&query, "owed");
        return;
    }
    if (!query_put_uuid(&query, "entity", "r.entity_id") || !query_put_time(&query, "made_from", "r.made_at", ">=") || !query_put_time(&query, "made_to", "r.made_at", "<"))
        return;
    const char *after = request_argument(request, "after");
    if (after != NULL && !uuid_is_valid(after)) {
        (void)query_drop(&query, "after");
        return;
    }
    if (after != NULL)
        buf_printf(&query.sql, "\n   and (r.made_at, r.id) < (select x.made_at, x.id from record x where x.id = %s::uuid)", query_value(&query, after));
    buf_printf(&query.sql, "\n order by r.made_at desc, r.id desc\n limit %d", limit + 1);
    query_run(&query, limit, 1);
}

void handle_breaches(struct request *request)
{
    struct query query = { .request = request };
    int limit = request_limit(request, 50, 200);
    if (limit < 0 || !request_accepts(request, "rule_code owner entity since open limit"))
        return;
    buf_puts(&query.sql,
             "select to_jsonb(b) || jsonb_build_object('number', n.number, 'owner', (select p.name from person p where p.id = b.owner_id))\n"
             "  from breach b\n  join entity n on n.id = b.entity_id\n where true");
    query_put_words(&query, "rule_code", "b.rule_code");
    buf_puts(&query.sql, readable_machines(request, "n.machine"));
    query_put_scope(&query, "b", false);
    const char *owner = request_argument(request, "owner");
    bool mine = owner != NULL && strcmp(owner, "me") == 0;
    if (mine)
        buf_printf(&query.sql, "\n   and b.owner_id = %s::uuid", query_value(&query, request->principal->id));
    if ((!mine && !query_put_uuid(&query, "owner", "b.owner_id")) || !query_put_uuid(&query, "entity", "b.entity_id") || !query_put_time(&query, "since", "b.breached_at", ">=") ||
        !query_put_flag(&query, "open", "b.stopped_at is null", "b.stopped_at is not null"))
        return;
    buf_printf(&query.sql, "\n order by b.breached_at desc, b.id\n limit %d", limit + 1);
    query_run(&query, limit, -1);
}

static const char *role_array(struct request *request)
{
    struct buf list = { 0 };
    buf_putc(&list, '{');
    for (int role = 0; role < ROLE_MAX; role++)
        if ((request->principal->roles & role_bit((enum role)role)) != 0)
            buf_printf(&list, "%s%s", list.length == 1 ? "" : ",", role_names[role]);
    buf_putc(&list, '}');
    const char *text = arena_strdup(&request->arena, list.data);
    buf_done(&list);
    return text;
}

/* The newest of the caller's own and of each of his roles, each by its index: there may be very many. */
void handle_notifications(struct request *request)
{
    struct query query = { .request = request };
    const struct principal *p = request->principal;
    int limit = request_limit(request, 50, 200);
    if (limit < 0 || !request_accepts(request, "unread entity limit"))
        return;
    if (!query_put_uuid(&query, "entity", "n.entity_id") || !query_put_flag(&query, "unread", "n.read_at is null", "n.read_at is not null"))
        return;
    const char *filters = query.sql.data == NULL ? "" : arena_strdup(&request->arena, query.sql.data);
    const char *newest = arena_printf(&request->arena, "%s\n order by n.made_at desc\n limit %d", filters, limit + 1);
    query.sql.length = 0;
    buf_printf(&query.sql, "select to_jsonb(n)\n  from ((select n.* from notification n where n.person_id = %s::uuid%s)", query_value(&query, p->id), newest);
    if (p->customer_id[0] == '\0') {
        const char *outlet = p->outlet_id[0] == '\0' ? "" : arena_printf(&request->arena, " and n.outlet_id = %s::uuid", query_value(&query, p->outlet_id));
        buf_printf(&query.sql,
                   "\n union all\n select x.* from unnest(%s::text[]) r (role)\n cross join lateral (select n.* from notification n where n.role = r.role%s%s) x",
                   query_value(&query, role_array(request)), outlet, newest);
    }
    buf_printf(&query.sql, ") n\n order by n.made_at desc, n.id\n limit %d", limit + 1);
    query_run(&query, limit, -1);
}

static enum job_verdict on_read(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    (void)outcome;
    if (PQntuples(result) == 0)
        problem_respond(request, PROBLEM_not_found, NULL);
    else
        request_respond_empty(request, 204);
    return JOB_FINISHED;
}

void handle_notification_read(struct request *request)
{
    static const struct statement mark_read = {
        .name = "mark_read",
        .text = "update notification n\n   set read_at = coalesce(n.read_at, $2::timestamptz),\n       read_by = coalesce(n.read_by, $3::uuid)\n"
                " where n.id = $1::uuid\n   and (n.person_id = $3::uuid or n.role = any($4::text[]))\n"
                "   and ($5::uuid is null or n.outlet_id = $5::uuid or n.person_id = $3::uuid)\nreturning n.id",
        .n_params = 5,
        .repeatable = true,
    };
    const char *id = request_entity_id(request);
    if (id == NULL || !request_accepts(request, ""))
        return;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 5);
    values[0] = id;
    values[1] = request_now(request);
    values[2] = request->principal->id;
    values[3] = role_array(request);
    values[4] = request->principal->outlet_id[0] == '\0' ? NULL : request->principal->outlet_id;
    request_submit(request, true, &mark_read, values, NULL, 0, NULL, on_read);
}

void handle_links(struct request *request)
{
    struct query query = { .request = request };
    int limit = request_limit(request, 50, 200);
    if (limit < 0 || !request_accepts(request, "state entity limit"))
        return;
    buf_puts(&query.sql, "select to_jsonb(l)\n  from link l\n where true");
    query_put_words(&query, "state", "l.state");
    buf_puts(&query.sql, readable_machines(request, "split_part(l.kind, '.', 1)"));
    query_put_scope(&query, "l", false);
    if (!query_put_uuid(&query, "entity", "l.from_id"))
        return;
    buf_printf(&query.sql, "\n order by l.made_at desc, l.id\n limit %d", limit + 1);
    query_run(&query, limit, -1);
}

/* The ordered feed. `after` is the cursor of the last event read: "epoch.pos". Of another epoch it says nothing about this feed. */
void handle_feed(struct request *request)
{
    struct query query = { .request = request };
    const char *after = request_argument(request, "after");
    int limit = request_limit(request, 100, 500);
    if (limit < 0 || !request_accepts(request, "after limit machine"))
        return;
    const char *pos = after == NULL ? "0" : strrchr(after, '.');
    if (after != NULL && (pos == NULL || (size_t)(pos - after) != 36 || strspn(pos + 1, "0123456789") != strlen(pos + 1) || strlen(pos) > 18 || pos[1] == '\0')) {
        problem_respond(request, PROBLEM_unknown_parameter, "after");
        return;
    }
    pos = after == NULL ? pos : pos + 1;
    const char *epoch = after == NULL ? NULL : query_value(&query, arena_strndup(&request->arena, after, 36));
    buf_printf(&query.sql,
               "select %s || jsonb_build_object('cursor', s.epoch || '.' || d.pos), s.epoch || '.' || d.pos\n"
               "  from feed_state s\n  join feed d on d.pos > %s::bigint\n  join entity_event v on v.entity_id = d.entity_id and v.event_no = d.event_no" CALLER "\n where true",
               event_json_for(request), query_value(&query, pos), query_value(&query, request->principal->id));
    if (epoch != NULL) {
        buf_printf(&query.sql, "\n   and s.epoch::text = %s", epoch);
        query.exists_sql = arena_printf(&request->arena, "select 1 from feed_state s where s.epoch::text = %s", epoch);
        query.n_exists = 1;
        query.missing = PROBLEM_cursor_expired;
    }
    query_put_scope(&query, "v", true);
    buf_puts(&query.sql, readable_machines(request, "v.machine"));
    query_put_words(&query, "machine", "v.machine");
    buf_printf(&query.sql, "\n order by d.pos\n limit %d", limit + 1);
    query_run(&query, limit, 1);
}

/* A technician's day, with all that is needed to work through it offline. */
void handle_my_day(struct request *request)
{
    const char *date = request_argument(request, "date");
    if (!request_accepts(request, "date"))
        return;
    if (date != NULL && !clock_is_date(date)) {
        problem_respond(request, PROBLEM_unknown_parameter, "date");
        return;
    }
    const char **values = ARENA_ARRAY(&request->arena, const char *, 3);
    values[0] = request->principal->id;
    values[1] = request_now(request);
    values[2] = date;
    request_query(request,
                  "select jsonb_build_object(\n"
                  "    'date', d.day,\n"
                  "    'visits', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'state', r.state, 'version', r.version, 'priority', r.priority,\n"
                  "                  'appointment_at', r.appointment_at, 'address', r.address, 'contact_name', r.contact_name, 'contact_phone', r.contact_phone, 'problem', r.problem,\n"
                  "                  'serial', r.serial, 'model', r.model, 'in_warranty', r.in_warranty, 'warranty_until', r.warranty_until,\n"
                  "                  'history', (select coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'opened_at', h.opened_at, 'problem', h.problem, 'solution', h.solution, 'outcome', h.outcome) order by h.id desc), '[]')\n"
                  "                                from (select * from repair x where x.equipment_id = r.equipment_id and x.id <> r.id order by x.id desc limit 5) h),\n"
                  "                  'href', '/v1/repairs/' || r.id) order by r.appointment_at nulls last, r.id), '[]')\n"
                  "                 from repair r\n                where r.assignee_id = $1::uuid\n                  and r.closed_at is null\n"
                  "                  and r.state in ('dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'settling')\n"
                  "                  and (r.appointment_at is null or company_date(r.appointment_at) <= d.day)),\n"
                  "    'waiting', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'state', r.state, 'href', '/v1/repairs/' || r.id) order by r.id), '[]')\n"
                  "                  from repair r\n                 where r.assignee_id = $1::uuid\n                   and r.closed_at is null\n"
                  "                   and r.state in ('taken_back', 'seeking_solution', 'awaiting_spare', 'in_return_repair', 'replacement_advised')),\n"
                  "    'papers_owed', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'form', p.form, 'number', p.number, 'made_at', p.made_at) order by p.made_at), '[]')\n"
                  "                      from record p\n                      join form_template f on f.code = p.form\n                     where p.holder_id = $1::uuid\n"
                  "                       and p.handed_in_at is null\n                       and p.voided_at is null\n                       and " HANDED_IN_BY_JOB "),\n"
                  "    'prices', (select coalesce(jsonb_agg(jsonb_build_object('code', s.code, 'name', s.name, 'unit', s.unit, 'price', s.price) order by s.code), '[]')\n"
                  "                 from price_item s\n                where s.state = 'active'))\n"
                  "  from (select coalesce($3::date, company_date($2::timestamptz)) as day) d",
                  3, values, respond_json_cell);
}
