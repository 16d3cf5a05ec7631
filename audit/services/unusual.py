"""Listing unusual access, and noting what came of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from audit.enums import UNUSUAL_MOVES, UnusualMove, UnusualRule, UnusualState, Verb
from audit.models import Entry, Unusual, Watch
from audit.services.recording import Actor, record
from common.errors import DomainError

WATCH_LOCK = 7_305_063
LISTED = """
INSERT INTO audit_unusual (id, rule, actor_id, actor_agency_id, day, object_label, object_id, counts, found_at, state,
    noted_by_id, note)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, 'NEW', '', '')
ON CONFLICT (actor_id, day, rule, object_id) DO UPDATE SET counts = excluded.counts WHERE audit_unusual.state = 'NEW'
RETURNING xmax = 0
"""


class CannotNote(DomainError):
    pass


@dataclass(frozen=True)
class Finding:
    """What a rule found: of whom, on which day, about which record if about one, and the numbers."""

    rule: UnusualRule
    actor_id: str
    actor_agency_id: str
    day: date
    object_label: str = ""
    object_id: str = ""
    counts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def list_unusual(findings: Iterable[Finding], *, at: datetime) -> int:
    """List what was found; return how much of it is new. What is listed already gets the newest numbers until somebody notes on it."""
    count = 0
    with connection.cursor() as cursor:
        for one in findings:
            cursor.execute(
                LISTED,
                [
                    one.rule.value,
                    one.actor_id,
                    one.actor_agency_id,
                    one.day,
                    one.object_label,
                    one.object_id,
                    Unusual._meta.get_field("counts").get_db_prep_value(one.counts, connection),
                    at,
                ],
            )
            row = cursor.fetchone()
            count += bool(row and row[0])
    return count


def entries_to_watch(name: str, *, until: datetime, limit: int) -> tuple[list[tuple[int, str, datetime]], int]:
    """Id, actor and moment of the entries that this watcher has not read, the oldest first, and where it stands.

    Only entries from before `until`: what a slow transaction writes late must not be passed over. Call it in the transaction
    that moves the watch on (`move_watch`); somebody else who does the same meanwhile gets nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WATCH_LOCK])
        if not cursor.fetchone()[0]:
            return [], 0
    watch, _ = Watch.objects.get_or_create(name=name)
    waiting = (
        Entry.objects.filter(pk__gt=watch.last_entry_id).order_by("pk").values_list("pk", "actor_id", "at")[:limit]
    )
    found = []
    for one in waiting:
        if one[2] >= until:
            break
        found.append(one)
    return found, watch.last_entry_id


def move_watch(name: str, *, to: int) -> None:
    Watch.objects.filter(name=name, last_entry_id__lt=to).update(last_entry_id=to)


@transaction.atomic
def note_unusual(*, unusual_id: uuid.UUID, move: UnusualMove, note: str, by: Actor, at: datetime) -> Unusual:
    """Note what came of a case, with words. Raises CannotNote."""
    case = Unusual.objects.locked().get(pk=unusual_id)
    if case.actor_id == str(by.pk):
        raise CannotNote("This is about you: a colleague notes what came of it.")
    state = UNUSUAL_MOVES.get((move, UnusualState(case.state)))
    if state is None:
        raise CannotNote("A colleague has noted something else meanwhile. Read it before you go on.")
    if not note.strip():
        raise CannotNote("Say what you found.")
    case.state, case.note, case.noted_by_id, case.noted_at = state, note.strip(), str(by.pk), at
    case.save(update_fields=["state", "note", "noted_by_id", "noted_at"])
    record(
        verb=Verb.CHANGED,
        what="unusual.noted",
        at=at,
        actor=by,
        subject=case,
        reason=case.note,
        state=state.value,
        rule=case.rule,
    )
    return case
