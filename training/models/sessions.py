"""Sessions of a programme, who is expected at each, and what the register says of them."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from training.enums import IN_A_PLACE, SESSION_DELIVERIES, Delivery, MarkedHow, Presence, TrainingSessionState
from training.models.modules import ModuleVersion
from training.models.programmes import Cohort


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    def visible_to(self, user: User) -> Self:
        """For trainers all of their agency; for everybody those of it at which they are expected."""
        seen = Q(pk__in=RegisterEntry.objects.filter(person=user).values("session"), force=user.agency_id)
        if user.agency_id and user.may(Permission.RUN_TRAINING):
            seen |= Q(force=user.agency_id)
        return self.filter(seen)

    def planned(self) -> Self:
        return self.filter(state=TrainingSessionState.PLANNED)

    def held(self) -> Self:
        return self.filter(state=TrainingSessionState.HELD)

    def coming(self, *, at: datetime) -> Self:
        """Not over yet."""
        return self.filter(ends_at__gt=at)

    def past(self, *, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)

    def register_open(self, *, at: datetime) -> Self:
        """Over, and nobody has closed the register."""
        return self.planned().past(at=at)

    def can_be_joined(self, *, at: datetime) -> Self:
        """Not begun yet; a video for as long as it may be watched."""
        return self.planned().filter(Q(starts_at__gt=at) | Q(delivery=Delivery.VIDEO, ends_at__gt=at))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class TrainingSession(models.Model):
    """One module given once, to one cohort or several. `code_opened_at`: since when people may say by code that they are there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    module_version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="sessions")
    cohorts = models.ManyToManyField(Cohort, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    delivery = models.CharField(max_length=12, choices=[(one.value, one.label) for one in SESSION_DELIVERIES])
    place = models.CharField(max_length=200, blank=True)
    joining_link = models.URLField(max_length=500, blank=True, help_text="Of the call, or of the video")
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TrainingSessionState, default=TrainingSessionState.PLANNED)
    code_opened_at = models.DateTimeField(null=True, blank=True)
    code_opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True, help_text="When the register was closed")
    held_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["force", "starts_at", "id"], name="training_session_by_start"),
            # What the clock asks every ten minutes: which of those to come are near.
            models.Index(
                fields=["starts_at"], condition=Q(state=TrainingSessionState.PLANNED), name="training_session_planned"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="training_session_begins_before_it_ends",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message="A session must begin before it ends.",
            ),
            models.CheckConstraint(
                name="training_session_is_in_a_place_or_by_link",
                condition=(Q(delivery__in=IN_A_PLACE, joining_link="") & ~Q(place=""))
                | (Q(delivery__in=(Delivery.VIRTUAL, Delivery.VIDEO), place="")),
                violation_error_message="A session face to face or with an exercise has a place, any other a link.",
            ),
            models.CheckConstraint(
                name="training_session_code_says_who_and_when",
                condition=Q(code_opened_at=None, code_opened_by=None)
                | (Q(code_opened_at__isnull=False, code_opened_by__isnull=False) & ~Q(delivery=Delivery.VIDEO)),
            ),
            models.CheckConstraint(
                name="training_session_held_says_who_and_when",
                condition=Q(state=TrainingSessionState.HELD, held_at__isnull=False, held_by__isnull=False)
                | (~Q(state=TrainingSessionState.HELD) & Q(held_at=None, held_by=None)),
            ),
            models.CheckConstraint(
                name="training_session_cancelled_says_who_when_and_why",
                condition=(
                    Q(state=TrainingSessionState.CANCELLED, cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancel_reason="")
                )
                | (
                    ~Q(state=TrainingSessionState.CANCELLED) & Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                ),
                violation_error_message="Say why the session is cancelled.",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:session", args=[self.pk])

    @property
    def is_video(self) -> bool:
        return self.delivery == Delivery.VIDEO

    @property
    def minutes(self) -> int:
        """How long it takes; a video as long as its module."""
        if self.is_video:
            return self.module_version.minutes
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def unset(self) -> Self:
        """Nobody has said whether they were there."""
        return self.filter(presence="")

    def trained(self) -> Self:
        """Who was there for the whole of a session whose register is closed."""
        return self.filter(presence=Presence.PRESENT, session__state=TrainingSessionState.HELD)

    def due(self, *, after: datetime, until: datetime) -> Self:
        """Who has to be there in that time, or to have watched by then."""
        is_video = Q(session__delivery=Delivery.VIDEO)
        there = Q(session__starts_at__gt=after, session__starts_at__lte=until)
        watched = Q(session__ends_at__gt=after, session__ends_at__lte=until)
        return self.filter((~is_video & there) | (is_video & watched))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RegisterEntry(models.Model):
    """That somebody is expected at a session, with which cohort, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="register_entries")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+", help_text="Whose member they are")
    expected_since = models.DateTimeField()
    presence = models.CharField(max_length=8, choices=Presence, blank=True)
    marked_how = models.CharField(max_length=10, choices=MarkedHow, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    watched_at = models.DateTimeField(null=True, blank=True, help_text="When the person said that they have watched it")
    watched_version = models.ForeignKey(
        ModuleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Which version"
    )
    wrong_codes = models.PositiveSmallIntegerField(default=0, help_text="In a row, until a pause")
    wrong_code_at = models.DateTimeField(null=True, blank=True, help_text="The last one")
    reminded_week_at = models.DateTimeField(null=True, blank=True)
    reminded_day_at = models.DateTimeField(null=True, blank=True)

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="register_entry_once_a_person",
                violation_error_message="This person is expected at this session already.",
            ),
            models.CheckConstraint(
                name="register_entry_marked_says_how_who_and_when",
                condition=Q(presence="", marked_how="", marked_at=None, marked_by=None)
                | (Q(marked_at__isnull=False, marked_by__isnull=False) & ~Q(presence="") & ~Q(marked_how="")),
            ),
            models.CheckConstraint(
                name="register_entry_by_code_is_by_oneself",
                condition=~Q(marked_how=MarkedHow.CODE) | Q(presence=Presence.PRESENT, marked_by=F("person")),
            ),
            models.CheckConstraint(
                name="register_entry_by_video_was_watched",
                condition=~Q(marked_how=MarkedHow.VIDEO) | Q(presence=Presence.PRESENT, watched_at__isnull=False),
            ),
            models.CheckConstraint(
                name="register_entry_watched_says_which_version",
                condition=Q(watched_at=None, watched_version=None)
                | Q(watched_at__isnull=False, watched_version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Register entry {self.pk}"

    def why_not(self, presence: str, *, by: User) -> str:
        """Why this person may not mark the entry so; nothing where they may."""
        if presence and presence not in Presence.values:
            return "Choose present, partly, absent or excused."
        if self.person_id == by.pk:
            return "Nobody marks themselves: ask another trainer."
        if self.session.is_video and presence == Presence.PRESENT and self.watched_at is None:
            return f"{self.person} has not said that they have watched the video."
        return ""


class RegisterCorrection(models.Model):
    """That a closed register was changed: from what to what, by whom, when and why. Never changed itself (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="corrections")
    earlier = models.CharField(max_length=8, choices=Presence, blank=True)
    later = models.CharField(max_length=8, choices=Presence)
    reason = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="register_correction_says_what_and_why",
                condition=~Q(reason="") & ~Q(later="") & ~Q(earlier=F("later")),
                violation_error_message="Say why the register is corrected.",
            )
        ]

    def __str__(self) -> str:
        return f"Correction {self.pk}"
