#include "engine/openapi.h"

#include <string.h>

#include "engine/openapi_parts.h"
#include "engine/roles.h"

const struct schema_style openapi_style = { .both_languages = true, .refs = "#/components/schemas/" };

static const char introduction[] =
    "After-sales service by the manual's procedures: repairs, outlets, staff, customers, records. "
    "售后服务管理接口。\n\n"
    "Every route of an entity is made from the procedure's table: a collection, one entity, and one route an event. "
    "A representation carries `actions`: what this caller may do now, where, and with which body.\n\n"
    "- Money is whole fen in CNY. Times are RFC 3339; any offset is accepted, answers are in the company's.\n"
    "- `Accept-Language: zh` or `en` picks the language of labels and messages. Codes are never translated.\n"
    "- `ETag` is the version. Steps that a person signs for need `If-Match`.\n"
    "- `Idempotency-Key` on any POST: a repeat gets the first outcome and does nothing again.\n"
    "- Unknown members and unknown query parameters are refused, never ignored.\n"
    "- Errors are `application/problem+json` (RFC 9457) with a stable `code`.";

bool openapi_is_internal(const struct event_plan *event)
{
    return event->any_roles == role_bit(ROLE_system);
}

void openapi_put_heading(struct buf *out, const char *id, const char *tag, const char *summary)
{
    buf_json_member(out, "operationId", id);
    buf_json_key(out, "tags");
    buf_putc(out, '[');
    buf_json_string(out, tag);
    buf_putc(out, ']');
    buf_json_member(out, "summary", summary);
}

void openapi_put_parameter(struct buf *out, const char *shared)
{
    buf_json_comma(out);
    buf_printf(out, "{\"$ref\":\"#/components/parameters/%s\"}", shared);
}

void openapi_put_query(struct buf *out, const char *name, bool required, const char *type, struct text label)
{
    buf_json_comma(out);
    buf_putc(out, '{');
    buf_json_member(out, "name", name);
    buf_json_member(out, "in", "query");
    if (label.en != NULL) {
        buf_json_key(out, "description");
        schema_put_label(label, &openapi_style, out);
    }
    if (required)
        buf_json_bool(out, "required", true);
    /* Several values are separated by commas. */
    if (type[strlen(type) - 1] == ']')
        buf_json_bool(out, "explode", false);
    buf_json_key(out, "schema");
    schema_put_type(type, false, &openapi_style, out);
    buf_putc(out, '}');
}

void openapi_put_path_parameters(struct buf *out, const char *path)
{
    for (const char *open = strchr(path, '{'); open != NULL; open = strchr(open + 1, '{')) {
        size_t n = strcspn(open + 1, "}");
        if (n == 2 && strncmp(open + 1, "id", n) == 0) {
            openapi_put_parameter(out, "id");
            continue;
        }
        buf_json_comma(out);
        buf_puts(out, "{\"name\":");
        buf_json_bytes(out, open + 1, n);
        buf_puts(out, ",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
    }
}

void openapi_put_problems(struct buf *out, const char *statuses)
{
    char status[8];
    while (plan_next_word(&statuses, status, sizeof status)) {
        buf_json_key(out, status);
        buf_printf(out, "{\"$ref\":\"#/components/responses/problem_%s\"}", status);
    }
}

static void put_info(struct buf *out)
{
    buf_json_key(out, "info");
    buf_puts(out, "{\"title\":\"Aftercare\",\"version\":\"1.0.0\"");
    buf_json_member(out, "summary", "After-sales service server · 售后服务管理");
    buf_json_member(out, "description", introduction);
    buf_puts(out, ",\"contact\":{\"name\":\"After-sales service centre · 售后服务中心\"}");
    buf_puts(out, ",\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}}");
    buf_puts(out, ",\"servers\":[{\"url\":\"http://127.0.0.1:8080\",\"description\":\"This machine\"}]");
    buf_puts(out, ",\"security\":[{\"bearer\":[]}]");
}

static void put_tags(const struct engine *engine, struct buf *out)
{
    buf_json_key(out, "tags");
    buf_putc(out, '[');
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *machine = &engine->machines[i];
        struct buf description = { 0 };
        buf_printf(&description, "%s · %s %s · %s", machine->machine->title.zh, machine->procedure->code,
                   machine->procedure->title.en, machine->procedure->title.zh);
        buf_json_comma(out);
        buf_putc(out, '{');
        buf_json_member(out, "name", machine->machine->title.en);
        buf_json_member(out, "description", description.data);
        buf_putc(out, '}');
        buf_done(&description);
    }
    openapi_put_fixed_tags(out);
    buf_putc(out, ']');
}

void openapi_write_json(const struct engine *engine, struct buf *out)
{
    buf_puts(out, "{\"openapi\":\"3.1.0\"");
    put_info(out);
    put_tags(engine, out);
    buf_json_key(out, "paths");
    buf_putc(out, '{');
    for (size_t i = 0; i < engine->n_machines; i++)
        openapi_put_machine_paths(&engine->machines[i], out);
    openapi_put_fixed_paths(out);
    buf_putc(out, '}');
    buf_json_key(out, "components");
    openapi_put_components(engine, out);
    buf_putc(out, '}');
}

void openapi_write_yaml(const struct engine *engine, struct buf *out)
{
    struct buf json = { 0 };
    openapi_write_json(engine, &json);
    buf_puts(out, "# Made from the procedures' tables. Do not edit.\n");
    openapi_json_to_yaml(json.data, json.length, out);
    buf_done(&json);
}
