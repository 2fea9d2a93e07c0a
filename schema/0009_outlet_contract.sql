-- P6: what is agreed with a partner outlet.

create sequence outlet_contract_number;
create table outlet_contract (
    like machine_base including defaults,
    legal_name            text,
    tax_no                text,
    taxpayer_kind         text,
    bank_account          text,
    bank_verified_at      timestamptz,
    contact_name          text,
    contact_phone         text,
    valid_from            date,
    valid_to              date,
    skills                text[],
    upkeep_fee            bigint,
    deposit               bigint,
    retention_pct         integer,
    collection_rule       text,
    company_share_pct     integer,
    settlement_mode       text,
    silence_rule          text,
    proposed_month        text,
    primary key (id)
);
create index outlet_contract_by_outlet on outlet_contract (outlet_id, valid_from);
