-- What every machine shares: the registry, the log, the feed, links, records, clocks, the calendar.

create extension if not exists pg_trgm;

-- Every machine's table starts with these columns (create table x (like machine_base including defaults, ...)).
create table machine_base (
    id             uuid not null,
    number         text not null,
    state          text not null,
    version        integer not null default 1,        -- ETag: moves with every business change
    event_no       integer not null default 1,        -- position in the log: moves with every event
    chain          bytea not null,                    -- hash of the last event
    outlet_id      uuid,
    customer_id    uuid,
    parent_id      uuid,
    assignee_id    uuid,
    region         text,
    priority       text not null default 'normal',
    paused         jsonb,                             -- {reason, since, resume_at} while work waits
    clocks         jsonb not null default '{}',       -- running clocks by code; explained by the log
    due_at         timestamptz,                       -- earliest running clock that is not held
    overdue        boolean not null default false,
    to_reassign    text,                              -- why the dispatcher must look for another person
    opened_at      timestamptz not null,
    opened_by      uuid,
    changed_at     timestamptz not null,
    closed_at      timestamptz,
    last_event     text not null,                     -- what `revert` would take back
    last_event_no  integer not null default 1,
    last_actor_id  uuid,
    last_final     boolean not null default true
);
comment on table machine_base is 'template: the columns common to all machines; holds no rows';

create table entity (
    id           uuid primary key,
    machine      text not null,
    number       text not null unique,
    outlet_id    uuid,
    customer_id  uuid
);
comment on table entity is 'thin registry: finds any entity by id or number; written once';

create table entity_event (
    entity_id     uuid not null,
    event_no      integer not null,
    seq           bigint generated always as identity,
    xid           xid8 not null default pg_current_xact_id(),
    machine       text not null,
    event         text not null,
    from_state    text,
    to_state      text not null,
    version       integer not null,
    actor_id      uuid,
    actor_roles   bigint not null,
    at            timestamptz not null,
    occurred_at   timestamptz,                        -- the device's time, when it was sent
    request_id    text,
    outlet_id     uuid,
    customer_id   uuid,
    inputs        jsonb,                              -- as sent, secrets left out
    changes       jsonb not null,                     -- columns set, new values: folding them gives the entity
    undo          jsonb,                              -- the same columns, old values: what `revert` puts back
    salt          bytea not null,
    content_hash  bytea not null,
    hash          bytea not null,
    primary key (entity_id, event_no)
);
create index entity_event_by_xid on entity_event (xid, seq);
comment on table entity_event is 'append-only log; hash = sha256(previous hash || content_hash)';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or deleted', tg_table_name;
end $$;
create trigger entity_event_is_append_only before delete or truncate on entity_event
    for each statement execute function refuse_change();
-- Erasure of personal data may blank the content, nothing else: the chain stays verifiable by content_hash.
create function event_content_may_only_be_erased() returns trigger language plpgsql as $$
begin
    if new.inputs is not null or new.changes <> '{}' or new.undo is not null
       or (to_jsonb(new) - 'inputs' - 'changes' - 'undo') is distinct from (to_jsonb(old) - 'inputs' - 'changes' - 'undo') then
        raise exception 'events are append-only';
    end if;
    return new;
end $$;
create trigger entity_event_is_immutable before update on entity_event
    for each row execute function event_content_may_only_be_erased();

create table idempotency (
    principal    uuid not null,
    key          text not null,
    fingerprint  text not null,
    entity_id    uuid not null,
    version      integer not null,
    status       integer not null,
    at           timestamptz not null,
    primary key (principal, key)
);
create index idempotency_by_at on idempotency (at);

-- One ordered feed, filled by the sequencer.
create table feed (
    pos        bigint primary key,
    entity_id  uuid not null,
    event_no   integer not null
);
create table feed_state (
    only_row  boolean primary key default true check (only_row),
    epoch     uuid not null default gen_random_uuid(),
    prev      pg_snapshot not null default '1:1:',
    pos       bigint not null default 0
);
insert into feed_state default values;

-- Links between entities. A `later` link is a task of the timer until it is done.
create table link (
    id           uuid primary key,
    kind         text not null,
    from_id      uuid not null,
    from_event_no integer not null,
    to_id        uuid,
    to_machine   text not null,
    to_event     text not null,
    mode         text not null check (mode in ('must', 'later')),
    state        text not null check (state in ('done', 'waiting', 'cancelled')),
    inputs       jsonb not null default '{}',
    made_at      timestamptz not null,
    tried_at     timestamptz,
    tries        integer not null default 0,
    last_error   text,
    outlet_id    uuid
);
create index link_by_from on link (from_id);
create index link_by_to on link (to_id);
create index link_waiting on link (made_at) where state = 'waiting';

create table counter (
    name   text not null,
    year   integer not null,
    value  bigint not null,
    primary key (name, year)
);

-- The form book and its filled-in forms.
create table form_template (
    code              text primary key,
    form_no           text not null unique,           -- WWSH-003-P04-R01
    procedure         integer not null,
    title_en          text not null,
    title_zh          text not null,
    version           integer not null default 1,
    retention_months  integer,                        -- null: permanent, 0: not kept
    handin_rules      text[] not null default '{}'
);
create sequence record_number;
create table record (
    id             uuid primary key default gen_random_uuid(),
    form           text not null,
    number         text not null unique,
    entity_id      uuid not null,
    event_no       integer not null,
    machine        text not null,
    made_at        timestamptz not null,
    made_by        uuid,
    holder_id      uuid,                              -- who has the paper and owes its hand-in
    content        jsonb not null,
    content_hash   bytea not null,
    handed_in_at   timestamptz,
    handed_in_event integer,                          -- event of the entity that handed it in
    voided_at      timestamptz,
    note           text,                              -- loss note, rebuilt copy
    outlet_id      uuid
);
create index record_by_entity on record (entity_id, form);
-- Time first: as long as a form is rare, the planner would take an index on it for "has this entity such a paper?", and keep to it.
create index record_by_time on record (made_at, form);
create index record_owed on record (holder_id) where handed_in_at is null and voided_at is null;

create table attachment (
    id          uuid primary key,
    entity_id   uuid not null,
    kind        text not null,
    media_type  text not null,
    size        integer not null,
    sha256      bytea not null,
    data        bytea not null,
    made_at     timestamptz not null,
    made_by     uuid not null
);
create index attachment_by_entity on attachment (entity_id);

create table breach (
    id           uuid primary key default gen_random_uuid(),
    entity_id    uuid not null,
    machine      text not null,
    clock        text not null,
    rule_code    text not null,
    due_at       timestamptz not null,
    breached_at  timestamptz not null,
    owner_id     uuid,
    outlet_id    uuid,
    escalation   integer not null default 0,          -- 0 owner, 1 dispatcher, 2 deputy_gm
    stopped_at   timestamptz,
    unique (entity_id, clock, due_at)
);
create index breach_open on breach (breached_at) where stopped_at is null;

create table notification (
    id          uuid primary key default gen_random_uuid(),
    person_id   uuid,
    role        text,
    outlet_id   uuid,
    code        text not null,
    entity_id   uuid,
    body        jsonb not null default '{}',
    made_at     timestamptz not null,
    read_at     timestamptz,
    read_by     uuid
);
create index notification_by_person on notification (person_id, made_at) where person_id is not null;
create index notification_by_role on notification (role, made_at) where role is not null;

-- Limits and the calendar they are counted in.
create table time_rule (
    code     text primary key,
    seconds  bigint,                                  -- elapsed or service seconds
    days     integer,                                 -- calendar or working days
    number   integer,                                 -- counts and rates (N_...)
    mode     text not null check (mode in ('elapsed', 'service', 'days', 'working_days', 'number')),
    mark     text not null,
    title_en text not null,
    title_zh text not null,
    changed_at timestamptz,
    changed_by uuid
);
-- One row a day. `opens`/`minutes` are the service hours of the day; cumulative = minutes of all days before.
create table work_calendar (
    day         date primary key,
    is_workday  boolean not null,
    spans       int4multirange not null,              -- minutes of the day in which the hotline is served
    bounds      integer[] not null default '{}',      -- the spans as from, to, from, to
    minutes     integer not null,
    cumulative  bigint not null,
    workdays    integer not null,                     -- working days before this one
    note        text
);
create index work_calendar_by_cumulative on work_calendar (cumulative);
create table company (
    only_row   boolean primary key default true check (only_row),
    name       text not null default '智能科技有限公司',
    time_zone  text not null default 'Asia/Shanghai',
    hotline    text not null default '4008873580'
);
insert into company default values;
-- Every session of this database counts in the company's zone, so that the functions below need no look-up.
-- Functions that read tables are written in plpgsql: it keeps their plans, where SQL functions would be planned anew in
-- every statement; those without a table are inlined.
do $$ begin
    execute format('alter database %I set timezone to %L', current_database(), (select time_zone from company));
    perform set_config('timezone', (select time_zone from company), false);
end $$;
create function company_zone() returns text language sql stable as $$ select current_setting('TimeZone') $$;
create function company_date(at timestamptz) returns date language sql stable
    as $$ select (at at time zone company_zone())::date $$;
create function company_year(at timestamptz) returns text language sql stable
    as $$ select to_char(at at time zone company_zone(), 'YYYY') $$;

create function must(holds boolean, what text) returns boolean language plpgsql as $$
begin
    if holds is not true then
        raise exception 'effect incomplete: %', what using errcode = 'AC001';
    end if;
    return true;
end $$;

-- What the chain seals of an event, in one fixed form; the verifier calls the same function.
create function event_content_hash(salt bytea, entity_id uuid, event_no integer, event text, from_state text, to_state text,
                                   version integer, actor_id uuid, actor_roles bigint, at timestamptz,
                                   occurred_at timestamptz, inputs jsonb, changes jsonb)
returns bytea language sql stable as $$
    select sha256(salt || convert_to(concat_ws('|', entity_id, event_no, event, coalesce(from_state, '-'), to_state, version,
                  coalesce(actor_id::text, '-'), actor_roles, (extract(epoch from at) * 1000000)::bigint,
                  coalesce((extract(epoch from occurred_at) * 1000000)::bigint::text, '-'),
                  coalesce(inputs::text, '-'), changes::text), 'UTF8'))
$$;
