"""Reviews from spreadsheets of before: the forms that belong to their incidents, their figures by period and year, their list.

They count in no figure of a dip sample: nothing shows how their incidents were chosen.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q

from accounts.models import Agency, User
from common.clock import ONE_DAY, Period
from common.statistics.proportions import Proportion
from grading.enums import Needed
from grading.models import EarlierImport, EarlierReview
from grading.models.earlier import EarlierReviewQuerySet
from grading.queries.dip_samples import FORMS_COME_WITHIN
from grading.queries.good_enough import unless_small
from referrals.models import Incident, Referral

IMPORTS_SHOWN = 20
LIST_ORDER = ("-period_start", "incident_number", "pk")


# --- the incidents that a spreadsheet names -------------------------------------------------------------------------------


def known_incidents(force: Agency, numbers: Collection[str]) -> dict[str, Incident]:
    """The incidents of the force with these numbers, by number, in one query."""
    found = Incident.objects.filter(force=force, number__in=numbers).only("number", "reported_at", "reported_on")
    return {incident.number: incident for incident in found}


class FormsOfIncidents:
    """Submitted PPNs of many incidents, found as `dip_samples.forms_of` finds those of one, in two queries however many they are."""

    def __init__(self, force: Agency, numbers: Collection[str], incidents: Mapping[str, Incident]) -> None:
        sent = Referral.objects.ppns().sent().only("reference", "incident_id", "occurrence_number", "submitted_at")
        self._by_incident: dict[object, list[Referral]] = {}
        self._by_number: dict[str, list[Referral]] = {}
        for form in sent.filter(incident__in=[incident.pk for incident in incidents.values()]):
            self._by_incident.setdefault(form.incident_id, []).append(form)
        for form in sent.filter(agency=force, occurrence_number__in=numbers):
            self._by_number.setdefault(form.occurrence_number, []).append(form)

    def of(self, number: str, incident: Incident | None, period: Period) -> list[Referral]:
        """By link or by number; of an incident that is not known here the days of its period stand for when it was reported."""
        first, last = self._reported(incident, period)
        linked = self._by_incident.get(incident.pk, []) if incident is not None else []
        by_number = [
            form
            for form in self._by_number.get(number, ())
            if form.submitted_at and first - ONE_DAY <= form.submitted_at < last + FORMS_COME_WITHIN
        ]
        return list({form.pk: form for form in (*linked, *by_number)}.values())

    @staticmethod
    def _reported(incident: Incident | None, period: Period) -> tuple[datetime, datetime]:
        if incident is not None:
            return incident.reported_at, incident.reported_at
        return period.starts_at, period.ends_before


# --- figures --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EarlierLine:
    """A period, or a year of them. A share is None where it rests on too few incidents for this reader.

    `compliance`: incidents with every form they needed, of those that needed one. `in_time` and `good_enough`: of the incidents with
    a form of which the spreadsheet says it.
    """

    label: str
    examined: int
    unclear: int
    compliance: Proportion | None
    in_time: Proportion | None
    good_enough: Proportion | None


@dataclass(frozen=True)
class EarlierFigures:
    """Years and periods, oldest first. Of a reader's years periods with too few incidents are left out, so that nothing is worked out."""

    years: list[EarlierLine]
    periods: list[EarlierLine]


def earlier_figures(force: Agency | None, *, for_readers: bool) -> EarlierFigures:
    """What the spreadsheets of a force give, in one query; counted in the database however many rows there are."""
    found = (
        EarlierReview.objects.filter(force=force)
        .values("period_start", "period_end")
        .annotate(
            examined=Count("pk"),
            unclear=Count("pk", filter=Q(required=Needed.UNCLEAR)),
            needed=Count("pk", filter=Q(required=Needed.YES)),
            complete=Count("pk", filter=Q(required=Needed.YES, required_types__contained_by=F("found_types"))),
            timed=Count("pk", filter=Q(in_time__isnull=False)),
            in_time=Count("pk", filter=Q(in_time=True)),
            judged=Count("pk", filter=Q(good_enough__isnull=False)),
            good_enough=Count("pk", filter=Q(good_enough=True)),
        )
        .order_by("period_start", "period_end")
    )
    periods: list[EarlierLine] = []
    by_year: dict[int, list[EarlierLine]] = {}
    for one in found:
        start: date = one["period_start"]
        line = EarlierLine(
            label=Period(start, one["period_end"]).label,
            examined=one["examined"],
            unclear=one["unclear"],
            compliance=Proportion(one["complete"], one["needed"]),
            in_time=Proportion(one["in_time"], one["timed"]),
            good_enough=Proportion(one["good_enough"], one["judged"]),
        )
        periods.append(_without_small_numbers(line) if for_readers else line)
        by_year.setdefault(start.year, []).append(periods[-1])
    return EarlierFigures([_year(str(year), by_year[year]) for year in sorted(by_year)], periods)


def _without_small_numbers(line: EarlierLine) -> EarlierLine:
    return EarlierLine(
        label=line.label,
        examined=line.examined,
        unclear=line.unclear,
        compliance=unless_small(line.compliance),
        in_time=unless_small(line.in_time),
        good_enough=unless_small(line.good_enough),
    )


def _year(label: str, periods: list[EarlierLine]) -> EarlierLine:
    def together(shares: list[Proportion | None]) -> Proportion | None:
        given = [share for share in shares if share is not None]
        if not given:
            return None
        return Proportion(sum(share.successes for share in given), sum(share.n for share in given))

    return EarlierLine(
        label=label,
        examined=sum(line.examined for line in periods),
        unclear=sum(line.unclear for line in periods),
        compliance=together([line.compliance for line in periods]),
        in_time=together([line.in_time for line in periods]),
        good_enough=together([line.good_enough for line in periods]),
    )


# --- the list -------------------------------------------------------------------------------------------------------------


def listed_earlier_reviews(user: User) -> EarlierReviewQuerySet:
    """The rows that this person may see, with all that a line of the list shows."""
    forms = Prefetch(
        "forms_found", Referral.objects.open_to(user).only("reference", "submitted_at").order_by("submitted_at", "pk")
    )
    return (
        EarlierReview.objects.visible_to(user)
        .select_related("incident", "district", "team", "taken_from")
        .prefetch_related(forms)
    )


def latest_imports(user: User) -> list[EarlierImport]:
    """The spreadsheets that were taken over last, the newest first."""
    return list(EarlierImport.objects.visible_to(user).select_related("by").order_by("-at", "-pk")[:IMPORTS_SHOWN])


def open_forms(user: User, reviews: Iterable[EarlierReview]) -> set[UUID]:
    """Ids of the forms of these that this person may open."""
    ids = [form.pk for review in reviews for form in review.forms_found.all()]
    return set(Referral.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
