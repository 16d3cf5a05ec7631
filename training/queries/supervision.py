"""Questions about supervision: one's own, what is agreed and done, and what stands on a record."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.enums import Permission
from accounts.models import User
from training.enums import SupervisionRole, SupervisionState
from training.models import (
    RecordOpening,
    Supervision,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
)
from training.models.supervision import SupervisionQuerySet, SupervisionSessionQuerySet
from training.queries.people import people_seen_by

# So long the home page says that a superior opened a record.
OPENING_SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Own:
    """A supervision as one of the two sees it in a list."""

    supervision: Supervision
    role: SupervisionRole
    due_on: date
    planned: SupervisionSession | None
    is_over: bool

    @property
    def other(self) -> User:
        if self.role is SupervisionRole.SUPERVISOR:
            return self.supervision.supervisee
        return self.supervision.supervisor


def own_supervisions(user: User, *, on: date) -> list[Own]:
    """Those of the person, in either role: what lasts before what is over, the next due first."""
    planned = Prefetch(
        "sessions", SupervisionSession.objects.filter(state=SupervisionState.PLANNED), to_attr="planned_sessions"
    )
    found = Supervision.objects.of(user).select_related("supervisee", "supervisor")
    lines = [own(one, user, on=on) for one in found.prefetch_related(planned).next_due_first()]
    return sorted(lines, key=lambda line: line.is_over)


def own(supervision: Supervision, user: User, *, on: date) -> Own:
    """One of these, read with its due date and with `planned_sessions`."""
    role = supervision.role_of(user) or SupervisionRole.SUPERVISEE
    is_over = supervision.ends_on is not None and supervision.ends_on <= on
    planned = next(iter(supervision.planned_sessions), None)  # type: ignore[attr-defined]
    return Own(supervision, role, supervision.due_on, planned, is_over)  # type: ignore[attr-defined]


def arranged_for(user: User) -> SupervisionQuerySet:
    """Supervisions of the people for whom this person arranges them: who, by whom and how often; no session.

    For trainers all of the agency, so that one of somebody who has left can be ended too.
    """
    found = Supervision.objects.filter(agency=user.agency_id)
    if not user.may(Permission.RUN_TRAINING):
        found = found.filter(supervisee__in=people_seen_by(user).values("pk"))
    return found.select_related("supervisee__team", "supervisor")


def sessions_to_read(sessions: SupervisionSessionQuerySet) -> SupervisionSessionQuerySet:
    """With all that the page of one shows, in a fixed number of queries."""
    versions = SupervisionRecord.objects.select_related("written_by").order_by("-number")
    return sessions.select_related("supervision__supervisee", "supervision__supervisor", "closed_by").prefetch_related(
        Prefetch("versions", versions),
        Prefetch("versions__actions", SupervisionAction.objects.order_by("position")),
        Prefetch("versions__reading", SupervisionReading.objects.select_related("read_by")),
        Prefetch("openings", RecordOpening.objects.select_related("opened_by").order_by("-opened_at")),
    )


def records_under(user: User, *, at: datetime) -> QuerySet[SupervisionSession]:
    """Sessions that were held in the team of who leads it: when and between whom, each with whether they have it open now."""
    is_open = RecordOpening.objects.filter(session=OuterRef("pk"), opened_by=user, closes_at__gt=at)
    found = SupervisionSession.objects.under(user).filter(state=SupervisionState.HELD)
    return found.select_related("supervision__supervisee", "supervision__supervisor").annotate(
        is_open_now=Exists(is_open)
    )


def unread_records(user: User) -> QuerySet[SupervisionRecord]:
    """Newest versions about this person that they have not confirmed to have read."""
    about_them = SupervisionRecord.objects.filter(
        session__supervision__supervisee=user, session__supervision__agency=user.agency_id, reading=None
    )
    later = SupervisionRecord.objects.filter(session=OuterRef("session"), number__gt=OuterRef("number"))
    return about_them.filter(~Exists(later))


def recent_openings(user: User, *, at: datetime) -> QuerySet[RecordOpening]:
    """By superiors, of records of this person's supervision, for as long as the home page says so."""
    own = Supervision.objects.of(user)
    return RecordOpening.objects.filter(session__supervision__in=own, opened_at__gt=at - OPENING_SHOWN)
