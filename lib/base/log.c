#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static atomic_int lowest = LOG_LEVEL_INFO;
static const char *const level_names[] = { "debug", "info", "warning", "error" };

void log_set_level(enum log_level level)
{
    atomic_store(&lowest, (int)level);
}

/* One write a line: lines of several threads do not mix. */
static void write_line(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n <= 0)
            return;
        text += n;
        length -= (size_t)n;
    }
}

/* Fixed memory: this also reports that memory has run out. */
static void write_log(enum log_level level, const char *module, const char *format, va_list arguments)
{
    char message[2048], escaped[4400], when[CLOCK_RFC3339_SIZE], line[4600];
    (void)vsnprintf(message, sizeof message, format, arguments);
    size_t n = 0;
    for (const char *p = message; *p != '\0' && n < sizeof escaped - 8; p++) {
        if (*p == '"' || *p == '\\')
            escaped[n++] = '\\';
        escaped[n++] = (unsigned char)*p < 0x20 ? ' ' : *p;
    }
    escaped[n] = '\0';
    clock_format_rfc3339(clock_now_us(), when);
    int length = snprintf(line, sizeof line, "{\"time\":\"%s\",\"level\":\"%s\",\"module\":\"%s\",\"message\":\"%s\"}\n", when,
                          level_names[level], module, escaped);
    if (length > 0)
        write_line(STDERR_FILENO, line, (size_t)length);
}

void log_line(enum log_level level, const char *module, const char *format, ...)
{
    if ((int)level < atomic_load(&lowest))
        return;
    va_list arguments;
    va_start(arguments, format);
    write_log(level, module, format, arguments);
    va_end(arguments);
}

_Noreturn void log_fatal(const char *module, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_log(LOG_LEVEL_ERROR, module, format, arguments);
    va_end(arguments);
    exit(1);
}

void log_access(const char *json_line)
{
    write_line(STDOUT_FILENO, json_line, strlen(json_line));
}
