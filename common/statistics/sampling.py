"""Random draws that anybody can repeat: in Python, in PostgreSQL, or by hand with a SHA-256 program.

Each id of the frame gets a ticket, the SHA-256 of "seed:id" in hexadecimal; the smallest tickets are drawn, without
replacement. So a larger draw begins with the smaller one, and a replacement is the next ticket of the same order.
Stored with a sample: ALGORITHM, the seed, the size, and the digest of the frame.
"""

import hashlib
import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Aggregate, BinaryField, CharField, Expression, F, Func, Value
from django.db.models.functions import Cast, Concat

ALGORITHM = "sha256-rank-1"

# The ticket in PostgreSQL, for a cursor: parameters `seed` and `id`, both text.
TICKET_SQL = "encode(sha256(convert_to(%(seed)s || ':' || %(id)s, 'UTF8')), 'hex')"


@dataclass(frozen=True)
class Drawn:
    """One drawn id. `position`: 1 is first in the sample. `rank`: 1 has the smallest ticket of its frame or stratum."""

    id: str
    ticket: str
    position: int
    rank: int
    stratum: str = ""


def ticket(seed: str, id: str) -> str:
    """The ticket of an id under a seed: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{id}".encode()).hexdigest()


def ticket_expression(seed: str, field: str = "pk") -> Expression:
    """The same ticket in a query: `incidents.annotate(ticket=ticket_expression(seed)).order_by("ticket")`."""
    text = Concat(Value(f"{seed}:"), Cast(F(field), CharField()), output_field=CharField())
    # Compared byte by byte whatever the language of the database, as Python does.
    template = "(encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex') COLLATE \"C\")"
    return Func(text, template=template, output_field=CharField())


def by_ticket(seed: str, field: str = "pk") -> Expression:
    """The order of the tickets, for `order_by`: the digest's bytes, which nobody has to write out for every row of a frame."""
    text = Concat(Value(f"{seed}:"), Cast(F(field), CharField()), output_field=CharField())
    return Func(text, template="sha256(convert_to(%(expressions)s, 'UTF8'))", output_field=BinaryField())


def frame_digest(ids: Iterable[str]) -> str:
    """A fingerprint of the frame: the SHA-256 of its ids, each once, sorted, joined by line feeds."""
    return hashlib.sha256("\n".join(sorted(set(ids))).encode()).hexdigest()


class FrameDigest(Aggregate):
    """The same fingerprint in a query, without fetching the ids: `incidents.aggregate(digest=FrameDigest("pk"))`."""

    # Sorted byte by byte whatever the language of the database, as Python does.
    template = (
        'encode(sha256(convert_to(coalesce(string_agg(DISTINCT (%(expressions)s)::text COLLATE "C", chr(10) '
        "ORDER BY (%(expressions)s)::text COLLATE \"C\"), ''), 'UTF8')), 'hex')"
    )
    output_field = CharField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """What is fingerprinted stands twice in the template, and so do its parameters."""
        sql, parameters = super().as_sql(*args, **kwargs)
        return sql, (*parameters, *parameters)


def draw(seed: str, ids: Iterable[str], size: int) -> list[Drawn]:
    """Draw so many of the ids, or all if there are fewer; a draw of n + 1 begins with the draw of n."""
    return [
        Drawn(id=id, ticket=number, position=rank, rank=rank)
        for rank, (number, id) in enumerate(_smallest_tickets(seed, ids, size), start=1)
    ]


def draw_replacement(seed: str, ids: Iterable[str], taken: Collection[str]) -> Drawn | None:
    """The next of the same order that is not taken yet; None when the frame (or stratum) is used up.

    Its position is one after the last of `taken`.
    """
    for drawn in draw(seed, ids, len(taken) + 1):
        if drawn.id not in taken:
            return Drawn(id=drawn.id, ticket=drawn.ticket, position=len(taken) + 1, rank=drawn.rank)
    return None


def allocate(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Share a sample among strata in proportion to their sizes, by largest remainder.

    Each stratum that is not empty gets at least one where the sample is large enough for that; no stratum gets
    more than it holds. Equal claims go to the larger stratum, then by name.
    """
    if size < 0 or any(count < 0 for count in sizes.values()):
        raise ValueError("Sizes cannot be negative.")
    strata = sorted((name for name, count in sizes.items() if count), key=lambda name: (-sizes[name], name))
    population = sum(sizes.values())
    size = min(size, population)
    quotas = {name: Fraction(size * sizes[name], population) for name in strata}
    places = {name: int(quota) for name, quota in quotas.items()}
    by_remainder = sorted(strata, key=lambda name: places[name] - quotas[name])
    for name in by_remainder[: size - sum(places.values())]:
        places[name] += 1
    if size >= len(strata):
        for name in [name for name in strata if not places[name]]:
            donor = max(
                (other for other in strata if places[other] > 1), key=lambda other: places[other] - quotas[other]
            )
            places[donor] -= 1
            places[name] += 1
    return {name: places.get(name, 0) for name in sorted(sizes)}


def draw_stratified(seed: str, frame: Mapping[str, Iterable[str]], size: int) -> list[Drawn]:
    """Draw so many ids from the strata in proportion (see allocate), within each by smallest ticket.

    The answer is in the order of the tickets. A larger stratified draw need not contain the smaller one whole,
    because the shares are worked out anew; within one stratum it does.
    """
    strata = {name: set(ids) for name, ids in frame.items()}
    if sum(map(len, strata.values())) != len(set().union(*strata.values())):
        raise ValueError("An id stands in more than one stratum.")
    places = allocate({name: len(ids) for name, ids in strata.items()}, size)
    chosen = [(drawn, name) for name, ids in strata.items() for drawn in draw(seed, ids, places[name])]
    chosen.sort(key=lambda pair: (pair[0].ticket, pair[0].id))
    return [
        Drawn(id=drawn.id, ticket=drawn.ticket, position=position, rank=drawn.rank, stratum=name)
        for position, (drawn, name) in enumerate(chosen, start=1)
    ]


def draw_stratified_replacement(
    seed: str, frame: Mapping[str, Iterable[str]], taken: Collection[str], stratum: str
) -> Drawn | None:
    """The next of that stratum that is not taken yet; where it is used up, the next of all strata; None when all are.

    Its position is one after the last of `taken`; stratum and rank are those that it has itself.
    """
    nexts = {}
    for name, ids in frame.items():
        listed = set(ids)
        if found := draw_replacement(seed, listed, listed.intersection(taken)):
            nexts[name] = found
    if not nexts:
        return None
    name = stratum if stratum in nexts else min(nexts, key=lambda one: (nexts[one].ticket, nexts[one].id))
    found = nexts[name]
    return Drawn(id=found.id, ticket=found.ticket, position=len(taken) + 1, rank=found.rank, stratum=name)


def _smallest_tickets(seed: str, ids: Iterable[str], size: int) -> list[tuple[str, str]]:
    if size < 0:
        raise ValueError("The size of a sample cannot be negative.")
    return heapq.nsmallest(size, ((ticket(seed, id), id) for id in set(ids)))
