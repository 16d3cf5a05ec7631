"""Who may be whom: the people whom confirmed pairs connect, and descriptions that may be of the same person."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import User
from common.clock import london_day
from referrals.enums import MatchAnswer
from referrals.models import Person, PersonKeys, PersonMatch, Referral
from referrals.queries.likeness import OFFERED, WIDER, Likeness, compare, describe

# More descriptions than that under the keys of one referral are not compared: those that share the most keys come first.
MOST_COMPARED = 500
SHARED_KEYS = "(SELECT count(*) FROM unnest(referrals_personkeys.keys) AS one WHERE one = ANY(%s::bigint[]))"
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


def known_people(people: Collection[uuid.UUID]) -> Known:
    """For each description all descriptions of the same person, itself among them, by the confirmed pairs that stand."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(people)])
        return {start: frozenset(members) for start, members in cursor.fetchall()}


def kept_apart(people: Collection[uuid.UUID]) -> list[PersonMatch]:
    """The answers that stand by which one of these is not somebody."""
    return list(PersonMatch.objects.standing().filter(answer=MatchAnswer.DIFFERENT).of_any(frozenset(people)))


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


def visible_people(user: User, people: Iterable[Person]) -> list[Person]:
    """Those of them whose referral this person may see; the referrals must be loaded."""
    listed = list(people)
    ids = {person.referral_id for person in listed}
    visible = set(Referral.objects.visible_to(user).sent().filter(pk__in=ids).values_list("pk", flat=True))
    return [person for person in listed if person.referral_id in visible]


@dataclass(frozen=True)
class Looked:
    """Who may be each of these people, and whether more of them share a key than were compared."""

    of: dict[uuid.UUID, list[Candidate]]
    is_cut: bool = False


def candidates_for(user: User, people: list[Person], known: Known) -> Looked:
    """Who in other referrals may be one of these people, the most alike first; one for each known person.

    Leaves out who is known to be the same already, and whom somebody said to be different. The people must be of one
    referral, which must be loaded. Four queries, however many people and candidates there are.
    """
    if not people:
        return Looked({})
    keys = {row.person_id: set(row.keys) for row in PersonKeys.objects.filter(person__in=people)}
    every = sorted(set().union(*keys.values())) if keys else []
    if not every:
        return Looked({})
    alike = (
        Person.objects.filter(lookup__keys__overlap=every)
        .exclude(referral=people[0].referral_id)
        .select_related("referral", "lookup")
        .order_by(RawSQL(SHARED_KEYS, [every]).desc(), "pk")  # noqa: S611 -- no words of anybody, numbers as parameters
    )
    rows = list(alike[: MOST_COMPARED + 1])
    found = visible_people(user, rows[:MOST_COMPARED])
    groups = known_people([other.pk for other in found])
    pairs = {(match.one_id, match.other_id) for match in kept_apart(_all_of(known, groups))}
    of = {
        person.pk: _best(
            person,
            [other for other in found if not keys.get(person.pk, set()).isdisjoint(other.lookup.keys)],
            known[person.pk],
            groups,
            pairs,
        )
        for person in people
    }
    return Looked(of, is_cut=len(rows) > MOST_COMPARED)


def wider_candidates(user: User, person: Person) -> list[Candidate]:
    """Who may be this person though no key is shared: names that look alike (trigrams), from a lower score on.

    For the slips that keys miss, three at once or a date of birth that nobody knew. Asked for by hand, for one person: it costs
    more than keys do. The most alike first; whom keys find, is known or was said to be different is left out.
    """
    mine = PersonKeys.objects.filter(person=person).first()
    if mine is None or not mine.names:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SIMILAR_NAMES)])
        rows = list(
            Person.objects.filter(lookup__names__trigram_similar=mine.names)
            .exclude(referral=person.referral_id)
            .exclude(lookup__keys__overlap=mine.keys)
            .annotate(similarity=TrigramSimilarity("lookup__names", mine.names))
            .select_related("referral", "lookup")
            .order_by("-similarity", "pk")[:MOST_SIMILAR]
        )
    found = visible_people(user, rows)
    known, groups = known_people([person.pk]), known_people([other.pk for other in found])
    pairs = {(match.one_id, match.other_id) for match in kept_apart(_all_of(known, groups))}
    return _best(person, found, known[person.pk], groups, pairs, at_least=WIDER)


def _all_of(*known: Known) -> set[uuid.UUID]:
    return {member for groups in known for members in groups.values() for member in members}


def _best(
    person: Person,
    found: list[Person],
    own: frozenset[uuid.UUID],
    groups: Known,
    apart: set[tuple[uuid.UUID, uuid.UUID]],
    *,
    at_least: float = OFFERED,
) -> list[Candidate]:
    best: dict[frozenset[uuid.UUID], Candidate] = {}
    for other in found:
        group = groups[other.pk]
        if other.pk in own or are_apart(own, group, apart):
            continue
        likeness = likeness_of(person, other)
        if likeness.bits >= at_least and (group not in best or best[group].likeness.bits < likeness.bits):
            best[group] = Candidate(other, likeness, others=len(group) - 1)
    return sorted(best.values(), key=lambda one: (-one.likeness.bits, one.person.pk))


def are_apart(
    one: frozenset[uuid.UUID], other: frozenset[uuid.UUID], apart: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> bool:
    """Whether somebody said that a description of the one is not the other."""
    return any((a in one and b in other) or (a in other and b in one) for a, b in apart)
