"""Asking people again who they are before something that is hard to take back: what leaves the service, or is gone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.services.sessions import BEGAN

View = TypeVar("View", bound=Callable[..., Any])


class MustConfirm(ReauthenticationRequired):
    """Somebody must show again who they are first."""

    def __init__(self, *, leads_to_file: bool) -> None:
        super().__init__()
        self.leads_to_file = leads_to_file


def is_confirmed(request: HttpRequest) -> bool:
    """Whether somebody signed in, or showed again who they are, within the last minutes (CONFIRMED_FOR_MINUTES)."""
    shown = [one["at"] for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    latest = max([request.session.get(BEGAN, 0.0), *shown])
    return bool(timezone.now().timestamp() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def ask_unless_confirmed(request: HttpRequest, *, leads_to_file: bool = False) -> None:
    """Raises MustConfirm, which the middleware answers: it asks, keeps what was sent, and leads back."""
    if not is_confirmed(request):
        raise MustConfirm(leads_to_file=leads_to_file)


def confirmed_recently(view: View) -> View:
    """A page that asks first, unless somebody showed who they are a moment ago."""
    return _asking(view, leads_to_file=False)


def confirmed_recently_for_file(view: View) -> View:
    """The same for a file: who confirmed comes to a page with its link, because a browser that saves a file stays where it is."""
    return _asking(view, leads_to_file=True)


def _asking(view: View, *, leads_to_file: bool) -> View:
    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ask_unless_confirmed(request, leads_to_file=leads_to_file)
        return view(request, *args, **kwargs)

    return cast(View, asking)
