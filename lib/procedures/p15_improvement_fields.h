/* Choices, states, fields, clocks and guards of the improvement. Layer: procedures, included once. */
#ifndef AFTERCARE_PROCEDURES_P15_IMPROVEMENT_FIELDS_H
#define AFTERCARE_PROCEDURES_P15_IMPROVEMENT_FIELDS_H

#include "procedures/p15.h"

const struct choice p15_types[] = {
    { "product", { "Product", "产品改进" } }, { "service", { "Service", "服务改进" } }, { "management", { "Management", "管理改进" } }, { NULL },
};
static const struct choice sources[] = {
    { "complaint", { "Complaint", "客户投诉" } }, { "survey", { "Satisfaction survey", "满意度调查" } },
    { "opinion", { "Opinion of a customer", "客户意见" } }, { "outlet_summary", { "Outlet's summary", "网点总结" } },
    { "followup_stats", { "Follow-up statistics", "回访统计" } }, { "evaluation", { "Internal evaluation", "内部评价" } },
    { "nonconformity", { "Nonconformity", "不符合纠正" } }, { "recall", { "Recall", "召回" } },
    { "repair_stats", { "Repair statistics", "维修统计" } }, { "analysis", { "Service-quality analysis", "服务质量分析" } },
    { "employee", { "Employee", "员工" } }, { "competitor", { "Competitor", "同行" } },
    { "law", { "Law or standard", "法规标准" } }, { "service_factor", { "Service factor", "服务因素" } }, { NULL },
};
static const struct choice phases[] = {
    { "plan", { "Plan", "计划" } }, { "do", { "Do", "实施" } }, { "check", { "Check", "检查" } }, { "act", { "Act", "处置" } }, { NULL },
};
static const struct choice notice_targets[] = {
    { "maker", { "Maker or supplier", "厂家或供应商" } }, { "tech_dept", { "Technical department", "技术部" } }, { NULL },
};
static const struct field action_items[] = {
    { "what", FIELD_TEXT, { "What is done", "措施" }, 0, 1, 500 },
    { "who?", FIELD_TEXT, { "By", "负责人" }, 0, 1, 60 },
    { "until?", FIELD_DATE, { "Until", "完成期限" } },
    { NULL },
};
static const struct state states[] = {
    { "proposed", { "Proposed", "提出" } },
    { "screening", { "Being screened", "筛选" } },
    { "deferred", { "Deferred", "暂缓" } },
    { "evaluated", { "Evaluated", "评估" } },
    { "approved", { "Approved", "立项" } },
    { "implementing", { "Being implemented", "实施" } },
    { "verifying", { "Effect being verified", "效果验证" } },
    { "ineffective", { "Ineffective", "无效" } },
    { "standardising", { "Being made a standard", "标准化" } },
    { "closed", { "Closed", "已关闭" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "未采纳" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { "joined", { "Joined to another", "已并入" }, STATE_TERMINAL },
    { "stopped", { "Stopped", "已终止" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "source", FIELD_ENUM, { "Source", "来源" }, FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40, .example = "\"OS-2026-000012\"" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "type", FIELD_ENUM, { "Kind of improvement", "改进类型" }, FIELD_FILTER, .choices = p15_types },
    { "title", FIELD_TEXT, { "Title", "名称" }, FIELD_FILTER, 1, 120 },
    { "problem", FIELD_TEXT, { "Problem", "问题" }, 0, 1, 4000, .example = "\"投影灯泡平均寿命不足半年\"" },
    { "baseline_metric", FIELD_TEXT, { "Figure today", "现状指标" }, 0, 1, 500 },
    { "goal", FIELD_TEXT, { "Goal", "改进目标" }, 0, 1, 500 },
    { "benefit", FIELD_TEXT, { "Expected benefit", "预期效益" }, 0, 1, 1000 },
    { "proposer", FIELD_TEXT, { "Proposed by", "提出人" }, 0, 1, 60 },
    { "anonymous", FIELD_BOOLEAN, { "Anonymous", "匿名" }, FIELD_FILTER },
    REF("joined_to_id", "Joined to", "并入", FIELD_FILTER, "improvement"),
    { "times_joined", FIELD_INTEGER, { "Proposed again, times", "重复提出次数" }, FIELD_COMPUTED | FIELD_FILTER, 0, 1000000 },
    { "answer", FIELD_TEXT, { "Answer to the proposer", "答复" }, 0, 1, 2000 },
    { "answered_at", FIELD_TIME, { "Answered at", "答复时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("screened_by", "Screened by", "筛选人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "deferred_until", FIELD_DATE, { "Deferred until", "暂缓至" }, FIELD_FILTER },
    { "evaluation", FIELD_TEXT, { "Evaluation", "评估意见" }, 0, 1, 2000 },
    { "cost", FIELD_MONEY, { "Cost in fen", "所需费用(分)" }, FIELD_FILTER },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "assignee_id", FIELD_REFERENCE, { "Owner", "负责人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "target_metric", FIELD_TEXT, { "Target", "目标指标" }, 0, 1, 500 },
    { "due_on", FIELD_DATE, { "Done by", "完成期限" }, FIELD_FILTER },
    { "extended_from", FIELD_DATE, { "Due before the extension", "延期前期限" }, FIELD_COMPUTED },
    { "period_months", FIELD_INTEGER, { "Months over which the effect is measured", "验证周期(月)" }, 0, 1, 24 },
    { "plan_actions", FIELD_LIST, { "Actions", "改进措施" }, 0, 1, 50, .items = action_items },
    { "resources", FIELD_TEXT, { "Resources", "所需资源" }, 0, 1, 1000 },
    { "pdca_phase", FIELD_ENUM, { "Phase", "PDCA阶段" }, FIELD_COMPUTED | FIELD_FILTER, .choices = phases },
    { "notice_to", FIELD_ENUM, { "Notice goes to", "通知对象" }, FIELD_FILTER, .choices = notice_targets },
    REF("supplier_id", "Maker or supplier", "厂家或供应商", FIELD_FILTER, "supplier_contact"),
    { "evidence", FIELD_TEXT, { "Evidence", "完成证据" }, 0, 1, 2000 },
    { "done_on", FIELD_DATE, { "Done on", "完成日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "measurable_on", FIELD_DATE, { "A full period is over on", "验证周期届满日" }, FIELD_COMPUTED | FIELD_FILTER },
    { "measurement_called", FIELD_BOOLEAN, { "Called for the measurement", "已提醒验证" }, FIELD_COMPUTED },
    { "measured_from", FIELD_DATE, { "Measured from", "统计自" } },
    { "measured_to", FIELD_DATE, { "Measured to", "统计至" } },
    { "actual", FIELD_TEXT, { "Figure reached", "实际指标" }, 0, 1, 500 },
    { "goal_reached", FIELD_BOOLEAN, { "Goal reached", "达到目标" }, FIELD_FILTER },
    REF("measured_by", "Measured by", "统计人", FIELD_COMPUTED, "person"),
    REF("verified_by", "Confirmed by", "确认人", FIELD_COMPUTED, "person"),
    { "verified_at", FIELD_TIME, { "Verified at", "验证时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "failures", FIELD_INTEGER, { "Times ineffective", "无效次数" }, FIELD_COMPUTED | FIELD_FILTER, 0, 100 },
    { "rule_changed", FIELD_BOOLEAN, { "A rule changes", "需修改制度文件" }, FIELD_FILTER },
    { "rule_change", FIELD_TEXT, { "What changes in which document", "文件修改内容" }, 0, 1, 2000 },
    REF("standardised_by", "Documents signed off by", "文件签署人", FIELD_COMPUTED, "person"),
    { "training_needed", FIELD_BOOLEAN, { "Training is needed", "需培训" }, FIELD_FILTER },
    { "training_course", FIELD_TEXT, { "Course", "培训项目" }, 0, 1, 200 },
    REF("trained_by", "Training signed off by", "培训签署人", FIELD_COMPUTED, "person"),
    { "reward_reason", FIELD_TEXT, { "Reward proposed for", "奖励理由" }, 0, 1, 500 },
    { "stop_reason", FIELD_TEXT, { "Stopped because", "终止原因" }, 0, 1, 1000 },
    MOVED_FROM,
    { NULL },
};
static const struct clock clocks[] = {
    { "answer_due", { "Answer to the proposer", "答复期限" }, "T_P15_ANSWER", NULL, false },
    { "approval_due", { "Decision on the project", "立项审批期限" }, "T_P15_APPROVE", NULL, true },
    { "done_due", { "Implemented", "实施完成期限" }, "T_P15_DONE", NULL, true },
    { "verify_due", { "Effect verified", "效果验证期限" }, "T_P15_VERIFY", NULL, true },
    { "standard_due", { "Made a standard", "标准化期限" }, "T_P15_STANDARD", NULL, true },
    { NULL },
};

/* ---- proposing and screening ---- */
GUARD(source_known, "unknown_source",
      ":source_number is null or exists (select from entity n where n.number = :source_number"
      " and (:scope_outlet is null or n.outlet_id = :scope_outlet))",
      "source_number", "There is no such source record", "来源记录不存在");
GUARD(no_name, "anonymous_named", ":anonymous is not true or :proposer is null", "proposer", "An anonymous proposal names nobody", "匿名建议不得填写提出人");
GUARD(no_name_added, "anonymous_named", "e.anonymous is not true or :proposer is null", "proposer", "An anonymous proposal names nobody", "匿名建议不得填写提出人");
GUARD(deferred_ahead, "date_in_past", ":deferred_until > company_date(:at)", "deferred_until", "The date lies in the past", "日期已过");
GUARD(type_known, "type_missing", "coalesce(:type, e.type) is not null", "type", "Say whether product, service or management is improved", "须注明改进类型");
GUARD(goal_known, "goal_missing", "coalesce(:goal, e.goal) is not null and coalesce(:baseline_metric, e.baseline_metric) is not null", "goal",
      "The figure today and the goal belong to an evaluation", "评估须含现状指标和改进目标");
GUARD(not_itself, "joins_itself", ":joined_to_id <> e.id", "joined_to_id", "It cannot be joined to itself", "不得并入自身");
GUARD(other_open, "other_closed", "exists (select from improvement o where o.id = :joined_to_id and o.closed_at is null)", "joined_to_id",
      "The other improvement is closed", "所并入的改进已关闭");

/* ---- deciding and doing ---- */
GUARD(not_own_proposal, "own_proposal", "e.opened_by is distinct from :actor", NULL, "Nobody decides on the own proposal", "不得审批本人的建议");
GUARD(owner_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)",
      "assignee_id", "This person is not active", "该人员不在岗");
GUARD(due_ahead, "date_in_past", ":due_on > company_date(:at)", "due_on", "The date lies in the past", "日期已过");
GUARD(actions_named, "actions_missing", "jsonb_array_length(coalesce(:plan_actions, e.plan_actions, '[]')) > 0", "plan_actions", "The plan has no actions", "计划未列改进措施");
GUARD(notice_named, "notice_missing", "e.type <> 'product' or :notice_to is not null", "notice_to",
      "A product improvement is told to the maker or the technical department", "产品改进须通知厂家、供应商或技术部");
GUARD(maker_named, "maker_missing", ":notice_to is distinct from 'maker' or :supplier_id is not null", "supplier_id", "Name the maker", "须注明厂家");
GUARD(not_extended, "extended_already", "e.extended_from is null", NULL, "It was extended once", "已延期一次");
GUARD(later_than_due, "not_later", ":due_on > e.due_on and :due_on > company_date(:at)", "due_on", "An extension ends later", "新期限须晚于原期限");
GUARD(other_type, "same_type", ":type is distinct from e.type", "type", "It is of this kind", "类型未变");

/* ---- verifying and keeping ---- */
GUARD(period_over, "period_runs", "company_date(:at) >= e.measurable_on", NULL, "A full period is not over", "验证周期未满");
GUARD(after_done, "measured_before_done", ":measured_from >= e.done_on", "measured_from", "What was before the change does not count", "统计期不得早于完成日期");
GUARD(full_period, "period_too_short", ":measured_to + 1 >= (:measured_from + make_interval(months => e.period_months))::date", "measured_to",
      "The figures cover no full period", "统计期不足一个完整周期");
GUARD(not_ahead, "measured_ahead", ":measured_to <= company_date(:at)", "measured_to", "The period lies ahead", "统计期在将来");
GUARD(not_own_work, "own_improvement", "e.assignee_id is distinct from :actor", NULL, "Who carried it out does not verify it", "实施人不得验证");
GUARD(is_measured, "not_measured", "e.goal_reached is not null", NULL, "The service manager measures first", "须先由售后服务管理师统计");
GUARD(second_person, "same_person", "e.measured_by is distinct from :actor", NULL, "Two people verify", "须由两人验证");
GUARD(change_described, "rule_change_missing", ":rule_changed is not true or :rule_change is not null", "rule_change", "Say what changes", "须说明文件修改内容");
GUARD(course_named, "course_missing", ":training_needed is not true or :training_course is not null", "training_course", "Name the course", "须注明培训项目");
GUARD(rewarded_known, "proposer_unknown", ":reward_reason is null or (e.anonymous is not true and e.opened_by is not null)", "reward_reason",
      "Nobody is known to be rewarded", "提出人未知,无法奖励");
GUARD(documents_unsigned, "signed_already", "e.standardised_by is null", NULL, "The documents are signed off", "文件已签署");
GUARD(training_unsigned, "signed_already", "e.trained_by is null", NULL, "The training is signed off", "培训已签署");

#endif
