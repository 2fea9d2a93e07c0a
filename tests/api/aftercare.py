"""Starts a server with its private PostgreSQL and speaks to it over HTTP, as a front end would."""

import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("AFTERCARE_BIN", str(ROOT / "build" / "release" / "aftercare"))
ROLES = re.findall(r"^ROLE\((\w+)", (ROOT / "lib" / "engine" / "roles.def").read_text(), re.M)
ADMIN_PASSWORD = "first-password"


# A folder: which guards have refused and which events have happened is noted there, for guards_refused.py.
REFUSALS = os.environ.get("AFTERCARE_REFUSALS")


def note_outcome(path, answer):
    """Lines "collection code" of refusals, "collection +event" of what was done ("+": the first way to begin)."""
    words = path.split("?")[0].split("/")[2:]
    notes = []
    if answer.status_code == 422:
        notes = [e["code"] for e in answer.json().get("errors", [])]
    elif answer.status_code in (200, 201):
        notes = ["+" + (words[-1] if len(words) > 1 else "")]
    with open(os.path.join(REFUSALS, str(os.getpid())), "a") as file:
        file.writelines(f"{words[0]} {note}\n" for note in notes)


class Server:
    """One data folder, one process; may be stopped and started again."""

    def __init__(self, *options, binary=BINARY):
        self.data = tempfile.mkdtemp(prefix="aftercare-test-", dir="/var/tmp")
        os.chmod(self.data, 0o755)
        self.options = options
        self.binary = binary
        self.process = None
        self.url = None
        self.log = pathlib.Path(self.data) / "server.log"

    def command(self, *words):
        return subprocess.run([self.binary, *words, "--data", self.data], capture_output=True, text=True, timeout=60)

    def start(self):
        errors = open(self.log, "ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--test-clock", *self.options],
            stdout=open(str(self.log) + ".access", "ab"), stderr=errors)
        before = self.log.stat().st_size if self.log.exists() else 0
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            found = re.findall(r"ready on (http://[0-9.:]+)", self.log.read_text())
            if found and self._answers(found[-1]):
                self.url = found[-1]
                return self
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[before:])
            time.sleep(0.02)
        raise RuntimeError("not ready: " + self.log.read_text())

    def _answers(self, url):
        try:
            return requests.get(url + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def stop(self, how=signal.SIGTERM):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def database(self):
        """A connection beside the server's own, to look at what it stored."""
        import psycopg2
        connection = psycopg2.connect(f"host={self.data}/run user=aftercare dbname=aftercare")
        connection.autocommit = True
        return connection


class Session(requests.Session):
    """Lets go of connections that nobody used for a while: the server ends them after 20 s, perhaps just when the next request goes out."""

    used = 0.0

    def request(self, *arguments, **named):
        if time.monotonic() - self.used > 10:
            self.close()
        try:
            return super().request(*arguments, **named)
        finally:
            self.used = time.monotonic()


class Client:
    """A signed-in person. Every call returns the requests response; `ok` returns its JSON or fails the test."""

    def __init__(self, server, token=None, person=None):
        self.server, self.token, self.person = server, token, person
        self.http = Session()
        if token:
            self.http.headers["Authorization"] = "Bearer " + token

    @property
    def id(self):
        return self.person["id"]

    def get(self, path, **arguments):
        headers = arguments.pop("headers", {})
        return self.http.get(self.server.url + path, params=arguments, headers=headers, timeout=40)

    def post(self, path, body=None, headers=None, **arguments):
        answer = self.http.post(self.server.url + path, json={} if body is None else body, headers=headers or {}, params=arguments, timeout=40)
        if REFUSALS and path.startswith("/v1/") and "dry_run" not in arguments:
            note_outcome(path, answer)
        return answer

    def put(self, path, body):
        return self.http.put(self.server.url + path, json=body, timeout=40)

    def delete(self, path):
        return self.http.delete(self.server.url + path, timeout=40)

    def read(self, path, **arguments):
        answer = self.get(path, **arguments)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def create(self, collection, **body):
        answer = self.post("/v1/" + collection, body)
        assert answer.status_code == 201, (collection, answer.status_code, answer.text)
        return answer.json()

    def fire(self, entity, event, **body):
        """Fires with If-Match of the version in hand; fails the test when it is refused."""
        answer = self.try_fire(entity, event, **body)
        assert answer.status_code == 200, (event, answer.status_code, answer.text)
        return answer.json()

    def try_fire(self, entity, event, **body):
        """Reads the version and fires; once more when a timer moved the entity in between."""
        for _ in range(2):
            current = self.read(entity["href"])
            answer = self.post(f"{entity['href']}/{event}", body, headers={"If-Match": f'"{current["version"]}"'})
            if answer.status_code != 412:
                break
        return answer


class Company:
    """A small company on an empty server: one person a role, a customer with equipment under warranty."""

    def __init__(self, server):
        self.server = server
        done = server.command("person", "add", "--login", "admin", "--name", "管理员", "--roles", "hr_officer general_manager",
                              "--department", "hr_office", "--password", ADMIN_PASSWORD)
        assert done.returncode == 0, done.stderr
        server.start()
        self.admin = self.sign_in("admin", ADMIN_PASSWORD)
        # A key does not run out when a test sets the clock ahead.
        self.admin = self.key_for(self.admin.person)
        self.people = {}

    def sign_in(self, login, password):
        answer = requests.post(self.server.url + "/v1/session", json={"login": login, "password": password}, timeout=40)
        assert answer.status_code == 201, answer.text
        client = Client(self.server, answer.json()["token"])
        client.person = client.read("/v1/me")
        return client

    def key_for(self, person):
        answer = self.admin.post("/v1/api-keys", {"name": "test", "person_id": person["id"]})
        assert answer.status_code == 201, answer.text
        client = Client(self.server, answer.json()["key"])
        client.person = person
        return client

    def hire(self, *roles, name="员工", skills=None, **fields):
        person = self.admin.create("persons", name=name, roles=list(roles), department=fields.pop("department", "after_sales_center"), **fields)
        if skills:
            self.admin.fire(person, "qualify", qualified_scope=skills, qualified_until=self.day(365))
        return self.key_for(person)

    def __getattr__(self, role):
        """company.dispatcher: the one person with that role, hired when first asked for."""
        if role not in ROLES and role not in self.__dict__.get("people", {}):
            raise AttributeError(role)
        if role not in self.people:
            skills = ["computer", "network", "display"] if role == "technician" else None
            self.people[role] = self.hire(role, name=role, skills=skills)
        return self.people[role]

    def now(self):
        import datetime
        database = self.server.database()
        answer = requests.post(self.server.url + "/v1/test/clock", json={"offset_seconds": self._offset()},
                               headers={"Authorization": "Bearer " + self.admin.token}, timeout=40)
        database.close()
        return datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", answer.json()["now"]))

    def _offset(self):
        return getattr(self, "_seconds", 0)

    def set_clock(self, when):
        """`when`: RFC 3339 text with offset. Returns when the server's clock shows it."""
        import datetime
        answer = self.admin.post("/v1/test/clock", {"now": when})
        assert answer.status_code == 200, answer.text
        shown = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", answer.json()["now"]))
        self._seconds = math.ceil((shown - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) + 1
        return shown

    def reset_clock(self):
        """Returns when the timer has ended what it had begun by the clock before."""
        moved, self._seconds = getattr(self, "_seconds", 0) != 0, 0
        self.admin.post("/v1/test/clock", {"offset_seconds": 0})
        begun, end = self._turns(), time.monotonic() + 20
        while moved and self._turns() == begun and time.monotonic() < end:
            time.sleep(0.05)

    def _turns(self):
        return int(re.search(r"aftercare_timer_turns_total (\d+)", requests.get(self.server.url + "/metrics", timeout=40).text)[1])

    def day(self, offset=0):
        """The company's date, wherever the test runs."""
        return self.at(24 * offset)[:10]

    def at(self, hours):
        """RFC 3339 time that many hours from the server's now."""
        import datetime
        zone = datetime.timezone(datetime.timedelta(hours=8))
        return (datetime.datetime.now(zone) + datetime.timedelta(seconds=self._offset(), hours=hours)).isoformat(timespec="seconds")

    def customer_with_unit(self, warranty_days=300, **fields):
        import uuid
        customer = self.commerce_officer.create("customers", name="滨海第一中学", kind="government", phone="0318-5550101",
                                                address="滨海市海港区建设路1号", region="海港区", **fields)
        unit = self.commerce_officer.create("equipment", serial="SN-" + uuid.uuid4().hex[:10], model="ZN-2000", skill="computer",
                                            customer_id=customer["id"], accepted_on=self.day(-60), warranty_until=self.day(warranty_days))
        return customer, unit

    def register(self, by=None, customer=None, unit=None, **fields):
        if customer is None:
            customer, unit = self.customer_with_unit(fields.pop("warranty_days", 300))
        body = dict(channel="phone_400", customer_id=customer["id"], contact_name="李明", contact_phone="13912345678",
                    address="滨海市海港区建设路1号", problem="开机无显示", required_skill="computer")
        if unit is not None:
            body["equipment_id"] = unit["id"]
        body.update(fields)
        return (by or self.hotline_clerk).create("repairs", **body)
