"""One trainer in the place of another: asking for it with a reason, and the list of all of them."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.http import SignedInRequest
from common.paging import keyset_page
from partners import permissions, queries
from partners.enums import SessionMove
from partners.forms.scheduling import SubstituteForm
from partners.queries import substitutions as substitution_queries
from partners.services import substitutions as services
from partners.services.scheduling import TrainersAreBusy
from partners.views.sessions import find_session_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def session_substitute(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say who leads the session in whose place, and why."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    moves = permissions.moves_open_to(request.user, session, at=at)
    if request.method != "POST" and SessionMove.SUBSTITUTE not in moves:
        return redirect(session)
    form = SubstituteForm(
        request.POST if request.method == "POST" else None,
        leading=session.trainers.order_by("name", "pk"),
        people=queries.possible_trainers(request.user, on=london_day(at)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.substitute_trainer(session_id=session.pk, by=request.user, at=at, **form.answers())
            messages.success(
                request, f"{made.stand_in} leads the session in the place of {made.trainer}. Both are told."
            )
            return redirect(session)
        except TrainersAreBusy as error:
            form.warn("stand_in", str(error))
        except services.CannotSubstitute as error:
            form.add_error(error.field, str(error))
    context = {"session": session, "form": form}
    return render(request, "partners/session_substitute.html", context, status=422 if form.errors else 200)


@require_safe
def substitutions(request: SignedInRequest) -> HttpResponse:
    """Who led in whose place at sessions of the force, and why, the newest first. That it was read is recorded."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    at = timezone.now()
    listed = substitution_queries.listed_substitutions(request.user)
    page = keyset_page(listed, order=substitution_queries.NEWEST_FIRST, cursor=request.GET.get("cursor"))
    services.read_substitutions(by=request.user, at=at, count=len(page))
    context = {"page": page, "counts": substitution_queries.substitution_counts(request.user, at=at)}
    return render(request, "partners/substitutions.html", context)
