"""How one gets in: django-allauth for everybody, the administration behind the same door."""

from functools import wraps
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_providers
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import may_administer
from accounts.services import security_events
from accounts.sign_in.addresses import address_of
from accounts.sign_in.confirming import ask_unless_confirmed
from accounts.sign_in.devices import known_as

# How the addresses of the administration's forms end.
FORMS = ("_add", "_change", "_delete", "_password_change")
BY_PASSKEY = "mfa_reauthenticate:webauthn"
# How somebody who has a second factor shows who they are.
WAYS = {BY_PASSKEY: "Use a passkey", "mfa_reauthenticate": "Use a code from your app, or a recovery code"}
WRONG_CODE = "This code is not right. Enter the one that the app shows now."


class InvitedPeopleOnly(DefaultAccountAdapter):
    """Accounts are made by an administrator or by the force's own sign-in provider."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "too_many_login_attempts": "There were too many tries that failed. Wait five minutes and try again, or set a new "
        "password with “I have forgotten my password” below.",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries on a device that its person used before are counted by themselves; all others by account and by address."""
        email = str(credentials.get("email", ""))
        device = known_as(request, email=email)
        if not device:
            super().pre_authenticate(request, **credentials)
            return
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            config={"login_failed": settings.KNOWN_DEVICE_RATE},
            key=f"{email.lower()}:{device}",
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Whoever is stopped stands in the access log."""
        if code == "too_many_login_attempts":
            email = context.request.POST.get("login", "")
            security_events.record_stopped(
                what="sign_in.stopped",
                about=email.lower() or "second step",
                email=email,
                at=timezone.now(),
                address=address_of(context.request),
            )
        error: ValidationError = super().validation_error(code, *args)
        return error

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Who has a second factor shows that one again: a password, which may be stolen, is not enough then."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [{**way, "description": WAYS[way["id"]]} for way in ways if way["id"] in WAYS]
        strong.sort(key=lambda way: way["id"] != BY_PASSKEY)
        linked = SocialAccount.objects.filter(user_id=user.pk).values_list("provider", flat=True) if not strong else []
        theirs = [
            {
                "id": f"provider:{app.provider_id}",
                "description": f"Use {app.name}",
                "url": reverse("openid_connect_login", args=[app.provider_id]),
            }
            for app in (get_providers(context.request).list_apps(context.request) if linked else [])
            if app.provider_id in linked
        ]
        return strong or theirs or ways


class SecondStep(DefaultMFAAdapter):
    """The second step says what is wrong in the same words as the first."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "wrong_passkey": "This passkey did not work here. Try again, or choose another way.",
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The library has one word for a wrong code and a wrong passkey, and tells nobody of the latter."""
        if code == "incorrect_code" and "credential" in context.request.POST:
            address = address_of(context.request)
            security_events.record_stopped(
                what="passkey.failed", about="passkey", email="", at=timezone.now(), address=address
            )
            code = "wrong_passkey"
        error: ValidationError = super().validation_error(code, *args)
        return error

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a passkey is called until its person gives it a name."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"


class AdministrationSite(AdminSite):
    """Django's admin without a sign-in page of its own, which would pass by the throttle and the second factor."""

    site_header = "MASH Referral Quality: administration"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and may_administer(user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Lists are read as they are; every form, and whatever it sends, asks who does so if that was not shown a moment ago."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            match = request.resolver_match
            name = (match.url_name or "") if match else ""
            if self.has_permission(request) and (request.method == "POST" or name.endswith(FORMS)):
                ask_unless_confirmed(request)
            return inner(request, *args, **kwargs)

        return asking

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No form: a visitor never gets here (LoginRequiredMiddleware), and who is signed in may enter or may not."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")
