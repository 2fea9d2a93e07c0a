/* One worker thread for slow work (argon2). Its queue is short: past it the caller gets 503. */
#include <pthread.h>
#include <unistd.h>

#include "server/internal.h"
#include "server/problem.h"

#define QUEUE_MAX 64

static struct {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wanted;
    struct request *queue[QUEUE_MAX];
    size_t first, count;
    bool stopping;
} worker = { .mutex = PTHREAD_MUTEX_INITIALIZER, .wanted = PTHREAD_COND_INITIALIZER };

static void hand_back(struct request *request)
{
    struct reactor *reactor = request->reactor;
    (void)pthread_mutex_lock(&reactor->done_mutex);
    request->internal->next_offloaded = reactor->offloaded;
    reactor->offloaded = request;
    (void)pthread_mutex_unlock(&reactor->done_mutex);
    uint64_t one = 1;
    (void)!write(reactor->wake_fd, &one, sizeof one);
}

static void *run(void *argument)
{
    (void)argument;
    (void)pthread_mutex_lock(&worker.mutex);
    for (;;) {
        while (worker.count == 0 && !worker.stopping)
            (void)pthread_cond_wait(&worker.wanted, &worker.mutex);
        if (worker.count == 0)
            break;
        struct request *request = worker.queue[worker.first];
        worker.first = (worker.first + 1) % QUEUE_MAX;
        worker.count--;
        (void)pthread_mutex_unlock(&worker.mutex);
        request->internal->work(request->internal->work_argument);
        hand_back(request);
        (void)pthread_mutex_lock(&worker.mutex);
    }
    (void)pthread_mutex_unlock(&worker.mutex);
    return NULL;
}

void offload_start(void)
{
    worker.stopping = false;
    (void)pthread_create(&worker.thread, NULL, run, NULL);
}

void offload_stop(void)
{
    (void)pthread_mutex_lock(&worker.mutex);
    worker.stopping = true;
    (void)pthread_cond_signal(&worker.wanted);
    (void)pthread_mutex_unlock(&worker.mutex);
    (void)pthread_join(worker.thread, NULL);
}

void offload_submit(struct request *request)
{
    (void)pthread_mutex_lock(&worker.mutex);
    bool full = worker.count == QUEUE_MAX;
    if (!full)
        worker.queue[(worker.first + worker.count++) % QUEUE_MAX] = request;
    (void)pthread_cond_signal(&worker.wanted);
    (void)pthread_mutex_unlock(&worker.mutex);
    if (full) {
        request_add_header(request, "Retry-After", "1");
        problem_respond(request, PROBLEM_busy, NULL);
    }
}
