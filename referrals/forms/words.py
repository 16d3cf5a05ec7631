"""People with their answers, as a person reads them back."""

from dataclasses import dataclass

from referrals.models import Person
from referrals.queries import Answered, is_there, value_in_words

__all__ = ["Answered", "Described", "DescribedHousehold", "is_there", "value_in_words"]


@dataclass(frozen=True)
class Described:
    """A person with what was answered about them, and what they are to others, in words."""

    person: Person
    answers: list[Answered]


@dataclass(frozen=True)
class DescribedHousehold:
    """People of one address; the address is empty for those of whom none is known."""

    address: str
    people: list[Described]
