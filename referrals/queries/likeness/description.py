"""What is said of a person in one referral, in the form in which descriptions are compared."""

from dataclasses import dataclass
from datetime import date

from referrals.enums import Sex
from referrals.models import Person
from referrals.queries.likeness.addresses import plain_address
from referrals.queries.likeness.names import plain

TELLING = (Sex.FEMALE.value, Sex.MALE.value)


@dataclass(frozen=True, slots=True)
class Description:
    """Plain names and address; an empty text or None where nothing is known."""

    given: str = ""
    family: str = ""
    born: date | None = None
    born_about: int | None = None
    sex: str = ""
    address: str = ""

    @property
    def birth_year(self) -> int | None:
        return self.born.year if self.born else self.born_about


def describe(person: Person, *, on: date) -> Description:
    """A person as somebody described them on that day; an estimated age gives about the year of birth."""
    return described(
        given_names=person.given_names,
        family_name=person.family_name,
        born=person.date_of_birth,
        estimated_age=person.estimated_age,
        sex=person.sex,
        address=person.address,
        on=on,
    )


def described(
    *,
    given_names: str,
    family_name: str,
    born: date | None,
    address: str = "",
    sex: str = "",
    estimated_age: int | None = None,
    on: date,
) -> Description:
    """A description from the words of a form."""
    return Description(
        given=plain(given_names),
        family=plain(family_name),
        born=born,
        born_about=on.year - estimated_age if estimated_age is not None and born is None else None,
        sex=sex if sex in TELLING else "",
        address=plain_address(address),
    )
