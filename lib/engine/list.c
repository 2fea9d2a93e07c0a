/* Lists: compiled for just the filters a request has, so that every plan uses its index (one-statement F13). */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "engine/plan.h"

#define MAX_VALUES 48

struct builder {
    const struct machine_plan *machine;
    const struct list_request *request;
    struct arena *arena;
    struct faults *faults;
    struct buf where;
    const char *values[MAX_VALUES];
    int n_values;
};

static const struct text unknown_parameter = { "There is no such filter", "没有该筛选条件" };
static const struct text bad_value = { "The value does not fit the filter", "筛选值不正确" };

static void bad(struct builder *b, const char *name, struct text message, const char *code)
{
    faults_add(b->faults, arena_printf(b->arena, "?%s", name), code, message);
}

/* "$3" for the value; also checks the bound on their number. */
static const char *put_value(struct builder *b, const char *value)
{
    if (b->n_values == MAX_VALUES) {
        bad(b, "", bad_value, "too_many_filters");
        return "null";
    }
    b->values[b->n_values++] = value;
    return arena_printf(b->arena, "$%d", b->n_values);
}

static void and_where(struct builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void and_where(struct builder *b, const char *format, ...)
{
    va_list arguments;
    char text[600];
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buf_printf(&b->where, "\n   and %s", text);
}

static bool value_fits(enum field_type type, const char *value)
{
    int64_t us;
    switch (type) {
    case FIELD_INTEGER:
    case FIELD_MONEY: {
        size_t n = strlen(value);
        return n > 0 && n < 10 && strspn(value + (value[0] == '-'), "0123456789") == n - (value[0] == '-') && n > (size_t)(value[0] == '-');
    }
    case FIELD_BOOLEAN:
        return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
    case FIELD_DATE:
        return clock_is_date(value);
    case FIELD_TIME:
        return clock_is_date(value) || clock_parse_rfc3339(value, &us);
    case FIELD_REFERENCE:
        return uuid_is_valid(value);
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_TEXTS:
        return strlen(value) <= 200;
    case FIELD_LIST:
    case FIELD_OBJECT:
        return false;
    }
    return false;
}

/* "a,b" as a PostgreSQL array literal; NULL with a fault when an element does not fit. */
static const char *array_of(struct builder *b, const char *name, const char *value, enum field_type type)
{
    struct buf literal = { 0 };
    bool good = true;
    buf_putc(&literal, '{');
    for (const char *p = value; good; p++) {
        size_t n = strcspn(p, ",");
        char item[256];
        good = n < sizeof item;
        if (!good)
            break;
        memcpy(item, p, n);
        item[n] = '\0';
        good = value_fits(type, item) && strpbrk(item, "\"\\{}") == NULL;
        buf_printf(&literal, "%s\"%s\"", literal.length == 1 ? "" : ",", item);
        p += n;
        if (*p == '\0')
            break;
    }
    buf_putc(&literal, '}');
    const char *text = good ? arena_strdup(b->arena, literal.data) : NULL;
    buf_done(&literal);
    if (text == NULL)
        bad(b, name, bad_value, "bad_value");
    return text;
}

static void filter_equal(struct builder *b, const char *name, const char *column, enum field_type type, const char *value)
{
    const char *list = array_of(b, name, value, type);
    if (list == NULL)
        return;
    const char *sql_type = type == FIELD_INTEGER ? "integer" : type == FIELD_MONEY ? "bigint" : type == FIELD_BOOLEAN ? "boolean"
                           : type == FIELD_DATE ? "date" : type == FIELD_TIME ? "timestamptz" : type == FIELD_REFERENCE ? "uuid" : "text";
    if (type == FIELD_TEXTS)
        and_where(b, "e.%s && %s::text[]", column, put_value(b, list));
    else
        and_where(b, "e.%s = any(%s::%s[])", column, put_value(b, list), sql_type);
}

static void filter_range(struct builder *b, const char *name, const char *column, enum field_type type, const char *comparison, const char *value)
{
    if (!value_fits(type, value)) {
        bad(b, name, bad_value, "bad_value");
        return;
    }
    const char *place = put_value(b, value);
    if (type == FIELD_TIME && strlen(value) == 10)
        and_where(b, "e.%s %s %s::date::timestamp at time zone company_zone()", column, comparison, place);
    else
        and_where(b, "e.%s %s %s::%s", column, comparison, place, type == FIELD_TIME ? "timestamptz" : type == FIELD_DATE ? "date" : "bigint");
}

static void filter_flag(struct builder *b, const char *name, const char *value, const char *if_true, const char *if_false)
{
    if (strcmp(value, "true") == 0)
        and_where(b, "%s", if_true);
    else if (strcmp(value, "false") == 0)
        and_where(b, "%s", if_false);
    else
        bad(b, name, bad_value, "bad_value");
}

static bool filter_common(struct builder *b, const char *name, const char *value)
{
    if (strcmp(name, "state") == 0) {
        filter_equal(b, name, "state", FIELD_TEXT, value);
    } else if (strcmp(name, "id") == 0) {
        filter_equal(b, name, "id", FIELD_REFERENCE, value);
    } else if (strcmp(name, "number") == 0) {
        filter_equal(b, name, "number", FIELD_TEXT, value);
    } else if (strcmp(name, "parent") == 0) {
        filter_equal(b, name, "parent_id", FIELD_REFERENCE, value);
    } else if (strcmp(name, "outlet") == 0) {
        bool mine = strcmp(value, "mine") == 0, none = b->request->principal->outlet_id[0] == '\0';
        if (mine && none)
            and_where(b, "false"); /* who belongs to none has none */
        else
            filter_equal(b, name, "outlet_id", FIELD_REFERENCE, mine ? b->request->principal->outlet_id : value);
    } else if (strcmp(name, "customer") == 0) {
        filter_equal(b, name, "customer_id", FIELD_REFERENCE, value);
    } else if (strcmp(name, "region") == 0 || strcmp(name, "priority") == 0) {
        filter_equal(b, name, name, FIELD_TEXT, value);
    } else if (strcmp(name, "assignee") == 0) {
        if (strcmp(value, "none") == 0)
            and_where(b, "e.assignee_id is null");
        else
            filter_equal(b, name, "assignee_id", FIELD_REFERENCE, strcmp(value, "me") == 0 ? b->request->principal->id : value);
    } else if (strcmp(name, "paused") == 0) {
        filter_flag(b, name, value, "e.paused is not null", "e.paused is null");
    } else if (strcmp(name, "overdue") == 0) {
        filter_flag(b, name, value, "e.overdue", "not e.overdue");
    } else if (strcmp(name, "to_reassign") == 0) {
        filter_flag(b, name, value, "e.to_reassign is not null", "e.to_reassign is null");
    } else if (strcmp(name, "open") == 0) {
        filter_flag(b, name, value, "e.closed_at is null", "e.closed_at is not null");
    } else if (strcmp(name, "due_before") == 0) {
        filter_range(b, name, "due_at", FIELD_TIME, "<", value);
    } else if (strcmp(name, "opened_from") == 0 || strcmp(name, "changed_from") == 0) {
        filter_range(b, name, name[0] == 'o' ? "opened_at" : "changed_at", FIELD_TIME, ">=", value);
    } else if (strcmp(name, "opened_to") == 0 || strcmp(name, "changed_to") == 0) {
        filter_range(b, name, name[0] == 'o' ? "opened_at" : "changed_at", FIELD_TIME, "<", value);
    } else {
        return false;
    }
    return true;
}

/* Who may be sent on a day: not absent then (and how busy is in the row's expansion). */
static bool filter_person(struct builder *b, const char *name, const char *value)
{
    if (strcmp(b->machine->machine->name, "person") != 0)
        return false;
    if (strcmp(name, "skill") == 0) {
        filter_equal(b, name, "qualified_scope", FIELD_TEXTS, value);
    } else if (strcmp(name, "qualified_on") == 0) {
        filter_range(b, name, "qualified_until", FIELD_DATE, ">=", value);
    } else if (strcmp(name, "available_on") == 0) {
        if (!clock_is_date(value)) {
            bad(b, name, bad_value, "bad_value");
            return true;
        }
        const char *day = put_value(b, value);
        and_where(b, "e.state = 'active' and not exists (select from absence a where a.person_id = e.id and a.closed_at is null"
                     " and a.from_at < (%s::date + 1)::timestamp at time zone company_zone()"
                     " and a.to_at > %s::date::timestamp at time zone company_zone())", day, day);
    } else {
        return false;
    }
    return true;
}

static const struct column *filter_column(const struct machine_plan *machine, const char *name, size_t length)
{
    for (size_t c = 0; c < machine->n_columns; c++) {
        const struct column *column = &machine->columns[c];
        if (strlen(column->name) == length && strncmp(column->name, name, length) == 0)
            return column->field != NULL && (column->field->flags & FIELD_FILTER) != 0 ? column : NULL;
    }
    return NULL;
}

static bool filter_field(struct builder *b, const char *name, const char *value)
{
    size_t n = strlen(name);
    const struct column *column = filter_column(b->machine, name, n);
    if (column != NULL) {
        const char *machine = column->field->machine;
        bool me = column->type == FIELD_REFERENCE && machine != NULL && strcmp(machine, "person") == 0 && strcmp(value, "me") == 0;
        filter_equal(b, name, column->name, column->type, me ? b->request->principal->id : value);
        return true;
    }
    bool from = n > 5 && strcmp(name + n - 5, "_from") == 0, to = n > 3 && strcmp(name + n - 3, "_to") == 0;
    if (!from && !to)
        return false;
    column = filter_column(b->machine, name, n - (from ? 5 : 3));
    if (column == NULL || (column->type != FIELD_TIME && column->type != FIELD_DATE && column->type != FIELD_INTEGER && column->type != FIELD_MONEY))
        return false;
    filter_range(b, name, column->name, column->type, from ? ">=" : column->type == FIELD_TIME ? "<" : "<=", value);
    return true;
}

static void put_scope(struct builder *b)
{
    const struct principal *p = b->request->principal;
    if (!machine_may_read(b->machine, p) && b->machine->machine->self != NULL)
        and_where(b, arena_printf(b->arena, "e.%s = %%s::uuid", b->machine->machine->self), put_value(b, p->id));
    if (b->machine->machine->scope != SCOPE_OUTLET)
        return;
    if (p->outlet_id[0] != '\0')
        and_where(b, "e.outlet_id = %s::uuid", put_value(b, p->outlet_id));
    if (p->customer_id[0] != '\0')
        and_where(b, "e.customer_id = %s::uuid", put_value(b, p->customer_id));
}

struct sorting {
    const char *column;
    const char *key;  /* never null, so that rows compare */
    const char *type; /* of the key */
    bool descending;
};

static bool find_sorting(struct builder *b, struct sorting *sorting)
{
    const char *name = b->request->sort == NULL ? "-opened_at" : b->request->sort;
    sorting->descending = name[0] == '-';
    name += sorting->descending;
    if (strcmp(name, "opened_at") == 0) {
        *sorting = (struct sorting){ "id", "e.id", "uuid", sorting->descending }; /* UUIDv7: in order of opening */
        return true;
    }
    for (size_t c = 0; c < b->machine->n_columns; c++) {
        const struct column *column = &b->machine->columns[c];
        bool offered = strcmp(name, "number") == 0 || strcmp(name, "state") == 0 || strcmp(name, "due_at") == 0 || strcmp(name, "changed_at") == 0 ||
                       strcmp(name, "priority") == 0 || (column->field != NULL && (column->field->flags & FIELD_FILTER) != 0);
        if (strcmp(column->name, name) != 0 || !offered)
            continue;
        bool time = column->type == FIELD_TIME, text = column->type == FIELD_TEXT || column->type == FIELD_ENUM;
        bool number = column->type == FIELD_INTEGER || column->type == FIELD_MONEY, date = column->type == FIELD_DATE;
        if (!time && !text && !number && !date)
            break;
        sorting->column = column->name;
        sorting->type = time ? "timestamptz" : text ? "text" : number ? "bigint" : "date";
        sorting->key = arena_printf(b->arena, "coalesce(e.%s, %s)", column->name, time || date ? "'infinity'" : text ? "''" : "0");
        return true;
    }
    bad(b, "sort", bad_value, "bad_value");
    return false;
}

static void put_cursor(struct builder *b, const struct sorting *sorting)
{
    const char *cursor = b->request->cursor;
    unsigned char bytes[600];
    size_t n = 0;
    if (strlen(cursor) > 700 || sodium_base642bin(bytes, sizeof bytes - 1, cursor, strlen(cursor), NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || n < 37) {
        bad(b, "cursor", bad_value, "bad_value");
        return;
    }
    bytes[n] = '\0';
    const char *text = arena_strdup(b->arena, (const char *)bytes);
    char *value = strchr(text, '|');
    const char *id = text;
    int64_t us;
    if (value == NULL || (size_t)(value - text) != 36) {
        bad(b, "cursor", bad_value, "bad_value");
        return;
    }
    *value++ = '\0';
    json_t *utf8 = json_string(value); /* NULL when it is none: PostgreSQL would raise */
    bool fits = utf8 != NULL && uuid_is_valid(id) && (strcmp(sorting->type, "timestamptz") != 0 || strcmp(value, "infinity") == 0 || clock_parse_rfc3339(value, &us)) &&
                (strcmp(sorting->type, "date") != 0 || strcmp(value, "infinity") == 0 || clock_is_date(value)) &&
                (strcmp(sorting->type, "bigint") != 0 || (value[0] != '\0' && strlen(value) < 19 && strspn(value + (value[0] == '-'), "0123456789") == strlen(value) - (value[0] == '-'))) &&
                (strcmp(sorting->type, "uuid") != 0 || uuid_is_valid(value));
    json_decref(utf8);
    if (!fits) {
        bad(b, "cursor", bad_value, "bad_value");
        return;
    }
    and_where(b, "(%s, e.id) %s (%s::%s, %s::uuid)", sorting->key, sorting->descending ? "<" : ">", put_value(b, value), sorting->type, put_value(b, id));
}

static const struct {
    const char *name, *sql;
} expansions[] = {
    { "assignee", "(select jsonb_build_object('id', x.id, 'number', x.number, 'name', x.name) from person x where x.id = e.assignee_id)" },
    { "customer", "(select jsonb_build_object('id', x.id, 'number', x.number, 'name', x.name, 'region', x.region, 'kind', x.kind) from customer x where x.id = e.customer_id)" },
    { "outlet", "(select jsonb_build_object('id', x.id, 'number', x.number, 'name', x.name) from outlet x where x.id = e.outlet_id)" },
    { "equipment", "(select jsonb_build_object('id', x.id, 'number', x.number, 'serial', x.serial, 'model', x.model, 'warranty_until', x.warranty_until) from equipment x where x.id = e.equipment_id)" },
    { "supplier", "(select jsonb_build_object('id', x.id, 'number', x.number, 'name', x.name, 'contact_name', x.contact_name, 'phone', x.phone) from supplier_contact x where x.id = e.supplier_id)" },
    { "load", "(select jsonb_build_object('open', count(*), 'today', count(*) filter (where company_date(r.appointment_at) = company_date(%s::timestamptz))) from repair r where r.assignee_id = e.id and r.closed_at is null and r.settled_at is null)" },
};

static const char *now_text(struct builder *b)
{
    char *text = arena_alloc(b->arena, CLOCK_RFC3339_SIZE);
    clock_format_rfc3339(b->request->now_us, text);
    return text;
}

const char *plan_expansion(const struct machine_plan *machine, size_t i, const char **ret_sql)
{
    for (size_t x = 0; x < sizeof expansions / sizeof *expansions; x++) {
        const char *name = expansions[x].name;
        bool has = (strcmp(name, "equipment") != 0 || plan_column(machine, "equipment_id") != SIZE_MAX) &&
                   (strcmp(name, "supplier") != 0 || plan_column(machine, "supplier_id") != SIZE_MAX) &&
                   (strcmp(name, "load") != 0 || strcmp(machine->machine->name, "person") == 0);
        if (has && i-- == 0) {
            *ret_sql = expansions[x].sql;
            return name;
        }
    }
    return NULL;
}

static void put_expansions(struct builder *b, struct list_query *query, struct buf *sql)
{
    struct expanded *expanded = &query->expanded;
    char word[32];
    for (const char *p = b->request->expand; p != NULL && *p != '\0'; p += *p == ',') {
        size_t n = strcspn(p, ",");
        const char *name, *text = NULL;
        (void)snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), p);
        p += n;
        for (size_t i = 0; (name = plan_expansion(b->machine, i, &text)) != NULL && strcmp(name, word) != 0;)
            i++;
        for (int x = 0; x < expanded->n; x++)
            name = expanded->items[x].name == name ? NULL : name; /* twice would be a duplicate key */
        if (name == NULL) {
            bad(b, "expand", bad_value, "bad_value");
            return;
        }
        const char *now = strstr(text, "%s");
        buf_printf(sql, ",\n       %.*s%s%s as x_%s", now == NULL ? (int)strlen(text) : (int)(now - text), text,
                   now == NULL ? "" : put_value(b, now_text(b)), now == NULL ? "" : now + 2, word);
        expanded->items[expanded->n].name = name;
        expanded->items[expanded->n].column = RESULT_FIRST_COLUMN + (int)b->machine->n_columns + expanded->n;
        expanded->n++;
    }
}

bool engine_list(const struct machine_plan *machine, const struct list_request *request, struct arena *arena,
                 struct list_query *ret_query, struct faults *faults)
{
    struct builder b = { .machine = machine, .request = request, .arena = arena, .faults = faults };
    struct sorting sorting = { 0 };
    *ret_query = (struct list_query){ .sql = NULL };
    put_scope(&b);
    for (size_t i = 0; i < request->n_filters; i++)
        if (!filter_common(&b, request->filters[i].name, request->filters[i].value) &&
            !filter_person(&b, request->filters[i].name, request->filters[i].value) &&
            !filter_field(&b, request->filters[i].name, request->filters[i].value))
            bad(&b, request->filters[i].name, unknown_parameter, "unknown_parameter");
    bool sorted = find_sorting(&b, &sorting);
    const char *counted = arena_strdup(arena, b.where.data == NULL ? "" : b.where.data);
    if (sorted && request->cursor != NULL)
        put_cursor(&b, &sorting);
    struct buf sql = { 0 };
    buf_printf(&sql, "select 'found' as verdict, null, 0, null::jsonb, null, e.id,\n       %s", machine->column_list);
    put_expansions(&b, ret_query, &sql);
    if (sorted) {
        buf_printf(&sql, ",\n       %s as sort_key", strcmp(sorting.type, "timestamptz") == 0 ? arena_printf(arena, "case when %s = 'infinity' then 'infinity' else to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') end", sorting.key, sorting.key) : arena_printf(arena, "%s::text", sorting.key));
        if (request->exact_count)
            buf_printf(&sql, ",\n       (select count(*) from %s e where true%s) as total", machine->machine->name, counted);
        const char *direction = sorting.descending ? "desc" : "asc";
        buf_printf(&sql, "\n  from %s e\n where true%s\n order by %s %s, e.id %s\n limit %d", machine->machine->name,
                   b.where.data == NULL ? "" : b.where.data, sorting.key, direction, direction, request->limit + 1);
    }
    const char **values = ARENA_ARRAY(arena, const char *, b.n_values + 1);
    memcpy(values, b.values, (size_t)b.n_values * sizeof *values);
    ret_query->sql = arena_strdup(arena, sql.data);
    ret_query->values = values;
    ret_query->n_values = b.n_values;
    ret_query->sort_column = RESULT_FIRST_COLUMN + (int)machine->n_columns + ret_query->expanded.n;
    buf_done(&sql);
    buf_done(&b.where);
    return faults->count == 0;
}

const char *engine_cursor(const struct list_query *query, const PGresult *result, int row, struct arena *arena)
{
    const char *text = arena_printf(arena, "%s|%s", engine_result_id(result, row), PQgetvalue(result, row, query->sort_column));
    size_t size = sodium_base64_encoded_len(strlen(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *cursor = arena_alloc(arena, size);
    return sodium_bin2base64(cursor, size, (const unsigned char *)text, strlen(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *engine_open_rows_sql(const struct engine *engine)
{
    return engine->open_rows;
}

void compile_open_rows(struct engine *engine)
{
    struct buf sql = { 0 };
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *machine = &engine->machines[i];
        if (machine->machine->clocks == NULL)
            continue; /* a register: nobody works it off */
        const char *work = machine->machine->work;
        buf_printf(&sql, "%sselect '%s'::text as machine, e.id, e.number, e.state, e.version, e.assignee_id, e.outlet_id, e.customer_id,\n"
                         "       e.region, e.priority, e.paused, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.changed_at, '%s'::text as path,\n"
                         /* due_at looks ahead, past the clocks that have run out; how late the work is they tell. */
                         "       case when e.overdue then (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(e.clocks) c where c.value ? 'breached_at') end as late_since\n"
                         "  from %s e\n where e.closed_at is null%s%s%s",
                   sql.length == 0 ? "" : "\nunion all\n", machine->machine->name, machine->machine->path,
                   machine->machine->name, work == NULL ? "" : "\n   and (", work == NULL ? "" : work, work == NULL ? "" : ")");
    }
    engine->open_rows = arena_strdup(&engine->arena, sql.data == NULL ? "select where false" : sql.data);
    buf_done(&sql);
}
