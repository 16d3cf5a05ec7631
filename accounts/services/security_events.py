"""What happens around sign-in, as the access log has it. The names are stable: docs/security.md lists them."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb

# Somebody who goes on trying after they were stopped fills no log: one line for each account and address in this time.
STOPPED_SAID_EVERY = timedelta(minutes=5)


@transaction.atomic
def record_event(*, what: str, user: User, at: datetime, address: str, **details: Any) -> None:
    """One event of sign-in that this person brought about."""
    audit.record(verb=Verb.SIGNED_IN, what=what, at=at, actor=user, subject=user, address=address, **details)


def record_failure(*, what: str, email: str, at: datetime, address: str) -> None:
    """Somebody tried who did not show that they are this person: nobody acted, and it is about the account if there is one.

    The address that was typed is not kept where there is no such account: people type passwords there.
    """
    user = User.objects.filter(email__iexact=email).first() if email else None
    with transaction.atomic():
        audit.record(
            verb=Verb.SIGNED_IN,
            what=what,
            at=at,
            actor=None,
            subject=user,
            address=address,
            account="known" if user else "unknown",
        )


def record_stopped(*, what: str, about: str, email: str, at: datetime, address: str) -> None:
    """Somebody tried too often. Said once in a while, however often they go on."""
    if cache.add(f"sign-in-stopped:{what}:{about}:{address}", "said", timeout=STOPPED_SAID_EVERY.total_seconds()):
        record_failure(what=what, email=email, at=at, address=address)
