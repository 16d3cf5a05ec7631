"""Writing to the access log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import models

from audit.enums import Verb
from audit.models import Entry
from common.kept_sql import insert, insert_all
from common.logs import current_request_id


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
