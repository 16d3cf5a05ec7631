"""The charts of the totals; the tables behind them stand below."""

from collections.abc import Sequence
from dataclasses import replace

from common.charts import PERCENT_TICKS, Chart, Series, bar_chart, line_chart
from partners.queries.totals import Line, Totals

MOST_KINDS = 8
TICKS = 4
TOO_FEW = "(too few)"


def charts_of(totals: Totals) -> list[Chart]:
    """By month, quarter or year; without what is hidden, and nothing where no session was held."""
    if not totals.whole.sessions or totals.whole.is_hidden:
        return []
    bars = delegates_chart(totals)
    # A chart of lines writes its labels in one line each; those of the bars are broken where they would touch.
    lines = (average_chart(totals), shares_chart(totals))
    return [bars, *(replace(chart, labels=bars.labels, height=bars.height) for chart in lines)]


def delegates_chart(totals: Totals) -> Chart:
    """Bars: delegates present."""
    values = [0 if line.is_hidden else line.present for line in totals.steps]
    high, ticks = _scale(values)
    whole = totals.whole
    return bar_chart(
        slug="totals-delegates",
        title=f"{whole.present:,} delegates came to {whole.sessions:,} session{'s' * (whole.sessions != 1)}",
        caption="Delegates present. Each bar is one line of the table below.",
        labels=_labels(totals.steps),
        values=values,
        high=high,
        ticks=ticks,
    )


def average_chart(totals: Totals) -> Chart:
    """Points with intervals: delegates a session."""
    shown = [None if line.is_hidden else line.average for line in totals.steps]
    values = [None if one is None or one.value is None else float(one.value) for one in shown]
    intervals = [
        (one.interval.low, one.interval.high) if one is not None and one.interval is not None else None for one in shown
    ]
    high, ticks = _scale(
        [*(value for value in values if value is not None), *(top for _, top in filter(None, intervals))]
    )
    return line_chart(
        slug="totals-average",
        title=f"On average {totals.whole.average_words} delegates came to a session",
        caption="Delegates a session. The upright lines are 95% intervals; there is none where fewer than three sessions were held.",
        labels=_labels(totals.steps),
        series=[Series("Delegates a session", values, intervals)],
        low=0,
        high=high,
        ticks=ticks,
    )


def shares_chart(totals: Totals) -> Chart:
    """Two lines: sessions in the evening, and no-shows."""
    evening = [None if line.evening.percent is None else float(line.evening.percent) for line in totals.steps]
    missed = [
        None if line.is_hidden or line.no_show.percent is None else float(line.no_show.percent) for line in totals.steps
    ]
    whole = totals.whole
    return line_chart(
        slug="totals-shares",
        title=f"{whole.evening.percent}% of sessions were in the evening; {whole.no_show.percent or 0}% of those with a place did not come",
        caption="Per cent. Solid line with round points: sessions that began in the evening. Broken line with square points: no-shows, of those with a place.",
        labels=_labels(totals.steps),
        series=[Series("In the evening", evening), Series("No-shows", missed)],
        low=0,
        high=100,
        ticks=PERCENT_TICKS,
    )


def never_chart(totals: Totals) -> Chart | None:
    """Bars: agencies never reached, of the kinds with most of them; None where there is none."""
    worst = sorted((line for line in totals.by_agencies if line.never), key=lambda line: -line.never)[:MOST_KINDS]
    if not worst:
        return None
    values = [line.never for line in worst]
    high, ticks = _scale(values)
    count = totals.agencies.never
    return bar_chart(
        slug="totals-never",
        title=f"Nobody ever came from {count} of {totals.agencies.agencies} agencies",
        caption=f"Agencies never reached, by kind; {MOST_KINDS} kinds at most. The table below has all.",
        labels=[line.label for line in worst],
        values=values,
        high=high,
        ticks=ticks,
    )


def _labels(lines: Sequence[Line]) -> list[str]:
    return [f"{line.label} {TOO_FEW}" if line.is_hidden else line.label for line in lines]


def _scale(values: Sequence[float]) -> tuple[float, list[float]]:
    """The top of a scale that holds all of them, and its ticks: whole numbers."""
    step = max(1, -(-int(max(values, default=0) + 0.999) // TICKS))
    return TICKS * step, [step * number for number in range(TICKS + 1)]
