"""What somebody found of a sampled incident: the columns, rules and words that reviews and settlements share."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from common.statistics.proportions import ReviewedIncident
from grading.enums import (
    GOOD_ENOUGH,
    NOT_GOOD_ENOUGH,
    Criterion,
    Needed,
    QuickQuality,
    ReasonMissing,
    ReviewStatus,
    SchoolTold,
)
from referrals.enums import ConcernType

SHORTEST_WHY = 30
# Where a form was needed for both, a child lives with domestic abuse, and their school is told.
SCHOOL_IS_TOLD_OF = [ConcernType.CHILD.value, ConcernType.DOMESTIC_ABUSE.value]


def concern_types(**options: Any) -> "ArrayField[Any, Any]":
    """A column of types of concern, which may be empty."""
    return ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True, **options)


class Findings(models.Model):
    """Was a form needed, is it there, in time and good enough, and why somebody thinks so. Its rules: `findings_constraints`.

    Whether it is good enough is a look of one reviewer, for learning; the grades of a panel are elsewhere and never mixed with it.
    """

    required = models.CharField(max_length=7, choices=Needed)
    required_types = concern_types()
    found_types = concern_types()
    in_time = models.BooleanField(null=True, blank=True, help_text="null when no form was found")
    reason_missing = models.CharField(max_length=20, choices=ReasonMissing, blank=True)
    why = models.TextField(validators=[MinLengthValidator(SHORTEST_WHY)])
    quick_quality = models.PositiveSmallIntegerField(
        choices=QuickQuality, null=True, blank=True, help_text="null when no form was found, or nobody judged it"
    )
    learning_themes = ArrayField(
        models.CharField(max_length=20, choices=Criterion),
        default=list,
        db_default=[],
        blank=True,
        help_text="What is missing in a form that is not good enough",
    )
    supervisor_seen = models.BooleanField(
        null=True, blank=True, help_text="Whether a supervisor looked at the incident; null when that is not known"
    )
    school_told = models.CharField(max_length=10, choices=SchoolTold, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def required_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.required_types]

    @property
    def found_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.found_types]

    @property
    def themes_in_words(self) -> list[str]:
        return [str(theme.label) for theme in Criterion if theme in self.learning_themes]

    @property
    def is_good_enough(self) -> bool | None:
        return good_enough(self.quick_quality)

    @property
    def status(self) -> ReviewStatus:
        return status_of(self.required, self.required_types, self.found_types)


def findings_constraints(model: str) -> list[models.CheckConstraint]:
    """What the database asks of the findings of a model, whose name begins the names of the rules."""
    return [
        models.CheckConstraint(
            name=f"{model}_needed_says_which_forms",
            condition=(Q(required=Needed.YES) & ~Q(required_types=[]))
            | (~Q(required=Needed.YES) & Q(required_types=[])),
            violation_error_message="Say which forms were needed.",
        ),
        models.CheckConstraint(
            name=f"{model}_in_time_only_of_forms_found", condition=Q(in_time=None) | ~Q(found_types=[])
        ),
        models.CheckConstraint(
            name=f"{model}_says_why",
            condition=GreaterThanOrEqual(Length(Trim("why")), SHORTEST_WHY),
            violation_error_message=f"Say why in at least {SHORTEST_WHY} characters.",
        ),
        models.CheckConstraint(
            name=f"{model}_only_forms_found_are_good_enough",
            condition=Q(quick_quality=None) | (Q(quick_quality__in=QuickQuality.values) & ~Q(found_types=[])),
            violation_error_message="Only a form that was found can be good enough or not.",
        ),
        models.CheckConstraint(
            name=f"{model}_not_good_enough_says_what_is_missing",
            # Said to be there: a check that comes to "unknown" lets the row pass.
            condition=(Q(quick_quality__isnull=False, quick_quality__in=NOT_GOOD_ENOUGH) & ~Q(learning_themes=[]))
            | ((Q(quick_quality=None) | Q(quick_quality__in=GOOD_ENOUGH)) & Q(learning_themes=[])),
            violation_error_message="Say what is missing in a form that is not good enough.",
        ),
        models.CheckConstraint(
            name=f"{model}_school_told_of_child_and_domestic_abuse",
            condition=Q(school_told="") | Q(required_types__contains=SCHOOL_IS_TOLD_OF),
            violation_error_message="A school is told where a form was needed for both a child and domestic abuse.",
        ),
    ]


def good_enough(quick_quality: int | None) -> bool | None:
    """Whether the forms found are good enough to act on; None where nobody judged them."""
    return None if quick_quality is None else quick_quality in GOOD_ENOUGH


def counted_as(
    required: str, required_types: Collection[str], found_types: Collection[str], in_time: bool | None
) -> ReviewedIncident:
    """How a review enters the figures."""
    return ReviewedIncident(
        forms_required=None if required == Needed.UNCLEAR else len(set(required_types)),
        forms_present=forms_present(required, required_types, found_types),
        is_late=in_time is False,
    )


def forms_present(required: str, required_types: Collection[str], found_types: Collection[str]) -> int:
    """How many of the needed forms were found or, when none was needed, how many were sent all the same."""
    return len(set(required_types) & set(found_types)) if required == Needed.YES else len(set(found_types))


def status_of(required: str, required_types: Collection[str], found_types: Collection[str]) -> ReviewStatus:
    """Compliant only with every form that was needed; partly done is not compliant."""
    if required == Needed.UNCLEAR:
        return ReviewStatus.UNCLEAR
    present = forms_present(required, required_types, found_types)
    if required == Needed.NO:
        return ReviewStatus.OVER_SUBMITTED if present else ReviewStatus.NOT_NEEDED
    if present >= len(set(required_types)):
        return ReviewStatus.COMPLIANT
    return ReviewStatus.PARTIAL if present else ReviewStatus.MISSING
