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
        assert {s for s, in rows("select distinct state from complaint")} >= {"closed", "received", "escalated", "unfounded", "withdrawn"}
        assert rows("select count(*) from link where to_machine = 'complaint' and state = 'waiting'") == [(0,)]
        assert rows("select count(*) from repair r join complaint c on c.repair_id = r.id where r.state = 'archived' and c.closed_at is null") == [(0,)]
        assert {s for s, in rows("select distinct state from compensation")} == {"submitted", "declined", "assessed", "offered", "disputed", "agreed", "approved", "closed"}
        assert rows("select count(*) from link where to_machine = 'compensation' and state = 'waiting'") == [(0,)]
        assert rows("select count(*) from outlet_tender where state = 'reviewing'") == [(1,)]
        assert {s for s, in rows("select distinct state from nonconformity where opened_by is not null")} == {
            "reported", "confirmed", "contained", "cause_analysis", "action_proposed", "implementing", "verifying", "closed", "dismissed"}
        assert rows("select count(*) from disposition where state = 'proposed'") == [(1,)]
        assert rows("select count(*) from person where 'technician' = any(roles) and state <> 'active'") == [(0,)]
