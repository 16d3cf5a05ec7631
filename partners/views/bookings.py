"""One's bookings, and for a coordinator those of the agency: the list, one of them, its calendar entry, cancelling it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from mail.queries import unreached_addresses
from partners import permissions, queries
from partners.enums import BookingState
from partners.forms import WhyForm
from partners.models import Booking, BookingNeeds, Session
from partners.models.offers import ENDS_SOON
from partners.notifications.calendar import FILE_NAME, calendar_entry, method_of
from partners.queries.materials import materials_for
from partners.services import bookings as services
from partners.services.check_ins import may_check_in
from partners.services.reminders import reminders_to_come
from partners.views.learning import learning_of_booking


@require_safe
def bookings(request: SignedInRequest) -> HttpResponse:
    """What is coming or what has been, one's own or the agency's."""
    if not permissions.can_see_bookings(request.user):
        raise PermissionDenied
    at = timezone.now()
    show = request.GET.get("show")
    show = show if show in ("waiting", "offered", "missed", "past") else "coming"
    only_own = request.GET.get("whose") == "me"
    listed = queries.listed_bookings(request.user, at=at, show=show, only_own=only_own)
    order = queries.BOOKINGS_PAST_ORDER if show in ("missed", "past") else queries.BOOKINGS_COMING_ORDER
    page = keyset_page(listed, order=order, cursor=request.GET.get("cursor"))
    offers = []
    if show == "coming" and not request.GET.get("cursor"):
        offers = queries.open_offers(request.user, at=at, only_own=only_own)
    for_agency = permissions.can_book_for_agency(request.user)
    if for_agency and not only_own:
        services.list_bookings(by=request.user, at=at, count=len(page) + len(offers))
    context = {
        "page": page,
        "offers": offers,
        "soon": at + ENDS_SOON,
        "show": show,
        "only_own": only_own,
        "for_agency": for_agency,
    }
    return render(request, "partners/bookings.html", context)


@require_safe
def booking(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One booking with where and how to join, or where it stands in the waiting list; opening another person's is recorded."""
    shown = find_booking(request, pk)
    at = timezone.now()
    services.read_booking(booking_id=shown.pk, by=request.user, at=at)
    may_answer = permissions.can_cancel(request.user, shown)
    given_to = queries.given_to(request.user, shown)
    if given_to is not None:
        services.read_booking(booking_id=given_to.pk, by=request.user, at=at)
    context = {
        "booking": shown,
        "session": shown.session,
        "can_still_cancel": at < shown.session.cancel_until,
        "sees_session": Session.objects.visible_to(request.user).filter(pk=shown.session_id).exists(),
        "given_to": given_to,
        "changes": queries.changes_of(shown),
        "position": queries.position_of(shown) if shown.is_waiting else None,
        "needs": BookingNeeds.objects.filter(booking=shown).first() if shown.user_id == request.user.pk else None,
        "may_say_needs": permissions.may_say_needs(request.user, shown, at=at),
        "is_own": shown.user_id == request.user.pk,
        "is_over": shown.session.ends_at <= at,
        "sees_link": permissions.may_know_link(request.user, shown, at=at),
        "materials": materials_for(request.user, shown.session, at=at) if shown.user_id == request.user.pk else None,
        "may_cancel": permissions.may_be_given_back(request.user, shown, at=at),
        "may_check_in": may_check_in(request.user, shown, at=at),
        "has_certificate": permissions.is_certified(shown, at=at)
        and permissions.may_take_certificate(request.user, shown),
        "may_swap": permissions.may_be_swapped(request.user, shown, at=at),
        "may_leave": may_answer and shown.is_waiting,
        "may_answer": may_answer and shown.is_offered and shown.offer.ends_at > at,
        "unreached_at": unreached_addresses([shown.email], at=at).get(shown.email.lower()),
        "learning": learning_of_booking(shown, user=request.user, at=at),
    }
    return render(request, "partners/booking.html", context)


@require_safe
def booked(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """That it is booked, its reference and what happens next; can be opened again at any time."""
    shown = find_booking(request, pk)
    if not shown.holds_a_place:
        return redirect(shown)
    at = timezone.now()
    services.read_booking(booking_id=shown.pk, by=request.user, at=at)
    context = {
        "booking": shown,
        "session": shown.session,
        "is_own": shown.user_id == request.user.pk,
        "is_over": shown.session.ends_at <= at,
        "link_is_out": permissions.link_is_out(shown.session, at=at),
        "reminders": reminders_to_come(shown.session, at=at),
        "may_cancel": permissions.may_be_given_back(request.user, shown, at=at),
    }
    return render(request, "partners/booked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def booking_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, with a reason if somebody likes, then give the place back."""
    shown = find_booking(request, pk)
    at = timezone.now()
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            done = services.cancel_booking(booking_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            if done.state == BookingState.CANCELLED:
                messages.success(request, f"The booking {shown} is cancelled. Somebody else can have the place now.")
            else:
                messages.error(request, f"Nothing was cancelled: {shown} is {done.get_state_display().lower()}.")
        return redirect(shown)
    if not permissions.may_be_given_back(request.user, shown, at=at):
        return redirect(shown)
    services.read_booking(booking_id=shown.pk, by=request.user, at=at)
    context = {"booking": shown, "session": shown.session, "form": form}
    return render(request, "partners/booking_cancel.html", context, status=422 if form.errors else 200)


@require_safe
def booking_calendar(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The calendar entry that the mail carried, with the same UID; without the joining link for who only booked it."""
    shown = find_booking(request, pk)
    if not queries.had_a_place(shown):
        return redirect(shown)
    at = timezone.now()
    services.download_calendar_entry(booking_id=shown.pk, by=request.user, at=at)
    return HttpResponse(
        calendar_entry(shown, has_link=permissions.may_know_link(request.user, shown, at=at)),
        content_type=f"text/calendar; charset=utf-8; method={method_of(shown)}",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


def find_booking(request: SignedInRequest, pk: uuid.UUID) -> Booking:
    """The booking, if this person may see it; else 404."""
    visible = Booking.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("session__host", "user", "delegate", "agency", "booked_by", "offer"), pk=pk
    )
