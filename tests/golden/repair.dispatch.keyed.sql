with gate as materialized (
select e.id, e.state, e.version, e.event_no, e.assignee_id, e.priority, e.clocks, e.overdue, e.to_reassign, e.required_skill, e.appointment_at, e.dispatched_at, e.defer_reason, e.chain, t.step_at, t.logged_at, s.step_row, v.refused, p.fingerprint as prior_fingerprint, p.entity_id as prior_id
  from repair e
  left join idempotency p on p.principal = $1::uuid and p.key = $2::text
  cross join lateral (select greatest($3::timestamptz, e.changed_at) as logged_at,
          greatest(case when $4::timestamptz < $3::timestamptz and $4::timestamptz >= $3::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $4::timestamptz else $3::timestamptz end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('registered', 'revisit_pending') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when ($5::integer is null or e.version = $5::integer) is not true then 'stale_version' end,
              case when ($6::uuid is null or exists (select from person r where r.id = $6::uuid and ($7::uuid is null or r.outlet_id = $7::uuid) and ($8::uuid is null or r.customer_id = $8::uuid))) is not true then 'unknown_reference/assignee_id' end,
              case when (($9::bigint & 2097168) <> 0) is not true then 'forbidden_role' end,
              case when (e.outlet_id is null or e.job_accepted is true) is not true then 'outlet_has_not_accepted' end,
              case when (exists (select from person p where p.id = $6::uuid and p.state = 'active' and p.roles && '{technician,outlet_technician,return_repair_clerk,installer}')) is not true then 'technician_not_active/assignee_id' end,
              case when (exists (select from person p where p.id = $6::uuid and p.qualified_until >= company_date(t.step_at))) is not true then 'technician_not_qualified/assignee_id' end,
              case when (exists (select from person p where p.id = $6::uuid and coalesce($10::text, e.required_skill) = any(p.qualified_scope))) is not true then 'technician_skill_missing/assignee_id' end,
              case when (exists (select from person p where p.id = $6::uuid and p.outlet_id is not distinct from e.outlet_id)) is not true then 'technician_of_other_outlet/assignee_id' end
          ], null) as refused) v
 where e.id = $11::uuid
   and ($7::uuid is null or e.outlet_id = $7::uuid)
   and ($8::uuid is null or e.customer_id = $8::uuid)),
claim as (
insert into idempotency (principal, key, fingerprint, entity_id, version, status, at)
select $1::uuid, $2::text, $12::text, e.id, e.version + 1, 200, $3::timestamptz
  from gate e
 where e.prior_fingerprint is null
   and e.step_row is not null
   and e.refused = '{}'
   and not $13::boolean
    on conflict do nothing
returning entity_id),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from gate e
  cross join lateral (select 'dispatched'::text as state,
          coalesce($6::uuid, e.assignee_id) as assignee_id,
          ((e.clocks - 'dispatch_due') || jsonb_build_object('contact_due', case when e.priority = 'urgent' then clock_start('T_P4_CONTACT_URGENT', e.step_at, true) else clock_start('T_P4_CONTACT', e.step_at, true) end)) as clocks,
          (null)::text as to_reassign,
          coalesce($10::text, e.required_skill) as required_skill,
          (null)::timestamptz as appointment_at,
          (e.step_at)::timestamptz as dispatched_at,
          (null)::text as defer_reason
          offset 0) n
  cross join lateral (select e.state, e.assignee_id, e.clocks, e.to_reassign, e.required_skill, e.appointment_at, e.dispatched_at, e.defer_reason
          offset 0) before
  cross join lateral (select row_to_json(n) as changes,
          row_to_json(before) as undo
          offset 0) c
  cross join lateral (select event_content_hash($14::bytea, e.id, e.event_no + 1, 'dispatch', e.state, n.state, e.version + 1, $1::uuid, $9::bigint, e.logged_at,
          $4::timestamptz, $15::json, c.changes) as content_hash) h
 where e.prior_fingerprint is null
   and e.step_row is not null
   and e.refused = '{}'
   and not $13::boolean
   and exists (select from claim)),
moved as (
update repair e
   set state = n.state,
       assignee_id = n.assignee_id,
       clocks = n.clocks,
       to_reassign = n.to_reassign,
       required_skill = n.required_skill,
       appointment_at = n.appointment_at,
       dispatched_at = n.dispatched_at,
       defer_reason = n.defer_reason,
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       last_event = 'dispatch',
       last_event_no = e.event_no + 1,
       last_actor_id = $1::uuid,
       last_final = false
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.priority, e.type, e.contact_name, e.contact_phone, e.address, e.serial, e.model, e.problem, e.required_skill, e.in_warranty, e.dispatched_at, e.chain,
       0::bigint
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((e.absences < 2 or ($9::bigint & 16) <> 0)) is true)::integer::bigint << 4)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.state <> 'revisit_pending' or e.defer_reason is distinct from 'other_person')) is true)::integer::bigint << 6)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = $1::uuid and ($3::timestamptz <= e.changed_at or $3::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($9::bigint & 16) <> 0 and $3::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       null::text as content_sha256,
       null::jsonb as warnings,
       e::text as packed),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'dispatch', n.gate_state, m.state, m.version, $1::uuid,
       $9::bigint, n.logged_at, $4::timestamptz, $16::text, m.outlet_id, m.customer_id, $15::json, n.changes, n.undo, $14::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id),
record7 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'dispatch_slip', 'P04-R02-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $1::uuid, coalesce(m.assignee_id, $1::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.type, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.required_skill, m.priority, m.in_warranty, m.assignee_id, m.dispatched_at) x) c
 where not exists (select from record p where p.entity_id = e.id and p.form = 'dispatch_slip' and p.voided_at is null offset 0)),
notice8 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select m.assignee_id, null, m.outlet_id, 'dispatched', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from moved m
  join gate e on e.id = m.id
 where true and m.assignee_id is not null)
select case
         when g.prior_fingerprint is not null then case when g.prior_fingerprint = $12::text then 'repeat' else 'mismatch' end
         when g.step_row is null then 'wrong_state'
         when (g.refused) <> '{}' then 'refused'
         when $13::boolean then 'would_move'
         when e.id is null then 'raced'
         else 'moved'
       end as verdict,
       array_to_string((g.refused), ' ') as refused,
       e.probes,
       nullif(coalesce(e.warnings, '[]') || case when $4::timestamptz is not null and g.step_at is distinct from $4::timestamptz
           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,
       e.content_sha256,
       g.id as result_id,
       e.packed,
       e.version,
       e.state
  from gate g
  left join moved e on true
