"""How one gets in: django-allauth for everybody, the administration behind the same door."""

from functools import wraps
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.permissions import may_administer
from accounts.sign_in.confirming import ask_unless_confirmed

# How the addresses of the administration's forms end.
FORMS = ("_add", "_change", "_delete", "_password_change")
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

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Who has a second factor shows that one again: a password, which may be stolen, is not enough then."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [way for way in ways if way["id"] != "reauthenticate"]
        return strong or ways


class SecondStep(DefaultMFAAdapter):
    """The second step says what is wrong in the same words as the first."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}


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
