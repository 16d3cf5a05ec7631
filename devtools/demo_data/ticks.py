"""What is ticked in a form, beside its words. Drawn by the referral's own id, so that it changes nothing else that is drawn."""

from random import Random
from typing import Any
from uuid import UUID

from devtools.demo_data.stories import Story
from referrals.enums import (
    ActionTaken,
    ContactType,
    EthnicitySource,
    HarmContext,
    HouseholdKnown,
    Interpreter,
    PlaceType,
    Purpose,
    RecordChecked,
    RiskOfActing,
)

# How often a form of quality 1 to 4 ticks a question at all.
ASKED = (0.0, 0.35, 0.7, 0.95, 1.0)
ACTIONS = (
    ActionTaken.SAFETY_ADVICE,
    ActionTaken.SAFE_PLACE,
    ActionTaken.MEDICAL,
    ActionTaken.ARREST,
    ActionTaken.REFERRAL_CALL,
    ActionTaken.TARGET_HARDENING,
)
RECORDS = (RecordChecked.FORCE, RecordChecked.PNC, RecordChecked.LOCAL_AUTHORITY, RecordChecked.SCHOOL)


def ppn_ticks(referral_id: UUID, story: Story, *, quality: int, risk: int) -> dict[str, Any]:
    """Kinds of contact, place and harm, records that were checked and what was done."""
    random = Random(referral_id.int)
    contexts = [HarmContext.INSIDE_HOME if story.domestic_abuse else random.choice(tuple(HarmContext))]
    if random.random() < 0.2 and HarmContext.ONLINE not in contexts:
        contexts.append(HarmContext.ONLINE)
    ticks: dict[str, Any] = {
        "contact_type": str(random.choices(tuple(ContactType), (70, 12, 4, 4, 8, 2))[0]),
        "place_type": str(random.choices((PlaceType.HOME, PlaceType.PUBLIC, PlaceType.SCHOOL), (80, 14, 6))[0]),
        "household_known": str(random.choices(tuple(HouseholdKnown), (50, 35, 15))[0]),
        "harm_context": [str(context) for context in contexts],
        "history_checked": [str(record) for record in RECORDS[: random.randrange(1, quality + 1)]],
        "police_rag": min(4, risk + random.choice((0, 1, 1))),
        "purpose": str(random.choices(tuple(Purpose), (85, 15))[0]),
        "share_with": [str(kind) for kind in story.agencies[: random.randrange(1, 3)]],
        "language_used": random.choices(("English", "Polish", "Urdu", "British Sign Language"), (90, 4, 4, 2))[0],
        "interpreter": str(random.choices(tuple(Interpreter), (90, 6, 3, 1))[0]),
        "out_of_hours_contact": random.choice(
            ("", "Duty sergeant, Brackenport: 01632 960 101", "Response 3: 01632 960 145")
        ),
        "actions_taken": [str(action) for action in random.sample(ACTIONS, random.randrange(1, 3))],
    }
    return {name: value for name, value in ticks.items() if random.random() < ASKED[quality]}


def cpi_ticks(referral_id: UUID) -> dict[str, Any]:
    """The risk of acting on it, and whether it may be false."""
    random = Random(referral_id.int)
    return {
        "risk_of_acting": str(random.choices(tuple(RiskOfActing), (60, 32, 8))[0]),
        "may_be_false": random.random() < 0.05,
        "is_one_matter": True,
        "referral_made": random.choices(("YES", "NO", "NOT_SURE"), (30, 55, 15))[0],
        "wants_feedback": random.random() < 0.7,
        "manager_aware": random.random() < 0.8,
        "vehicles": random.choice(([], [], ["XX99XXX"], ["XX98XXX", "X1"])),
        "online_names": random.choice(([], [], ["@paper.heron on a video app"])),
        "places": random.choice(
            ("", "Garages behind Kettle Hill\nBus stop at Paper Close", "The car park of Lantern Walk")
        ),
    }


def ethnicity_source(person_id: UUID, *, is_child: bool) -> str:
    """Who said which ethnicity somebody has."""
    sources = (EthnicitySource.SELF, EthnicitySource.PARENT, EthnicitySource.OBSERVED)
    return str(Random(person_id.int).choices(sources, (40, 50, 10) if is_child else (85, 5, 10))[0])
