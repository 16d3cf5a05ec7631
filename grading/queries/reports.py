"""What a report says, as plain data: kept with the report, drawn by the PDF and by the page alike. And who may read it."""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.charts import PERCENT_TICKS, Chart, bar_chart
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.rounding import rounded_or_none
from common.templatetags.dates import day, moment
from grading.enums import ReportKind, RoundState, SampleState
from grading.models import DipSample, GradingRound, Report
from grading.models.report import TO_RUN, ReportQuerySet
from grading.queries.compliance import Rates, ReviewAgreement, SampleFigures, YearToDate, figures_of
from grading.queries.report_figures import TOO_FEW, rate, share_in_words, text
from referrals.queries.readers import grants_of_who_may_any


def listed_reports() -> ReportQuerySet:
    """Reports with all that a line of the list shows."""
    return Report.objects.select_related("dip_sample", "round", "job", "requested_by", "cancelled_by")


def newest_report_of(round: GradingRound, user: User) -> Report | None:
    """The newest one that was made or is being made, where this person may see it."""
    if round.state != RoundState.PUBLISHED:
        return None
    return round.reports.visible_to(user).filter(cancelled_at=None).not_failed().newest_first().first()


def readers_of(report: Report, *, on: date) -> list[str]:
    """Addresses of the force's active people who may read it that day: see `Report.objects.visible_to`.

    Of a report that a schedule had made, those on the list of the schedule only.
    """
    wanted = {TO_RUN[ReportKind(report.kind)]} | ({Permission.SEE_REPORTS} if report.is_since_publication else set())
    readers = _people_with(wanted, report.subject.force_id, on=on)
    if report.slot is not None:
        readers = readers.filter(pk__in=report.slot.schedule.readers.values("pk"))
    return sorted(readers.values_list("email", flat=True))


def possible_readers(force_id: UUID, *, on: date) -> QuerySet[User]:
    """The force's active people who may read its published reports that day, by name."""
    return _people_with({Permission.SEE_REPORTS, Permission.RUN_DIP_SAMPLES}, force_id, on=on).order_by("name", "pk")


def _people_with(permissions: set[Permission], force_id: UUID, *, on: date) -> QuerySet[User]:
    grants = grants_of_who_may_any(permissions, on=on).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(grants), agency=force_id)


def content_of(sample: DipSample) -> dict[str, Any]:
    """Everything that the report of a sample says, without small numbers; the same sample gives the same again.

    Nothing in it depends on the day the report is made. Shares are per cent with one decimal, as text.
    """
    figures = figures_of(sample, for_readers=True)
    return {
        "kind": ReportKind.DIP_SAMPLE.value,
        "force": str(sample.force),
        "period": sample.period.label,
        "size": figures.size,
        "awaiting": figures.awaiting,
        "is_published": sample.state == SampleState.PUBLISHED,
        "all": _rates(figures.all),
        "groups": [
            {"title": "By kind of incident", "word": "Kind", "lines": [_rates(one) for one in figures.by_kind]},
            {"title": "By district", "word": "District", "lines": [_rates(one) for one in figures.by_district]},
            {"title": "By team", "word": "Team", "lines": [_rates(one) for one in figures.by_team]},
        ],
        "agreement": _agreement(figures.agreement),
        "beside": _beside(figures),
        "year": _year(figures.year),
        "findings": _findings(figures),
        "method": {
            "rule": rule_in_words(sample),
            "first_day": day(sample.period_start),
            "last_day": day(sample.period_end),
            "size": sample.size,
            "frame_size": sample.frame_size,
            "frame_digest": sample.frame_digest,
            "seed": sample.seed,
            "algorithm": sample.algorithm,
            "strata": sample.get_strata_display(),
            "drawn": moment(sample.drawn_at),
            "reviewed": moment(sample.reviewed_at),
        },
    }


def rule_in_words(sample: DipSample) -> str:
    """Which incidents could be drawn."""
    return str(sample.rule.get("words", "")) if isinstance(sample.rule, dict) else str(sample.rule)


def chart_of(content: dict[str, Any]) -> Chart | None:
    """Compliance of all and by kind with its intervals; None when the figure itself may not be shown."""
    whole = content["all"]["compliance"]
    if whole is None or whole["percent"] is None:
        return None
    lines = [content["all"], *content["groups"][0]["lines"]]
    shown = [line for line in lines if line["compliance"] and line["compliance"]["percent"] is not None]
    return bar_chart(
        slug="compliance-by-kind",
        title=f"Compliance {whole['percent']}%: {whole['successes']} of the {whole['n']} incidents that needed a form have it",
        caption="Bars: compliance in per cent, of all incidents that needed a form and by kind. Thin lines: the 95% interval.",
        labels=[line["name"] for line in shown],
        values=[float(line["compliance"]["percent"]) for line in shown],
        intervals=[(float(line["compliance"]["low"]), float(line["compliance"]["high"])) for line in shown],
        high=100,
        ticks=PERCENT_TICKS,
    )


def _rates(rates: Rates) -> dict[str, Any]:
    return {
        "name": rates.name,
        "compliance": rate(rates.compliance),
        "form_level": rate(rates.form_level),
        "late": rate(rates.late),
        "over_submission": rate(rates.over_submission),
        "unclear": rates.unclear,
        "reviewed": rates.reviewed,
    }


def _agreement(agreement: ReviewAgreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {
        "exact": rate(agreement.exact),
        "gwet_ac1": text(agreement.gwet_ac1.rounded),
        "gwet_ac1_interval": agreement.gwet_ac1.interval_in_words,
        "krippendorff_alpha": text(rounded_or_none(agreement.krippendorff_alpha, 2)),
        "is_enough_to_judge": agreement.is_enough_to_judge,
    }


def _beside(figures: SampleFigures) -> dict[str, Any]:
    """What reviewers said of the forms found. Reports made before this was asked have none of it."""
    beside = figures.beside
    return {
        "good_enough": rate(beside.good_enough),
        "supervisor_seen": rate(beside.supervisor_seen),
        "school_told": rate(beside.school_told),
        "missing": [{"name": str(one.theme.label), "count": one.count} for one in beside.missing],
        "needed_for": [{"name": one.name, "share": rate(one.share)} for one in beside.needed_for],
        "agreement": rate(figures.agreement.good_enough) if figures.agreement else None,
    }


def _year(year: YearToDate) -> dict[str, Any]:
    return {
        "year": year.year,
        "reviewed": year.reviewed,
        "wanted": year.wanted,
        "missing": year.missing,
        "compliance": rate(None if 0 < year.compliance.n < SMALLEST_BASE_SHOWN else year.compliance),
    }


def _findings(figures: SampleFigures) -> list[str]:
    """Sentences that the figures give by themselves, the same for the same figures."""
    found = [_compliance_sentence(figures.all.compliance)]
    if (forms := figures.all.form_level) is not None and forms.n:
        found.append(f"Of the forms themselves {share_in_words(forms)} were there.")
    if (late := figures.all.late) is not None and late.n:
        found.append(
            f"{_incidents(late.successes)} had the form after the limit; late forms count and are shown apart."
            if late.successes
            else "No form came after the limit."
        )
    if (over := figures.all.over_submission) is not None and over.n:
        found.append(f"A form was sent for {share_in_words(over)} of the incidents that needed none.")
    if (enough := figures.beside.good_enough) is not None and enough.n:
        found.append(
            f"Of the incidents whose forms a reviewer judged, {share_in_words(enough)} have forms that are good enough to act on. "
            "This is a reviewer's look, not a grade of a panel."
        )
    if figures.all.unclear:
        found.append(f"{_incidents(figures.all.unclear)} stayed unclear and count in no rate.")
    if figures.set_aside:
        found.append(
            f"{_incidents(figures.set_aside)} could be reviewed or settled by nobody of the force, and count in no rate."
        )
    low = _lowest(figures.by_kind)
    if low is not None and low.compliance is not None:
        found.append(
            f"The lowest compliance by kind is that of {low.name}: {share_in_words(low.compliance)}. "
            "Groups are small: where intervals overlap, the difference may be chance."
        )
    year = figures.year
    progress = (
        f"With this sample {year.reviewed} incidents of {year.year} have been looked at, of {year.wanted} that must be"
    )
    found.append(f"{progress}; {year.missing} are still to come." if year.missing else f"{progress}.")
    return found


def _compliance_sentence(compliance: Proportion | None) -> str:
    if compliance is None:
        return f"Compliance is not shown: {TOO_FEW} incidents needed a form."
    if not compliance.n:
        return "No incident of the sample needed a form, so there is no compliance to report."
    return f"Every form that was needed is there for {share_in_words(compliance)} of the incidents that needed one."


def _incidents(count: int) -> str:
    return f"{count} incident{'' if count == 1 else 's'}"


def _lowest(groups: list[Rates]) -> Rates | None:
    """The group with the lowest compliance; None with fewer than two groups or when all have full compliance."""
    with_rate = [group for group in groups if group.compliance is not None and group.compliance.share is not None]
    if len(with_rate) < 2:
        return None
    lowest = min(with_rate, key=lambda group: (_share_of(group), group.name))
    return lowest if _share_of(lowest) < 1 else None


def _share_of(group: Rates) -> Fraction:
    share = group.compliance.share if group.compliance is not None else None
    return Fraction(1) if share is None else share
