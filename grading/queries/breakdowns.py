"""Agreed grades by group: by type, district, team and criterion, over the published rounds of one year or of all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.enums import Permission
from accounts.models import User
from common.statistics.grades import GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import Estimate, mean_of, seed_of
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from grading.enums import Criterion, GroupBy
from grading.models import Grade, GradingRound, RoundItem
from grading.queries.results import shown_to
from grading.queries.trend import published_for
from referrals.enums import ConcernType
from referrals.models import Share

NOT_KNOWN = "Not recorded"
NOT_SHARED = "Shared with no agency"
# A PPN stands in several of these groups at once.
OVERLAPPING = (GroupBy.TYPE, GroupBy.AGENCY)


@dataclass(frozen=True)
class Graded:
    """Grades that are shown as one line, with its label."""

    label: str
    grades: list[int]

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


@dataclass(frozen=True)
class Group(Graded):
    """The grades of one group, and of how many PPNs they are; none where they are too few for who looks."""

    items: int
    is_suppressed: bool = False


def years_of(user: User) -> list[int]:
    """The calendar years of the published rounds that this person sees, the newest first."""
    found = published_for(user).values_list("starts_on", flat=True)
    return sorted({starts_on.year for starts_on in found}, reverse=True)


def sees_small_groups(user: User) -> bool:
    """Who runs grading. To others the groups of all years, less those of one year, would tell what that one hides."""
    return user.may(Permission.RUN_GRADING)


def grouped(user: User, *, by: GroupBy, year: int | None = None) -> list[Group]:
    """The groups in the order of their labels, what has none last; criteria in that of the rubric. A PPN of two types, or shared
    with two agencies, counts in both.

    Criteria count the marks that the graders gave alone; all others count the agreed grades. Who does not run grading sees
    no group of few PPNs, nor one that the rest would give away, and nothing of rounds that are too small for them.
    """
    rounds = published_for(user)
    if year is not None:
        rounds = rounds.filter(starts_on__year=year)
    given = _given(shown_to(rounds, user), by)
    return _grouped(given, by) if sees_small_groups(user) else _for_readers(given, by)


def groups_of(round: GradingRound, *, by: GroupBy) -> list[Group]:
    """The groups of one round, as its report shows them to readers."""
    return _for_readers(_given([round.pk], by), by)


def groups_of_year(rounds: Collection[UUID], *, by: GroupBy, is_complete: bool) -> list[Group]:
    """The groups of all published rounds of a year that readers see, as its annual report shows them.

    A report stays. While a round may still join the year (`is_complete` is False), only groups are shown that no report of a
    round hides: else a later report of the year, less this one, would tell what the report of that round hides.
    """
    return _for_readers(_given(rounds, by), by, with_hidden=is_complete)


@dataclass(frozen=True)
class _Given:
    """One grade, or one mark, of a PPN, and the groups in which it counts."""

    round: UUID
    item: UUID
    grade: int
    labels: tuple[str, ...]


def _given(rounds: Collection[UUID], by: GroupBy) -> list[_Given]:
    """All of these rounds, in the order of their groups; one query."""
    if by == GroupBy.CRITERION:
        grades = Grade.objects.filter(assignment__item__round__in=rounds, assignment__item__removal=None)
        found = list(grades.values_list("assignment__item__round", "assignment__item", "criteria"))
        return [
            _Given(round, item, marks[criterion], (str(criterion.label),))
            for criterion in Criterion
            for round, item, marks in found
            if marks.get(criterion) is not None
        ]
    if by == GroupBy.AGENCY:
        return _given_to_agencies(rounds)
    column = {GroupBy.TYPE: "types", GroupBy.DISTRICT: "district__name", GroupBy.TEAM: "team__name"}[by]
    items = RoundItem.objects.agreed().filter(round__in=rounds)
    return [
        _Given(round, item, grade, tuple(_labels(value, by)))
        for round, item, grade, value in items.values_list("round", "pk", "agreed_grade", f"referral__{column}")
    ]


def _given_to_agencies(rounds: Collection[UUID]) -> list[_Given]:
    """By the agencies that a PPN was shared with before its round was published: what is shared later moves no figure."""
    shared = Share.objects.filter(
        referral__round_items__round__in=rounds, shared_at__lte=F("referral__round_items__round__published_at")
    )
    agencies: dict[UUID, set[str]] = defaultdict(set)
    for item, name in shared.values_list("referral__round_items", "agency__name"):
        agencies[item].add(name)
    items = RoundItem.objects.agreed().filter(round__in=rounds)
    return [
        _Given(round, item, grade, tuple(sorted(agencies[item])) or (NOT_SHARED,))
        for round, item, grade in items.values_list("round", "pk", "agreed_grade")
        if grade is not None
    ]


def _labels(value: Any, by: GroupBy) -> list[str]:
    return [str(ConcernType(code).label) for code in value] if by == GroupBy.TYPE else [value or NOT_KNOWN]


def _grouped(given: Iterable[_Given], by: GroupBy) -> list[Group]:
    grades: dict[str, list[int]] = defaultdict(list)
    items: dict[str, set[UUID]] = defaultdict(set)
    for one in given:
        for label in one.labels:
            grades[label].append(one.grade)
            items[label].add(one.item)
    # Criteria come in the order of the rubric.
    labels = (
        list(grades)
        if by == GroupBy.CRITERION
        else sorted(grades, key=lambda label: (label in (NOT_KNOWN, NOT_SHARED), label))
    )
    return [Group(label, grades[label], len(items[label])) for label in labels]


def _for_readers(given: list[_Given], by: GroupBy, *, with_hidden: bool = True) -> list[Group]:
    """Small districts or teams together. Of types, agencies and criteria none of few PPNs, nor one that would give few away.

    `with_hidden`: also those that the report of a round hides, where what is hidden is many.

    Each round has a report of its own: what the rounds whose reports hide a group have in it is the difference between the
    group here and those reports. So there too it must be many, and many that are not in it.
    """
    groups = _grouped(given, by)
    if by in (GroupBy.DISTRICT, GroupBy.TEAM):
        return _with_small_together(groups)
    of_round: dict[UUID, list[_Given]] = defaultdict(list)
    for one in given:
        of_round[one.round].append(one)
    inside, outside = Counter[str](), Counter[str]()
    for rows in of_round.values():
        for group in _grouped(rows, by):
            others = _items_in(rows) - group.items
            if _tells_of_few(group.items, others, by):
                inside[group.label] += group.items
                outside[group.label] += others
    return [
        _hidden(group)
        if _tells_of_few(group.items, _items_in(given) - group.items, by)
        or _tells_of_few(inside[group.label], outside[group.label], by)
        or (not with_hidden and inside[group.label])
        else group
        for group in groups
    ]


def _tells_of_few(inside: int, outside: int, by: GroupBy) -> bool:
    """Whether so many PPNs in a group, or not in it, are few. Those not of a type have grades too: the totals less the type's."""
    return 0 < inside < SMALLEST_BASE_SHOWN or (by in OVERLAPPING and 0 < outside < SMALLEST_BASE_SHOWN)


def _items_in(given: Iterable[_Given]) -> int:
    return len({one.item for one in given})


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
