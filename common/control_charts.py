"""A funnel plot and a p-chart: shares with the limits within which chance alone would keep them. Drawn by templates/components/chart.html."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from common.charts import (
    LEFT,
    NAMED_WIDTH,
    RIGHT,
    Chart,
    Guide,
    Label,
    Mark,
    guides_of,
    percent_ticks,
    positions,
    scale,
)
from common.statistics.control_limits import INNER, OUTER, Limits, Standing, binomial_limits, standing
from common.statistics.proportions import Proportion

# A point is told by its shape, a limit by its dash: colour says nothing that they do not say.
SHAPES = {Standing.INSIDE: "circle", Standing.OUTSIDE_INNER: "square", Standing.OUTSIDE_OUTER: "diamond"}
DASHES = {INNER: "6 4", OUTER: "2 3"}
MARKS_IN_WORDS = (
    "Solid line: the share of all together. Broken line: within it chance alone keeps 95 of 100 such points. "
    "Dotted line: 998 of 1,000 (exact binomial limits). Filled circle: inside both. Open square: outside the broken line. "
    "Diamond: outside both."
)
Y = scale(0, 1)
STEPS = (5, 10, 20, 25, 50, 100, 200, 250, 500)
MOST_TICKS = 8


@dataclass(frozen=True)
class Named:
    """A share with the name of the group or period that it is of."""

    name: str
    share: Proportion
    short_name: str = ""


def funnel_chart(*, slug: str, groups: Sequence[Named], whole: Proportion, of_what: str, one: str, more: str) -> Chart:
    """Each group's share against its number, with limits around the share of the whole.

    Only groups outside the limits are named. `of_what` says what is counted, `one` and `more` what a group is called.
    Raises ValueError without a group or when one of them or the whole has no base.
    """
    centre = _share(whole)
    if not groups or any(group.share.n < 1 for group in groups):
        raise ValueError("A funnel needs groups, each with a base.")
    step = _step(max(group.share.n for group in groups))
    most = step * ceil(max(group.share.n for group in groups) / step)

    def x(n: float) -> float:
        return round(LEFT + n / most * (RIGHT - LEFT), 1)

    standings = [standing(group.share.successes, group.share.n, centre) for group in groups]
    marks = [
        Mark(x(group.share.n), Y(_share(group.share)), SHAPES[where], group.name if where else "")
        for group, where in zip(groups, standings, strict=True)
    ]
    numbers = range(1, most + 1)
    guides = _guides(whole, lambda coverage: [(x(n), binomial_limits(n, centre, coverage)) for n in numbers])
    outside = [group.name for group, where in zip(groups, standings, strict=True) if where]
    return Chart(
        slug,
        _finding(outside, len(groups), one, more),
        f"Up: per cent of {of_what}. To the right: how many there were. {MARKS_IN_WORDS}",
        percent_ticks(),
        [Label(x(n), str(n), (str(n),)) for n in range(0, most + 1, step)],
        guides=guides,
        marks=marks,
        description=_in_words(groups, standings, whole),
        width=NAMED_WIDTH,
    )


def control_chart(*, slug: str, periods: Sequence[Named], of_what: str, one: str, more: str) -> Chart:
    """A p-chart: each period's share in order, with limits around the share of all these periods together.

    Limits are as wide as the number of the period makes them. Raises ValueError without a period or when one has no base.
    """
    if not periods or any(period.share.n < 1 for period in periods):
        raise ValueError("A control chart needs periods, each with a base.")
    whole = Proportion(sum(each.share.successes for each in periods), sum(each.share.n for each in periods))
    centre = _share(whole)
    middles, count = positions(len(periods)), len(periods)
    edges = list(zip(positions(count, within=0), positions(count, within=1), strict=True))
    standings = [standing(period.share.successes, period.share.n, centre) for period in periods]

    def steps(coverage: float) -> list[tuple[float, Limits]]:
        limits = [binomial_limits(period.share.n, centre, coverage) for period in periods]
        return [(x, limit) for sides, limit in zip(edges, limits, strict=True) for x in sides]

    outside = [period.name for period, where in zip(periods, standings, strict=True) if where]
    return Chart(
        slug,
        _finding(outside, len(periods), one, more),
        f"Per cent of {of_what}, by period. {MARKS_IN_WORDS}",
        percent_ticks(),
        [
            Label(at, period.name, (period.short_name or period.name,))
            for at, period in zip(middles, periods, strict=True)
        ],
        guides=_guides(whole, steps),
        marks=[
            Mark(at, Y(_share(period.share)), SHAPES[where])
            for at, period, where in zip(middles, periods, standings, strict=True)
        ],
        description=_in_words(periods, standings, whole),
        width=NAMED_WIDTH,
    )


def _guides(whole: Proportion, limits_of: Callable[[float], Sequence[tuple[float, Limits]]]) -> list[Guide]:
    """The share of the whole, then upper and lower limit of each coverage; of the two the lower one bears the name."""
    centre = Y(_share(whole))
    lines: list[tuple[str, str, Sequence[tuple[float, float]]]] = [
        (_said(whole), "", [(LEFT, centre), (RIGHT, centre)])
    ]
    for coverage in (INNER, OUTER):
        limits = limits_of(coverage)
        lines += [
            ("", DASHES[coverage], [(x, Y(limit.high_share)) for x, limit in limits]),
            (f"{coverage * 100:g}% limits", DASHES[coverage], [(x, Y(limit.low_share)) for x, limit in limits]),
        ]
    return guides_of(lines)


def _share(proportion: Proportion) -> float:
    if proportion.share is None:
        raise ValueError("A share needs a base.")
    return float(proportion.share)


def _said(whole: Proportion) -> str:
    return f"All together {whole.percent}%"


def _step(largest: int) -> int:
    """How far apart the numbers under the chart stand."""
    return next((step for step in STEPS if largest / step <= MOST_TICKS), ceil(largest / MOST_TICKS))


def _finding(outside: Sequence[str], count: int, one: str, more: str) -> str:
    if not outside:
        everybody = f"The {one} lies" if count == 1 else f"All {count} {more} lie"
        return f"{everybody} within what chance alone gives"
    verb = "lies" if len(outside) == 1 else "lie"
    return f"{len(outside)} of {count} {more} {verb} outside of what chance alone gives: {', '.join(outside)}"


def _in_words(groups: Sequence[Named], standings: Sequence[Standing], whole: Proportion) -> str:
    """For who cannot see the chart: what lies outside, by how much, and around what."""
    said = [f"{_said(whole)}: {whole.successes} of {whole.n}."]
    for group, where in zip(groups, standings, strict=True):
        if where:
            limits = "both limits" if where == Standing.OUTSIDE_OUTER else "the 95% limits only"
            share = group.share
            said.append(f"{group.name}: {share.successes} of {share.n}, {share.percent}%, outside {limits}.")
    return " ".join([*said, "The figures are in the table below."])
