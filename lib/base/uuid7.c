#include "base/uuid7.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <uuid/uuid.h>

void uuid7_new(int64_t time_us, char out[UUID_TEXT_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    uuid_t bytes;
    uuid_generate_random(bytes);
    uint64_t ms = (uint64_t)(time_us / 1000);
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
    /* rand_a carries the rest of the millisecond, so that ids of one process sort as they were made. */
    unsigned fraction = (unsigned)(time_us % 1000 * 4096 / 1000);
    bytes[6] = (unsigned char)(0x70 | fraction >> 8);
    bytes[7] = (unsigned char)fraction;
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[bytes[i] >> 4];
        *p++ = hex[bytes[i] & 15];
    }
    *p = '\0';
}

bool uuid_is_valid(const char *text)
{
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return text[36] == '\0';
}
