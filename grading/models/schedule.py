"""Schedules of reports: on which days one is made, and for whom; and the days on which that was done."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from itertools import count, islice
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from common.clock import MONTHS, london_day, london_moment
from grading.enums import LAST_DAY_OF_SCHEDULES, MONTHS_OF, PLANNABLE, ReportKind, Rhythm, ScheduleState


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def of_force(self, user: User) -> Self:
        """Schedules of the person's own force."""
        return self.none() if user.agency_id is None else self.filter(force=user.agency_id)

    def due(self, *, at: datetime) -> Self:
        return self.filter(next_due_at__lte=at)

    def in_order(self) -> Self:
        """Those that run first, by when they are due; ended ones last."""
        return self.order_by(models.F("next_due_at").asc(nulls_last=True), "-state", "pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class ReportSchedule(models.Model):
    """One plan of a supervisor. When it is due next is kept, so that the clock finds it and nobody works it out twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.label) for kind in PLANNABLE], default=ReportKind.DIP_SAMPLE
    )
    rhythm = models.CharField(max_length=12, choices=Rhythm)
    month = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=list(enumerate(MONTHS, start=1)), help_text="Of what is made once a year"
    )
    day = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY_OF_SCHEDULES)], help_text="Of the month"
    )
    time = models.TimeField(help_text="On the clock in London")
    readers = models.ManyToManyField(User, related_name="+", help_text="Who is told, while they may read reports")
    state = models.CharField(max_length=8, choices=ScheduleState, default=ScheduleState.RUNNING)
    next_due_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_schedule_on_a_day_of_every_month",
                condition=Q(day__gte=1, day__lte=LAST_DAY_OF_SCHEDULES),
                violation_error_message=f"Choose a day from 1 to {LAST_DAY_OF_SCHEDULES}: every month has those.",
            ),
            models.CheckConstraint(
                name="report_schedule_of_years_once_a_year_in_its_month",
                condition=Q(kind=ReportKind.ANNUAL, rhythm=Rhythm.YEARLY)
                & Q(month__isnull=False, month__gte=1, month__lte=12)
                | (~Q(kind=ReportKind.ANNUAL) & ~Q(rhythm=Rhythm.YEARLY) & Q(month=None)),
            ),
            models.CheckConstraint(
                name="report_schedule_due_while_it_runs",
                condition=Q(state=ScheduleState.RUNNING, next_due_at__isnull=False)
                | (~Q(state=ScheduleState.RUNNING) & Q(next_due_at=None)),
            ),
            models.CheckConstraint(
                name="report_schedule_ended_says_who_and_when",
                condition=Q(state=ScheduleState.ENDED, ended_at__isnull=False, ended_by__isnull=False)
                | (~Q(state=ScheduleState.ENDED) & Q(ended_at=None, ended_by=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at"], name="report_schedule_due", condition=Q(state=ScheduleState.RUNNING))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_rhythm_display().lower()}"

    @property
    def rhythm_in_words(self) -> str:
        """For example "Once a year, in March"."""
        words = self.get_rhythm_display()
        return words if self.month is None else f"{words}, in {MONTHS[self.month - 1]}"

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which it runs."""
        return MONTHS_OF[Rhythm(self.rhythm)] if self.month is None else (self.month,)

    def year_reported_on(self, day: date) -> int | None:
        """Of which year the report is that is due on that day: the last one that was over. None of what is of no year."""
        return day.year - 1 if self.kind == ReportKind.ANNUAL else None

    def due_after(self, moment: datetime) -> datetime:
        """The first moment after that one at which it is due; in UTC."""
        return next(self._due_moments(moment))

    @property
    def next_runs(self) -> list[datetime]:
        """The next three moments at which it is due; none unless it runs."""
        if self.next_due_at is None:
            return []
        return [self.next_due_at, *islice(self._due_moments(self.next_due_at), 2)]

    def _due_moments(self, after: datetime) -> Iterator[datetime]:
        for month in count(london_day(after).year * 12 + london_day(after).month - 1):
            year, month_of_year = divmod(month, 12)
            if month_of_year + 1 in self.months:
                due = london_moment(date(year, month_of_year + 1, self.day), self.time)
                if due > after:
                    yield due


class ReportSlot(models.Model):
    """One day of a schedule on which its report was asked for, or on which there was nothing to report.

    A schedule of annual reports has one of each year, however its day is moved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(ReportSchedule, on_delete=models.PROTECT, related_name="slots")
    due_on = models.DateField(help_text="By the London calendar, on which a clock change is no second day")
    due_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of which its annual report is")
    filled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_on"], name="report_slot_once_a_day"),
            models.UniqueConstraint(
                fields=["schedule", "year"], condition=Q(year__isnull=False), name="report_slot_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return str(self.due_on)
