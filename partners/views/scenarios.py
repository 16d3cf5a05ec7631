"""The two scenarios: answering them for one's place, how one changed, and for trainers their versions."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError, KeyWasUsed
from common.http import SignedInRequest
from partners import permissions
from partners.enums import AskedWhen
from partners.forms.scenarios import ScenarioAnswerForm, WriteScenariosForm
from partners.models.scenario_words import TO_BEGIN_WITH, ScenarioWords
from partners.queries import scenarios as queries
from partners.services import scenarios as services
from partners.views.bookings import find_booking


@require_http_methods(["GET", "HEAD", "POST"])
def booking_scenarios(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer both scenarios, once before and once after; then how one changed, and why. For nobody but whose place it is."""
    shown = find_booking(request, pk)
    if shown.user_id != request.user.pk:
        raise PermissionDenied
    at = timezone.now()
    standing = queries.standing_of(shown, at=at)
    if standing and standing.after:
        learned = queries.learned_by(standing.before, standing.after)
        context = {"booking": shown, "session": shown.session, "standing": standing, "learned": learned}
        return render(request, "partners/scenarios_learned.html", context)
    if standing is None or standing.version is None:
        messages.info(request, (standing and standing.why_not) or "No scenarios are put to you at this session.")
        return redirect(shown)
    put = queries.put_to(request.user, standing.version)
    form = ScenarioAnswerForm(
        request.POST if request.method == "POST" else None,
        put=put,
        initial={"asked": standing.asked, "version": standing.version.pk},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_scenarios(booking_id=shown.pk, by=request.user, at=at, **form.answer())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("partners:booking_scenarios", pk=shown.pk)
        if standing.asked == AskedWhen.AFTER:
            messages.success(request, "Thank you. Here is what you chose, and why each answer is worth what it is.")
            return redirect("partners:booking_scenarios", pk=shown.pk)
        messages.success(request, "Thank you. We put the same scenarios to you again at the end of the session.")
        return redirect(shown)
    context = {
        "booking": shown,
        "session": shown.session,
        "standing": standing,
        "form": form,
        "parts": list(zip(put, (form["first"], form["second"]), strict=True)),
    }
    return render(request, "partners/scenarios_answer.html", context, status=422 if form.errors else 200)


@require_safe
def scenarios(request: SignedInRequest) -> HttpResponse:
    """What the force asks now, and what it asked before."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    versions = list(queries.versions_of(request.user))
    return render(request, "partners/scenarios.html", {"current": versions[:1], "earlier": versions[1:]})


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios_write(request: SignedInRequest) -> HttpResponse:
    """Write the next version; whoever has begun with an earlier one ends with that."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    current = queries.versions_of(request.user).first()
    in_use = [
        ScenarioWords(one.title, one.story, one.question, tuple(one.choices), tuple(one.reasons))
        for one in (current.scenarios.all() if current else ())
    ]
    sent, number = request.POST if request.method == "POST" else None, current.number if current else 0
    form = WriteScenariosForm(sent, begin_with=in_use or TO_BEGIN_WITH, after=number)
    meanwhile = None
    if request.method == "POST" and form.is_valid():
        try:
            version = services.write_scenarios(
                scenarios=form.scenarios(),
                after=form.cleaned_data["after"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{version} is asked from now on.")
            return redirect("partners:scenarios")
        except KeyWasUsed as error:
            form.refused(error)
        except services.ScenariosChangedMeanwhile as error:
            meanwhile = queries.versions_of(request.user).first()
            form.show_anew(str(error), meanwhile.number if meanwhile else 0)
        except DomainError as error:
            form.add_error("title_1", str(error))
    context = {"form": form, "has_one": current is not None, "meanwhile": meanwhile}
    return render(request, "partners/scenarios_write.html", context, status=422 if form.errors else 200)
