"""What a PPN and a CPI form have in common."""

from collections.abc import Collection

from django.db.models import IntegerChoices, TextChoices


class FormKind(TextChoices):
    PPN = "PPN", "Public protection notice (PPN)"
    CPI = "CPI", "Community partnership information (CPI)"


# Answers that are kept on the referral itself, because lists and rules need them; all others are the content of its form.
# A CPI form asks neither for a risk level nor for types: it is never urgent.
ON_REFERRAL: dict[FormKind, frozenset[str]] = {
    FormKind.PPN: frozenset({"occurrence_number", "types", "risk_level", "lawful_basis"}),
    FormKind.CPI: frozenset({"lawful_basis"}),
}
MOST_PEOPLE = 100
# What whoever submits says; the words of the day are kept with the referral.
DECLARATION = (
    "This is accurate and complete as far as I know. I have kept facts and opinion apart, and I share no more than is "
    "needed to keep somebody safe."
)


class ConcernType(TextChoices):
    CHILD = "CHILD", "Child"
    ADULT_AT_RISK = "ADULT_AT_RISK", "Adult at risk"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE", "Domestic abuse"
    STALKING_HARASSMENT = "STALKING_HARASSMENT", "Stalking or harassment"
    HONOUR_BASED_ABUSE = "HONOUR_BASED_ABUSE", "So-called honour-based abuse, forced marriage or FGM"
    EXPLOITATION = "EXPLOITATION", "Exploitation"
    MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health"
    HATE = "HATE", "Hate"
    MISSING = "MISSING", "Missing"
    PREVENT = "PREVENT", "Prevent"


class ReferrerKind(TextChoices):
    """In which role somebody sent a PPN; who holds several counts for the one nearest to the hub."""

    FRONTLINE = "FRONTLINE", "Frontline officer or staff"
    LINE_MANAGER = "LINE_MANAGER", "Line manager"
    HUB = "HUB", "Decision-maker of the hub"


class RiskLevel(IntegerChoices):
    """Ordered, so that the queue can be read by risk."""

    STANDARD = 1, "Standard"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"


def stands_alone(ticked: Collection[str]) -> bool:
    """Whether "None", if it is ticked, is ticked by itself."""
    return "NONE" not in ticked or len(set(ticked)) == 1


class LawfulBasis(TextChoices):
    PUBLIC_TASK = "PUBLIC_TASK", "Public task"
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION", "Legal obligation"
    VITAL_INTERESTS = "VITAL_INTERESTS", "Vital interests"
    LEGITIMATE_INTERESTS = "LEGITIMATE_INTERESTS", "Legitimate interests"
    CONSENT = "CONSENT", "Consent (seldom the right one)"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "Law-enforcement task (Part 3)"


class Informed(TextChoices):
    TOLD_AGREES = "TOLD_AGREES", "Told, and agrees"
    TOLD_OBJECTS = "TOLD_OBJECTS", "Told, and objects"
    NOT_TOLD_UNSAFE = "NOT_TOLD_UNSAFE", "Not told: it would not be safe"
    NOT_TOLD_NOT_POSSIBLE = "NOT_TOLD_NOT_POSSIBLE", "Not told: it was not possible"
