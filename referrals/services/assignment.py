"""Who works on a referral at the hub: taking it, giving it to somebody, giving it back. Every row of the past is kept."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import OPEN_AT_HUB, ReferralState
from referrals.models import Referral

NOT_OPEN = "is not open at the hub any more"


class CannotAssign(DomainError):
    pass


@dataclass
class Assigned:
    """What an assignment of several came to: those the person has now, and those left out, each with the reason."""

    done: list[Referral] = field(default_factory=list)
    left_out: list[tuple[Referral, str]] = field(default_factory=list)


@transaction.atomic
def claim_referral(*, referral_id: uuid.UUID, by: User, at: datetime) -> Referral:
    """Take what nobody has. Of two who do it at once one gets it; the other is told who. Raises CannotAssign."""
    referral = _locked(referral_id, by=by)
    if referral.assigned_to not in (None, by):
        raise CannotAssign(f"{referral.assigned_to} has {referral}. To take it over, choose Assign.")
    _hand_over([referral], to=by, by=by, at=at)
    return referral


@transaction.atomic
def assign_referral(
    *, referral_id: uuid.UUID, to: User, by: User, at: datetime, expected: Sequence[uuid.UUID | None] = ()
) -> Referral:
    """Give it to a decision-maker of the hub; that person is told by mail. Raises CannotAssign.

    `expected` is who had it when it was chosen (one id, or None for nobody): where somebody else got it meanwhile, nothing
    is changed. Without it, it is given to them whoever has it now.
    """
    _check_receiver(to, by=by)
    referral = _locked(referral_id, by=by)
    if not permissions.is_open_to(to, referral):
        raise CannotAssign(f"{referral} is not open to {to}. Choose somebody else.")
    holder = referral.assigned_to
    if expected and holder != to and referral.assigned_to_id not in expected:
        raise CannotAssign(
            f"{referral} was given to {holder} meanwhile." if holder else f"{referral} was given back meanwhile."
        )
    _hand_over([referral], to=to, by=by, at=at)
    return referral


@transaction.atomic
def give_back_referral(*, referral_id: uuid.UUID, by: User, at: datetime) -> Referral:
    """Nobody has it any more. Does nothing where nobody had it. Raises CannotAssign."""
    referral = _locked(referral_id, by=by)
    if referral.assigned_to is not None:
        _end_current(referral, by=by, at=at)
        referral.assigned_to = None
        referral.save(update_fields=["assigned_to"])
        audit.record(verb=Verb.CHANGED, what="referral.given_back", at=at, actor=by, subject=referral)
    return referral


@transaction.atomic
def assign_referrals(*, expected: Mapping[uuid.UUID, uuid.UUID | None], to: User, by: User, at: datetime) -> Assigned:
    """Give several to one decision-maker: those that are as `expected` says (referral: who had it when they were chosen).

    What was decided, closed or given to somebody else meanwhile is left out and named. Raises CannotAssign where the
    person may not assign or the receiver may not have any.
    """
    _check_receiver(to, by=by)
    if not by.may(Permission.DECIDE_REFERRAL):
        raise CannotAssign("Only a decision-maker of the hub may assign referrals.")
    result = Assigned()
    for referral in Referral.objects.received_for(by).locked().filter(pk__in=expected):
        holder = referral.assigned_to
        if referral.state not in OPEN_AT_HUB:
            result.left_out.append((referral, NOT_OPEN))
        elif not permissions.is_open_to(to, referral):
            result.left_out.append((referral, f"is not open to {to}"))
        elif holder != to and referral.assigned_to_id != expected[referral.pk]:
            result.left_out.append(
                (referral, f"was given to {holder} meanwhile" if holder else "was given back meanwhile")
            )
        else:
            result.done.append(referral)
    _hand_over(result.done, to=to, by=by, at=at)
    return result


@transaction.atomic
def divide_referrals(*, to: Mapping[uuid.UUID, uuid.UUID], by: User, at: datetime) -> Assigned:
    """Give each referral that nobody has to its person (referral: person), as it was shown; each of them is told once.

    What was decided, closed or taken meanwhile is left out and named. Raises CannotAssign where one of the people may not
    have any, or this person may not assign.
    """
    if not by.may(Permission.DECIDE_REFERRAL):
        raise CannotAssign("Only a decision-maker of the hub may assign referrals.")
    people = User.objects.in_bulk(set(to.values()))
    if len(people) < len(set(to.values())):
        raise CannotAssign("Choose somebody who decides at the hub.")
    for person in people.values():
        _check_receiver(person, by=by)
    result = Assigned()
    given: dict[uuid.UUID, list[Referral]] = {}
    for referral in Referral.objects.received_for(by).locked().filter(pk__in=to):
        if referral.state != ReferralState.RECEIVED:
            result.left_out.append((referral, "does not wait for a decision any more"))
        elif not permissions.is_open_to(people[to[referral.pk]], referral):
            result.left_out.append((referral, f"is not open to {people[to[referral.pk]]}"))
        elif referral.assigned_to_id not in (None, to[referral.pk]):
            result.left_out.append((referral, f"was given to {referral.assigned_to} meanwhile"))
        else:
            given.setdefault(to[referral.pk], []).append(referral)
            result.done.append(referral)
    for person_id, referrals in given.items():
        _hand_over(referrals, to=people[person_id], by=by, at=at)
    return result


def _locked(referral_id: uuid.UUID, *, by: User) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotAssign("Only a decision-maker of the hub may assign a referral.")
    if referral.state not in OPEN_AT_HUB:
        raise CannotAssign(f"{referral} {NOT_OPEN}.")
    return referral


def _check_receiver(to: User, *, by: User) -> None:
    if not to.is_active or to.agency_id != by.agency_id or not to.may(Permission.DECIDE_REFERRAL):
        raise CannotAssign("Choose somebody who decides at the hub.")


def _hand_over(referrals: Iterable[Referral], *, to: User, by: User, at: datetime) -> None:
    """Supersede the current rows, write new ones, and tell the receiver once; who has one already keeps it as it is."""
    changing = [referral for referral in referrals if referral.assigned_to_id != to.pk]
    for referral in changing:
        _end_current(referral, by=by, at=at)
        referral.assigned_to = to
        referral.save(update_fields=["assigned_to"])
        referral.assignments.create(person=to, assigned_at=at, assigned_by=by)
        audit.record(verb=Verb.CHANGED, what="referral.assigned", at=at, actor=by, subject=referral, person=str(to.pk))
    if changing and to != by:
        enqueue(tasks.email_person_about_assignment, at=at, by=by, person_id=to.pk, count=len(changing))


def _end_current(referral: Referral, *, by: User, at: datetime) -> None:
    referral.assignments.current().update(ended_at=at, ended_by=by)
