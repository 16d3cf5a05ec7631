"""The forms that a request finds at fault, noted while it is answered, so that one place can count them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_noted: ContextVar[list[Any] | None] = ContextVar("forms_at_fault", default=None)


@contextmanager
def noting_faults() -> Iterator[list[Any]]:
    """While it is open, every form of ours that got an error stands in the list, once."""
    found: list[Any] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def note_fault(form: Any) -> None:
    """This form has an error. Outside of a request nothing is noted."""
    noted = _noted.get()
    if noted is not None and not any(form is one for one in noted):
        noted.append(form)
