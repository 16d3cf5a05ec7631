"""A search of the log is written down before it is answered; its terms are kept for a day, for who made it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.enums import Verb
from audit.models import SEARCHES_KEPT, LogSearch
from audit.services.recording import Actor, record


@transaction.atomic
def begin_log_search(
    *, terms: Mapping[str, Any], fields: list[str], digests: Mapping[str, str], by: Actor, at: datetime
) -> LogSearch:
    """Keep the terms for the page of results, and record which questions were asked, with a digest of each word that was typed."""
    search = LogSearch.objects.create(by_id=str(by.pk), at=at, terms=dict(terms))
    record(
        verb=Verb.SEARCHED,
        what="access_log.searched",
        at=at,
        actor=by,
        subject=search,
        fields=sorted(fields),
        digests=dict(digests),
    )
    return search


@transaction.atomic
def forget_log_searches(*, at: datetime) -> int:
    """Remove the terms of searches that are older than a day; the log keeps that they were made."""
    return LogSearch.objects.filter(at__lt=at - SEARCHES_KEPT).delete()[0]
