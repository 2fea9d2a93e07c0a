/* JSON to YAML in the block style that people read and diff. */
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "base/log.h"
#include "engine/openapi.h"

static void indent(struct buf *out, int depth)
{
    buf_printf(out, "%*s", depth * 2, "");
}

/* Words that YAML 1.1 or 1.2 readers take for something else than text. */
static bool is_reserved(const char *text)
{
    static const char *const words[] = { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(words[i], text) == 0)
            return true;
    return false;
}

static bool is_plain(const char *text)
{
    unsigned char first = (unsigned char)text[0], last = (unsigned char)text[0];
    if (!isalpha(first) && first != '/' && first < 0x80)
        return false;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f || (*p == ':' && p[1] == ' ') || (*p == '#' && last == ' '))
            return false;
        last = *p;
    }
    return last != ':' && last != ' ' && !is_reserved(text);
}

/* A literal block keeps line ends as they are, but cannot begin with a blank or hold control characters. */
static bool is_block(const char *text)
{
    size_t n = strlen(text);
    if (strchr(text, '\n') == NULL || isspace((unsigned char)text[0]) || text[n - 1] == '\n' ||
        strstr(text, " \n") != NULL)
        return false;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if ((*p < 0x20 && *p != '\n') || *p == 0x7f)
            return false;
    return true;
}

static void put_text(struct buf *out, const char *text, int depth)
{
    if (is_plain(text)) {
        buf_puts(out, text);
    } else if (is_block(text)) {
        buf_puts(out, "|-");
        for (const char *line = text; line != NULL;) {
            const char *end = strchr(line, '\n');
            size_t n = end == NULL ? strlen(line) : (size_t)(end - line);
            buf_putc(out, '\n');
            if (n > 0)
                indent(out, depth);
            buf_add(out, line, n);
            line = end == NULL ? NULL : end + 1;
        }
    } else {
        buf_json_string(out, text);
    }
}

static bool is_branch(const json_t *value)
{
    return (json_is_object(value) && json_object_size(value) > 0) ||
           (json_is_array(value) && json_array_size(value) > 0);
}

static void put_leaf(struct buf *out, const json_t *value, int depth)
{
    if (json_is_string(value)) {
        put_text(out, json_string_value(value), depth);
        return;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    buf_puts(out, text);
    free(text);
}

#define MAX_FLOW 100

/* Small branches go on one line, as JSON: a third of the lines, and as easy to read. */
static bool put_flow(struct buf *out, json_t *value)
{
    const char *key;
    json_t *member;
    bool small = !json_is_object(value) || json_object_size(value) <= 2;
    json_object_foreach(value, key, member) small &= !is_branch(member);
    for (size_t i = 0; i < json_array_size(value); i++)
        small &= !is_branch(json_array_get(value, i));
    if (!small)
        return false;
    char *text = json_dumps(value, 0);
    bool fits = strlen(text) <= MAX_FLOW;
    if (fits)
        buf_printf(out, "%s\n", text);
    free(text);
    return fits;
}

static void put_branch(struct buf *out, json_t *value, int depth, bool in_line);

/* Behind a colon. */
static void put_value(struct buf *out, json_t *value, int depth)
{
    if (!is_branch(value)) {
        buf_putc(out, ' ');
        put_leaf(out, value, depth);
        buf_putc(out, '\n');
        return;
    }
    size_t length = out->length;
    buf_putc(out, ' ');
    if (put_flow(out, value))
        return;
    out->length = length;
    buf_putc(out, '\n');
    put_branch(out, value, depth, false);
}

static void put_members(struct buf *out, json_t *object, int depth, bool in_line)
{
    const char *key;
    json_t *member;
    json_object_foreach(object, key, member)
    {
        if (!in_line)
            indent(out, depth);
        in_line = false;
        put_text(out, key, depth);
        buf_putc(out, ':');
        put_value(out, member, depth + 1);
    }
}

/* `in_line`: the first line's indent is written already, behind a dash. */
static void put_branch(struct buf *out, json_t *value, int depth, bool in_line)
{
    if (json_is_object(value)) {
        put_members(out, value, depth, in_line);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *item = json_array_get(value, i);
        if (!in_line)
            indent(out, depth);
        in_line = false;
        buf_puts(out, "- ");
        if (!is_branch(item)) {
            put_leaf(out, item, depth + 1);
            buf_putc(out, '\n');
        } else if (!put_flow(out, item)) {
            put_branch(out, item, depth + 1, true);
        }
    }
}

void openapi_json_to_yaml(const char *json, size_t length, struct buf *out)
{
    json_error_t error;
    json_t *document = json_loadb(json, length, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL)
        log_fatal("openapi", "the document is no JSON: %s (byte %d)", error.text, error.position);
    put_branch(out, document, 0, false);
    json_decref(document);
}
