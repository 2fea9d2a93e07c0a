/* What handlers call on a request. */
#include "server/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "engine/engine.h"
#include "server/internal.h"
#include "server/problem.h"

const char *request_argument(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->n_arguments; i++)
        if (strcmp(request->arguments[i].name, name) == 0)
            return request->arguments[i].value;
    return NULL;
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

json_t *request_json(struct request *request)
{
    if (request->json != NULL)
        return request->json;
    if (request->body_length == 0) {
        request->json = json_object();
        return request->json;
    }
    if (request->content_type == NULL || strcmp(request->content_type, "application/json") != 0) {
        problem_respond(request, PROBLEM_unsupported_media_type, "application/json");
        return NULL;
    }
    char error[256];
    if (json_in_parse(request->body, request->body_length, &request->json, error, sizeof error) != JSON_IN_OK) {
        problem_respond(request, PROBLEM_malformed_json, error);
        return NULL;
    }
    return request->json;
}

void request_add_header(struct request *request, const char *name, const char *value)
{
    struct server_request *internal = request->internal;
    if (internal->n_headers < HEADERS_MAX) {
        internal->headers[internal->n_headers].name = name;
        internal->headers[internal->n_headers++].value = arena_strdup(&request->arena, value);
    }
}

static void answer(struct request *request, unsigned status, const char *type, struct MHD_Response *response, size_t bytes)
{
    struct server_request *internal = request->internal;
    if (internal->phase == REQUEST_ANSWERED || internal->phase == REQUEST_QUEUED) {
        log_error("http", "request %s answered twice", request->id);
        MHD_destroy_response(response);
        return;
    }
    if (type != NULL)
        (void)MHD_add_response_header(response, "Content-Type", type);
    (void)MHD_add_response_header(response, "X-Request-Id", request->id);
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    for (size_t i = 0; i < internal->n_headers; i++)
        (void)MHD_add_response_header(response, internal->headers[i].name, internal->headers[i].value);
    internal->response = response;
    internal->status = status;
    internal->response_bytes = bytes;
    internal->phase = REQUEST_ANSWERED;
    if (internal->suspended) {
        internal->suspended = false;
        MHD_resume_connection(request->connection);
    }
}

void request_respond(struct request *request, unsigned status, const char *type, struct buf *body)
{
    size_t length = body->length;
    char *bytes = buf_steal(body);
    answer(request, status, type, MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE), length);
}

void request_respond_empty(struct request *request, unsigned status)
{
    answer(request, status, NULL, MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT), 0);
}

void request_respond_static(struct request *request, unsigned status, const char *type, const void *bytes, size_t length)
{
    answer(request, status, type, MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT), length);
}

static void answer_unhappy(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    if (outcome == JOB_FAILED) {
        const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
        if (state != NULL && strcmp(state, "57014") == 0) {
            problem_respond(request, PROBLEM_timeout, NULL);
            return;
        }
        log_error("http", "request %s %s: %s", request->id, request->path, result == NULL ? "no result" : PQresultErrorMessage(result));
        problem_respond(request, PROBLEM_internal, NULL);
        return;
    }
    request_add_header(request, "Retry-After", "1");
    problem_respond(request,
                    outcome == JOB_BUSY          ? PROBLEM_busy
                    : outcome == JOB_UNAVAILABLE ? PROBLEM_database_unavailable
                                                 : PROBLEM_outcome_unknown,
                    NULL);
}

static enum job_verdict on_job_done(struct job *job, enum job_outcome outcome, const PGresult *result)
{
    struct request *request = job->owner;
    if (outcome == JOB_DONE || outcome == JOB_STORED)
        return request->internal->done(request, outcome, result);
    answer_unhappy(request, outcome, result);
    return JOB_FINISHED;
}

void request_submit(struct request *request, bool writes, const struct statement *statement, const char *const *values,
                    const struct job_lock *locks, size_t n_locks, const char *sort_key, request_done_fn *done)
{
    struct server_request *internal = request->internal;
    internal->done = done;
    internal->job = (struct job){
        .statement = statement,
        .values = values,
        .locks = locks,
        .n_locks = n_locks,
        .sort_key = sort_key,
        .deadline_us = request->deadline_us,
        .done = on_job_done,
        .owner = request,
    };
    lane_submit(writes ? request->reactor->write_lane : request->reactor->read_lane, &internal->job);
}

void request_submit_step(struct request *request, const struct bound *bound, request_done_fn *done)
{
    struct server_request *internal = request->internal;
    internal->done = done;
    internal->job = (struct job){
        .statement = bound->statement,
        .values = bound->values,
        .locks = bound->locks,
        .n_locks = bound->n_locks,
        .proof = bound->proof,
        .sort_key = bound->sort_key,
        .deadline_us = request->deadline_us,
        .done = on_job_done,
        .owner = request,
    };
    lane_submit(request->reactor->write_lane, &internal->job);
}

void request_query(struct request *request, const char *sql, int n_params, const char *const *values, request_done_fn *done)
{
    request->internal->query = (struct statement){ .text = sql, .n_params = n_params };
    request_submit(request, false, &request->internal->query, values, NULL, 0, NULL, done);
}

void request_offload(struct request *request, void (*work)(void *argument), void *argument, handler_fn *done)
{
    request->internal->work = work;
    request->internal->work_argument = argument;
    request->internal->work_done = done;
    offload_submit(request);
}

void request_finish_offload(struct reactor *reactor)
{
    (void)pthread_mutex_lock(&reactor->done_mutex);
    struct request *list = reactor->offloaded;
    reactor->offloaded = NULL;
    (void)pthread_mutex_unlock(&reactor->done_mutex);
    while (list != NULL) {
        struct request *request = list;
        list = request->internal->next_offloaded;
        request->internal->work_done(request);
    }
}
