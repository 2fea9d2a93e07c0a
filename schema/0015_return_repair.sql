-- P5: items at the maker, the makers' contacts, packing rules and limits.

create sequence supplier_contact_number;
create table supplier_contact (
    like machine_base including defaults,
    name                       text,
    kind                       text,
    brands                     text[],
    contact_name               text,
    phone                      text,
    email                      text,
    address                    text,
    reached_at                 timestamptz,
    primary key (id)
);
create unique index supplier_contact_name on supplier_contact (name);

create sequence return_repair_number;
create table return_repair (
    like machine_base including defaults,
    source                     text,
    contact_name               text,
    contact_phone              text,
    item                       text,
    item_category              text,
    equipment_id               uuid,
    model                      text,
    serial                     text,
    accessories                text,
    fault                      text,
    tag_no                     text,
    fault_kind                 text,
    cause                      text,
    test_result                text,
    tested_with                text[],
    tester_id                  uuid,
    tested_at                  timestamptz,
    data_handling              text,
    repair_class               text,
    supplier_id                uuid,
    expected_return_at         date,
    to_tell                    text[],
    must_tell                  boolean,
    customer_told_at           timestamptz,
    customer_told_until        date,
    told_by                    text,
    remedy_offered             text,
    quote_amount               bigint,
    quote_decision             text,
    decided_by                 text,
    leftover_parts             jsonb,
    handed_over_at             timestamptz,
    packing_checked            text[],
    carrier                    text,
    waybill                    text,
    insured_value              bigint,
    carrier_due_on             date,
    shipped_at                 timestamptz,
    supplier_told_at           timestamptz,
    arrived_supplier_at        timestamptz,
    damage                     text,
    chases                     integer,
    unanswered                 integer,
    last_answer                text,
    last_chased_at             timestamptz,
    next_chase_at              timestamptz,
    supplier_claim_no          text,
    refusal                    text,
    recall_asked_at            timestamptz,
    back_carrier               text,
    back_waybill               text,
    back_due_on                date,
    returned_at                timestamptz,
    returned_serial            text,
    returned_condition         text,
    discrepancy                text,
    credit_amount              bigint,
    failed_tests               integer,
    maker_warranty_until       date,
    outcome                    text,
    held_by                    text,
    held_since                 timestamptz,
    scrap_reason               text,
    maker_word                 text,
    scrap_choice               text,
    scrap_place                text,
    disposal_batch             text,
    disposal_approved_by       uuid,
    loss                       jsonb,
    lost_at                    timestamptz,
    carrier_claim_no           text,
    made_good_by               text,
    withdrawn_at               timestamptz,
    withdrawal_wish            text,
    swapped_with               uuid,
    customer_signature         jsonb,
    loss_note                  text,
    returned_customer_at       timestamptz,
    contact_attempts           jsonb,
    primary key (id)
);
create index return_repair_open on return_repair (id) where closed_at is null;
create index return_repair_open_assignee on return_repair (assignee_id) where closed_at is null;
create index return_repair_due on return_repair (due_at) where closed_at is null and due_at is not null;
create index return_repair_by_parent on return_repair (parent_id) where parent_id is not null;
create index return_repair_by_customer on return_repair (customer_id);
create index return_repair_by_supplier on return_repair (supplier_id) where supplier_id is not null;
create index return_repair_serial on return_repair (serial text_pattern_ops);
create index return_repair_waybill on return_repair (waybill);
create index return_repair_fault on return_repair (model, fault_kind, tested_at);
create index return_repair_swapped on return_repair (swapped_with) where swapped_with is not null;

-- What a category of items needs before it is closed (P5 4.2(8)); the list goes into every box.
create table packing_rule (
    item_category  text not null,
    step           text not null,
    primary key (item_category, step)
);
insert into packing_rule (item_category, step) values
    ('hard_disk', 'antistatic_bag'), ('hard_disk', 'disk_shock_box'),
    ('cpu_memory', 'foam_wrap'),
    ('board', 'board_bag'), ('board', 'board_box'),
    ('drive_keyboard', 'proper_box'),
    ('display_glass', 'dedicated_box'), ('display_glass', 'foam_lining'),
    ('other_shell', 'standard_pack'), ('other_shell', 'foam_six_sides');
create function packing_needed(category text, class text) returns text[] language plpgsql stable as $$
begin
    return (select coalesce(array_agg(p.step), '{}') from packing_rule p where p.item_category = category)
           || '{packing_list}'::text[]
           || case when class in ('exchange', 'warranty') then '{repair_card}'::text[] else '{}' end;
end $$;

-- A list of subjects with one more, or without it.
create function tell_list(subjects text[], subject text, due boolean) returns text[] language sql immutable as $$
    select array_remove(coalesce(subjects, '{}'), subject) || case when due then array[subject] else '{}' end
$$;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P5_SUPPLIER', null, 2, null, 'working_days', 'manual P5 4.2(4)', 'Maker found and contacted after registering', '登记后联系厂家'),
    ('T_P5_LONG_RETURN', null, 14, null, 'days', 'manual P5 4.2(2)', 'A longer return is explained to the customer', '返修超期说明'),
    ('T_P5_TELL_LONG', 86400, null, null, 'elapsed', 'designed', 'Explain a return that became longer', '返修超期告知客户'),
    ('T_P5_CHASE_EXCHANGE', null, 2, null, 'days', 'manual P5 4.2(5)', 'Chase exchange items', '包换物品催促'),
    ('T_P5_CHASE_WARRANTY', null, 7, null, 'days', 'manual P5 4.2(5)', 'Chase warranty items', '保修物品催促'),
    ('T_P5_CHASE_CHARGEABLE', null, 7, null, 'days', 'designed', 'Chase chargeable items', '收费物品催促'),
    ('T_P5_CHASE_URGENT', null, 1, null, 'days', 'manual P5 4.2(5)', 'Chase urgent items', '特急物品催促'),
    ('T_P5_SCRAP_NOTICE', 14400, null, null, 'elapsed', 'manual P5 4.2(7)', 'Tell the customer of scrap', '废件告知客户'),
    ('T_P5_LOSS_NOTICE', 14400, null, null, 'elapsed', 'designed', 'Tell the customer of a loss', '丢失告知客户'),
    ('T_P5_CARRIER_LATE', null, 3, null, 'days', 'designed', 'Past the carrier''s date an item counts as lost', '超过承运人日期视为丢失'),
    ('T_P5_CARRIER_CLAIM', null, 7, null, 'days', 'designed', 'Claim on the carrier', '承运人索赔'),
    ('N_P5_UNANSWERED', null, null, 3, 'number', 'designed', 'Chases without answer before the maker counts as silent', '未答复催促次数'),
    ('N_P5_FAILED_TESTS', null, null, 2, 'number', 'designed', 'Failed tests on return before an exchange may be asked for', '返回测试不合格次数'),
    ('N_P5_SAME_FAULT', null, null, 3, 'number', 'designed', 'Serial numbers of one model with the same fault', '同型号同故障数量'),
    ('T_P5_SAME_FAULT', null, 90, null, 'days', 'designed', 'Time in which the same fault counts', '同故障统计期');
