#include "db/lane_internal.h"

#include <sys/epoll.h>

#include "base/clock.h"
#include "base/log.h"

#define BACKOFF_FIRST_US INT64_C(20000)
#define BACKOFF_MAX_US INT64_C(2000000)
#define CONNECT_MAX_US INT64_C(5000000) /* libpq's own limit does not hold for a connection made without blocking */

/* Every session counts in the company's zone, so that JSON made by PostgreSQL carries its offset; generic plans, since
 * planning a step costs more than running it; short lock waits, since a batch holds its locks until all have run. No sequential
 * scans: a plan made while a table was small would keep reading all of it when it has grown. */
#define SESSION_OPTIONS                                                                                                \
    "-c plan_cache_mode=force_generic_plan -c lock_timeout=1000 -c statement_timeout=10000 -c jit=off"                 \
    " -c enable_seqscan=off -c timezone=Asia/Shanghai -c datestyle=ISO -c default_transaction_isolation=read\\ committed"

void lane_watch(struct lane *lane, uint32_t events)
{
    int fd = lane->connection == NULL ? -1 : PQsocket(lane->connection);
    if (fd < 0 || (fd == lane->fd && events == lane->events))
        return;
    struct epoll_event event = { .events = events, .data.ptr = lane->options.epoll_data };
    /* libpq may have opened another socket under the same number: then it is not registered any more. */
    if (epoll_ctl(lane->options.epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0)
        (void)epoll_ctl(lane->options.epoll_fd, EPOLL_CTL_ADD, fd, &event);
    lane->fd = fd;
    lane->events = events;
}

void lane_connect_start(struct lane *lane)
{
    const char *const keywords[] = { "dbname", "application_name", "options", "keepalives_idle", "tcp_user_timeout",
                                     "client_encoding", "connect_timeout", NULL };
    const char *const values[] = { lane->options.conninfo, lane->options.label, SESSION_OPTIONS, "30", "20000", "UTF8", "5", NULL };
    lane->connection = PQconnectStartParams(keywords, values, /* expand_dbname= */ 1);
    if (lane->connection == NULL || PQstatus(lane->connection) == CONNECTION_BAD) {
        lane_connection_lost(lane, "cannot connect");
        return;
    }
    lane->phase = PHASE_CONNECTING;
    lane->retry_us = clock_monotonic_us() + CONNECT_MAX_US;
    lane_watch(lane, EPOLLOUT);
}

static void connected(struct lane *lane)
{
    if (PQsetnonblocking(lane->connection, 1) != 0 || PQenterPipelineMode(lane->connection) != 1) {
        lane_connection_lost(lane, "no pipeline mode");
        return;
    }
    lane->phase = PHASE_READY;
    lane->pid = PQbackendPID(lane->connection);
    lane->backoff_us = 0;
    lane->n_prepared = 0;
    lane->stats.reconnects++;
    lane_watch(lane, EPOLLIN);
}

void lane_connect_poll(struct lane *lane)
{
    PostgresPollingStatusType status = PQconnectPoll(lane->connection);
    lane->events = 0; /* trying the next address it may have opened another socket under the same number */
    switch (status) {
    case PGRES_POLLING_READING:
        lane_watch(lane, EPOLLIN);
        break;
    case PGRES_POLLING_WRITING:
        lane_watch(lane, EPOLLOUT);
        break;
    case PGRES_POLLING_OK:
        connected(lane);
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        lane_connection_lost(lane, "connecting failed");
    }
}

static void settle_in_flight(struct lane *lane)
{
    struct job *jobs[LANE_MAX_BATCH];
    size_t n = lane->n_batch;
    /* Without its Sync a batch cannot have committed; reads may always run again. */
    bool nothing_happened = !lane->flushed || !lane->options.writes;
    bool proving = lane->proving;
    for (size_t i = 0; i < n; i++) {
        jobs[i] = lane->batch[i];
        PQclear(lane->results[i]);
        lane->results[i] = NULL;
    }
    PQclear(lane->error);
    lane->error = NULL;
    lane->n_batch = 0;
    lane->in_flight = lane->proving = false;
    if (proving || !nothing_happened) {
        lane->lost_pid = proving ? lane->lost_pid : lane->pid;
        lane_doubt(lane, jobs, n);
        return;
    }
    for (size_t i = n; i-- > 0;) {
        if (++jobs[i]->tries <= LANE_MAX_TRIES)
            lane_push_front(lane, jobs[i]);
        else
            (void)jobs[i]->done(jobs[i], JOB_UNAVAILABLE, NULL);
    }
}

void lane_connection_lost(struct lane *lane, const char *why)
{
    if (lane->backoff_us == 0)
        log_debug("lane", "%s: %s: %s", lane->options.label, why, lane->connection == NULL ? "" : PQerrorMessage(lane->connection));
    if (lane->connection != NULL) {
        if (lane->fd >= 0)
            (void)epoll_ctl(lane->options.epoll_fd, EPOLL_CTL_DEL, lane->fd, NULL);
        PQfinish(lane->connection);
    }
    lane->connection = NULL;
    lane->fd = -1;
    lane->events = 0;
    lane->phase = PHASE_WAITING;
    lane->n_prepared = 0;
    lane->backoff_us = lane->backoff_us == 0 ? BACKOFF_FIRST_US : lane->backoff_us * 2;
    if (lane->backoff_us > BACKOFF_MAX_US)
        lane->backoff_us = BACKOFF_MAX_US;
    lane->retry_us = clock_monotonic_us() + lane->backoff_us;
    if (lane->in_flight)
        settle_in_flight(lane);
}
