"""The attendance report that a meeting leaves: read with suspicion, shown row by row, and marked as somebody confirms it.

Microsoft Teams writes text separated by tabs, in UTF-16 for years and in UTF-8 now and then: a summary, the table of participants, and
in newer ones a third part that repeats everybody for each time they joined. The file is kept nowhere once it is taken.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.mapped_tables import guess_columns
from common.row_reports import WrongValue, check_size, clean
from common.waiting_files import WaitingImport
from partners.enums import Mark, MarkedHow, SessionMove, SessionState
from partners.models import Booking, Confirmed, Participant, Session, Suggestion, WhoCame
from partners.models.attendance_reports import MOST_PEOPLE
from partners.services.register import CannotRegister, mark, to_register
from partners.services.settling import settle
from partners.services.walk_ins import CannotAddWalkIn, person_of, save_walk_in
from referrals.queries.likeness.names import are_close, are_nicknames, plain

MOST_BYTES = 2_000_000
LONGEST_NAME = 120
# Under this part of the session's time somebody was there only partly, until a trainer says otherwise.
ALL_OF_IT = 0.75

WORDS: Mapping[str, Sequence[str]] = {
    "name": ("full name", "name", "participant", "display name"),
    "minutes": ("in-meeting duration", "duration"),
    "email": ("email", "e-mail", "email address", "participant id (upn)"),
    "joined": ("first join", "join time", "joined"),
}
_NEEDED = ("name", "joined")
_LENGTH = re.compile(
    r"(?:(?P<h>\d{1,3})\s*(?:h|hr|hrs|hours?))?\s*(?:(?P<m>\d{1,4})\s*(?:m|min|mins|minutes?))?\s*(?:(?P<s>\d{1,5})\s*(?:s|sec|secs|seconds?))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<h>\d{1,3}):(?P<m>\d{2})(?::(?P<s>\d{2}))?")
_BRACKETS = re.compile(r"[(\[].*?[)\]]")


class UnreadableReport(DomainError):
    """The file as a whole cannot be read; the message says why and what to do."""


class CannotTakeReport(DomainError):
    """A row cannot be taken as somebody chose; `number` is which, None where it is all of them. `field`: of the row's questions."""

    def __init__(self, message: str, *, number: int | None = None, field: str = "who") -> None:
        super().__init__(message)
        self.number, self.field = number, field


@dataclass(frozen=True)
class Taken:
    """What became of a report."""

    marked: int
    walked_in: int
    left_out: int


def waiting(*, session: Session, by: User) -> WaitingImport:
    """Where a report waits for its trainer, for an hour."""
    return WaitingImport(f"attendance-{session.pk}", by.pk)


def read_report(content: bytes) -> list[Participant]:
    """Who was in the meeting, each once, in the report's order. Raises UnreadableReport."""
    check_size(content, most_bytes=MOST_BYTES, refusal=UnreadableReport)
    lines = _lines(content)
    places: dict[str, int] = {}
    for cells in lines:
        places = guess_columns(cells, WORDS)
        if all(column in places for column in _NEEDED):
            break
    else:
        raise UnreadableReport(
            "This is no attendance report: there is no heading with names and when people joined. Download it from the meeting again."
        )
    found: dict[str, Participant] = {}
    for cells in lines:
        if len([cell for cell in cells if cell.strip()]) < 2:
            # An empty line, or the title of the part that follows.
            break
        _add(found, {column: cells[place] if place < len(cells) else "" for column, place in places.items()})
        if len(found) > MOST_PEOPLE:
            raise UnreadableReport(f"The report has more than {MOST_PEOPLE:,} people.")
    if not found:
        raise UnreadableReport("Nobody stands in this report.")
    return list(found.values())


def suggest(participants: Sequence[Participant], bookings: Sequence[Booking]) -> list[Suggestion]:
    """Whom each row may be, of who has a place. Only the same address, or a name that is one row's and one booking's alone, is certain."""
    by_email = {booking.email.lower(): booking for booking in bookings}
    known = [(plain(booking.person.name), booking) for booking in bookings]
    names = [plain(_as_said(one.name)) for one in participants]
    found = []
    for one, name in zip(participants, names, strict=True):
        same = [booking for other, booking in known if other == name]
        if one.email and one.email in by_email:
            found.append(Suggestion(one, by_email[one.email], (), "Same e-mail address"))
        elif len(same) == 1 and names.count(name) == 1:
            found.append(Suggestion(one, same[0], (), "Same name"))
        else:
            alike = same or [booking for other, booking in known if are_alike(name, other)]
            why = "Same name as several" if same else "Similar name" if alike else "Nobody of this name has a place"
            found.append(Suggestion(one, None, alike, why))
    chosen = {one.certain.pk for one in found if one.certain}
    return [replace(one, others=[booking for booking in one.others if booking.pk not in chosen]) for one in found]


def are_alike(one: str, other: str) -> bool:
    """Whether two plain names may be of one person: each word of the shorter is one of the other, spelt nearly so, or its short form."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    left = list(longer)
    for word in shorter:
        met = next((each for each in left if word == each or are_close(word, each) or are_nicknames(word, each)), None)
        if met is None:
            return False
        left.remove(met)
    return bool(shorter)


def usual_mark(participant: Participant, session: Session) -> Mark:
    """Present, or partly for who was there for a part of the time only."""
    is_short = participant.minutes is not None and participant.minutes < ALL_OF_IT * session.minutes
    # Of several dates the report is of one.
    return Mark.PARTLY if is_short and session.date_count == 1 else Mark.PRESENT


@transaction.atomic
def take_report(
    *, session_id: UUID, rows: Sequence[Confirmed], key: UUID, by: User, at: datetime, above_places: bool = False
) -> Taken:
    """Mark who was confirmed, with their minutes, and add who walked in; the register stays open. The same key again adds nobody twice.

    Raises CannotRegister, CannotTakeReport, NoPlaceLeft; then nobody is marked.
    """
    session = to_register(session_id, SessionMove.REGISTER, by=by, at=at)
    if session.state == SessionState.HELD:
        raise CannotRegister("The register is closed: correct it by hand.")
    settle(session, at=at)
    bookings = {
        booking.pk: booking
        for booking in Booking.objects.locked()
        .holding_a_place()
        .filter(session=session)
        .select_related("user", "delegate")
    }
    marked = walked_in = 0
    seen: set[UUID] = set()
    for row in rows:
        if row.booking_id is not None:
            if row.booking_id in seen:
                raise CannotTakeReport(
                    f"Another row is who you chose for {row.participant.name} already.", number=row.participant.number
                )
            seen.add(row.booking_id)
            _mark(bookings.get(row.booking_id), row, session=session, by=by, at=at)
            marked += 1
        elif row.walk_in is not None:
            _walk_in(row, row.walk_in, session=session, key=key, by=by, at=at, above_places=above_places)
            walked_in += 1
    taken = Taken(marked, walked_in, len(rows) - marked - walked_in)
    audit.record(
        verb=Verb.CHANGED,
        what="partners.attendance_report_taken",
        at=at,
        actor=by,
        subject=session,
        marked=taken.marked,
        walked_in=taken.walked_in,
        left_out=taken.left_out,
    )
    return taken


def _mark(booking: Booking | None, row: Confirmed, *, session: Session, by: User, at: datetime) -> None:
    number = row.participant.number
    if booking is None:
        raise CannotTakeReport("This person has no place any more.", number=number)
    if booking.mark and booking.mark != row.mark:
        said = booking.mark_in_words().lower()
        raise CannotTakeReport(
            f"The register says {said} of {booking.person.name} already. Choose that here, or “Nobody to mark”.",
            number=number,
        )
    if booking.mark:
        booking.minutes_present = row.participant.minutes
        booking.save(update_fields=["minutes_present"])
        return
    try:
        minutes = row.participant.minutes
        mark(booking, row.mark, session=session, how=MarkedHow.REPORT, by=by, at=at, minutes=minutes)
    except CannotRegister as error:
        raise CannotTakeReport(str(error), number=number) from error


def _walk_in(
    row: Confirmed, who: WhoCame, *, session: Session, key: UUID, by: User, at: datetime, above_places: bool
) -> None:
    own_key = uuid5(key, str(row.participant.number))
    if Booking.objects.filter(request_key=own_key, session=session).exists():
        return
    try:
        person, agency = person_of(who, by=by, at=at)
        save_walk_in(
            session,
            person,
            agency,
            key=own_key,
            by=by,
            at=at,
            above_places=above_places,
            how=MarkedHow.REPORT,
            minutes=row.participant.minutes,
            is_partial=row.mark == Mark.PARTLY,
        )
    except CannotAddWalkIn as error:
        field = "email" if error.field == "name" else error.field
        raise CannotTakeReport(str(error), number=row.participant.number, field=field) from error


def _add(found: dict[str, Participant], values: Mapping[str, str]) -> None:
    """Add a row to those before it; who stands there already gets its minutes."""
    try:
        name, email = clean(values["name"])[:LONGEST_NAME], clean(values.get("email", "")).lower()
    except WrongValue as error:
        raise UnreadableReport(f"The report cannot be read. {error}") from error
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not name:
        return
    minutes = minutes_in(values.get("minutes", ""))
    known = email or plain(name) or name
    before = found.get(known)
    if before is None:
        found[known] = Participant(len(found) + 1, name, email, minutes)
    elif minutes is not None:
        found[known] = replace(before, minutes=(before.minutes or 0) + minutes)


def minutes_in(text: str) -> int | None:
    """How many whole minutes a length is: "1h 22m 10s", "45 min", "01:22:10"; None where it says nothing."""
    text = text.strip()
    met = _CLOCK.fullmatch(text) or _LENGTH.fullmatch(text)
    if not text or met is None:
        return None
    hours, minutes, seconds = (int(met.group(part) or 0) for part in ("h", "m", "s"))
    return min((hours * 3600 + minutes * 60 + seconds) // 60, 32_767)


def _as_said(name: str) -> str:
    """A name in the order in which it is said, without what stands in brackets: "Fictitious, Pat (Guest)" is "Pat Fictitious"."""
    bare = _BRACKETS.sub(" ", name)
    family, comma, given = bare.partition(",")
    return f"{given} {family}" if comma and given.strip() else bare


def _lines(content: bytes) -> Iterator[list[str]]:
    text = _text(content)
    delimiter = "\t" if "\t" in text else max(",;", key=text.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableReport("The report cannot be read: it is no text in columns.") from error


def _text(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif content[1:2] == b"\0":
        encoding = "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableReport(
            "This is no attendance report as Teams gives it (CSV). Download it from the meeting again, and do not open it in Excel first."
        ) from error
    if "\0" in text:
        raise UnreadableReport("This is no attendance report: it holds binary data.")
    return text
