"""A run as its facilitator leads it: planning, groups, releasing sheets, the meeting, the debrief, the end, and the comparison."""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from redis.exceptions import RedisError

from accounts.enums import Permission
from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest, refusal_as_message
from common.xlsx import XLSX
from training import permissions
from training.documents import exercise_comparison
from training.enums import RunMove, next_run_state
from training.forms.exercises import (
    AddGuestForm,
    AddMemberForm,
    CancelRunForm,
    DivideForm,
    EndForm,
    GuestsWhoCameForm,
    PlaceForm,
    PlanRunForm,
)
from training.models import ExerciseRun, GroupGuest, GroupMember
from training.queries import exercises as queries
from training.queries.records import people_who_may
from training.services import exercise_runs as services
from training.views.frame import confirm, show, show_form

NOTED_EVERY_SECONDS = 30 * 60
# What each step does, in words, its button, and what is said afterwards.
STEPS: dict[RunMove, tuple[Callable[..., ExerciseRun], str, str]] = {
    RunMove.START: (
        services.start,
        "The clock starts now. Everybody in a group reads the opening, and you release the sheets one by one.",
        "The run has started. Release the first sheet when the groups are ready.",
    ),
    RunMove.MEET: (
        services.begin_meeting,
        "No more sheets can be released, and decisions stand. Each group now holds its strategy meeting. "
        "This cannot be undone.",
        "Each group can now record its meeting.",
    ),
    RunMove.DEBRIEF: (
        services.debrief,
        "Nothing more can be written. Everybody in the run now sees what each group decided, and what was expected. "
        "This cannot be undone.",
        "Everybody in the run can now see the comparison.",
    ),
}


@require_safe
def exercise_run(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The facilitator's desk. Who is in a group of the run is led to it."""
    run = find_run(request, pk)
    if not permissions.leads_run(request.user, run):
        member = get_object_or_404(GroupMember.objects.select_related("group"), run=run, person=request.user)
        return redirect(member.group)
    note_reading(request, run)
    groups = queries.groups_of(run)
    rows = queries.desk_of(run, groups)
    context = {
        "run": run,
        "rows": rows,
        "groups": groups,
        "moves": {move for move in RunMove if next_run_state(move, run.state) is not None},
        "next": next((row.inject for row in rows if row.release is None), None),
        "minutes": run.minutes_at(timezone.now()),
    }
    return show(request, "exercise_run.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_new(request: SignedInRequest) -> HttpResponse:
    """Plan a run."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    user, at = request.user, timezone.now()
    form = PlanRunForm(
        request.POST if request.method == "POST" else None,
        exercises=queries.exercises_to_read(user).in_use().order_by("title", "pk"),
        people=people_who_may(Permission.RUN_TRAINING, agency_id=user.agency_id, on=london_day(at)),
        sessions=queries.sessions_for_runs(user, at=at),
        initial={
            "exercise": request.GET.get("exercise", ""),
            "session": request.GET.get("session", ""),
            "facilitator": str(user.pk),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            planned = services.plan_run(by=user, at=at, **form.cleaned_data)
            messages.success(request, "The run is planned. Draw the groups now.")
            return redirect(planned)
        except services.IsInThePast as error:
            form.add_error("planned_for", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(request, form, "Plan a run", button="Plan it", back="training:exercises")


@require_http_methods(["GET", "HEAD", "POST"])
def run_groups(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Name who takes part, and draw the groups."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(RunMove.DIVIDE, run.state) is None:
        return redirect(run)
    members = services.people_to_divide(run)
    form = DivideForm(
        request.POST if request.method == "POST" else None,
        agency_id=run.force_id,
        initial={"people": "\n".join(person.email for person in members), "groups": run.groups.count() or ""},
    )

    def divide() -> object:
        data = form.cleaned_data
        return services.divide(
            run_id=run.pk, people=data["people"], groups=data["groups"], by=request.user, at=timezone.now()
        )

    words = (
        "The groups are drawn, as equal as can be, and replace those that there are. You can change them one by one."
    )
    return _do(request, run, form, divide, "Draw the groups", button="Draw", done="The groups are drawn.", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def run_member_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put one more person into a group, also one who comes late."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(RunMove.ADD, run.state) is None:
        return redirect(run)
    form = AddMemberForm(
        request.POST if request.method == "POST" else None,
        agency_id=run.force_id,
        groups=run.groups.order_by("name", "pk"),
    )

    def add() -> object:
        return services.add_member(run_id=run.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    fields = {services.CannotDivide: "person"}
    return _do(request, run, form, add, "Add somebody", button="Add", done="Added.", fields=fields)


@require_http_methods(["GET", "HEAD", "POST"])
def run_member(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put somebody into another group, or let them play somebody else."""
    member, run = _member(request, pk)
    if request.method != "POST" and next_run_state(RunMove.ADD, run.state) is None:
        return redirect(run)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        groups=run.groups.order_by("name", "pk"),
        initial={"group": str(member.group_id), "plays": member.plays},
    )

    def change() -> object:
        return services.change_member(member_id=member.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _do(request, run, form, change, f"Change {member.person}", button="Save", done="Saved.")


@require_http_methods(["GET", "HEAD", "POST"])
def run_member_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take somebody out before the start."""
    member, run = _member(request, pk)

    def take_out() -> object:
        return services.take_out(member_id=member.pk, by=request.user, at=timezone.now())

    words = "They are in no group of this run then. You can add them again."
    title, done = f"Take out {member.person}", f"{member.person} is taken out."
    return _do(request, run, None, take_out, title, button="Take out", done=done, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def run_guest_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put somebody of a partner agency into a group, by name and without an account."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(RunMove.ADD, run.state) is None:
        return redirect(run)
    form = AddGuestForm(request.POST if request.method == "POST" else None, groups=run.groups.order_by("name", "pk"))

    def add() -> object:
        return services.add_guest(run_id=run.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    words = (
        "They sit at the table and see and write nothing here. "
        "Somebody of your agency in the group records what it decides."
    )
    fields = {services.IsInAGroup: "name"}
    return _do(
        request,
        run,
        form,
        add,
        "Add a guest of a partner agency",
        button="Add",
        done="Added.",
        words=words,
        fields=fields,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def run_guest_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a guest out before the start."""
    guest = get_object_or_404(GroupGuest.objects.select_related("run"), pk=pk)
    run = find_run_to_lead(request, guest.run_id)

    def take_out() -> object:
        return services.take_guest_out(guest_id=guest.pk, by=request.user, at=timezone.now())

    title, done = f"Take out {guest}", f"{guest} is taken out."
    words = "They are in no group of this run then. You can add them again."
    return _do(request, run, None, take_out, title, button="Take out", done=done, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def run_step(request: SignedInRequest, pk: uuid.UUID, move: RunMove) -> HttpResponse:
    """Start, begin the strategy meeting, begin the debrief: said once what it does, then done."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(move, run.state) is None:
        return redirect(run)
    service, words, done = STEPS[move]

    def step() -> object:
        return service(run_id=run.pk, by=request.user, at=timezone.now())

    return _do(request, run, None, step, str(move.label), button=str(move.label), done=done, words=words)


@require_POST
def run_release(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Release the sheet that is next on the page; a second click releases no other."""
    run = find_run_to_lead(request, pk)
    said = request.POST.get("position", "")
    with refusal_as_message(request):
        services.release_next(
            run_id=run.pk,
            position=int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0,
            by=request.user,
            at=timezone.now(),
        )
    return redirect(run)


@require_http_methods(["GET", "HEAD", "POST"])
def run_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End the run, and log its hours once."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(RunMove.END, run.state) is None:
        return redirect(run)
    at = timezone.now()
    form: EndForm | GuestsWhoCameForm | None = None
    words = "The register of the training session logs the hours. Close it there."
    guests = run.guests.select_related("group").order_by("group__name", "agency_name", "name", "pk")
    if run.session_id is not None and guests:
        form = GuestsWhoCameForm(request.POST if request.method == "POST" else None, guests=guests)
    elif run.session_id is None:
        members = run.members.select_related("person", "group").order_by("group__name", "person__name", "pk")
        form = EndForm(
            request.POST if request.method == "POST" else None,
            members=members,
            guests=guests,
            hours=services.hours_so_far(run, at=at),
        )
        words = "The comparison stays open to everybody of the run. This cannot be undone."

    def end() -> object:
        answers = form.answers() if form else {}
        return services.end_run(run_id=run.pk, by=request.user, at=at, **answers)

    return _do(request, run, form, end, "End the run", button="End the run", done="The run has ended.", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def run_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Call a planned run off."""
    run = find_run_to_lead(request, pk)
    if request.method != "POST" and next_run_state(RunMove.CANCEL, run.state) is None:
        return redirect(run)
    form = CancelRunForm(request.POST if request.method == "POST" else None)

    def cancel() -> object:
        return services.cancel_run(run_id=run.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _do(request, run, form, cancel, "Cancel the run", button="Cancel the run", done="The run is cancelled.")


@require_safe
def run_screen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """For the screen in the room: the clock and the newest sheet, and no name."""
    run = find_run_to_lead(request, pk)
    newest = run.releases.select_related("inject").order_by("-inject__position").first()
    return show(
        request, "exercise_screen.html", {"run": run, "minutes": run.minutes_at(timezone.now()), "newest": newest}
    )


@require_safe
def run_comparison(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What each group decided beside what was expected; from the debrief on, for everybody of the run."""
    run = _compared(request, pk)
    note_reading(request, run)
    return show(request, "exercise_comparison.html", {"run": run, "comparison": queries.comparison_of(run)})


@require_safe
@confirmed_recently_for_file
def run_comparison_xlsx(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The same as a workbook, by group and without names; recorded."""
    run = _compared(request, pk)
    content = exercise_comparison.workbook(run, queries.comparison_of(run))
    audit.record(
        verb=Verb.EXPORTED,
        what="training.exercise_comparison_exported",
        at=timezone.now(),
        actor=request.user,
        subject=run,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    headers = {"Content-Disposition": 'attachment; filename="comparison.xlsx"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def find_run(request: SignedInRequest, pk: uuid.UUID) -> ExerciseRun:
    """A run that this person leads or is in; for everybody else it does not exist."""
    seen = ExerciseRun.objects.visible_to(request.user).select_related("exercise", "facilitator", "session")
    return get_object_or_404(seen, pk=pk)


def find_run_to_lead(request: SignedInRequest, pk: uuid.UUID) -> ExerciseRun:
    """A run that this person leads: 404 for who may not see it, 403 for who is in one of its groups."""
    run = find_run(request, pk)
    if not permissions.leads_run(request.user, run):
        raise PermissionDenied
    return run


def note_reading(request: SignedInRequest, run: ExerciseRun) -> None:
    """Once in half an hour: these pages ask by themselves whether there is news."""
    key = f"exercise-read/{run.pk}/{request.user.pk}/{run.state}"
    # Without the cache every reading is written down: too many entries are better than none.
    with suppress(RedisError):
        if cache.get(key):
            return
    services.note_reading(run=run, by=request.user, at=timezone.now())
    with suppress(RedisError):
        cache.set(key, 1, NOTED_EVERY_SECONDS)


def _compared(request: SignedInRequest, pk: uuid.UUID) -> ExerciseRun:
    run = find_run(request, pk)
    if not run.is_compared:
        raise Http404
    return run


def _member(request: SignedInRequest, pk: uuid.UUID) -> tuple[GroupMember, ExerciseRun]:
    member = get_object_or_404(GroupMember.objects.select_related("person"), pk=pk)
    return member, find_run_to_lead(request, member.run_id)


def _do(
    request: SignedInRequest,
    run: ExerciseRun,
    form: GovukForm | None,
    deed: Callable[[], object],
    title: str,
    **how: Any,
) -> HttpResponse:
    """Show what is about to be done in a run, with its form where it has one, and do it."""
    caption = f"{run.exercise.title}: {run.title}"
    return confirm(
        request, deed, title, form=form, back="training:exercise_run", back_to=run.pk, caption=caption, **how
    )
