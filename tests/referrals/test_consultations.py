"""The consultation log: who keeps it, what it holds, what a list costs, and an export that no spreadsheet runs."""

import csv
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from referrals import services
from referrals.models import Consultation
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.people import NOW
from tests.permissions.consultations import ASKED

WHEN = {"asked_at_0": "20", "asked_at_1": "11", "asked_at_2": "2025", "asked_at_3": "9:30"}


def page(name, *args):
    return reverse(f"referrals:{name}", args=args)


@pytest.fixture
def record(cast):
    def make(**values):
        given = {"key": uuid.uuid4(), "asked_at": NOW, "agency": cast.elsewhere, "by": cast.mina, "at": NOW}
        return services.record_consultation(**given | ASKED | values)

    return make


def test_a_consultation_is_recorded_once_per_key_and_logged_without_its_words(record, cast):
    key = uuid.uuid4()

    first, again = record(key=key), record(key=key)

    assert first == again
    assert (first.hub, first.agency, first.advised_by, first.recorded_at) == (
        cast.police,
        cast.elsewhere,
        cast.mina,
        NOW,
    )
    entry = Entry.objects.get(what="consultation.recorded")
    assert (entry.verb, entry.object_id, entry.details) == ("COLLECTED", str(first.pk), {"advised": "REFER"})


def test_advice_stands_on_the_referral_that_followed_and_on_the_timelines_of_its_people(client, record, cast, life):
    referral, kept = life.submitted(), record()
    services.link_consultation(consultation_id=kept.pk, reference=referral.reference, by=cast.mina, at=NOW)
    timeline = page("person_history", referral.pk, referral.people.get().pk)

    for address in (referral.get_absolute_url(), timeline):
        assert kept.get_absolute_url() in client.signed_in(cast.mina).get(address).content.decode()
    assert kept.get_absolute_url() not in client.signed_in(cast.olu).get(referral.get_absolute_url()).content.decode()


def test_a_key_of_somebody_elses_consultation_records_nothing(record, cast):
    first = record()

    with pytest.raises(services.CannotRecordConsultation, match="Open the page again"):
        record(key=first.pk, by=cast.sam)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada", "tess", "leda"])
def test_nobody_else_records_or_links(record, cast, life, who):
    referral, kept = life.submitted(), record()

    with pytest.raises(services.CannotRecordConsultation, match="Only the hub"):
        record(by=getattr(cast, who))
    with pytest.raises(services.CannotLinkConsultation, match="Only the hub"):
        services.link_consultation(consultation_id=kept.pk, reference=referral.reference, by=getattr(cast, who), at=NOW)


def test_a_decision_maker_of_a_force_that_is_not_the_hub_sees_nothing_of_its_log(client, record):
    kept = record()
    other = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_DECISION_MAKER"])

    assert client.signed_in(other).get(kept.get_absolute_url()).status_code == 404
    assert client.get(page("consultations")).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agency": None}, "Choose the agency"),
        ({"asker_role": " "}, "Say who asked"),
        ({"about": ""}, "Say who asked"),
        ({"advice": ""}, "Say who asked"),
        ({"advised": "NOTHING"}, "Say who asked"),
        ({"channel": "PIGEON"}, "Choose how they asked"),
        ({"types": ["UNKNOWN"]}, "Choose how they asked"),
        ({"asked_at": NOW + timedelta(minutes=1)}, "once it was asked for"),
    ],
)
def test_a_consultation_says_who_asked_what_and_which_advice(record, wrong, words):
    with pytest.raises(services.CannotRecordConsultation, match=words):
        record(**wrong)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("which_agency_asked", {"agency": None}),
        ("which_agency_asked", {"other_agency": "Also this one"}),
        ("who_what_and_which_advice", {"advice": ""}),
        ("asked_before_it_was_recorded", {"asked_at": NOW + timedelta(days=1)}),
        ("linked_says_who_and_when", {"linked_at": NOW}),
    ],
)
def test_the_database_refuses_a_consultation_that_contradicts_itself(record, name, change):
    kept = record()

    with pytest.raises(IntegrityError, match=f"consultation_.*{name}"), transaction.atomic():
        Consultation.objects.filter(pk=kept.pk).update(**change)


def test_the_referral_that_followed_is_linked_by_its_reference_however_typed(record, cast, life):
    referral, kept = life.submitted(), record()
    typed = referral.reference.lower().replace("-", " ")

    for _ in range(2):
        services.link_consultation(consultation_id=kept.pk, reference=typed, by=cast.sam, at=NOW)

    kept.refresh_from_db()
    assert (kept.referral, kept.linked_by, kept.linked_at) == (referral, cast.sam, NOW)
    assert Entry.objects.filter(what="consultation.linked").count() == 1
    with pytest.raises(services.CannotLinkConsultation, match="no referral with this reference"):
        services.link_consultation(consultation_id=kept.pk, reference="PPN-2026-AAAAA", by=cast.sam, at=NOW)


def test_recording_by_the_page_and_each_look_are_in_the_log(client, cast, life):
    referral, key = life.submitted(), uuid.uuid4()
    browser = client.signed_in(cast.mina)
    sent = ASKED | WHEN | {"key": key, "other_agency": "A village club"}

    for _ in range(2):
        assert browser.post(page("consultation_new"), sent).url == page("consultation", key)
    shown = browser.get(page("consultation", key)).content.decode()
    linked = browser.post(page("consultation_link", key), {"reference": referral.reference})
    browser.get(page("consultations"))

    assert ASKED["advice"] in shown
    assert "A village club" in shown
    assert linked.url == page("consultation", key)
    whats = Entry.objects.filter(what__startswith="consultation").order_by("pk").values_list("what", "verb")
    assert list(whats) == [
        ("consultation.recorded", "COLLECTED"),
        ("consultation.read", "READ"),
        ("consultation.linked", "CHANGED"),
        ("consultations.listed", "READ"),
    ]


def test_what_was_typed_comes_back_with_what_is_missing(client, cast, record):
    browser = client.signed_in(cast.mina)
    typed = ASKED | {"asked_at_0": "1", "asked_at_1": "1", "asked_at_2": "2100", "asked_at_3": "10:00", "advice": ""}

    refused = browser.post(page("consultation_new"), typed | {"key": uuid.uuid4()})
    unlinked = browser.post(page("consultation_link", record().pk), {"reference": "PPN 12"})

    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"asked_at", "agency", "advice"})
    assert ASKED["about"] in refused.content.decode()
    assert unlinked.status_code == 422
    assert 'value="PPN 12"' in unlinked.content.decode()


def test_the_list_is_searched_by_day_agency_advice_and_whether_a_referral_followed(client, cast, life, record):
    late = record(asked_at=datetime(2026, 7, 1, 22, 59, tzinfo=UTC))  # 23:59 in London
    next_day = record(asked_at=datetime(2026, 7, 1, 23, 1, tzinfo=UTC), agency=cast.council, advised="NO_REFERRAL")
    services.link_consultation(consultation_id=late.pk, reference=life.submitted().reference, by=cast.mina, at=NOW)
    browser = client.signed_in(cast.sam)
    first_of_july = {"first_day_0": "1", "first_day_1": "7", "first_day_2": "2026"}
    last = {"last_day_0": "1", "last_day_1": "7", "last_day_2": "2026"}

    def listed(query):
        return list(browser.get(page("consultations"), query).context["page"].items)

    assert listed({}) == [next_day, late]
    assert listed(first_of_july | last) == [late]
    assert listed({"first_day_0": "2", "first_day_1": "7", "first_day_2": "2026"}) == [next_day]
    assert listed({"agency": cast.council.pk}) == [next_day]
    assert listed({"advised": "REFER"}) == [late]
    assert listed({"followed": "YES"}) == [late]
    assert listed({"followed": "NO", "advised": "nonsense"}) == [next_day]


def test_the_export_is_what_the_filters_ask_runs_in_no_spreadsheet_and_is_logged(client, cast, record):
    record(about="=HYPERLINK(1)", advice="@cmd", other_agency="+Club", agency=None)
    record(advised="NO_REFERRAL")
    browser = client.signed_in(cast.sam)

    response = browser.get(page("consultations_export"), {"advised": "REFER"})

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    heading, row = csv.reader(text.splitlines())
    cells = dict(zip(heading, row, strict=True))
    assert (cells["about"], cells["advice"], cells["agency"]) == ("'=HYPERLINK(1)", "'@cmd", "'+Club")
    assert response["Content-Disposition"] == 'attachment; filename="consultations.csv"'
    entry = Entry.objects.get(what="consultations.exported")
    assert (entry.verb, entry.details) == ("EXPORTED", {"shown": 1, "filters": ["advised"]})


def test_counts_by_agency_and_month(client, cast, life, record):
    july = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # the first of July in London
    kept = record(asked_at=july)
    record(asked_at=july, advised="NO_REFERRAL")
    record(asked_at=datetime(2026, 6, 30, 22, 30, tzinfo=UTC), agency=None, other_agency="A village club")
    services.link_consultation(consultation_id=kept.pk, reference=life.submitted().reference, by=cast.mina, at=NOW)

    counts = client.signed_in(cast.mina).get(page("consultation_counts")).context["counts"]

    assert [(f"{c.month:%Y-%m}", c.agency, c.asked, c.told_to_refer, c.followed) for c in counts] == [
        ("2026-07", cast.elsewhere.name, 2, 1, 1),
        ("2026-06", "A village club", 1, 1, 0),
    ]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("consultations", 8), ("consultation_counts", 5), ("consultations_export", 7)]
)
def test_a_list_costs_the_same_however_long_it_is(
    client, cast, record, django_assert_num_queries, count, name, queries
):
    for _ in range(count):
        record()
    browser = client.signed_in(cast.mina)
    browser.get(page(name))

    with django_assert_num_queries(queries):
        response = browser.get(page(name))
        if response.streaming:
            b"".join(response.streaming_content)
