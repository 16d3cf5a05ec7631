"""Restricting a referral to named people: restricting, naming, taking a name away, and lifting it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions, queries
from referrals.enums import SENT, VOIDED, RestrictionReason
from referrals.models import NamedPerson, Referral, Restriction


class CannotRestrict(DomainError):
    pass


@transaction.atomic
def restrict_referral(
    *,
    referral_id: uuid.UUID,
    reason: RestrictionReason | str,
    words: str,
    is_hinted: bool,
    people: Iterable[User],
    by: User,
    at: datetime,
) -> Restriction:
    """From now on the referral exists for these people alone, and for them as far as their role would open it. Raises CannotRestrict.

    Whoever has it at the hub and is not named has it no more. The same again by the same person (a double click) is kept once.
    """
    referral = _locked(referral_id, by=by)
    words = words.strip()
    if reason not in RestrictionReason.values or not words:
        raise CannotRestrict("Choose why it is restricted, and say it in words.")
    if referral.state not in (*SENT, *VOIDED):
        raise CannotRestrict("Only what was submitted can be restricted.")
    named = {person.pk: person for person in people}
    standing = Restriction.objects.standing().filter(referral=referral).first()
    if standing is not None:
        there = set(standing.names.standing().values_list("person", flat=True))
        if (standing.made_by_id, standing.words, there) == (by.pk, words, set(named)):
            return standing
        raise CannotRestrict("This referral is restricted already.")
    _check_people(referral, named.values())
    restriction = Restriction.objects.create(
        referral=referral, reason=reason, words=words, is_hinted=is_hinted, made_at=at, made_by=by
    )
    NamedPerson.objects.bulk_create(
        NamedPerson(restriction=restriction, person=person, named_at=at, named_by=by) for person in named.values()
    )
    _record("referral.restricted", restriction, by=by, at=at, kind=str(reason), people=sorted(map(str, named)))
    take_off_whom_it_is_closed_to(referral.pk, by=by, at=at)
    return restriction


@transaction.atomic
def name_people(*, restriction_id: uuid.UUID, people: Iterable[User], by: User, at: datetime) -> list[NamedPerson]:
    """Let more people see it. Who has it open by breaking the glass names others, never themselves. Raises CannotRestrict."""
    restriction = _locked_restriction(restriction_id, by=by)
    wanted = {person.pk: person for person in people}
    if not wanted:
        raise CannotRestrict("Choose at least one person.")
    if by.pk in wanted and not permissions.is_named(by, restriction):
        raise CannotRestrict("Nobody names themselves during emergency access.")
    _check_people(restriction.referral, wanted.values(), is_whole=False)
    there = set(restriction.names.standing().filter(person__in=wanted).values_list("person", flat=True))
    added = [
        NamedPerson.objects.create(restriction=restriction, person=person, named_at=at, named_by=by)
        for person in wanted.values()
        if person.pk not in there
    ]
    if added:
        _record("referral.people_named", restriction, by=by, at=at, people=sorted(str(one.person_id) for one in added))
    return added


@transaction.atomic
def unname_person(*, restriction_id: uuid.UUID, person_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a name away: from the next request on the referral does not exist for that person. Raises CannotRestrict."""
    restriction = _locked_restriction(restriction_id, by=by)
    if not permissions.is_named(by, restriction):
        raise CannotRestrict("During emergency access names can be added, not taken away.")
    named = list(restriction.names.standing().select_related("person"))
    leaving = next((one for one in named if one.person_id == person_id), None)
    if leaving is None:
        return
    _check_people(restriction.referral, [one.person for one in named if one is not leaving])
    leaving.removed_at, leaving.removed_by = at, by
    leaving.save(update_fields=["removed_at", "removed_by"])
    _record("referral.person_unnamed", restriction, by=by, at=at, person=str(person_id))
    take_off_whom_it_is_closed_to(restriction.referral_id, by=by, at=at)


@transaction.atomic
def lift_restriction(*, restriction_id: uuid.UUID, reason: str, by: User, at: datetime) -> Restriction:
    """Open it again to everybody whose role opens it. Raises CannotRestrict. Lifted twice by one person is once."""
    restriction = Restriction.objects.get(pk=restriction_id)
    if restriction.lifted_at is not None and restriction.lifted_by_id == by.pk:
        return restriction
    restriction = _locked_restriction(restriction_id, by=by)
    if not permissions.is_named(by, restriction):
        raise CannotRestrict("Only a supervisor who is named may lift the restriction.")
    reason = reason.strip()
    if not reason:
        raise CannotRestrict("Say why it need not be restricted any more.")
    restriction.lifted_at, restriction.lifted_by, restriction.lift_reason = at, by, reason
    restriction.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _record("referral.restriction_lifted", restriction, by=by, at=at)
    return restriction


def take_off_whom_it_is_closed_to(referral_id: uuid.UUID, *, by: User, at: datetime) -> None:
    """Whoever has a referral at the hub to whom it is closed now has it no more. The referral must be locked."""
    referral = Referral.objects.select_related("assigned_to").get(pk=referral_id)
    holder = referral.assigned_to
    if holder is None or permissions.is_open_to(holder, referral):
        return
    referral.assignments.current().update(ended_at=at, ended_by=by)
    referral.assigned_to = None
    referral.save(update_fields=["assigned_to"])
    audit.record(verb=Verb.CHANGED, what="referral.taken_off", at=at, actor=by, subject=referral, person=str(holder.pk))


def _check_people(referral: Referral, people: Iterable[User], *, is_whole: bool = True) -> None:
    """Each would see it were it not restricted; among all of them is somebody who decides on it at the hub."""
    chosen = {person.pk: person for person in people}
    may = {person.pk for person in queries.may_be_named(referral)}
    if set(chosen) - may:
        raise CannotRestrict("Choose people whose role would let them see this referral, and who have no part in it.")
    if is_whole and not any(queries.works_on(person, referral) for person in chosen.values()):
        raise CannotRestrict("Name at least one person who decides at the hub: somebody has to see to it.")


def _locked(referral_id: uuid.UUID, *, by: User) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_restrict(by, referral):
        raise CannotRestrict("Only a supervisor of the hub who sees a referral restricts it.")
    return referral


def _locked_restriction(restriction_id: uuid.UUID, *, by: User) -> Restriction:
    """The referral is the lock of all that guards it."""
    referral_id = Restriction.objects.values_list("referral", flat=True).get(pk=restriction_id)
    _locked(referral_id, by=by)
    restriction = Restriction.objects.select_related("referral").get(pk=restriction_id)
    if restriction.lifted_at is not None:
        raise CannotRestrict("The restriction was lifted already.")
    return restriction


def _record(what: str, restriction: Restriction, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=restriction.referral,
        restriction=str(restriction.pk),
        **details,
    )
