/* Logging: one JSON object a line on standard error (access log: standard output). Layer: base. Thread-safe.
 * Library code logs at debug only; whoever decides logs once, at the top. */
#ifndef AFTERCARE_LOG_H
#define AFTERCARE_LOG_H

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *module, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Logs and ends the process with status 1. */
_Noreturn void log_fatal(const char *module, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A finished JSON object (no newline inside) to the access log. */
void log_access(const char *json_line);

#define log_debug(module, ...) log_line(LOG_LEVEL_DEBUG, module, __VA_ARGS__)
#define log_info(module, ...) log_line(LOG_LEVEL_INFO, module, __VA_ARGS__)
#define log_warning(module, ...) log_line(LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_error(module, ...) log_line(LOG_LEVEL_ERROR, module, __VA_ARGS__)

#endif
