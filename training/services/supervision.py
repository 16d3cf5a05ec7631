"""Who supervises whom, and when they meet. What they write down is in `supervision_records`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import (
    SupervisionKind,
    SupervisionMove,
    SupervisionState,
    WhyMissed,
    next_supervision_state,
)
from training.models import Supervision, SupervisionSession
from training.models.supervision import FEWEST_WEEKS, MOST_WEEKS
from training.permissions import can_arrange_supervision_of, can_end_supervision, may_move, role_in


class CannotArrange(DomainError):
    pass


class CannotEndSupervision(DomainError):
    pass


class CannotPlan(DomainError):
    pass


class CannotMoveSession(DomainError):
    pass


@transaction.atomic
def arrange_supervision(
    *,
    supervisee: User,
    supervisor: User,
    kind: str,
    every_weeks: int,
    starts_on: date,
    by: User,
    at: datetime,
    ends_on: date | None = None,
) -> Supervision:
    """Say who supervises whom, from when and how often. One of a kind at a time for a person. Raises CannotArrange."""
    if by.agency is None or not can_arrange_supervision_of(by, supervisee):
        raise CannotArrange("You may not arrange supervision for this person.")
    if supervisee.pk == supervisor.pk:
        raise CannotArrange("Nobody supervises themselves.")
    for person in (supervisee, supervisor):
        if person.agency_id != by.agency_id or not person.is_active:
            raise CannotArrange(f"{person} is not of your agency.")
    if kind not in SupervisionKind.values:
        raise CannotArrange("Choose what kind of supervision it is.")
    if not FEWEST_WEEKS <= every_weeks <= MOST_WEEKS:
        raise CannotArrange(f"Sessions are every {FEWEST_WEEKS} to {MOST_WEEKS} weeks.")
    if ends_on is not None and ends_on <= starts_on:
        raise CannotArrange("The last day cannot be before the first.")
    # One at a time for a person, so that two at once do not arrange it twice.
    User.objects.select_for_update(of=("self",)).get(pk=supervisee.pk)
    others = Supervision.objects.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), supervisee=supervisee, kind=kind)
    # One that was ended on its first day was a mistake that was taken back.
    others = others.exclude(ends_on=F("starts_on"))
    if (others.filter(starts_on__lt=ends_on) if ends_on else others).exists():
        raise CannotArrange(f"{supervisee} has such a supervision in these days already. End that one first.")

    supervision = Supervision.objects.create(
        agency=by.agency,
        supervisee=supervisee,
        supervisor=supervisor,
        kind=kind,
        every_weeks=every_weeks,
        starts_on=starts_on,
        ends_on=ends_on,
        arranged_at=at,
        arranged_by=by,
    )
    _record("arranged", supervision, by=by, at=at, every_weeks=every_weeks)
    return supervision


@transaction.atomic
def end_supervision(*, supervision_id: UUID, ends_on: date, by: User, at: datetime) -> Supervision:
    """Say which day is the first without it; a session that is planned for later is cancelled. Raises CannotEndSupervision."""
    supervision = _locked(supervision_id)
    if not can_end_supervision(by, supervision):
        raise CannotEndSupervision("You may not end this supervision.")
    if supervision.ended_at is not None:
        raise CannotEndSupervision("It was ended already.")
    if ends_on < supervision.starts_on:
        raise CannotEndSupervision("It cannot end before it starts.")
    if supervision.ends_on is not None and ends_on > supervision.ends_on:
        raise CannotEndSupervision("It ends sooner than that already. To let it last longer, arrange it again.")
    if supervision.sessions.filter(held_on__gte=ends_on).exists():
        raise CannotEndSupervision("A session was held on that day or later. Choose a later day.")

    supervision.ends_on, supervision.ended_at, supervision.ended_by = ends_on, at, by
    supervision.save(update_fields=["ends_on", "ended_at", "ended_by"])
    _record("ended", supervision, by=by, at=at)
    for session in supervision.sessions.locked().filter(state=SupervisionState.PLANNED, planned_on__gte=ends_on):
        _close(session, SupervisionState.CANCELLED, by=by, at=at, words="The supervision ended.")
    return supervision


@transaction.atomic
def plan_session(*, supervision_id: UUID, planned_on: date, by: User, at: datetime) -> SupervisionSession:
    """Plan the next session. One is planned at a time. Raises CannotPlan."""
    supervision = _locked(supervision_id)
    if role_in(by, supervision) is None:
        raise CannotPlan("Only the two of a supervision plan its sessions.")
    _check_day(supervision, planned_on, at, CannotPlan)
    if supervision.sessions.filter(state=SupervisionState.PLANNED).exists():
        raise CannotPlan("A session is planned already. Move it, or say what became of it.")

    session = SupervisionSession.objects.create(
        supervision=supervision, planned_on=planned_on, planned_at=at, planned_by=by
    )
    _record("session_planned", session, by=by, at=at)
    return session


@transaction.atomic
def move_session(*, session_id: UUID, planned_on: date, by: User, at: datetime) -> SupervisionSession:
    """Plan a session for another day. Raises CannotMoveSession."""
    session, _ = begin_move(session_id, SupervisionMove.MOVE, by=by)
    _check_day(session.supervision, planned_on, at, CannotMoveSession)
    session.planned_on = planned_on
    session.save(update_fields=["planned_on"])
    _record("session_moved", session, by=by, at=at)
    return session


@transaction.atomic
def miss_session(*, session_id: UUID, why: str, words: str, by: User, at: datetime) -> SupervisionSession:
    """Say that a session did not take place, and why. Only the two read why. Raises CannotMoveSession."""
    session, state = begin_move(session_id, SupervisionMove.MISS, by=by)
    if session.planned_on > london_day(at):
        raise CannotMoveSession("Its day has not come yet. Move it or cancel it.")
    if why not in WhyMissed.values:
        raise CannotMoveSession("Choose why it was missed.")
    if why == WhyMissed.OTHER and not words.strip():
        raise CannotMoveSession("Say why it was missed.")
    session.why_missed = why
    _close(session, state, by=by, at=at, words=words.strip())
    return session


@transaction.atomic
def cancel_session(*, session_id: UUID, words: str, by: User, at: datetime) -> SupervisionSession:
    """Cancel a session whose day has not come; one whose day is past was held or missed. Raises CannotMoveSession."""
    session, state = begin_move(session_id, SupervisionMove.CANCEL, by=by)
    if session.planned_on < london_day(at):
        raise CannotMoveSession("Its day is past: say that it was held or missed.")
    if not words.strip():
        raise CannotMoveSession("Say why it is cancelled.")
    _close(session, state, by=by, at=at, words=words.strip())
    return session


def begin_move(
    session_id: UUID, move: SupervisionMove, *, by: User, refusal: type[DomainError] = CannotMoveSession
) -> tuple[SupervisionSession, SupervisionState]:
    """The session, locked, and where the move leads. Raises the refusal for who may not make it, and where it leads nowhere."""
    found = SupervisionSession.objects.get(pk=session_id)
    # The supervision first, then its session: in the order of everything else here.
    supervision = _locked(found.supervision_id)
    session = SupervisionSession.objects.locked().get(pk=session_id)
    session.supervision = supervision
    if not may_move(by, session, move):
        raise refusal("This is for the two of the supervision to do.")
    state = next_supervision_state(move, session.state)
    if state is None:
        raise refusal(f"This session is {SupervisionState(session.state).label.lower()} already.")
    return session, state


def _locked(supervision_id: UUID) -> Supervision:
    return Supervision.objects.locked().select_related("supervisee", "supervisor").get(pk=supervision_id)


def _check_day(supervision: Supervision, day: date, at: datetime, refusal: type[DomainError]) -> None:
    if day < london_day(at):
        raise refusal("Plan a day that is still to come.")
    if day < supervision.starts_on or (supervision.ends_on is not None and day >= supervision.ends_on):
        raise refusal("The supervision does not last on that day.")


def _close(session: SupervisionSession, state: SupervisionState, *, by: User, at: datetime, words: str) -> None:
    session.state, session.words, session.closed_at, session.closed_by = state, words, at, by
    session.save(update_fields=["state", "why_missed", "words", "closed_at", "closed_by"])
    _record(f"session_{state.lower()}", session, by=by, at=at)


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    """What happened, never why or what was said: that is for the two."""
    audit.record(verb=Verb.CHANGED, what=f"training.supervision_{what}", at=at, actor=by, subject=subject, **details)
