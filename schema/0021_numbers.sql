-- Six digits are the least that a number has, not the most.

create or replace function next_receipt(at timestamptz) returns text language sql volatile as $$
    insert into counter as c (name, year, value)
    values ('receipt', company_year(at)::integer, 1)
        on conflict (name, year) do update set value = c.value + 1
 returning 'SJ-' || c.year || '-' || to_char(c.value, 'FM999999000000')
$$;
