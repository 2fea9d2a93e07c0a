-- Entities for the bench: customers with a unit each, and repairs of theirs, as many, in state registered, each with its
-- creating event, paper and notice.
-- Variables: n of each; customer, unit: the two that are copied; technician.
create function bench_customer(i bigint) returns uuid language sql immutable
    as $$ select ('00000000-0000-7000-9000-' || lpad(i::text, 12, '0'))::uuid $$;
select format('insert into %1$I (id, number, customer_id, %2$I, %3$s)'
              ' select bench_customer(i), %4$L || i, bench_customer(i), %4$L || i, %3$s from %1$I, generate_series(1, %5$s) i where id = %6$L',
              t.name, t.varied, c.names, t.prefix, :n, t.id)
  from (values ('customer', 'phone', 'CUB-', :'customer'), ('equipment', 'serial', 'SNU-', :'unit')) t (name, varied, prefix, id)
  cross join lateral (select string_agg(quote_ident(column_name), ', ') as names
                        from information_schema.columns
                       where table_name = t.name
                         and column_name not in ('id', 'number', 'customer_id', t.varied)) c
\gexec
insert into entity (id, machine, number, customer_id)
select id, 'customer', number, id from customer where number like 'CUB-%';
insert into entity (id, machine, number, customer_id)
select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'repair', 'RPB-' || i, bench_customer(1 + i % :n)
  from generate_series(1, :n) i;
insert into repair (id, number, state, chain, customer_id, region, clocks, due_at, opened_at, opened_by, changed_at, last_event, last_actor_id,
                    channel, contact_name, contact_phone, address, serial, problem, required_skill, type, device_at, visits, absences,
                    followup_tries, charge_total, payment_status, invoice_status, in_warranty)
select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'RPB-' || i, 'registered', sha256(i::text::bytea), bench_customer(1 + i % :n), '海港区',
       jsonb_build_object('dispatch_due', jsonb_build_object('rule', 'T_P4_DISPATCH', 'started_at', now(), 'due_at', now() + interval '3 days', 'pauses', true),
                          'arrive_due', jsonb_build_object('rule', 'T_P4_ARRIVE', 'started_at', now(), 'due_at', now() + interval '6 days', 'pauses', true)),
       now() + interval '3 days', o.at, :'technician', o.at, 'register', :'technician',
       'phone_400', '李明', '139' || lpad(i::text, 8, '0'), '滨海市海港区建设路1号', 'SNB' || i, '开机无显示', 'computer', 'repair', 'customer', '[]', 0,
       0, 0, 'none', 'none', false
  from generate_series(1, :n) i
 cross join lateral (select now() - (:n - i) * interval '1 second' as at) o;
insert into entity_event (entity_id, event_no, machine, event, to_state, version, actor_id, actor_roles, at, customer_id, inputs, changes, salt, content_hash, hash)
select r.id, 1, 'repair', 'register', 'registered', 1, r.opened_by, 0, r.opened_at, r.customer_id, '{}', to_jsonb(r) - 'chain', '\x00', r.chain, r.chain
  from repair r
 where r.number like 'RPB-%';
insert into record (form, number, entity_id, event_no, machine, made_at, made_by, holder_id, content, content_hash)
select 'phone_record', 'P04-RB-' || r.number, r.id, 1, 'repair', r.opened_at, r.opened_by, r.opened_by,
       json_build_object('number', r.number, 'contact_name', r.contact_name, 'address', r.address, 'problem', r.problem), r.chain
  from repair r
 where r.number like 'RPB-%';
insert into notification (role, code, entity_id, body, made_at)
select 'dispatcher', 'registered', r.id, jsonb_build_object('machine', 'repair', 'number', r.number, 'state', r.state), r.opened_at
  from repair r
 where r.number like 'RPB-%';
-- Only what was filled: tables that are said to be empty get plans for empty tables, which a company that works never has.
vacuum analyze customer;
vacuum analyze equipment;
vacuum analyze entity;
vacuum analyze repair;
vacuum analyze entity_event;
vacuum analyze record;
vacuum analyze notification;
