-- P5, P9, P12: parts that stay here are counted out again, losses in the company's own hands, exchanges out of a return repair.

alter table return_repair
    add leftovers_in_store     jsonb,
    add outcome_before_loss    text,
    add exchange_asked_at      timestamptz;

-- Whether the store still has what is taken: [{tag_no, quantity}] out of [{name, quantity, tag_no, place}].
create function leftovers_cover(store jsonb, taken jsonb) returns boolean language sql immutable as $$
    select not exists (select from (select t ->> 'tag_no' as tag_no, sum((t ->> 'quantity')::integer) as quantity
                                      from jsonb_array_elements(coalesce(taken, '[]')) t group by 1) t
                        where t.quantity > (select coalesce(sum((s ->> 'quantity')::integer), 0)
                                              from jsonb_array_elements(coalesce(store, '[]')) s where s ->> 'tag_no' = t.tag_no))
$$;

-- What is left of it; a tag that stands in several rows is taken from the first.
create function leftovers_less(store jsonb, taken jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(jsonb_set(r.item, '{quantity}', to_jsonb(r.stays)) order by r.place) filter (where r.stays > 0), '[]')
      from (select s.item, s.place,
                   least((s.item ->> 'quantity')::integer,
                         sum((s.item ->> 'quantity')::integer) over (partition by s.item ->> 'tag_no' order by s.place)
                         - coalesce((select sum((t ->> 'quantity')::integer) from jsonb_array_elements(coalesce(taken, '[]')) t
                                      where t ->> 'tag_no' = s.item ->> 'tag_no'), 0)) as stays
              from jsonb_array_elements(coalesce(store, '[]')) with ordinality s (item, place)) r
$$;

-- So many serial numbers of one model with the same fault within the time, this one among them, and nobody told yet.
create function same_fault_often(this uuid, of_model text, of_fault text, this_serial text, found_at timestamptz) returns boolean
language plpgsql stable as $$
declare
    since timestamptz := found_at - make_interval(days => time_rule_number('T_P5_SAME_FAULT'));
begin
    if of_model is null or this_serial is null then
        return false;
    end if;
    return (select count(distinct o.serial) filter (where o.serial <> this_serial) + 1 >= time_rule_number('N_P5_SAME_FAULT')
                   and not coalesce(bool_or(exists (select from link l
                                                     where l.from_id = o.id and l.to_machine = 'recall_signal' and l.state <> 'cancelled')), false)
              from return_repair o
             where o.model = of_model and o.fault_kind = of_fault and o.cause = 'product' and o.serial is not null
               and o.id <> this and o.state <> 'voided' and o.tested_at > since);
end $$;

alter table return_exchange
    add tested_with            text[],
    add funds_ref              text,
    add funds_approved_at      timestamptz,
    add funds_approved_by      uuid;

-- The same goods in the same quantities, however they are split into lines.
create function same_goods(a jsonb, b jsonb) returns boolean language sql immutable as $$
    select not exists (select from (select l ->> 'item' as item, l ->> 'model' as model, l ->> 'serial' as serial, (l ->> 'qty')::integer as qty
                                      from jsonb_array_elements(coalesce(a, '[]')) l
                                    union all
                                    select l ->> 'item', l ->> 'model', l ->> 'serial', -(l ->> 'qty')::integer
                                      from jsonb_array_elements(coalesce(b, '[]')) l) g
                        group by g.item, g.model, g.serial
                       having sum(g.qty) <> 0)
$$;

create index return_repair_back_waybill on return_repair (back_waybill) where back_waybill is not null;
create index return_repair_returned_serial on return_repair (returned_serial) where returned_serial is not null;
create index return_repair_tag on return_repair (tag_no) where tag_no is not null;
create index return_repair_shipped on return_repair (shipped_at) where shipped_at is not null;

-- How makers and dealers did with what was sent to them from the first day to the last: each shipment by itself, from the
-- log, since an item may go to several.
create function supplier_report(first_day date, last_day date) returns jsonb language plpgsql stable as $$
declare
    begins timestamptz := first_day::timestamp at time zone company_zone();
    ends timestamptz := (last_day + 1)::timestamp at time zone company_zone();
begin
    return (
        with shipment as (
            select r.id, r.failed_tests, s.event_no, s.at,
                   (select n.event_no from entity_event n
                     where n.entity_id = r.id and n.event = 'ship' and n.event_no > s.event_no order by n.event_no limit 1) as next_no,
                   (select (c.changes ->> 'supplier_id')::uuid from entity_event c
                     where c.entity_id = r.id and c.event_no < s.event_no and c.changes ? 'supplier_id' order by c.event_no desc limit 1) as supplier_id
              from return_repair r
              join entity_event s on s.entity_id = r.id and s.event = 'ship'
             where r.shipped_at >= begins and s.at >= begins and s.at < ends),
        course as (
            select s.supplier_id, s.id, s.failed_tests, s.at,
                   b.at as back_at, b.inputs ->> 'back_outcome' as outcome,
                   exists (select from entity_event x where x.entity_id = s.id and x.event = 'refuse_supplier'
                              and x.event_no > s.event_no and x.event_no < coalesce(s.next_no, 2147483647)) as refused,
                   exists (select from entity_event x where x.entity_id = s.id and x.event = 'resend'
                              and x.event_no > s.event_no and x.event_no < coalesce(s.next_no, 2147483647)) as failed,
                   coalesce((select x.event = 'report_loss' from entity_event x where x.entity_id = s.id and x.event in ('report_loss', 'found')
                              and x.event_no > s.event_no and x.event_no < coalesce(s.next_no, 2147483647) order by x.event_no desc limit 1), false) as lost
              from shipment s
              left join lateral (select x.at, x.inputs from entity_event x
                                  where x.entity_id = s.id and x.event = 'receive_back' and x.to_state = 'back_received'
                                    and x.event_no > s.event_no and x.event_no < coalesce(s.next_no, 2147483647)
                                  order by x.event_no desc limit 1) b on true),
        total as (
            select c.supplier_id, count(*) as shipments, count(distinct c.id) as items, count(c.back_at) as back,
                   round(avg(extract(epoch from c.back_at - c.at)) / 86400, 1) as mean_days,
                   count(*) filter (where c.outcome = 'repaired') as repaired, count(*) filter (where c.outcome = 'exchanged') as exchanged,
                   count(*) filter (where c.outcome = 'credited') as credited,
                   count(*) filter (where c.outcome = 'returned_unrepaired') as returned_unrepaired,
                   count(*) filter (where c.refused) as refused, count(*) filter (where c.lost) as lost, count(*) filter (where c.failed) as failed,
                   count(distinct c.id) filter (where c.failed_tests >= time_rule_number('N_P5_FAILED_TESTS')) as twice_failed
              from course c
             group by c.supplier_id)
        select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('supplier', p.name) order by t.shipments desc, p.name), '[]')
          from total t
          join supplier_contact p on p.id = t.supplier_id);
end $$;

alter table return_exchange add main_part boolean;
insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('N_P9_MAIN_PART_MONTHS', null, null, 24, 'number', 'standard (recalled)', 'Warranty of the main parts of a computer', '微型计算机主要部件三包有效期(月)');

-- The main parts of a computer are covered longer than the whole machine, never shorter; null: it is none.
create function main_part_until(main_part boolean, product_class text, sold_on date, warranty_until date, days_in_repair integer) returns date
language plpgsql stable as $$
begin
    if main_part is not true or product_class is distinct from 'computer' then
        return null;
    end if;
    return greatest(warranty_until, (sold_on + make_interval(months => time_rule_number('N_P9_MAIN_PART_MONTHS')))::date + coalesce(days_in_repair, 0));
end $$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P5_ADVISE', null, 1, null, 'working_days', 'manual P5 4.2(4); value designed', 'Tell the maker when the item arrives', '告知厂家到货时间');

alter table return_repair add rights_told jsonb;

-- What the law gives the customer beside the repair when it takes until then; a late maker is the repairer's delay towards him.
-- Null: nobody knows when the unit was sold.
create function return_repair_rights(customer uuid, unit uuid, main_part boolean, cause text, came_on date, told_on date, back_on date) returns jsonb
language plpgsql stable as $$
declare
    q equipment%rowtype;
    product_class text;
begin
    select * into q from equipment e where e.id = unit;
    if q.accepted_on is null then
        return null;
    end if;
    product_class := case when q.skill = 'computer' then 'computer' else 'listed' end;
    return (select coalesce(jsonb_agg(jsonb_build_object('remedy', r.value ->> 'remedy', 'basis', r.value ->> 'basis', 'last_day', r.value -> 'last_day')
                                      order by r.ordinality), '[]')
              from jsonb_array_elements(remedies((select c.kind from customer c where c.id = customer), product_class, q.accepted_on, null, came_on, told_on,
                                                 coalesce(main_part_until(main_part, product_class, q.accepted_on, q.warranty_until, q.days_in_repair), q.warranty_until),
                                                 repairs_in_warranty(unit, null, null, came_on), q.days_in_repair, back_on - came_on, 'repairer',
                                                 cause = 'human', null, null, null)) with ordinality r
             where r.value ->> 'remedy' <> 'repair');
end $$;
