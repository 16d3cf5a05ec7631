"""A grader over the rounds: how far what they gave alone lay from what was agreed."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import Q

from accounts.enums import Permission
from accounts.models import User
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import Estimate, mean_of, seed_of
from common.statistics.rounding import rounded_or_none
from grading.enums import RoundState
from grading.models import Grade, GradingRound


@dataclass(frozen=True)
class Apart:
    """The grader's own grade less the agreed one, for each PPN; above nought they were milder than the panel."""

    grader: User
    differences: list[int]

    @property
    def n(self) -> int:
        return len(self.differences)

    @property
    def is_few(self) -> bool:
        """So few that a mean would say more of these PPNs than of the grader."""
        return self.n < SMALLEST_BASE_SHOWN

    @property
    def milder(self) -> int:
        return sum(one > 0 for one in self.differences)

    @property
    def same(self) -> int:
        return sum(one == 0 for one in self.differences)

    @property
    def stricter(self) -> int:
        return sum(one < 0 for one in self.differences)

    @property
    def rounded_mean(self) -> Decimal | None:
        """In grades, for display; None without a PPN."""
        return rounded_or_none(Fraction(sum(self.differences), self.n) if self.n else None, 2)

    @cached_property
    def mean(self) -> Estimate:
        """In grades, with its interval by resampling the PPNs."""
        return mean_of(self.differences, seed=seed_of(str(self.grader.pk)))


@dataclass(frozen=True)
class Drift:
    """The rounds with the oldest first; of each grader all rounds together, and one by one (None where they did not grade)."""

    rounds: list[GradingRound]
    graders: list[tuple[Apart, list[Apart | None]]]


def drift_for(user: User) -> Drift:
    """Who runs grading sees every grader of the published rounds of their own force; each sees their own grades anywhere. One query."""
    seen = Q(assignment__grader=user)
    if user.may(Permission.RUN_GRADING):
        seen |= Q(assignment__item__round__force=user.agency_id)
    given = Grade.objects.filter(
        seen, assignment__item__round__state=RoundState.PUBLISHED, assignment__item__removal=None
    )
    found: dict[uuid.UUID, dict[uuid.UUID, list[int]]] = defaultdict(lambda: defaultdict(list))
    people: dict[uuid.UUID, User] = {}
    rounds: dict[uuid.UUID, GradingRound] = {}
    for grade in given.exclude(assignment__item__agreed_grade=None).select_related(
        "assignment__grader__agency", "assignment__item__round"
    ):
        grader, item = grade.assignment.grader, grade.assignment.item
        if grader is None or item.agreed_grade is None:
            continue
        people[grader.pk], rounds[item.round_id] = grader, item.round
        found[grader.pk][item.round_id].append(grade.overall - item.agreed_grade)
    ordered = sorted(rounds.values(), key=lambda one: (one.starts_on, one.pk))
    return Drift(
        rounds=ordered,
        graders=[
            (
                Apart(person, [one for of_round in found[person.pk].values() for one in of_round]),
                [Apart(person, found[person.pk][one.pk]) if one.pk in found[person.pk] else None for one in ordered],
            )
            for person in sorted(people.values(), key=lambda one: (one.name, one.pk))
        ],
    )
