/* P12: which job was tested with which instrument, and what follows when the instrument was wrong. */
#include "procedures/p12_parts.h"

/* One row for each instrument that a test names. A register: it is not worked off, and only a test taken back ends it. */
static const struct state use_states[] = {
    { "recorded", { "Recorded", "已记录" } },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { NULL },
};
static const struct field use_fields[] = {
    { "facility_id", FIELD_REFERENCE, { "Instrument", "计量器具" }, FIELD_COMPUTED | FIELD_FILTER, .machine = "facility" },
    { "facility_code", FIELD_TEXT, { "Code of the instrument", "器具编号" }, FIELD_FILTER, 1, 40 },
    { "job_number", FIELD_TEXT, { "Job", "任务单号" }, FIELD_FILTER, 1, 40, .example = "\"RP-2026-000001\"" },
    { "job_machine", FIELD_TEXT, { "Kind of job", "任务类型" }, FIELD_COMPUTED | FIELD_FILTER },
    { "job_event_no", FIELD_INTEGER, { "Step of the job", "任务步骤号" } },
    { "tested_on", FIELD_DATE, { "Day of the test", "测试日期" }, FIELD_FILTER },
    { "value", FIELD_TEXT, { "Reading", "读数" }, 0, 1, 24 },
    { "unit", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20 },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { NULL },
};
static const struct transition use_transitions[] = {
    { .event = "record", .label = { "Record", "记录" }, .clause = "P12 limits", .to = "recorded", .by = "system",
      .takes = "facility_code job_number job_event_no tested_on value? unit? outlet_id?",
      .effects = EFFECTS(SET("facility_id", "(select f.id from facility f where f.code = :facility_code)"),
                         SET("parent_id", "(select x.id from entity x where x.number = :job_number)"),
                         SET("job_machine", "(select x.machine from entity x where x.number = :job_number)")) },
    { .event = "withdraw", .label = { "The test is taken back", "测试已撤回" }, .clause = "00-common 10b", .from = "recorded",
      .to = "withdrawn", .by = "system", .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p12_instrument_use = {
    .name = "instrument_use", .path = "instrument-uses", .prefix = "IU", .title = { "Use of an instrument", "计量器具使用记录" },
    .fields = use_fields, .states = use_states, .transitions = use_transitions, .owner = "facility_keeper",
    .without = "amend revert void reassign pause resume",
};

static const struct choice verdicts[] = {
    { "no_effect", { "Not affected", "不受影响" } }, { "retest", { "Test again", "须复测" } }, { NULL },
};
static const struct field affected_items[] = {
    { "use_id", FIELD_TEXT, { "Use", "使用记录" } },
    { "job_id", FIELD_TEXT, { "Job", "任务" } },
    { "job_number", FIELD_TEXT, { "Number of the job", "任务单号" } },
    { "job_machine", FIELD_TEXT, { "Kind of job", "任务类型" } },
    { "tested_on", FIELD_DATE, { "Day of the test", "测试日期" } },
    { "value?", FIELD_TEXT, { "Reading", "读数" } },
    { "unit?", FIELD_TEXT, { "Unit", "单位" } },
    { NULL },
};
static const struct field judgement_items[] = {
    { "use_id", FIELD_TEXT, { "Use", "使用记录" }, 0, 36, 36 },
    { "verdict", FIELD_ENUM, { "Verdict", "判定" }, .choices = verdicts },
    { "note?", FIELD_TEXT, { "Why", "理由" }, 0, 1, 300 },
    { NULL },
};
static const struct state impact_states[] = {
    { "open", { "To be judged", "待评估" } },
    { "judged", { "Judged", "已评估" } },
    { "concluded", { "Concluded", "已结案" }, STATE_TERMINAL },
    { NULL },
};
static const struct field impact_fields[] = {
    { "facility_id", FIELD_REFERENCE, { "Instrument", "计量器具" }, FIELD_FILTER, .machine = "facility" },
    { "facility_code", FIELD_TEXT, { "Code of the instrument", "器具编号" }, FIELD_FILTER, 1, 40 },
    { "cause", FIELD_TEXT, { "What was found", "不合格情况" }, 0, 1, 1000 },
    { "since", FIELD_DATE, { "In doubt since", "追溯起始日" }, FIELD_FILTER },
    { "uses", FIELD_LIST, { "Jobs that used it", "受影响任务" }, FIELD_COMPUTED, .items = affected_items },
    { "judgements", FIELD_LIST, { "Judgements", "逐项判定" }, 0, 0, 2000, .items = judgement_items },
    { "conclusion", FIELD_TEXT, { "Conclusion", "结论" }, 0, 1, 1000 },
    { NULL },
};
static const struct clock impact_clocks[] = {
    { "impact_due", { "Judge the impact", "追溯评估期限" }, "T_P12_IMPACT", NULL, false },
    { NULL },
};

#define USES_NOW "instrument_uses(e.facility_id, e.since)"
static const struct guard nothing_new = {
    "uses_not_listed",
    "e.uses = " USES_NOW,
    { "Tests were entered or taken back meanwhile: list the jobs again", "期间测试记录有变动,请重新列出任务" },
    NULL
};
static const struct guard all_judged = {
    "use_not_judged",
    "not exists (select from jsonb_array_elements(e.uses) u where not exists"
    " (select from jsonb_array_elements(:judgements) j where j ->> 'use_id' = u ->> 'use_id'))",
    { "Every job that used the instrument has to be judged", "须逐项判定全部受影响任务" },
    "judgements"
};
static const struct guard only_listed = {
    "use_unknown",
    "not exists (select from jsonb_array_elements(:judgements) j where not exists"
    " (select from jsonb_array_elements(e.uses) u where u ->> 'use_id' = j ->> 'use_id'))",
    { "That use is not on the list", "判定项不在列表中" },
    "judgements"
};
static const struct guard judged_once = {
    "use_judged_twice",
    "(select count(*) = count(distinct j ->> 'use_id') from jsonb_array_elements(:judgements) j)",
    { "A use is judged twice", "同一项重复判定" },
    "judgements"
};
static const struct guard retests_done = {
    "retests_open",
    "not exists (select from retest t where t.parent_id = e.id and t.closed_at is null)",
    { "Jobs still have to be tested again", "仍有任务待复测" },
    NULL
};
/* What is listed again later keeps the re-tests that it has. */
#define TO_RETEST \
    "(select jsonb_agg(u.value) from jsonb_array_elements(e.uses) u" \
    " where exists (select from jsonb_array_elements(:judgements) j where j ->> 'use_id' = u ->> 'use_id' and j ->> 'verdict' = 'retest')" \
    " and not exists (select from retest t where t.parent_id = e.id and t.use_id::text = u ->> 'use_id'))"
static const struct transition impact_transitions[] = {
    { .event = "open", .label = { "Open", "启动" }, .clause = "P12 fail", .to = "open", .by = "system",
      .takes = "facility_id facility_code cause? since?",
      .effects = EFFECTS(SET("uses", "instrument_uses(:facility_id, :since)"), START("impact_due"),
                         NOTIFY("service_manager", "instrument_failed"), NOTIFY("dispatcher", "instrument_failed")) },
    { .event = "list_again", .label = { "List the jobs again", "重新列出任务" }, .clause = "designed", .from = "open judged",
      .to = "open", .by = "service_manager facility_keeper", .effects = EFFECTS(SET("uses", USES_NOW)) },
    { .event = "judge", .label = { "Judge", "评估" }, .clause = "P12 fail", .from = "open", .to = "judged",
      .by = "service_manager facility_keeper", .takes = "judgements",
      .guards = GUARDS(&nothing_new, &all_judged, &only_listed, &judged_once),
      .effects = EFFECTS(STOP("impact_due"),
                         OPEN_EACH("retest", "open", TO_RETEST,
                                   "parent_id = e.id; use_id = (select i.id from instrument_use i where i.id::text = item ->> 'use_id');"
                                   " facility_code = e.facility_code; job_number = item ->> 'job_number'")),
      .flags = TRANSITION_FINAL },
    { .event = "conclude", .label = { "Conclude", "结案" }, .clause = "P12 fail", .from = "judged", .to = "concluded",
      .by = "service_manager", .takes = "conclusion", .guards = GUARDS(&retests_done, &nothing_new),
      .effects = EFFECTS(RECORD("impact_assessment")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p12_impact_assessment = {
    .name = "impact_assessment", .path = "impact-assessments", .prefix = "IA", .title = { "Impact assessment", "追溯评估" },
    .scope = SCOPE_STAFF, .fields = impact_fields, .states = impact_states, .transitions = impact_transitions,
    .clocks = impact_clocks, .owner = "service_manager", .without = "void revert",
};

static const struct state retest_states[] = {
    { "to_do", { "To be tested again", "待复测" } },
    { "passed", { "Passed", "复测合格" }, STATE_TERMINAL },
    { "failed", { "Failed", "复测不合格" }, STATE_TERMINAL },
    { "waived", { "Waived", "免复测" }, STATE_TERMINAL },
    { NULL },
};
static const struct field retest_fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Impact assessment", "追溯评估" }, FIELD_COMMON | FIELD_FILTER, .machine = "impact_assessment" },
    { "use_id", FIELD_REFERENCE, { "Use in doubt", "存疑使用记录" }, FIELD_FILTER, .machine = "instrument_use" },
    { "facility_code", FIELD_TEXT, { "Instrument in doubt", "存疑器具编号" }, FIELD_FILTER, 1, 40 },
    { "job_number", FIELD_TEXT, { "Job", "任务单号" }, FIELD_FILTER, 1, 40 },
    { "findings", FIELD_TEXT, { "Findings", "复测情况" }, 0, 1, 1000 },
    TEST_FIELDS,
    { NULL },
};
static const struct clock retest_clocks[] = {
    { "retest_due", { "Test again", "复测期限" }, "T_P12_RETEST", NULL, true },
    { NULL },
};
static const struct guard tested_with_something = {
    "instruments_missing", ":instruments is not null",
    { "Name the instruments of the new test", "须填写复测所用器具" }, "instruments"
};
static const struct guard not_the_same = {
    "instrument_in_doubt",
    "not exists (select from impact_assessment a where a.id = e.parent_id and a.closed_at is null"
    " and exists (select from facility f where f.id = a.facility_id and f.last_cal is not distinct from a.since"
    " and exists (select from jsonb_array_elements(:instruments) i where i ->> 'facility_code' = f.code)))",
    { "The instrument in doubt cannot clear the job", "不得使用存疑器具复测" },
    "instruments"
};
#define TESTERS "technician return_repair_clerk installer service_manager"
#define RETEST_GUARDS GUARDS(&tested_with_something, &instruments_usable, &test_day_past, &not_the_same)
static const struct transition retest_transitions[] = {
    { .event = "open", .label = { "Open", "启动" }, .clause = "P12 fail", .to = "to_do", .by = "system",
      .takes = "parent_id use_id facility_code job_number",
      .effects = EFFECTS(START("retest_due"), NOTIFY("dispatcher", "retest_wanted")) },
    { .event = "pass", .label = { "Test passed", "复测合格" }, .clause = "P12 fail", .from = "to_do", .to = "passed",
      .by = TESTERS, .takes = "findings instruments? tested_on?", .guards = RETEST_GUARDS, .effects = EFFECTS(INSTRUMENTS_USED),
      .flags = TRANSITION_FINAL },
    { .event = "fail", .label = { "Test failed", "复测不合格" }, .clause = "P12 fail", .from = "to_do", .to = "failed",
      .by = TESTERS, .takes = "findings instruments? tested_on?", .guards = RETEST_GUARDS,
      .effects = EFFECTS(INSTRUMENTS_USED, NOTIFY("dispatcher", "retest_failed"), NOTIFY("service_manager", "retest_failed"),
                         NONCONFORMITY_OF("calibration", "'tech_dept'", "major", "m.job_number || ': ' || m.findings", "; customer_affected = true", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "waive", .label = { "Do without", "免复测" }, .clause = "designed", .from = "to_do", .to = "waived",
      .by = "service_manager", .takes = "reason", .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p12_retest = {
    .name = "retest", .path = "retests", .prefix = "RT", .title = { "Re-test", "复测" }, .scope = SCOPE_STAFF,
    .fields = retest_fields, .states = retest_states, .transitions = retest_transitions, .clocks = retest_clocks,
    .owner = "service_manager dispatcher", .without = "void revert",
};
