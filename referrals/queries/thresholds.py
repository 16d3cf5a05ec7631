"""Which threshold document counts for a referral, and all that there were."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from referrals.models import Referral, ThresholdDocument


def document_in_force(referral: Referral, *, on: date) -> ThresholdDocument | None:
    """The document by which this referral is decided on that day: that of its local authority, else the one for all."""
    district = referral.district
    areas = [district.pk, district.part_of_id] if district is not None else []
    of_it = ThresholdDocument.objects.filter(Q(area=None) | Q(area__in=areas))
    return of_it.in_force(on=on).first()


def with_document_in_force(referrals: QuerySet[Referral], *, on: date) -> QuerySet[Referral]:
    """Each with `document`, the title, link and so on of document_in_force; no query of its own."""
    of_it = ThresholdDocument.objects.filter(
        Q(area=None) | Q(area=OuterRef("district")) | Q(area=OuterRef("district__part_of"))
    )
    shown: Any = JSONObject(title="title", link="link", kept_at="kept_at", valid_from="valid_from")
    return referrals.annotate(document=Subquery(of_it.in_force(on=on).values(shown=shown)[:1]))


def threshold_documents() -> QuerySet[ThresholdDocument]:
    """Every version, by area, the newest first."""
    return ThresholdDocument.objects.select_related("area", "added_by").order_by("area__name", "-valid_from", "pk")


@dataclass(frozen=True)
class ShownDocument:
    """What a page says of the document in force."""

    title: str
    link: str
    kept_at: str
    valid_from: date


def shown_document(referral: Referral) -> ShownDocument | None:
    """Of a referral that was fetched with_document_in_force."""
    found: dict[str, str] | None = getattr(referral, "document", None)
    if found is None:
        return None
    return ShownDocument(**(found | {"valid_from": date.fromisoformat(found["valid_from"])}))  # type: ignore[arg-type]
