"""From an exact fraction to the figure on a page."""

from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | int, places: int) -> Decimal:
    """The value with exactly that many decimals; a half goes away from zero (3.125 with two places is 3.13)."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places
    # In whole numbers, so that nothing is rounded twice on the way.
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{-whole if exact < 0 else whole}E-{places}")


def rounded_or_none(value: Fraction | int | None, places: int) -> Decimal | None:
    """As round_half_up; None stays None, because a figure of nothing is not nought."""
    return None if value is None else round_half_up(value, places)
