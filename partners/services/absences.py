"""Telling somebody, and the coordinators of their agency, that they stayed away from sessions again: once each time, and not for ever.

It refuses nobody a place: trainers see it where somebody waits, and decide nothing by it here.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from jobs.services import enqueue
from partners import tasks
from partners.models import AbsenceWarning, Delegate
from partners.queries.absences import Absent, is_told, often_absent


def warn_of_absences(*, at: datetime) -> int:
    """Tell whoever reached the number, or stayed away once more since they were told; returns how many. Two clocks may run."""
    if settings.ABSENCES_WARNED_FROM < 1:
        return 0
    return sum(_warn(one, at=at) for one in often_absent(at=at))


@transaction.atomic
def _warn(absent: Absent, *, at: datetime) -> bool:
    person = _locked(absent)
    if person is None or is_told(person, since=absent.last_known_at, at=at):
        return False
    agency = person.agency
    assert agency is not None  # noqa: S101 -- `_locked` finds nobody without one
    warning = AbsenceWarning.objects.create(
        agency=agency,
        user=person if isinstance(person, User) else None,
        delegate=person if isinstance(person, Delegate) else None,
        missed=absent.missed,
        made_at=at,
    )
    audit.record(
        verb=Verb.CHANGED, what="partners.absence_warned", at=at, actor=None, subject=warning, missed=absent.missed
    )
    enqueue(tasks.email_about_absence, at=at, warning_id=warning.pk)
    return True


def _locked(absent: Absent) -> User | Delegate | None:
    """The person, locked so that two clocks do not tell them twice; nobody who has left, or whose name was removed."""
    if absent.user_id:
        users = User.objects.select_for_update(of=("self",)).select_related("agency")
        return users.filter(pk=absent.user_id, is_active=True, agency__isnull=False).first()
    if absent.delegate_id is None:
        return None
    delegates = Delegate.objects.select_for_update(of=("self",)).select_related("agency")
    return delegates.filter(pk=absent.delegate_id, forgotten_at=None).first()
