"""How decisions of the demo were reached: headings, what was considered, views of agencies."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from common.clock import london_day
from devtools.demo_data.prose import Slots
from referrals.enums import MAY_BE_TOLD, InformationConsidered, Pathway, Position

HEADED: dict[str, tuple[str, ...]] = {
    "ndm_ethics": (
        "{name} was asked and listened to; nobody was judged for {his} family or faith.",
        "Decided openly with the agencies; {name} can be told all of it.",
    ),
    "ndm_information": (
        "The notice, {n} earlier contacts, a call with the agency. What {other} said is opinion, the rest was seen.",
        "Seen by the officers: the home, {name}, {other}. Told by others: the earlier nights. Not known: what the practice holds.",
    ),
    "ndm_threat_and_risk": (
        "Risk {risk}: harm goes on if nothing changes, more likely at night. It would fall with an adult at home.",
        "To {name}, from {other}: likely, and soon. To others at the address: not seen, and to be asked.",
    ),
    "ndm_powers_and_policy": (
        "Local threshold chart; the duty named beside the pathway. No power is needed that a visit would not give.",
        "The threshold is met on the third point of the chart. Sharing rests on public task.",
    ),
    "ndm_options": (
        "Advice alone: tried, and not enough. A heavier step: more than is known now would bear. This one fits.",
        "Weighed: nothing, early help, assessment. Nothing would leave {name} as {he} is.",
    ),
    "ndm_action_and_review": (
        "The agency visits within two days and tells us. We look again if no word has come.",
        "Shared today, chased tomorrow, looked at again in four weeks.",
    ),
}
MISSING = ("What the practice knows; asked for today.", "Whether anybody else lives there.", "")
BIAS = (
    "That {other} was frightened, not rude. It would explain the tone, not the cold room.",
    "A single bad night. The earlier contacts speak against it.",
    "We expected more from the address than we found, so a second reader looked at it.",
)
CHANGES = (
    "The school rang: it was not the first time.",
    "The agency found more at its visit than the notice told.",
    "{name} spoke to a worker and said that it goes on.",
)
DISAGREES = ("We would begin with early help; {name} has a worker {he} trusts.", "It is above the line for us already.")


def how_decided(random: Random, pathway: Pathway, at: datetime, slots: Slots, *, is_change: bool) -> dict[str, Any]:
    """What stands beside the reasons of one decision."""
    is_looked_at_again = pathway != Pathway.NO_FURTHER_ACTION and random.random() < 0.4
    return {
        "may_be_told": MAY_BE_TOLD[pathway],
        "information_considered": sorted({"NOTICE", *random.sample(InformationConsidered.values, 3)}),
        "information_missing": random.choice(MISSING),
        "bias_check": random.choice(BIAS).format_map(slots) if random.random() < 0.6 else "",
        "change_reason": random.choice(CHANGES).format_map(slots) if is_change else "",
        "review_on": london_day(at) + timedelta(days=28) if is_looked_at_again else None,
    }


def under_headings(random: Random, slots: Slots) -> dict[str, str]:
    """The reasons under the six headings."""
    return {name: random.choice(texts).format_map(slots) for name, texts in HEADED.items()}


def view_of(random: Random, slots: Slots) -> dict[str, str]:
    """What an agency thought of it: most agree."""
    if random.random() < 0.8:
        return {"position": str(Position.AGREES), "words": ""}
    return {"position": str(Position.DISAGREES), "words": random.choice(DISAGREES).format_map(slots)}
