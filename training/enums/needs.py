"""What somebody needs, how a cell of the matrix stands, and who is reminded."""

from django.db.models import IntegerChoices, TextChoices


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
