"""Restricting a referral to named people, and what is restricted for oneself."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import READ_OR_SEND, SignedInRequest
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.forms import LiftForm, NamePeopleForm, RestrictForm, UnnameForm
from referrals.models import Referral, Restriction

RESTRICTED_ORDER = ("-made_at", "-pk")


def guards_panel(request: SignedInRequest, referral: Referral, *, at: datetime) -> dict[str, Any]:
    """What the page of a referral says of restrictions: on itself, and, to who decides on it, on others of the same people."""
    hints = queries.hints_for(request.user, referral) if permissions.can_decide(request.user, referral) else []
    if hints:
        shown = {one.restricted.pk: one.restricted for one in hints}.values()
        audit.record_each(verb=Verb.READ, what="referral.restricted_hinted", at=at, actor=request.user, subjects=shown)
    return {
        "restriction": queries.restriction_of(referral),
        "emergency": queries.emergency_open_to(request.user, referral, at=at),
        "may_restrict": permissions.can_restrict(request.user, referral),
        "hints": hints,
        "may_break_glass": permissions.may_break_glass(request.user),
    }


@require_safe
def restricted(request: SignedInRequest) -> HttpResponse:
    """The restricted referrals in which one is named."""
    page = keyset_page(queries.restricted_for(request.user), order=RESTRICTED_ORDER, cursor=request.GET.get("cursor"))
    context = {"page": page, "may_break_glass": permissions.may_break_glass(request.user)}
    return render(request, "referrals/restricted.html", context)


@require_http_methods(READ_OR_SEND)
def restrict(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Restrict a referral: why, who may see it, and whether decision-makers may learn that it is there."""
    referral = _visible(request, pk)
    if queries.restriction_of(referral) is not None:
        return redirect("referrals:restriction", referral.pk)
    people = queries.may_be_named(referral)
    form = RestrictForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            services.restrict_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "It is restricted: for everybody else it does not exist.")
            is_named = request.user in form.cleaned_data["people"]
            return redirect(referral) if is_named else redirect("referrals:restricted")
        except DomainError as refusal:
            form.add_error("people", str(refusal))
    context = {
        "referral": referral,
        "form": form,
        "title": "Restrict this referral",
        "button": "Restrict it",
        "about": "restrict",
    }
    return render(request, "referrals/guard.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def restriction(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who is named, and who was; a POST names more people."""
    referral = _visible(request, pk)
    standing = _standing(referral)
    named = queries.named_in(standing)
    there = {one.person_id for one in named if one.removed_at is None}
    left = [person for person in queries.may_be_named(referral) if person.pk not in there]
    form = NamePeopleForm(request.POST if request.method == "POST" else None, people=left)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            services.name_people(restriction_id=standing.pk, people=form.cleaned_data["people"], by=request.user, at=at)
            messages.success(request, "They may see it from now on.")
            return redirect("referrals:restriction", referral.pk)
        except DomainError as refusal:
            form.add_error("people", str(refusal))
    audit.record(verb=Verb.READ, what="referral.restriction_read", at=at, actor=request.user, subject=referral)
    context = {
        "referral": referral,
        "restriction": standing,
        "named": [one for one in named if one.removed_at is None],
        "earlier": [one for one in named if one.removed_at is not None],
        "form": form,
        "has_more": bool(left),
        "is_named": request.user.pk in there,
    }
    return render(request, "referrals/restriction.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def restriction_remove(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Take a name away, after asking."""
    referral = _visible(request, pk)
    standing = _standing(referral)
    named = get_object_or_404(standing.names.standing().select_related("person__agency"), person=person_pk)
    form = UnnameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.unname_person(
                restriction_id=standing.pk, person_id=named.person_id, by=request.user, at=timezone.now()
            )
            messages.success(request, "For them it does not exist any more.")
            is_self = named.person_id == request.user.pk
            return redirect("referrals:restricted") if is_self else redirect("referrals:restriction", referral.pk)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {
        "referral": referral,
        "form": form,
        "named": named,
        "title": f"Take {named.person.name} off?",
        "button": "Take them off",
        "about": "remove",
    }
    return render(request, "referrals/guard.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def restriction_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Open it again to everybody whose role opens it, with the reason."""
    referral = _visible(request, pk)
    standing = _standing(referral)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.lift_restriction(
                restriction_id=standing.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "It is not restricted any more.")
            return redirect(referral)
        except DomainError as refusal:
            form.add_error("reason", str(refusal))
    context = {"referral": referral, "form": form, "title": "Lift the restriction?", "button": "Lift it"}
    return render(request, "referrals/guard.html", context, status=422 if request.method == "POST" else 200)


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """Outsiders find nothing; who sees it and is no supervisor of the hub is refused."""
    referral: Referral = get_object_or_404(Referral.objects.visible_to(request.user).submitted(), pk=pk)
    if not permissions.can_restrict(request.user, referral):
        raise PermissionDenied
    return referral


def _standing(referral: Referral) -> Restriction:
    found: Restriction = get_object_or_404(
        Restriction.objects.standing().select_related("made_by", "referral"), referral=referral
    )
    return found
