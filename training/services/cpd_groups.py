"""One event in the CPD log of many people at once: after a session, by a trainer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.row_reports import RowVerdict
from training.models import CpdEntry, CpdEvent
from training.permissions import can_log_cpd_for, can_run_training
from training.services.cpd import CannotLogCpd, CpdKeyWasUsed, checked_content

MOST_PEOPLE = 500


@dataclass(frozen=True)
class GroupRow:
    """What became of one person of the group; `message` says why where nothing was logged."""

    person: User
    verdict: RowVerdict
    message: str = ""


@dataclass(frozen=True)
class LoggedForGroup:
    """The event, and each person in the order in which they were given."""

    event: CpdEvent
    rows: list[GroupRow]

    def count(self, verdict: RowVerdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)


@transaction.atomic
def log_cpd_for_group(
    *,
    people: Iterable[User],
    done_on: date,
    kind: str,
    topic: str,
    hours: Decimal,
    learned: str,
    key: uuid.UUID,
    by: User,
    at: datetime,
    trainer: str = "",
) -> LoggedForGroup:
    """Log one event for each of these people of the trainer's agency. `key` names the event: of a form, or of a session.

    The same key again logs it for who has no entry of it yet, and for nobody twice, also where the entry was taken back since.
    Who may not have an entry is reported and stops nobody else. Raises CannotLogCpd: no trainer, wrong facts, nobody left,
    or a key that was used for something else.
    """
    people = list({person.pk: person for person in people}.values())
    if by.agency is None or not can_run_training(by):
        raise CannotLogCpd("Only a trainer may log CPD for others.")
    if len(people) > MOST_PEOPLE:
        raise CannotLogCpd(f"At most {MOST_PEOPLE} people at once.")
    content = checked_content(
        at=at, done_on=done_on, kind=kind, topic=topic, hours=hours, learned=learned, trainer=trainer
    )
    refused = {person.pk: _refusal(by, person) for person in people}
    if not any(not why for why in refused.values()):
        raise CannotLogCpd("Choose at least one person of your agency.")
    event, is_new = CpdEvent.objects.get_or_create(
        key=key, defaults=content | {"agency": by.agency, "logged_at": at, "logged_by": by}
    )
    event = CpdEvent.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
    if event.agency_id != by.agency_id or any(getattr(event, name) != value for name, value in content.items()):
        raise CpdKeyWasUsed("This form was used for another event. Send it again to log this one.")
    there = set(event.entries.values_list("person", flat=True))
    rows = [_row(person, refused[person.pk], is_there=person.pk in there) for person in people]
    entries = [
        CpdEntry(
            agency=by.agency,
            person=row.person,
            event=event,
            key=uuid.uuid5(event.key, str(row.person.pk)),
            logged_at=at,
            logged_by=by,
            **content,
        )
        for row in rows
        if row.verdict == RowVerdict.TAKEN
    ]
    CpdEntry.objects.bulk_create(entries)
    if entries:
        audit.record_each(
            verb=Verb.CHANGED,
            what="training.cpd_logged",
            at=at,
            actor=by,
            subjects=entries,
            kind=str(kind),
            event=str(event.pk),
        )
    if is_new:
        audit.record(verb=Verb.CHANGED, what="training.cpd_event_logged", at=at, actor=by, subject=event)
    return LoggedForGroup(event, rows)


def _refusal(by: User, person: User) -> str:
    if not can_log_cpd_for(by, person):
        return "Not of your agency."
    return "" if person.is_active else "Has left."


def _row(person: User, refusal: str, *, is_there: bool) -> GroupRow:
    if refusal:
        return GroupRow(person, RowVerdict.REFUSED, refusal)
    return GroupRow(person, RowVerdict.ALREADY_THERE if is_there else RowVerdict.TAKEN)
