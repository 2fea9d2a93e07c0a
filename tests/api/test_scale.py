"""What is asked for is read, not the tables it stands in: plans are made before the values are known."""

import pathlib
import subprocess

import pytest

from aftercare import Company, Server
from answers import eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
N = 3000


@pytest.fixture(scope="module")
def company():
    server = Server("--no-access-log")
    try:
        company = Company(server)
        customer, unit = company.customer_with_unit()
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", server.data + "/run", "-U", "aftercare", "-d", "aftercare", "-v", f"n={N}",
                        "-v", "customer=" + customer["id"], "-v", "unit=" + unit["id"], "-v", "technician=" + company.technician.id,
                        "-f", str(ROOT / "tests" / "bench" / "fill.sql")], check=True, capture_output=True)
        yield company
    finally:
        server.remove()


@pytest.mark.parametrize("path, table", [("/v1/search?q=SNB1234", "repair"), ("/v1/search?q=13900001234", "repair"), ("/v1/notifications", "notification")])
def test_what_is_found_is_read(company, path, table):
    def read():
        with company.server.database().cursor() as cursor:
            cursor.execute("select relname, seq_tup_read + coalesce(idx_tup_fetch, 0), coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
                           " where relname in ('repair', 'equipment', 'customer', 'notification')")
            return {name: (rows, by_index) for name, rows, by_index in cursor.fetchall()}

    before = read()
    assert company.dispatcher.read(path)["data"]
    # PostgreSQL counts with a delay: what was found is counted, then all is.
    assert eventually(lambda: read()[table][1] > before[table][1])
    assert all(read()[name][0] - before[name][0] < N // 3 for name in before), (before, read())
