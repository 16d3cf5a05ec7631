"""Another PPN in the place of one that was drawn: the next of the same draw, so that nobody chooses it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.statistics import sampling
from grading.enums import RemovalReason, RoundMove, RoundState, next_round_state
from grading.models import Assignment, GradeDraft, GradingRound, Removal, RoundItem
from grading.models.findings import SHORTEST_WHY
from grading.permissions.rounds import can_run
from grading.queries.panel import FEWEST_GRADERS, balanced, items_to_judge, may_judge, possible_graders
from grading.queries.population import strata_of
from grading.queries.rounds import population_of
from grading.services.grades import end_grading_when_all_are_in
from referrals.queries import newest_versions, parts_taken

PASSED_OVER = "Withdrawn before its turn in the draw came."


class CannotReplaceItem(DomainError):
    pass


class NotThatReason(CannotReplaceItem):
    """The reason that was chosen is not so."""


@transaction.atomic
def replace_item(*, item_id: UUID, reason: RemovalReason, words: str, by: User, at: datetime) -> Removal:
    """Take a drawn PPN out of the sample for good; the next ticket of the draw comes in its place, and graders for it.

    Only before grading has ended. Grades that were given stay as they are and count nowhere. A next one that was withdrawn
    itself is passed over in the same way. Where no other can be drawn, what was withdrawn goes without, and anything
    else stays. Places that the panel cannot fill are left open. Raises CannotReplaceItem.
    """
    round = GradingRound.objects.locked().get(items=item_id)
    item = RoundItem.objects.locked().select_related("referral").get(pk=item_id)
    if not can_run(by, round):
        raise CannotReplaceItem("Only a MASH supervisor of this force may replace a PPN.")
    if Removal.objects.filter(item=item).exists():
        raise CannotReplaceItem(f"{item} was replaced already.")
    if next_round_state(RoundMove.REPLACE_ITEM, round.state) is None:
        raise CannotReplaceItem("A PPN is replaced after the draw and before all grades are in.")
    if len(words := words.strip()) < SHORTEST_WHY:
        raise CannotReplaceItem(f"Say why in at least {SHORTEST_WHY} characters.")
    if reason == RemovalReason.WITHDRAWN and not item.referral.is_voided:
        raise NotThatReason(f"{item} was not withdrawn: choose another reason.")
    if not item.referral.is_voided and item.assignments.filter(grader=by, grade__isnull=False).exists():
        raise CannotReplaceItem(f"You graded {item}, so another supervisor replaces it.")

    successor = _next_of(round, item, is_withdrawn=reason == RemovalReason.WITHDRAWN)
    removal = _remove(item, successor, reason, words, by=by, at=at)
    entered = removal.successor
    while entered is not None and entered.referral.is_voided:
        successor = _next_of(round, entered, is_withdrawn=True)
        entered = _remove(entered, successor, RemovalReason.WITHDRAWN, PASSED_OVER, by=by, at=at).successor
    if round.state == RoundState.GRADING:
        if entered is not None:
            _assign(round, entered, in_place_of=item, at=at)
        end_grading_when_all_are_in(round, by=by, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="grading.item_replaced",
        at=at,
        actor=by,
        subject=round,
        item=str(item.pk),
        successor=str(entered.pk) if entered else None,
        reason=reason,
    )
    return removal


def _next_of(round: GradingRound, item: RoundItem, *, is_withdrawn: bool) -> RoundItem | None:
    """The next of the draw from the stratum of this PPN, or from all where that is used up; not stored yet.

    None when every PPN of the population was drawn. None too for what was withdrawn when the population cannot be shown any more, so that a round is never stuck.
    """
    population = population_of(round)
    if population is None:
        if is_withdrawn:
            return None
        raise CannotReplaceItem("The population has changed since the draw, so its next PPN cannot be drawn.")
    taken = {str(pk) for pk in round.items.values_list("referral", flat=True)}
    drawn = sampling.draw_stratified_replacement(round.seed, strata_of(population), taken, item.stratum)
    if drawn is None:
        return None
    pk = UUID(drawn.id)
    return RoundItem(
        round=round,
        referral_id=pk,
        position=drawn.position,
        ticket=drawn.ticket,
        stratum=drawn.stratum,
        version=newest_versions([pk])[pk],
    )


def _remove(
    item: RoundItem, successor: RoundItem | None, reason: RemovalReason, words: str, *, by: User, at: datetime
) -> Removal:
    if successor is not None:
        successor.save(force_insert=True)
    elif reason != RemovalReason.WITHDRAWN:
        what = "that the rule allows" if item.round.filter else "of the quarter"
        raise CannotReplaceItem(f"Every PPN {what} was drawn already, so there is none to replace it.")
    GradeDraft.objects.filter(assignment__item=item).delete()
    return Removal.objects.create(
        item=item, successor=successor, reason=reason, words=words, removed_at=at, removed_by=by
    )


def _assign(round: GradingRound, entered: RoundItem, *, in_place_of: RoundItem, at: datetime) -> None:
    """As many graders as the other had, of those who grade in the round and still may; an open place where there is nobody."""
    item = items_to_judge(round).get(pk=entered.pk)
    took_part = parts_taken([item.referral_id])[item.referral_id]
    places = Assignment.objects.standing().filter(item__round=round).exclude(grader=None)
    load = Counter(places.values_list("grader", flat=True))
    panel = set(Assignment.objects.filter(item__round=round).values_list("grader", flat=True))
    able = [
        one
        for one in possible_graders(round.force, on=london_day(at))
        if one.pk in panel and may_judge(one, item.referral, took_part=took_part)
    ]
    size = max(in_place_of.assignments.count(), FEWEST_GRADERS)
    chosen = balanced(round, item, able, load=load, size=size)
    filled = [*chosen, *[None] * (size - len(chosen))]
    Assignment.objects.bulk_create(Assignment(item=item, grader=grader, assigned_at=at) for grader in filled)
