#include "engine/faults.h"

void faults_add(struct faults *faults, const char *pointer, const char *code, struct text message)
{
    if (faults->count < FAULTS_MAX)
        faults->list[faults->count] = (struct fault){ arena_strdup(faults->arena, pointer), code, message };
    faults->count++;
}

/* The pointer shows the caller's own key: bounded to whole characters, escaped as RFC 6901 says. */
const char *faults_member(struct arena *arena, const char *pointer, const char *key)
{
    char escaped[132];
    size_t n = 0;
    for (const char *p = key; *p != '\0'; p++) {
        if (n > sizeof escaped - 6 && ((unsigned char)*p & 0xc0) != 0x80)
            break;
        if (*p == '~' || *p == '/') {
            escaped[n++] = '~';
            escaped[n++] = *p == '~' ? '0' : '1';
        } else {
            escaped[n++] = *p;
        }
    }
    escaped[n] = '\0';
    return arena_printf(arena, "%s/%s", pointer, escaped);
}
