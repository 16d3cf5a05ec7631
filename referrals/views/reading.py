"""Reading one referral: each person sees what their part in it allows, and each look is recorded."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import ReferralState
from referrals.forms import at_a_glance, reading_of, sections_of
from referrals.models import Referral
from referrals.views.flags import flags_panel
from referrals.views.history import people_known_before
from referrals.views.reasons import reason_given
from referrals.views.restricting import guards_panel
from referrals.views.review import review_panel
from referrals.views.risk import risk_panel


@require_safe
def detail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The referral, what may be done with it, and, as far as this person may know, what became of it."""
    visible = Referral.objects.visible_to(request.user).select_related(
        "ppn", "cpi", "childmodule", "author", "agency", "district", "team", "assigned_to"
    )
    visible = queries.with_readers_connections(visible.prefetch_related("people", "access"), request.user)
    referral = get_object_or_404(queries.with_marks(visible), pk=pk)
    if referral.state == ReferralState.DISCARDED:
        raise Http404
    if referral.is_draft:
        return redirect("referrals:draft", referral.pk)
    at = timezone.now()
    if services.is_concerned(referral=referral, by=request.user, at=at):
        raise Http404
    own_share = services.open_shared_referral(referral=referral, by=request.user, at=at)
    # Who it was shared with reads what they were given, and nothing of the referral itself.
    snapshot = None
    if not permissions.sees_whole(request.user, referral):
        snapshot = queries.last_snapshot(own_share) if own_share is not None else None
        if snapshot is None:
            raise Http404
    reason = ""
    if services.asks_why_of_reading(request.user, referral):
        reason = reason_given(request, referral)
        if not reason:
            return redirect("referrals:why", referral.pk)
    audit.record(
        verb=Verb.READ,
        what="referral.read",
        at=at,
        actor=request.user,
        subject=referral,
        reason=reason,
        **queries.snapshot_read(snapshot),
    )

    sees_casework = permissions.sees_casework(request.user, referral)
    is_writer = permissions.is_writer(request.user, referral)
    shares, decisions = [], []
    # How the hub decided and what it shared with whom is the hub's own; others read the words that may be told.
    if sees_casework:
        shares = queries.shares_of(referral, on=london_day(at))
        decisions = list(queries.decisions_of(referral))
    current = next((decision for decision in decisions if decision.is_current), None)
    sees_told = permissions.sees_told(request.user, referral)
    thread = _told(request, referral, is_writer=is_writer, sees_casework=sees_casework)
    assignments = queries.assignments_of(referral) if sees_casework else []
    protection = queries.protection_of(referral, at=at) if sees_casework else None
    context = {
        "referral": referral,
        "reading": reading_of(snapshot, referral) if snapshot is not None else None,
        "sections": [] if snapshot is not None else [(p, p.answered(referral)) for p in sections_of(referral)],
        "glance": at_a_glance(referral) if sees_casework else [],
        "moves": permissions.moves_open_to(request.user, referral),
        "sees_casework": sees_casework,
        "is_author": is_writer,
        "sees_writer": permissions.sees_writer(request.user, referral),
        "decisions": decisions,
        "current_decision": current,
        "sees_told": sees_told,
        "told": queries.told_of(referral) if sees_told and not sees_casework else current,
        "shares": shares,
        **thread,
        "protection": protection if protection and protection.is_on else None,
        "own_notices": queries.notices_of_share(own_share) if own_share else [],
        "own_answers": queries.answers_of(referral, agency_id=request.user.agency_id) if own_share else [],
        "own_share": own_share,
        "share_to_answer": permissions.share_to_answer(request.user, [own_share]) if own_share else None,
        "limits": queries.limits_of(
            referral,
            decisions=decisions,
            shares=shares,
            discussions=thread["discussions"],
            protection=protection,
            at=at,
        )
        if sees_casework
        else [],
        "assessment": queries.assessment_of(referral) if permissions.sees_assessment(request.user, referral) else None,
        "assignments": assignments,
        "steps": queries.steps_of(
            referral,
            assignments=assignments,
            decisions=decisions,
            shares=shares,
            answers=thread.get("answers", []),
        )
        if sees_casework
        else [],
        "queue_address": request.session.get("queue_address", ""),
        "encompass_due_at": queries.encompass_due_at(referral) if snapshot is None else None,
        "newest_amendment": queries.newest_amendment(referral)
        if permissions.sees_versions(request.user, referral)
        else None,
        "attachments": queries.attachments_of(referral) if permissions.sees_attachments(request.user, referral) else [],
        "sees_who_looked": permissions.can_see_who_looked(request.user, referral),
        "copies": queries.copies_of(referral) if snapshot is None else [],
        "may_attach": permissions.can_attach(request.user, referral),
        "challenges": queries.challenges_about(request.user, referral),
        "decision_told": queries.decision_to_challenge(referral) if own_share else None,
        "may_challenge_decision": referral.state != ReferralState.RECEIVED
        and permissions.can_challenge_decision(request.user, referral, at=at),
        "answers_to_challenge": permissions.answers_to_challenge(request.user, referral, shares, at=at),
        "closings": queries.closings_of(referral) if sees_casework else [],
        "voiding": queries.voiding_of(referral, viewer=request.user),
        "histories": people_known_before(request, referral, at=at) if sees_casework else [],
        "must_be_shared": sees_casework and queries.must_be_shared(referral, decisions),
        "queue_row": next(iter(queries.queue_rows([referral], at=at)), None),
    }
    context |= guards_panel(request, referral, at=at)
    if sees_casework:
        context |= flags_panel(request.user, referral, context["histories"])
    context |= review_panel(request.user, referral) | risk_panel(request.user, referral)
    return render(request, "referrals/detail.html", context)


def _told(request: SignedInRequest, referral: Referral, *, is_writer: bool, sees_casework: bool) -> dict[str, Any]:
    """Answers, feedback and questions, for the hub and for who wrote it."""
    if not (is_writer or sees_casework):
        return {}
    feedback = queries.feedback_of(referral)
    hub_only = {
        "discussions": queries.discussions_of(referral),
        "meeting_items": queries.meeting_items_about(referral),
        "consultations": queries.consultations_on(request.user, referral),
        "notices": queries.notices_of(referral),
        "may_decide": permissions.can_decide(request.user, referral),
        "may_notify": permissions.can_notify(request.user, referral),
        "may_except": permissions.can_except_notice(request.user, referral),
    }
    return {
        "answers": queries.answers_of(referral),
        "feedback": feedback,
        "unread": [told for told in feedback if told.recipient_id == request.user.pk and told.acknowledged_at is None],
        "clarifications": queries.clarifications_of(referral),
        "may_supply": permissions.can_supply(request.user, referral),
        "may_tell": permissions.can_give_feedback(request.user, referral),
        "wants_to_hear": queries.wants_to_hear(referral),
        "may_be_asked": queries.may_be_asked(referral),
        **(hub_only if sees_casework else {}),
    }
