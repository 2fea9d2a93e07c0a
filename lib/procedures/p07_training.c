/* P7 4.2: the yearly plan with the needs of all departments, courses, outside training, three-level safety education. */
#include "procedures/p07.h"

static const struct choice kinds[] = {
    { "basic", { "Basic training", "基础培训" } },           { "skill", { "Skill of the post", "岗位技能培训" } },
    { "management", { "Management knowledge", "管理知识培训" } }, { "evaluators", { "Evaluators and supervisors", "评价监督人员培训" } },
    { "emergency", { "Emergency staff", "应急人员培训" } },   { "new_technology", { "New technique or equipment", "新技术新设备培训" } },
    { "retraining", { "Retraining after a verdict", "不胜任再培训" } }, { "outlet", { "Outlet staff", "外委网点人员培训" } },
    { "safety", { "Safety education", "三级安全教育" } },     { "outside", { "Outside training", "外出培训" } },
    { NULL },
};
static const struct choice attendances[] = {
    { "enrolled", { "Enrolled", "已报名" } }, { "waiting", { "Waiting list", "候补" } }, { "attended", { "Attended", "已参加" } },
    { "absent", { "Absent", "缺席" } }, { NULL },
};
static const struct field participant_items[] = {
    { "person_id", FIELD_TEXT, { "Person", "人员" }, 0, 36, 36 },
    { "attendance", FIELD_ENUM, { "Attendance", "出席情况" }, .choices = attendances },
    { "score?", FIELD_INTEGER, { "Score", "成绩" }, 0, 0, 100 },
    { "passed?", FIELD_BOOLEAN, { "Passed", "合格" } },
    { "certificate_no?", FIELD_TEXT, { "Certificate", "证书编号" }, 0, 1, 60 },
    { NULL },
};
static const struct field need_items[] = {
    { "topic", FIELD_TEXT, { "Topic", "培训内容" }, 0, 1, 200 },
    { "people", FIELD_INTEGER, { "Number of people", "人数" }, 0, 1, 10000 },
    { "reason?", FIELD_TEXT, { "Reason", "理由" }, 0, 1, 500 },
    { "month?", FIELD_INTEGER, { "Wanted in month", "希望月份" }, 0, 1, 12 },
    { NULL },
};
static const struct field course_items[] = {
    { "course", FIELD_TEXT, { "Course", "培训项目" }, 0, 1, 200 },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, .choices = kinds },
    { "month", FIELD_INTEGER, { "Month", "月份" }, 0, 1, 12 },
    { "hours", FIELD_INTEGER, { "Hours", "学时" }, 0, 1, 1000 },
    { "departments?", FIELD_TEXTS, { "Departments", "参加部门" }, 0, 1, 12, .choices = department_choices },
    { "people?", FIELD_INTEGER, { "Number of people", "人数" }, 0, 1, 10000 },
    { "budget?", FIELD_MONEY, { "Budget in fen", "预算(分)" }, 0, 0, 1000000000000 },
    { NULL },
};
static const struct field received_items[] = {
    { "department", FIELD_TEXT, { "Department", "部门" } }, { "at", FIELD_TIME, { "Received", "收到时间" } },
    { "request", FIELD_TEXT, { "Request", "申请表编号" } }, { NULL },
};
static const struct field figure_items[] = {
    { "planned", FIELD_INTEGER, { "Courses planned", "计划项目数" } }, { "held", FIELD_INTEGER, { "Courses filed", "完成项目数" } },
    { "cancelled", FIELD_INTEGER, { "Courses cancelled", "取消项目数" } }, { "attended", FIELD_INTEGER, { "Attendances", "参加人次" } },
    { "absent", FIELD_INTEGER, { "Absences", "缺席人次" } }, { NULL },
};

GUARD(of_own_department, "other_department", ":has_system or acts_for_department(:actor, :department, :at)", "department",
      "This is another department", "非本部门");
GUARD(of_its_department, "other_department", "acts_for_department(:actor, e.department, :at)", NULL, "This is another department", "非本部门");

/* ---- the yearly plan ---- */

static const struct state plan_states[] = {
    { "needs_open", { "Needs are collected", "征集需求" } },
    { "needs_submitted", { "Needs are in", "需求已上报" } },
    { "plan_drafted", { "Drafted", "计划已拟定" } },
    { "plan_approved", { "Approved", "计划已批准" } },
    { "issued", { "Issued", "已下发" } },
    { "executing", { "Executing", "执行中" } },
    { "summarised", { "Summarised", "已总结" } },
    { "closed", { "Closed", "已结束" }, STATE_TERMINAL },
    { NULL },
};
static const struct field plan_fields[] = {
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2000, 2100, .example = "2027" },
    { "departments", FIELD_TEXTS, { "Departments asked", "申报部门" }, FIELD_FILTER, 1, 12, .choices = department_choices },
    { "received", FIELD_LIST, { "Requests received", "已收申请" }, FIELD_COMPUTED, .items = received_items },
    { "request_department", FIELD_ENUM, { "Department", "部门" }, FIELD_TRANSIENT, .choices = department_choices },
    { "request_number", FIELD_TEXT, { "Request", "申请表编号" }, FIELD_TRANSIENT, 1, 40 },
    { "system_needs", FIELD_TEXT, { "Needs of the service system", "体系运行需求" }, 0, 1, 2000 },
    { "courses", FIELD_LIST, { "Courses", "培训项目" }, 0, 1, 200, .items = course_items },
    REF("drafted_by", "Drafted by", "编制人", FIELD_COMPUTED, "person"),
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "issued_to", FIELD_TEXTS, { "Issued to", "下发部门" }, 0, 1, 12, .choices = department_choices },
    { "issued_at", FIELD_TIME, { "Issued", "下发时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "summary", FIELD_TEXT, { "Summary", "年度培训总结" }, 0, 1, 4000 },
    { "figures", FIELD_OBJECT, { "Plan against done", "计划完成情况" }, FIELD_COMPUTED, .items = figure_items },
    { NULL },
};
static const struct clock plan_clocks[] = {
    { "needs_due", { "Departments hand in their needs", "需求申报期限" }, "T_P7_NEEDS", NULL, false },
    { "plan_due", { "Plan issued at year end", "年度计划下发期限" }, "T_P7_PLAN", NULL, false },
    { NULL },
};
GUARD(plan_once, "plan_exists", "not exists (select from training_plan t where t.year = :year and t.state <> 'voided')", "year",
      "That year's plan exists", "该年度计划已存在");
GUARD(was_asked, "department_not_asked", ":request_department = any(e.departments)", "request_department",
      "This department was not asked", "该部门不在申报范围");
GUARD(some_need, "no_needs", "jsonb_array_length(coalesce(e.received, '[]')) > 0", NULL, "No department has handed in anything", "尚无部门申报");
GUARD(basic_planned, "basic_training_missing",
      ":courses @> '[{\"kind\": \"basic\"}]' and (:courses @> '[{\"kind\": \"skill\"}]' or :courses @> '[{\"kind\": \"management\"}]')", "courses",
      "Basic training and skills or management knowledge belong into every plan", "计划须含基础培训及专业技能或管理知识培训");
GUARD(not_drafter, "own_draft", ":actor is distinct from e.drafted_by", NULL, "Who drafted it does not approve it", "编制人不得批准");
GUARD(year_begun, "year_not_begun", "company_year(:at)::integer >= e.year", NULL, "The year of the plan has not begun", "计划年度尚未开始");
GUARD(issued_to_all, "department_left_out",
      ":issued_to @> array(select distinct d.value from jsonb_array_elements(coalesce(e.courses, '[]')) c,"
      " jsonb_array_elements_text(coalesce(c -> 'departments', '[]')) d)",
      "issued_to", "A department with a course does not get the plan", "有培训项目的部门未列入下发范围");
GUARD(courses_done, "courses_open", "not exists (select from training_event t where t.plan_id = e.id and t.closed_at is null)", NULL,
      "A course of the plan is not filed or cancelled", "尚有培训项目未归档");
static const struct transition plan_transitions[] = {
    { .event = "open_needs", .label = { "Ask for needs", "征集培训需求" }, .clause = "P7 4.2.1.1", .to = "needs_open", .by = "hr_officer",
      .takes = "year departments", .guards = GUARDS(&plan_once),
      .effects = EFFECTS(SET("received", "'[]'"), SET("assignee_id", ":actor"), START("needs_due"),
                         START_AT("plan_due", "competence_year_end(:year - 1)"), NOTIFY("dept_head", "training_needs_wanted")) },
    { .event = "submit_needs", .label = { "Needs of a department arrive", "部门需求上报" }, .clause = "P7 4.2.1.1", .from = "needs_open",
      .to = "needs_submitted", .by = "system", .takes = "request_department request_number",
      .when = "e.departments <@ (array(select r ->> 'department' from jsonb_array_elements(e.received) r) || :request_department)",
      .guards = GUARDS(&was_asked),
      .effects = EFFECTS(SET("received", "e.received || jsonb_build_object('department', :request_department, 'at', :at, 'request', :request_number)"),
                         STOP("needs_due"), NOTIFY("hr_officer", "training_needs_complete")), .flags = TRANSITION_FINAL },
    { .event = "submit_needs", .label = { "Needs of a department arrive", "部门需求上报" }, .clause = "P7 4.2.1.1", .from = "needs_open",
      .to = "same", .by = "system", .takes = "request_department request_number", .guards = GUARDS(&was_asked),
      .effects = EFFECTS(SET("received", "e.received || jsonb_build_object('department', :request_department, 'at', :at, 'request', :request_number)")),
      .flags = TRANSITION_FINAL },
    { .event = "close_needs", .label = { "Go on without the missing departments", "截止征集" }, .clause = "designed", .from = "needs_open",
      .to = "needs_submitted", .by = "hr_officer", .takes = "reason", .guards = GUARDS(&some_need), .effects = EFFECTS(STOP("needs_due")) },
    { .event = "draft", .label = { "Draft the plan", "拟定年度计划" }, .clause = "P7 4.2.1.2", .from = "needs_submitted", .to = "plan_drafted",
      .by = "hr_officer", .takes = "courses system_needs?", .guards = GUARDS(&basic_planned),
      .effects = EFFECTS(SET("drafted_by", ":actor"), NOTIFY("deputy_gm", "training_plan_drafted")) },
    { .event = "return_plan", .label = { "Return for revision", "退回修改" }, .clause = "designed", .from = "plan_drafted",
      .to = "needs_submitted", .by = "deputy_gm", .takes = "reason", .effects = EFFECTS(NOTIFY("hr_officer", "training_plan_returned")) },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "designed", .from = "plan_drafted", .to = "plan_approved",
      .by = "deputy_gm", .guards = GUARDS(&not_drafter), .effects = EFFECTS(SET("approved_by", ":actor")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "issue", .label = { "Issue", "下发" }, .clause = "P7 4.2.1.2", .from = "plan_approved", .to = "issued", .by = "hr_officer",
      .takes = "issued_to", .guards = GUARDS(&issued_to_all),
      .effects = EFFECTS(SET("issued_at", ":at"), STOP("plan_due"), RECORD("annual_training_plan"), NOTIFY("dept_head", "training_plan_issued")),
      .flags = TRANSITION_FINAL },
    { .event = "start", .label = { "Year begins", "开始执行" }, .clause = "P7 4.2.2.1", .from = "issued", .to = "executing",
      .by = "hr_officer system", .guards = GUARDS(&year_begun) },
    { .event = "change_courses", .label = { "Change the courses", "调整项目" }, .clause = "designed", .from = "issued executing", .to = "same",
      .by = "deputy_gm", .takes = "courses reason", .guards = GUARDS(&basic_planned), .effects = EFFECTS(RECORD("annual_training_plan")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "summarise", .label = { "Summarise the year", "年度总结" }, .clause = "P7 4.2.2.1", .from = "executing", .to = "summarised",
      .by = "hr_officer", .takes = "summary", .guards = GUARDS(&courses_done), .effects = EFFECTS(SET("figures", "training_figures(e.id, e.courses)")) },
    { .event = "close", .label = { "Close", "结束" }, .clause = "designed", .from = "summarised", .to = "closed", .by = "hr_officer",
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer plan_timers[] = { { "start", "e.state = 'issued' and company_year(:now)::integer >= e.year" }, { NULL } };
const struct machine p07_training_plan = {
    .name = "training_plan", .path = "training-plans", .prefix = "TP", .title = { "Annual training plan", "年度培训计划" },
    .scope = SCOPE_STAFF, .fields = plan_fields, .states = plan_states, .transitions = plan_transitions, .clocks = plan_clocks,
    .timers = plan_timers, .owner = "hr_officer", .amends = "summary", .without = "pause resume",
    .given = (const struct given[]){ { .event = "amend", .from = "summarised" }, { NULL } },
};

/* ---- the request of a department ---- */

static const struct state request_states[] = {
    { "drafted", { "Drafted", "填写中" } },
    { "submitted", { "Handed in", "已上报" } },
    { "taken_up", { "Taken up", "已采纳" }, STATE_TERMINAL },
    { "declined", { "Declined", "未采纳" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { NULL },
};
static const struct field request_fields[] = {
    REF("plan_id", "Plan", "年度计划", FIELD_FILTER, "training_plan"),
    { "department", FIELD_ENUM, { "Department", "部门" }, FIELD_FILTER, .choices = department_choices },
    { "needs", FIELD_LIST, { "Needs", "培训需求" }, 0, 0, 100, .items = need_items },
    { "urgent_reason", FIELD_TEXT, { "Why outside the plan", "计划外原因" }, 0, 1, 500 },
    { "decline_reason", FIELD_TEXT, { "Declined because", "未采纳原因" }, 0, 1, 500 },
    { NULL },
};
GUARD(plan_takes_needs, "plan_closed_for_needs",
      ":plan_id is null or exists (select from training_plan t where t.id = :plan_id and t.state = 'needs_open' and :department = any(t.departments))",
      "plan_id", "The plan does not take needs of this department now", "该计划不在征集期或不含本部门");
GUARD(unplanned_explained, "reason_missing", ":plan_id is not null or :urgent_reason is not null", "urgent_reason",
      "A need outside the yearly plan gives its reason", "计划外需求须说明原因");
GUARD(one_request, "request_exists",
      ":plan_id is null or not exists (select from training_request t where t.plan_id = :plan_id and t.department = :department"
      " and t.state not in ('withdrawn', 'voided'))",
      "plan_id", "The department has handed in its request", "本部门已填报");
static const struct transition request_transitions[] = {
    { .event = "create", .label = { "Fill in", "填写培训申请表" }, .clause = "P7 4.2.1.1", .to = "drafted", .by = "dept_head system",
      .takes = "department needs plan_id? urgent_reason?",
      .guards = GUARDS(&of_own_department, &plan_takes_needs, &unplanned_explained, &one_request) },
    { .event = "submit", .label = { "Hand in", "上报" }, .clause = "P7 4.2.1.1", .from = "drafted", .to = "submitted", .by = "dept_head",
      .guards = GUARDS(&of_its_department),
      .effects = EFFECTS(RECORD("training_request"), NOTIFY("hr_officer", "training_request"),
                         FIRE("plan_id", "submit_needs", "request_department = e.department; request_number = e.number")),
      .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Withdraw", "撤回" }, .clause = "designed", .from = "drafted", .to = "withdrawn", .by = "dept_head",
      .takes = "reason?", .guards = GUARDS(&of_its_department) },
    { .event = "take_up", .label = { "Take up", "采纳" }, .clause = "P7 4.2.1.2", .from = "submitted", .to = "taken_up", .by = "hr_officer",
      .takes = "note?" },
    { .event = "decline", .label = { "Decline", "不采纳" }, .clause = "designed", .from = "submitted", .to = "declined", .by = "hr_officer",
      .takes = "decline_reason", .effects = EFFECTS(NOTIFY("dept_head", "training_request_declined")) },
    { NULL },
};
const struct machine p07_training_request = {
    .name = "training_request", .path = "training-requests", .prefix = "TR", .title = { "Training request", "培训申请表" },
    .scope = SCOPE_STAFF, .fields = request_fields, .states = request_states, .transitions = request_transitions,
    .owner = "hr_officer", .amends = "needs", .without = "pause resume reassign",
    .given = (const struct given[]){ { .event = "amend", .from = "drafted" }, { NULL } },
};

/* ---- a course ---- */

static const struct state event_states[] = {
    { "planned", { "Planned", "已计划" } },
    { "course_arranged", { "Course arranged", "课程已安排" } },
    { "held", { "Held", "已授课" } },
    { "examined", { "Examined", "已考核" } },
    { "summarised", { "Summarised", "已总结" } },
    { "filed", { "Filed", "已归档" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field lesson_items[] = {
    { "starts_at", FIELD_TIME, { "Begins", "开始时间" } },
    { "topic", FIELD_TEXT, { "Topic", "授课内容" }, 0, 1, 200 },
    { "hours", FIELD_INTEGER, { "Hours", "学时" }, 0, 1, 100 },
    { "teacher?", FIELD_TEXT, { "Teacher", "授课人" }, 0, 1, 60 },
    { NULL },
};
static const struct field mark_items[] = {
    { "person_id", FIELD_TEXT, { "Person", "人员" }, 0, 36, 36 },
    { "score", FIELD_INTEGER, { "Score", "成绩" }, 0, 0, 100 },
    { "certificate_no?", FIELD_TEXT, { "Certificate", "证书编号" }, 0, 1, 60 },
    { NULL },
};
static const struct field event_fields[] = {
    REF("plan_id", "Plan", "年度计划", FIELD_FILTER, "training_plan"),
    { "course", FIELD_TEXT, { "Course", "培训项目" }, 0, 1, 200, .example = "\"显示设备维修技能\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = kinds },
    { "department", FIELD_ENUM, { "Held by", "承办部门" }, FIELD_FILTER, .choices = department_choices },
    { "contents", FIELD_TEXT, { "Contents", "培训内容" }, 0, 1, 2000 },
    { "places", FIELD_INTEGER, { "Places", "名额" }, 0, 1, 1000 },
    { "with_exam", FIELD_BOOLEAN, { "With examination", "需考核" }, FIELD_FILTER },
    { "lessons", FIELD_LIST, { "Course arrangement", "课程安排" }, 0, 1, 100, .items = lesson_items },
    { "starts_at", FIELD_TIME, { "Begins", "开始时间" }, FIELD_FILTER },
    { "hours", FIELD_INTEGER, { "Hours", "学时" }, FIELD_FILTER, 1, 1000 },
    { "place", FIELD_TEXT, { "Place", "地点" }, 0, 1, 200 },
    REF("trainer_id", "Trainer", "培训人", FIELD_FILTER, "person"),
    { "teacher", FIELD_TEXT, { "Teacher from outside", "外聘讲师" }, 0, 1, 60 },
    { "person_ids", FIELD_TEXTS, { "People", "人员" }, FIELD_TRANSIENT, 1, 200 },
    { "absent_ids", FIELD_TEXTS, { "Absent", "缺席人员" }, FIELD_TRANSIENT, 0, 200 },
    { "person_id", FIELD_REFERENCE, { "Person", "人员" }, FIELD_TRANSIENT, .machine = "person" },
    { "marks", FIELD_LIST, { "Marks", "成绩" }, FIELD_TRANSIENT, 1, 200, .items = mark_items },
    { "participants", FIELD_LIST, { "Participants", "参加人员" }, FIELD_COMPUTED, .items = participant_items },
    { "participant", FIELD_TEXTS, { "Ids of the participants", "参加人员编号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "held_on", FIELD_DATE, { "Held on", "授课日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "summary", FIELD_TEXT, { "Summary", "培训总结" }, 0, 1, 4000 },
    { NULL },
};
static const struct clock event_clocks[] = {
    { "summary_due", { "Summary and filing", "总结归档期限" }, "T_P7_SUMMARY", NULL, false }, { NULL },
};
GUARD(plan_runs, "plan_not_issued",
      ":plan_id is null or exists (select from training_plan t where t.id = :plan_id and t.state in ('issued', 'executing'))", "plan_id",
      "The plan is not issued", "年度计划未下发");
GUARD(exam_obligatory, "exam_required", ":kind not in ('retraining', 'new_technology', 'outlet') or :with_exam is true", "with_exam",
      "This kind of training ends with an examination", "此类培训须考核");
GUARD(own_kind, "kind_has_its_own_form", ":kind not in ('safety', 'outside')", "kind", "Safety education and outside training have their own forms",
      "安全教育和外出培训另行登记");
GUARD(people_known, "unknown_person",
      "not exists (select from unnest(:person_ids) x where not exists (select from person p where p.id::text = x and p.state <> 'left'"
      " and p.customer_id is null and (:scope_outlet is null or p.outlet_id = :scope_outlet)))",
      "person_ids", "One of them is not on the staff", "含非在岗人员");
GUARD(not_enrolled, "enrolled_already",
      "not coalesce(e.participant && :person_ids, false)"
      " and (select count(distinct x) from unnest(:person_ids) x) = cardinality(:person_ids)",
      "person_ids", "One of them is enrolled", "含已报名人员");
GUARD(is_enrolled, "not_enrolled", "coalesce(:person_id::text = any(e.participant), false)", "person_id", "This person is not enrolled", "该人员未报名");
GUARD(trainer_named, "trainer_missing", "coalesce(:trainer_id, e.trainer_id) is not null or coalesce(:teacher, e.teacher) is not null", "trainer_id",
      "Name the trainer", "须指定培训人");
GUARD(not_in_past, "starts_in_past", ":starts_at >= :at", "starts_at", "It would begin in the past", "开始时间已过");
GUARD(has_participants, "nobody_enrolled", "e.participants @> '[{\"attendance\": \"enrolled\"}]'", NULL, "Nobody is enrolled", "无人报名");
GUARD(has_begun, "not_yet_begun", "e.starts_at <= :at", NULL, "The course has not begun", "培训尚未开始");
GUARD(absent_enrolled, "not_enrolled",
      "coalesce(:absent_ids, '{}') <@ array(select x ->> 'person_id' from jsonb_array_elements(e.participants) x where x ->> 'attendance' = 'enrolled')",
      "absent_ids", "Only who is enrolled can be absent", "缺席人员不在名单内");
GUARD(with_exam, "no_exam", "e.with_exam is true", NULL, "This course has no examination", "本项目无考核");
GUARD(all_marked, "marks_incomplete", "training_marks_fit(e.participants, :marks)", "marks", "Everybody who attended gets one mark, nobody else",
      "须为每名参加人员登记一次成绩");
GUARD(exam_first, "exam_missing", "e.state = 'examined' or e.with_exam is not true or not e.participants @> '[{\"attendance\": \"attended\"}]'", NULL,
      "The examination comes first", "须先考核");
GUARD(not_marker, "own_mark",
      "not exists (select from jsonb_array_elements(:marks) k where k ->> 'person_id' = :actor::text)", "marks",
      "Nobody marks themselves", "不得评定本人成绩");
#define RUNS_COURSES "hr_officer trainer dept_head"
#define LIST_SET(value) SET("participants", value), \
    SET("participant", "array(select x ->> 'person_id' from jsonb_array_elements(" value ") x)")
#define ENROLLED "training_enrol(e.participants, :person_ids, e.places)"
#define DROPPED "training_drop(e.participants, :person_id::text, e.places)"
#define ROLL "training_roll(e.participants, coalesce(:absent_ids, '{}'))"
static const struct transition event_transitions[] = {
    { .event = "plan", .label = { "Plan", "计划培训" }, .clause = "P7 4.2.2.1", .to = "planned", .by = RUNS_COURSES " system",
      .takes = "course kind with_exam plan_id? department? contents? places? trainer_id? teacher?",
      .guards = GUARDS(&plan_runs, &exam_obligatory, &own_kind),
      .effects = EFFECTS(SET("participants", "'[]'"), SET("participant", "'{}'"), SET("assignee_id", "coalesce(:trainer_id, :actor)"),
                         SET("department", "coalesce(:department, (select p.department from person p where p.id = :actor))")) },
    { .event = "enrol", .label = { "Enrol", "报名" }, .clause = "P7 4.2.2", .from = "planned course_arranged", .to = "same",
      .by = RUNS_COURSES, .takes = "person_ids", .guards = GUARDS(&people_known, &not_enrolled), .effects = EFFECTS(LIST_SET(ENROLLED)) },
    { .event = "drop", .label = { "Take off the list", "取消报名" }, .clause = "designed", .from = "planned course_arranged", .to = "same",
      .by = RUNS_COURSES, .takes = "person_id reason?", .guards = GUARDS(&is_enrolled), .effects = EFFECTS(LIST_SET(DROPPED)) },
    { .event = "arrange_course", .label = { "Arrange the course", "课程安排" }, .clause = "P7 4.2.2.1", .from = "planned course_arranged",
      .to = "course_arranged", .by = RUNS_COURSES, .takes = "lessons starts_at place? trainer_id? teacher?",
      .guards = GUARDS(&trainer_named, &not_in_past),
      .effects = EFFECTS(SET("hours", "(select sum((x ->> 'hours')::integer) from jsonb_array_elements(:lessons) x)"),
                         SET("assignee_id", "coalesce(:trainer_id, e.trainer_id, :actor)"), RECORD("course_arrangement")) },
    { .event = "hold", .label = { "Held", "授课" }, .clause = "P7 4.2.2.1", .from = "course_arranged", .to = "held", .by = RUNS_COURSES,
      .takes = "absent_ids?", .guards = GUARDS(&has_begun, &has_participants, &absent_enrolled),
      .effects = EFFECTS(LIST_SET(ROLL), SET("held_on", "company_date(e.starts_at)"), START("summary_due"),
                         NOTIFY_IF("dept_head", "two_no_shows", "training_missed_before(e.id, coalesce(:absent_ids, '{}')) >= time_rule_number('N_P7_NO_SHOWS') - 1")) },
    { .event = "examine", .label = { "Enter the marks", "登记成绩" }, .clause = "P7 4.2.2.3", .from = "held", .to = "examined",
      .by = "hr_officer trainer", .takes = "marks", .guards = GUARDS(&with_exam, &all_marked, &not_marker),
      .effects = EFFECTS(SET("participants", "training_mark(e.participants, :marks, time_rule_number('N_P7_PASS_EXAM'))")) },
    { .event = "summarise", .label = { "Summarise", "培训总结" }, .clause = "P7 4.2.2.1", .from = "held examined", .to = "summarised",
      .by = RUNS_COURSES, .takes = "summary", .guards = GUARDS(&exam_first), .effects = EFFECTS(RECORD("training_summary")) },
    { .event = "file", .label = { "File", "归入培训档案" }, .clause = "P7 4.2.1.3", .from = "summarised", .to = "filed", .by = "hr_officer",
      .effects = EFFECTS(RECORD("training_record")), .flags = TRANSITION_FINAL },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "planned course_arranged", .to = "cancelled",
      .by = RUNS_COURSES, .takes = "reason", .effects = EFFECTS(NOTIFY("dept_head", "course_cancelled")) },
    { NULL },
};
const struct machine p07_training_event = {
    .name = "training_event", .path = "training-events", .prefix = "TE", .title = { "Training", "培训项目" }, .scope = SCOPE_STAFF,
    .fields = event_fields, .states = event_states, .transitions = event_transitions, .clocks = event_clocks, .owner = "hr_officer",
    .amends = "course contents place teacher places summary", .without = "pause resume", .display = "course",
};

/* ---- outside training ---- */

static const struct state outside_states[] = {
    { "noticed", { "Notice given", "已通知" } },
    { "formalities_done", { "Formalities done", "手续已办" } },
    { "approved", { "Approved", "已批准" } },
    { "attending", { "Attending", "参加中" } },
    { "filed", { "Filed", "已归档" }, STATE_TERMINAL },
    { "refused", { "Refused", "未批准" }, STATE_TERMINAL },
    { "broken_off", { "Not attended or broken off", "未参加或中断" }, STATE_TERMINAL },
    { NULL },
};
static const struct field outside_fields[] = {
    REF("person_id", "Person", "参训人员", FIELD_FILTER, "person"),
    REF("plan_id", "Plan", "年度计划", FIELD_FILTER, "training_plan"),
    { "course", FIELD_TEXT, { "Course", "培训项目" }, 0, 1, 200, .example = "\"厂家高级维修培训\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_COMPUTED, .choices = kinds },
    { "organiser", FIELD_TEXT, { "Organiser", "举办单位" }, 0, 1, 200 },
    { "place", FIELD_TEXT, { "Place", "地点" }, 0, 1, 200 },
    { "from_at", FIELD_TIME, { "From", "自" }, FIELD_FILTER },
    { "to_at", FIELD_TIME, { "To", "至" }, FIELD_FILTER },
    { "cost", FIELD_MONEY, { "Cost in fen", "费用(分)" }, 0, 0, 100000000 },
    { "advance", FIELD_MONEY, { "Advance in fen", "预支(分)" }, 0, 0, 100000000 },
    { "stand_in_id", FIELD_REFERENCE, { "Stand-in", "工作代理人" }, .machine = "person" },
    { "notice_shown", FIELD_BOOLEAN, { "Notice shown", "已出示通知" }, FIELD_TRANSIENT },
    REF("formalities_by", "Formalities by", "手续经办人", FIELD_COMPUTED, "person"),
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED, "person"),
    { "advance_settled", FIELD_BOOLEAN, { "Advance settled", "预支已结清" } },
    { "hours", FIELD_INTEGER, { "Hours", "学时" }, 0, 1, 1000 },
    { "exam_score", FIELD_INTEGER, { "Score", "成绩" }, 0, 0, 100 },
    { "passed", FIELD_BOOLEAN, { "Passed", "合格" } },
    { "certificate_no", FIELD_TEXT, { "Certificate", "证书编号" }, 0, 1, 60 },
    { "report", FIELD_TEXT, { "Report", "培训总结" }, 0, 1, 4000 },
    { "close_reason", FIELD_TEXT, { "Reason", "原因" }, 0, 1, 500 },
    { "participants", FIELD_LIST, { "Participant", "参加人员" }, FIELD_COMPUTED, .items = participant_items },
    { "held_on", FIELD_DATE, { "Held on", "培训日期" }, FIELD_COMPUTED },
    { NULL },
};
GUARD(trainee_employed, "not_on_staff",
      "exists (select from person p where p.id = :person_id and p.state <> 'left' and p.customer_id is null)", "person_id",
      "This person is not on the staff", "该人员不在岗");
GUARD(outside_span, "ends_before_it_begins", ":to_at > :from_at", "to_at", "The end lies before the beginning", "结束时间早于开始时间");
GUARD(notice_brought, "notice_not_shown", ":notice_shown is true", "notice_shown", "The leaders' notice has to be shown", "须出示公司领导的外出培训通知");
GUARD(not_trainee, "own_training", ":actor is distinct from e.person_id and :actor is distinct from e.formalities_by", NULL,
      "Neither the trainee nor who did the formalities approves", "本人及手续经办人不得批准");
GUARD(still_ahead, "already_over", "e.to_at > :at", NULL, "The training is over", "培训已结束");
GUARD(is_over, "not_yet_over", "e.to_at <= :at", NULL, "The training is not over", "培训尚未结束");
GUARD(advance_back, "advance_open", "coalesce(e.advance, 0) = 0 or :advance_settled is true", "advance_settled", "The advance is not settled", "预支未结清");
static const struct transition outside_transitions[] = {
    { .event = "notice", .label = { "Notice of outside training", "外出培训通知" }, .clause = "P7 4.2.2.2", .to = "noticed",
      .by = "general_manager deputy_gm supervising_leader management_rep",
      .takes = "person_id course organiser from_at to_at place? cost? plan_id?", .guards = GUARDS(&trainee_employed, &outside_span),
      .effects = EFFECTS(SET("kind", "'outside'"), SET("assignee_id", ":person_id"), RECORD("outside_training_notice"),
                         NOTIFY("hr_officer", "outside_training"), NOTIFY("@assignee", "outside_training")) },
    { .event = "do_formalities", .label = { "Do the formalities", "办理手续" }, .clause = "P7 4.2.2.2", .from = "noticed",
      .to = "formalities_done", .by = "hr_officer", .takes = "notice_shown advance? stand_in_id?", .guards = GUARDS(&notice_brought),
      .effects = EFFECTS(SET("formalities_by", ":actor"), NOTIFY("supervising_leader", "outside_training")) },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P7 4.2.2.2", .from = "formalities_done", .to = "approved",
      .by = "supervising_leader", .guards = GUARDS(&not_trainee), .effects = EFFECTS(SET("approved_by", ":actor"), NOTIFY("@assignee", "approved")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "refuse", .label = { "Refuse", "不批准" }, .clause = "P7 4.2.2.2", .from = "formalities_done", .to = "refused",
      .by = "supervising_leader", .takes = "close_reason advance_settled?", .guards = GUARDS(&not_trainee, &advance_back),
      .effects = EFFECTS(NOTIFY("@assignee", "refused")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "attend", .label = { "Send off", "参加培训" }, .clause = "P7 4.2.2.2", .from = "approved", .to = "attending", .by = "hr_officer",
      .guards = GUARDS(&still_ahead),
      .effects = EFFECTS(OPEN("absence", "enter", "person_id = e.person_id; kind = 'training'; from_at = greatest(e.from_at, :at); to_at = e.to_at;"
                                                  " stand_in_id = e.stand_in_id", LINK_MUST, NULL)) },
    { .event = "break_off", .label = { "Not attended or broken off", "未参加或中断" }, .clause = "designed",
      .from = "noticed formalities_done approved attending", .to = "broken_off", .by = "hr_officer", .takes = "close_reason advance_settled?",
      .guards = GUARDS(&advance_back), .effects = EFFECTS(NOTIFY("supervising_leader", "outside_training_broken_off")), .flags = TRANSITION_FINAL },
    { .event = "file", .label = { "File", "归入培训档案" }, .clause = "P7 4.2.2.2", .from = "attending", .to = "filed", .by = "hr_officer",
      .takes = "report hours passed exam_score? certificate_no? advance_settled?", .guards = GUARDS(&is_over, &advance_back),
      .effects = EFFECTS(SET("held_on", "company_date(e.from_at)"),
                         SET("participants", "jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('person_id', e.person_id, 'attendance', 'attended',"
                                             " 'score', :exam_score, 'passed', :passed, 'certificate_no', :certificate_no)))"),
                         RECORD("training_record")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p07_outside_training = {
    .name = "outside_training", .path = "outside-trainings", .prefix = "OT", .title = { "Outside training", "外出培训" },
    .scope = SCOPE_STAFF, .fields = outside_fields, .states = outside_states, .transitions = outside_transitions, .owner = "hr_officer",
    .amends = "course organiser place from_at to_at cost stand_in_id", .without = "pause resume reassign", .display = "course",
    .given = (const struct given[]){ { .event = "amend", .from = "noticed formalities_done" }, { NULL } },
};

/* ---- safety education: company, department, post ---- */

static const struct choice safety_occasions[] = {
    { "new_worker", { "New worker", "新上岗工人" } }, { "temporary", { "Temporary worker", "临时工" } },
    { "contract_labour", { "Contract labour", "劳务工" } }, { "transfer", { "Change of job", "转岗" } },
    { "new_technology", { "New technique or equipment", "新技术、新工艺、新设备" } }, { NULL },
};
static const struct state safety_states[] = {
    { "registered", { "Registered", "待教育" } },
    { "company_passed", { "Company level passed", "公司级合格" } },
    { "department_passed", { "Department level passed", "部门级合格" } },
    { "cleared", { "Cleared for the post", "准予上岗" }, STATE_TERMINAL },
    { "cancelled", { "Cancelled", "已取消" }, STATE_TERMINAL },
    { NULL },
};
static const struct field level_items[] = {
    { "level", FIELD_TEXT, { "Level", "级别" } }, { "on", FIELD_DATE, { "On", "日期" } }, { "hours", FIELD_INTEGER, { "Hours", "学时" } },
    { "score", FIELD_INTEGER, { "Score", "成绩" } }, { "passed", FIELD_BOOLEAN, { "Passed", "合格" } },
    { "teacher", FIELD_TEXT, { "Teacher", "授课人" } }, { NULL },
};
static const struct field safety_fields[] = {
    REF("person_id", "Person", "人员", FIELD_FILTER, "person"),
    { "occasion", FIELD_ENUM, { "Occasion", "教育类型" }, FIELD_FILTER, .choices = safety_occasions },
    { "department", FIELD_ENUM, { "Department of the post", "上岗部门" }, FIELD_FILTER, .choices = department_choices },
    { "post", FIELD_TEXT, { "Post", "岗位" }, 0, 1, 120 },
    { "key_post", FIELD_BOOLEAN, { "Key post", "关键岗位" }, FIELD_FILTER },
    { "new_technology", FIELD_TEXT, { "New technique or equipment", "新技术新设备名称" }, 0, 1, 200 },
    { "exam_score", FIELD_INTEGER, { "Score", "考试成绩" }, FIELD_TRANSIENT, 0, 100 },
    { "level_hours", FIELD_INTEGER, { "Hours", "学时" }, FIELD_TRANSIENT, 1, 200 },
    { "teacher", FIELD_TEXT, { "Teacher", "授课人" }, FIELD_TRANSIENT, 1, 60 },
    { "accident_prevention", FIELD_BOOLEAN, { "Accident prevention and emergencies taught", "已进行事故防范与应急处理培训" } },
    { "levels", FIELD_LIST, { "Levels", "各级教育" }, FIELD_COMPUTED, .items = level_items },
    { "safety_l1", FIELD_BOOLEAN, { "Company level", "公司级" }, FIELD_COMPUTED | FIELD_FILTER },
    { "safety_l2", FIELD_BOOLEAN, { "Department level", "部门级" }, FIELD_COMPUTED | FIELD_FILTER },
    { "safety_l3", FIELD_BOOLEAN, { "Post level", "岗位级" }, FIELD_COMPUTED | FIELD_FILTER },
    { "course", FIELD_TEXT, { "Course", "培训项目" }, FIELD_COMPUTED },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_COMPUTED, .choices = kinds },
    { "hours", FIELD_INTEGER, { "Hours", "学时" }, FIELD_COMPUTED },
    { "held_on", FIELD_DATE, { "Finished on", "完成日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "participants", FIELD_LIST, { "Participant", "参加人员" }, FIELD_COMPUTED, .items = participant_items },
    { NULL },
};
GUARD(technology_named, "technology_missing", ":occasion <> 'new_technology' or :new_technology is not null", "new_technology",
      "Say which technique or equipment is new", "须填写新技术新设备名称");
GUARD(prevention_taught, "accident_prevention_missing", "e.key_post is not true or :accident_prevention is true", "accident_prevention",
      "Key posts are also taught accident prevention and emergency handling", "关键岗位须进行事故防范和应急处理培训");
GUARD(three_levels, "level_missing", "e.occasion <> 'new_technology'", NULL, "New technique needs the training for the post only", "新技术仅需岗位培训");
GUARD(levels_first, "level_missing", "e.occasion = 'new_technology' or (e.safety_l1 and e.safety_l2)", NULL,
      "Company and department level come first", "须先通过公司级和部门级教育");
#define PASSES ":exam_score >= time_rule_number('N_P7_PASS_EXAM')"
#define LEVEL(level) SET("levels", "e.levels || jsonb_build_object('level', '" level "', 'on', company_date(:at), 'hours', :level_hours," \
    " 'score', :exam_score, 'passed', " PASSES ", 'teacher', :teacher)"), SET("hours", "coalesce(e.hours, 0) + :level_hours")
#define LEVEL_TAKES "exam_score level_hours teacher"
static const struct transition safety_transitions[] = {
    { .event = "register", .label = { "Register", "登记安全教育" }, .clause = "P7 4.2.2.3c", .to = "registered", .by = "hr_officer dept_head",
      .takes = "person_id occasion department post? key_post? new_technology?", .guards = GUARDS(&trainee_employed, &technology_named),
      .effects = EFFECTS(SET("levels", "'[]'"), SET("safety_l1", "false"), SET("safety_l2", "false"), SET("safety_l3", "false"),
                         SET("kind", "case when :occasion = 'new_technology' then 'new_technology' else 'safety' end"),
                         SET("course", "coalesce(:new_technology, '三级安全教育')")) },
    { .event = "pass_company", .label = { "Company level", "公司级教育" }, .clause = "P7 4.2.2.3c", .from = "registered", .to = "company_passed",
      .when = PASSES, .by = "hr_officer", .takes = LEVEL_TAKES, .guards = GUARDS(&three_levels), .effects = EFFECTS(LEVEL("company"), SET("safety_l1", "true")) },
    { .event = "pass_company", .label = { "Company level", "公司级教育" }, .clause = "P7 4.2.2.3c", .from = "registered", .to = "same",
      .by = "hr_officer", .takes = LEVEL_TAKES, .guards = GUARDS(&three_levels), .effects = EFFECTS(LEVEL("company")) },
    { .event = "pass_department", .label = { "Department level", "部门级教育" }, .clause = "P7 4.2.2.3c", .from = "company_passed",
      .to = "department_passed", .when = PASSES, .by = "dept_head", .takes = LEVEL_TAKES, .guards = GUARDS(&of_its_department),
      .effects = EFFECTS(LEVEL("department"), SET("safety_l2", "true")) },
    { .event = "pass_department", .label = { "Department level", "部门级教育" }, .clause = "P7 4.2.2.3c", .from = "company_passed",
      .to = "same", .by = "dept_head", .takes = LEVEL_TAKES, .guards = GUARDS(&of_its_department), .effects = EFFECTS(LEVEL("department")) },
    { .event = "pass_post", .label = { "Post level", "岗位级教育" }, .clause = "P7 4.2.2.3c", .from = "registered department_passed",
      .to = "cleared", .when = PASSES, .by = "dept_head", .takes = LEVEL_TAKES " accident_prevention?",
      .guards = GUARDS(&of_its_department, &levels_first, &prevention_taught),
      .effects = EFFECTS(LEVEL("post"), SET("safety_l3", "true"), SET("held_on", "company_date(:at)"),
                         SET("participants", "jsonb_build_array(jsonb_build_object('person_id', e.person_id, 'attendance', 'attended',"
                                             " 'score', :exam_score, 'passed', true))"),
                         RECORD("training_record"), NOTIFY("hr_officer", "safety_education_passed")), .flags = TRANSITION_FINAL },
    { .event = "pass_post", .label = { "Post level", "岗位级教育" }, .clause = "P7 4.2.2.3c", .from = "registered department_passed",
      .to = "same", .by = "dept_head", .takes = LEVEL_TAKES " accident_prevention?",
      .guards = GUARDS(&of_its_department, &levels_first, &prevention_taught), .effects = EFFECTS(LEVEL("post")) },
    { .event = "cancel", .label = { "Cancel", "取消" }, .clause = "designed", .from = "registered company_passed department_passed",
      .to = "cancelled", .by = "hr_officer", .takes = "reason", .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p07_safety_education = {
    .name = "safety_education", .path = "safety-educations", .prefix = "SE", .title = { "Three-level safety education", "三级安全教育" },
    .fields = safety_fields, .states = safety_states, .transitions = safety_transitions, .owner = "hr_officer", .self = "person_id",
    .readers = "hr_officer dept_head dispatcher general_manager deputy_gm supervising_leader management_rep service_manager outlet_manager",
    .amends = "post key_post department", .without = "pause resume reassign",
    .default_outlet = "(select p.outlet_id from person p where p.id = :person_id)",
};
