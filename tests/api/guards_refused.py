"""Names each guard of the given procedures (P6 P7 P14) that has refused nothing in a run of the tests, and each event that
nobody has done:

    AFTERCARE_REFUSALS=$(mktemp -d) pytest tests/api; AFTERCARE_REFUSALS=... python3 tests/api/guards_refused.py P6 P7 P14
A code counts for the machine that was called, or, when that machine has no such guard, for those that it fires."""

import pathlib
import sys

from aftercare import REFUSALS, Company, Server

# Of the events that every machine has: shown in the tests of the repair. Steps of the timer alone are no caller's to be refused.
GIVEN = {"amend", "revert", "void", "reassign", "pause", "resume", "contact_attempt"}
ENGINE = {"final_step", "revert_too_late", "opened_moved_on", "nothing_to_amend", "already_paused", "not_paused"}


def main(procedures):
    seen = {tuple(line.split()) for file in pathlib.Path(REFUSALS).iterdir() for line in file.read_text().splitlines()}
    server = Server("--no-access-log")
    try:
        admin = Company(server).admin
        machines = admin.read("/v1/procedures")["data"]
        tables = {m["machine"]: admin.read("/v1/procedures/" + m["machine"]) for m in machines}
    finally:
        server.remove()
    paths = {machine: table["href"].split("/")[-1] for machine, table in tables.items()}
    guards = {machine: {g["code"] for t in table["transitions"] for g in t["guards"]} for machine, table in tables.items()}
    tried = {machine: {g["code"] for t in table["transitions"] if t["by"] != "system" for g in t["guards"]} - ENGINE for machine, table in tables.items()}
    own = {(path, code) for machine, path in paths.items() for code in guards[machine]}
    nested = {code for path, code in seen if (path, code) not in own and not code.startswith("+")}
    missing = [(m["machine"], code) for m in machines if m["procedure"] in procedures
               for code in sorted(tried[m["machine"]]) if (paths[m["machine"]], code) not in seen and code not in nested]
    for machine, code in missing:
        print(f"{machine}: {code} has refused nothing")
    idle = []
    for machine in (m["machine"] for m in machines if m["procedure"] in procedures):
        rows = [t for t in tables[machine]["transitions"] if "system" not in t["by"].split() and t["event"] not in GIVEN]
        first = next(t["event"] for t in tables[machine]["transitions"] if t["from"] is None)
        done = {code[1:] or first for path, code in seen if path == paths[machine] and code.startswith("+")}
        idle += [(machine, event) for event in sorted({t["event"] for t in rows} - done)]
    for machine, event in idle:
        print(f"{machine}: {event} was never done")
    return 1 if missing or idle else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
