/* The demo company's documents: its procedures, rules and forms in force with their copies, versions on their way, one that is
 * being recalled, and the laws and standards it works by. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/fire.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define DAY_US (INT64_C(24) * 3600 * 1000000)

enum stage { DRAFT, IN_REVIEW, PENDING, APPROVED, ISSUED, IN_FORCE };
/* Days after a document was begun. */
enum { SUBMITTED_AFTER = 1, REVIEWED_AFTER = 2, APPROVED_AFTER = 3, ISSUED_AFTER = 4, SIGNED_AFTER = 5, IN_FORCE_AFTER = 8 };

static const struct document_row {
    const char *code, *title, *class, *dept, *author, *form_no;
    int age; /* days since it was begun */
    enum stage stage;
} documents[] = {
    { "WWSH-001", "售后服务手册", "L1", "after_sales_center", "liuyang", NULL, 170, IN_FORCE },
    { "WWSH-003-P04", "报修、送修和上门维修服务控制程序", "L2", "after_sales_center", "wangfang", NULL, 160, IN_FORCE },
    { "WWSH-003-P05", "物品返修服务控制程序", "L2", "tech_dept", "huangzhiyuan", NULL, 158, IN_FORCE },
    { "WWSH-003-P06", "自建与外委维修网点控制程序", "L2", "after_sales_center", "wangfang", NULL, 155, IN_FORCE },
    { "WWSH-003-P11", "备品备件启用控制程序", "L2", "materials_office", "xujing", NULL, 150, IN_FORCE },
    { "WWSH-004-W01", "服务人员行为与礼仪规范", "L3", "after_sales_center", "zhaomin", NULL, 140, IN_FORCE },
    { "WWSH-004-W02", "派单与预约作业指导书", "L3", "after_sales_center", "wangfang", NULL, 120, IN_FORCE },
    { "WWSH-004-W03", "返修件包装作业指导书", "L3", "tech_dept", "huangzhiyuan", NULL, 6, ISSUED },
    { "WWSH-004-W04", "夜间急修值班规定", "L3", "after_sales_center", "wangfang", NULL, 4, APPROVED },
    { "WWSH-003-P04-R02", "服务处理单(派工单)", "L4", "tech_dept", "liqiang", "WWSH-003-P04-R02", 130, IN_FORCE },
    { "WWSH-003-P12-R03", "计量器具点检表", "L4", "tech_dept", "yanglei", "WWSH-003-P12-R03", 3, PENDING },
    { "WWSH-003-P18", "应急准备与响应控制程序", "L2", "after_sales_center", "wangfang", NULL, 2, IN_REVIEW },
    { NULL, "投影设备清洁保养指导书", "L3", "tech_dept", "liqiang", NULL, 1, DRAFT },
};
static const struct {
    const char *code, *title, *issuer;
    int age;
} externals[] = {
    { "GB/T 27922-2011", "商品售后服务评价体系", "国家质检总局、国家标准化管理委员会", 165 },
    { "主席令第7号", "中华人民共和国消费者权益保护法", "全国人民代表大会常务委员会", 60 },
    { "GB/T 19001-2016", "质量管理体系 要求", "国家质检总局、国家标准化管理委员会", 30 },
};

struct walk {
    struct demo *demo;
    const struct document_row *row;
    int begun; /* days before now */
    char id[UUID_TEXT_SIZE];
};

static bool fire(struct walk *walk, const char *event, json_t *body, const struct principal *who, int after)
{
    return demo_fire(walk->demo, "document", event, walk->id, body, who, walk->demo->now_us - (walk->begun - after) * DAY_US, NULL);
}

/* One cell of a query; empty: none. */
static void look_up(struct demo *demo, const char *sql, const char *id, char *out, size_t size)
{
    PGresult *found = PQexecParams(demo->connection, sql, 1, NULL, (const char *const[]){ id }, NULL, NULL, 0);
    (void)snprintf(out, size, "%s", PQntuples(found) > 0 ? PQgetvalue(found, 0, 0) : "");
    PQclear(found);
}

/* A page that says what it stands for: the text of the manual is not ours to print. */
static bool attach(struct walk *walk, const struct principal *author, char file_id[UUID_TEXT_SIZE], char sha256[65])
{
    char line[120], page[900], at[CLOCK_RFC3339_SIZE];
    clock_format_rfc3339(walk->demo->now_us - (walk->begun - SUBMITTED_AFTER) * DAY_US, at);
    (void)snprintf(line, sizeof line, "BT /F1 24 Tf 72 760 Td (%s  %d) Tj ET", walk->row->code, walk->begun);
    (void)snprintf(page, sizeof page,
                   "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                   "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
                   "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
                   strlen(line), line);
    PGresult *stored = PQexecParams(walk->demo->connection,
                                    "insert into attachment (id, entity_id, kind, media_type, size, sha256, data, made_at, made_by)\n"
                                    "select gen_random_uuid(), $1::uuid, 'document', 'application/pdf', length(d), sha256(d), d, $4::timestamptz, $3::uuid\n"
                                    "  from (select convert_to($2::text, 'UTF8')) x (d)\nreturning id, encode(sha256, 'hex')",
                                    4, NULL, (const char *const[]){ walk->id, page, author->id, at }, NULL, NULL, 0);
    bool good = PQntuples(stored) == 1;
    if (good) {
        (void)snprintf(file_id, UUID_TEXT_SIZE, "%s", PQgetvalue(stored, 0, 0));
        (void)snprintf(sha256, 65, "%s", PQgetvalue(stored, 0, 1));
    }
    PQclear(stored);
    return good;
}

static const struct principal *reviewer(const struct walk *walk)
{
    char level = walk->row->class[1];
    return level <= '2' ? demo_holder(walk->demo, "deputy_gm") : level == '3' ? demo_holder(walk->demo, "service_manager") : demo_person(walk->demo, "zhangwei");
}

static const struct principal *approver(const struct walk *walk)
{
    char level = walk->row->class[1];
    return demo_holder(walk->demo, level <= '2' ? "general_manager" : level == '3' ? "deputy_gm" : "service_manager");
}

/* Every copy signed for on the day after it was issued. */
static bool sign_copies(struct walk *walk)
{
    char copy[UUID_TEXT_SIZE];
    for (;;) {
        look_up(walk->demo, "select c.id from distribution_copy c where c.document_id = $1::uuid and c.state = 'issued' order by c.distribution_no limit 1", walk->id, copy,
                sizeof copy);
        if (copy[0] == '\0')
            return true;
        if (!demo_fire(walk->demo, "distribution_copy", "sign", copy, json_pack("{s:s}", "signed_name", "部门资料员"), demo_holder(walk->demo, "document_controller"),
                       walk->demo->now_us - (walk->begun - SIGNED_AFTER) * DAY_US, NULL))
            return false;
    }
}

/* From a draft with its number to the stage of its row. */
static bool carry_on(struct walk *walk, enum stage stage)
{
    struct demo *demo = walk->demo;
    const struct principal *author = demo_person(demo, walk->row->author), *controller = demo_holder(demo, "document_controller");
    char file[UUID_TEXT_SIZE], sha256[65];
    if (stage < IN_REVIEW)
        return true;
    if (!attach(walk, author, file, sha256) || !fire(walk, "submit", json_pack("{s:s}", "file_id", file), author, SUBMITTED_AFTER))
        return false;
    if (stage >= PENDING && !fire(walk, "review", json_pack("{s:s}", "read_sha256", sha256), reviewer(walk), REVIEWED_AFTER))
        return false;
    if (stage >= APPROVED && !fire(walk, "approve", json_pack("{s:s,s:o}", "read_sha256", sha256, "effective_on", demo_date_json(demo, IN_FORCE_AFTER - walk->begun)),
                                   approver(walk), APPROVED_AFTER))
        return false;
    if (stage < ISSUED)
        return true;
    json_t *copies = json_pack("[{s:s,s:s,s:s},{s:s,s:s},{s:s,s:s,s:s}]", "dept", walk->row->dept, "holder_name", "部门资料柜", "kept_at", "部门资料柜", "dept", "company_office",
                               "holder_name", "公司办公室", "dept", "outlet", "outlet_id", demo->outlets[0], "medium", "electronic");
    if (!fire(walk, "issue", json_pack("{s:o,s:b}", "copies", copies, "training_needed", 0), controller, ISSUED_AFTER))
        return false;
    return stage < IN_FORCE || (sign_copies(walk) && fire(walk, "make_effective", json_object(), &system_principal, IN_FORCE_AFTER));
}

static bool write_document(struct walk *walk)
{
    const struct document_row *row = walk->row;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s*}", "title", row->title, "class", row->class, "dept", row->dept, "form_no", row->form_no);
    return demo_fire(walk->demo, "document", "create", NULL, body, demo_person(walk->demo, row->author), walk->demo->now_us - walk->begun * DAY_US, walk->id) &&
           (row->code == NULL || fire(walk, "assign_code", json_pack("{s:s}", "code", row->code), demo_holder(walk->demo, "document_controller"), 0)) &&
           carry_on(walk, row->stage);
}

/* A change of a document in force, asked for `age` days ago, up to the stage of its next version. */
static bool change_document(struct walk *old, const char *reason, int age, enum stage stage)
{
    struct demo *demo = old->demo;
    const struct principal *controller = demo_holder(demo, "document_controller"), *author = demo_person(demo, old->row->author);
    char change[UUID_TEXT_SIZE] = "";
    struct walk next = { .demo = demo, .row = old->row, .begun = age - 3 };
    if (!demo_fire(demo, "document_change", "request", NULL, json_pack("{s:s,s:s}", "document_id", old->id, "change_reason", reason), demo_person(demo, "zhangwei"),
                   demo->now_us - age * DAY_US, change) ||
        !demo_fire(demo, "document_change", "accept", change, json_pack("{s:s}", "author_id", author->id), controller, demo->now_us - (age - 1) * DAY_US, NULL) ||
        !demo_fire(demo, "document_change", "approve", change, json_object(), approver(old), demo->now_us - (age - 2) * DAY_US, NULL) ||
        !demo_fire(demo, "document_change", "carry_out", change, json_object(), author, demo->now_us - (age - 3) * DAY_US, NULL))
        return false;
    look_up(demo, "select d.id from document d where d.change_id = $1::uuid", change, next.id, sizeof next.id);
    return carry_on(&next, stage);
}

/* The version that was replaced is called back: two copies came, the third was lost on the way. */
static bool recall(struct walk *old, int days_ago)
{
    struct demo *demo = old->demo;
    const struct principal *controller = demo_holder(demo, "document_controller");
    int64_t at_us = demo->now_us - days_ago * DAY_US;
    if (!demo_fire(demo, "document", "recall", old->id, json_object(), controller, at_us, NULL))
        return false;
    for (int i = 0; i < 2; i++) {
        char copy[UUID_TEXT_SIZE];
        look_up(demo, "select c.id from distribution_copy c where c.document_id = $1::uuid and c.state = 'recalling' order by c.distribution_no limit 1", old->id, copy, sizeof copy);
        if (!demo_fire(demo, "distribution_copy", i == 0 ? "take_back" : "report_lost", copy,
                       i == 0 ? json_pack("{s:s}", "return_condition", "完好") : json_pack("{s:s}", "loss_text", "搬迁办公室时遗失"), controller, at_us + DAY_US, NULL))
            return false;
    }
    return true;
}

bool demo_load_documents(struct demo *demo)
{
    const struct principal *controller = demo_holder(demo, "document_controller");
    struct walk walks[COUNT(documents)];
    for (int i = 0; i < COUNT(documents); i++) {
        walks[i] = (struct walk){ .demo = demo, .row = &documents[i], .begun = documents[i].age };
        if (!write_document(&walks[i]))
            return false;
    }
    for (int i = 0; i < COUNT(externals); i++)
        if (!demo_fire(demo, "document", "register_external", NULL,
                       json_pack("{s:s,s:s,s:s,s:s}", "code", externals[i].code, "title", externals[i].title, "issuer", externals[i].issuer, "dept", "after_sales_center"), controller,
                       demo->now_us - externals[i].age * DAY_US, NULL))
            return false;
    struct walk *repair = &walks[1], *outlets = &walks[3], *manners = &walks[5], *dispatch = &walks[6];
    return change_document(dispatch, "派单须附诊断要点", 16, IN_FORCE) && recall(dispatch, 4) && change_document(repair, "增加电话指导解决的记录要求", 6, PENDING) &&
           demo_fire(demo, "document_change", "request", NULL, json_pack("{s:s,s:s}", "document_id", outlets->id, "change_reason", "结算资料清单与现行结算单不一致"),
                     demo_person(demo, "gaoyue"), demo->now_us - DAY_US, NULL) &&
           demo_fire(demo, "document", "suspend", manners->id, json_pack("{s:s}", "suspend_reason", "附件着装标准与新工服不符,修订前暂停"), demo_holder(demo, "deputy_gm"),
                     demo->now_us - 2 * DAY_US, NULL) &&
           demo_fire(demo, "document_loan", "lend", NULL,
                     json_pack("{s:s,s:s,s:s,s:b,s:o}", "document_id", walks[0].id, "assignee_id", demo_person(demo, "hulan")->id, "purpose", "投标资料编制", "marked_uncontrolled", 1,
                               "due_on", demo_date_json(demo, 3)),
                     controller, demo->now_us - 2 * DAY_US, NULL) &&
           demo_fire(demo, "document_list", "draw_up", NULL, json_pack("{s:s}", "kind", "controlled"), controller, demo->now_us - DAY_US, NULL) &&
           demo_fire(demo, "document_list", "draw_up", NULL, json_pack("{s:s}", "kind", "external"), controller, demo->now_us - DAY_US, NULL);
}
