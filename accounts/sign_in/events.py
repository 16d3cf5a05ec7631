"""What Django and django-allauth tell of sign-in, by signals: written into the access log, and sessions follow it.

Nothing about who may get in is decided here.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services import security_events, sessions
from accounts.services.sessions import BEGAN, RIGHTS_KNOWN

KINDS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def address_of(request: HttpRequest) -> str:
    """From where a request came, as the limits count it."""
    return truncate_ip(get_adapter().get_client_ip(request))


def _record(what: str, request: HttpRequest, user: User, **details: str | int | bool) -> None:
    security_events.record_event(what=what, user=user, at=timezone.now(), address=address_of(request), **details)


@receiver(auth.user_logged_in, dispatch_uid="accounts.session_begins")
def session_begins(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    """Whichever door somebody came in by: from here the longest time is counted."""
    now = timezone.now().timestamp()
    request.session[BEGAN] = request.session[RIGHTS_KNOWN] = now
    request.session.pop("renewed_at", None)


@receiver(account.user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    _record("sign_in.ok", request, user)


@receiver(auth.user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(sender: object, request: HttpRequest, user: User | None, **_unknown: Any) -> None:
    if user is not None:
        sessions.forget_session(key=request.session.session_key or "")
        _record("sign_in.left", request, user)


@receiver(auth.user_login_failed, dispatch_uid="accounts.sign_in_failed")
def sign_in_failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_unknown: Any
) -> None:
    if request is None:
        return
    if isinstance(request.user, User):
        _record("step_up.failed", request, request.user, by="password")
        return
    email = str(credentials.get("email") or credentials.get("username") or "")
    security_events.record_failure(what="sign_in.failed", email=email, at=timezone.now(), address=address_of(request))


@receiver(account.authentication_step_completed, dispatch_uid="accounts.stepped_up")
def stepped_up(sender: object, request: HttpRequest, user: User, method: str, **details: Any) -> None:
    """Who showed again who they are goes on under another key, so that one that was seen before is worth no more."""
    if not details.get("reauthenticated"):
        return
    old = request.session.session_key or ""
    request.session.cycle_key()
    sessions.take_new_key(old=old, new=request.session.session_key or "")
    _record("step_up.ok", request, user, by=method)


@receiver(mfa.authentication_failed, dispatch_uid="accounts.code_failed")
def code_failed(
    sender: object, request: HttpRequest, user: User, reauthentication: bool = False, **_unknown: Any
) -> None:
    if reauthentication:
        _record("step_up.failed", request, user, by="code")
        return
    security_events.record_failure(
        what="second_step.failed", email=user.email, at=timezone.now(), address=address_of(request)
    )


@receiver(mfa.authenticator_added, dispatch_uid="accounts.factor_added")
def factor_added(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.added", request, user, kind=KINDS[authenticator.type])


@receiver(mfa.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.removed", request, user, kind=KINDS[authenticator.type])


@receiver(mfa.authenticator_reset, dispatch_uid="accounts.factor_made_anew")
def factor_made_anew(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.made_anew", request, user, kind=KINDS[authenticator.type])


@receiver(mfa.authenticator_used, dispatch_uid="accounts.factor_used")
def factor_used(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.used", request, user, kind=KINDS[authenticator.type])


@receiver([account.password_changed, account.password_set], dispatch_uid="accounts.password_changed")
def password_changed(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    _record("password.changed", request, user)
    keep = request.session.session_key or ""
    sessions.end_other_sessions(user=user, keep=keep, at=timezone.now(), why="new password")


@receiver(account.password_reset, dispatch_uid="accounts.password_reset")
def password_reset(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    _record("password.reset", request, user)
    sessions.end_every_session(user=user, by=None, at=timezone.now(), why="new password")
