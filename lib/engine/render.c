/* From a result row to the representation: no json_t in between, values are copied as they come. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/plan.h"
#include "engine/roles.h"

static const char *cell(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

enum verdict engine_verdict(const PGresult *result)
{
    static const struct {
        const char *name;
        enum verdict verdict;
    } names[] = {
        { "found", VERDICT_FOUND },       { "moved", VERDICT_MOVED },
        { "would_move", VERDICT_WOULD_MOVE }, { "repeat", VERDICT_REPEAT },
        { "mismatch", VERDICT_MISMATCH }, { "wrong_state", VERDICT_WRONG_STATE },
        { "refused", VERDICT_REFUSED },   { "raced", VERDICT_RACED },
    };
    if (PQntuples(result) == 0)
        return VERDICT_NOT_FOUND;
    const char *name = PQgetvalue(result, 0, RESULT_VERDICT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].verdict;
    return VERDICT_NOT_FOUND;
}

static bool is_packed(const PGresult *result)
{
    return PQnfields(result) < RESULT_FIRST_COLUMN + N_COMMON_COLUMNS; /* what is put in may follow */
}

int engine_result_version(const PGresult *result, int row)
{
    return atoi(PQgetvalue(result, row, is_packed(result) ? RESULT_VERSION : RESULT_FIRST_COLUMN + COLUMN_VERSION));
}

const char *engine_result_id(const PGresult *result, int row)
{
    return PQgetvalue(result, row, is_packed(result) ? RESULT_ID : RESULT_FIRST_COLUMN + COLUMN_ID);
}

const char *engine_result_subject(const PGresult *result)
{
    return PQgetvalue(result, 0, RESULT_ID);
}

const char *engine_result_state(const PGresult *result, int row)
{
    return PQgetvalue(result, row, is_packed(result) ? RESULT_STATE : RESULT_FIRST_COLUMN + COLUMN_STATE);
}

/* The columns of one entity, in the machine's order; NULL where the column is null. */
struct view {
    const char *values[PLAN_MAX_COLUMNS];
    char *text; /* what they point into when the row came packed */
};

/* The next value of a row as text, (a,"b ""c""",,d), unquoted in place; `*at` moves behind its comma. */
static const char *next_packed(char **at)
{
    char *start = *at, *end = start + strcspn(start, ",)"), *behind = end;
    bool is_null = end == start;
    if (*start == '"') {
        char *p = start + 1;
        for (end = start; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
            p += (*p == '"' || *p == '\\') && p[1] != '\0';
            *end++ = *p;
        }
        behind = *p == '\0' ? p : p + 1;
    }
    bool more = *behind == ',';
    *end = '\0';
    *at = more ? behind + 1 : NULL;
    return is_null ? NULL : start;
}

static void view_open(struct view *view, const struct machine_plan *machine, const PGresult *result, int row, int first)
{
    view->text = NULL;
    memset(view->values, 0, N_COMMON_COLUMNS * sizeof *view->values);
    if (!is_packed(result)) {
        for (size_t c = 0; c < machine->n_columns; c++)
            view->values[c] = cell(result, row, first + RESULT_FIRST_COLUMN + (int)c);
        return;
    }
    const char *stored[PLAN_MAX_COLUMNS] = { NULL };
    const char *packed = cell(result, row, first + RESULT_PACKED);
    if (packed != NULL) {
        size_t length = (size_t)PQgetlength(result, row, first + RESULT_PACKED);
        view->text = malloc(length + 1);
        if (view->text == NULL)
            log_fatal("render", "out of memory");
        memcpy(view->text, packed, length + 1);
        char *at = view->text + 1;
        for (size_t i = 0; i < PLAN_MAX_COLUMNS && at != NULL; i++)
            stored[i] = next_packed(&at);
    }
    for (size_t c = 0; c < machine->n_columns; c++)
        view->values[c] = stored[machine->stored[c]];
}

static void view_close(struct view *view)
{
    free(view->text);
}

/* "{a,\"b c\"}" as a JSON array. */
static void put_array(struct buf *out, const char *literal)
{
    buf_putc(out, '[');
    const char *p = literal + 1;
    while (*p != '\0' && *p != '}') {
        struct buf item = { 0 };
        if (*p == '"') {
            for (p++; *p != '\0' && *p != '"'; p++) {
                if (*p == '\\' && p[1] != '\0')
                    p++;
                buf_putc(&item, *p);
            }
            if (*p == '"')
                p++;
        } else {
            while (*p != '\0' && *p != ',' && *p != '}')
                buf_putc(&item, *p++);
        }
        buf_json_comma(out);
        buf_json_bytes(out, item.data == NULL ? "" : item.data, item.length);
        buf_done(&item);
        if (*p == ',')
            p++;
    }
    buf_putc(out, ']');
}

/* 138****1234: what is left of personal data for those who no longer need it (00-common rule 15). */
static void put_masked(struct buf *out, const struct column *column, const char *value)
{
    size_t n = strlen(value);
    if (column->type != FIELD_TEXT) {
        buf_puts(out, "null");
        return;
    }
    bool is_phone = n >= 7 && strspn(value, "0123456789+- ") == n;
    if (!is_phone) {
        buf_puts(out, "\"****\"");
        return;
    }
    buf_putc(out, '"');
    buf_add(out, value, 3);
    buf_puts(out, "****");
    buf_add(out, value + n - (n >= 11 ? 4 : 2), n >= 11 ? 4 : 2);
    buf_putc(out, '"');
}

static void put_value(struct buf *out, const struct column *column, const char *value)
{
    char time[CLOCK_RFC3339_SIZE];
    switch (column->type) {
    case FIELD_INTEGER:
    case FIELD_MONEY:
    case FIELD_LIST:
    case FIELD_OBJECT:
        buf_puts(out, value);
        break;
    case FIELD_BOOLEAN:
        buf_puts(out, value[0] == 't' ? "true" : "false");
        break;
    case FIELD_TIME:
        buf_json_string(out, clock_from_postgres(value, time) ? time : value);
        break;
    case FIELD_TEXTS:
        put_array(out, value);
        break;
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_DATE:
    case FIELD_REFERENCE:
        buf_json_string(out, value);
        break;
    }
}

bool fields_name(const char *fields, const char *name)
{
    if (fields == NULL)
        return true;
    size_t n = strlen(name);
    for (const char *p = fields; p != NULL; p = strchr(p, ',') == NULL ? NULL : strchr(p, ',') + 1)
        if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
            return true;
    return false;
}

/* Outlets and technicians see phone and address while the job is theirs and open. */
static bool masks_personal(const struct view *view, const struct principal *principal)
{
    static const uint64_t limited = UINT64_C(1) << ROLE_technician | UINT64_C(1) << ROLE_outlet_technician |
                                    UINT64_C(1) << ROLE_outlet_manager | UINT64_C(1) << ROLE_installer |
                                    UINT64_C(1) << ROLE_employee;
    if ((principal->roles & ~limited) != 0)
        return false;
    const char *assignee = view->values[COLUMN_ASSIGNEE];
    const char *outlet = view->values[COLUMN_OUTLET];
    const char *opener = view->values[COLUMN_OPENED_BY];
    bool theirs = (assignee != NULL && strcmp(assignee, principal->id) == 0) ||
                  (outlet != NULL && principal->outlet_id[0] != '\0' && strcmp(outlet, principal->outlet_id) == 0 &&
                   (principal->roles & (UINT64_C(1) << ROLE_outlet_manager)) != 0) ||
                  (opener != NULL && assignee == NULL && strcmp(opener, principal->id) == 0);
    const char *state = view->values[COLUMN_STATE];
    static const char *const done[] = { "settled", "reported_back", "followup_pending", "followed_up" };
    bool open = view->values[COLUMN_CLOSED] == NULL;
    for (size_t i = 0; state != NULL && i < sizeof done / sizeof *done; i++)
        open &= strcmp(done[i], state) != 0;
    return !(theirs && open);
}

static bool hides_opener(const struct machine_plan *machine, const struct view *view, const struct principal *principal)
{
    const char *veil = machine->veil == 0 ? NULL : view->values[machine->veil], *opener = view->values[COLUMN_OPENED_BY];
    return veil != NULL && veil[0] == 't' && (principal->roles & machine->unveil) == 0 && (opener == NULL || strcmp(opener, principal->id) != 0);
}

static void put_columns(const struct machine_plan *machine, const struct view *view, const struct render_options *options, struct buf *out)
{
    bool veiled = hides_opener(machine, view, options->principal);
    bool masked = masks_personal(view, options->principal);
    for (size_t c = 0; c < machine->n_columns; c++) {
        const struct column *column = &machine->columns[c];
        if (column->hidden || (options->fields != NULL && c != COLUMN_ID && c != COLUMN_VERSION && !fields_name(options->fields, column->name)))
            continue;
        const char *value = veiled && c == COLUMN_OPENED_BY ? NULL : view->values[c];
        if (value == NULL && c >= N_COMMON_COLUMNS)
            continue;
        buf_json_comma(out);
        buf_puts(out, column->key);
        if (value == NULL)
            buf_puts(out, "null");
        else if (masked && column->personal)
            put_masked(out, column, value);
        else
            put_value(out, column, value);
    }
}

struct offer {
    const struct row_plan *row; /* NULL: no row for this state */
    bool allowed;
    uint64_t missing; /* probes that do not hold */
    bool role_ok;
};

static bool may_by_role(const struct row_plan *row, const struct principal *principal, bool is_assignee, bool is_opener)
{
    uint64_t roles = row->roles;
    if (is_assignee)
        roles |= row->assignee_roles;
    if (is_opener)
        roles |= row->opener_roles;
    return roles == ~UINT64_C(0) || (roles & principal->roles) != 0;
}

static struct offer judge(const struct event_plan *event, uint64_t state, uint64_t probes, const struct principal *principal,
                          bool is_assignee, bool is_opener)
{
    struct offer best = { 0 };
    for (size_t r = 0; r < event->n_rows; r++) {
        const struct row_plan *row = &event->rows[r];
        if ((row->from & state) == 0 || (row->when != 0 && (probes & row->when) == 0))
            continue;
        struct offer offer = { row, false, row->guards & ~probes, may_by_role(row, principal, is_assignee, is_opener) };
        offer.allowed = offer.role_ok && offer.missing == 0;
        if (offer.allowed)
            return offer;
        if (best.row == NULL)
            best = offer;
        if (!row->when_needs_input)
            break;
    }
    return best;
}

static void put_reason(struct buf *out, const char *code, const char *message)
{
    buf_json_comma(out);
    buf_putc(out, '{');
    buf_json_member(out, "code", code);
    buf_json_member(out, "message", message);
    buf_putc(out, '}');
}

static void put_reasons(const struct machine_plan *machine, const struct offer *offer, enum language language, struct buf *out)
{
    static const struct text role = { "Your role may not do this", "您的角色无权执行此操作" };
    static const struct text state = { "The present state does not allow this step", "当前状态不允许此步骤" };
    buf_json_key(out, "blocked_by");
    buf_putc(out, '[');
    if (offer->row == NULL)
        put_reason(out, "wrong_state", text_in(state, language));
    else if (!offer->role_ok)
        put_reason(out, "forbidden_role", text_in(role, language));
    for (size_t i = 0; offer->row != NULL && i < machine->n_probes; i++)
        if ((offer->missing >> i & 1) != 0 && machine->probes[i].guard != NULL)
            put_reason(out, machine->probes[i].code, text_in(machine->probes[i].guard->message, language));
    buf_putc(out, ']');
}

static void put_actions(const struct machine_plan *machine, const struct view *view, uint64_t probes,
                        const struct render_options *options, struct buf *out)
{
    const char *id = view->values[COLUMN_ID], *state_name = view->values[COLUMN_STATE];
    int state_index = state_name == NULL ? -1 : plan_state(machine, state_name);
    uint64_t state = state_index < 0 ? 0 : UINT64_C(1) << state_index;
    const char *assignee = view->values[COLUMN_ASSIGNEE], *opener = view->values[COLUMN_OPENED_BY];
    bool is_assignee = assignee != NULL && strcmp(assignee, options->principal->id) == 0;
    bool is_opener = opener != NULL && strcmp(opener, options->principal->id) == 0;
    buf_putc(out, '[');
    for (size_t e = 0; id != NULL && e < machine->n_events; e++) {
        const struct event_plan *event = &machine->events[e];
        if (event->creates || (event->any_roles == role_bit(ROLE_system) && (options->principal->roles & event->any_roles) == 0))
            continue;
        struct offer offer = judge(event, state, probes, options->principal, is_assignee, is_opener);
        if (!offer.allowed && !options->explain_actions)
            continue;
        buf_json_comma(out);
        buf_puts(out, event->action[options->language]);
        buf_puts(out, id);
        buf_puts(out, event->action_tail);
        if (options->explain_actions)
            buf_json_bool(out, "allowed", offer.allowed);
        if (!offer.allowed)
            put_reasons(machine, &offer, options->language, out);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static uint64_t probes_of(const PGresult *result, int row, const struct render_options *options)
{
    const char *text = cell(result, row, options->first_column + RESULT_PROBES);
    return text == NULL ? 0 : (uint64_t)strtoll(text, NULL, 10);
}

void engine_render_actions(const struct machine_plan *machine, const PGresult *result, int row,
                           const struct render_options *options, struct buf *out)
{
    struct view view;
    view_open(&view, machine, result, row, options->first_column);
    put_actions(machine, &view, probes_of(result, row, options), options, out);
    view_close(&view);
}

void engine_render(const struct machine_plan *machine, const PGresult *result, int row,
                   const struct render_options *options, struct buf *out)
{
    int base = options->first_column;
    struct view view;
    view_open(&view, machine, result, row, base);
    buf_putc(out, '{');
    buf_json_member(out, "machine", machine->machine->name);
    put_columns(machine, &view, options, out);
    const char *id = view.values[COLUMN_ID];
    if (options->fields == NULL) {
        const char *hash = cell(result, row, base + RESULT_CONTENT_HASH);
        if (hash != NULL)
            buf_json_member(out, "content_sha256", hash);
        if (machine->has_money)
            buf_json_member(out, "currency", "CNY");
        const char *extra = cell(result, row, base + RESULT_EXTRA);
        if (extra != NULL) {
            buf_json_key(out, "warnings");
            buf_puts(out, extra);
        }
        if (id != NULL) {
            buf_json_key(out, "href");
            buf_printf(out, "\"/v1/%s/%s\"", machine->machine->path, id);
        }
    }
    if (!options->without_actions) {
        buf_json_key(out, "actions");
        put_actions(machine, &view, probes_of(result, row, options), options, out);
    }
    view_close(&view);
    buf_putc(out, '}');
}

static const struct text unknown_guard = { "The step is refused", "步骤被拒绝" };

static const struct guard *find_guard(const struct event_plan *event, const char *code)
{
    for (size_t r = 0; r < event->n_rows; r++)
        for (const struct guard *const *g = event->rows[r].all_guards; *g != NULL; g++)
            if (strcmp((*g)->code, code) == 0)
                return *g;
    for (const struct event_plan *const *nested = event->nested; nested != NULL && *nested != NULL; nested++) {
        const struct guard *guard = *nested == event ? NULL : find_guard(*nested, code);
        if (guard != NULL)
            return guard;
    }
    return NULL;
}

static struct text guard_message(const struct event_plan *event, const char *code)
{
    static const struct guard engine_own[] = {
        { "forbidden_role", NULL, { "Your role may not do this", "您的角色无权执行此操作" }, NULL },
        { "stale_version", NULL, { "The version has moved on", "版本已更新" }, NULL },
        { "unknown_reference", NULL, { "There is no such entity", "引用的对象不存在" }, NULL },
        { "duplicate_value", NULL, { "This value is already in use", "该值已被占用" }, NULL },
        { "link_refused", NULL, { "What the step would start is refused", "后续步骤被拒绝" }, NULL },
    };
    const struct guard *guard = find_guard(event, code);
    if (guard != NULL)
        return guard->message;
    for (size_t i = 0; i < sizeof engine_own / sizeof *engine_own; i++)
        if (strcmp(engine_own[i].code, code) == 0)
            return engine_own[i].message;
    return unknown_guard;
}

enum refusal engine_refusals(const struct event_plan *event, const PGresult *result, struct arena *arena,
                             struct faults *faults)
{
    const char *list = PQgetvalue(result, 0, RESULT_REFUSED);
    enum refusal strongest = REFUSAL_GUARD;
    bool role = false, stale = false, duplicate = false;
    char word[160];
    while (plan_next_word(&list, word, sizeof word)) {
        char *field = strchr(word, '/');
        const char *pointer = field == NULL ? "" : arena_strdup(arena, field);
        if (field != NULL)
            *field = '\0';
        role |= strcmp(word, "forbidden_role") == 0;
        stale |= strcmp(word, "stale_version") == 0;
        duplicate |= strcmp(word, "duplicate_value") == 0;
        faults_add(faults, pointer, arena_strdup(arena, word), guard_message(event, word));
    }
    if (role)
        strongest = REFUSAL_ROLE;
    else if (stale)
        strongest = REFUSAL_STALE;
    else if (duplicate)
        strongest = REFUSAL_DUPLICATE;
    return strongest;
}

void engine_render_expanded(const struct expanded *expanded, const PGresult *result, int row, struct buf *out)
{
    if (expanded->n == 0)
        return;
    out->length--; /* the closing brace */
    buf_json_key(out, "expanded");
    buf_putc(out, '{');
    for (int x = 0; x < expanded->n; x++) {
        const char *entity = cell(result, row, expanded->items[x].column);
        buf_json_key(out, expanded->items[x].name);
        buf_puts(out, entity == NULL ? "null" : entity);
    }
    buf_puts(out, "}}");
}
