"""Where a person is signed in: ending that in one place or everywhere, and the new key that a session gets."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import may_administer
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError

# Kept in a session: when it began, the change of its person's rights after which it took another key, and the file that
# waits until they showed again who they are.
BEGAN = "began_at"
RIGHTS_KNOWN = "rights_known_at"
FILE_AFTER = "file_after_confirming"


class CannotEndSession(DomainError):
    pass


@transaction.atomic
def end_session(*, session_id: int, user: User, by: User, at: datetime) -> None:
    """Sign a person out in one of the places where they are signed in. One that ended meanwhile is no error."""
    _check_may_end(user, by)
    if _forget(UserSession.objects.filter(pk=session_id, user=user)):
        audit.record(verb=Verb.SIGNED_IN, what="session.ended", at=at, actor=by, subject=user)


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, at: datetime, why: str) -> int:
    """Sign a person out everywhere but in the session with the key `keep`; return in how many places that was."""
    ended = _forget(UserSession.objects.filter(user=user).exclude(session_key=keep))
    if ended:
        audit.record(
            verb=Verb.SIGNED_IN, what="session.others_ended", at=at, actor=user, subject=user, why=why, count=ended
        )
    return ended


@transaction.atomic
def end_every_session(*, user: User, by: User | None, at: datetime, why: str) -> int:
    """Sign a person out everywhere, from the next request on; return in how many places that was.

    Sessions that began before now count no more, whatever becomes of their rows. `by` is None for the clock and for who set
    a new password by a link from a mail. Raises CannotEndSession.
    """
    if by is not None:
        _check_may_end(user, by)
    # The clock, and not `at`: a session that began a moment ago must not outlive the decision.
    user.signed_out_at = timezone.now()
    User.objects.filter(pk=user.pk).update(signed_out_at=user.signed_out_at)
    ended = _forget(UserSession.objects.filter(user=user))
    if ended:
        audit.record(verb=Verb.SIGNED_IN, what="session.all_ended", at=at, actor=by, subject=user, why=why, count=ended)
    return ended


def give_new_keys(*, user: User, at: datetime) -> None:
    """Have each session of this person take another key at its next request: what they may do has changed."""
    user.rights_changed_at = at
    User.objects.filter(pk=user.pk).update(rights_changed_at=at)


@transaction.atomic
def take_new_key(session: SessionBase) -> None:
    """Go on under another key, in the list of where somebody is signed in too.

    Raises SessionInterrupted where the session was ended while this request ran: a new key would bring it back.
    """
    old = session.session_key or ""
    if not Session.objects.select_for_update().filter(session_key=old).exists():
        raise SessionInterrupted("This session was ended. Sign in again.")
    session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=session.session_key)


def note_seen(*, key: str, at: datetime) -> None:
    """Write down when a session was last used."""
    UserSession.objects.filter(session_key=key).update(last_seen_at=at)


def forget_session(*, key: str) -> None:
    """Take a session off the list: its person signed out."""
    UserSession.objects.filter(session_key=key).delete()


def _check_may_end(user: User, by: User) -> None:
    if by.pk != user.pk and not may_administer(by):
        raise CannotEndSession("Only an administrator may sign somebody else out.")


def _forget(chosen: QuerySet[UserSession]) -> int:
    keys = list(chosen.order_by("pk").values_list("session_key", flat=True))
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return ended
