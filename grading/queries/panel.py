"""Who may grade what, and how far each grader is."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q

from accounts.enums import Permission
from accounts.models import Agency, User
from common.statistics import sampling
from grading.models import Assignment, GradingRound, RoundItem
from grading.models.rounds import AssignmentQuerySet, RoundItemQuerySet, grades_due_on
from referrals.models import Referral
from referrals.queries import parts_taken
from referrals.queries.readers import grants_of_who_may_any

FEWEST_GRADERS = 2


def may_judge(grader: User, referral: Referral, *, took_part: Container[UUID]) -> bool:
    """Nobody of the author's team, and nobody who had a hand in it: `took_part`, as `referrals.queries.parts_taken` finds them."""
    teams = {referral.team_id, referral.author.team_id} - {None}
    return grader.team_id not in teams and grader.pk not in took_part


def is_partner(grader: User) -> bool:
    """Whether they belong to an agency that is no police force."""
    return grader.agency is not None and not grader.agency.is_police


def items_to_judge(round: GradingRound) -> RoundItemQuerySet:
    """The items of a round with what decides who may grade them, besides who had a hand in them."""
    return round.items.standing().select_related("referral__author")


def balanced(
    round: GradingRound, item: RoundItem, able: Collection[User], *, load: Mapping[UUID, int], size: int
) -> list[User]:
    """So many of those who may judge the item, or as many as there are: the partner's place before the others.

    Least loaded first; equal loads are settled by a ticket, so that the same two do not always grade together, and it can be
    worked out again. Without a partner nobody has the first place, so there is one fewer.
    """

    def turn(grader: User) -> tuple[int, str]:
        return load.get(grader.pk, 0), sampling.ticket(round.seed, f"{item.position}:{grader.pk}")

    ordered = sorted(able, key=turn)
    partner = next((grader for grader in ordered if is_partner(grader)), None)
    others = [grader for grader in ordered if grader != partner]
    return [*([partner] if partner else []), *others[: size - 1]]


def ungraded_by(round: GradingRound, grader_id: UUID) -> list[Assignment]:
    """What this grader has still to grade in a round that is being graded, in the order of the sample."""
    waiting = Assignment.objects.waiting().filter(item__round=round, grader=grader_id)
    return list(waiting.select_related("item", "grader").order_by("item__position"))


def open_places(round: GradingRound, *, viewer: User) -> AssignmentQuerySet:
    """Places of the round that nobody fills, by item, each item with who left it and why.

    `is_graded_by_viewer`: whether the viewer grades that item too, and so is not to read why somebody knows the people in it.
    """
    theirs = Assignment.objects.filter(item=OuterRef("item"), grader=viewer)
    places = Assignment.objects.open_places().filter(item__round=round).annotate(is_graded_by_viewer=Exists(theirs))
    return places.select_related("item").prefetch_related("item__departures__grader").order_by("item__position", "pk")


def unfit(successor: User, place: Assignment, *, took_part: Container[UUID]) -> str:
    """Why this person cannot grade in that place, in words; nothing when they can.

    The place's item is one of `items_to_fill`; `took_part` are the ids of who had a hand in it.
    """
    item = place.item
    others = [one.grader for one in item.assignments.all() if one.pk != place.pk and one.grader is not None]
    if successor in others or successor.pk == place.grader_id:
        return f"{successor} grades {item} already."
    if successor.pk in {departure.grader_id for departure in item.departures.all()}:
        return f"{successor} was taken off {item} before."
    if not may_judge(successor, item.referral, took_part=took_part):
        return f"{successor} belongs to the author's team of {item} or had a hand in it."
    if not any(is_partner(grader) for grader in (successor, *others)):
        return f"{item} needs a grader from a partner agency."
    return ""


def items_to_fill(round: GradingRound) -> RoundItemQuerySet:
    """The items of a round with what decides who may take a place in them."""
    return items_to_judge(round).prefetch_related("assignments__grader__agency", "departures")


def successors(round: GradingRound, places: Collection[Assignment], *, on: date) -> list[tuple[User, str]]:
    """Who may grade on that day, each with why they can take none of these places; those who can take one first."""
    items = items_to_fill(round).in_bulk([place.item_id for place in places])
    parts = parts_taken([item.referral_id for item in items.values()])
    for place in places:
        place.item = items[place.item_id]
    leaving = {place.grader_id for place in places}
    people = [one for one in possible_graders(round.force, on=on) if one.pk not in leaving]
    found = [(one, [unfit(one, place, took_part=parts[place.item.referral_id]) for place in places]) for one in people]
    listed = [(one, "" if "" in reasons else reasons[0]) for one, reasons in found]
    return sorted(listed, key=lambda one: bool(one[1]))


def possible_graders(force: Agency, *, on: date) -> list[User]:
    """Active people of any agency who may grade on that day: the force's own first, by name."""
    held = grants_of_who_may_any([Permission.GRADE], on=on)
    people = User.objects.filter(pk__in=held.values("user"), agency__isnull=False)
    ordered = people.select_related("agency").order_by("name", "pk")
    return sorted(ordered, key=lambda person: person.agency_id != force.pk)


@dataclass(frozen=True)
class GraderProgress:
    """How far one grader is; says nothing of what was given."""

    grader: User
    assigned: int
    graded: int
    may_still_grade: bool
    waiting_since: datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.assigned == self.graded

    @property
    def is_stuck(self) -> bool:
        """Whether the round waits for somebody who cannot grade any more."""
        return not self.is_done and not self.may_still_grade

    @property
    def due_on(self) -> date | None:
        """By when they grade what they have not graded, the first of it."""
        return grades_due_on(self.waiting_since) if self.waiting_since else None


def progress_by_grader(round: GradingRound, *, on: date) -> list[GraderProgress]:
    """How many of their items each grader has graded, by name, and whether they may still grade on that day."""
    able = set(possible_graders(round.force, on=on))
    of_round = Q(grading_assignments__item__in=round.items.counted())
    people = (
        User.objects.filter(of_round)
        .select_related("agency")
        .annotate(
            assigned=Count("grading_assignments", filter=of_round),
            graded=Count("grading_assignments", filter=of_round & Q(grading_assignments__grade__isnull=False)),
            waiting_since=Min(
                "grading_assignments__assigned_at", filter=of_round & Q(grading_assignments__grade__isnull=True)
            ),
        )
        .order_by("name", "pk")
    )
    return [
        GraderProgress(person, person.assigned, person.graded, person in able, person.waiting_since)
        for person in people
    ]
