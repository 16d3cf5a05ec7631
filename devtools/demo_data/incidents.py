"""Three years of incidents in the order in which they were reported: some need a form, most of those have one, more each year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import Area, User
from common.clock import london_day, start_of_day
from devtools.demo_data.accounts import HUB_TEAM
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from devtools.demo_data.prose import TIMES
from devtools.demo_data.stories import Story
from devtools.demo_data.stories_adults import ADULTS
from devtools.demo_data.stories_children import CHILDREN
from devtools.demo_data.words import STREETS
from referrals.enums import IncidentKind

YEARS = 3
STORIES = (*CHILDREN, *ADULTS)
WEIGHTS = tuple(story.weight for story in STORIES)
# Share of the incidents that needed a form and have one, at the beginning and at the end of the three years.
COMPLIANCE = (0.78, 0.95)
OVER_SUBMITTED = 0.03
FLAGGED_WITHOUT_NEED = 0.22
PLAIN = (
    (IncidentKind.OTHER, "Two cars touched at low speed in {street}; details exchanged."),
    (IncidentKind.ANTI_SOCIAL, "Music from a garden in {street} until {time}; turned down on request."),
    (IncidentKind.VIOLENCE, "Two customers pushed each other in a queue in {street}; both adults, no injuries."),
    (IncidentKind.OTHER, "Lost purse handed in by a shop in {street}."),
    (IncidentKind.ANTI_SOCIAL, "Fireworks reported near {street}; nobody there on arrival."),
    (IncidentKind.OTHER, "Alarm at a warehouse by {street}, set off by a bird."),
    (IncidentKind.MISSING, "Adult hiker late for supper in {street}, back before a search began."),
    (IncidentKind.OTHER, "Bicycle taken from a rack in {street}."),
    (IncidentKind.VIOLENCE, "Argument over a parking place in {street}; words only."),
)
NO_NEED = (
    "Child of {age} with parents in the car at a minor collision in {street}; all well and calm.",
    "Caller and former partner argued over a sofa in {street}; no abuse, no children, agreed on a day to collect it.",
    "Child of {age} separated from parents at the market for {n} minutes, found happy with a steward.",
    "Resident of {age} locked out in {street}; carer with spare key arrived, all in order.",
    "School reports pushing between two pupils; dealt with by the school, parents told.",
    "Person of {age} with a hearing aid reports a broken fence in {street}; supported by family.",
)
HOURS = (0, 1, 2, 7, 8, 9, 11, 12, 13, 15, 15, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22, 23)


@dataclass(frozen=True, slots=True)
class Incident:
    """What a referral needs to know of the incident that it came out of."""

    id: UUID
    number: str
    reported_at: datetime
    district: Area
    officer: User
    story: Story | None
    has_form: bool


def sizes(referrals: int) -> tuple[int, int]:
    """How many incidents go with so many referrals, and how many of the referrals are PPNs."""
    ppns = round(referrals * 0.85)
    return max(min(referrals * 4, 40_000), referrals * 3 // 2), ppns


def incidents(random: Random, setting: Setting, *, count: int, ppns: int, table: Table) -> Iterator[Incident]:
    """Yield each incident after adding its row; exactly `ppns` of them have a form."""
    now = start_of_day(setting.today)
    start = now - timedelta(days=YEARS * 365)
    step = (now - timedelta(hours=2) - start) / count
    force = setting.hub.pk
    officers = _officers(setting)
    left = ppns
    middle = sum(COMPLIANCE) / 2
    for number in range(count):
        progress = number / count
        compliance = COMPLIANCE[0] + (COMPLIANCE[1] - COMPLIANCE[0]) * progress
        rate = left / (count - number)
        has_form = rate >= 1 or random.random() < rate * (compliance / middle)
        missing = (ppns / count) * (1 - compliance) / middle / max(0.01, 1 - ppns / count)
        left -= has_form
        needs_form = random.random() < (1 - OVER_SUBMITTED if has_form else missing)
        is_flagged = needs_form or has_form or random.random() < FLAGGED_WITHOUT_NEED
        story = random.choices(STORIES, WEIGHTS)[0] if needs_form or has_form else None

        reported_at = moment_near(random, start + step * number, end=now - timedelta(minutes=70))
        district = random.choice(setting.districts)
        incident = Incident(
            next_id(random),
            f"9900{number:07d}",
            reported_at,
            district,
            random.choice(officers[district]),
            story if has_form else None,
            has_form,
        )
        kind, summary, flags = account_of(random, story, is_flagged=is_flagged)
        table.add(
            id=incident.id,
            force_id=force,
            number=incident.number,
            kind=str(kind),
            reported_at=reported_at,
            reported_on=london_day(reported_at),
            district_id=district.pk,
            team_id=setting.team_in[district].pk,
            officer_id=incident.officer.pk,
            child_linked=flags[0],
            adult_needs=flags[1],
            domestic_abuse=flags[2],
            summary=summary,
            imported_at=min(reported_at + timedelta(hours=12), now),
        )
        yield incident


def _officers(setting: Setting) -> dict[Area, list[User]]:
    frontline = setting.by_role["FRONTLINE_OFFICER"]
    in_hub = [user for user in setting.by_role["MASH_DECISION_MAKER"] if user.team and user.team.name == HUB_TEAM]
    return {
        # The hub's own officers write a notice now and then, after a call to the hub.
        district: [user for user in frontline if user.team_id == team.pk] * 6 + in_hub[:1]
        for district, team in setting.team_in.items()
    }


def moment_near(random: Random, about: datetime, *, end: datetime) -> datetime:
    """That day, at an hour at which things happen, but never after `end`."""
    at = about.replace(hour=random.choice(HOURS), minute=random.randrange(60), second=0, microsecond=0)
    return at if at <= end else about


def account_of(
    random: Random, story: Story | None, *, is_flagged: bool
) -> tuple[IncidentKind, str, tuple[bool, bool, bool]]:
    """What happened: its kind, a line about it, and whether a child, an adult's needs or domestic abuse were noted."""
    n, nth = random.choice(TIMES)
    slots: dict[str, Any] = {
        "street": f"{random.randrange(1, 90)} {random.choice(STREETS)}",
        "time": f"{random.randrange(18, 24)}:{random.randrange(60):02d}",
        "n": n,
        "nth": nth,
        "weeks": random.randrange(2, 12),
    }
    if story is not None:
        slots["age"] = random.randint(*story.ages)
        flags = (story.child_linked, story.adult_needs, story.domestic_abuse)
        return story.incident, random.choice(story.summaries).format_map(slots), flags
    if is_flagged:
        place = random.randrange(len(NO_NEED))
        slots["age"] = random.randrange(55, 90) if place in (3, 5) else random.randrange(3, 15)
        flags = ((True, False, False), (False, False, True), (False, True, False))[(0, 1, 0, 2, 0, 2)[place]]
        kinds = (IncidentKind.OTHER, IncidentKind.DOMESTIC, IncidentKind.CHILD_CONCERN, IncidentKind.ADULT_CONCERN)
        return kinds[(0, 1, 2, 3, 0, 0)[place]], NO_NEED[place].format_map(slots), flags
    kind, summary = random.choice(PLAIN)
    return kind, summary.format_map(slots), (False, False, False)
