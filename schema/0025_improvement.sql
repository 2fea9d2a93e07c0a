-- P15: improvements from proposal to standard, the monthly analysis of service quality, the year they belong to.

create sequence improvement_number;
create table improvement (
    like machine_base including defaults,
    source                     text not null,
    source_number              text,
    type                       text,
    title                      text,
    problem                    text not null,
    baseline_metric            text,
    goal                       text,
    benefit                    text,
    proposer                   text,
    anonymous                  boolean not null default false,
    joined_to_id               uuid,
    times_joined               integer not null default 0,
    answer                     text,
    answered_at                timestamptz,
    screened_by                uuid,
    deferred_until             date,
    evaluation                 text,
    cost                       bigint,
    approved_by                uuid,
    target_metric              text,
    due_on                     date,
    extended_from              date,
    period_months              integer,
    plan_actions               jsonb,
    resources                  text,
    pdca_phase                 text,
    notice_to                  text,
    supplier_id                uuid,
    evidence                   text,
    done_on                    date,
    measurable_on              date,
    measurement_called         boolean,
    measured_from              date,
    measured_to                date,
    actual                     text,
    goal_reached               boolean,
    measured_by                uuid,
    verified_by                uuid,
    verified_at                timestamptz,
    failures                   integer not null default 0,
    rule_changed               boolean,
    rule_change                text,
    standardised_by            uuid,
    training_needed            boolean,
    training_course            text,
    trained_by                 uuid,
    reward_reason              text,
    stop_reason                text,
    moved_from_id              uuid,
    primary key (id)
);

create sequence service_analysis_number;
create table service_analysis (
    like machine_base including defaults,
    month                      text not null,
    period_from                date not null,
    period_to                  date not null,
    figures                    jsonb,
    findings                   text,
    causes                     text,
    conclusions                text,
    held_on                    date,
    participants               text[],
    minutes                    text,
    decisions                  jsonb,
    primary key (id)
);

create sequence improvement_year_number;
create table improvement_year (
    like machine_base including defaults,
    year                       integer not null,
    next_month                 date,
    checked_on                 date,
    missing_types              text[],
    figures                    jsonb,
    report_text                text,
    shortfall_reason           text,
    primary key (id)
);

-- Two ways to write the same problem are the same.
create function problem_key(problem text) returns text language sql immutable as $$
    select md5(lower(regexp_replace(problem, '[[:space:][:punct:],。;:、!?]+', '', 'g')))
$$;

create index improvement_open on improvement (id) where closed_at is null;
create index improvement_open_problem on improvement (source, problem_key(problem)) where closed_at is null;
create index improvement_open_source on improvement (source_number) where closed_at is null and source_number is not null;
create index improvement_joined_to on improvement (joined_to_id) where joined_to_id is not null;
create index improvement_customer on improvement (customer_id) where customer_id is not null;
create index improvement_outlet on improvement (outlet_id) where outlet_id is not null;
create index improvement_open_assignee on improvement (assignee_id) where closed_at is null;
create index improvement_due on improvement (due_at) where closed_at is null and due_at is not null;
create index improvement_closed on improvement (closed_at) where state = 'closed';
create unique index service_analysis_month on service_analysis (parent_id, month);
create index service_analysis_due on service_analysis (due_at) where closed_at is null and due_at is not null;
create unique index improvement_year_year on improvement_year (year) where state <> 'voided';

-- The open improvement that a proposal belongs to: the same problem from the same kind of source, or the same record again.
create function improvement_twin(kind text, record text, problem text) returns uuid language plpgsql stable as $$
begin
    return (select i.id
              from improvement i
             where i.closed_at is null
               and i.source = improvement_twin.kind
               and (problem_key(i.problem) = problem_key(improvement_twin.problem) or i.source_number = improvement_twin.record)
             order by i.id
             limit 1);
end $$;
create function improvement_joined(improvement uuid) returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer from improvement j where j.joined_to_id = improvement_joined.improvement and j.state = 'joined');
end $$;
create function improvement_period_end(day date, months integer) returns date language sql immutable as $$
    select (day + make_interval(months => months))::date
$$;

-- SB/T 10401 A.8 asks for each kind of improvement every year.
create function improvement_missing_types(period_from date, period_to date) returns text[] language plpgsql stable as $$
begin
    return array(select t
                   from unnest(array['product', 'service', 'management']) with ordinality k (t, place)
                  where not exists (select from improvement i
                                     where i.state = 'closed'
                                       and i.type = t
                                       and i.closed_at >= improvement_missing_types.period_from::timestamp at time zone company_zone()
                                       and i.closed_at < improvement_missing_types.period_to::timestamp at time zone company_zone())
                  order by place);
end $$;

create function improvement_report(period_from date, period_to date) returns jsonb language sql stable as $$
    with span as (
        select period_from::timestamp at time zone company_zone() as a, period_to::timestamp at time zone company_zone() as b),
    proposed as (select i.* from improvement i cross join span s where i.opened_at >= s.a and i.opened_at < s.b and i.state <> 'joined'),
    closed as (select i.* from improvement i cross join span s where i.state = 'closed' and i.closed_at >= s.a and i.closed_at < s.b)
    select jsonb_build_object(
               'proposed', (select count(*) from proposed),
               'anonymous', (select count(*) from proposed where anonymous),
               'joined', (select count(*) from improvement i cross join span s where i.opened_at >= s.a and i.opened_at < s.b and i.state = 'joined'),
               'rejected', (select count(*) from proposed where state = 'rejected'),
               'open', (select count(*) from proposed where closed_at is null),
               'closed', (select count(*) from closed),
               'ineffective_once', (select count(*) from closed where failures > 0),
               'answered', (select count(*) from proposed where answered_at is not null),
               'answered_late', (select count(*) from proposed where answered_at > time_rule_due('T_P15_ANSWER', opened_at)),
               'cost_closed', (select coalesce(sum(cost), 0) from closed),
               'by_type', (select jsonb_agg(jsonb_build_object('type', t, 'proposed', (select count(*) from proposed where type = t),
                                                               'closed', (select count(*) from closed where type = t)) order by place)
                             from unnest(array['product', 'service', 'management']) with ordinality k (t, place)),
               'by_source', (select coalesce(jsonb_agg(g), '[]') from (
                    select p.source, count(*) as proposed, count(*) filter (where p.state = 'closed') as closed from proposed p group by 1 order by 2 desc, 1) g),
               'missing_types', to_jsonb(improvement_missing_types(period_from, period_to)))
$$;

-- What the monthly analysis looks at.
create function service_figures(period_from date, period_to date) returns jsonb language sql stable as $$
    with span as (
        select period_from::timestamp at time zone company_zone() as a, period_to::timestamp at time zone company_zone() as b)
    select jsonb_build_object(
               'repairs', (select jsonb_build_object('registered', count(*) filter (where r.opened_at >= s.a and r.opened_at < s.b),
                                                     'closed', count(*) filter (where r.closed_at >= s.a and r.closed_at < s.b))
                             from repair r cross join span s
                            where (r.opened_at >= s.a and r.opened_at < s.b) or (r.closed_at >= s.a and r.closed_at < s.b)),
               'return_repairs', (select count(*) from return_repair r cross join span s where r.opened_at >= s.a and r.opened_at < s.b),
               'returns_and_exchanges', (select count(*) from return_exchange r cross join span s where r.opened_at >= s.a and r.opened_at < s.b),
               'followups', followup_statistics(period_from, period_to) - '{week,by_technician}'::text[],
               'late', (select coalesce(jsonb_agg(g), '[]') from (
                    select b.rule_code as rule, count(*) as times from breach b cross join span s
                     where b.breached_at >= s.a and b.breached_at < s.b group by 1 order by 2 desc, 1 limit 10) g),
               'frequent_faults', (select coalesce(jsonb_agg(g), '[]') from (
                    select r.model, r.fault_kind, count(*) as times from return_repair r cross join span s
                     where r.tested_at >= s.a and r.tested_at < s.b and r.cause = 'product' and r.model is not null
                     group by 1, 2 order by 3 desc, 1, 2 limit 10) g),
               'improvements', jsonb_build_object(
                    'proposed', (select count(*) from improvement i cross join span s where i.opened_at >= s.a and i.opened_at < s.b and i.state <> 'joined'),
                    'closed', (select count(*) from improvement i cross join span s where i.state = 'closed' and i.closed_at >= s.a and i.closed_at < s.b)))
$$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P15_ANSWER', null, 10, null, 'working_days', 'designed', 'Answer to who proposed an improvement', '改进建议答复'),
    ('T_P15_APPROVE', null, 5, null, 'working_days', 'designed', 'Decision on an evaluated improvement', '改进立项审批'),
    ('T_P15_DONE', null, 1, null, 'days', 'designed', 'End of the day on which an improvement is due', '改进完成期限'),
    ('T_P15_VERIFY', null, 10, null, 'working_days', 'designed', 'Verification after a full period', '改进效果验证'),
    ('T_P15_STANDARD', null, 30, null, 'days', 'designed', 'Documents and training signed off', '改进标准化'),
    ('T_P15_ANALYSIS', null, 10, null, 'days', 'designed', 'Monthly analysis of service quality: end of day 10', '月度服务质量分析(次月10日)'),
    ('T_P15_MEETING', null, 5, null, 'working_days', 'designed', 'Service-quality meeting after the analysis', '服务质量分析会'),
    ('T_P15_REPORT', null, 31, null, 'days', 'designed', 'Yearly improvement report: end of January', '年度改进报告(次年1月底)'),
    ('N_P15_DEPUTY', null, null, 2000000, 'number', 'designed', 'Cost up to which the deputy general manager approves, in fen', '副总经理审批限额(分)'),
    ('N_P15_PERIOD_MONTHS', null, null, 3, 'number', 'designed', 'Months over which an effect is measured', '效果验证周期(月)'),
    ('N_P15_CHECK_MONTH', null, null, 10, 'number', 'designed', 'Month in which the three kinds of improvement are looked at', '三类改进检查月份');

-- Who proposed by way of somebody else may be a customer.
do $$ begin
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), ',contact_name,', ',contact_name,proposer,');
end $$;

-- What waited for this procedure was written before its inputs were named.
update link l
   set inputs = jsonb_strip_nulls(jsonb_build_object(
           'source', case l.inputs ->> 'source' when 'complaints' then 'complaint' else l.inputs ->> 'source' end,
           'source_number', n.number, 'problem', l.inputs -> 'problem', 'customer_id', l.inputs -> 'customer_id',
           'outlet_id', case when n.machine = 'outlet_summary' then to_jsonb(l.outlet_id) end, 'type', case n.machine when 'return_repair' then 'product' end)),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'improvement'
   and l.state = 'waiting';
