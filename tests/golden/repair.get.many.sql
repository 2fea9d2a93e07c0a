with asked as materialized (
select p1, (select max(t) from unnest($2::timestamptz[]) t) as p2, p3, p4, p5, p6, place
  from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[]) with ordinality as a (p1, p2, p3, p4, p5, p6, place))
select 'found' as verdict,
       null as refused,
       0::bigint
       | ((((e.outlet_id is not null and e.job_accepted is not true)) is true)::integer::bigint << 0)
       | ((((e.outlet_id is not null)) is true)::integer::bigint << 1)
       | ((((e.state in ('registered')) and (exists (select from person p where p.id = asked.p1 and p.state = 'active' and p.qualified_until >= company_date(asked.p2) and (e.required_skill is null or e.required_skill = any(p.qualified_scope))))) is true)::integer::bigint << 2)
       | ((((e.outlet_id is null or e.job_accepted is true)) is true)::integer::bigint << 3)
       | ((((e.absences < 2 or (asked.p3 & 16) <> 0)) is true)::integer::bigint << 4)
       | ((((e.assignee_id is not null)) is true)::integer::bigint << 5)
       | ((((e.state <> 'revisit_pending' or e.defer_reason is distinct from 'other_person')) is true)::integer::bigint << 6)
       | ((((e.device_at = 'customer')) is true)::integer::bigint << 7)
       | ((((e.device_at <> 'customer')) is true)::integer::bigint << 8)
       | ((((e.unrepaired_outcome is not null)) is true)::integer::bigint << 9)
       | ((((e.charge_total > 0)) is true)::integer::bigint << 10)
       | ((((e.ready_at is not null and e.device_at <> 'customer')) is true)::integer::bigint << 11)
       | ((((e.state in ('settling')) and (jsonb_array_length(coalesce(e.notices, '[]')) >= 3 and e.ready_at <= asked.p2 - make_interval(days => time_rule_number('T_P4_UNCOLLECTED_4')))) is true)::integer::bigint << 12)
       | ((((e.state in ('settling')) and (not exists (select from loan_agreement a where a.parent_id = e.id and a.separated_at is null and a.state in ('lent', 'due_soon', 'overdue', 'lost')))) is true)::integer::bigint << 13)
       | ((((e.charge_total <= coalesce(e.price_told, 0) + coalesce(e.empty_run_fee, 0))) is true)::integer::bigint << 14)
       | ((((e.loss is null or e.loss_settled_at is not null)) is true)::integer::bigint << 15)
       | ((((e.state in ('settling')) and (not exists (select from return_repair x where x.parent_id = e.id and x.closed_at is null and x.state not in ('to_technician', 'scrap_stored')))) is true)::integer::bigint << 16)
       | ((((e.receipt_no is not null)) is true)::integer::bigint << 17)
       | ((((e.charge_total > 0 and e.invoice_status in ('none', 'red_reversed'))) is true)::integer::bigint << 18)
       | ((((e.invoice_status = 'requested')) is true)::integer::bigint << 19)
       | ((((e.invoice_status = 'issued')) is true)::integer::bigint << 20)
       | ((((e.clocks ? 'papers_due')) is true)::integer::bigint << 21)
       | ((((asked.p1 is distinct from e.assignee_id and not coalesce(e.visits @> jsonb_build_array(jsonb_build_object('technician_id', asked.p1)), false))) is true)::integer::bigint << 22)
       | ((((not e.clocks ? 'papers_due')) is true)::integer::bigint << 23)
       | ((((not e.clocks ? 'complaint_report')) is true)::integer::bigint << 24)
       | ((((e.state <> 'followed_up' or not job_under_complaint(e.id))) is true)::integer::bigint << 25)
       | ((((e.loss is not null and e.loss_settled_at is null)) is true)::integer::bigint << 26)
       | ((((not e.last_final)) is true)::integer::bigint << 27)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (e.last_final or (e.last_actor_id = asked.p1 and (asked.p2 <= e.changed_at or asked.p2 <= time_rule_due('T_REVERT_SELF', e.changed_at))) or ((asked.p3 & 16) <> 0 and asked.p2 < time_rule_due('T_REVERT_OWNER', e.changed_at)))) is true)::integer::bigint << 28)
       | ((((e.state in ('registered', 'dispatched', 'scheduled', 'on_site', 'diagnosing', 'repairing', 'revisit_pending', 'taken_back', 'seeking_solution', 'in_return_repair', 'awaiting_spare', 'replacement_advised', 'settling', 'settled', 'reported_back', 'followup_pending', 'followed_up')) and (not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done'))) is true)::integer::bigint << 29)
       | ((((e.paused is null)) is true)::integer::bigint << 30)
       | ((((e.paused is not null)) is true)::integer::bigint << 31) as probes,
       null::jsonb as extra,
       case when e.state in ('settling') then encode(sha256(convert_to(jsonb_build_object('number', e.number, 'solution', e.solution, 'outcome', e.outcome, 'parts_used', e.parts_used, 'charge_items', e.charge_items, 'charge_total', e.charge_total, 'in_warranty', e.in_warranty)::text, 'UTF8')), 'hex') end as content_sha256,
       e.id as result_id,
       e::text as packed,
       e.version,
       e.state,
       asked.place
  from repair e
  join asked on asked.p4 = e.id
 where e.id = asked.p4
   and (asked.p5 is null or e.outlet_id = asked.p5)
   and (asked.p6 is null or e.customer_id = asked.p6)
