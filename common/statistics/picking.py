"""Random draws from frames of any length that anybody can repeat: numbers out of a list, worked out by hand or anywhere.

The ids of the frame are sorted and numbered from 1, as they stand in the text that is fingerprinted. The SHA-256 of "seed:1",
"seed:2" and so on are numbers; what each leaves when it is divided by the length of the list, and one more, is the number of
an id that is drawn. A number that came before is passed over. So a larger draw begins with the smaller one, and only
as many digests are worked out as ids are drawn, where `sampling` works one out for every id of the frame.

2 to the power of 256 is no multiple of most lengths, which favours the first ids by less than one in 10 to the power of 60.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice

from common.statistics.sampling import Drawn, allocate

ALGORITHM = "sha256-pick-1"


@dataclass(frozen=True)
class Pick:
    """A number out of a list. `ticket`: the SHA-256 that it came from, 64 hexadecimal digits. `rank`: 1 is drawn first."""

    number: int
    ticket: str
    rank: int


def picks(seed: str, size: int, length: int, *, stratum: str = "") -> list[Pick]:
    """So many different numbers from 1 to `length`, or all if there are fewer; within a stratum by "seed:stratum:1" and so on."""
    if size < 0 or length < 0:
        raise ValueError("Sizes cannot be negative.")
    lead = f"{seed}:{stratum}" if stratum else seed
    return list(islice(_without_end(lead, length), min(size, length)))


def draw(seed: str, ids: Iterable[str], size: int) -> list[Drawn]:
    """Draw so many of the ids, or all if there are fewer; a draw of n + 1 begins with the draw of n."""
    listed = sorted(set(ids))
    return [Drawn(listed[one.number - 1], one.ticket, one.rank, one.rank) for one in picks(seed, size, len(listed))]


def draw_stratified(seed: str, frame: Mapping[str, Iterable[str]], size: int) -> list[Drawn]:
    """Draw so many ids from the strata in proportion (see `sampling.allocate`), in the order of their tickets.

    Each stratum has a list of its own, and its `rank` counts the order in which its ids came.
    """
    strata = {name: sorted(set(ids)) for name, ids in frame.items()}
    if sum(map(len, strata.values())) != len(set().union(*strata.values())):
        raise ValueError("An id stands in more than one stratum.")
    places = allocate({name: len(ids) for name, ids in strata.items()}, size)
    chosen = [
        (one.ticket, ids[one.number - 1], one.rank, name)
        for name, ids in strata.items()
        for one in picks(seed, places[name], len(ids), stratum=name)
    ]
    return [
        Drawn(id, ticket, position, rank, stratum)
        for position, (ticket, id, rank, stratum) in enumerate(sorted(chosen), start=1)
    ]


def _without_end(lead: str, length: int) -> Iterator[Pick]:
    taken: set[int] = set()
    for turn in count(1):
        ticket = hashlib.sha256(f"{lead}:{turn}".encode()).hexdigest()
        number = int(ticket, 16) % length + 1
        if number not in taken:
            taken.add(number)
            yield Pick(number, ticket, len(taken))
