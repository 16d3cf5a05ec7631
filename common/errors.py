"""The root of every refusal by the domain."""

from collections.abc import Mapping
from uuid import UUID


class DomainError(Exception):
    """Something could not be done; the message is a plain English sentence that may be shown to the person who tried."""


class KeyWasUsed(DomainError):
    """The key of a form was used for something else: what is sent under it now would be taken for a repetition, and be lost."""


class MarkedMeanwhile(DomainError):
    """A register says something else of some people than the page did. `stands`: what it says now, by what it keeps of each."""

    def __init__(self, people: Mapping[str, str], stands: Mapping[UUID, str]) -> None:
        said = "; ".join(f"{name}: {mark}" for name, mark in people.items())
        super().__init__(
            f"The register says something else by now. {said}. Choose again for them, or save again to have it as you chose. "
            "Nothing of yours is saved yet."
        )
        self.stands = stands
