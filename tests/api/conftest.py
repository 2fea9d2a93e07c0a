import pytest

from aftercare import Company, Server


@pytest.fixture(scope="session")
def company():
    """One server for all tests that do not stop it."""
    server = Server("--no-access-log")
    try:
        yield Company(server)
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def real_time(request):
    """Every test starts at the real time, whatever the one before did to the clock."""
    yield
    if "company" in request.fixturenames:
        request.getfixturevalue("company").reset_clock()


@pytest.fixture
def fresh():
    """A server of one's own, not started: for tests that stop, kill or configure it."""
    servers = []

    def make(*options):
        servers.append(Server(*options))
        return servers[-1]

    yield make
    for server in servers:
        server.remove()
