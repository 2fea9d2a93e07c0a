-- P7: evaluations, certificates, training; a verdict is the gate of dispatch.

create sequence evaluation_round_number;
create table evaluation_round (
    like machine_base including defaults,
    year                       integer,
    planned_on                 date,
    called                     integer,
    not_competent              integer,
    report                     text,
    primary key (id)
);

create sequence competence_evaluation_number;
create table competence_evaluation (
    like machine_base including defaults,
    person_id                  uuid,
    round_id                   uuid,
    follows                    uuid,
    category                   text,
    occasion                   text,
    year                       integer,
    department                 text,
    planned_on                 date,
    basis                      text,
    scope                      text[],
    works                      text[],
    required_certificates      text[],
    evaluator_id               uuid,
    second_evaluator_id        uuid,
    no_conflict                boolean,
    item_scores                jsonb,
    duty_report                text,
    personal_summary           text,
    staff_appraisal            integer,
    organisation_appraisal     integer,
    leader_appraisal           integer,
    exam_score                 integer,
    exam_paper                 text,
    score                      integer,
    verdict                    text,
    verdict_reason             text,
    judged_at                  timestamptz,
    valid_until                date,
    postpone_reason            text,
    returns_on                 date,
    appeal                     text,
    appealed_at                timestamptz,
    appeal_decision            text,
    appeal_answer              text,
    appeal_decided_by          uuid,
    retraining_plan            text,
    training_event_id          uuid,
    re_exam_score              integer,
    re_exam_passed             boolean,
    re_exams                   integer,
    new_post                   text,
    tools_returned             boolean,
    primary key (id)
);

create sequence certificate_number;
create table certificate (
    like machine_base including defaults,
    person_id                  uuid,
    certificate_type           text,
    certificate_no             text,
    issuer                     text,
    issued_on                  date,
    valid_until                date,
    scope                      text[],
    warned_for                 date,
    loss_note                  text,
    lost_at                    timestamptz,
    primary key (id)
);

create sequence training_plan_number;
create table training_plan (
    like machine_base including defaults,
    year                       integer,
    departments                text[],
    received                   jsonb,
    system_needs               text,
    courses                    jsonb,
    drafted_by                 uuid,
    approved_by                uuid,
    issued_to                  text[],
    issued_at                  timestamptz,
    summary                    text,
    figures                    jsonb,
    primary key (id)
);

create sequence training_request_number;
create table training_request (
    like machine_base including defaults,
    plan_id                    uuid,
    department                 text,
    needs                      jsonb,
    urgent_reason              text,
    decline_reason             text,
    primary key (id)
);

create sequence training_event_number;
create table training_event (
    like machine_base including defaults,
    plan_id                    uuid,
    course                     text,
    kind                       text,
    department                 text,
    contents                   text,
    places                     integer,
    with_exam                  boolean,
    lessons                    jsonb,
    starts_at                  timestamptz,
    hours                      integer,
    place                      text,
    trainer_id                 uuid,
    teacher                    text,
    participants               jsonb,
    participant                text[],
    held_on                    date,
    summary                    text,
    primary key (id)
);

create sequence outside_training_number;
create table outside_training (
    like machine_base including defaults,
    person_id                  uuid,
    plan_id                    uuid,
    course                     text,
    kind                       text,
    organiser                  text,
    place                      text,
    from_at                    timestamptz,
    to_at                      timestamptz,
    cost                       bigint,
    advance                    bigint,
    stand_in_id                uuid,
    formalities_by             uuid,
    approved_by                uuid,
    advance_settled            boolean,
    hours                      integer,
    exam_score                 integer,
    passed                     boolean,
    certificate_no             text,
    report                     text,
    close_reason               text,
    participants               jsonb,
    held_on                    date,
    primary key (id)
);

create sequence safety_education_number;
create table safety_education (
    like machine_base including defaults,
    person_id                  uuid,
    occasion                   text,
    department                 text,
    post                       text,
    key_post                   boolean,
    new_technology             text,
    accident_prevention        boolean,
    levels                     jsonb,
    safety_l1                  boolean,
    safety_l2                  boolean,
    safety_l3                  boolean,
    course                     text,
    kind                       text,
    hours                      integer,
    held_on                    date,
    participants               jsonb,
    primary key (id)
);

create unique index evaluation_round_year on evaluation_round (year) where state <> 'voided';
create index competence_evaluation_by_person on competence_evaluation (person_id);
create unique index competence_evaluation_open on competence_evaluation (person_id) where closed_at is null and state <> 'voided';
create index competence_evaluation_by_round on competence_evaluation (round_id);
create index certificate_by_person on certificate (person_id);
create index certificate_open on certificate (valid_until) where closed_at is null;
create unique index training_plan_year on training_plan (year) where state <> 'voided';
create index training_request_by_plan on training_request (plan_id);
create index training_event_by_plan on training_event (plan_id);
create index training_event_participant on training_event using gin (participant);
create index safety_education_by_person on safety_education (person_id);

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P7_EVAL', null, 0, null, 'days', 'manual P7 4.1.4.2', 'Evaluation held by its day', '能力评价期限'),
    ('T_P7_BAR', null, 1, null, 'working_days', 'designed', 'Bar after a verdict', '不胜任离岗期限'),
    ('T_P7_APPEAL', null, 5, null, 'working_days', 'designed', 'Appeal against a verdict', '申诉期限'),
    ('T_P7_APPEAL_DECIDE', null, 5, null, 'working_days', 'designed', 'Decision on an appeal', '申诉裁定期限'),
    ('T_P7_RETRAIN', null, 30, null, 'days', 'designed', 'Retraining and examination', '培训复考期限'),
    ('T_P7_NEEDS', null, 10, null, 'working_days', 'designed', 'Departments hand in their training needs', '培训需求申报期限'),
    ('T_P7_PLAN', null, 0, null, 'days', 'manual P7 4.2.1', 'Next year''s plan issued at year end', '年度计划下发期限'),
    ('T_P7_SUMMARY', null, 10, null, 'working_days', 'designed', 'Summary and filing of a training', '培训总结归档期限'),
    ('T_P7_CERT_LOST', null, 30, null, 'days', 'designed', 'A lost certificate is replaced', '遗失证件补办期限'),
    ('N_P7_CERT_WARN', null, null, 60, 'number', 'designed', 'Days before a certificate runs out', '证件到期提醒天数'),
    ('N_P7_NO_SHOWS', null, null, 2, 'number', 'designed', 'No-shows before the head is told', '缺席次数提醒'),
    ('N_P7_PASS_EXAM', null, null, 60, 'number', 'designed', 'Pass mark of examinations', '考试合格分'),
    ('N_P7_PASS_APPRAISAL', null, null, 70, 'number', 'designed', 'Pass mark of appraisals', '评议合格分'),
    ('N_P7_POSTPONE', null, null, 60, 'number', 'designed', 'Days after the return that the old verdict holds', '返岗后原结论有效天数'),
    ('N_P7_RE_EXAMS', null, null, 2, 'number', 'designed', 'Repeated examinations before another post', '复考次数上限'),
    ('N_P7_OUTLET_RETRAIN', null, null, 12, 'number', 'P7 4.1.4.3, stricter reading', 'Months until outlet staff are trained again', '外委人员再培训间隔月数');

-- The end of a year, as the moment after its last day.
create function competence_year_end(year integer) returns timestamptz language sql stable as $$
    select make_date(year + 1, 1, 1)::timestamp at time zone company_zone()
$$;
create function competence_in_window(year integer, day date) returns boolean language sql immutable as $$
    select day between make_date(year, 12, 1) and make_date(year, 12, 31)
$$;

-- By what a person does; nobody evaluates those of an outlet who do no repairs.
create function competence_category(person uuid) returns text language plpgsql stable as $$
declare
    r text[] := (select p.roles from person p where p.id = person);
    outlet uuid := (select p.outlet_id from person p where p.id = person);
begin
    return case
        when r && '{outlet_technician}' then 'external_repairer'
        when outlet is not null or r <@ '{customer,system}' then null
        when r && '{general_manager,deputy_gm,supervising_leader,management_rep}' then 'leader'
        when r && '{technician,installer,return_repair_clerk}' then 'operator'
        else 'manager_specialist'
    end;
end $$;
-- A leader is one of the managers, and who manages may also hold a key post: HR decides within what the roles allow.
create function competence_category_fits(category text, person uuid) returns boolean language plpgsql stable as $$
declare
    r text[] := (select p.roles from person p where p.id = person);
    outlet uuid := (select p.outlet_id from person p where p.id = person);
begin
    return case category
        when 'external_repairer' then r && '{outlet_technician,outlet_manager}'
        when 'leader' then r && '{general_manager,deputy_gm,supervising_leader,management_rep,dept_head}'
        when 'operator' then outlet is null and r && '{technician,installer,return_repair_clerk,warehouse_keeper,facility_keeper,shipping_clerk}'
        when 'manager_specialist' then outlet is null and not r <@ '{outlet_technician,customer}'
        else false
    end;
end $$;
-- Everybody on the staff who has no evaluation of that year yet, nor another one under way.
create function competence_to_call(p person, round uuid, year integer) returns boolean language sql stable as $$
    select p.state <> 'left'
       and p.customer_id is null
       and p.department is distinct from 'external'
       and competence_category(p.id) is not null
       and not exists (select from competence_evaluation c
                        where c.person_id = p.id
                          and c.state <> 'voided'
                          and (c.round_id = round or c.closed_at is null
                               or (c.occasion = 'year_end' and c.year = competence_to_call.year)))
$$;

-- Neither the person, nor the head of the department, nor somebody whom that person examines in the same year.
create function evaluator_independent(evaluator uuid, person uuid, department text, year integer) returns boolean language sql stable as $$
    select evaluator is distinct from person
       and not exists (select from department d where d.code = evaluator_independent.department and d.head_id = evaluator)
       and not exists (select from competence_evaluation c
                        where c.person_id = evaluator
                          and c.year = evaluator_independent.year
                          and person in (c.evaluator_id, c.second_evaluator_id)
                          and c.state <> 'voided')
$$;

create function competence_items_complete(category text, scores jsonb) returns boolean language sql immutable as $$
    select coalesce(array(select s ->> 'item' from jsonb_array_elements(scores) s)
           @> case when category in ('operator', 'external_repairer')
                   then array['personal_quality', 'knowledge', 'skill', 'emergency_ability', 'service_awareness']
                   else array['personal_quality', 'professional_ability', 'dedication', 'innovation', 'results', 'service_awareness'] end, false)
$$;
create function competence_pass(category text) returns integer language sql stable as $$
    select case when category in ('operator', 'external_repairer') then time_rule_number('N_P7_PASS_EXAM')
                else time_rule_number('N_P7_PASS_APPRAISAL') end
$$;
-- The examination, or the mean of the appraisals of the category.
create function competence_score(evaluation uuid) returns integer language sql stable as $$
    select case c.category
               when 'leader' then round((c.staff_appraisal + c.organisation_appraisal) / 2.0)::integer
               when 'manager_specialist' then round((c.staff_appraisal + c.leader_appraisal) / 2.0)::integer
               else c.exam_score
           end
      from competence_evaluation c
     where c.id = evaluation
$$;
-- A verdict holds until the next one, at the latest until 31 January after the next year end; outlet staff train more often.
create function competence_valid_until(category text, occasion text, year integer, at timestamptz) returns date language plpgsql stable as $$
declare
    last date := make_date(case when occasion = 'year_end' then year + 2 else company_year(at)::integer + 1 end, 1, 31);
begin
    if category = 'external_repairer' then
        last := least(last, (company_date(at) + make_interval(months => time_rule_number('N_P7_OUTLET_RETRAIN')))::date);
    end if;
    return last;
end $$;
create function certificates_valid(person uuid, wanted text[], at timestamptz) returns boolean language sql stable as $$
    select not exists (
        select from unnest(coalesce(wanted, '{}')) w
         where not exists (select from certificate c
                            where c.person_id = person
                              and c.certificate_type = w
                              and c.closed_at is null
                              and c.valid_until >= company_date(at)))
$$;

-- The head of a department, who belongs to it as head, or who stands in for him; HR and the leaders act for all.
create function acts_for_department(actor uuid, department text, at timestamptz) returns boolean language sql stable as $$
    select exists (select from person p
                    where p.id = actor
                      and (p.department = acts_for_department.department
                           or p.roles && '{general_manager,deputy_gm}'))
        or exists (select from department d where d.code = acts_for_department.department and d.head_id = actor)
        or exists (select from delegation g
                     join person h on h.id = g.holder_id
                    where g.stand_in_id = actor
                      and g.role = 'dept_head'
                      and h.department = acts_for_department.department
                      and g.closed_at is null
                      and acts_for_department.at between g.from_at and g.to_at)
$$;

-- The list of a course: as many enrolled as there are places, the others wait in order.
create function training_seats(list jsonb, places integer) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(x || jsonb_build_object('attendance', case when n <= coalesce(places, 100000) then 'enrolled' else 'waiting' end)
                              order by n), '[]')
      from jsonb_array_elements(list) with ordinality l (x, n)
$$;
create function training_enrol(list jsonb, people text[], places integer) returns jsonb language sql immutable as $$
    select training_seats(coalesce(list, '[]') || coalesce((select jsonb_agg(jsonb_build_object('person_id', p) order by n)
                                                              from unnest(people) with ordinality u (p, n)), '[]'), places)
$$;
create function training_drop(list jsonb, person text, places integer) returns jsonb language sql immutable as $$
    select training_seats(coalesce((select jsonb_agg(x order by n) from jsonb_array_elements(list) with ordinality l (x, n)
                                     where x ->> 'person_id' <> person), '[]'), places)
$$;
create function training_roll(list jsonb, absent text[]) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(case when x ->> 'attendance' = 'enrolled'
                                   then x || jsonb_build_object('attendance', case when x ->> 'person_id' = any(absent) then 'absent' else 'attended' end)
                                   else x end order by n), '[]')
      from jsonb_array_elements(list) with ordinality l (x, n)
$$;
create function training_marks_fit(list jsonb, marks jsonb) returns boolean language sql immutable as $$
    select coalesce((select array_agg(m ->> 'person_id' order by m ->> 'person_id') from jsonb_array_elements(marks) m), '{}')
           = coalesce((select array_agg(x ->> 'person_id' order by x ->> 'person_id') from jsonb_array_elements(list) x
                        where x ->> 'attendance' = 'attended'), '{}')
$$;
create function training_mark(list jsonb, marks jsonb, pass integer) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(case when m.mark is null then x
                                   else x || m.mark || jsonb_build_object('passed', (m.mark ->> 'score')::integer >= pass) end order by n), '[]')
      from jsonb_array_elements(list) with ordinality l (x, n)
      left join lateral (select k as mark from jsonb_array_elements(marks) k where k ->> 'person_id' = x ->> 'person_id' limit 1) m on true
$$;
-- The most trainings that one of these people has missed before.
create function training_missed_before(event uuid, people text[]) returns integer language sql stable as $$
    select coalesce(max(n), 0)::integer
      from (select count(*) as n
              from unnest(people) p
              join training_event t on t.participant @> array[p]
             where t.id <> event
               and t.participants @> jsonb_build_array(jsonb_build_object('person_id', p, 'attendance', 'absent'))
             group by p) missed
$$;
create function training_figures(plan uuid, courses jsonb) returns jsonb language sql stable as $$
    select jsonb_build_object(
               'planned', jsonb_array_length(coalesce(courses, '[]')),
               'held', count(*) filter (where t.state = 'filed'),
               'cancelled', count(*) filter (where t.state = 'cancelled'),
               'attended', coalesce(sum((select count(*) from jsonb_array_elements(t.participants) x where x ->> 'attendance' = 'attended')), 0),
               'absent', coalesce(sum((select count(*) from jsonb_array_elements(t.participants) x where x ->> 'attendance' = 'absent')), 0))
      from training_event t
     where t.plan_id = plan
$$;
