/* The command line. */
#include <getopt.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/migrate.h"
#include "db/postgres.h"
#include "engine/diagram.h"
#include "engine/engine.h"
#include "engine/openapi.h"
#include "server/commands.h"
#include "server/demo.h"
#include "server/graphviz.h"
#include "server/reactor.h"

static const char help_text[] =
    "usage: aftercare COMMAND [OPTIONS]\n\n"
    "  serve      run the server\n"
    "  migrate    bring the database up to date\n"
    "  check      validate the procedures' tables against themselves and the database\n"
    "  openapi    print openapi.yaml\n"
    "  diagram M  print the state diagram of machine M as SVG\n"
    "  person add --login L --name N --roles \"a b\" [--department D] [--password P]\n"
    "  key add --person LOGIN [--name N]   make an API key and print it once\n\n"
    "options (each also as environment variable AFTERCARE_<NAME>)\n"
    "  --listen ADDR:PORT       where to listen (127.0.0.1:8080); port 0: any\n"
    "  --data DIR               folder of the private PostgreSQL (data)\n"
    "  --database URL           use this PostgreSQL instead of a private one\n"
    "  --reactors N             threads that serve requests (one a core)\n"
    "  --demo                   load the demo company into an empty database\n"
    "  --clock-offset SECONDS   run the server's clock ahead or behind\n"
    "  --cors \"ORIGIN ...\"      web origins that may call\n"
    "  --test-clock             allow POST /v1/test/clock\n"
    "  --no-access-log          no line a request on standard output\n"
    "  --help, --version\n";

struct options {
    struct server_options server;
    char address[64];
    const char *data, *database;
    struct postgres *postgres; /* started beside the compiling of the tables; NULL: not yet */
    bool demo;
    int64_t clock_offset;
    struct person_options person;
};

static const struct option long_options[] = {
    { "listen", required_argument, NULL, 'l' },      { "data", required_argument, NULL, 'd' },
    { "database", required_argument, NULL, 'D' },    { "reactors", required_argument, NULL, 'r' },
    { "demo", no_argument, NULL, 'm' },              { "clock-offset", required_argument, NULL, 'c' },
    { "cors", required_argument, NULL, 'o' },        { "test-clock", no_argument, NULL, 't' },
    { "no-access-log", no_argument, NULL, 'q' },     { "login", required_argument, NULL, 'L' },
    { "name", required_argument, NULL, 'N' },        { "roles", required_argument, NULL, 'R' },
    { "department", required_argument, NULL, 'P' },  { "password", required_argument, NULL, 'W' },
    { "person", required_argument, NULL, 'p' },      { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'v' },           { NULL, 0, NULL, 0 },
};

static bool parse_number(const char *text, long min, long max, long *ret)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

static bool set_listen(struct options *o, const char *text)
{
    const char *colon = strrchr(text, ':');
    long port;
    if (colon == NULL || colon == text || !parse_number(colon + 1, 0, 65535, &port))
        return false;
    if ((size_t)(colon - text) >= sizeof o->address)
        return false;
    (void)snprintf(o->address, sizeof o->address, "%.*s", (int)(colon - text), text);
    o->server.listen_address = o->address;
    o->server.port = (uint16_t)port;
    return true;
}

static bool set_option(struct options *o, int code, const char *value)
{
    long number = 0;
    switch (code) {
    case 'l':
        return set_listen(o, value);
    case 'd':
        o->data = value;
        return true;
    case 'D':
        o->database = value;
        return true;
    case 'r':
        if (!parse_number(value, 1, 64, &number))
            return false;
        o->server.reactors = (unsigned)number;
        return true;
    case 'm':
        o->demo = value == NULL || strcmp(value, "0") != 0;
        return true;
    case 'c':
        if (!parse_number(value, -4000000000L, 4000000000L, &number))
            return false;
        o->clock_offset = number;
        return true;
    case 'o':
        o->server.cors_origins = value;
        return true;
    case 't':
        o->server.test_clock = value == NULL || strcmp(value, "0") != 0;
        return true;
    case 'q':
        o->server.access_log = value != NULL && strcmp(value, "0") == 0;
        return true;
    case 'L':
    case 'p':
        o->person.login = value;
        return true;
    case 'N':
        o->person.name = value;
        return true;
    case 'R':
        o->person.roles = value;
        return true;
    case 'P':
        o->person.department = value;
        return true;
    case 'W':
        o->person.password = value;
        return true;
    default:
        return false;
    }
}

static bool read_environment(struct options *o)
{
    static const struct {
        const char *name;
        int code;
    } names[] = { { "AFTERCARE_LISTEN", 'l' }, { "AFTERCARE_DATA", 'd' }, { "AFTERCARE_DATABASE", 'D' }, { "AFTERCARE_REACTORS", 'r' },
                  { "AFTERCARE_DEMO", 'm' }, { "AFTERCARE_CLOCK_OFFSET", 'c' }, { "AFTERCARE_CORS", 'o' }, { "AFTERCARE_TEST_CLOCK", 't' },
                  { "AFTERCARE_NO_ACCESS_LOG", 'q' }, { "AFTERCARE_LOGIN", 'L' }, { "AFTERCARE_NAME", 'N' }, { "AFTERCARE_ROLES", 'R' },
                  { "AFTERCARE_DEPARTMENT", 'P' }, { "AFTERCARE_PASSWORD", 'W' }, { "AFTERCARE_PERSON", 'p' } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i].name);
        if (value != NULL && value[0] != '\0' && !set_option(o, names[i].code, value)) {
            (void)fprintf(stderr, "aftercare: bad value of %s: %s\n", names[i].name, value);
            return false;
        }
    }
    return true;
}

/* 0: go on; else exit status + 1. */
static int read_arguments(struct options *o, int argc, char **argv)
{
    if (!read_environment(o))
        return 3;
    for (int code; (code = getopt_long(argc, argv, "hv", long_options, NULL)) != -1;) {
        if (code == 'h') {
            (void)fputs(help_text, stdout);
            return 1;
        }
        if (code == 'v') {
            (void)puts("aftercare 0.1.0");
            return 1;
        }
        if (code == '?' || !set_option(o, code, optarg)) {
            if (code != '?')
                (void)fprintf(stderr, "aftercare: bad value: %s\n", optarg);
            return 3;
        }
    }
    return 0;
}

static void supervise(void *argument)
{
    struct postgres *postgres = argument;
    if (postgres_is_alive(postgres))
        return;
    log_error("postgres", "the private PostgreSQL has stopped: starting it again");
    if (!postgres_restart(postgres))
        log_error("postgres", "it did not start; next try in a moment");
}

static PGconn *connect_to(const char *conninfo)
{
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK)
        log_error("database", "%s", PQerrorMessage(connection));
    else
        PQclear(PQexec(connection, "set timezone = 'Asia/Shanghai'; set client_min_messages = warning"));
    return connection;
}

static int serve(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres);

/* Runs `work` on a migrated database: the given one, or the private one started for it. */
static int with_database(struct options *o, const struct engine *engine, int (*work)(struct options *, const struct engine *, PGconn *, struct postgres *))
{
    struct postgres *postgres = o->postgres;
    /* The command line works beside a running server, too; only a second server may not. */
    if (o->database == NULL && work != serve)
        o->database = postgres_running_conninfo(o->data);
    if (o->database == NULL && postgres == NULL) {
        postgres = postgres_start(o->data);
        if (postgres == NULL)
            return 1;
    }
    o->server.conninfo = o->database != NULL ? o->database : postgres_conninfo(postgres);
    PGconn *connection = connect_to(o->server.conninfo);
    int status = 1;
    if (PQstatus(connection) == CONNECTION_OK && migrate(connection) && engine_sync_forms(engine, connection))
        status = work(o, engine, connection, postgres);
    else
        PQfinish(connection);
    if (postgres != NULL)
        postgres_stop(postgres);
    return status;
}

static int serve(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres)
{
    bool demo = o->demo && demo_is_wanted(connection);
    if (!engine_learn_tables(engine, connection) || (demo && !demo_load(engine, connection))) {
        PQfinish(connection);
        return 1;
    }
    PQfinish(connection);
    struct server server = { .options = o->server, .engine = engine };
    if (postgres != NULL) {
        server.options.supervise = supervise;
        server.options.supervised = postgres;
    }
    return server_run(&server);
}

static int migrate_only(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres)
{
    (void)o;
    (void)engine;
    (void)postgres;
    PQfinish(connection);
    (void)puts("the database is up to date");
    return 0;
}

static int check(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres)
{
    (void)o;
    (void)postgres;
    struct buf errors = { 0 };
    bool good = engine_check_schema(engine, connection, &errors);
    PQfinish(connection);
    if (good)
        (void)printf("%zu machines: tables and database agree\n", engine_machine_count(engine));
    else
        (void)fputs(errors.data, stderr);
    buf_done(&errors);
    return good ? 0 : 1;
}

static int person_add(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres)
{
    (void)postgres;
    int status = command_person_add(engine, connection, &o->person);
    PQfinish(connection);
    return status;
}

static int key_add(struct options *o, const struct engine *engine, PGconn *connection, struct postgres *postgres)
{
    (void)engine;
    (void)postgres;
    int status = command_key_add(connection, &o->person);
    PQfinish(connection);
    return status;
}

static int print_openapi(const struct engine *engine)
{
    struct buf out = { 0 };
    openapi_write_yaml(engine, &out);
    (void)fputs(out.data, stdout);
    buf_done(&out);
    return 0;
}

static int print_diagram(const struct engine *engine, const char *name)
{
    const struct machine_plan *machine = name == NULL ? NULL : engine_machine_by_name(engine, name);
    if (machine == NULL) {
        (void)fprintf(stderr, "aftercare: no machine \"%s\"\n", name == NULL ? "" : name);
        return 2;
    }
    struct buf dot = { 0 }, svg = { 0 };
    diagram_write_dot(machine, LANGUAGE_EN, &dot);
    bool good = graphviz_svg(dot.data, &svg);
    (void)fputs(good ? svg.data : "", stdout);
    if (!good)
        (void)fputs("aftercare: dot (Debian package graphviz) did not run\n", stderr);
    buf_done(&dot);
    buf_done(&svg);
    return good ? 0 : 1;
}

static int run_command(struct options *o, const struct engine *engine, int n, char **words)
{
    if (strcmp(words[0], "serve") == 0 && n == 1)
        return with_database(o, engine, serve);
    if (strcmp(words[0], "migrate") == 0 && n == 1)
        return with_database(o, engine, migrate_only);
    if (strcmp(words[0], "check") == 0 && n == 1)
        return with_database(o, engine, check);
    if (strcmp(words[0], "openapi") == 0 && n == 1)
        return print_openapi(engine);
    if (strcmp(words[0], "diagram") == 0 && n == 2)
        return print_diagram(engine, words[1]);
    if (strcmp(words[0], "person") == 0 && n == 2 && strcmp(words[1], "add") == 0)
        return with_database(o, engine, person_add);
    if (strcmp(words[0], "key") == 0 && n == 2 && strcmp(words[1], "add") == 0)
        return with_database(o, engine, key_add);
    (void)fputs(help_text, stderr);
    return 2;
}

/* Beside the start of PostgreSQL. That one is this thread's child: it ends with it. */
static void *read_tables(void *ret_engine)
{
    *(struct engine **)ret_engine = engine_new(procedures);
    return NULL;
}

int main(int argc, char **argv)
{
    struct options options = { .server = { .listen_address = "127.0.0.1", .port = 8080, .access_log = true }, .data = "data" };
    int stop = read_arguments(&options, argc, argv);
    if (stop != 0)
        return stop - 1;
    if (optind >= argc) {
        (void)fputs(help_text, stderr);
        return 2;
    }
    if (sodium_init() < 0)
        log_fatal("main", "libsodium did not start");
    clock_set_offset_us(options.clock_offset * 1000000);
    struct engine *engine = NULL;
    pthread_t reading;
    if (pthread_create(&reading, NULL, read_tables, &engine) != 0)
        log_fatal("main", "no thread to read the tables");
    bool serves = argc - optind == 1 && strcmp(argv[optind], "serve") == 0 && options.database == NULL;
    bool started = !serves || (options.postgres = postgres_start(options.data)) != NULL;
    (void)pthread_join(reading, NULL);
    if (strcmp(argv[optind], "check") == 0)
        engine_compile(engine);
    int status = 1;
    if (engine_errors(engine)[0] != '\0') {
        (void)fputs(engine_errors(engine), stderr);
        if (options.postgres != NULL)
            postgres_stop(options.postgres);
    } else if (started) {
        status = run_command(&options, engine, argc - optind, argv + optind);
    }
    engine_free(engine);
    return status;
}
