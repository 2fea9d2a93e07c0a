/* P18 A: an emergency plan, one row a version: written, signed by three, taught, drilled, in force until the next one is. */
#include "procedures/p18.h"

const struct choice p18_scenarios[] = {
    { "personal_injury", { "Injury to people", "人身伤害" } },
    { "fire_electric", { "Fire or electric shock", "火灾触电" } },
    { "major_equipment_damage", { "Major damage to equipment", "重大设备损坏" } },
    { "product_safety", { "Hidden danger in a product", "产品安全隐患" } },
    { "mass_failure", { "Failure at many customers", "大面积故障" } },
    { "data_loss", { "Loss of data", "数据丢失" } },
    { "traffic_in_delivery", { "Traffic accident on a delivery", "送货途中交通事故" } },
    { "natural_disaster", { "Natural disaster", "自然灾害" } },
    { "customer_conflict", { "Conflict with a customer", "客户冲突" } },
    { "public_opinion", { "Public opinion", "舆情" } },
    { NULL },
};
static const struct choice reasons[] = {
    { "law", { "Law or standard has changed", "法规标准变化" } },
    { "structure", { "Command structure has changed", "指挥机构调整" } },
    { "risk", { "Risk has changed much", "风险重大变化" } },
    { "resources", { "Key resources have changed", "重要资源变化" } },
    { "drill_flaw", { "A drill showed a serious flaw", "演练发现重大问题" } },
    { "response_flaw", { "A response showed a serious flaw", "处置发现重大问题" } },
    { "check", { "Found when it was checked", "检查评审发现" } },
    { NULL },
};
static const struct choice check_kinds[] = { { "yearly", { "Yearly check", "年度检查" } }, { "three_yearly", { "Review every three years", "三年评审" } }, { NULL } };
static const struct choice check_results[] = { { "suitable", { "Still suitable", "继续适用" } }, { "to_revise", { "To be revised", "需修订" } }, { NULL } };
static const struct choice drill_kinds[] = {
    { "tabletop", { "Table-top", "桌面推演" } }, { "on_site", { "On-site part", "现场处置" } }, { "full", { "Whole plan", "综合演练" } }, { NULL },
};
static const struct field contact_items[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" }, 0, 1, 60 },
    { "duty", FIELD_TEXT, { "Duty", "应急职责" }, 0, 1, 120 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, 0, 3, 40 },
    { NULL },
};
static const struct state states[] = {
    { "drafting", { "Being written", "编制" } },
    { "in_review", { "Being reviewed", "评审" } },
    { "reviewed", { "Reviewed", "已评审" } },
    { "approved", { "Approved", "已批准" } },
    { "published", { "Published", "已发布" } },
    { "trained", { "Taught", "已培训" } },
    { "drilled", { "Drilled", "已演练" } },
    { "in_force", { "In force", "生效" } },
    { "revising", { "In force, being revised", "修订中" } },
    { "superseded", { "Superseded or abolished", "已替代(废止)" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "code", FIELD_TEXT, { "Code", "预案编号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60, .example = "\"YA-01\"" },
    { "title", FIELD_TEXT, { "Title", "预案名称" }, FIELD_FILTER | FIELD_SEARCH, 1, 120, .example = "\"安装现场触电应急预案\"" },
    { "scenario", FIELD_ENUM, { "Scenario", "事件情景" }, FIELD_FILTER, .choices = p18_scenarios },
    { "dept", FIELD_ENUM, { "Department in charge", "归口部门" }, FIELD_FILTER, .choices = department_choices },
    { "edition", FIELD_INTEGER, { "Edition", "版次(第n版)" }, FIELD_COMPUTED | FIELD_FILTER, 1, 1000 },
    REF("supersedes_id", "Version that it replaces", "被替代版本", FIELD_FILTER, "emergency_plan"),
    { "source_number", FIELD_TEXT, { "Asked for by", "来源单号" }, FIELD_FILTER, 1, 40, .example = "\"SF-2026-000012\"" },
    { "high_risk", FIELD_BOOLEAN, { "High risk or crowded place", "高风险或人员密集场所" }, FIELD_FILTER },
    WORDS("organisation", "Organisation", "组织机构", 4000),
    WORDS("duties", "Duties", "职责", 4000),
    WORDS("warning", "Warning", "预警", 2000),
    WORDS("steps", "Steps of the response", "处置程序", 6000),
    WORDS("resources", "Resources", "应急资源", 4000),
    { "contacts", FIELD_LIST, { "Contacts", "应急联系方式" }, 0, 1, 100, .items = contact_items },
    WORDS("recovery", "Recovery", "恢复善后", 4000),
    { "assignee_id", FIELD_REFERENCE, { "Who writes", "编制人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    PERSON("author_id", "Submitted by", "编制"),
    WHEN("submitted_at", "Submitted", "提交时间"),
    PERSON("reviewed_by", "Reviewed by", "评审"),
    WHEN("reviewed_at", "Reviewed", "评审时间"),
    PERSON("approved_by", "Approved by", "批准"),
    WHEN("approved_at", "Approved", "批准时间"),
    WORDS("return_reason", "Sent back because", "退回原因", 1000),
    { "published_to", FIELD_TEXTS, { "Published to", "发布范围" }, 0, 1, 12, .choices = department_choices },
    WHEN("published_at", "Published", "发布时间"),
    DATED("trained_on", "Taught on", "培训日期"),
    WORDS("training_note", "How it was taught", "培训情况", 1000),
    WHEN("in_force_at", "In force since", "生效时间"),
    { "drilled_on", FIELD_DATE, { "Day of the drill", "演练日期" }, FIELD_TRANSIENT },
    { "drill_kind", FIELD_ENUM, { "Kind of drill", "演练形式" }, FIELD_TRANSIENT, .choices = drill_kinds },
    DAY_SET("last_drill_on", "Last drilled on", "上次演练日期"),
    DAY_SET("last_onsite_on", "On-site part last drilled on", "上次现场演练日期"),
    DAY_SET("next_drill_on", "To be drilled by", "下次演练期限"),
    { "check_kind", FIELD_ENUM, { "Kind of check", "检查类别" }, FIELD_FILTER, .choices = check_kinds },
    { "check_result", FIELD_ENUM, { "Result of the check", "检查结论" }, FIELD_FILTER, .choices = check_results },
    WORDS("check_note", "What was found", "检查意见", 2000),
    DAY_SET("last_check_on", "Last checked on", "上次检查日期"),
    PERSON("last_check_by", "Last checked by", "检查人"),
    { "revision_reason", FIELD_ENUM, { "Why it is revised", "修订原因" }, FIELD_FILTER, .choices = reasons },
    WORDS("revision_note", "What is to be revised", "修订说明", 2000),
    WORDS("abolish_reason", "Abolished because", "废止原因", 1000),
    { NULL },
};
static const struct clock clocks[] = {
    { "sign_due", { "Review or approval", "评审批准期限" }, "T_P18_SIGN", NULL, false },
    { "publish_due", { "Published", "发布期限" }, "T_P18_PUBLISH", NULL, false },
    { "train_due", { "Taught", "培训期限" }, "T_P18_TRAIN", NULL, false },
    { "first_drill_due", { "First drill", "首次演练期限" }, "T_P18_FIRST_DRILL", NULL, false },
    { "drill_due", { "Drill", "演练期限" }, "T_P18_DRILL", NULL, false },
    { "onsite_due", { "Drill of the on-site part", "现场处置演练期限" }, "T_P18_DRILL", NULL, false },
    { "check_due", { "Yearly check", "年度检查期限" }, "T_P18_CHECK", NULL, false },
    { "review_due", { "Review every three years", "三年评审期限" }, "T_P18_CHECK", NULL, false },
    { "revise_due", { "Revision in force", "修订完成期限" }, "T_P18_REVISE", NULL, false },
    { NULL },
};

GUARD(plan_whole, "plan_incomplete",
      "e.code is not null and e.organisation is not null and e.duties is not null and e.warning is not null and e.steps is not null and e.resources is not null"
      " and jsonb_array_length(coalesce(e.contacts, '[]')) > 0 and e.recovery is not null",
      NULL, "Code, organisation, duties, warning, steps, resources, contacts and recovery, all of them", "编号、机构、职责、预警、程序、资源、联系方式和善后须填写完整");
GUARD(code_free, "code_taken",
      "not exists (select from emergency_plan p where p.code = :code and p.id <> :id and p.id is distinct from e.supersedes_id and p.state not in ('voided', 'superseded'))",
      "code", "Another plan has this code", "该编号已被占用");
GUARD(code_new, "code_taken", ":code is null or not exists (select from emergency_plan p where p.code = :code and p.state not in ('voided', 'superseded'))", "code",
      "Another plan has this code", "该编号已被占用");
GUARD(not_author, "own_plan", "e.author_id is distinct from :actor", NULL, "The author neither reviews nor approves", "编制人不得评审或批准");
GUARD(not_reviewer, "own_review", "e.reviewed_by is distinct from :actor", NULL, "The reviewer does not approve", "评审人不得批准");
GUARD(training_past, "date_ahead", ":trained_on <= company_date(:at)", "trained_on", "The date lies ahead", "日期在将来");
GUARD(finding_told, "note_missing", ":check_result = 'suitable' or :check_note is not null", "check_note", "Say what is to be revised", "须说明需修订的内容");

GUARD(writer_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)", "assignee_id",
      "This person is not active", "该人员不在岗");

#define WRITERS "dept_head service_manager dispatcher " COMMANDER
#define CONTENT "dept? code? high_risk? organisation? duties? warning? steps? resources? contacts? recovery?"
#define WITH_ROLES SET("assignee_id", "null"), SET("to_reassign", "null")
#define UNSIGNED \
    SET("assignee_id", "e.author_id"), SET("reviewed_by", "null"), SET("reviewed_at", "null"), SET("approved_by", "null"), SET("approved_at", "null"), \
        STOP("sign_due"), NOTIFY("@assignee", "plan_sent_back")
#define TAUGHT STOP("train_due"), START("first_drill_due"), NOTIFY("dept_head", "plan_to_drill"), NOTIFY(COMMANDER, "plan_to_drill")
/* Yearly as a whole and each half year on site; where the risk is high the whole each half year (statute of 2019, art. 8). */
#define DRILL_MONTHS(day) MONTHS_ON(day, "case when e.high_risk then 'N_P18_DRILL_MONTHS_RISK' else 'N_P18_DRILL_MONTHS' end")
#define ONSITE_MONTHS(day) MONTHS_ON(day, "'N_P18_ONSITE_MONTHS'")
#define DRILL_DONE \
    SET("last_drill_on", ":drilled_on"), SET("last_onsite_on", "case when :drill_kind = 'tabletop' then e.last_onsite_on else :drilled_on end"), \
        SET("next_drill_on", DRILL_MONTHS(":drilled_on"))
#define REDRAFT \
    START("revise_due"), \
        OPEN("emergency_plan", "redraft", "supersedes_id = m.id; revision_reason = m.revision_reason; revision_note = m.revision_note", LINK_LATER, NULL), \
        NOTIFY("dept_head", "plan_to_revise"), NOTIFY(COMMANDER, "plan_to_revise")
#define CHECKED \
    SET("last_check_on", "company_date(:at)"), SET("last_check_by", ":actor"), START_AT("check_due", DAY(MONTHS_ON("company_date(:at)", "'N_P18_CHECK_MONTHS'"))), \
        START_IF("review_due", DAY(MONTHS_ON("company_date(:at)", "'N_P18_REVIEW_MONTHS'")), ":check_kind = 'three_yearly'"), RECORD("emergency_plan")
#define CHECK(from_, to_, when_, ...) \
    { .event = "check", .label = { "Check whether it still fits", "适用性检查(评审)" }, .clause = "P18 A", .from = from_, .to = to_, .when = when_, .by = WRITERS, \
      .takes = "check_kind check_result check_note?", .guards = GUARDS(&finding_told), .effects = EFFECTS(CHECKED, __VA_ARGS__), .flags = TRANSITION_FINAL }

static const struct transition transitions[] = {
    { .event = "create", .label = { "Begin a plan", "编制预案" }, .clause = "P1 3.2", .to = "drafting", .by = WRITERS " system", .takes = "title scenario source_number? " CONTENT,
      .guards = GUARDS(&code_new),
      .effects = EFFECTS(SET("edition", "1"), SET("high_risk", "coalesce(:high_risk, false)"), SET("dept", "coalesce(:dept, 'after_sales_center')"),
                         SET("assignee_id", "case when :has_system then nonconformity_head(coalesce(:dept, 'after_sales_center'), null) else :actor end"),
                         NOTIFY_IF("@assignee", "plan_to_write", ":has_system")) },
    { .event = "redraft", .label = { "Begin the next version", "修订编制" }, .clause = "P18 A", .to = "drafting", .by = "system",
      .takes = "supersedes_id revision_reason revision_note?",
      .effects = EFFECTS(LOOK_UP("prior", "select p.* from emergency_plan p where p.id = :supersedes_id"), SET("code", "prior.code"), SET("title", "prior.title"),
                         SET("scenario", "prior.scenario"), SET("dept", "prior.dept"), SET("edition", "prior.edition + 1"), SET("high_risk", "prior.high_risk"),
                         SET("organisation", "prior.organisation"), SET("duties", "prior.duties"), SET("warning", "prior.warning"), SET("steps", "prior.steps"),
                         SET("resources", "prior.resources"), SET("contacts", "prior.contacts"), SET("recovery", "prior.recovery"),
                         SET("assignee_id", "coalesce((select p.id from person p where p.id = prior.author_id and p.state = 'active'), nonconformity_head(prior.dept, null))"),
                         NOTIFY("@assignee", "plan_to_write")) },
    { .event = "write", .label = { "Write", "编写内容" }, .clause = "P18 A", .from = "drafting", .to = "same", .by = "*@assignee", .takes = "title? scenario? " CONTENT,
      .guards = GUARDS(&code_free) },
    { .event = "submit", .label = { "Submit", "提交评审" }, .clause = "P18 A", .from = "drafting", .to = "in_review", .by = "*@assignee", .takes = "note?",
      .guards = GUARDS(&plan_whole),
      .effects = EFFECTS(SET("author_id", ":actor"), SET("submitted_at", ":at"), SET("return_reason", "null"), WITH_ROLES, START("sign_due"),
                         NOTIFY("service_manager", "plan_to_review"), NOTIFY("deputy_gm", "plan_to_review")) },
    { .event = "review", .label = { "Review: in order", "评审通过" }, .clause = "P18 A", .from = "in_review", .to = "reviewed", .by = "service_manager deputy_gm " COMMANDER,
      .takes = "note?", .guards = GUARDS(&not_author),
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), START("sign_due"), NOTIFY("general_manager", "plan_to_approve")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "send_back", .label = { "Send back to the author", "退回编制" }, .clause = "P18 A", .from = "in_review", .to = "drafting",
      .by = "service_manager deputy_gm " COMMANDER, .takes = "return_reason", .effects = EFFECTS(UNSIGNED) },
    { .event = "send_back", .label = { "Send back to the author", "退回编制" }, .clause = "P18 A", .from = "reviewed", .to = "drafting", .by = "general_manager",
      .takes = "return_reason", .effects = EFFECTS(UNSIGNED) },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P18 A", .from = "reviewed", .to = "approved", .by = "general_manager", .takes = "note?",
      .guards = GUARDS(&not_author, &not_reviewer),
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), STOP("sign_due"), START("publish_due"), RECORD("emergency_plan"),
                         NOTIFY("document_controller", "plan_to_publish"), NOTIFY("dispatcher", "plan_to_publish")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "publish", .label = { "Publish", "发布" }, .clause = "P18 A, P7 4.2.2.3", .from = "approved", .to = "published", .by = "document_controller dispatcher",
      .takes = "published_to",
      .effects = EFFECTS(SET("published_at", ":at"), STOP("publish_due"), START("train_due"),
                         OPEN("training_event", "plan", "course = left(concat_ws(' ', e.code, e.title), 200); kind = 'emergency'; with_exam = false; department = e.dept;"
                              " contents = left(e.steps, 1000)", LINK_MUST, NULL),
                         NOTIFY("dept_head", "plan_published"), NOTIFY("hr_officer", "plan_to_teach")),
      .flags = TRANSITION_FINAL },
    { .event = "confirm_training", .label = { "Training is done", "确认培训完成" }, .clause = "P7 4.2.2.3", .from = "published", .to = "trained", .by = "hr_officer",
      .takes = "trained_on training_note", .guards = GUARDS(&training_past), .effects = EFFECTS(TAUGHT) },
    { .event = "training_held", .label = { "The course was held", "培训已举办" }, .clause = "P7 4.2.2.3", .from = "published", .to = "trained", .by = "system",
      .effects = EFFECTS(SET("trained_on", "emergency_plan_trained_on(e.id)"), TAUGHT), .flags = TRANSITION_FINAL },
    { .event = "take_drill", .label = { "It was drilled", "完成演练" }, .clause = "P18 B", .from = "trained", .to = "drilled", .by = "system", .takes = "drilled_on drill_kind",
      .effects = EFFECTS(DRILL_DONE, STOP("first_drill_due"), NOTIFY("general_manager", "plan_to_put_in_force")), .flags = TRANSITION_FINAL },
    { .event = "take_drill", .label = { "It was drilled", "完成演练" }, .clause = "P18 B", .from = "drilled", .to = "same", .by = "system", .takes = "drilled_on drill_kind",
      .effects = EFFECTS(DRILL_DONE), .flags = TRANSITION_FINAL },
    { .event = "take_drill", .label = { "It was drilled", "完成演练" }, .clause = "P18 B", .from = "in_force revising", .to = "same", .by = "system", .takes = "drilled_on drill_kind",
      .effects = EFFECTS(DRILL_DONE, START_AT("drill_due", DAY(DRILL_MONTHS(":drilled_on"))),
                         START_IF("onsite_due", DAY(ONSITE_MONTHS(":drilled_on")), ":drill_kind <> 'tabletop'")),
      .flags = TRANSITION_FINAL },
    { .event = "put_in_force", .label = { "Put in force", "生效实施" }, .clause = "P18 A", .from = "drilled", .to = "in_force", .by = "general_manager", .takes = "note?",
      .effects = EFFECTS(SET("in_force_at", ":at"), SET("last_check_on", "company_date(:at)"), START_AT("drill_due", DAY(DRILL_MONTHS("e.last_drill_on"))),
                         START_AT("onsite_due", DAY(ONSITE_MONTHS("coalesce(e.last_onsite_on, company_date(:at))"))),
                         START_AT("check_due", DAY(MONTHS_ON("company_date(:at)", "'N_P18_CHECK_MONTHS'"))),
                         START_AT("review_due", DAY(MONTHS_ON("company_date(:at)", "'N_P18_REVIEW_MONTHS'"))), FIRE("supersedes_id", "supersede", NULL),
                         RECORD("emergency_plan"), NOTIFY("dept_head", "plan_in_force"), NOTIFY("dispatcher", "plan_in_force"), NOTIFY(COMMANDER, "plan_in_force")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* A first drill that failed, or an error found before it is in force. */
    { .event = "rework", .label = { "Write again", "返回修改" }, .clause = "designed", .from = "approved published trained drilled", .to = "drafting",
      .by = "general_manager " COMMANDER, .takes = "return_reason",
      .effects = EFFECTS(UNSIGNED, STOP("publish_due"), STOP("train_due"), STOP("first_drill_due"), SET("trained_on", "null"), SET("training_note", "null")),
      .flags = TRANSITION_FINAL },
    { .event = "update_contacts", .label = { "Change the contacts", "更新联系方式" }, .clause = "designed", .from = "published trained drilled in_force revising", .to = "same",
      .by = WRITERS, .takes = "contacts", .effects = EFFECTS(NOTIFY("dispatcher", "plan_contacts_changed")) },
    CHECK("in_force", "revising", ":check_result = 'to_revise'", SET("revision_reason", "'check'"), SET("revision_note", ":check_note"), REDRAFT),
    CHECK("in_force revising", "same", NULL, NOTIFY("dept_head", "plan_checked")),
    { .event = "require_revision", .label = { "It has to be revised", "须修订" }, .clause = "State Council Order 708 art. 6", .from = "in_force", .to = "revising",
      .by = WRITERS " deputy_gm general_manager system", .takes = "revision_reason revision_note", .effects = EFFECTS(REDRAFT),
      .flags = TRANSITION_FINAL },
    { .event = "require_revision", .label = { "It has to be revised", "须修订" }, .clause = "State Council Order 708 art. 6", .from = "revising", .to = "same",
      .by = WRITERS " deputy_gm general_manager system", .takes = "revision_reason revision_note", .effects = EFFECTS(NOTIFY("dept_head", "plan_to_revise")),
      .flags = TRANSITION_FINAL },
    { .event = "end_revision", .label = { "The revision is given up", "修订终止" }, .clause = "designed", .from = "revising", .to = "in_force", .by = "system",
      .effects = EFFECTS(SET("revision_reason", "null"), SET("revision_note", "null"), STOP("revise_due"), NOTIFY(COMMANDER, "plan_revision_ended")),
      .flags = TRANSITION_FINAL },
    { .event = "supersede", .label = { "Superseded", "被替代" }, .clause = "P18 A", .from = "in_force revising", .to = "superseded", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "abolish", .label = { "Abolish", "废止" }, .clause = "designed", .from = "approved published trained drilled in_force", .to = "superseded", .by = "general_manager",
      .takes = "abolish_reason",
      .effects = EFFECTS(FIRE_IF("supersedes_id", "end_revision", NULL, "e.state <> 'in_force'"), NOTIFY("dept_head", "plan_abolished"), NOTIFY("dispatcher", "plan_abolished"),
                         NOTIFY(COMMANDER, "plan_abolished")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    MARK_TO_REASSIGN("drafting", "dispatcher"),
    { NULL },
};
static const struct timer timers[] = {
    { "training_held", "e.state = 'published' and emergency_plan_trained_on(e.id) is not null" },
    TO_REASSIGN("e.state = 'drafting'"),
    { NULL },
};
static const struct given given[] = {
    { .event = "amend", .from = "drafting" },
    { .event = "reassign", .by = "dispatcher service_manager " COMMANDER, .guards = GUARDS(&writer_active), .from = "drafting" },
    { .event = "void", .from = "drafting in_review reviewed", .effects = EFFECTS(FIRE("supersedes_id", "end_revision", NULL)) },
    { NULL },
};
const struct machine p18_emergency_plan = {
    .name = "emergency_plan", .path = "emergency-plans", .prefix = "EP", .title = { "Emergency plan", "应急预案" }, .scope = SCOPE_EVERYBODY, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager " COMMANDER, .readers = STAFF, .amends = "title code dept source_number",
    .without = "pause resume contact_attempt", .display = "title", .work = "e.state not in ('in_force', 'revising') or e.overdue",
};
