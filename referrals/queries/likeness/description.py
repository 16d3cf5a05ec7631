"""What is said of a person in one referral, in the form in which descriptions are compared."""

from dataclasses import dataclass
from datetime import date

from referrals.enums import Sex
from referrals.models import Person
from referrals.queries.likeness.addresses import plain_address
from referrals.queries.likeness.names import plain

# Words beside other names that are no name.
NO_NAMES = frozenset(
    [
        "aka",
        "also",
        "as",
        "born",
        "call",
        "called",
        "calls",
        "formerly",
        "known",
        "maiden",
        "name",
        "named",
        "nee",
        "nickname",
        "now",
        "or",
        "previously",
        "prefers",
        "the",
        "was",
    ]
)
MOST_OTHER_NAMES = 4
TELLING = (Sex.FEMALE.value, Sex.MALE.value)


@dataclass(frozen=True, slots=True)
class Description:
    """Plain names and address; an empty text or None where nothing is known.

    `others` are the words of other names that somebody uses or has used, `usual` the address where they live when they are not
    at `address` now.
    """

    given: str = ""
    family: str = ""
    born: date | None = None
    born_about: int | None = None
    sex: str = ""
    address: str = ""
    others: tuple[str, ...] = ()
    usual: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where they are and where they live, each once."""
        return tuple(dict.fromkeys(address for address in (self.address, self.usual) if address))

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
        aliases=person.aliases,
        usual_address=person.usual_address,
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
    aliases: str = "",
    usual_address: str = "",
    on: date,
) -> Description:
    """A description from the words of a form."""
    given, family = plain(given_names), plain(family_name)
    known = {*given.split(), *family.split(), *NO_NAMES}
    others = [word for word in dict.fromkeys(plain(aliases).split()) if word not in known and len(word) > 1]
    return Description(
        given=given,
        family=family,
        born=born,
        born_about=on.year - estimated_age if estimated_age is not None and born is None else None,
        sex=sex if sex in TELLING else "",
        address=plain_address(address),
        others=tuple(others[:MOST_OTHER_NAMES]),
        usual=plain_address(usual_address),
    )
