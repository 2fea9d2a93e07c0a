#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "engine/plan.h"
#include "server/handlers.h"
#include "server/query.h"

/* What was typed, as parameters: as it is, and what sorts behind all that begins with it. */
struct wanted {
    struct query *query;
    const char *text, *plain, *end;
    const char *scope; /* SQL over e: what belongs to the caller's outlet or customer */
    size_t n_branches;
};

/* One way to find something: at most ten, the open ones first. */
static void put_branch(struct wanted *w, const struct machine_plan *m, const char *by, const char *condition)
{
    const struct machine *machine = m->machine;
    buf_printf(&w->query->sql,
               "%s    (select e.id, '%s' as machine, e.number, e.state, %s as name, e.customer_id, '%s' as by\n       from %s e\n      where %s%s\n"
               "      order by e.closed_at is not null, e.id desc\n      limit 10)",
               w->n_branches++ == 0 ? "" : "\n    union all\n", machine->name, machine->display == NULL ? "null::text" : machine->display, by,
               machine->name, condition, machine->scope == SCOPE_OUTLET ? w->scope : "");
}

static bool is_numbered(const struct machine *machine, const char *text)
{
    size_t n = strlen(machine->prefix);
    return strncasecmp(text, machine->prefix, n) == 0 && text[n] == '-';
}

/* A range, not LIKE: a plan that is made before the text is known can use the index for a range alone. */
static const char *begins(struct wanted *w, const char *column)
{
    return arena_printf(&w->query->request->arena, "e.%s ~>=~ %s::text and e.%s ~<~ %s::text", column, w->plain, column, w->end);
}

static void put_searched_fields(struct wanted *w, const struct machine_plan *m)
{
    struct arena *arena = &w->query->request->arena;
    if (is_numbered(m->machine, w->text))
        put_branch(w, m, "number", arena_printf(arena, "e.number = upper(%s::text)", w->plain));
    for (const struct field *f = m->machine->fields; f != NULL && f->name != NULL; f++)
        if ((f->flags & FIELD_SEARCH) != 0)
            put_branch(w, m, f->name, begins(w, f->name));
}

static size_t characters(const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

/* Of LIKE, matching the text literally. */
static const char *like_pattern(struct request *request, const char *q)
{
    struct buf pattern = { 0 };
    for (const char *p = q; *p != '\0'; p++) {
        if (*p == '%' || *p == '_' || *p == '\\')
            buf_putc(&pattern, '\\');
        buf_putc(&pattern, *p);
    }
    const char *like = arena_strdup(&request->arena, pattern.data);
    buf_done(&pattern);
    return like;
}

/* What a field's beginning does not find: a part of a name, a phone as people type it, a serial that an exchange ended. */
static void put_further_ways(struct wanted *w, const struct machine_plan *m)
{
    struct arena *arena = &w->query->request->arena;
    if (strcmp(m->machine->name, "customer") == 0) {
        /* The index of three letters each is of no use for two, which are a whole word in Chinese. */
        put_branch(w, m, "name", characters(w->text) < 3
                                     ? arena_printf(arena, "strpos(e.name, %s::text) > 0", w->plain)
                                     : arena_printf(arena, "e.name ilike '%%' || %s::text || '%%'", query_value(w->query, like_pattern(w->query->request, w->text))));
        put_branch(w, m, "contact", arena_printf(arena, "length(%s::text) >= 7 and e.contacts @> jsonb_build_array(jsonb_build_object('phone', %s::text))", w->plain, w->plain));
        put_branch(w, m, "phone", arena_printf(arena, "%s::text ~ '^[0-9+() -]{7,}$' and e.phones @> array[phone_digits(%s::text)]", w->plain, w->plain));
        put_branch(w, m, "pinyin", arena_printf(arena, "e.pinyin ~>=~ lower(%s::text) and e.pinyin ~<~ lower(%s::text)", w->plain, w->end));
    } else if (strcmp(m->machine->name, "equipment") == 0) {
        put_branch(w, m, "former_serial", arena_printf(arena, "e.former_serials @> array[%s::text]", w->plain));
    }
}

/* Who calls is found by his number; what he calls about is one of these. */
static void put_belongings(struct wanted *w)
{
    static const char *const machines[] = { "equipment", "repair", "complaint", "compensation" };
    const struct engine *engine = w->query->request->reactor->server->engine;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        const struct machine_plan *m = plan_machine(engine, machines[i]);
        if (!machine_may_read(m, w->query->request->principal))
            continue;
        buf_printf(&w->query->sql,
                   "\n    union all\n    (select e.id, '%s', e.number, e.state, %s, e.customer_id, 'customer'\n       from %s e\n"
                   "      where e.customer_id in (select h.id from hits h where h.machine = 'customer')%s\n"
                   "      order by e.closed_at is not null, e.id desc\n      limit 20)",
                   machines[i], m->machine->display == NULL ? "null::text" : m->machine->display, machines[i],
                   m->machine->scope == SCOPE_OUTLET ? w->scope : "");
    }
}

static const char *caller_scope(struct query *query)
{
    query_put_scope(query, "e", true);
    const char *scope = query->sql.data == NULL ? "" : arena_strdup(&query->request->arena, query->sql.data);
    query->sql.length = 0;
    return scope;
}

/* One box for the hotline: number, name, phone, serial, waybill, contract ... : every field that is declared FIELD_SEARCH,
 * in every register that the caller may read. Each way uses its own index. */
void handle_search(struct request *request)
{
    struct query query = { .request = request };
    const struct engine *engine = request->reactor->server->engine;
    const char *q = request_argument(request, "q");
    if (!request_accepts(request, "q"))
        return;
    if (q == NULL || strlen(q) < 2 || strlen(q) > 100) {
        problem_respond(request, PROBLEM_unknown_parameter, "q");
        return;
    }
    struct wanted wanted = { .query = &query, .text = q, .scope = caller_scope(&query) };
    wanted.plain = query_value(&query, q);
    wanted.end = query_value(&query, arena_printf(&request->arena, "%s\U0010FFFF", q));
    buf_puts(&query.sql, "with hits as (\n");
    for (size_t i = 0; i < engine->n_machines; i++)
        if (machine_may_read(&engine->machines[i], request->principal)) {
            put_searched_fields(&wanted, &engine->machines[i]);
            put_further_ways(&wanted, &engine->machines[i]);
        }
    buf_puts(&query.sql, "),\nfound (id, machine, number, state, name, customer_id, by) as (\n    select *\n      from hits");
    put_belongings(&wanted);
    buf_puts(&query.sql,
             ")\nselect jsonb_build_object('machine', f.machine, 'id', f.id, 'number', f.number, 'state', f.state,\n"
             "       'found_by', coalesce(min(f.by) filter (where f.by <> 'customer'), 'customer'),\n"
             "       'name', coalesce(f.name, (select c.name from customer c where c.id = f.customer_id)))\n"
             "       || coalesce((select jsonb_build_object('serial', q.serial, 'warranty_until', q.warranty_until) from equipment q where q.id = f.id), '{}')\n"
             "       || coalesce((select jsonb_build_object('serial', r.serial, 'problem', r.problem, 'opened_at', r.opened_at, 'settled_at', r.settled_at, 'outcome', r.outcome)\n"
             "                      from repair r where r.id = f.id), '{}')\n"
             "  from found f\n group by f.machine, f.id, f.number, f.state, f.name, f.customer_id\n order by f.machine, f.id desc\n limit 100");
    query_run(&query, 0, -1);
}
