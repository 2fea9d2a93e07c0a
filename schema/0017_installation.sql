-- P8: deliveries from the contract to the acceptance, and claims on carriers for what they lost or damaged.

create sequence delivery_number;
create table delivery (
    like machine_base including defaults,
    type                       text,
    contract_no                text,
    contact_name               text,
    contact_phone              text,
    address                    text,
    exchange_of                uuid,
    follows                    uuid,
    part_no                    integer,
    part_count                 integer,
    needed_for_install         boolean,
    lines                      jsonb,
    install_due                boolean,
    is_complete_set            boolean,
    trial_hours                integer,
    escort_hours               integer,
    required_skill             text,
    warranty_months            integer,
    customer_supplies          text[],
    silence_days               integer,
    contract_amount            bigint,
    paid_amount                bigint,
    rest_due                   bigint,
    promised_on                date,
    shortage                   boolean,
    shortage_text              text,
    packing                    jsonb,
    packing_by                 text,
    packed_by                  uuid,
    recount_due                boolean,
    given_by                   uuid,
    given_at                   timestamptz,
    taken_by                   uuid,
    taken_at                   timestamptz,
    vehicle                    text,
    carrier                    text,
    deliverer_id               uuid,
    window_from                timestamptz,
    window_to                  timestamptz,
    windows_missed             integer,
    called_customer_at         timestamptz,
    customer_called            boolean,
    departed_at                timestamptz,
    attempt_costs              bigint,
    delivery_attempts          integer,
    failed_attempts            jsonb,
    unpacking_findings         text,
    customer_signature         jsonb,
    deliverer_name             text,
    reserve                    text,
    signature_refused          boolean,
    signature_refused_reason   text,
    evidence                   text,
    delivered_at               timestamptz,
    discrepancies              jsonb,
    all_refused                boolean,
    cancel_reason              text,
    install_on                 date,
    installation_plan          text,
    plan_by                    uuid,
    plan_approved_by           uuid,
    supplies_asked             text[],
    commissioning_result       text,
    trial_due                  boolean,
    trial_from                 timestamptz,
    trial_until                timestamptz,
    trial_counted_seconds      integer,
    trial_runs                 jsonb,
    readings                   jsonb,
    clock                      text,
    handed_at                  timestamptz,
    escort_due_hours           integer,
    escort_from                timestamptz,
    escort_until               timestamptz,
    uncovered_since            timestamptz,
    questions                  jsonb,
    trainings                  jsonb,
    operator_able              boolean,
    defects                    jsonb,
    notice_sent_at             timestamptz,
    production_since           date,
    production_flagged         boolean,
    charge_items               jsonb,
    charge_total               bigint,
    payment_status             text,
    waived_by                  uuid,
    receipt_no                 text,
    settled_at                 timestamptz,
    accepted_on                date,
    warranty_until             date,
    customer_opinion           text,
    satisfaction               integer,
    site_note                  text,
    risk_borne_by              text,
    site_reminders             integer,
    site_reminded_at           timestamptz,
    site_decision              text,
    loss                       jsonb,
    loss_settled_at            timestamptz,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);
create index delivery_open on delivery (id) where closed_at is null;
create index delivery_by_parent on delivery (parent_id) where parent_id is not null;
create index delivery_by_customer on delivery (customer_id);
create index delivery_by_contract on delivery (contract_no);
create index delivery_by_exchange on delivery (exchange_of) where exchange_of is not null;
create index delivery_windows on delivery (window_from) where closed_at is null;
create index delivery_clocks_due on delivery (due_at) where closed_at is null and due_at is not null;

create sequence carrier_claim_number;
create table carrier_claim (
    like machine_base including defaults,
    against                    text,
    what                       text,
    claim_amount               bigint,
    evidence                   text,
    claim_answer               text,
    settled_amount             bigint,
    close_reason               text,
    primary key (id)
);
create index carrier_claim_open on carrier_claim (against) where closed_at is null;
create index carrier_claim_by_parent on carrier_claim (parent_id);

-- Units know the delivery that brought them; the visits planned from the acceptance name it too.
alter table equipment add column delivery_id uuid, add column delivered_on date;
create index equipment_by_delivery on equipment (delivery_id) where delivery_id is not null;
alter table visit alter column delivery_id type uuid using delivery_id::uuid;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P8_TRIAL', 259200, null, null, 'elapsed', 'manual P8 4.10', 'Full-load trial run of a complete set', '成套产品满负荷试运转'),
    ('T_P8_ESCORT', 172800, null, null, 'elapsed', 'manual P8 4.11', 'Escort after the handover to the customer', '交付后护航'),
    ('T_P8_PROMISE', null, 1, null, 'days', 'manual P8 4.5; value designed', 'End of the day for which the delivery is promised', '承诺送达日截止'),
    ('T_P8_WINDOW', 0, null, null, 'elapsed', 'manual P8 4.5; value designed', 'Delivered within the time told to the customer', '按告知时段送达'),
    ('T_P8_HAND_OVER', 86400, null, null, 'elapsed', 'designed', 'Handed to the customer after the trial run', '试运转后交付'),
    ('T_P8_ESCORT_END', 86400, null, null, 'elapsed', 'designed', 'Escort ended after its hours', '护航满时后结束'),
    ('T_P8_SITE_REMIND', null, 7, null, 'days', 'designed', 'Customer reminded of a site that is not ready', '现场条件催办'),
    ('T_P8_SITE_DECIDE', null, 60, null, 'days', 'designed', 'Commerce decides on a site that is not ready', '现场条件长期不具备由商务部决定'),
    ('T_P8_DEFECT', null, 1, null, 'days', 'designed', 'End of the day by which a defect is to be cured', '缺陷整改截止'),
    ('T_P8_PRODUCTION', null, 30, null, 'days', 'designed', 'Used in production without acceptance or defect list', '投产未验收且无缺陷清单'),
    ('N_P8_FULL_LOAD', null, null, 100, 'number', 'manual P8 4.10; value designed', 'Full load, percent', '满负荷(%)');

create function time_rule_hours(rule text) returns integer language plpgsql stable as $$
begin
    return (select (r.seconds / 3600)::integer from time_rule r where r.code = rule);
end $$;

-- Nothing is missing: every entry counted as listed, and every line of the contract packed in full.
create function packed_whole(lines jsonb, packing jsonb) returns boolean language sql immutable as $$
    select not exists (select from jsonb_array_elements(packing) p where (p ->> 'counted')::integer <> (p ->> 'expected')::integer)
       and not exists (select from jsonb_array_elements(lines) with ordinality l (line, no)
                        where (l.line ->> 'qty')::integer <> coalesce((select sum((p ->> 'counted')::integer) from jsonb_array_elements(packing) p
                                                                        where p ->> 'kind' = 'goods' and (p ->> 'line_no')::integer = l.no), 0))
       and not exists (select from jsonb_array_elements(packing) p
                        where p ->> 'kind' = 'goods' and coalesce((p ->> 'line_no')::integer > jsonb_array_length(lines), true))
$$;

-- A serial number stands for one piece, and none is packed twice.
create function serials_fit(packing jsonb) returns boolean language sql immutable as $$
    select not exists (select from jsonb_array_elements(packing) p where p ? 'serial' and p ->> 'serial' is not null and (p ->> 'counted')::integer <> 1)
       and not exists (select from jsonb_array_elements(packing) p where p ->> 'kind' = 'goods' and p ->> 'serial' is not null group by p ->> 'serial' having count(*) > 1)
$$;

create function packed_serial_in_file(packing jsonb) returns boolean language plpgsql stable as $$
begin
    return exists (select from jsonb_array_elements(packing) p
                     join equipment q on q.serial = p ->> 'serial' and q.closed_at is null
                    where p ->> 'kind' = 'goods');
end $$;

create function first_packed_serial(packing jsonb) returns text language sql immutable as $$
    select p.entry ->> 'serial'
      from jsonb_array_elements(coalesce(packing, '[]')) with ordinality p (entry, no)
     where p.entry ->> 'kind' = 'goods' and p.entry ->> 'serial' is not null
     order by p.no
     limit 1
$$;

-- What was found at the site concerns lines that there are, and no more pieces than they have.
create function discrepancies_fit(lines jsonb, found jsonb) returns boolean language sql immutable as $$
    select not exists (select from (select (f ->> 'line_no')::integer as no, sum((f ->> 'qty')::integer) as qty
                                      from jsonb_array_elements(found) f group by 1) f
                        where not coalesce(f.qty <= (lines -> (f.no - 1) ->> 'qty')::integer, false))
$$;
create function everything_found(lines jsonb, found jsonb) returns boolean language sql immutable as $$
    select not exists (select from jsonb_array_elements(lines) with ordinality l (line, no)
                        where (l.line ->> 'qty')::integer <> coalesce((select sum((f ->> 'qty')::integer) from jsonb_array_elements(found) f
                                                                        where (f ->> 'line_no')::integer = l.no), 0))
$$;

-- Those still open with the outcome that was settled for each.
create function settle_discrepancies(discrepancies jsonb, resolutions jsonb) returns jsonb language sql immutable as $$
    select jsonb_agg(case when d.entry ->> 'outcome' is null
                          then d.entry || jsonb_build_object('outcome', (select r ->> 'outcome' from jsonb_array_elements(resolutions) r
                                                                          where (r ->> 'no')::integer = d.no limit 1))
                          else d.entry end order by d.no)
      from jsonb_array_elements(discrepancies) with ordinality d (entry, no)
$$;
create function discrepancies_settled(discrepancies jsonb) returns boolean language sql immutable as $$
    select not exists (select from jsonb_array_elements(coalesce(discrepancies, '[]')) d where d ->> 'outcome' is null)
$$;
-- Whether an outcome of those settled now is among the wanted ones.
create function settles_by(resolutions jsonb, wanted text[]) returns boolean language sql immutable as $$
    select exists (select from jsonb_array_elements(resolutions) r where r ->> 'outcome' = any(wanted))
$$;
-- The goods of another shipment for what is replaced; null: nothing is.
create function replaced_lines(lines jsonb, discrepancies jsonb, resolutions jsonb) returns jsonb language sql immutable as $$
    select jsonb_agg(jsonb_strip_nulls((lines -> ((d.entry ->> 'line_no')::integer - 1)) - 'serial' || jsonb_build_object('qty', d.entry -> 'qty')) order by d.no)
      from jsonb_array_elements(discrepancies) with ordinality d (entry, no)
     where d.entry ->> 'outcome' is null
       and exists (select from jsonb_array_elements(resolutions) r where (r ->> 'no')::integer = d.no and r ->> 'outcome' = 'replaced')
$$;

-- Units with a serial number that stayed with the customer.
create function units_left(packing jsonb, discrepancies jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(jsonb_build_object('serial', p.entry ->> 'serial', 'model', coalesce(p.entry ->> 'model', p.entry ->> 'item')) order by p.no), '[]')
      from jsonb_array_elements(coalesce(packing, '[]')) with ordinality p (entry, no)
     where p.entry ->> 'kind' = 'goods'
       and p.entry ->> 'serial' is not null
       and not exists (select from jsonb_array_elements(coalesce(discrepancies, '[]')) d
                        where d ->> 'outcome' <> 'delivered'
                          and case when d ->> 'serial' is null then d ->> 'line_no' = p.entry ->> 'line_no' else d ->> 'serial' = p.entry ->> 'serial' end)
$$;
-- The delivery, and those that came back whole and that it takes the place of: their part shipments are its own.
create function shipments_replaced(delivery uuid) returns uuid[] language plpgsql stable as $$
begin
    return array(with recursive chain as (
                     select d.id, d.follows from delivery d where d.id = shipments_replaced.delivery
                      union
                     select d.id, d.follows from chain c join delivery d on d.id = c.follows where d.state = 'returned')
                 select c.id from chain c);
end $$;
-- What an acceptance takes over: the units of the delivery and of the part shipments that its installation needed.
create function units_accepted(delivery uuid) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(u.unit), '[]')
              from delivery d
             cross join lateral jsonb_array_elements(units_left(d.packing, d.discrepancies)) u (unit)
             where d.id = units_accepted.delivery
                or (d.parent_id = any(shipments_replaced(units_accepted.delivery)) and d.needed_for_install and d.state = 'delivered_only'));
end $$;

create function parts_missing(delivery uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from delivery p where p.parent_id = any(shipments_replaced(parts_missing.delivery)) and p.needed_for_install and p.closed_at is null
                      and p.state <> 'received_on_site');
end $$;
create function parts_open(delivery uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from delivery p where p.parent_id = any(shipments_replaced(parts_open.delivery)) and p.closed_at is null);
end $$;

-- Vehicle or person on another run at that time.
create function run_taken(delivery uuid, wanted_vehicle text, person uuid, from_at timestamptz, to_at timestamptz) returns boolean language plpgsql stable as $$
begin
    return exists (select from delivery d
                    where d.id <> run_taken.delivery
                      and d.state in ('scheduled', 'customer_notified', 'in_transit')
                      and (d.vehicle = wanted_vehicle or d.assignee_id = person)
                      and d.window_from < to_at
                      and d.window_to > from_at);
end $$;

-- Everybody named is able by the last training that named him.
create function operators_able(trainings jsonb) returns boolean language sql immutable as $$
    select coalesce(bool_and(l.passed), false)
      from (select distinct on (o ->> 'name') (o ->> 'passed')::boolean as passed
              from jsonb_array_elements(coalesce(trainings, '[]')) with ordinality t (entry, no)
             cross join lateral jsonb_array_elements(t.entry -> 'operators') o
             order by o ->> 'name', t.no desc) l
$$;

create function defects_open(defects jsonb) returns boolean language sql immutable as $$
    select exists (select from jsonb_array_elements(coalesce(defects, '[]')) d where d ->> 'fixed_at' is null)
$$;
create function add_defects(defects jsonb, found jsonb) returns jsonb language sql immutable as $$
    select coalesce(defects, '[]') || (select jsonb_agg(f.entry || jsonb_build_object('no', jsonb_array_length(coalesce(defects, '[]')) + f.no) order by f.no)
                                         from jsonb_array_elements(found) with ordinality f (entry, no))
$$;
create function fix_defect(defects jsonb, wanted integer, at timestamptz) returns jsonb language sql immutable as $$
    select jsonb_agg(case when (d.entry ->> 'no')::integer = wanted then d.entry || jsonb_build_object('fixed_at', at) else d.entry end order by d.no)
      from jsonb_array_elements(defects) with ordinality d (entry, no)
$$;
create function next_defect_due(defects jsonb) returns timestamptz language sql stable as $$
    select min((d ->> 'due_on')::date)::timestamp at time zone company_zone()
      from jsonb_array_elements(coalesce(defects, '[]')) d
     where d ->> 'fixed_at' is null
$$;

-- The last entry of a list with more members.
create function close_last(list jsonb, more jsonb) returns jsonb language sql immutable as $$
    select case when jsonb_array_length(list) > 0 then jsonb_set(list, '{-1}', (list -> -1) || more) else list end
$$;

-- P14 knows deliveries among what is open at a customer's and among what counts as contact.
create or replace function customer_has_open_case(customer uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_repair r where r.customer_id = customer and r.closed_at is null)
        or exists (select from return_exchange x where x.customer_id = customer and x.closed_at is null)
        or exists (select from delivery d where d.customer_id = customer and d.closed_at is null)
        or exists (select from visit v where v.customer_id = customer and v.state = 'to_report');
end $$;
create or replace function customer_last_contact(customer uuid) returns timestamptz language plpgsql stable as $$
begin
    return greatest((select coalesce(k.last_contact_at, k.opened_at) from customer k where k.id = customer),
                    (select max(r.opened_at) from repair r where r.customer_id = customer),
                    (select max(r.opened_at) from return_repair r where r.customer_id = customer),
                    (select max(x.opened_at) from return_exchange x where x.customer_id = customer),
                    (select max(greatest(d.opened_at, d.called_customer_at, d.delivered_at, d.settled_at)) from delivery d where d.customer_id = customer),
                    (select max(r.called_at) from repair r where r.customer_id = customer and r.reached),
                    (select max(v.called_at) from visit v where v.customer_id = customer and v.outcome = 'answered'),
                    (select max(a.answered_at) from survey_response a where a.customer_id = customer));
end $$;

-- Trainings name the customer's operators.
do $$ begin
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), '''{name,', '''{trainings,name,');
end $$;
