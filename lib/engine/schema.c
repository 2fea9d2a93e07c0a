#include "engine/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/plan.h"

/* The limits that bind.c sets where a field names none. */
#define DEFAULT_MAX_TEXT 2000
#define DEFAULT_MAX_ITEMS 1000
#define MAX_MONEY INT64_C(1000000000000)
#define MAX_LISTED_TEXT 200

void schema_put_label(struct text label, const struct schema_style *style, struct buf *out)
{
    if (!style->both_languages) {
        buf_json_string(out, text_in(label, style->language));
        return;
    }
    struct buf both = { 0 };
    buf_printf(&both, "%s · %s", label.en, label.zh);
    buf_json_string(out, both.data);
    buf_done(&both);
}

static void put_type(struct buf *out, const char *type, bool nullable)
{
    buf_json_key(out, "type");
    buf_printf(out, nullable ? "[\"%s\",\"null\"]" : "\"%s\"", type);
}

static void put_string(struct buf *out, const char *format, bool nullable)
{
    put_type(out, "string", nullable);
    if (format != NULL)
        buf_json_member(out, "format", format);
}

static void put_enum(struct buf *out, const struct choice *choices, bool nullable, const struct schema_style *style)
{
    put_type(out, "string", nullable);
    buf_json_key(out, "enum");
    buf_putc(out, '[');
    for (const struct choice *c = choices; c->name != NULL; c++) {
        buf_json_comma(out);
        buf_json_string(out, c->name);
    }
    if (nullable)
        buf_puts(out, ",null");
    buf_putc(out, ']');
    buf_json_key(out, "x-labels");
    buf_putc(out, '{');
    for (const struct choice *c = choices; c->name != NULL; c++) {
        buf_json_key(out, c->name);
        schema_put_label(c->label, style, out);
    }
    buf_putc(out, '}');
}

/* Where a schema describes answers it sets no limits: masked and computed values do not keep to those of inputs. */
struct place {
    bool nullable, limited;
};

static void put_number(struct buf *out, const struct field *field, struct place place)
{
    bool money = field->type == FIELD_MONEY;
    put_type(out, "integer", place.nullable);
    buf_json_member(out, "format", money ? "int64" : "int32");
    if (!place.limited)
        return;
    bool own = field->min != 0 || field->max != 0;
    buf_json_int(out, "minimum", own ? field->min : money ? 0 : INT32_MIN);
    buf_json_int(out, "maximum", own ? field->max : money ? MAX_MONEY : INT32_MAX);
}

static void put_text_limits(struct buf *out, const struct field *field)
{
    if (field->min > 0)
        buf_json_int(out, "minLength", field->min);
    buf_json_int(out, "maxLength", field->max > 0 ? field->max : DEFAULT_MAX_TEXT);
}

static void put_field(struct buf *out, const struct field *field, struct place place, const struct schema_style *style);

static void put_items(struct buf *out, const struct field *items, bool limited, const struct schema_style *style)
{
    char name[64];
    buf_json_key(out, "properties");
    buf_putc(out, '{');
    for (const struct field *f = items; f->name != NULL; f++) {
        size_t n = strlen(f->name);
        bool optional = f->name[n - 1] == '?';
        (void)snprintf(name, sizeof name, "%.*s", (int)(n - optional), f->name);
        buf_json_key(out, name);
        put_field(out, f, (struct place){ optional, limited }, style);
    }
    buf_putc(out, '}');
    buf_json_key(out, "required");
    buf_putc(out, '[');
    for (const struct field *f = items; f->name != NULL; f++)
        if (f->name[strlen(f->name) - 1] != '?') {
            buf_json_comma(out);
            buf_json_string(out, f->name);
        }
    buf_putc(out, ']');
    if (limited)
        buf_json_bool(out, "additionalProperties", false);
}

static void put_object(struct buf *out, const struct field *field, struct place place, const struct schema_style *style)
{
    put_type(out, "object", place.nullable);
    if (field->items != NULL)
        put_items(out, field->items, place.limited, style);
}

static void put_list(struct buf *out, const struct field *field, struct place place, const struct schema_style *style)
{
    put_type(out, "array", place.nullable);
    if (place.limited && field->min > 0)
        buf_json_int(out, "minItems", field->min);
    if (place.limited)
        buf_json_int(out, "maxItems", field->max > 0 ? field->max : DEFAULT_MAX_ITEMS);
    buf_json_key(out, "items");
    buf_putc(out, '{');
    if (field->type == FIELD_LIST) {
        put_type(out, "object", false);
        if (field->items != NULL)
            put_items(out, field->items, place.limited, style);
    } else if (field->choices != NULL) {
        put_enum(out, field->choices, false, style);
    } else {
        put_string(out, NULL, false);
        if (place.limited)
            buf_json_int(out, "maxLength", MAX_LISTED_TEXT);
    }
    buf_putc(out, '}');
}

static void put_field(struct buf *out, const struct field *field, struct place place, const struct schema_style *style)
{
    buf_putc(out, '{');
    buf_json_key(out, "title");
    schema_put_label(field->label, style, out);
    switch (field->type) {
    case FIELD_TEXT:
        put_string(out, NULL, place.nullable);
        if (place.limited)
            put_text_limits(out, field);
        break;
    case FIELD_INTEGER:
    case FIELD_MONEY:
        put_number(out, field, place);
        break;
    case FIELD_BOOLEAN:
        put_type(out, "boolean", place.nullable);
        break;
    case FIELD_DATE:
        put_string(out, "date", place.nullable);
        break;
    case FIELD_TIME:
        put_string(out, "date-time", place.nullable);
        break;
    case FIELD_ENUM:
        put_enum(out, field->choices, place.nullable, style);
        break;
    case FIELD_REFERENCE:
        put_string(out, "uuid", place.nullable);
        if (field->machine != NULL)
            buf_json_member(out, "x-machine", field->machine);
        break;
    case FIELD_TEXTS:
    case FIELD_LIST:
        put_list(out, field, place, style);
        break;
    case FIELD_OBJECT:
        put_object(out, field, place, style);
        break;
    }
    buf_putc(out, '}');
}

void schema_put_takes(const struct event_plan *event, const struct schema_style *style, struct buf *out)
{
    static const struct field occurred = { "occurred_at", FIELD_TIME, { "When it happened", "实际发生时间" } };
    buf_putc(out, '{');
    buf_json_key(out, "title");
    schema_put_label(event->label, style, out);
    put_type(out, "object", false);
    buf_json_bool(out, "additionalProperties", false);
    buf_json_key(out, "properties");
    buf_putc(out, '{');
    bool own_occurred = false;
    for (size_t i = 0; i < event->n_inputs; i++) {
        const struct input *input = &event->inputs[i];
        own_occurred |= strcmp(input->field->name, occurred.name) == 0;
        buf_json_key(out, input->field->name);
        put_field(out, input->field, (struct place){ !input->required, true }, style);
    }
    if (!own_occurred) {
        buf_json_key(out, occurred.name);
        put_field(out, &occurred, (struct place){ true, true }, style);
    }
    buf_putc(out, '}');
    buf_json_key(out, "required");
    buf_putc(out, '[');
    for (size_t i = 0; i < event->n_inputs; i++)
        if (event->inputs[i].required) {
            buf_json_comma(out);
            buf_json_string(out, event->inputs[i].field->name);
        }
    buf_puts(out, "]}");
}

static const struct choice priorities[] = {
    { "normal", { "Normal", "普通" } },
    { "urgent", { "Urgent", "紧急" } },
    { NULL },
};

/* What the common columns are called, which machine they refer to, and whether they may be null. */
static const struct common {
    struct text label;
    const char *machine, *shape;
    bool nullable;
} commons[N_COMMON_COLUMNS] = {
    [COLUMN_ID] = { { "Id", "标识" } },
    [COLUMN_NUMBER] = { { "Number", "编号" } },
    [COLUMN_STATE] = { { "State", "状态" } },
    [COLUMN_VERSION] = { { "Version", "版本" } },
    [COLUMN_OUTLET] = { { "Outlet", "服务网点" }, "outlet", NULL, true },
    [COLUMN_CUSTOMER] = { { "Customer", "客户" }, "customer", NULL, true },
    [COLUMN_PARENT] = { { "Opened by entity", "上级事项" }, NULL, NULL, true },
    [COLUMN_ASSIGNEE] = { { "Assignee", "责任人" }, "person", NULL, true },
    [COLUMN_REGION] = { { "Region", "区域" }, NULL, NULL, true },
    [COLUMN_PRIORITY] = { { "Urgency", "紧急程度" } },
    [COLUMN_PAUSED] = { { "Waiting", "等待" }, NULL, "reason:text since:time resume_at?:time", true },
    [COLUMN_CLOCKS] = { { "Running clocks by code", "计时" } },
    [COLUMN_DUE] = { { "Due", "到期时间" }, NULL, NULL, true },
    [COLUMN_OVERDUE] = { { "Overdue", "逾期" } },
    [COLUMN_TO_REASSIGN] = { { "To be reassigned because", "待改派原因" }, NULL, NULL, true },
    [COLUMN_OPENED] = { { "Opened", "建立时间" } },
    [COLUMN_OPENED_BY] = { { "Opened by", "建立人" }, "person", NULL, true },
    [COLUMN_CHANGED] = { { "Changed", "更新时间" } },
    [COLUMN_CLOSED] = { { "Closed", "关闭时间" }, NULL, NULL, true },
    [COLUMN_LAST_EVENT] = { { "Last event", "最近一步" } },
};

static void put_state_column(struct buf *out, const struct machine_plan *machine, const struct schema_style *style)
{
    struct choice choices[PLAN_MAX_STATES + 1] = { { NULL } };
    for (size_t i = 0; i < machine->n_states && i < PLAN_MAX_STATES; i++)
        choices[i] = (struct choice){ machine->states[i].name, machine->states[i].label };
    struct field field = { .type = FIELD_ENUM, .label = commons[COLUMN_STATE].label, .choices = choices };
    put_field(out, &field, (struct place){ false, false }, style);
}

static void put_clocks_column(struct buf *out, const struct schema_style *style)
{
    buf_putc(out, '{');
    buf_json_key(out, "title");
    schema_put_label(commons[COLUMN_CLOCKS].label, style, out);
    put_type(out, "object", false);
    buf_json_key(out, "additionalProperties");
    schema_put_type("@Clock", false, style, out);
    buf_putc(out, '}');
}

static void put_paused_column(struct buf *out, const struct schema_style *style)
{
    buf_puts(out, "{\"anyOf\":[");
    schema_put_shape(commons[COLUMN_PAUSED].shape, style, out);
    buf_puts(out, ",{\"type\":\"null\"}]");
    buf_json_key(out, "title");
    schema_put_label(commons[COLUMN_PAUSED].label, style, out);
    buf_putc(out, '}');
}

static void put_column(struct buf *out, const struct machine_plan *machine, size_t index,
                       const struct schema_style *style)
{
    const struct column *column = &machine->columns[index];
    if (index == COLUMN_STATE) {
        put_state_column(out, machine, style);
    } else if (index == COLUMN_CLOCKS) {
        put_clocks_column(out, style);
    } else if (index == COLUMN_PAUSED) {
        put_paused_column(out, style);
    } else if (index < N_COMMON_COLUMNS) {
        const struct common *common = &commons[index];
        struct field field = { column->name, column->type, common->label, .choices = priorities,
                               .machine = common->machine };
        put_field(out, column->field != NULL ? column->field : &field, (struct place){ common->nullable, false },
                  style);
    } else {
        bool masked_away = column->personal && column->type != FIELD_TEXT;
        put_field(out, column->field, (struct place){ masked_away, false }, style);
    }
}

void schema_put_entity(const struct machine_plan *machine, const struct schema_style *style, struct buf *out)
{
    buf_puts(out, "{\"title\":");
    schema_put_label(machine->machine->title, style, out);
    put_type(out, "object", false);
    buf_json_key(out, "properties");
    buf_printf(out, "{\"machine\":{\"const\":\"%s\"}", machine->machine->name);
    for (size_t c = 0; c < machine->n_columns; c++) {
        if (machine->columns[c].hidden)
            continue;
        buf_json_key(out, machine->columns[c].name);
        put_column(out, machine, c, style);
    }
    if (machine->machine->signed_fields != NULL) {
        buf_json_key(out, "content_sha256");
        schema_put_type("sha256", false, style, out);
    }
    if (machine->has_money)
        buf_puts(out, ",\"currency\":{\"const\":\"CNY\"}");
    if (machine->machine->warnings != NULL) {
        buf_json_key(out, "warnings");
        schema_put_type("@Warning[]", false, style, out);
    }
    buf_puts(out, ",\"expanded\":{\"type\":\"object\"}");
    buf_puts(out, ",\"href\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"actions\":");
    schema_put_type("@Action[]", false, style, out);
    /* `fields=` leaves everything else out. */
    buf_puts(out, "},\"required\":[\"machine\",\"id\",\"version\"]}");
}

static const char standalone_refs[] = "/v1/schemas/";

void schema_event_takes(const struct event_plan *event, enum language language, struct buf *out)
{
    schema_put_takes(event, &(struct schema_style){ .language = language, .refs = standalone_refs }, out);
}

void schema_entity(const struct machine_plan *machine, struct buf *out)
{
    schema_put_entity(machine, &(struct schema_style){ .both_languages = true, .refs = standalone_refs }, out);
}

bool schema_by_name(const struct engine *engine, const char *name, enum language language, struct buf *out)
{
    struct schema_style style = { .language = language, .refs = standalone_refs };
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *machine = &engine->machines[i];
        size_t n = strlen(machine->machine->name);
        if (strncmp(name, machine->machine->name, n) != 0 || (name[n] != '.' && name[n] != '\0'))
            continue;
        const struct event_plan *event = name[n] == '.' ? plan_event(machine, name + n + 1) : NULL;
        if (event != NULL)
            schema_put_takes(event, &style, out);
        else if (name[n] == '\0')
            schema_put_entity(machine, &style, out);
        return event != NULL || name[n] == '\0';
    }
    for (const struct shared_schema *s = shared_schemas; s->name != NULL; s++)
        if (strcmp(s->name, name) == 0) {
            schema_put_shape(s->shape, &style, out);
            return true;
        }
    return false;
}
