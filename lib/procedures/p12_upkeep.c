/* P12: tool loans, and upkeep whose gaps stay visible. */
#include "procedures/p12_parts.h"

static const struct state loan_states[] = {
    { "lent", { "Lent", "借出" } },
    { "returned", { "Given back", "已归还" }, STATE_TERMINAL },
    { "lost", { "Lost", "已丢失" }, STATE_TERMINAL },
    { NULL },
};
static const struct field loan_fields[] = {
    { "facility_id", FIELD_REFERENCE, { "Tool", "工具" }, FIELD_FILTER, .machine = "facility" },
    { "facility_code", FIELD_TEXT, { "Code of the tool", "工具编号" }, FIELD_FILTER, 1, 40 },
    { "assignee_id", FIELD_REFERENCE, { "Borrower", "借用人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet of the borrower", "借用人网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { "due_on", FIELD_DATE, { "Due back on", "应归还日期" }, FIELD_FILTER },
    { "repair_id", FIELD_REFERENCE, { "For the repair", "用于报修单" }, FIELD_FILTER, .machine = "repair" },
    { "reminders", FIELD_INTEGER, { "Reminders", "提醒次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_condition", FIELD_TEXT, { "Condition when given back", "归还状况" }, 0, 1, 300 },
    { "returned_on", FIELD_DATE, { "Given back on", "归还日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "receiver_signature", FIELD_OBJECT, { "Signature of who takes over", "接收人签字" }, FIELD_TRANSIENT, .items = signature_items },
    { NULL },
};
static const struct clock loan_clocks[] = {
    { "return_due", { "Give back", "归还期限" }, "T_P12_LOAN_BACK", NULL, false },
    { NULL },
};
static const struct guard taken_over = {
    "signed_other_content", ":receiver_signature ->> 'content_sha256' = :content_sha256",
    { "What was signed is not what is stored now", "签署内容与现存内容不一致" }, "receiver_signature"
};
static const struct guard receiver_active = {
    "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active')",
    { "This person is not active", "该人员不在岗" }, "assignee_id"
};
static const struct transition loan_transitions[] = {
    { .event = "open", .label = { "Lend", "借出" }, .clause = "P12 lend", .to = "lent", .by = "system",
      .takes = "facility_id facility_code assignee_id due_on repair_id?",
      .effects = EFFECTS(SET("reminders", "0"), SET("outlet_id", "(select p.outlet_id from person p where p.id = :assignee_id)"),
                         START_AT("return_due", "(:due_on)::timestamp at time zone company_zone()"), RECORD("tool_loan")) },
    { .event = "close", .label = { "Given back", "归还" }, .clause = "P12 give_back", .from = "lent", .to = "returned",
      .by = "system", .takes = "return_condition?",
      .effects = EFFECTS(SET("returned_on", "company_date(:at)"), HAND_IN("tool_loan", ":actor")), .flags = TRANSITION_FINAL },
    { .event = "mark_lost", .label = { "Lost", "丢失" }, .clause = "P12 report_loss", .from = "lent", .to = "lost",
      .by = "system", .flags = TRANSITION_FINAL },
    { .event = "remind", .label = { "Remind", "催还" }, .clause = "designed", .from = "lent", .to = "same", .by = "system",
      .effects = EFFECTS(SET("reminders", "e.reminders + 1"), NOTIFY("@assignee", "tool_due_back"),
                         NOTIFY("facility_keeper", "tool_due_back"), NOTIFY_IF("dept_head", "tool_not_back", "e.reminders >= 2")),
      .flags = TRANSITION_FINAL },
    { .event = "reassign", .label = { "Hand over", "移交" }, .clause = "00-common 11", .from = "lent", .to = "same",
      .by = "facility_keeper dispatcher", .takes = "assignee_id reassign_reason receiver_signature note?",
      .guards = GUARDS(&receiver_active, &taken_over),
      .effects = EFFECTS(SET("to_reassign", "null"), SET("outlet_id", "(select p.outlet_id from person p where p.id = :assignee_id)"),
                         FIRE("facility_id", "change_holder", "holder_id = :assignee_id"), NOTIFY("@assignee", "tool_handed_over")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
/* On the day it is due, three days and a week later. */
static const struct timer loan_timers[] = {
    { "remind",
      "e.state = 'lent' and company_date(:now) >= e.due_on + case e.reminders when 0 then 0"
      " when 1 then time_rule_number('T_P12_REMIND_2') when 2 then time_rule_number('T_P12_REMIND_3') end" },
    { NULL },
};
const struct machine p12_tool_loan = {
    .name = "tool_loan", .path = "tool-loans", .prefix = "TL", .title = { "Tool loan", "工具借用" }, .fields = loan_fields,
    .states = loan_states, .transitions = loan_transitions, .clocks = loan_clocks, .timers = loan_timers,
    .owner = "facility_keeper", .without = "amend revert void pause resume", .signed_fields = "facility_id facility_code due_on",
};

static const struct choice frequencies[] = {
    { "daily", { "Every working day", "每日" } }, { "monthly", { "Every month", "每月" } },
    { "half_yearly", { "Every half year", "每半年" } }, { "yearly", { "Every year", "每年" } }, { NULL },
};
static const struct state plan_states[] = {
    { "active", { "Active", "执行中" } },
    { "ended", { "Ended", "已结束" }, STATE_TERMINAL },
    { NULL },
};
static const struct field plan_fields[] = {
    { "facility_id", FIELD_REFERENCE, { "Facility", "设施" }, FIELD_FILTER, .machine = "facility" },
    { "task", FIELD_TEXT, { "What is done", "保养内容" }, 0, 1, 500, .example = "\"防静电腕带测试\"" },
    { "frequency", FIELD_ENUM, { "How often", "周期" }, FIELD_FILTER, .choices = frequencies },
    { "every_km", FIELD_INTEGER, { "Also after so many kilometres", "或每行驶(公里)" }, 0, 100, 1000000 },
    { "last_km", FIELD_INTEGER, { "Kilometres at the last service", "上次保养里程" }, FIELD_COMPUTED },
    { "starts_on", FIELD_DATE, { "Starts on", "开始日期" } },
    { "next_from", FIELD_DATE, { "Next period begins", "下一期开始" }, FIELD_COMPUTED | FIELD_FILTER },
    { "assignee_id", FIELD_REFERENCE, { "Done by", "执行人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED, .machine = "outlet" },
    { NULL },
};
static const struct guard plan_ahead = {
    "plan_in_past", ":starts_on is null or :starts_on >= company_date(:at)",
    { "A plan begins today or later: what was missed is not filled in", "计划不得早于今天,漏做不得补录" }, "starts_on"
};
static const struct guard facility_here = {
    "facility_not_at_work", "facility_at_work(:facility_id)",
    { "The facility is not in use", "该设施未在用" }, "facility_id"
};
static const struct guard km_of_vehicle = {
    "no_vehicle", ":every_km is null or exists (select from facility f where f.id = :facility_id and f.category = 'vehicle')",
    { "Kilometres are counted for vehicles only", "仅车辆按里程保养" }, "every_km"
};
#define KM_REACHED \
    "e.every_km is not null and exists (select from facility f where f.id = e.facility_id and f.odometer >= e.last_km + e.every_km)"
#define KM_NOW "coalesce((select f.odometer from facility f where f.id = e.facility_id), e.last_km)"
#define OPEN_RECORD(last_day) \
    OPEN("maintenance_record", "open", \
         "parent_id = e.id; facility_id = e.facility_id; task = e.task; frequency = e.frequency; assignee_id = e.assignee_id;" \
         " outlet_id = (select f.outlet_id from facility f where f.id = e.facility_id); " last_day, LINK_MUST, "facility_at_work(e.facility_id)")
static const struct transition plan_transitions[] = {
    { .event = "plan", .label = { "Plan", "制定" }, .clause = "P12 limits", .to = "active", .by = "facility_keeper outlet_manager",
      .takes = "facility_id task frequency every_km? starts_on? assignee_id?",
      .guards = GUARDS(&facility_here, &plan_ahead, &km_of_vehicle),
      .effects = EFFECTS(SET("starts_on", "coalesce(:starts_on, company_date(:at))"),
                         SET("next_from", "case when :frequency = 'daily' then first_workday_from(coalesce(:starts_on, company_date(:at)))"
                                          " else coalesce(:starts_on, company_date(:at)) end"),
                         SET("every_km", "coalesce(:every_km, (select time_rule_number('N_P12_SERVICE_KM') from facility f"
                                         " where f.id = :facility_id and f.category = 'vehicle' and :frequency = 'half_yearly'))"),
                         SET("last_km", "coalesce((select f.odometer from facility f where f.id = :facility_id), 0)"),
                         RECORD("maintenance_plan")) },
    { .event = "open_period", .label = { "A period begins", "新一期开始" }, .clause = "P12 limits", .from = "active", .to = "same",
      .when = "e.next_from <= company_date(:at)", .by = "system",
      .effects = EFFECTS(SET("next_from", "maintenance_next(e.frequency, e.next_from)"), SET("last_km", KM_NOW),
                         OPEN_RECORD("period_from = e.next_from; due_on = maintenance_last_day(e.frequency, e.next_from)")),
      .flags = TRANSITION_FINAL },
    { .event = "open_period", .label = { "The kilometres are driven", "达到保养里程" }, .clause = "P12 limits", .from = "active",
      .to = "same", .by = "system",
      .effects = EFFECTS(SET("last_km", KM_NOW),
                         OPEN_RECORD("period_from = company_date(:at); due_on = company_date(:at) + time_rule_number('T_P12_KM')")),
      .flags = TRANSITION_FINAL },
    { .event = "end", .label = { "End", "结束" }, .clause = "designed", .from = "active", .to = "ended",
      .by = "facility_keeper outlet_manager", .takes = "reason?", .flags = TRANSITION_FINAL },
    { NULL },
};
/* Periods are opened one after the other, also those that began while no server ran: a gap shows. */
static const struct timer plan_timers[] = {
    { "open_period", "e.next_from <= company_date(:now) or (" KM_REACHED ")" },
    { NULL },
};
const struct machine p12_maintenance_plan = {
    .name = "maintenance_plan", .path = "maintenance-plans", .prefix = "MP", .title = { "Maintenance plan", "保养计划" },
    .fields = plan_fields, .states = plan_states, .transitions = plan_transitions, .timers = plan_timers,
    .owner = "facility_keeper", .amends = "task", .without = "pause resume",
    .default_outlet = "(select f.outlet_id from facility f where f.id = :facility_id)",
};

static const struct choice results[] = { { "ok", { "In order", "正常" } }, { "defect", { "Defect", "异常" } }, { NULL } };
static const struct state record_states[] = {
    { "due", { "Due", "待做" } },
    { "done", { "Done", "已做" }, STATE_TERMINAL },
    { "missed", { "Missed", "漏做" }, STATE_TERMINAL },
    { "not_needed", { "Not needed", "无须" }, STATE_TERMINAL },
    { NULL },
};
static const struct field record_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Plan", "保养计划" }, FIELD_COMMON | FIELD_FILTER, .machine = "maintenance_plan" },
    { "facility_id", FIELD_REFERENCE, { "Facility", "设施" }, FIELD_FILTER, .machine = "facility" },
    { "task", FIELD_TEXT, { "What is done", "保养内容" }, 0, 1, 500 },
    { "frequency", FIELD_ENUM, { "How often", "周期" }, FIELD_FILTER, .choices = frequencies },
    { "period_from", FIELD_DATE, { "From", "自" }, FIELD_FILTER },
    { "due_on", FIELD_DATE, { "Last day", "截止日" }, FIELD_FILTER },
    { "assignee_id", FIELD_REFERENCE, { "Done by", "执行人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "result", FIELD_ENUM, { "Result", "结果" }, FIELD_FILTER, .choices = results },
    { "reading", FIELD_TEXT, { "Reading", "读数" }, 0, 1, 24, .example = "\"1.02\"" },
    { "reading_unit", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20 },
    { "findings", FIELD_TEXT, { "Findings", "情况" }, 0, 1, 1000 },
    { "done_at", FIELD_TIME, { "Done", "完成时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { NULL },
};
static const struct guard in_period = {
    "period_over", "company_date(:at) <= e.due_on and company_date(:now) <= e.due_on",
    { "The period is over: what was missed is not filled in", "本期已过,不得补录" }, NULL
};
static const struct guard defect_described = {
    "defect_not_described", ":result = 'ok' or :findings is not null",
    { "Describe the defect", "须说明异常情况" }, "findings"
};
static const struct transition record_transitions[] = {
    { .event = "open", .label = { "Due", "到期" }, .clause = "P12 limits", .to = "due", .by = "system",
      .takes = "parent_id facility_id task frequency period_from due_on assignee_id? outlet_id?" },
    { .event = "record", .label = { "Record", "记录" }, .clause = "P12 limits", .from = "due", .to = "done",
      .by = "facility_keeper technician return_repair_clerk installer outlet_manager outlet_technician *@assignee",
      .takes = "result reading? reading_unit? findings?", .guards = GUARDS(&in_period, &defect_described),
      .effects = EFFECTS(SET("done_at", ":at"), RECORD("maintenance_record"),
                         NOTIFY_IF("facility_keeper", "maintenance_defect", ":result = 'defect'")),
      .flags = TRANSITION_FINAL },
    { .event = "miss", .label = { "Not needed", "无须" }, .clause = "designed", .from = "due", .to = "not_needed",
      .when = "not facility_at_work(e.facility_id)", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "miss", .label = { "Missed", "漏做" }, .clause = "designed", .from = "due", .to = "missed", .by = "system",
      .effects = EFFECTS(NOTIFY("facility_keeper", "maintenance_missed")), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer record_timers[] = { { "miss", "e.state = 'due' and e.due_on < company_date(:now)" }, { NULL } };
const struct machine p12_maintenance_record = {
    .name = "maintenance_record", .path = "maintenance-records", .prefix = "MR", .title = { "Maintenance record", "保养记录" },
    .fields = record_fields, .states = record_states, .transitions = record_transitions, .timers = record_timers,
    .owner = "facility_keeper", .without = "amend revert void pause resume",
};
