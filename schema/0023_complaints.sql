-- P13: complaints, what their level follows from, what they hold up, and the figures of a month.

create sequence complaint_number;
create table complaint (
    like machine_base including defaults,
    channel                    text,
    found_at                   timestamptz,
    complaint_text             text,
    complainant                text,
    contact_phone              text,
    anonymous                  boolean,
    repair_id                  uuid,
    delivery_id                uuid,
    return_exchange_id         uuid,
    visit_id                   uuid,
    survey_response_id         uuid,
    equipment_id               uuid,
    serial                     text,
    model                      text,
    category                   text,
    remedy_sought              text,
    accused_id                 uuid,
    safety                     boolean,
    injury                     boolean,
    loss_amount                bigint,
    conduct_breach             boolean,
    matter                     text,
    repeat_of                  uuid,
    suggested_level            text,
    level_reasons              text[],
    level                      text,
    level_note                 text,
    received_at                timestamptz,
    registered_at              timestamptz,
    acknowledged_at            timestamptz,
    acknowledged_via           text,
    leader_id                  uuid,
    reported_leader_at         timestamptz,
    assessed_at                timestamptz,
    responsible_dept           text,
    assigned_at                timestamptz,
    assigned_by                uuid,
    limits_from                timestamptz,
    due_reply_at               timestamptz,
    due_close_at               timestamptz,
    reply_extended             boolean,
    extension_reason           text,
    interim_replies            integer,
    interim_text               text,
    statements                 text,
    findings                   text,
    cause                      text,
    justified                  boolean,
    evidence                   text,
    proposal                   text,
    remedies                   text[],
    compensation_amount        bigint,
    reported_by                uuid,
    reported_at                timestamptz,
    decision                   text,
    approved_by                uuid,
    approved_at                timestamptz,
    decided_rank               integer,
    reply_text                 text,
    reply_via                  text,
    replied_at                 timestamptz,
    replied_by                 uuid,
    reply_late                 boolean,
    customer_verdict           text,
    verdict_by                 text,
    verdict_via                text,
    verdict_words              text,
    verdict_at                 timestamptz,
    escalations                integer,
    mediator                   text,
    mediation_no               text,
    mediation_filed_on         date,
    mediation_accepted_on      date,
    mediation_result           text,
    mediation_ended_on         date,
    parties_told_on            date,
    outcome                    text,
    implemented_at             timestamptz,
    implemented_by             uuid,
    satisfied                  boolean,
    satisfaction               integer,
    verified_by                uuid,
    verified_at                timestamptz,
    closed_as                  text,
    unfounded_reason           text,
    withdrawal_wish            text,
    recording_ref              text,
    customer_signature         jsonb,
    new_facts                  text,
    merged_into_id             uuid,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);
create index complaint_open on complaint (id) where closed_at is null;
create index complaint_due on complaint (due_at) where closed_at is null and due_at is not null;
create index complaint_open_assignee on complaint (assignee_id) where closed_at is null;
create index complaint_by_customer on complaint (customer_id, received_at);
create index complaint_by_repair on complaint (repair_id) where repair_id is not null;
create index complaint_by_visit on complaint (visit_id) where visit_id is not null;
create index complaint_by_matter on complaint (matter, received_at) where matter is not null;
create index complaint_by_model on complaint (model, received_at) where model is not null;
create index complaint_by_cause on complaint (cause, reported_at) where cause is not null;
create index complaint_received on complaint (received_at);
create index complaint_serial on complaint (serial text_pattern_ops) where serial is not null;
create index complaint_phone on complaint (contact_phone text_pattern_ops) where contact_phone is not null;
create index complaint_moved on complaint (moved_from_id) where moved_from_id is not null;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P13_ACKNOWLEDGE', 7200, null, null, 'service', 'standard: ISO 10002; value designed', 'Complaint acknowledged', '投诉告知受理'),
    ('T_P13_ASSESS', 14400, null, null, 'service', 'designed', 'Complaint assessed', '投诉分级'),
    ('T_P13_ASSIGN', 28800, null, null, 'service', 'designed', 'Complaint assigned', '投诉交办'),
    ('T_P13_REPLY_G', null, 3, null, 'working_days', 'designed', 'Reply to a general complaint', '一般投诉答复'),
    ('T_P13_REPLY_S', null, 5, null, 'working_days', 'designed', 'Reply to a serious complaint', '严重投诉答复'),
    ('T_P13_REPLY_M', null, 10, null, 'working_days', 'designed', 'Reply to a major complaint', '重大投诉答复'),
    ('T_P13_EXTEND', null, 5, null, 'working_days', 'designed', 'One extension of the reply', '答复期限延长(一次)'),
    ('T_P13_INTERIM', null, 3, null, 'working_days', 'designed', 'Interim reply to a major complaint', '重大投诉阶段答复'),
    ('T_P13_CLOSE_G', null, 15, null, 'working_days', 'designed', 'Close a general complaint', '一般投诉结案'),
    ('T_P13_CLOSE_S', null, 20, null, 'working_days', 'designed', 'Close a serious complaint', '严重投诉结案'),
    ('T_P13_CLOSE_M', null, 30, null, 'working_days', 'designed', 'Close a major complaint', '重大投诉结案'),
    ('T_P13_REDECIDE', null, 3, null, 'working_days', 'designed', 'The next level decides anew', '上一级重新处理'),
    ('T_P13_REG_ACCEPT', null, 7, null, 'working_days', 'standard', 'Regulator decides on acceptance', '监管部门受理'),
    ('T_P13_REG_MEDIATE', null, 45, null, 'working_days', 'standard', 'Mediation ends after acceptance', '调解终止'),
    ('T_P13_REG_TELL', null, 7, null, 'working_days', 'standard', 'Parties told of the end of a mediation', '告知双方调解终止'),
    ('T_P13_CALLBACK', null, 3, null, 'days', 'practice', 'Call-back after completion', '执行后回访'),
    ('N_P13_REOPEN_DAYS', null, null, 90, 'number', 'designed', 'Days within which a complaint is taken up again', '重新立案期限(天)'),
    ('N_P13_REPEAT_DAYS', null, null, 90, 'number', 'designed', 'Days within which a complaint repeats another', '重复投诉期限(天)'),
    ('N_P13_CAUSE_DAYS', null, null, 90, 'number', 'designed', 'Days over which complaints of the same cause are counted', '同一原因统计期(天)'),
    ('N_P13_CAUSE_TIMES', null, null, 3, 'number', 'designed', 'Justified complaints of the same cause that start a correction', '同一原因有效投诉次数'),
    ('N_P13_SAME_MATTER', null, null, 3, 'number', 'designed', 'Customers in the same matter that make it major', '同一事项客户数'),
    ('N_P13_LOSS_MAJOR', null, null, 10000, 'number', 'designed', 'Yuan of loss that make it major', '重大投诉损失(元)'),
    ('N_P13_LOSS_SERIOUS', null, null, 2000, 'number', 'designed', 'Yuan of loss that make it serious', '严重投诉损失(元)');

insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_COMPLAINT_M', 'complaint_analysis', 'month', 5, 'service_manager', 'deputy_gm');
alter table handin
    add analysis         text,
    add improvement_text text;

-- Another complaint of the customer within 90 days about the same job, unit or category.
create function complaint_repeats(complaint_id uuid, customer uuid, category text, repair uuid, equipment uuid, at timestamptz)
returns boolean language plpgsql stable as $$
begin
    return exists (select from complaint c
                    where c.customer_id = complaint_repeats.customer
                      and c.id <> complaint_repeats.complaint_id
                      and c.state not in ('merged', 'voided', 'unfounded')
                      and c.received_at <= complaint_repeats.at
                      and c.received_at > complaint_repeats.at - make_interval(days => time_rule_number('N_P13_REPEAT_DAYS'))
                      and (c.repair_id = complaint_repeats.repair or c.equipment_id = complaint_repeats.equipment
                           or c.category = complaint_repeats.category));
end $$;

-- How many customers complain about the same matter: one that was named, or the quality of the same model. Who has no file counts
-- by the phone number.
create function complaint_customers(complaint_id uuid, customer uuid, matter text, category text, model text, at timestamptz)
returns integer language plpgsql stable as $$
declare
    since timestamptz := complaint_customers.at - make_interval(days => time_rule_number('N_P13_REPEAT_DAYS'));
begin
    return 1 + (select count(distinct coalesce(c.customer_id::text, c.contact_phone, c.id::text))::integer
                  from complaint c
                 where c.id <> complaint_customers.complaint_id
                   and c.received_at > since
                   and c.customer_id is distinct from coalesce(complaint_customers.customer, '00000000-0000-0000-0000-000000000000')
                   and c.state not in ('merged', 'voided', 'unfounded')
                   and (c.matter = complaint_customers.matter
                        or (complaint_customers.category = 'product_quality' and c.category = 'product_quality' and c.model = complaint_customers.model)));
end $$;

-- What the facts say for a higher level, the gravest first.
create function complaint_reasons(complaint_id uuid, customer uuid, channel text, injury boolean, loss bigint, conduct boolean, matter text,
                                  category text, repeat_of uuid, repair uuid, equipment uuid, model text, at timestamptz)
returns text[] language plpgsql stable as $$
begin
    return array_remove(array[
        case when injury then 'injury' end,
        case when loss >= time_rule_number('N_P13_LOSS_MAJOR')::bigint * 100 then 'large_loss' end,
        case when channel in ('regulator_12315', 'consumer_association', 'media') then 'public_channel' end,
        case when complaint_customers(complaint_id, customer, matter, category, model, at) >= time_rule_number('N_P13_SAME_MATTER') then 'several_customers' end,
        case when repeat_of is not null or complaint_repeats(complaint_id, customer, category, repair, equipment, at) then 'repeat' end,
        case when exists (select from customer k where k.id = customer and k.state = 'key') then 'key_customer' end,
        case when loss >= time_rule_number('N_P13_LOSS_SERIOUS')::bigint * 100 and loss < time_rule_number('N_P13_LOSS_MAJOR')::bigint * 100 then 'loss' end,
        case when conduct then 'conduct' end], null);
end $$;
create function complaint_level(reasons text[]) returns text language sql immutable as $$
    select case when reasons && '{injury,large_loss,public_channel,several_customers}' then 'major'
                when reasons <> '{}' then 'serious'
                else 'general' end
$$;

-- Grave and justified, or the third of the same cause: then the cause is removed, once a complaint.
create function complaint_needs_cause_removed(complaint_id uuid, at timestamptz) returns boolean language plpgsql stable as $$
declare
    c complaint;
begin
    select * into c from complaint x where x.id = complaint_id;
    return c.justified is true
       and not exists (select from link l where l.from_id = c.id and l.to_machine = 'nonconformity' and l.state <> 'cancelled')
       and (c.level in ('serious', 'major')
            or (select count(*) + 1 >= time_rule_number('N_P13_CAUSE_TIMES')
                  from complaint o
                 where o.id <> c.id
                   and o.justified
                   and o.cause = c.cause
                   and o.state not in ('voided', 'merged', 'withdrawn')
                   and o.reported_at > complaint_needs_cause_removed.at - make_interval(days => time_rule_number('N_P13_CAUSE_DAYS'))
                   and o.reported_at <= complaint_needs_cause_removed.at));
end $$;

-- A job whose complaint is open, or about to be: its papers are not archived, its line is not settled.
create function job_under_complaint(repair uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from complaint c where c.repair_id = job_under_complaint.repair and c.closed_at is null)
        or exists (select from link l where l.from_id = job_under_complaint.repair and l.to_machine = 'complaint' and l.state = 'waiting');
end $$;
alter table settlement_line add held_by_complaint boolean;
create index settlement_line_of_complaint on settlement_line (repair_id) where closed_at is null;

-- The figures of a period: what came in, what became of it. Finished jobs are those settled with the customer.
create function complaint_statistics(period_from date, period_to date) returns jsonb language plpgsql stable as $$
declare
    since constant timestamptz := period_from::timestamp at time zone company_zone();
    until constant timestamptz := period_to::timestamp at time zone company_zone();
    jobs integer := (select count(*) from repair r where r.settled_at >= since and r.settled_at < until)
                  + (select count(*) from delivery d where d.settled_at >= since and d.settled_at < until);
begin
    return (
        with c as (
            select x.*, x.closed_at is not null as ended,
                   x.replied_at is null and exists (select from breach b where b.entity_id = x.id and b.clock like 'reply\_%') as reply_missed
              from complaint x
             where x.received_at >= since and x.received_at < until and x.state not in ('merged', 'voided')),
        split as (
            select k.name, coalesce(k.value, '-') as value, count(*) as received, count(*) filter (where c.justified) as justified,
                   count(*) filter (where not c.ended) as open
              from c
              cross join lateral (values ('category', c.category), ('department', c.responsible_dept), ('outlet', c.outlet_id::text), ('level', c.level),
                                         ('channel', c.channel), ('cause', c.cause)) as k (name, value)
             group by 1, 2)
        select jsonb_build_object(
                   'from', period_from, 'to', period_to,
                   'received', count(*),
                   'ended', count(*) filter (where c.ended),
                   'handling_percent', round(100.0 * count(*) filter (where c.ended) / nullif(count(*), 0), 1),
                   'handling_target', 100,
                   'justified', count(*) filter (where c.justified),
                   'unfounded', count(*) filter (where c.justified is false),
                   'withdrawn', count(*) filter (where c.state = 'withdrawn'),
                   'finished_jobs', jobs,
                   'complaint_percent', round(100.0 * count(*) filter (where c.justified) / nullif(jobs, 0), 2),
                   'complaint_target', 3,
                   'replies_due', count(*) filter (where c.replied_at is not null or c.reply_missed),
                   'replies_on_time', count(*) filter (where c.replied_at is not null and c.reply_late is not true),
                   'on_time_percent', round(100.0 * count(*) filter (where c.replied_at is not null and c.reply_late is not true)
                                            / nullif(count(*) filter (where c.replied_at is not null or c.reply_missed), 0), 1),
                   'on_time_target', 95,
                   'asked', count(*) filter (where c.satisfied is not null),
                   'satisfied', count(*) filter (where c.satisfied),
                   'satisfied_percent', round(100.0 * count(*) filter (where c.satisfied) / nullif(count(*) filter (where c.satisfied is not null), 0), 1),
                   'satisfied_target', 90,
                   'escalated', count(*) filter (where c.escalations > 0),
                   'mediated', count(*) filter (where c.mediator is not null))
               || (select coalesce(jsonb_object_agg('by_' || n.name, n.list), '{}')
                     from (select s.name, jsonb_agg(jsonb_build_object(s.name, s.value, 'received', s.received, 'justified', s.justified, 'open', s.open)
                                                    order by s.received desc, s.value) as list
                             from split s group by s.name) n)
          from c);
end $$;

-- An analysis rests on the sheets of the complaints.
create or replace function handin_sheets(box_form text, period_from date, period_to date) returns integer language sql stable as $$
    select count(*)::integer
      from record r
     where r.form = case box_form when 'followup_statistics' then 'followup_record' when 'complaint_analysis' then 'complaint'
                         when 'capa_ledger' then 'nonconformity' else box_form end
       and r.made_at >= period_from::timestamp at time zone company_zone()
       and r.made_at < period_to::timestamp at time zone company_zone()
       and r.voided_at is null
$$;

-- P14 knows complaints among what is open at a customer's and among what counts as contact.
create or replace function customer_has_open_case(customer uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_exchange x where x.customer_id = customer and x.closed_at is null)
        or exists (select from delivery d where d.customer_id = customer and d.closed_at is null)
        or exists (select from loan_agreement a where a.customer_id = customer and a.closed_at is null)
        or exists (select from nonconformity n where n.customer_id = customer and n.state in ('reported', 'confirmed'))
        or exists (select from complaint c where c.customer_id = customer and c.closed_at is null)
        or exists (select from visit v where v.customer_id = customer and v.state = 'to_report');
end $$;
create or replace function customer_last_contact(customer uuid) returns timestamptz language plpgsql stable as $$
begin
    return greatest((select coalesce(k.last_contact_at, k.opened_at) from customer k where k.id = customer),
                    (select max(r.opened_at) from repair r where r.customer_id = customer),
                    (select max(r.opened_at) from return_repair r where r.customer_id = customer),
                    (select max(x.opened_at) from return_exchange x where x.customer_id = customer),
                    (select max(greatest(d.opened_at, d.called_customer_at, d.delivered_at, d.settled_at)) from delivery d where d.customer_id = customer),
                    (select max(greatest(c.received_at, c.verdict_at, c.verified_at)) from complaint c where c.customer_id = customer),
                    (select max(r.called_at) from repair r where r.customer_id = customer and r.reached),
                    (select max(v.called_at) from visit v where v.customer_id = customer and v.outcome = 'answered'),
                    (select max(a.answered_at) from survey_response a where a.customer_id = customer));
end $$;
do $$ begin
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), 'trainings,name,',
                    'complainant,remedy_sought,verdict_by,verdict_words,reply_text,interim_text,withdrawal_wish,new_facts,recording_ref,findings,statements,trainings,name,');
end $$;
