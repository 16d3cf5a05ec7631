"""Questions about rounds: how they were drawn, how far they are, and what waits for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.statistics import sampling
from common.waiting import Waiting
from grading.enums import GRADES_ARE_OPEN, RoundMove, RoundState, next_round_state
from grading.models import Assignment, GradingRound, Removal, RoundItem
from grading.models.rounds import GradingRoundQuerySet, RoundItemQuerySet, grades_due_on
from grading.queries.grades import must_be_discussed
from grading.queries.population import NOT_RECORDED, digest_of, frame, sizes_of, strata_of, stratum_names
from referrals.enums import VOIDED
from referrals.models import open_to


def population_of(round: GradingRound) -> dict[str, str] | None:
    """The PPNs from which a round was drawn, as `frame` gives them; None when they cannot be shown any more, or it was drawn in another way."""
    if round.drawn_at is None or round.algorithm != sampling.ALGORITHM:
        return None
    found = frame(round, at=round.drawn_at)
    return found if digest_of(round, found) == round.frame_digest else None


def drawn_again(round: GradingRound, population: Mapping[str, str]) -> list[sampling.Drawn]:
    """All that the recorded seed gives from a population: the sample, then what replaced another, in the order in which it came.

    What replaces a PPN is the next of its stratum; where that is used up, the next of all.
    """
    strata = strata_of(population)
    drawn = sampling.draw_stratified(round.seed, strata, round.size)
    replaced = Removal.objects.filter(item__round=round, successor__round=round).order_by("successor__position")
    for position in replaced.values_list("item__position", flat=True):
        stratum = next((one.stratum for one in drawn if one.position == position), "")
        taken = [one.id for one in drawn]
        if successor := sampling.draw_stratified_replacement(round.seed, strata, taken, stratum):
            drawn.append(successor)
    return drawn


@dataclass(frozen=True)
class StratumLine:
    """One stratum of a draw: how many could be drawn from it, how many were at first, and how many are in the sample now."""

    label: str
    population: int
    drawn: int
    standing: int


@dataclass(frozen=True)
class Preview:
    """What a round would be drawn from if it were drawn now; nothing is kept."""

    rule: str
    count: int
    lines: list[StratumLine]


def preview_of(planned: GradingRound, *, size: int, at: datetime) -> Preview:
    """How many PPNs the filter gives so far, and of how many in each stratum how many would be drawn. Two queries at most."""
    population = frame(planned, at=at)
    planned.frame_strata = sizes_of(planned, population)
    places = sampling.allocate(planned.frame_strata, size)
    lines = _lines_of(planned, {code: (places[code], places[code]) for code in planned.frame_strata})
    return Preview(planned.rule, len(population), lines)


def strata_lines(round: GradingRound) -> list[StratumLine]:
    """The strata of a drawn round by their names, those without one last; none in a draw from all alike. Two queries at most."""
    if not round.frame_strata:
        return []
    counted = (
        round.items.order_by()
        .values("stratum")
        .annotate(drawn=Count("pk", filter=Q(stands_for=None)), standing=Count("pk", filter=Q(removal=None)))
    )
    return _lines_of(round, {row["stratum"]: (row["drawn"], row["standing"]) for row in counted})


def _lines_of(round: GradingRound, drawn: Mapping[str, tuple[int, int]]) -> list[StratumLine]:
    names = stratum_names(round) if round.frame_strata else {}
    lines = [
        StratumLine(names.get(code, NOT_RECORDED), size, *drawn.get(code, (0, 0)))
        for code, size in round.frame_strata.items()
    ]
    return sorted(lines, key=lambda line: (line.label == NOT_RECORDED, line.label))


def items_with_progress(round: GradingRound, *, viewer: User) -> list[RoundItem]:
    """All that was drawn for a round in that order, what was replaced too, each with `graders` and `grades_in` as counts.

    `is_closed` where its referral is closed to the viewer: its reference is not theirs to know. `is_to_discuss` where its graders must talk before a grade is agreed; never before all grades of the round are in.
    """
    items = round.items.select_related("referral", "removal__successor", "removal__removed_by").annotate(
        graders=Count("assignments", distinct=True),
        grades_in=Count("assignments__grade", distinct=True),
        lowest=Min("assignments__grade__overall"),
        highest=Max("assignments__grade__overall"),
        is_closed=ExpressionWrapper(~open_to(viewer, of="referral"), output_field=BooleanField()),
    )
    listed: list[Any] = list(items.order_by("position"))
    for item in listed:
        is_open = round.state in GRADES_ARE_OPEN and item.lowest is not None
        item.is_to_discuss = is_open and must_be_discussed(item.lowest, item.highest)
    return listed


def listed_rounds(user: User, *, state: str = "") -> GradingRoundQuerySet:
    """The rounds of the list, each with `items_count`, `assigned` and `graded` as counts; a state that is unknown filters nothing."""
    rounds = GradingRound.objects.visible_to(user)
    if state in RoundState.values:
        rounds = rounds.filter(state=state)
    standing, mine = Q(items__removal=None), Q(items__assignments__grader=user)
    # What was withdrawn is nobody's to grade any more.
    to_grade = standing & (Q(items__assignments__grade__isnull=False) | ~Q(items__referral__state__in=VOIDED))
    return rounds.annotate(
        items_count=Count("items", filter=standing, distinct=True),
        assigned=Count("items__assignments", filter=to_grade, distinct=True),
        graded=Count("items__assignments__grade", filter=standing, distinct=True),
        mine=Count("items__assignments", filter=to_grade & mine, distinct=True),
        mine_graded=Count("items__assignments__grade", filter=standing & mine, distinct=True),
    )


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Items that this person has still to grade, places to find a grader for, and rounds whose grades are yet to be agreed."""
    waiting = []
    if user.may(Permission.GRADE):
        mine = Assignment.objects.of(user).waiting().aggregate(count=Count("pk"), since=Min("assigned_at"))
        if count := mine["count"]:
            is_late = london_day(at) > grades_due_on(mine["since"])
            title = f"PPN{'s' if count > 1 else ''} for you to grade"
            waiting.append(Waiting(title, count, _to_grade_url(user), is_late=is_late))
    if user.may(Permission.RUN_GRADING):
        rounds = GradingRound.objects.visible_to(user).filter(state=RoundState.MODERATING)
        if count := rounds.count():
            url = f"{reverse('grading:rounds')}?state={RoundState.MODERATING}"
            waiting.append(Waiting(f"grading round{'s' if count > 1 else ''} to moderate", count, url))
        own = GradingRound.objects.filter(force=user.agency_id)
        if count := Assignment.objects.open_places().filter(item__round__in=own).count():
            url = f"{reverse('grading:rounds')}?state={RoundState.GRADING}"
            waiting.append(Waiting(f"PPN{'s' if count > 1 else ''} without a grader", count, url))
        if count := withdrawn_to_replace(own).count():
            waiting.append(
                Waiting(f"withdrawn PPN{'s' if count > 1 else ''} to replace", count, reverse("grading:rounds"))
            )
    return waiting


def withdrawn_to_replace(rounds: GradingRoundQuerySet) -> RoundItemQuerySet:
    """PPNs that were withdrawn after the draw and can still be replaced."""
    can_be = [state for state in RoundState if next_round_state(RoundMove.REPLACE_ITEM, state) is not None]
    return RoundItem.objects.withdrawn().filter(round__in=rounds, round__state__in=can_be)


def out_of_sample(round: GradingRound) -> tuple[list[Removal], list[RoundItem]]:
    """What was replaced or left out, and what was withdrawn and stands in the sample still: each in the order of the draw. One query."""
    gone = Q(removal__isnull=False) | Q(referral__state__in=VOIDED)
    items = list(
        round.items.filter(gone).select_related("removal__successor", "removal__removed_by").order_by("position")
    )
    removals = [item.removal for item in items if hasattr(item, "removal")]
    return removals, [item for item in items if not hasattr(item, "removal")]


def _to_grade_url(user: User) -> str:
    rounds: list[UUID] = list(
        Assignment.objects.of(user).waiting().values_list("item__round", flat=True).distinct()[:2]
    )
    if len(rounds) == 1:
        return reverse("grading:round", args=[rounds[0]])
    return f"{reverse('grading:rounds')}?state={RoundState.GRADING}"
