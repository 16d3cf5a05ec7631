"""What Django and django-allauth tell of sign-in, by signals: written into the access log, and sessions follow it.

Nothing about who may get in is decided here.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.services import security_events, sessions
from accounts.services.second_step import FACTOR_SHOWN, MAILBOX_SHOWN
from accounts.services.sessions import BEGAN, FILE_AFTER, RIGHTS_KNOWN
from accounts.sign_in.addresses import address_of
from accounts.sign_in.devices import remember

# From how many recovery codes on somebody is told to make new ones.
FEW_CODES = 3
KINDS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}

A_KIND = {Authenticator.Type.TOTP: "An authenticator app", Authenticator.Type.WEBAUTHN: "A passkey"}


def _record(what: str, request: HttpRequest, user: User, **details: str | int | bool) -> None:
    security_events.record_event(what=what, user=user, at=timezone.now(), address=address_of(request), **details)


def _tell(user: User, change: str) -> None:
    security_events.tell_owner(user=user, change=change, at=timezone.now())


@receiver(auth.user_logged_in, dispatch_uid="accounts.session_begins")
def session_begins(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    """Whichever door somebody came in by: from here the longest time is counted."""
    now = timezone.now().timestamp()
    request.session[BEGAN] = request.session[RIGHTS_KNOWN] = now
    for what_another_began_with in ("renewed_at", MAILBOX_SHOWN, FACTOR_SHOWN, FILE_AFTER):
        request.session.pop(what_another_began_with, None)


@receiver(account.user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(
    sender: object,
    request: HttpRequest,
    response: HttpResponse,
    user: User,
    sociallogin: SocialLogin | None = None,
    **_unknown: Any,
) -> None:
    remember(request, response, email=user.email)
    if sociallogin is not None:
        # The provider is the force's own: whoever came by it needs no proof by mail, and no second factor where it asked one.
        claims = sociallogin.account.extra_data.get("id_token", {})
        vouches = sociallogin.account.get_provider().app.settings.get("has_second_factor") is True
        request.session[MAILBOX_SHOWN] = True
        request.session[FACTOR_SHOWN] = bool(vouches or "mfa" in (claims.get("amr") or []))
    _record("sign_in.ok", request, user, by="provider" if sociallogin is not None else "here")


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
    sessions.take_new_key(request.session)
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
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _tell(user, f"{A_KIND[authenticator.type]} was added")
    if authenticator.type == Authenticator.Type.TOTP:
        # The code that set the app up was used: for the half minute that it shows it signs nobody in.
        authenticator.wrap().validate_code(request.POST.get("code", ""))


@receiver(mfa.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.removed", request, user, kind=KINDS[authenticator.type])
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _tell(user, f"{A_KIND[authenticator.type]} was removed")


@receiver(mfa.authenticator_reset, dispatch_uid="accounts.factor_made_anew")
def factor_made_anew(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.made_anew", request, user, kind=KINDS[authenticator.type])
    _tell(user, "New recovery codes were made")


@receiver(mfa.authenticator_used, dispatch_uid="accounts.factor_used")
def factor_used(sender: object, request: HttpRequest, user: User, authenticator: Any, **_unknown: Any) -> None:
    _record("factor.used", request, user, kind=KINDS[authenticator.type])
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        # As it is stored: what the form looked at still has the code that was used.
        left = len(Authenticator.objects.get(pk=authenticator.pk).wrap().get_unused_codes())
        if left <= FEW_CODES:
            messages.warning(
                request,
                f"You have {left} recovery code{'' if left == 1 else 's'} left. Make new ones under Your account, Two-step "
                "sign-in.",
            )


@receiver([account.password_changed, account.password_set], dispatch_uid="accounts.password_changed")
def password_changed(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    _record("password.changed", request, user)
    _tell(user, "Your password was changed")
    keep = request.session.session_key or ""
    sessions.end_other_sessions(user=user, keep=keep, at=timezone.now(), why="new password")


@receiver(account.password_reset, dispatch_uid="accounts.password_reset")
def password_reset(sender: object, request: HttpRequest, user: User, **_unknown: Any) -> None:
    _record("password.reset", request, user)
    _tell(user, "Your password was set by a link from a mail")
    sessions.end_every_session(user=user, by=None, at=timezone.now(), why="new password")
