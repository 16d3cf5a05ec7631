"""Sessions and bookings as they stand in the database; journeys through services are for the tests of services."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from common.references import new_reference
from partners.enums import (
    GIVEN_BACK,
    REGISTERED,
    WAS_OPENED,
    BookingState,
    MaterialTime,
    Package,
    SessionKind,
    SessionState,
    Venue,
)
from partners.models import (
    AgencyContact,
    AgencyPackage,
    Booking,
    Delegate,
    Session,
    SessionMaterial,
    SharingAgreement,
    TailoredDate,
    TailoredRequest,
)
from tests.factories.accounts import AgencyFactory, UserFactory

PLANNED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)


class SessionFactory(factory.django.DjangoModelFactory):
    """An open session online with 20 places; `state="HELD"` comes with who and when of every step."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    host = factory.SubFactory(AgencyFactory, kind="POLICE")
    kind = SessionKind.CPI
    title = "The CPI form in 90 minutes"
    starts_at = STARTS
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=90))
    venue = Venue.ONLINE
    joining_link = factory.LazyAttribute(
        lambda session: "https://meet.example.org/fictitious" if session.venue == Venue.ONLINE else ""
    )
    capacity = 20
    booking_closes_at = factory.LazyAttribute(lambda session: session.starts_at)
    state = SessionState.OPEN
    planned_at = PLANNED
    changed_at = PLANNED
    planned_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..host"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[Session], *args: Any, **kwargs: Any) -> Session:
        by, state = kwargs["planned_by"], kwargs["state"]
        if state in WAS_OPENED:
            kwargs = {"opened_at": PLANNED, "opened_by": by} | kwargs
        if state == SessionState.HELD:
            kwargs = {"held_at": kwargs["ends_at"], "held_by": by} | kwargs
        if state == SessionState.CANCELLED:
            kwargs = {"cancelled_at": PLANNED, "cancelled_by": by, "cancel_reason": "The trainer is ill."} | kwargs
        created: Session = super()._create(model_class, *args, **kwargs)
        created.trainers.add(by)
        return created


class DelegateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delegate

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Fictitious Delegate {n}")
    email = factory.Sequence(lambda n: f"delegate{n}@example.org")
    added_at = PLANNED
    added_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"))


class BookingFactory(factory.django.DjangoModelFactory):
    """A user's place; `delegate=…` with `user=None` for somebody without an account; `state="CANCELLED"` for one given back."""

    class Meta:
        model = Booking

    session = factory.SubFactory(SessionFactory)
    user = factory.SubFactory(UserFactory, roles=["PARTNER_PRACTITIONER"])
    agency = factory.LazyAttribute(lambda booking: (booking.user or booking.delegate).agency)
    state = BookingState.BOOKED
    reference = factory.LazyFunction(lambda: new_reference("BKG", 2026, length=8))
    request_key = factory.LazyFunction(uuid.uuid4)
    booked_at = PLANNED
    booked_by = factory.LazyAttribute(lambda booking: booking.user or booking.delegate.added_by)

    @classmethod
    def _create(cls, model_class: type[Booking], *args: Any, **kwargs: Any) -> Booking:
        if kwargs["state"] in GIVEN_BACK:
            kwargs = {"cancelled_at": PLANNED, "cancelled_by": kwargs["booked_by"]} | kwargs
        if kwargs["state"] in REGISTERED:
            kwargs = {"registered_at": PLANNED, "registered_by": kwargs["session"].planned_by} | kwargs
        created: Booking = super()._create(model_class, *args, **kwargs)
        return created


class AgencyContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgencyContact

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Fictitious Contact {n}")
    role = "Designated safeguarding lead"
    email = factory.Sequence(lambda n: f"contact{n}@example.org")
    changed_at = PLANNED
    changed_by = factory.SubFactory(UserFactory)


class AgencyPackageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgencyPackage

    agency = factory.SubFactory(AgencyFactory)
    package = Package.FULL
    valid_from = date(2026, 1, 1)
    said_by = "Head of service"
    recorded_at = PLANNED
    recorded_by = factory.SubFactory(UserFactory)


class SharingAgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SharingAgreement

    agency = factory.SubFactory(AgencyFactory)
    signed_on = date(2025, 6, 1)
    review_on = date(2027, 6, 1)
    recorded_at = PLANNED
    recorded_by = factory.SubFactory(UserFactory)


class TailoredRequestFactory(factory.django.DjangoModelFactory):
    """A request as it was asked; `state="PROPOSED"` without its dates, which a test adds."""

    class Meta:
        model = TailoredRequest

    agency = factory.SubFactory(AgencyFactory)
    host = factory.SubFactory(AgencyFactory, kind="POLICE")
    kind = SessionKind.CPI
    audience = "Reception staff of three practices"
    size = 12
    purpose = "When to send a form, and what to write in it."
    wished = "Tuesday evenings"
    venue = Venue.ONLINE
    request_key = factory.LazyFunction(uuid.uuid4)
    asked_at = PLANNED
    asked_by = factory.SubFactory(UserFactory)
    moved_at = PLANNED


class TailoredDateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TailoredDate

    request = factory.SubFactory(TailoredRequestFactory, state="PROPOSED")
    round = 1
    starts_at = STARTS


class SessionMaterialFactory(factory.django.DjangoModelFactory):
    """A row of a file; the store has none."""

    class Meta:
        model = SessionMaterial

    session = factory.SubFactory(SessionFactory)
    time = MaterialTime.BEFORE
    name = "Before you come.pdf"
    content_type = "application/pdf"
    size = 9
    sha256 = factory.Sequence(lambda n: f"{n:064d}")
    file = factory.Sequence(lambda n: f"sessions/aa/{n}")
    added_at = PLANNED
    added_by = factory.SubFactory(UserFactory)
