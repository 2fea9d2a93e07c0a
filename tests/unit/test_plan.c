/* Statements are made when they are first asked for, whoever asks, and are the same for all. */
#include "check.h"

#include <pthread.h>
#include <string.h>

#include "engine/plan.h"

#define THREADS 4

static void *ask_for_all(void *argument)
{
    const struct engine *engine = argument;
    for (size_t i = 0; i < engine->n_machines; i++)
        for (size_t e = 0; e < engine->machines[i].n_events; e++) {
            const struct event_plan *event = &engine->machines[i].events[e];
            plan_need_event(event);
            if (event->statement.text == NULL || event->unkeyed.text == NULL || event->locks == NULL)
                return NULL;
        }
    return argument;
}

static void statements_are_made_when_asked_for(void **state)
{
    (void)state;
    struct engine *engine = engine_new(procedures);
    const struct machine_plan *repair = engine_machine_by_name(engine, "repair");
    const struct event_plan *dispatch = machine_event(repair, "dispatch"), *reg = machine_event(repair, "register");
    assert_null(dispatch->statement.text);
    plan_need_event(dispatch);
    assert_non_null(strstr(dispatch->statement.text, "update repair"));
    assert_null(reg->statement.text);
    engine_free(engine);
}

static void threads_that_ask_at_once_get_the_same(void **state)
{
    (void)state;
    struct engine *engine = engine_new(procedures), *whole = engine_new(procedures);
    engine_compile(whole);
    assert_string_equal(engine_errors(whole), "");
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_for_all, engine), 0);
    for (int i = 0; i < THREADS; i++) {
        void *done = NULL;
        assert_int_equal(pthread_join(threads[i], &done), 0);
        assert_ptr_equal(done, engine);
    }
    assert_string_equal(engine_errors(engine), "");
    for (size_t i = 0; i < whole->n_machines; i++)
        for (size_t e = 0; e < whole->machines[i].n_events; e++) {
            const struct event_plan *a = &whole->machines[i].events[e], *b = &engine->machines[i].events[e];
            assert_string_equal(a->statement.text, b->statement.text);
            assert_string_equal(a->unkeyed.text, b->unkeyed.text);
        }
    engine_free(whole);
    engine_free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_made_when_asked_for),
        cmocka_unit_test(threads_that_ask_at_once_get_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
