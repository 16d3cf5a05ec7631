"""The words of CPI forms: what partners notice and pass on."""

from random import Random
from typing import Any

from devtools.demo_data.prose import Slots
from referrals.enums import CpiTopic, HowKnown

WHO = (
    "Young people in our group",
    "A parent at the gate",
    "One of our visitors",
    "Our night porter",
    "Two colleagues, independently,",
    "A pupil",
    "The caretaker",
)
INFORMATION: dict[CpiTopic, tuple[str, ...]] = {
    CpiTopic.CRIMINAL_EXPLOITATION: (
        "{who} told us that somebody called {other} gives out electric bikes near {street} and wants them paid off in errands.",
        "{who} noticed the same grey car by the school in {street} on {n} afternoons; children of about {age} get in and come back an hour later.",
        "{who} mentioned a 'shop' in a stairwell in {street} where children get vapes for carrying bags.",
    ),
    CpiTopic.SEXUAL_EXPLOITATION: (
        "{who} told us of parties in a flat in {street} on Fridays to which girls of about {age} are driven by an older man called {other}.",
        "{who} saw a man of about forty buying food and clothes for children in the arcade by {street}, {n} times in {weeks} weeks.",
    ),
    CpiTopic.DRUGS: (
        "{who} reported short visits at all hours, for {weeks} weeks now, to a flat in {street}; the resident, {name}, has not been seen.",
        "{who} found foil and small bags behind the hall in {street} on {n} mornings.",
        "{who} told us that cars wait by the garages at {street} after {time} with their lights off.",
    ),
    CpiTopic.MODERN_SLAVERY: (
        "{who} noticed {n} men who are dropped at the car wash near {street} at six and collected after dark, in thin clothes; none speaks when {other} is there.",
        "{who} told us that the nail bar in {street} has beds in the back room and that {name} works every day of the week.",
    ),
    CpiTopic.ANTI_SOCIAL: (
        "{who} told us that the benches at {street} are held by the same {n} people every evening, who shout at those who pass.",
        "{who} had stones thrown at the minibus in {street} for the {nth} time since term began.",
    ),
    CpiTopic.COHESION: (
        "{who} found leaflets against a family in {street} at the bus stop; the wording is like those of {weeks} weeks ago.",
        "{who} told us of a march announced for {street}; the talk online names the prayer room.",
    ),
    CpiTopic.ORGANISED_CRIME: (
        "{who} told us that {other} collects money from three takeaways in {street} on the first of the month.",
        "{who} got an offer of cash for keeping boxes for {other} in the store in {street}.",
    ),
}
MORE = (
    "It began about {weeks} weeks ago and is most common between {time} and midnight.",
    "The description: tall, about thirty, a green jacket, a limp on the left side.",
    "We wrote down part of a number plate and can give it by phone.",
    "Nobody has been hurt as far as we know; if so we would have rung 999.",
    "We have not asked further, so as not to warn anybody.",
)
NOT_SO_GOOD = ("Something is going on in {street}.", "Please look into {street}, people are talking.")
WHO_ELSE = ("Our safeguarding lead only.", "Nobody else.", "The night staff know.", "The parent who told us.", "")
RISK_IF_ACTED_ON = (
    "Only three people could have told us, so please do not repeat the words.",
    "The person who told us would be known at once.",
    "None that we can see.",
    "",
)
CONDITIONS = ("Please ring before visiting us.", "Not to be shared beyond police without asking us.", "", "")


def write_cpi(random: Random, *, quality: int, slots: Slots) -> dict[str, Any]:
    """The answers of a CPI form, without its dates."""
    topic = random.choice(tuple(INFORMATION))
    if quality == 1:
        information = random.choice(NOT_SO_GOOD).format_map(slots)
    else:
        text = random.choice(INFORMATION[topic]).replace("{who}", random.choice(WHO))
        more = " ".join(random.sample(MORE, quality - 1))
        information = f"{text} {more}".format_map(slots)
    return {
        "topics": [str(topic)],
        "information": information,
        "how_known": random.choice(list(HowKnown)),
        "who_else_knows": random.choice(WHO_ELSE),
        "risk_if_acted_on": random.choice(RISK_IF_ACTED_ON),
        "known_to_services": random.choice(("YES", "NO", "NOT_SURE")),
        "may_be_contacted": random.random() < 0.85,
        "conditions": random.choice(CONDITIONS),
    }
