"""A record: logged by the trainer, signed by the mentor and then by the line manager, sent back, corrected, revoked."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, attachment
from common.paging import keyset_page
from training import permissions
from training.documents import certificate
from training.enums import SIGNING_MOVES, RecordMove, RecordState, next_record_state, statement_of
from training.forms.records import ContentForm, LogModuleForm, ReasonForm, SignForm, chosen_person
from training.models import TrainingRecord
from training.queries import records as queries
from training.queries.delegations import places_of
from training.queries.inductions import filled_in
from training.queries.knowledge import taken_of_module
from training.queries.prerequisites import NotInOrder
from training.services import records as services
from training.views.frame import show


@require_safe
def sign_offs(request: SignedInRequest) -> HttpResponse:
    """What waits for this person: records to sign, and, for trainers, records that were sent back."""
    user = request.user
    if not (permissions.can_sign_at_all(user) or permissions.can_run_training(user)):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    to_read = queries.records_to_read()
    logged = to_read.logged_by(user).waiting_for_signature()
    page = keyset_page(logged, order=("-logged_at", "-pk"), cursor=request.GET.get("cursor"))
    places = places_of(user, on=today) if permissions.can_sign_at_all(user) else []
    lists = {
        "to_sign": queries.listed(
            to_read.to_sign_by(user, on=today).order_by("logged_at", "pk"), on=today, places=places
        ),
        "sent_back": queries.listed(to_read.sent_back_to(user).order_by("logged_at", "pk"), on=today),
        "under_way": queries.listed(page, on=today),
    }
    if shown := sum(len(lines) for lines in lists.values()):
        audit.record(verb=Verb.READ, what="training.sign_offs_listed", at=at, actor=user, records=shown)
    context = {
        "signs": permissions.can_sign_at_all(user),
        "runs": permissions.can_run_training(user),
        "answers": permissions.can_answer_evidence_at_all(user),
        "page": page,
        "places": places,
        **lists,
    }
    return show(request, "sign_offs.html", context)


@require_safe
def record(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One record with everything that happened to it; looking at another person's is recorded."""
    shown = _record(request, pk)
    at = timezone.now()
    today = london_day(at)
    services.note_reading(record=shown, by=request.user, at=at)
    context = {
        "record": shown,
        "content": queries.content_of(shown),
        "history": queries.history_of(shown),
        "is_true": queries.are_signatures_true(shown),
        "is_lapsed": shown.completed_at is not None and not shown.is_in_date(on=today),
        "sent_back": next((one for one in shown.sendings_back.all() if one.version == shown.version), None),
        "out_of_order": shown.out_of_order.select_related("first", "said_by").order_by("first__title"),
        "moves": permissions.moves_open_to(request.user, shown, on=today),
        "has_sign_offs": permissions.can_sign_at_all(request.user) or permissions.can_run_training(request.user),
    }
    return show(request, "record.html", context)


@require_safe
def record_certificate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A completed record on paper; recorded. Of another there is none."""
    shown = _record(request, pk)
    if shown.state != RecordState.COMPLETE or not queries.are_signatures_true(shown):
        raise Http404("Only a completed record has a certificate, and none whose signatures do not fit what it says.")
    at = timezone.now()
    address = request.build_absolute_uri(shown.get_absolute_url())
    pdf = certificate.pdf_of(shown, address=address, at=at)
    digest = hashlib.sha256(pdf.content).hexdigest()
    audit.record(
        verb=Verb.EXPORTED, what="training.certificate_made", at=at, actor=request.user, subject=shown, sha256=digest
    )
    return attachment(pdf.content, name="certificate.pdf", content_type="application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: SignedInRequest) -> HttpResponse:
    """Log a module for somebody of the agency."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    people = queries.others_of(request.user)
    chosen = chosen_person(request.GET.get("person", ""), people)
    form = LogModuleForm(
        request.POST if request.method == "POST" else None,
        people=people,
        modules=queries.modules_on_offer(request.user, on=today),
        initial=filled_in(chosen, request.GET.get("module", "")),
        **_signers(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            logged = services.log_module(by=request.user, at=at, knowing=form.knowing(), **form.content())
            messages.success(request, f"Logged. {logged.mentor} is asked to sign, then {logged.line_manager}.")
            return redirect(logged)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "record_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def record_sign(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The statement, two declarations and the signer's name. Who is named but not yet asked is told so."""
    shown = _record(request, pk)
    at = timezone.now()
    signing = permissions.signing_as(request.user, shown, on=london_day(at))
    if signing is None:
        raise PermissionDenied
    role, absent = signing.role, signing.on_behalf_of
    form = SignForm(request.POST if request.method == "POST" else None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(record_id=shown.pk, by=request.user, at=at, **form.signature())
            messages.success(request, "Signed. Your signature is on the record.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    services.note_reading(record=shown, by=request.user, at=at)
    context = {
        "record": shown,
        "content": queries.content_of(shown),
        "role": role,
        "absent": absent,
        "statement": statement_of(role, on_behalf_of=absent.name if absent else ""),
        "is_their_turn": next_record_state(SIGNING_MOVES[role], shown.state) is not None,
        "signatures": queries.valid_signatures(shown),
        "form": form,
        "taken_test": taken_of_module(shown.person, shown.module_version.module_id),
    }
    return show(request, "record_sign.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def record_send_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send it back to the trainer instead of signing."""
    words = {
        "label": "What is missing or wrong?",
        "hint": "The trainer reads this and corrects the record. The person sees it too.",
        "required": "Write what is missing or wrong",
    }
    return _with_reason(
        request, pk, RecordMove.SEND_BACK, permissions.can_send_back, services.send_back, "record_send_back.html", words
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_revoke(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what was signed."""
    words = {
        "label": "Why do the signatures no longer hold?",
        "hint": "Stays on the record for good.",
        "required": "Write why the signatures no longer hold",
    }
    return _with_reason(
        request, pk, RecordMove.REVOKE, permissions.can_revoke, services.revoke_signatures, "record_revoke.html", words
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_correct(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer a sending back with the next version."""
    shown = _record(request, pk)
    if not permissions.can_correct(request.user, shown):
        raise PermissionDenied
    at = timezone.now()
    content = queries.content_of(shown)
    initial = {
        "done_on": content.done_on,
        "method": content.method,
        "evidence": content.evidence,
        "mentor": str(shown.mentor_id),
        "line_manager": str(shown.line_manager_id),
    }
    form = ContentForm(request.POST if request.method == "POST" else None, initial=initial, **_signers(request))
    if request.method == "POST" and form.is_valid():
        try:
            corrected = services.correct_record(record_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"Corrected. {corrected.mentor} is asked to sign version {corrected.version}.")
            return redirect(corrected)
        except DomainError as error:
            form.add_error(None, str(error))
    elif request.method != "POST" and next_record_state(RecordMove.CORRECT, shown.state) is None:
        return redirect(shown)
    services.note_reading(record=shown, by=request.user, at=at)
    context = {
        "record": shown,
        "form": form,
        "sent_back": next((one for one in shown.sendings_back.all() if one.version == shown.version), None),
    }
    return show(request, "record_correct.html", context, status=422 if form.errors else 200)


def _with_reason(
    request: SignedInRequest,
    pk: uuid.UUID,
    move: RecordMove,
    may: Callable[..., bool],
    do: Callable[..., TrainingRecord],
    template: str,
    words: dict[str, str],
) -> HttpResponse:
    """A move that asks for a reason and leads back to the record."""
    shown = _record(request, pk)
    today = london_day(timezone.now())
    if not may(request.user, shown, on=today):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None, **words)
    if request.method == "POST" and form.is_valid():
        try:
            do(record_id=shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Sent back." if move is RecordMove.SEND_BACK else "The signatures are revoked.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    elif request.method != "POST" and move not in permissions.moves_open_to(request.user, shown, on=today):
        return redirect(shown)
    return show(request, template, {"record": shown, "form": form}, status=422 if form.errors else 200)


def _record(request: SignedInRequest, pk: uuid.UUID) -> TrainingRecord:
    """The record, if this person may see it; else 404."""
    seen = queries.records_to_read().visible_to(request.user, on=london_day(timezone.now()))
    return get_object_or_404(seen, pk=pk)


def _signers(request: SignedInRequest) -> dict[str, Any]:
    """Who may be named to sign, and today, for the forms."""
    today = london_day(timezone.now())
    agency = request.user.agency_id
    return {
        "mentors": queries.people_who_may(Permission.SIGN_OFF_AS_MENTOR, agency_id=agency, on=today),
        "line_managers": queries.people_who_may(Permission.SIGN_OFF_AS_LINE_MANAGER, agency_id=agency, on=today),
        "today": today,
    }
