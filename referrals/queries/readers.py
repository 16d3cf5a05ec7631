"""Who of an agency may do something today: whom mail goes to, and whether there is anybody at all."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import Permission
from accounts.models import Agency, RoleGrant
from accounts.roles import ROLES


def grants_of_who_may(permissions: Iterable[Permission], *, on: date) -> QuerySet[RoleGrant]:
    """Grants, to active people, of roles that allow all of these on a day."""
    asked = set(permissions)
    return _grants((code for code, role in ROLES.items() if role.allows >= asked), on=on)


def grants_of_who_may_any(permissions: Iterable[Permission], *, on: date) -> QuerySet[RoleGrant]:
    """Grants, to active people, of roles that allow at least one of these on a day."""
    asked = set(permissions)
    return _grants((code for code, role in ROLES.items() if role.allows & asked), on=on)


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
