"""Later links are carried out once, and not when they were called off at the last moment."""

import time
import uuid

from return_repairs import bench
from answers import eventually


def asked_for(company, job, tried_ago):
    """A waiting link to the use of an instrument, as a step would leave it; tried again ten seconds after it was tried."""
    database = company.server.database()
    link = str(uuid.uuid4())
    company.server.database().cursor().execute(
        "insert into link (id, kind, from_id, from_event_no, to_machine, to_event, mode, state, inputs, made_at, tried_at)"
        " values (%s, 'test', %s, 1, 'instrument_use', 'record', 'later', 'waiting',"
        " jsonb_build_object('facility_code', 'MM-001', 'job_number', %s::text, 'job_event_no', 1, 'tested_on', current_date), now(), now() - make_interval(secs => %s))",
        (link, str(uuid.uuid4()), job, tried_ago))
    return database, link


def uses(company, job):
    return company.facility_keeper.read("/v1/instrument-uses", job_number=job)["data"]


def state_of(database, link):
    cursor = database.cursor()
    cursor.execute("select state, to_id::text, last_error from link where id = %s", (link,))
    return cursor.fetchone()


def test_a_later_link_is_done_once_and_says_what_it_opened(company):
    bench(company)
    job = "L-" + uuid.uuid4().hex[:8]
    database, link = asked_for(company, job, 60)
    assert eventually(lambda: state_of(database, link)[0] == "done")
    made = uses(company, job)
    assert [u["id"] for u in made] == [state_of(database, link)[1]] and state_of(database, link)[2] is None
    time.sleep(2)
    assert len(uses(company, job)) == 1


def test_what_is_called_off_while_it_is_carried_out_opens_nothing(company):
    bench(company)
    job = "L-" + uuid.uuid4().hex[:8]
    database, link = asked_for(company, job, 6)
    database.autocommit = False
    cursor = database.cursor()
    cursor.execute("select state from link where id = %s for update", (link,))
    assert cursor.fetchone() == ("waiting",)
    watcher = company.server.database().cursor()

    def blocked():
        watcher.execute("select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.application_name like 'aftercare-background%'")
        return watcher.fetchone()[0] > 0

    deadline = time.monotonic() + 20
    while not blocked() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert blocked()
    cursor.execute("update link set state = 'cancelled' where id = %s", (link,))
    database.commit()
    database.autocommit = True
    time.sleep(2.5)
    assert state_of(database, link)[:2] == ("cancelled", None) and uses(company, job) == []
