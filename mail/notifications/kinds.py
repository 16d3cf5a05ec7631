"""The kinds of message: their words, with a place for each thing that differs, and fictitious things for the preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter

from common.errors import DomainError

# What stands in a preview in place of what differs. Fictitious, and plainly so.
EXAMPLES: Mapping[str, str] = {
    "agency": "Example Agency (fictitious)",
    "count": "2",
    "day": "1 January 2000",
    "moment": "1 January 2000 at 10am",
    "reference": "REF-2000-EXAMPLE",
    "what": "2 things",
}


class NoSuchKind(DomainError):
    pass


@dataclass(frozen=True)
class Kind:
    """What one kind of message says. `{…}` in subject and lines stands for what `values` of a message name.

    A line that would say that there is none of something (0) is left out.
    """

    name: str
    subject: str
    lines: tuple[str, ...]
    invite: str = "Sign in to read more"
    example: Mapping[str, str] = field(default_factory=dict)

    def subject_with(self, values: Mapping[str, object]) -> str:
        return self.subject.format_map(values)

    def lines_with(self, values: Mapping[str, object]) -> list[str]:
        return [line.format_map(values) for line in self.lines if not _says_none(line, values)]

    @property
    def subject_as_example(self) -> str:
        """The subject with fictitious values, for the list of kinds."""
        return self.subject_with(self.examples)

    @property
    def examples(self) -> Mapping[str, str]:
        """Fictitious values for everything that this kind has a place for."""
        return {**EXAMPLES, **self.example}


def _says_none(line: str, values: Mapping[str, object]) -> bool:
    return any(name and values[name] == 0 for _, name, _, _ in Formatter().parse(line))


KINDS: dict[str, Kind] = {}


def kind(
    name: str, subject: str, *lines: str, invite: str = "Sign in to read more", example: Mapping[str, str] | None = None
) -> Kind:
    """Declare a kind of message, so that it can be looked at in the administration. A name is declared once."""
    if name in KINDS:
        raise ValueError(f"The kind of message {name} is declared twice.")
    KINDS[name] = Kind(name, subject, tuple(lines), invite, example or {})
    return KINDS[name]


def kinds_in_order() -> Sequence[Kind]:
    return [KINDS[name] for name in sorted(KINDS)]


def kind_named(name: str) -> Kind:
    """Raises NoSuchKind."""
    try:
        return KINDS[name]
    except KeyError as error:
        raise NoSuchKind("There is no such kind of message.") from error
