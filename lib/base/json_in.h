/* JSON from outside: bounded, then parsed by jansson. Layer: base. */
#ifndef AFTERCARE_JSON_IN_H
#define AFTERCARE_JSON_IN_H

#include <jansson.h>
#include <stddef.h>

#define JSON_IN_MAX_DEPTH 32

enum json_in_status { JSON_IN_OK, JSON_IN_SYNTAX, JSON_IN_TOO_DEEP, JSON_IN_DUPLICATE_KEY };

/* Parses exactly one JSON value (UTF-8, no duplicate keys, no \u0000, no lone surrogates, numbers must fit int64 or a
 * finite double). On JSON_IN_OK `*ret_value` is a new reference of the caller's; otherwise `reterr_text` says why. */
enum json_in_status json_in_parse(const char *bytes, size_t length, json_t **ret_value, char *reterr_text,
                                  size_t reterr_size);

#endif
