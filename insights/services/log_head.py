"""Keeping the head of the access log where whoever holds the database cannot write: in a file, and in people's mail."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry
from common.clock import london_day, start_of_day
from insights import tasks
from jobs.services import enqueue

PUBLISHED = "access_log.head_published"


@transaction.atomic
def keep_head(*, at: datetime) -> audit.Head:
    """Chain what is new, and add the head to the file that is set (LOG_HEAD_FILE), if one is."""
    while audit.chain_new_entries():
        pass
    found = audit.head()
    if settings.LOG_HEAD_FILE:
        audit.add_head(Path(settings.LOG_HEAD_FILE), found, at=at)
    return found


@transaction.atomic
def mail_head(*, at: datetime) -> None:
    """Send information governance the head of the day, once a day, and record it."""
    sent = Entry.objects.filter(what=PUBLISHED, at__gte=start_of_day(london_day(at)), at__lte=at)
    if sent.exists():
        return
    found = keep_head(at=at)
    audit.record(verb=Verb.ADMINISTERED, what=PUBLISHED, at=at, actor=None, number=found.number, hash=found.hash)
    enqueue(tasks.email_log_head, at=at, number=found.number, hash=found.hash, on=london_day(at))
