"""Changes of the panel while it grades: another grader in somebody's place, and a conflict that a grader declares."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading.enums import DepartureKind, RoundMove, next_round_state
from grading.models import Assignment, Departure, GradeDraft, GradingRound
from grading.permissions.rounds import can_grade, can_run
from grading.queries.panel import items_to_fill, unfit
from referrals.queries import parts_taken


class CannotReplace(DomainError):
    pass


class CannotDeclare(DomainError):
    pass


@transaction.atomic
def replace_grader(
    *,
    round_id: UUID,
    grader_id: UUID,
    successor: User,
    reason: str,
    by: User,
    at: datetime,
    item_id: UUID | None = None,
) -> list[Assignment]:
    """Give what this grader has not graded, or the one item, to another. Grades that were given stay.

    Each PPN keeps a grader from a partner agency, and the other one may judge each of them; else CannotReplace, and nothing
    is changed.
    """
    round = _being_graded(round_id, by=by)
    if not (reason := reason.strip()):
        raise CannotReplace("Say why somebody else is to grade.")
    left = Assignment.objects.locked().waiting().filter(item__round=round, grader=grader_id)
    if item_id is not None:
        left = left.filter(item=item_id)
    places = list(left.select_related("grader"))
    if not places:
        raise CannotReplace("This grader has nothing left to grade here.")
    _give(round, places, successor, at=at)
    _depart(places, grader_id, DepartureKind.REPLACED, reason, by=by, at=at)
    _record("grader_replaced", round, by=by, at=at, successor=str(successor.pk), places=len(places))
    return places


@transaction.atomic
def fill_place(*, assignment_id: UUID, successor: User, by: User, at: datetime) -> Assignment:
    """Give a PPN that a grader gave back to another. The same again changes nothing. Raises CannotReplace."""
    found = Assignment.objects.select_related("item").get(pk=assignment_id)
    round = _being_graded(found.item.round_id, by=by)
    place = Assignment.objects.locked().get(pk=assignment_id)
    if place.grader_id == successor.pk:
        return place
    if place.grader_id is not None:
        raise CannotReplace("Somebody else was given this place meanwhile.")
    if not Assignment.objects.waiting().filter(pk=place.pk).exists():
        raise CannotReplace("This PPN was withdrawn or replaced meanwhile, so it needs no grader.")
    _give(round, [place], successor, at=at)
    _record("place_filled", round, by=by, at=at, successor=str(successor.pk))
    return place


@transaction.atomic
def declare_conflict(*, assignment_id: UUID, reason: str, by: User, at: datetime) -> Departure:
    """Give a PPN back because one knows whom it is about: the round waits until the supervisor has found somebody else.

    A grade that was given stays. Raises CannotDeclare.
    """
    found = Assignment.objects.select_related("item").get(pk=assignment_id)
    round = GradingRound.objects.locked().get(pk=found.item.round_id)
    place = Assignment.objects.locked().select_related("item").get(pk=assignment_id)
    if place.grader_id != by.pk or not can_grade(by, place.item):
        raise CannotDeclare("This PPN is not yours to grade.")
    if next_round_state(RoundMove.REPLACE, round.state) is None or hasattr(place, "grade"):
        raise CannotDeclare("A grade that was given stays. Tell the supervisor who runs the round.")
    if not (reason := reason.strip()):
        raise CannotDeclare("Say how you know of it, without names.")
    place.grader = None
    place.save(update_fields=["grader"])
    (departure,) = _depart([place], by.pk, DepartureKind.CONFLICT, reason, by=by, at=at)
    _record("conflict_declared", round, by=by, at=at, item=str(place.item_id))
    return departure


def _being_graded(round_id: UUID, *, by: User) -> GradingRound:
    round = GradingRound.objects.locked().get(pk=round_id)
    if not can_run(by, round):
        raise CannotReplace("Only a MASH supervisor of this force may change who grades.")
    if next_round_state(RoundMove.REPLACE, round.state) is None:
        raise CannotReplace("Graders can be replaced only while the round is being graded.")
    return round


def _give(round: GradingRound, places: Collection[Assignment], successor: User, *, at: datetime) -> None:
    if not successor.may(Permission.GRADE):
        raise CannotReplace(f"{successor} may not grade. Give them the role of panel member first.")
    items = items_to_fill(round).in_bulk([place.item_id for place in places])
    parts = parts_taken([item.referral_id for item in items.values()])
    for place in places:
        place.item = items[place.item_id]
        if reason := unfit(successor, place, took_part=parts[place.item.referral_id]):
            raise CannotReplace(reason)
        place.grader, place.assigned_at = successor, at
        place.save(update_fields=["grader", "assigned_at"])


def _depart(
    places: Collection[Assignment], grader_id: UUID, kind: DepartureKind, reason: str, *, by: User, at: datetime
) -> list[Departure]:
    # Whoever comes after reads nothing of it.
    GradeDraft.objects.filter(assignment__in=places).delete()
    return Departure.objects.bulk_create(
        Departure(item_id=place.item_id, grader_id=grader_id, kind=kind, reason=reason, left_at=at, recorded_by=by)
        for place in places
    )


def _record(what: str, round: GradingRound, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"grading.{what}", at=at, actor=by, subject=round, **details)
