-- P10 parts A and B: signals of a defect, recalls, and the units that a recall reaches.

create sequence recall_signal_number;
create table recall_signal (
    like machine_base including defaults,
    source                     text not null,
    source_number              text,
    model                      text,
    batch                      text,
    serials                    text[],
    symptom                    text not null,
    injury                     text not null,
    property_loss              bigint,
    recalled_abroad            boolean,
    received_at                timestamptz not null,
    apart_reason               text,
    recall_id                  uuid,
    primary key (id)
);
create index recall_signal_open on recall_signal (id) where closed_at is null;
create index recall_signal_due on recall_signal (due_at) where closed_at is null and due_at is not null;
create index recall_signal_of_recall on recall_signal (recall_id) where recall_id is not null;
create index recall_signal_opened on recall_signal (opened_at);

create sequence recall_number;
create table recall (
    like machine_base including defaults,
    source                     text,
    source_number              text,
    model                      text not null,
    batch                      text,
    serials                    text[],
    symptom                    text,
    injury                     text,
    property_loss              bigint,
    recalled_abroad            boolean,
    own_case                   boolean not null default false,
    signals                    integer not null default 0,
    reportable                 boolean not null default false,
    report_ground              text,
    authority                  text,
    report_no                  text,
    reported_on                date,
    reported_by                uuid,
    finding                    text,
    cause                      text,
    hazard                     text,
    affected_range             text,
    models                     text[],
    range_serials              text[],
    serial_from                text,
    serial_to                  text,
    delivered_from             date,
    delivered_to               date,
    part_id                    uuid,
    level                      text,
    conclusion                 text,
    evidence                   text,
    bought_in                  boolean,
    maker                      text,
    investigated_by            uuid,
    investigated_at            timestamptz,
    decided_by                 uuid,
    confirmed_at               timestamptz,
    return_reason              text,
    stop_sale                  boolean not null default false,
    quarantined                jsonb,
    contained_by               uuid,
    contained_at               timestamptz,
    maker_letter               text,
    lift_reason                text,
    lifted_by                  uuid,
    product_scope              text,
    emergency_handling         text,
    measures                   text,
    measure                    text,
    responsible_contact        text,
    planned_from               date,
    planned_to                 date,
    budget                     bigint,
    budget_asked               bigint,
    target_percent             integer,
    target_reason              text,
    plan_round                 integer not null default 0,
    planned_by                 uuid,
    change_reason              text,
    plan_reviewed_by           uuid,
    plan_approved_by           uuid,
    plan_approved_at           timestamptz,
    filing_no                  text,
    filed_on                   date,
    notice_channels            text[],
    notice_text                text,
    hotline_script             text,
    published_on               date,
    started_at                 timestamptz,
    summary_text               text,
    units_listed               integer,
    units_notified             integer,
    units_done                 integer,
    contact_rate               integer,
    completion_rate            integer,
    evaluation                 text,
    evaluated_by               uuid,
    final_summary              text,
    summary_no                 text,
    archive_ref                text,
    merged_into_id             uuid,
    primary key (id)
);
create index recall_open on recall (id) where closed_at is null;
create index recall_due on recall (due_at) where closed_at is null and due_at is not null;
create index recall_open_assignee on recall (assignee_id) where closed_at is null;
create index recall_opened on recall (opened_at);
create index recall_model on recall (model text_pattern_ops);
create index recall_merged on recall (merged_into_id) where merged_into_id is not null;
create index recall_stops on recall (id) where stop_sale;
-- Two signals of one model at once open one case: the second runs again and joins the first.
create unique index recall_of_model on recall (lower(model)) where closed_at is null and not own_case;

create sequence recall_unit_number;
create table recall_unit (
    like machine_base including defaults,
    serial                     text not null,
    model                      text,
    equipment_id               uuid,
    delivery_id                uuid,
    found_in                   text,
    level                      text,
    told_via                   text,
    told_to                    text,
    notified_at                timestamptz,
    notified_by                uuid,
    measure                    text,
    jobs                       integer not null default 0,
    done_on                    date,
    done_evidence              text,
    customer_signature         jsonb,
    signature_refused          boolean,
    signature_refused_reason   text,
    evidence                   text,
    refusal_words              text,
    exclude_reason             text,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);
create index recall_unit_open on recall_unit (id) where closed_at is null;
create index recall_unit_due on recall_unit (due_at) where closed_at is null and due_at is not null;
create unique index recall_unit_once on recall_unit (parent_id, serial) where state <> 'voided';
create index recall_unit_serial on recall_unit (serial text_pattern_ops);
create index recall_unit_by_customer on recall_unit (customer_id, opened_at);
create index recall_unit_opened on recall_unit (opened_at);
create index recall_unit_moved on recall_unit (moved_from_id) where moved_from_id is not null;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P10_OPEN', 86400, null, null, 'elapsed', 'designed', 'Investigation of a signal opened', '线索启动调查'),
    ('T_P10_OPEN_INJURY', 14400, null, null, 'elapsed', 'designed', 'Investigation opened when somebody was hurt', '线索启动调查(涉及伤害)'),
    ('T_P10_AUTH_REPORT', null, 2, null, 'working_days', 'standard: SAMR Order 19', 'Death, serious injury, major loss or a recall abroad reported to the regulator', '向监管部门报告'),
    ('T_P10_FINDINGS', null, 10, null, 'working_days', 'designed', 'Investigation of a defect', '缺陷调查'),
    ('T_P10_DECIDE', null, 2, null, 'working_days', 'designed', 'Decision on the findings', '调查结论批准'),
    ('T_P10_CONTAIN', 14400, null, null, 'elapsed', 'standard: SAMR Order 19, CRPL art. 19', 'Sale stopped at once', '停售隔离'),
    ('T_P10_NOTIFY_1', 86400, null, null, 'elapsed', 'designed', 'Customers told, level I', '通知客户(一级)'),
    ('T_P10_NOTIFY_2', 172800, null, null, 'elapsed', 'designed', 'Customers told, level II', '通知客户(二级)'),
    ('T_P10_NOTIFY_3', 259200, null, null, 'elapsed', 'designed', 'Customers told, level III', '通知客户(三级)'),
    ('T_P10_PLAN', null, 10, null, 'working_days', 'standard: SAMR Order 19', 'Recall plan filed', '召回计划报备'),
    ('T_P10_APPROVE_PLAN', null, 2, null, 'working_days', 'designed', 'Recall plan approved', '召回计划批准'),
    ('T_P10_ANNOUNCE', null, 3, null, 'working_days', 'standard: SAMR Order 19', 'Recall announced after the filing', '召回公告'),
    ('T_P10_WEEKLY', null, 7, null, 'days', 'designed', 'Weekly progress of a recall', '召回周报'),
    ('T_P10_STAGE', null, 0, null, 'days', 'standard: SAMR Order 19', 'End of the day on which a stage summary is due', '阶段性总结'),
    ('T_P10_FINAL', null, 15, null, 'working_days', 'standard: SAMR Order 19', 'Final summary after the plan ends', '召回总结报告'),
    ('T_P10_REMEDY_1', null, 30, null, 'days', 'designed', 'Unit put right, level I', '单台处理(一级)'),
    ('T_P10_REMEDY_2', null, 60, null, 'days', 'designed', 'Unit put right, level II', '单台处理(二级)'),
    ('T_P10_REMEDY_3', null, 90, null, 'days', 'designed', 'Unit put right, level III', '单台处理(三级)'),
    ('N_P10_STAGE_MONTHS', null, null, 3, 'number', 'standard: SAMR Order 19', 'Months between stage summaries', '阶段性总结间隔(月)'),
    ('N_P10_TARGET_1', null, null, 100, 'number', 'designed', 'Target rate of level I in percent', '一级召回完成率目标(%)'),
    ('N_P10_TARGET_2', null, null, 98, 'number', 'designed', 'Target rate of level II in percent', '二级召回完成率目标(%)'),
    ('N_P10_TARGET_3', null, null, 95, 'number', 'designed', 'Target rate of level III in percent', '三级召回完成率目标(%)'),
    ('N_P10_TRIES', null, null, 3, 'number', 'designed', 'Attempts before a unit counts as out of reach', '召回联系尝试次数'),
    ('N_P10_CHANNELS', null, null, 2, 'number', 'designed', 'By so many channels', '召回联系方式种数'),
    ('N_P10_MAJOR_LOSS_YUAN', null, null, 50000, 'number', 'designed', 'Yuan from which a loss of property is major', '重大财产损失起点(元)');

-- The case that a further signal of this model joins: the latest that is open.
create function recall_open_of(model text) returns uuid language plpgsql stable as $$
begin
    return (select r.id from recall r
             where r.closed_at is null
               and lower(recall_open_of.model) = any (array_append(array(select lower(x) from unnest(r.models) x), lower(r.model)))
             order by r.id desc
             limit 1);
end $$;

create function recall_signals(recall uuid) returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer from recall_signal s
             where s.state <> 'voided'
               and s.recall_id in (select r.id from recall r where r.id = recall_signals.recall or r.merged_into_id = recall_signals.recall));
end $$;
create function recall_worst_injury(recall uuid) returns text language plpgsql stable as $$
begin
    return coalesce((select s.injury from recall_signal s
                      where s.state <> 'voided'
                        and s.recall_id in (select r.id from recall r where r.id = recall_worst_injury.recall or r.merged_into_id = recall_worst_injury.recall)
                      order by array_position(array['death', 'serious', 'minor', 'none'], s.injury)
                      limit 1), 'none');
end $$;
-- SAMR Order 19: death, serious injury or major loss, or a recall abroad.
create function recall_is_grave(recall uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from recall_signal s
                    where s.state <> 'voided'
                      and s.recall_id in (select r.id from recall r where r.id = recall_is_grave.recall or r.merged_into_id = recall_is_grave.recall)
                      and (s.injury in ('serious', 'death') or s.recalled_abroad
                           or s.property_loss >= time_rule_number('N_P10_MAJOR_LOSS_YUAN')::bigint * 100));
end $$;

create function recall_target(level text) returns integer language plpgsql stable as $$
begin
    return time_rule_number('N_P10_TARGET_' || case recall_target.level when 'I' then '1' when 'II' then '2' else '3' end);
end $$;

-- A unit is in the range of a defect. What is not known of it does not keep it out.
create function recall_reaches(r recall, model text, serial text, delivered_on date) returns boolean language sql immutable as $$
    select coalesce(lower(model) = any (array(select lower(x) from unnest(coalesce(r.models, array[r.model])) x)), false)
       and ((coalesce(cardinality(r.range_serials), 0) = 0 and r.serial_from is null) or serial is null or coalesce(serial = any (r.range_serials), false)
            or coalesce(length(serial) = length(r.serial_from) and serial collate "C" >= r.serial_from and serial collate "C" <= r.serial_to, false))
       and (delivered_on is null or (delivered_on >= coalesce(r.delivered_from, '-infinity') and delivered_on <= coalesce(r.delivered_to, 'infinity')))
$$;

create function recall_covers(recall uuid, model text, serial text) returns boolean language plpgsql stable as $$
begin
    return (select recall_reaches(r, recall_covers.model, recall_covers.serial, null) from recall r where r.id = recall_covers.recall);
end $$;

-- The recall that stops the sale of such a unit; null: none.
create function stop_sale_of(model text, serial text) returns text language plpgsql stable as $$
begin
    return (select r.number from recall r where r.stop_sale and recall_reaches(r, stop_sale_of.model, stop_sale_of.serial, null) order by r.id limit 1);
end $$;
-- A unit on the list of a recall that has not been put right: its repair is free, and whoever registers one is told.
create function unit_is_recalled(serial text) returns boolean language plpgsql stable as $$
begin
    return exists (select from recall_unit u where u.serial = unit_is_recalled.serial and u.state in ('listed', 'notified', 'scheduled', 'unreachable'));
end $$;
-- Among what is packed for a delivery is something whose sale is stopped.
create function packed_is_stopped(lines jsonb, packing jsonb) returns boolean language plpgsql stable as $$
begin
    if not exists (select from recall r where r.stop_sale) then
        return false;
    end if;
    return exists (select from jsonb_array_elements(packed_is_stopped.packing) p
                    where p ->> 'kind' = 'goods'
                      and stop_sale_of(coalesce(p ->> 'model', packed_is_stopped.lines -> ((p ->> 'line_no')::integer - 1) ->> 'model', p ->> 'item'), p ->> 'serial') is not null);
end $$;

-- Installed equipment and what was delivered without being in its register, as far as it is not on the list.
create function recall_units_found(recall uuid) returns jsonb language plpgsql stable as $$
declare
    r recall;
begin
    select x.* into r from recall x where x.id = recall_units_found.recall;
    return (
        with known as (select u.serial from recall_unit u where u.parent_id = r.id and u.state <> 'voided'),
             installed as (
            select distinct on (q.serial) q.serial, q.model, q.customer_id, q.outlet_id, q.id as equipment_id, q.delivery_id, 'equipment' as found_in
              from equipment q
             where q.closed_at is null
               and q.serial is not null
               and lower(q.model) in (select lower(x) from unnest(coalesce(r.models, array[r.model])) x)
               and recall_reaches(r, q.model, q.serial, coalesce(q.delivered_on, q.accepted_on))
               and q.serial not in (select k.serial from known k)
             order by q.serial, q.id desc),
             delivered as (
            select distinct on (p ->> 'serial') p ->> 'serial' as serial, m.model, d.customer_id, d.outlet_id, null::uuid as equipment_id, d.id as delivery_id, 'delivery' as found_in
              from delivery d
             cross join lateral jsonb_array_elements(d.packing) p
             cross join lateral (select coalesce(p ->> 'model', d.lines -> ((p ->> 'line_no')::integer - 1) ->> 'model', p ->> 'item') as model) m
             where d.departed_at is not null
               and d.state not in ('cancelled', 'returned', 'voided')
               and p ->> 'kind' = 'goods'
               and p ->> 'serial' is not null
               and recall_reaches(r, m.model, p ->> 'serial', company_date(coalesce(d.delivered_at, d.departed_at)))
               and not exists (select from equipment q where q.serial = p ->> 'serial' or q.former_serials @> array[p ->> 'serial'])
               and p ->> 'serial' not in (select k.serial from known k)
             order by p ->> 'serial', d.id desc)
        select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(u))), '[]')
          from (select * from installed union all select * from delivered) u);
end $$;

-- How far a recall has come. Rates are rounded down: 99.9 % is not all.
create function recall_counts(recall uuid) returns table (listed integer, notified integer, done integer, outstanding integer, contact_rate integer, completion_rate integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
    return query
        select c.listed, c.notified, c.done, c.outstanding, case when c.listed = 0 then 100 else c.notified * 100 / c.listed end,
               case when c.listed = 0 then 100 else c.done * 100 / c.listed end
          from (select count(*)::integer as listed, count(*) filter (where u.notified_at is not null)::integer as notified,
                       count(*) filter (where u.state in ('remedied', 'replaced', 'refunded', 'destroyed'))::integer as done,
                       count(*) filter (where u.state in ('listed', 'notified', 'scheduled', 'unreachable'))::integer as outstanding
                  from recall_unit u
                 where u.parent_id = recall_counts.recall and u.state not in ('excluded', 'voided')) c;
end $$;
create function recall_completion(recall uuid) returns integer language plpgsql stable as $$
begin
    return (select c.completion_rate from recall_counts(recall_completion.recall) c);
end $$;
create function recall_outstanding(recall uuid) returns integer language plpgsql stable as $$
begin
    return (select c.outstanding from recall_counts(recall_outstanding.recall) c);
end $$;
-- Nobody waits to be told: each is told, or was tried to be.
create function recall_all_notified(recall uuid) returns boolean language plpgsql stable as $$
begin
    return not exists (select from recall_unit u where u.parent_id = recall_all_notified.recall and u.state = 'listed');
end $$;

-- What became of the last job that a unit asked for; null while it runs.
create function recall_job_end(unit uuid) returns text language plpgsql stable as $$
begin
    return (select case l.to_machine
                when 'repair' then (select case when r.state in ('cancelled', 'voided') then 'failed'
                                                when r.state not in ('settled', 'reported_back', 'followup_pending', 'followed_up', 'archived') then null
                                                when r.outcome in ('repaired', 'no_fault_found', 'solved_by_phone') then 'remedied'
                                                when r.outcome = 'replaced' then 'replaced'
                                                when r.outcome = 'scrapped' then 'destroyed'
                                                else 'failed' end
                                      from repair r where r.id = l.to_id)
                else (select case when x.state = 'completed' then case x.remedy when 'exchange' then 'replaced' else 'refunded' end
                                  when x.closed_at is not null then 'failed' end
                        from return_exchange x where x.id = l.to_id) end
              from link l
             where l.from_id = recall_job_end.unit
               and l.to_machine in ('repair', 'return_exchange')
             order by l.from_event_no desc, l.made_at desc
             limit 1);
end $$;

-- Claims from the units of a recall or from the jobs that were done for it, open or still to be opened.
create function recall_has_open_claims(recall uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from recall_unit u
                     join compensation k on k.closed_at is null
                      and (k.recall_unit_id = u.id
                           or k.repair_id in (select l.to_id from link l where l.from_id = u.id)
                           or k.return_exchange_id in (select l.to_id from link l where l.from_id = u.id))
                    where u.parent_id = recall_has_open_claims.recall);
end $$;
-- The nonconformity that it opened is effective (P22), or was found to be none.
create function recall_cause_removed(recall uuid) returns boolean language plpgsql stable as $$
declare
    its_number text := (select r.number from recall r where r.id = recall_cause_removed.recall);
begin
    return not exists (select from nonconformity n where n.source_number = its_number
                          and n.state not in ('effective', 'closed', 'dismissed', 'withdrawn', 'merged', 'voided'))
       and not exists (select from link l where l.from_id = recall_cause_removed.recall and l.to_machine = 'nonconformity' and l.state = 'waiting');
end $$;

-- The recalls that ran in a period, each with where its units stand now.
create function recall_statistics(period_from date, period_to date) returns jsonb language plpgsql stable as $$
declare
    since constant timestamptz := period_from::timestamp at time zone company_zone();
    until constant timestamptz := period_to::timestamp at time zone company_zone();
begin
    return (
        with runs as (select r.* from recall r where r.opened_at < until and coalesce(r.closed_at, 'infinity') >= since and r.state not in ('merged', 'voided'))
        select jsonb_build_object(
                   'from', period_from, 'to', period_to,
                   'signals', (select count(*) from recall_signal s where s.opened_at >= since and s.opened_at < until and s.state <> 'voided'),
                   'signals_by_source', (select coalesce(jsonb_agg(g order by g.signals desc, g.source), '[]')
                                           from (select s.source, count(*) as signals from recall_signal s
                                                  where s.opened_at >= since and s.opened_at < until and s.state <> 'voided' group by 1) g),
                   'recalls', count(*),
                   'open', count(*) filter (where x.closed_at is null),
                   'no_defect', count(*) filter (where x.state = 'no_defect'),
                   'confirmed', count(*) filter (where x.confirmed_at is not null),
                   'limits_missed', (select count(*) from breach b where b.machine in ('recall', 'recall_unit', 'recall_signal') and b.breached_at >= since and b.breached_at < until),
                   'cases', coalesce(jsonb_agg(jsonb_build_object(
                       'id', x.id, 'number', x.number, 'model', x.model, 'level', x.level, 'state', x.state, 'opened_at', x.opened_at, 'listed', c.listed, 'notified', c.notified,
                       'done', c.done, 'outstanding', c.outstanding, 'contact_rate', c.contact_rate, 'completion_rate', c.completion_rate,
                       'target_percent', coalesce(x.target_percent, case when x.level is not null then recall_target(x.level) end)) order by x.id desc), '[]'))
          from runs x
         cross join lateral recall_counts(x.id) c);
end $$;

-- A claim may come from a unit of a recall.
alter table compensation add column recall_unit_id uuid;
create index compensation_of_recall_unit on compensation (recall_unit_id) where recall_unit_id is not null and closed_at is null;
drop function compensation_source(uuid, uuid, uuid, uuid, uuid, uuid);
create function compensation_source(repair uuid, return_repair uuid, delivery uuid, return_exchange uuid, loan uuid, complaint uuid, recall_unit uuid)
returns table (source text, source_number text, customer_id uuid, outlet_id uuid, contact_name text, contact_phone text, serial text, model text)
language plpgsql stable as $$
#variable_conflict use_column
begin
    if compensation_source.repair is not null then
        return query select 'repair', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from repair x where x.id = compensation_source.repair;
    elsif compensation_source.return_repair is not null then
        return query select 'return_repair', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from return_repair x where x.id = compensation_source.return_repair;
    elsif compensation_source.delivery is not null then
        return query select 'delivery', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, null::text, null::text
                       from delivery x where x.id = compensation_source.delivery;
    elsif compensation_source.return_exchange is not null then
        return query select 'return_exchange', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from return_exchange x where x.id = compensation_source.return_exchange;
    elsif compensation_source.loan is not null then
        return query select 'loan_agreement', x.number, x.customer_id, x.outlet_id, r.contact_name, r.contact_phone, x.serial, x.model
                       from loan_agreement x left join repair r on r.id = x.parent_id where x.id = compensation_source.loan;
    elsif compensation_source.recall_unit is not null then
        return query select 'recall_unit', x.number, x.customer_id, x.outlet_id, coalesce(x.told_to, c.contacts #>> '{0,name}', c.name), c.phone, x.serial, x.model
                       from recall_unit x left join customer c on c.id = x.customer_id where x.id = compensation_source.recall_unit;
    else
        return query select 'complaint', x.number, x.customer_id, x.outlet_id, x.complainant, x.contact_phone, x.serial, x.model
                       from complaint x where x.id = compensation_source.complaint;
    end if;
end $$;

-- P17: money for a recall is not wanted any more when there is none.
do $$ begin
    execute replace(pg_get_functiondef('fund_source_over(text,uuid,uuid)'::regprocedure), 'when ''outlet'' then',
                    'when ''recall'' then (select r.state in (''no_defect'', ''merged'', ''handed_to_producer'', ''voided'') from recall r where r.id = fund_source_over.source)
        when ''outlet'' then');
end $$;

-- P14 knows units of a recall among what is open at a customer's and among what counts as contact.
do $$ begin
    execute replace(pg_get_functiondef('customer_has_open_case(uuid)'::regprocedure), 'or exists (select from visit v',
                    'or exists (select from recall_unit u where u.customer_id = customer and u.closed_at is null)
        or exists (select from visit v');
    execute replace(pg_get_functiondef('customer_last_contact(uuid)'::regprocedure), '(select max(v.called_at) from visit v',
                    '(select max(u.notified_at) from recall_unit u where u.customer_id = customer),
                    (select max(v.called_at) from visit v');
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), 'loss_text,appeal_text,', 'told_to,refusal_words,loss_text,appeal_text,');
end $$;

-- What waited for this procedure was written before its inputs were named. A signal needs words for what was seen.
update link l
   set inputs = jsonb_strip_nulls(jsonb_build_object(
           'source', case n.machine when 'return_repair' then 'return_repair' else 'complaint' end, 'source_number', n.number, 'model', l.inputs -> 'model',
           'symptom', coalesce(l.inputs ->> 'symptom', n.number))),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'recall_signal'
   and l.state = 'waiting';
