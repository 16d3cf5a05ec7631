"""A year's hours of CPD against what the agency expects of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from uuid import UUID

from common.templatetags.dates import day
from training.enums import CpdKind
from training.models import CpdExpectation
from training.queries.people import YearOfCpd

ONE_DAY = timedelta(days=1)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Expected:
    """Hours expected in one calendar year. `days` are those of the year for which something was expected."""

    hours: Decimal
    days: int
    of_days: int
    starts_on: date
    is_changed: bool = False

    @property
    def in_words(self) -> str:
        """What has to be said of it where it is not simply the hours of a whole year."""
        if self.days < self.of_days:
            return f"Expected from {day(self.starts_on)}: for {self.days} of {self.of_days} days of the year."
        return "The expectation changed during the year; each counts for its days." if self.is_changed else ""


@dataclass(frozen=True)
class YearAgainst:
    """What somebody logged in a year, and what was expected; `expected` is None where nothing was."""

    year: int
    entries: int
    hours: Decimal
    kinds: dict[str, Decimal] = field(default_factory=dict)
    expected: Expected | None = None
    days_passed: int | None = None
    of_days: int = 365

    @property
    def missing(self) -> Decimal | None:
        """Hours that the year is short of what is expected of it; nothing where nothing is expected or enough is there."""
        short = self.expected.hours - self.hours if self.expected is not None else Decimal(0)
        return short if short > 0 else None

    @property
    def in_words(self) -> str:
        """What has to be said beside the figures: that the year is not over, or was expected of in part."""
        said = [self.expected.in_words] if self.expected is not None and self.expected.in_words else []
        if self.days_passed is not None:
            said.append(f"The year is not over: {self.days_passed} of {self.of_days} days have passed.")
        return " ".join(said)

    @property
    def by_kind(self) -> list[tuple[str, Decimal]]:
        """Label and hours of the kinds there are, in the order of the form."""
        return [(str(kind.label), self.kinds[kind]) for kind in CpdKind if kind in self.kinds]


def expectations_of(agency_id: UUID | None) -> list[CpdExpectation]:
    """What an agency expects, the earliest first."""
    if agency_id is None:
        return []
    return list(CpdExpectation.objects.filter(agency=agency_id).select_related("set_by").order_by("valid_from"))


def expected_in(year: int, expectations: Sequence[CpdExpectation]) -> Expected | None:
    """What is expected in a calendar year: each expectation counts for the days of the year on which it holds.

    `expectations` by valid_from. Hours to two decimals, half up. None where nothing is expected on any day.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    of_days = (last - first).days + 1
    hours, days, starts_on, parts = Decimal(0), 0, None, 0
    for one, following in zip_longest(expectations, expectations[1:]):
        begins = max(one.valid_from, first)
        ends = min(following.valid_from - ONE_DAY, last) if following is not None else last
        length = (ends - begins).days + 1
        if length < 1 or not one.hours:
            continue
        hours += one.hours * length / of_days
        days += length
        parts += 1
        starts_on = starts_on or begins
    if starts_on is None:
        return None
    return Expected(hours.quantize(HUNDREDTH, ROUND_HALF_UP), days, of_days, starts_on, is_changed=parts > 1)


def against_expectation(
    years: Iterable[YearOfCpd], expectations: Sequence[CpdExpectation], *, on: date
) -> list[YearAgainst]:
    """The years with what was expected of them, the newest first; the year of that day too, where nothing was logged in it yet."""
    found = {one.year: one for one in years}
    if expectations and on.year not in found:
        found[on.year] = YearOfCpd(on.year, 0, Decimal(0))
    return [
        year_against(one, expectations, on=on) for one in sorted(found.values(), key=lambda one: one.year, reverse=True)
    ]


def year_against(one: YearOfCpd, expectations: Sequence[CpdExpectation], *, on: date) -> YearAgainst:
    """One year with what was expected of it."""
    first = date(one.year, 1, 1)
    passed = (on - first).days + 1 if one.year == on.year and on < date(one.year, 12, 31) else None
    of_days = (date(one.year, 12, 31) - first).days + 1
    return YearAgainst(
        one.year, one.entries, one.hours, one.kinds, expected_in(one.year, expectations), passed, of_days
    )
