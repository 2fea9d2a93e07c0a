-- P18: emergency plans with their drills, incidents with the log of the response, supplies.

create sequence emergency_plan_number;
create table emergency_plan (
    like machine_base including defaults,
    code                       text,
    title                      text not null,
    scenario                   text not null,
    dept                       text not null,
    edition                    integer not null,
    supersedes_id              uuid,
    source_number              text,
    high_risk                  boolean not null,
    organisation               text,
    duties                     text,
    warning                    text,
    steps                      text,
    resources                  text,
    contacts                   jsonb,
    recovery                   text,
    author_id                  uuid,
    submitted_at               timestamptz,
    reviewed_by                uuid,
    reviewed_at                timestamptz,
    approved_by                uuid,
    approved_at                timestamptz,
    return_reason              text,
    published_to               text[],
    published_at               timestamptz,
    trained_on                 date,
    training_note              text,
    in_force_at                timestamptz,
    last_drill_on              date,
    last_onsite_on             date,
    next_drill_on              date,
    check_kind                 text,
    check_result               text,
    check_note                 text,
    last_check_on              date,
    last_check_by              uuid,
    revision_reason            text,
    revision_note              text,
    abolish_reason             text,
    primary key (id),
    -- Three people signed what is published.
    constraint emergency_plan_three_signatures check (
        state in ('drafting', 'in_review', 'reviewed', 'voided')
        or (author_id is not null and reviewed_by is not null and approved_by is not null
            and author_id <> reviewed_by and author_id <> approved_by and reviewed_by <> approved_by))
);

create sequence drill_number;
create table drill (
    like machine_base including defaults,
    plan_id                    uuid not null,
    kind                       text not null,
    planned_on                 date not null,
    place                      text,
    scene                      text,
    participants               text[],
    materials                  text,
    safety_measures            text,
    held_on                    date,
    attended                   integer,
    minutes_used               integer,
    course                     text,
    drill_result               text,
    evaluation                 text,
    evaluated_by               uuid,
    evaluated_at               timestamptz,
    improvements               jsonb,
    improvements_done          text,
    change_reason              text,
    cancel_reason              text,
    primary key (id)
);

create sequence incident_number;
create table incident (
    like machine_base including defaults,
    source                     text not null,
    source_number              text,
    scenario                   text not null,
    kind                       text,
    what                       text not null,
    place                      text,
    occurred_at                timestamptz not null,
    reporter_name              text,
    reporter_phone             text,
    moved_from_id              uuid,
    dead                       integer,
    seriously_injured          integer,
    slightly_injured           integer,
    loss_amount                bigint,
    customers_down             integer,
    national_media             boolean,
    suggested_level            text,
    national_level             text,
    level                      text,
    level_note                 text,
    verified_by                uuid,
    verified_at                timestamptz,
    graded_at                  timestamptz,
    false_alarm_reason         text,
    reportable                 boolean,
    report_ground              text,
    authority                  text,
    authority_told_at          timestamptz,
    authority_report_no        text,
    authority_told_by          uuid,
    authority_supplement       text,
    supplemented_at            timestamptz,
    plan_id                    uuid,
    no_plan_reason             text,
    activated_by               uuid,
    activated_at               timestamptz,
    funds_asked                bigint,
    fund_payee                 text,
    team                       jsonb,
    measures                   text[],
    response_led_by            uuid,
    responded_at               timestamptz,
    log_lines                  jsonb,
    last_line_at               timestamptz,
    informed                   jsonb,
    control_note               text,
    controlled_at              timestamptz,
    terminated_by              uuid,
    terminated_at              timestamptz,
    remedies                   text[],
    recovery_note              text,
    comfort_note               text,
    comforted_at               timestamptz,
    cause_kind                 text,
    cause                      text,
    responsible_dept           text,
    evidence                   text,
    investigated_by            uuid,
    investigated_at            timestamptz,
    summary                    text,
    lessons                    text,
    plan_adequate              boolean,
    plan_flaw                  text,
    summarised_by              uuid,
    summarised_at              timestamptz,
    return_reason              text,
    primary key (id)
);

create sequence emergency_supply_number;
create table emergency_supply (
    like machine_base including defaults,
    title                      text not null,
    category                   text not null,
    unit_name                  text not null,
    quantity                   integer not null,
    minimum                    integer not null,
    place                      text not null,
    plan_id                    uuid,
    valid_until                date,
    condition                  text not null,
    check_note                 text,
    last_check_on              date,
    last_check_by              uuid,
    retire_reason              text,
    primary key (id),
    constraint emergency_supply_not_less_than_none check (quantity >= 0)
);

-- A version has one successor; a code one plan, beside the version that replaces it.
create unique index emergency_plan_successor on emergency_plan (supersedes_id) where supersedes_id is not null and state not in ('voided', 'superseded');
create index emergency_plan_in_force on emergency_plan (scenario) where state in ('in_force', 'revising');
create index emergency_plan_code on emergency_plan (code text_pattern_ops) where code is not null;
create index emergency_plan_title on emergency_plan (title text_pattern_ops);
create index emergency_plan_open_assignee on emergency_plan (assignee_id) where closed_at is null;
create index emergency_plan_due on emergency_plan (due_at) where closed_at is null and due_at is not null;
create index drill_plan on drill (plan_id);
create index drill_open_assignee on drill (assignee_id) where closed_at is null;
create index drill_due on drill (due_at) where closed_at is null and due_at is not null;
create index incident_open on incident (id) where closed_at is null;
create index incident_source on incident (source_number) where source_number is not null;
create index incident_plan on incident (plan_id) where plan_id is not null;
create index incident_customer on incident (customer_id) where customer_id is not null;
create index incident_outlet on incident (outlet_id) where outlet_id is not null;
create index incident_open_assignee on incident (assignee_id) where closed_at is null;
create index incident_due on incident (due_at) where closed_at is null and due_at is not null;
create index emergency_supply_title on emergency_supply (title text_pattern_ops);
create index emergency_supply_valid on emergency_supply (valid_until) where state = 'available' and valid_until is not null;
create index emergency_supply_open_assignee on emergency_supply (assignee_id) where closed_at is null;
create index emergency_supply_due on emergency_supply (due_at) where closed_at is null and due_at is not null;

-- The plan by which people work in this scenario: the one that came into force last.
create function emergency_plan_for(scenario text) returns uuid language plpgsql stable as $$
begin
    return (select p.id from emergency_plan p
             where p.scenario = emergency_plan_for.scenario and p.state in ('in_force', 'revising')
             order by p.in_force_at desc, p.id desc limit 1);
end $$;

-- The day on which the course that the publication opened was held; null while it was not. A plan that was written again is
-- published again: the latest course counts.
create function emergency_plan_trained_on(plan uuid) returns date language plpgsql stable as $$
begin
    return (select case when t.state <> 'cancelled' then t.held_on end
              from link l join training_event t on t.id = l.to_id
             where l.from_id = emergency_plan_trained_on.plan and l.to_machine = 'training_event'
             order by t.id desc limit 1);
end $$;

-- 1 is the gravest.
create function incident_rank(level text) returns integer language sql immutable as $$
    select array_position(array['I', 'II', 'III', 'IV'], level)
$$;

-- The company's scale.
create function incident_level(dead integer, serious integer, slight integer, loss bigint, customers integer, media boolean) returns text language plpgsql stable as $$
declare
    yuan constant bigint := 100;
begin
    return case
        when coalesce(dead, 0) >= time_rule_number('N_P18_I_DEAD') or coalesce(serious, 0) >= time_rule_number('N_P18_I_SERIOUS')
          or coalesce(loss, 0) >= time_rule_number('N_P18_I_LOSS') * yuan or coalesce(media, false) then 'I'
        when coalesce(serious, 0) >= time_rule_number('N_P18_II_SERIOUS') or coalesce(loss, 0) >= time_rule_number('N_P18_II_LOSS') * yuan
          or coalesce(customers, 0) >= time_rule_number('N_P18_II_CUSTOMERS') then 'II'
        when coalesce(slight, 0) >= time_rule_number('N_P18_III_SLIGHT') or coalesce(loss, 0) >= time_rule_number('N_P18_III_LOSS') * yuan
          or coalesce(customers, 0) >= time_rule_number('N_P18_III_CUSTOMERS') then 'III'
        else 'IV' end;
end $$;

-- The scale of State Council Order 493 for production accidents; null when nobody was hurt and nothing lost.
create function incident_national_level(dead integer, serious integer, slight integer, loss bigint) returns text language plpgsql stable as $$
declare
    yuan constant bigint := 100;
begin
    return case
        when coalesce(dead, 0) + coalesce(serious, 0) + coalesce(slight, 0) + coalesce(loss, 0) = 0 then null
        when coalesce(dead, 0) >= time_rule_number('N_P18_GOV_1_DEAD') or coalesce(serious, 0) >= time_rule_number('N_P18_GOV_1_SERIOUS')
          or coalesce(loss, 0) >= time_rule_number('N_P18_GOV_1_LOSS') * yuan then 'particularly_major'
        when coalesce(dead, 0) >= time_rule_number('N_P18_GOV_2_DEAD') or coalesce(serious, 0) >= time_rule_number('N_P18_GOV_2_SERIOUS')
          or coalesce(loss, 0) >= time_rule_number('N_P18_GOV_2_LOSS') * yuan then 'major'
        when coalesce(dead, 0) >= time_rule_number('N_P18_GOV_3_DEAD') or coalesce(serious, 0) >= time_rule_number('N_P18_GOV_3_SERIOUS')
          or coalesce(loss, 0) >= time_rule_number('N_P18_GOV_3_LOSS') * yuan then 'larger'
        else 'general' end;
end $$;

-- How ready the company is, and what happened in a period.
create function emergency_statistics(period_from date, period_to date) returns jsonb language plpgsql stable as $$
declare
    since constant timestamptz := period_from::timestamp at time zone company_zone();
    until constant timestamptz := period_to::timestamp at time zone company_zone();
begin
    return (
        with happened as (select i.* from incident i where i.opened_at >= since and i.opened_at < until and i.state <> 'voided')
        select jsonb_build_object(
                   'from', period_from, 'to', period_to,
                   'plans_in_force', (select count(*) from emergency_plan p where p.state in ('in_force', 'revising')),
                   'plans_being_revised', (select count(*) from emergency_plan p where p.state = 'revising'),
                   'drills_late', (select count(*) from emergency_plan p where p.state in ('in_force', 'revising')
                                      and ((p.clocks #>> '{drill_due,due_at}')::timestamptz < until or (p.clocks #>> '{onsite_due,due_at}')::timestamptz < until)),
                   'drills_held', (select count(*) from drill d where d.held_on >= period_from and d.held_on < period_to and d.state <> 'voided'),
                   'drills_with_flaw', (select count(*) from drill d where d.held_on >= period_from and d.held_on < period_to and d.drill_result = 'serious_flaw'),
                   'supplies', (select count(*) from emergency_supply s where s.closed_at is null),
                   'supplies_short', (select count(*) from emergency_supply s where s.state = 'short'),
                   'incidents', count(*) filter (where h.state <> 'false_alarm'),
                   'false_alarms', count(*) filter (where h.state = 'false_alarm'),
                   'open', count(*) filter (where h.closed_at is null),
                   'without_plan', count(*) filter (where h.no_plan_reason is not null),
                   'dead', coalesce(sum(h.dead), 0), 'seriously_injured', coalesce(sum(h.seriously_injured), 0), 'slightly_injured', coalesce(sum(h.slightly_injured), 0),
                   'loss_amount', coalesce(sum(h.loss_amount), 0),
                   'minutes_to_activate', (avg(extract(epoch from h.activated_at - h.opened_at) / 60) filter (where h.activated_at is not null))::integer,
                   'limits_missed', (select count(*) from breach b where b.machine in ('emergency_plan', 'drill', 'incident', 'emergency_supply')
                                        and b.breached_at >= since and b.breached_at < until),
                   'by_level', (select coalesce(jsonb_object_agg(g.level, g.n), '{}') from (select x.level, count(*) as n from happened x where x.level is not null group by 1) g),
                   'by_scenario', (select coalesce(jsonb_object_agg(g.scenario, g.n), '{}') from (select x.scenario, count(*) as n from happened x group by 1) g))
          from happened h);
end $$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P18_SIGN', null, 5, null, 'working_days', 'designed', 'Review or approval of an emergency plan', '应急预案评审批准'),
    ('T_P18_PUBLISH', null, 5, null, 'working_days', 'designed', 'Approved emergency plan published', '应急预案发布'),
    ('T_P18_TRAIN', null, 30, null, 'days', 'designed', 'Published emergency plan taught', '应急预案培训'),
    ('T_P18_FIRST_DRILL', null, 60, null, 'days', 'designed', 'First drill of an emergency plan', '应急预案首次演练'),
    ('T_P18_DRILL', null, 1, null, 'days', 'designed', 'End of the day by which a plan is drilled', '应急演练日'),
    ('T_P18_CHECK', null, 1, null, 'days', 'designed', 'End of the day by which a plan is checked', '应急预案检查评审日'),
    ('T_P18_REVISE', null, 60, null, 'days', 'designed', 'Revised emergency plan in force', '应急预案修订完成'),
    ('T_P18_HOLD', null, 1, null, 'days', 'designed', 'End of the day on which a drill is planned', '演练计划日'),
    ('T_P18_EVALUATE', null, 5, null, 'working_days', 'designed', 'Drill evaluated', '演练评估'),
    ('T_P18_IMPROVE', null, 30, null, 'days', 'designed', 'What a drill showed is improved', '演练改进'),
    ('T_P18_VERIFY', 900, null, null, 'elapsed', 'designed', 'Incident verified', '突发事件核实'),
    ('T_P18_ACTIVATE', 1800, null, null, 'elapsed', 'designed', 'Emergency plan activated', '应急预案启动'),
    ('T_P18_GOV', 3600, null, null, 'elapsed', 'standard', 'Safety accident reported to the authority', '生产安全事故上报'),
    ('T_P18_GOV_MORE', 86400, null, null, 'elapsed', 'designed', 'Change of casualties reported to the authority', '伤亡变化补报'),
    ('T_P18_LOG_FAST', 1800, null, null, 'elapsed', 'designed', 'Next line of the response log, level I and II', '处置记录间隔(一、二级)'),
    ('T_P18_LOG', 7200, null, null, 'elapsed', 'designed', 'Next line of the response log, level III and IV', '处置记录间隔(三、四级)'),
    ('T_P18_CAUSE_MAJOR', null, 30, null, 'days', 'designed', 'Cause of an incident found, level I and II', '突发事件调查(一、二级)'),
    ('T_P18_CAUSE', null, 15, null, 'days', 'designed', 'Cause of an incident found, level III and IV', '突发事件调查(三、四级)'),
    ('T_P18_SUMMARY', null, 7, null, 'days', 'designed', 'Incident summarised after its investigation', '突发事件总结'),
    ('T_P18_SUPPLY', null, 1, null, 'days', 'designed', 'End of the day by which a supply is checked', '应急物资检查日'),
    ('T_P18_RESTOCK', null, 10, null, 'working_days', 'designed', 'Emergency supply complete again', '应急物资补充'),
    ('N_P18_DRILL_MONTHS', null, null, 12, 'number', 'designed', 'Months after which a plan is drilled', '演练周期(月)'),
    ('N_P18_DRILL_MONTHS_RISK', null, null, 6, 'number', 'standard', 'Months after which a plan is drilled where the risk is high or people crowd', '高风险及人员密集场所演练周期(月)'),
    ('N_P18_ONSITE_MONTHS', null, null, 6, 'number', 'designed', 'Months after which the on-site part is drilled', '现场处置演练周期(月)'),
    ('N_P18_CHECK_MONTHS', null, null, 12, 'number', 'designed', 'Months after which a plan is checked', '预案检查周期(月)'),
    ('N_P18_REVIEW_MONTHS', null, null, 36, 'number', 'standard', 'Months after which a plan is reviewed', '预案评审周期(月)'),
    ('N_P18_SUPPLY_MONTHS', null, null, 3, 'number', 'designed', 'Months after which a supply is checked', '应急物资检查周期(月)'),
    ('N_P18_GOV_DAYS', null, null, 30, 'number', 'standard', 'Days within which changed casualties are reported', '伤亡变化补报期(天)'),
    ('N_P18_GOV_DAYS_FIRE', null, null, 7, 'number', 'standard', 'The same after a fire or on the road', '火灾、道路交通事故补报期(天)'),
    ('N_P18_I_DEAD', null, null, 1, 'number', 'designed', 'Level I: dead', '一级:死亡人数'),
    ('N_P18_I_SERIOUS', null, null, 3, 'number', 'designed', 'Level I: seriously injured', '一级:重伤人数'),
    ('N_P18_I_LOSS', null, null, 500000, 'number', 'designed', 'Level I: loss in yuan', '一级:损失(元)'),
    ('N_P18_II_SERIOUS', null, null, 1, 'number', 'designed', 'Level II: seriously injured', '二级:重伤人数'),
    ('N_P18_II_LOSS', null, null, 100000, 'number', 'designed', 'Level II: loss in yuan', '二级:损失(元)'),
    ('N_P18_II_CUSTOMERS', null, null, 20, 'number', 'designed', 'Level II: customers without service', '二级:受影响客户数'),
    ('N_P18_III_SLIGHT', null, null, 1, 'number', 'designed', 'Level III: slightly injured', '三级:轻伤人数'),
    ('N_P18_III_LOSS', null, null, 20000, 'number', 'designed', 'Level III: loss in yuan', '三级:损失(元)'),
    ('N_P18_III_CUSTOMERS', null, null, 5, 'number', 'designed', 'Level III: customers without service', '三级:受影响客户数'),
    ('N_P18_GOV_1_DEAD', null, null, 30, 'number', 'standard', 'Particularly major accident: dead', '特别重大事故:死亡人数'),
    ('N_P18_GOV_1_SERIOUS', null, null, 100, 'number', 'standard', 'Particularly major accident: seriously injured', '特别重大事故:重伤人数'),
    ('N_P18_GOV_1_LOSS', null, null, 100000000, 'number', 'standard', 'Particularly major accident: loss in yuan', '特别重大事故:损失(元)'),
    ('N_P18_GOV_2_DEAD', null, null, 10, 'number', 'standard', 'Major accident: dead', '重大事故:死亡人数'),
    ('N_P18_GOV_2_SERIOUS', null, null, 50, 'number', 'standard', 'Major accident: seriously injured', '重大事故:重伤人数'),
    ('N_P18_GOV_2_LOSS', null, null, 50000000, 'number', 'standard', 'Major accident: loss in yuan', '重大事故:损失(元)'),
    ('N_P18_GOV_3_DEAD', null, null, 3, 'number', 'standard', 'Larger accident: dead', '较大事故:死亡人数'),
    ('N_P18_GOV_3_SERIOUS', null, null, 10, 'number', 'standard', 'Larger accident: seriously injured', '较大事故:重伤人数'),
    ('N_P18_GOV_3_LOSS', null, null, 10000000, 'number', 'standard', 'Larger accident: loss in yuan', '较大事故:损失(元)');

-- P14 knows incidents among what is open at a customer's and among what counts as contact.
do $$ begin
    execute replace(pg_get_functiondef('customer_has_open_case(uuid)'::regprocedure), 'or exists (select from visit v',
                    'or exists (select from incident i where i.customer_id = customer and i.closed_at is null)
        or exists (select from visit v');
    execute replace(pg_get_functiondef('customer_last_contact(uuid)'::regprocedure), '(select max(v.called_at) from visit v',
                    '(select max(i.comforted_at) from incident i where i.customer_id = customer),
                    (select max(v.called_at) from visit v');
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), 'told_to,refusal_words,', 'reporter_name,reporter_phone,told_to,refusal_words,');
end $$;

-- What waited for this procedure was written before its inputs were named; the level of a recall is none of an incident.
update link l
   set inputs = jsonb_strip_nulls(jsonb_build_object(
           'source', 'recall', 'source_number', n.number, 'scenario', 'product_safety', 'kind', 'hidden_danger',
           'what', coalesce(nullif(left(l.inputs ->> 'what', 2000), ''), n.number))),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'incident'
   and l.state = 'waiting';
