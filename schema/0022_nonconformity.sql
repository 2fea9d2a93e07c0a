-- P22: nonconformities with their 8D record, and dispositions of products and parts.

create sequence nonconformity_number;
create table nonconformity (
    like machine_base including defaults,
    source                     text,
    source_number              text,
    source_machine             text,
    kind                       text,
    grade                      text,
    dept                       text,
    moved_from_id              uuid,
    serial                     text,
    clause                     text,
    fact                       text,
    evidence                   text,
    customer_affected          boolean,
    found_by                   uuid,
    found_at                   timestamptz,
    rule_code                  text,
    person_id                  uuid,
    repeat_of_id               uuid,
    merged_into_id             uuid,
    decision_reason            text,
    responsible_id             uuid,
    signed_by                  uuid,
    signed_at                  timestamptz,
    objection                  text,
    objection_open             boolean,
    objection_upheld           boolean,
    correction                 text,
    containment                text,
    contained_at               timestamptz,
    customers_told             boolean,
    needs_cause                boolean,
    systemic                   boolean,
    team                       text[],
    problem                    jsonb,
    cause                      text,
    whys                       jsonb,
    root_cause                 text,
    escape_point               text,
    similar_cases              text,
    analysed_at                timestamptz,
    measures                   jsonb,
    metric                     text,
    follow_ups                 text[],
    amount                     bigint,
    return_reason              text,
    actions_confirmed_by       uuid,
    implement_until            date,
    extension_until            date,
    extension_asked            boolean,
    extended                   boolean,
    implementation             text,
    implementation_evidence    text,
    implemented_by             uuid,
    implemented_at             timestamptz,
    watch_until                date,
    is_effective               boolean,
    verification               text,
    verified_by                uuid,
    verified_at                timestamptz,
    rounds                     integer,
    rules_updated              text,
    standardise                boolean,
    closing_note               text,
    recurrence                 text,
    reopened                   integer,
    primary key (id)
);
create sequence disposition_number;
create table disposition (
    like machine_base including defaults,
    item                       text,
    serial                     text,
    quantity                   integer,
    disposition                text,
    disposition_reason         text,
    proposed_by                uuid,
    customer_consent           text,
    consent_evidence           text,
    approved_by                uuid,
    supplier                   text,
    return_reason              text,
    work_done                  text,
    worked_by                  uuid,
    outcome                    text,
    retest_result              text,
    rounds                     integer,
    primary key (id)
);

create index nonconformity_open on nonconformity (id) where closed_at is null;
create index nonconformity_customer on nonconformity (customer_id) where customer_id is not null;
create index nonconformity_by_source on nonconformity (source_number) where source_number is not null;
create index nonconformity_by_cause on nonconformity (cause, dept, analysed_at) where cause is not null;
create index nonconformity_by_dept on nonconformity (dept, opened_at);
create index nonconformity_by_rule on nonconformity (person_id, rule_code) where person_id is not null;
create index nonconformity_due on nonconformity (due_at) where closed_at is null and due_at is not null;
create index disposition_by_parent on disposition (parent_id);
create index disposition_due on disposition (due_at) where closed_at is null and due_at is not null;
create index breach_by_owner on breach (owner_id, rule_code, breached_at) where owner_id is not null;

-- Who answers for a department: its head, or at an outlet the manager.
create function nonconformity_head(dept text, outlet uuid) returns uuid language plpgsql stable as $$
begin
    if nonconformity_head.dept = 'outlet' then
        return (select p.id from person p
                 where p.outlet_id = nonconformity_head.outlet and p.state = 'active' and 'outlet_manager' = any(p.roles) order by p.id limit 1);
    end if;
    return coalesce((select d.head_id from department d join person p on p.id = d.head_id
                      where d.code = nonconformity_head.dept and d.closed_at is null and p.state = 'active'),
                    (select p.id from person p
                      where p.department = nonconformity_head.dept and p.state = 'active' and 'dept_head' = any(p.roles) order by p.id limit 1));
end $$;
create function nonconformity_answers(actor uuid, dept text, outlet uuid, at timestamptz) returns boolean language plpgsql stable as $$
begin
    if nonconformity_answers.dept = 'outlet' then
        return exists (select from person p where p.id = nonconformity_answers.actor and p.outlet_id = nonconformity_answers.outlet);
    end if;
    return acts_for_department(nonconformity_answers.actor, nonconformity_answers.dept, nonconformity_answers.at);
end $$;

-- What another procedure wrote down becomes the fact of a report.
create function nonconformity_fact(fact text, number text) returns text language sql immutable as $$
    select left(coalesce(nullif(btrim(fact), ''), number), 2000)
$$;

-- How long the actions may take.
create function nonconformity_days(grade text) returns integer language plpgsql stable as $$
begin
    return time_rule_number(case nonconformity_days.grade when 'critical' then 'T_P22_CRITICAL' when 'major' then 'T_P22_MAJOR' else 'T_P22_MINOR' end);
end $$;
-- Another grade has another time to contain; what was counted stays counted.
create function nonconformity_clocks(clocks jsonb, grade text) returns jsonb language plpgsql stable as $$
begin
    if not nonconformity_clocks.clocks ? 'contain_due' then
        return nonconformity_clocks.clocks;
    end if;
    return jsonb_set(nonconformity_clocks.clocks, '{contain_due}',
                     clock_rerule(nonconformity_clocks.clocks -> 'contain_due',
                                  case nonconformity_clocks.grade when 'critical' then 'T_P22_CONTAIN_CRITICAL' else 'T_P22_CONTAIN' end));
end $$;

-- The same department did not keep the same clause, or was found wanting by the same source, within the time of a trend.
create function nonconformity_repeats(id uuid, source text, dept text, outlet uuid, clause text, at timestamptz) returns boolean language plpgsql stable as $$
begin
    return exists (select from nonconformity n
                    where n.id <> nonconformity_repeats.id
                      and n.kind = 'actual'
                      and n.state not in ('reported', 'dismissed', 'withdrawn', 'merged')
                      and n.dept = nonconformity_repeats.dept
                      and (n.dept <> 'outlet' or n.outlet_id = nonconformity_repeats.outlet)
                      and n.opened_at > nonconformity_repeats.at - make_interval(days => time_rule_number('T_P22_TREND'))
                      and case when nonconformity_repeats.clause is null then n.source = nonconformity_repeats.source
                               else n.clause = nonconformity_repeats.clause end);
end $$;
-- So many of one cause in one department since it was last looked into as a whole, which nobody does now.
create function nonconformity_trend(cause text, dept text, outlet uuid, now timestamptz) returns boolean language plpgsql stable as $$
declare
    looked_into nonconformity;
begin
    select n.* into looked_into
      from nonconformity n
     where n.kind = 'potential' and n.cause = nonconformity_trend.cause and n.dept = nonconformity_trend.dept and n.rule_code is null
       and (n.dept <> 'outlet' or n.outlet_id = nonconformity_trend.outlet)
     order by n.opened_at desc
     limit 1;
    if looked_into.id is not null and looked_into.closed_at is null then
        return false;
    end if;
    return (select count(*) >= time_rule_number('N_P22_TREND')
              from nonconformity n
             where n.cause = nonconformity_trend.cause
               and n.dept = nonconformity_trend.dept
               and (n.dept <> 'outlet' or n.outlet_id = nonconformity_trend.outlet)
               and n.kind = 'actual'
               and n.analysed_at > greatest(nonconformity_trend.now - make_interval(days => time_rule_number('T_P22_TREND')), looked_into.opened_at));
end $$;

-- Persons who missed one time rule so often, with the rule missed most; counted since that was last looked into.
create function breach_trends(now timestamptz) returns table (person_id uuid, rule_code text, times bigint, machines text)
language plpgsql stable as $$
declare
    since timestamptz := breach_trends.now - make_interval(days => time_rule_number('T_P22_TREND'));
begin
    -- Few have missed so many at all: only theirs are counted since they were last looked into.
    return query
        select distinct on (c.owner_id) c.owner_id, c.rule_code, t.times, t.machines
          from (select b.owner_id, b.rule_code
                  from breach b
                 where b.owner_id is not null and b.breached_at > since
                 group by b.owner_id, b.rule_code
                having count(*) >= time_rule_number('N_P22_TREND')) c
         cross join lateral (select max(n.opened_at) as at, coalesce(bool_or(n.closed_at is null), false) as runs
                               from nonconformity n
                              where n.person_id = c.owner_id and n.rule_code = c.rule_code) l
         cross join lateral (select count(*) as times, string_agg(distinct b.machine, ', ') as machines
                               from breach b
                              where b.owner_id = c.owner_id and b.rule_code = c.rule_code and b.breached_at > greatest(since, l.at)) t
         where not l.runs
           and t.times >= time_rule_number('N_P22_TREND')
         order by c.owner_id, t.times desc, c.rule_code;
end $$;

-- The ledger of a period: every report in it, and the figures that are looked at each quarter.
create function capa_ledger(period_from date, period_to date) returns jsonb language plpgsql stable as $$
declare
    first timestamptz := capa_ledger.period_from::timestamp at time zone company_zone();
    past timestamptz := capa_ledger.period_to::timestamp at time zone company_zone();
begin
    return (with n as (select x.* from nonconformity x where x.opened_at >= first and x.opened_at < past),
                 counted as (select * from n where n.state not in ('withdrawn', 'merged'))
            select jsonb_build_object(
                'reported', (select count(*) from n),
                'confirmed', (select count(*) from counted where counted.state not in ('reported', 'dismissed')),
                'dismissed', (select count(*) from n where n.state = 'dismissed'),
                'potential', (select count(*) from counted where counted.kind = 'potential'),
                'open', (select count(*) from counted where counted.closed_at is null),
                'closed', (select count(*) from nonconformity x where x.state = 'closed' and x.closed_at >= first and x.closed_at < past),
                'verified', (select count(*) from nonconformity x where x.verified_at >= first and x.verified_at < past),
                'effective', (select count(*) from nonconformity x where x.verified_at >= first and x.verified_at < past and x.is_effective),
                'limits_missed', (select count(*) from breach b where b.machine = 'nonconformity' and b.breached_at >= first and b.breached_at < past),
                'by_grade', (select coalesce(jsonb_object_agg(g.name, g.times), '{}') from (select counted.grade as name, count(*) as times from counted group by 1) g),
                'by_source', (select coalesce(jsonb_object_agg(g.name, g.times), '{}') from (select counted.source as name, count(*) as times from counted group by 1) g),
                'by_dept', (select coalesce(jsonb_object_agg(g.name, g.times), '{}') from (select coalesce(counted.dept, 'unknown') as name, count(*) as times from counted group by 1) g),
                'by_cause', (select coalesce(jsonb_object_agg(g.name, g.times), '{}') from (select counted.cause as name, count(*) as times from counted where counted.cause is not null group by 1) g),
                'reports', (select coalesce(jsonb_agg(jsonb_build_object('number', n.number, 'opened_on', company_date(n.opened_at), 'source', n.source,
                                'source_number', n.source_number, 'grade', n.grade, 'dept', n.dept, 'fact', left(n.fact, 80), 'state', n.state,
                                'overdue', n.overdue) order by n.number), '[]') from n)));
end $$;

-- The ledger's box counts the reports of the quarter.
create or replace function handin_sheets(box_form text, period_from date, period_to date) returns integer language sql stable as $$
    select count(*)::integer
      from record r
     where r.form = case box_form when 'followup_statistics' then 'followup_record' when 'capa_ledger' then 'nonconformity' else box_form end
       and r.made_at >= period_from::timestamp at time zone company_zone()
       and r.made_at < period_to::timestamp at time zone company_zone()
       and r.voided_at is null
$$;
insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_CAPA_Q', 'capa_ledger', 'quarter', 10, 'service_manager', 'management_rep');

-- P14 knows what went wrong with a customer's goods among what is open, until it is put right.
create or replace function customer_has_open_case(customer uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_exchange x where x.customer_id = customer and x.closed_at is null)
        or exists (select from delivery d where d.customer_id = customer and d.closed_at is null)
        or exists (select from loan_agreement a where a.customer_id = customer and a.closed_at is null)
        or exists (select from nonconformity n where n.customer_id = customer and n.state in ('reported', 'confirmed'))
        or exists (select from visit v where v.customer_id = customer and v.state = 'to_report');
end $$;

-- Who consented to a concession is personal data of the customer.
create or replace function entities_of_customer(customer uuid) returns setof uuid language plpgsql stable as $$
begin
    return query
        with own as (select n.id
                       from entity n
                      where n.customer_id = customer
                         or n.customer_id in (select d.id from customer d where d.merged_into_id = customer))
        select o.id from own o
         union
        select d.id from disposition d join own o on o.id = d.parent_id;
end $$;
do $$ begin
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), '''{trainings,name,', '''{customer_consent,consent_evidence,trainings,name,');
end $$;

-- What waited for this procedure was written before its inputs were named.
update link l
   set inputs = jsonb_strip_nulls(jsonb_build_object(
           'source', case n.machine when 'return_repair' then 'return_repair' when 'delivery' then 'delivery' when 'return_exchange' then 'return_exchange'
                                    when 'settlement' then 'outlet' when 'settlement_line' then 'outlet' when 'purchase_request' then 'supplier'
                                    when 'facility' then 'calibration' when 'retest' then 'calibration' else 'stock' end,
           'source_number', n.number, 'fact', nonconformity_fact(l.inputs ->> 'text', n.number),
           'found_at', coalesce(nullif(l.inputs -> 'found_at', 'null'), to_jsonb(l.made_at)), 'serial', l.inputs -> 'serial',
           'customer_id', l.inputs -> 'customer_id', 'outlet_id', coalesce(nullif(l.inputs -> 'outlet_id', 'null'), to_jsonb(l.outlet_id)))),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'nonconformity'
   and l.state = 'waiting';

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P22_CONFIRM', null, 1, null, 'working_days', 'designed', 'Nonconformity report confirmed or dismissed', '不符合报告确认'),
    ('T_P22_SIGN', null, 2, null, 'working_days', 'designed', 'Department signs or objects', '责任部门签收或提出异议'),
    ('T_P22_OBJECTION', null, 2, null, 'working_days', 'designed', 'Objection of a department decided', '部门异议裁决'),
    ('T_P22_CONTAIN', 86400, null, null, 'elapsed', 'designed', 'Nonconformity corrected and contained', '不符合纠正遏制'),
    ('T_P22_CONTAIN_CRITICAL', 14400, null, null, 'elapsed', 'practice', 'Critical nonconformity contained', '重大不符合遏制'),
    ('T_P22_NEED', null, 2, null, 'working_days', 'designed', 'Need of a cause analysis decided', '原因分析需求判定'),
    ('T_P22_ANALYSE', null, 7, null, 'days', 'designed', 'Cause found and actions proposed', '原因分析及措施拟定'),
    ('T_P22_CONFIRM_ACTION', null, 2, null, 'working_days', 'designed', 'Actions confirmed or returned', '措施确认'),
    ('T_P22_MINOR', null, 15, null, 'days', 'designed', 'Actions implemented, minor', '措施实施(轻微)'),
    ('T_P22_MAJOR', null, 30, null, 'days', 'designed', 'Actions implemented, major', '措施实施(严重)'),
    ('T_P22_CRITICAL', null, 60, null, 'days', 'designed', 'Actions implemented, critical', '措施实施(重大)'),
    ('T_P22_IMPLEMENT', null, 1, null, 'days', 'designed', 'End of the day until which actions are implemented', '措施实施截止日'),
    ('T_P22_EXTENSION', null, 2, null, 'working_days', 'designed', 'Extension decided', '延期审批'),
    ('T_P22_WATCH', null, 90, null, 'days', 'designed', 'Watch period after implementation', '措施观察期'),
    ('T_P22_VERIFY', null, 10, null, 'working_days', 'designed', 'Effect verified after the watch period', '措施有效性验证'),
    ('T_P22_CLOSE', null, 5, null, 'working_days', 'designed', 'Nonconformity closed', '不符合关闭'),
    ('T_P22_REOPEN', null, 180, null, 'days', 'designed', 'Reopened when the same cause comes back', '同因再发重开期限'),
    ('T_P22_TREND', null, 90, null, 'days', 'designed', 'Days over which trends are counted', '趋势统计期'),
    ('N_P22_TREND', null, null, 3, 'number', 'designed', 'Times that make a trend', '趋势次数'),
    ('T_P22_DISPOSE', null, 2, null, 'working_days', 'designed', 'Disposition decided', '不合格品处置批准'),
    ('T_P22_CARRY_OUT', null, 15, null, 'days', 'designed', 'Disposition carried out and tested again', '不合格品处置完成');
