-- P14: customer file, installed equipment, follow-up visits, satisfaction surveys.

alter table customer
    add pinyin                 text,
    add grade                  text,
    add phones                 text[],
    add preferred_channel      text,
    add contract_until         date,
    add contracts              jsonb,
    add consent_changed_at     timestamptz,
    add contact_invalid_reason text,
    add contact_invalid_on     date,
    add last_contact_at        timestamptz,
    add contact_check_on       date,
    add yearly_revenue         bigint,
    add strategic              boolean,
    add proposal               text,
    add proposed_by            uuid,
    add next_visit_on          date,
    add lost_reason            text,
    add merging_id             uuid,
    add merge_proposed_by      uuid,
    add merged_into_id         uuid,
    add merged_at              timestamptz,
    add state_before_merge     text,
    add erase_requested_on     date,
    add erase_ordered_at       timestamptz,
    add erase_ordered_by       uuid,
    add erase_confirmed_at     timestamptz,
    add erase_confirmed_by     uuid,
    add erase_answered_at      timestamptz,
    add state_before_erasure   text;

alter table equipment
    add warranty_warned_for    date,
    add replaced_by_id         uuid,
    add proof                  text,
    add transfers              jsonb,
    add plan_visits_from       date,
    add next_yearly_on         date,
    add moved_from_id          uuid;

alter table repair add moved_from_id uuid;
alter table return_repair add moved_from_id uuid;
alter table return_exchange add moved_from_id uuid;

create sequence visit_number;
create table visit (
    like machine_base including defaults,
    kind                       text,
    due_on                     date,
    equipment_id               uuid,
    repair_id                  uuid,
    delivery_id                text,
    mode                       text,
    outcome                    text,
    called_at                  timestamptz,
    reached                    boolean,
    followup_tries             integer,
    next_attempt_at            timestamptz,
    score_attitude             integer,
    score_timeliness           integer,
    score_quality              integer,
    score_result               integer,
    satisfied                  boolean,
    is_complaint               boolean,
    complaint_text             text,
    usage_note                 text,
    opinion                    text,
    leader_id                  uuid,
    reported_to_leader_at      timestamptz,
    cancel_reason              text,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);

create sequence survey_number;
create table survey (
    like machine_base including defaults,
    title                      text,
    survey_kind                text,
    year                       integer,
    questions                  jsonb,
    active_customers           integer,
    sample_size                integer,
    statistics                 jsonb,
    return_percent             integer,
    index_tenths               integer,
    weak_items                 text[],
    report_text                text,
    improvement_text           text,
    primary key (id)
);

create sequence survey_response_number;
create table survey_response (
    like machine_base including defaults,
    channel                    text,
    score_product              integer,
    score_delivery             integer,
    score_installation         integer,
    score_repair_speed         integer,
    score_attitude             integer,
    score_skill                integer,
    score_complaints           integer,
    score_price                integer,
    overall                    integer,
    lowest_score               integer,
    answer_text                text,
    answered_by                text,
    answered_at                timestamptz,
    valid                      boolean,
    invalid_reason             text,
    handled_note               text,
    primary key (id)
);

create index customer_phones on customer using gin (phones);
create index customer_pinyin on customer (pinyin text_pattern_ops) where pinyin is not null;
create index customer_same_name on customer (name);
create index customer_contact_check on customer (contact_check_on) where state = 'active';
create index customer_key_visit on customer (next_visit_on) where state = 'key';
create index customer_erasing on customer (id) where state = 'erasing';
create index customer_merging on customer (merging_id) where merging_id is not null;
create index customer_merged_into on customer (merged_into_id) where merged_into_id is not null;
create index equipment_moved on equipment (moved_from_id) where moved_from_id is not null;
create index equipment_to_plan on equipment (id) where plan_visits_from is not null;
create index equipment_yearly on equipment (next_yearly_on) where closed_at is null;
create index equipment_warranty on equipment (warranty_until) where closed_at is null;
create index repair_moved on repair (moved_from_id) where moved_from_id is not null;
create index return_repair_moved on return_repair (moved_from_id) where moved_from_id is not null;
create index return_exchange_moved on return_exchange (moved_from_id) where moved_from_id is not null;
create index visit_open on visit (id) where closed_at is null;
create index visit_planned on visit (due_on) where state = 'planned';
create index visit_open_assignee on visit (assignee_id) where closed_at is null;
create index visit_due on visit (due_at) where closed_at is null and due_at is not null;
create index visit_by_customer on visit (customer_id);
create index visit_by_equipment on visit (equipment_id) where equipment_id is not null;
create index visit_moved on visit (moved_from_id) where moved_from_id is not null;
create index survey_open on survey (id) where closed_at is null;
create index survey_response_by_survey on survey_response (parent_id);
create index survey_response_by_customer on survey_response (customer_id);
create index survey_response_open on survey_response (id) where closed_at is null;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('N_P14_DORMANT_MONTHS', null, null, 12, 'number', 'designed', 'Months without contact before a customer is dormant', '无联系转休眠月数'),
    ('N_P14_KEY_REVENUE', null, null, 100000, 'number', 'designed', 'Yuan a year that make a key account', '重点客户年营业额(元)'),
    ('T_P14_KEY_REVIEW', null, 182, null, 'days', 'designed', 'Review of a key account', '重点客户半年复核'),
    ('N_P14_KEY_VISIT_MONTHS', null, null, 3, 'number', 'designed', 'Months between visits of a key account', '重点客户走访间隔(月)'),
    ('N_P14_PLAN_AHEAD', null, null, 30, 'number', 'designed', 'Days that recurring visits are planned ahead', '定期回访提前安排天数'),
    ('T_P14_SPLIT', null, 30, null, 'days', 'designed', 'Undoing a merge of customer files', '撤销并档时限'),
    ('T_P14_ERASE_DELAY', null, 7, null, 'days', 'designed', 'Between order and deed of an erasure', '删除指令至执行'),
    ('T_P14_ERASE_ANSWER', null, 15, null, 'working_days', 'standard', 'Answer to a request for erasure', '删除申请答复'),
    ('T_P14_VISIT_ESCORT_END', null, 1, null, 'days', 'designed', 'Follow-up after the end of escort', '护航结束后回访'),
    ('N_P14_VISIT_FIRST_MONTHS', null, null, 1, 'number', 'designed', 'Months from acceptance to the second follow-up', '验收后第二次回访(月)'),
    ('N_P14_VISIT_SECOND_MONTHS', null, null, 6, 'number', 'designed', 'Months from acceptance to the third follow-up', '验收后第三次回访(月)'),
    ('N_P14_VISIT_YEARLY_MONTHS', null, null, 12, 'number', 'designed', 'Months between yearly follow-ups', '年度回访间隔(月)'),
    ('N_P14_VISIT_NEAR', null, null, 30, 'number', 'designed', 'Days within which one visit serves several units', '同一客户合并回访天数'),
    ('T_P14_VISIT', null, 3, null, 'days', 'designed', 'First call after a follow-up falls due', '回访到期后首次联系'),
    ('N_P14_VISIT_TRIES', null, null, 3, 'number', 'designed', 'Attempts of a follow-up', '回访次数上限'),
    ('N_P14_DUPLICATE_DAYS', null, null, 7, 'number', 'designed', 'Days after a repair''s follow-up without another one', '维修回访后免重复回访天数'),
    ('N_P14_WARRANTY_WARN', null, null, 30, 'number', 'designed', 'Days before the end of a warranty', '保修到期提醒提前天数'),
    ('N_P14_SAMPLE_PERCENT', null, null, 30, 'number', 'designed', 'Sample of a survey, percent of the active customers', '调查样本占在册客户百分比'),
    ('N_P14_SAMPLE_MIN', null, null, 30, 'number', 'designed', 'Smallest sample of a survey', '调查最小样本'),
    ('N_P14_RETURN_PERCENT', null, null, 60, 'number', 'designed', 'Return that makes a survey valid, percent', '有效回收率'),
    ('N_P14_SCORE_LOW', null, null, 3, 'number', 'designed', 'A score below this is low', '低分界限'),
    ('N_P14_INDEX_TARGET', null, null, 90, 'number', 'designed', 'Satisfaction index aimed at', '满意度指数目标');

-- Digits only, without the country's prefix, so that a caller is found however a number was written.
create function phone_digits(written text) returns text language sql immutable as $$
    select regexp_replace(regexp_replace(written, '[^0-9]', '', 'g'), '^(0086|86)(?=1[0-9]{10}$)', '')
$$;
create function phones_of(phone text, contacts jsonb) returns text[] language sql immutable as $$
    select array_agg(distinct phone_digits(p.written))
      from (select phone as written
             union all
            select c ->> 'phone' from jsonb_array_elements(coalesce(contacts, '[]')) c) p
     where phone_digits(p.written) <> ''
$$;

update customer
   set grade = case state when 'prospect' then 'potential' when 'key' then 'key' else 'normal' end,
       phones = phones_of(phone, contacts),
       last_contact_at = changed_at;

create function dormant_from(contact timestamptz) returns date language plpgsql stable as $$
begin
    return (company_date(contact) + make_interval(months => time_rule_number('N_P14_DORMANT_MONTHS')))::date;
end $$;

-- What is entered in the file itself, calls for repair, follow-ups that reached somebody, answers to surveys.
create function customer_last_contact(customer uuid) returns timestamptz language plpgsql stable as $$
begin
    return greatest((select coalesce(k.last_contact_at, k.opened_at) from customer k where k.id = customer),
                    (select max(r.opened_at) from repair r where r.customer_id = customer),
                    (select max(r.opened_at) from return_repair r where r.customer_id = customer),
                    (select max(x.opened_at) from return_exchange x where x.customer_id = customer),
                    (select max(r.called_at) from repair r where r.customer_id = customer and r.reached),
                    (select max(v.called_at) from visit v where v.customer_id = customer and v.outcome = 'answered'),
                    (select max(a.answered_at) from survey_response a where a.customer_id = customer));
end $$;

create function customer_has_open_case(customer uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_exchange x where x.customer_id = customer and x.closed_at is null)
        or exists (select from visit v where v.customer_id = customer and v.state = 'to_report');
end $$;

-- Day of the next anniversary that is not over.
create function next_anniversary(accepted date, today date) returns date language plpgsql stable as $$
declare
    months integer := time_rule_number('N_P14_VISIT_YEARLY_MONTHS');
    turn integer;
begin
    if accepted is null then
        return null;
    end if;
    turn := greatest(1, ceil((extract(year from age(today, accepted)) * 12 + extract(month from age(today, accepted))) / months)::integer);
    if (accepted + make_interval(months => months * turn))::date < today then
        turn := turn + 1;
    end if;
    return (accepted + make_interval(months => months * turn))::date;
end $$;

-- One visit serves all units of a customer that were accepted together; nobody is called about what is long past.
create function visit_wanted(customer uuid, wanted text, day date, at timestamptz) returns boolean language plpgsql stable as $$
declare
    near integer := time_rule_number('N_P14_VISIT_NEAR');
begin
    return day >= company_date(at) - near
       and not exists (select from visit v
                        where v.customer_id = customer
                          and v.kind = wanted
                          and v.state <> 'cancelled'
                          and v.due_on between day - case wanted when 'yearly' then near else 0 end and day + case wanted when 'yearly' then near else 0 end);
end $$;

create function followed_up_lately(customer uuid, unit uuid, at timestamptz) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r
                    where r.customer_id = customer
                      and (unit is null or r.equipment_id = unit)
                      and r.reached
                      and r.followed_up_at > at - make_interval(days => time_rule_number('N_P14_DUPLICATE_DAYS')));
end $$;

-- Why a visit that falls due is not made; null: it is.
create function visit_needless(customer uuid, unit uuid, kind text, at timestamptz) returns text language plpgsql stable as $$
begin
    if exists (select from customer k where k.id = customer and (k.closed_at is not null or k.state = 'erasing')) then
        return 'customer_closed';
    elsif exists (select from equipment q where q.id = unit and (q.closed_at is not null or q.customer_id <> customer)) then
        return 'unit_gone';
    elsif kind = 'key_quarterly' then
        return case when not exists (select from customer k where k.id = customer and k.state = 'key') then 'no_longer_key' end;
    elsif followed_up_lately(customer, unit, at) then
        return 'duplicate_followup';
    end if;
    return null;
end $$;

-- The customer and those merged into it, as far as what was made for them is concerned.
create function entities_of_customer(customer uuid) returns setof uuid language plpgsql stable as $$
begin
    return query
        select n.id
          from entity n
         where n.customer_id = customer
            or n.customer_id in (select d.id from customer d where d.merged_into_id = customer);
end $$;
create index entity_by_customer on entity (customer_id) where customer_id is not null;

-- Last day on which a record about the customer must be kept; null: there is none.
create function retention_ends(customer uuid) returns date language plpgsql stable as $$
begin
    return (select max(case when f.retention_months is null then 'infinity'::date
                            else (company_date(r.made_at) + make_interval(months => f.retention_months))::date end)
              from record r
              join form_template f on f.code = r.form
             where r.entity_id in (select entities_of_customer(customer))
               and r.voided_at is null
               and f.retention_months is distinct from 0);
end $$;

-- Takes personal data out of everything about the customer but the row that the step itself writes. The log keeps its
-- hashes: that something happened stays provable, what it said about a person does not. Returns the name that is left.
create function erase_customer(customer uuid) returns text language plpgsql volatile as $$
declare
    personal constant text[] := '{name,phone,phones,pinyin,contacts,contact_name,contact_phone,address,customer_signature,customer_opinion,evidence,invoice_title,invoice_email,invoice_tax_no,contact_attempts,complaint_text,opinion,usage_note,answer_text,answered_by,consent_by,signature_refused_reason,told_by,decided_by,customer_statement,payer_name,paid_to,payer_proof,refund_account,loss_note}';
    files uuid[] := array(select entities_of_customer(customer));
    part record;
    is_person boolean := (select k.kind = 'individual' from customer k where k.id = customer);
begin
    update entity_event v
       set inputs = null, changes = '{}', undo = null
     where v.entity_id = any(files)
       and v.machine <> 'equipment';
    update record r set content = r.content - personal where r.entity_id = any(files);
    delete from attachment a where a.entity_id = any(files);
    update link l set inputs = '{}' where l.from_id = any(files) and l.state <> 'waiting';
    for part in
        select n.machine, string_agg(format('%I = null', c.attname), ', ') as blanks
          from (select distinct machine from entity where id = any(files) and machine <> 'equipment') n
          join pg_attribute c on c.attrelid = to_regclass(n.machine) and c.attnum > 0 and not c.attisdropped and c.attname = any(personal)
         where n.machine <> 'customer' or c.attname <> 'name'
         group by n.machine
    loop
        execute format('update %I set %s where id = any($1) and id <> $2', part.machine, part.blanks) using files, customer;
    end loop;
    if is_person then
        update customer k set name = '(已删除)' where k.merged_into_id = customer;
        return '(已删除)';
    end if;
    return (select k.name from customer k where k.id = customer);
end $$;

-- Follow-ups of a week: those of repairs and those of P14. Who wants no calls counts as reached by choice, and not in
-- the rate of satisfaction.
create or replace function followup_statistics(period_from date, period_to date) returns jsonb language sql stable as $$
    with calls as (
        select r.reached, r.satisfied, r.is_complaint, r.assignee_id as technician_id, false as by_choice
          from repair r
         where r.followed_up_at >= period_from::timestamp at time zone company_zone()
           and r.followed_up_at < period_to::timestamp at time zone company_zone()
         union all
        select v.reached, v.satisfied, v.is_complaint, (select r.assignee_id from repair r where r.id = v.repair_id), v.outcome = 'by_choice'
          from visit v
          join record p on p.entity_id = v.id and p.form = 'followup_record' and p.voided_at is null
         where p.made_at >= period_from::timestamp at time zone company_zone()
           and p.made_at < period_to::timestamp at time zone company_zone()),
    due as (
        select (select count(*) from repair r where r.state = 'followup_pending' and r.changed_at < period_to::timestamp at time zone company_zone())
             + (select count(*) from visit v where v.state in ('due', 'calling') and v.due_on < period_to) as n)
    select jsonb_build_object(
               'week', to_char(period_from, 'IYYY"-W"IW'),
               'pending', (select n from due),
               'made', count(*),
               'reached', count(*) filter (where reached),
               'by_choice', count(*) filter (where by_choice),
               'satisfied', count(*) filter (where satisfied),
               'satisfied_percent', round(100.0 * count(*) filter (where satisfied) / nullif(count(*) filter (where reached and not by_choice), 0), 1),
               'complaints', count(*) filter (where is_complaint or satisfied is false),
               'by_technician', (select coalesce(jsonb_agg(t), '[]') from (
                    select c.technician_id, count(*) as made, count(*) filter (where c.satisfied) as satisfied,
                           count(*) filter (where c.is_complaint or c.satisfied is false) as complaints
                      from calls c where c.technician_id is not null group by 1 order by 1) t))
      from calls
$$;

-- Surveys: customers in the file now, those of them who may be asked, and a sample that nobody picks by hand.
create function survey_population() returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer from customer k where k.state in ('active', 'key'));
end $$;
create function survey_askable() returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer from customer k where k.state in ('active', 'key') and k.no_calls is not true);
end $$;
create function survey_sample_needed() returns integer language plpgsql stable as $$
begin
    return least(survey_askable(), greatest(time_rule_number('N_P14_SAMPLE_MIN'),
                                            ceil(survey_population() * time_rule_number('N_P14_SAMPLE_PERCENT') / 100.0)::integer));
end $$;
create function survey_sample(survey uuid, size integer) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_agg(jsonb_build_object('customer_id', s.id))
              from (select k.id
                      from customer k
                     where k.state in ('active', 'key')
                       and k.no_calls is not true
                     order by md5(survey::text || k.id::text)
                     limit size) s);
end $$;

create function survey_statistics(survey_id uuid) returns jsonb language sql stable as $$
    with asked as (
        select q ->> 'item' as item, (q ->> 'weight')::integer as weight
          from survey s
         cross join lateral jsonb_array_elements(s.questions) q
         where s.id = survey_id),
    sheets as (select r.*, to_jsonb(r) as scores from survey_response r where r.parent_id = survey_id),
    counted as (select * from sheets where valid and state in ('answered', 'low_score')),
    means as (
        select a.item, a.weight, count(x.score) as answers, avg(x.score) as mean
          from asked a
          left join lateral (select (c.scores ->> ('score_' || a.item))::numeric as score from counted c) x on x.score is not null
         group by 1, 2)
    select jsonb_build_object(
               'invited', (select count(*) from sheets),
               'answered', (select count(*) from sheets where answered_at is not null),
               'valid', (select count(*) from counted),
               'return_percent', (select floor(100.0 * (select count(*) from counted) / nullif(count(*), 0)) from sheets),
               'index', (select round(sum(weight * mean) / sum(weight) / 5 * 100, 1) from means where answers > 0),
               'items', (select jsonb_object_agg(item, jsonb_build_object('weight', weight, 'answers', answers, 'mean', round(mean, 2))) from means),
               'weak_items', (select coalesce(jsonb_agg(item order by item), '[]') from means where mean < time_rule_number('N_P14_SCORE_LOW')),
               'by_region', (select coalesce(jsonb_agg(g), '[]') from (select region, count(*) as answers, round(avg(overall), 2) as mean from counted group by 1 order by 1) g),
               'by_outlet', (select coalesce(jsonb_agg(g), '[]') from (select outlet_id, count(*) as answers, round(avg(overall), 2) as mean from counted group by 1 order by 1) g))
$$;
