#include "db/lane_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

void lane_push_back(struct lane *lane, struct job *job)
{
    job->next = NULL;
    *lane->last = job;
    lane->last = &job->next;
    lane->queued++;
}

void lane_push_front(struct lane *lane, struct job *job)
{
    job->next = lane->first;
    if (lane->first == NULL)
        lane->last = &job->next;
    lane->first = job;
    lane->queued++;
}

static size_t value_bytes(const struct job *job)
{
    size_t bytes = 64;
    for (int i = 0; i < job->statement->n_params; i++)
        bytes += job->values[i] == NULL ? 4 : strlen(job->values[i]) + 4;
    return bytes;
}

/* Jobs that cannot be taken in are answered from lane_run, never from inside lane_submit. */
void lane_submit(struct lane *lane, struct job *job)
{
    job->tries = 0;
    job->send_alone = job->send_single = false;
    job->bytes = value_bytes(job);
    if (lane->queued >= lane->options.max_queued) {
        lane->stats.busy++;
        job->deadline_us = 1;
    }
    lane_push_back(lane, job);
}

void lane_finish(struct lane *lane, struct job *job, enum job_outcome outcome, const PGresult *result)
{
    lane->stats.jobs++;
    if (job->done(job, outcome, result) == JOB_FINISHED)
        return;
    /* It raced with another writer: once more, at most three times. */
    job->send_single = true;
    if (++job->tries <= LANE_MAX_TRIES)
        lane_push_back(lane, job);
    else
        (void)job->done(job, JOB_BUSY, NULL);
}

static bool is_retryable(const PGresult *error)
{
    const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
    static const char *const retryable[] = { "40001", "40P01", "55P03" };
    for (size_t i = 0; state != NULL && i < sizeof retryable / sizeof *retryable; i++)
        if (strcmp(state, retryable[i]) == 0)
            return true;
    return false;
}

static bool is_stale_plan(const PGresult *error)
{
    const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
    return state != NULL && (strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0 || strcmp(state, "42P05") == 0);
}

/* Nothing of a failed batch counts. All but the offender go again as one batch, the offender alone. */
static void replay(struct lane *lane, struct job **jobs, size_t n, PGresult *error, int offender)
{
    lane->stats.replays++;
    const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
    log_debug("lane", "%s: batch of %zu failed at %d: %s %s", lane->options.label, n, offender, state == NULL ? "-" : state,
              PQresultErrorMessage(error));
    if (n == 1 && !is_retryable(error) && !is_stale_plan(error)) {
        lane->stats.failures++;
        lane_finish(lane, jobs[0], JOB_FAILED, error);
        return;
    }
    if (lane->error_of_many) {
        for (size_t i = n; i-- > 0;) {
            jobs[i]->send_single |= lane->leader[i] == offender;
            lane_push_front(lane, jobs[i]);
        }
        return;
    }
    for (size_t i = n; i-- > 0;) {
        struct job *job = jobs[i];
        bool guilty = offender < 0 || (size_t)offender == i;
        if (!guilty) {
            lane_push_front(lane, job);
            continue;
        }
        job->send_alone = true;
        if (++job->tries > LANE_MAX_TRIES)
            (void)job->done(job, is_retryable(error) ? JOB_BUSY : JOB_FAILED, is_retryable(error) ? NULL : error);
        else
            lane_push_back(lane, job);
    }
}

/* Those whose answers go out now are about to ask again, and one large batch of writes costs less than two halves. */
static void expect_more(struct lane *lane, size_t answered)
{
    int64_t now = clock_monotonic_us(), linger = (now - lane->sent_us) / LANE_LINGER_PART;
    lane->expected = answered + lane->queued;
    lane->linger_until_us = !lane->options.writes || answered < LANE_MIN_LINGER ? 0 : now + (linger < LANE_MAX_LINGER_US ? linger : LANE_MAX_LINGER_US);
}

void lane_batch_done(struct lane *lane)
{
    struct job *jobs[LANE_MAX_BATCH];
    PGresult *results[LANE_MAX_BATCH];
    size_t n = lane->n_batch;
    PGresult *error = lane->error;
    memcpy(jobs, lane->batch, n * sizeof *jobs);
    memcpy(results, lane->results, n * sizeof *results);
    memset(lane->results, 0, sizeof lane->results);
    lane->n_batch = 0;
    lane->in_flight = false;
    lane->error = NULL;
    lane->stats.batches++;
    expect_more(lane, n);
    bool proven = lane->proving;
    lane->proving = false;
    if (error == NULL && !proven)
        lane_split_many(lane, n, results);
    bool stale = error != NULL && is_stale_plan(error);
    if (proven)
        lane_doubt_done(lane, jobs, n, results, error);
    else if (error != NULL)
        replay(lane, jobs, n, error, lane->error_job);
    else
        for (size_t i = 0; i < n; i++)
            lane_finish(lane, jobs[i], JOB_DONE, results[i]);
    for (size_t i = 0; i < n; i++)
        PQclear(results[i]);
    PQclear(error);
    if (stale)
        lane_connection_lost(lane, "statements have to be prepared anew");
}

struct lane *lane_new(const struct lane_options *options)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        log_fatal("lane", "out of memory");
    lane->options = *options;
    if (lane->options.max_batch == 0 || lane->options.max_batch > LANE_MAX_BATCH)
        lane->options.max_batch = LANE_MAX_BATCH;
    if (lane->options.max_batch_bytes == 0)
        lane->options.max_batch_bytes = (size_t)256 * 1024;
    if (lane->options.max_queued == 0)
        lane->options.max_queued = 1024;
    lane->last = &lane->first;
    lane->fd = -1;
    lane_connect_start(lane);
    return lane;
}

/* Jobs whose time is up before they were sent: nothing happened. */
static void expire(struct lane *lane)
{
    int64_t now = clock_monotonic_us();
    struct job *expired = NULL;
    struct job **link = &lane->first;
    while (*link != NULL) {
        struct job *job = *link;
        if (job->deadline_us == 0 || job->deadline_us > now) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        lane->queued--;
        job->next = expired;
        expired = job;
    }
    lane->last = link;
    while (expired != NULL) {
        struct job *job = expired;
        expired = job->next;
        (void)job->done(job, lane->phase == PHASE_READY ? JOB_BUSY : JOB_UNAVAILABLE, NULL);
    }
}

void lane_run(struct lane *lane, uint32_t epoll_events)
{
    if (lane->phase == PHASE_READY && (epoll_events != 0 || lane->in_flight)) {
        lane_batch_flush(lane);
        if (lane->phase == PHASE_READY)
            lane_batch_read(lane);
    } else if (lane->phase == PHASE_CONNECTING && epoll_events != 0) {
        lane_connect_poll(lane);
    } else if (lane->phase == PHASE_CONNECTING && clock_monotonic_us() >= lane->retry_us) {
        lane_connection_lost(lane, "connecting took too long");
    } else if (lane->phase == PHASE_WAITING && clock_monotonic_us() >= lane->retry_us) {
        lane_connect_start(lane);
    }
    if (lane->in_flight && clock_monotonic_us() - lane->sent_us > INT64_C(20000000))
        lane_connection_lost(lane, "a batch took longer than 20 s");
    if (lane->first != NULL)
        expire(lane);
    if (lane->doubtful != NULL)
        lane_doubt_expire(lane, /* all= */ false);
}

static bool is_lingering(const struct lane *lane)
{
    return lane->queued < lane->expected && lane->queued < lane->options.max_batch && clock_monotonic_us() < lane->linger_until_us;
}

void lane_flush(struct lane *lane)
{
    if (lane->phase != PHASE_READY || lane->in_flight)
        return;
    if (lane->doubtful != NULL)
        lane_doubt_send(lane);
    else if (lane->first != NULL && !is_lingering(lane))
        lane_batch_send(lane);
}

int lane_timeout_ms(const struct lane *lane)
{
    if (lane->phase == PHASE_WAITING) {
        int64_t left = lane->retry_us - clock_monotonic_us();
        return left <= 0 ? 0 : (int)(left / 1000) + 1;
    }
    if (lane->first != NULL && is_lingering(lane))
        return 1;
    return lane->first != NULL || lane->doubtful != NULL || lane->in_flight ? 100 : -1;
}

bool lane_is_idle(const struct lane *lane)
{
    return lane->first == NULL && lane->doubtful == NULL && !lane->in_flight;
}

void lane_get_stats(const struct lane *lane, struct lane_stats *ret_stats)
{
    *ret_stats = lane->stats;
    ret_stats->queued = lane->queued;
    ret_stats->in_flight = lane->in_flight ? lane->n_batch : 0;
    ret_stats->connected = lane->phase == PHASE_READY;
}

void lane_free(struct lane *lane)
{
    if (lane == NULL)
        return;
    lane->backoff_us = 0;
    lane_connection_lost(lane, "closing");
    lane_doubt_expire(lane, /* all= */ true);
    while (lane->first != NULL) {
        struct job *job = lane->first;
        lane->first = job->next;
        (void)job->done(job, JOB_UNAVAILABLE, NULL);
    }
    free(lane);
}
