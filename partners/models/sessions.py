"""A session for partner agencies: what, when, where, and how many places."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Expression, F, OuterRef, Q
from django.urls import reverse

from accounts.enums import AgencyKind, Permission
from accounts.models import Agency, User
from common.clock import LONDON
from partners.enums import NAMES_AGENCIES, WAS_OPENED, Audience, SessionKind, SessionState, Venue

USUAL_LENGTH = timedelta(minutes=90)
LARGEST_CAPACITY = 500
# A place that is given back later than this cannot be filled again.
NOTICE = timedelta(hours=24)
MOST_DATES = 6
MOST_REPEATS = 12
# A session that begins then or later, on the clock in London, is an evening session; of several dates the first one counts.
EVENING_FROM = time(17)


def meant_for(user: User, agency: Agency) -> Q:
    """That this person, who is of that agency, belongs to the audience of a session."""
    may_be_invited = user.may(Permission.BOOK_FOR_AGENCY)
    return meant(agency.pk, agency.kind, is_police=agency.is_police, may_be_invited=may_be_invited)


def meant(agency: UUID | Expression, kind: str | Expression, *, is_police: bool, may_be_invited: bool) -> Q:
    """That somebody of the agency with that id belongs to the audience of a session."""
    named = Session.audience_agencies.through.objects.filter(agency=agency).values("session")
    meant = Q(audience=Audience.OPEN) | Q(audience=Audience.KINDS, audience_kinds__contains=[kind])
    meant |= Q(audience=Audience.NAMED, pk__in=named)
    if may_be_invited:
        meant |= Q(audience=Audience.INVITED, pk__in=named)
    if is_police:
        meant |= Q(audience=Audience.FORCES) & ~Q(host=agency)
    return meant


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        """Those of the own force for who runs sessions; for who may book, those that are open and their own agency's bookings."""
        seen = Q(pk__in=[])
        if user.agency_id and user.may(Permission.RUN_SESSIONS):
            seen |= Q(host=user.agency_id)
        if user.may(Permission.BOOK_SESSION, Permission.BOOK_FOR_AGENCY) and user.agency is not None:
            seen |= Q(state=SessionState.OPEN) & meant_for(user, user.agency)
            mine = Q(bookings__user=user)
            if user.may(Permission.BOOK_FOR_AGENCY):
                mine |= Q(bookings__agency=user.agency_id)
            # Asked of each session by itself: an agency's bookings of all years are many.
            seen |= Q(Exists(Session.objects.filter(mine, pk=OuterRef("pk"))))
        return self.filter(seen)

    def open_to(self, user: User) -> Self:
        """Those whose audience this person belongs to: who may book them, once they are open. The one rule of audiences."""
        return self.none() if user.agency is None else self.filter(meant_for(user, user.agency))

    def open_to_everybody(self) -> Self:
        """Those that may stand on the public list: of every agency, and open."""
        return self.open().filter(audience=Audience.OPEN)

    def coming(self, *, at: datetime) -> Self:
        """Not over yet."""
        return self.filter(ends_at__gt=at)

    def past(self, *, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)

    def open(self) -> Self:
        return self.filter(state=SessionState.OPEN)

    def with_places_left(self) -> Self:
        return self.filter(places_taken__lt=F("capacity"))

    def awaiting_register(self, *, at: datetime) -> Self:
        """Over, with people booked, and nobody said who came."""
        return self.open().past(at=at).filter(places_taken__gt=0)

    def led_by(self, user: User) -> Self:
        return self.filter(pk__in=Session.trainers.through.objects.filter(user=user).values("session"))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Session(models.Model):
    """A session that partners book places on.

    `places_taken` is counted by the database itself, whoever writes a booking, and the check below it holds whatever a
    program does. `revision` counts what calendars must be told of: time, place, link, cancellation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="The force that runs it")
    kind = models.CharField(max_length=20, choices=SessionKind)
    title = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    venue = models.CharField(max_length=10, choices=Venue)
    place = models.CharField(max_length=200, blank=True)
    joining_link = models.URLField(max_length=500, blank=True, help_text="Shown to booked people only")
    trainers = models.ManyToManyField(User, related_name="partner_sessions")
    town = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Of the place; the public list shows no more"
    )
    notes = models.TextField(blank=True, default="", db_default="", help_text="For trainers only")
    date_count = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="How many dates it has")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.OPEN, db_default=Audience.OPEN.value)
    audience_kinds = ArrayField(
        models.CharField(max_length=20, choices=AgencyKind), default=list, db_default=[], blank=True
    )
    audience_agencies = models.ManyToManyField(Agency, blank=True, related_name="sessions_for_it")
    capacity = models.PositiveSmallIntegerField()
    places_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    booking_opens_at = models.DateTimeField(null=True, blank=True, help_text="At once when empty")
    booking_closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.PLANNED)
    revision = models.PositiveSmallIntegerField(default=0)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)
    held_at = models.DateTimeField(null=True, blank=True, help_text="When the register was closed")
    held_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_by_clock = models.BooleanField(
        default=False, db_default=False, help_text="The register was closed by a job, for nobody did"
    )
    code_opened_at = models.DateTimeField(null=True, blank=True, help_text="Since when a code is shown on the screen")
    code_opened_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "id"], name="session_by_start"),
            # What is open is what is coming, and a few without a register: lists of it pass over no past.
            models.Index(
                fields=["starts_at", "id"], name="session_open_by_start", condition=Q(state=SessionState.OPEN)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="session_is_never_oversold",
                condition=Q(places_taken__lte=F("capacity")),
                violation_error_message="All places are taken.",
            ),
            models.CheckConstraint(
                name="session_has_a_place_to_give",
                condition=Q(capacity__gte=1),
                violation_error_message="A session needs at least one place.",
            ),
            models.CheckConstraint(
                name="session_begins_before_it_ends",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message="A session must begin before it ends.",
            ),
            models.CheckConstraint(
                name="session_booking_closes_before_it_begins",
                condition=Q(booking_closes_at__lte=F("starts_at"))
                & (Q(booking_opens_at=None) | Q(booking_opens_at__lt=F("booking_closes_at"))),
                violation_error_message="Booking must open before it closes, and close before the session begins.",
            ),
            models.CheckConstraint(
                name="session_is_online_or_in_a_place",
                condition=Q(venue=Venue.ONLINE, place="") | (Q(venue=Venue.PLACE, joining_link="") & ~Q(place="")),
                violation_error_message="A session is online, or in a place that is named.",
            ),
            models.CheckConstraint(
                name="session_for_kinds_says_which",
                condition=Q(audience=Audience.KINDS, audience_kinds__len__gt=0)
                | (~Q(audience=Audience.KINDS) & Q(audience_kinds__len=0)),
                violation_error_message="Choose which kinds of agency the session is for.",
            ),
            models.CheckConstraint(
                name="session_has_a_date", condition=Q(date_count__gte=1, date_count__lte=MOST_DATES)
            ),
            models.CheckConstraint(
                name="session_opened_says_who_and_when",
                condition=(Q(opened_at=None, opened_by=None) & ~Q(state__in=WAS_OPENED))
                | (Q(opened_at__isnull=False, opened_by__isnull=False) & ~Q(state=SessionState.PLANNED)),
            ),
            models.CheckConstraint(
                name="session_cancelled_says_who_when_and_why",
                condition=(
                    Q(state=SessionState.CANCELLED, cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancel_reason="")
                )
                | (~Q(state=SessionState.CANCELLED) & Q(cancelled_at=None, cancelled_by=None, cancel_reason="")),
                violation_error_message="Say why the session is cancelled.",
            ),
            models.CheckConstraint(
                name="session_held_says_who_and_when",
                condition=Q(
                    state=SessionState.HELD, held_at__isnull=False, held_by__isnull=False, closed_by_clock=False
                )
                | Q(state=SessionState.HELD, held_at__isnull=False, held_by=None, closed_by_clock=True)
                | (~Q(state=SessionState.HELD) & Q(held_at=None, held_by=None, closed_by_clock=False)),
            ),
            models.CheckConstraint(
                name="session_code_says_who_and_when",
                condition=Q(code_opened_at=None, code_opened_by=None)
                | Q(code_opened_at__isnull=False, code_opened_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partners:session", args=[self.pk])

    def agencies_meant(self) -> models.QuerySet[Agency]:
        """Whose people the session is for: the rule of `SessionQuerySet.open_to`, from the session's side."""
        match self.audience:
            case Audience.KINDS:
                return Agency.objects.filter(kind__in=self.audience_kinds)
            case Audience.NAMED | Audience.INVITED:
                return self.audience_agencies.all()
            case Audience.FORCES:
                return Agency.objects.filter(kind=AgencyKind.POLICE).exclude(pk=self.host_id)
        return Agency.objects.all()

    @property
    def places_left(self) -> int:
        return self.capacity - self.places_taken

    @property
    def cancel_until(self) -> datetime:
        """Until when who is booked may give the place back."""
        return self.starts_at - NOTICE

    @property
    def link_from(self) -> datetime:
        """From when on who is booked gets the joining link."""
        return self.starts_at - settings.JOINING_LINK_BEFORE

    def dates_in_order(self) -> models.QuerySet[Any]:
        """All its dates, the first one first."""
        return self.dates.order_by("starts_at")

    def last_begins_at(self) -> datetime:
        """When its last date begins: before that nobody can say who came to all of it."""
        if self.date_count == 1:
            return self.starts_at
        return self.dates.latest("starts_at").starts_at

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_evening(self) -> bool:
        """Whether its first date begins in the evening, on the clock in London."""
        return self.starts_at.astimezone(LONDON).time() >= EVENING_FROM

    @property
    def names_agencies(self) -> bool:
        return self.audience in NAMES_AGENCIES
