"""Means before and after something happened to people, and how sure their differences are.

People are drawn, each with all that is known of them: what one person does is alike, so that their single deeds are not so many
witnesses (the cluster bootstrap; Davison and Hinkley 1997, section 3.8).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from common.statistics.resampling import Estimate, estimated, estimated_over_groups

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class OfPerson:
    """What one person's deeds were worth before and after: grades, or 1 for what was as it should be and 0 for what was not."""

    before: Sequence[int] = ()
    after: Sequence[int] = ()


class _Totals:
    """The people of one group as vectors: counts and sums, before and after."""

    def __init__(self, people: Collection[OfPerson]) -> None:
        sides = ([one.before for one in people], [one.after for one in people])
        self.people = len(people)
        self.counts = [[len(values) for values in side] for side in sides]
        self.sums = [[sum(values) for values in side] for side in sides]

    @property
    def change(self) -> Fraction | None:
        """The mean after less that before; None where a side is empty."""
        if not all(map(sum, self.counts)):
            return None
        before, after = (Fraction(sum(total), sum(count)) for total, count in zip(self.sums, self.counts, strict=True))
        return after - before

    @property
    def shows_spread(self) -> bool:
        """Whether each side is of two people at least: one alone cannot say how people differ."""
        return min(sum(map(bool, side)) for side in self.counts) >= 2

    def drawn(self, times: "np.ndarray") -> "np.ndarray":
        """The change in each resample, nan where a side has nobody."""
        import numpy as np  # noqa: PLC0415 -- slow to import, and few processes need it

        with np.errstate(invalid="ignore", divide="ignore"):
            before, after = (
                (times @ total) / (times @ count) for total, count in zip(self.sums, self.counts, strict=True)
            )
            return after - before  # type: ignore[no-any-return]


def change_in_mean(people: Collection[OfPerson], *, seed: int) -> Estimate:
    """The mean after less the mean before, with its interval by drawing people; no interval from one person on a side."""
    totals = _Totals(people)
    if not totals.shows_spread:
        return Estimate(totals.change)
    return estimated(totals.change, totals.drawn, items=totals.people, seed=seed)


def difference_of_changes(people: Collection[OfPerson], others: Collection[OfPerson], *, seed: int) -> Estimate:
    """The change of these people less that of the others (difference in differences), each group drawn from by itself."""
    groups = [_Totals(people), _Totals(others)]
    changes = [group.change for group in groups]
    if changes[0] is None or changes[1] is None:
        return Estimate(None)
    value = changes[0] - changes[1]
    if not all(group.shows_spread for group in groups):
        return Estimate(value)

    def figure(times: "Sequence[np.ndarray]") -> "np.ndarray":
        return groups[0].drawn(times[0]) - groups[1].drawn(times[1])

    return estimated_over_groups(value, figure, items=[group.people for group in groups], seed=seed)
