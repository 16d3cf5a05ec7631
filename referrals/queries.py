"""Questions over referrals, shares and people: what waits, the queue, and what graders would miss."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.enums import AreaKind, Permission
from accounts.models import Agency, Area, User
from common.clock import start_of_day, working_time_left
from common.waiting import Waiting
from referrals.enums import ANSWERED, FormKind, Informed, PersonRole, ShareState, SubjectSeen
from referrals.models import Incident, IncidentImport, IncidentImportRow, Person, Referral, Share

QUEUE_ORDER = ("-risk_level", "due_at", "pk")
SHARED_ORDER = ("-shared_at", "pk")
MINE_ORDER = ("-submitted_at", "pk")
INCIDENTS_ORDER = ("-reported_at", "-pk")
IMPORTS_ORDER = ("-at", "-pk")
REFUSALS_ORDER = ("number", "column", "pk")
REFUSALS_HEADING = ("row", "column", "reason")
ANSWERS_STAY_NEW = timedelta(days=7)
LONG_CONCERN = 200
LONG_LIFE = 100
TIMELY = timedelta(hours=24)


def queue(user: User, *, at: datetime, filters: dict[str, Any] | None = None) -> QuerySet[Referral]:
    """What waits for a decision at this person's hub. Filters: risk, type, kind, late."""
    wanted = filters or {}
    waiting = Referral.objects.received_by(user.agency_id).awaiting_decision()
    if "risk" in wanted:
        waiting = waiting.filter(risk_level=wanted["risk"])
    if "type" in wanted:
        waiting = waiting.filter(types__contains=[wanted["type"]])
    if "kind" in wanted:
        waiting = waiting.filter(kind=wanted["kind"])
    if wanted.get("late"):
        waiting = waiting.overdue(at=at)
    return waiting.select_related("district", "agency")


@dataclass(frozen=True)
class QueueRow:
    """A referral of the queue with the working time until its decision is due; negative when it is late."""

    referral: Referral
    left: timedelta

    @property
    def is_late(self) -> bool:
        return self.left < timedelta()

    @property
    def left_in_words(self) -> str:
        return working_time_in_words(self.left)


def queue_rows(referrals: list[Referral], *, at: datetime) -> list[QueueRow]:
    """The working time left of each, by the hub's opening hours."""
    rows = []
    for referral in referrals:
        due = referral.due_at
        if due is None:
            continue
        # Late is late at night too, when no working time has passed since.
        left = working_time_left(at, due)
        rows.append(QueueRow(referral, min(left, timedelta(seconds=-1)) if due < at else left))
    return rows


def working_time_in_words(left: timedelta) -> str:
    """For example "3 working hours 20 minutes left" or "Late by 45 minutes of working time"."""
    minutes = int(abs(left).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} working hour{'' if hours == 1 else 's'}"] if hours else []
    if minutes and hours < 10:
        parts.append(f"{minutes} minute{'' if minutes == 1 else 's'}")
    words = " ".join(parts) or "less than a minute"
    if left < timedelta():
        return f"Late by {words}" if parts else "Late"
    return f"{words} left"


def shared_with(user: User, *, state: str = "") -> QuerySet[Share]:
    """What is shared with this person's agency now."""
    shares = Share.objects.live().filter(agency=user.agency_id)
    return (shares.filter(state=state) if state else shares).select_related("referral")


def drafts_of(user: User) -> QuerySet[Referral]:
    """A person's drafts, last changed first."""
    return Referral.objects.written_by(user).drafts().order_by("-changed_at", "pk")


def sent_by(user: User) -> QuerySet[Referral]:
    """What a person submitted, with the agencies' answers."""
    answers = Share.objects.filter(state__in=ANSWERED).select_related("agency").order_by("answered_at", "pk")
    return Referral.objects.written_by(user).sent().prefetch_related(Prefetch("shares", answers, to_attr="answers"))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Drafts, new answers, the queue and what is shared, for the home page."""
    lines = []
    mine = reverse("referrals:mine")
    if user.may(Permission.WRITE_PPN, Permission.WRITE_CPI):
        answered = Share.objects.filter(
            referral__in=Referral.objects.written_by(user),
            state__in=ANSWERED,
            answered_at__gte=at - ANSWERS_STAY_NEW,
        )
        lines.append(Waiting("drafts to finish", drafts_of(user).count(), f"{mine}#drafts"))
        lines.append(
            Waiting(
                "referrals answered in the last seven days",
                answered.values("referral").distinct().count(),
                f"{mine}?{urlencode({'answered': 'yes'})}",
            )
        )
    if user.may(Permission.DECIDE_REFERRAL, Permission.SEE_HUB_REFERRALS):
        at_queue = reverse("referrals:queue")
        late = queue(user, at=at, filters={"late": True}).count()
        lines.append(Waiting("referrals waiting for a decision", queue(user, at=at).count(), at_queue))
        lines.append(
            Waiting("decisions that are late", late, f"{at_queue}?{urlencode({'late': 'on'})}", is_late=late > 0)
        )
    if user.may(Permission.SEE_SHARED_REFERRALS):
        waiting = shared_with(user, state=ShareState.WAITING)
        to_answer = f"{reverse('referrals:shared')}?{urlencode({'state': ShareState.WAITING})}"
        is_late = waiting.filter(answer_due_at__lt=at).exists()
        lines.append(Waiting("referrals shared with us that wait for an answer", waiting.count(), to_answer, is_late))
    return lines


def newly_answered(referrals: QuerySet[Referral], *, at: datetime) -> QuerySet[Referral]:
    """Those of them that an agency answered in the last seven days."""
    recent = Share.objects.filter(state__in=ANSWERED, answered_at__gte=at - ANSWERS_STAY_NEW)
    return referrals.filter(pk__in=recent.values("referral"))


@dataclass(frozen=True)
class Point:
    """One of the points that graders look for, whether it is there, and the section that holds it.

    `is_explained` means that it is not known and a reason is given: that counts as answered, and is told apart.
    """

    name: str
    section: str
    is_there: bool
    is_explained: bool = False

    @property
    def is_answered(self) -> bool:
        return self.is_there or self.is_explained


@dataclass(frozen=True)
class Completeness:
    """How many of the points are answered, and which are not. It informs; it never blocks."""

    points: list[Point]

    @property
    def answered(self) -> int:
        return sum(point.is_answered for point in self.points)

    @property
    def missing(self) -> list[Point]:
        return [point for point in self.points if not point.is_answered]

    @property
    def explained(self) -> list[Point]:
        return [point for point in self.points if point.is_explained and not point.is_there]


def completeness_of(referral: Referral, *, at: datetime) -> Completeness:
    """What graders would miss: the ten-point minimum of a PPN, or the fewer points of a CPI form.

    `at` is the moment of submission, or now for a draft. Reads the content and the people of the referral.
    """
    if referral.kind == FormKind.CPI:
        return Completeness(_points_of_cpi(referral))
    return Completeness([*_points_of_account(referral, at=at), *_points_of_identity(list(referral.people.all()))])


def _points_of_account(referral: Referral, *, at: datetime) -> list[Point]:
    ppn = referral.ppn
    reported = ppn.reported_at
    not_spoken_to = ppn.subject_seen in (SubjectSeen.NOT_SEEN, SubjectSeen.NOT_SPOKEN_TO)
    return [
        Point("what daily life is like for the person", "daily-life", len(ppn.lived_experience.strip()) >= LONG_LIFE),
        Point("sent within 24 hours of the report", "incident", reported is not None and at - reported <= TIMELY),
        Point("the concern in detail", "concern", len(ppn.concern.strip()) >= LONG_CONCERN),
        Point(
            "the person's own words, or what they showed",
            "daily-life",
            bool(ppn.voice.strip()),
            is_explained=not_spoken_to and bool(ppn.not_seen_reason.strip()),
        ),
        Point("what the person needs", "needs-and-harm", bool(ppn.needs.strip())),
        Point("the harm, and how likely or grave it is", "needs-and-harm", bool(ppn.harm.strip() and ppn.harm_level)),
    ]


def _points_of_identity(people: list[Person]) -> list[Point]:
    subjects = [person for person in people if person.role == PersonRole.SUBJECT]
    parents = [person for person in people if person.role == PersonRole.PARENT_CARER]

    def point(name: str, field: str, asked: list[Person]) -> Point:
        without = [person for person in asked if not getattr(person, field).strip()]
        is_there = bool(subjects) and not without
        is_explained = bool(without) and all(person.not_known_reason.strip() for person in without)
        return Point(name, "people", is_there, is_explained=is_explained)

    return [
        point("self-defined ethnicity", "ethnicity", subjects),
        point("place of birth, of a child and of the parents", "place_of_birth", [*subjects, *parents]),
        point("religion or belief", "religion", subjects),
        point("first or preferred language", "first_language", subjects),
    ]


def _points_of_cpi(referral: Referral) -> list[Point]:
    cpi = referral.cpi
    return [
        Point("when it happened and when you learned of it", "topic", bool(cpi.event_on and cpi.learned_on)),
        Point("how you know", "topic", bool(cpi.how_known)),
        Point("who, what, when, where, how and why", "information", len(cpi.information.strip()) >= LONG_LIFE),
        Point("who else knows it", "information", bool(cpi.who_else_knows.strip())),
        Point("whether the person is known to services", "handling", bool(cpi.known_to_services)),
        Point("whether the police may contact you", "handling", cpi.may_be_contacted is not None),
    ]


def explanation_missing(referral: Referral) -> bool:
    """Whether a PPN says that nobody was told, or that somebody objects, without the reason."""
    if referral.kind != FormKind.PPN:
        return False
    needs_reason = referral.ppn.informed not in ("", Informed.TOLD_AGREES)
    return needs_reason and not referral.ppn.informed_reason.strip()


def districts_of(force: Agency) -> QuerySet[Area]:
    """The districts of a police force; a force without areas serves all of them."""
    districts = Area.objects.filter(kind=AreaKind.DISTRICT)
    if force.areas.exists():
        own = force.areas.values("pk")
        districts = districts.filter(Q(pk__in=own) | Q(part_of__in=own))
    return districts.order_by("name", "pk")


def incidents_for(user: User, *, filters: dict[str, Any] | None = None) -> QuerySet[Incident]:
    """The incidents that this person may look up.

    Filters: kind, district, flag (the name of one), reported_from and reported_before (days of the London calendar).
    """
    wanted = filters or {}
    found = Incident.objects.visible_to(user)
    if "kind" in wanted:
        found = found.filter(kind=wanted["kind"])
    if "district" in wanted:
        found = found.filter(district=wanted["district"])
    if "flag" in wanted:
        found = found.filter(**{wanted["flag"]: True})
    if "reported_from" in wanted:
        found = found.filter(reported_at__gte=start_of_day(wanted["reported_from"]))
    if "reported_before" in wanted:
        found = found.filter(reported_at__lt=start_of_day(wanted["reported_before"]))
    return found.select_related("district", "team")


def imports_for(user: User) -> QuerySet[IncidentImport]:
    """Every import into the force of this person."""
    return IncidentImport.objects.visible_to(user).select_related("by")


def refusals_of(imported: IncidentImport) -> QuerySet[IncidentImportRow]:
    """The refused rows of an import in the order of the file; a row with two faults comes twice."""
    return imported.refusals.order_by(*REFUSALS_ORDER)
