"""Asking agencies for graders of a round, taking an invitation back, and what the people who are asked answer."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day, london_moment
from common.errors import DomainError
from grading import tasks
from grading.enums import (
    InvitationMove,
    InvitationState,
    ReplyState,
    RoundMove,
    next_invitation_state,
    next_round_state,
)
from grading.models import GradingRound, Invitation, InvitationReply
from grading.models.invitation import MOST_PLACES
from grading.permissions.invitations import is_asked
from grading.permissions.rounds import can_run
from grading.queries.invitations import places_taken, who_may_grade_for
from jobs.services import enqueue

REMIND_BEFORE = timedelta(days=2)
REMIND_AT = time(9, 0)


class CannotInvite(DomainError):
    pass


class ReplyDayIsOver(CannotInvite):
    pass


class CannotWithdraw(DomainError):
    pass


class CannotReply(DomainError):
    pass


class ReasonDoesNotFit(CannotReply):
    """A reason goes with declining, and only with that."""


@transaction.atomic
def invite_agency(
    *, round_id: UUID, agency: Agency, places: int, reply_by: date, by: User, at: datetime, note: str = ""
) -> Invitation:
    """Ask an agency for so many graders by a day: all of its people who may grade get a mail, and one more before the day.

    Raises CannotInvite, and ReplyDayIsOver where that day is in the past.
    """
    round = GradingRound.objects.locked().get(pk=round_id)
    if not can_run(by, round):
        raise CannotInvite("Only a MASH supervisor of this force may invite agencies.")
    if next_round_state(RoundMove.INVITE, round.state) is None:
        raise CannotInvite("Graders are assigned already, so nobody is invited any more.")
    if not 1 <= places <= MOST_PLACES:
        raise CannotInvite(f"An agency is asked for 1 to {MOST_PLACES} graders.")
    today = london_day(at)
    if reply_by < today:
        raise ReplyDayIsOver("The day to answer by must be today or later.")
    if not who_may_grade_for(agency.pk, on=today).exists():
        raise CannotInvite(
            f"Nobody of {agency} may grade. An administrator gives somebody the role of panel member first."
        )
    if round.invitations.filter(agency=agency, state=InvitationState.OPEN).exists():
        raise CannotInvite(f"{agency} is invited already. To ask for something else, withdraw that invitation first.")
    invitation = Invitation.objects.create(
        round=round, agency=agency, places=places, reply_by=reply_by, note=note.strip(), invited_at=at, invited_by=by
    )
    _record("agency_invited", invitation, by=by, at=at, agency=str(agency.pk), places=places)
    enqueue(tasks.invitations.email_agency_about_invitation, at=at, by=by, invitation_id=invitation.pk)
    remind_at = london_moment(reply_by - REMIND_BEFORE, REMIND_AT)
    if remind_at > at:
        enqueue(
            tasks.invitations.remind_agency_of_invitation, at=at, by=by, due_at=remind_at, invitation_id=invitation.pk
        )
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation_id: UUID, by: User, at: datetime) -> Invitation:
    """Ask the agency no longer, and tell who had accepted. The same again changes nothing. Raises CannotWithdraw."""
    round, invitation = _locked(invitation_id)
    if not can_run(by, round):
        raise CannotWithdraw("Only a MASH supervisor of this force may withdraw an invitation.")
    if invitation.state == InvitationState.WITHDRAWN:
        return invitation
    state = next_invitation_state(InvitationMove.WITHDRAW, invitation.state)
    if state is None or next_round_state(RoundMove.INVITE, round.state) is None:
        raise CannotWithdraw("Graders were assigned meanwhile, so the invitation stays. Replace a grader instead.")
    invitation.state, invitation.withdrawn_at, invitation.withdrawn_by = state, at, by
    invitation.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    _record("invitation_withdrawn", invitation, by=by, at=at)
    enqueue(tasks.invitations.email_accepted_about_withdrawal, at=at, by=by, invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def answer_invitation(
    *, invitation_id: UUID, state: ReplyState, by: User, at: datetime, reason: str = ""
) -> InvitationReply:
    """Say for oneself whether one takes part, or the other than one said before. The same again changes nothing.

    No more accept than the agency was asked for. Raises ReasonDoesNotFit, or CannotReply.
    """
    round, invitation = _locked(invitation_id)
    if not is_asked(by, invitation):
        raise CannotReply("Only people of the agency who may grade answer, each for themselves.")
    if invitation.state == InvitationState.WITHDRAWN:
        raise CannotReply("This invitation was withdrawn, so it needs no answer any more.")
    if next_round_state(RoundMove.INVITE, round.state) is None:
        raise CannotReply("Graders were assigned meanwhile, so answers stay as they are. Tell the supervisor.")
    reason = reason.strip()
    if state == ReplyState.DECLINED and not reason:
        raise ReasonDoesNotFit("Say why you cannot take part")
    if state == ReplyState.ACCEPTED and reason:
        raise ReasonDoesNotFit(f"This says why you cannot: leave it empty, or choose “{ReplyState.DECLINED.label}”")
    reply = invitation.replies.filter(person=by).first() or InvitationReply(invitation=invitation, person=by)
    if (reply.state, reply.reason) == (state, reason):
        return reply
    if state == ReplyState.ACCEPTED and places_taken(invitation, on=london_day(at), besides=by) >= invitation.places:
        raise CannotReply("Your agency has all the graders that it was asked for. Thank you.")
    reply.state, reply.reason, reply.replied_at = state, reason, at
    reply.save()
    _record("invitation_answered", invitation, by=by, at=at, answer=str(state))
    return reply


def _locked(invitation_id: UUID) -> tuple[GradingRound, Invitation]:
    """The round before the invitation, as for all that happens in it: nobody answers while graders are being assigned."""
    round = GradingRound.objects.locked().get(invitations=invitation_id)
    return round, Invitation.objects.locked().select_related("agency").get(pk=invitation_id)


def _record(what: str, invitation: Invitation, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=f"grading.{what}",
        at=at,
        actor=by,
        subject=invitation,
        round=str(invitation.round_id),
        **details,
    )
