/* Time: the server's clock, RFC 3339 in and out, civil dates. Layer: base.
 * One time type: int64_t microseconds since 1970-01-01T00:00:00Z, suffix `_us`. */
#ifndef AFTERCARE_CLOCK_H
#define AFTERCARE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_RFC3339_SIZE 40

/* Wall clock plus the offset of `--clock-offset` (or of the test clock). */
int64_t clock_now_us(void);
/* Set once at start-up, and by POST /v1/test/clock where that is switched on; atomic. */
void clock_set_offset_us(int64_t offset_us);
int64_t clock_offset_us(void);
/* Never goes back, not moved by the offset: for deadlines of requests and back-off. */
int64_t clock_monotonic_us(void);

/* RFC 3339 with offset, any offset accepted, years 1900..2200, leap seconds refused. */
bool clock_parse_rfc3339(const char *text, int64_t *ret_us);
/* "YYYY-MM-DD" that exists in the calendar, years 1900..2200. */
bool clock_is_date(const char *text);
/* "2026-11-23T19:29:14.123456+08:00": in the company's offset (fixed offset in minutes, set at start-up). */
void clock_format_rfc3339(int64_t time_us, char out[CLOCK_RFC3339_SIZE]);
void clock_set_zone_offset_minutes(int minutes);
/* PostgreSQL's ISO text ("2026-11-23 19:29:14.123+08") to RFC 3339; false when it is not that. */
bool clock_from_postgres(const char *text, char out[CLOCK_RFC3339_SIZE]);

#endif
