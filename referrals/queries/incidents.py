"""Incidents and their imports."""

import uuid
from typing import Any

from django.db.models import Exists, Q, QuerySet

from accounts.enums import AreaKind
from accounts.models import Agency, Area, User
from common.clock import start_of_day
from referrals.models import Incident, IncidentImport, IncidentImportRow, Referral
from referrals.models.incident import known_number

INCIDENTS_ORDER = ("-reported_at", "-pk")
IMPORTS_ORDER = ("-at", "-pk")
REFUSALS_ORDER = ("number", "column", "pk")
REFUSALS_HEADING = ("row", "column", "reason")


def districts_of(force_id: uuid.UUID | None) -> QuerySet[Area]:
    """The districts of a police force; a force without areas serves all of them."""
    own = Agency.areas.through.objects.filter(agency=force_id).values("area")
    served = Q(pk__in=own) | Q(part_of__in=own) | ~Exists(own)
    return Area.objects.filter(served, kind=AreaKind.DISTRICT).order_by("name", "pk")


def incident_of(referral: Referral) -> Incident | None:
    """The incident of the writer's force that a referral names by its occurrence number, if it is known here."""
    number = known_number(referral.occurrence_number)
    return Incident.objects.filter(force=referral.agency_id, number=number).first() if number else None


def incidents_for(user: User, *, filters: dict[str, Any] | None = None) -> QuerySet[Incident]:
    """The incidents that this person may look up.

    Filters: kind, district, flag (the name of one), reported_from and reported_before (days of the London calendar).
    """
    wanted = filters or {}
    found = Incident.objects.visible_to(user)
    if "kind" in wanted:
        found = found.filter(kind=wanted["kind"])
    if "district" in wanted:
        found = found.filter(district=wanted["district"])
    if "flag" in wanted:
        found = found.filter(**{wanted["flag"]: True})
    if "reported_from" in wanted:
        found = found.filter(reported_at__gte=start_of_day(wanted["reported_from"]))
    if "reported_before" in wanted:
        found = found.filter(reported_at__lt=start_of_day(wanted["reported_before"]))
    return found.select_related("district", "team")


def imports_for(user: User) -> QuerySet[IncidentImport]:
    """Every import into the force of this person."""
    return IncidentImport.objects.visible_to(user).select_related("by")


def refusals_of(imported: IncidentImport) -> QuerySet[IncidentImportRow]:
    """The refused rows of an import in the order of the file; a row with two faults comes twice."""
    return imported.refusals.order_by(*REFUSALS_ORDER)
