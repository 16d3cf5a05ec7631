"""Who may have a referral at the hub, and who had it."""

import uuid
from datetime import date

from django.db.models import QuerySet

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from referrals.models import Assignment, Referral
from referrals.queries.marks import has_no

DECIDING = [code for code, role in ROLES.items() if Permission.DECIDE_REFERRAL in role.allows]


def deciders_of(agency_id: uuid.UUID | None, *, on: date) -> QuerySet[User]:
    """The active decision-makers of a hub on a day, by name."""
    return User.objects.filter(pk__in=_deciding(agency_id, on=on).values("user")).order_by("name", "pk")


def decider_names(agency_id: uuid.UUID | None, *, on: date) -> dict[str, str]:
    """The names of `deciders_of` by their ids as texts, in the same order."""
    held = _deciding(agency_id, on=on).order_by("user__name", "user").distinct()
    return {str(pk): name for pk, name in held.values_list("user", "user__name")}


def _deciding(agency_id: uuid.UUID | None, *, on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.current(on=on).filter(role__in=DECIDING, user__agency=agency_id, user__is_active=True)


def assignments_of(referral: Referral) -> list[Assignment]:
    """Who has it and who had it before, the latest first."""
    if has_no("assignments", referral):
        return []
    found = referral.assignments.select_related("person", "assigned_by", "ended_by")
    return list(found.order_by("-assigned_at", "-pk"))
