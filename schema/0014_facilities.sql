-- P12: facilities and measuring equipment, who used which for what, upkeep, and what follows when one has measured wrong.

create sequence facility_number;
create table facility (
    like machine_base including defaults,
    code                       text,
    name                       text,
    category                   text,
    model                      text,
    serial                     text,
    location                   text,
    class                      text,
    measures                   text,
    measuring_range            text,
    accuracy                   text,
    needs_calibration          boolean,
    cal_interval_months        integer,
    last_cal                   date,
    next_cal                   date,
    usable_until               date,
    due_soon                   boolean,
    label                      text,
    label_printed              boolean,
    usable_from                text,
    usable_to                  text,
    range_unit                 text,
    limitation                 text,
    holder_id                  uuid,
    need                       text,
    amount                     bigint,
    budget_ref                 text,
    supplier                   text,
    refusal_reason             text,
    claim                      text,
    calibration_kind           text,
    lab                        text,
    planned_on                 date,
    expected_back              date,
    out_since                  date,
    certificate_no             text,
    traceable_to               text,
    certificates               jsonb,
    statuses                   jsonb,
    odometer                   integer,
    fault                      text,
    repairer                   text,
    repair_report              text,
    repair_cost                bigint,
    scrap_proposed             boolean,
    disposal_reason            text,
    value_left                 bigint,
    evidence                   text,
    data_on_it                 text,
    planned_jobs               jsonb,
    primary key (id)
);

create sequence instrument_use_number;
create table instrument_use (
    like machine_base including defaults,
    facility_id                uuid,
    facility_code              text,
    job_number                 text,
    job_machine                text,
    job_event_no               integer,
    tested_on                  date,
    value                      text,
    unit                       text,
    primary key (id)
);

create sequence impact_assessment_number;
create table impact_assessment (
    like machine_base including defaults,
    facility_id                uuid,
    facility_code              text,
    cause                      text,
    since                      date,
    uses                       jsonb,
    judgements                 jsonb,
    conclusion                 text,
    primary key (id)
);

create sequence retest_number;
create table retest (
    like machine_base including defaults,
    use_id                     uuid,
    facility_code              text,
    job_number                 text,
    findings                   text,
    primary key (id)
);

create sequence tool_loan_number;
create table tool_loan (
    like machine_base including defaults,
    facility_id                uuid,
    facility_code              text,
    due_on                     date,
    repair_id                  uuid,
    reminders                  integer,
    return_condition           text,
    returned_on                date,
    primary key (id)
);

create sequence maintenance_plan_number;
create table maintenance_plan (
    like machine_base including defaults,
    facility_id                uuid,
    task                       text,
    frequency                  text,
    every_km                   integer,
    last_km                    integer,
    starts_on                  date,
    next_from                  date,
    primary key (id)
);

create sequence maintenance_record_number;
create table maintenance_record (
    like machine_base including defaults,
    facility_id                uuid,
    task                       text,
    frequency                  text,
    period_from                date,
    due_on                     date,
    result                     text,
    reading                    text,
    reading_unit               text,
    findings                   text,
    done_at                    timestamptz,
    primary key (id)
);

create unique index facility_code on facility (code);
create index facility_serial on facility (serial text_pattern_ops);
create index facility_due on facility (next_cal) where closed_at is null;
create index facility_clocks_due on facility (due_at) where closed_at is null and due_at is not null;
create index facility_by_outlet on facility (outlet_id) where outlet_id is not null;
create index facility_held on facility (holder_id) where holder_id is not null;
create index instrument_use_by_facility on instrument_use (facility_id, tested_on);
create index instrument_use_by_job on instrument_use (parent_id);
create index impact_assessment_by_facility on impact_assessment (facility_id);
create index retest_by_impact on retest (parent_id);
create index tool_loan_open on tool_loan (facility_id) where closed_at is null;
create index maintenance_plan_open on maintenance_plan (facility_id) where closed_at is null;
create index maintenance_record_open on maintenance_record (due_on) where closed_at is null;
create index maintenance_record_by_facility on maintenance_record (facility_id, period_from);

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P12_CAL', null, null, 12, 'number', 'designed', 'Months between calibrations', '检定校准周期(月)'),
    ('T_P12_WARN', null, 30, null, 'days', 'designed', 'Warning before calibration is due', '检定校准到期预警'),
    ('T_P12_CAL_DUE', 0, null, null, 'elapsed', 'designed', 'Calibration due on its day', '检定校准到期'),
    ('T_P12_LAB_BACK', null, 1, null, 'days', 'designed', 'End of the day on which the laboratory gives back', '送检归还期限'),
    ('T_P12_LOAN', null, 7, null, 'days', 'designed', 'Longest loan of a tool', '工具借用最长期限'),
    ('T_P12_LOAN_BACK', null, 1, null, 'days', 'designed', 'End of the day on which a tool is due back', '工具归还期限'),
    ('T_P12_REMIND_2', null, 3, null, 'days', 'designed', 'Second reminder after a tool was due', '逾期未还第二次提醒'),
    ('T_P12_REMIND_3', null, 7, null, 'days', 'designed', 'Third reminder after a tool was due', '逾期未还第三次提醒'),
    ('T_P12_IMPACT', null, 5, null, 'working_days', 'designed', 'Impact of a wrong instrument judged', '追溯评估期限'),
    ('T_P12_RETEST', null, 10, null, 'working_days', 'designed', 'Re-test of an affected job', '受影响任务复测期限'),
    ('T_P12_KM', null, 30, null, 'days', 'designed', 'Service after the kilometres are driven', '达到里程后保养期限'),
    ('N_P12_SERVICE_KM', null, null, 5000, 'number', 'designed', 'Kilometres between services of a vehicle', '车辆保养里程'),
    ('N_P12_IDLE_MONTHS', null, null, 6, 'number', 'designed', 'Months without use before sealing', '封存前闲置月数'),
    ('N_P12_HEAD_LIMIT', null, null, 500000, 'number', 'designed', 'What a department head may approve, in fen', '部门负责人审批限额(分)');

-- A reading as people write it; null when it is no number.
create function measured(reading text) returns numeric language plpgsql immutable as $$
begin
    if reading ~ '^-?[0-9]{1,12}([.][0-9]{1,9})?$' then
        return reading::numeric;
    end if;
    return null;
end $$;

-- The end of a usable status is kept with it: from `until` on it is due, whenever the timer comes round. What counts is the
-- last verdict in effect on the day; going to the laboratory or into the cupboard later that day does not undo a test of
-- the morning.
create function instrument_usable(statuses jsonb, day date, reading text, unit text) returns boolean language plpgsql stable as $$
declare
    last jsonb;
begin
    with s as (
        select t.value, t.place, company_date((t.value ->> 'at')::timestamptz) as since
          from jsonb_array_elements(coalesce(statuses, '[]')) with ordinality t (value, place))
    select s.value into last
      from s
     where (s.since = day or s.place = (select max(b.place) from s b where b.since < day))
       and s.value ->> 'state' not in ('calibrating', 'sealed')
     order by s.place desc
     limit 1;
    if last is null or (last ->> 'until')::date <= day then
        return false;
    elsif last ->> 'state' = 'in_service' then
        return true;
    end if;
    return coalesce(last ->> 'state' = 'limited'
                    and coalesce(unit = last ->> 'unit', true)
                    and measured(reading) >= coalesce(measured(last ->> 'from'), '-infinity')
                    and measured(reading) <= coalesce(measured(last ->> 'to'), 'infinity'), false);
end $$;

-- Every instrument that a test names: known, and usable on the day of the test.
create function instruments_usable(instruments jsonb, day date) returns boolean language plpgsql stable as $$
begin
    if instruments is null then
        return true;
    end if;
    return not exists (select from jsonb_array_elements(instruments) i
                         left join facility f on f.code = i ->> 'facility_code'
                        where not coalesce(instrument_usable(f.statuses, day, i ->> 'value', i ->> 'unit'), false));
end $$;

-- The day of the last calibration that still counts as good: not replaced by a corrected entry, not found to be wrong.
create function facility_good_since(certificates jsonb) returns date language plpgsql immutable as $$
begin
    return (select max((c ->> 'on')::date)
              from jsonb_array_elements(coalesce(certificates, '[]')) c
             where c ->> 'result' in ('pass', 'limited')
               and not exists (select from jsonb_array_elements(certificates) o
                                where c ->> 'no' in (o ->> 'follows', o ->> 'voids')));
end $$;

-- What the instrument was used for since a day; all of it when no calibration before was good.
create function instrument_uses(facility uuid, since date) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('use_id', u.id, 'job_id', u.parent_id, 'job_number', u.job_number,
                                                         'job_machine', u.job_machine, 'tested_on', u.tested_on,
                                                         'value', u.value, 'unit', u.unit) order by u.tested_on, u.id), '[]')
              from instrument_use u
             where u.facility_id = instrument_uses.facility
               and u.state = 'recorded'
               and (instrument_uses.since is null or u.tested_on >= instrument_uses.since));
end $$;

-- When it was last used, borrowed, or put into service.
create function facility_idle_since(facility uuid, accepted timestamptz) returns date language plpgsql stable as $$
begin
    return greatest((select max(u.tested_on) from instrument_use u where u.facility_id = facility_idle_since.facility and u.state = 'recorded'),
                    (select max(coalesce(l.returned_on, l.due_on)) from tool_loan l where l.facility_id = facility_idle_since.facility),
                    company_date(accepted));
end $$;

-- First day of the next period of upkeep. Daily checks are made on working days.
create function maintenance_next(frequency text, day date) returns date language plpgsql stable as $$
begin
    return case frequency
        when 'daily' then first_workday_from(day + 1)
        when 'monthly' then (date_trunc('month', day::timestamp) + interval '1 month')::date
        when 'half_yearly' then case when extract(month from day) < 7 then make_date(extract(year from day)::integer, 7, 1)
                                     else make_date(extract(year from day)::integer + 1, 1, 1) end
        else make_date(extract(year from day)::integer + 1, 1, 1)
    end;
end $$;
create function maintenance_last_day(frequency text, day date) returns date language sql stable as $$
    select case when frequency = 'daily' then day else maintenance_next(frequency, day) - 1 end
$$;

-- In the hands of the company; what is at the laboratory, sealed or gone needs no upkeep.
create function facility_at_work(facility uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from facility f where f.id = facility_at_work.facility and f.state in ('in_service', 'limited', 'due'));
end $$;
