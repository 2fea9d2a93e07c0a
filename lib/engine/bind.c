/* From a request's body to the parameters of a compiled statement: everything that could make PostgreSQL raise is refused
 * here, all faults at once. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "engine/plan.h"

#define DEFAULT_MAX_TEXT 2000
#define DEFAULT_MAX_ITEMS 1000
#define MAX_MONEY INT64_C(1000000000000)

static const struct text message_required = { "This field is required", "此字段必填" };
static const struct text message_type = { "The value has the wrong type", "值类型不正确" };
static const struct text message_unknown = { "There is no such field here", "此处没有该字段" };
static const struct text message_length = { "The text is too short or too long", "文本长度不符合要求" };
static const struct text message_range = { "The number is out of range", "数值超出范围" };
static const struct text message_items = { "Too few or too many items", "项目数量不符合要求" };
static const struct text message_choice = { "The value is not one of the list", "值不在可选范围内" };
static const struct text message_format = { "The value has the wrong format", "值格式不正确" };

struct check {
    struct arena *arena;
    struct faults *faults;
};

static void fault(struct check *check, const char *pointer, const char *code, struct text message)
{
    faults_add(check->faults, pointer, code, message);
}

static size_t count_characters(const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

static bool is_choice(const struct choice *choices, const char *name)
{
    for (const struct choice *c = choices; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return true;
    return false;
}

static bool has_control_character(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if ((*p < 0x20 && *p != '\n' && *p != '\t' && *p != '\r') || *p == 0x7f)
            return true;
    return false;
}

static const char *check_text(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        fault(check, pointer, "wrong_type", message_type);
        return NULL;
    }
    size_t min = field->min > 0 ? (size_t)field->min : 0, max = field->max > 0 ? (size_t)field->max : DEFAULT_MAX_TEXT;
    size_t n = count_characters(text);
    if (n < min || n > max)
        fault(check, pointer, n < min ? "too_short" : "too_long", message_length);
    else if (strlen(text) != json_string_length(value) || has_control_character(text))
        fault(check, pointer, "wrong_format", message_format);
    return text;
}

static const char *check_number(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    if (!json_is_integer(value)) {
        fault(check, pointer, "wrong_type", message_type);
        return NULL;
    }
    int64_t number = json_integer_value(value);
    int64_t min = field->type == FIELD_MONEY ? 0 : INT32_MIN, max = field->type == FIELD_MONEY ? MAX_MONEY : INT32_MAX;
    if (field->min != 0 || field->max != 0) {
        min = field->min;
        max = field->max;
    }
    if (number < min || number > max)
        fault(check, pointer, "out_of_range", message_range);
    return arena_printf(check->arena, "%" PRId64, number);
}

static const char *check_formatted(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        fault(check, pointer, "wrong_type", message_type);
        return NULL;
    }
    int64_t us;
    bool good = field->type == FIELD_DATE   ? clock_is_date(text)
                : field->type == FIELD_TIME ? clock_parse_rfc3339(text, &us)
                                            : uuid_is_valid(text);
    if (!good)
        fault(check, pointer, "wrong_format", message_format);
    return text;
}

static const char *check_enum(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        fault(check, pointer, "wrong_type", message_type);
    else if (!is_choice(field->choices, text))
        fault(check, pointer, "not_in_list", message_choice);
    return text;
}

/* A PostgreSQL array literal. */
static const char *check_texts(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    size_t max = field->max > 0 ? (size_t)field->max : DEFAULT_MAX_ITEMS;
    if (!json_is_array(value)) {
        fault(check, pointer, "wrong_type", message_type);
        return NULL;
    }
    if (json_array_size(value) > max || json_array_size(value) < (size_t)field->min) {
        fault(check, pointer, "wrong_item_count", message_items);
        return NULL;
    }
    struct buf literal = { 0 };
    buf_putc(&literal, '{');
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *item = json_string_value(json_array_get(value, i));
        const char *at = arena_printf(check->arena, "%s/%zu", pointer, i);
        if (item == NULL)
            fault(check, at, "wrong_type", message_type);
        else if (field->choices != NULL && !is_choice(field->choices, item))
            fault(check, at, "not_in_list", message_choice);
        else if (count_characters(item) > 200 || has_control_character(item))
            fault(check, at, "wrong_format", message_format);
        if (item == NULL)
            continue;
        buf_puts(&literal, i == 0 ? "\"" : ",\"");
        for (const char *p = item; *p != '\0'; p++) {
            if (*p == '"' || *p == '\\')
                buf_putc(&literal, '\\');
            buf_putc(&literal, *p);
        }
        buf_putc(&literal, '"');
    }
    buf_putc(&literal, '}');
    const char *text = arena_strdup(check->arena, literal.data);
    buf_done(&literal);
    return text;
}

static const char *check_value(struct check *check, const struct field *field, const json_t *value, const char *pointer);

static const struct field *find_item(const struct field *items, const char *key, bool *ret_optional)
{
    for (const struct field *f = items; f->name != NULL; f++) {
        size_t n = strlen(f->name);
        *ret_optional = f->name[n - 1] == '?';
        if (*ret_optional)
            n--;
        if (strlen(key) == n && strncmp(f->name, key, n) == 0)
            return f;
    }
    return NULL;
}

static void check_object(struct check *check, const struct field *items, const json_t *object, const char *pointer)
{
    if (!json_is_object(object)) {
        fault(check, pointer, "wrong_type", message_type);
        return;
    }
    const char *key;
    json_t *value;
    bool optional;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const char *at = faults_member(check->arena, pointer, key);
        const struct field *item = find_item(items, key, &optional);
        if (item == NULL)
            fault(check, at, "unknown_field", message_unknown);
        else if (!(json_is_null(value) && optional))
            (void)check_value(check, item, value, at);
    }
    for (const struct field *f = items; f->name != NULL; f++)
        if (f->name[strlen(f->name) - 1] != '?' && json_object_get(object, f->name) == NULL)
            fault(check, arena_printf(check->arena, "%s/%s", pointer, f->name), "required", message_required);
}

static const char *dump(struct check *check, const json_t *value)
{
    size_t size = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = arena_alloc(check->arena, size + 1);
    (void)json_dumpb(value, text, size, JSON_COMPACT | JSON_ENCODE_ANY);
    return text;
}

static const char *check_list(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    size_t max = field->max > 0 ? (size_t)field->max : DEFAULT_MAX_ITEMS;
    if (!json_is_array(value)) {
        fault(check, pointer, "wrong_type", message_type);
        return NULL;
    }
    if (json_array_size(value) > max || json_array_size(value) < (size_t)field->min) {
        fault(check, pointer, "wrong_item_count", message_items);
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(value); i++)
        check_object(check, field->items, json_array_get(value, i), arena_printf(check->arena, "%s/%zu", pointer, i));
    return dump(check, value);
}

/* The value as text for PostgreSQL; NULL with a fault when it is not acceptable. */
static const char *check_value(struct check *check, const struct field *field, const json_t *value, const char *pointer)
{
    switch (field->type) {
    case FIELD_TEXT:
        return check_text(check, field, value, pointer);
    case FIELD_INTEGER:
    case FIELD_MONEY:
        return check_number(check, field, value, pointer);
    case FIELD_BOOLEAN:
        if (!json_is_boolean(value))
            fault(check, pointer, "wrong_type", message_type);
        return json_is_true(value) ? "true" : "false";
    case FIELD_DATE:
    case FIELD_TIME:
    case FIELD_REFERENCE:
        return check_formatted(check, field, value, pointer);
    case FIELD_ENUM:
        return check_enum(check, field, value, pointer);
    case FIELD_TEXTS:
        return check_texts(check, field, value, pointer);
    case FIELD_LIST:
        return check_list(check, field, value, pointer);
    case FIELD_OBJECT:
        check_object(check, field->items, value, pointer);
        return dump(check, value);
    }
    return NULL;
}

static const struct field occurred_field = { "occurred_at", FIELD_TIME, { "When it happened", "实际发生时间" } };

static void refuse_unknown(struct check *check, const struct event_plan *event, const json_t *body)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, key, value)
    {
        bool known = strcmp(key, occurred_field.name) == 0;
        for (size_t i = 0; i < event->n_inputs && !known; i++)
            known = strcmp(event->inputs[i].field->name, key) == 0;
        if (known)
            continue;
        fault(check, faults_member(check->arena, "", key), "unknown_field", message_unknown);
    }
}

struct values {
    const char *inputs[64];
    const char *occurred;
    uint64_t given;
};

/* What a creation requires stays filled in, as do the columns that are never null. */
static bool may_not_be_empty(const struct machine_plan *machine, const char *name)
{
    if (strcmp(name, "priority") == 0)
        return true;
    for (size_t e = 0; e < machine->n_events; e++)
        for (size_t i = 0; machine->events[e].creates && i < machine->events[e].n_inputs; i++)
            if (machine->events[e].inputs[i].required && strcmp(machine->events[e].inputs[i].field->name, name) == 0)
                return true;
    return false;
}

static void check_body(struct check *check, const struct event_plan *event, const json_t *body, struct values *values)
{
    refuse_unknown(check, event, body);
    const json_t *occurred = json_object_get(body, "occurred_at");
    if (occurred != NULL && !json_is_null(occurred))
        values->occurred = check_formatted(check, &occurred_field, occurred, "/occurred_at");
    for (size_t i = 0; i < event->n_inputs; i++) {
        const struct input *input = &event->inputs[i];
        const json_t *value = json_object_get(body, input->field->name);
        const char *pointer = arena_printf(check->arena, "/%s", input->field->name);
        if (value != NULL)
            values->given |= UINT64_C(1) << i;
        if (value != NULL && !json_is_null(value))
            values->inputs[i] = check_value(check, input->field, value, pointer);
        else if (input->required || (event->amends && value != NULL && may_not_be_empty(event->machine, input->field->name)))
            fault(check, pointer, "required", message_required);
    }
}

static const char *time_text(struct arena *arena, int64_t us)
{
    char *text = arena_alloc(arena, CLOCK_RFC3339_SIZE);
    clock_format_rfc3339(us, text);
    return text;
}

static const char *salt_text(struct arena *arena)
{
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    char *text = arena_alloc(arena, 3 + 2 * sizeof bytes);
    text[0] = '\\';
    text[1] = 'x';
    (void)sodium_bin2hex(text + 2, 2 * sizeof bytes + 1, bytes, sizeof bytes);
    return text;
}

static const char *or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static const char *new_id(struct arena *arena, int64_t now_us)
{
    char *id = arena_alloc(arena, UUID_TEXT_SIZE);
    uuid7_new(now_us, id);
    return id;
}

static const char *value_of(const struct param *param, const struct call *call, const struct values *values, struct arena *arena)
{
    switch (param->source) {
    case SOURCE_ID:
        return call->id;
    case SOURCE_NOW:
        return time_text(arena, call->now_us);
    case SOURCE_ACTOR:
        return or_null(call->principal->id);
    case SOURCE_ROLES:
        return arena_printf(arena, "%" PRId64, (int64_t)call->principal->roles);
    case SOURCE_SCOPE_OUTLET:
        return or_null(call->principal->outlet_id);
    case SOURCE_SCOPE_CUSTOMER:
        return or_null(call->principal->customer_id);
    case SOURCE_IF_MATCH:
        return call->if_match < 0 ? NULL : arena_printf(arena, "%" PRId64, call->if_match);
    case SOURCE_KEY:
        return call->idempotency_key;
    case SOURCE_FINGERPRINT:
        return call->fingerprint;
    case SOURCE_REQUEST:
        return call->request_id;
    case SOURCE_DRY_RUN:
        return call->dry_run ? "true" : "false";
    case SOURCE_INPUTS: {
        struct check check = { arena, NULL };
        return call->body == NULL ? "{}" : dump(&check, call->body);
    }
    case SOURCE_OCCURRED:
        return values->occurred;
    case SOURCE_SALT:
        return salt_text(arena);
    case SOURCE_GIVEN:
        return arena_printf(arena, "%" PRIu64, values->given);
    case SOURCE_NEW_ID:
        return new_id(arena, call->now_us);
    case SOURCE_EXPAND:
        return call->expand;
    case SOURCE_INPUT:
        return values->inputs[param->input];
    }
    return NULL;
}

static const char *const *bind_values(const struct statement *statement, const struct param *params, const struct call *call,
                                      const struct values *values, struct arena *arena)
{
    const char **texts = ARENA_ARRAY(arena, const char *, statement->n_params + 1);
    for (int i = 0; i < statement->n_params; i++)
        texts[i] = value_of(&params[i], call, values, arena);
    return texts;
}

static const struct statement is_stored = {
    .text = "select 1 from entity_event v where v.entity_id = $1::uuid and v.salt = $2::bytea",
    .n_params = 2,
};

static const struct job_proof *proof_of(const struct statement *statement, const struct param *params, const char *const *values,
                                        const char *id, struct arena *arena)
{
    struct job_proof *proof = ARENA_NEW(arena, struct job_proof);
    const char **wanted = ARENA_ARRAY(arena, const char *, 2);
    wanted[0] = id;
    for (int i = 0; i < statement->n_params; i++)
        if (params[i].source == SOURCE_SALT)
            wanted[1] = values[i];
    *proof = (struct job_proof){ &is_stored, wanted };
    return proof;
}

bool engine_bind(const struct event_plan *event, const struct call *call, struct arena *arena, struct bound *ret_bound,
                 struct faults *faults)
{
    struct check check = { arena, faults };
    struct values values = { .given = 0 };
    check_body(&check, event, call->body, &values);
    if (faults->count > 0)
        return false;
    plan_need_event(event);
    size_t n_locks = 0;
    while (event->locks[n_locks] != NULL)
        n_locks++;
    struct job_lock *locks = ARENA_ARRAY(arena, struct job_lock, n_locks + 1);
    for (size_t i = 0; i < n_locks; i++)
        locks[i] = (struct job_lock){ event->locks[i], call->id };
    const struct statement *statement = call->idempotency_key == NULL ? &event->unkeyed : &event->statement;
    const struct param *params = call->idempotency_key == NULL ? event->unkeyed_params : event->params;
    const char *const *texts = bind_values(statement, params, call, &values, arena);
    *ret_bound = (struct bound){
        .statement = statement,
        .params = params,
        .values = texts,
        .locks = locks,
        .n_locks = n_locks,
        .proof = proof_of(statement, params, texts, call->id, arena),
        .sort_key = call->id,
    };
    return true;
}

void engine_bind_get(const struct machine_plan *machine, const struct principal *principal, const char *id, int64_t now_us,
                     struct arena *arena, struct bound *ret_bound)
{
    struct call call = { .principal = principal, .id = id, .now_us = now_us, .if_match = -1 };
    struct values values = { .given = 0 };
    *ret_bound = (struct bound){
        .statement = &machine->get,
        .params = machine->get_params,
        .values = bind_values(&machine->get, machine->get_params, &call, &values, arena),
        .sort_key = id,
    };
}

bool engine_bind_get_expanded(const struct machine_plan *machine, const struct principal *principal, const char *id, const char *expand,
                              int64_t now_us, struct arena *arena, struct bound *ret_bound, struct expanded *ret_expanded)
{
    *ret_expanded = (struct expanded){ .n = 0 };
    for (const char *p = expand; *p != '\0'; p += *p == ',') {
        size_t n = strcspn(p, ","), x = 0;
        while (machine->expansions[x] != NULL && (strlen(machine->expansions[x]) != n || strncmp(machine->expansions[x], p, n) != 0))
            x++;
        const char *name = machine->expansions[x];
        for (int i = 0; i < ret_expanded->n; i++)
            name = ret_expanded->items[i].name == name ? NULL : name;
        if (name == NULL || !expansion_is_for(name, principal))
            return false;
        ret_expanded->items[ret_expanded->n].name = name;
        ret_expanded->items[ret_expanded->n++].column = N_PACKED_RESULT + (int)x;
        p += n;
    }
    struct call call = { .principal = principal, .id = id, .now_us = now_us, .if_match = -1, .expand = arena_printf(arena, "{%s}", expand) };
    struct values values = { .given = 0 };
    *ret_bound = (struct bound){
        .statement = &machine->get_expanded,
        .params = machine->get_expanded_params,
        .values = bind_values(&machine->get_expanded, machine->get_expanded_params, &call, &values, arena),
        .sort_key = id,
    };
    return true;
}
