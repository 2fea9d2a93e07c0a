/* RFC 9457 problem details. Layer: server. Every code lives in problem_codes.def, with status and titles zh/en; the code
 * is stable and never translated. */
#ifndef AFTERCARE_PROBLEM_H
#define AFTERCARE_PROBLEM_H

#include "engine/faults.h"
#include "server/request.h"

enum problem_code {
#define PROBLEM(name, status, en, zh) PROBLEM_##name,
#include "server/problem_codes.def"
#undef PROBLEM
    PROBLEM_MAX
};

struct problem_info {
    const char *code; /* "not_found" */
    unsigned status;
    const char *title_en, *title_zh;
};
const struct problem_info *problem_info(enum problem_code code);

/* Answers with the problem; `detail` may be NULL and is in the caller's language or neutral. */
void problem_respond(struct request *request, enum problem_code code, const char *detail);
/* With one errors[] entry a fault (JSON pointer, code, message). */
void problem_respond_faults(struct request *request, enum problem_code code, const struct faults *faults);
/* With extra members: `members` is JSON text `"name":value,...` appended to the object. */
void problem_respond_with(struct request *request, enum problem_code code, const char *detail, const char *members);

/* The errors[] array. */
void problem_write_faults(const struct faults *faults, enum language language, struct buf *out);

#endif
