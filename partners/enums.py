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
    CLOSE_REGISTER = "CLOSE_REGISTER", "Close the register"
    SUBSTITUTE = "SUBSTITUTE", "Substitute a trainer"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SESSION_MOVES: dict[tuple[SessionMove, SessionState], SessionState] = {
    (SessionMove.CHANGE, SessionState.PLANNED): SessionState.PLANNED,
    (SessionMove.OPEN, SessionState.PLANNED): SessionState.OPEN,
    (SessionMove.CANCEL, SessionState.PLANNED): SessionState.CANCELLED,
    (SessionMove.CHANGE, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.BOOK, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.GIVE_BACK, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.CANCEL, SessionState.OPEN): SessionState.CANCELLED,
    (SessionMove.REGISTER, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.CLOSE_REGISTER, SessionState.OPEN): SessionState.HELD,
    (SessionMove.REGISTER, SessionState.HELD): SessionState.HELD,
    (SessionMove.SUBSTITUTE, SessionState.OPEN): SessionState.OPEN,
    (SessionMove.SUBSTITUTE, SessionState.HELD): SessionState.HELD,
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
    UNMARK = "UNMARK", "Take the mark back"


BOOKING_MOVES: dict[tuple[BookingMove, BookingState], BookingState] = {
    (BookingMove.CANCEL, BookingState.BOOKED): BookingState.CANCELLED,
    (BookingMove.CALL_OFF, BookingState.BOOKED): BookingState.CALLED_OFF,
    (BookingMove.MARK_PRESENT, BookingState.BOOKED): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.BOOKED): BookingState.ABSENT,
    (BookingMove.MARK_PRESENT, BookingState.ABSENT): BookingState.PRESENT,
    (BookingMove.MARK_ABSENT, BookingState.PRESENT): BookingState.ABSENT,
    # Whether somebody was there for all of it may be said anew.
    (BookingMove.MARK_PRESENT, BookingState.PRESENT): BookingState.PRESENT,
    (BookingMove.UNMARK, BookingState.PRESENT): BookingState.BOOKED,
    (BookingMove.UNMARK, BookingState.ABSENT): BookingState.BOOKED,
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


class Mark(TextChoices):
    """What the register says of somebody; nothing where nobody has said it yet."""

    PRESENT = "PRESENT", "Present"
    PARTLY = "PARTLY", "Partly"
    ABSENT = "ABSENT", "Absent"


class MarkedHow(TextChoices):
    LIST = "LIST", "By the list"
    CODE = "CODE", "By the code on the screen"
    REPORT = "REPORT", "By the meeting's report"
    CLOCK = "CLOCK", "When the register was closed automatically"


class WalkIn(TextChoices):
    """How somebody came to a session without having booked it."""

    PLACE = "PLACE", "Walk-in, on a free place"
    ABOVE = "ABOVE", "Walk-in, above the number of places"


def next_booking_state(move: BookingMove, state: BookingState | str) -> BookingState | None:
    """Where a move leads a booking, or None when it is not allowed in that state."""
    return BOOKING_MOVES.get((move, BookingState(state)))


class DisclosureScheme(TextChoices):
    """The two schemes under which somebody asks the police about another person."""

    CLARES_LAW = "CLARES_LAW", "Clare's Law"
    SARAHS_LAW = "SARAHS_LAW", "Sarah's Law"


class Known(TextChoices):
    """An answer about what an agency knew or did, as the log has it."""

    YES = "YES", "Yes"
    NO = "NO", "No"
    UNKNOWN = "UNKNOWN", "Not known"


class Judgement(TextChoices):
    APPROPRIATE = "APPROPRIATE", "Appropriate"
    INAPPROPRIATE = "INAPPROPRIATE", "Not appropriate"


class ShouldHave(TextChoices):
    """What should have happened in place of an application that was not appropriate."""

    SHARE = "SHARE", "The agency tells the person at risk what it holds, or who protects them"
    REFER = "REFER", "The agency refers to the hub"
    SHARE_AND_REFER = "SHARE_AND_REFER", "The agency does both: it shares, and refers to the hub"
    RIGHT_TO_KNOW = "RIGHT_TO_KNOW", "The agency tells the police, who disclose of their own accord (right to know)"
    EMERGENCY = "EMERGENCY", "The agency calls 999"


class ApplicationOutcome(TextChoices):
    DISCLOSED = "DISCLOSED", "Something was disclosed"
    NOTHING = "NOTHING", "There was nothing to disclose, or no pressing need"
    WITHDRAWN = "WITHDRAWN", "The person took it back"
    NOT_REACHED = "NOT_REACHED", "The person could not be reached"
    OUT_OF_SCOPE = "OUT_OF_SCOPE", "It was not for the scheme"


# Nobody came to know whether there was a danger, so somebody has to say whether the risk was acted on all the same.
NOT_COMPLETED = (ApplicationOutcome.WITHDRAWN, ApplicationOutcome.NOT_REACHED, ApplicationOutcome.OUT_OF_SCOPE)


class ApplicationState(TextChoices):
    OPEN = "OPEN", "Open"
    ENDED = "ENDED", "Ended"
    STRUCK = "STRUCK", "Struck out"


class ApplicationMove(TextChoices):
    LOG = "LOG", "Log"
    JUDGE = "JUDGE", "Say whether it was appropriate"
    END = "END", "Say how it ended"
    STRIKE = "STRIKE", "Strike out what was logged by mistake"


APPLICATION_MOVES: dict[tuple[ApplicationMove, ApplicationState], ApplicationState] = {
    (ApplicationMove.JUDGE, ApplicationState.OPEN): ApplicationState.OPEN,
    (ApplicationMove.JUDGE, ApplicationState.ENDED): ApplicationState.ENDED,
    (ApplicationMove.END, ApplicationState.OPEN): ApplicationState.ENDED,
    (ApplicationMove.END, ApplicationState.ENDED): ApplicationState.ENDED,
    (ApplicationMove.STRIKE, ApplicationState.OPEN): ApplicationState.STRUCK,
    (ApplicationMove.STRIKE, ApplicationState.ENDED): ApplicationState.STRUCK,
}


def next_application_state(move: ApplicationMove, state: ApplicationState | str) -> ApplicationState | None:
    """Where a move leads a logged application, or None when it is not allowed in that state."""
    return APPLICATION_MOVES.get((move, ApplicationState(state)))


class Advice(TextChoices):
    """What somebody of an agency does who thinks of telling a person to ask the police."""

    EMERGENCY = "EMERGENCY", "Call 999 now"
    SHARE = "SHARE", "Share it yourself, now"
    CONSULT = "CONSULT", "Ask the hub first"
    TELL_POLICE = "TELL_POLICE", "Tell the police what worries you"
    RIGHT_TO_ASK = "RIGHT_TO_ASK", "A right to ask fits: help the person to apply"


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


class Package(TextChoices):
    """What an agency takes of the sessions that are offered to it."""

    FULL = "FULL", "All sessions"
    CPI_ONLY = "CPI_ONLY", "The CPI part only"
    DECLINED = "DECLINED", "Declined"


# Which kinds of session belong to which package. One authority took the CPI part and nothing else.
KINDS_IN_PACKAGE: dict[Package, tuple[SessionKind, ...]] = {
    Package.FULL: tuple(SessionKind),
    Package.CPI_ONLY: (SessionKind.CPI,),
    Package.DECLINED: (),
}


class Audience(TextChoices):
    """For whom a session is. Who may book it sees it; the rule is SessionQuerySet.open_to."""

    OPEN = "OPEN", "Every agency"
    KINDS = "KINDS", "Agencies of some kinds"
    NAMED = "NAMED", "Named agencies"
    INVITED = "INVITED", "By invitation: coordinators of the invited agencies book"
    FORCES = "FORCES", "Other police forces"


# Those that name their agencies one by one.
NAMES_AGENCIES = (Audience.NAMED, Audience.INVITED)


class SeriesKind(TextChoices):
    COURSE = "COURSE", "Course of several sessions"
    REPEAT = "REPEAT", "The same session again"


class Repeat(TextChoices):
    WEEK = "WEEK", "Every week"
    FORTNIGHT = "FORTNIGHT", "Every two weeks"
    MONTH = "MONTH", "Every month, on the same weekday of the month"


class MaterialTime(TextChoices):
    BEFORE = "BEFORE", "Before the session, for people who are booked"
    AFTER = "AFTER", "After the session, for people who were there"


class TailoredState(TextChoices):
    ASKED = "ASKED", "Asked for"
    PROPOSED = "PROPOSED", "Dates proposed"
    AGREED = "AGREED", "Date agreed"
    SCHEDULED = "SCHEDULED", "Scheduled"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class TailoredMove(TextChoices):
    ASK = "ASK", "Ask for a session"
    PROPOSE = "PROPOSE", "Propose dates"
    AGREE = "AGREE", "Agree to a date"
    ASK_OTHERS = "ASK_OTHERS", "Ask for other dates"
    SCHEDULE = "SCHEDULE", "Schedule the session"
    DECLINE = "DECLINE", "Decline"
    WITHDRAW = "WITHDRAW", "Withdraw"


class Side(TextChoices):
    """Of the two who arrange a tailored session."""

    AGENCY = "AGENCY", "the agency's coordinator"
    TRAINER = "TRAINER", "a trainer of the force"


# (move, state it starts from): state it leads to. A move that is not here is refused.
TAILORED_MOVES: dict[tuple[TailoredMove, TailoredState], TailoredState] = {
    (TailoredMove.PROPOSE, TailoredState.ASKED): TailoredState.PROPOSED,
    (TailoredMove.PROPOSE, TailoredState.PROPOSED): TailoredState.PROPOSED,
    (TailoredMove.AGREE, TailoredState.PROPOSED): TailoredState.AGREED,
    (TailoredMove.ASK_OTHERS, TailoredState.PROPOSED): TailoredState.ASKED,
    (TailoredMove.SCHEDULE, TailoredState.AGREED): TailoredState.SCHEDULED,
    (TailoredMove.PROPOSE, TailoredState.AGREED): TailoredState.PROPOSED,
    **{
        (move, state): end
        for move, end in (
            (TailoredMove.DECLINE, TailoredState.DECLINED),
            (TailoredMove.WITHDRAW, TailoredState.WITHDRAWN),
        )
        for state in (TailoredState.ASKED, TailoredState.PROPOSED, TailoredState.AGREED)
    },
}

TAILORED_MOVERS: dict[TailoredMove, Side] = {
    TailoredMove.ASK: Side.AGENCY,
    TailoredMove.PROPOSE: Side.TRAINER,
    TailoredMove.AGREE: Side.AGENCY,
    TailoredMove.ASK_OTHERS: Side.AGENCY,
    TailoredMove.SCHEDULE: Side.TRAINER,
    TailoredMove.DECLINE: Side.TRAINER,
    TailoredMove.WITHDRAW: Side.AGENCY,
}

# Whose turn it is; in the other states it is nobody's.
TAILORED_TURNS: dict[TailoredState, Side] = {
    TailoredState.ASKED: Side.TRAINER,
    TailoredState.PROPOSED: Side.AGENCY,
    TailoredState.AGREED: Side.TRAINER,
}


def next_tailored_state(move: TailoredMove, state: TailoredState | str) -> TailoredState | None:
    """Where a move leads a request, or None when it is not allowed in that state."""
    return TAILORED_MOVES.get((move, TailoredState(state)))


class Step(TextChoices):
    """Into which parts the days of the totals are divided."""

    MONTH = "MONTH", "Months"
    QUARTER = "QUARTER", "Quarters"
    YEAR = "YEAR", "Years"

    @property
    def months(self) -> int:
        """How many months one part has."""
        return {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12}[self]


# --- what people learned ----------------------------------------------------------------------------------------------


class AskedWhen(TextChoices):
    """When the two scenarios are put to somebody."""

    BEFORE = "BEFORE", "Before"
    AFTER = "AFTER", "After"


# Sessions about what may be told, at which the two scenarios are put; the form and the toolkit are another matter.
SCENARIOS_ASKED_AT = (SessionKind.CLARES_LAW, SessionKind.SARAHS_LAW, SessionKind.SHARING_LAW)
# Whose place it is may still come or was there: these are asked. Who was absent is not.
ASKED_WHAT_THEY_LEARNED = (BookingState.BOOKED, BookingState.PRESENT)


class LearningMailKind(TextChoices):
    """What whose place it was is asked by mail, once of each."""

    FEEDBACK = "FEEDBACK", "What the session was like"
    FOLLOW_UP = "FOLLOW_UP", "What became of it three months later"


class QuestionState(TextChoices):
    ASKED = "ASKED", "Asked"
    ANSWERED = "ANSWERED", "Answered"
    PUBLISHED = "PUBLISHED", "Published"


class QuestionMove(TextChoices):
    ASK = "ASK", "Ask"
    ANSWER = "ANSWER", "Answer"
    PUBLISH = "PUBLISH", "Publish"
    TAKE_DOWN = "TAKE_DOWN", "Take down"


# (move, state it starts from): state it leads to. A move that is not here is refused.
QUESTION_MOVES: dict[tuple[QuestionMove, QuestionState], QuestionState] = {
    (QuestionMove.ANSWER, QuestionState.ASKED): QuestionState.ANSWERED,
    (QuestionMove.ANSWER, QuestionState.ANSWERED): QuestionState.ANSWERED,
    (QuestionMove.PUBLISH, QuestionState.ANSWERED): QuestionState.PUBLISHED,
    (QuestionMove.PUBLISH, QuestionState.PUBLISHED): QuestionState.PUBLISHED,
    (QuestionMove.TAKE_DOWN, QuestionState.PUBLISHED): QuestionState.ANSWERED,
}


def next_question_state(move: QuestionMove, state: QuestionState | str) -> QuestionState | None:
    """Where a move leads a question, or None when it is not allowed in that state."""
    return QUESTION_MOVES.get((move, QuestionState(state)))


class Used(TextChoices):
    """Whether somebody has used what a session taught."""

    YES = "YES", "Yes"
    NOT_YET = "NOT_YET", "Not yet, but I will"
    NO = "NO", "No"


# --- registers that nobody closes ---------------------------------------------------------------------------------------------


class RegisterNoticeKind(TextChoices):
    """What the trainers of a session are told of a register that stays open, once of each."""

    OPEN = "OPEN", "It is not closed yet"
    CLOSED = "CLOSED", "It was closed automatically"
    EMPTY = "EMPTY", "Nobody is marked, so it was not closed"
