"""Saying that two descriptions are of one person, or are not, and taking that back."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.locks import hold_writers
from referrals import permissions
from referrals.enums import SENT, MatchAnswer
from referrals.models import Person, PersonMatch
from referrals.queries.matching import are_apart, kept_apart, known_people, likeness_of

LONGEST_UNDO_REASON = 500


class CannotMatch(DomainError):
    pass


@transaction.atomic
def answer_match(
    *, person_id: uuid.UUID, other_id: uuid.UUID, answer: MatchAnswer | str, by: User, at: datetime
) -> PersonMatch:
    """Record whether two descriptions are of the same person. The same answer again changes nothing.

    Refuses what contradicts an answer that stands, and what would make two people of one referral the same.
    """
    answer = MatchAnswer(answer)
    # One at a time: two answers given at once could contradict each other without either seeing it.
    hold_writers(PersonMatch)
    one, other = _pair(person_id, other_id)
    if not all(permissions.can_match(by, person.referral) for person in (one, other)):
        raise CannotMatch("Only a decision-maker of the hub that received both referrals may say who is the same.")
    if one.referral_id == other.referral_id:
        raise CannotMatch("Both are named in the same referral.")
    standing = PersonMatch.objects.standing().filter(one=one, other=other).first()
    if standing is not None:
        if standing.answer == answer:
            return standing
        raise CannotMatch("Somebody gave the other answer for these two. Take it back first.")
    _refuse_contradiction(one, other, answer)

    likeness = likeness_of(one, other)
    match = PersonMatch.objects.create(
        one=one,
        other=other,
        answer=answer,
        bits=likeness.bits,
        reasons=likeness.reasons,
        answered_at=at,
        answered_by=by,
    )
    _record(match, "person.matched" if answer == MatchAnswer.SAME else "person.kept_apart", by=by, at=at)
    return match


@transaction.atomic
def undo_match(*, match_id: uuid.UUID, reason: str, by: User, at: datetime) -> PersonMatch:
    """Take an answer back; the row stays with who took it back and why. Taking it back twice changes nothing."""
    hold_writers(PersonMatch)
    match = PersonMatch.objects.select_related("one__referral", "other__referral").get(pk=match_id)
    if not all(permissions.can_match(by, person.referral) for person in (match.one, match.other)):
        raise CannotMatch("Only a decision-maker of the hub that received both referrals may take this back.")
    if match.undone_at is not None:
        return match
    reason = reason.strip()
    if not reason:
        raise CannotMatch("Say why this is taken back.")
    if len(reason) > LONGEST_UNDO_REASON:
        raise CannotMatch(f"Give the reason in at most {LONGEST_UNDO_REASON} characters.")
    match.undone_at, match.undone_by, match.undo_reason = at, by, reason
    match.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    _record(match, "person.match_undone", by=by, at=at)
    return match


def _pair(person_id: uuid.UUID, other_id: uuid.UUID) -> tuple[Person, Person]:
    """Both in the order in which a pair is kept."""
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in=[person_id, other_id], referral__state__in=SENT).select_related(
            "referral"
        )
    }
    if len(people) != 2:
        raise CannotMatch("There are no two people to compare.")
    return people[min(people)], people[max(people)]


def _refuse_contradiction(one: Person, other: Person, answer: MatchAnswer) -> None:
    known = known_people([one.pk, other.pk])
    first, second = known[one.pk], known[other.pk]
    if answer == MatchAnswer.DIFFERENT:
        if other.pk in first:
            raise CannotMatch("Other confirmed pairs make these two the same person. Take one of those back first.")
        return
    if other.pk in first:
        return
    apart = kept_apart(first | second)
    if are_apart(first, second, apart):
        raise CannotMatch("Somebody said that descriptions of these two are of different people. Take that back first.")
    referrals = [
        set(Person.objects.filter(pk__in=group).values_list("referral", flat=True)) for group in (first, second)
    ]
    if referrals[0] & referrals[1]:
        raise CannotMatch("That would make two people who are named in one referral the same person.")


def _record(match: PersonMatch, what: str, *, by: User, at: datetime) -> None:
    """In the log of both referrals."""
    for person in (match.one, match.other):
        audit.record(
            verb=Verb.COMBINED,
            what=what,
            at=at,
            actor=by,
            subject=person.referral,
            match=str(match.pk),
            person=str(person.pk),
            answer=str(match.answer),
            bits=round(match.bits, 1),
        )
