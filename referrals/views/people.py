"""The people of a draft, one at a time."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest
from referrals import services
from referrals.enums import PersonRole
from referrals.forms import PersonForm
from referrals.models import Person, Referral
from referrals.views.writing import own_draft, sent_again


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add somebody; the first is most likely the person the concern is about."""
    referral = own_draft(request, pk)
    if request.method != "POST":
        first = {} if referral.people.all() else {"role": PersonRole.SUBJECT}
        return _page(request, referral, PersonForm(initial=first | {"key": uuid.uuid4()}, at=timezone.now()))
    form = PersonForm(request.POST, at=timezone.now())
    if form.is_valid():
        try:
            services.add_person(
                referral_id=referral.pk,
                answers=form.answers(),
                by=request.user,
                at=timezone.now(),
                key=form.cleaned_data["key"],
            )
            return redirect("referrals:section", referral.pk, "people")
        except services.CannotSave as error:
            form.add_error(None, str(error))
    return _page(request, referral, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def person_change(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Change what is said of somebody."""
    referral = own_draft(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    if request.method != "POST":
        form = PersonForm.showing(person, version=referral.version, at=timezone.now())
        return _page(request, referral, form, person)
    form = PersonForm(request.POST, at=timezone.now())
    if not form.is_valid():
        return _page(request, referral, form, person, status=422)
    try:
        services.change_person(
            referral_id=referral.pk,
            person_id=person.pk,
            version=form.cleaned_data["version"] or 0,
            answers=form.answers(),
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleDraft as stale:
        return _conflict(request, referral, person, stale)
    except services.CannotSave as error:
        form.add_error(None, str(error))
        return _page(request, referral, form, person, status=422)
    return redirect("referrals:section", referral.pk, "people")


@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Ask once, then take somebody out of the draft."""
    referral = own_draft(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    if request.method != "POST":
        return render(request, "referrals/person_remove.html", {"referral": referral, "person": person})
    try:
        services.remove_person(referral_id=referral.pk, person_id=person.pk, by=request.user, at=timezone.now())
    except services.CannotSave as error:
        messages.error(request, str(error))
    return redirect("referrals:section", referral.pk, "people")


def _page(
    request: SignedInRequest, referral: Referral, form: PersonForm, person: Person | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"referral": referral, "form": form, "person": person}
    return render(request, "referrals/person.html", context, status=status)


def _conflict(request: SignedInRequest, referral: Referral, person: Person, stale: services.StaleDraft) -> HttpResponse:
    form = PersonForm(sent_again(request, version=stale.version), at=timezone.now())
    differing = [
        (form.answered(name, stale.theirs[name]), form.answered(name, stale.mine[name])) for name in stale.mine
    ]
    context = {"referral": referral, "form": form, "person": person, "differing": differing}
    return render(request, "referrals/conflict.html", context, status=409)
