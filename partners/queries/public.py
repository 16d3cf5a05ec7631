"""The list of sessions for everybody: only what may be public, and kept apart from all else that is known of a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from partners.enums import SessionState, Venue
from partners.models import Session

MOST_SHOWN = 200
# A session that was cancelled may stand there so long.
KEPT_SECONDS = 60
KEY = "partners:public-sessions:1"
FEW_LEFT = 5


@dataclass(frozen=True)
class PublicSession:
    """What anybody may know: no address of a page, no link, no trainer, no agency, no number."""

    kind: str
    title: str
    starts_at: datetime
    minutes: int
    dates: int
    is_evening: bool
    where: str
    places: str


def public_sessions(*, at: datetime) -> list[PublicSession]:
    """Open sessions for every agency that are still to come, soonest first; at most a minute old."""
    kept: list[PublicSession] | None = cache.get(KEY)
    if kept is None:
        sessions = Session.objects.open_to_everybody().filter(starts_at__gt=at).order_by("starts_at", "pk")
        kept = [_public(session, at=at) for session in sessions[:MOST_SHOWN]]
        cache.set(KEY, kept, KEPT_SECONDS)
    return [one for one in kept if one.starts_at > at]


def forget_public_sessions() -> None:
    """Make the next visitor read anew, when a session was opened, changed, moved or cancelled."""
    cache.delete(KEY)


def _public(session: Session, *, at: datetime) -> PublicSession:
    is_online = session.venue == Venue.ONLINE
    length: timedelta = session.ends_at - session.starts_at
    return PublicSession(
        kind=session.get_kind_display(),
        title=session.title,
        starts_at=session.starts_at,
        minutes=int(length.total_seconds()) // 60 if session.date_count == 1 else 0,
        dates=session.date_count,
        is_evening=session.is_evening,
        where="Online" if is_online else session.town or "In a place",
        places=_places(session, at=at),
    )


def _places(session: Session, *, at: datetime) -> str:
    """In words: how many are taken is nobody's business."""
    if session.state != SessionState.OPEN or at >= session.booking_closes_at:
        return "Booking has closed"
    if session.booking_opens_at is not None and at < session.booking_opens_at:
        return "Booking opens later"
    if session.places_left < 1:
        return "Full"
    return "Few places left" if session.places_left <= FEW_LEFT else "Places left"
