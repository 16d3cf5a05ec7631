"""Writing to the access log, chaining it and verifying the chain."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models, transaction

from audit.enums import Verb
from audit.models import CHAINED, Entry, Link, Unchained, canonical
from common.kept_sql import insert, insert_all
from common.logs import current_request_id

CHAIN_LOCK = 7_305_062
START = "0" * 64
DETAILS = CHAINED.index("details")


class Actor(Protocol):
    """Who acts: anything with a key and a home agency."""

    pk: Any
    agency_id: Any


def record(
    *,
    verb: Verb,
    what: str,
    at: datetime,
    actor: Actor | None,
    subject: models.Model | None = None,
    recipient: models.Model | None = None,
    reason: str = "",
    **details: Any,
) -> Entry:
    """Write one entry in the caller's transaction, so that the deed and its record stand or fall together.

    `subject` is the record it was done to; `recipient` the agency something was disclosed to; `details` hold names of fields,
    states and counts, never their contents.
    """
    entry = Entry(
        at=at,
        verb=verb,
        what=what,
        actor_id=str(actor.pk) if actor else "",
        actor_agency_id=str(actor.agency_id) if actor and actor.agency_id else "",
        object_label=subject._meta.label if subject is not None else "",
        object_id=str(subject.pk) if subject is not None else "",
        recipient_id=str(recipient.pk) if recipient is not None else "",
        reason=reason,
        details=details,
        request_id=current_request_id.get(),
    )
    insert(entry)
    return entry


def record_each(
    *,
    verb: Verb,
    what: str,
    at: datetime,
    actor: Actor | None,
    subjects: Iterable[models.Model],
    **details: Any,
) -> None:
    """Write an entry for each of these records, in one statement and in their order: for a page that shows several, or a deed done to all."""
    insert_all(
        [
            Entry(
                at=at,
                verb=verb,
                what=what,
                actor_id=str(actor.pk) if actor else "",
                actor_agency_id=str(actor.agency_id) if actor and actor.agency_id else "",
                object_label=subject._meta.label,
                object_id=str(subject.pk),
                details=details,
                request_id=current_request_id.get(),
            )
            for subject in subjects
        ]
    )


def chain_new_entries(*, limit: int = 5000) -> int:
    """Link the entries that no link holds yet, in order of their id; return how many. One caller at a time, others return 0.

    Chaining is apart from writing because one chain head would make every reader of the service wait for the one before.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHAIN_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        head = Link.objects.order_by("-number").first()
        number, previous = (head.number, head.hash) if head else (0, START)
        # An entry of a transaction that is still open may have a lower id than one already linked: each waits by itself.
        waiting = list(Unchained.objects.order_by("pk").values_list("pk", flat=True)[:limit])
        unlinked = Entry.objects.filter(pk__in=waiting).exclude(
            models.Exists(Link.objects.filter(entry_id=models.OuterRef("pk")))
        )
        links = []
        for entry in unlinked.order_by("pk"):
            number, previous = number + 1, Link.hash_of(previous, entry.content())
            links.append(Link(number=number, entry_id=entry.pk, hash=previous))
        Link.objects.bulk_create(links)
        Unchained.objects.filter(pk__in=waiting).delete()
        return len(links)


@dataclass(frozen=True)
class Verification:
    """What the verifier found: how many links held, the head's hash, and the first break if there is one."""

    links: int
    head: str
    first_break: int | None
    reason: str = ""


@transaction.atomic
def verify_chain() -> Verification:
    """Walk the chain from its start and recompute every hash; stop at the first link that does not hold.

    An entry that has no link and waits for none breaks the chain too, after its last link.
    """
    previous, count = START, 0
    for number, kept, entry in _chained():
        if number != count + 1:
            return Verification(count, previous, count + 1, "A link is missing.")
        if entry is None:
            return Verification(count, previous, number, "The entry of this link is gone.")
        if Link.hash_of(previous, canonical(entry)) != kept:
            return Verification(count, previous, number, "The entry was changed, or a link before it.")
        previous, count = kept, number
    if _kept_out().exists():
        return Verification(count, previous, count + 1, "An entry was kept out of the chain.")
    return Verification(count, previous, None)


def _kept_out() -> models.QuerySet[Entry]:
    """Entries that neither have a link nor wait for one: somebody removed what they had."""
    linked = Link.objects.filter(entry_id=models.OuterRef("pk"))
    waiting = Unchained.objects.filter(pk=models.OuterRef("pk"))
    return Entry.objects.filter(~models.Exists(linked), ~models.Exists(waiting))


def _chained() -> Iterator[tuple[int, str, list[Any] | None]]:
    """The number and the hash of each link with the columns of its entry, if it is there, in the order of the chain.

    Past the ORM, which takes three times as long: a log is read from its start. Within a transaction the memory stays flat.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT number, hash, {", ".join(f"entry.{name}" for name in CHAINED)}
            FROM audit_link LEFT JOIN audit_entry AS entry ON entry.id = entry_id ORDER BY number"""  # noqa: S608
        )
        while rows := cursor.fetchmany(5000):
            for number, kept, *entry in rows:
                if entry[0] is None:
                    yield number, kept, None
                    continue
                entry[DETAILS] = json.loads(entry[DETAILS])
                yield number, kept, entry
