#include "server/reactor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/internal.h"

#define REACTORS_MAX 64
#define DRAIN_QUIET_US INT64_C(300000)
#define DRAIN_MAX_US INT64_C(30000000)

static struct reactor *reactors[REACTORS_MAX];
static size_t n_reactors;

struct reactor *const *server_reactors(struct server *server, size_t *ret_count)
{
    (void)server;
    *ret_count = n_reactors;
    return reactors;
}

struct lane *reactor_read_lane(struct reactor *reactor)
{
    return reactor->read_lane;
}

struct lane *reactor_write_lane(struct reactor *reactor)
{
    return reactor->write_lane;
}

struct server *reactor_server(struct reactor *reactor)
{
    return reactor->server;
}

static bool make_address(const char *text, uint16_t port, struct sockaddr_storage *ret_address, socklen_t *ret_length)
{
    memset(ret_address, 0, sizeof *ret_address);
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
    char bare[64];
    (void)snprintf(bare, sizeof bare, "%s", text[0] == '[' ? text + 1 : text);
    bare[strcspn(bare, "]")] = '\0';
    if (inet_pton(AF_INET, bare, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        *ret_length = sizeof *v4;
        return true;
    }
    if (inet_pton(AF_INET6, bare, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        *ret_length = sizeof *v6;
        return true;
    }
    return false;
}

static int listen_on(const struct server_options *options, uint16_t port)
{
    struct sockaddr_storage address;
    socklen_t length;
    if (!make_address(options->listen_address, port, &address, &length)) {
        log_error("reactor", "\"%s\" is no numeric address", options->listen_address);
        return -1;
    }
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 1024) != 0) {
        log_error("reactor", "cannot listen on %s port %u: %s", options->listen_address, port, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in6 address = { .sin6_family = AF_UNSPEC };
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return 0;
    return ntohs(address.sin6_port); /* at the same place as that of IPv4 */
}

static struct lane *make_lane(struct reactor *reactor, bool writes, void *epoll_data)
{
    char *label = reactor->labels[writes];
    (void)snprintf(label, sizeof reactor->labels[writes], "aftercare-r%u-%s", reactor->index, writes ? "write" : "read");
    struct lane_options options = {
        .conninfo = reactor->server->options.conninfo,
        .label = label,
        .writes = writes,
        .max_queued = 2048,
        .epoll_fd = reactor->epoll_fd,
        .epoll_data = epoll_data,
    };
    return lane_new(&options);
}

static void watch(struct reactor *reactor, int fd, void *data)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = data };
    if (epoll_ctl(reactor->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        log_fatal("reactor", "epoll: %s", strerror(errno));
}

static struct reactor *reactor_new(struct server *server, unsigned index, int listen_fd)
{
    struct reactor *reactor = calloc(1, sizeof *reactor);
    if (reactor == NULL)
        log_fatal("reactor", "out of memory");
    reactor->server = server;
    reactor->index = index;
    reactor->listen_fd = listen_fd;
    reactor->auth_cache = calloc(AUTH_CACHE_SIZE, sizeof *reactor->auth_cache);
    reactor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    reactor->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    (void)pthread_mutex_init(&reactor->done_mutex, NULL);
    if (reactor->auth_cache == NULL || reactor->epoll_fd < 0 || reactor->wake_fd < 0)
        log_fatal("reactor", "cannot start: %s", strerror(errno));
    reactor->daemon = http_start(reactor);
    if (reactor->daemon == NULL)
        log_fatal("reactor", "libmicrohttpd did not start");
    watch(reactor, MHD_get_daemon_info(reactor->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, &reactor->daemon);
    watch(reactor, reactor->wake_fd, &reactor->wake_fd);
    reactor->read_lane = make_lane(reactor, false, &reactor->read_lane);
    reactor->write_lane = make_lane(reactor, true, &reactor->write_lane);
    return reactor;
}

static int earlier(int a, int b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static int wait_ms(const struct reactor *reactor)
{
    MHD_UNSIGNED_LONG_LONG mhd;
    int timeout = 1000;
    if (MHD_get_timeout(reactor->daemon, &mhd) == MHD_YES && mhd < 1000)
        timeout = (int)mhd;
    timeout = earlier(timeout, lane_timeout_ms(reactor->read_lane));
    return earlier(timeout, lane_timeout_ms(reactor->write_lane));
}

static void publish_stats(struct reactor *reactor)
{
    struct lane_stats read, write;
    lane_get_stats(reactor->read_lane, &read);
    lane_get_stats(reactor->write_lane, &write);
    struct reactor_metrics *m = &reactor->metrics;
    atomic_store_explicit(&m->batches, read.batches + write.batches, memory_order_relaxed);
    atomic_store_explicit(&m->jobs, read.jobs + write.jobs, memory_order_relaxed);
    atomic_store_explicit(&m->joined, read.joined + write.joined, memory_order_relaxed);
    atomic_store_explicit(&m->replays, read.replays + write.replays, memory_order_relaxed);
    atomic_store_explicit(&m->reconnects, read.reconnects + write.reconnects, memory_order_relaxed);
    atomic_store_explicit(&m->queued, read.queued + write.queued, memory_order_relaxed);
    atomic_store_explicit(&m->connected, read.connected && write.connected, memory_order_relaxed);
}

static void turn(struct reactor *reactor)
{
    struct epoll_event events[16];
    uint32_t read_events = 0, write_events = 0;
    int n = epoll_wait(reactor->epoll_fd, events, 16, wait_ms(reactor));
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == &reactor->read_lane)
            read_events |= events[i].events;
        else if (events[i].data.ptr == &reactor->write_lane)
            write_events |= events[i].events;
        else if (events[i].data.ptr == &reactor->wake_fd) {
            uint64_t count;
            (void)!read(reactor->wake_fd, &count, sizeof count);
            request_finish_offload(reactor);
        }
    }
    lane_run(reactor->read_lane, read_events);
    lane_run(reactor->write_lane, write_events);
    (void)MHD_run(reactor->daemon);
    lane_flush(reactor->read_lane);
    lane_flush(reactor->write_lane);
    publish_stats(reactor);
}

/* Connections that the kernel has taken but nobody accepted yet would be reset by closing the socket. */
static void drain_backlog(struct reactor *reactor, int fd)
{
    for (;;) {
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        int connection = accept4(fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection < 0)
            return;
        if (MHD_add_connection(reactor->daemon, connection, (struct sockaddr *)&address, length) != MHD_YES)
            (void)close(connection);
    }
}

static void stop_gracefully(struct reactor *reactor)
{
    int fd = MHD_quiesce_daemon(reactor->daemon);
    int64_t start = clock_monotonic_us(), busy = start;
    while (clock_monotonic_us() - start < DRAIN_MAX_US && clock_monotonic_us() - busy < DRAIN_QUIET_US) {
        if (fd >= 0)
            drain_backlog(reactor, fd);
        turn(reactor);
        if (reactor->requests > 0 || !lane_is_idle(reactor->write_lane) || !lane_is_idle(reactor->read_lane))
            busy = clock_monotonic_us();
    }
    if (fd >= 0) {
        drain_backlog(reactor, fd);
        turn(reactor);
        (void)close(fd);
    }
    lane_free(reactor->read_lane);
    lane_free(reactor->write_lane);
    (void)MHD_run(reactor->daemon);
    MHD_stop_daemon(reactor->daemon);
}

static void *run(void *argument)
{
    struct reactor *reactor = argument;
    while (!atomic_load_explicit(&reactor->server->stopping, memory_order_relaxed))
        turn(reactor);
    stop_gracefully(reactor);
    return NULL;
}

static bool all_connected(void)
{
    for (size_t i = 0; i < n_reactors; i++)
        if (!atomic_load(&reactors[i]->metrics.connected))
            return false;
    return true;
}

static void wait_for_signal(struct server *server, const sigset_t *signals)
{
    bool told = false;
    for (;;) {
        struct timespec pause = { .tv_nsec = told ? 200000000 : 2000000 };
        int signal_number = sigtimedwait(signals, NULL, &pause);
        if (signal_number == SIGTERM || signal_number == SIGINT)
            return;
        bool connected = all_connected();
        atomic_store(&server->ready, connected);
        if (connected && !told) {
            told = true;
            (void)sd_notify(0, "READY=1");
            log_info("server", "ready on http://%s:%u", server->options.listen_address, server->options.port);
        }
        if (server->options.supervise != NULL)
            server->options.supervise(server->options.supervised);
    }
}

static bool start_reactors(struct server *server)
{
    unsigned wanted = server->options.reactors == 0 ? (unsigned)sysconf(_SC_NPROCESSORS_ONLN) : server->options.reactors;
    int fds[REACTORS_MAX];
    if (wanted > REACTORS_MAX)
        wanted = REACTORS_MAX;
    for (unsigned i = 0; i < wanted; i++) {
        fds[i] = listen_on(&server->options, server->options.port);
        if (fds[i] < 0)
            return false;
        server->options.port = port_of(fds[i]);
    }
    for (unsigned i = 0; i < wanted; i++)
        reactors[i] = reactor_new(server, i, fds[i]);
    n_reactors = wanted;
    for (unsigned i = 0; i < wanted; i++)
        if (pthread_create(&reactors[i]->thread, NULL, run, reactors[i]) != 0)
            log_fatal("server", "cannot start a thread");
    return true;
}

int server_run(struct server *server)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    offload_start();
    if (!start_reactors(server))
        return 1;
    struct background *background = background_start(server);
    wait_for_signal(server, &signals);
    log_info("server", "stopping");
    (void)sd_notify(0, "STOPPING=1");
    atomic_store(&server->ready, false);
    atomic_store(&server->stopping, true);
    for (size_t i = 0; i < n_reactors; i++) {
        uint64_t one = 1;
        (void)!write(reactors[i]->wake_fd, &one, sizeof one);
    }
    for (size_t i = 0; i < n_reactors; i++)
        (void)pthread_join(reactors[i]->thread, NULL);
    background_stop(background);
    offload_stop();
    log_info("server", "stopped");
    return 0;
}
