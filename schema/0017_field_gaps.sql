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
