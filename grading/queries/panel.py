"""Who may grade what, and how far each grader is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from accounts.enums import Permission
from accounts.models import Agency, RoleGrant, User
from accounts.roles import ROLES
from grading.models import Assignment, GradingRound
from grading.models.rounds import RoundItemQuerySet
from referrals.models import Referral
from referrals.queries import parts_to_prefetch, those_who_took_part

FEWEST_GRADERS = 2


def may_judge(grader: User, referral: Referral) -> bool:
    """Nobody of the author's team, and nobody who had a hand in it: who wrote, attended, reviewed, decided, changed, had, shared
    or answered it. `referrals.queries.parts_to_prefetch` says what may be prefetched.
    """
    teams = {referral.team_id, referral.author.team_id} - {None}
    return grader.team_id not in teams and grader not in those_who_took_part(referral)


def is_partner(grader: User) -> bool:
    """Whether they belong to an agency that is no police force."""
    return grader.agency is not None and not grader.agency.is_police


def items_to_judge(round: GradingRound) -> RoundItemQuerySet:
    """The items of a round with what decides who may grade them."""
    return round.items.select_related(
        "referral__author", "referral__assigned_to", "referral__incident__officer"
    ).prefetch_related(*parts_to_prefetch("referral__"))


def ungraded_by(round: GradingRound, grader_id: UUID) -> list[Assignment]:
    """What this grader has still to grade in a round that is being graded, in the order of the sample."""
    waiting = Assignment.objects.waiting().filter(item__round=round, grader=grader_id)
    return list(waiting.select_related("item", "grader").order_by("item__position"))


def open_places(round: GradingRound) -> list[Assignment]:
    """Places of the round that nobody fills, by item, each item with who left it and why."""
    places = Assignment.objects.open_places().filter(item__round=round).select_related("item")
    return list(places.prefetch_related("item__departures__grader").order_by("item__position", "pk"))


def possible_graders(force: Agency, *, on: date) -> list[User]:
    """Active people of any agency who may grade on that day: the force's own first, by name."""
    roles = [code for code, role in ROLES.items() if Permission.GRADE in role.allows]
    held = RoleGrant.objects.current(on=on).filter(role__in=roles)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True, agency__isnull=False)
    ordered = people.select_related("agency").order_by("name", "pk")
    return sorted(ordered, key=lambda person: person.agency_id != force.pk)


@dataclass(frozen=True)
class GraderProgress:
    """How far one grader is; says nothing of what was given."""

    grader: User
    assigned: int
    graded: int
    may_still_grade: bool

    @property
    def is_done(self) -> bool:
        return self.assigned == self.graded

    @property
    def is_stuck(self) -> bool:
        """Whether the round waits for somebody who cannot grade any more."""
        return not self.is_done and not self.may_still_grade


def progress_by_grader(round: GradingRound, *, on: date) -> list[GraderProgress]:
    """How many of their items each grader has graded, by name, and whether they may still grade on that day."""
    able = set(possible_graders(round.force, on=on))
    people = (
        User.objects.filter(grading_assignments__item__round=round)
        .select_related("agency")
        .annotate(
            assigned=Count("grading_assignments", filter=Q(grading_assignments__item__round=round)),
            graded=Count(
                "grading_assignments",
                filter=Q(grading_assignments__item__round=round, grading_assignments__grade__isnull=False),
            ),
        )
        .order_by("name", "pk")
    )
    return [GraderProgress(person, person.assigned, person.graded, person in able) for person in people]
