select t.id
  from equipment t
 where t.id in (select e.equipment_id from repair e where e.id = any($1::uuid[]))
 order by t.id
   for no key update
