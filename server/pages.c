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
    const struct form *form; /* NULL: unknown by now */
    json_t *record, *names; /* names: id -> what people call it */
};

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* The code carries the case, which a scan then finds, the paper's number and the beginning of its content's hash: enough to
 * tell a copy from a forgery. */
static void put_qr(struct buf *out, const json_t *record)
{
    char text[160];
    const char *entity = member(json_object_get(record, "content"), "number");
    (void)snprintf(text, sizeof text, "%.40s %.40s %.16s", entity == NULL ? "" : entity, member(record, "number"), member(record, "content_sha256"));
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

/* What people wrote stays as they wrote it, even when it reads like a time. */
static bool put_time(struct sheet *sheet, const struct field *field, const char *text)
{
    int64_t us;
    char local[CLOCK_RFC3339_SIZE];
    if ((field != NULL && field->type != FIELD_TIME) || !clock_parse_rfc3339(text, &us))
        return false;
    clock_format_rfc3339(us, local);
    buf_printf(sheet->out, "%.10s %.5s", local, local + 11);
    return true;
}

static void put_money(struct buf *out, long long fen)
{
    buf_printf(out, "%s¥%lld.%02lld", fen < 0 ? "-" : "", llabs(fen / 100), llabs(fen % 100));
}

/* Labels of money name the unit of the API; paper shows yuan. */
static void put_label(struct sheet *sheet, const struct field *field)
{
    static const char *const units[] = { "(分)", " in fen" };
    const char *label = text_in(field->label, sheet->language);
    size_t length = strlen(label);
    for (size_t i = 0; field->type == FIELD_MONEY && i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]);
        if (length > n && strcmp(label + length - n, units[i]) == 0)
            length -= n;
    }
    char text[128];
    (void)snprintf(text, sizeof text, "%.*s", (int)length, label);
    buf_html(sheet->out, text);
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
        put_label(sheet, f);
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
        if (item != NULL)
            put_label(sheet, item);
        else
            buf_html(sheet->out, key);
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
    else if (!put_time(sheet, field, text))
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
        put_money(sheet->out, (long long)json_integer_value(value));
    } else if (json_is_integer(value)) {
        buf_printf(sheet->out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        buf_printf(sheet->out, "%.15g", json_real_value(value));
    } else if (json_is_string(value)) {
        put_string(sheet, field, json_string_value(value));
    }
}

static void put_key(struct sheet *sheet, const struct field *field, const char *key)
{
    static const struct {
        const char *name;
        struct text label;
    } common[] = { { "number", { "Case", "单号" } },
                   { "opened_at", { "Registered at", "登记时间" } },
                   { "closed_at", { "Closed at", "结案时间" } },
                   { "due_at", { "Due at", "到期时间" } },
                   { "state", { "State", "状态" } },
                   { "priority", { "Urgency", "紧急程度" } },
                   { "region", { "Region", "区域" } },
                   { "outlet_id", { "Outlet", "服务网点" } },
                   { "customer_id", { "Customer", "客户" } } };
    const char *label = key;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i].name, key) == 0)
            label = text_in(common[i].label, sheet->language);
    if (field != NULL)
        put_label(sheet, field);
    else
        buf_html(sheet->out, label);
}

static bool is_stamp(const char *key)
{
    return strcmp(key, "stamp") == 0;
}

static void put_rows(struct sheet *sheet)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(sheet->record, "content"), key, value)
    {
        if (json_is_null(value) || is_stamp(key))
            continue;
        const struct field *field = sheet->machine == NULL ? NULL : plan_field(sheet->machine->machine, key);
        if (sheet->form != NULL && item_field(sheet->form->more_fields, key) != NULL)
            field = item_field(sheet->form->more_fields, key);
        buf_puts(sheet->out, "<tr><th>");
        put_key(sheet, field, key);
        buf_puts(sheet->out, "</th><td>");
        put_value(sheet, field, value);
        buf_puts(sheet->out, "</td></tr>");
    }
}

/* jsonb sorts its keys by length; paper shows them as the form lists them. */
static void order_content(json_t *record, const struct form *form)
{
    json_t *content = json_object_get(record, "content"), *ordered = json_object();
    char word[96];
    (void)json_object_set(ordered, "number", json_object_get(content, "number"));
    for (const char *list = form == NULL ? "" : form->fields; plan_next_word(&list, word, sizeof word);) {
        word[strcspn(word, "?")] = '\0';
        const char *dot = strchr(word, '.');
        const char *name = dot == NULL ? word : dot + 1;
        if (json_object_get(content, name) != NULL)
            (void)json_object_set(ordered, name, json_object_get(content, name));
    }
    (void)json_object_update_missing(ordered, content);
    (void)json_object_set_new(record, "content", ordered);
}

static void put_void(struct sheet *sheet)
{
    if (!json_is_null(json_object_get(sheet->record, "voided_at")))
        buf_puts(sheet->out, sheet->language == LANGUAGE_ZH ? "<div class=\"void\">作废</div>" : "<div class=\"void\">VOID</div>");
}

/* A paper that carries a stamp (受控, 作废留存) shows it as one, not as a row. */
static void put_stamp(struct sheet *sheet)
{
    const char *stamp = member(json_object_get(sheet->record, "content"), "stamp");
    if (stamp == NULL)
        return;
    buf_puts(sheet->out, "<div class=\"stamp\">");
    buf_html(sheet->out, stamp);
    buf_puts(sheet->out, "</div>");
}

/* What sticks to an item: nothing to sign, one piece whoever holds it. */
static void put_sticker(struct sheet *sheet)
{
    const json_t *r = sheet->record;
    buf_puts(sheet->out, "<section>");
    put_qr(sheet->out, r);
    buf_puts(sheet->out, "<h1>");
    buf_html(sheet->out, member(r, sheet->language == LANGUAGE_ZH ? "title_zh" : "title_en"));
    buf_puts(sheet->out, "</h1><p class=\"copy\">");
    buf_html(sheet->out, member(r, "company"));
    buf_puts(sheet->out, " · ");
    buf_html(sheet->out, member(r, "number"));
    buf_puts(sheet->out, "</p>");
    put_void(sheet);
    buf_puts(sheet->out, "<table>");
    put_rows(sheet);
    buf_puts(sheet->out, "</table></section>");
}

static void put_copy(struct sheet *sheet, const char *copy)
{
    static const struct {
        const char *name;
        struct text title;
    } copies[] = { { "company", { "Company copy", "公司联" } }, { "customer", { "Customer copy", "客户联" } }, { "settlement", { "Settlement copy", "结算联" } }, { "supplier", { "Maker's copy", "厂家联" } }, { "department", { "Department's copy", "部门联" } }, { "regulator", { "Regulator's copy", "监管部门联" } } };
    /* Who gets no copy signs nothing. */
    bool customer_signs = sheet->form == NULL || (sheet->form->copies != NULL && strstr(sheet->form->copies, "customer") != NULL);
    bool zh = sheet->language == LANGUAGE_ZH;
    const json_t *r = sheet->record;
    buf_puts(sheet->out, "<section>");
    put_qr(sheet->out, r);
    buf_puts(sheet->out, "<p class=\"company\">");
    buf_html(sheet->out, member(r, "company"));
    buf_puts(sheet->out, "</p><h1>");
    buf_html(sheet->out, member(r, zh ? "title_zh" : "title_en"));
    if (json_is_string(json_object_get(r, "note")) || json_is_true(json_object_get(r, "rebuilt")))
        buf_puts(sheet->out, zh ? "(补)" : " (rebuilt copy)");
    buf_puts(sheet->out, "</h1><p class=\"copy\">");
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        if (strcmp(copies[i].name, copy) == 0)
            buf_html(sheet->out, text_in(copies[i].title, sheet->language));
    buf_puts(sheet->out, " · ");
    buf_html(sheet->out, member(r, "form_no"));
    buf_puts(sheet->out, " · ");
    buf_html(sheet->out, member(r, "number"));
    buf_puts(sheet->out, "</p>");
    put_void(sheet);
    put_stamp(sheet);
    buf_puts(sheet->out, "<table>");
    put_rows(sheet);
    buf_puts(sheet->out, zh ? "</table><p class=\"sign\">经办人:<span></span>" : "</table><p class=\"sign\">Handled by:<span></span>");
    if (customer_signs)
        buf_puts(sheet->out, zh ? "客户签字:<span></span>" : "Customer:<span></span>");
    buf_puts(sheet->out, zh ? "日期:<span></span></p></section>" : "Date:<span></span></p></section>");
}

static void put_page(struct sheet *sheet, const struct form *form)
{
    static const char style[] =
        "body{font:14px/1.5 sans-serif;margin:2em;color:#111}section{position:relative;max-width:48em;margin:0 auto 3em}section+section{page-break-before:always}"
        "h1{font-size:20px;margin:.2em 0}.company{margin:0}.copy{color:#444}.qr{float:right;width:96px}table{border-collapse:collapse;width:100%}"
        "th,td{border:1px solid #666;padding:4px 8px;text-align:left;vertical-align:top}th{width:12em;font-weight:600}.items th{width:auto}"
        ".sign{margin-top:2em}.sign span{display:inline-block;width:9em;border-bottom:1px solid #111;margin-right:1.5em}"
        ".void{position:absolute;top:35%;left:25%;font-size:80px;color:#c00;border:6px solid #c00;padding:0 .3em;transform:rotate(-20deg);opacity:.6}"
        ".stamp{position:absolute;top:3.2em;right:120px;font-size:28px;color:#c00;border:3px solid #c00;padding:0 .3em;transform:rotate(-8deg)}"
        "@page{size:A4}@media print{body{margin:0}}";
    static const char sticker[] =
        "body{margin:0;font-size:8pt;line-height:1.3}section{margin:0;max-width:none}h1{font-size:11pt;margin:0}.copy{margin:0 0 1mm}.qr{width:17mm}"
        "table{clear:both}th{width:7em}th,td{padding:1px 4px;overflow-wrap:anywhere}"
        ".void{top:20%;left:5%;font-size:40px}";
    char word[32];
    buf_printf(sheet->out, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", sheet->language == LANGUAGE_ZH ? "zh" : "en");
    buf_html(sheet->out, member(sheet->record, "number"));
    buf_printf(sheet->out, "</title><style>%s", style);
    if (form != NULL && form->label_size != NULL) {
        buf_printf(sheet->out, "@page{size:%s;margin:3mm}%s</style></head><body>", form->label_size, sticker);
        put_sticker(sheet);
        buf_puts(sheet->out, "</body></html>");
        return;
    }
    buf_puts(sheet->out, "</style></head><body>");
    for (const char *list = form == NULL || form->copies == NULL ? "company" : form->copies; plan_next_word(&list, word, sizeof word);)
        put_copy(sheet, word);
    buf_puts(sheet->out, "</body></html>");
}

static bool wants_html(const struct request *request)
{
    return request->accept != NULL && strstr(request->accept, "text/html") != NULL;
}

/* A customer reads the papers of which a copy is the customer's, not what the company tests, chases and ships. */
static bool is_for_customers(const struct form *form)
{
    char word[32];
    for (const char *list = form == NULL ? NULL : form->copies; plan_next_word(&list, word, sizeof word);)
        if (strcmp(word, "customer") == 0)
            return true;
    return false;
}

static enum job_verdict on_record(struct request *request, enum job_outcome outcome, const PGresult *result)
{
    const struct engine *engine = request->reactor->server->engine;
    json_t *record = PQntuples(result) == 0 ? NULL : json_loads(PQgetvalue(result, 0, 0), 0, NULL);
    if (record != NULL && request->principal->customer_id[0] != '\0' && !is_for_customers(plan_form(engine, member(record, "form")))) {
        json_decref(record);
        problem_respond(request, PROBLEM_not_found, NULL);
        return JOB_FINISHED;
    }
    if (record == NULL || !wants_html(request)) {
        json_decref(record);
        return respond_json_cell(request, outcome, result);
    }
    struct buf out = { 0 };
    struct sheet sheet = {
        .out = &out,
        .language = request_header(request, "Accept-Language") == NULL ? LANGUAGE_ZH : request->language,
        .machine = engine_machine_by_name(engine, member(record, "machine")),
        .form = plan_form(engine, member(record, "form")),
        .record = record,
        .names = json_object_get(record, "names"),
    };
    order_content(record, sheet.form);
    put_page(&sheet, sheet.form);
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

/* Names of staff and outlets for every id on the paper; customers and equipment only where the paper refers to them as
 * such, so that an id typed into a text does not tell who that is. */
static const char record_sql[] =
    "select jsonb_build_object('id', r.id, 'form', r.form, 'form_no', f.form_no, 'title_en', f.title_en,\n"
    "       'title_zh', f.title_zh, 'number', r.number, 'entity_id', r.entity_id, 'event_no', r.event_no,\n"
    "       'machine', r.machine, 'made_at', r.made_at, 'made_by', r.made_by, 'holder_id', r.holder_id,\n"
    "       'handed_in_at', r.handed_in_at, 'handed_in_event', r.handed_in_event, 'voided_at', r.voided_at,\n"
    "       'note', r.note, 'outlet_id', r.outlet_id, 'content_sha256', encode(r.content_hash, 'hex'),\n"
    "       'href', '/v1/records/' || r.id, 'company', (select name from company), 'content', r.content,\n"
    "       'rebuilt', exists (select from entity_event v where v.entity_id = r.entity_id\n"
    "                             and v.event_no = r.event_no and v.event = 'report_slip_loss'),\n"
    "       'names', (select coalesce(jsonb_object_agg(x.id, x.name), '{}')\n"
    "                   from (select array(select (v #>> '{}')::uuid from jsonb_path_query(r.content::jsonb, 'strict $.**\n"
    "                         ? (@ like_regex \"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$\")') v) as ids) i\n"
    "                  cross join lateral (\n"
    "                        select p.id, p.name from person p where p.id = any(i.ids)\n"
    "                        union all select o.id, o.name from outlet o where o.id = any(i.ids)\n"
    "                        union all select c.id, c.name from customer c\n"
    "                                   where c.id = (r.content ->> 'customer_id')::uuid\n"
    "                        union all select q.id, concat_ws(' ', q.model, q.serial) from equipment q\n"
    "                                   where q.id = (r.content ->> 'equipment_id')::uuid\n"
    "                        union all select s.id, s.name from supplier_contact s\n"
    "                                   where s.id = (r.content ->> 'supplier_id')::uuid\n"
    "                        union all select f.id, concat_ws(' ', f.code, f.name) from facility f\n"
    "                                   where f.id = (r.content ->> 'facility_id')::uuid\n"
    "                        union all select y.id, y.number from entity y\n"
    "                                   where y.id in ((r.content ->> 'parent_id')::uuid, (r.content ->> 'repair_id')::uuid)) x))\n"
    "  from record r\n  join form_template f on f.code = r.form\n  join entity n on n.id = r.entity_id\n"
    " where r.id = $1::uuid\n   and ($2::uuid is null or r.outlet_id = $2::uuid)\n"
    "   and ($3::uuid is null or n.customer_id = $3::uuid)\n"
    "   and ($4::uuid is null or r.holder_id = $4::uuid or r.made_by = $4::uuid\n"
    "        or exists (select from repair t where t.id = r.entity_id and t.assignee_id = $4::uuid\n"
    "                      and t.closed_at is null)\n"
    "        or exists (select from return_repair t where t.id = r.entity_id and t.assignee_id = $4::uuid\n"
    "                      and t.closed_at is null)\n"
    "        or exists (select from return_exchange t where t.id = r.entity_id and t.assignee_id = $4::uuid\n"
    "                      and t.closed_at is null)\n"
    "        or exists (select from delivery t where t.id = r.entity_id and t.assignee_id = $4::uuid\n"
    "                      and t.closed_at is null))";

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
    request_query(request, arena_printf(&request->arena, "%s%s", record_sql, readable_machines(request, "r.machine")), 4, values, on_record);
}
