"""People by what an attendance list says of them: an e-mail address or a collar number."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import User

NOBODY = "Nobody of your agency has this address or collar number."


@dataclass(frozen=True)
class NamedLine:
    """One line of a list: who it is, or why nobody."""

    number: int
    text: str
    person: User | None = None
    problem: str = ""


def people_named(text: str, *, agency_id: UUID | None) -> list[NamedLine]:
    """Each line that is not empty, by the active people of an agency, in two queries however many lines there are."""
    return named_among(text, User.objects.filter(agency=agency_id, is_active=True).select_related("team"))


def named_among(text: str, people: QuerySet[User]) -> list[NamedLine]:
    """The same by whoever is among these people."""
    lines = [(number, line.strip().strip(",;")) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line]
    wanted = {line.casefold() for _, line in lines}
    by_email = {
        person.email.casefold(): person
        for person in people.annotate(lower_email=Lower("email")).filter(lower_email__in=wanted)
    }
    by_collar: dict[str, list[User]] = {}
    numbered = people.exclude(collar_number="").annotate(lower_number=Lower("collar_number"))
    for person in numbered.filter(lower_number__in=wanted):
        by_collar.setdefault(person.collar_number.casefold(), []).append(person)
    seen: dict[UUID, int] = {}
    found = []
    for number, line in lines:
        key = line.casefold()
        people_found = [by_email[key]] if key in by_email else by_collar.get(key, [])
        if len(people_found) > 1:
            found.append(
                NamedLine(number, line, problem="Several people have this collar number. Write the e-mail address.")
            )
        elif not people_found:
            found.append(NamedLine(number, line, problem=NOBODY))
        elif people_found[0].pk in seen:
            found.append(NamedLine(number, line, problem=f"The same person as line {seen[people_found[0].pk]}."))
        else:
            seen[people_found[0].pk] = number
            found.append(NamedLine(number, line, people_found[0]))
    return found
