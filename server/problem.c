#include "server/problem.h"

static const struct problem_info infos[PROBLEM_MAX] = {
#define PROBLEM(name, status, en, zh) { #name, status, en, zh },
#include "server/problem_codes.def"
#undef PROBLEM
};

const struct problem_info *problem_info(enum problem_code code)
{
    return &infos[code];
}

static void begin(struct request *request, enum problem_code code, const char *detail, struct buf *out)
{
    const struct problem_info *info = problem_info(code);
    buf_putc(out, '{');
    buf_printf(out, "\"type\":\"/docs/problems#%s\"", info->code);
    buf_json_member(out, "title", request->language == LANGUAGE_ZH ? info->title_zh : info->title_en);
    buf_json_int(out, "status", info->status);
    buf_json_member(out, "code", info->code);
    if (detail != NULL)
        buf_json_member(out, "detail", detail);
    buf_json_member(out, "request_id", request->id);
}

static void finish(struct request *request, enum problem_code code, struct buf *out)
{
    buf_putc(out, '}');
    if (problem_info(code)->status == 401)
        request_add_header(request, "WWW-Authenticate", "Bearer realm=\"aftercare\"");
    request_respond(request, problem_info(code)->status, "application/problem+json", out);
}

void problem_respond(struct request *request, enum problem_code code, const char *detail)
{
    struct buf out = { 0 };
    begin(request, code, detail, &out);
    finish(request, code, &out);
}

void problem_respond_with(struct request *request, enum problem_code code, const char *detail, const char *members)
{
    struct buf out = { 0 };
    begin(request, code, detail, &out);
    if (members != NULL && members[0] != '\0') {
        buf_json_comma(&out);
        buf_puts(&out, members);
    }
    finish(request, code, &out);
}

void problem_write_faults(const struct faults *faults, enum language language, struct buf *out)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < faults->count && i < FAULTS_MAX; i++) {
        buf_json_comma(out);
        buf_putc(out, '{');
        buf_json_member(out, "pointer", faults->list[i].pointer);
        buf_json_member(out, "code", faults->list[i].code);
        buf_json_member(out, "message", text_in(faults->list[i].message, language));
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

void problem_respond_faults(struct request *request, enum problem_code code, const struct faults *faults)
{
    struct buf out = { 0 };
    begin(request, code, NULL, &out);
    buf_json_key(&out, "errors");
    problem_write_faults(faults, request->language, &out);
    finish(request, code, &out);
}
