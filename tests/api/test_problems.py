"""Whatever goes wrong, a program gets problem details, and nothing about our insides."""

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.authentication import ClientRateThrottle
from referrals.models import Referral
from tests.api.programs import Program

SCOPES = ("referrals:read", "referrals:write", "incidents:read", "incidents:write")
URL = reverse("api:referrals")


@pytest.fixture
def program(cast):
    return Program(cast.olu, SCOPES)


def send(client, body=b"{}", *, method="POST", url=URL, content_type="application/json", key="", **headers):
    headers = {"Idempotency-Key": key or str(uuid.uuid4())} | headers
    return client.generic(method, url, body, content_type=content_type, headers=headers)


def assert_problem(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body.get("detail") or body.get("errors")
    return body


def test_400_without_a_key(program):
    body = assert_problem(program.client.post(URL, "{}", content_type="application/json"), 400)

    assert list(body["errors"]) == ["Idempotency-Key"]


@pytest.mark.parametrize("key", ["short", "x" * 101])
def test_400_for_a_key_that_is_too_short_or_too_long(program, key):
    assert_problem(send(program.client, key=key), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"kind": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 5_000,
        b'"\\ud800"',
        b"null",
        b"[]",
        b'"x"',
        b"\0",
    ],
)
def test_400_for_a_body_that_is_no_json_object(program, body):
    assert_problem(send(program.client, body), 400)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer tökén"}])
def test_401_without_and_with_a_wrong_token(headers):
    response = Client(headers=headers).get(URL)

    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_403_by_role_and_by_scope(cast):
    assert_problem(Program(cast.ada, SCOPES).post("referrals", data={"kind": "PPN"}), 403)
    assert_problem(Program(cast.olu, ()).get("referrals"), 403)


def test_403_for_a_session_without_the_token_of_a_form(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")

    assert_problem(send(client), 403)


@pytest.mark.parametrize("name", ["referral", "decisions", "shares", "answer"])
def test_404_for_forged_ids_and_addresses_that_there_are_not(program, name):
    url = reverse(f"api:{name}", args=[uuid.uuid4()])

    assert_problem(send(program.client, method="GET" if name == "referral" else "POST", url=url), 404)
    assert_problem(program.client.get(f"{URL}not-an-id/"), 404)
    assert_problem(program.client.get("/api/v2/"), 404)
    assert_problem(Client().get("/api/v1/nothing/"), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_405_for_other_verbs(cast, method):
    client = Client()
    client.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")

    body = assert_problem(send(client, method=method), 405)

    assert method in body["detail"]


def test_406_for_who_wants_something_else_than_json(program):
    assert_problem(program.client.get(URL, headers={"Accept": "text/csv"}), 406)


def test_409_for_a_rule_of_the_domain(program):
    body = assert_problem(program.post("referrals", data={"kind": "PPN"}), 409)

    assert body["title"] == "Refused"
    assert not Referral.objects.exists()


def test_413_for_a_body_that_is_too_large(program, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000

    assert_problem(program.post("referrals", data={"kind": "x" * 10_000}), 413)


@pytest.mark.parametrize(
    "content_type", ["text/csv", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_415_for_what_is_not_json(cast, program, content_type):
    signed_in = Client()
    signed_in.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")

    for client in (program.client, signed_in):
        assert_problem(send(client, b"kind=PPN", content_type=content_type), 415)


def test_422_for_a_key_with_another_body_or_for_another_address(cast, program):
    data = {"kind": "CPI", "cpi": {"topics": ["DRUGS"], "information": "Cars."}, "lawful_basis": "PUBLIC_TASK"}
    partner = Program(cast.pat, SCOPES)
    assert partner.post("referrals", data=data, key="the-same-key").status_code == 201

    assert_problem(partner.post("referrals", data=data | {"types": []}, key="the-same-key"), 422)
    assert Referral.objects.count() == 1
    assert program.post("referrals", data=data, key="the-same-key").status_code == 403, "keys of others are others"


def test_429_says_when_to_come_again_and_counts_each_program_apart(cast, monkeypatch):
    monkeypatch.setattr(ClientRateThrottle, "rate", "2/min", raising=False)
    first, second = Program(cast.olu, SCOPES), Program(cast.olu, SCOPES)

    statuses = [first.get("referrals").status_code for _ in range(2)]
    response = first.get("referrals")

    assert statuses == [200, 200]
    assert_problem(response, 429)
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert second.get("referrals").status_code == 200


def test_a_service_that_lost_redis_goes_on_without_counting(program, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert program.get("referrals").status_code == 200


def test_500_tells_nothing_of_our_insides(program, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("referrals.api.referrals.services.submit_complete_referral", broken)

    response = program.post("referrals", data={"kind": "PPN"})

    assert_problem(response, 500)
    assert "secret" not in response.content.decode()


def test_a_page_that_breaks_is_still_a_page(client):
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_root_says_where_everything_is(program):
    assert program.get("root").json() == {
        "referrals": "http://testserver/api/v1/referrals/",
        "challenges": "http://testserver/api/v1/challenges/",
        "consultations": "http://testserver/api/v1/consultations/",
        "incidents": "http://testserver/api/v1/incidents/",
        "schema": "http://testserver/api/schema/",
        "docs": "http://testserver/api/docs/",
    }


def test_the_docs_page_holds_no_script_of_its_own_and_loads_nothing_from_elsewhere(client, cast):
    response = client.signed_in(cast.olu).get(reverse("api_docs"))

    page = response.content.decode()
    assert response.status_code == 200
    assert "<style" not in page
    assert "http" not in page
    assert page.count("<script src=") == page.count("<script") == 3
    script = client.get(f"{reverse('api_docs')}?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")


def test_the_schema_tells_every_error_and_holds_no_person(client, cast):
    schema = json.loads(
        client.signed_in(cast.olu).get(reverse("api_schema"), headers={"Accept": "application/json"}).content
    )

    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "429"} <= set(operation["responses"]), f"{method} {path}"
            if method == "post":
                assert {"400", "404", "409", "413", "415", "422"} <= set(operation["responses"]), path
                assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]], path
    text = json.dumps(schema)
    assert "@" not in text.replace("@example.org", "")
    assert "99000000123" in text
