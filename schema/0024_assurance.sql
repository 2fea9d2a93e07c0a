-- P17: requests for money, the special funds, the yearly plan with its lines, and one ledger of what moved.

create sequence special_fund_number;
create table special_fund (
    like machine_base including defaults,
    kind                       text not null,
    name                       text,
    year                       integer,
    opening                    bigint not null default 0,
    money_in                   bigint not null default 0,
    money_out                  bigint not null default 0,
    balance                    bigint not null default 0,
    held                       bigint not null default 0,
    available                  bigint,
    floor                      bigint,
    statement_no               integer,
    primary key (id),
    constraint fund_is_not_negative check (balance >= 0 and balance = opening + money_in - money_out),
    constraint fund_holds_what_is_there check (held between 0 and balance)
);

create sequence assurance_plan_number;
create table assurance_plan (
    like machine_base including defaults,
    year                       integer not null,
    last_year_sales            bigint,
    basis                      text,
    planned_total              bigint,
    special_fund_total         bigint,
    review_opinion             text,
    return_reason              text,
    drafted_by                 uuid,
    reviewed_by                uuid,
    approved_by                uuid,
    approved_at                timestamptz,
    checked_on                 date,
    check_facts                jsonb,
    premises_ok                boolean,
    hotline_ok                 boolean,
    findings                   text,
    measures                   text,
    actual_total               bigint,
    closing_note               text,
    next_called                boolean,
    primary key (id)
);

-- One need of the year with its money. Numbers of lines are what a facility's budget reference names.
create sequence plan_line_number;
create table plan_line (
    like machine_base including defaults,
    year                       integer,
    category                   text not null,
    need                       text,
    amount                     bigint not null default 0,
    approved_amount            bigint,
    proposed_amount            bigint,
    proposed_by                uuid,
    adjust_reason              text,
    spent                      bigint not null default 0,
    held                       bigint not null default 0,
    available                  bigint,
    due_on                     date,
    primary key (id),
    constraint line_is_not_negative check (spent >= 0 and held >= 0 and spent + held <= amount)
);

-- One row a movement of money, of a special fund or of a line. Never changed.
create sequence fund_movement_number;
create table fund_movement (
    like machine_base including defaults,
    kind                       text not null,
    amount                     bigint not null check (amount <> 0),
    fund_id                    uuid,
    line_id                    uuid,
    account_event_no           integer,
    balance_after              bigint,
    document                   text,
    payee                      text,
    movement_reason            text,
    booked_on                  date,
    primary key (id),
    check (num_nonnulls(fund_id, line_id) = 1)
);

create sequence fund_request_number;
create table fund_request (
    like machine_base including defaults,
    purpose                    text,
    need                       text,
    amount                     bigint,
    amount_in_words            text,
    source_number              text,
    source_machine             text,
    return_exchange_id         uuid,
    payee                      text,
    payee_account              text,
    fund_id                    uuid,
    line_id                    uuid,
    budget_ref                 text,
    emergency                  boolean,
    leader_id                  uuid,
    requested_by               uuid,
    checked_by                 uuid,
    check_note                 text,
    approved_by                uuid,
    approved_at                timestamptz,
    approval_note              text,
    held                       bigint not null default 0,
    paid_total                 bigint not null default 0,
    payments                   jsonb,
    voucher_no                 text,
    paid_by                    uuid,
    paid_at                    timestamptz,
    return_reason              text,
    reject_reason              text,
    vouchers                   text,
    moved_from_id              uuid,
    primary key (id)
);

create index special_fund_open on special_fund (id) where closed_at is null;
create index special_fund_due on special_fund (due_at) where closed_at is null and due_at is not null;
create index plan_line_due on plan_line (due_at) where closed_at is null and due_at is not null;
create unique index special_fund_of_a_kind on special_fund (kind) where closed_at is null and kind <> 'outlet';
create unique index assurance_plan_of_a_year on assurance_plan (year) where state <> 'voided';
create index assurance_plan_open on assurance_plan (id) where closed_at is null;
create index assurance_plan_due on assurance_plan (due_at) where closed_at is null and due_at is not null;
create index plan_line_of_plan on plan_line (parent_id);
create unique index fund_movement_of_fund on fund_movement (fund_id, account_event_no) where fund_id is not null;
create unique index fund_movement_of_line on fund_movement (line_id, account_event_no) where line_id is not null;
create index fund_movement_by_day on fund_movement (booked_on);
create index fund_movement_by_parent on fund_movement (parent_id) where parent_id is not null;
create index fund_request_open on fund_request (id) where closed_at is null;
create index fund_request_by_parent on fund_request (parent_id) where parent_id is not null;
create index fund_request_by_fund on fund_request (fund_id) where closed_at is null;
create index fund_request_by_line on fund_request (line_id) where closed_at is null;
create index fund_request_by_exchange on fund_request (return_exchange_id) where return_exchange_id is not null;
create index fund_request_customer on fund_request (customer_id) where customer_id is not null;
create index fund_request_open_assignee on fund_request (assignee_id) where closed_at is null;
create index fund_request_due on fund_request (due_at) where closed_at is null and due_at is not null;

-- Money moves only with its row in the ledger, and what is held is what the requests hold. A statement in which that is
-- not so leaves nothing behind.
create function fund_is_exact() returns trigger language plpgsql as $$
declare
    before bigint := case when tg_op = 'INSERT' then 0 else old.balance end;
begin
    if new.balance - before <> (select coalesce(sum(m.amount), 0) from fund_movement m
                                 where m.fund_id = new.id and m.account_event_no = new.event_no) then
        raise exception 'fund % moved without its row in the ledger', new.number;
    end if;
    if new.held <> (select coalesce(sum(r.held), 0) from fund_request r where r.fund_id = new.id and r.closed_at is null) then
        raise exception 'fund % holds other than its requests do', new.number;
    end if;
    return null;
end $$;
create trigger special_fund_begins_exact after insert on special_fund for each row execute function fund_is_exact();
create trigger special_fund_is_exact after update of balance, held on special_fund
    for each row when (new.balance <> old.balance or new.held <> old.held) execute function fund_is_exact();

create function line_is_exact() returns trigger language plpgsql as $$
begin
    if new.spent - old.spent <> - (select coalesce(sum(m.amount), 0) from fund_movement m
                                    where m.line_id = new.id and m.account_event_no = new.event_no) then
        raise exception 'line % spent without its row in the ledger', new.number;
    end if;
    if new.held <> (select coalesce(sum(r.held), 0) from fund_request r where r.line_id = new.id and r.closed_at is null) then
        raise exception 'line % holds other than its requests do', new.number;
    end if;
    return null;
end $$;
create trigger plan_line_is_exact after update of spent, held on plan_line
    for each row when (new.spent <> old.spent or new.held <> old.held) execute function line_is_exact();

create function fund_ledger_is_immutable() returns trigger language plpgsql as $$
begin
    if (new.kind, new.amount, new.fund_id, new.line_id, new.account_event_no, new.balance_after)
       is distinct from (old.kind, old.amount, old.fund_id, old.line_id, old.account_event_no, old.balance_after) then
        raise exception 'movements of money are append-only';
    end if;
    return new;
end $$;
create trigger fund_movement_is_immutable before update on fund_movement for each row execute function fund_ledger_is_immutable();
create trigger fund_movement_is_append_only before delete or truncate on fund_movement
    for each statement execute function refuse_change();

-- Whether a payment fits what is named; `released` of it was held for the same request.
create function fund_covers(fund uuid, line uuid, amount bigint, released bigint) returns boolean language plpgsql stable as $$
begin
    return coalesce((select f.closed_at is null and f.balance - f.held + coalesce(fund_covers.released, 0) >= fund_covers.amount from special_fund f where f.id = fund_covers.fund), true)
       and coalesce((select l.state in ('in_force', 'adjusting') and l.amount - l.spent - l.held + coalesce(fund_covers.released, 0) >= fund_covers.amount from plan_line l where l.id = fund_covers.line), true);
end $$;

-- Where the procedure that asked pays by itself, what it has paid: {amount, voucher}.
create function payment_at_source(machine text, source uuid) returns jsonb language plpgsql stable as $$
begin
    return case payment_at_source.machine
        when 'settlement' then (select jsonb_build_object('amount', s.paid_amount, 'voucher', s.voucher_no)
                                  from settlement s where s.id = payment_at_source.source and s.state = 'paid')
        when 'return_exchange' then (select jsonb_build_object('amount', case when x.remedy = 'return' then x.refund_amount else - x.price_difference end, 'voucher', x.refund_ref)
                                       from return_exchange x where x.id = payment_at_source.source and x.refund_status = 'paid')
        when 'outlet' then (select jsonb_build_object('amount', o.funded_amount)
                              from outlet o where o.id = payment_at_source.source and o.funded_at is not null)
    end;
end $$;

-- What was asked for is not wanted any more: its source ended without it, or asked anew.
create function fund_source_over(machine text, source uuid, request uuid) returns boolean language plpgsql stable as $$
begin
    return coalesce(case fund_source_over.machine
        when 'settlement' then (select s.state in ('rejected', 'withdrawn', 'carried_over', 'voided') from settlement s where s.id = fund_source_over.source)
        when 'return_exchange' then (select x.closed_at is not null and x.refund_status is distinct from 'paid' from return_exchange x where x.id = fund_source_over.source)
        when 'facility' then (select f.state in ('rejected', 'voided') from facility f where f.id = fund_source_over.source)
        when 'nonconformity' then (select n.state in ('dismissed', 'voided') or exists (
                                       select from fund_request later where later.parent_id = n.id and later.purpose = 'measure' and later.id > fund_source_over.request)
                                     from nonconformity n where n.id = fund_source_over.source)
        when 'outlet' then (select o.funded_at is null and (o.closed_at is not null or exists (
                                select from fund_request n where n.parent_id = o.id and n.purpose = 'outlet_setup' and n.id > fund_source_over.request))
                              from outlet o where o.id = fund_source_over.source)
    end, false);
end $$;

-- What a plan says by category, and what became of it.
create function plan_figures(plan uuid) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('line', l.number, 'category', l.category, 'need', l.need, 'planned', coalesce(l.approved_amount, l.amount),
                                                         'amount', l.amount, 'spent', l.spent, 'held', l.held, 'left', l.amount - l.spent - l.held)
                                      order by l.category, l.number), '[]')
              from plan_line l
             where l.parent_id = plan_figures.plan
               and l.state not in ('dropped', 'voided'));
end $$;
create function plan_sum(plan uuid, of text) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum((l ->> plan_sum.of)::bigint), 0)::bigint from jsonb_array_elements(plan_figures(plan_sum.plan)) l);
end $$;
-- The special funds of the year: what is there, and what the plan adds.
create function special_fund_planned(plan uuid) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum(f.balance), 0) from special_fund f where f.closed_at is null)::bigint
         + (select coalesce(sum(l.amount), 0) from plan_line l where l.parent_id = special_fund_planned.plan and l.category = 'fund' and l.closed_at is null)::bigint;
end $$;

-- The facts of a quarterly check: certified service managers against the share that the standard asks for, premises,
-- and the special funds against their floors.
create function assurance_facts(day date) returns jsonb language plpgsql stable as $$
declare
    staff integer := (select count(*) from person p where p.state = 'active' and p.outlet_id is null
                        and p.roles && '{dispatcher,hotline_clerk,followup_clerk,service_manager}');
    certified integer := (select count(distinct p.id) from person p join certificate c on c.person_id = p.id
                           where p.state = 'active' and 'service_manager' = any(p.roles) and c.certificate_type = 'service_manager'
                             and c.closed_at is null and c.valid_until >= assurance_facts.day);
    needed integer := ceil(staff * time_rule_number('N_P17_CERT_SHARE') / 100.0)::integer;
    low jsonb := (select coalesce(jsonb_agg(f.number order by f.number), '[]') from special_fund f where f.closed_at is null and f.balance < f.floor);
begin
    return jsonb_build_object('service_staff', staff, 'certified_managers', certified, 'managers_needed', needed,
                              'hotline_clerks', (select count(*) from person p where p.state = 'active' and 'hotline_clerk' = any(p.roles)),
                              'outlets_operating', (select count(*) from outlet o where o.state = 'operating'),
                              'outlets_without_repairer', (select count(*) from outlet o where o.state = 'operating' and not outlet_can_repair(o.id, assurance_facts.day)),
                              'funds_below_floor', low,
                              'short', certified < needed or low <> '[]');
end $$;

-- What the service has to work with.
create function resource_inventory(day date) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'people', (select coalesce(jsonb_agg(jsonb_build_object('department', x.department, 'people', x.n, 'qualified', x.q) order by x.department), '[]')
                     from (select p.department, count(*) as n, count(*) filter (where p.qualified_until >= resource_inventory.day) as q
                             from person p where p.state = 'active' and not 'customer' = any(p.roles) group by p.department) x),
        'places', (select coalesce(jsonb_agg(jsonb_build_object('name', o.name, 'region', o.region) order by o.number), '[]')
                     from outlet o where o.state in ('operating', 'suspended')),
        'facilities', (select coalesce(jsonb_agg(jsonb_build_object('category', x.category, 'count', x.n, 'usable', x.u) order by x.category), '[]')
                         from (select f.category, count(*) as n, count(*) filter (where f.usable_until >= resource_inventory.day) as u
                                 from facility f where f.closed_at is null group by f.category) x),
        'spares_value', (select coalesce(sum(s.on_hand * coalesce(p.unit_cost, 0)), 0) from stock s join part p on p.id = s.part_id where s.closed_at is null),
        'funds', (select coalesce(jsonb_agg(jsonb_build_object('number', f.number, 'kind', f.kind, 'balance', f.balance) order by f.number), '[]')
                    from special_fund f where f.closed_at is null));
end $$;

-- The ledger of a fund over a period: what was there, each movement, what is left.
create function fund_ledger_of(fund uuid, period_from date, period_to date) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object(
                       'opening', coalesce(sum(m.amount) filter (where m.booked_on < period_from), 0),
                       'in', coalesce(sum(m.amount) filter (where m.booked_on >= period_from and m.amount > 0), 0),
                       'out', coalesce(- sum(m.amount) filter (where m.booked_on >= period_from and m.amount < 0), 0),
                       'closing', coalesce(sum(m.amount), 0),
                       'movements', coalesce(jsonb_agg(jsonb_build_object('number', m.number, 'booked_on', m.booked_on, 'kind', m.kind, 'amount', m.amount,
                                                                          'balance_after', m.balance_after, 'document', m.document, 'payee', m.payee,
                                                                          'reason', m.movement_reason)
                                                       order by m.account_event_no) filter (where m.booked_on >= period_from), '[]'))
              from fund_movement m
             where m.fund_id = fund_ledger_of.fund
               and m.booked_on < period_to);
end $$;
create function fund_ledger(period_from date, period_to date) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'number', f.number, 'kind', f.kind, 'name', f.name, 'state', f.state, 'floor', f.floor, 'held', f.held)
                                      || fund_ledger_of(f.id, period_from, period_to) order by f.number), '[]')
              from special_fund f
             where company_date(f.opened_at) < period_to
               and (f.closed_at is null or company_date(f.closed_at) >= period_from));
end $$;
-- Of each plan whose year the period touches, line by line.
create function plan_report(period_from date, period_to date) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'number', p.number, 'year', p.year, 'state', p.state,
                                                         'planned', plan_sum(p.id, 'planned'), 'amount', plan_sum(p.id, 'amount'),
                                                         'spent', plan_sum(p.id, 'spent'), 'held', plan_sum(p.id, 'held'), 'left', plan_sum(p.id, 'left'),
                                                         'lines', plan_figures(p.id)) order by p.year), '[]')
              from assurance_plan p
             where p.state <> 'voided'
               and p.year between extract(year from period_from)::integer and extract(year from period_to - 1)::integer);
end $$;

-- P14 knows money that is still on its way to a customer.
do $$ begin
    execute replace(pg_get_functiondef('customer_has_open_case(uuid)'::regprocedure), 'or exists (select from visit v',
                    'or exists (select from fund_request f where f.customer_id = customer and f.closed_at is null)
        or exists (select from visit v');
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), 'trainings,name,', 'payee,payee_account,trainings,name,');
end $$;

-- What waited for this procedure was written before its inputs were named.
update link l
   set inputs = jsonb_strip_nulls(jsonb_build_object(
           'purpose', case n.machine when 'settlement' then 'outlet_settlement' when 'outlet' then 'outlet_setup' when 'facility' then 'facility' when 'nonconformity' then 'measure' else 'refund' end,
           'need', case n.machine when 'facility' then l.inputs -> 'purpose'
                                  when 'nonconformity' then (select to_jsonb(x.root_cause) from nonconformity x where x.id = l.from_id) end,
           'amount', l.inputs -> 'amount', 'source_number', n.number, 'payee', l.inputs -> 'payee', 'budget_ref', l.inputs -> 'budget_ref',
           'outlet_id', case when n.machine in ('settlement', 'outlet') then l.inputs -> 'outlet_id' end, 'customer_id', l.inputs -> 'customer_id',
           'requested_by', case n.machine when 'settlement' then (select to_jsonb(s.checker_id) from settlement s where s.id = l.from_id)
                                          when 'nonconformity' then (select to_jsonb(x.assignee_id) from nonconformity x where x.id = l.from_id)
                                          when 'facility' then (select to_jsonb(f.opened_by) from facility f where f.id = l.from_id)
                                          else (select to_jsonb(v.actor_id) from entity_event v where v.entity_id = l.from_id and v.event_no = l.from_event_no) end)),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'fund_request'
   and l.state = 'waiting';

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P17_CHECK', null, 1, null, 'working_days', 'designed', 'Request for money checked', '用款申请审核'),
    ('T_P17_APPROVE', null, 2, null, 'working_days', 'designed', 'Request for money approved', '用款申请批准'),
    ('T_P17_PAY', null, 3, null, 'working_days', 'designed', 'Approved money paid', '批准后付款'),
    ('T_P17_PAY_EMERGENCY', 86400, null, null, 'elapsed', 'designed', 'Money paid in an emergency', '紧急用款付款'),
    ('T_P17_APPROVE_AFTER', null, 2, null, 'working_days', 'designed', 'Approval after an emergency payment', '紧急付款后补批'),
    ('T_P17_SETTLE', null, 10, null, 'working_days', 'designed', 'Vouchers of a payment', '付款后报销凭证'),
    ('T_P17_RECOVER', null, 15, null, 'working_days', 'designed', 'Money that was paid and not approved is back', '未获批准款项收回'),
    ('T_P17_PLAN', null, 1, null, 'days', 'designed', 'Plan of the next year in force by the end of 31 December', '年度保障计划批准期限'),
    ('T_P17_REVIEW', null, 5, null, 'working_days', 'designed', 'Plan reviewed by finance', '保障计划财务审核'),
    ('T_P17_QUARTER', null, 92, null, 'days', 'designed', 'Quarterly check of what the service has', '季度保障检查'),
    ('T_P17_CLOSE', null, 31, null, 'days', 'designed', 'Plan closed after its year', '年度保障计划决算'),
    ('T_P17_TOP_UP', null, 10, null, 'working_days', 'designed', 'Special fund below its floor topped up', '专项经费补足'),
    ('T_P17_ADJUST', null, 3, null, 'working_days', 'designed', 'Adjustment of a line decided', '预算调整审批'),
    ('N_P17_APPROVE_MANAGER', null, null, 200000, 'number', 'designed', 'What the service manager may approve, in fen', '售后服务管理师审批限额(分)'),
    ('N_P17_APPROVE_DEPUTY', null, null, 2000000, 'number', 'designed', 'What the deputy general manager may approve, in fen', '副总经理审批限额(分)'),
    ('N_P17_ADJUST_PERCENT', null, null, 10, 'number', 'designed', 'By how many percent the deputy may adjust a line', '副总经理预算调整幅度(%)'),
    ('N_P17_FLOOR_PERCENT', null, null, 20, 'number', 'designed', 'Floor of a special fund in percent', '专项经费预警线(%)'),
    ('N_P17_FUND_PERMILLE', null, null, 10, 'number', 'designed', 'Special fund in permille of last year''s sales', '专项经费占上年销售额(千分比)'),
    ('N_P17_FUND_LEAST', null, null, 5000000, 'number', 'designed', 'Special fund that is enough in any case, in fen', '专项经费最低额(分)'),
    ('N_P17_CERT_SHARE', null, null, 10, 'number', 'standard: GB/T 27922 5.1.2.2', 'Certified service managers in percent of the service staff', '持证售后服务管理师比例(%)');
