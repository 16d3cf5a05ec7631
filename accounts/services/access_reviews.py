"""Looking, every quarter, whether everybody still needs what they may do."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.enums import ReviewOutcome
from accounts.models import GrantReview, RoleGrant, User
from accounts.permissions import may_administer
from accounts.services import end_role
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError


class CannotReview(DomainError):
    pass


@transaction.atomic
def review_grant(*, grant_id: UUID, outcome: ReviewOutcome, by: User, at: datetime) -> GrantReview:
    """Say that somebody still needs a role, or end it today. Nobody says so of their own. Raises CannotReview."""
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant_id)
    today = timezone.localdate(at)
    if not may_administer(by):
        raise CannotReview("Only an administrator may review roles.")
    if grant.user_id == by.pk:
        raise CannotReview("Another administrator reviews your roles.")
    if not RoleGrant.objects.current(on=today).filter(pk=grant.pk).exists():
        raise CannotReview(f"{grant.user.name} holds this role no more.")
    review = GrantReview.objects.create(grant=grant, outcome=outcome, reviewed_by=by, reviewed_at=at)
    audit.record(
        verb=Verb.ADMINISTERED,
        what="role.reviewed",
        at=at,
        actor=by,
        subject=grant.user,
        role=grant.role,
        outcome=outcome.value,
    )
    if outcome == ReviewOutcome.ENDED:
        end_role(grant_id=grant.pk, ends_on=today, by=by, at=at)
    return review
