with gate as materialized (
select e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.contact_name, e.contact_phone, e.equipment_id, e.serial, e.model, e.warranty_until, e.tag_no, e.customer_signature, e.device_at, e.withdrawal_wish, e.customer_opinion, e.satisfaction, e.signature_refused, e.signature_refused_reason, e.evidence, e.outcome, e.loss, e.loss_note, e.contact_attempts, e.moved_from_id, e.chain, t.step_at, t.logged_at, s.step_row, v.refused
  from repair e
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at,
          greatest(case when $2::timestamptz < $1::timestamptz and $2::timestamptz >= $1::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $2::timestamptz else $1::timestamptz end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('settling') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when ($3::integer is null or e.version = $3::integer) is not true then 'stale_version' end,
              case when (($4::bigint & 2097168) <> 0 or (($4::bigint & 4194560) <> 0 and e.assignee_id = $5::uuid)) is not true then 'forbidden_role' end,
              case when ($6::jsonb is not null or ($7::boolean is true and $8::text is not null and $9::text is not null)) is not true then 'signature_missing/customer_signature' end,
              case when ($6::jsonb is null or $6::jsonb ->> 'content_sha256' = encode(sha256(convert_to(jsonb_build_object('number', e.number, 'solution', e.solution, 'outcome', e.outcome, 'parts_used', e.parts_used, 'charge_items', e.charge_items, 'charge_total', e.charge_total, 'in_warranty', e.in_warranty)::text, 'UTF8')), 'hex')) is not true then 'signed_other_content/customer_signature' end,
              case when ($10::text is not null or $7::boolean is true) is not true then 'opinion_missing/customer_opinion' end,
              case when (e.charge_total <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0)) is not true then 'charge_above_price_told' end,
              case when (case coalesce($11::text, 'none') when 'none' then e.charge_total = 0 when 'paid' then e.charge_total > 0 when 'on_account' then e.charge_total > 0 and e.on_account_by is not null else e.charge_total > 0 and e.waived_by is not null end) is not true then 'payment_does_not_fit/payment_status' end,
              case when (e.device_at = 'customer' or e.outcome = 'scrapped' or (e.outcome = 'replaced' and exists (select from return_exchange x where x.parent_id = e.id and (x.goods_back_at is not null or x.loss_borne_by = 'company'))) or ($12::boolean is true and ($13::boolean is true or $14::text is not null))) is not true then 'device_not_returned/device_returned' end,
              case when (e.loss is null or e.loss_settled_at is not null) is not true then 'loss_open' end,
              case when (not exists (select from return_repair x where x.parent_id = e.id and x.closed_at is null and x.state not in ('to_technician', 'scrap_stored'))) is not true then 'item_still_away' end,
              case when (not exists (select from loan_agreement a where a.parent_id = e.id and a.separated_at is null and a.state in ('lent', 'due_soon', 'overdue', 'lost'))) is not true then 'loan_unit_out' end
          ], null) as refused) v
 where e.id = $15::uuid
   and ($16::uuid is null or e.outlet_id = $16::uuid)
   and ($17::uuid is null or e.customer_id = $17::uuid)),
f1_in as materialized (
select x.*, row_to_json(x) as step_inputs
  from gate e
  cross join lateral (select e.step_at,
          e.equipment_id as link_id,
          (company_date(e.step_at) - company_date(e.opened_at))::integer as repair_days) x
 where e.step_row is not null and (e.warranty_until is not null and company_date(e.step_at) > company_date(e.opened_at)) and x.link_id is not null),
f1_gate as materialized (
select e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.serial, e.former_serials, e.model, e.skill, e.contract_no, e.delivery_id, e.delivered_on, e.accepted_on, e.warranty_until, e.warranty_months, e.warranty_warned_for, e.days_in_repair, e.bought_elsewhere, e.replaced_by_id, e.proof, e.transfers, e.plan_visits_from, e.next_yearly_on, e.moved_from_id, e.chain, t.step_at, t.logged_at, s.step_row, v.refused, i.step_inputs
  from f1_in i
  join equipment e on e.id = i.link_id
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at, greatest(i.step_at, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('in_use', 'replaced', 'returned', 'scrapped', 'lost') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text
          ], null) as refused) v
),
f2_in as materialized (
select x.*, row_to_json(x) as step_inputs
  from gate e
  join return_repair c on c.parent_id = e.id and c.closed_at is null and (c.state = 'to_technician')
  cross join lateral (select e.step_at,
          c.id as link_id,
          (null)::jsonb as customer_signature,
          (null)::boolean as item_returned,
          (null)::boolean as customer_copy_taken_in,
          (null)::text as loss_note,
          (null)::uuid as receipt_to) x
 where e.step_row is not null and (true) and x.link_id is not null),
f2_gate as materialized (
select e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.source, e.contact_name, e.contact_phone, e.item, e.item_category, e.equipment_id, e.model, e.serial, e.accessories, e.fault, e.tag_no, e.fault_kind, e.cause, e.test_result, e.tested_with, e.tester_id, e.tested_at, e.data_handling, e.repair_class, e.supplier_id, e.expected_return_at, e.to_tell, e.must_tell, e.customer_told_at, e.customer_told_until, e.rights_told, e.told_by, e.remedy_offered, e.quote_amount, e.quote_decision, e.decided_by, e.leftover_parts, e.leftovers_in_store, e.handed_over_at, e.packing_checked, e.carrier, e.waybill, e.insured_value, e.carrier_due_on, e.shipped_at, e.supplier_told_at, e.arrived_supplier_at, e.damage, e.chases, e.unanswered, e.last_answer, e.last_chased_at, e.next_chase_at, e.supplier_claim_no, e.refusal, e.recall_asked_at, e.back_carrier, e.back_waybill, e.back_due_on, e.returned_at, e.returned_serial, e.returned_condition, e.discrepancy, e.credit_amount, e.failed_tests, e.maker_warranty_until, e.outcome, e.held_by, e.held_since, e.scrap_reason, e.maker_word, e.scrap_choice, e.scrap_place, e.disposal_batch, e.disposal_approved_by, e.loss, e.lost_at, e.outcome_before_loss, e.carrier_claim_no, e.made_good_by, e.exchange_asked_at, e.withdrawn_at, e.withdrawal_wish, e.swapped_with, e.customer_signature, e.loss_note, e.returned_customer_at, e.contact_attempts, e.moved_from_id, e.chain, t.step_at, t.logged_at, s.step_row, v.refused, i.step_inputs
  from f2_in i
  join return_repair e on e.id = i.link_id
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at, greatest(i.step_at, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('to_technician') and (e.parent_id is not null) then 1
              when e.state in ('to_technician') then 2
          end as step_row
          offset 0) s
  cross join lateral (select array_remove(array[null::text,
              case when (i.receipt_to is null or exists (select from person r where r.id = i.receipt_to and ($16::uuid is null or r.outlet_id = $16::uuid) and ($17::uuid is null or r.customer_id = $17::uuid))) is not true then 'unknown_reference/receipt_to' end,
              case when s.step_row = 1 and (coalesce(jsonb_array_length(e.leftovers_in_store), 0) = 0) is not true then 'leftovers_in_store' end,
              case when s.step_row = 2 and (e.parent_id is not null or i.customer_signature is not null) is not true then 'signature_missing/customer_signature' end,
              case when s.step_row = 2 and (i.customer_signature is null or i.customer_signature ->> 'content_sha256' = encode(sha256(convert_to(jsonb_build_object('number', e.number, 'item', e.item, 'serial', e.serial, 'returned_serial', e.returned_serial, 'outcome', e.outcome)::text, 'UTF8')), 'hex')) is not true then 'signed_other_content/customer_signature' end,
              case when s.step_row = 2 and (e.parent_id is not null or ((i.item_returned is true or (e.outcome = 'credited' and e.exchange_asked_at is not null)) and (i.customer_copy_taken_in is true or i.loss_note is not null))) is not true then 'item_not_returned/item_returned' end,
              case when s.step_row = 2 and (e.parent_id is not null or exists (select from person p where p.id = i.receipt_to and p.state = 'active' and p.roles && '{dispatcher,outlet_manager}')) is not true then 'not_a_dispatcher/receipt_to' end,
              case when s.step_row = 2 and (coalesce(jsonb_array_length(e.leftovers_in_store), 0) = 0) is not true then 'leftovers_in_store' end
          ], null) as refused) v
),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from gate e
  cross join lateral (select 'settled'::text as state,
          ((((e.clocks - 'collect_1') - 'collect_2') - 'collect_3') - 'collect_decide') as clocks,
          coalesce($6::jsonb, e.customer_signature) as customer_signature,
          (case when $12::boolean then 'customer' else e.device_at end)::text as device_at,
          (coalesce($11::text, 'none'))::text as payment_status,
          (case when $11::text = 'paid' then next_receipt(e.step_at) end)::text as receipt_no,
          coalesce($10::text, e.customer_opinion) as customer_opinion,
          coalesce($18::integer, e.satisfaction) as satisfaction,
          coalesce($7::boolean, e.signature_refused) as signature_refused,
          coalesce($8::text, e.signature_refused_reason) as signature_refused_reason,
          coalesce($9::text, e.evidence) as evidence,
          (e.step_at)::timestamptz as settled_at,
          coalesce($14::text, e.loss_note) as loss_note
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($19::bytea, e.id, e.event_no + 1, 'settle', e.state, n.state, e.version + 1, $5::uuid, $4::bigint, e.logged_at,
          $2::timestamptz, $20::json, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not $21::boolean
   and not exists (select from f1_gate x where x.step_row is null or x.refused <> '{}')
   and not exists (select from f2_gate x where x.step_row is null or x.refused <> '{}')),
moved as (
update repair e
   set state = n.state,
       clocks = n.clocks,
       customer_signature = n.customer_signature,
       device_at = n.device_at,
       payment_status = n.payment_status,
       receipt_no = n.receipt_no,
       customer_opinion = n.customer_opinion,
       satisfaction = n.satisfaction,
       signature_refused = n.signature_refused,
       signature_refused_reason = n.signature_refused_reason,
       evidence = n.evidence,
       settled_at = n.settled_at,
       loss_note = n.loss_note,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       last_event = 'settle',
       last_event_no = e.event_no + 1,
       last_actor_id = $5::uuid,
       last_final = true
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.changed_at, e.contact_name, e.devices, e.charge_items, e.charge_total, e.payment_status, e.receipt_no, e.outcome, e.settled_at, e.chain,
       0::bigint
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.receipt_no is not null)) is true)::integer::bigint << 17)
       | ((((e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed'))) is true)::integer::bigint << 18)
       | ((((e.invoice_status = 'requested')) is true)::integer::bigint << 19)
       | ((((e.invoice_status = 'issued')) is true)::integer::bigint << 20)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = $5::uuid and ($1::timestamptz <= e.changed_at or $1::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($4::bigint & 16) <> 0 and $1::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       null::text as content_sha256,
       null::jsonb as warnings,
       e::text as packed),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'settle', n.gate_state, m.state, m.version, $5::uuid,
       $4::bigint, n.logged_at, $2::timestamptz, $22::text, m.outlet_id, m.customer_id, $20::json, n.changes, n.undo, $19::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id),
record9 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'device_receipt', 'P04-R04-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $5::uuid, coalesce(m.assignee_id, $5::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.customer_id, m.contact_name, m.devices, m.outcome, m.settled_at) x) c
 where e.device_at <> 'customer' and $12::boolean),
record10 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'receipt', 'P04-R07-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $5::uuid, coalesce(m.assignee_id, $5::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.customer_id, m.contact_name, m.receipt_no, m.charge_items, m.charge_total, m.payment_status, m.settled_at) x) c
 where $11::text = 'paid'),
f1_next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from f1_gate e
  cross join f1_in i
  cross join lateral (select e.state as state,
          (e.warranty_until + i.repair_days)::date as warranty_until,
          (coalesce(e.days_in_repair, 0) + i.repair_days)::integer as days_in_repair
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($19::bytea, e.id, e.event_no + 1, 'count_repair', e.state, n.state, e.version + 1, $5::uuid, $4::bigint, e.logged_at,
          null::timestamptz, e.step_inputs, c.changes) as content_hash) h
 where exists (select from moved)),
f1_moved as (
update equipment e
   set state = n.state,
       warranty_until = n.warranty_until,
       days_in_repair = n.days_in_repair,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       last_event = 'count_repair',
       last_event_no = e.event_no + 1,
       last_actor_id = $5::uuid,
       last_final = true
  from f1_next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.serial, e.former_serials, e.model, e.skill, e.contract_no, e.delivery_id, e.delivered_on, e.accepted_on, e.warranty_until, e.warranty_months, e.warranty_warned_for, e.days_in_repair, e.bought_elsewhere, e.replaced_by_id, e.proof, e.transfers, e.plan_visits_from, e.next_yearly_on, e.moved_from_id, e.chain),
f1_logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'equipment', 'count_repair', n.gate_state, m.state, m.version, $5::uuid,
       $4::bigint, n.logged_at, null::timestamptz, $22::text, m.outlet_id, m.customer_id, e.step_inputs, n.changes, n.undo, $19::bytea, n.content_hash, m.chain
  from f1_moved m
  join f1_next n on n.id = m.id
  join f1_gate e on e.id = m.id),
f1_link as (
insert into link (id, kind, from_id, from_event_no, to_id, to_machine, to_event, mode, state, made_at, outlet_id)
select gen_random_uuid(), 'repair.settle', m.id, m.event_no, x.id, 'equipment', 'count_repair', 'must', 'done', m.changed_at, m.outlet_id
  from moved m
  cross join f1_moved x),
f2_next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from f2_gate e
  join f2_in i on i.link_id = e.id
  cross join lateral (select case e.step_row when 1 then 'returned_to_customer' when 2 then 'returned_to_customer' end as state,
          case when e.step_row = 2 then '{}' else case when e.step_row = 1 then '{}' else e.clocks end end as clocks,
          case when e.step_row = 1 then (case when e.outcome = 'credited' then e.held_by else 'customer' end)::text when e.step_row = 2 then (case when e.outcome = 'credited' then e.held_by else 'customer' end)::text else e.held_by end as held_by,
          case when e.step_row = 1 then (e.step_at)::timestamptz when e.step_row = 2 then (e.step_at)::timestamptz else e.held_since end as held_since,
          coalesce(i.customer_signature, e.customer_signature) as customer_signature,
          coalesce(i.loss_note, e.loss_note) as loss_note,
          case when e.step_row = 1 then (e.step_at)::timestamptz when e.step_row = 2 then (e.step_at)::timestamptz else e.returned_customer_at end as returned_customer_at
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($19::bytea, e.id, e.event_no + 1, 'return_to_customer', e.state, n.state, e.version + 1, $5::uuid, $4::bigint, e.logged_at,
          null::timestamptz, e.step_inputs, c.changes) as content_hash) h
 where exists (select from moved)),
f2_moved as (
update return_repair e
   set state = n.state,
       clocks = n.clocks,
       held_by = n.held_by,
       held_since = n.held_since,
       customer_signature = n.customer_signature,
       loss_note = n.loss_note,
       returned_customer_at = n.returned_customer_at,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       closed_at = case when n.state in ('returned_to_customer') then n.step_at end,
       last_event = 'return_to_customer',
       last_event_no = e.event_no + 1,
       last_actor_id = $5::uuid,
       last_final = case n.step_row when 1 then true when 2 then true end
  from f2_next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.source, e.contact_name, e.contact_phone, e.item, e.item_category, e.equipment_id, e.model, e.serial, e.accessories, e.fault, e.tag_no, e.fault_kind, e.cause, e.test_result, e.tested_with, e.tester_id, e.tested_at, e.data_handling, e.repair_class, e.supplier_id, e.expected_return_at, e.to_tell, e.must_tell, e.customer_told_at, e.customer_told_until, e.rights_told, e.told_by, e.remedy_offered, e.quote_amount, e.quote_decision, e.decided_by, e.leftover_parts, e.leftovers_in_store, e.handed_over_at, e.packing_checked, e.carrier, e.waybill, e.insured_value, e.carrier_due_on, e.shipped_at, e.supplier_told_at, e.arrived_supplier_at, e.damage, e.chases, e.unanswered, e.last_answer, e.last_chased_at, e.next_chase_at, e.supplier_claim_no, e.refusal, e.recall_asked_at, e.back_carrier, e.back_waybill, e.back_due_on, e.returned_at, e.returned_serial, e.returned_condition, e.discrepancy, e.credit_amount, e.failed_tests, e.maker_warranty_until, e.outcome, e.held_by, e.held_since, e.scrap_reason, e.maker_word, e.scrap_choice, e.scrap_place, e.disposal_batch, e.disposal_approved_by, e.loss, e.lost_at, e.outcome_before_loss, e.carrier_claim_no, e.made_good_by, e.exchange_asked_at, e.withdrawn_at, e.withdrawal_wish, e.swapped_with, e.customer_signature, e.loss_note, e.returned_customer_at, e.contact_attempts, e.moved_from_id, e.chain),
f2_logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'return_repair', 'return_to_customer', n.gate_state, m.state, m.version, $5::uuid,
       $4::bigint, n.logged_at, null::timestamptz, $22::text, m.outlet_id, m.customer_id, e.step_inputs, n.changes, n.undo, $19::bytea, n.content_hash, m.chain
  from f2_moved m
  join f2_next n on n.id = m.id
  join f2_gate e on e.id = m.id),
f2_handed7 as (
update record r
   set handed_in_at = e.step_at,
       handed_in_event = m.event_no,
       holder_id = i.receipt_to
  from f2_moved m
  join f2_gate e on e.id = m.id
  join f2_in i on i.link_id = m.id
 where r.entity_id = m.id
   and r.form = 'return_receipt'
   and r.handed_in_at is null
   and r.voided_at is null
   and e.step_row = 2)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from f1_gate x), '{}') || coalesce((select array_agg(split_part(w.code, '/', 1) || '/return-repairs/' || x.number || substr(w.code, strpos(w.code || '/', '/'))) from f2_gate x cross join lateral unnest(case when x.step_row is null then array['link_refused'] else x.refused end) w (code)), '{}')) <> '{}' then 'refused'
         when $21::boolean then 'would_move'
         when e.id is null then 'raced'
         when (select count(*) from f1_next) <> (select count(*) from f1_moved) or (select count(*) from f2_next) <> (select count(*) from f2_moved) then raise_raced()
         else 'moved'
       end as verdict,
       array_to_string((g.refused || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from f1_gate x), '{}') || coalesce((select array_agg(split_part(w.code, '/', 1) || '/return-repairs/' || x.number || substr(w.code, strpos(w.code || '/', '/'))) from f2_gate x cross join lateral unnest(case when x.step_row is null then array['link_refused'] else x.refused end) w (code)), '{}')), ' ') as refused,
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
