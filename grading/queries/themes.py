"""Themes of learning points: how often each, in a round and over the rounds of a year, and what training there is for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from accounts.models import User
from common.statistics.small_numbers import are_too_few, taken_together
from grading.enums import Criterion
from grading.models import GradeFeedback, GradingRound, RoundItem
from grading.models.rounds import RoundItemQuerySet
from grading.queries.breakdowns import sees_small_groups
from grading.queries.results import shown_to
from grading.queries.trend import published_for
from training.queries.suggestions import Suggestion, suggest_modules

NONE = ""
NO_THEME = "No theme"


@dataclass(frozen=True)
class ThemeLine:
    """One theme, or several that are too small to stand alone: each with its training (None where there is no theme)."""

    themes: list[tuple[str, Suggestion | None]]
    count: int

    @property
    def label(self) -> str:
        return self.themes[0][0] if len(self.themes) == 1 else f"{len(self.themes)} themes together"


@dataclass(frozen=True)
class Themes:
    """The lines, the most frequent first, and of how many PPNs; none where even together they are too few for who looks."""

    lines: list[ThemeLine]
    total: int
    is_suppressed: bool = False


def themes_in(round: GradingRound, *, on: date) -> Themes:
    """All themes of one round, however few; for those who see small numbers."""
    sizes = _sizes(round.items.agreed())
    return _themes(sizes, together=[], force_id=round.force_id, on=on)


def themes_over_rounds(user: User, *, year: int | None, on: date) -> Themes:
    """Of the published rounds that this person sees, of one year or of all. Who does not run grading sees no small number."""
    rounds = published_for(user)
    if year is not None:
        rounds = rounds.filter(starts_on__year=year)
    shown = shown_to(rounds, user)
    if not sees_small_groups(user):
        return themes_for_readers(shown, force_id=user.agency_id, on=on)
    sizes = _sizes(RoundItem.objects.agreed().filter(round__in=shown))
    return _themes(sizes, together=[], force_id=user.agency_id, on=on)


def themes_for_readers(rounds: Collection[UUID], *, force_id: UUID | None, on: date) -> Themes:
    """Of these rounds, small themes together; none where even together they are too few."""
    sizes = _sizes(RoundItem.objects.agreed().filter(round__in=rounds))
    together = taken_together(sizes)
    if are_too_few(together, sizes):
        return Themes([], 0, is_suppressed=True)
    return _themes(sizes, together=together, force_id=force_id, on=on)


def _sizes(items: RoundItemQuerySet) -> dict[str, int]:
    """PPNs by theme, in the order of the rubric, what has none last."""
    found = GradeFeedback.objects.filter(item__in=items).values_list("theme").annotate(count=Count("pk"))
    counted = dict(found.order_by())
    return {code: counted[code] for code in (*Criterion.values, NONE) if code in counted}


def _themes(sizes: Mapping[str, int], *, together: list[str], force_id: UUID | None, on: date) -> Themes:
    training = suggest_modules([code for code in sizes if code], force_id=force_id, on=on)

    def line(codes: Collection[str]) -> ThemeLine:
        return ThemeLine([(_label(code), training.get(code)) for code in codes], sum(sizes[code] for code in codes))

    alone = sorted((code for code in sizes if code not in together), key=lambda code: (not code, -sizes[code]))
    lines = [line([code]) for code in alone]
    if together:
        lines.append(line([code for code in sizes if code in together]))
    return Themes(lines, sum(sizes.values()))


def _label(code: str) -> str:
    return str(Criterion(code).label) if code else NO_THEME
