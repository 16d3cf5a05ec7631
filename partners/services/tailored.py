"""A session that an agency asks for: each move once, in order, by the side whose move it is, with its record and its mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day, working_days_between
from common.errors import KeyWasUsed
from jobs.services import enqueue
from partners import tasks
from partners.enums import (
    TAILORED_MOVERS,
    Audience,
    SessionKind,
    TailoredMove,
    TailoredState,
    Venue,
    next_tailored_state,
)
from partners.models import Session, TailoredDate, TailoredRequest, TailoredStep
from partners.models.sessions import LARGEST_CAPACITY, USUAL_LENGTH
from partners.permissions import can_ask_tailored, side_of
from partners.services.refusals import RefusedAnswer
from partners.services.sessions import plan_session

MOST_DATES_PROPOSED = 3
MOST_REMINDED = 200


class CannotMoveRequest(RefusedAnswer):
    pass


@transaction.atomic
def ask_for_session(
    *,
    kind: SessionKind | str,
    audience: str,
    size: int,
    purpose: str,
    wished: str,
    venue: Venue | str,
    key: UUID,
    by: User,
    at: datetime,
) -> TailoredRequest:
    """Ask the hub's trainers for a session of the own agency. The same key again asks nothing more. Raises CannotMoveRequest."""
    if not can_ask_tailored(by) or by.agency is None:
        raise CannotMoveRequest("Only your agency's training coordinator asks for a session.")
    wanted = {
        "kind": str(kind),
        "audience": audience.strip(),
        "size": size,
        "purpose": purpose.strip(),
        "wished": wished.strip(),
        "venue": str(venue),
    }
    earlier = TailoredRequest.objects.filter(request_key=key).first()
    if earlier is not None:
        if earlier.asked_by_id == by.pk and all(getattr(earlier, name) == value for name, value in wanted.items()):
            return earlier
        raise KeyWasUsed("This form was used for another request. Send it again.")
    if not all(wanted.values()):
        raise CannotMoveRequest("Say who it is for, how many they are, what for, and when it would suit.")
    if not 1 <= size <= LARGEST_CAPACITY:
        raise CannotMoveRequest(f"A session is for 1 to {LARGEST_CAPACITY} people.", field="size")
    request = TailoredRequest.objects.create(
        agency=by.agency,
        host=Agency.objects.hub(),
        request_key=key,
        asked_at=at,
        asked_by=by,
        moved_at=at,
        **wanted,
    )
    _keep_step(request, TailoredMove.ASK, by=by, at=at, words="")
    return request


@transaction.atomic
def propose_dates(
    *, request_id: UUID, starts: Sequence[datetime], by: User, at: datetime, words: str = ""
) -> TailoredRequest:
    """Offer the agency one to three dates; those of earlier rounds stay in the history. Raises CannotMoveRequest."""
    request = _to_move(request_id, by)
    starts = sorted(set(starts))
    if not 1 <= len(starts) <= MOST_DATES_PROPOSED:
        raise CannotMoveRequest(f"Propose 1 to {MOST_DATES_PROPOSED} dates.", field="date_1")
    if starts[0] <= at:
        raise CannotMoveRequest("Propose dates in the future.", field="date_1")
    _move(request, TailoredMove.PROPOSE, by=by, at=at, words=words)
    # A date that was agreed and is proposed anew is agreed no more.
    request.dates.filter(is_agreed=True).update(is_agreed=False)
    number = (request.dates.aggregate(last=Max("round"))["last"] or 0) + 1
    TailoredDate.objects.bulk_create(TailoredDate(request=request, round=number, starts_at=start) for start in starts)
    return request


@transaction.atomic
def agree_to_date(*, request_id: UUID, date_id: UUID, by: User, at: datetime, words: str = "") -> TailoredRequest:
    """Take one of the dates that were proposed last. Raises CannotMoveRequest."""
    request = _to_move(request_id, by)
    chosen = last_proposed(request).filter(pk=date_id).first()
    if chosen is None:
        raise CannotMoveRequest("Choose one of the dates that were proposed.", field="answer")
    if chosen.starts_at <= at:
        raise CannotMoveRequest("This date has passed. Ask for other dates.", field="answer")
    _move(request, TailoredMove.AGREE, by=by, at=at, words=words)
    chosen.is_agreed = True
    chosen.save(update_fields=["is_agreed"])
    return request


@transaction.atomic
def ask_for_other_dates(*, request_id: UUID, words: str, by: User, at: datetime) -> TailoredRequest:
    """Say that none of the dates suits, and when it would. Raises CannotMoveRequest."""
    request = _to_move(request_id, by)
    return _move(request, TailoredMove.ASK_OTHERS, by=by, at=at, words=words, needs="Say which dates would suit.")


@transaction.atomic
def schedule_session(
    *,
    request_id: UUID,
    title: str,
    by: User,
    at: datetime,
    joining_link: str = "",
    place: str = "",
    clash_known: bool = False,
) -> TailoredRequest:
    """Plan the session at the agreed date, by invitation of this agency alone, as large as it asked for.

    Raises CannotMoveRequest, services.sessions.CannotPlan, or scheduling.TrainersAreBusy unless that is known.
    """
    request = _to_move(request_id, by)
    _check(request, TailoredMove.SCHEDULE, by)
    agreed = request.dates.filter(is_agreed=True).first()
    if agreed is None or agreed.starts_at <= at:
        raise CannotMoveRequest("The agreed date has passed. Propose new dates.")
    session = plan_session(
        kind=request.kind,
        title=title,
        about=request.purpose,
        starts_at=agreed.starts_at,
        ends_at=agreed.starts_at + USUAL_LENGTH,
        venue=request.venue,
        place=place,
        joining_link=joining_link,
        capacity=request.size,
        audience=Audience.INVITED,
        audience_agencies=[request.agency],
        clash_known=clash_known,
        by=by,
        at=at,
    )
    return _move(request, TailoredMove.SCHEDULE, by=by, at=at, words="", session=session)


@transaction.atomic
def decline_request(*, request_id: UUID, words: str, by: User, at: datetime) -> TailoredRequest:
    """Say that there will be no such session, and why. Raises CannotMoveRequest."""
    request = _to_move(request_id, by)
    return _move(request, TailoredMove.DECLINE, by=by, at=at, words=words, needs="Say why there will be no session.")


@transaction.atomic
def withdraw_request(*, request_id: UUID, by: User, at: datetime, words: str = "") -> TailoredRequest:
    """Take the request back. Raises CannotMoveRequest."""
    return _move(_to_move(request_id, by), TailoredMove.WITHDRAW, by=by, at=at, words=words)


@transaction.atomic
def remind_of_tailored(*, at: datetime) -> int:
    """Called by the clock: tell whoever's turn it is about what has waited for so many working days, and again after as many.

    Returns about how many requests somebody was told.
    """
    today = london_day(at)
    days = settings.TAILORED_REMIND_AFTER_DAYS
    # Working days are never fewer than calendar days, so the rest is not looked at.
    waiting = TailoredRequest.objects.exclude(
        state__in=(TailoredState.SCHEDULED, TailoredState.DECLINED, TailoredState.WITHDRAWN)
    ).filter(Q(reminded_at=None) | Q(reminded_at__lt=at - timedelta(days=days)), moved_at__lt=at - timedelta(days=days))
    locked = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:MOST_REMINDED]
    told = 0
    for request in locked:
        since = london_day(request.reminded_at or request.moved_at)
        if working_days_between(since, today) < days:
            continue
        request.reminded_at = at
        request.save(update_fields=["reminded_at"])
        _tell(request, at=at)
        told += 1
    return told


def last_proposed(request: TailoredRequest) -> Any:
    """The dates of the last round of proposals."""
    return request.dates.filter(round=request.dates.aggregate(last=Max("round"))["last"] or 0)


def _to_move(request_id: UUID, by: User) -> TailoredRequest:
    request = TailoredRequest.objects.locked().get(pk=request_id)
    if side_of(by, request) is None:
        raise CannotMoveRequest("This request is not yours.")
    return request


def _check(request: TailoredRequest, move: TailoredMove, by: User) -> TailoredState:
    state = next_tailored_state(move, request.state)
    if side_of(by, request) != TAILORED_MOVERS[move]:
        raise CannotMoveRequest(f"Only {TAILORED_MOVERS[move].label} may do that.")
    if state is None:
        raise CannotMoveRequest(f"This request is {request.get_state_display().lower()}.")
    return state


def _move(
    request: TailoredRequest,
    move: TailoredMove,
    *,
    by: User,
    at: datetime,
    words: str,
    needs: str = "",
    session: Session | None = None,
) -> TailoredRequest:
    request.state = _check(request, move, by)
    if needs and not words.strip():
        raise CannotMoveRequest(needs, field="words")
    request.session, request.moved_at, request.reminded_at = session, at, None
    request.save(update_fields=["state", "session", "moved_at", "reminded_at"])
    _keep_step(request, move, by=by, at=at, words=words.strip())
    return request


def _keep_step(request: TailoredRequest, move: TailoredMove, *, by: User, at: datetime, words: str) -> None:
    number = request.steps.count() + 1
    TailoredStep.objects.create(request=request, number=number, move=move, words=words, at=at, by=by)
    audit.record(
        verb=Verb.CHANGED,
        what=f"partners.tailored_{move.value.lower()}",
        at=at,
        actor=by,
        subject=request,
        state=str(request.state),
    )
    _tell(request, at=at)


def _tell(request: TailoredRequest, *, at: datetime) -> None:
    """The other side, or of a request that waits the one whose turn it is; the job looks again whether that is still so."""
    enqueue(tasks.email_side_about_tailored, at=at, request_id=request.pk, moved_at=request.moved_at.isoformat())
