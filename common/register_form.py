"""A register of people in one form: what is chosen for each, and what stood there when the page was made."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from common.forms import GovukForm

Entry = TypeVar("Entry")
NOT_YET = "Not yet"


class RegisterLine(Generic[Entry]):
    """One person of the register. `entry` is what the register keeps of them, `choices` values with their labels."""

    def __init__(
        self, form: GovukForm, entry: Entry, *, key: UUID, stands: str, choices: Iterable[tuple[str, str]]
    ) -> None:
        self.entry, self.key, self.offered = entry, key, list(choices)
        self.was_marked_meanwhile = False
        self.name, self.was_name = f"mark-{key}", f"was-{key}"
        self.was = form.data.get(self.was_name, "") if form.is_bound else stands
        self.value = form.data.get(self.name, self.was) if form.is_bound else stands

    @property
    def stands(self) -> str:
        """What the register says, in words."""
        return dict(self.offered).get(self.was, NOT_YET)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Each choice with its words, and whether it is chosen."""
        return [(value, label, value == self.value) for value, label in self.offered]


class RegisterForm(GovukForm, Generic[Entry]):
    """The register of everybody in one form, for each app to say of which lines.

    Beside each mark it carries what stood there, and only what somebody changed on the page is a mark: who has said by code
    in the meantime that they are here stays so.
    """

    values: Collection[str] = ()
    wrong_choice = ""

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [self.line_of(entry) for entry in entries]

    def line_of(self, entry: Entry) -> RegisterLine[Entry]:
        """The line of what the register keeps of one person."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """What is chosen is one of `values`, or nothing yet."""
        cleaned = super().clean() or {}
        if any(line.value not in ("", *self.values) for line in self.lines):
            self.add_error(None, self.wrong_choice)
        return cleaned

    def take_up(self, stands: Mapping[UUID, str]) -> None:
        """Somebody else marked these meanwhile: the page says so at each, and what is sent next is chosen knowing it."""
        for line in self.lines:
            if line.key in stands:
                line.was, line.was_marked_meanwhile = stands[line.key], True

    def marks(self) -> dict[UUID, str]:
        """By entry what was changed on the page."""
        return {line.key: line.value for line in self.lines if line.value != line.was}

    def seen(self) -> dict[UUID, str]:
        """By entry what stood there when the page was made."""
        return {line.key: line.was for line in self.lines}
