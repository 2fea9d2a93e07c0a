/* What operations refer to: parameters, headers, problems, schemas. */
#include <stdio.h>
#include <string.h>

#include "engine/openapi_parts.h"

/* The codes of the API; names and titles only, nothing of the server is linked. */
static const struct problem {
    const char *code;
    int status;
    struct text title;
} problems[] = {
#define PROBLEM(name, status, en, zh) { #name, status, { en, zh } },
#include "server/problem_codes.def"
#undef PROBLEM
};
#define N_PROBLEMS (sizeof problems / sizeof *problems)

static const struct {
    const char *key, *in, *name, *type, *limits; /* limits: further members of the schema */
    bool required;
    struct text label;
} parameters[] = {
    { "id", "path", "id", "uuid", "", true, { "Id of the entity", "标识" } },
    { "idempotency_key",
      "header",
      "Idempotency-Key",
      "text",
      ",\"minLength\":1,\"maxLength\":200",
      false,
      { "A repeat with the same key gets the first outcome", "幂等键" } },
    { "if_match", "header", "If-Match", "text", "", false, { "Only if this is still the version (ETag)", "版本条件" } },
    { "if_match_required",
      "header",
      "If-Match",
      "text",
      "",
      true,
      { "The version (ETag) that the person saw who signs", "签署所依据的版本" } },
    { "if_none_match",
      "header",
      "If-None-Match",
      "text",
      "",
      false,
      { "The version that is known already: answers 304", "已知版本" } },
    { "dry_run", "query", "dry_run", "bool", "", false, { "Tell the outcome, store nothing", "试运行" } },
    { "limit",
      "query",
      "limit",
      "int",
      ",\"minimum\":1,\"maximum\":200,\"default\":50",
      false,
      { "How many at most", "每页数量" } },
    { "limit_events",
      "query",
      "limit",
      "int",
      ",\"minimum\":1,\"maximum\":500,\"default\":100",
      false,
      { "How many at most", "每页数量" } },
    { "cursor", "query", "cursor", "text", "", false, { "`next` of the page before", "游标" } },
    { "sort", "query", "sort", "text", "", false, { "A field; with - in front: descending", "排序" } },
    { "fields", "query", "fields", "text", "", false, { "Only these fields, comma-separated", "返回字段" } },
    { "expand",
      "query",
      "expand",
      "text",
      "",
      false,
      { "Referenced entities to put in: customer,equipment,assignee,outlet,supplier; of persons: load", "展开引用" } },
    { "count", "query", "count", "exact", ",\"enum\":[\"exact\"]", false, { "Count all that match", "精确计数" } },
    { "explain",
      "query",
      "explain",
      "actions",
      ",\"enum\":[\"actions\"]",
      false,
      { "Also the actions that are blocked, with reasons", "说明不可执行的操作" } },
    { "actions", "query", "actions", "none", ",\"enum\":[\"none\"]", false, { "Leave the actions out", "不返回操作" } },
    { "number", "query", "number", "text[]", "", false, { "Number", "编号" } },
    { "parent", "query", "parent", "uuid[]", "", false, { "Opened by this entity", "上级事项" } },
    { "assignee", "query", "assignee", "text", "", false, { "me, none or the id of a person", "责任人" } },
    { "outlet", "query", "outlet", "uuid[]", "", false, { "Id of an outlet", "服务网点" } },
    { "customer", "query", "customer", "uuid[]", "", false, { "Id of a customer", "客户" } },
    { "region", "query", "region", "text[]", "", false, { "Region", "区域" } },
    { "priority", "query", "priority", "normal|urgent[]", "", false, { "Urgency", "紧急程度" } },
    { "paused", "query", "paused", "bool", "", false, { "Work waits", "等待中" } },
    { "due_before", "query", "due_before", "time", "", false, { "Due before", "到期早于" } },
    { "overdue", "query", "overdue", "bool", "", false, { "Overdue", "逾期" } },
    { "to_reassign", "query", "to_reassign", "bool", "", false, { "Somebody else must take over", "待改派" } },
    { "open", "query", "open", "bool", "", false, { "Not closed", "未关闭" } },
    { "opened_from", "query", "opened_from", "time", "", false, { "Opened at or after", "建立时间自" } },
    { "opened_to", "query", "opened_to", "time", "", false, { "Opened before", "建立时间至" } },
    { "changed_from", "query", "changed_from", "time", "", false, { "Changed at or after", "更新时间自" } },
    { "changed_to", "query", "changed_to", "time", "", false, { "Changed before", "更新时间至" } },
};

static void put_parameters(struct buf *out)
{
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        buf_json_key(out, parameters[i].key);
        buf_putc(out, '{');
        buf_json_member(out, "name", parameters[i].name);
        buf_json_member(out, "in", parameters[i].in);
        buf_json_key(out, "description");
        schema_put_label(parameters[i].label, &openapi_style, out);
        buf_json_bool(out, "required", parameters[i].required);
        if (strchr(parameters[i].type, ']') != NULL)
            buf_json_bool(out, "explode", false);
        buf_json_key(out, "schema");
        schema_put_type(parameters[i].type, false, &openapi_style, out);
        /* Inside the schema's closing brace. */
        out->length--;
        buf_puts(out, parameters[i].limits);
        buf_puts(out, "}}");
    }
}

static void put_headers(struct buf *out)
{
    static const struct {
        const char *name, *description;
    } headers[] = {
        { "ETag", "The version, in quotes" },
        { "Location", "Where the new entity is" },
        { "Idempotency-Replayed", "true: this is the outcome of the first request with the same key" },
        { "Link", "RFC 8288: rel=next, the page that follows" },
        { "Retry-After", "Seconds to wait before the next try" },
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        buf_json_key(out, headers[i].name);
        buf_putc(out, '{');
        buf_json_member(out, "description", headers[i].description);
        buf_puts(out, ",\"schema\":{\"type\":\"string\"}}");
    }
}

/* Statuses that operations refer to; what the server alone answers (405, 431, 5xx) needs no mention at each. */
static const int response_statuses[] = { 400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503 };

static void put_problem_response(struct buf *out, int status)
{
    struct buf text = { 0 };
    for (size_t i = 0; i < N_PROBLEMS; i++)
        if (problems[i].status == status)
            buf_printf(&text, "%s`%s`: %s · %s", text.length == 0 ? "" : "\n\n", problems[i].code, problems[i].title.en,
                       problems[i].title.zh);
    buf_json_comma(out);
    buf_printf(out, "\"problem_%d\":{", status);
    buf_json_member(out, "description", text.data);
    if (status == 429 || status == 503)
        buf_puts(out, ",\"headers\":{\"Retry-After\":{\"$ref\":\"#/components/headers/Retry-After\"}}");
    buf_puts(out,
             ",\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}");
    buf_done(&text);
}

static void put_responses(struct buf *out)
{
    for (size_t i = 0; i < sizeof response_statuses / sizeof *response_statuses; i++)
        put_problem_response(out, response_statuses[i]);
    buf_puts(out,
             ",\"many\":{\"description\":\"Of a list: each item's own outcome, in order. With dry_run: the outcome.\","
             "\"content\":{\"application/json\":{\"schema\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Outcomes\"},"
             "{\"$ref\":\"#/components/schemas/DryRun\"}]}}}}");
}

static void put_problem_schema(struct buf *out)
{
    buf_puts(out,
             "\"Problem\":{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{\"type\":"
             "{\"type\":\"string\",\"format\":\"uri-reference\"},\"title\":{\"type\":\"string\"},"
             "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},"
             "\"code\":{\"type\":\"string\",\"enum\":[");
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        buf_json_comma(out);
        buf_json_string(out, problems[i].code);
    }
    buf_puts(out, "],\"x-labels\":{");
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        buf_json_key(out, problems[i].code);
        schema_put_label(problems[i].title, &openapi_style, out);
    }
    buf_puts(out,
             "}},\"errors\":{\"description\":\"Everything wrong, at once\",\"type\":\"array\",\"items\":"
             "{\"$ref\":\"#/components/schemas/Fault\"}},"
             "\"state\":{\"description\":\"A refused step: where the entity is now\",\"type\":\"string\"},"
             "\"version\":{\"type\":\"integer\"},"
             "\"actions\":{\"description\":\"A refused step: what is possible now\",\"type\":\"array\",\"items\":"
             "{\"$ref\":\"#/components/schemas/Action\"}}},\"required\":[\"type\",\"title\",\"status\",\"code\"]}");
}

static void put_envelopes(struct buf *out)
{
    buf_puts(
        out,
        ",\"Fault\":{\"type\":\"object\",\"properties\":{"
        "\"pointer\":{\"description\":\"RFC 6901 into the body; empty: the whole; ?name: a query "
        "parameter\",\"type\":\"string\"},"
        "\"code\":{\"description\":\"A field's fault or the code of a failed guard\",\"type\":\"string\"},"
        "\"message\":{\"type\":\"string\"}},\"required\":[\"pointer\",\"code\",\"message\"]}"
        ",\"Page\":{\"type\":\"object\",\"properties\":{\"data\":{\"type\":\"array\",\"items\":{}},"
        "\"next\":{\"description\":\"Cursor of the next page; null: this is the last\",\"type\":[\"string\",\"null\"]},"
        "\"count\":{\"description\":\"With count=exact\",\"type\":\"integer\"}},\"required\":[\"data\"]}"
        ",\"DryRun\":{\"type\":\"object\",\"properties\":{\"dry_run\":{\"const\":true},"
        "\"outcome\":{\"const\":\"would_move\"}},\"required\":[\"dry_run\",\"outcome\"]}"
        ",\"Outcomes\":{\"type\":\"object\",\"properties\":{\"results\":{\"type\":\"array\",\"maxItems\":1000,"
        "\"items\":"
        "{\"type\":\"object\",\"properties\":{\"status\":{\"description\":\"As an HTTP status\",\"type\":\"integer\"},"
        "\"entity\":{\"description\":\"What was opened\",\"type\":\"object\"},"
        "\"outcome\":{\"const\":\"would_move\"},\"code\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
        "\"errors\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Fault\"}}},"
        "\"required\":[\"status\"]}}},\"required\":[\"results\"]}");
}

static void put_machine_schemas(const struct machine_plan *machine, struct buf *out)
{
    char name[160];
    buf_json_key(out, machine->machine->name);
    schema_put_entity(machine, &openapi_style, out);
    for (size_t i = 0; i < machine->n_events; i++) {
        const struct event_plan *event = &machine->events[i];
        if (openapi_is_internal(event))
            continue;
        (void)snprintf(name, sizeof name, "%s.%s", machine->machine->name, event->name);
        buf_json_key(out, name);
        schema_put_takes(event, &openapi_style, out);
    }
}

void openapi_put_components(const struct engine *engine, struct buf *out)
{
    buf_puts(out, "{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\","
                  "\"description\":\"A session's token or an API key\"}},\"parameters\":{");
    put_parameters(out);
    buf_puts(out, "},\"headers\":{");
    put_headers(out);
    buf_puts(out, "},\"responses\":{");
    put_responses(out);
    buf_puts(out, "},\"schemas\":{");
    put_problem_schema(out);
    put_envelopes(out);
    for (const struct shared_schema *s = shared_schemas; s->name != NULL; s++) {
        buf_json_key(out, s->name);
        schema_put_shape(s->shape, &openapi_style, out);
    }
    for (size_t i = 0; i < engine->n_machines; i++)
        put_machine_schemas(&engine->machines[i], out);
    buf_puts(out, "}}");
}
