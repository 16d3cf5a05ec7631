"""Who may do what with sessions and bookings."""

from datetime import datetime

from accounts.enums import Permission
from accounts.models import Agency, User
from partners.enums import (
    STANDING,
    TAILORED_MOVERS,
    BookingMove,
    Mark,
    SessionMove,
    SessionState,
    Side,
    TailoredMove,
    next_booking_state,
    next_session_state,
    next_tailored_state,
)
from partners.models import Booking, Session, TailoredRequest
from partners.models.prompted import sees_every_agency

BOOKERS = (Permission.BOOK_SESSION, Permission.BOOK_FOR_AGENCY)


def can_see_sessions(user: User) -> bool:
    return user.agency is not None and user.may(Permission.RUN_SESSIONS, *BOOKERS)


def can_see_bookings(user: User) -> bool:
    """Who books, and whoever was booked by their coordinator."""
    return (user.agency is not None and user.may(*BOOKERS)) or user.session_bookings.exists()


def can_plan(user: User) -> bool:
    """Trainers of a police force."""
    return user.may(Permission.RUN_SESSIONS) and user.agency is not None and user.agency.is_police


def can_run(user: User, session: Session) -> bool:
    """Open, change, cancel it, see who is booked and take the register: trainers of the force that runs it."""
    return can_plan(user) and user.agency_id == session.host_id


def can_book_oneself(user: User) -> bool:
    return user.may(Permission.BOOK_SESSION) and user.agency_id is not None


def can_book_for_agency(user: User) -> bool:
    return user.may(Permission.BOOK_FOR_AGENCY) and user.agency_id is not None


def can_book(user: User) -> bool:
    return can_book_oneself(user) or can_book_for_agency(user)


def is_meant_for(user: User, session: Session) -> bool:
    """Whether this person belongs to the audience of the session."""
    return Session.objects.open_to(user).filter(pk=session.pk).exists()


def can_cancel(user: User, booking: Booking) -> bool:
    """Whose place it is, or the coordinator of the agency it belongs to."""
    return booking.user_id == user.pk or (can_book_for_agency(user) and user.agency_id == booking.agency_id)


def may_know_link(user: User, booking: Booking, *, at: datetime) -> bool:
    """The joining link is for the person who has the place, not for who booked it, and from a day before the session."""
    return booking.holds_a_place and booking.user_id == user.pk and link_is_out(booking.session, at=at)


def link_is_out(session: Session, *, at: datetime) -> bool:
    """Whether who is booked gets the joining link by now."""
    return at >= session.link_from


def may_say_needs(user: User, booking: Booking, *, at: datetime) -> bool:
    """What somebody needs at a session they say themselves, for as long as they may come to it."""
    return booking.user_id == user.pk and booking.state in STANDING and at < booking.session.ends_at


def may_read_needs(user: User, session: Session) -> bool:
    """What people need is for the trainers of that session, and no other trainer."""
    return can_run(user, session) and session.trainers.filter(pk=user.pk).exists()


def moves_open_to(user: User, session: Session, *, at: datetime) -> frozenset[SessionMove]:
    """What a trainer may do with this session as it stands: the buttons of its page."""
    if not can_run(user, session):
        return frozenset()
    registers = {SessionMove.REGISTER, SessionMove.CLOSE_REGISTER}
    possible = {SessionMove.OPEN, SessionMove.CHANGE, SessionMove.CANCEL, SessionMove.SUBSTITUTE, *registers}
    # Before it begins nobody can have come, and of several dates before the last; once it has begun there is nothing to open or change.
    possible -= registers if at < session.starts_at else {SessionMove.OPEN, SessionMove.CHANGE}
    if session.starts_at <= at < session.ends_at and at < session.last_begins_at():
        possible -= registers
    if at >= session.ends_at:
        possible -= {SessionMove.CANCEL}
    return frozenset(move for move in possible if next_session_state(move, session.state) is not None)


def is_in_booking_window(session: Session, *, at: datetime) -> bool:
    """Whether places are given now, if there are any."""
    return (
        session.state == SessionState.OPEN
        and (session.booking_opens_at is None or session.booking_opens_at <= at)
        and at < session.booking_closes_at
    )


def may_be_booked(session: Session, *, at: datetime) -> bool:
    """Whether a place could be booked now, whoever asks."""
    return is_in_booking_window(session, at=at) and session.places_left > 0


def may_be_waited_for(session: Session, *, at: datetime) -> bool:
    """Whether somebody could join the waiting list now: booking is open and every place is taken."""
    return is_in_booking_window(session, at=at) and session.places_left < 1


def may_be_given_back(user: User, booking: Booking, *, at: datetime) -> bool:
    """Whether this person may cancel the booking now; its session comes with it."""
    return (
        can_cancel(user, booking)
        and next_booking_state(BookingMove.CANCEL, booking.state) is not None
        and at < booking.session.cancel_until
    )


def is_certified(booking: Booking, *, at: datetime) -> bool:
    """Whether the session is over and its register, which is closed, says that the person was there for all of it.

    A register may be closed while the session goes on; nobody was there for all of it before its end. The session comes with it.
    """
    session = booking.session
    return booking.mark == Mark.PRESENT and session.state == SessionState.HELD and session.ends_at <= at


def may_take_certificate(user: User, booking: Booking) -> bool:
    """Whose certificate it would be; of somebody without an account the agency's coordinator, while the name is kept."""
    if booking.user_id is not None:
        return booking.user_id == user.pk
    if booking.delegate is None or booking.delegate.forgotten_at is not None:
        return False
    return can_book_for_agency(user) and user.agency_id == booking.agency_id


def can_keep_prompted(user: User) -> bool:
    """Write in the log of applications that a partner prompted: people of a police force who are to."""
    return user.may(Permission.KEEP_RIGHT_TO_ASK) and user.acts_for_police()


def can_see_prompted_figures(user: User) -> bool:
    """A force's own, and for a partner's coordinator those of their agency."""
    return sees_every_agency(user) or can_book_for_agency(user)


def can_check_asking(user: User) -> bool:
    """Everybody of an agency: the advice tells nothing of anybody."""
    return user.agency is not None


def may_be_swapped(user: User, booking: Booking, *, at: datetime) -> bool:
    """Whether the agency's coordinator may give the place to a colleague now, until when it could be cancelled."""
    return (
        can_book_for_agency(user)
        and user.agency_id == booking.agency_id
        and next_booking_state(BookingMove.HAND_ON, booking.state) is not None
        and booking.session.state == SessionState.OPEN
        and at < booking.session.cancel_until
    )


def can_keep_agencies(user: User) -> bool:
    """Trainers of the force that runs the hub keep what is known of partner agencies."""
    return user.may(Permission.RUN_SESSIONS) and user.acts_for_hub()


def can_correct_contacts(user: User, agency: Agency) -> bool:
    """Who keeps agencies, and the agency's own coordinators."""
    return can_keep_agencies(user) or (can_book_for_agency(user) and user.agency_id == agency.pk)


def can_ask_tailored(user: User) -> bool:
    """Coordinators of partner agencies; the hub asks itself for nothing."""
    return can_book_for_agency(user) and not user.acts_for_hub()


def side_of(user: User, request: TailoredRequest) -> Side | None:
    """On which side of a request this person stands."""
    if can_plan(user) and user.agency_id == request.host_id:
        return Side.TRAINER
    return Side.AGENCY if can_ask_tailored(user) and user.agency_id == request.agency_id else None


def tailored_moves_open_to(user: User, request: TailoredRequest) -> frozenset[TailoredMove]:
    """What this person may do with the request as it stands: the buttons of its page."""
    side = side_of(user, request)
    return frozenset(
        move
        for move, mover in TAILORED_MOVERS.items()
        if mover == side and next_tailored_state(move, request.state) is not None
    )


def can_see_totals(user: User) -> bool:
    """Figures of all sessions of the own force: its trainers, and who works with trends. Not partners: each sees its own bookings."""
    return user.may(Permission.RUN_SESSIONS, Permission.SEE_TRENDS) and user.acts_for_police()


def can_read_stories(user: User) -> bool:
    """What people agreed to have told of a force's sessions: whoever sees its totals."""
    return can_see_totals(user)


def can_join_walk_ins(user: User) -> bool:
    """Say whose account a walk-in has: trainers of a police force, and its administrators. Nobody else is told of an account."""
    return can_plan(user) or (user.may(Permission.MANAGE_PEOPLE) and user.acts_for_police())


def can_join_walk_in(user: User, booking: Booking) -> bool:
    """Of sessions of the own force; the booking's session comes with it."""
    return bool(booking.walk_in) and can_join_walk_ins(user) and user.agency_id == booking.session.host_id
