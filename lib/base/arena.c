#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define BLOCK_SIZE ((size_t)8192)
#define ALIGNMENT ((size_t)16)

struct arena_block {
    struct arena_block *next;
    size_t size;
    max_align_t data[];
};

static struct arena_block *block_new(size_t bytes)
{
    struct arena_block *block = calloc(1, sizeof *block + bytes);
    if (block == NULL)
        log_fatal("arena", "out of memory (%zu bytes)", bytes);
    block->size = bytes;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    bytes = (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (arena->blocks != NULL && bytes > BLOCK_SIZE / 2) {
        /* A large piece gets a block of its own behind the newest, which stays open for small ones. */
        struct arena_block *large = block_new(bytes);
        large->next = arena->blocks->next;
        arena->blocks->next = large;
        return large->data;
    }
    if (arena->blocks == NULL || arena->used + bytes > arena->blocks->size) {
        struct arena_block *block = block_new(bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE);
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = 0;
    }
    void *memory = (char *)arena->blocks->data + arena->used;
    arena->used += bytes;
    return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char small[8192]; /* most fit: printing twice costs as much again */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length < 0)
        log_fatal("arena", "bad format");
    char *text = arena_alloc(arena, (size_t)length + 1);
    if ((size_t)length < sizeof small)
        memcpy(text, small, (size_t)length + 1);
    else
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_done(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    arena->used = 0;
}
