-- P6 parts A, D and E: how an outlet is set up, watched, wound up; P4 jobs that leave an outlet.

alter table outlet
    add column contact_name         text,
    add column hours                text,
    add column staff_needed         integer,
    add column funds_needed         bigint,
    add column need                 text,
    add column budget_amount        bigint,
    add column budget_report        text,
    add column funded_amount        bigint,
    add column funded_at            timestamptz,
    add column trained_at           timestamptz,
    add column tender_id            uuid,
    add column candidate_id         uuid,
    add column deposit_received     boolean,
    add column equipment_codes      text[],
    add column published            boolean,
    add column opened_on            date,
    add column stop_reason          text,
    add column suspension_proposed  boolean,
    add column wind_up_reason       text,
    add column proposed_month       text,
    add column summary_quarter      text,
    add column survey_year          integer;
update outlet set opened_on = company_date(opened_at), published = true;

alter table settlement_line add column doubt_reported boolean;
create index settlement_line_doubtful on settlement_line (id)
    where closed_at is null and warnings && '{picture_twice,two_places_at_once}' and doubt_reported is not true;

-- P14: what the contract promises; the warranty itself begins with the acceptance.
alter table equipment add column warranty_months integer;

create sequence outlet_tender_number;
create table outlet_tender (
    like machine_base including defaults,
    skills                text[],
    customer_count        integer,
    workload              integer,
    qualification         text,
    staff_ability         text,
    management_level      text,
    upkeep_fee            bigint,
    follows               uuid,
    source                text,
    media                 text,
    bids_until            date,
    end_reason            text,
    primary key (id)
);

create sequence outlet_candidate_number;
create table outlet_candidate (
    like machine_base including defaults,
    name                  text,
    address               text,
    contact_name          text,
    phone                 text,
    skills                text[],
    qualification         text,
    staff_ability         text,
    management_level      text,
    upkeep_fee            bigint,
    rank                  integer,
    site_score            integer,
    site_findings         text,
    doc_score             integer,
    doc_findings          text,
    told_reason           text,
    primary key (id)
);
create index outlet_candidate_by_tender on outlet_candidate (parent_id);

create sequence outlet_summary_number;
create table outlet_summary (
    like machine_base including defaults,
    quarter               text,
    jobs_settled          integer,
    service_content       text,
    receivables           text,
    receivable_total      bigint,
    problems              text,
    suggestions           text,
    written_by            uuid,
    submitted_at          timestamptz,
    review_note           text,
    primary key (id)
);
create unique index outlet_summary_quarter on outlet_summary (outlet_id, quarter) where state <> 'voided';

create sequence outlet_survey_number;
create table outlet_survey (
    like machine_base including defaults,
    year                  integer,
    occasion              text,
    surveyed_on           date,
    survey_score          integer,
    findings              text,
    problems              jsonb,
    improvements          jsonb,
    improve_until         date,
    result                text,
    primary key (id)
);
create index outlet_survey_by_outlet on outlet_survey (outlet_id);

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P6_SUMMARY', null, 9, null, 'days', 'manual P6 4.3.3, day designed', 'Quarterly summary handed in', '季度工作总结提交'),
    ('T_P6_SUMMARY_REVIEW', null, 10, null, 'working_days', 'designed', 'Quarterly summary reviewed', '季度工作总结审阅'),
    ('T_P6_SURVEY', null, 0, null, 'days', 'manual P6 3.4', 'Yearly survey of an outlet, by the end of its year', '年度网点调研期限'),
    ('T_P7_DEPARTURE', null, 5, null, 'working_days', 'designed', 'An outlet reports who has left', '网点人员离职报告期限'),
    ('N_P6_REVIEW_PASS', null, null, 60, 'number', 'designed', 'Pass mark of a candidate''s reviews', '候选单位审查合格分'),
    ('N_P6_SURVEY_PASS', null, null, 60, 'number', 'designed', 'Pass mark of a survey', '网点调研合格分'),
    ('N_P6_REFUSALS', null, null, 3, 'number', 'designed', 'Refused jobs in a month before a survey', '当月拒单调研次数'),
    ('N_P6_SUMMARIES_LATE', null, null, 2, 'number', 'designed', 'Overdue summaries that suspend', '逾期总结暂停次数');

-- The quarterly summary is handed in on day 10 of the next quarter's first month.
insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_OUTLET_SUM_Q', 'outlet_summary', 'quarter', 10, 'outlet_manager', 'dispatcher');

create function quarter_begin(day date) returns date language sql immutable as $$
    select date_trunc('quarter', day::timestamp)::date
$$;
-- The quarter before the one that a day lies in: '2026-Q3'.
create function quarter_before(day date) returns text language sql immutable as $$
    select to_char(quarter_begin(day) - 1, 'YYYY-"Q"Q')
$$;
create function quarter_first(quarter text) returns date language sql immutable as $$
    select make_date(left(quarter, 4)::integer, right(quarter, 1)::integer * 3 - 2, 1)
$$;
-- The moment after the last day of a quarter.
create function quarter_end(quarter text) returns timestamptz language sql stable as $$
    select (quarter_first(quarter) + interval '3 months')::timestamp at time zone company_zone()
$$;

-- A manager and somebody who repairs; one person may be both.
create function outlet_staffed(outlet uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from person p where p.outlet_id = outlet and p.state = 'active' and 'outlet_manager' = any(p.roles))
       and exists (select from person p where p.outlet_id = outlet and p.state = 'active' and 'outlet_technician' = any(p.roles));
end $$;
create function outlet_can_repair(outlet uuid, day date) returns boolean language plpgsql stable as $$
begin
    return exists (select from person p
                    where p.outlet_id = outlet
                      and p.state = 'active'
                      and 'outlet_technician' = any(p.roles)
                      and p.qualified_until >= day);
end $$;
-- All who repair there have passed P7.
create function outlet_all_qualified(outlet uuid, day date) returns boolean language plpgsql stable as $$
begin
    return outlet_can_repair(outlet, day)
       and not exists (select from person p
                        where p.outlet_id = outlet
                          and p.state <> 'left'
                          and 'outlet_technician' = any(p.roles)
                          and not coalesce(p.state = 'active' and p.qualified_until >= day, false));
end $$;
-- All who repair there have attended a training, and passed it when it ends with an examination.
create function outlet_all_trained(outlet uuid) returns boolean language plpgsql stable as $$
begin
    return not exists (select from person p
                        where p.outlet_id = outlet
                          and p.state <> 'left'
                          and 'outlet_technician' = any(p.roles)
                          and not exists (select from training_event t
                                           where t.participant @> array[p.id::text]
                                             and t.state <> 'cancelled'
                                             and t.participants @> jsonb_build_array(jsonb_build_object('person_id', p.id, 'attendance', 'attended')
                                                 || case when t.with_exam then '{"passed": true}'::jsonb else '{}'::jsonb end)));
end $$;
-- It had qualified people once, and has none now.
create function outlet_lost_its_repairers(outlet uuid, day date) returns boolean language plpgsql stable as $$
begin
    return exists (select from person p where p.outlet_id = outlet and p.qualified_until is not null)
       and not outlet_can_repair(outlet, day);
end $$;
create function outlet_contract_runs(outlet uuid, day date) returns boolean language plpgsql stable as $$
begin
    return exists (select from outlet_contract c
                    where c.outlet_id = outlet
                      and c.state = 'in_force'
                      and day between c.valid_from and c.valid_to);
end $$;
create function outlet_has_tariff(outlet uuid, region text, skills text[], day date) returns boolean language plpgsql stable as $$
begin
    return not exists (select from unnest(skills) s where settlement_tariff_for(outlet, outlet_has_tariff.region, s, day) is null);
end $$;
-- What a P12 register says is lent to an outlet.
create function outlet_has_equipment(outlet uuid, codes text[]) returns boolean language plpgsql stable as $$
begin
    return not exists (select from unnest(codes) x
                        where not exists (select from facility f where f.code = x and f.outlet_id = outlet and f.closed_at is null));
end $$;
-- How often the people of an outlet have declined a job in the month that a moment lies in: the job itself forgets the outlet.
create function outlet_refusals(outlet uuid, at timestamptz) returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer
              from entity_event v
              join person p on p.id = v.actor_id
             where v.event = 'decline_job'
               and p.outlet_id = outlet
               and v.at >= date_trunc('month', outlet_refusals.at));
end $$;
create index entity_event_of_declined_jobs on entity_event (at) where event = 'decline_job';
create function outlet_jobs_in(outlet uuid, quarter text) returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer
              from repair r
             where r.outlet_id = outlet
               and r.settled_at >= quarter_first(quarter)::timestamp at time zone company_zone()
               and r.settled_at < quarter_end(quarter)
               and r.state <> 'cancelled');
end $$;
-- What customers of the outlet still owe: jobs on account.
create function outlet_receivables(outlet uuid) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum(r.charge_total), 0)::bigint
              from repair r
             where r.outlet_id = outlet
               and r.payment_status = 'on_account'
               and r.state <> 'cancelled');
end $$;

-- A job with parts is a change of parts once the outlet shows the old one; until then the slip drafts it as a minor repair.
create or replace function unsettled_jobs(outlet uuid, month text) returns table (
    repair_id uuid, slip text, settled_at timestamptz, serial text, customer text, free boolean, computed bigint,
    computed_items jsonb, collected bigint, missing text[])
language sql stable as $$
    select r.id, r.number, r.settled_at, r.serial, r.contact_name, coalesce(r.charge_total, 0) = 0,
           (c.items ->> 'total')::bigint, c.items,
           case when r.payment_status = 'paid' then r.charge_total else 0 end,
           array_remove(array[
               case when r.customer_opinion is null then 'opinion' end,
               case when r.customer_signature is null and not (r.signature_refused is true and r.work_confirmed is true) then 'confirmation' end,
               case when c.items is null then 'tariff' end,
               case when p.parts then 'old_part' end], null)
      from repair r
      cross join lateral (select jsonb_array_length(coalesce(r.parts_used, '[]')) > 0 as parts) p
      cross join lateral (select settlement_compute(r.id, case when p.parts then 'part_change' else 'minor_repair' end, null, null, null, true) as items) c
     where r.outlet_id = unsettled_jobs.outlet
       and r.settled_at is not null
       and r.state <> 'cancelled'
       and (unsettled_jobs.month is null or month_of(r.settled_at) = unsettled_jobs.month)
       and not exists (select from settlement_line l
                        where l.repair_id = r.id
                          and l.state not in ('refused', 'withdrawn', 'carried', 'voided'))
     order by r.settled_at, r.id
$$;
-- The jobs that a slip can be drafted from, with what the draft claims.
create function jobs_to_settle(outlet uuid, month text) returns table (repair_id uuid, slip text, claimed bigint, collected bigint)
language sql stable as $$
    select u.repair_id, u.slip,
           case when 'old_part' = any(u.missing) then (settlement_compute(u.repair_id, 'minor_repair', null, null, null, true) ->> 'total')::bigint
                else u.computed end,
           u.collected
      from unsettled_jobs(jobs_to_settle.outlet, jobs_to_settle.month) u
     where u.missing <@ array['old_part']
$$;

-- What the outlet took from a customer is what the receipt says, or more when it says so itself: the company's share and what is
-- remitted are reckoned from that.
create function collected_in_fact(line settlement_line) returns bigint language plpgsql stable as $$
begin
    return greatest(coalesce(line.collected, 0),
                    coalesce((select r.charge_total from repair r where r.id = line.repair_id and r.payment_status = 'paid'), 0));
end $$;
create or replace function settlement_figures(slip_id uuid, balance uuid) returns jsonb language sql stable as $$
    with s as (select * from settlement where id = slip_id),
    c as (select x.* from outlet_contract x join s on x.id = s.contract_id),
    l as (
        select coalesce(sum(l.claimed), 0)::bigint as claimed,
               coalesce(sum(l.computed), 0)::bigint as computed,
               coalesce(sum(l.accepted) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as accepted,
               coalesce(sum(t.taken) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as collected,
               coalesce(sum(case c.collection_rule
                                when 'remit_all' then t.taken
                                when 'company_share_pct' then share_of(t.taken, c.company_share_pct)
                            end) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as share
          from settlement_line l
          cross join lateral (select collected_in_fact(l) as taken) t
          left join c on true
         where l.parent_id = slip_id),
    f as (
        select l.claimed, l.computed, l.accepted, l.collected, l.share,
               case when s.kind = 'regular' then coalesce(c.upkeep_fee, 0) else 0 end as upkeep,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.bonuses, '[]')) x) as bonus,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.deductions, '[]')) x) as deduction,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.adjustments, '[]')) x) as adjustment,
               case when s.kind = 'final'
                    then -(select coalesce(sum(p.retention), 0)::bigint from settlement p
                            where p.outlet_id = s.outlet_id and p.state in ('paid', 'carried_over') and p.id <> s.id)
                    else share_of(l.accepted, coalesce(c.retention_pct, 0)) end as retention,
               case when s.kind = 'final' then coalesce(c.deposit, 0) else 0 end as deposit_back,
               coalesce((select p.payable from settlement p where p.id = balance), 0) as carried_in
          from s
          cross join l
          left join c on true)
    select to_jsonb(f) || jsonb_build_object(
               'payable', accepted + upkeep + bonus - deduction - share + adjustment - retention + deposit_back + carried_in)
      from f
$$;
