/* P6 part A1: how a partner outlet is found. One tender has several candidates; whom the general manager chooses becomes an
 * outlet in its first state. */
#include "procedures/p06.h"

static const struct choice sources[] = { { "tender", { "Open tender", "招标" } }, { "invited", { "Invited tender", "邀标" } }, { NULL } };
#define CENTRE "dispatcher service_manager"
#define PASS "time_rule_number('N_P6_REVIEW_PASS')"

static const struct state tender_states[] = {
    { "conceived", { "Conceived", "已构想" } },
    { "tendering", { "Tendering", "招标中" } },
    { "shortlisted", { "Candidates chosen for review", "已确定候选" } },
    { "reviewing", { "Candidates are reviewed", "审查中" } },
    { "decided", { "Decided", "已定名单" }, STATE_TERMINAL },
    { "failed", { "Failed", "流标" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field tender_fields[] = {
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60 },
    { "skills", FIELD_TEXTS, { "Kinds of equipment", "服务范围" }, FIELD_FILTER, 1, 12, .choices = skill_choices },
    { "customer_count", FIELD_INTEGER, { "Customers there", "顾客数量" }, 0, 0, 1000000 },
    { "workload", FIELD_INTEGER, { "Jobs a month", "月工作量" }, 0, 0, 1000000 },
    { "qualification", FIELD_TEXT, { "Qualification asked for", "资质要求" }, 0, 1, 1000 },
    { "staff_ability", FIELD_TEXT, { "Ability of the people", "人员能力要求" }, 0, 1, 1000 },
    { "management_level", FIELD_TEXT, { "Level of management", "管理水平要求" }, 0, 1, 1000 },
    { "upkeep_fee", FIELD_MONEY, { "Upkeep fee a month in fen", "月维护费(分)" }, 0, 0, 100000000 },
    REF("follows", "Follows the tender", "后续于", FIELD_FILTER, "outlet_tender"),
    { "source", FIELD_ENUM, { "Open or invited", "招标方式" }, FIELD_FILTER, .choices = sources },
    { "media", FIELD_TEXT, { "Where it is announced", "发布媒体" }, 0, 1, 500 },
    { "bids_until", FIELD_DATE, { "Bids until", "投标截止" }, FIELD_FILTER },
    { "chosen_ids", FIELD_TEXTS, { "Chosen candidates", "入选单位" }, FIELD_TRANSIENT, 1, 20 },
    { "end_reason", FIELD_TEXT, { "Why it ended", "终止原因" }, 0, 1, 500 },
    { NULL },
};
GUARD(deadline_ahead, "deadline_past", ":bids_until >= company_date(:at)", "bids_until", "The last day for bids lies in the past", "投标截止日期已过");
GUARD(failed_before, "tender_not_failed",
      ":follows is null or exists (select from outlet_tender t where t.id = :follows and t.state in ('failed', 'cancelled'))", "follows",
      "Only a tender that failed is repeated", "仅流标项目可重新招标");
GUARD(all_sifted, "candidates_undecided", "not exists (select from outlet_candidate c where c.parent_id = e.id and c.state = 'bid')", NULL,
      "A bid is neither taken nor declined", "尚有未筛选的投标");
GUARD(some_taken, "nobody_shortlisted", "exists (select from outlet_candidate c where c.parent_id = e.id and c.state = 'shortlisted')", NULL,
      "Nobody is on the short list: the tender fails", "无合适候选单位,按流标处理");
GUARD(chosen_reviewed, "candidate_not_reviewed",
      "not exists (select from unnest(:chosen_ids) x where not exists (select from outlet_candidate c where c.id::text = x and c.parent_id = e.id"
      " and c.state = 'doc_reviewed'))",
      "chosen_ids", "Site and documents are checked first", "须先通过现场审查和资料审查");
GUARD(chosen_passed, "review_not_passed",
      "not exists (select from unnest(:chosen_ids) x join outlet_candidate c on c.id::text = x and c.parent_id = e.id"
      " where least(c.site_score, c.doc_score) < " PASS ")",
      "chosen_ids", "Site or documents did not pass", "现场或资料审查不合格");
GUARD(each_once, "chosen_twice", "(select count(*) = count(distinct x) from unnest(:chosen_ids) x)", "chosen_ids", "A candidate stands there twice", "入选单位重复");
#define OF_TENDER(condition, fired, inputs) FIRE_EACH("outlet_candidate", "parent_id", condition, fired, inputs)
static const struct transition tender_transitions[] = {
    { .event = "conceive", .label = { "Conceive", "提出设置构想" }, .clause = "P6 4.1.2a", .to = "conceived", .by = CENTRE,
      .takes = "region skills customer_count workload qualification staff_ability management_level upkeep_fee follows?", .guards = GUARDS(&failed_before) },
    { .event = "tender", .label = { "Put out to tender", "招标或邀标" }, .clause = "P6 4.1.2b", .from = "conceived", .to = "tendering", .by = CENTRE,
      .takes = "source media bids_until", .guards = GUARDS(&deadline_ahead) },
    { .event = "shortlist", .label = { "Close the short list", "确定候选单位" }, .clause = "P6 4.1.2c", .from = "tendering", .to = "shortlisted", .by = CENTRE,
      .guards = GUARDS(&all_sifted, &some_taken), .flags = TRANSITION_FINAL },
    { .event = "begin_review", .label = { "Reviews begin", "开始审查" }, .clause = "P6 4.1.2c", .from = "shortlisted reviewing", .to = "reviewing",
      .by = "system", .flags = TRANSITION_FINAL },
    { .event = "confirm_list", .label = { "Confirm the list", "确定网点名单" }, .clause = "P6 4.1.2d", .from = "reviewing", .to = "decided",
      .by = "general_manager", .takes = "chosen_ids", .guards = GUARDS(&each_once, &chosen_reviewed, &chosen_passed),
      .effects = EFFECTS(OPEN_EACH("outlet", "list",
                                   "(select jsonb_agg(to_jsonb(c) order by c.rank, c.id) from outlet_candidate c where c.parent_id = e.id and c.id::text = any(:chosen_ids))",
                                   "name = item ->> 'name'; region = e.region; address = item ->> 'address'; phone = item ->> 'phone';"
                                   " contact_name = item ->> 'contact_name'; skills = case when jsonb_typeof(item -> 'skills') = 'array' then array(select jsonb_array_elements_text(item -> 'skills')) else e.skills end;"
                                   " tender_id = e.id; candidate_id = (item ->> 'id')::uuid"),
                         OF_TENDER(NULL, "conclude", "chosen = c.id::text = any(:chosen_ids)"), NOTIFY("dispatcher", "outlets_chosen")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "fail", .label = { "Nobody fits", "流标" }, .clause = "P6 4.1.2c", .from = "tendering shortlisted reviewing", .to = "failed", .by = CENTRE,
      .takes = "end_reason", .effects = EFFECTS(OF_TENDER(NULL, "decline", "told_reason = :end_reason"), NOTIFY("deputy_gm", "tender_failed")),
      .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "conceived tendering shortlisted reviewing", .to = "cancelled",
      .by = "deputy_gm", .takes = "end_reason", .effects = EFFECTS(OF_TENDER(NULL, "decline", "told_reason = :end_reason")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine outlet_tender = {
    .name = "outlet_tender", .path = "outlet-tenders", .prefix = "TN", .title = { "Tender for an outlet", "外委网点招标" }, .scope = SCOPE_STAFF,
    .fields = tender_fields, .states = tender_states, .transitions = tender_transitions, .owner = CENTRE,
    .amends = "customer_count workload qualification staff_ability management_level media bids_until", .without = "pause resume reassign",
    .given = (const struct given[]){ { .event = "amend", .from = "conceived tendering" }, { .event = "void", .from = "conceived" }, { NULL } },
};

static const struct state candidate_states[] = {
    { "bid", { "Has bid", "已投标" } },
    { "shortlisted", { "On the short list", "候选" } },
    { "site_reviewed", { "Site checked", "已现场审查" } },
    { "doc_reviewed", { "Documents checked", "已资料审查" } },
    { "listed", { "Chosen", "入选" }, STATE_TERMINAL },
    { "not_listed", { "Not chosen", "未入选" }, STATE_TERMINAL },
    { NULL },
};
static const struct field candidate_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Tender", "招标" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet_tender" },
    { "name", FIELD_TEXT, { "Candidate", "候选单位" }, FIELD_SEARCH, 1, 100, .example = "\"滨海诚信电器维修有限公司\"" },
    { "address", FIELD_TEXT, { "Address", "地址" }, 0, 1, 300 },
    { "contact_name", FIELD_TEXT, { "Contact", "联系人" }, 0, 1, 60 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, 0, 3, 40 },
    { "skills", FIELD_TEXTS, { "Can serve", "可服务范围" }, FIELD_FILTER, 1, 12, .choices = skill_choices },
    { "qualification", FIELD_TEXT, { "Qualification", "资质" }, 0, 1, 1000 },
    { "staff_ability", FIELD_TEXT, { "Ability of the people", "人员能力" }, 0, 1, 1000 },
    { "management_level", FIELD_TEXT, { "Level of management", "管理水平" }, 0, 1, 1000 },
    { "upkeep_fee", FIELD_MONEY, { "Upkeep fee asked for in fen", "维护费报价(分)" }, 0, 0, 100000000 },
    { "rank", FIELD_INTEGER, { "Rank", "排名" }, FIELD_FILTER, 1, 100 },
    { "site_score", FIELD_INTEGER, { "Site check", "现场审查得分" }, FIELD_FILTER, 0, 100, .example = "80" },
    { "site_findings", FIELD_TEXT, { "Findings on site", "现场审查情况" }, 0, 1, 2000 },
    { "doc_score", FIELD_INTEGER, { "Document check", "资料审查得分" }, FIELD_FILTER, 0, 100, .example = "80" },
    { "doc_findings", FIELD_TEXT, { "Findings in the documents", "资料审查情况" }, 0, 1, 2000 },
    { "chosen", FIELD_BOOLEAN, { "Chosen", "入选" }, FIELD_TRANSIENT },
    { "told_reason", FIELD_TEXT, { "Reason as told", "告知原因" }, 0, 1, 500 },
    { NULL },
};
GUARD(tender_open, "tender_not_open", "exists (select from outlet_tender t where t.id = :parent_id and t.state = 'tendering')", "parent_id",
      "The tender takes no bids", "该招标未在投标期");
GUARD(bid_in_time, "bid_too_late",
      "exists (select from outlet_tender n where n.id = :parent_id and (n.state <> 'tendering' or n.bids_until >= company_date(:at)))", "parent_id",
      "The last day for bids is over", "投标已截止");
GUARD(bids_once, "bid_known", "not exists (select from outlet_candidate c where c.parent_id = :parent_id and c.name = :name and c.state <> 'voided')", "name",
      "This candidate has bid", "该单位已投标");
GUARD(tender_sifts, "tender_not_open", "exists (select from outlet_tender t where t.id = e.parent_id and t.state = 'tendering')", NULL,
      "The short list is closed", "候选名单已确定");
GUARD(tender_reviews, "short_list_open", "exists (select from outlet_tender t where t.id = e.parent_id and t.state in ('shortlisted', 'reviewing'))", NULL,
      "The short list is not closed yet", "候选名单尚未确定");
GUARD(other_reviewer, "reviewed_by_the_same",
      "not exists (select from entity_event v where v.entity_id = e.id and v.event = 'review_site' and v.actor_id = :actor)", NULL,
      "Who was on site does not check the documents", "现场审查人不得审查资料");
static const struct transition candidate_transitions[] = {
    { .event = "bid", .label = { "Enter a bid", "登记投标" }, .clause = "P6 4.1.2b", .to = "bid", .by = CENTRE,
      .takes = "parent_id name contact_name phone address? skills? qualification staff_ability management_level upkeep_fee",
      .guards = GUARDS(&tender_open, &bid_in_time, &bids_once) },
    { .event = "shortlist", .label = { "Put on the short list", "列为候选" }, .clause = "P6 4.1.2c", .from = "bid", .to = "shortlisted", .by = CENTRE,
      .takes = "rank", .guards = GUARDS(&tender_sifts) },
    { .event = "review_site", .label = { "Check on site", "现场资质审查" }, .clause = "P6 4.1.2c", .from = "shortlisted", .to = "site_reviewed",
      .by = "service_manager", .takes = "site_score site_findings", .guards = GUARDS(&tender_reviews), .effects = EFFECTS(FIRE("parent_id", "begin_review", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "review_docs", .label = { "Check the documents", "资料审查" }, .clause = "P6 4.1.2d", .from = "site_reviewed", .to = "doc_reviewed",
      .by = "service_manager commerce_officer deputy_gm", .takes = "doc_score doc_findings", .guards = GUARDS(&other_reviewer),
      .effects = EFFECTS(RECORD("outlet_preselection")), .flags = TRANSITION_FINAL },
    { .event = "decline", .label = { "Not chosen", "不予入选" }, .clause = "P6 4.1.2c", .from = "bid shortlisted site_reviewed doc_reviewed", .to = "not_listed",
      .by = CENTRE, .takes = "told_reason", .effects = EFFECTS(RECORD("outlet_preselection")), .flags = TRANSITION_FINAL },
    { .event = "drop_out", .label = { "Drops out", "候选单位退出" }, .clause = "designed", .from = "bid shortlisted site_reviewed doc_reviewed",
      .to = "not_listed", .by = CENTRE, .takes = "told_reason", .effects = EFFECTS(RECORD("outlet_preselection"), NOTIFY("service_manager", "candidate_dropped_out")),
      .flags = TRANSITION_FINAL },
    { .event = "conclude", .label = { "Chosen", "入选" }, .clause = "P6 4.1.2d", .from = "doc_reviewed", .to = "listed", .when = ":chosen is true",
      .by = "system", .takes = "chosen", .effects = EFFECTS(RECORD("outlet_preselection")), .flags = TRANSITION_FINAL },
    { .event = "conclude", .label = { "Not chosen", "未入选" }, .clause = "P6 4.1.2d", .from = "bid shortlisted site_reviewed doc_reviewed",
      .to = "not_listed", .by = "system", .takes = "chosen",
      .effects = EFFECTS(SET("told_reason", "'未入选本次网点名单'"), RECORD("outlet_preselection")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine outlet_candidate = {
    .name = "outlet_candidate", .path = "outlet-candidates", .prefix = "BD", .title = { "Candidate of a tender", "候选单位" }, .scope = SCOPE_STAFF,
    .fields = candidate_fields, .states = candidate_states, .transitions = candidate_transitions, .owner = CENTRE,
    .amends = "address contact_name phone skills", .without = "pause resume reassign", .display = "name",
    .given = (const struct given[]){ { .event = "void", .from = "bid" }, { NULL } },
};
