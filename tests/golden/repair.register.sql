with gate as materialized (
select $1::uuid as id, t.step_at, t.logged_at, s.step_row, v.refused
  from (select 1) one
  cross join lateral (select greatest($2::timestamptz, '-infinity'::timestamptz) as logged_at,
          greatest(case when $3::timestamptz < $2::timestamptz and $3::timestamptz >= $2::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $3::timestamptz else $2::timestamptz end, '-infinity'::timestamptz) as step_at) t
  cross join lateral (select case
              when true then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when ($4::uuid is null or exists (select from customer r where r.id = $4::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/customer_id' end,
              case when ($7::uuid is null or exists (select from equipment r where r.id = $7::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/equipment_id' end,
              case when ($8::uuid is null or exists (select from repair r where r.id = $8::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/repeat_of' end,
              case when ($9::uuid is null or exists (select from repair r where r.id = $9::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/follows' end,
              case when ($10::uuid is null or exists (select from outlet r where r.id = $10::uuid and ($5::uuid is null or r.outlet_id = $5::uuid) and ($6::uuid is null or r.customer_id = $6::uuid))) is not true then 'unknown_reference/outlet_id' end,
              case when (($11::bigint & 811614512) <> 0) is not true then 'forbidden_role' end,
              case when ($12::text = 'carry_in' or $13::text is not null) is not true then 'address_missing/address' end,
              case when ($7::uuid is null or exists (select from equipment q where q.id = $7::uuid and q.customer_id = $4::uuid)) is not true then 'equipment_of_another/equipment_id' end,
              case when ($8::uuid is null or exists (select from repair r where r.id = $8::uuid and r.customer_id = $4::uuid and r.settled_at >= t.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')))) is not true then 'repeat_too_late/repeat_of' end,
              case when (coalesce($5::uuid, $10::uuid) is null or exists (select from outlet o where o.id = coalesce($5::uuid, $10::uuid) and o.state = 'operating')) is not true then 'outlet_not_operating/outlet_id' end
          ], null) as refused) v
),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, n.*, c.changes, c.undo, h.content_hash
  from gate e
  left join lateral (select q.id, q.serial, q.warranty_until  from equipment q where q.id = coalesce($7::uuid, (select s.id from equipment s where s.serial = $14::text and s.customer_id = $4::uuid order by s.id desc limit 1))
          limit 1) unit on true
  cross join lateral (select 'registered'::text as state,
          (coalesce($5::uuid, $10::uuid))::uuid as outlet_id,
          $4::uuid as customer_id,
          (coalesce($15::text, (select c.region from customer c where c.id = $4::uuid)))::text as region,
          coalesce($16::text, 'normal') as priority,
          jsonb_build_object('dispatch_due', case when $16::text = 'urgent' then clock_start('T_P4_DISPATCH_URGENT', e.step_at, true) else clock_start('T_P4_DISPATCH', e.step_at, true) end, 'arrive_due', case when $16::text = 'urgent' then clock_start('T_P4_ARRIVE_URGENT', e.step_at, true) else clock_start('T_P4_ARRIVE', e.step_at, true) end) as clocks,
          $12::text as channel,
          (coalesce($17::text, 'repair'))::text as type,
          $18::text as contact_name,
          $19::text as contact_phone,
          $13::text as address,
          (unit.id)::uuid as equipment_id,
          (coalesce($14::text, unit.serial))::text as serial,
          $20::text as model,
          $21::text as problem,
          $22::text as required_skill,
          (unit.warranty_until)::date as warranty_until,
          ($8::uuid is not null or coalesce(unit.warranty_until >= company_date(e.step_at), false) or coalesce($17::text = 'recall' and unit_is_recalled(coalesce($14::text, unit.serial)), false))::boolean as in_warranty,
          (case when $8::uuid is not null then 'repeat' when unit.warranty_until >= company_date(e.step_at) then 'warranty' when $17::text = 'recall' and unit_is_recalled(coalesce($14::text, unit.serial)) then 'recall' end)::text as free_reason,
          $8::uuid as repeat_of,
          $9::uuid as follows,
          ('[]')::jsonb as visits,
          (0)::integer as absences,
          ('customer')::text as device_at,
          (0)::bigint as charge_total,
          ('none')::text as payment_status,
          ('none')::text as invoice_status,
          (0)::integer as followup_tries,
          (case when $5::uuid is not null then true end)::boolean as job_accepted
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($23::bytea, e.id, 1, 'register', null, n.state, 1, $24::uuid, $11::bigint, e.logged_at,
          $3::timestamptz, $25::json, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not $26::boolean),
moved as (
insert into repair as e (id, number, state, chain, opened_at, opened_by, changed_at, due_at, closed_at, last_event, last_actor_id, last_final, outlet_id, customer_id, region, priority, clocks, channel, type, contact_name, contact_phone, address, equipment_id, serial, model, problem, required_skill, warranty_until, in_warranty, free_reason, repeat_of, follows, visits, absences, device_at, charge_total, payment_status, invoice_status, followup_tries, job_accepted)
select n.id, 'RP-' || company_year(n.step_at) || '-' || to_char(nextval('repair_number'), 'FM999999000000'), n.state,
       sha256(n.content_hash), n.step_at, $24::uuid, n.step_at, least((n.clocks #>> '{dispatch_due,due_at}')::timestamptz, (n.clocks #>> '{arrive_due,due_at}')::timestamptz), null, 'register', $24::uuid, true, n.outlet_id, n.customer_id, n.region, n.priority, n.clocks, n.channel, n.type, n.contact_name, n.contact_phone, n.address, n.equipment_id, n.serial, n.model, n.problem, n.required_skill, n.warranty_until, n.in_warranty, n.free_reason, n.repeat_of, n.follows, n.visits, n.absences, n.device_at, n.charge_total, n.payment_status, n.invoice_status, n.followup_tries, n.job_accepted
  from next n
 on conflict do nothing
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.priority, e.opened_at, e.channel, e.contact_name, e.contact_phone, e.address, e.serial, e.model, e.problem, e.warranty_until, e.in_warranty, e.free_reason, e.chain,
       0::bigint
       | ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((exists (select from person p where p.id = $24::uuid and p.state = 'active' and p.qualified_until >= company_date($2::timestamptz) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 2)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 3)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = $24::uuid and ($2::timestamptz <= e.changed_at or $2::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($11::bigint & 16) <> 0 and $2::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       null::text as content_sha256,
       (select jsonb_agg(jsonb_build_object('code', w.code, 'id', w.id, 'number', w.number, 'state', w.state)) from ((select case when d.settled_at is null then 'possible_duplicate' else 'repaired_recently' end as code, d.id, d.number, d.state from repair d where d.serial = e.serial and d.id <> e.id and (d.closed_at is null or d.settled_at >= $2::timestamptz - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS'))) limit 5) union all select 'unit_recalled', u.id, u.number, u.state from recall_unit u where u.serial = e.serial and u.state in ('listed', 'notified', 'scheduled', 'unreachable')) w) as warnings,
       e::text as packed),
registry as (
insert into entity (id, machine, number, outlet_id, customer_id)
select m.id, 'repair', m.number, m.outlet_id, m.customer_id from moved m),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'register', null, m.state, m.version, $24::uuid,
       $11::bigint, n.logged_at, $3::timestamptz, $27::text, m.outlet_id, m.customer_id, $25::json, n.changes, n.undo, $23::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id),
record20 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'phone_record', 'P04-R01-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $24::uuid, coalesce(m.assignee_id, $24::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.opened_at, m.channel, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.priority, m.warranty_until, m.in_warranty, m.free_reason) x) c
 where true),
notice21 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select null, 'dispatcher', m.outlet_id, 'registered', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from moved m
  join gate e on e.id = m.id
 where true)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused) <> '{}' then 'refused'
         when $26::boolean then 'would_move'
         when e.id is null then 'raced'
         else 'moved'
       end as verdict,
       array_to_string((g.refused), ' ') as refused,
       e.probes,
       nullif(coalesce(e.warnings, '[]') || case when $3::timestamptz is not null and g.step_at is distinct from $3::timestamptz
           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,
       e.content_sha256,
       g.id as result_id,
       e.packed,
       e.version,
       e.state
  from gate g
  left join moved e on true
