/* What has to hold at the steps of a complaint. Included by p13_complaints.c only. */

/* Who may decide: 1 service manager, 2 deputy, 3 general manager. */
#define MY_RANK "case when :has_general_manager then 3 when :has_deputy_gm then 2 when :has_service_manager then 1 else 0 end"
#define LEVEL_RANK(level) "case " level " when 'major' then 3 when 'serious' then 2 else 1 end"

GUARD(found_before, "found_in_future", ":found_at is null or :found_at <= :at + interval '5 minutes'", "found_at", "It cannot be found in the future",
      "发现时间在未来");
GUARD(customer_named, "customer_missing", ":scope_customer is null or :customer_id is not null", "customer_id", "Say which customer", "须填写客户");
/* What a follow-up has found is never lost for that its customer's file was merged in between: the job names the customer. */
GUARD(job_fits, "job_of_another",
      ":has_system or :customer_id is null or ((:repair_id is null or exists (select from repair r where r.id = :repair_id and r.customer_id = :customer_id)) and "
      "(:delivery_id is "
      "null or exists (select from delivery d where d.id = :delivery_id and d.customer_id = :customer_id)) and (:return_exchange_id is null or exists (select from "
      "return_exchange x where x.id = :return_exchange_id and x.customer_id = :customer_id)))",
      "repair_id", "That job is another customer's", "该单据不属于此客户");
GUARD(unit_fits, "equipment_of_another",
      ":has_system or :equipment_id is null or :customer_id is null or exists (select from equipment q where q.id = :equipment_id and q.customer_id = :customer_id)",
      "equipment_id", "This equipment belongs to another customer", "该设备不属于此客户");
GUARD(no_file_yet, "customer_is_known", "e.customer_id is null", "customer_id", "It has a customer's file; files are merged in the register of customers",
      "投诉已关联客户档案,更换请在客户档案中并档");
GUARD(something_said, "complaint_text_missing", ":has_system or :complaint_text is not null", "complaint_text", "Describe the complaint", "须记录投诉内容");
GUARD(matter_told, "complaint_text_missing", "coalesce(:complaint_text, e.complaint_text) is not null", "complaint_text", "Describe the complaint",
      "须记录投诉内容");
GUARD(complainant_known, "complainant_missing",
      "coalesce(:anonymous, e.anonymous) is true or (coalesce(:complainant, e.complainant) is not null and coalesce(:contact_phone, e.contact_phone) is not null)",
      "complainant", "Name and phone of the complainant, unless anonymous", "须登记投诉人及联系电话,匿名除外");
GUARD(remedy_told, "remedy_sought_missing", "coalesce(:anonymous, e.anonymous) is true or coalesce(:remedy_sought, e.remedy_sought) is not null", "remedy_sought",
      "Ask what remedy the customer wants", "须记录客户诉求");
GUARD(anonymous_or_customer, "customer_is_known", ":anonymous is not true or e.customer_id is null", "anonymous", "The customer is on file: not anonymous",
      "客户已登记,不属匿名");
GUARD(repeat_fits, "repeat_of_another",
      ":repeat_of is null or exists (select from complaint c where c.id = :repeat_of and c.id <> e.id and c.customer_id = e.customer_id)", "repeat_of",
      "That complaint is another customer's", "该投诉不属于此客户");
GUARD(acknowledged_to_somebody, "not_acknowledged", ":acknowledged_via <> 'filed' or e.anonymous is true", "acknowledged_via", "Tell the customer", "须告知客户");
GUARD(not_about_me, "complaint_about_yourself", "e.accused_id is null or e.accused_id is distinct from :actor", NULL, "Nobody handles a complaint about himself",
      "不得处理针对本人的投诉");
GUARD(above_accused, "goes_to_next_level",
      "e.accused_id is null or (" MY_RANK ") > coalesce((select case when p.roles && '{deputy_gm,supervising_leader}' then 2 when 'service_manager' = any(p.roles) "
      "then 1 else 0 end from person p where p.id = e.accused_id), 0)",
      NULL, "A complaint about the service manager goes to the deputy, about the deputy to the general manager",
      "针对管理师的投诉由副总处理,针对副总的由总经理处理");
GUARD(level_by_facts, "level_too_low",
      "(" LEVEL_RANK(":level") ") >= (" LEVEL_RANK("complaint_level(" REASONS_NOW ")") ") or ((" MY_RANK ") >= 2 and :level_note is not null)", "level",
      "The facts say a higher level; only the deputy may put it lower, with a reason", "按事实应定更高级别,仅副总可说明理由后降低");
GUARD(level_changes, "same_level", ":level is distinct from e.level", "level", "It has this level already", "级别未变");
GUARD(not_reported, "reported_already", "e.reported_leader_at is null", NULL, "The leader has been told", "已上报领导");
GUARD(major_by_deputy, "major_needs_deputy", "e.level is distinct from 'major' or (" MY_RANK ") >= 2", NULL, "A major complaint is assigned by the deputy",
      "重大投诉由副总交办");
GUARD(investigator_fits, "investigator_not_fit",
      "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.roles && "
      "'{dept_head,service_manager,supervising_leader,deputy_gm,general_manager}')",
      "assignee_id", "The head of a department or a leader investigates", "须由在岗部门负责人或领导调查");
GUARD(investigator_of_dept, "head_of_other_department",
      "exists (select from person p where p.id = :assignee_id and (p.department = :responsible_dept"
      " or p.roles && '{service_manager,supervising_leader,deputy_gm,general_manager}'))",
      "assignee_id", "The responsible department's head investigates, or a leader", "须由责任部门负责人或领导调查");
GUARD(investigator_unbiased, "accused_investigates",
      "e.accused_id is null or (:assignee_id <> e.accused_id and not exists (select from person p join person a on a.id = e.accused_id where p.id = :assignee_id "
      "and 'dept_head' = any(a.roles) and p.department = a.department and not p.roles && '{deputy_gm,general_manager,supervising_leader}'))",
      "assignee_id", "Neither the person complained about nor that person's own department investigates its head",
      "被投诉人不得调查,针对部门负责人的投诉不得由本部门调查");
GUARD(
    visit_possible, "nobody_to_visit",
    ":site_check is not true or (e.customer_id is not null and coalesce(e.contact_phone, (select c.phone from customer c where c.id = e.customer_id)) is not null)",
    "site_check", "A check on site needs a customer with a phone", "现场核查须有客户及电话");
GUARD(evidence_there, "evidence_missing", ":justified is true or :evidence is not null", "evidence", "What is not justified needs evidence", "不成立须有证据");
GUARD(money_named, "compensation_missing", "('compensation' = any(:remedies)) = (:compensation_amount is not null)", "compensation_amount",
      "Money and its amount go together", "赔偿须填写金额,其他处理方式不填");
GUARD(goods_known, "customer_unknown", "not :remedies && '{repair,return,exchange,compensation}' or e.customer_id is not null", "remedies",
      "That remedy needs a customer on file", "此处理方式须有客户档案");
GUARD(decided_money, "compensation_missing",
      ":remedies is null and :compensation_amount is null or ('compensation' = any(:remedies)) = (:compensation_amount is not null)", "compensation_amount",
      "Money and its amount go together", "赔偿须填写金额,其他处理方式不填");
GUARD(decided_goods, "customer_unknown", "coalesce(not :remedies && '{repair,return,exchange,compensation}', true) or e.customer_id is not null", "remedies",
      "That remedy needs a customer on file", "此处理方式须有客户档案");
GUARD(not_own_findings, "own_findings", "e.reported_by is distinct from :actor", NULL, "Who investigated does not decide", "调查人不得审批");
GUARD(level_decides, "level_needs_higher", "(" MY_RANK ") >= (" LEVEL_RANK("e.level") ")", NULL, "General: service manager, serious: deputy, major: general manager",
      "一般由管理师、严重由副总、重大由总经理批准");
GUARD(level_keeps_up, "level_behind_facts", "(" LEVEL_RANK("e.level") ") >= (" LEVEL_RANK("e.suggested_level") ") or e.level_note is not null", NULL,
      "Facts told later say a higher level: change it first", "后来的事实应定更高级别,须先调整级别");
GUARD(explained_politely, "not_explained", ":explained is true and (:appeal_told is true or e.anonymous is true)", "explained",
      "Explain it politely, and how to object", "须礼貌解释并告知异议途径");
GUARD(appeal_is_told, "appeal_not_told", ":appeal_told is true", "appeal_told", "Tell the customer how to object", "须告知客户异议途径");
GUARD(replied_to_somebody, "not_replied", ":reply_via <> 'filed'", "reply_via", "Tell the customer", "须答复客户");
GUARD(extended_once, "extended_already", "e.reply_extended is not true", NULL, "It was extended once", "已延长过一次");
GUARD(extended_in_time, "reply_overdue", "e.due_reply_at > :at and not e.clocks ? 'redecide_due'", NULL, "The limit has passed, or is that of a new decision",
      "答复期限已过或为重新处理期限");
GUARD(told_of_it, "customer_not_told", ":customer_told is true or e.anonymous is true", "customer_told", "Tell the customer the reason", "须将延期理由告知客户");
GUARD(verdict_sourced, "verdict_source_missing", ":has_customer or (:verdict_by is not null and :verdict_via is not null)", "verdict_by", "Say who said it and how",
      "须记录表态人及方式");
GUARD(in_time_to_escalate, "reopened_too_late", "e.closed_at > :at - make_interval(days => time_rule_number('N_P13_REOPEN_DAYS'))", NULL,
      "A complaint is taken up again within 90 days", "仅可在90天内重新提出");
GUARD(next_level_decides, "needs_next_level", "(" MY_RANK ") > coalesce(e.decided_rank, 0)", NULL, "The next level decides anew", "须由上一级重新处理");
GUARD(level_left, "last_level_decided", "coalesce(e.decided_rank, 0) < 3", NULL, "The general manager has decided: mediation is next",
      "总经理已作决定,下一步为外部调解");
GUARD(all_levels_decided, "level_left", "e.decided_rank = 3", NULL, "A higher level has not decided yet", "尚有上级未作决定");
GUARD(filed_before, "date_in_future", ":mediation_filed_on <= company_date(:at)", "mediation_filed_on", "The day lies in the future", "日期在未来");
GUARD(accepted_after, "dates_do_not_fit", ":mediation_accepted_on >= e.mediation_filed_on and :mediation_accepted_on <= company_date(:at)", "mediation_accepted_on",
      "Accepted before it was filed, or in the future", "受理日期早于提交日期或在未来");
GUARD(not_accepted_yet, "mediation_accepted_already", "e.mediation_accepted_on is null", NULL, "The mediator has accepted it", "调解已受理");
GUARD(was_accepted, "mediation_not_accepted", "e.mediation_accepted_on is not null", NULL, "The mediator has not accepted it", "调解尚未受理");
GUARD(not_over_yet, "mediation_over_already", "e.mediation_ended_on is null", NULL, "The mediation is over", "调解已终止");
GUARD(ended_after, "dates_do_not_fit", ":mediation_ended_on >= e.mediation_accepted_on and :mediation_ended_on <= company_date(:at)", "mediation_ended_on",
      "Ended before it was accepted, or in the future", "终止日期早于受理日期或在未来");
GUARD(is_over, "mediation_runs", "e.mediation_ended_on is not null", NULL, "The mediation is not over", "调解尚未终止");
GUARD(told_after, "dates_do_not_fit", ":parties_told_on >= e.mediation_ended_on and :parties_told_on <= company_date(:at)", "parties_told_on",
      "Told before it ended, or in the future", "告知日期早于终止日期或在未来");
/* What was promised is seen in the job that it became. */
GUARD(remedy_done, "remedy_not_done",
      "not exists (select from link l join return_exchange x on x.id = l.to_id where l.from_id = e.id and x.closed_at is null) and not exists (select from link l "
      "join repair r on r.id = l.to_id where l.from_id = e.id and r.closed_at is null and r.settled_at is null) and not exists (select from compensation k where "
      "k.complaint_id = e.id and k.closed_at is null and k.state <> 'paid')",
      NULL, "The repair, return, exchange or compensation of this complaint is not done", "相关维修、退换货或赔偿尚未完成");
GUARD(asked, "answer_missing", ":satisfied is not null", "satisfied", "Ask whether the customer is satisfied", "须询问客户是否满意");
GUARD(other_calls_back, "own_work", ":actor is distinct from e.implemented_by and :actor is distinct from e.reported_by", NULL,
      "Who carried it out or investigated does not call back", "执行人和调查人不得回访验证");
static const struct guard tried_two_channels = {
    "not_tried_enough",
    "(select count(*) >= time_rule_number('N_CONTACT_TRIES') and count(distinct company_date((c ->> 'at')::timestamptz)) >= 2 and count(distinct c ->> 'channel') "
    ">= 2 and bool_or(c ->> 'channel' in ('message', 'email', 'letter')) from jsonb_array_elements(coalesce(e.contact_attempts, '[]')) c where c ->> 'result' <> "
    "'reached')",
    { "Three attempts by two channels on at least two days, one of them in writing, come first", "须先在至少两天内通过两种方式联系三次,其中一次为书面" },
    NULL
};
GUARD(withdrawal_proven, "withdrawal_not_proven", ":customer_signature is not null or :recording_ref is not null or :has_customer", "customer_signature",
      "A withdrawal is signed or recorded", "撤诉须签字或有录音、信函");
GUARD(not_itself, "merged_into_itself", ":merged_into_id <> e.id", "merged_into_id", "It cannot be merged into itself", "不得并入自身");
GUARD(same_customer, "other_customer",
      "exists (select from complaint c where c.id = :merged_into_id and c.closed_at is null and c.customer_id is not distinct from e.customer_id and (c.customer_id "
      "is not null or c.contact_phone is not distinct from e.contact_phone))",
      "merged_into_id", "Only into an open complaint of the same customer", "只能并入同一客户的未结投诉");
GUARD(same_matter, "other_matter",
      "exists (select from complaint c where c.id = :merged_into_id and (c.category is null or e.category is null or c.category = e.category or c.repair_id = "
      "e.repair_id or c.equipment_id = e.equipment_id or c.delivery_id = e.delivery_id))",
      "merged_into_id", "Only what is about the same matter", "只能并入同一事项的投诉");
GUARD(amended_facts_open, "facts_fixed",
      "(:channel is null and :category is null and :complaint_text is null and :loss_amount is null and :injury is null and :conduct_breach is null and :accused_id "
      "is null) or e.state in ('received', 'registered', 'acknowledged', 'assessed', 'assigned', 'investigating', 'reopened', 'proposal_made')",
      NULL, "What the decision rests on is fixed once it is made", "作出处理决定后不得更改事实");
