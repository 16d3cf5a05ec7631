"""A session that an agency asks for: what it wants, the dates that were proposed, and every step on the way."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from partners.enums import TAILORED_MOVERS, TAILORED_TURNS, SessionKind, Side, TailoredMove, TailoredState, Venue
from partners.models.sessions import LARGEST_CAPACITY, Session


class TailoredRequestQuerySet(models.QuerySet["TailoredRequest"]):
    def visible_to(self, user: User) -> Self:
        """Those that the own force was asked for, and those of the own agency for its coordinators."""
        if user.agency_id is None:
            return self.none()
        if user.may(Permission.RUN_SESSIONS):
            return self.filter(host=user.agency_id)
        return self.filter(agency=user.agency_id) if user.may(Permission.BOOK_FOR_AGENCY) else self.none()

    def awaiting(self, side: Side) -> Self:
        """Those in which it is that side's turn."""
        return self.filter(state__in=[state for state, turn in TAILORED_TURNS.items() if turn == side])

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class TailoredRequest(models.Model):
    """An agency's wish for a session of its own. `moved_at` is since when it is whose turn it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tailored_requests")
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="The force that is asked")
    kind = models.CharField(max_length=20, choices=SessionKind)
    audience = models.CharField(max_length=200, help_text="Who the session is for")
    size = models.PositiveSmallIntegerField(help_text="How many people")
    purpose = models.TextField(help_text="What they should take away")
    wished = models.CharField(max_length=300, help_text="When it would suit")
    venue = models.CharField(max_length=10, choices=Venue)
    state = models.CharField(max_length=10, choices=TailoredState, default=TailoredState.ASKED)
    request_key = models.UUIDField(
        unique=True, help_text="Of the form that asked: the same key again asks nothing more"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When whoever's turn it is was reminded last")
    session = models.OneToOneField(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="tailored")

    objects = TailoredRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tailored_request_says_what_is_wanted",
                condition=~Q(audience="") & ~Q(purpose="") & ~Q(wished="") & Q(size__gte=1, size__lte=LARGEST_CAPACITY),
            ),
            models.CheckConstraint(
                name="tailored_request_scheduled_has_its_session",
                condition=Q(state=TailoredState.SCHEDULED, session__isnull=False)
                | (~Q(state=TailoredState.SCHEDULED) & Q(session=None)),
            ),
            models.CheckConstraint(
                name="tailored_request_reminded_since_it_moved",
                condition=Q(reminded_at=None) | Q(reminded_at__gte=F("moved_at")),
            ),
        ]
        indexes = [models.Index(fields=["host", "state", "moved_at"], name="tailored_by_host_and_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.audience}"

    def get_absolute_url(self) -> str:
        return reverse("partners:tailored_request", args=[self.pk])

    @property
    def turn(self) -> Side | None:
        """Whose turn it is; None when it is over."""
        return TAILORED_TURNS.get(TailoredState(self.state))


class TailoredDate(models.Model):
    """A date that a trainer proposed, in one round of proposals; one may be agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(TailoredRequest, on_delete=models.PROTECT, related_name="dates", db_index=False)
    round = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    is_agreed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "starts_at"], name="tailored_date_proposed_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(is_agreed=True), name="tailored_date_only_one_is_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class TailoredStep(models.Model):
    """One move of a request: who made it, when, and in what words. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(TailoredRequest, on_delete=models.PROTECT, related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField()
    move = models.CharField(max_length=10, choices=TailoredMove)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="tailored_step_counted_once"),
            models.CheckConstraint(
                name="tailored_step_says_why_it_was_refused",
                condition=~Q(move__in=[TailoredMove.DECLINE, TailoredMove.ASK_OTHERS]) | ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return self.get_move_display()

    @property
    def side(self) -> Side:
        return TAILORED_MOVERS[TailoredMove(self.move)]
