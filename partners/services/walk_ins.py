"""Who came to a session without having booked it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Agency, User
from common.clock import london_day
from common.errors import DomainError, KeyWasUsed
from partners.enums import BookingState, MarkedHow, SessionMove, WalkIn
from partners.models import Booking, Delegate, Session, WhoCame
from partners.services.bookings import save_with_reference
from partners.services.moves import record_booking
from partners.services.register import to_register
from partners.services.settling import settle

CAME_UNBOOKED = "Came without a booking"


class CannotAddWalkIn(DomainError):
    """Somebody could not be added; `field` is where it was said."""

    def __init__(self, message: str, *, field: str = "email") -> None:
        super().__init__(message)
        self.field = field


class NoPlaceLeft(DomainError):
    """Every place is taken: only who says so knowingly adds one more."""


@transaction.atomic
def add_walk_in(
    *, session_id: UUID, who: WhoCame, key: UUID, by: User, at: datetime, above_places: bool = False
) -> Booking:
    """Put somebody who came without a booking into the register as present, from when it may be taken on, after it was closed too.

    They get a free place. Where none is left they are taken in above the number of places only if `above_places` says so, and stay
    marked as that. The same key again returns the same booking. Raises CannotAddWalkIn, NoPlaceLeft, KeyWasUsed.
    """
    session = to_register(session_id, SessionMove.REGISTER, by=by, at=at)
    earlier = Booking.objects.filter(request_key=key).select_related("user", "delegate").first()
    if earlier is not None:
        if (earlier.session_id, earlier.booked_by_id, earlier.email.lower()) == (session.pk, by.pk, _plain(who.email)):
            return earlier
        raise KeyWasUsed("This page was used for somebody else already. Look at the register, then send it again.")
    settle(session, at=at)
    person, agency = person_of(who, by=by, at=at)
    return save_walk_in(session, person, agency, key=key, by=by, at=at, above_places=above_places)


def save_walk_in(
    session: Session,
    person: User | Delegate,
    agency: Agency,
    *,
    key: UUID,
    by: User,
    at: datetime,
    above_places: bool,
    how: MarkedHow = MarkedHow.LIST,
    minutes: int | None = None,
    is_partial: bool = False,
) -> Booking:
    """Save somebody as present on a session that the caller has locked and settled. Raises CannotAddWalkIn, NoPlaceLeft."""
    if person.pk == by.pk:
        raise CannotAddWalkIn("Nobody marks themselves: ask another trainer.")
    # By the address too: somebody booked as a delegate may have got an account since.
    same = Q(delegate__email__iexact=person.email) | Q(user__email__iexact=person.email)
    if session.bookings.standing().filter(same).exists():  # type: ignore[attr-defined]
        raise CannotAddWalkIn(f"{person.name} is on the register of this session already. Mark them there.")
    session.refresh_from_db(fields=["places_taken"])
    if session.places_left < 1 and not above_places:
        raise NoPlaceLeft(f"All {session.capacity} places are taken. Say whether to add one more all the same.")
    booking = Booking(
        session=session,
        agency=agency,
        user=person if isinstance(person, User) else None,
        delegate=person if isinstance(person, Delegate) else None,
        request_key=key,
        booked_at=at,
        booked_by=by,
        state=BookingState.PRESENT,
        registered_at=at,
        registered_by=by,
        marked_how=how,
        minutes_present=minutes,
        is_partial=is_partial,
        walk_in=WalkIn.PLACE if session.places_left > 0 else WalkIn.ABOVE,
        moved_note=CAME_UNBOOKED,
    )
    save_with_reference(booking, year=london_day(at).year)
    record_booking("walked_in", booking, by=by, at=at, above_places=booking.walk_in == WalkIn.ABOVE)
    return booking


def person_of(who: WhoCame, *, by: User, at: datetime) -> tuple[User | Delegate, Agency]:
    """Whom this is: who has an account under the address, or somebody of the agency that was named, by this address."""
    email = _plain(who.email)
    user = (
        User.objects.filter(email__iexact=email, is_active=True, agency__isnull=False).select_related("agency").first()
    )
    if user is not None:
        assert user.agency is not None  # noqa: S101 -- asked for above
        if who.agency is not None and who.agency != user.agency:
            raise CannotAddWalkIn(
                "This address belongs to an account of another agency. Leave the agency empty, or correct the address.",
                field="agency",
            )
        return user, user.agency
    if not who.name.strip():
        raise CannotAddWalkIn("Nobody has an account with this address: enter their name", field="name")
    if who.agency is None:
        raise CannotAddWalkIn("Nobody has an account with this address: choose their agency", field="agency")
    return known_delegate(who.agency, name=who.name, email=email, by=by, at=at), who.agency


def known_delegate(agency: Agency, *, name: str, email: str, by: User, at: datetime) -> Delegate:
    """The person of an agency who has this address; a new one by this name where it is not known. A known one keeps their name."""
    Delegate.objects.bulk_create(
        [Delegate(agency=agency, name=" ".join(name.split()), email=email, added_at=at, added_by=by)],
        ignore_conflicts=True,
    )
    return Delegate.objects.get(agency=agency, email__iexact=email)


def _plain(email: str) -> str:
    return email.strip().lower()
