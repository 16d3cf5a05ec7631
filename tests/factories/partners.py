"""Sessions and bookings as they stand in the database; journeys through services are for the tests of services."""

import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from common.references import new_reference
from partners.enums import (
    GIVEN_BACK,
    NOT_COMPLETED,
    REGISTERED,
    WAS_OPENED,
    AskedWhen,
    BookingState,
    DisclosureScheme,
    Judgement,
    Known,
    MaterialTime,
    Package,
    QuestionState,
    SessionKind,
    SessionState,
    ShouldHave,
    Venue,
)
from partners.models import (
    AgencyContact,
    AgencyPackage,
    Booking,
    BookingNeeds,
    Delegate,
    Offer,
    PlaceHold,
    PromptedApplication,
    Scenario,
    ScenarioAnswer,
    ScenarioVersion,
    Session,
    SessionMaterial,
    SessionQuestion,
    SharingAgreement,
    TailoredDate,
    TailoredRequest,
)
from partners.models.scenario_words import TO_BEGIN_WITH
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
    """A user's place; `delegate=…` with `user=None` for somebody without an account; `state="CANCELLED"` for one given back.

    `state="OFFERED"` comes with its offer, which ends at `offer_ends_at`.
    """

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
        offer_ends_at = kwargs.pop("offer_ends_at", kwargs["session"].booking_closes_at)
        created: Booking = super()._create(model_class, *args, **kwargs)
        if kwargs["state"] == BookingState.OFFERED:
            Offer.objects.create(booking=created, offered_at=kwargs["booked_at"], ends_at=offer_ends_at)
        return created


class PromptedApplicationFactory(factory.django.DjangoModelFactory):
    """An open application, not judged; `judgement=…` and `outcome=…` come with what belongs to them."""

    class Meta:
        model = PromptedApplication

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    agency = factory.SubFactory(AgencyFactory)
    scheme = DisclosureScheme.CLARES_LAW
    received_on = date(2026, 11, 2)
    held_information = Known.YES
    shared_itself = Known.NO
    asked_by_person = Known.NO
    request_key = factory.LazyFunction(uuid.uuid4)
    logged_at = PLANNED
    logged_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[PromptedApplication], *args: Any, **kwargs: Any) -> PromptedApplication:
        if judgement := kwargs.get("judgement"):
            instead = ShouldHave.SHARE if judgement == Judgement.INAPPROPRIATE else ""
            said = {"reason": "The school knew of it.", "judged_at": PLANNED, "judged_by": kwargs["logged_by"]}
            kwargs = said | {"should_have": instead} | kwargs
        if outcome := kwargs.get("outcome"):
            acted = Known.NO if outcome in NOT_COMPLETED else ""
            kwargs = {"state": "ENDED", "ended_on": kwargs["received_on"], "risk_acted_on": acted} | kwargs
        created: PromptedApplication = super()._create(model_class, *args, **kwargs)
        return created


class PlaceHoldFactory(factory.django.DjangoModelFactory):
    """A place that is held while somebody fills in the form."""

    class Meta:
        model = PlaceHold

    session = factory.SubFactory(SessionFactory)
    user = factory.SubFactory(UserFactory, roles=["PARTNER_PRACTITIONER"])
    begun_at = PLANNED
    ends_at = factory.LazyAttribute(lambda hold: hold.begun_at + timedelta(minutes=10))


class NeedsFactory(factory.django.DjangoModelFactory):
    """What somebody needs at a session."""

    class Meta:
        model = BookingNeeds

    booking = factory.SubFactory(BookingFactory)
    access = "Captions"
    dietary = "No nuts"
    said_at = PLANNED
    said_by = factory.LazyAttribute(lambda needs: needs.booking.booked_by)


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


class ScenarioVersionFactory(factory.django.DjangoModelFactory):
    """The next version of a force, with the two scenarios that come with the service."""

    class Meta:
        model = ScenarioVersion

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    number = factory.LazyAttribute(lambda version: ScenarioVersion.objects.filter(force=version.force).count() + 1)
    request_key = factory.LazyFunction(uuid.uuid4)
    written_at = PLANNED
    written_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[ScenarioVersion], *args: Any, **kwargs: Any) -> ScenarioVersion:
        created: ScenarioVersion = super()._create(model_class, *args, **kwargs)
        for position, words in enumerate(TO_BEGIN_WITH, start=1):
            Scenario.objects.create(version=created, position=position, **asdict(words))
        return created


class ScenarioAnswerFactory(factory.django.DjangoModelFactory):
    """What whose place it is chose before; `asked="AFTER"` for after."""

    class Meta:
        model = ScenarioAnswer

    booking = factory.SubFactory(BookingFactory)
    person = factory.LazyAttribute(lambda answer: answer.booking.user)
    asked = AskedWhen.BEFORE
    first = 1
    second = 1
    confidence = 2
    answered_at = factory.LazyAttribute(
        lambda answer: answer.booking.session.ends_at - timedelta(hours=2 * (answer.asked == AskedWhen.BEFORE))
    )


class SessionQuestionFactory(factory.django.DjangoModelFactory):
    """A question without an answer; `answered=True` and `published=True` come with who and when."""

    class Meta:
        model = SessionQuestion

    class Params:
        published = False
        answered = False

    session = factory.SubFactory(SessionFactory)
    words = "May I tell a relative of the child?"
    request_key = factory.LazyFunction(uuid.uuid4)
    asked_at = PLANNED
    asked_by = factory.SubFactory(UserFactory, roles=["PARTNER_PRACTITIONER"])
    state = factory.LazyAttribute(
        lambda one: (
            QuestionState.PUBLISHED
            if one.published
            else QuestionState.ANSWERED
            if one.answered
            else QuestionState.ASKED
        )
    )

    @classmethod
    def _create(cls, model_class: type[SessionQuestion], *args: Any, **kwargs: Any) -> SessionQuestion:
        by = kwargs["session"].planned_by
        if kwargs["state"] != QuestionState.ASKED:
            kwargs = {"answer": "Yes, what keeps the child safe.", "answered_at": PLANNED, "answered_by": by} | kwargs
        if kwargs["state"] == QuestionState.PUBLISHED:
            words = {"public_question": "May a relative be told?", "public_answer": "Yes, what keeps a child safe."}
            kwargs = words | {"published_at": PLANNED, "published_by": by} | kwargs
        created: SessionQuestion = super()._create(model_class, *args, **kwargs)
        return created
