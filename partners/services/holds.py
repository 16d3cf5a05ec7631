"""Holding a place for the minutes that the form takes."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from partners.models import PlaceHold, Session
from partners.permissions import can_book, can_book_for_agency
from partners.services.bookings import ALL_TAKEN, CannotBook, check_open, check_stands_nowhere
from partners.services.settling import has_to_settle, settle, settle_session


def hold_place(*, session_id: UUID, by: User, at: datetime) -> PlaceHold:
    """Keep one place for whoever fills in the form. Asking again keeps the same place, for no longer. Raises CannotBook."""
    try:
        return _hold_place(session_id=session_id, by=by, at=at)
    except CannotBook:
        if has_to_settle(session_id, at=at):
            settle_session(session_id=session_id, at=at)
        raise


@transaction.atomic
def _hold_place(*, session_id: UUID, by: User, at: datetime) -> PlaceHold:
    if not can_book(by):
        raise CannotBook("Your role does not book places.")
    session = Session.objects.locked().get(pk=session_id)
    check_open(session, by=by, at=at)
    settle(session, at=at)
    held = PlaceHold.objects.filter(session=session, user=by).first()
    if held is not None:
        return held
    if not can_book_for_agency(by):
        check_stands_nowhere(session, by, is_oneself=True)
    if session.places_left < 1:
        raise CannotBook(ALL_TAKEN)
    ends_at = min(at + settings.HOLD_FOR, session.booking_closes_at)
    held = PlaceHold.objects.create(session=session, user=by, begun_at=at, ends_at=ends_at)
    audit.record(verb=Verb.CHANGED, what="partners.place_held", at=at, actor=by, subject=session)
    return held


@transaction.atomic
def release_place(*, session_id: UUID, by: User, at: datetime) -> bool:
    """Let the held place go; who waits longest is offered it. Without a hold nothing changes, and the answer is no."""
    session = Session.objects.locked().get(pk=session_id)
    count, _ = PlaceHold.objects.filter(session=session, user=by).delete()
    if count:
        audit.record(verb=Verb.CHANGED, what="partners.place_released", at=at, actor=by, subject=session)
        session.refresh_from_db(fields=["places_taken"])
    settle(session, at=at)
    return bool(count)
