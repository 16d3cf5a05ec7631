"""The daily triage meeting of the hub."""

import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.forms import AttendanceForm, MeetingItemForm
from referrals.models import MeetingItem, TriageMeeting


@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: SignedInRequest) -> HttpResponse:
    """The meetings day by day; a POST makes today's list, or brings it up to date."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    if request.method == "POST":
        if not permissions.works_queue(request.user):
            raise PermissionDenied
        try:
            opened = services.open_meeting(by=request.user, at=at)
            if queries.left_off(opened, at=at):
                messages.warning(request, "The list is not whole yet. Choose “Add what came since” for the rest.")
            return redirect(opened)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("referrals:meetings")
    found = queries.meetings_of(request.user)
    context = {
        "page": keyset_page(found, order=queries.MEETINGS_ORDER, cursor=request.GET.get("cursor")),
        "may_hold": permissions.works_queue(request.user),
        "today": timezone.localdate(at),
    }
    return render(request, "referrals/meetings.html", context)


@require_safe
def meeting(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The list of one day with its notes. The look is recorded."""
    return _show(request, pk, template="referrals/meeting.html", verb=Verb.READ)


@require_safe
def meeting_print(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole record on paper. That it was asked for is recorded as a print."""
    return _show(request, pk, template="referrals/meeting_print.html", verb=Verb.PRINTED)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_item(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Note what came of one referral."""
    held = _to_hold(request, pk)
    items = held.items.open_to(request.user).select_related("meeting__hub", "referral", "owner", "owner_agency")
    item = get_object_or_404(items, pk=item_pk)
    if held.is_closed:
        return redirect(held)
    at = timezone.now()
    form = _item_form(request.POST or None, item, on=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            services.note_item(item_id=item.pk, by=request.user, at=at, **form.cleaned_data)
            agency = form.cleaned_data["owner_agency"]
            if agency is not None and not item.referral.access.filter(agency=agency).exists():
                messages.warning(request, f"{agency} does not see its action, until {item.referral} is shared with it.")
            return redirect(f"{held.get_absolute_url()}#item-{item.pk}")
        except services.StaleItem as error:
            # What was typed, as if read at the version that stands now: sent again it is saved.
            sent = request.POST.copy()
            sent["version"] = str(item.version)
            form = _item_form(sent, item, on=timezone.localdate(at))
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    audit.record(verb=Verb.READ, what="meeting.read", at=at, actor=request.user, subject=held)
    context = {"meeting": held, "item": item, "form": form}
    return render(request, "referrals/meeting_item.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def meeting_move(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Bring an item up or down the list."""
    held = _to_hold(request, pk)
    item = get_object_or_404(held.items.open_to(request.user), pk=item_pk)
    with refusal_as_message(request):
        places = -1 if "up" in request.POST else 1
        services.move_item(item_id=item.pk, places=places, by=request.user, at=timezone.now())
    return redirect(f"{held.get_absolute_url()}#item-{item.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_attendance(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who was there."""
    held = _to_hold(request, pk)
    if held.is_closed:
        return redirect(held)
    initial = {"agencies": held.agencies.all(), "people_present": held.people_present, "notes": held.notes}
    form = AttendanceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.note_attendance(meeting_id=held.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect(held)
    context = {"meeting": held, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "referrals/meeting_attendance.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what the meeting has not come to, ask once, then end it."""
    held = _to_hold(request, pk)
    if request.method != "POST":
        return render(request, "referrals/meeting_close.html", {"meeting": held, "left": queries.undiscussed(held)})
    with refusal_as_message(request):
        services.close_meeting(meeting_id=held.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{held} is closed. Its record stands.")
    return redirect(held)


def _seen(request: SignedInRequest, pk: uuid.UUID) -> TriageMeeting:
    """A meeting of this person's hub, if they see the queue; else there is none."""
    found = TriageMeeting.objects.of(request.user).select_related("hub", "opened_by", "closed_by")
    if not permissions.can_see_queue(request.user):
        found = found.none()
    return get_object_or_404(found, pk=pk)


def _to_hold(request: SignedInRequest, pk: uuid.UUID) -> TriageMeeting:
    held = _seen(request, pk)
    if not permissions.can_hold(request.user, held):
        raise PermissionDenied
    return held


def _item_form(sent: QueryDict | None, item: MeetingItem, *, on: date) -> MeetingItemForm:
    names = ("outcome", "notes", "owner", "owner_agency", "due_on", "version")
    initial = {name: getattr(item, name) for name in names}
    return MeetingItemForm(sent, initial=initial, hub=item.meeting.hub, on=on)


def _show(request: SignedInRequest, pk: uuid.UUID, *, template: str, verb: Verb) -> HttpResponse:
    seen = _seen(request, pk)
    at = timezone.now()
    items: list[MeetingItem] = queries.items_of(request.user, seen)
    audit.record(verb=verb, what="meeting.read", at=at, actor=request.user, subject=seen)
    context = {
        "meeting": seen,
        "items": items,
        "agencies": list(seen.agencies.order_by("name")),
        "may_hold": permissions.can_hold(request.user, seen) and not seen.is_closed,
        "is_today": seen.day == timezone.localdate(at),
        "at": at,
    }
    return render(request, template, context)
