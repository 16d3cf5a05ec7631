"""Logging continuing professional development."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import CpdKind
from training.models import CpdEntry
from training.models.cpd import FEWEST_HOURS, MOST_HOURS
from training.permissions import can_keep_own_training, can_log_cpd_for


class CannotLogCpd(DomainError):
    pass


@transaction.atomic
def log_cpd(
    *,
    person: User,
    done_on: date,
    kind: str,
    topic: str,
    hours: Decimal,
    learned: str,
    key: UUID,
    by: User,
    at: datetime,
    will_change: str = "",
) -> CpdEntry:
    """Log one entry, for oneself or, as a trainer, for somebody of the agency. The same key again gives the entry that is there.

    Raises CannotLogCpd.
    """
    allowed = can_keep_own_training(by) if person.pk == by.pk else can_log_cpd_for(by, person)
    if not allowed or person.agency is None:
        raise CannotLogCpd("You may not log CPD for this person.")
    if done_on > london_day(at):
        raise CannotLogCpd("The day on which it was done cannot be in the future.")
    if kind not in CpdKind.values:
        raise CannotLogCpd("Choose what kind of CPD it was.")
    if not FEWEST_HOURS <= hours <= MOST_HOURS:
        raise CannotLogCpd(f"Hours are from {FEWEST_HOURS} to {MOST_HOURS}.")
    topic, learned = topic.strip(), learned.strip()
    if not topic or not learned:
        raise CannotLogCpd("Say what it was about and what was learned.")

    values = {
        "agency": person.agency,
        "person": person,
        "done_on": done_on,
        "kind": kind,
        "topic": topic,
        "hours": hours,
        "learned": learned,
        "will_change": will_change.strip(),
        "logged_at": at,
        "logged_by": by,
    }
    entry, is_new = CpdEntry.objects.get_or_create(key=key, defaults=values)
    if not is_new and (entry.person_id, entry.logged_by_id) != (person.pk, by.pk):
        raise CannotLogCpd("This form was used for another entry. Open it again.")
    if is_new:
        audit.record(verb=Verb.CHANGED, what="training.cpd_logged", at=at, actor=by, subject=entry, kind=str(kind))
    return entry
