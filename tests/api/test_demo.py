"""The demo company is a company at work: twelve outlets with three months of settlement, evaluations and training."""


def test_the_demo_company_settles_evaluates_and_trains(fresh):
    server = fresh("--demo", "--no-access-log")
    server.start()
    assert '"level":"error"' not in server.log.read_text()
    with server.database() as database, database.cursor() as cursor:
        def rows(text):
            cursor.execute(text)
            return cursor.fetchall()

        assert rows("select count(*) from outlet where state = 'operating'") == [(12,)]
        months = rows("select period, count(*) filter (where state = 'paid') from settlement group by period order by period")
        assert len(months) == 3 and all(paid >= 8 for _, paid in months[:2])
        assert {s for s, in rows("select distinct state from settlement")} >= {"paid", "agreed"}
        # Every paid slip adds up.
        assert rows("select count(*) from settlement where state = 'paid' and payable <> accepted_total + upkeep_fee + bonus_total - deduction_total"
                    " - company_share + adjustment_total - retention + deposit_back + carried_in") == [(0,)]
        assert {s for s, in rows("select distinct state from competence_evaluation")} >= {"effective", "re_hired", "judged_not_competent", "scheduled"}
        assert rows("select count(*) from training_event where state = 'filed'")[0][0] >= 3
        assert {s for s, in rows("select distinct state from improvement")} >= {"proposed", "screening", "rejected", "deferred", "evaluated", "approved", "implementing",
                                                                                 "verifying", "standardising", "closed"}
        assert rows("select state from service_analysis where month = (select min(month) from service_analysis)") == [("analysed",)]
        # Money was asked for, also by the slips, and is at every stage; the purse of the emergency is nearly empty.
        assert {s for s, in rows("select distinct state from fund_request")} >= {"requested", "checked", "approved", "paid", "paid_unapproved", "settled", "rejected", "withdrawn"}
        assert rows("select count(*) from settlement s where s.state = 'paid' and not exists (select from fund_request f where f.parent_id = s.id and f.state in ('paid', 'settled'))") == [(0,)]
        assert rows("select kind, state from special_fund where state = 'low'") == [("emergency", "low")]
        assert rows("select count(*) from assurance_plan where state = 'in_force'") == [(1,)] and rows("select count(*) from plan_line where state = 'in_force'") == [(9,)]
        assert {s for s, in rows("select distinct state from complaint")} >= {"closed", "received", "escalated", "unfounded", "withdrawn"}
        assert rows("select count(*) from link where to_machine = 'complaint' and state = 'waiting'") == [(0,)]
        assert rows("select count(*) from repair r join complaint c on c.repair_id = r.id where r.state = 'archived' and c.closed_at is null") == [(0,)]
        assert {s for s, in rows("select distinct state from compensation")} == {"submitted", "declined", "assessed", "offered", "disputed", "agreed", "approved", "closed"}
        assert rows("select count(*) from link where to_machine = 'compensation' and state = 'waiting'") == [(0,)]
        assert {s for s, in rows("select distinct state from recall")} == {"summarised", "executing", "handed_to_producer", "planning", "no_defect", "investigating", "signal_logged"}
        assert rows("select count(*) from recall_signal where state = 'logged'") == [(1,)]
        assert {s for s, in rows("select distinct u.state from recall_unit u join recall r on r.id = u.parent_id where r.state in ('executing', 'summarised')")} >= {"listed", "remedied"}
        assert {s for s, in rows("select distinct state from document")} == {"draft", "in_review", "pending_approval", "approved", "issued", "effective", "under_change",
                                                                             "suspended", "obsolete_recalling"}
        assert {s for s, in rows("select distinct state from document_change")} >= {"requested", "drafting", "closed"}
        assert {s for s, in rows("select distinct state from distribution_copy")} == {"issued", "held", "recalling", "returned", "lost"}
        assert rows("select state from document_loan") == [("lent",)] and rows("select count(*) from record where form like '%document_list'") == [(2,)]
        assert {s for s, in rows("select distinct state from emergency_plan")} == {"drafting", "in_review", "approved", "trained", "in_force"}
        assert {s for s, in rows("select distinct state from drill")} == {"planned", "held", "evaluated", "closed"}
        assert {s for s, in rows("select distinct state from incident")} == {"closed", "false_alarm", "responding", "reported"}
        assert {s for s, in rows("select distinct state from emergency_supply")} == {"available", "short"}
        assert {s for s, in rows("select state from identification_round")} == {"identifying", "in_control"}
        assert {s for s, in rows("select distinct state from service_factor where opened_by is not null")} == {"reported", "insignificant", "significant", "controlled"}
        assert {s for s, in rows("select distinct state from reduction_measure")} == {"reviewed", "done", "verified"}
        assert {k for k, in rows("select kind from round_occasion where state = 'called' and opened_by is not null")} == {"annual", "change"}
        assert rows("select count(*) from link where to_machine in ('service_factor', 'round_occasion') and state = 'waiting' and last_error is not null") == [(0,)]
        assert rows("select count(*) from outlet_tender where state = 'reviewing'") == [(1,)]
        assert {s for s, in rows("select distinct state from nonconformity where opened_by is not null")} == {
            "reported", "confirmed", "contained", "cause_analysis", "action_proposed", "implementing", "verifying", "closed", "dismissed"}
        assert rows("select count(*) from disposition where state = 'proposed'") == [(1,)]
        assert rows("select count(*) from person where 'technician' = any(roles) and state <> 'active'") == [(0,)]
