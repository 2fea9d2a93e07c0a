-- P6 part C: what partner outlets are paid, line by line.

create sequence settlement_tariff_number;
create table settlement_tariff (
    like machine_base including defaults,
    name                  text,
    skill                 text,
    valid_from            date,
    check_fee             bigint,
    minor_repair_fee      bigint,
    part_change_fee       bigint,
    upkeep_visit_fee      bigint,
    install_fee           bigint,
    empty_run_fee         bigint,
    visit_fee             bigint,
    free_km               integer,
    max_km                integer,
    km_rate               bigint,
    stock_handling_fee    bigint,
    part_prices           jsonb,
    pictures_required     boolean,
    put_in_force_at       timestamptz,
    primary key (id)
);
create index settlement_tariff_in_force on settlement_tariff (valid_from) where state = 'in_force';
create unique index settlement_tariff_once on settlement_tariff (outlet_id, region, skill, valid_from) nulls not distinct
    where state = 'in_force';

create sequence settlement_number;
create table settlement (
    like machine_base including defaults,
    contract_id           uuid,
    period                text,
    kind                  text,
    outlet_ref            text,
    line_count            integer,
    claimed_total         bigint,
    computed_total        bigint,
    accepted_total        bigint,
    collected_total       bigint,
    company_share         bigint,
    upkeep_fee            bigint,
    bonus_total           bigint,
    deduction_total       bigint,
    adjustment_total      bigint,
    retention             bigint,
    deposit_back          bigint,
    carried_in            bigint,
    balance_from          uuid,
    payable               bigint,
    payable_in_words      text,
    bonuses               jsonb,
    deductions            jsonb,
    adjustments           jsonb,
    statement_no          integer,
    dispute_note          text,
    checker_id            uuid,
    approver_id           uuid,
    agreed_at             timestamptz,
    agreed_by_silence     boolean,
    invoice_due           boolean,
    invoice_no            text,
    invoice_date          date,
    invoice_kind          text,
    seller_name           text,
    seller_tax_no         text,
    invoice_gross         bigint,
    tax_lines             jsonb,
    payee_account         text,
    paid_amount           bigint,
    voucher_no            text,
    paid_at               timestamptz,
    primary key (id)
);
create index settlement_by_outlet on settlement (outlet_id, period);
create unique index settlement_regular_once on settlement (outlet_id, period)
    where kind = 'regular' and state not in ('withdrawn', 'rejected', 'voided');
create unique index settlement_balance_once on settlement (balance_from)
    where balance_from is not null and state not in ('withdrawn', 'rejected', 'voided');
create index settlement_due on settlement (due_at) where closed_at is null and due_at is not null;

create sequence settlement_line_number;
create table settlement_line (
    like machine_base including defaults,
    line_no               integer,
    line_ref              text,
    slip                  text,
    repair_id             uuid,
    serial                text,
    skill                 text,
    service_kind          text,
    free                  boolean,
    free_reason           text,
    settled_at            timestamptz,
    late                  boolean,
    km                    integer,
    extra_fee             bigint,
    extra_approval        text,
    parts                 jsonb,
    collected             bigint,
    receipt_no            text,
    picture_ids           text[],
    claimed               bigint,
    computed_items        jsonb,
    computed              bigint,
    difference            bigint,
    accepted              bigint,
    customer_computed     bigint,
    opinion_present       boolean,
    customer_confirmed    boolean,
    followup_result       text,
    warnings              text[],
    decision_reason       text,
    answer                text,
    disputes              integer,
    carried_from          uuid,
    primary key (id)
);
create index settlement_line_by_slip on settlement_line (parent_id, line_no);
create index settlement_line_by_job on settlement_line (repair_id);
create index settlement_line_due on settlement_line (due_at) where closed_at is null and due_at is not null;
-- A job is payable once, ever.
create unique index settlement_line_once on settlement_line (repair_id)
    where state not in ('refused', 'withdrawn', 'carried', 'voided');

create sequence settlement_mapping_number;
create table settlement_mapping (
    like machine_base including defaults,
    name                  text,
    revision              integer,
    encoding              text,
    delimiter             text,
    money_unit            text,
    columns               jsonb,
    primary key (id)
);
create unique index settlement_mapping_revision on settlement_mapping (outlet_id, name, revision);

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P6_SETTLE_SUBMIT', null, 9, null, 'days', 'designed', 'Settlement slip handed in', '结算单提交'),
    ('T_P6_CHECK', null, 5, null, 'working_days', 'designed', 'Settlement slip checked', '结算单核对'),
    ('T_P6_ANSWER', null, 5, null, 'working_days', 'designed', 'Queried line answered', '置疑行答复'),
    ('T_P6_AGREE', null, 5, null, 'working_days', 'designed', 'Statement agreed', '对账确认'),
    ('T_P6_INVOICE', null, 15, null, 'working_days', 'designed', 'Invoice after approval', '批准后开票'),
    ('T_P6_PAY', null, 10, null, 'working_days', 'designed', 'Payment after the invoice', '收票后付款'),
    ('N_P6_LATE_MONTHS', null, null, 3, 'number', 'designed', 'Oldest job in a slip, in months', '可补报月数'),
    ('N_P6_REPEAT_DAYS', null, null, 30, 'number', 'designed', 'Same unit again within so many days is pointed out', '重复维修提示天数'),
    ('N_P6_SHORT_MINUTES', null, null, 10, 'number', 'designed', 'Shorter on site is pointed out', '现场时间过短提示分钟');

-- The slip of a month is due on day 10 of the next one.
insert into handin_rule (code, form, period, due_day, from_role, to_role) values
    ('HI_SETTLE_M', 'outlet_settlement', 'month', 10, 'outlet_manager', 'dispatcher');

create function month_of(at timestamptz) returns text language sql stable as $$
    select to_char(company_date(at), 'YYYY-MM')
$$;
create function is_month(month text) returns boolean language sql immutable as $$
    select month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'
$$;
create function months_before(month text, n integer) returns text language sql immutable as $$
    select case when is_month(month) then to_char(to_date(month, 'YYYY-MM') - make_interval(months => n), 'YYYY-MM') end
$$;

-- Functions with a query are in PL/pgSQL: it keeps their plans, SQL functions are planned anew in each statement.

-- The outlet's job behind the number that its slip names; of another outlet: none.
create function settlement_job(slip text, outlet uuid) returns uuid language plpgsql stable as $$
begin
    return (select r.id
          from entity n
          join repair r on r.id = n.id
         where n.number = settlement_job.slip
           and r.outlet_id = settlement_job.outlet);
end $$;

-- The tariff in force on a day: the outlet's own before the region's, for the category before the general one.
create function settlement_tariff_for(outlet uuid, region text, skill text, day date) returns uuid language plpgsql stable as $$
begin
    return (select t.id
          from settlement_tariff t
         where t.state = 'in_force'
           and t.valid_from <= day
           and (t.outlet_id is null or t.outlet_id = settlement_tariff_for.outlet)
           and (t.region is null or t.region = settlement_tariff_for.region)
           and (t.skill is null or t.skill = settlement_tariff_for.skill)
         order by t.outlet_id is null, t.region is null, t.skill is null, t.valid_from desc
         limit 1);
end $$;

-- What the price list asked for a service at a moment: the log keeps every price that ever was.
create function service_price_at(code text, at timestamptz) returns bigint language plpgsql stable as $$
begin
    return (select (v.changes ->> 'price')::bigint
          from price_item p
          join entity_event v on v.entity_id = p.id
         where p.code = service_price_at.code
           and v.at <= service_price_at.at
           and v.changes ? 'price'
         order by v.event_no desc
         limit 1);
end $$;
create function customer_charge(items jsonb, at timestamptz) returns bigint language plpgsql stable as $$
begin
    if items is null or items = '[]' then
        return 0;
    end if;
    return (select coalesce(sum((c ->> 'quantity')::bigint
                            * coalesce(service_price_at(c ->> 'code', at), (c ->> 'unit_price')::bigint)), 0)::bigint
          from jsonb_array_elements(coalesce(items, '[]')) c);
end $$;

create function settlement_parts(t settlement_tariff, parts jsonb) returns bigint language plpgsql stable as $$
begin
    if parts is null or jsonb_typeof(parts) <> 'array' then
        return 0;
    end if;
    return (select coalesce(sum((p ->> 'quantity')::bigint
                            * case p ->> 'source'
                                  when 'company_stock' then coalesce(t.stock_handling_fee, 0)
                                  else coalesce((select (x ->> 'price')::bigint
                                                   from jsonb_array_elements(coalesce(t.part_prices, '[]')) x
                                                  where x ->> 'part_no' = p ->> 'part_no'
                                                  limit 1), 0)
                              end), 0)::bigint
          from jsonb_array_elements(parts) p);
end $$;

-- What the company owes for one job: by the tariff in force on the day it was settled with the customer.
create function settlement_compute(job uuid, service_kind text, km integer, extra_fee bigint, parts jsonb, pays_remote boolean)
returns jsonb language plpgsql stable as $$
declare
    r record;
    t settlement_tariff;
    rule text;
    labour bigint;
    visit bigint;
    remote bigint;
    stock bigint;
    total bigint;
begin
    select x.outlet_id, x.region, x.required_skill, x.settled_at, x.visits, x.in_warranty, x.charge_total
      into r from repair x where x.id = job;
    select * into t
      from settlement_tariff x
     where x.id = settlement_tariff_for(r.outlet_id, r.region, r.required_skill, company_date(r.settled_at));
    if t.id is null then
        return null;
    end if;
    rule := (select c.collection_rule
               from outlet_contract c
              where c.outlet_id = r.outlet_id
                and c.valid_from <= company_date(r.settled_at)
                and c.valid_to >= company_date(r.settled_at)
                and c.state in ('in_force', 'ended')
              order by c.valid_from desc
              limit 1);
    labour := coalesce(case service_kind
                           when 'check' then t.check_fee
                           when 'minor_repair' then t.minor_repair_fee
                           when 'part_change' then t.part_change_fee
                           when 'upkeep' then t.upkeep_visit_fee
                           when 'install' then t.install_fee
                           when 'empty_run' then t.empty_run_fee
                       end, 0);
    visit := case when jsonb_array_length(coalesce(r.visits, '[]')) > 0 and service_kind <> 'empty_run' then coalesce(t.visit_fee, 0) else 0 end;
    remote := case when pays_remote then greatest(0, coalesce(km, 0) - coalesce(t.free_km, 0)) * coalesce(t.km_rate, 0) else 0 end;
    stock := settlement_parts(t, parts);
    total := labour + visit + remote + coalesce(extra_fee, 0) + stock;
    -- The customer paid the outlet for it, and the outlet keeps that or shares it.
    if coalesce(r.charge_total, 0) > 0 and r.in_warranty is not true and coalesce(rule, 'outlet_keeps') <> 'remit_all' then
        total := 0;
    end if;
    return jsonb_build_object('tariff_id', t.id, 'tariff', t.number, 'labour', labour, 'visit', visit, 'remote', remote,
                              'extra', coalesce(extra_fee, 0), 'parts', stock, 'total', total);
end $$;

-- What a checker should look at; nothing is refused for it.
create function settlement_warnings(line_id uuid) returns text[] language sql stable as $$
    select array_remove(array[
               case when l.late then 'late' end,
               case when l.claimed <> l.computed then 'differs_from_tariff' end,
               case when l.collected <> coalesce(r.charge_total, 0) then 'collected_differs' end,
               case when l.customer_computed <> coalesce(r.charge_total, 0) then 'off_price_list' end,
               case when l.km > t.max_km then 'km_over_distance' end,
               case when l.km > t.free_km and l.computed_items ->> 'remote' = '0' then 'remote_twice' end,
               case when r.followed_up_at is null then 'not_followed_up' end,
               case when r.is_complaint or r.satisfied is false then 'complaint' end,
               case when exists (
                        select from repair o
                         where o.id <> r.id
                           and o.settled_at between r.settled_at - make_interval(days => time_rule_number('N_P6_REPEAT_DAYS')) and r.settled_at
                           and (o.serial = r.serial or o.contact_phone = r.contact_phone))
                    then 'again_in_30_days' end,
               case when exists (
                        select from attachment a
                          join attachment b on b.sha256 = a.sha256 and b.entity_id <> a.entity_id
                         where a.entity_id = r.id)
                    then 'picture_twice' end,
               case when exists (
                        select from jsonb_array_elements(coalesce(r.visits, '[]')) v
                         where (v ->> 'left_at')::timestamptz - (v ->> 'arrived_at')::timestamptz
                               < make_interval(mins => time_rule_number('N_P6_SHORT_MINUTES')))
                    then 'short_on_site' end,
               case when exists (
                        select from repair o
                         where o.id <> r.id
                           and o.assignee_id = r.assignee_id
                           and o.address is distinct from r.address
                           and o.arrived_at < r.settled_at
                           and o.settled_at > r.arrived_at)
                    then 'two_places_at_once' end], null)
      from settlement_line l
      join repair r on r.id = l.repair_id
      left join settlement_tariff t on t.id = (l.computed_items ->> 'tariff_id')::uuid
     where l.id = line_id
$$;
create index attachment_by_sha256 on attachment (sha256);

-- All that the gate of a line asks about its job, at once. `item` is a line as sent or as stored.
create function settlement_facts(item jsonb, outlet uuid) returns jsonb language plpgsql stable as $$
declare
    r record;
    tariff settlement_tariff;
    items jsonb;
begin
    select x.id, x.serial, x.required_skill, x.settled_at, x.state, x.in_warranty, x.free_reason, x.charge_items, x.charge_total,
           x.payment_status, x.receipt_no, x.absences, x.address, x.customer_opinion, x.customer_signature, x.signature_refused,
           x.work_confirmed, x.followed_up_at, x.satisfied, x.customer_id, x.arrived_at
      into r from repair x where x.id = settlement_job(item ->> 'slip', outlet);
    if r.id is null then
        return null;
    end if;
    items := case when r.settled_at is not null
                  then settlement_compute(r.id, item ->> 'service_kind', (item ->> 'km')::integer, (item ->> 'extra_fee')::bigint, item -> 'parts',
                           coalesce((item ->> 'km')::integer, 0) = 0 or not exists (
                               select from settlement_line o
                                 join repair x on x.id = o.repair_id
                                where o.parent_id = (item ->> 'parent_id')::uuid
                                  and o.line_no < (item ->> 'line_no')::integer
                                  and o.km > 0
                                  and x.customer_id = r.customer_id
                                  and company_date(x.arrived_at) = company_date(r.arrived_at))) end;
    select * into tariff from settlement_tariff t where t.id = (items ->> 'tariff_id')::uuid;
    return jsonb_build_object(
        'repair_id', r.id, 'serial', r.serial, 'skill', r.required_skill, 'settled_at', r.settled_at,
        'month', month_of(r.settled_at), 'finished', r.settled_at is not null and r.state <> 'cancelled',
        'free', coalesce(r.charge_total, 0) = 0, 'free_reason', r.free_reason,
        'opinion', r.customer_opinion is not null,
        'confirmed', r.customer_signature is not null or (r.signature_refused is true and r.work_confirmed is true),
        'followup', case when r.followed_up_at is null then null when r.satisfied is false then 'dissatisfied' else 'satisfied' end,
        'absent', coalesce(r.absences, 0) > 0, 'address', r.address is not null,
        'paid', case when r.payment_status = 'paid' then coalesce(r.charge_total, 0) else 0 end, 'receipt_no', r.receipt_no,
        'customer_computed', customer_charge(r.charge_items, r.settled_at),
        'pictures_lacking', coalesce(tariff.pictures_required, false)
            and (select count(*) < 2 from attachment a where a.entity_id = r.id and a.media_type like 'image/%'),
        'taken', exists (select from settlement_line o
                          where o.repair_id = r.id
                            and o.id is distinct from (item ->> 'id')::uuid
                            and o.state not in ('refused', 'withdrawn', 'carried', 'voided')),
        'carried', (select to_jsonb(o.id) from settlement_line o
                     where o.repair_id = r.id and o.state = 'carried' order by o.closed_at desc limit 1),
        'disputes', (select max(o.disputes) from settlement_line o where o.repair_id = r.id and o.state = 'carried'),
        'items', items);
end $$;
create index repair_by_settled on repair (settled_at) where settled_at is not null;
create index repair_by_outlet_settled on repair (outlet_id, settled_at) where outlet_id is not null and settled_at is not null;

-- The outlet's finished jobs that no slip holds, with what they would bring and what they still lack.
create function unsettled_jobs(outlet uuid, month text) returns table (
    repair_id uuid, slip text, settled_at timestamptz, serial text, customer text, free boolean, computed bigint,
    computed_items jsonb, collected bigint, missing text[])
language sql stable as $$
    select r.id, r.number, r.settled_at, r.serial, r.contact_name, coalesce(r.charge_total, 0) = 0,
           (c.items ->> 'total')::bigint, c.items,
           case when r.payment_status = 'paid' then r.charge_total else 0 end,
           array_remove(array[
               case when r.customer_opinion is null then 'opinion' end,
               case when r.customer_signature is null and not (r.signature_refused is true and r.work_confirmed is true) then 'confirmation' end,
               case when c.items is null then 'tariff' end], null)
      from repair r
      cross join lateral (select settlement_compute(r.id, case when jsonb_array_length(coalesce(r.parts_used, '[]')) > 0 then 'part_change'
                                                               else 'minor_repair' end, null, null, null, true) as items) c
     where r.outlet_id = unsettled_jobs.outlet
       and r.settled_at is not null
       and r.state <> 'cancelled'
       and (unsettled_jobs.month is null or month_of(r.settled_at) = unsettled_jobs.month)
       and not exists (select from settlement_line l
                        where l.repair_id = r.id
                          and l.state not in ('refused', 'withdrawn', 'carried', 'voided'))
     order by r.settled_at, r.id
$$;

create function share_of(amount bigint, percent integer) returns bigint language sql immutable as $$
    select round(amount * percent / 100.0)::bigint
$$;

-- All figures of a slip, from its lines, its contract and what was carried over.
create function settlement_figures(slip_id uuid, balance uuid) returns jsonb language sql stable as $$
    with s as (select * from settlement where id = slip_id),
    c as (select x.* from outlet_contract x join s on x.id = s.contract_id),
    l as (
        select coalesce(sum(l.claimed), 0)::bigint as claimed,
               coalesce(sum(l.computed), 0)::bigint as computed,
               coalesce(sum(l.accepted) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as accepted,
               coalesce(sum(l.collected) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as collected,
               coalesce(sum(case c.collection_rule
                                when 'remit_all' then l.collected
                                when 'company_share_pct' then share_of(l.collected, c.company_share_pct)
                            end) filter (where l.state in ('accepted', 'adjusted')), 0)::bigint as share
          from settlement_line l
          left join c on true
         where l.parent_id = slip_id),
    f as (
        select l.claimed, l.computed, l.accepted, l.collected, l.share,
               case when s.kind = 'regular' then coalesce(c.upkeep_fee, 0) else 0 end as upkeep,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.bonuses, '[]')) x) as bonus,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.deductions, '[]')) x) as deduction,
               (select coalesce(sum((x ->> 'amount')::bigint), 0)::bigint from jsonb_array_elements(coalesce(s.adjustments, '[]')) x) as adjustment,
               case when s.kind = 'final'
                    then -(select coalesce(sum(p.retention), 0)::bigint from settlement p
                            where p.outlet_id = s.outlet_id and p.state in ('paid', 'carried_over') and p.id <> s.id)
                    else share_of(l.accepted, coalesce(c.retention_pct, 0)) end as retention,
               case when s.kind = 'final' then coalesce(c.deposit, 0) else 0 end as deposit_back,
               coalesce((select p.payable from settlement p where p.id = balance), 0) as carried_in
          from s
          cross join l
          left join c on true)
    select to_jsonb(f) || jsonb_build_object(
               'payable', accepted + upkeep + bonus - deduction - share + adjustment - retention + deposit_back + carried_in)
      from f
$$;

-- The oldest negative balance of the outlet that no slip has taken over yet.
create function settlement_balance(outlet uuid) returns uuid language sql stable as $$
    select p.id
      from settlement p
     where p.outlet_id = settlement_balance.outlet
       and p.state = 'carried_over'
       and p.payable < 0
       and not exists (select from settlement n
                        where n.balance_from = p.id
                          and n.state not in ('withdrawn', 'rejected', 'voided'))
     order by p.closed_at
     limit 1
$$;

-- Tax is split once per rate on the gross amount (00-common rule 8).
create function tax_is_right(gross bigint, rate integer, net bigint, tax bigint) returns boolean language sql immutable as $$
    select net = round(gross * 100 / (100.0 + rate))::bigint and tax = gross - net
$$;

-- An amount of fen as cheques and statements write it.
create function amount_in_words(fen bigint) returns text language plpgsql immutable as $$
declare
    digits text[] := array['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
    units text[] := array['', '拾', '佰', '仟'];
    groups text[] := array['', '万', '亿', '万亿'];
    yuan text := (abs(fen) / 100)::text;
    jiao integer := (abs(fen) / 10 % 10)::integer;
    cent integer := (abs(fen) % 10)::integer;
    said text := '';
    zero boolean := false;
    in_group boolean := false;
    place integer;
    digit integer;
begin
    for i in 1 .. length(yuan) loop
        place := length(yuan) - i;
        digit := substr(yuan, i, 1)::integer;
        if digit = 0 then
            zero := said <> '';
        else
            said := said || case when zero then '零' else '' end || digits[digit + 1] || units[place % 4 + 1];
            zero := false;
            in_group := true;
        end if;
        if place % 4 = 0 and in_group then
            said := said || groups[place / 4 + 1];
            in_group := false;
        end if;
    end loop;
    said := case when said = '' then '' else said || '元' end;
    if jiao = 0 and cent = 0 then
        said := case when said = '' then '零元' else said end || '整';
    else
        said := said || case when jiao > 0 then digits[jiao + 1] || '角' when said <> '' then '零' else '' end
                     || case when cent > 0 then digits[cent + 1] || '分' else '整' end;
    end if;
    return case when fen < 0 then '负' else '' end || said;
end $$;
