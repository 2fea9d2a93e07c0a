/* Who calls: a person signed in by session or API key, or the system. Layer: engine. */
#ifndef AFTERCARE_PRINCIPAL_H
#define AFTERCARE_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid7.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH };

/* Titles and messages, both languages always present. */
struct text {
    const char *en, *zh;
};
static inline const char *text_in(struct text text, enum language language)
{
    return language == LANGUAGE_ZH ? text.zh : text.en;
}

#define PRINCIPAL_MAX_ROLES 32

/* Plain data without pointers into elsewhere, so that it can be cached and copied. */
struct principal {
    char id[UUID_TEXT_SIZE];        /* the person; the natural person for separation of duties */
    char name[96];
    uint64_t roles;                 /* bit i: role_names[i] (engine/roles.h), own and delegated ones */
    uint64_t delegated_roles;       /* those held as a stand-in (00-common rule 11) */
    char outlet_id[UUID_TEXT_SIZE]; /* "" = not bound to an outlet; else sees this outlet's entities only */
    char customer_id[UUID_TEXT_SIZE]; /* "" = not a customer */
    char department[48];            /* id of 00-common 1.1, or "" */
    bool is_api_key;
    char token_hash[65];            /* hex SHA-256: names the session or key, for sign-out */
    int64_t expires_us;
};

#endif
