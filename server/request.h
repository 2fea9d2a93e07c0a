/* One HTTP request: what the handlers see of it. Layer: server.
 * A request lives from MHD's first call to its completed-callback (the only place where it is freed), always in the
 * thread of its reactor. Everything it needs lies in its arena. A handler either answers (request_respond...,
 * problem_...) or submits a job to a lane and answers in the job's callback; the framework suspends and resumes the
 * MHD connection by itself. */
#ifndef AFTERCARE_REQUEST_H
#define AFTERCARE_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid7.h"
#include "db/lane.h"
#include "engine/principal.h"

struct MHD_Connection;
struct reactor;
struct server;
struct request;
struct bound;

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_OPTIONS, METHOD_OTHER };

typedef void handler_fn(struct request *request);

#define REQUEST_MAX_SEGMENTS 8
#define REQUEST_MAX_ARGUMENTS 64
#define REQUEST_MAX_BODY (1024 * 1024)

struct argument {
    const char *name, *value; /* percent-decoded UTF-8, no NUL inside */
};

struct request {
    struct reactor *reactor;
    struct MHD_Connection *connection;
    struct arena arena;
    char id[UUID_TEXT_SIZE]; /* X-Request-Id: the caller's when it is sound, else ours */
    enum method method;
    const char *path;        /* raw, as sent */
    const char *segments[REQUEST_MAX_SEGMENTS]; /* split on '/', then decoded; "v1" is segments[0] */
    size_t n_segments;
    struct argument arguments[REQUEST_MAX_ARGUMENTS];
    size_t n_arguments;
    const char *content_type; /* lower-cased, without parameters; NULL: none */
    const char *body;         /* complete when a handler runs; NUL-terminated behind body_length */
    size_t body_length;
    enum language language;   /* from Accept-Language */
    int64_t received_us;      /* clock_now_us() at the first call */
    int64_t deadline_us;      /* monotonic */
    struct principal *principal; /* NULL only in handlers of public routes */
    const char *if_match, *if_none_match, *idempotency_key, *accept, *traceparent; /* NULL: absent */
    json_t *json; /* parsed body, owned by the request; NULL until request_json() */

    void *auth_waiting; /* auth.c's own */
    void *context;      /* the handler's own, in the arena */

    struct server_request *internal; /* the framework's part: phase, response being built, timing */
};

/* First value of a query argument, or NULL. */
const char *request_argument(const struct request *request, const char *name);
/* A request header, or NULL. */
const char *request_header(const struct request *request, const char *name);
/* Parses the body as application/json once. On failure answers 400/415 itself and returns NULL. An empty body is {}. */
json_t *request_json(struct request *request);

/* Response building. A header's value is copied. */
void request_add_header(struct request *request, const char *name, const char *value);
/* Answers with the buffer's content, which is taken (MUST_FREE, no copy). `type` is a static string. */
void request_respond(struct request *request, unsigned status, const char *type, struct buf *body);
void request_respond_empty(struct request *request, unsigned status);
/* Static content, not copied, never freed. */
void request_respond_static(struct request *request, unsigned status, const char *type, const void *bytes, size_t length);

/* Sends a job on the reactor's read or write lane (decided by `writes`) and suspends the request. `done` gets the request
 * as job->owner and must answer or submit again. The job, its values and locks lie in the request's arena. JOB_BUSY,
 * JOB_UNAVAILABLE and JOB_UNKNOWN are answered by the framework (503 + Retry-After) and never reach `done`. */
typedef enum job_verdict request_done_fn(struct request *request, enum job_outcome outcome, const PGresult *result);
void request_submit(struct request *request, bool writes, const struct statement *statement, const char *const *values,
                    const struct job_lock *locks, size_t n_locks, const char *sort_key, request_done_fn *done);
/* The same for a step as bound by the engine: a lost outcome is looked up, `done` then gets JOB_STORED without a result. */
void request_submit_step(struct request *request, const struct bound *bound, request_done_fn *done);
/* Like request_submit, for one-off SQL (lists, reports): parameters $1.. as text, planned for its values. */
void request_query(struct request *request, const char *sql, int n_params, const char *const *values, request_done_fn *done);

/* Slow work off the reactor (argon2): `work` runs in the worker thread, then `done` in the reactor's. Neither may touch
 * anything but `argument` (work) and the request (done). */
void request_offload(struct request *request, void (*work)(void *argument), void *argument, handler_fn *done);

#endif
