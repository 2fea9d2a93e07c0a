/* P18 C: what has to hold at the steps of an incident. Included by p18_incident.c only. */
#ifndef AFTERCARE_PROCEDURES_P18_INCIDENT_GUARDS_H
#define AFTERCARE_PROCEDURES_P18_INCIDENT_GUARDS_H

#include "procedures/p18.h"

#define RANK(level) "incident_rank(" level ")"

GUARD(occurred_past, "occurred_ahead", ":occurred_at is null or :occurred_at <= :at + interval '5 minutes'", "occurred_at", "The time lies ahead", "发生时间在将来");
GUARD(source_known, "unknown_source", ":source_number is null or exists (select from entity n where n.number = :source_number)", "source_number",
      "There is nothing with that number", "来源单号不存在");
/* A level below that of the figures needs a reason. */
GUARD(level_explained, "level_too_low", "coalesce(" RANK(":level") " <= " RANK("e.suggested_level") ", true) or :level_note is not null", "level",
      "The figures ask for a higher level: say why not", "低于按数据建议的级别,须说明理由");
GUARD(level_higher, "level_not_higher", RANK(":level") " < " RANK("e.level"), "level", "That is no higher level", "未提高级别");
GUARD(level_lower, "level_not_lower", RANK(":level") " > " RANK("e.level"), "level", "That is no lower level", "未降低级别");

GUARD(reportable_not_yet, "reportable_already", "e.reportable is not true", NULL, "It is to be reported already", "已列为须上报");
GUARD(is_reportable, "not_reportable", "e.reportable", NULL, "It is not to be reported", "未列为须上报");
GUARD(not_told, "reported_already", "e.authority_told_at is null", NULL, "The authority knows already", "已上报");
GUARD(is_told, "authority_not_told", "e.authority_told_at is not null", NULL, "The authority has had no first report", "尚未首报");
GUARD(told_past, "date_ahead", ":authority_told_at <= :at + interval '5 minutes'", "authority_told_at", "The time lies ahead", "上报时间在将来");
GUARD(told_behind, "told_before_event", ":authority_told_at >= coalesce(e.occurred_at, e.opened_at) - interval '1 minute'", "authority_told_at", "That was before it happened",
      "上报时间早于事件发生");

GUARD(plan_usable, "plan_not_in_force", ":plan_id is null or exists (select from emergency_plan p where p.id = :plan_id and p.state in " P18_IN_FORCE ")", "plan_id",
      "That plan is not in force", "该预案未生效");
GUARD(plan_there, "no_plan_in_force", "coalesce(:plan_id, emergency_plan_for(e.scenario)) is not null or :no_plan_reason is not null", "no_plan_reason",
      "No plan for this scenario is in force: say why, and go ahead", "该情景无生效预案,须说明原因后启动");
GUARD(line_past, "line_ahead", ":line_at is null or :line_at <= :at + interval '5 minutes'", "line_at", "The time lies ahead", "记录时间在将来");
GUARD(hazard_gone, "hazard_remains", ":hazard_removed is true and :no_secondary_risk is true", "hazard_removed", "The hazard is removed, and nothing else can come of it: both",
      "须确认危险消除且无次生风险");

GUARD(customer_named, "customer_missing", "not coalesce(:remedies && '{repair,exchange,return}', false) or coalesce(:customer_id, e.customer_id) is not null", "customer_id",
      "Name the customer whose goods are put right", "须注明客户");
GUARD(claim_has_source, "job_missing",
      "not coalesce('compensation' = any(:remedies), false) or exists (select from entity n where n.number = e.source_number and n.machine in ('repair', 'delivery', 'return_exchange', 'complaint'))",
      "remedies", "A claim comes from a job or a complaint: this incident names none", "赔偿须有来源工单或投诉");
GUARD(outlet_named, "outlet_missing", ":responsible_dept <> 'outlet' or e.outlet_id is not null", "responsible_dept", "The incident names no outlet", "未注明网点");
GUARD(not_responder, "own_response", "e.response_led_by is distinct from :actor", NULL, "Who led the response does not find the cause", "处置负责人不得调查");
GUARD(cause_found, "cause_missing", "e.investigated_at is not null", NULL, "The cause is not reported yet", "尚未提交调查结论");
GUARD(flaw_told, "plan_flaw_missing", ":plan_adequate is true or e.plan_id is null or :plan_flaw is not null", "plan_flaw", "Say what was wrong with the plan", "须说明预案问题");
GUARD(not_summariser, "own_summary", "e.summarised_by is distinct from :actor", NULL, "Who summarised it does not close it", "总结人不得关闭");
GUARD(authority_done, "report_missing", "(e.reportable is not true or e.authority_told_at is not null) and not e.clocks ? 'supplement_due'", NULL,
      "A report to the authority is missing", "尚有未上报或未补报事项");

#endif
