"""Who may be whom: the people whom confirmed pairs connect, and descriptions that may be of the same person."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import User
from common.clock import london_day
from referrals.enums import MatchAnswer
from referrals.models import Person, PersonMatch, Referral, open_to
from referrals.queries.likeness import (
    OFFERED,
    WIDER,
    Description,
    Likeness,
    asked_of,
    compare,
    describe,
    described,
    may_be_alike,
    plain,
    traits_of,
)

# More descriptions than that under the keys of one referral are not compared: those that share the most keys come first.
MOST_COMPARED = 500
BY_KEYS = "SELECT person_id FROM referrals_people_by_keys(%s, %s, %s)"
# The wider look: names of which so large a part of the groups of three letters is the same, and so many of them at most.
SIMILAR_NAMES = 0.4
MOST_SIMILAR = 200
KNOWN = """
WITH RECURSIVE known(start, member) AS (
    SELECT id, id FROM unnest(%s::uuid[]) AS id
    UNION
    SELECT known.start, linked.id FROM known, LATERAL (
        SELECT other_id AS id FROM referrals_personmatch
        WHERE one_id = known.member AND answer = 'SAME' AND undone_at IS NULL
        UNION ALL
        SELECT one_id FROM referrals_personmatch
        WHERE other_id = known.member AND answer = 'SAME' AND undone_at IS NULL
    ) linked
)
SELECT start, array_agg(member) FROM known GROUP BY start
"""
Known = dict[uuid.UUID, frozenset[uuid.UUID]]


class Sketch(NamedTuple):
    """As much of somebody as comparing needs: hundreds are compared so that a few are read whole."""

    pk: uuid.UUID
    referral_id: uuid.UUID
    keys: list[int]
    submitted_at: datetime | None
    given_names: str
    family_name: str
    born: date | None
    estimated_age: int | None
    sex: str
    address: str
    aliases: str
    usual_address: str

    def may_be_alike(self, other: Description) -> bool:
        """Whether it is worth comparing more than the names."""
        return may_be_alike(other, plain(self.given_names), plain(self.family_name), has_others=bool(self.aliases))

    @property
    def description(self) -> Description:
        """An estimated age counts from the day of the submission."""
        return described(
            given_names=self.given_names,
            family_name=self.family_name,
            born=self.born,
            estimated_age=self.estimated_age,
            sex=self.sex,
            address=self.address,
            aliases=self.aliases,
            usual_address=self.usual_address,
            on=london_day(self.submitted_at or timezone.now()),
        )


Somebody = TypeVar("Somebody", Person, "Scored")


def known_people(people: Collection[uuid.UUID]) -> Known:
    """For each description all descriptions of the same person, itself among them, by the confirmed pairs that stand."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(people)])
        return {start: frozenset(members) for start, members in cursor.fetchall()}


def kept_apart(people: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """The pairs of whom an answer that stands says that one of these is not somebody."""
    apart = PersonMatch.objects.standing().filter(answer=MatchAnswer.DIFFERENT).of_any(frozenset(people))
    return set(apart.values_list("one_id", "other_id"))


@dataclass(frozen=True)
class Candidate:
    """Somebody in an earlier or later referral who may be this person, with the reasons."""

    person: Person
    likeness: Likeness
    others: int = 0

    @property
    def referral(self) -> Referral:
        return self.person.referral


def described_on(person: Person) -> date:
    """The day on which this person was described."""
    return london_day(person.referral.submitted_at or timezone.now())


def likeness_of(one: Person, other: Person) -> Likeness:
    """The score of two people as their referrals describe them."""
    return compare(describe(one, on=described_on(one)), describe(other, on=described_on(other)))


def visible_people(user: User, people: Iterable[Somebody]) -> list[Somebody]:
    """Those of them whose referral this person may see."""
    listed = list(people)
    ids = {person.referral_id for person in listed}
    visible = set(Referral.objects.visible_to(user).sent().filter(pk__in=ids).values_list("pk", flat=True))
    return [person for person in listed if person.referral_id in visible]


@dataclass(frozen=True)
class Looked:
    """Who may be each of these people, how many there are, and whether more share a key than were compared.

    `likely` are the referrals of those who are likely the same, also of those who were not read.
    """

    of: dict[uuid.UUID, list[Candidate]] = field(default_factory=dict)
    count: dict[uuid.UUID, int] = field(default_factory=dict)
    likely: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)
    is_cut: bool = False


def people_by_keys(keys: list[int], *, beside: uuid.UUID, most: int | None = None) -> QuerySet[Person]:
    """Everybody in other referrals who has one of these keys; with `most`, so many of those who share the most of them."""
    return Person.objects.filter(pk__in=RawSQL(BY_KEYS, [keys, beside, most]))  # noqa: S611 -- numbers as parameters


def candidates_for(user: User, people: list[Person], known: Known, *, most: int | None = None) -> Looked:
    """Who in other referrals may be one of these people, the most alike first; one for each known person. So many of each are read.

    Leaves out who is known to be the same already, and whom somebody said to be different. The people must be of one
    referral, which must be loaded. Five queries at most, however many people and candidates there are.
    """
    if not people:
        return Looked()
    keys = {person.pk: frozenset(asked_of(_described(person))) for person in people}
    wanted = frozenset().union(*keys.values())
    if not wanted:
        return Looked()
    alike = _sketches(people_by_keys(sorted(wanted), beside=people[0].referral_id, most=MOST_COMPARED + 1))
    alike.sort(key=lambda other: (-len(wanted.intersection(other.keys)), other.pk))
    scored = {
        person.pk: _scored(person, [one for one in alike[:MOST_COMPARED] if not keys[person.pk].isdisjoint(one.keys)])
        for person in people
    }
    return replace(_offered(user, scored, known, most=most), is_cut=len(alike) > MOST_COMPARED)


def wider_candidates(user: User, person: Person) -> list[Candidate]:
    """Who may be this person though no key is shared: names that look alike (trigrams), from a lower score on.

    For the slips that keys miss, three at once or a date of birth that nobody knew. Asked for by hand, for one person: it costs
    more than keys do. The most alike first; whom keys find, is known or was said to be different is left out.
    """
    mine = _described(person)
    names = traits_of(mine).names
    if not names:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SIMILAR_NAMES)])
        rows = _sketches(
            Person.objects.filter(lookup__names__trigram_similar=names)
            .exclude(referral=person.referral_id)
            .exclude(lookup__keys__overlap=asked_of(mine))
            .annotate(similarity=TrigramSimilarity("lookup__names", names))
            .order_by("-similarity", "pk")[:MOST_SIMILAR]
        )
    scored = {person.pk: _scored(person, rows, at_least=WIDER)}
    return _offered(user, scored, known_people([person.pk])).of[person.pk]


def _sketches(people: QuerySet[Person]) -> list[Sketch]:
    """In their order."""
    said = (
        "given_names",
        "family_name",
        "date_of_birth",
        "estimated_age",
        "sex",
        "address",
        "aliases",
        "usual_address",
    )
    rows = people.values_list("pk", "referral_id", "lookup__keys", "referral__submitted_at", *said)
    return list(map(Sketch._make, rows))


def _described(person: Person) -> Description:
    return describe(person, on=described_on(person))


def _all_of(*known: Known) -> set[uuid.UUID]:
    return {member for groups in known for members in groups.values() for member in members}


class Scored(NamedTuple):
    """Somebody, and how much alike."""

    pk: uuid.UUID
    referral_id: uuid.UUID
    likeness: Likeness


def _scored(person: Person, others: Iterable[Sketch], *, at_least: float = OFFERED) -> list[Scored]:
    """Those who are so much alike. Of hundreds who share a key these are few, and only of them is more asked."""
    mine = _described(person)
    scored = (
        Scored(other.pk, other.referral_id, compare(mine, other.description))
        for other in others
        if other.may_be_alike(mine)
    )
    return [one for one in scored if one.likeness.bits >= at_least]


def _offered(user: User, scored: Mapping[uuid.UUID, list[Scored]], known: Known, *, most: int | None = None) -> Looked:
    """For each person those whom this user may see, the most alike first; one for each known person."""
    visible = {one.pk for one in visible_people(user, [one for found in scored.values() for one in found])}
    groups = known_people(visible)
    apart = kept_apart(_all_of(known, groups))
    best: dict[uuid.UUID, list[Scored]] = {}
    for person, found in scored.items():
        of_group: dict[frozenset[uuid.UUID], Scored] = {}
        for one in found:
            if one.pk not in visible or one.pk in known[person] or are_apart(known[person], groups[one.pk], apart):
                continue
            other = of_group.get(groups[one.pk])
            if other is None or other.likeness.bits < one.likeness.bits:
                of_group[groups[one.pk]] = one
        best[person] = sorted(of_group.values(), key=lambda one: (-one.likeness.bits, one.pk))
    chosen = {one.pk for found in best.values() for one in found[:most]}
    people = _with_closed(user, chosen | {member for one in chosen for member in groups[one]})
    closed = {pk for pk, person in people.items() if person.is_closed}
    return Looked(
        of={
            person: [
                Candidate(people[one.pk], one.likeness, others=len(groups[one.pk] - closed) - 1) for one in found[:most]
            ]
            for person, found in best.items()
        },
        count={person: len(found) for person, found in best.items()},
        likely={person: {one.referral_id for one in found if one.likeness.is_likely} for person, found in best.items()},
    )


def _with_closed(user: User, people: set[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """These people with their referral, each with whether that is closed to this person (`is_closed`); asks nothing of nobody."""
    if not people:
        return {}
    closed = ExpressionWrapper(~open_to(user, of="referral"), output_field=BooleanField())
    return Person.objects.select_related("referral").annotate(is_closed=closed).in_bulk(people)


def are_apart(
    one: frozenset[uuid.UUID], other: frozenset[uuid.UUID], apart: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> bool:
    """Whether somebody said that a description of the one is not the other."""
    return any((a in one and b in other) or (a in other and b in one) for a, b in apart)
