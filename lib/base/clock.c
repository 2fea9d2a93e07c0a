#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define US INT64_C(1000000)

static atomic_int_fast64_t offset_us;
static atomic_int zone_minutes = 8 * 60;

static int64_t read_clock(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * US + t.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME) + atomic_load(&offset_us);
}

void clock_set_offset_us(int64_t offset)
{
    atomic_store(&offset_us, offset);
}

int64_t clock_offset_us(void)
{
    return atomic_load(&offset_us);
}

int64_t clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Days since 1970-01-01 of a civil date (Howard Hinnant's algorithm). */
static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, int *ret_y, int *ret_m, int *ret_d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *ret_d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *ret_m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *ret_y = (int)(yoe + era * 400 + (*ret_m <= 2));
}

/* `n` digits at `*p`, advancing it; -1 when they are not digits. */
static int digits(const char **p, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return -1;
        value = value * 10 + (**p - '0');
    }
    return value;
}

static bool parse_date(const char **p, int64_t *ret_days)
{
    static const int length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int y = digits(p, 4);
    if (y < 1900 || y > 2200 || **p != '-')
        return false;
    (*p)++;
    int m = digits(p, 2);
    if (m < 1 || m > 12 || **p != '-')
        return false;
    (*p)++;
    int d = digits(p, 2);
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (d < 1 || d > length[m - 1] || (m == 2 && d == 29 && !leap))
        return false;
    *ret_days = days_from_civil(y, m, d);
    return true;
}

bool clock_is_date(const char *text)
{
    int64_t days;
    return parse_date(&text, &days) && *text == '\0';
}

static bool parse_time_of_day(const char **p, int64_t *ret_us)
{
    int h = digits(p, 2);
    if (h < 0 || h > 23 || *(*p)++ != ':')
        return false;
    int m = digits(p, 2);
    if (m < 0 || m > 59)
        return false;
    int s = 0;
    int64_t fraction = 0;
    if (**p != ':')
        return false;
    (*p)++;
    s = digits(p, 2);
    if (s < 0 || s > 59)
        return false;
    if (**p == '.') {
        (*p)++;
        int64_t unit = US;
        if (**p < '0' || **p > '9')
            return false;
        for (int n = 0; **p >= '0' && **p <= '9'; (*p)++, n++) {
            if (n > 11)
                return false;
            unit /= 10;
            fraction += (**p - '0') * unit;
        }
    }
    *ret_us = ((int64_t)h * 3600 + m * 60 + s) * US + fraction;
    return true;
}

static bool parse_offset(const char **p, int *ret_minutes)
{
    if (**p == 'Z' || **p == 'z') {
        (*p)++;
        *ret_minutes = 0;
        return true;
    }
    int sign = **p == '+' ? 1 : **p == '-' ? -1 : 0;
    if (sign == 0)
        return false;
    (*p)++;
    int h = digits(p, 2);
    if (h < 0 || h > 15) /* PostgreSQL raises beyond 15:59 */
        return false;
    int m = 0;
    if (**p == ':') {
        (*p)++;
        m = digits(p, 2);
    }
    if (m < 0 || m > 59)
        return false;
    *ret_minutes = sign * (h * 60 + m);
    return true;
}

static bool parse(const char *text, const char *separators, int64_t *ret_us)
{
    int64_t days, of_day;
    int minutes;
    if (!parse_date(&text, &days) || *text == '\0' || strchr(separators, *text) == NULL)
        return false;
    text++;
    if (!parse_time_of_day(&text, &of_day) || !parse_offset(&text, &minutes) || *text != '\0')
        return false;
    *ret_us = days * 86400 * US + of_day - (int64_t)minutes * 60 * US;
    return true;
}

bool clock_parse_rfc3339(const char *text, int64_t *ret_us)
{
    size_t length = strlen(text);
    /* "+08" alone is PostgreSQL's form, not RFC 3339's. */
    if (length < 20 || (text[length - 1] != 'Z' && text[length - 1] != 'z' && text[length - 3] != ':'))
        return false;
    return parse(text, "Tt ", ret_us);
}

void clock_format_rfc3339(int64_t time_us, char out[CLOCK_RFC3339_SIZE])
{
    int zone = atomic_load(&zone_minutes);
    int64_t local = time_us + (int64_t)zone * 60 * US;
    int64_t days = local / (86400 * US), rest = local % (86400 * US);
    if (rest < 0) {
        rest += 86400 * US;
        days--;
    }
    int y, m, d;
    civil_from_days(days, &y, &m, &d);
    int seconds = (int)(rest / US), us = (int)(rest % US);
    int n = snprintf(out, CLOCK_RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d, seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
    if (us != 0)
        n += snprintf(out + n, CLOCK_RFC3339_SIZE - (size_t)n, ".%06d", us);
    int magnitude = zone < 0 ? -zone : zone;
    (void)snprintf(out + n, CLOCK_RFC3339_SIZE - (size_t)n, "%c%02d:%02d", zone < 0 ? '-' : '+', magnitude / 60 % 24,
                   magnitude % 60);
}

void clock_set_zone_offset_minutes(int minutes)
{
    atomic_store(&zone_minutes, minutes);
}

bool clock_from_postgres(const char *text, char out[CLOCK_RFC3339_SIZE])
{
    int64_t us;
    if (!parse(text, " T", &us))
        return false;
    clock_format_rfc3339(us, out);
    return true;
}
