"""Coming back after no further action: of the referrals of a page, and of the hub as a whole."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from common.clock import Period, london_day, months_before
from common.statistics.proportions import Proportion
from referrals.enums import ABOUT, RE_REFERRAL_MONTHS, Pathway, PersonRole
from referrals.models import Person, PersonMatch, Referral, ThresholdDecision
from referrals.queries.matching import known_people

DAYS_TO_COME_BACK = (90, 180, 365)


def with_matches(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """`has_match`: whether somebody in it was confirmed to be somebody in another."""
    confirmed = PersonMatch.objects.confirmed()
    one = confirmed.filter(one__referral=OuterRef("pk"))
    other = confirmed.filter(other__referral=OuterRef("pk"))
    return referrals.annotate(has_match=Exists(one) | Exists(other))


def came_back(referrals: Iterable[Referral]) -> set[uuid.UUID]:
    """Which of these came within twelve months of no further action on the same person; of referrals of `with_matches`.

    Asks nothing where nobody of them was matched.
    """
    looked_at = {one.pk: one for one in referrals if getattr(one, "has_match", True)}
    if not looked_at:
        return set()
    people = Person.objects.filter(referral__in=looked_at).exclude(role=PersonRole.PROFESSIONAL)
    here = dict(people.values_list("pk", "referral"))
    known = known_people(list(here))
    elsewhere = _referrals_of({member for members in known.values() for member in members})
    decisions = _decisions_on(set(elsewhere.values()))
    found = set()
    for person, referral in here.items():
        moment = looked_at[referral].submitted_at or looked_at[referral].created_at
        others = {elsewhere[member] for member in known[person] if member in elsewhere} - {referral}
        since = months_before(london_day(moment), RE_REFERRAL_MONTHS)
        ended = (ended_in_nothing_on(decisions[other], moment) for other in others)
        if any(day is not None and day >= since for day in ended):
            found.add(referral)
    return found


def ended_in_nothing_on(decisions: Iterable[ThresholdDecision], moment: datetime) -> date | None:
    """The day of the decision that stood at that moment, where it was to take no further action; whatever came later."""
    before = [decision for decision in decisions if decision.decided_at <= moment]
    stood = max(before, key=lambda decision: decision.number, default=None)
    if stood is None or stood.pathway != Pathway.NO_FURTHER_ACTION:
        return None
    return london_day(stood.decided_at)


@dataclass(frozen=True)
class ReReferralRate:
    """Of the people on whom no further action was decided, those who came again within so many days."""

    days: int
    came_back: Proportion


def re_referral_rates(period: Period) -> list[ReReferralRate]:
    """For decisions of the period to take no further action, counted by person, up to now; a later one counts as it stands.

    One person is all descriptions that a decision-maker confirmed to be the same.
    """
    decided = Person.objects.filter(
        role__in=ABOUT,
        referral__decisions__pathway=Pathway.NO_FURTHER_ACTION,
        referral__decisions__decided_at__gte=period.starts_at,
        referral__decisions__decided_at__lt=period.ends_before,
    ).values_list("pk", "referral__decisions__decided_at")
    moments: defaultdict[uuid.UUID, list[datetime]] = defaultdict(list)
    for person, decided_at in decided:
        moments[person].append(decided_at)
    known = known_people(list(moments))
    from_when = {group: min(when for one in group for when in moments.get(one, ())) for group in set(known.values())}
    members = {member for group in from_when for member in group}
    submitted = _submissions_of(members) if len(members) > len(from_when) else {}
    gaps = {group: _gap(submitted, group, since) for group, since in from_when.items()}
    return [
        ReReferralRate(
            days, Proportion(sum(gap is not None and gap <= timedelta(days) for gap in gaps.values()), len(gaps))
        )
        for days in DAYS_TO_COME_BACK
    ]


def _gap(submitted: dict[uuid.UUID, datetime], group: frozenset[uuid.UUID], since: datetime) -> timedelta | None:
    """How long after that moment this person was next referred."""
    return min((submitted[one] - since for one in group if one in submitted and submitted[one] > since), default=None)


def _submissions_of(people: set[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    sent = Person.objects.filter(pk__in=people, referral__submitted_at__isnull=False)
    return {person: moment for person, moment in sent.values_list("pk", "referral__submitted_at") if moment is not None}


def _referrals_of(people: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "referral"))


def _decisions_on(referrals: set[uuid.UUID]) -> defaultdict[uuid.UUID, list[ThresholdDecision]]:
    found: defaultdict[uuid.UUID, list[ThresholdDecision]] = defaultdict(list)
    for decision in ThresholdDecision.objects.filter(referral__in=referrals):
        found[decision.referral_id].append(decision)
    return found
