"""The quarters of a year: what the round of each is doing, by when it is to be done, and what is late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import ONE_DAY, Quarter, london_day, quarter_of
from common.waiting import Waiting
from grading.enums import INVITING, RoundState
from grading.models import Assignment, GradingRound
from grading.models.rounds import assign_by, grades_due_on
from grading.queries.population import ppns_of
from grading.queries.rounds import listed_rounds
from referrals.enums import SENT, VOIDED
from referrals.models.referral import ReferralQuerySet

QUARTERS_OFFERED = 8


@dataclass(frozen=True)
class CalendarLine:
    """A quarter and its round, if it has one; `round` carries the counts of `rounds_of_year`."""

    quarter: Quarter
    today: date
    round: GradingRound | None
    # Whether a PPN was sent in it, where it has no round.
    has_ppns: bool = False
    # Whether the person who asks runs the round, or would.
    runs: bool = False

    @property
    def has_begun(self) -> bool:
        return self.quarter.start <= self.today

    @property
    def has_ended(self) -> bool:
        return self.quarter.end < self.today

    @property
    def whole_from(self) -> date:
        """The first day on which every PPN of the quarter can be drawn."""
        return self.quarter.end + ONE_DAY

    @property
    def assign_by(self) -> date:
        return assign_by(self.quarter.end)

    @property
    def grades_due_on(self) -> date | None:
        """By when the panel that was assigned grades; of grades that are outstanding, the first of them."""
        if self.round is None or self.round.assigned_at is None:
            return None
        return grades_due_on(getattr(self.round, "waiting_since", None) or self.round.assigned_at)

    @property
    def can_be_opened(self) -> bool:
        return self.runs and self.round is None and self.quarter in quarters_to_open(self.today)

    @property
    def invites(self) -> bool:
        return self.runs and self.round is not None and self.round.state in INVITING

    @property
    def is_late(self) -> bool:
        """Not with its graders in time, or not graded in time; agreeing grades has no limit of days."""
        if self.round is None:
            return self.has_ppns and self.assign_by < self.today
        if self.round.state in INVITING:
            return self.assign_by < self.today
        due = self.grades_due_on
        return self.round.state == RoundState.GRADING and due is not None and due < self.today


def quarters_to_open(day: date) -> list[Quarter]:
    """The quarters for which a round is opened: the last one that ended first, then earlier ones, and the running one."""
    running = quarter_of(day)
    quarters = [running.previous()]
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].previous())
    return [*quarters, running]


def calendar_of(user: User, *, year: int, on: date) -> list[CalendarLine]:
    """The quarters of a year with the rounds that this person may know of, in two queries.

    Who runs grading sees every quarter of their force; others those of published rounds and of rounds in which they grade.
    """
    quarters = [quarter_of(date(year, month, 1)) for month in (1, 4, 7, 10)]
    force_id = user.agency_id if user.may(Permission.RUN_GRADING) else None
    rounds = _rounds_of_year(user, year, force_id)
    missing = [
        one
        for one in quarters
        if not any(round.starts_on == one.start and round.force_id == force_id for round in rounds)
    ]
    with_ppns = _with_ppns(force_id, [one for one in missing if one.start <= on]) if force_id else set()
    lines = []
    for quarter in quarters:
        if force_id and quarter in missing:
            lines.append(CalendarLine(quarter, on, None, has_ppns=quarter in with_ppns, runs=True))
        lines += [
            CalendarLine(quarter, on, round, runs=round.force_id == force_id)
            for round in rounds
            if round.starts_on == quarter.start
        ]
    return lines


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """The last quarter that ended, where PPNs were sent in it and no round was opened; late as its line of the calendar is."""
    if not user.may(Permission.RUN_GRADING) or user.agency_id is None:
        return []
    on = london_day(at)
    quarter = quarter_of(on).previous()
    opened = GradingRound.objects.filter(force=user.agency_id, starts_on=quarter.start)
    missing = Agency.objects.filter(~Exists(opened), Exists(_drawable(user.agency_id, quarter)), pk=user.agency_id)
    if not missing.exists():
        return []
    line = CalendarLine(quarter, on, None, has_ppns=True, runs=True)
    url = f"{reverse('grading:round_open')}?quarter={quarter.start.isoformat()}"
    return [Waiting(f"grading round to open, of {quarter.label}", 1, url, is_late=line.is_late)]


def _rounds_of_year(user: User, year: int, force_id: UUID | None) -> list[GradingRound]:
    """Each with the counts of `listed_rounds`, how many of how many are agreed (`agreed`, `to_agree`) and since when a grade is outstanding (`waiting_since`)."""
    known = Q(force=force_id) | Q(state=RoundState.PUBLISHED)
    if user.may(Permission.GRADE):
        known |= Q(pk__in=Assignment.objects.of(user).values("item__round"))
    counts = Q(items__removal=None) & ~Q(items__referral__state__in=VOIDED)
    outstanding = counts & Q(items__assignments__grade=None)
    rounds = listed_rounds(user).filter(known, starts_on__year=year).select_related("force")
    return list(
        rounds.annotate(
            to_agree=Count("items", filter=counts, distinct=True),
            agreed=Count("items", filter=counts & Q(items__agreed_grade__isnull=False), distinct=True),
            waiting_since=Min("items__assignments__assigned_at", filter=outstanding),
        ).order_by("starts_on", "force__name", "pk")
    )


def _with_ppns(force_id: UUID, quarters: Collection[Quarter]) -> set[Quarter]:
    """Those of the quarters in which the force sent a PPN that can be drawn; in one query, or in none where there is no quarter."""
    if not quarters:
        return set()
    sent = {f"q{one.number}": Exists(_drawable(force_id, one)) for one in quarters}
    found: dict[str, Any] = dict(Agency.objects.filter(pk=force_id).values(**sent).get())
    return {one for one in quarters if found[f"q{one.number}"]}


def _drawable(force_id: UUID, quarter: Quarter) -> ReferralQuerySet:
    return ppns_of(force_id, quarter).filter(state__in=SENT)
