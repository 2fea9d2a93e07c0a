#include "engine/sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compile.h"
#include "engine/roles.h"

static const struct {
    const char *name, *type;
    enum source source;
    bool known_without_body;
} system_names[] = {
    { "id", "uuid", SOURCE_ID, true },
    { "now", "timestamptz", SOURCE_NOW, true },
    { "actor", "uuid", SOURCE_ACTOR, true },
    { "caller_roles", "bigint", SOURCE_ROLES, true },
    { "scope_outlet", "uuid", SOURCE_SCOPE_OUTLET, true },
    { "scope_customer", "uuid", SOURCE_SCOPE_CUSTOMER, true },
    { "if_match", "integer", SOURCE_IF_MATCH, false },
    { "key", "text", SOURCE_KEY, false },
    { "fingerprint", "text", SOURCE_FINGERPRINT, false },
    { "request", "text", SOURCE_REQUEST, false },
    { "dry_run", "boolean", SOURCE_DRY_RUN, false },
    { "inputs", "json", SOURCE_INPUTS, false },
    { "occurred", "timestamptz", SOURCE_OCCURRED, false },
    { "salt", "bytea", SOURCE_SALT, false },
    { "given", "bigint", SOURCE_GIVEN, false },
    { "expand", "text[]", SOURCE_EXPAND, false },
};

static void put_param(struct sql *sql, enum source source, size_t input, const char *type)
{
    size_t i = 0;
    while (i < sql->n_params && (sql->params[i].source != source || sql->params[i].input != input))
        i++;
    if (i == sql->n_params) {
        if (sql->n_params == PLAN_MAX_PARAMS) {
            plan_error(sql->engine, "%s: more than %d parameters", sql->machine->machine->name, PLAN_MAX_PARAMS);
            return;
        }
        sql->params[sql->n_params++] = (struct param){ source, input };
    }
    if (!sql->many) {
        buf_printf(&sql->text, "$%zu::%s", i + 1, type);
        return;
    }
    /* An array of arrays would be taken apart down to its elements: lists travel as text. */
    bool is_list = strchr(type, '[') != NULL;
    sql->types[i] = is_list ? "text" : type;
    buf_printf(&sql->text, is_list ? "%s.p%zu::%s" : "%s.p%zu", sql->asked, i + 1, type);
}

static bool put_input(struct sql *sql, const char *name)
{
    if (sql->event == NULL)
        return false;
    for (size_t i = 0; i < sql->event->n_inputs; i++) {
        const struct field *field = sql->event->inputs[i].field;
        if (strcmp(field->name, name) != 0)
            continue;
        if (sql->input_alias != NULL)
            buf_printf(&sql->text, "%s.%s", sql->input_alias, name);
        else
            put_param(sql, SOURCE_INPUT, i, plan_sql_type(field));
        return true;
    }
    return false;
}

static void put_name(struct sql *sql, const char *name)
{
    if (strcmp(name, "at") == 0) {
        sql_put(sql, sql->at);
    } else if (strcmp(name, "is_owner") == 0) {
        sql_putf(sql, "(:caller_roles & %lld) <> 0", (long long)sql->machine->owners);
    } else if (strncmp(name, "has_", 4) == 0 && role_find(name + 4) != ROLE_MAX) {
        sql_putf(sql, "(:caller_roles & %lld) <> 0", (long long)role_bit(role_find(name + 4)));
    } else if (strcmp(name, "content_sha256") == 0) {
        compile_put_content_hash(sql, sql->machine, sql->machine->signing);
    } else if (strcmp(name, "id") == 0 && sql->id != NULL) {
        sql_put(sql, sql->id);
    } else if (strcmp(name, "inputs") == 0 && sql->input_alias != NULL) {
        buf_printf(&sql->text, "to_jsonb(%s)", sql->input_alias);
    } else if (strncmp(name, "new", 3) == 0 && isdigit((unsigned char)name[3])) {
        put_param(sql, SOURCE_NEW_ID, strtoul(name + 3, NULL, 10), "uuid");
    } else {
        for (size_t i = 0; i < sizeof system_names / sizeof *system_names; i++)
            if (strcmp(system_names[i].name, name) == 0) {
                put_param(sql, system_names[i].source, 0, system_names[i].type);
                return;
            }
        if (!put_input(sql, name))
            plan_error(sql->engine, "%s.%s: SQL names \":%s\", which is no input", sql->machine->machine->name,
                       sql->event == NULL ? "get" : sql->event->name, name);
    }
}

/* Length of a quoted literal at `p`, 0 when there is none. */
static size_t literal_length(const char *p)
{
    if (*p != '\'')
        return 0;
    const char *end = strchr(p + 1, '\'');
    return end == NULL ? strlen(p) : (size_t)(end - p) + 1;
}

/* Length of the name of a :name at `p` (behind the colon), 0 when `p` is none. */
static size_t name_length(const char *text, const char *p)
{
    if (*p != ':' || p[1] == ':' || (p > text && p[-1] == ':') || !islower((unsigned char)p[1]))
        return 0;
    size_t n = 1;
    while (islower((unsigned char)p[n]) || isdigit((unsigned char)p[n]) || p[n] == '_')
        n++;
    return n - 1;
}

void sql_put(struct sql *sql, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        size_t n = literal_length(p);
        if (n > 0) {
            buf_add(&sql->text, p, n);
            p += n;
            continue;
        }
        n = name_length(text, p);
        if (n == 0) {
            n = 1 + strcspn(p + 1, ":'");
            buf_add(&sql->text, p, n);
            p += n;
            continue;
        }
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", (int)n, p + 1);
        put_name(sql, name);
        p += n + 1;
    }
}

void sql_putf(struct sql *sql, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(&sql->engine->scratch, format, arguments);
    va_end(arguments);
    sql_put(sql, text);
}

bool sql_is_system_name(const char *name)
{
    for (size_t i = 0; i < sizeof system_names / sizeof *system_names; i++)
        if (strcmp(system_names[i].name, name) == 0)
            return true;
    return strcmp(name, "at") == 0 || strcmp(name, "is_owner") == 0 || strcmp(name, "content_sha256") == 0 ||
           (strncmp(name, "has_", 4) == 0 && role_find(name + 4) != ROLE_MAX) ||
           (strncmp(name, "new", 3) == 0 && isdigit((unsigned char)name[3]));
}

bool sql_needs_input(const char *text)
{
    for (const char *p = text; *p != '\0';) {
        size_t n = literal_length(p);
        if (n > 0) {
            p += n;
            continue;
        }
        n = name_length(text, p);
        if (n == 0) {
            p++;
            continue;
        }
        bool known = (n == 2 && strncmp(p + 1, "at", 2) == 0) || (n == 8 && strncmp(p + 1, "is_owner", 8) == 0) ||
                     strncmp(p + 1, "has_", 4) == 0;
        for (size_t i = 0; i < sizeof system_names / sizeof *system_names; i++)
            if (strlen(system_names[i].name) == n && strncmp(system_names[i].name, p + 1, n) == 0)
                known = system_names[i].known_without_body;
        if (!known)
            return true;
        p += n + 1;
    }
    return false;
}

const char *sql_asked(const struct sql *sql, const char *id)
{
    return sql->many ? arena_printf(&sql->engine->scratch, "\n  join asked on :id = %s", id) : "";
}

void sql_put_asked(struct sql *sql)
{
    struct buf whole = { 0 };
    buf_puts(&whole, "with asked as materialized (\nselect ");
    for (size_t i = 0; i < sql->n_params; i++)
        if (sql->params[i].source == SOURCE_NOW)
            buf_printf(&whole, "(select max(t) from unnest($%zu::timestamptz[]) t) as p%zu, ", i + 1, i + 1);
        else
            buf_printf(&whole, "p%zu, ", i + 1);
    buf_puts(&whole, "place\n  from unnest(");
    for (size_t i = 0; i < sql->n_params; i++)
        buf_printf(&whole, "%s$%zu::%s[]", i == 0 ? "" : ", ", i + 1, sql->types[i] == NULL ? "text" : sql->types[i]);
    buf_puts(&whole, ") with ordinality as a (");
    for (size_t i = 0; i < sql->n_params; i++)
        buf_printf(&whole, "p%zu, ", i + 1);
    buf_puts(&whole, sql->text.data[0] == ',' ? "place))" : "place))\n");
    buf_add(&whole, sql->text.data, sql->text.length);
    buf_done(&sql->text);
    sql->text = whole;
}

const char *sql_piece(struct sql *sql, const char *text)
{
    struct buf saved = sql->text;
    sql->text = (struct buf){ 0 };
    sql_put(sql, text);
    const char *piece = arena_strdup(&sql->engine->scratch, sql->text.data == NULL ? "" : sql->text.data);
    buf_done(&sql->text);
    sql->text = saved;
    return piece;
}
