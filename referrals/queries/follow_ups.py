"""Which questions the other answers ask for: the "if so, why" of the forms. They are pointed out, and never hold anything up."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from referrals.enums import (
    ActionTaken,
    ChildAbuse,
    DisclosureThought,
    HighRiskMeeting,
    HonourKind,
    Informed,
    MentalState,
    OrderThought,
    PersonRole,
    RiskOfActing,
    RiskTool,
    ServiceContacted,
    SubjectSeen,
)
from referrals.models import (
    AdultModule,
    ChildModule,
    Cpi,
    DomesticAbuseModule,
    ExploitationModule,
    HonourModule,
    MentalHealthModule,
    Module,
    Ppn,
    StalkingModule,
)
from referrals.queries.people import day_of

NOT_SPOKEN_TO = (SubjectSeen.NOT_SEEN, SubjectSeen.NOT_SPOKEN_TO)
SEEMS_ENGLISH = ("", "english")
INCIDENTS_TO_SCREEN = 2
Asks = Callable[[Any], bool]


def follow_ups_due(record: Model) -> list[str]:
    """The questions of this record that another answer asks for, whether or not they have an answer yet."""
    return [name for name, asks in FOLLOW_UPS.get(type(record), {}).items() if asks(record)]


def names_child(module: Module, *, younger_than: int = 18) -> bool:
    """Whether somebody younger than this, whom the concern is about, is named."""
    day = day_of(module.referral)
    ages = (person.age_on(day) for person in module.referral.people.all() if person.role == PersonRole.SUBJECT)
    return any(age is not None and age < younger_than for age in ages)


def _was_protected(module: ChildModule) -> bool:
    return ActionTaken.POLICE_PROTECTION in module.referral.ppn.actions_taken


def _is_to_be_screened(module: StalkingModule) -> bool:
    return (module.incidents_known or 0) >= INCIDENTS_TO_SCREEN or module.is_extremely_frightened is True


FOLLOW_UPS: dict[type[Model], dict[str, Asks]] = {
    Ppn: {
        "not_seen_reason": lambda ppn: ppn.subject_seen in NOT_SPOKEN_TO,
        "interpreter": lambda ppn: ppn.language_used.strip().casefold() not in SEEMS_ENGLISH,
        "informed_reason": lambda ppn: ppn.informed not in ("", Informed.TOLD_AGREES),
    },
    Cpi: {
        "risk_if_acted_on": lambda cpi: cpi.risk_of_acting in (RiskOfActing.POSSIBLE, RiskOfActing.SERIOUS),
    },
    ChildModule: {
        "home_conditions": lambda module: ChildAbuse.NEGLECT in module.abuse_categories,
        "home_words": lambda module: ChildAbuse.NEGLECT in module.abuse_categories,
        "police_protection_at": _was_protected,
        "police_protection_reference": lambda module: _was_protected(module) or module.police_protection_at is not None,
        "is_bruised_and_not_mobile": lambda module: names_child(module, younger_than=1),
    },
    AdultModule: {"position_of_trust_words": lambda module: module.is_position_of_trust is True},
    DomesticAbuseModule: {
        "tool_by": lambda module: module.tool in (RiskTool.DARA, RiskTool.DASH),
        "tool_level": lambda module: module.tool in (RiskTool.DARA, RiskTool.DASH),
        "tool_yes_count": lambda module: module.tool == RiskTool.DASH,
        "tool_words": lambda module: module.tool == RiskTool.NONE,
        "primary_victim_reason": lambda module: module.is_counter_allegation is True,
        "disclosure_words": lambda module: module.disclosure == DisclosureThought.TOLD_RIGHT_TO_ASK,
        "high_risk_meeting_words": lambda module: module.high_risk_meeting == HighRiskMeeting.MET_NOT_REFERRED,
    },
    StalkingModule: {
        "screen_yes_count": _is_to_be_screened,
        "order_words": lambda module: module.order == OrderThought.NOT_NOW,
    },
    HonourModule: {"fgm_duty": lambda module: HonourKind.FGM in module.kinds and names_child(module)},
    ExploitationModule: {
        "indicators_current": names_child,
        "indicators_recent": names_child,
        "assessment": names_child,
        "assessment_words": lambda module: bool(module.assessment),
    },
    MentalHealthModule: {
        "means_and_intent": lambda module: bool({MentalState.IDEATION, MentalState.PLAN} & set(module.presenting)),
        "service_contacted_at": lambda module: module.service not in ("", ServiceContacted.NONE),
    },
}
