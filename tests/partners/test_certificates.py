"""Certificates of attendance: who gets one, what stands on it, and what its address tells anybody."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from audit.models import Entry
from partners.documents.certificate import html_of
from partners.models import Booking, Certificate, Session, SessionDate
from partners.services import certificates as services
from partners.services import register
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.reading import text_of

OVER = STARTS + timedelta(hours=3)


@pytest.fixture(autouse=True)
def no_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def it_is_over(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: OVER)


def attended(cast: Cast, **fields) -> Booking:
    session = SessionFactory(
        host=cast.police, planned_by=cast.tess, state="HELD", kind="CLARES_LAW", title="Share it yourself, or ask?"
    )
    return BookingFactory(**{"session": session, "user": cast.pat, "state": "PRESENT"} | fields)


def make(booking: Booking, by) -> Certificate:
    return services.make_certificate(booking_id=booking.pk, by=by, at=OVER)


def address_of(certificate: Certificate) -> str:
    return f"/verify/{certificate.token}/"


def test_the_person_downloads_a_tagged_certificate_from_their_booking(client, cast):
    booking = attended(cast)
    client.signed_in(cast.pat)
    address = reverse("partners:booking_certificate", args=[booking.pk])
    assert address in client.get(booking.get_absolute_url()).content.decode()

    answer = client.get(address)

    reader = PdfReader(io.BytesIO(answer.content))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for shown in (
        "Pat Fictitious",
        "Share it yourself, or ask?",
        "3 December 2026",
        "1 hour 30 minutes",
        "Wessex Vale Police (fictitious)",
    ):
        assert shown in words
    assert Certificate.objects.get().token in words.replace(" ", "")
    assert "Testham" not in words, "the agency does not stand on it"
    entry = Entry.objects.get(what="partners.certificate_made")
    assert (entry.actor_id, entry.object_id) == (str(cast.pat.pk), str(booking.pk))


def test_the_same_certificate_is_made_again_with_the_same_address(cast):
    booking = attended(cast)

    assert make(booking, cast.pat).token == make(booking, cast.pat).token
    assert Certificate.objects.count() == 1


def test_several_dates_stand_on_it_with_their_hours_together(cast):
    booking = attended(cast)
    session = booking.session
    later = STARTS + timedelta(days=7)
    with transaction.atomic():
        session.ends_at, session.date_count = later + timedelta(minutes=60), 2
        session.save(update_fields=["ends_at", "date_count"])
        session.dates.update(ends_at=STARTS + timedelta(minutes=90))
        SessionDate.objects.create(session=session, starts_at=later, ends_at=session.ends_at)

    words = html_of(Booking.objects.get(pk=booking.pk), address="https://mash.example.org/verify/x/")

    for shown in ("3 December 2026, 10 December 2026", "2 hours 30 minutes"):
        assert shown in words


@pytest.mark.parametrize(
    "fields",
    [{"state": "ABSENT"}, {"is_partial": True}, {}, {"state": "BOOKED"}],
    ids=["absent", "partly", "register not closed", "not marked"],
)
def test_who_was_not_there_for_all_of_it_gets_none(client, cast, fields):
    is_open = fields.get("state") == "BOOKED" or not fields
    booking = attended(cast, **fields)
    if is_open:
        Session.objects.update(state="OPEN", held_at=None, held_by=None)
    client.signed_in(cast.pat)

    assert client.get(reverse("partners:booking_certificate", args=[booking.pk])).status_code == 404
    assert "Download the certificate" not in text_of(client.get(booking.get_absolute_url()))
    assert not Certificate.objects.exists()


def test_while_the_session_goes_on_nobody_was_there_for_all_of_it(client, cast, monkeypatch):
    """The register may be closed before the end."""
    booking = attended(cast)
    monkeypatch.setattr("django.utils.timezone.now", lambda: booking.session.ends_at - timedelta(minutes=1))
    client.signed_in(cast.pat)

    assert client.get(reverse("partners:booking_certificate", args=[booking.pk])).status_code == 404
    assert "Download the certificate" not in text_of(client.get(booking.get_absolute_url()))
    assert not Certificate.objects.exists()


def test_a_coordinator_takes_it_for_somebody_without_an_account_and_for_nobody_else(client, cast):
    jos = attended(cast, user=None, delegate=DelegateFactory(agency=cast.council))
    pats = BookingFactory(session=jos.session, user=cast.pat, state="PRESENT")
    of_elsewhere = BookingFactory(
        session=jos.session, user=None, delegate=DelegateFactory(agency=cast.elsewhere), state="PRESENT"
    )
    client.signed_in(cast.cory)

    found = [
        client.get(reverse("partners:booking_certificate", args=[one.pk])).status_code
        for one in (jos, pats, of_elsewhere)
    ]

    assert found == [200, 403, 404]
    assert "Download the certificate" not in text_of(client.get(pats.get_absolute_url()))
    for by in (cast.cory, cast.tess):
        with pytest.raises(services.CannotCertify, match="for the person"):
            make(pats, by)


def test_the_address_tells_anybody_the_kind_and_the_day_and_nothing_else(client, cast):
    booking = attended(cast)
    certificate = make(booking, cast.pat)

    answer = client.get(address_of(certificate))
    words = text_of(answer)

    assert answer.status_code == 200
    assert "genuine: for a session of the kind “Clare's Law” held on 3 December 2026." in words
    page = answer.content.decode().split("<main")[1].split("</main>")[0]
    for hidden in (
        "Pat",
        "Testham",
        "Wessex Vale Police",
        "Share it yourself",
        booking.reference,
        str(booking.pk),
        str(booking.session_id),
        "Tess",
    ):
        assert hidden not in page.replace(certificate.token, "")
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("token", ["wrong", "A" * 43, "%00", "é" * 43])
def test_an_unknown_address_answers_404_in_the_same_shape(client, cast, token):
    certificate = make(attended(cast), cast.pat)

    known, unknown = client.get(address_of(certificate)), client.get(f"/verify/{token}/")

    assert unknown.status_code == 404
    assert "There is no certificate at this address." in text_of(unknown)
    assert [one.name for one in unknown.templates][0] == [one.name for one in known.templates][0]
    for header in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control"):
        assert unknown[header] == known[header]


def test_a_certificate_holds_as_long_as_the_register_says_so(client, cast):
    booking = attended(cast)
    certificate = make(booking, cast.pat)

    def says_after(mark: str) -> str:
        register.take_register(session_id=booking.session_id, marks={booking.pk: mark}, by=cast.tess, at=OVER)
        return text_of(client.get(address_of(certificate)))

    for mark in ("ABSENT", "PARTLY"):
        words = says_after(mark)
        assert "This certificate is not valid." in words
        for hidden in ("Clare", "December", "genuine"):
            assert hidden not in words
    assert "genuine" in says_after("PRESENT")


def test_one_visitor_asks_only_so_often(client, cast, settings):
    settings.PUBLIC_PAGES_A_MINUTE = 2

    assert [client.get("/verify/wrong/").status_code for _ in range(3)] == [404, 404, 429]


@pytest.mark.parametrize("fields", [{"state": "ABSENT"}, {"state": "PRESENT", "is_partial": True}])
def test_the_database_makes_no_certificate_for_who_was_not_there(cast, fields):
    booking = attended(cast, **fields)

    with pytest.raises(IntegrityError, match="no certificate"), transaction.atomic():
        Certificate.objects.create(booking=booking, made_at=OVER, made_by=cast.tess)
    there = BookingFactory(session=booking.session, state="PRESENT")
    with pytest.raises(IntegrityError, match="long_token"), transaction.atomic():
        Certificate.objects.create(booking=there, token="short", made_at=OVER, made_by=cast.tess)
