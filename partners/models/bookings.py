"""A person's place on a session, and people of an agency who have no account here."""

import uuid
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from partners.enums import (
    GIVEN_BACK,
    HOLDS_A_PLACE,
    REGISTERED,
    STANDING,
    WAS_OPENED,
    BookingState,
    Mark,
    MarkedHow,
    WalkIn,
)
from partners.models.sessions import Session

# Why a register was corrected; the database keeps it with what was done.
LONGEST_NOTE = 200


@dataclass(frozen=True)
class NamedDelegate:
    """Somebody of an agency as its coordinator names them."""

    name: str
    email: str


@dataclass(frozen=True)
class WhoCame:
    """Somebody who came without a booking: by the address of their account, or by address, name and agency."""

    email: str
    name: str = ""
    agency: Agency | None = None


class Delegate(models.Model):
    """Somebody of a partner agency who is booked by its coordinator and has no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="delegates")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="When name and address were removed")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "agency",
                name="delegate_known_once_in_an_agency",
                violation_error_message="Your agency has a delegate with this e-mail address already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> Self:
        """One's own, whatever one's role, and all of the own agency for its coordinator."""
        seen = Q(user=user)
        if user.agency_id and user.may(Permission.BOOK_FOR_AGENCY):
            seen |= Q(agency=user.agency_id)
        return self.filter(seen)

    def holding_a_place(self) -> Self:
        return self.filter(state__in=HOLDS_A_PLACE)

    def standing(self) -> Self:
        """That have a place, are offered one or wait for one."""
        return self.filter(state__in=STANDING)

    def waiting(self) -> Self:
        """The waiting list of each session, whoever joined first before the others."""
        return self.filter(state=BookingState.WAITING).order_by("booked_at", "pk")

    def offered(self) -> Self:
        return self.filter(state=BookingState.OFFERED)

    def of_person(self, person: "User | Delegate") -> Self:
        return self.filter(**{"user" if isinstance(person, User) else "delegate": person})

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Booking(models.Model):
    """One place on one session for one person, or their place on its waiting list: a user, or a delegate whom the agency's coordinator named.

    Every change of `state` is kept as a BookingChange by the database. `moves` counts the changes that say by whom: who changes the
    state without raising it is written down as nobody. Who waits stands in the list by `booked_at`, when they joined it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=24)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", help_text="Of the person, when booked"
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="session_bookings")
    delegate = models.ForeignKey(Delegate, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=10, choices=BookingState, default=BookingState.BOOKED)
    request_key = models.UUIDField(help_text="Of the request that made it: the same key again makes no second one")
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    walk_in = models.CharField(
        max_length=5, choices=WalkIn, blank=True, default="", db_default="", help_text="Who came and had not booked"
    )
    is_partial = models.BooleanField(default=False, db_default=False, help_text="There, and not for all of it")
    minutes_present = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="As the meeting's report counted them"
    )
    marked_how = models.CharField(max_length=6, choices=MarkedHow, blank=True, default="", db_default="")
    moves = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    moved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    moved_note = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="booking_is_for_one_person",
                condition=Q(user__isnull=False, delegate=None) | Q(user=None, delegate__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["session", "user"],
                name="booking_user_stands_once",
                condition=Q(state__in=STANDING),
                violation_error_message="This person has a place on this session, or waits for one, already.",
            ),
            models.UniqueConstraint(
                fields=["session", "delegate"],
                name="booking_delegate_stands_once",
                condition=Q(state__in=STANDING),
                violation_error_message="This person has a place on this session, or waits for one, already.",
            ),
            models.UniqueConstraint(fields=["request_key"], name="booking_one_per_request"),
            models.UniqueConstraint(fields=["reference"], name="booking_reference_is_given_once"),
            models.CheckConstraint(name="booking_has_a_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="booking_cancelled_says_who_and_when",
                condition=Q(state__in=GIVEN_BACK, cancelled_at__isnull=False, cancelled_by__isnull=False)
                | (~Q(state__in=GIVEN_BACK) & Q(cancelled_at=None, cancelled_by=None)),
            ),
            models.CheckConstraint(
                name="booking_registered_says_who_and_when",
                condition=Q(state__in=REGISTERED, registered_at__isnull=False, registered_by__isnull=False)
                | Q(
                    state=BookingState.ABSENT,
                    registered_at__isnull=False,
                    registered_by=None,
                    marked_how=MarkedHow.CLOCK,
                )
                | (~Q(state__in=REGISTERED) & Q(registered_at=None, registered_by=None)),
            ),
            models.CheckConstraint(
                name="booking_moved_by_somebody_has_a_moment",
                condition=Q(moved_by=None) | Q(moved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="booking_walk_in_is_marked",
                condition=Q(walk_in="") | Q(state__in=REGISTERED),
            ),
            models.CheckConstraint(
                name="booking_part_and_minutes_of_who_was_there",
                condition=Q(state=BookingState.PRESENT) | Q(is_partial=False, minutes_present=None),
            ),
            models.CheckConstraint(
                name="booking_marked_how_when_marked",
                condition=Q(marked_how="") | Q(state__in=REGISTERED),
            ),
            models.CheckConstraint(
                name="booking_by_code_is_by_oneself",
                condition=~Q(marked_how=MarkedHow.CODE)
                | Q(state=BookingState.PRESENT, user__isnull=False, registered_by=F("user")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("partners:booking", args=[self.pk])

    @property
    def person(self) -> User | Delegate:
        """Who has the place; fetch `user` and `delegate` with the booking."""
        person = self.user or self.delegate
        assert person is not None  # noqa: S101 -- booking_is_for_one_person holds it
        return person

    @property
    def email(self) -> str:
        return self.person.email

    @property
    def holds_a_place(self) -> bool:
        return self.state in HOLDS_A_PLACE

    @property
    def mark(self) -> str:
        """What the register says; nothing where it says nothing yet."""
        if self.state == BookingState.PRESENT:
            return str(Mark.PARTLY if self.is_partial else Mark.PRESENT)
        return str(Mark.ABSENT) if self.state == BookingState.ABSENT else ""

    def mark_in_words(self) -> str:
        """As people read it."""
        return Mark(self.mark).label if self.mark else "Not marked"

    @property
    def was_there_with_account(self) -> bool:
        """Whether somebody with an account was at the session by its register: who is asked afterwards. Fetch the session with it."""
        return self.user_id is not None and self.was_there

    @property
    def was_there(self) -> bool:
        """Whether the register says that the person was at the session; fetch the session with it."""
        return self.state == BookingState.PRESENT and self.session.state in WAS_OPENED

    @property
    def is_waiting(self) -> bool:
        return self.state == BookingState.WAITING

    @property
    def is_offered(self) -> bool:
        return self.state == BookingState.OFFERED


class BookingChange(models.Model):
    """One change of a booking's state, written by the database itself and never changed.

    Without a foreign key in the database, as the access log: it stays when the booking is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        Booking, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes", editable=False
    )
    from_state = models.CharField(max_length=10, choices=BookingState, blank=True)
    to_state = models.CharField(max_length=10, choices=BookingState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="Empty: the clock"
    )
    note = models.CharField(max_length=300, blank=True)
    number = models.PositiveSmallIntegerField(help_text="Of the booking's changes, from 0")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "number"], name="bookingchange_each_number_once"),
        ]

    def __str__(self) -> str:
        return self.get_to_state_display()
