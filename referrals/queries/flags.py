"""The flags on a referral and on the people in it, and what it is linked to."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from accounts.models import User
from referrals.enums import FROM_THE_OTHER_SIDE, LinkKind
from referrals.models import Flag, Referral, ReferralLink
from referrals.queries.marks import has_no


def with_flags(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Each with `flag_kinds`: the kinds of the flags that stand on it or on somebody in it."""
    standing = Flag.objects.standing().filter(referral=OuterRef("pk"))
    return referrals.annotate(flag_kinds=ArraySubquery(standing.order_by("kind").values("kind").distinct()))


def flags_of(referral: Referral, *, also_of: Iterable[uuid.UUID] = ()) -> list[Flag]:
    """Every flag of a referral, the last first, and those that stand on these descriptions of its people in others.

    Of a referral of `with_marks` without any it asks nothing.
    """
    elsewhere = list(also_of)
    if not elsewhere and has_no("flags", referral):
        return []
    theirs = Q(person__in=elsewhere, cleared_at=None)
    flags = Flag.objects.filter(Q(referral=referral) | theirs if elsewhere else Q(referral=referral))
    return list(flags.select_related("person", "referral", "raised_by", "cleared_by").order_by("-raised_at", "pk"))


@dataclass(frozen=True)
class Linked:
    """A link as one of the two referrals shows it."""

    link: ReferralLink
    other: Referral
    words: str


def links_of(user: User, referral: Referral) -> list[Linked]:
    """The links of a referral to others that this person may see, removed ones too, the last first.

    Of a referral of `with_marks` without any it asks nothing.
    """
    if has_no("links", referral) and has_no("links_from_others", referral):
        return []
    links = list(
        ReferralLink.objects.filter(Q(referral=referral) | Q(other=referral))
        .select_related("referral", "other", "made_by", "removed_by")
        .order_by("-made_at", "pk")
    )
    found = [_as_seen_from(referral, link) for link in links]
    visible = Referral.objects.visible_to(user).filter(pk__in=[one.other.pk for one in found])
    seen = set(visible.values_list("pk", flat=True))
    return [one for one in found if one.other.pk in seen]


def _as_seen_from(referral: Referral, link: ReferralLink) -> Linked:
    kind = LinkKind(link.kind)
    if link.referral_id == referral.pk:
        return Linked(link, link.other, str(kind.label))
    return Linked(link, link.referral, FROM_THE_OTHER_SIDE.get(kind, str(kind.label)))
