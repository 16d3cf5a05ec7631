"""Keeping what a referral said before it is changed after submission, in the transaction of that change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from jobs.services import enqueue
from referrals import tasks
from referrals.models import Amendment, Referral
from referrals.queries import everything_of, version_of


@dataclass(frozen=True)
class Before:
    """Everything as it stood, and the number of the version that the change makes."""

    everything: dict[str, Any]
    number: int


def as_before(referral: Referral) -> Before:
    """To be taken before anything is changed; the referral is locked."""
    return Before(everything_of(referral), version_of(referral) + 1)


def keep_version(referral: Referral, before: Before, *, reason: str, by: User, at: datetime) -> Amendment:
    """Save the changed referral as one more version, with why; everybody who reads the versions reads it.

    The writer gets a copy of it too.
    """
    referral.version += 1
    referral.changed_at = at
    referral.save()
    enqueue(tasks.make_writer_copy, at=at, by=by, referral_id=referral.pk, number=before.number)
    return Amendment.objects.create(
        referral=referral,
        number=before.number,
        before=before.everything,
        reason=reason.strip(),
        amended_at=at,
        amended_by=by,
    )
