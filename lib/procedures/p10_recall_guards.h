/* What has to hold at the steps of a recall. Included by p10_recall.c only. */

GUARD(lead_fits, "lead_not_fit",
      "exists (select from person p where p.id = coalesce(:assignee_id, :actor) and p.state = 'active' and 'service_manager' = any(p.roles))", "assignee_id",
      "A service manager leads a recall", "须由在岗售后服务管理师负责");
GUARD(new_lead_fits, "lead_not_fit", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and 'service_manager' = any(p.roles))",
      "assignee_id", "A service manager leads a recall", "须由在岗售后服务管理师负责");
GUARD(not_reportable_yet, "reportable_already", "e.reportable is not true", NULL, "It is to be reported already", "已列为须报告");
GUARD(is_reportable, "not_reportable", "e.reportable", NULL, "No ground for a report is noted: say which first", "未登记须报告事由");
GUARD(not_reported, "reported_already", "e.reported_on is null", NULL, "It is reported already", "已向监管部门报告");
GUARD(report_past, "date_ahead", ":reported_on <= company_date(:at)", "reported_on", "The date lies ahead", "日期在将来");
GUARD(report_behind_signal, "date_before_signal", ":reported_on >= company_date(e.opened_at)", "reported_on", "That was before the first signal",
      "报告日期早于线索登记");

/* Who knows the product finds out; who answers for the company decides. */
GUARD(of_tech_dept, "not_of_tech_dept", "exists (select from person p where p.id = :actor and p.department = 'tech_dept')", NULL,
      "The technical department investigates", "须由技术部调查");
GUARD(level_set, "level_missing", ":finding <> 'defect' or (:level is not null and :cause is not null and :hazard is not null and :affected_range is not null)",
      "level", "A defect needs cause, hazard, range and level", "确认缺陷须填写原因、危害、范围和级别");
GUARD(serials_in_order, "serials_wrong",
      "(:serial_from is null) = (:serial_to is null) and coalesce(length(:serial_from) = length(:serial_to) and :serial_from <= :serial_to, true)", "serial_to",
      "First and last serial number are of one kind and in order", "序列号起止须同一格式且有序");
GUARD(days_in_order, "dates_do_not_fit", "coalesce(:delivered_from <= :delivered_to, true)", "delivered_to", "It ends before it begins", "日期起止有误");
GUARD(maker_named, "maker_missing", ":bought_in is not true or :maker is not null", "maker", "Name the maker", "须填写生产者");
GUARD(none_found, "defect_found", "e.finding = 'no_defect'", NULL, "The investigation has not found that there is no defect", "调查结论并非不存在缺陷");
GUARD(defect_found, "no_defect_found", "e.finding = 'defect'", NULL, "The investigation has not found a defect", "调查尚未确认存在缺陷");
GUARD(is_investigated, "not_investigated", "e.finding is not null", NULL, "There is no finding yet", "尚无调查结论");
GUARD(other_decides, "own_finding", "e.investigated_by is distinct from :actor", NULL, "Who investigated does not decide", "调查人不得批准结论");
GUARD(all_frozen, "not_all_frozen", ":stock_frozen is true and :transit_frozen is true and :outlets_told is true", "stock_frozen",
      "Stock, goods on their way and outlets, all of them", "库存、在途和网点须全部冻结");
GUARD(is_bought_in, "own_product", "e.bought_in is true", NULL, "The company is the producer itself", "本公司即为生产者");
GUARD(sale_is_stopped, "sale_not_stopped", "e.stop_sale", NULL, "Its sale is not stopped", "未处于停售");
GUARD(not_before_the_end, "recall_runs", "e.state in ('summarised', 'closed', 'handed_to_producer', 'investigating')", NULL,
      "It stays stopped while the recall runs", "召回实施期间不得解除停售");
GUARD(other_lifts, "own_quarantine", "e.contained_by is distinct from :actor", NULL, "Who stopped the sale does not free it", "隔离执行人不得解除停售");

/* The plan. What `amend_plan` and `submit_plan` do not name stays as it was planned before. */
#define PLANNED(column) "coalesce(:" column ", e." column ")"
GUARD(plan_whole, "plan_incomplete",
      PLANNED("product_scope") " is not null and " PLANNED("hazard") " is not null and " PLANNED("emergency_handling") " is not null and " PLANNED("measures")
      " is not null and " PLANNED("measure") " is not null and " PLANNED("responsible_contact") " is not null and " PLANNED("planned_from") " is not null and "
      PLANNED("planned_to") " is not null and " PLANNED("budget") " is not null",
      "product_scope", "The plan names products, hazard, emergency handling, measures, contact, dates and budget", "召回计划须含产品、危害、应急处置、措施、联系方式、进度和预算");
GUARD(plan_days_fit, "dates_do_not_fit", "coalesce(" PLANNED("planned_from") " <= " PLANNED("planned_to") ", true)", "planned_to", "It ends before it begins",
      "日期起止有误");
GUARD(target_explained, "target_too_low",
      PLANNED("target_percent") " is null or " PLANNED("target_percent") " >= recall_target(e.level) or " PLANNED("target_reason") " is not null", "target_percent",
      "A target below that of the level needs a reason", "低于级别规定的目标须说明理由");
GUARD(units_found, "unit_list_empty", "e.state <> 'planning' or exists (select from recall_unit u where u.parent_id = e.id and u.state not in ('excluded', 'voided'))", NULL,
      "No unit is on the list", "召回对象台账为空");
GUARD(not_reviewed, "reviewed_already", "e.plan_reviewed_by is null", NULL, "The plan is reviewed already", "计划已审核");
GUARD(plan_is_reviewed, "plan_not_reviewed", "e.plan_reviewed_by is not null", NULL, "The deputy reviews it first", "须先由副总经理审核");
GUARD(not_approved, "approved_already", "e.plan_approved_by is null", NULL, "The plan is approved already", "计划已批准");
GUARD(plan_is_approved, "plan_not_approved", "e.plan_approved_by is not null", NULL, "The general manager approves it first", "须先由总经理批准");
GUARD(not_own_plan, "own_plan", "e.planned_by is distinct from :actor", NULL, "Nobody reviews or approves the own plan", "不得审批本人编制的计划");
GUARD(other_approves, "own_review", "e.plan_reviewed_by is distinct from :actor", NULL, "Who reviewed it does not approve it", "审核人不得批准");
GUARD(budget_reserved, "budget_not_reserved",
      "e.state <> 'plan_approval' or coalesce(e.budget, 0) = 0 or e.budget <= (select sum(q.amount) from fund_request q where q.parent_id = e.id and q.state in ('approved', 'paid', 'settled'))", NULL,
      "The money is not approved yet (P17)", "召回经费尚未批准(P17)");
GUARD(filed_past, "date_ahead", ":filed_on <= company_date(:at)", "filed_on", "The date lies ahead", "日期在将来");
GUARD(filed_behind_approval, "date_before_approval", ":filed_on >= company_date(e.plan_approved_at)", "filed_on", "That was before the approval", "报备日期早于批准");
GUARD(published_past, "date_ahead", ":published_on <= company_date(:at)", "published_on", "The date lies ahead", "日期在将来");
GUARD(published_behind_filing, "date_before_filing", ":published_on >= e.filed_on", "published_on", "That was before the filing", "公告日期早于报备");

/* The end. Guards without inputs are looked at with every representation: units and claims are counted only in the state that asks. */
GUARD(target_reached, "target_not_reached", "e.state <> 'executing' or recall_completion(e.id) >= coalesce(e.target_percent, recall_target(e.level))", NULL,
      "Fewer units are put right than the target asks for", "完成率未达目标");
GUARD(outside_the_case, "evaluator_in_case", "not (coalesce(:actor = any(array[e.assignee_id, e.investigated_by, e.decided_by, e.planned_by, e.contained_by]), false))", NULL,
      "Somebody outside the case evaluates its effect", "须由案外人员评估");
GUARD(some_outstanding, "none_outstanding", "e.state <> 'effect_review' or recall_outstanding(e.id) > 0", NULL, "No unit is outstanding: summarise it", "无未处理对象,可直接总结");
GUARD(none_outstanding, "units_outstanding", "e.state <> 'effect_review' or recall_outstanding(e.id) = 0", NULL,
      "Units are outstanding: the general manager first ends the active recall", "尚有未处理对象,须先由总经理停止积极召回");
GUARD(claims_closed, "claims_open", "e.state <> 'summarised' or not recall_has_open_claims(e.id)", NULL, "Claims for compensation are still open", "尚有未结赔偿申请");
GUARD(nonconformity_effective, "nonconformity_open", "e.state <> 'summarised' or recall_cause_removed(e.id)", NULL, "Its nonconformity is not effective yet (P22)", "不符合纠正措施尚未有效(P22)");
GUARD(authority_told, "report_missing", "e.reportable is not true or e.reported_on is not null", NULL, "The report to the regulator is missing", "尚未向监管部门报告");
GUARD(not_itself, "merged_into_itself", ":merged_into_id <> e.id", "merged_into_id", "It cannot be merged into itself", "不得并入自身");
GUARD(other_open, "other_closed", "exists (select from recall r where r.id = :merged_into_id and r.closed_at is null)", "merged_into_id", "That case is closed",
      "该召回案已结束");
GUARD(facts_open, "facts_fixed", "e.state in ('signal_logged', 'investigating')", NULL, "What the finding rests on is fixed", "确认缺陷后不得更改事实");
