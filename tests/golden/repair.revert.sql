with gate as materialized (
select e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.channel, e.type, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.repeat_of, e.duplicate_of, e.follows, e.appointment_at, e.dispatched_at, e.arrived_at, e.late_arrival, e.transport_mode, e.transport_reason, e.visits, e.absences, e.empty_run_fee, e.fault_confirmed, e.diagnosis, e.charge_reason, e.price_told, e.consent_by, e.devices, e.tag_no, e.customer_signature, e.device_at, e.taken_at, e.defer_reason, e.replacement_reason, e.replacement_price, e.customer_choice, e.unrepaired_outcome, e.unrepaired_reason, e.withdrawal_wish, e.solution, e.parts_used, e.charge_items, e.charge_total, e.payment_status, e.on_account_by, e.waived_by, e.receipt_no, e.voided_receipts, e.invoice_status, e.invoice_title, e.invoice_tax_no, e.invoice_email, e.invoice_no, e.customer_opinion, e.satisfaction, e.signature_refused, e.signature_refused_reason, e.evidence, e.outcome, e.ready_at, e.notices, e.uncollected_decision, e.legal_advice, e.settled_at, e.reported_back_at, e.followup_clerk_id, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at, e.leader_id, e.reported_to_leader_at, e.cancel_reason, e.loss, e.loss_settled_at, e.loss_note, e.decline_reason, e.job_accepted, e.contact_attempts, e.moved_from_id, e.waiting_told, e.chain, t.step_at, t.logged_at, s.step_row, v.refused
  from repair e
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at,
          greatest(case when $2::timestamptz < $1::timestamptz and $2::timestamptz >= $1::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $2::timestamptz else $1::timestamptz end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when ($3::integer is null or e.version = $3::integer) is not true then 'stale_version' end,
              case when (not e.last_final) is not true then 'final_step' end,
              case when (e.last_final or (e.last_actor_id = $4::uuid and ($1::timestamptz <= e.changed_at or $1::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($5::bigint & 16) <> 0 and $1::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at))) is not true then 'revert_too_late' end,
              case when (not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done')) is not true then 'opened_moved_on' end
          ], null) as refused) v
 where e.id = $6::uuid
   and ($7::uuid is null or e.outlet_id = $7::uuid)
   and ($8::uuid is null or e.customer_id = $8::uuid)),
f1_in as materialized (
select x.*, row_to_json(x) as step_inputs
  from gate e
  join instrument_use c on c.parent_id = e.id and c.closed_at is null and (c.job_event_no = e.last_event_no)
  cross join lateral (select e.step_at,
          c.id as link_id) x
 where e.step_row is not null and (true) and x.link_id is not null),
f1_gate as materialized (
select e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.facility_id, e.facility_code, e.job_number, e.job_machine, e.job_event_no, e.tested_on, e.value, e.unit, e.chain, t.step_at, t.logged_at, s.step_row, v.refused, i.step_inputs
  from f1_in i
  join instrument_use e on e.id = i.link_id
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at, greatest(i.step_at, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('recorded') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text
          ], null) as refused) v
),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from gate e
  cross join lateral (select v.undo::jsonb as undo from entity_event v where v.entity_id = e.id and v.event_no = e.last_event_no offset 0) u
  cross join lateral jsonb_populate_record(null::repair, u.undo) o
  cross join lateral (select coalesce(u.undo ->> 'state', e.state) as state,
          case when u.undo ? 'outlet_id' then o.outlet_id else e.outlet_id end as outlet_id,
          case when u.undo ? 'customer_id' then o.customer_id else e.customer_id end as customer_id,
          case when u.undo ? 'parent_id' then o.parent_id else e.parent_id end as parent_id,
          case when u.undo ? 'assignee_id' then o.assignee_id else e.assignee_id end as assignee_id,
          case when u.undo ? 'region' then o.region else e.region end as region,
          case when u.undo ? 'priority' then o.priority else e.priority end as priority,
          case when u.undo ? 'paused' then o.paused else e.paused end as paused,
          case when u.undo ? 'clocks' then o.clocks else e.clocks end as clocks,
          case when u.undo ? 'to_reassign' then o.to_reassign else e.to_reassign end as to_reassign,
          case when u.undo ? 'channel' then o.channel else e.channel end as channel,
          case when u.undo ? 'type' then o.type else e.type end as type,
          case when u.undo ? 'contact_name' then o.contact_name else e.contact_name end as contact_name,
          case when u.undo ? 'contact_phone' then o.contact_phone else e.contact_phone end as contact_phone,
          case when u.undo ? 'address' then o.address else e.address end as address,
          case when u.undo ? 'equipment_id' then o.equipment_id else e.equipment_id end as equipment_id,
          case when u.undo ? 'serial' then o.serial else e.serial end as serial,
          case when u.undo ? 'model' then o.model else e.model end as model,
          case when u.undo ? 'problem' then o.problem else e.problem end as problem,
          case when u.undo ? 'required_skill' then o.required_skill else e.required_skill end as required_skill,
          case when u.undo ? 'warranty_until' then o.warranty_until else e.warranty_until end as warranty_until,
          case when u.undo ? 'in_warranty' then o.in_warranty else e.in_warranty end as in_warranty,
          case when u.undo ? 'free_reason' then o.free_reason else e.free_reason end as free_reason,
          case when u.undo ? 'repeat_of' then o.repeat_of else e.repeat_of end as repeat_of,
          case when u.undo ? 'duplicate_of' then o.duplicate_of else e.duplicate_of end as duplicate_of,
          case when u.undo ? 'follows' then o.follows else e.follows end as follows,
          case when u.undo ? 'appointment_at' then o.appointment_at else e.appointment_at end as appointment_at,
          case when u.undo ? 'dispatched_at' then o.dispatched_at else e.dispatched_at end as dispatched_at,
          case when u.undo ? 'arrived_at' then o.arrived_at else e.arrived_at end as arrived_at,
          case when u.undo ? 'late_arrival' then o.late_arrival else e.late_arrival end as late_arrival,
          case when u.undo ? 'transport_mode' then o.transport_mode else e.transport_mode end as transport_mode,
          case when u.undo ? 'transport_reason' then o.transport_reason else e.transport_reason end as transport_reason,
          case when u.undo ? 'visits' then o.visits else e.visits end as visits,
          case when u.undo ? 'absences' then o.absences else e.absences end as absences,
          case when u.undo ? 'empty_run_fee' then o.empty_run_fee else e.empty_run_fee end as empty_run_fee,
          case when u.undo ? 'fault_confirmed' then o.fault_confirmed else e.fault_confirmed end as fault_confirmed,
          case when u.undo ? 'diagnosis' then o.diagnosis else e.diagnosis end as diagnosis,
          case when u.undo ? 'charge_reason' then o.charge_reason else e.charge_reason end as charge_reason,
          case when u.undo ? 'price_told' then o.price_told else e.price_told end as price_told,
          case when u.undo ? 'consent_by' then o.consent_by else e.consent_by end as consent_by,
          case when u.undo ? 'devices' then o.devices else e.devices end as devices,
          case when u.undo ? 'tag_no' then o.tag_no else e.tag_no end as tag_no,
          case when u.undo ? 'customer_signature' then o.customer_signature else e.customer_signature end as customer_signature,
          case when u.undo ? 'device_at' then o.device_at else e.device_at end as device_at,
          case when u.undo ? 'taken_at' then o.taken_at else e.taken_at end as taken_at,
          case when u.undo ? 'defer_reason' then o.defer_reason else e.defer_reason end as defer_reason,
          case when u.undo ? 'replacement_reason' then o.replacement_reason else e.replacement_reason end as replacement_reason,
          case when u.undo ? 'replacement_price' then o.replacement_price else e.replacement_price end as replacement_price,
          case when u.undo ? 'customer_choice' then o.customer_choice else e.customer_choice end as customer_choice,
          case when u.undo ? 'unrepaired_outcome' then o.unrepaired_outcome else e.unrepaired_outcome end as unrepaired_outcome,
          case when u.undo ? 'unrepaired_reason' then o.unrepaired_reason else e.unrepaired_reason end as unrepaired_reason,
          case when u.undo ? 'withdrawal_wish' then o.withdrawal_wish else e.withdrawal_wish end as withdrawal_wish,
          case when u.undo ? 'solution' then o.solution else e.solution end as solution,
          case when u.undo ? 'parts_used' then o.parts_used else e.parts_used end as parts_used,
          case when u.undo ? 'charge_items' then o.charge_items else e.charge_items end as charge_items,
          case when u.undo ? 'charge_total' then o.charge_total else e.charge_total end as charge_total,
          case when u.undo ? 'payment_status' then o.payment_status else e.payment_status end as payment_status,
          case when u.undo ? 'on_account_by' then o.on_account_by else e.on_account_by end as on_account_by,
          case when u.undo ? 'waived_by' then o.waived_by else e.waived_by end as waived_by,
          case when u.undo ? 'receipt_no' then o.receipt_no else e.receipt_no end as receipt_no,
          case when u.undo ? 'voided_receipts' then o.voided_receipts else e.voided_receipts end as voided_receipts,
          case when u.undo ? 'invoice_status' then o.invoice_status else e.invoice_status end as invoice_status,
          case when u.undo ? 'invoice_title' then o.invoice_title else e.invoice_title end as invoice_title,
          case when u.undo ? 'invoice_tax_no' then o.invoice_tax_no else e.invoice_tax_no end as invoice_tax_no,
          case when u.undo ? 'invoice_email' then o.invoice_email else e.invoice_email end as invoice_email,
          case when u.undo ? 'invoice_no' then o.invoice_no else e.invoice_no end as invoice_no,
          case when u.undo ? 'customer_opinion' then o.customer_opinion else e.customer_opinion end as customer_opinion,
          case when u.undo ? 'satisfaction' then o.satisfaction else e.satisfaction end as satisfaction,
          case when u.undo ? 'signature_refused' then o.signature_refused else e.signature_refused end as signature_refused,
          case when u.undo ? 'signature_refused_reason' then o.signature_refused_reason else e.signature_refused_reason end as signature_refused_reason,
          case when u.undo ? 'evidence' then o.evidence else e.evidence end as evidence,
          case when u.undo ? 'outcome' then o.outcome else e.outcome end as outcome,
          case when u.undo ? 'ready_at' then o.ready_at else e.ready_at end as ready_at,
          case when u.undo ? 'notices' then o.notices else e.notices end as notices,
          case when u.undo ? 'uncollected_decision' then o.uncollected_decision else e.uncollected_decision end as uncollected_decision,
          case when u.undo ? 'legal_advice' then o.legal_advice else e.legal_advice end as legal_advice,
          case when u.undo ? 'settled_at' then o.settled_at else e.settled_at end as settled_at,
          case when u.undo ? 'reported_back_at' then o.reported_back_at else e.reported_back_at end as reported_back_at,
          case when u.undo ? 'followup_clerk_id' then o.followup_clerk_id else e.followup_clerk_id end as followup_clerk_id,
          case when u.undo ? 'called_at' then o.called_at else e.called_at end as called_at,
          case when u.undo ? 'reached' then o.reached else e.reached end as reached,
          case when u.undo ? 'followup_tries' then o.followup_tries else e.followup_tries end as followup_tries,
          case when u.undo ? 'next_attempt_at' then o.next_attempt_at else e.next_attempt_at end as next_attempt_at,
          case when u.undo ? 'score_attitude' then o.score_attitude else e.score_attitude end as score_attitude,
          case when u.undo ? 'score_timeliness' then o.score_timeliness else e.score_timeliness end as score_timeliness,
          case when u.undo ? 'score_quality' then o.score_quality else e.score_quality end as score_quality,
          case when u.undo ? 'score_result' then o.score_result else e.score_result end as score_result,
          case when u.undo ? 'satisfied' then o.satisfied else e.satisfied end as satisfied,
          case when u.undo ? 'is_complaint' then o.is_complaint else e.is_complaint end as is_complaint,
          case when u.undo ? 'complaint_text' then o.complaint_text else e.complaint_text end as complaint_text,
          case when u.undo ? 'not_fixed' then o.not_fixed else e.not_fixed end as not_fixed,
          case when u.undo ? 'work_confirmed' then o.work_confirmed else e.work_confirmed end as work_confirmed,
          case when u.undo ? 'followed_up_at' then o.followed_up_at else e.followed_up_at end as followed_up_at,
          case when u.undo ? 'leader_id' then o.leader_id else e.leader_id end as leader_id,
          case when u.undo ? 'reported_to_leader_at' then o.reported_to_leader_at else e.reported_to_leader_at end as reported_to_leader_at,
          case when u.undo ? 'cancel_reason' then o.cancel_reason else e.cancel_reason end as cancel_reason,
          case when u.undo ? 'loss' then o.loss else e.loss end as loss,
          case when u.undo ? 'loss_settled_at' then o.loss_settled_at else e.loss_settled_at end as loss_settled_at,
          case when u.undo ? 'loss_note' then o.loss_note else e.loss_note end as loss_note,
          case when u.undo ? 'decline_reason' then o.decline_reason else e.decline_reason end as decline_reason,
          case when u.undo ? 'job_accepted' then o.job_accepted else e.job_accepted end as job_accepted,
          case when u.undo ? 'contact_attempts' then o.contact_attempts else e.contact_attempts end as contact_attempts,
          case when u.undo ? 'moved_from_id' then o.moved_from_id else e.moved_from_id end as moved_from_id,
          case when u.undo ? 'waiting_told' then o.waiting_told else e.waiting_told end as waiting_told
          offset 0) n
  cross join lateral (select u.undo::json as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($9::bytea, e.id, e.event_no + 1, 'revert', e.state, n.state, e.version + 1, $4::uuid, $5::bigint, e.logged_at,
          $2::timestamptz, $10::json, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not $11::boolean
   and not exists (select from f1_gate x where x.step_row is null or x.refused <> '{}')),
moved as (
update repair e
   set state = n.state,
       outlet_id = n.outlet_id,
       customer_id = n.customer_id,
       parent_id = n.parent_id,
       assignee_id = n.assignee_id,
       region = n.region,
       priority = n.priority,
       paused = n.paused,
       clocks = n.clocks,
       to_reassign = n.to_reassign,
       channel = n.channel,
       type = n.type,
       contact_name = n.contact_name,
       contact_phone = n.contact_phone,
       address = n.address,
       equipment_id = n.equipment_id,
       serial = n.serial,
       model = n.model,
       problem = n.problem,
       required_skill = n.required_skill,
       warranty_until = n.warranty_until,
       in_warranty = n.in_warranty,
       free_reason = n.free_reason,
       repeat_of = n.repeat_of,
       duplicate_of = n.duplicate_of,
       follows = n.follows,
       appointment_at = n.appointment_at,
       dispatched_at = n.dispatched_at,
       arrived_at = n.arrived_at,
       late_arrival = n.late_arrival,
       transport_mode = n.transport_mode,
       transport_reason = n.transport_reason,
       visits = n.visits,
       absences = n.absences,
       empty_run_fee = n.empty_run_fee,
       fault_confirmed = n.fault_confirmed,
       diagnosis = n.diagnosis,
       charge_reason = n.charge_reason,
       price_told = n.price_told,
       consent_by = n.consent_by,
       devices = n.devices,
       tag_no = n.tag_no,
       customer_signature = n.customer_signature,
       device_at = n.device_at,
       taken_at = n.taken_at,
       defer_reason = n.defer_reason,
       replacement_reason = n.replacement_reason,
       replacement_price = n.replacement_price,
       customer_choice = n.customer_choice,
       unrepaired_outcome = n.unrepaired_outcome,
       unrepaired_reason = n.unrepaired_reason,
       withdrawal_wish = n.withdrawal_wish,
       solution = n.solution,
       parts_used = n.parts_used,
       charge_items = n.charge_items,
       charge_total = n.charge_total,
       payment_status = n.payment_status,
       on_account_by = n.on_account_by,
       waived_by = n.waived_by,
       receipt_no = n.receipt_no,
       voided_receipts = n.voided_receipts,
       invoice_status = n.invoice_status,
       invoice_title = n.invoice_title,
       invoice_tax_no = n.invoice_tax_no,
       invoice_email = n.invoice_email,
       invoice_no = n.invoice_no,
       customer_opinion = n.customer_opinion,
       satisfaction = n.satisfaction,
       signature_refused = n.signature_refused,
       signature_refused_reason = n.signature_refused_reason,
       evidence = n.evidence,
       outcome = n.outcome,
       ready_at = n.ready_at,
       notices = n.notices,
       uncollected_decision = n.uncollected_decision,
       legal_advice = n.legal_advice,
       settled_at = n.settled_at,
       reported_back_at = n.reported_back_at,
       followup_clerk_id = n.followup_clerk_id,
       called_at = n.called_at,
       reached = n.reached,
       followup_tries = n.followup_tries,
       next_attempt_at = n.next_attempt_at,
       score_attitude = n.score_attitude,
       score_timeliness = n.score_timeliness,
       score_quality = n.score_quality,
       score_result = n.score_result,
       satisfied = n.satisfied,
       is_complaint = n.is_complaint,
       complaint_text = n.complaint_text,
       not_fixed = n.not_fixed,
       work_confirmed = n.work_confirmed,
       followed_up_at = n.followed_up_at,
       leader_id = n.leader_id,
       reported_to_leader_at = n.reported_to_leader_at,
       cancel_reason = n.cancel_reason,
       loss = n.loss,
       loss_settled_at = n.loss_settled_at,
       loss_note = n.loss_note,
       decline_reason = n.decline_reason,
       job_accepted = n.job_accepted,
       contact_attempts = n.contact_attempts,
       moved_from_id = n.moved_from_id,
       waiting_told = n.waiting_told,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = n.clocks @? '$.*.breached_at',
       last_event = 'revert',
       last_event_no = e.event_no + 1,
       last_actor_id = $4::uuid,
       last_final = true
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.chain,
       0::bigint
       | ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((e.state in ('registered')) and (exists (select from person p where p.id = $4::uuid and p.state = 'active' and p.qualified_until >= company_date($1::timestamptz) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 2)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 3)
       | ((((e.absences < 2 or ($5::bigint & 16) <> 0)) is true)::integer::bigint << 4)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.state <> 'revisit_pending' or e.defer_reason is distinct from 'other_person')) is true)::integer::bigint << 6)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((e.device_at <> 'customer')) is true)::integer::bigint << 8)
       | ((((e.unrepaired_outcome is not null)) is true)::integer::bigint << 9)
       | ((((e.charge_total > 0)) is true)::integer::bigint << 10)
       | ((((e.ready_at is not null and e.device_at <> 'customer')) is true)::integer::bigint << 11)
       | ((((e.state in ('settling')) and (jsonb_array_length(coalesce(e.notices, '[]')) >= 3 and e.ready_at <= $1::timestamptz - make_interval(days => time_rule_number('T_P4_UNCOLLECTED_4')))) is true)::integer::bigint << 12)
       | ((((e.state in ('settling')) and (not exists (select from loan_agreement a where a.parent_id = e.id and a.separated_at is null and a.state in ('lent', 'due_soon', 'overdue', 'lost')))) is true)::integer::bigint << 13)
       | ((((e.charge_total <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0))) is true)::integer::bigint << 14)
       | ((((e.loss is null or e.loss_settled_at is not null)) is true)::integer::bigint << 15)
       | ((((e.state in ('settling')) and (not exists (select from return_repair x where x.parent_id = e.id and x.closed_at is null and x.state not in ('to_technician', 'scrap_stored')))) is true)::integer::bigint << 16)
       | ((((e.receipt_no is not null)) is true)::integer::bigint << 17)
       | ((((e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed'))) is true)::integer::bigint << 18)
       | ((((e.invoice_status = 'requested')) is true)::integer::bigint << 19)
       | ((((e.invoice_status = 'issued')) is true)::integer::bigint << 20)
       | ((((e.clocks ? 'papers_due')) is true)::integer::bigint << 21)
       | (((($4::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $4::uuid)), false))) is true)::integer::bigint << 22)
       | ((((not e.clocks ? 'papers_due')) is true)::integer::bigint << 23)
       | ((((not e.clocks ? 'complaint_report')) is true)::integer::bigint << 24)
       | ((((e.state <> 'followed_up' or not job_under_complaint(e.id))) is true)::integer::bigint << 25)
       | ((((e.loss is not null and e.loss_settled_at is null)) is true)::integer::bigint << 26)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (e.last_final or (e.last_actor_id = $4::uuid and ($1::timestamptz <= e.changed_at or $1::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($5::bigint & 16) <> 0 and $1::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       case when e.state in ('settling') then encode(sha256(convert_to(jsonb_build_object('number', e.number, 'solution', e.solution, 'outcome', e.outcome, 'parts_used', e.parts_used, 'charge_items', e.charge_items, 'charge_total', e.charge_total, 'in_warranty', e.in_warranty)::text, 'UTF8')), 'hex') end as content_sha256,
       null::jsonb as warnings,
       e::text as packed),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'revert', n.gate_state, m.state, m.version, $4::uuid,
       $5::bigint, n.logged_at, $2::timestamptz, $12::text, m.outlet_id, m.customer_id, $10::json, n.changes, n.undo, $9::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id),
f1_next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from f1_gate e
  join f1_in i on i.link_id = e.id
  cross join lateral (select 'withdrawn'::text as state,
          '{}'::jsonb as clocks
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($9::bytea, e.id, e.event_no + 1, 'withdraw', e.state, n.state, e.version + 1, $4::uuid, $5::bigint, e.logged_at,
          null::timestamptz, e.step_inputs, c.changes) as content_hash) h
 where exists (select from moved)),
f1_moved as (
update instrument_use e
   set state = n.state,
       clocks = n.clocks,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       closed_at = case when n.state in ('withdrawn') then n.step_at end,
       last_event = 'withdraw',
       last_event_no = e.event_no + 1,
       last_actor_id = $4::uuid,
       last_final = true
  from f1_next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.facility_id, e.facility_code, e.job_number, e.job_machine, e.job_event_no, e.tested_on, e.value, e.unit, e.chain),
f1_logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'instrument_use', 'withdraw', n.gate_state, m.state, m.version, $4::uuid,
       $5::bigint, n.logged_at, null::timestamptz, $12::text, m.outlet_id, m.customer_id, e.step_inputs, n.changes, n.undo, $9::bytea, n.content_hash, m.chain
  from f1_moved m
  join f1_next n on n.id = m.id
  join f1_gate e on e.id = m.id),
voided_papers as (
update record r
   set voided_at = e.step_at
  from moved m
  join gate e on e.id = m.id
 where r.entity_id = m.id
   and r.event_no = e.last_event_no
   and r.voided_at is null),
taken_back as (
update record r
   set handed_in_at = null, handed_in_event = null, holder_id = e.last_actor_id
  from moved m
  join gate e on e.id = m.id
 where r.entity_id = m.id
   and r.handed_in_event = e.last_event_no
   and r.event_no <> e.last_event_no),
cancelled_links as (
update link l
   set state = 'cancelled'
  from moved m
  join gate e on e.id = m.id
 where l.from_id = m.id
   and l.from_event_no = e.last_event_no
   and l.state = 'waiting')
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused || coalesce((select array_agg(split_part(w.code, '/', 1) || '/instrument-uses/' || x.number || substr(w.code, strpos(w.code || '/', '/'))) from f1_gate x cross join lateral unnest(case when x.step_row is null then array['link_refused'] else x.refused end) w (code)), '{}')) <> '{}' then 'refused'
         when $11::boolean then 'would_move'
         when e.id is null then 'raced'
         when (select count(*) from f1_next) <> (select count(*) from f1_moved) then raise_raced()
         else 'moved'
       end as verdict,
       array_to_string((g.refused || coalesce((select array_agg(split_part(w.code, '/', 1) || '/instrument-uses/' || x.number || substr(w.code, strpos(w.code || '/', '/'))) from f1_gate x cross join lateral unnest(case when x.step_row is null then array['link_refused'] else x.refused end) w (code)), '{}')), ' ') as refused,
       e.probes,
       nullif(coalesce(e.warnings, '[]') || case when $2::timestamptz is not null and g.step_at is distinct from $2::timestamptz
           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,
       e.content_sha256,
       g.id as result_id,
       e.packed,
       e.version,
       e.state
  from gate g
  left join moved e on true
