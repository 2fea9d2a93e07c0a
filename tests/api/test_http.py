"""HTTP itself: whatever a client sends gets a proper answer, and no answer harms the next request."""

import datetime
import json
import re
import socket
import threading
import time
import uuid

import pytest
import requests
from hypothesis import HealthCheck, given, settings, strategies as st

from aftercare import Company

MIB = 1024 * 1024


class Wire:
    """A bare connection: sends exactly the given bytes, reads one answer after the other."""

    def __init__(self, server):
        host, port = server.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=40)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _fill(self):
        try:
            more = self.socket.recv(65536)
        except ConnectionResetError:
            more = b""
        self.buffer += more
        return more != b""

    def answer(self, method="GET"):
        """(status, headers, body) or None when the connection is closed."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._fill():
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        status = int(lines[0].split()[1])
        length = 0 if method == "HEAD" or status in (204, 304) else int(headers["content-length"])
        while len(self.buffer) < length and self._fill():
            pass
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return status, headers, body


def text_of(method, path, *lines, token=None, body=b""):
    head = [f"{method} {path} HTTP/1.1", "Host: test", *lines]
    if token:
        head.append(f"Authorization: Bearer {token}")
    if body and not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def ask(company, data, method="GET"):
    with Wire(company.server) as wire:
        wire.send(data)
        return wire.answer(method)


def assert_problem(answer, status, code=None):
    """A requests answer that is a complete problem document."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"] and body["type"].endswith("#" + body["code"])
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert code is None or body["code"] == code
    return body


@pytest.fixture(scope="module")
def paths(company):
    return company.admin.read("/openapi.json")["paths"]


def send_json(client, path, data, **headers):
    return client.http.post(client.server.url + path, data=data, headers={"Content-Type": "application/json", **headers}, timeout=40)


def contact(client, repair, **arguments):
    """A step that every open repair allows, without If-Match."""
    body = {"channel_used": "phone", "contact_result": "no_answer", **arguments.pop("body", {})}
    return client.post(repair["href"] + "/contact_attempt", body, **arguments)


# Paths and methods

@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nonsense", "/v1/repairs/1/2/3/4", "/v2/repairs", "/v1/repairs/not-an-id",
                                  "/v1/repairs/01890000-0000-7000-8000-00000000dead"])
def test_an_unknown_path_is_404(company, path):
    assert_problem(company.dispatcher.get(path), 404, "not_found")
    assert_problem(company.dispatcher.post(path.rstrip("/") + "/no_such_event"), 404, "not_found")


def test_every_documented_route_refuses_other_methods_and_says_which_it_takes(company, paths):
    for path, operations in paths.items():
        url = company.server.url + re.sub(r"\{\w+\}", str(uuid.uuid4()), path)
        documented = {method.upper() for method in operations if method in ("get", "post", "put", "delete")}
        for method in {"PATCH", "PUT", "DELETE", "GET"} - documented:
            answer = requests.request(method, url, timeout=40)
            assert_problem(answer, 405, "method_not_allowed")
            allowed = set(answer.headers["Allow"].split(", "))
            assert documented | {"OPTIONS"} <= allowed and method not in allowed, (path, method, allowed)
            assert ("HEAD" in allowed) == ("GET" in allowed)


@pytest.mark.parametrize("target", ["/v1/%00repairs", "/v1/repairs%00", "/v1/%zz", "/v1/%4", "/v1/%", "/v1/%e4%b8", "/v1/%ed%a0%80", "/v1/\xff\xfe",
                                    "//v1/repairs", "/v1//repairs", "/" + "x/" * 20, "/v1/repairs?state=%00", "/v1/repairs?state=%ff",
                                    "/v1/repairs?state=%c0%af", "/v1/repairs?state=%g1", "/v1/search?q=%", "/v1/repairs?" + "&".join(f"a{n}=b" for n in range(80))])
def test_malformed_paths_and_queries_are_400(company, target):
    status, headers, body = ask(company, text_of("GET", target, token=company.dispatcher.token))
    assert (status, headers["content-type"]) == (400, "application/problem+json"), body


def test_an_encoded_slash_is_no_separator(company):
    repair = company.register()
    target = f"/v1/repairs%2F{repair['id']}"
    assert ask(company, text_of("GET", target, token=company.dispatcher.token))[0] == 404
    encoded = "/v1/%72epairs/" + repair["id"].upper()
    assert ask(company, text_of("GET", encoded, token=company.dispatcher.token))[0] == 200


def test_an_unknown_query_parameter_is_refused_everywhere(company, paths):
    named = {"{machine}": "repair", "{name}": "repair.dispatch", "{id}": str(uuid.uuid4())}
    for path, operations in paths.items():
        for name, value in named.items():
            path = path.replace(name, value)
        for method in {"get", "post", "put"} & set(operations) if path.startswith("/v1/") else ():
            answer = company.admin.http.request(method, company.server.url + path, params={"no_such_parameter": 1}, timeout=40)
            if path.startswith("/v1/records/"):
                continue  # the sheet itself may be looked up first
            assert answer.status_code in (400, 403), (method, path, answer.status_code)
            assert answer.status_code == 403 or answer.json()["code"] == "unknown_parameter", (method, path)


def test_a_query_parameter_given_twice_is_refused(company):
    for path in ("/v1/repairs?state=registered&state=dispatched", "/v1/worklist?state=registered&state=registered"):
        assert_problem(company.dispatcher.get(path), 400, "unknown_parameter")
    assert_problem(contact(company.dispatcher, company.register(), dry_run=["true", "false"]), 400, "unknown_parameter")


@pytest.mark.parametrize("name, value", [("explain", "everything"), ("actions", "some"), ("fields", "no_such_field"), ("dry_run", "yes")])
def test_a_bad_option_is_refused_before_anything_is_stored(company, name, value):
    repair = company.register()
    assert_problem(contact(company.dispatcher, repair, **{name: value}), 400, "unknown_parameter")
    assert company.dispatcher.read(repair["href"])["version"] == repair["version"]
    assert_problem(company.dispatcher.get(repair["href"], **{name: value}), 400, "unknown_parameter")


# Bodies

MALFORMED = {
    "cut off": b'{"problem":', "empty word": b"{,}", "two values": b"{} {}", "trailing garbage": b'{"note":"x"} x', "duplicate keys": b'{"note":"a","note":"b"}',
    "nested 33 deep": b'{"note":' + b"[" * 32 + b"]" * 32 + b"}", "nested very deep": b"[" * 200000, "escaped NUL": b'{"note":"a\\u0000b"}',
    "raw NUL": b'{"note":"a\x00b"}', "lone high surrogate": b'{"note":"\\ud800"}', "lone low surrogate": b'{"note":"\\udc00x"}', "not UTF-8": b'{"note":"\xff"}',
    "encoded surrogate": b'{"note":"\xed\xa0\x80"}', "NaN": b'{"note":NaN}', "huge number": b'{"note":1e999}', "huge integer": b'{"note":99999999999999999999}',
    "byte order mark": b"\xef\xbb\xbf{}", "a word": b'"text"', "a number": b"5", "null": b"null", "an array": b"[]", "NUL only": b"\x00", "blank": b"  ",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_json_is_400_and_stores_nothing(company, data):
    repair = company.register()
    assert_problem(send_json(company.dispatcher, repair["href"] + "/contact_attempt", data), 400, "malformed_json")
    assert company.dispatcher.read(repair["href"])["version"] == repair["version"]


def test_nesting_of_32_is_read(company):
    data = b'{"note":' + b"[" * 31 + b"]" * 31 + b"}"
    assert_problem(send_json(company.hotline_clerk, "/v1/repairs", data), 422, "invalid_fields")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/x-ndjson"])
def test_a_body_that_is_no_json_is_415(company, content_type):
    repair = company.register()
    headers = {"Content-Type": content_type} if content_type else {}
    for client, path in ((company.dispatcher, repair["href"] + "/contact_attempt"), (company.admin, "/v1/me/password")):
        answer = client.http.post(client.server.url + path, data=b"{}", headers=headers, timeout=40)
        assert_problem(answer, 415, "unsupported_media_type")
    assert send_json(company.hotline_clerk, "/v1/repairs", b"{}", **{"Content-Type": "Application/JSON; charset=utf-8"}).status_code == 422


def test_a_body_beyond_one_mebibyte_is_413(company):
    token = company.hotline_clerk.token
    too_long = text_of("POST", "/v1/repairs", "Content-Type: application/json", f"Content-Length: {MIB + 1}", token=token)
    assert ask(company, too_long)[0] == 413  # before a byte of it was sent
    longest = send_json(company.hotline_clerk, "/v1/repairs", b'{"a":"' + b"x" * (MIB - 8) + b'"}')
    assert longest.status_code == 422
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    chunked = text_of("POST", "/v1/repairs", "Content-Type: application/json", "Transfer-Encoding: chunked", token=token, body=b"x")[:-1]
    with Wire(company.server) as wire:
        wire.send(chunked + chunk * 20 + b"0\r\n\r\n")
        status, headers, body = wire.answer()
        assert status == 413 and json.loads(body)["code"] == "too_large"
        wire.send(text_of("GET", "/healthz"))  # the body was read to its end, so the connection is still good
        assert wire.answer()[0] == 200


def test_a_chunked_body_is_read(company):
    chunked = text_of("POST", "/v1/repairs", "Content-Type: application/json", "Transfer-Encoding: chunked", token=company.hotline_clerk.token,
                      body=b"3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n")
    status, _, body = ask(company, chunked)
    assert status == 422 and "/a" in [e["pointer"] for e in json.loads(body)["errors"]]


def test_all_faults_are_told_at_once_with_json_pointers(company):
    errors = assert_problem(company.hotline_clerk.post("/v1/repairs", {"channel": "pigeon", "customer_id": 5, "a/b~c": 1, "problem": ""}), 422)["errors"]
    found = {e["pointer"]: e["code"] for e in errors}
    assert found["/channel"] == "not_in_list" and found["/customer_id"] == "wrong_type" and found["/a~1b~0c"] == "unknown_field"
    assert found["/problem"] == "too_short" and found["/contact_name"] == found["/contact_phone"] == "required"
    repair = company.register()
    devices = [{"item": "主机"}, {"item": 5, "colour": "red", "model": "Z", "condition": "好"}]
    errors = assert_problem(company.technician.post(repair["href"] + "/accept_carry_in", {"tag_no": "1", "device_kept": True, "devices": devices}), 422)["errors"]
    assert {"/devices/1/item", "/devices/1/colour"} <= {e["pointer"] for e in errors}


@pytest.mark.parametrize("key", ["a/b~", "中" * 40, "a" + "中" * 90, "\U0001f600" * 70, "", "\x7f"])
def test_an_unknown_member_of_any_name_is_pointed_at_in_valid_json(company, key):
    for path in ("/v1/repairs", "/v1/session", "/v1/api-keys"):
        pointers = [e["pointer"] for e in assert_problem(company.hotline_clerk.post(path, {key: 1}), 422)["errors"]]
        escaped = "/" + key.replace("~", "~0").replace("/", "~1")
        assert any(escaped.startswith(pointer) and len(pointer) > min(len(key), 10) for pointer in pointers), pointers


def test_messages_come_in_the_language_asked_for(company):
    chinese = company.hotline_clerk.post("/v1/repairs", {}, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    body = assert_problem(chinese, 422)
    assert body["title"] == "部分字段不符合要求" and body["errors"][0]["message"] == "此字段必填"
    assert assert_problem(company.hotline_clerk.post("/v1/repairs", {}), 422)["errors"][0]["message"] == "This field is required"


# Framing

GET = "GET /healthz HTTP/1.1\r\n"
POST = "POST /v1/session HTTP/1.1\r\nContent-Type: application/json\r\n"
SMUGGLED = "GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
ABUSE = {
    "two lengths": (POST + "Host: x\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + SMUGGLED, 400),
    "the same length twice": (POST + "Host: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED, 400),
    "length and chunks": (POST + "Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400),
    "unknown coding": (POST + "Host: x\r\nTransfer-Encoding: gzip\r\n\r\n" + SMUGGLED, 501),
    "two codings": (POST + "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 501),
    "coding given twice": (POST + "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED, 400),
    "negative length": (POST + "Host: x\r\nContent-Length: -1\r\n\r\n" + SMUGGLED, 400),
    "signed length": (POST + "Host: x\r\nContent-Length: +2\r\n\r\n{}" + SMUGGLED, 400),
    "length of words": (POST + "Host: x\r\nContent-Length: two\r\n\r\n{}" + SMUGGLED, 400),
    "list of lengths": (POST + "Host: x\r\nContent-Length: 2, 2\r\n\r\n{}" + SMUGGLED, 400),
    "endless length": (POST + "Host: x\r\nContent-Length: 99999999999999999999999\r\n\r\n{}" + SMUGGLED, (400, 413)),
    "two hosts": (GET + "Host: x\r\nHost: y\r\n\r\n" + SMUGGLED, 400),
    "no host": (GET + "\r\n" + SMUGGLED, 400),
    "space before the colon": (GET + "Host : x\r\n\r\n" + SMUGGLED, 400),
    "a header of 40 kB": (GET + "Host: x\r\nX-Long: " + "x" * 40000 + "\r\n\r\n", 431),
    "a path of 40 kB": ("GET /" + "x" * 40000 + " HTTP/1.1\r\nHost: x\r\n\r\n", (414, 431)),
}


@pytest.mark.parametrize("data, status", ABUSE.values(), ids=ABUSE.keys())
def test_ambiguous_framing_is_refused_and_the_connection_closed(company, data, status):
    with Wire(company.server) as wire:
        wire.send(data.encode("latin-1"))
        answer = wire.answer()
        assert answer[0] in (status if isinstance(status, tuple) else (status,)), answer
        assert wire.answer() is None, "what follows must not be taken for a request"


def test_pipelined_requests_are_all_answered_in_order(company):
    token, repair = company.dispatcher.token, company.register()
    body = b'{"channel_used":"phone","contact_result":"reached"}'
    batch = b"".join(text_of("GET", repair["href"], f"X-Request-Id: pipelined-{i}", token=token) for i in range(5))
    batch += text_of("POST", repair["href"] + "/contact_attempt", "Content-Type: application/json", token=token, body=body)
    batch += text_of("GET", repair["href"], token=token) + text_of("GET", "/v1/none", token=token)
    with Wire(company.server) as wire:
        wire.send(batch)
        answers = [wire.answer() for _ in range(8)]
    assert [a[0] for a in answers] == [200] * 7 + [404]
    assert [a[1]["x-request-id"] for a in answers[:5]] == [f"pipelined-{i}" for i in range(5)]
    assert [json.loads(a[2])["version"] for a in answers[:7]] == [1] * 5 + [2, 2]


def test_the_connection_survives_an_error_with_a_body(company):
    token, body = company.hotline_clerk.token, json.dumps({"note": "x" * 200000}).encode()
    json_type = "Content-Type: application/json"
    with Wire(company.server) as wire:
        for status, data in ((422, text_of("POST", "/v1/repairs", json_type, token=token, body=body)), (404, text_of("POST", "/v1/nothing", json_type, token=token, body=body)),
                             (401, text_of("POST", "/v1/repairs", json_type, body=body)), (415, text_of("POST", "/v1/repairs", token=token, body=body)),
                             (405, text_of("PUT", "/v1/repairs", json_type, token=token, body=body)), (400, text_of("POST", "/v1/%00", json_type, token=token, body=body)),
                             (400, text_of("POST", "/v1/repairs", json_type, token=token, body=body[:-1])), (200, text_of("GET", "/v1/me", token=token))):
            wire.send(data)
            assert wire.answer()[0] == status


def test_head_is_get_without_the_body(company):
    repair = company.register()
    for path in (repair["href"], "/healthz", "/v1/me", "/v1/nothing", "/openapi.json"):
        with Wire(company.server) as wire:
            wire.send(text_of("HEAD", path, token=company.dispatcher.token) + text_of("GET", path, token=company.dispatcher.token))
            head, get = wire.answer("HEAD"), wire.answer()
        assert head[0] == get[0] and len(get[2]) == int(head[1]["content-length"]) == int(get[1]["content-length"])


def test_options_tells_the_methods(company):
    answer = requests.options(company.server.url + "/v1/session", timeout=40)
    assert answer.status_code == 204 and answer.headers["Allow"] == "OPTIONS, POST, DELETE"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert requests.options(company.server.url + "/v1/nothing", timeout=40).status_code == 404


def test_configured_origins_may_call_and_no_others(fresh):
    server = fresh("--cors", "https://a.example https://b.example", "--no-access-log")
    token = Company(server).admin.token

    def origin(method, path, name, **headers):
        return requests.request(method, server.url + path, headers={"Origin": name, **headers}, timeout=40).headers.get("Access-Control-Allow-Origin")

    for name, allowed in (("https://a.example", True), ("https://b.example", True), ("https://a.example.evil", False), ("https://a", False), ("null", False), ("", False)):
        expected = name if allowed else None
        assert origin("OPTIONS", "/v1/repairs", name, **{"Access-Control-Request-Method": "POST"}) == expected
        assert origin("GET", "/v1/me", name, Authorization="Bearer " + token) == expected
        assert origin("GET", "/v1/me", name) == expected  # a 401 must be readable, too
        assert origin("GET", "/v1/nothing", name) == expected
    preflight = requests.options(server.url + "/v1/repairs", headers={"Origin": "https://a.example"}, timeout=40)
    assert preflight.status_code == 204 and preflight.headers["Vary"] == "Origin"
    assert {"Authorization", "If-Match", "Idempotency-Key"} <= set(preflight.headers["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize("given_id, kept", [("abc-DEF_0123", True), ("x" * 36, True), ("short", False), ("x" * 37, False), ("has space", False), ('a"b:{}<>x', False), ("", False)])
def test_the_request_id_is_echoed_when_sound_and_made_otherwise(company, given_id, kept):
    answer = company.dispatcher.get("/v1/nothing", headers={"X-Request-Id": given_id})
    shown = assert_problem(answer, 404)["request_id"]
    assert (shown == given_id) == kept and len(shown) >= 8


def test_events_keep_the_request_id(company):
    repair = company.register()
    contact(company.dispatcher, repair, headers={"X-Request-Id": "of-the-caller"})
    assert company.dispatcher.read(repair["href"] + "/events")["data"][-1]["request_id"] == "of-the-caller"


# Conditional requests

def test_the_etag_is_the_version(company):
    client, repair = company.dispatcher, company.register()
    for arguments in ({}, {"fields": "number"}, {"explain": "actions"}):
        assert client.get(repair["href"], **arguments).headers["ETag"] == '"1"'
    for known in ('"1"', '"7", "1"', "*", 'W/"1"'):
        answer = client.get(repair["href"], headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"1"')
    assert client.get(repair["href"], headers={"If-None-Match": '"11"'}).status_code == 200
    assert contact(client, repair).headers["ETag"] == '"2"'


def test_if_match_guards_a_step(company):
    client, repair = company.dispatcher, company.register()
    stale = assert_problem(contact(client, repair, headers={"If-Match": '"9"'}), 412, "stale_version")
    assert stale["version"] == 1 and stale["state"] == "registered" and "dispatch" in [a["event"] for a in stale["actions"]]
    assert contact(client, repair, headers={"If-Match": '"1"'}).status_code == 200
    assert contact(client, repair, headers={"If-Match": "*"}).status_code == 200
    for malformed in ("x", '"x"', '"1', '""', "-1", '"-1"', '"1" x', '"99999999999999999999"'):
        assert_problem(contact(client, repair, headers={"If-Match": malformed}), 400, "malformed_request")
    assert client.read(repair["href"])["version"] == 3


def test_steps_that_sign_or_move_money_need_if_match(company):
    repair = company.register()
    table = company.admin.read("/v1/procedures/repair")["transitions"]
    signed = {t["event"] for t in table if t["needs_signature"]}
    assert {"settle", "waive_fee", "issue_invoice"} <= signed
    everybody = company.hire("dispatcher", "technician", "deputy_gm", "finance_officer", "outlet_manager", name="全能")
    for event in signed:
        answer = everybody.post(f"{repair['href']}/{event}")
        if answer.status_code != 403:
            assert_problem(answer, 428, "precondition_required")


def test_a_refused_step_tells_the_state_and_what_is_possible(company):
    repair = company.register()
    body = assert_problem(company.dispatcher.try_fire(repair, "report_back"), 409, "wrong_state")
    assert body["state"] == "registered" and body["version"] == 1 and "dispatch" in [a["event"] for a in body["actions"]]


# Idempotency-Key, dry run, batches

def test_a_repeat_gets_the_first_outcome_and_leaves_one_event(company):
    client, repair, key = company.dispatcher, company.register(), str(uuid.uuid4())
    first = contact(client, repair, headers={"Idempotency-Key": key, "If-Match": '"1"'})
    again = contact(client, repair, headers={"Idempotency-Key": key, "If-Match": '"1"'})
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json()) == (200, first.json())
    assert [e["event"] for e in client.read(repair["href"] + "/events")["data"]] == ["register", "contact_attempt"]
    other = contact(client, repair, headers={"Idempotency-Key": key}, body={"note": "other"})
    assert_problem(other, 422, "idempotency_mismatch")
    # A key belongs to who used it.
    assert contact(company.hotline_clerk, repair, headers={"Idempotency-Key": key}).json()["version"] == 3
    for malformed in ("", "a b", "x" * 201, "\xe9"):
        assert_problem(contact(client, repair, headers={"Idempotency-Key": malformed}), 400, "malformed_request")


def test_the_same_key_at_once_creates_one_entity(company):
    customer, unit = company.customer_with_unit()
    body = dict(channel="phone_400", customer_id=customer["id"], contact_name="李明", contact_phone="13912345678", address="建设路1号", problem="开机无显示")
    for _ in range(5):
        headers, answers = {"Idempotency-Key": str(uuid.uuid4()), "Authorization": "Bearer " + company.hotline_clerk.token}, []
        gate = threading.Barrier(4)

        def create():
            gate.wait()
            answers.append(requests.post(company.server.url + "/v1/repairs", json=body, headers=headers, timeout=40))

        threads = [threading.Thread(target=create) for _ in range(4)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert [a.status_code for a in answers] == [201] * 4 and len({a.json()["id"] for a in answers}) == 1
        assert sum("Idempotency-Replayed" in a.headers for a in answers) == 3
    assert company.dispatcher.read("/v1/repairs", customer=customer["id"], count="exact")["count"] == 5


def test_a_dry_run_tells_the_outcome_and_stores_nothing(company):
    client, repair = company.dispatcher, company.register()
    before = company.dispatcher.read("/v1/repairs", count="exact")["count"]
    answer = contact(client, repair, dry_run="true")
    assert (answer.status_code, answer.json()) == (200, {"dry_run": True, "outcome": "would_move"})
    assert client.post(repair["href"] + "/report_back", dry_run="true").status_code == 409
    assert client.read(repair["href"])["version"] == 1
    body = dict(channel="phone_400", customer_id=repair["customer_id"], contact_name="李", contact_phone="13912345678", address="路", problem="坏")
    assert company.hotline_clerk.post("/v1/repairs", body, dry_run="true").json()["outcome"] == "would_move"
    assert company.hotline_clerk.post("/v1/repairs", [body, {}], dry_run="true").json()["results"][0]["outcome"] == "would_move"
    assert company.dispatcher.read("/v1/repairs", count="exact")["count"] == before


@pytest.mark.parametrize("form", ["array", "ndjson"])
def test_many_are_created_at_once_each_with_its_own_outcome(company, form):
    code = uuid.uuid4().hex[:8]
    items = [{"code": f"{code}-{n}", "name": "上门检测费", "unit": "次", "price": n} for n in range(1, 101)]
    bad = [{"code": code}, 5, {"code": f"{code}-1", "name": "again", "unit": "次", "price": 1}]
    client, headers = company.finance_officer, {"Idempotency-Key": code}
    if form == "array":
        data, content_type = json.dumps(items + bad), "application/json"
    else:
        data, content_type = "\n".join(json.dumps(i, ensure_ascii=False) for i in items + bad) + "\n\n", "application/x-ndjson"
    answers = [send_json(client, "/v1/price-items", data.encode(), **{"Content-Type": content_type, **headers}) for _ in range(2)]
    results = answers[0].json()["results"]
    assert answers[0].status_code == 200 and [r["status"] for r in results] == [201] * 100 + [422, 400, 409]
    assert [r["entity"]["price"] for r in results[:100]] == list(range(1, 101)) and results[101]["code"] == "malformed_json"
    assert {e["pointer"] for e in results[100]["errors"]} == {"/name", "/unit", "/price"}
    repeated = answers[1].json()["results"]
    assert [(r["status"], r["replayed"], r["id"], r["href"]) for r in repeated[:100]] == [(201, True, r["entity"]["id"], r["entity"]["href"]) for r in results[:100]]
    assert client.read("/v1/price-items", code=f"{code}-1,{code}-100", count="exact")["count"] == 2


def test_a_batch_has_1_to_1000_items(company):
    client = company.finance_officer
    for data in ("[]", json.dumps([{}] * 1001)):
        assert_problem(send_json(client, "/v1/price-items", data.encode()), 422)
    assert {r["status"] for r in send_json(client, "/v1/price-items", json.dumps([{}] * 1000).encode()).json()["results"]} == {422}


# Anything at all

def value_for(shape):
    """Values that fit the schema's shape, values nearly so, and anything."""
    junk = st.one_of(st.none(), st.booleans(), st.integers(-2**62, 2**62), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20),
                     st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
    fitting = [junk]
    if "enum" in shape:
        fitting.append(st.sampled_from(shape["enum"]))
    kind = shape.get("type", [])
    kind = kind if isinstance(kind, list) else [kind]
    if shape.get("format") == "uuid":
        fitting.append(st.uuids().map(str))
    if shape.get("format") in ("date", "date-time"):
        fitting += [st.dates().map(str), st.datetimes(timezones=st.just(datetime.timezone.utc)).map(lambda t: t.isoformat())]
    if "integer" in kind:
        fitting += [st.integers(0, 5), st.sampled_from([2**31 - 1, -2**31, 10**12, 10**12 + 1])]
    if "boolean" in kind:
        fitting.append(st.booleans())
    if "string" in kind:
        fitting.append(st.text("ab'\\\"%{}中\U0001f600\n", min_size=1, max_size=30))
    if "array" in kind:
        fitting.append(st.lists(value_for(shape.get("items", {})), max_size=3))
    if "object" in kind:
        fitting.append(st.fixed_dictionaries({}, optional={n: value_for(s) for n, s in shape.get("properties", {}).items()}))
    return st.one_of(*fitting)


@pytest.fixture(scope="module")
def targets(company):
    """Repairs in different states, everything a repair can be told, and somebody who may tell it."""
    everybody = company.hire("dispatcher", "hotline_clerk", "technician", "deputy_gm", "finance_officer", "followup_clerk", "office_archivist", "service_manager",
                             name="全能", skills=["computer", "network"])
    events = sorted({t["event"] for t in company.admin.read("/v1/procedures/repair")["transitions"] if t["by"] != "system"})
    shapes = {event: everybody.read(f"/v1/schemas/repair.{event}").get("properties", {}) for event in events}
    repairs = [company.register(), company.register(warranty_days=-1)]
    for steps in range(1, 8):
        repair = everybody.fire(company.register(warranty_days=-1 if steps % 2 else 100), "dispatch", assignee_id=everybody.id)
        for event, body in (("schedule", {"appointment_at": company.at(1), "charge_told": True}), ("arrive", {"appearance_in_order": True}), ("confirm_problem", {"fault_confirmed": "x"}),
                            ("start_repair", {"diagnosis": "x", "price_told": 100, "consent_by": "x"}), ("solve", {"solution": "x", "test_passed": True}))[:steps]:
            repair = everybody.fire(repair, event, **body)
        repairs.append(repair)
    return everybody, shapes, repairs


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_body_makes_the_server_fail(targets, data):
    client, shapes, repairs = targets
    event = data.draw(st.sampled_from(sorted(shapes)))
    shape = shapes[event]
    body = data.draw(st.one_of(st.fixed_dictionaries({}, optional={n: value_for(s) for n, s in shape.items()}), st.fixed_dictionaries({n: value_for(s) for n, s in shape.items()}),
                               st.dictionaries(st.text(max_size=10), value_for({}), max_size=3)))
    repair = data.draw(st.sampled_from(repairs))
    path = "/v1/repairs" if event == "register" else f"{repair['href']}/{event}"
    answer = client.post(path, body, headers={"If-Match": "*"})
    assert answer.status_code < 500, (event, body, answer.text)
    assert answer.status_code < 400 or answer.headers["Content-Type"] == "application/problem+json"


def test_stalled_clients_block_nobody_and_are_cut_off(company):
    stalled = [text_of("GET", "/healthz")[:-2], b"GET /hea", text_of("POST", "/v1/session", "Content-Type: application/json", "Content-Length: 100") + b'{"login":', b""]
    wires = [Wire(company.server) for _ in stalled * 5]
    begun = time.monotonic()
    for wire, data in zip(wires, stalled * 5):
        wire.send(data)
    for _ in range(50):
        assert requests.get(company.server.url + "/healthz", timeout=2).status_code == 200
        assert company.admin.get("/v1/me").status_code == 200
    assert time.monotonic() - begun < 10
    for wire in wires:
        assert wire.answer() is None
    assert 15 < time.monotonic() - begun < 25
    company.admin.http.close()  # idle for as long: the server is about to close it, too
