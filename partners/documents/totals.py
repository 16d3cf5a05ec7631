"""The totals as rows of a CSV, as a workbook and on one page of paper: the same figures as on the page."""

from collections.abc import Iterator
from fractions import Fraction

from common.pdf import Pdf, make_pdf, render_document
from common.statistics.clusters import METHOD
from common.statistics.proportions import Proportion
from common.statistics.resampling import Estimate
from common.statistics.rounding import round_half_up
from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from partners.queries.totals import Line, OfAgencies, Reach, Totals
from partners.queries.totals_charts import delegates_chart

TEMPLATE = "partners/pdf/totals.html"
NEVER = "Never"
BOUNDS = ("95% from", "95% to")
LINE_HEADINGS = (
    "Sessions held",
    "Of them in the evening",
    "In the evening, %",
    *BOUNDS,
    "Delegates present",
    "Average a session",
    *BOUNDS,
    "No-shows",
    "Had a place",
    "No-shows, %",
    *BOUNDS,
)
AGENCY_HEADINGS = (
    "Kind of agency",
    "Delegates present",
    "Different people",
    "No-shows",
    "Agencies",
    "Reached lately",
    "Not lately",
    "Never reached",
)
MISSING_HEADINGS = ("Agency", "Kind", "Last delegate on", "Takes sessions")
CSV_HEADINGS = ("Table", "Line", "Figure", "Value")


def workbook(totals: Totals) -> bytes:
    """A sheet for each table; the same totals give the same bytes."""
    return make_xlsx(
        title="Sessions for partners: totals",
        facts=facts_of(totals),
        tables=[
            Table(
                "By kind", ("Kind of session", *LINE_HEADINGS), [_line(one) for one in (*totals.kinds, totals.whole)]
            ),
            Table("By period", ("Period", *LINE_HEADINGS), [_line(one) for one in (*totals.steps, totals.whole)]),
            Table("By agency", AGENCY_HEADINGS, [_agencies(one) for one in (*totals.by_agencies, totals.agencies)]),
            Table("Not reached", MISSING_HEADINGS, [_missing(one) for one in totals.missing]),
        ],
    )


def facts_of(totals: Totals) -> list[tuple[str, Cell]]:
    """What the figures are of, and how they were made."""
    people: Cell = totals.people
    return [
        ("Sessions of", totals.force),
        ("From", day(totals.asked.first)),
        ("To", day(totals.asked.last)),
        ("Kind of session", totals.asked.kind_label or "Every kind"),
        ("Made on", day(totals.made_on)),
        ("Different people", None if totals.whole.is_hidden else people),
        ("Over without a register, in no figure", totals.open_registers),
        ("Called off, in no figure", totals.called_off),
        ("Not lately: nobody since", day(totals.since_day)),
        ("Intervals", f"{METHOD}; in the evening: Wilson"),
        ("Empty cells", f"Fewer than {totals.fewest} places were taken, or could be worked out from this table"),
    ]


def csv_rows(totals: Totals) -> Iterator[tuple[Cell, ...]]:
    """Everything as one list: a row for each figure, under CSV_HEADINGS. What is hidden is left out."""
    for name, value in facts_of(totals):
        yield "About", "", name, value
    for table, lines in (("By kind", (*totals.kinds, totals.whole)), ("By period", totals.steps)):
        for line in lines:
            yield from _figures(table, LINE_HEADINGS, _line(line))
    for one in (*totals.by_agencies, totals.agencies):
        yield from _figures("By agency", AGENCY_HEADINGS[1:], _agencies(one))
    for agency in totals.missing:
        yield from _figures("Not reached", MISSING_HEADINGS[1:], _missing(agency))


def html_of(totals: Totals) -> str:
    """The page of paper before it becomes a PDF."""
    shows = totals.whole.sessions > 0 and not totals.whole.is_hidden
    context: dict[str, object] = {
        "totals": totals,
        "chart": delegates_chart(totals) if shows else None,
        "method": METHOD,
    }
    return render_document(TEMPLATE, context)


def pdf_of(totals: Totals) -> Pdf:
    """The totals as a tagged PDF of one page."""
    return make_pdf(html_of(totals))


def _figures(table: str, headings: tuple[str, ...], cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, ...]]:
    figure = ""
    for heading, cell in zip(headings, cells[1:], strict=True):
        figure = figure if heading in BOUNDS else heading
        if cell is not None:
            yield table, cells[0], f"{figure}, {heading}" if heading in BOUNDS else heading, cell


def _line(line: Line) -> tuple[Cell, ...]:
    evening = (line.evening.successes, *_share(line.evening))
    if line.is_hidden:
        return (line.label, line.sessions, *evening, *[None] * 9)
    people = (line.present, *_estimate(line.average, 1), line.absent, line.places, *_estimate(line.no_show, 100))
    return (line.label, line.sessions, *evening, *people)


def _share(share: Proportion) -> tuple[Cell, Cell, Cell]:
    interval = share.interval
    if interval is None:
        return (None, None, None)
    low, high = (round_half_up(Fraction(bound) * 100, 1) for bound in (interval.low, interval.high))
    return (share.percent, low, high)


def _estimate(found: Estimate, times: int) -> tuple[Cell, Cell, Cell]:
    if found.value is None:
        return (None, None, None)
    value = round_half_up(found.value * times, 1)
    if found.interval is None:
        return (value, None, None)
    low, high = (round_half_up(Fraction(bound) * times, 1) for bound in (found.interval.low, found.interval.high))
    return (value, low, high)


def _agencies(line: OfAgencies) -> tuple[Cell, ...]:
    people = (None, None, None) if line.is_hidden else (line.present, line.people, line.absent)
    return (line.label, *people, line.agencies, line.recent, line.lapsed, line.never)


def _missing(one: Reach) -> tuple[Cell, ...]:
    last = one.last_on.isoformat() if one.last_on else NEVER
    return (one.name, one.kind_label, last, "Declined" if one.is_declined else None)
