select 'found' as verdict,
       null as refused,
       ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.state in ('registered')) and (exists (select from person p where p.id = $1::uuid and p.state = 'active' and p.qualified_until >= company_date($2::timestamptz) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 1)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 2)
       | ((((e.absences < 2 or ($3::bigint & 16) <> 0)) is true)::integer::bigint << 3)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 4)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 5)
       | ((((false)) is true)::integer::bigint << 6)
       | ((((e.device_at <> 'customer')) is true)::integer::bigint << 7)
       | ((((e.unrepaired_outcome is not null)) is true)::integer::bigint << 8)
       | ((((e.charge_total > 0)) is true)::integer::bigint << 9)
       | ((((e.ready_at is not null and e.device_at <> 'customer')) is true)::integer::bigint << 10)
       | ((((e.state in ('settling')) and (jsonb_array_length(coalesce(e.notices, '[]')) >= 3 and e.ready_at <= $2::timestamptz - make_interval(days => time_rule_number('T_P4_UNCOLLECTED_4')))) is true)::integer::bigint << 11)
       | ((((e.charge_total <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0))) is true)::integer::bigint << 12)
       | ((((e.loss is null or e.loss_settled_at is not null)) is true)::integer::bigint << 13)
       | ((((e.receipt_no is not null)) is true)::integer::bigint << 14)
       | ((((e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed'))) is true)::integer::bigint << 15)
       | ((((e.invoice_status = 'requested')) is true)::integer::bigint << 16)
       | ((((e.invoice_status = 'issued')) is true)::integer::bigint << 17)
       | (((($1::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $1::uuid)), false))) is true)::integer::bigint << 18)
       | ((((e.state in ('followed_up')) and (not exists (select from record p where p.entity_id = e.id and p.form in ('dispatch_slip', 'handling_slip', 'device_receipt') and p.handed_in_at is null and p.voided_at is null))) is true)::integer::bigint << 19)
       | ((((not e.clocks ? 'complaint_report')) is true)::integer::bigint << 20)
       | ((((e.loss is not null and e.loss_settled_at is null)) is true)::integer::bigint << 21)
       | ((((not e.last_final)) is true)::integer::bigint << 22)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (e.last_final or (e.last_actor_id = $1::uuid and $2::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at)) or (($3::bigint & 16) <> 0 and $2::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 23)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 24)
       | ((((e.paused is null)) is true)::integer::bigint << 25)
       | ((((e.paused is not null)) is true)::integer::bigint << 26) as probes,
       null::jsonb as extra,
       encode(sha256(convert_to(jsonb_build_object('number', e.number, 'solution', e.solution, 'outcome', e.outcome, 'parts_used', e.parts_used, 'charge_items', e.charge_items, 'charge_total', e.charge_total, 'in_warranty', e.in_warranty)::text, 'UTF8')), 'hex') as content_sha256,
       e.id as result_id,
       e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.channel, e.type, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.repeat_of, e.duplicate_of, e.follows, e.appointment_at, e.dispatched_at, e.arrived_at, e.late_arrival, e.transport_mode, e.transport_reason, e.visits, e.absences, e.empty_run_fee, e.fault_confirmed, e.diagnosis, e.charge_reason, e.price_told, e.consent_by, e.devices, e.tag_no, e.customer_signature, e.device_at, e.taken_at, e.defer_reason, e.replacement_reason, e.replacement_price, e.customer_choice, e.unrepaired_outcome, e.unrepaired_reason, e.withdrawal_wish, e.solution, e.parts_used, e.charge_items, e.charge_total, e.payment_status, e.on_account_by, e.waived_by, e.receipt_no, e.voided_receipts, e.invoice_status, e.invoice_title, e.invoice_tax_no, e.invoice_email, e.invoice_no, e.customer_opinion, e.satisfaction, e.signature_refused, e.signature_refused_reason, e.evidence, e.outcome, e.ready_at, e.notices, e.uncollected_decision, e.legal_advice, e.settled_at, e.reported_back_at, e.followup_clerk_id, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at, e.leader_id, e.reported_to_leader_at, e.cancel_reason, e.loss, e.loss_settled_at, e.loss_note, e.decline_reason, e.job_accepted, e.contact_attempts, e.waiting_told
  from repair e
 where e.id = $4::uuid
   and ($5::uuid is null or e.outlet_id = $5::uuid)
   and ($6::uuid is null or e.customer_id = $6::uuid)
