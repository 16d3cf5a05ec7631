"""What the answers of a draft suggest looking at again. A hint informs; it never blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from common.clock import london_day
from referrals.enums import (
    AssessedBy,
    ConcernType,
    CpiTopic,
    FormKind,
    HighRiskMeeting,
    Interpreter,
    PersonRole,
    RiskLevel,
    RiskOfActing,
    RiskTool,
    YesNoNotSure,
)
from referrals.models import AdultModule, ChildModule, DomesticAbuseModule, PreventModule, Referral, modules_of
from referrals.models.content import looks_like_a_plate
from referrals.queries.risk import level_by_colour

# Topics in which somebody is being harmed, so that a referral is most likely due.
HARMS_PEOPLE = {
    CpiTopic.MISSING_EXPLOITED,
    CpiTopic.SEXUAL_EXPLOITATION,
    CpiTopic.CRIMINAL_EXPLOITATION,
    CpiTopic.MODERN_SLAVERY,
}


@dataclass(frozen=True)
class Hint:
    """Words for the writer, and the section that they are about. `is_urgent`: something is to be done before anything is sent."""

    words: str
    section: str
    is_urgent: bool = False


def hints_of(referral: Referral, *, at: datetime) -> list[Hint]:
    """What the writer should look at again, the urgent ones first."""
    hints = _of_ppn(referral, at=at) if referral.kind == FormKind.PPN else _of_cpi(referral, at=at)
    return sorted(hints, key=lambda hint: not hint.is_urgent)


def _of_cpi(referral: Referral, *, at: datetime) -> Iterator[Hint]:
    cpi, day = referral.cpi, london_day(at)
    if cpi.risk_of_acting == RiskOfActing.SERIOUS:
        yield Hint(
            "You see a serious danger to somebody. If it could happen soon, call 999 now: this form is read in working hours "
            "only.",
            "handling",
            is_urgent=True,
        )
    concerns_somebody = HARMS_PEOPLE & set(cpi.topics) or any(
        person.role == PersonRole.SUBJECT and person.is_child_on(day) for person in referral.people.all()
    )
    if concerns_somebody and cpi.referral_made != YesNoNotSure.YES:
        yield Hint(
            "This may be a safeguarding concern, which starts no assessment from here. Make a referral to children's or "
            "adults' services today, as your agency's procedure says, and send this as well.",
            "handling",
            is_urgent=True,
        )
    if cpi.is_one_matter is False:
        yield Hint("Put what does not belong to this matter into a form of its own.", "topic")
    if odd := [plate for plate in cpi.vehicles if not looks_like_a_plate(plate)]:
        yield Hint(f"Look again at the registration {' and '.join(odd)}: it has no usual form.", "information")


def _of_ppn(referral: Referral, *, at: datetime) -> Iterator[Hint]:
    day = london_day(referral.ppn.incident_at or at)
    if ConcernType.CHILD not in referral.types and any(person.is_child_on(day) for person in referral.people.all()):
        yield Hint("A child is named, and Child is not ticked among the kinds of concern.", "incident")
    if referral.ppn.interpreter == Interpreter.FAMILY:
        yield Hint(
            "Somebody of the family interpreted. Ask again through a professional, who may hear something else.",
            "daily-life",
        )
    by_colour = level_by_colour(referral)
    if by_colour is not None and referral.risk_level is not None and by_colour > referral.risk_level:
        yield Hint(
            f"The colour counts as {by_colour.label.lower()} risk, and the level is "
            f"{RiskLevel(referral.risk_level).label.lower()}. It will be treated as {by_colour.label.lower()}: choose another "
            "colour if you do not mean that.",
            "risk",
        )
    for module in modules_of(referral):
        if isinstance(module, AdultModule) and module.seems_not_needed:
            yield Hint(
                "All three questions of the Care Act are answered with no. Is a notice the right route? The fire service, "
                "the mental health team or a support service may help sooner.",
                module.key(),
            )
        if isinstance(module, ChildModule) and module.is_bruised_and_not_mobile:
            yield Hint(
                "A bruise on a baby, or on a child who cannot move about, is acted on at once: call the children's services "
                "now.",
                module.key(),
                is_urgent=True,
            )
        if isinstance(module, DomesticAbuseModule):
            yield from _of_domestic_abuse(module, referral, day)
        if isinstance(module, PreventModule) and module.is_at_once:
            yield Hint("Somebody could act soon: call your duty officer now.", module.key(), is_urgent=True)


def _of_domestic_abuse(module: DomesticAbuseModule, referral: Referral, day: date) -> Iterator[Hint]:
    if module.are_both_16_or_older is False:
        yield Hint("Where one of the two is under 16 it is child abuse: tick Child as well.", "incident")
    if _is_older_tool(module, day):
        yield Hint("Officers of the force assess with DARA now, and DASH is ticked. Look again.", module.key())
    by_tool = module.tool_level
    if by_tool is not None and referral.risk_level is not None and by_tool > referral.risk_level:
        yield Hint(
            f"The risk tool gave {RiskLevel(by_tool).label.lower()}, and the risk level of this notice is "
            f"{RiskLevel(referral.risk_level).label.lower()}. Choose the higher one, or say why the lower one is right.",
            "risk",
        )
    if module.high_risk_meeting == HighRiskMeeting.NOT_MET and _points_to_the_meeting(module):
        yield Hint(
            "The risk tool points to the high-risk meeting (MARAC), and it is answered that this does not qualify. Look "
            "again.",
            module.key(),
        )


def _points_to_the_meeting(module: DomesticAbuseModule) -> bool:
    """By the level of the tool, or by a total of DASH that is enough where the force works."""
    is_many = module.tool == RiskTool.DASH and (module.tool_yes_count or 0) >= settings.MARAC_YES_COUNT
    return is_many or module.tool_level == RiskLevel.HIGH


def _is_older_tool(module: DomesticAbuseModule, day: date) -> bool:
    by_police = module.tool_by in (AssessedBy.ATTENDING, AssessedBy.SPECIALIST)
    return module.tool == RiskTool.DASH and by_police and settings.DARA_FROM is not None and day >= settings.DARA_FROM
