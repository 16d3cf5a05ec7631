"""Entries of the CPD log: logging one, its page, correcting it, looking back on it, and taking it back."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest
from training import permissions
from training.forms.cpd import TOPICS_LIST, CorrectCpdForm, CpdForm, LookBackForm, ReasonForm
from training.models import CpdEntry
from training.queries.cpd import cpd_to_read, known_topics
from training.services import cpd as services
from training.views.frame import show
from training.views.people import person_seen


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_new(request: SignedInRequest) -> HttpResponse:
    """Log CPD of one's own."""
    if not permissions.can_keep_own_training(request.user):
        raise PermissionDenied
    return _log_cpd(request, request.user, "training:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def person_cpd_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Log CPD for somebody of the agency."""
    learner = person_seen(request, pk)
    if not permissions.can_log_cpd_for(request.user, learner):
        raise PermissionDenied
    return _log_cpd(request, learner, "training:person", learner.pk)


def _log_cpd(request: SignedInRequest, learner: User, then: str, *arguments: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    known = known_topics(learner, on=london_day(at))
    form = CpdForm(request.POST if request.method == "POST" else None, today=london_day(at), known=known)
    chosen = next((one for one in known if str(one.id) == request.GET.get("known")), None)
    if chosen is not None:
        form.begin_with(chosen)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.log_cpd(person=learner, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"Logged: {entry.hours.normalize():f} hour{pluralize(entry.hours)}.")
            return redirect(then, *arguments)
        except DomainError as error:
            form.refused(error)
    context = {
        "form": form,
        "learner": learner,
        "is_own": learner.pk == request.user.pk,
        "known": known,
        "chosen": chosen,
        "topics_list": TOPICS_LIST,
    }
    return show(request, "cpd_new.html", context, status=422 if form.errors else 200)


@require_safe
def cpd_entry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One entry with its evidence and what it said before. Looking at somebody else's is recorded."""
    entry = entry_seen(request, pk)
    if entry.person_id != request.user.pk:
        audit.record(verb=Verb.READ, what="training.cpd_read", at=timezone.now(), actor=request.user, subject=entry)
    may_correct_facts = permissions.can_correct_facts(request.user, entry)
    may_correct_words = permissions.can_correct_words(request.user, entry)
    context = {
        "entry": entry,
        "versions": entry.earlier_versions.all(),
        "files": entry.files.all(),
        "may_correct": may_correct_facts or may_correct_words,
        "may_look_back": may_correct_words,
        "may_take_back": permissions.can_take_back_cpd(request.user, entry),
        "may_attach": permissions.can_attach_evidence(request.user, entry),
    }
    return show(request, "cpd_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_correct(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct what this person may correct of an entry: facts, words, or both."""
    entry = entry_seen(request, pk)
    facts = permissions.can_correct_facts(request.user, entry)
    words = permissions.can_correct_words(request.user, entry)
    if not (facts or words):
        raise PermissionDenied
    at = timezone.now()
    form = CorrectCpdForm(
        request.POST if request.method == "POST" else None, today=london_day(at), entry=entry, facts=facts, words=words
    )
    return _change(request, entry, form, "cpd_correct.html", services.correct_cpd, "Corrected.")


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_look_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say whether it helped."""
    entry = entry_seen(request, pk)
    if not permissions.can_correct_words(request.user, entry):
        raise PermissionDenied
    initial = {"did_help": entry.did_help, "version": entry.version}
    form = LookBackForm(request.POST if request.method == "POST" else None, initial=initial)
    return _change(request, entry, form, "cpd_look_back.html", services.look_back_on_cpd, "Your look back is kept.")


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an entry back, with the reason."""
    entry = entry_seen(request, pk)
    if not (permissions.can_take_back_cpd(request.user, entry) or entry.taken_back_by_id == request.user.pk):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    said = "Taken back. It is kept with the reason, and counts in no total."
    return _change(request, entry, form, "cpd_take_back.html", services.take_back_cpd, said)


def _change(
    request: SignedInRequest,
    entry: CpdEntry,
    form: GovukForm,
    template: str,
    service: Callable[..., CpdEntry],
    said: str,
) -> HttpResponse:
    """The form, or what the service does with its answers."""
    if request.method == "POST" and form.is_valid():
        try:
            service(entry_id=entry.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, said)
            return redirect(entry)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, template, {"entry": entry, "form": form}, status=422 if form.errors else 200)


def entry_seen(request: SignedInRequest, pk: uuid.UUID) -> CpdEntry:
    """An entry that this person sees; else 404."""
    return get_object_or_404(cpd_to_read(request.user), pk=pk)
