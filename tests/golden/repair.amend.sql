with gate as materialized (
select e.id, e.state, e.version, e.event_no, e.customer_id, e.region, e.priority, e.clocks, e.overdue, e.type, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.repeat_of, e.chain, t.step_at, t.logged_at, s.step_row, v.refused
  from repair e
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at,
          greatest(case when $2::timestamptz < $1::timestamptz and $2::timestamptz >= $1::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $2::timestamptz else $1::timestamptz end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when ($3::integer is null or e.version = $3::integer) is not true then 'stale_version' end,
              case when ($4::uuid is null or exists (select from customer r where r.id = $4::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/customer_id' end,
              case when ($7::uuid is null or exists (select from equipment r where r.id = $7::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/equipment_id' end,
              case when (($8::bigint & 16) <> 0 or (true and e.opened_by = $9::uuid)) is not true then 'forbidden_role' end,
              case when (($10::bigint & ~1::bigint) <> 0) is not true then 'nothing_to_amend' end,
              case when (($4::uuid is null and $7::uuid is null and $11::text is null) or e.state = 'registered') is not true then 'unit_fixed' end,
              case when ($7::uuid is null or exists (select from equipment q where q.id = $7::uuid and q.customer_id = coalesce($4::uuid, e.customer_id))) is not true then 'equipment_of_another/equipment_id' end
          ], null) as refused) v
 where e.id = $12::uuid
   and ($5::uuid is null or e.outlet_id = $5::uuid)
   and ($6::uuid is null or e.customer_id = $6::uuid)),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from gate e
  cross join lateral (select e.state as state,
          case when $10::bigint & 1024 <> 0 then $4::uuid else e.customer_id end as customer_id,
          case when $10::bigint & 512 <> 0 then $13::text else e.region end as region,
          case when $10::bigint & 256 <> 0 then $14::text else e.priority end as priority,
          case when $14::text is null or $14::text = e.priority then e.clocks else coalesce((select jsonb_object_agg(c.key, case c.key when 'dispatch_due' then clock_rerule(c.value, case when $14::text = 'urgent' then 'T_P4_DISPATCH_URGENT' else 'T_P4_DISPATCH' end) when 'outlet_accept' then clock_rerule(c.value, case when $14::text = 'urgent' then 'T_P6_ACCEPT_JOB_URGENT' else 'T_P6_ACCEPT_JOB' end) when 'contact_due' then clock_rerule(c.value, case when $14::text = 'urgent' then 'T_P4_CONTACT_URGENT' else 'T_P4_CONTACT' end) when 'arrive_due' then clock_rerule(c.value, case when $14::text = 'urgent' then 'T_P4_ARRIVE_URGENT' else 'T_P4_ARRIVE' end) else c.value end) from jsonb_each(e.clocks) c), '{}') end as clocks,
          case when $10::bigint & 2 <> 0 then $15::text else e.contact_name end as contact_name,
          case when $10::bigint & 4 <> 0 then $16::text else e.contact_phone end as contact_phone,
          case when $10::bigint & 8 <> 0 then $17::text else e.address end as address,
          case when $10::bigint & 2048 <> 0 then $7::uuid else e.equipment_id end as equipment_id,
          case when $10::bigint & 16 <> 0 then $11::text else e.serial end as serial,
          case when $10::bigint & 32 <> 0 then $18::text else e.model end as model,
          case when $10::bigint & 64 <> 0 then $19::text else e.problem end as problem,
          case when $10::bigint & 128 <> 0 then $20::text else e.required_skill end as required_skill,
          (case when e.state = 'registered' then repair_warranty(coalesce($7::uuid, e.equipment_id), coalesce($11::text, e.serial), coalesce($4::uuid, e.customer_id)) else e.warranty_until end)::date as warranty_until,
          (case when e.state = 'registered' then coalesce(repair_free_reason(coalesce($7::uuid, e.equipment_id), coalesce($11::text, e.serial), coalesce($4::uuid, e.customer_id), e.repeat_of, e.step_at), case when e.type = 'recall' and unit_is_recalled(coalesce($11::text, e.serial)) then 'recall' end) is not null else e.in_warranty end)::boolean as in_warranty,
          (case when e.state = 'registered' then coalesce(repair_free_reason(coalesce($7::uuid, e.equipment_id), coalesce($11::text, e.serial), coalesce($4::uuid, e.customer_id), e.repeat_of, e.step_at), case when e.type = 'recall' and unit_is_recalled(coalesce($11::text, e.serial)) then 'recall' end) else e.free_reason end)::text as free_reason
          offset 0) n
  cross join lateral (select e.state, e.customer_id, e.region, e.priority, e.clocks, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason
          offset 0) before
  cross join lateral (select row_to_json(n) as changes,
          row_to_json(before) as undo
          offset 0) c
  cross join lateral (select event_content_hash($21::bytea, e.id, e.event_no + 1, 'amend', e.state, n.state, e.version + 1, $9::uuid, $8::bigint, e.logged_at,
          $2::timestamptz, $22::json, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not $23::boolean),
moved as (
update repair e
   set state = n.state,
       customer_id = n.customer_id,
       region = n.region,
       priority = n.priority,
       clocks = n.clocks,
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
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       last_event = 'amend',
       last_event_no = e.event_no + 1,
       last_actor_id = $9::uuid,
       last_final = false
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.chain,
       0::bigint
       | ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((e.state in ('registered')) and (exists (select from person p where p.id = $9::uuid and p.state = 'active' and p.qualified_until >= company_date($1::timestamptz) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 2)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 3)
       | ((((e.absences < 2 or ($8::bigint & 16) <> 0)) is true)::integer::bigint << 4)
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
       | ((((e.loss is not null and e.loss_settled_at is null)) is true)::integer::bigint << 26)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = $9::uuid and ($1::timestamptz <= e.changed_at or $1::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($8::bigint & 16) <> 0 and $1::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       case when e.state in ('settling') then encode(sha256(convert_to(jsonb_build_object('number', e.number, 'solution', e.solution, 'outcome', e.outcome, 'parts_used', e.parts_used, 'charge_items', e.charge_items, 'charge_total', e.charge_total, 'in_warranty', e.in_warranty)::text, 'UTF8')), 'hex') end as content_sha256,
       null::jsonb as warnings,
       e::text as packed),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'amend', n.gate_state, m.state, m.version, $9::uuid,
       $8::bigint, n.logged_at, $2::timestamptz, $24::text, m.outlet_id, m.customer_id, $22::json, n.changes, n.undo, $21::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused) <> '{}' then 'refused'
         when $23::boolean then 'would_move'
         when e.id is null then 'raced'
         else 'moved'
       end as verdict,
       array_to_string((g.refused), ' ') as refused,
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
