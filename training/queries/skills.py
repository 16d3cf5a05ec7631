"""Questions about evidence of skills: what somebody wrote, and what waits for an answer."""

from datetime import datetime

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.waiting import Waiting
from training.models import SkillEvidence
from training.models.skills import SkillEvidenceQuerySet
from training.queries.people import people_seen_by


def evidence_to_read() -> SkillEvidenceQuerySet:
    """Entries with all that a list or a page of them shows."""
    return SkillEvidence.objects.select_related("person__team", "skill", "answered_by")


def evidence_seen_by(user: User) -> SkillEvidenceQuerySet:
    """One's own, and of the people whose training one sees."""
    seen = people_seen_by(user).values("pk")
    return evidence_to_read().filter(person=user) | evidence_to_read().filter(person__in=seen)


def evidence_to_answer(user: User) -> SkillEvidenceQuerySet:
    """Entries that this person may answer and nobody has: of the agency for trainers, of the own team for line managers."""
    entries = evidence_to_read().unanswered().filter(agency=user.agency_id, person__agency=user.agency_id)
    entries = entries.filter(person__is_active=True).exclude(person=user)
    if user.agency_id and user.may(Permission.RUN_TRAINING):
        return entries
    if user.team_id and user.may(Permission.SIGN_OFF_AS_LINE_MANAGER):
        return entries.filter(person__team=user.team_id)
    return entries.none()


def evidence_of(person: User) -> list[SkillEvidence]:
    """Everything that somebody wrote, newest first."""
    return list(evidence_to_read().filter(person=person).newest_first())


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Entries of others to answer."""
    if not user.may(Permission.RUN_TRAINING, Permission.SIGN_OFF_AS_LINE_MANAGER):
        return []
    count = evidence_to_answer(user).count()
    return [Waiting("Evidence of skills to confirm", count, reverse("training:evidence_to_answer"))] if count else []
