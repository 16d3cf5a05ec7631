"""A file that somebody chose, while they look at what would become of its rows: in the cache, in no table and no folder."""

from dataclasses import dataclass
from typing import Any
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


@dataclass(frozen=True)
class WaitingImport:
    """Of one import: the file that a person chose, and what they said of its columns, both for an hour."""

    purpose: str
    by_id: UUID

    def keep(self, file: WaitingFile) -> None:
        """Keep a file, and forget the columns of the one before."""
        keep_waiting(file, purpose=self.purpose, by_id=self.by_id)
        cache.delete(self._columns_under)

    def file(self) -> WaitingFile | None:
        return waiting_file(purpose=self.purpose, by_id=self.by_id)

    def keep_columns(self, columns: Any) -> None:
        """Keep what was said of the columns as long as the file."""
        cache.set(self._columns_under, columns, WAITS_SECONDS)

    def columns(self) -> Any:
        """What was said of them last; None where nothing was, or too long ago."""
        return cache.get(self._columns_under)

    def throw_away(self) -> None:
        throw_away(purpose=self.purpose, by_id=self.by_id)
        cache.delete(self._columns_under)

    @property
    def _columns_under(self) -> str:
        return f"{_waits_under(self.purpose, self.by_id)}:columns"


def _waits_under(purpose: str, by_id: UUID) -> str:
    return f"{purpose}:{by_id}"
