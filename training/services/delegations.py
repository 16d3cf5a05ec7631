"""Who signs in whose place while they are away."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import ONE_DAY, london_day
from common.errors import DomainError
from jobs.services import enqueue
from training import tasks
from training.enums import SignerRole
from training.models import SigningDelegation
from training.models.delegations import LONGEST
from training.permissions import SIGNING_PERMISSIONS, can_end_delegation, can_name_deputy_for


class CannotDelegate(DomainError):
    pass


class CannotEndDelegation(DomainError):
    pass


@transaction.atomic
def name_deputy(
    *, role: SignerRole, absent: User, deputy: User, starts_on: date, last_day: date, by: User, at: datetime
) -> SigningDelegation:
    """Let somebody sign in the place of another from a day to another, both included. Raises CannotDelegate."""
    if by.agency is None or not can_name_deputy_for(by, absent):
        raise CannotDelegate("You can only name a deputy for yourself or your team. Ask a trainer.")
    if not absent.may(SIGNING_PERMISSIONS[role]):
        raise CannotDelegate(f"{absent} does not sign as {role.label.lower()}.")
    if deputy.pk == absent.pk:
        raise CannotDelegate("Choose somebody else as the deputy.")
    if deputy.pk == by.pk:
        raise CannotDelegate("Nobody names themselves as a deputy. Ask a trainer to name you.")
    if deputy.agency_id != absent.agency_id or not deputy.is_active or not deputy.may(SIGNING_PERMISSIONS[role]):
        raise CannotDelegate(f"{deputy} may not sign as {role.label.lower()}. Choose somebody who may.")
    if starts_on < london_day(at):
        raise CannotDelegate("The first day cannot be in the past.")
    ends_on = last_day + ONE_DAY
    if ends_on <= starts_on:
        raise CannotDelegate("The last day cannot be before the first.")
    if ends_on - starts_on > LONGEST:
        raise CannotDelegate(f"A deputy is named for at most {LONGEST.days} days. Name them again after that.")
    # One at a time for whoever is away, so that two who name a deputy at once are told of each other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=absent.pk)
    others = SigningDelegation.objects.filter(role=role, absent=absent, starts_on__lt=ends_on)
    if others.not_over(on=starts_on).exists():
        raise CannotDelegate(f"Somebody signs in the place of {absent} in these days already. End that first.")

    delegation = SigningDelegation.objects.create(
        agency=by.agency,
        role=role,
        absent=absent,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=at,
        made_by=by,
    )
    _record("deputy_named", delegation, by=by, at=at)
    enqueue(tasks.email_deputy, at=at, by=by, delegation_id=delegation.pk)
    return delegation


@transaction.atomic
def end_delegation(*, delegation_id: UUID, by: User, at: datetime) -> SigningDelegation:
    """From now on the deputy signs for nobody. What they signed stays. Again changes nothing. Raises CannotEndDelegation."""
    delegation = SigningDelegation.objects.locked().select_related("absent", "deputy").get(pk=delegation_id)
    if not can_end_delegation(by, delegation):
        raise CannotEndDelegation("Who is away, their deputy, who leads the team, and trainers end it.")
    if delegation.ended_at is not None:
        return delegation
    today = london_day(at)
    if delegation.ends_on <= today:
        raise CannotEndDelegation("It has ended already.")
    delegation.ends_on = max(today, delegation.starts_on)
    delegation.ended_at, delegation.ended_by = at, by
    delegation.save(update_fields=["ends_on", "ended_at", "ended_by"])
    _record("deputy_ended", delegation, by=by, at=at)
    return delegation


def _record(what: str, delegation: SigningDelegation, *, by: User, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=f"training.{what}",
        at=at,
        actor=by,
        subject=delegation,
        role=str(delegation.role),
        absent=str(delegation.absent_id),
        deputy=str(delegation.deputy_id),
    )
