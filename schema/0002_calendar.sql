-- Counting in service hours and working days. Service time is a monotone coordinate: minutes served since the calendar
-- began, so that adding and pausing are subtractions.

create function minutes_in(spans int4multirange) returns integer language sql immutable as $$
    select coalesce(sum(upper(s) - lower(s)), 0)::integer from unnest(spans) s
$$;

-- Default: Monday to Friday, 8:30-12:00 and 13:30-17:30; the hotline of a company changes it day by day.
create function calendar_rebuild() returns void language sql as $$
    update work_calendar w
       set minutes = minutes_in(w.spans),
           bounds = array(select b from unnest(w.spans) s, unnest(array[lower(s), upper(s)]) b order by b),
           cumulative = c.cumulative,
           workdays = c.workdays
      from (select day,
                   coalesce(sum(minutes_in(spans)) over before, 0)::bigint as cumulative,
                   coalesce(sum(is_workday::integer) over before, 0)::integer as workdays
              from work_calendar
            window before as (order by day rows between unbounded preceding and 1 preceding)) c
     where c.day = w.day
$$;

create function calendar_changed() returns trigger language plpgsql as $$
begin
    perform calendar_rebuild();
    return null;
end $$;
create trigger calendar_follows after update of is_workday, spans on work_calendar
    for each statement execute function calendar_changed();

insert into work_calendar (day, is_workday, spans, minutes, cumulative, workdays)
select d::date, isodow < 6,
       case when isodow < 6 then '{[510,720),[810,1050)}'::int4multirange else '{}'::int4multirange end, 0, 0, 0
  from generate_series(date '2024-01-01', date '2036-12-31', interval '1 day') d,
       lateral (select extract(isodow from d)::integer as isodow) w;

-- Fixed holidays; the yearly notice on swapped days is entered through the calendar API.
update work_calendar
   set is_workday = false, spans = '{}', note = '法定节假日'
 where to_char(day, 'MM-DD') in ('01-01', '05-01', '05-02', '10-01', '10-02', '10-03');

-- The coordinate of a moment, in seconds.
create function service_seconds_at(at timestamptz) returns bigint language plpgsql stable as $$
declare
    local timestamp := at at time zone company_zone();
    today date := local;
    sec bigint := extract(epoch from local::time)::bigint;
    served bigint;
    bounds integer[];
    i integer := 1;
begin
    select w.cumulative * 60, w.bounds into served, bounds from work_calendar w where w.day = today;
    while bounds[i] * 60 < sec loop
        served := served + least(sec, bounds[i + 1] * 60) - bounds[i] * 60;
        i := i + 2;
    end loop;
    return served;
end $$;

-- The earliest moment with that coordinate.
create function service_moment(coordinate bigint) returns timestamptz language plpgsql stable as $$
declare
    today date;
    rest bigint;
    bounds integer[];
    i integer := 1;
begin
    select w.day, coordinate - w.cumulative * 60, w.bounds into today, rest, bounds
      from work_calendar w
     where w.cumulative < (coordinate + 59) / 60
     order by w.cumulative desc, w.day desc
     limit 1;
    while rest > (bounds[i + 1] - bounds[i]) * 60 loop
        rest := rest - (bounds[i + 1] - bounds[i]) * 60;
        i := i + 2;
    end loop;
    return (today + make_interval(secs => bounds[i] * 60 + rest)) at time zone company_zone();
end $$;

-- End of the n-th working day after the day of `at`.
create function working_day_end(at timestamptz, n integer) returns timestamptz language plpgsql stable as $$
declare
    before integer;
begin
    select t.workdays + t.is_workday::integer into before from work_calendar t where t.day = company_date(at);
    return (select (w.day + 1)::timestamp at time zone company_zone()
              from work_calendar w
             where w.is_workday
               and w.workdays = before + n - 1
             limit 1);
end $$;
create index work_calendar_by_workdays on work_calendar (workdays) where is_workday;

create function first_workday_from(d date) returns date language plpgsql stable as $$
begin
    return (select min(day) from work_calendar where day >= d and day < d + 60 and is_workday);
end $$;

create function time_rule_due(rule text, start timestamptz) returns timestamptz language plpgsql stable as $$
declare
    r time_rule;
begin
    select * into r from time_rule where code = rule;
    if not found then
        raise exception 'no time rule %', rule;
    end if;
    return case r.mode
        when 'elapsed' then start + make_interval(secs => r.seconds)
        when 'service' then service_moment(service_seconds_at(start) + r.seconds)
        when 'days' then start + make_interval(days => r.days)
        when 'working_days' then working_day_end(start, r.days)
    end;
end $$;

create function time_rule_number(rule text) returns integer language plpgsql stable as $$
begin
    return (select coalesce(number, days) from time_rule where code = rule);
end $$;

-- A running clock as it stands in `clocks`. `held` clocks carry `left_seconds` instead of `due_at`.
create function clock_start(rule text, start timestamptz, pauses boolean) returns jsonb language sql stable as $$
    select jsonb_build_object('rule', rule, 'started_at', start, 'due_at', time_rule_due(rule, start), 'pauses', pauses)
$$;

create function clocks_due(clocks jsonb) returns timestamptz language plpgsql stable as $$
begin
    if clocks = '{}' then
        return null;
    end if;
    return (select min((c.value ->> 'due_at')::timestamptz) from jsonb_each(clocks) c where not c.value ? 'breached_at');
end $$;

-- Work clocks stand still while work waits; duties towards the customer (pauses = false) go on.
create function clocks_pause(clocks jsonb, at timestamptz) returns jsonb language sql stable as $$
    select coalesce(jsonb_object_agg(c.key,
               case when (c.value ->> 'pauses')::boolean and c.value ? 'due_at' and not c.value ? 'breached_at'
                    then (c.value - 'due_at') || jsonb_build_object('left_seconds', case r.mode
                             when 'service' then service_seconds_at((c.value ->> 'due_at')::timestamptz) - service_seconds_at(at)
                             else extract(epoch from (c.value ->> 'due_at')::timestamptz - at)::bigint end)
                    else c.value end), '{}')
      from jsonb_each(clocks) c
      left join time_rule r on r.code = c.value ->> 'rule'
$$;

create function clocks_resume(clocks jsonb, at timestamptz) returns jsonb language sql stable as $$
    select coalesce(jsonb_object_agg(c.key,
               case when c.value ? 'left_seconds'
                    then (c.value - 'left_seconds') || jsonb_build_object('due_at', case r.mode
                             when 'service' then service_moment(service_seconds_at(at) + (c.value ->> 'left_seconds')::bigint)
                             else at + make_interval(secs => (c.value ->> 'left_seconds')::bigint) end)
                    else c.value end), '{}')
      from jsonb_each(clocks) c
      left join time_rule r on r.code = c.value ->> 'rule'
$$;

-- Another rule for a clock that runs (a change of urgency): the time already counted stays counted.
create function clock_rerule(clock jsonb, rule text) returns jsonb language sql stable as $$
    select case
        when clock is null then null
        when clock ? 'left_seconds' then clock || jsonb_build_object('rule', rule, 'left_seconds',
             (clock ->> 'left_seconds')::bigint
             + extract(epoch from time_rule_due(rule, (clock ->> 'started_at')::timestamptz)
                                - time_rule_due(clock ->> 'rule', (clock ->> 'started_at')::timestamptz))::bigint)
        else (clock - 'breached_at') || jsonb_build_object('rule', rule, 'due_at',
             (clock ->> 'due_at')::timestamptz
             + (time_rule_due(rule, (clock ->> 'started_at')::timestamptz)
                - time_rule_due(clock ->> 'rule', (clock ->> 'started_at')::timestamptz)))
    end
$$;

-- Hand-in boxes: due day and the last day that is not late (00-common rule 4).
create function handin_late_after(due date) returns date language sql stable as $$ select first_workday_from(due) $$;
