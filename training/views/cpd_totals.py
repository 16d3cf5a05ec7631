"""Years of CPD: of many people against what is expected, as workbooks, and one person's portfolio."""

import hashlib
import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Team, User
from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, attachment
from common.paging import keyset_page
from common.xlsx import XLSX
from training import permissions
from training.documents import cpd_log, cpd_portfolio
from training.forms.cpd import ExpectationForm, YearForm
from training.models import CpdEntry
from training.queries import people as queries
from training.queries.cpd import log_of, totals_of
from training.queries.cpd_expected import expectations_of
from training.queries.portfolio import portfolio_of
from training.services import cpd_expectations as services
from training.services.cpd_imports import SHEET
from training.services.cpd_rows import EXPLAINED
from training.views.frame import show
from training.views.people import self_or_seen

YEARS_OFFERED = 5
HEADINGS = {name: column.name for name, column in EXPLAINED.items()}


@require_safe
def cpd_people(request: SignedInRequest) -> HttpResponse:
    """A year's hours by kind of everybody whose training this person sees, against what is expected; looking is recorded."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    teams = queries.teams_seen_by(request.user)
    year, team = _year(request, today) or today.year, _team(request, teams)
    people = queries.people_seen_by(request.user).select_related("team")
    page = keyset_page(
        people.filter(team=team) if team else people, order=("name", "pk"), cursor=request.GET.get("cursor")
    )
    expectations = expectations_of(request.user.agency_id)
    audit.record(
        verb=Verb.READ, what="training.cpd_people_listed", at=at, actor=request.user, people=len(page), year=year
    )
    chosen = {"year": year, "team": team.pk if team else ""}
    context = {
        "page": page,
        "totals": totals_of(page.items, expectations, year=year, on=today),
        "year": year,
        "team": team,
        "form": YearForm(chosen, years=_years_offered(today), teams=teams),
        "expectations": expectations,
        "may_set": permissions.can_run_training(request.user),
    }
    return show(request, "cpd_people.html", context)


@require_safe
@confirmed_recently_for_file
def cpd_team_xlsx(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A team's year as a workbook: totals and entries; recorded."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    team = next((one for one in queries.teams_seen_by(request.user) if one.pk == pk), None)
    if team is None:
        raise Http404
    year = _year(request, today) or today.year
    people = list(queries.people_seen_by(request.user).filter(team=team).order_by("name", "pk"))
    totals = totals_of(people, expectations_of(team.agency_id), year=year, on=today)
    entries = CpdEntry.objects.counted().of_year(year).filter(person__in=people).select_related("person")
    content = cpd_log.team_workbook(
        team=team.name,
        year=year,
        totals=totals,
        headings=HEADINGS,
        entries=entries.order_by("person__name", "person", "done_on", "logged_at", "pk"),
        on=today,
    )
    audit.record(
        verb=Verb.EXPORTED,
        what="training.cpd_team_exported",
        at=at,
        actor=request.user,
        subject=team,
        people=len(people),
        year=year,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return attachment(content, name=f"cpd-team-{year}.xlsx", content_type=XLSX)


@require_safe
@confirmed_recently_for_file
def cpd_xlsx(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One person's log as a workbook that can be taken over again; recorded."""
    learner = _whose(request, pk)
    at = timezone.now()
    content = cpd_log.log_workbook(
        whose=str(learner), sheet=SHEET, headings=HEADINGS, entries=log_of(learner), on=london_day(at)
    )
    _record_export(request, learner, "training.cpd_exported", content)
    return attachment(content, name="cpd-log.xlsx", content_type=XLSX)


@require_safe
@confirmed_recently_for_file
def cpd_portfolio_pdf(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One person's portfolio, of a year or of everything; recorded."""
    learner = _whose(request, pk)
    at = timezone.now()
    year = _year(request, london_day(at))
    pdf = cpd_portfolio.pdf_of(portfolio_of(learner, year=year, by=request.user, at=at))
    _record_export(request, learner, "training.cpd_portfolio_made", pdf.content)
    return attachment(
        pdf.content, name=f"cpd-portfolio{f'-{year}' if year else ''}.pdf", content_type="application/pdf"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_expectation(request: SignedInRequest) -> HttpResponse:
    """Set how many hours are expected, and from when."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    form = ExpectationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.set_cpd_expectation(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Expected: {kept.hours} hours a year from {kept.valid_from:%d/%m/%Y}.")
            return redirect("training:cpd_people")
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "expectations": expectations_of(request.user.agency_id)}
    return show(request, "cpd_expectation.html", context, status=422 if form.errors else 200)


def _whose(request: SignedInRequest, pk: uuid.UUID) -> User:
    learner = self_or_seen(request, pk)
    if learner.pk == request.user.pk and not permissions.can_keep_own_training(request.user):
        raise PermissionDenied
    return learner


def _year(request: SignedInRequest, today: date) -> int | None:
    """The year of the address, if it is one there may be entries of."""
    said = request.GET.get("year", "")
    return (
        int(said) if said.isascii() and said.isdigit() and len(said) == 4 and 1970 <= int(said) <= today.year else None
    )


def _years_offered(today: date) -> list[int]:
    return list(range(today.year, today.year - YEARS_OFFERED, -1))


def _team(request: SignedInRequest, teams: list[Team]) -> Team | None:
    return next((one for one in teams if str(one.pk) == request.GET.get("team", "")), None)


def _record_export(request: SignedInRequest, learner: User, what: str, content: bytes) -> None:
    audit.record(
        verb=Verb.EXPORTED,
        what=what,
        at=timezone.now(),
        actor=request.user,
        subject=learner,
        sha256=hashlib.sha256(content).hexdigest(),
    )
