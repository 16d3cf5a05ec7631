"""Strategy discussions with their actions, and the notices to schools, for the newest referrals."""

from datetime import timedelta
from itertools import islice
from random import Random

from accounts.enums import AgencyKind
from accounts.models import Agency
from common.clock import end_of_working_days, london_day, start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from referrals.enums import ConcernType, NoticeChannel, NoticeException, NoticeState, Pathway, Presence, StrategyOutcome
from referrals.models import (
    EncompassNotice,
    Referral,
    StrategyAction,
    StrategyAttendance,
    StrategyDiscussion,
    ThresholdDecision,
)
from referrals.queries.encompass import (
    encompass_children,
    encompass_due_at,
    encompass_to_find_out,
    known_at,
    school_begins_after,
)

NEWEST = 40
LEFT_TO_DO = 3
SHARED = (
    "No open case; an assessment last year ended without further action.",
    "The school has seen her tired since the autumn and has spoken to the mother twice.",
    "Two calls to the address this year, both at night, neither with a crime.",
    "Nothing is held that is not in the notice.",
)
REASONS = (
    "Harm has happened and would go on: all present agree that enquiries are needed.",
    "The account and the injury do not fit each other; a medical comes first.",
    "Not enough for enquiries; an assessment begins today and the group meets again if it finds more.",
)
ACTIONS = (
    "Visit the home today and speak to the child alone.",
    "Ask the practice for the record of the last two years.",
    "Tell the parents what happens next, unless that puts the child at risk.",
    "Send the notes of the discussion to all who were invited.",
)
KEY_ADULTS = ("Ms Teapot", "Mr Lantern", "Ms Umbrella", "Mr Kettle")


def make_agreed(setting: Setting, *, seed: int) -> int:
    """Returns how many discussions and notices."""
    random = Random(f"{seed} agreed")
    return _discussions(setting, random) + _notices(setting, random)


def _discussions(setting: Setting, random: Random) -> int:
    tables = Table(StrategyDiscussion), Table(StrategyAttendance), Table(StrategyAction)
    discussions, attendances, actions = tables
    now, deciders = start_of_day(setting.today), setting.by_role["MASH_DECISION_MAKER"]
    partners = list(Agency.objects.filter(is_hub=False, kind__in=INVITED).order_by("name"))
    asked = ThresholdDecision.objects.filter(
        is_current=True, pathway__in=(Pathway.STRATEGY_DISCUSSION, Pathway.SECTION_47)
    )
    for number, decision in enumerate(asked.order_by("-decided_at", "pk")[:NEWEST]):
        held_at = min(decision.decided_at + timedelta(hours=random.choice((1, 3, 5))), now - timedelta(hours=1))
        by, discussion_id = random.choice(deciders), next_id(random)
        discussions.add(
            id=discussion_id,
            referral_id=decision.referral_id,
            held_at=held_at,
            outcome=str(
                random.choice((StrategyOutcome.JOINT, StrategyOutcome.CHILDRENS_SERVICES, StrategyOutcome.AGAIN))
            ),
            reasons=random.choice(REASONS),
            recorded_at=held_at + timedelta(minutes=30),
            recorded_by_id=by.pk,
        )
        invited = [setting.hub, *random.sample(partners, min(3, len(partners)))]
        for place, agency in enumerate(invited):
            is_there = place < 2 or random.random() < 0.7
            attendances.add(
                id=next_id(random),
                discussion_id=discussion_id,
                agency_id=agency.pk,
                presence=str(Presence.PRESENT if is_there else Presence.ABSENT),
                shared=random.choice(SHARED) if is_there else "",
            )
        for place, what in enumerate(random.sample(ACTIONS, 2)):
            done_at = held_at + timedelta(hours=random.choice((5, 20, 44)))
            # What was not done in time was asked for again; of the newest something is left to do.
            done_at += timedelta(days=random.choice((4, 6, 9))) if random.random() >= 0.85 else timedelta()
            is_done = done_at < now and (place > 0 or number >= LEFT_TO_DO)
            actions.add(
                id=next_id(random),
                discussion_id=discussion_id,
                what=what,
                owner_id=invited[place].pk,
                due_on=london_day(held_at) + timedelta(days=random.choice((1, 2, 5))),
                done_at=done_at if is_done else None,
                done_by_id=by.pk if is_done else None,
            )
    for table in tables:
        table.copy()
    return discussions.copied


INVITED = (AgencyKind.CHILDRENS_SERVICES, AgencyKind.HEALTH_COMMUNITY, AgencyKind.EDUCATION, AgencyKind.PROBATION)


def _notices(setting: Setting, random: Random) -> int:
    table = Table(EncompassNotice)
    now = start_of_day(setting.today)
    deciders, supervisors = setting.by_role["MASH_DECISION_MAKER"], setting.by_role["MASH_SUPERVISOR"]
    abuse = Referral.objects.sent().ppns().filter(types__contains=[ConcernType.DOMESTIC_ABUSE])
    found = abuse.select_related("ppn").prefetch_related("people").order_by("-submitted_at", "pk")
    for referral in found[: NEWEST * 3]:
        due_at = encompass_due_at(referral)
        for child in encompass_children(referral) if due_at is not None else []:
            sent_at = (referral.submitted_at or now) + timedelta(minutes=random.choice((20, 50, 120, 400)))
            row: dict[str, object] = {"state": str(NoticeState.DUE)}
            chance = random.random()
            is_recent = now - sent_at < timedelta(days=3)
            if chance < 0.04:
                row = {
                    "state": str(NoticeState.EXCEPTED),
                    "exception": str(NoticeException.UNSAFE),
                    "exception_words": "The key adult of the school is a relative of somebody in it.",
                    "excepted_at": min(sent_at, now),
                    "excepted_by_id": random.choice(supervisors).pk,
                }
            elif (chance < 0.9 or not is_recent) and sent_at < now and child.school:
                row = {
                    "state": str(NoticeState.SENT),
                    "channel": str(random.choice((NoticeChannel.PHONE, NoticeChannel.SECURE_MAIL))),
                    "key_adult": random.choice(KEY_ADULTS),
                    "tries": 1,
                    "sent_at": sent_at,
                    "acknowledge_due_at": end_of_working_days(sent_at, 1),
                    "sent_by_id": random.choice(deciders).pk,
                }
                if (random.random() < 0.85 or not is_recent) and sent_at + timedelta(hours=2) < now:
                    row |= {
                        "state": str(NoticeState.ACKNOWLEDGED),
                        "acknowledged_at": sent_at + timedelta(hours=2),
                        "acknowledged_by_id": row["sent_by_id"],
                    }
            table.add(
                id=next_id(random),
                referral_id=referral.pk,
                child_id=child.pk,
                due_at=due_at,
                school=child.school,
                **row,
            )
    # Where nobody named the child, the hub finds out who it is.
    unnamed = (referral for referral in found[: NEWEST * 3] if encompass_to_find_out(referral))
    for referral in islice(unnamed, 3):
        due_at = school_begins_after(known_at(referral))
        table.add(id=next_id(random), referral_id=referral.pk, due_at=due_at, state=str(NoticeState.DUE))
    table.copy()
    return table.copied
