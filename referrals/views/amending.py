"""Amending what was submitted, and reading its versions side by side."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.autosave import version_sent
from common.errors import DomainError
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import Move
from referrals.forms import (
    AmendmentForm,
    PersonForm,
    SectionForm,
    differences,
    person_form,
    section_of,
    sections_of,
    stored_answers,
)
from referrals.models import Person, Referral
from referrals.queries import Group
from referrals.views.writing import sent_again

WHO = Group("Who they are", queries.FIRST)
Keep = Callable[[], Referral]


@require_safe
def versions(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Every version, the newest first, each with what differs from the one before it."""
    referral = _visible(request, pk)
    if not permissions.sees_versions(request.user, referral):
        raise PermissionDenied
    stood = queries.versions_of(referral)
    audit.record(verb=Verb.READ, what="referral.versions_read", at=timezone.now(), actor=request.user, subject=referral)
    pairs = zip([None, *stood[:-1]], stood, strict=True)
    compared = [(one, differences(before.referral, one.referral) if before else []) for before, one in pairs]
    return render(request, "referrals/versions.html", {"referral": referral, "versions": compared[::-1]})


@require_safe
def amend(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Which part is to be changed?"""
    referral = _to_amend(request, pk)
    _note_read(request, referral)
    pages = [page for page in sections_of(referral) if not page.is_list_of_people]
    return render(request, "referrals/amend.html", {"referral": referral, "pages": pages})


@require_http_methods(["GET", "HEAD", "POST"])
def amend_section(request: SignedInRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One page of the form with what is stored, and the reason for changing it."""
    referral = _to_amend(request, pk)
    page = section_of(referral, key)
    if page is None or page.is_list_of_people:
        raise Http404
    at = timezone.now()
    if request.method != "POST":
        return _page(request, referral, page.title, page.unbound(referral, at=at), AmendmentForm())
    form, why = page.bound(request.POST, at=at), AmendmentForm(request.POST)
    if form.is_valid():
        for name, wrong in services.known_too_late(referral, form.answers()).items():
            form.add_error(name, wrong)

    def keep() -> Referral:
        return services.amend_section(
            referral_id=referral.pk,
            version=form.cleaned_data["version"],
            answers=form.answers(),
            concern=page.concern,
            reason=why.cleaned_data["reason"],
            by=request.user,
            at=at,
        )

    def again(version: int) -> SectionForm:
        return page.bound(sent_again(request, version=version), at=at)

    return _save(request, referral, page.title, form, why, keep, again)


@require_http_methods(["GET", "HEAD", "POST"])
def amend_person(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """All that is said of somebody, and the reason for changing it."""
    referral = _to_amend(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    groups = [WHO, *queries.groups_for(person, referral)]
    others = [other for other in referral.everybody() if other != person]
    form_class = person_form(groups, others)
    if request.method != "POST":
        initial = stored_answers(person, form_class.names, person.relations.all()) | {"version": referral.version}
        form = form_class(initial=initial, at=timezone.now())
        return _page(request, referral, person.full_name, form, AmendmentForm())
    return _save_person(request, referral, form_class, person)


@require_http_methods(["GET", "HEAD", "POST"])
def amend_add_person(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody who was left out, and the reason for adding them; the rest about them is asked by changing it."""
    referral = _to_amend(request, pk)
    form_class = person_form([WHO], referral.everybody())
    if request.method != "POST":
        initial = {"version": referral.version, "key": uuid.uuid4()}
        return _page(request, referral, "Add a person", form_class(initial=initial, at=timezone.now()), AmendmentForm())
    return _save_person(request, referral, form_class, None)


@require_http_methods(["GET", "HEAD", "POST"])
def amend_remove_person(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Somebody who does not belong here, and the reason for taking them out."""
    referral = _to_amend(request, pk)
    person = get_object_or_404(referral.people.all(), pk=person_pk)
    why = AmendmentForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and why.is_valid():
        try:
            services.amend_remove_person(
                referral_id=referral.pk,
                person_id=person.pk,
                version=version_sent(request),
                by=request.user,
                at=timezone.now(),
                **why.cleaned_data,
            )
        except services.StaleDraft:
            why.add_error(None, "Somebody else changed this after you opened it. Read the newest version first.")
            status = 409
        except DomainError as error:
            why.add_error(None, str(error))
        else:
            messages.success(request, "This person is out. Whoever works on it has been told.")
            return redirect("referrals:versions", referral.pk)
    _note_read(request, referral)
    context = {"referral": referral, "person": person, "form": why, "version": referral.version}
    return render(request, "referrals/amend_remove_person.html", context, status=status)


def _save_person(
    request: SignedInRequest, referral: Referral, form_class: type[PersonForm], person: Person | None
) -> HttpResponse:
    at = timezone.now()
    form, why = form_class(request.POST, at=at), AmendmentForm(request.POST)

    def keep() -> Referral:
        return services.amend_person(
            referral_id=referral.pk,
            person_id=person.pk if person else None,
            version=form.cleaned_data["version"] or 0,
            answers=form.answers(),
            reason=why.cleaned_data["reason"],
            key=form.cleaned_data["key"],
            by=request.user,
            at=at,
        )

    def again(version: int) -> PersonForm:
        return form_class(sent_again(request, version=version), at=at)

    return _save(request, referral, person.full_name if person else "Add a person", form, why, keep, again)


def _save(
    request: SignedInRequest,
    referral: Referral,
    title: str,
    form: SectionForm | PersonForm,
    why: AmendmentForm,
    keep: Keep,
    again: Callable[[int], SectionForm | PersonForm],
) -> HttpResponse:
    """Both forms are checked, so that each fault is told at once; what was typed comes back with any of them."""
    if not all([form.is_valid(), why.is_valid()]):
        return _page(request, referral, title, form, why, status=422)
    try:
        amended = keep()
    except services.StaleDraft as stale:
        theirs = [form.fields[name].label for name in stale.mine]
        messages.error(
            request,
            "Somebody else changed this after you opened it: "
            f"{'; '.join(map(str, theirs))}. What you wrote is below. Read the newest version before you save it again.",
        )
        return _page(request, referral, title, again(stale.version), why, status=409)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, referral, title, form, why, status=422)
    number = queries.version_of(amended)
    if amended.version != referral.version:
        messages.success(request, f"Version {number} is kept. Whoever works on it has been told.")
    return redirect("referrals:versions", referral.pk)


def _page(
    request: SignedInRequest,
    referral: Referral,
    title: str,
    form: SectionForm | PersonForm,
    why: AmendmentForm,
    *,
    status: int = 200,
) -> HttpResponse:
    _note_read(request, referral)
    context: dict[str, Any] = {"referral": referral, "title": title, "form": form, "why": why}
    context["faults"] = [*form.faults, *why.faults] if form.is_bound else []
    context["groups"] = _groups(form)
    return render(request, "referrals/amend_part.html", context, status=status)


def _groups(form: SectionForm | PersonForm) -> Sequence[tuple[str, list[Any]]]:
    """The questions with their guidance, under titles where there are several groups."""
    if isinstance(form, PersonForm):
        return [(group.title, [(field, "") for field in fields]) for group, fields in form.questions()]
    return [("", list(form.questions()))]


def _note_read(request: SignedInRequest, referral: Referral) -> None:
    """Whichever page of an amendment somebody opens shows what is in it."""
    audit.record(verb=Verb.READ, what="referral.read", at=timezone.now(), actor=request.user, subject=referral)


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """What was submitted and this person may see; others: 404."""
    visible = Referral.objects.visible_to(request.user).sent().select_related("ppn", "cpi", "author", "agency")
    return get_object_or_404(visible.prefetch_related("people__relations", "attachments"), pk=pk)


def _to_amend(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    referral = _visible(request, pk)
    if Move.AMEND not in permissions.moves_open_to(request.user, referral):
        raise PermissionDenied
    return referral
