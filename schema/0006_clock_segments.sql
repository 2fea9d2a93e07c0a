-- How a clock's time came about: the stretches that count and those in which work waited, read from the log.

create function clock_segments(entity uuid, start timestamptz, pauses boolean, until timestamptz) returns jsonb language sql stable as $$
    with marks as (
        select start as at, true as counts
        union all
        select v.at, v.event <> 'pause'
          from entity_event v
         where v.entity_id = entity
           and pauses
           and v.event in ('pause', 'resume')
           and v.at >= start),
    segments as (
        select m.at as from_at, lead(m.at, 1, until) over (order by m.at) as to_at, m.counts from marks m)
    select coalesce(jsonb_agg(jsonb_build_object('from', s.from_at, 'to', s.to_at, 'counts', s.counts) order by s.from_at), '[]')
      from segments s
$$;
