"""Joining somebody who walked in without an account with the account that is theirs: by hand, kept, and undone with a reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from partners.enums import LearningMailKind
from partners.models import (
    Booking,
    Certificate,
    FollowUp,
    LearningMail,
    ScenarioAnswer,
    Session,
    SessionFeedbackReceipt,
    WalkInJoin,
)
from partners.models.joins import LONGEST_REASON
from partners.permissions import can_join_walk_in
from partners.services.attendance_reports import are_alike
from partners.services.moves import record_booking
from partners.services.refusals import RefusedAnswer
from referrals.queries.likeness.names import plain

MOST_ACCOUNTS = 5


class CannotJoin(RefusedAnswer):
    pass


@dataclass(frozen=True)
class PossibleAccount:
    """An account that may be that of somebody who walked in, and why; the surest first."""

    user: User
    why: str


def possible_accounts(bookings: Sequence[Booking], *, by: User) -> dict[UUID, list[PossibleAccount]]:
    """Of each walk-in without an account: active accounts with the same address, or a like name in the same agency; not one's own.

    Only for who may join them: that somebody has an account is for nobody else. In one query, however many there are.
    """
    open_ones = [one for one in bookings if one.delegate is not None and can_join_walk_in(by, one)]
    if not open_ones:
        return {}
    same = Q(agency__in={one.agency_id for one in open_ones})
    for one in open_ones:
        same |= Q(email__iexact=one.email)
    accounts = User.objects.filter(same, is_active=True, agency__isnull=False).exclude(pk=by.pk)
    by_email: dict[str, list[User]] = defaultdict(list)
    by_agency: dict[UUID | None, list[tuple[str, User]]] = defaultdict(list)
    for user in accounts.select_related("agency").order_by("name", "pk"):
        by_email[user.email.lower()].append(user)
        by_agency[user.agency_id].append((plain(user.name), user))
    return {one.pk: _accounts_of(one, by_email, by_agency[one.agency_id]) for one in open_ones}


@transaction.atomic
def join_walk_in(*, booking_id: UUID, user: User, by: User, at: datetime) -> WalkInJoin:
    """Say that a walk-in is the person of this account: the attendance, its certificate and its history become theirs.

    The same again changes nothing. Raises CannotJoin.
    """
    booking = _to_join(booking_id, by)
    standing = booking.joins.filter(undone_at=None).first()
    if standing is not None and standing.user_id == user.pk:
        return standing
    if standing is not None or booking.delegate is None:
        raise CannotJoin("This walk-in is joined with an account already. Undo that first.")
    if user.pk == by.pk:
        raise CannotJoin("Nobody joins an attendance with their own account: ask another trainer.", "user")
    found = possible_accounts([booking], by=by)[booking.pk]
    if user not in [one.user for one in found]:
        raise CannotJoin("Choose an account with the same address, or with a like name in the same agency", "user")
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if Booking.objects.standing().filter(session=booking.session_id, user=user).exists():
        raise CannotJoin(f"{user} is on the register of this session already", "user")
    made = WalkInJoin.objects.create(booking=booking, delegate=booking.delegate, user=user, joined_at=at, joined_by=by)
    booking.user, booking.delegate = user, None
    booking.save(update_fields=["user", "delegate"])
    # They were sent an address of their own: who may have answered by it is not asked by their account too.
    if LearningMail.objects.filter(booking=booking, kind=LearningMailKind.FEEDBACK).exists():
        SessionFeedbackReceipt.objects.get_or_create(session=booking.session, person=user)
    record_booking("joined", booking, by=by, at=at, join=str(made.pk))
    return made


@transaction.atomic
def undo_join(*, join_id: UUID, reason: str, by: User, at: datetime) -> WalkInJoin:
    """Give the attendance back to whom it was entered for. What the account's person answered for it goes: they were not there.

    A certificate that was made meanwhile is not genuine any more. Raises CannotJoin.
    """
    found = WalkInJoin.objects.select_related("delegate").get(pk=join_id)
    booking = _to_join(found.booking_id, by)
    join = WalkInJoin.objects.locked().get(pk=join_id)
    if join.undone_at is not None:
        return join
    why = " ".join(reason.split())
    if not why:
        raise CannotJoin("Say why it is undone", "reason")
    if len(why) > LONGEST_REASON:
        raise CannotJoin(f"Use at most {LONGEST_REASON} characters", "reason")
    if join.user_id == by.pk:
        raise CannotJoin("Nobody gives their own attendance away: ask another trainer.")
    if Booking.objects.standing().filter(session=booking.session_id, delegate=found.delegate).exists():
        raise CannotJoin(f"{found.delegate} is on the register of this session by another booking.")
    join.undone_at, join.undone_by, join.undone_reason = at, by, why
    join.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    booking.user, booking.delegate = None, found.delegate
    booking.save(update_fields=["user", "delegate"])
    answers, _ = ScenarioAnswer.objects.filter(booking=booking).delete()
    follow_ups, _ = FollowUp.objects.filter(booking=booking).delete()
    Certificate.objects.filter(booking=booking).delete()
    record_booking("join_undone", booking, by=by, at=at, join=str(join.pk), answers_removed=answers + follow_ups)
    return join


@transaction.atomic
def read_walk_ins(*, by: User, at: datetime, count: int) -> None:
    """Write down that somebody read who walked in without an account, and whose accounts there are."""
    audit.record(verb=Verb.READ, what="partners.walk_ins_read", at=at, actor=by, count=count)


@transaction.atomic
def read_walk_in(*, booking_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody read one of them beside accounts."""
    record_booking("compared", Booking.objects.get(pk=booking_id), by=by, at=at, verb=Verb.READ)


def _to_join(booking_id: UUID, by: User) -> Booking:
    """The walk-in, locked after its session, if this person may join it."""
    Session.objects.locked().get(bookings=booking_id)
    booking = Booking.objects.locked().select_related("session", "delegate", "user").get(pk=booking_id)
    if not can_join_walk_in(by, booking):
        raise CannotJoin("Only trainers and administrators of the force that ran the session do that.")
    return booking


def _accounts_of(
    booking: Booking, by_email: dict[str, list[User]], of_agency: Sequence[tuple[str, User]]
) -> list[PossibleAccount]:
    entered = plain(booking.person.name)
    found = dict.fromkeys(by_email[booking.email.lower()], "Same e-mail address")
    for name, user in of_agency:
        if name == entered:
            found.setdefault(user, "Same name, same agency")
    for name, user in of_agency:
        if are_alike(name, entered):
            found.setdefault(user, "Similar name, same agency")
    return [PossibleAccount(user, why) for user, why in found.items()][:MOST_ACCOUNTS]
