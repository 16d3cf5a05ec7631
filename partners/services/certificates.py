"""Certificates of attendance: made for who was there for all of a session, and checked by anybody who has the address."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from partners.enums import SessionKind
from partners.models import Booking, Certificate
from partners.models.attendance import HARD_TO_GUESS
from partners.permissions import is_certified, may_take_certificate


class CannotCertify(DomainError):
    pass


class NoSuchCertificate(DomainError):
    """No certificate has this address."""


@dataclass(frozen=True)
class Checked:
    """What the address of a certificate tells whoever has it: whether it holds and, if so, the kind and the day of the session."""

    is_genuine: bool
    kind: str = ""
    held_on: date | None = None


@transaction.atomic
def make_certificate(*, booking_id: UUID, by: User, at: datetime) -> Certificate:
    """The certificate of a booking, the same each time; that somebody made it is recorded. Raises CannotCertify."""
    booking = Booking.objects.locked().select_related("session", "delegate").get(pk=booking_id)
    if not may_take_certificate(by, booking):
        raise CannotCertify("A certificate is for the person, or for the coordinator of somebody without an account.")
    if not is_certified(booking, at=at):
        raise CannotCertify(
            "A certificate is for who was there for all of a session that is over and whose register is closed."
        )
    certificate, _ = Certificate.objects.get_or_create(booking=booking, defaults={"made_at": at, "made_by": by})
    audit.record(verb=Verb.EXPORTED, what="partners.certificate_made", at=at, actor=by, subject=booking)
    return certificate


def check_certificate(*, token: str) -> Checked:
    """What may be told to anybody who has the address. It holds as long as the register says so. Raises NoSuchCertificate."""
    if not re.fullmatch(HARD_TO_GUESS, token):
        raise NoSuchCertificate("There is no such certificate.")
    found = Certificate.objects.filter(token=token)
    certificate = found.genuine().select_related("booking__session").first()
    if certificate is not None:
        session = certificate.booking.session
        return Checked(True, SessionKind(session.kind).label, london_day(session.starts_at))
    if found.exists():
        return Checked(False)
    raise NoSuchCertificate("There is no such certificate.")
