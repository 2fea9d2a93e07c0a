/* Which remedies law or contract allow for a faulty unit: the SQL function that also guards the approval of a return. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/handlers.h"
#include "server/problem.h"

enum kind { KIND_UUID, KIND_DATE, KIND_NUMBER, KIND_FLAG, KIND_WORD };

/* In the order of the function's parameters. */
static const struct {
    const char *name;
    enum kind kind;
    const char *words; /* KIND_WORD */
    long max;          /* KIND_NUMBER */
} parameters[] = {
    { "equipment_id", KIND_UUID, NULL, 0 },
    { "customer_kind", KIND_WORD, " individual company government ", 0 },
    { "product_class", KIND_WORD, " computer listed unlisted ", 0 },
    { "sold_on", KIND_DATE, NULL, 0 },
    { "received_on", KIND_DATE, NULL, 0 },
    { "fault_on", KIND_DATE, NULL, 0 },
    { "asked_on", KIND_DATE, NULL, 0 },
    { "warranty_until", KIND_DATE, NULL, 0 },
    { "repairs_done", KIND_NUMBER, NULL, 1000 },
    { "days_in_repair", KIND_NUMBER, NULL, 100000 },
    { "repair_days", KIND_NUMBER, NULL, 10000 },
    { "delay_cause", KIND_WORD, " repairer parts ", 0 },
    { "user_damage", KIND_FLAG, NULL, 0 },
    { "distance_sale", KIND_FLAG, NULL, 0 },
    { "contract_return_days", KIND_NUMBER, NULL, 3650 },
    { "contract_exchange_days", KIND_NUMBER, NULL, 3650 },
    { "price", KIND_NUMBER, NULL, 100000000000 },
    { "same_model", KIND_FLAG, NULL, 0 },
    { "main_part", KIND_FLAG, NULL, 0 },
};
#define N_PARAMETERS (sizeof parameters / sizeof *parameters)

static bool is_word(const char *words, const char *text)
{
    size_t n = strlen(text);
    const char *found = n == 0 || strchr(text, ' ') != NULL ? NULL : strstr(words, text);
    return found != NULL && found[-1] == ' ' && found[n] == ' ';
}

static bool is_number(const char *text, long max)
{
    size_t n = strlen(text);
    return n > 0 && n <= 12 && strspn(text, "0123456789") == n && atol(text) <= max;
}

static bool fits(size_t i, const char *text)
{
    switch (parameters[i].kind) {
    case KIND_UUID:
        return uuid_is_valid(text);
    case KIND_DATE:
        return clock_is_date(text);
    case KIND_NUMBER:
        return is_number(text, parameters[i].max);
    case KIND_FLAG:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    case KIND_WORD:
        return is_word(parameters[i].words, text);
    }
    return false;
}

void handle_remedies(struct request *request)
{
    /* A unit of somebody else is not found. */
    static const char sql[] =
        "select remedy_report($1::uuid, $2::text, $3::text, $4::date, $5::date, $6::date, $7::date,\n"
        "                     coalesce($8::date, main_part_until($19::boolean, coalesce($3::text, case when u.skill = 'computer' then 'computer' end),\n"
        "                                                        coalesce($4::date, u.accepted_on), u.warranty_until, coalesce($10::integer, u.days_in_repair))),\n"
        "                     $9::integer, $10::integer,\n"
        "                     $11::integer, $12::text, $13::boolean, $14::boolean, $15::integer, $16::integer, $17::bigint, $18::boolean,\n"
        "                     company_date($20::timestamptz))\n"
        "  from (select 1) one\n  left join equipment u on u.id = $1::uuid\n"
        " where $1::uuid is null or exists (select from equipment q where q.id = $1::uuid\n"
        "                                      and ($21::uuid is null or q.outlet_id = $21::uuid)\n"
        "                                      and ($22::uuid is null or q.customer_id = $22::uuid))";
    const struct principal *principal = request->principal;
    const char **values = ARENA_ARRAY(&request->arena, const char *, N_PARAMETERS + 3);
    struct buf names = { 0 };
    for (size_t i = 0; i < N_PARAMETERS; i++)
        buf_printf(&names, "%s ", parameters[i].name);
    bool known = request_accepts(request, names.data);
    buf_done(&names);
    if (!known)
        return;
    for (size_t i = 0; i < N_PARAMETERS; i++) {
        values[i] = request_argument(request, parameters[i].name);
        if (values[i] != NULL && !fits(i, values[i])) {
            problem_respond(request, PROBLEM_unknown_parameter, parameters[i].name);
            return;
        }
    }
    const char *sold_on = request_argument(request, "sold_on"), *fault_on = request_argument(request, "fault_on");
    if (sold_on == NULL && request_argument(request, "equipment_id") == NULL) {
        problem_respond(request, PROBLEM_unknown_parameter, "sold_on");
        return;
    }
    if (sold_on != NULL && fault_on != NULL && strcmp(fault_on, sold_on) < 0) {
        problem_respond(request, PROBLEM_unknown_parameter, "fault_on");
        return;
    }
    values[N_PARAMETERS] = request_now(request);
    values[N_PARAMETERS + 1] = principal->outlet_id[0] == '\0' ? NULL : principal->outlet_id;
    values[N_PARAMETERS + 2] = principal->customer_id[0] == '\0' ? NULL : principal->customer_id;
    request_query(request, sql, N_PARAMETERS + 3, values, respond_json_cell);
}
