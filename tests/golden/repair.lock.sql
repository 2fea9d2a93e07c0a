select e.id
  from repair e
 where e.id = any($1::uuid[])
 order by e.id
   for no key update
