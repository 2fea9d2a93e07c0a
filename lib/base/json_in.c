#include "base/json_in.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Deep nesting is refused before jansson recurses into it. */
static bool is_too_deep(const char *bytes, size_t length)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_IN_MAX_DEPTH)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

enum json_in_status json_in_parse(const char *bytes, size_t length, json_t **ret_value, char *reterr_text,
                                  size_t reterr_size)
{
    if (is_too_deep(bytes, length)) {
        (void)snprintf(reterr_text, reterr_size, "nested deeper than %d levels", JSON_IN_MAX_DEPTH);
        return JSON_IN_TOO_DEEP;
    }
    json_error_t error;
    json_t *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value != NULL) {
        *ret_value = value;
        return JSON_IN_OK;
    }
    (void)snprintf(reterr_text, reterr_size, "line %d, column %d: %s", error.line, error.column, error.text);
    return json_error_code(&error) == json_error_duplicate_key ? JSON_IN_DUPLICATE_KEY : JSON_IN_SYNTAX;
}
