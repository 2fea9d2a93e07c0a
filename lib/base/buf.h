/* Growing byte buffer, and the JSON writer on top of it. Layer: base.
 * Content is always NUL-terminated behind `length`. Out of memory ends the process (see arena.h). */
#ifndef AFTERCARE_BUF_H
#define AFTERCARE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* owned; NULL while empty */
    size_t length, capacity;
};

void buf_add(struct buf *buf, const char *bytes, size_t length);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Frees the content; the buffer may be used again. */
void buf_done(struct buf *buf);
/* Gives up the content: the caller frees it with free(). */
char *buf_steal(struct buf *buf);

/* A JSON string literal with quotes; `text` is UTF-8. NULL writes null. */
void buf_json_string(struct buf *buf, const char *text);
void buf_json_bytes(struct buf *buf, const char *text, size_t length);
/* A comma unless the last byte opens an object or array: lets writers append members without counting. */
void buf_json_comma(struct buf *buf);
/* comma, "name": ; `name` must need no escaping. */
void buf_json_key(struct buf *buf, const char *name);
/* comma, "name": "text" (or null). */
void buf_json_member(struct buf *buf, const char *name, const char *text);
void buf_json_int(struct buf *buf, const char *name, int64_t value);
void buf_json_bool(struct buf *buf, const char *name, bool value);

/* Escapes & < > " ' for HTML text and attribute values. NULL writes nothing. */
void buf_html(struct buf *buf, const char *text);

#define _cleanup_buf_ __attribute__((cleanup(buf_done)))

#endif
