"""Warning others of the hub of what they have to know before they act, and taking the warning back."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.enums import SENT, FlagKind
from referrals.models import Flag, Referral


class CannotFlag(DomainError):
    pass


@transaction.atomic
def raise_flag(
    *,
    referral_id: uuid.UUID,
    kind: FlagKind | str,
    words: str,
    person_id: uuid.UUID | None = None,
    by: User,
    at: datetime,
) -> Flag:
    """Put a flag on a referral, or on somebody named in it, with the reason. Raises CannotFlag.

    One of each kind stands at a time; the same words again by the same person (a double click) are kept once.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    _check(by, referral)
    words = words.strip()
    if kind not in FlagKind.values or not words:
        raise CannotFlag("Choose what it warns of, and say why.")
    if person_id is not None and not referral.people.filter(pk=person_id).exists():
        raise CannotFlag("Choose somebody who is named in this referral.")
    standing = Flag.objects.standing().filter(referral=referral, person=person_id, kind=kind).first()
    if standing is not None:
        if (standing.words, standing.raised_by_id) == (words, by.pk):
            return standing
        raise CannotFlag("This flag stands already. Clear it first if its reason is another now.")
    flag = Flag.objects.create(
        referral=referral, person_id=person_id, kind=kind, words=words, raised_at=at, raised_by=by
    )
    _record("flag.raised", flag, by=by, at=at)
    return flag


@transaction.atomic
def clear_flag(*, flag_id: uuid.UUID, reason: str, by: User, at: datetime) -> Flag:
    """Take a flag away, with the reason; both stay on record. Raises CannotFlag. Cleared twice by one person is once."""
    referral = Referral.objects.locked().get(flags=flag_id)
    flag = Flag.objects.select_related("referral").get(pk=flag_id)
    _check(by, referral)
    if flag.cleared_at is not None:
        if flag.cleared_by_id == by.pk:
            return flag
        raise CannotFlag("Somebody else cleared this flag already.")
    reason = reason.strip()
    if not reason:
        raise CannotFlag("Say why the flag is no longer needed.")
    flag.cleared_at, flag.cleared_by, flag.clear_reason = at, by, reason
    flag.save(update_fields=["cleared_at", "cleared_by", "clear_reason"])
    _record("flag.cleared", flag, by=by, at=at)
    return flag


def _check(by: User, referral: Referral) -> None:
    if not permissions.can_flag(by, referral):
        raise CannotFlag("Only a decision-maker of the hub flags a referral.")
    if referral.state not in SENT:
        raise CannotFlag("Only what was submitted, and not withdrawn, can be flagged.")


def _record(what: str, flag: Flag, *, by: User, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=flag.referral,
        flag=str(flag.pk),
        kind=str(flag.kind),
        person=str(flag.person_id or ""),
    )
