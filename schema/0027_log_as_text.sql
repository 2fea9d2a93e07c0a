-- The log and the papers are written and hashed with every step and read seldom: they are kept as text (json), which is
-- built and hashed in half the time of jsonb. Texts, and so all hashes, stay what they were.

drop trigger entity_event_is_immutable on entity_event;
drop function event_content_hash(bytea, uuid, integer, text, text, text, integer, uuid, bigint, timestamptz, timestamptz, jsonb, jsonb);
alter table entity_event
    alter column inputs type json using inputs::text::json,
    alter column changes type json using changes::text::json,
    alter column undo type json using undo::text::json;
alter table record alter column content type json using content::text::json;

create function event_content_hash(salt bytea, entity_id uuid, event_no integer, event text, from_state text, to_state text,
                                   version integer, actor_id uuid, actor_roles bigint, at timestamptz,
                                   occurred_at timestamptz, inputs json, changes json)
returns bytea language sql stable as $$
    select sha256(salt || convert_to(concat_ws('|', entity_id, event_no, event, coalesce(from_state, '-'), to_state, version,
                  coalesce(actor_id::text, '-'), actor_roles, (extract(epoch from at) * 1000000)::bigint,
                  coalesce((extract(epoch from occurred_at) * 1000000)::bigint::text, '-'),
                  coalesce(inputs::text, '-'), changes::text), 'UTF8'))
$$;

create or replace function event_content_may_only_be_erased() returns trigger language plpgsql as $$
begin
    if new.inputs is not null or new.changes::text <> '{}' or new.undo is not null
       or (to_jsonb(new) - 'inputs' - 'changes' - 'undo') is distinct from (to_jsonb(old) - 'inputs' - 'changes' - 'undo') then
        raise exception 'events are append-only';
    end if;
    return new;
end $$;
create trigger entity_event_is_immutable before update on entity_event
    for each row execute function event_content_may_only_be_erased();

-- What reads them with operators that only jsonb has.
do $$
declare
    patch record;
    body text;
begin
    for patch in
        select *
          from (values
                   ('audit_verify(uuid)', 'c.changes <> ''{}''', 'c.changes::text <> ''{}'''),
                   ('service_price_at(text, timestamptz)', 'v.changes ? ''price''', 'v.changes -> ''price'' is not null'),
                   ('supplier_report(date, date)', 'c.changes ? ''supplier_id''', 'c.changes -> ''supplier_id'' is not null'),
                   ('erase_customer(uuid)', 'r.content - personal', '(r.content::jsonb - personal)::json')) p (name, old, new)
    loop
        body := pg_get_functiondef(patch.name::regprocedure);
        if strpos(body, patch.old) = 0 then
            raise exception '% has no "%"', patch.name, patch.old;
        end if;
        execute replace(body, patch.old, patch.new);
    end loop;
end $$;

-- The timer looks for passed deadlines each second.
create index outlet_summary_due on outlet_summary (due_at) where closed_at is null and due_at is not null;
create index outlet_survey_due on outlet_survey (due_at) where closed_at is null and due_at is not null;
create index evaluation_round_due on evaluation_round (due_at) where closed_at is null and due_at is not null;
create index competence_evaluation_due on competence_evaluation (due_at) where closed_at is null and due_at is not null;
create index certificate_due on certificate (due_at) where closed_at is null and due_at is not null;
create index training_plan_due on training_plan (due_at) where closed_at is null and due_at is not null;
create index training_event_due on training_event (due_at) where closed_at is null and due_at is not null;
create index return_exchange_due on return_exchange (due_at) where closed_at is null and due_at is not null;
create index impact_assessment_due on impact_assessment (due_at) where closed_at is null and due_at is not null;
create index retest_due on retest (due_at) where closed_at is null and due_at is not null;
create index tool_loan_due on tool_loan (due_at) where closed_at is null and due_at is not null;
create index customer_due on customer (due_at) where closed_at is null and due_at is not null;
create index improvement_year_due on improvement_year (due_at) where closed_at is null and due_at is not null;
create index handin_due on handin (due_at) where closed_at is null and due_at is not null;
