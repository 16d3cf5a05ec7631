"""What each type of concern asks for, answered by seed: drawn by the referral's own id, so that it changes nothing else."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from devtools.demo_data.ticks import ASKED
from referrals.enums import (
    AbuseSign,
    ConcernType,
    ExploitationKind,
    HateStrand,
    HomeCondition,
    MentalState,
    RiskLevel,
)

Answers = dict[str, Any]
Slots = Mapping[str, Any]

PRESENTATION = (
    "{name} was in a thin coat, hair matted, and ate two biscuits without stopping.",
    "{name} looked well, asked good questions and kept an eye on {other} throughout.",
    "{name} was pale, quiet and flinched when a door closed.",
)
WITH_CARER = (
    "{name} fetched {other} a glass of water before we had said anything.",
    "{other} spoke over {name} each time; {name} looked to {other} before answering.",
    "Warm: {name} leaned on {other} and was comforted.",
)
HOME = (
    "Kitchen: one tin and no milk. Bedroom: a mattress on the floor, no cover, window taped.",
    "Clean and tidy downstairs; upstairs the door of the child's room has its lock on the outside.",
    "Cold enough to see breath; a heater with a bare wire stood by the bed.",
)
CARER = (
    "{other} agrees that it cannot go on and asked what help there is.",
    "{other} sees nothing to worry about and says that all families are like this.",
    "{other} was asleep for most of the visit and could not say who had fetched the children.",
)
OTHERS = (
    "A friend of {other}, first name only, sits with the children on Thursdays.",
    "Nobody known; an aunt has a key.",
    "A lodger since spring.",
)
CAPACITY = (
    "Could say back what I explained and weighed staying against leaving.",
    "Lost the thread twice and thought that it was morning; has been forgetful for months, says {other}.",
    "Not assessed: too distressed for it tonight.",
)
WISHES = (
    "{name} wants to stay at home and wants the visits to stop.",
    "{name} said: “I would like somebody to look at the money with me.”",
    "{name} wants no police, but would talk with a woman from the support service.",
)
VICTIM_VIEW = (
    "“It gets worse when there is no money. It is always the week before.”",
    "“Next time nobody will hear it.”",
    "{name} thinks that {other} will wait outside work again tomorrow.",
)
TOOL = (
    "The total is lower than what we saw: {name} answered with {other} in the next room.",
    "Would not answer questions tonight; what we saw is in the account.",
    "Judgement and tool agree.",
)
ADULTS = (
    "Two men in a silver car, first letters noted in the intelligence log.",
    "None known.",
    "“Jay”, twenties, rides a moped.",
)
MEANS = (
    "Tablets in the house, now with {other}. Said that {he} would not do it while the dog lives.",
    "No plan and no means; the thought comes at night.",
    "Had chosen a bridge and a day. Rang us instead.",
)
FOLLOW_UP = ("The crisis team rings tomorrow at 10.", "Nobody has agreed to it yet.", "The practice nurse, this week.")
DEPENDANTS = ("Nobody.", "A son of six, with his aunt tonight.", "Cares for a mother of 81 at the same address.")
IMPACT = (
    "{name} has stopped going to the shop on the corner and takes the long way to the bus.",
    "The children no longer play outside.",
    "{name} has asked for another flat and takes the name off the bell.",
)
WHERE = (
    "With friends of the same age, says {name}; had a new phone.",
    "Found on a train two counties away, with cash and no bag.",
    "At a grandmother's, after an argument about school.",
)
SAFE = (
    "Ring at work between 12 and 1 only, and ask for the stock list.",
    "Through the school nurse, never by message.",
)


def write_modules(
    referral_id: UUID, types: list[str], *, quality: int, risk: int, slots: Slots, happened_at: datetime
) -> dict[ConcernType, Answers]:
    """Answers for each type. A form of quality 1 leaves most of them open."""
    random = Random(f"{referral_id} concerns")
    written = {}
    for concern in map(ConcernType, types):
        answers = WRITERS[concern](random, risk, slots, happened_at)
        written[concern] = {name: value for name, value in answers.items() if random.random() < ASKED[quality]}
        if "tool" not in written[concern]:
            written[concern].pop("tool_level", None)
            written[concern].pop("tool_yes_count", None)
    return written


def _child(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    answers: Answers = {
        "abuse_categories": random.sample(("NEGLECT", "EMOTIONAL", "PHYSICAL"), random.choice((1, 1, 2))),
        "level_suggested": min(4, risk + random.choice((0, 1, 1))),
        "presentation": _one(random, PRESENTATION, slots),
        "with_carer": _one(random, WITH_CARER, slots),
        "child_with": random.choice(("CARER", "CARER", "ALONE", "CHILD_IN_CHARGE")),
        "home_conditions": _some(random, HomeCondition, 2),
        "home_words": _one(random, HOME, slots),
        "carer_state": random.choice(("ABLE", "INTOXICATED", "UNWELL", "DISTRESSED")),
        "carer_words": _one(random, CARER, slots),
        "unsupervised_contact": _one(random, OTHERS, slots),
        "is_bruised_and_not_mobile": False,
    }
    if risk == RiskLevel.HIGH and random.random() < 0.2:
        answers["police_protection_at"] = at + timedelta(minutes=40)
    return answers


def _adult(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "has_needs": random.choice(("YES", "YES", "YES", "UNCLEAR", "NO")),
        "is_at_risk": random.choice(("YES", "YES", "UNCLEAR", "NO")),
        "cannot_protect": random.choice(("YES", "UNCLEAR", "NO")),
        "abuse_types": random.sample(("FINANCIAL", "PSYCHOLOGICAL", "NEGLECT", "SELF_NEGLECT"), 1),
        "capacity": random.choice(("HAS", "HAS", "DOUBT", "NOT_ASSESSED")),
        "capacity_words": _one(random, CAPACITY, slots),
        "wishes": _one(random, WISHES, slots),
        "is_position_of_trust": random.random() < 0.05,
    }


def _domestic(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    tool = random.choice(("DARA", "DARA", "DARA", "NONE"))
    used = {"tool_by": "ATTENDING", "tool_level": risk, "tool_yes_count": risk * 5 + random.randrange(4)}
    return {
        "is_personally_connected": True,
        "are_both_16_or_older": True,
        "connection": random.choice(("PARTNER", "EX_PARTNER", "FAMILY")),
        "tool": tool,
        **(used if tool != "NONE" else {}),
        "tool_words": _one(random, TOOL, slots),
        "children": random.choice(("NAMED", "NAMED", "NONE", "NOT_KNOWN")) if slots["age"] >= 18 else "NAMED",
        "signs": _some(random, AbuseSign, risk),
        "is_counter_allegation": random.random() < 0.15,
        "victim_view": _one(random, VICTIM_VIEW, slots),
        "disclosure": random.choice(("NOT_RELEVANT", "TOLD_RIGHT_TO_ASK", "RIGHT_TO_KNOW")),
        "high_risk_meeting": "REFERRED" if risk == RiskLevel.HIGH else "NOT_MET",
        "orders": random.sample(("BAIL", "NON_MOLESTATION", "DAPN"), risk - 1),
    }


def _stalking(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "is_fixated": True,
        "is_obsessive": random.random() < 0.7,
        "is_unwanted": True,
        "is_repeated": True,
        "incidents_known": slots["n"],
        "is_extremely_frightened": risk > RiskLevel.STANDARD,
        "screen_yes_count": min(11, risk * 3 + random.randrange(3)),
        "is_former_intimate": random.random() < 0.7,
        "are_third_parties_contacted": random.random() < 0.5,
        "is_online": random.random() < 0.8,
        "order": random.choice(("APPLIED", "NOT_NOW")),
    }


def _honour(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "kinds": ["HONOUR", *random.sample(("FORCED_MARRIAGE", "DOWRY"), random.choice((0, 1)))],
        "is_family_not_contacted": True,
        "order": random.choice(("APPLIED", "NOT_NOW")),
        "safe_contact": _one(random, SAFE, slots),
    }


def _exploitation(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    is_child = slots["age"] < 18
    kinds = ("CHILD_CRIMINAL", "CHILD_SEXUAL", "COUNTY_LINES") if is_child else ("CUCKOOING", "FINANCIAL")
    answers: Answers = {
        "kinds": [str(ExploitationKind(kind)) for kind in random.sample(kinds, random.choice((1, 1, 2)))],
        "missing_episodes": random.randrange(6) if is_child else 0,
        "adults_of_concern": _one(random, ADULTS, slots),
        "national_referral": "CHILD" if is_child else random.choice(("ADULT_AGREES", "ADULT_DECLINES")),
        "intelligence": random.choice(("DONE", "TO_DO")),
    }
    if is_child:
        answers |= {"indicators_current": risk * 2, "indicators_recent": risk, "assessment": "TO_DO"}
    return answers


def _mental_health(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "presenting": _some(random, MentalState, 2),
        "means_and_intent": _one(random, MEANS, slots),
        "section_136_at": at + timedelta(minutes=15) if random.random() < 0.15 else None,
        "service": random.choice(("CRISIS_TEAM", "AMBULANCE", "GP")),
        "service_contacted_at": at + timedelta(minutes=25),
        "fire_visit": random.choice(("NOT_NEEDED", "OFFERED", "MADE")),
        "dependants": _one(random, DEPENDANTS, slots),
        "follow_up": _one(random, FOLLOW_UP, slots),
    }


def _hate(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "strands": _some(random, HateStrand, 1),
        "is_repeated": random.random() < 0.6,
        "impact": _one(random, IMPACT, slots),
    }


def _missing(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {
        "last_seen_at": at - timedelta(hours=random.randrange(3, 20)),
        "has_returned": True,
        "episodes": slots["n"],
        "circumstances": _one(random, WHERE, slots),
        "interview": random.choice(("DONE", "PLANNED", "DECLINED")),
    }


def _prevent(random: Random, risk: int, slots: Slots, at: datetime) -> Answers:
    return {"signs": "Shares films that he will not show to his teacher.", "influence": "Not known.", "route": "DONE"}


WRITERS: dict[ConcernType, Callable[[Random, int, Slots, datetime], Answers]] = {
    ConcernType.CHILD: _child,
    ConcernType.ADULT_AT_RISK: _adult,
    ConcernType.DOMESTIC_ABUSE: _domestic,
    ConcernType.STALKING_HARASSMENT: _stalking,
    ConcernType.HONOUR_BASED_ABUSE: _honour,
    ConcernType.EXPLOITATION: _exploitation,
    ConcernType.MENTAL_HEALTH: _mental_health,
    ConcernType.HATE: _hate,
    ConcernType.MISSING: _missing,
    ConcernType.PREVENT: _prevent,
}


def _one(random: Random, sentences: tuple[str, ...], slots: Slots) -> str:
    return random.choice(sentences).format_map(slots)


def _some(random: Random, choices: Any, count: int) -> list[str]:
    return random.sample([value for value in choices.values if value != "NONE"], count)
