/* P22: what must be true before a step. Layer: procedures; for p22_nonconformity.c alone. */
#ifndef AFTERCARE_PROCEDURES_P22_GUARDS_H
#define AFTERCARE_PROCEDURES_P22_GUARDS_H

#include "procedures/p22.h"

/* The report. Times of a report that another procedure sent are as true as that step. */
GUARD(found_before, "found_ahead", ":found_at is null or :found_at <= :at or :has_system", "found_at", "The time lies ahead", "发现时间在将来");
GUARD(source_known, "unknown_source", ":source_number is null or exists (select from entity n where n.number = :source_number)", "source_number",
      "There is nothing with that number", "来源单号不存在");
GUARD(outlet_named, "outlet_missing", ":dept is distinct from 'outlet' or :outlet_id is not null or :scope_outlet is not null", "outlet_id",
      "Name the outlet", "须填写网点");
GUARD(repeat_is_real, "repeats_nothing", ":repeat_of_id is null or exists (select from nonconformity n where n.id = :repeat_of_id"
      " and n.state not in ('reported', 'dismissed', 'withdrawn', 'merged'))", "repeat_of_id", "That report was not confirmed", "所引报告未经确认");
GUARD(one_trend, "trend_open",
      ":kind is distinct from 'potential' or (:rule_code is null and :cause is null) or not exists (select from nonconformity n"
      " where n.closed_at is null and n.kind = 'potential' and n.rule_code is not distinct from :rule_code"
      " and n.person_id is not distinct from :person_id and (:rule_code is not null or (n.cause = :cause and n.dept is not distinct from :dept"
      " and n.outlet_id is not distinct from :outlet_id)))",
      NULL, "This is being looked into already", "该趋势已立项");

/* Confirmation, and the department's answer. */
GUARD(dept_known, "department_missing", "coalesce(:dept, e.dept) is not null", "dept", "Name the responsible department", "须填写责任部门");
GUARD(dept_outlet_known, "outlet_missing", "coalesce(:dept, e.dept) is distinct from 'outlet' or coalesce(:outlet_id, e.outlet_id) is not null", "outlet_id",
      "Name the outlet", "须填写网点");
GUARD(fact_shown, "evidence_missing", "e.evidence is not null or e.source_number is not null or e.rule_code is not null or e.cause is not null", NULL,
      "A report rests on evidence", "报告须有证据");
GUARD(for_department, "other_department", "nonconformity_answers(:actor, e.dept, e.outlet_id, :at)", NULL, "Another department is responsible",
      "非责任部门");
GUARD(unanswered, "answered_already", "e.signed_at is null and e.objection_open is not true", NULL, "The department has answered", "部门已签收或提出异议");
GUARD(in_time_to_object, "objection_too_late", "e.clocks -> 'sign_due' is not null and not e.clocks -> 'sign_due' ? 'breached_at'", NULL,
      "The time to object is over", "已过异议期限");
GUARD(objection_stands, "no_objection", "e.objection_open is true", NULL, "There is no objection to decide", "无待裁决异议");
GUARD(no_objection_open, "objection_open", "e.objection_open is not true", NULL, "The department's objection is to be decided first",
      "部门异议尚待裁决");
GUARD(dept_differs, "same_department", ":dept is distinct from e.dept or (:dept = 'outlet' and :outlet_id is distinct from e.outlet_id)", "dept",
      "This department has it already", "责任部门未变");
GUARD(grade_differs, "same_grade", ":grade <> e.grade", "grade", "This is its grade", "等级未变");
GUARD(other_report, "merge_with_itself", ":merged_into_id <> e.id", "merged_into_id", "A report is no duplicate of itself", "不得并入自身");
GUARD(other_goes_on, "merge_target_closed", "exists (select from nonconformity n where n.id = :merged_into_id and n.closed_at is null)", "merged_into_id",
      "That report is closed", "所并入报告已关闭");
GUARD(takes_over, "assignee_of_other_department",
      "exists (select from person p where p.id = :assignee_id and p.state = 'active')"
      " and (e.state not in ('confirmed', 'cause_analysis', 'action_confirmed', 'implementing', 'ineffective')"
      " or nonconformity_answers(:assignee_id, e.dept, e.outlet_id, :at))",
      "assignee_id", "This person cannot answer for the department", "该人员不属责任部门");

/* Correction and need. */
GUARD(customers_were_told, "customers_not_told", "e.customer_affected is not true or :customers_told is true", "customers_told",
      "Customers who are affected are told", "须告知受影响客户");
GUARD(dept_heard, "department_not_heard", "e.signed_at is not null or e.clocks -> 'sign_due' ? 'breached_at'", NULL,
      "The department has still time to sign or object", "部门签收期限未到");
GUARD(cause_not_needed, "cause_needed",
      "e.grade = 'minor' and :systemic is not true and e.customer_affected is not true and e.repeat_of_id is null"
      " and not nonconformity_repeats(e.id, e.source, e.dept, e.outlet_id, e.clause, :at)",
      "needs_cause", "Causes are removed when it is major, repeated, systemic or touches a customer", "严重、重复、系统性或影响客户的不符合须分析原因");
GUARD(disposed, "disposition_open", "not exists (select from disposition d where d.parent_id = e.id and d.closed_at is null)", NULL,
      "A product or part still waits for its disposition", "尚有产品或备件待处置");

/* Causes and actions. */
GUARD(analysed, "not_analysed", "e.analysed_at is not null", NULL, "The cause comes first", "须先完成原因分析");
GUARD(corrective_among, "corrective_action_missing",
      "e.kind = 'potential' or exists (select from jsonb_array_elements(:measures) a where a ->> 'kind' = 'corrective')", "measures",
      "One action removes the cause", "至少须有一项纠正措施");
GUARD(owners_known, "owner_not_active",
      "not exists (select from jsonb_array_elements(:measures) a where not exists (select from person p where p.id::text = a ->> 'owner_id' and p.state = 'active'))",
      "measures", "An owner is no active person", "措施责任人不在岗");
GUARD(actions_ahead, "due_in_past", "not exists (select from jsonb_array_elements(:measures) a where a ->> 'due_on' < company_date(:at)::text)", "measures",
      "An action is due in the past", "措施期限已过");
GUARD(actions_in_time, "due_beyond_limit",
      "not exists (select from jsonb_array_elements(:measures) a where a ->> 'due_on' > (company_date(:at) + nonconformity_days(e.grade))::text)", "measures",
      "An action takes longer than its grade allows", "措施期限超过该等级时限");
GUARD(money_named, "amount_missing", "not 'funds' = any(coalesce(:follow_ups, '{}')) or :amount is not null", "amount", "Name the amount", "须填写金额");
GUARD(not_own_proposal, "own_proposal", "not exists (select from entity_event v where v.entity_id = e.id and v.event = 'propose' and v.actor_id = :actor)", NULL,
      "Nobody confirms the own proposal", "不得确认本人拟定的措施");

/* Implementation. */
GUARD(extension_free, "extended_already", "e.extended is not true and e.extension_asked is not true", NULL, "It is extended once only", "仅可延期一次");
GUARD(extension_later, "not_later", ":extension_until > greatest(e.implement_until, company_date(:at) - 1)", "extension_until", "That is not later, or lies in the past", "不晚于现期限或已过");
GUARD(extension_bounded, "extension_too_long", ":extension_until <= e.implement_until + nonconformity_days(e.grade)", "extension_until",
      "An extension is no longer than the limit itself", "延期不得超过原时限");
GUARD(extension_stands, "no_extension_asked", "e.extension_asked is true", NULL, "No extension is asked for", "无待批延期");

/* Verification and end. */
GUARD(verifier_is_other, "own_implementation",
      ":actor is distinct from e.implemented_by and not exists (select from jsonb_array_elements(e.measures) a where a ->> 'owner_id' = :actor::text)", NULL,
      "Who implemented it does not verify it", "实施人不得验证");
GUARD(verifier_from_elsewhere, "own_department", "exists (select from person p where p.id = :actor and p.department is distinct from e.dept)", NULL,
      "Nobody verifies the own department", "不得验证本部门");
GUARD(watch_over, "watch_period_runs", "company_date(:at) > e.watch_until", NULL, "The watch period is not over", "观察期未满");
GUARD(not_recurred, "recurred",
      "not exists (select from nonconformity n where n.id <> e.id and n.state not in ('reported', 'dismissed', 'withdrawn', 'merged') and n.kind = 'actual'"
      " and n.opened_at > e.implemented_at and (n.repeat_of_id = e.id or (n.cause = e.cause and n.cause <> 'other' and n.dept = e.dept"
      " and (e.dept <> 'outlet' or n.outlet_id = e.outlet_id))))",
      NULL, "It happened again within the watch period", "观察期内再次发生");
GUARD(reopen_in_time, "reopen_too_late", "time_rule_due('T_P22_REOPEN', e.closed_at) > :at", NULL, "After half a year it is a new report",
      "关闭超过180天须另行报告");
GUARD(rules_follow, "rules_not_updated", ":rules_updated is not null", "rules_updated", "Say which rules and service factors were brought up to date, or why none",
      "须说明制度与服务因素的更新情况或无须更新的理由");

#endif
