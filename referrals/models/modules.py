"""What only one type of concern asks for: a table for each type, and beside each column its question and its help.

The column is the one declaration of a question: the form, the task list, check-your-answers, the page of the referral, the
API and what an agency sees all read it from here. The wording of DASH, DARA and stalking checklists belongs to others and
is not here: only the total, the level and the reasons are kept.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Field, Q

from referrals.enums import (
    AbuseSign,
    AdultAbuse,
    AssessedBy,
    Capacity,
    CarerState,
    ChildAbuse,
    ChildrenLinked,
    ChildWith,
    ConcernType,
    Connection,
    DisclosureThought,
    DutyDone,
    ExploitationAssessment,
    ExploitationKind,
    FireVisit,
    HateStrand,
    HighRiskMeeting,
    HomeCondition,
    HonourKind,
    Level,
    MentalState,
    NationalReferral,
    OrderThought,
    ProtectiveOrder,
    ReturnInterview,
    RiskLevel,
    RiskTool,
    ServiceContacted,
    YesNoUnclear,
)
from referrals.models.referral import Referral

MOST_ON_A_TOOL = 40
MOST_ON_THE_STALKING_SCREEN = 11


def _one_of(question: str, choices: Any, hint: str = "") -> "models.CharField[Any, Any]":
    return models.CharField(question, max_length=24, choices=choices, blank=True, default="", help_text=hint)


def _any_of(question: str, choices: Any, hint: str = "Tick every one that applies.") -> "ArrayField[Any, Any]":
    item: models.CharField[Any, Any] = models.CharField(max_length=24, choices=choices)
    return ArrayField(item, verbose_name=question, default=list, blank=True, help_text=hint)


def _yes_or_no(question: str, hint: str = "") -> "models.BooleanField[Any, Any]":
    return models.BooleanField(question, null=True, blank=True, help_text=hint)


def _words(question: str, hint: str = "") -> "models.TextField[Any, Any]":
    return models.TextField(question, blank=True, default="", help_text=hint)


def _line(question: str, hint: str = "") -> "models.CharField[Any, Any]":
    return models.CharField(question, max_length=200, blank=True, default="", help_text=hint)


def _number(question: str, hint: str = "", *, most: int = 999) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(
        question, null=True, blank=True, help_text=hint, validators=[MaxValueValidator(most)]
    )


def _moment(question: str, hint: str = "For example 27 3 2026 22:05.") -> "models.DateTimeField[Any, Any]":
    return models.DateTimeField(question, null=True, blank=True, help_text=hint)


class Module(models.Model):
    """The answers of one type. `optional` are those that not every case needs; `guidance` says what a good answer holds.

    The row stays when the type is unticked, so that ticking it again brings the answers back.
    """

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s")

    concern: ClassVar[ConcernType]
    title: ClassVar[str]
    optional: ClassVar[frozenset[str]] = frozenset()
    guidance: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} of {self.referral}"

    @classmethod
    def questions(cls) -> "Sequence[Field[Any, Any]]":
        """Its questions in the order in which they are asked."""
        return [field for field in cls._meta.concrete_fields if not field.primary_key]

    @classmethod
    def key(cls) -> str:
        """Its name in addresses and in the API, with a hyphen or an underscore between words."""
        return str(cls.concern).lower().replace("_", "-")


class ChildModule(Module):
    concern, title = ConcernType.CHILD, "The child"
    optional = frozenset(
        {
            "level_suggested",
            "home_conditions",
            "home_words",
            "police_protection_at",
            "police_protection_reference",
            "is_bruised_and_not_mobile",
        }
    )
    guidance: ClassVar[dict[str, str]] = {
        "presentation": "Clothes, weight, cleanliness, marks and injuries, mood, and how the child met you. What you saw comes "
        "first, what you think of it after.",
        "with_carer": "Warm, afraid, ignoring each other, or the child looking after the adult? One thing that you saw says "
        "more than a word for it.",
        "carer_words": "Does the carer see what worries you, and what did they say about it? Say what they can do today, not "
        "what they promise.",
        "home_words": "Room by room, what you saw, heard and smelt; where the child sleeps and what there is to eat.",
        "unsupervised_contact": "A new partner, a babysitter, a lodger, a relative, somebody known from a game or an app: name "
        "each under People as well.",
    }

    abuse_categories = _any_of("Which kinds of abuse do you suspect?", ChildAbuse)
    level_suggested = models.PositiveSmallIntegerField(
        "Which level of need do you see?",
        choices=Level,
        null=True,
        blank=True,
        help_text="Your view; the local authority decides.",
    )
    presentation = _words("How did the child look and behave?")
    with_carer = _words("How were the child and the carer with each other?")
    child_with = _one_of("Who was the child with when you came?", ChildWith)
    home_conditions = _any_of("What did you find in the home?", HomeCondition)
    home_words = _words("What was the home like?")
    carer_state = _one_of("How was the carer?", CarerState)
    carer_words = _words("Does the carer see the danger?")
    unsupervised_contact = _words("Who else has the child to themselves at times?", "“Nobody known” is an answer.")
    police_protection_at = _moment(
        "If the child was taken into police protection, when?", "Section 46: the 72 hours begin then."
    )
    police_protection_reference = _line("Its reference")
    is_bruised_and_not_mobile = _yes_or_no(
        "Is there a bruise on a child under one, or on one who cannot move about?",
        "If yes, there is a protocol of its own: call the children's services now.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="child_protection_reference_comes_with_its_time",
                condition=Q(police_protection_reference="") | Q(police_protection_at__isnull=False),
                violation_error_message="Say when the child was taken into police protection.",
            )
        ]
        indexes = [
            models.Index(
                fields=["police_protection_at"],
                name="child_police_protection",
                condition=Q(police_protection_at__isnull=False),
            )
        ]


class AdultModule(Module):
    concern, title = ConcernType.ADULT_AT_RISK, "The adult at risk"
    optional = frozenset({"representative", "position_of_trust_words"})
    guidance: ClassVar[dict[str, str]] = {
        "capacity_words": "Capacity is for this decision, now. Say what you asked, how the person weighed it, and what in their "
        "illness or impairment makes you doubt.",
        "position_of_trust_words": "The employer or organisation, the role, whether they work alone with adults, and who there has been "
        "told.",
        "wishes": "What the person wants to happen, in their own words, also when it is not what you would choose. If they could "
        "not say, who speaks for them?",
    }

    has_needs = _one_of("Does the adult have needs for care and support?", YesNoUnclear)
    is_at_risk = _one_of("Are they experiencing, or at risk of, abuse or neglect?", YesNoUnclear)
    cannot_protect = _one_of(
        "Do those needs keep them from protecting themselves?",
        YesNoUnclear,
        "It must follow from the needs, not from the situation alone.",
    )
    abuse_types = _any_of("Which kinds of abuse do you suspect?", AdultAbuse)
    capacity = _one_of("Do they have the mental capacity to decide about this?", Capacity)
    capacity_words = _words("What is that based on?")
    wishes = _words("What does the person want to happen?", "Their wishes, feelings and the outcome they want.")
    representative = _line("Who speaks for them, and is it safe to contact that person?")
    is_position_of_trust = _yes_or_no("Does the alleged source of harm work or volunteer with adults?")
    position_of_trust_words = _words("If so, where and as what?")

    @property
    def seems_not_needed(self) -> bool:
        """All three tests of the Care Act are answered with no: another route may serve the person better."""
        return {self.has_needs, self.is_at_risk, self.cannot_protect} == {YesNoUnclear.NO}


class DomesticAbuseModule(Module):
    concern, title = ConcernType.DOMESTIC_ABUSE, "Domestic abuse"
    optional = frozenset(
        {
            "tool_by",
            "tool_level",
            "tool_yes_count",
            "tool_words",
            "primary_victim_reason",
            "disclosure_words",
            "high_risk_meeting_words",
            "orders",
        }
    )
    guidance: ClassVar[dict[str, str]] = {
        "tool_words": "The total never lowers what your judgement set higher. A victim who does not want to answer is not a "
        "victim without risk: say what you saw instead.",
        "disclosure_words": "What the police hold about the other person, who needs to know it, and by when. If somebody is told to ask "
        "for themselves, say why that is safe enough.",
        "high_risk_meeting_words": "Which of the four it meets, who decided against it, and what protects the person meanwhile.",
        "victim_view": "What they fear, from whom, and what they think will happen next, in their own words.",
        "primary_victim_reason": "If each accuses the other: who is afraid, who controls whom, what the history shows, and on "
        "what you base it.",
    }

    is_personally_connected = _yes_or_no(
        "Are the two personally connected?", "Partners, former partners, relatives, or parents of the same child."
    )
    are_both_16_or_older = _yes_or_no("Are both 16 or older?", "Below 16 it is child abuse; tick Child as well.")
    connection = _one_of("What are they to each other?", Connection)
    tool = _one_of(
        "Which risk tool was used?", RiskTool, "Police use DARA, most partners DASH. Keep to your force's instruction."
    )
    tool_by = _one_of("Who used it?", AssessedBy)
    tool_level = models.PositiveSmallIntegerField("Which level did it give?", choices=RiskLevel, null=True, blank=True)
    tool_yes_count = _number("How many answers were yes?", most=MOST_ON_A_TOOL)
    tool_words = _words("What does the tool not show, or why was none used?")
    children = _one_of(
        "Does either adult have children, whether or not they were there?",
        ChildrenLinked,
        "They count even when they live elsewhere: their school may have to be told before the next school day.",
    )
    signs = _any_of("Which of these are there?", AbuseSign)
    is_counter_allegation = _yes_or_no("Does each accuse the other?")
    primary_victim_reason = _words("If so, whom do you see as the victim, and why?")
    victim_view = _words("How does the victim see the risk?")
    disclosure = _one_of(
        "Was a disclosure under Clare's Law considered?",
        DisclosureThought,
        "If somebody is in danger from what you know, tell them now; the scheme is not a reason to wait.",
    )
    disclosure_words = _words("Why?")
    high_risk_meeting = _one_of(
        "Does this qualify for the high-risk meeting (MARAC)?",
        HighRiskMeeting,
        "By judgement, by the total, by escalation, or by repetition within a year.",
    )
    high_risk_meeting_words = _words("If it qualifies and was not referred, why not?")
    orders = _any_of("Which orders or conditions are in place or applied for?", ProtectiveOrder)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="domestic_abuse_without_a_tool_has_no_result",
                condition=~Q(tool=RiskTool.NONE) | Q(tool_level=None, tool_yes_count=None),
                violation_error_message="Without a risk tool there is neither a level nor a total.",
            ),
            models.CheckConstraint(
                name="domestic_abuse_total_is_possible",
                condition=Q(tool_yes_count=None) | Q(tool_yes_count__lte=MOST_ON_A_TOOL),
                violation_error_message=f"A total is at most {MOST_ON_A_TOOL}.",
            ),
        ]


class StalkingModule(Module):
    concern, title = ConcernType.STALKING_HARASSMENT, "Stalking or harassment"
    optional = frozenset({"screen_yes_count", "order_words"})
    guidance: ClassVar[dict[str, str]] = {
        "order_words": "What a stalking protection order would stop, what evidence there is, and who will see to it.",
    }

    is_fixated = _yes_or_no("Is it fixated?")
    is_obsessive = _yes_or_no("Is it obsessive?")
    is_unwanted = _yes_or_no("Is it unwanted?")
    is_repeated = _yes_or_no("Is it repeated?")
    incidents_known = _number("How many incidents are known?", "This one included.")
    is_extremely_frightened = _yes_or_no("Is the person extremely frightened?")
    screen_yes_count = _number(
        "If there were two or more or the person is frightened: how many answers of the stalking screen were yes?",
        most=MOST_ON_THE_STALKING_SCREEN,
    )
    is_former_intimate = _yes_or_no("Were they a couple before?")
    are_third_parties_contacted = _yes_or_no("Are family, friends or colleagues contacted too?")
    is_online = _yes_or_no("Does it happen online or by telephone?")
    order = _one_of("Was a stalking protection order considered?", OrderThought)
    order_words = _words("Why?")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stalking_total_is_possible",
                condition=Q(screen_yes_count=None) | Q(screen_yes_count__lte=MOST_ON_THE_STALKING_SCREEN),
                violation_error_message=f"The stalking screen has {MOST_ON_THE_STALKING_SCREEN} questions.",
            )
        ]


class HonourModule(Module):
    concern, title = ConcernType.HONOUR_BASED_ABUSE, "So-called honour-based abuse, forced marriage or FGM"
    optional = frozenset({"travel_on", "fgm_duty"})
    guidance: ClassVar[dict[str, str]] = {
        "safe_contact": "Through whom, at which times and with which words. A message that the family reads can cost a life.",
    }

    kinds = _any_of("What is it?", HonourKind)
    travel_on = models.DateField(
        "Is a journey planned, and when?", null=True, blank=True, help_text="For example 27 3 2026."
    )
    is_family_not_contacted = _yes_or_no(
        "Has nobody of the family or community been contacted?", "Nobody of them may be, and none may interpret."
    )
    fgm_duty = _one_of(
        "FGM of a girl under 18: was it reported, as is a duty?", DutyDone, "Only where FGM was seen or told."
    )
    order = _one_of("Was a protection order considered?", OrderThought, "Forced marriage or FGM protection order.")
    safe_contact = _words("How can the person be reached without danger?")


class ExploitationModule(Module):
    concern, title = ConcernType.EXPLOITATION, "Exploitation"
    optional = frozenset({"indicators_current", "indicators_recent", "assessment", "assessment_words"})
    guidance: ClassVar[dict[str, str]] = {
        "adults_of_concern": "Names, nicknames, descriptions, cars, accounts, and who saw them with the person. Name each under "
        "People as well.",
        "assessment_words": "The reference, who does it and by when, or why it is not needed. Judgement counts as much as a score.",
    }

    kinds = _any_of("What kind of exploitation do you suspect?", ExploitationKind)
    indicators_current = _number("For a child: how many indicators of the last three months?")
    indicators_recent = _number("For a child: how many of the three months before?")
    assessment = _one_of(
        "For a child: was the exploitation risk assessment (CERAF) done?",
        ExploitationAssessment,
        "Do it as soon as the concern appears.",
    )
    assessment_words = _words("Which reference, by whom, or why not?")
    missing_episodes = _number("How many times were they missing in the last 12 months?")
    adults_of_concern = _words("Which adults are of concern?", "“None known” is an answer.")
    national_referral = _one_of("Was the National Referral Mechanism used?", NationalReferral)
    intelligence = _one_of("Was intelligence submitted about who does it?", DutyDone)


class MentalHealthModule(Module):
    concern, title = ConcernType.MENTAL_HEALTH, "Mental health"
    optional = frozenset({"means_and_intent", "section_136_at", "service_contacted_at", "fire_visit"})
    guidance: ClassVar[dict[str, str]] = {
        "means_and_intent": "What they have within reach, what they said they would do and when, what stopped them, and earlier "
        "attempts.",
        "dependants": "Who they are, their ages, where they are now, and who looks after them tonight. Name each under People.",
        "follow_up": "A name and a time. If nobody has agreed to it yet, say so.",
    }

    presenting = _any_of("What do you see?", MentalState)
    means_and_intent = _words("If there is a thought or a plan of suicide: what means, what intent?")
    section_136_at = _moment("If section 136 was used, when?")
    service = _one_of("Which service was contacted?", ServiceContacted)
    service_contacted_at = _moment("When?")
    fire_visit = _one_of("Does the home need a visit by the fire service?", FireVisit)
    dependants = _words("Which children or other people depend on them?", "“Nobody” is an answer.")
    follow_up = _words("Who follows this up, and when?")


class HateModule(Module):
    concern, title = ConcernType.HATE, "Hate"
    guidance: ClassVar[dict[str, str]] = {
        "impact": "What they have stopped doing, where they no longer go, what it does to others of the household.",
    }

    strands = _any_of("What does the person believe it was aimed at?", HateStrand, "The person's own view counts.")
    is_repeated = _yes_or_no("Has it happened before?")
    impact = _words("What has it done to the person?")


class MissingModule(Module):
    concern, title = ConcernType.MISSING, "Missing"
    guidance: ClassVar[dict[str, str]] = {
        "circumstances": "Where they were, with whom, what they lacked or suddenly had, and what they ran from or to.",
    }

    last_seen_at = _moment("When were they last seen?")
    has_returned = _yes_or_no("Are they back?")
    episodes = _number("How many times were they missing in the last 12 months?", "This time included.")
    circumstances = _words("Where were they, with whom, and why did they go?")
    interview = _one_of("Was there an interview on their return?", ReturnInterview)


class PreventModule(Module):
    concern, title = ConcernType.PREVENT, "Prevent"
    guidance: ClassVar[dict[str, str]] = {
        "influence": "People, groups, channels and games; since when, how often, and who else noticed.",
        "signs": "What they said, shared or did, how it has changed, and what else could explain it.",
    }

    signs = _words("What points to somebody being drawn into terrorism?")
    influence = _words("Who or what influences them?", "“Not known” is an answer.")
    is_at_once = _yes_or_no(
        "Could somebody act on it soon?", "If yes, do not wait for this form: call your duty officer now."
    )
    route = _one_of("Was the Prevent referral made?", DutyDone, "This notice does not replace it.")


MODULES: dict[ConcernType, type[Module]] = {
    model.concern: model
    for model in (
        ChildModule,
        AdultModule,
        DomesticAbuseModule,
        StalkingModule,
        HonourModule,
        ExploitationModule,
        MentalHealthModule,
        HateModule,
        MissingModule,
        PreventModule,
    )
}


def module_of(referral: Referral, concern: ConcernType | str) -> Module:
    """What a referral holds for this type; an empty, unsaved one where nothing was answered yet."""
    model = MODULES[ConcernType(concern)]
    try:
        found: Module = getattr(referral, model.__name__.lower())
    except model.DoesNotExist:
        # Making it with the referral also keeps it there, so that the next look asks the database nothing.
        return model(referral=referral)
    return found


def modules_of(referral: Referral) -> list[Module]:
    """What a referral holds for each type that is ticked, in the order of the types."""
    return [module_of(referral, concern) for concern in MODULES if concern in referral.types]
