"""The queue of the hub: what waits for a decision, and who takes it."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import OPEN_AT_HUB
from referrals.forms import AssignForm, QueueFilterForm, may_filter
from referrals.models import Referral, SavedView
from referrals.views.queue_table import shown_rows

MOST_AT_ONCE = 100
BACK = "queue_address"
# The address of the queue without filters, even for who opens it with a view of their own.
EVERYTHING = "all=on"


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, most urgent first, with the working time left and who has it."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    views = list(SavedView.objects.of(request.user).order_by("name", "pk"))
    opens_with = next((view for view in views if view.is_default), None)
    if opens_with is not None and not request.GET:
        return HttpResponseRedirect(f"{request.path}?{opens_with.filters}")
    form = form_of(request, at=at)
    chosen = may_filter(form)
    waiting = queries.queue(request.user, at=at, filters=chosen)
    page = keyset_page(
        queries.marked_for_queue(), order=queries.QUEUE_ORDER, cursor=request.GET.get("cursor"), parts=[waiting]
    )
    address, words = filters_in(form)
    counts = queries.queue_counts(request.user, at=at, options=form.options, filters=chosen, deciders=form.deciders)
    form.tell_counts(counts.of)
    _remember(request)
    context = {
        "form": form,
        "filters": [(text, _without(request, name)) for name, text in words],
        "address": address or EVERYTHING,
        "page": page,
        "rows": shown_rows(
            queries.queue_rows(page.items, at=at), user=request.user, came_back=queries.came_back(page.items)
        ),
        "count": capped_count(waiting) if counts.shown.is_capped else counts.shown,
        "may_assign": permissions.works_queue(request.user),
        "are_ticked": "tick" in request.GET,
        "views": views,
        "at": at,
        "shown": ".".join(str(referral.pk) for referral in page.items),
    }
    return render(request, "referrals/queue.html", context)


@require_safe
def queue_news(request: SignedInRequest) -> HttpResponse:
    """How many came, within the filters of the address, and how many of the rows shown changed, since the page was opened.

    The page asks by itself, so rows never jump.
    """
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = form_of(request, at=at)
    address, _ = filters_in(form)
    waiting = queries.queue(request.user, at=at, filters=may_filter(form))
    since = _moment(request.GET.get("since", "")) or at
    shown = [one for one in map(_uuid, request.GET.get("shown", "").split(".")[:MOST_AT_ONCE]) if one]
    context = {
        "new": capped_count(waiting.filter(submitted_at__gt=since)),
        "changed": queries.changed_since(shown, user=request.user, since=since, at=at) if shown else 0,
        "address": address or EVERYTHING,
    }
    return render(request, "referrals/queue_news.html", context)


@require_POST
def claim(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a referral that nobody has."""
    referral = _to_assign(request, pk)
    with refusal_as_message(request):
        services.claim_referral(referral_id=referral.pk, by=request.user, at=timezone.now())
        messages.success(request, f"You have {referral} now.")
    return _back(request, referral)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a referral to somebody who decides at the hub."""
    referral = _to_assign(request, pk)
    form = AssignForm(request.POST or None, people=_people(request.user))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        expected = [_uuid(request.POST["holder"])] if "holder" in request.POST else []
        try:
            services.assign_referral(
                referral_id=referral.pk, to=to, by=request.user, at=timezone.now(), expected=expected
            )
            messages.success(request, f"{to} has {referral} now.")
            return redirect(referral)
        except services.CannotAssign as refusal:
            form.add_error(None, str(refusal))
            referral.refresh_from_db()
    context = {"referral": referral, "form": form}
    return render(request, "referrals/assign.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def give_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Leave a referral to whoever takes it next."""
    referral = _to_assign(request, pk)
    with refusal_as_message(request):
        services.give_back_referral(referral_id=referral.pk, by=request.user, at=timezone.now())
        messages.success(request, f"Nobody has {referral} now.")
    return _back(request, referral)


@require_http_methods(["GET", "HEAD", "POST"])
def assign_several(request: SignedInRequest) -> HttpResponse:
    """Show exactly what will be assigned, ask to whom, and say what changed meanwhile."""
    if not permissions.works_queue(request.user):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request.user, sent.getlist("referral"), only_open=request.method != "POST")
    form = AssignForm(request.POST or None, people=_people(request.user), label="Who should have them?")
    if request.method == "POST" and chosen and form.is_valid():
        expected = {referral.pk: _uuid(sent.get(f"holder-{referral.pk}", "")) for referral in chosen}
        to = form.cleaned_data["to"]
        with refusal_as_message(request):
            result = services.assign_referrals(expected=expected, to=to, by=request.user, at=timezone.now())
            tell_assigned(request, result, f"{to} has {{}} now.")
        return to_queue(request)
    context = {"chosen": queries.queue_rows(chosen, at=timezone.now()), "form": form, "back": queue_address(request)}
    return render(request, "referrals/assign_several.html", context, status=422 if request.method == "POST" else 200)


def form_of(request: SignedInRequest, *, at: datetime) -> QueueFilterForm:
    """The filters of the address; of a form that is sent, those that it carries along."""
    sent = QueryDict(request.POST.get("filters", "")) if request.method == "POST" else request.GET
    return QueueFilterForm(sent, hub_id=request.user.agency_id, on=timezone.localdate(at))


def filters_in(form: QueueFilterForm) -> tuple[str, list[tuple[str, str]]]:
    """The filters that are set: as a part of an address, and each in words. Ask before counts are told."""
    chosen = may_filter(form)
    return urlencode(chosen), form.in_words(chosen)


def _to_assign(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_decide(request.user, referral):
        raise PermissionDenied
    return referral


def _people(user: User) -> Any:
    return queries.deciders_of(user.agency_id, on=timezone.localdate())


def _chosen(user: User, ids: list[str], *, only_open: bool) -> list[Referral]:
    """Those of the ticked ones that this person's hub received, the most urgent first."""
    wanted = [found for found in map(_uuid, ids[:MOST_AT_ONCE]) if found]
    received = Referral.objects.received_for(user).sent().filter(pk__in=wanted)
    if only_open:
        received = received.filter(state__in=OPEN_AT_HUB)
    return list(received.select_related("assigned_to", "childmodule").by_urgency())


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def tell_assigned(request: SignedInRequest, result: services.Assigned, done: str) -> None:
    """Say what was done ("… {} …") and what was left out, each with the reason."""
    if result.done:
        several = len(result.done) > 1
        what = f"{len(result.done)} referrals" if several else str(result.done[0])
        messages.success(request, done.format(what))
    for referral, why in result.left_out:
        messages.error(request, f"{referral} was left as it is: it {why}.")


def _without(request: SignedInRequest, *names: str) -> str:
    """The address of the queue without some of what is in this one."""
    left = request.GET.copy()
    for name in (*names, "cursor", "tick"):
        left.pop(name, None)
    return f"{request.path}?{left.urlencode() or EVERYTHING}"


def _remember(request: SignedInRequest) -> None:
    """So that the way back from a referral leads to the filters, and the page, that it was chosen on."""
    kept = request.GET.copy()
    kept.pop("tick", None)
    if request.session.get(BACK, "") != kept.urlencode():
        request.session[BACK] = kept.urlencode()


def queue_address(request: SignedInRequest) -> str:
    address = request.session.get(BACK, "")
    return f"{reverse('referrals:queue')}?{address}" if address else reverse("referrals:queue")


def to_queue(request: SignedInRequest) -> HttpResponseRedirect:
    """Back to the filters that were set."""
    return HttpResponseRedirect(queue_address(request))


def _back(request: SignedInRequest, referral: Referral) -> HttpResponse:
    """To the queue, where the button was on the queue; else to the referral."""
    return to_queue(request) if "from_queue" in request.POST else redirect(referral)
