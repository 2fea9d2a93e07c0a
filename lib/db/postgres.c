#include "db/postgres.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"

struct postgres {
    struct arena arena;
    const char *programs; /* folder of initdb and postgres */
    const char *cluster, *sockets, *log_file, *conninfo;
    int lock_fd;
    pid_t pid;
    uid_t uid; /* whom PostgreSQL runs as; 0: the caller is not root, no change */
    gid_t gid;
    const char *user;
};

static void pause_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    (void)nanosleep(&t, NULL);
}

static bool has_programs(const char *folder)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/postgres", folder);
    if (access(path, X_OK) != 0)
        return false;
    (void)snprintf(path, sizeof path, "%s/initdb", folder);
    return access(path, X_OK) == 0;
}

/* Debian keeps them per major version; elsewhere they are in the PATH. */
static const char *find_programs(struct arena *arena)
{
    static const char base[] = "/usr/lib/postgresql";
    int best = 0;
    DIR *dir = opendir(base);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        int version = atoi(entry->d_name);
        if (version > best && version >= 15 && has_programs(arena_printf(arena, "%s/%s/bin", base, entry->d_name)))
            best = version;
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (best > 0)
        return arena_printf(arena, "%s/%d/bin", base, best);
    char *path = arena_strdup(arena, getenv("PATH"));
    for (char *p = path; p != NULL; p = strchr(p, ':') == NULL ? NULL : strchr(p, ':') + 1) {
        const char *folder = arena_strndup(arena, p, strcspn(p, ":"));
        if (folder[0] != '\0' && has_programs(folder))
            return folder;
    }
    return NULL;
}

/* In the child: drops root for good, ties its life to ours, sends its output to the log. */
static void become_child(const struct postgres *p, pid_t parent)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (p->uid != 0 && (initgroups(p->user, p->gid) != 0 || setgid(p->gid) != 0 || setuid(p->uid) != 0))
        _exit(126);
    /* SIGINT is PostgreSQL's fast shutdown: it goes when its server goes. */
    (void)prctl(PR_SET_PDEATHSIG, SIGINT);
    if (getppid() != parent)
        _exit(126);
    (void)umask(0077);
    (void)setsid();
    int out = open(p->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(126);
    if (chdir("/") != 0)
        _exit(126);
}

static pid_t spawn(const struct postgres *p, const char *program, char *const arguments[])
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", p->programs, program);
    pid_t parent = getpid(), child = fork();
    if (child != 0)
        return child;
    become_child(p, parent);
    (void)execv(path, arguments);
    _exit(127);
}

static bool make_folder(const struct postgres *p, const char *path, mode_t mode)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST) {
        log_error("postgres", "cannot make %s: %s", path, strerror(errno));
        return false;
    }
    if (p->uid != 0 && chown(path, p->uid, p->gid) != 0) {
        log_error("postgres", "cannot give %s to %s: %s", path, p->user, strerror(errno));
        return false;
    }
    return true;
}

/* PostgreSQL refuses to run as root; then it gets an unprivileged user. */
static bool choose_user(struct postgres *p)
{
    if (geteuid() != 0)
        return true;
    const struct passwd *user = getpwnam("postgres");
    if (user == NULL)
        user = getpwnam("nobody");
    if (user == NULL) {
        log_error("postgres", "there is neither a user \"postgres\" nor \"nobody\" to run PostgreSQL as");
        return false;
    }
    p->uid = user->pw_uid;
    p->gid = user->pw_gid;
    p->user = arena_strdup(&p->arena, user->pw_name);
    return true;
}

static bool lock_folder(struct postgres *p, const char *data_dir)
{
    p->lock_fd = open(arena_printf(&p->arena, "%s/lock", data_dir), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (p->lock_fd >= 0 && flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    log_error("postgres", "%s is in use by another server", data_dir);
    return false;
}

static bool is_searchable_by_user(const struct postgres *p, const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        bool good = p->uid == 0 || (initgroups(p->user, p->gid) == 0 && setgid(p->gid) == 0 && setuid(p->uid) == 0);
        _exit(good && access(path, R_OK | W_OK | X_OK) == 0 ? 0 : 1);
    }
    int status = 1;
    return waitpid(child, &status, 0) == child && status == 0;
}

static bool init_cluster(struct postgres *p)
{
    if (access(arena_printf(&p->arena, "%s/PG_VERSION", p->cluster), F_OK) == 0)
        return true;
    log_info("postgres", "making a cluster in %s", p->cluster);
    char *const arguments[] = { (char *)"initdb", (char *)"-D", (char *)(uintptr_t)p->cluster, (char *)"-U", (char *)"aftercare", (char *)"-A", (char *)"trust",
                                (char *)"-E", (char *)"UTF8", (char *)"--locale=C.UTF-8", (char *)"--data-checksums", NULL };
    pid_t child = spawn(p, "initdb", arguments);
    int status = 1;
    if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
        return true;
    log_error("postgres", "initdb failed: see %s", p->log_file);
    return false;
}

/* A server that was killed may have left its PostgreSQL behind; it holds the cluster. */
static void stop_orphan(const struct postgres *p)
{
    char path[PATH_MAX], command[4096] = "";
    (void)snprintf(path, sizeof path, "%s/postmaster.pid", p->cluster);
    FILE *file = fopen(path, "re");
    long pid = 0;
    if (file == NULL)
        return;
    bool read_it = fscanf(file, "%ld", &pid) == 1;
    (void)fclose(file);
    if (!read_it || pid <= 1)
        return;
    (void)snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
    file = fopen(path, "re");
    if (file == NULL)
        return;
    size_t n = fread(command, 1, sizeof command - 1, file);
    (void)fclose(file);
    for (size_t i = 0; i < n; i++)
        if (command[i] == '\0')
            command[i] = ' ';
    if (strstr(command, p->cluster) == NULL)
        return;
    log_warning("postgres", "a PostgreSQL of an earlier run (pid %ld) is stopped first", pid);
    (void)kill((pid_t)pid, SIGINT);
    for (int i = 0; i < 300 && kill((pid_t)pid, 0) == 0; i++)
        pause_ms(100);
    if (kill((pid_t)pid, 0) == 0)
        (void)kill((pid_t)pid, SIGQUIT);
    for (int i = 0; i < 100 && kill((pid_t)pid, 0) == 0; i++)
        pause_ms(100);
}

static bool wait_until_ready(struct postgres *p)
{
    for (int i = 0; i < 6000; i++) {
        int status;
        if (waitpid(p->pid, &status, WNOHANG) == p->pid) {
            p->pid = 0;
            log_error("postgres", "it stopped while starting: see %s", p->log_file);
            return false;
        }
        if (PQping(p->conninfo) == PQPING_OK)
            return true;
        pause_ms(10);
    }
    log_error("postgres", "it was not ready within 60 s: see %s", p->log_file);
    return false;
}

/* lz4: page images after a checkpoint are most of the log of random updates, and pglz took a core to compress them. */
bool postgres_restart(struct postgres *p)
{
    char *const arguments[] = {
        (char *)"postgres", (char *)"-D", (char *)(uintptr_t)p->cluster, (char *)"-k", (char *)(uintptr_t)p->sockets,
        (char *)"-c", (char *)"listen_addresses=", (char *)"-c", (char *)"max_connections=64", (char *)"-c", (char *)"shared_buffers=256MB",
        (char *)"-c", (char *)"jit=off", (char *)"-c", (char *)"wal_compression=lz4", (char *)"-c", (char *)"max_wal_size=2GB",
        (char *)"-c", (char *)"checkpoint_timeout=15min", (char *)"-c", (char *)"unix_socket_permissions=0777", NULL };
    stop_orphan(p);
    p->pid = spawn(p, "postgres", arguments);
    return p->pid > 0 && wait_until_ready(p);
}

bool postgres_is_alive(struct postgres *p)
{
    int status;
    if (p->pid > 0 && waitpid(p->pid, &status, WNOHANG) == p->pid)
        p->pid = 0;
    return p->pid > 0;
}

static bool make_database(struct postgres *p)
{
    PGconn *connection = PQconnectdb(arena_printf(&p->arena, "host=%s user=aftercare dbname=postgres", p->sockets));
    PGresult *result = PQexec(connection, "select 1 from pg_database where datname = 'aftercare'");
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool there = good && PQntuples(result) == 1;
    PQclear(result);
    if (good && !there) {
        result = PQexec(connection, "create database aftercare");
        good = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    if (!good)
        log_error("postgres", "%s", PQerrorMessage(connection));
    PQfinish(connection);
    return good;
}

/* Where the socket is: in the data folder unless its path is too long for one (107 bytes). */
static const char *socket_folder(struct arena *arena, const char *real)
{
    const char *folder = arena_printf(arena, "%s/run", real);
    if (strlen(folder) <= 85)
        return folder;
    unsigned hash = 5381;
    for (const char *c = real; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    return arena_printf(arena, "/tmp/aftercare-%u-%08x", (unsigned)geteuid(), hash);
}

char *postgres_running_conninfo(const char *data_dir)
{
    char real[PATH_MAX], lock[PATH_MAX], *conninfo = NULL;
    struct arena arena = { 0 };
    if (realpath(data_dir, real) == NULL)
        return NULL;
    (void)snprintf(lock, sizeof lock, "%.4000s/lock", real);
    int fd = open(lock, O_RDWR | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 &&
        asprintf(&conninfo, "host=%s user=aftercare dbname=aftercare", socket_folder(&arena, real)) < 0)
        conninfo = NULL;
    if (fd >= 0)
        (void)close(fd);
    arena_done(&arena);
    return conninfo;
}

static bool choose_paths(struct postgres *p, const char *data_dir)
{
    char real[PATH_MAX];
    if (mkdir(data_dir, 0755) != 0 && errno != EEXIST) {
        log_error("postgres", "cannot make %s: %s", data_dir, strerror(errno));
        return false;
    }
    if (realpath(data_dir, real) == NULL)
        return false;
    p->cluster = arena_printf(&p->arena, "%s/postgres", real);
    p->sockets = socket_folder(&p->arena, real);
    p->log_file = arena_printf(&p->arena, "%s/log/postgres.log", real);
    p->conninfo = arena_printf(&p->arena, "host=%s user=aftercare dbname=aftercare", p->sockets);
    return make_folder(p, p->cluster, 0700) && make_folder(p, p->sockets, 0700) && make_folder(p, arena_printf(&p->arena, "%s/log", real), 0700);
}

struct postgres *postgres_start(const char *data_dir)
{
    struct postgres *p = calloc(1, sizeof *p);
    if (p == NULL)
        log_fatal("postgres", "out of memory");
    p->lock_fd = -1;
    p->programs = find_programs(&p->arena);
    if (p->programs == NULL) {
        log_error("postgres", "the PostgreSQL programs (15 or newer) are missing: install the Debian package \"postgresql\", or give --database");
        postgres_stop(p);
        return NULL;
    }
    bool good = choose_user(p) && choose_paths(p, data_dir) && lock_folder(p, data_dir);
    if (good && !is_searchable_by_user(p, p->cluster)) {
        log_error("postgres", "user \"%s\" cannot reach %s: choose a data folder whose parents all may enter", p->user == NULL ? "" : p->user, p->cluster);
        good = false;
    }
    if (good && init_cluster(p) && postgres_restart(p) && make_database(p))
        return p;
    postgres_stop(p);
    return NULL;
}

const char *postgres_conninfo(const struct postgres *p)
{
    return p->conninfo;
}

void postgres_stop(struct postgres *p)
{
    if (p == NULL)
        return;
    if (p->pid > 0) {
        (void)kill(p->pid, SIGINT);
        int status;
        for (int i = 0; i < 2000 && waitpid(p->pid, &status, WNOHANG) == 0; i++)
            pause_ms(10);
        if (waitpid(p->pid, &status, WNOHANG) == 0) {
            (void)kill(p->pid, SIGKILL);
            (void)waitpid(p->pid, &status, 0);
        }
    }
    if (p->lock_fd >= 0)
        (void)close(p->lock_fd);
    arena_done(&p->arena);
    free(p);
}
