"""What intelligence staff make of a CPI form: the states of an evaluation, the table of allowed moves, and the 3x5x2 codes."""

from django.db.models import TextChoices


class AssessmentState(TextChoices):
    RECEIVED = "RECEIVED", "Waiting for a first look"
    ASSESSING = "ASSESSING", "Being evaluated"
    GRADED = "GRADED", "Graded, to be routed"
    ROUTED = "ROUTED", "Routed"
    NO_ACTION = "NO_ACTION", "No action"
    CLOSED = "CLOSED", "Closed"


class AssessmentMove(TextChoices):
    BEGIN = "BEGIN", "Begin the evaluation"
    WRITE = "WRITE", "Write, change or remove a report"
    READ_SECOND = "READ_SECOND", "Read a report with conditions a second time"
    GRADE = "GRADE", "Finish the grading"
    ROUTE = "ROUTE", "Choose the routes"
    END = "END", "End without action"
    CLOSE = "CLOSE", "Close, and tell who sent it"


# (move, state it starts from): state it leads to. A move that is not here is refused.
ASSESSMENT_MOVES: dict[tuple[AssessmentMove, AssessmentState], AssessmentState] = {
    (AssessmentMove.BEGIN, AssessmentState.RECEIVED): AssessmentState.ASSESSING,
    (AssessmentMove.WRITE, AssessmentState.ASSESSING): AssessmentState.ASSESSING,
    (AssessmentMove.READ_SECOND, AssessmentState.ASSESSING): AssessmentState.ASSESSING,
    (AssessmentMove.GRADE, AssessmentState.ASSESSING): AssessmentState.GRADED,
    (AssessmentMove.ROUTE, AssessmentState.GRADED): AssessmentState.ROUTED,
    (AssessmentMove.END, AssessmentState.ASSESSING): AssessmentState.NO_ACTION,
    (AssessmentMove.CLOSE, AssessmentState.ROUTED): AssessmentState.CLOSED,
    (AssessmentMove.CLOSE, AssessmentState.NO_ACTION): AssessmentState.CLOSED,
}
# Begun and without an outcome, which is due three working days after the form came.
IN_EVALUATION = (AssessmentState.ASSESSING, AssessmentState.GRADED)
TO_CLOSE = (AssessmentState.ROUTED, AssessmentState.NO_ACTION)


def next_assessment_state(move: AssessmentMove, state: AssessmentState | str) -> AssessmentState | None:
    """Where a move of an evaluation leads from a state, or None when it is not allowed there."""
    return ASSESSMENT_MOVES.get((move, AssessmentState(state)))


class SourceGrade(TextChoices):
    RELIABLE = "1", "1: reliable"
    UNTESTED = "2", "2: untested"
    NOT_RELIABLE = "3", "3: not reliable"


class InformationGrade(TextChoices):
    KNOWN_DIRECTLY = "A", "A: known directly"
    CORROBORATED = "B", "B: known indirectly, corroborated"
    KNOWN_INDIRECTLY = "C", "C: known indirectly"
    NOT_KNOWN = "D", "D: not known"
    SUSPECTED_FALSE = "E", "E: suspected to be false"


class HandlingCode(TextChoices):
    PERMITTED = "P", "P: lawful sharing permitted"
    CONDITIONS = "C", "C: lawful sharing permitted with conditions"


# Source, information and handling in one word, for example 2CP.
INTELLIGENCE_CODE = r"^[123][ABCDE][PC]$"


class ReportPriority(TextChoices):
    HIGH = "HIGH", "High: threat to life, serious or imminent harm"
    MEDIUM = "MEDIUM", "Medium: time matters"
    LOW = "LOW", "Low: everything else"


class Route(TextChoices):
    INTEL_LOG = "INTEL_LOG", "Intelligence log"
    CRIME_DESK = "CRIME_DESK", "Crime desk, as a report of crime"
    SAFEGUARDING = "SAFEGUARDING", "Safeguarding, at the hub"


# Somebody acts on what was said; what is suspected to be false is acted on only where a supervisor says so.
ROUTES_OF_ACTION = (Route.CRIME_DESK, Route.SAFEGUARDING)
# What who sent the form is told of each route, and nothing more.
TOLD_OF_ROUTE = {
    Route.INTEL_LOG: "It was recorded for the police's intelligence work.",
    Route.CRIME_DESK: "It was passed on to be recorded as a report of crime, with you as the person who reported it.",
    Route.SAFEGUARDING: "It was passed on as a safeguarding concern.",
}
TOLD_WITHOUT_ROUTE = "It was read and evaluated, and no action follows from it now."
THANKED = "Thank you for your information."


class AssessmentsShown(TextChoices):
    """The lists of evaluations, by what they wait for."""

    RECEIVED = "RECEIVED", "Waiting for a first look"
    BEGUN = "BEGUN", "Being evaluated or routed"
    SECOND = "SECOND", "For you to read a second time"
    DOUBTFUL = "DOUBTFUL", "Suspected to be false, to be routed"
    CLOSE = "CLOSE", "To close"
    CLOSED = "CLOSED", "Closed"
