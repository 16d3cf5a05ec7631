"""How many hours of CPD an agency expects of its people in a year."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from training.models import CpdExpectation
from training.permissions import can_run_training

MOST_HOURS_A_YEAR = Decimal(500)


class CannotSetExpectation(DomainError):
    pass


@transaction.atomic
def set_cpd_expectation(*, hours: Decimal, valid_from: date, by: User, at: datetime) -> CpdExpectation:
    """Expect so many hours a year from that day on; what was expected before stays for the days before.

    For a day that has an expectation already the hours are put right. 0 expects nothing. Raises CannotSetExpectation.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotSetExpectation("Only a trainer may set how many hours are expected.")
    if not 0 <= hours <= MOST_HOURS_A_YEAR:
        raise CannotSetExpectation(f"Hours a year are from 0 to {MOST_HOURS_A_YEAR}.")
    # One at a time in an agency, so that two trainers at once do not begin on one day twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    found = CpdExpectation.objects.filter(agency=by.agency, valid_from=valid_from).first()
    if found is not None and found.hours == hours:
        return found
    was = "" if found is None else str(found.hours)
    found = found or CpdExpectation(agency=by.agency, valid_from=valid_from)
    found.hours, found.set_at, found.set_by = hours, at, by
    found.save()
    audit.record(
        verb=Verb.CHANGED,
        what="training.cpd_expectation_set",
        at=at,
        actor=by,
        subject=found,
        hours=str(hours),
        was=was,
        valid_from=valid_from.isoformat(),
    )
    return found
