"""The evaluation of a CPI form by intelligence staff: from the first look to the thanks. The referral's own states stay as they are."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    OPEN_AT_HUB,
    ROUTES_OF_ACTION,
    SENT,
    AssessmentMove,
    AssessmentState,
    Route,
    from_to,
    next_assessment_state,
)
from referrals.models import CpiAssessment, Referral
from referrals.queries import words_on_routes
from referrals.services.feedback import tell_of_evaluation


class CannotAssess(DomainError):
    pass


@transaction.atomic
def begin_assessment(*, referral_id: uuid.UUID, by: User, at: datetime) -> CpiAssessment:
    """The first look, which stops its clock. Again by the same person changes nothing. Raises CannotAssess."""
    referral, assessment = assessment_to_move(referral_id, by=by)
    state = next_assessment_state(AssessmentMove.BEGIN, assessment.state)
    if state is None:
        if assessment.begun_by == by and assessment.state == AssessmentState.ASSESSING:
            return assessment
        raise CannotAssess(f"{assessment.begun_by} began this evaluation already. You may go on with it.")
    assessment.begun_at, assessment.begun_by = at, by
    return _save(referral, assessment, state, what="cpi.assessment_begun", by=by, at=at)


@transaction.atomic
def grade_assessment(*, referral_id: uuid.UUID, by: User, at: datetime) -> CpiAssessment:
    """Finish the grading: one report at least, and each under conditions was read a second time. Nothing in them changes then.

    Raises CannotAssess.
    """
    referral, assessment = assessment_to_move(referral_id, by=by)
    if assessment.state == AssessmentState.GRADED and assessment.graded_by == by:
        return assessment
    state = _next(AssessmentMove.GRADE, assessment)
    reports = list(assessment.reports.order_by("number"))
    if not reports:
        raise CannotAssess("Write one report at least, or end it without action.")
    unread = [str(report.number) for report in reports if report.needs_second_reader]
    if unread:
        raise CannotAssess(f"Somebody else has to read report {', '.join(unread)} first: its handling has conditions.")
    assessment.graded_at, assessment.graded_by = at, by
    saved = _save(referral, assessment, state, what="cpi.assessment_graded", by=by, at=at, reports=len(reports))
    assessment.reports.update(graded_at=at)
    return saved


@transaction.atomic
def route_assessment(*, referral_id: uuid.UUID, routes: Sequence[Route | str], by: User, at: datetime) -> CpiAssessment:
    """Say where the reports go: one route or several. Raises CannotAssess.

    Safeguarding goes to the decision-makers of the hub, who have the form in their queue and read the evaluation on its page:
    no copy is made. Where a report is suspected to be false, only a supervisor has anybody act on it.
    """
    referral, assessment = assessment_to_move(referral_id, by=by, or_supervisor=True)
    chosen = [str(route) for route in Route if route in set(routes)]
    if not chosen or len(chosen) != len(set(routes)):
        raise CannotAssess("Choose one route or more from the list.")
    if assessment.state == AssessmentState.ROUTED and (assessment.outcome_by, assessment.routes) == (by, chosen):
        return assessment
    state = _next(AssessmentMove.ROUTE, assessment)
    acts = bool(set(chosen) & set(ROUTES_OF_ACTION))
    is_doubtful = assessment.reports.suspected_false().exists()
    if acts and is_doubtful and not permissions.can_act_on_doubtful(by, referral):
        raise CannotAssess(
            "A report is suspected to be false, so a supervisor of the hub decides whether anybody acts."
        )
    if not (acts and is_doubtful) and not permissions.can_assess(by, referral):
        raise CannotAssess("Intelligence staff choose this route.")
    if Route.SAFEGUARDING in chosen and referral.state not in OPEN_AT_HUB:
        raise CannotAssess(
            "The hub has closed this form. Ask a supervisor of the hub to reopen it for safeguarding first."
        )
    assessment.routes, assessment.outcome_at, assessment.outcome_by = chosen, at, by
    return _save(referral, assessment, state, what="cpi.assessment_routed", by=by, at=at, routes=chosen)


@transaction.atomic
def end_assessment(*, referral_id: uuid.UUID, reason: str, by: User, at: datetime) -> CpiAssessment:
    """No action follows, with the reason. What was written of reports stays, ungraded. Raises CannotAssess."""
    referral, assessment = assessment_to_move(referral_id, by=by)
    reason = reason.strip()
    if assessment.state == AssessmentState.NO_ACTION and (
        (assessment.outcome_by, assessment.no_action_reason) == (by, reason)
    ):
        return assessment
    state = _next(AssessmentMove.END, assessment)
    if not reason:
        raise CannotAssess("Say why no action follows.")
    assessment.no_action_reason, assessment.outcome_at, assessment.outcome_by = reason, at, by
    return _save(referral, assessment, state, what="cpi.assessment_ended", by=by, at=at)


@transaction.atomic
def close_assessment(*, referral_id: uuid.UUID, by: User, at: datetime) -> CpiAssessment:
    """Close it, and tell who sent the form: thanks and the kind of route, nothing more. Raises CannotAssess."""
    referral, assessment = assessment_to_move(referral_id, by=by)
    if assessment.state == AssessmentState.CLOSED and assessment.closed_by == by:
        return assessment
    state = _next(AssessmentMove.CLOSE, assessment)
    assessment.closed_at, assessment.closed_by = at, by
    tell_of_evaluation(referral, words=words_on_routes(assessment), by=by, at=at)
    return _save(referral, assessment, state, what="cpi.assessment_closed", by=by, at=at)


def assessment_to_move(
    referral_id: uuid.UUID, *, by: User, or_supervisor: bool = False
) -> tuple[Referral, CpiAssessment]:
    """The form and its evaluation, both locked, for a person who may change it. Raises CannotAssess."""
    referral = Referral.objects.locked().get(pk=referral_id)
    may = permissions.can_assess(by, referral) or (or_supervisor and permissions.can_act_on_doubtful(by, referral))
    if not may:
        raise CannotAssess("Only intelligence staff of the hub evaluate a CPI form, and nobody their own.")
    if referral.state not in SENT:
        raise CannotAssess("This form was withdrawn, so it is not evaluated.")
    assessment = CpiAssessment.objects.locked().filter(referral=referral).first()
    if assessment is None:
        raise CannotAssess("The evaluation of this form has not been opened yet. Try again in an hour.")
    return referral, assessment


def _next(move: AssessmentMove, assessment: CpiAssessment) -> AssessmentState:
    state = next_assessment_state(move, assessment.state)
    if state is None:
        raise CannotAssess(f"This cannot be done now. The evaluation is: {assessment.get_state_display().lower()}.")
    return state


def _save(
    referral: Referral,
    assessment: CpiAssessment,
    state: AssessmentState,
    *,
    what: str,
    by: User,
    at: datetime,
    **details: Any,
) -> CpiAssessment:
    moved = from_to(assessment.state, state)
    assessment.state = state
    assessment.save()
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=referral, **moved, **details)
    return assessment
