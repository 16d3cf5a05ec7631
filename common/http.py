"""The request as views see it: somebody is signed in, and what a service refuses is told to them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from common.errors import DomainError

View = TypeVar("View", bound=Callable[..., Any])
# The methods of a page whose form comes back to it.
READ_OR_SEND = ["GET", "HEAD", "POST"]


class SignedInRequest(HttpRequest):
    """Every view gets this kind, for LoginRequiredMiddleware lets nobody else in (except where a view says otherwise)."""

    user: Any
    htmx: HtmxDetails


def keeps_no_words(view: View) -> View:
    """Mark a view of which nothing that was typed may be kept or shown again: an answer that must not stand beside a person."""
    view.keeps_no_words = True  # type: ignore[attr-defined]
    return view


@contextmanager
def refusal_as_message(request: HttpRequest) -> Iterator[None]:
    """What is refused within shows on the next page; nothing was changed. For a view that goes back to the record anyway."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error))


def attachment(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file that is made for one person: it is saved and not shown, and nothing on the way keeps a copy. `name` is plain ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def lead_on(request: SignedInRequest, pages: Iterable[tuple[str, str]]) -> HttpResponseRedirect:
    """To the first page whose permission this person holds; raises PermissionDenied where they hold none."""
    for permission, page in pages:
        if request.user.may(permission):
            return redirect(page)
    raise PermissionDenied
