"""Agreed grades of what people sent before and after they were trained: what goes together, not what comes from what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import Estimate, estimated, seed_of
from common.statistics.rounding import rounded_or_none
from grading.models import RoundItem
from grading.queries.breakdowns import Graded
from grading.queries.results import shown_to
from grading.queries.trend import published_for
from training.models import Module
from training.queries.completions import first_completed, modules_completed_by

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class GradedPpn:
    """Who wrote it, on which London day it was sent, and what was agreed."""

    writer: UUID
    sent_on: date
    grade: int


@dataclass(frozen=True)
class Side(Graded):
    """The grades of the PPNs on one side, and how many people wrote them."""

    writers: int

    @property
    def is_few(self) -> bool:
        """Whether there is something, and so little that it would tell of single people."""
        return self.n > 0 and min(self.n, self.writers) < SMALLEST_BASE_SHOWN


@dataclass(frozen=True)
class SinceTraining:
    """PPNs of those who were trained, sent before and after, and of those who were not; the difference of the means, after less before."""

    before: Side
    after: Side
    others: Side
    difference: Estimate
    trained: int

    @property
    def sides(self) -> list[Side]:
        return [self.before, self.after, self.others]

    @property
    def is_few(self) -> bool:
        return any(side.is_few for side in self.sides)

    @property
    def by(self) -> Decimal | None:
        """How far apart the means are, rounded half up to two decimals."""
        value = self.difference.value
        return rounded_or_none(None if value is None else abs(value), 2)

    @property
    def direction(self) -> str:
        """Higher, lower, or the same; nothing where there is no difference to speak of."""
        value = self.difference.value
        return "" if value is None else "higher" if value > 0 else "lower" if value < 0 else "the same"


def may_choose_module(user: User) -> bool:
    """Who runs grading. From two modules others could work out the grades of the few who did only one of them."""
    return user.may(Permission.RUN_GRADING)


def since_training(user: User, ppns: Iterable[GradedPpn], *, module_id: UUID | None = None) -> SinceTraining | None:
    """Since one module, or the first that each person did. `ppns`: see graded_ppns. One query.

    None for who does not run grading, where any side is of so few PPNs or writers that it would tell of single people. A PPN counts as
    sent after from the day that follows the training.
    """
    days = first_completed({ppn.writer for ppn in ppns}, module_id=module_id)
    found = _compared(ppns, days)
    return None if found.is_few and not may_choose_module(user) else found


def modules_offered(user: User, ppns: Iterable[GradedPpn]) -> list[Module]:
    """The modules that a writer of these completed; none to who may not choose."""
    return modules_completed_by({ppn.writer for ppn in ppns}) if may_choose_module(user) else []


def graded_ppns(user: User) -> list[GradedPpn]:
    """Those of all published rounds that this person sees and that are not too small for them."""
    items = RoundItem.objects.agreed().filter(round__in=shown_to(published_for(user), user))
    found = items.values_list("referral__author", "referral__submitted_at", "agreed_grade")
    return [
        GradedPpn(author, london_day(at), grade)
        for author, at, grade in found.order_by("pk")
        if at is not None and grade is not None
    ]


def _compared(ppns: Iterable[GradedPpn], days: dict[UUID, date]) -> SinceTraining:
    before: dict[UUID, list[int]] = defaultdict(list)
    after: dict[UUID, list[int]] = defaultdict(list)
    others: dict[UUID, list[int]] = defaultdict(list)
    for ppn in ppns:
        side = others if ppn.writer not in days else after if ppn.sent_on > days[ppn.writer] else before
        side[ppn.writer].append(ppn.grade)
    trained = sorted({*before, *after})
    return SinceTraining(
        before=_side("Sent before the training", before),
        after=_side("Sent after it", after),
        others=_side("Of people without it", others),
        difference=_difference([before.get(one, []) for one in trained], [after.get(one, []) for one in trained]),
        trained=len(trained),
    )


def _side(label: str, by_writer: dict[UUID, list[int]]) -> Side:
    return Side(label, [grade for grades in by_writer.values() for grade in grades], len(by_writer))


def _difference(before: list[list[int]], after: list[list[int]]) -> Estimate:
    """By resampling people, each with all their PPNs: what one person writes is alike, so that PPNs are not so many witnesses."""
    counts = [[len(grades) for grades in side] for side in (before, after)]
    sums = [[sum(grades) for grades in side] for side in (before, after)]
    if not all(map(sum, counts)):
        return Estimate(None)
    of_people = [sum(map(bool, side)) for side in counts]
    means = [Fraction(sum(total), sum(count)) for total, count in zip(sums, counts, strict=True)]

    def figure(times: "np.ndarray") -> "np.ndarray":
        import numpy as np  # noqa: PLC0415 -- slow to import, and few processes need it

        with np.errstate(invalid="ignore", divide="ignore"):
            first, second = ((times @ total) / (times @ count) for total, count in zip(sums, counts, strict=True))
            return second - first  # type: ignore[no-any-return]

    if min(of_people) < 2:
        # One person's PPNs cannot say how people differ.
        return Estimate(means[1] - means[0])
    return estimated(means[1] - means[0], figure, items=len(before), seed=seed_of("since training"))
