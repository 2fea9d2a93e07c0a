#include "engine/roles.h"

#include <string.h>

const char *const role_names[ROLE_MAX] = {
#define ROLE(name, en, zh) #name,
#include "engine/roles.def"
#undef ROLE
};

const struct text role_titles[ROLE_MAX] = {
#define ROLE(name, en, zh) { en, zh },
#include "engine/roles.def"
#undef ROLE
};

enum role role_find(const char *name)
{
    for (enum role role = 0; role < ROLE_MAX; role++)
        if (strcmp(role_names[role], name) == 0)
            return role;
    return ROLE_MAX;
}
