"""Challenges between the hub and the demo partner's agency, one at each point of its life, and the hub's consultation log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import F

from accounts.models import User
from common.clock import start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from referrals.enums import (
    OPEN_AT_HUB,
    Advised,
    ChallengeState,
    ConsultationChannel,
    Matter,
    ReferralState,
    Side,
    Stance,
)
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition, Consultation, Share
from referrals.services import challenge_due_at

LONGEST_CHALLENGE = timedelta(days=3)
CONSULTATIONS = 60
DAYS_OF_CONSULTATIONS = 300
SAFE = (
    "A relative stays overnight, and school rings home each morning.",
    "The health visitor calls tomorrow; the parent has the out-of-hours number.",
    "Police drive past in the evening, and the child has a phone and knows whom to ring.",
)
RAISED = (
    "Two earlier notices this year were not weighed. Taken together they show a pattern, not a single evening.",
    "The reasons rest on one visit. School has seen more, and was not asked.",
)
ANSWERED = (
    "Both notices were read. The family has help in place and takes it up.",
    "School's account is new to us. It changes the picture.",
)
WANTED = ("A strategy discussion this week.", "That it is looked at again with school's account.")
QUESTIONS = (
    (
        "Designated safeguarding lead",
        "A pupil comes hungry on Mondays and says there is nobody to cook.",
        Advised.REFER,
    ),
    ("Health visitor", "A parent has missed three visits and does not open the door.", Advised.EARLY_HELP),
    ("Housing officer", "Neighbours hear shouting at night; nobody has seen an injury.", Advised.INFORMATION),
    ("Practice manager", "A patient speaks of leaving a partner and asks whom we tell.", Advised.NO_REFERRAL),
    ("Youth worker", "A boy of 14 has new trainers and a second phone, and will not say from whom.", Advised.REFER),
)
ADVICE = {
    Advised.REFER: "Refer today, in the child's own words, and say what you have tried. Tell the parent unless that adds risk.",
    Advised.EARLY_HELP: "Offer early help first, with a date to look again. Refer if the next visit is missed.",
    Advised.INFORMATION: "Send a CPI form with dates and times. Ring 999 if it is happening now.",
    Advised.NO_REFERRAL: "Nothing to refer as it stands. Give the helpline's number and note the call.",
}


@dataclass(frozen=True)
class Story:
    """How far one challenge has come, and how many days ago it began."""

    days_ago: int
    stances: tuple[Stance, ...]
    state: ChallengeState
    outcome: str = ""
    has_meeting: bool = False

    def opened_at(self, setting: Setting) -> datetime:
        """When it began, counted back from the day of the demonstration."""
        return start_of_day(setting.today) - timedelta(days=self.days_ago, hours=8)


# What was resolved is about a referral that has been closed since, where there is one.
STORIES = (
    Story(0, (), ChallengeState.OPEN),
    Story(9, (), ChallengeState.OPEN),
    Story(3, (Stance.KEEP,), ChallengeState.RESPONDED),
    Story(6, (Stance.KEEP,), ChallengeState.OPEN, has_meeting=True),
    Story(20, (Stance.KEEP, Stance.CHANGE), ChallengeState.RESOLVED, "UPHELD", has_meeting=True),
    Story(40, (Stance.KEEP,), ChallengeState.RESOLVED, "NOT_UPHELD"),
)


def make_challenges(setting: Setting, *, seed: int) -> int:
    """One challenge for each story, as far as there are shares, about what is shared with the demo partner's agency. Returns how many."""
    random = Random(f"{seed} challenges")
    partner = setting.people["partner"]
    shares = Share.objects.live().filter(agency=partner.agency).select_related("referral").order_by("-shared_at", "pk")
    still_open = list(shares.filter(referral__state__in=OPEN_AT_HUB)[:200])
    closed_since = list(
        shares.filter(referral__state=ReferralState.CLOSED, referral__closed_at__gt=F("shared_at") + LONGEST_CHALLENGE)[
            :200
        ]
    )
    tables = (Table(Challenge), Table(ChallengePosition), Table(ChallengeMeeting))
    count = 0
    # The oldest first: of the few that were shared so long ago, none may be taken by a later story.
    for story in sorted(STORIES, key=lambda story: -story.days_ago):
        is_past = story.state == ChallengeState.RESOLVED and closed_since
        share = closed_since.pop(0) if is_past else _shared_before(still_open, story.opened_at(setting))
        if share is None:
            continue
        opened_at = share.shared_at + timedelta(days=1) if is_past else story.opened_at(setting)
        _add(setting, random, share, story, tables, opened_at=opened_at)
        count += 1
    for table in tables:
        table.copy()
    return count


def _shared_before(shares: list[Share], moment: datetime) -> Share | None:
    """Take the newest of these that was shared before then out of the list."""
    share = next((share for share in shares if share.shared_at < moment), None)
    if share is not None:
        shares.remove(share)
    return share


def _add(
    setting: Setting, random: Random, share: Share, story: Story, tables: tuple[Table, ...], *, opened_at: datetime
) -> None:
    challenges, positions, meetings = tables
    # From the second stage on it is colleagues who respond and settle.
    partner, hub, above = setting.people["partner"], setting.people["decision"], setting.people["supervisor"]
    practitioners = setting.by_role["PARTNER_PRACTITIONER"]
    colleague = next(u for u in practitioners if u.agency_id == partner.agency_id and u != partner)
    ended = story.state == ChallengeState.RESOLVED
    # Each response is followed by a step up, but the last one where nothing followed it.
    level = 1 + len(story.stances) - (story.state != ChallengeState.OPEN)
    at = opened_at
    key = next_id(random)
    for number, (side, stance) in enumerate(_turns(story)):
        at = opened_at + timedelta(hours=3 * number)
        positions.add(
            id=next_id(random),
            challenge_id=key,
            level=1 + number // 2,
            side=str(side.value),
            stance=str(stance),
            words=(ANSWERED if side == Side.HUB else RAISED)[min(number // 2, 1)],
            safe_action=random.choice(SAFE),
            at=at,
            by_id=((hub if number < 2 else above) if side == Side.HUB else partner).pk,
        )
    if story.has_meeting:
        meetings.add(
            id=next_id(random),
            challenge_id=key,
            level=level,
            held_at=at,
            present="Line managers of the hub and of children's services; school was invited and came.",
            summary="School's account was heard. Both sides look at it again before Friday.",
            at=at + timedelta(hours=1),
            by_id=hub.pk,
        )
    end: dict[str, Any] = {}
    if ended:
        end = {
            "ended_at": at + timedelta(hours=2),
            "ended_by_id": (partner if level == 1 else colleague).pk,
            "outcome": story.outcome,
            "end_words": "Agreed by telephone after both had read the earlier notices.",
            "learning": "Ask school before the decision, and name earlier notices in the reasons.",
        }
    challenges.add(
        id=key,
        referral_id=share.referral_id,
        hub_id=setting.hub.pk,
        agency_id=share.agency_id,
        matter=str(Matter.DECISION.value),
        decision_id=share.referral.decisions.get(is_current=True).pk,
        state=str(story.state.value),
        level=level,
        is_risk_now=story.days_ago == 0,
        wanted=random.choice(WANTED),
        opened_at=opened_at,
        opened_by_id=partner.pk,
        due_at=challenge_due_at(at, level=level, is_risk_now=story.days_ago == 0),
        **end,
    )


def _turns(story: Story) -> Iterator[tuple[Side, Stance | str]]:
    """Who spoke, in turn: the agency that raised it, the hub with a stance, and the agency again at each step up."""
    yield Side.AGENCY, ""
    for number, stance in enumerate(story.stances, start=1):
        yield Side.HUB, stance
        if number < len(story.stances) or story.state == ChallengeState.OPEN:
            yield Side.AGENCY, ""


def make_consultations(setting: Setting, *, seed: int) -> int:
    """What agencies asked over the last months. Returns how many."""
    random = Random(f"{seed} consultations")
    advisers: list[User] = setting.by_role["MASH_DECISION_MAKER"]
    agencies = [agency for name, agency in setting.agencies.items() if name]
    table = Table(Consultation)
    for _ in range(CONSULTATIONS):
        role, about, advised = random.choice(QUESTIONS)
        asked_at = _in_hours(setting, random)
        table.add(
            id=next_id(random),
            hub_id=setting.hub.pk,
            asked_at=asked_at,
            agency_id=random.choice(agencies).pk,
            asker_role=role,
            channel=str(random.choice(list(ConsultationChannel)).value),
            types=["CHILD"],
            about=about,
            advised=str(advised.value),
            advice=ADVICE[advised],
            advised_by_id=random.choice(advisers).pk,
            recorded_at=asked_at + timedelta(minutes=random.randrange(5, 40)),
        )
    table.copy()
    return CONSULTATIONS


def _in_hours(setting: Setting, random: Random) -> datetime:
    day = setting.today - timedelta(days=random.randrange(1, DAYS_OF_CONSULTATIONS))
    return start_of_day(day) + timedelta(hours=9, minutes=random.randrange(8 * 60))
