"""The register of a session: who was there, by tick, by code or by video; closing it, and correcting it afterwards."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError, MarkedMeanwhile
from common.shown_codes import NO_CODE, TOO_MANY, WRONG_CODE, CodesOnScreen, ShownCode, count_wrong, has_to_wait
from training.enums import Delivery, MarkedHow, Presence, TrainingSessionMove, next_training_session_state
from training.models import ModuleVersion, RegisterCorrection, RegisterEntry, TrainingSession
from training.models.cpd import FEWEST_HOURS, MOST_HOURS
from training.permissions import can_run_for
from training.queries.cpd import KIND_OF_DELIVERY
from training.services.cpd import log_cpd, take_back_logged

SHORTEST_REASON = 10


class CannotRegister(DomainError):
    pass


class WasMarked(CannotRegister, MarkedMeanwhile):
    pass


class CannotShowCode(DomainError):
    pass


class CannotCheckIn(DomainError):
    pass


class CannotSayWatched(DomainError):
    pass


class CannotCorrectRegister(DomainError):
    pass


@transaction.atomic
def take_register(
    *, session_id: UUID, marks: Mapping[UUID, str], by: User, at: datetime, seen: Mapping[UUID, str] | None = None
) -> TrainingSession:
    """Say of these entries what the register is to say, an empty string taking back what was said; all others stay as they are.

    From the beginning of the session until its register is closed. `seen`: what the page said of each when it was opened.
    Raises CannotRegister, and marks nobody, where one cannot be marked so, and WasMarked where one was marked otherwise since.
    """
    session = _to_run(session_id, TrainingSessionMove.REGISTER, by, CannotRegister)
    if at < session.starts_at:
        raise CannotRegister("The register is taken when the session has begun.")
    entries = list(
        RegisterEntry.objects.locked().filter(session=session, pk__in=marks).select_related("person", "session")
    )
    if len(entries) < len(marks):
        raise CannotRegister("One of these people is not expected at this session.")
    changed = [entry for entry in entries if entry.presence != marks[entry.pk]]
    if seen is not None and (met := [entry for entry in changed if entry.presence != seen[entry.pk]]):
        raise WasMarked(
            {str(entry.person): entry.get_presence_display() or "not marked" for entry in met},
            {entry.pk: entry.presence for entry in met},
        )
    for entry in changed:
        _check_mark(entry, marks[entry.pk], by, CannotRegister)
        _mark(
            entry,
            marks[entry.pk],
            MarkedHow.VIDEO if _is_confirmed(session, marks[entry.pk]) else MarkedHow.TICK,
            by=by,
            at=at,
        )
    RegisterEntry.objects.bulk_update(changed, ["presence", "marked_how", "marked_at", "marked_by"])
    if changed:
        _record("register_taken", session, by=by, at=at, marked=len(changed))
    return session


@transaction.atomic
def close_register(*, session_id: UUID, by: User, at: datetime) -> TrainingSession:
    """Say that the register is as it was: whoever was present gets the session's hours into their CPD log, once.

    Who was not marked stays so, and has to catch up. Closing it again changes nothing. Raises CannotRegister.
    """
    session = _locked(session_id)
    if not can_run_for(by, session.force_id):
        raise CannotRegister("Only a trainer of the agency may close the register.")
    if next_training_session_state(TrainingSessionMove.CORRECT, session.state) is not None:
        return session
    state = next_training_session_state(TrainingSessionMove.CLOSE, session.state)
    if state is None:
        raise CannotRegister(f"This session is {session.get_state_display().lower()}.")
    if at < session.starts_at:
        raise CannotRegister("The register is closed when the session has begun.")
    if session.entries.filter(person=by, presence=Presence.PRESENT).exists():
        raise CannotRegister("You were present yourself, so another trainer closes the register.")
    session.state, session.held_at, session.held_by = state, at, by
    session.save(update_fields=["state", "held_at", "held_by"])
    present = session.entries.filter(presence=Presence.PRESENT).select_related("person__agency").order_by("pk")
    logged = sum(_log_hours(session, entry, by=by, at=at) for entry in present)
    _record("register_closed", session, by=by, at=at, present=logged)
    return session


@transaction.atomic
def correct_register(*, entry_id: UUID, presence: str, reason: str, by: User, at: datetime) -> RegisterEntry:
    """Change what a closed register says of somebody, keeping what it said, who changed it and why; CPD follows.

    The same again changes nothing. Raises CannotCorrectRegister.
    """
    session = _locked(RegisterEntry.objects.values_list("session", flat=True).get(pk=entry_id))
    if not can_run_for(by, session.force_id):
        raise CannotCorrectRegister("Only a trainer of the agency may correct the register.")
    if next_training_session_state(TrainingSessionMove.CORRECT, session.state) is None:
        raise CannotCorrectRegister("This register is not closed, so it needs no correction.")
    entry = RegisterEntry.objects.locked().select_related("person__agency", "session").get(pk=entry_id)
    if entry.presence == presence:
        return entry
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise CannotCorrectRegister(f"Say why the register is corrected. At least {SHORTEST_REASON} characters.")
    if not presence:
        raise CannotCorrectRegister("Choose what the register should say.")
    _check_mark(entry, presence, by, CannotCorrectRegister)
    earlier = entry.presence
    RegisterCorrection.objects.create(
        entry=entry, earlier=earlier, later=presence, reason=reason, corrected_at=at, corrected_by=by
    )
    _mark(entry, presence, MarkedHow.CORRECTION, by=by, at=at)
    entry.save(update_fields=["presence", "marked_how", "marked_at", "marked_by"])
    turn = entry.corrections.count()
    if presence == Presence.PRESENT:
        _log_hours(session, entry, turn=turn, by=by, at=at)
    elif earlier == Presence.PRESENT:
        take_back_logged(keys=[cpd_key(session, entry, turn=one) for one in range(turn)], why=reason, by=by, at=at)
    _record("register_corrected", session, by=by, at=at, earlier=earlier, later=str(presence))
    return entry


@transaction.atomic
def show_code(*, session_id: UUID, by: User, at: datetime) -> TrainingSession:
    """Let members say by code that they are here, for half an hour from now. While it runs, the same again changes nothing.

    Raises CannotShowCode.
    """
    session = _to_run(session_id, TrainingSessionMove.REGISTER, by, CannotShowCode)
    if session.is_video:
        raise CannotShowCode("A video has no code: members say that they have watched it.")
    if at < session.starts_at:
        raise CannotShowCode("The code is shown when the session has begun.")
    if code_shown(session, at=at) is None:
        session.code_opened_at, session.code_opened_by = at, by
        session.save(update_fields=["code_opened_at", "code_opened_by"])
        _record("code_shown", session, by=by, at=at)
    return session


def code_shown(session: TrainingSession, *, at: datetime) -> ShownCode | None:
    """The code of this minute, or None where none is shown."""
    return _codes(session).shown(at=at)


def check_in(*, session_id: UUID, code: str, by: User, at: datetime) -> RegisterEntry:
    """Say by the code on the trainer's screen that one is here. Whoever is present already stays so.

    Raises CannotCheckIn. Wrong codes are counted, and after five one waits.
    """
    entry, refusal = _try_code(session_id, code, by=by, at=at)
    if refusal:
        # Only now, so that the wrong code stays counted.
        raise CannotCheckIn(refusal)
    return entry


@transaction.atomic
def say_watched(*, session_id: UUID, version: int, by: User, at: datetime) -> RegisterEntry:
    """Say that one has watched the video of a session, in the version of its module that was on the page. Once is enough.

    It counts when the trainer confirms it in the register. Raises CannotSayWatched.
    """
    session = _locked(session_id)
    entry = RegisterEntry.objects.locked().filter(session=session, person=by).first()
    if entry is None or by.agency_id != session.force_id or not session.is_video:
        raise CannotSayWatched("You are not asked to watch a video here.")
    if entry.watched_at is not None:
        return entry
    if next_training_session_state(TrainingSessionMove.REGISTER, session.state) is None:
        raise CannotSayWatched("The register is closed. Ask the trainer.")
    if at < session.starts_at:
        raise CannotSayWatched("The video can be watched from its first day on.")
    taught = ModuleVersion.objects.current(on=london_day(at)).get(module=session.module_version.module_id)
    if taught.number != version:
        raise CannotSayWatched(f"Version {taught.number} is taught now. Watch that one.")
    entry.watched_at, entry.watched_version = at, taught
    entry.save(update_fields=["watched_at", "watched_version"])
    audit.record(verb=Verb.CHANGED, what="training.video_watched", at=at, actor=by, subject=entry, version=version)
    return entry


def note_reading(*, session: TrainingSession, by: User, at: datetime) -> None:
    """Write down that a trainer saw the register."""
    audit.record(verb=Verb.READ, what="training.register_read", at=at, actor=by, subject=session)


@transaction.atomic
def _try_code(session_id: UUID, code: str, *, by: User, at: datetime) -> tuple[RegisterEntry, str]:
    """The entry, and why it was not marked; with a wrong code what is written is that there was one."""
    session = _locked(session_id)
    entry = RegisterEntry.objects.locked().filter(session=session, person=by).first()
    if entry is None or by.agency_id != session.force_id:
        raise CannotCheckIn("You are not expected at this session.")
    if can_run_for(by, session.force_id):
        raise CannotCheckIn("You can see the code yourself. Another trainer ticks you.")
    if entry.presence == Presence.PRESENT:
        return entry, ""
    if next_training_session_state(TrainingSessionMove.REGISTER, session.state) is None:
        raise CannotCheckIn("The register is closed. Speak to the trainer.")
    if entry.presence:
        raise CannotCheckIn("The trainer has marked you already. Speak to them.")
    codes = _codes(session)
    if codes.shown(at=at) is None:
        raise CannotCheckIn(NO_CODE)
    if has_to_wait(entry, at=at):
        raise CannotCheckIn(TOO_MANY)
    if not codes.is_right(code, at=at):
        count_wrong(entry, at=at)
        entry.save(update_fields=["wrong_codes", "wrong_code_at"])
        return entry, WRONG_CODE
    _mark(entry, Presence.PRESENT, MarkedHow.CODE, by=by, at=at)
    entry.save(update_fields=["presence", "marked_how", "marked_at", "marked_by"])
    audit.record(verb=Verb.CHANGED, what="training.checked_in", at=at, actor=by, subject=entry)
    return entry, ""


def _codes(session: TrainingSession) -> CodesOnScreen:
    return CodesOnScreen("training.check_in", session.pk, session.code_opened_at)


def _check_mark(entry: RegisterEntry, presence: str, by: User, refusal: type[DomainError]) -> None:
    if why := entry.why_not(presence, by=by):
        raise refusal(why)


def _is_confirmed(session: TrainingSession, presence: str) -> bool:
    """Whether this mark says that somebody has watched a video."""
    return session.is_video and presence == Presence.PRESENT


def _mark(entry: RegisterEntry, presence: str, how: MarkedHow, *, by: User, at: datetime) -> None:
    entry.presence = presence
    entry.marked_how, entry.marked_at, entry.marked_by = (str(how), at, by) if presence else ("", None, None)


def hours_of(session: TrainingSession) -> Decimal:
    """The hours of a session for the CPD log."""
    return hours_of_minutes(session.minutes)


def hours_of_minutes(minutes: int) -> Decimal:
    """To the nearest quarter of an hour, from 0.25 to 24."""
    quarters = (Decimal(minutes) / 15).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return min(max(quarters / 4, FEWEST_HOURS), MOST_HOURS)


def cpd_key(session: TrainingSession, entry: RegisterEntry, *, turn: int = 0) -> UUID:
    """The same for the same person and session, so that no closing logs twice. `turn`: after so many corrections.

    It follows from the service's secret: a key that somebody could work out would be theirs to use up first.
    """
    words = f"{session.pk} {entry.person_id} {turn}"
    return UUID(bytes=salted_hmac("training.register", words, algorithm="sha256").digest()[:16], version=4)


def _log_hours(session: TrainingSession, entry: RegisterEntry, *, turn: int = 0, by: User, at: datetime) -> bool:
    """Log the hours of somebody who was there; not for who has moved to another agency since. Whether it did."""
    if entry.person.agency_id != session.force_id:
        return False
    version = (session.is_video and entry.watched_version) or session.module_version
    watched_at = entry.watched_at if session.is_video else None
    log_cpd(
        person=entry.person,
        done_on=london_day(watched_at or session.starts_at),
        kind=KIND_OF_DELIVERY[Delivery(session.delivery)],
        topic=session.module_version.module.title,
        hours=hours_of(session),
        learned=version.aims,
        key=cpd_key(session, entry, turn=turn),
        by=by,
        at=at,
    )
    return True


def _locked(session_id: UUID) -> TrainingSession:
    return TrainingSession.objects.locked().select_related("module_version__module").get(pk=session_id)


def _to_run(session_id: UUID, move: TrainingSessionMove, by: User, refusal: type[DomainError]) -> TrainingSession:
    session = _locked(session_id)
    if not can_run_for(by, session.force_id):
        raise refusal("Only a trainer of the agency may do that.")
    if next_training_session_state(move, session.state) is None:
        raise refusal(f"This session is {session.get_state_display().lower()}.")
    return session


def _record(what: str, session: TrainingSession, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=session, **details)
