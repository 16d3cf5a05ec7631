"""The home page, where forms are hard to fill in, and whether training helped."""

import hashlib
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.http import SignedInRequest, attachment
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.resampling import METHOD
from common.xlsx import XLSX
from insights import permissions
from insights.documents import evaluation_workbook
from insights.forms import TrainingEffectForm
from insights.queries import form_faults as faults
from insights.queries import training_effect as effects
from insights.queries.home import main_action, waiting_for
from training.models import Cohort, Module


def home(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, and the one thing they most likely came for."""
    context = {
        "waiting": waiting_for(request.user, at=timezone.now()),
        "main_action": main_action(request.user),
    }
    return render(request, "insights/home.html", context)


def form_faults(request: SignedInRequest) -> HttpResponse:
    """Which questions are sent back with an error, how and how often, over the last thirty days."""
    if not permissions.can_see_form_faults(request.user):
        raise PermissionDenied
    since = timezone.localdate() - timedelta(days=faults.DAYS_OF_FAULTS - 1)
    found = faults.form_faults_since(since)
    context = {
        "since": since,
        "rows": found[: faults.MOST_FAULTS],
        "is_cut": len(found) > faults.MOST_FAULTS,
        "total": faults.faults_in_all_since(since),
    }
    return render(request, "insights/form_faults.html", context)


@require_safe
def training_effect(request: SignedInRequest) -> HttpResponse:
    """Grades and compliance before and after training, with what speaks against a quick answer beside each figure."""
    if not permissions.can_see_training_effect(request.user):
        raise PermissionDenied
    form, chosen, evidence = _effect_asked(request)
    effect = effects.effect_of(evidence, chosen) if chosen is not None else None
    if effect is not None and effect.tells_of_few:
        audit.record(verb=Verb.READ, what="training.effect_read", at=timezone.now(), actor=request.user)
    context = {
        "form": form,
        "may_choose": effects.may_choose_training(request.user),
        "effect": effect,
        "is_cohort": chosen is not None and chosen.cohort is not None,
        "fewest": SMALLEST_BASE_SHOWN,
        "method": METHOD,
        "asked": request.GET.urlencode(),
    }
    return render(request, "insights/training_effect.html", context, status=422 if form.errors else 200)


@require_safe
@confirmed_recently_for_file
def training_effect_xlsx(request: SignedInRequest) -> HttpResponse:
    """The same for an evaluator: a line for each person without a name, where no group is small; recorded."""
    if not effects.may_choose_training(request.user):
        raise PermissionDenied
    _, chosen, evidence = _effect_asked(request)
    effect = effects.effect_of(evidence, chosen) if chosen is not None else None
    if chosen is None or effect is None or not effect.is_for_evaluators:
        raise Http404("There is no such workbook, or a group in it would be too small.")
    at = timezone.now()
    content = evaluation_workbook(effect, about=chosen.in_words, on=london_day(at))
    digest = hashlib.sha256(content).hexdigest()
    audit.record(verb=Verb.EXPORTED, what="training.effect_exported", at=at, actor=request.user, sha256=digest)
    return attachment(content, name="before-and-after-training.xlsx", content_type=XLSX)


def _effect_asked(request: SignedInRequest) -> tuple[TrainingEffectForm, effects.Chosen | None, effects.Evidence]:
    """The form, what was chosen with it (None where that is not on offer), and what there is to compare."""
    evidence = effects.Evidence(request.user)
    form = TrainingEffectForm(
        request.GET or None,
        cohorts=effects.cohorts_offered(request.user),
        modules=effects.modules_offered(evidence),
        teams=effects.teams_offered(request.user),
    )
    if form.is_bound and not form.is_valid():
        return form, None, evidence
    asked = form.cleaned_data if form.is_bound else {}
    training = asked.get("training")
    chosen = effects.Chosen(
        cohort=training if isinstance(training, Cohort) else None,
        module=training if isinstance(training, Module) else None,
        team=asked.get("team"),
    )
    return form, chosen, evidence
