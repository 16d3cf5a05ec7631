"""Who may grade what, and how far each grader is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from accounts.enums import Permission
from accounts.models import Agency, RoleGrant, User
from accounts.roles import ROLES
from grading.models import GradingRound
from referrals.models import Referral

FEWEST_GRADERS = 2


def may_judge(grader: User, referral: Referral) -> bool:
    """Not the author, nobody of the author's team, nobody who decided on it. `decisions` may be prefetched."""
    teams = {referral.team_id, referral.author.team_id} - {None}
    deciders = {decision.decided_by_id for decision in referral.decisions.all()}
    return grader.pk != referral.author_id and grader.team_id not in teams and grader.pk not in deciders


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

    @property
    def is_done(self) -> bool:
        return self.assigned == self.graded


def progress_by_grader(round: GradingRound) -> list[GraderProgress]:
    """How many of their items each grader has graded, by name."""
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
    return [GraderProgress(person, person.assigned, person.graded) for person in people]
