"""Two periods side by side: what changed, and how much of it may be chance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Agency
from common.statistics.comparisons import Difference
from common.statistics.proportions import Compliance, Proportion, compliance, count_outcomes
from grading.models import DipSample, IncidentReview, SampledIncident
from grading.queries.counted import rows_of
from referrals.enums import IncidentKind

# What the incidents may be narrowed to: the filter's name and the fact that stands with the sampled incident.
NARROWED_BY = {"kind": "sampled__kind", "district": "sampled__district", "team": "sampled__team"}


@dataclass(frozen=True)
class Line:
    """One figure of both. `difference` is None where a side has no base, or one too small for this reader."""

    title: str
    earlier: Proportion | None
    later: Proportion | None
    difference: Difference | None


@dataclass(frozen=True)
class Comparison:
    """Of two years or periods, the earlier one first."""

    earlier: str
    later: str
    lines: list[Line]


@dataclass(frozen=True)
class Choices:
    """What the form offers: years and published samples, the latest first; and what stands with their incidents."""

    spans: list[tuple[str, str]]
    year_of: dict[str, str]
    kinds: list[tuple[str, str]]
    districts: list[tuple[str, str]]
    teams: list[tuple[str, str]]

    def share_incidents(self, first: str, second: str) -> bool:
        """Whether one is the other, or the year it lies in: what is counted in both cannot be told apart from chance."""
        return first == second or self.year_of.get(first) == second or self.year_of.get(second) == first


def choices_of(force: Agency, *, narrowed: bool) -> Choices:
    """In one query; districts, teams and kinds in two more, where the incidents may be narrowed."""
    samples = list(DipSample.objects.published().filter(force=force).newest_first())
    years = sorted({sample.period_start.year for sample in samples}, reverse=True)
    spans = [(str(year), str(year)) for year in years] + [(str(one.pk), one.period.label) for one in samples]
    year_of = {str(one.pk): str(one.period_start.year) for one in samples}
    if not narrowed:
        return Choices(spans, year_of, [], [], [])
    drawn = SampledIncident.objects.filter(sample__in=[sample.pk for sample in samples])
    districts = drawn.order_by("district__name", "district").values_list("district", "district__name").distinct()
    teams = drawn.exclude(team=None).order_by("team__name", "team").values_list("team", "team__name").distinct()
    return Choices(
        spans,
        year_of,
        [(str(kind.value), str(kind.label)) for kind in IncidentKind],
        [(str(pk), name) for pk, name in districts],
        [(str(pk), name) for pk, name in teams],
    )


def compared(
    force: Agency, first: str, second: str, *, narrowed_to: Mapping[str, str] | None = None, for_readers: bool
) -> Comparison:
    """The figures of two spans as `choices_of` offers them, in two queries; whichever is earlier stands first.

    `for_readers`: without small numbers. They narrow to no group: what is left over could be worked out by subtraction.
    """
    samples = list(DipSample.objects.published().filter(force=force))
    earlier, later = sorted((first, second), key=lambda span: _began(samples, span))
    chosen = {span: {one.pk for one in samples if _is_in(one, span)} for span in (earlier, later)}
    reviews = IncidentReview.objects.counted().filter(sampled__sample__in=set().union(*chosen.values()))
    if narrowed_to and not for_readers:
        reviews = reviews.filter(**{NARROWED_BY[name]: value for name, value in narrowed_to.items()})
    rows = list(rows_of(reviews))

    def figures(span: str) -> list[Compliance]:
        """Of each of its samples: a reader is told of none that is too small, in the year either."""
        return [compliance(count_outcomes(row.counted_as for row in rows if row.sample == pk)) for pk in chosen[span]]

    before, after = figures(earlier), figures(later)
    measures = {"Compliance": "compliance", "Late": "late", "Sent though not needed": "over_submission"}
    return Comparison(
        earlier=_label(samples, earlier),
        later=_label(samples, later),
        lines=[
            compared_line(
                title,
                together((getattr(one, name) for one in before), for_readers=for_readers),
                together((getattr(one, name) for one in after), for_readers=for_readers),
            )
            for title, name in measures.items()
        ],
    )


def compared_line(title: str, earlier: Proportion | None, later: Proportion | None) -> Line:
    """One figure of both, with their difference where each has a base."""
    known = earlier is not None and later is not None and earlier.n and later.n
    return Line(title, earlier, later, Difference(earlier, later) if known and earlier and later else None)


def together(shares: Iterable[Proportion], *, for_readers: bool) -> Proportion | None:
    """A figure of several samples; for readers without those of few incidents, None where nothing is left."""
    given = list(shares)
    shown = [share for share in given if not (for_readers and share.n and share.is_small)]
    if len(shown) < len(given) and not any(share.n for share in shown):
        return None
    return Proportion(sum(share.successes for share in shown), sum(share.n for share in shown))


def _is_in(sample: DipSample, span: str) -> bool:
    return span in (str(sample.pk), str(sample.period_start.year))


def _began(samples: Iterable[DipSample], span: str) -> tuple[date, str]:
    return min((sample.period_start for sample in samples if _is_in(sample, span)), default=date.max), span


def _label(samples: Iterable[DipSample], span: str) -> str:
    return next((sample.period.label for sample in samples if str(sample.pk) == span), span)
