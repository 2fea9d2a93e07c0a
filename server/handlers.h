/* The handlers that the router calls. Layer: server, internal. */
#ifndef AFTERCARE_HANDLERS_H
#define AFTERCARE_HANDLERS_H

#include "server/request.h"

/* Every one finds its path in request->segments; segments[0] is "v1" where there is one. */
handler_fn handle_entity_create, handle_entity_get, handle_entity_list, handle_entity_event;
handler_fn handle_entity_events, handle_entity_records, handle_entity_clocks;
handler_fn handle_entity_attachments, handle_entity_attach, handle_attachment;
handler_fn handle_sign_in, handle_sign_out, handle_me, handle_my_day, handle_change_password;
handler_fn handle_keys, handle_key_create, handle_key_revoke, handle_person_password;
handler_fn handle_worklist, handle_worklist_counts, handle_search, handle_remedies;
handler_fn handle_feed, handle_records, handle_record, handle_breaches, handle_notifications, handle_notification_read;
handler_fn handle_links, handle_calendar, handle_calendar_put, handle_time_rules, handle_time_rule_put;
handler_fn handle_procedures, handle_machine, handle_diagram, handle_schema, handle_openapi, handle_docs, handle_docs_file;
handler_fn handle_audit, handle_report_followup, handle_report_complaints, handle_report_suppliers, handle_report_nonconformities;
handler_fn handle_report_funds, handle_report_plans, handle_report_improvements, handle_report_compensations,
    handle_report_recalls, handle_report_documents, handle_report_emergencies;
handler_fn handle_unsettled_jobs, handle_public_outlets, handle_settlement_import, handle_test_clock;
handler_fn handle_health, handle_ready, handle_metrics;

struct machine_plan;
struct event_plan;
/* Opens an entity with the body, an object that the request owns, and answers. */
void entity_open(struct request *request, const struct machine_plan *machine, const struct event_plan *event, json_t *body);
/* The machine of /v1/{path}/...; answers 404 itself. */
const struct machine_plan *request_machine(struct request *request);
/* The entity id of segments[2], lower-case; NULL (answered 404) when it is no id. */
const char *request_entity_id(struct request *request);
/* 400 with the name of the first query argument that is not in the space-separated list. */
bool request_accepts(struct request *request, const char *names);
/* "limit", 1..max; -1 (answered 400) when malformed. */
int request_limit(struct request *request, int preset, int max);
const char *request_now(struct request *request);
/* First column of each row is JSON text: answers {"data":[...]} with `next` when there were more than limit rows. */
void respond_json_rows(struct request *request, const PGresult *result, int limit, int cursor_column);
/* The only cell of the result is a JSON document; no row: 404. */
enum job_verdict respond_json_cell(struct request *request, enum job_outcome outcome, const PGresult *result);

/* SQL: "and column not in (...)" of the machines that the caller may not read; "" when there is none. */
const char *readable_machines(struct request *request, const char *column);
/* SQL: what ties entity `id` to the caller's outlet or customer, by its row as it is now (the registry `entity` is written
 * once). `outlet` and `customer`: the parameters with the caller's, null when not bound to one. */
const char *entity_scope(struct request *request, const char *id, const char *outlet, const char *customer);

#endif
