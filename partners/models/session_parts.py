"""What belongs to a session beside its own row: its dates, its series, its files, the diary address of a trainer, how often it was moved."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Agency, User
from common.scanned_files import ScannedFile, ScannedFileQuerySet, scanned_file_constraints
from partners.enums import BookingState, MaterialTime, SeriesKind
from partners.models.sessions import Session
from training.models import Module


class SessionSeries(models.Model):
    """Sessions that belong together: a course of several parts, or the same session again and again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=SeriesKind)
    title = models.CharField(max_length=120)
    request_key = models.UUIDField(unique=True, help_text="Of the request that made it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "session series"
        constraints = [models.CheckConstraint(name="session_series_has_a_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title


class SeriesPart(models.Model):
    """That a session is part of a series; of one at most. Parts are counted by their dates."""

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.PROTECT, related_name="part")
    series = models.ForeignKey(SessionSeries, on_delete=models.PROTECT, related_name="parts")

    def __str__(self) -> str:
        return f"Part {self.pk}"


class SessionDateQuerySet(models.QuerySet["SessionDate"]):
    def overlapping(self, *, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that share some time with another one; one that begins when the other ends does not."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class SessionDate(models.Model):
    """One date of a session. Every session has at least one; a booking is for all.

    The database makes and moves the only date of a session with the session itself, and holds that the first begins and the
    last ends when the session does (partners' eighth migration).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="dates", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = SessionDateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="session_date_once"),
            models.CheckConstraint(
                name="session_date_begins_before_it_ends",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message="A date must begin before it ends.",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_date_by_start")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class SessionShift(models.Model):
    """That a session was moved: from when, to when, and why. Whoever is booked reads the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="shifts")
    from_starts_at = models.DateTimeField()
    to_starts_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(name="session_shift_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"Shift {self.pk}"


def material_times_open_to(user: User, session: Session) -> list[MaterialTime]:
    """All of a session for who runs it; before it those of who has a place; after it those of who was there."""
    if user.agency_id == session.host_id and user.may(Permission.RUN_SESSIONS):
        return list(MaterialTime)
    own = session.bookings.holding_a_place().filter(user=user).first()
    if own is None:
        return []
    return [MaterialTime.BEFORE, *([MaterialTime.AFTER] if own.state == BookingState.PRESENT else [])]


class SessionMaterialQuerySet(ScannedFileQuerySet["SessionMaterial"]):
    def open_to(self, user: User, session: Session) -> Self:
        """Those of a session that are for this person, by `material_times_open_to`."""
        times = material_times_open_to(user, session)
        return self.filter(session=session, time__in=times) if times else self.none()


class SessionMaterial(ScannedFile):
    """A file for who is booked (before) or for who was there (after)."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="materials")
    time = models.CharField(max_length=6, choices=MaterialTime)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = SessionMaterialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "time", "sha256"], name="session_material_once"),
            *scanned_file_constraints("session_material"),
        ]
        indexes = [models.Index(fields=["file"], name="session_material_by_file")]


class SessionModuleQuerySet(models.QuerySet["SessionModule"]):
    def in_order(self) -> Self:
        """Before the session first, then by title; each with its module."""
        return self.select_related("module").order_by("-time", "module__title", "pk")


class SessionModule(models.Model):
    """A module of the force's training catalogue that people read or do before a session (booked) or after it (there)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="modules", db_index=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    time = models.CharField(max_length=6, choices=MaterialTime)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = SessionModuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "module", "time"],
                name="session_module_once",
                violation_error_message="This module stands there already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.module)


class CalendarFeed(models.Model):
    """The secret address under which a trainer's calendar reads their own sessions. Of the address only a hash is kept."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="session_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar read it last")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_feed_read_says_when",
                condition=Q(reads=0, read_at=None) | Q(reads__gt=0, read_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Feed {self.pk}"
