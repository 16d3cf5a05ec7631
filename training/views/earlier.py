"""Sign-offs on paper of before: the file, its columns, what would become of each row, taking it over, undoing it, and accepting one."""

import hashlib
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, attachment
from common.waiting_files import WaitingFile
from common.xlsx import XLSX
from training import permissions
from training.documents.initial_training import record_workbook, refused_workbook
from training.enums import EarlierMove, next_earlier_state
from training.forms.cpd import ReasonForm
from training.forms.cpd_imports import NamedColumnsForm
from training.forms.earlier import AcceptForm, InitialTrainingForm
from training.models import EarlierAcceptance, EarlierSignOff
from training.queries import earlier as queries
from training.queries.people import people_seen_by
from training.services import earlier_sign_offs as services
from training.services.earlier_rows import EXPLAINED, NEEDED
from training.views.frame import show
from training.views.people import self_or_seen

HEADINGS = {name: column.name for name, column in EXPLAINED.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_import(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the file. When it is wrong as a whole the page says so."""
    learner = _learner(request, pk)
    form = InitialTrainingForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        file = WaitingFile(chosen.name, chosen.read())
        try:
            services.read_file(file, person=learner)
            services.waiting(person=learner, by=request.user).keep(file)
            return redirect("training:earlier_columns", learner.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    imports = [
        (done, permissions.can_undo_earlier_import(request.user, done)) for done in queries.earlier_imports_of(learner)
    ]
    context = {"learner": learner, "form": form, "imports": imports, "columns": EXPLAINED.values()}
    return show(request, "earlier_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_columns(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which column is which; what was said of such headings before, else what they say, is filled in."""
    learner = _learner(request, pk)
    waiting = services.waiting(person=learner, by=request.user)
    file = waiting.file()
    if file is None:
        return _choose_again(request, learner)
    table = services.read_file(file, person=learner)
    proposed, is_remembered = services.proposed_places(table.headings, person=learner)
    form = NamedColumnsForm(
        request.POST if request.method == "POST" else None,
        columns=EXPLAINED,
        needed=NEEDED,
        headings=table.headings,
        guessed=proposed,
    )
    if request.method == "POST" and form.is_valid():
        waiting.keep_columns(form.places())
        return redirect("training:earlier_check", learner.pk)
    context = {
        "learner": learner,
        "form": form,
        "file_name": file.name,
        "rows": len(table.rows),
        "is_remembered": is_remembered,
    }
    return show(request, "earlier_columns.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What would become of each row; posted, the rows that are right are taken, if file and columns are those that were shown."""
    learner = _learner(request, pk)
    waiting = services.waiting(person=learner, by=request.user)
    file, places = waiting.file(), waiting.columns()
    if request.method == "POST" and "throw_away" in request.POST:
        waiting.throw_away()
        messages.success(request, "The file was thrown away. Nothing more is taken over.")
        return redirect("training:earlier_import", learner.pk)
    if file is None or places is None:
        return _choose_again(request, learner)
    at = timezone.now()
    if request.method == "POST":
        return _take_over(request, learner, file, places)
    checked = services.check_file(file=file, places=places, person=learner, at=at)
    audit.record(
        verb=Verb.READ,
        what="training.sign_offs_checked",
        at=at,
        actor=request.user,
        subject=learner,
        rows=len(checked.rows),
    )
    return show(request, "earlier_check.html", {"learner": learner} | checked.page(request.GET))


@require_safe
@confirmed_recently_for_file
def earlier_refused(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The refused rows of the file that waits, as a workbook with the reason behind each; recorded."""
    learner = _learner(request, pk)
    waiting = services.waiting(person=learner, by=request.user)
    file, places = waiting.file(), waiting.columns()
    if file is None or places is None:
        return _choose_again(request, learner)
    at = timezone.now()
    checked = services.check_file(file=file, places=places, person=learner, at=at)
    content = refused_workbook(
        file_name=checked.name,
        sheet=services.SHEET,
        headings=checked.headings,
        added=(services.ROW, services.REASON),
        rows=[(row.number, row.cells, row.reason) for row in checked.refused],
    )
    _record_export(request, learner, "training.sign_offs_refused_exported", content)
    return attachment(content, name="rows-refused.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_undo(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Undo all that was taken over from one spreadsheet, with the reason."""
    done = get_object_or_404(queries.imports_seen_by(request.user), pk=pk)
    if not permissions.can_undo_earlier_import(request.user, done):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = services.undo_import(import_id=done.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Undone: {count:,} sign-off{'' if count == 1 else 's'} of {done.file_name}.")
            return redirect("training:earlier_import", done.person_id)
        except DomainError as error:
            form.add_error("why", str(error))
    accepted = EarlierAcceptance.objects.holding().filter(sign_off__taken_from=done).count()
    context = {"learner": done.person, "done": done, "form": form, "accepted": accepted}
    return show(request, "earlier_undo.html", context, status=422 if form.errors else 200)


@require_safe
def earlier_sign_off(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One sign-off of before, what was accepted of it, and by whom; looking at another person's is recorded."""
    shown = _sign_off(request, pk)
    may_take_back = permissions.can_take_back_earlier(request.user, shown)
    may = {
        EarlierMove.ACCEPT: permissions.can_accept_earlier(request.user, shown),
        EarlierMove.TAKE_BACK: may_take_back,
    }
    context = {
        "shown": shown,
        "marked": queries.marked(shown),
        "acceptances": list(shown.acceptances.all()),
        "is_own": shown.person_id == request.user.pk,
        "sees_person": people_seen_by(request.user).filter(pk=shown.person_id).exists(),
        "moves": {move for move, is_given in may.items() if is_given and next_earlier_state(move, shown.state)},
        "why_not": services.why_not_acceptable(shown),
        "why_another": services.why_another(shown, request.user) if may_take_back else "",
    }
    return show(request, "earlier_sign_off.html", context)


@require_safe
def earlier_accepted(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The sign-off of an acceptance, for links from where a need is met by it."""
    found = get_object_or_404(EarlierAcceptance, pk=pk)
    return redirect(_seen(request, found.sign_off_id))


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_accept(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a sign-off of before meet a module."""
    shown = _sign_off(request, pk, may=permissions.can_accept_earlier)
    at = timezone.now()
    today = london_day(at)
    why_not = services.why_not_acceptable(shown)
    form = AcceptForm(
        request.POST if request.method == "POST" else None, offers=queries.offers_for(shown, on=today), on=today
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(sign_off_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"Accepted: {form.cleaned_data['module']} is met.")
            return redirect(shown)
        except services.NotReasonEnough as error:
            form.add_error("why", str(error))
        except DomainError as error:
            form.add_error("module", str(error))
    context = {"shown": shown, "form": form, "marked": queries.marked(shown), "why_not": why_not}
    return show(request, "earlier_accept.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an acceptance back, with the reason."""
    found = get_object_or_404(EarlierAcceptance.objects.select_related("module"), pk=pk)
    shown = _sign_off(request, found.sign_off_id, may=permissions.can_take_back_earlier)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_acceptance_back(
                acceptance_id=found.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"Taken back: {found.module} is no longer met by this.")
            return redirect(shown)
        except DomainError as error:
            form.add_error("why", str(error))
    context = {"shown": shown, "acceptance": found, "form": form}
    return show(request, "earlier_take_back.html", context, status=422 if form.errors else 200)


@require_safe
@confirmed_recently_for_file
def initial_training_xlsx(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody's record of initial training in the layout of their spreadsheet, with what was signed here; recorded."""
    learner = self_or_seen(request, pk)
    if learner.pk == request.user.pk and not permissions.can_keep_own_training(request.user):
        raise PermissionDenied
    found = queries.initial_record_of(learner, ours=HEADINGS)
    content = record_workbook(
        whose=str(learner),
        sheet=services.SHEET,
        headings=found.headings,
        signed=services.SIGNED,
        rows=found.rows,
        on=london_day(timezone.now()),
    )
    _record_export(request, learner, "training.initial_record_exported", content)
    return attachment(content, name="initial-training.xlsx", content_type=XLSX)


def _learner(request: SignedInRequest, pk: uuid.UUID) -> User:
    learner = self_or_seen(request, pk)
    if not permissions.can_take_over_sign_offs_of(request.user, learner):
        raise PermissionDenied
    return learner


def _sign_off(
    request: SignedInRequest, pk: uuid.UUID, *, may: Callable[[User, EarlierSignOff], bool] | None = None
) -> EarlierSignOff:
    """The sign-off that a page shows, if this person sees it and may do what the page does; looking at another's is recorded."""
    found = _seen(request, pk)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    if found.person_id != request.user.pk:
        audit.record(
            verb=Verb.READ,
            what="training.earlier_sign_off_read",
            at=timezone.now(),
            actor=request.user,
            subject=found,
        )
    return found


def _seen(request: SignedInRequest, pk: uuid.UUID) -> EarlierSignOff:
    """One's own, or of somebody whose training or open induction plan this person sees; else 404."""
    found = queries.sign_offs_seen_by(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _choose_again(request: SignedInRequest, learner: User) -> HttpResponse:
    messages.error(request, "No file waits to be taken over. Choose it again.")
    return redirect("training:earlier_import", learner.pk)


def _take_over(request: SignedInRequest, learner: User, file: WaitingFile, places: dict[str, int]) -> HttpResponse:
    """The message says what became of the file. While rows were refused it waits on, so that these can be downloaded."""
    try:
        checked, done = services.take_file(
            file=file,
            places=places,
            person=learner,
            by=request.user,
            at=timezone.now(),
            shown=request.POST.get("shown", ""),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("training:earlier_check", learner.pk)
    messages.success(request, checked.ended(done.taken if done is not None else 0))
    if checked.refused:
        return redirect("training:earlier_check", learner.pk)
    services.waiting(person=learner, by=request.user).throw_away()
    return redirect("training:earlier_import", learner.pk)


def _record_export(request: SignedInRequest, learner: User, what: str, content: bytes) -> None:
    audit.record(
        verb=Verb.EXPORTED,
        what=what,
        at=timezone.now(),
        actor=request.user,
        subject=learner,
        sha256=hashlib.sha256(content).hexdigest(),
    )
