/* What several steps of a complaint do alike. Included by p13_complaints.c only. */

/* What the job, the return or the customer's file know of it. */
#define OF_REPAIR(column) "(select r." column " from repair r where r.id = :repair_id)"
#define OF_RETURN(column) "(select x." column " from return_exchange x where x.id = :return_exchange_id)"
#define OF_CUSTOMER(column) "(select c." column " from customer c where c.id = coalesce(:customer_id, " OF_REPAIR("customer_id") "))"
#define TOLD_THERE \
    "coalesce((select r.reported_to_leader_at from repair r where r.id = :repair_id), (select v.reported_to_leader_at from visit v where v.id = :visit_id))"
#define UNLESS_ANONYMOUS(value) "case when :anonymous is not true then " value " end"
#define CHANNEL \
    "coalesce(:channel, case when :repair_id is not null or :visit_id is not null or :survey_response_id is not null then 'followup' when :scope_outlet is not " \
    "null then 'outlet' else 'phone' end)"
#define REASONS_FIRST \
    "complaint_reasons(:id, coalesce(:customer_id, " OF_REPAIR( \
        "customer_id") "), " CHANNEL \
                       ", :injury, :loss_amount, :conduct_breach, :matter, :category, :repeat_of, :repair_id, coalesce(:equipment_id, " OF_REPAIR( \
                           "equipment_id") "), coalesce(:model, " OF_REPAIR("model") "), :at)"
#define SUGGEST(reasons) SET("level_reasons", reasons), SET("suggested_level", "complaint_level(" reasons ")")
#define FACTS " channel? category? safety? injury? loss_amount? conduct_breach? matter? repeat_of?"

#define DUE_OF(kind, level, start) "time_rule_due('T_P13_" kind "_' || upper(left(" level ", 1)), " start ")"
#define REPLY_CLOCKS(level, start) \
    START_IF("reply_general", start, level " = 'general'"), START_IF("reply_serious", start, level " = 'serious'"), \
        START_IF("reply_major", start, level " = 'major'"), START_IF("interim_due", NULL, level " = 'major'"), SET("due_reply_at", DUE_OF("REPLY", level, start))
#define CLOSE_CLOCKS(level, start) \
    START_IF("close_general", start, level " = 'general'"), START_IF("close_serious", start, level " = 'serious'"), \
        START_IF("close_major", start, level " = 'major'"), SET("due_close_at", DUE_OF("CLOSE", level, start))
#define STOP_REPLY STOP("reply_general"), STOP("reply_serious"), STOP("reply_major"), STOP("reply_extended"), STOP("interim_due")
#define STOP_CLOSE STOP("close_general"), STOP("close_serious"), STOP("close_major")
#define LEVELLED \
    SUGGEST(REASONS_NOW), STOP_REPLY, STOP_CLOSE, REPLY_CLOCKS(":level", "e.limits_from"), CLOSE_CLOCKS(":level", "e.limits_from"), \
        SET("level_note", "case when " LEVEL_RANK(":level") " < " LEVEL_RANK("complaint_level(" REASONS_NOW ")") " then :level_note end"), \
        SET("reply_extended", "false"), NOTIFY_IF("deputy_gm", "complaint_serious", ":level <> 'general'"), \
        NOTIFY_IF("general_manager", "complaint_major", ":level = 'major'")
/* A sign of danger goes to P10, and to whoever commands in an emergency; once. */
#define DANGER "coalesce(:safety, e.safety) is true and not exists (select from link l where l.from_id = e.id and l.to_machine = 'recall_signal')"
#define SAFETY \
    OPEN("recall_signal", "log", "source = 'complaint'; source_number = m.number; model = m.model; symptom = left(m.complaint_text, 2000); serials = array_remove(array[m.serial], null);" \
         " injury = case when m.injury then 'minor' else 'none' end; property_loss = m.loss_amount", LINK_LATER, DANGER), \
        NOTIFY_IF("emergency_commander", "safety_complaint", DANGER)
/* A major complaint is an occasion to look for service factors (P1); once. Its words stay here, where they can be erased. */
#define FACTORS_SOUGHT \
    OPEN("round_occasion", "call", "kind = 'major_complaint'; source_number = m.number", LINK_LATER, \
         ":level = 'major' and not exists (select from link l where l.from_id = e.id and l.to_machine = 'round_occasion')")
#define DECIDED(rank) SET("approved_by", ":actor"), SET("approved_at", ":at"), SET("decided_rank", rank)
/* Late once is late, whatever later replies are. */
#define REPLIED \
    SET("replied_at", ":at"), SET("replied_by", ":actor"), SET("reply_late", "coalesce(e.reply_late, false) or coalesce(:at > e.due_reply_at, false)"), STOP_REPLY, \
        STOP("redecide_due"), RECORD("complaint_reply")
#define VISIT_OF_CUSTOMER \
    "channel = case when m.repair_id is null and (select c.address from customer c where c.id = m.customer_id) is null then 'carry_in' else 'other_phone' end; " \
    "customer_id = m.customer_id; contact_name = coalesce(m.complainant, (select c.name from customer c where c.id = m.customer_id)); contact_phone = " \
    "coalesce(m.contact_phone, (select c.phone from customer c where c.id = m.customer_id)); problem = m.complaint_text; priority = 'urgent'; address = " \
    "coalesce((select r.address from repair r where r.id = m.repair_id), (select c.address from customer c where c.id = m.customer_id)); equipment_id = (select " \
    "q.id from equipment q where q.id = m.equipment_id and q.customer_id = m.customer_id); serial = m.serial; model = m.model; required_skill = coalesce((select " \
    "q.skill from equipment q where q.id = m.equipment_id), (select r.required_skill from repair r where r.id = m.repair_id)); region = m.region; follows = " \
    "m.repair_id"
#define NO_REPAIR_YET "not exists (select from link l where l.from_id = e.id and l.to_machine = 'repair' and l.state <> 'cancelled')"
/* What the customer accepted goes where such things are done. */
#define REMEDIES \
    OPEN("compensation", "submit", \
         "complaint_id = m.id; claimed_amount = m.compensation_amount; loss_text = coalesce(m.decision, m.complaint_text); basis = case when m.injury then 'injury' " \
         "when m.cause = 'product_defect' then 'product_defect' else 'service_fault' end", \
         LINK_LATER, \
         "'compensation' = any(e.remedies)"), \
        OPEN("return_exchange", "apply", \
             "customer_id = m.customer_id; kind = case when 'return' = any(m.remedies) then 'return' else 'exchange' end; return_reason = m.complaint_text; " \
             "contact_name = coalesce(m.complainant, (select c.name from customer c where c.id = m.customer_id)); contact_phone = coalesce(m.contact_phone, " \
             "(select c.phone from customer c where c.id = m.customer_id)); equipment_id = (select q.id from equipment q where q.id = m.equipment_id and " \
             "q.customer_id = m.customer_id); serial = m.serial; model = m.model; parent_id = m.repair_id", \
             LINK_LATER, "e.remedies && '{return,exchange}'"), \
        OPEN("repair", "register", VISIT_OF_CUSTOMER, LINK_LATER, "'repair' = any(e.remedies) and " NO_REPAIR_YET), NOTIFY("@assignee", "complaint_to_carry_out")
/* The cause is removed by P22: when it was grave, or comes again and again. */
#define REMOVE_CAUSE \
    OPEN("nonconformity", "report", \
         "source = 'complaint'; source_number = m.number; dept = m.responsible_dept; outlet_id = m.outlet_id; customer_id = m.customer_id;" \
         " grade = case m.level when 'major' then 'critical' when 'serious' then 'major' else 'minor' end; customer_affected = true; serial = m.serial;" \
         " fact = nonconformity_fact(coalesce(m.findings, m.complaint_text), m.number); found_at = m.reported_at", \
         LINK_LATER, "complaint_needs_cause_removed(e.id, :at)")
#define GONE CANCEL("compensation"), CANCEL("return_exchange"), CANCEL("repair"), NOTIFY("@assignee", "complaint_ended")
#define AFTER_ANEW \
    SET("customer_verdict", "null"), SET("closed_as", "null"), SET("reply_extended", "false"), SET("limits_from", ":at"), REPLY_CLOCKS("e.level", ":at"), \
        NOTIFY("@assignee", "complaint_reopened"), NOTIFY("service_manager", "complaint_reopened")
#define VERDICT_TAKES "verdict_by? verdict_via? verdict_words?"
#define VERDICT(what) \
    SET("customer_verdict", "'" what "'"), SET("verdict_at", ":at"), SET("verdict_via", "coalesce(:verdict_via, case when :has_customer then 'web' end)"), \
        SET("verdict_by", "coalesce(:verdict_by, (select p.name from person p where p.id = :actor))")
#define ESCALATED \
    SET("escalations", "coalesce(e.escalations, 0) + 1"), START("redecide_due"), SET("due_reply_at", "time_rule_due('T_P13_REDECIDE', :at)"), \
        NOTIFY("deputy_gm", "complaint_escalated"), NOTIFY_IF("general_manager", "complaint_escalated", "coalesce(e.decided_rank, 0) >= 2")
#define OF_DAY(day) "(" day ")::timestamp at time zone company_zone()"
