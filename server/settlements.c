/* What partner outlets ask for beside their slips, the jobs that wait for settlement, and what customers may know of outlets. */
#include <string.h>

#include "engine/roles.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

static bool may_see_settlements(const struct principal *p)
{
    static const enum role roles[] = { ROLE_outlet_manager, ROLE_dispatcher, ROLE_service_manager, ROLE_deputy_gm, ROLE_general_manager, ROLE_finance_officer };
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if ((p->roles & role_bit(roles[i])) != 0)
            return p->customer_id[0] == '\0';
    return false;
}

static const char unsettled_sql[] =
    "select jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object(\n"
    "           'repair_id', u.repair_id, 'slip', u.slip, 'settled_at', u.settled_at, 'month', month_of(u.settled_at),\n"
    "           'serial', u.serial, 'customer', u.customer, 'free', u.free, 'computed', u.computed,\n"
    "           'computed_items', u.computed_items, 'collected', u.collected, 'missing', u.missing)), '[]'),\n"
    "       'computed_total', coalesce(sum(u.computed), 0))\n"
    "  from (select * from unsettled_jobs($1::uuid, $2) limit $3::integer) u";

void handle_unsettled_jobs(struct request *request)
{
    const struct principal *p = request->principal;
    if (!request_accepts(request, "outlet period limit"))
        return;
    if (!may_see_settlements(p)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    /* A key that is bound to an outlet sees that one, whatever it asks for. */
    const char *outlet = p->outlet_id[0] != '\0' ? p->outlet_id : request_argument(request, "outlet");
    const char *period = request_argument(request, "period");
    if (outlet == NULL || !uuid_is_valid(outlet)) {
        problem_respond(request, PROBLEM_unknown_parameter, "outlet");
        return;
    }
    if (period != NULL && (strlen(period) != 7 || strspn(period, "0123456789-") != 7)) {
        problem_respond(request, PROBLEM_unknown_parameter, "period");
        return;
    }
    int limit = request_limit(request, 200, 1000);
    if (limit < 0)
        return;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 3);
    values[0] = outlet;
    values[1] = period;
    values[2] = arena_printf(&request->arena, "%d", limit);
    request_query(request, unsettled_sql, 3, values, respond_json_cell);
}

static const char public_sql[] =
    "select jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object(\n"
    "           'number', o.number, 'name', o.name, 'region', o.region, 'address', o.address, 'phone', o.phone,\n"
    "           'hours', o.hours, 'skills', o.skills) order by o.region, o.name), '[]'))\n"
    "  from outlet o\n"
    " where o.state = 'operating'\n   and o.published is true\n"
    "   and ($1::text is null or o.region = $1)\n   and ($2::text is null or $2 = any(o.skills))";

/* The public list of P6 4.2.2, from which the customer chooses: nobody signs in for it. */
void handle_public_outlets(struct request *request)
{
    if (!request_accepts(request, "region skill"))
        return;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 2);
    values[0] = request_argument(request, "region");
    values[1] = request_argument(request, "skill");
    request_query(request, public_sql, 2, values, respond_json_cell);
}
