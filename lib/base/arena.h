/* Arena: memory that lives as long as one request (or one start-up) and is freed at once. Layer: base.
 * Not thread-safe: one owner at a time. Running out of memory ends the process (log_fatal): a server that
 * cannot allocate a few kilobytes cannot answer either. */
#ifndef AFTERCARE_ARENA_H
#define AFTERCARE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *blocks; /* newest first; NULL: empty */
    size_t used;                /* bytes used in the newest block */
};

/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* Copies; `text` may be NULL, then so is the result. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
/* Frees every block; the arena may be used again. */
void arena_done(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

#endif
