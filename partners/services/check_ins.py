"""Saying by the code on the trainer's screen that one is here: each person from their account, each from a device of their own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.shown_codes import NO_CODE, TOO_MANY, WRONG_CODE, CodesOnScreen, ShownCode, count_wrong, has_to_wait
from partners.enums import BookingState, Mark, MarkedHow, SessionMove, SessionState
from partners.models import Booking, CheckIn, Session
from partners.permissions import can_run
from partners.services.register import mark, to_register


class CannotCheckIn(DomainError):
    pass


class CannotShowCode(DomainError):
    pass


@transaction.atomic
def show_code(*, session_id: UUID, by: User, at: datetime) -> Session:
    """Let who has a place say by code that they are here, for half an hour from now. While it runs, the same again changes nothing.

    Raises CannotRegister, CannotShowCode.
    """
    session = to_register(session_id, SessionMove.REGISTER, by=by, at=at)
    if session.state == SessionState.HELD:
        raise CannotShowCode("The register is closed: correct it by hand.")
    if code_shown(session, at=at) is None:
        session.code_opened_at, session.code_opened_by = at, by
        session.save(update_fields=["code_opened_at", "code_opened_by"])
        audit.record(verb=Verb.CHANGED, what="partners.code_shown", at=at, actor=by, subject=session)
    return session


def code_shown(session: Session, *, at: datetime) -> ShownCode | None:
    """The code of this minute; None where none is shown, or the register is closed."""
    return _codes(session).shown(at=at) if session.state == SessionState.OPEN else None


def may_check_in(user: User, booking: Booking, *, at: datetime) -> bool:
    """Whether this person could say by code now that they are here; the booking's session comes with it."""
    is_expected = booking.user_id == user.pk and booking.state == BookingState.BOOKED
    return is_expected and code_shown(booking.session, at=at) is not None


def check_in(*, booking_id: UUID, code: str, device: str, by: User, at: datetime) -> Booking:
    """Say by the code on the trainer's screen that one is here. `device`: the random word in the cookie of this device.

    Who is present already stays so. Raises CannotCheckIn. Wrong codes are counted, and after five one waits.
    """
    booking, refusal = _try_code(booking_id, code, device, by=by, at=at)
    if refusal:
        # Only now, so that the wrong code stays counted.
        raise CannotCheckIn(refusal)
    return booking


@transaction.atomic
def _try_code(booking_id: UUID, code: str, device: str, *, by: User, at: datetime) -> tuple[Booking, str]:
    """The booking, and why it was not marked; with a wrong code what is written is that there was one."""
    session = Session.objects.locked().get(bookings=booking_id)
    booking = Booking.objects.locked().get(pk=booking_id)
    if booking.user_id != by.pk or not booking.holds_a_place:
        raise CannotCheckIn("You have no place on this session. Ask the trainer to add you.")
    if can_run(by, session):
        raise CannotCheckIn("You can see the code yourself. Another trainer marks you.")
    if booking.state == BookingState.PRESENT:
        return booking, ""
    if session.state != SessionState.OPEN:
        raise CannotCheckIn("The register is closed. Speak to the trainer.")
    if booking.mark:
        raise CannotCheckIn("The trainer has marked you already. Speak to them.")
    if code_shown(session, at=at) is None:
        raise CannotCheckIn(NO_CODE)
    if not device:
        raise CannotCheckIn("This device keeps no cookies, so it cannot check you in. Ask the trainer to mark you.")
    tries, _ = CheckIn.objects.select_for_update(of=("self",)).get_or_create(booking=booking, session=session)
    if has_to_wait(tries, at=at):
        raise CannotCheckIn(TOO_MANY)
    if not _codes(session).is_right(code, at=at):
        count_wrong(tries, at=at)
        tries.save(update_fields=["wrong_codes", "wrong_code_at"])
        return booking, WRONG_CODE
    hashed = _hash_of(device)
    if CheckIn.objects.filter(session=session, device_hash=hashed).exclude(booking=booking).exists():
        raise CannotCheckIn(
            "Somebody else has checked in on this device. Use your own, or ask the trainer to mark you."
        )
    tries.device_hash, tries.checked_in_at = hashed, at
    tries.save(update_fields=["device_hash", "checked_in_at"])
    mark(booking, Mark.PRESENT, session=session, how=MarkedHow.CODE, by=by, at=at)
    audit.record(verb=Verb.CHANGED, what="partners.checked_in", at=at, actor=by, subject=booking)
    return booking, ""


def _codes(session: Session) -> CodesOnScreen:
    return CodesOnScreen("partners.check_in", session.pk, session.code_opened_at)


def _hash_of(device: str) -> str:
    """What is kept of a device: it cannot be found again in another session's rows or without the service's secret."""
    return salted_hmac("partners.device", device, algorithm="sha256").hexdigest()
