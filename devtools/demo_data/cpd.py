"""CPD of three years: what people of the force logged themselves, and briefings that the trainer logged for the hub."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.models import User
from common.clock import start_of_day
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from training.enums import CpdKind
from training.models import CpdEntry

KEEPERS = ("FRONTLINE_OFFICER", "MASH_DECISION_MAKER", "MASH_SUPERVISOR", "MENTOR", "LINE_MANAGER", "TRAINER")
YEARS = 3
ENTRIES_A_YEAR = (2, 4)
DAYS_BETWEEN_BRIEFINGS = 120

# kind, topic, hours, learned, what will change
DONE: tuple[tuple[CpdKind, str, str, str, str], ...] = (
    (CpdKind.COURSE, "Stalking", "1.5", "A pattern weighs more than any one message.", "I ask for dates and count them."),
    (CpdKind.COURSE, "Suicidal thoughts", "3", "Asking straight out does no harm.", "I ask, and write the answer in their words."),
    (CpdKind.COURSE, "Domestic abuse: control", "2", "Money and telephone tell more than bruises.", "I ask who holds the bank card."),
    (CpdKind.READING, "A review of a child's death", "1", "Each agency had a piece; nobody asked for the others'.", "I name who else may know."),
    (CpdKind.READING, "Consent and the law on sharing", "0.75", "Consent is not the usual basis when a child is at risk.", ""),
    (CpdKind.SHADOWING, "A day at the children's front door", "7.5", "Their worker needs to know when to ring and when not.", "I put safe times into every PPN."),
    (CpdKind.SHADOWING, "A morning with the health visitors", "4", "They see homes that we never see.", "I ask them first for children under two."),
    (CpdKind.SUPERVISION, "Reflective session", "1", "I decide faster at the end of a shift, and worse.", "I let a colleague read the last one."),
    (CpdKind.EXERCISE, "Mock strategy meeting", "2.5", "The quiet agency had the key fact.", "I go round the table by name."),
    (CpdKind.OTHER, "Fire service referrals", "0.5", "Hoarding is theirs as much as ours.", "I offer the safe and well visit."),
)  # fmt: skip
BRIEFINGS = (
    ("Learning from the last grading round", "1", "Say what is asked of whom; “for information” helps nobody."),
    ("Mental health: whom to ring at night", "0.75", "The crisis line for professionals is open all night."),
    ("Professional curiosity", "1.5", "One more question, and one more source."),
)


def make_cpd(setting: Setting, *, seed: int) -> int:
    """Make the entries; returns how many."""
    random = Random(f"{seed} cpd")
    people = [one for role in KEEPERS for one in setting.by_role[role] if one.agency == setting.hub]
    entries = [
        CpdEntry(id=next_id(random), key=next_id(random), agency=setting.hub, **fields)
        for fields in (*_own(setting, random, people), *_briefings(setting, people))
    ]
    return len(CpdEntry.objects.bulk_create(entries))


def _own(setting: Setting, random: Random, people: list[User]) -> Iterator[dict[str, object]]:
    for person in people:
        for year in range(YEARS):
            for kind, topic, hours, learned, will_change in random.sample(DONE, random.randint(*ENTRIES_A_YEAR)):
                done_on = setting.today - timedelta(days=365 * year + random.randint(2, 360))
                yield _fields(person, done_on, kind, topic, hours, learned, by=person) | {"will_change": will_change}


def _briefings(setting: Setting, people: list[User]) -> Iterator[dict[str, object]]:
    """Every four months, for all of the hub but the trainer, who gave them."""
    trainer = setting.people["trainer"]
    for number in range(YEARS * 365 // DAYS_BETWEEN_BRIEFINGS):
        topic, hours, learned = BRIEFINGS[number % len(BRIEFINGS)]
        done_on = setting.today - timedelta(days=DAYS_BETWEEN_BRIEFINGS * number + 30)
        for person in people:
            if person.team == setting.hub_team and person != trainer:
                yield _fields(person, done_on, CpdKind.BRIEFING, topic, hours, learned, by=trainer)


def _fields(
    person: User, done_on: date, kind: CpdKind, topic: str, hours: str, learned: str, *, by: User
) -> dict[str, object]:
    return {
        "person": person,
        "done_on": done_on,
        "kind": kind,
        "topic": topic,
        "hours": Decimal(hours),
        "learned": learned,
        "logged_at": start_of_day(done_on) + timedelta(hours=16),
        "logged_by": by,
    }
