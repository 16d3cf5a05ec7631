"""The consultation log: its list, its counts and its export."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth

from accounts.models import Agency, User
from common.clock import LONDON, start_of_day
from referrals.enums import Advised
from referrals.models import Consultation, Referral
from referrals.queries.marks import has_no

CONSULTATIONS_ORDER = ("-asked_at", "-pk")
CONSULTATIONS_HEADING = (
    "asked_at",
    "agency",
    "asker_role",
    "how",
    "types",
    "about",
    "advised",
    "advice",
    "advised_by",
    "referral",
)


def consultations_for(user: User, *, filters: dict[str, Any] | None = None) -> QuerySet[Consultation]:
    """The log of this person's hub. Filters: first_day, last_day, agency, advised, followed ("YES" or "NO")."""
    wanted = filters or {}
    found = Consultation.objects.visible_to(user)
    if "first_day" in wanted:
        found = found.filter(asked_at__gte=start_of_day(wanted["first_day"]))
    if "last_day" in wanted:
        found = found.filter(asked_at__lt=start_of_day(wanted["last_day"] + timedelta(days=1)))
    if "agency" in wanted:
        found = found.filter(agency=wanted["agency"])
    if "advised" in wanted:
        found = found.filter(advised=wanted["advised"])
    if "followed" in wanted:
        found = found.filter(referral__isnull=wanted["followed"] == "NO")
    return found.select_related("agency", "advised_by", "referral")


def consultations_about(user: User, referrals: Iterable[uuid.UUID]) -> list[Consultation]:
    """The advice that came before these referrals, as far as this person keeps the log, the latest first."""
    found = Consultation.objects.visible_to(user).filter(referral__in=list(referrals))
    return list(found.select_related("agency", "advised_by", "referral").order_by("-asked_at", "pk"))


def consultations_on(user: User, referral: Referral) -> list[Consultation]:
    """The same of one referral."""
    return [] if has_no("consultations", referral) else consultations_about(user, [referral.pk])


def asking_agencies() -> QuerySet[Agency]:
    """Agencies that may have asked."""
    return Agency.objects.active().order_by("name")


def consultation_rows(found: QuerySet[Consultation]) -> Iterator[tuple[Any, ...]]:
    """The rows of the export, in the order of CONSULTATIONS_HEADING."""
    for consultation in found.order_by(*CONSULTATIONS_ORDER).iterator(chunk_size=500):
        yield (
            consultation.asked_at,
            consultation.who_asked,
            consultation.asker_role,
            consultation.get_channel_display(),
            "; ".join(consultation.types_in_words),
            consultation.about,
            consultation.get_advised_display(),
            consultation.advice,
            consultation.advised_by.name,
            consultation.referral.reference if consultation.referral else "",
        )


@dataclass(frozen=True)
class MonthOfAgency:
    """How often one agency asked in one month, how often it was told to refer, and how often a referral followed."""

    month: date
    agency: str
    asked: int
    told_to_refer: int
    followed: int


def consultation_counts(found: QuerySet[Consultation]) -> list[MonthOfAgency]:
    """Counts by month (on the London calendar), the latest first, and agency."""
    rows = (
        found.order_by()
        .annotate(month=TruncMonth("asked_at", tzinfo=LONDON), who=Coalesce(F("agency__name"), F("other_agency")))
        .values("month", "who")
        .annotate(
            asked=Count("pk"),
            told=Count("pk", filter=Q(advised=Advised.REFER)),
            followed=Count("pk", filter=Q(referral__isnull=False)),
        )
        .order_by("-month", "who")
    )
    return [MonthOfAgency(row["month"].date(), row["who"], row["asked"], row["told"], row["followed"]) for row in rows]
