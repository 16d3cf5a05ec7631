"""Booking a place: who for, check, booked. What was typed waits in the visitor's own session, never in an address."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import DomainError
from common.http import SignedInRequest
from partners import permissions, queries
from partners.forms import ONESELF, SOMEBODY_ELSE, NeedsForm, ShownWhoForm, WhoForm
from partners.models import Booking, Delegate, NamedDelegate, Session
from partners.queries.one_place import shown_of_page
from partners.services import bookings as services
from partners.services import waiting_list
from partners.views.sessions import find_session_to_book


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who the place is for. Who books for nobody else goes on to the check at once."""
    session = find_session_to_book(request, pk)
    if not permissions.can_book_for_agency(request.user):
        return redirect("partners:book_check", session.pk)
    kept = request.session.get(_place_of(session.pk), {})
    form = WhoForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        request.session[_place_of(session.pk)] = _kept(form.delegate())
        return redirect("partners:book_check", session.pk)
    at = timezone.now()
    is_full = permissions.may_be_waited_for(session, at=at) and queries.own_hold(request.user, session, at=at) is None
    context = {"session": session, "form": form, "is_full": is_full}
    return render(request, "partners/book.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def book_check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Check, and book or join the waiting list exactly once: the page carries the key of its request, and whom it shows.

    The service refuses whoever may not book this session, so its row is read here only for a page: at once, or with the refusal.
    """
    if not permissions.can_book(request.user):
        find_session_to_book(request, pk)
    kept = _shown(request) or request.session.get(_place_of(pk))
    if kept is None and permissions.can_book_for_agency(request.user):
        session = find_session_to_book(request, pk)
        done = queries.booking_of_request(request.user, _key(request)) if request.method == "POST" else None
        return redirect(_page_of(done)) if done else redirect("partners:book", session.pk)
    delegate = _delegate(kept)
    form = NeedsForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _check_page(request, find_session_to_book(request, pk), delegate, form)
    wanted = {"session_id": pk, "key": _key(request), "by": request.user, "at": timezone.now()}
    make = waiting_list.join_waiting_list if request.POST.get("do") == "WAIT" else services.book_place
    try:
        booking = make(**wanted, delegate=delegate, needs=form.needs())
    except Session.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        if isinstance(error, services.NoPlaceLeft) and permissions.can_book(request.user):
            session = error.session  # who is told that it is full may see it: the service has asked
        else:
            session = find_session_to_book(request, pk)
        services.read_refusal(error, by=request.user, at=timezone.now())
        return _check_page(request, session, delegate, form, problem=str(error))
    if kept is not None and request.session.get(_place_of(pk)) == kept:
        del request.session[_place_of(pk)]
    return redirect(_page_of(booking))


def _check_page(
    request: SignedInRequest, session: Session, delegate: NamedDelegate | None, form: NeedsForm, *, problem: str = ""
) -> HttpResponse:
    at = timezone.now()
    shown = shown_of_page(session, by=request.user, at=at, delegate=delegate)
    hold = queries.own_hold(request.user, session, at=at) if shown.holds_one else None
    person: User | Delegate | None = request.user
    if delegate is not None:
        person = queries.known_delegate(request.user, delegate) if shown.is_known else None
    standing = queries.standing_of(session, person) if person else None
    other = queries.others_of_this_kind(session, person).select_related("session").first() if person else None
    clash = None
    if person and standing is None and not problem:
        clash = queries.places_at_that_time(session, person).select_related("session").first()
    for told in {booking.pk: booking for booking in (standing, clash, other) if booking is not None}.values():
        services.read_booking(booking_id=told.pk, by=request.user, at=at)
    may_book_others = permissions.can_book_for_agency(request.user)
    can_be_booked = permissions.is_in_booking_window(session, at=at) and (hold or session.places_left > 0)
    can_be_waited_for = permissions.may_be_waited_for(session, at=at)
    context = {
        "session": session,
        "delegate": delegate,
        "has_account": delegate is not None and isinstance(person, User),
        "person": person if isinstance(person, User) else delegate,
        "is_of_another": delegate is not None and not isinstance(person, User) and shown.is_of_another,
        "who": ShownWhoForm(initial=_kept(delegate)) if may_book_others else None,
        "form": form,
        "problem": problem,
        "request_key": uuid.uuid4(),
        "hold": hold,
        "standing": standing,
        "clash": clash,
        "other": other,
        "may_book_others": may_book_others,
        "can_be_booked": can_be_booked,
        "can_be_waited_for": can_be_waited_for,
        "only_waits": can_be_waited_for and not can_be_booked and standing is None and not problem,
        "waiting": shown.waiting,
    }
    return render(request, "partners/book_check.html", context, status=422 if problem or form.errors else 200)


def _shown(request: SignedInRequest) -> dict[str, Any] | None:
    """Whom the page showed that was sent, for who books for others; nothing where it does not say."""
    if request.method != "POST" or not permissions.can_book_for_agency(request.user):
        return None
    form = ShownWhoForm(request.POST)
    return _kept(form.delegate()) if form.is_valid() else None


def _kept(delegate: NamedDelegate | None) -> dict[str, Any]:
    """Who the place is for, as the visitor's session keeps it; nobody named means oneself."""
    if delegate is None:
        return {"who": ONESELF}
    return {"who": SOMEBODY_ELSE, "name": delegate.name, "email": delegate.email}


def _page_of(booking: Booking) -> str:
    """Where somebody goes on who has just booked, or joined the waiting list."""
    return reverse("partners:booked", args=[booking.pk]) if booking.holds_a_place else booking.get_absolute_url()


def _place_of(session_id: uuid.UUID) -> str:
    """Where the visitor's session keeps who the place is for."""
    return f"booking {session_id}"


def _delegate(kept: dict[str, Any] | None) -> NamedDelegate | None:
    if kept is None or kept["who"] == ONESELF:
        return None
    return NamedDelegate(kept["name"], kept["email"])


def _key(request: SignedInRequest) -> uuid.UUID:
    """The key that the page carried; one of our own for a page that lost it (one place a person still holds)."""
    try:
        return uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        return uuid.uuid4()
