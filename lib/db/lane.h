/* Lane: one pipelined PostgreSQL connection that commits many jobs at once (one Sync = one transaction = one fsync).
 * Layer: db. A lane belongs to one reactor and is used in its thread only.
 *
 * A batch is: lock statements (sorted by rank, ids sorted), then one statement a job (sorted by `sort_key`), one Sync.
 * Results are provisional until the Sync comes back clean; only then is `done` called. An error at job k voids the whole
 * batch: all but k are sent again as one batch, k alone (shared/one-statement F2, F11). Serialisation trouble (40001,
 * 40P01, 55P03) is retried at most 3 times.
 *
 * A connection lost behind the Sync leaves its writes in doubt. They wait for the next connection, which first ends the lost
 * session and then asks for the proof of each: stored, or run again (lane_doubt.c).
 *
 * Jobs of one statement and different keys go as one execution of its form for many (lane_many.c). If that fails, they are
 * sent again one by one in the same batch, which tells the offender. */
#ifndef AFTERCARE_LANE_H
#define AFTERCARE_LANE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement {
    const char *name; /* of the prepared statement, unique in the program; NULL: not prepared, planned for its values */
    const char *text;
    int n_params; /* all parameters travel as text, typed by casts in the text */
    int lock_rank; /* lock statements only: order in which a batch takes its locks (rank of the machine) */
    bool alone;   /* a transaction of its own: touches rows shared with everybody (stock, funds, counters) */
    bool repeatable; /* running it again does no harm: no proof is wanted when its outcome is lost */
    /* The same for many jobs at once, NULL: there is none. Its parameters are arrays, an element a job; its rows end with the
     * place of their job (from 1). A statement costs more to start than to run. */
    const struct statement *many;
};

/* A lock wanted before the batch's statements take their snapshots. The statement takes one uuid[] and returns
 * nothing that matters; ids of all jobs that want the same statement are merged and sorted. */
struct job_lock {
    const struct statement *statement;
    const char *id; /* uuid text, borrowed like the job's values */
};

/* Whether a job whose outcome is lost had committed: the statement gives a row if it had. Borrowed like the job's values. */
struct job_proof {
    const struct statement *statement;
    const char *const *values;
};

enum job_outcome {
    JOB_DONE,        /* committed; `result` holds the rows */
    JOB_STORED,      /* committed as its proof says, but the rows were lost with the connection */
    JOB_FAILED,      /* PostgreSQL refused it when it ran alone; `result` holds the error */
    JOB_BUSY,        /* queue full or deadline passed before it was sent: nothing happened */
    JOB_UNAVAILABLE, /* no database: nothing happened */
    JOB_UNKNOWN      /* sent, connection lost before the Sync, and no proof to be had: it may or may not have happened (writes only) */
};

enum job_verdict { JOB_FINISHED, JOB_RETRY /* run it again: it raced (at most 3 times, then JOB_BUSY) */ };

struct job {
    const struct statement *statement;
    const char *const *values; /* statement->n_params texts, NULL = SQL NULL; borrowed until `done` */
    const struct job_lock *locks;
    size_t n_locks;
    const struct job_proof *proof; /* NULL: none */
    const char *sort_key;  /* entity id or unique key; NULL sorts first */
    int64_t deadline_us;   /* monotonic; not sent after it. 0: none */
    size_t bytes;          /* set by lane_submit: size of the values, for the batch's byte cap */
    /* Called once, in the reactor's thread. `result` is the lane's and lives only during the call (NULL for
     * all but JOB_DONE and JOB_FAILED). The job may be freed by the callback when it returns JOB_FINISHED. */
    enum job_verdict (*done)(struct job *job, enum job_outcome outcome, const PGresult *result);
    void *owner;
    /* the lane's own */
    struct job *next;
    unsigned tries;
    bool send_alone, send_single;
};

struct lane;

struct lane_options {
    const char *conninfo;
    const char *label;  /* for logs and application_name: "r0-write" */
    bool writes;        /* false: a lane for reads; they are retried after a lost connection */
    size_t max_queued;  /* jobs; beyond it JOB_BUSY at once */
    size_t max_batch;   /* jobs in a batch, 64 */
    size_t max_batch_bytes; /* 256 KiB */
    int epoll_fd;       /* the reactor's; the lane registers its socket with `data.ptr = lane handle` */
    void *epoll_data;
};

struct lane_stats {
    uint64_t batches, jobs, joined, replays, failures, reconnects, busy; /* joined: jobs that went with others in one execution */
    size_t queued, in_flight;
    bool connected;
};

/* Starts connecting without blocking. Never NULL. */
struct lane *lane_new(const struct lane_options *options);
/* Takes the job in; `done` is never called from inside lane_submit. */
void lane_submit(struct lane *lane, struct job *job);
/* Call when the socket is ready, and once a loop turn with events = 0 for time-outs and reconnecting. */
void lane_run(struct lane *lane, uint32_t epoll_events);
/* Sends what has queued when no batch is in flight; behind a large batch of writes it waits up to 2 ms for those who were answered.
 * Call at the end of a loop turn. */
void lane_flush(struct lane *lane);
/* Milliseconds until lane_run(lane, 0) is wanted; -1: no time-out. */
int lane_timeout_ms(const struct lane *lane);
bool lane_is_idle(const struct lane *lane);
void lane_get_stats(const struct lane *lane, struct lane_stats *ret_stats);
/* Closes; jobs still held get JOB_UNAVAILABLE (not sent) or JOB_UNKNOWN. */
void lane_free(struct lane *lane);

#endif
