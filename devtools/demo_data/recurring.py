"""People who come back: written down a little differently each time, found again, and often confirmed by the hub as the same."""

from dataclasses import asdict
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from accounts.models import User
from common.clock import london_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import named_id
from devtools.demo_data.slips import Written, slip
from referrals.enums import MatchAnswer
from referrals.models import PersonKeys, PersonMatch
from referrals.queries.likeness import Description, compare, described, traits_of

# How many slips the second and later descriptions of somebody have.
SLIPS = (0, 0, 0, 1, 1, 1, 2, 2)
CONFIRMED = 0.75
Met = dict[object, tuple[UUID, Description]]
Decided = tuple[User, datetime] | None


class Recurring:
    """Keeps the rows by which people are found, and the answers about pairs."""

    def __init__(self) -> None:
        self.keys, self.matches = Table(PersonKeys), Table(PersonMatch)

    @property
    def tables(self) -> tuple[Table, ...]:
        """To be copied after the people."""
        return self.keys, self.matches

    @staticmethod
    def written(person_id: UUID, given: str, family: str, born: date | None, address: str, *, again: bool) -> Written:
        """What a form says of somebody; the id decides on the slips, so that nothing else of the seed's data moves."""
        written = Written(given, family, born, address)
        if not again:
            return written
        random = Random(person_id.int)
        return slip(written, random, times=random.choice(SLIPS))

    def remember(self, who: object, family: Met, row: dict[str, Any], *, at: datetime, decided: Decided) -> None:
        """Add the keys of this person's row, and what the hub said when it saw the description before."""
        said = described(
            given_names=row["given_names"],
            family_name=row["family_name"],
            born=row["date_of_birth"],
            estimated_age=row["estimated_age"],
            sex=row["sex"],
            address=row["address"],
            on=london_day(at),
        )
        traits = traits_of(said)
        self.keys.add(
            person_id=row["id"],
            referral_id=row["referral_id"],
            **asdict(traits),
        )
        if who in family and decided is not None:
            self._match(family[who], (row["id"], said), decided)
        family[who] = (row["id"], said)

    def _match(
        self, earlier: tuple[UUID, Description], later: tuple[UUID, Description], decided: tuple[User, datetime]
    ) -> None:
        likeness = compare(earlier[1], later[1])
        if not likeness.is_offered or Random(later[0].int + 1).random() > CONFIRMED:
            return
        one, other = sorted((earlier[0], later[0]))
        by, moment = decided
        self.matches.add(
            id=named_id("match", one, other),
            one_id=one,
            other_id=other,
            answer=str(MatchAnswer.SAME),
            bits=likeness.bits,
            reasons=Jsonb(likeness.reasons),
            answered_at=moment,
            answered_by_id=by.pk,
        )
