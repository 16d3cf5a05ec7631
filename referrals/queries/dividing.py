"""Dividing up what nobody has among those on shift: who would get what, and why. Nothing is given before somebody confirms."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from accounts.models import User
from common.clock import london_day, months_before, start_of_day
from referrals.enums import RE_REFERRAL_MONTHS, Holder, PersonRole
from referrals.models import Person, Referral, ThresholdDecision, open_to
from referrals.queries.assignment import deciders_of
from referrals.queries.matching import known_people
from referrals.queries.re_referrals import with_matches
from referrals.queries.triage import QUEUE_ORDER, QueueRow, queue, queue_rows

MOST_DIVIDED = 100
# Who signed in so long ago at most is offered as being on shift.
SHIFT = timedelta(hours=12)


@dataclass(frozen=True)
class Acquaintance:
    """That somebody decided on an earlier referral of the same person, as a decision-maker confirmed it."""

    person_id: uuid.UUID
    reference: str


@dataclass(frozen=True)
class Portion:
    """One referral, who would get it, and why in words; nobody where none of those on shift may have it."""

    row: QueueRow
    to: User | None
    why: str

    @property
    def referral(self) -> Referral:
        return self.row.referral


@dataclass(frozen=True)
class Gain:
    """How many of them one person would get, and would then have."""

    person: User
    gets: int
    has: int


@dataclass(frozen=True)
class Division:
    """Who would get what, the most urgent first, and how many each of the people would get, by name."""

    portions: list[Portion]
    gains: list[Gain]

    @property
    def count(self) -> int:
        """How many would be given."""
        return sum(gain.gets for gain in self.gains)


def on_shift(user: User, *, at: datetime) -> QuerySet[User]:
    """The decision-makers of this person's hub who signed in within a shift's length."""
    return deciders_of(user.agency_id, on=london_day(at)).filter(last_login__gte=at - SHIFT)


def held_by(user: User, people: Sequence[User]) -> dict[uuid.UUID, int]:
    """How many referrals that wait for a decision each of them has at this person's hub."""
    waiting = Referral.objects.received_by(user.agency_id).awaiting_decision().filter(assigned_to__in=people)
    held = dict(waiting.order_by().values_list("assigned_to").annotate(Count("pk")))
    return {one.pk: held.get(one.pk, 0) for one in people}


def division(user: User, people: Sequence[User], *, at: datetime) -> Division:
    """What nobody has, the most urgent first, and to whom of these people it would go. Six queries, however much there is.

    In this order: nobody gets what they wrote; who decided within twelve months on the same person knows the case; else it
    goes to who has the fewest, so that what is most urgent is spread first.
    """
    nobody_has = queue(user, at=at, filters={"assignee": Holder.NOBODY})
    referrals = list(with_matches(nobody_has).order_by(*QUEUE_ORDER)[:MOST_DIVIDED])
    known = acquainted(user, referrals, people, at=at)
    rows = {row.referral.pk: row for row in queue_rows(referrals, at=at)}
    held = held_by(user, people)
    portions = [
        Portion(rows[referral.pk], to, why) for referral, to, why in divide(referrals, people, held=held, known=known)
    ]
    gets = Counter(portion.to for portion in portions)
    return Division(portions, [Gain(person, gets[person], held[person.pk] + gets[person]) for person in people])


def divide(
    referrals: Sequence[Referral],
    people: Sequence[User],
    *,
    held: Mapping[uuid.UUID, int],
    known: Mapping[uuid.UUID, Acquaintance],
) -> list[tuple[Referral, User | None, str]]:
    """Each referral in its order with who gets it and why; the same people and referrals are always divided the same way."""
    has = dict(held)
    divided: list[tuple[Referral, User | None, str]] = []
    for referral in referrals:
        may = [one for one in people if one.pk != referral.author_id]
        if not may:
            divided.append((referral, None, "Only who wrote it is on shift: it is left in the queue"))
            continue
        before = known.get(referral.pk)
        to = next((one for one in may if before and one.pk == before.person_id), None)
        if to is not None and before is not None:
            why = f"Decided on the same person in {before.reference}"
        else:
            to = min(may, key=lambda one: (has[one.pk], one.name, one.pk))
            why = f"Has the fewest: {has[to.pk]}"
        has[to.pk] += 1
        divided.append((referral, to, why))
    return divided


def acquainted(
    user: User, referrals: Sequence[Referral], people: Sequence[User], *, at: datetime
) -> dict[uuid.UUID, Acquaintance]:
    """For each of these (of `with_matches`) who of these people decided last on the same person, within twelve months.

    Asks nothing where nobody in them was matched.
    """
    matched = {one.pk for one in referrals if getattr(one, "has_match", True)}
    if not matched:
        return {}
    here = dict(
        Person.objects.filter(referral__in=matched).exclude(role=PersonRole.PROFESSIONAL).values_list("pk", "referral")
    )
    of_member: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person, group in known_people(list(here)).items():
        for member in group - set(here):
            of_member[member].add(here[person])
    since = start_of_day(months_before(london_day(at), RE_REFERRAL_MONTHS))
    decided = ThresholdDecision.objects.filter(
        open_to(user, of="referral"), referral__people__in=of_member, decided_by__in=people, decided_at__gte=since
    ).order_by("decided_at", "pk")
    last: dict[uuid.UUID, Acquaintance] = {}
    for member, person_id, reference in decided.values_list("referral__people", "decided_by", "referral__reference"):
        for referral in of_member[member]:
            last[referral] = Acquaintance(person_id, reference)
    return last
