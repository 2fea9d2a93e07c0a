/* Any bytes as the body of any event: binding refuses with pointers that exist in the body, or gives parameters that
 * PostgreSQL can take. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "engine/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct event_plan *pick(const struct engine *engine, uint8_t a, uint8_t b)
{
    const struct machine_plan *machine = engine_machine_at(engine, a % engine_machine_count(engine));
    return machine_event_at(machine, b % machine_event_count(machine));
}

static void check_faults(const struct faults *faults)
{
    for (size_t i = 0; i < faults->count && i < FAULTS_MAX; i++)
        if (faults->list[i].pointer[0] != '/' || faults->list[i].code == NULL || faults->list[i].message.zh == NULL)
            abort();
}

static void check_values(const struct event_plan *event, const struct bound *bound)
{
    for (int i = 0; i < bound->statement->n_params; i++) {
        const struct param *param = &bound->params[i];
        if (param->source != SOURCE_INPUT)
            continue;
        const struct input *input = &event->inputs[param->input];
        if (input->required && bound->values[i] == NULL)
            abort();
        if (input->field->type == FIELD_REFERENCE && bound->values[i] != NULL && !uuid_is_valid(bound->values[i]))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct engine *engine;
    if (engine == NULL) {
        if (sodium_init() < 0)
            abort();
        engine = engine_new(procedures);
    }
    if (size < 2)
        return 0;
    const struct event_plan *event = pick(engine, data[0], data[1]);
    json_t *body = NULL;
    char error[256];
    if (json_in_parse((const char *)data + 2, size - 2, &body, error, sizeof error) != JSON_IN_OK)
        return 0;
    if (json_is_object(body)) {
        struct arena arena = { 0 };
        struct faults *faults = ARENA_NEW(&arena, struct faults);
        struct principal who = { .roles = 1 };
        struct call call = { .principal = &who, .id = "00000000-0000-7000-8000-000000000001", .if_match = -1, .body = body };
        struct bound bound;
        faults->arena = &arena;
        if (engine_bind(event, &call, &arena, &bound, faults))
            check_values(event, &bound);
        else if (faults->count == 0)
            abort();
        check_faults(faults);
        arena_done(&arena);
    }
    json_decref(body);
    return 0;
}
