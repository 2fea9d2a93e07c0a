#include <string.h>

#include "engine/plan.h"
#include "server/handlers.h"
#include "server/query.h"

/* Number, name, phone, serial: one box for the hotline. Each branch uses its own index and stops at ten. */
void handle_search(struct request *request)
{
    struct query query = { .request = request };
    const char *q = request_argument(request, "q");
    if (!request_accepts(request, "q"))
        return;
    if (q == NULL || strlen(q) < 2 || strlen(q) > 100) {
        problem_respond(request, PROBLEM_unknown_parameter, "q");
        return;
    }
    struct buf pattern = { 0 };
    for (const char *p = q; *p != '\0'; p++) {
        if (*p == '%' || *p == '_' || *p == '\\')
            buf_putc(&pattern, '\\');
        buf_putc(&pattern, *p);
    }
    const char *like = arena_strdup(&request->arena, pattern.data);
    buf_done(&pattern);
    const char *v = query_value(&query, like), *plain = query_value(&query, q);
    buf_printf(&query.sql,
               "with hits as (\n"
               "    (select n.id, n.machine, 'number' as by from entity n where n.number = upper(%s::text) limit 10)\n    union all\n"
               "    (select c.id, 'customer', 'name' from customer c where c.name ilike '%%' || %s::text || '%%' limit 10)\n    union all\n"
               "    (select c.id, 'customer', 'phone' from customer c where c.phone like %s::text || '%%' limit 10)\n    union all\n"
               "    (select c.id, 'customer', 'contact' from customer c where length(%s::text) >= 7 and c.contacts @> jsonb_build_array(jsonb_build_object('phone', %s::text)) limit 10)\n    union all\n"
               "    (select c.id, 'customer', 'phone' from customer c where %s::text ~ '^[0-9+() -]{7,}$' and c.phones @> array[phone_digits(%s::text)] limit 10)\n    union all\n"
               "    (select c.id, 'customer', 'pinyin' from customer c where c.pinyin like lower(%s::text) || '%%' limit 10)\n    union all\n"
               "    (select q.id, 'equipment', 'former_serial' from equipment q where q.former_serials @> array[%s::text] limit 10)\n    union all\n"
               "    (select q.id, 'equipment', 'serial' from equipment q where q.serial like %s::text || '%%' limit 10)\n    union all\n"
               "    (select r.id, 'repair', 'serial' from repair r where r.serial like %s::text || '%%' order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select r.id, 'repair', 'phone' from repair r where r.contact_phone like %s::text || '%%' order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select p.id, 'person', 'name' from person p where p.name = %s::text limit 10)\n    union all\n"
               "    (select r.id, 'return_repair', 'serial' from return_repair r where r.serial like %s::text || '%%' order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select r.id, 'return_repair', 'serial' from return_repair r where r.returned_serial = %s::text limit 10)\n    union all\n"
               "    (select r.id, 'return_repair', 'waybill' from return_repair r where r.waybill = %s::text order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select r.id, 'return_repair', 'waybill' from return_repair r where r.back_waybill = %s::text order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select r.id, 'return_repair', 'tag' from return_repair r where r.tag_no = %s::text order by r.closed_at is not null, r.id desc limit 10)\n    union all\n"
               "    (select x.id, 'return_exchange', 'serial' from return_exchange x where x.serial like %s::text || '%%' order by x.closed_at is not null, x.id desc limit 10)\n    union all\n"
               "    (select c.id, 'complaint', 'serial' from complaint c where c.serial like %s::text || '%%' order by c.closed_at is not null, c.id desc limit 10)\n    union all\n"
               "    (select c.id, 'complaint', 'phone' from complaint c where c.contact_phone like %s::text || '%%' order by c.closed_at is not null, c.id desc limit 10)\n    union all\n"
               "    (select k.id, 'compensation', 'phone' from compensation k where k.contact_phone like %s::text || '%%' order by k.closed_at is not null, k.id desc limit 10)\n    union all\n"
               "    (select u.id, 'recall_unit', 'serial' from recall_unit u where u.serial like %s::text || '%%' order by u.closed_at is not null, u.id desc limit 10)\n    union all\n"
               "    (select f.id, 'facility', 'code' from facility f where f.code = %s::text)\n    union all\n"
               "    (select f.id, 'facility', 'serial' from facility f where f.serial like %s::text || '%%' limit 10)),\n"
               /* Who calls is found by his number; what he calls about is one of these. */
               "     found (id, machine, by) as (\n    select * from hits\n    union all\n"
               "    (select q.id, 'equipment', 'customer' from equipment q where q.customer_id in (select h.id from hits h where h.machine = 'customer') order by q.id desc limit 20)\n    union all\n"
               "    (select r.id, 'repair', 'customer' from repair r where r.customer_id in (select h.id from hits h where h.machine = 'customer')\n"
               "      order by r.closed_at is not null, r.id desc limit 20)\n    union all\n"
               "    (select c.id, 'complaint', 'customer' from complaint c where c.customer_id in (select h.id from hits h where h.machine = 'customer')\n"
               "      order by c.closed_at is not null, c.id desc limit 20)\n    union all\n"
               "    (select k.id, 'compensation', 'customer' from compensation k where k.customer_id in (select h.id from hits h where h.machine = 'customer')\n"
               "      order by k.closed_at is not null, k.id desc limit 20))\n",
               plain, v, v, plain, plain, plain, plain, v, plain, v, v, v, plain, v, plain, plain, plain, plain, v, v, v, v, v, plain, v);
    buf_puts(&query.sql,
             "select jsonb_build_object('machine', f.machine, 'id', n.id, 'number', n.number, 'found_by', coalesce(min(f.by) filter (where f.by <> 'customer'), 'customer'),\n"
             "       'name', coalesce((select c.name from customer c where c.id = n.id), (select q.model from equipment q where q.id = n.id),\n"
             "                        (select p.name from person p where p.id = n.id),\n"
             "                        (select f.name from facility f where f.id = n.id),\n"
             "                        (select c.name from customer c where c.id = n.customer_id)),\n"
             "       'state', coalesce((select r.state from repair r where r.id = n.id), (select c.state from customer c where c.id = n.id),\n"
             "                         (select q.state from equipment q where q.id = n.id), (select r.state from return_repair r where r.id = n.id),\n"
             "                         (select x.state from return_exchange x where x.id = n.id), (select c.state from complaint c where c.id = n.id),\n"
             "                         (select k.state from compensation k where k.id = n.id), (select f.state from facility f where f.id = n.id),\n"
             "                         (select r.state from recall r where r.id = n.id), (select u.state from recall_unit u where u.id = n.id)),\n"
             "       'warranty_until', (select q.warranty_until from equipment q where q.id = n.id))\n"
             "       || coalesce((select jsonb_build_object('serial', q.serial) from equipment q where q.id = n.id), '{}')\n"
             "       || coalesce((select jsonb_build_object('serial', r.serial, 'problem', r.problem, 'opened_at', r.opened_at, 'settled_at', r.settled_at, 'outcome', r.outcome)\n"
             "                      from repair r where r.id = n.id), '{}')\n"
             "  from found f\n  join entity n on n.id = f.id\n where true");
    buf_puts(&query.sql, readable_machines(request, "f.machine"));
    if (principal_is_bound(request->principal)) {
        const char *outlet = query_value(&query, request->principal->outlet_id[0] == '\0' ? NULL : request->principal->outlet_id);
        const char *customer = query_value(&query, request->principal->customer_id[0] == '\0' ? NULL : request->principal->customer_id);
        buf_printf(&query.sql, "\n   and %s", entity_scope(request, "n.id", outlet, customer));
    }
    buf_puts(&query.sql, "\n group by f.machine, n.id, n.number\n order by f.machine, n.id desc\n limit 100");
    query_run(&query, 0, -1);
}
