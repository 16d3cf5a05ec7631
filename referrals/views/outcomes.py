"""How often agencies accept, reject and ask for further work."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import Period, quarter_of
from common.csv_files import write_csv
from common.http import SignedInRequest
from referrals import permissions, queries
from referrals.forms import OutcomesForm
from referrals.queries.outcomes import OutcomeRow

HEADING = [
    "table",
    "name",
    "answered",
    "accepted",
    "accepted %",
    "rejected",
    "rejected %",
    "further work",
    "further work %",
    "in time",
    "in time %",
    "not answered yet",
]


@require_safe
def outcomes(request: SignedInRequest) -> HttpResponse:
    """Rates with their bases and intervals, by agency, type and team, for a period."""
    form, period = _asked(request)
    context = {
        "form": form,
        "period": period,
        "outcomes": queries.outcomes_of(period),
        "re_referrals": queries.re_referral_rates(period),
        "query": request.GET.urlencode(),
        "can_see_queue": permissions.can_see_queue(request.user),
    }
    return render(request, "referrals/outcomes.html", context)


@require_safe
def timeliness(request: SignedInRequest) -> HttpResponse:
    """How long each step takes, with median, 90th percentile and n, by agency, type and team, for a period."""
    form, period = _asked(request)
    context = {"form": form, "period": period, "timeliness": queries.timeliness_of(period)}
    return render(request, "referrals/timeliness.html", context)


@require_safe
@confirmed_recently_for_file
def outcomes_csv(request: SignedInRequest) -> HttpResponse:
    """The same figures for a spreadsheet, the same ones hidden."""
    _, period = _asked(request)
    found = queries.outcomes_of(period)
    rows = [_line("All", found.total)]
    rows += [_line(heading, row) for _, heading, table in found.tables for row in table]
    for _, heading, table in found.tables:
        for row in table:
            rows += [[f"{heading}: rejected", f"{row.name} / {one.label}", _count(one.count)] for one in row.reasons]
            rows += [[f"{heading}: missing", f"{row.name} / {one.label}", _count(one.count)] for one in row.missing]
    rows += [["Reason for rejection", one.label, _count(one.count)] for one in found.reasons]
    rows += [["Missing", one.label, _count(one.count)] for one in found.missing]
    audit.record(
        verb=Verb.EXPORTED,
        what="referral.outcomes_exported",
        at=timezone.now(),
        actor=request.user,
        start=str(period.start),
        end=str(period.end),
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="outcomes-{period.start}-{period.end}.csv"'
    write_csv(response, HEADING, [[*row, *[""] * (len(HEADING) - len(row))] for row in rows])
    return response


def _asked(request: SignedInRequest) -> tuple[OutcomesForm, Period]:
    """The period of the address: from one day to another, by default this quarter and the one before."""
    if not permissions.can_see_outcomes(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    quarter = quarter_of(today)
    form = OutcomesForm(request.GET or None)
    form.is_valid()
    given = form.cleaned_data if form.is_bound else {}
    start: date = given.get("start") or quarter.previous().start
    end: date = given.get("end") or quarter.end
    return form, Period(start=min(start, end), end=max(start, end))


def _line(table: str, row: OutcomeRow) -> list[str]:
    if row.is_hidden:
        return [table, row.name, "too few to show"]
    cells = [table, row.name, str(row.answered)]
    for share in (row.accepted, row.rejected, row.reworked, row.in_time):
        cells += [str(share.successes), str(share.percent)]
    return [*cells, str(row.waiting)]


def _count(count: int | None) -> str:
    return "too few to show" if count is None else str(count)
