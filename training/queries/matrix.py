"""The matrix: people against all that their profiles ask for, by filters, as a table and as a list of who lacks what."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import RoleGrant, Team, User
from training.enums import COUNTED_STATES, MatrixState, NeedKind
from training.models import ProfileAssignment, RoleProfile
from training.queries.needs import Need, Requirements, needs_towards
from training.queries.people import people_seen_by

# More people than that are looked at by team, profile or name.
MOST_PEOPLE = 2_000
# The choice of people in no team, and of everything that somebody has to do something about.
NO_TEAM = "none"
TO_ACT_ON = "OPEN"

KINDS = tuple(NeedKind)


@dataclass(frozen=True)
class MatrixFilter:
    """What to look at. `state` is a MatrixState, TO_ACT_ON, or empty; `what` one column, by its key."""

    team: Team | None = None
    in_no_team: bool = False
    profile: RoleProfile | None = None
    kind: NeedKind | None = None
    what: str = ""
    state: str = ""
    words: str = ""

    def asks_about(self, need: Need) -> bool:
        """Whether its column is one to show."""
        if self.kind is not None and need.kind is not self.kind:
            return False
        return not self.what or self.what == need.key

    def takes(self, need: Need) -> bool:
        """Whether somebody who stands like that is one to show."""
        if self.state == TO_ACT_ON:
            return need.is_open
        return not self.state or self.state == need.state


@dataclass(frozen=True)
class Column:
    """One thing that is asked for, by one profile or by several."""

    kind: NeedKind
    key: str
    title: str
    short_title: str


@dataclass(frozen=True)
class Line:
    """One thing that one person needs."""

    person: User
    need: Need


@dataclass(frozen=True)
class Matrix:
    """People by name, and by person what is asked of them within the filter."""

    chosen: MatrixFilter
    people: list[User]
    needs: dict[UUID, list[Need]]
    is_too_large: bool = False

    @cached_property
    def columns(self) -> list[Column]:
        """All that is asked of any of them: modules, modules to choose from, skills, each by title."""
        found: dict[str, Need] = {}
        for needs in self.needs.values():
            for need in needs:
                found[need.key] = need
        columns = [Column(need.kind, need.key, _title(need), _short_title(need)) for need in found.values()]
        return sorted(columns, key=lambda one: (KINDS.index(one.kind), one.title, one.key))

    @cached_property
    def counts(self) -> list[tuple[MatrixState, int]]:
        """How often each state occurs, whatever state is filtered by."""
        found = Counter(need.state for needs in self.needs.values() for need in needs)
        return [(state, found[state]) for state in COUNTED_STATES]

    @cached_property
    def matching(self) -> list[User]:
        """Those with at least one line in the state that is filtered by; everybody where none is."""
        if not self.chosen.state:
            return [one for one in self.people if self.needs[one.pk]] if self._narrows_columns else self.people
        takes = self.chosen.takes
        return [one for one in self.people if any(takes(need) for need in self.needs[one.pk])]

    def row_of(self, person: User) -> list[Need | None]:
        """By column how somebody stands; None where nobody asks it of them."""
        found = {need.key: need for need in self.needs[person.pk]}
        return [found.get(column.key) for column in self.columns]

    def lines_of(self, people: Iterable[User]) -> Iterator[Line]:
        """What the filter finds, one by one."""
        for person in people:
            for need in self.needs[person.pk]:
                if self.chosen.takes(need):
                    yield Line(person, need)

    @property
    def lines_count(self) -> int:
        """How many lines there are in the list."""
        return sum(self.chosen.takes(need) for needs in self.needs.values() for need in needs)

    @property
    def _narrows_columns(self) -> bool:
        return bool(self.chosen.kind or self.chosen.what)


def people_matching(user: User, chosen: MatrixFilter, *, on: date) -> QuerySet[User]:
    """Those whose training this person sees, by team, profile and name or collar number."""
    people = people_seen_by(user)
    if chosen.team is not None:
        people = people.filter(team=chosen.team)
    elif chosen.in_no_team:
        people = people.filter(team=None)
    if chosen.profile is not None:
        people = people.filter(_is_in(chosen.profile, on=on))
    if chosen.words:
        people = people.filter(Q(name__icontains=chosen.words) | Q(collar_number__iexact=chosen.words))
    return people.select_related("team")


def matrix_of(people: QuerySet[User], requirements: Requirements, chosen: MatrixFilter, *, on: date) -> Matrix:
    """These people against what is asked of them on that day, in five queries whatever their number; nobody where they are too many."""
    found = list(people.order_by("name", "pk")[: MOST_PEOPLE + 1])
    if len(found) > MOST_PEOPLE:
        return Matrix(chosen, [], {}, is_too_large=True)
    needs = needs_towards(requirements, found, on=on)
    if chosen.kind or chosen.what:
        needs = {pk: [need for need in of if chosen.asks_about(need)] for pk, of in needs.items()}
    return Matrix(chosen, found, needs)


def _is_in(profile: RoleProfile, *, on: date) -> Q:
    """In the profile on that day, by assignment or by account role."""
    assigned = ProfileAssignment.objects.current(on=on).filter(person=OuterRef("pk"), profile=profile)
    if not profile.account_role:
        return Q(Exists(assigned))
    held = RoleGrant.objects.current(on=on).filter(user=OuterRef("pk"), role=profile.account_role)
    return Q(Exists(assigned)) | Q(Exists(held))


def _title(need: Need) -> str:
    return f"{need.profiles[0].name}: {need.title}" if need.kind is NeedKind.CHOICE else need.title


def _short_title(need: Need) -> str:
    return need.module.short_title if need.module is not None else _title(need)
