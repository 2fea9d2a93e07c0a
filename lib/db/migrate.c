#include "db/migrate.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define LOCK "select pg_advisory_lock(4003, 0)"
#define UNLOCK "select pg_advisory_unlock(4003, 0)"

static bool run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good)
        log_error("migrate", "%s", PQresultErrorMessage(result));
    PQclear(result);
    return good;
}

static void hash_of(const char *text, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    (void)sodium_bin2hex(out, 65, hash, sizeof hash);
}

/* All statements of the file and its registration in one transaction. */
static bool apply(PGconn *connection, const struct embedded_sql *file, const char *hash)
{
    const char *values[3] = { NULL, file->name, hash };
    char number[16];
    (void)snprintf(number, sizeof number, "%d", atoi(file->name));
    values[0] = number;
    if (!run(connection, "begin"))
        return false;
    bool good = run(connection, file->text);
    if (good) {
        PGresult *result = PQexecParams(connection, "insert into schema_migration (number, name, sha256) values ($1::integer, $2, $3)", 3, NULL,
                                        values, NULL, NULL, 0);
        good = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    if (!good)
        log_error("migrate", "%s failed; nothing of it was applied", file->name);
    return run(connection, good ? "commit" : "rollback") && good;
}

static const char *applied_hash(const PGresult *applied, int number)
{
    for (int row = 0; row < PQntuples(applied); row++)
        if (atoi(PQgetvalue(applied, row, 0)) == number)
            return PQgetvalue(applied, row, 1);
    return NULL;
}

static bool apply_missing(PGconn *connection, const PGresult *applied)
{
    int last = 0;
    for (const struct embedded_sql *file = embedded_sql; file->name != NULL; file++) {
        char hash[65];
        int number = atoi(file->name);
        const char *known = applied_hash(applied, number);
        hash_of(file->text, hash);
        if (number != ++last) {
            log_error("migrate", "number %d is missing before %s", last, file->name);
            return false;
        }
        if (known != NULL && strcmp(known, hash) != 0) {
            log_error("migrate", "%s is not the file that was applied", file->name);
            return false;
        }
        if (known == NULL && !apply(connection, file, hash))
            return false;
    }
    int newest = PQntuples(applied) == 0 ? 0 : atoi(PQgetvalue(applied, PQntuples(applied) - 1, 0));
    if (newest > last)
        log_error("migrate", "the database is at %d, this program knows %d: it is too old", newest, last);
    return newest <= last;
}

bool migrate(PGconn *connection)
{
    if (!run(connection, LOCK) ||
        !run(connection, "create table if not exists schema_migration (\n    number      integer primary key,\n    name        text not null,\n"
                         "    sha256      text not null,\n    applied_at  timestamptz not null default now(),\n    applied_by  text not null default current_user\n)"))
        return false;
    PGresult *applied = PQexec(connection, "select number, sha256 from schema_migration order by number");
    bool good = PQresultStatus(applied) == PGRES_TUPLES_OK && apply_missing(connection, applied);
    PQclear(applied);
    return run(connection, UNLOCK) && good;
}
