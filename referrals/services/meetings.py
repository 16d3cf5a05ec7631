"""The daily triage meeting: its list, what is noted of each referral, who was there, and its end."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import ItemOutcome
from referrals.models import MeetingItem, TriageMeeting
from referrals.queries import to_list

CLOSED_TO_YOU = "This referral is closed to you, so others go through it."


class CannotHoldMeeting(DomainError):
    pass


class StaleItem(CannotHoldMeeting):
    """Somebody else saved the same item since it was opened."""


@transaction.atomic
def open_meeting(*, by: User, at: datetime) -> TriageMeeting:
    """Today's meeting, with everything on its list that belongs there now; called again, it adds what has come since.

    Raises CannotHoldMeeting where the person does not work at a hub, or today's meeting is over.
    """
    if not permissions.works_queue(by) or by.agency is None or not by.agency.is_hub:
        raise CannotHoldMeeting("Only decision-makers of the hub hold its meeting.")
    meeting, is_new = TriageMeeting.objects.get_or_create(
        hub=by.agency, day=london_day(at), defaults={"opened_at": at, "opened_by": by}
    )
    meeting = _locked(meeting.pk, by=by)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    added = [
        MeetingItem(meeting=meeting, referral=referral, position=position, why=why)
        for position, (referral, why) in enumerate(to_list(meeting, at=at), start=last + 1)
    ]
    MeetingItem.objects.bulk_create(added)
    if is_new or added:
        audit.record(
            verb=Verb.CHANGED,
            what="meeting.opened" if is_new else "meeting.listed_more",
            at=at,
            actor=by,
            subject=meeting,
            added=len(added),
        )
    return meeting


@transaction.atomic
def note_item(
    *,
    item_id: uuid.UUID,
    version: int,
    outcome: ItemOutcome | str,
    notes: str = "",
    owner: User | None = None,
    owner_agency: Agency | None = None,
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> MeetingItem:
    """What came of a referral in the meeting. Raises StaleItem when somebody saved it since, else CannotHoldMeeting.

    The same again (a double click) is saved once.
    """
    meeting = _locked(MeetingItem.objects.values_list("meeting", flat=True).get(pk=item_id), by=by)
    item = meeting.items.open_to(by).select_related("referral").filter(pk=item_id).first()
    if item is None:
        raise CannotHoldMeeting(CLOSED_TO_YOU)
    if outcome != ItemOutcome.ACTION:
        owner = owner_agency = due_on = None
    answers = {
        "outcome": ItemOutcome(outcome),
        "notes": notes.strip(),
        "owner": owner,
        "owner_agency": owner_agency,
        "due_on": due_on,
    }
    if all(getattr(item, name) == value for name, value in answers.items()):
        return item
    if item.version != version:
        raise StaleItem("Somebody else saved this meanwhile. Below is what you wrote; above it is what stands now.")
    if outcome in (ItemOutcome.DECISION, ItemOutcome.ACTION) and not answers["notes"]:
        raise CannotHoldMeeting("Say what was decided, or what is to be done.")
    if outcome == ItemOutcome.ACTION and (owner is None) == (owner_agency is None):
        raise CannotHoldMeeting("An action has one owner: a person of the hub or an agency.")
    if item.done_at is not None:
        raise CannotHoldMeeting("This action is done already.")
    for name, value in answers.items():
        setattr(item, name, value)
    item.version, item.late_told_at = item.version + 1, None
    item.save()
    audit.record(
        verb=Verb.CHANGED,
        what="meeting.noted",
        at=at,
        actor=by,
        subject=item.referral,
        outcome=str(item.outcome),
        meeting=str(meeting.pk),
    )
    if item.outcome == ItemOutcome.ACTION and owner != by:
        enqueue(tasks.email_owner_about_meeting_action, at=at, by=by, item_id=item.pk)
    return item


@transaction.atomic
def move_item(*, item_id: uuid.UUID, places: int, by: User, at: datetime) -> MeetingItem:
    """Bring an item up (-1) or down (1) the list as this person sees it; at its end nothing happens. Raises CannotHoldMeeting."""
    meeting = _locked(MeetingItem.objects.values_list("meeting", flat=True).get(pk=item_id), by=by)
    items = list(meeting.items.open_to(by).order_by("position"))
    index = next((number for number, item in enumerate(items) if item.pk == item_id), None)
    if index is None:
        raise CannotHoldMeeting(CLOSED_TO_YOU)
    item, target = items[index], index + (1 if places > 0 else -1)
    if 0 <= target < len(items):
        other = items[target]
        item.position, other.position = other.position, item.position
        item.save(update_fields=["position"])
        other.save(update_fields=["position"])
        audit.record(verb=Verb.CHANGED, what="meeting.reordered", at=at, actor=by, subject=meeting)
    return item


@transaction.atomic
def note_attendance(
    *, meeting_id: uuid.UUID, agencies: Sequence[Agency], people_present: str, notes: str, by: User, at: datetime
) -> TriageMeeting:
    """Which agencies and people were there, and notes of the meeting as a whole."""
    meeting = _locked(meeting_id, by=by)
    meeting.people_present, meeting.notes = people_present.strip(), notes.strip()
    meeting.save(update_fields=["people_present", "notes"])
    meeting.agencies.set(agencies)
    audit.record(
        verb=Verb.CHANGED,
        what="meeting.attended",
        at=at,
        actor=by,
        subject=meeting,
        agencies=sorted(str(agency.pk) for agency in agencies),
    )
    return meeting


@transaction.atomic
def close_meeting(*, meeting_id: uuid.UUID, by: User, at: datetime) -> TriageMeeting:
    """End the meeting: its record stands from now on. Needs somebody who was there. Closing it again does nothing."""
    meeting = _locked(meeting_id, by=by, may_be_closed=True)
    if meeting.is_closed:
        return meeting
    if not meeting.people_present:
        raise CannotHoldMeeting("Say first who was there.")
    meeting.closed_at, meeting.closed_by = at, by
    meeting.save(update_fields=["closed_at", "closed_by"])
    audit.record(verb=Verb.CHANGED, what="meeting.closed", at=at, actor=by, subject=meeting)
    return meeting


def _locked(meeting_id: uuid.UUID, *, by: User, may_be_closed: bool = False) -> TriageMeeting:
    """The meeting is the lock of everything on its list."""
    meeting = TriageMeeting.objects.locked().get(pk=meeting_id)
    if not permissions.can_hold(by, meeting):
        raise CannotHoldMeeting("Only decision-makers of the hub hold its meeting.")
    if meeting.is_closed and not may_be_closed:
        raise CannotHoldMeeting(f"{meeting} is over: its record stands.")
    return meeting
