"""One session: planned for another day, held with its record, missed, cancelled; the record read, and opened by a superior."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest
from training import permissions
from training.enums import SupervisionMove, SupervisionRole, SupervisionState
from training.forms.records import ReasonForm
from training.forms.supervision import (
    CancelForm,
    HeldForm,
    MissedForm,
    NextRecordForm,
    PlanForm,
    ReadForm,
)
from training.models import SupervisionSession
from training.queries import supervision as queries
from training.services import supervision as services
from training.services import supervision_records as record_services
from training.views.frame import show, show_form
from training.views.supervision import caption_of


@require_safe
def supervision_session(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A session with its record: for the two, and for a superior while they have it open. For nobody else does it exist."""
    at = timezone.now()
    found = queries.sessions_to_read(SupervisionSession.objects.readable_by(request.user, at=at))
    session: SupervisionSession = get_object_or_404(found, pk=pk)
    return _show_session(request, session, None)


@require_http_methods(["POST"])
def supervision_read(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The person supervised confirms that they have read the newest version, and may add to it."""
    session = _own(request, pk)
    if permissions.role_in(request.user, session.supervision) is not SupervisionRole.SUPERVISEE:
        raise PermissionDenied
    form = ReadForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            record_services.confirm_reading(
                session_id=session.pk,
                version=data["version"],
                comment=data["comment"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, "You have confirmed that you read the record.")
            return redirect(session)
        except DomainError as error:
            form.add_error(None, str(error))
    return _show_session(request, session, form)


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_held(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The supervisor says that a session was held, and writes its record."""
    session = _to_move(request, pk, SupervisionMove.HOLD)
    at = timezone.now()
    today = london_day(at)
    form = HeldForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"held_on": min(session.planned_on, today)},
    )

    def hold() -> object:
        return record_services.hold_session(
            session_id=session.pk,
            held_on=form.cleaned_data["held_on"],
            written=form.written(),
            by=request.user,
            at=at,
        )

    return _move(
        request, session, form, hold, title="Record a session", button="Record as held", done="Recorded as held."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_record_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The supervisor puts the record right with a next version."""
    session = _own(request, pk)
    if permissions.role_in(request.user, session.supervision) is not SupervisionRole.SUPERVISOR:
        raise PermissionDenied
    if session.state != SupervisionState.HELD:
        return redirect(session)
    newest = session.versions.all()[0]
    record_services.note_reading(session=session, by=request.user, at=timezone.now())
    form = NextRecordForm(
        request.POST if request.method == "POST" else None, version=newest, initial={"after": newest.number}
    )

    def write() -> object:
        return record_services.write_next_version(
            session_id=session.pk,
            after=form.cleaned_data["after"],
            written=form.written(),
            by=request.user,
            at=timezone.now(),
        )

    return _move(
        request, session, form, write, title="Write the next version", button="Save as next version", done="Written."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_move(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan a session for another day."""
    session = _to_move(request, pk, SupervisionMove.MOVE)
    form = PlanForm(request.POST if request.method == "POST" else None, initial={"planned_on": session.planned_on})

    def move() -> object:
        return services.move_session(session_id=session.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _move(request, session, form, move, title="Move a session", button="Move", done="Moved.")


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_missed(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that a session did not take place, and why."""
    session = _to_move(request, pk, SupervisionMove.MISS)
    form = MissedForm(request.POST if request.method == "POST" else None)

    def miss() -> object:
        return services.miss_session(session_id=session.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _move(
        request,
        session,
        form,
        miss,
        title="A session was missed",
        button="Record as missed",
        done="Recorded as missed.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel a session whose day has not come."""
    session = _to_move(request, pk, SupervisionMove.CANCEL)
    form = CancelForm(request.POST if request.method == "POST" else None)

    def cancel() -> object:
        return services.cancel_session(session_id=session.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _move(
        request, session, form, cancel, title="Cancel a session", button="Cancel the session", done="Cancelled."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Break the glass: who leads the team of one of the two opens their record for an hour, with a reason."""
    found = SupervisionSession.objects.under(request.user).filter(state=SupervisionState.HELD)
    session: SupervisionSession = get_object_or_404(
        found.select_related("supervision__supervisee", "supervision__supervisor"), pk=pk
    )
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why does the record have to be opened?",
        hint="At least 20 characters. The two read this reason, and it stays in the access log.",
        required="Write why the record has to be opened",
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_services.open_record(session_id=session.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "The record is open to you for an hour. The two have been told.")
            return redirect(session)
        except DomainError as error:
            form.add_error("reason", str(error))
    words = (
        "Only the two read this record. If you open it, both are told at once who opened it, when and why. "
        "It closes by itself after an hour."
    )
    return show_form(
        request,
        form,
        "Open a record of supervision",
        button="Open the record",
        back="training:supervision_records",
        caption=caption_of(session),
        words=words,
    )


def _show_session(request: SignedInRequest, session: SupervisionSession, form: ReadForm | None) -> HttpResponse:
    """Reads by anybody but the person supervised are recorded."""
    user = request.user
    record_services.note_reading(session=session, by=user, at=timezone.now())
    role = permissions.role_in(user, session.supervision)
    versions = list(session.versions.all())
    newest = versions[0] if versions else None
    is_to_confirm = role is SupervisionRole.SUPERVISEE and newest is not None and not hasattr(newest, "reading")
    if form is None and is_to_confirm and newest is not None:
        form = ReadForm(initial={"version": newest.number})
    context = {
        "session": session,
        "caption": caption_of(session),
        "role": role,
        "versions": versions,
        "moves": permissions.moves_of_session(user, session),
        "may_write": role is SupervisionRole.SUPERVISOR and session.state == SupervisionState.HELD,
        "is_to_confirm": is_to_confirm,
        "form": form,
        "today": london_day(timezone.now()),
    }
    status = 422 if form is not None and form.errors else 200
    return show(request, "supervision_session.html", context, status=status)


def _own(request: SignedInRequest, pk: uuid.UUID) -> SupervisionSession:
    """A session of one's own supervision; for everybody else it does not exist."""
    session: SupervisionSession = get_object_or_404(
        queries.sessions_to_read(SupervisionSession.objects.of(request.user)), pk=pk
    )
    return session


def _to_move(request: SignedInRequest, pk: uuid.UUID, move: SupervisionMove) -> SupervisionSession:
    """A session of one's own (else 404), where the move is this person's to make (else 403)."""
    session = _own(request, pk)
    if not permissions.may_move(request.user, session, move):
        raise PermissionDenied
    return session


def _move(
    request: SignedInRequest,
    session: SupervisionSession,
    form: GovukForm,
    deed: Callable[[], object],
    *,
    title: str,
    button: str,
    done: str,
) -> HttpResponse:
    """Do it when the form is sent and right, else show the form."""
    if request.method == "POST" and form.is_valid():
        try:
            deed()
            messages.success(request, done)
            return redirect(session)
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request,
        form,
        title,
        button=button,
        back="training:supervision_session",
        back_to=session.pk,
        caption=caption_of(session),
    )
