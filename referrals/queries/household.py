"""Who else lives where somebody lives: referrals about others at the same address, beside the person's own."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from accounts.models import User
from common.clock import london_day, months_before, start_of_day
from referrals.enums import ABOUT, COUNT_MONTHS, NDM_HEADINGS
from referrals.models import Person, PersonKeys, Referral, ThresholdDecision
from referrals.queries.likeness import describe, traits_of

# An address of more descriptions than that is a hostel, a station or a hospital, and no household.
MOST_AT_ADDRESS = 200
MOST_SHOWN = 20
# Rows that are read at most: several people of one referral are one row of what is shown.
MOST_READ = 100
# Each address by itself and no further than told, so that one of thousands costs what a small one does.
BY_ADDRESS = """
SELECT found.person_id FROM unnest(%s::varchar[]) AS wanted (address), LATERAL (
    SELECT one.person_id FROM referrals_personkeys AS one
    WHERE one.address = wanted.address AND one.address <> '' LIMIT %s
) AS found
"""
REASONS = ("rationale", *NDM_HEADINGS)


@dataclass(frozen=True)
class HouseholdReferral:
    """A referral about others of the household, and how it was decided on."""

    referral: Referral
    people: list[Person]
    decision: ThresholdDecision | None

    @property
    def day(self) -> date:
        return london_day(self.referral.submitted_at or self.referral.created_at)


@dataclass(frozen=True)
class Household:
    """Referrals of the twelve months before about others at one person's address, the newest first.

    `is_cut` where there are more than are shown; `is_shared` where an address is of too many people to be a household.
    """

    referrals: list[HouseholdReferral] = field(default_factory=list)
    is_cut: bool = False
    is_shared: bool = False

    def __bool__(self) -> bool:
        return bool(self.referrals) or self.is_shared


def households_of(
    user: User,
    referral: Referral,
    people: Sequence[Person],
    *,
    told: Mapping[uuid.UUID, Collection[uuid.UUID]],
    at: date,
) -> dict[uuid.UUID, Household]:
    """For each of these people of a referral their household up to that day, as far as this user may see it. One query at most.

    `told` are the referrals that stand on each person's own timeline, which are none of others. Whoever is said not to live in
    the household is left out on either side. People are asked for by whole plain addresses: who has two in one form is found by both together only.
    """
    addresses = {person.pk: _addresses(person) for person in people if _is_of_household(person)}
    every = sorted(set().union(*addresses.values()))
    if not every:
        return {}
    rows = list(_at(every, user=user, beside=referral, at=at)[:MOST_READ])
    return {pk: _household([row for row in rows if row.plain in own], but=told[pk]) for pk, own in addresses.items()}


def _is_of_household(person: Person) -> bool:
    return person.role in ABOUT and person.lives_in_household is not False


def _addresses(person: Person) -> set[str]:
    """Where this person is now and usually, and both as they are written down of somebody else who has the same two."""
    described = describe(person, on=london_day(person.referral.submitted_at or person.referral.created_at))
    return {address for address in (*described.addresses, traits_of(described).address) if address}


def _at(addresses: list[str], *, user: User, beside: Referral, at: date) -> QuerySet[Person, Any]:
    """Whom other referrals are about at these addresses, with `plain`, `is_shared` and `decided`; those of many last, the newest first."""
    visible = Referral.objects.visible_to(user).submitted_between(
        start_of_day(months_before(at, COUNT_MONTHS) + timedelta(days=1)), start_of_day(at + timedelta(days=1))
    )
    others = PersonKeys.objects.filter(address=OuterRef("lookup__address")).exclude(address="")
    current = ThresholdDecision.objects.filter(referral=OuterRef("referral"), is_current=True)
    shown: Any = JSONObject(**{name: name for name in ("level", "pathway", *REASONS)})
    return (
        Person.objects.about_whom()
        .filter(pk__in=RawSQL(BY_ADDRESS, [addresses, MOST_AT_ADDRESS + 1]), referral__in=visible)  # noqa: S611 -- addresses as parameters
        .exclude(referral=beside)
        .exclude(lives_in_household=False)
        .annotate(
            plain=F("lookup__address"),
            is_shared=Exists(others[MOST_AT_ADDRESS : MOST_AT_ADDRESS + 1]),
            decided=Subquery(current.values(shown=shown)[:1]),
        )
        .select_related("referral")
        .order_by("is_shared", "-referral__submitted_at", "referral", "position")
    )


def _household(rows: list[Any], *, but: Collection[uuid.UUID]) -> Household:
    """Of the rows at one person's addresses, without these referrals."""
    found: dict[uuid.UUID, HouseholdReferral] = {}
    of_few = [row for row in rows if not row.is_shared]
    for row in of_few:
        if row.referral_id in but:
            continue
        if row.referral_id in found:
            found[row.referral_id].people.append(row)
        else:
            decision = ThresholdDecision(**row.decided) if row.decided else None
            found[row.referral_id] = HouseholdReferral(row.referral, [row], decision)
    newest = list(found.values())
    is_cut = len(newest) > MOST_SHOWN or len(of_few) >= MOST_READ
    return Household(newest[:MOST_SHOWN], is_cut=is_cut, is_shared=len(of_few) < len(rows))
