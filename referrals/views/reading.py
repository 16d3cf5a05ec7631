"""Reading one referral: each person sees what their part in it allows, and each look is recorded."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import ANSWERED, ReferralState
from referrals.forms import sections_of
from referrals.models import Referral


@require_safe
def detail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The referral, what may be done with it, and, as far as this person may know, what became of it."""
    visible = Referral.objects.visible_to(request.user).select_related(
        "ppn", "cpi", "author", "agency", "district", "team"
    )
    referral = get_object_or_404(visible.prefetch_related("people"), pk=pk)
    if referral.state == ReferralState.DISCARDED:
        raise Http404
    if referral.is_draft:
        return redirect("referrals:draft", referral.pk)
    at = timezone.now()
    own_share = services.open_shared_referral(referral=referral, by=request.user, at=at)
    audit.record(verb=Verb.READ, what="referral.read", at=at, actor=request.user, subject=referral)

    sees_casework = permissions.sees_casework(request.user, referral)
    is_writer = permissions.is_writer(request.user, referral)
    shares, decisions = [], []
    # What the hub decided and what one agency answered is no business of another agency, nor of the writer's team.
    if is_writer or sees_casework:
        shares = list(referral.shares.select_related("agency", "shared_by", "answered_by").order_by("shared_at", "pk"))
        decisions = list(queries.decisions_of(referral))
    context = {
        "referral": referral,
        "sections": [(page, page.answered(referral)) for page in sections_of(referral)],
        "moves": permissions.moves_open_to(request.user, referral),
        "sees_casework": sees_casework,
        "is_author": is_writer,
        "sees_writer": permissions.sees_writer(request.user, referral),
        "decisions": decisions if sees_casework else [],
        "current_decision": next((decision for decision in decisions if decision.is_current), None),
        "shares": shares if sees_casework else [],
        "answers": [share for share in shares if share.state in ANSWERED],
        "own_share": own_share,
        "share_to_answer": permissions.share_to_answer(request.user, [own_share]) if own_share else None,
        "limits": queries.limits_of(referral, decisions=decisions, shares=shares, at=at) if sees_casework else [],
        "assignments": queries.assignments_of(referral) if sees_casework else [],
        "queue_address": request.session.get("queue_address", ""),
        "encompass_due_at": queries.encompass_due_at(referral),
        "attachments": queries.attachments_of(referral) if permissions.sees_attachments(request.user, referral) else [],
        "may_attach": permissions.can_attach(request.user, referral),
        "challenges": queries.challenges_about(request.user, referral),
        "may_challenge_decision": permissions.can_challenge_decision(request.user, referral),
        "answers_to_challenge": permissions.answers_to_challenge(request.user, referral, shares),
        "queue_row": next(iter(queries.queue_rows([referral], at=at)), None),
    }
    return render(request, "referrals/detail.html", context)
