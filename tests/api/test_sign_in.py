"""Who may come in, by what, and how access ends: always at once."""

import concurrent.futures
import re
import uuid

import pytest
import requests

from aftercare import ADMIN_PASSWORD, Client

PASSWORD = "correct-horse"


def person_with_password(company, *roles, password=PASSWORD):
    """(person, login) of somebody who can sign in."""
    login = "p" + uuid.uuid4().hex[:12]
    person = company.admin.create("persons", name="王芳", login=login, roles=list(roles), department="after_sales_center")
    assert company.admin.post(f"/v1/persons/{person['id']}/password", {"password": password}).status_code == 204
    return person, login


def try_sign_in(company, login, password=PASSWORD):
    return requests.post(company.server.url + "/v1/session", json={"login": login, "password": password}, timeout=40)


def is_shut_out(client):
    answer = client.get("/v1/me")
    assert answer.status_code in (200, 401)
    return answer.status_code == 401


def test_name_and_password_give_a_token(company):
    person, login = person_with_password(company, "hotline_clerk")
    answer = try_sign_in(company, login)
    assert answer.status_code == 201 and answer.json()["person_id"] == person["id"]
    client = Client(company.server, answer.json()["token"])
    me = client.read("/v1/me")
    assert (me["id"], me["name"], me["roles"], me["delegated_roles"]) == (person["id"], "王芳", ["hotline_clerk"], [])
    database = company.server.database()
    with database.cursor() as cursor:
        cursor.execute("select token_hash from session where person_id = %s", (person["id"],))
        assert [row[0] != client.token and len(row[0]) == 64 for row in cursor] == [True]
        cursor.execute("select password_hash from person_credential where person_id = %s", (person["id"],))
        assert cursor.fetchone()[0].startswith("$argon2id$")
    database.close()


def test_a_wrong_password_looks_the_same_as_an_unknown_name(company):
    _, login = person_with_password(company)
    answers = [try_sign_in(company, login, "wrong-password"), try_sign_in(company, "nobody-" + login)]
    without_password = company.admin.create("persons", name="无", login="x" + login, roles=[], department="after_sales_center")
    answers.append(try_sign_in(company, without_password["login"]))
    for answer in answers:
        body = answer.json()
        body.pop("request_id")
        assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers
        assert body == {"type": "/docs/problems#wrong_password", "title": "Name or password is wrong", "status": 401, "code": "wrong_password"}


@pytest.mark.parametrize("body", [{}, {"login": "admin"}, {"login": "admin", "password": None}, {"login": "admin", "password": ""}, {"login": ["admin"], "password": {}},
                                  {"login": "admin", "password": ADMIN_PASSWORD, "remember": True}, {"login": "admin", "password": "x" * 201}])
def test_incomplete_credentials_are_pointed_at(company, body):
    answer = requests.post(company.server.url + "/v1/session", json=body, timeout=40)
    assert answer.status_code == 422 and answer.json()["errors"]


@pytest.mark.parametrize("known", [True, False])
def test_the_sixth_try_has_to_wait(company, known):
    login = person_with_password(company)[1] if known else "nobody-" + uuid.uuid4().hex
    assert [try_sign_in(company, login, "wrong-password").status_code for _ in range(5)] == [401] * 5
    sixth = try_sign_in(company, login)  # even with the right password
    assert sixth.status_code == 429 and sixth.json()["code"] == "too_many_requests" and int(sixth.headers["Retry-After"]) > 0
    company.set_clock(company.at(0.02))
    assert try_sign_in(company, login).status_code == (201 if known else 401)


@pytest.mark.parametrize("known", [True, False])
def test_guesses_that_come_together_are_no_more_than_one_after_the_other(company, known):
    login = person_with_password(company)[1] if known else "nobody-" + uuid.uuid4().hex
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda n: try_sign_in(company, login, f"guess-{n}-----").status_code, range(24)))
    assert sorted(answers) == [401] * 5 + [429] * 19


def test_a_success_forgives_earlier_failures(company):
    _, login = person_with_password(company)
    for _ in range(2):
        assert [try_sign_in(company, login, "wrong-password").status_code for _ in range(4)] == [401] * 4
        assert try_sign_in(company, login).status_code == 201


def test_signing_out_ends_this_session_at_once_and_no_other(company):
    _, login = person_with_password(company)
    first, second = company.sign_in(login, PASSWORD), company.sign_in(login, PASSWORD)
    assert first.delete("/v1/session").status_code == 204
    assert is_shut_out(first) and not is_shut_out(second)
    assert first.delete("/v1/session").status_code == 401


def test_a_session_ends_after_half_a_day(company):
    _, login = person_with_password(company)
    company.set_clock(company.at(-1))  # so that it is the first to end
    client = company.sign_in(login, PASSWORD)
    company.set_clock(company.at(11.9))
    assert not is_shut_out(client)
    company.set_clock(company.at(0.2))
    assert is_shut_out(client)


def test_a_key_is_shown_once_and_revoked_at_once(company):
    person, login = person_with_password(company, "hotline_clerk")
    owner = company.sign_in(login, PASSWORD)
    made = owner.post("/v1/api-keys", {"name": "integration", "person_id": person["id"]})
    assert made.status_code == 201
    key = Client(company.server, made.json()["key"])
    assert key.read("/v1/me")["id"] == person["id"]
    listed = owner.get("/v1/api-keys")
    assert [(k["id"], k["name"]) for k in listed.json()["data"]] == [(made.json()["id"], "integration")]
    assert key.token not in listed.text and owner.token not in listed.text
    assert owner.delete("/v1/api-keys/" + made.json()["id"]).status_code == 204
    assert is_shut_out(key) and not is_shut_out(owner)
    assert owner.delete("/v1/api-keys/" + made.json()["id"]).status_code == 404


def test_hr_makes_keys_for_others_and_nobody_else_does(company):
    person, login = person_with_password(company, "general_manager", "dispatcher")
    someone, other = company.sign_in(login, PASSWORD), company.hotline_clerk
    answer = someone.post("/v1/api-keys", {"name": "not mine", "person_id": other.id})
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden_role"
    made = company.admin.post("/v1/api-keys", {"name": "by HR", "person_id": person["id"]}).json()
    key = Client(company.server, made["key"])
    assert key.read("/v1/me")["id"] == person["id"]
    # Others' keys can neither be seen nor revoked, HR may both.
    assert {k["person_id"] for k in other.read("/v1/api-keys")["data"]} == {other.id}
    assert other.delete("/v1/api-keys/" + made["id"]).status_code == 404 and not is_shut_out(key)
    assert made["id"] in [k["id"] for k in company.admin.read("/v1/api-keys")["data"]]
    assert company.admin.delete("/v1/api-keys/" + made["id"]).status_code == 204 and is_shut_out(key)
    for nobody in (str(uuid.uuid4()), "x"):
        assert company.admin.post("/v1/api-keys", {"name": "nobody", "person_id": nobody}).status_code == 404


def test_only_hr_sets_the_password_of_another(company):
    person, login = person_with_password(company)
    assert company.dispatcher.post(f"/v1/persons/{person['id']}/password", {"password": "another-one"}).status_code == 403
    client = company.sign_in(login, PASSWORD)
    assert company.admin.post(f"/v1/persons/{person['id']}/password", {"password": "another-one"}).status_code == 204
    assert is_shut_out(client) and not is_shut_out(company.admin)
    assert try_sign_in(company, login).status_code == 401 and try_sign_in(company, login, "another-one").status_code == 201
    assert company.admin.post(f"/v1/persons/{uuid.uuid4()}/password", {"password": "another-one"}).status_code == 404


def test_a_changed_password_ends_the_other_sessions(company):
    _, login = person_with_password(company)
    first, second = company.sign_in(login, PASSWORD), company.sign_in(login, PASSWORD)
    wrong = first.post("/v1/me/password", {"old_password": "not-this-one", "password": "a-new-password"})
    assert wrong.status_code == 401 and wrong.json()["code"] == "wrong_password"
    short = first.post("/v1/me/password", {"old_password": PASSWORD, "password": "short"})
    assert short.status_code == 422 and [e["pointer"] for e in short.json()["errors"]] == ["/password"]
    assert not is_shut_out(second)
    assert first.post("/v1/me/password", {"old_password": PASSWORD, "password": "a-new-password"}).status_code == 204
    assert not is_shut_out(first) and is_shut_out(second)
    assert try_sign_in(company, login).status_code == 401 and try_sign_in(company, login, "a-new-password").status_code == 201


def test_who_leaves_is_shut_out_at_once(company):
    for _ in range(5):  # a race would not show every time
        person, login = person_with_password(company, "dispatcher")
        session, key = company.sign_in(login, PASSWORD), company.key_for(person)
        assert not is_shut_out(session) and not is_shut_out(key)
        company.admin.fire(person, "leave", reason="离职")
        assert is_shut_out(session) and is_shut_out(key)
    assert try_sign_in(company, login).status_code == 401
    assert company.admin.post("/v1/api-keys", {"name": "late", "person_id": person["id"]}).status_code == 404
    assert company.admin.post(f"/v1/persons/{person['id']}/password", {"password": "another-one"}).status_code == 404


def test_a_change_of_roles_takes_effect_at_once(company):
    person = company.hire("employee").person
    client = company.key_for(person)
    for roles in (["dispatcher"], ["hotline_clerk", "employee"], [], ["finance_officer"]):
        assert set(client.read("/v1/me")["roles"]) != set(roles)  # fills the cache
        person = company.admin.fire(person, "change_roles", reason="调岗", roles=roles)
        assert set(client.read("/v1/me")["roles"]) == set(roles)
        creates = client.post("/v1/price-items").status_code
        assert creates == (422 if "finance_officer" in roles else 403)


def test_nobody_changes_the_own_roles(company):
    me = company.admin.read("/v1/persons/" + company.admin.id)
    refused = company.admin.try_fire(me, "change_roles", reason="x", roles=["deputy_gm"])
    assert refused.status_code == 422 and refused.json()["errors"][0]["code"] == "own_roles"


def test_the_role_of_the_system_gives_a_person_nothing(company):
    pretender = company.hire("system")
    assert pretender.read("/v1/me")["roles"] == []
    assert pretender.post("/v1/handins").status_code == 403


def test_a_delegated_role_works_for_its_time_and_the_log_names_who_acted(company):
    holder, stand_in = company.hire("dispatcher", name="调度"), company.hire("employee", name="代理")
    repair = company.register()
    assert stand_in.try_fire(repair, "dispatch", assignee_id=company.technician.id).status_code == 403
    refused = stand_in.post("/v1/delegations", {"role": "dispatcher", "holder_id": holder.id, "stand_in_id": stand_in.id, "from_at": company.at(0), "to_at": company.at(1)})
    assert refused.status_code == 422 and "delegation_of_another" in [e["code"] for e in refused.json()["errors"]]
    delegation = holder.create("delegations", role="dispatcher", holder_id=holder.id, stand_in_id=stand_in.id, from_at=company.at(0), to_at=company.at(2))
    assert stand_in.read("/v1/me")["delegated_roles"] == ["dispatcher"]
    repair = stand_in.fire(repair, "dispatch", assignee_id=company.technician.id)
    event = company.dispatcher.read(repair["href"] + "/events")["data"][-1]
    assert event["actor_id"] == stand_in.id and event["actor"] == "代理"
    holder.fire(delegation, "withdraw")
    assert stand_in.read("/v1/me")["delegated_roles"] == []

    holder.create("delegations", role="dispatcher", holder_id=holder.id, stand_in_id=stand_in.id, from_at=company.at(1), to_at=company.at(2))
    seen = []
    for when in (company.at(0.5), company.at(1.5), company.at(2.5)):
        company.set_clock(when)
        seen.append(stand_in.read("/v1/me")["delegated_roles"])
    assert seen == [[], ["dispatcher"], []]


def test_a_delegation_ends_when_its_holder_loses_the_role(company):
    holder, stand_in = company.hire("dispatcher", "employee"), company.hire("employee")
    holder.create("delegations", role="dispatcher", holder_id=holder.id, stand_in_id=stand_in.id, from_at=company.at(0), to_at=company.at(2))
    assert stand_in.read("/v1/me")["delegated_roles"] == ["dispatcher"]
    company.admin.fire(company.admin.read("/v1/persons/" + holder.id), "change_roles", reason="调岗", roles=["employee"])
    assert stand_in.read("/v1/me")["delegated_roles"] == []


def routes(company):
    """(method, path, whether it is public) of everything documented."""
    api = company.admin.read("/openapi.json")
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "put", "delete"):
                yield method, re.sub(r"\{\w+\}", str(uuid.uuid4()), path), operation.get("security", api["security"]) == []


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer acs_" + "A" * 43, "Bearer " + "x" * 5000, "Basic YWRtaW46Zmlyc3QtcGFzc3dvcmQ=",
                                    "bearer ack_\xff\xfe_not_utf8_at_all", "Bearer ' or true --                  "])
def test_without_a_good_token_nothing_but_the_public_routes_answers(company, header):
    session = requests.Session()
    if header is not None:
        session.headers["Authorization"] = header.encode("latin-1")
    guarded = 0
    for method, path, public in routes(company):
        if public or (header not in (None, "Bearer acs_" + "A" * 43) and path.count("/") > 3):
            continue
        answer = session.request(method, company.server.url + path, timeout=40)
        assert answer.status_code == 401, (method, path, answer.status_code)
        assert answer.json()["code"] == "unauthenticated" and answer.headers["WWW-Authenticate"].startswith("Bearer")
        guarded += 1
    assert guarded > 30


def test_exactly_health_documentation_sign_in_and_the_public_list_are_public(company):
    public = {(method, re.sub(r"/[0-9a-f-]{36}$", "/*", path)) for method, path, is_public in routes(company) if is_public}
    assert public == {("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics"), ("get", "/openapi.json"), ("get", "/docs"), ("get", "/docs/*"),
                      ("post", "/v1/session"), ("get", "/v1/public/outlets")}
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"):
        assert requests.get(company.server.url + path, timeout=40).status_code == 200, path


def test_the_scheme_is_case_insensitive_and_the_token_is_not(company):
    token = company.dispatcher.token
    for header, status in (("bearer " + token, 200), ("BEARER " + token, 200), ("Bearer " + token.swapcase(), 401), ("Bearer " + token + "x", 401), ("Bearer " + token[:-1], 401)):
        assert requests.get(company.server.url + "/v1/me", headers={"Authorization": header}, timeout=40).status_code == status, header
