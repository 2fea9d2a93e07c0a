/* P14 B: follow-up visits, planned from the acceptance, for key accounts every quarter. */
#include "procedures/p14_customers.h"

static const struct choice kinds[] = {
    { "escort_end", { "End of escort", "护航结束" } },
    { "month_1", { "One month after acceptance", "验收后一个月" } },
    { "month_6", { "Six months after acceptance", "验收后六个月" } },
    { "yearly", { "Yearly", "年度" } },
    { "key_quarterly", { "Quarterly visit of a key account", "重点客户季度走访" } },
    { "after_repair", { "After a repair", "维修后" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice modes[] = {
    { "call", { "Call", "电话" } }, { "on_site", { "On site", "上门走访" } }, { "message", { "Message", "短信" } }, { NULL },
};
static const struct choice outcomes[] = {
    { "answered", { "Answered", "已回访" } },
    { "by_choice", { "By message, the customer wants no calls", "客户不希望来电,已发消息" } },
    { "unreached", { "Out of reach", "未联系上" } },
    { NULL },
};
static const struct choice cancel_reasons[] = {
    { "unit_gone", { "The unit is no longer with the customer", "设备已不在该客户处" } },
    { "no_calls", { "The customer asked not to be called", "客户要求不再来电" } },
    { "duplicate_followup", { "Followed up after a repair within 7 days", "7天内已有维修回访" } },
    { "customer_closed", { "The customer's file is closed", "客户档案已关闭" } },
    { "no_longer_key", { "No longer a key account", "不再是重点客户" } },
    { NULL },
};
static const struct choice asked_reasons[] = {
    { "unit_gone", { "The unit is no longer with the customer", "设备已不在该客户处" } },
    { "no_calls", { "The customer asked not to be called", "客户要求不再来电" } },
    { "duplicate_followup", { "Followed up after a repair within 7 days", "7天内已有维修回访" } },
    { NULL },
};
static const struct choice call_channels[] = {
    { "phone", { "Phone", "电话" } },   { "message", { "Text message", "短信" } }, { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { "visit", { "Visit", "上门" } },          { NULL },
};
static const struct state states[] = {
    { "planned", { "Planned", "已计划" } },
    { "due", { "Due", "待回访" } },
    { "calling", { "Calling", "回访中" } },
    { "to_report", { "Complaint to report", "投诉待上报" } },
    { "done", { "Done", "已回访" }, STATE_TERMINAL },
    { "unreached", { "Out of reach", "未联系上" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
#define SCORE(name_, en, zh) { name_, FIELD_INTEGER, { en, zh }, FIELD_FILTER, 1, 5 }
static const struct field fields[] = {
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = kinds },
    { "due_on", FIELD_DATE, { "Due on", "应回访日" }, FIELD_FILTER },
    REF("equipment_id", "Equipment", "设备", FIELD_FILTER, "equipment"),
    REF("repair_id", "Repair", "报修单", FIELD_FILTER, "repair"),
    REF("delivery_id", "Delivery", "配送单", FIELD_FILTER, "delivery"),
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_COMPUTED | FIELD_FILTER, 1, 60 },
    { "mode", FIELD_ENUM, { "How", "方式" }, FIELD_FILTER, .choices = modes },
    { "outcome", FIELD_ENUM, { "Outcome", "结果" }, FIELD_COMPUTED | FIELD_FILTER, .choices = outcomes },
    { "called_at", FIELD_TIME, { "Called at", "回访时间" }, FIELD_FILTER },
    { "reached", FIELD_BOOLEAN, { "Reached", "已接通" }, FIELD_COMPUTED | FIELD_FILTER },
    { "followup_tries", FIELD_INTEGER, { "Attempts", "回访次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "next_attempt_at", FIELD_TIME, { "Call again at", "约定再联系时间" }, FIELD_FILTER },
    { "tried_by", FIELD_ENUM, { "Tried by", "联系方式" }, FIELD_TRANSIENT, .choices = call_channels },
    SCORE("score_attitude", "Attitude", "态度评分"),
    SCORE("score_timeliness", "Timeliness", "及时性评分"),
    SCORE("score_quality", "Quality", "质量评分"),
    SCORE("score_result", "Result", "效果评分"),
    { "satisfied", FIELD_BOOLEAN, { "Satisfied", "满意" }, FIELD_FILTER },
    { "is_complaint", FIELD_BOOLEAN, { "Complaint", "投诉" }, FIELD_FILTER },
    { "complaint_text", FIELD_TEXT, { "Complaint in words", "投诉内容" }, 0, 1, 2000 },
    { "usage_note", FIELD_TEXT, { "How the equipment is used", "使用情况" }, 0, 1, 2000 },
    { "opinion", FIELD_TEXT, { "Opinion, wish for improvement", "意见与改进建议" }, 0, 1, 2000 },
    { "wishes_improvement", FIELD_BOOLEAN, { "The opinion is a wish for improvement", "意见属改进建议" }, FIELD_TRANSIENT },
    { "message_text", FIELD_TEXT, { "Message sent", "发送的消息" }, FIELD_TRANSIENT, 1, 1000 },
    REF("leader_id", "Leader told", "上报领导", FIELD_FILTER, "person"),
    { "reported_to_leader_at", FIELD_TIME, { "Reported to the leader", "上报时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "cancel_reason", FIELD_ENUM, { "Cancelled because", "取消原因" }, FIELD_FILTER, .choices = cancel_reasons },
    { "asked_reason", FIELD_ENUM, { "Why it is cancelled", "取消原因" }, FIELD_TRANSIENT, .choices = asked_reasons },
    { "contact_attempts", FIELD_LIST, { "Contact attempts", "联系记录" }, FIELD_COMPUTED, .items = contact_attempt_items },
    MOVED_FROM,
    { NULL },
};
static const struct clock clocks[] = {
    { "visit_due", { "Call the customer", "回访期限" }, "T_P14_VISIT", NULL, true },
    { "complaint_report", { "Report the complaint to the leader", "投诉上报期限" }, "T_P4_COMPLAINT_REPORT", NULL, false },
    { NULL },
};

GUARD(customer_is_open, "customer_closed",
      "exists (select from customer o where o.id = :customer_id and o.closed_at is null and o.state <> 'erasing')", "customer_id",
      "The customer's file is closed", "客户档案已关闭");
GUARD(unit_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id and q.customer_id = :customer_id)", "equipment_id",
      "This equipment belongs to another customer", "该设备不属于此客户");
GUARD(repair_fits, "repair_of_another", ":repair_id is null or exists (select from repair r where r.id = :repair_id and r.customer_id = :customer_id)",
      "repair_id", "This repair is another customer's", "该报修单不属于此客户");
GUARD(calls_wanted, "customer_wants_no_calls",
      "e.kind = 'key_quarterly' or not exists (select from customer o where o.id = e.customer_id and o.no_calls)", NULL,
      "The customer does not want calls: send a message", "客户不希望来电,请发送消息");
GUARD(no_calls_wanted, "customer_takes_calls", "exists (select from customer o where o.id = e.customer_id and o.no_calls)", NULL,
      "The customer takes calls: a message does not do", "客户接受来电,不得仅发消息");
GUARD(not_own_job, "own_job", "not exists (select from repair r where r.id = e.repair_id and r.assignee_id = :actor)", NULL,
      "Who did the job may not make its follow-up call", "维修人员不得回访本人单据");
GUARD(later_ahead, "agreed_time_in_past", ":next_attempt_at > :at", "next_attempt_at", "The agreed time lies in the past", "约定时间已过");
GUARD(call_in_time, "call_time_wrong", ":called_at <= :at + interval '5 minutes' and :called_at >= date_trunc('minute', e.opened_at)", "called_at",
      "The call lies in the future or before the visit was planned", "回访时间有误");
GUARD(complaint_described, "complaint_text_missing", ":is_complaint is not true or :complaint_text is not null", "complaint_text", "Describe the complaint",
      "须记录投诉内容");
GUARD(wish_described, "opinion_missing", ":wishes_improvement is not true or :opinion is not null", "opinion", "Write the wish down", "须记录改进建议");
GUARD(unit_is_gone, "unit_still_there",
      ":asked_reason <> 'unit_gone' or exists (select from equipment q where q.id = e.equipment_id and (q.closed_at is not null or q.customer_id <> e.customer_id))",
      "asked_reason", "The unit is still in use at this customer's", "设备仍在该客户处使用");
GUARD(followup_found, "no_recent_followup",
      ":asked_reason <> 'duplicate_followup' or followed_up_lately(e.customer_id, e.equipment_id, :at)",
      "asked_reason", "No repair of this customer was followed up within 7 days", "7天内无该客户的维修回访");

#define CLERK "followup_clerk service_manager commerce_officer"
#define THIS_TRY \
    "coalesce(e.contact_attempts, '[]') || jsonb_build_object('at', :at, 'by', :actor, 'channel', :tried_by, 'result'," \
    " case when :tried_by in ('message', 'email', 'letter') then 'sent' else 'no_answer' end, 'next_attempt_at', :next_attempt_at)"
/* 00-common rule 13: three attempts on two days, one of them in writing. */
#define TRIED_ENOUGH \
    "e.followup_tries + 1 >= time_rule_number('N_P14_VISIT_TRIES')" \
    " and (select count(distinct company_date((a ->> 'at')::timestamptz)) >= 2 and bool_or(a ->> 'channel' in ('message', 'email', 'letter'))" \
    " from jsonb_array_elements(" THIS_TRY ") a where a ->> 'result' <> 'reached')"
#define NOT_REACHED_TAKES "tried_by next_attempt_at? note?"
#define COMPLETE_TAKES \
    "called_at satisfied mode? score_attitude? score_timeliness? score_quality? score_result? is_complaint? complaint_text? usage_note? opinion? wishes_improvement? note?"
#define COMPLETED \
    SET("reached", "true"), SET("outcome", "'answered'"), SET("followup_tries", "e.followup_tries + 1"), STOP("visit_due"), \
    SET("mode", "coalesce(:mode, case when e.kind = 'key_quarterly' then 'on_site' else 'call' end)"), SET("next_attempt_at", "null"), \
    RECORD("followup_record"), RECORD_IF("opinion", ":usage_note is not null or :opinion is not null"), \
    OPEN("improvement", "propose", "source = 'opinion'; source_number = m.number; customer_id = m.customer_id; problem = m.opinion", LINK_LATER, \
         ":wishes_improvement is true"), \
    RECORD_IF("customer_visit", "coalesce(:mode, case when e.kind = 'key_quarterly' then 'on_site' end) = 'on_site'")

static const struct transition transitions[] = {
    { .event = "plan", .label = { "Plan", "安排回访" }, .clause = "P14 B", .to = "planned", .by = "followup_clerk dispatcher service_manager commerce_officer",
      .takes = "customer_id kind due_on equipment_id? repair_id? delivery_id? assignee_id? note?",
      .guards = GUARDS(&customer_is_open, &unit_fits, &repair_fits),
      .effects = EFFECTS(SET("followup_tries", "0"), SET("region", "(select o.region from customer o where o.id = :customer_id)"), RECORD("visit_plan")) },
    { .event = "fall_due", .label = { "Falls due", "到期" }, .clause = "P14 B", .from = "planned", .to = "cancelled",
      .when = "visit_needless(e.customer_id, e.equipment_id, e.kind, :at) is not null", .by = "system",
      .effects = EFFECTS(SET("cancel_reason", "visit_needless(e.customer_id, e.equipment_id, e.kind, :at)")), .flags = TRANSITION_FINAL },
    { .event = "fall_due", .label = { "Falls due", "到期" }, .clause = "P14 B", .from = "planned", .to = "due", .by = "system",
      .effects = EFFECTS(START_AT("visit_due", "(e.due_on)::timestamp at time zone company_zone()"), NOTIFY("followup_clerk", "visit_due")),
      .flags = TRANSITION_FINAL },
    { .event = "start_call", .label = { "Start the call", "开始回访" }, .clause = "P14 B", .from = "due", .to = "calling", .by = CLERK,
      .guards = GUARDS(&calls_wanted, &not_own_job), .effects = EFFECTS(SET("assignee_id", ":actor"), SET("to_reassign", "null")) },
    { .event = "call_later", .label = { "Agreed to call later", "约定再联系" }, .clause = "P14 B", .from = "calling", .to = "due", .by = CLERK,
      .takes = "next_attempt_at note?", .guards = GUARDS(&later_ahead), .flags = TRANSITION_FINAL },
    { .event = "not_reached", .label = { "Not reached", "未接通" }, .clause = "P14 B", .from = "calling", .to = "unreached", .when = TRIED_ENOUGH, .by = CLERK,
      .takes = NOT_REACHED_TAKES,
      .effects = EFFECTS(SET("contact_attempts", THIS_TRY), SET("followup_tries", "e.followup_tries + 1"), SET("reached", "false"),
                         SET("outcome", "'unreached'"), SET("next_attempt_at", "null"), RECORD("followup_record")),
      .flags = TRANSITION_FINAL },
    { .event = "not_reached", .label = { "Not reached", "未接通" }, .clause = "P14 B", .from = "calling", .to = "due", .by = CLERK,
      .takes = NOT_REACHED_TAKES, .effects = EFFECTS(SET("contact_attempts", THIS_TRY), SET("followup_tries", "e.followup_tries + 1")),
      .flags = TRANSITION_FINAL },
    /* The duty of P4 4.2(9) holds for every follow-up: the leader knows within four hours. */
    { .event = "complete", .label = { "Record the answers", "登记回访" }, .clause = "P4 4.2(9)", .from = "calling", .to = "to_report",
      .when = ":satisfied is false or :is_complaint is true", .by = CLERK, .takes = COMPLETE_TAKES,
      .guards = GUARDS(&call_in_time, &complaint_described, &wish_described),
      .effects = EFFECTS(COMPLETED, START_AT("complaint_report", ":called_at"), NOTIFY("supervising_leader", "complaint_found"),
                         OPEN("complaint", "receive", "customer_id = m.customer_id; visit_id = m.id; repair_id = m.repair_id; equipment_id = m.equipment_id; complaint_text = m.complaint_text; found_at = m.called_at",
                              LINK_LATER, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "complete", .label = { "Record the answers", "登记回访" }, .clause = "P4 4.2(9)", .from = "calling", .to = "done", .by = CLERK,
      .takes = COMPLETE_TAKES, .guards = GUARDS(&call_in_time, &complaint_described, &wish_described), .effects = EFFECTS(COMPLETED), .flags = TRANSITION_FINAL },
    { .event = "report_to_leader", .label = { "Report to the leader", "上报领导" }, .clause = "P4 4.2(9)", .from = "to_report", .to = "done",
      .by = CLERK, .takes = "leader_id complaint_text?", .guards = GUARDS(&is_leader),
      .effects = EFFECTS(SET("reported_to_leader_at", ":at"), FIRE_EACH("complaint", "visit_id", "c.reported_leader_at is null", "leader_told", "leader_id = :leader_id")),
      .flags = TRANSITION_FINAL },
    { .event = "leader_told", .label = { "Leader told by the complaint", "投诉已上报领导" }, .clause = "P4 4.2(9)", .from = "to_report", .to = "done",
      .by = "system", .takes = "leader_id", .effects = EFFECTS(SET("reported_to_leader_at", ":at")), .flags = TRANSITION_FINAL },
    { .event = "send_message", .label = { "Send a message instead", "改发消息" }, .clause = "designed", .from = "due", .to = "done", .by = CLERK,
      .takes = "message_text", .guards = GUARDS(&no_calls_wanted),
      .effects = EFFECTS(SET("mode", "'message'"), SET("outcome", "'by_choice'"), SET("reached", "true"), SET("called_at", ":at"),
                         SET("assignee_id", ":actor"), SET("followup_tries", "e.followup_tries + 1"), RECORD("followup_record")),
      .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "P14 B", .from = "planned due calling", .to = "cancelled", .by = CLERK " dispatcher",
      .takes = "asked_reason note?", .guards = GUARDS(&unit_is_gone, &followup_found),
      .effects = EFFECTS(SET("cancel_reason", ":asked_reason"),
                         { .kind = EFFECT_FIRE, .target = "customer_id", .event = "set_consent", .sql = "no_calls = true", .mode = LINK_MUST,
                           .when = ":asked_reason = 'no_calls'" }),
      .flags = TRANSITION_FINAL },
    { .event = "drop", .label = { "No longer needed", "不再需要" }, .clause = "P14 B", .from = "planned due calling", .to = "cancelled", .by = "system",
      .takes = "cancel_reason", .flags = TRANSITION_FINAL },
    MARK_TO_REASSIGN("planned due calling", "dispatcher"),
    CHANGE_CUSTOMER,
    { NULL },
};
static const struct timer timers[] = {
    { "fall_due", "e.state = 'planned' and e.due_on <= company_date(:now)" },
    TO_REASSIGN("e.state in ('planned', 'due', 'calling') and e.due_on <= company_date(:now)"),
    { NULL },
};
static const struct given given[] = { { .event = "amend", .from = "planned" }, { .event = "contact_attempt", .by = CLERK, .from = "due calling" }, { NULL } };

const struct machine p14_visit = {
    .name = "visit", .path = "visits", .prefix = "VS", .title = { "Follow-up visit", "回访" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "followup_clerk dispatcher",
    .amends = "due_on kind", .default_outlet = "(select o.outlet_id from customer o where o.id = :customer_id)",
};
