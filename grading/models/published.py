"""What was published before this service computed it: grades of rounds as counts and an average, compliance of years."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from common.statistics.grades import GradeSummary, mean_is_as_published, summarise_counts


class PublishedRound(models.Model):
    """One published round. The printed average is kept as text, because "2.9" and "2.90" promise different things."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=7, unique=True, help_text="Year and month, for example 2024-10")
    grade_1 = models.PositiveSmallIntegerField()
    grade_2 = models.PositiveSmallIntegerField()
    grade_3 = models.PositiveSmallIntegerField()
    grade_4 = models.PositiveSmallIntegerField()
    published_mean = models.CharField(max_length=8, help_text="As it was printed, with its decimals")
    source = models.CharField(max_length=120)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="published_round_period_is_a_month",
                condition=Q(period__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"),
                violation_error_message="A period is a year and a month, for example 2024-10.",
            ),
            models.CheckConstraint(
                name="published_round_mean_is_a_number_from_1_to_4",
                condition=Q(published_mean__regex=r"^([123](\.[0-9]{1,6})?|4(\.0{1,6})?)$"),
                violation_error_message="A published average is a number from 1 to 4.",
            ),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def counts(self) -> dict[int, int]:
        """How many PPNs got each grade."""
        return {1: self.grade_1, 2: self.grade_2, 3: self.grade_3, 4: self.grade_4}

    @property
    def summary(self) -> GradeSummary:
        """What the counts come to."""
        return summarise_counts(self.counts)

    @property
    def mean_is_as_published(self) -> bool:
        """Whether the counts give the average that was printed, within half a unit of its last digit."""
        return mean_is_as_published(self.counts, self.published_mean)


class PublishedCompliance(models.Model):
    """The compliance that was printed for a year or half a year, kept as text as it was printed. Counts were not published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=7, unique=True, help_text="A year, or half of one, for example 2025-H1")
    percent = models.CharField(max_length=8, help_text="As it was printed, with its decimals")
    minimum_examined = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many incidents were examined at least, where that was said"
    )
    source = models.CharField(max_length=120)
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "published compliance"
        constraints = [
            models.CheckConstraint(
                name="published_compliance_period_is_a_year_or_half",
                condition=Q(period__regex=r"^[0-9]{4}(-H[12])?$"),
                violation_error_message="A period is a year or half of one, for example 2025-H1.",
            ),
            models.CheckConstraint(
                name="published_compliance_is_a_percentage",
                condition=Q(percent__regex=r"^([0-9]{1,2}(\.[0-9]{1,3})?|100(\.0{1,3})?)$"),
                violation_error_message="A published compliance is a percentage from 0 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def year(self) -> int:
        return int(self.period[:4])

    @property
    def label(self) -> str:
        """In words, for example "2025, first half"."""
        year, _, half = self.period.partition("-")
        return year if not half else f"{year}, {'first' if half == 'H1' else 'second'} half"

    @property
    def value(self) -> Decimal:
        return Decimal(self.percent)
