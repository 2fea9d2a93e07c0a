/* The roles of 00-common 1.2. Layer: engine. A set of roles is a uint64_t with bit i for role_names[i]. */
#ifndef AFTERCARE_ROLES_H
#define AFTERCARE_ROLES_H

#include <stdint.h>

#include "engine/principal.h"

enum role {
#define ROLE(name, en, zh) ROLE_##name,
#include "engine/roles.def"
#undef ROLE
    ROLE_MAX
};

extern const char *const role_names[ROLE_MAX];
extern const struct text role_titles[ROLE_MAX];

/* ROLE_MAX when there is none of that name. */
enum role role_find(const char *name);
static inline uint64_t role_bit(enum role role)
{
    return UINT64_C(1) << role;
}

#endif
