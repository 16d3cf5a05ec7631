"""Which roles are covered: by profile who is ready, who is on the way, what most lack, and what is left when one of them goes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from training.models import Induction, RoleProfile
from training.queries.matrix import MOST_PEOPLE
from training.queries.needs import AskedOf, Holding, holdings_of, proofs_of, requirements_of
from training.queries.people import people_seen_by

MOST_LACKING = 3


@dataclass(frozen=True)
class Readiness:
    """One profile: who is in it and has everything that it asks for, in date, and what the others lack most."""

    profile: RoleProfile
    people: int
    ready: list[User]
    in_induction: int
    lacking: list[tuple[str, int]]
    asks_for_nothing: bool

    @property
    def with_gaps(self) -> int:
        return self.people - len(self.ready)

    @property
    def cover_in_words(self) -> str:
        """What happens when somebody who is ready leaves."""
        if not self.people:
            return "Nobody is in it"
        if self.asks_for_nothing:
            return "It asks for nothing"
        if not self.ready:
            return "Nobody is ready"
        if len(self.ready) == 1:
            return f"Only {self.ready[0]} is ready: nobody is left when they go"
        return f"{len(self.ready) - 1} left when one goes"

    @property
    def is_at_risk(self) -> bool:
        """Whether nobody, or one alone, is ready for a profile that somebody is in."""
        return self.people > 0 and not self.asks_for_nothing and len(self.ready) < 2


@dataclass(frozen=True)
class ReadinessBoard:
    """The profiles of the force, those at risk first; none where there are too many people to look at."""

    profiles: list[Readiness]
    is_too_large: bool = False


def readiness_of(user: User, *, on: date) -> ReadinessBoard:
    """How the profiles of the force are covered by the people whom this person sees, in nine queries whatever their number."""
    seen = people_seen_by(user).order_by("name", "pk")
    people = list(seen[: MOST_PEOPLE + 1])
    if len(people) > MOST_PEOPLE:
        return ReadinessBoard([], is_too_large=True)
    requirements = requirements_of(user.agency_id, on=on)
    holdings, proofs = holdings_of(people, requirements, on=on), proofs_of(people, requirements)
    asked = AskedOf(requirements, on=on)
    members: Counter[RoleProfile] = Counter()
    ready: dict[RoleProfile, list[User]] = {profile: [] for profile in requirements.profiles}
    lacking: dict[RoleProfile, Counter[str]] = {profile: Counter() for profile in requirements.profiles}
    for person in people:
        # Somebody may be in a profile by their role and by name too. Ready is who has it, not who has time left to get it.
        for profile in {holding.profile for holding in holdings[person.pk]}:
            members[profile] += 1
            needs = asked.of([Holding(profile)]).needs_of(person.pk, proofs)
            missing = [need.title for need in needs if not need.is_met]
            lacking[profile].update(missing)
            if not missing:
                ready[profile].append(person)
    starters = Counter(Induction.objects.open().filter(person__in=people).values_list("assignment__profile", flat=True))
    board = [
        Readiness(
            profile,
            members[profile],
            ready[profile],
            starters[profile.pk],
            sorted(lacking[profile].items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_LACKING],
            asks_for_nothing=not requirements.asks_for_something(profile),
        )
        for profile in requirements.profiles
    ]
    return ReadinessBoard(sorted(board, key=lambda one: (not one.is_at_risk, one.profile.name)))
