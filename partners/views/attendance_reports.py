"""The attendance report of a meeting: the file, who each row is, and the marks that somebody confirms."""

import hashlib
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from common.waiting_files import WaitingFile
from partners import permissions, queries
from partners.enums import SessionMove
from partners.forms.attendance_reports import AttendanceReportForm, ConfirmReportForm
from partners.models import Session
from partners.queries import attendance
from partners.services import attendance_reports as services
from partners.services import register
from partners.services.walk_ins import NoPlaceLeft
from partners.views.sessions import find_session_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def session_report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the file. When it is wrong as a whole the page says so."""
    session = find_session_to_run(request, pk)
    if request.method != "POST" and not _may_take(request, session):
        return redirect(session)
    form = AttendanceReportForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        file = WaitingFile(chosen.name, chosen.read())
        try:
            services.read_report(file.content)
            services.waiting(session=session, by=request.user).keep(file)
            return redirect("partners:session_report_check", session.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"form": form, "session": session}
    return render(request, "partners/session_report.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_report_check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who each row is, for somebody to confirm by hand; posted, who was confirmed is marked, if it is the file that was shown."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    kept = services.waiting(session=session, by=request.user)
    file = kept.file()
    if file is None or not _may_take(request, session):
        messages.info(request, "There is no report to look at. Choose the file again.")
        return redirect("partners:session_report", session.pk)
    digest = hashlib.sha256(file.content).hexdigest()
    form = _confirm_form(request, session, file, digest)
    if request.method == "POST" and request.POST.get("file") != digest:
        messages.info(request, "Another report was chosen meanwhile. Look at its rows.")
        return redirect("partners:session_report_check", session.pk)
    if request.method == "POST" and form.is_valid():
        try:
            taken = services.take_report(
                session_id=session.pk,
                rows=form.confirmed(),
                key=form.cleaned_data["key"],
                above_places=form.is_above,
                by=request.user,
                at=at,
            )
            kept.throw_away()
            messages.success(
                request,
                f"Marked: {taken.marked}. Added: {taken.walked_in}. Left out: {taken.left_out}. Check the rest.",
            )
            return redirect("partners:session_register", session.pk)
        except NoPlaceLeft as error:
            form.offer_above()
            form.add_error("above_places", str(error))
        except services.CannotTakeReport as error:
            name = f"{error.field}-{error.number}"
            form.add_error(name if name in form.fields else None, str(error))
        except DomainError as error:
            form.refused(error)
    register.read_delegates(session_id=session.pk, by=request.user, at=at)
    context = {"form": form, "session": session, "file_name": file.name}
    return render(request, "partners/session_report_check.html", context, status=422 if form.errors else 200)


def _confirm_form(request: SignedInRequest, session: Session, file: WaitingFile, digest: str) -> ConfirmReportForm:
    participants = services.read_report(file.content)
    bookings = queries.bookings_on(session)
    form = ConfirmReportForm(
        request.POST if request.method == "POST" else None,
        suggestions=services.suggest(participants, bookings),
        bookings=bookings,
        agencies=attendance.walk_in_agencies(),
        usual={one.number: services.usual_mark(one, session) for one in participants},
        initial={"file": digest},
    )
    if "above_places" in request.POST:
        form.offer_above()
    return form


def _may_take(request: SignedInRequest, session: Session) -> bool:
    """While the register is open and may be taken."""
    return SessionMove.CLOSE_REGISTER in permissions.moves_open_to(request.user, session, at=timezone.now())
