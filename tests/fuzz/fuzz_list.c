/* Any query string as the filters of any list: refused with the parameter's name, or SQL with as many values as it names. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct engine *engine;
    if (engine == NULL)
        engine = engine_new(procedures);
    if (size < 2 || size > 4096)
        return 0;
    struct arena arena = { 0 };
    char *text = arena_strndup(&arena, (const char *)data + 1, size - 1);
    struct list_filter filters[16];
    struct principal who = { .roles = 1 };
    struct list_request request = { .principal = &who, .limit = 50, .filters = filters };
    for (char *p = strtok(text, "&"); p != NULL && request.n_filters < 16; p = strtok(NULL, "&")) {
        char *value = strchr(p, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        if (strcmp(p, "sort") == 0)
            request.sort = value;
        else if (strcmp(p, "cursor") == 0)
            request.cursor = value;
        else if (strcmp(p, "expand") == 0)
            request.expand = value;
        else
            filters[request.n_filters++] = (struct list_filter){ p, value };
    }
    struct faults *faults = ARENA_NEW(&arena, struct faults);
    struct list_query query;
    faults->arena = &arena;
    bool good = engine_list(engine_machine_at(engine, data[0] % engine_machine_count(engine)), &request, &arena, &query, faults);
    if (good != (faults->count == 0))
        abort();
    for (int i = 0; good && i < query.n_values; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "$%d", i + 1);
        if (strstr(query.sql, name) == NULL)
            abort();
    }
    int64_t us;
    char out[CLOCK_RFC3339_SIZE];
    if (clock_parse_rfc3339(text, &us))
        clock_format_rfc3339(us, out);
    (void)clock_from_postgres(text, out);
    arena_done(&arena);
    return 0;
}
