"""Who of an agency may do something today: whom mail goes to, and whether there is anybody at all."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import Permission
from accounts.models import Agency, RoleGrant, User
from accounts.roles import ROLES
from referrals.models import Referral, to_whom_it_is_open


def grants_of_who_may(permissions: Iterable[Permission], *, on: date) -> QuerySet[RoleGrant]:
    """Grants, to active people, of roles that allow all of these on a day."""
    asked = set(permissions)
    return _grants((code for code, role in ROLES.items() if role.allows >= asked), on=on)


def grants_of_who_may_any(permissions: Iterable[Permission], *, on: date) -> QuerySet[RoleGrant]:
    """Grants, to active people, of roles that allow at least one of these on a day."""
    asked = set(permissions)
    return _grants((code for code, role in ROLES.items() if role.allows & asked), on=on)


def addresses_open_to(referral: Referral, addresses: Iterable[str]) -> list[str]:
    """Of these addresses, those of people to whom a guarded referral is open; of what is not guarded, all.

    A shared mailbox is read by nobody knows whom, so it hears of no guarded referral.
    """
    listed = list(addresses)
    if not referral.is_guarded:
        return listed
    open_to_them = User.objects.filter(to_whom_it_is_open(referral.pk), email__in=listed)
    readers = set(open_to_them.values_list("email", flat=True))
    return [address for address in listed if address in readers]


def has_readers(agency: Agency, *, on: date) -> bool:
    """Whether anybody of an agency can read and answer what is shared with it."""
    return grants_of_who_may([Permission.ANSWER_SHARE], on=on).filter(user__agency=agency).exists()


def with_readers(shares: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """The shares, each with whether anybody of its agency can read and answer it (`has_readers`)."""
    grants = grants_of_who_may([Permission.ANSWER_SHARE], on=on).filter(user__agency=OuterRef("agency"))
    return shares.annotate(has_readers=Exists(grants))


def _grants(roles: Iterable[str], *, on: date) -> QuerySet[RoleGrant]:
    found: QuerySet[RoleGrant] = RoleGrant.objects.current(on=on).filter(role__in=list(roles), user__is_active=True)
    return found
