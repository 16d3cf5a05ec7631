"""Deeds of people before and after they had a training, beside those of people without it, and how sure the differences are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from common.statistics.before_after import OfPerson, change_in_mean, difference_of_changes
from common.statistics.grades import GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.resampling import Estimate, mean_of, seed_of
from common.statistics.rounding import rounded_or_none


@dataclass(frozen=True)
class Deed:
    """What one person did on a London day, and what it was worth: a grade, or 1 for complete and 0 for not."""

    person: UUID
    on: date
    value: int


@dataclass(frozen=True)
class Trained:
    """Who had the training and on which day; `group`: of whom of them the figures are."""

    days: dict[UUID, date]
    group: frozenset[UUID]

    @cached_property
    def days_of_group(self) -> list[date]:
        return sorted(self.days[person] for person in self.group)

    @property
    def first(self) -> date:
        return self.days_of_group[0]

    @property
    def last(self) -> date:
        return self.days_of_group[-1]

    @property
    def middle(self) -> date:
        """The day on which half of them, or half and one, had had it: those without it are parted there."""
        days = self.days_of_group
        return days[(len(days) - 1) // 2]


@dataclass(frozen=True)
class Side:
    """What was done on one side: each value, and by how many people."""

    label: str
    values: list[int]
    people: int

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def is_few(self) -> bool:
        """Whether there is something, and so little that it would tell of single people."""
        return self.n > 0 and min(self.n, self.people) < SMALLEST_BASE_SHOWN

    @cached_property
    def grades(self) -> GradeSummary:
        return summarise_grades(self.values)

    @cached_property
    def mean(self) -> Estimate:
        """With its interval by resampling; the seed follows from the label."""
        return mean_of(self.values, seed=seed_of(self.label))

    @property
    def share(self) -> Proportion:
        """How many of them were complete, with Wilson's interval."""
        return Proportion(sum(self.values), self.n)


@dataclass(frozen=True)
class Difference:
    """A difference of means or of shares with its interval. `per`: 100 where it is in percentage points."""

    estimate: Estimate
    per: int = 1

    @property
    def by(self) -> Decimal | None:
        """How far apart, without a sign: two decimals, or one in points."""
        value = self.estimate.value
        return rounded_or_none(None if value is None else abs(value) * self.per, 2 if self.per == 1 else 1)

    @property
    def direction(self) -> str:
        """Higher, lower, or the same; nothing where there is no difference to speak of."""
        value = self.estimate.value
        return "" if value is None else "higher" if value > 0 else "lower" if value < 0 else "the same"

    @property
    def interval_in_words(self) -> str:
        """For example "-0.20 to 0.90", or "-4 to 12 points"; nothing without an interval."""
        if self.per == 1:
            return self.estimate.interval_in_words
        points = self.estimate.interval_in_percent.replace("%", "")
        return f"{points} points" if points else ""

    @property
    def may_be_chance(self) -> bool:
        """Whether the interval holds nought."""
        interval = self.estimate.interval
        return interval is not None and interval.low <= 0 <= interval.high


@dataclass(frozen=True)
class Comparison:
    """People with the training before and after it, those without it before and after its middle day, and the changes."""

    sides: list[Side]
    change: Difference
    others_change: Difference
    beyond_others: Difference
    people: list[OfPerson]
    others: list[OfPerson]

    @property
    def trained(self) -> int:
        """Of how many people with the training there is something."""
        return len(self.people)

    @property
    def is_few(self) -> bool:
        return any(side.is_few for side in self.sides)

    @property
    def is_empty(self) -> bool:
        return not any(side.n for side in self.sides)


def compared(deeds: Iterable[Deed], trained: Trained, *, per: int) -> Comparison:
    """Each deed on its side. What was done on the day of the training counts as before. `per`: 100 for shares in points."""
    before: dict[UUID, list[int]] = defaultdict(list)
    after: dict[UUID, list[int]] = defaultdict(list)
    others_before: dict[UUID, list[int]] = defaultdict(list)
    others_after: dict[UUID, list[int]] = defaultdict(list)
    for deed in deeds:
        if deed.person in trained.group:
            side = after if deed.on > trained.days[deed.person] else before
        elif deed.person in trained.days or not trained.group:
            # Had it elsewhere: neither of the group nor without it. And without a group there is no day to part the others at.
            continue
        else:
            side = others_after if deed.on > trained.middle else others_before
        side[deed.person].append(deed.value)
    people, others = _by_person(before, after), _by_person(others_before, others_after)
    return Comparison(
        sides=[
            _side("Before the training", before),
            _side("After it", after),
            _side("Without it, until the middle day", others_before),
            _side("Without it, after the middle day", others_after),
        ],
        change=Difference(change_in_mean(people, seed=seed_of("since training")), per),
        others_change=Difference(change_in_mean(others, seed=seed_of("without training")), per),
        beyond_others=Difference(difference_of_changes(people, others, seed=seed_of("beyond others")), per),
        people=people,
        others=others,
    )


def _by_person(before: dict[UUID, list[int]], after: dict[UUID, list[int]]) -> list[OfPerson]:
    """In the order of their ids, so that the same seed draws the same people."""
    return [OfPerson(before.get(one, []), after.get(one, [])) for one in sorted({*before, *after})]


def _side(label: str, by_person: dict[UUID, list[int]]) -> Side:
    return Side(label, [value for values in by_person.values() for value in values], len(by_person))
