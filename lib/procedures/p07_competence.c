/* P7 4.1: competence evaluations, the year-end round that calls everybody to one, and the register of certificates.
 * A verdict opens or closes the gate of P4 dispatch through the person's `qualify` and `bar`. */
#include "procedures/p07.h"

static const struct choice categories[] = {
    { "leader", { "Leader", "领导层" } },
    { "manager_specialist", { "Manager or specialist", "管理人员和专业技术人员" } },
    { "operator", { "Operator of a key post", "关键岗位操作人员" } },
    { "external_repairer", { "Outsourced repairer", "外委维修人员" } },
    { NULL },
};
static const struct choice occasions[] = {
    { "year_end", { "Year end", "年底评价" } },     { "new_post", { "New in the post", "新上岗" } },
    { "transfer", { "Change of post", "转岗" } },   { "scope", { "Wider scope", "扩大资格范围" } },
    { "appraisal", { "Poor appraisal", "考核不佳" } }, { "barred", { "Back after a bar", "离岗后复评" } },
    { NULL },
};
static const struct choice works[] = {
    { "repair", { "Repair", "维修" } },           { "return_repair", { "Return repair", "返修" } },
    { "installation", { "Installation", "安装调试" } }, { "delivery", { "Delivery", "配送" } },
    { "reception", { "Calls and dispatch", "受理派单" } }, { "training", { "Training", "培训" } },
    { "management", { "Management", "管理" } },   { NULL },
};
static const struct choice verdicts[] = {
    { "competent", { "Competent", "胜任" } }, { "not_competent", { "Not competent", "不能胜任" } }, { NULL },
};
static const struct choice decisions[] = {
    { "upheld", { "Verdict stands", "维持" } }, { "overturned", { "Verdict changed", "改判" } }, { NULL },
};
static const struct choice postpone_reasons[] = {
    { "ill", { "Ill", "生病" } }, { "leave", { "Leave", "请假" } }, { "maternity", { "Maternity leave", "产假" } }, { NULL },
};
static const struct choice score_choices[] = {
    { "personal_quality", { "Personal quality", "个人基本素质" } }, { "professional_ability", { "Professional ability", "业务能力" } },
    { "dedication", { "Dedication", "事业心" } },                   { "innovation", { "Innovation", "创新能力" } },
    { "results", { "Results", "工作业绩" } },                       { "service_awareness", { "Service awareness", "服务意识" } },
    { "knowledge", { "Knowledge of the work", "业务知识" } },       { "skill", { "Skill", "操作技能" } },
    { "emergency_ability", { "Ability in emergencies", "应急能力" } }, { NULL },
};
static const struct choice certificate_types[] = {
    { "service_manager", { "After-sales service manager", "售后服务管理师" } },
    { "electrician", { "Electrician", "电工作业证" } },
    { "work_at_height", { "Work at height", "高处作业证" } },
    { "security_installer", { "Security systems", "安防系统从业证" } },
    { "network_engineer", { "Network engineer", "网络工程师证" } },
    { "maker_authorised", { "Authorised by the maker", "厂家授权维修证" } },
    { "driver", { "Driver", "驾驶证" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct field score_items[] = {
    { "item", FIELD_ENUM, { "Item", "项目" }, .choices = score_choices },
    { "score", FIELD_INTEGER, { "Score", "评分" }, 0, 0, 100 },
    { NULL },
};
GUARD(person_employed, "not_on_staff",
      "exists (select from person p where p.id = :person_id and p.state <> 'left' and p.customer_id is null)", "person_id",
      "This person is not on the staff", "该人员不在岗");

/* ---- the year-end round ---- */

static const struct state round_states[] = {
    { "open", { "Under way", "进行中" } },
    { "closed", { "Closed", "已结束" }, STATE_TERMINAL },
    { NULL },
};
static const struct field round_fields[] = {
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2000, 2100, .example = "2026" },
    { "planned_on", FIELD_DATE, { "Day of the evaluation", "评价日期" }, FIELD_FILTER },
    { "called", FIELD_INTEGER, { "People called", "应评人数" }, FIELD_COMPUTED },
    { "not_competent", FIELD_INTEGER, { "Found not competent", "不能胜任人数" }, FIELD_COMPUTED },
    { "report", FIELD_TEXT, { "Report", "评价总结" }, 0, 1, 4000 },
    { NULL },
};
static const struct clock round_clocks[] = { { "round_due", { "Everybody judged", "年底评价期限" }, "T_P7_EVAL", NULL, false }, { NULL } };
GUARD(round_in_window, "outside_window", "competence_in_window(:year, :planned_on)", "planned_on",
      "The yearly evaluation is held in the last month of its year", "年度评价应在当年年底进行");
GUARD(round_stays_in_window, "outside_window", "competence_in_window(e.year, :planned_on)", "planned_on",
      "The yearly evaluation is held in the last month of its year", "年度评价应在当年年底进行");
GUARD(round_once, "round_exists", "not exists (select from evaluation_round r where r.year = :year and r.state <> 'voided')", "year",
      "This year's round exists", "该年度评价已建立");
GUARD(round_judged, "evaluations_open",
      "not exists (select from competence_evaluation c where c.round_id = e.id and c.state in ('scheduled', 'collecting')"
      " and c.postpone_reason is null)",
      NULL, "Somebody is not judged yet", "尚有人员未完成评价");
GUARD(round_complete, "persons_not_called", "not exists (select from person p where competence_to_call(p, e.id, e.year))", NULL,
      "Somebody is not called yet", "尚有人员未列入评价");
GUARD(somebody_to_call, "everybody_called", "exists (select from person p where competence_to_call(p, e.id, e.year))", NULL,
      "Everybody is called", "已全部列入");
static const struct transition round_transitions[] = {
    { .event = "open_round", .label = { "Open the yearly evaluation", "启动年度评价" }, .clause = "P7 4.1.4.2", .to = "open",
      .by = "hr_officer", .takes = "year planned_on", .guards = GUARDS(&round_in_window, &round_once),
      .effects = EFFECTS(SET("assignee_id", ":actor"), START_AT("round_due", "competence_year_end(:year)"), NOTIFY("dept_head", "evaluation_begins")) },
    { .event = "call_everybody", .label = { "Call everybody", "列入全体人员" }, .clause = "P7 4.1.4.2", .from = "open", .to = "same",
      .by = "hr_officer", .guards = GUARDS(&somebody_to_call),
      .effects = EFFECTS(OPEN_EACH("competence_evaluation", "schedule",
                                   "(select jsonb_agg(jsonb_build_object('person_id', p.id, 'category', competence_category(p.id)) order by p.id)"
                                   " from person p where competence_to_call(p, e.id, e.year))",
                                   "person_id = (item ->> 'person_id')::uuid; category = item ->> 'category'; occasion = 'year_end'; year = e.year;"
                                   " planned_on = e.planned_on; round_id = e.id; assignee_id = :actor")),
      .flags = TRANSITION_FINAL },
    { .event = "close", .label = { "Close", "结束" }, .clause = "P7 4.1.4.2", .from = "open", .to = "closed", .by = "hr_officer",
      .takes = "report", .guards = GUARDS(&round_judged, &round_complete),
      .effects = EFFECTS(SET("called", "(select count(*) from competence_evaluation c where c.round_id = e.id and c.state <> 'voided')"),
                         SET("not_competent", "(select count(*) from competence_evaluation c where c.round_id = e.id and c.verdict = 'not_competent')")),
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct given round_given[] = { { .event = "amend", .guards = GUARDS(&round_stays_in_window) }, { NULL } };
const struct machine p07_evaluation_round = {
    .name = "evaluation_round", .path = "evaluation-rounds", .prefix = "ER", .title = { "Yearly evaluation", "年度能力评价" },
    .scope = SCOPE_STAFF, .fields = round_fields, .states = round_states, .transitions = round_transitions, .clocks = round_clocks,
    .given = round_given, .owner = "hr_officer", .amends = "planned_on", .without = "pause resume",
};

/* ---- the evaluation ---- */

static const struct state states[] = {
    { "scheduled", { "Scheduled", "待评价" } },
    { "collecting", { "Collecting", "述职、评议、考试" } },
    { "judged_competent", { "Judged competent", "胜任" } },
    { "judged_not_competent", { "Judged not competent", "不能胜任" } },
    { "suspended_from_post", { "Suspended from the post", "离岗" } },
    { "retraining", { "Retraining", "培训" } },
    { "re_examined", { "Examined again", "已复考" } },
    { "effective", { "Effective", "已生效" }, STATE_TERMINAL },
    { "re_hired", { "Hired again", "重新聘用" }, STATE_TERMINAL },
    { "reassigned", { "Given another post", "调岗" }, STATE_TERMINAL },
    { "left", { "Left", "离职" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    REF("person_id", "Person", "被评价人", FIELD_FILTER, "person"),
    REF("round_id", "Yearly evaluation", "年度评价", FIELD_FILTER, "evaluation_round"),
    REF("follows", "Follows", "后续于", FIELD_FILTER, "competence_evaluation"),
    { "category", FIELD_ENUM, { "Category", "人员类别" }, FIELD_FILTER, .choices = categories },
    { "occasion", FIELD_ENUM, { "Occasion", "评价时机" }, FIELD_FILTER, .choices = occasions },
    { "year", FIELD_INTEGER, { "Year", "年度" }, FIELD_FILTER, 2000, 2100, .example = "2026" },
    { "department", FIELD_ENUM, { "Department", "部门" }, FIELD_COMPUTED | FIELD_FILTER, .choices = department_choices },
    { "planned_on", FIELD_DATE, { "Day of the evaluation", "评价日期" }, FIELD_FILTER },
    { "basis", FIELD_TEXT, { "Basis", "评价依据" }, 0, 1, 1000 },
    { "scope", FIELD_TEXTS, { "Kinds of equipment", "设备类别" }, FIELD_FILTER, 0, 12, .choices = skill_choices },
    { "works", FIELD_TEXTS, { "Kinds of work", "工作类别" }, FIELD_FILTER, 0, 12, .choices = works },
    { "required_certificates", FIELD_TEXTS, { "Certificates of the post", "岗位须持证件" }, 0, 0, 8, .choices = certificate_types },
    REF("evaluator_id", "Evaluator", "评价人", FIELD_FILTER, "person"),
    REF("second_evaluator_id", "Second evaluator", "第二评价人", 0, "person"),
    { "no_conflict", FIELD_BOOLEAN, { "Neither relative nor examined by the other", "评价人无亲属及互评关系" } },
    { "item_scores", FIELD_LIST, { "Scores by item", "分项评分" }, 0, 1, 12, .items = score_items },
    { "duty_report", FIELD_TEXT, { "Own duty report", "本人述职" }, 0, 1, 2000 },
    { "personal_summary", FIELD_TEXT, { "Personal summary", "个人总结" }, 0, 1, 2000 },
    { "staff_appraisal", FIELD_INTEGER, { "Staff appraisal", "员工评议" }, 0, 0, 100, .example = "85" },
    { "organisation_appraisal", FIELD_INTEGER, { "Organisation's appraisal", "组织评价" }, 0, 0, 100, .example = "85" },
    { "leader_appraisal", FIELD_INTEGER, { "Leader's overall appraisal", "主管领导综合评价" }, 0, 0, 100, .example = "85" },
    { "exam_score", FIELD_INTEGER, { "Skill examination", "技能考试成绩" }, 0, 0, 100, .example = "75" },
    { "exam_paper", FIELD_TEXT, { "Where the exam paper is kept", "试卷存放处" }, 0, 1, 200 },
    { "score", FIELD_INTEGER, { "Result", "综合得分" }, FIELD_COMPUTED | FIELD_FILTER },
    { "verdict", FIELD_ENUM, { "Verdict", "评价结论" }, FIELD_FILTER, .choices = verdicts },
    { "verdict_reason", FIELD_TEXT, { "Reason of the verdict", "结论说明" }, 0, 1, 500 },
    { "judged_at", FIELD_TIME, { "Judged", "评定时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "valid_until", FIELD_DATE, { "Valid until", "有效期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "postpone_reason", FIELD_ENUM, { "Put off because", "延期原因" }, FIELD_FILTER, .choices = postpone_reasons },
    { "returns_on", FIELD_DATE, { "Expected back on", "预计返岗日期" } },
    { "appeal", FIELD_TEXT, { "Appeal", "申诉" }, 0, 1, 2000 },
    { "appealed_at", FIELD_TIME, { "Appealed", "申诉时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "appeal_decision", FIELD_ENUM, { "Decision on the appeal", "申诉决定" }, 0, .choices = decisions },
    { "appeal_answer", FIELD_TEXT, { "Answer to the appeal", "申诉答复" }, 0, 1, 500 },
    REF("appeal_decided_by", "Appeal decided by", "申诉裁定人", FIELD_COMPUTED, "person"),
    { "retraining_plan", FIELD_TEXT, { "Retraining", "培训安排" }, 0, 1, 2000 },
    REF("training_event_id", "Training", "培训", FIELD_FILTER, "training_event"),
    { "re_exam_score", FIELD_INTEGER, { "Score of the repeated examination", "复考成绩" }, 0, 0, 100, .example = "75" },
    { "re_exam_passed", FIELD_BOOLEAN, { "Repeated examination passed", "复考合格" }, FIELD_COMPUTED | FIELD_FILTER },
    { "re_exams", FIELD_INTEGER, { "Repeated examinations", "复考次数" }, FIELD_COMPUTED },
    { "new_post", FIELD_TEXT, { "New post", "新岗位" }, 0, 1, 200 },
    { "tools_returned", FIELD_BOOLEAN, { "Tools and papers are back", "工具资料已交还" } },
    { NULL },
};
static const struct clock clocks[] = {
    { "judge_due", { "Evaluation held", "评价期限" }, "T_P7_EVAL", NULL, false },
    { "bar_due", { "Bar from the post", "离岗期限" }, "T_P7_BAR", NULL, false },
    { "appeal_due", { "Decide the appeal", "申诉裁定期限" }, "T_P7_APPEAL_DECIDE", NULL, false },
    { "retrain_due", { "Retraining and examination", "培训复考期限" }, "T_P7_RETRAIN", NULL, true },
    { NULL },
};

GUARD(none_open, "evaluation_open",
      "not exists (select from competence_evaluation c where c.person_id = :person_id and c.closed_at is null)", "person_id",
      "An evaluation of this person is under way", "该人员已有进行中的评价");
GUARD(category_fits, "category_does_not_fit", "competence_category_fits(:category, :person_id)", "category",
      "The category does not fit the person's post", "人员类别与岗位不符");
GUARD(year_end_window, "outside_window", ":occasion <> 'year_end' or competence_in_window(:year, :planned_on)", "planned_on",
      "The yearly evaluation is held in the last month of its year", "年度评价应在当年年底进行");
GUARD(stays_in_window, "outside_window",
      ":planned_on is null or e.occasion <> 'year_end' or competence_in_window(e.year, :planned_on)", "planned_on",
      "The yearly evaluation is held in the last month of its year", "年度评价应在当年年底进行");
GUARD(once_a_year, "evaluated_this_year",
      ":occasion <> 'year_end' or not exists (select from competence_evaluation c where c.person_id = :person_id"
      " and c.occasion = 'year_end' and c.year = :year and c.state <> 'voided')",
      "year", "This person has that year's evaluation", "该人员本年度已评价");
#define EVALUATOR "coalesce(:evaluator_id, e.evaluator_id)"
#define SECOND "coalesce(:second_evaluator_id, e.second_evaluator_id)"
GUARD(evaluator_named, "evaluator_missing", EVALUATOR " is not null", "evaluator_id", "Name the evaluator", "须指定评价人");
GUARD(evaluator_independent, "evaluator_not_independent",
      "evaluator_independent(" EVALUATOR ", e.person_id, e.department, e.year)"
      " and (" SECOND " is null or (" SECOND " <> " EVALUATOR " and evaluator_independent(" SECOND ", e.person_id, e.department, e.year)))",
      "evaluator_id", "The evaluator may be neither the person, nor the line manager, nor examined by this person",
      "评价人不得为本人、直接领导或互评人员");
GUARD(conflict_declared, "relation_not_declared", "coalesce(:no_conflict, e.no_conflict) is true", "no_conflict",
      "The evaluators declare that they are no relatives", "须声明评价人无亲属关系");
GUARD(method_of_category, "method_of_other_category",
      "case e.category when 'leader' then num_nonnulls(:personal_summary, :leader_appraisal, :exam_score) = 0"
      " when 'manager_specialist' then num_nonnulls(:duty_report, :organisation_appraisal, :exam_score) = 0"
      " else num_nonnulls(:duty_report, :personal_summary, :staff_appraisal, :organisation_appraisal, :leader_appraisal) = 0 end",
      NULL, "This is not the method for the person's category", "评价方法与人员类别不符");
GUARD(paper_kept, "exam_paper_missing", ":exam_score is null or coalesce(:exam_paper, e.exam_paper) is not null", "exam_paper",
      "Say where the exam paper is kept", "须登记试卷存放处");
GUARD(method_complete, "method_incomplete",
      "case e.category when 'leader' then num_nulls(e.duty_report, e.staff_appraisal, e.organisation_appraisal) = 0"
      " when 'manager_specialist' then num_nulls(e.personal_summary, e.staff_appraisal, e.leader_appraisal) = 0"
      " else e.exam_score is not null end",
      NULL, "Report, appraisals or examination of this category are not complete", "述职、评议或考试尚未完成");
GUARD(items_complete, "items_missing", "competence_items_complete(e.category, e.item_scores)", NULL,
      "Every item of the category needs a score", "分项评分不完整");
GUARD(not_own, "own_evaluation", ":actor is distinct from e.person_id", NULL, "Nobody judges themselves", "不得评定本人");
GUARD(score_passes, "score_below_pass", "competence_score(e.id) >= competence_pass(e.category)", NULL,
      "The result is below the pass mark", "得分未达合格线");
GUARD(certificates_valid, "certificate_missing", "certificates_valid(e.person_id, e.required_certificates, :at)", NULL,
      "A certificate that the post needs is missing or has run out", "岗位所需证件缺失或已过期");
GUARD(scope_given, "scope_missing",
      "cardinality(coalesce(:scope, e.scope, '{}')) + cardinality(coalesce(:works, e.works, '{}')) > 0", "scope",
      "Say what the verdict covers", "须填写资格范围");
GUARD(two_names, "second_name_missing", "e.second_evaluator_id is not null", NULL,
      "A verdict that bars carries two names", "不胜任结论须有两名评价人");
GUARD(reason_given, "verdict_reason_missing", ":verdict_reason is not null", "verdict_reason", "Give the reason", "须说明原因");
GUARD(no_open_appeal, "appeal_open", "e.appealed_at is null or e.appeal_decision is not null", NULL,
      "An appeal is not decided yet", "申诉尚未裁定");
GUARD(safety_passed, "safety_education_missing",
      "e.occasion not in ('new_post', 'transfer') or exists (select from safety_education s where s.person_id = e.person_id"
      " and s.state = 'cleared' and s.safety_l1 and s.safety_l2 and s.safety_l3"
      " and (e.occasion = 'new_post' or (s.occasion = 'transfer' and s.department = e.department)))",
      NULL, "The three levels of safety education come first", "须先通过三级安全教育");
GUARD(of_their_department, "other_department", "acts_for_department(:actor, e.department, :at)", NULL,
      "This person belongs to another department", "非本部门人员");
GUARD(own_verdict, "not_your_evaluation", ":actor = e.person_id", NULL, "Only the person appeals", "仅被评价人本人可申诉");
GUARD(appeal_in_time, "appeal_too_late", ":at < time_rule_due('T_P7_APPEAL', e.judged_at)", NULL,
      "The time for an appeal is over", "申诉期限已过");
GUARD(appeal_once, "appealed_already", "e.appealed_at is null", NULL, "This verdict has been appealed", "已提出过申诉");
GUARD(appeal_waits, "no_open_appeal", "e.appealed_at is not null and e.appeal_decision is null", NULL,
      "There is no appeal to decide", "无待裁定的申诉");
GUARD(not_evaluator, "decided_by_evaluator",
      ":actor is distinct from e.evaluator_id and :actor is distinct from e.second_evaluator_id and :actor is distinct from e.person_id",
      NULL, "Who evaluated does not decide the appeal", "评价人不得裁定申诉");
#define TRAINING "coalesce(:training_event_id, e.training_event_id)"
GUARD(was_retrained, "not_retrained",
      "exists (select from training_event t where t.id = " TRAINING " and t.held_on >= company_date(e.judged_at)"
      " and t.participants @> jsonb_build_array(jsonb_build_object('person_id', e.person_id, 'attendance', 'attended')))",
      "training_event_id", "The person has not attended the retraining", "尚未参加培训");
GUARD(trained_anew, "training_repeated", "coalesce(e.re_exams, 0) = 0 or :training_event_id <> e.training_event_id", "training_event_id",
      "A further examination follows a further training", "再次复考须重新培训");
GUARD(re_passed, "re_exam_not_passed", "e.re_exam_passed is true", NULL, "The repeated examination is not passed", "复考未合格");
GUARD(failed_once, "not_failed_once", "e.re_exam_passed is false and e.re_exams < time_rule_number('N_P7_RE_EXAMS')", NULL,
      "Only who failed once tries again", "仅复考一次未合格者可重试");
GUARD(failed_twice, "not_failed_twice", "e.re_exam_passed is false and e.re_exams >= time_rule_number('N_P7_RE_EXAMS')", NULL,
      "Another post comes after two failures", "复考两次未合格方可调岗");
GUARD(later_date, "not_later", ":planned_on > e.planned_on and :planned_on >= :returns_on", "planned_on",
      "The new date lies after the old one and after the return", "新日期须晚于原日期及返岗日期");
GUARD(soon_after_return, "postponed_too_far", ":planned_on <= :returns_on + time_rule_number('N_P7_POSTPONE')", "planned_on",
      "The evaluation follows the return within 60 days", "返岗后60天内须完成评价");
GUARD(tools_back, "tools_not_returned", ":tools_returned is true or :has_system", "tools_returned",
      "Tools and papers have to be back", "须交还工具资料");

#define DAY_END(day) "(" day " + 1)::timestamp at time zone company_zone()"
#define VALID "competence_valid_until(e.category, e.occasion, e.year, :at)"
#define QUALIFY(scope_) { .kind = EFFECT_FIRE, .target = "person_id", .event = "admit", .mode = LINK_MUST, \
    .sql = "qualified_scope = " scope_ "; qualified_until = " VALID }
#define JUDGE_TAKES "verdict verdict_reason? scope? works?"
#define JUDGED SET("judged_at", ":at"), SET("score", "competence_score(e.id)"), STOP("judge_due"), NOTIFY("dept_head", "judged")
#define DECIDE_TAKES "appeal_decision appeal_answer"
#define DECIDED SET("appeal_decided_by", ":actor"), STOP("appeal_due"), NOTIFY("hr_officer", "appeal_decided")
#define AFTER_BAR "judged_not_competent suspended_from_post retraining re_examined"
#define FINAL_SIGNED TRANSITION_FINAL | TRANSITION_SIGNED

static const struct transition transitions[] = {
    { .event = "schedule", .label = { "Schedule", "列入评价" }, .clause = "P7 4.1.4.2", .to = "scheduled", .by = "hr_officer system",
      .takes = "person_id category occasion year planned_on scope? works? required_certificates? basis? round_id? follows? assignee_id?",
      .guards = GUARDS(&person_employed, &none_open, &category_fits, &year_end_window, &once_a_year),
      .effects = EFFECTS(SET("department", "(select p.department from person p where p.id = :person_id)"),
                         SET("scope", "coalesce(:scope, (select p.qualified_scope from person p where p.id = :person_id))"),
                         SET("basis", "coalesce(:basis, '岗位说明书和岗位指标')"), SET("assignee_id", "coalesce(:assignee_id, :actor)"),
                         START_AT("judge_due", "case when :occasion = 'year_end' then competence_year_end(:year) else " DAY_END(":planned_on") " end")) },
    { .event = "collect", .label = { "Enter reports, appraisals, exams", "登记述职、评议、考试" }, .clause = "P7 4.1.4.1",
      .from = "scheduled collecting", .to = "collecting", .by = "hr_officer",
      .takes = "evaluator_id? second_evaluator_id? no_conflict? item_scores? duty_report? personal_summary? staff_appraisal?"
               " organisation_appraisal? leader_appraisal? exam_score? exam_paper?",
      .guards = GUARDS(&evaluator_named, &evaluator_independent, &conflict_declared, &method_of_category, &paper_kept) },
    { .event = "judge", .label = { "Judge", "评定" }, .clause = "P7 4.1.2, 4.1.4", .from = "collecting", .to = "judged_competent",
      .when = ":verdict = 'competent'", .by = "hr_officer", .takes = JUDGE_TAKES,
      .guards = GUARDS(&method_complete, &items_complete, &not_own, &score_passes, &certificates_valid, &scope_given),
      .effects = EFFECTS(JUDGED), .flags = TRANSITION_SIGNED },
    { .event = "judge", .label = { "Judge", "评定" }, .clause = "P7 4.1.5", .from = "collecting", .to = "judged_not_competent",
      .by = "hr_officer", .takes = JUDGE_TAKES, .guards = GUARDS(&method_complete, &items_complete, &not_own, &two_names, &reason_given),
      .effects = EFFECTS(JUDGED, START("bar_due"), RECORD("competence_evaluation")), .flags = TRANSITION_SIGNED },
    { .event = "admit", .label = { "Admit to the post", "批准上岗" }, .clause = "P7 4.1.4.2", .from = "judged_competent",
      .to = "effective", .by = "hr_officer", .guards = GUARDS(&certificates_valid, &safety_passed, &no_open_appeal),
      .effects = EFFECTS(SET("valid_until", VALID), RECORD("competence_evaluation"), QUALIFY("coalesce(e.scope, '{}')")), .flags = FINAL_SIGNED },
    { .event = "bar", .label = { "Bar from the post", "离岗" }, .clause = "P7 4.1.5", .from = "judged_not_competent",
      .to = "suspended_from_post", .by = "dept_head", .takes = "note?", .guards = GUARDS(&of_their_department),
      .effects = EFFECTS(STOP("bar_due"), NOTIFY("dispatcher", "person_barred"),
                         { .kind = EFFECT_FIRE, .target = "person_id", .event = "bar", .mode = LINK_MUST, .sql = "bar_reason = e.verdict_reason",
                           .when = "exists (select from person p where p.id = e.person_id and p.state = 'active')" }),
      .flags = FINAL_SIGNED },
    { .event = "appeal", .label = { "Appeal", "申诉" }, .clause = "designed", .from = "judged_competent judged_not_competent suspended_from_post",
      .to = "same", .by = "*", .takes = "appeal", .guards = GUARDS(&own_verdict, &appeal_once, &appeal_in_time),
      .effects = EFFECTS(SET("appealed_at", ":at"), START("appeal_due"), NOTIFY("deputy_gm", "appeal")), .flags = TRANSITION_FINAL },
    { .event = "decide_appeal", .label = { "Decide the appeal", "裁定申诉" }, .clause = "designed", .from = "judged_competent",
      .to = "judged_not_competent", .when = ":appeal_decision = 'overturned'", .by = "deputy_gm", .takes = DECIDE_TAKES,
      .guards = GUARDS(&appeal_waits, &not_evaluator),
      .effects = EFFECTS(DECIDED, SET("verdict", "'not_competent'"), SET("verdict_reason", ":appeal_answer"), START("bar_due")),
      .flags = FINAL_SIGNED },
    { .event = "decide_appeal", .label = { "Decide the appeal", "裁定申诉" }, .clause = "designed", .from = AFTER_BAR,
      .to = "judged_competent", .when = ":appeal_decision = 'overturned'", .by = "deputy_gm", .takes = DECIDE_TAKES,
      .guards = GUARDS(&appeal_waits, &not_evaluator),
      .effects = EFFECTS(DECIDED, SET("verdict", "'competent'"), STOP("bar_due"), STOP("retrain_due")), .flags = FINAL_SIGNED },
    { .event = "decide_appeal", .label = { "Decide the appeal", "裁定申诉" }, .clause = "designed",
      .from = "judged_competent " AFTER_BAR, .to = "same", .by = "deputy_gm", .takes = DECIDE_TAKES,
      .guards = GUARDS(&appeal_waits, &not_evaluator), .effects = EFFECTS(DECIDED), .flags = FINAL_SIGNED },
    { .event = "retrain", .label = { "Retrain", "组织培训" }, .clause = "P7 4.1.5", .from = "suspended_from_post", .to = "retraining",
      .by = "dept_head", .takes = "retraining_plan training_event_id?", .guards = GUARDS(&of_their_department),
      .effects = EFFECTS(START("retrain_due"), NOTIFY("hr_officer", "retraining")) },
    { .event = "re_examine", .label = { "Examine again", "复考" }, .clause = "P7 4.1.5", .from = "retraining", .to = "re_examined",
      .by = "hr_officer", .takes = "re_exam_score exam_paper training_event_id?",
      .guards = GUARDS(&not_own, &trained_anew, &was_retrained),
      .effects = EFFECTS(SET("re_exams", "coalesce(e.re_exams, 0) + 1"), STOP("retrain_due"),
                         SET("re_exam_passed", ":re_exam_score >= time_rule_number('N_P7_PASS_EXAM')")) },
    { .event = "rehire", .label = { "Hire again", "重新聘用" }, .clause = "P7 4.1.5", .from = "re_examined", .to = "re_hired",
      .by = "hr_officer", .takes = "scope?", .guards = GUARDS(&re_passed, &certificates_valid, &no_open_appeal),
      .effects = EFFECTS(SET("verdict", "'competent'"), SET("valid_until", VALID), RECORD("competence_evaluation"),
                         QUALIFY("coalesce(:scope, e.scope, '{}')")), .flags = FINAL_SIGNED },
    { .event = "retry", .label = { "Train again", "再次培训" }, .clause = "designed", .from = "re_examined", .to = "retraining",
      .by = "hr_officer", .takes = "retraining_plan?", .guards = GUARDS(&failed_once), .effects = EFFECTS(START("retrain_due")) },
    { .event = "reassign", .label = { "Give another post", "调岗" }, .clause = "designed", .from = "re_examined", .to = "reassigned",
      .by = "hr_officer", .takes = "new_post", .guards = GUARDS(&failed_twice, &no_open_appeal),
      .effects = EFFECTS(RECORD("competence_evaluation")), .flags = FINAL_SIGNED },
    { .event = "postpone", .label = { "Put off", "延期" }, .clause = "designed", .from = "scheduled collecting", .to = "same",
      .by = "hr_officer", .takes = "postpone_reason returns_on planned_on note?", .guards = GUARDS(&later_date, &soon_after_return),
      .effects = EFFECTS(START_AT("judge_due", DAY_END(":planned_on")),
                         { .kind = EFFECT_FIRE, .target = "person_id", .event = "extend_qualification", .mode = LINK_MUST,
                           .sql = "qualified_until = :returns_on + time_rule_number('N_P7_POSTPONE')",
                           .when = "exists (select from person p where p.id = e.person_id and p.state = 'active' and p.qualified_until >= company_date(:at)"
                                   " and p.qualified_until < :returns_on + time_rule_number('N_P7_POSTPONE'))" }),
      .flags = TRANSITION_FINAL },
    { .event = "leave", .label = { "Person left", "离职" }, .clause = "designed", .from = "*", .to = "left", .by = "hr_officer system",
      .takes = "tools_returned? reason?", .guards = GUARDS(&tools_back),
      .effects = EFFECTS({ .kind = EFFECT_FIRE, .target = "person_id", .event = "leave", .mode = LINK_MUST,
                           .sql = "reason = coalesce(:reason, '离职')",
                           .when = "exists (select from person p where p.id = e.person_id and p.state <> 'left')" }),
      .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer timers[] = { { "leave", "e.person_id in (select p.id from person p where p.state = 'left')" }, { NULL } };
static const struct given given[] = {
    { .event = "amend", .from = "scheduled collecting", .guards = GUARDS(&stays_in_window) },
    { .event = "void", .from = "scheduled collecting judged_competent judged_not_competent" },
    { NULL },
};
const struct machine p07_competence_evaluation = {
    .name = "competence_evaluation", .path = "competence-evaluations", .prefix = "CE", .title = { "Competence evaluation", "能力评价" },
    .fields = fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given,
    .owner = "hr_officer", .readers = COMPETENCE_READERS, .self = "person_id",
    .amends = "planned_on basis scope works required_certificates item_scores duty_report personal_summary staff_appraisal"
              " organisation_appraisal leader_appraisal exam_score exam_paper",
    .without = "pause resume", .default_outlet = "(select p.outlet_id from person p where p.id = :person_id)",
};

/* ---- certificates ---- */

static const struct state certificate_states[] = {
    { "valid", { "Valid", "有效" } },
    { "lost", { "Lost, confirmed by the issuer", "遗失(已确认)" } },
    { "expired", { "Expired", "已过期" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已吊销" }, STATE_TERMINAL },
    { NULL },
};
static const struct field certificate_fields[] = {
    REF("person_id", "Person", "持证人", FIELD_FILTER, "person"),
    { "certificate_type", FIELD_ENUM, { "Type", "证件类别" }, FIELD_FILTER, .choices = certificate_types },
    { "certificate_no", FIELD_TEXT, { "Number", "证件编号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60, .example = "\"T230100123\"" },
    { "issuer", FIELD_TEXT, { "Issuer", "发证机构" }, 0, 1, 120 },
    { "issued_on", FIELD_DATE, { "Issued on", "发证日期" } },
    { "valid_until", FIELD_DATE, { "Valid until", "有效期至" }, FIELD_FILTER },
    { "scope", FIELD_TEXTS, { "Work that needs it", "适用范围" }, FIELD_FILTER, 0, 12, .choices = skill_choices },
    { "warned_for", FIELD_DATE, { "Warned of the end on", "已提醒的到期日" }, FIELD_COMPUTED },
    { "loss_note", FIELD_TEXT, { "Loss note", "遗失说明" }, 0, 1, 1000 },
    { "issuer_confirmed", FIELD_BOOLEAN, { "Confirmed by the issuer", "发证机构已确认" }, FIELD_TRANSIENT },
    { "lost_at", FIELD_TIME, { "Reported lost", "报失时间" }, FIELD_COMPUTED },
    { NULL },
};
static const struct clock certificate_clocks[] = {
    { "reissue_due", { "Replace the lost certificate", "补办证件期限" }, "T_P7_CERT_LOST", NULL, false }, { NULL },
};
GUARD(certificate_ahead, "certificate_expired", ":valid_until >= company_date(:at)", "valid_until", "It has run out already", "证件已过期");
GUARD(replacement_ahead, "certificate_expired", "coalesce(:valid_until, e.valid_until) >= company_date(:at)", "valid_until",
      "It has run out already", "证件已过期");
GUARD(certificate_dates, "ends_before_it_begins", ":issued_on is null or :valid_until > :issued_on", "valid_until",
      "The end lies before the day of issue", "有效期早于发证日期");
GUARD(certificate_once, "certificate_known",
      "not exists (select from certificate c where c.certificate_type = :certificate_type and c.certificate_no = :certificate_no and c.closed_at is null)",
      "certificate_no", "This certificate is registered", "该证件已登记");
GUARD(renewed_longer, "not_later", ":valid_until > e.valid_until", "valid_until", "The new end is not later", "新有效期须晚于原有效期");
GUARD(loss_confirmed, "issuer_not_confirmed", ":issuer_confirmed is true", "issuer_confirmed",
      "Without the issuer's confirmation the certificate counts as withdrawn", "未经发证机构确认,按吊销处理");
GUARD(has_run_out, "not_yet_over",
      "e.valid_until < company_date(:at) or (e.state = 'lost' and time_rule_due('T_P7_CERT_LOST', e.lost_at) <= :at)", NULL,
      "It has not run out", "尚未到期");
GUARD(not_warned, "warned_already", "e.warned_for is distinct from e.valid_until", NULL, "The warning was given", "已提醒");
#define END_SCOPE { .kind = EFFECT_FIRE, .target = "person_id", .event = "end_scope", .mode = LINK_MUST, \
    .sql = "ended_scope = array(select s from unnest(e.scope) s where not exists (select from certificate c where c.person_id = e.person_id" \
           " and c.id <> e.id and c.certificate_type = e.certificate_type and c.closed_at is null and s = any(c.scope)))", \
    .when = "exists (select from person p where p.id = e.person_id and p.state <> 'left' and p.qualified_scope && e.scope)" }
#define ENDED END_SCOPE, NOTIFY("hr_officer", "certificate_ended"), NOTIFY("dispatcher", "certificate_ended")
static const struct transition certificate_transitions[] = {
    { .event = "enter", .label = { "Enter", "登记" }, .clause = "P7 4.1.2", .to = "valid", .by = "hr_officer",
      .takes = "person_id certificate_type certificate_no valid_until scope? issuer? issued_on?",
      .guards = GUARDS(&person_employed, &certificate_ahead, &certificate_dates, &certificate_once),
      .effects = EFFECTS(SET("scope", "coalesce(:scope, '{}')"), RECORD("certificate")) },
    { .event = "renew", .label = { "Renew", "续期" }, .clause = "P7 4.1.2", .from = "valid", .to = "same", .by = "hr_officer",
      .takes = "valid_until certificate_no? issued_on?", .guards = GUARDS(&renewed_longer), .effects = EFFECTS(RECORD("certificate")) },
    { .event = "warn", .label = { "About to run out", "到期提醒" }, .clause = "designed", .from = "valid lost", .to = "same",
      .by = "system", .guards = GUARDS(&not_warned),
      .effects = EFFECTS(SET("warned_for", "e.valid_until"), NOTIFY("hr_officer", "certificate_ending")), .flags = TRANSITION_FINAL },
    { .event = "report_loss", .label = { "Lost", "报失" }, .clause = "designed", .from = "valid", .to = "lost", .by = "hr_officer",
      .takes = "loss_note issuer_confirmed", .guards = GUARDS(&loss_confirmed), .effects = EFFECTS(SET("lost_at", ":at"), START("reissue_due")) },
    { .event = "reissue", .label = { "Replaced by the issuer", "补办" }, .clause = "designed", .from = "lost", .to = "valid",
      .by = "hr_officer", .takes = "certificate_no valid_until?", .guards = GUARDS(&replacement_ahead),
      .effects = EFFECTS(SET("lost_at", "null"), STOP("reissue_due"), RECORD("certificate")) },
    { .event = "expire", .label = { "Run out or not replaced in time", "到期或逾期未补办" }, .clause = "designed", .from = "valid lost",
      .to = "expired", .by = "system", .guards = GUARDS(&has_run_out), .effects = EFFECTS(ENDED), .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Withdrawn by the issuer", "吊销" }, .clause = "designed", .from = "valid lost", .to = "withdrawn",
      .by = "hr_officer", .takes = "reason", .effects = EFFECTS(ENDED), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer certificate_timers[] = {
    { "expire", "e.valid_until < company_date(:now) or (e.state = 'lost' and time_rule_due('T_P7_CERT_LOST', e.lost_at) <= :now)" },
    { "warn", "e.valid_until between company_date(:now) and company_date(:now) + time_rule_number('N_P7_CERT_WARN')"
              " and e.warned_for is distinct from e.valid_until" },
    { NULL },
};
const struct machine p07_certificate = {
    .name = "certificate", .path = "certificates", .prefix = "CT", .title = { "Certificate", "证件" }, .fields = certificate_fields,
    .states = certificate_states, .transitions = certificate_transitions, .clocks = certificate_clocks, .timers = certificate_timers,
    .owner = "hr_officer", .amends = "issuer issued_on scope", .without = "pause resume reassign",
    .display = "certificate_no", .default_outlet = "(select p.outlet_id from person p where p.id = :person_id)",
};

const struct form p07_forms[] = {
    { "competence_evaluation", "WWSH-003-P07-R05", { "Competence evaluation", "能力评价表" }, 36, "",
      "person_id category occasion year scope works item_scores duty_report personal_summary staff_appraisal organisation_appraisal"
      " leader_appraisal exam_score score verdict verdict_reason evaluator_id second_evaluator_id judged_at valid_until re_exam_score", "company" },
    { "certificate", "WWSH-003-P07-R06", { "Certificate of a person", "人员证件登记表" }, 36, "",
      "person_id certificate_type certificate_no issuer issued_on valid_until scope", "company" },
    { "outside_training_notice", "WWSH-003-P07-R01", { "Notice of outside training", "外出培训通知" }, 12, "",
      "person_id course organiser place from_at to_at cost", "company" },
    { "training_request", "WWSH-003-P07-R02", { "Training request", "培训申请表" }, 12, "", "plan_id department needs urgent_reason", "company" },
    { "annual_training_plan", "WWSH-003-P07-R03", { "Annual training plan", "年度培训计划" }, 36, "",
      "year departments system_needs courses drafted_by approved_by issued_to", "company" },
    { "training_record", "WWSH-003-P07-R04", { "Training record", "培训记录表" }, 60, "", "course kind held_on hours participants", "company" },
    { "course_arrangement", "WWSH-003-P07-R07", { "Course arrangement", "课程安排" }, 60, "",
      "course kind contents lessons starts_at hours place trainer_id teacher participants", "company" },
    { "training_summary", "WWSH-003-P07-R08", { "Training summary", "培训总结" }, 60, "", "course kind held_on hours participants summary", "company" },
    { NULL },
};
