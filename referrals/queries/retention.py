"""How long a referral is kept, by rule: its review group, the last contact, the date of its review, and what stands in the way."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q

from common.clock import london_day
from referrals.enums import (
    ABOUT,
    GONE_AT_AGE,
    LEAST_YEARS,
    OPEN_AT_HUB,
    REVIEWED_IN,
    SPECIAL_CARE_UNDER,
    RetentionGroup,
    SecondLookState,
    group_by_rule,
)
from referrals.models import (
    EmergencyAccess,
    LegalHold,
    Person,
    PersonMatch,
    Referral,
    ReferralLink,
    Restriction,
    RetentionReview,
    SecondReading,
    Voiding,
)

RETENTION_ORDER = ("due_on", "pk")


@dataclass(frozen=True)
class KeptBecause:
    """What the rule says of one referral today."""

    group: RetentionGroup
    last_contact_on: date
    has_child_under_ten: bool


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def clear_years(group: int) -> int:
    """How many years nothing must have happened; what the force sets, and never less than six."""
    return max(settings.RETENTION_YEARS[int(group)], LEAST_YEARS)


def due_by_rule(group: int, last_contact_on: date) -> date:
    return years_after(last_contact_on, clear_years(group))


def next_by_rule(group: int, today: date) -> date:
    """When a referral that is retained today is reviewed again."""
    return years_after(today, settings.RETENTION_NEXT_YEARS[int(group)])


def rule_in_words(group: int) -> str:
    """The rule by which a referral of this group is reviewed, as it stands on a certificate."""
    return (
        f"Review group {RetentionGroup(group).label}. Reviewed {clear_years(group)} clear years after the last "
        f"contact; never fewer than {LEAST_YEARS}."
    )


def kept_because(referrals: Iterable[Referral], *, at: datetime) -> dict[uuid.UUID, KeptBecause]:
    """What the rule says of each of these; five queries, however many they are.

    The last contact is the end of the referral itself, or of a later one that was linked with it or confirmed to be about the
    same person: the clear period starts anew. While such a one is open it is today.
    """
    rows = {one.pk: one for one in referrals}
    tied = _tied_with(set(rows))
    others = {
        one.pk: one
        for one in Referral.objects.filter(pk__in={other for each in tied.values() for other in each}).submitted()
    }
    young = _with_young_children(rows)
    found = {}
    for pk, referral in rows.items():
        ends = [_ended_on(referral, at=at)]
        ends += [_ended_on(others[other], at=at) for other in tied[pk] if other in others]
        group = group_by_rule(kind=referral.kind, state=referral.state, types=referral.types, risk=referral.risk_level)
        found[pk] = KeptBecause(group, max(ends), pk in young)
    return found


def _ended_on(referral: Referral, *, at: datetime) -> date:
    if referral.state in OPEN_AT_HUB:
        return london_day(at)
    moments = [referral.submitted_at, referral.changed_at, referral.closed_at]
    return london_day(max(moment for moment in moments if moment is not None))


def _tied_with(ids: set[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """By referral: others that stand linked with it, or in which somebody was confirmed to be the same person."""
    tied: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    links = ReferralLink.objects.standing().filter(Q(referral__in=ids) | Q(other__in=ids))
    matches = PersonMatch.objects.confirmed().filter(Q(one__referral__in=ids) | Q(other__referral__in=ids))
    pairs = [*links.values_list("referral", "other"), *matches.values_list("one__referral", "other__referral")]
    for one, other in pairs:
        tied[one].add(other)
        tied[other].add(one)
    return tied


def _with_young_children(rows: dict[uuid.UUID, Referral]) -> set[uuid.UUID]:
    """Of which referrals somebody whom the concern is about was under ten when they were sent."""
    people = Person.objects.filter(referral__in=rows, role__in=ABOUT)
    people = people.only("referral", "role", "date_of_birth", "estimated_age")
    found = set()
    for person in people:
        sent = rows[person.referral_id].submitted_at
        age = person.age_on(london_day(sent)) if sent else None
        if person.role == "UNBORN" or (age is not None and age < SPECIAL_CARE_UNDER):
            found.add(person.referral_id)
    return found


def in_the_way(review: RetentionReview, *, at: datetime) -> list[str]:
    """Why a referral may not be disposed of today, as far as referrals know; empty where nothing stands in the way."""
    referral, today = review.referral, london_day(at)
    reasons = []
    if LegalHold.objects.standing(on=today).filter(referral=referral).exists():
        reasons.append("A legal hold stands.")
    if referral.state not in REVIEWED_IN:
        reasons.append("The referral is open again at the hub.")
    if review.group == RetentionGroup.PUBLIC_PROTECTION and not _all_are_old_enough(referral, today):
        reasons.append(
            f"Group 1 is kept until everybody whom it is about would be {GONE_AT_AGE} years old. "
            "Retain it, or give the reason why it belongs to another group."
        )
    if Restriction.objects.standing().filter(referral=referral).exists():
        reasons.append("It is restricted to named people.")
    if referral.challenges.open().exists():
        reasons.append("A challenge is open.")
    if SecondReading.objects.filter(referral=referral, look__state=SecondLookState.OPEN).exists():
        reasons.append("It is in a second look that is open.")
    if EmergencyAccess.objects.filter(referral=referral).to_review().exists():
        reasons.append("An emergency access to it is not reviewed yet.")
    if Voiding.objects.filter(kept=referral).exists():
        reasons.append("Another referral was withdrawn as a duplicate of this one. Dispose of that one first.")
    fact = kept_because([referral], at=at)[referral.pk]
    if due_by_rule(review.group, fact.last_contact_on) > today:
        reasons.append("There was contact since: its clear period is not over.")
    return reasons


def _all_are_old_enough(referral: Referral, today: date) -> bool:
    born = list(referral.people.filter(role__in=ABOUT).values_list("date_of_birth", flat=True))
    return bool(born) and all(one is not None and years_after(one, GONE_AT_AGE) <= today for one in born)
