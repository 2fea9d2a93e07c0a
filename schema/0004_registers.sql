-- The registers that a repair needs (P6, P7, P14, P21), one table a machine.

create sequence department_number;
create table department (
    like machine_base including defaults,
    code                       text,
    name                       text,
    head_id                    uuid,
    primary key (id)
);

create sequence person_number;
create table person (
    like machine_base including defaults,
    name                       text,
    login                      text,
    roles                      text[],
    department                 text,
    phone                      text,
    email                      text,
    qualified_scope            text[],
    qualified_until            date,
    bar_reason                 text,
    primary key (id)
);

create sequence absence_number;
create table absence (
    like machine_base including defaults,
    person_id                  uuid,
    kind                       text,
    from_at                    timestamptz,
    to_at                      timestamptz,
    stand_in_id                uuid,
    primary key (id)
);

create sequence delegation_number;
create table delegation (
    like machine_base including defaults,
    role                       text,
    holder_id                  uuid,
    stand_in_id                uuid,
    from_at                    timestamptz,
    to_at                      timestamptz,
    limits                     text,
    primary key (id)
);

create sequence outlet_number;
create table outlet (
    like machine_base including defaults,
    name                       text,
    kind                       text,
    address                    text,
    phone                      text,
    skills                     text[],
    primary key (id)
);

create sequence price_item_number;
create table price_item (
    like machine_base including defaults,
    code                       text,
    name                       text,
    unit                       text,
    price                      bigint,
    skill                      text,
    primary key (id)
);

create sequence customer_number;
create table customer (
    like machine_base including defaults,
    name                       text,
    kind                       text,
    phone                      text,
    address                    text,
    industry                   text,
    contacts                   jsonb,
    contract_no                text,
    no_calls                   boolean,
    primary key (id)
);

create sequence equipment_number;
create table equipment (
    like machine_base including defaults,
    serial                     text,
    model                      text,
    skill                      text,
    contract_no                text,
    accepted_on                date,
    warranty_until             date,
    days_in_repair             integer,
    bought_elsewhere           boolean,
    primary key (id)
);

create sequence handin_number;
create table handin (
    like machine_base including defaults,
    rule_code                  text,
    form                       text,
    period                     text,
    period_from                date,
    period_to                  date,
    due_on                     date,
    late_after                 date,
    from_role                  text,
    to_role                    text,
    sheets                     integer,
    missing                    integer,
    nil_return                 boolean,
    late                       boolean,
    handed_in_at               timestamptz,
    statistics                 jsonb,
    defects                    text,
    primary key (id)
);

create unique index department_code on department (code);
create unique index person_login on person (login);
create index person_by_outlet on person (outlet_id) where outlet_id is not null;
create index absence_open on absence (person_id) where closed_at is null;
create index delegation_open on delegation (stand_in_id) where closed_at is null;
create unique index price_item_code on price_item (code);
create index customer_name on customer using gin (name gin_trgm_ops);
create index customer_phone on customer (phone text_pattern_ops);
create index customer_by_outlet on customer (outlet_id) where outlet_id is not null;
create index equipment_serial on equipment (serial text_pattern_ops);
create index equipment_by_customer on equipment (customer_id);
create unique index handin_period on handin (rule_code, period);
create index handin_open on handin (due_on) where closed_at is null;

-- Limits; a company changes them, the tables of the procedures only name them.
alter table time_rule drop constraint time_rule_mode_check;
alter table time_rule add constraint time_rule_mode_check
    check (mode in ('elapsed', 'service', 'days', 'working_days', 'workday_from', 'number'));
insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_OCCURRED', 43200, null, null, 'elapsed', 'designed', 'How far back a device''s time is believed', '设备时间可信范围'),
    ('T_REVERT_SELF', 1800, null, null, 'elapsed', 'designed', 'Taking back one''s own last step', '本人撤回时限'),
    ('T_REVERT_OWNER', null, 2, null, 'working_days', 'designed', 'Taking back by the procedure''s owner', '程序负责角色撤回时限'),
    ('N_CONTACT_TRIES', null, null, 3, 'number', 'designed', 'Attempts before a customer counts as out of reach', '联系尝试次数'),
    ('T_P4_DISPATCH', 1800, null, null, 'service', 'designed', 'Registered to dispatched', '登记至派单'),
    ('T_P4_DISPATCH_URGENT', 900, null, null, 'elapsed', 'designed', 'Registered to dispatched, urgent', '登记至派单(紧急)'),
    ('T_P4_CONTACT', 7200, null, null, 'service', 'designed', 'Customer contacted', '联系客户'),
    ('T_P4_CONTACT_URGENT', 7200, null, null, 'elapsed', 'designed', 'Customer contacted, urgent', '联系客户(紧急)'),
    ('T_P4_ARRIVE', 86400, null, null, 'service', 'designed', 'On site in the same city', '同城到场'),
    ('T_P4_ARRIVE_URGENT', 14400, null, null, 'elapsed', 'designed', 'On site in the same city, urgent', '同城到场(紧急)'),
    ('N_P4_ABSENT_MINUTES', null, null, 15, 'number', 'designed', 'Minutes to wait for an absent customer', '客户缺席等待分钟'),
    ('T_P4_FOLLOWUP', null, 3, null, 'days', 'designed', 'First follow-up call after the slip is collected', '收单后首次回访'),
    ('N_P4_FOLLOWUP_TRIES', null, null, 3, 'number', 'designed', 'Follow-up attempts', '回访次数上限'),
    ('T_P4_COMPLAINT_REPORT', 14400, null, null, 'elapsed', 'manual P4 4.2(9)', 'Complaint found in follow-up to the supervising leader', '回访投诉上报分管领导'),
    ('T_P4_REPAIR_HOLDS', null, 30, null, 'days', 'standard', 'A repaired unit must hold', '维修保证期'),
    ('T_P4_UNCOLLECTED_1', null, 7, null, 'days', 'designed', 'First reminder to collect', '第一次取件提醒'),
    ('T_P4_UNCOLLECTED_2', null, 30, null, 'days', 'designed', 'Second reminder to collect', '第二次取件提醒'),
    ('T_P4_UNCOLLECTED_3', null, 60, null, 'days', 'designed', 'Third reminder to collect', '第三次取件提醒'),
    ('T_P4_UNCOLLECTED_4', null, 90, null, 'days', 'designed', 'Decision on an uncollected device', '逾期未取处置'),
    ('T_P6_ACCEPT_JOB', 7200, null, null, 'service', 'designed', 'Outlet accepts or declines', '网点接单'),
    ('T_P6_ACCEPT_JOB_URGENT', 7200, null, null, 'elapsed', 'designed', 'Outlet accepts or declines, urgent', '网点接单(紧急)'),
    ('T_P11_WAIT', null, 14, null, 'days', 'designed', 'Waiting for a part: explain and offer a loan unit', '待件说明'),
    ('T_HANDIN', null, 0, null, 'workday_from', '00-common 4', 'End of the first working day on or after the due day', '应移交日或其后首个工作日'),
    ('T_ESCALATE_1', 86400, null, null, 'elapsed', 'designed', 'Breach escalates to the dispatcher', '逾期升级至调度员'),
    ('T_ESCALATE_2', 259200, null, null, 'elapsed', 'designed', 'Breach escalates to the deputy general manager', '逾期升级至副总经理');

-- In service hours: from the moment's place in its day to the place so many seconds of service later.
create function service_due(start timestamptz, seconds bigint) returns timestamptz language plpgsql stable as $$
declare
    local timestamp := start at time zone company_zone();
    sec bigint := extract(epoch from local - local::date)::bigint;
    d record;
    rest bigint := seconds;
    coordinate bigint;
begin
    select w.day, w.cumulative, w.minutes, w.bounds into d from work_calendar w where w.day = local::date;
    for i in 1 .. cardinality(d.bounds) by 2 loop
        rest := rest + least(greatest(sec, d.bounds[i] * 60), d.bounds[i + 1] * 60) - d.bounds[i] * 60;
    end loop;
    if rest > d.minutes * 60 or rest = 0 then
        coordinate := d.cumulative * 60 + rest;
        select w.day, w.cumulative, w.bounds into d
          from work_calendar w
         where w.cumulative < (coordinate + 59) / 60
         order by w.cumulative desc, w.day desc
         limit 1;
        rest := coordinate - d.cumulative * 60;
    end if;
    for i in 1 .. cardinality(d.bounds) by 2 loop
        if rest <= (d.bounds[i + 1] - d.bounds[i]) * 60 then
            return (d.day + make_interval(secs => d.bounds[i] * 60 + rest)) at time zone company_zone();
        end if;
        rest := rest - (d.bounds[i + 1] - d.bounds[i]) * 60;
    end loop;
    return null;
end $$;

create or replace function time_rule_due(rule text, start timestamptz) returns timestamptz language plpgsql stable as $$
declare
    r time_rule;
begin
    select * into r from time_rule where code = rule;
    if not found then
        raise exception 'no time rule %', rule;
    end if;
    if r.mode = 'elapsed' then
        return start + make_interval(secs => r.seconds);
    elsif r.mode = 'service' then
        return service_due(start, r.seconds);
    elsif r.mode = 'days' then
        return start + make_interval(days => r.days);
    elsif r.mode = 'working_days' then
        return working_day_end(start, r.days);
    elsif r.mode = 'workday_from' then
        return (first_workday_from(company_date(start)) + 1)::timestamp at time zone company_zone();
    end if;
    return null;
end $$;

-- Which papers are handed in, when, by whom to whom (P4 4.2(9)(10), 90-registers 6).
create table handin_rule (
    code       text primary key,
    form       text not null,
    period     text not null check (period in ('week', 'month', 'quarter')),
    due_day    integer not null,                      -- day of the month, or ISO weekday of the next week
    from_role  text not null,
    to_role    text not null
);
insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_PHONE_Q', 'phone_record', 'quarter', 2, 'dispatcher', 'office_archivist'),
    ('HI_SLIP_M', 'dispatch_slip', 'month', 2, 'followup_clerk', 'office_archivist'),
    ('HI_RECEIPT_M', 'device_receipt', 'month', 2, 'dispatcher', 'office_archivist'),
    ('HI_FOLLOWUP_M', 'followup_record', 'month', 2, 'dispatcher', 'office_archivist'),
    ('HI_FOLLOWUP_STAT_W', 'followup_statistics', 'week', 2, 'followup_clerk', 'office_archivist');

-- The box of the period that ended last before a day, one row a rule.
create function handin_boxes(today date) returns table (
    rule_code text, form text, period text, period_from date, period_to date, due_on date, from_role text, to_role text)
language sql stable as $$
    select r.code, r.form,
           case r.period when 'week' then to_char(p.first_day, 'IYYY"-W"IW')
                         when 'month' then to_char(p.first_day, 'YYYY-MM')
                         else to_char(p.first_day, 'YYYY"-Q"Q') end,
           p.first_day, p.next_day, p.next_day + r.due_day - 1, r.from_role, r.to_role
      from handin_rule r,
           lateral (select date_trunc(r.period, today::timestamp)::date as next_day) n,
           lateral (select (n.next_day - case r.period when 'week' then interval '7 days' when 'month' then interval '1 month'
                                                       else interval '3 months' end)::date as first_day, n.next_day) p
$$;

create function handin_sheets(box_form text, period_from date, period_to date) returns integer language sql stable as $$
    select count(*)::integer
      from record r
     where r.form = case box_form when 'followup_statistics' then 'followup_record' else box_form end
       and r.made_at >= period_from::timestamp at time zone company_zone()
       and r.made_at < period_to::timestamp at time zone company_zone()
       and r.voided_at is null
$$;
create function handin_missing(box_form text, period_from date, period_to date) returns integer language sql stable as $$
    select count(*)::integer
      from record r
     where r.form = box_form
       and r.form in ('dispatch_slip', 'device_receipt')
       and r.made_at >= period_from::timestamp at time zone company_zone()
       and r.made_at < period_to::timestamp at time zone company_zone()
       and r.voided_at is null
       and r.handed_in_at is null
$$;

-- A change of roles, of the outlet or of the state of a person, or of a delegation, ends what nodes believe of tokens.
create trigger person_changed after update of roles, state, outlet_id, customer_id, login on person
    for each statement execute function tell_auth_changed();
create trigger delegation_changed after insert or update on delegation
    for each statement execute function tell_auth_changed();
