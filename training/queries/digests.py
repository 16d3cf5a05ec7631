"""What a digest says: how much lapses soon, of one person and of a team, as counts alone."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from training.enums import REMIND_DAYS, EvidenceAnswer, RecordState, Standing
from training.models import EarlierAcceptance, LapseReminder, SkillEvidence, TrainingRecord
from training.queries.needs import Need, needs_of

FURTHEST = timedelta(days=max(REMIND_DAYS))


@dataclass
class Lapses:
    """How many things lapse, by the nearest of 7, 30 and 60 days, and how many have lapsed."""

    within: Counter[int] = field(default_factory=Counter)
    lapsed: int = 0

    def add(self, need: Need, *, on: date) -> None:
        days = days_before(need, on=on)
        if days is not None:
            self.within[days] += 1
        elif need.standing is Standing.LAPSED:
            self.lapsed += 1

    def __bool__(self) -> bool:
        return self.within.total() > 0 or self.lapsed > 0

    @property
    def in_words(self) -> str:
        """1 thing runs out within 7 days. 3 within 30 days. 2 have run out."""
        parts = [(self.within[days], f"within {days} days") for days in sorted(REMIND_DAYS) if self.within[days]]
        said = [f"{'Also ' if number else ''}{_things(count)} {when}" for number, (count, when) in enumerate(parts)]
        if self.lapsed:
            said.append(f"{self.lapsed} {'has' if self.lapsed == 1 else 'have'} run out already")
        return ". ".join(said) + "."


def _things(count: int) -> str:
    return "1 thing runs out" if count == 1 else f"{count} things run out"


def days_before(need: Need, *, on: date) -> int | None:
    """Which of 60, 30 and 7 days somebody is to hear of now; None where it does not lapse in that time."""
    if need.lapses_on is None:
        return None
    left = (need.lapses_on - on).days
    return min((days for days in REMIND_DAYS if left <= days), default=None) if left > 0 else None


def with_something_to_hear(people: QuerySet[User], *, on: date) -> QuerySet[User]:
    """Those who hold something that lapses in that time and were not told of it at the nearest of 60, 30 and 7 days."""
    untold: Any = Q(pk__in=[])
    for days, after in zip(REMIND_DAYS, (*REMIND_DAYS[1:], 0), strict=True):
        window = {"lapses_on__gt": on + timedelta(days=after), "lapses_on__lte": on + timedelta(days=days)}
        told = LapseReminder.objects.filter(days=days)
        records = TrainingRecord.objects.filter(~Exists(told.filter(record=OuterRef("pk"))), **window)
        entries = SkillEvidence.objects.filter(~Exists(told.filter(evidence=OuterRef("pk"))), **window)
        untold |= Q(Exists(records.filter(person=OuterRef("pk"), state=RecordState.COMPLETE)))
        untold |= Q(Exists(entries.filter(person=OuterRef("pk"), answer=EvidenceAnswer.CONFIRMED)))
        on_paper = EarlierAcceptance.objects.holding().filter(~Exists(told.filter(acceptance=OuterRef("pk"))), **window)
        untold |= Q(Exists(on_paper.filter(person=OuterRef("pk"))))
    return people.filter(untold)


def lapses_of(person: User, *, on: date) -> tuple[Lapses, set[UUID]]:
    """What of one person's lapses soon, and the ids of the records, acceptances and entries of evidence."""
    found, held = Lapses(), set()
    for need in needs_of([person], force_id=person.agency_id, on=on)[person.pk]:
        if days_before(need, on=on) is not None and need.held is not None:
            found.add(need, on=on)
            held.add(need.held.pk)
    return found, held


def lapses_of_teams(teams: Collection[UUID], *, force_id: UUID | None, on: date) -> dict[UUID, Lapses]:
    """By team what lapses soon or has lapsed, of its active people; in nine queries whatever their number."""
    until = {"lapses_on__lte": on + FURTHEST, "person": OuterRef("pk")}
    records = TrainingRecord.objects.filter(state=RecordState.COMPLETE, **until)
    entries = SkillEvidence.objects.filter(answer=EvidenceAnswer.CONFIRMED, **until)
    on_paper = EarlierAcceptance.objects.holding().filter(**until)
    has_any = Exists(records) | Exists(entries) | Exists(on_paper)
    people = User.objects.filter(has_any, team__in=teams, agency=force_id, is_active=True)
    by_pk = {person.pk: person for person in people.only("pk", "team")}
    found: dict[UUID, Lapses] = {team: Lapses() for team in teams}
    for pk, needs in needs_of(by_pk.values(), force_id=force_id, on=on).items():
        team = by_pk[pk].team_id
        if team is not None:
            _count(found[team], needs, on=on)
    return found


def leaders_of_teams(*, on: date) -> QuerySet[User]:
    """Active people who see the training of a team that they are in."""
    roles = [code for code, role in ROLES.items() if Permission.SEE_TEAM_TRAINING in role.allows]
    held = RoleGrant.objects.current(on=on).filter(user=OuterRef("pk"), role__in=roles)
    return User.objects.filter(Exists(held), is_active=True, team__isnull=False, agency__isnull=False)


def _count(found: Lapses, needs: Iterable[Need], *, on: date) -> None:
    for need in needs:
        found.add(need, on=on)
