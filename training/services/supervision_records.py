"""What the two of a supervision write down, that it was read, and the breaking of the glass."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from jobs.services import enqueue
from training import tasks
from training.enums import SupervisionMove, SupervisionRole, SupervisionState
from training.models import (
    RecordOpening,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
)
from training.models.supervision import OPENING_LASTS, Written
from training.permissions import role_in
from training.services.supervision import begin_move

SHORTEST_REASON = 20


class CannotRecordSession(DomainError):
    pass


class CannotConfirmReading(DomainError):
    pass


class CannotOpenRecord(DomainError):
    pass


@transaction.atomic
def hold_session(*, session_id: UUID, held_on: date, written: Written, by: User, at: datetime) -> SupervisionSession:
    """Say that a session was held, with the first version of its record. Raises CannotRecordSession."""
    session, state = begin_move(session_id, SupervisionMove.HOLD, by=by, refusal=CannotRecordSession)
    supervision = session.supervision
    if held_on > london_day(at):
        raise CannotRecordSession("The day on which it was held cannot be in the future.")
    if held_on < supervision.starts_on or (supervision.ends_on is not None and held_on >= supervision.ends_on):
        raise CannotRecordSession("The supervision did not last on that day.")
    if supervision.sessions.filter(held_on=held_on).exists():
        raise CannotRecordSession("A session was held on that day already.")
    session.state, session.held_on, session.closed_at, session.closed_by = state, held_on, at, by
    session.save(update_fields=["state", "held_on", "closed_at", "closed_by"])
    _write(session, 1, written, by=by, at=at)
    return session


@transaction.atomic
def write_next_version(*, session_id: UUID, after: int, written: Written, by: User, at: datetime) -> SupervisionRecord:
    """Put the record right: the version that was read stays, and the next one follows it. Raises CannotRecordSession."""
    session = SupervisionSession.objects.locked().select_related("supervision").get(pk=session_id)
    if role_in(by, session.supervision) is not SupervisionRole.SUPERVISOR:
        raise CannotRecordSession("The supervisor writes the record.")
    if session.state != SupervisionState.HELD:
        raise CannotRecordSession("Only a session that was held has a record.")
    last = session.versions.order_by("-number").values_list("number", flat=True).first() or 0
    if last != after:
        raise CannotRecordSession("The record has changed since you opened it. Read it again first.")
    return _write(session, last + 1, written, by=by, at=at)


@transaction.atomic
def confirm_reading(*, session_id: UUID, version: int, comment: str, by: User, at: datetime) -> SupervisionReading:
    """The person supervised says that they have read the newest version, and what they add. Again gives what is there.

    Raises CannotConfirmReading.
    """
    session = SupervisionSession.objects.locked().select_related("supervision").get(pk=session_id)
    if role_in(by, session.supervision) is not SupervisionRole.SUPERVISEE:
        raise CannotConfirmReading("Only the person supervised confirms that they have read it.")
    newest = session.versions.order_by("-number").first()
    if newest is None or newest.number != version:
        raise CannotConfirmReading("The record has changed since you opened it. Read it again first.")
    reading, is_new = SupervisionReading.objects.get_or_create(
        version=newest, defaults={"comment": comment.strip(), "read_at": at, "read_by": by}
    )
    if is_new:
        _record("record_confirmed", session, by=by, at=at, version=version)
    return reading


@transaction.atomic
def open_record(*, session_id: UUID, reason: str, by: User, at: datetime) -> RecordOpening:
    """Break the glass: a superior opens one record, for a reason, for an hour. The two are told at once.

    While it is open, doing it again gives the opening that is there. Raises CannotOpenRecord.
    """
    session = SupervisionSession.objects.locked().get(pk=session_id)
    if not SupervisionSession.objects.under(by).filter(pk=session.pk).exists():
        raise CannotOpenRecord("Only who leads the team of one of the two may open their record.")
    if session.state != SupervisionState.HELD:
        raise CannotOpenRecord("There is no record to open.")
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise CannotOpenRecord(f"Say why the record has to be opened, in at least {SHORTEST_REASON} characters.")
    current = session.openings.filter(opened_by=by, closes_at__gt=at).first()
    if current is not None:
        return current
    opening = RecordOpening.objects.create(
        session=session, reason=reason, opened_at=at, opened_by=by, closes_at=at + OPENING_LASTS
    )
    audit.record(
        verb=Verb.READ, what="training.supervision_glass_broken", at=at, actor=by, subject=session, reason=reason
    )
    enqueue(tasks.email_the_two_about_opening, at=at, by=by, opening_id=opening.pk)
    return opening


@transaction.atomic
def note_reading(*, session: SupervisionSession, by: User, at: datetime) -> None:
    """Write down that somebody opened a record that is not about themselves."""
    if session.state == SupervisionState.HELD and session.supervision.supervisee_id != by.pk:
        _record("record_read", session, by=by, at=at, verb=Verb.READ)


def _write(session: SupervisionSession, number: int, written: Written, *, by: User, at: datetime) -> SupervisionRecord:
    words = {name: getattr(written, name).strip() for name in ("agreed", "curiosity", "fairness", "wellbeing", "cases")}
    if not all(words[name] for name in ("agreed", "curiosity", "fairness", "wellbeing")):
        raise CannotRecordSession("Answer each question in words.")
    if any(not one.what.strip() or one.owner not in SupervisionRole.values for one in written.actions):
        raise CannotRecordSession("Each action says what, by whom and by when.")
    version = SupervisionRecord.objects.create(session=session, number=number, written_at=at, written_by=by, **words)
    SupervisionAction.objects.bulk_create(
        SupervisionAction(version=version, position=place, what=one.what.strip(), owner=one.owner, due_on=one.due_on)
        for place, one in enumerate(written.actions, start=1)
    )
    _record("record_written", session, by=by, at=at, version=number)
    enqueue(tasks.email_supervised_about_record, at=at, by=by, session_id=session.pk)
    return version


def _record(
    what: str, session: SupervisionSession, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any
) -> None:
    audit.record(verb=verb, what=f"training.supervision_{what}", at=at, actor=by, subject=session, **details)
