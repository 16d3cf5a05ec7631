"""Grades over time: the rounds that were published elsewhere, and the service's own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Agency, User
from common.charts import Chart, Series, line_chart
from common.clock import MONTHS, quarter_of
from common.statistics.grades import GRADES, GradeSummary, summarise_counts
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.rounding import rounded_or_none
from grading.models import GradingRound, PublishedRound
from grading.models.rounds import GradingRoundQuerySet
from grading.queries.results import rounds_shown_in_full


@dataclass(frozen=True)
class TrendRound:
    """One round of the trend. `published_mean` is what was printed; None for the service's own rounds, which print their own."""

    label: str
    short_label: str
    starts_on: date
    summary: GradeSummary
    published_mean: str | None = None
    is_as_published: bool = True
    url: str = ""
    is_suppressed: bool = False

    @property
    def mean(self) -> Decimal | None:
        """From the counts, rounded half up to two decimals."""
        return rounded_or_none(self.summary.mean, 2)

    @property
    def good(self) -> Proportion:
        """Those graded 3 or 4."""
        return self.summary.good

    @property
    def interval_in_words(self) -> str:
        """The interval of that share."""
        return self.good.interval_in_words

    @property
    def flag(self) -> str:
        """What is wrong with the printed figure, or nothing."""
        return "" if self.is_as_published else f"published {self.published_mean}, its counts give {self.mean}"


def trend_for(user: User) -> list[TrendRound]:
    """All rounds that were published, oldest first; a round too small to be shown to this person has no figures.

    Police see their own force's, partners those of the force that runs the hub and those in which they graded.
    """
    rounds = [_printed(one) for one in PublishedRound.objects.order_by("period")]
    visible = GradingRound.objects.visible_to(user)
    own = published_for(user).annotate(is_linked=Exists(visible.filter(pk=OuterRef("pk"))))
    in_full = rounds_shown_in_full(user)
    rounds += [
        _own(one, is_linked=one.is_linked, shows_small=in_full is None or one.pk in in_full) for one in _counted(own)
    ]
    return sorted(rounds, key=lambda one: one.starts_on)


def trend_up_to(round: GradingRound) -> list[TrendRound]:
    """The force's rounds as they were published when this one was, and those printed before it, oldest first, for readers.

    A round too small to be shown to them has no figures.
    """
    published = GradingRound.objects.published().filter(published_at__lte=round.published_at)
    return _trend_until(round.starts_on, published.filter(force=round.force_id))


def trend_until(force: Agency, day: date) -> list[TrendRound]:
    """The force's published rounds that began by that day, and those printed by then, oldest first, for readers."""
    return _trend_until(day, GradingRound.objects.published().filter(force=force))


def _trend_until(day: date, own: GradingRoundQuerySet) -> list[TrendRound]:
    own = own.filter(starts_on__lte=day)
    rounds = [_printed(one) for one in PublishedRound.objects.filter(period__lte=f"{day:%Y-%m}").order_by("period")]
    rounds += [_own(one, is_linked=False, shows_small=False) for one in _counted(own)]
    return sorted(rounds, key=lambda one: one.starts_on)


def published_for(user: User) -> GradingRoundQuerySet:
    """The service's published rounds whose figures this person may see.

    Police see their own force's, partners those of the force that runs the hub and those in which they graded.
    """
    published = GradingRound.objects.published()
    if user.agency is not None and user.agency.is_police:
        return published.filter(force=user.agency)
    return published.filter(Q(force__is_hub=True) | Q(pk__in=GradingRound.objects.visible_to(user).values("pk")))


def trend_chart(rounds: list[TrendRound]) -> Chart | None:
    """Mean by round, from the counts and as printed; None when there is nothing to draw."""
    shown = [one for one in rounds if not one.is_suppressed and one.mean is not None]
    if not shown:
        return None
    first, last = shown[0], shown[-1]
    title = f"Mean grade {first.mean} in {first.label}"
    if last is not first:
        title += f", {last.mean} in {last.label}"
    return line_chart(
        slug="grading-trend",
        title=f"{title}; {len(shown)} round{'s' if len(shown) > 1 else ''} of a few PPNs each",
        caption="Solid line with circles: the mean that the counts give. Broken line with squares: the mean as it was printed.",
        labels=[one.short_label for one in shown],
        series=[
            Series("From the counts", [float(one.mean) if one.mean is not None else None for one in shown]),
            Series("As printed", [float(one.published_mean) if one.published_mean else None for one in shown]),
        ],
        low=1,
        high=4,
        ticks=GRADES,
    )


def _printed(round: PublishedRound) -> TrendRound:
    year, month = (int(part) for part in round.period.split("-"))
    name = MONTHS[month - 1]
    return TrendRound(
        label=f"{name} {year}",
        short_label=f"{name[:3]} {year}",
        starts_on=date(year, month, 1),
        summary=round.summary,
        published_mean=round.published_mean,
        is_as_published=round.mean_is_as_published,
    )


def _counted(rounds: GradingRoundQuerySet) -> Any:
    """Oldest first, each with how many PPNs got each grade; the stubs do not follow annotations."""
    counts = {
        f"count_{grade}": Count("items", filter=Q(items__agreed_grade=grade, items__removal=None)) for grade in GRADES
    }
    return rounds.annotate(**counts).order_by("starts_on", "pk")


def _own(round: GradingRound, *, is_linked: bool, shows_small: bool) -> TrendRound:
    summary = summarise_counts({grade: getattr(round, f"count_{grade}") for grade in GRADES})
    return TrendRound(
        label=round.name,
        short_label=f"Q{quarter_of(round.starts_on).number} {round.starts_on.year}",
        starts_on=round.starts_on,
        summary=summary,
        url=reverse("grading:round", args=[round.pk]) if is_linked else "",
        is_suppressed=summary.n < SMALLEST_BASE_SHOWN and not shows_small,
    )
