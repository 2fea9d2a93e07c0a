#include "engine/faults.h"

void faults_add(struct faults *faults, const char *pointer, const char *code, struct text message)
{
    if (faults->count < FAULTS_MAX)
        faults->list[faults->count] = (struct fault){ arena_strdup(faults->arena, pointer), code, message };
    faults->count++;
}
