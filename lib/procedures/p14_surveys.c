/* P14 C: satisfaction surveys and the answers to them. */
#include "procedures/p14_customers.h"

#define ITEMS \
    { "product", { "Product", "产品" } }, { "delivery", { "Delivery", "配送" } }, { "installation", { "Installation", "安装" } }, \
    { "repair_speed", { "Speed of repair", "维修速度" } }, { "attitude", { "Attitude", "服务态度" } }, { "skill", { "Skill", "技术水平" } }, \
    { "complaints", { "Handling of complaints", "投诉处理" } }, { "price", { "Price", "价格" } }

static const struct choice items[] = { ITEMS, { NULL } };
static const struct choice survey_kinds[] = {
    { "yearly", { "Yearly survey", "年度调查" } }, { "pulse", { "Half-year pulse", "半年抽查" } }, { "special", { "Special", "专项调查" } }, { NULL },
};
static const struct field question_items[] = {
    { "item", FIELD_ENUM, { "Item", "项目" }, .choices = items },
    { "weight", FIELD_INTEGER, { "Weight", "权重" }, 0, 1, 100 },
    { "text?", FIELD_TEXT, { "Question", "问题" }, 0, 1, 500 },
    { NULL },
};
static const struct state survey_states[] = {
    { "designed", { "Designed", "已设计" } },
    { "approved", { "Approved", "已批准" } },
    { "distributing", { "Being sent out", "发放中" } },
    { "collecting", { "Being collected", "回收中" } },
    { "analysed", { "Analysed", "已分析" } },
    { "reported", { "Reported", "已报告" } },
    { "improvement_raised", { "Improvement raised", "已提出改进" } },
    { "closed", { "Closed", "已关闭" }, STATE_TERMINAL },
    { "aborted", { "Aborted", "已中止" }, STATE_TERMINAL },
    { NULL },
};
static const struct field survey_fields[] = {
    { "title", FIELD_TEXT, { "Title", "标题" }, FIELD_FILTER, 1, 120, .example = "\"2027年度客户满意度调查\"" },
    { "survey_kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = survey_kinds },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2020, 2100 },
    { "questions", FIELD_LIST, { "Items and their weights", "调查项目及权重" }, 0, 1, 8, .items = question_items },
    { "active_customers", FIELD_INTEGER, { "Active customers", "在册客户数" }, FIELD_COMPUTED, 0, 10000000 },
    { "sample_size", FIELD_INTEGER, { "Sample", "样本数" }, FIELD_FILTER, 1, 5000 },
    { "statistics", FIELD_OBJECT, { "Figures", "统计结果" }, FIELD_COMPUTED },
    { "return_percent", FIELD_INTEGER, { "Valid return, percent", "有效回收率(%)" }, FIELD_COMPUTED | FIELD_FILTER, 0, 100 },
    { "index_tenths", FIELD_INTEGER, { "Satisfaction index in tenths", "满意度指数(十分之一)" }, FIELD_COMPUTED | FIELD_FILTER, 0, 1000 },
    { "weak_items", FIELD_TEXTS, { "Items below 3", "低于3分的项目" }, FIELD_COMPUTED | FIELD_FILTER, 0, 8, .choices = items },
    { "report_text", FIELD_TEXT, { "Report", "报告" }, 0, 1, 4000 },
    { "improvement_text", FIELD_TEXT, { "Improvement proposed", "改进建议" }, 0, 1, 2000 },
    { NULL },
};

GUARD(items_once, "item_twice", "(select count(*) = count(distinct q ->> 'item') from jsonb_array_elements(:questions) q)", "questions",
      "An item is asked once", "同一项目不得重复");
GUARD(amended_items_once, "item_twice",
      ":questions is null or (select count(*) = count(distinct q ->> 'item') from jsonb_array_elements(:questions) q)", "questions",
      "An item is asked once", "同一项目不得重复");
GUARD(other_than_author, "own_survey", "e.opened_by is distinct from :actor", NULL, "Nobody approves the own survey", "不得批准本人设计的调查");
GUARD(sample_large_enough, "sample_too_small", ":sample_size >= survey_sample_needed()", "sample_size",
      "The sample is at least 30 percent of the active customers and at least 30", "样本须不少于在册客户的30%且不少于30户");
GUARD(sample_to_be_had, "sample_too_large", ":sample_size <= survey_askable()", "sample_size", "There are not so many customers who may be asked",
      "可调查客户不足");
GUARD(return_is_valid, "return_too_low",
      "coalesce((survey_statistics(e.id) ->> 'return_percent')::numeric >= time_rule_number('N_P14_RETURN_PERCENT'), false)", NULL,
      "A survey is valid from a return of 60 percent", "有效回收率须达60%");
GUARD(target_met, "improvement_needed",
      "e.index_tenths >= time_rule_number('N_P14_INDEX_TARGET') * 10 and coalesce(e.weak_items, '{}') = '{}'", NULL,
      "Below the target an improvement is raised first", "未达目标须先提出改进");

#define CLOSE_UNANSWERED FIRE_EACH("survey_response", "parent_id", "c.state = 'invited'", "close_unanswered", NULL)

static const struct transition survey_transitions[] = {
    { .event = "design", .label = { "Design", "设计" }, .clause = "P14 C", .to = "designed", .by = "followup_clerk service_manager",
      .takes = "title survey_kind year questions", .guards = GUARDS(&items_once) },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P14 C", .from = "designed", .to = "approved", .by = "service_manager deputy_gm",
      .takes = "note?", .guards = GUARDS(&other_than_author), .flags = TRANSITION_SIGNED },
    { .event = "distribute", .label = { "Send out", "发放" }, .clause = "P14 numeric", .from = "approved", .to = "distributing", .by = "followup_clerk",
      .takes = "sample_size", .guards = GUARDS(&sample_large_enough, &sample_to_be_had),
      .effects = EFFECTS(SET("active_customers", "survey_population()"),
                         OPEN_EACH("survey_response", "invite", "survey_sample(e.id, :sample_size)",
                                   "parent_id = e.id; customer_id = (item ->> 'customer_id')::uuid")),
      .flags = TRANSITION_FINAL },
    { .event = "collect", .label = { "All are sent: collect", "发放完毕,开始回收" }, .clause = "P14 C", .from = "distributing", .to = "collecting",
      .by = "followup_clerk" },
    { .event = "analyse", .label = { "Analyse", "分析" }, .clause = "P14 numeric", .from = "collecting", .to = "analysed",
      .by = "followup_clerk service_manager", .guards = GUARDS(&return_is_valid),
      .effects = EFFECTS(SET("statistics", "survey_statistics(e.id)"),
                         SET("return_percent", "(survey_statistics(e.id) ->> 'return_percent')::integer"),
                         SET("index_tenths", "((survey_statistics(e.id) ->> 'index')::numeric * 10)::integer"),
                         SET("weak_items", "array(select jsonb_array_elements_text(survey_statistics(e.id) -> 'weak_items'))"), CLOSE_UNANSWERED),
      .flags = TRANSITION_FINAL },
    { .event = "report", .label = { "Report", "报告" }, .clause = "P14 C", .from = "analysed", .to = "reported", .by = "service_manager",
      .takes = "report_text", .effects = EFFECTS(RECORD("survey_report"), NOTIFY("deputy_gm", "survey_reported")) },
    { .event = "raise_improvement", .label = { "Raise an improvement", "提出改进" }, .clause = "P14 C", .from = "reported", .to = "improvement_raised",
      .by = "service_manager", .takes = "improvement_text",
      .effects = EFFECTS(OPEN("improvement", "propose", "source = 'survey'; source_number = m.number; problem = m.improvement_text;"
                              " type = case m.weak_items when '{product}' then 'product' when '{}' then null else 'service' end", LINK_LATER, NULL),
                         OPEN("service_factor", "report", "source = 'customer_visit'; source_number = m.number; dept = 'after_sales_center'; factor_text = m.improvement_text",
                              LINK_LATER, NULL)) },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P14 C", .from = "improvement_raised", .to = "closed", .by = "service_manager",
      .takes = "note?", .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "关闭" }, .clause = "P14 C", .from = "reported", .to = "closed", .by = "service_manager",
      .takes = "note?", .guards = GUARDS(&target_met), .flags = TRANSITION_FINAL },
    { .event = "abort", .label = { "Abort", "中止" }, .clause = "designed", .from = "designed approved distributing collecting", .to = "aborted",
      .by = "service_manager", .takes = "reason", .effects = EFFECTS(CLOSE_UNANSWERED), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct given survey_given[] = { { .event = "amend", .from = "designed", .guards = GUARDS(&amended_items_once) }, { NULL } };

const struct machine p14_survey = {
    .name = "survey", .path = "surveys", .prefix = "SV", .title = { "Satisfaction survey", "满意度调查" }, .scope = SCOPE_STAFF,
    .fields = survey_fields, .states = survey_states, .transitions = survey_transitions, .given = survey_given, .owner = "service_manager followup_clerk",
    .amends = "title year questions", .without = "pause resume", .display = "title",
};

static const struct choice channels[] = {
    { "phone", { "Phone", "电话" } }, { "message", { "Message", "短信" } }, { "web", { "Web page", "网页" } },
    { "paper", { "Paper", "纸质" } }, { "visit", { "Visit", "走访" } },     { NULL },
};
static const struct state response_states[] = {
    { "invited", { "Invited", "已邀请" } },
    { "low_score", { "Low score to be handled", "低分待处理" } },
    { "answered", { "Answered", "已答复" }, STATE_TERMINAL },
    { "declined", { "Declined", "拒绝答复" }, STATE_TERMINAL },
    { "unanswered", { "Not answered", "未答复" }, STATE_TERMINAL },
    { "invalid", { "Not counted", "无效" }, STATE_TERMINAL },
    { NULL },
};
#define SCORE(name_, en, zh) { name_, FIELD_INTEGER, { en, zh }, FIELD_FILTER, 1, 5 }
static const struct field response_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Survey", "调查" }, FIELD_COMMON, .machine = "survey" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_COMPUTED | FIELD_FILTER, 1, 60 },
    { "channel", FIELD_ENUM, { "Channel", "方式" }, FIELD_FILTER, .choices = channels },
    SCORE("score_product", "Product", "产品评分"),
    SCORE("score_delivery", "Delivery", "配送评分"),
    SCORE("score_installation", "Installation", "安装评分"),
    SCORE("score_repair_speed", "Speed of repair", "维修速度评分"),
    SCORE("score_attitude", "Attitude", "态度评分"),
    SCORE("score_skill", "Skill", "技术评分"),
    SCORE("score_complaints", "Handling of complaints", "投诉处理评分"),
    SCORE("score_price", "Price", "价格评分"),
    SCORE("overall", "Overall", "总体评分"),
    { "lowest_score", FIELD_INTEGER, { "Lowest score", "最低分" }, FIELD_COMPUTED | FIELD_FILTER, 1, 5 },
    { "answer_text", FIELD_TEXT, { "In words", "文字意见" }, FIELD_PERSONAL, 1, 2000 },
    { "answered_by", FIELD_TEXT, { "Answered by", "答复人" }, FIELD_PERSONAL, 1, 60 },
    { "answered_at", FIELD_TIME, { "Answered at", "答复时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "valid", FIELD_BOOLEAN, { "All that was asked is answered", "答复完整有效" }, FIELD_COMPUTED | FIELD_FILTER },
    { "invalid_reason", FIELD_TEXT, { "Why it does not count", "无效原因" }, 0, 1, 500 },
    { "handled_note", FIELD_TEXT, { "What was done about it", "处理情况" }, 0, 1, 1000 },
    { NULL },
};

GUARD(survey_collects, "survey_not_collecting",
      "exists (select from survey s where s.id = e.parent_id and s.state in ('distributing', 'collecting'))", NULL,
      "The survey takes no answers now", "该调查目前不接收答复");

#define LOWEST "least(:score_product, :score_delivery, :score_installation, :score_repair_speed, :score_attitude, :score_skill, :score_complaints," \
    " :score_price, :overall)"
#define ANSWER_TAKES \
    "channel overall score_product? score_delivery? score_installation? score_repair_speed? score_attitude? score_skill? score_complaints?" \
    " score_price? answer_text? answered_by?"
#define ANSWERED \
    SET("answered_at", ":at"), SET("lowest_score", LOWEST), RECORD("satisfaction_survey"), \
    SET("valid", "(select coalesce(bool_and(case q ->> 'item' when 'product' then :score_product when 'delivery' then :score_delivery" \
                 " when 'installation' then :score_installation when 'repair_speed' then :score_repair_speed when 'attitude' then :score_attitude" \
                 " when 'skill' then :score_skill when 'complaints' then :score_complaints when 'price' then :score_price end is not null), false)" \
                 " from survey s cross join lateral jsonb_array_elements(s.questions) q where s.id = e.parent_id)")

static const struct transition response_transitions[] = {
    { .event = "invite", .label = { "Invite", "邀请" }, .clause = "P14 C", .to = "invited", .by = "system", .takes = "parent_id customer_id",
      .effects = EFFECTS(SET("region", "(select o.region from customer o where o.id = :customer_id)")) },
    { .event = "answer", .label = { "Enter the answer", "登记答复" }, .clause = "P14 C", .from = "invited", .to = "low_score",
      .when = LOWEST " < time_rule_number('N_P14_SCORE_LOW')", .by = "followup_clerk customer", .takes = ANSWER_TAKES, .guards = GUARDS(&survey_collects),
      .effects = EFFECTS(ANSWERED, NOTIFY("service_manager", "low_score"),
                         OPEN("complaint", "receive", "customer_id = m.customer_id; survey_response_id = m.id; complaint_text = m.answer_text; found_at = m.answered_at",
                              LINK_LATER, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "answer", .label = { "Enter the answer", "登记答复" }, .clause = "P14 C", .from = "invited", .to = "answered",
      .by = "followup_clerk customer", .takes = ANSWER_TAKES, .guards = GUARDS(&survey_collects), .effects = EFFECTS(ANSWERED), .flags = TRANSITION_FINAL },
    { .event = "decline", .label = { "Does not want to answer", "拒绝答复" }, .clause = "P14 C", .from = "invited", .to = "declined",
      .by = "followup_clerk customer", .takes = "note?", .guards = GUARDS(&survey_collects), .flags = TRANSITION_FINAL },
    { .event = "handle_low_score", .label = { "Low score handled", "低分处理完毕" }, .clause = "P14 numeric", .from = "low_score", .to = "answered",
      .by = "service_manager", .takes = "handled_note", .flags = TRANSITION_FINAL },
    { .event = "mark_invalid", .label = { "Does not count", "标记无效" }, .clause = "P14 C", .from = "answered low_score", .to = "invalid",
      .by = "followup_clerk service_manager", .takes = "invalid_reason", .guards = GUARDS(&survey_collects), .effects = EFFECTS(SET("valid", "false")),
      .flags = TRANSITION_FINAL },
    { .event = "close_unanswered", .label = { "Not answered", "未答复" }, .clause = "P14 C", .from = "invited", .to = "unanswered", .by = "system",
      .flags = TRANSITION_FINAL },
    { NULL },
};

const struct machine p14_survey_response = {
    .name = "survey_response", .path = "survey-responses", .prefix = "SR", .title = { "Answer to a survey", "满意度答复" }, .fields = response_fields,
    .states = response_states, .transitions = response_transitions, .owner = "followup_clerk service_manager",
    .without = "pause resume void amend revert", .default_outlet = "(select o.outlet_id from customer o where o.id = :customer_id)",
};
