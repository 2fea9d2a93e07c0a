select t.id
  from return_repair t
 where t.parent_id = any($1::uuid[])
   and t.closed_at is null
 order by t.id
   for no key update
