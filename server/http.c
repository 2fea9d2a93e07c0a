/* Between libmicrohttpd and the handlers: reading a request, suspending and resuming it, queueing its answer. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "server/internal.h"
#include "server/problem.h"

#define CONNECTION_MEMORY ((size_t)32 * 1024)
#define REQUEST_TIME_US INT64_C(30000000)
#define SWALLOW_MAX ((size_t)4 * 1024 * 1024)

/* Raw path and arguments: MHD would cut them at %00 and turn %2F into a separator. */
static size_t keep_raw(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_utf8(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        int n = *p < 0x80 ? 0 : (*p & 0xe0) == 0xc0 && *p >= 0xc2 ? 1 : (*p & 0xf0) == 0xe0 ? 2 : (*p & 0xf8) == 0xf0 && *p <= 0xf4 ? 3 : -1;
        if (n < 0)
            return false;
        unsigned lead = *p++;
        for (int i = 0; i < n; i++, p++) {
            if ((*p & 0xc0) != 0x80)
                return false;
            if (i == 0 && ((lead == 0xe0 && *p < 0xa0) || (lead == 0xed && *p > 0x9f) || (lead == 0xf0 && *p < 0x90) || (lead == 0xf4 && *p > 0x8f)))
                return false;
        }
    }
    return true;
}

/* Percent-decoded copy, or NULL when it is malformed, holds a NUL or is no UTF-8. */
static const char *decode(struct arena *arena, const char *text, size_t length)
{
    char *out = arena_alloc(arena, length + 1);
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            out[n++] = text[i];
            continue;
        }
        int high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_digit(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return NULL;
        out[n++] = (char)(high * 16 + low);
        i += 2;
    }
    out[n] = '\0';
    return is_utf8(out) ? out : NULL;
}

static bool split_path(struct request *request, const char *url)
{
    request->path = arena_strdup(&request->arena, url);
    for (const char *p = url; *p == '/';) {
        p++;
        size_t n = strcspn(p, "/");
        if (n == 0 && p[0] == '\0')
            return true; /* a trailing slash is no segment */
        if (request->n_segments == REQUEST_MAX_SEGMENTS)
            return false;
        const char *segment = decode(&request->arena, p, n);
        if (segment == NULL || n == 0)
            return false;
        request->segments[request->n_segments++] = segment;
        p += n;
    }
    return true;
}

static enum MHD_Result take_argument(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct request *request = cls;
    (void)kind;
    const char *n = decode(&request->arena, name, strlen(name));
    const char *v = decode(&request->arena, value == NULL ? "" : value, value == NULL ? 0 : strlen(value));
    if (n == NULL || v == NULL || request->n_arguments == REQUEST_MAX_ARGUMENTS) {
        request->internal->early_status = PROBLEM_malformed_request + 1;
        return MHD_NO;
    }
    /* Given twice, one of the two would be ignored: several values are separated by commas. */
    if (request_argument(request, n) != NULL) {
        request->internal->early_status = PROBLEM_unknown_parameter + 1;
        return MHD_NO;
    }
    request->arguments[request->n_arguments++] = (struct argument){ n, v };
    return MHD_YES;
}

struct framing {
    int content_length, transfer_encoding, host;
    bool bad_length, unknown_coding;
    uint64_t length;
};

static enum MHD_Result look_at_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = cls;
    (void)kind;
    if (strcasecmp(name, "Content-Length") == 0) {
        framing->content_length++;
        char *end;
        framing->length = strtoull(value, &end, 10);
        framing->bad_length = value[0] == '\0' || strspn(value, "0123456789") != strlen(value);
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->transfer_encoding++;
        framing->unknown_coding |= strcasecmp(value, "chunked") != 0;
    } else if (strcasecmp(name, "Host") == 0) {
        framing->host++;
    }
    return MHD_YES;
}

static enum method method_of(const char *name)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum method)i;
    return METHOD_OTHER;
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static bool is_sound_id(const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);
    if (n < 8 || n >= UUID_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    return true;
}

/* Of the two that are spoken here the one with the higher weight (RFC 9110 12.5.4); the first of equals, else English. */
static enum language preferred_language(const char *header)
{
    enum language best = LANGUAGE_EN;
    double weight = 0;
    for (const char *p = header; p != NULL && *p != '\0'; p += *p == ',') {
        p += strspn(p, " \t");
        size_t n = strcspn(p, ",");
        bool zh = strncasecmp(p, "zh", 2) == 0 && strchr("-;, \t", p[2]) != NULL;
        bool en = strncasecmp(p, "en", 2) == 0 && strchr("-;, \t", p[2]) != NULL;
        const char *q = memmem(p, n, "q=", 2);
        double here = q == NULL ? 1 : strtod(q + 2, NULL);
        if ((zh || en) && here > weight) {
            weight = here;
            best = zh ? LANGUAGE_ZH : LANGUAGE_EN;
        }
        p += n;
    }
    return best;
}

static void read_headers(struct request *request)
{
    struct MHD_Connection *connection = request->connection;
    const char *id = header_of(connection, "X-Request-Id");
    if (is_sound_id(id))
        (void)snprintf(request->id, sizeof request->id, "%s", id);
    else
        uuid7_new(clock_now_us(), request->id);
    const char *type = header_of(connection, "Content-Type");
    if (type != NULL) {
        size_t n = strcspn(type, "; ");
        char *lower = arena_strndup(&request->arena, type, n);
        for (char *p = lower; *p != '\0'; p++)
            *p = (char)tolower((unsigned char)*p);
        request->content_type = lower;
    }
    request->language = preferred_language(header_of(connection, "Accept-Language"));
    request->if_match = header_of(connection, "If-Match");
    request->if_none_match = header_of(connection, "If-None-Match");
    request->idempotency_key = header_of(connection, "Idempotency-Key");
    request->accept = header_of(connection, "Accept");
    request->traceparent = header_of(connection, "traceparent");
}

static struct request *request_new(struct reactor *reactor, struct MHD_Connection *connection, const char *method)
{
    struct request *request = calloc(1, sizeof *request);
    struct server_request *internal = calloc(1, sizeof *internal);
    if (request == NULL || internal == NULL)
        log_fatal("http", "out of memory");
    request->reactor = reactor;
    request->connection = connection;
    request->internal = internal;
    request->method = method_of(method);
    request->received_us = clock_now_us();
    internal->started_us = clock_monotonic_us();
    request->deadline_us = internal->started_us + REQUEST_TIME_US;
    reactor->requests++;
    return request;
}

static void log_request(struct request *request)
{
    struct buf line = { 0 };
    char when[CLOCK_RFC3339_SIZE];
    clock_format_rfc3339(request->received_us, when);
    buf_printf(&line, "{\"time\":\"%s\",\"request_id\":\"%s\"", when, request->id);
    static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "OTHER" };
    buf_json_member(&line, "method", methods[request->method]);
    buf_json_member(&line, "path", request->path);
    buf_json_int(&line, "status", request->internal->status);
    buf_json_int(&line, "bytes", (int64_t)request->internal->response_bytes);
    buf_json_int(&line, "us", clock_monotonic_us() - request->internal->started_us);
    if (request->principal != NULL)
        buf_json_member(&line, "person", request->principal->id);
    if (request->traceparent != NULL && strlen(request->traceparent) < 120)
        buf_json_member(&line, "traceparent", request->traceparent);
    buf_puts(&line, "}\n");
    log_access(line.data);
    buf_done(&line);
}

static void request_free(void *cls, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode code)
{
    (void)cls;
    (void)connection;
    (void)code;
    struct request *request = *con_cls;
    if (request == NULL)
        return;
    *con_cls = NULL;
    metrics_count(request->reactor, request->internal->status, clock_monotonic_us() - request->internal->started_us);
    if (request->reactor->server->options.access_log)
        log_request(request);
    if (request->internal->response != NULL)
        MHD_destroy_response(request->internal->response);
    json_decref(request->json);
    buf_done(&request->internal->body);
    request->reactor->requests--;
    free(request->internal);
    arena_done(&request->arena);
    free(request);
}

static enum MHD_Result queue_response(struct request *request)
{
    struct server_request *internal = request->internal;
    internal->phase = REQUEST_QUEUED;
    return MHD_queue_response(request->connection, internal->status, internal->response);
}

/* First call: what must be refused before a byte of the body is read. These answers close the connection. */
static enum MHD_Result first_call(struct request *request, const char *url, const char *version)
{
    struct framing framing = { 0 };
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at_header, &framing);
    read_headers(request);
    bool good_path = split_path(request, url);
    enum problem_code refused = PROBLEM_MAX;
    if ((framing.content_length > 0 && framing.transfer_encoding > 0) || framing.content_length > 1 || framing.bad_length ||
        framing.transfer_encoding > 1 || framing.host > 1 || strncmp(version, "HTTP/1.", 7) != 0)
        refused = PROBLEM_malformed_request;
    else if (framing.unknown_coding)
        refused = PROBLEM_not_implemented;
    else if (framing.length > REQUEST_MAX_BODY)
        refused = PROBLEM_too_large;
    if (refused != PROBLEM_MAX) {
        request->internal->in_handler = true;
        problem_respond(request, refused, NULL);
        return queue_response(request);
    }
    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, take_argument, request);
    if (!good_path)
        request->internal->early_status = PROBLEM_malformed_request + 1;
    return MHD_YES;
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size)
{
    struct server_request *internal = request->internal;
    if (internal->body.length + *size > REQUEST_MAX_BODY) {
        internal->oversize = true;
        internal->response_bytes += *size; /* counts what is swallowed */
        if (internal->response_bytes > SWALLOW_MAX)
            return MHD_NO;
    } else if (!internal->oversize) {
        buf_add(&internal->body, data, *size);
    }
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result last_call(struct request *request)
{
    struct server_request *internal = request->internal;
    internal->phase = REQUEST_RUNNING;
    internal->response_bytes = 0;
    request->body = internal->body.data == NULL ? "" : internal->body.data;
    request->body_length = internal->body.length;
    internal->in_handler = true;
    if (internal->oversize)
        problem_respond(request, PROBLEM_too_large, NULL);
    else if (internal->early_status != 0)
        problem_respond(request, (enum problem_code)(internal->early_status - 1), NULL);
    else
        router_dispatch(request);
    internal->in_handler = false;
    if (internal->phase == REQUEST_ANSWERED)
        return queue_response(request);
    /* The lanes and the worker answer from the reactor's loop, so nothing can resume before this suspends. */
    internal->suspended = true;
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                 const char *version, const char *data, size_t *size, void **con_cls)
{
    struct request *request = *con_cls;
    if (request == NULL) {
        request = request_new(cls, connection, method);
        *con_cls = request;
        return first_call(request, url, version);
    }
    switch (request->internal->phase) {
    case REQUEST_READING:
        return *size > 0 ? take_body(request, data, size) : last_call(request);
    case REQUEST_ANSWERED:
        return queue_response(request);
    case REQUEST_RUNNING:
    case REQUEST_QUEUED:
    default:
        return MHD_YES;
    }
}

static void log_mhd(void *cls, const char *format, va_list arguments)
{
    (void)cls;
    char line[512];
    (void)vsnprintf(line, sizeof line, format, arguments);
    log_debug("http", "%s", line);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    (void)connection;
    (void)socket_context;
    struct reactor *reactor = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        atomic_fetch_add_explicit(&reactor->metrics.connections, 1, memory_order_relaxed);
    else
        atomic_fetch_sub_explicit(&reactor->metrics.connections, 1, memory_order_relaxed);
}

struct MHD_Daemon *http_start(struct reactor *reactor)
{
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_access, reactor,
                            MHD_OPTION_EXTERNAL_LOGGER, log_mhd, NULL, MHD_OPTION_LISTEN_SOCKET, reactor->listen_fd,
                            MHD_OPTION_CONNECTION_LIMIT, 4096u, MHD_OPTION_CONNECTION_TIMEOUT, 20u,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
                            (size_t)4096, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL,
                            MHD_OPTION_NOTIFY_COMPLETED, request_free, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, reactor,
                            MHD_OPTION_END);
}
