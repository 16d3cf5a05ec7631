"""Second looks at decisions: the draw, deciding again without knowing the decision, and what both came to."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import quarter_of
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.forms import DrawSecondLookForm, SecondDecisionForm, sections_of
from referrals.models import SecondLook, SecondReading


@require_safe
def second_looks(request: SignedInRequest) -> HttpResponse:
    """What this person has to decide on again; for supervisors also what to look at again, and every second look."""
    if not permissions.works_queue(request.user):
        raise PermissionDenied
    context: dict[str, Any] = {"to_do": list(queries.readings_to_do(request.user)), "runs": False}
    if permissions.can_run_second_looks(request.user):
        to_look_at = list(queries.readings_to_look_at(request.user))
        _note_compared(request, to_look_at)
        found = queries.second_looks_of(request.user)
        page = keyset_page(found, order=queries.SECOND_LOOKS_ORDER, cursor=request.GET.get("cursor"))
        context |= {"runs": True, "to_look_at": to_look_at, "page": page}
    return render(request, "referrals/second_looks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def second_look_draw(request: SignedInRequest) -> HttpResponse:
    """Ask for the period, how many and who takes part, and draw."""
    if not permissions.can_run_second_looks(request.user):
        raise PermissionDenied
    at = timezone.now()
    people = queries.deciders_of(request.user.agency_id, on=timezone.localdate(at))
    before = quarter_of(timezone.localdate(at)).previous()
    form = DrawSecondLookForm(
        request.POST if request.method == "POST" else None,
        people=people,
        initial={"start": before.start, "end": before.end, "people": [one.pk for one in people]},
    )
    if form.is_valid():
        try:
            return redirect(services.draw_second_look(by=request.user, at=at, **form.cleaned_data))
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "referrals/second_look_draw.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def second_look(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is; when it has ended, both decisions side by side and how far they agree. The look is recorded."""
    look = _to_run(request, pk)
    context: dict[str, Any] = {"look": look}
    if not look.is_open:
        results = queries.second_look_results(look, viewer=request.user)
        _note_compared(request, results.rows)
        context |= {"results": results}
    return render(request, "referrals/second_look.html", context)


@require_POST
def second_look_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End it with what is recorded."""
    look = _to_run(request, pk)
    with refusal_as_message(request):
        services.close_second_look(look_id=look.pk, by=request.user, at=timezone.now())
    return redirect(look)


@require_http_methods(["GET", "HEAD", "POST"])
def second_reading(request: SignedInRequest, pk: uuid.UUID, reading_pk: uuid.UUID) -> HttpResponse:
    """The referral as it stood, without what was decided or came after, and the second decision. The read is recorded."""
    reading = _reading(request, pk, reading_pk)
    if not permissions.can_read_again(request.user, reading):
        raise PermissionDenied
    at = timezone.now()
    form = SecondDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.record_second_decision(reading_id=reading.pk, by=request.user, at=at, **form.cleaned_data)
            return redirect("referrals:second_looks")
        except DomainError as error:
            form.add_error(None, str(error))
    if reading.recorded_at is not None or not reading.look.is_open or reading.referral.is_voided:
        return redirect("referrals:second_looks")
    audit.record(verb=Verb.READ, what=queries.READ_AGAIN, at=at, actor=request.user, subject=reading.referral)
    stood = queries.as_decided_on(reading)
    context = {
        "reading": reading,
        "referral": stood,
        "sections": [(section, section.answered(stood)) for section in sections_of(stood)],
        "attachments": queries.files_decided_on(reading),
        "document": queries.document_in_force(reading.referral, on=timezone.localdate(at)),
        "form": form,
    }
    return render(request, "referrals/second_reading.html", context, status=422 if form.is_bound else 200)


@require_POST
def second_reading_looked(request: SignedInRequest, pk: uuid.UUID, reading_pk: uuid.UUID) -> HttpResponse:
    """A supervisor has looked again at what was decided far higher the second time."""
    reading = _reading(request, pk, reading_pk)
    if not permissions.can_run_second_looks(request.user):
        raise PermissionDenied
    with refusal_as_message(request):
        services.note_looked_again(reading_id=reading.pk, by=request.user, at=timezone.now())
    return redirect("referrals:second_looks")


def _to_run(request: SignedInRequest, pk: uuid.UUID) -> SecondLook:
    look = get_object_or_404(queries.second_looks_of(request.user).select_related("drawn_by", "ended_by"), pk=pk)
    if not permissions.can_run_second_looks(request.user):
        raise PermissionDenied
    return look


def _reading(request: SignedInRequest, pk: uuid.UUID, reading_pk: uuid.UUID) -> SecondReading:
    visible = SecondReading.objects.visible_to(request.user)
    found = visible.select_related(
        "look", "decision", "referral__ppn", "referral__cpi", "referral__district", "referral__agency"
    )
    return get_object_or_404(found, look=pk, pk=reading_pk)


def _note_compared(request: SignedInRequest, readings: list[SecondReading]) -> None:
    """Both decisions on a referral are read: an entry for each."""
    audit.record_each(
        verb=Verb.READ,
        what="referral.decisions_compared",
        at=timezone.now(),
        actor=request.user,
        subjects=[reading.referral for reading in readings],
    )
