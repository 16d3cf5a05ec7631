"""What the annual report of a force says, as plain data: kept with the report, drawn by the PDF and by the page alike."""

from datetime import date, datetime
from typing import Any

from django.db.models import Min

from accounts.models import Agency
from common.clock import london_day
from common.statistics.resampling import METHOD
from common.templatetags.dates import day, moment
from grading.enums import ReportKind
from grading.models import DipSample, GradingRound
from grading.queries.annual_rounds import YearOfRounds, rounds_of_year
from grading.queries.annual_samples import YearOfSamples, samples_of_year
from grading.queries.report_figures import TOO_FEW, share_in_words
from grading.queries.reports import rule_in_words
from grading.queries.round_report import bracketed_interval

NOT_SAID = (
    "The figures are of samples. What the other incidents and PPNs of the year would have shown is not known; the intervals say how "
    "far chance alone may have moved the shares.",
    "A year adds up its samples as they were drawn: two months with more incidents do not weigh more.",
    "A difference from one year to the next, or from one group to another, is no proof of what brought it about.",
    "Agreement says how alike the graders read, not whether they are right. A grade says how a PPN reads, not what became of the "
    "person it is about.",
    "No figure is of a person: samples and rounds are drawn by chance, and graders saw neither whom a PPN is about nor who wrote it.",
    f"Figures from {TOO_FEW} incidents or PPNs are not shown, nor what would give them away beside the reports of single samples "
    "and rounds.",
)


def years_to_report(force: Agency | None, *, at: datetime) -> list[int]:
    """The years that are over, the latest first, back to the first of the force's published samples and rounds.

    The last one is always there: that nothing was published is something to report too.
    """
    last = london_day(at).year - 1
    samples = DipSample.objects.published().filter(force=force).aggregate(first=Min("period_start"))["first"]
    rounds = GradingRound.objects.published().filter(force=force).aggregate(first=Min("starts_on"))["first"]
    first = min((began.year for began in (samples, rounds) if began is not None), default=last)
    return list(range(last, min(first, last) - 1, -1))


def content_of_year(force: Agency, year: int, *, on: date) -> dict[str, Any]:
    """Everything that the report of a year says, without small numbers, from what is published by now.

    The same published samples and rounds give the same again; only answers to feedback, live gaps that are closed later and the
    training that there is on that day change it.
    """
    samples = samples_of_year(force, year)
    rounds = rounds_of_year(force, year, on=on)
    return {
        "kind": ReportKind.ANNUAL.value,
        "force": str(force),
        "year": year,
        "samples": samples.content,
        "rounds": rounds.content,
        "findings": [*_of_samples(year, samples), *_of_rounds(year, rounds)],
        "not_said": list(NOT_SAID),
        "method": {
            "samples": [_drawn_sample(sample) for sample in samples.samples],
            "rounds": [_drawn_round(round) for round in rounds.rounds],
            "resampling": METHOD,
            "mean_seed": str(rounds.all.seed),
        },
    }


def _drawn_sample(sample: DipSample) -> dict[str, Any]:
    return {
        "name": sample.period.label,
        "rule": rule_in_words(sample),
        "strata": sample.get_strata_display(),
        **_drawn(sample),
    }


def _drawn_round(round: GradingRound) -> dict[str, Any]:
    return {"name": round.name, "rule": round.rule, "strata": round.get_strata_display(), **_drawn(round)}


def _drawn(one: DipSample | GradingRound) -> dict[str, Any]:
    return {
        "size": one.size,
        "frame_size": one.frame_size,
        "seed": one.seed,
        "algorithm": one.algorithm,
        "frame_digest": one.frame_digest,
        "drawn": moment(one.drawn_at),
        "published": day(one.published_at),
    }


def _of_samples(year: int, of: YearOfSamples) -> list[str]:
    """Sentences that the figures give by themselves, the same for the same figures."""
    if not of.samples:
        return [f"No dip sample of {year} is published, so there is no compliance to report."]
    found = [_compliance(of), _against_the_plan(year, of)]
    compared = of.lines[0]
    if of.content["comparison"] and compared.difference is not None and compared.earlier is not None:
        change = compared.difference
        found.append(
            f"The year before it was {share_in_words(compared.earlier)}: a difference of {change.in_words} points "
            f"(95% interval {change.interval_in_words}).{' It may be chance.' if change.may_be_chance else ''}"
        )
    late = of.lines[1].later
    if late is not None and late.n:
        found.append(f"{share_in_words(late)} had the form after the limit; late forms count and are shown apart.")
    if set_aside := of.content["set_aside"]:
        found.append(f"{_number(set_aside, 'incident')} could be reviewed or settled by nobody of the force.")
    gaps = of.content["live_gaps"]
    if gaps["raised"]:
        still = f"{gaps['open']} {'is' if gaps['open'] == 1 else 'are'} open" if gaps["open"] else "all are closed"
        found.append(f"Reviewers raised {_number(gaps['raised'], 'live gap')}: somebody might be at risk; {still}.")
    return found


def _compliance(of: YearOfSamples) -> str:
    compliance = of.lines[0].later
    if compliance is None:
        return f"Compliance is not shown: {TOO_FEW} incidents of each sample needed a form."
    if not compliance.n:
        return "No incident of the samples needed a form, so there is no compliance to report."
    return f"Every form that was needed is there for {share_in_words(compliance)} of the incidents that needed one."


def _against_the_plan(year: int, of: YearOfSamples) -> str:
    figures = of.figures
    words = (
        f"{_number(figures.reviewed, 'incident')} of {year} {'was' if figures.reviewed == 1 else 'were'} looked at, "
    )
    words += f"of {figures.wanted} that must be"
    words += f"; {figures.missing} are missing." if figures.missing else "."
    if not of.is_complete:
        words += f" {len(of.samples)} of the {of.content['expected']} samples of the year are published."
    return words


def _of_rounds(year: int, of: YearOfRounds) -> list[str]:
    if not of.rounds:
        return [f"No grading round of {year} is published, so there are no grades to report."]
    if not of.all.n:
        return [f"{TOO_FEW.capitalize()} PPNs were graded in each round of {year}, so no grades are shown."]
    mean = of.all.mean_estimate
    found = [
        f"{share_in_words(of.all.good, 'PPNs')} were graded 3 or 4; the mean grade is {mean.rounded}{bracketed_interval(mean)}."
    ]
    if not of.content["is_complete"]:
        found.append(f"{len(of.rounds)} of the {of.content['expected']} grading rounds of the year are published.")
    means = [(group.mean.value, group) for group in of.criteria if group.mean.value is not None]
    if len({value for value, _ in means}) > 1:
        _, lowest = min(means, key=lambda pair: (pair[0], pair[1].label))
        found.append(
            f"Of the criteria, {lowest.label} has the lowest mean: {lowest.mean.rounded}{bracketed_interval(lowest.mean)}."
        )
    disagreed = of.content["feedback"]["disagreed"]
    if disagreed and disagreed["n"]:
        found.append(
            f"{_number(disagreed['successes'], 'writer')} of {disagreed['n']} who were told of their grade challenged it."
        )
    return found


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
