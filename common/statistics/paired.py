"""How far the same people changed: two scores of each, before and after, and what may be said of the differences.

Each person is their own comparison, so everything here is worked out from the differences (after minus before). SciPy does the
sums that need a distribution; it is slow to import, so it is imported where it is used.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from common.statistics.proportions import Interval

CONFIDENCE = 0.95
# Cohen, Statistical Power Analysis for the Behavioral Sciences (1988): conventions, and nothing more.
COHEN = ((0.2, "very small"), (0.5, "small"), (0.8, "medium"), (math.inf, "large"))
# More than so large a share at one end of the scale, and the change is cut off there.
MOST_AT_ONE_END = Fraction(1, 5)


@dataclass(frozen=True)
class Effect:
    """How large a change is beside the spread of something; `interval` where it could be worked out."""

    size: float
    interval: Interval | None = None

    @property
    def in_words(self) -> str:
        """As Cohen's conventions call it: very small, small, medium or large."""
        return next(words for limit, words in COHEN if abs(self.size) < limit)


@dataclass(frozen=True)
class PairedChange:
    """What came out. None where it is not defined: nothing with fewer than two pairs, no t where all changed alike.

    `wilcoxon_p`: where at least one changed. `effect`: d_z with Hedges' correction, from three pairs on. `d_av`: beside the spread of the scores.
    """

    n: int
    better: int
    same: int
    worse: int
    mean_before: Fraction | None = None
    mean_after: Fraction | None = None
    mean_change: Fraction | None = None
    sd: float | None = None
    interval: Interval | None = None
    t: float | None = None
    p: float | None = None
    wilcoxon_p: float | None = None
    d_z: float | None = None
    effect: Effect | None = None
    d_av: float | None = None
    rank_biserial: float | None = None

    @property
    def df(self) -> int:
        """Degrees of freedom of t."""
        return max(self.n - 1, 0)

    @property
    def all_alike(self) -> bool:
        """Whether everybody changed by the same, so that there is no spread to compare with."""
        return self.n > 1 and self.sd == 0

    @property
    def could_be_chance(self) -> bool | None:
        """Whether the interval of the mean change holds nought; None without an interval."""
        return None if self.interval is None else self.interval.low <= 0 <= self.interval.high


def paired_change(
    before: Sequence[int | float | Fraction], after: Sequence[int | float | Fraction], *, in_short: bool = False
) -> PairedChange:
    """The change from `before` to `after`, two scores of each person in the same order. Raises ValueError for unequal lengths.

    With d the n differences, their mean m and sample standard deviation s: t = m / (s / √n) with n - 1 degrees of freedom and
    the interval m ± t* s / √n (Student 1908). d_z = m / s, times J = 1 - 3 / (4 df - 1) against its bias in small groups
    (Hedges 1981); it depends on how alike the two scores of a person are. d_av = m / ((s_before + s_after) / 2) does not
    (Lakens 2013, Frontiers in Psychology 4:863). Beside t Wilcoxon's signed-rank test (1945), which drops those who did not
    change; SciPy works it out exactly where it can. `in_short`: without Wilcoxon's p and without bounds of the effect, which
    take longest.
    """
    if len(before) != len(after):
        raise ValueError("Every person needs a score before and a score after.")
    firsts, seconds = [Fraction(one) for one in before], [Fraction(one) for one in after]
    changes = [second - first for first, second in zip(firsts, seconds, strict=True)]
    n = len(changes)
    better, worse = sum(one > 0 for one in changes), sum(one < 0 for one in changes)
    if not changes:
        return PairedChange(0, 0, 0, 0)
    means = (_mean(firsts), _mean(seconds), _mean(changes))
    ranks = rank_biserial(changes)
    if n < 2:
        return PairedChange(n, better, n - better - worse, worse, *means, rank_biserial=ranks)
    sd = _sd(changes)
    spread = (_sd(firsts) + _sd(seconds)) / 2
    known = PairedChange(
        n,
        better,
        n - better - worse,
        worse,
        *means,
        sd=sd,
        wilcoxon_p=None if in_short else wilcoxon_p(changes),
        d_av=float(means[2]) / spread if spread else None,
        rank_biserial=ranks,
    )
    return known if sd == 0 else _with_t(known, float(means[2]), sd, in_short=in_short)


def _with_t(known: PairedChange, mean: float, sd: float, *, in_short: bool) -> PairedChange:
    from scipy import stats  # noqa: PLC0415 -- slow to import, and few processes need it

    df = known.df
    error = sd / math.sqrt(known.n)
    t = mean / error
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, df)) * error
    effect = None
    if df > 1:
        correction, bounds = hedges_correction(df), None if in_short else effect_interval(t, known.n)
        effect = Effect(
            mean / sd * correction, Interval(bounds.low * correction, bounds.high * correction) if bounds else None
        )
    return replace(
        known,
        interval=Interval(mean - half, mean + half),
        t=t,
        p=float(2 * stats.t.sf(abs(t), df)),
        d_z=mean / sd,
        effect=effect,
    )


def hedges_correction(df: int) -> float:
    """J = 1 - 3 / (4 df - 1), by which an effect size of a small group is made smaller (Hedges 1981). Nothing is left of it with one degree of freedom."""
    return 1 - 3 / (4 * df - 1)


def effect_interval(t: float, n: int) -> Interval | None:
    """Bounds of d_z: the noncentralities under which t would be at either end of the middle 95 in 100, over √n.

    Steiger and Fouladi 1997, "Noncentrality interval estimation". None where they cannot be found.
    """
    from scipy import optimize, stats  # noqa: PLC0415 -- slow to import, and few processes need it

    reach = 10 + 2 * abs(t)

    def bound(share: float) -> float:
        def distance(noncentrality: float) -> float:
            return float(stats.nct.cdf(t, n - 1, noncentrality)) - share

        return float(optimize.brentq(distance, t - reach, t + reach))

    try:
        low, high = bound((1 + CONFIDENCE) / 2), bound((1 - CONFIDENCE) / 2)
    except (ValueError, RuntimeError):
        return None
    return Interval(low / math.sqrt(n), high / math.sqrt(n))


def wilcoxon_p(changes: Sequence[Fraction]) -> float | None:
    """Two-sided p of the signed-rank test over those who changed; None where nobody did."""
    changed = [float(one) for one in changes if one]
    if not changed:
        return None
    from scipy import stats  # noqa: PLC0415 -- slow to import, and few processes need it

    return float(stats.wilcoxon(changed).pvalue)


def rank_biserial(changes: Sequence[Fraction]) -> float | None:
    """(R+ - R-) / (R+ + R-): of the ranks of all changes by their size, those upwards less those downwards (Kerby 2014).

    From -1 (everybody who changed went down) to 1. Changes of one size share their ranks; None where nobody changed.
    """
    changed = sorted((one for one in changes if one), key=abs)
    if not changed:
        return None
    up = Fraction(0)
    place = 0
    while place < len(changed):
        alike = [one for one in changed[place:] if abs(one) == abs(changed[place])]
        rank = Fraction(2 * place + len(alike) + 1, 2)
        up += rank * sum(one > 0 for one in alike)
        place += len(alike)
    total = Fraction(len(changed) * (len(changed) + 1), 2)
    return float((2 * up - total) / total)


def crowded_end(scores: Sequence[int], out_of: int) -> str:
    """ "floor" or "ceiling" where more than a fifth of the scores are 0 or all that can be had; else nothing."""
    counted: list[tuple[str, Callable[[int], bool]]] = [
        ("ceiling", lambda score: score == out_of),
        ("floor", lambda score: score == 0),
    ]
    for words, is_there in counted:
        if scores and Fraction(sum(map(is_there, scores)), len(scores)) > MOST_AT_ONE_END:
            return words
    return ""


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _sd(values: Sequence[Fraction]) -> float:
    """Sample standard deviation; exactly 0 where all are alike."""
    mean = _mean(values)
    return math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1))
