"""The charts of teams, periods and grades: from the lines that stand in the table below each."""

from collections.abc import Sequence
from typing import Any

from accounts.models import Agency
from common.charts import Chart
from common.control_charts import Named, control_chart, funnel_chart
from common.stacked_chart import stacked_chart
from common.statistics.proportions import Proportion, ReviewedIncident, compliance, count_outcomes
from grading.enums import OverallGrade
from grading.models import DipSample, IncidentReview
from grading.queries.compliance_history import PERIODS_DRAWN, PeriodLine
from grading.queries.counted import rows_of
from grading.queries.trend import TrendRound

FEWEST_DRAWN = 2
SAMPLES_TOGETHER = 6
NEEDED = "the incidents that needed a form"
ROUNDS_DRAWN = 10


def funnel_of(content: dict[str, Any]) -> Chart | None:
    """The teams of a report's stored figures; None where fewer than two may be shown."""
    teams: list[dict[str, Any]] = next((group["lines"] for group in content["groups"] if group["word"] == "Team"), [])
    return _funnel("teams-of-the-sample", [Named(line["name"], _proportion(line["compliance"])) for line in teams])


def teams_together(force: Agency | None) -> list[Named]:
    """Compliance of each team in the newest six published samples, a year's worth, in two queries.

    For those only who may see small numbers: with what each report says of its teams, figures over several samples would
    give away those that the reports take together.
    """
    samples = DipSample.objects.published().filter(force=force).newest_first()
    newest = list(samples.values_list("pk", flat=True)[:SAMPLES_TOGETHER])
    found: dict[str, list[ReviewedIncident]] = {}
    for row in rows_of(IncidentReview.objects.counted().filter(sampled__sample__in=newest)):
        found.setdefault(row.team, []).append(row.counted_as)
    teams = [Named(team, compliance(count_outcomes(found[team])).compliance) for team in sorted(found)]
    return [team for team in teams if team.share.n]


def team_funnel(teams: Sequence[Named]) -> Chart | None:
    """Those teams; None where there are fewer than two."""
    return _funnel("teams-of-a-year", teams)


def period_control_chart(periods: Sequence[PeriodLine]) -> Chart | None:
    """The last two years of samples; None where there are fewer than two that may be shown."""
    shown = [
        Named(line.label, line.compliance, line.short_label)
        for line in periods
        if line.compliance and line.compliance.n
    ][-PERIODS_DRAWN:]
    if len(shown) < FEWEST_DRAWN:
        return None
    return control_chart(slug="compliance-control", periods=shown, of_what=NEEDED, one="period", more="periods")


def distribution_chart(rounds: Sequence[TrendRound]) -> Chart | None:
    """How the grades of the newest rounds that may be shown were distributed; None without any."""
    shown = [one for one in rounds if not one.is_suppressed and one.summary.n][-ROUNDS_DRAWN:]
    if not shown:
        return None
    last = shown[-1]
    return stacked_chart(
        slug="grade-distribution",
        title=f"{last.label}: {last.good.successes} of {last.good.n} PPNs were graded 3 or 4",
        caption="Each bar is a round, divided by agreed grade: 1 at the bottom, 4 at the top. The number of PPNs stands in each part.",
        parts=[f"{grade.value} {grade.label}" for grade in OverallGrade],
        bars=[(one.short_label, list(one.summary.counts)) for one in shown],
    )


def _funnel(slug: str, groups: Sequence[Named]) -> Chart | None:
    if len(groups) < FEWEST_DRAWN:
        return None
    whole = Proportion(sum(one.share.successes for one in groups), sum(one.share.n for one in groups))
    return funnel_chart(slug=slug, groups=groups, whole=whole, of_what=NEEDED, one="team", more="teams")


def _proportion(rate: dict[str, Any]) -> Proportion:
    return Proportion(rate["successes"], rate["n"])
