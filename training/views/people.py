"""One's own training, and the people whose training one sees."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.models import CpdEntry
from training.queries import knowledge as knowledge_queries
from training.queries import people as queries
from training.queries import profiles as profile_queries
from training.queries import records as record_queries
from training.queries import registers as register_queries
from training.queries import skills as skill_queries
from training.queries.cpd_expected import against_expectation, expectations_of
from training.queries.earlier import earlier_of
from training.queries.inductions import own_plans
from training.queries.prerequisites import with_firsts
from training.services.earlier_sign_offs import why_not_acceptable
from training.views.frame import show


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """One's own records, what one's profiles ask for, evidence of skills, and the CPD log."""
    if not permissions.can_keep_own_training(request.user):
        raise PermissionDenied
    context = _training_of(request, request.user, at=timezone.now())
    context["may_show_skills"] = permissions.can_show_skills(request.user)
    context["may_review"] = permissions.can_review_at_all(request.user)
    return show(request, "mine.html", context)


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody whose training this person sees, by name; looking is recorded."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    listed = queries.with_progress(queries.people_seen_by(request.user).select_related("team"), on=london_day(at))
    page = keyset_page(listed, order=("name", "pk"), cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="training.people_listed", at=at, actor=request.user, people=len(page))
    context = {"page": page, "year": london_day(at).year, "may_run": permissions.can_run_training(request.user)}
    return show(request, "people.html", context)


@require_safe
def person(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One person's records and CPD log; looking is recorded."""
    learner = person_seen(request, pk)
    at = timezone.now()
    audit.record(verb=Verb.READ, what="training.person_read", at=at, actor=request.user, subject=learner)
    context = _training_of(request, learner, at=at) | {
        "may_log_cpd": permissions.can_log_cpd_for(request.user, learner),
        "may_import": permissions.can_import_cpd_of(request.user, learner),
        "may_log": permissions.can_run_training(request.user) and learner.pk != request.user.pk,
    }
    return show(request, "person.html", context)


def person_seen(request: SignedInRequest, pk: uuid.UUID) -> User:
    """Somebody whose training this person sees; else 404."""
    return get_object_or_404(queries.people_seen_by(request.user).select_related("team"), pk=pk)


def self_or_seen(request: SignedInRequest, pk: uuid.UUID) -> User:
    """Oneself, or somebody whose training this person sees; else 404."""
    return request.user if pk == request.user.pk else person_seen(request, pk)


def _training_of(request: SignedInRequest, learner: User, *, at: datetime) -> dict[str, Any]:
    """What the page of one person shows, one's own or somebody else's."""
    today = london_day(at)
    records = record_queries.records_to_read().filter(person=learner).newest_first()
    entries = CpdEntry.objects.filter(person=learner).select_related("logged_by")
    expectations = expectations_of(learner.agency_id)
    earlier = earlier_of(learner)
    standings = profile_queries.standings_of(learner, on=today)
    standings = replace(standings, needs=with_firsts(standings.needs, learner, on=today))
    return {
        "learner": learner,
        "records": record_queries.listed(records, on=today),
        "own_sessions": register_queries.own_sessions(learner, at=at),
        "induction_plans": own_plans(learner, on=today),
        "standings": standings,
        "profile_history": profile_queries.history_of(learner),
        "evidence": skill_queries.evidence_of(learner),
        "earlier": earlier,
        "acceptable": {
            one.pk
            for one in earlier
            if permissions.can_accept_earlier(request.user, one) and not why_not_acceptable(one)
        },
        "may_take_over": permissions.can_take_over_sign_offs_of(request.user, learner),
        "taken_tests": knowledge_queries.taken_by(learner),
        "shows_scores": learner.pk == request.user.pk or permissions.can_run_training(request.user),
        "years": against_expectation(queries.cpd_by_year(learner), expectations, on=today),
        "page": keyset_page(entries, order=("-done_on", "-pk"), cursor=request.GET.get("cursor")),
    }
