"""The field's words for sessions and bookings, and the tables of allowed moves."""

from django.db.models import TextChoices


class SessionKind(TextChoices):
    CPI = "CPI", "CPI form"
    CLARES_LAW = "CLARES_LAW", "Clare's Law"
    SARAHS_LAW = "SARAHS_LAW", "Sarah's Law"
    SHARING_LAW = "SHARING_LAW", "Information sharing law"
    TOOLKIT_TOUR = "TOOLKIT_TOUR", "Toolkit tour"
    OTHER = "OTHER", "Other"


class Venue(TextChoices):
    ONLINE = "ONLINE", "Online"
    PLACE = "PLACE", "In a place"


class SessionState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    OPEN = "OPEN", "Open"
    HELD = "HELD", "Held"
    CANCELLED = "CANCELLED", "Cancelled"


class SessionMove(TextChoices):
    OPEN = "OPEN", "Open for booking"
    CHANGE = "CHANGE", "Change"
    CANCEL = "CANCEL", "Cancel the session"
    BOOK = "BOOK", "Book a place"
    GIVE_BACK = "GIVE_BACK", "Cancel a booking"
    REGISTER = "REGISTER", "Take the register"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SESSION_MOVES: dict[tuple[SessionMove, SessionState], SessionState] = {
    (SessionMove.CHANGE, SessionState.PLANNED): SessionState.PLANNED,
    (SessionMove.OPEN, SessionState.PLANNED): SessionState.OPEN,
    (SessionMove.CANCEL, SessionState.PLANNED): SessionState.CANCELLED,
    (SessionMove.CHANGE, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.BOOK, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.GIVE_BACK, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.CANCEL, SessionState.OPEN): SessionState.CANCELLED,
    (SessionMove.REGISTER, SessionState.OPEN): SessionState.HELD,
    (SessionMove.REGISTER, SessionState.HELD): SessionState.HELD,
}

# Sessions that were opened at some time.
WAS_OPENED = (SessionState.OPEN, SessionState.HELD)


def next_session_state(move: SessionMove, state: SessionState | str) -> SessionState | None:
    """Where a move leads a session, or None when it is not allowed in that state."""
    return SESSION_MOVES.get((move, SessionState(state)))


class BookingState(TextChoices):
    BOOKED = "BOOKED", "Booked"
    PRESENT = "PRESENT", "Present"
    ABSENT = "ABSENT", "Absent"
    CANCELLED = "CANCELLED", "Cancelled"
    CALLED_OFF = "CALLED_OFF", "Session cancelled"


class BookingMove(TextChoices):
    CANCEL = "CANCEL", "Cancel the booking"
    CALL_OFF = "CALL_OFF", "The session is cancelled"
    MARK_PRESENT = "MARK_PRESENT", "Mark present"
    MARK_ABSENT = "MARK_ABSENT", "Mark absent"


BOOKING_MOVES: dict[tuple[BookingMove, BookingState], BookingState] = {
    (BookingMove.CANCEL, BookingState.BOOKED): BookingState.CANCELLED,
    (BookingMove.CALL_OFF, BookingState.BOOKED): BookingState.CALLED_OFF,
    (BookingMove.MARK_PRESENT, BookingState.BOOKED): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.BOOKED): BookingState.ABSENT,
    (BookingMove.MARK_PRESENT, BookingState.ABSENT): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.PRESENT): BookingState.ABSENT,
}

# Bookings that take one of the session's places; the trigger of partners' second migration counts these.
HOLDS_A_PLACE = (BookingState.BOOKED, BookingState.PRESENT, BookingState.ABSENT)
GIVEN_BACK = (BookingState.CANCELLED, BookingState.CALLED_OFF)
REGISTERED = (BookingState.PRESENT, BookingState.ABSENT)


def next_booking_state(move: BookingMove, state: BookingState | str) -> BookingState | None:
    """Where a move leads a booking, or None when it is not allowed in that state."""
    return BOOKING_MOVES.get((move, BookingState(state)))
