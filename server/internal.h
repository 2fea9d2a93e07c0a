/* What the parts of the server share. Layer: server, internal. */
#ifndef AFTERCARE_SERVER_INTERNAL_H
#define AFTERCARE_SERVER_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "server/reactor.h"
#include "server/request.h"

#define HEADERS_MAX 16

enum request_phase { REQUEST_READING, REQUEST_RUNNING, REQUEST_ANSWERED, REQUEST_QUEUED };

struct server_request {
    enum request_phase phase;
    bool suspended;
    bool oversize;
    bool in_handler; /* the handler runs inside MHD's callback: answer without resuming */
    unsigned early_status; /* problem found on the first call, answered once the body has been read */
    struct buf body;
    struct MHD_Response *response;
    unsigned status;
    size_t response_bytes;
    int64_t started_us; /* monotonic */
    struct {
        const char *name, *value;
    } headers[HEADERS_MAX];
    size_t n_headers;
    struct job job;
    request_done_fn *done;
    struct statement query;
    bool writes;
    /* offload */
    void (*work)(void *argument);
    void *work_argument;
    handler_fn *work_done;
    struct request *next_offloaded;
};

#define STATUS_CLASSES 6
#define LATENCY_BUCKETS 12
struct reactor_metrics {
    atomic_uint_fast64_t requests[STATUS_CLASSES];
    atomic_uint_fast64_t latency[LATENCY_BUCKETS];
    atomic_uint_fast64_t latency_sum_us, connections, batches, jobs, joined, replays, reconnects, queued;
    atomic_bool connected;
};
extern const int latency_bounds_ms[LATENCY_BUCKETS - 1];

#define AUTH_CACHE_SIZE 1024
struct auth_entry {
    char token_hash[65];
    struct principal principal;
    uint64_t generation;
    int64_t until_us; /* monotonic */
};

struct reactor {
    struct server *server;
    unsigned index;
    pthread_t thread;
    int listen_fd, epoll_fd, wake_fd;
    struct MHD_Daemon *daemon;
    struct lane *read_lane, *write_lane;
    char labels[2][32];
    struct auth_entry *auth_cache;
    pthread_mutex_t done_mutex; /* guards `offloaded`: the one thing another thread hands in */
    struct request *offloaded;
    size_t requests; /* alive */
    struct reactor_metrics metrics;
};

/* http.c */
struct MHD_Daemon *http_start(struct reactor *reactor);
void request_finish_offload(struct reactor *reactor);

/* router.c */
void router_dispatch(struct request *request);
void router_cors(struct request *request);

/* auth.c */
/* Sets request->principal and runs `next`, or answers 401. */
void auth_run(struct request *request, handler_fn *next);
void auth_drop_caches(struct server *server);
void auth_hash_token(const char *token, char out[65]);

/* offload.c */
void offload_start(void);
void offload_stop(void);
void offload_submit(struct request *request);

/* background.c */
struct background;
struct background *background_start(struct server *server);
void background_stop(struct background *background);

/* metrics.c */
void metrics_count(struct reactor *reactor, unsigned status, int64_t duration_us);
void metrics_write(struct server *server, struct buf *out);

struct reactor *const *server_reactors(struct server *server, size_t *ret_count);

#endif
