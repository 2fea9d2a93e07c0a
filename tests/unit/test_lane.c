/* Lanes against a real PostgreSQL, which the test keeps for itself: who gets which result when things fail. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/lane_internal.h"
#include "db/postgres.h"

static const struct statement put_many = {
    .name = "put:many",
    .text = "with asked as (select * from unnest($1::text[], $2::text[]) with ordinality as a (key, value, place)),\n"
            "     made as (insert into item (key, value) select a.key, a.value::integer from asked a returning key, value)\n"
            "select m.key, m.value, a.place from made m join asked a on a.key = m.key order by m.key desc",
    .n_params = 2,
};
/* A value that is no number makes PostgreSQL raise. */
static const struct statement put = {
    .name = "put", .text = "insert into item (key, value) values ($1, $2::integer) returning key, value", .n_params = 2, .many = &put_many
};
static const struct statement put_single = { .name = "put_single", .text = "insert into item (key, value) values ($1, $2::integer) returning key, value", .n_params = 2 };
static const struct statement put_alone = {
    .name = "put_alone", .text = "insert into item (key, value) values ($1, $2::integer) returning key, value", .n_params = 2, .alone = true
};
static const struct statement put_slowly = {
    .name = "put_slowly", .text = "insert into item (key, value) select $1, $2::integer from pg_sleep(1) returning key, value", .n_params = 2
};
static const struct statement put_anyhow = {
    .name = "put_anyhow",
    .text = "insert into item (key, value) values ($1, $2::integer) on conflict (key) do update set value = excluded.value returning key, value",
    .n_params = 2,
    .repeatable = true
};
static const struct statement add_many = {
    .name = "add:many",
    .text = "with asked as (select * from unnest($1::text[], $2::text[]) with ordinality as a (key, value, place))\n"
            "update item i set value = i.value + a.value::integer from asked a where i.key = a.key returning i.key, i.value, a.place",
    .n_params = 2,
};
static const struct statement add = {
    .name = "add", .text = "update item set value = value + $2::integer where key = $1 returning key, value", .n_params = 2, .many = &add_many
};
static const struct statement find = { .name = "find", .text = "select i.* from item i where i.key = $1 and $2::text is not null", .n_params = 2 };
static const struct statement is_there = { .text = "select 1 from item where key = $1 and $2::text is not null", .n_params = 2 };
static const struct statement no_table = { .text = "select 1 from nowhere where key = $1 and $2::text is not null", .n_params = 2 };
static const struct statement lock_item = {
    .name = "lock_item", .text = "select i.key from item i where i.id = any($1::uuid[]) order by i.id for no key update", .n_params = 1, .lock_rank = 1
};

struct asked {
    struct job job;
    const char *values[2];
    struct job_proof proof;
    struct job_lock lock;
    char key[24], value[24];
    /* what came */
    int calls, retries_wanted;
    enum job_outcome outcome;
    char got_key[24];
    long got_value;
};

static char data_dir[] = "/var/tmp/aftercare-lane-XXXXXX";
static struct postgres *postgres;
static PGconn *beside; /* a connection of the test's own */
static struct lane *lane;
static int epoll_fd;
static struct asked jobs[600];
static size_t n_jobs;

static void run_sql(const char *sql)
{
    PGresult *result = PQexec(beside, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQresultErrorMessage(result));
    PQclear(result);
}

static long count(const char *sql)
{
    PGresult *result = PQexec(beside, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQresultErrorMessage(result));
    long n = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return n;
}

static enum job_verdict on_done(struct job *job, enum job_outcome outcome, const PGresult *result)
{
    struct asked *asked = job->owner;
    asked->outcome = outcome;
    if (outcome == JOB_DONE && asked->retries_wanted > 0) {
        asked->retries_wanted--;
        return JOB_RETRY;
    }
    asked->calls++;
    assert_true((result != NULL) == (outcome == JOB_DONE || outcome == JOB_FAILED));
    if (outcome == JOB_DONE && PQntuples(result) > 0) {
        assert_int_equal(PQntuples(result), 1);
        assert_string_equal(PQfname(result, 1), "value");
        (void)snprintf(asked->got_key, sizeof asked->got_key, "%s", PQgetvalue(result, 0, 0));
        asked->got_value = strtol(PQgetvalue(result, 0, 1), NULL, 10);
    }
    return JOB_FINISHED;
}

static struct asked *ask(const struct statement *statement, int key, const char *value)
{
    assert_true(n_jobs < COUNT(jobs));
    struct asked *asked = &jobs[n_jobs++];
    memset(asked, 0, sizeof *asked);
    (void)snprintf(asked->key, sizeof asked->key, "k%05d", key);
    (void)snprintf(asked->value, sizeof asked->value, "%s", value);
    asked->values[0] = asked->key;
    asked->values[1] = asked->value;
    asked->job = (struct job){ .statement = statement, .values = asked->values, .sort_key = asked->key, .done = on_done, .owner = asked };
    return asked;
}

static struct asked *ask_proven(const struct statement *statement, int key, const char *value)
{
    struct asked *asked = ask(statement, key, value);
    asked->proof = (struct job_proof){ &is_there, asked->values };
    asked->job.proof = &asked->proof;
    return asked;
}

static void submit_all(void)
{
    for (size_t i = 0; i < n_jobs; i++)
        lane_submit(lane, &jobs[i].job);
}

static void turn(void)
{
    struct epoll_event event;
    int n = epoll_wait(epoll_fd, &event, 1, 20);
    lane_run(lane, n == 1 ? event.events : 0);
    lane_flush(lane);
}

static void await_idle(void)
{
    int64_t start = clock_monotonic_us();
    while (!lane_is_idle(lane)) {
        turn();
        if (clock_monotonic_us() - start > INT64_C(30000000))
            fail_msg("the lane did not come to rest");
    }
}

static void await_connection(void)
{
    int64_t start = clock_monotonic_us();
    while (lane->phase != PHASE_READY) {
        turn();
        if (clock_monotonic_us() - start > INT64_C(30000000))
            fail_msg("the lane did not connect");
    }
}

static void run_all(void)
{
    submit_all();
    await_idle();
}

static void check_done(const struct asked *asked, long value)
{
    assert_int_equal(asked->calls, 1);
    assert_int_equal(asked->outcome, JOB_DONE);
    assert_string_equal(asked->got_key, asked->key);
    assert_int_equal(asked->got_value, value);
}

static void check_outcome(const struct asked *asked, enum job_outcome outcome)
{
    assert_int_equal(asked->calls, 1);
    assert_int_equal(asked->outcome, outcome);
}

static void open_lane(const char *conninfo, bool writes, size_t max_queued)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct lane_options options = { .conninfo = conninfo, .label = "aftercare-test", .writes = writes, .max_queued = max_queued, .epoll_fd = epoll_fd };
    lane = lane_new(&options);
}

static void close_lane(void)
{
    lane_free(lane);
    lane = NULL;
    (void)close(epoll_fd);
}

static int set_up(void **state)
{
    (void)state;
    n_jobs = 0;
    run_sql("truncate item");
    open_lane(postgres_conninfo(postgres), true, 0);
    await_connection();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (lane != NULL)
        close_lane();
    return 0;
}

static int start_postgres(void **state)
{
    (void)state;
    if (mkdtemp(data_dir) == NULL || chmod(data_dir, 0755) != 0 || (postgres = postgres_start(data_dir)) == NULL)
        return -1;
    beside = PQconnectdb(postgres_conninfo(postgres));
    if (PQstatus(beside) != CONNECTION_OK)
        return -1;
    run_sql("create table item (key text primary key, value integer not null, id uuid default gen_random_uuid())");
    return 0;
}

static int stop_postgres(void **state)
{
    (void)state;
    char command[64];
    PQfinish(beside);
    postgres_stop(postgres);
    (void)snprintf(command, sizeof command, "rm -rf %s", data_dir);
    return system(command) == 0 ? 0 : -1;
}

static void test_joined_jobs_get_their_own_rows(void **state)
{
    (void)state;
    struct lane_stats stats;
    /* Submitted in no order; the common result comes in descending order of the keys. */
    for (int i = 0; i < 40; i++) {
        char value[24];
        (void)snprintf(value, sizeof value, "%d", i * 7);
        (void)ask(&put, i * 17 % 41, value);
    }
    run_all();
    for (int i = 0; i < 40; i++)
        check_done(&jobs[i], i * 7);
    lane_get_stats(lane, &stats);
    assert_int_equal(stats.batches, 1);
    assert_int_equal(stats.joined, 40);
}

static void test_behind_a_large_batch_the_lane_waits_a_moment_for_the_next(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++)
        (void)ask(&put, i, "1");
    run_all();
    assert_true(lane->linger_until_us > lane->sent_us);
    assert_true(lane->linger_until_us <= clock_monotonic_us() + LANE_MAX_LINGER_US);
    lane->linger_until_us = clock_monotonic_us() + INT64_C(60000000);
    for (int i = 16; i < 20; i++)
        lane_submit(lane, &ask(&put, i, "2")->job);
    lane_flush(lane);
    assert_false(lane->in_flight);
    assert_int_equal(lane_timeout_ms(lane), 1);
    for (int i = 20; i < 32; i++)
        lane_submit(lane, &ask(&put, i, "2")->job);
    lane_flush(lane);
    assert_true(lane->in_flight);
    assert_int_equal(lane->n_batch, 16);
    await_idle();
    /* Nobody else comes: the few go when the moment is over, and behind few there is none. */
    for (int i = 32; i < 35; i++)
        lane_submit(lane, &ask(&put, i, "3")->job);
    await_idle();
    assert_int_equal(lane->linger_until_us, 0);
    lane_submit(lane, &ask(&put, 35, "3")->job);
    lane_flush(lane);
    assert_true(lane->in_flight);
    await_idle();
    for (size_t i = 0; i < n_jobs; i++)
        check_done(&jobs[i], i < 16 ? 1 : i < 32 ? 2 : 3);
}

static void test_texts_survive_the_joining(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "NULL", "null", "{}", "a,b", "\"", "\\", "\\\"", "{\"a\": [\"x\\\\y\"]}", " ", "中文", "a\nb\tc", "'" };
    static const struct statement echo_many = {
        .name = "echo:many",
        .text = "select a.key, a.value is null as value, a.value as text, a.place from unnest($1::text[], $2::text[]) with ordinality as a (key, value, place) where a.value = a.key or a.value is null",
        .n_params = 2,
    };
    static const struct statement echo = { .name = "echo", .text = "select $1::text, $2::text is null as value, $2::text", .n_params = 2, .many = &echo_many };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct asked *asked = ask(&echo, (int)i, "");
        asked->values[0] = asked->values[1] = texts[i];
        (void)snprintf(asked->key, sizeof asked->key, "%s", texts[i]);
    }
    struct asked *null = ask(&echo, 99, "");
    null->values[1] = NULL;
    run_all();
    for (size_t i = 0; i < n_jobs; i++) {
        check_outcome(&jobs[i], JOB_DONE);
        assert_string_equal(jobs[i].got_key, jobs[i].key);
    }
}

static void check_offender(const struct statement *statement, int n, int offender)
{
    n_jobs = 0;
    run_sql("truncate item");
    for (int i = 0; i < n; i++)
        (void)ask(statement, i, i == offender ? "poison" : "1");
    run_all();
    for (int i = 0; i < n; i++)
        if (i == offender)
            check_outcome(&jobs[i], JOB_FAILED);
        else
            check_done(&jobs[i], 1);
    assert_int_equal(count("select count(*) from item"), n - 1);
}

static void test_an_offender_at_any_place_fails_alone(void **state)
{
    (void)state;
    for (int k = 0; k < 8; k++) {
        check_offender(&put_single, 8, k);
        check_offender(&put, 8, k);
    }
    check_offender(&put, 1, 0);
}

static void test_several_offenders_among_joined_and_single_jobs(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++)
        (void)ask(i % 3 == 0 ? &put_single : i % 7 == 0 ? &put_alone : &put, i, i % 10 == 4 ? "poison" : "5");
    run_all();
    for (int i = 0; i < 60; i++)
        if (i % 10 == 4)
            check_outcome(&jobs[i], JOB_FAILED);
        else
            check_done(&jobs[i], 5);
    assert_int_equal(count("select count(*) from item"), 54);
}

static void test_the_same_key_twice_is_done_one_after_the_other(void **state)
{
    (void)state;
    run_sql("insert into item select 'k' || to_char(i, 'FM00000'), 0 from generate_series(0, 9) i");
    for (int i = 0; i < 30; i++)
        (void)ask(&add, i % 10, "1");
    run_all();
    bool seen[10][4] = { { false } };
    for (int i = 0; i < 30; i++) {
        check_done(&jobs[i], jobs[i].got_value);
        assert_in_range(jobs[i].got_value, 1, 3);
        assert_false(seen[i % 10][jobs[i].got_value]);
        seen[i % 10][jobs[i].got_value] = true;
    }
    assert_int_equal(count("select count(*) from item where value = 3"), 10);
}

static void test_jobs_without_a_row_get_an_empty_result(void **state)
{
    (void)state;
    run_sql("insert into item values ('k00001', 10), ('k00003', 30)");
    for (int i = 0; i < 5; i++)
        (void)ask(&add, i, "1");
    run_all();
    for (int i = 0; i < 5; i++)
        check_outcome(&jobs[i], JOB_DONE);
    assert_string_equal(jobs[0].got_key, "");
    check_done(&jobs[1], 11);
    check_done(&jobs[3], 31);
    assert_string_equal(jobs[4].got_key, "");
}

static void test_alone_means_a_batch_of_its_own(void **state)
{
    (void)state;
    struct lane_stats stats;
    for (int i = 0; i < 4; i++)
        (void)ask(&put_alone, i, "1");
    for (int i = 4; i < 20; i++)
        (void)ask(&put, i, "1");
    run_all();
    lane_get_stats(lane, &stats);
    assert_int_equal(stats.batches, 5);
    assert_int_equal(count("select count(*) from item"), 20);
    assert_int_equal(count("select count(distinct xmin::text) from item"), 5);
}

static void test_large_jobs_do_not_choke_the_lane(void **state)
{
    (void)state;
    static const struct statement measure = { .name = "measure", .text = "select $1::text, length($2::text) as value, $2::text", .n_params = 2 };
    enum { SIZE = 1024 * 1024 };
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    for (int i = 0; i < 12; i++)
        ask(&measure, i, "")->values[1] = text;
    run_all();
    for (int i = 0; i < 12; i++)
        check_done(&jobs[i], SIZE);
    free(text);
}

static void test_a_raced_job_is_run_again_at_most_three_times(void **state)
{
    (void)state;
    run_sql("insert into item values ('k00001', 0), ('k00002', 0)");
    struct asked *twice = ask(&add, 1, "1"), *ever = ask(&add, 2, "1");
    twice->retries_wanted = 2;
    ever->retries_wanted = 1000;
    run_all();
    check_done(twice, 3);
    check_outcome(ever, JOB_BUSY);
    assert_int_equal(count("select value from item where key = 'k00002'"), 4);
}

static void test_deadlines_and_the_bound_of_the_queue(void **state)
{
    (void)state;
    close_lane();
    open_lane(postgres_conninfo(postgres), true, 10);
    for (int i = 0; i < 14; i++)
        (void)ask(&put, i, "1");
    jobs[3].job.deadline_us = clock_monotonic_us() - 1;
    run_all();
    for (int i = 0; i < 14; i++)
        if (i == 3 || i >= 10) /* expired before the lane had connected */
            assert_true(jobs[i].calls == 1 && (jobs[i].outcome == JOB_BUSY || jobs[i].outcome == JOB_UNAVAILABLE));
        else
            check_done(&jobs[i], 1);
    assert_int_equal(count("select count(*) from item"), 9);
}

static void test_a_lock_that_others_hold_is_waited_for(void **state)
{
    (void)state;
    static char id[64];
    run_sql("insert into item values ('k00001', 0)");
    PGresult *row = PQexec(beside, "select id from item");
    (void)snprintf(id, sizeof id, "%s", PQgetvalue(row, 0, 0));
    PQclear(row);
    struct asked *blocked = ask(&add, 1, "1");
    blocked->lock = (struct job_lock){ &lock_item, id };
    blocked->job.locks = &blocked->lock;
    blocked->job.n_locks = 1;
    for (int i = 2; i < 6; i++)
        (void)ask(&put, i, "1");
    run_sql("begin");
    run_sql("update item set value = 100");
    submit_all();
    int64_t start = clock_monotonic_us();
    while (clock_monotonic_us() - start < INT64_C(2500000))
        turn();
    assert_int_equal(blocked->calls, 0);
    for (int i = 1; i < 5; i++) /* only who wants the row waits for it */
        check_done(&jobs[i], 1);
    run_sql("commit");
    await_idle();
    check_done(blocked, 101);
}

static void test_more_statements_than_a_session_keeps(void **state)
{
    (void)state;
    enum { N = LANE_MAX_PREPARED + 20 };
    static struct statement many[N];
    static char names[N][16];
    for (int round = 0; round < 2; round++) {
        n_jobs = 0;
        for (int i = 0; i < N; i++) {
            (void)snprintf(names[i], sizeof names[i], "s%d", i);
            many[i] = (struct statement){ .name = names[i], .text = "select $1::text, $2::integer as value", .n_params = 2 };
            (void)ask(&many[i], i, "3");
        }
        run_all();
        for (int i = 0; i < N; i++)
            check_done(&jobs[i], 3);
    }
    assert_true(count("select count(*) from pg_stat_activity where application_name = 'aftercare-test'") == 1);
}

static void test_plans_that_have_become_stale_are_made_anew(void **state)
{
    (void)state;
    run_sql("insert into item values ('k00001', 7)");
    (void)ask(&find, 1, "");
    run_all();
    check_done(&jobs[0], 7);
    run_sql("alter table item add column more text");
    n_jobs = 0;
    (void)ask(&find, 1, "");
    (void)ask(&put, 2, "2");
    run_all();
    run_sql("alter table item drop column more");
    check_done(&jobs[0], 7);
    check_done(&jobs[1], 2);
}

static void pause_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    (void)nanosleep(&t, NULL);
}

static void send_and_wait(long ms)
{
    submit_all();
    lane_flush(lane);
    assert_true(lane->in_flight && lane->flushed);
    pause_ms(ms);
}

/* The session has committed, and nobody reads that it has. */
static void lose_replies(void)
{
    send_and_wait(300);
    lane_connection_lost(lane, "test");
    await_idle();
}

/* The session is not through. */
static void cut_connection(void)
{
    send_and_wait(200);
    assert_int_equal(shutdown(lane->fd, SHUT_RDWR), 0);
    await_idle();
}

static void test_what_was_committed_before_the_connection_broke_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        (void)ask_proven(i < 4 ? &put : &put_single, i, "1");
    lose_replies();
    for (int i = 0; i < 6; i++)
        check_outcome(&jobs[i], JOB_STORED);
    assert_int_equal(count("select count(*) from item"), 6);
}

static void test_a_session_that_would_commit_later_is_ended_first(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        (void)ask_proven(&put, i, "1");
    (void)ask_proven(&put_slowly, 9, "1");
    cut_connection();
    for (int i = 0; i < 4; i++)
        check_done(&jobs[i], 1);
    check_done(&jobs[4], 1);
    pause_ms(1200);
    assert_int_equal(count("select count(*) from item"), 5);
    assert_int_equal(count("select count(*) from pg_stat_activity where application_name = 'aftercare-test'"), 1);
}

static void test_a_refusal_lost_with_its_batch_is_judged_again(void **state)
{
    (void)state;
    /* `add` finds no row, so it stores nothing: its proof fails though the batch committed. */
    struct asked *refused = ask_proven(&add, 1, "1"), *stored = ask_proven(&put_single, 2, "1");
    lose_replies();
    check_outcome(stored, JOB_STORED);
    check_outcome(refused, JOB_DONE);
    assert_string_equal(refused->got_key, "");
}

static void test_without_a_proof_the_outcome_is_unknown(void **state)
{
    (void)state;
    struct asked *lost = ask(&put_single, 1, "1"), *repeatable = ask(&put_anyhow, 2, "2"), *proven = ask_proven(&put_single, 3, "3");
    lose_replies();
    check_outcome(lost, JOB_UNKNOWN);
    check_done(repeatable, 2);
    check_outcome(proven, JOB_STORED);
    n_jobs = 0;
    struct asked *unproven = ask_proven(&put_single, 4, "4");
    unproven->proof.statement = &no_table;
    lose_replies();
    check_outcome(unproven, JOB_UNKNOWN);
}

static void test_reads_are_run_again(void **state)
{
    (void)state;
    close_lane();
    open_lane(postgres_conninfo(postgres), false, 0);
    await_connection();
    run_sql("insert into item values ('k00001', 7)");
    (void)ask(&find, 1, "");
    lose_replies();
    check_done(&jobs[0], 7);
}

static void test_what_is_in_doubt_ends_with_its_deadline_or_the_lane(void **state)
{
    (void)state;
    struct asked *hurried = ask_proven(&put_slowly, 1, "1"), *patient = ask_proven(&put_slowly, 2, "2");
    hurried->job.deadline_us = clock_monotonic_us() + INT64_C(400000);
    send_and_wait(100);
    lane_connection_lost(lane, "test");
    lane->retry_us = clock_monotonic_us() + INT64_C(60000000); /* the database stays away */
    for (int i = 0; i < 30 && hurried->calls == 0; i++)
        turn();
    check_outcome(hurried, JOB_UNKNOWN);
    assert_int_equal(patient->calls, 0);
    close_lane();
    check_outcome(patient, JOB_UNKNOWN);
}

static void test_no_database_no_effect(void **state)
{
    (void)state;
    close_lane();
    open_lane("host=/nowhere dbname=x", true, 0);
    (void)ask(&put, 1, "1");
    jobs[0].job.deadline_us = clock_monotonic_us() + INT64_C(200000);
    run_all();
    check_outcome(&jobs[0], JOB_UNAVAILABLE);
}

static void test_the_second_address_is_tried(void **state)
{
    (void)state;
    char conninfo[256];
    close_lane();
    (void)snprintf(conninfo, sizeof conninfo, "host=127.0.0.1,%s/run port=1,5432 user=aftercare dbname=aftercare", data_dir);
    open_lane(conninfo, true, 0);
    (void)ask(&put, 1, "1");
    run_all();
    check_done(&jobs[0], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_joined_jobs_get_their_own_rows),
        TEST(test_behind_a_large_batch_the_lane_waits_a_moment_for_the_next),
        TEST(test_texts_survive_the_joining),
        TEST(test_an_offender_at_any_place_fails_alone),
        TEST(test_several_offenders_among_joined_and_single_jobs),
        TEST(test_the_same_key_twice_is_done_one_after_the_other),
        TEST(test_jobs_without_a_row_get_an_empty_result),
        TEST(test_alone_means_a_batch_of_its_own),
        TEST(test_large_jobs_do_not_choke_the_lane),
        TEST(test_a_raced_job_is_run_again_at_most_three_times),
        TEST(test_deadlines_and_the_bound_of_the_queue),
        TEST(test_a_lock_that_others_hold_is_waited_for),
        TEST(test_more_statements_than_a_session_keeps),
        TEST(test_plans_that_have_become_stale_are_made_anew),
        TEST(test_what_was_committed_before_the_connection_broke_is_found),
        TEST(test_a_session_that_would_commit_later_is_ended_first),
        TEST(test_a_refusal_lost_with_its_batch_is_judged_again),
        TEST(test_without_a_proof_the_outcome_is_unknown),
        TEST(test_reads_are_run_again),
        TEST(test_what_is_in_doubt_ends_with_its_deadline_or_the_lane),
        TEST(test_no_database_no_effect),
        TEST(test_the_second_address_is_tried),
    };
    return cmocka_run_group_tests(tests, start_postgres, stop_postgres);
}
