"""The people of a draft, one at a time: first who it is, then what is asked of somebody like them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.autosave import is_autosave, not_autosaved, version_sent
from common.http import SignedInRequest
from referrals import queries, services
from referrals.enums import PersonRole
from referrals.forms import PersonForm, person_form, stored_answers
from referrals.models import Person, Referral
from referrals.queries import Group
from referrals.views.writing import own_draft, saved_by_itself, sent_again

WHO = (Group("Who they are", queries.FIRST),)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who somebody is; the first is most likely the person the concern is about. What else is asked follows from it."""
    referral = own_draft(request, pk)
    form_class = person_form(WHO, referral.everybody())
    if request.method != "POST":
        first = {} if referral.people.all() else {"role": PersonRole.SUBJECT}
        opened = {"key": uuid.uuid4(), "version": referral.version, "page": uuid.uuid4()}
        return _page(request, referral, form_class(initial=first | opened, at=timezone.now()))
    form = form_class(request.POST, at=timezone.now())
    if not form.is_valid():
        return _page(request, referral, form, status=422)
    try:
        person = services.add_person(
            referral_id=referral.pk,
            answers=form.answers(),
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
            version=form.cleaned_data["version"] or 0,
            page=form.cleaned_data["page"],
        )
    except services.StaleDraft as stale:
        return _conflict(request, referral, referral.people.get(pk=form.cleaned_data["key"]), form_class, stale)
    except services.CannotSave as error:
        form.add_error(None, str(error))
        return _page(request, referral, form, status=422)
    if is_autosave(request):
        return saved_by_itself(person.referral)
    return redirect("referrals:person_more", referral.pk, person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def person_change(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Change who somebody is."""
    referral = own_draft(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    others = [other for other in referral.everybody() if other != person]
    return _change(request, referral, person, WHO, others)


@require_http_methods(["GET", "HEAD", "POST"])
def person_more(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """What is asked of somebody in this role and of this age."""
    referral = own_draft(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    return _change(request, referral, person, queries.groups_for(person, referral))


@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Ask once, then take somebody out of the draft."""
    referral = own_draft(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    if request.method != "POST":
        return render(request, "referrals/person_remove.html", {"referral": referral, "person": person})
    try:
        services.remove_person(
            referral_id=referral.pk,
            person_id=person.pk,
            version=version_sent(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleDraft:
        messages.error(
            request, f"{person.full_name} was changed somewhere else after you opened that page. Look again first."
        )
    except services.CannotSave as error:
        messages.error(request, str(error))
    return redirect("referrals:section", referral.pk, "people")


def _change(
    request: SignedInRequest,
    referral: Referral,
    person: Person,
    groups: Sequence[Group],
    others: Sequence[Person] = (),
) -> HttpResponse:
    form_class = person_form(groups, others)
    if request.method != "POST":
        initial = stored_answers(person, form_class.names, person.relations.all()) | _of_the_same_home(referral, person)
        opened = {"version": referral.version, "page": uuid.uuid4()}
        return _page(request, referral, form_class(initial=initial | opened, at=timezone.now()), person)
    form = form_class(request.POST, at=timezone.now())
    if not form.is_valid():
        return _page(request, referral, form, person, status=422)
    try:
        saved = services.change_person(
            referral_id=referral.pk,
            person_id=person.pk,
            version=form.cleaned_data["version"] or 0,
            answers=form.answers(),
            page=form.cleaned_data["page"],
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleDraft as stale:
        return _conflict(request, referral, person, form_class, stale)
    except services.CannotSave as error:
        form.add_error(None, str(error))
        return _page(request, referral, form, person, status=422)
    return saved_by_itself(saved) if is_autosave(request) else redirect(_after(request, referral))


def _of_the_same_home(referral: Referral, person: Person) -> dict[str, str]:
    """For somebody of the household, the address that another of them has, to be sent or changed."""
    if person.address or not (person.lives_in_household or person.role == PersonRole.SUBJECT):
        return {}
    known = (other.address for other in referral.everybody() if other.address and other.lives_in_household is not False)
    address = next(known, "")
    return {"address": address} if address else {}


def _after(request: SignedInRequest, referral: Referral) -> str:
    if "another" in request.POST:
        return reverse("referrals:person_add", args=[referral.pk])
    if request.GET.get("from") == "check":
        return reverse("referrals:check", args=[referral.pk])
    return reverse("referrals:section", args=[referral.pk, "people"])


def _page(
    request: SignedInRequest, referral: Referral, form: PersonForm, person: Person | None = None, *, status: int = 200
) -> HttpResponse:
    if is_autosave(request):
        problem = "choose who this person is" if "role" in form.errors else "an answer is not right yet"
        return not_autosaved(f"Not saved yet: {problem}.", status=status)
    context: dict[str, Any] = {
        "referral": referral,
        "form": form,
        "person": person,
        "is_first_page": form.groups is WHO,
        "from_check": request.GET.get("from") == "check",
    }
    return render(request, "referrals/person.html", context, status=status)


def _conflict(
    request: SignedInRequest,
    referral: Referral,
    person: Person,
    form_class: type[PersonForm],
    stale: services.StaleDraft,
) -> HttpResponse:
    if is_autosave(request):
        return not_autosaved("Not saved: this person was changed somewhere else.", status=409)
    form = form_class(sent_again(request, version=stale.version), at=timezone.now())
    differing = [
        (form.answered(name, stale.theirs[name]), form.answered(name, stale.mine[name])) for name in stale.mine
    ]
    context = {"referral": referral, "form": form, "person": person, "differing": differing}
    return render(request, "referrals/conflict.html", context, status=409)
