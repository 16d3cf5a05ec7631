"""What happens around sign-in, as the access log has it. The names are stable: docs/security.md lists them."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import tasks
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from jobs.services import enqueue

# Somebody who goes on trying after they were stopped fills no log: one line for each account and address in this time.
STOPPED_SAID_EVERY = timedelta(minutes=5)


@transaction.atomic
def record_event(*, what: str, user: User, at: datetime, address: str, **details: Any) -> None:
    """One event of sign-in that this person brought about."""
    audit.record(verb=Verb.SIGNED_IN, what=what, at=at, actor=user, subject=user, address=address, **details)


def record_failure(*, what: str, email: str, at: datetime, address: str, **details: Any) -> None:
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
            **details,
        )


def record_stopped(*, what: str, about: str, email: str, at: datetime, address: str, **details: Any) -> None:
    """Somebody tried too often. Said once in a while, however often they go on."""
    key = hashlib.sha256(f"{what}:{about}:{address}".encode()).hexdigest()
    if cache.add(f"sign-in-stopped:{key}", "said", timeout=STOPPED_SAID_EVERY.total_seconds()):
        record_failure(what=what, email=email, at=at, address=address, **details)


@transaction.atomic
def tell_owner(*, user: User, change: str, at: datetime) -> None:
    """Tell a person by mail that how they sign in has changed, whoever changed it."""
    local = timezone.localtime(at)
    when = f"on {local.day} {local:%B %Y} at {local:%H:%M}"
    enqueue(tasks.email_about_change_of_sign_in, at=at, user_id=user.pk, change=change, when=when)
