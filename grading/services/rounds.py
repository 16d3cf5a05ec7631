"""A round from opening to publication, up to the grading itself (grades.py)."""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import Quarter
from common.errors import DomainError
from common.locks import hold_writers
from common.statistics import sampling
from grading.enums import RemovalReason, RoundMove, RoundState, RoundStrata, next_round_state
from grading.models import Assignment, GradingRound, Removal, RoundItem
from grading.models.rounds import LARGEST_SIZE, USUAL_SIZE
from grading.permissions.rounds import can_check_draw, can_open_round, can_run
from grading.queries.panel import FEWEST_GRADERS, balanced, is_partner, items_to_judge, may_judge
from grading.queries.population import NoSuchChoice, digest_of, frame, planned_round, sizes_of, strata_of
from grading.queries.rounds import drawn_again
from grading.services.feedback import tell_writers
from referrals.models import Referral
from referrals.queries import newest_versions, parts_taken

LEFT_OUT = "Withdrawn after the draw, and not replaced before the round was published."


class CannotOpenRound(DomainError):
    pass


class NothingSelected(CannotOpenRound):
    """No PPN of the quarter is what the filter asks for."""


class CannotDraw(DomainError):
    pass


class CannotRedraw(DomainError):
    pass


class CannotAssign(DomainError):
    pass


class CannotPublish(DomainError):
    pass


@transaction.atomic
def open_round(
    *,
    quarter: Quarter,
    by: User,
    at: datetime,
    size: int = USUAL_SIZE,
    filter: Mapping[str, Collection[str]] | None = None,
    strata: str = "",
    name: str = "",
    seed: str = "",
) -> GradingRound:
    """Plan the round of a quarter for the supervisor's force: size, rule, strata and seed are fixed from now on.

    `filter`: which PPNs of the quarter can be drawn, see `population.checked_filter`; every one unless it says otherwise.
    `strata`: draw from each of these in proportion; else from all alike. The seed is random unless one is given
    (demonstration data and tests). Raises CannotOpenRound, also when nothing of the quarter is what the filter asks for.
    """
    force = by.agency
    if force is None or not can_open_round(by):
        raise CannotOpenRound("Only a MASH supervisor of a police force may open a grading round.")
    if not 1 <= size <= LARGEST_SIZE:
        raise CannotOpenRound(f"A round has 1 to {LARGEST_SIZE} PPNs.")
    if quarter.starts_at > at:
        raise CannotOpenRound(f"{quarter.label} has not begun.")
    if strata and strata not in RoundStrata.values:
        raise CannotOpenRound("Say from what the PPNs are drawn in proportion.")
    try:
        planned = planned_round(force, quarter, filter=filter or {}, strata=strata)
    except NoSuchChoice as error:
        raise CannotOpenRound(str(error)) from error
    selected = len(frame(planned, at=at))
    if planned.filter and not selected:
        raise NothingSelected(f"No PPN submitted in {quarter.label} is what you ask for. Ask for less.")
    round, is_new = GradingRound.objects.get_or_create(
        force=force,
        starts_on=quarter.start,
        defaults={
            "ends_on": quarter.end,
            "name": name or quarter.label,
            "rule": planned.rule,
            "filter": planned.filter,
            "selected_at_opening": selected,
            "strata": strata,
            "size": size,
            "seed": seed or secrets.token_hex(16),
            "algorithm": sampling.ALGORITHM,
            "opened_at": at,
            "opened_by": by,
        },
    )
    if not is_new:
        raise CannotOpenRound(f"There is a round for {quarter.label} already.")
    _record("opened", round, by=by, at=at, size=size, quarter=quarter.label, filter=round.filter, strata=strata)
    return round


@transaction.atomic
def draw_round(*, round_id: UUID, by: User, at: datetime) -> GradingRound:
    """Draw the sample from the PPNs submitted until now, and keep what is needed to draw it again. Raises CannotDraw."""
    round = _locked(round_id)
    if not can_run(by, round):
        raise CannotDraw("Only a MASH supervisor of this force may draw the sample.")
    round.state = _state_after(RoundMove.DRAW, round, CannotDraw, "This sample was drawn already.")
    hold_writers(Referral)
    population = frame(round, at=at)
    if not population:
        what = "that the rule allows was submitted" if round.filter else "was submitted"
        raise CannotDraw(f"No PPN {what} in {round.period.label}, so there is nothing to draw.")

    round.frame_size, round.frame_digest = len(population), digest_of(round, population)
    round.frame_strata = sizes_of(round, population)
    round.drawn_at, round.drawn_by = at, by
    round.save(update_fields=["state", "frame_size", "frame_digest", "frame_strata", "drawn_at", "drawn_by"])
    sample = sampling.draw_stratified(round.seed, strata_of(population), round.size)
    versions = newest_versions([UUID(drawn.id) for drawn in sample])
    RoundItem.objects.bulk_create(
        RoundItem(
            round=round,
            referral_id=pk,
            position=drawn.position,
            ticket=drawn.ticket,
            stratum=drawn.stratum,
            version=versions[pk],
        )
        for drawn in sample
        if (pk := UUID(drawn.id))
    )
    _record("drawn", round, by=by, at=at, frame_size=len(population), frame_digest=round.frame_digest)
    return round


def redraw_round(*, round_id: UUID, by: User, at: datetime) -> list[sampling.Drawn]:
    """Draw again from the recorded seed and population, and compare with what was drawn; noted as a look. Changes nothing.

    What replaced another comes out too: the next ticket of the stratum of each that was replaced, or of all strata where that
    one is used up; and not one that replaced nothing.

    Raises CannotRedraw, also when the population is not what it was, or the sample that is stored does not come out.
    """
    round = GradingRound.objects.get(pk=round_id)
    if not can_check_draw(by, round):
        raise CannotRedraw("Only a MASH supervisor of this force and the panel of the round may check the draw.")
    if round.drawn_at is None:
        raise CannotRedraw("This round has not been drawn.")
    if round.algorithm != sampling.ALGORITHM:
        raise CannotRedraw(f"This sample was drawn by another method ({round.algorithm}).")
    population = frame(round, at=round.drawn_at)
    if len(population) != round.frame_size:
        raise CannotRedraw(
            f"The population has changed since: {round.frame_size} PPNs could be drawn then, {len(population)} could be now."
        )
    if digest_of(round, population) != round.frame_digest or sizes_of(round, population) != round.frame_strata:
        raise CannotRedraw(
            "The population has changed since: as many PPNs could be drawn, but not the same ones, or in other strata."
        )
    stored = list(round.items.order_by("position").values_list("position", "referral_id", "ticket", "stratum"))
    drawn = drawn_again(round, population)
    if [(one.position, UUID(one.id), one.ticket, one.stratum) for one in drawn] != stored:
        raise CannotRedraw("The seed does not give the sample that is stored.")
    _record("draw_checked", round, by=by, at=at, verb=Verb.READ)
    return drawn


@transaction.atomic
def assign_graders(
    *,
    round_id: UUID,
    graders: Collection[User],
    by: User,
    at: datetime,
    graders_per_item: int = FEWEST_GRADERS,
) -> list[Assignment]:
    """Share the sample among the graders evenly, and open it for grading.

    Each PPN gets that many graders, one of them at least from a partner agency, and none who belongs to its
    author's team or had a hand in it. Raises CannotAssign, and assigns nothing, when that cannot be kept for every PPN.
    """
    round = _locked(round_id)
    if not can_run(by, round):
        raise CannotAssign("Only a MASH supervisor of this force may assign graders.")
    round.state = _state_after(
        RoundMove.ASSIGN, round, CannotAssign, "Graders can be assigned once, after the sample was drawn."
    )
    if graders_per_item < FEWEST_GRADERS:
        raise CannotAssign(f"Each PPN needs at least {FEWEST_GRADERS} graders.")
    panel = sorted(set(graders), key=lambda grader: str(grader.pk))
    for grader in panel:
        if not grader.may(Permission.GRADE):
            raise CannotAssign(f"{grader} may not grade. Give them the role of panel member first.")

    items = list(items_to_judge(round).order_by("position"))
    if not items:
        raise CannotAssign("Every PPN of this sample was withdrawn, so there is nothing to grade.")
    chosen = _allocate(round, items, panel, graders_per_item)
    round.assigned_at, round.assigned_by = at, by
    round.save(update_fields=["state", "assigned_at", "assigned_by"])
    assignments = Assignment.objects.bulk_create(
        Assignment(item=item, grader=grader, assigned_at=at) for item, grader in chosen
    )
    _record("assigned", round, by=by, at=at, graders=len(panel), assignments=len(assignments))
    return assignments


@transaction.atomic
def publish_round(*, round_id: UUID, by: User, at: datetime) -> GradingRound:
    """Make the results visible to everybody who may see them, and tell the writers; from now on nothing in the round changes.

    PPNs that were withdrawn by now are left out for good, so that one withdrawn later moves no figure. Raises CannotPublish.
    """
    round = _locked(round_id)
    if not can_run(by, round):
        raise CannotPublish("Only a MASH supervisor of this force may publish the round.")
    if round.state == RoundState.PUBLISHED:
        return round
    round.state = _state_after(RoundMove.PUBLISH, round, CannotPublish, "Not all graders have graded yet.")
    if left := round.items.awaiting_agreement().count():
        raise CannotPublish("1 PPN has no agreed grade yet." if left == 1 else f"{left} PPNs have no agreed grade yet.")
    left_out = Removal.objects.bulk_create(
        Removal(item=item, reason=RemovalReason.WITHDRAWN, words=LEFT_OUT, removed_at=at, removed_by=by)
        for item in round.items.withdrawn()
    )
    round.published_at, round.published_by = at, by
    round.save(update_fields=["state", "published_at", "published_by"])
    _record("published", round, by=by, at=at, left_out=len(left_out))
    tell_writers(round, by=by, at=at)
    return round


def _allocate(
    round: GradingRound, items: Collection[RoundItem], panel: list[User], graders_per_item: int
) -> list[tuple[RoundItem, User]]:
    """By `balanced`. Nobody has a limit, so what fits one PPN never blocks another."""
    load: Counter[UUID] = Counter()
    parts = parts_taken([item.referral_id for item in items])
    chosen = []
    for item in items:
        able = [grader for grader in panel if may_judge(grader, item.referral, took_part=parts[item.referral_id])]
        if not any(is_partner(grader) for grader in able):
            raise CannotAssign(f"{item} needs a grader from a partner agency who has no part in it.")
        if len(able) < graders_per_item:
            raise CannotAssign(
                f"{item} needs {graders_per_item} graders who neither belong to its author's team "
                f"nor had a hand in it; there are {len(able)} in this panel."
            )
        for grader in balanced(round, item, able, load=load, size=graders_per_item):
            load[grader.pk] += 1
            chosen.append((item, grader))
    return chosen


def _locked(round_id: UUID) -> GradingRound:
    return GradingRound.objects.locked().get(pk=round_id)


def _state_after(move: RoundMove, round: GradingRound, refusal: type[DomainError], message: str) -> RoundState:
    state = next_round_state(move, round.state)
    if state is None:
        raise refusal(message)
    return state


def _record(
    what: str, round: GradingRound, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any
) -> None:
    audit.record(verb=verb, what=f"grading.round_{what}", at=at, actor=by, subject=round, **details)
