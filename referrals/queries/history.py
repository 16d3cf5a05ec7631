"""What was known before: one timeline for each person across referrals, counts, re-referrals, and patterns of cumulative harm."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Prefetch

from accounts.models import User
from common.clock import london_day, months_before
from referrals.enums import (
    COUNT_MONTHS,
    FIRST_CUMULATIVE_RULES,
    RE_REFERRAL_MONTHS,
    CumulativeRule,
    CumulativeRules,
    PersonRole,
)
from referrals.models import Person, PersonMatch, Referral, Share, ThresholdDecision
from referrals.queries.harm_rules import rules_in_force
from referrals.queries.household import Household, HouseholdReferral, households_of
from referrals.queries.matching import Candidate, candidates_for, known_people, visible_people
from referrals.queries.re_referrals import ended_in_nothing_on

SHOWN_EARLIER = 5
SHOWN_CANDIDATES = 3


@dataclass(frozen=True)
class Sighting:
    """One referral in which somebody is named: as whom, and what became of it."""

    person: Person
    decision: ThresholdDecision | None
    shares: list[Share]
    is_re_referral: bool = False
    decisions: Sequence[ThresholdDecision] = ()

    @property
    def referral(self) -> Referral:
        return self.person.referral

    @property
    def day(self) -> date:
        return london_day(self.referral.submitted_at or self.referral.created_at)


@dataclass(frozen=True)
class Pattern:
    """A rule of cumulative harm that the referrals of one person meet, the referrals that meet it, and of which version it is."""

    rule: CumulativeRule
    sightings: list[Sighting]
    version: CumulativeRules


@dataclass(frozen=True)
class PersonHistory:
    """One person of a referral: all confirmed referrals, the newest first, and who else may be this person (some of how many)."""

    person: Person
    sightings: list[Sighting]
    candidates: list[Candidate]
    at: date
    is_cut: bool = False
    candidate_count: int = 0
    household: Household = field(default_factory=Household)
    rules: CumulativeRules = FIRST_CUMULATIVE_RULES

    @property
    def earlier(self) -> list[Sighting]:
        """All but the referral that one looks from."""
        return [one for one in self.sightings if one.referral.pk != self.person.referral_id]

    @property
    def shown(self) -> list[Sighting]:
        return self.earlier[:SHOWN_EARLIER]

    @property
    def shown_household(self) -> list[HouseholdReferral]:
        return self.household.referrals[:SHOWN_EARLIER]

    @property
    def count(self) -> int:
        """Referrals in the twelve months up to the day one looks from, this one among them."""
        return len(within(self.sightings, months=COUNT_MONTHS, until=self.at))

    @property
    def re_referrals(self) -> list[Sighting]:
        return [one for one in self.sightings if one.is_re_referral]

    @property
    def is_re_referral(self) -> bool:
        """Whether the referral that one looks from came within twelve months of no further action."""
        return any(one.is_re_referral and one.referral.pk == self.person.referral_id for one in self.sightings)

    @property
    def patterns(self) -> list[Pattern]:
        return patterns_in(self.sightings, until=self.at, rules=self.rules)

    @property
    def has_more(self) -> bool:
        return len(self.earlier) > SHOWN_EARLIER or self.candidate_count > len(self.candidates)


def history_of(
    user: User, referral: Referral, *, people: Sequence[Person] | None = None, most_candidates: int | None = None
) -> list[PersonHistory]:
    """What this person may know of the people of a referral from others that the hub received. Twelve queries at most, however much there is.

    Of those who may be the same person the most alike are read, `most_candidates` of each (default: all). `people` are some of the referral's own (default: all but professionals). Counts and patterns look from the day of the referral.
    """
    wanted = (
        [one for one in referral.everybody() if one.role != PersonRole.PROFESSIONAL] if people is None else [*people]
    )
    wanted.sort(key=lambda person: person.position)
    for person in wanted:
        person.referral = referral
    known = known_people([person.pk for person in wanted])
    looked = candidates_for(user, wanted, known, most=most_candidates)
    sightings = _sightings(user, {member for members in known.values() for member in members})
    at = london_day(referral.submitted_at or referral.created_at)
    own = {
        person.pk: with_re_referrals(sightings[member] for member in known[person.pk] if member in sightings)
        for person in wanted
    }
    households = households_of(user, referral, wanted, told=_told(own, looked.likely), at=at)
    rules = rules_in_force(user.agency_id, on=at)
    return [
        PersonHistory(
            person,
            own[person.pk],
            looked.of.get(person.pk, []),
            at,
            looked.is_cut,
            looked.count.get(person.pk, 0),
            households.get(person.pk, Household()),
            rules,
        )
        for person in wanted
    ]


def _told(
    own: Mapping[uuid.UUID, list[Sighting]], likely: Mapping[uuid.UUID, set[uuid.UUID]]
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The referrals that are each person's own, or likely so."""
    return {pk: {one.referral.pk for one in sightings} | likely.get(pk, set()) for pk, sightings in own.items()}


def _sightings(user: User, people: set[uuid.UUID]) -> dict[uuid.UUID, Sighting]:
    """The referrals of these descriptions that this person may see."""
    decisions = ThresholdDecision.objects.order_by("number")
    shares = Share.objects.select_related("agency").order_by("shared_at", "pk")
    named = (
        Person.objects.filter(pk__in=people, referral__in=Referral.objects.visible_to(user).sent())
        .select_related("referral__district", "referral__agency")
        .prefetch_related(
            Prefetch("referral__decisions", decisions, to_attr="all_decisions"),
            Prefetch("referral__shares", shares, to_attr="all_shares"),
        )
    )
    return {
        person.pk: _sighting(person, person.referral.all_decisions, person.referral.all_shares)  # type: ignore[attr-defined]
        for person in named
    }


def _sighting(person: Person, decisions: list[ThresholdDecision], shares: list[Share]) -> Sighting:
    current = next((decision for decision in decisions if decision.is_current), None)
    return Sighting(person, current, shares, decisions=decisions)


def with_re_referrals(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The newest first, each told whether it came within twelve months of a decision to take no further action.

    What counts is the decision that stood when it came: one that is recorded anew later takes nothing back.
    """
    ordered = sorted(sightings, key=_moment)
    told: list[Sighting] = []
    for number, one in enumerate(ordered):
        since = months_before(one.day, RE_REFERRAL_MONTHS)
        came = _moment(one)[0]
        ended = [
            ended_in_nothing_on(earlier.decisions, came)
            for earlier in ordered[:number]
            if earlier.referral.pk != one.referral.pk
        ]
        came_back = any(day is not None and day >= since for day in ended)
        told.append(replace(one, is_re_referral=came_back))
    return told[::-1]


def within(sightings: Sequence[Sighting], *, months: int, until: date) -> list[Sighting]:
    """Those of the months that end with this day; each referral once."""
    since = months_before(until, months)
    once = {one.referral.pk: one for one in sightings if since < one.day <= until}
    return list(once.values())


def patterns_in(sightings: Sequence[Sighting], *, until: date, rules: CumulativeRules) -> list[Pattern]:
    """The rules of this version that the referrals up to this day meet; of rules that the same referrals meet only the first."""
    found: list[Pattern] = []
    for rule in rules.rules:
        recent = within(sightings, months=rule.months, until=until)
        counted = [one for one in recent if (one.referral.risk_level or 0) <= rule.highest_risk]
        is_new = all(
            {one.referral.pk for one in counted} - {one.referral.pk for one in each.sightings} for each in found
        )
        if len(counted) >= rule.count and is_new:
            found.append(Pattern(rule, counted, rules))
    return found


def matches_of(user: User, people: Iterable[Person]) -> list[PersonMatch]:
    """Every answer about these descriptions, the last first, also those taken back; none about what this person may not see."""
    ids = frozenset(person.pk for person in people)
    related = ("one__referral", "other__referral", "answered_by", "undone_by")
    matches = list(PersonMatch.objects.of_any(ids).select_related(*related).order_by("-answered_at", "pk"))
    sides = visible_people(user, [side for match in matches for side in (match.one, match.other)])
    visible = {side.pk for side in sides}
    return [match for match in matches if {match.one_id, match.other_id} <= visible]


def _moment(sighting: Sighting) -> tuple[datetime, str]:
    return sighting.referral.submitted_at or sighting.referral.created_at, str(sighting.person.pk)
