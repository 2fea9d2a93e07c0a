/* Reactor: one thread, one epoll loop, one MHD daemon in external epoll mode on a SO_REUSEPORT socket, and its lanes
 * (one read, one write). Reactors share nothing but the read-only `server`. Layer: server. */
#ifndef AFTERCARE_REACTOR_H
#define AFTERCARE_REACTOR_H

#include <stdatomic.h>
#include <stdint.h>

#include "db/lane.h"
#include "engine/engine.h"

struct server_options {
    const char *listen_address; /* numeric, "127.0.0.1" or "[::1]" */
    uint16_t port;              /* 0: any, printed at start */
    unsigned reactors;          /* 0: one a core */
    const char *conninfo;
    const char *cors_origins;   /* space-separated; NULL: none */
    bool test_clock;            /* POST /v1/test/clock is there */
    bool access_log;
    void (*supervise)(void *supervised); /* called about five times a second by the main thread; NULL: none */
    void *supervised;
};

/* Process-wide, immutable after start but for the atomics. */
struct server {
    struct server_options options;
    const struct engine *engine;
    atomic_ullong turns;            /* of the timer's thread, finished */
    atomic_bool ready;              /* readiness: lanes connected, not stopping */
    atomic_bool stopping;
    atomic_uint_fast64_t auth_generation; /* bumped by the listener: reactors drop their token caches when it moves */
    atomic_bool auth_cache_allowed; /* false while the LISTEN connection is down */
};

struct reactor;

struct lane *reactor_read_lane(struct reactor *reactor);
struct lane *reactor_write_lane(struct reactor *reactor);
struct server *reactor_server(struct reactor *reactor);

/* Runs until SIGTERM/SIGINT, then stops gracefully: readiness down, no accepted request lost. Returns an exit status. */
int server_run(struct server *server);

#endif
