-- P1: occasions for a round, rounds of identification and evaluation, service factors with their score, measures.

create sequence round_occasion_number;
create table round_occasion (
    like machine_base including defaults,
    kind                       text not null,
    year                       integer not null,
    what                       text,
    source_number              text,
    begins_on                  date,
    round_id                   uuid,
    decision_reason            text,
    primary key (id)
);

create sequence identification_round_number;
create table identification_round (
    like machine_base including defaults,
    year                       integer not null,
    trigger                    text not null,
    occasion_id                uuid,
    what                       text,
    source_number              text,
    members                    jsonb,
    departments                text[],
    none_departments           text[],
    materials                  text,
    consolidated_at            timestamptz,
    market_feedback            text,
    centre_data                jsonb,
    evaluation_began_at        timestamptz,
    guideline_basis            text[],
    goals                      jsonb,
    guideline_text             text,
    drafted_by                 uuid,
    reviewed_by                uuid,
    reviewed_at                timestamptz,
    approved_by                uuid,
    approved_at                timestamptz,
    replaces_id                uuid,
    guideline_until            date,
    return_reason              text,
    close_note                 text,
    primary key (id),
    -- Drafted, reviewed and approved by three people.
    constraint guideline_three_people check (
        approved_by is null
        or (drafted_by is not null and reviewed_by is not null and approved_by <> drafted_by and approved_by <> reviewed_by and reviewed_by <> drafted_by))
);

create sequence service_factor_number;
create table service_factor (
    like machine_base including defaults,
    round_id                   uuid,
    dept                       text not null,
    factor_text                text not null,
    activity                   text,
    service_type               text,
    tense                      text,
    condition                  text,
    routine                    boolean,
    method                     text,
    considerations             text[],
    influence                  text not null,
    consequence                text,
    model                      text,
    source                     text not null,
    source_number              text,
    likelihood                 integer,
    severity                   integer,
    score                      integer,
    law_breached               boolean,
    law_text                   text,
    significant                boolean,
    evaluation_note            text,
    evaluated_by               uuid,
    evaluated_at               timestamptz,
    residual_likelihood        integer,
    residual_severity          integer,
    residual_score             integer,
    law_still_breached         boolean,
    controlled_at              timestamptz,
    joined_to_id               uuid,
    dismiss_reason             text,
    retire_reason              text,
    primary key (id),
    constraint service_factor_score check (score is not distinct from likelihood * severity),
    constraint service_factor_residual check (residual_score is not distinct from residual_likelihood * residual_severity)
);

create sequence reduction_measure_number;
create table reduction_measure (
    like machine_base including defaults,
    factor_id                  uuid not null,
    round_id                   uuid,
    level                      text not null,
    dept                       text not null,
    means                      text not null,
    equipment_people           text not null,
    training                   text not null,
    resources                  text not null,
    contingency                text,
    needs                      text[],
    amount                     bigint,
    due_on                     date not null,
    planned_by                 uuid,
    return_reason              text,
    reviewed_by                uuid,
    reviewed_at                timestamptz,
    evidence                   text,
    done_by                    uuid,
    done_on                    date,
    is_effective               boolean,
    verification               text,
    verified_by                uuid,
    hand_over_to               text,
    decision_reason            text,
    primary key (id)
);

create unique index round_occasion_year on round_occasion (year) where kind = 'annual' and state <> 'voided';
create index round_occasion_due on round_occasion (due_at) where closed_at is null and due_at is not null;
create index round_occasion_open_assignee on round_occasion (assignee_id) where closed_at is null;
create unique index identification_round_year on identification_round (year) where trigger = 'annual' and state <> 'voided';
create index identification_round_open_assignee on identification_round (assignee_id) where closed_at is null;
create index identification_round_due on identification_round (due_at) where closed_at is null and due_at is not null;
create index identification_round_guideline on identification_round (approved_at) where approved_at is not null and guideline_until is null;
create index service_factor_round on service_factor (round_id) where round_id is not null;
create index service_factor_source on service_factor (source_number) where source_number is not null;
create index service_factor_open on service_factor (state) where closed_at is null;
create index service_factor_outlet on service_factor (outlet_id) where outlet_id is not null;
create index service_factor_open_assignee on service_factor (assignee_id) where closed_at is null;
create index service_factor_due on service_factor (due_at) where closed_at is null and due_at is not null;
create index reduction_measure_factor on reduction_measure (factor_id);
create index reduction_measure_round on reduction_measure (round_id) where round_id is not null;
create index reduction_measure_open_assignee on reduction_measure (assignee_id) where closed_at is null;
create index reduction_measure_due on reduction_measure (due_at) where closed_at is null and due_at is not null;

-- 91-scoring: what makes a factor significant. The limits are rules.
create function factor_is_significant(likelihood integer, severity integer, law_breached boolean) returns boolean language plpgsql stable as $$
begin
    return coalesce(factor_is_significant.law_breached, false)
        or factor_is_significant.likelihood * factor_is_significant.severity >= time_rule_number('N_P1_SCORE')
        or factor_is_significant.severity >= time_rule_number('N_P1_SEVERITY');
end $$;

create function round_member(round uuid, who uuid, team text) returns boolean language plpgsql stable as $$
begin
    return exists (select from identification_round r cross join jsonb_array_elements(coalesce(r.members, '[]')) m
                    where r.id = round_member.round
                      and lower(m ->> 'person_id') = round_member.who::text
                      and m ->> 'team' in (round_member.team, 'both'));
end $$;

-- Those that said so and have reported nothing since.
create function round_none_departments(round uuid) returns text[] language plpgsql stable as $$
begin
    return array(select d from identification_round r cross join unnest(coalesce(r.none_departments, '{}')) d
                  where r.id = round_none_departments.round
                    and not exists (select from service_factor f where f.round_id = r.id and f.dept = d and f.state not in ('voided', 'dismissed', 'joined'))
                  order by d);
end $$;

-- The round that takes what is reported now.
create function factor_round_open() returns uuid language plpgsql stable as $$
begin
    return (select r.id from identification_round r where r.state = 'identifying' order by r.trigger <> 'annual', r.id limit 1);
end $$;

-- The round that evaluates a factor now: its own, or the yearly one that looks at all.
create function factor_round(own uuid) returns uuid language plpgsql stable as $$
begin
    return (select r.id from identification_round r
             where r.state = 'evaluating' and (r.id = factor_round.own or r.trigger = 'annual')
             order by r.id <> factor_round.own, r.id limit 1);
end $$;

create function factor_of_source(number text) returns uuid language plpgsql stable as $$
begin
    return (select f.id from service_factor f where f.source_number = factor_of_source.number and f.closed_at is null order by f.id limit 1);
end $$;

create function guideline_in_force(but uuid) returns uuid language plpgsql stable as $$
begin
    return (select r.id from identification_round r
             where r.approved_at is not null and r.guideline_until is null and r.id <> guideline_in_force.but
             order by r.approved_at desc limit 1);
end $$;

-- The kind of emergency that a plan is asked for, from what was considered (manual P1 4.2.4b).
create function factor_scenario(factor uuid) returns text language plpgsql stable as $$
begin
    return (select case when 'released_nonconforming_product' = any(f.considerations) then 'product_safety'
                        when 'safety_accident_in_operation' = any(f.considerations) then 'personal_injury'
                        when 'sabotage_or_misoperation' = any(f.considerations) then 'customer_conflict'
                        else 'major_equipment_damage' end
              from service_factor f where f.id = factor_scenario.factor);
end $$;

-- What the centre knows of the last twelve months (manual P1 4.3.1).
create function factor_centre_data(at timestamptz) returns jsonb language plpgsql stable as $$
declare
    today constant date := company_date(factor_centre_data.at) + 1;
    since constant date := (today - interval '1 year')::date;
begin
    return service_figures(since, today) || jsonb_build_object(
        'period_from', since, 'period_to', today,
        'complaints', (select coalesce(jsonb_agg(g), '[]') from (
            select c.category, c.level, count(*) as times from complaint c
             where c.opened_at >= since::timestamp at time zone company_zone() and c.state not in ('voided', 'unfounded')
             group by 1, 2 order by 3 desc, 1, 2) g),
        'nonconformities', (select count(*) from nonconformity n
                             where n.opened_at >= since::timestamp at time zone company_zone() and n.state not in ('voided', 'dismissed')));
end $$;

create function factors_of_round(round uuid, everything boolean) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object(
                       'id', f.id, 'number', f.number, 'state', f.state, 'dept', f.dept, 'activity', f.activity, 'factor_text', f.factor_text, 'service_type', f.service_type,
                       'tense', f.tense, 'condition', f.condition, 'routine', f.routine, 'method', f.method, 'considerations', f.considerations,
                       'influence', f.influence, 'consequence', f.consequence, 'likelihood', f.likelihood, 'severity', f.severity, 'score', f.score,
                       'law_breached', f.law_breached, 'significant', f.significant, 'residual_score', f.residual_score,
                       'measures', (select count(*) from reduction_measure k where k.factor_id = f.id and k.state <> 'cancelled'))
                       order by f.significant desc nulls last, f.score desc nulls last, f.number), '[]')
              from service_factor f
             where f.round_id = factors_of_round.round
               and f.state not in ('voided', 'dismissed', 'joined')
               and (f.closed_at is null or not factors_of_round.everything or f.evaluated_at is not null));
end $$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P1_EXTRA', null, 30, null, 'days', 'designed', 'Extra round begun after its occasion', '专项识别启动'),
    ('T_P1_YEAR', null, 1, null, 'days', 'designed', 'Yearly round: end of the year', '年度识别(年底)'),
    ('T_P1_TEAM', null, 5, null, 'working_days', 'designed', 'Teams of a round appointed', '组建识别与评价小组'),
    ('T_P1_REPORT', null, 15, null, 'days', 'designed', 'Departments have reported their factors', '部门上报服务因素'),
    ('T_P1_CLASSIFY', null, 10, null, 'working_days', 'designed', 'Factor from another procedure classified', '来源因素分类'),
    ('T_P1_EVALUATE', null, 15, null, 'days', 'designed', 'Factors evaluated, measures planned', '评价并制定措施'),
    ('T_P1_GUIDELINE', null, 10, null, 'working_days', 'designed', 'Goals and guideline drafted', '编制目标和准则'),
    ('T_P1_SIGN', null, 5, null, 'working_days', 'designed', 'Guideline reviewed or approved', '审核或批准准则'),
    ('T_P1_REVIEW', null, 5, null, 'working_days', 'designed', 'Measure reviewed', '评审削减措施'),
    ('T_P1_MEASURE', null, 1, null, 'days', 'designed', 'End of the day on which a measure is due', '削减措施完成日'),
    ('T_P1_VERIFY', null, 10, null, 'working_days', 'designed', 'Measure verified', '验证削减措施'),
    ('N_P1_ROUND_MONTH', null, null, 10, 'number', 'designed', 'Month in which the yearly round begins by itself', '年度识别自动启动月份'),
    ('N_P1_SCORE', null, null, 12, 'number', 'designed', 'Likelihood times severity from which a factor is significant', '重大因素分值界限'),
    ('N_P1_SEVERITY', null, null, 5, 'number', 'designed', 'Severity from which a factor is significant alone', '重大因素严重性界限');

-- What waited for this procedure was written before its inputs were named. A factor needs words.
update link l
   set inputs = jsonb_strip_nulls((l.inputs - 'text') || jsonb_build_object(
           'dept', coalesce(l.inputs ->> 'dept', 'after_sales_center'),
           'factor_text', left(coalesce(nullif(btrim(l.inputs ->> 'text'), ''), nullif(btrim(l.inputs ->> 'factor_text'), ''), n.number), 2000))),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'service_factor'
   and l.state = 'waiting';
