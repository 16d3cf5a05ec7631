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
    WAITING = "WAITING", "On the waiting list"
    OFFERED = "OFFERED", "Place offered"
    PRESENT = "PRESENT", "Present"
    ABSENT = "ABSENT", "Absent"
    CANCELLED = "CANCELLED", "Cancelled"
    CALLED_OFF = "CALLED_OFF", "Session cancelled"
    LEFT = "LEFT", "Left the waiting list"
    DECLINED = "DECLINED", "Offer turned down"
    LAPSED = "LAPSED", "Lapsed"
    HANDED_ON = "HANDED_ON", "Given to a colleague"


class BookingMove(TextChoices):
    CANCEL = "CANCEL", "Cancel the booking"
    CALL_OFF = "CALL_OFF", "The session is cancelled"
    MARK_PRESENT = "MARK_PRESENT", "Mark present"
    MARK_ABSENT = "MARK_ABSENT", "Mark absent"
    OFFER = "OFFER", "A place is free and is offered"
    ACCEPT = "ACCEPT", "Accept the offer"
    DECLINE = "DECLINE", "Turn down the offer"
    LEAVE = "LEAVE", "Leave the waiting list"
    LAPSE = "LAPSE", "The time is over"
    HAND_ON = "HAND_ON", "Give the place to a colleague"


BOOKING_MOVES: dict[tuple[BookingMove, BookingState], BookingState] = {
    (BookingMove.CANCEL, BookingState.BOOKED): BookingState.CANCELLED,
    (BookingMove.CALL_OFF, BookingState.BOOKED): BookingState.CALLED_OFF,
    (BookingMove.MARK_PRESENT, BookingState.BOOKED): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.BOOKED): BookingState.ABSENT,
    (BookingMove.MARK_PRESENT, BookingState.ABSENT): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.PRESENT): BookingState.ABSENT,
    (BookingMove.OFFER, BookingState.WAITING): BookingState.OFFERED,
    (BookingMove.LEAVE, BookingState.WAITING): BookingState.LEFT,
    (BookingMove.LAPSE, BookingState.WAITING): BookingState.LAPSED,
    (BookingMove.CALL_OFF, BookingState.WAITING): BookingState.CALLED_OFF,
    (BookingMove.ACCEPT, BookingState.OFFERED): BookingState.BOOKED,
    (BookingMove.DECLINE, BookingState.OFFERED): BookingState.DECLINED,
    (BookingMove.LAPSE, BookingState.OFFERED): BookingState.LAPSED,
    (BookingMove.CALL_OFF, BookingState.OFFERED): BookingState.CALLED_OFF,
    (BookingMove.HAND_ON, BookingState.BOOKED): BookingState.HANDED_ON,
}

# Bookings whose person has a place.
HOLDS_A_PLACE = (BookingState.BOOKED, BookingState.PRESENT, BookingState.ABSENT)
# Bookings that take one of the session's places, an offer while it is open too; the trigger of partners' fourth migration
# counts these, and the places that are held while somebody fills in the form.
TAKES_A_PLACE = (*HOLDS_A_PLACE, BookingState.OFFERED)
# A person has one of these on a session at most.
STANDING = (*TAKES_A_PLACE, BookingState.WAITING)
# Ended by somebody, which is recorded with who and when; what lapses, nobody ends.
GIVEN_BACK = (
    BookingState.CANCELLED,
    BookingState.CALLED_OFF,
    BookingState.LEFT,
    BookingState.DECLINED,
    BookingState.HANDED_ON,
)
# Who never had the place, however it ended.
ONLY_WAITED = (
    BookingState.WAITING,
    BookingState.OFFERED,
    BookingState.LEFT,
    BookingState.DECLINED,
    BookingState.LAPSED,
)
REGISTERED = (BookingState.PRESENT, BookingState.ABSENT)


def next_booking_state(move: BookingMove, state: BookingState | str) -> BookingState | None:
    """Where a move leads a booking, or None when it is not allowed in that state."""
    return BOOKING_MOVES.get((move, BookingState(state)))


class Beyond(TextChoices):
    """What becomes of the people of a group for whom there is no place."""

    NOBODY = "NOBODY", "Book nobody unless there is a place for everybody"
    WHAT_FITS = "WHAT_FITS", "Book as many as there are places for, in the order of the list"
    WAIT = "WAIT", "Book as many as there are places for, and put the others on the waiting list"


class ReminderKind(TextChoices):
    """How long before the session begins."""

    WEEK = "WEEK", "Seven days before"
    DAY = "DAY", "One day before"
    HOUR = "HOUR", "One hour before"
