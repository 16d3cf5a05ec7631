"""What became of a session three months later: answering it for one's place, and what people agreed to have told."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from partners import permissions
from partners.forms.follow_ups import FollowUpForm
from partners.models import Booking
from partners.queries import follow_ups as queries
from partners.services import follow_ups as services
from partners.views.bookings import find_booking


@require_http_methods(["GET", "HEAD", "POST"])
def booking_follow_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say once what became of it. For nobody but whose place it was."""
    shown = _own(request, pk)
    at = timezone.now()
    if request.method != "POST" and not queries.is_asked(shown, at=at):
        messages.info(request, "You have answered, or nothing is asked of you now.")
        return redirect(shown)
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_follow_up(booking_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Thank you. Your answer is in.")
            return redirect(shown)
        except services.CannotFollowUp as error:
            form.add_error(error.field, str(error))
    context = {
        "booking": shown,
        "session": shown.session,
        "form": form,
        "last_day": queries.closes_on(shown.session),
    }
    return render(request, "partners/follow_up.html", context, status=422 if form.errors else 200)


@require_POST
def booking_story_take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree no more that it is told."""
    shown = _own(request, pk)
    with refusal_as_message(request):
        services.take_back_story(booking_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, "Taken back. Nobody reads it any more.")
    return redirect(shown)


@require_safe
def stories(request: SignedInRequest) -> HttpResponse:
    """What people agreed to have told, in no order, without name and agency. That it was read is recorded."""
    if not permissions.can_read_stories(request.user):
        raise PermissionDenied
    at = timezone.now()
    told = queries.stories_for(request.user, at=at)
    page = keyset_page(told, order=queries.STORY_ORDER, cursor=request.GET.get("cursor"))
    services.read_stories(by=request.user, at=at, count=len(page))
    context = {
        "page": page,
        "counts": queries.used_counts(request.user, at=at),
        "keeps": permissions.can_plan(request.user),
    }
    return render(request, "partners/stories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def story_set_aside(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then show it to nobody any more."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    at = timezone.now()
    story = get_object_or_404(queries.stories_for(request.user, at=at).select_related("booking__session"), pk=pk)
    if request.method != "POST":
        services.read_stories(by=request.user, at=at, count=1)
        return render(request, "partners/story_set_aside.html", {"story": story})
    with refusal_as_message(request):
        services.set_story_aside(follow_up_id=story.pk, by=request.user, at=at)
        messages.success(request, "Set aside. Nobody reads it any more.")
    return redirect("partners:stories")


def _own(request: SignedInRequest, pk: uuid.UUID) -> Booking:
    shown = find_booking(request, pk)
    if shown.user_id != request.user.pk:
        raise PermissionDenied
    return shown
