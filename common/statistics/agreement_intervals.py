"""Agreement with intervals: the coefficients of agreement.py for thousands of resamples of the items at once.

What agreement.py works out as exact fractions is worked out here in floating point over arrays; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.statistics import agreement
from common.statistics.agreement import Level, Ratings, Weights
from common.statistics.grades import GRADES
from common.statistics.resampling import Estimate, estimated

if TYPE_CHECKING:
    import numpy as np

    from common.statistics.resampling import Figure


@dataclass(frozen=True)
class Agreement:
    """How far graders agree over items with at least two grades each; `grades` are all of theirs.

    `exact` and `within_one` are shares of the pairs of grades of one item, `ac2` is Gwet's with quadratic weights,
    `alpha` Krippendorff's for an order.
    """

    items: int
    grades: int
    exact: Estimate
    within_one: Estimate
    ac2: Estimate
    alpha: Estimate

    @property
    def is_enough_to_judge(self) -> bool:
        return self.items >= agreement.FEWEST_ITEMS_TO_JUDGE


def agreement_of(ratings: Ratings, *, seed: int, categories: Sequence[int] = GRADES) -> Agreement:
    """The figures that lead, each with its interval. Items with fewer than two grades say nothing of agreement and are left out."""
    rows = [[grade for grade in row if grade is not None] for row in ratings]
    rows = [row for row in rows if len(row) >= 2]

    def of(value: object, figure: "Figure") -> Estimate:
        return estimated(value, figure, items=len(rows), seed=seed)  # type: ignore[arg-type]

    if not rows:
        nothing = Estimate(None)
        return Agreement(0, 0, nothing, nothing, nothing, nothing)
    counts = _counts(rows, categories)
    return Agreement(
        items=len(rows),
        grades=sum(map(len, rows)),
        exact=of(agreement.exact_agreement(rows).share, _share_within(counts, 0)),
        within_one=of(agreement.agreement_within_one(rows).share, _share_within(counts, 1)),
        ac2=of(agreement.gwet_ac(rows, weights=Weights.QUADRATIC, categories=categories), _ac2(counts)),
        alpha=of(agreement.krippendorff_alpha(rows, level=Level.ORDINAL), _alpha(counts)),
    )


def ac1_of(ratings: Ratings, *, seed: int, categories: Sequence[int]) -> Estimate:
    """Gwet's AC1 with its interval, categories taken as names. Items with fewer than two answers are left out."""
    rows = [[one for one in row if one is not None] for row in ratings]
    rows = [row for row in rows if len(row) >= 2]
    if not rows:
        return Estimate(None)
    value = agreement.gwet_ac(rows, weights=Weights.NOMINAL, categories=categories)
    counts = _counts(rows, categories)
    return estimated(value, _ac(counts, 1.0 * (_apart(counts.shape[1]) == 0)), items=len(rows), seed=seed)


def _counts(rows: Sequence[Sequence[int]], categories: Sequence[int]) -> "np.ndarray":
    """How often each item got each category: items by categories."""
    import numpy as np  # noqa: PLC0415 -- slow to import, and few processes need it

    return np.array([[row.count(category) for category in categories] for row in rows], dtype=float)


def _pairs(counts: "np.ndarray") -> "np.ndarray":
    """How many ordered pairs of grades each item has of each two categories: items by categories by categories."""
    import numpy as np  # noqa: PLC0415

    return counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])  # type: ignore[no-any-return]


def _apart(categories: int) -> "np.ndarray":
    import numpy as np  # noqa: PLC0415

    return np.abs(np.subtract.outer(np.arange(categories), np.arange(categories)))


def _share_within(counts: "np.ndarray", apart: int) -> "Figure":
    pairs = _pairs(counts)
    near = (pairs * (_apart(counts.shape[1]) <= apart)).sum(axis=(1, 2))
    every = pairs.sum(axis=(1, 2))
    return lambda times: (times @ near) / (times @ every)


def _ac2(counts: "np.ndarray") -> "Figure":
    q = counts.shape[1]
    return _ac(counts, 1 - (_apart(q) / (q - 1)) ** 2)


def _ac(counts: "np.ndarray", weight: "np.ndarray") -> "Figure":
    q = counts.shape[1]
    pairs = _pairs(counts)
    observed = (pairs * weight).sum(axis=(1, 2)) / pairs.sum(axis=(1, 2))
    shares = counts / counts.sum(axis=1, keepdims=True)

    def figure(times: "np.ndarray") -> "np.ndarray":
        items = times.sum(axis=-1)
        share = times @ shares / items[..., None]
        by_chance = weight.sum() / (q * (q - 1)) * (share * (1 - share)).sum(axis=-1)
        return (times @ observed / items - by_chance) / (1 - by_chance)  # type: ignore[no-any-return]

    return figure


def _alpha(counts: "np.ndarray") -> "Figure":
    import numpy as np  # noqa: PLC0415

    graders = counts.sum(axis=1)
    coincidences = _pairs(counts) / (graders - 1)[:, None, None]

    def figure(times: "np.ndarray") -> "np.ndarray":
        totals = times @ counts
        n = totals.sum(axis=-1)
        up_to = totals.cumsum(axis=-1) - totals / 2
        distance = (up_to[..., :, None] - up_to[..., None, :]) ** 2
        observed = (np.tensordot(times, coincidences, axes=1) * distance).sum(axis=(-2, -1))
        expected = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-2, -1)) / (n - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(expected > 0, 1 - observed / expected, np.nan)  # type: ignore[no-any-return]

    return figure
