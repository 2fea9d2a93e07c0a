/* The routes that come from no machine. Shapes are those of schema_put_shape. */
#include <stdio.h>
#include <string.h>

#include "engine/openapi_parts.h"

static const struct {
    const char *name;
    const char *description;
} tags[] = {
    { "Session", "Signing in, passwords, API keys · 登录与密钥" },
    { "Work", "What is to be done, over all procedures · 待办" },
    { "Feed", "Everything that happened, in one order · 事件流" },
    { "Papers", "Filled-in forms and attachments · 表单与附件" },
    { "Time", "Calendar, time limits and their breaches · 日历与时限" },
    { "Rules", "The procedures themselves · 程序文件" },
    { "Reports", "Statistics and audit · 统计与审计" },
    { "Server", "Health, metrics, documentation · 服务状态" },
};

struct endpoint {
    const char *path, *method, *id, *tag;
    struct text summary;
    const char *query;  /* a shape; "$name": a shared parameter */
    const char *body;   /* a shape, "@Schema" or "text/csv"; NULL: none */
    const char *answer; /* "@Schema", "@Schema[]": a page of them, a media type, or NULL: 204 */
    const char *status; /* NULL: 200 */
    const char *problems;
    bool is_public;
};

#define READ "400 401 403 404 503"
#define WRITE "400 401 403 404 413 415 422 503"
#define WORK_FILTERS                                                                                                   \
    "machine?:text[] state?:text[] $assignee outlet?:text $region $due_before $overdue $to_reassign $paused "          \
    "kind?:task|handin|breach|link"
#define ROUTE(method_, path_, id_, tag_, en_, zh_, problems_, ...)                                                     \
    {                                                                                                                  \
        .path = path_, .method = method_, .id = id_, .tag = tag_, .summary = { en_, zh_ }, .problems = problems_,      \
        __VA_ARGS__                                                                                                    \
    }

static const struct endpoint endpoints[] = {
    ROUTE("post", "/v1/session", "sign_in", "Session", "Sign in", "登录", "400 401 415 422 429 503",
          .body = "login:text password:text", .answer = "@Session", .status = "201", .is_public = true),
    ROUTE("delete", "/v1/session", "sign_out", "Session", "Sign out", "退出登录", "400 401 503", .answer = NULL),
    ROUTE("get", "/v1/me", "get_me", "Session", "Who I am and what I may do", "当前用户", READ, .answer = "@PersonNow"),
    ROUTE("post", "/v1/me/password", "change_password", "Session", "Change my password", "修改密码", WRITE " 429",
          .body = "old_password:text password:text"),
    ROUTE("get", "/v1/me/day", "get_my_day", "Work", "My day, to take along offline", "我的一天", READ,
          .query = "date?:date", .answer = "@Day"),
    ROUTE("get", "/v1/api-keys", "list_api_keys", "Session", "API keys", "密钥列表", READ, .answer = "@ApiKey[]"),
    ROUTE("post", "/v1/api-keys", "create_api_key", "Session", "Make an API key; it is shown once", "新建密钥", WRITE,
          .body = "name:text person_id:uuid", .answer = "@ApiKeyMade", .status = "201"),
    ROUTE("delete", "/v1/api-keys/{key}", "revoke_api_key", "Session", "Revoke an API key", "撤销密钥", READ,
          .answer = NULL),
    ROUTE("post", "/v1/persons/{id}/password", "set_password", "Session", "Set somebody's first password",
          "设置初始密码", WRITE, .body = "password:text"),
    ROUTE("get", "/v1/worklist", "list_work", "Work", "Open work, most overdue first", "待办列表", READ,
          .query = WORK_FILTERS " $limit offset?:int", .answer = "@WorkItem[]"),
    ROUTE("get", "/v1/worklist/counts", "count_work", "Work", "How much is open", "待办统计", READ,
          .query = WORK_FILTERS " group_by?:machine,state|machine|state|assignee|outlet|region",
          .answer = "@WorkCount[]"),
    ROUTE("get", "/v1/search", "search", "Work", "Find by number, name, phone or serial number", "搜索", READ,
          .query = "q:text", .answer = "@Found[]"),
    ROUTE("get", "/v1/remedies", "get_remedies", "Work", "What law or contract allow for a faulty unit", "三包与退换货计算", READ,
          .query = "equipment_id?:uuid customer_kind?:individual|company|government product_class?:computer|listed|unlisted "
                   "sold_on?:date received_on?:date fault_on?:date asked_on?:date warranty_until?:date repairs_done?:int "
                   "days_in_repair?:int repair_days?:int delay_cause?:repairer|parts user_damage?:bool distance_sale?:bool "
                   "contract_return_days?:int contract_exchange_days?:int price?:int same_model?:bool main_part?:bool",
          .answer = "@RemedyReport"),
    ROUTE("get", "/v1/links", "list_links", "Work", "What steps have opened elsewhere, and what still waits",
          "关联事项", READ, .query = "$limit entity?:uuid state?:done|waiting|cancelled[]", .answer = "@Link[]"),
    ROUTE("get", "/v1/notifications", "list_notifications", "Work", "Who was told what", "通知", READ,
          .query = "$limit unread?:bool entity?:uuid", .answer = "@Notification[]"),
    ROUTE("post", "/v1/notifications/{id}/read", "read_notification", "Work", "Mark as read", "标记已读", READ,
          .answer = NULL),
    ROUTE("get", "/v1/events", "read_feed", "Feed",
          "The feed: nothing skipped, repeated or out of order", "事件流", READ " 410",
          .query = "after?:text $limit_events machine?:text[]", .answer = "@FeedEvent[]"),
    ROUTE("get", "/v1/records", "list_records", "Papers", "Filled-in forms", "表单记录", READ,
          .query =
              "$limit after?:uuid form?:text[] entity?:uuid holder?:text owed?:true| made_from?:time made_to?:time",
          .answer = "@Record[]"),
    ROUTE("get", "/v1/records/{id}", "get_record", "Papers", "One form, to read or to print", "表单内容", READ,
          .answer = "@Record"),
    ROUTE("get", "/v1/attachments/{id}", "get_attachment", "Papers", "The file itself", "附件内容", READ,
          .answer = "image/png image/jpeg application/pdf"),
    ROUTE("get", "/v1/breaches", "list_breaches", "Time", "Limits that were exceeded", "超时记录", READ,
          .query = "$limit rule_code?:text[] owner?:text entity?:uuid since?:time open?:bool", .answer = "@Breach[]"),
    ROUTE("get", "/v1/calendar", "get_calendar", "Time", "Working days and service hours", "工作日历", READ,
          .query = "from?:date to?:date", .answer = "@CalendarDay[]"),
    ROUTE("put", "/v1/calendar", "put_calendar", "Time", "Change days, as the yearly notice on swapped workdays says",
          "调整日历", WRITE, .body = "days:@CalendarChange[]"),
    ROUTE("get", "/v1/time-rules", "list_time_rules", "Time", "Time limits of the company", "时限规则", READ,
          .answer = "@TimeRule[]"),
    ROUTE("put", "/v1/time-rules/{code}", "put_time_rule", "Time", "Change a time limit", "修改时限", WRITE,
          .body = "value:int"),
    ROUTE("get", "/v1/procedures", "list_procedures", "Rules", "The kinds of entities and their procedures", "程序文件",
          READ, .answer = "@MachineTitle[]"),
    ROUTE("get", "/v1/procedures/{machine}", "get_procedure", "Rules", "States and steps of one kind of entity",
          "流程定义", READ, .answer = "@MachineTable"),
    ROUTE("get", "/v1/procedures/{machine}/diagram", "get_diagram", "Rules", "Its states as a picture", "状态图", READ,
          .answer = "image/svg+xml"),
    ROUTE("get", "/v1/schemas/{name}", "get_schema", "Rules", "JSON Schema of a body or a representation", "数据结构",
          READ, .answer = "application/schema+json"),
    ROUTE("get", "/v1/reports/followup-statistics", "report_followup_statistics", "Reports", "Follow-up statistics",
          "回访统计", READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/improvements", "report_improvements", "Reports", "Improvements by kind and source, and kinds without a closed one (to: not included)",
          "服务改进统计", READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/complaints", "report_complaints", "Reports", "Complaints received in a period and what became of them", "投诉统计",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/compensations", "report_compensations", "Reports", "Claims for compensation of a period by basis and source", "补救赔偿统计",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/recalls", "report_recalls", "Reports", "Signals and recalls of a period, with how far each recall has come", "召回统计",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/emergencies", "report_emergencies", "Reports", "Readiness for emergencies, and the incidents of a period", "应急准备与事件统计",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/suppliers", "report_suppliers", "Reports", "How makers and dealers did with what was sent to them", "厂家返修统计",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/fund-ledger", "report_fund_ledger", "Reports", "Special funds: what was there, what moved, what is left", "专项经费台账",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/assurance-plans", "report_assurance_plans", "Reports", "Plan against actual, line by line", "保障计划执行情况",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("get", "/v1/reports/controlled-documents", "report_controlled_documents", "Reports",
          "Documents in force, external documents, versions on their way, obsolete ones with their missing copies", "受控文件清单", READ, .answer = "application/json"),
    ROUTE("get", "/v1/reports/nonconformities", "report_nonconformities", "Reports", "Ledger of the nonconformities reported in a period, with figures", "不符合台账",
          READ, .query = "from:date to:date", .answer = "application/json"),
    ROUTE("post", "/v1/settlement-imports", "import_settlement", "Papers",
          "File a settlement slip from a partner's table (text/csv), or preview what it says", "导入结算表", WRITE,
          .query = "mapping:uuid period:text kind?:regular|supplementary|final outlet_ref?:text preview?:bool dry_run?:bool",
          .body = "text/csv", .answer = "application/json", .status = "201"),
    ROUTE("get", "/v1/unsettled-jobs", "list_unsettled_jobs", "Reports",
          "Finished jobs of an outlet that no settlement slip holds, with what they bring and what they lack", "未结算任务",
          READ, .query = "outlet?:uuid period?:text limit?:int", .answer = "application/json"),
    ROUTE("get", "/v1/public/outlets", "list_public_outlets", "Server", "Operating outlets for customers to choose from", "对外公示的服务网点",
          "400 503", .query = "region?:text skill?:text", .answer = "application/json", .is_public = true),
    ROUTE("get", "/v1/audit/verify", "verify_audit", "Reports", "Recompute the hash chain of the log", "校验日志", READ,
          .query = "entity?:uuid", .answer = "@AuditResult"),
    ROUTE("post", "/v1/test/clock", "set_test_clock", "Server", "Move the server's clock; test servers only",
          "测试时钟", WRITE, .body = "now?:time offset_seconds?:int", .answer = "@TestClock"),
    ROUTE("get", "/healthz", "health", "Server", "The process lives", "存活", "400", .answer = "@Status",
          .is_public = true),
    ROUTE("get", "/readyz", "readiness", "Server", "Requests can be served", "就绪", "400 503", .answer = "@Status",
          .is_public = true),
    ROUTE("get", "/metrics", "metrics", "Server", "Figures for Prometheus", "指标", "400", .answer = "text/plain",
          .is_public = true),
    ROUTE("get", "/openapi.json", "openapi", "Server", "This document", "接口文档", "400", .answer = "application/json",
          .is_public = true),
    ROUTE("get", "/docs", "docs", "Server", "This document, to read", "接口文档页面", "400", .answer = "text/html",
          .is_public = true),
    ROUTE("get", "/docs/{file}", "docs_file", "Server", "Parts of the documentation page", "文档页面资源", "400 404",
          .answer = "text/html text/css text/javascript image/svg+xml", .is_public = true),
};

#define N_ENDPOINTS (sizeof endpoints / sizeof *endpoints)

void openapi_put_fixed_tags(struct buf *out)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        buf_json_comma(out);
        buf_putc(out, '{');
        buf_json_member(out, "name", tags[i].name);
        buf_json_member(out, "description", tags[i].description);
        buf_putc(out, '}');
    }
}

static void put_parameters(const struct endpoint *endpoint, struct buf *out)
{
    char word[160];
    const char *name, *type;
    buf_json_key(out, "parameters");
    buf_putc(out, '[');
    openapi_put_path_parameters(out, endpoint->path);
    for (const char *list = endpoint->query; plan_next_word(&list, word, sizeof word);) {
        if (word[0] == '$') {
            openapi_put_parameter(out, word + 1);
            continue;
        }
        bool optional = schema_split_word(word, &name, &type);
        openapi_put_query(out, name, !optional, type, (struct text){ NULL, NULL });
    }
    buf_putc(out, ']');
}

static void put_body(const struct endpoint *endpoint, struct buf *out)
{
    if (endpoint->body == NULL)
        return;
    if (strcmp(endpoint->body, "text/csv") == 0) {
        buf_puts(out, ",\"requestBody\":{\"required\":true,\"content\":{\"text/csv\":{\"schema\":{\"type\":\"string\"}}}}");
        return;
    }
    buf_puts(out, ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":");
    if (endpoint->body[0] == '@')
        schema_put_type(endpoint->body, false, &openapi_style, out);
    else
        schema_put_shape(endpoint->body, &openapi_style, out);
    buf_puts(out, "}}}");
}

static void put_media(const struct endpoint *endpoint, struct buf *out)
{
    char type[96];
    size_t n = strlen(endpoint->answer);
    bool is_page = endpoint->answer[n - 1] == ']';
    if (is_page) {
        buf_puts(out, "\"application/json\":{\"schema\":{\"allOf\":[{\"$ref\":\"#/components/schemas/Page\"},"
                      "{\"type\":\"object\",\"properties\":{\"data\":");
        schema_put_type(endpoint->answer, false, &openapi_style, out);
        buf_puts(out, "}}]}}");
    } else if (endpoint->answer[0] == '@') {
        buf_puts(out, "\"application/json\":{\"schema\":");
        schema_put_type(endpoint->answer, false, &openapi_style, out);
        buf_putc(out, '}');
    } else {
        for (const char *list = endpoint->answer; plan_next_word(&list, type, sizeof type);) {
            bool json = strstr(type, "json") != NULL,
                 binary = strstr(type, "image/") != NULL || strstr(type, "pdf") != NULL;
            buf_json_comma(out);
            buf_printf(out, "\"%s\":{%s}", type,
                       json     ? "\"schema\":{\"type\":\"object\"}"
                       : binary ? ""
                                : "\"schema\":{\"type\":\"string\"}");
        }
    }
    if (strcmp(endpoint->id, "get_record") == 0)
        buf_puts(out, ",\"text/html\":{\"schema\":{\"type\":\"string\"}}");
}

static void put_endpoint(const struct endpoint *endpoint, struct buf *out)
{
    struct buf description = { 0 };
    buf_printf(&description, "%s。", endpoint->summary.zh);
    buf_json_key(out, endpoint->method);
    buf_putc(out, '{');
    openapi_put_heading(out, endpoint->id, endpoint->tag, endpoint->summary.en);
    buf_json_member(out, "description", description.data);
    buf_done(&description);
    if (endpoint->is_public)
        buf_puts(out, ",\"security\":[]");
    put_parameters(endpoint, out);
    put_body(endpoint, out);
    buf_json_key(out, "responses");
    buf_putc(out, '{');
    if (endpoint->answer == NULL) {
        buf_puts(out, "\"204\":{\"description\":\"Done\"}");
    } else {
        buf_json_key(out, endpoint->status == NULL ? "200" : endpoint->status);
        buf_puts(out, "{\"description\":\"The answer\",\"content\":{");
        put_media(endpoint, out);
        buf_puts(out, "}}");
    }
    openapi_put_problems(out, endpoint->problems);
    buf_puts(out, "}}");
}

void openapi_put_fixed_paths(struct buf *out)
{
    for (size_t i = 0; i < N_ENDPOINTS; i++) {
        bool continues = i > 0 && strcmp(endpoints[i].path, endpoints[i - 1].path) == 0;
        if (!continues) {
            buf_json_key(out, endpoints[i].path);
            buf_putc(out, '{');
        }
        put_endpoint(&endpoints[i], out);
        if (i + 1 == N_ENDPOINTS || strcmp(endpoints[i].path, endpoints[i + 1].path) != 0)
            buf_putc(out, '}');
    }
}
