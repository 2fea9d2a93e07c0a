-- P10 part C: claims for remedy and compensation.

create sequence compensation_number;
create table compensation (
    like machine_base including defaults,
    repair_id                  uuid,
    return_repair_id           uuid,
    delivery_id                uuid,
    return_exchange_id         uuid,
    loan_agreement_id          uuid,
    complaint_id               uuid,
    source                     text,
    source_number              text,
    payer                      text,
    contact_name               text,
    contact_phone              text,
    serial                     text,
    model                      text,
    basis                      text,
    claimed_amount             bigint,
    loss_text                  text,
    evidence                   text,
    reviewed_by                uuid,
    reviewed_at                timestamptz,
    decline_reason             text,
    appeal_text                text,
    appealed_at                timestamptz,
    lines                      jsonb,
    assessed_amount            bigint,
    supplier                   text,
    assessed_by                uuid,
    assessed_at                timestamptz,
    confirmed_by               uuid,
    confirmed_at               timestamptz,
    return_reason              text,
    offer_amount               bigint,
    offer_terms                text,
    offered_at                 timestamptz,
    offer_valid_until          date,
    offers                     integer,
    customer_signature         jsonb,
    agreed_by                  text,
    agreed_via                 text,
    recording_ref              text,
    agreed_at                  timestamptz,
    agreed_sha256              text,
    dispute_text               text,
    mediator                   text,
    mediation_no               text,
    mediation_result           text,
    approved_by                uuid,
    approved_at                timestamptz,
    payee_name                 text,
    payee_account              text,
    payee_bank                 text,
    pay_method                 text,
    payee_changed_by           uuid,
    paid_on                    date,
    payment_ref                text,
    paid_by                    uuid,
    paid_at                    timestamptz,
    payments_returned          integer,
    bank_reason                text,
    closed_as                  text,
    outcome                    text,
    outcome_evidence           text,
    withdrawal_wish            text,
    merged_into_id             uuid,
    contact_attempts           jsonb,
    moved_from_id              uuid,
    primary key (id)
);
create index compensation_open on compensation (id) where closed_at is null;
create index compensation_due on compensation (due_at) where closed_at is null and due_at is not null;
create index compensation_open_assignee on compensation (assignee_id) where closed_at is null;
create index compensation_by_customer on compensation (customer_id, opened_at);
-- What two people enter at once is refused to the second of them: his statement runs again and sees the first.
create unique index compensation_of_source on compensation (source_number) where closed_at is null;
create index compensation_of_repair on compensation (repair_id) where repair_id is not null and closed_at is null;
create index compensation_of_item on compensation (return_repair_id) where return_repair_id is not null and closed_at is null;
create index compensation_of_complaint on compensation (complaint_id) where complaint_id is not null and closed_at is null;
create index compensation_phone on compensation (contact_phone text_pattern_ops) where contact_phone is not null;
create index compensation_opened on compensation (opened_at);
create index compensation_moved on compensation (moved_from_id) where moved_from_id is not null;

insert into time_rule (code, seconds, days, number, mode, mark, title_en, title_zh) values
    ('T_P10_REVIEW', null, 2, null, 'working_days', 'designed', 'Claim for compensation accepted or declined', '赔偿申请受理'),
    ('T_P10_ASSESS', null, 5, null, 'working_days', 'designed', 'Claim for compensation assessed', '赔偿核定'),
    ('T_P10_CONFIRM', null, 2, null, 'working_days', 'designed', 'Assessment confirmed by finance', '赔偿核定财务确认'),
    ('T_P10_OFFER', null, 15, null, 'days', 'designed', 'Offer of compensation valid', '赔偿方案有效期'),
    ('T_P10_DISPUTE', null, 5, null, 'working_days', 'designed', 'Disputed compensation offered anew or mediated', '赔偿异议处理'),
    ('T_P10_APPROVE', null, 2, null, 'working_days', 'designed', 'Agreed compensation approved', '赔偿批准'),
    ('T_P10_PAY', null, 7, null, 'days', 'designed', 'Approved compensation paid', '赔偿支付'),
    ('N_P10_CLOSE_DAYS', null, null, 15, 'number', 'designed', 'Days after the payment until a claim closes by itself', '支付后自动结案(天)'),
    ('N_P10_APPEAL_DAYS', null, null, 30, 'number', 'designed', 'Days within which a customer objects to a declined claim', '不予受理异议期限(天)'),
    ('N_P10_BEFORE_DAYS', null, null, 365, 'number', 'designed', 'Days for which earlier claims are pointed out', '提示以往赔偿申请(天)'),
    ('N_P10_MANAGER_YUAN', null, null, 2000, 'number', 'designed', 'Yuan up to which the service manager approves', '管理师批准限额(元)'),
    ('N_P10_DEPUTY_YUAN', null, null, 20000, 'number', 'designed', 'Yuan up to which the deputy approves', '副总批准限额(元)'),
    ('N_P10_FRAUD_TIMES', null, null, 3, 'number', 'standard: CRPL art. 55', 'Times the price for fraud', '欺诈赔偿倍数'),
    ('N_P10_FRAUD_YUAN', null, null, 500, 'number', 'standard: CRPL art. 55', 'Yuan at least for fraud', '欺诈赔偿最低额(元)');

-- The case that a claim comes from, and what it knows of the customer and the goods. One of the six is given.
create function compensation_source(repair uuid, return_repair uuid, delivery uuid, return_exchange uuid, loan uuid, complaint uuid)
returns table (source text, source_number text, customer_id uuid, outlet_id uuid, contact_name text, contact_phone text, serial text, model text)
language plpgsql stable as $$
#variable_conflict use_column
begin
    if compensation_source.repair is not null then
        return query select 'repair', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from repair x where x.id = compensation_source.repair;
    elsif compensation_source.return_repair is not null then
        return query select 'return_repair', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from return_repair x where x.id = compensation_source.return_repair;
    elsif compensation_source.delivery is not null then
        return query select 'delivery', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, null::text, null::text
                       from delivery x where x.id = compensation_source.delivery;
    elsif compensation_source.return_exchange is not null then
        return query select 'return_exchange', x.number, x.customer_id, x.outlet_id, x.contact_name, x.contact_phone, x.serial, x.model
                       from return_exchange x where x.id = compensation_source.return_exchange;
    elsif compensation_source.loan is not null then
        return query select 'loan_agreement', x.number, x.customer_id, x.outlet_id, r.contact_name, r.contact_phone, x.serial, x.model
                       from loan_agreement x left join repair r on r.id = x.parent_id where x.id = compensation_source.loan;
    else
        return query select 'complaint', x.number, x.customer_id, x.outlet_id, x.complainant, x.contact_phone, x.serial, x.model
                       from complaint x where x.id = compensation_source.complaint;
    end if;
end $$;

-- A claim from the same case, other than this one, is still open.
create function compensation_is_open(source_number text, id uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from compensation k
                    where k.source_number = compensation_is_open.source_number
                      and k.closed_at is null
                      and k.id is distinct from compensation_is_open.id);
end $$;

create function compensation_total(lines jsonb) returns bigint language plpgsql immutable as $$
begin
    return (select sum((l ->> 'amount')::bigint)::bigint from jsonb_array_elements(compensation_total.lines) l);
end $$;

create function compensation_for_fraud(price bigint) returns bigint language plpgsql stable as $$
begin
    return case when compensation_for_fraud.price is not null
                then greatest(compensation_for_fraud.price * time_rule_number('N_P10_FRAUD_TIMES'), time_rule_number('N_P10_FRAUD_YUAN')::bigint * 100) end;
end $$;

-- Who approves so much: 1 service manager, 2 deputy, 3 general manager.
create function compensation_rank(amount bigint) returns integer language plpgsql stable as $$
begin
    return case when compensation_rank.amount <= time_rule_number('N_P10_MANAGER_YUAN')::bigint * 100 then 1
                when compensation_rank.amount <= time_rule_number('N_P10_DEPUTY_YUAN')::bigint * 100 then 2
                else 3 end;
end $$;

-- The claims that came in a period, by basis and by where they come from; what the company pays apart from what it is paid.
create function compensation_statistics(period_from date, period_to date) returns jsonb language plpgsql stable as $$
declare
    since constant timestamptz := period_from::timestamp at time zone company_zone();
    until constant timestamptz := period_to::timestamp at time zone company_zone();
begin
    return (
        with k as (select x.* from compensation x where x.opened_at >= since and x.opened_at < until and x.state not in ('merged', 'voided')),
             split as (
            select d.name, coalesce(d.value, '-') as value, k.payer, count(*) as claims, count(*) filter (where k.closed_at is null) as open,
                   count(*) filter (where k.state = 'declined') as declined, coalesce(sum(k.claimed_amount), 0) as claimed,
                   count(*) filter (where k.paid_on is not null) as paid, coalesce(sum(k.offer_amount) filter (where k.paid_on is not null), 0) as paid_amount
              from k
             cross join lateral (values ('basis', k.basis), ('source', k.source), ('outlet', k.outlet_id::text)) as d (name, value)
             group by 1, 2, 3)
        select jsonb_build_object(
                   'from', period_from, 'to', period_to,
                   'claims', count(*),
                   'open', count(*) filter (where k.closed_at is null),
                   'declined', count(*) filter (where k.state = 'declined'),
                   'withdrawn', count(*) filter (where k.state = 'withdrawn'),
                   'no_agreement', count(*) filter (where k.closed_as = 'no_agreement'),
                   'in_kind', count(*) filter (where k.closed_as = 'in_kind'),
                   'paid', count(*) filter (where k.paid_on is not null and k.payer = 'company'),
                   'claimed_amount', coalesce(sum(k.claimed_amount) filter (where k.payer = 'company'), 0),
                   'paid_amount', coalesce(sum(k.offer_amount) filter (where k.paid_on is not null and k.payer = 'company'), 0),
                   'received_amount', coalesce(sum(k.offer_amount) filter (where k.paid_on is not null and k.payer = 'customer'), 0),
                   'limits_missed', (select count(*) from breach b where b.machine = 'compensation' and b.breached_at >= since and b.breached_at < until))
               || (select coalesce(jsonb_object_agg('by_' || n.name, n.list), '{}')
                     from (select s.name, jsonb_agg(jsonb_build_object(s.name, s.value, 'payer', s.payer, 'claims', s.claims, 'open', s.open, 'declined', s.declined,
                                                                       'claimed_amount', s.claimed, 'paid', s.paid, 'paid_amount', s.paid_amount)
                                                    order by s.paid_amount desc, s.claims desc, s.value) as list
                             from split s group by s.name) n)
          from k);
end $$;

-- P14 knows claims among what is open at a customer's and among what counts as contact.
do $$ begin
    execute replace(pg_get_functiondef('customer_has_open_case(uuid)'::regprocedure), 'or exists (select from visit v',
                    'or exists (select from compensation k where k.customer_id = customer and k.closed_at is null)
        or exists (select from visit v');
end $$;
create or replace function customer_last_contact(customer uuid) returns timestamptz language plpgsql stable as $$
begin
    return greatest((select coalesce(k.last_contact_at, k.opened_at) from customer k where k.id = customer),
                    (select max(r.opened_at) from repair r where r.customer_id = customer),
                    (select max(r.opened_at) from return_repair r where r.customer_id = customer),
                    (select max(x.opened_at) from return_exchange x where x.customer_id = customer),
                    (select max(greatest(d.opened_at, d.called_customer_at, d.delivered_at, d.settled_at)) from delivery d where d.customer_id = customer),
                    (select max(greatest(c.received_at, c.verdict_at, c.verified_at)) from complaint c where c.customer_id = customer),
                    (select max(greatest(k.agreed_at, k.appealed_at, case when k.opened_by is not null then k.opened_at end)) from compensation k
                      where k.customer_id = customer),
                    (select max(r.called_at) from repair r where r.customer_id = customer and r.reached),
                    (select max(v.called_at) from visit v where v.customer_id = customer and v.outcome = 'answered'),
                    (select max(a.answered_at) from survey_response a where a.customer_id = customer));
end $$;
do $$ begin
    execute replace(pg_get_functiondef('erase_customer(uuid)'::regprocedure), 'complainant,remedy_sought,',
                    'loss_text,appeal_text,dispute_text,agreed_by,payee_name,payee_account,payee_bank,complainant,remedy_sought,');
end $$;

-- P17 follows a claim that P10 pays by itself, and lets go of one that ended without money.
do $$ begin
    execute replace(pg_get_functiondef('payment_at_source(text,uuid)'::regprocedure), 'when ''outlet'' then',
                    'when ''compensation'' then (select jsonb_build_object(''amount'', k.offer_amount, ''voucher'', k.payment_ref)
                                    from compensation k where k.id = payment_at_source.source and k.paid_on is not null)
        when ''outlet'' then');
    execute replace(pg_get_functiondef('fund_source_over(text,uuid,uuid)'::regprocedure), 'when ''outlet'' then',
                    'when ''compensation'' then (select k.closed_at is not null and k.paid_on is null from compensation k where k.id = fund_source_over.source)
        when ''outlet'' then');
end $$;

-- What waited for this procedure was written before its inputs were named. Nothing is claimed for an own part, or without an amount.
update link l
   set state = 'cancelled'
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'compensation'
   and l.state = 'waiting'
   and case n.machine when 'return_repair' then not exists (select from return_repair r where r.id = n.id and r.customer_id is not null)
                      when 'loan_agreement' then coalesce((l.inputs ->> 'amount')::bigint, 0) = 0
                      else false end;
update link l
   set inputs = jsonb_strip_nulls(case n.machine
           when 'return_repair' then jsonb_build_object('return_repair_id', n.id, 'basis', 'lost_in_custody', 'loss_text', l.inputs #> '{loss,what}',
                                                        'claimed_amount', l.inputs #> '{loss,value}', 'evidence', nullif(l.inputs #>> '{loss,evidence}', ''))
           when 'loan_agreement' then jsonb_build_object('loan_agreement_id', n.id, 'claimed_amount', l.inputs -> 'amount')
           else (select jsonb_build_object('complaint_id', n.id, 'claimed_amount', l.inputs -> 'amount', 'loss_text', coalesce(c.decision, c.complaint_text))
                   from complaint c where c.id = n.id) end),
       tries = 0,
       tried_at = null
  from entity n
 where n.id = l.from_id
   and l.to_machine = 'compensation'
   and l.state = 'waiting';
