"""The register of a session: taken by the list, closed and corrected; who came without a booking, and who did not come."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError, MarkedMeanwhile
from common.http import SignedInRequest, refusal_as_message
from partners import permissions, queries
from partners.enums import SessionMove, SessionState, WalkIn
from partners.forms.register import SessionRegisterForm, WalkInForm
from partners.queries import attendance
from partners.services import register as services
from partners.services import walk_ins
from partners.views.sessions import find_session_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def session_register(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark everybody in one form, as often as one likes; the second button closes the register too. A closed one is corrected here."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method != "POST" and SessionMove.REGISTER not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    form = SessionRegisterForm(
        request.POST if request.method == "POST" else None,
        bookings=queries.bookings_on(session),
        is_closed=session.state == SessionState.HELD,
    )
    if "everybody" in request.POST:
        form.choose_present()
    elif request.method == "POST" and form.is_valid():
        note = form.cleaned_data.get("note", "")
        try:
            services.take_register(
                session_id=session.pk, marks=form.marks(), seen=form.seen(), note=note, by=request.user, at=at
            )
            if "close" in request.POST:
                return redirect("partners:session_register_close", session.pk)
            if "add" in request.POST:
                return redirect("partners:session_walk_in", session.pk)
            messages.success(request, _saved(form))
            return redirect(session)
        except MarkedMeanwhile as error:
            form.take_up(error.stands)
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    services.read_delegates(session_id=session.pk, by=request.user, at=at)
    context = {
        "form": form,
        "session": session,
        "is_closed": session.state == SessionState.HELD,
        "has_walk_ins": any(line.entry.walk_in and line.entry.delegate_id for line in form.lines),
        "is_filled_in": "everybody" in request.POST,
        "corrections": attendance.corrections_of(session),
    }
    return render(request, "partners/session_register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_register_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how many are not marked and what closing does, then close the register."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.close_register(session_id=session.pk, by=request.user, at=at)
            messages.success(request, "The register is closed. You can correct it later.")
        return redirect(session)
    if SessionMove.CLOSE_REGISTER not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    context = {"session": session, "counts": attendance.counts_of(session), "goes_on": at < session.ends_at}
    return render(request, "partners/session_register_close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_walk_in(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add somebody who came without a booking; they are present at once."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method != "POST" and SessionMove.REGISTER not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    form = WalkInForm(request.POST if request.method == "POST" else None, agencies=attendance.walk_in_agencies())
    if "above_places" in request.POST:
        form.offer_above()
    if request.method == "POST" and form.is_valid():
        try:
            booking = walk_ins.add_walk_in(
                session_id=session.pk,
                who=form.who(),
                key=form.cleaned_data["key"],
                above_places=form.is_above,
                by=request.user,
                at=at,
            )
            above = " They are above the number of places." if booking.walk_in == WalkIn.ABOVE else ""
            messages.success(request, f"{booking.person.name} is in the register, as present.{above}")
            return redirect("partners:session_register", session.pk)
        except walk_ins.NoPlaceLeft as error:
            form.offer_above()
            form.add_error("above_places", str(error))
        except walk_ins.CannotAddWalkIn as error:
            form.add_error(error.field, str(error))
        except DomainError as error:
            form.refused(error)
    context = {"form": form, "session": session}
    return render(request, "partners/session_walk_in.html", context, status=422 if form.errors else 200)


@require_safe
def session_no_shows(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who had booked and did not come, by agency, and whom to ask there; once the register is closed."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if session.state != SessionState.HELD:
        return redirect(session)
    services.read_delegates(session_id=session.pk, by=request.user, at=at)
    context = {"session": session, "missed": attendance.missed_at(session, on=london_day(at))}
    return render(request, "partners/session_no_shows.html", context)


def _saved(form: SessionRegisterForm) -> str:
    waiting = sum(not line.value for line in form.lines)
    if not waiting:
        return "The register is saved."
    return f"The register is saved. {waiting} {'person is' if waiting == 1 else 'people are'} not marked yet."
