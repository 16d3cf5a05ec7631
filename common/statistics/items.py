"""How good the questions of a test are: how many are right, whether who knows more is right more often, and whether they hang together.

Formulas of classical test theory, as in Crocker and Algina, Introduction to Classical and Modern Test Theory (1986).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# Below so many sittings figures stand without a remark: chance alone makes any of them.
FEWEST_FOR_REMARKS = 20
# Below so many, 27 in 100 of them are too few to be compared with 27 in 100 others.
FEWEST_FOR_GROUPS = 30
# Kelley 1939: with scores that are normally distributed, the share at either end that tells most.
END_SHARE = Fraction(27, 100)
TOO_EASY, TOO_HARD, TELLS_LITTLE = Fraction(19, 20), Fraction(1, 5), 0.1


@dataclass(frozen=True)
class Item:
    """One question over so many sittings. None where it is not defined, as where everybody is right."""

    sittings: int
    right: int
    discrimination: float | None
    upper_lower: Fraction | None

    @property
    def difficulty(self) -> Fraction | None:
        """The share who were right, called p: the higher, the easier."""
        return Fraction(self.right, self.sittings) if self.sittings else None

    @property
    def remark(self) -> str:
        """What to look at, in words; nothing where all is well, or where there are too few sittings to say."""
        share = self.difficulty
        if share is None or self.sittings < FEWEST_FOR_REMARKS:
            return ""
        if self.discrimination is not None and self.discrimination < 0:
            return "People who did better on the rest got this one wrong more often: check which answer is marked as right."
        if share >= TOO_EASY:
            return "Nearly everybody is right: it tells nobody apart."
        if share <= TOO_HARD:
            return "Few are right: check the words and which answer is marked as right."
        if self.discrimination is not None and self.discrimination < TELLS_LITTLE:
            return "Right and wrong hardly go with the rest of the test."
        return ""


@dataclass(frozen=True)
class ItemAnalysis:
    """All questions of a test, in their order, and how far they hang together."""

    sittings: int
    items: Sequence[Item]
    kr20: float | None


def analyse(sittings: Sequence[Sequence[bool]]) -> ItemAnalysis:
    """One row for each sitting, in it for each question whether it was right. Raises ValueError for rows of unequal length.

    `discrimination`: the correlation of right or wrong with the rest of the score, that is without the question itself (corrected
    point-biserial, or item-rest correlation). `upper_lower`: D, the share who were right among the best 27 in 100 less that
    among the last 27 in 100; who shares the score at the edge of a group counts in part, so no order of sittings matters.
    """
    if len({len(row) for row in sittings}) > 1:
        raise ValueError("Every sitting answers the same questions.")
    questions = range(len(sittings[0]) if sittings else 0)
    totals = [sum(row) for row in sittings]
    items = []
    for place in questions:
        column = [int(row[place]) for row in sittings]
        rest = [total - one for total, one in zip(totals, column, strict=True)]
        items.append(Item(len(column), sum(column), correlation(column, rest), upper_lower(column, totals)))
    return ItemAnalysis(len(sittings), items, kr20(sittings))


def correlation(xs: Sequence[int], ys: Sequence[int]) -> float | None:
    """Pearson's r; None where one of the two does not vary. In whole numbers until the last step."""
    n = len(xs)
    both = n * sum(x * y for x, y in zip(xs, ys, strict=True)) - sum(xs) * sum(ys)
    first, second = (n * sum(one * one for one in values) - sum(values) ** 2 for values in (xs, ys))
    return both / math.sqrt(first * second) if first and second else None


def upper_lower(column: Sequence[int], totals: Sequence[int]) -> Fraction | None:
    """D of one question (Ebel and Frisbie); None with fewer than 30 sittings."""
    n = len(column)
    if n < FEWEST_FOR_GROUPS:
        return None
    size = int(END_SHARE * n + Fraction(1, 2))
    return _share_right(column, totals, size, best=True) - _share_right(column, totals, size, best=False)


def _share_right(column: Sequence[int], totals: Sequence[int], size: int, *, best: bool) -> Fraction:
    """Of the `size` best or last; of those who share the score at the edge each counts by the share of them that has room."""
    room, right = size, Fraction(0)
    for score in sorted(set(totals), reverse=best):
        there = [one for one, total in zip(column, totals, strict=True) if total == score]
        taken = min(room, len(there))
        right += Fraction(sum(there) * taken, len(there))
        room -= taken
        if not room:
            break
    return right / size


def kr20(sittings: Sequence[Sequence[bool]]) -> float | None:
    """k / (k - 1) (1 - Σ p q / σ²) over k questions (Kuder and Richardson 1937): for right and wrong the same as Cronbach's alpha.

    None with fewer than two questions or sittings, or where every score is the same.
    """
    n, k = len(sittings), len(sittings[0]) if sittings else 0
    if n < 2 or k < 2:
        return None
    totals = [sum(row) for row in sittings]
    spread = n * sum(total * total for total in totals) - sum(totals) ** 2
    if not spread:
        return None
    rights = [sum(row[place] for row in sittings) for place in range(k)]
    single = sum(right * (n - right) for right in rights)
    return float(Fraction(k, k - 1) * (1 - Fraction(single, spread)))
