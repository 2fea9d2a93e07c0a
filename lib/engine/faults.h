/* Everything wrong with a body, all at once. Layer: engine. Lives in the request's arena. */
#ifndef AFTERCARE_FAULTS_H
#define AFTERCARE_FAULTS_H

#include <stddef.h>

#include "base/arena.h"
#include "engine/principal.h"

struct fault {
    const char *pointer; /* RFC 6901, "" = the whole body; query parameters: "?name" */
    const char *code;    /* "required", "unknown_field", "wrong_type", "too_long", "out_of_range", "not_in_list", ... or a guard's code */
    struct text message;
};

#define FAULTS_MAX 100

struct faults {
    struct arena *arena;
    size_t count; /* may exceed FAULTS_MAX; only the first FAULTS_MAX are kept */
    struct fault list[FAULTS_MAX];
};

void faults_add(struct faults *faults, const char *pointer, const char *code, struct text message);
/* The JSON pointer of an object's member, whatever the caller calls it. */
const char *faults_member(struct arena *arena, const char *pointer, const char *key);

#endif
