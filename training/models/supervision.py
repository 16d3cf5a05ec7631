"""Supervision: who supervises whom in what rhythm, the sessions, and the written record that only the two read."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, DateField, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from training.enums import SupervisionKind, SupervisionRole, SupervisionState, WhyMissed
from training.models.periods import Days, covering

FEWEST_WEEKS, MOST_WEEKS = 1, 26
# How long a superior who broke the glass may read.
OPENING_LASTS = timedelta(hours=1)


def _due_on() -> ExpressionWrapper:
    held = SupervisionSession.objects.filter(supervision=OuterRef("pk"), held_on__isnull=False)
    last = Subquery(held.order_by("-held_on").values("held_on")[:1])
    return ExpressionWrapper(Coalesce(last, F("starts_on")) + F("every_weeks") * 7, output_field=DateField())


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def of(self, user: User) -> Self:
        """Those in which the person is one of the two. Who has left the agency leaves its records behind."""
        both = Q(supervisee=user) | Q(supervisor=user)
        return self.filter(both, agency=user.agency_id) if user.agency_id else self.none()

    def current(self, *, on: date) -> Self:
        return self.filter(covering(on))

    def due_by(self, day: date) -> Self:
        """Whose next session is late from the day after that."""
        return self.annotate(due_on=_due_on()).filter(due_on__lte=day)

    def next_due_first(self) -> Self:
        """Each with `due_on`: the last day on which its next session is on time."""
        return self.annotate(due_on=_due_on()).order_by("due_on", "pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Supervision(models.Model):
    """That one person supervises another, from a day until another, every so many weeks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    supervisee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SupervisionKind)
    every_weeks = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day without it")
    arranged_at = models.DateTimeField()
    arranged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supervision_is_of_somebody_else",
                condition=~Q(supervisee=F("supervisor")),
                violation_error_message="Nobody supervises themselves.",
            ),
            models.CheckConstraint(
                name="supervision_ends_no_sooner_than_it_starts",
                condition=Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                violation_error_message="A supervision cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="supervision_has_a_rhythm",
                condition=Q(every_weeks__gte=FEWEST_WEEKS, every_weeks__lte=MOST_WEEKS),
                violation_error_message=f"Sessions are every {FEWEST_WEEKS} to {MOST_WEEKS} weeks.",
            ),
            models.CheckConstraint(
                name="supervision_ended_says_who_and_when",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ends_on__isnull=False),
            ),
            ExclusionConstraint(
                name="supervision_one_of_a_kind_at_a_time",
                expressions=[
                    ("supervisee", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This person has such a supervision in these days already.",
            ),
        ]
        indexes = [models.Index(fields=["supervisor"], name="supervision_by_supervisor")]

    def __str__(self) -> str:
        return f"Supervision {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:supervision_of_two", args=[self.pk])

    def role_of(self, user: User) -> SupervisionRole | None:
        """Which of the two this person is, if any."""
        if user.pk == self.supervisor_id:
            return SupervisionRole.SUPERVISOR
        return SupervisionRole.SUPERVISEE if user.pk == self.supervisee_id else None


class SupervisionSessionQuerySet(models.QuerySet["SupervisionSession"]):
    def of(self, user: User) -> Self:
        """Sessions of the two."""
        return self.filter(supervision__in=Supervision.objects.of(user))

    def under(self, user: User) -> Self:
        """Sessions of people of the own team whom this person leads, and in which they are not one of the two."""
        if not user.team_id or not user.may(Permission.SEE_TEAM_TRAINING):
            return self.none()
        theirs = Q(supervision__supervisee__team=user.team_id) | Q(supervision__supervisor__team=user.team_id)
        the_two = Q(supervision__supervisee=user) | Q(supervision__supervisor=user)
        return self.filter(theirs, supervision__agency=user.agency_id).exclude(the_two)

    def readable_by(self, user: User, *, at: datetime) -> Self:
        """Whose record this person may read now: the two, and a superior for as long as they have it open. Nobody else."""
        opened = RecordOpening.objects.filter(opened_by=user, opened_at__lte=at, closes_at__gt=at).values("session")
        open_to_superior = Q(pk__in=self.model.objects.under(user).filter(pk__in=opened).values("pk"))
        return self.filter(Q(supervision__in=Supervision.objects.of(user)) | open_to_superior)

    def newest_first(self) -> Self:
        """By the day on which they were or are to be."""
        day = Case(When(held_on__isnull=False, then=F("held_on")), default=F("planned_on"))
        return self.annotate(day=day).order_by("-day", "-pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SupervisionSession(models.Model):
    """One session. Its record stands in `versions`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="sessions")
    planned_on = models.DateField()
    state = models.CharField(max_length=9, choices=SupervisionState, default=SupervisionState.PLANNED)
    held_on = models.DateField(null=True, blank=True)
    why_missed = models.CharField(max_length=11, choices=WhyMissed, blank=True)
    words = models.CharField(max_length=500, blank=True, help_text="More on why it was missed or cancelled")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SupervisionSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supervision"],
                condition=Q(state=SupervisionState.PLANNED),
                name="supervision_session_one_planned_at_a_time",
                violation_error_message="A session is planned already.",
            ),
            models.UniqueConstraint(
                fields=["supervision", "held_on"],
                name="supervision_session_held_once_a_day",
                violation_error_message="A session was held on that day already.",
            ),
            models.CheckConstraint(
                name="supervision_session_held_says_on_which_day",
                condition=Q(state=SupervisionState.HELD, held_on__isnull=False)
                | (~Q(state=SupervisionState.HELD) & Q(held_on=None)),
            ),
            models.CheckConstraint(
                name="supervision_session_missed_says_why",
                condition=(Q(state=SupervisionState.MISSED) & ~Q(why_missed=""))
                | (~Q(state=SupervisionState.MISSED) & Q(why_missed="")),
            ),
            models.CheckConstraint(
                name="supervision_session_closed_says_who_and_when",
                condition=Q(state=SupervisionState.PLANNED, closed_at=None, closed_by=None)
                | (~Q(state=SupervisionState.PLANNED) & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Supervision session {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:supervision_session", args=[self.pk])

    @property
    def takes_place_on(self) -> date:
        """The day on which it was held; else the day for which it was planned."""
        return self.held_on or self.planned_on


class SupervisionRecord(models.Model):
    """One version of what the two wrote down of a session. Never changed, never deleted (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(SupervisionSession, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    cases = models.CharField(max_length=300, blank=True, help_text="References alone of what was discussed")
    agreed = models.TextField(help_text="What was discussed and agreed")
    curiosity = models.TextField(help_text="What was asked once more, and what else could be true")
    fairness = models.TextField(help_text="Where an assumption may have led, and what was done about it")
    wellbeing = models.TextField(help_text="How the person is, and what was offered")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="supervision_record_numbered_once"),
            models.CheckConstraint(
                name="supervision_record_answers_each_prompt",
                condition=Q(number__gte=1) & ~Q(agreed="") & ~Q(curiosity="") & ~Q(fairness="") & ~Q(wellbeing=""),
                violation_error_message="Answer each question in words.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


@dataclass(frozen=True)
class AgreedAction:
    """What one of the two is to do, and by when."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True)
class Written:
    """The words of a version: each prompt answered, and the actions."""

    agreed: str
    curiosity: str
    fairness: str
    wellbeing: str
    cases: str = ""
    actions: Sequence[AgreedAction] = ()


class SupervisionAction(models.Model):
    """Something that the two agreed to do, as one version of the record has it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(SupervisionRecord, on_delete=models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=10, choices=SupervisionRole)
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="supervision_action_placed_once"),
            models.CheckConstraint(name="supervision_action_says_what", condition=~Q(what="")),
        ]

    def __str__(self) -> str:
        return f"Action {self.position}"


class SupervisionReading(models.Model):
    """That the person supervised has read one version, with what they add to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(SupervisionRecord, on_delete=models.PROTECT, related_name="reading")
    comment = models.TextField(blank=True)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Reading of {self.version_id}"


class RecordOpening(models.Model):
    """That a superior broke the glass: opened one record, for a reason, for a limited time. The two are told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(SupervisionSession, on_delete=models.PROTECT, related_name="openings")
    reason = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="record_opening_has_a_reason_and_an_end",
                condition=~Q(reason="")
                & Q(closes_at__gt=F("opened_at"))
                & Q(closes_at__lte=F("opened_at") + OPENING_LASTS),
                violation_error_message="Say why the record is opened.",
            )
        ]
        indexes = [models.Index(fields=["opened_by", "closes_at"], name="record_opening_by_superior")]

    def __str__(self) -> str:
        return f"Opening of {self.session_id}"
