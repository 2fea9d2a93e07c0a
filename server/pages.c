/* A filled-in form: as JSON, or as a page to print with number and QR code, one sheet a copy. */
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "engine/roles.h"
#include "server/handlers.h"
#include "server/internal.h"
#include "server/problem.h"

struct sheet {
    struct buf *out;
    enum language language;
    const struct machine_plan *machine;
    json_t *record, *names; /* names: id -> what people call it */
};

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* The code carries the number and the beginning of the content's hash: enough to tell a copy from a forgery. */
static void put_qr(struct buf *out, const char *number, const char *hash)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s %.16s", number, hash);
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return;
    buf_printf(out, "<svg class=\"qr\" viewBox=\"-2 -2 %d %d\" shape-rendering=\"crispEdges\"><path d=\"", code->width + 4, code->width + 4);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if ((code->data[y * code->width + x] & 1) != 0)
                buf_printf(out, "M%d %dh1v1h-1z", x, y);
    buf_puts(out, "\"/></svg>");
    QRcode_free(code);
}

static const char *choice_label(const struct field *field, const char *name, enum language language)
{
    for (const struct choice *c = field == NULL ? NULL : field->choices; c != NULL && c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return text_in(c->label, language);
    return NULL;
}

static bool is_time(const char *text)
{
    return strlen(text) >= 19 && text[4] == '-' && text[10] == 'T' && text[13] == ':';
}

static void put_value(struct sheet *sheet, const struct field *field, const json_t *value);

static const struct field *item_field(const struct field *items, const char *key)
{
    for (const struct field *f = items; f != NULL && f->name != NULL; f++) {
        size_t n = strlen(f->name) - (f->name[strlen(f->name) - 1] == '?');
        if (strlen(key) == n && strncmp(f->name, key, n) == 0)
            return f;
    }
    return NULL;
}

static void put_table(struct sheet *sheet, const struct field *field, const json_t *list)
{
    buf_puts(sheet->out, "<table class=\"items\"><tr>");
    for (const struct field *f = field->items; f != NULL && f->name != NULL; f++) {
        buf_puts(sheet->out, "<th>");
        buf_html(sheet->out, text_in(f->label, sheet->language));
        buf_puts(sheet->out, "</th>");
    }
    buf_puts(sheet->out, "</tr>");
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_puts(sheet->out, "<tr>");
        for (const struct field *f = field->items; f != NULL && f->name != NULL; f++) {
            char key[64];
            (void)snprintf(key, sizeof key, "%s", f->name);
            key[strcspn(key, "?")] = '\0';
            buf_puts(sheet->out, "<td>");
            put_value(sheet, f, json_object_get(json_array_get(list, i), key));
            buf_puts(sheet->out, "</td>");
        }
        buf_puts(sheet->out, "</tr>");
    }
    buf_puts(sheet->out, "</table>");
}

static void put_object(struct sheet *sheet, const struct field *field, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct field *item = item_field(field == NULL ? NULL : field->items, key);
        buf_html(sheet->out, item == NULL ? key : text_in(item->label, sheet->language));
        buf_puts(sheet->out, ": ");
        put_value(sheet, item, value);
        buf_puts(sheet->out, "<br>");
    }
}

static void put_string(struct sheet *sheet, const struct field *field, const char *text)
{
    const char *label = choice_label(field, text, sheet->language);
    const char *name = uuid_is_valid(text) ? member(sheet->names, text) : NULL;
    if (label != NULL || name != NULL)
        buf_html(sheet->out, label != NULL ? label : name);
    else if (is_time(text))
        buf_printf(sheet->out, "%.10s %.5s", text, text + 11);
    else
        buf_html(sheet->out, text);
}

static void put_value(struct sheet *sheet, const struct field *field, const json_t *value)
{
    if (json_is_array(value) && field != NULL && field->type == FIELD_LIST) {
        put_table(sheet, field, value);
    } else if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            buf_puts(sheet->out, i == 0 ? "" : ", ");
            put_value(sheet, field, json_array_get(value, i));
        }
    } else if (json_is_object(value)) {
        put_object(sheet, field, value);
    } else if (json_is_boolean(value)) {
        buf_puts(sheet->out, json_is_true(value) ? (sheet->language == LANGUAGE_ZH ? "是" : "yes") : (sheet->language == LANGUAGE_ZH ? "否" : "no"));
    } else if (json_is_integer(value) && field != NULL && field->type == FIELD_MONEY) {
        buf_printf(sheet->out, "¥%lld.%02lld", (long long)json_integer_value(value) / 100, (long long)json_integer_value(value) % 100);
    } else if (json_is_integer(value)) {
        buf_printf(sheet->out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        buf_printf(sheet->out, "%g", json_real_value(value));
    } else if (json_is_string(value)) {
        put_string(sheet, field, json_string_value(value));
    }
}

static const struct column *common_column(const char *name)
{
    for (size_t i = 0; i < N_COMMON_COLUMNS; i++)
        if (strcmp(common_columns[i].name, name) == 0)
            return &common_columns[i];
    return NULL;
}

static const char *label_of(const struct sheet *sheet, const struct field *field, const char *name)
{
    if (field != NULL)
        return text_in(field->label, sheet->language);
    static const struct {
        const char *name;
        struct text label;
    } common[] = { { "number", { "Case", "单号" } }, { "opened_at", { "Registered at", "登记时间" } }, { "priority", { "Urgency", "紧急程度" } },
                   { "assignee_id", { "Technician", "维修人员" } } };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i].name, name) == 0)
            return text_in(common[i].label, sheet->language);
    const struct column *column = common_column(name);
    return column == NULL ? name : column->name;
}

static void put_copy(struct sheet *sheet, const char *copy)
{
    static const struct {
        const char *name;
        struct text title;
    } copies[] = { { "company", { "Company copy", "公司联" } }, { "customer", { "Customer copy", "客户联" } }, { "settlement", { "Settlement copy", "结算联" } } };
    bool zh = sheet->language == LANGUAGE_ZH;
    const json_t *r = sheet->record;
    buf_puts(sheet->out, "<section>");
    put_qr(sheet->out, member(r, "number"), member(r, "content_sha256"));
    buf_puts(sheet->out, "<p class=\"company\">");
    buf_html(sheet->out, member(r, "company"));
    buf_puts(sheet->out, "</p><h1>");
    buf_html(sheet->out, member(r, zh ? "title_zh" : "title_en"));
    if (json_is_string(json_object_get(r, "note")))
        buf_puts(sheet->out, zh ? " (补)" : " (rebuilt copy)");
    buf_puts(sheet->out, "</h1><p class=\"copy\">");
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        if (strcmp(copies[i].name, copy) == 0)
            buf_html(sheet->out, text_in(copies[i].title, sheet->language));
    buf_printf(sheet->out, " · %s · ", member(r, "form_no"));
    buf_html(sheet->out, member(r, "number"));
    buf_puts(sheet->out, "</p>");
    if (!json_is_null(json_object_get(r, "voided_at")))
        buf_puts(sheet->out, zh ? "<div class=\"void\">作废</div>" : "<div class=\"void\">VOID</div>");
    buf_puts(sheet->out, "<table>");
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(r, "content"), key, value)
    {
        if (json_is_null(value))
            continue;
        const struct field *field = sheet->machine == NULL ? NULL : plan_field(sheet->machine->machine, key);
        buf_puts(sheet->out, "<tr><th>");
        buf_html(sheet->out, label_of(sheet, field, key));
        buf_puts(sheet->out, "</th><td>");
        put_value(sheet, field, value);
        buf_puts(sheet->out, "</td></tr>");
    }
    buf_puts(sheet->out, zh ? "</table><p class=\"sign\">经办人:<span></span>客户签字:<span></span>日期:<span></span></p></section>"
                            : "</table><p class=\"sign\">Handled by:<span></span>Customer:<span></span>Date:<span></span></p></section>");
}

static void put_page(struct sheet *sheet, const struct form *form)
{
    static const char style[] =
        "body{font:14px/1.5 sans-serif;margin:2em;color:#111}section{position:relative;page-break-after:always;max-width:48em;margin:0 auto 3em}"
        "h1{font-size:20px;margin:.2em 0}.company{margin:0}.copy{color:#444}.qr{float:right;width:96px}table{border-collapse:collapse;width:100%}"
        "th,td{border:1px solid #666;padding:4px 8px;text-align:left;vertical-align:top}th{width:12em;font-weight:600}.items th{width:auto}"
        ".sign{margin-top:2em}.sign span{display:inline-block;width:9em;border-bottom:1px solid #111;margin-right:1.5em}"
        ".void{position:absolute;top:35%;left:25%;font-size:80px;color:#c00;border:6px solid #c00;padding:0 .3em;transform:rotate(-20deg);opacity:.6}";
    char word[32];
    buf_printf(sheet->out, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", sheet->language == LANGUAGE_ZH ? "zh" : "en");
    buf_html(sheet->out, member(sheet->record, "number"));
    buf_printf(sheet->out, "</title><style>%s</style></head><body>", style);
    for (const char *list = form == NULL || form->copies == NULL ? "company" : form->copies; plan_next_word(&list, word, sizeof word);)
        put_copy(sheet, word);
    buf_puts(sheet->out, "</body></html>");
}

static bool wants_html(const struct request *request)
{
    return request->accept != NULL && strstr(request->accept, "text/html") != NULL;
}

static enum job_verdict on_record(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    if (PQntuples(result) == 0 || !wants_html(request))
        return respond_json_cell(request, outcome, result);
    const struct engine *engine = request->reactor->server->engine;
    json_t *record = json_loads(PQgetvalue(result, 0, 0), 0, NULL);
    struct buf out = { 0 };
    struct sheet sheet = {
        .out = &out,
        .language = request_header(request, "Accept-Language") == NULL ? LANGUAGE_ZH : request->language,
        .machine = engine_machine_by_name(engine, member(record, "machine")),
        .record = record,
        .names = json_object_get(record, "names"),
    };
    put_page(&sheet, plan_form(engine, member(record, "form")));
    json_decref(record);
    request_add_header(request, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    request_respond(request, 200, "text/html; charset=utf-8", &out);
    return JOB_FINISHED;
}

/* Field workers read the papers that they hold or made, or of jobs that are theirs. */
static bool is_field_worker(const struct principal *p)
{
    return (p->roles & ~(role_bit(ROLE_technician) | role_bit(ROLE_outlet_technician) | role_bit(ROLE_installer) | role_bit(ROLE_employee))) == 0;
}

void handle_record(struct request *request)
{
    const char *id = request_entity_id(request);
    if (id == NULL || !request_accepts(request, ""))
        return;
    const struct principal *p = request->principal;
    const char **values = ARENA_ARRAY(&request->arena, const char *, 4);
    values[0] = id;
    values[1] = p->outlet_id[0] == '\0' ? NULL : p->outlet_id;
    values[2] = p->customer_id[0] == '\0' ? NULL : p->customer_id;
    values[3] = is_field_worker(p) ? p->id : NULL;
    request_query(request,
                  "select jsonb_build_object('id', r.id, 'form', r.form, 'form_no', f.form_no, 'title_en', f.title_en, 'title_zh', f.title_zh, 'number', r.number,\n"
                  "       'entity_id', r.entity_id, 'machine', r.machine, 'made_at', r.made_at, 'made_by', r.made_by, 'holder_id', r.holder_id,\n"
                  "       'handed_in_at', r.handed_in_at, 'voided_at', r.voided_at, 'note', r.note, 'content_sha256', encode(r.content_hash, 'hex'),\n"
                  "       'company', (select name from company), 'content', r.content,\n"
                  "       'names', (select coalesce(jsonb_object_agg(x.id, x.name), '{}')\n"
                  "                   from (select p.id, p.name from person p union all select c.id, c.name from customer c union all select q.id, q.model || ' ' || q.serial from equipment q) x\n"
                  "                  where x.id in (select (v.value #>> '{}')::uuid from jsonb_each(r.content) v where v.key like '%\\_id' and jsonb_typeof(v.value) = 'string')))\n"
                  "  from record r\n  join form_template f on f.code = r.form\n  join entity n on n.id = r.entity_id\n"
                  " where r.id = $1::uuid\n   and ($2::uuid is null or r.outlet_id = $2::uuid)\n   and ($3::uuid is null or n.customer_id = $3::uuid)\n"
                  "   and ($4::uuid is null or r.holder_id = $4::uuid or r.made_by = $4::uuid\n"
                  "        or exists (select from repair t where t.id = r.entity_id and t.assignee_id = $4::uuid and t.closed_at is null))",
                  4, values, on_record);
}
