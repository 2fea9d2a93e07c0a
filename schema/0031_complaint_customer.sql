-- A complaint whose customer is named later belongs to his files, too: what must be kept, and what is erased.
create or replace function entities_of_customer(customer uuid) returns setof uuid language plpgsql stable as $$
begin
    return query
        with files as (select customer as id
                        union
                       select d.id from customer d where d.merged_into_id = customer),
             own as (select n.id from entity n join files f on f.id = n.customer_id)
        select o.id from own o
         union
        select d.id from disposition d join own o on o.id = d.parent_id
         union
        select c.id from complaint c join files f on f.id = c.customer_id;
end $$;
