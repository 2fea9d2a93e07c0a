/* The short notation of schemas that come from no table, the shared ones written in it, and examples. */
#include "engine/schema.h"

#include <stdio.h>
#include <string.h>

#include "engine/plan.h"

const struct shared_schema shared_schemas[] = {
    { "Action", "event:text label:text method:text href:text takes:@SchemaRef final:bool needs_signature:bool"
                " allowed?:bool blocked_by?:@Reason[]" },
    { "SchemaRef", "$ref:text" },
    { "Reason", "code:text message:text" },
    { "Warning", "code:text id:uuid number:text" },
    { "Text", "en:text zh:text" },
    { "Clock", "rule:text started_at:time due_at?:time left_seconds?:int breached_at?:time pauses:bool" },
    { "ClockExplained", "code:text rule:text title_en:text title_zh:text mode:text seconds?:int days?:int mark?:text"
                        " started_at:time due_at?:time held:bool left_seconds?:int breached_at?:time pauses:bool"
                        " segments:@ClockSegment[]" },
    { "ClockSegment", "from:time to?:time counts:bool" },
    { "Event", "entity_id:uuid event_no:int machine:text event:text from?:text to:text version:int actor_id?:uuid"
               " actor?:text at:time occurred_at?:time request_id?:text inputs?:object changes?:object hash:text" },
    { "FeedEvent", "cursor:text entity_id:uuid event_no:int machine:text event:text from?:text to:text version:int"
                   " actor_id?:uuid actor?:text at:time occurred_at?:time request_id?:text inputs?:object"
                   " changes?:object hash:text" },
    { "Record", "id:uuid form:text form_no:text title_en:text title_zh:text number:text machine:text entity_id:uuid"
                " made_at:time made_by?:uuid holder_id?:uuid handed_in_at?:time voided_at?:time note?:text"
                " content_sha256:sha256 content?:object href?:text" },
    { "Attachment", "id:uuid entity_id?:uuid kind:text media_type:text size:int sha256:sha256 made_at:time"
                    " made_by?:uuid href:text" },
    { "Breach", "id:uuid machine:text entity_id:uuid number:text clock:text rule_code:text due_at:time"
                " breached_at:time owner_id?:uuid owner?:text outlet_id?:uuid escalation:int stopped_at?:time" },
    { "Notification", "id:uuid code:text person_id?:uuid role?:text outlet_id?:uuid entity_id?:uuid body:object"
                      " made_at:time read_at?:time read_by?:uuid" },
    { "WorkItem", "machine:text id:uuid number:text state:text version:int assignee_id?:uuid assignee?:text"
                  " outlet_id?:uuid customer_id?:uuid customer?:text region?:text priority:text paused?:object"
                  " due_at?:time overdue:bool to_reassign?:text opened_at:time href:text" },
    { "WorkCount", "machine?:text state?:text assignee_id?:uuid outlet_id?:uuid region?:text count:int overdue:int"
                   " next_due_at?:time" },
    { "Day", "date:date visits:object[] waiting:object[] papers_owed:object[] prices:object[]" },
    { "Found", "machine:text id:uuid number:text found_by:text name?:text state?:text warranty_until?:date serial?:text problem?:text "
      "opened_at?:time settled_at?:time outcome?:text" },
    { "RemedyReport", "customer_kind:individual|company|government product_class:computer|listed|unlisted sold_on?:date"
                      " fault_on:date asked_on:date warranty_until?:date repairs_done?:int seller_proves?:bool"
                      " remedies:@Remedy[]" },
    { "Remedy", "remedy:return|exchange|repair basis:text ground:law|policy|contract source:text last_day?:date"
                " depreciation:bool transport:company|customer refund?:int" },
    { "Link", "id:uuid kind:text from_id:uuid from_event_no:int to_id?:uuid to_machine:text to_event:text"
              " mode:must|later state:done|waiting|cancelled inputs?:object made_at:time tried_at?:time tries:int"
              " last_error?:text outlet_id?:uuid" },
    { "PersonNow", "id:uuid name:text department?:text outlet_id?:uuid customer_id?:uuid roles:text[]"
                   " delegated_roles:text[]" },
    { "Session", "token:text expires_at:time person_id:uuid" },
    { "ApiKey", "id:text name:text person_id:uuid made_at:time expires_at?:time revoked_at?:time" },
    { "ApiKeyMade", "id:text key:text person_id:uuid" },
    { "CalendarDay", "day:date is_workday:bool minutes?:int spans?:text[][] note?:text" },
    { "CalendarChange", "day:date is_workday:bool spans?:text[][] note?:text" },
    { "TimeRule", "code:text mode:elapsed|service|days|working_days|number seconds?:int days?:int number?:int"
                  " mark:text title_en:text title_zh:text changed_at?:time changed_by?:uuid" },
    { "MachineTitle", "machine:text procedure:text title:@Text href:text diagram:text" },
    { "MachineTable", "machine:text procedure:text title:@Text href:text diagram:text states:@StateRow[]"
                      " transitions:@TransitionRow[]" },
    { "StateRow", "state:text label:@Text terminal:bool" },
    { "TransitionRow", "event:text label:@Text clause:text from?:text to:text by:text takes?:text"
                       " guards:@GuardRow[] final:bool needs_signature:bool" },
    { "GuardRow", "code:text message:@Text" },
    { "AuditResult", "entities:int events:int sound:bool faults:@AuditFault[]" },
    { "AuditFault", "entity_id:uuid event_no:int fault:text" },
    { "TestClock", "now:time" },
    { "Status", "status:text" },
    { NULL },
};

bool schema_split_word(char *word, const char **ret_name, const char **ret_type)
{
    char *colon = strchr(word, ':');
    *ret_type = colon == NULL ? "text" : colon + 1;
    if (colon != NULL)
        *colon = '\0';
    size_t n = strlen(word);
    bool optional = n > 0 && word[n - 1] == '?';
    if (optional)
        word[n - 1] = '\0';
    *ret_name = word;
    return optional;
}

static void put_choices(const char *list, bool nullable, struct buf *out)
{
    buf_json_key(out, "enum");
    buf_putc(out, '[');
    for (const char *p = list; *p != '\0'; p += strspn(p, "|")) {
        size_t n = strcspn(p, "|");
        buf_json_comma(out);
        buf_json_bytes(out, p, n);
        p += n;
    }
    buf_puts(out, nullable ? ",null]" : "]");
}

static void put_simple(const char *type, bool nullable, struct buf *out)
{
    static const struct {
        const char *name, *type, *format;
    } simple[] = {
        { "text", "string", NULL },   { "int", "integer", "int64" }, { "number", "number", NULL },
        { "bool", "boolean", NULL },  { "date", "string", "date" },  { "time", "string", "date-time" },
        { "uuid", "string", "uuid" }, { "sha256", "string", NULL },  { "object", "object", NULL },
    };
    const char *kind = "string", *format = NULL;
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (strcmp(simple[i].name, type) == 0) {
            kind = simple[i].type;
            format = simple[i].format;
        }
    buf_json_key(out, "type");
    buf_printf(out, nullable ? "[\"%s\",\"null\"]" : "\"%s\"", kind);
    if (format != NULL)
        buf_json_member(out, "format", format);
    if (strcmp(type, "sha256") == 0)
        buf_json_member(out, "pattern", "^[0-9a-f]{64}$");
    if (strchr(type, '|') != NULL)
        put_choices(type, nullable, out);
}

void schema_put_type(const char *type, bool nullable, const struct schema_style *style, struct buf *out)
{
    size_t n = strlen(type);
    buf_putc(out, '{');
    if (n > 2 && strcmp(type + n - 2, "[]") == 0) {
        struct buf item = { 0 };
        buf_add(&item, type, n - 2);
        buf_puts(out, nullable ? "\"type\":[\"array\",\"null\"],\"items\":" : "\"type\":\"array\",\"items\":");
        schema_put_type(item.data, false, style, out);
        buf_done(&item);
    } else if (type[0] == '@' && nullable) {
        buf_printf(out, "\"anyOf\":[{\"$ref\":\"%s%s\"},{\"type\":\"null\"}]", style->refs, type + 1);
    } else if (type[0] == '@') {
        buf_printf(out, "\"$ref\":\"%s%s\"", style->refs, type + 1);
    } else if (strcmp(type, "any") != 0) {
        put_simple(type, nullable, out);
    }
    buf_putc(out, '}');
}

void schema_put_shape(const char *shape, const struct schema_style *style, struct buf *out)
{
    char word[160];
    const char *name, *type;
    struct buf required = { 0 };
    buf_puts(&required, "[");
    buf_puts(out, "{\"type\":\"object\",\"properties\":{");
    for (const char *list = shape; plan_next_word(&list, word, sizeof word);) {
        bool optional = schema_split_word(word, &name, &type);
        buf_json_key(out, name);
        schema_put_type(type, optional, style, out);
        if (!optional) {
            buf_json_comma(&required);
            buf_json_string(&required, name);
        }
    }
    buf_puts(out, "}");
    if (required.length > 1)
        buf_printf(out, ",\"required\":%s]", required.data);
    buf_putc(out, '}');
    buf_done(&required);
}

#define EXAMPLE_ID "01980c2e-6f00-7000-8000-000000000001"

static void put_text_example(const struct field *field, struct buf *out)
{
    char text[128];
    if (field->min == 36) {
        buf_json_string(out, EXAMPLE_ID);
        return;
    }
    size_t n = (size_t)snprintf(text, sizeof text, "%s", field->label.en);
    if (n >= sizeof text)
        n = sizeof text - 1;
    while (n < (size_t)field->min && n < sizeof text - 1)
        text[n++] = '0';
    if (field->max > 0 && n > (size_t)field->max)
        n = (size_t)field->max;
    buf_json_bytes(out, text, n);
}

static void put_value_example(const struct field *field, struct buf *out);

static void put_object_example(const struct field *items, struct buf *out)
{
    buf_putc(out, '{');
    for (const struct field *f = items; f != NULL && f->name != NULL; f++) {
        if (f->name[strlen(f->name) - 1] == '?')
            continue;
        buf_json_key(out, f->name);
        put_value_example(f, out);
    }
    buf_putc(out, '}');
}

static void put_list_example(const struct field *field, struct buf *out)
{
    buf_putc(out, '[');
    if (field->type == FIELD_LIST)
        put_object_example(field->items, out);
    else
        buf_json_string(out, field->choices != NULL ? field->choices[0].name : field->label.en);
    for (long i = 1; field->choices != NULL && i < field->min && field->choices[i].name != NULL; i++) {
        buf_json_comma(out);
        buf_json_string(out, field->choices[i].name);
    }
    buf_putc(out, ']');
}

static void put_value_example(const struct field *field, struct buf *out)
{
    if (field->example != NULL) {
        buf_puts(out, field->example);
        return;
    }
    switch (field->type) {
    case FIELD_TEXT:
        put_text_example(field, out);
        break;
    case FIELD_INTEGER:
        buf_printf(out, "%ld", field->min > 0 ? field->min : field->max < 0 ? field->max : 1);
        break;
    case FIELD_MONEY:
        buf_printf(out, "%ld",
                   field->max > 0 && field->max < 10000 ? field->max
                   : field->min > 10000                 ? field->min
                                                        : 10000);
        break;
    case FIELD_BOOLEAN:
        buf_puts(out, "true");
        break;
    case FIELD_DATE:
        buf_json_string(out, "2026-03-02");
        break;
    case FIELD_TIME:
        buf_json_string(out, "2026-03-02T09:30:00+08:00");
        break;
    case FIELD_ENUM:
        buf_json_string(out, field->choices[0].name);
        break;
    case FIELD_REFERENCE:
        buf_json_string(out, EXAMPLE_ID);
        break;
    case FIELD_TEXTS:
    case FIELD_LIST:
        put_list_example(field, out);
        break;
    case FIELD_OBJECT:
        put_object_example(field->items, out);
        break;
    }
}

void schema_put_example(const struct event_plan *event, struct buf *out)
{
    buf_putc(out, '{');
    for (size_t i = 0; i < event->n_inputs; i++) {
        const struct field *field = event->inputs[i].field;
        if (!event->inputs[i].required && field->example == NULL)
            continue;
        buf_json_key(out, field->name);
        put_value_example(field, out);
    }
    buf_putc(out, '}');
}
