/* A query over many machines, put together for one request: its text, its values, the page that answers it. Rows come as
 * JSON from PostgreSQL. Layer: server, internal. */
#ifndef AFTERCARE_QUERY_H
#define AFTERCARE_QUERY_H

#include "server/internal.h"
#include "server/problem.h"

struct query {
    struct request *request;
    struct buf sql;
    const char *values[32];
    int n;
    const char *exists_sql; /* tells an empty list from an entity that is not there for the caller; NULL: no question */
    int n_exists;
    enum problem_code missing; /* when it does not; 0: not_found */
};

/* Takes the value in; gives what stands for it in the text ("$3"). The text is borrowed until the query has run. */
const char *query_value(struct query *query, const char *text);
/* Sends it. The first column is a row's JSON; `limit` rows and the cursor behind them are answered (0: all, no cursor). */
void query_run(struct query *query, int limit, int cursor_column);
/* Refuses the request for this parameter; always false. */
bool query_drop(struct query *query, const char *parameter);
bool principal_is_bound(const struct principal *p);
/* Only what belongs to the caller's outlet or customer. */
void query_put_scope(struct query *query, const char *alias, bool has_customer);
/* Conditions on a column by the request's argument `name`, if it has it; false when it was refused. */
bool query_put_uuid(struct query *query, const char *name, const char *column);
void query_put_words(struct query *query, const char *name, const char *column);
bool query_put_time(struct query *query, const char *name, const char *column, const char *comparison);
bool query_put_flag(struct query *query, const char *name, const char *when_true, const char *when_false);

#endif
