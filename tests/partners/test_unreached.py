"""Where mail to somebody could not be delivered, who can do something about it reads so."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from mail.services.bounces import note_bounce
from tests.factories.partners import AgencyContactFactory, BookingFactory, DelegateFactory, SessionFactory
from tests.people import NOW

ON_BOOKING = "Mail to the person could not be delivered"
TAG = "Mail not delivered"


def bounce(address: str) -> None:
    message = Message.objects.create(
        kind="partners.booked",
        recipient=address.lower(),
        subject="MASH session",
        state="SENT",
        sender="SMTP",
        sent_at=NOW,
        queued_at=NOW,
    )
    note_bounce(message_id=message.pk, error="Not delivered, 5.1.1", at=timezone.now())


@pytest.fixture
def session(cast):
    return SessionFactory(host=cast.police, planned_by=cast.tess)


@pytest.fixture
def booking(cast, session):
    jo = DelegateFactory(agency=cast.council, name="Jo Fictitious", email="Jo@example.org", added_by=cast.cory)
    return BookingFactory(session=session, user=None, delegate=jo, booked_by=cast.cory)


def test_the_coordinator_reads_it_on_the_booking_and_of_that_person_alone(client, cast, booking, session):
    other = BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.cory)
    assert ON_BOOKING not in client.get(booking.get_absolute_url()).content.decode()

    bounce("jo@example.org")

    assert ON_BOOKING in client.get(booking.get_absolute_url()).content.decode()
    assert ON_BOOKING not in client.get(other.get_absolute_url()).content.decode()


def test_who_opens_their_own_booking_reads_that_their_address_is_wrong(client, cast, session):
    own = BookingFactory(session=session, user=cast.pat)
    bounce("pat@example.org")

    shown = client.signed_in(cast.pat).get(own.get_absolute_url()).content.decode()

    assert "Mail to you could not be delivered" in shown
    assert "Ask your administrator to correct your e-mail address." in shown


@pytest.mark.parametrize("state", ["BOOKED", "WAITING"])
def test_the_trainer_reads_it_beside_the_person_on_the_session(client, cast, booking, session, state):
    type(booking).objects.filter(pk=booking.pk).update(state=state)
    BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.tess)
    assert TAG not in client.get(session.get_absolute_url()).content.decode()

    bounce("jo@example.org")

    shown = client.get(session.get_absolute_url()).content.decode()
    assert shown.count(TAG) == 1
    assert shown.index("Jo Fictitious") < shown.index(TAG)
    assert TAG not in client.signed_in(cast.pat).get(session.get_absolute_url()).content.decode()


def test_a_contact_and_a_coordinator_of_an_agency_are_marked(client, cast):
    AgencyContactFactory(agency=cast.council, email="Con@example.org")
    address = reverse("partners:agency", args=[cast.council.pk])
    client.signed_in(cast.tess)
    assert TAG not in client.get(address).content.decode()

    bounce("con@example.org")
    assert client.get(address).content.decode().count(TAG) == 1
    bounce(cast.cory.email)
    assert client.get(address).content.decode().count(TAG) == 2
