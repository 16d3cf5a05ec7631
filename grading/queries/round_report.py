"""What the report of a grading round says, as plain data: kept with the report, drawn by the PDF and by the page alike."""

from datetime import date
from typing import Any

from common.charts import Chart, bar_chart
from common.statistics.agreement_intervals import Agreement
from common.statistics.grades import GRADES, summarise_counts
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import METHOD, Estimate
from common.templatetags.dates import day, moment
from grading.enums import GroupBy, ReportKind
from grading.models import Grade, GradingRound
from grading.queries.agreement import RoundAgreement, agreement_in
from grading.queries.breakdowns import Group, groups_of
from grading.queries.grades import items_to_read
from grading.queries.redaction import hiders_of
from grading.queries.report_figures import TOO_FEW, bounds, rate, share_in_words, text
from grading.queries.results import Results, results_of
from grading.queries.trend import TrendRound, trend_chart, trend_up_to

ROUNDS_SHOWN = 10
ROUND_NUMBERS = (5, 10, 20, 50, 100)

# What the figures cannot tell. The first of them is worked out.
NOT_SAID = (
    "Agreement says how alike the graders read, not whether they are right. Fewer than 20 PPNs are too few to judge a panel by.",
    "A grade says how a PPN reads, not what became of the person it is about. Where higher grades and better answers of "
    "agencies go together, that is an association and no proof that one brings about the other.",
    "No grade is of a person: graders saw neither whom a PPN is about nor who wrote it.",
    f"Figures from {TOO_FEW} PPNs are not shown, nor what would give them away.",
)


def content_of_round(round: GradingRound) -> dict[str, Any]:
    """Everything that the report of a published round says, without small numbers; the same round gives the same again.

    Nothing in it depends on the day the report is made; only printed rounds that are imported later join its trend. Figures
    are text, rounded as they are shown. Of a round of few PPNs there is no figure and no learning point.
    """
    results = results_of(round)
    is_shown = results.n >= SMALLEST_BASE_SHOWN
    agreement = agreement_in(round, fewest=SMALLEST_BASE_SHOWN)
    trend = trend_up_to(round)[-ROUNDS_SHOWN:]
    criteria = groups_of(round, by=GroupBy.CRITERION) if is_shown else []
    types = groups_of(round, by=GroupBy.TYPE) if is_shown else []
    return {
        "kind": ReportKind.ROUND.value,
        "force": str(round.force),
        "name": round.name,
        "period": round.period.label,
        "published": day(round.published_at),
        "size": results.items,
        "results": results_lines(results) if is_shown else None,
        "trend": [trend_line(one) for one in trend],
        "agreement": _agreement(agreement) if is_shown else None,
        "groups": [
            {
                "title": "By criterion",
                "word": "Criterion",
                "of": "Marks",
                "lines": [group_line(one) for one in criteria],
            },
            {"title": "By type of concern", "word": "Type", "of": "PPNs", "lines": [group_line(one) for one in types]},
        ],
        "learning_points": _learning_points(round) if is_shown else [],
        "findings": _findings(results, agreement, trend, criteria) if is_shown else [_too_few()],
        "not_said": [*([_chance(results)] if is_shown else []), *NOT_SAID],
        "method": {
            "rule": round.rule,
            "strata": round.drawn_from,
            "first_day": day(round.starts_on),
            "last_day": day(round.ends_on),
            "size": round.size,
            "frame_size": round.frame_size,
            "frame_digest": round.frame_digest,
            "seed": round.seed,
            "algorithm": round.algorithm,
            "drawn": moment(round.drawn_at),
            "published": moment(round.published_at),
            "resampling": METHOD,
            "mean_seed": str(results.seed),
            "agreement_seed": str(agreement.seed),
        },
    }


def distribution_of(content: dict[str, Any]) -> Chart | None:
    """How many PPNs got each grade, from a report's stored figures; None where they may not be shown."""
    results = content["results"]
    if results is None:
        return None
    counts = [line["count"] for line in results["lines"]]
    high = next((number for number in ROUND_NUMBERS if number >= max(counts)), max(counts))
    good = results["good"]
    return bar_chart(
        slug="grades-of-the-round",
        title=f"{good['successes']} of {good['n']} PPNs were graded 3 or 4",
        caption="Bars: how many PPNs got each agreed grade.",
        labels=[f"{line['grade']} {line['label']}" for line in results["lines"]],
        values=counts,
        high=high,
        ticks=range(0, high + 1, max(1, high // 5)),
    )


def trend_of(content: dict[str, Any]) -> Chart | None:
    """The means of the rounds of a report's stored figures; None for fewer than two, which show no trend."""
    rounds = [
        TrendRound(
            label=line["label"],
            short_label=line["short_label"],
            starts_on=date.fromisoformat(line["starts_on"]),
            summary=summarise_counts(dict(zip(GRADES, line["counts"], strict=True))),
            published_mean=line["published_mean"],
        )
        for line in content["trend"]
        if line["counts"] is not None
    ]
    return trend_chart(rounds) if len(rounds) > 1 else None


def results_lines(results: Results) -> dict[str, Any]:
    """Counts, mean, median and share 3 or 4 of agreed grades."""
    return {
        "n": results.n,
        "total": results.summary.total,
        "lines": [{"grade": grade.value, "label": str(grade.label), "count": count} for grade, count in results.lines],
        "mean": estimate_line(results.mean_estimate),
        "median": text(results.median),
        "good": rate(results.good),
    }


def trend_line(one: TrendRound) -> dict[str, Any]:
    """One round of a trend; without figures where it is too small."""
    return {
        "label": one.label,
        "short_label": one.short_label,
        "starts_on": one.starts_on.isoformat(),
        "counts": None if one.is_suppressed else list(one.summary.counts),
        "n": None if one.is_suppressed else one.summary.n,
        "mean": None if one.is_suppressed else text(one.mean),
        "published_mean": one.published_mean,
        "flag": one.flag,
        "good": None if one.is_suppressed else rate(one.good),
    }


def _agreement(agreement: RoundAgreement) -> dict[str, Any] | None:
    """None where fewer PPNs than may be shown have two grades."""
    if agreement.overall.items < SMALLEST_BASE_SHOWN:
        return None
    return {
        "graders": agreement.graders,
        "grades": agreement.overall.grades,
        "items": agreement.overall.items,
        "is_enough_to_judge": agreement.overall.is_enough_to_judge,
        "lines": [
            agreement_line("Overall grade", agreement.overall),
            *(agreement_line(str(criterion.label), found) for criterion, found in agreement.criteria),
        ],
        "kappa": estimate_line(agreement.pairing.kappa),
    }


def agreement_line(name: str, found: Agreement) -> dict[str, Any]:
    """How far graders agree on what the name says."""
    return {
        "name": name,
        "items": found.items,
        "exact": _share(found.exact),
        "within_one": _share(found.within_one),
        "ac2": estimate_line(found.ac2),
        "alpha": estimate_line(found.alpha),
    }


def group_line(group: Group) -> dict[str, Any]:
    """One criterion or type; without figures where they are not shown."""
    if group.is_suppressed:
        return {"name": group.label, "counts": None}
    return {
        "name": group.label,
        "counts": list(group.summary.counts),
        "n": group.n,
        "items": group.items,
        "mean": estimate_line(group.mean),
        "good": rate(group.summary.good),
    }


def estimate_line(estimate: Estimate) -> dict[str, str | None]:
    """A figure with its bounds, each with two decimals."""
    return {"value": text(estimate.rounded), **bounds(estimate.interval)}


def _share(estimate: Estimate) -> dict[str, str | None]:
    """In per cent."""
    return {"value": text(estimate.percent), **bounds(estimate.interval, times=100, places=1)}


def _learning_points(round: GradingRound) -> list[str]:
    """As the graders wrote them, once each, in an order that tells nothing of whose or of which PPN they are.

    What identifies somebody is hidden in them as it is in the PPN that they read.
    """
    given = Grade.objects.filter(assignment__item__round=round, assignment__item__removal=None).exclude(
        learning_point=""
    )
    points: dict[Any, list[str]] = {}
    for pk, point in given.values_list("assignment__item", "learning_point"):
        points.setdefault(pk, []).append(point)
    found: set[str] = set()
    items = list(items_to_read().filter(pk__in=points))
    hide = hiders_of([item.referral for item in items])
    for item in items:
        found.update(hide[item.referral_id](point).strip() for point in points[item.pk])
    return sorted(found - {""}, key=lambda point: (point.casefold(), point))


def _too_few() -> str:
    return f"{TOO_FEW.capitalize()} PPNs were graded, so no figures are shown: they could point at somebody."


def _findings(results: Results, agreement: RoundAgreement, trend: list[TrendRound], criteria: list[Group]) -> list[str]:
    """Sentences that the figures give by themselves, the same for the same figures."""
    found = [
        f"{share_in_words(results.good, 'PPNs')} were graded 3 or 4.",
        f"The mean grade is {results.mean}{bracketed_interval(results.mean_estimate)}, the median {results.median}.",
    ]
    before = [one for one in trend if not one.is_suppressed and one.mean is not None][:-1]
    if before:
        last = before[-1]
        found.append(
            f"The round before, {last.label}, had a mean of {last.mean} over {last.summary.n} PPNs. "
            "With so few PPNs a round, the difference may be chance."
        )
    means = [(group.mean.value, group) for group in criteria if group.mean.value is not None]
    if len({value for value, _ in means}) > 1:
        _, lowest = min(means, key=lambda pair: (pair[0], pair[1].label))
        found.append(
            f"Of the criteria, {lowest.label} has the lowest mean: {lowest.mean.rounded}{bracketed_interval(lowest.mean)}. "
            "Where intervals overlap, the difference may be chance."
        )
    if agreement.overall.items >= SMALLEST_BASE_SHOWN:
        found.append(
            f"Two grades of one PPN were the same in {agreement.overall.exact.percent}% of the pairs, "
            f"and at most one apart in {agreement.overall.within_one.percent}%."
        )
    return found


def bracketed_interval(estimate: Estimate) -> str:
    """For example " (95% interval 2.20 to 3.40)"; nothing without an interval."""
    return f" (95% interval {estimate.interval_in_words})" if estimate.interval else ""


def _chance(results: Results) -> str:
    limits = bounds(results.good.interval, times=100, places=0)
    return (
        "A round is a small sample. Had every PPN of the quarter been graded, anything from "
        f"{limits['low']}% to {limits['high']}% might have got 3 or 4; a step from one round to the next, or from one group to "
        "another, may be chance."
    )
