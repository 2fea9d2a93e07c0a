"""A search reads what it finds, not the registers it looks in: plans are made before the text is known."""

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


@pytest.mark.parametrize("q, machine", [("SNB1234", "repair"), ("13900001234", "repair")])
def test_a_search_reads_what_it_finds(company, q, machine):
    def read():
        with company.server.database().cursor() as cursor:
            cursor.execute("select relname, seq_tup_read + coalesce(idx_tup_fetch, 0), coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
                           " where relname in ('repair', 'equipment', 'customer')")
            return {name: (rows, by_index) for name, rows, by_index in cursor.fetchall()}

    before = read()
    assert machine in {r["machine"] for r in company.hotline_clerk.read("/v1/search", q=q)["data"]}
    # PostgreSQL counts with a delay: what was found is counted, then all is.
    assert eventually(lambda: read()[machine][1] > before[machine][1])
    assert all(read()[name][0] - before[name][0] < N // 3 for name in before), (before, read())
