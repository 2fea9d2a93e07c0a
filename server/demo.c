#include "server/demo_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/fire.h"
#include "engine/roles.h"

#define MINUTE_US INT64_C(60000000)
#define DAY_US (1440 * MINUTE_US)
#define ZONE_US (480 * MINUTE_US)
/* Three full months of settlement, and the weeks before in which customers are entered. */
#define WEEKS 26

bool demo_is_wanted(PGconn *connection)
{
    PGresult *result = PQexec(connection, "select from person limit 1");
    bool wanted = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 0;
    PQclear(result);
    return wanted;
}

int demo_random(struct demo *demo, int n)
{
    demo->random = demo->random * 1664525u + 1013904223u;
    return (int)((demo->random >> 8) % (unsigned)n);
}

/* Minutes of the forenoon (210) and the afternoon (240) that have passed at a minute of the day. */
static int worked(int minute)
{
    int forenoon = minute - 510, afternoon = minute - 810;
    forenoon = forenoon < 0 ? 0 : forenoon > 210 ? 210 : forenoon;
    afternoon = afternoon < 0 ? 0 : afternoon > 240 ? 240 : afternoon;
    return forenoon + afternoon;
}

static void start_time(struct demo *demo)
{
    int64_t local = demo->now_us + ZONE_US, today = local / DAY_US;
    int weekday = (int)((today + 3) % 7);
    int days = weekday < 5 ? weekday : 5;
    demo->first_day = today - weekday - 7 * WEEKS;
    demo->now = (WEEKS * 5 + days) * DEMO_DAY + (weekday < 5 ? worked((int)(local % DAY_US / MINUTE_US)) : 0) - 1;
}

int64_t demo_time(const struct demo *demo, int minute)
{
    int day = minute / DEMO_DAY, rest = minute % DEMO_DAY;
    int64_t calendar_day = demo->first_day + day / 5 * 7 + day % 5;
    return calendar_day * DAY_US - ZONE_US + (rest < 210 ? 510 + rest : 600 + rest) * MINUTE_US +
           (int64_t)(minute * 37 % 60) * 1000000;
}

json_t *demo_time_json(int64_t at_us)
{
    char text[CLOCK_RFC3339_SIZE];
    clock_format_rfc3339(at_us, text);
    return json_string(text);
}

json_t *demo_date_json(const struct demo *demo, int days)
{
    char text[CLOCK_RFC3339_SIZE];
    clock_format_rfc3339(demo->now_us + days * DAY_US, text);
    return json_stringn(text, 10);
}

const struct principal *demo_holder(const struct demo *demo, const char *role)
{
    for (int i = 0; i < DEMO_PERSONS; i++)
        if ((demo->principals[i].roles & role_bit(role_find(role))) != 0)
            return &demo->principals[i];
    log_fatal("demo", "nobody is %s", role);
}

bool demo_fire(struct demo *demo, const char *machine, const char *event, const char *id, json_t *body,
               const struct principal *who, int64_t at_us, char id_out[UUID_TEXT_SIZE])
{
    struct buf error = { 0 };
    enum verdict verdict = engine_fire(demo->connection, engine_machine_by_name(demo->engine, machine), event, id, body,
                                       who, at_us, id_out, &error);
    if (verdict != VERDICT_MOVED) {
        char *text = json_dumps(body, JSON_COMPACT);
        log_error("demo", "%s by %s: %s; %s", machine, who->name, error.data == NULL ? event : error.data,
                  text == NULL ? "" : text);
        free(text);
    }
    buf_done(&error);
    json_decref(body);
    return verdict == VERDICT_MOVED;
}

static void print_passwords(const struct demo *demo)
{
    (void)puts("demo company loaded; sign-in name, password, name, roles:");
    for (int i = 0; i < DEMO_PERSONS; i++)
        (void)printf("  %-14s %s  %s (%s)\n", demo_persons[i].login, demo->passwords[i], demo_persons[i].name,
                     demo_persons[i].roles);
    (void)fflush(stdout);
}

bool demo_load(const struct engine *engine, PGconn *connection)
{
    struct demo *demo = calloc(1, sizeof *demo);
    if (demo == NULL)
        log_fatal("demo", "out of memory");
    demo->engine = engine;
    demo->connection = connection;
    demo->now_us = clock_now_us();
    demo->random = 20260401;
    start_time(demo);
    /* Thousands of small transactions: none of them is worth waiting for the disk or for a plan of its own. */
    PQclear(
        PQexec(connection, "set synchronous_commit = off; set jit = off; set plan_cache_mode = force_generic_plan"));
    bool good = demo_load_people(demo) && demo_load_terms(demo) && demo_load_customers(demo) && demo_load_repairs(demo) &&
                demo_load_outlets(demo) && demo_load_deliveries(demo) && demo_load_competence(demo) && demo_load_spares(demo) &&
                demo_load_nonconformities(demo) && demo_load_complaints(demo) &&
                demo_load_assurance(demo) && demo_load_improvements(demo) && demo_load_compensations(demo) &&
                demo_load_recalls(demo) && demo_load_documents(demo) && demo_load_emergencies(demo) && demo_load_factors(demo);
    PQclear(PQexec(connection, "reset synchronous_commit; reset jit; reset plan_cache_mode"));
    PQclear(PQexec(connection, "analyze"));
    if (good)
        print_passwords(demo);
    free(demo);
    return good;
}
