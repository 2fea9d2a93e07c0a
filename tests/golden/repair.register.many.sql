with asked as materialized (
select p1, (select max(t) from unnest($2::timestamptz[]) t) as p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, place
  from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bytea[], $24::uuid[], $25::json[], $26::boolean[], $27::text[]) with ordinality as a (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, place)),
gate as materialized (
select asked.p1 as id, t.step_at, t.logged_at, s.step_row, v.refused, asked.p2, asked.p3, asked.p4, asked.p5, asked.p7, asked.p8, asked.p9, asked.p10, asked.p11, asked.p12, asked.p13, asked.p14, asked.p15, asked.p16, asked.p17, asked.p18, asked.p19, asked.p20, asked.p21, asked.p22, asked.p23, asked.p24, asked.p25, asked.p26, asked.p27, asked.place as asked_place
  from asked
  cross join lateral (select greatest(asked.p2, '-infinity'::timestamptz) as logged_at,
          greatest(case when asked.p3 < asked.p2 and asked.p3 >= asked.p2 - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then asked.p3 else asked.p2 end, '-infinity'::timestamptz) as step_at) t
  cross join lateral (select case
              when true then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when (asked.p4 is null or exists (select from customer r where r.id = asked.p4 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/customer_id' end,
              case when (asked.p7 is null or exists (select from equipment r where r.id = asked.p7 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/equipment_id' end,
              case when (asked.p8 is null or exists (select from repair r where r.id = asked.p8 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/repeat_of' end,
              case when (asked.p9 is null or exists (select from repair r where r.id = asked.p9 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/follows' end,
              case when (asked.p10 is null or exists (select from outlet r where r.id = asked.p10 and (asked.p5 is null or r.outlet_id = asked.p5) and (asked.p6 is null or r.customer_id = asked.p6))) is not true then 'unknown_reference/outlet_id' end,
              case when ((asked.p11 & 811614512) <> 0) is not true then 'forbidden_role' end,
              case when (asked.p12 = 'carry_in' or asked.p13 is not null) is not true then 'address_missing/address' end,
              case when (asked.p7 is null or exists (select from equipment q where q.id = asked.p7 and q.customer_id = asked.p4)) is not true then 'equipment_of_another/equipment_id' end,
              case when (asked.p8 is null or exists (select from repair r where r.id = asked.p8 and r.customer_id = asked.p4 and r.settled_at >= t.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')))) is not true then 'repeat_too_late/repeat_of' end,
              case when (coalesce(asked.p5, asked.p10) is null or exists (select from outlet o where o.id = coalesce(asked.p5, asked.p10) and o.state = 'operating')) is not true then 'outlet_not_operating/outlet_id' end
          ], null) as refused) v
),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, n.*, c.changes, c.undo, h.content_hash, e.p3, e.p11, e.p23, e.p24, e.p25, e.p27
  from gate e
  left join lateral (select q.id, q.serial, q.warranty_until  from equipment q where q.id = coalesce(e.p7, (select s.id from equipment s where s.serial = e.p14 and s.customer_id = e.p4 order by s.id desc limit 1))
          limit 1) unit on true
  cross join lateral (select 'registered'::text as state,
          (coalesce(e.p5, e.p10))::uuid as outlet_id,
          e.p4 as customer_id,
          (coalesce(e.p15, (select c.region from customer c where c.id = e.p4)))::text as region,
          coalesce(e.p16, 'normal') as priority,
          jsonb_build_object('dispatch_due', case when e.p16 = 'urgent' then case when e.step_at = e.p2 then (select clock_start('T_P4_DISPATCH_URGENT', a.now, true) from (select asked.p2 from asked limit 1) a (now)) else clock_start('T_P4_DISPATCH_URGENT', e.step_at, true) end else case when e.step_at = e.p2 then (select clock_start('T_P4_DISPATCH', a.now, true) from (select asked.p2 from asked limit 1) a (now)) else clock_start('T_P4_DISPATCH', e.step_at, true) end end, 'arrive_due', case when e.p16 = 'urgent' then case when e.step_at = e.p2 then (select clock_start('T_P4_ARRIVE_URGENT', a.now, true) from (select asked.p2 from asked limit 1) a (now)) else clock_start('T_P4_ARRIVE_URGENT', e.step_at, true) end else case when e.step_at = e.p2 then (select clock_start('T_P4_ARRIVE', a.now, true) from (select asked.p2 from asked limit 1) a (now)) else clock_start('T_P4_ARRIVE', e.step_at, true) end end) as clocks,
          e.p12 as channel,
          (coalesce(e.p17, 'repair'))::text as type,
          e.p18 as contact_name,
          e.p19 as contact_phone,
          e.p13 as address,
          (unit.id)::uuid as equipment_id,
          (coalesce(e.p14, unit.serial))::text as serial,
          e.p20 as model,
          e.p21 as problem,
          e.p22 as required_skill,
          (unit.warranty_until)::date as warranty_until,
          (e.p8 is not null or coalesce(unit.warranty_until >= company_date(e.step_at), false) or coalesce(e.p17 = 'recall' and unit_is_recalled(coalesce(e.p14, unit.serial)), false))::boolean as in_warranty,
          (case when e.p8 is not null then 'repeat' when unit.warranty_until >= company_date(e.step_at) then 'warranty' when e.p17 = 'recall' and unit_is_recalled(coalesce(e.p14, unit.serial)) then 'recall' end)::text as free_reason,
          e.p8 as repeat_of,
          e.p9 as follows,
          ('[]')::jsonb as visits,
          (0)::integer as absences,
          ('customer')::text as device_at,
          (0)::bigint as charge_total,
          ('none')::text as payment_status,
          ('none')::text as invoice_status,
          (0)::integer as followup_tries,
          (case when e.p5 is not null then true end)::boolean as job_accepted
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash(e.p23, e.id, 1, 'register', null, n.state, 1, e.p24, e.p11, e.logged_at,
          e.p3, e.p25, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not e.p26),
moved as (
insert into repair as e (id, number, state, chain, opened_at, opened_by, changed_at, due_at, closed_at, last_event, last_actor_id, last_final, outlet_id, customer_id, region, priority, clocks, channel, type, contact_name, contact_phone, address, equipment_id, serial, model, problem, required_skill, warranty_until, in_warranty, free_reason, repeat_of, follows, visits, absences, device_at, charge_total, payment_status, invoice_status, followup_tries, job_accepted)
select n.id, 'RP-' || company_year(n.step_at) || '-' || to_char(nextval('repair_number'), 'FM999999000000'), n.state,
       sha256(n.content_hash), n.step_at, n.p24, n.step_at, least((n.clocks #>> '{dispatch_due,due_at}')::timestamptz, (n.clocks #>> '{arrive_due,due_at}')::timestamptz), null, 'register', n.p24, true, n.outlet_id, n.customer_id, n.region, n.priority, n.clocks, n.channel, n.type, n.contact_name, n.contact_phone, n.address, n.equipment_id, n.serial, n.model, n.problem, n.required_skill, n.warranty_until, n.in_warranty, n.free_reason, n.repeat_of, n.follows, n.visits, n.absences, n.device_at, n.charge_total, n.payment_status, n.invoice_status, n.followup_tries, n.job_accepted
  from next n
 on conflict do nothing
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.priority, e.paused, e.opened_at, e.changed_at, e.last_event_no, e.last_actor_id, e.last_final, e.channel, e.contact_name, e.contact_phone, e.address, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.device_at, e.job_accepted, e.chain, e::text as packed),
registry as (
insert into entity (id, machine, number, outlet_id, customer_id)
select m.id, 'repair', m.number, m.outlet_id, m.customer_id from moved m),
done as materialized (
select m.*, n.p3, n.p11, n.p23, n.p24, n.p25, n.p27, n.step_at as e_step_at, n.step_row as e_step_row, n.logged_at as n_logged_at, n.changes as n_changes, n.undo as n_undo, n.content_hash as n_content_hash
  from moved m
  join next n on n.id = m.id),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'register', null, m.state, m.version, m.p24,
       m.p11, m.n_logged_at, m.p3, m.p27, m.outlet_id, m.customer_id, m.p25, m.n_changes, m.n_undo, m.p23, m.n_content_hash, m.chain
  from done m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row) e),
record20 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'phone_record', 'P04-R01-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, m.p24, coalesce(m.assignee_id, m.p24), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from done m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row) e
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.opened_at, m.channel, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.priority, m.warranty_until, m.in_warranty, m.free_reason) x) c
 where true),
notice21 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select null, 'dispatcher', m.outlet_id, 'registered', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from done m
  cross join lateral (select m.e_step_at as step_at, m.e_step_row as step_row) e
 where true)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused) <> '{}' then 'refused'
         when g.p26 then 'would_move'
         when e.id is null then 'raced'
         else 'moved'
       end as verdict,
       array_to_string((g.refused), ' ') as refused,
       case when e.id is not null then 0::bigint
       | ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((exists (select from person p where p.id = g.p24 and p.state = 'active' and p.qualified_until >= company_date(g.p2) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 2)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 3)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = g.p24 and (g.p2 <= e.changed_at or g.p2 <= time_rule_due('T_REVERT_SELF', e.changed_at))) or ((g.p11 & 16) <> 0 and g.p2 < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) end as probes,
       nullif(coalesce((select jsonb_agg(jsonb_build_object('code', w.code, 'id', w.id, 'number', w.number, 'state', w.state)) from ((select case when d.settled_at is null then 'possible_duplicate' else 'repaired_recently' end as code, d.id, d.number, d.state from repair d where d.serial = e.serial and d.id <> e.id and (d.closed_at is null or d.settled_at >= g.p2 - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS'))) limit 5) union all select 'unit_recalled', u.id, u.number, u.state from recall_unit u where u.serial = e.serial and u.state in ('listed', 'notified', 'scheduled', 'unreachable')) w), '[]') || case when g.p3 is not null and g.step_at is distinct from g.p3
           then jsonb_build_array(jsonb_build_object('code', 'occurred_at_not_believed', 'counted_from', g.step_at)) else '[]' end, '[]') as extra,
       null::text,
       g.id as result_id,
       e.packed,
       e.version,
       e.state,
       g.asked_place
  from gate g
  left join moved e on e.id = g.id
