#include "db/lane_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

/* Takes the next batch from the queue: one job that must be alone, or many that need not. */
static void take_batch(struct lane *lane)
{
    size_t bytes = 0;
    struct job **link = &lane->first;
    lane->n_batch = 0;
    while (*link != NULL && lane->n_batch < lane->options.max_batch) {
        struct job *job = *link;
        bool alone = job->send_alone || job->statement->alone;
        if (lane->n_batch > 0 && (alone || bytes + job->bytes > lane->options.max_batch_bytes)) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        lane->queued--;
        bytes += job->bytes;
        lane->batch[lane->n_batch++] = job;
        if (alone)
            break;
    }
    while (*link != NULL)
        link = &(*link)->next;
    lane->last = link;
}

static int by_sort_key(const void *a, const void *b)
{
    const struct job *x = *(struct job *const *)a, *y = *(struct job *const *)b;
    if (x->sort_key == NULL || y->sort_key == NULL)
        return (x->sort_key != NULL) - (y->sort_key != NULL);
    return strcmp(x->sort_key, y->sort_key);
}

void lane_put_item(struct lane *lane, enum item_kind kind, int job)
{
    lane->items[lane->n_items++] = (struct item){ kind, job, NULL };
}

static struct prepared *find_prepared(struct lane *lane, const struct statement *statement)
{
    for (size_t i = 0; i < lane->n_prepared; i++)
        if (lane->prepared[i].statement == statement)
            return &lane->prepared[i];
    return NULL;
}

/* Sessions keep about a megabyte a prepared step: the one unused for longest makes room. */
static bool forget_oldest(struct lane *lane)
{
    size_t oldest = 0;
    for (size_t i = 1; i < lane->n_prepared; i++)
        if (lane->prepared[i].used < lane->prepared[oldest].used)
            oldest = i;
    struct buf text = { 0 };
    buf_printf(&text, "deallocate \"%s\"", lane->prepared[oldest].statement->name);
    bool good = PQsendQueryParams(lane->connection, text.data, 0, NULL, NULL, NULL, NULL, 0) == 1;
    buf_done(&text);
    lane->prepared[oldest] = lane->prepared[--lane->n_prepared];
    lane_put_item(lane, ITEM_FORGET, -1);
    return good;
}

bool lane_prepare(struct lane *lane, const struct statement *statement, int job)
{
    struct prepared *known = find_prepared(lane, statement);
    if (known == NULL) {
        if (lane->n_prepared == LANE_MAX_PREPARED && !forget_oldest(lane))
            return false;
        if (PQsendPrepare(lane->connection, statement->name, statement->text, 0, NULL) != 1)
            return false;
        lane_put_item(lane, ITEM_PREPARE, job);
        lane->items[lane->n_items - 1].statement = statement;
        known = &lane->prepared[lane->n_prepared++];
        known->statement = statement;
    }
    known->used = lane->batch_no;
    return true;
}

struct lock_group {
    const struct statement *statement;
    const char *ids[LANE_MAX_BATCH];
    size_t n;
    int job;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_rank(const void *a, const void *b)
{
    const struct lock_group *x = a, *y = b;
    return x->statement->lock_rank - y->statement->lock_rank;
}

static bool send_lock_group(struct lane *lane, struct lock_group *group)
{
    if (!lane_prepare(lane, group->statement, group->job))
        return false;
    qsort(group->ids, group->n, sizeof *group->ids, by_text);
    struct buf literal = { 0 };
    for (size_t i = 0; i < group->n; i++)
        if (i == 0 || strcmp(group->ids[i], group->ids[i - 1]) != 0)
            buf_printf(&literal, "%c%s", i == 0 ? '{' : ',', group->ids[i]);
    buf_putc(&literal, '}');
    const char *values[1] = { literal.data };
    bool good = PQsendQueryPrepared(lane->connection, group->statement->name, 1, values, NULL, NULL, 0) == 1;
    buf_done(&literal);
    lane_put_item(lane, ITEM_LOCK, group->n == 1 ? group->job : -1);
    return good;
}

/* The prelude: all rows the batch will touch, locked in one order before its statements take their snapshots. */
static bool send_locks(struct lane *lane)
{
    struct lock_group groups[LANE_MAX_LOCKS] = { { 0 } };
    size_t n = 0;
    for (size_t j = 0; j < lane->n_batch; j++)
        for (size_t l = 0; l < lane->batch[j]->n_locks; l++) {
            const struct job_lock *lock = &lane->batch[j]->locks[l];
            size_t g = 0;
            while (g < n && groups[g].statement != lock->statement)
                g++;
            if (g == LANE_MAX_LOCKS)
                continue; /* the statement's own version check still guards it */
            if (g == n)
                groups[n++] = (struct lock_group){ .statement = lock->statement, .job = (int)j };
            if (groups[g].n < LANE_MAX_BATCH)
                groups[g].ids[groups[g].n++] = lock->id;
        }
    qsort(groups, n, sizeof *groups, by_rank);
    for (size_t g = 0; g < n; g++)
        if (!send_lock_group(lane, &groups[g]))
            return false;
    return true;
}

static bool send_job(struct lane *lane, int index)
{
    struct job *job = lane->batch[index];
    const struct statement *statement = job->statement;
    bool good;
    if (lane->leader[index] != index)
        return true;
    for (size_t i = (size_t)index + 1; i < lane->n_batch; i++)
        if (lane->leader[i] == index)
            return lane_send_many(lane, index);
    if (statement->name == NULL) {
        good = PQsendQueryParams(lane->connection, statement->text, statement->n_params, NULL, job->values, NULL, NULL, 0) == 1;
    } else {
        if (!lane_prepare(lane, statement, index))
            return false;
        good = PQsendQueryPrepared(lane->connection, statement->name, statement->n_params, job->values, NULL, NULL, 0) == 1;
    }
    lane_put_item(lane, ITEM_JOB, index);
    return good;
}

void lane_batch_begin(struct lane *lane)
{
    lane->n_items = lane->next_item = 0;
    lane->error_job = -1;
    lane->error_of_many = false;
    lane->item_has_result = false;
    lane->in_flight = true;
    lane->flushed = false;
    lane->batch_no++;
    lane->sent_us = clock_monotonic_us();
}

void lane_batch_send(struct lane *lane)
{
    take_batch(lane);
    if (lane->n_batch == 0)
        return;
    qsort(lane->batch, lane->n_batch, sizeof *lane->batch, by_sort_key);
    lane_find_many(lane);
    lane_batch_begin(lane);
    bool good = send_locks(lane);
    for (size_t i = 0; good && i < lane->n_batch; i++)
        good = send_job(lane, (int)i);
    if (!good || PQpipelineSync(lane->connection) != 1) {
        lane_connection_lost(lane, "sending failed");
        return;
    }
    lane_put_item(lane, ITEM_SYNC, -1);
    lane_batch_flush(lane);
}

void lane_batch_flush(struct lane *lane)
{
    if (!lane->in_flight || lane->flushed)
        return;
    int status = PQflush(lane->connection);
    if (status < 0) {
        lane_connection_lost(lane, "writing failed");
        return;
    }
    lane->flushed = status == 0;
    /* While the server's answers fill its buffer it does not read ours: always read, too. */
    lane_watch(lane, lane->flushed ? EPOLLIN : (uint32_t)(EPOLLIN | EPOLLOUT));
}

static void take_error(struct lane *lane, const struct item *item, PGresult *result)
{
    if (lane->error != NULL) {
        PQclear(result);
        return;
    }
    lane->error = result;
    lane->error_job = item->job;
    lane->error_of_many = item->job >= 0 && item->statement != NULL && item->statement == lane->batch[item->job]->statement->many;
}

/* Prepared statements outlive a rollback, but what came behind the error was never prepared. */
static void forget(struct lane *lane, const struct statement *statement)
{
    struct prepared *known = find_prepared(lane, statement);
    if (known != NULL)
        *known = lane->prepared[--lane->n_prepared];
}

static bool take_result(struct lane *lane, PGresult *result)
{
    if (lane->next_item >= lane->n_items) {
        PQclear(result);
        return false;
    }
    const struct item *item = &lane->items[lane->next_item];
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        return item->kind == ITEM_SYNC;
    }
    lane->item_has_result = true;
    if (item->kind == ITEM_PREPARE && status != PGRES_COMMAND_OK)
        forget(lane, item->statement);
    if (status == PGRES_FATAL_ERROR) {
        take_error(lane, item, result);
        return true;
    }
    bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    bool of_job = item->kind == ITEM_JOB || item->kind == ITEM_MANY || item->kind == ITEM_PROOF;
    if (good && of_job && lane->results[item->job] == NULL) {
        lane->results[item->job] = result;
        return true;
    }
    if (good && item->kind == ITEM_ENDED)
        lane->still_runs = strcmp(PQgetvalue(result, 0, 0), "t") != 0;
    PQclear(result);
    return true;
}

void lane_batch_read(struct lane *lane)
{
    if (PQconsumeInput(lane->connection) != 1) {
        lane_connection_lost(lane, "reading failed");
        return;
    }
    while (lane->in_flight && lane->phase == PHASE_READY && !PQisBusy(lane->connection)) {
        PGresult *result = PQgetResult(lane->connection);
        if (result == NULL) {
            if (!lane->item_has_result)
                break;
            lane->item_has_result = false;
            lane->next_item++;
            continue;
        }
        bool is_sync = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (!take_result(lane, result)) {
            lane_connection_lost(lane, "results do not match what was sent");
            return;
        }
        if (!is_sync)
            continue;
        /* An error outside of any item ends up here with its connection already gone. */
        if (lane->error == NULL || PQstatus(lane->connection) == CONNECTION_OK) {
            lane_batch_done(lane);
            return;
        }
    }
    if (PQstatus(lane->connection) == CONNECTION_BAD)
        lane_connection_lost(lane, "the connection broke");
}
