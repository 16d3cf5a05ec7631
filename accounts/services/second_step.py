"""Setting up the first second factor where a role needs one."""

from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from accounts import tasks
from accounts.models import User
from jobs.services import enqueue

# Kept in a session: that its person opened the link that was sent to their address, or came from the force's own sign-in.
MAILBOX_SHOWN = "mailbox_shown"
# Kept in a session: that the force's own sign-in asked for a second factor.
FACTOR_SHOWN = "factor_shown"
# Somebody who presses again gets no second mail so soon.
SENT_EVERY = timedelta(minutes=1)


def has_one(user: User) -> bool:
    """Whether this person has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user))


def must_set_up(user: User) -> bool:
    """Whether this person's role needs a second factor and they have none."""
    if not settings.REQUIRE_SECOND_FACTOR or not (user.is_superuser or user.sees_other_agencies()):
        return False
    return not has_one(user)


@transaction.atomic
def send_link(*, user: User, at: datetime) -> None:
    """Have a link sent to the address of this person; the key in it is made when the mail is."""
    if cache.add(f"second-step-link:{user.pk}", "sent", timeout=SENT_EVERY.total_seconds()):
        enqueue(tasks.email_link_for_second_step, at=at, by=user, user_id=user.pk)
