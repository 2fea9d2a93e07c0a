with asked as materialized (
select (select max(t) from unnest($1::timestamptz[]) t) as p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, place
  from unnest($1::timestamptz[], $2::timestamptz[], $3::integer[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[], $8::text[], $9::uuid[], $10::bytea[], $11::uuid[], $12::json[], $13::boolean[], $14::text[]) with ordinality as a (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, place)),
gate as materialized (
select e.id, e.state, e.version, e.event_no, e.assignee_id, e.priority, e.clocks, e.overdue, e.to_reassign, e.required_skill, e.appointment_at, e.dispatched_at, e.defer_reason, e.chain, t.step_at, t.logged_at, s.step_row, v.refused, asked.p1, asked.p2, asked.p4, asked.p7, asked.p8, asked.p10, asked.p11, asked.p12, asked.p13, asked.p14, asked.place as asked_place
  from asked
  join repair e on e.id = asked.p9
  cross join lateral (select greatest(asked.p1, e.changed_at) as logged_at,
          greatest(case when asked.p2 < asked.p1 and asked.p2 >= asked.p1 - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then asked.p2 else asked.p1 end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('registered', 'revisit_pending') then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when (asked.p3 is null or e.version = asked.p3) is not true then 'stale_version' end,
              case when (asked.p4 is null or exists (select from person r where r.id = asked.p4 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/assignee_id' end,
              case when ((asked.p7 & 2097168) <> 0) is not true then 'forbidden_role' end,
              case when (e.outlet_id is null or e.job_accepted is true) is not true then 'outlet_has_not_accepted' end,
              case when (exists (select from person p where p.id = asked.p4 and p.state = 'active' and p.roles && '{technician,outlet_technician,return_repair_clerk,installer}')) is not true then 'technician_not_active/assignee_id' end,
              case when (exists (select from person p where p.id = asked.p4 and p.qualified_until >= company_date(t.step_at))) is not true then 'technician_not_qualified/assignee_id' end,
              case when (exists (select from person p where p.id = asked.p4 and coalesce(asked.p8, e.required_skill) = any(p.qualified_scope))) is not true then 'technician_skill_missing/assignee_id' end,
              case when (exists (select from person p where p.id = asked.p4 and p.outlet_id is not distinct from e.outlet_id)) is not true then 'technician_of_other_outlet/assignee_id' end
          ], null) as refused) v
 where e.id = asked.p9
   and (asked.p5 is null or e.outlet_id = asked.p5)
   and (asked.p6 is null or e.customer_id = asked.p6)),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash, e.id as e_id, e.p2, e.p7, e.p10, e.p11, e.p12, e.p14
  from gate e
  cross join lateral (select 'dispatched'::text as state,
          coalesce(e.p4, e.assignee_id) as assignee_id,
          ((e.clocks - 'dispatch_due') || jsonb_build_object('contact_due', case when e.priority = 'urgent' then case when e.step_at = e.p1 then (select clock_start('T_P4_CONTACT_URGENT', a.now, true) from (select asked.p1 from asked limit 1) a (now)) else clock_start('T_P4_CONTACT_URGENT', e.step_at, true) end else case when e.step_at = e.p1 then (select clock_start('T_P4_CONTACT', a.now, true) from (select asked.p1 from asked limit 1) a (now)) else clock_start('T_P4_CONTACT', e.step_at, true) end end)) as clocks,
          (null)::text as to_reassign,
          coalesce(e.p8, e.required_skill) as required_skill,
          (null)::timestamptz as appointment_at,
          (e.step_at)::timestamptz as dispatched_at,
          (null)::text as defer_reason
          offset 0) n
  cross join lateral (select e.state, e.assignee_id, e.clocks, e.to_reassign, e.required_skill, e.appointment_at, e.dispatched_at, e.defer_reason
          offset 0) before
  cross join lateral (select row_to_json(n) as changes,
          row_to_json(before) as undo
          offset 0) c
  cross join lateral (select event_content_hash(e.p10, e.id, e.event_no + 1, 'dispatch', e.state, n.state, e.version + 1, e.p11, e.p7, e.logged_at,
          e.p2, e.p12, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not e.p13),
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
       last_actor_id = n.p11,
       last_final = false
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.priority, e.paused, e.changed_at, e.last_event_no, e.last_actor_id, e.last_final, e.type, e.contact_name, e.contact_phone, e.address, e.serial, e.model, e.problem, e.required_skill, e.in_warranty, e.dispatched_at, e.absences, e.device_at, e.defer_reason, e.chain, e::text as packed, n.p2, n.p7, n.p10, n.p11, n.p12, n.p14, n.step_at as e_step_at, n.step_row as e_step_row, n.e_id, n.logged_at as n_logged_at, n.changes as n_changes, n.undo as n_undo, n.content_hash as n_content_hash, n.gate_state as n_gate_state),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'dispatch', m.n_gate_state, m.state, m.version, m.p11,
       m.p7, m.n_logged_at, m.p2, m.p14, m.outlet_id, m.customer_id, m.p12, m.n_changes, m.n_undo, m.p10, m.n_content_hash, m.chain
  from moved m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row, m.e_id as id) e),
record7 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'dispatch_slip', 'P04-R02-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, m.p11, coalesce(m.assignee_id, m.p11), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row, m.e_id as id) e
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.type, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.required_skill, m.priority, m.in_warranty, m.assignee_id, m.dispatched_at) x) c
 where not exists (select from record p where p.entity_id = e.id and p.form = 'dispatch_slip' and p.voided_at is null offset 0)),
notice8 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select m.assignee_id, null, m.outlet_id, 'dispatched', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from moved m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row, m.e_id as id) e
 where true and m.assignee_id is not null)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused) <> '{}' then 'refused'
         when g.p13 then 'would_move'
         when e.id is null then 'raced'
         else 'moved'
       end as verdict,
       array_to_string((g.refused), ' ') as refused,
       case when e.id is not null then 0::bigint
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((e.absences < 2 or (g.p7 & 16) <> 0)) is true)::integer::bigint << 4)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.state <> 'revisit_pending' or e.defer_reason is distinct from 'other_person')) is true)::integer::bigint << 6)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = g.p11 and (g.p1 <= e.changed_at or g.p1 <= time_rule_due('T_REVERT_SELF', e.changed_at))) or ((g.p7 & 16) <> 0 and g.p1 < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) end as probes,
       nullif(coalesce(null::jsonb, '[]') || case when g.p2 is not null and g.step_at is distinct from g.p2
           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,
       null::text,
       g.id as result_id,
       e.packed,
       e.version,
       e.state,
       g.asked_place
  from gate g
  left join moved e on e.id = g.id
