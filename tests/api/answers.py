"""What tests ask again and again, of an answer or of the server."""

import datetime
import time


def eventually(check, seconds=12):
    """The first true answer of `check`, or the last one when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


def settle_down():
    """Two turns of the timer: what was to happen has happened."""
    time.sleep(2.5)


def due(entity, code):
    return datetime.datetime.fromisoformat(entity["clocks"][code]["due_at"])


def breached(company, entity):
    return [b["clock"] for b in company.dispatcher.read("/v1/breaches", entity=entity["id"], limit=200)["data"]]


def told(who, entity):
    """The codes of what `who` was told about the entity."""
    return [n["code"] for n in who.read("/v1/notifications", entity=entity["id"], limit=200)["data"]]


def codes(answer):
    """The codes of a refusal; none when it was not refused."""
    return [e["code"] for e in answer.json().get("errors", [])]
