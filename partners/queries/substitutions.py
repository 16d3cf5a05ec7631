"""Who led in whose place: on one session, and over all sessions of a force."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import User
from common.clock import london_day, months_before, start_of_day
from partners.models import Session, Substitution
from partners.models.substitutions import SubstitutionQuerySet

NEWEST_FIRST = ("-made_at", "-pk")
MONTHS_COUNTED = 12


def substitutions_at(session: Session) -> list[Substitution]:
    """The first one first. Only for who runs the session."""
    return list(session.substitutions.with_people().order_by("made_at", "pk"))  # type: ignore[attr-defined]


def listed_substitutions(user: User) -> SubstitutionQuerySet:
    """On sessions of the person's force, with whom and what they are about."""
    return Substitution.objects.of_force(user).with_people().select_related("session")


@dataclass(frozen=True)
class SubstitutionCounts:
    """In the last twelve months: how many, and on how many sessions."""

    all: int
    sessions: int


def substitution_counts(user: User, *, at: datetime) -> SubstitutionCounts:
    """On sessions of the person's force, in one query."""
    since = start_of_day(months_before(london_day(at), MONTHS_COUNTED))
    made = Substitution.objects.of_force(user).filter(made_at__gte=since)
    return SubstitutionCounts(**made.aggregate(all=Count("pk"), sessions=Count("session", distinct=True)))
