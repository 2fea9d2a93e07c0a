-- P9: return and exchange, the remedies that law or contract allow, and the claim on the supplier.

create sequence return_exchange_number;
create table return_exchange (
    like machine_base including defaults,
    kind                       text,
    return_reason              text,
    contact_name               text,
    contact_phone              text,
    address                    text,
    equipment_id               uuid,
    serial                     text,
    model                      text,
    required_skill             text,
    contract_no                text,
    contract_return_days       integer,
    contract_exchange_days     integer,
    product_class              text,
    distance_sale              boolean,
    sold_on                    date,
    received_on                date,
    fault_on                   date,
    warranty_until             date,
    repairs_done               integer,
    days_in_repair             integer,
    repair_days                integer,
    delay_cause                text,
    user_damage                boolean,
    purchase_price             bigint,
    invoice_no                 text,
    payer_name                 text,
    lines                      jsonb,
    follows                    uuid,
    duplicate_of               uuid,
    registered_at              timestamptz,
    analysis                   text,
    appearance                 text,
    test_results               jsonb,
    tester_id                  uuid,
    visited_at                 timestamptz,
    problem_analysis           text,
    technician_opinion         text,
    negotiated_outcome         text,
    drop_reason                text,
    reported_at                timestamptz,
    reserved_at                timestamptz,
    meets_conditions           boolean,
    unmet_conditions           text,
    materials_opinion          text,
    materials_officer_id       uuid,
    stock_status               text,
    available_on               date,
    supplier                   text,
    supplier_position          text,
    proposal                   text,
    remedy                     text,
    basis                      text,
    remedies_due               jsonb,
    goodwill_reason            text,
    recall_no                  text,
    refund_amount              bigint,
    replacement_model          text,
    other_model_agreed         boolean,
    price_difference           bigint,
    submitted_by               uuid,
    decision                   text,
    decision_note              text,
    refusal_reason             text,
    decided_at                 timestamptz,
    decided_by                 uuid,
    former_decision            jsonb,
    informed_at                timestamptz,
    informed_via               text,
    executor_id                uuid,
    goods_expected_until       date,
    goods_reminders            integer,
    goods_back_at              timestamptz,
    goods_back_condition       text,
    returned_serial            text,
    difference                 text,
    customer_statement         text,
    difference_decision        text,
    loss                       jsonb,
    loss_borne_by              text,
    replacement_serial         text,
    exchange_sent_at           timestamptz,
    delivered_on               date,
    warranty_restart           date,
    refund_status              text,
    refund_due                 timestamptz,
    red_invoice_no             text,
    paid_to                    text,
    payer_proof                text,
    refund_account             text,
    refund_ref                 text,
    refunded_at                timestamptz,
    difference_ref             text,
    difference_settled_at      timestamptz,
    customer_signature         jsonb,
    signature_refused          boolean,
    signature_refused_reason   text,
    evidence                   text,
    withdraw_reason            text,
    withdrawal_wish            text,
    contact_attempts           jsonb,
    primary key (id)
);
create index return_exchange_open on return_exchange (id) where closed_at is null;
create index return_exchange_open_unit on return_exchange (equipment_id) where closed_at is null;
create index return_exchange_by_parent on return_exchange (parent_id);
create index return_exchange_by_customer on return_exchange (customer_id);
create index return_exchange_serial on return_exchange (serial text_pattern_ops);
create index return_exchange_refund_due on return_exchange (refund_due) where closed_at is null and refund_due is not null;

create sequence supplier_claim_number;
create table supplier_claim (
    like machine_base including defaults,
    supplier                   text,
    item                       text,
    serial                     text,
    claim_amount               bigint,
    supplier_answer            text,
    promised_until             date,
    settled_amount             bigint,
    settled_serial             text,
    close_reason               text,
    primary key (id)
);
create index supplier_claim_open on supplier_claim (supplier) where closed_at is null;
create index supplier_claim_by_parent on supplier_claim (parent_id);

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P9_NOTIFY', 7200, null, null, 'service', 'manual P9 4.2, 4.6, 4.7; value designed', 'At once: register, refer, tell the customer', '立即登记、立即协调、立即通知'),
    ('T_P9_ANALYSIS', null, 2, null, 'working_days', 'designed', 'Analysis of the request', '问题分析'),
    ('T_P9_DECISION', null, 3, null, 'working_days', 'designed', 'Reported to decided', '上报至审批'),
    ('T_P9_COMPLETE', null, 7, null, 'days', 'designed', 'Decided to completed', '批准至完成'),
    ('T_P9_GOODS_BACK', null, 15, null, 'days', 'designed', 'Goods back after the approval', '批准后退回货物'),
    ('T_P9_REFUND', null, 7, null, 'days', 'standard', 'Refund after the goods are back', '收到退货后退款'),
    ('T_P9_EXCHANGE_WAIT', null, 15, null, 'days', 'standard (recalled)', 'Waiting for the replacement, from the request', '换货等待上限(自申请之日起)'),
    ('N_P9_REMINDERS', null, null, 2, 'number', 'designed', 'Reminders before goods count as not sent', '催退次数'),
    ('N_P9_RETURN_DAYS', null, null, 7, 'number', 'standard', 'Fault within so many days of the sale: return, exchange or repair', '售出后可退货天数'),
    ('N_P9_EXCHANGE_DAYS', null, null, 15, 'number', 'standard', 'Fault within so many days of the sale: exchange or repair', '售出后可换货天数'),
    ('N_P9_REPAIRS', null, null, 2, 'number', 'standard', 'Repairs after which a faulty unit is exchanged', '可换货的修理次数'),
    ('N_P9_REPAIR_DAYS', null, null, 30, 'number', 'standard (recalled)', 'Repair longer than so many days by the repairer''s fault: exchange', '修理者原因超期换货天数'),
    ('N_P9_PARTS_DAYS', null, null, 90, 'number', 'standard (recalled)', 'Repair longer than so many days for want of parts: exchange', '缺零配件超期换货天数'),
    ('N_P9_PARTS_DAYS_COMPUTER', null, null, 60, 'number', 'standard (recalled)', 'The same for computers', '缺零配件超期换货天数(微型计算机)'),
    ('N_P9_WARRANTY_MONTHS', null, null, 12, 'number', 'standard (recalled)', 'Warranty when none is on file', '未登记时的三包有效期(月)'),
    ('N_P9_NO_RULE_DAYS', null, null, 7, 'number', 'standard', 'No rule, no agreement: return within so many days of receipt', '无规定无约定时收货后退货天数'),
    ('N_P9_DISTANCE_DAYS', null, null, 7, 'number', 'standard', 'Distance sale: return without reason within so many days of receipt', '远程购物无理由退货天数'),
    ('N_P9_BURDEN_MONTHS', null, null, 6, 'number', 'standard', 'The seller proves that there was no defect', '举证责任倒置(月)'),
    ('N_P9_DEPRECIATION', null, null, 5, 'number', 'standard (recalled)', 'Depreciation a day of use, in parts of 10,000', '每日折旧(万分比)'),
    ('N_P9_DEPRECIATION_COMPUTER', null, null, 25, 'number', 'standard (recalled)', 'The same for computers', '每日折旧(万分比,微型计算机)');

-- The warranty as it is on file, else the usual term from the sale; days in repair do not count.
create function warranty_end(on_file date, sold_on date, days_in_repair integer) returns date language plpgsql stable as $$
begin
    return coalesce(on_file, (sold_on + make_interval(months => time_rule_number('N_P9_WARRANTY_MONTHS')))::date + coalesce(days_in_repair, 0));
end $$;

-- What law, the company's policy or the contract allow for a unit: a jsonb array of {remedy, basis, ground, source, last_day,
-- depreciation, transport}. A period of days begins on the day after the event from which it runs. Consumers have the law;
-- companies and public bodies have their contract, and the same rules as the company's floor. What is unknown allows nothing.
create function remedies(customer_kind text, product_class text, sold_on date, received_on date, fault_on date, asked_on date,
                         warranty_until date, repairs_done integer, days_in_repair integer, repair_days integer, delay_cause text,
                         user_damage boolean, distance_sale boolean, contract_return_days integer, contract_exchange_days integer)
returns jsonb language plpgsql stable as $$
declare
    received date := coalesce(remedies.received_on, remedies.sold_on);
    warranty date := warranty_end(remedies.warranty_until, remedies.sold_on, remedies.days_in_repair);
    age integer := fault_on - sold_on;
    computer boolean := coalesce(product_class, 'listed') = 'computer';
    listed boolean := coalesce(product_class, 'listed') <> 'unlisted';
    floor text := case when customer_kind = 'individual' then 'law' else 'policy' end;
    return_last date := sold_on + time_rule_number('N_P9_RETURN_DAYS');
    exchange_last date := sold_on + time_rule_number('N_P9_EXCHANGE_DAYS');
    no_rule_last date := received + time_rule_number('N_P9_NO_RULE_DAYS');
    distance_last date := received + time_rule_number('N_P9_DISTANCE_DAYS');
    in_warranty boolean := listed and fault_on <= warranty and coalesce(age >= 0, true);
    parts_days integer := time_rule_number(case when computer then 'N_P9_PARTS_DAYS_COMPUTER' else 'N_P9_PARTS_DAYS' end);
    contract_last date := received + case when fault_on <= received + contract_return_days then contract_return_days else contract_exchange_days end;
begin
    if user_damage then
        return '[]';
    end if;
    return (
        select coalesce(jsonb_agg(jsonb_build_object('remedy', a.remedy, 'basis', r.basis, 'ground', r.ground, 'source', r.source,
                                                     'last_day', r.last_day,
                                                     'depreciation', a.remedy = 'return' and r.basis in ('two_repairs', 'repair_delay', 'parts_delay'),
                                                     'transport', case when r.basis = 'distance_7d' then 'customer' else 'company' end)
                                  order by r.place, a.place), '[]')
          from (values
                (1, 'three_guarantee_7d', listed and age >= 0 and fault_on <= return_last, array['return', 'exchange', 'repair'], floor,
                    '部分商品修理更换退货责任规定 第九条', return_last),
                (2, 'three_guarantee_15d', listed and age >= 0 and fault_on <= exchange_last, array['exchange', 'repair'], floor,
                    '部分商品修理更换退货责任规定 第十条', exchange_last),
                (3, 'two_repairs', in_warranty and repairs_done >= time_rule_number('N_P9_REPAIRS'), array['exchange', 'return'], floor,
                    '部分商品修理更换退货责任规定 第十一条', warranty),
                (4, 'repair_delay', in_warranty and delay_cause = 'repairer' and repair_days > time_rule_number('N_P9_REPAIR_DAYS'),
                    array['exchange', 'return'], floor, '部分商品修理更换退货责任规定', warranty),
                (5, 'parts_delay', in_warranty and delay_cause = 'parts' and repair_days > parts_days, array['exchange', 'return'], floor,
                    '部分商品修理更换退货责任规定', warranty),
                (6, 'no_rule_7d', not listed and asked_on >= received and asked_on <= no_rule_last, array['return', 'exchange', 'repair'], floor,
                    '消费者权益保护法 第二十四条', no_rule_last),
                (7, 'distance_7d', customer_kind = 'individual' and distance_sale and asked_on >= received and asked_on <= distance_last,
                    array['return'], 'law', '消费者权益保护法 第二十五条', distance_last),
                (8, 'warranty', fault_on <= warranty and coalesce(age >= 0, true), array['repair'], floor, '三包有效期', warranty),
                (9, 'contract', fault_on >= received and fault_on <= contract_last,
                    case when fault_on <= received + contract_return_days then array['return', 'exchange', 'repair'] else array['exchange', 'repair'] end,
                    'contract', '合同', contract_last))
               as r (place, basis, holds, remedies, ground, source, last_day)
         cross join lateral unnest(r.remedies) with ordinality as a (remedy, place)
         where r.holds);
end $$;

-- Whether a remedy is due on that basis; `grounds` narrows it (null: any).
create function remedy_is_among(due jsonb, wanted text, wanted_basis text, grounds text[]) returns boolean language sql immutable as $$
    select exists (select from jsonb_array_elements(due) r
                    where r ->> 'remedy' = wanted
                      and (wanted_basis is null or r ->> 'basis' = wanted_basis)
                      and (grounds is null or r ->> 'ground' = any(grounds)))
$$;

-- What is refunded at least: the invoice price in one sum. Depreciation for the days of use is taken off only where an
-- exchange of the same model was to be had and the customer would rather have the money.
create function least_refund(price bigint, basis text, product_class text, sold_on date, refunded_on date, days_in_repair integer,
                             same_model boolean) returns bigint language plpgsql stable as $$
declare
    rate integer := time_rule_number(case when product_class = 'computer' then 'N_P9_DEPRECIATION_COMPUTER' else 'N_P9_DEPRECIATION' end);
begin
    if same_model is not true or basis is null or basis not in ('two_repairs', 'repair_delay', 'parts_delay') then
        return price;
    end if;
    return price - least(price, round(price * rate * greatest(refunded_on - sold_on - coalesce(days_in_repair, 0), 0) / 10000.0)::bigint);
end $$;

-- An exchange begins the warranty anew, as long as it was at the sale; never shorter than what was left.
create function restarted_warranty(delivered_on date, sold_on date, warranty_until date, days_in_repair integer) returns date language plpgsql stable as $$
begin
    return greatest(warranty_until, case when warranty_until - coalesce(days_in_repair, 0) > sold_on
                                         then delivered_on + (warranty_until - coalesce(days_in_repair, 0) - sold_on)
                                         else warranty_end(null, delivered_on, 0) end);
end $$;

-- Repairs of the unit that the warranty covered and that were done, up to a day.
create function repairs_in_warranty(unit uuid, serial_no text, customer uuid, until date) returns integer language plpgsql stable as $$
begin
    return (select count(*)::integer
              from repair r
             where (r.equipment_id = unit or (unit is null and r.serial = serial_no and r.customer_id = customer))
               and r.outcome = 'repaired'
               and r.in_warranty
               and r.charge_reason is null
               and r.settled_at is not null
               and company_date(r.settled_at) <= until);
end $$;

-- The calculator's answer. Everything but the unit may be given; what is not comes from the customer's file.
create function remedy_report(unit uuid, kind text, product_class text, sold_on date, received_on date, fault_on date, asked_on date,
                              warranty_until date, repairs_done integer, days_in_repair integer, repair_days integer, delay_cause text,
                              user_damage boolean, distance_sale boolean, contract_return_days integer, contract_exchange_days integer,
                              price bigint, same_model boolean, today date) returns jsonb language plpgsql stable as $$
declare
    f record;
begin
    select coalesce(remedy_report.kind, c.kind, 'individual') as kind,
           coalesce(remedy_report.product_class, case when q.skill = 'computer' then 'computer' end, 'listed') as product_class,
           coalesce(remedy_report.sold_on, q.accepted_on) as sold_on,
           coalesce(remedy_report.warranty_until, q.warranty_until) as warranty_until,
           coalesce(remedy_report.fault_on, today) as fault_on,
           coalesce(remedy_report.asked_on, today) as asked_on,
           coalesce(remedy_report.days_in_repair, q.days_in_repair, 0) as days_in_repair
      into f
      from (select 1) one
      left join equipment q on q.id = unit
      left join customer c on c.id = q.customer_id;
    return jsonb_build_object(
        'customer_kind', f.kind, 'product_class', f.product_class, 'sold_on', f.sold_on, 'fault_on', f.fault_on, 'asked_on', f.asked_on,
        'warranty_until', warranty_end(f.warranty_until, f.sold_on, f.days_in_repair),
        'repairs_done', coalesce(repairs_done, repairs_in_warranty(unit, null, null, f.fault_on)),
        'seller_proves', f.kind = 'individual'
             and f.fault_on <= (coalesce(remedy_report.received_on, f.sold_on) + make_interval(months => time_rule_number('N_P9_BURDEN_MONTHS')))::date,
        'remedies', (
            select coalesce(jsonb_agg(case when r.value ->> 'remedy' = 'return' and price is not null
                                           then r.value || jsonb_build_object('refund', least_refund(price, r.value ->> 'basis', f.product_class, f.sold_on,
                                                                                                     today, f.days_in_repair, coalesce(same_model, true)))
                                           else r.value end order by r.ordinality), '[]')
              from jsonb_array_elements(remedies(f.kind, f.product_class, f.sold_on, remedy_report.received_on, f.fault_on, f.asked_on, f.warranty_until,
                                                 coalesce(repairs_done, repairs_in_warranty(unit, null, null, f.fault_on)), f.days_in_repair,
                                                 remedy_report.repair_days, remedy_report.delay_cause, remedy_report.user_damage,
                                                 remedy_report.distance_sale, remedy_report.contract_return_days,
                                                 remedy_report.contract_exchange_days)) with ordinality r));
end $$;
