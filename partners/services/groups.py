"""Several people of an agency at once, by its coordinator: read what was typed, say what would become of each, book them once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError, KeyWasUsed
from common.templatetags.dates import moment
from partners.enums import Beyond, BookingState
from partners.models import Delegate, GroupBooking, GroupMember, NamedDelegate, PlaceHold, Session
from partners.permissions import can_book_for_agency
from partners.queries import addresses_of_others, others_of_this_kind, own_hold, places_at_that_time
from partners.services.bookings import check_no_clash, check_open, known_person, save_booking
from partners.services.settling import settle

MOST_PEOPLE = 100
LONGEST_NAME = 120
BETWEEN = str.maketrans({"<": ",", ">": " ", ";": ",", "\t": ",", '"': " "})
# Who waits stands in the list by moment: those of one group in the order of its list.
SAME_MOMENT_APART = timedelta(microseconds=1)


class CannotBookGroup(DomainError):
    pass


@dataclass(frozen=True)
class GroupLine:
    """A line of the list: who it names, what is wrong with it, and what is worth knowing. `becomes` is BOOKED, WAITING or nothing."""

    number: int
    name: str
    email: str
    problem: str = ""
    note: str = ""
    becomes: str = ""

    @property
    def delegate(self) -> NamedDelegate:
        return NamedDelegate(self.name, self.email)


def read_lines(text: str) -> list[GroupLine]:
    """One person a line: a name, then an e-mail address, with a comma, semicolon, tab or angle brackets between. Empty lines count for nothing."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.translate(BETWEEN)
        parts = [" ".join(part.split()) for part in words.split(",") if part.strip()]
        if not parts:
            continue
        email = parts[-1] if "@" in parts[-1] else ""
        name = " ".join(parts[:-1] if email else parts)
        if email and not name and " " in email:
            name, _, email = email.rpartition(" ")
        lines.append(GroupLine(number, name.strip(), email.lower()))
    return lines


def check_lines(
    lines: Sequence[GroupLine], *, session: Session, by: User, beyond: Beyond | str, places: int
) -> list[GroupLine]:
    """What would become of each line as the session stands: a look, which the booking itself takes again under its lock."""
    users = {user.email.lower(): user for user in User.objects.filter(agency=by.agency, is_active=True)}
    delegates = {one.email.lower(): one for one in Delegate.objects.filter(agency=by.agency)}
    known: dict[str, User | Delegate] = {**delegates, **users}
    there = {
        booking.email.lower(): booking
        for booking in session.bookings.standing().filter(agency=by.agency).select_related("user", "delegate")  # type: ignore[attr-defined]
    }
    people = [known[line.email] for line in lines if line.email in known]
    clashes = {
        one.email.lower(): one
        for one in places_at_that_time(session, *people).select_related("session", "user", "delegate")
    }
    others = {
        one.email.lower(): one
        for one in others_of_this_kind(session, *people).select_related("session", "user", "delegate")
    }
    of_others = addresses_of_others(by, [line.email for line in lines if line.email not in users])
    checked: list[GroupLine] = []
    seen: set[str] = set()
    for line in lines:
        problem, note, becomes = _problem(line, seen), "", ""
        if not problem and line.email in there:
            problem = f"{there[line.email].get_state_display()} already"
        if not problem and line.email in clashes:
            problem = f"Has a place on another session at that time: {clashes[line.email].reference}"
        if not problem:
            if line.email in others:
                note = f"Has a place on another session of this kind on {moment(others[line.email].session.starts_at)}"
            elif line.email in of_others:
                note = "This address belongs to somebody of another agency. Book them only if they work for yours too"
            becomes = BookingState.BOOKED if places > 0 else (BookingState.WAITING if beyond == Beyond.WAIT else "")
            places -= 1
        if not problem:
            seen.add(line.email)
        name = users[line.email].name if line.email in users else line.name
        checked.append(GroupLine(line.number, name, line.email, problem, note, becomes))
    return checked


def is_too_many(people: int, *, beyond: Beyond | str, places: int) -> bool:
    """Whether nobody is booked, since there is no place for everybody."""
    return beyond == Beyond.NOBODY and people > places


def places_for_group(session: Session, *, by: User, at: datetime) -> int:
    """How many places a group of this person would find: those that are left, and the one that is held for them."""
    return max(session.places_left, 0) + (own_hold(by, session, at=at) is not None)


@transaction.atomic
def book_group(
    *, session_id: UUID, people: Sequence[NamedDelegate], beyond: Beyond | str, key: UUID, by: User, at: datetime
) -> GroupBooking:
    """Book these people in the order of the list, each told as if booked alone; the same key again returns the same group.

    For whom there is no place is as `beyond` says. Raises CannotBookGroup, and books nobody, when one of them cannot be booked; and
    KeyWasUsed where the key was of another list.
    """
    if not can_book_for_agency(by):
        raise CannotBookGroup("Only your agency's training coordinator books places for others.")
    session = Session.objects.locked().get(pk=session_id)
    earlier = GroupBooking.objects.filter(pk=key).first()
    if earlier is not None:
        if (earlier.session_id, earlier.made_by_id) != (session.pk, by.pk) or not _same_people(earlier, people):
            raise KeyWasUsed("This list was changed after it had been sent. Check it again.")
        return earlier
    check_open(session, by=by, at=at)
    settle(session, at=at)
    if PlaceHold.objects.filter(session=session, user=by).delete()[0]:
        session.refresh_from_db(fields=["places_taken"])
    lines = [GroupLine(number, one.name.strip(), one.email.strip().lower()) for number, one in enumerate(people, 1)]
    if not 1 <= len(lines) <= MOST_PEOPLE:
        raise CannotBookGroup(f"A group has 1 to {MOST_PEOPLE} people.")
    checked = check_lines(lines, session=session, by=by, beyond=beyond, places=session.places_left)
    if wrong := [line for line in checked if line.problem]:
        raise CannotBookGroup(f"{wrong[0].name or wrong[0].email}: {wrong[0].problem}.")
    if is_too_many(len(checked), beyond=beyond, places=session.places_left):
        raise CannotBookGroup(f"There are {session.places_left} places for {len(checked)} people.")
    # Two lists that name the same people would wait for each other's in a circle: in one order they cannot.
    found = {
        line.email: known_person(line.delegate, by=by, at=at) for line in sorted(checked, key=lambda one: one.email)
    }
    for line in sorted(checked, key=lambda one: one.email):
        if line.becomes == BookingState.BOOKED:
            check_no_clash(session, found[line.email], is_oneself=False)
    group = GroupBooking(
        id=key,
        session=session,
        agency=by.agency,
        made_at=at,
        made_by=by,
        left_out=sum(not line.becomes for line in checked),
    )
    group.save(force_insert=True)
    for line in checked:
        if line.becomes:
            booking = save_booking(
                session,
                found[line.email],
                key=uuid5(key, line.email),
                by=by,
                at=at + (line.number * SAME_MOMENT_APART),
                state=BookingState(line.becomes),
            )
            GroupMember.objects.create(group=group, booking=booking, number=line.number)
    audit.record(
        verb=Verb.CHANGED,
        what="partners.group_booked",
        at=at,
        actor=by,
        subject=session,
        people=len(checked),
        left_out=group.left_out,
    )
    return group


def _problem(line: GroupLine, seen: set[str]) -> str:
    """What is wrong with a line by itself, or with the same address further up."""
    if not line.name:
        return "Enter a name before the e-mail address"
    if "@" in line.name:
        return "There is more than one e-mail address. Put each person on a line of their own"
    if len(line.name) > LONGEST_NAME:
        return f"The name is longer than {LONGEST_NAME} characters"
    if not line.email:
        return "Enter an e-mail address after the name"
    try:
        validate_email(line.email)
    except ValidationError:
        return "This is not an e-mail address"
    return "This address stands further up in the list" if line.email in seen else ""


def _same_people(group: GroupBooking, people: Sequence[NamedDelegate]) -> bool:
    """Whether the group was made of this list."""
    given = {uuid5(group.pk, one.email.strip().lower()) for one in people}
    made = set(group.members.values_list("booking__request_key", flat=True))
    return made <= given and len(given) == len(made) + group.left_out
