/* What became of writes whose connection was lost behind their Sync. Part of a lane. */
#include "db/lane_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

/* As long as the lost session lives it may still commit what was sent: it is ended first, and waited for. Number and name
 * might have gone to another one since: that one would have begun later than this connection. */
static const char end_lost_session[] =
    "select coalesce(bool_and(pg_terminate_backend(a.pid, 5000)), true)\n"
    "  from pg_stat_activity a\n where a.pid = $1::integer\n   and a.application_name = $2\n   and a.pid <> pg_backend_pid()\n"
    "   and a.backend_start < (select b.backend_start from pg_stat_activity b where b.pid = pg_backend_pid())";

void lane_doubt(struct lane *lane, struct job **jobs, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (jobs[i]->proof == NULL && !jobs[i]->statement->repeatable) {
            (void)jobs[i]->done(jobs[i], JOB_UNKNOWN, NULL);
            continue;
        }
        jobs[i]->next = lane->doubtful;
        lane->doubtful = jobs[i];
    }
}

static bool send_end(struct lane *lane)
{
    char pid[16];
    (void)snprintf(pid, sizeof pid, "%d", lane->lost_pid);
    const char *values[2] = { pid, lane->options.label };
    lane_put_item(lane, ITEM_ENDED, -1);
    return PQsendQueryParams(lane->connection, end_lost_session, 2, NULL, values, NULL, NULL, 0) == 1;
}

static bool send_proof(struct lane *lane, int index)
{
    const struct job_proof *proof = lane->batch[index]->proof;
    if (proof == NULL)
        return true;
    lane_put_item(lane, ITEM_PROOF, index);
    return PQsendQueryParams(lane->connection, proof->statement->text, proof->statement->n_params, NULL, proof->values, NULL, NULL, 0) == 1;
}

void lane_doubt_send(struct lane *lane)
{
    lane->n_batch = 0;
    for (; lane->doubtful != NULL; lane->doubtful = lane->doubtful->next)
        lane->batch[lane->n_batch++] = lane->doubtful;
    lane_batch_begin(lane);
    lane->proving = true;
    lane->still_runs = true;
    bool good = send_end(lane);
    for (size_t i = 0; good && i < lane->n_batch; i++)
        good = send_proof(lane, (int)i);
    if (!good || PQpipelineSync(lane->connection) != 1) {
        lane_connection_lost(lane, "sending failed");
        return;
    }
    lane_put_item(lane, ITEM_SYNC, -1);
    lane_batch_flush(lane);
}

void lane_doubt_done(struct lane *lane, struct job **jobs, size_t n, PGresult **results, const PGresult *error)
{
    if (error != NULL)
        log_error("lane", "%s: cannot tell what became of %zu writes: %s", lane->options.label, n, PQresultErrorMessage(error));
    if (error == NULL && lane->still_runs) {
        lane_doubt(lane, jobs, n);
        return;
    }
    for (size_t i = n; i-- > 0;) {
        bool stored = results[i] != NULL && PQntuples(results[i]) > 0;
        if (error != NULL)
            (void)jobs[i]->done(jobs[i], JOB_UNKNOWN, NULL);
        else if (stored)
            lane_finish(lane, jobs[i], JOB_STORED, NULL);
        else if (++jobs[i]->tries <= LANE_MAX_TRIES)
            lane_push_front(lane, jobs[i]);
        else
            (void)jobs[i]->done(jobs[i], JOB_UNAVAILABLE, NULL);
    }
}

void lane_doubt_expire(struct lane *lane, bool all)
{
    int64_t now = clock_monotonic_us();
    struct job *expired = NULL;
    for (struct job **link = &lane->doubtful; *link != NULL;) {
        struct job *job = *link;
        if (!all && (job->deadline_us == 0 || job->deadline_us > now)) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        job->next = expired;
        expired = job;
    }
    while (expired != NULL) {
        struct job *job = expired;
        expired = job->next;
        (void)job->done(job, JOB_UNKNOWN, NULL);
    }
}
