"""A file that somebody chose, while they look at what would become of its rows: in the cache, in no table and no folder."""

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

# How long a file waits, between being checked and being taken, for the one who chose it.
WAITS_SECONDS = 3_600


@dataclass(frozen=True)
class WaitingFile:
    """A file that somebody chose and has not taken yet."""

    name: str
    content: bytes


def keep_waiting(file: WaitingFile, *, purpose: str, by_id: UUID) -> None:
    """Keep a file for an hour, for this person and purpose alone; another one takes its place."""
    cache.set(_waits_under(purpose, by_id), (file.name, file.content), WAITS_SECONDS)


def waiting_file(*, purpose: str, by_id: UUID) -> WaitingFile | None:
    """The file that this person chose last; None once it was taken, thrown away, or has waited too long."""
    found = cache.get(_waits_under(purpose, by_id))
    return None if found is None else WaitingFile(*found)


def throw_away(*, purpose: str, by_id: UUID) -> None:
    cache.delete(_waits_under(purpose, by_id))


def _waits_under(purpose: str, by_id: UUID) -> str:
    return f"{purpose}:{by_id}"
