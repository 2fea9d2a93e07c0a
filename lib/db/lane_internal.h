/* What the parts of a lane share: lane.c (queue and outcomes), lane_batch.c (sending, reading), lane_connect.c. */
#ifndef AFTERCARE_LANE_INTERNAL_H
#define AFTERCARE_LANE_INTERNAL_H

#include "db/lane.h"

#define LANE_MAX_BATCH 64
#define LANE_MAX_PREPARED 128
#define LANE_MAX_LOCKS 48
#define LANE_MAX_TRIES 3
#define LANE_MIN_MANY 3 /* fewer jobs are cheaper one by one */
#define LANE_MIN_LINGER 8 /* jobs of the last batch: fewer callers do not make a batch worth waiting for */
#define LANE_LINGER_PART 4 /* of the time that the last batch took */
#define LANE_MAX_LINGER_US 2000
#define LANE_MAX_ITEMS (LANE_MAX_BATCH * 3 + LANE_MAX_LOCKS * 3)

/* What was sent, in order: what the results that come back belong to. */
enum item_kind { ITEM_PREPARE, ITEM_FORGET, ITEM_LOCK, ITEM_JOB, ITEM_MANY, ITEM_ENDED, ITEM_PROOF, ITEM_SYNC };
struct item {
    enum item_kind kind;
    int job; /* index into the batch, ITEM_MANY: of the first that leads the others; -1: none in particular */
    const struct statement *statement; /* ITEM_PREPARE */
};

enum phase { PHASE_WAITING, PHASE_CONNECTING, PHASE_READY };

struct prepared {
    const struct statement *statement;
    uint64_t used; /* batch number of its last use */
};

struct lane {
    struct lane_options options;
    PGconn *connection;
    enum phase phase;
    int fd;            /* registered with epoll; -1: none */
    uint32_t events;   /* registered for */
    int64_t retry_us;  /* when to connect again; PHASE_CONNECTING: when to give it up */
    int64_t backoff_us;

    struct job *first, **last; /* queue */
    size_t queued;
    struct job *doubtful; /* sent with their Sync on a connection that is lost; nothing else goes before they are settled */
    int pid, lost_pid;    /* sessions: of the connection, of the one that the doubtful went by */
    bool proving;         /* the batch in flight asks for their proofs */
    bool still_runs;      /* their session has not ended: it may yet commit */

    struct job *batch[LANE_MAX_BATCH];
    PGresult *results[LANE_MAX_BATCH];
    int leader[LANE_MAX_BATCH]; /* by job: whose execution it is part of; itself: alone in it */
    size_t n_batch;
    struct item items[LANE_MAX_ITEMS];
    size_t n_items, next_item;
    bool in_flight, flushed;
    int64_t sent_us;
    size_t expected;         /* jobs to come, if all who were answered ask again */
    int64_t linger_until_us; /* wait for them no longer */
    PGresult *error;     /* first error of the batch */
    int error_job;       /* its job, -1: none in particular */
    bool error_of_many;  /* it is one of those that error_job leads */
    bool item_has_result;

    struct prepared prepared[LANE_MAX_PREPARED];
    size_t n_prepared;
    uint64_t batch_no;
    struct lane_stats stats;
};

void lane_connect_start(struct lane *lane);
void lane_connect_poll(struct lane *lane);
/* Drops the connection: what was in flight is kept, retried or reported unknown. */
void lane_connection_lost(struct lane *lane, const char *why);
void lane_watch(struct lane *lane, uint32_t events);

/* Fills lane->batch from the queue and sends it. */
void lane_batch_send(struct lane *lane);
/* Reads what has come; calls lane_batch_done at the Sync. */
void lane_batch_read(struct lane *lane);
void lane_batch_flush(struct lane *lane);

bool lane_prepare(struct lane *lane, const struct statement *statement, int job);
void lane_put_item(struct lane *lane, enum item_kind kind, int job);
/* Says for each job of the batch with which others it is sent. */
void lane_find_many(struct lane *lane);
bool lane_send_many(struct lane *lane, int leader);
/* Gives each job the rows of the common result that are its own. */
void lane_split_many(struct lane *lane, size_t n, PGresult **results);

void lane_batch_done(struct lane *lane);
/* Keeps for a proof what can have one, the others are unknown. */
void lane_doubt(struct lane *lane, struct job **jobs, size_t n);
/* Asks for the proofs of all that are doubtful. */
void lane_doubt_send(struct lane *lane);
void lane_doubt_done(struct lane *lane, struct job **jobs, size_t n, PGresult **results, const PGresult *error);
/* Those whose time is up, or all, are unknown. */
void lane_doubt_expire(struct lane *lane, bool all);
void lane_batch_begin(struct lane *lane);
void lane_push_front(struct lane *lane, struct job *job);
void lane_push_back(struct lane *lane, struct job *job);
void lane_finish(struct lane *lane, struct job *job, enum job_outcome outcome, const PGresult *result);

#endif
