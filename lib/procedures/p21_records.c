/* P21, as far as P4 needs it: hand-in boxes by form and period (P4 4.2(9)(10), 90-registers 6). */
#include "procedures/common.h"

static const struct state handin_states[] = {
    { "due", { "Due", "待移交" } },
    { "handed_in", { "Handed in", "已移交" } },
    { "returned", { "Sent back", "退回补正" } },
    { "received", { "Received", "已接收" }, STATE_TERMINAL },
    { NULL },
};
static const struct field handin_fields[] = {
    { "rule_code", FIELD_TEXT, { "Hand-in rule", "移交规则" }, FIELD_FILTER, 1, 40 },
    { "form", FIELD_TEXT, { "Form", "表单" }, FIELD_FILTER, 1, 60 },
    { "period", FIELD_TEXT, { "Period", "期间" }, FIELD_FILTER, 1, 20, .example = "\"2026-Q3\"" },
    { "period_from", FIELD_DATE, { "From", "自" }, FIELD_FILTER },
    { "period_to", FIELD_DATE, { "To, not included", "至(不含)" }, FIELD_FILTER },
    { "due_on", FIELD_DATE, { "Due on", "应移交日" }, FIELD_FILTER },
    { "late_after", FIELD_DATE, { "Late after", "逾期起算日" }, FIELD_COMPUTED | FIELD_FILTER },
    { "from_role", FIELD_TEXT, { "From", "移交方" }, FIELD_FILTER, 1, 60 },
    { "to_role", FIELD_TEXT, { "To", "接收方" }, FIELD_FILTER, 1, 60 },
    { "sheets", FIELD_INTEGER, { "Sheets", "份数" }, FIELD_COMPUTED, 0, 1000000 },
    { "missing", FIELD_INTEGER, { "Sheets not yet with the one who hands in", "未收齐份数" }, FIELD_COMPUTED, 0, 1000000 },
    { "nil_return", FIELD_BOOLEAN, { "Nil return", "零移交" } },
    { "late", FIELD_BOOLEAN, { "Handed in late", "逾期移交" }, FIELD_COMPUTED | FIELD_FILTER },
    { "handed_in_at", FIELD_TIME, { "Handed in at", "移交时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "statistics", FIELD_OBJECT, { "Figures of the period", "本期统计" }, FIELD_COMPUTED },
    { "analysis", FIELD_TEXT, { "Analysis", "分析" }, 0, 1, 4000 },
    { "improvement_text", FIELD_TEXT, { "Improvement proposed", "改进建议" }, 0, 1, 2000 },
    { "defects", FIELD_TEXT, { "What is wrong with the papers", "问题说明" }, 0, 1, 1000 },
    { NULL },
};
static const struct guard nil_if_empty = {
    "nil_return_needed",
    "handin_sheets(e.form, e.period_from, e.period_to) > 0 or :nil_return is true",
    { "There is no sheet in this period: confirm a nil return", "本期无表单,请确认零移交" },
    "nil_return"
};
static const struct guard not_nil = {
    "not_a_nil_return",
    "handin_sheets(e.form, e.period_from, e.period_to) = 0 or :nil_return is not true",
    { "There are sheets in this period", "本期有表单,不得零移交" },
    "nil_return"
};
static const struct guard period_is_over = {
    "period_runs",
    "company_date(:at) >= e.period_to",
    { "The period is not over", "本期尚未结束" },
    NULL
};
static const struct guard is_analysed = {
    "analysis_missing",
    "e.form <> 'complaint_analysis' or :nil_return is true or :analysis is not null",
    { "Say what the complaints of the month come from", "须填写本月投诉分析" },
    "analysis"
};
/* The store hands its counts to the materials office, the service manager the analysis of complaints to the deputy and the
 * ledger of P22 to the management's representative; the rest goes from the centre to the archive. */
static const struct guard own_box = {
    "not_your_box",
    "case e.from_role when 'warehouse_keeper' then :has_warehouse_keeper when 'service_manager' then :has_service_manager"
    " else :has_dispatcher or :has_followup_clerk end",
    { "Somebody else hands this box in", "该移交箱由他人移交" },
    NULL
};
static const struct guard box_for_caller = {
    "not_your_box",
    "case e.to_role when 'materials_officer' then :has_materials_officer when 'management_rep' then :has_management_rep"
    " when 'deputy_gm' then :has_deputy_gm else :has_office_archivist end",
    { "Somebody else receives this box", "该移交箱由他人接收" },
    NULL
};
#define FIGURES \
    SET("statistics", "case e.form when 'followup_statistics' then followup_statistics(e.period_from, e.period_to)" \
                      " when 'complaint_analysis' then complaint_statistics(e.period_from, e.period_to)" \
                      " when 'capa_ledger' then capa_ledger(e.period_from, e.period_to) end")
#define COUNT_SHEETS SET("sheets", "handin_sheets(e.form, e.period_from, e.period_to)")
static const struct transition handin_transitions[] = {
    { .event = "open", .label = { "Open a box", "建立移交箱" }, .clause = "P4 4.2(9)(10)", .to = "due", .by = "system",
      .takes = "rule_code form period period_from period_to due_on from_role to_role",
      .effects = EFFECTS(SET("late_after", "handin_late_after(:due_on)"), SET("late", "false"),
                         SET("sheets", "handin_sheets(:form, :period_from, :period_to)"),
                         START_AT("handin_due", "(:due_on)::timestamp at time zone company_zone()")) },
    { .event = "count", .label = { "Count", "统计" }, .clause = "P4 4.2(9)", .from = "due returned", .to = "same",
      .by = "followup_clerk dispatcher service_manager",
      .effects = EFFECTS(COUNT_SHEETS, SET("missing", "handin_missing(e.form, e.period_from, e.period_to)"),
                         FIGURES),
      .flags = TRANSITION_FINAL },
    { .event = "hand_in", .label = { "Hand in", "移交" }, .clause = "P4 4.2(9)(10)", .from = "due returned",
      .to = "handed_in", .by = "dispatcher followup_clerk warehouse_keeper service_manager", .takes = "nil_return? analysis? improvement_text? note?",
      .guards = GUARDS(&own_box, &period_is_over, &nil_if_empty, &not_nil, &is_analysed),
      .effects = EFFECTS(COUNT_SHEETS, SET("missing", "handin_missing(e.form, e.period_from, e.period_to)"),
                         SET("handed_in_at", ":at"), SET("late", "company_date(:at) > e.late_after"),
                         FIGURES,
                         STOP("handin_due"),
                         RECORD_IF("followup_statistics", "e.form = 'followup_statistics'"),
                         RECORD_IF("complaint_analysis", "e.form = 'complaint_analysis'"),
                         RECORD_IF("capa_ledger", "e.form = 'capa_ledger'"),
                         OPEN("improvement", "propose", "source = 'complaints'; problem = m.improvement_text", LINK_LATER, ":improvement_text is not null"),
                         NOTIFY_IF("deputy_gm", "handed_in", "e.to_role = 'deputy_gm'"),
                         NOTIFY_IF("management_rep", "handed_in", "e.to_role = 'management_rep'"),
                         NOTIFY_IF("office_archivist", "handed_in", "e.to_role = 'office_archivist'"),
                         NOTIFY_IF("materials_officer", "handed_in", "e.to_role = 'materials_officer'")) },
    { .event = "receive", .label = { "Receive", "接收" }, .clause = "P4 4.2(10)", .from = "handed_in", .to = "received",
      .by = "office_archivist materials_officer management_rep deputy_gm", .takes = "note?", .guards = GUARDS(&box_for_caller), .flags = TRANSITION_FINAL },
    { .event = "send_back", .label = { "Send back", "退回" }, .clause = "designed", .from = "handed_in", .to = "returned",
      .by = "office_archivist materials_officer management_rep deputy_gm", .takes = "defects", .guards = GUARDS(&box_for_caller),
      .effects = EFFECTS(NOTIFY_IF("dispatcher", "handin_sent_back", "e.from_role <> 'service_manager'"),
                         NOTIFY_IF("service_manager", "handin_sent_back", "e.from_role = 'service_manager'")) },
    { NULL },
};
static const struct clock handin_clocks[] = {
    { "handin_due", { "Hand-in", "移交期限" }, "T_HANDIN", NULL, false },
    { NULL },
};
static const struct machine handin = {
    .name = "handin", .path = "handins", .prefix = "HI", .title = { "Hand-in box", "表单移交" }, .scope = SCOPE_STAFF,
    .fields = handin_fields, .states = handin_states, .transitions = handin_transitions, .clocks = handin_clocks,
    .owner = "dispatcher", .without = "reassign pause resume void",
};

static const struct form forms[] = {
    { "followup_statistics", "WWSH-003-P04-R06", { "Follow-up statistics", "回访记录统计表" }, 36, "HI_FOLLOWUP_STAT_W",
      "period period_from period_to statistics", "company" },
    { "capa_ledger", "WWSH-003-P22-R04", { "Quarterly ledger of nonconformities", "不符合与纠正预防措施季度台账" }, 36, "HI_CAPA_Q",
      "period period_from period_to statistics", "company" },
    { NULL },
};

const struct procedure p21_records = {
    .number = 21, .code = "P21", .title = { "Records", "记录控制" }, .clause = "P21",
    .machines = (const struct machine *const[]){ &handin, NULL },
    .forms = forms,
};
