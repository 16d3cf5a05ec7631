"""Incidents over the API: batches from a records system, row by row and exactly once, and the list."""

import threading
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services import CannotCreateApiClient, create_api_client
from audit.models import Entry
from referrals.models import Incident, IncidentImport
from tests.api.programs import Program
from tests.factories.accounts import AgencyFactory, AreaFactory
from tests.factories.referrals import IncidentFactory
from tests.people import make_cast

BOTH = ("incidents:read", "incidents:write")


@pytest.fixture
def program(cast):
    return Program(cast.ana, BOTH)


@pytest.fixture
def code(cast):
    return cast.district.code


def incident(code, number="99000000001", **changes):
    return {
        "occurrence_number": number,
        "reported_at": "2026-03-27T14:05:00+00:00",
        "kind": "MISSING",
        "district_code": code,
        "child_linked": True,
        "adult_needs": False,
        "domestic_abuse": "no",
    } | changes


def counts(response):
    report = response.json()
    return tuple(report[name] for name in ("rows", "added", "changed", "unchanged", "refused"))


def test_a_batch_is_taken_and_reported(cast, program, code):
    response = program.post(
        "incidents", data={"incidents": [incident(code, "1"), incident(code, "2", summary="Found.")]}
    )

    assert response.status_code == 201
    assert counts(response) == (2, 2, 0, 0, 0)
    assert response.json()["refusals"] == []
    done = IncidentImport.objects.get()
    assert (str(done.pk), done.channel, done.file_name, done.by) == (
        response.json()["id"],
        "API",
        program.name,
        cast.ana,
    )
    found = Incident.objects.order_by("number").values_list("number", "child_linked", "domestic_abuse", "summary")
    assert list(found) == [("1", True, False, ""), ("2", True, False, "Found.")]
    entry = Entry.objects.get(what="incidents.imported")
    assert (entry.actor_id, entry.details["over"]) == (str(cast.ana.pk), "API")


def test_wrong_incidents_are_refused_one_by_one_with_row_column_and_reason(cast, program, code):
    batch = [
        incident(code, "1"),
        incident(code, "2", reported_at="2026-02-30"),
        incident("Z99", "3", kind=7, child_linked=None),
        incident(code, "1"),
        {},
    ]

    response = program.post("incidents", data={"incidents": batch})

    assert response.status_code == 201
    assert counts(response) == (5, 1, 0, 0, 4)
    refusals = response.json()["refusals"]
    assert [(refusal["row"], refusal["column"]) for refusal in refusals[:5]] == [
        (2, "reported_at"),
        (3, "child_linked"),
        (3, "district_code"),
        (3, "kind"),
        (4, "occurrence_number"),
    ]
    assert refusals[4]["message"] == "The number stands in row 1 already."
    assert {refusal["row"] for refusal in refusals[5:]} == {5}


def test_the_same_incidents_in_another_call_change_nothing(program, code):
    batch = {"incidents": [incident(code, "1"), incident(code, "2")]}
    program.post("incidents", data=batch)

    assert counts(program.post("incidents", data=batch)) == (2, 0, 0, 2, 0)


def test_what_no_incident_of_the_batch_has_stays_as_it_is_known(cast, program, code):
    program.post("incidents", data={"incidents": [incident(code, team="Testham Response", summary="Found.")]})

    response = program.post("incidents", data={"incidents": [incident(code, kind="OTHER", summary="")]})

    assert response.json()["changed"] == 1
    assert list(Incident.objects.values_list("kind", "team", "summary")) == [("OTHER", cast.response_team.pk, "")]


def test_the_same_key_and_body_again_get_the_same_answer_and_one_import(program, code):
    batch = {"incidents": [incident(code), incident("Z99", "2")]}

    first, second = (program.post("incidents", data=batch, key="night-2026-11-20") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert IncidentImport.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(program, code):
    program.post("incidents", data={"incidents": [incident(code, "1")]}, key="night-2026-11-20")

    response = program.post("incidents", data={"incidents": [incident(code, "2")]}, key="night-2026-11-20")

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Incident.objects.filter(number="2").exists()


@pytest.mark.django_db(transaction=True)
def test_two_calls_with_one_key_at_the_same_moment_make_one_import():
    cast = make_cast()
    program = Program(cast.ana, BOTH)
    batch = {"incidents": [incident(cast.district.code, str(number)) for number in range(50)]}
    gate = threading.Barrier(4)
    answers = []

    def call():
        try:
            gate.wait(timeout=10)
            answers.append(program.post("incidents", data=batch, key="night-2026-11-20").json())
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert [answer["added"] for answer in answers] == [50] * 4
    assert IncidentImport.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "incidents"),
        ([], "non_field_errors"),
        ({"incidents": []}, "incidents"),
        ({"incidents": "x"}, "incidents"),
        ({"incidents": ["x"]}, "incidents"),
        ({"incidents": [{"colour": "red"}]}, "colour"),
        ({"incidents": [{"kind": {"a": 1}}]}, "kind"),
        ({"incidents": [{"kind": 1.5}]}, "kind"),
        ({"incidents": [{"occurrence_number": "1"}] * 1_001}, "incidents"),
    ],
)
def test_a_call_that_is_no_batch_is_refused_as_a_whole(program, data, named):
    response = program.post("incidents", data=data)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert named in str(response.json()["errors"])
    assert not IncidentImport.objects.exists()


def test_a_thousand_incidents_are_taken_at_once_in_as_many_queries_as_one(program, code, django_assert_num_queries):
    for rows in (1, 1_000):
        batch = {"incidents": [incident(code, f"{rows}/{number}") for number in range(rows)]}
        with django_assert_num_queries(22):
            assert program.post("incidents", data=batch).json()["added"] == rows


@pytest.mark.parametrize("name", ["olu", "mina", "pat", "ada"])
def test_a_token_does_no_more_than_its_person_may(cast, code, name):
    program = Program(getattr(cast, name), BOTH)

    assert program.get("incidents").status_code == 403
    assert program.post("incidents", data={"incidents": [incident(code)]}).status_code == 403
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("scopes", "may_read", "may_write"),
    [
        ([], False, False),
        (["incidents:read"], True, False),
        (["incidents:write"], False, True),
        (["referrals:read", "referrals:write"], False, False),
    ],
)
def test_a_token_reaches_no_further_than_its_scopes(cast, code, scopes, may_read, may_write):
    program = Program(cast.ana, scopes)

    assert program.get("incidents").status_code == (200 if may_read else 403)
    response = program.post("incidents", data={"incidents": [incident(code)]})
    assert response.status_code == (201 if may_write else 403)


def test_a_scope_that_there_is_not_is_not_given(cast):
    with pytest.raises(CannotCreateApiClient, match="There is no scope incidents:all"):
        create_api_client(name="Program", user=cast.ana, scopes=["incidents:read", "incidents:all"])


def test_an_ended_token_and_that_of_a_leaver_are_not_valid(cast):
    ended, left = Program(cast.ana, BOTH), Program(cast.sam, BOTH)
    ended.api_client.is_active = False
    ended.api_client.save()
    cast.sam.is_active = False
    cast.sam.save()

    assert [program.get("incidents").status_code for program in (ended, left)] == [401, 401]


def test_the_list_holds_the_own_forces_incidents_newest_first_without_their_summaries(cast, program, code):
    for number, day in (("OLD", 1), ("NEW", 3)):
        at = datetime(2026, 9, day, 12, tzinfo=UTC)
        IncidentFactory(
            force=cast.police, district=cast.district, number=number, reported_at=at, summary="Told in confidence"
        )
    IncidentFactory(force=AgencyFactory(kind="POLICE"), number="ELSEWHERE")

    response = program.get("incidents")

    assert [row["occurrence_number"] for row in response.json()["results"]] == ["NEW", "OLD"]
    assert response.json()["results"][0] | {"id": "", "imported_at": ""} == {
        "id": "",
        "occurrence_number": "NEW",
        "reported_at": "2026-09-03T13:00:00+01:00",
        "kind": "CHILD_CONCERN",
        "district_code": code,
        "team": None,
        "child_linked": True,
        "adult_needs": False,
        "domestic_abuse": False,
        "imported_at": "",
    }
    assert "confidence" not in response.content.decode()


def test_the_list_goes_on_by_cursor_to_the_last_and_back(cast, program, monkeypatch):
    monkeypatch.setattr("referrals.api.incidents.NewestFirst.page_size", 2)
    IncidentFactory.create_batch(5, force=cast.police)

    pages = [program.get("incidents", kind="CHILD_CONCERN").json()]
    while pages[-1]["next"]:
        pages.append(program.client.get(pages[-1]["next"]).json())

    ids = [row["id"] for page in pages for row in page["results"]]
    assert [len(page["results"]) for page in pages] == [2, 2, 1]
    assert len(set(ids)) == 5
    assert all("kind=CHILD_CONCERN" in page["next"] for page in pages[:-1])
    assert program.client.get(pages[1]["previous"]).json()["results"] == pages[0]["results"]


def test_a_forged_cursor_leads_to_the_first_page(cast, program):
    IncidentFactory(force=cast.police)

    for cursor in ("x", "%00", "🦉", "a" * 5_000):
        assert len(program.get("incidents", cursor=cursor).json()["results"]) == 1


def test_the_list_is_filtered(cast, program, code):
    IncidentFactory(force=cast.police, number="1", district=cast.district, kind="MISSING")
    IncidentFactory(force=cast.police, number="2", child_linked=False, domestic_abuse=True)
    IncidentFactory(force=cast.police, number="3", reported_at=datetime(2026, 3, 1, 12, tzinfo=UTC))

    def numbers(**query):
        return sorted(row["occurrence_number"] for row in program.get("incidents", **query).json()["results"])

    assert numbers(kind="MISSING") == ["1"]
    assert numbers(district=code) == ["1"]
    assert numbers(flag="domestic_abuse") == ["2"]
    assert numbers(reported_from="2026-03-02") == ["1", "2"]
    assert numbers(reported_from="2026-03-01", reported_before="2026-03-02") == ["3"]


@pytest.mark.parametrize(
    "query",
    [{"kind": "X"}, {"district": "forged"}, {"district": "\0"}, {"flag": "summary"}, {"reported_from": "2026-02-30"}],
)
def test_a_filter_that_is_not_right_is_told(program, query):
    response = program.get("incidents", **query)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(query)


def test_a_district_of_another_force_is_no_filter(cast, program):
    authority = AreaFactory(kind="LOCAL_AUTHORITY")
    cast.police.areas.set([authority])
    AgencyFactory(kind="POLICE").areas.set([AreaFactory(code="FORGED")])

    assert program.get("incidents", district="FORGED").status_code == 400


def test_looking_at_the_list_is_recorded(cast, program):
    IncidentFactory(force=cast.police)

    program.get("incidents", kind="CHILD_CONCERN")

    entry = Entry.objects.get(what="incidents.listed")
    assert (entry.actor_id, entry.details) == (str(cast.ana.pk), {"shown": 1, "filters": ["kind"], "over": "API"})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_list_does_not_grow(cast, program, django_assert_num_queries, rows):
    IncidentFactory.create_batch(rows, force=cast.police, team=cast.hub_team)

    with django_assert_num_queries(4):
        assert len(program.get("incidents").json()["results"]) == rows


def test_somebody_signed_in_may_send_a_batch_from_a_page(cast, code):
    client = Client()
    client.force_login(cast.ana, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(
        reverse("api:incidents"),
        {"incidents": [incident(code)]},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )

    assert response.status_code == 201
    assert IncidentImport.objects.get().file_name == "Signed in by browser"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
incident_names = st.sampled_from([*incident("X"), "team", "officer_collar_number", "summary"])
scalars = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=[]), max_size=30)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(
    data=st.one_of(
        json_values,
        st.fixed_dictionaries(
            {"incidents": st.lists(st.dictionaries(incident_names, scalars | json_values, max_size=10), max_size=4)}
        ),
        st.fixed_dictionaries(
            {
                "incidents": st.lists(
                    st.dictionaries(incident_names, scalars, max_size=10).map(lambda part: incident("X") | part),
                    min_size=1,
                    max_size=4,
                )
            }
        ),
    )
)
def test_whatever_json_comes_it_is_taken_with_its_counts_or_refused_with_a_reason(program, data):
    response = program.post("incidents", data=data)

    assert response.status_code in (201, 400), response.content
    if response.status_code == 201:
        rows, added, changed, unchanged, refused = counts(response)
        assert rows == added + changed + unchanged + refused == len(data["incidents"])
    else:
        assert response.json()["status"] == 400
