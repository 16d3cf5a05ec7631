"""Compliance figures of a dip sample, worked out from its reviews: every rate with its counts and its interval."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Q

from accounts.models import Agency, User
from common.statistics.agreement import (
    FEWEST_ITEMS_TO_JUDGE,
    Level,
    Weights,
    cohen_kappa,
    cohen_kappa_interval,
    exact_agreement,
    krippendorff_alpha,
)
from common.statistics.agreement_intervals import ac1_of
from common.statistics.proportions import (
    SMALLEST_BASE_SHOWN,
    Interval,
    Proportion,
    ReviewedIncident,
    compliance,
    count_outcomes,
)
from common.statistics.resampling import Estimate, seed_of
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from grading.enums import Needed, ReviewStatus
from grading.models import DipSample, IncidentReview
from grading.models.dip_sample import DipSampleQuerySet, IncidentReviewQuerySet
from grading.queries.counted import Row, rows_of
from grading.queries.good_enough import Beside, beside, beside_for_readers, unless_small
from referrals.enums import IncidentKind

WANTED_A_YEAR = 200

_STATUSES = list(ReviewStatus)
_NEEDED = list(Needed)


@dataclass(frozen=True)
class Rates:
    """The figures of a sample or of a group of its incidents. None: too few incidents for this reader.

    `compliance`: incidents with every form they needed, of those that needed one. `form_level`: forms found, of forms
    needed. `late`: incidents whose form came after the limit, of those that needed one; they count as compliant.
    `over_submission`: incidents with a form, of those that needed none. `unclear`: in no rate until they are settled.
    """

    name: str
    compliance: Proportion | None
    form_level: Proportion | None
    late: Proportion | None
    over_submission: Proportion | None
    unclear: int | None
    reviewed: int | None


@dataclass(frozen=True)
class ReviewAgreement:
    """How far first and second reviews came to the same: `items` had both; coefficients take outcomes as names.

    Of the reviewers' own answers, whatever was settled since. `required`: of the question whether a form was needed alone.
    `good_enough`: of the incidents whose forms both judged, those that both, or neither, took for good enough to act on.
    """

    exact: Proportion
    gwet_ac1: Estimate
    krippendorff_alpha: Fraction | None
    required: "RequiredAgreement | None" = None
    good_enough: Proportion | None = None

    @property
    def items(self) -> int:
        return self.exact.n

    @property
    def is_enough_to_judge(self) -> bool:
        return self.items >= FEWEST_ITEMS_TO_JUDGE


@dataclass(frozen=True)
class RequiredAgreement:
    """How far two reviewers agree whether a form was needed: yes, no or unclear, taken as names.

    Kappa may be low while nearly all agree, where nearly all say yes; AC1 is not, so both stand beside the plain share. The
    interval of kappa is for large samples, so it is there from enough incidents on only; that of AC1 draws the incidents again.
    """

    exact: Proportion
    kappa: Fraction | None
    kappa_interval: Interval | None
    gwet_ac1: Estimate


@dataclass(frozen=True)
class YearToDate:
    """Incidents reported in a calendar year that were examined in its published samples, against those that must be.

    With the compliance that they give. Every page and report that speaks of the year takes it from here.
    For readers `compliance` leaves out periods in which too few needed a form; else they could be worked out from it.
    """

    year: int
    reviewed: int
    compliance: Proportion
    wanted: int = WANTED_A_YEAR

    @property
    def missing(self) -> int:
        """How many more must be looked at."""
        return max(0, self.wanted - self.reviewed)


@dataclass(frozen=True)
class SampleFigures:
    """All figures of one sample. `awaiting`: drawn and not reviewed. Groups in the order of the field, or by name.

    `set_aside`: nobody of the force could review or settle them. They count in no share: as unclear where a review was in, and
    else not even as reviewed.
    """

    size: int
    awaiting: int
    all: Rates
    by_kind: list[Rates]
    by_district: list[Rates]
    by_team: list[Rates]
    agreement: ReviewAgreement | None
    year: YearToDate
    beside: Beside
    is_for_readers: bool = False
    set_aside: int = 0


def figures_of(sample: DipSample, *, for_readers: bool = False) -> SampleFigures:
    """The figures of a sample, in three queries however large it is.

    `for_readers`: without small numbers, for those outside the review. A rate with a base below five is not there; groups
    with such a base are taken together, with the next larger one where need be, so that no subtraction from the totals
    gives them; and by group only what rests on the incidents that needed a form is shown.
    """
    rows = list(rows_of(IncidentReview.objects.filter(sampled__sample=sample)))
    first = [row for row in rows if row.number == 1]
    drawn = dict(sample.incidents.values_list("pk", "settlement__is_set_aside"))
    set_aside = {pk for pk, is_set_aside in drawn.items() if is_set_aside}
    figures = SampleFigures(
        size=len(drawn),
        awaiting=len(set(drawn) - {row.incident for row in first} - set_aside),
        set_aside=len(set_aside),
        all=_rates("All", first),
        by_kind=_grouped(first, lambda row: row.kind, order=[str(kind.label) for kind in IncidentKind]),
        by_district=_grouped(first, lambda row: row.district),
        by_team=_grouped(first, lambda row: row.team),
        agreement=_agreement(rows),
        year=year_to_date(sample, for_readers=for_readers),
        beside=beside(first),
    )
    return without_small_numbers(figures) if for_readers else figures


def year_to_date(sample: DipSample, *, for_readers: bool = False) -> YearToDate:
    """The year as a sample's own page says it: with this sample, and those published no later than it.

    What comes after does not change it, so that the report of a published sample always says the same.
    """
    published = _published_of_year(sample.force_id, sample.period_start.year)
    if sample.published_at is not None:
        published = published.filter(published_at__lte=sample.published_at)
    return _year(sample.period_start.year, published, with_sample=sample, for_readers=for_readers)


def year_so_far(force: Agency, *, year: int, for_readers: bool = False) -> YearToDate:
    """The same at this moment: what the page of the latest published sample of that year says."""
    return _year(year, _published_of_year(force.pk, year), for_readers=for_readers)


def _published_of_year(force_id: Any, year: int) -> DipSampleQuerySet:
    return DipSample.objects.filter(force=force_id).of_year(year).published()


def _year(
    year: int, published: DipSampleQuerySet, *, with_sample: DipSample | None = None, for_readers: bool
) -> YearToDate:
    """The one count of a year. Reviews of samples that are not published may still be corrected, so they count in none."""
    counts = Q(sampled__sample__in=published.values("pk"))
    if with_sample is not None:
        counts |= Q(sampled__sample=with_sample.pk)
    by_sample: dict[Any, list[ReviewedIncident]] = {}
    for row in rows_of(IncidentReview.objects.counted().filter(counts)):
        by_sample.setdefault(row.sample, []).append(row.counted_as)
    each = [compliance(count_outcomes(incidents)).compliance for incidents in by_sample.values()]
    shown = [one for one in each if not (for_readers and one.is_small)]
    return YearToDate(
        year=year,
        reviewed=sum(map(len, by_sample.values())),
        compliance=Proportion(sum(one.successes for one in shown), sum(one.n for one in shown)),
    )


def published_reviews(user: User) -> IncidentReviewQuerySet:
    """The reviews that count, of all published samples that this person may see: of none who may see no sample."""
    published = DipSample.objects.visible_to(user).published()
    return IncidentReview.objects.counted().filter(sampled__sample__in=published)


def without_small_numbers(figures: SampleFigures) -> SampleFigures:
    """The figures as readers outside the review may see them."""
    agreement = figures.agreement
    return replace(
        figures,
        all=_without_small_bases(figures.all),
        by_kind=_together_where_small(figures.by_kind),
        by_district=_together_where_small(figures.by_district),
        by_team=_together_where_small(figures.by_team),
        agreement=None
        if agreement is None or agreement.exact.is_small
        else replace(agreement, good_enough=unless_small(agreement.good_enough)),
        beside=beside_for_readers(figures.beside),
        is_for_readers=True,
    )


def _rates(name: str, rows: Iterable[Row]) -> Rates:
    found = compliance(count_outcomes(row.counted_as for row in rows))
    return Rates(
        name=name,
        compliance=found.compliance,
        form_level=found.form_level,
        late=found.late,
        over_submission=found.over_submission,
        unclear=found.unclear,
        reviewed=found.reviewed,
    )


def _grouped(rows: list[Row], group_of: Callable[[Row], str], *, order: list[str] | None = None) -> list[Rates]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(row), []).append(row)
    names = sorted(groups, key=order.index if order else None)
    return [_rates(name, groups[name]) for name in names]


def _agreement(rows: Iterable[Row]) -> ReviewAgreement | None:
    """None while no incident was reviewed twice."""
    by_incident: dict[Any, list[Row]] = {}
    for row in rows:
        by_incident.setdefault(row.incident, []).append(row)
    twice = [both for both in by_incident.values() if len(both) == 2]
    if not twice:
        return None
    pairs = [[_STATUSES.index(row.status) for row in both] for both in twice]
    return ReviewAgreement(
        exact=exact_agreement(pairs),
        gwet_ac1=ac1_of(pairs, seed=seed_of("reviews"), categories=range(len(_STATUSES))),
        krippendorff_alpha=krippendorff_alpha(pairs, level=Level.NOMINAL),
        required=_agreement_on_required(twice),
        good_enough=_agreement_on_good_enough(twice),
    )


def _agreement_on_required(twice: list[list[Row]]) -> RequiredAgreement:
    pairs = [[_NEEDED.index(Needed(row.required)) for row in both] for both in twice]
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    names = range(len(_NEEDED))
    is_enough = len(pairs) >= FEWEST_ITEMS_TO_JUDGE
    return RequiredAgreement(
        exact=exact_agreement(pairs),
        kappa=cohen_kappa(first, second, weights=Weights.NOMINAL, categories=names),
        kappa_interval=cohen_kappa_interval(first, second, weights=Weights.NOMINAL, categories=names)
        if is_enough
        else None,
        gwet_ac1=ac1_of(pairs, seed=seed_of("required"), categories=names),
    )


def _agreement_on_good_enough(twice: list[list[Row]]) -> Proportion:
    judged = [[row.own_good_enough for row in both] for both in twice]
    pairs = [(one, other) for one, other in judged if one is not None and other is not None]
    return Proportion(sum(one == other for one, other in pairs), len(pairs))


def _without_small_bases(rates: Rates) -> Rates:
    """A base of nought stays: it says that there is nothing, of nobody."""

    def is_hidden(base: Proportion | None) -> bool:
        return base is not None and 0 < base.n < SMALLEST_BASE_SHOWN

    # Forms needed are at least as many as incidents that needed one, so they must not outlive them.
    few_needed, few_others = is_hidden(rates.compliance), is_hidden(rates.over_submission)
    return replace(
        rates,
        compliance=None if few_needed else rates.compliance,
        form_level=None if few_needed else rates.form_level,
        late=None if few_needed else rates.late,
        over_submission=None if few_others else rates.over_submission,
    )


def _together_where_small(groups: list[Rates]) -> list[Rates]:
    """Groups in which too few needed a form as one line; it comes last. No line at all when even together they are too few."""
    needing = [group for group in groups if _base(group)]
    sizes = {group.name: _base(group) for group in needing}
    pooled = taken_together(sizes)
    if are_too_few(pooled, sizes):
        return []
    shown = [_of_needed_only(group) for group in needing if group.name not in pooled]
    if pooled:
        shown.append(_taken_together([group for group in needing if group.name in pooled]))
    return shown


def _base(group: Rates) -> int:
    return group.compliance.n if group.compliance is not None else 0


def _of_needed_only(group: Rates) -> Rates:
    return replace(group, over_submission=None, unclear=None, reviewed=None)


def _taken_together(groups: list[Rates]) -> Rates:
    def total(rates: Iterable[Proportion | None]) -> Proportion:
        given = [rate for rate in rates if rate is not None]
        return Proportion(sum(rate.successes for rate in given), sum(rate.n for rate in given))

    return Rates(
        name=in_words([group.name for group in groups]),
        compliance=total(group.compliance for group in groups),
        form_level=total(group.form_level for group in groups),
        late=total(group.late for group in groups),
        over_submission=None,
        unclear=None,
        reviewed=None,
    )
