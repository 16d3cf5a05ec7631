"""Champions: the finder for everybody of the agency, and the desk of who keeps the list."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.champions import (
    ChangeTopicForm,
    DescribeChampionForm,
    FinderForm,
    NameChampionForm,
    TopicForm,
)
from training.models import Champion, ChampionTopic
from training.queries import champions as queries
from training.queries.records import people_of
from training.services import champions as services
from training.views.frame import show, show_form


@require_safe
def champions(request: SignedInRequest) -> HttpResponse:
    """Whom one can ask, by topic, team and words; looking is recorded."""
    if not permissions.is_of_an_agency(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = FinderForm(request.GET, topics=queries.topics_of(request.user), teams=queries.teams_of(request.user))
    filters = form.filters()
    found = queries.champions_to_ask(request.user, on=london_day(at), **filters)
    page = keyset_page(found, order=("topic__title", "person__name", "pk"), cursor=request.GET.get("cursor"))
    if page:
        audit.record(verb=Verb.READ, what="training.champions_listed", at=at, actor=request.user, people=len(page))
    context = {
        "form": form,
        "page": page,
        "is_filtered": bool(filters),
        "may_keep": permissions.can_run_training(request.user),
    }
    return show(request, "champions.html", context)


@require_safe
def champion_map(request: SignedInRequest) -> HttpResponse:
    """Which team has champions of which topic, and where there is nobody; counts alone."""
    if not permissions.is_of_an_agency(request.user):
        raise PermissionDenied
    found = queries.map_of(request.user, on=london_day(timezone.now()))
    return show(request, "champion_map.html", {"map": found})


@require_safe
def champion_topics(request: SignedInRequest) -> HttpResponse:
    """The list of topics, and who was their champion from when until when."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    at = timezone.now()
    page = keyset_page(
        queries.all_champions(request.user), order=("-starts_on", "-pk"), cursor=request.GET.get("cursor")
    )
    audit.record(verb=Verb.READ, what="training.champions_kept", at=at, actor=request.user, people=len(page))
    topics = ChampionTopic.objects.of(request.user).by_title()
    return show(request, "champion_topics.html", {"topics": topics, "page": page, "today": london_day(at)})


@require_http_methods(["GET", "HEAD", "POST"])
def champion_topic_new(request: SignedInRequest) -> HttpResponse:
    """Put a topic on the list."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    form = TopicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            topic = services.add_topic(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{topic} is on the list.")
            return redirect("training:champion_topics")
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(request, form, "Add a topic", button="Add the topic", back="training:champion_topics")


@require_http_methods(["GET", "HEAD", "POST"])
def champion_topic_change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a topic, or take it off the list."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    topic = get_object_or_404(ChampionTopic.objects.of(request.user), pk=pk)
    initial = {name: getattr(topic, name) for name in ("title", "about", "is_listed")}
    form = ChangeTopicForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_topic(topic_id=topic.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Changed.")
            return redirect("training:champion_topics")
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(request, form, "Change a topic", button="Save", back="training:champion_topics")


@require_http_methods(["GET", "HEAD", "POST"])
def champion_new(request: SignedInRequest) -> HttpResponse:
    """Make somebody of the agency a champion."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = NameChampionForm(
        request.POST if request.method == "POST" else None,
        people=people_of(request.user.agency_id),
        topics=queries.topics_of(request.user),
        today=london_day(at),
    )
    if request.method == "POST" and form.is_valid():
        try:
            named = services.name_champion(by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{named.person} is a champion of {named.topic}.")
            return redirect("training:champion_topics")
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(request, form, "Name a champion", button="Name as champion", back="training:champion_topics")


@require_http_methods(["GET", "HEAD", "POST"])
def champion_change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What colleagues read of a champion: theirs to change, and the trainers'."""
    champion = _champion(request, pk)
    initial = {name: getattr(champion, name) for name in ("helps_with", "reached", "phone", "refresh_by")}
    form = DescribeChampionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.describe_champion(champion_id=champion.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Changed.")
            return redirect("training:champions")
        except DomainError as error:
            form.add_error(None, str(error))
    caption = f"{champion.person}, {champion.topic}"
    return show_form(request, form, "What colleagues read", button="Save", back="training:champions", caption=caption)


@require_http_methods(["GET", "HEAD", "POST"])
def champion_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Step down, or end it as a trainer."""
    champion = _champion(request, pk)
    if request.method == "POST":
        try:
            services.end_champion(champion_id=champion.pk, by=request.user, at=timezone.now())
            messages.success(request, f"{champion.person} is no champion of {champion.topic} any more.")
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("training:champions")
    is_own = champion.person_id == request.user.pk
    return show_form(
        request,
        None,
        "Step down as a champion" if is_own else "End a champion",
        button="Step down" if is_own else "End",
        back="training:champions",
        caption=f"{champion.person}, {champion.topic}",
        words="Colleagues no longer find it from today. That it was so, and from when until when, is kept.",
    )


def _champion(request: SignedInRequest, pk: uuid.UUID) -> Champion:
    """One of the agency's (else 404), for who may change it (else 403)."""
    found = Champion.objects.of(request.user).select_related("topic", "person")
    champion: Champion = get_object_or_404(found, pk=pk)
    if not permissions.can_describe_champion(request.user, champion):
        raise PermissionDenied
    return champion
