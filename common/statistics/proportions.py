"""Shares with their base and interval, and the compliance figures of a dip sample."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from common.statistics.rounding import round_half_up, rounded_or_none

# Below this base a share may point at a person; only those who did the review see it.
SMALLEST_BASE_SHOWN = 5


@dataclass(frozen=True)
class Interval:
    """Two bounds: of a share between 0 and 1, of a coefficient between -1 and 1."""

    low: float
    high: float


@dataclass(frozen=True)
class Proportion:
    """So many of n. With a base of nought there is no share."""

    successes: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise ValueError(f"{self.successes} of {self.n} is not a proportion.")

    @property
    def share(self) -> Fraction | None:
        """Exact, between 0 and 1."""
        return Fraction(self.successes, self.n) if self.n else None

    @property
    def percent(self) -> Decimal | None:
        """Rounded half up to one decimal, for display."""
        return rounded_or_none(None if self.share is None else self.share * 100, 1)

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95% interval."""
        return wilson_interval(self.successes, self.n)

    @property
    def interval_in_words(self) -> str:
        """For example "35% to 93%"; nothing without a base."""
        interval = self.interval
        if interval is None:
            return ""
        low, high = (round_half_up(Fraction(bound) * 100, 0) for bound in (interval.low, interval.high))
        return f"{low}% to {high}%"

    @property
    def is_small(self) -> bool:
        """Whether the base is too small to be shown outside the review."""
        return self.n < SMALLEST_BASE_SHOWN


@lru_cache(maxsize=4096)  # SciPy works a p-value out as well, and a page of years shows hundreds of shares
def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's score interval for a proportion; None when n is 0."""
    if n == 0:
        return None
    from scipy import stats  # noqa: PLC0415 -- SciPy is slow to import and few processes need it

    bounds = stats.binomtest(successes, n).proportion_ci(confidence_level=confidence, method="wilson")
    return Interval(low=max(float(bounds.low), 0.0), high=min(float(bounds.high), 1.0))


def change_in_points(earlier: Decimal, later: Decimal) -> Decimal:
    """The difference of two percentages in percentage points: 64.6 to 88 is 23.4 points."""
    return later - earlier


def relative_change(earlier: Decimal, later: Decimal) -> Decimal | None:
    """The difference of two percentages in per cent of the earlier, to one decimal: 64.6 to 88 is 36.2; None from nought."""
    if not earlier:
        return None
    return rounded_or_none(Fraction(later - earlier) / Fraction(earlier) * 100, 1)


@dataclass(frozen=True)
class ReviewedIncident:
    """One settled or unsettled review: which forms the incident needed and how many were there.

    `forms_required` is None while it is unclear whether a form was needed. `forms_present` counts the required
    forms that were found or, when none was required, any form that was sent all the same.
    """

    forms_required: int | None
    forms_present: int
    is_late: bool = False

    @property
    def needed_a_form(self) -> bool:
        """That it is clear that it did."""
        return bool(self.forms_required)

    @property
    def is_complete(self) -> bool:
        """Whether every form that was needed was there; False where none was needed, or that is unclear."""
        return bool(self.forms_required) and self.forms_present >= (self.forms_required or 0)


@dataclass(frozen=True)
class ReviewCounts:
    """Incidents of a dip sample by outcome; `late` are among those with a form, `forms_*` count forms, not incidents."""

    complete: int = 0
    partial: int = 0
    none: int = 0
    not_required_with_form: int = 0
    not_required_without_form: int = 0
    unclear: int = 0
    late: int = 0
    forms_required: int = 0
    forms_present: int = 0

    @property
    def required(self) -> int:
        return self.complete + self.partial + self.none

    @property
    def not_required(self) -> int:
        return self.not_required_with_form + self.not_required_without_form

    @property
    def reviewed(self) -> int:
        return self.required + self.not_required + self.unclear


@dataclass(frozen=True)
class Compliance:
    """The figures of a dip sample.

    `compliance`: incidents with every form they needed, of those that needed one. `over_submission`: incidents
    with a form, of those that needed none. `form_level`: forms found, of forms needed. `late`: found but sent
    after the limit, of incidents that needed a form; they count as compliant and are shown apart. `unclear`:
    waiting for moderation, in no denominator.
    """

    compliance: Proportion
    over_submission: Proportion
    form_level: Proportion
    late: Proportion
    unclear: int
    reviewed: int


def count_outcomes(incidents: Iterable[ReviewedIncident]) -> ReviewCounts:
    """Sort reviewed incidents into the outcomes that the figures are made of."""
    counts = dict.fromkeys(ReviewCounts.__dataclass_fields__, 0)
    for incident in incidents:
        required, present = incident.forms_required, incident.forms_present
        if required is None:
            counts["unclear"] += 1
            continue
        if required == 0:
            counts["not_required_with_form" if present else "not_required_without_form"] += 1
            continue
        if incident.is_complete:
            counts["complete"] += 1
        else:
            counts["partial" if present else "none"] += 1
        counts["late"] += bool(present and incident.is_late)
        counts["forms_required"] += required
        counts["forms_present"] += min(present, required)
    return ReviewCounts(**counts)


def compliance(counts: ReviewCounts) -> Compliance:
    """The figures for these counts."""
    return Compliance(
        compliance=Proportion(counts.complete, counts.required),
        over_submission=Proportion(counts.not_required_with_form, counts.not_required),
        form_level=Proportion(counts.forms_present, counts.forms_required),
        late=Proportion(counts.late, counts.required),
        unclear=counts.unclear,
        reviewed=counts.reviewed,
    )
