/* P10 B: each unit of a recall, from the list to its remedy. Its field job is a repair (P4) or an exchange (P9), asked for as a
 * later link; the unit follows the end of that job. */
#include "procedures/p10.h"

#define CALLERS "dispatcher hotline_clerk followup_clerk service_manager outlet_manager"
#define DOERS "dispatcher service_manager technician outlet_manager outlet_technician installer"
#define OPEN_STATES "listed notified scheduled"

static const struct choice found_in[] = {
    { "equipment", { "Equipment register", "设备档案" } }, { "delivery", { "Delivery note", "送货单" } }, { "entered", { "Entered by hand", "人工登记" } }, { NULL },
};
static const struct choice told_by[] = {
    { "phone", { "Phone", "电话" } }, { "message", { "Text message", "短信" } }, { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { "visit", { "Visit", "上门" } },      { NULL },
};
static const struct state states[] = {
    { "listed", { "Listed", "已列入" } },
    { "notified", { "Customer told", "已通知" } },
    { "scheduled", { "Job under way", "已安排处理" } },
    { "remedied", { "Put right", "已修复" }, STATE_TERMINAL },
    { "replaced", { "Replaced", "已更换" }, STATE_TERMINAL },
    { "refunded", { "Taken back and refunded", "已退款" }, STATE_TERMINAL },
    { "destroyed", { "Destroyed", "已销毁" }, STATE_TERMINAL },
    { "unreachable", { "Out of reach", "无法联系" }, STATE_TERMINAL },
    { "refused", { "Customer refuses", "客户拒绝" }, STATE_TERMINAL },
    { "excluded", { "Not concerned", "不在范围" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("parent_id", "Recall", "召回案", FIELD_COMMON | FIELD_FILTER, "recall"),
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_FILTER | FIELD_SEARCH, 1, 80, .example = "\"SN20260001\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    REF("equipment_id", "Equipment", "设备", FIELD_FILTER, "equipment"),
    REF("delivery_id", "Delivery", "配送单", FIELD_FILTER, "delivery"),
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "服务网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "found_in", FIELD_ENUM, { "Found in", "台账来源" }, FIELD_FILTER, .choices = found_in },
    { "level", FIELD_ENUM, { "Level", "召回级别" }, FIELD_COMPUTED | FIELD_FILTER, .choices = p10_levels },
    { "told_via", FIELD_ENUM, { "Told by", "通知方式" }, FIELD_FILTER, .choices = told_by },
    { "told_to", FIELD_TEXT, { "Who was told", "被通知人" }, 0, 1, 60 },
    { "notified_at", FIELD_TIME, { "Told", "通知时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("notified_by", "Told by", "通知人", FIELD_COMPUTED, "person"),
    { "measure", FIELD_ENUM, { "What is done", "处理方式" }, FIELD_FILTER, .choices = p10_measures },
    { "jobs", FIELD_INTEGER, { "Jobs asked for", "已派任务次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "done_on", FIELD_DATE, { "Done on", "处理日期" }, FIELD_FILTER },
    { "done_evidence", FIELD_TEXT, { "Evidence of it", "处理凭据" }, 0, 1, 500 },
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    { "signature_refused", FIELD_BOOLEAN, { "Signature refused", "客户拒绝签字" }, FIELD_FILTER },
    { "signature_refused_reason", FIELD_TEXT, { "Why not signed", "拒签原因" }, 0, 1, 500 },
    { "evidence", FIELD_TEXT, { "Evidence", "证据" }, 0, 1, 500 },
    { "refusal_words", FIELD_TEXT, { "Why the customer refuses", "客户拒绝理由" }, 0, 1, 500 },
    { "exclude_reason", FIELD_TEXT, { "Why it is not concerned", "不在范围的理由" }, 0, 1, 500 },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    MOVED_FROM,
    { NULL },
};
static const struct clock clocks[] = {
    { "remedy_due_1", { "Put right, level I", "处理期限(一级)" }, "T_P10_REMEDY_1", NULL, false },
    { "remedy_due_2", { "Put right, level II", "处理期限(二级)" }, "T_P10_REMEDY_2", NULL, false },
    { "remedy_due_3", { "Put right, level III", "处理期限(三级)" }, "T_P10_REMEDY_3", NULL, false },
    { NULL },
};

#define OF_RECALL(column) "(select r." column " from recall r where r.id = e.parent_id)"
#define MEASURE "coalesce(:measure, e.measure, " OF_RECALL("measure") ")"
GUARD(recall_runs, "recall_not_listing",
      "exists (select from recall r where r.id = :parent_id and (r.confirmed_at is not null) and r.state not in ('defect_confirmed', 'no_defect', 'merged', 'voided'))",
      "parent_id", "That recall has no list of units now", "该召回案目前无召回对象台账");
GUARD(not_listed, "listed_already",
      "not exists (select from recall_unit u where u.parent_id = :parent_id and u.serial = :serial and u.state <> 'voided')", "serial",
      "This unit is on the list already", "该台已在台账中");
GUARD(unit_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id and q.serial = :serial and (:customer_id is null or q.customer_id = :customer_id))",
      "equipment_id", "That equipment has another serial number or customer", "该设备序列号或客户不符");
GUARD(in_execution, "recall_not_started", OF_RECALL("started_at") " is not null", NULL, "The recall is not being carried out yet", "召回尚未开始实施");
GUARD(has_job, "measure_without_job", MEASURE " in ('repair', 'replace', 'refund')", "measure", "Only repair, replacement and refund are jobs", "仅修理、更换、退款可派任务");
GUARD(customer_known, "customer_missing", "e.customer_id is not null", NULL, "Whose unit it is, is not known", "尚不知该台归属客户");
GUARD(done_past, "date_ahead", ":done_on is null or :done_on <= company_date(:at)", "done_on", "The date lies ahead", "日期在将来");
GUARD(tried_channels, "not_tried_enough",
      "(select count(*) >= time_rule_number('N_P10_TRIES') and count(distinct c ->> 'channel') >= time_rule_number('N_P10_CHANNELS')"
      " from jsonb_array_elements(coalesce(e.contact_attempts, '[]')) c where c ->> 'result' <> 'reached')",
      NULL, "Three attempts by two channels come first", "须先以两种方式联系三次");

#define REMEDY_CLOCKS \
    START_IF("remedy_due_1", NULL, "e.level = 'I'"), START_IF("remedy_due_2", NULL, "e.level = 'II'"), START_IF("remedy_due_3", NULL, "e.level = 'III'")
#define ENDS(event_, en, zh, to_, from_) \
    { .event = event_, .label = { en, zh }, .clause = "P10 B", .from = from_, .to = to_, .by = DOERS, .takes = "done_evidence done_on?", \
      .guards = GUARDS(&done_past), \
      .effects = EFFECTS(SET("done_on", "coalesce(:done_on, company_date(:at))"), SET("notified_at", "coalesce(e.notified_at, :at)"), CANCEL("repair"), \
                         CANCEL("return_exchange"), RECORD("recall_unit")), \
      .flags = TRANSITION_FINAL }
#define JOB_ENDED(outcome, to_) \
    { .event = "job_ended", .label = { "The job is over", "任务结束" }, .clause = "P10 B", .from = "scheduled", .to = to_, .when = "recall_job_end(e.id) = '" outcome "'", \
      .by = "system", .effects = EFFECTS(SET("done_on", "company_date(:at)"), RECORD("recall_unit")), .flags = TRANSITION_FINAL }
#define JOB_INPUTS \
    "customer_id = m.customer_id; contact_name = coalesce(m.told_to, (select coalesce(c.contacts #>> '{0,name}', c.name) from customer c where c.id = m.customer_id));" \
    " contact_phone = (select coalesce(c.phone, c.contacts #>> '{0,phone}') from customer c where c.id = m.customer_id);" \
    " address = (select c.address from customer c where c.id = m.customer_id); region = (select c.region from customer c where c.id = m.customer_id);" \
    " equipment_id = (select q.id from equipment q where q.id = m.equipment_id and q.customer_id = m.customer_id); serial = m.serial; model = m.model;"
#define WHAT_IT_IS "(select concat_ws(': ', '召回 recall ' || r.number, r.hazard, r.measures) from recall r where r.id = m.parent_id)"

static const struct transition transitions[] = {
    { .event = "list", .label = { "List", "列入台账" }, .clause = "P10 B", .to = "listed", .by = "system " P10_CENTRE,
      .takes = "parent_id serial model? customer_id? equipment_id? delivery_id? outlet_id? found_in?", .guards = GUARDS(&recall_runs, &not_listed, &unit_fits),
      .effects = EFFECTS(SET("found_in", "coalesce(:found_in, 'entered')"), SET("jobs", "0"),
                         SET("model", "coalesce(:model, (select q.model from equipment q where q.id = :equipment_id), (select r.model from recall r where r.id = :parent_id))"),
                         SET("customer_id", "coalesce(:customer_id, (select q.customer_id from equipment q where q.id = :equipment_id))"),
                         SET("outlet_id", "coalesce(:outlet_id, (select q.outlet_id from equipment q where q.id = :equipment_id))"),
                         SET("level", "(select r.level from recall r where r.id = :parent_id)")) },
    { .event = "assign_customer", .label = { "Whose unit it is", "登记归属客户" }, .clause = "designed", .from = OPEN_STATES " unreachable", .to = "same", .by = CALLERS " commerce_officer",
      .takes = "customer_id note?", .flags = TRANSITION_FINAL },
    { .event = "notify", .label = { "Tell the customer", "通知客户" }, .clause = "P10 B", .from = "listed", .to = "notified", .by = CALLERS, .takes = "told_via told_to? note?",
      .guards = GUARDS(&customer_known),
      .effects = EFFECTS(SET("notified_at", ":at"), SET("notified_by", ":actor"), REMEDY_CLOCKS,
                         SET("contact_attempts", "coalesce(e.contact_attempts, '[]') || jsonb_build_object('at', :at, 'by', :actor, 'channel', :told_via, 'result', 'reached')")),
      .flags = TRANSITION_FINAL },
    { .event = "schedule", .label = { "Ask for the job", "派处理任务" }, .clause = "P10 B", .from = "notified", .to = "scheduled", .by = "system " P10_CENTRE, .takes = "measure? note?",
      .guards = GUARDS(&in_execution, &has_job),
      .effects = EFFECTS(SET("measure", MEASURE), SET("jobs", "e.jobs + 1"),
                         OPEN("repair", "register",
                              "channel = case when (select c.address from customer c where c.id = m.customer_id) is null then 'carry_in' else 'other_phone' end; " JOB_INPUTS
                              " required_skill = (select q.skill from equipment q where q.id = m.equipment_id); type = 'recall'; problem = left(" WHAT_IT_IS ", 2000);"
                              " priority = case when m.level = 'I' then 'urgent' else 'normal' end",
                              LINK_LATER, MEASURE " = 'repair'"),
                         OPEN("return_exchange", "apply",
                              "kind = case m.measure when 'refund' then 'return' else 'exchange' end; " JOB_INPUTS " recall_no = (select r.number from recall r where r.id = m.parent_id); return_reason = left(" WHAT_IT_IS ", 1000);"
                              " required_skill = (select q.skill from equipment q where q.id = m.equipment_id)",
                              LINK_LATER, MEASURE " in ('replace', 'refund')"),
                         NOTIFY("dispatcher", "recall_job")),
      .flags = TRANSITION_FINAL },
    { .event = "job_failed", .label = { "The job came to nothing", "任务未完成" }, .clause = "designed", .from = "scheduled", .to = "notified", .by = P10_CENTRE,
      .takes = "reason", .effects = EFFECTS(CANCEL("repair"), CANCEL("return_exchange")), .flags = TRANSITION_FINAL },
    JOB_ENDED("remedied", "remedied"),
    JOB_ENDED("replaced", "replaced"),
    JOB_ENDED("refunded", "refunded"),
    JOB_ENDED("destroyed", "destroyed"),
    { .event = "job_ended", .label = { "The job is over", "任务结束" }, .clause = "P10 B", .from = "scheduled", .to = "notified", .by = "system",
      .effects = EFFECTS(NOTIFY("dispatcher", "recall_job_failed")), .flags = TRANSITION_FINAL },
    ENDS("remedy", "Put right", "已修复", "remedied", OPEN_STATES),
    ENDS("replace", "Replaced", "已更换", "replaced", OPEN_STATES),
    ENDS("refund", "Taken back and refunded", "已退款", "refunded", OPEN_STATES),
    ENDS("destroy", "Destroyed", "已销毁", "destroyed", OPEN_STATES),
    { .event = "mark_unreachable", .label = { "Out of reach", "无法联系" }, .clause = "P10 B", .from = "listed notified", .to = "unreachable", .by = CALLERS, .takes = "note?",
      .guards = GUARDS(&tried_channels), .effects = EFFECTS(RECORD("recall_unit")), .flags = TRANSITION_FINAL },
    { .event = "refuse", .label = { "Customer refuses", "客户拒绝" }, .clause = "P10 B", .from = OPEN_STATES, .to = "refused", .by = CALLERS " technician outlet_technician",
      .takes = "refusal_words customer_signature? signature_refused? signature_refused_reason? evidence?", .guards = GUARDS(&signed_or_refused, &signature_bound),
      .effects = EFFECTS(SET("notified_at", "coalesce(e.notified_at, :at)"), CANCEL("repair"), CANCEL("return_exchange"), RECORD("recall_unit"),
                         NOTIFY("service_manager", "recall_refused")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* The duty to put it right stays. */
    { .event = "come_forward", .label = { "Customer comes forward", "客户再次联系" }, .clause = "P10 A stop_active", .from = "unreachable refused", .to = "notified", .by = CALLERS,
      .takes = "told_via told_to? note?", .guards = GUARDS(&customer_known),
      .effects = EFFECTS(SET("notified_at", "coalesce(e.notified_at, :at)"), SET("notified_by", ":actor"), REMEDY_CLOCKS, NOTIFY("dispatcher", "recall_job")),
      .flags = TRANSITION_FINAL },
    { .event = "exclude", .label = { "Not concerned", "不在范围" }, .clause = "designed", .from = OPEN_STATES " unreachable", .to = "excluded", .by = "system service_manager",
      .takes = "exclude_reason", .effects = EFFECTS(CANCEL("repair"), CANCEL("return_exchange")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    CHANGE_CUSTOMER,
    { NULL },
};

static const struct timer timers[] = {
    { "schedule",
      "e.state = 'notified' and e.jobs = 0 and exists (select from recall r where r.id = e.parent_id and r.started_at is not null and r.closed_at is null"
      " and coalesce(e.measure, r.measure) in ('repair', 'replace', 'refund'))",
      NULL },
    { "job_ended", "e.state = 'scheduled' and recall_job_end(e.id) is not null", NULL },
    { NULL },
};
static const struct given given[] = {
    { .event = "contact_attempt", .by = CALLERS, .from = OPEN_STATES " unreachable" },
    { NULL },
};

const struct machine p10_recall_unit = {
    .name = "recall_unit", .path = "recall-units", .prefix = "RU", .title = { "Unit of a recall", "召回对象" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "service_manager dispatcher", .readers = "customer " P10_STAFF,
    .without = "amend revert reassign pause resume", .signed_fields = "parent_id serial model level", .display = "serial",
    .work = "e.state = 'listed' or e.overdue",
};
