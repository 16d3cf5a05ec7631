"""Questions about rounds: the population, how far they are, and what waits for somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import Period, london_day
from common.statistics import sampling
from common.waiting import Waiting
from grading.enums import GRADES_ARE_OPEN, RoundMove, RoundState, next_round_state
from grading.models import Assignment, GradingRound, Removal, RoundItem
from grading.models.rounds import GradingRoundQuerySet, RoundItemQuerySet, grades_due_on
from grading.queries.grades import must_be_discussed
from referrals.enums import SENT, VOIDED
from referrals.models import Referral
from referrals.models.referral import ReferralQuerySet


def frame(round: GradingRound, *, at: datetime) -> list[str]:
    """Ids of the PPNs that could be drawn at that moment: the force's, submitted in the quarter and not later than then.

    What was withdrawn by then is not among them; what was withdrawn since is, so that a draw can be shown again.
    """
    stood = Q(state__in=SENT) | Q(state__in=VOIDED, voiding__voided_at__gt=at)
    could = ppns_of(round.force_id, round.period).filter(stood, submitted_at__lte=at)
    return [str(pk) for pk in could.values_list("pk", flat=True)]


def ppns_of(force_id: UUID, period: Period) -> ReferralQuerySet:
    """The force's PPNs that were submitted in the period, whatever became of them."""
    return Referral.objects.ppns().filter(
        agency=force_id, submitted_at__gte=period.starts_at, submitted_at__lt=period.ends_before
    )


def population_of(round: GradingRound) -> list[str] | None:
    """Ids of the PPNs from which a round was drawn; None when they cannot be shown any more, or it was drawn in another way."""
    if round.drawn_at is None or round.algorithm != sampling.ALGORITHM:
        return None
    ids = frame(round, at=round.drawn_at)
    return ids if sampling.frame_digest(ids) == round.frame_digest else None


def items_with_progress(round: GradingRound) -> list[RoundItem]:
    """All that was drawn for a round in that order, what was replaced too, each with `graders` and `grades_in` as counts.

    `is_to_discuss` where its graders must talk before a grade is agreed; never before all grades of the round are in.
    """
    items = round.items.select_related("referral", "removal__successor", "removal__removed_by").annotate(
        graders=Count("assignments", distinct=True),
        grades_in=Count("assignments__grade", distinct=True),
        lowest=Min("assignments__grade__overall"),
        highest=Max("assignments__grade__overall"),
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
