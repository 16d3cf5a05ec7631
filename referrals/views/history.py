"""The hub's look at what was known before: one person's timeline, and who is the same person."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, queries, services
from referrals.enums import MatchAnswer
from referrals.forms import MatchForm, UndoMatchForm
from referrals.models import Person, PersonMatch, Referral
from referrals.views.reasons import reason_given

SAID = {
    MatchAnswer.SAME: "Recorded as the same person.",
    MatchAnswer.DIFFERENT: "Recorded as different people. This pair will not be offered again.",
}


def people_known_before(request: SignedInRequest, referral: Referral, *, at: datetime) -> list[queries.PersonHistory]:
    """For the panel of the referral's page; what it shows of other referrals is recorded as read."""
    found = queries.history_of(request.user, referral, most_candidates=queries.SHOWN_CANDIDATES)
    households = [other for history in found for other in history.shown_household]
    _record(request, found, households, at=at, what="referral.seen_in_history")
    return found


@require_safe
def person_history(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Everything that the hub received about one person, and everybody who may be the same."""
    referral, person = _person(request, pk, person_pk)
    at = timezone.now()
    reason = ""
    if services.asks_why_of_reading(request.user, referral):
        reason = reason_given(request, referral)
        if not reason:
            return redirect("referrals:why", referral.pk)
    history = queries.history_of(request.user, referral, people=[person])[0]
    audit.record(verb=Verb.READ, what="person.history_read", at=at, actor=request.user, subject=person, reason=reason)
    _record(request, [history], history.household.referrals, at=at, what="referral.seen_in_timeline")
    is_wider = "wider" in request.GET
    wider = queries.wider_candidates(request.user, person) if is_wider else []
    if wider:
        seen = {one.referral.pk: one.referral for one in wider}.values()
        audit.record_each(verb=Verb.READ, what="referral.seen_in_wider_look", at=at, actor=request.user, subjects=seen)
    described = [sighting.person for sighting in history.sightings]
    context = {
        "referral": referral,
        "person": person,
        "history": history,
        "is_wider": is_wider,
        "wider": wider,
        "matches": queries.matches_of(request.user, described),
        "consultations": queries.consultations_about(
            request.user, [sighting.referral.pk for sighting in history.sightings]
        ),
        "can_match": permissions.can_match(request.user, referral),
    }
    return render(request, "referrals/person_history.html", context)


@require_POST
def match_answer(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> HttpResponse:
    """Say that somebody is the same person, or is not."""
    referral, person = _person(request, pk, person_pk)
    if not permissions.can_match(request.user, referral):
        raise PermissionDenied
    form = MatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was recorded: use the buttons beside the two descriptions.")
        return redirect("referrals:person_history", referral.pk, person.pk)
    visible = Person.objects.filter(referral__in=Referral.objects.visible_to(request.user))
    other = get_object_or_404(visible, pk=form.cleaned_data["other"])
    with refusal_as_message(request):
        answer = form.cleaned_data["answer"]
        services.answer_match(person_id=person.pk, other_id=other.pk, answer=answer, by=request.user, at=timezone.now())
        messages.success(request, SAID[answer])
    return redirect("referrals:person_history", referral.pk, person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def match_undo(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID, match_pk: uuid.UUID) -> HttpResponse:
    """Take an answer back, with the reason."""
    referral, person = _person(request, pk, person_pk)
    if not permissions.can_match(request.user, referral):
        raise PermissionDenied
    described = [one.person for one in queries.history_of(request.user, referral, people=[person])[0].sightings]
    ours = PersonMatch.objects.of_any(frozenset(one.pk for one in described))
    match = get_object_or_404(ours.select_related("one__referral", "other__referral", "answered_by"), pk=match_pk)
    if match.undone_at is not None:
        return redirect("referrals:person_history", referral.pk, person.pk)
    form = UndoMatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.undo_match(match_id=match.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Taken back.")
        return redirect("referrals:person_history", referral.pk, person.pk)
    audit.record(verb=Verb.READ, what="referral.named_read", at=timezone.now(), actor=request.user, subject=referral)
    context = {"referral": referral, "person": person, "match": match, "form": form}
    return render(request, "referrals/match_undo.html", context, status=422 if request.method == "POST" else 200)


def _person(request: SignedInRequest, pk: uuid.UUID, person_pk: uuid.UUID) -> tuple[Referral, Person]:
    """Outsiders, and who is probably concerned, find nothing; who may see the referral but not the hub's casework is refused."""
    visible = Referral.objects.visible_to(request.user).prefetch_related("people", "access")
    referral = get_object_or_404(queries.with_readers_connections(visible, request.user), pk=pk)
    if services.is_concerned(referral=referral, by=request.user, at=timezone.now()):
        raise Http404
    if not permissions.sees_casework(request.user, referral):
        raise PermissionDenied
    person = next((one for one in referral.everybody() if one.pk == person_pk), None)
    if person is None:
        raise Http404
    return referral, person


def _record(
    request: SignedInRequest,
    histories: list[queries.PersonHistory],
    households: list[queries.HouseholdReferral],
    *,
    at: datetime,
    what: str,
) -> None:
    """Each referral once of which the page tells: earlier ones, of whom may be the same, and of the household."""
    shown = {one.referral.pk: one.referral for history in histories for one in history.earlier}
    shown |= {one.referral.pk: one.referral for history in histories for one in history.candidates}
    shown |= {one.referral.pk: one.referral for one in households}
    if shown:
        audit.record_each(verb=Verb.READ, what=what, at=at, actor=request.user, subjects=shown.values())
