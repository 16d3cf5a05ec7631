"""Exercises sheet by sheet: who plays, what comes in, what a group chooses, and how a run goes."""

from django.db.models import IntegerChoices, TextChoices


class InjectSource(TextChoices):
    """Where a sheet of an exercise comes from, in the story."""

    CALL = "CALL", "999 or 101 call"
    OFFICER = "OFFICER", "Officer at the address"
    POLICE_SYSTEMS = "POLICE_SYSTEMS", "Police systems"
    SCHOOL = "SCHOOL", "School or nursery"
    HEALTH_VISITOR = "HEALTH_VISITOR", "Health visitor"
    HEALTH = "HEALTH", "Doctor, dentist or hospital"
    CHILDRENS_SERVICES = "CHILDRENS_SERVICES", "Children's services"
    HOUSING = "HOUSING", "Housing"
    NEIGHBOUR = "NEIGHBOUR", "Neighbour"
    FAMILY = "FAMILY", "Parent or relative"
    CHILD = "CHILD", "The child"


class MeetingRole(TextChoices):
    """Whom a member of a group plays, in the order in which a draw gives them out."""

    CHAIR = "CHAIR", "Chair"
    POLICE = "POLICE", "Police"
    HEALTH = "HEALTH", "Health"
    EDUCATION = "EDUCATION", "Education"
    CHILDRENS_SERVICES = "CHILDRENS_SERVICES", "Children's social worker"
    HOUSING = "HOUSING", "Housing"
    PROBATION = "PROBATION", "Probation"


class GroupChoice(TextChoices):
    """What a group does on a sheet."""

    NOTHING = "NOTHING", "Nothing"
    WATCH = "WATCH", "Write it down and watch"
    SPEAK = "SPEAK", "Speak with somebody in the family"
    ASK = "ASK", "Ask another agency what it knows"
    VISIT = "VISIT", "Go to the address"
    NOTICE = "NOTICE", "Send a PPN"
    RING = "RING", "Ring children's services now"
    MEETING = "MEETING", "Ask for a strategy meeting"
    PROTECT = "PROTECT", "Use police protection"


class JudgedRisk(IntegerChoices):
    """How a group sees the children's risk; none while it cannot say."""

    NONE = 1, "No harm likely"
    SOME = 2, "Some harm likely"
    SIGNIFICANT = 3, "Significant harm likely"
    NOW = 4, "Significant harm now"


class MeetingOutcome(TextChoices):
    """What a mock strategy meeting decides."""

    JOINT = "JOINT", "Enquiry by children's services and police together"
    SINGLE = "SINGLE", "Enquiry by children's services alone"
    ASSESSMENT = "ASSESSMENT", "Assessment as children in need"
    EARLY_HELP = "EARLY_HELP", "Early help, with the parents' consent"
    NOTHING_MORE = "NOTHING_MORE", "Nothing more"


class RunState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    RUNNING = "RUNNING", "Running"
    MEETING = "MEETING", "Strategy meeting"
    DEBRIEF = "DEBRIEF", "Debrief"
    ENDED = "ENDED", "Ended"
    CANCELLED = "CANCELLED", "Cancelled"


class RunMove(TextChoices):
    DIVIDE = "DIVIDE", "Draw the groups"
    ADD = "ADD", "Add or change a member"
    START = "START", "Start"
    RELEASE = "RELEASE", "Release the next sheet"
    DECIDE = "DECIDE", "Decide on a sheet"
    MEET = "MEET", "Begin the strategy meeting"
    WRITE = "WRITE", "Record the meeting"
    DEBRIEF = "DEBRIEF", "Begin the debrief"
    END = "END", "End the run"
    CANCEL = "CANCEL", "Cancel the run"


# (move, state it starts from): state it leads to. A move that is not here is refused.
RUN_MOVES: dict[tuple[RunMove, RunState], RunState] = {
    (RunMove.DIVIDE, RunState.PLANNED): RunState.PLANNED,
    (RunMove.ADD, RunState.PLANNED): RunState.PLANNED,
    (RunMove.CANCEL, RunState.PLANNED): RunState.CANCELLED,
    (RunMove.START, RunState.PLANNED): RunState.RUNNING,
    (RunMove.ADD, RunState.RUNNING): RunState.RUNNING,
    (RunMove.RELEASE, RunState.RUNNING): RunState.RUNNING,
    (RunMove.DECIDE, RunState.RUNNING): RunState.RUNNING,
    (RunMove.MEET, RunState.RUNNING): RunState.MEETING,
    (RunMove.DEBRIEF, RunState.RUNNING): RunState.DEBRIEF,
    (RunMove.ADD, RunState.MEETING): RunState.MEETING,
    (RunMove.WRITE, RunState.MEETING): RunState.MEETING,
    (RunMove.DEBRIEF, RunState.MEETING): RunState.DEBRIEF,
    (RunMove.END, RunState.DEBRIEF): RunState.ENDED,
}

# The groups are at work, or talk it over.
UNDER_WAY = (RunState.RUNNING, RunState.MEETING, RunState.DEBRIEF)
OVER = (RunState.ENDED, RunState.CANCELLED)
# Everybody of the run sees what each group decided, and what was expected.
COMPARED = (RunState.DEBRIEF, RunState.ENDED)


def next_run_state(move: RunMove, state: RunState | str) -> RunState | None:
    """Where a move leads the run of an exercise, or None when it is not allowed in that state."""
    return RUN_MOVES.get((move, RunState(state)))
