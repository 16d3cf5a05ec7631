"""Who has what: the matrix, its list, its export, and what lapses in the coming months."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.charts import Chart, bar_chart
from common.clock import london_day
from common.csv_files import csv_chunks
from common.http import SignedInRequest, attachment
from common.paging import KeysetPage, keyset_page
from common.xlsx import XLSX
from training import permissions
from training.documents import matrix as documents
from training.forms.filters import ForecastFilterForm, MatrixFilterForm
from training.queries import forecast as forecast_queries
from training.queries import matrix as queries
from training.queries.matrix import Matrix
from training.queries.needs import Requirements, requirements_of
from training.queries.people import people_seen_by, teams_seen_by
from training.queries.readiness import readiness_of
from training.views.frame import show
from training.views.matrix_cells import SHAPES, Cells


@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """People against what is asked of them, 25 people a page; looking is recorded."""
    form, found, context = _found(request)
    page = _page(request, form, found)
    cells = Cells(may_log=permissions.can_run_training(request.user), by=request.user)
    people = reverse("training:matrix_people")
    audit.record(
        verb=Verb.READ,
        what="training.matrix_read",
        at=timezone.now(),
        actor=request.user,
        subject=found.chosen.team,
        people=len(page),
    )
    context |= {
        "page": page,
        "rows": [(one, [cells.cell(one, need) for need in found.row_of(one)]) for one in page],
        "columns": [(column, f"{people}?{form.address(what=column.key)}") for column in found.columns],
    }
    return show(request, "matrix.html", context)


@require_safe
def matrix_people(request: SignedInRequest) -> HttpResponse:
    """The same as a list: a line for each thing that somebody needs; looking is recorded."""
    form, found, context = _found(request)
    page = _page(request, form, found)
    cells = Cells(may_log=permissions.can_run_training(request.user), by=request.user)
    audit.record(
        verb=Verb.READ,
        what="training.matrix_people_listed",
        at=timezone.now(),
        actor=request.user,
        subject=found.chosen.team,
        people=len(page),
    )
    context |= {
        "page": page,
        "lines": [(line, cells.cell(line.person, line.need)) for line in found.lines_of(page)],
        "lines_count": found.lines_count,
    }
    return show(request, "matrix_people.html", context)


@require_safe
@confirmed_recently_for_file
def matrix_export(request: SignedInRequest) -> HttpResponseBase:
    """The matrix with its filter as a workbook, or its list as CSV; recorded. Of too many people nothing."""
    form, found, context = _found(request)
    if found.is_too_large:
        messages.error(request, f"Choose a team or a profile first: a file has {queries.MOST_PEOPLE:,} people at most.")
        return redirect(f"{reverse('training:matrix')}?{form.address()}")
    at = timezone.now()
    what: dict[str, Any] = {"what": "training.matrix_exported", "at": at, "actor": request.user}
    what |= {"subject": found.chosen.team, "people": len(found.matching)}
    if request.GET.get("format") == "csv":
        audit.record(verb=Verb.EXPORTED, format="csv", **what)
        headers = {
            "Content-Disposition": 'attachment; filename="training-matrix.csv"',
            "Cache-Control": "no-store, private",
        }
        chunks = csv_chunks(documents.HEADINGS, documents.list_rows(found))
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    content = documents.workbook(found, filters=context["filters"], on=london_day(at))
    audit.record(verb=Verb.EXPORTED, format="xlsx", sha256=hashlib.sha256(content).hexdigest(), **what)
    return attachment(content, name="training-matrix.xlsx", content_type=XLSX)


@require_safe
def forecast(request: SignedInRequest) -> HttpResponse:
    """What lapses in the next six months: with names behind the numbers for who sees people, as counts by team for who sees trends."""
    user = request.user
    if not permissions.can_see_forecast(user):
        raise PermissionDenied
    today = london_day(timezone.now())
    if not permissions.can_see_people(user):
        everybody = forecast_queries.people_of_agency(user)
        found = forecast_queries.forecast_by_team(everybody, force_id=user.agency_id, on=today)
        return show(request, "forecast_by_team.html", {"forecast": found, "chart": _chart(found)})
    form = ForecastFilterForm(request.GET, teams=teams_seen_by(user))
    chosen = form.chosen()
    people = queries.people_matching(user, chosen, on=today)
    by_requirement = forecast_queries.forecast_of(people, force_id=user.agency_id, on=today)
    context = {
        "form": form,
        "has_choice": len(form.teams) > 1,
        "team": chosen.team,
        "in_no_team": chosen.in_no_team,
        "forecast": by_requirement,
        "chart": _chart(by_requirement),
        "people": f"{reverse('training:forecast_people')}?team={form.data['team']}",
    }
    return show(request, "forecast.html", context)


@require_safe
def forecast_people(request: SignedInRequest) -> HttpResponse:
    """Whose proof lapses, behind one number of the forecast; looking is recorded."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    form = ForecastFilterForm(request.GET, teams=teams_seen_by(request.user))
    chosen = form.chosen()
    code = request.GET.get("month", "")
    month = next((one for one in forecast_queries.months_from(today) if one.code == code), None)
    if code and month is None:
        raise Http404
    lines = forecast_queries.people_lapsing(
        queries.people_matching(request.user, chosen, on=today),
        force_id=request.user.agency_id,
        what=request.GET.get("what", ""),
        month=code,
        on=today,
    )
    shown = lines[: queries.MOST_PEOPLE]
    cells = Cells(may_log=permissions.can_run_training(request.user), by=request.user)
    audit.record(
        verb=Verb.READ,
        what="training.forecast_people_listed",
        at=at,
        actor=request.user,
        subject=chosen.team,
        people=len({line.person.pk for line in shown}),
    )
    context = {
        "lines": [(line, cells.link(line.person, line.need)) for line in shown],
        "count": len(lines),
        "month": month,
        "team": chosen.team,
        "back": f"{reverse('training:forecast')}?team={form.data['team']}",
    }
    return show(request, "forecast_people.html", context)


def _found(request: SignedInRequest) -> tuple[MatrixFilterForm, Matrix, dict[str, Any]]:
    """The filter of the address, what it finds, and what both pages show of them."""
    user = request.user
    if not permissions.can_see_people(user):
        raise PermissionDenied
    today = london_day(timezone.now())
    requirements = requirements_of(user.agency_id, on=today)
    form = MatrixFilterForm(
        request.GET.dict(), teams=teams_seen_by(user), profiles=requirements.profiles, own_team=user.team_id
    )
    chosen = form.chosen()
    found = queries.matrix_of(queries.people_matching(user, chosen, on=today), requirements, chosen, on=today)
    people = reverse("training:matrix_people")
    counts = found.counts
    context = {
        "form": form,
        "matrix": found,
        "most": queries.MOST_PEOPLE,
        "filters": _in_words(form, found, requirements),
        "column": next((one for one in found.columns if one.key == chosen.what), None),
        "legend": [(state, SHAPES[state], count, f"{people}?{form.address(state=state)}") for state, count in counts],
        "whole_matrix": f"{reverse('training:matrix')}?{form.address(what='')}",
        "as_matrix": f"{reverse('training:matrix')}?{form.address()}",
        "as_list": f"{people}?{form.address()}",
        "export": f"{reverse('training:matrix_export')}?{form.address()}",
        "clear": request.path,
    }
    return form, found, context


def _page(request: SignedInRequest, form: MatrixFilterForm, found: Matrix) -> KeysetPage[User]:
    """25 of the people who match."""
    people = people_seen_by(request.user).filter(pk__in=[one.pk for one in found.matching]).select_related("team")
    return keyset_page(people, order=("name", "pk"), cursor=request.GET.get("cursor"))


def _in_words(form: MatrixFilterForm, found: Matrix, requirements: Requirements) -> list[tuple[str, str]]:
    """What is filtered by, for the file."""
    chosen = found.chosen
    said = [
        ("Team", chosen.team.name if chosen.team else "In no team" if chosen.in_no_team else "Everybody"),
        ("Profile", chosen.profile.name if chosen.profile else ""),
        ("Kind", str(chosen.kind.label) if chosen.kind else ""),
        ("Only", next((one.title for one in found.columns if one.key == chosen.what), "")),
        ("Standing", dict(form.fields["state"].choices).get(chosen.state, "") if chosen.state else ""),  # type: ignore[attr-defined]
        ("Name or collar number", chosen.words),
    ]
    return [(label, str(value)) for label, value in said if value]


def _chart(found: "forecast_queries.Forecast | None") -> Chart | None:
    """How many things lapse by month; None where none do."""
    if found is None or not found.total:
        return None
    highest = max(found.totals)
    step = max(1, -(-highest // 4))
    return bar_chart(
        slug="lapses-by-month",
        title=f"{found.total} lapse by the end of {found.months[-1].label}",
        caption="Requirements that are met today and lapse, by month.",
        labels=[month.short_label for month in found.months],
        values=[float(count) for count in found.totals],
        high=float(step * 4),
        ticks=[float(step * number) for number in range(5)],
    )


@require_safe
def readiness(request: SignedInRequest) -> HttpResponse:
    """Which roles are covered, by the people whom this person sees; looking is recorded."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    board = readiness_of(request.user, on=london_day(at))
    audit.record(verb=Verb.READ, what="training.readiness_read", at=at, actor=request.user)
    return show(request, "readiness.html", {"board": board, "most": queries.MOST_PEOPLE})
