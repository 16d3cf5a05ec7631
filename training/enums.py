"""The field's words for training: how it is given, states of a record and the table of allowed moves, who signs and what they say."""

from django.db.models import IntegerChoices, TextChoices


class Delivery(TextChoices):
    FACE_TO_FACE = "FACE_TO_FACE", "Face to face"
    VIRTUAL = "VIRTUAL", "Virtual classroom"
    E_LEARNING = "E_LEARNING", "E-learning"
    WEBINAR = "WEBINAR", "Webinar"
    MENTORING = "MENTORING", "Mentoring"
    VIDEO = "VIDEO", "Video"
    EXERCISE = "EXERCISE", "Exercise"


class ToolkitAudience(TextChoices):
    PROFESSIONALS = "PROFESSIONALS", "Professionals"
    PARENTS = "PARENTS", "Parents and carers"


class LearningTheme(TextChoices):
    """What somebody who writes referrals may want to get better at. Whoever asks for training names one of these, and no grade."""

    TIMELY = "TIMELY", "Timely"
    CONCERN = "CONCERN", "The concern is clear"
    LIVED_EXPERIENCE = "LIVED_EXPERIENCE", "Lived experience"
    VOICE = "VOICE", "Voice: the child's words, the adult's wishes"
    NEEDS_AND_HARM = "NEEDS_AND_HARM", "Needs and harm"
    IDENTITY = "IDENTITY", "Identity and communication"
    CURIOSITY = "CURIOSITY", "Household, history and curiosity"
    RISK = "RISK", "Risk and the reasons for it"
    SHARING = "SHARING", "Lawful and fair sharing"
    ACTION = "ACTION", "Action taken and what is asked"


# Courses of the catalogue by theme, by any of their spellings. What has left the catalogue is not suggested; modules of a force's
# own programme say themselves what they help with.
COURSES_FOR: dict[LearningTheme, tuple[str, ...]] = {
    LearningTheme.TIMELY: ("Record Keeping",),
    LearningTheme.CONCERN: ("Record Keeping", "An Introduction to Child Safeguarding Practice Reviews"),
    LearningTheme.LIVED_EXPERIENCE: (
        "Practical Session on the Day in the Life Tool",
        "Protecting Childhood: Keeping Child Focused",
    ),
    LearningTheme.VOICE: (
        "Protecting Childhood: Keeping Child Focused",
        "Speaking to Children About Child Sexual Abuse",
        "An Introduction to Having Honest Conversations",
    ),
    LearningTheme.NEEDS_AND_HARM: (
        "Understanding Cumulative Harm and Preventing the Normalisation of Neglect",
        "Understanding, Identifying and Responding to Neglect",
    ),
    LearningTheme.IDENTITY: (
        "Recognising and Responding to victims/survivors of domestic abuse from Diverse Ethnic and Cultural Backgrounds",
        "Safeguarding Disabled Children (including children with a Learning Disability)",
    ),
    LearningTheme.CURIOSITY: (
        "Unpacking Disguised Compliance - The Importance of Professional Curiosity",
        "Understanding Unidentified Adults",
    ),
    LearningTheme.RISK: (
        "Analysis of Risk",
        "Domestic Abuse: Understanding and Assessing Risk and Supporting Safety Planning",
    ),
    LearningTheme.SHARING: (
        "Information Sharing Advice for Safeguarding Practitioners",
        "Information Sharing Toolkit Tour",
    ),
    LearningTheme.ACTION: (
        "Working Together to Safeguard Children - A Multi-Agency Approach to Safeguarding",
        "MASH Workshop",
    ),
}


class RecordState(TextChoices):
    LOGGED = "LOGGED", "Waiting for the mentor"
    MENTOR_SIGNED = "MENTOR_SIGNED", "Waiting for the line manager"
    COMPLETE = "COMPLETE", "Complete"
    SENT_BACK = "SENT_BACK", "Sent back"


class RecordMove(TextChoices):
    SIGN_AS_MENTOR = "SIGN_AS_MENTOR", "Sign as mentor"
    SIGN_AS_LINE_MANAGER = "SIGN_AS_LINE_MANAGER", "Sign as line manager"
    SEND_BACK = "SEND_BACK", "Send back"
    CORRECT = "CORRECT", "Correct and ask again"
    REVOKE = "REVOKE", "Revoke the signatures"


# (move, state it starts from): state it leads to. A move that is not here is refused.
RECORD_MOVES: dict[tuple[RecordMove, RecordState], RecordState] = {
    (RecordMove.SIGN_AS_MENTOR, RecordState.LOGGED): RecordState.MENTOR_SIGNED,
    (RecordMove.SIGN_AS_LINE_MANAGER, RecordState.MENTOR_SIGNED): RecordState.COMPLETE,
    (RecordMove.SEND_BACK, RecordState.LOGGED): RecordState.SENT_BACK,
    (RecordMove.SEND_BACK, RecordState.MENTOR_SIGNED): RecordState.SENT_BACK,
    (RecordMove.CORRECT, RecordState.SENT_BACK): RecordState.LOGGED,
    (RecordMove.REVOKE, RecordState.MENTOR_SIGNED): RecordState.LOGGED,
    (RecordMove.REVOKE, RecordState.COMPLETE): RecordState.LOGGED,
}

# Somebody still has to do something.
OPEN_STATES = (RecordState.LOGGED, RecordState.MENTOR_SIGNED, RecordState.SENT_BACK)


def next_record_state(move: RecordMove, state: RecordState | str) -> RecordState | None:
    """Where a move leads a record, or None when it is not allowed in that state."""
    return RECORD_MOVES.get((move, RecordState(state)))


class SignerRole(TextChoices):
    """Who signs, in the order in which they sign."""

    MENTOR = "MENTOR", "Mentor"
    LINE_MANAGER = "LINE_MANAGER", "Line manager"


SIGNING_MOVES: dict[SignerRole, RecordMove] = {
    SignerRole.MENTOR: RecordMove.SIGN_AS_MENTOR,
    SignerRole.LINE_MANAGER: RecordMove.SIGN_AS_LINE_MANAGER,
}

# Whose turn it is to sign.
TURNS: dict[RecordState, SignerRole] = {
    RecordState.LOGGED: SignerRole.MENTOR,
    RecordState.MENTOR_SIGNED: SignerRole.LINE_MANAGER,
}

# Kept word for word with each signature, so that a later change of these words changes nothing that was signed.
STATEMENTS: dict[SignerRole, str] = {
    SignerRole.MENTOR: (
        "I have discussed this training with the person named here and have seen them use it at work. "
        "In my judgement they can do what the module teaches."
    ),
    SignerRole.LINE_MANAGER: (
        "I have read the evidence and the mentor's signature. I am satisfied that the person named here is competent "
        "in what the module teaches, and I will support them in using it."
    ),
}

# The second sentence of a statement that is signed in the place of another.
IN_THE_PLACE_OF = "I sign in the place of {name}, who is away."


def statement_of(role: SignerRole, *, on_behalf_of: str = "") -> str:
    """What is signed, word for word."""
    said = STATEMENTS[role]
    return f"{said} {IN_THE_PLACE_OF.format(name=on_behalf_of)}" if on_behalf_of else said


class Standing(TextChoices):
    """How one person stands towards one thing that is needed; worked out, never typed."""

    MET = "MET", "Met"
    DUE = "DUE", "Due"
    LAPSED = "LAPSED", "Lapsed"
    WAITING = "WAITING", "Waiting for a signature"
    SENT_BACK = "SENT_BACK", "Sent back"
    MISSING = "MISSING", "Missing"
    NOT_REQUIRED = "NOT_REQUIRED", "Not required"


class Audience(TextChoices):
    """Whom a programme is for."""

    RECRUITS = "RECRUITS", "New recruits"
    PCSOS = "PCSOS", "PCSOs"
    INVESTIGATORS = "INVESTIGATORS", "Investigators"
    SPECIALS = "SPECIALS", "Special constables"
    TRANSFEREES = "TRANSFEREES", "Transferees"
    FRONTLINE = "FRONTLINE", "All frontline"
    SECOND_YEAR = "SECOND_YEAR", "Second-year officers"


# How a session of a programme is given. A video is watched by each member in their own time, from its beginning to its end.
SESSION_DELIVERIES = (Delivery.FACE_TO_FACE, Delivery.VIRTUAL, Delivery.VIDEO, Delivery.EXERCISE)
# Those that people come to a place for.
IN_A_PLACE = (Delivery.FACE_TO_FACE, Delivery.EXERCISE)


class TrainingSessionState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    HELD = "HELD", "Held"
    CANCELLED = "CANCELLED", "Cancelled"


class TrainingSessionMove(TextChoices):
    CHANGE = "CHANGE", "Change"
    ADD = "ADD", "Add somebody"
    REGISTER = "REGISTER", "Take the register"
    CLOSE = "CLOSE", "Close the register"
    CORRECT = "CORRECT", "Correct the closed register"
    CANCEL = "CANCEL", "Cancel the session"


# (move, state it starts from): state it leads to. A move that is not here is refused.
TRAINING_SESSION_MOVES: dict[tuple[TrainingSessionMove, TrainingSessionState], TrainingSessionState] = {
    (TrainingSessionMove.CHANGE, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.ADD, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.REGISTER, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.CANCEL, TrainingSessionState.PLANNED): TrainingSessionState.CANCELLED,
    (TrainingSessionMove.CLOSE, TrainingSessionState.PLANNED): TrainingSessionState.HELD,
    (TrainingSessionMove.CORRECT, TrainingSessionState.HELD): TrainingSessionState.HELD,
}


def next_training_session_state(
    move: TrainingSessionMove, state: TrainingSessionState | str
) -> TrainingSessionState | None:
    """Where a move leads a session of a programme, or None when it is not allowed in that state."""
    return TRAINING_SESSION_MOVES.get((move, TrainingSessionState(state)))


class Presence(TextChoices):
    """What the register says of somebody; while nobody said anything it is empty."""

    PRESENT = "PRESENT", "Present"
    PARTLY = "PARTLY", "Partly"
    ABSENT = "ABSENT", "Absent"
    EXCUSED = "EXCUSED", "Excused"


class MarkedHow(TextChoices):
    TICK = "TICK", "Ticked by a trainer"
    CODE = "CODE", "By code"
    VIDEO = "VIDEO", "Watched, confirmed by a trainer"
    CORRECTION = "CORRECTION", "Corrected after the register was closed"


class CpdKind(TextChoices):
    COURSE = "COURSE", "Course or webinar"
    BRIEFING = "BRIEFING", "Briefing or team session"
    READING = "READING", "Reading or video"
    SHADOWING = "SHADOWING", "Shadowing or attachment"
    SUPERVISION = "SUPERVISION", "Supervision or reflective session"
    EXERCISE = "EXERCISE", "Exercise or case discussion"
    OTHER = "OTHER", "Other"


class NeedKind(TextChoices):
    """What a profile may ask of somebody."""

    MODULE = "MODULE", "Module"
    CHOICE = "CHOICE", "Modules to choose from"
    SKILL = "SKILL", "Skill"


class SkillLevel(IntegerChoices):
    """How well somebody shows a skill at work; a higher level holds the lower ones."""

    KNOWS = 1, "Knows how it is done"
    WITH_SUPPORT = 2, "Does it with support"
    ALONE = 3, "Does it alone"
    TEACHES = 4, "Teaches it to others"


class EvidenceAnswer(TextChoices):
    """What a line manager or trainer says to an entry of evidence; nothing before they answer."""

    CONFIRMED = "CONFIRMED", "Confirmed"
    NOT_YET = "NOT_YET", "Not enough yet"


class ChampionEnd(TextChoices):
    """Why somebody is a champion no more."""

    STEPPED_DOWN = "STEPPED_DOWN", "Stepped down"
    ENDED = "ENDED", "Ended by a trainer"


class SupervisionKind(TextChoices):
    SUPERVISION = "SUPERVISION", "Supervision"
    REFLECTIVE = "REFLECTIVE", "Reflective sessions"


class SupervisionState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    HELD = "HELD", "Held"
    MISSED = "MISSED", "Missed"
    CANCELLED = "CANCELLED", "Cancelled"


class SupervisionMove(TextChoices):
    MOVE = "MOVE", "Move to another day"
    HOLD = "HOLD", "Record as held"
    MISS = "MISS", "Record as missed"
    CANCEL = "CANCEL", "Cancel"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SUPERVISION_MOVES: dict[tuple[SupervisionMove, SupervisionState], SupervisionState] = {
    (SupervisionMove.MOVE, SupervisionState.PLANNED): SupervisionState.PLANNED,
    (SupervisionMove.HOLD, SupervisionState.PLANNED): SupervisionState.HELD,
    (SupervisionMove.MISS, SupervisionState.PLANNED): SupervisionState.MISSED,
    (SupervisionMove.CANCEL, SupervisionState.PLANNED): SupervisionState.CANCELLED,
}


def next_supervision_state(move: SupervisionMove, state: SupervisionState | str) -> SupervisionState | None:
    """Where a move leads a session, or None when it is not allowed in that state."""
    return SUPERVISION_MOVES.get((move, SupervisionState(state)))


class SupervisionRole(TextChoices):
    """The two of a supervision; also who owns an action that they agreed."""

    SUPERVISOR = "SUPERVISOR", "The supervisor"
    SUPERVISEE = "SUPERVISEE", "The person supervised"


# Who of the two makes which move. The record is the supervisor's to write, so only they say that a session was held.
SUPERVISION_MOVERS: dict[SupervisionMove, tuple[SupervisionRole, ...]] = {
    SupervisionMove.MOVE: tuple(SupervisionRole),
    SupervisionMove.HOLD: (SupervisionRole.SUPERVISOR,),
    SupervisionMove.MISS: tuple(SupervisionRole),
    SupervisionMove.CANCEL: tuple(SupervisionRole),
}


class WhyMissed(TextChoices):
    OPERATIONAL = "OPERATIONAL", "Operational demand"
    ABSENCE = "ABSENCE", "One of the two was away"
    FORGOTTEN = "FORGOTTEN", "It was forgotten"
    OTHER = "OTHER", "Something else"


class QuestionKind(TextChoices):
    SCALE = "SCALE", "1 to 5"
    TEXT = "TEXT", "In words"


# What a new survey is offered to begin with; each force writes its own.
QUESTIONS_TO_BEGIN_WITH: tuple[tuple[str, QuestionKind], ...] = (
    ("I feel able to question a decision, whoever made it.", QuestionKind.SCALE),
    ("I have the time to be curious about what I am told.", QuestionKind.SCALE),
    ("My supervision helps me to do my work well.", QuestionKind.SCALE),
    ("I know where to turn when the work weighs on me.", QuestionKind.SCALE),
    ("What one thing would make your work better?", QuestionKind.TEXT),
)


class MatrixState(TextChoices):
    """How one person stands towards one thing, as people read it: of what is due, whether it is there and runs out, or is to be done."""

    MET = "MET", "Met"
    ON_PAPER = "ON_PAPER", "Signed on paper before"
    RUNS_OUT = "RUNS_OUT", "Runs out soon"
    TO_DO = "TO_DO", "To do"
    WAITING = "WAITING", "Waiting"
    SENT_BACK = "SENT_BACK", "Sent back"
    LAPSED = "LAPSED", "Lapsed"
    MISSING = "MISSING", "Missing"
    NOT_REQUIRED = "NOT_REQUIRED", "Not asked for"


# The states that are counted and that lists are filtered by.
COUNTED_STATES = tuple(state for state in MatrixState if state is not MatrixState.NOT_REQUIRED)


# So many days before something lapses its person is told.
REMIND_DAYS = (60, 30, 7)


class DigestAudience(TextChoices):
    """For whom a digest is: about one's own training, or about the team that one leads."""

    SELF = "SELF", "The person"
    LEADER = "LEADER", "Who leads the team"


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


class KnowledgeTestState(TextChoices):
    DRAFT = "DRAFT", "Draft"
    OPEN = "OPEN", "Open"
    CLOSED = "CLOSED", "Closed"


class KnowledgeTestMove(TextChoices):
    CHOOSE = "CHOOSE", "Choose the questions"
    CORRECT = "CORRECT", "Correct what it says"
    THROW_AWAY = "THROW_AWAY", "Throw the draft away"
    OPEN = "OPEN", "Open"
    CLOSE = "CLOSE", "Close"


# (move, state it starts from): state it leads to. A move that is not here is refused. A draft that is thrown away is gone.
KNOWLEDGE_TEST_MOVES: dict[tuple[KnowledgeTestMove, KnowledgeTestState], KnowledgeTestState] = {
    (KnowledgeTestMove.CHOOSE, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.CORRECT, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.THROW_AWAY, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.OPEN, KnowledgeTestState.DRAFT): KnowledgeTestState.OPEN,
    (KnowledgeTestMove.CLOSE, KnowledgeTestState.OPEN): KnowledgeTestState.CLOSED,
}


def next_knowledge_test_state(move: KnowledgeTestMove, state: KnowledgeTestState | str) -> KnowledgeTestState | None:
    """Where a move leads a knowledge test, or None when it is not allowed in that state."""
    return KNOWLEDGE_TEST_MOVES.get((move, KnowledgeTestState(state)))


class Occasion(TextChoices):
    """When somebody takes a knowledge test: before they are taught, afterwards, and once more some months later."""

    BEFORE = "BEFORE", "Before"
    AFTER = "AFTER", "After"
    FOLLOW_UP = "FOLLOW_UP", "Follow-up"


class InductionState(TextChoices):
    OPEN = "OPEN", "Under way"
    COMPLETE = "COMPLETE", "Complete"
    STOPPED = "STOPPED", "Stopped"


class InductionMove(TextChoices):
    DECLARE = "DECLARE", "Say that a step is done"
    MOVE_STEP = "MOVE_STEP", "Move a step"
    EXTEND = "EXTEND", "Extend the plan"
    CHANGE_PEOPLE = "CHANGE_PEOPLE", "Change mentor or line manager"
    CLOSE = "CLOSE", "Close as complete"
    STOP = "STOP", "Stop the plan"
    REOPEN = "REOPEN", "Reopen the plan"


# (move, state it starts from): state it leads to. A move that is not here is refused.
INDUCTION_MOVES: dict[tuple[InductionMove, InductionState], InductionState] = {
    (InductionMove.DECLARE, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.MOVE_STEP, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.EXTEND, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.CHANGE_PEOPLE, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.CLOSE, InductionState.OPEN): InductionState.COMPLETE,
    (InductionMove.STOP, InductionState.OPEN): InductionState.STOPPED,
    (InductionMove.REOPEN, InductionState.COMPLETE): InductionState.OPEN,
    (InductionMove.REOPEN, InductionState.STOPPED): InductionState.OPEN,
}


def next_induction_state(move: InductionMove, state: InductionState | str) -> InductionState | None:
    """Where a move leads an induction plan, or None when it is not allowed in that state."""
    return INDUCTION_MOVES.get((move, InductionState(state)))


class StepStanding(TextChoices):
    """Where a step of an induction is; worked out from records and evidence, never typed."""

    LATE = "LATE", "Late"
    TO_DO = "TO_DO", "To do"
    SENT_BACK = "SENT_BACK", "Sent back"
    DECLARED = "DECLARED", "Waits for the trainer"
    WITH_MENTOR = "WITH_MENTOR", "Waits for the mentor"
    WITH_MANAGER = "WITH_MANAGER", "Waits for the line manager"
    WITH_ANSWER = "WITH_ANSWER", "Waits for an answer"
    DONE = "DONE", "Done"
    NOT_ASKED = "NOT_ASKED", "No longer asked for"


class EarlierState(TextChoices):
    """Where a sign-off is that was made on paper before and taken over from a spreadsheet."""

    TAKEN_OVER = "TAKEN_OVER", "Taken over"
    ACCEPTED = "ACCEPTED", "Accepted"
    UNDONE = "UNDONE", "Undone"


class EarlierMove(TextChoices):
    """What can be done with one; it is never changed."""

    ACCEPT = "ACCEPT", "Accept for a module"
    TAKE_BACK = "TAKE_BACK", "Take the acceptance back"
    UNDO = "UNDO", "Undo the import"


EARLIER_MOVES: dict[tuple[EarlierMove, EarlierState], EarlierState] = {
    (EarlierMove.ACCEPT, EarlierState.TAKEN_OVER): EarlierState.ACCEPTED,
    (EarlierMove.TAKE_BACK, EarlierState.ACCEPTED): EarlierState.TAKEN_OVER,
    (EarlierMove.UNDO, EarlierState.TAKEN_OVER): EarlierState.UNDONE,
    # What was accepted is taken back with it.
    (EarlierMove.UNDO, EarlierState.ACCEPTED): EarlierState.UNDONE,
}


def next_earlier_state(move: EarlierMove, state: EarlierState | str) -> EarlierState | None:
    """Where a move leads an earlier sign-off, or None when it is not allowed in that state."""
    return EARLIER_MOVES.get((move, EarlierState(state)))
