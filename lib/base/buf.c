#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define PRINTF_ROOM ((size_t)256) /* printing twice costs twice */

static void reserve(struct buf *buf, size_t more)
{
    if (buf->length + more + 1 <= buf->capacity)
        return;
    size_t capacity = buf->capacity == 0 ? 512 : buf->capacity;
    while (capacity < buf->length + more + 1)
        capacity *= 2;
    char *data = realloc(buf->data, capacity);
    if (data == NULL)
        log_fatal("buf", "out of memory (%zu bytes)", capacity);
    buf->data = data;
    buf->capacity = capacity;
}

void buf_add(struct buf *buf, const char *bytes, size_t length)
{
    reserve(buf, length);
    if (length > 0)
        memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    reserve(buf, PRINTF_ROOM);
    int length = vsnprintf(buf->data + buf->length, buf->capacity - buf->length, format, arguments);
    va_end(arguments);
    if (length < 0)
        log_fatal("buf", "bad format");
    if ((size_t)length >= buf->capacity - buf->length) {
        reserve(buf, (size_t)length);
        (void)vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
    }
    va_end(again);
    buf->length += (size_t)length;
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ 0 };
}

char *buf_steal(struct buf *buf)
{
    reserve(buf, 0);
    buf->data[buf->length] = '\0';
    char *data = buf->data;
    *buf = (struct buf){ 0 };
    return data;
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void put_escaped(struct buf *buf, unsigned char c)
{
    switch (c) {
    case '"':
        buf_add(buf, "\\\"", 2);
        break;
    case '\\':
        buf_add(buf, "\\\\", 2);
        break;
    case '\n':
        buf_add(buf, "\\n", 2);
        break;
    case '\r':
        buf_add(buf, "\\r", 2);
        break;
    case '\t':
        buf_add(buf, "\\t", 2);
        break;
    default:
        buf_printf(buf, "\\u%04x", c);
    }
}

void buf_json_bytes(struct buf *buf, const char *text, size_t length)
{
    buf_putc(buf, '"');
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (!needs_escape((unsigned char)text[i]))
            continue;
        buf_add(buf, text + from, i - from);
        put_escaped(buf, (unsigned char)text[i]);
        from = i + 1;
    }
    buf_add(buf, text + from, length - from);
    buf_putc(buf, '"');
}

void buf_json_string(struct buf *buf, const char *text)
{
    if (text == NULL)
        buf_add(buf, "null", 4);
    else
        buf_json_bytes(buf, text, strlen(text));
}

void buf_json_comma(struct buf *buf)
{
    if (buf->length > 0 && strchr("{[,", buf->data[buf->length - 1]) == NULL)
        buf_putc(buf, ',');
}

void buf_json_key(struct buf *buf, const char *name)
{
    buf_json_comma(buf);
    buf_putc(buf, '"');
    buf_puts(buf, name);
    buf_add(buf, "\":", 2);
}

void buf_json_member(struct buf *buf, const char *name, const char *text)
{
    buf_json_key(buf, name);
    buf_json_string(buf, text);
}

void buf_json_int(struct buf *buf, const char *name, int64_t value)
{
    buf_json_key(buf, name);
    buf_printf(buf, "%lld", (long long)value);
}

void buf_json_bool(struct buf *buf, const char *name, bool value)
{
    buf_json_key(buf, name);
    buf_puts(buf, value ? "true" : "false");
}

void buf_html(struct buf *buf, const char *text)
{
    for (const char *p = text; p != NULL && *p != '\0'; p++) {
        const char *entity = *p == '&'    ? "&amp;"
                             : *p == '<'  ? "&lt;"
                             : *p == '>'  ? "&gt;"
                             : *p == '"'  ? "&quot;"
                             : *p == '\'' ? "&#39;"
                                          : NULL;
        if (entity != NULL)
            buf_puts(buf, entity);
        else
            buf_putc(buf, *p);
    }
}
