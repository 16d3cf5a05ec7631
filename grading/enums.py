"""The field's words for grading: states of a round and the table of allowed moves, the scale, and the rubric."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices


class RoundState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    DRAWN = "DRAWN", "Sample drawn"
    GRADING = "GRADING", "Being graded"
    MODERATING = "MODERATING", "Grades are being agreed"
    PUBLISHED = "PUBLISHED", "Published"


class PopulationPart(TextChoices):
    """By what the PPNs that a round may draw are narrowed: the name under which the choice is kept, and the words before it."""

    TYPES = "types", "of the type"
    RISK = "risk", "with the risk level"
    DISTRICTS = "districts", "of the district"
    TEAMS = "teams", "of the team"
    REFERRERS = "referrers", "sent by"


# What an amendment can change: it counts as it stood when the sample was drawn.
AMENDABLE_PARTS = (PopulationPart.TYPES, PopulationPart.RISK)


class RoundStrata(TextChoices):
    """By what a round may be divided, so that each part has its share of the sample."""

    TYPE = "TYPE", "Type of concern"
    DISTRICT = "DISTRICT", "District"
    TEAM = "TEAM", "Team"
    REFERRER = "REFERRER", "Kind of referrer"


# A PPN stands in one stratum.
ONE_TYPE = (
    "A PPN of several types counts once: as one of that type which the fewest PPNs have, so that rare types are seen"
)


class RoundMove(TextChoices):
    INVITE = "INVITE", "Invite agencies to grade"
    DRAW = "DRAW", "Draw the sample"
    ASSIGN = "ASSIGN", "Assign graders"
    GRADE = "GRADE", "Grade a PPN"
    REPLACE = "REPLACE", "Give a PPN to another grader"
    REPLACE_ITEM = "REPLACE_ITEM", "Replace a PPN by the next of the draw"
    END_GRADING = "END_GRADING", "Close grading, all grades are in"
    AGREE = "AGREE", "Record an agreed grade"
    PUBLISH = "PUBLISH", "Publish the round"


# (move, state it starts from): state it leads to. A move that is not here is refused.
ROUND_MOVES: dict[tuple[RoundMove, RoundState], RoundState] = {
    (RoundMove.INVITE, RoundState.PLANNED): RoundState.PLANNED,
    (RoundMove.INVITE, RoundState.DRAWN): RoundState.DRAWN,
    (RoundMove.DRAW, RoundState.PLANNED): RoundState.DRAWN,
    (RoundMove.ASSIGN, RoundState.DRAWN): RoundState.GRADING,
    (RoundMove.GRADE, RoundState.GRADING): RoundState.GRADING,
    (RoundMove.REPLACE, RoundState.GRADING): RoundState.GRADING,
    (RoundMove.REPLACE_ITEM, RoundState.DRAWN): RoundState.DRAWN,
    (RoundMove.REPLACE_ITEM, RoundState.GRADING): RoundState.GRADING,
    (RoundMove.END_GRADING, RoundState.GRADING): RoundState.MODERATING,
    (RoundMove.AGREE, RoundState.MODERATING): RoundState.MODERATING,
    (RoundMove.PUBLISH, RoundState.MODERATING): RoundState.PUBLISHED,
}


class InvitationState(TextChoices):
    """Of an agency that was asked for graders. Its people answer until graders are assigned, which is a state of the round."""

    OPEN = "OPEN", "Invited"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class InvitationMove(TextChoices):
    WITHDRAW = "WITHDRAW", "Withdraw the invitation"


INVITATION_MOVES: dict[tuple[InvitationMove, InvitationState], InvitationState] = {
    (InvitationMove.WITHDRAW, InvitationState.OPEN): InvitationState.WITHDRAWN,
}


class ReplyState(TextChoices):
    """What somebody who is asked to grade says; they may say the other until graders are assigned."""

    ACCEPTED = "ACCEPTED", "Yes, I take part"
    DECLINED = "DECLINED", "No, I cannot"


class DepartureKind(TextChoices):
    """Why somebody grades a PPN no longer."""

    REPLACED = "REPLACED", "Replaced by the supervisor"
    CONFLICT = "CONFLICT", "Knows whom it is about, or worked on it"


class RemovalReason(TextChoices):
    """Why a PPN that was drawn counts no longer."""

    WITHDRAWN = "WITHDRAWN", "It was withdrawn after the draw"
    RECOGNISED = "RECOGNISED", "The panel would see whom it is about, whatever is hidden"
    NO_GRADER = "NO_GRADER", "Nobody on the panel can grade it"
    OTHER = "OTHER", "Another reason"


# Once all grades are in, the graders see each other's; before that nobody sees any but their own.
GRADES_ARE_OPEN = (RoundState.MODERATING, RoundState.PUBLISHED)


def next_round_state(move: RoundMove, state: RoundState | str) -> RoundState | None:
    """Where a move leads a round, or None when it is not allowed in that state."""
    return ROUND_MOVES.get((move, RoundState(state)))


# In these states of a round agencies are invited, and answers are given and taken back.
INVITING = tuple(state for state in RoundState if next_round_state(RoundMove.INVITE, state) is not None)


def next_invitation_state(move: InvitationMove, state: InvitationState | str) -> InvitationState | None:
    """Where a move leads an invitation, or None when it is not allowed in that state."""
    return INVITATION_MOVES.get((move, InvitationState(state)))


class OverallGrade(IntegerChoices):
    """The scale of the quarterly grading."""

    VERY_POOR = 1, "Very poor"
    NEEDS_IMPROVEMENT = 2, "Needs improvement"
    GOOD = 3, "Good"
    EXCELLENT = 4, "Excellent"


OVERALL_DESCRIPTORS: dict[OverallGrade, str] = {
    OverallGrade.VERY_POOR: "A partner could not act on it: the concern, the person's life or the risk is missing.",
    OverallGrade.NEEDS_IMPROVEMENT: "The event is told, but a partner would have to ask again before acting.",
    OverallGrade.GOOD: "A partner can act on it: who, what, why it worries, the person's own account, and a clear ask.",
    OverallGrade.EXCELLENT: "As good, and it weighs what is not known, shows what the harm may become, and plans with others.",
}


class Criterion(TextChoices):
    """What a good PPN shows, in the order of the rubric."""

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


# A person always has a voice and an identity: a PPN that leaves them out is graded low, not excused.
ALWAYS_MARKED = (Criterion.VOICE, Criterion.IDENTITY)


def why_not(criterion: Criterion | str) -> str:
    """The name of the question why a criterion does not apply."""
    return f"{criterion}_WHY_NOT"


@dataclass(frozen=True)
class Rubric:
    """One criterion and what earns each mark, 1 to 4."""

    criterion: Criterion
    very_poor: str
    needs_improvement: str
    good: str
    excellent: str

    @property
    def descriptors(self) -> dict[int, str]:
        """What earns each mark."""
        return {1: self.very_poor, 2: self.needs_improvement, 3: self.good, 4: self.excellent}


RUBRIC: tuple[Rubric, ...] = (
    Rubric(
        Criterion.TIMELY,
        "Sent days late, or when it no longer mattered, and no reason is given.",
        "Late, with a thin reason.",
        "Sent in the same shift, or late for a sound reason that is given.",
        "Sent in the same shift, and what could not wait was told by telephone first and noted.",
    ),
    Rubric(
        Criterion.CONCERN,
        "A partner cannot tell what the worry is.",
        "The event is told; the worry has to be guessed.",
        "What happened and why it worries is plain, and fact is kept apart from opinion.",
        "As good, told in order, with the source of each fact and what is not known.",
    ),
    Rubric(
        Criterion.LIVED_EXPERIENCE,
        "Nothing about the person's life.",
        "The place is described, not what it is like to live there.",
        "Shows what an ordinary day is like for this person.",
        "The effect on this person over time is easy to picture.",
    ),
    Rubric(
        Criterion.VOICE,
        "Not spoken to, and no reason is given.",
        "A summary such as “fine”, or only what others said about them.",
        "Their own words, or what they showed, and who was present.",
        "As good; seen alone where that was safe, and what they said is weighed against what was seen.",
    ),
    Rubric(
        Criterion.NEEDS_AND_HARM,
        "Neither needs nor harm are named.",
        "One is named, without a link to the other.",
        "Needs and the likely or significant harm are both named, with grounds.",
        "As good, with what protects, how severe it is, and what happens if nothing changes.",
    ),
    Rubric(
        Criterion.IDENTITY,
        "Ethnicity, language, religion, disability and places of birth are mostly blank.",
        "Some are there; the blanks are not explained.",
        "All were asked; where something is not known, the reason is given.",
        "As good, and it is used: an interpreter, culture or access needs change the plan.",
    ),
    Rubric(
        Criterion.CURIOSITY,
        "A single event; people in the home are missing.",
        "Names without their links; for the history the reader is sent to another system.",
        "Everybody in and around the home, the history that was checked, and the pattern it makes.",
        "Tests the first explanation, finds adults nobody has identified or harm that adds up, and says what to ask next.",
    ),
    Rubric(
        Criterion.RISK,
        "No level of risk, or one that the text contradicts.",
        "A level without reasons.",
        "The level fits the facts and the tool that was used, and the reasons are given.",
        "As good, in the order of the National Decision Model; weighs doubt and says what would raise or lower it.",
    ),
    Rubric(
        Criterion.SHARING,
        "No basis for sharing, or a missing consent was used to stop sharing that was needed.",
        "A basis is ticked without thought.",
        "The right basis, the person's view, and the reason where they were overruled or not told.",
        "As good; only what is needed, to the right agencies, with a safe way of making contact.",
    ),
    Rubric(
        Criterion.ACTION,
        "Nothing was done and nothing is asked.",
        "A vague request, such as “for information”.",
        "Steps were taken to keep the person safe, and it is clear what is asked of whom.",
        "As good; a shared plan of who does what by when, and how the answer comes back.",
    ),
)


# Feedback to whoever wrote a PPN


class FeedbackState(TextChoices):
    """How far the feedback on one graded PPN is."""

    PREPARED = "PREPARED", "Being prepared"
    TOLD = "TOLD", "To be read"
    READ = "READ", "Read"
    DISAGREED = "DISAGREED", "Read, and the writer disagrees"


class FeedbackMove(TextChoices):
    CHOOSE = "CHOOSE", "Choose the learning point"
    TELL = "TELL", "Tell the writer, as the round is published"
    ACKNOWLEDGE = "ACKNOWLEDGE", "I have read this"
    DISAGREE = "DISAGREE", "I disagree"


# (move, state it starts from): state it leads to. A move that is not here is refused.
FEEDBACK_MOVES: dict[tuple[FeedbackMove, FeedbackState], FeedbackState] = {
    (FeedbackMove.CHOOSE, FeedbackState.PREPARED): FeedbackState.PREPARED,
    (FeedbackMove.TELL, FeedbackState.PREPARED): FeedbackState.TOLD,
    (FeedbackMove.ACKNOWLEDGE, FeedbackState.TOLD): FeedbackState.READ,
    (FeedbackMove.DISAGREE, FeedbackState.TOLD): FeedbackState.DISAGREED,
}

# What the writer does with it, once.
ANSWERS_TO_FEEDBACK = (FeedbackMove.ACKNOWLEDGE, FeedbackMove.DISAGREE)
ANSWERED_FEEDBACK = (FeedbackState.READ, FeedbackState.DISAGREED)


def next_feedback_state(move: FeedbackMove, state: FeedbackState | str) -> FeedbackState | None:
    """Where a move leads the feedback on a PPN, or None when it is not allowed in that state."""
    return FEEDBACK_MOVES.get((move, FeedbackState(state)))


# Dip samples and reports


class SampleState(TextChoices):
    DRAWN = "DRAWN", "Drawn"
    IN_REVIEW = "IN_REVIEW", "Being reviewed"
    REVIEWED = "REVIEWED", "All reviewed"
    PUBLISHED = "PUBLISHED", "Published"


class SampleMove(TextChoices):
    REVIEW = "REVIEW", "Review an incident"
    COMPLETE = "COMPLETE", "The last review is in"
    SETTLE = "SETTLE", "Settle what reviews leave open"
    SET_ASIDE = "SET_ASIDE", "Set aside what nobody can review"
    PUBLISH = "PUBLISH", "Publish the results"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SAMPLE_MOVES: dict[tuple[SampleMove, SampleState], SampleState] = {
    (SampleMove.REVIEW, SampleState.DRAWN): SampleState.IN_REVIEW,
    (SampleMove.REVIEW, SampleState.IN_REVIEW): SampleState.IN_REVIEW,
    (SampleMove.REVIEW, SampleState.REVIEWED): SampleState.REVIEWED,
    (SampleMove.COMPLETE, SampleState.IN_REVIEW): SampleState.REVIEWED,
    (SampleMove.SETTLE, SampleState.IN_REVIEW): SampleState.IN_REVIEW,
    (SampleMove.SETTLE, SampleState.REVIEWED): SampleState.REVIEWED,
    (SampleMove.SET_ASIDE, SampleState.DRAWN): SampleState.IN_REVIEW,
    (SampleMove.SET_ASIDE, SampleState.IN_REVIEW): SampleState.IN_REVIEW,
    (SampleMove.SET_ASIDE, SampleState.REVIEWED): SampleState.REVIEWED,
    (SampleMove.PUBLISH, SampleState.REVIEWED): SampleState.PUBLISHED,
}


def next_sample_state(move: SampleMove, state: SampleState | str) -> SampleState | None:
    """Where a move leads a dip sample, or None when it is not allowed in that state."""
    return SAMPLE_MOVES.get((move, SampleState(state)))


# Facts of the records system by which a sample's rule says which incidents can be drawn: field of the incident, in words.
RULE_FACTS: dict[str, str] = {
    "child_linked": "A child was there or is linked to it",
    "adult_needs": "An adult who may need care and support",
    "domestic_abuse": "Domestic abuse",
}


class Strata(TextChoices):
    """By what a dip sample may be divided, so that each part has its share of it."""

    KIND = "KIND", "Kind of incident"
    DISTRICT = "DISTRICT", "District"
    TEAM = "TEAM", "Team"


class Needed(TextChoices):
    """Whether a careful officer would have sent a form."""

    YES = "YES", "Yes, a form was needed"
    NO = "NO", "No, none was needed"
    UNCLEAR = "UNCLEAR", "Unclear, for others to settle"


class ReasonMissing(TextChoices):
    FORGOTTEN = "FORGOTTEN", "Forgotten"
    THOUGHT_OTHER_DID = "THOUGHT_OTHER_DID", "Thought that somebody else had done it"
    THOUGHT_NOT_NEEDED = "THOUGHT_NOT_NEEDED", "Thought that it was not needed"
    SYSTEM = "SYSTEM", "A fault of a system"
    HANDED_OVER = "HANDED_OVER", "Lost when the incident was handed over"
    NOT_RECORDED = "NOT_RECORDED", "Not recorded"


class QuickQuality(IntegerChoices):
    """At a glance, whether the forms found of a sampled incident are good enough to act on. No grade of a panel, in other words."""

    NOBODY_COULD_ACT = 1, "Nobody could act on it"
    TO_BE_ASKED_AGAIN = 2, "A partner would have to ask again first"
    ENOUGH = 3, "Good enough to act on"
    AMPLE = 4, "Good enough, with nothing left to ask"


GOOD_ENOUGH = (QuickQuality.ENOUGH, QuickQuality.AMPLE)
NOT_GOOD_ENOUGH = (QuickQuality.NOBODY_COULD_ACT, QuickQuality.TO_BE_ASKED_AGAIN)


class SchoolTold(TextChoices):
    """Operation Encompass, of an incident of domestic abuse with a child: whether the school was told."""

    IN_TIME = "IN_TIME", "Told in time"
    LATE = "LATE", "Told late"
    NOT_TOLD = "NOT_TOLD", "Not told"
    NOT_NEEDED = "NOT_NEEDED", "No school had to be told"


SCHOOL_HAD_TO_BE_TOLD = (SchoolTold.IN_TIME, SchoolTold.LATE, SchoolTold.NOT_TOLD)


class ReviewStatus(TextChoices):
    """What a review comes to; worked out from it, never typed."""

    COMPLIANT = "COMPLIANT", "Compliant"
    PARTIAL = "PARTIAL", "Partly done"
    MISSING = "MISSING", "Missing"
    NOT_NEEDED = "NOT_NEEDED", "Not needed"
    OVER_SUBMITTED = "OVER_SUBMITTED", "Sent though not needed"
    UNCLEAR = "UNCLEAR", "Unclear"


# A report is made once the last review is in.
REPORTABLE = (SampleState.REVIEWED, SampleState.PUBLISHED)


class ReportKind(TextChoices):
    DIP_SAMPLE = "DIP_SAMPLE", "Compliance of a dip sample"
    ROUND = "ROUND", "Grades of a round"
    ANNUAL = "ANNUAL", "Annual report"


# What a schedule may have made: of rounds, each gets its report when it is published, and its figures never change after.
PLANNABLE = (ReportKind.DIP_SAMPLE, ReportKind.ANNUAL)


class ReportFile(TextChoices):
    """The files of a report."""

    PDF = "PDF", "PDF"
    XLSX = "XLSX", "Spreadsheet of the tables"


class Rhythm(TextChoices):
    """How often a schedule has a report made: on one day of each of these months; once a year, in the month that it says."""

    MONTHLY = "MONTHLY", "Every month"
    TWO_MONTHLY = "TWO_MONTHLY", "Every two months, from January"
    QUARTERLY = "QUARTERLY", "Every three months, from January"
    YEARLY = "YEARLY", "Once a year"


# What is reported on in each rhythm.
KIND_OF: dict[Rhythm, ReportKind] = dict.fromkeys(Rhythm, ReportKind.DIP_SAMPLE) | {Rhythm.YEARLY: ReportKind.ANNUAL}
MONTHS_OF: dict[Rhythm, tuple[int, ...]] = {
    Rhythm.MONTHLY: tuple(range(1, 13)),
    Rhythm.TWO_MONTHLY: (1, 3, 5, 7, 9, 11),
    Rhythm.QUARTERLY: (1, 4, 7, 10),
}
# Every month has it.
LAST_DAY_OF_SCHEDULES = 28


class ScheduleState(TextChoices):
    RUNNING = "RUNNING", "Running"
    PAUSED = "PAUSED", "Paused"
    ENDED = "ENDED", "Ended"


class ScheduleMove(TextChoices):
    CHANGE = "CHANGE", "Change when it runs and whom it tells"
    PAUSE = "PAUSE", "Pause it"
    RESUME = "RESUME", "Let it run again"
    END = "END", "End it for good"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SCHEDULE_MOVES: dict[tuple[ScheduleMove, ScheduleState], ScheduleState] = {
    (ScheduleMove.CHANGE, ScheduleState.RUNNING): ScheduleState.RUNNING,
    (ScheduleMove.CHANGE, ScheduleState.PAUSED): ScheduleState.PAUSED,
    (ScheduleMove.PAUSE, ScheduleState.RUNNING): ScheduleState.PAUSED,
    (ScheduleMove.RESUME, ScheduleState.PAUSED): ScheduleState.RUNNING,
    (ScheduleMove.END, ScheduleState.RUNNING): ScheduleState.ENDED,
    (ScheduleMove.END, ScheduleState.PAUSED): ScheduleState.ENDED,
}


def next_schedule_state(move: ScheduleMove, state: ScheduleState | str) -> ScheduleState | None:
    """Where a move leads a schedule, or None when it is not allowed in that state."""
    return SCHEDULE_MOVES.get((move, ScheduleState(state)))


class GroupBy(TextChoices):
    """By what the grades of published rounds are grouped."""

    TYPE = "TYPE", "Type of concern"
    DISTRICT = "DISTRICT", "District"
    TEAM = "TEAM", "Team"
    AGENCY = "AGENCY", "Receiving agency"
    CRITERION = "CRITERION", "Criterion"
