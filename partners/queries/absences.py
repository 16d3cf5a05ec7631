"""Who stayed away from sessions again and again without cancelling: counted over a year, and whom to tell of it (ADR 0060)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Greatest

from accounts.models import User
from common.clock import london_day, months_before, start_of_day
from partners.models import AbsenceWarning, Booking, Delegate
from partners.models.bookings import BookingQuerySet
from partners.queries.attendance import no_shows

MONTHS_COUNTED = 12
# Whoever stayed away longer ago than this is not told of it any more: not when the service is new, either.
TOLD_WITHIN = timedelta(days=30)


def a_year_before(at: datetime) -> datetime:
    """From then on absences and warnings count."""
    return start_of_day(months_before(london_day(at), MONTHS_COUNTED))


def missed_in_a_year(*, at: datetime) -> BookingQuerySet:
    """No-shows at sessions of the last twelve months."""
    return no_shows().filter(session__starts_at__gt=a_year_before(at), session__starts_at__lte=at)


def count_missed(person: User | Delegate, *, at: datetime) -> int:
    return missed_in_a_year(at=at).of_person(person).count()


@dataclass(frozen=True)
class Absent:
    """Somebody who reached the number, and when it was last known of them that they had stayed away."""

    user_id: UUID | None
    delegate_id: UUID | None
    missed: int
    last_known_at: datetime


def often_absent(*, at: datetime) -> list[Absent]:
    """Who stayed away from so many sessions within a year (`ABSENCES_WARNED_FROM`), of whom that was said lately."""
    known = Greatest("registered_at", "session__held_at")
    counted = (
        missed_in_a_year(at=at)
        .values("user", "delegate")
        .annotate(missed=Count("pk"), last_known_at=Max(known))
        .filter(missed__gte=settings.ABSENCES_WARNED_FROM, last_known_at__gt=at - TOLD_WITHIN)
        .order_by("user", "delegate")
    )
    return [Absent(one["user"], one["delegate"], one["missed"], one["last_known_at"]) for one in counted]


def is_told(person: User | Delegate, *, since: datetime, at: datetime) -> bool:
    """Whether they have been told since then, or often enough within a year (`ABSENCE_WARNINGS_AT_MOST`)."""
    whose = {"user" if isinstance(person, User) else "delegate": person}
    told = AbsenceWarning.objects.filter(**whose, made_at__gt=a_year_before(at)).values_list("made_at", flat=True)
    return len(told) >= settings.ABSENCE_WARNINGS_AT_MOST or any(made_at >= since for made_at in told)


def often_absent_among(bookings: Sequence[Booking], *, at: datetime) -> dict[UUID, int]:
    """Of these bookings those whose person reached the number within a year, and how often; in one query, or none for nobody."""
    if not bookings or settings.ABSENCES_WARNED_FROM < 1:
        return {}
    people = Q(user__in=[one.user_id for one in bookings if one.user_id])
    people |= Q(delegate__in=[one.delegate_id for one in bookings if one.delegate_id])
    counted = missed_in_a_year(at=at).filter(people).values_list("user", "delegate").annotate(missed=Count("pk"))
    missed = {(user, delegate): count for user, delegate, count in counted.order_by("user", "delegate")}
    found = {one.pk: missed.get((one.user_id, one.delegate_id), 0) for one in bookings}
    return {pk: count for pk, count in found.items() if count >= settings.ABSENCES_WARNED_FROM}
