/* The routes of a machine: its collection, one entity, and one route an event. */
#include <stdio.h>
#include <string.h>

#include "engine/openapi_parts.h"
#include "engine/roles.h"

static const char read_problems[] = "400 401 403 404 503";
static const char write_problems[] = "400 401 403 404 409 412 413 415 422";

static void begin_path(struct buf *out, const struct machine_plan *machine, const char *rest)
{
    buf_json_comma(out);
    buf_printf(out, "\"/v1/%s%s\":{", machine->machine->path, rest);
}

static void begin_operation(struct buf *out, const char *method, const char *id, const struct machine_plan *machine,
                            const char *summary)
{
    buf_json_key(out, method);
    buf_putc(out, '{');
    openapi_put_heading(out, id, machine->machine->title.en, summary);
}

/* Reads are named get_repair, events repair.dispatch: the two never meet. */
static void begin_read(struct buf *out, const struct machine_plan *machine, const char *verb, const char *summary)
{
    char id[160];
    (void)snprintf(id, sizeof id, "%s_%s", verb, machine->machine->name);
    begin_operation(out, "get", id, machine, summary);
    struct buf text = { 0 };
    buf_printf(&text, "%s · %s %s.", machine->machine->title.zh, machine->procedure->code,
               machine->procedure->title.en);
    if (machine->machine->readers != NULL)
        buf_printf(&text, " Who: %s.", machine->machine->readers);
    buf_json_member(out, "description", text.data);
    buf_done(&text);
}

static void put_json_content(struct buf *out, const char *type, bool list)
{
    if (list)
        buf_printf(out,
                   "\"application/json\":{\"schema\":{\"allOf\":[{\"$ref\":\"#/components/schemas/Page\"},"
                   "{\"type\":\"object\",\"properties\":{\"data\":{\"type\":\"array\",\"items\":"
                   "{\"$ref\":\"#/components/schemas/%s\"}}}}]}}",
                   type);
    else
        buf_printf(out, "\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}", type);
}

static bool has_range(const struct field *field)
{
    return field->type == FIELD_DATE || field->type == FIELD_TIME || field->type == FIELD_INTEGER ||
           field->type == FIELD_MONEY;
}

static void put_filter_type(const struct field *field, struct buf *type)
{
    switch (field->type) {
    case FIELD_INTEGER:
    case FIELD_MONEY:
        buf_puts(type, "int");
        break;
    case FIELD_BOOLEAN:
        buf_puts(type, "bool");
        break;
    case FIELD_DATE:
        buf_puts(type, "date");
        break;
    case FIELD_TIME:
        buf_puts(type, "time");
        break;
    case FIELD_REFERENCE:
        buf_puts(type, "uuid[]");
        break;
    default:
        buf_puts(type, field->choices == NULL ? "text" : "");
        for (const struct choice *c = field->choices; c != NULL && c->name != NULL; c++)
            buf_printf(type, "%s%s", c == field->choices ? "" : "|", c->name);
        buf_puts(type, "[]");
        break;
    }
}

static void put_filter(struct buf *out, const struct field *field)
{
    static const char *const ends[] = { "from", "to" };
    char name[96];
    struct buf type = { 0 };
    put_filter_type(field, &type);
    openapi_put_query(out, field->name, false, type.data, field->label);
    for (size_t i = 0; has_range(field) && i < 2; i++) {
        (void)snprintf(name, sizeof name, "%s_%s", field->name, ends[i]);
        openapi_put_query(out, name, false, type.data, field->label);
    }
    buf_done(&type);
}

static const char common_filters[] = "number parent assignee outlet customer region priority paused due_before overdue"
                                     " to_reassign open opened_from opened_to changed_from changed_to";

static bool is_common_filter(const char *name)
{
    char word[32];
    for (const char *list = common_filters; plan_next_word(&list, word, sizeof word);)
        if (strcmp(word, name) == 0)
            return true;
    return strcmp(name, "state") == 0;
}

static void put_filters(struct buf *out, const struct machine_plan *machine)
{
    struct choice states[PLAN_MAX_STATES + 1] = { { NULL } };
    for (size_t i = 0; i < machine->n_states && i < PLAN_MAX_STATES; i++)
        states[i] = (struct choice){ machine->states[i].name, machine->states[i].label };
    put_filter(out,
               &(struct field){ .name = "state", .type = FIELD_ENUM, .label = { "State", "状态" }, .choices = states });
    char word[32];
    for (const char *list = common_filters; plan_next_word(&list, word, sizeof word);)
        openapi_put_parameter(out, word);
    for (const struct field *f = machine->machine->fields; f != NULL && f->name != NULL; f++)
        if ((f->flags & FIELD_FILTER) != 0 && (f->flags & FIELD_TRANSIENT) == 0 && !is_common_filter(f->name))
            put_filter(out, f);
    if (strcmp(machine->machine->name, "person") != 0)
        return;
    openapi_put_query(out, "skill", false, "text[]", (struct text){ "Qualified for", "具备资格" });
    openapi_put_query(out, "qualified_on", false, "date", (struct text){ "Qualified on that day", "当日有资格" });
    openapi_put_query(out, "available_on", false, "date", (struct text){ "Not absent on that day", "当日在岗" });
}

static void put_list(struct buf *out, const struct machine_plan *machine)
{
    char summary[160];
    (void)snprintf(summary, sizeof summary, "List: %s", machine->machine->title.en);
    begin_read(out, machine, "list", summary);
    buf_json_key(out, "parameters");
    buf_putc(out, '[');
    char word[32];
    for (const char *list = "limit cursor sort fields expand count"; plan_next_word(&list, word, sizeof word);)
        openapi_put_parameter(out, word);
    put_filters(out, machine);
    buf_puts(out, "],\"responses\":{\"200\":{\"description\":\"One page\",\"headers\":{\"Link\":"
                  "{\"$ref\":\"#/components/headers/Link\"}},\"content\":{");
    put_json_content(out, machine->machine->name, true);
    buf_puts(out, ",\"text/csv\":{\"schema\":{\"type\":\"string\"}},\"application/"
                  "x-ndjson\":{\"schema\":{\"type\":\"string\"}}}}");
    openapi_put_problems(out, read_problems);
    buf_puts(out, "}}");
}

static void put_states(struct buf *text, const struct machine_plan *machine, uint64_t states)
{
    const char *separator = "";
    for (size_t i = 0; i < machine->n_states; i++)
        if ((states >> i & 1) != 0) {
            buf_printf(text, "%s`%s`", separator, machine->states[i].name);
            separator = ", ";
        }
}

static void put_way(struct buf *text, const struct machine_plan *machine, const struct row_plan *row)
{
    buf_puts(text, "\n- ");
    if (row->from == 0) {
        buf_puts(text, "Begins");
    } else {
        buf_puts(text, "From ");
        put_states(text, machine, row->from);
    }
    if (row->to >= 0)
        buf_printf(text, " to `%s`", machine->states[row->to].name);
    else
        buf_puts(text, strcmp(row->transition->to, "previous") == 0 ? " back to the state before" : ", which stays");
    buf_puts(text, row->transition->when != NULL ? ", under a condition" : "");
}

static void put_roles(struct buf *text, uint64_t roles, uint64_t told, const char *anybody, const char *condition)
{
    if (roles == ~UINT64_C(0)) {
        buf_printf(text, " %s,", anybody);
        return;
    }
    for (int i = 0; i < ROLE_MAX; i++)
        if ((roles & ~told & role_bit((enum role)i)) != 0)
            buf_printf(text, " %s%s,", role_names[i], condition);
}

static void put_who(struct buf *text, const struct event_plan *event)
{
    uint64_t always = 0, assignee = 0, opener = 0;
    for (size_t r = 0; r < event->n_rows; r++) {
        always |= event->rows[r].roles;
        assignee |= event->rows[r].assignee_roles;
        opener |= event->rows[r].opener_roles;
    }
    buf_puts(text, "\n\nWho:");
    put_roles(text, always, 0, "everybody signed in", "");
    put_roles(text, assignee, always, "the assignee", " (if assigned)");
    put_roles(text, opener, always, "who opened it", " (if the opener)");
    text->data[text->length - 1] = '.';
}

static bool is_told(const struct event_plan *event, size_t row, const struct guard *const *guard)
{
    for (size_t r = 0; r <= row; r++)
        for (const struct guard *const *g = event->rows[r].all_guards; g != NULL && *g != NULL; g++) {
            if (g == guard)
                return false;
            if (strcmp((*g)->code, (*guard)->code) == 0)
                return true;
        }
    return false;
}

static void put_guards(struct buf *text, const struct event_plan *event)
{
    const char *before = "\n\nRefused (422 `refused`) with:\n";
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct guard *const *g = event->rows[r].all_guards; g != NULL && *g != NULL; g++) {
            if (is_told(event, r, g))
                continue;
            buf_printf(text, "%s\n- `%s`: %s · %s", before, (*g)->code, (*g)->message.en, (*g)->message.zh);
            before = "";
        }
}

static void put_description(struct buf *out, const struct event_plan *event)
{
    struct buf text = { 0 };
    bool final = true;
    buf_printf(&text, "%s · %s\n", event->label.zh, event->rows[0].transition->clause);
    for (size_t r = 0; r < event->n_rows; r++) {
        put_way(&text, event->machine, &event->rows[r]);
        final &= (event->rows[r].transition->flags & TRANSITION_FINAL) != 0;
    }
    put_who(&text, event);
    if (final)
        buf_puts(&text, "\n\nFinal: it cannot be taken back.");
    put_guards(&text, event);
    buf_json_member(out, "description", text.data);
    buf_done(&text);
}

static void put_body(struct buf *out, const struct event_plan *event)
{
    struct buf name = { 0 };
    bool required = false;
    buf_printf(&name, "{\"$ref\":\"#/components/schemas/%s.%s\"}", event->machine->machine->name, event->name);
    for (size_t i = 0; i < event->n_inputs; i++)
        required |= event->inputs[i].required;
    buf_json_key(out, "requestBody");
    buf_printf(out, "{\"required\":%s,\"content\":{\"application/json\":{\"schema\":", required ? "true" : "false");
    if (event->creates)
        buf_printf(out, "{\"oneOf\":[%s,{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,\"items\":%s}]}",
                   name.data, name.data);
    else
        buf_puts(out, name.data);
    buf_json_key(out, "example");
    schema_put_example(event, out);
    buf_putc(out, '}');
    if (event->creates)
        buf_puts(out, ",\"application/x-ndjson\":{\"schema\":{\"type\":\"string\"}}");
    buf_puts(out, "}}");
    buf_done(&name);
}

static void put_entity_response(struct buf *out, const struct event_plan *event, const char *status,
                                const char *description)
{
    buf_json_key(out, status);
    buf_putc(out, '{');
    buf_json_member(out, "description", description);
    buf_puts(out, ",\"headers\":{\"ETag\":{\"$ref\":\"#/components/headers/ETag\"},"
                  "\"Idempotency-Replayed\":{\"$ref\":\"#/components/headers/Idempotency-Replayed\"}");
    if (strcmp(status, "201") == 0)
        buf_puts(out, ",\"Location\":{\"$ref\":\"#/components/headers/Location\"}");
    if (strcmp(status, "201") == 0) {
        buf_puts(out, "},\"content\":{");
        put_json_content(out, event->machine->machine->name, false);
    } else {
        buf_printf(out,
                   "},\"content\":{\"application/json\":{\"schema\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/%s\"},"
                   "{\"$ref\":\"#/components/schemas/DryRun\"}]}}",
                   event->machine->machine->name);
    }
    buf_puts(out, "}}");
}

static void put_event(struct buf *out, const struct event_plan *event)
{
    bool is_signed = (event->flags & TRANSITION_SIGNED) != 0;
    char id[160];
    (void)snprintf(id, sizeof id, "%s.%s", event->machine->machine->name, event->name);
    begin_operation(out, "post", id, event->machine, event->label.en);
    put_description(out, event);
    buf_json_key(out, "parameters");
    buf_putc(out, '[');
    if (!event->creates) {
        openapi_put_parameter(out, "id");
        openapi_put_parameter(out, is_signed ? "if_match_required" : "if_match");
    }
    openapi_put_parameter(out, "idempotency_key");
    char word[32];
    for (const char *list = "dry_run explain fields actions"; plan_next_word(&list, word, sizeof word);)
        openapi_put_parameter(out, word);
    buf_putc(out, ']');
    put_body(out, event);
    buf_json_key(out, "responses");
    buf_putc(out, '{');
    if (event->creates) {
        buf_puts(out, "\"200\":{\"$ref\":\"#/components/responses/many\"}");
        put_entity_response(out, event, "201", "Opened");
    } else {
        put_entity_response(out, event, "200", "Done; with dry_run: the outcome");
    }
    openapi_put_problems(out, write_problems);
    openapi_put_problems(out, is_signed ? "428 503" : "503");
    buf_puts(out, "}}");
}

static void put_get(struct buf *out, const struct machine_plan *machine)
{
    begin_read(out, machine, "get", machine->machine->title.en);
    buf_json_key(out, "parameters");
    buf_putc(out, '[');
    char word[32];
    for (const char *list = "id if_none_match explain fields actions expand"; plan_next_word(&list, word, sizeof word);)
        openapi_put_parameter(out, word);
    buf_puts(out, "],\"responses\":{\"200\":{\"description\":\"The entity\",\"headers\":{\"ETag\":"
                  "{\"$ref\":\"#/components/headers/ETag\"}},\"content\":{");
    put_json_content(out, machine->machine->name, false);
    buf_puts(out, "}},\"304\":{\"description\":\"Not changed\"}");
    openapi_put_problems(out, read_problems);
    buf_puts(out, "}}");
}

static void put_attach(struct buf *out, const struct machine_plan *machine)
{
    char id[160];
    (void)snprintf(id, sizeof id, "attach_%s", machine->machine->name);
    begin_operation(out, "post", id, machine, "Attach a picture or paper");
    buf_json_member(out, "description", "上传附件。 Signatures, photos of devices and doors, scanned papers.");
    buf_puts(out, ",\"parameters\":[");
    openapi_put_parameter(out, "id");
    openapi_put_query(out, "kind", false, "text",
                      (struct text){ "What it is: photo, signature, paper ...", "附件类别" });
    openapi_put_query(out, "sha256", false, "sha256", (struct text){ "Refuse other content", "内容摘要校验" });
    buf_puts(out, "],\"requestBody\":{\"required\":true,\"content\":{\"image/png\":{},\"image/jpeg\":{},\"application/"
                  "pdf\":{}}}");
    buf_puts(out, ",\"responses\":{\"201\":{\"description\":\"Stored\",\"content\":{");
    put_json_content(out, "Attachment", false);
    buf_puts(out, "}}");
    openapi_put_problems(out, "400 401 403 404 413 415 422 503");
    buf_puts(out, "}}");
}

static void put_facets(struct buf *out, const struct machine_plan *machine)
{
    static const struct {
        const char *name, *type, *summary;
    } facets[] = {
        { "events", "Event", "The log of the entity" },
        { "records", "Record", "Papers made for the entity" },
        { "attachments", "Attachment", "Attachments of the entity" },
        { "clocks", "ClockExplained", "How each due date came about" },
    };
    char rest[64];
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++) {
        (void)snprintf(rest, sizeof rest, "/{id}/%s", facets[i].name);
        begin_path(out, machine, rest);
        begin_read(out, machine, facets[i].name, facets[i].summary);
        buf_puts(out, ",\"parameters\":[");
        openapi_put_parameter(out, "id");
        if (strcmp(facets[i].name, "events") == 0) {
            openapi_put_query(out, "after", false, "int",
                              (struct text){ "Number of the last event read", "上次读到的序号" });
            openapi_put_parameter(out, "limit_events");
        }
        buf_puts(out, "],\"responses\":{\"200\":{\"description\":\"All of them\",\"content\":{");
        put_json_content(out, facets[i].type, true);
        buf_puts(out, "}}");
        openapi_put_problems(out, read_problems);
        buf_puts(out, "}}");
        if (strcmp(facets[i].name, "attachments") == 0)
            put_attach(out, machine);
        buf_putc(out, '}');
    }
}

void openapi_put_machine_paths(const struct machine_plan *machine, struct buf *out)
{
    const struct event_plan *creation = machine_creation(machine);
    char rest[160];
    begin_path(out, machine, "");
    put_list(out, machine);
    if (creation != NULL && !openapi_is_internal(creation))
        put_event(out, creation);
    buf_putc(out, '}');
    begin_path(out, machine, "/{id}");
    put_get(out, machine);
    buf_putc(out, '}');
    for (size_t i = 0; i < machine->n_events; i++) {
        const struct event_plan *event = &machine->events[i];
        if (event == creation || openapi_is_internal(event))
            continue;
        (void)snprintf(rest, sizeof rest, event->creates ? "/%s" : "/{id}/%s", event->name);
        begin_path(out, machine, rest);
        put_event(out, event);
        buf_putc(out, '}');
    }
    put_facets(out, machine);
}
