/* Jobs of one statement in one execution: what PostgreSQL spends to start a wide statement is spent once. Part of a lane. */
#include "db/lane_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"

static bool same_key(const struct job *a, const struct job *b)
{
    return a->sort_key != NULL && b->sort_key != NULL && strcmp(a->sort_key, b->sort_key) == 0;
}

/* Whether the job may join those that `leader` leads, of which `last` was the last. The batch is sorted: equal keys are
 * neighbours, and of two steps on one entity the second has to see what the first wrote. */
static bool may_join(const struct job *leader, const struct job *last, const struct job *job)
{
    return job->statement == leader->statement && job->statement->many != NULL && !job->send_single && !same_key(last, job);
}

void lane_find_many(struct lane *lane)
{
    for (size_t i = 0; i < lane->n_batch; i++)
        lane->leader[i] = (int)i;
    for (size_t i = 0; i < lane->n_batch; i++) {
        const struct job *first = lane->batch[i], *last = first;
        size_t joined[LANE_MAX_BATCH];
        size_t n = 0;
        if (lane->leader[i] != (int)i || first->send_single || first->statement->many == NULL)
            continue;
        for (size_t j = i + 1; j < lane->n_batch; j++)
            if (lane->leader[j] == (int)j && may_join(first, last, lane->batch[j])) {
                joined[n++] = j;
                last = lane->batch[j];
            }
        for (size_t j = 0; n + 1 >= LANE_MIN_MANY && j < n; j++)
            lane->leader[joined[j]] = (int)i;
    }
}

static void put_element(struct buf *out, const char *value)
{
    if (value == NULL) {
        buf_puts(out, "NULL");
        return;
    }
    buf_putc(out, '"');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *p);
    }
    buf_putc(out, '"');
}

bool lane_send_many(struct lane *lane, int leader)
{
    const struct statement *many = lane->batch[leader]->statement->many;
    if (!lane_prepare(lane, many, leader))
        return false;
    struct buf *arrays = calloc((size_t)many->n_params, sizeof *arrays);
    const char **values = calloc((size_t)many->n_params, sizeof *values);
    if (arrays == NULL || values == NULL)
        log_fatal("lane", "out of memory");
    for (int p = 0; p < many->n_params; p++) {
        for (size_t i = (size_t)leader; i < lane->n_batch; i++)
            if (lane->leader[i] == leader) {
                buf_putc(&arrays[p], i == (size_t)leader ? '{' : ',');
                put_element(&arrays[p], lane->batch[i]->values[p]);
            }
        buf_putc(&arrays[p], '}');
        values[p] = arrays[p].data;
    }
    bool good = PQsendQueryPrepared(lane->connection, many->name, many->n_params, values, NULL, NULL, 0) == 1;
    lane_put_item(lane, ITEM_MANY, leader);
    lane->items[lane->n_items - 1].statement = many;
    for (int p = 0; p < many->n_params; p++)
        buf_done(&arrays[p]);
    free(arrays);
    free(values);
    return good;
}

/* Without rows, and without the place. */
static PGresult *empty_like(const struct lane *lane, const PGresult *whole)
{
    int n = PQnfields(whole) - 1;
    PGresAttDesc *columns = calloc((size_t)n, sizeof *columns);
    PGresult *result = PQmakeEmptyPGresult(lane->connection, PGRES_TUPLES_OK);
    if (columns == NULL)
        log_fatal("lane", "out of memory");
    for (int f = 0; f < n; f++)
        columns[f] = (PGresAttDesc){ .name = PQfname(whole, f), .typid = PQftype(whole, f), .typlen = PQfsize(whole, f), .atttypmod = PQfmod(whole, f) };
    if (result == NULL || PQsetResultAttrs(result, n, columns) == 0)
        log_fatal("lane", "out of memory");
    free(columns);
    return result;
}

static void copy_row(PGresult *to, const PGresult *from, int row)
{
    for (int f = 0; f < PQnfields(to); f++) {
        bool null = PQgetisnull(from, row, f) == 1;
        if (PQsetvalue(to, 0, f, null ? NULL : PQgetvalue(from, row, f), null ? -1 : PQgetlength(from, row, f)) == 0)
            log_fatal("lane", "out of memory");
    }
}

static void split(struct lane *lane, size_t leader, size_t n, PGresult **results)
{
    PGresult *whole = results[leader];
    size_t members[LANE_MAX_BATCH + 1];
    size_t count = 0;
    for (size_t i = leader; i < n; i++)
        if (lane->leader[i] == (int)leader) {
            members[count++] = i;
            results[i] = empty_like(lane, whole);
        }
    for (int row = 0; row < PQntuples(whole); row++) {
        unsigned long place = strtoul(PQgetvalue(whole, row, PQnfields(whole) - 1), NULL, 10);
        if (place == 0 || place > count)
            log_fatal("lane", "a row names no job");
        copy_row(results[members[place - 1]], whole, row);
    }
    lane->stats.joined += count;
    PQclear(whole);
}

void lane_split_many(struct lane *lane, size_t n, PGresult **results)
{
    for (size_t i = n; i-- > 0;)
        if (lane->leader[i] != (int)i && results[i] == NULL)
            split(lane, (size_t)lane->leader[i], n, results);
}
