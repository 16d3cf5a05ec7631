"""Flags on a referral and links to others: the panels of its page, and making and taking back."""

import uuid
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.forms import GovukForm
from common.http import READ_OR_SEND, SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import SENT
from referrals.forms import ClearFlagForm, FlagForm, LinkForm, RemoveLinkForm
from referrals.models import Referral


def flags_panel(user: User, referral: Referral, histories: Sequence[queries.PersonHistory]) -> dict[str, Any]:
    """What the page of a referral shows the hub: flags on it and on its people wherever they are named, and its links."""
    elsewhere = {one.person.pk for history in histories for one in history.earlier}
    flags = queries.flags_of(referral, also_of=elsewhere)
    links = queries.links_of(user, referral)
    return {
        "flags": [flag for flag in flags if flag.cleared_at is None],
        "cleared_flags": [flag for flag in flags if flag.cleared_at is not None],
        "links": [one for one in links if one.link.removed_at is None],
        "removed_links": [one for one in links if one.link.removed_at is not None],
        "may_flag": referral.state in SENT and permissions.can_flag(user, referral),
    }


@require_http_methods(READ_OR_SEND)
def flag_raise(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Warn others of the hub."""
    referral = _visible(request, pk)
    form = FlagForm(request.POST if request.method == "POST" else None, referral=referral)

    def send(kind: str, person: Any, words: str) -> None:
        who = person.pk if person else None
        at = timezone.now()
        services.raise_flag(referral_id=referral.pk, kind=kind, person_id=who, words=words, by=request.user, at=at)
        messages.success(request, "The flag stands at the top of the referral and in the queue.")

    page = _one_form(request, referral, form, "Raise a flag", "Raise the flag", send)
    if page.status_code != HTTPStatus.FOUND:
        # Whom the flag is about is chosen by name.
        audit.record(
            verb=Verb.READ, what="referral.named_read", at=timezone.now(), actor=request.user, subject=referral
        )
    return page


@require_http_methods(READ_OR_SEND)
def flag_clear(request: SignedInRequest, pk: uuid.UUID, flag_pk: uuid.UUID) -> HttpResponse:
    """Take a flag away, with the reason."""
    referral = _visible(request, pk)
    flag = get_object_or_404(referral.flags.select_related("person"), pk=flag_pk)
    if flag.cleared_at is not None:
        return redirect(referral)
    form = ClearFlagForm(request.POST if request.method == "POST" else None)

    def send(reason: str) -> None:
        services.clear_flag(flag_id=flag.pk, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, "The flag is cleared.")

    return _one_form(request, referral, form, "Clear this flag?", "Clear the flag", send, flag=flag)


@require_http_methods(READ_OR_SEND)
def link_add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how this referral belongs to another."""
    referral = _visible(request, pk)
    form = LinkForm(request.POST if request.method == "POST" else None)

    def send(**given: str) -> None:
        services.link_referrals(referral_id=referral.pk, by=request.user, at=timezone.now(), **given)
        messages.success(request, "The two referrals are linked.")

    return _one_form(request, referral, form, "Link to another referral", "Link them", send)


@require_http_methods(READ_OR_SEND)
def link_remove(request: SignedInRequest, pk: uuid.UUID, link_pk: uuid.UUID) -> HttpResponse:
    """Take a link back, with the reason."""
    referral = _visible(request, pk)
    linked = next((one for one in queries.links_of(request.user, referral) if one.link.pk == link_pk), None)
    if linked is None:
        raise Http404
    if linked.link.removed_at is not None:
        return redirect(referral)
    form = RemoveLinkForm(request.POST if request.method == "POST" else None)

    def send(reason: str) -> None:
        services.remove_link(link_id=link_pk, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, "The link is removed.")

    return _one_form(request, referral, form, "Remove this link?", "Remove the link", send, linked=linked)


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """Outsiders find nothing; who sees it and does not work on it at the hub is refused."""
    referral: Referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_flag(request.user, referral):
        raise PermissionDenied
    return referral


def _one_form(
    request: SignedInRequest,
    referral: Referral,
    form: GovukForm,
    title: str,
    button: str,
    send: Callable[..., None],
    **more: Any,
) -> HttpResponse:
    """Show a form; send what it holds; what the domain refuses is told beside what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            send(**form.cleaned_data)
            return redirect(referral)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {"referral": referral, "form": form, "title": title, "button": button} | more
    return render(request, "referrals/mark.html", context, status=422 if request.method == "POST" else 200)
