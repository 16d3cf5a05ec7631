"""Second looks: one that has ended, with believable disagreement, and one that still waits for some."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from audit import services as audit
from audit.enums import Verb
from common.clock import start_of_day
from devtools.demo_data.casework import LEVEL_OF
from devtools.demo_data.people import Setting
from referrals import services
from referrals.enums import ConcernType, Level, Pathway
from referrals.models import SecondLook, SecondReading

# What somebody else may well decide on the same notice; where none is named, they decide the same.
OTHERS: dict[Pathway, tuple[Pathway, ...]] = {
    Pathway.NO_FURTHER_ACTION: (Pathway.SIGNPOST, Pathway.INFORMATION),
    Pathway.INFORMATION: (Pathway.SIGNPOST, Pathway.EARLY_HELP),
    Pathway.SIGNPOST: (Pathway.EARLY_HELP,),
    Pathway.UNIVERSAL: (Pathway.EARLY_HELP,),
    Pathway.EARLY_HELP: (Pathway.SIGNPOST, Pathway.FAMILY_HELP),
    Pathway.FAMILY_HELP: (Pathway.EARLY_HELP, Pathway.SECTION_17),
    Pathway.SECTION_17: (Pathway.FAMILY_HELP, Pathway.STRATEGY_DISCUSSION),
    Pathway.STRATEGY_DISCUSSION: (Pathway.SECTION_17, Pathway.SECTION_47),
    Pathway.SECTION_47: (Pathway.STRATEGY_DISCUSSION,),
    Pathway.SECTION_42: (Pathway.ADULT_NON_STATUTORY,),
    Pathway.ADULT_NON_STATUTORY: (Pathway.SIGNPOST,),
    Pathway.MARAC: (Pathway.HRDA,),
}
LEVELS = LEVEL_OF | {Pathway.SIGNPOST: Level.UNIVERSAL, Pathway.HRDA: Level.SOCIAL_CARE}
SAME = (
    "The notice says enough for this level. I would have asked the school before anything else.",
    "What was seen and what was said point the same way. Nothing in it speaks for a higher level.",
    "One event, well described, and an adult who acts. The need is clear.",
)
HIGHER = (
    "It is not the first time, and nobody says what changes at night. I read the risk as growing.",
    "What the person said weighs more here than the promise that it stops.",
)
LOWER = (
    "The family has asked for help already and somebody is there. Less than this would reach them sooner.",
    "I find worry in the notice, and little harm.",
)
FAR_HIGHER = "Three times in a month, each a little worse. I would want somebody to see them this week. Advice alone does not reach this."
# Places in the draw at which the two differ.
DIFFERS = (1, 4, 6, 9)


def make_second_looks(setting: Setting, *, seed: int) -> int:
    """Draw a dozen of what was decided in three months, decide on all again, and begin another; returns how many there are.

    A small load may have nothing to draw.
    """
    random = Random(f"{seed} second looks")
    drawn_at = start_of_day(setting.today - timedelta(days=9)) + timedelta(hours=9)
    with suppress(services.CannotDrawSecondLook):
        _decide_all_again(_draw(setting, seed=f"{seed}-first", size=12, days=104, at=drawn_at), random)
        _draw(setting, seed=f"{seed}-second", size=6, days=44, at=start_of_day(setting.today))
    return SecondLook.objects.count()


def _draw(setting: Setting, *, seed: str, size: int, days: int, at: datetime) -> SecondLook:
    """Of what was decided so many days ago and up to two weeks ago."""
    return services.draw_second_look(
        start=setting.today - timedelta(days=days),
        end=setting.today - timedelta(days=14),
        people=setting.by_role["MASH_DECISION_MAKER"],
        size=size,
        seed=seed,
        by=setting.people["supervisor"],
        at=at,
    )


def _decide_all_again(look: SecondLook, random: Random) -> None:
    """Over four days; one is far higher, and two had seen it."""
    readings = list(look.readings.select_related("decision", "referral", "reader").order_by("position"))
    far = next((one for one in readings if _could_be_far_higher(one)), None)
    for number, reading in enumerate(readings):
        if number in (3, 8):
            seen: dict[str, Any] = {
                "actor": reading.reader,
                "subject": reading.referral,
                "at": look.drawn_at - timedelta(days=3),
            }
            audit.record(verb=Verb.READ, what="referral.read", **seen)
        at = look.drawn_at + timedelta(days=number % 4, hours=1 + number % 5, minutes=7 * number)
        _decide_again(reading, random, at=at, differs=number in DIFFERS, is_far=reading is far)


def _could_be_far_higher(reading: SecondReading) -> bool:
    return reading.decision.level == Level.UNIVERSAL and bool(reading.referral.types)


def _decide_again(reading: SecondReading, random: Random, *, at: datetime, differs: bool, is_far: bool) -> None:
    first = Pathway(reading.decision.pathway)
    pathway = random.choice(OTHERS.get(first, (first,))) if differs else first
    level = reading.decision.level if pathway == first else LEVELS[pathway]
    if is_far:
        is_child = ConcernType.CHILD in reading.referral.types
        pathway, level = Pathway.FAMILY_HELP if is_child else Pathway.ADULT_NON_STATUTORY, Level.FAMILY_HELP
    words = SAME if level == reading.decision.level else HIGHER if level > reading.decision.level else LOWER
    services.record_second_decision(
        reading_id=reading.pk,
        level=level,
        pathway=pathway,
        reason=FAR_HIGHER if is_far else random.choice(words),
        by=reading.reader,
        at=at,
    )
