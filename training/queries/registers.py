"""Questions about sessions: the lists, who is expected, what was corrected, and what somebody is expected at."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.waiting import Waiting
from training.enums import Presence, TrainingSessionState
from training.models import RegisterCorrection, RegisterEntry, TrainingSession

COMING_ORDER = ("starts_at", "pk")
PAST_ORDER = ("-starts_at", "-pk")
MOST_OWN_SHOWN = 50


def listed_sessions(user: User, *, at: datetime, show: str = "coming") -> QuerySet[TrainingSession]:
    """Sessions of the trainer's agency, each with `expected` and `present` as counts. `show`: coming, past or register."""
    sessions = TrainingSession.objects.filter(force=user.agency_id)
    if show == "past":
        sessions = sessions.past(at=at)
    elif show == "register":
        sessions = sessions.register_open(at=at)
    else:
        sessions = sessions.coming(at=at)
    return with_counts(sessions).select_related("module_version__module", "trainer")


def with_counts(sessions: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
    """Sessions, each with how many are `expected`, `present` and `unset`, and its cohorts read along."""
    return sessions.annotate(
        expected=Count("entries"),
        present=Count("entries", filter=Q(entries__presence=Presence.PRESENT)),
        unset=Count("entries", filter=Q(entries__presence="")),
    ).prefetch_related("cohorts__programme")


def entries_of(session: TrainingSession) -> list[RegisterEntry]:
    """Who is expected, by name, with their corrections, the latest first."""
    corrections = RegisterCorrection.objects.select_related("corrected_by").order_by("-corrected_at", "-pk")
    return list(
        session.entries.select_related("person__team", "cohort", "watched_version")
        .prefetch_related(Prefetch("corrections", corrections))
        .order_by("person__name", "pk")
    )


@dataclass(frozen=True)
class OwnSession:
    """A session at which somebody is expected, and what it asks of them now: "CODE", "WATCH" or nothing."""

    entry: RegisterEntry
    asks: str


def own_sessions(person: User, *, at: datetime) -> list[OwnSession]:
    """The sessions of one person, those that are still open first, then what has been; 50 at most."""
    entries = (
        RegisterEntry.objects.filter(person=person)
        .select_related("session__module_version__module")
        .order_by("-session__starts_at", "-pk")[:MOST_OWN_SHOWN]
    )
    own = [OwnSession(entry, asked_of(entry, at=at)) for entry in entries]
    return sorted(own, key=lambda one: not _is_open(one.entry))


def _is_open(entry: RegisterEntry) -> bool:
    return entry.session.state == TrainingSessionState.PLANNED and not entry.presence


def asked_of(entry: RegisterEntry, *, at: datetime) -> str:
    """What the session asks of who is expected: to type the code once it has begun, or to say that they have watched it."""
    if not _is_open(entry) or at < entry.session.starts_at:
        return ""
    if entry.session.is_video:
        return "" if entry.watched_at else "WATCH"
    return "CODE"


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Registers of the trainer's agency that are to be closed."""
    if not user.may(Permission.RUN_TRAINING):
        return []
    count = TrainingSession.objects.filter(force=user.agency_id).register_open(at=at).count()
    title = f"training register{'s' * (count != 1)} to close"
    url = f"{reverse('training:sessions')}?show=register"
    return [Waiting(title, count, url, is_late=True)] if count else []
