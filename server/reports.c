/* Figures over a period, each one SQL function. */
#include "base/clock.h"
#include "engine/engine.h"
#include "engine/roles.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

/* Outlets and customers get no figures of the company. */
static void report(struct request *request, const char *sql)
{
    const char *from = request_argument(request, "from"), *to = request_argument(request, "to");
    if (!request_accepts(request, "from to"))
        return;
    if (from == NULL || to == NULL || !clock_is_date(from) || !clock_is_date(to)) {
        problem_respond(request, PROBLEM_unknown_parameter, "from, to");
        return;
    }
    if (request->principal->outlet_id[0] != '\0' || request->principal->customer_id[0] != '\0') {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    const char **values = ARENA_ARRAY(&request->arena, const char *, 2);
    values[0] = from;
    values[1] = to;
    request_query(request, sql, 2, values, respond_json_cell);
}

void handle_report_followup(struct request *request)
{
    report(request, "select followup_statistics($1::date, $2::date)");
}

void handle_report_improvements(struct request *request)
{
    report(request, "select improvement_report($1::date, $2::date)");
}

void handle_report_nonconformities(struct request *request)
{
    report(request, "select capa_ledger($1::date, $2::date)");
}

/* What is in force, on its way and being recalled, as it is now: for whoever may read documents. */
void handle_report_documents(struct request *request)
{
    const struct machine_plan *machine = engine_machine_by_name(request->reactor->server->engine, "document");
    if (!request_accepts(request, ""))
        return;
    if (machine == NULL || !machine_may_read(machine, request->principal)) {
        problem_respond(request, PROBLEM_forbidden_role, NULL);
        return;
    }
    request_query(request, "select document_register()", 0, NULL, respond_json_cell);
}

void handle_report_complaints(struct request *request)
{
    report(request, "select complaint_statistics($1::date, $2::date)");
}

void handle_report_compensations(struct request *request)
{
    report(request, "select compensation_statistics($1::date, $2::date)");
}

void handle_report_recalls(struct request *request)
{
    report(request, "select recall_statistics($1::date, $2::date)");
}

void handle_report_emergencies(struct request *request)
{
    report(request, "select emergency_statistics($1::date, $2::date)");
}

void handle_report_suppliers(struct request *request)
{
    report(request, "select jsonb_build_object('data', supplier_report($1::date, $2::date))");
}

/* Who may read the special funds and the plan (the readers of P17). */
static void report_money(struct request *request, const char *sql)
{
    const uint64_t roles = role_bit(ROLE_finance_officer) | role_bit(ROLE_deputy_gm) | role_bit(ROLE_general_manager) |
                           role_bit(ROLE_supervising_leader) | role_bit(ROLE_management_rep) |
                           role_bit(ROLE_service_manager) | role_bit(ROLE_dispatcher) | role_bit(ROLE_dept_head);
    if ((request->principal->roles & roles) == 0)
        problem_respond(request, PROBLEM_forbidden_role, NULL);
    else
        report(request, sql);
}

void handle_report_funds(struct request *request)
{
    report_money(request, "select jsonb_build_object('data', fund_ledger($1::date, $2::date))");
}

void handle_report_plans(struct request *request)
{
    report_money(request, "select jsonb_build_object('data', plan_report($1::date, $2::date))");
}
