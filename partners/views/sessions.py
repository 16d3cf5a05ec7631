"""The list of sessions and the page of one, as each person may see them."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import AgencyKind
from accounts.models import User
from common.clock import london_day
from common.http import SignedInRequest
from common.paging import keyset_page
from mail.queries import unreached_addresses
from partners import permissions, queries
from partners.enums import SessionState
from partners.forms import SessionFilterForm
from partners.models import Booking, Session
from partners.queries.absences import often_absent_among
from partners.queries.diary import part_of
from partners.queries.materials import materials_for
from partners.queries.substitutions import substitutions_at
from partners.services import register
from partners.views.learning import LearningOfSession


@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """What can be booked, soonest first; for trainers also what is planned and what has been. Nobody's name."""
    if not permissions.can_see_sessions(request.user):
        raise PermissionDenied
    at = timezone.now()
    is_trainer = permissions.can_plan(request.user)
    form = SessionFilterForm(request.GET or None, today=london_day(at), is_trainer=is_trainer)
    filters = form.filters()
    order = queries.PAST_ORDER if filters.get("show") == "past" else queries.COMING_ORDER
    listed = queries.listed_sessions(request.user, at=at, **filters)
    page = keyset_page(listed, order=order, cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "lines": [(session, _standing(session, at=at)) for session in page],
        "is_trainer": is_trainer,
        "may_book": permissions.can_book(request.user),
    }
    return render(request, "partners/sessions.html", context)


@require_safe
def session(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One session. Trainers of its force see who is booked, and that is recorded; who is booked sees the joining link."""
    shown = find_session(request, pk)
    at = timezone.now()
    runs = permissions.can_run(request.user, shown)
    if runs:
        register.read_delegates(session_id=shown.pk, by=request.user, at=at)
    mine = queries.own_booking(request.user, shown)
    trainers = list(shown.trainers.order_by("name", "pk"))
    is_for_them = permissions.can_book(request.user) and permissions.is_meant_for(request.user, shown)
    booked = queries.bookings_on(shown) if runs else []
    queue = queries.queue_of(shown) if runs else []
    hold = queries.own_hold(request.user, shown, at=at) if is_for_them else None
    needs_one = mine is None or permissions.can_book_for_agency(request.user)
    context = {
        "session": shown,
        "can_still_cancel": at < shown.cancel_until,
        "standing": "HELD_FOR_YOU" if hold else _standing(shown, at=at),
        "hold": hold,
        "trainers": [trainer.name for trainer in trainers],
        "mine": mine,
        "sees_link": runs or (mine is not None and mine.holds_a_place),
        "link_is_out": runs or (mine is not None and permissions.may_know_link(request.user, mine, at=at)),
        "may_run": runs,
        "moves": permissions.moves_open_to(request.user, shown, at=at),
        "bookings": booked,
        "queue": queue,
        "often_absent": often_absent_among(queue, at=at),
        "unreached": _unreached([*booked, *queue], at=at),
        "reads_needs": runs and request.user in trainers,
        "books_groups": is_for_them
        and permissions.can_book_for_agency(request.user)
        and permissions.is_in_booking_window(shown, at=at),
        "part": part_of(shown),
        "materials": materials_for(request.user, shown, at=at),
        "substitutions": substitutions_at(shown) if runs else [],
        "shifts": shown.shifts.order_by("moved_at"),
        "audience": shown.audience_agencies.order_by("name") if runs and shown.names_agencies else [],
        "audience_kinds": [AgencyKind(kind).label for kind in shown.audience_kinds],
        "may_book": is_for_them and needs_one and not hold and permissions.may_be_booked(shown, at=at),
        "learning": LearningOfSession(shown, at) if runs else None,
        "may_wait": is_for_them and needs_one and not hold and permissions.may_be_waited_for(shown, at=at),
    }
    return render(request, "partners/session.html", context)


def find_session(request: SignedInRequest, pk: uuid.UUID) -> Session:
    """The session, if this person may see it; else 404."""
    return get_object_or_404(Session.objects.visible_to(request.user).select_related("host"), pk=pk)


def find_session_to_run(request: SignedInRequest, pk: uuid.UUID) -> Session:
    """The session, if this person runs it: 404 for who may not see it, 403 for who may only see it."""
    session = find_session(request, pk)
    if not permissions.can_run(request.user, session):
        raise PermissionDenied
    return session


def find_session_to_book(
    request: SignedInRequest, pk: uuid.UUID, *, may: Callable[[User], bool] = permissions.can_book
) -> Session:
    """The session, if this person may book: 404 for who may not see it, 403 for who only sees it."""
    session = find_session(request, pk)
    if not may(request.user):
        raise PermissionDenied
    return session


def _unreached(bookings: Sequence[Booking], *, at: datetime) -> set[uuid.UUID]:
    """The bookings of those to whom mail could not be delivered."""
    addresses = unreached_addresses([booking.email for booking in bookings], at=at)
    return {booking.pk for booking in bookings if booking.email.lower() in addresses}


def _standing(session: Session, *, at: datetime) -> str:
    """How it stands with booking, by a word that the templates know."""
    if session.state != SessionState.OPEN:
        return str(session.state)
    if session.ends_at <= at:
        return "OVER"
    if session.places_left < 1:
        return "FULL"
    if session.booking_opens_at is not None and at < session.booking_opens_at:
        return "NOT_YET"
    return "BOOKABLE" if at < session.booking_closes_at else "CLOSED"
