"""Writing and submitting: one's own referrals, the task list, a page per group of questions, check and send."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.autosave import autosaved, is_autosave, not_autosaved
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.enums import DECLARATION, SENT, FormKind, ReferralState, Situation
from referrals.forms import AnotherForm, Section, SectionForm, SituationForm, next_section, section_of, sections_of
from referrals.models import Referral

# By then the job that makes the writer's copy has run, unless no worker is there.
COPY_IS_MADE_WITHIN = timedelta(minutes=30)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """One's drafts, what one submitted, and what became of it."""
    if not permissions.kinds_to_write(request.user):
        raise PermissionDenied
    sent = queries.sent_by(request.user)
    only_answered = request.GET.get("answered") == "yes"
    if only_answered:
        sent = queries.newly_answered(sent, at=timezone.now())
    narrowed = next((name for name in queries.NARROWED if request.GET.get(name) == "yes"), "")
    sent = queries.narrowed(sent, narrowed, user=request.user)
    context = {
        "drafts": queries.drafts_of(request.user)[:50],
        "page": keyset_page(sent, order=queries.MINE_ORDER, cursor=request.GET.get("cursor")),
        "only_answered": only_answered,
        "narrowed": queries.NARROWED.get(narrowed),
    }
    return render(request, "referrals/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest) -> HttpResponse:
    """Before anything else: is somebody in danger now? Then the form, if there is a choice."""
    kinds = permissions.kinds_to_write(request.user)
    if not kinds:
        raise PermissionDenied
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind == FormKind.CPI and kind in kinds:
            return redirect("referrals:start_information")
        if kind in kinds:
            referral = services.begin_draft(kind=FormKind(kind), by=request.user, at=timezone.now())
            return redirect(_first_page(referral))
        messages.error(request, "Choose a form.")
    status = 422 if request.method == "POST" else 200
    return render(request, "referrals/start.html", {"kinds": kinds}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def start_information(request: SignedInRequest) -> HttpResponse:
    """What a CPI form is not for: danger, a crime and a safeguarding concern are sent where they belong."""
    if not permissions.can_write(request.user, FormKind.CPI):
        raise PermissionDenied
    form = SituationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "referrals/start_information.html", {"form": form}, status=status)
    situation = form.cleaned_data["situation"]
    if situation == Situation.INFORMATION:
        referral = services.begin_draft(kind=FormKind.CPI, by=request.user, at=timezone.now())
        return redirect(_first_page(referral))
    services.send_elsewhere(situation=situation, by=request.user, at=timezone.now())
    return render(request, "referrals/elsewhere.html", {"situation": situation})


def _first_page(referral: Referral) -> str:
    return reverse("referrals:section", args=[referral.pk, sections_of(referral)[0].key])


@require_safe
def draft(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The task list."""
    referral = own_draft(request, pk)
    tasks = [(section, section.status(referral)) for section in sections_of(referral)]
    context = {
        "referral": referral,
        "tasks": tasks,
        "completed": sum(status == "Completed" for _, status in tasks),
    }
    return render(request, "referrals/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One page of questions. Continue and "Save and come back later" keep it; so does autosave, with an answer as JSON."""
    referral = own_draft(request, pk)
    page = section_of(referral, key)
    if page is None:
        raise Http404
    if page.is_list_of_people:
        return _people(request, referral, page)
    if request.method != "POST":
        return _section_page(request, referral, page, page.unbound(referral, at=timezone.now()))
    return _save(request, referral, page)


def _people(request: SignedInRequest, referral: Referral, page: Section) -> HttpResponse:
    if request.method == "POST":
        return redirect(_after(request, referral, page))
    context = _around(request, referral, page) | {"households": page.answered(referral)}
    return render(request, "referrals/people.html", context)


def _save(request: SignedInRequest, referral: Referral, page: Section) -> HttpResponse:
    form = page.bound(request.POST, at=timezone.now())
    if not form.is_valid():
        return _section_page(request, referral, page, form, status=422)
    try:
        saved = services.save_section(
            referral_id=referral.pk,
            version=form.cleaned_data["version"],
            answers=form.answers(),
            concern=page.concern,
            page=form.cleaned_data["page"],
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleDraft as stale:
        return _conflict(request, referral, page, form, stale)
    except services.CannotSave as error:
        form.add_error(None, str(error))
        return _section_page(request, referral, page, form, status=422)
    return saved_by_itself(saved) if is_autosave(request) else redirect(_after(request, saved, page))


def _section_page(
    request: SignedInRequest, referral: Referral, page: Section, form: SectionForm, *, status: int = 200
) -> HttpResponse:
    if is_autosave(request):
        return not_autosaved("Not saved: an answer is not right yet.", status=status)
    return render(request, "referrals/section.html", _around(request, referral, page) | {"form": form}, status=status)


def _conflict(
    request: SignedInRequest, referral: Referral, page: Section, form: SectionForm, stale: services.StaleDraft
) -> HttpResponse:
    if is_autosave(request):
        return not_autosaved("Not saved: this page was changed somewhere else.", status=409)
    differing = [
        (page.in_words(referral, name, stale.theirs[name]), page.in_words(referral, name, stale.mine[name]))
        for name in stale.mine
    ]
    again = page.bound(sent_again(request, version=stale.version), at=timezone.now())
    context = _around(request, referral, page) | {"form": again, "differing": differing}
    return render(request, "referrals/conflict.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Check your answers, and submit exactly once: the page carries the key of its submission."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    if referral.state in SENT:
        return redirect("referrals:sent", referral.pk)
    referral = own_draft(request, pk)
    if request.method != "POST":
        return _check_page(request, referral)
    # Whether the words must be there, the service says.
    words = AnotherForm(request.POST, is_urgent=True)
    if not words.is_valid():
        return _check_page(request, referral, status=422)
    try:
        services.submit_referral(
            referral_id=referral.pk,
            key=_submission_key(request.POST.get("submission_key", "")),
            why_another=words.cleaned_data["why_another"],
            by=request.user,
            at=timezone.now(),
        )
    except services.MayExistAlready:
        return _check_page(request, referral, status=422)
    except services.CannotSubmit as error:
        return _check_page(request, referral, problem=error, status=422)
    return redirect("referrals:sent", referral.pk)


def _check_page(
    request: SignedInRequest,
    referral: Referral,
    *,
    problem: services.CannotSubmit | None = None,
    status: int = 200,
) -> HttpResponse:
    pages, at = sections_of(referral), timezone.now()
    may_exist = queries.may_exist_already(referral, request.user, at=at)
    sent = request.POST if request.method == "POST" else None
    another = AnotherForm(sent, is_urgent=queries.counts_as_high(referral)) if may_exist else None
    if may_exist.has_unseen:
        audit.record(verb=Verb.SEARCHED, what="referral.hinted_at_another", at=at, actor=request.user, subject=referral)
    # It names who wrote another PPN and whom that is about.
    seen = [earlier.referral for earlier in may_exist.earlier]
    audit.record_each(verb=Verb.READ, what="referral.seen_as_duplicate", at=at, actor=request.user, subjects=seen)
    completeness = queries.grading_points_of(referral, at=at)
    named = {name for point in completeness.missing for name in point.fields}
    unanswered = [(page, [one for one in page.unanswered(referral) if one.name not in named]) for page in pages]
    context = {
        "referral": referral,
        "sections": [(page, page.answered(referral)) for page in pages],
        "unanswered": [(page, questions) for page, questions in unanswered if questions],
        "gaps": queries.identity_gaps(referral),
        "hints": queries.hints_of(referral, at=at),
        "encompass_due_at": queries.encompass_due_at(referral),
        "completeness": completeness,
        "attachments": queries.attachments_of(referral),
        "missing": services.missing_to_submit(referral),
        "problem": problem,
        "may_exist": may_exist,
        "another": another,
        "submission_key": uuid.uuid4(),
        "declaration": DECLARATION,
    }
    return render(request, "referrals/check.html", context, status=status)


def _submission_key(text: str) -> uuid.UUID:
    """The key that the page carried; one of our own for a page that lost it (the draft's state still makes it once)."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


@require_safe
def sent(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What was sent, its reference and what happens next; can be opened again at any time."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    context = {
        "referral": referral,
        "first_look_due_at": queries.first_look_due_at(referral),
        "risk_changes": queries.risk_changes_of(referral),
        "copies": queries.copies_of(referral),
        "copy_is_being_made": timezone.now() - referral.changed_at < COPY_IS_MADE_WITHIN,
    }
    return render(request, "referrals/sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then give the draft up."""
    referral = own_draft(request, pk)
    if request.method != "POST":
        return render(request, "referrals/discard.html", {"referral": referral})
    with refusal_as_message(request):
        services.discard_draft(referral_id=referral.pk, by=request.user, at=timezone.now())
        messages.success(request, "The draft was discarded.")
    return redirect("referrals:mine")


def own_draft(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """This person's draft with its content and people. Others: 404, or 403 for those who may see the sent referral."""
    user = request.user
    visible = Referral.objects.visible_to(user).select_related("ppn", "cpi").prefetch_related("people")
    referral = get_object_or_404(visible, pk=pk)
    if not permissions.can_edit(user, referral) or referral.state != ReferralState.DRAFT:
        raise PermissionDenied
    return referral


def saved_by_itself(referral: Referral) -> HttpResponse:
    """The answer to autosave of a part of this draft."""
    return autosaved(version=referral.version, at=referral.changed_at)


def sent_again(request: SignedInRequest, *, version: int) -> QueryDict:
    """What was sent, as if read at the version that is stored now."""
    data = request.POST.copy()
    data["version"] = str(version)
    return data


def _around(request: SignedInRequest, referral: Referral, page: Section) -> dict[str, Any]:
    """What each page of the form shows around its questions."""
    pages = sections_of(referral)
    return {
        "referral": referral,
        "section": page,
        "number": pages.index(page) + 1,
        "of": len(pages),
        "from_check": "check" in (request.GET.get("from"), request.POST.get("from")),
    }


def _after(request: SignedInRequest, referral: Referral, page: Section) -> str:
    if "later" in request.POST:
        messages.success(request, "Your draft is saved. You can go on with it on any device.")
        return reverse("referrals:mine")
    if request.POST.get("from") == "check":
        return reverse("referrals:check", args=[referral.pk])
    following = next_section(referral, page)
    if following is None:
        return reverse("referrals:check", args=[referral.pk])
    # A PPN names somebody, so whoever comes by for the first time need not ask for the page.
    if following.is_list_of_people and referral.kind == FormKind.PPN and not referral.people.exists():
        return reverse("referrals:person_add", args=[referral.pk])
    return reverse("referrals:section", args=[referral.pk, following.key])
