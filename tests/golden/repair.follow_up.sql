with gate as materialized (
select e.id, e.state, e.version, e.event_no, e.customer_id, e.region, e.clocks, e.overdue, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.settled_at, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at, e.chain, t.step_at, t.logged_at, s.step_row, v.refused
  from repair e
  cross join lateral (select greatest($1::timestamptz, e.changed_at) as logged_at,
          greatest(case when $2::timestamptz < $1::timestamptz and $2::timestamptz >= $1::timestamptz - (select make_interval(secs => seconds) from time_rule where code = 'T_OCCURRED') then $2::timestamptz else $1::timestamptz end, e.changed_at) as step_at) t
  cross join lateral (select case
              when e.state in ('followup_pending') and ($3::boolean is not true and e.followup_tries + 1 < time_rule_number('N_P4_FOLLOWUP_TRIES')) then 1
              when e.state in ('followup_pending') and ($3::boolean is not true) then 2
              when e.state in ('followup_pending') and ($4::boolean is true or $5::boolean is false) then 3
              when e.state in ('followup_pending') then 4
          end as step_row
          offset 0) s
  cross join lateral (select array_remove(array[null::text,
              case when ($6::integer is null or e.version = $6::integer) is not true then 'stale_version' end,
              case when s.step_row = 1 and (($7::bigint & 64) <> 0) is not true then 'forbidden_role' end,
              case when s.step_row = 1 and ($8::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $8::uuid)), false)) is not true then 'own_job' end,
              case when s.step_row = 1 and ($9::timestamptz <= t.step_at + interval '5 minutes' and $9::timestamptz >= date_trunc('minute', e.settled_at)) is not true then 'call_time_wrong/called_at' end,
              case when s.step_row = 1 and ($3::boolean is not true or $5::boolean is not null) is not true then 'answers_missing/satisfied' end,
              case when s.step_row = 1 and ($4::boolean is not true or $10::text is not null) is not true then 'complaint_text_missing/complaint_text' end,
              case when s.step_row = 1 and (e.signature_refused is not true or $3::boolean is not true or $11::boolean is not null) is not true then 'work_not_confirmed/work_confirmed' end,
              case when s.step_row = 2 and (($7::bigint & 64) <> 0) is not true then 'forbidden_role' end,
              case when s.step_row = 2 and ($8::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $8::uuid)), false)) is not true then 'own_job' end,
              case when s.step_row = 2 and ($9::timestamptz <= t.step_at + interval '5 minutes' and $9::timestamptz >= date_trunc('minute', e.settled_at)) is not true then 'call_time_wrong/called_at' end,
              case when s.step_row = 2 and ($3::boolean is not true or $5::boolean is not null) is not true then 'answers_missing/satisfied' end,
              case when s.step_row = 2 and ($4::boolean is not true or $10::text is not null) is not true then 'complaint_text_missing/complaint_text' end,
              case when s.step_row = 2 and (e.signature_refused is not true or $3::boolean is not true or $11::boolean is not null) is not true then 'work_not_confirmed/work_confirmed' end,
              case when s.step_row = 3 and (($7::bigint & 64) <> 0) is not true then 'forbidden_role' end,
              case when s.step_row = 3 and ($8::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $8::uuid)), false)) is not true then 'own_job' end,
              case when s.step_row = 3 and ($9::timestamptz <= t.step_at + interval '5 minutes' and $9::timestamptz >= date_trunc('minute', e.settled_at)) is not true then 'call_time_wrong/called_at' end,
              case when s.step_row = 3 and ($3::boolean is not true or $5::boolean is not null) is not true then 'answers_missing/satisfied' end,
              case when s.step_row = 3 and ($4::boolean is not true or $10::text is not null) is not true then 'complaint_text_missing/complaint_text' end,
              case when s.step_row = 3 and (e.signature_refused is not true or $3::boolean is not true or $11::boolean is not null) is not true then 'work_not_confirmed/work_confirmed' end,
              case when s.step_row = 4 and (($7::bigint & 64) <> 0) is not true then 'forbidden_role' end,
              case when s.step_row = 4 and ($8::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $8::uuid)), false)) is not true then 'own_job' end,
              case when s.step_row = 4 and ($9::timestamptz <= t.step_at + interval '5 minutes' and $9::timestamptz >= date_trunc('minute', e.settled_at)) is not true then 'call_time_wrong/called_at' end,
              case when s.step_row = 4 and ($3::boolean is not true or $5::boolean is not null) is not true then 'answers_missing/satisfied' end,
              case when s.step_row = 4 and ($4::boolean is not true or $10::text is not null) is not true then 'complaint_text_missing/complaint_text' end,
              case when s.step_row = 4 and (e.signature_refused is not true or $3::boolean is not true or $11::boolean is not null) is not true then 'work_not_confirmed/work_confirmed' end
          ], null) as refused) v
 where e.id = $12::uuid
   and ($13::uuid is null or e.outlet_id = $13::uuid)
   and ($14::uuid is null or e.customer_id = $14::uuid)),
o1_in as materialized (
select x.*, row_to_json(x) as step_inputs
  from gate e
  cross join lateral (select e.step_at,
          (case when e.address is null then 'carry_in' else 'other_phone' end)::text as channel,
          (e.customer_id)::uuid as customer_id,
          (e.contact_name)::text as contact_name,
          (e.contact_phone)::text as contact_phone,
          (coalesce($10::text, e.problem))::text as problem,
          (e.address)::text as address,
          (e.equipment_id)::uuid as equipment_id,
          (e.serial)::text as serial,
          (e.model)::text as model,
          (e.required_skill)::text as required_skill,
          (null)::text as priority,
          (null)::text as type,
          (e.region)::text as region,
          (case when e.settled_at >= e.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')) then e.id end)::uuid as repeat_of,
          (e.id)::uuid as follows,
          (null)::uuid as outlet_id) x
 where e.step_row is not null and (e.step_row = 3 and ($15::boolean is true))),
o1_gate as materialized (
select $16::uuid as id, t.step_at, t.logged_at, s.step_row, v.refused, i.step_inputs
  from o1_in i
  cross join lateral (select greatest($1::timestamptz, '-infinity'::timestamptz) as logged_at, greatest(i.step_at, '-infinity'::timestamptz) as step_at) t
  cross join lateral (select case
              when true then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when (i.customer_id is null or exists (select from customer r where r.id = i.customer_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/customer_id' end,
              case when (i.equipment_id is null or exists (select from equipment r where r.id = i.equipment_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/equipment_id' end,
              case when (i.repeat_of is null or exists (select from repair r where r.id = i.repeat_of and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/repeat_of' end,
              case when (i.follows is null or exists (select from repair r where r.id = i.follows and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/follows' end,
              case when (i.outlet_id is null or exists (select from outlet r where r.id = i.outlet_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/outlet_id' end,
              case when (i.channel = 'carry_in' or i.address is not null) is not true then 'address_missing/address' end,
              case when (i.equipment_id is null or exists (select from equipment q where q.id = i.equipment_id and q.customer_id = i.customer_id)) is not true then 'equipment_of_another/equipment_id' end,
              case when (i.repeat_of is null or exists (select from repair r where r.id = i.repeat_of and r.customer_id = i.customer_id and r.settled_at >= t.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')))) is not true then 'repeat_too_late/repeat_of' end,
              case when (coalesce($13::uuid, i.outlet_id) is null or exists (select from outlet o where o.id = coalesce($13::uuid, i.outlet_id) and o.state = 'operating')) is not true then 'outlet_not_operating/outlet_id' end
          ], null) as refused) v
),
o2_in as materialized (
select x.*, row_to_json(x) as step_inputs
  from gate e
  cross join lateral (select e.step_at,
          (case when e.address is null then 'carry_in' else 'other_phone' end)::text as channel,
          (e.customer_id)::uuid as customer_id,
          (e.contact_name)::text as contact_name,
          (e.contact_phone)::text as contact_phone,
          (coalesce($10::text, e.problem))::text as problem,
          (e.address)::text as address,
          (e.equipment_id)::uuid as equipment_id,
          (e.serial)::text as serial,
          (e.model)::text as model,
          (e.required_skill)::text as required_skill,
          (null)::text as priority,
          (null)::text as type,
          (e.region)::text as region,
          (case when e.settled_at >= e.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')) then e.id end)::uuid as repeat_of,
          (e.id)::uuid as follows,
          (null)::uuid as outlet_id) x
 where e.step_row is not null and (e.step_row = 4 and ($15::boolean is true))),
o2_gate as materialized (
select $17::uuid as id, t.step_at, t.logged_at, s.step_row, v.refused, i.step_inputs
  from o2_in i
  cross join lateral (select greatest($1::timestamptz, '-infinity'::timestamptz) as logged_at, greatest(i.step_at, '-infinity'::timestamptz) as step_at) t
  cross join lateral (select case
              when true then 1
          end as step_row) s
  cross join lateral (select array_remove(array[null::text,
              case when (i.customer_id is null or exists (select from customer r where r.id = i.customer_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/customer_id' end,
              case when (i.equipment_id is null or exists (select from equipment r where r.id = i.equipment_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/equipment_id' end,
              case when (i.repeat_of is null or exists (select from repair r where r.id = i.repeat_of and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/repeat_of' end,
              case when (i.follows is null or exists (select from repair r where r.id = i.follows and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/follows' end,
              case when (i.outlet_id is null or exists (select from outlet r where r.id = i.outlet_id and ($13::uuid is null or r.outlet_id = $13::uuid) and ($14::uuid is null or r.customer_id = $14::uuid))) is not true then 'unknown_reference/outlet_id' end,
              case when (i.channel = 'carry_in' or i.address is not null) is not true then 'address_missing/address' end,
              case when (i.equipment_id is null or exists (select from equipment q where q.id = i.equipment_id and q.customer_id = i.customer_id)) is not true then 'equipment_of_another/equipment_id' end,
              case when (i.repeat_of is null or exists (select from repair r where r.id = i.repeat_of and r.customer_id = i.customer_id and r.settled_at >= t.step_at - make_interval(days => time_rule_number('T_P4_REPAIR_HOLDS')))) is not true then 'repeat_too_late/repeat_of' end,
              case when (coalesce($13::uuid, i.outlet_id) is null or exists (select from outlet o where o.id = coalesce($13::uuid, i.outlet_id) and o.state = 'operating')) is not true then 'outlet_not_operating/outlet_id' end
          ], null) as refused) v
),
next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, e.event_no as gate_event_no, e.state as gate_state, n.*, c.changes, c.undo, h.content_hash
  from gate e
  cross join lateral (select case e.step_row when 1 then e.state when 2 then 'followed_up' when 3 then 'followed_up' when 4 then 'followed_up' end as state,
          ((((e.clocks - case when e.step_row = 2 then 'followup_due' else '' end) - case when e.step_row = 3 then 'followup_due' else '' end) || case when e.step_row = 3 then jsonb_build_object('complaint_report', clock_start('T_P4_COMPLAINT_REPORT', $9::timestamptz, false)) else '{}' end) - case when e.step_row = 4 then 'followup_due' else '' end) as clocks,
          coalesce($9::timestamptz, e.called_at) as called_at,
          coalesce($3::boolean, e.reached) as reached,
          case when e.step_row = 1 then (e.followup_tries + 1)::integer when e.step_row = 2 then (e.followup_tries + 1)::integer when e.step_row = 3 then (e.followup_tries + 1)::integer when e.step_row = 4 then (e.followup_tries + 1)::integer else e.followup_tries end as followup_tries,
          coalesce($18::timestamptz, e.next_attempt_at) as next_attempt_at,
          coalesce($19::integer, e.score_attitude) as score_attitude,
          coalesce($20::integer, e.score_timeliness) as score_timeliness,
          coalesce($21::integer, e.score_quality) as score_quality,
          coalesce($22::integer, e.score_result) as score_result,
          coalesce($5::boolean, e.satisfied) as satisfied,
          coalesce($4::boolean, e.is_complaint) as is_complaint,
          coalesce($10::text, e.complaint_text) as complaint_text,
          coalesce($15::boolean, e.not_fixed) as not_fixed,
          coalesce($11::boolean, e.work_confirmed) as work_confirmed,
          case when e.step_row = 2 then (e.step_at)::timestamptz when e.step_row = 3 then (e.step_at)::timestamptz when e.step_row = 4 then (e.step_at)::timestamptz else e.followed_up_at end as followed_up_at
          offset 0) n
  cross join lateral (select e.state, e.clocks, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at
          offset 0) before
  cross join lateral (select row_to_json(n) as changes,
          row_to_json(before) as undo
          offset 0) c
  cross join lateral (select event_content_hash($23::bytea, e.id, e.event_no + 1, 'follow_up', e.state, n.state, e.version + 1, $8::uuid, $7::bigint, e.logged_at,
          $2::timestamptz, $24::json, c.changes) as content_hash) h
 where e.step_row is not null
   and e.refused = '{}'
   and not $25::boolean
   and not exists (select from o1_gate x where x.step_row is null or x.refused <> '{}')
   and not exists (select from o2_gate x where x.step_row is null or x.refused <> '{}')),
moved as (
update repair e
   set state = n.state,
       clocks = n.clocks,
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
       version = e.version + 1,
       event_no = e.event_no + 1,
       chain = sha256(e.chain || n.content_hash),
       changed_at = n.step_at,
       due_at = (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(n.clocks) c where not c.value ? 'breached_at'),
       overdue = e.overdue and n.clocks @? '$.*.breached_at',
       last_event = 'follow_up',
       last_event_no = e.event_no + 1,
       last_actor_id = $8::uuid,
       last_final = case n.step_row when 1 then true when 2 then false when 3 then true when 4 then false end or exists (select from o1_in) or exists (select from o2_in)
  from next n
 where e.id = n.id
   and e.event_no = n.gate_event_no
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.assignee_id, e.priority, e.opened_at, e.changed_at, e.channel, e.contact_name, e.contact_phone, e.address, e.serial, e.model, e.problem, e.warranty_until, e.in_warranty, e.free_reason, e.called_at, e.reached, e.followup_tries, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.reported_to_leader_at, e.chain,
       0::bigint
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.receipt_no is not null)) is true)::integer::bigint << 17)
       | ((((e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed'))) is true)::integer::bigint << 18)
       | ((((e.invoice_status = 'requested')) is true)::integer::bigint << 19)
       | ((((e.invoice_status = 'issued')) is true)::integer::bigint << 20)
       | ((((e.clocks ? 'papers_due')) is true)::integer::bigint << 21)
       | (((($8::uuid is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', $8::uuid)), false))) is true)::integer::bigint << 22)
       | ((((not e.clocks ? 'papers_due')) is true)::integer::bigint << 23)
       | ((((not e.clocks ? 'complaint_report')) is true)::integer::bigint << 24)
       | ((((e.state <> 'followed_up' or not job_under_complaint(e.id))) is true)::integer::bigint << 25)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.last_final or (e.last_actor_id = $8::uuid and ($1::timestamptz <= e.changed_at or $1::timestamptz <= time_rule_due('T_REVERT_SELF', e.changed_at))) or (($7::bigint & 16) <> 0 and $1::timestamptz < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       null::text as content_sha256,
       null::jsonb as warnings,
       e::text as packed),
logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'follow_up', n.gate_state, m.state, m.version, $8::uuid,
       $7::bigint, n.logged_at, $2::timestamptz, $26::text, m.outlet_id, m.customer_id, $24::json, n.changes, n.undo, $23::bytea, n.content_hash, m.chain
  from moved m
  join next n on n.id = m.id),
record5 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'followup_record', 'P04-R05-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $8::uuid, $8::uuid, c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.customer_id, m.called_at, m.reached, m.followup_tries, m.score_attitude, m.score_timeliness, m.score_quality, m.score_result, m.satisfied, m.is_complaint, m.complaint_text, m.reported_to_leader_at) x) c
 where e.step_row = 2),
record9 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'followup_record', 'P04-R05-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $8::uuid, $8::uuid, c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.customer_id, m.called_at, m.reached, m.followup_tries, m.score_attitude, m.score_timeliness, m.score_quality, m.score_result, m.satisfied, m.is_complaint, m.complaint_text, m.reported_to_leader_at) x) c
 where e.step_row = 3),
notice11 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select null, 'supervising_leader', m.outlet_id, 'complaint_found', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from moved m
  join gate e on e.id = m.id
 where e.step_row = 3),
link12 as (
insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at, outlet_id)
select gen_random_uuid(), 'repair.follow_up', m.id, m.event_no, 'complaint', 'receive', 'later', 'waiting', jsonb_build_object('repair_id', m.id, 'customer_id', m.customer_id, 'complaint_text', m.complaint_text, 'found_at', m.called_at), e.step_at, m.outlet_id
  from moved m
  join gate e on e.id = m.id
 where e.step_row = 3),
o1_next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, n.*, c.changes, c.undo, h.content_hash
  from o1_gate e
  cross join o1_in i
  left join lateral (select q.id, q.serial, q.warranty_until  from equipment q where q.id = coalesce(i.equipment_id, (select s.id from equipment s where s.serial = i.serial and s.customer_id = i.customer_id order by s.id desc limit 1))
          limit 1) unit on true
  cross join lateral (select 'registered'::text as state,
          (coalesce($13::uuid, i.outlet_id))::uuid as outlet_id,
          i.customer_id as customer_id,
          (coalesce(i.region, (select c.region from customer c where c.id = i.customer_id)))::text as region,
          coalesce(i.priority, 'normal') as priority,
          jsonb_build_object('dispatch_due', case when i.priority = 'urgent' then clock_start('T_P4_DISPATCH_URGENT', e.step_at, true) else clock_start('T_P4_DISPATCH', e.step_at, true) end, 'arrive_due', case when i.priority = 'urgent' then clock_start('T_P4_ARRIVE_URGENT', e.step_at, true) else clock_start('T_P4_ARRIVE', e.step_at, true) end) as clocks,
          i.channel as channel,
          (coalesce(i.type, 'repair'))::text as type,
          i.contact_name as contact_name,
          i.contact_phone as contact_phone,
          i.address as address,
          (unit.id)::uuid as equipment_id,
          (coalesce(i.serial, unit.serial))::text as serial,
          i.model as model,
          i.problem as problem,
          i.required_skill as required_skill,
          (unit.warranty_until)::date as warranty_until,
          (i.repeat_of is not null or coalesce(unit.warranty_until >= company_date(e.step_at), false) or coalesce(i.type = 'recall' and unit_is_recalled(coalesce(i.serial, unit.serial)), false))::boolean as in_warranty,
          (case when i.repeat_of is not null then 'repeat' when unit.warranty_until >= company_date(e.step_at) then 'warranty' when i.type = 'recall' and unit_is_recalled(coalesce(i.serial, unit.serial)) then 'recall' end)::text as free_reason,
          i.repeat_of as repeat_of,
          i.follows as follows,
          ('[]')::jsonb as visits,
          (0)::integer as absences,
          ('customer')::text as device_at,
          (0)::bigint as charge_total,
          ('none')::text as payment_status,
          ('none')::text as invoice_status,
          (0)::integer as followup_tries,
          (case when $13::uuid is not null then true end)::boolean as job_accepted
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($23::bytea, e.id, 1, 'register', null, n.state, 1, $8::uuid, $7::bigint, e.logged_at,
          null::timestamptz, e.step_inputs, c.changes) as content_hash) h
 where exists (select from moved)),
o1_moved as (
insert into repair as e (id, number, state, chain, opened_at, opened_by, changed_at, due_at, closed_at, last_event, last_actor_id, last_final, outlet_id, customer_id, region, priority, clocks, channel, type, contact_name, contact_phone, address, equipment_id, serial, model, problem, required_skill, warranty_until, in_warranty, free_reason, repeat_of, follows, visits, absences, device_at, charge_total, payment_status, invoice_status, followup_tries, job_accepted)
select n.id, 'RP-' || company_year(n.step_at) || '-' || to_char(nextval('repair_number'), 'FM999999000000'), n.state,
       sha256(n.content_hash), n.step_at, $8::uuid, n.step_at, least((n.clocks #>> '{dispatch_due,due_at}')::timestamptz, (n.clocks #>> '{arrive_due,due_at}')::timestamptz), null, 'register', $8::uuid, true, n.outlet_id, n.customer_id, n.region, n.priority, n.clocks, n.channel, n.type, n.contact_name, n.contact_phone, n.address, n.equipment_id, n.serial, n.model, n.problem, n.required_skill, n.warranty_until, n.in_warranty, n.free_reason, n.repeat_of, n.follows, n.visits, n.absences, n.device_at, n.charge_total, n.payment_status, n.invoice_status, n.followup_tries, n.job_accepted
  from o1_next n
 on conflict do nothing
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.channel, e.type, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.repeat_of, e.duplicate_of, e.follows, e.appointment_at, e.dispatched_at, e.arrived_at, e.late_arrival, e.transport_mode, e.transport_reason, e.visits, e.absences, e.empty_run_fee, e.fault_confirmed, e.diagnosis, e.charge_reason, e.price_told, e.consent_by, e.devices, e.tag_no, e.customer_signature, e.device_at, e.taken_at, e.defer_reason, e.replacement_reason, e.replacement_price, e.customer_choice, e.unrepaired_outcome, e.unrepaired_reason, e.withdrawal_wish, e.solution, e.parts_used, e.charge_items, e.charge_total, e.payment_status, e.on_account_by, e.waived_by, e.receipt_no, e.voided_receipts, e.invoice_status, e.invoice_title, e.invoice_tax_no, e.invoice_email, e.invoice_no, e.customer_opinion, e.satisfaction, e.signature_refused, e.signature_refused_reason, e.evidence, e.outcome, e.ready_at, e.notices, e.uncollected_decision, e.legal_advice, e.settled_at, e.reported_back_at, e.followup_clerk_id, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at, e.leader_id, e.reported_to_leader_at, e.cancel_reason, e.loss, e.loss_settled_at, e.loss_note, e.decline_reason, e.job_accepted, e.contact_attempts, e.moved_from_id, e.waiting_told, e.chain),
o1_registry as (
insert into entity (id, machine, number, outlet_id, customer_id)
select m.id, 'repair', m.number, m.outlet_id, m.customer_id from o1_moved m),
o1_logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'register', null, m.state, m.version, $8::uuid,
       $7::bigint, n.logged_at, null::timestamptz, $26::text, m.outlet_id, m.customer_id, e.step_inputs, n.changes, n.undo, $23::bytea, n.content_hash, m.chain
  from o1_moved m
  join o1_next n on n.id = m.id
  join o1_gate e on e.id = m.id),
o1_record20 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'phone_record', 'P04-R01-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $8::uuid, coalesce(m.assignee_id, $8::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from o1_moved m
  join o1_gate e on e.id = m.id
  cross join o1_in i
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.opened_at, m.channel, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.priority, m.warranty_until, m.in_warranty, m.free_reason) x) c
 where true),
o1_notice21 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select null, 'dispatcher', m.outlet_id, 'registered', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from o1_moved m
  join o1_gate e on e.id = m.id
  cross join o1_in i
 where true),
o1_link as (
insert into link (id, kind, from_id, from_event_no, to_id, to_machine, to_event, mode, state, made_at, outlet_id)
select gen_random_uuid(), 'repair.follow_up', m.id, m.event_no, x.id, 'repair', 'register', 'must', 'done', m.changed_at, m.outlet_id
  from moved m
  cross join o1_moved x),
record17 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'followup_record', 'P04-R05-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $8::uuid, $8::uuid, c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from moved m
  join gate e on e.id = m.id
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.customer_id, m.called_at, m.reached, m.followup_tries, m.score_attitude, m.score_timeliness, m.score_quality, m.score_result, m.satisfied, m.is_complaint, m.complaint_text, m.reported_to_leader_at) x) c
 where e.step_row = 4),
o2_next as materialized (
select e.id, e.step_at, e.logged_at, e.step_row, n.*, c.changes, c.undo, h.content_hash
  from o2_gate e
  cross join o2_in i
  left join lateral (select q.id, q.serial, q.warranty_until  from equipment q where q.id = coalesce(i.equipment_id, (select s.id from equipment s where s.serial = i.serial and s.customer_id = i.customer_id order by s.id desc limit 1))
          limit 1) unit on true
  cross join lateral (select 'registered'::text as state,
          (coalesce($13::uuid, i.outlet_id))::uuid as outlet_id,
          i.customer_id as customer_id,
          (coalesce(i.region, (select c.region from customer c where c.id = i.customer_id)))::text as region,
          coalesce(i.priority, 'normal') as priority,
          jsonb_build_object('dispatch_due', case when i.priority = 'urgent' then clock_start('T_P4_DISPATCH_URGENT', e.step_at, true) else clock_start('T_P4_DISPATCH', e.step_at, true) end, 'arrive_due', case when i.priority = 'urgent' then clock_start('T_P4_ARRIVE_URGENT', e.step_at, true) else clock_start('T_P4_ARRIVE', e.step_at, true) end) as clocks,
          i.channel as channel,
          (coalesce(i.type, 'repair'))::text as type,
          i.contact_name as contact_name,
          i.contact_phone as contact_phone,
          i.address as address,
          (unit.id)::uuid as equipment_id,
          (coalesce(i.serial, unit.serial))::text as serial,
          i.model as model,
          i.problem as problem,
          i.required_skill as required_skill,
          (unit.warranty_until)::date as warranty_until,
          (i.repeat_of is not null or coalesce(unit.warranty_until >= company_date(e.step_at), false) or coalesce(i.type = 'recall' and unit_is_recalled(coalesce(i.serial, unit.serial)), false))::boolean as in_warranty,
          (case when i.repeat_of is not null then 'repeat' when unit.warranty_until >= company_date(e.step_at) then 'warranty' when i.type = 'recall' and unit_is_recalled(coalesce(i.serial, unit.serial)) then 'recall' end)::text as free_reason,
          i.repeat_of as repeat_of,
          i.follows as follows,
          ('[]')::jsonb as visits,
          (0)::integer as absences,
          ('customer')::text as device_at,
          (0)::bigint as charge_total,
          ('none')::text as payment_status,
          ('none')::text as invoice_status,
          (0)::integer as followup_tries,
          (case when $13::uuid is not null then true end)::boolean as job_accepted
          offset 0) n
  cross join lateral (select row_to_json(n) as changes,
          null::json as undo
          offset 0) c
  cross join lateral (select event_content_hash($23::bytea, e.id, 1, 'register', null, n.state, 1, $8::uuid, $7::bigint, e.logged_at,
          null::timestamptz, e.step_inputs, c.changes) as content_hash) h
 where exists (select from moved)),
o2_moved as (
insert into repair as e (id, number, state, chain, opened_at, opened_by, changed_at, due_at, closed_at, last_event, last_actor_id, last_final, outlet_id, customer_id, region, priority, clocks, channel, type, contact_name, contact_phone, address, equipment_id, serial, model, problem, required_skill, warranty_until, in_warranty, free_reason, repeat_of, follows, visits, absences, device_at, charge_total, payment_status, invoice_status, followup_tries, job_accepted)
select n.id, 'RP-' || company_year(n.step_at) || '-' || to_char(nextval('repair_number'), 'FM999999000000'), n.state,
       sha256(n.content_hash), n.step_at, $8::uuid, n.step_at, least((n.clocks #>> '{dispatch_due,due_at}')::timestamptz, (n.clocks #>> '{arrive_due,due_at}')::timestamptz), null, 'register', $8::uuid, true, n.outlet_id, n.customer_id, n.region, n.priority, n.clocks, n.channel, n.type, n.contact_name, n.contact_phone, n.address, n.equipment_id, n.serial, n.model, n.problem, n.required_skill, n.warranty_until, n.in_warranty, n.free_reason, n.repeat_of, n.follows, n.visits, n.absences, n.device_at, n.charge_total, n.payment_status, n.invoice_status, n.followup_tries, n.job_accepted
  from o2_next n
 on conflict do nothing
returning e.id, e.number, e.state, e.version, e.event_no, e.outlet_id, e.customer_id, e.parent_id, e.assignee_id, e.region, e.priority, e.paused, e.clocks, e.due_at, e.overdue, e.to_reassign, e.opened_at, e.opened_by, e.changed_at, e.closed_at, e.last_event, e.last_event_no, e.last_actor_id, e.last_final, e.channel, e.type, e.contact_name, e.contact_phone, e.address, e.equipment_id, e.serial, e.model, e.problem, e.required_skill, e.warranty_until, e.in_warranty, e.free_reason, e.repeat_of, e.duplicate_of, e.follows, e.appointment_at, e.dispatched_at, e.arrived_at, e.late_arrival, e.transport_mode, e.transport_reason, e.visits, e.absences, e.empty_run_fee, e.fault_confirmed, e.diagnosis, e.charge_reason, e.price_told, e.consent_by, e.devices, e.tag_no, e.customer_signature, e.device_at, e.taken_at, e.defer_reason, e.replacement_reason, e.replacement_price, e.customer_choice, e.unrepaired_outcome, e.unrepaired_reason, e.withdrawal_wish, e.solution, e.parts_used, e.charge_items, e.charge_total, e.payment_status, e.on_account_by, e.waived_by, e.receipt_no, e.voided_receipts, e.invoice_status, e.invoice_title, e.invoice_tax_no, e.invoice_email, e.invoice_no, e.customer_opinion, e.satisfaction, e.signature_refused, e.signature_refused_reason, e.evidence, e.outcome, e.ready_at, e.notices, e.uncollected_decision, e.legal_advice, e.settled_at, e.reported_back_at, e.followup_clerk_id, e.called_at, e.reached, e.followup_tries, e.next_attempt_at, e.score_attitude, e.score_timeliness, e.score_quality, e.score_result, e.satisfied, e.is_complaint, e.complaint_text, e.not_fixed, e.work_confirmed, e.followed_up_at, e.leader_id, e.reported_to_leader_at, e.cancel_reason, e.loss, e.loss_settled_at, e.loss_note, e.decline_reason, e.job_accepted, e.contact_attempts, e.moved_from_id, e.waiting_told, e.chain),
o2_registry as (
insert into entity (id, machine, number, outlet_id, customer_id)
select m.id, 'repair', m.number, m.outlet_id, m.customer_id from o2_moved m),
o2_logged as (
insert into entity_event (entity_id, event_no, machine, event, from_state, to_state, version, actor_id,
       actor_roles, at, occurred_at, request_id, outlet_id, customer_id, inputs, changes, undo, salt, content_hash, hash)
select m.id, m.event_no, 'repair', 'register', null, m.state, m.version, $8::uuid,
       $7::bigint, n.logged_at, null::timestamptz, $26::text, m.outlet_id, m.customer_id, e.step_inputs, n.changes, n.undo, $23::bytea, n.content_hash, m.chain
  from o2_moved m
  join o2_next n on n.id = m.id
  join o2_gate e on e.id = m.id),
o2_record20 as (
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash, outlet_id)
select 'phone_record', 'P04-R01-' || company_year(e.step_at) || '-' || to_char(nextval('record_number'), 'FM999999000000'),
       m.id, m.event_no, 'repair', e.step_at, $8::uuid, coalesce(m.assignee_id, $8::uuid), c.content,
       sha256(convert_to(c.content::text, 'UTF8')), m.outlet_id
  from o2_moved m
  join o2_gate e on e.id = m.id
  cross join o2_in i
  cross join lateral (select row_to_json(x) as content
          from (select m.number, m.opened_at, m.channel, m.customer_id, m.contact_name, m.contact_phone, m.address, m.serial, m.model, m.problem, m.priority, m.warranty_until, m.in_warranty, m.free_reason) x) c
 where true),
o2_notice21 as (
insert into notification (person_id, role, outlet_id, code, entity_id, body, made_at)
select null, 'dispatcher', m.outlet_id, 'registered', m.id, jsonb_build_object('machine', 'repair', 'number', m.number, 'state', m.state), e.step_at
  from o2_moved m
  join o2_gate e on e.id = m.id
  cross join o2_in i
 where true),
o2_link as (
insert into link (id, kind, from_id, from_event_no, to_id, to_machine, to_event, mode, state, made_at, outlet_id)
select gen_random_uuid(), 'repair.follow_up', m.id, m.event_no, x.id, 'repair', 'register', 'must', 'done', m.changed_at, m.outlet_id
  from moved m
  cross join o2_moved x)
select case
         when g.step_row is null then 'wrong_state'
         when (g.refused || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from o1_gate x), '{}') || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from o2_gate x), '{}')) <> '{}' then 'refused'
         when $25::boolean then 'would_move'
         when e.id is null then 'raced'
         when (select count(*) from o1_next) <> (select count(*) from o1_moved) or (select count(*) from o2_next) <> (select count(*) from o2_moved) then raise_raced()
         else 'moved'
       end as verdict,
       array_to_string((g.refused || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from o1_gate x), '{}') || coalesce((select case when x.step_row is null then array['link_refused'] else x.refused end from o2_gate x), '{}')), ' ') as refused,
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
