"""The daily triage meetings: one that is over, and the one of today, half gone through."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.enums import AgencyKind
from accounts.models import Agency, User
from common.clock import is_working_day, london_day, start_of_day
from devtools.demo_data.people import Setting
from referrals import services
from referrals.enums import ItemOutcome
from referrals.models import MeetingItem, TriageMeeting

NINE = timedelta(hours=9)
DISCUSSED = (
    "Known to all; nothing new beyond the notice.",
    "Read together. Wait for the school's call at eleven.",
    "The aunt has the children until Monday.",
)
DECISIONS = (
    "Strategy discussion today at two.",
    "Family help, with the worker who knows the family.",
    "Stays in the queue; history first.",
)
ACTIONS = (
    "Call the school and ask who collects the child.",
    "Look up attendances at the address since spring.",
    "See the family at home before the weekend.",
)
PEOPLE = "Mina Yarrowby, police\nSam Rainstead, police\nPat Clovermere, children's services"


def make_meetings(setting: Setting, *, seed: int) -> int:
    """Hold the meeting of the last working day and begin that of today; return how many there are."""
    random = Random(f"{seed} meetings")
    day = setting.today - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    last = _hold(setting, random, at=start_of_day(day) + NINE, share=1.0)
    services.close_meeting(
        meeting_id=last.pk, by=setting.people["supervisor"], at=start_of_day(day) + NINE + timedelta(minutes=40)
    )
    _hold(setting, random, at=min(start_of_day(setting.today) + NINE, timezone.now()), share=0.4)
    return TriageMeeting.objects.count()


def _hold(setting: Setting, random: Random, *, at: datetime, share: float) -> TriageMeeting:
    by = setting.people["decision"]
    meeting = services.open_meeting(by=by, at=at)
    partners = setting.partners(AgencyKind.CHILDRENS_SERVICES)[:2]
    services.note_attendance(
        meeting_id=meeting.pk,
        agencies=[setting.hub, *partners],
        people_present=PEOPLE,
        notes="",
        by=by,
        at=at + timedelta(minutes=1),
    )
    items = list(meeting.items.order_by("position"))
    for number, item in enumerate(items[: round(len(items) * share)], start=2):
        _note(item, random, by=by, agency=random.choice(partners), at=at + timedelta(seconds=40 * number))
    return meeting


def _note(item: MeetingItem, random: Random, *, by: User, agency: Agency, at: datetime) -> None:
    outcome = random.choices((ItemOutcome.DISCUSSED, ItemOutcome.DECISION, ItemOutcome.ACTION), weights=(5, 3, 3))[0]
    words = {ItemOutcome.DISCUSSED: DISCUSSED, ItemOutcome.DECISION: DECISIONS, ItemOutcome.ACTION: ACTIONS}[outcome]
    is_ours = random.random() < 0.6
    services.note_item(
        item_id=item.pk,
        version=item.version,
        outcome=outcome,
        notes=random.choice(words),
        owner=by if is_ours else None,
        owner_agency=None if is_ours else agency,
        due_on=london_day(at) + timedelta(days=item.position % 4),
        by=by,
        at=at,
    )
