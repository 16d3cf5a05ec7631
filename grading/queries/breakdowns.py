"""Agreed grades by group: by type, district, team and criterion, over the published rounds of the years chosen."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices

from accounts.enums import Permission
from accounts.models import User
from common.statistics.grades import GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.resampling import Estimate, mean_of, seed_of
from grading.enums import Criterion
from grading.models import Grade, RoundItem
from grading.queries.trend import published_for
from referrals.enums import ConcernType

NOT_KNOWN = "Not recorded"


class GroupBy(TextChoices):
    TYPE = "TYPE", "Type of concern"
    DISTRICT = "DISTRICT", "District"
    TEAM = "TEAM", "Team"
    CRITERION = "CRITERION", "Criterion"


@dataclass(frozen=True)
class Group:
    """The grades of one group; hidden where they are few and who looks does not run grading."""

    label: str
    grades: list[int]
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

    @property
    def good(self) -> Proportion:
        """Those graded 3 or 4, with Wilson's interval."""
        return Proportion(self.summary.counts[2] + self.summary.counts[3], self.n)


def years_of(user: User) -> list[int]:
    """The calendar years of the published rounds that this person sees, the newest first."""
    return sorted(
        {starts_on.year for starts_on in published_for(user).values_list("starts_on", flat=True)}, reverse=True
    )


def grouped(user: User, *, by: GroupBy, year: int | None = None) -> list[Group]:
    """The groups in the order of their labels, what has none last; criteria in that of the rubric. A PPN of two types counts in both.

    Criteria count the marks that the graders gave alone; all others count the agreed grades. Two queries.
    """
    rounds = published_for(user)
    if year is not None:
        rounds = rounds.filter(starts_on__year=year)
    ids = list(rounds.values_list("pk", flat=True))
    if by == GroupBy.CRITERION:
        groups = _by_criterion(Grade.objects.filter(assignment__item__round__in=ids).values_list("criteria", flat=True))
    else:
        groups = _by_referral(RoundItem.objects.agreed().filter(round__in=ids), by)
    if user.may(Permission.RUN_GRADING):
        return groups
    return _suppressed(groups, adds_up=by in (GroupBy.DISTRICT, GroupBy.TEAM))


def _by_criterion(marks: Iterable[dict[str, int | None]]) -> list[Group]:
    found: dict[str, list[int]] = defaultdict(list)
    for given in marks:
        for code, mark in given.items():
            if mark is not None:
                found[code].append(mark)
    return [Group(str(criterion.label), found[criterion]) for criterion in Criterion if found[criterion]]


def _by_referral(items: Iterable[RoundItem], by: GroupBy) -> list[Group]:
    column = {GroupBy.TYPE: "types", GroupBy.DISTRICT: "district__name", GroupBy.TEAM: "team__name"}[by]
    found: dict[str, list[int]] = defaultdict(list)
    for grade, value in items.values_list("agreed_grade", f"referral__{column}"):  # type: ignore[attr-defined]
        labels = [str(ConcernType(code).label) for code in value] if by == GroupBy.TYPE else [value or NOT_KNOWN]
        for label in labels:
            found[label].append(grade)
    return [
        Group(label, grades) for label, grades in sorted(found.items(), key=lambda one: (one[0] == NOT_KNOWN, one[0]))
    ]


def _suppressed(groups: list[Group], *, adds_up: bool) -> list[Group]:
    """Without the figures of small groups. Where the groups add up to a known whole, one alone that is hidden could be worked
    out, so the next smallest is hidden with it.
    """
    hidden = {group.label for group in groups if group.n < SMALLEST_BASE_SHOWN}
    if adds_up and len(hidden) == 1 and len(groups) > 1:
        hidden.add(
            min((group for group in groups if group.label not in hidden), key=lambda one: (one.n, one.label)).label
        )
    return [Group(group.label, [], is_suppressed=True) if group.label in hidden else group for group in groups]
