"""From an exact fraction to the figure on a page."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

# Enough digits that no count of this service is cut before it is rounded.
PRECISION = 50


def round_half_up(value: Fraction | int, places: int) -> Decimal:
    """The value with exactly that many decimals; a half goes away from zero (3.125 with two places is 3.13)."""
    exact = Fraction(value)
    with localcontext() as context:
        context.prec = PRECISION
        scaled = abs(exact) * 10**places
        # Rounded as a whole number first: a quotient such as 2.4999… must not be rounded twice.
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        rounded = Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return -rounded if exact < 0 and rounded else rounded


def rounded_or_none(value: Fraction | int | None, places: int) -> Decimal | None:
    """As round_half_up; None stays None, because a figure of nothing is not nought."""
    return None if value is None else round_half_up(value, places)
