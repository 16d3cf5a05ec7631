"""A grader over the rounds: how far what they gave alone lay from what was agreed."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from accounts.enums import Permission
from accounts.models import User
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import Estimate, mean_of, seed_of
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
    """Who runs grading sees every grader of the published rounds of their force; a grader sees themselves alone. One query."""
    given = Grade.objects.filter(assignment__item__round__in=GradingRound.objects.visible_to(user).published())
    if not user.may(Permission.RUN_GRADING):
        given = given.filter(assignment__grader=user)
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
