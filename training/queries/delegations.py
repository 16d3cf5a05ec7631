"""Who is away, and who signs in their place."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from accounts.enums import Permission
from accounts.models import User
from training.enums import SignerRole
from training.models import SigningDelegation
from training.models.delegations import SigningDelegationQuerySet
from training.queries.people import people_seen_by
from training.queries.records import people_who_may


def delegations_to_read() -> SigningDelegationQuerySet:
    """With all that a list shows."""
    return SigningDelegation.objects.select_related("absent__team", "deputy", "made_by", "ended_by")


def places_of(user: User, *, on: date) -> list[SigningDelegation]:
    """In whose place somebody signs on that day."""
    return list(delegations_to_read().of(user).covering(on=on).filter(deputy=user).order_by("ends_on", "pk"))


def own(user: User, *, on: date) -> SigningDelegationQuerySet:
    """Those of today or later in which somebody is away, or stands in."""
    mine = Q(absent=user) | Q(deputy=user)
    return delegations_to_read().of(user).not_over(on=on).filter(mine).order_by("starts_on", "pk")


def in_charge_of(user: User) -> SigningDelegationQuerySet:
    """All of the people for whom this person names deputies: the agency's for trainers, the team's for who leads it."""
    return delegations_to_read().of(user).filter(absent__in=people_seen_by(user))


def signers(user: User, permissions: Mapping[SignerRole, Permission], *, on: date) -> dict[SignerRole, list[User]]:
    """Who may sign in each role in this person's agency."""
    return {
        role: people_who_may(permission, agency_id=user.agency_id, on=on) for role, permission in permissions.items()
    }


def roles_by_person(signing: Mapping[SignerRole, Iterable[User]]) -> list[tuple[User, list[SignerRole]]]:
    """Everybody who may sign, with the roles in which they may, by name."""
    found: dict[User, list[SignerRole]] = {}
    for role, people in signing.items():
        for person in people:
            found.setdefault(person, []).append(role)
    return sorted(found.items(), key=lambda pair: (pair[0].name, str(pair[0].pk)))
