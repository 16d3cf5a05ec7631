"""Agreed grades by group: by type, district, team and criterion, over the published rounds of one year or of all."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.enums import Permission
from accounts.models import User
from common.statistics.grades import GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import Estimate, mean_of, seed_of
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from grading.enums import Criterion, GroupBy
from grading.models import Grade, RoundItem
from grading.queries.results import shown_to
from grading.queries.trend import published_for
from referrals.enums import ConcernType

NOT_KNOWN = "Not recorded"


@dataclass(frozen=True)
class Group:
    """The grades of one group, and of how many PPNs they are; none where they are too few for who looks."""

    label: str
    grades: list[int]
    items: int
    is_suppressed: bool = False

    @property
    def n(self) -> int:
        return len(self.grades)

    @cached_property
    def summary(self) -> GradeSummary:
        return summarise_grades(self.grades)

    @cached_property
    def mean(self) -> Estimate:
        """With its interval by resampling; the seed follows from the label."""
        return mean_of(self.grades, seed=seed_of(self.label))


def years_of(user: User) -> list[int]:
    """The calendar years of the published rounds that this person sees, the newest first."""
    found = published_for(user).values_list("starts_on", flat=True)
    return sorted({starts_on.year for starts_on in found}, reverse=True)


def sees_small_groups(user: User) -> bool:
    """Who runs grading. To others the groups of all years, less those of one year, would tell what that one hides."""
    return user.may(Permission.RUN_GRADING)


def grouped(user: User, *, by: GroupBy, year: int | None = None) -> list[Group]:
    """The groups in the order of their labels, what has none last; criteria in that of the rubric. A PPN of two types counts in both.

    Criteria count the marks that the graders gave alone; all others count the agreed grades. Who does not run grading sees
    no group of few PPNs, nor one that the rest would give away, and nothing of rounds that are too small for them.
    """
    rounds = published_for(user)
    if year is not None:
        rounds = rounds.filter(starts_on__year=year)
    sees_small = sees_small_groups(user)
    ids = shown_to(rounds, user)
    if by == GroupBy.CRITERION:
        groups = _by_criterion(Grade.objects.filter(assignment__item__round__in=ids, assignment__item__removal=None))
        return groups if sees_small else [_without_few(group) for group in groups]
    column = {GroupBy.TYPE: "types", GroupBy.DISTRICT: "district__name", GroupBy.TEAM: "team__name"}[by]
    items = RoundItem.objects.agreed().filter(round__in=ids)
    graded = list(items.values_list("agreed_grade", f"referral__{column}"))
    groups = _by_referral(graded, by)
    if sees_small:
        return groups
    return _with_types_apart(groups, of=len(graded)) if by == GroupBy.TYPE else _with_small_together(groups)


def _by_criterion(grades: Any) -> list[Group]:
    marks: dict[str, list[int]] = defaultdict(list)
    items: dict[str, set[Any]] = defaultdict(set)
    for item, given in grades.values_list("assignment__item", "criteria"):
        for code, mark in given.items():
            if mark is not None:
                marks[code].append(mark)
                items[code].add(item)
    return [Group(str(one.label), marks[one], len(items[one])) for one in Criterion if marks[one]]


def _by_referral(graded: Iterable[tuple[Any, Any]], by: GroupBy) -> list[Group]:
    found: dict[str, list[int]] = defaultdict(list)
    for grade, value in graded:
        labels = [str(ConcernType(code).label) for code in value] if by == GroupBy.TYPE else [value or NOT_KNOWN]
        for label in labels:
            found[label].append(grade)
    labels = sorted(found, key=lambda label: (label == NOT_KNOWN, label))
    return [Group(label, found[label], len(found[label])) for label in labels]


def _without_few(group: Group) -> Group:
    return _hidden(group) if group.items < SMALLEST_BASE_SHOWN else group


def _with_types_apart(groups: list[Group], *, of: int) -> list[Group]:
    """A type that nearly all PPNs have tells of the few without it, whose grades the round's totals give then."""
    return [_hidden(one) if 0 < of - one.items < SMALLEST_BASE_SHOWN else _without_few(one) for one in groups]


def _with_small_together(groups: list[Group]) -> list[Group]:
    """Small districts or teams as one line, which comes last; nothing where even together they are too few."""
    sizes = {group.label: group.items for group in groups}
    together = taken_together(sizes)
    if are_too_few(together, sizes):
        return []
    pooled = [group for group in groups if group.label in together]
    shown = [group for group in groups if group.label not in together]
    return [*shown, _as_one(pooled)] if pooled else shown


def _as_one(groups: Iterable[Group]) -> Group:
    listed = list(groups)
    grades = [grade for group in listed for grade in group.grades]
    return Group(in_words([group.label for group in listed]), grades, len(grades))


def _hidden(group: Group) -> Group:
    return Group(group.label, [], 0, is_suppressed=True)
