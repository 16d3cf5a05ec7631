"""CPD of three years: what people of the force logged themselves and what came of it, briefings that the trainer logged for the hub, and
how many hours are expected."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import User
from common.clock import start_of_day
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from training.enums import CpdKind
from training.models import CpdEarlierVersion, CpdEntry, CpdEvent, CpdExpectation

KEEPERS = ("FRONTLINE_OFFICER", "MASH_DECISION_MAKER", "MASH_SUPERVISOR", "MENTOR", "LINE_MANAGER", "TRAINER")
YEARS = 3
ENTRIES_A_YEAR = (2, 4)
DAYS_BETWEEN_BRIEFINGS = 120
# Of what people logged themselves: every so many entries they looked back, corrected the hours, or had logged one twice and took it back.
LOOKED_BACK_EVERY, CORRECTED_EVERY, TAKEN_BACK_EVERY = 3, 10, 25
LOOKED_BACK_AFTER = timedelta(days=60)
HELPED = ("Yes: twice since, and a colleague noticed.", "In part. I still forget it at the end of a shift.", "Not yet.")
# Hours a year, and how many years ago they began to be expected.
EXPECTED = (("8", 2), ("10", 0))

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
    own = [_entry(setting, random, fields) for fields in _own(setting, random, people)]
    twice = [_logged_twice(entry, random) for entry in own[::TAKEN_BACK_EVERY]]
    versions = _what_came_of(own, random, today=setting.today)
    events = [CpdEvent(id=next_id(random), key=next_id(random), agency=setting.hub, **one) for one in _events(setting)]
    given = [
        _entry(setting, random, event | {"person": person, "event": made})
        for made, event in zip(events, _events(setting), strict=True)
        for person in people
        if person.team == setting.hub_team and person != made.logged_by
    ]
    CpdEvent.objects.bulk_create(events)
    CpdEntry.objects.bulk_create([*own, *twice, *given])
    CpdEarlierVersion.objects.bulk_create(versions)
    CpdExpectation.objects.bulk_create(_expected(setting, random))
    return len(own) + len(twice) + len(given)


def _entry(setting: Setting, random: Random, fields: dict[str, Any]) -> CpdEntry:
    return CpdEntry(id=next_id(random), key=next_id(random), agency=setting.hub, **fields)


def _own(setting: Setting, random: Random, people: list[User]) -> Iterator[dict[str, Any]]:
    for person in people:
        for year in range(YEARS):
            for kind, topic, hours, learned, will_change in random.sample(DONE, random.randint(*ENTRIES_A_YEAR)):
                done_on = setting.today - timedelta(days=365 * year + random.randint(2, 360))
                yield _fields(person, done_on, kind, topic, hours, learned) | {
                    "person": person,
                    "will_change": will_change,
                }


def _logged_twice(entry: CpdEntry, random: Random) -> CpdEntry:
    """The same once more, taken back the next day."""
    return CpdEntry(
        id=next_id(random),
        key=next_id(random),
        agency=entry.agency,
        person=entry.person,
        logged_at=entry.logged_at,
        logged_by=entry.logged_by,
        taken_back_at=entry.logged_at + timedelta(days=1),
        taken_back_by=entry.person,
        taken_back_because="Logged twice: it stands there once already.",
        **entry.content(),
    )


def _what_came_of(own: list[CpdEntry], random: Random, *, today: date) -> list[CpdEarlierVersion]:
    """Look back on some and correct some; returns what they said before."""
    versions = []
    for number, entry in enumerate(own, start=1):
        at = entry.logged_at + timedelta(days=1)
        if number % CORRECTED_EVERY == 0:
            before = entry.content() | {"hours": entry.hours + 1, "number": 1}
            versions.append(
                CpdEarlierVersion(id=next_id(random), entry=entry, replaced_at=at, replaced_by=entry.person, **before)
            )
            entry.version = 2
        elif number % LOOKED_BACK_EVERY == 0 and entry.done_on + LOOKED_BACK_AFTER < today:
            before = entry.content() | {"number": 1}
            entry.did_help, entry.looked_back_on = random.choice(HELPED), entry.done_on + LOOKED_BACK_AFTER
            later = entry.logged_at + LOOKED_BACK_AFTER
            versions.append(
                CpdEarlierVersion(
                    id=next_id(random), entry=entry, replaced_at=later, replaced_by=entry.person, **before
                )
            )
            entry.version = 2
    return versions


def _events(setting: Setting) -> Iterator[dict[str, Any]]:
    """Every four months a briefing for all of the hub but the trainer, who gave it."""
    trainer = setting.people["trainer"]
    for number in range(YEARS * 365 // DAYS_BETWEEN_BRIEFINGS):
        topic, hours, learned = BRIEFINGS[number % len(BRIEFINGS)]
        done_on = setting.today - timedelta(days=DAYS_BETWEEN_BRIEFINGS * number + 30)
        yield _fields(trainer, done_on, CpdKind.BRIEFING, topic, hours, learned) | {"trainer": trainer.name}


def _expected(setting: Setting, random: Random) -> Iterator[CpdExpectation]:
    for hours, years_ago in EXPECTED:
        begins = date(setting.today.year - years_ago, 1, 1)
        yield CpdExpectation(
            id=next_id(random),
            agency=setting.hub,
            hours=Decimal(hours),
            valid_from=begins,
            set_at=start_of_day(begins) - timedelta(days=20),
            set_by=setting.people["trainer"],
        )


def _fields(by: User, done_on: date, kind: CpdKind, topic: str, hours: str, learned: str) -> dict[str, Any]:
    return {
        "done_on": done_on,
        "kind": kind,
        "topic": topic,
        "hours": Decimal(hours),
        "learned": learned,
        "logged_at": start_of_day(done_on) + timedelta(hours=16),
        "logged_by": by,
    }
