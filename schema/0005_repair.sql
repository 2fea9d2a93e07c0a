-- P4: the repair, and what its table computes.

create sequence repair_number;
create table repair (
    like machine_base including defaults,
    channel                    text,
    type                       text,
    contact_name               text,
    contact_phone              text,
    address                    text,
    equipment_id               uuid,
    serial                     text,
    model                      text,
    problem                    text,
    required_skill             text,
    warranty_until             date,
    in_warranty                boolean,
    free_reason                text,
    repeat_of                  uuid,
    duplicate_of               uuid,
    follows                    uuid,
    appointment_at             timestamptz,
    dispatched_at              timestamptz,
    arrived_at                 timestamptz,
    late_arrival               boolean,
    transport_mode             text,
    transport_reason           text,
    visits                     jsonb,
    absences                   integer,
    empty_run_fee              bigint,
    fault_confirmed            text,
    diagnosis                  text,
    charge_reason              text,
    price_told                 bigint,
    consent_by                 text,
    devices                    jsonb,
    tag_no                     text,
    customer_signature         jsonb,
    device_at                  text,
    taken_at                   timestamptz,
    defer_reason               text,
    replacement_reason         text,
    replacement_price          bigint,
    customer_choice            text,
    unrepaired_outcome         text,
    unrepaired_reason          text,
    withdrawal_wish            text,
    solution                   text,
    parts_used                 jsonb,
    charge_items               jsonb,
    charge_total               bigint,
    payment_status             text,
    on_account_by              uuid,
    waived_by                  uuid,
    receipt_no                 text,
    voided_receipts            jsonb,
    invoice_status             text,
    invoice_title              text,
    invoice_tax_no             text,
    invoice_email              text,
    invoice_no                 text,
    customer_opinion           text,
    satisfaction               integer,
    signature_refused          boolean,
    signature_refused_reason   text,
    evidence                   text,
    outcome                    text,
    ready_at                   timestamptz,
    notices                    jsonb,
    uncollected_decision       text,
    legal_advice               text,
    settled_at                 timestamptz,
    reported_back_at           timestamptz,
    followup_clerk_id          uuid,
    called_at                  timestamptz,
    reached                    boolean,
    followup_tries             integer,
    next_attempt_at            timestamptz,
    score_attitude             integer,
    score_timeliness           integer,
    score_quality              integer,
    score_result               integer,
    satisfied                  boolean,
    is_complaint               boolean,
    complaint_text             text,
    not_fixed                  boolean,
    work_confirmed             boolean,
    followed_up_at             timestamptz,
    leader_id                  uuid,
    reported_to_leader_at      timestamptz,
    cancel_reason              text,
    loss                       jsonb,
    loss_settled_at            timestamptz,
    loss_note                  text,
    decline_reason             text,
    job_accepted               boolean,
    contact_attempts           jsonb,
    waiting_told               boolean,
    primary key (id)
);

create index repair_open on repair (id) where closed_at is null;
create index repair_open_assignee on repair (assignee_id) where closed_at is null;
create index repair_due on repair (due_at) where closed_at is null and due_at is not null;
create index repair_by_customer on repair (customer_id);
create index repair_serial on repair (serial text_pattern_ops);
create index repair_contact_phone on repair (contact_phone text_pattern_ops);

create function equipment_for(unit uuid, serial_no text, customer uuid) returns uuid language plpgsql stable as $$
begin
    if unit is not null or serial_no is null then
        return unit;
    end if;
    return (select q.id from equipment q where q.serial = serial_no and q.customer_id = customer order by q.id desc limit 1);
end $$;
create function repair_warranty(unit uuid, serial_no text, customer uuid) returns date language plpgsql stable as $$
declare
    found_unit uuid := equipment_for(unit, serial_no, customer);
begin
    return (select q.warranty_until from equipment q where q.id = found_unit);
end $$;
-- Free in warranty, or when the same fault returns within the days that a repair must hold.
create function repair_free_reason(unit uuid, serial_no text, customer uuid, repeat_of uuid, at timestamptz)
returns text language plpgsql stable as $$
begin
    if repeat_of is not null then
        return 'repeat';
    elsif repair_warranty(unit, serial_no, customer) >= company_date(at) then
        return 'warranty';
    end if;
    return null;
end $$;
create function charge_sum(items jsonb) returns bigint language plpgsql immutable as $$
begin
    if items is null or items = '[]' then
        return 0;
    end if;
    return (select coalesce(sum((c ->> 'quantity')::bigint * (c ->> 'unit_price')::bigint), 0)::bigint from jsonb_array_elements(items) c);
end $$;

-- Receipts are numbered without a gap: the row stays locked until the batch commits.
create function next_receipt(at timestamptz) returns text language sql volatile as $$
    insert into counter as c (name, year, value)
    values ('receipt', company_year(at)::integer, 1)
        on conflict (name, year) do update set value = c.value + 1
 returning 'SJ-' || c.year || '-' || to_char(c.value, 'FM000000')
$$;

-- Figures of a week of follow-up calls (P4 4.2(9)).
create function followup_statistics(period_from date, period_to date) returns jsonb language sql stable as $$
    with calls as (
        select r.reached, r.satisfied, r.is_complaint, r.assignee_id
          from repair r
         where r.followed_up_at >= period_from::timestamp at time zone company_zone()
           and r.followed_up_at < period_to::timestamp at time zone company_zone()),
    due as (
        select count(*) as n
          from repair r
         where r.state = 'followup_pending'
           and r.changed_at < period_to::timestamp at time zone company_zone())
    select jsonb_build_object(
               'week', to_char(period_from, 'IYYY"-W"IW'),
               'pending', (select n from due),
               'made', count(*),
               'reached', count(*) filter (where reached),
               'satisfied', count(*) filter (where satisfied),
               'satisfied_percent', round(100.0 * count(*) filter (where satisfied) / nullif(count(*) filter (where reached), 0), 1),
               'complaints', count(*) filter (where is_complaint or satisfied is false),
               'by_technician', (select coalesce(jsonb_agg(t), '[]') from (
                    select c.assignee_id as technician_id, count(*) as made, count(*) filter (where c.satisfied) as satisfied,
                           count(*) filter (where c.is_complaint or c.satisfied is false) as complaints
                      from calls c group by 1 order by 1) t))
      from calls
$$;
