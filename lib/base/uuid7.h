/* UUID version 7 (RFC 9562): time-ordered ids, random part from libuuid. Layer: base. */
#ifndef AFTERCARE_UUID7_H
#define AFTERCARE_UUID7_H

#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT_SIZE 37

/* Lower-case text with NUL; `time_us` as in clock.h. Thread-safe. */
void uuid7_new(int64_t time_us, char out[UUID_TEXT_SIZE]);
/* The 36-character form, hex digits in either case. */
bool uuid_is_valid(const char *text);

#endif
