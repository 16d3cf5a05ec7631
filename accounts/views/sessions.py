"""Where you are signed in, and where a person is, for administrators: to look at and to end."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import queries
from accounts.models import User
from accounts.permissions import may_administer
from accounts.services import sessions
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest, refusal_as_message


@require_GET
def own_sessions(request: SignedInRequest) -> HttpResponse:
    """Each place where one is signed in, this one marked."""
    key = request.session.session_key or ""
    places = queries.signed_in_places(request.user, at=timezone.now(), this_key=key)
    return render(request, "accounts/sessions.html", {"places": places})


@require_POST
def own_session_end(request: SignedInRequest) -> HttpResponse:
    """Sign out in one other place."""
    chosen = request.POST.get("session", "")
    if chosen.isdecimal():
        with refusal_as_message(request):
            sessions.end_session(session_id=int(chosen), user=request.user, by=request.user, at=timezone.now())
        messages.success(request, "You are signed out there.")
    return redirect("account_sessions")


@require_POST
def own_sessions_end_others(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    keep = request.session.session_key or ""
    sessions.end_other_sessions(user=request.user, keep=keep, at=timezone.now(), why="asked")
    messages.success(request, "You are signed out everywhere else.")
    return redirect("account_sessions")


@require_GET
def file_after_confirming(request: SignedInRequest) -> HttpResponse:
    """The file that somebody asked for before they showed who they are: a page to get it from, for a file is no page."""
    waiting = request.session.get(sessions.FILE_AFTER)
    if waiting is None:
        return redirect("home")
    return render(request, "accounts/file.html", waiting)


@require_GET
def person_sessions(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where a person is signed in, for an administrator; looking is recorded."""
    person, at = _person(request, pk), timezone.now()
    places = queries.signed_in_places(person, at=at)
    audit.record(verb=Verb.READ, what="session.listed", at=at, actor=request.user, subject=person)
    return render(request, "accounts/person_sessions.html", {"person": person, "places": places})


@require_POST
def person_sessions_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Sign a person out everywhere."""
    person = _person(request, pk)
    sessions.end_every_session(user=person, by=request.user, at=timezone.now(), why="administrator")
    messages.success(request, f"{person.name} is signed out everywhere.")
    return redirect("person_sessions", pk=pk)


def _person(request: SignedInRequest, pk: UUID) -> User:
    """Only administrators come here, and to them everybody is known."""
    if not may_administer(request.user):
        raise PermissionDenied
    return get_object_or_404(User, pk=pk)
