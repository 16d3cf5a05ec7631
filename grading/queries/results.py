"""What the agreed grades of a round come to, and who sees figures from few."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q

from accounts.enums import Permission
from accounts.models import User
from common.statistics.grades import GRADES, GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.resampling import Estimate, mean_of, seed_of
from common.statistics.rounding import rounded_or_none
from grading.enums import OverallGrade
from grading.models import Assignment, GradingRound
from grading.models.rounds import COUNTED, GradingRoundQuerySet


@dataclass(frozen=True)
class Results:
    """What the agreed grades of one round come to. `left_out`: PPNs that were withdrawn, and that no other replaced."""

    summary: GradeSummary
    items: int
    left_out: int = 0
    seed: int = 0

    @property
    def n(self) -> int:
        return self.summary.n

    @property
    def mean(self) -> Decimal | None:
        """From the counts, rounded half up to two decimals; None when nothing was agreed."""
        return rounded_or_none(self.summary.mean, 2)

    @cached_property
    def mean_estimate(self) -> Estimate:
        """The mean with its interval by resampling the PPNs."""
        grades = [grade for grade, count in zip(GRADES, self.summary.counts, strict=True) for _ in range(count)]
        return mean_of(grades, seed=self.seed)

    @property
    def mean_interval_in_words(self) -> str:
        """For example "2.33 to 3.44"; nothing for fewer than two PPNs."""
        return self.mean_estimate.interval_in_words

    @property
    def median(self) -> Decimal | None:
        """The middle grade, or half-way between the two in the middle; None when nothing was agreed."""
        return rounded_or_none(self.summary.median, 1)

    @property
    def good(self) -> Proportion:
        """Those graded 3 or 4, of all with an agreed grade; its interval is Wilson's."""
        return self.summary.good

    @property
    def interval_in_words(self) -> str:
        """The interval of the share graded 3 or 4."""
        return self.good.interval_in_words

    @property
    def lines(self) -> list[tuple[OverallGrade, int]]:
        """Each grade with its count."""
        return [(OverallGrade(grade), count) for grade, count in zip(GRADES, self.summary.counts, strict=True)]


def results_of(round: GradingRound) -> Results:
    """Counts, mean and share of the agreed grades; the graders' own grades never enter them, nor does what was withdrawn."""
    not_replaced = round.items.filter(removal__successor=None).annotate(is_counted=COUNTED)
    items = list(not_replaced.values_list("agreed_grade", "is_counted"))
    counted = [grade for grade, is_counted in items if is_counted]
    return Results(
        summary=summarise_grades([grade for grade in counted if grade is not None]),
        items=len(counted),
        left_out=len(items) - len(counted),
        seed=seed_of(f"{round.seed}:mean"),
    )


def is_suppressed_for(user: User, round: GradingRound) -> bool:
    """Whether so few PPNs were graded that only the panel and who runs the round see the figures."""
    fewest = fewest_shown(user, round)
    return fewest > 1 and round.items.agreed().count() < fewest


def fewest_shown(user: User, round: GradingRound) -> int:
    """On how many PPNs a figure of the round must rest for this person to see it."""
    in_full = rounds_shown_in_full(user)
    return 1 if in_full is None or round.pk in in_full else SMALLEST_BASE_SHOWN


def shown_to(rounds: GradingRoundQuerySet, user: User) -> list[uuid.UUID]:
    """Those of the rounds that are not too small for this person, by id."""
    in_full = rounds_shown_in_full(user)
    counted = rounds.annotate(agreed=Count("items", filter=Q(items__agreed_grade__isnull=False, items__removal=None)))
    return [
        pk
        for pk, agreed in counted.values_list("pk", "agreed")
        if in_full is None or pk in in_full or agreed >= SMALLEST_BASE_SHOWN
    ]


def rounds_shown_in_full(user: User) -> frozenset[uuid.UUID] | None:
    """Rounds of which this person sees figures however few PPNs were graded: those they graded in; None for all of them."""
    if user.may(Permission.RUN_GRADING):
        return None
    return frozenset(Assignment.objects.of(user).values_list("item__round", flat=True))
