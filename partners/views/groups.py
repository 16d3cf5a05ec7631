"""A group of an agency: the list, a look at what would become of each line, and the booking. What was typed waits in the visitor's session."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError, KeyWasUsed
from common.http import SignedInRequest
from partners import permissions, queries
from partners.enums import Beyond
from partners.forms import GroupForm
from partners.models import GroupBooking, Session
from partners.services import bookings, groups
from partners.views.sessions import find_session_to_book


@require_http_methods(["GET", "HEAD", "POST"])
def group_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The list of people, and what becomes of those for whom there is no place."""
    session = find_session_to_book(request, pk, may=permissions.can_book_for_agency)
    kept = request.session.get(_place_of(session), {})
    is_sent = request.method == "POST"
    form = GroupForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=kept)
    if is_sent and form.is_valid():
        lines = groups.read_lines(form.cleaned_data["people"])
        if not lines:
            form.add_error("people", "Enter at least one person, or choose a file")
        elif len(lines) > groups.MOST_PEOPLE:
            form.add_error("people", f"There are {len(lines)} people. A group has at most {groups.MOST_PEOPLE}")
        else:
            names = {"people": form.cleaned_data["people"], "beyond": form.cleaned_data["beyond"]}
            request.session[_place_of(session)] = names | {"key": str(uuid.uuid4())}
            return redirect("partners:group_check", session.pk)
    context = {"session": session, "form": form}
    return render(request, "partners/group_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def group_check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What would become of each line; and book, exactly once."""
    session = find_session_to_book(request, pk, may=permissions.can_book_for_agency)
    kept = request.session.get(_place_of(session))
    if request.method == "POST" and (done := _made(request)):
        return redirect("partners:group", done.pk)
    if kept is None:
        return redirect("partners:group_new", session.pk)
    lines = groups.read_lines(kept["people"])
    problem = ""
    if request.method == "POST" and request.POST.get("key") != kept["key"]:
        problem = "This list was changed in another tab. Check it again."
    elif request.method == "POST":
        try:
            group = groups.book_group(
                session_id=session.pk,
                people=[line.delegate for line in lines],
                beyond=kept["beyond"],
                key=uuid.UUID(kept["key"]),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            problem = str(error)
            if isinstance(error, KeyWasUsed):
                request.session[_place_of(session)] = kept | {"key": str(uuid.uuid4())}
            session.refresh_from_db()
        else:
            request.session.pop(_place_of(session), None)
            return redirect("partners:group", group.pk)
    places = groups.places_for_group(session, by=request.user, at=timezone.now())
    checked = groups.check_lines(lines, session=session, by=request.user, beyond=kept["beyond"], places=places)
    bookings.list_bookings(by=request.user, at=timezone.now(), count=len(checked))
    is_too_many = groups.is_too_many(len(checked), beyond=kept["beyond"], places=places)
    context = {
        "session": session,
        "lines": checked,
        "places": places,
        "key": kept["key"],
        "problem": problem,
        "beyond": Beyond(kept["beyond"]),
        "wrong": sum(bool(line.problem) for line in checked),
        "booked": 0 if is_too_many else sum(line.becomes == "BOOKED" for line in checked),
        "waiting": sum(line.becomes == "WAITING" for line in checked),
        "is_too_many": is_too_many,
        "is_open": permissions.is_in_booking_window(session, at=timezone.now()),
    }
    return render(request, "partners/group_check.html", context, status=422 if problem else 200)


@require_safe
def group(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What became of a group: each booking with its reference. That it was seen is recorded."""
    if not permissions.can_book_for_agency(request.user):
        raise PermissionDenied
    made = get_object_or_404(
        GroupBooking.objects.select_related("session", "made_by"), pk=pk, agency=request.user.agency_id
    )
    members = queries.members_of(made)
    bookings.list_bookings(by=request.user, at=timezone.now(), count=len(members))
    return render(request, "partners/group.html", {"group": made, "session": made.session, "members": members})


def _made(request: SignedInRequest) -> GroupBooking | None:
    """What an earlier sending of this page made."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    return GroupBooking.objects.filter(pk=key, made_by=request.user).first()


def _place_of(session: Session) -> str:
    """Where the visitor's session keeps the list."""
    return f"group {session.pk}"
