/* /docs: the API reference, offline. Redoc is put beside the program at build time (deploy/docs.sh); without it an
 * overview made from the tables is shown. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/plan.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

#define SCRIPT "redoc.standalone.js"
#define SCRIPT_MAX ((off_t)8 * 1024 * 1024)

static bool script_path(char *path, size_t size)
{
    char program[1024];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return false;
    program[n] = '\0';
    char *slash = strrchr(program, '/');
    if (slash != NULL)
        *slash = '\0';
    return snprintf(path, size, "%s/docs/" SCRIPT, program) < (int)size;
}

static bool has_script(void)
{
    char path[1100];
    return script_path(path, sizeof path) && access(path, R_OK) == 0;
}

static void put_overview(const struct engine *engine, struct buf *out)
{
    for (size_t i = 0; i < engine->n_machines; i++) {
        const struct machine_plan *machine = &engine->machines[i];
        buf_puts(out, "<h2>");
        buf_html(out, machine->machine->title.en);
        buf_puts(out, " · ");
        buf_html(out, machine->machine->title.zh);
        buf_printf(out, " <code>/v1/%s</code></h2><table><tr><th>event</th><th>en</th><th>zh</th><th>from</th><th>to</th><th>by</th></tr>", machine->machine->path);
        for (size_t e = 0; e < machine->n_events; e++)
            for (size_t r = 0; r < machine->events[e].n_rows; r++) {
                const struct transition *t = machine->events[e].rows[r].transition;
                const char *cells[] = { t->event, t->label.en, t->label.zh, t->from, t->to, t->by };
                buf_puts(out, "<tr>");
                for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
                    buf_puts(out, "<td>");
                    buf_html(out, cells[c]);
                    buf_puts(out, "</td>");
                }
                buf_puts(out, "</tr>");
            }
        buf_puts(out, "</table>");
    }
}

static void begin_page(struct buf *out, const char *title)
{
    buf_printf(out,
               "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title><style>body{font:15px/1.5 sans-serif;margin:2em}"
               "table{border-collapse:collapse}td,th{border:1px solid #999;padding:3px 8px;text-align:left}</style></head><body>",
               title);
}

static void end_page(struct request *request, struct buf *out)
{
    buf_puts(out, "</body></html>");
    request_add_header(request, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    request_respond(request, 200, "text/html; charset=utf-8", out);
}

void handle_docs(struct request *request)
{
    struct buf out = { 0 };
    if (has_script()) {
        buf_puts(&out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Aftercare API</title></head>"
                       "<body style=\"margin:0\"><redoc spec-url=\"/openapi.json\"></redoc><script src=\"/docs/" SCRIPT "\"></script></body></html>");
        request_add_header(request, "Content-Security-Policy",
                           "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:");
        request_respond(request, 200, "text/html; charset=utf-8", &out);
    } else {
        begin_page(&out, "Aftercare API");
        buf_puts(&out, "<h1>Aftercare API</h1><p>Whole description: <a href=\"/openapi.json\">openapi.json</a> · <a href=\"/docs/problems\">problem codes</a></p>");
        put_overview(request->reactor->server->engine, &out);
        end_page(request, &out);
    }
}

static void respond_problems(struct request *request)
{
    struct buf out = { 0 };
    begin_page(&out, "Problem codes");
    buf_puts(&out, "<h1>Problem codes</h1><table><tr><th>code</th><th>status</th><th>en</th><th>zh</th></tr>");
    for (int i = 0; i < PROBLEM_MAX; i++) {
        const struct problem_info *info = problem_info((enum problem_code)i);
        buf_printf(&out, "<tr id=\"%s\"><td><code>%s</code></td><td>%u</td><td>", info->code, info->code, info->status);
        buf_html(&out, info->title_en);
        buf_puts(&out, "</td><td>");
        buf_html(&out, info->title_zh);
        buf_puts(&out, "</td></tr>");
    }
    buf_puts(&out, "</table>");
    end_page(request, &out);
}

/* Runs in the worker: reading a megabyte from disk may block. */
static void read_script(void *argument)
{
    struct buf *out = argument;
    char path[1100], bytes[65536];
    struct stat status;
    int fd = script_path(path, sizeof path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = 0;
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size < SCRIPT_MAX)
        while ((n = read(fd, bytes, sizeof bytes)) > 0)
            buf_add(out, bytes, (size_t)n);
    if (n < 0)
        buf_done(out); /* half a script is worse than none */
    if (fd >= 0)
        (void)close(fd);
}

static void on_script(struct request *request)
{
    struct buf *out = request->context;
    if (out->length == 0)
        problem_respond(request, PROBLEM_not_found, NULL);
    else
        request_respond(request, 200, "text/javascript; charset=utf-8", out);
}

void handle_docs_file(struct request *request)
{
    if (strcmp(request->segments[1], "problems") == 0) {
        respond_problems(request);
    } else if (strcmp(request->segments[1], SCRIPT) == 0) {
        request->context = ARENA_NEW(&request->arena, struct buf);
        request_offload(request, read_script, request->context, on_script);
    } else {
        problem_respond(request, PROBLEM_not_found, NULL);
    }
}
