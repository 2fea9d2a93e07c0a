-- P11: parts, their stock by place, the ledger of movements, requests, purchases, transfers, counts and loan units.

create sequence part_number;
create table part (
    like machine_base including defaults,
    part_no                    text,
    name                       text,
    model_fit                  text[],
    class                      text,
    unit                       text,
    unit_cost                  bigint,
    unit_price                 bigint,
    item_category              text,
    serial_tracked             boolean,
    old_part_required          boolean,
    repairable                 boolean,
    warranty_months            integer,
    lead_days                  integer,
    supplier_id                uuid,
    discontinued_on            date,
    supply_until               date,
    block_reason               text,
    blocked_by                 uuid,
    installed_units            jsonb,
    primary key (id)
);

-- A part at a place: what lies there, and how much of it is promised to requests.
create sequence stock_number;
create table stock (
    like machine_base including defaults,
    part_id                    uuid not null,
    part_no                    text,
    class                      text,
    location                   text not null,
    holder_id                  uuid,
    keeper_id                  uuid,
    on_hand                    integer not null default 0,
    reserved                   integer not null default 0,
    available                  integer,
    min_stock                  integer,
    safety_stock               integer,
    max_stock                  integer,
    below_min                  boolean,
    reorder_held               boolean,
    shelf_life_until           date,
    last_moved_on              date,
    turns                      integer,
    count_id                   uuid,
    counted                    integer,
    count_difference           integer,
    counted_by                 uuid,
    last_counted_on            date,
    primary key (id),
    constraint stock_is_not_negative check (on_hand >= 0),
    constraint stock_reserves_what_is_there check (reserved between 0 and on_hand)
);

-- One row a movement, from a place to a place; null is outside the company's stock. Never changed but to say that it is reversed.
create sequence stock_movement_number;
create table stock_movement (
    like machine_base including defaults,
    kind                       text not null,
    part_id                    uuid not null,
    quantity                   integer not null check (quantity > 0),
    from_stock_id              uuid,
    to_stock_id                uuid,
    from_event_no              integer,
    to_event_no                integer,
    unit_cost                  bigint,
    amount                     bigint,
    document                   text,
    serial                     text,
    movement_reason            text,
    moved_on                   date,
    reverses_id                uuid,
    primary key (id)
);

create sequence spare_request_number;
create table spare_request (
    like machine_base including defaults,
    return_repair_id           uuid,
    delivery_id                uuid,
    part_no                    text,
    part_id                    uuid,
    quantity                   integer,
    fault                      text,
    equipment_id               uuid,
    stock_id                   uuid,
    bag_stock_id               uuid,
    inspection_stock_id        uuid,
    in_warranty                boolean,
    amount                     bigint,
    charge                     bigint,
    price_told                 bigint,
    consent_by                 text,
    checked_by                 uuid,
    approved_by                uuid,
    substituted_for            text,
    fit_confirmed_by           uuid,
    queue_first                boolean,
    waiting_since              timestamptz,
    expected_on                date,
    promises_moved             integer,
    reserved_at                timestamptz,
    from_stock                 boolean,
    yielded_to_id              uuid,
    issued_at                  timestamptz,
    issued_serial              text,
    waybill                    text,
    received_at                timestamptz,
    installed_at               timestamptz,
    installed_serial           text,
    old_serial                 text,
    part_warranty_until        date,
    old_part_given_up          boolean,
    old_part_due               date,
    reminders                  integer,
    old_part_condition         text,
    returned_serial            text,
    kept_by                    text,
    unused_condition           text,
    fault_found                text,
    test_note                  text,
    new_assignee_id            uuid,
    new_bag_stock_id           uuid,
    loss_note                  text,
    charge_proposed            bigint,
    charge_decision            text,
    charge_amount              bigint,
    reject_reason              text,
    supplier_word              text,
    primary key (id)
);

create sequence purchase_request_number;
create table purchase_request (
    like machine_base including defaults,
    part_id                    uuid,
    stock_id                   uuid,
    quantity                   integer,
    received_total             integer,
    unit_cost                  bigint,
    amount                     bigint,
    purchase_reason            text,
    supplier_id                uuid,
    expected_on                date,
    missed_dates               integer,
    approved_by                uuid,
    approved_amount            bigint,
    inspection_note            text,
    refused_total              integer,
    supplier_word              text,
    primary key (id)
);

create sequence stock_transfer_number;
create table stock_transfer (
    like machine_base including defaults,
    part_id                    uuid,
    from_stock_id              uuid,
    to_stock_id                uuid,
    quantity                   integer,
    waybill                    text,
    shipped_at                 timestamptz,
    shipped_by                 uuid,
    received_at                timestamptz,
    loss_note                  text,
    charge_decision            text,
    charge_amount              bigint,
    primary key (id)
);

create sequence stock_count_number;
create table stock_count (
    like machine_base including defaults,
    location                   text,
    holder_id                  uuid,
    count_scope                text,
    lines                      integer,
    differences                integer,
    book_value                 bigint,
    difference_value           bigint,
    net_value                  bigint,
    difference_permille        integer,
    list                       jsonb,
    approved_by                uuid,
    primary key (id)
);

create sequence loan_unit_number;
create table loan_unit (
    like machine_base including defaults,
    serial                     text,
    model                      text,
    skill                      text,
    value                      bigint,
    condition                  text,
    accessories                text,
    loans                      integer,
    primary key (id)
);

create sequence loan_agreement_number;
create table loan_agreement (
    like machine_base including defaults,
    loan_unit_id               uuid,
    serial                     text,
    model                      text,
    price_if_lost              bigint,
    follows_id                 uuid,
    expected_repair_on         date,
    due_on                     date,
    condition_list             text,
    customer_signature         jsonb,
    lent_at                    timestamptz,
    reminders                  integer,
    letter_sent_on             date,
    returned_at                timestamptz,
    return_condition           text,
    data_wiped                 boolean,
    damage                     text,
    exchange_cause             text,
    compensation_amount        bigint,
    compensated_by             text,
    separated_at               timestamptz,
    separated_by               uuid,
    customer_consent           text,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);
create index loan_agreement_customer on loan_agreement (customer_id);
-- P14 knows units lent among what is open at a customer's.
create or replace function customer_has_open_case(customer uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_exchange x where x.customer_id = customer and x.closed_at is null)
        or exists (select from delivery d where d.customer_id = customer and d.closed_at is null)
        or exists (select from loan_agreement a where a.customer_id = customer and a.closed_at is null)
        or exists (select from visit v where v.customer_id = customer and v.state = 'to_report');
end $$;

create unique index part_part_no on part (part_no);
create unique index stock_place on stock (part_id, location, coalesce(outlet_id, holder_id, '00000000-0000-0000-0000-000000000000'), coalesce(holder_id, '00000000-0000-0000-0000-000000000000'))
    where closed_at is null;
create index stock_by_holder on stock (holder_id) where holder_id is not null;
create index stock_by_count on stock (count_id) where count_id is not null;
create index stock_low on stock (id) where state = 'low';
create index stock_clocks_due on stock (due_at) where closed_at is null and due_at is not null;
create unique index stock_movement_out on stock_movement (from_stock_id, from_event_no) where from_stock_id is not null;
create unique index stock_movement_in on stock_movement (to_stock_id, to_event_no) where to_stock_id is not null;
create unique index stock_movement_reversed_once on stock_movement (reverses_id) where reverses_id is not null;
create index stock_movement_by_part on stock_movement (part_id, moved_on);
create index spare_request_open on spare_request (id) where closed_at is null;
create index spare_request_by_parent on spare_request (parent_id) where parent_id is not null;
create index spare_request_by_stock on spare_request (stock_id) where closed_at is null;
create index spare_request_by_part on spare_request (part_id);
create index spare_request_by_serial on spare_request (installed_serial) where installed_serial is not null;
create index spare_request_open_assignee on spare_request (assignee_id) where closed_at is null;
create index spare_request_due on spare_request (due_at) where closed_at is null and due_at is not null;
create index spare_request_yielded on spare_request (yielded_to_id) where yielded_to_id is not null;
create index spare_request_charged on spare_request (outlet_id) where charge_decision = 'charged';
create index purchase_request_by_parent on purchase_request (parent_id) where closed_at is null;
create index purchase_request_by_stock on purchase_request (stock_id) where closed_at is null;
create index purchase_request_due on purchase_request (due_at) where closed_at is null and due_at is not null;
create index stock_transfer_by_parent on stock_transfer (parent_id) where closed_at is null;
create index stock_transfer_by_target on stock_transfer (to_stock_id) where closed_at is null;
create index stock_transfer_due on stock_transfer (due_at) where closed_at is null and due_at is not null;
create unique index loan_unit_serial on loan_unit (serial);
create index loan_agreement_by_parent on loan_agreement (parent_id);
create index loan_agreement_by_unit on loan_agreement (loan_unit_id) where closed_at is null;
create index loan_agreement_due on loan_agreement (due_at) where closed_at is null and due_at is not null;

-- What is on hand moves only with a row of the ledger, and what is reserved is what the requests hold. A statement in which
-- that is not so leaves nothing behind.
create function stock_is_exact() returns trigger language plpgsql as $$
begin
    if new.on_hand <> old.on_hand
       and new.on_hand - old.on_hand is distinct from
           (select sum(case when m.to_stock_id = new.id and m.to_event_no = new.event_no then m.quantity else - m.quantity end)
              from stock_movement m
             where (m.to_stock_id = new.id and m.to_event_no = new.event_no)
                or (m.from_stock_id = new.id and m.from_event_no = new.event_no)) then
        raise exception 'stock % moved without its row in the ledger', new.number;
    end if;
    if new.reserved <> old.reserved
       and new.reserved <> (select coalesce(sum(r.quantity), 0) from spare_request r where r.stock_id = new.id and r.state = 'reserved') then
        raise exception 'stock % reserves other than its requests hold', new.number;
    end if;
    return null;
end $$;
create trigger stock_is_exact after update of on_hand, reserved on stock
    for each row when (new.on_hand <> old.on_hand or new.reserved <> old.reserved) execute function stock_is_exact();

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    if (new.kind, new.part_id, new.quantity, new.from_stock_id, new.to_stock_id, new.from_event_no, new.to_event_no)
       is distinct from (old.kind, old.part_id, old.quantity, old.from_stock_id, old.to_stock_id, old.from_event_no, old.to_event_no) then
        raise exception 'movements are append-only';
    end if;
    return new;
end $$;
create trigger stock_movement_is_immutable before update on stock_movement for each row execute function ledger_is_append_only();
create trigger stock_movement_is_append_only before delete or truncate on stock_movement
    for each statement execute function refuse_change();

-- Where a request takes its part from: the outlet's own stock when it has enough, else the main store, else the outlet's.
create function spare_stock_for(part uuid, outlet uuid, quantity integer) returns uuid language plpgsql stable as $$
begin
    return (select s.id
              from stock s
             where s.part_id = spare_stock_for.part
               and s.closed_at is null
               and (s.location = 'main' or (s.location = 'outlet' and s.outlet_id = spare_stock_for.outlet))
             order by (s.location = 'outlet' and s.available >= spare_stock_for.quantity) desc, s.location = 'main' desc
             limit 1);
end $$;

-- What a technician carries is a place too; so is the shelf for parts that have to be looked at before anybody gets them.
create function bag_of(part uuid, person uuid) returns uuid language plpgsql stable as $$
begin
    return (select s.id from stock s
             where s.part_id = bag_of.part and s.location = 'bag' and s.holder_id = bag_of.person and s.closed_at is null);
end $$;
create function inspection_of(part uuid) returns uuid language plpgsql stable as $$
begin
    return (select s.id from stock s where s.part_id = inspection_of.part and s.location = 'inspection' and s.closed_at is null);
end $$;

-- Free as the repair is, or because the part that failed is itself under its own warranty.
-- What is installed is made whole at our cost until it is accepted.
create function spare_is_free(repair uuid, return_repair uuid, delivery uuid, serial_no text, at timestamptz) returns boolean language plpgsql stable as $$
begin
    return coalesce((select r.in_warranty and r.charge_reason is null from repair r where r.id = spare_is_free.repair), false)
           or coalesce((select x.repair_class is distinct from 'chargeable' from return_repair x where x.id = spare_is_free.return_repair), false)
           or exists (select from delivery d where d.id = spare_is_free.delivery and d.settled_at is null)
           or exists (select from spare_request s
                       where s.installed_serial = spare_is_free.serial_no
                         and s.part_warranty_until >= company_date(spare_is_free.at));
end $$;

-- How much of a stock is spoken for by requests that go before this one: urgent ones, those whose part was wrong or dead,
-- and those for which the dispatcher has taken a reservation over.
create function spares_ahead(request uuid, stock uuid) returns integer language plpgsql stable as $$
declare
    mine integer := coalesce((select spare_rank(r) from spare_request r where r.id = spares_ahead.request), 0);
begin
    return (select coalesce(sum(o.quantity), 0)::integer
              from spare_request o
             where o.stock_id = spares_ahead.stock
               and o.id <> spares_ahead.request
               and o.state in ('approved', 'backordered')
               and spare_rank(o) > mine);
end $$;
create function spare_rank(r spare_request) returns integer language plpgsql stable as $$
begin
    return case when exists (select from spare_request v where v.yielded_to_id = r.id) then 3
                when r.queue_first then 2
                when r.priority = 'urgent' then 1
                else 0 end;
end $$;

-- Used up in so many days, by the ledger: what left for good less what came back.
create function stock_used(stock uuid, since date) returns integer language plpgsql stable as $$
begin
    return (select coalesce(sum(m.quantity), 0)::integer
              from stock_movement m
             where m.from_stock_id = stock_used.stock
               and m.kind in ('issue', 'transfer_out')
               and m.moved_on >= stock_used.since);
end $$;
create function safety_stock_of(stock uuid, part uuid, at timestamptz) returns integer language plpgsql stable as $$
declare
    days integer := time_rule_number('T_P11_USE');
begin
    -- Divided last: thirds of a day would round up to a part too many.
    return ceil(stock_used(safety_stock_of.stock, company_date(safety_stock_of.at) - days)::numeric
                * coalesce((select p.lead_days from part p where p.id = safety_stock_of.part), 0)
                * time_rule_number('N_P11_SAFETY_PERCENT') / (greatest(days, 1) * 100))::integer;
end $$;
-- Turns a year in percent of what lies there now; `more` is what the step itself takes.
create function stock_turns(stock uuid, more integer, on_hand integer, at timestamptz) returns integer language plpgsql stable as $$
begin
    return ((stock_used(stock_turns.stock, company_date(stock_turns.at) - 365) + stock_turns.more)::numeric * 100 / greatest(stock_turns.on_hand, 1))::integer;
end $$;

-- Where parts of a number are built in, by serial.
create function installed_parts(part uuid) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('request_id', s.id, 'number', s.number, 'serial', s.installed_serial,
                                                         'repair_id', s.parent_id, 'equipment_id', s.equipment_id,
                                                         'installed_on', company_date(s.installed_at)) order by s.installed_at, s.id), '[]')
              from spare_request s
             where s.part_id = installed_parts.part
               and s.installed_at is not null);
end $$;

-- The repair no longer needs what was asked for.
create function spare_job_over(repair uuid, return_repair uuid, delivery uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.id = spare_job_over.repair
                      and (r.closed_at is not null or r.state in ('settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')))
           or exists (select from return_repair x where x.id = spare_job_over.return_repair and x.closed_at is not null)
           or exists (select from delivery d where d.id = spare_job_over.delivery and (d.closed_at is not null or d.state = 'settled'));
end $$;

-- Stock rows that a count has to cover.
create function count_covers(s stock, place text, outlet uuid, holder uuid, scope text) returns boolean language sql stable as $$
    select s.closed_at is null and s.location = place and s.holder_id is not distinct from holder
           and (place = 'bag' or s.outlet_id is not distinct from outlet)
           and (scope <> 'class_a' or s.class = 'A')
$$;
create function count_sum(count uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object(
                       'lines', count(*),
                       'differences', count(*) filter (where s.count_difference <> 0),
                       'book', coalesce(sum((s.counted - s.count_difference) * p.unit_cost), 0),
                       'gross', coalesce(sum(abs(s.count_difference) * p.unit_cost), 0),
                       'net', coalesce(sum(s.count_difference * p.unit_cost), 0),
                       'list', coalesce(jsonb_agg(jsonb_build_object('stock', s.number, 'part_no', s.part_no, 'counted', s.counted,
                                                                     'difference', s.count_difference, 'counted_by', s.counted_by)
                                                  order by s.part_no, s.id), '[]'))
              from stock s
              join part p on p.id = s.part_id
             where s.count_id = count_sum.count);
end $$;
create function count_movements(count uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_agg(jsonb_build_object('part_id', s.part_id, 'quantity', abs(s.count_difference),
                                                'source', case when s.count_difference < 0 then s.id end,
                                                'target', case when s.count_difference > 0 then s.id end) order by s.id)
              from stock s
             where s.count_id = count_movements.count
               and s.count_difference <> 0);
end $$;

-- Parts that the outlet owes by decision and that no slip of it has deducted yet.
create function spare_deductions(outlet uuid) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('basis', 'old_part', 'reference', d.number, 'amount', d.charge_amount, 'reason', d.part_no)
                                      order by d.number), '[]')
              from spare_request d
             where d.outlet_id = spare_deductions.outlet
               and d.charge_decision = 'charged'
               and d.charge_amount > 0
               and not exists (select from settlement s
                                where s.outlet_id = spare_deductions.outlet
                                  and s.state not in ('withdrawn', 'rejected')
                                  and s.deductions @> jsonb_build_array(jsonb_build_object('reference', d.number))));
end $$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P11_CHECK', 7200, null, null, 'service', 'designed', 'Request for a part checked', '备件申请核查'),
    ('T_P11_CHECK_URGENT', 1800, null, null, 'elapsed', 'designed', 'Request for a part checked, urgent', '备件申请核查(紧急)'),
    ('T_P11_RESERVED', null, 7, null, 'days', 'designed', 'Reservation without issue', '占用未领用期限'),
    ('T_P11_OLD_PART', null, 7, null, 'days', 'designed', 'Old part back', '旧件返还'),
    ('T_P11_OLD_PART_OUTLET', null, 15, null, 'days', 'designed', 'Old part back from an outlet', '网点旧件返还'),
    ('T_P11_REMIND_2', null, 3, null, 'days', 'designed', 'Second reminder of an old part', '旧件第二次提醒'),
    ('T_P11_REMIND_3', null, 7, null, 'days', 'designed', 'Third reminder of an old part', '旧件第三次提醒'),
    ('T_P11_CHARGE', null, 10, null, 'days', 'designed', 'An old part still missing is proposed to be charged', '旧件未返还提出赔付'),
    ('T_P11_UNUSED', null, 3, null, 'days', 'designed', 'Unused part back', '未用备件退库'),
    ('T_P11_TRANSFER', 86400, null, null, 'elapsed', 'designed', 'Transfer between places', '调拨'),
    ('T_P11_DELIVERY', null, 1, null, 'days', 'designed', 'End of the day on which a supplier delivers', '供货日期'),
    ('T_P11_COUNT', null, 92, null, 'days', 'designed', 'Count of a stock', '库存盘点'),
    ('T_P11_COUNT_A', null, 31, null, 'days', 'designed', 'Count of a class A part', 'A类库存盘点'),
    ('T_P11_USE', null, 90, null, 'days', 'designed', 'Days over which daily use is counted', '日耗统计期'),
    ('T_P11_LOAN_BACK', null, 1, null, 'days', 'designed', 'End of the day on which a loan unit is due back', '备用机归还期限'),
    ('T_P11_LOAN_SLACK', null, 3, null, 'days', 'designed', 'Loan beyond the expected repair', '备用机借用宽限'),
    ('T_P11_LOAN_SOON', null, 1, null, 'days', 'designed', 'Reminder before a loan unit is due', '备用机到期前提醒'),
    ('T_P11_LOAN_REMIND', null, 3, null, 'days', 'designed', 'Reminder of an overdue loan unit', '备用机逾期催还间隔'),
    ('T_P11_LOAN_LOST', null, 30, null, 'days', 'designed', 'An overdue loan unit counts as lost', '备用机逾期视为丢失'),
    ('N_P11_APPROVE_DISPATCHER', null, null, 50000, 'number', 'designed', 'What the dispatcher may approve, in fen', '调度员审批限额(分)'),
    ('N_P11_APPROVE_LEADER', null, null, 500000, 'number', 'designed', 'What the supervising leader may approve, in fen', '分管领导审批限额(分)'),
    ('N_P11_SAFETY_PERCENT', null, null, 150, 'number', 'designed', 'Safety stock in percent of the use while a part is on its way', '安全库存系数(%)'),
    ('N_P11_MISSED_DATES', null, null, 3, 'number', 'designed', 'Missed dates before a part counts as unobtainable', '供应商失约次数'),
    ('N_P11_COUNT_PERMILLE', null, null, 20, 'number', 'designed', 'Count difference that is a nonconformity, in permille of the value', '盘点差异上限(千分比)'),
    ('N_P11_SUPPLY_YEARS', null, null, 5, 'number', 'standard', 'Years of supply after a part is discontinued', '停产后供应年限');

insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_STOCK_Q', 'stock_count', 'quarter', 10, 'warehouse_keeper', 'materials_officer');
