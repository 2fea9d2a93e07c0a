/* Counters, one set a reactor, added up when somebody asks (Prometheus text format). */
#include "base/clock.h"
#include "server/internal.h"

const int latency_bounds_ms[LATENCY_BUCKETS - 1] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000 };

void metrics_count(struct reactor *reactor, unsigned status, int64_t duration_us)
{
    struct reactor_metrics *m = &reactor->metrics;
    unsigned class = status / 100 < STATUS_CLASSES ? status / 100 : 0;
    size_t bucket = 0;
    while (bucket < LATENCY_BUCKETS - 1 && duration_us > (int64_t)latency_bounds_ms[bucket] * 1000)
        bucket++;
    atomic_fetch_add_explicit(&m->requests[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->latency[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->latency_sum_us, (uint64_t)duration_us, memory_order_relaxed);
}

static uint64_t read_counter(atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_write(struct server *server, struct buf *out)
{
    size_t n;
    struct reactor *const *list = server_reactors(server, &n);
    uint64_t requests[STATUS_CLASSES] = { 0 }, latency[LATENCY_BUCKETS] = { 0 }, sum = 0;
    uint64_t connections = 0, batches = 0, jobs = 0, joined = 0, replays = 0, reconnects = 0, queued = 0;
    for (size_t i = 0; i < n; i++) {
        struct reactor_metrics *m = &list[i]->metrics;
        for (int c = 0; c < STATUS_CLASSES; c++)
            requests[c] += read_counter(&m->requests[c]);
        for (int b = 0; b < LATENCY_BUCKETS; b++)
            latency[b] += read_counter(&m->latency[b]);
        sum += read_counter(&m->latency_sum_us);
        connections += read_counter(&m->connections);
        batches += read_counter(&m->batches);
        jobs += read_counter(&m->jobs);
        joined += read_counter(&m->joined);
        replays += read_counter(&m->replays);
        reconnects += read_counter(&m->reconnects);
        queued += read_counter(&m->queued);
    }
    buf_puts(out, "# TYPE aftercare_requests_total counter\n");
    for (int c = 1; c < STATUS_CLASSES; c++)
        buf_printf(out, "aftercare_requests_total{status=\"%dxx\"} %llu\n", c, (unsigned long long)requests[c]);
    buf_puts(out, "# TYPE aftercare_request_seconds histogram\n");
    uint64_t below = 0;
    for (int b = 0; b < LATENCY_BUCKETS - 1; b++) {
        below += latency[b];
        buf_printf(out, "aftercare_request_seconds_bucket{le=\"%g\"} %llu\n", latency_bounds_ms[b] / 1000.0, (unsigned long long)below);
    }
    below += latency[LATENCY_BUCKETS - 1];
    buf_printf(out, "aftercare_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)below);
    buf_printf(out, "aftercare_request_seconds_sum %.6f\naftercare_request_seconds_count %llu\n", (double)sum / 1e6, (unsigned long long)below);
    buf_printf(out, "# TYPE aftercare_connections gauge\naftercare_connections %llu\n", (unsigned long long)connections);
    buf_printf(out, "# TYPE aftercare_lane_batches_total counter\naftercare_lane_batches_total %llu\n", (unsigned long long)batches);
    buf_printf(out, "# TYPE aftercare_lane_jobs_total counter\naftercare_lane_jobs_total %llu\n", (unsigned long long)jobs);
    buf_printf(out, "# TYPE aftercare_lane_joined_total counter\naftercare_lane_joined_total %llu\n", (unsigned long long)joined);
    buf_printf(out, "# TYPE aftercare_lane_replays_total counter\naftercare_lane_replays_total %llu\n", (unsigned long long)replays);
    buf_printf(out, "# TYPE aftercare_lane_connects_total counter\naftercare_lane_connects_total %llu\n", (unsigned long long)reconnects);
    buf_printf(out, "# TYPE aftercare_lane_queued gauge\naftercare_lane_queued %llu\n", (unsigned long long)queued);
    buf_printf(out, "# TYPE aftercare_timer_turns_total counter\naftercare_timer_turns_total %llu\n", (unsigned long long)atomic_load(&server->turns));
    buf_printf(out, "# TYPE aftercare_ready gauge\naftercare_ready %d\n", atomic_load(&server->ready) ? 1 : 0);
}
