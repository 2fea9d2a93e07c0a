-- Tamper evidence: every chain recomputed from what the log says.

create table audit_checkpoint (
    day     date primary key,
    heads   integer not null,
    hash    bytea not null,                           -- of all chain heads in order of id
    made_at timestamptz not null
);
create trigger audit_checkpoint_is_append_only before update or delete or truncate on audit_checkpoint
    for each statement execute function refuse_change();

-- Broken links of one entity's chain, or of the 2,000 entities that changed last.
create function audit_verify(entity uuid) returns jsonb language sql stable as $$
    with chosen as (
        select distinct v.entity_id
          from (select v.entity_id
                  from entity_event v
                 where audit_verify.entity is null or v.entity_id = audit_verify.entity
                 order by v.seq desc
                 limit case when audit_verify.entity is null then 2000 end) v),
    chain as (
        select v.*,
               lag(v.hash) over (partition by v.entity_id order by v.event_no) as previous,
               row_number() over (partition by v.entity_id order by v.event_no) as place
          from entity_event v
          join chosen c on c.entity_id = v.entity_id),
    judged as (
        select c.entity_id, c.event_no,
               case
                   when c.place <> c.event_no then 'missing_event'
                   when c.changes <> '{}'
                    and c.content_hash <> event_content_hash(c.salt, c.entity_id, c.event_no, c.event, c.from_state, c.to_state,
                                                             c.version, c.actor_id, c.actor_roles, c.at, c.occurred_at, c.inputs, c.changes)
                       then 'content_changed'
                   when c.hash <> sha256(coalesce(c.previous, ''::bytea) || c.content_hash) then 'chain_broken'
               end as fault
          from chain c)
    select jsonb_build_object(
               'entities', count(distinct entity_id),
               'events', count(*),
               'sound', count(fault) = 0,
               'faults', coalesce(jsonb_agg(jsonb_build_object('entity_id', entity_id, 'event_no', event_no, 'fault', fault))
                                      filter (where fault is not null), '[]'))
      from judged
$$;
