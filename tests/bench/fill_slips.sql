-- One settled job of an outlet many times over, a hundred to a slip: slip n has the numbers RP-2025-(n * 100) and on.
select format('insert into repair (id, number, %1$s) select gen_random_uuid(), ''RP-2025-'' || to_char(g, ''FM00000000''), %1$s'
              ' from repair, generate_series(100, %2$s) g where id = %3$L',
              string_agg(quote_ident(column_name), ', '), :slips * 100 + 99, :'job')
  from information_schema.columns
 where table_name = 'repair'
   and is_generated = 'NEVER'
   and column_name not in ('id', 'number')
\gexec
insert into entity (id, machine, number, outlet_id, customer_id)
select id, 'repair', number, outlet_id, customer_id
  from repair
 where number like 'RP-2025-%';
create table bench_slip (n integer primary key, lines jsonb);
insert into bench_slip
select 500000000 + n, (select jsonb_agg(jsonb_build_object('slip', 'RP-2025-' || to_char(n * 100 + g, 'FM00000000'), 'service_kind', 'minor_repair', 'claimed', 10000))
             from generate_series(0, 99) g)
  from generate_series(1, :slips) n;
analyze repair;
analyze entity;
